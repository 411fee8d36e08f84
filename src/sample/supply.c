/* supply.c - the ERP's planning rows, and the purchase orders that its weekly review raises.
 *
 * The ERP plans as many do: a reorder point and an order-up-to level from shipped quantities of past quarters, the lead time
 * that the contract states, a textbook safety stock. It knows no season, no trend, no drift of a supplier, and takes a
 * one-off order for usage. That is what a better planner has to beat. */
#include "sample/items.h"
#include "sample/sim.h"
#include "sample/stories.h"

enum { LEAD_DAYS_MOST = 240 };
_Static_assert(LEAD_DAYS_MOST + 20 < ARRIVAL_RING && LEAD_DAYS_MOST + 60 < CALENDAR_AFTER, "an arrival has a slot and a date");

/* ---- planning rows ---- */

void supply_row(Sim *sim, Shelf *shelf, int from_index) {
    const Item *item = &sim->company->item[shelf->item];
    const Supplier *supplier = &sim->company->supplier[item->supplier];
    bool fed = item->hub_fed && shelf->place != HUB;
    shelf->version++;
    CsvWriter *row = sheet_row(sim->sheets, SHEET_ITEM_PLACES);
    put(row, item->code);
    put(row, places[shelf->place].code);
    put_int(row, shelf->min_qty);
    put_int(row, shelf->max_qty);
    put(row, supplier->code);
    put(row, fed ? places[HUB].code : "");
    put_int(row, fed ? 7 : supplier->review_days);
    if (fed) put_int(row, places[shelf->place].lane_days);
    else put_nothing(row);
    put(row, calendar_text(sim->calendar, from_index));
    put_int(row, shelf->version);
    sheet_row_end(sim->sheets, SHEET_ITEM_PLACES);
}

/* How a class is planned. The reorder point covers the lead time and only part of the review period: the usual mistake, worse
 * for items that nobody looks at. */
typedef struct Care { double review_share, safety, cycle_days; } Care;
static const Care cares[3] = { [TIER_A] = { 0.7, 1.5, 14 }, [TIER_B] = { 0.25, 0.7, 24 }, [TIER_C] = { 0, 0.3, 30 } };

static void row_from_usage(const Sim *sim, Shelf *shelf, double units_day) {
    const Item *item = &sim->company->item[shelf->item];
    const Supplier *supplier = &sim->company->supplier[item->supplier];
    const Care *care = &cares[item->tier];
    double days = supplier->stated_days + care->review_share * supplier->review_days;
    double line = item->size_mean * (1 + item->size_spread * item->size_spread);
    double least = units_day * days + care->safety * root(units_day * line * days);
    double lot = units_day * care->cycle_days;
    if (lot < item->moq) lot = item->moq;
    shelf->min_qty = (int)(least + 0.5);
    shelf->max_qty = shelf->min_qty + (int)(lot + 0.99);
}

/* What the ERP believed before our first day: about right, with an error of a fifth. */
static double first_guess(Sim *sim, const Shelf *shelf) {
    const Company *company = sim->company;
    const Item *item = &company->item[shelf->item];
    double units = shelf_units_day(company, shelf), spread = item->life == LIFE_NEW ? 0.5 : 0.2;
    if (item->hub_fed && shelf->place == HUB) units = item->lines_year / 365 * item->size_mean;
    bool later = item->life == LIFE_NEW || item->life == LIFE_REPLACEMENT;
    return units * (later ? 1 : item_life(item, 0)) * rng_lognormal(&sim->supply, 0, spread);
}

void supply_begin(Sim *sim) {
    for (int s = 0; s < sim->company->shelves; s++) {
        Shelf *shelf = &sim->company->shelf[s];
        const Item *item = &sim->company->item[shelf->item];
        double guess = first_guess(sim, shelf);
        row_from_usage(sim, shelf, guess);
        for (int q = 1; q < 4; q++) shelf->sold[q] = (int64_t)(guess * QUARTER_DAYS + 0.5);
        int listed = item_listed_from(item);
        if (listed < 0) shelf->on_hand = rng_between(&sim->supply, shelf->min_qty, shelf->max_qty);
        supply_row(sim, shelf, listed);
    }
}

