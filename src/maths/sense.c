#include "maths/sense.h"
#include "maths/dist.h"
#include "maths/fn.h"

static const double BELIEF[SENSE_KINDS] = { [SENSE_USUAL] = 0.81, [SENSE_ONE_OFF] = 0.18, [SENSE_NEW_LEVEL] = 0.01 };
static const double LASTED[SENSE_ONE_OFF_MOST] = { 0.7, 0.2, 0.1 };         /* a one-off, buckets */
static const double ODD = 2.2, OWN_SHAPE = 1, CUSTOMER_DAYS = 1460;

static double shape_of(double rate_cv) { return 1 / (fn_clamp(rate_cv, 0.01, 3) * fn_clamp(rate_cv, 0.01, 3)); }
static double spread_of(double spread) { return spread > 1e-9 ? spread : 1; }

/* Sums over the buckets before each, in units of the spread. */
typedef struct Window { int count; double shape, x[SENSE_POINTS_MOST + 1], e[SENSE_POINTS_MOST + 1]; } Window;

static void window_make(const SenseInput *in, Window *out) {
    int skip = in->count > SENSE_POINTS_MOST ? in->count - SENSE_POINTS_MOST : 0;
    double spread = spread_of(in->spread);
    *out = (Window){ .count = in->count > 0 ? in->count - skip : 0, .shape = shape_of(in->rate_cv) };
    for (int t = 0; t < out->count; t++) {
        double expected = in->expected[skip + t], seen = in->seen[skip + t];
        int says = expected > 0 && seen >= 0;
        out->e[t + 1] = out->e[t] + (says ? expected / spread : 0);
        out->x[t + 1] = out->x[t] + (says ? seen / spread : 0);
    }
}

int sense_is_odd(const SenseInput *in) {
    static const int lengths[] = { 1, 3, 7, 14, SENSE_POINTS_MOST };
    Window w;
    window_make(in, &w);
    for (int i = 0; i < 5; i++) {
        int from = w.count > lengths[i] ? w.count - lengths[i] : 0;
        double e = w.e[w.count] - w.e[from], gap = w.x[w.count] - w.x[from] - e;
        if (gap * gap > ODD * ODD * (e + e * e / w.shape) && e > 0) return 1;
    }
    return 0;
}

static double evidence(double shape, double x, double e) {
    return shape * fn_log(shape) - fn_lgamma(shape) + fn_lgamma(shape + x) - (shape + x) * fn_log(shape + e);
}

/* The evidence of `from` .. `to` having a rate of their own, the other buckets the usual one. */
static double apart(const Window *w, int from, int to) {
    double x = w->x[to] - w->x[from], e = w->e[to] - w->e[from];
    return evidence(OWN_SHAPE, x, e) + evidence(w->shape, w->x[w->count] - x, w->e[w->count] - e);
}

typedef struct Weighing { double usual, best[SENSE_KINDS], sum[SENSE_KINDS], rate, square; int at, length; double best_off; int off_at, off_length; } Weighing;

static void weigh_levels(const Window *w, double share, Weighing *out) {
    for (int t = 0; t < w->count; t++) {
        double x = w->x[w->count] - w->x[t], e = w->e[w->count] - w->e[t];
        if (!(w->e[t + 1] > w->e[t])) continue;              /* a level cannot begin where nothing was seen */
        double weight = share * fn_exp(fn_clamp(apart(w, t, w->count) - out->usual, -600, 600));
        double mean = (OWN_SHAPE + x) / (OWN_SHAPE + e);
        out->sum[SENSE_NEW_LEVEL] += weight;
        out->rate += weight * mean;
        out->square += weight * (mean * mean + mean / (OWN_SHAPE + e));
        if (weight <= out->best[SENSE_NEW_LEVEL]) continue;
        out->best[SENSE_NEW_LEVEL] = weight;
        out->at = t;
    }
}

static void weigh_one_offs(const Window *w, double share, Weighing *out) {
    for (int t = 0; t < w->count; t++)
        for (int length = 1; length <= SENSE_ONE_OFF_MOST && t + length <= w->count; length++) {
            double weight = share * LASTED[length - 1] * fn_exp(fn_clamp(apart(w, t, t + length) - out->usual, -600, 600));
            out->sum[SENSE_ONE_OFF] += weight;
            if (weight <= out->best[SENSE_ONE_OFF]) continue;
            out->best[SENSE_ONE_OFF] = weight;
            out->off_at = t;
            out->off_length = length;
        }
}

