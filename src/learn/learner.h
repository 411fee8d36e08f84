/* learner.h - one model of demand across all items and places, beside the local model of each.
 *
 * It says by what factor the mean of the coming `horizon` buckets should differ from what the local model says, and how much wider or narrower its spread
 * should be; how far it is believed, and the spread, depend on the class of the series and were chosen on windows that it had not seen. Where it has
 * nothing to say both are 1. A pure function of its arguments: no threads, no batches, no libm. */
#pragma once
#include "learn/features.h"
#include "learn/trees.h"

enum { LEARN_CLASSES = 8 };
extern const char *const learn_class_names[LEARN_CLASSES];   /* "below-1-young" .. "from-16-grown": expected units of the horizon, a year of history or not */

typedef struct LearnVoice {
    double weight;                       /* 0 the local mean alone .. 1 the learner's alone */
    double spread;                       /* sd of the sum over what the model says it is; 1 as it stands */
} LearnVoice;
typedef struct LearnSaid { double factor, spread; } LearnSaid;   /* of mean, of sd; 1 and 1: silent */

typedef struct Learner {
    LearnGrid grid;
    LearnKin kin;
    Trees trees;
    LearnVoice voice[LEARN_CLASSES];
} Learner;

int learn_class(double local_mean, const LearnHistory *history, int at);
/* Mean of the learner over that of the local model, 1/2 .. 2; 1 when either has nothing to say. `local_mean`: units of the sum. */
double learner_ratio(const Trees *trees, const LearnKin *kin, const LearnHistory *history, int at, double horizon, double local_mean);
/* The ratio to the power of the weight, and the spread. */
LearnSaid learn_voiced(double ratio, LearnVoice voice);
/* The local model moved and widened: its shape, seasons and sizes stay. */
DemandModel learn_applied(const DemandModel *local, LearnSaid said);
/* For the buckets after the end of the grid; the series ends there. */
LearnSaid learner_say(const Learner *learner, const LearnSeries *series, double horizon, double local_mean, Arena *work);
