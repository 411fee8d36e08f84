/* demand_fit.c - trying the candidates, choosing one, and fitting how wrong it is.
 *
 * Every candidate is one recursive pass that leaves, for each bucket t, the level known before t. Rolling origins then cost one
 * multiplication each. Loss: pinball of the horizon's sum at four quantiles of a gamma whose variance is
 * proportional to its mean (the factor from the candidate's own errors), by Wilson and Hilferty's cube root. */
#include "maths/demand_parts.h"
#include "maths/fn.h"

#include <string.h>

enum { ORIGINS_LEAST = 4, ORIGINS_MOST = 100, MOST_PARAMS = 5 };
static const double quantiles[4] = { .5, .8, .9, .95 };
static const double quantile_z[4] = { 0, 0.84162123357291421, 1.2815515655446004, 1.6448536269514722 };

/* The coarse grid, for weekly (or longer) and for daily buckets. `pull` is what a kind must gain, relative to the loss, per
 * 1/sqrt(independent horizons), to be preferred to the moving mean: evidence before complexity. */
typedef struct KindRow { double param[2][MOST_PARAMS]; double pull; } KindRow;
static const KindRow kinds[DEMAND_KIND_COUNT_] = {
    [DEMAND_MOVING_MEAN] = { { { 8, 13, 26, 52 }, { 28, 56, 91, 182, 364 } }, 0 },
    [DEMAND_SES] = { { { .05, .1, .2, .3 }, { .01, .02, .05, .1 } }, 0 },
    [DEMAND_DAMPED_TREND] = { { { .1, .2 }, { .02, .05 } }, .08 },
    [DEMAND_CROSTON_SBA] = { { { .05, .1, .2 }, { .02, .05, .1 } }, .02 },
    [DEMAND_TSB] = { { { .05, .1, .2 }, { .02, .05, .1 } }, .02 },
};
static const double SEASON_PULL = .06;    /* of one's own season; that of the kin costs nothing: many have borne it out */
static const double SALES_REMEMBERED = 3; /* a memory that holds fewer sales than this knows no rate: it is 0 or far too much */
static const double SELECTION = 1.5;      /* errors of the best of several candidates look smaller than they are */

typedef struct Fit {
    const Clean *clean;
    const DemandSeries *series;
    int daily, horizon, season_length;
    double damping;
    int *origin;                  /* bucket index of each rolling origin */
    int origins;
    double independent;           /* horizons that do not overlap */
    double *flat, *index;         /* index per bucket: all 1, and the season's as known at the time */
    double *flat_sum, *index_sum; /* prefix sums of index * seen */
    double *level, *trend;        /* scratch of the running candidate, count + 1 */
    DemandWindow *window;
} Fit;

typedef struct Candidate { DemandKind kind; int seasonal; double param, loss; } Candidate;

/* --- one pass per model: level[t] is what is known before bucket t ---------------------------------------------- */

static double gain(double alpha, int step) {              /* a running mean until the memory is full */
    return alpha * (step + 1) < 1 ? 1.0 / (step + 1) : alpha;
}

/* With a season, `index` multiplies the level: a bucket's share of the news is its index, so that days which never sell (index
 * near 0) do not shout. */
static void pass_moving_mean(const Fit *f, const double *index, int window) {
    const Clean *c = f->clean;
    double sum = 0, weight = 0, last = 0;
    int held = 0, tail = 0;
    for (int t = 0; t <= c->count; t++) {
        if (weight > 0.1) last = sum / weight;
        f->level[t] = last > 0 ? last : 0;
        if (t == c->count) break;
        if (c->seen[t]) {
            sum += c->y[t];
            weight += index[t];
            held++;
        }
        while (held > window) {
            if (c->seen[tail]) {
                sum -= c->y[tail];
                weight -= index[tail];
                held--;
            }
            tail++;
        }
    }
}

static void pass_ses(const Fit *f, const double *index, double alpha) {
    const Clean *c = f->clean;
    double level = 0;
    for (int t = 0, step = 0; t <= c->count; t++) {
        f->level[t] = level;
        if (t == c->count || !c->seen[t]) continue;
        double g = gain(alpha, step++);
        level += (g * index[t] < 1 ? g : 1 / index[t]) * (c->y[t] - index[t] * level);
    }
}

