/* dist_lumpy.c - sums of a random number of lumps, several at once.
 *
 * They stand side by side in lanes and are settled together (dist_batch.h). The recursion is serial from cell to cell and its steps are those of the lattice:
 * lanes of one lattice step take them as one; else each takes its own steps, in turns, so that one need not wait for what the others wait for. */
#include "maths/dist_batch.h"
#include "maths/fn.h"

#include <string.h>

enum { LUMPY_CELLS = 160, LANE_CELLS = LUMPY_CELLS + 4, LUMPY_BATCH = 64, OCCASIONS_MOST = 40, TOGETHER_LEAST = 5, IN_TURNS = 4 };

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
        double n = __builtin_ceil(mean * mean / (mean - variance) - 1e-9), p = mean / n;
        return (Panjer){ -p / (1 - p), (n + 1) * p / (1 - p), fn_exp(n * fn_log1p(-p * (1 - none))) };
    }
    return (Panjer){ 0, mean, fn_exp(-mean * (1 - none)) };
}

typedef struct Together { int at[LANE_CELLS], sizes; Lanes by_a[LANE_CELLS], by_b[LANE_CELLS], scale, start; } Together;

static void together_prepare(const DistOccasions *number, int lanes, const Dist *lumps, Together *r) {
    Lanes zero = { 0 }, a = zero, b = zero;
    double none = lumps->cell[0];
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

LANES_WIDE static void together_run(const Together *r, int count, Lanes *cell) {
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

/* By a and by b j; behind the last size nothing. Cell s stands at LANE_CELLS + s, before the first are zeros. */
typedef double Pair __attribute__((vector_size(2 * sizeof(double))));
typedef struct Alone { Pair by[LANE_CELLS]; int at[LANE_CELLS], sizes, cells; double scale, cell[2 * LANE_CELLS]; } Alone;

static void alone_prepare(DistOccasions number, const Dist *lumps, int cells, Alone *r) {
    double none = lumps->cell[0];
    Panjer one = panjer_of(number, none);
    memset(r->cell, 0, sizeof r->cell);
    r->cell[LANE_CELLS] = one.start;
    r->scale = 1 / (1 - one.a * none);
    r->cells = cells;
    r->sizes = 0;
    for (int j = 1; j < lumps->count; j++) {
        if (!(lumps->cell[j] > 0)) continue;
        r->at[r->sizes] = j;
        r->by[r->sizes++] = (Pair){ one.a * lumps->cell[j], one.b * (double)j * lumps->cell[j] };
    }
}

static inline __attribute__((always_inline)) void in_turns(Alone *r, int lanes) {
    int sizes = 0, cells = 0;
    for (int l = 0; l < lanes; l++) {
        if (r[l].sizes > sizes) sizes = r[l].sizes;
        if (r[l].cells > cells) cells = r[l].cells;
    }
    for (int l = 0; l < lanes; l++)
        for (int k = r[l].sizes; k < sizes; k++) {
            r[l].at[k] = 0;
            r[l].by[k] = (Pair){ 0, 0 };
        }
    for (int s = 1, within = 0; s < cells; s++) {        /* within: sizes of which any lane's is at most s */
        Pair sums[IN_TURNS] = { { 0, 0 } };
        for (int l = 0; l < lanes; l++)
            while (within < r[l].sizes && r[l].at[within] <= s) within++;
        for (int k = 0; k < within; k++)
            for (int l = 0; l < lanes; l++) {
                double before = r[l].cell[LANE_CELLS + s - r[l].at[k]];
                sums[l] += r[l].by[k] * (Pair){ before, before };
            }
        for (int l = 0; l < lanes; l++) {
            double sum = sums[l][0] + sums[l][1] / s;
            r[l].cell[LANE_CELLS + s] = sum > 0 ? sum * r[l].scale : 0;
        }
    }
}

LANES_WIDE static void in_turns_1(Alone *r) { in_turns(r, 1); }
LANES_WIDE static void in_turns_2(Alone *r) { in_turns(r, 2); }
LANES_WIDE static void in_turns_3(Alone *r) { in_turns(r, 3); }
LANES_WIDE static void in_turns_4(Alone *r) { in_turns(r, 4); }

static void in_turns_run(Alone *r, int lanes) {
    static void (*const run[IN_TURNS])(Alone *) = { in_turns_1, in_turns_2, in_turns_3, in_turns_4 };
    for (int from = 0; from < lanes; from += IN_TURNS) run[(lanes - from < IN_TURNS ? lanes - from : IN_TURNS) - 1](r + from);
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

static void lumps_of(const Dist *size, double step, Dist *out) {
    dist_lattice(out, 0, size->origin + size->step * (size->count - 1), step);
    for (int i = 0; i < size->count; i++)
        if (size->cell[i] > 0) dist_add(out, size->origin + i * size->step, size->cell[i]);
}

static void lanes_begin(const Wanted *wanted, int lanes, Batch *b) {
    dist_batch_begin(b);
    for (int l = 0; l < lanes; l++) {
        int cells = dist_lattice_count(0, wanted[l].reach, wanted[l].step);
        dist_batch_add(b, 0, wanted[l].step, cells < LANE_CELLS ? cells : LANE_CELLS);
    }
}

static void lanes_end(const Wanted *wanted, int lanes, Batch *b, Dist *const *out) {
    double mean[LANES];
    for (int l = 0; l < lanes; l++) mean[l] = wanted[l].mean;
    dist_batch_settle_at(b, mean);
    for (int l = 0; l < lanes; l++) dist_batch_take(b, l, out[wanted[l].at]);
}

static void make_together(const Wanted *wanted, int lanes, const Dist *size, Dist *const *out) {
    Batch b;
    Together r;
    Dist lumps;
    DistOccasions number[LANES];
    lanes_begin(wanted, lanes, &b);
    for (int l = 0; l < lanes; l++) number[l] = wanted[l].number;
    lumps_of(size, wanted[0].step, &lumps);
    together_prepare(number, lanes, &lumps, &r);
    together_run(&r, b.count, b.cell);
    dist_batch_blank(&b);
    lanes_end(wanted, lanes, &b, out);
}

static void make_in_turns(const Wanted *wanted, int lanes, const Dist *size, Dist *const *out) {
    Batch b;
    Alone r[LANES];
    Dist lumps;
    lanes_begin(wanted, lanes, &b);
    for (int l = 0; l < lanes; l++) {
        if (l == 0 || wanted[l].step != wanted[l - 1].step) lumps_of(size, wanted[l].step, &lumps);
        alone_prepare(wanted[l].number, &lumps, b.last[l] + 1, &r[l]);
    }
    in_turns_run(r, lanes);
    memset(b.cell, 0, sizeof *b.cell * (size_t)b.count);
    for (int l = 0; l < lanes; l++)
        for (int s = 0; s <= b.last[l]; s++) b.cell[s][l] = r[l].cell[LANE_CELLS + s];
    lanes_end(wanted, lanes, &b, out);
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

/* In order of step, as far as there are. */
static void wanted_put(Wanted next, Wanted *wanted, int n) {
    for (; n > 0 && wanted[n - 1].step > next.step; n--) wanted[n] = wanted[n - 1];
    wanted[n] = next;
}

static void compounds_few(const DistOccasions *number, int count, const Dist *size, Dist *const *out) {
    Wanted wanted[LUMPY_BATCH], rest[LUMPY_BATCH];
    double size_variance = dist_variance(size), lot = common_lot(size);
    int n = 0, left = 0;
    for (int i = 0; i < count; i++) {
        Wanted next;
        if (!compound_wants(number[i], size, size_variance, lot, out[i], &next)) continue;
        next.at = i;
        wanted_put(next, wanted, n++);
    }
    for (int from = 0, lanes; from < n; from += lanes) {
        for (lanes = 1; lanes < LANES && from + lanes < n && wanted[from + lanes].step == wanted[from].step; lanes++) continue;
        if (lanes >= TOGETHER_LEAST) make_together(wanted + from, lanes, size, out);
        else
            for (int l = 0; l < lanes; l++) rest[left++] = wanted[from + l];
    }
    for (int from = 0; from < left; from += LANES) make_in_turns(rest + from, left - from < LANES ? left - from : LANES, size, out);
}

void dist_compounds(const DistOccasions *number, int count, const Dist *size, Dist *const *out) {
    for (int from = 0; from < count; from += LUMPY_BATCH)
        compounds_few(number + from, count - from < LUMPY_BATCH ? count - from : LUMPY_BATCH, size, out + from);
}
