/* ets.c - the grids, eight lanes of parameters at a time, and the choice by likelihood. */
#include "maths/ets.h"

#include "maths/fn.h"
#include "maths/lanes.h"

#include <string.h>

enum { START_BUCKETS = 10 };

static const double alphas[6] = { .1, .2, .4, .6, .8, .98 };
static const double betas[4] = { 0, .05, .2, .35 };
static const double phis[2] = { .85, .95 };
static const double level_alphas[16] = { .02, .04, .06, .08, .1, .13, .16, .2, .25, .3, .4, .5, .6, .7, .85, .99 };
static const double season_alphas[4] = { .05, .15, .35, .7 };
static const double season_gammas[4] = { 0, .05, .15, .35 };
static const double INDEX_LEAST = 0.02, HOPELESS = 10;    /* of AICc: e^5 times less likely */

typedef struct Start { double level, trend; } Start;      /* before bucket 0 */

/* Line of least squares through the first buckets seen. */
static Start start_line(const EtsSeries *s) {
    double n = 0, x = 0, y = 0, xx = 0, xy = 0;
    for (int t = 0; t < s->count && n < START_BUCKETS; t++) {
        if (!s->seen[t]) continue;
        n += 1;
        x += t;
        y += s->value[t];
        xx += (double)t * t;
        xy += t * s->value[t];
    }
    if (n < 1) return (Start){ 0 };
    double spread = xx - x * x / n, slope = n > 2 && spread > 0 ? (xy - x * y / n) / spread : 0;
    return (Start){ .level = (y - slope * x) / n - slope, .trend = slope };
}

static double start_mean(const EtsSeries *s) {
    double sum = 0, n = 0;
    for (int t = 0; t < s->count && n < START_BUCKETS / 2 + 1; t++)
        if (s->seen[t]) {
            sum += s->value[t];
            n += 1;
        }
    return n > 0 ? sum / n : 0;
}

/* ---- no season ---- */

/* An observation worth w usual ones: its gain. */
static double weighted(double gain, double w) {
    return gain * w / (1 - gain + gain * w);
}

/* One alpha, eight pairs of beta and phi. */
LANES_WIDE static void trend_lanes(const EtsSeries *s, Start start, double alpha, const Lanes *beta, const Lanes *phi, Lanes *out_square) {
    Lanes zero = { 0 }, level = zero + start.level, trend = zero + start.trend, square = zero;
    for (int t = 0; t < s->count; t++) {
        trend *= *phi;
        level += trend;
        if (!s->seen[t]) continue;
        double w = s->weight ? s->weight[t] : 1;
        Lanes error = s->value[t] - level;
        square += w * error * error;
        error *= w == 1 ? alpha : weighted(alpha, w);
        level += error;
        trend += *beta * error;
    }
    *out_square = square;
}

void ets_damped(const EtsSeries *s, EtsModel *out) {
    Start start = start_line(s);
    *out = (EtsModel){ .damped = 1, .alpha = alphas[0], .phi = phis[0], .level0 = start.level, .trend0 = start.trend };
    Lanes beta, phi, square;
    double best = -1;
    for (int i = 0; i < LANES; i++) {
        beta[i] = betas[i / 2];
        phi[i] = phis[i % 2];
    }
    for (int a = 0; a < 6; a++) {
        trend_lanes(s, start, alphas[a], &beta, &phi, &square);
        for (int i = 0; i < LANES; i++)
            if (best < 0 || square[i] < best) {
                best = square[i];
                out->alpha = alphas[a];
                out->beta = beta[i];
                out->phi = phi[i];
            }
    }
}

/* Eight alphas. */
LANES_WIDE static void level_lanes(const EtsSeries *s, double level0, const Lanes *alpha, Lanes *out_square) {
    Lanes zero = { 0 }, level = zero + level0, square = zero, still = 1 - *alpha;
    for (int t = 0; t < s->count; t++) {
        if (!s->seen[t]) continue;
        double w = s->weight ? s->weight[t] : 1;
        Lanes error = s->value[t] - level;
        square += w * error * error;
        level += w == 1 ? *alpha * error : *alpha * w / (still + *alpha * w) * error;
    }
    *out_square = square;
}

double ets_level(const EtsSeries *s, double *out_level0) {
    double best = -1, chosen = level_alphas[0], level0 = start_mean(s);
    for (int from = 0; from < 2 * LANES; from += LANES) {
        Lanes alpha, square;
        for (int i = 0; i < LANES; i++) alpha[i] = level_alphas[from + i];
        level_lanes(s, level0, &alpha, &square);
        for (int i = 0; i < LANES; i++)
            if (best < 0 || square[i] < best) {
                best = square[i];
                chosen = alpha[i];
            }
    }
    *out_level0 = level0;
    return chosen;
}

/* ---- one pass of one model ---- */

typedef struct Sums { double square, relative, logs; int seen; } Sums;   /* of errors, of errors over forecasts; of log forecasts */

static double at_least(double x, double least) { return x > least ? x : least; }

/* The season's state of one phase under an error; `rate` is the level with its trend. */
static double season_moved(const EtsModel *m, double season, double rate, double error) {
    double gain = m->gamma * (1 - m->alpha);
    return m->season == ETS_SEASON_ADDED ? season + gain * error : at_least(season + gain * error / at_least(rate, 1e-9), INDEX_LEAST);
}

