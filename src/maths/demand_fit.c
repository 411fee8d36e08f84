/* demand_fit.c - trying the candidates at rolling origins, weighing them, and putting the combination into one model.
 *
 * Every candidate is one recursive pass that leaves, for each bucket t, the level and trend known before t. Rolling origins then cost one
 * multiplication each. Loss: pinball of the horizon's sum at four quantiles of a gamma whose variance is
 * proportional to its mean (the factor from the candidate's own errors), by Wilson and Hilferty's cube root. */
#include "maths/demand_parts.h"
#include "maths/fn.h"
#include "maths/lanes.h"

#include <string.h>

enum { ORIGINS_MOST = 100, TREND_LEAST = 10 };   /* buckets before a trend is looked for */
static const double quantiles[4] = { .5, .8, .9, .95 };
static const double quantile_z[4] = { 0, 0.84162123357291421, 1.2815515655446004, 1.6448536269514722 };

const double demand_grids[DEMAND_KIND_COUNT_][2][DEMAND_GRID_MOST] = {
    [DEMAND_MOVING_MEAN] = { { 8, 13, 26, 52, 104 }, { 28, 56, 91, 182, 364, 728 } },
    [DEMAND_SES] = { { .05, .1, .2, .3, .5, .8 }, { .01, .02, .05, .1 } },
    [DEMAND_CROSTON_SBA] = { { .05, .1, .2 }, { .02, .05, .1 } },
    [DEMAND_TSB] = { { .05, .1, .2 }, { .02, .05, .1 } },
};
static const double SALES_REMEMBERED = 3; /* a memory that holds fewer sales than this knows no rate: it is 0 or far too much */

/* ---- rolling origins ---- */

static double damped_steps(double damping, int steps) {   /* mean over buckets 1..steps of damping + .. + damping^k */
    double power = 1, drift = 0, sum = 0;
    for (int k = 0; k < steps; k++) {
        power *= damping;
        drift += power;
        sum += drift;
    }
    return sum / steps;
}

static void forecast_windows(const DemandFit *f, const DemandCandidate *c, double *forecast) {
    double steps = damped_steps(f->damping, f->horizon);
    const double *reach = c->seasonal ? f->index_reach : f->flat_reach;
    for (int i = 0; i < f->origins; i++) {
        int at = f->origin[i];
        double rate = f->level[at] + steps * f->trend[at], factor = reach[i];
        if (f->own) {
            factor = 0;
            for (int k = 0; k < f->horizon; k++)          /* from the second season on by the first: later ones were not known then */
                factor += f->own_index[at + k % f->season_length] * f->clean->seen[at + k];
        }
        forecast[i] = rate > 0 ? rate * factor : 0;
    }
}

LANES_WIDE static void steps_ahead(const double *restrict level, const double *restrict trend, double damping, const double *restrict index, int count, double *restrict ahead) {
    for (int t = 0; t < count; t++) {
        double rate = level[t] + damping * trend[t];
        ahead[t] = (rate > 0 ? rate : 0) * index[t];
    }
}

static void forecast_steps(const DemandFit *f, const DemandCandidate *c, double *ahead) {
    steps_ahead(f->level, f->trend, f->damping, f->own ? f->own_index : c->seasonal ? f->index : f->flat, f->clean->count, ahead);
}

/* Of windows side by side; behind the last one zeros, which lose nothing. */
LANES_WIDE static double window_loss(const double *actual, const double *forecast, int count) {
    Lanes zero = { 0 }, error = zero, total = zero, loss = zero;
    for (int i = 0; i < count; i += LANES) {
        Lanes happened = lanes_at(actual + i), told = lanes_at(forecast + i), gap = happened - told;
        error += gap * gap;
        total += told + 0.02 * happened;
    }
    double all = lanes_sum(&total), factor = all > 0 ? lanes_sum(&error) / all : 1;
    for (int i = 0; i < count; i += LANES) {
        Lanes happened = lanes_at(actual + i), told = lanes_at(forecast + i), ninth = factor / (9 * (told + 1e-9)), root;
        for (int l = 0; l < LANES; l++) root[l] = __builtin_sqrt(ninth[l]);
        for (int q = 0; q < 4; q++) {                     /* metric_pinball, written out for speed */
            Lanes cube = 1 - ninth + quantile_z[q] * root;
            cube = LANES_IF(cube > 0, cube);
            Lanes gap = happened - told * cube * cube * cube;
            loss += quantiles[q] * gap - LANES_IF(gap < 0, gap);
        }
    }
    return lanes_sum(&loss) / (4.0 * count);
}

