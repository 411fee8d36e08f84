/* mapping-parse.h - what the two files that compile a map share; nobody else includes it. */
#pragma once
#include "base/list.h"
#include "ingest/mapping.h"

typedef struct MapParser {
    Arena *keep;
    Mapping *mapping;
    GivenList given;
    DecimalStyle decimal;           /* the source's */
    const char *dates;
    Table *tables;
    int tables_count;
    LIST(const char *) slots;
    LIST(bool) optional;
} MapParser;

/* ERR_INVALID "line N: ...", the line of `at`. */
Err map_bad(const JsonValue *at, Why *why, const char *format, ...) __attribute__((format(printf, 3, 4)));
int map_state_find(Text state);     /* PeriodState of "in-stock" ..., -1 when unknown */
Err map_read_emit(MapParser *p, const JsonValue *object, Emit *out, Why *why);
