/* notice.c - half of the suppliers, and all who import, send a notice when goods leave, and their carriers report on the way. */
#include <stdio.h>

#include "sample/items.h"
#include "sample/sim.h"

/* One truck or vessel: what arrives of one order on one day. All its lines tell the same. */
typedef struct Truck { char doc[40]; int shipped, expected, arrival; } Truck;

static Truck truck_of(const Sim *sim, const Supplier *supplier, int64_t doc, int ordered, int arrival) {
    Rng rng = rng_fork(&sim->carriers, (uint64_t)doc * ARRIVAL_RING + (uint64_t)(arrival - ordered));
    Truck truck = { .arrival = arrival };
    snprintf(truck.doc, sizeof truck.doc, "SH%lld-%d", (long long)doc, arrival - ordered);
    int usual = supplier->import ? 18 + (int)rng_below(&rng, 5) : 2 + (int)rng_below(&rng, 2);
    int late = rng_chance(&rng, 0.2) ? 1 + (int)rng_below(&rng, supplier->import ? 6 : 2) : 0;
    truck.shipped = arrival - usual - late;
    if (truck.shipped <= ordered) truck.shipped = ordered + 1 < arrival ? ordered + 1 : arrival;
    truck.expected = arrival - late > truck.shipped ? arrival - late : arrival;
    return truck;
}

static void status_row(Sim *sim, const Truck *truck, int line, const char *status, int day, int expected, const char *reason) {
    if (day > LAST || day > truck->arrival) return;
    CsvWriter *row = sheet_row(sim->sheets, SHEET_CARRIER_STATUS);
    put(row, truck->doc);
    put_int(row, line);
    put(row, status);
    put(row, calendar_text(sim->calendar, day));
    put(row, calendar_text(sim->calendar, expected));
    put(row, reason);
    sheet_row_end(sim->sheets, SHEET_CARRIER_STATUS);
}

void notice_write(Sim *sim, int64_t doc, int number, int shelf, int ordered, const PoFate *fate) {
    enum { MESSAGES_A_LINE = 10 };
    const Item *item = &sim->company->item[sim->company->shelf[shelf].item];
    const Supplier *supplier = &sim->company->supplier[item->supplier];
    if (!supplier->import && item->supplier % 2 == 0) return;
    Truck truck = truck_of(sim, supplier, doc, ordered, fate->arrival);
    if (truck.shipped > LAST) return;
    CsvWriter *row = sheet_row(sim->sheets, SHEET_SHIP_NOTICES);
    put(row, truck.doc);
    put_int(row, number);
    put_doc(row, "PO", doc);
    put_int(row, number);
    put(row, supplier->code);
    put(row, item->code);
    put_int(row, fate->coming);
    put(row, calendar_text(sim->calendar, truck.shipped));
    put(row, calendar_text(sim->calendar, truck.expected));
    sheet_row_end(sim->sheets, SHEET_SHIP_NOTICES);
    int line = number * MESSAGES_A_LINE;
    status_row(sim, &truck, line, "in-transit", truck.shipped + 1, truck.expected, "");
    if (truck.arrival > truck.expected) status_row(sim, &truck, line + 1, "delayed", truck.expected, truck.arrival, "delay on the way");
}
