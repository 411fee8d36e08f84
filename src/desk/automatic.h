/* automatic.h - the tier in which a rule decides. Numbered, as tests name them:
 * (1) only open buy cases of tier auto, planned under the policy in force, in a planning step no older than the approval window;
 * (2) never one behind a gate (CASE_GATES) or that carries "below-minimum", whatever its tier says;
 * (3) per UTC day at most limits.auto_value_day and limits.auto_lines_day, counted in the deciding transaction;
 * (4) never past the approval limit of a supplier: what rules and people accepted from it in 24 hours is summed (spend.h);
 * (5) every decision names its rule and the policy row; a person may undo it until an order exists. */
#pragma once
#include "desk/desk.h"

typedef struct AutomaticResult {
    int decided;                /* accepted by rule */
    int held_limit;             /* left for a person: a day's cap or the supplier's approval limit is reached */
    int held_stale;             /* (1) or (2) */
    int64_t value_minor;
} AutomaticResult;

/* Wakes snoozes whose day has come (decide.h), then decides in transactions of at most 500 decisions, best rank first; nothing is decided
 * while STOP exists. */
Err desk_automatic(const Desk *desk, Arena *work, AutomaticResult *out_result, Why *why);

/* What rules decided so far on the UTC day of `now_us`. */
Err automatic_today(Store *store, Arena *work, int64_t now_us, int64_t *out_value_minor, int64_t *out_lines, Why *why);
