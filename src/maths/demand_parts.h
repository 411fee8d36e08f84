/* demand_parts.h - what the files of demand share: the cleaned series and the season. Not for other rooms. */
#pragma once
#include "maths/demand.h"

typedef struct Clean {            /* a series without surprises: finite, >= 0, censored cells imputed */
    int count;
    const double *y;              /* units; 0 where not seen */
    const uint8_t *seen;          /* 1 observed or imputed, 0 missing */
    const uint8_t *exact;         /* 1 observed exactly */
    const double *sum_y;          /* prefix sums, count + 1: of y */
    const double *sum_seen;       /* and of seen */
    int used, censored, missing, sales;
    double mean;                  /* of seen buckets */
    double zero_share;
} Clean;

void demand_clean(const DemandSeries *series, Arena *work, Clean *out);
/* E[X | X >= least] for the count with this mean and variance (>= mean). */
double demand_at_least(double mean, double variance, double least);

enum { SEASON_WEEK = 7, SEASON_YEAR = 52 };
/* Season length worth trying for this history: 0, 7 (daily, >= 56 buckets) or 52 (weekly, >= 104, fewer with a season of its kin). */
int demand_season_length(const DemandSeries *series, const Clean *clean);
/* Indices by phase with mean 1 from buckets before `upto`, smoothed (year) and shrunk to `kin` (NULL: 1) by what noise explains. */
void demand_season(const Clean *clean, int length, int first_phase, int upto, const double *kin, double *out_index);

/* The choice of how the sum is shaped, once mean and variance are known; fills sizes and shape, and pulls the variance of few sales to that of sales at
 * random. `level_share`: variance of the level's error over that of a bucket's noise, by the memory of the model. */
typedef struct DemandWindow { double forecast, actual; } DemandWindow; /* one rolling origin: units over the horizon */
void demand_choose_shape(const Clean *clean, const DemandWindow *window, int count, double level_share, Arena *work, DemandModel *model);
