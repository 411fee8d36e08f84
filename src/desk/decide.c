/* decide.c - the table of decide.h, executed. Promises:
 * (1) a verdict on a version that is no longer the newest changes nothing;
 * (2) decision row, new case version and what counts against limits are one transaction;
 * (3) every way into "accepted" passes settle(), so no order of verdicts and undos gets round the approval limit;
 * (4) nothing but an approve leads to "approved";
 * (5) after an order exists no verdict is possible: the ERP's document is changed in the ERP;
 * (6) what a verdict said of the world holds as long as the verdict: whatever opens or rejects the case takes it back. */
#include "desk/decide.h"

#include <assert.h>
#include <string.h>

#include "base/decimal.h"
#include "base/time.h"
#include "desk/approval.h"
#include "desk/spend.h"
#include "store/revise.h"

#define IN(status) CASE_STATUS_BIT(CASE_##status)
enum { REASON_MOST = 500, SNOOZE_DAYS_MOST = 366 };

static const struct { uint32_t from; bool needs_reason; Right right; } verdicts[VERDICT_COUNT_] = {
    [VERDICT_ACCEPT] = { IN(OPEN) | IN(SNOOZED), false, MAY_DECIDE },
    [VERDICT_CHANGE] = { IN(OPEN) | IN(SNOOZED) | IN(ACCEPTED) | IN(WAITING_APPROVAL), true, MAY_DECIDE },
    [VERDICT_REJECT] = { IN(OPEN) | IN(SNOOZED) | IN(ACCEPTED) | IN(WAITING_APPROVAL), true, MAY_DECIDE },
    [VERDICT_SNOOZE] = { IN(OPEN) | IN(SNOOZED), false, MAY_DECIDE },
    [VERDICT_APPROVE] = { IN(WAITING_APPROVAL), false, MAY_APPROVE },
    [VERDICT_SEND_BACK] = { IN(WAITING_APPROVAL) | IN(APPROVED), true, MAY_APPROVE },
    [VERDICT_UNDO] = { IN(OPEN) | IN(SNOOZED) | IN(ACCEPTED) | IN(WAITING_APPROVAL) | IN(APPROVED) | IN(REJECTED), false, MAY_DECIDE },
    [VERDICT_ESCALATE] = { IN(OPEN) | IN(SNOOZED) | IN(ACCEPTED), true, MAY_DECIDE },
};

/* One verdict being carried out. */
typedef struct Act {
    const Desk *desk;
    Arena *work;
    Person person;
    const DecideInput *input;
    const char *reason;
    CaseLine line;
    Case c;
    PastDecision *past;
    int past_count;
    const char *approval_why;
} Act;

static Err check_seen(Act *act, Why *why) {
    Row row;
    char at[TIME_TEXT];
    if (act->line.row.v == act->input->seen.v) return OK;
    TRY(log_read(act->desk->store, act->work, act->line.row, &row, why));
    time_format(row.recorded_us, at);
    return fail_hint(why, fail(why, ERR_CONFLICT, "changed by %s at %s", *row.by ? row.by : "planning", at), "look at it again, then decide");
}

static Err check_input(Act *act, Why *why) {
    const DecideInput *input = act->input;
    if (input->verdict <= VERDICT_NONE || input->verdict >= VERDICT_COUNT_) return fail(why, ERR_USAGE, "no verdict was given");
    TRY(person_may(act->person, verdicts[input->verdict].right, why));
    if (!act->person.name || !*act->person.name) return fail(why, ERR_DENIED, "deciding needs a named person");
    if (verdicts[input->verdict].needs_reason && !*act->reason)
        return fail_hint(why, fail(why, ERR_USAGE, "%s needs a reason", verdict_name(input->verdict)), "say why in a few words: planning learns from it");
    if (strlen(act->reason) > REASON_MOST) return fail(why, ERR_LIMIT, "the reason is longer than %d bytes", REASON_MOST);
    return OK;
}

static Err check_status(Act *act, Why *why) {
    if (verdicts[act->input->verdict].from & CASE_STATUS_BIT(act->c.status)) return OK;
    if (act->c.status == CASE_SENT || act->c.status == CASE_CONFIRMED)
        return fail_hint(why, fail(why, ERR_CONFLICT, "an order for it was made already"), "change or cancel the order in the ERP; the answer comes back as a fact");
    if (act->c.kind == CASE_REVIEW && act->c.status == CASE_CLOSED && act->input->verdict == VERDICT_UNDO) return OK;      /* what it was said to be outlives it */
    return fail(why, ERR_CONFLICT, "a case that is %s cannot be given the verdict %s", case_status_names[act->c.status], verdict_name(act->input->verdict));
}

