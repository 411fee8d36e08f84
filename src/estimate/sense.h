/* sense.h - the demand model of one picture brought up to what happens now (maths/sensed.h does the reckoning):
 *
 *     kin        an item with less than eight weeks of its own leans on what its kin sell
 *     news       the last days, and the orders already known for the coming ones, against the usual pace
 *     signal     weather or an event explains news: it then passes with the event
 *     customer   one that takes more than half may leave
 *     ending     what is phased out fades
 *     overrides  what a planner put, from day to day
 *
 * Each leaves its traces in Picture.sense, and in words. */
#pragma once
#include "domain/case.h"
#include "maths/sensed.h"
#include "position/state.h"

enum { SENSE_OVERRIDES_MOST = DEMAND_DATED_MOST - 1, SENSE_NOTES_MOST = SENSE_OVERRIDES_MOST + 7 /* one of each other kind */, SENSE_NEW_DAYS = 56 };

typedef struct SenseTrace {
    Sensed news;
    int32_t from_day, to_day;            /* of the one-off or new level; days, both included */
    double chance;                       /* for the randomised tails */
    /* signal */
    int64_t signal_row; int32_t signal_to; double signal_factor;      /* 0: none that bears out */
    /* kin */
    int kin, own_days; double kin_rate, kin_cv;                       /* kin 0: it does not lean */
    /* customer */
    double customer_share; int customer_silent; int64_t customer_row; SenseCustomer customer;    /* share 0: none takes more than half */
    /* overrides, in the order of their rows */
    const OverrideInfo *override[SENSE_OVERRIDES_MOST]; double override_factor[SENSE_OVERRIDES_MOST]; int overrides;
    double base_mean_day;                /* units a day over the protection interval without them */
    int32_t odd_customer;                /* who took most of what is odd, 0: nobody, or nothing is */
} SenseTrace;

struct Context;
struct Picture;

/* After the fit; `series` is what was fitted, `horizon` its buckets. */
void sense_demand(const struct Context *context, struct Picture *picture, const DemandSeries *series, double horizon, Arena *arena);
/* Chances of so much or more in the last 1, 7 and 28 days (maths/sensed.h). */
void sense_surprise(const struct Context *context, const struct Picture *picture, double out_tail[SENSED_TAILS]);
/* The same model without what planners put. */
DemandModel sense_baseline(const struct Picture *picture);
/* Whether an override speaks of this item at this place. */
bool override_hits(const State *state, const OverrideInfo *override, ItemId item, PlaceId place);

/* What the numbers of this picture owe to the last days and to people, in sentences; returns how many. */
int sense_notes(const struct Context *context, const struct Picture *picture, Arena *arena, CaseNote out[SENSE_NOTES_MOST]);
