/* replay.c - the log again, row by row, into an empty store.
 *
 * (1) A fact with a document as its cause is not copied before the document was asked: its bytes, its map, the units and the clock of the
 *     import must give exactly this row. What a person said, and everything that is no fact, is copied.
 * (2) The fresh store judges every row anew; that it gives each the same number proves the order and the outcomes.
 * (3) Planning recomputes the case in the fresh store from the step's inputs.
 * (4) When all that agrees, the hash chain over the whole original log is checked too: it covers what is copied.
 * Memory: a batch of facts and the documents open at a time, whatever the log's length. */
#include "app/replay.h"

#include <string.h>

#include "base/file.h"
#include "base/hash.h"
#include "base/list.h"
#include "domain/note.h"
#include "ingest/regenerate.h"

enum { TRANSACTION_ROWS = 20000, BATCH_ROWS = 1000, OPEN_MOST = 8, WORK_MOST = 512 * MiB, BATCH_BYTES = 64 * MiB, CLIMB_MOST = 64 };

typedef struct OpenRun { size_t run; int64_t used; Regenerated *facts; } OpenRun;

typedef struct Batch {
    RowId document;                  /* all rows of a batch have one cause and one author */
    const char *by;
    Arena *work;
    Fact *facts;
    FactPlace *where;
    int count;
    RowId first;
} Batch;

typedef struct Replay {
    App *app;
    Store *from, *to;
    WorldTest clock;                 /* the time of the row at hand */
    const char *folder;              /* where documents are laid out */
    RowId upto;
    LIST(RegenerateRun) runs;        /* of all documents so far, oldest first */
    OpenRun open[OPEN_MOST];         /* the ones asked last */
    int64_t uses;
    Batch batch;
    ReplayAnswer *answer;
    Arena *work;                     /* of the answer */
    int64_t in_transaction;
} Replay;

static Err differs(Replay *replay, RowId row, const char *sentence) {
    replay->answer->first_difference = row;
    replay->answer->difference = sentence;
    return ERR_CORRUPT;
}

static Err row_differs(Replay *replay, const Row *row, const char *sentence) {
    return differs(replay, row->id, text_format(replay->work, "row %lld (%s%s%s): %s", (long long)row->id.v, row_kind_names[row->kind], *row->key ? " " : "", row->key, sentence));
}

/* What cannot be read back is as much a difference as what reads otherwise. */
static Err row_unreadable(Replay *replay, const Row *row, Err err, const Why *why) {
    return err == ERR_CORRUPT || err == ERR_NOT_FOUND || err == ERR_INVALID ? row_differs(replay, row, text_copy(replay->work, why->message)) : err;
}

/* ---- documents ------------------------------------------------------------------------------------------------------ */

static Err run_begins(Replay *replay, const Row *row, RowId document, Why *why) {
    own(arena_end) Arena *work = arena_begin(1 * MiB);
    RegenerateRun run = { .document = document, .upto = row->id, .now_us = row->occurred_us };
    if (row->kind == ROW_NOTE) {
        const JsonValue *note;
        TRY(json_parse(work, row->payload, &note, why));
        TRY(json_need_int(note, "rows_done", &run.skip_rows, why));
    }
    list_push(&replay->runs, run);
    return OK;
}

/* The newest run of the document before `before`, counted from 1; 0: none. */
static size_t run_of(const Replay *replay, RowId document, size_t before) {
    for (size_t at = before; at > 0; at--)
        if (replay->runs.at[at - 1].document.v == document.v) return at;
    return 0;
}

static void run_close(Replay *replay, OpenRun *open) {
    own(arena_end) Arena *work = arena_begin(64 * KiB);
    if (!open->facts) return;
    regenerate_end(&open->facts);
    Err err = folder_remove(text_format(work, "%s/%zu", replay->folder, open->run), NULL);
    (void)err;                       /* the folder around it goes in the end */
}

