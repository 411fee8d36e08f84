/* surge.h - what many told together, against their own past: single members may tell too little in a day to be odd, their total does not.
 *
 * Buckets are days; what is counted is whatever comes one by one (order lines). Of each stretch of 1, 3 and 7 days at the end
 *
 *     expected     the level of the 28 days before it, by weekday (the stretch's usual share of a week times their weekly mean), times what the rest of the company
 *                  made of its own expectation in the same days: a holiday, a season or a busy week of all is no news of one
 *     spread       mean of (seen - expected)^2 / expected over the stretches of the same length before it, each against what was expected of it then, at least
 *                  1 (Pearson's statistic; busy days, orders of many lines and levels that drift make it more), taken two standard errors high,
 *                  1 + 2 sqrt(2 / stretches), as it is an estimate itself
 *     chance       of so many or more: seen / spread is about Poisson with mean expected / spread, as in sense.h; P(k or more) = P(gamma of shape k <= mean)
 *
 * Weekdays lean on an even week as if it had told SURGE_WEEKDAY_LEAN more, the rest's factor on 1 likewise.
 *
 * A storm moves some of many members, not all: their total drowns it. Each member's count is about Poisson with what was expected of it; that a share e of them now comes
 * T times as often multiplies its likelihood by 1 - e + e T^seen exp(-expected (T - 1)), whose expectation is 1 when nothing happens. So the product over members, averaged
 * over (T, e) of (3, .15), (5, .06) and (8, .03), passes 1 / chance with that chance at most (Markov; Vovk & Wang 2021, E-values: calibration, combination and applications). Its logarithm
 * is divided by the spread of the total before that is taken high, as a quasi-likelihood is (Wedderburn 1974), and no member adds more than 3 to it: one item alone is no storm.
 *
 * Looking at many totals every day: call out what is below surge_limit, and nothing happening gives so many false calls a year at most (Bonferroni). */
#pragma once

enum { SURGE_DAYS_MOST = 280, SURGE_DAYS_LEAST = 112, SURGE_LENGTHS = 3, SURGE_WEEKDAY_LEAN = 70, SURGE_REST_LEAN = 20, SURGE_MIXES = 3 };
extern const int surge_lengths[SURGE_LENGTHS];        /* 1, 3, 7 */

typedef struct SurgeReading {
    double expected, seen;       /* in those days */
    double spread, plain;        /* >= 1; 0: too little is known; plain: not taken high */
    double others;               /* factor of the rest that is in `expected` */
} SurgeReading;

/* Of each length. seen: per day, >= 0, oldest first, the last one yesterday; rest: the same of everybody else, all zero when there is nobody; days: 0 .. SURGE_DAYS_MOST,
 * fewer than SURGE_DAYS_LEAST say nothing. */
void surge_read(const double *seen, const double *rest, int days, SurgeReading out[SURGE_LENGTHS]);
/* Chance of so many or more in all, when `gone` of them and `gone_expected` were somebody's who is looked at apart. 0..1; 1: too little is known, or no more than expected. */
double surge_chance(const SurgeReading *reading, double gone, double gone_expected);

/* Sums over members, of the logarithm of each mix. Start with zeros; a member taken out is added with sign -1. */
typedef struct SurgeCrowd { double sum[SURGE_MIXES]; } SurgeCrowd;
SurgeCrowd surge_member(double seen, double expected);               /* expected > 0 */
void surge_crowd_add(SurgeCrowd *crowd, const SurgeCrowd *member, double sign);
double surge_crowd_chance(const SurgeCrowd *crowd, double plain);    /* spread; 0..1; 1 for spread 0 */

/* Chance below which one of `looks` taken each day is called out, for `a_year` false calls a year. */
double surge_limit(int looks, double a_year);
