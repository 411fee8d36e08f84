/* bench-store.c - taking facts in and reading them back, beside the least that SQLite itself must do for the same bytes in the same run.
 *
 * Peer: one table, integer key, the same payload text, 10,000 rows a transaction, WAL, synchronous=FULL: no key, no dedupe, no hash. What the
 * store does on top is the readable key with its versions, the chain, where in the document, and the codes. */
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/file.h"
#include "base/hash.h"
#include "base/world.h"
#include "store/store.h"

enum { BATCH = 10000, BATCHES = 30, ITEMS = 5000 };

static double seconds_since(int64_t start_us) { return (double)(monotonic_us() - start_us) / 1e6; }

static void must(Err err, const Why *why) {
    if (err == OK) return;
    fprintf(stderr, "%s\n", why->message);
    exit(1);
}

static void fact_fill(Arena *work, Fact *fact, int64_t number) {
    *fact = (Fact){ .kind = FACT_ORDER_LINE, .occurred_us = 1, .known_us = 1 };
    fact_set_text(fact, F_item, text_of(text_format(work, "IT-%06d", (int)(number * 7919 % ITEMS))));
    fact_set_text(fact, F_place, text_of("DFW"));
    fact_set_text(fact, F_customer, text_of("C-1"));
    fact_set_text(fact, F_doc, text_of(text_format(work, "SO-%08lld", (long long)(number / 4))));
    fact_set_text(fact, F_line, text_of(text_format(work, "%d", (int)(number % 4 + 1))));
    fact_set_text(fact, F_status, text_of("open"));
    fact_set_number(fact, F_qty, (number % 40 + 1) * 1000000);
    fact_set_number(fact, F_price, 12500000);
    fact_set_number(fact, F_order_day, 20000 + (int32_t)(number / 2000));
    fact_set_number(fact, F_requested_day, 20002 + (int32_t)(number / 2000));
}

static void masters(Store *store, RowId document) {
    own(arena_end) Arena *work = arena_begin(256 * MiB);
    Fact *facts = many_in(work, Fact, ITEMS + 2);
    FactOutcome *outcomes = many_in(work, FactOutcome, ITEMS + 2);
    RowId *rows = many_in(work, RowId, ITEMS + 2);
    Why why;
    for (int i = 0; i < ITEMS; i++) {
        facts[i] = (Fact){ .kind = FACT_ITEM, .occurred_us = 1, .known_us = 1 };
        fact_set_text(&facts[i], F_item, text_of(text_format(work, "IT-%06d", i)));
        fact_set_text(&facts[i], F_uom, text_of("EA"));
    }
    facts[ITEMS] = (Fact){ .kind = FACT_PLACE, .occurred_us = 1, .known_us = 1 };
    fact_set_text(&facts[ITEMS], F_place, text_of("DFW"));
    facts[ITEMS + 1] = (Fact){ .kind = FACT_CUSTOMER, .occurred_us = 1, .known_us = 1 };
    fact_set_text(&facts[ITEMS + 1], F_customer, text_of("C-1"));
    must(store_begin(store, &why), &why);
    must(facts_append(store, document, facts, NULL, ITEMS + 2, "bench", outcomes, rows, &why), &why);
    must(store_commit(store, &why), &why);
}

static double append(Store *store, RowId document) {
    int64_t spent = 0;
    Why why;
    for (int batch = 0; batch < BATCHES; batch++) {
        own(arena_end) Arena *work = arena_begin(256 * MiB);
        Fact *facts = many_in(work, Fact, BATCH);
        FactOutcome *outcomes = many_in(work, FactOutcome, BATCH);
        RowId *rows = many_in(work, RowId, BATCH);
        for (int i = 0; i < BATCH; i++) fact_fill(work, &facts[i], (int64_t)batch * BATCH + i);
        int64_t start = monotonic_us();
        must(store_begin(store, &why), &why);
        must(facts_append(store, document, facts, NULL, BATCH, "bench", outcomes, rows, &why), &why);
        must(store_commit(store, &why), &why);
        spent += monotonic_us() - start;
    }
    return (double)BATCH * BATCHES / ((double)spent / 1e6);
}

