/* targets.h - one wish for the whole assortment: who should have how much service, so that it costs least.
 *
 * Each item brings a curve: levels it may have, the service and the capital of each. Steps along the curves' upper hulls are bought in the order of
 * service per money until the wish is met or the budget is spent (marginal analysis: Everett 1963; Sherbrooke, Optimal Inventory Modeling of Systems,
 * ch. 2). On hulls this is the optimum but for the last step. A group (customer tier, price class, place) can be promised a least service of its own: its best
 * steps are bought first.
 *
 * Service of many = sum of weight * service / sum of weights. Deterministic: steps of equal worth go by item, then by level. */
#pragma once
#include "base/arena.h"
#include "maths/quantity.h"
#include <stdbool.h>

enum { TARGET_POINTS_MOST = 32 };

typedef struct TargetPoint { double level, service, capital; } TargetPoint;   /* units, 0..1, money */

typedef struct TargetItem {
    const TargetPoint *point;      /* `points` of them, level, service and capital not falling; the first is what the item has at least */
    int points;
    double weight;                 /* what its service counts: lines (or units, or money) a period, >= 0 */
    int group;                     /* 0 .. groups - 1 */
} TargetItem;

typedef struct TargetAsk {
    double service;                /* 0..1 wanted of the whole */
    double budget;                 /* > 0: most capital instead; the best service it buys */
    const double *group_least;     /* service promised to each group, `groups` of them; NULL: none */
} TargetAsk;

typedef struct TargetChoice {
    int point;                     /* of the item's curve */
    double worth;                  /* weight of service per money of the last step bought; 0 when none was */
    double next;                   /* of the step not bought any more; 0 at the end of the curve */
    bool promised;                 /* its last step was bought for the group's promise */
} TargetChoice;

typedef struct TargetSum {
    double service, capital;       /* of the choice */
    double worth;                  /* of the last step bought by worth alone: what the next money must bring */
    bool met;                      /* service and promises reached, within the budget */
} TargetSum;

typedef struct Targets Targets;

/* Lives in `arena`; `item` and its points must live as long. */
Targets *targets_begin(const TargetItem *item, int count, int groups, Arena *arena);
void targets_choose(const Targets *targets, const TargetAsk *ask, TargetChoice *out_choice, TargetSum *out_sum);
double targets_group_service(const Targets *targets, const TargetChoice *choice, int group);   /* 1 when nothing in it counts */

/* The curve of one item under its policy: at most TARGET_POINTS_MOST levels from nothing to nearly always enough, service by the goal of `in`, capital = mean
 * stock on the shelf x unit cost. Returns the number of points, >= 1. */
int target_curve(const QuantityInput *in, double unit_cost, TargetPoint out_point[TARGET_POINTS_MOST]);
