/* Reads back what case_write wrote: unknown members are refused, so that a version written by a newer engine is never
 * rewritten with fields lost. */
#include "domain/case.h"

#include <string.h>

#include "base/decimal.h"
#include "base/json.h"
#include "base/time.h"

static Err str_read(const JsonValue *object, const char *name, const char **out, Why *why) {
    *out = "";
    return json_may_text(object, name, out, why);
}
static Err micro_read(const JsonValue *object, const char *name, int64_t *out, Why *why) {
    *out = CASE_NONE;
    return json_may_decimal(object, name, out, why);
}
static Err int_read(const JsonValue *object, const char *name, int64_t *out, Why *why) {
    *out = CASE_NONE;
    return json_may_int(object, name, out, why);
}
static Err int32_read(const JsonValue *object, const char *name, int32_t *out, Why *why) {
    int64_t wide = 0;
    TRY(json_need_int(object, name, &wide, why));
    if (wide < INT32_MIN || wide > INT32_MAX) return fail(why, ERR_INVALID, "%s: %lld is out of range", name, (long long)wide);
    *out = (int32_t)wide;
    return OK;
}
static Err day_read(const JsonValue *object, const char *name, int32_t *out, Why *why) {
    const char *text = NULL;
    *out = CASE_NO_DAY;
    TRY(json_may_text(object, name, &text, why));
    return text ? day_parse(text_of(text), "%Y-%m-%d", out, why) : OK;
}

static Err name_read(const JsonValue *object, const char *name, const char *const *names, int count, int *out, Why *why) {
    const char *text = NULL;
    TRY(json_need_text(object, name, &text, why));
    for (int i = 0; i < count; i++)
        if (strcmp(names[i], text) == 0) {
            *out = i;
            return OK;
        }
    return fail(why, ERR_INVALID, "%s: \"%s\" is not known", name, text);
}

static Err measure_read(const JsonValue *object, const char *name, int measure, int64_t *out, Why *why) {
    return measure == MEASURE_VALUE ? int_read(object, name, out, why) : micro_read(object, name, out, why);
}

static Err order_read(const JsonValue *object, CaseOrder *out, Why *why) {
    const JsonValue *list = NULL;
    int choice, m = 0;
    TRY(name_read(object, "choice", case_choice_names, ORDER_CHOICES_, &choice, why));
    out->choice = (CaseChoice)choice;
    TRY(json_need_array(object, "limits", &list, why));
    json_each(value, list) {
        CaseLimit *l = &out->limit[m];
        if (m == MEASURE_COUNT_) return fail(why, ERR_INVALID, "order.limits: more than %d", MEASURE_COUNT_);
        TRY(measure_read(value, "minimum", m, &l->minimum, why));
        TRY(measure_read(value, "truck", m, &l->truck, why));
        TRY(measure_read(value, "own", m, &l->own, why));
        TRY(measure_read(value, "reached", m, &l->reached, why));
        TRY(json_need_int(value, "unknown", &l->unknown, why));
        TRY(micro_read(value, "unit", &out->unit[m], why));
        m++;
    }
    TRY(json_need_int(object, "trucks", &out->trucks, why));
    TRY(int_read(object, "cost", &out->cost_minor, why));
    TRY(int_read(object, "wait", &out->wait_minor, why));
    TRY(int_read(object, "saving", &out->saving_minor, why));
    TRY(json_need_decimal(object, "to_minimum", &out->to_minimum, why));
    TRY(json_need_decimal(object, "to_load", &out->to_load, why));
    TRY(int_read(object, "line_cost", &out->line_cost_minor, why));
    return json_need_int(object, "early_days", &out->early_days, why);
}

