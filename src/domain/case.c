/* The written form of a case, and its names. The layout of the JSON is the order of the calls in case_write; case-read.c
 * reads the same members back. */
#include "domain/case.h"

#include <stdio.h>
#include <string.h>

#include "base/decimal.h"
#include "base/json.h"
#include "base/time.h"

const char *const case_kind_names[CASE_KIND_COUNT_] = {
    [CASE_KIND_NONE] = "", [CASE_BUY] = "buy", [CASE_EXCESS] = "excess", [CASE_FIX_DATA] = "fix-data", [CASE_MOVE] = "move", [CASE_REVIEW] = "review",
    [CASE_ALLOCATE] = "allocate",
};
const char *const case_status_names[CASE_STATUS_COUNT_] = {
    [CASE_OPEN] = "open", [CASE_ACCEPTED] = "accepted", [CASE_WAITING_APPROVAL] = "waiting-approval",
    [CASE_APPROVED] = "approved", [CASE_SENT] = "sent", [CASE_CONFIRMED] = "confirmed", [CASE_CLOSED] = "closed",
    [CASE_REJECTED] = "rejected", [CASE_SNOOZED] = "snoozed",
};
const char *const tier_names[TIER_COUNT_] = {
    [TIER_REVIEW] = "review", [TIER_AUTO] = "auto", [TIER_APPROVAL] = "approval",
};
const CaseFlagInfo case_flags[CASE_FLAG_COUNT_] = {
#define X(name, text, help) [CASE_FLAG_##name] = { text, help },
    CASE_FLAGS(X)
#undef X
};

static int name_find(const char *const *names, int count, const char *name) {
    for (int i = 0; i < count; i++)
        if (strcmp(names[i], name) == 0) return i;
    return count;
}

CaseKind case_kind_find(const char *name) {
    int found = name_find(case_kind_names, CASE_KIND_COUNT_, name);
    return found == CASE_KIND_COUNT_ ? CASE_KIND_NONE : (CaseKind)found;
}
Tier tier_find(const char *name) { return (Tier)name_find(tier_names, TIER_COUNT_, name); }

const char *case_qty_text(Arena *arena, int64_t micro) {
    char text[DECIMAL_TEXT];
    decimal_format(micro, text);
    return text_copy(arena, text);
}

const char *case_day_text(Arena *arena, int32_t day) {
    char text[DAY_TEXT] = "";
    if (day != CASE_NO_DAY) day_format(day, text);
    return text_copy(arena, text);
}

CaseFlag case_flag_find(const char *name) {
    for (int i = 0; i < CASE_FLAG_COUNT_; i++)
        if (strcmp(case_flags[i].name, name) == 0) return (CaseFlag)i;
    return CASE_FLAG_COUNT_;
}

Case case_empty(void) {
    Case c = {
        .subject = "", .item = "", .description = "", .place = "", .supplier = "", .from_place = "", .uom = "", .currency = "", .title = "",
        .opened_why = "", .rule = "", .rule_text = "", .input = "",
        .action = { .verb = "", .order_day = CASE_NO_DAY, .arrival_day = CASE_NO_DAY, .unit_cost = CASE_NONE,
                    .value_minor = CASE_NONE, .purchase_uom = "", .minimum_minor = CASE_NONE, .minimum_reached_minor = CASE_NONE },
        .rank_minor = CASE_NONE, .at_stake_minor = CASE_NONE, .p0_ppm = CASE_NONE, .p1_ppm = CASE_NONE,
        .expected_short = CASE_NONE, .margin_per_unit = CASE_NONE, .confidence_ppm = CASE_NONE,
        .confidence_low_ppm = CASE_NONE, .due_day = CASE_NO_DAY,
        .facts = { CASE_NONE, CASE_NO_DAY, CASE_NONE, CASE_NONE, CASE_NONE, CASE_NONE, CASE_NONE, CASE_NONE, CASE_NONE, CASE_NONE,
                   CASE_NONE, CASE_NONE, CASE_NONE, CASE_NONE, CASE_NONE, CASE_NONE, CASE_NONE },
        .model = { "", "", "", "" },
    };
    return c;
}

/* ---- writing ---- */

