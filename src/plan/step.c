/* A step: refresh, then drafts against the case book, then rows. The pool drafts a batch of item-places side by side while the writer appends the one
 * before it, in item-place order: the same facts give the same rows whatever the number of threads. Drafts read the book, so what was written of a batch
 * is noted there when the next is drafted; a draft looks up only cases of its own item-place, and those are in no other batch. */
#include <stdlib.h>
#include <string.h>

#include "base/decimal.h"
#include "base/json.h"
#include "base/time.h"
#include "base/world.h"
#include "plan/room.h"

enum { BATCH = 256, PARTS = 4, ROWS_A_TRANSACTION = 1000 };

/* ---- drafting ---- */

static bool draft_take(const Plan *plan, int64_t now_us, const BookEntry *entry, Arena *arena, SpotDraft *out, int *count) {
    out->entry = NULL;
    out->move = case_book_move(entry, out->draft.wanted ? &out->draft : NULL, &plan->context, now_us, arena);
    if (out->move == BOOK_NOTHING) return false;
    if (entry) {
        BookEntry *copy = new_in(arena, BookEntry);
        *copy = *entry;
        out->entry = copy;
    }
    (*count)++;
    return true;
}

/* An open case stays while its reason is about half as strong as what opens one: the queue must not flicker. */
bool spot_wants_order(const Plan *plan, int32_t spot) {
    const Estimate *e = &plan->estimates[spot];
    if (estimate_wants_order(&plan->context, e)) return true;
    const Spot *at = &plan->state->spots.at[spot];
    const BookEntry *entry = case_book_find(plan->book, at->item, at->place, estimate_order_kind(e), "");
    bool open = entry && case_is_undecided(entry->status) && !(entry->flags & CASE_FLAG_BIT(PULLED_FORWARD));
    return open && e->decided && e->qty > 0 && e->rank >= 0 && minor_of(plan->context.exponent, e->rank) * 2 >= plan->policy->queue_least_rank_minor;
}

static const Finding *finding_of(const Assessment *a, int quality) {
    for (int i = 0; i < a->findings_count; i++)
        if ((int)a->findings[i].quality == quality) return &a->findings[i];
    return NULL;
}

static void other_source(const Plan *plan, int32_t spot, Arena *arena, Case *c) {
    SourceCost here, other;
    if (!sources_compare(plan, spot, arena, &here, &other) || other.units <= 0) return;
    draft_other_source(&plan->context, other.cost - here.cost, other.units, other.kind, other.kind == SOURCE_TRANSFER ? other.place : other.supplier, other.arrival_day, arena, c);
}

/* Where a case is open there is seldom anything to write: first only what tells. */
static SpotUse use_of(const Plan *plan, int32_t spot, bool want_order, const BookEntry *entry) {
    if (!want_order) return SPOT_ORDERS_NOTHING;
    return entry && plan->estimates[spot].ranked && !plan->fill[spot].ordered ? SPOT_ORDERS_BRIEFLY : SPOT_ORDERS;
}

