#include "maths/theta.h"

#include "maths/fn.h"
#include "maths/lanes.h"

enum { THETAS = 3 };

static const double thetas[THETAS] = { 1, 2, 4 };
static const double alphas[LANES] = { .05, .1, .2, .3, .45, .6, .8, .99 };

/* The line of least squares through everything seen so far, kept by sums. */
typedef struct Line { double n, x, y, xx, xy; } Line;

static void line_add(Line *l, double x, double y) {
    l->n += 1;
    l->x += x;
    l->y += y;
    l->xx += x * x;
    l->xy += x * y;
}

static double line_slope(const Line *l) {
    double spread = l->xx * l->n - l->x * l->x;
    return l->n > 2 && spread > 0 ? (l->xy * l->n - l->x * l->y) / spread : 0;
}

static double first_seen(const EtsSeries *s) {
    for (int t = 0; t < s->count; t++)
        if (s->seen[t]) return s->value[t];
    return 0;
}

/* Squared errors of eight alphas for every theta, whose levels are the same. The level lags a line of slope b by b (1 - (1-alpha)^t) / alpha; theta's
 * share of it is put back. */
LANES_WIDE static void lanes_run(const EtsSeries *s, double level0, const Lanes *alphas_at, Lanes *square) {
    Lanes alpha = *alphas_at, zero = { 0 }, level = zero + level0, fading = zero + 1, keep = 1 - alpha, over = 1 / alpha;
    Line line = { 0 };
    for (int k = 0; k < THETAS; k++) square[k] = zero;
    for (int t = 0; t < s->count; t++) {
        if (!s->seen[t]) continue;
        double w = s->weight ? s->weight[t] : 1;
        Lanes gap = s->value[t] - level;
        if (line.n >= 3) {
            Lanes lag = line_slope(&line) * over * (1 - fading);
            for (int k = 0; k < THETAS; k++) {
                Lanes error = gap - (1 - 1 / thetas[k]) * lag;
                square[k] += w * error * error;
            }
        }
        level += w == 1 ? alpha * gap : alpha * w / (keep + alpha * w) * gap;
        line_add(&line, t, s->value[t]);
        fading *= keep;
    }
}

ThetaModel theta_optimised(const EtsSeries *s) {
    ThetaModel best = { .theta = 2, .alpha = alphas[2], .level0 = first_seen(s) };
    double least = -1;
    Lanes alpha, square[THETAS];
    for (int i = 0; i < LANES; i++) alpha[i] = alphas[i];
    lanes_run(s, best.level0, &alpha, square);
    for (int k = 0; k < THETAS; k++)
        for (int i = 0; i < LANES; i++)
            if (least < 0 || square[k][i] < least) {
                least = square[k][i];
                best.theta = thetas[k];
                best.alpha = alphas[i];
            }
    return best;
}

void theta_track(const ThetaModel *m, const EtsSeries *s, double *level, double *trend) {
    double l = m->level0, fading = 1, share = 1 - 1 / m->theta;
    Line line = { 0 };
    for (int t = 0; t <= s->count; t++) {
        double drift = share * line_slope(&line);
        level[t] = l + drift * ((1 - fading) / m->alpha - 1);   /* the first step ahead adds one drift */
        trend[t] = drift;
        if (t == s->count || !s->seen[t]) continue;
        double w = s->weight ? s->weight[t] : 1, gain = m->alpha * w / (1 - m->alpha + m->alpha * w);
        l += gain * (s->value[t] - l);
        line_add(&line, t, s->value[t]);
        fading *= 1 - m->alpha;
    }
}

ThetaModel theta_plain(const EtsSeries *s) {
    ThetaModel plain = { .theta = 2 };
    plain.alpha = ets_level(s, &plain.level0);
    return plain;
}
