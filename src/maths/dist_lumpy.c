/* dist_lumpy.c - sums of a random number of lumps, several at once.
 *
 * Those that share sizes and a lattice step stand side by side in lanes: cell[s] holds cell s of each. The recursion is serial from cell to cell, and so
 * are the sums that settle a distribution; side by side they no longer wait for each other. A lane goes through exactly the operations of dist_settle and
 * dist_settle_at (dist.c), in their order: what is cut off at an end is a zero here, and zeros change no sum. */
#include "maths/dist_parts.h"
#include "maths/fn.h"
#include "maths/lanes.h"

#include <stdbool.h>

enum { LUMPY_CELLS = 160, LANE_CELLS = LUMPY_CELLS + 4, LUMPY_BATCH = 64, OCCASIONS_MOST = 40 };
static const double DUST = 1e-13;         /* as in dist.c */

/* ---- the recursion ---- */

/* Panjer (1981): for p(n) = (a + b/n) p(n-1), g(s) = sum_j (a + b j / s) f(j) g(s - j) / (1 - a f(0)). */
typedef struct Panjer { double a, b, start; } Panjer;

static Panjer panjer_of(DistOccasions number, double none) {
    double mean = number.mean, variance = number.variance;
    if (variance > mean * (1 + 1e-9)) {
        double r = mean * mean / (variance - mean), a = (variance - mean) / variance;
        return (Panjer){ a, (r - 1) * a, fn_exp(-r * (fn_log1p(mean / r) + fn_log1p(-a * none))) };
    }
    if (variance < mean * (1 - 1e-9)) {
        double n = __builtin_ceil(mean * mean / (mean - variance)), p = mean / n;
        return (Panjer){ -p / (1 - p), (n + 1) * p / (1 - p), fn_exp(n * fn_log1p(-p * (1 - none))) };
    }
    return (Panjer){ 0, mean, fn_exp(-mean * (1 - none)) };
}

typedef struct Recursion { int at[LANE_CELLS], sizes; Lanes by_a[LANE_CELLS], by_b[LANE_CELLS], scale, start; } Recursion;

static void recursion_prepare(const DistOccasions *number, int lanes, const Dist *lumps, Recursion *r) {
    Lanes zero = { 0 }, a = zero, b = zero;
    double none = lumps->cell[0];
    r->scale = zero;
    r->start = zero;
    for (int l = 0; l < lanes; l++) {
        Panjer one = panjer_of(number[l], none);
        a[l] = one.a;
        b[l] = one.b;
        r->start[l] = one.start;
    }
    r->scale = 1 / (1 - a * none);
    r->sizes = 0;
    for (int j = 1; j < lumps->count; j++) {
        if (!(lumps->cell[j] > 0)) continue;
        r->at[r->sizes] = j;
        r->by_a[r->sizes] = a * lumps->cell[j];
        r->by_b[r->sizes++] = b * (double)j * lumps->cell[j];
    }
}

LANES_WIDE static void recursion_run(const Recursion *r, int count, Lanes *cell) {
    int within = 0;                                       /* sizes that are at most s */
    cell[0] = r->start;
    for (int s = 1; s < count; s++) {
        Lanes sum_a = { 0 }, sum_b = { 0 };
        while (within < r->sizes && r->at[within] <= s) within++;
        for (int k = 0; k < within; k++) {
            Lanes before = cell[s - r->at[k]];
            sum_a += r->by_a[k] * before;
            sum_b += r->by_b[k] * before;
        }
        Lanes sum = sum_a + sum_b / (double)s;
        cell[s] = LANES_IF(sum > 0, sum * r->scale);
    }
}

/* ---- settling ---- */

/* Lanes of one step. Lane l uses cells first[l] .. last[l]; `none`: nothing was left of it. */
typedef struct Batch {
    int lanes, count;
    double step;
    Lanes cell[LANE_CELLS], origin, mean;
    int first[LANES], last[LANES];
    bool none[LANES];
} Batch;

/* Tilts by 1 + slope (x - mean), where a slope of 0 changes no bit; returns the sums. */
LANES_WIDE static void batch_tilt(Batch *b, const Lanes *slope, const Lanes *from, Lanes *out_sum) {
    Lanes sum = { 0 }, least = sum + 0.05;
    for (int i = 0; i < b->count; i++) {
        Lanes index = (double)i - *from, factor = 1 + *slope * (b->origin + index * b->step - b->mean);
        LaneBits enough = factor > 0.05;
        factor = (Lanes)(((LaneBits)factor & enough) | ((LaneBits)least & ~enough));
        Lanes cell = b->cell[i] * factor;
        cell = LANES_IF(cell > 0, cell);
        b->cell[i] = cell;
        sum += cell;
    }
    *out_sum = sum;
}

