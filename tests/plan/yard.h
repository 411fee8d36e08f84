/* yard.h - for tests: a store in a temporary folder and facts written as short lines of text.
 *
 *     Yard *yard = yard_begin();
 *     yard_fact(yard, "stock item=A place=P as_of_day=2026-03-01 on_hand=40");
 *     yard_put(yard);                             // everything since the last put, as one document
 *
 * Field names and values are those of domain/fact.h; quantities are base units, prices and amounts major units, ratios shares. */
#pragma once
#include "domain/command.h"
#include "base/rng.h"
#include "plan/plan.h"
#include "plan/room.h"
#include "store/store.h"

typedef struct Yard {
    Arena *work;
    WorldTest clock;
    World world;
    char directory[64];
    Store *store;
    Policy policy;
    RowId policy_row;
    LIST(Fact) facts;
    int documents;
} Yard;

Yard *yard_begin(void);
void yard_end(Yard **yard);
void yard_policy(Yard *yard, const char *json);                  /* in force from now on; logged as a policy row */
void yard_fact(Yard *yard, const char *line);
void yard_factf(Yard *yard, const char *format, ...) __attribute__((format(printf, 2, 3)));
RowId yard_put(Yard *yard);                                      /* returns the document's row */
int32_t yard_day(const char *iso);
const char *yard_day_text(Yard *yard, int32_t day);
/* Items A (and more by name) at place P from supplier S with terms, costs and prices, defined. */
void yard_masters(Yard *yard);
/* A steady history: `per_day` units every day in [from, to), each an own order line, shipped the same day. */
void yard_history(Yard *yard, const char *item, const char *place, int32_t from, int32_t to, int per_day);
/* Purchase orders every `every` days that took `lead` days. */
void yard_orders(Yard *yard, const char *item, const char *place, int32_t from, int32_t to, int every, int lead, int qty);

/* A company by seed: a few facts of any kind on each day of [from, to), put as one document; some correct what was told before. `*number` counts on from call to call. */
void yard_any_facts(Yard *yard, Rng *rng, int32_t from, int32_t to, int *number);

PlanOptions yard_options(Yard *yard, const char *today);         /* PLAN_CASES */
PlanResult yard_step(Yard *yard, Plan *plan, const char *today);
Plan *yard_plan(Yard *yard, const char *today);                  /* begun on two threads, with one step behind it */
Plan *yard_look(Yard *yard, const char *today);                  /* likewise, but nothing is written */
void yard_command(Yard *yard, const Command *command);           /* as the outbox writes it, by kim */
Assessment *yard_assess(Yard *yard, Plan *plan, const char *item);   /* at place P; its pointers into the plan end with the plan */
/* The newest version of the open case of this kind, read; fails the test when there is none. */
Case yard_case(Yard *yard, const char *item, const char *place, CaseKind kind, RowId *out_case);
bool yard_has_case(Yard *yard, const char *item, const char *place, CaseKind kind, const char *subject);
ItemId yard_item(Yard *yard, const char *code);
PlaceId yard_place(Yard *yard, const char *code);
