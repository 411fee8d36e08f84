#include "maths/demand_came.h"

#include "maths/fn.h"

double demand_level(int k) {
    static const double level[DEMAND_LEVELS] = { .02, .05, .1, .25, .5, .75, .9, .95, .98 };
    return level[k];
}

void demand_came_add(double below, double upto, int count, double share[DEMAND_LEVELS]) {
    for (int k = 0; k < DEMAND_LEVELS; k++) {
        double level = demand_level(k), part = upto > below ? fn_clamp((level - below) / (upto - below), 0, 1) : below <= level;
        share[k] += part / count;
    }
}

static double deviate(double share) { return fn_normal_quantile(fn_clamp(share, 1e-3, 1 - 1e-3)); }

static void centre(double share[DEMAND_LEVELS]) {
    double middle = deviate(share[DEMAND_LEVELS / 2]);
    for (int k = 0; k < DEMAND_LEVELS; k++) share[k] = fn_normal_cdf(deviate(share[k]) - middle);
}

void demand_came_fit(double (*share)[DEMAND_LEVELS], int origins, double apart, float out[DEMAND_LEVELS]) {
    double mean[DEMAND_LEVELS] = { 0 }, square[DEMAND_LEVELS] = { 0 }, distance = 0, chance = 0;
    for (int k = 0; k < DEMAND_LEVELS; k++) out[k] = 0;
    if (origins < CAME_ORIGINS_LEAST) return;
    for (int i = 0; i < origins; i++) {
        centre(share[i]);
        for (int k = 0; k < DEMAND_LEVELS; k++) {
            double step = share[i][k] - mean[k];
            mean[k] += step / (i + 1);
            square[k] += step * (share[i][k] - mean[k]);
        }
    }
    for (int k = 0; k < DEMAND_LEVELS; k++) {
        double level = demand_level(k), weight = 1 / (level * (1 - level));
        distance += weight * (mean[k] - level) * (mean[k] - level);
        chance += weight * square[k] / (origins - 1) / apart;
    }
    if (!(distance > chance)) return;
    for (int k = 0; k < DEMAND_LEVELS; k++) out[k] = (float)(demand_level(k) + (1 - chance / distance) * (mean[k] - demand_level(k)));
}

void demand_came_tell(const DemandModel *m, double length, Dist *sum) {
    if (m->came_below[0] == 0) return;
    double told[DEMAND_LEVELS], came[DEMAND_LEVELS], part = length < m->horizon ? length / m->horizon : 1;
    for (int k = 0; k < DEMAND_LEVELS; k++) {
        told[k] = demand_level(k);
        came[k] = told[k] + part * ((double)m->came_below[k] - told[k]);
    }
    dist_recalibrate(told, came, DEMAND_LEVELS, sum);
}

double demand_came_most(const DemandModel *m) {
    double most = 1, told = 0, came = 0;
    if (m->came_below[0] == 0) return 1;
    for (int k = 0; k <= DEMAND_LEVELS; k++) {
        double to = k < DEMAND_LEVELS ? demand_level(k) : 1, to_came = k < DEMAND_LEVELS ? (double)m->came_below[k] : 1, ratio = (to_came - came) / (to - told);
        if (ratio > most) most = ratio;
        told = to;
        came = to_came;
    }
    return most;
}
