#include "desk/approval.h"

#include <string.h>

#include "base/decimal.h"
#include "base/time.h"
#include "desk/policies.h"
#include "desk/spend.h"

enum { POLICIES_A_DAY_MOST = 32 };

static bool same_person(const char *left, const char *right) { return text_equal_nocase(text_of(left), text_of(right)); }

Err approval_limit(const Desk *desk, Arena *work, const char *person, int64_t *out_minor, Why *why) {
    int64_t limit = desk->policy->approval_value_least_minor, since_us = world_now_us(desk->world) - DAY_US;
    RowId at = desk->policy_row;
    for (int i = 0; at.v > 0; i++) {
        Row row;
        PolicyInForce before;
        TRY(log_read(desk->store, work, at, &row, why));
        if (row.recorded_us <= since_us) break;
        if (i == POLICIES_A_DAY_MOST) return fail(why, ERR_LIMIT, "the policy changed more than %d times in 24 hours: limits cannot be told", POLICIES_A_DAY_MOST);
        Err err = at.v > 1 ? policies_current(desk->store, work, (RowId){ at.v - 1 }, &before, why) : ERR_NOT_FOUND;
        if (err == ERR_NOT_FOUND) break;                       /* the first policy of a store raises nothing */
        TRY(err);
        if (same_person(row.by, person) && before.policy.approval_value_least_minor < limit) limit = before.policy.approval_value_least_minor;
        at = before.row;
    }
    *out_minor = limit;
    return OK;
}

static const char *amount(Arena *work, int64_t minor, const char *currency) {
    char text[DECIMAL_TEXT];
    int exponent = currency_exponent(currency);
    money_format(minor, exponent < 0 ? 2 : exponent, text);
    return text_format(work, "%s %s", text, currency);
}

/* A key customer's contract is broken where another sharing would keep it, or margin worth an approval is given up. */
static const char *allocation_needs(Arena *work, const Case *c, int64_t limit) {
    int exponent = currency_exponent(c->currency);
    BoardSum best = board_sum(&c->board, BOARD_MARGIN_AWARE, exponent < 0 ? 2 : exponent), mine = board_sum(&c->board, BOARD_PROPOSED, exponent < 0 ? 2 : exponent);
    if (mine.critical_broken > best.critical_broken)
        return text_format(work, "%lld order lines of key customers get less than their contracts ask for", (long long)mine.critical_broken);
    if (mine.margin_minor == CASE_NONE || best.margin_minor == CASE_NONE || best.margin_minor - mine.margin_minor < limit) return NULL;
    return text_format(work, "it gives up %s of margin", amount(work, best.margin_minor - mine.margin_minor, c->currency));
}

Err approval_needed(const Desk *desk, Arena *work, const char *person, RowId case_id, const Case *c, const char **out_reason, Why *why) {
    int64_t limit, spent, value = c->action.value_minor;
    *out_reason = NULL;
    if (c->tier == TIER_APPROVAL) {
        *out_reason = text_format(work, "policy rule %s: %s", c->rule, c->rule_text);
        return OK;
    }
    if (c->kind == CASE_ALLOCATE) {
        TRY(approval_limit(desk, work, person, &limit, why));
        *out_reason = allocation_needs(work, c, limit);
        return OK;
    }
    if (c->kind != CASE_BUY) return OK;
    if (value == CASE_NONE) {
        *out_reason = "its value is not known";
        return OK;
    }
    if (strcmp(c->currency, desk->policy->currency) != 0) {
        *out_reason = text_format(work, "it is in %s and the policy's limits are in %s", c->currency, desk->policy->currency);
        return OK;
    }
    TRY(approval_limit(desk, work, person, &limit, why));
    TRY(spend_sum(desk->store, work, c->supplier, &case_id, 1, world_now_us(desk->world), &spent, why));
    if (value >= limit)
        *out_reason = text_format(work, "%s is at or above the approval limit of %s", amount(work, value, c->currency), amount(work, limit, c->currency));
    else if (value >= limit - spent)
        *out_reason = text_format(work, "with %s already accepted from %s in 24 hours it reaches the approval limit of %s", amount(work, spent, c->currency),
                                  c->supplier, amount(work, limit, c->currency));
    return OK;
}

/* A verdict that put the case back on the table: what was accepted before it no longer counts. */
static bool starts_over(Verdict verdict) {
    return verdict == VERDICT_SEND_BACK || verdict == VERDICT_REJECT || verdict == VERDICT_SNOOZE;
}

Err approval_allowed(const Desk *desk, Arena *work, Person person, const PastDecision *past, int count, Why *why) {
    Role least = role_find(text_of(desk->policy->approval_role));
    TRY(person_may(person, MAY_APPROVE, why));
    if (person.role < least) return fail(why, ERR_DENIED, "the policy asks for the role %s to approve; %s is %s", role_name(least), person.name, role_name(person.role));
    if (!desk->policy->approval_four_eyes) return OK;
    for (int i = count - 1; i >= 0 && (past[i].undone || !starts_over(past[i].decision.verdict)); i--) {
        Verdict verdict = past[i].decision.verdict;
        if (past[i].undone || (verdict != VERDICT_ACCEPT && verdict != VERDICT_CHANGE && verdict != VERDICT_ESCALATE)) continue;
        if (same_person(past[i].by, person.name))
            return fail_hint(why, fail(why, ERR_POLICY, "%s accepted it, so another person must approve it", person.name), "ask somebody else with the role %s", role_name(least));
    }
    Row policy_row;
    TRY(log_read(desk->store, work, desk->policy_row, &policy_row, why));
    if (policy_row.recorded_us > world_now_us(desk->world) - DAY_US && same_person(policy_row.by, person.name))
        return fail_hint(why, fail(why, ERR_POLICY, "%s changed the policy less than 24 hours ago and may not approve under it yet", person.name),
                         "ask somebody else with the role %s", role_name(least));
    return OK;
}
