#include "maths/sensed.h"
#include "maths/demand_parts.h"
#include "maths/fn.h"

const int sensed_tail_days[SENSED_TAILS] = { 1, 7, 28 };
const double SENSED_TOLD = 0.6;

enum { BASE_DAYS = 63, BASE_WEEKS = 26, SPREAD_DAYS = 182, SPREAD_WEEKS = 52, LEAST_DAYS = 28, LEAST_WEEKS = 8, READ_DAYS = 28, READ_WEEKS = 8, LATELY_DAYS = 3, LEVEL_LEAST = 2 };
static const double USUAL_CV = 0.15, WORTH_LOOKING = 1.3, OUT_OF_PROPORTION = 1.5, AWAITED = 24;

/* The window that is read, and the time before it. Expectations are for level 1 until the base is known. */
typedef struct Windows {
    int count, from;                                     /* from: series bucket of the first point read */
    double expected[SENSE_POINTS_MOST], seen[SENSE_POINTS_MOST];
    double base, spread, rate_cv;
} Windows;

static int phase_of(const DemandModel *m, const DemandSeries *series, int t) {
    return m->seasonal ? (m->next_phase + m->seasonal - (series->count - t) % m->seasonal) % m->seasonal : 0;
}

static int is_exact(const DemandSeries *series, int t) { return !series->state || series->state[t] == DEMAND_EXACT; }

/* The exact buckets of `most` before `to`, by season: how many, their level, and how far they spread around it. */
typedef struct Before { int n; double level, sum, spread; } Before;

static Before before_of(const DemandSeries *series, const DemandModel *m, int to, int most) {
    double expected[SPREAD_DAYS], seen[SPREAD_DAYS], index_sum = 0;
    Before b = { 0 };
    for (int t = to > most ? to - most : 0; t < to; t++) {
        if (!is_exact(series, t)) continue;
        expected[b.n] = demand_index(m, phase_of(m, series, t));
        seen[b.n] = series->value[t];
        index_sum += expected[b.n];
        b.sum += seen[b.n++];
    }
    if (!(b.sum > 0) || !(index_sum > 0)) return b;
    b.level = b.sum / index_sum;
    for (int i = 0; i < b.n; i++) expected[i] *= b.level;
    b.spread = sense_spread(expected, seen, b.n);
    return b;
}

/* The level is that of the near past; how much buckets scatter takes longer to see, most of all where sales are few. */
static int base_make(const DemandSeries *series, const DemandModel *m, int daily, Windows *w) {
    Before near = before_of(series, m, w->from, daily ? BASE_DAYS : BASE_WEEKS), far = before_of(series, m, w->from, daily ? SPREAD_DAYS : SPREAD_WEEKS);
    if (near.n < (daily ? LEAST_DAYS : LEAST_WEEKS) || !(near.level > 0)) return 0;
    w->base = near.level;
    w->spread = far.spread > near.spread ? far.spread : near.spread;
    w->rate_cv = __builtin_sqrt(USUAL_CV * USUAL_CV + w->spread / near.sum);
    return 1;
}

/* Closed buckets one by one, then what is known of those ahead as one point. Censored buckets speak only when they speak up. */
static int windows_make(const SensedInput *in, const DemandModel *m, Windows *w) {
    const DemandSeries *series = in->series;
    int daily = series->bucket_days == 1, read = daily ? READ_DAYS : READ_WEEKS;
    *w = (Windows){ .from = series->count > read ? series->count - read : 0 };
    if (m->kind == DEMAND_NONE || (daily ? 0 : series->bucket_days != 7) || !base_make(series, m, daily, w)) return 0;
    for (int t = w->from; t < series->count; t++) {
        double expected = w->base * demand_index(m, phase_of(m, series, t)), seen = series->value[t];
        int says = is_exact(series, t) || (series->state[t] == DEMAND_AT_LEAST && seen > expected);
        w->expected[w->count] = says ? expected : 0;
        w->seen[w->count++] = seen;
    }
    double ahead = 0;
    for (int k = 0; k < in->ahead; k++) ahead += w->base * in->known_share[k] * demand_index(m, m->next_phase + k);
    w->expected[w->count] = ahead;
    w->seen[w->count++] = in->known;
    return 1;
}

