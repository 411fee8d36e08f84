/* verbs-outcomes.c - did planners know better? What became of the decisions that departed from what was proposed: the list, added up, and those like a case. */
#include <string.h>

#include "app/app.h"
#include "app/verbs.h"
#include "base/time.h"
#include "desk/apart.h"
#include "study/outcome.h"

enum { DECISIONS_MOST = 2000, LIKE_SHOWN = 6 };

/* The newest of them with what became of each. */
typedef struct Proposed { const char *item, *place, *uom; int64_t qty; } Proposed;
typedef struct Outcomes { DecisionApart *decision; OutcomeLine *line; Proposed *proposed; int count; const char *currency; } Outcomes;

static Err outcome_read(Call *call, Store *store, Plan *plan, Outcomes *all, int i, Arena *scratch, Why *why) {
    Row row;
    Case c;
    Arena *work = call->work;
    const DecisionApart *d = &all->decision[i];
    OutcomeLine *line = &all->line[i];
    arena_clear(scratch);
    TRY(log_read(store, scratch, d->planned, &row, why));
    TRY_DOING(case_read(scratch, row.payload, &c, why), "case row %lld", (long long)d->planned.v);
    OutcomeAsk ask = { .item = d->item, .place = d->place, .proposed = &c, .decision = &d->decision, .day = day_of_us(d->at_us) };
    TRY(plan_outcome(plan, &ask, &line->outcome, why));
    line->by = d->by;
    line->reason = d->decision.reason;
    line->tier = text_copy(work, line->outcome.tier);
    line->supplier = text_copy(work, c.supplier[0] ? c.supplier : c.from_place);
    all->proposed[i] = (Proposed){ text_copy(work, c.item), text_copy(work, c.place), text_copy(work, c.uom), c.action.qty };
    return OK;
}

static Err outcomes_read(Call *call, Store *store, Outcomes *out, Why *why) {
    Plan *plan;
    const Policy *policy;
    RowId row;
    TRY(app_plan(app_of(call), &plan, why));
    TRY(app_policy(app_of(call), &policy, &row, why));
    *out = (Outcomes){ .currency = policy->currency };
    TRY(decisions_apart(store, call->work, DECISIONS_MOST, &out->decision, &out->count, why));
    out->line = many_in(call->work, OutcomeLine, out->count + 1);
    out->proposed = many_in(call->work, Proposed, out->count + 1);
    own(arena_end) Arena *scratch = arena_begin(CASE_WORK);
    for (int i = 0; i < out->count; i++) TRY(outcome_read(call, store, plan, out, i, scratch, why));
    return OK;
}

/* ---- written ---- */

static void int_or_null(JsonWriter *json, const char *name, bool told, double value) {
    case_int_or_null(json, name, told ? (int64_t)(value < 0 ? value - 0.5 : value + 0.5) : CASE_NONE);
}

static void line_write(JsonWriter *json, const Outcomes *all, int i) {
    const DecisionApart *d = &all->decision[i];
    const OutcomeLine *line = &all->line[i];
    const Outcome *o = &line->outcome;
    json_begin_object(json);
    json_field_int(json, "decision", d->row.v);
    json_field_int(json, "case", d->case_id.v);
    case_day_or_null(json, "day", day_of_us(d->at_us));
    json_field_str(json, "by", line->by);
    json_field_str(json, "way", outcome_way_names[o->way]);
    json_field_str(json, "reason", line->reason);
    json_field_str(json, "item", all->proposed[i].item);
    json_field_str(json, "place", all->proposed[i].place);
    json_field_str(json, "tier", line->tier);
    json_field_str(json, "supplier", line->supplier);
    json_field_str(json, "uom", all->proposed[i].uom);
    json_field_micro(json, "proposed", all->proposed[i].qty);
    json_field_micro(json, "decided", o->way == OUTCOME_DECLINED ? 0 : o->way == OUTCOME_DEFERRED ? all->proposed[i].qty : d->decision.qty_micro);
    json_field_str(json, "state", o->unknown[0] ? o->unknown : o->over ? "over" : "not over yet");
    case_day_or_null(json, "over", o->over_day);
    case_int_or_null(json, "cost_proposed", o->over ? o->cost_proposed : CASE_NONE);
    case_int_or_null(json, "cost_decided", o->over ? o->cost_decided : CASE_NONE);
    case_int_or_null(json, "gain", o->over ? o->gain : CASE_NONE);
    json_field_str(json, "currency", all->currency);
    json_end(json);
}

static void group_fields(JsonWriter *json, const OutcomeGroup *g, const char *currency) {
    json_field_int(json, "decisions", g->decisions);
    json_field_int(json, "seen_through", g->over);
    json_field_int(json, "helped", g->helped);
    int_or_null(json, "gain", g->over > 0, (double)g->gain);
    int_or_null(json, "gain_each", g->over > 0, g->mean);
    int_or_null(json, "gain_se", g->over > 1, g->se);
    json_field_str(json, "currency", currency);
}

