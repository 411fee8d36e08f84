/* The planted situations: there, material, and told by data alone. */
#include <ctype.h>
#include <stdio.h>

#include "base/file.h"
#include "base/json.h"
#include "base/map.h"
#include "sample/sheets.h"
#include "tests/sample/company.h"

typedef struct Truth { Arena *work; const JsonValue *stories; } Truth;

static Truth truth_read(void) {
    Why why = { 0 };
    Truth truth = { .work = arena_begin(8 * MiB) };
    Text text;
    CHECK_OK(file_read(truth.work, path_join(truth.work, company_folder(), "truth.json"), 4 * MiB, &text, &why));
    CHECK_OK(json_parse(truth.work, text, &truth.stories, &why));
    return truth;
}

static const JsonValue *story(const Truth *truth, const char *id) {
    json_each(value, truth->stories) if (text_is(json_get(value, "id")->text, id)) return value;
    fail_msg("no story %s", id);
    return NULL;
}

static Text row_text(const JsonValue *of, size_t at, const char *name) { return json_get(json_at(json_get(of, "rows"), at), name)->text; }

/* The next row of `table` about the story's row number `at`. */
static bool next_of(Table *table, const JsonValue *of, size_t at) {
    while (table_next(table))
        if (text_equal(table_text(table, "item"), row_text(of, at, "item")) && text_equal(table_text(table, "place"), row_text(of, at, "place"))) return true;
    return false;
}

static int64_t last_stock(const JsonValue *of, size_t at) {
    Table table;
    int64_t on_hand = -1;
    table_open(&table, company_folder(), "stock");
    while (next_of(&table, of, at)) on_hand = table_int(&table, "on_hand");
    CHECK(on_hand >= 0);
    return on_hand;
}

/* Units ordered by customers on the row, from .. to. */
static int64_t ordered(const JsonValue *of, size_t at, int32_t from, int32_t to) {
    Table table;
    int64_t sum = 0;
    table_open(&table, company_folder(), "order-lines");
    while (next_of(&table, of, at)) {
        int32_t day = table_day(&table, "order_day");
        if (table_is(&table, "status", "open") && day >= from && day <= to) sum += table_int(&table, "qty");
    }
    return sum;
}

TEST(twelve_stories_are_planted_and_told) {
    Truth truth = truth_read();
    CHECK_EQ(truth.stories->count, 12);
    json_each(value, truth.stories) {
        CHECK(json_get(value, "rows")->count > 0);
        CHECK(json_get(json_get(value, "expect"), "any_case_on")->count > 0);
        CHECK(json_get(json_get(value, "expect"), "kinds")->count > 0);
    }
    arena_end(&truth.work);
}

TEST(no_story_shows_in_a_word) {
    static const char *const words[] = { "story", "plant", "fault", "phantom", "duplicate", "drift", "container", "obsolete-", "spike", "dead", "late ", "truth", "twice", "project", "wrong" };
    for (int s = 0; s < SHEET_COUNT_; s++) {
        char path[512];
        Why why = { 0 };
        Text text;
        own(arena_end) Arena *work = arena_begin(256 * (size_t)MiB);
        snprintf(path, sizeof path, "%s/erp/%s.csv", company_folder(), sheet_names[s]);
        CHECK_OK(file_read(work, path, 128 * (size_t)MiB, &text, &why));
        const char *low = text_lower(work, text);
        for (size_t w = 0; w < sizeof words / sizeof *words; w++)
            if (strstr(low, words[w])) fail_msg("%s says \"%s\"", sheet_names[s], words[w]);
    }
}

TEST(the_weather_sells_weeks_in_three_days) {
    Truth truth = truth_read();
    const JsonValue *weather = story(&truth, "weather-spike");
    size_t rows = json_get(weather, "rows")->count;
    CHECK(rows >= 5);
    int surged = 0;
    for (size_t i = 0; i < rows && i < 8; i++)
        surged += ordered(weather, i, END_DAY - 2, END_DAY) * 28 > 3 * 2 * ordered(weather, i, END_DAY - 30, END_DAY - 3);
    CHECK(surged >= 4);
    Table signals;
    int warned = 0;
    table_open(&signals, company_folder(), "signals");
    while (table_next(&signals))
        warned += text_equal(table_text(&signals, "place"), row_text(weather, 0, "place")) && table_day(&signals, "from_day") == END_DAY - 2;
    CHECK_EQ(warned, 3);
    arena_end(&truth.work);
}

