/* sensed.h - a fitted demand model brought up to the last days: what is known of the buckets ahead, and a new level or a one-off that the fit has
 * not understood yet. The fit itself is left alone (demand.h); this comes after it.
 *
 * The last 28 days (8 weeks where buckets are weeks) are read against the level of the 63 days (26 weeks) before them, by the seasons of the model
 * (sense.h); how far buckets scatter is measured over 182 days (52 weeks). From chance TOLD on something follows:
 *     new level    level = p * base * rate + (1 - p) * level of the fit; its error is that of the mixture; trends are kept with 1 - p
 *     one-off      the fit is made again without those buckets (they teach nothing of the rate), when they are 1.5 times everything before
 *     otherwise    the rate of the fit, as sure as its level_var says, meets what is known of the buckets ahead: a gamma-poisson update
 * A level that fell to nothing at all is not believed: that is how goods look that are not there. */
#pragma once
#include "base/arena.h"
#include "maths/demand_revert.h"
#include "maths/sense.h"

enum { SENSED_AHEAD_MOST = 31, SENSED_TAILS = 3 };
extern const int sensed_tail_days[SENSED_TAILS];          /* 1, 7, 28 */
extern const double SENSED_TOLD;                          /* 0.6 */

typedef struct SensedInput {
    const DemandSeries *series;          /* what was fitted */
    double horizon;                      /* buckets, as for demand_fit */
    /* Buckets after the end of history: the share of their demand that is usually known by now (0..1), and the units known of all of them. */
    const double *known_share; int ahead;
    double known;
    double chance;                       /* 0..1, for the randomised tails: any number that has nothing to do with demand */
    DemandLessons lessons;               /* what the fit was taught, to be taught to another fit too */
    double learned;                      /* factor that was put on the fit afterwards, to be put on another fit too; 0: none */
    int passing;                         /* > 0: an event is known to be on, for so many buckets at most. What is odd in these and lasts is the event, and no new
                                            level: those buckets are left out of the fit, and the caller says what holds until the event ends */
} SensedInput;

typedef struct Sensed {
    SenseReading reading;                /* kind usual when nothing was odd */
    int acted;                           /* a new level or a one-off was followed */
    int event;                           /* it is the event that is known to be on, and was left out */
    int from, buckets;                   /* first bucket of it, counted in the series (= count: what is known ahead), and how many */
    double base, spread;                 /* level of the time before, units per bucket with season 1; variance over mean; 0: too little history */
    double ahead_expected, ahead_seen;   /* units of the buckets ahead that should be known by now, and that are */
    double factor;                       /* level after over level of the fit */
    double odd_times;                    /* units of these over what was expected of them; 0: nothing was */
    double odd;                          /* chance of so much in the last 3 days (or the last bucket) and known ahead by the level before; 1 when not above it */
} Sensed;

void demand_sense(const SensedInput *in, Arena *work, DemandModel *model, Sensed *out);

/* Upper tails, 1 - randomised PIT, of the last 1, 7, 28 days by the level before them; -1 where buckets are longer or history too short. */
void demand_tails(const SensedInput *in, const DemandModel *model, double out_tail[SENSED_TAILS]);

/* Little history beside what kin do. `rate` units per bucket with this coefficient of variation is what they say; `model` is what a fit made of the
 * item's own buckets. Its level becomes the posterior of both, its season the kin's (by phase, `season_length` of them; 0: none) where it has none. */
void demand_with_kin(double rate, double rate_cv, const double *season, int season_length, const DemandSeries *series, DemandModel *model);
