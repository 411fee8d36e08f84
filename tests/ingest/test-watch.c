#include "ingest/watch.h"

#include <stdio.h>
#include <string.h>

#include "tests/ingest/bench.h"

typedef struct Heard { int count; Err last; char name[100], moved[400]; } Heard;

static void hear(void *self, const WatchNews *news) {
    Heard *heard = self;
    heard->count++;
    heard->last = news->err;
    snprintf(heard->name, sizeof heard->name, "%s", news->name);
    snprintf(heard->moved, sizeof heard->moved, "%s", news->moved_to);
}

static void drop(TestBench *bench, const char *name, const char *text) {
    bench_file(bench, text_format(bench->arena, "in/%s", name), text);
}

static Watch *watching(TestBench *bench) {
    Why why = { 0 };
    Watch *watch;
    CHECK_OK(folder_make(path_join(bench->arena, bench->folder, "in"), &why));
    drop(bench, "watch.json", "{\"watch\":[{\"files\":\"orders*.csv\",\"map\":\"order-lines\"},{\"files\":\"sales.csv\",\"map\":\"public/vn2-sales\"}]}");
    CHECK_OK(watch_begin(path_join(bench->arena, bench->folder, "in"), &watch, &why));
    return watch;
}

static bool there(TestBench *bench, const char *name) {
    return file_exists(path_join(bench->arena, path_join(bench->arena, bench->folder, "in"), name));
}

TEST(a_dropped_file_is_taken_when_it_stopped_growing_and_archived_by_day) {
    TestBench bench;
    Heard heard = { 0 };
    Why why = { 0 };
    test_bench_begin(&bench);
    bench_masters(&bench);
    Watch *watch = watching(&bench);
    drop(&bench, "orders-1.csv", "doc,line,item,place,qty,order_day\n");
    drop(&bench, "notes.txt", "hello");
    drop(&bench, "orders-2.csv.part", "half");
    CHECK_OK(watch_poll(watch, bench.store, bench.test.now_us, hear, &heard, &why));
    CHECK_EQ(0, heard.count);
    drop(&bench, "orders-1.csv", "doc,line,item,place,qty,order_day\nSO-1,1,A1,P1,1,2026-10-01\n");     /* it grew */
    CHECK_OK(watch_poll(watch, bench.store, bench.test.now_us, hear, &heard, &why));
    CHECK_EQ(0, heard.count);
    CHECK_OK(watch_poll(watch, bench.store, bench.test.now_us, hear, &heard, &why));
    CHECK_EQ(1, heard.count);
    CHECK(heard.last == OK && strstr(heard.moved, "done/2026/11/23/orders-1.csv"));
    CHECK(!there(&bench, "orders-1.csv") && there(&bench, "done/2026/11/23/orders-1.csv"));
    CHECK(there(&bench, "notes.txt") && there(&bench, "orders-2.csv.part"));
    CHECK(strstr(bench_facts(&bench, 1ull << FACT_ORDER_LINE), "SO-1"));
    watch_end(&watch);
    test_bench_end(&bench);
}

TEST(a_file_that_is_refused_goes_to_error_with_the_reason_beside_it) {
    TestBench bench;
    Heard heard = { 0 };
    Why why = { 0 };
    Text text;
    test_bench_begin(&bench);
    bench_masters(&bench);
    Watch *watch = watching(&bench);
    drop(&bench, "orders-1.csv", "doc,line,item,place,order_day\nSO-1,1,A1,P1,2026-10-01\n");
    for (int i = 0; i < 3; i++) CHECK_OK(watch_poll(watch, bench.store, bench.test.now_us, hear, &heard, &why));
    CHECK_EQ(1, heard.count);
    CHECK_FAILS(ERR_INVALID, heard.last);
    CHECK(there(&bench, "error/orders-1.csv"));
    CHECK_OK(file_read(bench.arena, path_join(bench.arena, bench.folder, "in/error/orders-1.csv.errors.csv"), MiB, &text, &why));
    CHECK(text_find(text, "\"\"qty\"\" is missing") >= 0);
    /* A second one of that name does not cover the first. */
    drop(&bench, "orders-1.csv", "doc,line,item,place,order_day\nSO-2,1,A1,P1,2026-10-01\n");
    for (int i = 0; i < 3; i++) CHECK_OK(watch_poll(watch, bench.store, bench.test.now_us, hear, &heard, &why));
    CHECK_EQ(2, heard.count);
    CHECK_OK(file_read(bench.arena, path_join(bench.arena, bench.folder, "in/error/orders-1.csv"), MiB, &text, &why));
    CHECK(text_find(text, "SO-1") >= 0);
    watch_end(&watch);
    test_bench_end(&bench);
}

TEST(what_was_claimed_before_a_crash_is_imported_first) {
    TestBench bench;
    Heard heard = { 0 };
    Why why = { 0 };
    test_bench_begin(&bench);
    bench_masters(&bench);
    Watch *watch = watching(&bench);
    drop(&bench, "work/orders-9.csv", "doc,line,item,place,qty,order_day\nSO-9,1,A1,P1,1,2026-10-01\nSO-9,2,A1,P1,x,2026-10-01\n");
    CHECK_OK(watch_poll(watch, bench.store, bench.test.now_us, hear, &heard, &why));
    CHECK_EQ(1, heard.count);
    CHECK_FAILS(ERR_PARTIAL, heard.last);
    CHECK(there(&bench, "done/2026/11/23/orders-9.csv") && there(&bench, "done/2026/11/23/orders-9.csv.errors.csv"));
    watch_end(&watch);
    test_bench_end(&bench);
}

TEST(a_wide_file_waits_for_its_companion) {
    TestBench bench;
    Heard heard = { 0 };
    Why why = { 0 };
    test_bench_begin(&bench);
    bench_masters(&bench);
    Watch *watch = watching(&bench);
    drop(&bench, "sales.csv", "Store,Product,2026-10-05,2026-10-12\nP1,A1,1,2\n");
    for (int i = 0; i < 3; i++) CHECK_OK(watch_poll(watch, bench.store, bench.test.now_us, hear, &heard, &why));
    CHECK_EQ(0, heard.count);
    drop(&bench, "in_stock.csv", "Store,Product,2026-10-05,2026-10-12\nP1,A1,1,0\n");
    for (int i = 0; i < 3; i++) CHECK_OK(watch_poll(watch, bench.store, bench.test.now_us, hear, &heard, &why));
    CHECK_EQ(1, heard.count);
    if (heard.last != OK) fail_msg("%s", heard.moved);
    CHECK(there(&bench, "done/2026/11/23/sales.csv") && there(&bench, "done/2026/11/23/in_stock.csv"));
    CHECK(strstr(bench_facts(&bench, 1ull << FACT_SALES), "\"state\":\"01\""));
    watch_end(&watch);
    test_bench_end(&bench);
}

TEST(a_watch_file_that_is_wrong_names_its_line) {
    TestBench bench;
    Watch *watch;
    Why why = { 0 };
    test_bench_begin(&bench);
    CHECK_OK(folder_make(path_join(bench.arena, bench.folder, "in"), &why));
    CHECK(watch_begin(path_join(bench.arena, bench.folder, "in"), &watch, &why) != OK);
    drop(&bench, "watch.json", "{\"watch\":[\n{\"files\":\"a*\",\"map\":\"order-linse\"}]}");
    CHECK(watch_begin(path_join(bench.arena, bench.folder, "in"), &watch, &why) != OK);
    CHECK(strstr(why.message, "line 2") && strstr(why.hint, "order-lines"));
    test_bench_end(&bench);
}
