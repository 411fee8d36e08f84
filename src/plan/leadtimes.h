/* leadtimes.h - how long suppliers take, pooled: an item-place's own deliveries lean on its supplier's, the supplier's on all.
 *
 * The pools (and what else is learned from everything together) are refreshed once per planning day and stay as they are until the
 * next, so that one new receipt does not move every number of the company; the step row says up to which log id they rest (`pool_upto`). */
#pragma once
#include <stdbool.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/thread.h"
#include "maths/leadtime.h"
#include "plan/fold.h"
#include "plan/state.h"

typedef struct LeadPools {
    LeadTime all;                        /* found 0: no order was ever received */
    LeadTime *supplier; int suppliers;   /* by supplier number */
    LeadTime *sender; int senders;       /* transfers, by sending place */
    double lines_per_order;              /* of a purchase order, at least 1 */
    bool requests_captured;              /* see FoldInput */
} LeadPools;

typedef struct PoolsInput { const State *state; int32_t start_day; int32_t bucket_days; Pool *threads; } PoolsInput;
void lead_pools_fit(const PoolsInput *in, Arena *arena, LeadPools *out);

typedef enum LeadBasis { LEAD_UNKNOWN, LEAD_MEASURED, LEAD_POOLED, LEAD_STATED } LeadBasis;
extern const char *const lead_basis_names[4];        /* "unknown", "measured", "supplier", "stated" */
typedef struct LaneLead { LeadTime lead; LeadBasis basis; int32_t stated_days; /* -1 none */ } LaneLead;

/* Of an order placed now for this item-place from this supplier (or, with supplier 0, from this sending place). */
void lane_lead(const LeadPools *pools, const State *state, const Fold *fold, ItemId item, PlaceId place, int32_t supplier, int32_t sender, LaneLead *out);
