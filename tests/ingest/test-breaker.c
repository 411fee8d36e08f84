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
    CHECK(strstr(bench.why.message, "40 of 200 positions that were above zero fall to zero at P1"));
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
    CHECK_FAILS(ERR_POLICY, stock(&bench, 2, 0, POSITIONS / 20 + 1, POSITIONS, false, false, "import"));
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
    CHECK_EQ(100000, breaker_limit_ppm(NULL, 0, 100000));
    int64_t calm[13] = { 12000, 11000, 13000, 12000, 12500, 11500, 12000, 12000, 13000, 11000, 12000, 12000, 12000 };
    CHECK_EQ(100000, breaker_limit_ppm(calm, 13, 100000));
    int64_t wild[13] = { 40000, 20000, 60000, 30000, 50000, 40000, 20000, 60000, 30000, 50000, 40000, 20000, 60000 };
    CHECK_EQ(40000 + 6 * 10000 * 14826 / 10000, breaker_limit_ppm(wild, 13, 100000));      /* median 40,000, MAD 10,000 */
}

/* ---- the other checks: a feed that is as ever passes, the same feed with one thing wrong is held ---- */

static Err feed(TestBench *bench, const char *map, const char *text) {
    ImportOptions options = { .path = bench_file(bench, "feed.csv", text), .map = map, .by = "import", .now_us = bench->test.now_us };
    bench->why = (Why){ 0 };
    return import_file(bench->store, bench->arena, &options, &bench->result, &bench->why);
}

static const char *items_file(TestBench *bench, int version, int left_out, int dear) {
    Buf text = buf_begin(MiB);
    buf_add_str(&text, "item,uom,price,description\n");
    for (int i = left_out; i < POSITIONS; i++) buf_addf(&text, "I%d,EA,%d,edition %d\n", i, (i % 50 + 2) * (i < left_out + dear ? 10 : 1), version);
    const char *copy = text_copy(bench->arena, buf_str(&text));
    buf_end(&text);
    return copy;
}

static const char *terms_file(TestBench *bench, int version, int wrong, int lead) {
    Buf text = buf_begin(MiB);
    buf_add_str(&text, "item,supplier,lead_days,price,moq\n");
    for (int i = 0; i < POSITIONS; i++) buf_addf(&text, "I%d,S1,%d,%d,%d\n", i, i < wrong ? lead : 10, i % 50 + 2, version);
    const char *copy = text_copy(bench->arena, buf_str(&text));
    buf_end(&text);
    return copy;
}

/* Five lines of each item on one day. */
static const char *lines_file(TestBench *bench, int day, int wrong, int times) {
    Buf text = buf_begin(MiB);
    buf_add_str(&text, "doc,line,item,place,qty,order_day\n");
    for (int i = 0; i < POSITIONS * 5; i++) {
        int item = i / 5;
        buf_addf(&text, "SO-%d-%d,1,I%d,P1,%d,2026-10-%02d\n", day, i, item, ((item + day + i % 3) % 4 + 3) * (item < wrong ? times : 1), day);
    }
    const char *copy = text_copy(bench->arena, buf_str(&text));
    buf_end(&text);
    return copy;
}

TEST(an_item_file_that_lost_keys_or_multiplied_costs_is_held) {
    TestBench bench;
    test_bench_begin(&bench);
    for (int version = 1; version <= 4; version++) CHECK_GOOD(&bench, feed(&bench, "items", items_file(&bench, version, 0, 0)));
    CHECK_GOOD(&bench, feed(&bench, "items", items_file(&bench, 5, POSITIONS / 50, 0)));           /* 2 % */
    CHECK_FAILS(ERR_POLICY, feed(&bench, "items", items_file(&bench, 6, POSITIONS / 50 + 1 + 4, 0)));
    CHECK(strstr(bench.why.message, "may be cut off"));
    CHECK_GOOD(&bench, feed(&bench, "items", items_file(&bench, 7, 0, POSITIONS / 20)));           /* 5 % */
    CHECK_FAILS(ERR_POLICY, feed(&bench, "items", items_file(&bench, 8, 0, POSITIONS / 5)));
    CHECK(strstr(bench.why.message, "prices are 5 times"));
    test_bench_end(&bench);
}

TEST(an_item_file_that_sends_changes_only_is_a_feed_like_any_other) {
    TestBench bench;
    test_bench_begin(&bench);
    CHECK_GOOD(&bench, feed(&bench, "items", items_file(&bench, 1, 0, 0)));
    for (int version = 2; version <= 6; version++) CHECK_GOOD(&bench, feed(&bench, "items", items_file(&bench, version, POSITIONS - 10 * version, 0)));
    test_bench_end(&bench);
}

