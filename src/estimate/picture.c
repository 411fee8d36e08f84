#include "estimate/picture.h"

#include <string.h>

#include "base/decimal.h"
#include "base/time.h"
#include "estimate/choice.h"
#include "estimate/amounts.h"
#include "estimate/learned.h"

/* ---- source and calendar ---- */

static void source_choose(const Context *context, Picture *p) {
    const State *state = context->state;
    const Spot *spot = &state->spots.at[p->spot];
    int32_t sender = fold_feeder(state, p->spot, &p->fold, &p->either);
    bool buys = p->either && ((context->buys && context->buys[p->spot]) != context->other_source);
    if (sender && !buys) {
        p->source = SOURCE_TRANSFER;
        p->sender = sender;
        return;
    }
    const TermsInfo *cheapest = state_terms(state, p->item, 0, p->place);
    p->supplier = spot->supplier ? spot->supplier : p->fold.last_supplier;
    if (p->supplier == 0 && cheapest) p->supplier = cheapest->supplier;
    p->source = p->supplier ? SOURCE_SUPPLIER : SOURCE_NONE;
    p->terms = p->supplier ? state_terms(state, p->item, p->supplier, p->place) : NULL;
}

static bool supplier_closed(const State *state, int32_t supplier, int32_t day) {
    for (size_t i = 0; i < state->calendars.count; i++) {
        const CalendarInfo *c = &state->calendars.at[i];
        if (c->row == 0 || c->supplier != supplier || day < c->from_day || day > c->to_day) continue;
        if (c->weekdays[0] == 0) return true;
        if (strlen(c->weekdays) == 7 && c->weekdays[day_weekday(day) - 1] == '0') return true;
    }
    return false;
}

int32_t order_opportunity(const State *state, int32_t supplier, int32_t day) {
    if (supplier <= 0 || (size_t)supplier >= state->suppliers.count) return day;
    const char *weekdays = state->suppliers.at[supplier].weekdays;
    bool has_days = strlen(weekdays) == 7 && strchr(weekdays, '1');
    for (int32_t d = day; d < day + 60; d++) {
        if (has_days && weekdays[day_weekday(d) - 1] == '0') continue;
        if (!supplier_closed(state, supplier, d)) return d;
    }
    return day;                           /* closed for two months: the calendar is wrong, not the need */
}

static void opportunities(const Context *context, Picture *p) {
    const State *state = context->state;
    const Spot *spot = &state->spots.at[p->spot];
    int32_t own_days = p->supplier && (size_t)p->supplier < state->suppliers.count ? state->suppliers.at[p->supplier].review_days : 0;
    p->review_days = spot->review_days > 0 ? spot->review_days : own_days > 0 ? own_days : context->policy->review_days;
    p->order_day = order_opportunity(state, p->supplier, context->start_day);
    p->next_day = order_opportunity(state, p->supplier, p->order_day + p->review_days);
}

static void lead_choose(const Context *context, const PictureOverride *override, Picture *p) {
    lane_lead(context->pools, context->state, &p->fold, p->item, p->place, p->supplier, p->sender, &p->lane);
    if (override && override->lead_days > 0) {
        lead_stated(override->lead_days, 0, &p->lane.lead);
        p->lane.basis = LEAD_STATED;
        p->lane.stated_days = override->lead_days;
    }
    p->lead = p->lane.lead.found ? lead_points(&p->lane.lead, 6) : (LeadPoints){ 0 };
    for (int i = 0; i < p->lead.count; i++) p->lead.days[i] += (float)(p->order_day - context->start_day);
}

double picture_order_wait(const Picture *p) {
    return p->lead.count ? (double)p->lead.days[0] - (double)lead_points(&p->lane.lead, 6).days[0] : 0;
}

double picture_lead_mean(const Picture *p) {
    double mean = 0;
    for (int i = 0; i < p->lead.count; i++) mean += (double)p->lead.days[i] * (double)p->lead.share[i];
    return mean;
}

double picture_horizon_buckets(const Picture *p) { return (picture_lead_mean(p) + p->review_days) / p->fold.bucket_days; }

/* ---- demand ---- */

