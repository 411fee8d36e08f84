/* csv.c - the reader is a scan over a window of the source and then, for a good record only, an unquoting in place.
 *
 *     data: [ used | the record being scanned ... | free ]
 *                  ^start      ^at (relative)       ^end
 *
 * The scan changes nothing, so that a bad record can be left and reading resumed at an earlier line (promise 2).
 * Promises:
 * (1) a record that is returned is exactly the bytes [offset, offset + length) of the source, unquoted;
 * (2) after a bad record reading goes on at the line after the one where its open quote stood, or where it is bad;
 * (3) memory never exceeds the record limit plus one read. */
#include "base/csv.h"

#include "base/list.h"

#include <assert.h>
#include <string.h>

enum { READ_BYTES = 64 * KiB, FIELD_BYTES = 1 * MiB, FIELD_BYTES_MOST = 64 * MiB, FIELDS = 4096, RECORD_FIELDS = 8 };

typedef struct Mark { /* a field as scanned: offsets from the record's start */
    size_t from, to;  /* the content, without quotes */
    bool quoted, doubled;
} Mark;

struct Csv {
    Bytes source;
    char delimiter;
    bool no_quotes;
    size_t most_field, most_record, most_fields;
    char *data;
    size_t room, start, end;
    int64_t offset; /* of data[start] */
    int64_t line;   /* of data[start] */
    size_t bad_field;
    bool at_end, begun, over;
    Err broken;     /* the source failed, or the file is not CSV at all */
    bool stops[256];
    LIST(Mark) marks;
    LIST(CsvField) fields;
};

Csv *csv_begin(Bytes source, CsvOptions options) {
    assert(options.most_field_bytes <= FIELD_BYTES_MOST);
    Csv *csv = calloc(1, sizeof *csv);
    if (!csv) stop_for("the machine has no memory for a CSV reader");
    csv->source = source;
    csv->delimiter = options.delimiter ? options.delimiter : ',';
    csv->no_quotes = options.no_quotes;
    csv->most_field = options.most_field_bytes ? options.most_field_bytes : FIELD_BYTES;
    csv->most_record = csv->most_field * RECORD_FIELDS;
    csv->most_fields = options.most_fields ? options.most_fields : FIELDS;
    csv->line = 1;
    csv->stops[(unsigned char)csv->delimiter] = csv->stops['\n'] = csv->stops['\r'] = csv->stops[0] = true;
    return csv;
}

void csv_end(Csv **csv) {
    if (!*csv) return;
    list_end(&(*csv)->marks);
    list_end(&(*csv)->fields);
    free((*csv)->data);
    free(*csv);
    *csv = NULL;
}

int64_t csv_bytes_done(const Csv *csv) { return csv->offset; }

/* Reads once more behind the window; positions relative to start stay true. One byte stays free for the last NUL. */
static Err csv_fill(Csv *csv, Why *why) {
    if (csv->start > 0) {
        memmove(csv->data, csv->data + csv->start, csv->end - csv->start);
        csv->end -= csv->start;
        csv->start = 0;
    }
    if (csv->room - csv->end < READ_BYTES + 1) {
        csv->room = csv->room ? csv->room * 2 : 2 * READ_BYTES;
        csv->data = realloc(csv->data, csv->room);
        if (!csv->data) stop_for("the machine has no memory for a CSV record of %zu bytes", csv->room);
    }
    size_t count = 0;
    Err err = csv->source.read(csv->source.self, csv->data + csv->end, READ_BYTES, &count, why);
    if (err != OK) return csv->broken = err;
    csv->at_end = count == 0;
    csv->end += count;
    return OK;
}

/* Is there a byte at `at` (from start)? Reads more when it must; false only at the end of the source. */
static inline Err csv_have(Csv *csv, size_t at, bool *out_have, Why *why) {
    while (at >= csv->end - csv->start) {
        if (csv->at_end) {
            *out_have = false;
            return OK;
        }
        TRY(csv_fill(csv, why));
    }
    *out_have = true;
    return OK;
}

static void csv_consume(Csv *csv, size_t bytes) {
    csv->start += bytes;
    csv->offset += (int64_t)bytes;
}

