/* confidence.h - how likely it is that a better-informed look would decide the same (domain notes 6, first version).
 *
 * Not demand noise: that is inside the cost. What counts is whether the order survives being wrong about its inputs: ten per cent more or less
 * demand, a delivery at the lane's P10 or P90, the runner-up model, plus how much history there is and whether feeds and units can be trusted.
 * The weights are judgement, not yet calibrated on matured outcomes; therefore the lower bound is the figure that tiers should use,
 * and doubtful data cap both. */
#pragma once
#include "plan/estimate.h"

typedef struct Confidence { double share, low; uint32_t flags; int flips; } Confidence;   /* 0..1; flags: models-disagree, rate-, lead-sensitive */
void confidence_make(const Picture *picture, const Estimate *estimate, Confidence *out);
