/* teach.h - from many histories to a learner, and the proof that it should speak.
 *
 * History has five cuts, the last at its end. A forest taught on what ended before the first is judged on the stretch up to the second: there each class
 * of series chooses how far it believes, and how wide the spread must be. Forests taught before the second, the third and the fourth are judged on the stretch after
 * each: there the local models alone and both together, as chosen, are compared, once; what wins is a champion. The forest that is kept is taught the same
 * way on everything. Each stage does what will be done with the forest that is kept: foretell the weeks right after what it was taught.
 *
 * Everything sold in one week shares its shocks, so what counts as evidence is weeks, not item-places: all windows of the verdict begin at the same
 * few origins, a mean horizon apart, and the gain of an origin is one observation (learn_proof).
 *
 * Rows are drawn once: moments of history, each with the local model as it would have been then. That is most of the work, and runs in the pool.
 *
 * Losses are pinball losses of the sum over each series' own protection interval, mean of the quantiles .5 .8 .9 .95, in money (units times worth). */
#pragma once
#include "base/thread.h"
#include "learn/learner.h"
#include "learn/train.h"

typedef struct LearnPanel {
    LearnGrid grid;
    int32_t keys[LEARN_KIN];             /* how many of each kin */
    int count;
    const LearnSeries *series;           /* item-place order */
    const double *horizon;               /* protection interval of each, buckets, > 0 */
    const double *worth;                 /* money a unit; 1 where not known */
    const double *const *season;         /* kin season of each, as DemandSeries.kin_season; NULL or entries NULL: none */
} LearnPanel;

typedef struct LearnRecipe {
    size_t rows_most;
    int trees, depth, threads;
    double step, power, leaf_least, lambda, rows_share, columns_share;
    double base_power;                   /* a row weighs as the local mean to this power: between a series each and a unit each */
    double half_life_weeks;              /* of a row's weight */
    int held_weeks;                      /* of each of the four stretches held out; 0: a twelfth of history, 6 to 13 weeks, made up to whole horizons */
    int points_most;                     /* windows looked at to choose, and in the verdict */
    uint64_t seed;
} LearnRecipe;
LearnRecipe learn_recipe(void);          /* chosen on VN2 windows 5 to 12; docs/decisions/0008 */

enum { LEARN_STAGES = 5 };
typedef struct LearnScore { double windows, local, learned, together; } LearnScore;   /* sums of losses */
typedef struct LearnEvidence {
    size_t rows;
    int cut[LEARN_STAGES];               /* grid buckets */
    LearnScore of_class[LEARN_CLASSES], all;    /* on the stretches after the first */
    LearnVoice voice[LEARN_CLASSES];
    double gain_z;                       /* mean gain over its standard error, clustered by item; above 2 is asked */
    double gain_t, gain_t_least;         /* the same clustered by week, and what is asked */
    int weeks;                           /* origins judged */
    bool champion;
    const char *reason;                  /* one sentence */
} LearnEvidence;

typedef struct LearnProgress {
    void *self;
    void (*say)(void *self, const char *stage, int64_t done, int64_t total);   /* may be NULL */
    Text resume[LEARN_STAGES];           /* forests of an interrupted lesson on the same panel, whole or not; empty: not begun */
    Err (*save)(void *self, int stage, Text forest, Why *why);    /* now and then, so that it can be resumed; may be NULL */
} LearnProgress;

/* ERR_INVALID when the histories are too short or too few. `out_forest` gets XGBoost's bytes, as trees.h reads them. */
Err learn_teach(const LearnPanel *panel, const LearnRecipe *recipe, Pool *threads, const LearnProgress *progress, Buf *out_forest, LearnEvidence *out, Why *why);
