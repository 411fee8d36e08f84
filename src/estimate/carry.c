#include "estimate/carry.h"

#include <string.h>

#include "base/hash.h"

/* Two halves, as two seeds give them; parts are added one after the other. */
static void key_add(EstimateKey *key, const void *bytes, size_t length) {
    key->low = hash64(bytes, length, key->low);
    key->high = hash64(bytes, length, key->high);
}

/* Without a season, a trend or a dated factor it is the same from whatever day on: see demand_moments. */
static bool is_level(const DemandModel *m) {
    return !m->seasonal && m->trend == 0 && m->drift == 0 && m->dated == 0 && m->year_day == 0 && m->fade == 0;
}

static void demand_add(EstimateKey *key, const DemandModel *m) {
    int phases = m->seasonal < DEMAND_SEASON_MOST ? m->seasonal : DEMAND_SEASON_MOST;
    const double misses[] = { m->own_miss, m->fade };
    const int counts[] = { m->sizes, m->dated, m->year_day };
    key_add(key, m, offsetof(DemandModel, season));
    key_add(key, m->season, sizeof *m->season * (size_t)phases);
    key_add(key, counts, sizeof counts);
    key_add(key, misses, sizeof misses);
    key_add(key, m->size, sizeof *m->size * (size_t)m->sizes);
    key_add(key, m->size_share, sizeof *m->size_share * (size_t)m->sizes);
    key_add(key, m->when, sizeof *m->when * (size_t)m->dated);
    key_add(key, m->shared_miss, sizeof m->shared_miss);
    key_add(key, m->came_below, sizeof m->came_below);
    if (m->year_day) key_add(key, m->year, sizeof m->year);
}

static void points_add(EstimateKey *key, const LeadPoints *points) {
    const double head[] = { points->count, points->p_never };
    key_add(key, head, sizeof head);
    key_add(key, points->days, sizeof *points->days * (size_t)points->count);
    key_add(key, points->share, sizeof *points->share * (size_t)points->count);
}

static void receipts_add(EstimateKey *key, const Context *context, const Picture *p) {
    for (int i = 0; i < p->receipts; i++) {
        const double head[] = { p->receipt[i].units, p->receipt_day[i] - context->start_day };
        key_add(key, head, sizeof head);
        points_add(key, &p->receipt[i].when);
    }
}

static void breaks_add(EstimateKey *key, const PriceBreaks *b) {
    const double head[] = { b->count, b->price, b->most, b->line.rate, b->line.review_days, b->line.hold_day, b->line.short_cost, b->line.far };
    key_add(key, head, sizeof head);
    key_add(key, b->at, sizeof *b->at * (size_t)b->count);
}

EstimateKeys estimate_keys(const Context *context, const Picture *p) {
    const Fold *fold = &p->fold;
    const TermsInfo *terms = p->terms;
    const int64_t whole[] = { context->policy_row, context->exponent, context->screening, p->flags, (int64_t)p->source, p->order_day - context->start_day,
        p->next_day - p->order_day, p->review_days, p->receipts, p->first_most, p->going_out, p->allot, p->owed, (int64_t)p->unmet, p->lot, (int64_t)p->replenish, p->erp_min,
        p->stock_most, p->gap, p->orders_cross, p->shelf_days, p->round_down, p->point_lot, terms != NULL, terms ? terms->moq : 0, terms ? terms->multiple : 0,
        terms ? terms->order_most : 0, fold->stock_known, fold->on_hand, fold->on_order, fold->in_transit, fold->bucket_days, fold->sold, fold->sent, fold->backorders,
        fold->to_send_later, p->fill.to_minimum, p->fill.to_load, p->fill.ordered, (int64_t)p->goal.kind, p->goal.lost_sales, p->money.cost_known, p->money.price_known };
    const double parts[] = { is_level(&p->demand) ? 0 : p->from_days, p->mean_day, p->on_hand_risk, p->shelf_risk, p->goal.target, p->goal.line_units, p->goal.holding_cost,
        p->goal.shortage_cost, p->money.unit_cost, p->money.price, p->money.margin, p->money.short_cost, p->money.wait_cost, p->money.hold_day };
    EstimateKey key = { 1, 2 };
    key_add(&key, whole, sizeof whole);
    key_add(&key, parts, sizeof parts);
    key_add(&key, &p->position, sizeof p->position);
    points_add(&key, &p->lead);
    breaks_add(&key, &p->breaks);
    demand_add(&key, &p->demand);
    EstimateKey all = key;
    receipts_add(&all, context, p);
    return (EstimateKeys){ p->goal.lost_sales ? all : key, all };
}

void estimate_carry(const Context *context, const Picture *p, const Estimate *before, Estimate *out) {
    *out = *before;
    out->flags = p->flags | (before->flags & CASE_FLAG_BIT(ROUNDED_DOWN));      /* doubts put theirs on anew */
    estimate_of_day(context, p, out);
}
