/* company.h - a written company for tests: made once per test program, read back row by row. */
#pragma once
#include "base/csv.h"
#include "sample/sample.h"
#include "tests/test.h"

enum { END_DAY = 20780, TABLE_COLUMNS = 20 };       /* 2026-11-23 */

/* Folder of a company of 1,200 items; removed when the program ends. */
const char *company_folder(void);

typedef struct Table {
    Csv *csv;
    BytesFile file;
    char path[512], names[TABLE_COLUMNS][24];
    int columns;
    CsvRecord record;
} Table;

/* Not copied while open: the reader points into it. Every row must have as many fields as the header. */
void table_open(Table *table, const char *folder, const char *name);
bool table_next(Table *table);                       /* false closes it */
Text table_text(const Table *table, const char *column);
int64_t table_int(const Table *table, const char *column);        /* empty: 0 */
double table_money(const Table *table, const char *column);
int32_t table_day(const Table *table, const char *column);
bool table_is(const Table *table, const char *column, const char *value);
/* "item|place" or any two columns. */
Text table_pair(const Table *table, const char *first, const char *second, char out[64]);
