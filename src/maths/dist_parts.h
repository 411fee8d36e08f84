/* dist_parts.h - what the two halves of dist (building, algebra) share; not for other rooms or files. */
#pragma once
#include "maths/dist.h"

/* Makes the promises of dist.h true for whatever is in the cells: negative and NaN cells become 0, the sum becomes 1,
 * empty cells at both ends go, the mean is computed. Nothing left gives a point at origin. */
void dist_settle(Dist *d);
/* dist_settle, then tilts the cells by 1 + c (x - mean) until their mean is `mean` (as far as the support allows). */
void dist_settle_at(Dist *d, double mean);
/* An empty lattice from `least` to `most` with a step of at least `step`, wider if needed; integers stay integers. */
void dist_lattice(Dist *d, double least, double most, double step);
int dist_lattice_count(double least, double most, double step);   /* cells from `least` to at least `most` */
/* Adds mass at x, split between its neighbours; outside the lattice it goes to the nearest end. */
void dist_add(Dist *d, double x, double mass);
/* Wilson and Hilferty's quantile of the gamma with this mean and variance, z standard normal. >= 0. */
double dist_gamma_reach(double mean, double variance, double z);
#define DIST_REACH_Z 5.0                   /* lattices reach to the 1 - 3e-7 quantile */
double dist_sane(double x);                /* non-finite or negative becomes 0; above 1e12 becomes 1e12 */
void dist_underdispersed(double mean, double variance, Dist *out);   /* dist_counts, where the variance is below the mean */
