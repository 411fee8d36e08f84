/* demand_error.c - how wrong the combination is: the noise of a bucket, and the error of the level that all buckets of a path share. */
#include "maths/demand_parts.h"
#include "maths/fn.h"

static const double INDEX_LEAST = 0.2, INDEX_MOST = 5;
static const double SELECTION = 1.25;     /* errors of weights fitted to the same windows look smaller than they are */

/* Share of a bucket's noise that the level's own error takes: the estimator's variance over the noise variance. Croston learns at a sale only, so his
 * memory is so many sales, each worth the buckets between two; TSB's chance of a sale learns at half the speed of its size. */
static double level_share(const DemandFit *f, DemandKind kind, double param) {
    double used = f->clean->used > 0 ? f->clean->used : 1, share;
    if (kind == DEMAND_MOVING_MEAN) share = 1 / (param > 1 ? param : 1);
    else if (kind == DEMAND_CROSTON_SBA) share = param / (2 - param) * f->clean->sales / used;
    else if (kind == DEMAND_TSB) share = param / (4 - param);
    else if (kind == DEMAND_DAMPED_TREND || kind == DEMAND_THETA || kind == DEMAND_GROWTH) share = 1.5 * param / (2 - param);
    else share = param / (2 - param);                     /* SES: s^2 a / (2 - a) */
    return share > 1 / used ? share : 1 / used;
}

double demand_level_share(const DemandFit *f) {
    double sum = 0;                                       /* of standard deviations: errors of the same noise go together */
    for (int i = 0; i < f->candidates; i++)
        if (f->candidate[i].weight > 0)
            sum += f->candidate[i].weight * __builtin_sqrt(level_share(f, f->candidate[i].kind, f->candidate[i].param));
    return sum * sum;
}

/* Noise grows with the level like Taylor's law, exponent about 1.5: errors made at other levels are brought to today's. */
static double to_todays_level(double now, double then) {
    if (!(then > 0) || !(now > 0)) return 1;
    double ratio = now / then;
    return fn_clamp(ratio * __builtin_sqrt(ratio), 0.2, 5);
}

/* Noise is told to grow with the season (demand_moments): an error in a high season is one of a usual bucket times its index. */
static double index_at(const DemandFit *f, const DemandModel *m, int t) { return m->seasonal ? fn_clamp(f->index[t], INDEX_LEAST, INDEX_MOST) : 1; }

static double index_mean(const DemandFit *f, const DemandModel *m, int from) {
    double sum = 0;
    for (int t = from; t < from + f->horizon; t++) sum += index_at(f, m, t);
    return sum / f->horizon;
}

static double one_step_variance(const DemandFit *f, const double *ahead, const DemandModel *m) {
    const Clean *c = f->clean;
    double now = m->level, square = 0, mean = 0, n = 0;
    int from = f->origins > 0 ? f->origin[0] : c->count / 3;
    for (int t = from; t < c->count; t++) {
        if (!c->exact[t]) continue;
        double error = c->y[t] - ahead[t];
        square += error * error / index_at(f, m, t);
        mean += ahead[t];
        n += 1;
    }
    double scale = n > 0 ? to_todays_level(now, mean / n) : 1;
    double prior = now + 0.25 * now * now;
    return (square * scale + 3 * prior) / (n + 3);
}

static double sum_variance(const DemandFit *f, const DemandModel *m) {
    double square = 0, mean = 0;
    for (int i = 0; i < f->origins; i++) {
        double gap = f->window[i].actual - f->window[i].forecast;
        square += gap * gap / index_mean(f, m, f->origin[i]);
        mean += f->window[i].forecast;
    }
    if (f->origins == 0) return 0;
    return square / f->origins * to_todays_level(m->level * f->horizon, mean / f->origins);
}

void demand_errors(const DemandFit *f, const double *ahead, DemandModel *m) {
    double h = f->horizon, share = demand_level_share(f);
    double one = one_step_variance(f, ahead, m);
    double noise = one / (1 + share), level = noise * share;
    double formula = h * noise + h * h * level;
    double seen = f->origins >= DEMAND_ORIGINS_LEAST && formula > 0 ? sum_variance(f, m) / formula : 1;
    seen *= 1 + SELECTION / (f->independent > 1 ? f->independent : 1);
    double trust = f->independent / (f->independent + 3);
    double factor = fn_exp(trust * fn_log(fn_clamp(seen, 0.1, 20)));
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
