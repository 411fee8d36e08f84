/* document.h - the row of a file, its notes, and how far its import came. All inside the caller's transaction. */
#pragma once
#include "base/hash.h"
#include "ingest/breaker.h"
#include "ingest/job.h"

/* Which bytes, read how: of the file, of its companion, of the map, and what the caller gave. */
typedef struct Identity {
    Sha256 file, companion, map;
    Hash all;
    int64_t bytes;
} Identity;

typedef enum DocumentState { DOCUMENT_NEW, DOCUMENT_RUNNING, DOCUMENT_HELD, DOCUMENT_REFUSED, DOCUMENT_COMPLETE } DocumentState;

/* Kept as the value "import"/<row>; a document without one is complete. */
typedef struct Document {
    RowId row;
    DocumentState state;
    int64_t rows_done;          /* of the file, in committed batches */
    RowId held_note;            /* DOCUMENT_HELD, and after it */
    int64_t noted[BAD_CLASS_COUNT_];    /* bad rows that have a note of their own */
    Identity identity;
} Document;

/* Looks the same bytes under the same map up: *out_document->state DOCUMENT_NEW when there are none. */
Err document_find(const Job *job, Arena *work, Document *out_document, Why *why);
/* Stores the bytes, the map and the row of a document that was not found; bytes that changed since are ERR_CONFLICT. */
Err document_create(const Job *job, Arena *work, Document *document, Why *why);
Err document_save(const Job *job, const Document *document, const ImportResult *counts, Why *why);
/* What an earlier, interrupted run had counted. */
Err document_restore(const Job *job, Arena *work, const Document *document, ImportResult *counts, Why *why);

Err note_bad_row(const Job *job, RowId document, const BadRow *bad, Why *why);
/* The rows of a class that were not listed one by one. */
Err note_bad_rest(const Job *job, RowId document, BadClass class, int64_t count, Why *why);
Err note_held(const Job *job, RowId document, const Finding *finding, RowId *out_note, Why *why);
Err note_held_accepted(const Job *job, RowId held_note, Why *why);
Err note_imported(const Job *job, RowId document, const ImportResult *result, Why *why);
/* Another run over a document that an earlier one left incomplete, from its rows_done on. */
Err note_resumed(const Job *job, const Document *document, Why *why);
Err note_refused(const Job *job, RowId document, const ImportResult *result, Why *why);
