/* demand.h - from a series of demand per bucket to the distribution of demand over any stretch of time ahead.
 *
 * demand_fit runs all local models (moving mean, SES, damped trend, optimised Theta, growth by Theta in logarithms, exponential smoothing
 * by AICc, seasonal naive, Croston-SBA, TSB; means and SES also on top of seasonal indices) and combines them. A model's weight is what its class of
 * series usually deserves times how well it forecast the *sum over the protection interval* at rolling origins, by pinball loss at .5 .8 .9 .95; thin
 * evidence leaves the usual weights. What is calibrated is the error of that sum, not of one step: the error of the level is common to all buckets of a
 * path (domain notes 2.1), so
 *     Var(sum over h buckets) = h * noise_var + h^2 * level_var + (own_miss + shared_miss) * mean^2,
 * with the first two fitted to the backtested errors of the combination, and the third, 0 after a fit, learned from others' sums (demand_miss.h). demand_sum turns the model into a Dist of the sum.
 * A lumpy sum of few buckets is narrower than that: no bucket sells twice because its rate is unsure.
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
    int bucket_days;           /* length of a bucket; 1 takes the parameters of short buckets */
    int season_length;         /* buckets in a season, any length; 1: no season; 0: by bucket_days (1: 7, 7: 52, 28..31: 12, 84..92: 4, others
                                  none). A season is tried on two whole ones (of weekdays: eight), or with kin_season */
    int first_phase;           /* phase of bucket 0 within the season, 0 .. its length - 1; for days and weeks see demand_phase */
    const double *kin_season;  /* indices by phase (mean 1, as many as the season is long) of the family this series belongs to: what its own
                                  are shrunk to, and what a short history uses; NULL: 1 throughout */
} DemandSeries;

typedef enum DemandKind {
    DEMAND_NONE = 0,           /* nothing usable: mean 0, see `poor` */
    DEMAND_MOVING_MEAN,        /* param: window in buckets */
    DEMAND_SES,                /* param: alpha */
    DEMAND_DAMPED_TREND,       /* param: alpha; beta and damping with it by one-step error */
    DEMAND_THETA,              /* optimised Theta; param: alpha */
    DEMAND_GROWTH,             /* plain Theta in logarithms, a growth rate; param: alpha */
    DEMAND_ETS,                /* exponential smoothing by AICc, with a season that moves; param: alpha */
    DEMAND_SEASONAL_NAIVE,     /* the same phase a season ago: a baseline */
    DEMAND_CROSTON_SBA,        /* param: alpha of size and interval */
    DEMAND_TSB,                /* param: alpha of size = alpha of probability / .5 */
    DEMAND_KIND_COUNT_,
} DemandKind;

typedef enum DemandShape {
    DEMAND_SHAPE_COUNTS = 0,   /* negative binomial family (dist_counts) */
    DEMAND_SHAPE_LUMPY,        /* occasions times the sizes seen (dist_compounds) */
} DemandShape;

typedef enum DemandPoor {      /* why a model deserves little trust; 0 when it does not */
    DEMAND_POOR_NOT = 0,
    DEMAND_POOR_NO_DATA,       /* no observed bucket */
    DEMAND_POOR_SHORT,         /* fewer than 8 observed buckets: dispersion is mostly prior */
    DEMAND_POOR_NO_SALES,      /* observed, but never a sale */
    DEMAND_POOR_FEW_ORIGINS,   /* fewer than 4 rolling origins: the choice was not tested */
    DEMAND_POOR_CENSORED,      /* most observed buckets are censored: the level is a guess upward */
} DemandPoor;

enum { DEMAND_SPANS = 5, DEMAND_SEASON_MOST = 366, DEMAND_SIZES_MOST = 24, DEMAND_DATED_MOST = 6, DEMAND_YEAR_WEEKS = 52, DEMAND_YEAR_DAYS = 364, DEMAND_LEVELS = 9 };

/* An event or an override: demand of [from, to) (buckets after the end of history, fractions allowed) times `factor`. */
typedef struct DemandDated { double from, to, factor; } DemandDated;

typedef struct DemandEvidence {    /* one kind: its best parameter, and the weight of all its parameters */
    float loss;                    /* mean pinball of the sum, units; < 0 when not tried */
    float param;
    float weight;                  /* its share of the combination */
} DemandEvidence;

