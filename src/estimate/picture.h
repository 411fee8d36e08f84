/* picture.h - everything one item-place's decision rests on, gathered and turned into the numbers that maths takes: where it comes
 * from, when it can next be ordered, how long that takes, what it costs to hold and to lack, what is on its way.
 *
 * A Picture is made from a Fold by pure functions; a what-if (ten per cent more demand, a slow supplier, other stock) is a copy
 * with one field changed. Doubles are units and major money here; they become micro and minor once, when a case is drafted. */
#pragma once
#include <stdbool.h>
#include <stdint.h>

#include "base/arena.h"
#include "domain/case.h"
#include "domain/policy.h"
#include "learn/learner.h"
#include "maths/demand_miss.h"
#include "maths/demand_shock.h"
#include "maths/quantity.h"
#include "maths/risk.h"
#include "position/commands.h"
#include "position/fold.h"
#include "estimate/leadtimes.h"
#include "estimate/models.h"
#include "estimate/seasons.h"
#include "estimate/sense.h"
#include "position/state.h"

/* What was added to a line so that the order it is part of reaches its minimum or fills its truck (groups.c). */
typedef struct SpotFill { int64_t to_minimum, to_load; float cost, days; bool ordered, pulled, for_load; } SpotFill;   /* micro; major money; days a unit lies longer; something was added; to a line that would not be ordered now; for the truck alone */

/* What every item-place of one step shares. */
typedef struct Context {
    const State *state;
    const LeadPools *pools;
    const Seasons *seasons;
    const DemandKin *sizes;               /* NULL: every item-place has its own sizes */
    const DemandShocks *shocks;           /* NULL: histories are fitted as they were */
    const DemandMisses *misses;           /* NULL: sums are as wide as each item-place's own errors say */
    const struct Choices *choices;        /* NULL or empty: every item-place as the policy says */
    const struct ConfidenceRecord *confidence;   /* NULL: the shipped record */
    const struct Pace *pace;              /* NULL: nothing usual is known */
    const struct Learned *learned;        /* NULL or silent: local models alone */
    Models *models;                       /* demand models of the last look at each spot; NULL: none are kept */
    const Policy *policy;
    int64_t policy_row;
    int32_t today, start_day;
    int exponent;                         /* digits of the currency's minor unit */
    const CommandSupply *commands; int commands_count;   /* by spot, ascending */
    const CommandSupply *sends; int sends_count;         /* those of them that a place of ours sends; spot = that place's */
    const int64_t *allot;                 /* by spot, micro: what its sender can spare for it; INT64_MAX = not bounded. NULL: none is */
    const struct Estimate *around;        /* by spot: as the plan has them, for places that feed others; NULL: theirs are not made yet, and those they feed count as well stocked */
    const bool *buys;                     /* by spot: of its two sources the supplier is the cheaper (sources.c); NULL: none is */
    bool other_source;                    /* the other of its two sources, to compare */
    const SpotFill *fill;                 /* by spot; NULL: every line for itself, which is what orders are filled up from */
    uint64_t stale_kinds_anywhere;        /* bits 1<<FactKind */
    bool screening;                       /* an estimate only has to tell whether a case is wanted: see estimate.h */
} Context;

typedef enum SourceKind { SOURCE_NONE, SOURCE_SUPPLIER, SOURCE_TRANSFER } SourceKind;

typedef struct Money {                    /* major units of the policy's currency */
    bool cost_known, price_known;
    double cost_apart;                    /* largest told cost over the smallest, 1 with fewer than two */
    int32_t no_rate;                      /* a currency that something here was told in and the policy has no rate for (currency_pack), 0 = none */
    double unit_cost, price, margin;      /* margin: price - cost, >= 0 */
    double short_cost;                    /* per unit not met at once */
    double wait_cost;                     /* per unit that a customer waits for from one opportunity to order to the next */
    double hold_day;                      /* per unit and day */
} Money;

enum { PICTURE_RECEIPTS = RISK_RECEIPTS_MOST };

