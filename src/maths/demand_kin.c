#include "maths/demand_kin.h"

#include <stdbool.h>

#include "maths/demand_parts.h"
#include "maths/fn.h"

enum { SALES_OWN = 48, ROUNDS = 8, EVIDENCE_SALES_LEAST = 2, SIZE_WORTHS = 9, SPREAD_WORTHS = 4 };
static const double PRICE_LEAST = 1e-6, SHARE_LEAST = 1e-4;
static const double RATIO_MOST = 20;                  /* one wild size is one wild size */
static const double LOG_SPREAD_LEAST = -4, LOG_SPREAD_MOST = 2.2;

void demand_sketch(const DemandSeries *series, double price, DemandSketch *out) {
    double square = 0;
    int seen = 0;
    *out = (DemandSketch){ .price = price };
    for (int i = 0; i < series->count; i++) {
        double size = series->value[i];
        if (series->state && series->state[i] == DEMAND_MISSING) continue;
        seen++;
        if (!(size > 0) || !(size < 1e12)) continue;
        if (out->last > 0) {
            double step = out->last - out->mean;
            out->sales++;
            out->mean += step / out->sales;
            square += step * (out->last - out->mean);
        }
        out->last = size;
    }
    if (out->sales == 0) return;
    out->share = (out->sales + 1.0) / seen;
    if (out->sales > 1) out->spread = square / (out->sales - 1) / (out->mean * out->mean);
}

/* ---- the two lines ---- */

/* What an item is compared by. */
static double log_price(const DemandKin *kin, double price) { return price > PRICE_LEAST ? fn_log(price) - kin->log_price : 0; }

static void terms_of(const DemandKin *kin, double size, double price, double share, double *out) {
    out[0] = 1;
    out[1] = log_price(kin, price);
    out[2] = fn_log(share > SHARE_LEAST ? share : SHARE_LEAST);
    out[3] = size > 0 ? fn_log(size) : 0;
}

static double line(const double *by, const double *term) {
    double sum = 0;
    for (int k = 0; k < KIN_TERMS; k++) sum += by[k] * term[k];
    return sum;
}

typedef struct Normal { double square[KIN_TERMS][KIN_TERMS], cross[KIN_TERMS]; } Normal;    /* equations of least squares */

static void normal_add(Normal *n, const double *term, double rest) {
    for (int k = 0; k < KIN_TERMS; k++) {
        n->cross[k] += rest * term[k];
        for (int l = 0; l < KIN_TERMS; l++) n->square[k][l] += term[k] * term[l];
    }
}

/* Adds the solution to `by`; a term that never varies gets nothing. */
static void normal_solve(Normal *n, double *by) {
    for (int k = 0; k < KIN_TERMS; k++) n->square[k][k] += 1e-6 * (1 + n->square[k][k]);
    for (int i = 0; i < KIN_TERMS; i++)
        for (int j = i + 1; j < KIN_TERMS; j++) {
            double factor = n->square[j][i] / n->square[i][i];
            for (int k = i; k < KIN_TERMS; k++) n->square[j][k] -= factor * n->square[i][k];
            n->cross[j] -= factor * n->cross[i];
        }
    for (int i = KIN_TERMS - 1; i >= 0; i--) {
        for (int k = i + 1; k < KIN_TERMS; k++) n->cross[i] -= n->square[i][k] * n->cross[k];
        n->cross[i] /= n->square[i][i];
    }
    for (int k = 0; k < KIN_TERMS; k++) by[k] += n->cross[k];
}

static void size_line(const DemandSketch *sketch, int count, DemandKin *kin) {
    Normal normal = { 0 };
    for (int i = 0; i < count; i++) {
        double term[KIN_TERMS];
        if (sketch[i].sales == 0) continue;
        terms_of(kin, 0, sketch[i].price, sketch[i].share, term);
        normal_add(&normal, term, fn_log(sketch[i].mean));
    }
    normal_solve(&normal, kin->size_by);
}

static double kin_spread(const DemandKin *kin, const double *term) { return fn_exp(fn_clamp(line(kin->spread_by, term), LOG_SPREAD_LEAST, LOG_SPREAD_MOST)); }

/* ---- what they are worth ---- */

typedef struct Sizes { double mean, spread; } Sizes;

