/* risk_bound.c - stock on hand alone, by the last day: first by two moments, then by the distribution itself. */
#include "maths/demand_came.h"
#include "maths/risk_parts.h"

static const double SLACK = 0.8;       /* the chain's cells are coarser than these numbers: what is said to be below is well below */

typedef struct Limits { double p, units; } Limits;

/* A lumpy sum cannot vary less than half a Poisson number of occasions, whole units not less than the two nearest (dist.h). */
static double variance_most(const DemandModel *m, const DemandMoments *sum) {
    double variance = demand_came_most(m) * demand_variance(sum), mean = 0, square = 0, total = 0;
    if (m->shape != DEMAND_SHAPE_LUMPY || m->sizes <= 0) return variance > 0.25 ? variance : 0.25;
    for (int i = 0; i < m->sizes; i++) {
        double share = (double)m->size_share[i], size = (double)m->size[i];
        total += share;
        mean += share * size;
        square += share * size * size;
    }
    if (!(total > 0) || !(mean > 0)) return variance;
    mean /= total;
    double occasions = sum->mean / mean, least = occasions * (square / total - 0.5 * mean * mean);
    least *= demand_came_most(m);
    return variance > least ? variance : least;
}

/* Markov and Cantelli for the chance, Scarf for the units. */
static int moments_below(double hand, double mean, double variance, Limits limit) {
    double beyond = hand - mean;
    if (!(mean > 0)) return 1;
    if (!(beyond > 0)) return 0;
    double far = variance + beyond * beyond, markov = mean / hand, cantelli = variance / far;
    return (markov < cantelli ? markov : cantelli) < limit.p && 0.5 * (__builtin_sqrt(far) - beyond) < limit.units;
}

static int hand_below(const RiskInput *in, const Setup *s, int rates, double buckets, Limits limit) {
    Dist d[RATES], *at[RATES];
    DemandStretch stretch[RATES];
    double p = 0, units = 0;
    for (int k = 0; k < rates; k++) {
        stretch[k] = (DemandStretch){ rates == 1 ? in->demand : &s->rate[k], s->from, buckets };
        at[k] = &d[k];
    }
    demand_sums(stretch, rates, at);
    for (int k = 0; k < rates; k++) {
        double share = rates == 1 ? 1 : s->rate_share[k];
        p += share * dist_above(&d[k], in->on_hand);
        units += share * dist_short(&d[k], in->on_hand);
    }
    return p < limit.p && units < limit.units;
}

static double last_day(const RiskInput *in) {
    double last = 0;
    for (int i = 0; in->order && i < in->order->count; i++)
        if ((double)in->order->days[i] > last) last = (double)in->order->days[i];
    return last + in->next_days;
}

int risk_is_below(const RiskInput *in, double p_out, double units) {
    Limits limit = { SLACK * p_out, SLACK * units };
    double last = last_day(in);
    Setup s;
    if (in->on_hand < 0) return 0;
    s.in = in;
    s.bucket = in->demand->bucket_days > 0 ? in->demand->bucket_days : 1;
    s.from = in->from_days > 0 ? in->from_days / s.bucket : 0;
    DemandMoments sum = demand_moments(in->demand, s.from, last / s.bucket);
    if (moments_below(in->on_hand, sum.mean, variance_most(in->demand, &sum), limit)) return 1;
    if (sum.mean - in->on_hand >= limit.units) return 0;      /* E (D - h)+ >= E D - h: not to be shown this way */
    int carried = risk_receipts_before(in, last);
    if (carried) risk_rates(&s, last);
    return hand_below(in, &s, carried ? RATES : 1, last / s.bucket, limit);
}
