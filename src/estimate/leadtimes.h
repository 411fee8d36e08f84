/* leadtimes.h - how long suppliers take, pooled: an item-place's own deliveries lean on its supplier's by the same mode of transport, these on all by that
 * mode, and these on all. Where nobody says how things travel the supplier's lean on all. What came another way than is usual for a lane (flown in once)
 * says nothing about it.
 *
 * The pools (and what else is learned from everything together) are refreshed once per week of planning (plan/refresh.c) and stay as they are until the
 * next, so that one new receipt does not move every number of the company; the step row says up to which log id they rest (`pool_upto`) and on which day. */
#pragma once
#include <stdbool.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/thread.h"
#include "maths/late.h"
#include "position/fold.h"
#include "position/state.h"

/* How promises are kept: how early the lines came that kept theirs, how late the others, and who is late how often at the moment. */
typedef struct Promises {
    LateModel late;                      /* groups: supplier number, place number, lane */
    int64_t *lane; int lanes;            /* supplier << 32 | place of each lane, ascending */
    LeadTime all_early, all_slip;        /* days before and after the first promise */
    LeadTime *early, *slip;              /* by supplier number, as many as there are suppliers in the pools */
    LeadTime all_transit, all_notice;    /* of what was told as sent: days on the way; days from NOTICE_EARLY_DAYS before the arrival the sender expected */
    LeadTime *transit, *notice;
    double *yield;                       /* by supplier number: share of what was promised or confirmed that came and could be used; 1 where none is over */
} Promises;

/* What a supplier sent by one mode. */
typedef struct LeadVia { LeadFrom from; LeadTime lead; } LeadVia;
static inline int lead_from_compare(LeadFrom a, LeadFrom b) { return a.supplier != b.supplier ? a.supplier < b.supplier ? -1 : 1 : (a.mode > b.mode) - (a.mode < b.mode); }

typedef struct LeadPools {
    LeadTime all;                        /* found 0: no order was ever received */
    LeadTime *supplier; int suppliers;   /* by supplier number, whatever the mode */
    LeadTime *mode; int modes;           /* by number of State.modes; none where nobody says */
    LeadVia *via; int vias;              /* by supplier and mode, ascending */
    LeadTime *sender; int senders;       /* transfers, by sending place */
    double lines_per_order;              /* of a purchase order, at least 1 */
    bool requests_captured;              /* see FoldInput */
    Promises promises;
} LeadPools;

typedef struct PoolsInput { const State *state; int32_t start_day; int32_t bucket_days; Pool *threads; } PoolsInput;
enum { PARENT_ORDERS = 8 };             /* own orders that weigh as much as those leant on */
void lead_pools_fit(const PoolsInput *in, Arena *arena, LeadPools *out);

/* What one spot has seen of each supplier. */
typedef enum LeadStreamKind { STREAM_LEAD, STREAM_EARLY, STREAM_SLIP, STREAM_TRANSIT, STREAM_NOTICE, LEAD_STREAMS } LeadStreamKind;
typedef struct LeadStream { LeadObservation *seen; LeadFrom *from; int count; } LeadStream;
void lead_stream_begin(LeadStream *stream, int most, Arena *kept);
void lead_stream_add(LeadStream *stream, LeadObservation seen, int32_t supplier);       /* at most `most` times; whatever the mode */
void promises_gather(const Fold *fold, int32_t start_day, Arena *kept, LeadStream *out_early, LeadStream *out_slip);
enum { NOTICE_EARLY_DAYS = 14 };         /* what came even earlier than this counts as this early */
void notices_gather(const State *state, const Fold *fold, int32_t start_day, Arena *work, Arena *kept, LeadStream *out_transit, LeadStream *out_notice);
/* When a shipment told of will arrive, in days from start_day; false: nothing was sent, or nothing is known about shipments. */
bool arrival_by_notice(const LeadPools *pools, const OpenSupply *line, int32_t start_day, LeadTime *out);
/* A line that is over: what it says of the next weighs by half per year; both x 10^-6. */
typedef struct YieldSeen { int32_t supplier; int64_t weight, used; } YieldSeen;
typedef struct YieldStream { YieldSeen *seen; int count; } YieldStream;
void yields_gather(const Fold *fold, int32_t start_day, Arena *kept, YieldStream *out);
/* Each supplier leans on all as if PARENT_ORDERS orders more were known of him. */
void yields_fit(const YieldStream *kept, size_t spots, int suppliers, double lines_per_order, Arena *arena, Promises *out);
/* `kept` holds two streams of every spot: early, slip. */
void promises_fit(const State *state, const LeadStream *kept, Arena *arena, Promises *out);

/* The next line of this supplier to this place. */
enum { PROMISES_LEAST = 8 };             /* lines due before anything is said about lateness */
bool promises_known(const Promises *promises);
LateChance promise_chance(const Promises *promises, int32_t supplier, int32_t place);

typedef enum LeadBasis { LEAD_UNKNOWN, LEAD_MEASURED, LEAD_POOLED, LEAD_STATED } LeadBasis;
extern const char *const lead_basis_names[4];        /* "unknown", "measured", "supplier", "stated" */
typedef struct LaneLead { LeadTime lead; LeadBasis basis; int32_t stated_days; /* -1 none */ int32_t mode; /* how it usually travels, 0 = nobody says */ } LaneLead;

const LeadTime *lead_by_mode(const LeadPools *pools, int32_t mode);      /* everybody's by it, else everybody's */
/* Of an order sent by this mode (0: nobody says): this supplier's by it, else everybody's by it, else this supplier's by whatever; NULL: no such supplier. */
const LeadTime *lead_sent(const LeadPools *pools, int32_t supplier, int32_t mode);

/* Of an order placed now for this item-place from this supplier (or, with supplier 0, from this sending place). */
void lane_lead(const LeadPools *pools, const State *state, const Fold *fold, ItemId item, PlaceId place, int32_t supplier, int32_t sender, LaneLead *out);