/* Lead times are learned anew each week and move by hours; which model is right does not. Quarters of a bucket keep the choice as long as the history stands. */
double picture_fit_horizon(const Picture *p) {
    double quarters = (double)(int64_t)(picture_horizon_buckets(p) * 4 + 0.5) / 4;
    return quarters > 0.5 ? quarters : 1;
}

/* Days with the season of the year taken out; as they are where none is known. */
static const double *without_year(const Fold *fold, const double *year, Arena *arena) {
    static const double INDEX_LEAST = 0.05;
    if (!year) return fold->value;
    double *value = many_in(arena, double, fold->buckets + 1);
    for (int b = 0; b < fold->buckets; b++) {
        double index = year[demand_phase(fold->from_day + b, 7)];
        value[b] = fold->value[b] / (index > INDEX_LEAST ? index : INDEX_LEAST);
    }
    return value;
}

DemandSeries picture_history(const Context *context, Picture *p, Arena *arena) {
    const Fold *fold = &p->fold;
    p->year = year_of(context->seasons, p->item, fold->bucket_days);
    return (DemandSeries){ .count = fold->buckets, .value = without_year(fold, p->year, arena), .state = fold->state, .bucket_days = fold->bucket_days,
                           .first_phase = demand_phase(fold->from_day, fold->bucket_days), .kin_season = season_of(context->seasons, p->item, fold->bucket_days) };
}

/* From the end of the history to where demand ahead is read. Where buckets are weeks or more that is a whole number of weeks, the nearest: seasons are known by the week
 * and trends by the bucket, and what stands still inside a week need not be worked out on each day of it (carry.h). */
static double days_ahead(const Context *context, const Fold *fold) {
    enum { WEEK = 7 };
    if (fold->buckets == 0) return 0;
    int32_t days = context->start_day - (fold->from_day + fold->buckets * fold->bucket_days);
    return fold->bucket_days < WEEK ? days : (days + WEEK / 2) / WEEK * WEEK;
}

int64_t picture_end(const Picture *p) { return p->fold.from_day / p->fold.bucket_days + p->fold.buckets; }

DemandSeries picture_series(const Context *context, Picture *p, Arena *arena) {
    DemandSeries series = picture_history(context, p, arena);
    if (context->shocks && p->fold.bucket_days == context->policy->bucket_days) demand_unshock(context->shocks, picture_end(p), arena, &series);
    return series;
}

/* What all item-places with buckets as long as these teach. */
DemandLessons picture_lessons(const Context *context, const Picture *p) {
    bool alike = p->fold.bucket_days == context->policy->bucket_days;
    return (DemandLessons){ .kin = alike ? context->sizes : NULL, .price = p->money.unit_cost, .revert = alike && context->misses ? &context->misses->revert : NULL };
}

static void demand_choose(const Context *context, Picture *p, Arena *arena) {
    const Fold *fold = &p->fold;
    double bucket = fold->bucket_days, horizon = picture_horizon_buckets(p);
    DemandSeries series = picture_series(context, p, arena);
    models_fit(context->models, p->spot, &series, picture_fit_horizon(p), arena, &p->demand);
    DemandLessons lessons = picture_lessons(context, p);
    p->recent_level = p->demand.level;
    p->kept = lessons.revert ? demand_kept(lessons.revert, &p->demand) : 1;
    demand_teach(&lessons, &p->demand);
    p->taken_level = p->demand.level;
    p->learned = learned_say(context, p, horizon > 1 ? horizon : 1, arena);
    if (learned_spoke(p->learned)) p->demand = learn_applied(&p->demand, p->learned);
    p->from_days = days_ahead(context, fold);
    sense_demand(context, p, &series, horizon > 1 ? horizon : 1, arena);
    if (context->misses && fold->bucket_days == context->policy->bucket_days) demand_widen(context->misses, horizon, &p->demand);
    DemandMoments ahead = demand_moments(&p->demand, p->from_days / bucket, horizon > 1 ? horizon : 1);
    p->mean_day = ahead.mean / ((horizon > 1 ? horizon : 1) * bucket);
}

/* ---- money and goal ---- */

