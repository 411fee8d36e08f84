/* ets.h - exponential smoothing with the parameters that explain the series best: level, damped trend, and a season that moves.
 *
 *     forecast of one bucket = (level + phi trend) season,   or + season
 *     level  = level + phi trend + alpha error               (error / season where the season multiplies)
 *     trend  = phi trend + alpha beta error
 *     season = season + gamma (1 - alpha) error              (error / level where it multiplies)
 *
 * Hyndman, Koehler, Ord & Snyder, Forecasting with Exponential Smoothing (2008), ch. 2; the states of additive and of multiplicative errors
 * move alike, only the likelihood differs. Parameters come from a fixed grid, eight at a time: the same bits
 * everywhere, no iteration to a tolerance. A coarse grid also forecasts better on short series than the exact optimum (docs/judges.md).
 * Buckets not seen move the level on by the trend and teach nothing. */
#pragma once
#include "base/arena.h"
#include <stdint.h>

typedef struct EtsSeries {
    int count;                 /* buckets, oldest first, 0 allowed */
    const double *value;       /* units (or their logarithm), season taken out unless it is fitted here; finite */
    const uint8_t *seen;       /* 1 observed */
    const double *weight;      /* > 0: share of news a bucket brings, 1 usual; NULL: 1 throughout */
} EtsSeries;

typedef enum EtsSeason { ETS_SEASON_NONE = 0, ETS_SEASON_ADDED, ETS_SEASON_TIMES } EtsSeason;

typedef struct EtsModel {
    EtsSeason season;
    int damped;                /* 1 with a trend */
    double alpha, beta, gamma, phi;    /* beta: share of alpha; without a trend phi is 0 */
    double level0, trend0;     /* before the first bucket */
    double aicc;               /* corrected information criterion; comparable within one series */
} EtsModel;

/* Level and damped trend of least squared one-step error; no season. */
void ets_damped(const EtsSeries *series, EtsModel *out);
/* The level alone. Returns alpha; *out_level0 the level before the first bucket. */
double ets_level(const EtsSeries *series, double *out_level0);
/* The family of six: level or damped trend, season none, added or times, by AICc. `start` are indices of mean 1 by phase to begin with
 * (length m, phase of bucket 0 first_phase); NULL or m < 2: no season is tried. Scratch: 10 m + 8 doubles. */
void ets_choose(const EtsSeries *series, int m, int first_phase, const double *start, Arena *work, EtsModel *out);
/* One pass: what is known before bucket t in level[t] and trend[t], t = 0 .. count, and the factor of bucket t as then known in index[t]
 * (t < count). `season` holds m indices of mean 1 on entry and those known at the end on return; used only with a season. */
void ets_track(const EtsModel *model, const EtsSeries *series, int m, int first_phase, double *season, double *level, double *trend, double *index);
