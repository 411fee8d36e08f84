/* facts.h - one batch of facts on its way into the log. Inside the store only. facts.c fills and writes it, parked.c feeds it
 * with what waited. */
#pragma once
#include "store/family.h"

typedef struct Entry {
    const Fact *fact;
    int64_t document, occurred_us, known_us;
    FactPlace where;
    const char *by;
    Text key, payload;
    int64_t hash;                /* of the payload */
    ItemId item;
    PlaceId place;
    FactOutcome outcome;
    int64_t row;                 /* once written; 0 where none is */
    Member twin;                 /* of a duplicate: what it repeats; its row may be IN_BATCH + number of an entry */
    IdKind missing_kind;         /* of a parked one: the first code that nobody has defined */
    Text missing_code;
} Entry;

typedef struct Defined { IdKind kind; Text code; } Defined;

typedef struct Batch {
    Store *store;
    Arena *work;                 /* cleared with the entries */
    IntMap *retracted;
    int64_t now_us;
    int64_t document, document_kind;     /* the one looked up last */
    LIST(Entry) entries;
    LIST(Defined) defined;       /* codes that the entries define; texts live as long as the store */
} Batch;

Err batch_begin(Batch *batch, Store *store, Why *why);
void batch_end(Batch *batch);
/* Codes to numbers; outcome FACT_PARKED when one is missing. Defines the fact's own code. */
Err batch_resolve(Batch *batch, Entry *entry, Why *why);
bool batch_full(const Batch *batch);
Err batch_write(Batch *batch, Why *why);         /* judges and writes the entries, in the order they were put */
void batch_clear(Batch *batch);

Err park(Batch *batch, const Entry *entry, bool *out_was_there, Why *why);
Err parked_release(Batch *batch, const Defined *defined, Why *why);      /* what waited for the code */
Err parked_forget(Store *store, int64_t document, Why *why);