/* Buckets a parameter looks back, in round numbers. Croston's memory counts sales, not buckets. */
static double memory_of(DemandKind kind, double param) {
    if (kind == DEMAND_MOVING_MEAN) return param;
    if (kind == DEMAND_CROSTON_SBA) return 1e9;
    return (kind == DEMAND_TSB ? 4 : 2) / param;
}

/* Does the parameter remember enough sales to know a rate? The longest memory of a kind always may. */
static int remembers(const DemandFit *f, DemandKind kind, double param) {
    double memory = memory_of(kind, param);
    if (memory * f->clean->sales >= SALES_REMEMBERED * f->clean->used) return 1;
    for (int p = 0; p < DEMAND_GRID_MOST && demand_grids[kind][f->daily][p] > 0; p++) {
        double other = demand_grids[kind][f->daily][p];
        if (memory_of(kind, other) > memory && (kind != DEMAND_MOVING_MEAN || other <= f->clean->used)) return 0;
    }
    return 1;
}

/* ---- trying ---- */

static int worth_trying(const DemandFit *f, DemandKind kind, int seasonal) {
    const Clean *c = f->clean;
    int trending = c->zero_share < 0.5 && c->used >= TREND_LEAST && seasonal == (f->season_length > 0);
    switch (kind) {
    case DEMAND_MOVING_MEAN: case DEMAND_SES: return 1;
    case DEMAND_DAMPED_TREND: case DEMAND_THETA: return trending;
    case DEMAND_GROWTH: return trending && c->zero_share == 0;
    case DEMAND_ETS: return !seasonal && c->zero_share < 0.5 && c->used >= TREND_LEAST;
    case DEMAND_SEASONAL_NAIVE: return !seasonal && f->season_length > 0 && f->origins > 0 && f->origin[0] >= f->season_length;
    case DEMAND_CROSTON_SBA: case DEMAND_TSB: return !seasonal && c->zero_share >= 0.25 && c->sales >= 3;
    case DEMAND_NONE: case DEMAND_KIND_COUNT_: break;
    }
    return 0;
}

/* Where the running candidate ends. */
static void keep_end(const DemandFit *f, DemandCandidate *c) {
    int n = f->clean->count, m = f->season_length;
    c->level = f->level[n];
    c->trend = f->trend[n];
    c->damping = f->damping;
    c->own_season = f->own ? memcpy(many_in(f->work, double, m), f->own_season, sizeof(double) * (size_t)m) : NULL;
}

static void run(DemandFit *f, DemandCandidate *c) {
    demand_track(f, c);
    forecast_windows(f, c, c->forecast);
    forecast_steps(f, c, c->ahead);
    keep_end(f, c);
}

static void try_param(DemandFit *f, DemandKind kind, int seasonal, int place) {
    DemandCandidate *c = &f->candidate[f->candidates++];
    *c = (DemandCandidate){ .kind = kind, .seasonal = seasonal, .place = place, .param = demand_grids[kind][f->daily][place],
                            .ahead = many_in(f->work, double, f->clean->count + 1), .forecast = many_in(f->work, double, f->origins + LANES) };
    run(f, c);
    c->loss = window_loss(f->actual, c->forecast, f->origins);
}

/* Most levels change slowly: before anything is tried a memory twice as long is twice as likely. Where there is little noise nothing need be averaged. */
static double long_memory(const DemandFit *f, const DemandCandidate *c) {
    if (f->class == DEMAND_STEADY) return 1;
    return c->kind == DEMAND_MOVING_MEAN ? c->param : 2 / (c->param > 0 ? c->param : 1);
}