/* `season` holds added amounts or factors, by phase. Where level is NULL only the sums are wanted. */
static Sums pass(const EtsModel *m, const EtsSeries *s, int length, int phase, double *season, double *level, double *trend, double *index) {
    Sums sums = { 0 };
    double l = m->level0, b = m->trend0, product = 1;
    for (int t = 0; t <= s->count; t++) {
        if (level) {
            level[t] = l;
            trend[t] = b;
        }
        if (t == s->count) break;
        double rate = l + m->phi * b, *state = m->season ? &season[phase] : NULL;
        if (++phase >= length) phase = 0;
        double factor = m->season == ETS_SEASON_TIMES ? *state : 1, added = m->season == ETS_SEASON_ADDED ? *state : 0;
        if (index) index[t] = m->season == ETS_SEASON_ADDED ? (rate > 0 ? fn_clamp(1 + added / rate, INDEX_LEAST, 50) : 1) : factor;
        b *= m->phi;
        l = rate;
        if (!s->seen[t]) continue;
        double w = s->weight ? s->weight[t] : 1, gain = w == 1 ? m->alpha : weighted(m->alpha, w);
        double forecast = rate * factor + added, error = s->value[t] - forecast, share = error / factor;
        l += gain * share;
        b += m->beta * gain * share;
        if (state) *state = season_moved(m, *state, rate, error);
        sums.seen++;
        sums.square += w * error * error;
        double floor = at_least(forecast, 1e-6), relative = error / floor;
        sums.relative += w * relative * relative;
        product *= floor;
        if (product > 1e200 || product < 1e-200) {
            sums.logs += fn_log(product);
            product = 1;
        }
    }
    sums.logs += fn_log(product);
    return sums;
}

void ets_track(const EtsModel *m, const EtsSeries *s, int length, int phase, double *season, double *level, double *trend, double *index) {
    double scale = m->level0;
    if (m->season == ETS_SEASON_ADDED)
        for (int i = 0; i < length; i++) season[i] = (season[i] - 1) * scale;
    (void)pass(m, s, length, phase, season, level, trend, index);
    if (m->season != ETS_SEASON_ADDED) return;
    double now = level[s->count];
    for (int i = 0; i < length; i++) season[i] = now > 0 ? at_least(1 + season[i] / now, INDEX_LEAST) : 1;
}

/* ---- the family ---- */

/* -2 log likelihood, apart from what all models of a series share, and Hurvich and Tsai's correction. Errors grow with the forecast where the season
 * multiplies, and do not elsewhere: the two kinds of error of the family, one for each. */
static double aicc(const EtsModel *m, Sums sums, int length) {
    double n = sums.seen, k = 2 + m->damped * 3 + (m->season ? length : 0) + 1;
    double square = m->season == ETS_SEASON_TIMES ? sums.relative : sums.square;
    double fit = n * fn_log(square > 1e-300 ? square / n : 1e-300) + (m->season == ETS_SEASON_TIMES ? 2 * sums.logs : 0);
    return n - k - 1 > 0 ? fit + 2 * k + 2 * k * (k + 1) / (n - k - 1) : 1e300;
}

typedef struct Family { const EtsSeries *s; int length, phase; const double *start; double *season; } Family;

static void season_begin(const Family *f, const EtsModel *m) {
    for (int i = 0; i < f->length; i++) f->season[i] = m->season == ETS_SEASON_ADDED ? (f->start[i] - 1) * m->level0 : f->start[i];
}

static void consider(const Family *f, EtsModel *tried, EtsModel *best) {
    if (tried->season) season_begin(f, tried);
    Sums sums = pass(tried, f->s, f->length, f->phase, f->season, NULL, NULL, NULL);
    tried->aicc = aicc(tried, sums, f->length);
    if (tried->aicc < best->aicc) *best = *tried;
}

/* First a season that stays, at each alpha; when that cannot come near the best so far, a season costs more than it explains. Then one that moves, then
 * a trend. */
static void seasonal(const Family *f, EtsSeason kind, Start line, double mean, EtsModel *best) {
    EtsModel tried = { .season = kind, .level0 = mean }, own = { .aicc = 1e300 };
    for (int g = 0; g < 4; g++) {
        tried.gamma = season_gammas[g];
        for (int a = 0; a < 4; a++) {
            tried.alpha = season_alphas[a];
            consider(f, &tried, &own);
        }
        if (g == 0 && own.aicc > best->aicc + HOPELESS) return;
    }
    if (own.aicc < best->aicc) *best = own;
    tried = own;
    tried.damped = 1;
    tried.level0 = line.level;
    tried.trend0 = line.trend;
    for (int b = 0; b < 3; b++)
        for (int p = 0; p < 2; p++) {
            tried.beta = betas[b];
            tried.phi = phis[p];
            consider(f, &tried, best);
        }
}

void ets_choose(const EtsSeries *s, int m, int first_phase, const double *start, Arena *work, EtsModel *out) {
    Family f = { .s = s, .length = start && m >= 2 ? m : 0, .phase = first_phase, .start = start };
    EtsModel level = { .level0 = 0 }, damped;
    *out = (EtsModel){ .aicc = 1e301 };
    level.alpha = ets_level(s, &level.level0);
    consider(&f, &level, out);
    ets_damped(s, &damped);
    consider(&f, &damped, out);
    if (f.length == 0) return;
    f.season = many_in(work, double, m);
    double *flat = many_in(work, double, 2 * m);
    int n = s->count < 2 * m ? s->count : 2 * m;          /* level and line of the first two seasons, season taken out */
    for (int t = 0; t < n; t++) flat[t] = s->value[t] / start[(first_phase + t) % m];
    EtsSeries first = { .count = n, .value = flat, .seen = s->seen };
    Start line = start_line(&first);
    double mean = start_mean(&first);
    seasonal(&f, ETS_SEASON_TIMES, line, mean, out);
    seasonal(&f, ETS_SEASON_ADDED, line, mean, out);
}
