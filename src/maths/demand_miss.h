/* demand_miss.h - what sums told in the past missed by, over an assortment: how wide the next ones are.
 *
 * An item's own errors are few and were used to choose its model; those of a few hundred items, told again at days past with what was known of them then (rolling
 * origins; a season and sizes of kin are as known today) and held against what came, say how much sums of this assortment miss by beyond what each item's noise and level error tell. Two parts, as
 * variances relative to the square of the mean, both of one rate for the whole sum (domain notes 2.1):
 *     own     own_var (told / usual + .05)^by_volume (age / MISS_AGE_FULL)^by_age     of an item alone; told: units over its horizon, age: its history in horizons, 1/4 at least and full at most
 *     shared  shared_var by length of the sum                                    of a factor that all items have in common in the weeks ahead
 * The own part is the mean over a grid of widths, each as likely as the pinball (.1 .25 .5 .8 .9 .95) of the misses, had they been told so wide, is near the least, and
 * beforehand half as likely as the next narrower; items weigh by the root of what they sell. The shared factor of an origin is
 * the mean ratio of came to told, items weighing by certainty; its variance is the mean square over origins less what items' own errors make of it, origins
 * weighing by certainty (DerSimonian & Laird 1986), and counts by n / (n + 4), n lengths that do not overlap: one autumn is no law.
 * How often sums so told came at or below their quantiles says what is left to say of their shape (demand_came.h).
 *
 * For the distribution of a sum both parts are a wider gamma of the rate, which a negative binomial and an occasions-times-sizes sum have anyway: no sum costs more. */
#pragma once
#include "maths/demand_kin.h"
#include "maths/demand_revert.h"

enum { MISS_SERIES_LEAST = 60, MISS_SERIES_MOST = 400, MISS_ORIGINS_MOST = 6, MISS_LOOKS_MOST = MISS_ORIGINS_MOST + 1, MISS_AGE_FULL = 6, MISS_WIDTHS = 8, MISS_QUANTILES = 6 };   /* most: of an assortment look at so many, spread evenly */

#define MISS_TODAY INT64_MAX       /* after all origins, wherever an item's history ends */

typedef struct DemandMissInput {
    const DemandSeries *series;
    const double *came;                /* units that came in its buckets, where something was taken out of its values (demand_shock.h); NULL: its values */
    double horizon;                    /* buckets, as for demand_fit */
    int64_t end;                       /* number of the first bucket after the history, counted alike for all items */
    const DemandKin *kin; double price; /* as for demand_lean; NULL: does not lean */
} DemandMissInput;

typedef struct DemandMiss {
    DemandModel then;                  /* what was fitted to what was known then, leaning on kin */
    int length;                        /* buckets of the sum */
    int64_t origin;                    /* number of the first bucket that was not known then; MISS_TODAY: of the future itself */
    double told, variance, came;       /* units; came -1: of the future itself, which is told only; variance: noise and level error as told */
    double age;                        /* history then, in horizons */
    float quantile[MISS_WIDTHS][MISS_QUANTILES];          /* .1 .25 .5 .8 .9 .95 of the sum, had it been told with relative variances from 0 to 1.6 more */
    float told_of[DEMAND_SPANS], came_of[DEMAND_SPANS];   /* units over demand_span(); told 0: not seen whole */
    uint32_t spans;                    /* bits of those seen whole */
} DemandMiss;

/* The newest origins of an item, 14 days, 4 weeks or 2 longer buckets apart; returns how many. Those that teach nothing are left out: history too short, nothing told,
 * less than 3/4 of the horizon seen since. Scratch in `work` as demand_fit, once an origin. */
int demand_miss(const DemandMissInput *in, Arena *work, DemandMiss out[MISS_LOOKS_MOST]);

typedef struct DemandMisses {
    DemandRevert revert;               /* what they were told with */
    int misses, origins;               /* it rests on; misses 0: it says nothing */
    double usual;                      /* units: the median sum told */
    double own_var, by_volume, by_age;
    double shared_var[DEMAND_SPANS];
    float came_below[DEMAND_LEVELS];   /* demand_came.h: of sums over the horizon, told with the own part */
} DemandMisses;

/* Says nothing when there are fewer misses than MISS_SERIES_LEAST. `miss` is put in order of origins; scratch in `work`: 90 bytes a miss. */
void demand_misses_fit(DemandMiss *miss, int count, int bucket_days, Arena *work, DemandMisses *out);
/* Gives a model the width that sums of its assortment had; `horizon` buckets as for its fit. After everything that fits it anew. */
void demand_widen(const DemandMisses *misses, double horizon, DemandModel *model);