/* The one that was not asked for longest gives way. */
static Err run_open(Replay *replay, size_t run, Regenerated **out, Why *why) {
    own(arena_end) Arena *work = arena_begin(64 * KiB);
    OpenRun *oldest = &replay->open[0];
    for (OpenRun *open = replay->open; open < replay->open + OPEN_MOST; open++) {
        if (open->used < oldest->used) oldest = open;
        if (!open->facts || open->run != run) continue;
        open->used = ++replay->uses;
        *out = open->facts;
        return OK;
    }
    run_close(replay, oldest);
    *oldest = (OpenRun){ .run = run, .used = ++replay->uses };
    char *folder = text_format(work, "%s/%zu", replay->folder, run);
    TRY(folder_make(folder, why));
    TRY(regenerate_begin(replay->from, replay->to, &replay->runs.at[run - 1], folder, &oldest->facts, why));
    *out = oldest->facts;
    return OK;
}

static Err says_otherwise(Replay *replay, const Row *row, FactPlace where, Text says, const Why *why) {
    own(arena_end) Arena *work = arena_begin(16 * MiB);
    Row document;
    const JsonValue *payload;
    const char *name = "";
    Why ignored;
    if (log_read(replay->from, work, row->cause, &document, &ignored) == OK && json_parse(work, document.payload, &payload, &ignored) == OK &&
        json_may_text(payload, "name", &name, &ignored) != OK)
        name = "";
    return row_differs(replay, row, text_format(replay->work, "%s: the log says %.*s, line %lld of document %lld (%s) says %.*s", why->message, TEXT_ARGS(row->payload),
                                                (long long)where.line, (long long)row->cause.v, name, TEXT_ARGS(says)));
}

/* (1); later runs first: an earlier one read the same rows and may have refused them. */
static Err document_asked(Replay *replay, const Row *row, FactPlace *out_where, Why *why) {
    Err err = ERR_NOT_FOUND;
    FactPlace where;
    TRY(fact_where(replay->from, row->id, &where, why));
    for (size_t run = run_of(replay, row->cause, replay->runs.count); run && err == ERR_NOT_FOUND; run = run_of(replay, row->cause, run - 1)) {
        Regenerated *facts;
        Text says = { 0 };
        err = run_open(replay, run, &facts, why);
        if (err != OK) return row_unreadable(replay, row, err, why);
        err = regenerate_check(facts, row, where, &says, why);
        if (err == ERR_CORRUPT) return says_otherwise(replay, row, where, says, why);
    }
    if (err != OK) return row_unreadable(replay, row, err, why);
    *out_where = where;
    return OK;
}

/* ---- facts ------------------------------------------------------------------------------------------------------------ */

static Err batch_flush(Replay *replay, Why *why) {
    Batch *batch = &replay->batch;
    FactOutcome outcomes[BATCH_ROWS];
    RowId rows[BATCH_ROWS];
    if (!batch->count) return OK;
    TRY(facts_append(replay->to, batch->document, batch->facts, batch->where, batch->count, batch->by, outcomes, rows, why));
    for (int i = 0; i < batch->count; i++)
        if (rows[i].v != batch->first.v + i)
            return differs(replay, (RowId){ batch->first.v + i }, text_format(replay->work, "row %lld: taken in again it is %s", (long long)batch->first.v + i, fact_outcome_names[outcomes[i]]));
    batch->count = 0;
    arena_clear(batch->work);
    return OK;
}

static Err fact_again(Replay *replay, const Row *row, Why *why) {
    Batch *batch = &replay->batch;
    FactPlace where = { 0 };
    bool fits = batch->count < BATCH_ROWS && batch->document.v == row->cause.v && arena_used(batch->work) < BATCH_BYTES && batch->count && strcmp(batch->by, row->by) == 0;
    if (!fits) TRY(batch_flush(replay, why));
    if (run_of(replay, row->cause, replay->runs.count)) TRY(document_asked(replay, row, &where, why));
    if (!batch->count) {
        batch->document = row->cause;
        batch->by = text_copy(batch->work, row->by);
        batch->first = row->id;
    }
    Fact *fact = &batch->facts[batch->count];
    Text payload = text_from(text_keep(batch->work, row->payload), row->payload.length);
    TRY(fact_read(batch->work, (FactKind)row->sub, payload, fact, why));
    fact->occurred_us = row->occurred_us;
    fact->known_us = row->known_us;
    batch->where[batch->count++] = where;
    return OK;
}