static const SupplierInfo *supplier_of(const Context *context, const Picture *p) {
    return p->supplier > 0 && (size_t)p->supplier < context->state->suppliers.count ? &context->state->suppliers.at[p->supplier] : NULL;
}

typedef struct Told { int64_t micro; int32_t currency; } Told;

static int64_t micro_of_price(double price) { return (int64_t)(price * 1e6 + 0.5); }

/* The first figure that was told and can be said in the policy's currency, in major units; 0 = none. What lacks a rate is never taken one to one. */
static double first_known(const Policy *policy, const Told *told, int count, int32_t *no_rate) {
    for (int i = 0; i < count; i++) {
        int64_t ours;
        if (told[i].micro == NO_QTY || told[i].micro <= 0) continue;
        if (policy_price(policy, told[i].currency, told[i].micro, &ours)) return micro_to_double(ours);
        *no_rate = told[i].currency;
    }
    return 0;
}

static double apart(const Policy *policy, const Told *told, int count) {
    int64_t least = INT64_MAX, most = 0, ours;
    for (int i = 0; i < count; i++) {
        if (told[i].micro == NO_QTY || told[i].micro <= 0 || !policy_price(policy, told[i].currency, told[i].micro, &ours) || ours <= 0) continue;
        if (ours < least) least = ours;
        if (ours > most) most = ours;
    }
    return most > 0 ? (double)most / (double)least : 1;
}

double unit_short_cost(const Policy *policy, double margin, double worth) {
    double lost = micro_to_double(policy->lost_share_micro), waits = micro_to_double(policy->wait_cost_share_micro);
    return policy->shortage_per_unit_micro >= 0 ? micro_to_double(policy->shortage_per_unit_micro) : lost * margin + (1 - lost) * waits * worth;
}

/* What follows from cost and price. */
static void money_follow(const Context *context, Picture *p) {
    const Policy *policy = context->policy;
    const ItemInfo *item = &context->state->items.at[p->item.v];
    Money *m = &p->money;
    m->margin = m->price_known && m->price > m->unit_cost ? m->price - m->unit_cost : 0;
    double waits = micro_to_double(policy->wait_cost_share_micro), worth = m->price_known ? m->price : m->unit_cost;
    m->short_cost = unit_short_cost(policy, m->margin, worth);
    m->wait_cost = policy->shortage_per_unit_micro >= 0 ? m->short_cost : waits * worth;
    double rate = micro_to_double(item->holding_rate != NO_QTY ? item->holding_rate : policy->holding_rate_year_micro);
    m->hold_day = policy->holding_per_unit_period_micro >= 0
                      ? micro_to_double(policy->holding_per_unit_period_micro) / policy->bucket_days : m->unit_cost * rate / 365;
}

static void money_choose(const Context *context, Picture *p) {
    const Policy *policy = context->policy;
    const ItemInfo *item = &context->state->items.at[p->item.v];
    Money *m = &p->money;
    const PriceInfo *price = state_price(context->state, p->item, p->place, context->today);
    int64_t line_price = p->fold.line_price > 0 && p->fold.line_price < 9e12 ? micro_of_price(p->fold.line_price) : NO_QTY;
    Told costs[] = { { p->terms ? p->terms->price : NO_QTY, p->terms ? currency_pack(text_of(p->terms->currency)) : 0 },
                     { item->cost, currency_pack(text_of(item->currency)) }, { p->fold.last_price, p->fold.last_currency } };
    Told prices[] = { { price ? price->price : NO_QTY, price ? price->currency : 0 }, { line_price, p->fold.line_currency } };
    m->unit_cost = first_known(policy, costs, 3, &m->no_rate);
    m->cost_known = m->unit_cost > 0;
    m->cost_apart = apart(policy, costs, 3);
    m->price = first_known(policy, prices, 2, &m->no_rate);
    const SupplierInfo *supplier = supplier_of(context, p);
    int64_t minimum;
    if (supplier && supplier->minimum_amount != NO_QTY && !policy_amount(policy, currency_pack(text_of(supplier->currency)), supplier->minimum_amount, &minimum))
        m->no_rate = currency_pack(text_of(supplier->currency));
    m->price_known = m->price > 0;
    money_follow(context, p);
}

