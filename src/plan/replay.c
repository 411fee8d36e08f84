/* Recomputing a stored case version from the log prefix at its step. Nothing of the present is looked at: facts, commands and earlier cases up to the
 * step, the policy row the step names, the pools at the log id the step names. */
#include <string.h>

#include "base/decimal.h"
#include "base/json.h"
#include "plan/room.h"

typedef struct StepPayload { int64_t upto, pool_upto, pool_day, now, today, known, policy; const char *engine; } StepPayload;

static Err step_read(Arena *arena, const Row *row, StepPayload *out, Why *why) {
    const JsonValue *root;
    TRY(json_parse(arena, row->payload, &root, why));
    TRY(json_need_int(root, "upto", &out->upto, why));
    TRY(json_need_int(root, "pool_upto", &out->pool_upto, why));
    TRY(json_need_int(root, "now", &out->now, why));
    TRY(json_need_int(root, "today", &out->today, why));
    TRY(json_need_int(root, "start", &out->pool_day, why));
    TRY(json_may_int(root, "pool_day", &out->pool_day, why));      /* not told when pools were learned every day */
    TRY(json_need_int(root, "known", &out->known, why));
    TRY(json_need_int(root, "policy", &out->policy, why));
    return json_need_text(root, "engine", &out->engine, why);
}

typedef struct LastStep { Arena *arena; StepPayload step; bool found; } LastStep;
static Err last_step_visit(void *self, const Row *row, Why *why) {
    LastStep *last = self;
    last->found = true;
    return step_read(last->arena, row, &last->step, why);
}

Err pools_of_last_step(const Plan *plan, const PlanOptions *options, int64_t upto, int64_t *out_upto, int32_t *out_day, Why *why) {
    own(arena_end) Arena *arena = arena_begin(4 * MiB);
    LastStep last = { .arena = arena };
    LogFilter steps = { .kinds = 1ull << ROW_STEP, .upto = { upto }, .newest_first = true, .most = 1 };
    TRY(log_scan(plan->store, &steps, last_step_visit, &last, why));
    bool same = last.found && last.step.policy == options->policy_row.v && last.step.known == options->known_us && strcmp(last.step.engine, PLAN_ENGINE) == 0;
    if (!same) return OK;
    *out_upto = last.step.pool_upto;
    *out_day = (int32_t)last.step.pool_day;
    return OK;
}

static Err policy_at(Store *store, Arena *arena, int64_t policy_row, Policy *out, Why *why) {
    Row row;
    const JsonValue *root;
    const char *hex, *name;
    Text json;
    TRY(log_read(store, arena, (RowId){ policy_row }, &row, why));
    TRY(json_parse(arena, row.payload, &root, why));
    TRY(json_need_text(root, "blob", &hex, why));
    TRY(json_need_text(root, "name", &name, why));
    TRY(blob_read_named(store, arena, hex, &json, why));
    return policy_parse(arena, name, json, out, why);
}

/* The newest version at or before `row` that a planning step wrote, and its step. */
typedef struct Planned { Store *store; Arena *arena; int64_t case_row; Row row, step; bool found; } Planned;
static Err planned_visit(void *self, const Row *row, Why *why) {
    Planned *p = self;
    Row cause;
    if (p->found || row->id.v > p->case_row || row->cause.v == 0) return OK;
    TRY(log_read(p->store, p->arena, row->cause, &cause, why));
    if (cause.kind != ROW_STEP) return OK;
    p->found = true;
    p->row = *row;
    p->row.payload = text_of(text_keep(p->arena, row->payload));
    p->row.key = text_copy(p->arena, row->key);
    p->step = cause;
    return OK;
}

static Err planned_version(Store *store, Arena *arena, RowId case_row, Planned *out, Why *why) {
    Row row;
    TRY(log_read(store, arena, case_row, &row, why));
    if (row.kind != ROW_CASE) return fail(why, ERR_INVALID, "row %lld is not a case", (long long)case_row.v);
    *out = (Planned){ .store = store, .arena = arena, .case_row = case_row.v };
    TRY(planned_visit(out, &row, why));
    if (out->found) return OK;
    LogFilter versions = { .kinds = 1ull << ROW_CASE, .key = row.key, .upto = case_row, .newest_first = true };
    TRY(log_scan(store, &versions, planned_visit, out, why));
    if (out->found) return OK;
    int64_t first = 0;                   /* the first version's own id is the key of the later ones */
    TRY(integer_parse(text_of(row.key), &first, why));
    TRY(log_read(store, arena, (RowId){ first }, &row, why));
    TRY(planned_visit(out, &row, why));
    return out->found ? OK : fail(why, ERR_NOT_FOUND, "no planning step wrote case row %lld", (long long)case_row.v);
}

static bool same_exposure(const Case *a, const Case *b) {
    return a->kind == b->kind && strcmp(a->subject, b->subject) == 0;
}

