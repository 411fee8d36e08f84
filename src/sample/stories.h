/* stories.h - the planted situations: where they are, how they steer the simulation, what is to be told about them.
 *
 * A story steers through scripts. A script takes one shelf out of the ERP's hands (`control_from`): buyers keep it near a floor
 * with ordinary purchase orders until `freeze_from`, then nothing arrives any more unless the script says so. Everything a
 * script does leaves the same documents as everything else. */
#pragma once
#include "sample/sim.h"

typedef enum StoryKind {
    STORY_WEATHER, STORY_CONTAINER, STORY_UNIT, STORY_DRIFT, STORY_FEED, STORY_OBSOLETE,
    STORY_COVER, STORY_PROJECT, STORY_PHANTOM, STORY_CONTRACT, STORY_ACK, STORY_TWICE, STORY_COUNT_,
} StoryKind;

enum { STORY_SHELVES_MOST = 40, SCRIPTS_MOST = 64 };

typedef struct Story {
    bool planted;                      /* false: the company is too small to have a place for it */
    int shelf[STORY_SHELVES_MOST], shelves;
    int forbidden_from, forbidden_to;  /* which of shelf[] forbid the automatic kinds: [from, to) */
    int place;                         /* a whole place, or NONE */
    int supplier;                      /* index or NONE */
} Story;

typedef struct Script {
    StoryKind kind;
    int shelf;
    int control_from, freeze_from;
    double floor_days;                 /* of expected demand */
    double lump_days, open_days;       /* size of one big receipt; of the purchase line still open at the end */
    int lump_at, open_at;              /* indexes of those, or NONE */
    bool low_row;                      /* the planning row is set low, so that not ordering is what the ERP would do */
} Script;

struct Stories {
    Story story[STORY_COUNT_];
    Script script[SCRIPTS_MOST];
    int scripts;
    int feed_from;                     /* first silent day of the dead feed */
};

/* Chooses places among those that matter (by margin), marks shelves and items, adds signals. Changes the company. */
void stories_choose(Stories *stories, Sim *sim, Arena *arena);
void stories_day(Sim *sim);                                        /* what scripts do, after arrivals, before orders */
double stories_demand(const Sim *sim, const Shelf *shelf);         /* factor on today's orders of a scripted shelf */
double stories_lead(const Sim *sim, int supplier, int ordered);    /* factor on a supplier's true lead time */
bool stories_holds(const Sim *sim, int supplier, int arrival);     /* the goods are in the late container */

/* truth.c */
Err truth_write(const Stories *stories, const Company *company, const char *path, Why *why);
