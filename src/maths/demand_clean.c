/* demand_clean.c - the series as the models want it: corrections at zero, censored buckets imputed.
 *
 * A censored bucket says demand >= x. Its imputed value is E[X | X >= x] at the local level, found by expectation
 * maximisation for the overall mean (Dempster, Laird, Rubin 1977) and then one forward pass with a slow level, so
 * that trends are followed. With this, outages no longer teach the models that nobody wants the item. */
#include "maths/demand_parts.h"
#include "maths/fn.h"

enum { EM_ROUNDS = 12, TAIL_TERMS_MOST = 60 };

/* For a negative binomial (Poisson when variance = mean): E[X 1{X >= c}] and P(X >= c) by summing what lies below c. */
static double counts_at_least(double mean, double variance, int c) {
    double extra = variance - mean, r = extra > 1e-9 * mean ? mean * mean / extra : 0;
    double p = r > 0 ? fn_exp(-r * fn_log1p(mean / r)) : fn_exp(-mean), q = r > 0 ? extra / variance : 0;
    double below = 0, below_sum = 0;
    for (int k = 0; k < c; k++) {
        below += p;
        below_sum += k * p;
        p *= r > 0 ? q * (r + k) / (k + 1) : mean / (k + 1);
    }
    double tail = 1 - below;
    if (tail < 1e-9) return c + __builtin_sqrt(variance) * 0.5;   /* far out in the tail: the tail's own spread */
    double value = (mean - below_sum) / tail;
    return value > c ? value : c;
}

double demand_at_least(double mean, double variance, double least) {
    if (!(mean > 0)) return least;
    if (variance < mean) variance = mean;
    if (least <= 0) return mean;
    if (least <= TAIL_TERMS_MOST && mean < 600) return counts_at_least(mean, variance, (int)__builtin_ceil(least));
    double sd = __builtin_sqrt(variance), z = (least - mean) / sd;
    double tail = fn_normal_cdf(-z);
    double value = tail > 1e-12 ? mean + sd * fn_normal_density(z) / tail : least + sd * 0.25;
    return value > least ? value : least;
}

static void mean_and_variance(const double *y, const uint8_t *pick, int count, double *out_mean, double *out_variance) {
    double sum = 0, square = 0, n = 0;
    for (int i = 0; i < count; i++)
        if (pick[i]) {
            sum += y[i];
            n += 1;
        }
    double mean = n > 0 ? sum / n : 0;
    for (int i = 0; i < count; i++)
        if (pick[i]) square += (y[i] - mean) * (y[i] - mean);
    *out_mean = mean;
    *out_variance = n > 1 ? square / (n - 1) : mean;
}

static void impute(const Clean *c, const double *least, double *y) {
    double mean, variance;
    mean_and_variance(y, c->exact, c->count, &mean, &variance);
    if (!(mean > 0)) mean_and_variance(y, c->seen, c->count, &mean, &variance);
    if (!(mean > 0)) return;
    double dispersion = fn_clamp(variance / mean, 1, 50);
    for (int round = 0; round < EM_ROUNDS; round++) {
        double sum = 0;
        for (int i = 0; i < c->count; i++) {
            if (!c->seen[i]) continue;
            if (!c->exact[i]) y[i] = demand_at_least(mean, dispersion * mean, least[i]);
            sum += y[i];
        }
        double next = sum / c->used, moved = next - mean;
        mean = next;
        if (__builtin_fabs(moved) < 1e-3 * mean) break;
    }
    double level = mean;
    for (int i = 0; i < c->count; i++) {
        if (!c->seen[i]) continue;
        if (!c->exact[i]) y[i] = demand_at_least(level, dispersion * level, least[i]);
        level += 0.05 * (y[i] - level);
    }
}

static double sane_value(double value) {
    return value > 0 ? (value < 1e12 ? value : 1e12) : 0;
}

static int finite_value(double value) {
    return value - value == 0;
}

void demand_clean(const DemandSeries *series, Arena *work, Clean *out) {
    int n = series->count > 0 ? series->count : 0;
    double *y = many_in(work, double, n + 1), *sums = many_in(work, double, 2 * (n + 1));
    uint8_t *flags = many_in(work, uint8_t, 2 * (n + 1)), *seen = flags, *exact = flags + n + 1;
    *out = (Clean){ .count = n, .y = y, .seen = seen, .exact = exact, .sum_y = sums, .sum_seen = sums + n + 1 };
    for (int i = 0; i < n; i++) {
        int state = series->state ? series->state[i] : DEMAND_EXACT;
        seen[i] = state != DEMAND_MISSING && finite_value(series->value[i]);
        exact[i] = seen[i] && state == DEMAND_EXACT;
        y[i] = seen[i] ? sane_value(series->value[i]) : 0;
        out->used += seen[i];
        out->censored += seen[i] && !exact[i];
    }
    out->missing = n - out->used;
    if (out->censored > 0) {
        double *least = many_in(work, double, n + 1);
        for (int i = 0; i < n; i++) least[i] = y[i];
        impute(out, least, y);
    }
    double *sum_y = sums, *sum_seen = sums + n + 1;
    for (int i = 0; i < n; i++) {
        sum_y[i + 1] = sum_y[i] + y[i];
        sum_seen[i + 1] = sum_seen[i] + seen[i];
        out->sales += y[i] > 0;
    }
    if (out->used == 0) return;
    out->mean = sum_y[n] / out->used;
    out->zero_share = (double)(out->used - out->sales) / out->used;
}
