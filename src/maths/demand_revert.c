#include "maths/demand_revert.h"

#include "maths/fn.h"

enum { STAYS = 5, HALVES = 6, POINTS = STAYS * HALVES, COMMON_LEAST = 20 };
static const double stay[STAYS] = { 1, .75, .5, .25, 0 }, half[HALVES] = { 0, 5, 15, 40, 100, 250 };
static const double RATE_VAR = 0.3;           /* how far rates miss in any case, variance over mean^2 */
static const double CAME_MOST = 6;            /* deviations above what was told: what is further out teaches of lumps, not of levels */

static double kept_at(double stays, double sales_half, double sales) { return stays * (sales_half > 0 ? sales / (sales + sales_half) : 1); }

/* Log-likelihood of what came, in units of the sum's noise over mean, so that its variance is the mean for a point mass of rates. */
static double likelihood(const DemandRevertCase *c, double kept) {
    double unit = c->noise_var / c->told, mean = fn_clamp(c->lasting + kept * (c->told - c->lasting), 1e-9, 1e15) / unit;
    double larger = (c->told > c->lasting ? c->told : c->lasting) / unit;
    double most = larger + CAME_MOST * __builtin_sqrt(larger + RATE_VAR * larger * larger), came = c->came / unit;
    if (came > most) came = most;
    double spread = fn_log1p(RATE_VAR * mean);
    return came * (fn_log(mean) - spread) - spread / RATE_VAR;
}

double demand_common(DemandRevertCase *seen, int count) {
    double told = 0, lasting = 0, came = 0;
    if (count < COMMON_LEAST) return 1;
    for (int i = 0; i < count; i++) {
        double weight = seen[i].told / seen[i].noise_var;
        told += weight * seen[i].told;
        lasting += weight * seen[i].lasting;
        came += weight * seen[i].came;
    }
    double common = lasting > 0 ? fn_clamp(told / lasting, 0.2, 5) : 1, effect = came > 0 ? fn_clamp(told / came, 0.2, 5) : 1;
    for (int i = 0; i < count; i++) {
        seen[i].lasting *= common;
        seen[i].came *= effect;
    }
    return common;
}

void demand_revert_fit(const DemandRevertCase *seen, int count, DemandRevert *out) {
    double log_p[POINTS] = { 0 }, best = -__builtin_inf(), sum = 0, stays = 0, halves = 0;
    *out = (DemandRevert){ .stays = 1, .common = 1 };
    for (int i = 0; i < count; i++) {
        const DemandRevertCase *c = &seen[i];
        if (!(c->told > 0) || !(c->lasting > 0) || !(c->noise_var > 0)) continue;
        out->cases++;
        for (int k = 0; k < POINTS; k++) log_p[k] += c->weight * likelihood(c, kept_at(stay[k / HALVES], half[k % HALVES], c->sales));
    }
    for (int k = 0; k < POINTS; k++) {
        log_p[k] -= (k / HALVES + k % HALVES) * fn_log(2);
        if (log_p[k] > best) best = log_p[k];
    }
    for (int k = 0; k < POINTS; k++) {
        double p = fn_exp(log_p[k] - best);
        sum += p;
        stays += p * stay[k / HALVES];
        halves += p * half[k % HALVES];
    }
    out->stays = stays / sum;
    out->sales_half = halves / sum;
}

double demand_lasting(const DemandRevert *revert, const DemandModel *m) { return revert->common * m->long_level; }

double demand_kept(const DemandRevert *revert, const DemandModel *m) {
    return revert->cases ? kept_at(revert->stays, revert->sales_half, m->used * (1 - m->zero_share)) : 1;
}

static void go_back(const DemandRevert *revert, DemandModel *m) {
    double kept = demand_kept(revert, m);
    if (!(kept < 1) || !(m->level > 0) || !(m->long_level > 0)) return;
    double lasting = demand_lasting(revert, m), level = lasting + kept * (m->level - lasting), long_var = m->used > 0 ? m->noise_var / m->used : 0;
    double var = kept * kept * m->level_var + (1 - kept * kept) * (long_var < m->level_var ? long_var : m->level_var);
    *m = demand_levelled(m, level, var, kept);
}

void demand_teach(const DemandLessons *lessons, DemandModel *model) {
    if (lessons->kin) demand_lean(lessons->kin, lessons->price, model);
    if (lessons->revert) go_back(lessons->revert, model);
}
