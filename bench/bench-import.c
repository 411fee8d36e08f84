/* bench-import.c - a file by its whole route into the log: parsed, mapped, checked, told apart from what is known, chained, synced. Order lines
 * through the map that ships, then wide rows of 104 weeks.
 *
 *     bench-import [ORDER_LINES [WIDE_ROWS]]        13,000,000 order lines make a file of 1 GB
 *
 * Peer in the same run: the same lines of the same file into one table of SQLite with an integer key, 10,000 a transaction, WAL,
 * synchronous=FULL: no map, no check, no key, no chain. CPU is that of the thread that stores; another one reads ahead, so that on a machine
 * with an idle second core it bounds what is taken in. */
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>

#include "base/file.h"
#include "base/hash.h"
#include "base/time.h"
#include "base/world.h"
#include "ingest/import.h"
#include "store/store.h"

enum { BATCH = 10000, ITEMS = 5000, CUSTOMERS = 300, WEEKS = 104 };

static const char wide_map[] =
    "{\"map\":\"wide\",\"version\":1,\"source\":{\"format\":\"csv\",\"dates\":\"%Y-%m-%d\"},\"name\":\"pos\",\"emit\":[{\"fact\":\"sales\",\"set\":"
    "{\"item\":\"item\",\"place\":\"place\",\"run\":{\"wide\":{\"as\":\"%Y-%m-%d\",\"bucket_days\":7}}}}]}";

typedef struct Bench { Arena *work; World world; char *folder; Store *store; } Bench;
typedef struct Spent { double wall_s, cpu_s; } Spent;

static void must(Err err, const Why *why) {
    if (err == OK) return;
    fprintf(stderr, "%s\n", why->message);
    exit(1);
}

static Spent now(void) {
    struct rusage used;
    getrusage(RUSAGE_THREAD, &used);
    return (Spent){ (double)monotonic_us() / 1e6, (double)(used.ru_utime.tv_sec + used.ru_stime.tv_sec) + (double)(used.ru_utime.tv_usec + used.ru_stime.tv_usec) / 1e6 };
}

static Spent since(Spent start) {
    Spent end = now();
    return (Spent){ end.wall_s - start.wall_s, end.cpu_s - start.cpu_s };
}

/* ---- the files ---- */

static FILE *create(const Bench *bench, const char *name) {
    FILE *out = fopen(path_join(bench->work, bench->folder, name), "w");
    if (!out) exit(1);
    return out;
}

static void masters_write(const Bench *bench) {
    FILE *items = create(bench, "items.csv"), *places = create(bench, "places.csv"), *customers = create(bench, "customers.csv");
    fputs("item,uom\n", items);
    for (int i = 0; i < ITEMS; i++) fprintf(items, "FST-%06d,EA\n", i);
    fputs("place\nDFW\nATL\nORD\nPHX\nPHL\n", places);
    fputs("customer\n", customers);
    for (int i = 0; i < CUSTOMERS; i++) fprintf(customers, "C1%04d\n", i);
    fclose(items), fclose(places), fclose(customers);
}

static void order_lines_write(const Bench *bench, int64_t rows) {
    static const char *const places[] = { "DFW", "ATL", "ORD", "PHX", "PHL" };
    FILE *out = create(bench, "order-lines.csv");
    char day[DAY_TEXT], wanted[DAY_TEXT];
    fputs("doc,line,customer,item,place,qty,order_day,requested_day,price,currency,status,reason,version,known_at\n", out);
    for (int64_t i = 0; i < rows; i++) {
        int32_t at = 20000 + (int32_t)(i * 700 / rows);
        day_format(at, day);
        day_format(at + 2, wanted);
        fprintf(out, "SO%08lld,%d,C1%04d,FST-%06d,%s,%d,%s,%s,%d.%02d,USD,open,,,\n", (long long)(i / 4), (int)(i % 4 + 1), (int)(i / 4 * 7919 % CUSTOMERS), (int)(i * 7919 % ITEMS),
            places[i / 4 % 5], (int)(i % 40 + 1), day, wanted, (int)(i % 90 + 1), (int)(i % 100));
    }
    fclose(out);
}

static void wide_write(const Bench *bench, int64_t rows) {
    FILE *map = create(bench, "wide.json"), *out = create(bench, "wide.csv");
    char day[DAY_TEXT];
    fputs(wide_map, map);
    fputs("item,place", out);
    for (int i = 0; i < WEEKS; i++) day_format(20000 + 7 * i, day), fprintf(out, ",%s", day);
    fputs("\n", out);
    for (int64_t i = 0; i < rows; i++) {
        fprintf(out, "W%07lld,DFW", (long long)i);
        for (int week = 0; week < WEEKS; week++) fprintf(out, ",%d", (int)((i * 31 + week * 17) % 13));
        fputs("\n", out);
    }
    fclose(map), fclose(out);
    FILE *items = create(bench, "wide-items.csv");
    fputs("item\n", items);
    for (int64_t i = 0; i < rows; i++) fprintf(items, "W%07lld\n", (long long)i);
    fclose(items);
}