static Err count_fact(void *self, const Row *row, const Fact *fact, Why *why) {
    (void)row, (void)fact, (void)why;
    ++*(int64_t *)self;
    return OK;
}

static double scan(Store *store) {
    Why why;
    int64_t count = 0, start = monotonic_us();
    FactFilter filter = { .known_us = INT64_MAX, .upto = log_last(store), .kinds = 1ull << FACT_ORDER_LINE };
    must(facts_scan(store, &filter, count_fact, &count, &why), &why);
    return (double)count / seconds_since(start);
}

static double verify(Store *store) {
    Why why;
    int64_t rows = 0, start = monotonic_us();
    must(store_verify(store, &rows, &why), &why);
    return (double)rows / seconds_since(start);
}

static double peer(const char *path) {
    sqlite3 *db;
    sqlite3_stmt *insert;
    int64_t spent = 0;
    if (sqlite3_open(path, &db) != SQLITE_OK) exit(1);
    sqlite3_exec(db, "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; CREATE TABLE t (id INTEGER PRIMARY KEY, payload TEXT)", NULL, NULL, NULL);
    sqlite3_prepare_v2(db, "INSERT INTO t (payload) VALUES (?)", -1, &insert, NULL);
    for (int batch = 0; batch < BATCHES; batch++) {
        own(arena_end) Arena *work = arena_begin(256 * MiB);
        int64_t start = monotonic_us();
        sqlite3_exec(db, "BEGIN IMMEDIATE", NULL, NULL, NULL);
        for (int i = 0; i < BATCH; i++) {
            own(buf_end) Buf payload = buf_begin(4 * KiB);
            Fact fact;
            fact_fill(work, &fact, (int64_t)batch * BATCH + i);
            fact_write(&payload, &fact);
            sqlite3_bind_text(insert, 1, payload.at, (int)payload.length, SQLITE_STATIC);
            sqlite3_step(insert);
            sqlite3_reset(insert);
        }
        sqlite3_exec(db, "COMMIT", NULL, NULL, NULL);
        spent += monotonic_us() - start;
    }
    sqlite3_finalize(insert);
    sqlite3_close(db);
    return (double)BATCH * BATCHES / ((double)spent / 1e6);
}

int main(void) {
    own(arena_end) Arena *work = arena_begin(1 * MiB);
    World world = world_real();
    char *folder;
    Why why;
    Store *store = NULL;
    if (sodium_init() < 0) return 1;
    must(folder_temporary(work, "bench-store", &folder, &why), &why);
    char *directory = path_join(work, folder, "store");
    must(store_init(directory, &world, &why), &why);
    must(store_open(directory, STORE_WRITE, &world, &store, &why), &why);
    Row document = { .kind = ROW_DOCUMENT, .key = "bench", .payload = text_of("{}") };
    must(store_begin(store, &why), &why);
    must(log_append(store, &document, &why), &why);
    must(store_commit(store, &why), &why);
    masters(store, document.id);
    double ours = append(store, document.id), read = scan(store), checked = verify(store), theirs = peer(path_join(work, folder, "peer.db"));
    store_close(&store);
    must(folder_remove(folder, &why), &why);
    printf("%-44s %12s\n", "what", "rows/s");
    printf("%-44s %12.0f\n", "facts_append, 10,000 a transaction", ours);
    printf("%-44s %12.0f\n", "SQLite append of the same bytes, no key", theirs);
    printf("%-44s %12.2f\n", "times slower than that", theirs / ours);
    printf("%-44s %12.0f\n", "facts_scan, read back and decoded", read);
    printf("%-44s %12.0f\n", "store_verify: pages, chain, derived tables", checked);
    return 0;
}
