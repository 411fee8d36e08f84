/* depot.h - for benches: a distributor of a wanted size in a store, made from a seed through the store's own door.
 *
 * `spots` item-places: every item at five places, 104 weeks of sales as one run each (one half smooth, a third intermittent, the rest lumpy, a season in
 * each, some weeks out of stock), a stock level of yesterday, terms and a selling price per item, purchase orders that were received (by supplier early
 * or late) and some still open. Nobody's data: its only claim is the shape of the work. */
#pragma once
#include "base/world.h"
#include "domain/policy.h"
#include "store/store.h"

enum { DEPOT_PLACES = 5, DEPOT_WEEKS = 104, DEPOT_BATCH = 10000 };

typedef struct DepotResult { int64_t spots, facts; double seconds, cpu_seconds; } DepotResult;

/* An empty store with this in it; an existing directory is an error. */
void depot_make(const char *directory, const World *world, int64_t spots, uint64_t seed, DepotResult *out_result);
/* Opens a store; its newest policy is read into `arena`. */
Store *depot_open(const char *directory, StoreUse use, const World *world, Arena *arena, Policy *out_policy, RowId *out_policy_row);
int32_t depot_today(void);                        /* the day after the newest stock level */
World depot_world(void);                          /* six in the morning of that day when first looked at; from then on real seconds */
/* The next thing that happens in the middle of the day: the stock of one item-place is counted anew. Texts live in `work`. */
void depot_event(Arena *work, int64_t spots, int64_t number, Fact *out_fact);

/* What a bench says about itself. */
double cpu_seconds(void);                         /* of this process, all threads */
double peak_mib(void);                            /* VmHWM */
double now_mib(void);                             /* VmRSS */
void peak_reset(void);
int64_t quantile_us(int64_t *at, int count, double share);  /* sorts */
void must(Err err, const Why *why);
