/* pace.h - what is usual of all item-places together: how early orders are known, on which weekdays they are wanted, how much kin sell, who buys.
 *
 * Made with the pools, once per week of planning, from the order lines of the last 91 days: by item group, which leans on all as if all had told 200 lines
 * more of it. What one item-place tells of its own lines leans on its group in turn (sense.c). */
#pragma once
#include "base/arena.h"
#include "estimate/picture.h"

enum { PACE_AHEAD = 21, PACE_WINDOW = 91, PACE_KIN_LEAST = 5 };

typedef struct PaceGroup {
    double lines, known[PACE_AHEAD];     /* lines wanted in the window; share of them that was known k + 1 days before the day they were wanted */
    double weekday[7];                   /* share of lines by the day they are wanted, Monday first; sum 1 */
    double kin, log_value, log_value_var, log_units, log_units_var;   /* item-places that sold all the window; log of money (at cost) and of units a day, over them */
    double kin_valued;                   /* of them with a cost */
} PaceGroup;

typedef struct Pace {
    PaceGroup *group; int groups;        /* as Seasons numbers them; [0] all */
    double *place_shift; int places;     /* how far the log of units at a place is from its groups' */
    float *customer_share; int customers;   /* of all lines */
} Pace;

typedef struct PaceInput { const Context *context; /* its seasons are the new ones */ } PaceInput;
void pace_fit(const PaceInput *in, Arena *arena, Pace *out);
const PaceGroup *pace_of(const Context *context, ItemId item);       /* NULL when nothing was learned */

/* Units a day that kin of this item at this place would sell, typically, and how far apart they are. false: too few kin. */
typedef struct KinRate { double units_day, rate_cv; int kin; } KinRate;
bool pace_kin(const Context *context, ItemId item, PlaceId place, double unit_cost, KinRate *out);