/* An event is worth nothing accepted: only what it is tells planning something. */
static Err check_answered(Act *act, Why *why) {
    Verdict verdict = act->input->verdict;
    if (act->c.kind != CASE_REVIEW || (verdict != VERDICT_ESCALATE && (verdict != VERDICT_ACCEPT || act->input->answers))) return OK;
    return fail_hint(why, fail(why, ERR_USAGE, "case %lld is an event: say what it is (event, one-off or new-level), or reject it", (long long)act->line.case_id.v),
                     "stockwright queue event %lld --as one-off; over HTTP POST /cases/%lld/event {\"as\":\"one-off\"}", (long long)act->line.case_id.v, (long long)act->line.case_id.v);
}

/* (3) Accepted, or waiting for a second pair of eyes. */
static Err settle(Act *act, Why *why) {
    TRY(approval_needed(act->desk, act->work, act->person.name, act->line.case_id, &act->c, &act->approval_why, why));
    act->c.status = act->approval_why ? CASE_WAITING_APPROVAL : CASE_ACCEPTED;
    if (act->c.kind == CASE_FIX_DATA) act->c.opened_why = "accepted, waiting for the correction";
    return OK;
}

/* ---- change ---- */
static Err new_value(Act *act, int64_t qty_micro, Why *why) {
    CaseAction *action = &act->c.action;
    int64_t before = action->value_minor;
    action->qty = qty_micro;
    action->order.to_minimum = action->order.to_load = 0;      /* the person's quantity is the line's own */
    if (action->purchase_factor > 0) TRY(ratio_apply(qty_micro, MICRO, action->purchase_factor, &action->purchase_qty, why));
    if (action->unit_cost == CASE_NONE) return OK;
    int exponent = currency_exponent(act->c.currency);
    TRY(money_extend(qty_micro, action->unit_cost, exponent < 0 ? 2 : exponent, &action->value_minor, why));
    if (before != CASE_NONE && action->minimum_reached_minor != CASE_NONE) action->minimum_reached_minor += action->value_minor - before;
    return OK;
}

/* The person's difference is a term of its own, so that the terms still sum to the quantity. */
static void add_person_term(Act *act, int64_t difference) {
    Case *c = &act->c;
    CaseTerm *terms = many_in(act->work, CaseTerm, c->terms_count + 1);
    if (c->terms_count > 0) memcpy(terms, c->terms, sizeof *terms * (size_t)c->terms_count);
    terms[c->terms_count++] = (CaseTerm){ .code = "person", .label = text_format(act->work, "Changed by %s: %s", act->person.name, act->reason), .qty = difference };
    c->terms = terms;
}

static Err settle_change(Act *act, Why *why) {
    if (act->c.status != CASE_WAITING_APPROVAL) return settle(act, why);
    act->approval_why = "it was waiting for approval before the change";      /* a smaller number does not take the second pair of eyes away */
    return OK;
}

static Err change_shares(Act *act, Why *why) {
    Case *c = &act->c;
    CaseBoard *board = &c->board;
    int64_t before = c->action.qty, there = board_to_give(board), given = 0;
    if (act->input->shares_count == 0) return fail_hint(why, fail(why, ERR_USAGE, "an allocation is changed by its order lines"), "say --shares ROW=QTY,ROW=QTY");
    for (int i = 0; i < act->input->shares_count; i++) TRY(board_give(board, act->input->shares[i].row, act->input->shares[i].qty_micro, why));
    for (int i = 0; i < board->shares_count; i++) given += board->shares[i].proposed;
    if (given > there)
        return fail(why, ERR_INVALID, "together the orders would get %s, and %s can be given", case_qty_text(act->work, given), case_qty_text(act->work, there));
    if (given == 0) return fail_hint(why, fail(why, ERR_INVALID, "nobody would get anything"), "to leave it to the ERP, reject it");
    TRY(new_value(act, given, why));
    if (given != before) add_person_term(act, given - before);
    c->changes = many_in(act->work, CaseChange, 1);
    c->changes_count = 1;
    c->changes[0] = (CaseChange){ "shares", "", text_format(act->work, "%d lines changed by %s", act->input->shares_count, act->person.name) };
    return OK;
}

