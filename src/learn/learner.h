/* learner.h - one model of demand across all items and places, beside the local model of each.
 *
 * It says by what factor the mean of the coming `horizon` buckets should differ from what the local model says; how far it is believed depends on the
 * class of the series and was chosen on windows that it had not seen. Where it has nothing to say the factor is 1. A pure function of its
 * arguments: no threads, no batches, no libm. */
#pragma once
#include "learn/features.h"
#include "learn/trees.h"

enum { LEARN_CLASSES = 8 };
extern const char *const learn_class_names[LEARN_CLASSES];   /* "below-1-young" .. "from-16-grown": expected units of the horizon, a year of history or not */

typedef struct Learner {
    LearnGrid grid;
    LearnKin kin;
    Trees trees;
    double weight[LEARN_CLASSES];        /* 0 the local model alone .. 1 the learner alone */
} Learner;

int learn_class(double local_mean, const LearnHistory *history, int at);
/* Mean of the learner over that of the local model, 1/2 .. 2; 1 when either has nothing to say. `local_mean`: units of the sum. */
double learner_ratio(const Trees *trees, const LearnKin *kin, const LearnHistory *history, int at, double horizon, double local_mean);
double learn_weighted(double ratio, double weight);      /* ratio to the power of the weight */
/* For the buckets after the end of the grid; the series ends there. */
double learner_factor(const Learner *learner, const LearnSeries *series, double horizon, double local_mean, Arena *work);
