/* demand_weigh.c - how much each candidate says in the forecast.
 *
 * No candidate is surely best, and several that err differently err less together (Bates & Granger 1969; for many series the equal mean is hard to
 * beat, Makridakis & Hibon 2000). So a weight begins with what the class of series usually deserves (`usual`) and moves with the evidence of the
 * rolling origins: weight ~ usual x (least loss / loss)^power, power growing with the horizons that do not overlap. A series with few windows, as most
 * slow movers are, keeps close to the usual weights of its class. */
#include "maths/demand_parts.h"
#include "maths/fn.h"

static const double POWER_PER_WINDOW = 1, POWER_MOST = 30, KEPT = 0.1;
static const double WEIGHT_LEAST = 0.005;  /* a voice lower than this only costs time */

/* What the classes of series deserve before their own evidence is heard. A trend can be told from noise only where noise is small, so the classes differ in how
 * far they trust one; docs/judges.md says on which windows the numbers were chosen. */
static const double usual[DEMAND_CLASS_COUNT_][DEMAND_KIND_COUNT_] = {
    [DEMAND_STEADY] = { [DEMAND_MOVING_MEAN] = .1, [DEMAND_SES] = .2, [DEMAND_DAMPED_TREND] = 1, [DEMAND_THETA] = 1, [DEMAND_GROWTH] = 1, [DEMAND_ETS] = .7,
                 [DEMAND_SEASONAL_NAIVE] = .1, [DEMAND_CROSTON_SBA] = .2, [DEMAND_TSB] = .2 },
    [DEMAND_NOISY] = { [DEMAND_MOVING_MEAN] = 1, [DEMAND_SES] = 1, [DEMAND_DAMPED_TREND] = .2, [DEMAND_THETA] = .2, [DEMAND_GROWTH] = .2, [DEMAND_ETS] = .2,
                [DEMAND_SEASONAL_NAIVE] = .05, [DEMAND_CROSTON_SBA] = .5, [DEMAND_TSB] = .5 },
    [DEMAND_SPARSE] = { [DEMAND_MOVING_MEAN] = 1, [DEMAND_SES] = 1, [DEMAND_DAMPED_TREND] = .05, [DEMAND_THETA] = .05, [DEMAND_GROWTH] = .05, [DEMAND_ETS] = .05,
                 [DEMAND_SEASONAL_NAIVE] = .02, [DEMAND_CROSTON_SBA] = .5, [DEMAND_TSB] = .5 },
};
static const double SPARSE_ZEROS = 0.25, STEADY_NOISE = 0.3;

/* Noise between neighbouring buckets over their mean, trend and season taken out (von Neumann's ratio). */
static double noise_share(const DemandFit *f) {
    const Clean *c = f->clean;
    const double *index = f->season_length ? f->index : f->flat;
    double square = 0, sum = 0, n = 0;
    for (int t = 1; t < c->count; t++) {
        if (!c->seen[t] || !c->seen[t - 1]) continue;
        double now = c->y[t] / index[t], step = now - c->y[t - 1] / index[t - 1];
        square += step * step;
        sum += now;
        n += 1;
    }
    return sum > 0 ? __builtin_sqrt(0.5 * square * n) / sum : 1;
}

DemandClass demand_class(const DemandFit *f) {
    if (f->clean->zero_share >= SPARSE_ZEROS) return DEMAND_SPARSE;
    return f->clean->zero_share == 0 && noise_share(f) < STEADY_NOISE ? DEMAND_STEADY : DEMAND_NOISY;
}

/* What the losses say, 1 in all, and of it KEPT for what was usual before: the next change of a series is not like the last (fixed share, Herbster & Warmuth
 * 1998). An item that stopped a month ago is not sure to be dead. */
void demand_weigh(DemandFit *f) {
    double least = f->candidate[0].loss, sum = 0, before = 0, kept = 0, power = fn_clamp(POWER_PER_WINDOW * f->independent, 0, POWER_MOST);
    for (int i = 1; i < f->candidates; i++)
        if (f->candidate[i].loss < least) least = f->candidate[i].loss;
    for (int i = 0; i < f->candidates; i++) {
        DemandCandidate *c = &f->candidate[i];
        c->share *= usual[f->class][c->kind];
        before += c->share;
        c->weight = c->share;
        if (c->loss > least) c->weight *= least > 0 ? fn_exp(power * fn_log(least / c->loss)) : 0;
        sum += c->weight;
    }
    for (int i = 0; i < f->candidates; i++) {
        DemandCandidate *c = &f->candidate[i];
        c->weight = (1 - KEPT) * c->weight / sum + KEPT * c->share / before;
        if (c->weight < WEIGHT_LEAST) c->weight = 0;
        kept += c->weight;
    }
    for (int i = 0; i < f->candidates; i++) f->candidate[i].weight /= kept;
}