int spot_drafts(const Plan *plan, int32_t spot, int64_t now_us, Arena *work, Arena *kept, SpotDraft out[SPOT_DRAFTS_MOST]) {
    const Context *context = &plan->context;
    const Estimate *e = &plan->estimates[spot];
    ItemId item = plan->state->spots.at[spot].item;
    PlaceId place = plan->state->spots.at[spot].place;
    CaseKind order_kind = estimate_order_kind(e);
    const BookEntry *excess = case_book_find(plan->book, item, place, CASE_EXCESS, "");
    bool want_order = spot_wants_order(plan, spot) || plan->fill[spot].ordered, want_excess = estimate_wants_excess(context, e);
    Assessment *a = NULL;
    SpotUse use = use_of(plan, spot, want_order, case_book_find(plan->book, item, place, order_kind, ""));
    if (want_order || want_excess || e->contested || plan->doubts[spot]) {
        a = new_in(work, Assessment);
        spot_assess_again(plan, spot, use, kept, a);
    }
    int count = 0;
    static const CaseKind kinds[] = { CASE_BUY, CASE_MOVE };
    for (size_t k = 0; k < sizeof kinds / sizeof kinds[0]; k++) {      /* one of them closes when the source changed */
        SpotDraft *draft = &out[count];
        memset(&draft->draft, 0, sizeof draft->draft);
        bool wanted = want_order && kinds[k] == order_kind;
        if (wanted) {
            GroupTotal total = group_total(plan, e->supplier, place);
            QuantityFlips anew = { 0 };
            draft_order(context, &a->picture, &a->estimate, &total, plan->fill[spot].ordered ? &anew : &plan->flips[spot], kept, &draft->draft);
        }
        bool written = draft_take(plan, now_us, case_book_find(plan->book, item, place, kinds[k], ""), kept, draft, &count);
        if (wanted && written && use == SPOT_ORDERS_BRIEFLY) spot_assess_again(plan, spot, SPOT_ORDERS, kept, a);
        if (wanted && written) draft_order_tell(context, &a->picture, &a->estimate, &a->courses, kept, &draft->draft);
        if (wanted && written && e->either) other_source(plan, spot, kept, &draft->draft.c);
    }
    SpotDraft *over = &out[count];
    memset(&over->draft, 0, sizeof over->draft);
    if (want_excess) draft_excess(context, &a->picture, &a->estimate, kept, &over->draft);
    bool told = draft_take(plan, now_us, excess, kept, over, &count);
    if (want_excess && told) draft_excess_tell(context, &a->picture, &a->estimate, kept, &over->draft);
    const BookEntry *allocation = case_book_find(plan->book, item, place, CASE_ALLOCATE, "");
    memset(&out[count].draft, 0, sizeof out[count].draft);
    if (e->contested) draft_allocate(context, &a->picture, &a->estimate, allocation && allocation->status < CASE_CLOSED, kept, &out[count].draft);
    draft_take(plan, now_us, allocation, kept, &out[count], &count);
    for (int q = 0; q < QUALITY_COUNT_; q++) {
        const char *subject = quality_rows[q].subject;
        const BookEntry *entry = case_book_find(plan->book, item, place, CASE_FIX_DATA, subject);
        bool doubted = (plan->doubts[spot] >> q & 1) && !doubt_is_mass(plan, place, (Quality)q);
        if (!doubted && !entry) continue;
        memset(&out[count].draft, 0, sizeof out[count].draft);
        if (doubted) draft_quality(context, &a->picture, finding_of(a, q), subject, kept, &out[count].draft);
        draft_take(plan, now_us, entry, kept, &out[count], &count);
    }
    return count;
}

Err spot_shares_name(Store *store, SpotDraft *draft, Arena *kept, Why *why) {
    CaseBoard *board = &draft->draft.c.board;
    own(arena_end) Arena *scratch = arena_begin(MiB);
    for (int i = 0; i < board->shares_count; i++) {
        CaseShare *share = &board->shares[i];
        Row row;
        Fact fact;
        arena_clear(scratch);
        TRY(log_read(store, scratch, (RowId){ share->row }, &row, why));
        TRY_DOING(fact_read(scratch, FACT_ORDER_LINE, row.payload, &fact, why), "order line %lld", (long long)share->row);
        share->order = text_keep(kept, fact_text(&fact, F_doc));
        share->line = text_keep(kept, fact_text(&fact, F_line));
        share->customer = text_keep(kept, fact_text(&fact, F_customer));
    }
    return OK;
}

void spot_draft_finish(SpotDraft *draft, Arena *kept) {
    own(buf_end) Buf payload = buf_begin(4 * MiB);
    const Case *c = &draft->draft.c;
    if (case_is_order(c->kind) && case_terms_sum(c) != c->action.qty) stop_for("the arithmetic of %s at %s does not sum to its quantity", c->item, c->place);
    case_write(&payload, c);
    draft->payload = text_from(text_copy_n(kept, payload.at, payload.length), payload.length);
    draft->title = c->title;
    draft->action = case_action_text(kept, c);
    draft->search = case_search_text(kept, c);
}

/* ---- writing ---- */

typedef struct Writer {
    Plan *plan;
    const PlanOptions *options;
    PlanResult *result;
    int64_t upto;
    int rows;               /* in the open transaction; the step row opens the first */
    bool open;
} Writer;

