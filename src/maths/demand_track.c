/* demand_track.c - one pass per model over one series: what was known before each bucket.
 *
 * With a season, `index` multiplies the level: a bucket's share of the news is its index, so that days which never sell (index
 * near 0) do not shout. */
#include "maths/demand_parts.h"
#include "maths/fn.h"
#include "maths/lanes.h"

#include <string.h>

static double gain(double alpha, int step) {              /* a running mean until the memory is full */
    return alpha * (step + 1) < 1 ? 1.0 / (step + 1) : alpha;
}

/* Means of full windows, `window` buckets before each. */
LANES_WIDE static void full_windows(const double *restrict sum_y, const double *restrict index_sum, int window, int from, int end, double *restrict level) {
    for (int t = from; t < end; t++) {
        double mean = (sum_y[t] - sum_y[t - window]) / (index_sum[t] - index_sum[t - window]);
        level[t] = mean > 0 ? mean : 0;
    }
}

/* The last `window` buckets seen; index_sum: of indices of buckets seen, before each. */
static void pass_moving_mean(const DemandFit *f, const double *index_sum, int window) {
    const Clean *c = f->clean;
    int filling = c->missing == 0 && window < c->count ? window : c->count;    /* behind it nothing but full windows */
    double last = 0;
    for (int t = 0, tail = 0; t <= filling; t++) {
        while (c->sum_seen[t] - c->sum_seen[tail] > window) tail++;
        double weight = index_sum[t] - index_sum[tail];
        if (weight > 0.1) last = (c->sum_y[t] - c->sum_y[tail]) / weight;
        f->level[t] = last > 0 ? last : 0;
    }
    full_windows(c->sum_y, index_sum, window, filling + 1, c->count + 1, f->level);
}

/* Every alpha of the grid at once: what each knows before bucket t in known[t]. */
LANES_WIDE static void smooth_lanes(const Clean *c, const double *index, const Lanes *alphas, LanesLoose *known) {
    Lanes level = { 0 }, alpha = *alphas;
    for (int t = 0, step = 0; t <= c->count; t++) {
        known[t] = level;
        if (t == c->count || !c->seen[t]) continue;
        double first = 1.0 / ++step, most = 1 / index[t];
        Lanes gain = LANES_AT_LEAST(alpha, first);        /* a running mean until the memory is full */
        level += LANES_AT_MOST(gain, most) * (c->y[t] - index[t] * level);
    }
}

static void pass_ses(DemandFit *f, const double *index, int place) {
    const Clean *c = f->clean;
    if (f->smoothed_by != index) {
        Lanes alphas = { 0 };
        for (int i = 0; i < DEMAND_GRID_MOST; i++) alphas[i] = demand_grids[DEMAND_SES][f->daily][i];
        if (!f->smoothed) f->smoothed = many_in(f->work, double, (c->count + 1) * LANES);
        smooth_lanes(c, index, &alphas, (LanesLoose *)f->smoothed);
        f->smoothed_by = index;
    }
    for (int t = 0; t <= c->count; t++) f->level[t] = f->smoothed[t * LANES + place];
}

static void pass_croston_sba(const DemandFit *f, double alpha) {
    const Clean *c = f->clean;
    const double *y = c->y;
    double size = 0, interval = 0, rate = 0;
    int waited = 0, sales = 0;
    for (int t = 0; t <= c->count; t++) {
        f->level[t] = rate;
        if (t == c->count || !c->seen[t]) continue;
        waited++;
        if (!(y[t] > 0)) continue;
        double g = gain(alpha, sales++);
        size += g * (y[t] - size);
        interval += g * (waited - interval);
        waited = 0;
        rate = (1 - alpha / 2) * size / interval;
    }
}

static void pass_tsb(const DemandFit *f, double alpha) {
    const Clean *c = f->clean;
    const double *y = c->y;
    double size = 0, chance = 0;
    for (int t = 0, step = 0, sales = 0; t <= c->count; t++) {
        f->level[t] = size * chance;
        if (t == c->count || !c->seen[t]) continue;
        chance += gain(alpha / 2, step++) * ((y[t] > 0) - chance);
        if (y[t] > 0) size += gain(alpha, sales++) * (y[t] - size);
    }
}

/* ---- smoothing with fitted parameters ---- */

/* The series with its season taken out, as ets.h and theta.h want it. */
static EtsSeries deseasoned(const DemandFit *f, const double *index) {
    const Clean *c = f->clean;
    for (int t = 0; t < c->count; t++) f->value[t] = c->y[t] / index[t];
    return (EtsSeries){ .count = c->count, .value = f->value, .seen = c->seen, .weight = index };
}

static void not_below_zero(const DemandFit *f) {
    for (int t = 0; t <= f->clean->count; t++)
        if (!(f->level[t] > 0)) f->level[t] = 0;
}

