/* misses.h - how wide sums of demand are, and how far levels go back to long means, by what sums told in the past missed by (maths/demand_miss.h, demand_revert.h). Learned with the pools, once per week of planning, from
 * MISS_SERIES_MOST item-places spread evenly, each told again at its newest origins with the seasons and sizes that are known today. */
#pragma once
#include "base/thread.h"
#include "estimate/picture.h"

typedef struct MissesInput { const Context *context; /* its pools are the new ones */ Pool *threads; } MissesInput;
void misses_fit(const MissesInput *in, DemandMisses *out);