TEST(the_container_is_past_its_promise_and_moved) {
    Truth truth = truth_read();
    const JsonValue *container = story(&truth, "late-container");
    TextMap *late = text_map_begin(100000);
    Table orders, acks;
    char key[64];
    table_open(&orders, company_folder(), "po-lines");
    while (next_of(&orders, container, 0)) {
        int32_t promised = table_day(&orders, "promised_day");
        if (promised < END_DAY && promised >= END_DAY - 16) text_map_set(late, table_pair(&orders, "doc", "line", key), promised);
    }
    CHECK(text_map_count(late) > 0);
    int moved = 0;
    table_open(&acks, company_folder(), "po-acks");
    while (table_next(&acks))
        moved += text_map_or(late, table_pair(&acks, "ref_doc", "ref_line", key), 0) > 0 && table_is(&acks, "status", "changed") && table_day(&acks, "promised_day") > END_DAY;
    CHECK(moved > 0);
    text_map_end(&late);
    arena_end(&truth.work);
}

TEST(the_unit_error_books_a_pack_for_each_piece) {
    Truth truth = truth_read();
    const JsonValue *unit = story(&truth, "unit-of-measure");
    Table receipts, orders;
    int64_t booked = 0, wanted = 0;
    char doc[64] = "";
    table_open(&receipts, company_folder(), "receipts");
    while (next_of(&receipts, unit, 0)) {
        if (!table_is(&receipts, "uom", "CS")) continue;
        booked = table_int(&receipts, "qty");
        snprintf(doc, sizeof doc, "%.*s", TEXT_ARGS(table_text(&receipts, "ref_doc")));
    }
    table_open(&orders, company_folder(), "po-lines");
    while (next_of(&orders, unit, 0))
        if (table_is(&orders, "doc", doc)) wanted = table_int(&orders, "qty");
    CHECK(booked > 0);
    CHECK(booked >= 6 * wanted);             /* both in cases: pieces were typed as cases */
    CHECK(last_stock(unit, 0) > booked * 5);
    arena_end(&truth.work);
}

/* Mean days from order to receipt of the story's first row, orders placed from .. to. */
static double lead_days(const JsonValue *of, int32_t from, int32_t to) {
    TextMap *placed = text_map_begin(100000);
    Table orders, receipts;
    char key[64];
    double sum = 0;
    int count = 0;
    for (size_t i = 0; i < json_get(of, "rows")->count; i++) {
        table_open(&orders, company_folder(), "po-lines");
        while (next_of(&orders, of, i)) {
            int32_t day = table_day(&orders, "order_day");
            if (day >= from && day <= to) text_map_set(placed, table_pair(&orders, "doc", "line", key), day);
        }
    }
    table_open(&receipts, company_folder(), "receipts");
    while (table_next(&receipts)) {
        int64_t day;
        if (!text_map_get(placed, table_pair(&receipts, "ref_doc", "ref_line", key), &day)) continue;
        sum += (double)(table_day(&receipts, "received_day") - day);
        count++;
    }
    text_map_end(&placed);
    CHECK(count > 3);
    return sum / count;
}

TEST(the_drifting_supplier_takes_far_longer_than_before) {
    Truth truth = truth_read();
    const JsonValue *drift = story(&truth, "supplier-drift");
    CHECK(lead_days(drift, END_DAY - 110, END_DAY - 30) > 1.4 * lead_days(drift, END_DAY - 600, END_DAY - 200));
    arena_end(&truth.work);
}

TEST(one_place_fell_silent_while_the_others_go_on) {
    Truth truth = truth_read();
    const JsonValue *feed = story(&truth, "dead-feed");
    Text place = row_text(feed, 0, "place");
    CHECK_EQ(row_text(feed, 0, "item").length, 0);
    static const struct { const char *sheet, *day; } silent[] = { { "stock", "as_of_day" }, { "shipments", "shipped_day" }, { "receipts", "received_day" } };
    for (int s = 0; s < 3; s++) {
        Table table;
        int32_t last_here = 0, last_else = 0;
        table_open(&table, company_folder(), silent[s].sheet);
        while (table_next(&table)) {
            int32_t *last = text_equal(table_text(&table, "place"), place) ? &last_here : &last_else;
            int32_t day = table_day(&table, silent[s].day);
            if (day > *last) *last = day;
        }
        CHECK_EQ(last_else, END_DAY);
        CHECK(last_here <= END_DAY - 5);
        CHECK(last_here >= END_DAY - 10);
    }
    arena_end(&truth.work);
}

TEST(the_item_at_its_end_has_a_successor_and_years_of_stock) {
    Truth truth = truth_read();
    const JsonValue *obsolete = story(&truth, "obsolete-stock");
    Table items;
    bool replaced = false;
    table_open(&items, company_folder(), "items");
    while (table_next(&items))
        if (text_equal(table_text(&items, "item"), row_text(obsolete, 0, "item")))
            replaced = table_is(&items, "lifecycle", "phase-out") && table_text(&items, "successor").length > 0;
    CHECK(replaced);
    CHECK(last_stock(obsolete, 0) > 6 * ordered(obsolete, 0, END_DAY - 90, END_DAY));
    CHECK(ordered(obsolete, 0, END_DAY - 90, END_DAY) * 2 < ordered(obsolete, 0, END_DAY - 360, END_DAY - 270));
    arena_end(&truth.work);
}

