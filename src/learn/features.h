/* features.h - what the learner is told about a series at a moment: numbers in, numbers out.
 *
 * The learner predicts how the demand of the next `horizon` buckets compares with what the local model of the series says; everything is told relative to
 * that or to a plain running level, so a screw and a crane can teach each other. A feature at bucket t rests on buckets before t only.
 * What the kin do (all series, the group, the place, the item) is told as their demand over what their own running levels had said before, so that units
 * never mix, a listing does not look like growth, and the future never leaks through a mean.
 *
 * Prices are told against the series' own price of the year, events by their factor, customers by their shares; what was told of the time ahead counts from the
 * bucket after it was told.
 *
 * Not known is NaN, never zero. Same bits on every CPU: no libm. */
#pragma once
#include <stdbool.h>
#include <stdint.h>

#include "base/arena.h"
#include "maths/demand.h"

enum { LEARN_KIN = 4 };                  /* all, group, place, item */

/* The common clock of all series of one learner. */
typedef struct LearnGrid {
    int bucket_days;
    int64_t first_day;                   /* day number of bucket 0 */
    int buckets;                         /* closed buckets; the next one is the first to come */
} LearnGrid;

/* What was told beside demand. An order line of a customer, by the bucket it was wanted in: */
typedef struct LearnLine {
    int32_t bucket;                      /* of the grid; a series' lines stand in this order */
    int32_t who;                         /* 0 .. customers - 1; < 0 not told */
    float units, price;                  /* money a unit, one currency in a series; 0 not told */
} LearnLine;
/* A price, or an event that lifts or lowers demand, that was told before bucket `told` began and holds in [from, to): also ahead of the end of history. */
typedef enum LearnNoticeKind { LEARN_PRICE, LEARN_EVENT } LearnNoticeKind;
typedef struct LearnNotice {
    int32_t kind;                        /* LearnNoticeKind */
    int32_t told, from, to;              /* buckets of the grid; of a price `to` is not looked at: the next price ends it */
    double amount;                       /* price: money a unit, one currency in a series; event: factor, 1 when its size was not told */
} LearnNotice;

typedef struct LearnSeries {
    int from, count;                     /* buckets from..from + count - 1 of the grid; from + count <= buckets */
    const double *value;                 /* units, as DemandSeries */
    const uint8_t *state;                /* DemandState; NULL: all exact */
    int32_t kin[LEARN_KIN];              /* key in each dimension; [0] is 0; < 0 not told */
    const LearnLine *line; int lines, customers;     /* 0: not told */
    const LearnNotice *notice; int notices;
} LearnSeries;

/* Running sums of one series, so that any window is two look-ups. */
typedef struct LearnHistory {
    const LearnGrid *grid;
    const LearnSeries *series;
    int week, year;                      /* buckets of about a week and of a year: 7 and 364 for days, 1 and 52 for weeks, 1 and 12 for months */
    double *units, *squares, *seen, *sold, *censored;   /* count + 1 each */
    double *level;                       /* units per bucket as known before bucket i; count + 1 */
    int *sold_at;                        /* last bucket with demand before i, -1 */
    /* with lines; NULL without */
    double *paid, *priced;               /* running sums: units with a price times it, those units; count + 1 each */
    float *largest;                      /* share of the largest customer in the units of the year before i; < 0: nobody told */
    int *customers, *largest_at;         /* how many bought in that year; last bucket the largest bought in */
} LearnHistory;
void learn_history(const LearnGrid *grid, const LearnSeries *series, Arena *arena, LearnHistory *out);

/* Weeks of one series: demand, and what its running level had said. Cells count from the end of the grid back, so that the newest
 * week is whole whatever day it is; [0] is the oldest. A series counts by the root of its level: between one vote each and one vote a unit. */
typedef struct LearnWeek { float demand, usual; } LearnWeek;
int learn_weeks(const LearnGrid *grid);                  /* cells of a series */
void learn_weeks_of(const LearnHistory *history, LearnWeek *out);

/* Levels of kin: sums over series, by key and week. Cells are added in the order of the calls. */
typedef struct LearnKin {
    int weeks, week;                                     /* cells of a key; buckets of a cell */
    int skipped;                                         /* buckets of the grid before the first cell */
    int32_t keys[LEARN_KIN];
    LearnWeek *of[LEARN_KIN];                            /* key * weeks + week */
} LearnKin;
void learn_kin_begin(const LearnGrid *grid, const int32_t keys[LEARN_KIN], Arena *arena, LearnKin *out);
void learn_kin_add(LearnKin *kin, const int32_t key[LEARN_KIN], const LearnWeek *weeks);

enum { LEARN_FEATURES = 57 };
extern const char *const learn_feature_names[LEARN_FEATURES];

/* Price, events and customers, of what was told before series index `i`; fills LEARN_TOLD features. (told.c) */
enum { LEARN_TOLD = 11 };
void learn_told_history(LearnHistory *history, Arena *arena);
void learn_told(const LearnHistory *history, int i, int ahead, float *out);

/* Features before grid bucket `at` (series->from < at <= from + count) for the sum over `horizon` > 0 buckets, of which the local model says `local_mean` > 0
 * units. False when the series has shown no demand yet and nothing can be said. */
bool learn_features(const LearnHistory *history, const LearnKin *kin, int at, double horizon, double local_mean, float out[LEARN_FEATURES]);