LANES_WIDE static void batch_scale(Batch *b, const Lanes *scale, const Lanes *from, Lanes *out_index_sum) {
    Lanes sum = { 0 };
    for (int i = 0; i < b->count; i++) {
        b->cell[i] *= *scale;
        sum += b->cell[i] * ((double)i - *from);
    }
    *out_index_sum = sum;
}

LANES_WIDE static void batch_variance(const Batch *b, const Lanes *from, Lanes *out) {
    Lanes sum = { 0 };
    for (int i = 0; i < b->count; i++) {
        Lanes gap = b->origin + ((double)i - *from) * b->step - b->mean;
        sum += b->cell[i] * gap * gap;
    }
    *out = sum;
}

static void lane_trim(Batch *b, int l, double scale) {
    int first = b->first[l], last = b->last[l];
    while (first < last && b->cell[first][l] * scale < DUST) b->cell[first++][l] = 0;
    while (last > first && b->cell[last][l] * scale < DUST) b->cell[last--][l] = 0;
    b->origin[l] += (first - b->first[l]) * b->step;
    b->first[l] = first;
    b->last[l] = last;
}

static void firsts(const Batch *b, Lanes *out) {
    *out = (Lanes){ 0 };
    for (int l = 0; l < b->lanes; l++) (*out)[l] = b->first[l];
}

/* dist_settle of the lanes in `going` after a tilt; the others are multiplied by one. */
static void batch_settle(Batch *b, const Lanes *slope, bool going[LANES]) {
    Lanes from, sum, scale = { 0 }, index_sum;
    firsts(b, &from);
    batch_tilt(b, slope, &from, &sum);
    scale += 1;
    for (int l = 0; l < b->lanes; l++) {
        if (!going[l]) continue;
        if (!(sum[l] > 1e-290) || sum[l] > 1e300) {
            b->none[l] = true;
            going[l] = false;
            continue;
        }
        scale[l] = 1 / sum[l];
        lane_trim(b, l, scale[l]);
    }
    firsts(b, &from);
    batch_scale(b, &scale, &from, &index_sum);
    for (int l = 0; l < b->lanes; l++)
        if (going[l]) b->mean[l] = b->origin[l] + b->step * index_sum[l];
}

/* dist_settle_at of all lanes. */
static void batch_settle_at(Batch *b, const double *wanted) {
    Lanes zero = { 0 };
    bool going[LANES] = { false };
    for (int l = 0; l < b->lanes; l++) going[l] = true;
    batch_settle(b, &zero, going);
    for (int round = 0; round < 4; round++) {
        Lanes from, variance, slope = zero;
        bool any = false;
        firsts(b, &from);
        batch_variance(b, &from, &variance);
        for (int l = 0; l < b->lanes; l++) {
            double gap = wanted[l] - b->mean[l];
            going[l] = going[l] && b->last[l] > b->first[l] && !(__builtin_fabs(gap) < 1e-12 * (1 + __builtin_fabs(wanted[l])));
            if (going[l]) slope[l] = gap / variance[l];
            any |= going[l];
        }
        if (!any) return;
        batch_settle(b, &slope, going);
    }
}

static void lane_take(const Batch *b, int l, Dist *out) {
    if (b->none[l]) {
        dist_point(b->origin[l], out);
        return;
    }
    out->origin = b->origin[l];
    out->step = b->step;
    out->mean = b->mean[l];
    out->count = b->last[l] - b->first[l] + 1;
    for (int i = 0; i < out->count; i++) out->cell[i] = b->cell[b->first[l] + i][l];
}

/* ---- lattices ---- */

/* The lot that all sizes are multiples of: keeping to it keeps the gaps between lots. */
static double common_lot(const Dist *size) {
    if (size->step != __builtin_floor(size->step) || size->origin != __builtin_floor(size->origin)) return size->step;
    int64_t lot = 0;
    for (int i = 0; i < size->count && lot != 1; i++) {
        if (!(size->cell[i] > 0)) continue;
        int64_t other = (int64_t)(size->origin + i * size->step);
        while (other != 0) {
            int64_t rest = lot % other;
            lot = other;
            other = rest;
        }
    }
    return lot > 0 ? (double)lot : size->step;
}

