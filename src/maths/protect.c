/* protect.c - demand over lead time plus review as a mixture over the lead time. */
#include "maths/protect.h"
#include "maths/fn.h"

static double in_buckets(const ProtectInput *in, double days) {
    return days / (in->demand->bucket_days > 0 ? in->demand->bucket_days : 1);
}

Protect protect_moments(const ProtectInput *in) {
    Protect p = { 0 };
    double square = 0, share_sum = 0;
    for (int i = 0; i < in->lead->count; i++) {
        double share = (double)in->lead->share[i], days = (double)in->lead->days[i] + in->review_days;
        DemandMoments m = demand_moments(in->demand, in_buckets(in, in->from_days), in_buckets(in, days));
        share_sum += share;
        p.days += share * days;
        p.mean += share * m.mean;
        p.noise_var += share * m.noise_var;
        p.level_var += share * m.level_var;
        p.miss_var += share * m.miss_var;
        square += share * m.mean * m.mean;
    }
    if (!(share_sum > 0)) return p;
    p.days /= share_sum;
    p.mean /= share_sum;
    p.noise_var /= share_sum;
    p.level_var /= share_sum;
    p.miss_var /= share_sum;
    p.lead_var = square / share_sum - p.mean * p.mean;
    if (!(p.lead_var > 1e-12 * p.mean * p.mean)) p.lead_var = 0;
    return p;
}

/* Over the lead time and review_days[k] more, into out[k]; a lead time of no points gives nothing (dist_mix). */
static void demands_over(const ProtectInput *in, const double *review_days, int count, Dist *const *out) {
    Dist part[2 * LEAD_POINTS];
    Dist *parts[2 * LEAD_POINTS];
    DemandStretch stretch[2 * LEAD_POINTS];
    double share[LEAD_POINTS];
    int points = in->lead->count;
    for (int i = 0; i < points; i++) share[i] = (double)in->lead->share[i];
    for (int i = 0; i < count * points; i++) {
        double days = (double)in->lead->days[i % points] + review_days[i / points];
        stretch[i] = (DemandStretch){ in->demand, in_buckets(in, in->from_days), in_buckets(in, days) };
        parts[i] = &part[i];
    }
    demand_sums(stretch, count * points, parts);
    for (int k = 0; k < count; k++) dist_mix((const Dist *const *)parts + k * points, share, points, out[k]);
}

Protect protect_demand(const ProtectInput *in, Dist *out_demand) {
    demands_over(in, &in->review_days, 1, &out_demand);
    return protect_moments(in);
}

Protect protect_both(const ProtectInput *in, Dist *out_demand, Dist *out_lead) {
    demands_over(in, (const double[]){ in->review_days, 0 }, 2, (Dist *const[]){ out_demand, out_lead });
    return protect_moments(in);
}

double protect_safety(const Protect *protect, double p, int parts) {
    const double part[4] = { protect->noise_var, protect->level_var, protect->miss_var, protect->lead_var };
    double variance = 0;
    for (int i = 0; i < parts && i < 4; i++) variance += part[i];
    return fn_normal_quantile(fn_clamp(p, 1e-4, 1 - 1e-5)) * __builtin_sqrt(variance);
}

ProtectTerms protect_terms(const Protect *protect, double level, double p) {
    double noise = protect_safety(protect, p, 1), with_level = protect_safety(protect, p, 2);
    double with_misses = protect_safety(protect, p, 3), with_lead = protect_safety(protect, p, 4);
    return (ProtectTerms){ .mean = protect->mean, .noise = noise, .level_error = with_level - noise, .surprises = with_misses - with_level,
                           .lead_spread = with_lead - with_misses, .skew = level - protect->mean - with_lead };
}
