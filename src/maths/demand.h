/* demand.h - from a series of demand per bucket to the distribution of demand over any stretch of time ahead.
 *
 * demand_fit tries a small set of models (moving mean, SES, damped trend, Croston-SBA, TSB; each also on top of seasonal
 * indices where the history allows) and keeps the one whose *sum over the protection interval* was forecast best at
 * rolling origins, by pinball loss at .5 .8 .9 .95; thin evidence pulls the choice to the simple model. What is calibrated is the
 * error of that sum, not of one step: the error of the level is common to all buckets of a path (domain notes 2.1), so
 *     Var(sum over h buckets) = h * noise_var + h^2 * level_var,
 * with both parts fitted to the backtested errors. demand_sum turns the model into a Dist of the sum.
 *
 * Censored buckets (stock ran out: demand was at least this) are imputed by E[X | X >= x]; missing buckets are
 * skipped and never read as zero. Negative buckets (corrections) count as zero. Deterministic; no series makes it fail. */
#pragma once
#include "base/arena.h"
#include "maths/dist.h"
#include <stdint.h>

typedef enum DemandState {
    DEMAND_EXACT = 0,   /* in stock: demand was exactly this */
    DEMAND_AT_LEAST,    /* ran out during the bucket, or the first bucket after an outage: censored */
    DEMAND_MISSING,     /* not observed: out all of it, not listed, unknown, closed */
} DemandState;

typedef struct DemandSeries {
    int count;                 /* closed buckets, oldest first; 0 allowed */
    const double *value;       /* units per bucket */
    const uint8_t *state;      /* DemandState per bucket; NULL means all exact */
    int bucket_days;           /* 1 or 7: which seasons are tried (day of week; week of year when >= 104 buckets, or kin_season) */
    int first_phase;           /* season phase of bucket 0: day of week 0..6 or week of year 0..51; see demand_phase */
    const double *kin_season;  /* indices by phase (7 or 52, mean 1) of the family this series belongs to: what its own are shrunk to,
                                  and what a short history uses; NULL: 1 throughout */
} DemandSeries;

typedef enum DemandKind {
    DEMAND_NONE = 0,           /* nothing usable: mean 0, see `poor` */
    DEMAND_MOVING_MEAN,        /* param: window in buckets */
    DEMAND_SES,                /* param: alpha */
    DEMAND_DAMPED_TREND,       /* param: alpha (beta = alpha/5, damping .9 per bucket weekly, .98 daily) */
    DEMAND_CROSTON_SBA,        /* param: alpha of size and interval */
    DEMAND_TSB,                /* param: alpha of size = alpha of probability / .5 */
    DEMAND_KIND_COUNT_,
} DemandKind;

typedef enum DemandShape {
    DEMAND_SHAPE_COUNTS = 0,   /* negative binomial family (dist_counts) */
    DEMAND_SHAPE_LUMPY,        /* occasions times the sizes seen (dist_compound) */
} DemandShape;

typedef enum DemandPoor {      /* why a model deserves little trust; 0 when it does not */
    DEMAND_POOR_NOT = 0,
    DEMAND_POOR_NO_DATA,       /* no observed bucket */
    DEMAND_POOR_SHORT,         /* fewer than 8 observed buckets: dispersion is mostly prior */
    DEMAND_POOR_NO_SALES,      /* observed, but never a sale */
    DEMAND_POOR_FEW_ORIGINS,   /* fewer than 4 rolling origins: the choice was not tested */
    DEMAND_POOR_CENSORED,      /* most observed buckets are censored: the level is a guess upward */
} DemandPoor;

enum { DEMAND_SEASON_MOST = 53, DEMAND_SIZES_MOST = 24 };

typedef struct DemandEvidence {    /* one tried candidate: best parameter of its kind */
    float loss;                    /* mean pinball of the sum, units; < 0 when not tried */
    float param;
} DemandEvidence;

typedef struct DemandModel {
    uint8_t kind, runner_up;       /* DemandKind */
    uint8_t seasonal;              /* season length 0 (none), 7 or 52 */
    uint8_t runner_up_seasonal;
    uint8_t shape;                 /* DemandShape */
    uint8_t poor;                  /* DemandPoor */
    int bucket_days;
    int next_phase;                /* season phase of the first bucket after the history */
    double param;
    double level;                  /* units per bucket now, seasonal index taken out */
    double trend, damping;         /* units per bucket per bucket; forecast of bucket k adds trend * sum damping^1..k */
    double noise_var;              /* units^2 of one bucket around its level */
    double level_var;              /* units^2 of the level itself: common to all buckets of a path */
    double runner_up_level;        /* units per bucket: agreement of the two models is a sign of confidence */
    double zero_share;             /* share of observed buckets without demand */
    double calibration;            /* sd of backtested sums / sd by formula, after shrinkage; 1 = formula right */
    int used, censored, missing;   /* buckets */
    int origins;                   /* rolling origins the choice rests on */
    double horizon;                /* buckets; the sum the choice was made for */
    float season[DEMAND_SEASON_MOST]; /* indices by phase, mean 1; only when seasonal */
    int sizes;                     /* lumpy: points of the size distribution of a non-zero bucket */
    float size[DEMAND_SIZES_MOST], size_share[DEMAND_SIZES_MOST];
    DemandEvidence evidence[2][DEMAND_KIND_COUNT_]; /* [0] plain, [1] seasonal */
} DemandModel;

/* Chooses and fits. `horizon_buckets` is the protection interval (lead time plus review) in buckets, > 0, may be
 * fractional. Scratch in `work`: at most 160 bytes per bucket; nothing of it is referred to afterwards. */
void demand_fit(const DemandSeries *series, double horizon_buckets, Arena *work, DemandModel *out);

/* A model without history: a rate somebody states (new items, kin), with this coefficient of variation of the rate. */
void demand_prior(double units_per_bucket, double rate_cv, int bucket_days, DemandModel *out);

/* Mean, and the two parts of the variance, of demand from `from` to `from + length` (buckets after the end of history,
 * fractions allowed: half a bucket has half its mean). */
typedef struct DemandMoments { double mean, noise_var, level_var; } DemandMoments;
DemandMoments demand_moments(const DemandModel *model, double from, double length);
/* The distribution of that sum. */
void demand_sum(const DemandModel *model, double from, double length, Dist *out);
/* The same when the mean is changed by an override (event, price): `factor` on level and its error. */
DemandModel demand_scaled(const DemandModel *model, double factor);

/* Phase of a bucket for DemandSeries.first_phase, from a day number (days since 1970-01-01): Monday is 0; weeks count
 * 364-day years on, so a phase is a stable 1/52 of the year (drift one day and a quarter per year). */
int demand_phase(int64_t day, int bucket_days);
const char *demand_kind_name(DemandKind kind);      /* "moving-mean", "ses", "damped-trend", "croston-sba", "tsb", "none" */
const char *demand_poor_name(DemandPoor poor);      /* "", "no-data", "short-history", "no-sales", "few-origins", "mostly-censored" */
