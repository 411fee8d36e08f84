/* dist.c - algebra and questions on the lattice; builders are in dist_make.c. */
#include "maths/dist_parts.h"

#include <string.h>

static const double NEAR = 1e-9;          /* of a step: a lattice point counts as reached */
static const double DUST = 1e-13;         /* probability that is dropped at the ends */
static const double TILT_LEAST = 0.05;    /* a mass that is moved to keep a mean is never taken away */

double dist_sane(double x) {
    if (!(x > 0)) return 0;
    return x > 1e12 ? 1e12 : x;
}

static double settle_mean(const Dist *d) {
    double sum = 0;
    for (int i = 0; i < d->count; i++) sum += d->cell[i] * i;
    return d->origin + d->step * sum;
}

static void trim(Dist *d) {
    int first = 0, last = d->count - 1;
    while (first < last && d->cell[first] < DUST) first++;
    while (last > first && d->cell[last] < DUST) last--;
    if (first > 0) memmove(d->cell, d->cell + first, sizeof(double) * (size_t)(last - first + 1));
    d->origin += first * d->step;
    d->count = last - first + 1;
}

void dist_settle(Dist *d) {
    double sum = 0;
    for (int i = 0; i < d->count; i++) {
        if (!(d->cell[i] > 0)) d->cell[i] = 0;
        sum += d->cell[i];
    }
    if (!(sum > 1e-290) || sum > 1e300) {
        dist_point(d->origin, d);
        return;
    }
    double scale = 1 / sum;
    for (int i = 0; i < d->count; i++) d->cell[i] *= scale;
    trim(d);
    d->mean = settle_mean(d);
}

void dist_settle_at(Dist *d, double mean) {
    dist_settle(d);
    for (int round = 0; round < 4 && d->count > 1; round++) {
        double gap = mean - d->mean;
        if (__builtin_fabs(gap) < 1e-12 * (1 + __builtin_fabs(mean))) return;
        double slope = gap / dist_variance(d);
        for (int i = 0; i < d->count; i++) {
            double factor = 1 + slope * (d->origin + i * d->step - d->mean);
            d->cell[i] *= factor > TILT_LEAST ? factor : TILT_LEAST;
        }
        dist_settle(d);
    }
}

int dist_lattice_count(double least, double most, double step) {
    int count = (int)__builtin_ceil((most - least) / step - NEAR) + 1;
    return count < 1 ? 1 : count;
}

void dist_lattice(Dist *d, double least, double most, double step) {
    if (!(step > 0)) step = 1;
    if (most - least > step * (DIST_CELLS - 2)) {
        int whole = step == __builtin_floor(step);
        step = (most - least) / (DIST_CELLS - 2);
        if (whole) step = __builtin_ceil(step);
    }
    d->origin = least;
    d->step = step;
    d->mean = least;
    d->count = dist_lattice_count(least, most, step);
    memset(d->cell, 0, sizeof(double) * (size_t)d->count);
}

void dist_add(Dist *d, double x, double mass) {
    double at = (x - d->origin) / d->step;
    if (!(at > 0)) {
        d->cell[0] += mass;
        return;
    }
    if (at >= d->count - 1) {
        d->cell[d->count - 1] += mass;
        return;
    }
    int i = (int)at;
    double upper = (at - i) * mass;
    d->cell[i] += mass - upper;
    d->cell[i + 1] += upper;
}

static double last_x(const Dist *d) {
    return d->origin + d->step * (d->count - 1);
}

/* Cells of `a` onto the lattice of `d`. When the lattices coincide this is a plain addition. */
static void pour(const Dist *a, double weight, Dist *d) {
    double offset = (a->origin - d->origin) / d->step;
    int first = (int)offset;
    if (a->step == d->step && offset == first && first >= 0 && first + a->count <= d->count) {
        double *to = d->cell + first;
        for (int i = 0; i < a->count; i++) to[i] += weight * a->cell[i];
        return;
    }
    double ratio = a->step / d->step;
    int last = d->count - 1;
    for (int i = 0; i < a->count; i++) {                  /* dist_add without its calls: this loop is most of a mixture */
        double at = offset + i * ratio, mass = weight * a->cell[i];
        int k = at > 0 ? (int)at : 0;
        if (k >= last) {
            d->cell[last] += mass;
            continue;
        }
        double upper = at > 0 ? (at - k) * mass : 0;
        d->cell[k] += mass - upper;
        d->cell[k + 1] += upper;
    }
}

