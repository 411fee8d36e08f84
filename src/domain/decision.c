#include "domain/decision.h"

#include <assert.h>

#include "base/json.h"
#include "base/time.h"

static const char *const verdict_names[VERDICT_COUNT_] = {
    [VERDICT_NONE] = "none",       [VERDICT_ACCEPT] = "accept",       [VERDICT_CHANGE] = "change",
    [VERDICT_REJECT] = "reject",   [VERDICT_SNOOZE] = "snooze",       [VERDICT_APPROVE] = "approve",
    [VERDICT_SEND_BACK] = "send-back", [VERDICT_UNDO] = "undo",       [VERDICT_ESCALATE] = "escalate",
};

const char *verdict_name(Verdict verdict) {
    assert(verdict < VERDICT_COUNT_);
    return verdict_names[verdict];
}

Verdict verdict_find(Text name) {
    for (Verdict verdict = VERDICT_ACCEPT; verdict < VERDICT_COUNT_; verdict++)
        if (text_is(name, verdict_names[verdict])) return verdict;
    return VERDICT_NONE;
}

static void write_day(JsonWriter *json, const char *name, int32_t day) {
    char text[DAY_TEXT];
    if (day == 0) return;
    day_format(day, text);
    json_field_str(json, name, text);
}

static void shares_write(JsonWriter *json, const Decision *decision) {
    json_field_array(json, "shares");
    for (int i = 0; i < decision->shares_count; i++) {
        json_begin_object(json);
        json_field_int(json, "row", decision->shares[i].row);
        json_field_micro(json, "qty", decision->shares[i].qty_micro);
        json_end(json);
    }
    json_end(json);
}

void decision_write(Buf *out, const Decision *decision) {
    JsonWriter json = json_writer(out);
    json_begin_object(&json);
    json_field_int(&json, "v", 1);
    json_field_int(&json, "case", decision->case_id.v);
    json_field_int(&json, "row", decision->seen.v);
    json_field_str(&json, "verdict", verdict_name(decision->verdict));
    if (decision->has_qty) json_field_micro(&json, "qty", decision->qty_micro);
    write_day(&json, "order_day", decision->order_day);
    write_day(&json, "until", decision->until_day);
    json_field_str(&json, "reason", decision->reason ? decision->reason : "");
    json_field_str(&json, "by_rule", decision->by_rule);
    json_field_int(&json, "policy", decision->policy.v);
    json_field_int(&json, "value", decision->value_minor);
    if (decision->shares_count) shares_write(&json, decision);
    json_end(&json);
}

static Err read_day(const JsonValue *object, const char *name, int32_t *out_day, Why *why) {
    const char *text = NULL;
    *out_day = 0;
    TRY(json_may_text(object, name, &text, why));
    return text ? day_parse(text_of(text), "%Y-%m-%d", out_day, why) : OK;
}

static Err shares_read(Arena *work, const JsonValue *object, Decision *out, Why *why) {
    const JsonValue *list = NULL;
    TRY(json_may_array(object, "shares", &list, why));
    if (!list) return OK;
    out->shares = many_in(work, DecisionShare, list->count + 1);
    json_each(value, list) {
        DecisionShare *share = &out->shares[out->shares_count++];
        TRY(json_need_int(value, "row", &share->row, why));
        TRY(json_need_decimal(value, "qty", &share->qty_micro, why));
    }
    return OK;
}

Err decision_read(Arena *work, Text payload, Decision *out_decision, Why *why) {
    const JsonValue *object;
    const char *verdict;
    Decision decision = { .reason = "" };
    int64_t version;
    TRY(json_parse(work, payload, &object, why));
    TRY(json_need_int(object, "v", &version, why));
    if (version != 1) return fail(why, ERR_INVALID, "decision has format %lld, this version reads 1", (long long)version);
    TRY(json_need_int(object, "case", &decision.case_id.v, why));
    TRY(json_need_int(object, "row", &decision.seen.v, why));
    TRY(json_need_text(object, "verdict", &verdict, why));
    decision.verdict = verdict_find(text_of(verdict));
    if (decision.verdict == VERDICT_NONE) return fail(why, ERR_INVALID, "verdict \"%s\" is not known", verdict);
    decision.has_qty = json_get(object, "qty") != NULL;
    TRY(json_may_decimal(object, "qty", &decision.qty_micro, why));
    TRY(read_day(object, "order_day", &decision.order_day, why));
    TRY(read_day(object, "until", &decision.until_day, why));
    TRY(json_may_text(object, "reason", &decision.reason, why));
    TRY(json_may_text(object, "by_rule", &decision.by_rule, why));
    TRY(json_may_int(object, "policy", &decision.policy.v, why));
    TRY(json_may_int(object, "value", &decision.value_minor, why));
    TRY(shares_read(work, object, &decision, why));
    *out_decision = decision;
    return OK;
}
