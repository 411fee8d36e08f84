/* seasons.h - the year (or week) of a family of items: one item's own season is mostly noise, its group's is not.
 *
 * For every item-place whole seasons of history are taken (so that each phase counts as often as any other), each bucket set against the item-place's own
 * mean, and summed by phase over the group and over all items. The season of all items leans on "none" as far as it is thin. A group departs from it as far
 * as it sells enough and as its departures come back: those of every second season are held against those of the others, over all groups first and then
 * in the group itself; with one season seen half of a departure is believed. What a group did once is not its season.
 * Days have two seasons: the week, and the year by weeks. The year is learned from item-places with two whole years, since growth within one looks like it,
 * and that of all items, too, counts only as far as it came back.
 * Learned with the pools, once per week of planning. */
#pragma once
#include "base/arena.h"
#include "base/thread.h"
#include "position/fold.h"
#include "position/state.h"

enum { SEASON_PHASES = 53 };
typedef struct Seasons {
    int phases;                    /* 52 for weeks, 7 for days; 0 = nothing learned */
    int bucket_days;
    double (*of_group)[SEASON_PHASES]; int groups;   /* [0] is all items together */
    double (*year_of_group)[SEASON_PHASES];          /* of days, beside the week: 52 weeks; NULL: nobody was seen for two years, or no week differs */
    int32_t *group_of_item; int items;
} Seasons;

typedef struct SeasonsInput { const State *state; int32_t start_day, bucket_days; Pool *threads; bool requests_captured; } SeasonsInput;
void seasons_fit(const SeasonsInput *in, Arena *arena, Seasons *out);
/* Indices by phase, mean 1, or NULL when there are no `seasons` or nothing was learned for buckets of this length. */
const double *season_of(const Seasons *seasons, ItemId item, int bucket_days);
/* Indices of the weeks of a year, for buckets of a day; NULL likewise. */
const double *year_of(const Seasons *seasons, ItemId item, int bucket_days);