/* Moves past the end of the line in which the window starts. Keeps nothing, so that a field of gigabytes passes too. */
static Err csv_drop_line(Csv *csv, Why *why) {
    for (;;) {
        bool have;
        TRY(csv_have(csv, 0, &have, why));
        if (!have) return OK;
        const char *from = csv->data + csv->start;
        size_t left = csv->end - csv->start, i = 0;
        while (i < left && from[i] != '\n' && from[i] != '\r') i++;
        bool stopped = i < left;
        bool cr = stopped && from[i] == '\r';
        csv_consume(csv, i + stopped);
        if (!stopped) continue;
        csv->line++;
        TRY(csv_have(csv, 0, &have, why));
        if (cr && have && csv->data[csv->start] == '\n') csv_consume(csv, 1);
        return OK;
    }
}

/* ---- the scan ---- */
typedef struct Scan {
    size_t at;          /* from start */
    int64_t lines;      /* line ends seen inside quotes */
    size_t line_from;   /* where the last of those lines begins */
    size_t resume;      /* bytes and lines to skip before dropping a line, when the record turns out bad */
    int64_t resume_lines;
} Scan;

#define BAD(csv, scan, code, ...) csv_bad((csv), (scan), fail(why, (code), __VA_ARGS__), why)

/* A bad record: puts file position before the sentence and moves to the line where reading goes on. */
static Err csv_bad(Csv *csv, const Scan *scan, Err code, Why *why) {
    csv_consume(csv, scan->resume);
    csv->line += scan->resume_lines;
    Why drop_why;
    if (csv_drop_line(csv, &drop_why) == OK) return code;
    if (why) *why = drop_why;
    return csv->broken;
}

static long long line_at(const Csv *csv, const Scan *scan) { return (long long)(csv->line + scan->lines); }

/* The field at hand is the bad one; its number. */
static size_t bad_field(Csv *csv) { return csv->bad_field = csv->marks.count + 1; }

static Err too_long(Csv *csv, const Scan *scan, Why *why) {
    Err code = fail(why, ERR_LIMIT, "line %lld: field %zu is longer than %zu bytes", line_at(csv, scan), bad_field(csv), csv->most_field);
    return csv_bad(csv, scan, fail_hint(why, code, "check the delimiter and the quotes of this line"), why);
}

static Err scan_plain(Csv *csv, Scan *scan, Mark *mark, Why *why) {
    mark->from = scan->at;
    for (;;) {
        bool have;
        TRY(csv_have(csv, scan->at, &have, why));
        if (!have) break;
        const unsigned char *at = (const unsigned char *)csv->data + csv->start + scan->at;
        const unsigned char *end = (const unsigned char *)csv->data + csv->end;
        while (at < end && !csv->stops[*at]) at++;
        scan->at = (size_t)((const char *)at - csv->data) - csv->start;
        if (scan->at - mark->from > csv->most_field) return too_long(csv, scan, why);
        if (at < end) break;
    }
    mark->to = scan->at;
    return OK;
}

static Err not_closed(Csv *csv, const Scan *scan, int64_t opened_lines, const char *what, Why *why) {
    Err code = fail(why, ERR_INVALID, "line %lld: the quote that opens field %zu %s", (long long)(csv->line + opened_lines), bad_field(csv), what);
    code = fail_hint(why, code, "close the quote, or double it (\"\") where it belongs to the text");
    return csv_bad(csv, scan, code, why);
}

static Err nul_byte(Csv *csv, const Scan *scan, Why *why) {
    Err code = fail(why, ERR_INVALID, "line %lld: field %zu contains a NUL byte", line_at(csv, scan), bad_field(csv));
    return csv_bad(csv, scan, fail_hint(why, code, "export the file again as plain UTF-8 text"), why);
}

