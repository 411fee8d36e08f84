/* late.h - how likely an order line misses its promise, and when an open line will come.
 *
 * The late rate of everything drifts, and suppliers, places and lanes deviate from it for a while. Over buckets of 30 days
 *     logit P(late) = common + supplier + place + lane,      common(t) = common(t-1) + noise,   deviation(t) = 0.95 deviation(t-1) + noise
 * so that news moves the forecast as fast as it deserves: everything first, then the one who causes it, and what is old fades
 * towards the common rate. A supplier nobody has seen is the common rate with the whole spread of suppliers around it.
 * (Dynamic generalised linear model: West, Harrison & Migon 1985; posterior mode by block Newton steps, each path by the
 * tridiagonal recursion whose last pivot is the newest state's variance: Fahrmeir & Tutz 2001, ch. 8; logistic-normal mean: MacKay 1992.)
 *
 * "Late" is after the first promise, by day. Lines due before today are late or not, also those still open. */
#pragma once
#include "base/arena.h"
#include "maths/leadtime.h"

#include <stdint.h>

enum { LATE_BUCKET_DAYS = 30, LATE_BUCKETS_MOST = 60 };          /* five years; what is older joins the oldest bucket */
typedef enum LateFactor { LATE_SUPPLIER, LATE_PLACE, LATE_LANE, LATE_FACTORS } LateFactor;

/* Lines of one supplier, place and lane that were due in one bucket. */
typedef struct LateCell {
    int32_t group[LATE_FACTORS];   /* dense numbers, 0 .. groups-1; -1 = not known, deviates by nothing */
    int32_t bucket;                /* whole LATE_BUCKET_DAYS between the due day and today; >= 0 */
    int32_t lines, late;           /* counts, late <= lines */
    double seen;                   /* 0..1: the chance that a late line due then would be heard of by now; 1 where open lines are told of */
} LateCell;

typedef struct LateInput {
    const LateCell *cell; int count;
    int groups[LATE_FACTORS];      /* how many of each */
    double line_weight;            /* 0..1: orders per line, because lines of one order are late together */
} LateInput;

typedef struct LateModel {
    int found;                     /* 0: no line was ever due, the rest is zero */
    double common, common_var;     /* logit of the rate of everything in the coming bucket, and its variance */
    int groups[LATE_FACTORS];
    double *effect[LATE_FACTORS];  /* logit, in the coming bucket */
    double *var[LATE_FACTORS];
    int64_t lines, late;           /* seen */
} LateModel;

/* Same cells in any order give the same bits. */
void late_fit(const LateInput *in, Arena *arena, LateModel *out);

typedef struct LateChance {
    double p;                      /* 0..1; 0.5 when nothing was found */
    double common;                 /* the rate of everything, 0..1 */
    double without[LATE_FACTORS];  /* p if this factor did not deviate: who is the cause */
} LateChance;
LateChance late_chance(const LateModel *model, const int32_t group[LATE_FACTORS]);

/* When an open line arrives, in days from today (day 0 = today): (1 - p) around `early`, days before the promise of lines that kept it,
 * p around `slip`, days after it of lines that did not (open overdue lines censored, cancelled ones competing, as in leadtime.h). What would have
 * been before today did not happen and is taken out; beyond everything seen a geometric wait takes over. */
typedef struct LateLine {
    double p;                      /* P(late), before anything is known of this line */
    int promise_in;                /* days from today to its current promise; negative when overdue */
    const LeadTime *early, *slip;  /* found 0: on the day itself; a wait of 10 days */
} LateLine;
void late_arrival(const LateLine *line, LeadTime *out);
/* P(arrives after day `due_in` or never) and expected days beyond it, of those that arrive; due_in may be negative: then it is late already. */
double late_after(const LeadTime *arrival, int due_in, double *out_days_late);
