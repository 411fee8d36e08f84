/* stock.c - shipping, backlog, counts and levels. */
#include <stdio.h>

#include "sample/sim.h"
#include "sample/stories.h"

enum { BACKLOG_DAYS_MOST = 60 };

bool feed_alive(const Sim *sim, int place) {
    const Story *feed = &sim->stories->story[STORY_FEED];
    return !feed->planted || feed->place != place || sim->today < sim->stories->feed_from;
}

static void line_free(Sim *sim, int at) {
    sim->lines.at[at].next = sim->lines_free;
    sim->lines_free = at;
}

/* Goods leave; the document says which order line it answers. */
static void ship(Sim *sim, OrderLine *line, int64_t qty) {
    Shelf *shelf = &sim->company->shelf[line->shelf];
    shelf->on_hand -= qty;
    shelf->open_qty -= qty;
    shelf->sold[0] += qty;
    line->left -= qty;
    if (!feed_alive(sim, shelf->place)) return;
    char doc[40];
    snprintf(doc, sizeof doc, "DN%lld-%d", (long long)line->doc, ++line->shipments);
    CsvWriter *row = sheet_row(sim->sheets, SHEET_SHIPMENTS);
    put(row, doc);
    put_int(row, line->number);
    put_doc(row, "SO", line->doc);
    put_int(row, line->number);
    put(row, sim->company->item[shelf->item].code);
    put(row, places[shelf->place].code);
    put(row, sim->company->customer[line->customer].code);
    put_int(row, qty);
    put(row, calendar_text(sim->calendar, sim->today));
    put(row, line->left > 0 ? "short" : "");
    sheet_row_end(sim->sheets, SHEET_SHIPMENTS);
}

/* The customer takes the rest elsewhere: a second version of the line closes it. */
static void give_up(Sim *sim, OrderLine *line) {
    Shelf *shelf = &sim->company->shelf[line->shelf];
    shelf->open_qty -= line->left;
    if (!feed_alive(sim, shelf->place)) return;
    demand_write(sim, line, line->left < line->qty ? "shipped" : "cancelled", "no stock", 2, sim->today);
}

static bool will_wait(Sim *sim, const OrderLine *line) {
    static const double share[4] = { [TIER_KEY] = 0.97, [TIER_A] = 0.85, [TIER_B] = 0.55, [TIER_C] = 0.30 };
    return rng_chance(&sim->stock, share[sim->company->customer[line->customer].tier]);
}

void stock_ship_due(Sim *sim) {
    int at = sim->due[sim->today % DUE_RING];
    sim->due[sim->today % DUE_RING] = NONE;
    while (at != NONE) {
        OrderLine *line = &sim->lines.at[at];
        Shelf *shelf = &sim->company->shelf[line->shelf];
        int next = line->next;
        int64_t qty = line->left < shelf->on_hand ? line->left : shelf->on_hand;
        if (qty > 0) ship(sim, line, qty);
        if (line->left > 0 && will_wait(sim, line)) {
            line->next = NONE;
            if (shelf->backlog_last == NONE) shelf->backlog_first = at;
            else sim->lines.at[shelf->backlog_last].next = at;
            shelf->backlog_last = at;
        } else {
            if (line->left > 0) give_up(sim, line);
            line_free(sim, at);
        }
        at = next;
    }
}

static void backlog_pop(Sim *sim, Shelf *shelf) {
    int at = shelf->backlog_first;
    shelf->backlog_first = sim->lines.at[at].next;
    if (shelf->backlog_first == NONE) shelf->backlog_last = NONE;
    line_free(sim, at);
}

void stock_serve_backlog(Sim *sim, Shelf *shelf) {
    while (shelf->backlog_first != NONE && shelf->on_hand > 0) {
        OrderLine *line = &sim->lines.at[shelf->backlog_first];
        ship(sim, line, line->left < shelf->on_hand ? line->left : shelf->on_hand);
        if (line->left > 0) return;
        backlog_pop(sim, shelf);
    }
}

void stock_drop_old_backlog(Sim *sim) {
    for (int s = 0; s < sim->company->shelves; s++) {
        Shelf *shelf = &sim->company->shelf[s];
        while (shelf->backlog_first != NONE && sim->lines.at[shelf->backlog_first].due < sim->today - BACKLOG_DAYS_MOST) {
            give_up(sim, &sim->lines.at[shelf->backlog_first]);
            backlog_pop(sim, shelf);
        }
    }
}

/* Most counts find the book right; the others move it by a few percent. */
static void count_shelf(Sim *sim, Shelf *shelf) {
    const Item *item = &sim->company->item[shelf->item];
    const char *reason = "cycle count";
    if (shelf->on_hand > 0 && rng_chance(&sim->stock, 0.05)) {
        int64_t most = 1 + shelf->on_hand / 40, delta = rng_between(&sim->stock, -most, most);
        shelf->on_hand += delta < -shelf->on_hand ? -shelf->on_hand : delta;
        reason = "cycle count, difference";
    }
    if (!feed_alive(sim, shelf->place)) return;
    CsvWriter *row = sheet_row(sim->sheets, SHEET_COUNTS);
    put_doc(row, "CC", ++sim->counts);
    put(row, "1");
    put(row, item->code);
    put(row, places[shelf->place].code);
    put_int(row, shelf->on_hand);
    put(row, calendar_text(sim->calendar, sim->today));
    put(row, reason);
    sheet_row_end(sim->sheets, SHEET_COUNTS);
}

void stock_count(Sim *sim) {
    if (!calendar_open(sim->calendar, sim->today)) return;
    for (int s = 0; s < sim->company->shelves; s++) {
        Shelf *shelf = &sim->company->shelf[s];
        const Item *item = &sim->company->item[shelf->item];
        if (shelf->count_day > sim->today || sim->today < item_listed_from(item)) continue;
        shelf->count_day = sim->today + (item->tier == TIER_A ? 120 : 360);
        if (sim->today < shelf->control_from) count_shelf(sim, shelf);
    }
}

bool stock_snapshot_due(const Sim *sim) {
    return sim->today > LAST - SNAPSHOT_DAYS || calendar_month_end(sim->calendar, sim->today);
}

void stock_snapshot(Sim *sim) {
    for (int s = 0; s < sim->company->shelves; s++) {
        const Shelf *shelf = &sim->company->shelf[s];
        const Item *item = &sim->company->item[shelf->item];
        if (sim->today < item_listed_from(item) || !feed_alive(sim, shelf->place)) continue;
        CsvWriter *row = sheet_row(sim->sheets, SHEET_STOCK);
        put(row, item->code);
        put(row, places[shelf->place].code);
        put(row, calendar_text(sim->calendar, sim->today));
        put_int(row, shelf->on_hand);
        put_int(row, shelf->open_qty < shelf->on_hand ? shelf->open_qty : shelf->on_hand);
        put_int(row, shelf->in_transit);
        put_int(row, shelf->unusable);
        put(row, "1");
        sheet_row_end(sim->sheets, SHEET_STOCK);
    }
}