TEST(lead_times_of_zero_or_fourfold_are_held) {
    TestBench bench;
    test_bench_begin(&bench);
    masters(&bench);
    CHECK_GOOD(&bench, bench_import_text(&bench, "suppliers.csv", "suppliers", "supplier\nS1\n"));
    CHECK_GOOD(&bench, feed(&bench, "item-suppliers", terms_file(&bench, 1, 0, 0)));
    CHECK_GOOD(&bench, feed(&bench, "item-suppliers", terms_file(&bench, 2, POSITIONS / 4, 30)));   /* three times is no more than that */
    CHECK_GOOD(&bench, feed(&bench, "item-suppliers", terms_file(&bench, 3, 0, 0)));
    CHECK_FAILS(ERR_POLICY, feed(&bench, "item-suppliers", terms_file(&bench, 4, POSITIONS / 10, 0)));
    CHECK(strstr(bench.why.message, "lead times are 0"));
    CHECK_FAILS(ERR_POLICY, feed(&bench, "item-suppliers", terms_file(&bench, 5, POSITIONS / 10, 31)));
    test_bench_end(&bench);
}

TEST(order_lines_in_fives_are_held) {
    TestBench bench;
    test_bench_begin(&bench);
    masters(&bench);
    for (int day = 1; day <= 6; day++) CHECK_GOOD(&bench, feed(&bench, "order-lines", lines_file(&bench, day, 0, 1)));
    CHECK_GOOD(&bench, feed(&bench, "order-lines", lines_file(&bench, 7, POSITIONS / 40, 5)));     /* 2.5 %: some items do sell more */
    CHECK_FAILS(ERR_POLICY, feed(&bench, "order-lines", lines_file(&bench, 8, POSITIONS / 10, 5)));
    CHECK(strstr(bench.why.message, "3.5 times as large"));
    test_bench_end(&bench);
}

TEST(a_stock_file_with_many_negative_levels_is_held) {
    TestBench bench;
    test_bench_begin(&bench);
    masters(&bench);
    for (int negative = 2; negative <= 6; negative += 4) {
        Buf text = buf_begin(MiB);
        buf_add_str(&text, "item,place,as_of_day,on_hand\n");
        for (int i = 0; i < POSITIONS; i++) buf_addf(&text, "I%d,P1,2026-11-%02d,%d\n", i, negative, i < negative ? -1 : 5);
        Err err = feed(&bench, "stock", buf_str(&text));
        buf_end(&text);
        CHECK(err == (negative == 2 ? ERR_PARTIAL : ERR_POLICY));      /* 1 % are bad rows like any others, 3 % are a broken feed */
    }
    CHECK(strstr(bench.why.message, "6 of 200 levels are below zero"));
    test_bench_end(&bench);
}

TEST(a_daily_feed_whose_dates_shift_by_a_day_or_a_year_is_held) {
    TestBench bench;
    test_bench_begin(&bench);
    masters(&bench);
    int64_t today = bench.test.now_us;
    for (int day = 1; day <= 10; day++) {
        bench.test.now_us = today + day * DAY_US;
        CHECK_GOOD(&bench, feed(&bench, "order-lines", lines_file(&bench, day, 0, 1)));      /* always as old */
    }
    bench.test.now_us = today + 11 * DAY_US;
    CHECK_FAILS(ERR_POLICY, feed(&bench, "order-lines", lines_file(&bench, 12, 0, 1)));
    CHECK(strstr(bench.why.message, "dates or clock may have shifted"));
    CHECK_FAILS(ERR_POLICY, feed(&bench, "order-lines", lines_file(&bench, 10, 1, 2)));
    bench.test.now_us = today + (11 + 365) * DAY_US;
    CHECK_FAILS(ERR_POLICY, feed(&bench, "order-lines", lines_file(&bench, 11, 0, 1)));
    bench.test.now_us = today + 11 * DAY_US;
    CHECK_GOOD(&bench, feed(&bench, "order-lines", lines_file(&bench, 11, 0, 1)));
    test_bench_end(&bench);
}

TEST(who_loaded_a_held_file_may_not_let_it_pass) {
    TestBench bench;
    test_bench_begin(&bench);
    masters(&bench);
    CHECK_GOOD(&bench, stock(&bench, 1, 0, 0, POSITIONS, false, false, "ann"));
    CHECK_FAILS(ERR_POLICY, stock(&bench, 2, POSITIONS / 2, 0, POSITIONS, false, false, "ann"));
    ImportOptions options = { .path = path_join(bench.arena, bench.folder, "stock.csv"), .map = "stock", .by = "Ann", .now_us = bench.test.now_us, .accept_held = true, .four_eyes = true };
    CHECK_FAILS(ERR_DENIED, import_file(bench.store, bench.arena, &options, &bench.result, &bench.why));
    CHECK(strstr(bench.why.message, "ann loaded it"));
    CHECK_EQ(0, bench_rows(&bench, ROW_NOTE, NOTE_HELD_ACCEPTED));
    options.by = "bob";
    CHECK_GOOD(&bench, import_file(bench.store, bench.arena, &options, &bench.result, &bench.why));
    CHECK_EQ(1, bench_rows(&bench, ROW_NOTE, NOTE_HELD_ACCEPTED));
    test_bench_end(&bench);
}