/* Fast items are looked at each quarter, the rest every second one. */
void supply_quarter(Sim *sim) {
    if (sim->today < QUARTER_FIRST || (sim->today - QUARTER_FIRST) % QUARTER_DAYS) return;
    int quarter = (sim->today - QUARTER_FIRST) / QUARTER_DAYS;
    for (int s = 0; s < sim->company->shelves; s++) {
        Shelf *shelf = &sim->company->shelf[s];
        const Item *item = &sim->company->item[shelf->item];
        int used = item->tier == TIER_A ? 2 : 4;
        int64_t sum = 0;
        for (int q = 0; q < used; q++) sum += shelf->sold[q];
        for (int q = 3; q > 0; q--) shelf->sold[q] = shelf->sold[q - 1];
        shelf->sold[0] = 0;
        int days = used * QUARTER_DAYS;
        if (quarter == 0) days -= QUARTER_DAYS - QUARTER_FIRST;        /* the first quarter is a short one */
        bool settled = sim->today >= item_listed_from(item) + 35 + days && sim->today < item_bought_until(item);
        bool turn = item->tier == TIER_A || quarter % 2 == 1;
        if (!settled || !turn || sim->today >= shelf->control_from) continue;
        int min_before = shelf->min_qty, max_before = shelf->max_qty;
        row_from_usage(sim, shelf, (double)sum / days);
        if (shelf->min_qty != min_before || shelf->max_qty != max_before) supply_row(sim, shelf, sim->today);
    }
}

/* ---- what a supplier will do ---- */

/* Import suppliers close for ten days around the lunar new year. */
static int closure(const Sim *sim, const Supplier *supplier, int from, int days) {
    if (!supplier->import) return 0;
    Civil civil = civil_of_day(sim->calendar->first_day + from + days);
    int to_day = day_of_civil((Civil){ civil.year, 2, 12 }) - sim->calendar->first_day;
    return to_day >= from && to_day <= from + days ? 8 : 0;
}

PoFate supply_fate(Sim *sim, const Shelf *shelf, int64_t qty, int ordered) {
    Rng *rng = &sim->supply;
    int number = sim->company->item[shelf->item].supplier;
    const Supplier *supplier = &sim->company->supplier[number];
    int closed = closure(sim, supplier, ordered, supplier->stated_days);
    double lead = supplier->actual_days * (1 + supplier->drift * ordered / 365.0) * stories_lead(sim, number, ordered);
    lead = lead * rng_lognormal(rng, 0, supplier->spread) + closed;
    if (rng_chance(rng, supplier->late_share)) lead += rng_exponential(rng, supplier->late_days);
    if (lead > LEAD_DAYS_MOST) lead = LEAD_DAYS_MOST;
    PoFate fate = { .promised = calendar_next_open(sim->calendar, ordered + supplier->stated_days + closed),
        .arrival = calendar_next_open(sim->calendar, ordered + (lead < 2 ? 2 : (int)(lead + 0.5))),
        .coming = qty, .ack_day = NONE, .ack_qty = qty, .moved_day = NONE };
    if (rng_chance(rng, supplier->short_share)) fate.coming = supply_whole(sim, shelf, (double)qty * (0.6 + 0.35 * rng_unit(rng)));
    if (fate.coming > qty) fate.coming = qty;
    bool held = stories_holds(sim, number, fate.arrival);
    if (held) fate.arrival = calendar_next_open(sim->calendar, LAST + 13 + (int)rng_below(rng, 4));
    fate.ack_promised = fate.promised;
    if (rng_chance(rng, supplier->ack_share)) {
        fate.ack_day = ordered + 1 + (int)rng_below(rng, supplier->import ? 5 : 3);
        bool honest = rng_chance(rng, supplier->honest_share) && !held;
        if (honest && fate.arrival > fate.promised + 3) fate.ack_promised = fate.arrival - (int)rng_below(rng, 4);
        if (honest && fate.coming < qty) fate.ack_qty = fate.coming;
    }
    if (held) {
        fate.moved_day = LAST - 5;
        fate.moved_promised = fate.arrival;
    }
    return fate;
}

