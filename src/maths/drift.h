/* drift.h - did a series change its level, and when?
 *
 * Pettitt's test on ranks: U(t) = 2 sum of the first t ranks - t (n + 1); the change is where |U| is largest, and it is by chance with
 * p = 2 exp(-6 U^2 / (n^3 + n^2)) (A. N. Pettitt 1979, Applied Statistics 28, eq. 2.3 and 2.4). Ranks do not mind outliers; values must be one
 * per independent event (an order, not its lines). */
#pragma once
#include "base/arena.h"

typedef struct Change {
    int found;              /* p <= 0.05 and at least four values on each side */
    int at;                 /* first index after the change, 1 .. count-1; 0 when there are too few values */
    double p;               /* 0..1; 1 when there are too few values */
    double before, after;   /* medians of the two sides */
} Change;

Change change_point(const double *value, int count, Arena *work);   /* count >= 0, oldest first */
double median_of(const double *value, int count, Arena *work);      /* 0 of none */
