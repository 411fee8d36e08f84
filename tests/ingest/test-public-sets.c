/* The public sets, where they are at hand: every row becomes a fact or is known to make none. */
#include <stdlib.h>

#include "tests/ingest/bench.h"

static const char *data_folder(Arena *arena) {
    const char *folder = getenv("STOCKWRIGHT_DATA");
    return folder ? folder : path_join(arena, source_root(arena), "../shared/data");
}

/* Unpacks NAME.gz of the set into the bench's folder; the test is skipped where the set is not at hand. */
static const char *unpacked(TestBench *bench, const char *set, const char *name) {
    const char *from = path_join(bench->arena, path_join(bench->arena, data_folder(bench->arena), set), name);
    const char *to = path_join(bench->arena, bench->folder, name);
    Why why = { 0 };
    if (file_exists(from)) {
        CHECK_OK(file_copy(from, to, &why));
        return to;
    }
    const char *packed = text_format(bench->arena, "%s.gz", from);
    if (!file_exists(packed)) {
        print_message("skipped: %s is not there; set STOCKWRIGHT_DATA to the folder of the public sets\n", from);
        test_bench_end(bench);
        skip();
    }
    CHECK_EQ(0, system(text_format(bench->arena, "gzip -dc '%s' > '%s'", packed, to)));
    return to;
}

static void whole(TestBench *bench, const char *path, const char *map, int64_t rows, int64_t facts, int64_t silent) {
    ImportOptions options = { .path = path, .map = map, .by = "import", .now_us = bench->test.now_us };
    if (import_file(bench->store, bench->arena, &options, &bench->result, &bench->why) != OK) fail_msg("%s: %s", path, bench->why.message);
    CHECK_EQ(rows, bench->result.rows);
    CHECK_EQ(facts, bench->result.facts);
    CHECK_EQ(silent, bench->result.silent_rows);
    CHECK_EQ(facts, bench->result.outcomes[FACT_NEW]);
}

TEST(every_row_of_online_retail_has_a_meaning) {
    TestBench bench;
    test_bench_begin(&bench);
    whole(&bench, unpacked(&bench, "online_retail", "order_lines.csv"), "public/online-retail", 398867, 406632, 3);
    test_bench_end(&bench);
}

TEST(every_row_of_scms_has_a_meaning) {
    TestBench bench;
    test_bench_begin(&bench);
    whole(&bench, unpacked(&bench, "scms", "deliveries.csv"), "public/scms", 5234, 7471, 0);
    test_bench_end(&bench);
}

TEST(every_row_of_vn2_has_a_meaning) {
    TestBench bench;
    test_bench_begin(&bench);
    const char *master = unpacked(&bench, "vn2", "master.csv"), *sales = unpacked(&bench, "vn2", "sales.csv");
    const char *stock = unpacked(&bench, "vn2", "initial_state.csv");
    unpacked(&bench, "vn2", "in_stock.csv");
    whole(&bench, master, "public/vn2-master", 599, 1261, 0);
    whole(&bench, sales, "public/vn2-sales", 599, 599, 0);
    whole(&bench, stock, "public/vn2-stock", 599, 3 * 599, 0);
    test_bench_end(&bench);
}
