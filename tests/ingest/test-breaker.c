#include "ingest/breaker.h"

#include <string.h>

#include "domain/note.h"
#include "tests/ingest/bench.h"

enum { POSITIONS = 200 };

static void masters(TestBench *bench) {
    Buf text = buf_begin(MiB);
    buf_add_str(&text, "item\n");
    for (int i = 0; i < POSITIONS; i++) buf_addf(&text, "I%d\n", i);
    CHECK_GOOD(bench, bench_import_text(bench, "items.csv", "items", buf_str(&text)));
    buf_end(&text);
    CHECK_GOOD(bench, bench_import_text(bench, "places.csv", "places", "place\nP1\nP2\n"));
}

/* Stock of P1: the first `zero` positions are empty, the next `tenfold` ten times as much; `rows` of them are written. */
static Err stock(TestBench *bench, int day, int zero, int tenfold, int rows, bool complete, bool accept, const char *by) {
    Buf text = buf_begin(MiB);
    buf_add_str(&text, "item,place,as_of_day,on_hand,complete\n");
    for (int i = 0; i < rows; i++) buf_addf(&text, "I%d,P1,2026-11-%02d,%d,%d\n", i, day, i < zero ? 0 : i < zero + tenfold ? 30 : 3, complete);
    ImportOptions options = { .path = bench_file(bench, "stock.csv", buf_str(&text)), .map = "stock", .by = by, .now_us = bench->test.now_us, .accept_held = accept };
    buf_end(&text);
    return import_file(bench->store, bench->arena, &options, &bench->result, &bench->why);
}

TEST(a_stock_file_that_empties_a_fifth_of_the_shelves_is_held) {
    TestBench bench;
    test_bench_begin(&bench);
    masters(&bench);
    CHECK_GOOD(&bench, stock(&bench, 1, 0, 0, POSITIONS, false, false, "import"));
    const char *before = bench_facts(&bench, 1ull << FACT_STOCK);
    CHECK_FAILS(ERR_POLICY, stock(&bench, 2, POSITIONS / 5, 0, POSITIONS, false, false, "import"));
    CHECK(strstr(bench.why.message, "40 of 200 positions of P1"));
    CHECK_STR(before, bench_facts(&bench, 1ull << FACT_STOCK));
    CHECK_EQ(1, bench_rows(&bench, ROW_NOTE, NOTE_HELD));
    /* Again: still held, nothing is written twice. */
    int64_t rows = log_last(bench.store).v;
    CHECK_FAILS(ERR_POLICY, stock(&bench, 2, POSITIONS / 5, 0, POSITIONS, false, false, "import"));
    CHECK_EQ(rows, log_last(bench.store).v);
    /* A program may not let it pass, a person may. */
    CHECK_FAILS(ERR_DENIED, stock(&bench, 2, POSITIONS / 5, 0, POSITIONS, false, true, "import"));
    CHECK_GOOD(&bench, stock(&bench, 2, POSITIONS / 5, 0, POSITIONS, false, true, "ann"));
    CHECK_EQ(1, bench_rows(&bench, ROW_NOTE, NOTE_HELD_ACCEPTED));
    CHECK(strcmp(before, bench_facts(&bench, 1ull << FACT_STOCK)) != 0);
    test_bench_end(&bench);
}

TEST(a_usual_day_passes) {
    TestBench bench;
    test_bench_begin(&bench);
    masters(&bench);
    CHECK_GOOD(&bench, stock(&bench, 1, 0, 0, POSITIONS, true, false, "import"));
    CHECK_GOOD(&bench, stock(&bench, 2, POSITIONS / 12, 0, POSITIONS, true, false, "import"));
    CHECK_GOOD(&bench, stock(&bench, 3, POSITIONS / 10, 3, POSITIONS, true, false, "import"));
    test_bench_end(&bench);
}

TEST(a_complete_snapshot_that_lost_its_second_half_is_held) {
    TestBench bench;
    test_bench_begin(&bench);
    masters(&bench);
    CHECK_GOOD(&bench, stock(&bench, 1, 0, 0, POSITIONS, true, false, "import"));
    CHECK_GOOD(&bench, stock(&bench, 2, 0, 0, POSITIONS / 2, false, false, "import"));      /* a part that says so is no claim about the rest */
    CHECK_FAILS(ERR_POLICY, stock(&bench, 3, 0, 0, POSITIONS / 2, true, false, "import"));
    CHECK(strstr(bench.why.message, "fall to zero"));
    test_bench_end(&bench);
}

TEST(stock_in_cases_instead_of_pieces_is_held) {
    TestBench bench;
    test_bench_begin(&bench);
    masters(&bench);
    CHECK_GOOD(&bench, stock(&bench, 1, 0, 0, POSITIONS, false, false, "import"));
    CHECK_FAILS(ERR_POLICY, stock(&bench, 2, 0, POSITIONS / 20, POSITIONS, false, false, "import"));
    CHECK(strstr(bench.why.message, "10 or 100 times"));
    test_bench_end(&bench);
}

TEST(a_small_file_of_zeros_only_is_held) {
    TestBench bench;
    test_bench_begin(&bench);
    masters(&bench);
    CHECK_GOOD(&bench, stock(&bench, 1, 0, 0, 4, false, false, "import"));
    CHECK_FAILS(ERR_POLICY, stock(&bench, 2, 4, 0, 4, false, false, "import"));
    CHECK_GOOD(&bench, stock(&bench, 2, 2, 0, 4, false, false, "import"));
    test_bench_end(&bench);
}

TEST(the_limit_follows_the_feeds_own_history) {
    CHECK_EQ(100000, breaker_limit_ppm(NULL, 0));
    int64_t calm[13] = { 12000, 11000, 13000, 12000, 12500, 11500, 12000, 12000, 13000, 11000, 12000, 12000, 12000 };
    CHECK_EQ(100000, breaker_limit_ppm(calm, 13));
    int64_t wild[13] = { 40000, 20000, 60000, 30000, 50000, 40000, 20000, 60000, 30000, 50000, 40000, 20000, 60000 };
    CHECK_EQ(40000 + 6 * 10000 * 14826 / 10000, breaker_limit_ppm(wild, 13));      /* median 40,000, MAD 10,000 */
}
