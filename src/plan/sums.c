/* What is added up over the estimates of all item-places; see room.h. */
#include <stdlib.h>
#include <string.h>

#include "base/decimal.h"
#include "plan/room.h"

enum { MASS_LEAST = 20, GROUPS_MOST = 1 << 24 };
static const double WORTH_MOST = 1e12;             /* money of one item-place: more is a mistake in a price */

static int64_t micro_money(double major) { return major > 0 ? (int64_t)((major < WORTH_MOST ? major : WORTH_MOST) * 1e6 + 0.5) : 0; }

/* ---- the morning's figures ---- */

static void add_home(Sums *sums, const Estimate *e, int sign) {
    sums->stock += sign * e->stock_minor;
    sums->stock_told += sign * e->stock_told_minor;
    sums->order += sign * e->order_minor;
    sums->order_told += sign * e->order_told_minor;
    sums->due_lines += sign * e->due_lines;
    sums->served_lines += sign * e->served_lines;
    sums->top += e->top ? sign : 0;
    sums->top_out += e->top && e->on_hand != NO_QTY && e->on_hand <= 0 && e->mean_day > 0 ? sign : 0;
    sums->at_risk += e->p1 >= 0.5 ? sign : 0;
    sums->excess += sign * micro_money(e->excess_value);
}

/* ---- places, and orders together ---- */

static void places_grow(Sums *sums, size_t least) {
    if (sums->places >= least) return;
    sums->place = realloc(sums->place, least * sizeof *sums->place);
    if (!sums->place) stop_for("no memory for %zu places", least);
    memset(sums->place + sums->places, 0, (least - sums->places) * sizeof *sums->place);
    sums->places = least;
}

static void add(Plan *plan, int32_t spot, int sign) {
    const Estimate *e = &plan->estimates[spot];
    PlaceId place = plan->state->spots.at[spot].place;
    places_grow(&plan->sums, plan->state->places.count);
    PlaceSums *at = &plan->sums.place[place.v];
    int64_t worth = sign * micro_money(e->mean_day * e->short_cost);
    at->worth += worth;
    for (uint32_t left = plan->doubts[spot]; left; left &= left - 1) {
        int quality = __builtin_ctz(left);
        at->doubted[quality] += sign;
        at->doubted_worth[quality] += worth;
    }
    add_home(&plan->sums, e, sign);
    if (sign > 0) group_join(plan, spot);
    else group_leave(plan, spot);
}

void spot_put(Plan *plan, int32_t spot, const Estimate *estimate, EstimateKeys keys, uint32_t doubts) {
    if (plan->sums.ready) add(plan, spot, -1);
    plan->estimates[spot] = *estimate;
    if (!estimate_key_same(keys.order, plan->keys[spot].order)) plan->flips[spot].known = false;
    plan->keys[spot] = keys;
    free(plan->courses[spot]);
    plan->courses[spot] = NULL;
    plan->doubts[spot] = doubts;
    if (plan->sums.ready) add(plan, spot, 1);
}

static void mass_mark(Sums *sums) {
    for (size_t p = 0; p < sums->places; p++) {
        sums->place[p].mass = 0;
        for (size_t k = 0; k < MASS_QUALITIES; k++)
            if (sums->place[p].doubted[mass_qualities[k]] > MASS_LEAST) sums->place[p].mass |= 1u << mass_qualities[k];
    }
}

void plan_sums_make(Plan *plan) {
    if (!plan->sums.ready) {
        plan_sums_end(plan);
        plan->sums.group = int_map_begin(GROUPS_MOST);
        memset(plan->fill, 0, plan->spots_room * sizeof *plan->fill);
        places_grow(&plan->sums, plan->state->places.count);
        for (size_t s = 0; s < plan->state->spots.count; s++) add(plan, (int32_t)s, 1);
        plan->sums.ready = true;
    }
    mass_mark(&plan->sums);
}

void plan_sums_end(Plan *plan) {
    free(plan->sums.place);
    int_map_end(&plan->sums.group);
    list_end(&plan->sums.groups);
    list_end(&plan->sums.touched);
    list_end(&plan->sums.refilled);
    plan->sums = (Sums){ 0 };
}

bool doubt_is_mass(const Plan *plan, PlaceId place, Quality quality) {
    return (size_t)place.v < plan->sums.places && (plan->sums.place[place.v].mass >> quality & 1);
}

double place_worth(const Plan *plan, PlaceId place) {
    return (size_t)place.v < plan->sums.places ? (double)plan->sums.place[place.v].worth / 1e6 : 0;
}

int place_doubted(const Plan *plan, PlaceId place, Quality quality, double *out_worth) {
    if ((size_t)place.v >= plan->sums.places) return 0;
    *out_worth = (double)plan->sums.place[place.v].doubted_worth[quality] / 1e6;
    return plan->sums.place[place.v].doubted[quality];
}
