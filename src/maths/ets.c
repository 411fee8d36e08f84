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

/* Some alphas, so that one need not wait for another's step, each with eight pairs of beta and phi. */
enum { TREND_ALPHAS = 3 };
LANES_WIDE static void trend_lanes(const EtsSeries *s, Start start, const double *alpha, const Lanes *beta, const Lanes *phi, Lanes *out_square) {
    Lanes zero = { 0 }, level[TREND_ALPHAS], trend[TREND_ALPHAS], square[TREND_ALPHAS];
    for (int a = 0; a < TREND_ALPHAS; a++) {
        level[a] = zero + start.level;
        trend[a] = zero + start.trend;
        square[a] = zero;
    }
    for (int t = 0; t < s->count; t++) {
        double w = s->weight ? s->weight[t] : 1;
        for (int a = 0; a < TREND_ALPHAS; a++) {
            trend[a] *= *phi;
            level[a] += trend[a];
            if (!s->seen[t]) continue;
            Lanes error = s->value[t] - level[a];
            square[a] += w * error * error;
            error *= w == 1 ? alpha[a] : weighted(alpha[a], w);
            level[a] += error;
            trend[a] += *beta * error;
        }
    }
    for (int a = 0; a < TREND_ALPHAS; a++) out_square[a] = square[a];
}