static void goal_choose(const Context *context, Picture *p) {
    const Policy *policy = context->policy;
    const Spot *spot = &context->state->spots.at[p->spot];
    const ItemInfo *item = &context->state->items.at[p->item.v];
    p->unmet = policy->lost_share_micro >= MICRO / 2 ? RISK_LOST_SALES : RISK_BACKORDERS;
    p->target = micro_to_double(spot->service_target != NO_QTY ? spot->service_target : policy_service_micro(policy, text_of(item->tier)));
    Goal goal = { .target = p->target, .line_units = micro_to_double(p->fold.line_mean), .lost_sales = p->unmet == RISK_LOST_SALES };
    goal.holding_cost = p->money.hold_day * p->review_days;
    goal.shortage_cost = p->money.short_cost;
    bool costs_known = goal.holding_cost > 0 && goal.shortage_cost > 0;
    goal.kind = policy->quantity_by == QUANTITY_BY_COST && costs_known ? GOAL_COST : goal_by_service(policy, &goal);
    p->choice = choice_of(context->choices, p->item, p->place);
    choice_apply(p->choice, policy, &goal);
    p->target = goal.target;
    p->goal = goal;
}

double order_cost(const Context *context, const SupplierInfo *supplier, int32_t *out_no_rate) {
    int64_t cost = context->policy->order_cost_minor;
    int32_t currency = supplier ? currency_pack(text_of(supplier->currency)) : 0;
    bool unknown = supplier && supplier->order_cost != NO_QTY && !policy_amount(context->policy, currency, supplier->order_cost, &cost);
    *out_no_rate = unknown ? currency : 0;
    return major_of(context->exponent, cost);
}

/* Ordering costs something each time: at least the classic lot sqrt(2 K d / h), K being this line's share of an order, but never more than two
 * months of demand. */
static void lot_choose(const Context *context, Picture *p) {
    p->lot = 0;
    int32_t no_rate;
    double cost = p->line_cost = order_cost(context, supplier_of(context, p), &no_rate) / context->pools->lines_per_order;
    if (no_rate) p->money.no_rate = no_rate;
    if (cost <= 0 || p->money.hold_day <= 0 || p->mean_day <= 0) return;
    double lot = __builtin_sqrt(2 * cost * p->mean_day / p->money.hold_day), most = 60 * p->mean_day;
    if (lot > most) lot = most;
    p->lot = lot >= 1 && lot < 9e12 ? (int64_t)(lot + 0.5) * MICRO : 0;
    bool bound = p->terms && p->terms->order_most != NO_QTY && p->terms->order_most > 0;
    if (bound && p->lot > p->terms->order_most) p->lot = p->terms->order_most;
}

void picture_follow(const Context *context, Picture *p) {
    money_follow(context, p);
    goal_choose(context, p);
    lot_choose(context, p);
    levels_choose(context, p);
}

/* ---- flags that the picture itself shows ---- */

static bool ends(const char *lifecycle) { return strcmp(lifecycle, "phase-out") == 0 || strcmp(lifecycle, "obsolete") == 0; }

bool picture_ends(const Context *context, const Picture *p) {
    const ItemInfo *item = &context->state->items.at[p->item.v];
    return item->successor > 0 || ends(item->lifecycle) || ends(context->state->spots.at[p->spot].lifecycle);
}

/* More waits than a quarter sells without it: it may be true, and a person should know. */
static bool backlog_is_unusual(const Fold *fold) {
    double days = (double)fold->buckets * fold->bucket_days, usual = micro_to_double(fold->sold - fold->backorders);
    return fold->backorders > 0 && micro_to_double(fold->backorders) * days > 90 * usual;
}

