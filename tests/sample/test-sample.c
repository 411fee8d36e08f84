/* The company as a whole: repeatable, shaped like a real one, honest about when it knew what. */
#include <stdio.h>
#include <stdlib.h>

#include "base/file.h"
#include "base/hash.h"
#include "base/list.h"
#include "base/map.h"
#include "sample/sheets.h"
#include "tests/sample/company.h"

static Sha256 hash_of_all(const char *folder) {
    Why why = { 0 };
    Sha256Run run = sha256_begin();
    for (int s = 0; s <= SHEET_COUNT_; s++) {
        char path[512];
        Sha256 hash;
        if (s < SHEET_COUNT_) snprintf(path, sizeof path, "%s/erp/%s.csv", folder, sheet_names[s]);
        else snprintf(path, sizeof path, "%s/truth.json", folder);
        CHECK_OK(sha256_file(path, &hash, &why));
        sha256_add(&run, text_from(hash.at, sizeof hash.at));
    }
    return sha256_end(&run);
}

static Sha256 hash_of_seed(uint64_t seed, int32_t end_day) {
    Why why = { 0 };
    own(arena_end) Arena *work = arena_begin(64 * KiB);
    char *folder;
    CHECK_OK(folder_temporary(work, "sample", &folder, &why));
    CHECK_OK(sample_write(&(SampleOptions){ .seed = seed, .scale = 0.01, .end_day = end_day, .directory = folder }, NULL, &why));
    Sha256 hash = hash_of_all(folder);
    CHECK_OK(folder_remove(folder, &why));
    return hash;
}

TEST(the_same_seed_writes_the_same_bytes) {
    Sha256 first = hash_of_seed(5, END_DAY), again = hash_of_seed(5, END_DAY), other = hash_of_seed(6, END_DAY), later = hash_of_seed(5, END_DAY + 40);
    CHECK(sha256_equal(&first, &again));
    CHECK(!sha256_equal(&first, &other));
    CHECK(!sha256_equal(&first, &later));
}

TEST(a_company_that_ends_on_any_weekday_can_be_written) {
    for (int32_t day = END_DAY + 1; day < END_DAY + 7; day++) (void)hash_of_seed(3, day);     /* asserts inside would end the program */
}

TEST(scales_outside_the_bounds_are_refused) {
    Why why = { 0 };
    CHECK_FAILS(ERR_USAGE, sample_write(&(SampleOptions){ .seed = 1, .scale = 0.001, .end_day = END_DAY, .directory = "/nonexistent" }, NULL, &why));
    CHECK_FAILS(ERR_USAGE, sample_write(&(SampleOptions){ .seed = 1, .scale = 41, .end_day = END_DAY, .directory = "/nonexistent" }, NULL, &why));
}

TEST(a_folder_that_cannot_be_made_is_named) {
    Why why = { 0 };
    CHECK_FAILS(ERR_IO, sample_write(&(SampleOptions){ .seed = 1, .scale = 0.01, .end_day = END_DAY, .directory = "/dev/null/sample" }, NULL, &why));
    CHECK(strstr(why.message, "/dev/null/sample"));
}

static int larger_first(const void *left, const void *right) {
    double a = *(const double *)left, b = *(const double *)right;
    return a < b ? 1 : a > b ? -1 : 0;
}

TEST(a_fifth_of_the_items_earns_four_fifths_of_the_money) {
    TextMap *items = text_map_begin(100000);
    Table items_table, lines;
    table_open(&items_table, company_folder(), "items");
    while (table_next(&items_table)) text_map_intern(items, table_text(&items_table, "item"));
    size_t count = text_map_count(items);
    double *revenue = calloc(count, sizeof *revenue), all = 0, top = 0;
    table_open(&lines, company_folder(), "order-lines");
    while (table_next(&lines)) {
        if (!table_is(&lines, "status", "open")) continue;
        double money = (double)table_int(&lines, "qty") * table_money(&lines, "price");
        revenue[text_map_intern(items, table_text(&lines, "item"))] += money;
        all += money;
    }
    CHECK_EQ(text_map_count(items), count);                       /* every line is of a listed item */
    qsort(revenue, count, sizeof *revenue, larger_first);
    for (size_t i = 0; i < count / 5; i++) top += revenue[i];
    CHECK(top / all > 0.75);
    CHECK(top / all < 0.85);
    free(revenue);
    text_map_end(&items);
}

enum { WEEKS = 104 };

