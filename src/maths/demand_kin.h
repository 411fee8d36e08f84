/* demand_kin.h - what the sizes of others' sales say about the next size of one's own.
 *
 * An item with four sales has four sizes, and the next one is seldom among them. Items that sell as often at a like price sell in like sizes, so over an
 * assortment two lines are fitted (price in logarithms around its mean, share = buckets with a sale / buckets seen):
 *     log mean size = size_by[0]   + size_by[1] log price   + size_by[2] log share
 *     log spread    = spread_by[0] + spread_by[1] log price + spread_by[2] log share + spread_by[3] log own mean size,     spread = variance / mean^2
 * and an item's own mean (in logarithms) and spread count as far as its sales go: n / (n + size_worth), (n - 1) / (n - 1 + spread_worth). Everything is
 * learned from each item's last sale against what was known before it: the line for the spread from how far they were apart, and how much the lines are
 * worth, with the `lift` by which sizes to come exceed those seen, by what makes the last sales likeliest under a gamma. Nothing is set by hand, so an
 * assortment of items that have nothing to do with each other leans little. Empirical Bayes (Robbins 1956; Efron, Large-Scale Inference, ch. 1); the line
 * for the spread by gamma quasi-likelihood (McCullagh and Nelder, Generalized Linear Models, 2nd ed., ch. 8). */
#pragma once
#include "maths/demand.h"

enum { KIN_TERMS = 4, KIN_SERIES_LEAST = 60 };

typedef struct DemandSketch {      /* one item's sizes of sales, and its last sale apart */
    int sales;                     /* before the last; 0: nothing to learn from */
    double share;                  /* of buckets seen that sold, 0 .. 1 */
    double mean, spread;           /* of the sizes before the last: units; variance / mean^2, unbiased, 0 for one sale */
    double last;                   /* units */
    double price;                  /* of a unit, any money; 0 unknown */
} DemandSketch;

typedef struct DemandKin {
    int series;                    /* it rests on; 0: it says nothing */
    double log_price;              /* mean over them */
    double size_by[KIN_TERMS], spread_by[KIN_TERMS];
    double size_worth, spread_worth, lift;   /* sales, sales, ratio */
} DemandKin;

void demand_sketch(const DemandSeries *series, double price, DemandSketch *out);
/* Says nothing (series 0) when fewer than KIN_SERIES_LEAST items sold three times. */
void demand_kin_fit(const DemandSketch *sketch, int count, DemandKin *out);
/* Leans a fitted model of few sales on its kin: its sizes, where it has them, become points of the gamma, and its variance what such sizes make of its
 * rate, as far as the kin are worth it. Level and season stay. Models of 48 sales and more, or without a sale, stay as they are. */
void demand_lean(const DemandKin *kin, double price, DemandModel *model);
