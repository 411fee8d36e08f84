/* decision.h - a verdict on a case, by a person or by a rule, with its reason. The payload of ROW_DECISION; its cause is the
 * row of the case that was seen, its key the case id as text. What a verdict does to a case is desk/decide.c. */
#pragma once
#include <stdbool.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/text.h"
#include "domain/ids.h"

typedef enum Verdict {
    VERDICT_NONE,
    VERDICT_ACCEPT,      /* do as proposed */
    VERDICT_CHANGE,      /* do it with another quantity or day; needs a reason */
    VERDICT_REJECT,      /* do not; needs a reason */
    VERDICT_SNOOZE,      /* ask again on `until` */
    VERDICT_APPROVE,     /* the second pair of eyes says yes */
    VERDICT_SEND_BACK,   /* the second pair of eyes says no: open again; needs a reason */
    VERDICT_UNDO,        /* takes the last verdict back while no command exists */
    VERDICT_ESCALATE,    /* wants an approver although the policy would not; needs a reason */
    VERDICT_COUNT_,
} Verdict;
const char *verdict_name(Verdict verdict);     /* "accept" ... "send-back"; "none" */
Verdict verdict_find(Text name);               /* VERDICT_NONE when unknown */

/* Of an allocation: what one order line is to get. */
typedef struct DecisionShare { int64_t row, qty_micro; } DecisionShare;      /* row: of the order line's fact */

typedef struct Decision {
    RowId case_id;
    RowId seen;                 /* the case row the verdict was made on */
    Verdict verdict;
    bool has_qty;
    int64_t qty_micro;          /* base units; with has_qty */
    int32_t order_day;          /* 0 = as proposed */
    int32_t until_day;          /* snooze only: comes back on this day (UTC) */
    const char *reason;         /* "" where none */
    const char *by_rule;        /* rule id, or NULL for a person */
    RowId policy;               /* the policy row in force */
    int64_t value_minor;        /* what it commits, in the case's currency; 0 where nothing */
    DecisionShare *shares; int shares_count;    /* of an allocation that it commits; qty_micro is their sum */
} Decision;

/* {"v":1,"case":ID,"row":ID,"verdict":"change","qty":12.5,"order_day":"..","until":"..","reason":"..","by_rule":null,"policy":ID,"value":N,"shares":[{"row":ID,"qty":3},..]}
 * Absent qty and days are left out. The same decision always gives the same bytes. */
void decision_write(Buf *out, const Decision *decision);
Err decision_read(Arena *work, Text payload, Decision *out_decision, Why *why);