/* From the byte after the opening quote to the byte after the closing one. */
static Err scan_quoted(Csv *csv, Scan *scan, Mark *mark, Why *why) {
    int64_t opened_lines = scan->lines;
    mark->quoted = true;
    mark->from = ++scan->at;
    for (;; scan->at++) {
        bool have;
        TRY(csv_have(csv, scan->at, &have, why));
        if (!have) return not_closed(csv, scan, opened_lines, "is never closed", why);
        if (scan->at - mark->from > csv->most_field + 1) {
            return scan->lines == opened_lines ? too_long(csv, scan, why)
                                               : not_closed(csv, scan, opened_lines, "is not closed within the field limit", why);
        }
        char c = csv->data[csv->start + scan->at];
        if (c == 0) return nul_byte(csv, scan, why);
        if (c == '\n' || c == '\r') {
            TRY(csv_have(csv, scan->at + 1, &have, why));
            if (c == '\n' || !have || csv->data[csv->start + scan->at + 1] != '\n') {
                scan->lines++;
                scan->line_from = scan->at + 1;
            }
        }
        if (c != '"') continue;
        TRY(csv_have(csv, scan->at + 1, &have, why));
        if (!have || csv->data[csv->start + scan->at + 1] != '"') break;
        mark->doubled = true;
        scan->at++;
    }
    mark->to = scan->at++;
    if (mark->to - mark->from > csv->most_field) return too_long(csv, scan, why);
    bool have;
    TRY(csv_have(csv, scan->at, &have, why));
    if (!have || csv->stops[(unsigned char)csv->data[csv->start + scan->at]]) return OK;
    Err code = fail(why, ERR_INVALID, "line %lld: text follows the closing quote of field %zu", line_at(csv, scan), bad_field(csv));
    return csv_bad(csv, scan, fail_hint(why, code, "double each quote (\"\") that belongs to the text"), why);
}

/* One field; afterwards scan->at stands on a delimiter, a line end or the end of the source. */
static Err scan_field(Csv *csv, Scan *scan, Why *why) {
    if (csv->marks.count == csv->most_fields)
        return BAD(csv, scan, ERR_LIMIT, "line %lld: the record has more than %zu fields", line_at(csv, scan), csv->most_fields);
    if (scan->at > csv->most_record)
        return BAD(csv, scan, ERR_LIMIT, "line %lld: the record is longer than %zu bytes", (long long)csv->line, csv->most_record);
    bool have;
    TRY(csv_have(csv, scan->at, &have, why));
    /* A quote that will prove bad sends the reader back to this line, not to the record's first. */
    if (scan->lines > scan->resume_lines) scan->resume = scan->line_from, scan->resume_lines = scan->lines;
    Mark mark = { 0 };
    bool quoted = have && !csv->no_quotes && csv->data[csv->start + scan->at] == '"';
    TRY(quoted ? scan_quoted(csv, scan, &mark, why) : scan_plain(csv, scan, &mark, why));
    TRY(csv_have(csv, scan->at, &have, why));
    if (have && csv->data[csv->start + scan->at] == 0) return nul_byte(csv, scan, why);
    list_push(&csv->marks, mark);
    return OK;
}

/* ---- the record ---- */
static size_t field_of(const Csv *csv, size_t at) {
    size_t field = 0;
    while (field + 1 < csv->marks.count && csv->marks.at[field].to < at) field++;
    return field;
}

static Err csv_check_utf8(Csv *csv, const Scan *scan, Why *why) {
    ptrdiff_t bad = text_bad_utf8(text_from(csv->data + csv->start, scan->at));
    if (bad < 0) return OK;
    Scan there = { .at = (size_t)bad };
    const char *from = csv->data + csv->start;
    for (ptrdiff_t i = 0; i < bad; i++) there.lines += from[i] == '\n' || (from[i] == '\r' && from[i + 1] != '\n');
    csv->bad_field = field_of(csv, (size_t)bad) + 1;
    Err code = fail(why, ERR_INVALID, "line %lld: field %zu is not valid UTF-8 (byte 0x%02x)", line_at(csv, &there), csv->bad_field, (unsigned char)from[bad]);
    code = fail_hint(why, code, "save the file as UTF-8; it looks like Windows-1252");
    Scan whole = { .resume = scan->at, .resume_lines = scan->lines }; /* its quotes are sound: nothing inside is a line */
    return csv_bad(csv, &whole, code, why);
}