/* All parameters of a kind share its usual weight: averaging over them is steadier than the one that happened to be best. */
static void try_kind(DemandFit *f, DemandKind kind, int seasonal) {
    int first = f->candidates;
    const double *grid = demand_grids[kind][f->daily];
    if (grid[0] == 0) try_param(f, kind, seasonal, 0);
    for (int p = 0; p < DEMAND_GRID_MOST && grid[p] > 0; p++) {
        if (kind == DEMAND_MOVING_MEAN && p > 0 && grid[p] > f->clean->used) break;
        if (remembers(f, kind, grid[p])) try_param(f, kind, seasonal, p);
    }
    double sum = 0;
    for (int i = first; i < f->candidates; i++) sum += f->candidate[i].share = long_memory(f, &f->candidate[i]);
    for (int i = first; i < f->candidates; i++) f->candidate[i].share /= sum;
}

static void try_all(DemandFit *f) {
    for (int seasonal = 0; seasonal <= (f->season_length > 0); seasonal++)
        for (DemandKind kind = DEMAND_MOVING_MEAN; kind < DEMAND_KIND_COUNT_; kind++)
            if (worth_trying(f, kind, seasonal)) try_kind(f, kind, seasonal);
}

/* Too few windows to compare anything: the mean of all there is. */
static void take_the_mean(DemandFit *f) {
    DemandCandidate *c = &f->candidate[f->candidates++];
    *c = (DemandCandidate){ .kind = DEMAND_MOVING_MEAN, .param = f->daily ? 182 : 52, .loss = -1, .weight = 1,
                            .ahead = many_in(f->work, double, f->clean->count + 1), .forecast = many_in(f->work, double, f->origins + LANES) };
    run(f, c);
}

/* ---- preparing ---- */

static double reach_of(const DemandFit *f, const double *season, int at) {
    double sum = 0;
    int m = f->season_length, phase = (f->series->first_phase + at) % m;
    for (int t = at; t < at + f->horizon; t++, phase = phase + 1 == m ? 0 : phase + 1) sum += season[phase] * f->clean->seen[t];
    return sum;
}

static void index_put(DemandFit *f, const double *season, int t) {
    f->index[t] = season[(f->series->first_phase + t) % f->season_length];
    f->index_sum[t + 1] = f->index_sum[t] + f->index[t] * f->clean->seen[t];
}

/* Indices come from the past of every origin: recomputed once a season, or three times where that would be more. */
static void prepare_index(DemandFit *f, int start) {
    const Clean *c = f->clean;
    int m = f->season_length, every = (c->count - start) / 3 + 1, refresh = start, next = 0;
    if (every < m) every = m;
    double *season = many_in(f->work, double, m);
    demand_season(c, m, f->series->first_phase, start, f->series->kin_season, f->work, season);
    memcpy(f->first_season, season, sizeof(double) * (size_t)m);
    for (int t = 0; t < c->count; t++) {
        if (t == refresh) {
            if (t > start) demand_season(c, m, f->series->first_phase, t, f->series->kin_season, f->work, season);
            refresh += every;
        }
        index_put(f, season, t);
        if (next < f->origins && f->origin[next] == t) f->index_reach[next++] = reach_of(f, season, t);
    }
}

static void prepare_origins(DemandFit *f, int start) {
    const Clean *c = f->clean;
    int room = c->count - start - f->horizon, stride = room > 0 ? room / ORIGINS_MOST + 1 : 1, first = start;
    if (room > 0) first += room % stride;                 /* windows overlap anyway; the newest origin always counts */
    for (int t = first; t + f->horizon <= c->count; t += stride) {
        double seen = c->sum_seen[t + f->horizon] - c->sum_seen[t];
        if (c->sum_seen[t] < 1 || seen < 0.6 * f->horizon) continue;
        f->actual[f->origins] = f->window[f->origins].actual = c->sum_y[t + f->horizon] - c->sum_y[t];
        f->flat_reach[f->origins] = seen;
        f->origin[f->origins++] = t;
    }
    f->independent = (double)f->origins * stride / f->horizon;
    if (f->independent > f->origins) f->independent = f->origins;
}

