/* verb.h - one table of verbs: what a person or a program can ask of Stockwright.
 *
 * A row carries its command line, its route, who may call it and the function that answers with one JSON document. The command
 * line, HTTP, help, completion, man page and OpenAPI are loops over the same rows, so they cannot disagree. The rows live in app/,
 * which knows every room; api/ receives them as data and knows none of what they do. */
#pragma once
#include <stdbool.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/json.h"
#include "base/text.h"
#include "domain/role.h"

typedef enum ArgType { ARG_TEXT, ARG_INT, ARG_DECIMAL, ARG_DAY, ARG_FLAG, ARG_PATH, ARG_JSON, ARG_TYPE_COUNT_ } ArgType;
typedef enum ArgPlace {
    ARG_OPTION,      /* --name VALUE; query or body member */
    ARG_POSITION,    /* a word in order; path parameter, query or body member */
    ARG_BODY,        /* only over HTTP: a structured body member */
} ArgPlace;

typedef struct Arg {
    const char *name;        /* "place"; NULL ends the list */
    ArgType type;
    ArgPlace place;
    bool required;
    const char *help;
} Arg;

typedef enum VerbFlag {
    VERB_WRITES = 1,         /* needs the writer; over HTTP a POST with CSRF token */
    VERB_SLOW = 2,           /* may take more than 50 ms: runs beside the loop */
    VERB_LOCAL = 4,          /* command line only: it touches this machine's files or starts something */
    VERB_FILE = 8,           /* answers bytes, not JSON: call->content_type says which */
    VERB_NO_STORE = 16,      /* runs without a store */
    VERB_PLANNED = 64,       /* reads the plan, which a planning step shares with it a moment at a time */
    VERB_LONG = 128,         /* plans, imports or takes an import back: minutes, one at a time */
    VERB_OWNER = 32,         /* reads this machine's files: over HTTP only through the store's Unix socket */
} VerbFlag;

typedef struct CallValue { const char *name; Text text; } CallValue;
enum { CALL_VALUES_MOST = 48 };

typedef struct Call {
    void *app;                       /* app's own handle */
    Arena *work;
    const char *user;                /* a name; "" for the local command line without one */
    Role role;
    const char *csrf;                /* of the session; NULL elsewhere */
    CallValue values[CALL_VALUES_MOST];
    int values_count;
    const JsonValue *body;           /* the whole JSON body over HTTP, else NULL */
    Buf *out;                        /* one JSON document, or bytes for VERB_FILE */
    const char *content_type;        /* VERB_FILE sets it */
    const char *file_name;           /* VERB_FILE: suggested name */
    Err outcome;                     /* ERR_PARTIAL where the answer lists what did not work */
    int exit_code;                   /* command line: differences found (10), a check's verdict (1, 2, 3) */
} Call;

typedef Err VerbRun(Call *call, Why *why);

typedef struct Verb {
    const char *name;        /* "queue accept"; NULL ends the table */
    const char *method;      /* "GET", "POST" or NULL where there is no route */
    const char *path;        /* below /api/v1: "/cases/:id/decide" */
    Right right;             /* what the caller's role must hold */
    int flags;
    const Arg *args;         /* NULL-terminated; NULL = none */
    VerbRun *run;
    const char *help;        /* one line, starts small, no final stop */
    const char *examples;    /* lines, or NULL */
    const char *columns;     /* what a table on a terminal shows of its rows, best first; NULL: all */
} Verb;

/* Values by name; absent is NULL / `otherwise`. The typed readers check and name the argument in their error. */
bool call_has(const Call *call, const char *name);
const char *call_text(const Call *call, const char *name);                        /* NUL-terminated, NULL when absent */
Err call_int(const Call *call, const char *name, int64_t otherwise, int64_t *out, Why *why);
Err call_decimal(const Call *call, const char *name, int64_t otherwise, int64_t *out_micro, Why *why);
Err call_day(const Call *call, const char *name, int32_t otherwise, int32_t *out_day, Why *why);
bool call_flag(const Call *call, const char *name);
Err call_set(Call *call, const char *name, Text value, Why *why);                 /* ERR_LIMIT past CALL_VALUES_MOST; a name twice is ERR_USAGE */
/* Every required argument present, every value of its type, nothing that the verb does not know. */
Err call_check(const Call *call, const Verb *verb, Why *why);
const Verb *verb_find(const Verb *verbs, const char *name);