static Err writer_begin(Writer *w, Why *why) {
    if (w->open) return OK;
    TRY(store_begin(w->plan->store, why));
    w->open = true;
    w->rows = 0;
    if (w->result->step.v) return OK;
    Plan *plan = w->plan;
    own(buf_end) Buf payload = buf_begin(64 * KiB);
    JsonWriter json = json_writer(&payload);
    json_begin_object(&json);
    json_field_int(&json, "upto", w->upto);
    json_field_int(&json, "pool_upto", plan->pool_upto);
    json_field_int(&json, "pool_day", plan->pool_day);
    json_field_int(&json, "now", w->options->now_us);
    json_field_int(&json, "today", plan->context.today);
    json_field_int(&json, "start", plan->context.start_day);
    json_field_int(&json, "known", w->options->known_us);
    json_field_int(&json, "policy", plan->policy_row.v);
    json_field_str(&json, "engine", PLAN_ENGINE);
    if (plan->learned.speaks) json_field_str(&json, "model", plan->learned.hash);
    json_end(&json);
    Row row = { .kind = ROW_STEP, .occurred_us = w->options->now_us, .known_us = w->options->now_us, .by = "system", .key = "", .payload = buf_text(&payload) };
    TRY(log_append(plan->store, &row, why));
    if (plan->policy_row.v) TRY(log_because(plan->store, row.id, plan->policy_row, "policy", why));
    if (plan->learned.speaks) TRY(log_because(plan->store, row.id, (RowId){ plan->learned.row }, "model", why));
    w->result->step = row.id;
    return OK;
}

static Err writer_commit(Writer *w, Why *why) {
    if (!w->open) return OK;
    w->open = false;
    TRY(store_commit(w->plan->store, why));
    w->plan->book->upto = log_last(w->plan->store).v;      /* what was written is noted already */
    return OK;
}

static int64_t or_zero(int64_t value) { return value == CASE_NONE ? 0 : value; }

static void line_fill(const Writer *w, const SpotDraft *d, CaseLine *line) {
    const Case *c = &d->draft.c;
    int64_t now = w->options->now_us;
    *line = (CaseLine){ .case_id = d->move == BOOK_NEW ? (RowId){ 0 } : d->entry->case_id, .kind = (int32_t)c->kind, .status = (int32_t)c->status,
        .tier = (int32_t)c->tier, .item = d->draft.item, .place = d->draft.place, .supplier = d->draft.supplier, .rank_minor = or_zero(c->rank_minor),
        .at_stake_minor = or_zero(c->at_stake_minor), .value_minor = or_zero(c->action.value_minor), .p_out_ppm = c->p1_ppm == CASE_NONE ? -1 : c->p1_ppm,
        .confidence_ppm = c->confidence_ppm == CASE_NONE ? -1 : c->confidence_ppm, .due_day = c->due_day == CASE_NO_DAY ? 0 : c->due_day,
        .opened_us = d->move == BOOK_NEW ? now : d->entry->opened_us, .changed_us = now, .assigned = "", .title = d->title, .action = d->action,
        .search = d->search, .subject = c->subject };
}

static Err because_write(Writer *w, RowId row, const Case *c, Why *why) {
    if (c->policy_row) TRY(log_because(w->plan->store, row, (RowId){ c->policy_row }, "policy", why));
    for (int i = 0; i < c->evidence_count; i++) TRY(log_because(w->plan->store, row, c->evidence[i].row, c->evidence[i].role, why));
    return OK;
}

/* A case that ends keeps what was last said about it. */
static Err draft_of_end(Writer *w, SpotDraft *d, Arena *arena, Why *why) {
    Row row;
    TRY(log_read(w->plan->store, arena, d->entry->row, &row, why));
    TRY(case_read(arena, row.payload, &d->draft.c, why));
    d->draft.item = row.item;
    d->draft.place = row.place;
    CaseLine line;
    TRY(case_line(w->plan->store, arena, d->entry->case_id, &line, why));
    d->draft.supplier = line.supplier;
    d->draft.input = (Text){ 0 };
    case_end(&d->draft.c, arena);
    spot_draft_finish(d, arena);
    return OK;
}

/* Somebody decided while this step was computing: the case waits for the next step, which sees the decision in its log prefix (a replay would not). */
static bool touched_since(const Writer *w, const SpotDraft *d) {
    if (!d->entry) return false;
    const BookEntry *now = case_book_find(w->plan->book, d->entry->item, d->entry->place, d->entry->kind, d->entry->subject);
    return now && now->row.v > w->upto;
}

