/* verbs-sense.c - what people tell planning about demand: sales that were exceptional, overrides and events with an end. */
#include <string.h>

#include "app/app.h"
#include "app/verbs.h"
#include "base/decimal.h"
#include "base/time.h"

static Err person_fact_write(Call *call, Store *store, RowId cause, const Fact *fact, Why *why) {
    FactOutcome outcome;
    RowId row;
    AppTick tick;
    TRY(store_begin(store, why));
    Err err = facts_append(store, cause, fact, NULL, 1, call->user, &outcome, &row, why);
    if (err == OK) err = store_commit(store, why);
    else store_rollback(store);
    if (err != OK) return err;
    TRY(app_tick_soon(app_of(call), &tick, why));
    buf_addf(call->out, "{\"row\":%lld,\"outcome\":\"%s\"}", (long long)row.v, fact_outcome_names[outcome]);
    return OK;
}

/* A person's mark is a fact like any other. On a sale it names the order line, and planning takes that line out of the history; on a receipt it names the
 * supplier too, and the receipt says nothing about how long he takes or how he keeps his promises. */
static Err exceptional_fact(Call *call, Store *store, RowId line_row, bool mark, Fact *out_fact, Why *why) {
    Row row;
    Fact line;
    TRY(log_read(store, call->work, line_row, &row, why));
    bool receipt = row.kind == ROW_FACT && row.sub == FACT_RECEIPT_LINE, sale = row.kind == ROW_FACT && (row.sub == FACT_ORDER_LINE || row.sub == FACT_SALES);
    if (!sale && !receipt) return fail(why, ERR_INVALID, "row %lld is neither a sale nor a receipt", (long long)line_row.v);
    TRY(fact_read(call->work, (FactKind)row.sub, row.payload, &line, why));
    if (receipt && !fact_has(&line, F_supplier))
        return fail_hint(why, fail(why, ERR_INVALID, "receipt %lld names no supplier", (long long)line_row.v), "map the supplier of receipts, then import again");
    int64_t now = world_now_us(app_of(call)->world);
    Fact fact = { .kind = FACT_EXCEPTIONAL, .version = now, .occurred_us = now, .known_us = now };
    fact_set_text(&fact, F_ref_doc, fact_text(&line, F_doc));
    fact_set_text(&fact, F_ref_line, fact_text(&line, F_line));
    fact_set_text(&fact, F_item, fact_text(&line, F_item));
    fact_set_text(&fact, F_place, fact_text(&line, F_place));
    if (receipt) fact_set_text(&fact, F_supplier, fact_text(&line, F_supplier));
    fact_set_text(&fact, F_status, text_of(mark ? "marked" : "cleared"));
    if (call_has(call, "reason")) fact_set_text(&fact, F_reason, text_of(call_text(call, "reason")));
    *out_fact = fact;
    return fact_check(out_fact, why);
}

Err verb_exceptional(Call *call, Why *why) {
    Store *store;
    Fact fact;
    int64_t line;
    TRY(app_person(call, why));
    TRY(call_int(call, "row", 0, &line, why));
    TRY(app_store(app_of(call), STORE_WRITE, &store, why));
    TRY(exceptional_fact(call, store, (RowId){ line }, !call_has(call, "mark") || call_flag(call, "mark"), &fact, why));
    return person_fact_write(call, store, (RowId){ line }, &fact, why);
}

/* ---- overrides ---------------------------------------------------------------------------------------------------------------- */

static Err code_known(Call *call, Store *store, IdKind kind, const char *name, int32_t *out, Why *why) {
    *out = 0;
    if (!call_has(call, name)) return OK;
    *out = ident_find(store, kind, text_of(call_text(call, name)));
    if (*out) return OK;
    return fail_hint(why, fail(why, ERR_NOT_FOUND, "there is no %s \"%.60s\"", name, call_text(call, name)), "see the items page for the codes");
}

static Err override_fact(Call *call, Store *store, Fact *out, OverrideScope *scope, Why *why) {
    int64_t now = world_now_us(app_of(call)->world), factor = 0, qty = 0;
    Fact fact = { .kind = FACT_OVERRIDE, .version = now, .occurred_us = now, .known_us = now };
    *scope = (OverrideScope){ .group = call_has(call, "group") ? call_text(call, "group") : "" };
    TRY(code_known(call, store, ID_ITEM, "item", &scope->item.v, why));
    TRY(code_known(call, store, ID_PLACE, "place", &scope->place.v, why));
    TRY(call_day(call, "from", day_of_us(now) + 1, &scope->from_day, why));
    TRY(call_day(call, "to", 0, &scope->to_day, why));
    TRY(call_decimal(call, "factor", 0, &factor, why));
    TRY(call_decimal(call, "qty", 0, &qty, why));
    if (scope->to_day < day_of_us(now)) return fail_hint(why, fail(why, ERR_INVALID, "it would end before it holds"), "give a last day that is still to come");
    fact_set_text(&fact, F_doc, text_of(text_format(call->work, "OV-%lld", (long long)log_last(store).v + 1)));
    static const struct { const char *name; Field field; } texts[] = { { "item", F_item }, { "place", F_place }, { "group", F_group }, { "reason", F_reason } };
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++)
        if (call_has(call, texts[i].name)) fact_set_text(&fact, texts[i].field, text_of(call_text(call, texts[i].name)));
    fact_set_number(&fact, F_from_day, scope->from_day);
    fact_set_number(&fact, F_to_day, scope->to_day);
    if (call_has(call, "factor")) fact_set_number(&fact, F_factor, factor);
    if (call_has(call, "qty")) fact_set_number(&fact, F_qty, qty);
    fact_set_text(&fact, F_status, text_of("active"));
    *out = fact;
    return fact_check(out, why);
}

