#include "estimate/pace.h"

#include <stdlib.h>
#include <string.h>

#include "base/decimal.h"
#include "base/time.h"
#include "maths/fn.h"

enum { PARENT_LINES = 200, PARENT_KIN = 5, PARENT_PLACE = 20 };

/* What one item-place tells in the window. */
typedef struct Told { int64_t units; int32_t first_day; } Told;      /* micro */

static Told spot_tell(const PaceInput *in, int32_t spot, PaceGroup *group, Pace *out) {
    int32_t start = in->context->start_day;
    RecordWalk walk = record_walk(in->context->state, spot);
    Told told = { .first_day = NO_DAY };
    for (const Record *r = record_next_line(&walk); r; r = record_next_line(&walk)) {
        if (r->day >= start) continue;
        if (told.first_day == NO_DAY || r->day < told.first_day) told.first_day = r->day;
        if (r->day < start - PACE_WINDOW) continue;
        told.units += r->qty;
        group->lines++;
        group->weekday[day_weekday(r->day) - 1]++;
        int ahead = r->day2 == NO_DAY ? 0 : r->day - r->day2;
        if (ahead > 0) group->known[(ahead < PACE_AHEAD ? ahead : PACE_AHEAD) - 1]++;
        if (r->who > 0 && r->who < out->customers) out->customer_share[r->who]++;
    }
    return told;
}

static double cost_of(const Context *context, const Spot *spot) {
    const ItemInfo *item = &context->state->items.at[spot->item.v];
    const TermsInfo *terms = state_terms(context->state, spot->item, 0, spot->place);
    int64_t ours;
    if (terms && terms->price != NO_QTY && terms->price > 0 && policy_price(context->policy, currency_pack(text_of(terms->currency)), terms->price, &ours)) return micro_to_double(ours);
    if (item->cost != NO_QTY && item->cost > 0 && policy_price(context->policy, currency_pack(text_of(item->currency)), item->cost, &ours)) return micro_to_double(ours);
    return 0;
}

static void kin_add(PaceGroup *group, double units_day, double cost) {
    double log_units = fn_log(units_day);
    group->kin++;
    group->log_units += log_units;
    group->log_units_var += log_units * log_units;
    if (cost <= 0) return;
    double log_value = log_units + fn_log(cost);
    group->kin_valued++;
    group->log_value += log_value;
    group->log_value_var += log_value * log_value;
}

/* Mean and variance out of sums, leaning on the parent's as if it had PARENT_KIN more; all together lean on nothing. */
static void log_settle(double n, double *mean, double *var, const double *parent_mean, const double *parent_var) {
    double own = n > 0 ? *mean / n : 0, scatter = n > 1 ? (*var - n * own * own) / (n - 1) : 0, weight = parent_mean ? n / (n + PARENT_KIN) : 1;
    *mean = weight * own + (parent_mean ? (1 - weight) * *parent_mean : 0);
    *var = weight * (scatter > 0 ? scatter : 0) + (parent_var ? (1 - weight) * *parent_var : 0);
}

/* Counts by lead become shares known so early or earlier. */
static void group_settle(PaceGroup *g, const PaceGroup *parent) {
    double lean = parent ? PARENT_LINES : 0, lines = g->lines + lean, later = 0;
    for (int k = PACE_AHEAD - 1; k >= 0; k--) {
        later += g->known[k];
        g->known[k] = lines > 0 ? (later + lean * (parent ? parent->known[k] : 0)) / lines : 0;
    }
    for (int d = 0; d < 7; d++) g->weekday[d] = lines > 0 ? (g->weekday[d] + lean * (parent ? parent->weekday[d] : 0)) / lines : 1.0 / 7;
    log_settle(g->kin_valued, &g->log_value, &g->log_value_var, parent ? &parent->log_value : NULL, parent ? &parent->log_value_var : NULL);
    log_settle(g->kin, &g->log_units, &g->log_units_var, parent ? &parent->log_units : NULL, parent ? &parent->log_units_var : NULL);
}

static int32_t group_of(const Seasons *seasons, ItemId item) { return seasons->group_of_item && item.v < seasons->items ? seasons->group_of_item[item.v] : 0; }

