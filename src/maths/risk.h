/* risk.h - how the stock goes from here: the chance of running out, day by day, and before help can come.
 *
 * "Out" means demand that stock could not meet at once. P0 is the chance of that before an order placed *now* could arrive (only
 * expediting or moving stock helps); P1 the chance before an order placed at the *next* opportunity could arrive. Buying
 * now is driven by P1 - P0 (domain notes 2.15). Demand of one path has one rate: the paths are split into a few rates,
 * and within each the stock is carried forward from receipt to receipt. Receipts may come late: up to two uncertain
 * ones are carried as scenarios of three arrival days, further ones at their middle day. Order inside a day: arrivals, then demand. */
#pragma once
#include "maths/demand.h"
#include "maths/leadtime.h"

enum { RISK_RECEIPTS_MOST = 8, RISK_DAYS_MOST = 183 };

typedef enum RiskUnmet { RISK_BACKORDERS = 0, RISK_LOST_SALES } RiskUnmet;

typedef struct RiskReceipt {
    double units;               /* expected units, short-ship yield taken off */
    LeadPoints when;            /* days from now; one point for a fixed day; p_never > 0 may keep it away */
} RiskReceipt;

typedef struct RiskInput {
    const DemandModel *demand;
    double from_days;           /* days from the end of history to now */
    double on_hand;             /* usable units now, backorders taken off (may be negative) */
    const RiskReceipt *receipt; /* on the way; more than RISK_RECEIPTS_MOST are merged into the last */
    int receipts;
    RiskUnmet unmet;
    const LeadPoints *order;    /* lead time of an order placed now; NULL or count 0: P0, P1 by `days` alone */
    double next_days;           /* days until the next opportunity to order */
} RiskInput;

typedef struct Risk {
    double p0, p1;              /* chances, p0 <= p1 */
    double short0, short1;      /* expected units not met at once before those arrivals */
    double demand0, demand1;    /* mean demand until those arrivals, units */
    double owed0;               /* mean units that customers wait for just before an order placed now arrives, those of today included; 0 with lost sales */
    double arrival_mean;        /* mean stock just before an order placed now arrives (>= 0 with lost sales) */
} Risk;

void risk_now(const RiskInput *in, Risk *out);
void risk_by_next(const RiskInput *in, Risk *out);   /* its p1, short1 and demand1 alone, to the bit, in half to three quarters of the time; the rest is 0 */
void risk_by_now(const RiskInput *in, Risk *next);           /* the rest, where `next` is what risk_by_next says of the same input: then it is what risk_now says, to the bit */

/* The same when `units` are ordered now. An order of now and one of the next opportunity take as long as each other: how fast a lane is stays what it is from one
 * week to the next, so that ordering now gains next_days and no more. `wait`: what risk_now says of the same input, or NULL; until the order arrives it changes nothing, so what comes out
 * is no less than wait's p0 and short0, whatever the lattices say of thin tails, and no more than its p1 and short1. */
void risk_ordered(const RiskInput *in, double units, const Risk *wait, Risk *out);

/* 1: proven without carrying anything that risk_now would say p1 < p_out and short1 < units (limits, may be infinite); 0: not proven, whatever it would
 * say. From stock on hand h alone, by the last day T on which an order of the next opportunity could arrive: receipts only add, and demand D until an earlier day
 * is no more than until T, so on every path "out" implies D > h, and no more than (D - h)+ units are unmet (the first h units asked for are met either way). Then
 *     P(D > h) <= min(E D / h, Var D / (Var D + (h - E D)^2))         Markov; Cantelli 1928
 *     E (D - h)+ <= (sqrt(Var D + (h - E D)^2) - (h - E D)) / 2       Scarf 1958
 * whatever the distribution; where these do not decide, both are asked of D itself, at the chain's rates. Limits are kept with a fifth to spare, for the
 * lattices. From 0.2 to 8 microseconds instead of 20 to 120. */
int risk_is_below(const RiskInput *in, double p_out, double units);

/* Stock on hand just before an order placed now arrives: what a lost-sales order is netted against (2.14). */
void risk_stock_at_arrival(const RiskInput *in, Dist *out);

/* The picture of the next `days` (1 .. RISK_DAYS_MOST): end-of-day values, worked out at about a dozen days and at receipts, straight
 * lines between. With backorders P10 may be shown below zero by the caller's choice: `net` values are signed. */
typedef struct RiskPath {
    int days;
    float mean[RISK_DAYS_MOST], p10[RISK_DAYS_MOST], p50[RISK_DAYS_MOST], p90[RISK_DAYS_MOST]; /* net units */
    float p_out[RISK_DAYS_MOST];   /* chance of having been out by the end of that day; never falls */
} RiskPath;
void risk_path(const RiskInput *in, int days, RiskPath *out);
