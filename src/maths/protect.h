/* protect.h - demand that one order must cover: over the lead time plus the review interval.
 *
 * A mixture over the lead time's points of the distribution of the *sum* of demand over that length; one rate per path is
 * inside demand_sum, so mixing over lengths is all that is left (domain notes 2.1, 2.2). For a quantity the order-up-to
 * level is then told as sequential differences in a fixed order, each recomputable, with no remainder (2.13). */
#pragma once
#include "maths/demand.h"
#include "maths/leadtime.h"

typedef struct ProtectInput {
    const DemandModel *demand;
    const LeadPoints *lead;      /* of an order placed at `from` */
    double from_days;            /* days from the end of history to the moment of ordering, >= 0 */
    double review_days;          /* to the next chance to order, >= 0; 0 gives the demand over the lead time alone */
} ProtectInput;

typedef struct Protect {
    double days;                 /* mean length: lead time plus review */
    double mean;                 /* units */
    double noise_var, level_var, miss_var, lead_var; /* units^2; they sum to the variance of the mixture */
} Protect;

/* Moments only (cheap), and with the distribution. */
Protect protect_moments(const ProtectInput *in);
Protect protect_demand(const ProtectInput *in, Dist *out_demand);
Protect protect_both(const ProtectInput *in, Dist *out_demand, Dist *out_lead);   /* and the demand over the lead time alone, side by side with the other */

/* level = mean + noise + level_error + surprises + lead_spread + skew, where p = P(demand <= level) and, with z the normal
 * quantile of p, noise = z sd_noise, level_error = z (sd_noise+level - sd_noise), surprises = z (sd with miss_var - that), lead_spread = z (sd_all - that),
 * skew = level - (mean + z sd_all): the distribution's own shape and the lattice. All may be negative when p < .5. */
typedef struct ProtectTerms { double mean, noise, level_error, surprises, lead_spread, skew; } ProtectTerms;
ProtectTerms protect_terms(const Protect *protect, double level, double p);
double protect_safety(const Protect *protect, double p, int parts); /* z * sd of the first 0..4 of noise, level, misses, lead */
