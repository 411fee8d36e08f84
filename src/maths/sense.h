/* sense.h - what the last days say that a fitted model cannot know yet: is the rate still what it was, was it one sale, or is it a new level?
 *
 * Demand of a bucket is a gamma-poisson count: seen / spread is about Poisson with mean rate * expected / spread, `spread` being its variance
 * over its mean, and a rate before anything was seen is gamma with mean 1 and shape a. Then (Gelman et al., Bayesian Data Analysis, 2.6;
 * West & Harrison 1997, ch. 10, for the power-discounted form)
 *
 *     rate after it    gamma with shape a + X, mean (a + X) / (a + E)                 X, E: sums of seen / spread, expected / spread
 *     its evidence     log m(a; X, E) = a log a - lgamma(a) + lgamma(a + X) - (a + X) log(a + E)      (up to what all readings share)
 *
 * Readings of a window of n buckets, with the share of belief each begins with:
 *     usual        one rate, close to 1 (a = 1 / rate_cv^2)                                         .81
 *     one-off      1 to 3 buckets next to each other with a rate of their own, the others usual     .18, shared by all places; 1, 2, 3 buckets .7, .2, .1
 *     new level    a rate of its own from bucket t on, for good                                     .01, shared by all t
 * Inclan 1993 and Barry & Hartigan 1993 weigh change points so. What stands only in the newest bucket can be either, and is told as the one it is
 * more often: a one-off. New levels that were believed are looked for over many item-places on many days, where chance alone makes some: of those that a
 * share of .12 would have followed none stood for more than what was already ordered, over 9,000 looks at public series and 145,000 at samples (docs/judges.md). Own rates are gamma with shape 1: anything from nothing to several times.
 *
 * Nothing here is NaN: without expectation or spread the answer is "usual" with rate 1. */
#pragma once
#include <stdint.h>

enum { SENSE_POINTS_MOST = 32, SENSE_ONE_OFF_MOST = 3 };

typedef struct SenseInput {
    const double *expected, *seen;   /* units per bucket, oldest first; a bucket that says nothing has expected 0 */
    int count;                       /* 0 .. SENSE_POINTS_MOST; more: the newest count */
    double spread;                   /* variance over mean of one bucket, > 0 */
    double rate_cv;                  /* how far the expectation is off though nothing happened, > 0 */
    double awaited;                  /* something is known to go on that may change the level: odds of that are so many times the usual ones; 0: 1 */
} SenseInput;

typedef enum SenseKind { SENSE_USUAL, SENSE_ONE_OFF, SENSE_NEW_LEVEL, SENSE_KINDS } SenseKind;
typedef struct SenseReading {
    SenseKind kind;                  /* the likeliest */
    double p[SENSE_KINDS];           /* sum 1 */
    int at, length;                  /* first bucket of the one-off or of the new level in `expected`; buckets it lasted (new level: to the end) */
    double seen_over_expected;       /* in those buckets */
    double rate, rate_var;           /* of the new level, averaged over where it may have begun; 1 and rate_cv^2 when usual */
} SenseReading;

/* Whether sums of the last 1, 3, 7, 14 or all buckets are further than 2.2 sd from the expectation: what is not is not worth reading. */
int sense_is_odd(const SenseInput *in);
void sense_read(const SenseInput *in, SenseReading *out);

/* A rate with this coefficient of variation after `seen` units where `expected` were to be seen: mean and variance. */
typedef struct SenseRate { double mean, var; } SenseRate;
SenseRate sense_rate(double rate_cv, double expected, double seen, double spread);

/* Randomised probability integral transform (Czado, Gneiting & Held 2009): P(X < seen) + chance * P(X = seen) of a count with mean `expected` and the variance
 * above, rate_cv included. Uniform when the expectation holds and `chance` is uniform. 0..1. */
double sense_pit(double rate_cv, double expected, double seen, double spread, double chance);

/* Variance over mean of buckets around what was expected of them, at least 1: sum (seen - expected)^2 / expected over buckets - 1 (Pearson's statistic). */
double sense_spread(const double *expected, const double *seen, int count);

/* How likely k or more of n would be called odd by chance, each with chance p and independently: Poisson tail with mean n p. */
double sense_crowd(int n, int k, double p);

/* One customer takes `share` of all demand (0..1). He leaves within `days` with chance 1 - exp(-days / 1460) (a customer lasts four years), and has left
 * already as far as his silence says: P(left) = q / (q + (1 - q) exp(-silent / usual gap)), q the chance to leave within that silence. The mixture of "stays" and "leaves"
 * has this mean and variance over the rate with him. */
typedef struct SenseCustomer { double p_left, p_leaves; double mean, var; } SenseCustomer;   /* p_leaves: gone by the end of `days`, p_left included */
SenseCustomer sense_customer(double share, double silent_days, double gap_days, double days);
