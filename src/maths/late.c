/* late.c - the drifting late rate, fitted path by path, and the arrival of an open line. */
#include "maths/late.h"
#include "maths/fn.h"

#include <stdbool.h>
#include <string.h>

static const double COMMON_STEP_VAR = 0.03;              /* logit variance a bucket of the common rate */
static const double EFFECT_VAR = 0.4, FADE = 0.95;       /* of a deviation at rest; what is left of it after a bucket */
static const double START_VAR = 10;                      /* of the common rate before anything is seen */
static const double UNIT = 4294967296.0;                 /* sums are whole multiples of 2^-32: their order does not matter */
enum { ROUNDS_MOST = 60 };

static double share_of(double logit) { return 1 / (1 + fn_exp(-logit)); }

/* --- one path: states of the buckets, oldest last, with prior z(b) = keep z(b+1) + noise ------------------------------ */

typedef struct Prior { double keep, step_precision, start_precision, start; } Prior;

/* A Newton step from the slopes and curvatures of the data; returns the largest move. Elimination runs from the oldest to the newest, so the last
 * pivot is the newest state's precision given everything. */
static double path_step(const Prior *prior, int buckets, const int64_t *slope, const int64_t *curve, double *z, double *out_var) {
    double pivot[LATE_BUCKETS_MOST], right[LATE_BUCKETS_MOST], move[LATE_BUCKETS_MOST], most = 0;
    double keep = prior->keep, precision = prior->step_precision, off = -keep * precision;
    for (int b = buckets - 1; b >= 0; b--) {
        bool oldest = b == buckets - 1;
        pivot[b] = (double)curve[b] / UNIT + (oldest ? prior->start_precision : precision) + (b > 0 ? keep * keep * precision : 0);
        right[b] = (double)slope[b] / UNIT - (oldest ? prior->start_precision * (z[b] - prior->start) : precision * (z[b] - keep * z[b + 1]));
        if (b > 0) right[b] += keep * precision * (z[b - 1] - keep * z[b]);
        if (oldest) continue;
        double factor = off / pivot[b + 1];
        pivot[b] -= factor * off;
        right[b] -= factor * right[b + 1];
    }
    for (int b = 0; b < buckets; b++) {
        move[b] = (right[b] - (b > 0 ? off * move[b - 1] : 0)) / pivot[b];
        double step = fn_clamp(move[b], -1, 1);
        z[b] += step;
        if (step > most) most = step;
        if (-step > most) most = -step;
    }
    *out_var = 1 / pivot[0];
    return most;
}

/* --- the fit: the common path, then each factor's paths, round after round --------------------------------------------- */

typedef struct Fit {
    const LateInput *in;
    int buckets;
    double weight;
    double *common, *path[LATE_FACTORS];                  /* path[f][group * buckets + bucket] */
    int64_t *slope, *curve;                               /* room for the largest factor */
    int *seen[LATE_FACTORS];                              /* groups with any line */
} Fit;

static int bucket_of(const Fit *fit, const LateCell *cell) {
    return cell->bucket < 0 ? 0 : cell->bucket < fit->buckets ? cell->bucket : fit->buckets - 1;
}

static double cell_logit(const Fit *fit, const LateCell *cell, int bucket) {
    double logit = fit->common[bucket] + fn_log(fn_clamp(cell->seen, 1e-3, 1));
    for (int f = 0; f < LATE_FACTORS; f++)
        if (cell->group[f] >= 0) logit += fit->path[f][(size_t)cell->group[f] * fit->buckets + bucket];
    return logit;
}