static Err action_read(const JsonValue *root, CaseAction *a, Why *why) {
    const JsonValue *object = NULL;
    TRY(json_need_object(root, "action", &object, why));
    TRY(str_read(object, "verb", &a->verb, why));
    TRY(json_need_decimal(object, "qty", &a->qty, why));
    TRY(day_read(object, "order_day", &a->order_day, why));
    TRY(day_read(object, "arrival_day", &a->arrival_day, why));
    TRY(micro_read(object, "unit_cost", &a->unit_cost, why));
    TRY(int_read(object, "value", &a->value_minor, why));
    TRY(str_read(object, "purchase_uom", &a->purchase_uom, why));
    TRY(json_need_decimal(object, "purchase_qty", &a->purchase_qty, why));
    TRY(json_need_decimal(object, "purchase_factor", &a->purchase_factor, why));
    const JsonValue *minimum = NULL, *order = NULL;
    TRY(json_may_object(object, "minimum", &minimum, why));
    if (minimum) {
        TRY(int_read(minimum, "amount", &a->minimum_minor, why));
        TRY(int_read(minimum, "reached", &a->minimum_reached_minor, why));
    }
    TRY(json_may_object(object, "order", &order, why));
    if (order) TRY(order_read(order, &a->order, why));
    return OK;
}

static Err terms_read(Arena *arena, const JsonValue *root, Case *c, Why *why) {
    const JsonValue *list = NULL;
    TRY(json_need_array(root, "terms", &list, why));
    c->terms = many_in(arena, CaseTerm, list->count);
    json_each(value, list) {
        CaseTerm *term = &c->terms[c->terms_count++];
        TRY(str_read(value, "code", &term->code, why));
        TRY(str_read(value, "label", &term->label, why));
        TRY(json_need_decimal(value, "qty", &term->qty, why));
        const JsonValue *inputs = NULL;
        TRY(json_need_array(value, "inputs", &inputs, why));
        term->inputs = many_in(arena, const char *, inputs->count);
        json_each(input, inputs) {
            if (!json_is(input, JSON_STRING)) return fail(why, ERR_INVALID, "terms.inputs: not a text");
            term->inputs[term->inputs_count++] = input->text.at;
        }
    }
    return OK;
}

static Err options_read(Arena *arena, const JsonValue *root, Case *c, Why *why) {
    const JsonValue *list = NULL;
    TRY(json_need_array(root, "options", &list, why));
    c->options = many_in(arena, CaseOption, list->count);
    json_each(value, list) {
        CaseOption *option = &c->options[c->options_count++];
        TRY(str_read(value, "verb", &option->verb, why));
        TRY(json_need_decimal(value, "qty", &option->qty, why));
        TRY(day_read(value, "arrival_day", &option->arrival_day, why));
        TRY(int_read(value, "cost", &option->cost_minor, why));
        TRY(micro_read(value, "p_out", &option->p_out_ppm, why));
        TRY(int_read(value, "loss", &option->loss_minor, why));
        TRY(int_read(value, "capital", &option->capital_minor, why));
        TRY(json_need_bool(value, "chosen", &option->chosen, why));
        TRY(str_read(value, "note", &option->note, why));
    }
    return OK;
}

static Err micros_read(Arena *arena, const JsonValue *object, const char *name, int32_t points, int64_t **out, Why *why) {
    const JsonValue *list = NULL;
    TRY(json_need_array(object, name, &list, why));
    if (list->count != (size_t)points) return fail(why, ERR_INVALID, "projection.%s: not %d values", name, points);
    int64_t *at = many_in(arena, int64_t, list->count);
    int count = 0;
    json_each(value, list) {
        if (!json_is(value, JSON_NUMBER)) return fail(why, ERR_INVALID, "projection.%s: not a number", name);
        TRY(decimal_parse(value->text, DECIMAL_POINT, &at[count++], why));
    }
    *out = at;
    return OK;
}

static Err receipts_read(Arena *arena, const JsonValue *object, CaseProjection *p, Why *why) {
    const JsonValue *list = NULL;
    TRY(json_need_array(object, "receipts", &list, why));
    p->receipts = many_in(arena, CaseReceipt, list->count);
    json_each(value, list) {
        CaseReceipt *receipt = &p->receipts[p->receipts_count++];
        TRY(day_read(value, "day", &receipt->day, why));
        TRY(json_need_decimal(value, "qty", &receipt->qty, why));
        TRY(str_read(value, "doc", &receipt->doc, why));
        TRY(int32_read(value, "late_days", &receipt->late_days, why));
        TRY(str_read(value, "kind", &receipt->kind, why));
    }
    return OK;
}