/* What was expected without it stands in the fact, so that it can be judged when it is over. */
Err verb_override_put(Call *call, Why *why) {
    Store *store;
    Plan *plan;
    Fact fact;
    OverrideScope scope;
    int64_t expected, item_places;
    TRY(app_person(call, why));
    TRY(app_store(app_of(call), STORE_WRITE, &store, why));
    TRY(app_plan(app_of(call), &plan, why));
    TRY(override_fact(call, store, &fact, &scope, why));
    TRY(plan_override_expect(plan, call->work, &scope, &expected, &item_places, why));
    if (item_places == 0) return fail_hint(why, fail(why, ERR_NOT_FOUND, "it speaks of no item-place"), "check item, place and group: all that are given must hold at once");
    fact_set_number(&fact, F_expected, expected);
    return person_fact_write(call, store, (RowId){ 0 }, &fact, why);
}

/* Cleared by a newer version of the same fact: what it was stays in the log. */
Err verb_override_clear(Call *call, Why *why) {
    Store *store;
    Row row;
    Fact fact;
    int64_t id, now = world_now_us(app_of(call)->world);
    TRY(app_person(call, why));
    TRY(call_int(call, "row", 0, &id, why));
    TRY(app_store(app_of(call), STORE_WRITE, &store, why));
    TRY(log_read(store, call->work, (RowId){ id }, &row, why));
    if (row.kind != ROW_FACT || row.sub != FACT_OVERRIDE) return fail_hint(why, fail(why, ERR_INVALID, "row %lld is no override", (long long)id), "`override ls` tells the rows");
    TRY(fact_read(call->work, FACT_OVERRIDE, row.payload, &fact, why));
    fact.version = fact.occurred_us = fact.known_us = now;
    fact_set_text(&fact, F_status, text_of("cleared"));
    if (call_has(call, "reason")) fact_set_text(&fact, F_reason, text_of(call_text(call, "reason")));
    TRY(fact_check(&fact, why));
    return person_fact_write(call, store, (RowId){ id }, &fact, why);
}

static void override_write(JsonWriter *json, const OverrideLine *line, const Row *row) {
    json_begin_object(json);
    json_field_int(json, "row", line->row.v);
    json_field_str(json, "state", line->state);
    json_field_str(json, "item", line->item);
    json_field_str(json, "place", line->place);
    json_field_str(json, "group", line->group);
    case_day_or_null(json, "from", line->from_day);
    case_day_or_null(json, "to", line->to_day);
    case_micro_or_null(json, "factor", line->factor);
    case_micro_or_null(json, "qty", line->qty);
    case_micro_or_null(json, "without", line->without);
    case_micro_or_null(json, "with", line->with);
    case_micro_or_null(json, "happened", line->happened);
    json_field_int(json, "days", line->days);
    json_field_int(json, "days_gone", line->days_gone);
    if (line->better) json_field_str(json, "better", line->better);
    else json_field_null(json, "better");
    json_field_str(json, "reason", line->reason);
    json_field_str(json, "by", row->by);
    json_field_str(json, "doc", line->doc);
    json_end(json);
}

Err verb_overrides(Call *call, Why *why) {
    Store *store;
    Plan *plan;
    OverrideLine *lines;
    int count;
    TRY(app_store(app_of(call), STORE_READ, &store, why));
    TRY(app_plan(app_of(call), &plan, why));
    TRY(plan_overrides(plan, call->work, &lines, &count, why));
    JsonWriter json = json_writer(call->out);
    json_begin_object(&json);
    json_field_int(&json, "total", count);
    json_field_array(&json, "rows");
    for (int i = 0; i < count; i++) {
        Row row;
        TRY(log_read(store, call->work, lines[i].row, &row, why));
        override_write(&json, &lines[i], &row);
    }
    json_end(&json);
    json_end(&json);
    return OK;
}

/* ---- what an event is ---------------------------------------------------------------------------------------------------------- */

enum { EVENT_DAYS = 7 };

