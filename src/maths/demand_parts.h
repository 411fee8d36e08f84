/* demand_parts.h - what the files of demand share: the cleaned series and the season. Not for other rooms. */
#pragma once
#include "maths/demand.h"
#include "maths/ets.h"
#include "maths/theta.h"

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

/* ---- seasons: demand_season.c ---- */

enum { SEASON_WEEK = 7, SEASON_YEAR = 52 };
/* Season length worth trying for this history, 0 for none: two whole seasons and sales enough to see one, fewer with a season of its kin. */
int demand_season_length(const DemandSeries *series, const Clean *clean);
/* Indices by phase with mean 1 from buckets before `upto`, smoothed (long seasons) and shrunk to `kin` (NULL: 1) by what noise explains. */
void demand_season(const Clean *clean, int length, int first_phase, int upto, const double *kin, Arena *work, double *out_index);

/* Where DemandModel.season keeps a phase: at itself, or in one of DEMAND_SEASON_MOST equal arcs of a longer season. */
int demand_slot(int length, int phase);
/* Index of the season at a phase >= 0, however many seasons on; 1 without a season. */
double demand_index(const DemandModel *model, int64_t phase);

/* ---- candidates: demand_fit.c, demand_track.c, demand_weigh.c ---- */

typedef struct DemandWindow { double forecast, actual; } DemandWindow; /* one rolling origin: units over the horizon */

typedef struct DemandCandidate {  /* a model with one parameter */
    DemandKind kind;
    int seasonal;                 /* by the indices of the series; a model with a season of its own is not */
    int fitted;                   /* smoothing or theta holds what was fitted in the first run; later runs keep it */
    EtsModel smoothing;
    ThetaModel theta;
    int place;                    /* of param in its kind's grid; 0 where it is fitted */
    double param, loss;           /* loss: mean pinball of the sum, units */
    double share;                 /* of its kind's usual weight: one over the parameters tried */
    double weight;                /* in the combination, sum 1 */
    double *ahead;                /* one-step forecast of bucket t, count */
    double *forecast;             /* of each origin's sum, then zeros to a whole Lanes */
    double level, trend, damping; /* behind the last bucket; of a seasonal one by the season known at each time */
    const double *own_season;     /* by phase, where it has a season of its own, else NULL */
} DemandCandidate;

typedef enum DemandClass {
    DEMAND_STEADY,                /* every bucket sells, and neighbours differ little: a trend can be told from noise */
    DEMAND_NOISY,
    DEMAND_SPARSE,                /* a quarter of the buckets or more without demand */
    DEMAND_CLASS_COUNT_,
} DemandClass;

enum { DEMAND_CANDIDATES_MOST = 40, DEMAND_ORIGINS_LEAST = 4 };

typedef struct DemandFit {        /* one series being fitted */
    const Clean *clean;
    const DemandSeries *series;
    Arena *work;
    int daily, horizon, season_length;
    DemandClass class;
    int *origin, origins;         /* bucket index of each rolling origin */
    double *actual;               /* units over each origin's window, then zeros to a whole Lanes; as window[].actual */
    double independent;           /* horizons that do not overlap */
    double *flat, *index;         /* index per bucket: all 1, and the season's as known at the time */
    double *index_sum;            /* of the indices of buckets seen before each, count + 1 */
    double *flat_reach, *index_reach; /* per origin: sum over its window of index * seen, by the season known at the origin */
    double *first_season;         /* indices of the first origin */
    double *smoothed; const double *smoothed_by;   /* levels by every alpha of DEMAND_SES side by side, LANES each; and the index they were made with */
    double *value;                /* scratch of a pass, count */
    double *level, *trend;        /* of the running candidate, count + 1: bucket t + k - 1 is level[t] + trend[t] (d + .. + d^k) */
    double damping;               /* its d */
    int own;                      /* it has a season of its own: */
    double *own_index, *own_season; /* by bucket as then known, by phase at the end */
    DemandWindow *window;
    DemandCandidate candidate[DEMAND_CANDIDATES_MOST];
    int candidates;
} DemandFit;

/* Parameters of the models that are chosen by the loss of the sum, [0] for weekly (or longer) and [1] for daily buckets, 0 behind the last; the others fit
 * their own. */
enum { DEMAND_GRID_MOST = 6 };
extern const double demand_grids[DEMAND_KIND_COUNT_][2][DEMAND_GRID_MOST];
/* Runs the model of a candidate over the series; for kinds without a fixed parameter fits it, once. */
void demand_track(DemandFit *fit, DemandCandidate *candidate);
DemandClass demand_class(const DemandFit *fit);
/* Weights of the candidates from their losses. */
void demand_weigh(DemandFit *fit);
/* noise_var, level_var and calibration of the combination, whose one-step forecasts are `ahead` and whose windows are fit->window. */
void demand_errors(const DemandFit *fit, const double *ahead, DemandModel *model);
/* Share of a bucket's noise that the level's own error takes, over the combination. */
double demand_level_share(const DemandFit *fit);

/* The choice of how the sum is shaped, once mean and variance are known; fills sizes and shape, and pulls the variance of few sales to that of
 * whole horizons of all history. `level_share`: variance of the level's error over that of a bucket's noise, by the memory of the model. */
void demand_choose_shape(const Clean *clean, const DemandWindow *window, int count, double level_share, Arena *work, DemandModel *model);

#define DEMAND_ZEROS_LEAST 0.3    /* share of buckets without a sale: where fewer are, sums are counts, not lumps */
/* `trust` of the way from what was expected to what was seen: in ratio, not in amount. */
double demand_pulled(double seen, double expected, double trust);