/* The law of the next size: own mean in logarithms and own spread, as far as the sales go, the line for the rest. */
static Sizes sizes_leaning(const DemandKin *kin, int sales, double mean, double spread, double price, double share) {
    double term[KIN_TERMS], own = sales / (sales + kin->size_worth), own_spread = (sales - 1) / (sales - 1 + kin->spread_worth);
    terms_of(kin, mean, price, share, term);
    return (Sizes){ kin->lift * fn_exp(own * term[3] + (1 - own) * line(kin->size_by, term)), own_spread * spread + (1 - own_spread) * kin_spread(kin, term) };
}

static bool is_evidence(const DemandSketch *s) { return s->sales >= EVIDENCE_SALES_LEAST; }
static Sizes expected_of(const DemandKin *kin, const DemandSketch *s) { return sizes_leaning(kin, s->sales, s->mean, s->spread, s->price, s->share); }
static double at_most(double ratio) { return ratio < RATIO_MOST ? ratio : RATIO_MOST; }

/* Mean ratio of last sizes to what was expected of them. */
static double lift_of(const DemandSketch *sketch, int count, DemandKin *kin) {
    double ratios = 0;
    int n = 0;
    kin->lift = 1;
    for (int i = 0; i < count; i++) {
        if (!is_evidence(&sketch[i])) continue;
        ratios += at_most(sketch[i].last / expected_of(kin, &sketch[i]).mean);
        n++;
    }
    return ratios / n;
}

/* The line for the spread, from how far last sizes were from what was expected of them: among the few sales of one item a big one raises mean and
 * spread together, and says nothing about items of that size. */
static void spread_line(const DemandSketch *sketch, int count, DemandKin *kin) {
    kin->lift = lift_of(sketch, count, kin);
    for (int k = 0; k < KIN_TERMS; k++) kin->spread_by[k] = 0;
    for (int round = 0; round < ROUNDS; round++) {
        Normal normal = { 0 };
        for (int i = 0; i < count; i++) {
            const DemandSketch *s = &sketch[i];
            double term[KIN_TERMS];
            if (!is_evidence(s)) continue;
            terms_of(kin, s->mean, s->price, s->share, term);
            double step = s->last / expected_of(kin, s).mean - 1;
            normal_add(&normal, term, at_most(step * step / kin_spread(kin, term)) - 1);
        }
        normal_solve(&normal, kin->spread_by);
    }
}

/* Minus log likelihood of the last sizes, with the lift that makes it least; terms without a parameter are left out. */
static double surprise(const DemandSketch *sketch, int count, DemandKin *kin) {
    double weight = 0, lifted = 0, loss = 0;
    kin->lift = 1;
    for (int i = 0; i < count; i++) {
        const DemandSketch *s = &sketch[i];
        if (!is_evidence(s)) continue;
        Sizes sizes = expected_of(kin, s);
        double ratio = at_most(s->last / sizes.mean), shape = 1 / sizes.spread;
        weight += shape;
        lifted += shape * ratio;
        loss += fn_lgamma(shape) - shape * (fn_log(shape) + fn_log(ratio));
    }
    kin->lift = lifted / weight;
    return loss + weight * fn_log(kin->lift) + lifted / kin->lift;
}

static void worth_find(const DemandSketch *sketch, int count, DemandKin *kin) {
    static const double size_worth[SIZE_WORTHS] = { 0.25, 0.5, 1, 2, 4, 8, 16, 32, 64 }, spread_worth[SPREAD_WORTHS] = { 4, 16, 64, 256 };
    DemandKin best = *kin;
    double least = 0;
    for (int i = 0; i < SIZE_WORTHS; i++) {
        kin->size_worth = size_worth[i];
        spread_line(sketch, count, kin);
        for (int k = 0; k < SPREAD_WORTHS; k++) {
            kin->spread_worth = spread_worth[k];
            double loss = surprise(sketch, count, kin);
            if ((i || k) && loss >= least) continue;
            least = loss;
            best = *kin;
        }
    }
    *kin = best;
}

void demand_kin_fit(const DemandSketch *sketch, int count, DemandKin *out) {
    double prices = 0;
    int priced = 0;
    *out = (DemandKin){ 0 };
    for (int i = 0; i < count; i++) {
        out->series += is_evidence(&sketch[i]);
        if (sketch[i].sales == 0 || !(sketch[i].price > PRICE_LEAST)) continue;
        prices += fn_log(sketch[i].price);
        priced++;
    }
    if (out->series < KIN_SERIES_LEAST) {
        out->series = 0;
        return;
    }
    if (priced) out->log_price = prices / priced;
    size_line(sketch, count, out);
    worth_find(sketch, count, out);
}

