/* What the published methods do: Willemain's bootstrap as the law it draws from (for the check of the protocol), and smoothed rates with a gamma of the
 * series' own variance (where lead times are real and nothing is published). A level is the smallest whole R with
 * E[(D - R)+] <= (1 - target) E[D], but never above the largest demand of a month so far: so they did, and their curves end there. */
#include "tools/judges/spareparts.h"

#include <string.h>

#include "maths/dist.h"
#include "maths/fn.h"

enum { CELLS = 1 << 15 };
static const double ALPHA = 0.1;
const char *const smoother_names[SMOOTH_COUNT_] = { "SES", "Croston", "SBA", "TSB" };

/* Chance of demand next month by the two-state chain of the past. */
static double chance_next(const double *y, int n) {
    int last = y[n - 1] > 0, from[2] = { 0 }, to_sale[2] = { 0 }, sales = 0;
    for (int t = 0; t < n; t++) sales += y[t] > 0;
    for (int t = 0; t + 1 < n; t++) {
        from[y[t] > 0]++;
        to_sale[y[t] > 0] += y[t + 1] > 0;
    }
    return from[last] ? (double)to_sale[last] / from[last] : (double)sales / n;
}

void willemain_levels(const Panel *panel, int part, int month, int targets, const double *target, double *out_level) {
    static double p[CELLS];
    const double *y = panel->parts.at[part].demand;
    int sales = 0, top = 1, cap = 0;
    memset(p, 0, sizeof p);
    for (int t = 0; t < month; t++) {
        sales += y[t] > 0;
        if (y[t] > cap) cap = (int)y[t];
    }
    double chance = chance_next(y, month);
    for (int t = 0; t < month; t++) {                     /* a past size, jittered: 1 + round(x + Z sqrt x) */
        if (!(y[t] > 0)) continue;
        double sd = __builtin_sqrt(y[t]), before = 0;
        int low = (int)(y[t] - 5 * sd) + 1, high = (int)(y[t] + 5 * sd) + 2;
        low = low > 0 ? low : 0;
        high = high < CELLS - 1 ? high : CELLS - 1;
        for (int v = low; v <= high; v++) {
            double below = fn_normal_cdf((v - 0.5 - y[t]) / sd);
            p[v] += chance / sales * (below - before);
            before = below;
        }
        top = high > top ? high : top;
    }
    double mean = 0, above = 0;
    for (int v = 1; v <= top; v++) {
        mean += v * p[v];
        above += p[v];
    }
    for (int k = 0; k < targets; k++) {
        double missed = mean, left = above;
        int level = 0;
        for (; level < top && level < cap && missed > (1 - target[k]) * mean; level++) {
            missed -= left;
            left -= p[level + 1];
        }
        out_level[k] = level;
    }
}

static double smoothed_rate(Smoother smoother, const double *y, int n) {
    double size = 0, interval = 1, chance = 0, level = 0;
    int waited = 0, sales = 0;
    for (int t = 0; t < n; t++) {
        level = t == 0 ? y[0] : level + ALPHA * (y[t] - level);
        chance = t == 0 ? (y[0] > 0) : chance + ALPHA * ((y[t] > 0) - chance);
        waited++;
        if (!(y[t] > 0)) continue;
        size = sales ? size + ALPHA * (y[t] - size) : y[t];
        interval = sales ? interval + ALPHA * (waited - interval) : waited;
        sales++;
        waited = 0;
    }
    double croston = sales ? size / interval : 0;
    return smoother == SMOOTH_SES ? level : smoother == SMOOTH_TSB ? size * chance : smoother == SMOOTH_SBA ? (1 - ALPHA / 2) * croston : croston;
}

void smoother_levels(const Panel *panel, Smoother smoother, int part, int month, int targets, const double *target, double *out_level) {
    const Part *row = &panel->parts.at[part];
    double sum = 0, square = 0, cap = 0, months = row->lead_months + 1, rate = smoothed_rate(smoother, row->demand, month);
    for (int t = 0; t < month; t++) {
        sum += row->demand[t];
        if (row->demand[t] > cap) cap = row->demand[t];
        square += row->demand[t] * row->demand[t];
    }
    double variance = (square - sum * sum / month) / (month - 1);
    Dist demand;
    dist_gamma(months * rate, months * variance, &demand);
    double level = 0;
    for (int k = 0; k < targets; k++) {                                 /* targets rise, and levels with them */
        double wanted = (1 - target[k]) * rate;                         /* a month's misses, as in the published rule */
        while (rate > 0 && level < cap * months && dist_short(&demand, level) > wanted) level++;
        out_level[k] = level;
    }
}