static void prepare(DemandFit *f, const DemandSeries *series, const Clean *clean, double horizon, Arena *work) {
    int n = clean->count, m = demand_season_length(series, clean);
    *f = (DemandFit){ .clean = clean, .series = series, .work = work, .daily = series->bucket_days == 1, .season_length = m };
    double most = n / 4 > 1 ? n / 4 : 1;
    f->horizon = (int)(fn_clamp(horizon, 1, most) + 0.5);
    f->origin = many_in(work, int, ORIGINS_MOST + 2);
    f->window = many_in(work, DemandWindow, ORIGINS_MOST + 2);
    f->actual = many_in(work, double, ORIGINS_MOST + 2 + LANES);
    f->flat_reach = many_in(work, double, ORIGINS_MOST + 2);
    f->level = many_in(work, double, n + 1);
    f->trend = many_in(work, double, n + 1);
    f->value = many_in(work, double, n + 1);
    f->flat = many_in(work, double, n + 1);
    for (int t = 0; t < n; t++) f->flat[t] = 1;
    int start = (int)fn_clamp(n / 3.0, 3, 1e9), seasons = series->kin_season ? m : 2 * m;
    if (m && start < seasons && seasons + f->horizon + DEMAND_ORIGINS_LEAST <= n) start = seasons;
    prepare_origins(f, start);
    if (!m) return;
    f->index = many_in(work, double, n + 1);
    f->index_sum = many_in(work, double, n + 1);
    f->index_reach = many_in(work, double, ORIGINS_MOST + 2);
    f->first_season = many_in(work, double, m);
    f->own_index = many_in(work, double, n + 1);
    f->own_season = many_in(work, double, m);
    prepare_index(f, start);
}

/* ---- one model of all ---- */

LANES_WIDE static void add_weighted(double weight, const double *restrict from, int count, double *restrict sum) {
    for (int t = 0; t < count; t++) sum[t] += weight * from[t];
}

static void combine_forecasts(DemandFit *f, double *ahead) {
    for (int i = 0; i < f->origins; i++) f->window[i].forecast = 0;
    for (int k = 0; k < f->candidates; k++) {
        const DemandCandidate *c = &f->candidate[k];
        if (c->weight == 0) continue;
        for (int i = 0; i < f->origins; i++) f->window[i].forecast += c->weight * c->forecast[i];
        add_weighted(c->weight, c->ahead, f->clean->count, ahead);
    }
}

/* Trends of different damping become one that adds as much over the horizon. */
static void add_trend(const DemandFit *f, const DemandCandidate *c, DemandModel *m) {
    if (c->trend == 0) return;
    if (c->damping == 1) {
        m->drift += c->weight * c->trend;
        return;
    }
    if (m->trend == 0) m->damping = c->damping;
    m->trend += c->weight * c->trend * damped_steps(c->damping, f->horizon) / damped_steps(m->damping, f->horizon);
}

/* `mixed`: index of each phase, times the level. Of a season longer than the model has room for, neighbouring phases share their mean. */
static void keep_season(const double *mixed, DemandModel *m) {
    double sum = 0;
    for (int phase = 0, held = 0; phase < m->seasonal; phase++) {
        int slot = demand_slot(m->seasonal, phase);
        sum += mixed[phase] / m->level;
        held++;
        m->season[slot] = (float)(sum / held);
        if (phase + 1 == m->seasonal || demand_slot(m->seasonal, phase + 1) == slot) continue;
        sum = 0;
        held = 0;
    }
}