/* The draft stands on `arena` where it ends a case: until it is noted. */
static Err draft_write(Writer *w, SpotDraft *d, Arena *arena, Why *why) {
    d->row = (RowId){ 0 };
    if (touched_since(w, d)) {
        int32_t spot = d->entry->item.v ? state_spot(w->plan->state, d->entry->item, d->entry->place) : -1;
        if (spot >= 0) spot_touch(w->plan->state, spot);
        return OK;
    }
    TRY(writer_begin(w, why));
    if (d->move == BOOK_CLOSE) TRY(draft_of_end(w, d, arena, why));
    else if (d->draft.c.kind == CASE_ALLOCATE) {         /* reads the log, which drafting does not */
        TRY(spot_shares_name(w->plan->store, d, arena, why));
        spot_draft_finish(d, arena);
    }
    const Case *c = &d->draft.c;
    CaseLine line;
    line_fill(w, d, &line);
    if (d->draft.input.length) {
        Hash hash;
        TRY(blob_put(w->plan->store, d->draft.input.at, d->draft.input.length, &hash, why));
    }
    Row row = { .cause = w->result->step, .kind = ROW_CASE, .sub = (int32_t)c->kind, .item = d->draft.item, .place = d->draft.place, .by = "system",
        .occurred_us = w->options->now_us, .known_us = w->options->now_us,
        .key = d->move == BOOK_NEW ? "" : text_format(arena, "%lld", (long long)d->entry->case_id.v), .payload = d->payload };
    TRY(case_put(w->plan->store, &row, &line, why));
    if (d->move != BOOK_CLOSE) TRY(because_write(w, row.id, c, why));
    d->case_id = d->move == BOOK_NEW ? row.id : d->entry->case_id;
    d->row = row.id;
    d->written_us = row.recorded_us;
    w->result->cases_new += d->move == BOOK_NEW;
    w->result->cases_changed += d->move == BOOK_UPDATE;
    w->result->cases_closed += d->move == BOOK_CLOSE;
    return ++w->rows >= ROWS_A_TRANSACTION ? writer_commit(w, why) : OK;
}

static void draft_note(Writer *w, const SpotDraft *d) {
    if (d->row.v) case_book_note(w->plan->book, d->case_id, d->row, d->written_us, &d->draft);
}

typedef struct Batch { Plan *plan; int64_t now_us; int from, count; SpotDraft (*drafts)[SPOT_DRAFTS_MOST]; int *counts; Arena **kept, *ends; } Batch;

static Batch *batch_begin(Plan *plan, int64_t now_us, size_t room, Arena **kept) {
    Batch *b = malloc(sizeof *b);
    if (!b) stop_for("no memory for drafts");
    *b = (Batch){ .plan = plan, .now_us = now_us, .kept = kept, .ends = arena_begin(512 * MiB) };
    b->drafts = malloc(room * sizeof *b->drafts);            /* 25 KB each: as many as are needed, and nothing is read that was not written */
    b->counts = malloc(room * sizeof *b->counts);
    if (!b->drafts || !b->counts) stop_for("no memory for drafts");
    return b;
}

static void batch_end(Batch **batch) {
    Batch *b = *batch;
    free(b->drafts);
    free(b->counts);
    arena_end(&b->ends);
    free(b);
    *batch = NULL;
}

static void batch_slice(void *self, int thread, size_t from, size_t to) {
    Batch *b = self;
    for (size_t i = from; i < to; i++) {
        Plan *plan = b->plan;
        arena_clear(plan->work[thread]);
        b->counts[i] = spot_drafts(plan, plan->dirty[b->from + (int)i], b->now_us, plan->work[thread], b->kept[thread], b->drafts[i]);
        for (int k = 0; k < b->counts[i]; k++)
            if (b->drafts[i][k].move != BOOK_CLOSE && b->drafts[i][k].draft.c.kind != CASE_ALLOCATE) spot_draft_finish(&b->drafts[i][k], b->kept[thread]);
    }
}

/* A small step comes in parts too, so that one is written while the next is drafted. */
static int batch_size(const Plan *plan) {
    int part = (plan->dirty_count + PARTS - 1) / PARTS;
    return part < BATCH / PARTS ? part : BATCH;
}

static void batch_start(Batch *b, int from, int most) {
    int left = b->plan->dirty_count - from;
    b->from = from;
    b->count = left < most ? left : most;
    for (int t = 0; t < pool_threads(b->plan->threads); t++) arena_clear(b->kept[t]);
    pool_start(b->plan->threads, (size_t)b->count, b->count < BATCH ? 1 : 4, batch_slice, b);
}

static Err batch_write(Writer *w, Batch *b, Why *why) {
    arena_clear(b->ends);
    for (int i = 0; i < b->count; i++)
        for (int k = 0; k < b->counts[i]; k++) TRY(draft_write(w, &b->drafts[i][k], b->ends, why));
    return OK;
}

