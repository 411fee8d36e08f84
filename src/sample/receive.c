/* receive.c - goods that arrive: whole, in two parts, short, or partly unfit. */
#include <stdio.h>

#include "sample/items.h"
#include "sample/sim.h"
#include "sample/stories.h"

static void po_free(Sim *sim, int at) {
    sim->po_lines.at[at].next = sim->po_lines_free;
    sim->po_lines_free = at;
}

static void receipt_row(Sim *sim, const PoLine *po, int64_t qty, int64_t unusable, const char *uom, const char *reason) {
    const Shelf *shelf = &sim->company->shelf[po->shelf];
    const Item *item = &sim->company->item[shelf->item];
    char doc[40];
    snprintf(doc, sizeof doc, "GR%lld-%d", (long long)po->doc, sim->today - po->ordered);
    CsvWriter *row = sheet_row(sim->sheets, SHEET_RECEIPTS);
    put(row, doc);
    put_int(row, po->number);
    put_doc(row, "PO", po->doc);
    put_int(row, po->number);
    put(row, sim->company->supplier[item->supplier].code);
    put(row, item->code);
    put(row, places[shelf->place].code);
    put_int(row, qty);
    put(row, uom);
    if (unusable) put_int(row, unusable);
    else put_nothing(row);
    put(row, calendar_text(sim->calendar, sim->today));
    put(row, reason);
    sheet_row_end(sim->sheets, SHEET_RECEIPTS);
}

static void book(Sim *sim, PoLine *po, int64_t qty) {
    Shelf *shelf = &sim->company->shelf[po->shelf];
    int64_t unusable = rng_chance(&sim->supply, 0.008) ? 1 + (int64_t)((double)qty * 0.3 * rng_unit(&sim->supply)) : 0;
    if (unusable > qty) unusable = qty;
    po->left -= qty;
    po->coming -= qty;
    shelf->on_order -= qty;
    shelf->on_hand += qty - unusable;
    shelf->unusable += unusable;
    if (feed_alive(sim, shelf->place)) receipt_row(sim, po, qty, unusable, "EA", unusable ? "rejected at inspection" : "");
    stock_serve_backlog(sim, shelf);
}

static void arrive(Sim *sim, int at) {
    PoLine *po = &sim->po_lines.at[at];
    Shelf *shelf = &sim->company->shelf[po->shelf];
    const Supplier *supplier = &sim->company->supplier[sim->company->item[shelf->item].supplier];
    int64_t first = supply_whole(sim, shelf, (double)po->coming * (0.45 + 0.35 * rng_unit(&sim->supply)));
    int rest_at = calendar_next_open(sim->calendar, sim->today + 3 + (int)rng_below(&sim->supply, 10));
    bool split = po->left == po->qty && first < po->coming && rng_chance(&sim->supply, supplier->split_share);
    book(sim, po, split ? first : po->coming);
    if (split && rest_at <= LAST) {
        po->arrival = rest_at;
        po->next = sim->arriving[rest_at % ARRIVAL_RING];
        sim->arriving[rest_at % ARRIVAL_RING] = at;
        return;
    }
    if (!split && po->left > 0) {
        shelf->on_order -= po->left;
        if (feed_alive(sim, shelf->place)) supply_write(sim, po, "closed", po->version + 1, sim->today);   /* the buyer closes it */
    }
    po_free(sim, at);
}

void receive_day(Sim *sim) {
    int slot = sim->today % ARRIVAL_RING, at = sim->arriving[slot];
    sim->arriving[slot] = NONE;
    while (at != NONE) {
        int next = sim->po_lines.at[at].next;
        arrive(sim, at);
        at = next;
    }
    if (civil_of_day(sim->calendar->first_day + sim->today).day != 1) return;
    for (int s = 0; s < sim->company->shelves; s++) sim->company->shelf[s].unusable = 0;   /* returned or scrapped monthly */
}

void receive_at_once(Sim *sim, int at, int64_t qty, int booked_times) {
    Shelf *shelf = &sim->company->shelf[at];
    const Supplier *supplier = &sim->company->supplier[sim->company->item[shelf->item].supplier];
    int ordered = sim->today - supplier->stated_days - (int)rng_below(&sim->supply, 3);
    while (!calendar_open(sim->calendar, ordered)) ordered--;
    int promised = calendar_next_open(sim->calendar, ordered + supplier->stated_days);
    PoFate fate = { .promised = promised, .arrival = LAST + 1, .coming = qty, .ack_day = ordered + 1, .ack_qty = qty, .ack_promised = promised, .moved_day = NONE };
    supply_order(sim, ++sim->pos, 1, at, qty, ordered, &fate);
    shelf->on_order -= qty;
    shelf->on_hand += qty * booked_times;
    PoLine po = { .doc = sim->pos, .number = 1, .shelf = at, .ordered = ordered };
    receipt_row(sim, &po, qty, 0, booked_times > 1 ? "CS" : "EA", "");
    stock_serve_backlog(sim, shelf);
}
