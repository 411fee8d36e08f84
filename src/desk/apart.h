/* apart.h - where people departed from what was proposed: the verdicts that stand and changed an order, declined it or put it off. */
#pragma once
#include "desk/desk.h"
#include "domain/decision.h"

/* planned: the version that planning wrote, which the verdict, or one on top of which it was given, was made on. */
typedef struct DecisionApart { RowId row, case_id, planned; ItemId item; PlaceId place; int64_t at_us; const char *by; Decision decision; } DecisionApart;

/* Newest first, at most `most`; of orders only, by people only. Of several given on top of each other the last counts. */
Err decisions_apart(Store *store, Arena *work, int most, DecisionApart **out, int *out_count, Why *why);
