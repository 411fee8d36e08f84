/* stories.c - what scripts do while the days pass. Choosing them is in plant.c. */
#include "sample/stories.h"

/* How far demand of a scripted shelf is from normal today. */
double stories_demand(const Sim *sim, const Shelf *shelf) {
    const Script *script = &sim->stories->script[shelf->story];
    if (script->kind == STORY_PHANTOM && sim->today >= script->freeze_from) return 0;
    if (script->kind == STORY_WEATHER && sim->today > LAST - 3) {
        /* People order in an emergency on Sundays too. */
        double weight = calendar_day_weight(sim->calendar, sim->today);
        return 6 * (weight < 1 ? 1 / weight : 1);
    }
    return 1;
}

double stories_lead(const Sim *sim, int supplier, int ordered) {
    const Story *drift = &sim->stories->story[STORY_DRIFT];
    if (!drift->planted || drift->supplier != supplier || ordered < LAST - 150) return 1;
    double share = (ordered - (LAST - 150)) / 100.0;
    return 1 + 1.15 * (share > 1 ? 1 : share);
}

bool stories_holds(const Sim *sim, int supplier, int arrival) {
    const Story *container = &sim->stories->story[STORY_CONTAINER];
    return container->planted && container->supplier == supplier && arrival > LAST - 16 && arrival <= LAST + 6;
}

static int64_t days_of(const Sim *sim, const Script *script, double days) {
    const Shelf *shelf = &sim->company->shelf[script->shelf];
    return (int64_t)(demand_expected(sim, shelf, sim->today) * days + 0.5);
}

/* The buyer takes over: an ordinary row with a low reorder point explains why the ERP itself does not order. */
static void take_over(Sim *sim, const Script *script) {
    Shelf *shelf = &sim->company->shelf[script->shelf];
    if (!script->low_row) return;
    int64_t least = days_of(sim, script, script->floor_days * 0.3), lot = days_of(sim, script, 14);
    if (least < 1) least = 1;
    if (least >= shelf->min_qty) return;
    shelf->min_qty = (int)least;
    shelf->max_qty = (int)(least + (lot > 1 ? lot : 1));
    supply_row(sim, shelf, sim->today);
}

static void top_up(Sim *sim, const Script *script) {
    const Shelf *shelf = &sim->company->shelf[script->shelf];
    int64_t floor = days_of(sim, script, script->floor_days), short_by = floor - (shelf->on_hand - shelf->open_qty);
    if (short_by <= 0) return;
    int64_t lot = days_of(sim, script, 4);
    receive_at_once(sim, script->shelf, supply_whole(sim, shelf, (double)(short_by + lot)), 1);
}

/* The purchase line that is open at the end. What the supplier says of it depends on the story. */
static void open_order(Sim *sim, const Script *script, bool second) {
    const Shelf *shelf = &sim->company->shelf[script->shelf];
    int64_t qty = supply_whole(sim, shelf, (double)days_of(sim, script, script->open_days));
    PoFate fate = supply_fate(sim, shelf, qty, sim->today);
    fate.coming = fate.ack_qty = qty;
    if (fate.arrival <= LAST) fate.arrival = LAST + 1 + (int)rng_below(&sim->supply, 4);
    fate.ack_promised = fate.promised;
    fate.ack_day = sim->today + 1;
    if (script->kind == STORY_CONTAINER) {
        fate.moved_day = LAST - 5;
        fate.moved_promised = calendar_next_open(sim->calendar, LAST + 14);
    }
    if (script->kind == STORY_ACK) {
        fate.ack_day = LAST - 2;
        fate.ack_qty = supply_whole(sim, shelf, (double)qty * 0.1);
    }
    if (second) fate.ack_day = NONE;
    supply_order(sim, ++sim->pos, 1, script->shelf, qty, sim->today, &fate);
}

static void lump(Sim *sim, const Script *script) {
    const Shelf *shelf = &sim->company->shelf[script->shelf];
    int64_t qty = supply_whole(sim, shelf, (double)days_of(sim, script, script->lump_days));
    int customer = sim->company->customer_at[shelf->place][0];       /* a key customer */
    switch (script->kind) {
    case STORY_UNIT: receive_at_once(sim, script->shelf, qty, sim->company->item[shelf->item].pack); break;
    case STORY_PROJECT:
        receive_at_once(sim, script->shelf, qty, 1);
        demand_order(sim, script->shelf, customer, qty, calendar_next_open(sim->calendar, sim->today));
        break;
    case STORY_CONTRACT: demand_order(sim, script->shelf, customer, shelf->on_hand + qty, calendar_next_open(sim->calendar, LAST + 6)); break;
    default: receive_at_once(sim, script->shelf, qty, 1); break;
    }
}

void stories_day(Sim *sim) {
    for (int i = 0; i < sim->stories->scripts; i++) {
        const Script *script = &sim->stories->script[i];
        if (sim->today == script->control_from) take_over(sim, script);
        bool steered = sim->today >= script->control_from && sim->today < script->freeze_from;
        if (steered && calendar_open(sim->calendar, sim->today)) top_up(sim, script);
        if (sim->today == script->lump_at) lump(sim, script);
        if (sim->today == script->open_at) {
            open_order(sim, script, false);
            if (script->kind == STORY_TWICE) open_order(sim, script, true);
        }
    }
}
