#include "plan/confidence.h"

#include "base/decimal.h"
#include "plan/picture-parts.h"

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

#define SIGN_(name, text) text,
const char *const confidence_sign_names[SIGN_COUNT_] = { CONFIDENCE_SIGNS(SIGN_) };
#undef SIGN_

static double has(uint32_t flags, uint32_t wanted) { return flags & wanted ? 1 : 0; }
static double at_most_1(double x) { return x < 0 ? 0 : x > 1 ? 1 : x; }

static double spread_of(const Picture *p) {
    double bucket = p->fold.bucket_days, days = picture_lead_mean(p) + p->review_days;
    DemandMoments m = demand_moments(&p->demand, p->from_days / bucket, days / bucket);
    return m.mean > 0 ? __builtin_sqrt(m.noise_var + m.level_var) / m.mean : 2;
}

void confidence_signs(const Picture *p, const Estimate *e, ConfidenceSigns *out) {
    int64_t step = p->terms && p->terms->multiple != NO_QTY ? p->terms->multiple : MICRO;
    double runner = p->demand.level > 0 && p->demand.runner_up_level > 0 ? p->demand.runner_up_level / p->demand.level : 1;
    int rate = flips(e->qty, quantity_with_rate(p, 0.9), step) + flips(e->qty, quantity_with_rate(p, 1.1), step);
    int lead = flips(e->qty, quantity_with_lead(p, 0.1), step) + flips(e->qty, quantity_with_lead(p, 0.9), step);
    int model = (runner < 0.98 || runner > 1.02) && flips(e->qty, quantity_with_rate(p, runner), step);
    double units = micro_to_double(e->qty), weeks = (double)p->fold.observed * p->fold.bucket_days / 7;
    *out = (ConfidenceSigns){ .flips = rate + lead + model, .of = {
        [SIGN_RATE] = rate / 2.0, [SIGN_LEAD] = lead / 2.0, [SIGN_MODEL] = model, [SIGN_YOUNG] = 1 - history_share(p),
        [SIGN_THIN] = 1 / __builtin_sqrt(1 + p->lane.lead.n + weeks / 8), [SIGN_STATED] = p->lane.basis == LEAD_STATED, [SIGN_POOLED] = p->lane.basis == LEAD_POOLED,
        [SIGN_POOR] = p->demand.poor != DEMAND_POOR_NOT, [SIGN_LUMPY] = at_most_1(p->demand.zero_share), [SIGN_WIDE] = at_most_1(spread_of(p) / 2),
        [SIGN_LONG] = p->mean_day > 0 ? at_most_1(units / p->mean_day / 182) : 1, [SIGN_ROUNDED] = units > 0 ? at_most_1(e->minimum_bump / units) : 0,
        [SIGN_FEED] = has(e->flags, CASE_FLAG_BIT(STALE_FEED) | CASE_FLAG_BIT(NEGATIVE_STOCK)),
        [SIGN_DOUBT] = has(e->flags, CASE_FLAG_BIT(UNIT_DOUBT) | CASE_FLAG_BIT(PHANTOM_STOCK) | CASE_FLAG_BIT(DUPLICATE_SUPPLY) | CASE_FLAG_BIT(PRICE_DOUBT)),
        [SIGN_ODD] = has(e->flags, CASE_FLAG_BIT(EXCEPTIONAL_DEMAND) | CASE_FLAG_BIT(LEAD_DOUBT)),
        [SIGN_UNPRICED] = has(e->flags, CASE_FLAG_BIT(NO_COST) | CASE_FLAG_BIT(NO_PRICE)) } };
    if (rate) out->flags |= CASE_FLAG_BIT(RATE_SENSITIVE);
    if (lead) out->flags |= CASE_FLAG_BIT(LEAD_SENSITIVE);
    if (model) out->flags |= CASE_FLAG_BIT(MODELS_DISAGREE);
}

/* The hand-made one, until the fitted one stands. */
void confidence_make(const Picture *p, const Estimate *e, Confidence *out) {
    ConfidenceSigns s;
    confidence_signs(p, e, &s);
    *out = (Confidence){ .flags = s.flags, .flips = s.flips };
    double share = 0.98 - 0.10 * s.of[SIGN_RATE] - 0.08 * s.of[SIGN_LEAD] - 0.08 * s.of[SIGN_MODEL] - 0.20 * s.of[SIGN_YOUNG] - 0.08 * s.of[SIGN_STATED] -
                   0.03 * s.of[SIGN_POOLED] - 0.10 * s.of[SIGN_POOR];
    const struct { ConfidenceSign sign; double most; } caps[] = { { SIGN_FEED, 0.70 }, { SIGN_DOUBT, 0.50 }, { SIGN_ODD, 0.80 }, { SIGN_UNPRICED, 0.85 } };
    for (size_t i = 0; i < sizeof caps / sizeof caps[0]; i++)
        if (s.of[caps[i].sign] > 0 && share > caps[i].most) share = caps[i].most;
    if (share < 0.05) share = 0.05;
    out->share = share;
    out->low = at_most_1(share - 0.25 * s.of[SIGN_THIN]);
}