static void pass_damped_trend(const Fit *f, const double *index, double alpha) {
    const Clean *c = f->clean;
    double level = 0, trend = 0, beta = alpha / 5;
    for (int t = 0, step = 0; t <= c->count; t++) {
        f->level[t] = level > 0 ? level : 0;
        f->trend[t] = trend;
        if (t == c->count || !c->seen[t]) continue;
        double ahead = level + f->damping * trend, error = c->y[t] - index[t] * ahead;
        double g = gain(alpha, step++);
        if (g * index[t] > 1) g = 1 / index[t];
        level = ahead + g * error;
        trend = f->damping * trend + (step > 8 ? beta * g * error : 0);
    }
}

static void pass_croston_sba(const Fit *f, double alpha) {
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

static void pass_tsb(const Fit *f, double alpha) {
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

static void run(const Fit *f, DemandKind kind, int seasonal, double param) {
    const double *index = seasonal ? f->index : f->flat;
    if (kind == DEMAND_MOVING_MEAN) pass_moving_mean(f, index, (int)param);
    if (kind == DEMAND_SES) pass_ses(f, index, param);
    if (kind == DEMAND_DAMPED_TREND) pass_damped_trend(f, index, param);
    if (kind == DEMAND_CROSTON_SBA) pass_croston_sba(f, param);
    if (kind == DEMAND_TSB) pass_tsb(f, param);
}

/* --- rolling origins ---------------------------------------------------------------------------------------- */

static double damped_steps(double damping, int steps) {   /* mean over buckets 1..steps of damping + .. + damping^k */
    double power = 1, drift = 0, sum = 0;
    for (int k = 0; k < steps; k++) {
        power *= damping;
        drift += power;
        sum += drift;
    }
    return sum / steps;
}

static void forecast_windows(const Fit *f, DemandKind kind, int seasonal) {
    const double *weight = seasonal ? f->index_sum : f->flat_sum;
    double steps = kind == DEMAND_DAMPED_TREND ? damped_steps(f->damping, f->horizon) : 0;
    for (int i = 0; i < f->origins; i++) {
        int at = f->origin[i];
        double rate = f->level[at];
        if (steps > 0) rate += steps * f->trend[at];
        if (!(rate > 0)) rate = 0;
        f->window[i].forecast = rate * (weight[at + f->horizon] - weight[at]);
    }
}

static double window_loss(const DemandWindow *window, int count) {
    double error = 0, total = 0;
    for (int i = 0; i < count; i++) {
        double gap = window[i].actual - window[i].forecast;
        error += gap * gap;
        total += window[i].forecast + 0.02 * window[i].actual;
    }
    double factor = total > 0 ? error / total : 1, loss = 0;
    for (int i = 0; i < count; i++) {
        double mean = window[i].forecast, actual = window[i].actual;
        double ninth = factor / (9 * (mean + 1e-9)), root = __builtin_sqrt(ninth);
        for (int q = 0; q < 4; q++) {                     /* metric_pinball, written out for speed */
            double cube = 1 - ninth + quantile_z[q] * root;
            cube = cube > 0 ? cube : 0;
            double gap = actual - mean * cube * cube * cube;
            loss += quantiles[q] * gap - (gap < 0 ? gap : 0);
        }
    }
    return loss / (4.0 * count);
}

static int worth_trying(const Fit *f, DemandKind kind) {
    double zeros = f->clean->zero_share;
    if (kind == DEMAND_DAMPED_TREND) return zeros < 0.5 && f->clean->used >= 24;
    if (kind == DEMAND_CROSTON_SBA || kind == DEMAND_TSB) return zeros >= 0.25 && f->clean->sales >= 3;
    return 1;
}

static double pulled(const Fit *f, const Candidate *c) {
    double pull = kinds[c->kind].pull + (c->seasonal && !f->series->kin_season ? SEASON_PULL : 0);
    return c->loss * (1 + pull / __builtin_sqrt(f->independent > 1 ? f->independent : 1));
}

/* Buckets a parameter looks back, in round numbers. Croston's memory counts sales, not buckets. */
static double memory_of(DemandKind kind, double param) {
    if (kind == DEMAND_MOVING_MEAN) return param;
    if (kind == DEMAND_CROSTON_SBA) return 1e9;
    return (kind == DEMAND_TSB ? 4 : 2) / param;
}

/* Does the parameter remember enough sales to know a rate? The longest memory of a kind always may. */
static int remembers(const Fit *f, DemandKind kind, double param) {
    double memory = memory_of(kind, param);
    if (memory * f->clean->sales >= SALES_REMEMBERED * f->clean->used) return 1;
    for (int p = 0; p < MOST_PARAMS && kinds[kind].param[f->daily][p] > 0; p++) {
        double other = kinds[kind].param[f->daily][p];
        if (memory_of(kind, other) > memory && (kind != DEMAND_MOVING_MEAN || other <= f->clean->used)) return 0;
    }
    return 1;
}

/* The best parameter of a kind; keeps best and second over kinds. */
static Candidate best_of_kind(const Fit *f, DemandKind kind, int seasonal) {
    Candidate best = { .kind = kind, .seasonal = seasonal, .loss = -1 };
    for (int p = 0; p < MOST_PARAMS; p++) {
        double param = kinds[kind].param[f->daily][p];
        if (!(param > 0)) break;
        if (kind == DEMAND_MOVING_MEAN && p > 0 && param > f->clean->used) break;
        if (!remembers(f, kind, param)) continue;
        run(f, kind, seasonal, param);
        forecast_windows(f, kind, seasonal);
        double loss = window_loss(f->window, f->origins);
        if (best.loss < 0 || loss < best.loss * (1 - 1e-9)) {
            best.loss = loss;
            best.param = param;
        }
    }
    return best;
}

static void choose(const Fit *f, DemandModel *m, Candidate *out_best, Candidate *out_second) {
    Candidate best = { .kind = DEMAND_NONE }, second = best;
    for (int seasonal = 0; seasonal <= (f->season_length > 0); seasonal++)
        for (DemandKind kind = DEMAND_MOVING_MEAN; kind < DEMAND_KIND_COUNT_; kind++) {
            if (!worth_trying(f, kind) || (seasonal && kind >= DEMAND_CROSTON_SBA)) continue;
            Candidate tried = best_of_kind(f, kind, seasonal);
            m->evidence[seasonal][kind] = (DemandEvidence){ .loss = (float)tried.loss, .param = (float)tried.param };
            if (best.kind == DEMAND_NONE || pulled(f, &tried) < pulled(f, &best)) {
                second = best;
                best = tried;
            } else if (second.kind == DEMAND_NONE || pulled(f, &tried) < pulled(f, &second)) {
                second = tried;
            }
        }
    *out_best = best;
    *out_second = second.kind == DEMAND_NONE ? best : second;
}

/* --- preparing ------------------------------------------------------------------------------------------------ */

/* Bucket where the season's indices are next recomputed: they must come from the past of every origin. */
static int next_refresh(const Fit *f, int start, int t) {
    int every = f->season_length == SEASON_YEAR ? SEASON_YEAR : (f->clean->count - start) / 3 + 1;
    return start + ((t - start) / every + 1) * every;
}

static void prepare_index(Fit *f, int start) {
    const Clean *c = f->clean;
    double season[DEMAND_SEASON_MOST];
    int refresh = start;
    demand_season(c, f->season_length, f->series->first_phase, start, f->series->kin_season, season);
    for (int t = 0; t < c->count; t++) {
        if (t == refresh) {
            demand_season(c, f->season_length, f->series->first_phase, t, f->series->kin_season, season);
            refresh = next_refresh(f, start, t);
        }
        f->index[t] = season[(f->series->first_phase + t) % f->season_length];
        f->index_sum[t + 1] = f->index_sum[t] + f->index[t] * c->seen[t];
    }
}

static void prepare_origins(Fit *f, int start) {
    const Clean *c = f->clean;
    int refresh = f->season_length ? next_refresh(f, start, start) : c->count + 1;
    int room = c->count - start - f->horizon, stride = room > 0 ? room / ORIGINS_MOST + 1 : 1, first = start;
    if (room > 0) first += room % stride;                 /* windows overlap anyway; the newest origin always counts */
    for (int t = first; t + f->horizon <= c->count; t += stride) {
        while (t >= refresh) refresh = next_refresh(f, start, refresh);
        double seen = c->sum_seen[t + f->horizon] - c->sum_seen[t];
        if (c->sum_seen[t] < 1 || seen < 0.6 * f->horizon) continue;
        if (f->season_length && t + f->horizon > refresh) continue;  /* would mix indices of two dates */
        f->window[f->origins].actual = c->sum_y[t + f->horizon] - c->sum_y[t];
        f->origin[f->origins++] = t;
    }
    f->independent = (double)f->origins * stride / f->horizon;
    if (f->independent > f->origins) f->independent = f->origins;
}

static void prepare(Fit *f, const DemandSeries *series, const Clean *clean, double horizon, Arena *work) {
    int n = clean->count;
    *f = (Fit){ .clean = clean, .series = series, .daily = series->bucket_days == 1 };
    f->damping = f->daily ? 0.98 : 0.9;
    double most = n / 4 > 1 ? n / 4 : 1;
    f->horizon = (int)(fn_clamp(horizon, 1, most) + 0.5);
    f->season_length = demand_season_length(series, clean);
    f->origin = many_in(work, int, n + 1);
    f->window = many_in(work, DemandWindow, n + 1);
    f->level = many_in(work, double, n + 1);
    f->trend = many_in(work, double, n + 1);
    f->flat = many_in(work, double, n + 1);
    for (int t = 0; t < n; t++) f->flat[t] = 1;
    f->flat_sum = many_in(work, double, n + 1);
    memcpy(f->flat_sum, clean->sum_seen, sizeof(double) * (size_t)(n + 1));
    int start = f->season_length == SEASON_YEAR && n >= 2 * SEASON_YEAR ? SEASON_YEAR : (int)fn_clamp(n / 3.0, 3, 1e9);
    if (f->season_length) {
        f->index = many_in(work, double, n + 1);
        f->index_sum = many_in(work, double, n + 1);
        prepare_index(f, start);
    }
    prepare_origins(f, start);
}

/* --- how wrong is it ---------------------------------------------------------------------------------------------- */

/* Share of a bucket's noise that the level's own error takes: the estimator's variance over the noise variance. Croston learns at a sale only, so his
 * memory is so many sales, each worth the buckets between two; TSB's chance of a sale learns at half the speed of its size. */
static double level_share(const Fit *f, DemandKind kind, double param) {
    double used = f->clean->used > 0 ? f->clean->used : 1, share;
    if (kind == DEMAND_MOVING_MEAN) share = 1 / (param > 1 ? param : 1);
    else if (kind == DEMAND_CROSTON_SBA) share = param / (2 - param) * f->clean->sales / used;
    else if (kind == DEMAND_TSB) share = param / (4 - param);
    else if (kind == DEMAND_DAMPED_TREND) share = 1.5 * param / (2 - param);
    else share = param / (2 - param);                     /* SES: s^2 a / (2 - a) */
    return share > 1 / used ? share : 1 / used;
}

/* Noise grows with the level like Taylor's law, exponent about 1.5: errors made at other levels are brought to today's. */
static double to_todays_level(double now, double then) {
    if (!(then > 0) || !(now > 0)) return 1;
    double ratio = now / then;
    return fn_clamp(ratio * __builtin_sqrt(ratio), 0.2, 5);
}

static double one_step_variance(const Fit *f, int seasonal, double now) {
    const Clean *c = f->clean;
    const double *index = seasonal ? f->index : NULL;
    double square = 0, mean = 0, n = 0;
    int from = f->origins > 0 ? f->origin[0] : c->count / 3;
    for (int t = from; t < c->count; t++) {
        if (!c->exact[t]) continue;
        double ahead = f->level[t] * (index ? index[t] : 1), error = c->y[t] - ahead;
        square += error * error;
        mean += ahead;
        n += 1;
    }
    double scale = n > 0 ? to_todays_level(now, mean / n) : 1;
    double prior = now + 0.25 * now * now;
    return (square * scale + 3 * prior) / (n + 3);
}

static double sum_variance(const Fit *f, double now) {
    double square = 0, mean = 0;
    for (int i = 0; i < f->origins; i++) {
        double gap = f->window[i].actual - f->window[i].forecast;
        square += gap * gap;
        mean += f->window[i].forecast;
    }
    if (f->origins == 0) return 0;
    return square / f->origins * to_todays_level(now * f->horizon, mean / f->origins);
}

static void fit_errors(const Fit *f, const Candidate *best, DemandModel *m) {
    double h = f->horizon, share = level_share(f, best->kind, best->param);
    double one = one_step_variance(f, best->seasonal, m->level);
    double noise = one / (1 + share), level = noise * share;
    double formula = h * noise + h * h * level;
    double seen = f->origins >= ORIGINS_LEAST && formula > 0 ? sum_variance(f, m->level) / formula : 1;
    seen *= 1 + SELECTION / (f->independent > 1 ? f->independent : 1);
    double trust = f->independent / (f->independent + 3);
    double factor = seen > 0 ? fn_exp(trust * fn_log(fn_clamp(seen, 0.1, 20))) : 1;
    double target = factor * formula;
    m->calibration = __builtin_sqrt(factor);
    m->noise_var = noise;
    m->level_var = level;
    if (f->horizon == 1) return;
    /* What the sums show beyond independent noise is the level's error; if they show less, noise shrinks. */
    level = (target - h * one) / (h * h - h);
    if (level < 0.5 * noise * share) level = 0.5 * noise * share;
    noise = (target - h * h * level) / h;
    if (noise < 0.3 * m->noise_var) {
        noise = 0.3 * m->noise_var;
        level = (target - h * noise) / (h * h) > 0 ? (target - h * noise) / (h * h) : level;
    }
    m->noise_var = noise;
    m->level_var = level;
}

static void keep_season(const Fit *f, DemandModel *m) {
    double season[DEMAND_SEASON_MOST];
    int length = f->season_length, n = f->clean->count;
    demand_season(f->clean, length, f->series->first_phase, n, f->series->kin_season, season);
    for (int i = 0; i < length; i++) m->season[i] = (float)season[i];
    for (int t = 0; t < n; t++) f->index[t] = season[(f->series->first_phase + t) % length];
    m->next_phase = (f->series->first_phase + n) % length;
    m->seasonal = (uint8_t)length;
}

/* Two levels told by different kinds err less together than the better one alone; a trend is no level. */
static int speaks_together(const Candidate *best, const Candidate *second) {
    return best->seasonal == second->seasonal && best->kind != DEMAND_DAMPED_TREND && second->kind != DEMAND_DAMPED_TREND;
}

/* Level and trend today; for a seasonal model the whole history by today's indices. */
static void keep_level(const Fit *f, const Candidate *best, const Candidate *second, DemandModel *m) {
    if (best->seasonal) keep_season(f, m);
    run(f, second->kind, second->seasonal, second->param);
    double theirs = f->level[f->clean->count];
    run(f, best->kind, best->seasonal, best->param);
    m->level = f->level[f->clean->count];
    if (speaks_together(best, second)) m->level = (m->level + theirs) / 2;
    m->damping = f->damping;
    m->trend = best->kind == DEMAND_DAMPED_TREND ? f->trend[f->clean->count] : 0;
}

static DemandPoor poor_reason(const Fit *f) {
    const Clean *c = f->clean;
    if (c->used == 0) return DEMAND_POOR_NO_DATA;
    if (c->sales == 0) return DEMAND_POOR_NO_SALES;
    if (c->used < 8) return DEMAND_POOR_SHORT;
    if (f->origins < ORIGINS_LEAST) return DEMAND_POOR_FEW_ORIGINS;
    return 2 * c->censored > c->used ? DEMAND_POOR_CENSORED : DEMAND_POOR_NOT;
}

void demand_fit(const DemandSeries *series, double horizon_buckets, Arena *work, DemandModel *out) {
    Clean clean;
    Fit fit;
    Candidate best, second;
    demand_clean(series, work, &clean);
    demand_prior(0, 0, series->bucket_days, out);
    prepare(&fit, series, &clean, horizon_buckets, work);
    out->used = clean.used;
    out->censored = clean.censored;
    out->missing = clean.missing;
    out->zero_share = clean.zero_share;
    out->origins = fit.origins;
    out->horizon = fit.horizon;
    out->poor = (uint8_t)poor_reason(&fit);
    if (clean.sales == 0) return;
    if (fit.origins >= ORIGINS_LEAST) {
        choose(&fit, out, &best, &second);
    } else {
        best = (Candidate){ .kind = DEMAND_MOVING_MEAN, .param = kinds[DEMAND_MOVING_MEAN].param[fit.daily][3] };
        second = best;
    }
    run(&fit, second.kind, second.seasonal, second.param);
    out->runner_up_level = fit.level[clean.count];
    run(&fit, best.kind, best.seasonal, best.param);      /* by the indices of their time: honest errors */
    forecast_windows(&fit, best.kind, best.seasonal);
    out->level = fit.level[clean.count];
    fit_errors(&fit, &best, out);
    keep_level(&fit, &best, &second, out);
    out->kind = (uint8_t)best.kind;
    out->param = best.param;
    out->runner_up = (uint8_t)second.kind;
    out->runner_up_seasonal = (uint8_t)(second.seasonal ? fit.season_length : 0);
    demand_choose_shape(&clean, fit.window, fit.origins, level_share(&fit, best.kind, best.param), work, out);
}