/* Syntetos, Boylan and Croston: intermittent when a sale comes every 1.32 weeks or rarer, in even sizes (CV^2 < .49). */
TEST(three_in_ten_items_sell_now_and_then_in_even_sizes) {
    TextMap *items = text_map_begin(100000);
    Table lines;
    typedef int64_t Weeks[WEEKS + 1];
    LIST(Weeks) sold = { 0 };
    table_open(&lines, company_folder(), "order-lines");
    while (table_next(&lines)) {
        if (!table_is(&lines, "status", "open")) continue;
        size_t at = text_map_intern(items, table_text(&lines, "item"));
        if (at == sold.count) {
            list_reserve(&sold, sold.count + 1);
            memset(sold.at[sold.count++], 0, sizeof(Weeks));
        }
        sold.at[at][(table_day(&lines, "order_day") - (END_DAY - SAMPLE_DAYS + 1)) / 7] += table_int(&lines, "qty");
    }
    double classes[2][2] = { { 0 } };
    for (size_t i = 0; i < sold.count; i++) {
        int first = WEEKS, weeks = 0;
        double sum = 0, squares = 0;
        for (int w = WEEKS - 1; w >= 0; w--) {
            if (!sold.at[i][w]) continue;
            first = w;
            weeks++;
            sum += (double)sold.at[i][w];
            squares += (double)sold.at[i][w] * (double)sold.at[i][w];
        }
        if (!weeks) continue;
        double mean = sum / weeks, variation = squares / weeks / mean / mean - 1;
        classes[(double)(WEEKS - first) / weeks >= 1.32][variation >= 0.49] += 1.0 / (double)sold.count;
    }
    CHECK(classes[1][0] > 0.25);
    CHECK(classes[1][0] < 0.37);
    CHECK(classes[1][1] > 0.05);            /* lumpy */
    CHECK(classes[0][1] > 0.10);            /* erratic */
    CHECK(classes[0][0] > 0.30);            /* smooth */
    list_end(&sold);
    text_map_end(&items);
}

TEST(suppliers_differ_in_how_often_they_are_late) {
    TextMap *promises = text_map_begin(1000000), *suppliers = text_map_begin(10000);
    char key[64];
    Table orders, receipts;
    table_open(&orders, company_folder(), "po-lines");
    while (table_next(&orders))
        if (!table_int(&orders, "version")) text_map_set(promises, table_pair(&orders, "doc", "line", key), table_day(&orders, "promised_day"));
    enum { SUPPLIERS_MOST = 1000 };
    int late[SUPPLIERS_MOST] = { 0 }, all[SUPPLIERS_MOST] = { 0 };
    table_open(&receipts, company_folder(), "receipts");
    while (table_next(&receipts)) {
        int64_t promised = 0;
        CHECK(text_map_get(promises, table_pair(&receipts, "ref_doc", "ref_line", key), &promised));
        size_t at = text_map_intern(suppliers, table_text(&receipts, "supplier"));
        CHECK(at < SUPPLIERS_MOST);
        late[at] += table_day(&receipts, "received_day") > promised;
        all[at]++;
    }
    int good = 0, bad = 0, some = 0;
    for (size_t s = 0; s < text_map_count(suppliers); s++) {
        if (all[s] < 100) continue;
        double share = (double)late[s] / all[s];
        good += share < 0.12;
        some += share >= 0.12 && share < 0.35;
        bad += share >= 0.35;
    }
    CHECK(good >= 10);
    CHECK(some >= 5);
    CHECK(bad >= 3);
    CHECK(good > bad);
    text_map_end(&promises);
    text_map_end(&suppliers);
}

TEST(no_row_knows_more_than_its_last_day) {
    static const struct { const char *sheet, *column; } days[] = {
        { "order-lines", "order_day" }, { "order-lines", "known_at" }, { "shipments", "shipped_day" }, { "receipts", "received_day" },
        { "po-lines", "order_day" }, { "po-lines", "known_at" }, { "po-acks", "order_day" }, { "ship-notices", "shipped_day" }, { "carrier-status", "as_of_day" }, { "transfers", "shipped_day" }, { "transfers", "known_at" },
        { "counts", "as_of_day" }, { "stock", "as_of_day" }, { "item-places", "from_day" }, { "items", "from_day" }, { "prices", "from_day" },
    };
    for (size_t d = 0; d < sizeof days / sizeof *days; d++) {
        Table table;
        int64_t rows = 0;
        table_open(&table, company_folder(), days[d].sheet);
        while (table_next(&table)) {
            if (!table_text(&table, days[d].column).length) continue;
            CHECK(table_day(&table, days[d].column) <= END_DAY);
            rows++;
        }
        CHECK(rows > 20);
    }
}

TEST(later_versions_say_when_they_were_told) {
    static const char *const sheets[] = { "order-lines", "po-lines", "transfers" };
    for (int s = 0; s < 3; s++) {
        Table table;
        int64_t later = 0;
        table_open(&table, company_folder(), sheets[s]);
        while (table_next(&table)) {
            bool told = table_text(&table, "known_at").length > 0;
            CHECK_EQ(told, table_int(&table, "version") > 1);
            later += told;
        }
        CHECK(later > 0);
    }
}
