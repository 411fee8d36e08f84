/* sheets.c - files that grow side by side. */
#include "sample/sheets.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/file.h"

enum { FLUSH_BYTES = 128 * KiB, BUFFER_MOST_BYTES = 2 * FLUSH_BYTES, PATH_BYTES = 4096 };

const char *const sheet_names[SHEET_COUNT_] = {
#define X(id, name, header) [SHEET_##id] = name,
    SHEETS(X)
#undef X
};

static const char *const headers[SHEET_COUNT_] = {
#define X(id, name, header) [SHEET_##id] = header,
    SHEETS(X)
#undef X
};

static Err write_out(Sheets *sheets, Sheet sheet, Why *why) {
    Text bytes = buf_text(&sheets->at[sheet].buf);
    sheets->at[sheet].bytes += (int64_t)bytes.length;
    TRY_DOING(fd_write(sheets->at[sheet].fd, sheet_names[sheet], bytes, why), "writing %s", sheets->folder);
    buf_clear(&sheets->at[sheet].buf);
    return OK;
}

Err sheets_open(Sheets *sheets, const char *folder, Why *why) {
    *sheets = (Sheets){ .folder = folder };
    for (int s = 0; s < SHEET_COUNT_; s++) sheets->at[s].fd = -1;
    TRY(folder_make(folder, why));
    for (int s = 0; s < SHEET_COUNT_; s++) {
        char path[PATH_BYTES];
        if (snprintf(path, sizeof path, "%s/%s.csv", folder, sheet_names[s]) >= (int)sizeof path)
            return fail(why, ERR_LIMIT, "the path %.80s... is too long", folder);
        sheets->at[s].fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);
        if (sheets->at[s].fd < 0) return fail(why, ERR_IO, "opening %s: %s", path, strerror(errno));
        sheets->at[s].buf = buf_begin(BUFFER_MOST_BYTES);
        sheets->at[s].csv = (CsvWriter){ .out = &sheets->at[s].buf, .lf = true };
        buf_add_str(&sheets->at[s].buf, headers[s]);
        buf_add_char(&sheets->at[s].buf, '\n');
    }
    return OK;
}

void sheet_row_end(Sheets *sheets, Sheet sheet) {
    csv_write_end(&sheets->at[sheet].csv);
    sheets->at[sheet].rows++;
    if (sheets->at[sheet].buf.length < FLUSH_BYTES) return;
    if (sheets->failed == OK) sheets->failed = write_out(sheets, sheet, &sheets->why);
    buf_clear(&sheets->at[sheet].buf);
}

Err sheets_close(Sheets *sheets, Why *why) {
    for (int s = 0; s < SHEET_COUNT_ && sheets->failed == OK; s++) sheets->failed = write_out(sheets, (Sheet)s, &sheets->why);
    for (int s = 0; s < SHEET_COUNT_; s++) {
        int fd = sheets->at[s].fd;
        sheets->at[s].fd = -1;
        if (fd >= 0 && close(fd) != 0 && sheets->failed == OK)
            sheets->failed = fail(&sheets->why, ERR_IO, "closing %s/%s.csv: %s", sheets->folder, sheet_names[s], strerror(errno));
    }
    if (sheets->failed != OK && why) *why = sheets->why;
    return sheets->failed;
}

void sheets_end(Sheets *sheets) {
    for (int s = 0; s < SHEET_COUNT_; s++) {
        if (sheets->at[s].fd >= 0) (void)close(sheets->at[s].fd);   /* after a failure that is already told */
        sheets->at[s].fd = -1;
        buf_end(&sheets->at[s].buf);
    }
}

void put_int(CsvWriter *row, int64_t value) {
    char text[24];
    char *at = text + sizeof text;
    uint64_t left = value < 0 ? -(uint64_t)value : (uint64_t)value;
    do *--at = (char)('0' + left % 10); while (left /= 10);
    if (value < 0) *--at = '-';
    csv_write_text(row, text_from(at, (size_t)(text + sizeof text - at)));
}

void put_doc(CsvWriter *row, const char *prefix, int64_t number) {
    char text[40];
    int length = snprintf(text, sizeof text, "%s%lld", prefix, (long long)number);
    csv_write_text(row, text_from(text, (size_t)length));
}
