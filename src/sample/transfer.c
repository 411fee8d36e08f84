/* transfer.c - the hub feeds the branches with part of the assortment, one truck a week each. */
#include "sample/sim.h"
#include "sample/stories.h"

static void transfer_row(Sim *sim, const Shift *shift, const char *status, int received, int version) {
    const Shelf *shelf = &sim->company->shelf[shift->shelf];
    CsvWriter *row = sheet_row(sim->sheets, SHEET_TRANSFERS);
    put_doc(row, "TR", shift->doc);
    put_int(row, shift->number);
    put(row, places[HUB].code);
    put(row, places[shelf->place].code);
    put(row, sim->company->item[shelf->item].code);
    put_int(row, shift->qty);
    put(row, calendar_text(sim->calendar, shift->shipped));
    put(row, calendar_text(sim->calendar, shift->promised));
    put(row, received == NONE ? "" : calendar_text(sim->calendar, received));
    put(row, status);
    if (version > 1) put_int(row, version);
    else put_nothing(row);
    put(row, version > 1 ? calendar_text(sim->calendar, received) : "");
    sheet_row_end(sim->sheets, SHEET_TRANSFERS);
}

static void send(Sim *sim, Shelf *hub, Shelf *shelf, int64_t qty, int number) {
    int days = places[shelf->place].lane_days, promised = calendar_next_open(sim->calendar, sim->today + days);
    int arrival = calendar_next_open(sim->calendar, sim->today + days + (int)rng_below(&sim->supply, 5) / 3);
    hub->on_hand -= qty;
    hub->sold[0] += qty;
    shelf->in_transit += qty;
    Shift shift = { .doc = sim->shift_docs, .qty = qty, .number = number, .shelf = (int)(shelf - sim->company->shelf), .shipped = sim->today, .promised = promised };
    transfer_row(sim, &shift, "shipped", NONE, 1);
    int at = sim->shifts_free;
    if (at != NONE) {
        sim->shifts_free = sim->shifts.at[at].next;
    } else {
        at = (int)sim->shifts.count;
        list_push(&sim->shifts, (Shift){ 0 });
    }
    shift.next = sim->shifting[arrival % SHIFT_RING];
    sim->shifts.at[at] = shift;
    sim->shifting[arrival % SHIFT_RING] = at;
}

void transfer_ship(Sim *sim) {
    Company *company = sim->company;
    if (!calendar_open(sim->calendar, sim->today)) return;
    for (int p = 0; p < PLACES; p++) {
        if (p == HUB || places[p].truck_weekday != sim->calendar->weekday[sim->today + CALENDAR_BEFORE]) continue;
        int lines = 0;
        sim->shift_docs++;
        for (int i = 0; i < company->items; i++) {
            const Item *item = &company->item[i];
            Shelf *shelf = item->hub_fed ? company_shelf(company, i, p) : NULL;
            if (!shelf || sim->today < item_listed_from(item) || sim->today > item_bought_until(item)) continue;
            int64_t position = shelf->on_hand + shelf->in_transit - shelf->open_qty;
            Shelf *hub = company_shelf(company, i, HUB);
            int64_t free_qty = hub->on_hand - hub->open_qty, want = shelf->max_qty - position;
            if (position > shelf->min_qty || free_qty < 1) continue;
            send(sim, hub, shelf, want < (free_qty + 1) / 2 ? want : (free_qty + 1) / 2, ++lines);
        }
    }
}

void transfer_receive(Sim *sim) {
    int slot = sim->today % SHIFT_RING, at = sim->shifting[slot];
    sim->shifting[slot] = NONE;
    while (at != NONE) {
        const Shift shift = sim->shifts.at[at];
        Shelf *shelf = &sim->company->shelf[shift.shelf];
        sim->shifts.at[at].next = sim->shifts_free;
        sim->shifts_free = at;
        shelf->in_transit -= shift.qty;
        shelf->on_hand += shift.qty;
        if (feed_alive(sim, shelf->place)) transfer_row(sim, &shift, "received", sim->today, 2);
        stock_serve_backlog(sim, shelf);
        at = shift.next;
    }
}