/* ---- other rows --------------------------------------------------------------------------------------------------------- */

/* The bytes of a policy or of a model go along under their hash, and so are hashed again. */
static Err blob_carry(Replay *replay, const Row *row, Why *why) {
    own(arena_end) Arena *work = arena_begin(16 * MiB);
    const JsonValue *payload;
    const char *hex;
    Hash hash, copied;
    int64_t bytes;
    char *path = path_join(work, replay->folder, "blob");
    TRY(json_parse(work, row->payload, &payload, why));
    TRY(json_need_text(payload, "blob", &hex, why));
    TRY(hash_of_hex(hex, &hash, why));
    TRY(blob_to_file(replay->from, hash, path, why));
    return blob_put_file(replay->to, path, &copied, &bytes, why);
}

static Err row_copy(Replay *replay, const Row *row, Why *why) {
    Row copy = *row;
    Err err = row->kind == ROW_POLICY || row->kind == ROW_MODEL ? blob_carry(replay, row, why) : OK;
    if (err != OK) return row_unreadable(replay, row, err, why);
    TRY(log_append(replay->to, &copy, why));
    return copy.id.v == row->id.v ? OK : row_differs(replay, row, "taken in again it gets another number");
}

static Err retract_again(Replay *replay, const Row *row, Why *why) {
    own(arena_end) Arena *work = arena_begin(16 * MiB);
    const JsonValue *payload;
    const char *reason;
    Row made;
    RowId id;
    TRY(json_parse(work, row->payload, &payload, why));
    TRY(json_need_text(payload, "reason", &reason, why));
    TRY(facts_retract(replay->to, row->cause, row->by, reason, &id, why));
    TRY(log_read(replay->to, work, id, &made, why));
    if (id.v != row->id.v) return row_differs(replay, row, "taken in again it gets another number");
    return text_equal(made.payload, row->payload) ? OK : row_differs(replay, row, "its text was changed");
}

static Err row_again(Replay *replay, const Row *row, Why *why) {
    replay->clock.now_us = row->recorded_us;
    if (row->kind == ROW_FACT) return fact_again(replay, row, why);
    TRY(batch_flush(replay, why));
    if (row->kind == ROW_RETRACT) return retract_again(replay, row, why);
    if (row->kind == ROW_DOCUMENT) TRY(run_begins(replay, row, row->id, why));
    if (row->kind == ROW_NOTE && row->sub == NOTE_RESUMED) TRY(run_begins(replay, row, row->cause, why));
    return row_copy(replay, row, why);
}

static Err visit(void *self, const Row *row, Why *why) {
    Replay *replay = self;
    TRY(row_again(replay, row, why));
    replay->answer->rows_compared++;
    app_progress(replay->app, "taking the documents in again", row->id.v, replay->upto.v);
    if (++replay->in_transaction % TRANSACTION_ROWS) return OK;
    TRY(batch_flush(replay, why));
    TRY(store_commit(replay->to, why));
    return store_begin(replay->to, why);
}

/* ---- the whole ---------------------------------------------------------------------------------------------------------- */

/* The version of the case that planning wrote: what a person decided on, a command carries out, a receipt closes. */
static Err planned_row(Store *store, Arena *work, RowId row, RowId *out, Why *why) {
    RowId asked = row;
    for (int depth = 0; row.v && depth < CLIMB_MOST; depth++) {
        Row at, cause = { 0 };
        TRY(log_read(store, work, row, &at, why));
        if (at.cause.v) TRY(log_read(store, work, at.cause, &cause, why));
        if (at.kind == ROW_CASE && cause.kind == ROW_STEP) {
            *out = row;
            return OK;
        }
        row = at.cause;
    }
    return fail_hint(why, fail(why, ERR_INVALID, "row %lld rests on no case that planning wrote", (long long)asked.v), "name a case, a decision or a command");
}