void case_micro_or_null(JsonWriter *json, const char *name, int64_t micro) {
    if (micro == CASE_NONE) json_field_null(json, name);
    else json_field_micro(json, name, micro);
}
void case_int_or_null(JsonWriter *json, const char *name, int64_t value) {
    if (value == CASE_NONE) json_field_null(json, name);
    else json_field_int(json, name, value);
}
void case_day_or_null(JsonWriter *json, const char *name, int32_t day) {
    char text[DAY_TEXT];
    if (day == CASE_NO_DAY) {
        json_field_null(json, name);
    } else {
        day_format(day, text);
        json_field_str(json, name, text);
    }
}
static void str_field(JsonWriter *json, const char *name, const char *text) { json_field_str(json, name, text ? text : ""); }

const char *const case_choice_names[ORDER_CHOICES_] = { "", "reached", "filled", "wait", "cannot" };
const char *const case_measure_names[MEASURE_COUNT_] = { "value", "weight", "volume", "pallets" };

int64_t case_measure(const Case *c, CaseMeasure measure, int64_t qty_micro) {
    int64_t unit = measure == MEASURE_VALUE ? c->action.unit_cost : c->action.order.unit[measure], out = CASE_NONE;
    int exponent = currency_exponent(c->currency);
    if (unit == CASE_NONE) return CASE_NONE;
    if (measure == MEASURE_PALLETS) return unit > 0 ? (int64_t)divide_half_even((__int128)qty_micro * MICRO, unit) : CASE_NONE;
    if (measure != MEASURE_VALUE) return (int64_t)divide_half_even((__int128)unit * qty_micro, MICRO);
    return money_extend(qty_micro, unit, exponent < 0 ? 2 : exponent, &out, NULL) == OK ? out : CASE_NONE;
}

static void measure_write(JsonWriter *json, const char *name, CaseMeasure measure, int64_t value) {
    if (measure == MEASURE_VALUE) case_int_or_null(json, name, value);
    else case_micro_or_null(json, name, value);
}

static void order_write(JsonWriter *json, const CaseOrder *order) {
    json_field_object(json, "order");
    json_field_str(json, "choice", case_choice_names[order->choice]);
    json_field_array(json, "limits");
    for (int m = 0; m < MEASURE_COUNT_; m++) {
        const CaseLimit *l = &order->limit[m];
        json_begin_object(json);
        json_field_str(json, "of", case_measure_names[m]);
        measure_write(json, "minimum", m, l->minimum);
        measure_write(json, "truck", m, l->truck);
        measure_write(json, "own", m, l->own);
        measure_write(json, "reached", m, l->reached);
        json_field_int(json, "unknown", l->unknown);
        case_micro_or_null(json, "unit", order->unit[m]);
        json_end(json);
    }
    json_end(json);
    json_field_int(json, "trucks", order->trucks);
    case_int_or_null(json, "cost", order->cost_minor);
    case_int_or_null(json, "wait", order->wait_minor);
    case_int_or_null(json, "saving", order->saving_minor);
    json_field_micro(json, "to_minimum", order->to_minimum);
    json_field_micro(json, "to_load", order->to_load);
    case_int_or_null(json, "line_cost", order->line_cost_minor);
    json_field_int(json, "early_days", order->early_days);
    json_end(json);
}

static void action_write(JsonWriter *json, const CaseAction *action) {
    json_field_object(json, "action");
    str_field(json, "verb", action->verb);
    json_field_micro(json, "qty", action->qty);
    case_day_or_null(json, "order_day", action->order_day);
    case_day_or_null(json, "arrival_day", action->arrival_day);
    case_micro_or_null(json, "unit_cost", action->unit_cost);
    case_int_or_null(json, "value", action->value_minor);
    str_field(json, "purchase_uom", action->purchase_uom);
    json_field_micro(json, "purchase_qty", action->purchase_qty);
    json_field_micro(json, "purchase_factor", action->purchase_factor);
    if (action->minimum_minor == CASE_NONE) {
        json_field_null(json, "minimum");
    } else {
        json_field_object(json, "minimum");
        json_field_int(json, "amount", action->minimum_minor);
        case_int_or_null(json, "reached", action->minimum_reached_minor);
        json_end(json);
    }
    if (action->order.choice) order_write(json, &action->order);
    json_end(json);
}

static void terms_write(JsonWriter *json, const Case *c) {
    json_field_array(json, "terms");
    for (int i = 0; i < c->terms_count; i++) {
        const CaseTerm *term = &c->terms[i];
        json_begin_object(json);
        str_field(json, "code", term->code);
        str_field(json, "label", term->label);
        json_field_micro(json, "qty", term->qty);
        json_field_array(json, "inputs");
        for (int k = 0; k < term->inputs_count; k++) json_str(json, term->inputs[k]);
        json_end(json);
        json_end(json);
    }
    json_end(json);
}

