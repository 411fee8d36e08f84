/* sizes.h - what an item-place's next sale may be by the sales of all others: the assortment's law of sizes (maths/demand_kin.h), by unit cost and by how
 * often something sells. Learned with the pools, once per week of planning, from at most SIZES_SPOTS_MOST item-places spread evenly. */
#pragma once
#include "base/thread.h"
#include "maths/demand_kin.h"
#include "estimate/picture.h"

enum { SIZES_SPOTS_MOST = 10000 };
typedef struct SizesInput { const Context *context; /* its pools are the new ones */ Pool *threads; } SizesInput;
void sizes_fit(const SizesInput *in, DemandKin *out);
