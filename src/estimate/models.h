/* models.h - demand models kept from one look at an item-place to the next.
 *
 * A demand model is a function of its series and of the horizon, and nothing else; so the last one of each spot stands under the hash of both, and who
 * asks with the same hash gets the same bits without fitting. From one day to the next most series have no new bucket, a new fact about stock or supply
 * leaves demand as it was, and a draft follows its estimate: these are nearly all looks. What is kept changes no result, only the time it takes. */
#pragma once
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "maths/demand.h"
#include "position/pack.h"

typedef struct Models Models;

Models *models_begin(void);
void models_end(Models **models);
void models_grow(Models *models, size_t spots);   /* room for so many; nobody may be fitting meanwhile */
/* demand_fit, or what it gave last time. Any number of threads, also for one spot. `models` NULL: nothing is kept. About 600 bytes stay per spot (docs/speed.md). */
void models_fit(Models *models, int32_t spot, const DemandSeries *series, double horizon_buckets, Arena *work, DemandModel *out);
/* As columns of a snapshot, and back into an empty book of models, which then reads them where they are mapped: it must end before the snapshot. */
void models_pack(Pack *pack, const Models *models);
Err models_unpack(const Snapshot *snapshot, Models *models, Why *why);
size_t models_bytes(const Models *models);        /* what they take, for bench and tests */
size_t models_mapped(const Models *models);       /* how many of them are those of a snapshot, still; for tests */