void dist_mix(const Dist *const *part, const double *weight, int count, Dist *out) {
    double least = 0, most = 0, step = 0, total = 0;
    for (int i = 0; i < count; i++) {
        if (!(weight[i] > 0)) continue;
        const Dist *p = part[i];
        if (total == 0 || p->origin < least) least = p->origin;
        if (total == 0 || last_x(p) > most) most = last_x(p);
        if (total == 0 || (p->count > 1 && (step == 0 || p->step < step))) step = p->count > 1 ? p->step : step;
        total += weight[i];
    }
    if (!(total > 0)) {
        dist_point(0, out);
        return;
    }
    Dist mixed;
    /* A resolution of a typical part is enough for the whole; it keeps later loops short. */
    double wide = (most - least) / (DIST_CELLS / 2);
    if (step > 0 && wide > step) step = step == __builtin_floor(step) ? __builtin_ceil(wide) : wide;
    dist_lattice(&mixed, least, most, step);
    for (int i = 0; i < count; i++)
        if (weight[i] > 0) pour(part[i], weight[i] / total, &mixed);
    dist_settle(&mixed);
    *out = mixed;
}

/* `from` on a lattice with the given step, ends included. */
static void restep(const Dist *from, double step, Dist *to) {
    dist_lattice(to, from->origin, last_x(from), step);
    pour(from, 1, to);
}

void dist_sum(const Dist *a, const Dist *b, Dist *out) {
    if (a->count == 1 || b->count == 1) {
        const Dist *point = a->count == 1 ? a : b;
        dist_shift(point == a ? b : a, point->origin, out);
        return;
    }
    double step = a->step > b->step ? a->step : b->step;
    double width = last_x(a) - a->origin + last_x(b) - b->origin;
    double wide = width / (DIST_CELLS - 4);
    if (wide > step) step = step == __builtin_floor(step) ? __builtin_ceil(wide) : wide;
    Dist left, right, sum;
    restep(a, step, &left);
    restep(b, step, &right);
    sum.origin = left.origin + right.origin;
    sum.step = step;
    sum.count = left.count + right.count - 1;
    memset(sum.cell, 0, sizeof(double) * (size_t)sum.count);
    for (int i = 0; i < left.count; i++) {
        double mass = left.cell[i], *to = sum.cell + i;
        if (mass > 0)
            for (int j = 0; j < right.count; j++) to[j] += mass * right.cell[j];
    }
    dist_settle(&sum);
    *out = sum;
}

void dist_difference(const Dist *a, const Dist *b, Dist *out) {
    Dist mirrored;
    mirrored.origin = -last_x(b);
    mirrored.step = b->step;
    mirrored.count = b->count;
    mirrored.mean = -b->mean;
    for (int i = 0; i < b->count; i++) mirrored.cell[i] = b->cell[b->count - 1 - i];
    dist_sum(a, &mirrored, out);
}

void dist_shift(const Dist *a, double units, Dist *out) {
    if (out != a) *out = *a;
    out->origin += units;
    out->mean += units;
}

void dist_recalibrate(const double *told, const double *came, int count, Dist *d) {
    double sum = 0, before = 0, low = 0, low_came = 0, slope = came[0] / told[0], mean = 0, square = 0, kept = d->mean;
    int last = d->count - 1, k = 0;
    for (int i = 0; i <= last; i++) {
        sum += d->cell[i];
        for (; k < count && sum > told[k]; k++) {
            double high = k + 1 < count ? told[k + 1] : 1, high_came = k + 1 < count ? came[k + 1] : 1;
            low = told[k];
            low_came = came[k];
            slope = (high_came - low_came) / (high - low);
        }
        double upto = i < last && sum < 1 ? low_came + slope * (sum - low) : 1, mass = upto - before;
        before = upto;
        d->cell[i] = mass;
        mean += mass * i;
        square += mass * i * i;
    }
    double variance = square - mean * mean, tilt = variance > 0 ? ((kept - d->origin) / d->step - mean) / variance : 0;
    for (int i = 0; i <= last; i++) d->cell[i] *= 1 + tilt * (i - mean) > TILT_LEAST ? 1 + tilt * (i - mean) : TILT_LEAST;
    if (tilt * mean > 1 - TILT_LEAST || -tilt * (last - mean) > 1 - TILT_LEAST) dist_settle_at(d, kept);
}

