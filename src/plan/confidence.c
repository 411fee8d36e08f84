#include "plan/confidence.h"

#include "base/decimal.h"

static int64_t quantity_with_rate(const Picture *p, double factor) {
    Picture other = *p;
    other.demand = demand_scaled(&p->demand, factor);
    Quantity q;
    picture_quantity(&other, &q);
    return q.micro;
}

static int64_t quantity_with_lead(const Picture *p, double quantile) {
    Picture other = *p;
    double wait = 0;
    int day = lead_quantile(&p->lane.lead, quantile);
    if (p->lead.count) wait = (double)p->lead.days[0] - (double)lead_points(&p->lane.lead, 6).days[0];
    other.lead = (LeadPoints){ .count = 1, .days = { (float)(day + wait) }, .share = { 1 } };
    Quantity q;
    picture_quantity(&other, &q);
    return q.micro;
}

/* A flip is another decision, not another digit: nothing instead of something, or off by more than 40 % and more than a rounding step. */
static bool flips(int64_t qty, int64_t other, int64_t step) {
    if (other <= 0) return true;
    int64_t gap = qty > other ? qty - other : other - qty;
    return gap > step && (double)gap > 0.4 * (double)qty;
}

static double history_share(const Picture *p) {
    double years = (double)p->fold.observed * p->fold.bucket_days / 365;
    return years >= 1 ? 1 : years;
}

void confidence_make(const Picture *p, const Estimate *e, Confidence *out) {
    *out = (Confidence){ 0 };
    int64_t step = p->terms && p->terms->multiple != NO_QTY ? p->terms->multiple : MICRO;
    double runner = p->demand.level > 0 && p->demand.runner_up_level > 0 ? p->demand.runner_up_level / p->demand.level : 1;
    int rate = 0, lead = 0, model = 0;
    rate += flips(e->qty, quantity_with_rate(p, 0.9), step);
    rate += flips(e->qty, quantity_with_rate(p, 1.1), step);
    lead += flips(e->qty, quantity_with_lead(p, 0.1), step);
    lead += flips(e->qty, quantity_with_lead(p, 0.9), step);
    if (runner < 0.98 || runner > 1.02) model += flips(e->qty, quantity_with_rate(p, runner), step);
    out->flips = rate + lead + model;
    if (rate) out->flags |= CASE_FLAG_BIT(RATE_SENSITIVE);
    if (lead) out->flags |= CASE_FLAG_BIT(LEAD_SENSITIVE);
    if (model) out->flags |= CASE_FLAG_BIT(MODELS_DISAGREE);
    double share = 0.98 - 0.05 * rate - 0.04 * lead - 0.08 * model;
    share -= 0.20 * (1 - history_share(p));
    if (p->lane.basis == LEAD_STATED) share -= 0.08;
    if (p->lane.basis == LEAD_POOLED) share -= 0.03;
    if (p->demand.poor != DEMAND_POOR_NOT) share -= 0.10;
    const struct { uint32_t flags; double most; } caps[] = {
        { CASE_FLAG_BIT(STALE_FEED) | CASE_FLAG_BIT(NEGATIVE_STOCK), 0.70 },
        { CASE_FLAG_BIT(UNIT_DOUBT) | CASE_FLAG_BIT(PHANTOM_STOCK) | CASE_FLAG_BIT(DUPLICATE_SUPPLY) | CASE_FLAG_BIT(PRICE_DOUBT), 0.50 },
        { CASE_FLAG_BIT(EXCEPTIONAL_DEMAND) | CASE_FLAG_BIT(LEAD_DOUBT), 0.80 },
        { CASE_FLAG_BIT(NO_COST) | CASE_FLAG_BIT(NO_PRICE), 0.85 },
    };
    for (size_t i = 0; i < sizeof caps / sizeof caps[0]; i++)
        if ((e->flags & caps[i].flags) && share > caps[i].most) share = caps[i].most;
    if (share < 0.05) share = 0.05;
    double orders = p->lane.lead.n, weeks = (double)p->fold.observed * p->fold.bucket_days / 7;
    double evidence = orders + weeks / 8;
    out->share = share;
    out->low = share - 0.25 / __builtin_sqrt(1 + evidence);
    if (out->low < 0) out->low = 0;
}