TEST(one_branch_could_cover_another) {
    Truth truth = truth_read();
    const JsonValue *cover = story(&truth, "branch-can-cover");
    CHECK_EQ(json_get(cover, "rows")->count, 2);
    CHECK(last_stock(cover, 0) * 90 < 30 * ordered(cover, 0, END_DAY - 89, END_DAY));           /* under thirty days */
    CHECK(last_stock(cover, 1) * 90 > 150 * ordered(cover, 1, END_DAY - 89, END_DAY));          /* over 150 */
    arena_end(&truth.work);
}

TEST(a_single_order_made_the_planning_row_swell) {
    Truth truth = truth_read();
    const JsonValue *project = story(&truth, "project-order");
    Table lines, rows;
    int64_t largest = 0, all = 0, first_min = 0, last_min = 0;
    table_open(&lines, company_folder(), "order-lines");
    while (next_of(&lines, project, 0)) {
        if (!table_is(&lines, "status", "open")) continue;
        int64_t qty = table_int(&lines, "qty");
        all += qty;
        if (qty > largest) largest = qty;
    }
    CHECK(largest * 2 > all);
    table_open(&rows, company_folder(), "item-places");
    while (next_of(&rows, project, 0)) {
        last_min = table_int(&rows, "min_qty");
        if (!first_min) first_min = last_min;
    }
    CHECK(last_min > 4 * first_min);
    arena_end(&truth.work);
}

TEST(the_phantom_lies_there_and_nobody_buys) {
    Truth truth = truth_read();
    const JsonValue *phantom = story(&truth, "phantom-stock");
    CHECK(last_stock(phantom, 0) > 0);
    CHECK_EQ(ordered(phantom, 0, END_DAY - 20, END_DAY), 0);
    CHECK(ordered(phantom, 0, END_DAY - 80, END_DAY - 23) > 0);
    arena_end(&truth.work);
}

TEST(a_firm_order_of_a_key_customer_is_larger_than_the_stock) {
    Truth truth = truth_read();
    const JsonValue *contract = story(&truth, "contract-order");
    Table lines, customers;
    int64_t firm = 0;
    char customer[64] = "";
    table_open(&lines, company_folder(), "order-lines");
    while (next_of(&lines, contract, 0)) {
        if (table_day(&lines, "requested_day") <= END_DAY + 3 || table_int(&lines, "qty") <= firm) continue;
        firm = table_int(&lines, "qty");
        snprintf(customer, sizeof customer, "%.*s", TEXT_ARGS(table_text(&lines, "customer")));
    }
    CHECK(firm > last_stock(contract, 0));
    bool key_customer = false;
    table_open(&customers, company_folder(), "customers");
    while (table_next(&customers))
        if (table_is(&customers, "customer", customer)) key_customer = table_is(&customers, "tier", "key");
    CHECK(key_customer);
    arena_end(&truth.work);
}

TEST(a_supplier_confirmed_far_less_than_was_ordered) {
    Truth truth = truth_read();
    const JsonValue *reduced = story(&truth, "short-confirmed");
    TextMap *recent = text_map_begin(1000), *packs = text_map_begin(100000);
    Table orders, acks, uoms;
    char key[64];
    table_open(&uoms, company_folder(), "uoms");
    while (table_next(&uoms)) text_map_set(packs, table_text(&uoms, "item"), table_int(&uoms, "factor"));
    table_open(&orders, company_folder(), "po-lines");
    while (next_of(&orders, reduced, 0)) {
        if (table_day(&orders, "order_day") < END_DAY - 14) continue;
        int64_t times = table_is(&orders, "uom", "CS") ? text_map_or(packs, table_text(&orders, "item"), 0) : 1;
        text_map_set(recent, table_pair(&orders, "doc", "line", key), table_int(&orders, "qty") * times);
    }
    int found = 0;
    table_open(&acks, company_folder(), "po-acks");
    while (table_next(&acks)) {
        int64_t wanted = text_map_or(recent, table_pair(&acks, "ref_doc", "ref_line", key), 0);
        found += wanted > 0 && table_is(&acks, "status", "changed") && table_int(&acks, "qty") * 3 < wanted;
    }
    CHECK_EQ(found, 1);
    text_map_end(&recent);
    text_map_end(&packs);
    arena_end(&truth.work);
}

TEST(the_same_line_stands_in_two_open_orders) {
    Truth truth = truth_read();
    const JsonValue *twice = story(&truth, "ordered-twice");
    Table orders;
    int64_t quantities[8] = { 0 };
    int count = 0;
    table_open(&orders, company_folder(), "po-lines");
    while (next_of(&orders, twice, 0))
        if (table_day(&orders, "order_day") >= END_DAY - 9 && count < 8) quantities[count++] = table_int(&orders, "qty");
    CHECK_EQ(count, 2);
    CHECK_EQ(quantities[0], quantities[1]);
    arena_end(&truth.work);
}
