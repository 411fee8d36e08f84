/* import.h - a file becomes facts in the log.
 *
 * (1) The file's bytes and the map's are stored before anything is read from them: one ROW_DOCUMENT, payload
 *     {"source","name","bytes","sha256","map","map_version","map_sha256","companion"?}; every fact names it as its cause, with line and bytes.
 * (2) The same bytes under the same map stop there: the result says `already`. A retracted document is not found, so it can come again.
 * (3) Facts go in by batches of whole rows, one transaction each; how far it came is kept in the same transaction (value "import"/<document>).
 *     An import that was interrupted goes on after its last batch when the file is imported again (a NOTE_RESUMED row says where). A
 *     NOTE_IMPORTED row says that it is complete.
 * (4) A bad row drops all its facts and never stops the others, unless the map or the caller says atomic: file; then nothing counts and a
 *     NOTE_REFUSED says so. Bad rows become NOTE_BAD_ROW rows caused by the document: the first 1,000 one by one, the rest one per class.
 * (5) A file that is unlike its feed (shelves emptied, units or prices multiplied, items gone, dates shifted: breaker.h) is held: nothing
 *     counts until a named person accepts it; with four_eyes not the one who loaded it.
 * (6) Empty, header-only and cut-off files are ERR_INVALID: unknown is never zero. */
#pragma once
#include <stdatomic.h>

#include "base/json.h"
#include "base/progress.h"
#include "base/turn.h"
#include "ingest/build.h"
#include "ingest/mapping.h"
#include "store/store.h"

typedef enum ImportAtomic { ATOMIC_AS_MAP, ATOMIC_ROW, ATOMIC_FILE } ImportAtomic;

typedef struct ImportOptions {
    const char *path;
    const char *map;            /* a path or the name of a map that ships */
    const char *source;         /* NULL: the map's "name" */
    const char *by;             /* who imports: user or "import" */
    ImportAtomic atomic;
    bool accept_held;           /* `by` has looked at the held file and lets it pass */
    bool four_eyes;             /* and is not the one who loaded it */
    GivenList given;            /* for {"given": ...} in the map */
    int batch_facts;            /* 0: 10,000 */
    int64_t now_us;
    Progress *progress;         /* NULL: silent */
    Turn turn;                  /* given back while the file is read, between two transactions; zeros: nobody else is there */
    atomic_bool *stop;          /* NULL, or: ends with ERR_INTERRUPTED after the batch at hand */
} ImportOptions;

enum { IMPORT_BAD_LISTED = 1000 };

typedef struct ImportResult {
    RowId document;
    bool already, resumed;
    const char *name, *source, *map;
    int64_t bytes, rows, facts, bad_rows, silent_rows;      /* silent: the map makes nothing of them */
    int64_t outcomes[FACT_OUTCOME_COUNT_];
    int64_t bad_by_class[BAD_CLASS_COUNT_];
    BadRow *bad;                /* the first IMPORT_BAD_LISTED, in line order per batch */
    int bad_listed;
} ImportResult;

/* OK: every row is in (or was). ERR_PARTIAL: *out_result lists the bad rows, the others are in. ERR_POLICY: held, nothing counts. ERR_INVALID:
 * the file or the map as a whole (with atomic: file, the first bad row; *out_result lists them). *out_result is filled as far as it came in
 * all cases; its texts live in `keep`. */
Err import_file(Store *store, Arena *keep, const ImportOptions *options, ImportResult *out_result, Why *why);
void import_result_write(JsonWriter *json, const ImportResult *result);      /* one object */
/* line,field,class,message,hint as CSV with a header. */
void import_errors_write(Buf *out, const ImportResult *result);

/* All facts of a document stop counting; what they had replaced counts again. */
Err import_retract(Store *store, RowId document, const char *by, const char *reason, RowId *out_row, Why *why);

/* ---- what would happen ---- */
typedef struct PreviewRow {
    int64_t line;
    const char **facts;         /* "order-line|SO-1|3 {...}" */
    int facts_count;
    const char *error;          /* NULL when good */
} PreviewRow;
typedef struct PreviewColumn { const char *name; bool used; int64_t filled; const char *example; } PreviewColumn;
typedef struct Preview {
    ImportResult result;        /* counts and bad rows; no outcomes, no document */
    PreviewRow *rows;
    int rows_count;
    PreviewColumn *columns;     /* CSV only */
    int columns_count;
    int64_t cells_filled, cells_used;   /* coverage is their share */
    int64_t kinds[FACT_KIND_COUNT_];
} Preview;
/* Reads the whole file and stores nothing. `store` may be NULL: then unit conversions and codes are only those of the file. */
Err import_preview(Store *store, Arena *keep, const ImportOptions *options, int rows_most, Preview *out_preview, Why *why);
void preview_write(JsonWriter *json, const Preview *preview);
