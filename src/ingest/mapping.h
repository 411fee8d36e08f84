/* mapping.h - a mapping file: how the rows of one kind of file become facts. Data, never code.
 *
 * The file is JSON, described in docs/import.md; here is its compiled form. Everything that can be wrong with a map is
 * found when it is read, with line and field: a name nobody knows, a field the kind does not have, a table that does not exist, a bad
 * date pattern. What remains for the rows is values.
 *
 * A map speaks of columns (CSV) or paths (JSON Lines) by name; each distinct name is a slot, numbered from 0. */
#pragma once
#include <stdbool.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/decimal.h"
#include "base/json.h"
#include "base/map.h"
#include "base/text.h"
#include "base/time.h"
#include "domain/fact.h"
#include "domain/uom.h"

/* ---- a text taken from a row ---- */
typedef enum FormKind {
    FORM_SLOT,          /* "Qty", or "?Qty" for a column the file may lack */
    FORM_VALUE,         /* {"value": "GBP"}, and {"given": "as_of", "or": "2026-01-31"} once the caller has spoken */
    FORM_FIRST,         /* {"first": ["CustomerID", {"value": "unknown"}]}: the first that is not empty */
    FORM_JOIN,          /* {"join": ["Store", "Product"], "with": "-"}: empty when a part is */
    FORM_TABLE,         /* {"table": "status", "of": "State"} */
    FORM_ROW_NUMBER,    /* {"row_number": true}: for rows that carry no number of their own */
} FormKind;

enum { FORM_PARTS_MOST = 16 };

typedef struct Table {
    const char *name;
    TextMap *index;             /* written value -> entry */
    Text *values;               /* .at NULL: the value stands for nothing */
    int64_t otherwise;          /* entry of "*", or -1: a miss is an error */
} Table;

typedef struct Form {
    FormKind kind;
    int slot;
    Text value;                 /* FORM_VALUE: the text; FORM_JOIN: what stands between */
    const struct Form **parts;  /* FIRST, JOIN; TABLE: one */
    int parts_count;
    const Table *table;
} Form;

/* ---- a field of a fact ---- */
typedef struct Setter {
    Field field;
    FieldType type;
    const char *label;          /* what errors call it: the column's name, else the field's */
    const Form *of;
    DecimalStyle decimal;
    const char *pattern;        /* days and times */
    int64_t times_micro;        /* numbers: multiplied by; 1000000 */
    const Form *uom;            /* numbers: unit of the document, or NULL */
    const char *uom_label;
    const Uom *default_uom;     /* when the column is empty; NULL: base units */
    bool per_uom;               /* prices: per document unit, so divided instead of multiplied */
    bool wide;                  /* runs: every column whose name is a day in `pattern` is a period */
} Setter;

typedef struct Condition {
    const Form *of;
    enum { WHEN_IN, WHEN_STARTS, WHEN_EMPTY } test;
    bool negated;
    const Text *values;
    int values_count;
} Condition;

typedef enum KnownBy {
    KNOWN_BY_KIND,      /* the kind's own day (fact_kinds), a period's end; master rows without one have always been known; else the import's time */
    KNOWN_BY_FIELD,     /* the end of the day in that field; empty: as KNOWN_BY_KIND */
    KNOWN_BY_TIME,      /* a date or time of its own */
    KNOWN_ALWAYS,
    KNOWN_AT_IMPORT,
} KnownBy;

typedef struct Emit {
    FactKind kind;
    const Condition *when;      /* all must hold */
    int when_count;
    const Setter *sets;         /* codes and texts first, so that an item's unit is known when its quantity is read */
    int sets_count;
    KnownBy known_by;
    Field known_field;
    const Setter *known;        /* KNOWN_BY_TIME */
    const Setter *version;      /* a whole number or a time; NULL: arrival order */
    const Form *correction;
    bool once;                  /* only the first row of a file that makes a key makes the fact: masters told by every order line */
} Emit;

/* A second wide file with one row per row of the first: the state of each period. */
typedef struct Companion {
    const char *file;           /* beside the imported one */
    const Table *table;         /* cell -> in-stock, ran-out, out, unknown */
    const char **keys;          /* columns that must agree, row by row */
    int keys_count;
    bool unknown_before_first;  /* periods before the first in-stock one were not listed yet */
} Companion;

typedef enum SourceFormat { FORMAT_CSV, FORMAT_JSONL, FORMAT_COUNT_ } SourceFormat;

typedef struct Mapping {
    const char *name;
    int64_t version;
    const char *source;         /* the system it speaks for: part of the dedupe key */
    SourceFormat format;
    char delimiter;
    bool no_quotes;
    Encoding encoding;          /* as promised by the map */
    Zone *zone;                 /* NULL: UTC */
    UomStandard units;          /* whose unit codes the file uses */
    bool atomic_file;           /* one bad row refuses the whole file */
    const char **slots;         /* names */
    bool *slot_optional;
    int slots_count;
    const Emit *emits;
    int emits_count;
    const Companion *companion;
    const char *wide_pattern;   /* NULL: no wide columns */
    int32_t wide_from_day;      /* earlier columns are left out; INT32_MIN */
    int64_t wide_bucket_days;
    TextMap **tables_;          /* for mapping_end */
    int tables_count_;
} Mapping;

/* What the caller says on the command line for {"given": name}. */
typedef struct Given { const char *name, *value; } Given;
typedef struct GivenList { const Given *at; int count; } GivenList;

/* Reads and compiles; `name` stands in front of the sentences. Everything lives in `keep`, except what mapping_end gives back. */
Err mapping_read(Arena *keep, Text json, const char *name, GivenList given, Mapping **out_mapping, Why *why);
void mapping_end(Mapping **mapping);

/* The bytes of a map by path, or by the name of one that ships with the product: "standard/order-lines", "public/vn2-sales", or
 * just "order-lines". ERR_NOT_FOUND proposes the nearest. */
Err mapping_find(Arena *keep, const char *name_or_path, Text *out_json, Why *why);
/* Names of the maps that ship with the product, NULL at the end. */
const char *const *mapping_names(Arena *keep);