static Err projection_read(Arena *arena, const JsonValue *root, CaseProjection *p, Why *why) {
    const JsonValue *object = NULL;
    TRY(json_may_object(root, "projection", &object, why));
    if (!object) return OK;
    int32_t days = 0;
    TRY(day_read(object, "from", &p->from_day, why));
    TRY(int32_read(object, "days", &days, why));
    TRY(int32_read(object, "step_days", &p->step_days, why));
    if (p->step_days < 1 || days < 0 || days > 4000) return fail(why, ERR_INVALID, "projection: %d days in steps of %d", days, p->step_days);
    p->points = days / p->step_days;
    TRY(micros_read(arena, object, "p10", p->points, &p->p10, why));
    TRY(micros_read(arena, object, "p50", p->points, &p->p50, why));
    TRY(micros_read(arena, object, "p90", p->points, &p->p90, why));
    TRY(micros_read(arena, object, "p_out", p->points, &p->p_out_ppm, why));
    TRY(json_need_decimal(object, "safety_stock", &p->safety_stock, why));
    return receipts_read(arena, object, p, why);
}

static Err facts_read(const JsonValue *root, CaseFacts *f, Why *why) {
    const JsonValue *object = NULL;
    TRY(json_need_object(root, "facts", &object, why));
    TRY(micro_read(object, "on_hand", &f->on_hand, why));
    TRY(day_read(object, "on_hand_day", &f->on_hand_day, why));
    TRY(micro_read(object, "allocated", &f->allocated, why));
    TRY(micro_read(object, "on_order", &f->on_order, why));
    TRY(micro_read(object, "in_transit", &f->in_transit, why));
    TRY(micro_read(object, "open_orders", &f->open_orders, why));
    TRY(micro_read(object, "backorders", &f->backorders, why));
    TRY(micro_read(object, "demand_mean_day", &f->demand_mean_day, why));
    TRY(int_read(object, "lead_p50", &f->lead_p50, why));
    TRY(int_read(object, "lead_p90", &f->lead_p90, why));
    TRY(int_read(object, "lead_n", &f->lead_n, why));
    TRY(int_read(object, "review_days", &f->review_days, why));
    TRY(micro_read(object, "moq", &f->moq, why));
    TRY(micro_read(object, "multiple", &f->multiple, why));
    TRY(micro_read(object, "erp_min", &f->erp_min, why));
    TRY(micro_read(object, "erp_max", &f->erp_max, why));
    return micro_read(object, "service_target", &f->service_target_ppm, why);
}

static Err evidence_read(Arena *arena, const JsonValue *root, Case *c, Why *why) {
    const JsonValue *list = NULL;
    TRY(json_need_array(root, "evidence", &list, why));
    c->evidence = many_in(arena, CaseEvidence, list->count);
    json_each(value, list) {
        CaseEvidence *evidence = &c->evidence[c->evidence_count++];
        TRY(json_need_int(value, "row", &evidence->row.v, why));
        TRY(str_read(value, "role", &evidence->role, why));
    }
    TRY(json_need_array(root, "changes", &list, why));
    c->changes = many_in(arena, CaseChange, list->count);
    json_each(value, list) {
        CaseChange *change = &c->changes[c->changes_count++];
        TRY(str_read(value, "what", &change->what, why));
        TRY(str_read(value, "from", &change->from, why));
        TRY(str_read(value, "to", &change->to, why));
    }
    return OK;
}

static Err notes_read(Arena *arena, const JsonValue *root, Case *c, Why *why) {
    const JsonValue *notes = NULL, *members = NULL;
    TRY(json_may_array(root, "notes", &notes, why));
    TRY(json_may_array(root, "members", &members, why));
    if (notes) {
        c->notes = many_in(arena, CaseNote, notes->count);
        json_each(value, notes) {
            CaseNote *note = &c->notes[c->notes_count++];
            TRY(str_read(value, "code", &note->code, why));
            TRY(str_read(value, "text", &note->text, why));
            TRY(json_need_int(value, "row", &note->row, why));
        }
    }
    if (!members) return OK;
    c->members = many_in(arena, CaseMember, members->count);
    json_each(value, members) {
        CaseMember *member = &c->members[c->members_count++];
        TRY(str_read(value, "item", &member->item, why));
        TRY(str_read(value, "place", &member->place, why));
        TRY(json_need_decimal(value, "times", &member->times_ppm, why));
    }
    return OK;
}