void dist_floor(const Dist *a, double least, Dist *out) {
    if (a->origin >= least) {
        if (out != a) *out = *a;
        return;
    }
    Dist cut;
    double most = last_x(a);
    dist_lattice(&cut, least, most > least ? most : least, a->step);
    for (int i = 0; i < a->count; i++) dist_add(&cut, a->origin + i * a->step, a->cell[i]);
    dist_settle(&cut);
    *out = cut;
}

double dist_variance(const Dist *d) {
    double sum = 0;
    for (int i = 0; i < d->count; i++) {
        double gap = d->origin + i * d->step - d->mean;
        sum += d->cell[i] * gap * gap;
    }
    return sum;
}

double dist_sd(const Dist *d) {
    return __builtin_sqrt(dist_variance(d));
}

double dist_quantile(const Dist *d, double p) {
    double sum = 0;
    for (int i = 0; i < d->count - 1; i++) {
        sum += d->cell[i];
        if (sum >= p - 1e-12) return d->origin + i * d->step;
    }
    return last_x(d);
}

static int cells_up_to(const Dist *d, double x) {        /* how many cells are <= x */
    double at = (x - d->origin) / d->step + NEAR;
    if (!(at >= 0)) return 0;
    return at >= d->count ? d->count : (int)at + 1;
}

double dist_below(const Dist *d, double x) {
    int n = cells_up_to(d, x);
    if (n == d->count) return 1;
    double sum = 0;
    for (int i = 0; i < n; i++) sum += d->cell[i];
    return sum < 1 ? sum : 1;
}

double dist_above(const Dist *d, double x) {
    double sum = 0;
    for (int i = d->count - 1; i >= cells_up_to(d, x); i--) sum += d->cell[i]; /* from the small end: tails stay exact */
    return sum < 1 ? sum : 1;
}

double dist_short(const Dist *d, double x) {
    double sum = 0;
    for (int i = d->count - 1; i >= cells_up_to(d, x); i--) sum += d->cell[i] * (d->origin + i * d->step - x);
    return sum;
}

void dist_tail(const Dist *d, DistTail *out) {
    out->of = d;
    out->mass[d->count] = out->beyond[d->count] = 0;
    for (int i = d->count - 1; i >= 0; i--) {
        out->mass[i] = out->mass[i + 1] + d->cell[i];
        out->beyond[i] = out->beyond[i + 1] + d->step * out->mass[i + 1];
    }
}

double dist_tail_short(const DistTail *tail, double x) {
    const Dist *d = tail->of;
    int i = cells_up_to(d, x);
    return i < d->count ? tail->beyond[i] + tail->mass[i] * (d->origin + i * d->step - x) : 0;
}

double dist_left(const Dist *d, double x) {
    double sum = 0;
    for (int i = 0, n = cells_up_to(d, x); i < n; i++) sum += d->cell[i] * (x - d->origin - i * d->step);
    return sum > 0 ? sum : 0;
}

/* What lies wholly before and behind each cell is added up once. */
double dist_crps_sum(const Dist *d, const double *actual, int count) {
    double below[DIST_CELLS], before[DIST_CELLS + 1], behind[DIST_CELLS + 1], first = d->origin, last = last_x(d), score = 0;
    int steps = d->count - 1;
    before[0] = behind[steps] = 0;
    for (int i = 0; i < steps; i++) {
        below[i] = (i ? below[i - 1] : 0) + d->cell[i];
        before[i + 1] = before[i] + d->step * below[i] * below[i];
    }
    for (int i = steps; i-- > 0;) behind[i] = behind[i + 1] + d->step * (1 - below[i]) * (1 - below[i]);
    for (int k = 0; k < count; k++) {
        double at = actual[k];
        if (at <= first) {
            score += first - at + behind[0];
        } else if (at >= last) {
            score += at - last + before[steps];
        } else {
            int i = (int)((at - first) / d->step);
            if (i >= steps) i = steps - 1;
            double part = at - first - i * d->step;
            score += before[i] + part * below[i] * below[i] + (d->step - part) * (1 - below[i]) * (1 - below[i]) + behind[i + 1];
        }
    }
    return score;
}

double dist_crps(const Dist *d, double actual) { return dist_crps_sum(d, &actual, 1); }
