/* demand_came.h - the shape of sums, by how often past sums of the assortment came at or below what was told.
 *
 * Mean and variance leave open how likely next to nothing is, and ten times the mean. If in the past 12 of 100 sums came at or below what had been told as their .1
 * quantile, the .1 quantile of the next one is told lower: P(X <= x) becomes G(P(X <= x)) with G(.1) = .12, on straight lines between DEMAND_LEVELS levels and to 0 and
 * 1 (recalibration: Kuleshov, Fenner & Ermon 2018, ICML; of a whole distribution, so quantiles, expected shortage and the chance of being out still agree). The mean stays.
 *
 * Two things are not shape. What all items of an origin had in common moves all its sums: each origin's levels are moved together, as deviates of a normal, until
 * half of its sums came at or below their median. And chance: origins differ, and of the distance between what came and what was told only the share counts that
 * their differences do not explain (James & Stein 1961, the positive part, one share for all levels, these weighing as Anderson & Darling's). Fewer than three origins
 * change nothing. A sum at one of several rates (the chain of risk.h) is no whole and keeps its own shape. */
#pragma once
#include "maths/demand.h"

enum { CAME_ORIGINS_LEAST = 3 };

double demand_level(int k);            /* .02 .05 .1 .25 .5 .75 .9 .95 .98 */

/* One sum, P(X < came) and P(X <= came) as told, of weight 1 / count, into the shares at or below each level: a step that reaches over a level counts in part, so that
 * counts need no chance (Czado, Gneiting & Held 2009, Biometrics 65). */
void demand_came_add(double below, double upto, int count, double share[DEMAND_LEVELS]);
/* Shares of `origins` origins, of which `apart` do not overlap, into out, rising; all 0: nothing is learned. Moves what they have in common out of them. */
void demand_came_fit(double (*share)[DEMAND_LEVELS], int origins, double apart, float out[DEMAND_LEVELS]);
/* What a model's sum over `length` buckets is told as: wholly from its horizon on, over less in proportion, as noise takes the place of what rates miss by. */
void demand_came_tell(const DemandModel *model, double length, Dist *sum);
/* The most that a share of a sum's chances can grow by it, >= 1: a bound that held before, times this, holds after. */
double demand_came_most(const DemandModel *model);