void case_options_write(JsonWriter *json, const CaseOption *options, int count) {
    json_field_array(json, "options");
    for (int i = 0; i < count; i++) {
        const CaseOption *option = &options[i];
        json_begin_object(json);
        str_field(json, "verb", option->verb);
        json_field_micro(json, "qty", option->qty);
        case_day_or_null(json, "arrival_day", option->arrival_day);
        case_int_or_null(json, "cost", option->cost_minor);
        case_micro_or_null(json, "p_out", option->p_out_ppm);
        case_int_or_null(json, "loss", option->loss_minor);
        case_int_or_null(json, "capital", option->capital_minor);
        json_field_bool(json, "chosen", option->chosen);
        str_field(json, "note", option->note);
        json_end(json);
    }
    json_end(json);
}

static void micros_write(JsonWriter *json, const char *name, const int64_t *at, int count) {
    json_field_array(json, name);
    for (int i = 0; i < count; i++) json_micro(json, at[i]);
    json_end(json);
}

void case_projection_write(JsonWriter *json, const CaseProjection *p) {
    if (p->points == 0) {
        json_field_null(json, "projection");
        return;
    }
    json_field_object(json, "projection");
    case_day_or_null(json, "from", p->from_day);
    json_field_int(json, "days", (int64_t)p->points * p->step_days);
    json_field_int(json, "step_days", p->step_days);
    micros_write(json, "p10", p->p10, p->points);
    micros_write(json, "p50", p->p50, p->points);
    micros_write(json, "p90", p->p90, p->points);
    micros_write(json, "p_out", p->p_out_ppm, p->points);
    json_field_micro(json, "safety_stock", p->safety_stock);
    json_field_array(json, "receipts");
    for (int i = 0; i < p->receipts_count; i++) {
        json_begin_object(json);
        case_day_or_null(json, "day", p->receipts[i].day);
        json_field_micro(json, "qty", p->receipts[i].qty);
        str_field(json, "doc", p->receipts[i].doc);
        json_field_int(json, "late_days", p->receipts[i].late_days);
        str_field(json, "kind", p->receipts[i].kind);
        json_end(json);
    }
    json_end(json);
    json_end(json);
}

void case_facts_write(JsonWriter *json, const CaseFacts *f) {
    json_field_object(json, "facts");
    case_micro_or_null(json, "on_hand", f->on_hand);
    case_day_or_null(json, "on_hand_day", f->on_hand_day);
    case_micro_or_null(json, "allocated", f->allocated);
    case_micro_or_null(json, "on_order", f->on_order);
    case_micro_or_null(json, "in_transit", f->in_transit);
    case_micro_or_null(json, "open_orders", f->open_orders);
    case_micro_or_null(json, "backorders", f->backorders);
    case_micro_or_null(json, "demand_mean_day", f->demand_mean_day);
    case_int_or_null(json, "lead_p50", f->lead_p50);
    case_int_or_null(json, "lead_p90", f->lead_p90);
    case_int_or_null(json, "lead_n", f->lead_n);
    case_int_or_null(json, "review_days", f->review_days);
    case_micro_or_null(json, "moq", f->moq);
    case_micro_or_null(json, "multiple", f->multiple);
    case_micro_or_null(json, "erp_min", f->erp_min);
    case_micro_or_null(json, "erp_max", f->erp_max);
    case_micro_or_null(json, "service_target", f->service_target_ppm);
    json_end(json);
}

void case_model_write(JsonWriter *json, const CaseModel *model) {
    json_field_object(json, "model");
    str_field(json, "kind", model->kind);
    str_field(json, "runner_up", model->runner_up);
    str_field(json, "version", model->version);
    str_field(json, "engine", model->engine);
    json_end(json);
}

void case_flags_write(JsonWriter *json, uint32_t flags) {
    json_field_array(json, "flags");
    for (int i = 0; i < CASE_FLAG_COUNT_; i++)
        if (flags >> i & 1) json_str(json, case_flags[i].name);
    json_end(json);
}

void case_notes_write(JsonWriter *json, const CaseNote *notes, int count) {
    json_field_array(json, "notes");
    for (int i = 0; i < count; i++) {
        json_begin_object(json);
        str_field(json, "code", notes[i].code);
        str_field(json, "text", notes[i].text);
        json_field_int(json, "row", notes[i].row);
        json_end(json);
    }
    json_end(json);
}

