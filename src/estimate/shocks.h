/* shocks.h - what all item-places had in common in each past bucket, taken out of every history before demand is fitted (maths/demand_shock.h). Learned with the
 * pools, once per planning day, from SHOCK_SERIES_MOST item-places spread evenly. */
#pragma once
#include "base/thread.h"
#include "estimate/picture.h"

typedef struct ShocksInput { const Context *context; /* its pools are the new ones; it has no shocks yet */ Pool *threads; } ShocksInput;
void shocks_fit(const ShocksInput *in, DemandShocks *out);