static Err rows_again(Replay *replay, Why *why) {
    LogFilter filter = { .upto = replay->upto };
    TRY(store_begin(replay->to, why));
    TRY(log_scan(replay->from, &filter, visit, replay, why));
    TRY(batch_flush(replay, why));
    return store_commit(replay->to, why);
}

static Err prove(Replay *replay, Why *why) {
    own(arena_end) Arena *work = arena_begin(64 * KiB);
    char *directory = path_join(work, replay->folder, "store");
    World world = world_test(&replay->clock);
    ReplayAnswer *answer = replay->answer;
    int64_t rows;
    replay->clock.now_us = 1;
    TRY(store_init(directory, &world, why));
    TRY(store_open(directory, STORE_WRITE, &world, &replay->to, why));
    TRY(rows_again(replay, why));
    TRY(plan_recompute(replay->to, app_threads(replay->app), replay->upto, replay->work, &answer->plan, why));
    if (!answer->plan.same) return differs(replay, answer->plan.case_row, "the engine gives another case from the same facts");
    return store_verify(replay->from, &rows, why);                   /* (4) */
}

static void replay_end(Replay *replay) {
    for (int i = 0; i < OPEN_MOST; i++) run_close(replay, &replay->open[i]);
    list_end(&replay->runs);
    store_close(&replay->to);
    arena_end(&replay->batch.work);
}

Err replay_from_documents(App *app, Store *store, Arena *work, RowId row, ReplayAnswer *out_answer, Why *why) {
    own(arena_end) Arena *room = arena_begin(WORK_MOST);
    RowId planned;
    char *folder;
    Why ignored;
    *out_answer = (ReplayAnswer){ .difference = "" };
    TRY(planned_row(store, work, row, &planned, why));
    TRY(folder_temporary(work, "stockwright-replay", &folder, why));
    Replay replay = { .app = app, .from = store, .folder = folder, .upto = planned, .answer = out_answer, .work = work,
                      .batch = { .work = arena_begin(2 * (size_t)BATCH_BYTES), .facts = many_in(room, Fact, BATCH_ROWS), .where = many_in(room, FactPlace, BATCH_ROWS) } };
    Err err = prove(&replay, why);
    replay_end(&replay);
    if (folder_remove(folder, &ignored) != OK && err == OK) return fail(why, ERR_IO, "%s", ignored.message);
    if (err != ERR_CORRUPT) return err;
    out_answer->plan.same = false;                                   /* found, not failed: the answer says it */
    if (!*out_answer->difference) out_answer->difference = text_copy(work, why->message);
    return OK;
}

Err replay_now(App *app, Plan *plan, Arena *work, RowId row, ReplayAnswer *out_answer, Why *why) {
    Store *store;
    RowId planned;
    TRY(app_store(app, STORE_READ, &store, why));
    *out_answer = (ReplayAnswer){ .difference = "", .now = true };
    TRY(planned_row(store, work, row, &planned, why));
    return plan_recompute_now(plan, planned, work, &out_answer->plan, why);
}

void replay_write(Buf *out, const ReplayAnswer *answer) {
    const PlanReplay *plan = &answer->plan;
    bool two = !text_equal(plan->stored, plan->computed);            /* a difference in the rows leaves nothing to compare */
    JsonWriter json = json_writer(out);
    json_begin_object(&json);
    json_field_bool(&json, "same", plan->same);
    json_field_int(&json, "case_row", plan->case_row.v);
    json_field_int(&json, "step", plan->step.v);
    json_field_int(&json, "rows_compared", answer->rows_compared);
    json_field_int(&json, "row", answer->first_difference.v);
    json_field_str(&json, "difference", answer->difference);
    if (two && plan->stored.length) json_field_raw(&json, "stored", plan->stored);
    if (two && plan->computed.length) json_field_raw(&json, "computed", plan->computed);
    json_end(&json);
}