int64_t supply_whole(const Sim *sim, const Shelf *shelf, double units) {
    const Item *item = &sim->company->item[shelf->item];
    int64_t packs = (int64_t)(units / item->pack + 0.999);
    return (packs < 1 ? 1 : packs) * item->pack;
}

/* ---- documents ---- */

void supply_write(Sim *sim, const PoLine *po, const char *status, int version, int known) {
    const Shelf *shelf = &sim->company->shelf[po->shelf];
    const Item *item = &sim->company->item[shelf->item];
    CsvWriter *row = sheet_row(sim->sheets, SHEET_PO_LINES);
    put_doc(row, "PO", po->doc);
    put_int(row, po->number);
    put(row, sim->company->supplier[item->supplier].code);
    put(row, item->code);
    put(row, places[shelf->place].code);
    put_int(row, po->qty / item->pack);
    put(row, item->pack > 1 ? "CS" : "EA");
    put_money(row, item_cost_micro(item, po->ordered));
    put(row, "USD");
    put(row, calendar_text(sim->calendar, po->ordered));
    put(row, calendar_text(sim->calendar, po->ordered + sim->company->supplier[item->supplier].stated_days));
    put(row, calendar_text(sim->calendar, po->promised));
    put(row, status);
    if (version > 1) put_int(row, version);
    else put_nothing(row);
    put(row, version > 1 ? calendar_text(sim->calendar, known) : "");
    sheet_row_end(sim->sheets, SHEET_PO_LINES);
}

static void ack_row(Sim *sim, const PoLine *po, int sequence, int day, int64_t qty, int promised, const char *status) {
    const Item *item = &sim->company->item[sim->company->shelf[po->shelf].item];
    CsvWriter *row = sheet_row(sim->sheets, SHEET_PO_ACKS);
    put_doc(row, sequence == 1 ? "AK" : "AL", po->doc);
    put_int(row, po->number);
    put_doc(row, "PO", po->doc);
    put_int(row, po->number);
    put(row, sim->company->supplier[item->supplier].code);
    put(row, item->code);
    put_int(row, qty);
    put(row, calendar_text(sim->calendar, promised));
    put(row, calendar_text(sim->calendar, day));
    put(row, status);
    put(row, "");
    sheet_row_end(sim->sheets, SHEET_PO_ACKS);
}

static void acks_write(Sim *sim, PoLine *po, const PoFate *fate) {
    if (fate->ack_day != NONE && fate->ack_day <= LAST) {
        bool changed = fate->ack_qty != po->qty || fate->ack_promised != fate->promised;
        ack_row(sim, po, 1, fate->ack_day, fate->ack_qty, fate->ack_promised, changed ? "changed" : "accepted");
        /* Half of the changed days are typed into the order by the buyer. */
        if (fate->ack_promised != fate->promised && rng_chance(&sim->supply, 0.5)) {
            po->promised = fate->ack_promised;
            supply_write(sim, po, "open", ++po->version, fate->ack_day);
        }
    }
    if (fate->moved_day != NONE && fate->moved_day > po->ordered)
        ack_row(sim, po, 2, fate->moved_day, po->qty, fate->moved_promised, "changed");
}