/* Of the points from .. to - 1. */
static double window_sum(const Windows *w, int from, int to, double *out_seen) {
    double expected = *out_seen = 0;
    for (int t = from; t < to; t++) {
        expected += w->expected[t];
        *out_seen += w->expected[t] > 0 ? w->seen[t] : 0;
    }
    return expected;
}

/* The last days and what is known of the coming ones: people order today for the day after tomorrow. */
static double lately_odd(const SensedInput *in, const Windows *w, double *out_times) {
    int buckets = in->series->bucket_days == 1 ? LATELY_DAYS : 1, closed = w->count - 1;
    double seen, expected = window_sum(w, closed > buckets ? closed - buckets : 0, w->count, &seen);
    *out_times = expected > 0 ? seen / expected : 0;
    double sd = __builtin_sqrt(expected * w->spread + w->rate_cv * w->rate_cv * expected * expected);
    if (!(seen > expected + WORTH_LOOKING * sd)) return 1;
    return 1 - sense_pit(w->rate_cv, expected, seen, w->spread, in->chance);
}

/* A sale out of all proportion to every bucket before it; where sales are lumps, a large one is no news. */
static int out_of_proportion(const DemandSeries *series, int from, int buckets) {
    double largest = 0, seen = 0;
    for (int t = 0; t < from; t++)
        if (series->value[t] > largest) largest = series->value[t];
    for (int t = from; t < from + buckets; t++)
        if (series->value[t] > seen) seen = series->value[t];
    return seen > OUT_OF_PROPORTION * largest;
}

static void level_follow(const Windows *w, const SenseReading *r, DemandModel *m) {
    double p = r->p[SENSE_NEW_LEVEL], to = w->base * r->rate, gap = to - m->level;
    double var = p * r->rate_var * w->base * w->base + (1 - p) * m->level_var + p * (1 - p) * gap * gap;
    *m = demand_levelled(m, p * to + (1 - p) * m->level, var, 1 - p);
}

/* The same history with these buckets not seen. */
static void fit_without(const SensedInput *in, int from, int buckets, Arena *work, DemandModel *m) {
    DemandSeries series = *in->series;
    uint8_t *state = many_in(work, uint8_t, series.count + 1);
    for (int t = 0; t < series.count; t++) state[t] = t >= from && t < from + buckets ? DEMAND_MISSING : series.state ? series.state[t] : DEMAND_EXACT;
    series.state = state;
    demand_fit(&series, in->horizon, work, m);
    demand_teach(&in->lessons, m);
    if (in->learned > 0 && in->learned != 1) *m = demand_scaled(m, in->learned);
}

static int is_event(const SensedInput *in, const Sensed *s) {
    int count = in->series->count, lasts = s->from + s->buckets >= count;
    return in->passing > 0 && lasts && s->from >= count - in->passing && s->reading.seen_over_expected > 1;
}

/* What is believed enough to follow. */
static int is_followed(const SensedInput *in, const Sensed *s) {
    const SenseReading *r = &s->reading;
    if (r->kind == SENSE_USUAL || !(r->seen_over_expected > 0)) return 0;
    if (is_event(in, s)) return r->p[SENSE_USUAL] < 0.5;
    if (r->p[r->kind] < SENSED_TOLD) return 0;
    if (r->kind == SENSE_NEW_LEVEL) return r->length >= LEVEL_LEAST;
    return s->from + s->buckets <= in->series->count && out_of_proportion(in->series, s->from, s->buckets);
}

/* What is known of the buckets ahead against what the fit expects of them. */
static void ahead_meet(const SensedInput *in, double spread, DemandModel *m, Sensed *out) {
    out->ahead_seen = in->known;
    for (int k = 0; k < in->ahead; k++)
        if (in->known_share[k] > 0) out->ahead_expected += in->known_share[k] * demand_moments(m, k, 1).mean;
    if (!(out->ahead_expected > 0) || !(m->level > 0) || !(m->level_var > 0)) return;
    SenseRate rate = sense_rate(__builtin_sqrt(m->level_var) / m->level, out->ahead_expected, in->known, spread);
    *m = demand_levelled(m, m->level * rate.mean, rate.var * m->level * m->level, 1);
}