typedef struct Wanted { int at; DistOccasions number; double mean, reach, step; } Wanted;

static void batch_begin(Batch *b, int lanes, double step) {     /* all but the cells */
    Lanes zero = { 0 };
    b->lanes = lanes;
    b->count = 0;
    b->step = step;
    b->origin = b->mean = zero;
    for (int l = 0; l < LANES; l++) {
        b->first[l] = b->last[l] = 0;
        b->none[l] = false;
    }
}

static void lumps_of(const Dist *size, double step, Dist *out) {
    dist_lattice(out, 0, size->origin + size->step * (size->count - 1), step);
    for (int i = 0; i < size->count; i++)
        if (size->cell[i] > 0) dist_add(out, size->origin + i * size->step, size->cell[i]);
}

static void batch_make(const Wanted *wanted, const int *chosen, int lanes, const Dist *lumps, Dist *const *out) {
    Batch b;
    Recursion r;
    DistOccasions number[LANES];
    double mean[LANES];
    batch_begin(&b, lanes, wanted[chosen[0]].step);
    for (int l = 0; l < lanes; l++) {
        const Wanted *w = &wanted[chosen[l]];
        number[l] = w->number;
        mean[l] = w->mean;
        int cells = dist_lattice_count(0, w->reach, b.step);
        b.last[l] = (cells < LANE_CELLS ? cells : LANE_CELLS) - 1;
        if (b.last[l] >= b.count) b.count = b.last[l] + 1;
    }
    recursion_prepare(number, lanes, lumps, &r);
    recursion_run(&r, b.count, b.cell);
    for (int l = 0; l < lanes; l++)
        for (int i = b.last[l] + 1; i < b.count; i++) b.cell[i][l] = 0;
    batch_settle_at(&b, mean);
    for (int l = 0; l < lanes; l++) lane_take(&b, l, out[wanted[chosen[l]].at]);
}

/* What can be said without lanes is said; else what a lane needs. */
static bool compound_wants(DistOccasions number, const Dist *size, double size_variance, double lot, Dist *out, Wanted *wanted) {
    number.mean = dist_sane(number.mean);
    if (!(number.variance > 0.5 * number.mean)) number.variance = 0.5 * number.mean;
    double mean = number.mean * size->mean, variance = number.mean * size_variance + number.variance * size->mean * size->mean;
    if (!(mean > 1e-12)) {
        dist_point(0, out);
        return false;
    }
    if (!(number.mean < OCCASIONS_MOST) || variance > 400 * mean * (mean + 1)) { /* many lumps are no longer lumpy */
        dist_counts(mean, variance, out);
        return false;
    }
    double most_size = size->origin + size->step * (size->count - 1), reach = dist_gamma_reach(mean, variance, DIST_REACH_Z), step = lot;
    if (reach < mean + 2 * most_size) reach = mean + 2 * most_size;
    if (reach / step > LUMPY_CELLS) step = __builtin_ceil(reach / step / LUMPY_CELLS) * step;
    *wanted = (Wanted){ .number = number, .mean = mean, .reach = reach, .step = step };
    return true;
}

static void compounds_few(const DistOccasions *number, int count, const Dist *size, Dist *const *out) {
    Wanted wanted[LUMPY_BATCH];
    bool made[LUMPY_BATCH] = { false };
    double size_variance = dist_variance(size), lot = common_lot(size), lumps_step = 0;
    Dist lumps;
    int n = 0;
    for (int i = 0; i < count; i++)
        if (compound_wants(number[i], size, size_variance, lot, out[i], &wanted[n])) wanted[n++].at = i;
    for (int i = 0; i < n; i++) {
        int chosen[LANES], lanes = 0;
        for (int k = i; k < n && lanes < LANES; k++)
            if (!made[k] && (lanes == 0 || wanted[k].step == wanted[chosen[0]].step)) {
                made[k] = true;
                chosen[lanes++] = k;
            }
        if (lanes == 0) continue;
        double step = wanted[chosen[0]].step;
        if (step != lumps_step) lumps_of(size, lumps_step = step, &lumps);
        batch_make(wanted, chosen, lanes, &lumps, out);
    }
}

void dist_compounds(const DistOccasions *number, int count, const Dist *size, Dist *const *out) {
    for (int from = 0; from < count; from += LUMPY_BATCH)
        compounds_few(number + from, count - from < LUMPY_BATCH ? count - from : LUMPY_BATCH, size, out + from);
}
