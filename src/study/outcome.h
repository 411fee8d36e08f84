/* outcome.h - did a planner know better? A decision that departed from what was proposed, and the proposal, both seen through on what then came (domain notes 3.12).
 *
 * From the day whose picture the case froze, its stock then is carried on the demand that came and on the receipts of what had been ordered before, once with the order as proposed and once
 * as decided: another quantity or day, none until the next opportunity, or as proposed on the day it was put off to. Both are carried until one review after the later of the two
 * came, and what lies there then is sold at the rate the case expected. An order takes as long as the next real one of the item from its supplier did, else as long as planned.
 * Units short, held and waited for are worth what they cost today. gain = cost of the proposal - cost of the decision: above zero, the planner saved so much. */
#pragma once
#include "domain/case.h"
#include "domain/decision.h"
#include "plan/plan.h"

typedef enum OutcomeWay { OUTCOME_RAISED, OUTCOME_CUT, OUTCOME_MOVED, OUTCOME_DECLINED, OUTCOME_DEFERRED, OUTCOME_WAYS } OutcomeWay;
extern const char *const outcome_way_names[OUTCOME_WAYS];          /* "raised", "cut", "another-day", "declined", "deferred" */

typedef struct OutcomeAsk {
    ItemId item; PlaceId place;
    const Case *proposed;            /* the version that planning wrote, an order */
    const Decision *decision;        /* change, reject or snooze */
    int32_t day;                     /* on which it was given */
} OutcomeAsk;

typedef struct Outcome {
    OutcomeWay way;
    int32_t over_day;                /* from this day on it can be told; CASE_NO_DAY where it never can */
    bool over;                       /* the figures below are told */
    const char *unknown;             /* why it never can, "" */
    const char *tier;                              /* of the item, "": not told; with the plan's texts */
    int64_t cost_proposed, cost_decided, gain;     /* minor units of the policy's currency */
    double missed_proposed, missed_decided;        /* units not there when they were asked for */
} Outcome;

/* Of the facts of the plan's last step. ERR_CONFLICT when nothing is planned yet. */
Err plan_outcome(Plan *plan, const OutcomeAsk *ask, Outcome *out, Why *why);

/* ---- together ------------------------------------------------------------------------------------------------------- */

typedef struct OutcomeLine { const char *by, *reason, *tier, *supplier; Outcome outcome; } OutcomeLine;
typedef enum OutcomeBy { OUTCOME_BY_PERSON, OUTCOME_BY_REASON, OUTCOME_BY_TIER, OUTCOME_BY_SUPPLIER, OUTCOME_BY_WAY, OUTCOME_BY_COUNT_ } OutcomeBy;
extern const char *const outcome_by_names[OUTCOME_BY_COUNT_];      /* "person", "reason", "tier", "supplier", "way" */
/* helped: cost less than the proposal would have. gain: of all that are over; mean and its standard error of one. */
typedef struct OutcomeGroup { const char *name; int decisions, over, helped; int64_t gain; double mean, se; } OutcomeGroup;
int outcome_groups(const OutcomeLine *lines, int count, OutcomeBy by, Arena *arena, OutcomeGroup **out);      /* most decisions first */

/* What people know that the policy does not: one reason, given again and again in the same direction for items of one tier, that saved money beyond chance. */
enum { OUTCOME_RULE_LEAST = 8 };
typedef struct OutcomeRule { const char *reason, *tier, *way; OutcomeGroup group; const char *key, *text; } OutcomeRule;       /* key of the policy; what to try */
int outcome_rules(const OutcomeLine *lines, int count, Arena *arena, OutcomeRule **out);                     /* largest gain first */
