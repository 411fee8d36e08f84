/* bench-events.c - from a new fact to the changed case, in a plan that is being served.
 *
 *     bench-events [ITEM_PLACES] [DIRECTORY] [FACTS_A_SECOND] [SECONDS] [ROUND]
 *
 * Facts arrive one by one at a steady rate. One thread does what a server's ticker does, over and over: takes in whatever has arrived (one
 * transaction, durable), then one tick of the app (match orders, plan, what rules decide, send). A fact's time runs from its arrival to the end of the tick
 * that had it in: then its case stands in the queue. Every fact empties or fills one item-place, so nearly every one changes a case. With ROUND,
 * facts wait in any number and each round takes just that many: then CPU seconds can be compared, and the rows of two programs on two copies of one store.
 *
 * Peer: the same bytes, one by one batch of the same size, appended to a bare SQLite table: the two fsyncs nobody can save. */
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "app/app.h"
#include "base/file.h"
#include "base/hash.h"
#include "base/time.h"
#include "bench/depot.h"

enum { FACTS_MOST = 2000 };

static void take_in(Store *store, int64_t spots, int64_t from, int count) {
    own(arena_end) Arena *work = arena_begin(64 * MiB);
    Why why;
    Fact *facts = many_in(work, Fact, count);
    for (int i = 0; i < count; i++) depot_event(work, spots, from + i, &facts[i]);
    must(store_begin(store, &why), &why);
    Row document = { .kind = ROW_DOCUMENT, .by = "bench", .key = text_format(work, "bench|%lld", (long long)from), .payload = text_of("{}") };
    must(log_append(store, &document, &why), &why);
    must(facts_append(store, document.id, facts, NULL, count, "bench", NULL, NULL, &why), &why);
    must(store_commit(store, &why), &why);
}

static void peer(const char *path, int batch, int rounds) {
    sqlite3 *db;
    sqlite3_stmt *insert;
    int64_t *took = calloc((size_t)rounds, sizeof *took);
    static char bytes[300];
    if (!took || sqlite3_open(path, &db) != SQLITE_OK) exit(1);
    sqlite3_exec(db, "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; CREATE TABLE t (id INTEGER PRIMARY KEY, payload TEXT)", NULL, NULL, NULL);
    sqlite3_prepare_v2(db, "INSERT INTO t (payload) VALUES (?)", -1, &insert, NULL);
    memset(bytes, 'x', sizeof bytes - 1);
    for (int r = 0; r < rounds; r++) {
        int64_t start = monotonic_us();
        for (int half = 0; half < 2; half++) {
            sqlite3_exec(db, "BEGIN IMMEDIATE", NULL, NULL, NULL);
            for (int i = 0; i < batch; i++) {
                sqlite3_bind_text(insert, 1, bytes, -1, SQLITE_STATIC);
                sqlite3_step(insert);
                sqlite3_reset(insert);
            }
            sqlite3_exec(db, "COMMIT", NULL, NULL, NULL);
        }
        took[r] = monotonic_us() - start;
    }
    sqlite3_finalize(insert);
    sqlite3_close(db);
    printf("%-52s %10.2f %10.2f\n", "bare SQLite: two commits of so many rows, ms p50 p99", (double)quantile_us(took, rounds, 0.5) / 1e3, (double)quantile_us(took, rounds, 0.99) / 1e3);
    free(took);
}

int main(int count, char **words) {
    own(arena_end) Arena *arena = arena_begin(64 * MiB);
    Why why;
    int64_t spots = count > 1 ? atoll(words[1]) : 100000, rate = count > 3 ? atoll(words[3]) : 1000, seconds = count > 4 ? atoll(words[4]) : 10, round = count > 5 ? atoll(words[5]) : 0;
    World world = depot_world();
    char *folder = NULL;
    struct stat there;
    if (sodium_init() < 0) return 1;
    must(folder_temporary(arena, "bench-events", &folder, &why), &why);
    const char *directory = count > 2 ? words[2] : path_join(arena, folder, "store");
    if (stat(directory, &there) != 0) depot_make(directory, &world, spots, 1, &(DepotResult){ 0 });
    App app = { .world = world, .directory = directory, .quiet = true, .keep = arena };
    Store *store;
    AppTick tick;
    app_begin(&app);
    must(app_store(&app, STORE_WRITE, &store, &why), &why);
    must(store_checkpoints_aside(store, &why), &why);                /* as a server does */
    must(app_tick(&app, &tick, &why), &why);
    int64_t number = log_last(store).v * 10000, first = number;      /* numbers that no run before had: the same facts again would change nothing */
    int64_t total = rate * seconds, taken = 0, ticks = 0, changed = 0, batch_most = 0;
    int64_t *took = calloc((size_t)total, sizeof *took), *step_took = calloc((size_t)total, sizeof *step_took);
    if (!took || !step_took) return 1;
    double cpu = cpu_seconds();
    int64_t start = monotonic_us();
    while (taken < total) {
        int64_t arrived = (monotonic_us() - start) * rate / 1000000;
        if (round || arrived > total) arrived = total;
        int64_t most = round ? round : FACTS_MOST;
        int fresh = (int)(arrived - taken < most ? arrived - taken : most);
        if (fresh == 0) {
            usleep(100);
            continue;
        }
        int64_t began = monotonic_us();
        take_in(store, spots, number, fresh);
        must(app_tick(&app, &tick, &why), &why);
        int64_t done = monotonic_us() - start;
        for (int i = 0; i < fresh; i++) took[taken + i] = done - (taken + i + 1) * 1000000 / rate;
        step_took[ticks++] = monotonic_us() - began;
        changed += tick.plan.cases_new + tick.plan.cases_changed + tick.plan.cases_closed;
        if (fresh > batch_most) batch_most = fresh;
        taken += fresh;
        number += fresh;
    }
    double wall = (double)(monotonic_us() - start) / 1e6;
    cpu = cpu_seconds() - cpu;
    if (!round)
        printf("%-52s %10.2f %10.2f %10.2f\n", "fact to changed case, ms p50 p99 worst", (double)quantile_us(took, (int)total, 0.5) / 1e3,
               (double)quantile_us(took, (int)total, 0.99) / 1e3, (double)quantile_us(took, (int)total, 1) / 1e3);
    printf("%-52s %10.2f %10.2f\n", "one round (take in, tick), ms p50 p99", (double)quantile_us(step_took, (int)ticks, 0.5) / 1e3, (double)quantile_us(step_took, (int)ticks, 0.99) / 1e3);
    printf("%-52s %10.0f %10lld\n", "facts a second kept up with, wanted", (double)(number - first) / wall, (long long)rate);
    printf("%-52s %10.2f %10.2f\n", "case rows a fact, CPU ms a fact", (double)changed / (double)total, cpu * 1e3 / (double)total);
    printf("%-52s %10lld %10lld\n", "rounds, most facts in one", (long long)ticks, (long long)batch_most);
    peer(path_join(arena, folder, "peer.db"), (int)(total / ticks) + 1, 200);
    app_end(&app);
    must(folder_remove(folder, &why), &why);
    free(took);
    free(step_took);
    return 0;
}