static void batch_note(Writer *w, Batch *b) {
    for (int i = 0; i < b->count; i++)
        for (int k = 0; k < b->counts[i]; k++) draft_note(w, &b->drafts[i][k]);
    b->count = 0;
}

/* The gate is left while drafts are waited for; no transaction stands open then, for others write. A small step is one transaction and stays inside. */
static Err batch_finish(Writer *w, bool small, Err err, Why *why) {
    if (err == OK && !small && w->options->turn.let_go) err = writer_commit(w, why);
    bool leave = !w->open;
    if (leave) turn_let_go(&w->options->turn);
    pool_finish(w->plan->threads);
    if (leave) turn_take_back(&w->options->turn);
    return err;
}

static Err spots_write(Writer *w, Why *why) {
    Plan *plan = w->plan;
    int size = batch_size(plan);
    if (size == 0) return OK;
    own(batch_end) Batch *now = batch_begin(plan, w->options->now_us, (size_t)size, plan->kept);
    own(batch_end) Batch *before = batch_begin(plan, w->options->now_us, (size_t)size, plan->kept + pool_threads(plan->threads));
    Err err = OK;
    batch_start(now, 0, size);
    for (int next = size; now->count > 0; next += size) {
        err = batch_finish(w, size < BATCH, err, why);
        if (err != OK) return err;
        batch_note(w, before);
        if (!w->open) TRY(case_book_advance(plan->book, plan->store, log_last(plan->store).v, why));
        Batch *written = now;
        now = before;
        before = written;
        if (next < plan->dirty_count) batch_start(now, next, size);
        err = batch_write(w, before, why);
        plan_say(w->options, "writing cases", before->from + before->count, plan->dirty_count);
    }
    batch_note(w, before);
    return err;
}

static Err places_write(Writer *w, Why *why) {
    Plan *plan = w->plan;
    own(arena_end) Arena *arena = arena_begin(512 * MiB);
    PlaceFinding *findings;
    int count;
    TRY(places_find(plan, arena, &findings, &count, why));
    for (int i = 0; i < count; i++) {
        SpotDraft d = { 0 };
        const PlaceFinding *f = &findings[i];
        place_draft(plan, f, arena, &d.draft);
        d.entry = case_book_find(plan->book, f->item, f->place, f->kind, f->subject);
        d.move = case_book_move(d.entry, d.draft.wanted ? &d.draft : NULL, &plan->context, w->options->now_us, arena);
        if (d.move == BOOK_NOTHING) continue;
        if (d.move != BOOK_CLOSE) spot_draft_finish(&d, arena);
        TRY(draft_write(w, &d, arena, why));
        draft_note(w, &d);
    }
    return OK;
}

static Err cases_write(Plan *plan, const PlanOptions *options, int64_t upto, PlanResult *result, Why *why) {
    Writer writer = { .plan = plan, .options = options, .result = result, .upto = upto };
    Err err = spots_write(&writer, why);
    if (err == OK) err = places_write(&writer, why);
    if (err == OK) return writer_commit(&writer, why);
    if (writer.open) store_rollback(plan->store);
    return err;
}

Err plan_step(Plan *plan, const PlanOptions *options, PlanResult *out_result, Why *why) {
    int64_t started = monotonic_us(), upto = log_last(plan->store).v;
    PlanResult result = { 0 };
    TRY(plan_refresh(plan, &(RefreshOptions){ .options = options, .upto = upto, .may_resume = true }, why));
    result.item_places = (int64_t)plan->state->spots.count;
    result.refreshed = plan->dirty_count;
    TRY(case_book_advance(plan->book, plan->store, upto, why));
    fills_make(plan, options);
    if (options->write == PLAN_CASES) {
        Err err = cases_write(plan, options, upto, &result, why);
        if (err != OK) plan->ready = false;       /* the book may hold what was rolled back: the next step starts over */
        if (err != OK) {
            case_book_end(&plan->book);
            plan->book = case_book_begin();
            return err;
        }
        TRY(case_book_advance(plan->book, plan->store, log_last(plan->store).v, why));
    }
    plan_courses_drop(plan);
    result.cases_open = plan->book->open;
    result.automatic = plan->book->automatic;
    result.took_us = monotonic_us() - started;
    *out_result = result;
    return OK;
}