/* ---- leaning ---- */

/* Points of a gamma, closer together towards its tail, by Wilson and Hilferty's cube (1931): normal quantiles of the middles of cells of `stretches`. Whole
 * where the sizes seen are, and never below `least`. */
static const struct { int cells; double width; } stretches[] = { { 12, 1.0 / 16 }, { 4, 1.0 / 32 }, { 5, 1.0 / 64 }, { 1, 3.0 / 128 }, { 1, 1.0 / 64 }, { 1, 1.0 / 128 } };
static const double middles[DEMAND_SIZES_MOST] = {
    -1.86273186742165, -1.31801089730354, -1.00999016924958, -0.776421761147928, -0.579132162255556, -0.402250065321725, -0.237202109328788,
    -0.0784124127331122, 0.0784124127331122, 0.237202109328788, 0.402250065321725, 0.579132162255556, 0.724514383492365, 0.830510878205399,
    0.946781756301046, 1.07751556704028, 1.18916435019934, 1.27269864119054, 1.3662038163721, 1.4734675779471, 1.60100866488608, 1.80989223848061,
    2.15387469406146, 2.66006746861746,
};

static void gamma_points(Sizes sizes, bool whole, double least, DemandModel *m) {
    double ninth = sizes.spread / 9, root = __builtin_sqrt(ninth);
    m->sizes = 0;
    for (size_t s = 0; s < sizeof stretches / sizeof stretches[0]; s++)
        for (int i = 0; i < stretches[s].cells; i++) {
            double cube = 1 - ninth + middles[m->sizes] * root, size = cube > 0 ? sizes.mean * cube * cube * cube : 0;
            if (whole) size = __builtin_floor(size + 0.5);
            m->size[m->sizes] = (float)(size > least ? size : least);
            m->size_share[m->sizes++] = (float)stretches[s].width;
        }
}

/* Mean and spread of the sizes a model has; whole: all of them are; least: the smallest. Without sizes (nearly every bucket sells) from level and noise. */
typedef struct Own { Sizes sizes; bool whole; double least; } Own;

static Own own_sizes(const DemandModel *m, int sales, double share) {
    Own own = { .whole = m->sizes > 0, .least = 1e12 };
    double square = 0;
    if (m->sizes == 0) {
        double mean = m->level / share, spread = m->noise_var / (m->level * mean) - m->zero_share;
        return (Own){ .sizes = { mean, spread > 0 ? spread : 0 } };
    }
    for (int i = 0; i < m->sizes; i++) {
        double size = (double)m->size[i];
        own.sizes.mean += (double)m->size_share[i] * size;
        square += (double)m->size_share[i] * size * size;
        own.whole = own.whole && size == __builtin_floor(size);
        own.least = size < own.least ? size : own.least;
    }
    double spread = sales > 1 ? (square / (own.sizes.mean * own.sizes.mean) - 1) * sales / (sales - 1) : 0;
    own.sizes.spread = spread > 0 ? spread : 0;
    return own;
}

void demand_lean(const DemandKin *kin, double price, DemandModel *m) {
    double share = 1 - m->zero_share;
    int sales = (int)(m->used * share + 0.5);
    if (kin->series == 0 || sales == 0 || sales >= SALES_OWN || !(m->level > 0)) return;
    Own own = own_sizes(m, sales, share);
    Sizes sizes = sizes_leaning(kin, sales, own.sizes.mean, own.sizes.spread, price, share);
    double expected = m->level * sizes.mean * (sizes.spread + m->zero_share);          /* of a bucket that sells with chance `share` */
    double ratio = m->noise_var > 0 ? demand_pulled(m->noise_var, expected, sales / (sales + kin->spread_worth)) / m->noise_var : 1;
    m->noise_var *= ratio;
    m->level_var *= ratio;
    if (m->zero_share < DEMAND_ZEROS_LEAST) return;
    gamma_points(sizes, own.whole, own.whole ? 1 : 0.1 * own.least, m);
    m->shape = DEMAND_SHAPE_LUMPY;
}
