/* bench-queue.c - a window of 200 rows of the queue as a screen asks for it: order, facets, rows with their texts, JSON.
 *
 *     bench-queue [ITEM_PLACES] [DIRECTORY]
 *
 * Cold: the first window of an order (filter and sort) that nobody asked for since the last planning step. Warm: a window anywhere in an order that
 * stands. Peer: the statement a plain page would run, best 200 of the open cases, on the same file. */
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "app/app.h"
#include "base/file.h"
#include "base/hash.h"
#include "base/time.h"
#include "bench/depot.h"
#include "desk/queue.h"

enum { WINDOW = 200, ROUNDS = 200, COLD_ROUNDS = 5 };

static int64_t ask(Queue *queue, const Desk *desk, const QueueQuery *query, QueuePage *out_page) {
    own(arena_end) Arena *work = arena_begin(256 * MiB);
    own(buf_end) Buf answer = buf_begin(16 * MiB);
    Why why;
    int64_t start = monotonic_us();
    must(queue_page(queue, desk, work, query, out_page, &why), &why);
    must(queue_page_write(&answer, desk->store, work, query->offset, out_page, &why), &why);
    return monotonic_us() - start;
}

static void measure(Queue *queue, const Desk *desk, const char *what, QueueQuery query) {
    int64_t cold[COLD_ROUNDS], warm[ROUNDS];
    double cpu = cpu_seconds(), cold_cpu;
    QueuePage page = { 0 };
    char words[64];
    const char *wanted = query.words ? query.words : "";
    query.limit = WINDOW;
    for (int i = 0; i < COLD_ROUNDS; i++) {
        snprintf(words, sizeof words, "%*s%s", i, "", wanted);     /* blanks before it make it another order, of the same cases */
        query.words = words;
        cold[i] = ask(queue, desk, &query, &page);
    }
    cold_cpu = cpu_seconds() - cpu;
    cpu = cpu_seconds();
    query.snapshot = page.snapshot;
    Rng rng = rng_of(5);
    for (int i = 0; i < ROUNDS; i++) {
        query.offset = page.total > WINDOW ? (int64_t)rng_below(&rng, (uint64_t)(page.total - WINDOW)) : 0;
        warm[i] = ask(queue, desk, &query, &page);
    }
    cpu = cpu_seconds() - cpu;
    printf("%-36s %8lld %9.2f %9.2f %9.2f %9.2f %9.2f %9.2f\n", what, (long long)page.total, (double)quantile_us(cold, COLD_ROUNDS, 0.5) / 1e3,
           (double)quantile_us(cold, COLD_ROUNDS, 1) / 1e3, cold_cpu * 1e3 / COLD_ROUNDS, (double)quantile_us(warm, ROUNDS, 0.5) / 1e3,
           (double)quantile_us(warm, ROUNDS, 0.99) / 1e3, cpu * 1e3 / ROUNDS);
}

static void peer(Arena *arena, const char *directory) {
    sqlite3 *db;
    sqlite3_stmt *statement;
    int64_t took[ROUNDS], bytes = 0;
    if (sqlite3_open_v2(path_join(arena, directory, "log.db"), &db, SQLITE_OPEN_READONLY, NULL) != SQLITE_OK) exit(1);
    if (sqlite3_prepare_v2(db, "SELECT c.*, l.payload FROM case_now c JOIN log l ON l.id = c.row WHERE c.status = 0 ORDER BY c.rank_minor DESC, c.id LIMIT 200", -1, &statement, NULL) != SQLITE_OK) exit(1);
    for (int i = 0; i < ROUNDS; i++) {
        int64_t start = monotonic_us();
        while (sqlite3_step(statement) == SQLITE_ROW) bytes += sqlite3_column_bytes(statement, 22);
        sqlite3_reset(statement);
        took[i] = monotonic_us() - start;
    }
    sqlite3_finalize(statement);
    sqlite3_close(db);
    printf("%-36s %8s %9s %9s %9s %9.2f %9.2f\n", bytes ? "bare SQLite: best 200, no facets" : "bare SQLite: none", "", "", "", "", (double)quantile_us(took, ROUNDS, 0.5) / 1e3,
           (double)quantile_us(took, ROUNDS, 0.99) / 1e3);
}

int main(int count, char **words) {
    own(arena_end) Arena *arena = arena_begin(64 * MiB);
    Why why;
    int64_t spots = count > 1 ? atoll(words[1]) : 100000;
    World world = depot_world();
    char *folder = NULL;
    struct stat there;
    if (sodium_init() < 0) return 1;
    must(folder_temporary(arena, "bench-queue", &folder, &why), &why);
    const char *directory = count > 2 ? words[2] : path_join(arena, folder, "store");
    if (stat(directory, &there) != 0) {
        App app = { .world = world, .directory = directory, .quiet = true, .keep = arena };
        Store *store;
        AppTick tick;
        depot_make(directory, &world, spots, 1, &(DepotResult){ 0 });
        app_begin(&app);
        must(app_store(&app, STORE_WRITE, &store, &why), &why);
        must(app_tick(&app, &tick, &why), &why);
        app_end(&app);
    }
    Policy policy;
    Desk desk = { .world = world, .policy = &policy };
    desk.store = depot_open(directory, STORE_READ, &world, arena, &policy, &desk.policy_row);
    printf("%-36s %8s %9s %9s %9s %9s %9s %9s\n", "window of 200, ms", "cases", "cold p50", "most", "CPU", "warm p50", "p99", "CPU");
    QueuePage page;
    Queue *queue = queue_begin();
    int64_t first = ask(queue, &desk, &(QueueQuery){ .limit = WINDOW }, &page);
    printf("%-36s %8lld %9.2f\n", "the first of all: cases are read", (long long)page.total, (double)first / 1e3);
    measure(queue, &desk, "open, by rank", (QueueQuery){ .view = "open" });
    measure(queue, &desk, "open, by value", (QueueQuery){ .view = "open", .sort = "value" });
    measure(queue, &desk, "open, by item", (QueueQuery){ .view = "open", .sort = "item", .ascending = true });
    measure(queue, &desk, "open, one place, by due day", (QueueQuery){ .view = "open", .sort = "due", .place = "P2" });
    measure(queue, &desk, "open, one kind, by stake", (QueueQuery){ .view = "open", .sort = "stake", .kind = "excess" });
    measure(queue, &desk, "open, a word, by rank", (QueueQuery){ .view = "open", .words = "fitting 77" });
    measure(queue, &desk, "all, by opened", (QueueQuery){ .view = "all", .sort = "opened" });
    queue_end(&queue);
    peer(arena, directory);
    store_close(&desk.store);
    must(folder_remove(folder, &why), &why);
    return 0;
}
