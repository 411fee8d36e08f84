/* When and up to where an item-place is replenished, as its own row, the policy's place, tier or default says, and what bounds one order. */
#include "base/decimal.h"
#include "estimate/choice.h"
#include "estimate/estimate.h"
#include "estimate/picture.h"

static int64_t or_none(int64_t micro) { return micro == NO_QTY ? 0 : micro; }
static int64_t larger(int64_t a, int64_t b) { return a > b ? a : b; }
static int64_t up_to(int64_t micro, int64_t step) { return (micro + step - 1) / step * step; }

static bool is_triggered(const Picture *p) {
    return p->replenish == REPLENISH_ORDER_POINT || p->replenish == REPLENISH_LOTS || p->replenish == REPLENISH_MIN_MAX;
}

static Replenish wanted(const Context *context, const Picture *p) {
    const Spot *spot = &context->state->spots.at[p->spot];
    if (choice_replenish(p->choice) >= 0) return (Replenish)choice_replenish(p->choice);
    if (spot->replenish >= 0) return (Replenish)spot->replenish;
    return policy_replenish(context->policy, text_of(context->state->items.at[p->item.v].tier), text_of(context->state->places.at[p->place.v].code));
}

/* Quantities from which all of it is cheaper; what lacks a rate of its currency is no break. More than would count as excess is never bought for one. */
static void breaks_choose(const Context *context, Picture *p) {
    const BreakInfo *told[PRICE_BREAKS_MOST];
    PriceBreaks *b = &p->breaks;
    b->count = 0;
    if (p->source != SOURCE_SUPPLIER || !p->money.cost_known || p->mean_day <= 0) return;
    int count = state_breaks(context->state, p->item, p->supplier, p->place, context->today, told, PRICE_BREAKS_MOST);
    double days = p->next_day - p->order_day > 1 ? p->next_day - p->order_day : 1, last = p->money.unit_cost;
    for (int i = 0; i < count; i++) {
        int64_t ours;
        if (!policy_price(context->policy, told[i]->currency, told[i]->price, &ours) || micro_to_double(ours) >= last) continue;
        b->at[b->count++] = (PriceBreak){ .from = told[i]->qty, .price = last = micro_to_double(ours) };
    }
    b->price = p->money.unit_cost;
    b->most = p->mean_day * context->policy->excess_cover_days;
    b->line = (FillLine){ .rate = p->mean_day, .review_days = days, .hold_day = p->money.hold_day, .short_cost = p->money.short_cost, .far = p->mean_day * days };
}

static void bounds_choose(const Context *context, Picture *p) {
    const Spot *spot = &context->state->spots.at[p->spot];
    int64_t multiple = p->terms ? or_none(p->terms->multiple) : 0;
    p->stock_most = or_none(spot->stock_most);
    p->orders_cross = context->policy->orders_cross;
    p->shelf_days = spot->shelf_days > 0 ? spot->shelf_days : context->state->items.at[p->item.v].shelf_days;
    p->shelf_risk = micro_to_double(context->policy->shelf_risk_micro);
    p->round_down = multiple > 0 ? (int64_t)((__int128)multiple * context->policy->round_down_share_micro / MICRO) : 0;
    breaks_choose(context, p);
}

void levels_choose(const Context *context, Picture *p) {
    const Spot *spot = &context->state->spots.at[p->spot];
    int64_t moq = p->terms ? or_none(p->terms->moq) : 0, multiple = p->terms ? or_none(p->terms->multiple) : 0, most = p->terms ? or_none(p->terms->order_most) : 0;
    bool told = spot->min_qty != NO_QTY && spot->max_qty != NO_QTY && spot->max_qty >= spot->min_qty;
    p->replenish = wanted(context, p);
    p->no_min_max = p->replenish == REPLENISH_MIN_MAX && !told;
    p->gap = p->point_lot = p->erp_min = 0;
    if (p->no_min_max) p->replenish = REPLENISH_REVIEW;
    int64_t lot = larger(larger(p->lot, moq), multiple > 0 ? multiple : MICRO);
    if (p->replenish == REPLENISH_ORDER_POINT) p->gap = lot;
    if (p->replenish == REPLENISH_LOTS) {
        int64_t step = multiple > 0 ? multiple : MICRO;
        p->point_lot = up_to(lot, step);
        if (most >= step && p->point_lot > most) p->point_lot = most / step * step;
        p->gap = MICRO;
    }
    if (p->replenish == REPLENISH_MIN_MAX) {
        p->erp_min = spot->min_qty;
        p->gap = spot->max_qty - spot->min_qty;
    }
    /* What is left over lies until the next order is triggered, not until the next review. */
    double cycle = p->mean_day > 0 ? micro_to_double(larger(p->gap, p->point_lot)) / p->mean_day : 0;
    if (is_triggered(p) && cycle > p->review_days) p->goal.holding_cost = p->money.hold_day * cycle;
    bounds_choose(context, p);
}

/* ---- what maths is asked ---- */

