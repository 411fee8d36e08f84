/* confidence.h - how likely it is that a better-informed look would decide as well (domain notes 6).
 *
 * Not demand noise: that is inside the cost. Right means: on the path that then happened, the decision cost at most max(25, 5 % of the order's value, a week of
 * holding it) more than the same order in the quantity that demand and lead times as known eight weeks later give. Signs that the decision rests on something
 * that may be wrong (whether it survives ten per cent more or less demand, a delivery at the lane's P10 or P90, the runner-up model; how much history there is)
 * are weighted, each only ever taking away, and the weighted sum is turned into a share by steps that never rise (isotonic), shifted by kind and tier as
 * far as their labels carry. Weights, steps and shifts are a record fitted offline on replays of sample distributors (confidence-fit.h, tools/judges/rank.py --fit; its
 * hash stands in a case's frozen inputs). A kind with fewer than 200 labels says its parent's lower bound and nothing is automated on it (`low` -1); a tier
 * with fewer says its kind's lower bound.
 * Doubtful data cap both whatever the record says: no replay holds such faults. Exceptional demand and slow deliveries are no such fault (replays hold them, and
 * orders on them are right as often as others): they are gates of the policy instead, as all doubts about facts are (CASE_GATES): no rule decides, however sure. */
#pragma once
#include "estimate/estimate.h"

/* What speaks against a decision, each 0 (nothing) .. 1; more of any is never surer. */
#define CONFIDENCE_SIGNS(X) \
    X(RATE, "rate")                 /* share of +-10 % demand that flips it */ \
    X(LEAD, "lead")                 /* share of P10, P90 of the lane that flips it */ \
    X(MODEL, "model")               /* the runner-up model flips it */ \
    X(YOUNG, "young")               /* what is missing of a year of history */ \
    X(THIN, "thin")                 /* few orders and weeks seen: 1 / sqrt(1 + evidence) */ \
    X(STATED, "stated-lead")        /* the lead time was told, never seen */ \
    X(POOLED, "pooled-lead") \
    X(POOR, "poor-model") \
    X(LUMPY, "lumpy")               /* share of buckets without demand */ \
    X(WIDE, "wide")                 /* sd over mean of demand over lead time and review, at most 2, halved */ \
    X(LONG, "long")                 /* half-years of demand that it buys, at most 1 */ \
    X(ROUNDED, "rounded")           /* share of it that minimum, lot and multiple added */ \
    X(EXPOSED, "exposed")           /* e / (1 + e), e: what waiting would lose over what may be lost without being wrong */ \
    X(FEED, "feed")                 /* stale feed or negative stock */ \
    X(DOUBT, "doubt")               /* units, phantom stock, twins, prices */ \
    X(ODD, "odd")                   /* exceptional demand, slow deliveries */ \
    X(UNPRICED, "unpriced")
#define SIGN_(name, text) SIGN_##name,
typedef enum ConfidenceSign { CONFIDENCE_SIGNS(SIGN_) SIGN_COUNT_ } ConfidenceSign;
#undef SIGN_
extern const char *const confidence_sign_names[SIGN_COUNT_];
typedef struct ConfidenceSigns { double of[SIGN_COUNT_]; uint32_t flags; int flips; } ConfidenceSigns;
/* How many of the other quantities are another decision: of two, two and one. They take five demands over the protection interval and are most of the work, so whoever
 * asks again for a picture with the same key of the order (estimate/carry.h) hands them in; `early` and `late`, the lane's P10 and P90 in days, are looked at here. */
typedef struct QuantityFlips { int16_t early, late; uint8_t rate, lead, model; bool known; } QuantityFlips;
void confidence_signs(const Picture *picture, const Estimate *estimate, QuantityFlips *flips, ConfidenceSigns *out);      /* works out what is not known of `flips` */

typedef struct Confidence { double share, low; uint32_t flags; int flips; } Confidence;   /* 0..1; low: 90 % lower bound, -1 = too few labels; flags: models-disagree, rate-, lead-sensitive */
void confidence_make(const Picture *picture, const Estimate *estimate, const char *tier, QuantityFlips *flips, Confidence *out);
const char *confidence_version(void);          /* of the record */