static void flags_set(const Context *context, Picture *p) {
    const ItemInfo *item = &context->state->items.at[p->item.v];
    const Fold *fold = &p->fold;
    int year = 365 / fold->bucket_days, eight = 8;
    const struct { bool set; uint32_t flag; } rows[] = {
        { !fold->stock_known, CASE_FLAG_BIT(NO_STOCK_FACT) },
        { fold->level_is_negative || (fold->stock_known && fold->on_hand < 0), CASE_FLAG_BIT(NEGATIVE_STOCK) },
        { p->source == SOURCE_NONE, CASE_FLAG_BIT(NO_SUPPLIER) },
        { p->source != SOURCE_NONE && p->lane.basis == LEAD_UNKNOWN, CASE_FLAG_BIT(NO_LEAD_TIME) },
        { p->lane.basis == LEAD_STATED, CASE_FLAG_BIT(STATED_LEAD) },
        { !p->money.cost_known, CASE_FLAG_BIT(NO_COST) },
        { !p->money.price_known, CASE_FLAG_BIT(NO_PRICE) },
        { fold->observed < eight, CASE_FLAG_BIT(NEW_ITEM) },
        { fold->observed >= eight && fold->observed < year, CASE_FLAG_BIT(SHORT_HISTORY) },
        { picture_ends(context, p), CASE_FLAG_BIT(PHASE_OUT) },
        { strcmp(item->tier, "key") == 0, CASE_FLAG_BIT(KEY_ITEM) },
        { fold->observed > 0 && fold->censored * 5 > fold->observed, CASE_FLAG_BIT(CENSORED) },
        { backlog_is_unusual(fold), CASE_FLAG_BIT(EXCEPTIONAL_DEMAND) },
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
        if (rows[i].set) p->flags |= rows[i].flag;
    for (int i = 0; i < fold->one_off_count; i++)
        if (!fold->one_off[i].marked && fold->one_off[i].taken_out) p->flags |= CASE_FLAG_BIT(EXCEPTIONAL_DEMAND);
    picture_feeds(context, p);
}

/* Planned for are the customers of the places it feeds, too; lessons are taken from each place by itself. */
typedef void HistoryFold(const FoldInput *in, Arena *arena, Fold *out);

static void fold_by_itself(const FoldInput *in, Arena *arena, Fold *out) {
    fold_spot(in, arena, out);
    fold_family(in, arena, out);
}

static void frame_make(const Context *context, int32_t spot, const PictureOverride *override, HistoryFold *fold, Arena *arena, Picture *out) {
    memset(out, 0, sizeof *out);
    out->spot = spot;
    out->item = context->state->spots.at[spot].item;
    out->place = context->state->spots.at[spot].place;
    int64_t floor = context->state->spots.at[spot].floor;
    out->floor = override || floor == NO_QTY ? 0 : floor;            /* what lies on a shelf of the closed loop is all for customers */
    FoldInput in = { .state = context->state, .spot = spot, .start_day = context->start_day, .bucket_days = context->policy->bucket_days,
                     .requests_captured = context->pools->requests_captured, .alone = override != NULL };      /* in the closed loop every item meets its own demand from its own stock */
    fold(&in, arena, &out->fold);
    if (override) picture_override(override, &out->fold);
    source_choose(context, out);
    opportunities(context, out);
    lead_choose(context, override, out);
    money_choose(context, out);
}

void picture_frame(const Context *context, int32_t spot, const PictureOverride *override, Arena *arena, Picture *out) { frame_make(context, spot, override, fold_place, arena, out); }
void picture_alone(const Context *context, int32_t spot, Arena *arena, Picture *out) { frame_make(context, spot, NULL, fold_by_itself, arena, out); }

/* Of a new item no more is ordered than is expected to be asked for until the next order arrives. */
static void first_order(Picture *p) {
    double units = p->mean_day * (picture_lead_mean(p) + p->review_days);
    p->first_most = units < 9e12 ? ((int64_t)units + 1) * MICRO : 0;
}

void picture_make(const Context *context, int32_t spot, const PictureOverride *override, Arena *arena, Picture *out) {
    picture_frame(context, spot, override, arena, out);
    demand_choose(context, out, arena);
    goal_choose(context, out);
    lot_choose(context, out);
    if (out->sense.kin > 0) first_order(out);
    levels_choose(context, out);
    out->allot = context->allot && out->source == SOURCE_TRANSFER ? context->allot[spot] : INT64_MAX;
    if (context->fill && !override && out->source == SOURCE_SUPPLIER) out->fill = context->fill[spot];
    picture_supply(context, override, out);
    flags_set(context, out);
}
