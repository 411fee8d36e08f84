/* dist_counts.c - counts and amounts by mean and variance, several side by side.
 *
 * Near zero each whole unit has a cell: negative binomial or Poisson by their recursions. Further out Pearson III, a shifted gamma, on a lattice as wide as it.
 * Both are loops over cells in which lanes share nothing, so the bits of one do not depend on who stands beside it. */
#include "maths/dist_batch.h"
#include "maths/fn_lanes.h"

enum { EXACT_CELLS = 256, COUNTS_FEW = 64 };

/* ---- whole units ---- */

typedef struct Units { int at; double mean, variance; int cells; } Units;

/* Negative binomial with real r on 0, 1, 2 ...: p(0) = (1 + m/r)^-r, p(k+1) = p(k) (r + k)/(k + 1) q, q = m/(m + r). Poisson: p(k+1) = p(k) m/(k + 1). */
typedef struct Steps { Lanes start, constant, r; LaneBits poisson; Lanes cells; } Steps;

static void steps_of(const Units *u, int l, Steps *s) {
    double extra = u->variance - u->mean;
    bool poisson = extra <= 1e-9 * u->mean;
    double r = poisson ? 0 : u->mean * u->mean / extra;
    s->poisson[l] = poisson ? -1 : 0;
    s->constant[l] = poisson ? u->mean : extra / u->variance;
    s->r[l] = r;
    s->start[l] = poisson ? fn_exp(-u->mean) : fn_exp(-r * fn_log1p(u->mean / r));
    s->cells[l] = u->cells;
}

LANES_WIDE static void units_run(const Steps *s, Batch *b) {
    Lanes p = s->start;
    for (int k = 0; k < b->count; k++) {
        p = LANES_IF((double)k < s->cells, p);
        b->cell[k] = p;
        Lanes by_r = s->constant * (s->r + (double)k);
        p *= (Lanes)(((LaneBits)s->constant & s->poisson) | ((LaneBits)by_r & ~s->poisson)) / (double)(k + 1);
    }
}

static void units_make(const Units *units, int lanes, Dist *const *out) {
    Batch b;
    Steps s = { .start = { 0 } };
    double mean[LANES];
    dist_batch_begin(&b);
    for (int l = 0; l < lanes; l++) {
        dist_batch_add(&b, 0, 1, units[l].cells);
        steps_of(&units[l], l, &s);
        mean[l] = units[l].mean;
    }
    units_run(&s, &b);
    dist_batch_settle_at(&b, mean);
    for (int l = 0; l < lanes; l++) dist_batch_take(&b, l, out[units[l].at]);
}

/* ---- a gamma ---- */

typedef struct Amount { int at; double mean, shape, scale, shift, origin, step; int cells; } Amount;

static void amount_lattice(Amount *a, double reach) {
    a->step = a->step > 0 ? a->step : 1;
    a->cells = dist_lattice_count(a->origin, reach, a->step);
}

typedef struct Density { Lanes shape_less, scale, shift, top, cells; } Density;

/* Density (shape a, scale b, shifted) of all cells but the first, not yet scaled; and their sums. */
LANES_WIDE static void density_run(const Density *d, Batch *b, Lanes *out_sum) {
    Lanes sum = { 0 }, one = sum + 1;
    for (int i = 1; i < b->count; i++) {
        Lanes y = (b->origin + (double)i * b->step - d->shift) / d->scale;
        LaneBits within = y > 0, cut = (double)i < d->cells;
        Lanes cell = LANES_IF(within, y) + LANES_IF(~within, one);
        log_lanes(&cell);
        cell = d->shape_less * cell - y - d->top;
        cell = LANES_IF(within & cut, cell) + LANES_IF(~(within & cut), one * -700);
        exp_lanes(&cell);
        b->cell[i] = LANES_IF(cut, cell);
        sum += b->cell[i];
    }
    *out_sum = sum;
}

static double mode_density(const Amount *a) {             /* its logarithm */
    double mode = a->shape > 1 ? (a->shape - 1) * a->scale : 0.5 * a->step;
    return (a->shape - 1) * fn_log(mode / a->scale) - mode / a->scale;
}