typedef struct Picture {
    int32_t spot; ItemId item; PlaceId place;
    Fold fold;
    /* source */
    SourceKind source;
    bool either;                          /* a place of ours feeds it, and it buys from a supplier as well */
    int32_t supplier, sender;
    const TermsInfo *terms;               /* may be NULL */
    LaneLead lane;
    LeadPoints lead;                      /* days from the start day to the arrival of an order placed on order_day */
    int32_t order_day, next_day;          /* this and the next opportunity */
    int32_t review_days;
    /* demand */
    DemandModel demand;
    double recent_level, taken_level, kept;   /* units a bucket before and after it went back to its long mean, and the share of the difference kept (demand_revert.h) */
    const double *year;                   /* index of each week of the year that `demand` stands on, NULL: none */
    LearnSaid learned;                    /* what the learner made of its mean and spread */
    double from_days;                     /* end of history to the start day; whole weeks where buckets are weeks or more */
    double mean_day;                      /* units a day over the coming protection interval */
    SenseTrace sense;                     /* what the last days and planners did to it */
    int64_t first_most;                   /* micro: a first order of a new item is at most this; 0 = it is none */
    /* supply on its way, soonest first */
    RiskReceipt receipt[PICTURE_RECEIPTS]; int receipts;
    int32_t receipt_day[PICTURE_RECEIPTS];  /* expected */
    double expected_short;                /* units on order that will probably not come */
    double own_commands;                  /* units */
    int64_t going_out;                    /* micro: what this place is to send to others of ours and has not sent yet */
    int64_t allot;                        /* micro: at most this may be asked of the sender; INT64_MAX = not bounded */
    SpotFill fill;                        /* zeros without */
    int64_t firm_row; int32_t firm_day;   /* the largest order line of Position.firm_demand, and when it is wanted; 0 without */
    double on_hand_risk;                  /* units usable now less what is already owed */
    RiskUnmet unmet;
    Position position;
    int64_t owed;                         /* micro: what is owed beyond stock and everything on its way, >= 0 */
    Money money;
    Goal goal;
    int choice;                           /* Choice that replays made for it, 0 = as the policy says; see choice.h */
    double target;                        /* service target, share */
    double line_cost;                     /* major money that one more line of an order costs */
    int64_t lot;                          /* micro: smallest order worth its cost, at most the largest the terms allow; 0 = none */
    Replenish replenish;                  /* as wanted; min-max without both figures is a review */
    bool no_min_max;                      /* ... which this tells */
    int64_t erp_min;                      /* micro; of min-max */
    int64_t floor;                        /* micro: stock that is for no customer (display, van); 0 = not told */
    int64_t stock_most;                   /* micro: the largest position there is room for; 0 = not told */
    int64_t gap;                          /* micro: from the order point up to where an order goes, where an order is triggered; else 0 */
    bool orders_cross;                    /* by policy: see lead_crossing */
    int32_t shelf_days;                   /* 0 = does not perish */
    double shelf_risk;                    /* chance that something is too old before it sells, at most */
    int64_t round_down;                   /* micro that may be left off for full multiples */
    PriceBreaks breaks;                   /* count 0 without */
    int64_t point_lot;                    /* micro: orders are whole multiples of this, for (s,nQ); else 0 */
    uint32_t flags;                       /* CASE_FLAG_BIT */
} Picture;

/* What the closed loop puts in place of the told stock and supply. */
typedef struct PictureOverride { int64_t on_hand; const OpenSupply *open; int open_count; int64_t backorders; int32_t lead_days; /* 0: as estimated */ } PictureOverride;

void picture_make(const Context *context, int32_t spot, const PictureOverride *override, Arena *arena, Picture *out);
/* The mean day of this line's arrival. */
int32_t supply_day(const Context *context, const Picture *picture, const OpenSupply *line);
/* The same with P(after its first promise, or never) and days beyond it, CASE_NONE without a promise or experience; what that
 * rests on, "" when nothing stands out. */
enum { SUPPLY_REASON_BYTES = 96 };
typedef struct SupplyOutlook { int32_t day; int64_t late_ppm, late_days; char reason[SUPPLY_REASON_BYTES]; } SupplyOutlook;
SupplyOutlook supply_outlook(const Context *context, const Picture *picture, const OpenSupply *line);
/* Whether the ERP already shows a command. */
bool command_is_matched(const Context *context, const Picture *picture, const CommandSupply *command);
/* When the days of the supplier's calendar allow: the first opportunity on or after `day`. */
int32_t order_opportunity(const State *state, int32_t supplier, int32_t day);

/* ---- its parts ---- */

/* What stands before demand is looked at: history, source, calendar, lead time, money. */
void picture_frame(const Context *context, int32_t spot, const PictureOverride *override, Arena *arena, Picture *out);
/* The same of the place by itself, where what it sends to others of ours is demand: for lessons from many. */
void picture_alone(const Context *context, int32_t spot, Arena *arena, Picture *out);
double picture_horizon_buckets(const Picture *p);                       /* lead time plus review, buckets of the fold */
double picture_fit_horizon(const Picture *p);                           /* the same, in quarters: what demand is fitted for */
DemandSeries picture_history(const Context *context, Picture *p, Arena *arena);  /* demand with the year taken out, and says which that was */
DemandSeries picture_series(const Context *context, Picture *p, Arena *arena);   /* what demand is fitted to: what all items shared is taken out, too */
int64_t picture_end(const Picture *p);                                           /* number of the first bucket after its history, counted alike for all of that length */
DemandLessons picture_lessons(const Context *context, const Picture *p);         /* what the assortment teaches its fit */
double picture_order_wait(const Picture *p);                    /* days from the start day to the day an order is placed, as in Picture.lead; 0 without a lead time */
double picture_lead_mean(const Picture *p);                     /* days from the start day to the arrival of an order placed now */
void picture_override(const PictureOverride *override, Fold *fold);
void picture_supply(const Context *context, const PictureOverride *override, Picture *p);   /* receipts, position, what is owed */
int64_t picture_kept(const Picture *picture);                  /* micro of the stock that is for no customer: the floor, as far as it is there; a floor that was sold is owed to nobody */
int64_t position_owed(const Position *position);               /* micro: what stock and everything on its way do not cover, >= 0 */
/* Major money that a unit not served at once costs, by its margin and what it sells at (its cost where no price is known). */
double unit_short_cost(const Policy *policy, double margin, double worth);
/* Major money of one order to the supplier (NULL: of any), or of one truck of it: as told, nothing told too; else, and where the policy has no rate for its currency
 * (*out_no_rate, by currency_pack; else 0), what an order costs by the policy. */
double order_cost(const Context *context, const SupplierInfo *supplier, int32_t *out_no_rate);
void levels_choose(const Context *context, Picture *p);        /* after goal and lot: how this item-place is replenished */
void picture_follow(const Context *context, Picture *p);       /* money, goal and lot anew after cost, price or demand was changed in a copy */
void picture_feeds(const Context *context, Picture *p);         /* the stale-feed flag */
bool picture_ends(const Context *context, const Picture *p);     /* it is replaced, phased out or obsolete */