typedef struct DemandModel {
    uint8_t kind, runner_up;       /* DemandKind with the most weight, and the next */
    uint8_t shape;                 /* DemandShape */
    uint8_t poor;                  /* DemandPoor */
    uint16_t seasonal;             /* season length in buckets, 0 none */
    int bucket_days;
    int next_phase;                /* season phase of the first bucket after the history */
    double param;
    double level;                  /* units per bucket now, seasonal index taken out */
    double trend, damping;         /* units per bucket per bucket; forecast of bucket k adds trend * sum damping^1..k */
    double drift;                  /* units per bucket per bucket, undamped up to twice the horizon, where it ends */
    double noise_var;              /* units^2 of one bucket around its level, seasonal index taken out: it grows with the index */
    double level_var;              /* units^2 of the level itself: common to all buckets of a path */
    double long_level;             /* units per bucket over the whole history, seasonal index taken out: what `level` may go back to (demand_revert.h) */
    double runner_up_level;        /* units per bucket: agreement of the two models is a sign of confidence */
    double zero_share;             /* share of observed buckets without demand */
    double calibration;            /* sd of backtested sums / sd by formula, after shrinkage; 1 = formula right */
    int used, censored, missing;   /* buckets */
    int origins;                   /* rolling origins the choice rests on */
    double horizon;                /* buckets; the sum the choice was made for */
    float season[DEMAND_SEASON_MOST]; /* indices by phase, mean 1; only when seasonal; a longer season is kept in as many equal arcs */
    int sizes;                     /* lumpy: points of the size distribution of a non-zero bucket */
    float size[DEMAND_SIZES_MOST], size_share[DEMAND_SIZES_MOST];
    DemandEvidence evidence[2][DEMAND_KIND_COUNT_]; /* [0] plain, [1] seasonal */
    int dated;                     /* what a fit never sets and a planner knows: */
    DemandDated when[DEMAND_DATED_MOST];
    int year_day;                  /* of days: 1 .. 364, the first bucket after the history in a year of 364 days that begins with the first week; 0: no year */
    float year[DEMAND_YEAR_WEEKS]; /* beside the weekday: index of each week of it, mean 1 */
    double own_miss;               /* what sums of the assortment missed by beyond the item's own errors (demand_miss.h): variance over mean^2 of a rate, own */
    float shared_miss[DEMAND_SPANS]; /* and common to all items, by length of the sum: at demand_span() */
    float came_below[DEMAND_LEVELS]; /* and how often they came at or below their quantile at demand_level(), what all items shared known: see demand_came.h; 0: told as it is */
    double fade;                   /* share of demand lost from one bucket to the next, 0 .. 1: an item that ends */
} DemandModel;

/* Chooses and fits. `horizon_buckets` is the protection interval (lead time plus review) in buckets, > 0, may be
 * fractional. Scratch in `work`: at most 560 bytes per bucket and 24 KB; nothing of it is referred to afterwards. */
void demand_fit(const DemandSeries *series, double horizon_buckets, Arena *work, DemandModel *out);

/* A model without history: a rate somebody states (new items, kin), with this coefficient of variation of the rate. */
void demand_prior(double units_per_bucket, double rate_cv, int bucket_days, DemandModel *out);

/* Lengths of sums, in buckets, at which what all items share is known, rising: 1, 7, 14, 28, 56 days; of longer buckets 1, 2, 4, 8, 13. */
int demand_span(int bucket_days, int k);
/* Mean, and the parts of the variance, of demand from `from` to `from + length` (buckets after the end of history,
 * fractions allowed: half a bucket has half its mean). */
typedef struct DemandMoments { double mean, noise_var, level_var, miss_var; } DemandMoments;
double demand_variance(const DemandMoments *moments);      /* of the sum: all parts */
double demand_miss_var(const DemandModel *model, double length);   /* variance over mean^2 of a sum so long, for what was missed before: own and shared */
DemandMoments demand_moments(const DemandModel *model, double from, double length);
/* The distribution of that sum. */
void demand_sum(const DemandModel *model, double from, double length, Dist *out);
/* Several at once, each with the bits it has alone: lumpy ones are worked out side by side (dist_compounds). The models are one model and what
 * demand_scaled and its like made of it: they share their sizes. */
typedef struct DemandStretch { const DemandModel *model; double from, length; } DemandStretch;
void demand_sums(const DemandStretch *stretch, int count, Dist *const *out);
/* The same when the mean is changed by an override (event, price): `factor` on level and its error. */
DemandModel demand_scaled(const DemandModel *model, double factor);
/* Adds a dated factor (0 .. 1e6); overlapping ones multiply. 0 when there are DEMAND_DATED_MOST already, or nothing of it is ahead. */
int demand_date(DemandModel *model, double from, double to, double factor);
/* The same model with another level (units per bucket) and error of it; trend and drift keep the share `kept`, noise grows with the level. */
DemandModel demand_levelled(const DemandModel *model, double level, double level_var, double kept);

/* Gives a model of days a year beside its week: the series it was fitted to had been divided by `index` (by week, as demand_phase counts weeks) before, and
 * `day` is the first day after its history. Two seasons multiply (Taylor 2003, double seasonality, with the longer one known from the family). */
void demand_year(DemandModel *model, const double *index, int64_t day);
/* Phase of a bucket for DemandSeries.first_phase, from a day number (days since 1970-01-01): Monday is 0; weeks count
 * 364-day years on, so a phase is a stable 1/52 of the year (drift one day and a quarter per year). */
int demand_phase(int64_t day, int bucket_days);
const char *demand_kind_name(DemandKind kind);      /* "moving-mean", "ses", "damped-trend", "croston-sba", "tsb", "none" */
const char *demand_poor_name(DemandPoor poor);      /* "", "no-data", "short-history", "no-sales", "few-origins", "mostly-censored" */