static Err change_action(Act *act, Why *why) {
    const DecideInput *input = act->input;
    CaseAction *action = &act->c.action;
    CaseChange *changes = many_in(act->work, CaseChange, 2);
    int count = 0;
    if (!case_is_order(act->c.kind)) return fail(why, ERR_USAGE, "only a quantity to buy or to move can be changed; accept, reject or snooze this one");
    if (!input->has_qty && input->order_day == 0) return fail(why, ERR_USAGE, "change needs a quantity or a day");
    if (input->has_qty && input->qty_micro <= 0) return fail_hint(why, fail(why, ERR_INVALID, "the quantity must be above zero"), "to order nothing, reject it");
    if (input->has_qty && input->qty_micro != action->qty) {
        int64_t difference = input->qty_micro - action->qty;
        changes[count++] = (CaseChange){ "qty", case_qty_text(act->work, action->qty), case_qty_text(act->work, input->qty_micro) };
        TRY(new_value(act, input->qty_micro, why));
        add_person_term(act, difference);
    }
    if (input->order_day != 0 && input->order_day != action->order_day) {
        int32_t today = day_of_us(world_now_us(act->desk->world));
        if (input->order_day < today - 1 || input->order_day > today + SNOOZE_DAYS_MOST) return fail(why, ERR_INVALID, "the order day must lie within a year from today");
        changes[count++] = (CaseChange){ "order_day", case_day_text(act->work, action->order_day), case_day_text(act->work, input->order_day) };
        if (action->arrival_day != CASE_NO_DAY && action->order_day != CASE_NO_DAY) action->arrival_day += input->order_day - action->order_day;
        action->order_day = input->order_day;
    }
    act->c.changes = changes;
    act->c.changes_count = count;
    return settle_change(act, why);
}

/* ---- undo ---- */
/* Planning has written a version since, and it is open: the verdict no longer describes it. */
static Err check_untouched(Act *act, Why *why) {
    Row version, cause;
    if (act->c.status != CASE_OPEN) return OK;
    TRY(log_read(act->desk->store, act->work, act->line.row, &version, why));
    if (version.cause.v > 0) {
        TRY(log_read(act->desk->store, act->work, version.cause, &cause, why));
        if (cause.kind == ROW_DECISION) return OK;
    }
    return fail(why, ERR_CONFLICT, "there is no verdict to take back");
}

/* Planning has opened a younger case for the same exposure since this one was rejected: two would buy twice. */
static Err check_not_replaced(Act *act, Why *why) {
    RowId newest;
    Err err = case_open_for(act->desk->store, act->line.item, act->line.place, act->line.kind, act->c.subject, &newest, why);
    if (err == ERR_NOT_FOUND) return OK;
    if (err == OK && newest.v > act->line.case_id.v) return fail(why, ERR_CONFLICT, "case %lld has taken its place since: decide that one", (long long)newest.v);
    return err;
}

static Err undo(Act *act, Why *why) {
    Row seen;
    Case before;
    int i = act->past_count - 1;
    while (i >= 0 && (act->past[i].undone || act->past[i].decision.verdict == VERDICT_UNDO)) i--;
    if (i < 0) return fail(why, ERR_CONFLICT, "there is no verdict to take back");
    const PastDecision *last = &act->past[i];
    TRY(check_untouched(act, why));
    TRY(check_not_replaced(act, why));
    if (!last->decision.by_rule && !text_equal_nocase(text_of(last->by), text_of(act->person.name)) && !role_may(act->person.role, MAY_APPROVE))
        return fail(why, ERR_DENIED, "%s decided this; only %s or somebody who may approve can take it back", last->by, last->by);
    TRY(log_read(act->desk->store, act->work, last->decision.seen, &seen, why));
    TRY(case_read(act->work, seen.payload, &before, why));
    if (last->decision.verdict == VERDICT_CHANGE) {
        act->c.action = before.action;
        act->c.terms = before.terms;
        act->c.terms_count = before.terms_count;
        act->c.board = before.board;
    }
    act->c.changes_count = 0;
    act->c.opened_why = before.opened_why;
    if (act->c.kind == CASE_REVIEW) {       /* (6): nothing holds of what was said, so it is asked anew; over is over */
        if (act->c.status != CASE_CLOSED) act->c.status = CASE_OPEN;
        return OK;
    }
    switch (before.status) {
    case CASE_ACCEPTED: return settle(act, why);                                                /* (3) */
    case CASE_APPROVED: case CASE_WAITING_APPROVAL: act->c.status = CASE_WAITING_APPROVAL; return OK;  /* (4) */
    case CASE_REJECTED: act->c.status = CASE_REJECTED; return OK;
    default: act->c.status = CASE_OPEN; return OK;     /* a snooze that was decided over is not put back to sleep */
    }
}