void supply_order(Sim *sim, int64_t doc, int number, int shelf, int64_t qty, int ordered, const PoFate *fate) {
    PoLine po = { .doc = doc, .qty = qty, .left = qty, .coming = fate->coming, .number = number, .shelf = shelf, .ordered = ordered,
        .promised = fate->promised, .arrival = fate->arrival, .version = 1 };
    supply_write(sim, &po, "open", 1, NONE);
    acks_write(sim, &po, fate);
    sim->company->shelf[shelf].on_order += qty;
    if (po.arrival > LAST) return;                       /* it stays open: nobody will ask for it */
    int at = sim->po_lines_free;
    if (at != NONE) {
        sim->po_lines_free = sim->po_lines.at[at].next;
    } else {
        at = (int)sim->po_lines.count;
        list_push(&sim->po_lines, (PoLine){ 0 });
    }
    po.next = sim->arriving[po.arrival % ARRIVAL_RING];
    sim->po_lines.at[at] = po;
    sim->arriving[po.arrival % ARRIVAL_RING] = at;
}

/* ---- review ---- */

typedef struct Need { int shelf; int64_t qty; } Need;
typedef LIST(Need) NeedList;

/* What the min-max rows of one supplier and place ask for; true when something is so low that the order cannot wait for the
 * supplier's minimum. */
static bool needs_find(const Sim *sim, int slot, NeedList *needs, int64_t *out_micro) {
    const Company *company = sim->company;
    bool urgent = false;
    *out_micro = 0;
    for (int i = company->supplied_first[slot]; i < company->supplied_first[slot + 1]; i++) {
        const Shelf *shelf = &company->shelf[company->supplied[i]];
        const Item *item = &company->item[shelf->item];
        if (item->hub_fed && shelf->place != HUB) continue;
        if (sim->today >= shelf->control_from || sim->today < item_listed_from(item) || sim->today > item_bought_until(item)) continue;
        int64_t position = shelf->on_hand + shelf->on_order + shelf->in_transit - shelf->open_qty;
        if (position > shelf->min_qty) continue;
        int64_t want = shelf->max_qty - position, qty = supply_whole(sim, shelf, (double)(want > item->moq ? want : item->moq));
        list_push(needs, (Need){ company->supplied[i], qty });
        *out_micro += qty * item_cost_micro(item, sim->today);
        if (position < shelf->min_qty * 0.75) urgent = true;
    }
    return urgent;
}

static void review(Sim *sim, int supplier, int place, NeedList *needs) {
    list_clear(needs);
    int64_t micro;
    bool urgent = needs_find(sim, supplier * PLACES + place, needs, &micro);
    if (!needs->count || (!urgent && micro < sim->company->supplier[supplier].minimum_cents * 10000)) return;
    int64_t doc = ++sim->pos;
    /* Lines of one order travel together: the first line's fate is the day of most. */
    PoFate common = { 0 };
    for (size_t i = 0; i < needs->count; i++) {
        const Shelf *shelf = &sim->company->shelf[needs->at[i].shelf];
        PoFate fate = supply_fate(sim, shelf, needs->at[i].qty, sim->today);
        if (i == 0) common = fate;
        else if (rng_chance(&sim->supply, 0.7)) {
            fate.arrival = common.arrival;
            fate.ack_day = common.ack_day;
            fate.ack_promised = common.ack_promised;
            fate.moved_day = common.moved_day;
            fate.moved_promised = common.moved_promised;
        }
        supply_order(sim, doc, (int)i + 1, needs->at[i].shelf, needs->at[i].qty, sim->today, &fate);
        notice_write(sim, doc, (int)i + 1, needs->at[i].shelf, sim->today, &fate);
    }
}

void supply_review(Sim *sim) {
    if (!calendar_open(sim->calendar, sim->today)) return;
    int weekday = sim->calendar->weekday[sim->today + CALENDAR_BEFORE], week = (sim->calendar->first_day + sim->today) / 7;
    NeedList needs = { 0 };
    for (int s = 0; s < sim->company->suppliers; s++) {
        const Supplier *supplier = &sim->company->supplier[s];
        if (supplier->order_weekday != weekday || (supplier->review_days == 14 && (week + s) % 2)) continue;
        for (int p = 0; p < PLACES; p++) review(sim, s, p, &needs);
    }
    list_end(&needs);
}
