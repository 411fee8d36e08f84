/* shadow.h - the orders that planning would have wanted on days of a store's past, seen through on what then happened (domain notes 5 and 6).
 *
 * On each of some days, the newest so long ago that what was decided can be seen through, the plan is made with what was known then. Each wanted order is played on the
 * demand and the receipts (of orders placed before) that came after, day by day, with the policy's share of lost demand: ordered now, ordered at the next opportunity, and
 * in the quantity of a better-informed look. That look has the demand level and the lead times as known eight weeks later; it does not know the days themselves. A new
 * order takes as long as the next real order of its supplier to its place did. An order is right when it cost at most confidence_allowed more than the better-informed quantity. */
#pragma once
#include "draft/confidence.h"
#include "plan/plan.h"
#include "study/shadow-play.h"

typedef struct ShadowLabel {
    int32_t day;
    ItemId item;
    const char *item_code, *place_code, *tier, *kind;      /* kind: "buy" or "move"; texts until the visit returns */
    double replayed;                                       /* money that ordering now gained over the next opportunity */
    double units, better;                                  /* ordered; what the better-informed look would order */
    double cost, reference;                                /* money, of the two, until one review after the next order could arrive */
    bool right;
    ConfidenceSigns signs;
    Confidence said;                                       /* by the record that the plan of that day stands on; without stale feeds: the past rarely holds stock levels of its days */
    ShadowOutcome now, waited;
    const Picture *picture; const Estimate *estimate;      /* until the visit returns */
} ShadowLabel;
typedef Err ShadowVisit(void *self, const ShadowLabel *label, Why *why);

typedef struct ShadowAsk {
    const Policy *policy; RowId policy_row;
    int32_t as_of;                                         /* only what was known at the end of this day; 0 = everything */
    int days, between;                                     /* how many days are looked at, and how many lie between two; earlier ones than history holds are left out */
    int threads;
    void *progress_self;
    void (*progress)(void *self, const char *stage, int64_t done, int64_t total);   /* may be NULL */
} ShadowAsk;

/* Newest day first, item-places in order. Reads the store, writes nothing; the same log and policy give the same labels, whatever the threads. ERR_INVALID without demand. */
Err shadow_replay(Store *store, const ShadowAsk *ask, ShadowVisit *visit, void *self, Why *why);