void sense_read(const SenseInput *in, SenseReading *out) {
    Window w;
    window_make(in, &w);
    *out = (SenseReading){ .p = { [SENSE_USUAL] = 1 }, .seen_over_expected = 1, .rate = 1, .rate_var = 1 / w.shape };
    if (w.count == 0 || !(w.e[w.count] > 0)) return;
    Weighing sum = { .usual = evidence(w.shape, w.x[w.count], w.e[w.count]) };
    weigh_levels(&w, (in->awaited > 0 ? in->awaited : 1) * BELIEF[SENSE_NEW_LEVEL] / w.count, &sum);
    weigh_one_offs(&w, BELIEF[SENSE_ONE_OFF] / w.count, &sum);
    sum.sum[SENSE_USUAL] = BELIEF[SENSE_USUAL];
    double all = 0;
    for (int k = 0; k < SENSE_KINDS; k++) all += sum.sum[k];
    for (int k = 0; k < SENSE_KINDS; k++) {
        out->p[k] = sum.sum[k] / all;
        if (out->p[k] > out->p[out->kind]) out->kind = (SenseKind)k;
    }
    int at = out->kind == SENSE_ONE_OFF ? sum.off_at : sum.at, to = out->kind == SENSE_ONE_OFF ? sum.off_at + sum.off_length : w.count;
    int skip = in->count - w.count;
    out->at = skip + at;
    out->length = to - at;
    double e = w.e[to] - w.e[at];
    out->seen_over_expected = e > 0 ? (w.x[to] - w.x[at]) / e : 1;
    if (!(sum.sum[SENSE_NEW_LEVEL] > 0)) return;
    out->rate = sum.rate / sum.sum[SENSE_NEW_LEVEL];
    double var = sum.square / sum.sum[SENSE_NEW_LEVEL] - out->rate * out->rate;
    out->rate_var = var > 0 ? var : 0;
}

SenseRate sense_rate(double rate_cv, double expected, double seen, double spread) {
    double shape = shape_of(rate_cv), phi = spread_of(spread);
    double x = seen > 0 ? seen / phi : 0, e = expected > 0 ? expected / phi : 0;
    return (SenseRate){ .mean = (shape + x) / (shape + e), .var = (shape + x) / ((shape + e) * (shape + e)) };
}

double sense_pit(double rate_cv, double expected, double seen, double spread, double chance) {
    Dist d;
    double mean = expected > 0 ? expected : 0, phi = spread_of(spread), cv = fn_clamp(rate_cv, 0, 3);
    dist_counts(mean, mean * phi + cv * cv * mean * mean, &d);
    double below = dist_below(&d, seen - d.step / 2), upto = dist_below(&d, seen + d.step / 2);
    if (upto > below && seen < d.step / 2) below = 0;
    return fn_clamp(below + fn_clamp(chance, 0, 1) * (upto - below), 0, 1);
}

double sense_spread(const double *expected, const double *seen, int count) {
    double sum = 0;
    int n = 0;
    for (int t = 0; t < count; t++) {
        if (!(expected[t] > 0) || !(seen[t] >= 0)) continue;
        double gap = seen[t] - expected[t];
        sum += gap * gap / expected[t];
        n++;
    }
    return n > 1 && sum > n - 1 ? sum / (n - 1) : 1;
}

double sense_crowd(int n, int k, double p) {
    if (k <= 0 || n <= 0) return 1;
    return fn_gamma_p(k, n * fn_clamp(p, 0, 1));
}

SenseCustomer sense_customer(double share, double silent_days, double gap_days, double days) {
    double s = fn_clamp(share, 0, 1), silent = silent_days > 0 ? silent_days : 0, gap = gap_days > 0.5 ? gap_days : 0.5;
    double quit = -fn_expm1(-silent / CUSTOMER_DAYS), stays = (1 - quit) * fn_exp(-silent / gap);
    SenseCustomer out = { .p_left = quit + stays > 0 ? quit / (quit + stays) : 0 };
    out.p_leaves = out.p_left + (1 - out.p_left) * -fn_expm1(-(days > 0 ? days : 0) / CUSTOMER_DAYS);
    out.mean = 1 - out.p_leaves * s;
    out.var = out.p_leaves * (1 - out.p_leaves) * s * s;
    return out;
}