/* The most that will be sold, but for the risk, before what is ordered now is too old: all that is here and on its way goes first. */
static int64_t shelf_most(const Picture *p) {
    static const double UNBOUNDED = 9e12;          /* more than a quantity can be */
    double bucket = p->fold.bucket_days;
    Dist sold;
    if (p->shelf_days <= 0) return 0;
    demand_sum(&p->demand, p->from_days / bucket, (picture_lead_mean(p) + p->shelf_days) / bucket, &sold);
    double units = dist_quantile(&sold, p->shelf_risk);
    if (!(units < UNBOUNDED)) return 0;
    return units >= 1 ? (int64_t)units * MICRO : 1;                        /* 1: nothing at all; 0 would mean no bound */
}

/* A first order of a new item, in what its terms allow; what customers wait for comes on top. */
static int64_t first_order_most(const Picture *p, int64_t moq, int64_t multiple, int64_t most) {
    int64_t first = up_to(larger(p->first_most + p->owed, moq), multiple > 0 ? multiple : 1);
    return most == 0 || first < most ? first : most;
}

static Constraints limits_of(const Picture *p) {
    int64_t moq = p->terms ? or_none(p->terms->moq) : 0, multiple = p->terms ? or_none(p->terms->multiple) : 0, most = p->terms ? or_none(p->terms->order_most) : 0;
    int64_t lot = p->replenish == REPLENISH_REVIEW ? p->lot : 0;
    if (p->allot < INT64_MAX) most = p->allot > 0 ? p->allot : 1;        /* 1: nothing at all; 0 would mean no bound */
    if (p->first_most > 0 && p->replenish != REPLENISH_MIN_MAX) most = first_order_most(p, moq, multiple, most);
    return (Constraints){ .minimum = moq, .lot = lot, .multiple = larger(p->point_lot, multiple), .order_maximum = most, .stock_maximum = p->stock_most,
                          .shelf_maximum = shelf_most(p), .round_down = p->round_down };
}

/* Every review up to a level over lead time plus review. */
static void reviewed_input(const Picture *p, ProtectInput in, QuantityDists *d, QuantityInput *q) {
    in.review_days = p->next_day - p->order_day;
    bool lead_too = p->goal.kind == GOAL_UNIT_FILL || p->goal.kind == GOAL_LINE_FILL;
    q->protect = lead_too ? protect_both(&in, &d->whole, &d->lead) : protect_demand(&in, &d->whole);
    q->protect_demand = &d->whole;
    if (lead_too) q->lead_demand = &d->lead;
    if (p->goal.kind == GOAL_COST && p->goal.lost_sales) {
        double bucket = p->fold.bucket_days;
        RiskInput risk = picture_risk_input(p);
        Risk before;
        demand_sum(&p->demand, (p->from_days + picture_lead_mean(p)) / bucket, in.review_days / bucket, &d->review);
        risk_stock_at_arrival(&risk, &d->arrival);
        risk_now(&risk, &before);
        q->review_demand = &d->review;
        q->arrival_stock = &d->arrival;
        q->lost_before_arrival = before.short0;
    }
}

/* From an order point: over the lead time, and what the last review before it took below the point. */
static void triggered_input(const Picture *p, const ProtectInput *in, QuantityDists *d, QuantityInput *q) {
    double bucket = p->fold.bucket_days;
    q->protect = protect_demand(in, &d->lead);
    q->lead_demand = q->protect_demand = &d->lead;
    q->trigger = (Trigger){ .kind = TRIGGER_TOLD, .point = p->erp_min, .gap = p->gap };
    if (p->replenish == REPLENISH_MIN_MAX) return;
    demand_sum(&p->demand, p->from_days / bucket, (p->next_day - p->order_day) / bucket, &d->review);
    undershoot_find(&(UndershootInput){ .review = &d->review, .gap = micro_to_double(p->gap), .lot = micro_to_double(q->limits.multiple) }, &d->undershoot);
    dist_sum(&d->lead, &d->undershoot.below, &d->whole);
    q->protect_demand = &d->whole;
    q->trigger = (Trigger){ .kind = TRIGGER_POINT, .gap = p->gap, .undershoot = &d->undershoot };
}

/* Days between two orders of it: no less than a review, and as long as the smallest order lasts. */
static double order_interval(const Picture *p, const Constraints *limits) {
    double review = p->next_day - p->order_day, units = micro_to_double(larger(larger(limits->minimum, limits->lot), larger(limits->multiple, p->gap)));
    double lasts = p->mean_day > 0 ? units / p->mean_day : 0;
    return lasts > review ? lasts : review;
}

QuantityInput picture_quantity_input(const Picture *p, QuantityDists *d) {
    LeadPoints lead = p->lead;
    ProtectInput in = { .demand = &p->demand, .lead = &lead, .from_days = p->from_days };
    QuantityInput q = { .goal = p->goal, .position = p->position, .limits = limits_of(p), .fill_minimum = p->fill.to_minimum, .fill_load = p->fill.to_load,
                        .breaks = p->breaks.count ? &p->breaks : NULL };
    if (p->orders_cross) lead = lead_crossing(&p->lead, order_interval(p, &q.limits));
    if (is_triggered(p)) triggered_input(p, &in, d, &q);
    else reviewed_input(p, in, d, &q);
    return q;
}

void picture_quantity(const Picture *p, Quantity *out) {
    QuantityDists dists;
    QuantityInput in = picture_quantity_input(p, &dists);
    quantity_decide(&in, out);
}
