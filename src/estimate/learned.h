/* learned.h - the learner in planning: histories of item-places as a panel, the newest champion of the log, and the factor it puts on one picture.
 *
 * Made with the pools, once per week of planning, from the same log prefix: the champion is the newest one among the model rows up to there that was known then, of this engine,
 * and fits the policy's buckets. Whether it may speak is the policy's ("learner": "champion"). A model row is {"name":"demand","blob":SHA-256 of the forest,...,
 * "weights":[...],"spreads":[...]}, as plan_teach writes it; the forest lies in the blob store. */
#pragma once
#include "learn/teach.h"
#include "estimate/picture.h"

typedef struct Learned {
    bool speaks;
    int64_t row;                   /* of the model */
    char hash[65];                 /* of its forest, hex */
    int32_t end_day;               /* the day after the newest bucket of the grid */
    Learner learner;
} Learned;

typedef struct LearnedInput { const Context *context; /* its pools and seasons are the new ones */ Pool *threads; } LearnedInput;

/* The champion's row, hash, weights and forest; `speaks` false when the policy forbids or there is none. ERR_CORRUPT when its bytes are not what was stored. */
Err learned_find(Store *store, const Policy *policy, int64_t upto, int64_t known_us, Arena *arena, Learned *out, Why *why);
/* The grid and empty kin of a learner whose newest of `buckets` ends before `end_day`. */
void learned_grid(int bucket_days, int32_t end_day, int buckets, const int32_t keys[LEARN_KIN], Arena *arena, Learner *out);
/* What the kin did lately. The panel is of at most 20,000 item-places. */
void learned_fill(const LearnedInput *in, Arena *arena, Learned *learned);
/* 1 and 1 when it keeps silent; see learner_say. */
LearnSaid learned_say(const Context *context, const Picture *picture, double horizon, Arena *work);
static inline bool learned_spoke(LearnSaid said) { return said.factor != 1 || said.spread != 1; }

/* Lines, prices and events of an item-place, in days; the same on a grid. */
void told_gather(const State *state, const Picture *picture, Arena *arena, LearnSeries *out);
void told_on_grid(const LearnGrid *grid, Arena *arena, LearnSeries *series);

/* Histories side by side; the arenas hold them. */
typedef struct Panel { LearnPanel learn; int32_t end_day; Arena **kept; int kept_count; } Panel;
void panel_make(const LearnedInput *in, Arena *arena, Panel *out);
void panel_end(Panel *panel);
