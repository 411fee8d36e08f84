/* choice-play.h - making a policy choice (estimate/choice.h): candidates replayed on each item-place's own history. */
#pragma once
#include "estimate/choice.h"
#include "plan/plan.h"

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
