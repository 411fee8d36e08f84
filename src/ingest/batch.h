/* batch.h - reading ahead: a thread turns rows into facts, one batch before the one that is being stored. Batches come in file order
 * and hold whole rows, so what is stored does not depend on the threads. */
#pragma once
#include "domain/fact.h"
#include "ingest/build.h"
#include "store/store.h"

enum { BATCH_BAD_LISTED = 1000 };

typedef struct Batch {
    Fact *facts;
    FactPlace *where;
    FactForm *forms;            /* NULL unless asked for */
    int count;
    BadRow *bad;                /* the first BATCH_BAD_LISTED of the batch */
    int bad_listed;
    int64_t bad_by_class[BAD_CLASS_COUNT_];
    int64_t bad_count;
    int64_t rows, silent_rows;  /* read; of these, rows for which the map makes nothing */
    int64_t rows_done;          /* of the file, this batch included */
    int64_t bytes_done;
    bool is_end;
    Arena *work;
} Batch;

typedef struct Reader Reader;

typedef struct ReaderOptions {
    Source *source;
    Builder *builder;
    int most_facts;             /* per batch; at least one row is taken */
    int emits;                  /* mapping->emits_count */
    int64_t skip_rows;          /* rows stored by an earlier run: read, not given */
    bool ahead;                 /* on a thread of its own */
    bool forms;                 /* the facts are to be stored: their keys and payloads are worked out here */
} ReaderOptions;

Reader *reader_begin(ReaderOptions options);
void reader_end(Reader **reader);
/* The batch lives until the next call. After is_end nothing may be asked. ERR_IO, ERR_CORRUPT: the file cannot be read on. */
Err reader_next(Reader *reader, const Batch **out_batch, Why *why);
