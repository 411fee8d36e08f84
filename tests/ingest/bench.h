/* bench.h - a store in a temporary folder, files written into it, and what the store then says. For the tests of ingest. */
#pragma once
#include "base/file.h"
#include "base/time.h"
#include "base/world.h"
#include "ingest/import.h"
#include "store/store.h"
#include "tests/test.h"

typedef struct TestBench {
    Arena *arena;
    char *folder;
    WorldTest test;
    World world;
    Store *store;
    ImportResult result;
    Why why;
} TestBench;

/* Like CHECK_OK, for calls that leave their sentence in the bench. */
#define CHECK_GOOD(bench, call)                                                             \
    do {                                                                                    \
        if ((call) != OK) fail_msg("%s: %s", #call, (bench)->why.message);                  \
    } while (0)

void test_bench_begin(TestBench *bench);
void test_bench_end(TestBench *bench);

/* Path of a file with these bytes in the bench's folder. */
const char *bench_file(TestBench *bench, const char *name, const char *text);
/* Result in bench->result, sentence in bench->why. */
Err bench_import(TestBench *bench, const char *path, const char *map);
Err bench_import_text(TestBench *bench, const char *name, const char *map, const char *text);
/* Items A1 .. A3, places P1 P2, supplier S1, customer C1. */
void bench_masters(TestBench *bench);

/* All facts that count, "key {json}" sorted and joined by newlines; kinds as bits, 0 = all. */
const char *bench_facts(TestBench *bench, uint64_t kinds);
int64_t bench_rows(TestBench *bench, RowKind kind, int32_t sub);     /* rows of the log; sub -1: any */

/* Folder of the project's sources. */
const char *source_root(Arena *arena);