/* Slope and curvature of the log likelihood, by bucket and by group of `factor` (or LATE_FACTORS: of everything). */
static void gather(const Fit *fit, int factor) {
    size_t groups = factor == LATE_FACTORS ? 1 : (size_t)fit->in->groups[factor], room = groups * (size_t)fit->buckets;
    memset(fit->slope, 0, room * sizeof *fit->slope);
    memset(fit->curve, 0, room * sizeof *fit->curve);
    for (int i = 0; i < fit->in->count; i++) {
        const LateCell *cell = &fit->in->cell[i];
        int group = factor == LATE_FACTORS ? 0 : cell->group[factor], bucket = bucket_of(fit, cell);
        if (group < 0 || cell->lines <= 0) continue;
        double p = share_of(cell_logit(fit, cell, bucket));
        size_t at = (size_t)group * (size_t)fit->buckets + (size_t)bucket;
        fit->slope[at] += (int64_t)(fit->weight * (cell->late - cell->lines * p) * UNIT);
        fit->curve[at] += (int64_t)(fit->weight * cell->lines * p * (1 - p) * UNIT);
    }
}

static double fit_round(const Fit *fit, const Prior *common, LateModel *out) {
    static const Prior effect = { .keep = FADE, .step_precision = 1 / (EFFECT_VAR * (1 - FADE * FADE)), .start_precision = 1 / EFFECT_VAR };
    gather(fit, LATE_FACTORS);
    double most = path_step(common, fit->buckets, fit->slope, fit->curve, fit->common, &out->common_var);
    for (int f = 0; f < LATE_FACTORS; f++) {
        gather(fit, f);
        for (int g = 0; g < fit->in->groups[f]; g++) {
            if (!fit->seen[f][g]) continue;
            size_t at = (size_t)g * (size_t)fit->buckets;
            double moved = path_step(&effect, fit->buckets, fit->slope + at, fit->curve + at, fit->path[f] + at, &out->var[f][g]);
            if (moved > most) most = moved;
        }
    }
    return most;
}

static void fit_begin(const LateInput *in, Arena *arena, Fit *fit, LateModel *out) {
    int newest_first = 0, groups_most = 1;
    for (int i = 0; i < in->count; i++) {
        out->lines += in->cell[i].lines;
        out->late += in->cell[i].late;
        if (in->cell[i].bucket > newest_first) newest_first = in->cell[i].bucket;
    }
    *fit = (Fit){ .in = in, .weight = fn_clamp(in->line_weight, 1e-3, 1),
                  .buckets = newest_first + 1 < LATE_BUCKETS_MOST ? newest_first + 1 : LATE_BUCKETS_MOST };
    fit->common = many_in(arena, double, fit->buckets);
    for (int f = 0; f < LATE_FACTORS; f++) {
        out->groups[f] = in->groups[f];
        out->effect[f] = many_in(arena, double, in->groups[f] + 1);
        out->var[f] = many_in(arena, double, in->groups[f] + 1);
        fit->seen[f] = many_in(arena, int, in->groups[f] + 1);
        fit->path[f] = many_in(arena, double, (size_t)in->groups[f] * (size_t)fit->buckets + 1);
        if (in->groups[f] > groups_most) groups_most = in->groups[f];
        for (int i = 0; i < in->count; i++)
            if (in->cell[i].group[f] >= 0) fit->seen[f][in->cell[i].group[f]] = 1;
    }
    fit->slope = many_in(arena, int64_t, (size_t)groups_most * (size_t)fit->buckets);
    fit->curve = many_in(arena, int64_t, (size_t)groups_most * (size_t)fit->buckets);
}

/* From the newest closed bucket to the coming one. */
static void look_ahead(const Fit *fit, LateModel *out) {
    out->common = fit->common[0];
    out->common_var += COMMON_STEP_VAR;
    for (int f = 0; f < LATE_FACTORS; f++)
        for (int g = 0; g < out->groups[f]; g++) {
            double var = fit->seen[f][g] ? out->var[f][g] : EFFECT_VAR;
            out->effect[f][g] = FADE * fit->path[f][(size_t)g * (size_t)fit->buckets];
            out->var[f][g] = FADE * FADE * var + (1 - FADE * FADE) * EFFECT_VAR;
        }
}