void demand_sense(const SensedInput *in, Arena *work, DemandModel *m, Sensed *out) {
    Windows w;
    double fitted = m->level;
    *out = (Sensed){ .reading = { .p = { [SENSE_USUAL] = 1 }, .seen_over_expected = 1, .rate = 1 }, .factor = 1, .odd = 1 };
    if (!windows_make(in, m, &w)) return;
    out->base = w.base;
    out->spread = w.spread;
    out->odd = lately_odd(in, &w, &out->odd_times);
    SenseInput read = { .expected = w.expected, .seen = w.seen, .count = w.count, .spread = w.spread, .rate_cv = w.rate_cv, .awaited = in->passing ? AWAITED : 1 };
    SenseReading *r = &out->reading;
    if (in->passing || sense_is_odd(&read)) sense_read(&read, r);
    out->from = w.from + r->at;
    out->buckets = r->length;
    out->acted = is_followed(in, out);
    if (out->acted && r->kind == SENSE_NEW_LEVEL && !is_event(in, out)) level_follow(&w, r, m);
    else if (out->acted) fit_without(in, out->from, out->buckets, work, m);
    out->event = out->acted && is_event(in, out);
    if (out->acted && (r->kind == SENSE_NEW_LEVEL || out->event)) {
        out->ahead_expected = w.expected[w.count - 1] * r->seen_over_expected;
        out->ahead_seen = in->known;
    } else {
        ahead_meet(in, w.spread, m, out);
    }
    out->factor = fitted > 0 ? m->level / fitted : 1;
}

void demand_tails(const SensedInput *in, const DemandModel *m, double out_tail[SENSED_TAILS]) {
    Windows w;
    int known = windows_make(in, m, &w), closed = w.count - 1;
    for (int i = 0; i < SENSED_TAILS; i++) {
        int buckets = sensed_tail_days[i] / (in->series->bucket_days > 0 ? in->series->bucket_days : 1);
        out_tail[i] = -1;
        if (!known || buckets < 1 || closed < buckets) continue;
        double seen, expected = window_sum(&w, closed - buckets, closed, &seen);
        if (expected > 0) out_tail[i] = 1 - sense_pit(w.rate_cv, expected, seen, w.spread, in->chance);
    }
}

void demand_with_kin(double rate, double rate_cv, const double *season, int season_length, const DemandSeries *series, DemandModel *m) {
    DemandModel kin;
    demand_prior(rate, rate_cv, series->bucket_days, &kin);
    double seen = 0, expected = 0;
    for (int t = 0; t < series->count; t++) {
        if (!is_exact(series, t)) continue;
        double index = season && season_length > 0 ? season[(series->first_phase + t) % season_length] : 1;
        seen += series->value[t];
        expected += kin.level * index;
    }
    /* As lumpy as the kin are taken to be where the item has hardly spoken, as it is itself where it has. */
    double own = m->kind != DEMAND_NONE && m->level > 0 ? m->noise_var / m->level : 0, spread = own > 0 ? own : kin.level > 0 ? kin.noise_var / kin.level : 1;
    SenseRate posterior = sense_rate(rate_cv, expected, seen, spread);
    if (m->kind == DEMAND_NONE) {
        int next = (series->first_phase + series->count) % (season_length > 0 ? season_length : 1), used = m->used, missing = m->missing, censored = m->censored;
        *m = kin;
        m->used = used;
        m->missing = missing;
        m->censored = censored;
        m->next_phase = next;
        if (season && season_length > 0 && season_length <= DEMAND_SEASON_MOST) {
            m->seasonal = (uint16_t)season_length;
            for (int p = 0; p < season_length; p++) m->season[p] = (float)season[p];
        }
    }
    *m = demand_levelled(m, kin.level * posterior.mean, posterior.var * kin.level * kin.level, 0);
}