/* Level, trend and season today: the whole history seen with today's indices. of_kind: what each kind adds to the level. */
static void combine_levels(DemandFit *f, double *of_kind, DemandModel *m) {
    int n = f->clean->count, length = f->season_length;
    double *season = many_in(f->work, double, length + 1), *mixed = many_in(f->work, double, length + 1);
    if (length) {
        demand_season(f->clean, length, f->series->first_phase, n, f->series->kin_season, f->work, season);
        for (int t = 0; t < n; t++) index_put(f, season, t);
        f->smoothed_by = NULL;
    }
    int varies = 0;
    for (int k = 0; k < f->candidates; k++) {
        DemandCandidate *c = &f->candidate[k];
        if (c->weight == 0) continue;
        if (c->seasonal) {
            demand_track(f, c);
            keep_end(f, c);
        }
        double part = c->weight * c->level;
        m->level += part;
        of_kind[c->kind] += part;
        add_trend(f, c, m);
        const double *own = c->own_season ? c->own_season : c->seasonal ? season : NULL;
        varies |= own != NULL;
        for (int i = 0; i < length; i++) mixed[i] += part * (own ? own[i] : 1);
    }
    double seen = varies ? f->index_sum[n] : f->clean->sum_seen[n];
    m->long_level = seen > 0 ? f->clean->sum_y[n] / seen : 0;
    if (!varies || !(m->level > 0)) return;
    m->seasonal = (uint16_t)length;
    m->next_phase = (f->series->first_phase + n) % length;
    keep_season(mixed, m);
}

static DemandPoor poor_reason(const DemandFit *f) {
    const Clean *c = f->clean;
    if (c->used == 0) return DEMAND_POOR_NO_DATA;
    if (c->sales == 0) return DEMAND_POOR_NO_SALES;
    if (c->used < 8) return DEMAND_POOR_SHORT;
    if (f->origins < DEMAND_ORIGINS_LEAST) return DEMAND_POOR_FEW_ORIGINS;
    return 2 * c->censored > c->used ? DEMAND_POOR_CENSORED : DEMAND_POOR_NOT;
}

/* What the choice rests on: of each kind the weight of all its parameters, the heaviest of them and its loss. */
static void keep_evidence(const DemandFit *f, DemandModel *m) {
    for (int k = 0; k < f->candidates; k++) {
        const DemandCandidate *c = &f->candidate[k];
        DemandEvidence *e = &m->evidence[c->seasonal][c->kind];
        if (e->loss < 0 || (float)c->loss < e->loss) {
            e->loss = (float)c->loss;
            e->param = (float)c->param;
        }
        e->weight += (float)c->weight;
    }
}

/* The heaviest kind and the next; `level` is the weighted sum of the levels of each kind. */
static void name_kinds(const double *level, DemandModel *m) {
    double weight[DEMAND_KIND_COUNT_] = { 0 };
    DemandKind best = DEMAND_NONE, second = DEMAND_NONE;
    for (DemandKind kind = DEMAND_MOVING_MEAN; kind < DEMAND_KIND_COUNT_; kind++) {
        weight[kind] = (double)m->evidence[0][kind].weight + (double)m->evidence[1][kind].weight;
        if (best == DEMAND_NONE || weight[kind] > weight[best]) {
            second = best;
            best = kind;
        } else if (second == DEMAND_NONE || weight[kind] > weight[second]) {
            second = kind;
        }
    }
    if (!(weight[second] > 0)) second = best;
    int seasonal = m->evidence[1][best].weight > m->evidence[0][best].weight;
    m->kind = (uint8_t)best;
    m->param = (double)m->evidence[seasonal][best].param;
    m->runner_up = (uint8_t)second;
    m->runner_up_level = level[second] / weight[second];
}

void demand_fit(const DemandSeries *series, double horizon_buckets, Arena *work, DemandModel *out) {
    Clean clean;
    DemandFit fit;
    double of_kind[DEMAND_KIND_COUNT_] = { 0 };
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
    fit.class = demand_class(&fit);
    if (fit.origins >= DEMAND_ORIGINS_LEAST) {
        try_all(&fit);
        demand_weigh(&fit);
    } else {
        take_the_mean(&fit);
    }
    double *ahead = many_in(work, double, clean.count + 1);
    combine_forecasts(&fit, ahead);
    combine_levels(&fit, of_kind, out);
    demand_errors(&fit, ahead, out);
    keep_evidence(&fit, out);
    name_kinds(of_kind, out);
    demand_choose_shape(&clean, fit.window, fit.origins, demand_level_share(&fit), work, out);
}
