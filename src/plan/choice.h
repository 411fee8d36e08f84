/* choice.h - which service target, least cost, or way to replenish suits an item-place best by replays of its own history; made on demand (plan_choose), used when the
 * policy says "policy_choice": "simulated".
 *
 * Every candidate is an order-up-to level by the same code as planning (the present demand model, lead time, terms, costs), played in a closed loop on
 * bootstrapped blocks of the item-place's own history; what is right is decided by maths/pick.h: chosen on the earlier half, accepted on the later one, drawn to
 * the class's. Other ways to replenish are played at the present target; the ERP's minimum and maximum, where it tells both, stand beside the rest in every answer.
 *
 * A choice is a model row of the log, key "policy-choice": {"name","blob","classes":[...],...}; its blob is a CSV with one row per item-place that was played, and the
 * evidence. Steps take up the newest one with the pools, from the log prefix. */
#pragma once
#include "maths/pick.h"
#include "maths/quantity.h"
#include "plan/plan.h"

typedef enum Choice {
    CHOICE_NOW,                    /* as the policy says */
    CHOICE_COST, CHOICE_TARGET_80, CHOICE_TARGET_90, CHOICE_TARGET_95, CHOICE_TARGET_98, CHOICE_TARGET_99,
    CHOICE_BASE_STOCK, CHOICE_ORDER_POINT, CHOICE_LOTS,   /* at the present target; see Replenish */
    CHOICE_ERP,                    /* minimum and maximum of the ERP */
    CHOICE_COUNT_,
} Choice;
extern const char *const choice_names[CHOICE_COUNT_];       /* "as-now", "least-cost", "target-0.80" ... "erp-min-max" */
extern const char *const pick_because_names[PICK_BECAUSE_COUNT_];

/* ---- in planning ---- */

typedef struct ChoiceOf { int64_t key; int32_t choice; } ChoiceOf;
typedef struct Choices { int64_t row; const ChoiceOf *of; size_t count; } Choices;    /* row 0: nothing holds */

struct Context;
GoalKind goal_by_service(const Policy *policy, const Goal *goal);      /* the policy's metric; line fill needs line_units */
int choice_of(const Choices *choices, ItemId item, PlaceId place);
int choice_replenish(int choice);                                     /* Replenish; -1: as the policy says */
void choice_apply(int choice, const Policy *policy, Goal *goal);       /* least cost only where both costs are known */
/* The newest choice that was known then; empty when the policy does not want it or there is none. ERR_CORRUPT when its blob is not as written. */
Err choices_find(Store *store, const Policy *policy, int64_t upto, int64_t known_us, Arena *arena, Choices *out, Why *why);

/* ---- making one ---- */

enum { CHOICE_HALVES = 2, CHOICE_CLASSES_MOST = 32 };

typedef struct ChoiceLine {
    int32_t spot; ItemId item; PlaceId place;
    const char *item_code, *place_code;
    bool lumpy;                    /* most weeks see no demand */
    bool played, erp;              /* not played: too little history, no demand, no source, lead time or cost */
    int class;
    double cost[CHOICE_HALVES][CHOICE_COUNT_];    /* major money a week */
    double fill[CHOICE_COUNT_], capital[CHOICE_COUNT_];   /* later half: share of units met at once; mean stock on the shelf in money */
    PickItem pick;                 /* money a week, too */
    Pick chosen;
} ChoiceLine;

typedef struct ChoiceClass { const char *tier; bool lumpy; PickClass pick; int places; } ChoiceClass;

typedef struct ChoiceResult {
    ChoiceLine *line; int lines;   /* item-places in item-place order */
    ChoiceClass class[CHOICE_CLASSES_MOST]; int classes;
    int played, changed, chosen[CHOICE_COUNT_];
    int32_t as_of;
    const char *currency;
} ChoiceResult;

typedef struct ChoiceAsk {
    const Policy *policy; RowId policy_row;
    int64_t now_us;
    int32_t as_of;                 /* only what was known at the end of this day; 0 = everything */
    const char *words;             /* only item-places whose item or place code holds it; NULL: all */
    int threads;
    void *progress_self;
    void (*progress)(void *self, const char *stage, int64_t done, int64_t total);
} ChoiceAsk;

/* Reads the store, writes nothing. The same log and policy give the same result, whatever the threads. */
Err plan_choose(Store *store, const ChoiceAsk *ask, Arena *arena, ChoiceResult *out, Why *why);
/* The blob and the payload of the row that tell it (payload without "blob", which the caller puts in by its hash); and rows of the answer. */
void choice_csv(Buf *out, const ChoiceResult *result);
void choice_summary_write(JsonWriter *json, const ChoiceResult *result);     /* fields of an open object */
void choice_rows_write(JsonWriter *json, Text csv, int64_t offset, int64_t most, int64_t *out_total);   /* an array, from the blob */
Err choice_blob(Store *store, Arena *work, const Row *row, Text *out_csv, Why *why);
