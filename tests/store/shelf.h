/* shelf.h - a store in a temporary directory, and facts to put on it, for the claims of this room. */
#pragma once
#include "store/store.h"
#include "tests/test.h"

typedef struct Shelf {
    Arena *work;
    WorldTest clock;
    World world;
    char *directory;
    Store *store;
} Shelf;

Shelf *shelf_begin(void);                        /* an empty store, open for writing */
void shelf_end(Shelf **shelf);                   /* and its directory is gone */
void shelf_reopen(Shelf *shelf);

RowId shelf_document(Shelf *shelf, const char *name);                         /* a document row, committed */
Fact item_fact(const char *item);
Fact place_fact(const char *place);
Fact customer_fact(const char *customer);
Fact order_fact(const char *doc, const char *line, const char *item, const char *place, int64_t qty, int64_t version);
/* In a transaction of its own. */
FactOutcome shelf_put(Shelf *shelf, RowId document, const Fact *fact);
RowId shelf_row(Shelf *shelf, RowKind kind, RowId cause, const char *key, const char *payload);
void shelf_masters(Shelf *shelf);                /* items A B C, places P Q, customer K; from a document of their own */

/* What counts, as "key=payload" lines sorted by key; `kinds` as in FactFilter. */
const char *shelf_counted(Shelf *shelf, uint64_t kinds, RowId upto, int64_t known_us);
#define ORDERS (1ull << FACT_ORDER_LINE)
#define NOW ((RowId){ 0 }), INT64_MAX