static void pass_damped_trend(DemandFit *f, const double *index, DemandCandidate *c) {
    EtsSeries s = deseasoned(f, index);
    if (!c->fitted) ets_damped(&s, &c->smoothing);
    ets_track(&c->smoothing, &s, 0, 0, NULL, f->level, f->trend, NULL);
    not_below_zero(f);
    f->damping = c->smoothing.phi;
    c->param = c->smoothing.alpha;
}

static void pass_theta(DemandFit *f, const double *index, DemandCandidate *c) {
    EtsSeries s = deseasoned(f, index);
    if (!c->fitted) c->theta = theta_optimised(&s);
    theta_track(&c->theta, &s, f->level, f->trend);
    not_below_zero(f);
    c->param = c->theta.alpha;
}

/* Theta in logarithms: growth by a rate. Brought back as a straight line that meets the curve at the horizon; and since the exponential of a mean
 * logarithm is a median, by the ratio of what was sold to what was forecast so far (smearing, Duan 1983). */
static void pass_growth(DemandFit *f, const double *index, DemandCandidate *c) {
    const Clean *clean = f->clean;
    EtsSeries s = deseasoned(f, index);
    for (int t = 0; t < s.count; t++)
        if (s.seen[t]) f->value[t] = fn_log(f->value[t]);
    if (!c->fitted) c->theta = theta_plain(&s);
    theta_track(&c->theta, &s, f->level, f->trend);
    double sold = 0, told = 0;
    for (int t = 0; t <= s.count; t++) {
        double level = fn_exp(fn_clamp(f->level[t], -40, 40)), growth = fn_clamp(f->trend[t] * f->horizon, -5, 1.5);
        double smear = told > 0 ? fn_clamp(sold / told, 0.5, 3) : 1, slope = level * fn_expm1(growth) / f->horizon;
        f->level[t] = smear * level;
        f->trend[t] = smear * slope;
        if (t == s.count || !s.seen[t] || clean->sum_seen[t] < 3) continue;
        sold += clean->y[t];
        told += index[t] * (level + slope);
    }
    c->param = c->theta.alpha;
}

/* The season of this model is its own: f->own_index and f->own_season. */
static void pass_ets(DemandFit *f, DemandCandidate *c) {
    const Clean *clean = f->clean;
    EtsSeries s = { .count = clean->count, .value = clean->y, .seen = clean->seen };
    int m = f->season_length, phase = m ? f->series->first_phase % m : 0;
    EtsModel *model = &c->smoothing;
    if (!c->fitted) ets_choose(&s, m, phase, m ? f->first_season : NULL, f->work, model);
    if (model->season) memcpy(f->own_season, f->first_season, sizeof(double) * (size_t)m);
    ets_track(model, &s, m, phase, f->own_season, f->level, f->trend, f->own_index);
    not_below_zero(f);
    f->damping = model->damped ? model->phi : 1;
    f->own = model->season != ETS_SEASON_NONE;
    c->param = model->alpha;
}

/* The same phase a season ago, where that was seen. */
static void pass_seasonal_naive(DemandFit *f) {
    const Clean *c = f->clean;
    int m = f->season_length, n = c->count;
    for (int t = 0; t <= n; t++) f->level[t] = 1;
    for (int t = 0; t < n + m; t++) {                     /* behind the end: what the model will say */
        int back = t - m;
        while (back >= 0 && !c->seen[back]) back -= m;
        double value = back >= 0 ? c->y[back] : c->mean;
        if (t < n) f->own_index[t] = value;
        else f->own_season[(f->series->first_phase + t) % m] = value;
    }
    double mean = 0;
    for (int i = 0; i < m; i++) mean += f->own_season[i] / m;
    f->level[n] = mean;
    for (int i = 0; i < m; i++) f->own_season[i] = mean > 0 ? f->own_season[i] / mean : 1;
    f->own = 1;
}

void demand_track(DemandFit *f, DemandCandidate *c) {
    const double *index = c->seasonal ? f->index : f->flat;
    memset(f->trend, 0, sizeof(double) * (size_t)(f->clean->count + 1));
    f->damping = 1;
    f->own = 0;
    switch (c->kind) {
    case DEMAND_MOVING_MEAN: pass_moving_mean(f, c->seasonal ? f->index_sum : f->clean->sum_seen, (int)c->param); break;
    case DEMAND_SES: pass_ses(f, index, c->place); break;
    case DEMAND_DAMPED_TREND: pass_damped_trend(f, index, c); break;
    case DEMAND_THETA: pass_theta(f, index, c); break;
    case DEMAND_GROWTH: pass_growth(f, index, c); break;
    case DEMAND_ETS: pass_ets(f, c); break;
    case DEMAND_SEASONAL_NAIVE: pass_seasonal_naive(f); break;
    case DEMAND_CROSTON_SBA: pass_croston_sba(f, c->param); break;
    case DEMAND_TSB: pass_tsb(f, c->param); break;
    case DEMAND_NONE: case DEMAND_KIND_COUNT_: break;
    }
    c->fitted = 1;
}
