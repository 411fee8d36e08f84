/* doubt.h - how likely it is that a decision is right, from signs that each only take away; fitted to decisions that were seen through.
 *
 * Doubt is a weighted sum of signs, weights >= 0. Shares right by doubt are steps that never rise (isotonic regression by pooling adjacent violators: Ayer, Brunk, Ewing,
 * Reid & Silverman 1955, An empirical distribution function for sampling with incomplete information), read off on the line between them. A kind of decision, and a cell within
 * it, shift the log odds as far as their own labels carry. Lower bounds are one-sided 90 % (Wilson 1927, Probable inference, the law of succession), with as many labels as
 * their clusters are worth.
 *
 * A record may lean on an older one, fitted elsewhere: weights are drawn to its weights, each step to what it says there, n labels against DOUBT_LEAST, which count
 * in the step's lower bound too. With fewer than
 * DOUBT_LEAST labels the older one stands as it is. A kind with fewer says its parent's lower bound and that nothing may be automated (`low` -1); a cell with fewer
 * says its kind's lower bound. Pure; same bits on every CPU. */
#pragma once
#include <stdbool.h>
#include <stdint.h>

#include "base/arena.h"

enum { DOUBT_SIGNS_MOST = 24, DOUBT_KNOTS_MOST = 64, DOUBT_CELLS_MOST = 64, DOUBT_LEAST = 200 };

typedef struct DoubtKnot { double doubt, share, low; int labels; } DoubtKnot;
typedef struct DoubtCell { const char *kind, *cell; /* cell "": all of the kind */ int labels; double shift; /* of the log odds */ } DoubtCell;
typedef struct DoubtRecord {
    double weight[DOUBT_SIGNS_MOST];
    DoubtKnot knot[DOUBT_KNOTS_MOST]; int knots;       /* >= 1, by doubt */
    DoubtCell cell[DOUBT_CELLS_MOST]; int cells;       /* kinds and cells in any order */
} DoubtRecord;

typedef struct DoubtLabel {
    float sign[DOUBT_SIGNS_MOST];                      /* 0 .. 1 */
    bool right;
    int32_t day;
    int64_t cluster;                                   /* what is decided on one subject belongs together */
    const char *kind, *cell;                           /* outlive the fit and the record */
} DoubtLabel;

typedef struct DoubtSaid { double share, low; } DoubtSaid;             /* 0..1; low -1: too few labels to automate on */
DoubtSaid doubt_said(const DoubtRecord *record, const double *sign, int signs, const char *kind, const char *cell);

/* Weights on the labels of the earlier half of days, steps and shifts on those of the later half. Only the `fitted` signs (bits 1 << sign) get a weight. `prior` may be NULL. */
typedef struct DoubtFit { int early, late; DoubtRecord record; } DoubtFit;
void doubt_fit(const DoubtLabel *label, int count, int signs, uint32_t fitted, const DoubtRecord *prior, Arena *arena, DoubtFit *out);

/* Records against each other on days none of them has seen. A fit of the first two thirds of days foretells the last third beside `prior`: mean log loss of the shares
 * of each, kinds and cells with few labels shifted like others (what may be said of few is a rule, not a forecast); and of those (`bounded`) for which the fit says a lower bound, the share that was right and the mean bound. `labels` 0: too few days. */
typedef struct DoubtTrial { int labels, bounded; double loss, loss_prior, loss_se /* of their difference, clustered */, right, low; } DoubtTrial;
DoubtTrial doubt_trial(const DoubtLabel *label, int count, int signs, uint32_t fitted, const DoubtRecord *prior, Arena *arena);
