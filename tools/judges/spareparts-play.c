/* The published protocol: stock is lifted to the level, what is not met waits, fill and holding are counted. And curves: cost at a given fill. */
#include "tools/judges/spareparts.h"

#include <stdlib.h>

enum { PIPE = 64 };
static const double HOLDING_SHARE = 0.25;

typedef struct Played { double met, wanted, cost; } Played;

/* Inside a month: arrivals, review, demand. Lead time 0 (as published): the order is there before the month's demand. */
static Played part_play(const Panel *panel, const Part *part, const double *level, size_t stride) {
    Played out = { 0 };
    int tests = panel->months - panel->train, lead = part->lead_months;
    double stock = level[0], pipe[PIPE] = { 0 };
    for (int g = 0; g < tests; g++) {
        stock += pipe[g % PIPE];
        pipe[g % PIPE] = 0;
        double position = stock, target = level[(size_t)g * stride];
        for (int i = 0; i < PIPE; i++) position += pipe[i];
        if (target > position && lead == 0) stock += target - position;
        else if (target > position) pipe[(g + lead) % PIPE] += target - position;
        double demand = part->demand[panel->train + g], shelf = stock > 0 ? stock : 0;
        out.met += demand < shelf ? demand : shelf;
        out.wanted += demand;
        out.cost += HOLDING_SHARE * part->price * shelf;
        stock -= demand;
    }
    out.cost /= tests;
    return out;
}

void curve_play(const Panel *panel, const double *level, int targets, Curve *out) {
    size_t parts = panel->parts.count, tests = (size_t)(panel->months - panel->train);
    out->points = targets;
    for (int k = 0; k < targets; k++) {
        CurvePoint *point = &out->at[k];
        *point = (CurvePoint){ 0 };
        double met[QUINTILES] = { 0 }, wanted[QUINTILES] = { 0 }, count[QUINTILES] = { 0 }, all_met = 0, all_wanted = 0, asked = 0;
        for (size_t i = 0; i < parts; i++) {
            const Part *part = &panel->parts.at[i];
            Played p = part_play(panel, part, level + (size_t)k * tests * parts + i, parts);
            point->cost += p.cost;
            if (!(p.wanted > 0)) continue;                          /* costs its holding, but has no fill to average */
            point->fill_avg += p.met / p.wanted;
            point->quintile_avg[part->quintile] += p.met / p.wanted;
            count[part->quintile]++;
            asked++;
            met[part->quintile] += p.met;
            wanted[part->quintile] += p.wanted;
            all_met += p.met;
            all_wanted += p.wanted;
        }
        point->fill_avg /= asked > 0 ? asked : 1;
        point->fill_total = all_wanted > 0 ? all_met / all_wanted : 1;
        for (int q = 0; q < QUINTILES; q++) {
            point->quintile_avg[q] /= count[q] > 0 ? count[q] : 1;
            point->quintile_total[q] = wanted[q] > 0 ? met[q] / wanted[q] : 1;
        }
    }
}

double point_fill(const CurvePoint *point, FillBy fill) { return fill == FILL_AVG ? point->fill_avg : point->fill_total; }

double curve_cost_at(const Curve *curve, FillBy fill, double at) {
    double best = -1;
    for (int k = 0; k + 1 < curve->points; k++) {
        double low = point_fill(&curve->at[k], fill), high = point_fill(&curve->at[k + 1], fill), from = curve->at[k].cost, to = curve->at[k + 1].cost;
        if ((low - at) * (high - at) > 0) continue;
        double cost = high == low ? (from < to ? from : to) : from + (to - from) * (at - low) / (high - low);
        if (best < 0 || cost < best) best = cost;
    }
    return best;
}
