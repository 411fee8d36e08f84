/* demand.c - what customers order: how often, how much, who and for when. */
#include "sample/items.h"
#include "sample/sim.h"
#include "sample/stories.h"

typedef struct Wish { int shelf; int64_t qty; } Wish;
typedef LIST(Wish) WishList;

static double signal_factor(const Sim *sim, int place, int group) {
    double factor = 1;
    for (int i = 0; i < sim->signals; i++) {
        const Signal *signal = &sim->signal[i];
        if (signal->place == place && signal->group == group && sim->today >= signal->from && sim->today <= signal->to) factor *= signal->factor;
    }
    return factor;
}

double demand_expected(const Sim *sim, const Shelf *shelf, int index) {
    const Item *item = &sim->company->item[shelf->item];
    return shelf_units_day(sim->company, shelf) * item_life(item, index) * calendar_season(sim->calendar, groups[item->group].season, index);
}

/* How many lines, by inversion: for small means one draw nearly always says none. */
static int lines_count(Rng *rng, double mean) {
    double draw = rng_unit(rng);
    if (draw >= mean) return 0;                        /* P(any) = 1 - exp(-mean) <= mean */
    double term = rng_exp(-mean), sum = term;
    int count = 0;
    for (draw = 1 - draw; draw > sum && count < 60; sum += term) term *= mean / ++count;
    return count;
}

static int64_t line_size(Rng *rng, const Item *item) {
    if (item->size_spread < 0.5 && item->size_mean < 8) return 1 + rng_poisson(rng, item->size_mean - 1);
    double log_var = rng_log(1 + item->size_spread * item->size_spread);
    int64_t size = (int64_t)(rng_lognormal(rng, rng_log(item->size_mean) - log_var / 2, root(log_var)) + 0.5);
    return size < 1 ? 1 : size;
}

/* Wanted the same day, within the week, or scheduled ahead. */
static int wanted_in(Rng *rng) {
    double roll = rng_unit(rng);
    if (roll < 0.62) return 0;
    if (roll < 0.86) return (int)rng_between(rng, 1, 3);
    return roll < 0.975 ? (int)rng_between(rng, 4, 10) : (int)rng_between(rng, 11, 30);
}

static int customer_pick(Rng *rng, const Company *company, int place) {
    const double *sum = company->customer_sum[place];
    int from = 0, to = company->customers_at[place] - 1;
    double want = rng_unit(rng) * sum[to];
    while (from < to) {
        int middle = (from + to) / 2;
        if (sum[middle] > want) to = middle;
        else from = middle + 1;
    }
    return company->customer_at[place][from];
}

static int64_t price_for(const Company *company, const Item *item, int customer, int index) {
    static const double share[4] = { [TIER_KEY] = 0.90, [TIER_A] = 0.93, [TIER_B] = 0.97, [TIER_C] = 1.0 };
    return money_step((double)item_price_micro(item, index) / 1e6 * share[company->customer[customer].tier]);
}

void demand_write(Sim *sim, const OrderLine *line, const char *status, const char *reason, int version, int known) {
    const Shelf *shelf = &sim->company->shelf[line->shelf];
    const Item *item = &sim->company->item[shelf->item];
    CsvWriter *row = sheet_row(sim->sheets, SHEET_ORDER_LINES);
    put_doc(row, "SO", line->doc);
    put_int(row, line->number);
    put(row, sim->company->customer[line->customer].code);
    put(row, item->code);
    put(row, places[shelf->place].code);
    put_int(row, line->qty);
    put(row, calendar_text(sim->calendar, line->ordered));
    put(row, calendar_text(sim->calendar, line->due));
    put_money(row, price_for(sim->company, item, line->customer, line->ordered));
    put(row, "USD");
    put(row, status);
    put(row, reason);
    if (version > 1) put_int(row, version);
    else put_nothing(row);
    put(row, version > 1 ? calendar_text(sim->calendar, known) : "");
    sheet_row_end(sim->sheets, SHEET_ORDER_LINES);
}

static void line_open(Sim *sim, OrderLine line) {
    demand_write(sim, &line, "open", "", 1, NONE);
    int ahead = line.due - line.ordered;
    if (ahead >= 4 && line.ordered + 1 <= LAST && rng_chance(&sim->demand, 0.03)) {
        demand_write(sim, &line, "cancelled", "customer request", 2, line.ordered + 1);
        return;
    }
    sim->company->shelf[line.shelf].open_qty += line.left;
    int at = sim->lines_free;
    if (at != NONE) {
        sim->lines_free = sim->lines.at[at].next;
    } else {
        at = (int)sim->lines.count;
        list_push(&sim->lines, (OrderLine){ 0 });
    }
    line.next = sim->due[line.due % DUE_RING];
    sim->lines.at[at] = line;
    sim->due[line.due % DUE_RING] = at;
}

/* The day's wishes of one place become orders of one to six lines. */
static void orders_write(Sim *sim, int place, WishList *wishes) {
    Rng *rng = &sim->demand;
    for (size_t i = wishes->count; i > 1; i--) {
        size_t j = (size_t)rng_below(rng, i);
        Wish kept = wishes->at[i - 1];
        wishes->at[i - 1] = wishes->at[j];
        wishes->at[j] = kept;
    }
    for (size_t i = 0; i < wishes->count;) {
        int lines = 1 + (int)rng_below(rng, 3) * (int)rng_below(rng, 4), customer = customer_pick(rng, sim->company, place);
        int due = calendar_next_open(sim->calendar, sim->today + wanted_in(rng));
        sim->orders++;
        for (int n = 1; n <= lines && i < wishes->count; n++, i++)
            line_open(sim, (OrderLine){ .doc = sim->orders, .number = n, .shelf = wishes->at[i].shelf, .customer = customer, .qty = wishes->at[i].qty,
                .left = wishes->at[i].qty, .ordered = sim->today, .due = due });
    }
}

void demand_order(Sim *sim, int shelf, int customer, int64_t qty, int due) {
    line_open(sim, (OrderLine){ .doc = ++sim->orders, .number = 1, .shelf = shelf, .customer = customer, .qty = qty, .left = qty, .ordered = sim->today, .due = due });
}

void demand_day(Sim *sim) {
    Company *company = sim->company;
    double season[SEASON_COUNT_], factor[PLACES][GROUPS], weight = calendar_day_weight(sim->calendar, sim->today);
    for (int s = 0; s < SEASON_COUNT_; s++) season[s] = calendar_season(sim->calendar, s, sim->today);
    for (int p = 0; p < PLACES; p++) {
        double shock = rng_lognormal(&sim->demand, -0.005, 0.1);       /* a busy day is busy for the whole branch */
        for (int g = 0; g < GROUPS; g++) factor[p][g] = weight * shock * season[groups[g].season] * signal_factor(sim, p, g);
    }
    WishList wishes[PLACES] = { 0 };
    for (int s = 0; s < company->shelves; s++) {
        const Shelf *shelf = &company->shelf[s];
        const Item *item = &company->item[shelf->item];
        double mean = shelf->lines_day * item_life(item, sim->today) * factor[shelf->place][item->group];
        if (shelf->story != NONE) mean *= stories_demand(sim, shelf);
        for (int n = lines_count(&sim->demand, mean); n > 0; n--)
            list_push(&wishes[shelf->place], (Wish){ s, line_size(&sim->demand, item) });
    }
    for (int p = 0; p < PLACES; p++) {
        orders_write(sim, p, &wishes[p]);
        list_end(&wishes[p]);
    }
}
