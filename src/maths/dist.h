/* dist.h - one representation of "we do not know the number, but this is how likely each is".
 *
 * A Dist is a probability mass on a lattice: cell i stands for origin + i * step units. Slow movers get step 1 and origin 0
 * and are exact counts. For large amounts the step widens until +-5 standard deviations fit the cells (step about sd/10,
 * which adds under 0.1 % to the variance); a cell then stands for half a step to both sides, so that a quantile is the
 * nearest lattice point, without bias. Everything downstream (quantiles, expected shortage, mixtures over lead times, sums,
 * differences) is one short loop, the same for Poisson, lumpy and near-normal demand;
 * docs/decisions/0002-one-distribution.md says what was weighed against it.
 *
 * Promises: (1) cells are >= 0 and sum to 1; (2) `mean` is the mean of the cells; (3) moving mass to another lattice
 * splits it between the two neighbouring cells, so means never drift (variance may grow by at most step^2 / 4);
 * (4) mass beyond the last cell is put back by keeping the mean asked for; (5) nothing here is NaN, whatever comes in:
 * negative or non-finite means count as 0. A Dist is a plain value of about 4 KB: copy it, put it on the stack. */
#pragma once

enum { DIST_CELLS = 512, DIST_TYPICAL_CELLS = 128 };

typedef struct Dist {
    double origin;          /* units of cell 0; may be negative (a stock balance) */
    double step;            /* units between cells, > 0 */
    double mean;            /* units; of the cells */
    int count;              /* cells in use, 1 .. DIST_CELLS */
    double cell[DIST_CELLS];
} Dist;

/* Builders: write all of *out. */
void dist_point(double units, Dist *out);                              /* exactly this */
void dist_poisson(double mean, Dist *out);
/* The count (or amount) with this mean and variance: negative binomial when variance > mean, Poisson when equal, a
 * normal cut at zero when smaller. Large means use the three-moment gamma (Pearson III) of the same negative binomial.
 * On a lattice of whole units the variance is kept where it can be (not below that of the two nearest integers). */
void dist_counts(double mean, double variance, Dist *out);
/* Several at once, eight at a time: each has the bits it has alone. */
typedef struct DistMoments { double mean, variance; } DistMoments;
void dist_counts_all(const DistMoments *moments, int count, Dist *const *out);
void dist_normal(double mean, double sd, Dist *out);                   /* may reach below zero: balances, benchmarks */
void dist_gamma(double mean, double variance, Dist *out);              /* amounts; variance 0 gives a point */
void dist_samples(const double *units, const double *weight, int count, Dist *out); /* weight NULL: equal */
/* Number of occasions with (mean, variance) times sizes, each drawn from `size` (origin >= 0, mass at 0 allowed): Panjer's
 * recursion. Variance of the number > mean: negative binomial, smaller: binomial. This is lumpy demand.
 * Several numbers of occasions at once, eight at a time: each has the bits it has alone, in a quarter of the time. */
typedef struct DistOccasions { double mean, variance; } DistOccasions;
void dist_compounds(const DistOccasions *number, int count, const Dist *size, Dist *const *out);

/* Algebra. `out` may be one of the inputs. */
void dist_mix(const Dist *const *part, const double *weight, int count, Dist *out); /* weights >= 0, scaled to sum 1 */
void dist_sum(const Dist *a, const Dist *b, Dist *out);                /* a + b, independent */
void dist_difference(const Dist *a, const Dist *b, Dist *out);         /* a - b, independent */
void dist_shift(const Dist *a, double units, Dist *out);
/* The same amounts and mean with other chances: P(X <= x) becomes came[k] where it was told[k], on straight lines between and to 0 and 1; told and came rise strictly within
 * 0 .. 1. What that does to the mean is taken back by a factor on each cell's mass that rises or falls with its amount. */
void dist_recalibrate(const double *told, const double *came, int count, Dist *d);
void dist_floor(const Dist *a, double least, Dist *out);               /* max(a, least): a lost-sales stock */

/* Questions. */
double dist_variance(const Dist *d);
double dist_sd(const Dist *d);
double dist_quantile(const Dist *d, double p);       /* smallest lattice x with P(X <= x) >= p */
double dist_below(const Dist *d, double x);          /* P(X <= x) */
double dist_above(const Dist *d, double x);          /* P(X > x) */
double dist_short(const Dist *d, double x);          /* E[(X - x)+], expected shortage when x is available */
double dist_left(const Dist *d, double x);           /* E[(x - X)+], expected leftover */
/* dist_short for many x: what lies behind each cell is added up once, a question then takes no loop. */
typedef struct DistTail { const Dist *of; double mass[DIST_CELLS + 1], beyond[DIST_CELLS + 1]; } DistTail;   /* by cell: P(X >= it), E[(X - it)+] */
void dist_tail(const Dist *d, DistTail *out);        /* refers to `d` */
double dist_tail_short(const DistTail *tail, double x);
double dist_crps(const Dist *d, double actual);      /* continuous ranked probability score, units */
double dist_crps_sum(const Dist *d, const double *actual, int count);   /* of many, added up */