static void group_join(PaceGroup *all, const PaceGroup *g) {
    all->lines += g->lines;
    for (int k = 0; k < PACE_AHEAD; k++) all->known[k] += g->known[k];
    for (int d = 0; d < 7; d++) all->weekday[d] += g->weekday[d];
    all->kin += g->kin;
    all->kin_valued += g->kin_valued;
    all->log_value += g->log_value;
    all->log_value_var += g->log_value_var;
    all->log_units += g->log_units;
    all->log_units_var += g->log_units_var;
}

void pace_fit(const PaceInput *in, Arena *arena, Pace *out) {
    const State *state = in->context->state;
    const Seasons *seasons = in->context->seasons;
    *out = (Pace){ .groups = seasons->groups > 0 ? seasons->groups : 1, .places = (int)state->places.count, .customers = (int)state->customers.count };
    out->group = many_in(arena, PaceGroup, out->groups);
    out->place_shift = many_in(arena, double, out->places + 1);
    out->customer_share = many_in(arena, float, out->customers + 1);
    float *units_day = calloc(state->spots.count + 1, sizeof *units_day);
    double *seen = calloc((size_t)out->places + 1, sizeof *seen);
    if (!units_day || !seen) stop_for("no memory for the pace of %zu item-places", state->spots.count);
    own(arena_end) Arena *work = arena_begin((size_t)256 * MiB);
    SpotSample all = state_sample(state, state->spots.count + 1, work);
    for (size_t i = 0; i < all.count; i++) {
        int32_t s = all.spot[i];
        const Spot *spot = &state->spots.at[s];
        PaceGroup *group = &out->group[group_of(seasons, spot->item)];
        Told told = spot_tell(in, s, group, out);
        if (told.units <= 0 || told.first_day > in->context->start_day - PACE_WINDOW) continue;
        double rate = micro_to_double(told.units) / PACE_WINDOW;
        units_day[s] = (float)rate;
        kin_add(group, rate, cost_of(in->context, spot));
    }
    for (int g = 1; g < out->groups; g++) group_join(&out->group[0], &out->group[g]);
    for (int c = 0; c < out->customers && out->group[0].lines > 0; c++) out->customer_share[c] /= (float)out->group[0].lines;
    group_settle(&out->group[0], NULL);
    for (int g = 1; g < out->groups; g++) group_settle(&out->group[g], &out->group[0]);
    for (size_t i = 0; i < all.count; i++) {
        int32_t s = all.spot[i];
        if (!(units_day[s] > 0)) continue;
        const Spot *spot = &state->spots.at[s];
        out->place_shift[spot->place.v] += fn_log((double)units_day[s]) - out->group[group_of(seasons, spot->item)].log_units;
        seen[spot->place.v]++;
    }
    for (int p = 0; p < out->places; p++) out->place_shift[p] /= seen[p] + PARENT_PLACE;
    free(units_day);
    free(seen);
}

const PaceGroup *pace_of(const Context *context, ItemId item) {
    if (!context->pace || context->pace->groups == 0) return NULL;
    int32_t g = group_of(context->seasons, item);
    return &context->pace->group[g < context->pace->groups ? g : 0];
}

bool pace_kin(const Context *context, ItemId item, PlaceId place, double unit_cost, KinRate *out) {
    const PaceGroup *g = pace_of(context, item);
    if (!g || g->kin < PACE_KIN_LEAST) return false;
    bool valued = unit_cost > 0 && g->kin_valued >= PACE_KIN_LEAST;
    double log_units = valued ? g->log_value - fn_log(unit_cost) : g->log_units, var = valued ? g->log_value_var : g->log_units_var;
    if (place.v < context->pace->places) log_units += context->pace->place_shift[place.v];
    *out = (KinRate){ .units_day = fn_exp(fn_clamp(log_units, -30, 30)), .rate_cv = fn_clamp(__builtin_sqrt(fn_expm1(fn_clamp(var, 0, 3))), 0.5, 1.5), .kin = (int)g->kin };
    return true;
}