/* Until its last day its item-places sell so many times the usual, each as it was seen. */
static Err event_overrides(Call *call, Store *store, Plan *plan, const Case *c, Fact *out, int *out_count, const char **out_said, Why *why) {
    int64_t now = world_now_us(app_of(call)->world), factor;
    int32_t from = day_of_us(now), to;
    char day[DAY_TEXT];
    TRY(call_day(call, "to", from + EVENT_DAYS, &to, why));
    TRY(call_decimal(call, "factor", 0, &factor, why));
    if (to < from) return fail_hint(why, fail(why, ERR_INVALID, "the event would end before it holds"), "give a last day that is still to come");
    day_format(to, day);
    for (int i = 0; i < c->members_count; i++) {
        const CaseMember *m = &c->members[i];
        OverrideScope scope = { .item = { ident_find(store, ID_ITEM, text_of(m->item)) }, .place = { ident_find(store, ID_PLACE, text_of(m->place)) },
                                .group = "", .from_day = from, .to_day = to };
        int64_t expected, item_places;
        TRY(plan_override_expect(plan, call->work, &scope, &expected, &item_places, why));
        Fact fact = { .kind = FACT_OVERRIDE, .version = now, .occurred_us = now, .known_us = now };
        fact_set_text(&fact, F_doc, text_of(text_format(call->work, "EV-%lld-%d", (long long)log_last(store).v + 1, i + 1)));
        fact_set_text(&fact, F_item, text_of(m->item));
        fact_set_text(&fact, F_place, text_of(m->place));
        fact_set_text(&fact, F_reason, text_of(call_has(call, "reason") ? call_text(call, "reason") : c->title));
        fact_set_number(&fact, F_from_day, from);
        fact_set_number(&fact, F_to_day, to);
        fact_set_number(&fact, F_factor, call_has(call, "factor") ? factor : m->times_ppm);
        fact_set_number(&fact, F_expected, expected);
        fact_set_text(&fact, F_status, text_of("active"));
        TRY(fact_check(&fact, why));
        out[(*out_count)++] = fact;
    }
    *out_said = text_format(call->work, "an event until %s", day);
    return OK;
}

/* Its order lines teach nothing. */
static Err event_lines(Call *call, Store *store, const Case *c, Fact *out, int *out_count, const char **out_said, Why *why) {
    for (int i = 0; i < c->evidence_count; i++)
        if (strcmp(c->evidence[i].role, "demand") == 0) TRY(exceptional_fact(call, store, c->evidence[i].row, true, &out[(*out_count)++], why));
    *out_said = text_format(call->work, "a one-off: %d order lines teach nothing", *out_count);
    return OK;
}

static Err event_words(const Call *call, const char *as, Why *why) {
    static const char *const answers[] = { "event", "one-off", "new-level" }, *const of_events[] = { "to", "factor" };
    bool known = false;
    for (size_t i = 0; i < sizeof answers / sizeof answers[0]; i++) known |= strcmp(as, answers[i]) == 0;
    if (!known) return fail_hint(why, fail(why, ERR_USAGE, "\"%.30s\" is none of what an event can be", as), "say event, one-off or new-level");
    for (size_t i = 0; i < sizeof of_events / sizeof of_events[0]; i++)
        if (strcmp(as, "event") != 0 && call_has(call, of_events[i]))
            return fail_hint(why, fail(why, ERR_USAGE, "\"%s\" tells how an event goes on; a %s has none", of_events[i], as), "leave it out, or say it is an event");
    return OK;
}

/* A person says what many odd item-places are: the case is decided, and the facts that say so are written with it. */
Err verb_event(Call *call, Why *why) {
    Store *store;
    Plan *plan;
    CaseLine line;
    Row row;
    Case c;
    AppTick tick;
    int64_t id;
    int count = 0;
    const char *as = call_text(call, "as"), *said = "a new level: forecasts follow by themselves";
    TRY(app_person(call, why));
    TRY(app_store(app_of(call), STORE_WRITE, &store, why));
    TRY(app_plan(app_of(call), &plan, why));
    TRY(call_int(call, "id", 0, &id, why));
    TRY(case_line(store, call->work, (RowId){ id }, &line, why));
    TRY(log_read(store, call->work, line.row, &row, why));
    TRY(case_read(call->work, row.payload, &c, why));
    if (c.kind != CASE_REVIEW) return fail_hint(why, fail(why, ERR_INVALID, "case %lld is no event", (long long)id), "`queue --kind review` lists them");
    TRY(event_words(call, as, why));
    Fact *facts = many_in(call->work, Fact, c.members_count + c.evidence_count + 1);
    if (strcmp(as, "event") == 0) TRY(event_overrides(call, store, plan, &c, facts, &count, &said, why));
    if (strcmp(as, "one-off") == 0) TRY(event_lines(call, store, &c, facts, &count, &said, why));
    if (call_has(call, "reason")) said = text_format(call->work, "%s: %s", said, call_text(call, "reason"));
    TRY(verdict_give(call, VERDICT_ACCEPT, &(Said){ said, facts, count }, why));
    return count ? app_tick_soon(app_of(call), &tick, why) : OK;
}
