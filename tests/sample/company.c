#include "tests/sample/company.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/decimal.h"
#include "base/file.h"
#include "base/time.h"

static char folder[256];

static void folder_drop(void) {
    Why why;
    (void)folder_remove(folder, &why);               /* a test's leftovers; nobody is there to hear */
}

const char *company_folder(void) {
    if (*folder) return folder;
    Why why = { 0 };
    own(arena_end) Arena *work = arena_begin(64 * KiB);
    char *path;
    CHECK_OK(folder_temporary(work, "sample", &path, &why));
    CHECK_OK(sample_write(&(SampleOptions){ .seed = 11, .scale = 0.1, .end_day = END_DAY, .directory = path }, NULL, &why));
    snprintf(folder, sizeof folder, "%s", path);
    atexit(folder_drop);
    return folder;
}

void table_open(Table *table, const char *of_folder, const char *name) {
    Why why = { 0 };
    *table = (Table){ 0 };
    snprintf(table->path, sizeof table->path, "%s/erp/%s.csv", of_folder, name);
    table->file = (BytesFile){ open(table->path, O_RDONLY | O_CLOEXEC), table->path };
    CHECK(table->file.fd >= 0);
    table->csv = csv_begin(bytes_of_file(&table->file), (CsvOptions){ 0 });
    CHECK_OK(csv_next(table->csv, &table->record, &why));
    table->columns = (int)table->record.fields_count;
    CHECK(table->columns <= TABLE_COLUMNS);
    for (int c = 0; c < table->columns; c++)
        snprintf(table->names[c], sizeof table->names[c], "%.*s", TEXT_ARGS(table->record.fields[c].text));
}

bool table_next(Table *table) {
    Why why = { 0 };
    CHECK_OK(csv_next(table->csv, &table->record, &why));
    if (table->record.is_end) {
        csv_end(&table->csv);
        close(table->file.fd);
        return false;
    }
    CHECK_EQ(table->record.fields_count, table->columns);
    return true;
}

Text table_text(const Table *table, const char *column) {
    for (int c = 0; c < table->columns; c++)
        if (strcmp(table->names[c], column) == 0) return table->record.fields[c].text;
    fail_msg("%s has no column %s", table->path, column);
    return (Text){ 0 };
}

int64_t table_int(const Table *table, const char *column) {
    Why why = { 0 };
    int64_t value = 0;
    Text text = table_text(table, column);
    if (text.length) CHECK_OK(integer_parse(text, &value, &why));
    return value;
}

double table_money(const Table *table, const char *column) {
    Why why = { 0 };
    int64_t micro = 0;
    CHECK_OK(decimal_parse(table_text(table, column), DECIMAL_POINT, &micro, &why));
    return micro_to_double(micro);
}

int32_t table_day(const Table *table, const char *column) {
    Why why = { 0 };
    int32_t day = 0;
    CHECK_OK(day_parse(table_text(table, column), "iso", &day, &why));
    return day;
}

bool table_is(const Table *table, const char *column, const char *value) { return text_is(table_text(table, column), value); }

Text table_pair(const Table *table, const char *first, const char *second, char out[64]) {
    int length = snprintf(out, 64, "%.*s|%.*s", TEXT_ARGS(table_text(table, first)), TEXT_ARGS(table_text(table, second)));
    return text_from(out, (size_t)length);
}
