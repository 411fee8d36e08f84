/* dist_make.c - builders of distributions: points, normals, samples, counts that vary less than their mean; other counts are in dist_counts.c, lumpy sums in dist_lumpy.c. */
#include "maths/dist_parts.h"
#include "maths/fn.h"

#include <stdint.h>
#include <string.h>

enum { SAMPLE_CELLS = 256, BINOMIAL_MEAN_MOST = 30 };

void dist_point(double units, Dist *out) {
    out->origin = units == units && __builtin_fabs(units) < 1e15 ? units : 0;
    out->step = 1;
    out->mean = out->origin;
    out->count = 1;
    out->cell[0] = 1;
}

double dist_gamma_reach(double mean, double variance, double z) {
    if (!(mean > 0)) return 0;
    double ninth = variance / (9 * mean * mean);          /* 1 / (9 shape) */
    double root = 1 - ninth + z * __builtin_sqrt(ninth);
    return root > 0 ? mean * root * root * root : 0;
}

static void normal_cells(Dist *d, double mean, double sd) {
    for (int i = 0; i < d->count; i++) {
        double z = (d->origin + i * d->step - mean) / sd;
        d->cell[i] = fn_exp(-0.5 * z * z);
    }
}

/* Mean on whole units with the least variance, widened by a symmetric step when some is left and zero is not near. */
static void nearly_fixed(double mean, double variance, Dist *out) {
    double floor_units = __builtin_floor(mean), upper = mean - floor_units;
    double left = variance - upper * (1 - upper);
    if (!(left > 1e-9)) left = 0;
    if (left > 1) left = 1;
    if (floor_units < 1) left = 0;
    double least = floor_units - (left > 0 ? 1 : 0);
    dist_lattice(out, least, floor_units + 2, 1);
    const double mass[2] = { 1 - upper, upper };
    for (int i = 0; i < 2; i++) {
        dist_add(out, floor_units + i, mass[i] * (1 - left));
        if (left > 0) {
            dist_add(out, floor_units + i - 1, 0.5 * left * mass[i]);
            dist_add(out, floor_units + i + 1, 0.5 * left * mass[i]);
        }
    }
    dist_settle(out);
}

static void add_binomial(Dist *d, int n, double mean, double weight) {
    double p = mean / n;
    if (p >= 1) {
        d->cell[n] += weight;
        return;
    }
    double odds = p / (1 - p), mass = weight * fn_exp(n * fn_log1p(-p));
    for (int k = 0; k <= n; k++) {
        d->cell[k] += mass;
        mass *= odds * (n - k) / (k + 1);
    }
}

/* Variance below the mean. Near zero a binomial with n = mean^2 / (mean - variance), mixed between whole n so that the
 * variance is met; further out a normal; when even whole units are too coarse, the nearest integers. */
void dist_underdispersed(double mean, double variance, Dist *out) {
    if (mean > BINOMIAL_MEAN_MOST && variance >= 0.64) {
        double sd = __builtin_sqrt(variance), least = mean - 6 * sd > 0 ? __builtin_floor(mean - 6 * sd) : 0;
        double step = __builtin_ceil(12 * sd / DIST_TYPICAL_CELLS);
        dist_lattice(out, least, mean + 6 * sd, step);
        normal_cells(out, mean, sd);
        dist_settle_at(out, mean);
        return;
    }
    double real_n = mean * mean / (mean - variance);
    double least_n = __builtin_ceil(mean);
    if (mean > BINOMIAL_MEAN_MOST || real_n < least_n) {
        nearly_fixed(mean, variance, out);
        return;
    }
    int n = real_n > 400 ? 400 : (int)real_n;
    dist_lattice(out, 0, n + 1, 1);
    double low = mean * (1 - mean / n), high = mean * (1 - mean / (n + 1));
    double weight = high > low ? fn_clamp((variance - low) / (high - low), 0, 1) : 0;
    add_binomial(out, n, mean, 1 - weight);
    add_binomial(out, n + 1, mean, weight);
    dist_settle(out);
}

void dist_poisson(double mean, Dist *out) {
    dist_counts(mean, mean, out);
}

void dist_normal(double mean, double sd, Dist *out) {
    if (!(__builtin_fabs(mean) < 1e12)) mean = 0;
    sd = dist_sane(sd);
    if (sd < 1e-9 * (1 + __builtin_fabs(mean))) {
        dist_point(mean, out);
        return;
    }
    dist_lattice(out, mean - 6 * sd, mean + 6 * sd, 12 * sd / DIST_TYPICAL_CELLS);
    normal_cells(out, mean, sd);
    dist_settle_at(out, mean);
}

void dist_samples(const double *units, const double *weight, int count, Dist *out) {
    double least = 0, most = 0, total = 0;
    int whole = 1;
    for (int i = 0; i < count; i++) {
        double mass = weight ? weight[i] : 1;
        if (!(mass > 0) || !(__builtin_fabs(units[i]) < 1e12)) continue;
        if (total == 0 || units[i] < least) least = units[i];
        if (total == 0 || units[i] > most) most = units[i];
        if (units[i] != __builtin_floor(units[i])) whole = 0;
        total += mass;
    }
    if (!(total > 0)) {
        dist_point(0, out);
        return;
    }
    double step = whole ? 1 : (most - least) / SAMPLE_CELLS;
    dist_lattice(out, least, most, step > 0 ? step : 1);
    for (int i = 0; i < count; i++) {
        double mass = weight ? weight[i] : 1;
        if (mass > 0 && __builtin_fabs(units[i]) < 1e12) dist_add(out, units[i], mass / total);
    }
    dist_settle(out);
}