/* The first cell takes all mass below its upper edge. */
static void amounts_make(const Amount *amounts, int lanes, Dist *const *out) {
    Batch b;
    Density d = { .scale = (Lanes){ 0 } + 1 };
    Lanes sum, spread = { 0 };
    double mean[LANES], first[LANES];
    dist_batch_begin(&b);
    for (int l = 0; l < lanes; l++) {
        const Amount *a = &amounts[l];
        dist_batch_add(&b, a->origin, a->step, a->cells);
        d.shape_less[l] = a->shape - 1;
        d.scale[l] = a->scale;
        d.shift[l] = a->shift;
        d.top[l] = mode_density(a);
        d.cells[l] = a->cells;
        mean[l] = a->mean;
        first[l] = fn_gamma_p(a->shape, (a->origin + 0.5 * a->step - a->shift) / a->scale);
    }
    density_run(&d, &b, &sum);
    for (int l = 0; l < lanes; l++) spread[l] = sum[l] > 0 ? (1 - first[l]) / sum[l] : 0;
    for (int i = 1; i < b.count; i++) b.cell[i] *= spread;
    b.cell[0] = (Lanes){ 0 };
    for (int l = 0; l < lanes; l++) b.cell[0][l] = first[l];
    dist_batch_settle_at(&b, mean);
    for (int l = 0; l < lanes; l++) dist_batch_take(&b, l, out[amounts[l].at]);
}

/* The negative binomial's skewness is (2 v - m)/(m sd); Pearson III with the same three moments. */
static Amount wide_counts(double mean, double variance, double reach) {
    double sd = __builtin_sqrt(variance), skew = (2 * variance - mean) / (mean * sd);
    double shape = 4 / (skew * skew), scale = 0.5 * sd * skew, shift = mean - shape * scale;
    double least = __builtin_floor(dist_gamma_reach(mean - shift, variance, -DIST_REACH_Z) + shift);
    if (least < 0 || shape < 4) least = 0;
    Amount a = { .mean = mean, .shape = shape, .scale = scale, .shift = shift, .origin = least, .step = __builtin_ceil((reach - least) / DIST_TYPICAL_CELLS) };
    amount_lattice(&a, reach);
    return a;
}

/* ---- which of them ---- */

typedef struct Sorted { Units units[COUNTS_FEW]; Amount amounts[COUNTS_FEW]; int units_count, amounts_count; } Sorted;

static void counts_sort(int at, double mean, double variance, Dist *out, Sorted *sorted) {
    mean = dist_sane(mean);
    if (!(variance > 0)) variance = 0;
    if (variance > 1e24) variance = 1e24;
    if (mean < 1e-12) {
        dist_point(0, out);
        return;
    }
    if (variance < mean * (1 - 1e-9)) {
        dist_underdispersed(mean, variance, out);
        return;
    }
    /* Beyond this the tail is longer than any lattice resolves; the mean then decides. */
    if (variance > 400 * mean * (mean + 1)) variance = 400 * mean * (mean + 1);
    double reach = dist_gamma_reach(mean, variance, DIST_REACH_Z) + 3;
    if (reach < mean + 8 * __builtin_sqrt(mean)) reach = mean + 8 * __builtin_sqrt(mean);
    if (reach > EXACT_CELLS) {
        Amount *a = &sorted->amounts[sorted->amounts_count++];
        *a = wide_counts(mean, variance, reach);
        a->at = at;
        return;
    }
    sorted->units[sorted->units_count++] = (Units){ at, mean, variance, dist_lattice_count(0, __builtin_ceil(reach), 1) };
}

static void counts_few(const DistMoments *moments, int count, Dist *const *out) {
    Sorted sorted;
    sorted.units_count = sorted.amounts_count = 0;
    for (int i = 0; i < count; i++) counts_sort(i, moments[i].mean, moments[i].variance, out[i], &sorted);
    for (int i = 0; i < sorted.units_count; i += LANES)
        units_make(sorted.units + i, sorted.units_count - i < LANES ? sorted.units_count - i : LANES, out);
    for (int i = 0; i < sorted.amounts_count; i += LANES)
        amounts_make(sorted.amounts + i, sorted.amounts_count - i < LANES ? sorted.amounts_count - i : LANES, out);
}

void dist_counts_all(const DistMoments *moments, int count, Dist *const *out) {
    for (int from = 0; from < count; from += COUNTS_FEW)
        counts_few(moments + from, count - from < COUNTS_FEW ? count - from : COUNTS_FEW, out + from);
}

void dist_counts(double mean, double variance, Dist *out) { dist_counts_all(&(DistMoments){ mean, variance }, 1, &out); }

void dist_gamma(double mean, double variance, Dist *out) {
    mean = dist_sane(mean);
    if (!(variance > 0)) variance = 0;
    if (mean < 1e-12 || variance < 1e-18 * mean * mean) {
        dist_point(mean < 1e-12 ? 0 : mean, out);
        return;
    }
    if (variance > 400 * mean * mean) variance = 400 * mean * mean;
    double shape = mean * mean / variance;
    double reach = dist_gamma_reach(mean, variance, DIST_REACH_Z);
    double least = shape < 4 ? 0 : dist_gamma_reach(mean, variance, -DIST_REACH_Z);
    Amount a = { .mean = mean, .shape = shape, .scale = variance / mean, .origin = least, .step = (reach - least) / DIST_TYPICAL_CELLS };
    amount_lattice(&a, reach);
    amounts_make(&a, 1, &out);
}
