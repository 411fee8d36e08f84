/* undershoot.h - where the inventory position is when an order is triggered, and where the order puts it.
 *
 * At every review demand D has taken the position down; once it is s or less, the order brings it to s + gap or the next whole lot above. What it has
 * fallen below s by then is the undershoot U, and an order has to protect against lead time demand plus U, never against R + L + U (domain notes 2.2, 2.5).
 * E[D^2] / (2 E[D]) is that of a continuous D and a large gap; whole units and lumps of one size move U with the gap (lumps of 20 give 10, 7 and 0 at gaps
 * of 50, 53 and 60), so it is the exact chain over the position on the lattice of D: renewals of D until they reach the gap (Silver, Pyke & Thomas, 7.A;
 * Feller II, ch. XI), lots carried on from cycle to cycle. (s,nQ) is gap = one unit, lot = Q. */
#pragma once
#include "maths/dist.h"

typedef struct UndershootInput {
    const Dist *review;          /* demand from one review to the next */
    double gap;                  /* S - s, units, > 0 */
    double lot;                  /* orders are multiples of this, units; 0: whatever brings it to S exactly */
} UndershootInput;

enum { UNDERSHOOT_SEEN = 16 };

typedef struct Undershoot {
    Dist below;                  /* units below s when it is seen, compared by <= : U >= 0 */
    Dist above;                  /* units above S right after the order; 0 without lots */
    double order;                /* mean order, units: gap + mean of both */
    double seen[UNDERSHOOT_SEEN]; /* units above s that a review leaves, equally likely, ascending */
    double review;               /* mean demand of a review, units */
} Undershoot;

void undershoot_find(const UndershootInput *in, Undershoot *out);
