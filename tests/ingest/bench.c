#include "tests/ingest/bench.h"

#include <stdlib.h>
#include <string.h>

#include "base/list.h"

#define NOW_DAY 20780      /* 2026-11-23 */

void test_bench_begin(TestBench *bench) {
    *bench = (TestBench){ .arena = arena_begin(1024 * MiB), .test = { .now_us = us_of_day(NOW_DAY) + 12 * HOUR_US, .step_us = 1000 } };
    bench->world = world_test(&bench->test);
    Why why = { 0 };
    CHECK_OK(folder_temporary(bench->arena, "ingest-test", &bench->folder, &why));
    const char *directory = path_join(bench->arena, bench->folder, "store");
    CHECK_OK(store_init(directory, &bench->world, &why));
    CHECK_OK(store_open(directory, STORE_WRITE, &bench->world, &bench->store, &why));
}

void test_bench_end(TestBench *bench) {
    Why why = { 0 };
    store_close(&bench->store);
    CHECK_OK(folder_remove(bench->folder, &why));
    arena_end(&bench->arena);
}

const char *bench_file(TestBench *bench, const char *name, const char *text) {
    Why why = { 0 };
    const char *path = path_join(bench->arena, bench->folder, name);
    CHECK_OK(file_write(path, text_of(text), &why));
    return path;
}

Err bench_import(TestBench *bench, const char *path, const char *map) {
    ImportOptions options = { .path = path, .map = map, .by = "ann", .now_us = bench->test.now_us, .batch_facts = 7 };
    bench->why = (Why){ 0 };
    return import_file(bench->store, bench->arena, &options, &bench->result, &bench->why);
}

Err bench_import_text(TestBench *bench, const char *name, const char *map, const char *text) {
    return bench_import(bench, bench_file(bench, name, text), map);
}

static void need(TestBench *bench, const char *name, const char *map, const char *text) {
    if (bench_import_text(bench, name, map, text) != OK) fail_msg("%s: %s", name, bench->why.message);
}

void bench_masters(TestBench *bench) {
    need(bench, "items.csv", "items", "item,uom\nA1,EA\nA2,EA\nA3,EA\n");
    need(bench, "places.csv", "places", "place\nP1\nP2\n");
    need(bench, "suppliers.csv", "suppliers", "supplier\nS1\n");
    need(bench, "customers.csv", "customers", "customer\nC1\n");
}

typedef struct FactLines { Arena *arena; LIST(const char *) lines; } FactLines;

static Err add_line(void *self, const Row *row, const Fact *fact, Why *why) {
    (void)row;
    (void)why;
    FactLines *all = self;
    Buf out = buf_begin(4 * MiB);
    buf_add_text(&out, fact_key(all->arena, fact));
    buf_add_char(&out, ' ');
    fact_write(&out, fact);
    list_push(&all->lines, text_copy_n(all->arena, out.at, out.length));
    buf_end(&out);
    return OK;
}

static int by_bytes(const void *left, const void *right) {
    return strcmp(*(const char *const *)left, *(const char *const *)right);
}

const char *bench_facts(TestBench *bench, uint64_t kinds) {
    Why why = { 0 };
    FactLines all = { .arena = bench->arena };
    FactFilter filter = { .upto = log_last(bench->store), .known_us = INT64_MAX, .kinds = kinds };
    CHECK_OK(facts_scan(bench->store, &filter, add_line, &all, &why));
    if (all.lines.count) qsort(all.lines.at, all.lines.count, sizeof *all.lines.at, by_bytes);
    Buf out = buf_begin(256 * MiB);
    for (size_t i = 0; i < all.lines.count; i++) buf_addf(&out, "%s%s", i ? "\n" : "", all.lines.at[i]);
    const char *text = text_copy_n(bench->arena, buf_str(&out), out.length);
    buf_end(&out);
    list_end(&all.lines);
    return text;
}

typedef struct Counter { int32_t sub; int64_t count; } Counter;

static Err count_row(void *self, const Row *row, Why *why) {
    (void)why;
    Counter *counter = self;
    counter->count += counter->sub < 0 || row->sub == counter->sub;
    return OK;
}

int64_t bench_rows(TestBench *bench, RowKind kind, int32_t sub) {
    Why why = { 0 };
    Counter counter = { .sub = sub };
    LogFilter filter = { .kinds = 1ull << kind };
    CHECK_OK(log_scan(bench->store, &filter, count_row, &counter, &why));
    return counter.count;
}

const char *source_root(Arena *arena) {
    const char *root = getenv("STOCKWRIGHT_SOURCE");
    if (root) return root;
    const char *folder = ".";
    for (int i = 0; i < 6; i++) {
        if (folder_exists(path_join(arena, folder, "tests/cases/ingest"))) return folder;
        folder = path_join(arena, folder, "..");
    }
    return text_format(arena, "%.*s/../..", (int)(path_name(__FILE__) - __FILE__), __FILE__);
}
