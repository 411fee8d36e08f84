/* build.h - a row becomes facts, as the map says. A row is all or nothing: one bad field drops every fact of its row, with the
 * line, the field and the remedy. Knows the units of items, nothing of the store. */
#pragma once
#include "ingest/source.h"
#include "ingest/units.h"

typedef enum BadClass {
    BAD_SHAPE,          /* ragged, NUL, encoding, JSON */
    BAD_CODE,           /* a value its table does not have; an unknown status */
    BAD_NUMBER, BAD_DATE, BAD_UNIT,
    BAD_VALUE,          /* negative stock, a day in the future, a field that is missing */
    BAD_CONFLICT,       /* the same key and version came with other content */
    BAD_CLASS_COUNT_,
} BadClass;
extern const char *const bad_class_names[BAD_CLASS_COUNT_];

typedef struct BadRow {
    BadClass class;
    int64_t line, offset, length;
    FactKind kind;              /* FACT_NONE when the row never got that far */
    bool negative_stock;        /* refused because the level is below zero */
    const char *field;          /* the column's name, "" when it is the row as a whole */
    const char *message, *hint;
    const char *item, *place;   /* codes where they were read, else "" */
} BadRow;

typedef struct Builder Builder;

/* `units` NULL when the file has no units. now_us is the import's time: events later than it by more than two days, and plans more than
 * five years away, are errors. All must outlive the builder. */
Builder *builder_begin(const Mapping *mapping, const WidePlan *wide, Units *units, int64_t now_us);
void builder_end(Builder **builder);
/* At most mapping->emits_count facts, in `into`; texts and runs in `work`. On failure *out_bad says what (its texts in `work`), the
 * sentence in `why` is the same. No fact and OK: no "emit" was meant for this row. */
Err build_row(Builder *builder, const Record *record, Arena *work, Fact *into, int *out_count, BadRow *out_bad, Why *why);
/* A row the source could not read. */
BadRow bad_row_of(Arena *work, const Record *record, const Why *why);

Err check_horizon(const Fact *fact, int32_t today, Why *why);
