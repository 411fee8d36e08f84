/* When and up to where an item-place is replenished, as its own row, the policy's place, tier or default says, and what bounds one order. */
#include "base/decimal.h"
#include "plan/estimate.h"
#include "plan/picture-parts.h"

static int64_t or_none(int64_t micro) { return micro == NO_QTY ? 0 : micro; }
static int64_t larger(int64_t a, int64_t b) { return a > b ? a : b; }
static int64_t up_to(int64_t micro, int64_t step) { return (micro + step - 1) / step * step; }

static bool is_triggered(const Picture *p) {
    return p->replenish == REPLENISH_ORDER_POINT || p->replenish == REPLENISH_LOTS || p->replenish == REPLENISH_MIN_MAX;
}

static Replenish wanted(const Context *context, const Picture *p) {
    const Spot *spot = &context->state->spots.at[p->spot];
    if (spot->replenish >= 0) return (Replenish)spot->replenish;
    return policy_replenish(context->policy, text_of(context->state->items.at[p->item.v].tier), text_of(context->state->places.at[p->place.v].code));
}

void levels_choose(const Context *context, Picture *p) {
    const Spot *spot = &context->state->spots.at[p->spot];
    int64_t moq = p->terms ? or_none(p->terms->moq) : 0, multiple = p->terms ? or_none(p->terms->multiple) : 0, most = p->terms ? or_none(p->terms->order_most) : 0;
    bool told = spot->min_qty != NO_QTY && spot->max_qty != NO_QTY && spot->max_qty >= spot->min_qty;
    p->replenish = wanted(context, p);
    p->stock_most = or_none(spot->stock_most);
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
}

/* ---- what maths is asked ---- */

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
    return (Constraints){ .minimum = moq, .lot = lot, .multiple = larger(p->point_lot, multiple), .order_maximum = most, .stock_maximum = p->stock_most };
}

/* Every review up to a level over lead time plus review. */
static void reviewed_input(const Picture *p, ProtectInput in, QuantityDists *d, QuantityInput *q) {
    in.review_days = p->next_day - p->order_day;
    q->protect = protect_demand(&in, &d->whole);
    q->protect_demand = &d->whole;
    if (p->goal.kind == GOAL_UNIT_FILL || p->goal.kind == GOAL_LINE_FILL) {
        ProtectInput lead_only = in;
        lead_only.review_days = 0;
        protect_demand(&lead_only, &d->lead);
        q->lead_demand = &d->lead;
    }
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

QuantityInput picture_quantity_input(const Picture *p, QuantityDists *d) {
    ProtectInput in = { .demand = &p->demand, .lead = &p->lead, .from_days = p->from_days };
    QuantityInput q = { .goal = p->goal, .position = p->position, .limits = limits_of(p), .fill_minimum = p->fill.to_minimum, .fill_load = p->fill.to_load };
    if (is_triggered(p)) triggered_input(p, &in, d, &q);
    else reviewed_input(p, in, d, &q);
    return q;
}

void picture_quantity(const Picture *p, Quantity *out) {
    QuantityDists dists;
    QuantityInput in = picture_quantity_input(p, &dists);
    quantity_decide(&in, out);
}