static void groups_write(JsonWriter *json, const char *name, const Outcomes *all, OutcomeBy by, Arena *work) {
    OutcomeGroup *groups;
    int count = outcome_groups(all->line, all->count, by, work, &groups);
    json_field_array(json, name);
    for (int g = 0; g < count; g++) {
        json_begin_object(json);
        json_field_str(json, "name", groups[g].name);
        group_fields(json, &groups[g], all->currency);
        json_end(json);
    }
    json_end(json);
}

static void rules_write(JsonWriter *json, const Outcomes *all, Arena *work) {
    OutcomeRule *rules;
    int count = outcome_rules(all->line, all->count, work, &rules);
    json_field_array(json, "rows");
    for (int r = 0; r < count; r++) {
        json_begin_object(json);
        json_field_str(json, "name", rules[r].reason);
        json_field_str(json, "tier", rules[r].tier);
        json_field_str(json, "way", rules[r].way);
        group_fields(json, &rules[r].group, all->currency);
        json_field_str(json, "key", rules[r].key);
        json_field_str(json, "text", rules[r].text);
        json_end(json);
    }
    json_end(json);
}

/* ---- verbs ---- */

static Err by_find(const char *name, OutcomeBy *out, Why *why) {
    for (int by = 0; by < OUTCOME_BY_COUNT_; by++)
        if (strcmp(name, outcome_by_names[by]) == 0) {
            *out = (OutcomeBy)by;
            return OK;
        }
    return fail_hint(why, fail(why, ERR_USAGE, "outcomes are not added up by \"%.40s\"", name), "person, reason, tier, supplier or way");
}

Err verb_outcomes(Call *call, Why *why) {
    Store *store;
    Outcomes all;
    int64_t offset, limit;
    TRY(page_read(call, &offset, &limit, why));
    TRY(app_store(app_of(call), STORE_READ, &store, why));
    TRY(outcomes_read(call, store, &all, why));
    JsonWriter json = json_writer(call->out);
    json_begin_object(&json);
    json_field_int(&json, "total", all.count);
    json_field_array(&json, "rows");
    for (int64_t i = offset; i < all.count && i < offset + limit; i++) line_write(&json, &all, (int)i);
    json_end(&json);
    json_end(&json);
    return OK;
}

Err verb_outcomes_by(Call *call, Why *why) {
    Store *store;
    Outcomes all;
    OutcomeBy by;
    TRY(by_find(call_text(call, "by"), &by, why));
    TRY(app_store(app_of(call), STORE_READ, &store, why));
    TRY(outcomes_read(call, store, &all, why));
    JsonWriter json = json_writer(call->out);
    json_begin_object(&json);
    groups_write(&json, "rows", &all, by, call->work);
    json_end(&json);
    return OK;
}

Err verb_outcomes_rules(Call *call, Why *why) {
    Store *store;
    Outcomes all;
    TRY(app_store(app_of(call), STORE_READ, &store, why));
    TRY(outcomes_read(call, store, &all, why));
    JsonWriter json = json_writer(call->out);
    json_begin_object(&json);
    rules_write(&json, &all, call->work);
    json_end(&json);
    return OK;
}

/* The same item first, then the same supplier; and what came of each direction anywhere. */
Err verb_like(Call *call, Why *why) {
    Store *store;
    Outcomes all;
    Row row;
    Case c;
    CaseLine line;
    int64_t id;
    int shown = 0;
    TRY(call_int(call, "id", 0, &id, why));
    TRY(app_store(app_of(call), STORE_READ, &store, why));
    TRY(case_line(store, call->work, (RowId){ id }, &line, why));
    TRY(log_read(store, call->work, line.row, &row, why));
    TRY(case_read(call->work, row.payload, &c, why));
    TRY(outcomes_read(call, store, &all, why));
    JsonWriter json = json_writer(call->out);
    json_begin_object(&json);
    json_field_array(&json, "rows");
    for (int same_item = 1; same_item >= 0; same_item--)
        for (int i = 0; i < all.count && shown < LIKE_SHOWN; i++) {
            bool item = strcmp(all.proposed[i].item, c.item) == 0, supplier = strcmp(all.line[i].supplier, c.supplier[0] ? c.supplier : c.from_place) == 0;
            if (all.decision[i].case_id.v == id || !(same_item ? item : supplier && !item)) continue;
            line_write(&json, &all, i);
            shown++;
        }
    json_end(&json);
    groups_write(&json, "ways", &all, OUTCOME_BY_WAY, call->work);
    json_end(&json);
    return OK;
}