static void tail_write(JsonWriter *json, const Case *c) {
    json_field_array(json, "evidence");
    for (int i = 0; i < c->evidence_count; i++) {
        json_begin_object(json);
        json_field_int(json, "row", c->evidence[i].row.v);
        str_field(json, "role", c->evidence[i].role);
        json_end(json);
    }
    json_end(json);
    str_field(json, "input", c->input);
    case_flags_write(json, c->flags);
    json_field_array(json, "changes");
    for (int i = 0; i < c->changes_count; i++) {
        json_begin_object(json);
        str_field(json, "what", c->changes[i].what);
        str_field(json, "from", c->changes[i].from);
        str_field(json, "to", c->changes[i].to);
        json_end(json);
    }
    json_end(json);
    if (c->notes_count) case_notes_write(json, c->notes, c->notes_count);
    if (c->members_count == 0) return;
    json_field_array(json, "members");
    for (int i = 0; i < c->members_count; i++) {
        json_begin_object(json);
        str_field(json, "item", c->members[i].item);
        str_field(json, "place", c->members[i].place);
        json_field_micro(json, "times", c->members[i].times_ppm);
        json_end(json);
    }
    json_end(json);
}

void case_write(Buf *out, const Case *c) {
    JsonWriter json = json_writer(out);
    json_begin_object(&json);
    json_field_int(&json, "v", 1);
    str_field(&json, "kind", case_kind_names[c->kind]);
    str_field(&json, "status", case_status_names[c->status]);
    str_field(&json, "subject", c->subject);
    str_field(&json, "item", c->item);
    str_field(&json, "description", c->description);
    str_field(&json, "place", c->place);
    str_field(&json, "supplier", c->supplier);
    if (c->from_place && c->from_place[0]) json_field_str(&json, "from_place", c->from_place);
    str_field(&json, "uom", c->uom);
    str_field(&json, "currency", c->currency);
    str_field(&json, "title", c->title);
    json_field_object(&json, "opened");
    str_field(&json, "why", c->opened_why);
    json_end(&json);
    action_write(&json, &c->action);
    case_int_or_null(&json, "rank", c->rank_minor);
    case_int_or_null(&json, "at_stake", c->at_stake_minor);
    case_micro_or_null(&json, "p0", c->p0_ppm);
    case_micro_or_null(&json, "p1", c->p1_ppm);
    case_micro_or_null(&json, "expected_short", c->expected_short);
    case_micro_or_null(&json, "margin_per_unit", c->margin_per_unit);
    case_micro_or_null(&json, "confidence", c->confidence_ppm);
    case_micro_or_null(&json, "confidence_low", c->confidence_low_ppm);
    case_day_or_null(&json, "due_day", c->due_day);
    str_field(&json, "tier", tier_names[c->tier]);
    str_field(&json, "rule", c->rule);
    str_field(&json, "rule_text", c->rule_text);
    json_field_int(&json, "policy", c->policy_row);
    terms_write(&json, c);
    case_options_write(&json, c->options, c->options_count);
    case_projection_write(&json, &c->projection);
    case_facts_write(&json, &c->facts);
    case_model_write(&json, &c->model);
    tail_write(&json, c);
    if (c->board.shares_count) board_write(&json, &c->board);
    json_end(&json);
}

/* ---- words ---- */

int64_t case_terms_sum(const Case *c) {
    int64_t sum = 0;
    for (int i = 0; i < c->terms_count; i++) sum += c->terms[i].qty;
    return sum;
}

const char *case_action_text(Arena *arena, const Case *c) {
    if (c->action.qty == 0) return text_copy(arena, c->action.verb);
    char qty[DECIMAL_TEXT];
    decimal_format(c->action.qty, qty);
    return text_format(arena, "%s %s", c->action.verb ? c->action.verb : "", qty);
}

const char *case_search_text(Arena *arena, const Case *c) {
    own(buf_end) Buf words = buf_begin(16 * KiB);
    const char *parts[] = { c->item, c->description, c->place, c->supplier, c->from_place, case_kind_names[c->kind], c->title };
    for (size_t i = 0; i < sizeof parts / sizeof parts[0]; i++) buf_addf(&words, "%s%s", i ? " " : "", parts[i] ? parts[i] : "");
    for (int i = 0; i < CASE_FLAG_COUNT_; i++)
        if (c->flags >> i & 1) buf_addf(&words, " %s", case_flags[i].name);
    return text_lower(arena, buf_text(&words));
}
