/* regenerate.h - does a stored document still say what the log holds? Its bytes go through its own map once more, with the clock and the
 * units of the import, and every fact is asked for by its row.
 *
 * Asking in the order of the log is one pass over the file with a small batch in memory. A row that the log holds later than its
 * neighbours (its fact had waited for a code, or was told again when another document was taken back) is looked up in an index of hashes,
 * built when the first such row is asked for. */
#pragma once
#include "ingest/import.h"

typedef struct Regenerated Regenerated;

/* One run of an import; one that was interrupted has several, each from a NOTE_RESUMED row on. */
typedef struct RegenerateRun {
    RowId document;
    RowId upto;                 /* the document's row or the NOTE_RESUMED: units hold as told before it */
    int64_t now_us;             /* that row's occurred_us */
    int64_t skip_rows;          /* of the file: stored by earlier runs */
} RegenerateRun;

/* `from` holds the document's bytes, `known` the facts up to run->upto (it may hold more); both outlive it. The bytes are laid out in `folder`,
 * which exists; the caller removes it. ERR_CORRUPT, ERR_NOT_FOUND: the bytes are not what was taken in. */
Err regenerate_begin(Store *from, Store *known, const RegenerateRun *run, const char *folder, Regenerated **out, Why *why);
void regenerate_end(Regenerated **regenerated);
/* OK: that place of the document gives exactly this row: kind, key, payload, both times. ERR_CORRUPT: it gives another one, *out_says is its payload (lives
 * until the next call). ERR_NOT_FOUND: this run says nothing of it. */
Err regenerate_check(Regenerated *regenerated, const Row *row, FactPlace where, Text *out_says, Why *why);
