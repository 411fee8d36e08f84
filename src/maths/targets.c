/* targets.c - upper hulls of the items' curves, their steps sorted by worth, bought from the best one on. */
#include "maths/targets.h"

#include <stdlib.h>

typedef struct Step { int item, to; double weight, capital, worth; } Step;   /* from the hull point before it */

struct Targets {
    const TargetItem *item;
    int count, groups, steps;
    Step *step;                    /* best first */
    double weight, start_weight, start_capital;   /* of all; of service and capital at the first points */
    double *group_weight, *group_start, *group_now;
    bool *stopped;                 /* scratch: the budget does not reach this item's next step */
    bool *taken;                   /* scratch, by step */
};

/* Best first; the same order on every run. */
static int by_worth(const void *a, const void *b) {
    const Step *x = a, *y = b;
    if (x->worth != y->worth) return x->worth > y->worth ? -1 : 1;
    if (x->item != y->item) return x->item < y->item ? -1 : 1;
    return (x->to > y->to) - (x->to < y->to);
}

/* Worth of going from one point to another; free service is worth most. */
static double worth_of(const TargetItem *item, int from, int to) {
    double gain = item->weight * (item->point[to].service - item->point[from].service), cost = item->point[to].capital - item->point[from].capital;
    if (!(gain > 0)) return 0;
    return cost > 1e-9 * gain ? gain / cost : 1e9;
}

/* From each hull point to the one after it that is worth most per money (the furthest of equals). */
static void hull_steps(Targets *t, int i) {
    const TargetItem *item = &t->item[i];
    for (int from = 0, to; from < item->points - 1; from = to) {
        double best = 0;
        to = item->points;
        for (int p = from + 1; p < item->points; p++) {
            double worth = worth_of(item, from, p);
            if (worth <= 0 || worth < best) continue;
            best = worth;
            to = p;
        }
        if (to == item->points) return;
        t->step[t->steps++] = (Step){ .item = i, .to = to, .worth = best, .weight = item->weight * (item->point[to].service - item->point[from].service),
                                      .capital = item->point[to].capital - item->point[from].capital };
    }
}

Targets *targets_begin(const TargetItem *item, int count, int groups, Arena *arena) {
    Targets *t = new_in(arena, Targets);
    size_t most = 1;
    for (int i = 0; i < count; i++) most += (size_t)item[i].points;
    *t = (Targets){ .item = item, .count = count, .groups = groups, .step = many_in(arena, Step, most), .taken = many_in(arena, bool, most) };
    t->stopped = many_in(arena, bool, (size_t)count + 1);
    t->group_weight = many_in(arena, double, (size_t)groups + 1);
    t->group_start = many_in(arena, double, (size_t)groups + 1);
    t->group_now = many_in(arena, double, (size_t)groups + 1);
    for (int i = 0; i < count; i++) {
        double served = item[i].weight * item[i].point[0].service;
        t->weight += item[i].weight;
        t->start_weight += served;
        t->start_capital += item[i].point[0].capital;
        t->group_weight[item[i].group] += item[i].weight;
        t->group_start[item[i].group] += served;
        hull_steps(t, i);
    }
    qsort(t->step, (size_t)t->steps, sizeof *t->step, by_worth);
    return t;
}

typedef struct Till { double served, capital; } Till;

static void buy(const Targets *t, int s, TargetChoice *choice, Till *till) {
    const Step *step = &t->step[s];
    t->taken[s] = true;
    till->served += step->weight;
    till->capital += step->capital;
    t->group_now[t->item[step->item].group] += step->weight;
    choice[step->item].point = step->to;
    choice[step->item].worth = step->worth;
}

/* The budget is kept whatever was promised; an item whose next step it does not reach stays where it is. */
static bool affordable(const Targets *t, const TargetAsk *ask, int item, double capital, const Till *till) {
    if (!(ask->budget > 0) || till->capital + capital <= ask->budget) return true;
    t->stopped[item] = true;
    return false;
}

static void keep_promises(const Targets *t, const TargetAsk *ask, TargetChoice *choice, Till *till) {
    for (int s = 0; s < t->steps; s++) {
        const Step *step = &t->step[s];
        int group = t->item[step->item].group;
        if (t->stopped[step->item] || t->group_now[group] >= ask->group_least[group] * t->group_weight[group]) continue;
        if (!affordable(t, ask, step->item, step->capital, till)) continue;
        buy(t, s, choice, till);
        choice[step->item].promised = true;
    }
}

void targets_choose(const Targets *t, const TargetAsk *ask, TargetChoice *choice, TargetSum *out) {
    Till till = { .served = t->start_weight, .capital = t->start_capital };
    for (int i = 0; i < t->count; i++) {
        choice[i] = (TargetChoice){ 0 };
        t->stopped[i] = false;
    }
    for (int s = 0; s < t->steps; s++) t->taken[s] = false;
    for (int g = 0; g < t->groups; g++) t->group_now[g] = t->group_start[g];
    *out = (TargetSum){ 0 };
    if (ask->group_least) keep_promises(t, ask, choice, &till);
    double wanted = ask->budget > 0 ? 2 : ask->service;
    for (int s = 0; s < t->steps && till.served < wanted * t->weight * (1 - 1e-12); s++) {
        const Step *step = &t->step[s];
        if (t->taken[s] || t->stopped[step->item] || !affordable(t, ask, step->item, step->capital, &till)) continue;
        buy(t, s, choice, &till);
        choice[step->item].promised = false;
        out->worth = step->worth;
    }
    for (int s = t->steps - 1; s >= 0; s--)
        if (!t->taken[s]) choice[t->step[s].item].next = t->step[s].worth;
    out->service = t->weight > 0 ? till.served / t->weight : 1;
    out->capital = till.capital;
    out->met = ask->budget > 0 ? till.capital <= ask->budget : out->service >= ask->service - 1e-9;
    for (int g = 0; ask->group_least && g < t->groups; g++) out->met &= targets_group_service(t, choice, g) >= ask->group_least[g] - 1e-9;
}

double targets_group_service(const Targets *t, const TargetChoice *choice, int group) {
    double served = 0;
    for (int i = 0; i < t->count; i++)
        if (t->item[i].group == group) served += t->item[i].weight * t->item[i].point[choice[i].point].service;
    return t->group_weight[group] > 0 ? served / t->group_weight[group] : 1;
}

int target_curve(const QuantityInput *in, double unit_cost, TargetPoint point[TARGET_POINTS_MOST]) {
    const Dist *d = in->protect_demand;
    double line = in->goal.kind == GOAL_LINE_FILL ? in->goal.line_units : 0;
    double most = dist_quantile(d, 0.9999) + (line > 0 ? line : 0), step = d->step;
    while (most / step > TARGET_POINTS_MOST - 1) step += d->step;      /* whole lattice steps: levels that mean something */
    int n = 0;
    for (double level = 0; n < TARGET_POINTS_MOST; level += step) {
        TargetPoint p = { .level = level, .service = quantity_service(in, level), .capital = unit_cost * quantity_mean_stock(in, level) };
        if (n > 0 && p.service < point[n - 1].service) p.service = point[n - 1].service;
        if (n > 0 && p.capital < point[n - 1].capital) p.capital = point[n - 1].capital;
        point[n++] = p;
        if (level >= most) break;
    }
    return n;
}
