/* fill.h - one order of many lines: up to what the supplier asks at least, up to what a truck takes, or not yet.
 *
 * Lines bring what they need for themselves; the rest is brought forward. A unit that is ordered `v` units above its line's order-up-to level would have been ordered
 * anyway when demand had used up v units, at the next opportunity after that: it lies T(v) = max(R, v / d + R / 2) days longer (renewal count of
 * reviews of R days at d units a day; Snyder & Shen, Fundamentals of Supply Chain Theory, 4.3, for the marginal reading of holding against shortage).
 * In return it meets demand that passes the level: P(D > level + v), taken to fall geometrically between two known points. So
 *
 *     cost of the step from v to v + w  =  hold w T(v)  -  short  integral of P over v .. v + w
 *
 * which rises with v: marginal analysis. The minimum is met by the steps that cost least per share of what is missing, each time also looking at the one
 * step that would finish it (the greedy for the minimum knapsack, never above twice the least: Csirik, Frenk, Labbe, Zhang, Acta Cybernetica 10, 1991), and then
 * steps that the last ones made needless are taken back. A truck is filled by the steps whose share of its freight is worth more than they cost.
 *
 * All or nothing: waiting for the next opportunity costs what the needs lose by it and what still has to be filled then; the cheaper is chosen. */
#pragma once
#include "base/arena.h"
#include <stdbool.h>

typedef enum FillMeasure { FILL_VALUE, FILL_WEIGHT, FILL_VOLUME, FILL_PALLETS, FILL_MEASURES } FillMeasure;   /* money, kg, cubic metres, pallets */

typedef struct FillLine {
    double need;                       /* units it orders for itself, >= 0 */
    double above;                      /* units its position, need included, stands above its order-up-to level; below counts as 0 */
    double first, step;                /* units: smallest order of a line without need, and what any quantity grows by; step > 0 */
    double most;                       /* units that may be added: maxima, shelf, no excess */
    double rate, review_days;          /* units a day; days between opportunities, >= 1 */
    double hold_day, short_cost;       /* money per unit and day; per unit short */
    double short_p, short_far, far;    /* P(demand until the next order arrives > level), P(... > level + far), far > 0 units */
    double measure[FILL_MEASURES];     /* of one unit; < 0 when not known */
    double wait;                       /* money its need loses by waiting for the next opportunity; < 0 when not known */
} FillLine;

typedef struct FillAsk {
    double minimum[FILL_MEASURES];     /* each one > 0 must be met */
    double truck[FILL_MEASURES];       /* what one takes; 0 = not bounded by it */
    double truck_cost;                 /* money, of one truck */
} FillAsk;

typedef struct FillUnits {             /* of one line */
    double to_minimum, to_load;        /* units added for the minimum, and for the truck */
    double cost, days;                 /* money of both, < 0 when it saves; days a unit of them lies longer, on average */
} FillUnits;

typedef enum FillChoice {
    FILL_NOT_NEEDED,                   /* the needs alone meet the minimum */
    FILL_UP,                           /* order now, filled up to it */
    FILL_WAIT,                         /* waiting is cheaper: nothing is added */
    FILL_CANNOT,                       /* all that may be added does not reach it: nothing is */
} FillChoice;

typedef struct Fill {
    FillChoice choice;
    double own[FILL_MEASURES];         /* of the needs */
    double reached[FILL_MEASURES];     /* with what is added */
    int unknown[FILL_MEASURES];        /* lines in the order whose measure is not known: not in the sums */
    double cost;                       /* money: what reaching the minimum adds; told for FILL_WAIT too */
    double wait_cost;                  /* money: what waiting loses; < 0 when not known */
    int trucks;                        /* 0 when no truck is told, or nothing fits its measures */
    double saving;                     /* money: freight that filling the last truck saves, less what its units cost, >= 0 */
} Fill;

/* `out_units` has room for `count`. The same lines in the same order give the same answer. */
void fill_order(const FillAsk *ask, const FillLine *line, int count, Arena *arena, FillUnits *out_units, Fill *out);

/* What `units` above its need cost this line: the first order of a line without need, then whole steps. */
double fill_cost(const FillLine *line, double units);
/* The other way round: money lost when `units` leave what stands `above` its level (here below 0 too), which pass the level as above: short x the integral of
 * min(1, P(D > level + v)) over above - units .. above. Nothing where nothing is asked for. */
double fill_loss(const FillLine *line, double units);
/* Less than all lines need, shared so that the last unit of each is missed as much: short x P(D > level + v), read on below the level as it falls above it, so that who lacks most, for his own
 * spread, comes first. Whole steps, at most each line's need, and all of `supply` but what is less than a step; ties go to the earlier line. `out_units` has room for `count`. */
void fill_share(const FillLine *line, int count, double supply, Arena *arena, double *out_units);
