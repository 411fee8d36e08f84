/* Books that balance: what lies is what lay, plus what came, less what left. */
#include <stdio.h>
#include <stdlib.h>

#include "base/list.h"
#include "base/map.h"
#include "tests/sample/company.h"

/* What happened to a shelf, in the order in which it can be told: movements of a day, its count, its exported level. */
typedef enum Step { STEP_MOVE, STEP_COUNT, STEP_LEVEL } Step;
typedef struct Event { uint32_t shelf; int32_t day; Step step; int64_t qty; } Event;
typedef LIST(Event) EventList;

static int in_order(const void *left, const void *right) {
    const Event *a = left, *b = right;
    if (a->shelf != b->shelf) return a->shelf < b->shelf ? -1 : 1;
    if (a->day != b->day) return a->day < b->day ? -1 : 1;
    return (int)a->step - (int)b->step;
}

typedef struct Source { const char *sheet, *place, *day, *qty; Step step; int sign; } Source;
static const Source sources[] = {
    { "stock",     "place",      "as_of_day",    "on_hand", STEP_LEVEL, 1 },
    { "counts",    "place",      "as_of_day",    "on_hand", STEP_COUNT, 1 },
    { "shipments", "place",      "shipped_day",  "qty",     STEP_MOVE, -1 },
    { "receipts",  "place",      "received_day", "qty",     STEP_MOVE, 1 },
    { "transfers", "from_place", "shipped_day",  "qty",     STEP_MOVE, -1 },
    { "transfers", "place",      "received_day", "qty",     STEP_MOVE, 1 },
};

static void pack_sizes(TextMap *packs) {
    Table table;
    table_open(&table, company_folder(), "uoms");
    while (table_next(&table)) text_map_set(packs, table_text(&table, "item"), table_int(&table, "factor"));
}

static void gather(const Source *source, TextMap *shelves, const TextMap *packs, EventList *events) {
    Table table;
    char key[64];
    bool transfers = strcmp(source->sheet, "transfers") == 0, receipts = strcmp(source->sheet, "receipts") == 0;
    table_open(&table, company_folder(), source->sheet);
    while (table_next(&table)) {
        /* A transfer leaves in its first version and arrives in its second. */
        if (transfers && table_int(&table, "version") != (source->sign > 0 ? 2 : 0)) continue;
        int64_t qty = table_int(&table, source->qty);
        if (receipts) qty = qty * (table_is(&table, "uom", "CS") ? text_map_or(packs, table_text(&table, "item"), 0) : 1) - table_int(&table, "unusable");
        list_push(events, (Event){ (uint32_t)text_map_intern(shelves, table_pair(&table, "item", source->place, key)), table_day(&table, source->day), source->step, source->sign * qty });
    }
}

/* Holds for the faulted shelves too: the book is wrong about the world there, not about itself. */
TEST(stock_is_what_was_there_plus_what_came_less_what_left) {
    TextMap *shelves = text_map_begin(1000000), *packs = text_map_begin(100000);
    EventList events = { 0 };
    pack_sizes(packs);
    for (size_t s = 0; s < sizeof sources / sizeof *sources; s++) gather(&sources[s], shelves, packs, &events);
    qsort(events.at, events.count, sizeof *events.at, in_order);
    int64_t level = 0, compared = 0, moved = 0;
    bool known = false;
    for (size_t i = 0; i < events.count; i++) {
        const Event *event = &events.at[i];
        if (i == 0 || event->shelf != events.at[i - 1].shelf) known = false, level = 0;
        if (event->step == STEP_MOVE) {
            level += event->qty;
            moved++;
            continue;
        }
        if (known && event->step == STEP_LEVEL) {
            CHECK_EQ(level, event->qty);
            compared++;
        }
        known = known || event->step == STEP_LEVEL;
        level = event->qty;
    }
    CHECK(compared > 100000);
    CHECK(moved > 200000);
    list_end(&events);
    text_map_end(&shelves);
    text_map_end(&packs);
}

TEST(stock_is_never_negative_and_never_more_reserved_than_there) {
    Table table;
    table_open(&table, company_folder(), "stock");
    while (table_next(&table)) {
        CHECK(table_int(&table, "on_hand") >= 0);
        CHECK(table_int(&table, "allocated") >= 0);
        CHECK(table_int(&table, "allocated") <= table_int(&table, "on_hand"));
    }
}

TEST(every_shipment_answers_an_order_and_no_line_ships_more_than_ordered) {
    TextMap *open = text_map_begin(4000000);
    Table orders, shipments;
    char key[64];
    table_open(&orders, company_folder(), "order-lines");
    while (table_next(&orders))
        if (table_is(&orders, "status", "open")) text_map_set(open, table_pair(&orders, "doc", "line", key), table_int(&orders, "qty"));
    table_open(&shipments, company_folder(), "shipments");
    while (table_next(&shipments)) {
        bool is_new;
        int64_t *left = text_map_place(open, table_pair(&shipments, "ref_doc", "ref_line", key), 0, &is_new);
        CHECK(!is_new);
        *left -= table_int(&shipments, "qty");
        CHECK(*left >= 0);
    }
    text_map_end(&open);
}

static void documents_unique(const char *sheet) {
    TextMap *seen = text_map_begin(4000000);
    Table table;
    char key[64];
    table_open(&table, company_folder(), sheet);
    while (table_next(&table)) {
        bool is_new;
        (void)text_map_place(seen, table_pair(&table, "doc", "line", key), 0, &is_new);
        CHECK(is_new);
    }
    text_map_end(&seen);
}

TEST(documents_have_lines_of_their_own) {
    documents_unique("shipments");
    documents_unique("receipts");
    documents_unique("po-acks");
    documents_unique("ship-notices");
    documents_unique("carrier-status");
    documents_unique("counts");
}

TEST(receipts_come_in_cases_that_the_item_has) {
    TextMap *packs = text_map_begin(100000);
    Table table;
    pack_sizes(packs);
    table_open(&table, company_folder(), "po-lines");
    while (table_next(&table))
        if (table_is(&table, "uom", "CS")) CHECK(text_map_or(packs, table_text(&table, "item"), 0) > 1);
    text_map_end(&packs);
}