/* ---- ours and theirs ---- */

static ImportResult take_in(Bench *bench, const char *file, const char *map, Spent *out_spent) {
    Why why = { 0 };
    ImportResult result;
    ImportOptions options = { .path = path_join(bench->work, bench->folder, file), .map = map, .by = "bench", .now_us = bench->world.now_us(bench->world.self) };
    Spent start = now();
    must(import_file(bench->store, bench->work, &options, &result, &why), &why);
    *out_spent = since(start);
    return result;
}

static Spent peer(const Bench *bench, const char *file) {
    sqlite3 *db;
    sqlite3_stmt *insert;
    char *line = NULL;
    size_t room = 0;
    ssize_t length;
    FILE *in = fopen(path_join(bench->work, bench->folder, file), "r");
    const char *path = path_join(bench->work, bench->folder, "peer.db");
    must(file_remove(path, NULL), NULL);
    Spent start = now();
    if (!in || sqlite3_open(path, &db) != SQLITE_OK) exit(1);
    sqlite3_exec(db, "PRAGMA page_size=8192; PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; CREATE TABLE t (id INTEGER PRIMARY KEY, line TEXT); BEGIN IMMEDIATE", NULL, NULL, NULL);
    sqlite3_prepare_v2(db, "INSERT INTO t (line) VALUES (?)", -1, &insert, NULL);
    for (int64_t row = 1; (length = getline(&line, &room, in)) > 0; row++) {
        sqlite3_bind_text(insert, 1, line, (int)length, SQLITE_STATIC);
        sqlite3_step(insert);
        sqlite3_reset(insert);
        if (row % BATCH == 0) sqlite3_exec(db, "COMMIT; BEGIN IMMEDIATE", NULL, NULL, NULL);
    }
    sqlite3_exec(db, "COMMIT", NULL, NULL, NULL);
    Spent spent = since(start);
    sqlite3_finalize(insert);
    sqlite3_close(db);
    free(line);
    fclose(in);
    return spent;
}

static void measure(Bench *bench, const char *what, const char *file, const char *map) {
    Spent ours, theirs = peer(bench, file);
    ImportResult result = take_in(bench, file, map, &ours);
    double rows = (double)result.outcomes[FACT_NEW];
    struct rusage used;
    getrusage(RUSAGE_SELF, &used);
    printf("%-16s %10.0f %7.0f %12.0f %12.0f %12.0f %8.2f %8.2f %8ld\n", what, rows, (double)result.bytes / 1e6, rows / ours.wall_s, rows / ours.cpu_s, rows / theirs.wall_s,
        ours.wall_s / theirs.wall_s, ours.cpu_s / theirs.cpu_s, used.ru_maxrss / 1024);
    fflush(stdout);
}

int main(int argc, char **argv) {
    own(arena_end) Arena *work = arena_begin(256 * MiB);
    Bench bench = { .work = work, .world = world_real() };
    Spent spent;
    Why why;
    if (sodium_init() < 0) return 1;
    must(folder_temporary(work, "bench-import", &bench.folder, &why), &why);
    const char *directory = path_join(work, bench.folder, "store");
    must(store_init(directory, &bench.world, &why), &why);
    must(store_open(directory, STORE_WRITE, &bench.world, &bench.store, &why), &why);
    masters_write(&bench);
    order_lines_write(&bench, argc > 1 ? atoll(argv[1]) : 500000);
    wide_write(&bench, argc > 2 ? atoll(argv[2]) : 100000);
    take_in(&bench, "items.csv", "items", &spent);
    take_in(&bench, "places.csv", "places", &spent);
    take_in(&bench, "customers.csv", "customers", &spent);
    take_in(&bench, "wide-items.csv", "items", &spent);
    printf("%-16s %10s %7s %12s %12s %12s %8s %8s %8s\n", "file", "rows", "MB", "rows/s", "rows/CPU s", "peer rows/s", "x wall", "x CPU", "peak MB");
    measure(&bench, "order lines", "order-lines.csv", "order-lines");
    measure(&bench, "104-week rows", "wide.csv", path_join(work, bench.folder, "wide.json"));
    store_close(&bench.store);
    must(folder_remove(bench.folder, &why), &why);
    return 0;
}
