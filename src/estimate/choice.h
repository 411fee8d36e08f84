/* choice.h - which service target, least cost, or way to replenish suits an item-place best by replays of its own history; made on demand (study/choice-play.h), used when the
 * policy says "policy_choice": "simulated".
 *
 * Every candidate is an order-up-to level by the same code as planning (the present demand model, lead time, terms, costs), played in a closed loop on
 * bootstrapped blocks of the item-place's own history; what is right is decided by maths/pick.h: chosen on the earlier half, accepted on the later one, drawn to
 * the class's. Other ways to replenish are played at the present target; the ERP's minimum and maximum, where it tells both, stand beside the rest in every answer.
 *
 * A choice is a model row of the log, key "policy-choice": {"name","blob","classes":[...],...}; its blob is a CSV with one row per item-place that was played, and the
 * evidence. Steps take up the newest one with the pools, from the log prefix. */
#pragma once
#include "domain/policy.h"
#include "maths/pick.h"
#include "maths/quantity.h"
#include "store/store.h"

typedef enum Choice {
    CHOICE_NOW,                    /* as the policy says */
    CHOICE_COST, CHOICE_TARGET_80, CHOICE_TARGET_90, CHOICE_TARGET_95, CHOICE_TARGET_98, CHOICE_TARGET_99,
    CHOICE_BASE_STOCK, CHOICE_ORDER_POINT, CHOICE_LOTS,   /* at the present target; see Replenish */
    CHOICE_ERP,                    /* minimum and maximum of the ERP */
    CHOICE_COUNT_,
} Choice;
extern const char *const choice_names[CHOICE_COUNT_];       /* "as-now", "least-cost", "target-0.80" ... "erp-min-max" */
extern const char *const pick_because_names[PICK_BECAUSE_COUNT_];

typedef struct ChoiceOf { int64_t key; int32_t choice; } ChoiceOf;
typedef struct Choices { int64_t row; const ChoiceOf *of; size_t count; } Choices;    /* row 0: nothing holds */

GoalKind goal_by_service(const Policy *policy, const Goal *goal);      /* the policy's metric; line fill needs line_units */
int choice_of(const Choices *choices, ItemId item, PlaceId place);
int choice_replenish(int choice);                                     /* Replenish; -1: as the policy says */
void choice_apply(int choice, const Policy *policy, Goal *goal);       /* least cost only where both costs are known */
/* The newest choice that was known then; empty when the policy does not want it or there is none. ERR_CORRUPT when its blob is not as written. */
Err choices_find(Store *store, const Policy *policy, int64_t upto, int64_t known_us, Arena *arena, Choices *out, Why *why);
/* Its CSV, by the hash in the payload. */
Err choice_blob(Store *store, Arena *work, const Row *row, Text *out_csv, Why *why);
