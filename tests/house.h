/* house.h - for tests: a store in a temporary folder with a clock of its own, a few codes, a policy, and ready-made cases as planning
 * would write them. */
#pragma once
#include "desk/desk.h"
#include "domain/case.h"

typedef struct House {
    Arena *work;
    WorldTest clock;
    World world;
    const char *directory;
    Store *store;
    Policy policy;
    Desk desk;
    RowId step;
} House;

enum { HOUSE_ITEMS = 60, HOUSE_PLACES = 4, HOUSE_SUPPLIERS = 40 };   /* codes I1.., P1.., S1.. */

/* Starts on 2026-11-23 12:00 UTC with `policy_json` in force, applied by "system" two days before. Fails the test when it cannot. */
House *house_begin(const char *policy_json);
void house_end(House **house);                       /* removes the folder */
void house_reopen(House *house);                     /* as after a crash: what was not committed is gone */
void house_policy(House *house, const char *policy_json, const char *by);
void house_days(House *house, int days);             /* moves the clock; a planning step runs on arrival */
void house_step(House *house);

typedef struct HouseCase { CaseKind kind; int item, place, supplier; int64_t qty_units, cost_minor; Tier tier; uint32_t flags; int64_t minimum_minor; int points; const CaseBoard *board; } HouseCase;   /* board: an allocation, worth nothing and from nobody; 0 = buy, I1, P1, S1, 10 units, 100 minor each, review, no projection */
RowId house_case(House *house, HouseCase like);      /* an open case; its id */
void house_close(House *house, RowId case_id);       /* as planning does when its exposure went away */
Case house_read(House *house, RowId case_id);
RowId house_row(House *house, RowId case_id);        /* its newest row */
SupplierId house_supplier(House *house, int number);
PlaceId house_place(House *house, int number);

/* A fact as an import would bring it. */
RowId house_fact(House *house, const Fact *fact);
