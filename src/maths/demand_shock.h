/* demand_shock.h - what all items of an assortment had in common in each bucket that is past: weather, a holiday week, a day that was closed.
 *
 * Such a bucket says little about what comes: the next weeks hardly follow it. To an item for itself it looks like news of its level, and since it looks so to all
 * of them, all are told too high or too low together. So it is taken out of each history before anything is fitted; what it may do to the sums ahead is told by
 * demand_miss.h, which holds what was told against what truly came. For bucket t, over items i,
 *     told_i     the item's own level around t (SHOCK_REACH_WEEKS before and after it, as far as history goes; season of kin taken out), times the season of t
 *     gap_i      seen - told_i, both over the item's own spread (variance of its gaps over its mean): certain items say more
 *     effect     sum gap / sum told; its variance the mean of sum (gap - effect told)^2 and of the usual, sum told, over (sum told)^2
 * and of an effect as much is believed as effects vary beyond their errors: common / (common + variance), common by moments over all buckets (DerSimonian & Laird
 * 1986). A closed day or a feast is rarer than that and plain to see: an effect of more than three of its errors stands for itself with what is beyond them. Days:
 * what belongs to the weekday on average is a season and stays. What lasts into the next bucket may be a new level of all, so the share of effects that carries
 * over (their regression on the bucket before, 0 .. 1) is left in too. Before a year is known a shock cannot be told from a season, and nothing is taken out. */
#pragma once
#include "base/arena.h"
#include "maths/demand.h"
#include <stdint.h>

enum { SHOCK_SERIES_MOST = 2000, SHOCK_SERIES_LEAST = 30, SHOCK_BUCKETS_MOST = 1092, SHOCK_REACH_WEEKS = 26 };

typedef struct DemandShocks {
    int64_t from;                          /* number of the first bucket, counted alike for all items (DemandMissInput.end) */
    int count;                             /* buckets; 0: nothing is known */
    float factor[SHOCK_BUCKETS_MOST];      /* seen over usual, of all items together; 1: as usual */
} DemandShocks;

/* What one series says of the buckets from .. from + count - 1: told and gap over its spread, 0 where it says nothing. `end`: number of the first bucket after
 * its history. Buckets of a day or a week; others say nothing. Scratch in `work`: 24 bytes per bucket. */
void demand_shock(const DemandSeries *series, int64_t end, int64_t from, int count, Arena *work, float *out_told, float *out_gap);
/* told, gap: a row of `count` (at most SHOCK_BUCKETS_MOST) for each series, added in this order. Buckets of which fewer than SHOCK_SERIES_LEAST speak are as usual. */
void demand_shocks_fit(const float *told, const float *gap, int series, int64_t from, int count, int bucket_days, DemandShocks *out);
/* The series with the shocks taken out of its values, which are copied into `work`. */
void demand_unshock(const DemandShocks *shocks, int64_t end, Arena *work, DemandSeries *series);