void ets_damped(const EtsSeries *s, EtsModel *out) {
    Start start = start_line(s);
    *out = (EtsModel){ .damped = 1, .alpha = alphas[0], .phi = phis[0], .level0 = start.level, .trend0 = start.trend };
    Lanes beta, phi, square[TREND_ALPHAS];
    double best = -1;
    for (int i = 0; i < LANES; i++) {
        beta[i] = betas[i / 2];
        phi[i] = phis[i % 2];
    }
    for (int a = 0; a < 6; a++) {
        if (a % TREND_ALPHAS == 0) trend_lanes(s, start, alphas + a, &beta, &phi, square);
        for (int i = 0; i < LANES; i++) {
            double found = square[a % TREND_ALPHAS][i];
            if (best >= 0 && !(found < best)) continue;
            best = found;
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

static double at_least(double x, double least) { return x > least ? x : least; }

/* `season` holds added amounts or factors, by phase. */
static void track(const EtsModel *m, const EtsSeries *s, int length, int phase, double *season, double *level, double *trend, double *index) {
    double l = m->level0, b = m->trend0, moved = m->gamma * (1 - m->alpha);
    for (int t = 0; t <= s->count; t++) {
        level[t] = l;
        trend[t] = b;
        if (t == s->count) break;
        double rate = l + m->phi * b, *state = m->season ? &season[phase] : NULL;
        if (++phase >= length) phase = 0;
        double factor = m->season == ETS_SEASON_TIMES ? *state : 1, added = m->season == ETS_SEASON_ADDED ? *state : 0;
        if (index) index[t] = m->season == ETS_SEASON_ADDED ? (rate > 0 ? fn_clamp(1 + added / rate, INDEX_LEAST, 50) : 1) : factor;
        b *= m->phi;
        l = rate;
        if (!s->seen[t]) continue;
        double w = s->weight ? s->weight[t] : 1, gain = w == 1 ? m->alpha : weighted(m->alpha, w);
        double error = s->value[t] - (rate * factor + added), share = error / factor;
        l += gain * share;
        b += m->beta * gain * share;
        if (m->season == ETS_SEASON_ADDED) *state += moved * error;
        if (m->season == ETS_SEASON_TIMES) *state = at_least(*state + moved * error / at_least(rate, 1e-9), INDEX_LEAST);
    }
}

void ets_track(const EtsModel *m, const EtsSeries *s, int length, int phase, double *season, double *level, double *trend, double *index) {
    double scale = m->level0;
    if (m->season == ETS_SEASON_ADDED)
        for (int i = 0; i < length; i++) season[i] = (season[i] - 1) * scale;
    track(m, s, length, phase, season, level, trend, index);
    if (m->season != ETS_SEASON_ADDED) return;
    double now = level[s->count];
    for (int i = 0; i < length; i++) season[i] = now > 0 ? at_least(1 + season[i] / now, INDEX_LEAST) : 1;
}

/* ---- eight models at a time ---- */

/* They share a kind of season. `square`: of errors; `relative`: of errors over forecasts; the product of forecasts is `mantissa` x 2^exponent. */
typedef struct Models {
    EtsSeason season;
    int count;
    Lanes alpha, beta, gamma, phi, level0, trend0;
    Lanes square, relative, mantissa;
    LaneBits exponent;
    int seen;
} Models;

enum { PRODUCT_STEPS = 16 };              /* forecasts of 1e-6 to 1e15 that a product surely holds */
static const LaneBits ONES = { 1, 1, 1, 1, 1, 1, 1, 1 };

static void product_settle(Models *m) {
    LaneBits bits = (LaneBits)m->mantissa;
    m->exponent += (bits >> 52) - ONES * 1023;
    m->mantissa = (Lanes)((bits & ((ONES << 52) - ONES)) | (ONES * 1023 << 52));
}

/* What ets_track does to each, for the sums alone. season: states by phase. */
LANES_WIDE static void models_run(Models *m, const EtsSeries *s, int length, int phase, LanesLoose *season) {
    Lanes zero = { 0 }, level = m->level0, trend = m->trend0, moved = m->gamma * (1 - m->alpha), square = zero, relative = zero;
    m->mantissa = zero + 1;
    m->exponent = (LaneBits){ 0 };
    m->seen = 0;
    for (int t = 0; t < s->count; t++) {
        LanesLoose *state = &season[phase];
        Lanes rate = level + m->phi * trend, forecast = rate;
        if (++phase >= length) phase = 0;
        trend *= m->phi;
        level = rate;
        if (!s->seen[t]) continue;
        if (m->season == ETS_SEASON_TIMES) forecast = rate * *state;
        if (m->season == ETS_SEASON_ADDED) forecast = rate + *state;
        double w = s->weight ? s->weight[t] : 1;
        Lanes error = s->value[t] - forecast, gain = w == 1 ? m->alpha : m->alpha * w / (1 - m->alpha + m->alpha * w);
        Lanes news = gain * (m->season == ETS_SEASON_TIMES ? error / *state : error);
        level += news;
        trend += m->beta * news;
        square += w * error * error;
        m->seen++;
        if (m->season == ETS_SEASON_ADDED) *state += moved * error;
        if (m->season != ETS_SEASON_TIMES) continue;
        Lanes index = *state + moved * error / LANES_AT_LEAST(rate, 1e-9), floor = LANES_AT_LEAST(forecast, 1e-6);
        *state = LANES_AT_LEAST(index, INDEX_LEAST);
        error /= floor;
        relative += w * error * error;
        m->mantissa *= floor;
        if (m->seen % PRODUCT_STEPS == 0) product_settle(m);
    }
    product_settle(m);
    m->square = square;
    m->relative = relative;
}

/* ---- the family ---- */

static void model_put(Models *m, const EtsModel *one) {
    int i = m->count++;
    m->season = one->season;
    m->alpha[i] = one->alpha;
    m->beta[i] = one->beta;
    m->gamma[i] = one->gamma;
    m->phi[i] = one->phi;
    m->level0[i] = one->level0;
    m->trend0[i] = one->trend0;
}

/* -2 log likelihood, apart from what all models of a series share, and Hurvich and Tsai's correction. Errors grow with the forecast where the season
 * multiplies, and do not elsewhere: the two kinds of error of the family, one for each. */
static double aicc(const Models *m, int i, int damped, int length) {
    static const double LN2 = 0.69314718055994531;
    double n = m->seen, k = 2 + damped * 3 + (m->season ? length : 0) + 1;
    double square = m->season == ETS_SEASON_TIMES ? m->relative[i] : m->square[i];
    double fit = n * fn_log(square > 1e-300 ? square / n : 1e-300);
    if (m->season == ETS_SEASON_TIMES) fit += 2 * (fn_log(m->mantissa[i]) + (double)m->exponent[i] * LN2);
    return n - k - 1 > 0 ? fit + 2 * k + 2 * k * (k + 1) / (n - k - 1) : 1e300;
}

typedef struct Family { const EtsSeries *s; int length, phase; const double *start; LanesLoose *season; } Family;

static void family_run(const Family *f, Models *m) {
    for (int i = 0; i < f->length; i++) {
        Lanes start = (Lanes){ 0 } + f->start[i];
        f->season[i] = m->season == ETS_SEASON_ADDED ? (start - 1) * m->level0 : start;
    }
    models_run(m, f->s, f->length, f->phase, f->season);
}

static void consider(const Family *f, const Models *m, const EtsModel *like, int from, int end, EtsModel *best) {
    for (int i = from; i < end; i++) {
        double score = aicc(m, i, like->damped, f->length);
        if (!(score < best->aicc)) continue;
        *best = *like;
        best->aicc = score;
        best->alpha = m->alpha[i];
        best->beta = m->beta[i];
        best->gamma = m->gamma[i];
        best->phi = m->phi[i];
    }
}

static void unseasonal(const Family *f, EtsModel *best) {
    EtsModel level = { .level0 = 0 }, damped;
    Models m = { .count = 0 };
    level.alpha = ets_level(f->s, &level.level0);
    ets_damped(f->s, &damped);
    model_put(&m, &level);
    model_put(&m, &damped);
    family_run(f, &m);
    consider(f, &m, &level, 0, 1, best);
    consider(f, &m, &damped, 1, 2, best);
}

/* First a season that stays, at each alpha; when that cannot come near the best so far, a season costs more than it explains. Then one that moves, then
 * a trend. */
static void seasonal(const Family *f, EtsSeason kind, Start line, double mean, EtsModel *best) {
    enum { ALPHAS = 4, GAMMAS = 4 };
    EtsModel tried = { .season = kind, .level0 = mean }, own = { .aicc = 1e300 };
    for (int g = 0; g < GAMMAS; g += LANES / ALPHAS) {
        Models m = { .count = 0 };
        for (int i = 0; i < LANES; i++) {
            tried.gamma = season_gammas[g + i / ALPHAS];
            tried.alpha = season_alphas[i % ALPHAS];
            model_put(&m, &tried);
        }
        family_run(f, &m);
        consider(f, &m, &tried, 0, ALPHAS, &own);
        if (g == 0 && own.aicc > best->aicc + HOPELESS) return;
        consider(f, &m, &tried, ALPHAS, LANES, &own);
    }
    if (own.aicc < best->aicc) *best = own;
    tried = own;
    tried.damped = 1;
    tried.level0 = line.level;
    tried.trend0 = line.trend;
    Models m = { .count = 0 };
    for (int i = 0; i < 6; i++) {
        tried.beta = betas[i / 2];
        tried.phi = phis[i % 2];
        model_put(&m, &tried);
    }
    family_run(f, &m);
    consider(f, &m, &tried, 0, m.count, best);
}

void ets_choose(const EtsSeries *s, int m, int first_phase, const double *start, Arena *work, EtsModel *out) {
    Family f = { .s = s, .start = start };
    if (start && m >= 2) f.length = m, f.phase = first_phase;
    f.season = many_in(work, LanesLoose, f.length + 1);
    *out = (EtsModel){ .aicc = 1e301 };
    unseasonal(&f, out);
    if (f.length == 0) return;
    double *flat = many_in(work, double, 2 * m);
    int n = s->count < 2 * m ? s->count : 2 * m;          /* level and line of the first two seasons, season taken out */
    for (int t = 0; t < n; t++) flat[t] = s->value[t] / start[(first_phase + t) % m];
    EtsSeries first = { .count = n, .value = flat, .seen = s->seen };
    Start line = start_line(&first);
    double mean = start_mean(&first);
    seasonal(&f, ETS_SEASON_TIMES, line, mean, out);
    seasonal(&f, ETS_SEASON_ADDED, line, mean, out);
}