/* ---- the rest ---- */
static Err snooze(Act *act, Why *why) {
    int32_t today = day_of_us(world_now_us(act->desk->world)), until = act->input->until_day;
    if (until <= today || until > today + SNOOZE_DAYS_MOST)
        return fail(why, ERR_INVALID, "snooze until a day after today and within a year");
    act->c.status = CASE_SNOOZED;
    act->line.snoozed_until_us = us_of_day(until);
    return OK;
}

static Err carry_out(Act *act, Why *why) {
    if (act->input->verdict != VERDICT_CHANGE) act->c.changes_count = 0;
    switch (act->input->verdict) {
    case VERDICT_ACCEPT: return settle(act, why);
    case VERDICT_CHANGE:
        if (act->c.kind != CASE_ALLOCATE) return change_action(act, why);
        TRY(change_shares(act, why));
        return settle_change(act, why);
    case VERDICT_REJECT: act->c.status = CASE_REJECTED; return OK;
    case VERDICT_SNOOZE: return snooze(act, why);
    case VERDICT_APPROVE:
        TRY(approval_allowed(act->desk, act->work, act->person, act->past, act->past_count, why));
        act->c.status = CASE_APPROVED;
        return OK;
    case VERDICT_SEND_BACK:
        act->c.status = CASE_OPEN;
        act->c.opened_why = text_format(act->work, "sent back by %s: %s", act->person.name, act->reason);
        return OK;
    case VERDICT_UNDO: return undo(act, why);
    case VERDICT_ESCALATE:
        act->c.status = CASE_WAITING_APPROVAL;
        act->approval_why = text_format(act->work, "escalated by %s: %s", act->person.name, act->reason);
        return OK;
    case VERDICT_NONE: case VERDICT_COUNT_: break;
    }
    assert(!"check_input lets no other verdict pass");
    return ERR_USAGE;
}

static bool commits(const Act *act) {
    return case_is_sent(act->c.kind) && case_is_decided_unsent(act->c.status);
}

/* (6) */
static Err facts_take_back(Act *act, RowId decision, Why *why) {
    if (case_is_decided_unsent(act->c.status)) return OK;
    for (int i = 0; i < act->past_count; i++) {
        bool any;
        RowId retraction;
        TRY(facts_counting_of(act->desk->store, act->past[i].row, &any, why));
        if (!any) continue;
        TRY(facts_retract(act->desk->store, act->past[i].row, act->person.name, verdict_name(act->input->verdict), &retraction, why));
        TRY(log_because(act->desk->store, retraction, decision, "decision", why));
    }
    return OK;
}

static void decision_shares(const Act *act, Decision *out) {
    const CaseBoard *board = &act->c.board;
    out->shares = many_in(act->work, DecisionShare, board->shares_count + 1);
    for (int i = 0; i < board->shares_count; i++) out->shares[out->shares_count++] = (DecisionShare){ board->shares[i].row, board->shares[i].proposed };
}

/* (2) */
static Err record(Act *act, DecideOutput *out, Why *why) {
    const Desk *desk = act->desk;
    bool money = commits(act);
    int64_t value = money && act->c.action.value_minor != CASE_NONE ? act->c.action.value_minor : 0;
    Decision decision = { .case_id = act->line.case_id, .seen = act->line.row, .verdict = act->input->verdict, .has_qty = money,
                          .qty_micro = money ? act->c.action.qty : 0, .order_day = act->input->verdict == VERDICT_CHANGE ? act->input->order_day : 0,
                          .until_day = act->input->verdict == VERDICT_SNOOZE ? act->input->until_day : 0, .reason = act->reason,
                          .policy = desk->policy_row, .value_minor = value };
    if (money) decision_shares(act, &decision);
    own(buf_end) Buf payload = buf_begin(64 * KiB);
    decision_write(&payload, &decision);
    TRY(buf_check(&payload, "the decision", why));
    Row row = { .cause = act->line.row, .kind = ROW_DECISION, .sub = (int32_t)act->input->verdict, .item = act->line.item, .place = act->line.place,
                .by = act->person.name, .key = text_format(act->work, "%lld", (long long)act->line.case_id.v), .payload = buf_text(&payload) };
    TRY(log_append(desk->store, &row, why));
    TRY(log_because(desk->store, row.id, desk->policy_row, "policy", why));
    if (act->input->facts_count) TRY(facts_append(desk->store, row.id, act->input->facts, NULL, act->input->facts_count, act->person.name, NULL, NULL, why));
    TRY(facts_take_back(act, row.id, why));
    TRY(case_revise(desk->store, act->work, &act->line, &act->c, row.id, act->person.name, why));
    bool counts = act->c.kind == CASE_BUY && act->c.status == CASE_ACCEPTED;
    TRY(spend_set(desk->store, act->work, act->c.supplier, act->line.case_id, counts ? value : 0, world_now_us(desk->world), why));
    *out = (DecideOutput){ .decision = row.id, .line = act->line, .approval_why = act->approval_why ? act->approval_why : "" };
    return OK;
}

