/* source.h - the rows of a file, whatever its format: each row is a text per slot of the map.
 *
 * A bad row (ragged, NUL, not UTF-8, not JSON) is reported and the next call goes on after it. Memory is constant: what a
 * Record shows lives until the next call. To add a format: a row in source.c's table and its file beside csv-source.c. */
#pragma once
#include "base/csv.h"
#include "ingest/mapping.h"

typedef struct Record {
    int64_t line;               /* from 1 */
    int64_t offset, length;     /* bytes in the file as stored; length 0: not known (the file was not UTF-8) */
    int64_t number;             /* of data rows, from 1 */
    const char *bad_column;     /* of a row that cannot be read: the column where that shows, NULL when it is the row */
    const Text *slots;          /* trimmed; .at NULL: absent or empty */
    const CsvField *cells;      /* CSV: all of them, for wide columns and coverage */
    size_t cells_count;
    const uint8_t *states;      /* PeriodState per period of a wide row, from the companion; NULL when there is none */
    bool is_end;
} Record;

/* The periods of a wide file: column -> period. */
typedef struct WidePlan {
    int32_t *column;            /* per period; -1: the file has no such column */
    int32_t periods;
    int32_t from_day;
} WidePlan;

typedef struct Source Source;

/* Opens the file and its companion, reads the header, finds the map's columns. A missing column is ERR_INVALID with the nearest
 * name; so is an empty file ("unknown, not zero"). */
Err source_begin(const char *path, const Mapping *mapping, Source **out_source, Why *why);
void source_end(Source **source);
/* ERR_IO or ERR_CORRUPT: nothing more will come. Any other error: this row is bad (line, offset, length are set), go on. */
Err source_next(Source *source, Record *out_record, Why *why);
int64_t source_bytes_done(const Source *source);
const WidePlan *source_wide(const Source *source);              /* NULL when the map has no wide field */
/* Whether the file can fill the form at all: a CSV file may lack optional columns. */
bool source_fills(const Source *source, const Form *form);
/* The columns of a CSV file and which of them the map uses; 0 for JSON Lines. */
int source_columns(const Source *source, const Text **out_names, const bool **out_used);

/* ---- for the formats ---- */
typedef struct SourceKind {
    const char *name;
    Err (*begin)(Source *source, Bytes bytes, Why *why);
    Err (*next)(Source *source, Record *out_record, Why *why);
    void (*end)(Source *source);
    int64_t (*bytes_done)(const Source *source);
} SourceKind;
