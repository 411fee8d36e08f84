/* risk_parts.h - the chain that carries stock forward; shared by risk*.c only.
 *
 * State: on a lattice of net stock, two masses: paths never out so far, and paths that have been. A stretch of demand moves
 * mass down; what passes below zero has been out, and the units below zero were not met at once. A receipt moves all
 * mass up. With lost sales the stock stops at zero; with backorders it goes below. Level error: three rates by
 * Gauss-Hermite on a lognormal of the model's level variance and of what its assortment's sums missed by; within one rate, stretches are independent. */
#pragma once
#include "maths/risk.h"

enum { CELLS = 128, CELLS_FEW = 72, RATES = 3, SCENARIOS_MOST = 9, SCENARIOS_FEW = 3 };

typedef struct Chain {            /* of one rate, in one scenario */
    double day;                   /* demand before this day is in */
    int low, high;                /* outside these cells there is nothing */
    double clear[CELLS], been[CELLS];
    double unmet;                 /* expected units not met at once so far */
} Chain;

typedef struct Lattice { double step; int zero, count; } Lattice; /* cell i is (i - zero) * step units */

typedef struct Arrival { double day, units; } Arrival;
typedef struct Scenario { double share; int count; Arrival at[RISK_RECEIPTS_MOST]; } Scenario;

typedef struct Answer { double out, unmet, mean, demand, owed; } Answer;

typedef struct Setup {
    const RiskInput *in;
    double bucket, from;          /* days per bucket; buckets from the end of history to now */
    DemandModel rate[RATES];
    double rate_share[RATES];
    Lattice lattice;
    Scenario scenario[SCENARIOS_MOST];
    int scenarios;
} Setup;

/* Demand of one stretch on the chain's step: probability of 0, 1, 2 ... steps, the last holding all above. */
typedef struct Stretch { int count; double cell[CELLS + 1], above[CELLS + 2], short_steps[CELLS + 2]; double mean; } Stretch;

/* Stretches of one rate that were worked out already: scenarios share most of their days until their receipts part. */
enum { STRETCHES_KEPT = 40 };
typedef struct StretchKey { double from_day, to_day; } StretchKey;
typedef struct Stretches { int count; StretchKey key[STRETCHES_KEPT]; Stretch at[STRETCHES_KEPT]; Stretch scratch; } Stretches;

/* A question wants the chance of running out: only stock that demand could reach, few cells, all scenarios. A picture wants
 * the stock itself: all of it on the lattice, more cells, and only the first uncertain receipt as scenarios. */
typedef enum ChainUse { CHAIN_QUESTION, CHAIN_PICTURE } ChainUse;
void risk_prepare(const RiskInput *in, double horizon, ChainUse use, Setup *out);
void risk_rates(Setup *s, double horizon);   /* `rate` and `rate_share`, of s->in->demand, for sums of so many days */
int risk_receipts_before(const RiskInput *in, double day);
DemandMoments risk_moments(const Setup *s, double from_day, double to_day);
void chain_begin(const Setup *s, Chain *c);
/* To `day`, taking the receipts of this scenario that come before it; `*next` counts those taken. Stops after the last
 * receipt, so that the stretch from there to `day` may be asked about without moving. */
void chain_to_receipts(const Setup *s, const Scenario *way, int rate, double day, Stretches *kept, int *next, Chain *c);
/* The stretches that all scenarios will need on their way through these days (rising), for each rate, worked out side by side; from each day the chain is
 * asked, or it moves there. What finds no room is made when it is wanted. */
typedef enum ChainStop { CHAIN_ASKS, CHAIN_MOVES } ChainStop;
void stretches_make(const Setup *s, const double *day, int days, ChainStop stop, Stretches kept[RATES]);
/* `kept` belongs to one rate of one setup. */
void chain_advance(const Setup *s, const DemandModel *rate, double day, Stretches *kept, Chain *c);
/* Out by `day`, units unmet and mean stock then, without moving the chain. */
Answer chain_ask(const Setup *s, const DemandModel *rate, double day, Stretches *kept, const Chain *c);
double risk_middle_day(const LeadPoints *when);
