/* confidence.h - how likely it is that a better-informed look would decide as well (domain notes 6).
 *
 * Not demand noise: that is inside the cost. Right means: on the path that then happened, the decision cost at most max(25, 5 % of the order's value, a week of
 * holding it) more than the same order in the quantity that demand and lead times as known eight weeks later give. Signs that the decision rests on something
 * that may be wrong (whether it survives ten per cent more or less demand, a delivery at the lane's P10 or P90, the runner-up model; how much history there is)
 * are weighted and turned into a share as maths/doubt.h has it: by kind (buy, move), in it by tier. Which weights and steps is a record: the shipped one, fitted on replays
 * of sample distributors (confidence-fit.h), or one fitted on the store's own past (study/refit.h), a model row of the log under the key "confidence". Its version stands in a
 * case's frozen inputs. Doubtful data cap both whatever the record says: no replay holds such faults. Exceptional demand and slow deliveries are no such fault (replays hold them, and
 * orders on them are right as often as others): they are gates of the policy instead, as all doubts about facts are (CASE_GATES): no rule decides, however sure. */
#pragma once
#include "estimate/estimate.h"
#include "maths/doubt.h"
#include "store/store.h"

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

/* What an order of `units` may cost more than another and still be called right, in base currency. */
double confidence_allowed(const Estimate *estimate, double units);
const char *confidence_kind(const Estimate *estimate);     /* "buy" or "move" */

/* Bits 1 << sign of those that a fit weighs; the others are doubts about data, which no replay of the past holds. */
enum { CONFIDENCE_FITTED = (1u << SIGN_COUNT_) - 1 - (1u << SIGN_FEED) - (1u << SIGN_DOUBT) - (1u << SIGN_UNPRICED) };
typedef struct ConfidenceRecord { DoubtRecord doubt; char version[16]; int64_t row; /* of the log; 0: the shipped one */ } ConfidenceRecord;
const ConfidenceRecord *confidence_shipped(void);
/* As fields of an open object, and from a payload; numbers are rounded to 10^-6, so that what is read is what was written. Texts are copied to the arena. (confidence-record.c) */
void confidence_record_write(JsonWriter *json, const ConfidenceRecord *record);
Err confidence_record_read(Arena *arena, const JsonValue *payload, ConfidenceRecord *out, Why *why);
/* The newest champion of the log prefix that was known then, when the policy says "own"; without one the shipped steps, on which nothing is automated. Else the shipped record. */
Err confidence_find(Store *store, const Policy *policy, int64_t upto, int64_t known_us, Arena *arena, ConfidenceRecord *out, Why *why);

typedef struct Confidence { double share, low; uint32_t flags; int flips; } Confidence;   /* 0..1; low: 90 % lower bound, -1 = too few labels; flags: models-disagree, rate-, lead-sensitive */
void confidence_make(const ConfidenceRecord *record /* NULL: shipped */, const Picture *picture, const Estimate *estimate, const char *tier, QuantityFlips *flips, Confidence *out);
