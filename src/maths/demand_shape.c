/* demand_shape.c - are sums of this item's demand lumpy? Sizes seen, and a choice by CRPS of the backtested windows.
 *
 * Both shapes have the same mean and variance; only what is in between differs. One distribution per shape is scored against the windows whose forecast
 * was near today's, as they are: scaling them would move sales off their lots. */
#include "maths/demand_parts.h"
#include "maths/fn.h"

#include <stdlib.h>

enum { CONTEST_SALES_LEAST = 6, CONTEST_WINDOWS_LEAST = 8, WINDOWS_SCORED_MOST = 40 };
static const double NEAR_LEAST = 0.5, NEAR_MOST = 2;
static const double SALES_TRUSTED = 48;               /* sales whose own clustering weighs as much as the spread of whole horizons; chosen on even spare parts */
static const double PRIOR_HORIZONS = 3;
static const double COUNTS_MUST_GAIN = 1.01;          /* the sizes are facts; a formula has to do better than they */

static int by_size(const void *a, const void *b) {
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

/* Sizes of buckets that sold, in at most DEMAND_SIZES_MOST points: equal sizes together, then chunks at their mean. */
static void keep_sizes(const Clean *c, Arena *work, DemandModel *m) {
    double *size = many_in(work, double, c->sales + 1);
    int n = 0;
    for (int i = 0; i < c->count; i++)
        if (c->seen[i] && c->y[i] > 0) size[n++] = c->y[i];
    qsort(size, (size_t)n, sizeof *size, by_size);
    m->sizes = 0;
    for (int i = 0; i < n && m->sizes < DEMAND_SIZES_MOST;) {
        int room = DEMAND_SIZES_MOST - m->sizes, left = n - i, take = (left + room - 1) / room, to = i + take;
        while (to < n && size[to] == size[to - 1]) to++;
        double sum = 0;
        for (int k = i; k < to; k++) sum += size[k];
        m->size[m->sizes] = (float)(sum / (to - i));
        m->size_share[m->sizes++] = (float)((double)(to - i) / n);
        i = to;
    }
}

static double shape_loss(const DemandModel *m, DemandShape shape, const DemandWindow *window, int count) {
    DemandModel tried = *m;
    tried.shape = (uint8_t)shape;
    Dist sum;
    demand_sum(&tried, 0, m->horizon, &sum);
    double actual[WINDOWS_SCORED_MOST + 1];
    int stride = count / WINDOWS_SCORED_MOST + 1, near = 0;
    for (int i = 0; i < count; i += stride)
        if (window[i].forecast > NEAR_LEAST * sum.mean && window[i].forecast < NEAR_MOST * sum.mean) actual[near++] = window[i].actual;
    return dist_crps_sum(&sum, actual, near);
}

double demand_pulled(double seen, double expected, double trust) { return seen > 0 && expected > 0 ? expected * fn_exp(trust * fn_log(seen / expected)) : expected; }

/* Variance over mean of whole horizons of the history, end to end: days that balance each other within one make it less than single buckets would. A few
 * horizons of counts at random come first: a run of equal ones is luck, not certainty. */
static double dispersion(const Clean *c, int horizon) {
    double mean = 0, square = 0;
    int n = 0;
    for (int to = c->count; to >= horizon; to -= horizon) {
        double seen = c->sum_seen[to] - c->sum_seen[to - horizon];
        if (2 * seen < horizon) continue;
        double sum = (c->sum_y[to] - c->sum_y[to - horizon]) * horizon / seen, step = sum - mean;
        n++;
        mean += step / n;
        square += step * (sum - mean);
    }
    return mean > 0 ? (square + PRIOR_HORIZONS * mean) / (n - 1 + PRIOR_HORIZONS) / mean : 1;
}

/* Errors of the last windows tell how sales cluster, but from few sales one big one would say that the next comes by the dozen. So noise and level error are
 * pulled to what horizons of the whole history have at this level, and the memory's share of it for the level. The spread of a
 * season longer than a horizon is no noise, but seldom all there is where most buckets sell nothing. */
static void temper(const Clean *c, double level_share, DemandModel *m) {
    double trust = c->sales / (c->sales + SALES_TRUSTED), apart = m->level * dispersion(c, (int)m->horizon);
    if (m->seasonal > m->horizon && c->zero_share < DEMAND_ZEROS_LEAST) return;
    m->noise_var = demand_pulled(m->noise_var, apart, trust);
    m->level_var = demand_pulled(m->level_var, apart * level_share, trust);
}

void demand_choose_shape(const Clean *clean, const DemandWindow *window, int count, double level_share, Arena *work, DemandModel *model) {
    model->shape = DEMAND_SHAPE_COUNTS;
    if (clean->sales == 0 || !(model->level > 0)) return;
    temper(clean, level_share, model);
    if (clean->zero_share < DEMAND_ZEROS_LEAST) return;
    keep_sizes(clean, work, model);
    model->shape = DEMAND_SHAPE_LUMPY;
    if (clean->sales < CONTEST_SALES_LEAST || count < CONTEST_WINDOWS_LEAST) return;
    double counts = shape_loss(model, DEMAND_SHAPE_COUNTS, window, count);
    double lumpy = shape_loss(model, DEMAND_SHAPE_LUMPY, window, count);
    if (lumpy >= COUNTS_MUST_GAIN * counts) model->shape = DEMAND_SHAPE_COUNTS;
}
