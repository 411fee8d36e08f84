/* demand.c - what a fitted model says about a stretch of time ahead; the fitting is in demand_fit.c. */
#include "maths/demand_came.h"
#include "maths/demand_parts.h"
#include "maths/fn.h"

enum { DEMAND_SUMS_FEW = 64 };

static const char *const kind_names[DEMAND_KIND_COUNT_] = {
    [DEMAND_NONE] = "none", [DEMAND_MOVING_MEAN] = "moving-mean", [DEMAND_SES] = "ses",
    [DEMAND_DAMPED_TREND] = "damped-trend", [DEMAND_THETA] = "theta", [DEMAND_GROWTH] = "growth-theta", [DEMAND_ETS] = "ets", [DEMAND_SEASONAL_NAIVE] = "seasonal-naive",
    [DEMAND_CROSTON_SBA] = "croston-sba", [DEMAND_TSB] = "tsb",
};
static const char *const poor_names[] = {
    [DEMAND_POOR_NOT] = "", [DEMAND_POOR_NO_DATA] = "no-data", [DEMAND_POOR_SHORT] = "short-history",
    [DEMAND_POOR_NO_SALES] = "no-sales", [DEMAND_POOR_FEW_ORIGINS] = "few-origins",
    [DEMAND_POOR_CENSORED] = "mostly-censored",
};

const char *demand_kind_name(DemandKind kind) {
    return (unsigned)kind < DEMAND_KIND_COUNT_ ? kind_names[kind] : "none";
}

const char *demand_poor_name(DemandPoor poor) {
    return (unsigned)poor < sizeof poor_names / sizeof poor_names[0] ? poor_names[poor] : "";
}

int demand_phase(int64_t day, int bucket_days) {
    int64_t monday = day + 3;                             /* 1970-01-01 was a Thursday */
    if (bucket_days == 1) return (int)(((monday % 7) + 7) % 7);
    int64_t week = (monday - (((monday % 7) + 7) % 7)) / 7;
    return (int)(((week % SEASON_YEAR) + SEASON_YEAR) % SEASON_YEAR);
}

void demand_prior(double units_per_bucket, double rate_cv, int bucket_days, DemandModel *out) {
    double level = fn_clamp(units_per_bucket, 0, 1e12), cv = fn_clamp(rate_cv, 0, 3);
    *out = (DemandModel){
        .kind = level > 0 ? DEMAND_MOVING_MEAN : DEMAND_NONE, .poor = DEMAND_POOR_NO_DATA,
        .bucket_days = bucket_days, .level = level, .runner_up_level = level, .damping = 1,
        .noise_var = level + 0.25 * level * level, .level_var = cv * cv * level * level,
        .calibration = 1, .horizon = 1,
    };
    for (int s = 0; s < 2; s++)
        for (int k = 0; k < DEMAND_KIND_COUNT_; k++) out->evidence[s][k].loss = -1;
}

DemandModel demand_scaled(const DemandModel *model, double factor) {
    DemandModel scaled = *model;
    factor = fn_clamp(factor, 0, 1e6);
    scaled.level *= factor;
    scaled.trend *= factor;
    scaled.drift *= factor;
    scaled.runner_up_level *= factor;
    scaled.noise_var *= factor;                           /* more customers, each as lumpy as before */
    scaled.level_var *= factor * factor;
    return scaled;
}

int demand_date(DemandModel *model, double from, double to, double factor) {
    if (model->dated >= DEMAND_DATED_MOST || !(to > from) || !(to > 0)) return 0;
    model->when[model->dated++] = (DemandDated){ from > 0 ? from : 0, to, fn_clamp(factor, 0, 1e6) };
    return 1;
}

DemandModel demand_levelled(const DemandModel *model, double level, double level_var, double kept) {
    DemandModel moved = *model;
    level = fn_clamp(level, 0, 1e12);
    double ratio = model->level > 0 ? level / model->level : 1;
    moved.level = level;
    moved.level_var = fn_clamp(level_var, 0, 1e24);
    moved.noise_var *= ratio;
    moved.runner_up_level *= ratio;
    moved.trend *= kept;
    moved.drift *= kept;
    return moved;
}

void demand_year(DemandModel *model, const double *index, int64_t day) {
    if (model->bucket_days != 1) return;
    model->year_day = 1 + demand_phase(day, 7) * 7 + demand_phase(day, 1);
    for (int w = 0; w < DEMAND_YEAR_WEEKS; w++) model->year[w] = (float)fn_clamp(index[w], 0, 1e6);
}

int demand_slot(int length, int phase) {
    return length <= DEMAND_SEASON_MOST ? phase : (int)((int64_t)phase * DEMAND_SEASON_MOST / length);
}

double demand_index(const DemandModel *m, int64_t phase) { return m->seasonal ? (double)m->season[demand_slot(m->seasonal, (int)(phase % m->seasonal))] : 1; }

/* Mean over [from, to) of the dated factors: stretches between their ends, each times all that hold there. */
static double dated_mean(const DemandModel *m, double from, double to) {
    double sum = 0, at = from;
    while (at < to) {
        double next = to, factor = 1;
        for (int i = 0; i < m->dated; i++) {
            const DemandDated *d = &m->when[i];
            if (d->from <= at && at < d->to) factor *= d->factor;
            if (d->from > at && d->from < next) next = d->from;
            if (d->to > at && d->to < next) next = d->to;
        }
        sum += factor * (next - at);
        at = next;
    }
    return sum / (to - from);
}

/* One whole or partial bucket: what [from, to) of bucket k adds. What is dated or fades is a season that does not come back: an index. */
typedef struct Walk { double index_sum, mean, kept; } Walk;

