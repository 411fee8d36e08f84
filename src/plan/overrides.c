/* What planners put, and what became of it: forecast without (kept in the fact when it was put), with, and what happened. */
#include <stdlib.h>
#include <string.h>

#include "base/decimal.h"
#include "estimate/picture.h"
#include "plan/room.h"

static OverrideInfo scope_of(const OverrideScope *scope) {
    return (OverrideInfo){ .row = 1, .item = scope->item.v, .place = scope->place.v, .group = scope->group, .from_day = scope->from_day, .to_day = scope->to_day };
}

/* The item-places an override may speak of: those of its item, else all; -1 after the last. */
static int32_t spot_first(const State *state, const OverrideInfo *o) {
    if (o->item) return (size_t)o->item < state->items.count ? state->items.at[o->item].spots : -1;
    return state->spots.count ? 0 : -1;
}

static int32_t spot_next(const State *state, const OverrideInfo *o, int32_t spot) {
    if (o->item) return state->spots.at[spot].next;
    return (size_t)spot + 1 < state->spots.count ? spot + 1 : -1;
}

/* Of one item-place day by day; of many, what each expects of a day times the days. */
static double expected_of(Plan *plan, const OverrideInfo *o, int32_t spot, Arena *work) {
    const Context *context = &plan->context;
    int32_t from = o->from_day > context->start_day ? o->from_day : context->start_day;
    if (!o->item || !o->place) return plan->estimates[spot].mean_day * (o->to_day + 1 - from);
    Assessment *a = new_in(work, Assessment);
    spot_assess(context, spot, NULL, work, a);
    DemandModel base = sense_baseline(&a->picture);
    double bucket = a->picture.fold.bucket_days;
    return demand_moments(&base, (a->picture.from_days + from - context->start_day) / bucket, (o->to_day + 1 - from) / bucket).mean;
}

Err plan_override_expect(Plan *plan, Arena *arena, const OverrideScope *scope, int64_t *out_expected, int64_t *out_item_places, Why *why) {
    if (!plan->ready) return fail_hint(why, fail(why, ERR_CONFLICT, "nothing is planned yet"), "run a planning step first");
    OverrideInfo o = scope_of(scope);
    double sum = 0;
    int64_t count = 0;
    for (int32_t s = spot_first(plan->state, &o); s >= 0; s = spot_next(plan->state, &o, s)) {
        const Spot *spot = &plan->state->spots.at[s];
        if (!override_hits(plan->state, &o, spot->item, spot->place)) continue;
        sum += expected_of(plan, &o, s, arena);
        count++;
    }
    *out_expected = micro_of(sum);
    *out_item_places = count;
    return OK;
}

static int64_t record_sold(const State *state, const Record *r, int32_t from, int32_t to) {
    bool by_shipment = state->by_kind[FACT_ORDER_LINE] == 0;
    bool line = (r->kind == REC_DEMAND && r->status != STATUS_CANCELLED) || (by_shipment && r->kind == REC_SHIPMENT) || (r->kind == REC_SALE && r->status != PERIOD_UNKNOWN);
    if (line) return r->qty > 0 && r->day >= from && r->day < to ? r->qty : 0;
    if (r->kind != REC_RUN) return 0;
    const RunData *run = &state->runs.at[r->more];
    double sum = 0;
    for (int32_t k = 0; k < run->count; k++) {
        int32_t day = r->day + k * run->bucket_days;
        if (day >= from && day < to && run->state[k] != PERIOD_UNKNOWN) sum += (double)run->value[k];
    }
    return micro_of(sum);
}

int64_t spot_sold(const State *state, int32_t spot, int32_t from, int32_t until) {
    int64_t sum = 0;
    RecordWalk walk = record_walk(state, spot);
    for (const Record *r = record_next(&walk); r; r = record_next(&walk)) sum += record_sold(state, r, from, until);
    return sum;
}

static int64_t happened(const State *state, const OverrideInfo *o, int32_t until) {
    OverrideInfo scope = *o;
    int64_t sum = 0;
    scope.cleared = false;
    for (int32_t s = spot_first(state, &scope); s >= 0; s = spot_next(state, &scope, s)) {
        const Spot *spot = &state->spots.at[s];
        if (!override_hits(state, &scope, spot->item, spot->place)) continue;
        sum += spot_sold(state, s, o->from_day, until);
    }
    return sum;
}

static OverrideLine line_of(const State *state, const OverrideInfo *o, int32_t start_day) {
    int32_t until = o->to_day + 1 < start_day ? o->to_day + 1 : start_day;
    OverrideLine line = { .row = { o->row }, .doc = o->doc, .item = o->item ? state->items.at[o->item].code : "", .place = o->place ? state->places.at[o->place].code : "", .group = o->group,
        .reason = o->reason, .from_day = o->from_day, .to_day = o->to_day, .factor = o->factor, .qty = o->qty, .without = o->expected == NO_QTY ? CASE_NONE : o->expected, .with = CASE_NONE,
        .days = o->to_day + 1 - o->from_day, .days_gone = until > o->from_day ? until - o->from_day : 0 };
    line.state = o->cleared ? "cleared" : o->to_day < start_day ? "ended" : o->from_day > start_day ? "coming" : "on";
    if (o->qty != NO_QTY) line.with = o->qty;
    else if (line.without != CASE_NONE) line.with = micro_of(micro_to_double(line.without) * micro_to_double(o->factor));
    line.happened = line.days_gone ? happened(state, o, until) : CASE_NONE;
    if (line.days_gone < line.days || o->cleared || line.without == CASE_NONE) return line;
    line.better = llabs(line.with - line.happened) < llabs(line.without - line.happened) ? "with" : "without";
    return line;
}

static int newest_first(const void *left, const void *right) {
    const OverrideLine *a = left, *b = right;
    return (a->row.v < b->row.v) - (a->row.v > b->row.v);
}

Err plan_overrides(Plan *plan, Arena *arena, OverrideLine **out_lines, int *out_count, Why *why) {
    if (!plan->ready) return fail_hint(why, fail(why, ERR_CONFLICT, "nothing is planned yet"), "run a planning step first");
    const State *state = plan->state;
    OverrideLine *lines = many_in(arena, OverrideLine, (int)state->overrides.count + 1);
    int count = 0;
    for (size_t i = 0; i < state->overrides.count; i++)
        if (state->overrides.at[i].row) lines[count++] = line_of(state, &state->overrides.at[i], plan->context.start_day);
    qsort(lines, (size_t)count, sizeof *lines, newest_first);
    *out_lines = lines;
    *out_count = count;
    return OK;
}