static Err flags_read(const JsonValue *root, uint32_t *out_flags, Why *why) {
    const JsonValue *list = NULL;
    TRY(json_need_array(root, "flags", &list, why));
    json_each(value, list) {
        CaseFlag flag = json_is(value, JSON_STRING) ? case_flag_find(value->text.at) : CASE_FLAG_COUNT_;
        if (flag == CASE_FLAG_COUNT_) return fail(why, ERR_INVALID, "flags: not a known flag");
        *out_flags |= 1u << flag;
    }
    return OK;
}

static Err head_read(const JsonValue *root, Case *c, Why *why) {
    int kind = 0, status = 0, tier = 0;
    TRY(name_read(root, "kind", case_kind_names, CASE_KIND_COUNT_, &kind, why));
    TRY(name_read(root, "status", case_status_names, CASE_STATUS_COUNT_, &status, why));
    TRY(name_read(root, "tier", tier_names, TIER_COUNT_, &tier, why));
    c->kind = (CaseKind)kind;
    c->status = (CaseStatus)status;
    c->tier = (Tier)tier;
    const struct { const char *name; const char **into; } texts[] = {
        { "subject", &c->subject }, { "item", &c->item }, { "description", &c->description }, { "place", &c->place },
        { "supplier", &c->supplier }, { "from_place", &c->from_place }, { "uom", &c->uom }, { "currency", &c->currency }, { "title", &c->title },
        { "rule", &c->rule }, { "rule_text", &c->rule_text }, { "input", &c->input },
    };
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) TRY(str_read(root, texts[i].name, texts[i].into, why));
    const JsonValue *opened = NULL;
    TRY(json_need_object(root, "opened", &opened, why));
    TRY(str_read(opened, "why", &c->opened_why, why));
    TRY(int_read(root, "rank", &c->rank_minor, why));
    TRY(int_read(root, "at_stake", &c->at_stake_minor, why));
    TRY(micro_read(root, "p0", &c->p0_ppm, why));
    TRY(micro_read(root, "p1", &c->p1_ppm, why));
    TRY(micro_read(root, "expected_short", &c->expected_short, why));
    TRY(micro_read(root, "margin_per_unit", &c->margin_per_unit, why));
    TRY(micro_read(root, "confidence", &c->confidence_ppm, why));
    TRY(micro_read(root, "confidence_low", &c->confidence_low_ppm, why));
    TRY(day_read(root, "due_day", &c->due_day, why));
    return json_need_int(root, "policy", &c->policy_row, why);
}

static const char *const members[] = {
    "v", "kind", "status", "subject", "item", "description", "place", "supplier", "from_place", "uom", "currency", "title", "opened",
    "action", "rank", "at_stake", "p0", "p1", "expected_short", "margin_per_unit", "confidence", "confidence_low", "due_day",
    "tier", "rule", "rule_text", "policy", "terms", "options", "projection", "facts", "model", "evidence", "input", "flags",
    "changes", "notes", "members", "board",
};

Err case_read(Arena *arena, Text payload, Case *out_case, Why *why) {
    const JsonValue *root = NULL, *model = NULL;
    TRY(json_parse(arena, payload, &root, why));
    TRY(json_only(root, members, sizeof members / sizeof members[0], why));
    Case c = case_empty();
    TRY(head_read(root, &c, why));
    TRY(action_read(root, &c.action, why));
    TRY(terms_read(arena, root, &c, why));
    TRY(options_read(arena, root, &c, why));
    TRY(projection_read(arena, root, &c.projection, why));
    TRY(facts_read(root, &c.facts, why));
    TRY(json_need_object(root, "model", &model, why));
    TRY(str_read(model, "kind", &c.model.kind, why));
    TRY(str_read(model, "runner_up", &c.model.runner_up, why));
    TRY(str_read(model, "version", &c.model.version, why));
    TRY(str_read(model, "engine", &c.model.engine, why));
    TRY(evidence_read(arena, root, &c, why));
    TRY(flags_read(root, &c.flags, why));
    TRY(notes_read(arena, root, &c, why));
    TRY(board_read(arena, root, &c.board, why));
    *out_case = c;
    return OK;
}