static void walk_bucket(const DemandModel *m, int64_t k, double rise, double from, double to, Walk *walk) {
    double index = demand_index(m, m->next_phase + k), share = to - from;
    if (m->year_day) index *= (double)m->year[(m->year_day - 1 + k) % DEMAND_YEAR_DAYS / 7];
    if (m->dated) index *= dated_mean(m, from, to);
    index *= walk->kept;
    double drift_ends = 2 * m->horizon, steps = (double)(k + 1) < drift_ends ? (double)(k + 1) : drift_ends;
    double rate = m->level + m->trend * rise + m->drift * steps;
    walk->index_sum += share * index;
    if (rate > 0) walk->mean += share * index * rate;
}

int demand_span(int bucket_days, int k) {
    static const int days[DEMAND_SPANS] = { 1, 7, 14, 28, 56 }, longer[DEMAND_SPANS] = { 1, 2, 4, 8, 13 };
    return bucket_days == 1 ? days[k] : longer[k];
}

/* Between two spans on the line between them. */
double demand_miss_var(const DemandModel *m, double length) {
    int k = 0;
    while (k < DEMAND_SPANS && length > demand_span(m->bucket_days, k)) k++;
    if (k == 0 || k == DEMAND_SPANS) return m->own_miss + (double)m->shared_miss[k ? k - 1 : 0];
    double low = demand_span(m->bucket_days, k - 1), high = demand_span(m->bucket_days, k), part = (length - low) / (high - low);
    return m->own_miss + (1 - part) * (double)m->shared_miss[k - 1] + part * (double)m->shared_miss[k];
}

double demand_variance(const DemandMoments *m) { return m->noise_var + m->level_var + m->miss_var; }

DemandMoments demand_moments(const DemandModel *m, double from, double length) {
    if (!(from > 0)) from = 0;
    if (!(length > 0)) return (DemandMoments){ 0 };
    if (from > 5000) from = 5000;
    if (length > 5000) length = 5000;
    Walk walk = { .kept = 1 };
    if (!m->seasonal && m->trend == 0 && m->drift == 0 && m->dated == 0 && m->year_day == 0 && m->fade == 0) {
        walk = (Walk){ .index_sum = length, .mean = length * (m->level > 0 ? m->level : 0) };
    } else {
        double to = from + length, power = 1, rise = 0;
        for (int64_t k = 0; k < (int64_t)to + 1; k++) {
            power *= m->damping;
            rise += power;
            double lower = k > from ? (double)k : from, upper = k + 1 < to ? (double)(k + 1) : to;
            if (upper > lower) walk_bucket(m, k, rise, lower, upper, &walk);
            walk.kept *= 1 - m->fade;
        }
    }
    return (DemandMoments){ .mean = walk.mean, .noise_var = m->noise_var * walk.index_sum,
                            .level_var = m->level_var * walk.index_sum * walk.index_sum, .miss_var = demand_miss_var(m, length) * walk.mean * walk.mean };
}

/* The sizes of a non-zero bucket, and how many such buckets make this mean and variance. */
static void sizes_of(const DemandModel *m, Dist *out) {
    double sizes[DEMAND_SIZES_MOST], shares[DEMAND_SIZES_MOST];
    for (int i = 0; i < m->sizes; i++) {
        sizes[i] = (double)m->size[i];
        shares[i] = (double)m->size_share[i];
    }
    dist_samples(sizes, shares, m->sizes, out);
}

/* A bucket sells or does not: of `length` buckets that do with chance p each, Var N = length p (1 - p) + length (length - 1) Var p. What is told beyond the
 * first part has length^2 Var p. Where more is wanted than one sale a bucket, it stays as told. */
static double occasions_variance(double occasions, double told, double length) {
    if (length < 1) length = 1;
    double by_chance = occasions * (1 - occasions / length);
    return occasions < length && told > by_chance ? by_chance + (told - by_chance) * (1 - 1 / length) : told;
}

static void sums_few(const DemandStretch *stretch, int count, Dist *const *out) {
    DistOccasions number[DEMAND_SUMS_FEW];
    DistMoments moments[DEMAND_SUMS_FEW];
    Dist *lumpy[DEMAND_SUMS_FEW], *counts[DEMAND_SUMS_FEW], size;
    double size_variance = 0;
    int n = 0, smooth = 0;
    for (int i = 0; i < count; i++) {
        const DemandModel *m = stretch[i].model;
        DemandMoments sum = demand_moments(m, stretch[i].from, stretch[i].length);
        double variance = demand_variance(&sum);
        if (m->shape != DEMAND_SHAPE_LUMPY || m->sizes <= 0 || !(sum.mean > 0)) {
            moments[smooth] = (DistMoments){ sum.mean, variance };
            counts[smooth++] = out[i];
            continue;
        }
        if (n == 0) {
            sizes_of(m, &size);
            size_variance = dist_variance(&size);
        }
        double occasions = sum.mean / size.mean, left = variance - occasions * size_variance;
        number[n] = (DistOccasions){ occasions, occasions_variance(occasions, left / (size.mean * size.mean), stretch[i].length) };
        lumpy[n++] = out[i];
    }
    dist_counts_all(moments, smooth, counts);
    if (n) dist_compounds(number, n, &size, lumpy);
    for (int i = 0; i < count; i++) demand_came_tell(stretch[i].model, stretch[i].length, out[i]);
}

void demand_sums(const DemandStretch *stretch, int count, Dist *const *out) {
    for (int from = 0; from < count; from += DEMAND_SUMS_FEW)
        sums_few(stretch + from, count - from < DEMAND_SUMS_FEW ? count - from : DEMAND_SUMS_FEW, out + from);
}

void demand_sum(const DemandModel *model, double from, double length, Dist *out) {
    demand_sums(&(DemandStretch){ model, from, length }, 1, &out);
}
