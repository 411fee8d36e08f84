/* train.h - boosting a forest through XGBoost's C API. The only place that knows the library: what comes out are bytes, read by trees.h.
 *
 * A row says: under these features, demand was `ratio` times what was expected (or at least that, where stock ran out). The forest's margin m stands for a mean
 * of exp(m) times the expectation; rows are compared by the Tweedie deviance of `power` 1 (Poisson) to 2 (gamma), whose gradients are ours: a censored row
 * that is already predicted above what was seen pulls no more. Rows of one seed and the same library give the same bytes, also after an interruption. */
#pragma once
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/text.h"
#include "base/err.h"
#include "base/text.h"

typedef struct TrainRows {
    size_t count;
    int features;
    const float *x;              /* count * features; NaN = not known */
    const float *ratio;          /* >= 0 */
    const float *weight;         /* > 0 */
    const uint8_t *at_least;     /* 1: demand was at least this */
} TrainRows;

typedef struct TrainOptions {
    int rounds, depth, threads;
    double step, power;          /* shrinkage of each tree; Tweedie power */
    double rows_share, columns_share;   /* drawn for each tree */
    double leaf_least, lambda;   /* least sum of second derivatives in a leaf; its pull to 0 */
    uint64_t seed;
    Text resume;                 /* bytes of a forest of fewer rounds to go on from; zeros: from nothing */
    void *self;
    /* After each round; may be NULL. `model` is empty but every 25th round and at the end: what may be resumed from. Not OK stops the training. */
    Err (*after_round)(void *self, int done, int rounds, Text model, Why *why);
} TrainOptions;

/* `out_model` must be empty. */
Err forest_train(const TrainRows *rows, const TrainOptions *options, Buf *out_model, Why *why);