void late_fit(const LateInput *in, Arena *arena, LateModel *out) {
    Fit fit;
    *out = (LateModel){ 0 };
    fit_begin(in, arena, &fit, out);
    if (out->lines <= 0) return;
    double rate = ((double)out->late + 0.5) / ((double)out->lines + 1), start = fn_log(rate / (1 - rate));
    for (int b = 0; b < fit.buckets; b++) fit.common[b] = start;
    Prior common = { .keep = 1, .step_precision = 1 / COMMON_STEP_VAR, .start_precision = 1 / START_VAR, .start = start };
    for (int round = 0; round < ROUNDS_MOST; round++)
        if (fit_round(&fit, &common, out) < 1e-4) break;
    look_ahead(&fit, out);
    out->found = 1;
}

LateChance late_chance(const LateModel *model, const int32_t group[LATE_FACTORS]) {
    LateChance out = { .p = 0.5, .common = 0.5, .without = { 0.5, 0.5, 0.5 } };
    if (!model->found) return out;
    double logit = model->common, var = model->common_var, part[LATE_FACTORS] = { 0 };
    for (int f = 0; f < LATE_FACTORS; f++) {
        bool known = group[f] >= 0 && group[f] < model->groups[f];
        part[f] = known ? model->effect[f][group[f]] : 0;
        logit += part[f];
        var += known ? model->var[f][group[f]] : EFFECT_VAR;
    }
    double shrink = 1 / __builtin_sqrt(1 + 0.39269908169872414 * var);       /* pi / 8 */
    out.p = share_of(logit * shrink);
    out.common = share_of(model->common);
    for (int f = 0; f < LATE_FACTORS; f++) out.without[f] = share_of((logit - part[f]) * shrink);
    return out;
}

/* --- an open line --------------------------------------------------------------------------------------------------------- */

static void arrive_add(LeadTime *out, int day, double mass) {
    if (day < 0) return;                                  /* would have been before today, and was not */
    out->arrive[day < LEAD_DAYS ? day : LEAD_DAYS - 1] += mass;
}

void late_arrival(const LateLine *line, LeadTime *out) {
    static const double LEAST_LEFT = 0.001;
    LeadTime t = { 0 };
    double p = fn_clamp(line->p, 0, 1), left = 0, wait = 10;
    if (line->early && line->early->found)
        for (int d = 0, end = lead_end(line->early); d < end; d++) arrive_add(&t, line->promise_in - d, (1 - p) * line->early->arrive[d]);
    else
        arrive_add(&t, line->promise_in, 1 - p);
    if (line->slip && line->slip->found) {
        for (int d = 0, end = lead_end(line->slip); d < end; d++) arrive_add(&t, line->promise_in + (d > 0 ? d : 1), p * line->slip->arrive[d]);
        t.p_never = p * line->slip->p_never;
        wait = line->slip->mean > 3 ? line->slip->mean : 3;
    } else {
        LeadTime usual;
        lead_stated(wait, 1, &usual);
        for (int d = 0; d < LEAD_DAYS; d++) arrive_add(&t, line->promise_in + (d > 0 ? d : 1), p * usual.arrive[d]);
    }
    for (int d = 0, end = lead_end(&t); d < end; d++) left += t.arrive[d];
    if (left < LEAST_LEFT) {                              /* later than nearly all we have seen */
        double rest = LEAST_LEFT - left, hazard = 1 / wait;
        for (int d = 1; d < LEAD_DAYS - 1; d++) {
            t.arrive[d] += rest * hazard;
            rest -= rest * hazard;
        }
        t.arrive[LEAD_DAYS - 1] += rest;
        left = LEAST_LEFT;
    }
    double scale = 1 / (left + t.p_never);
    for (int d = 0; d < LEAD_DAYS; d++) t.arrive[d] *= scale;
    t.p_never *= scale;
    lead_describe(&t);
    *out = t;
}

double late_after(const LeadTime *arrival, int due_in, double *out_days_late) {
    double late = arrival->p_never, days = 0, comes = 0;
    for (int d = 0; d < LEAD_DAYS; d++) {
        comes += arrival->arrive[d];
        if (d <= due_in) continue;
        late += arrival->arrive[d];
        days += arrival->arrive[d] * (d - due_in);
    }
    *out_days_late = comes > 1e-9 ? days / comes : 0;
    return fn_clamp(late, 0, 1);
}
