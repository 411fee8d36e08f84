#include "base/text.h"
#include "tests/test.h"

TEST(text_trim_takes_blanks_off_both_ends) {
    CHECK(text_is(text_trim(text_of(" \t a b \r\n")), "a b"));
    CHECK(text_is(text_trim(text_of("  ")), ""));
    CHECK(text_is(text_trim(text_of("")), ""));
}

TEST(text_parts_are_clamped) {
    Text text = text_of("abcdef");
    CHECK(text_is(text_part(text, 2, 4), "cd"));
    CHECK(text_is(text_part(text, 4, 99), "ef"));
    CHECK(text_is(text_part(text, 5, 2), ""));
    CHECK(text_is(text_part(text, 99, 100), ""));
}

TEST(text_compare_is_bytewise_and_prefixes_come_first) {
    CHECK(text_compare(text_of("ab"), text_of("abc")) < 0);
    CHECK(text_compare(text_of("b"), text_of("abc")) > 0);
    CHECK(text_compare(text_of("abc"), text_of("abc")) == 0);
    CHECK(text_compare(text_of("\xC3"), text_of("z")) > 0);
    CHECK(text_compare(text_from(NULL, 0), text_of("")) == 0);
}

TEST(text_looks_at_ends_and_middles) {
    Text text = text_of("orders.csv");
    CHECK(text_starts(text, "ord") && !text_starts(text, "orders.csv2"));
    CHECK(text_ends(text, ".csv") && !text_ends(text, ".CSV"));
    CHECK_EQ(text_find(text, "ers"), 3);
    CHECK_EQ(text_find(text, "x"), -1);
    CHECK(text_equal_nocase(text, text_of("ORDERS.csv")));
    Text left, right;
    CHECK(text_split(text, '.', &left, &right));
    CHECK(text_is(left, "orders") && text_is(right, "csv"));
    CHECK(!text_split(text, ',', &left, &right));
    CHECK(text_is(left, "orders.csv") && text_is(right, ""));
}

TEST(text_distance_counts_edits) {
    static const struct { const char *left, *right; int distance; } rows[] = {
        { "", "", 0 }, { "abc", "", 3 }, { "kitten", "sitting", 3 }, { "quantity", "qauntity", 1 },
        { "Item", "item", 0 }, { "item", "items", 1 }, { "ca", "abc", 3 },
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        CHECK_EQ(text_distance(text_of(rows[i].left), text_of(rows[i].right)), rows[i].distance);
        CHECK_EQ(text_distance(text_of(rows[i].right), text_of(rows[i].left)), rows[i].distance);
    }
    char wide[80];
    memset(wide, 'a', sizeof wide);
    CHECK_EQ(text_distance(text_from(wide, 80), text_from(wide, 70)), 80);
}

TEST(text_nearest_suggests_only_what_is_near) {
    static const char *const names[] = { "quantity", "unit_price", "order_date" };
    CHECK(text_nearest(text_of("qty"), names, 3) == NULL);
    CHECK_STR(text_nearest(text_of("Quantty"), names, 3), "quantity");
    CHECK_STR(text_nearest(text_of("orderdate"), names, 3), "order_date");
    CHECK(text_nearest(text_of("zzz"), names, 3) == NULL);
    CHECK(text_nearest(text_of("x"), names, 0) == NULL);
}

TEST(buf_over_its_maximum_stays_as_it_was) {
    own(buf_end) Buf buf = buf_begin(10);
    Why why;
    buf_add_str(&buf, "12345");
    buf_addf(&buf, "%d", 67890);
    CHECK_OK(buf_check(&buf, "the answer", &why));
    CHECK_STR(buf_str(&buf), "1234567890");
    buf_add_char(&buf, 'x');
    CHECK_STR(buf_str(&buf), "1234567890");
    CHECK_FAILS(ERR_LIMIT, buf_check(&buf, "the answer", &why));
    CHECK_STR(why.message, "the answer is larger than 10 bytes");
    buf_clear(&buf);
    buf_add_str(&buf, "again");
    CHECK_OK(buf_check(&buf, "the answer", &why));
    CHECK_STR(buf_str(&buf), "again");
}

TEST(buf_grows_and_keeps_its_bytes) {
    own(buf_end) Buf buf = buf_begin(1 * MiB);
    CHECK_STR(buf_str(&buf), "");
    for (int i = 0; i < 10000; i++) buf_addf(&buf, "%05d", i);
    CHECK_EQ(buf.length, 50000);
    CHECK(memcmp(buf.at + 5 * 1234, "01234", 5) == 0);
    CHECK_EQ(buf.at[buf.length], 0);
}