/* "" becomes " and a NUL goes behind, over the quote, delimiter or line end that stood there. */
static void csv_unquote(Csv *csv) {
    list_clear(&csv->fields);
    char *record = csv->data + csv->start;
    for (size_t i = 0; i < csv->marks.count; i++) {
        const Mark *mark = &csv->marks.at[i];
        char *into = record + mark->from;
        size_t length = mark->to - mark->from;
        if (mark->doubled) {
            const char *from = into, *end = into + length;
            char *to = into;
            for (; from < end; from++) {
                *to++ = *from;
                if (*from == '"') from++;
            }
            length = (size_t)(to - into);
        }
        into[length] = 0;
        int64_t offset = csv->offset + (int64_t)mark->from - mark->quoted;
        list_push(&csv->fields, (CsvField){ .text = { into, length }, .offset = offset, .quoted = mark->quoted });
    }
}

/* The line end at scan->at: its bytes. 0 at the end of the source. */
static Err line_end_bytes(Csv *csv, size_t at, size_t *out_bytes, Why *why) {
    bool have;
    TRY(csv_have(csv, at, &have, why));
    *out_bytes = have;
    if (!have || csv->data[csv->start + at] != '\r') return OK;
    TRY(csv_have(csv, at + 1, &have, why));
    *out_bytes += have && csv->data[csv->start + at + 1] == '\n';
    return OK;
}

static Err csv_skip_blank(Csv *csv, bool *out_have, Why *why) {
    for (;;) {
        TRY(csv_have(csv, 0, out_have, why));
        if (!*out_have) return OK;
        char c = csv->data[csv->start];
        if (c != '\n' && c != '\r') return OK;
        size_t bytes;
        TRY(line_end_bytes(csv, 0, &bytes, why));
        csv_consume(csv, bytes);
        csv->line++;
    }
}

static Err csv_first_look(Csv *csv, Why *why) {
    csv->begun = true;
    while (!csv->at_end && csv->end < 256) TRY(csv_fill(csv, why));
    Encoding encoding = encoding_guess(text_from(csv->data, csv->end < 4096 ? csv->end : 4096));
    if (encoding == ENCODING_UTF8_BOM) csv_consume(csv, 3);
    if (encoding != ENCODING_UTF16_LE && encoding != ENCODING_UTF16_BE) return OK;
    csv->broken = ERR_INVALID;
    Err code = fail(why, ERR_INVALID, "line 1: the file is %s, not UTF-8", encoding_name(encoding));
    return fail_hint(why, code, "save it as UTF-8 (\"CSV UTF-8\" in a spreadsheet, or iconv -f UTF-16 -t UTF-8)");
}

static Err csv_scan_record(Csv *csv, Scan *scan, Why *why) {
    list_clear(&csv->marks);
    for (;; scan->at++) {
        TRY(scan_field(csv, scan, why));
        bool have;
        TRY(csv_have(csv, scan->at, &have, why));
        if (!have || csv->data[csv->start + scan->at] != csv->delimiter) break;
    }
    return csv_check_utf8(csv, scan, why);
}

Err csv_next(Csv *csv, CsvRecord *out_record, Why *why) {
    *out_record = (CsvRecord){ .is_end = true, .line = csv->line, .offset = csv->offset };
    if (csv->broken != OK || csv->over) return OK;
    if (!csv->begun) TRY(csv_first_look(csv, why));
    bool have;
    TRY(csv_skip_blank(csv, &have, why));
    *out_record = (CsvRecord){ .is_end = !have, .line = csv->line, .offset = csv->offset };
    if (!have) {
        csv->over = true;
        return OK;
    }
    Scan scan = { 0 };
    csv->bad_field = 0;
    Err err = csv_scan_record(csv, &scan, why);
    size_t end_bytes = 0;
    if (err == OK) err = line_end_bytes(csv, scan.at, &end_bytes, why);
    if (err != OK) {
        out_record->is_end = csv->broken != OK;
        out_record->bad_field = csv->bad_field;
        return err;
    }
    csv_unquote(csv);
    out_record->fields = csv->fields.at;
    out_record->fields_count = csv->fields.count;
    out_record->length = (int64_t)scan.at;
    csv_consume(csv, scan.at + end_bytes);
    csv->line += scan.lines + (end_bytes > 0);
    return OK;
}