static void end_again(Plan *plan, SpotDraft *draft, Arena *arena, const Case *before) {
    (void)plan;
    draft->draft.c = *before;
    case_end(&draft->draft.c, arena);
    spot_draft_finish(draft, arena);
}

static Err version_before(Store *store, Arena *arena, const BookEntry *entry, Case *out, Why *why) {
    Row row;
    TRY(log_read(store, arena, entry->row, &row, why));
    return case_read(arena, row.payload, out, why);
}

/* The draft of this exposure as the step saw it, as bytes; empty when it would have written nothing. */
static Err exposure_bytes(Plan *plan, const Case *stored, ItemId item, PlaceId place, int64_t now_us, Arena *arena, Text *out, Why *why) {
    int32_t spot = item.v ? state_spot(plan->state, item, place) : -1;
    *out = text_of("");
    if (item.v && spot < 0) return OK;
    SpotDraft *drafts = many_in(arena, SpotDraft, SPOT_DRAFTS_MOST + 512);
    int count = 0;
    if (spot >= 0) {
        own(arena_end) Arena *work = arena_begin(256 * MiB);
        count = spot_drafts(plan, spot, now_us, work, arena, drafts);
    } else {
        PlaceFinding *findings;
        int found;
        TRY(places_find(plan, arena, &findings, &found, why));
        for (int i = 0; i < found; i++) {
            const PlaceFinding *f = &findings[i];
            if (f->place.v != place.v || strcmp(f->subject, stored->subject) != 0) continue;
            SpotDraft *d = &drafts[count++];
            place_draft(plan, f, arena, &d->draft);
            d->entry = case_book_find(plan->book, item, place, f->kind, f->subject);
            d->move = case_book_move(d->entry, d->draft.wanted ? &d->draft : NULL, &plan->context, now_us, arena);
        }
    }
    for (int i = 0; i < count; i++) {
        if (drafts[i].move == BOOK_CLOSE) {
            Case before;
            TRY(version_before(plan->store, arena, drafts[i].entry, &before, why));
            if (!same_exposure(&before, stored)) continue;
            end_again(plan, &drafts[i], arena, &before);
        } else if (!same_exposure(&drafts[i].draft.c, stored) || drafts[i].move == BOOK_NOTHING) {
            continue;
        } else {
            TRY(spot_shares_name(plan->store, &drafts[i], arena, why));
            spot_draft_finish(&drafts[i], arena);
        }
        *out = drafts[i].payload;
    }
    return OK;
}

Err plan_recompute(Store *store, int threads, RowId case_row, Arena *arena, PlanReplay *out_replay, Why *why) {
    Planned planned;
    StepPayload step;
    Case stored;
    TRY(planned_version(store, arena, case_row, &planned, why));
    TRY(step_read(arena, &planned.step, &step, why));
    TRY(case_read(arena, planned.row.payload, &stored, why));
    Policy *policy = new_in(arena, Policy);
    TRY_DOING(policy_at(store, arena, step.policy, policy, why), "policy row %lld", (long long)step.policy);
    own(plan_end) Plan *plan = NULL;
    TRY(plan_begin(store, threads, &plan, why));
    PlanOptions options = { .now_us = step.now, .today = (int32_t)step.today, .known_us = step.known, .policy = policy, .policy_row = { step.policy }, .write = PLAN_LOOK };
    TRY(plan_refresh(plan, &(RefreshOptions){ .options = &options, .upto = step.upto, .pool_upto = step.pool_upto, .pool_day = (int32_t)step.pool_day }, why));
    TRY(case_book_advance(plan->book, store, step.upto, why));
    fills_make(plan, &options);
    PlanReplay replay = { .stored = planned.row.payload, .step = planned.step.id, .case_row = planned.row.id };
    TRY(exposure_bytes(plan, &stored, planned.row.item, planned.row.place, step.now, arena, &replay.computed, why));
    replay.same = text_equal(replay.stored, replay.computed);
    *out_replay = replay;
    return OK;
}

Err plan_recompute_now(Plan *plan, RowId case_row, Arena *arena, PlanReplay *out_replay, Why *why) {
    Planned planned;
    Case stored;
    if (!plan->ready) return fail_hint(why, fail(why, ERR_CONFLICT, "nothing is planned yet"), "run a planning step first");
    TRY(planned_version(plan->store, arena, case_row, &planned, why));
    TRY(case_read(arena, planned.row.payload, &stored, why));
    PlanReplay replay = { .stored = planned.row.payload, .step = planned.step.id, .case_row = planned.row.id };
    own(case_book_end) CaseBook *none = case_book_begin();
    CaseBook *kept = plan->book;
    plan->book = none;                   /* as if the exposure were met for the first time */
    Err err = exposure_bytes(plan, &stored, planned.row.item, planned.row.place, 0, arena, &replay.computed, why);
    plan->book = kept;
    TRY(err);
    replay.same = text_equal(replay.stored, replay.computed);
    *out_replay = replay;
    return OK;
}
