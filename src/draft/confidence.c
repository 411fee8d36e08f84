#include "draft/confidence.h"

#include "base/decimal.h"
#include "domain/case.h"
#include "maths/fn.h"
#include "estimate/picture.h"

#include "draft/confidence-fit.h"

static int64_t quantity_with_rate(const Picture *p, double factor) {
    Picture other = *p;
    other.demand = demand_scaled(&p->demand, factor);
    Quantity q;
    picture_quantity(&other, &q);
    return q.micro;
}

static int64_t quantity_with_lead(const Picture *p, int day) {
    Picture other = *p;
    other.lead = (LeadPoints){ .count = 1, .days = { (float)(day + picture_order_wait(p)) }, .share = { 1 } };
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
    return m.mean > 0 ? __builtin_sqrt(demand_variance(&m)) / m.mean : 2;
}

double confidence_allowed(const Estimate *e, double units) {
    double share = 0.05 * units * e->unit_cost, week = 7 * units * e->hold_day, most = share > week ? share : week;
    return most > 25 ? most : 25;
}

/* The more hangs on an order, the sooner a small mistake is one that counts. */
static double exposed(const Estimate *e, double units) {
    double lost = e->short_wait > 0 ? e->short_wait * e->short_cost : 0;
    return lost / (lost + confidence_allowed(e, units));
}

static void flips_find(const Picture *p, const Estimate *e, QuantityFlips *f) {
    int early = lead_quantile(&p->lane.lead, 0.1), late = lead_quantile(&p->lane.lead, 0.9);
    if (f->known && f->early == early && f->late == late) return;
    int64_t step = p->terms && p->terms->multiple != NO_QTY ? p->terms->multiple : MICRO;
    double runner = p->demand.level > 0 && p->demand.runner_up_level > 0 ? p->demand.runner_up_level / p->demand.level : 1;
    int rate = flips(e->qty, quantity_with_rate(p, 0.9), step) + flips(e->qty, quantity_with_rate(p, 1.1), step);
    int lead = flips(e->qty, quantity_with_lead(p, early), step) + flips(e->qty, quantity_with_lead(p, late), step);
    int model = (runner < 0.98 || runner > 1.02) && flips(e->qty, quantity_with_rate(p, runner), step);
    *f = (QuantityFlips){ .early = (int16_t)early, .late = (int16_t)late, .rate = (uint8_t)rate, .lead = (uint8_t)lead, .model = (uint8_t)model, .known = true };
}

void confidence_signs(const Picture *p, const Estimate *e, QuantityFlips *f, ConfidenceSigns *out) {
    flips_find(p, e, f);
    int rate = f->rate, lead = f->lead, model = f->model;
    double units = micro_to_double(e->qty), weeks = (double)p->fold.observed * p->fold.bucket_days / 7;
    *out = (ConfidenceSigns){ .flips = rate + lead + model, .of = {
        [SIGN_RATE] = rate / 2.0, [SIGN_LEAD] = lead / 2.0, [SIGN_MODEL] = model, [SIGN_YOUNG] = 1 - history_share(p),
        [SIGN_THIN] = 1 / __builtin_sqrt(1 + p->lane.lead.n + weeks / 8), [SIGN_STATED] = p->lane.basis == LEAD_STATED, [SIGN_POOLED] = p->lane.basis == LEAD_POOLED,
        [SIGN_POOR] = p->demand.poor != DEMAND_POOR_NOT, [SIGN_LUMPY] = at_most_1(p->demand.zero_share), [SIGN_WIDE] = at_most_1(spread_of(p) / 2),
        [SIGN_LONG] = p->mean_day > 0 ? at_most_1(units / p->mean_day / 182) : 1, [SIGN_ROUNDED] = units > 0 ? at_most_1(e->minimum_bump / units) : 0,
        [SIGN_EXPOSED] = exposed(e, units),
        [SIGN_FEED] = has(e->flags, CASE_FLAG_BIT(STALE_FEED) | CASE_FLAG_BIT(NEGATIVE_STOCK)),
        [SIGN_DOUBT] = has(e->flags, CASE_FLAG_BIT(UNIT_DOUBT) | CASE_FLAG_BIT(PHANTOM_STOCK) | CASE_FLAG_BIT(DUPLICATE_SUPPLY) | CASE_FLAG_BIT(PRICE_DOUBT)),
        [SIGN_ODD] = has(e->flags, CASE_FLAG_BIT(EXCEPTIONAL_DEMAND) | CASE_FLAG_BIT(LEAD_DOUBT)),
        [SIGN_UNPRICED] = has(e->flags, CASE_FLAG_BIT(NO_COST) | CASE_FLAG_BIT(NO_PRICE)) } };
    if (rate) out->flags |= CASE_FLAG_BIT(RATE_SENSITIVE);
    if (lead) out->flags |= CASE_FLAG_BIT(LEAD_SENSITIVE);
    if (model) out->flags |= CASE_FLAG_BIT(MODELS_DISAGREE);
}

/* ---- from signs to a share ---- */

const char *confidence_kind(const Estimate *e) { return case_kind_names[e->source == SOURCE_TRANSFER ? CASE_MOVE : CASE_BUY]; }

const ConfidenceRecord *confidence_shipped(void) { return &shipped; }

void confidence_make(const ConfidenceRecord *record, const Picture *p, const Estimate *e, const char *tier, QuantityFlips *flips, Confidence *out) {
    ConfidenceSigns s;
    confidence_signs(p, e, flips, &s);
    DoubtSaid said = doubt_said(&(record ? record : &shipped)->doubt, s.of, SIGN_COUNT_, confidence_kind(e), tier);
    *out = (Confidence){ .share = said.share, .low = said.low, .flags = s.flags, .flips = s.flips };
    const struct { ConfidenceSign sign; double most; } caps[] = { { SIGN_FEED, 0.70 }, { SIGN_DOUBT, 0.50 }, { SIGN_UNPRICED, 0.85 } };
    for (size_t i = 0; i < sizeof caps / sizeof caps[0]; i++) {
        if (s.of[caps[i].sign] <= 0) continue;
        if (out->share > caps[i].most) out->share = caps[i].most;
        if (out->low > caps[i].most - 0.1) out->low = caps[i].most - 0.1;
    }
}
