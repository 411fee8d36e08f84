/* decide.h - verdicts on cases. A verdict is a ROW_DECISION and a new version of the case in one transaction.
 *
 *   status             verdicts that may be given                            leads to
 *   open, snoozed      accept, change, escalate                              accepted or waiting-approval, see needs_approval
 *                      reject, snooze                                        rejected, snoozed
 *   accepted           change, escalate, reject, undo                        as above, rejected, what was before
 *   waiting-approval   approve, send-back, change, reject, undo              approved, open, waiting-approval, rejected, before
 *   approved           send-back, undo                                       open, waiting-approval
 *   rejected           undo                                                  what was before
 *   sent and later     none: an order exists
 *   closed             undo, of what an event was said to be                 closed
 *
 * An event (CASE_REVIEW) is answered: its accept says what it is, or it is rejected or put off. It is not escalated: an approval would close it unanswered.
 *
 * An allocation is changed by its shares: each in whole steps up to what the line asks for, together no more than can be given.
 *
 * Who may: approve and send-back need policy.approval.role; the rest MAY_DECIDE. With four_eyes nobody approves what they
 * accepted, changed or escalated since the case was last open, nor under a policy they applied less than 24 h ago. */
#pragma once
#include "desk/desk.h"
#include "domain/case.h"
#include "domain/decision.h"
#include "domain/fact.h"

typedef struct DecideInput {
    RowId case_id;
    RowId seen;                 /* the case row on the screen; another newest row is ERR_CONFLICT "changed by X at T" */
    Verdict verdict;
    bool has_qty;
    int64_t qty_micro;          /* change */
    int32_t order_day;          /* change; 0 = as it is */
    const DecisionShare *shares; int shares_count;    /* change of an allocation: the order lines that get another quantity */
    int32_t until_day;          /* snooze: comes back on this day (UTC) */
    const char *reason;         /* may be NULL */
    bool answers;               /* accept: the reason says what an event is */
    const Fact *facts;          /* what the verdict says of the world, checked: written with it or not at all, the decision their cause; taken
                                 * back with the verdict, or when the case is rejected or opened again */
    int facts_count;
} DecideInput;

typedef struct DecideOutput {
    RowId decision;
    CaseLine line;              /* the case as it stands now */
    const char *approval_why;   /* why it waits for approval, "" where it does not */
} DecideOutput;

Err desk_decide(const Desk *desk, Arena *work, Person person, const DecideInput *input, DecideOutput *out, Why *why);

/* Many in one transaction; what fails is left as it was and says why, the rest happens: ERR_PARTIAL when some failed. */
typedef struct DecideResult { RowId case_id; Err err; Why why; DecideOutput output; } DecideResult;
enum { DECIDE_MOST = 5000 };
Err desk_decide_many(const Desk *desk, Arena *work, Person person, const DecideInput *inputs, int count, DecideResult *out_results, Why *why);

/* The verdicts on a case, oldest first, undone ones marked. */
typedef struct PastDecision { RowId row; int64_t at_us; const char *by; Decision decision; bool undone; } PastDecision;
Err case_decisions(Store *store, Arena *work, RowId case_id, PastDecision **out, int *out_count, Why *why);

/* Which verdicts this person may give now, as bits 1 << Verdict (for buttons; desk_decide checks again). */
uint32_t desk_may(const Desk *desk, Person person, const CaseLine *line);

/* Snoozes whose day has come are open again, "is back: put off until ...". Called before rules decide, and whenever a day begins. */
Err desk_wake(const Desk *desk, Arena *work, int *out_count, Why *why);