/* Everything that may refuse, before anything is written. */
static Err prepare(Act *act, Why *why) {
    act->reason = act->input->reason ? text_keep(act->work, text_trim(text_of(act->input->reason))) : "";
    TRY(check_input(act, why));
    TRY(case_newest(act->desk->store, act->work, act->input->case_id, &act->line, &act->c, why));
    TRY(check_seen(act, why));
    TRY(check_status(act, why));
    TRY(check_answered(act, why));
    TRY(case_decisions(act->desk->store, act->work, act->input->case_id, &act->past, &act->past_count, why));
    return carry_out(act, why);
}

Err desk_decide(const Desk *desk, Arena *work, Person person, const DecideInput *input, DecideOutput *out, Why *why) {
    Act act = { .desk = desk, .work = work, .person = person, .input = input };
    DecideOutput output;
    TRY(store_begin(desk->store, why));
    Err err = prepare(&act, why);
    if (err == OK) err = record(&act, &output, why);
    if (err == OK) err = store_commit(desk->store, why);
    if (err != OK) store_rollback(desk->store);
    else *out = output;
    return err;
}

Err desk_decide_many(const Desk *desk, Arena *work, Person person, const DecideInput *inputs, int count, DecideResult *out_results, Why *why) {
    int failed = 0;
    if (count < 1 || count > DECIDE_MOST) return fail(why, ERR_LIMIT, "between 1 and %d cases can be decided at once", DECIDE_MOST);
    own(arena_end) Arena *scratch = arena_begin(CASE_WORK);        /* a case is many times what is told of it */
    TRY(store_begin(desk->store, why));
    for (int i = 0; i < count; i++) {
        arena_clear(scratch);
        Act act = { .desk = desk, .work = scratch, .person = person, .input = &inputs[i] };
        DecideResult *result = &out_results[i];
        *result = (DecideResult){ .case_id = inputs[i].case_id };
        result->err = prepare(&act, &result->why);
        if (result->err != OK) {
            failed++;
            continue;
        }
        Err err = record(&act, &result->output, why);
        if (err != OK) {
            store_rollback(desk->store);
            return err;
        }
        result->output.line = case_line_copy(work, &result->output.line);
        result->output.approval_why = text_copy(work, result->output.approval_why);
    }
    Err err = store_commit(desk->store, why);
    if (err != OK) {
        store_rollback(desk->store);
        return err;
    }
    return failed == 0 ? OK : fail(why, ERR_PARTIAL, "%d of %d could not be decided", failed, count);
}

uint32_t desk_may(const Desk *desk, Person person, const CaseLine *line) {
    uint32_t bits = 0;
    Role approver = role_find(text_of(desk->policy->approval_role));
    for (Verdict verdict = VERDICT_ACCEPT; verdict < VERDICT_COUNT_; verdict++) {
        bool second = verdicts[verdict].right == MAY_APPROVE;
        if (!(verdicts[verdict].from >> line->status & 1) || !role_may(person.role, verdicts[verdict].right)) continue;
        if (second && person.role < approver) continue;
        if (verdict == VERDICT_CHANGE && !case_is_sent((CaseKind)line->kind)) continue;
        if ((verdict == VERDICT_ACCEPT || verdict == VERDICT_ESCALATE) && line->kind == CASE_REVIEW) continue;
        if (verdict == VERDICT_UNDO && line->status == CASE_OPEN) continue;   /* possible after a send-back, but no button for it */
        bits |= 1u << verdict;
    }
    return bits;
}
