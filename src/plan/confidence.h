/* confidence.h - how likely it is that a better-informed look would decide the same (domain notes 6, first version).
 *
 * Not demand noise: that is inside the cost. What counts is whether the order survives being wrong about its inputs: ten per cent more or less
 * demand, a delivery at the lane's P10 or P90, the runner-up model, plus how much history there is and whether feeds and units can be trusted.
 * The weights are judgement, not yet calibrated on matured outcomes; therefore the lower bound is the figure that tiers should use,
 * and doubtful data cap both. */
#pragma once
#include "plan/estimate.h"

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
    X(FEED, "feed")                 /* stale feed or negative stock */ \
    X(DOUBT, "doubt")               /* units, phantom stock, twins, prices */ \
    X(ODD, "odd")                   /* exceptional demand, slow deliveries */ \
    X(UNPRICED, "unpriced")
#define SIGN_(name, text) SIGN_##name,
typedef enum ConfidenceSign { CONFIDENCE_SIGNS(SIGN_) SIGN_COUNT_ } ConfidenceSign;
#undef SIGN_
extern const char *const confidence_sign_names[SIGN_COUNT_];
typedef struct ConfidenceSigns { double of[SIGN_COUNT_]; uint32_t flags; int flips; } ConfidenceSigns;
void confidence_signs(const Picture *picture, const Estimate *estimate, ConfidenceSigns *out);

typedef struct Confidence { double share, low; uint32_t flags; int flips; } Confidence;   /* 0..1; flags: models-disagree, rate-, lead-sensitive */
void confidence_make(const Picture *picture, const Estimate *estimate, Confidence *out);
