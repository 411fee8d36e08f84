#include "app/replay.h"

#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "base/hash.h"
#include "base/list.h"
#include "base/thread.h"
#include "ingest/regenerate.h"

enum { TRANSACTION_ROWS = 20000, OPEN_DOCUMENTS_MOST = 4096 };

typedef struct OpenDocument { RowId row; Regenerated *facts; } OpenDocument;

typedef struct Replay {
    App *app;
    Store *from, *to;
    WorldTest clock;                 /* the time of the row at hand, so that every stamp comes out as it was */
    const char *folder;              /* where documents are laid out */
    RowId upto;
    LIST(OpenDocument) documents;
    ReplayAnswer *answer;
    Arena *work;                     /* of the answer */
    int64_t in_transaction;
} Replay;

static Err differs(Replay *replay, const Row *row, const char *sentence) {
    replay->answer->first_difference = row->id;
    replay->answer->difference = text_format(replay->work, "row %lld (%s %s): %s", (long long)row->id.v, row_kind_names[row->kind], row->key, sentence);
    return ERR_CORRUPT;
}

/* ---- rows ---------------------------------------------------------------------------------------------------------- */

static Err blob_carry(Replay *replay, Text hex, Why *why) {
    own(arena_end) Arena *work = arena_begin(64 * KiB);
    Sha256 sha;
    Hash hash, copied;
    int64_t bytes;
    char *path = path_join(work, replay->folder, "blob");
    if (sha256_of_hex(hex, &sha, why) != OK) return OK;
    memcpy(hash.bytes, sha.at, sizeof hash.bytes);
    if (blob_size(replay->from, hash) < 0) return OK;
    TRY(blob_to_file(replay->from, hash, path, why));
    TRY(blob_put_file(replay->to, path, &copied, &bytes, why));
    if (memcmp(copied.bytes, hash.bytes, sizeof hash.bytes) != 0) return fail(why, ERR_CORRUPT, "the bytes %.*s are not what was kept", TEXT_ARGS(hex));
    return file_remove(path, why);
}

/* A policy's bytes go along under their hash: they are read again, and what no longer hashes to its name is found. */
static Err policy_carry(Replay *replay, const Row *row, Why *why) {
    own(arena_end) Arena *work = arena_begin(16 * MiB);
    const JsonValue *payload;
    const char *hex;
    TRY(json_parse(work, row->payload, &payload, why));
    TRY(json_need_text(payload, "blob", &hex, why));
    return blob_carry(replay, text_of(hex), why);
}

static Err row_copy(Replay *replay, const Row *row, Why *why) {
    Row copy = *row;
    if (row->kind == ROW_POLICY) TRY(policy_carry(replay, row, why));
    copy.id = (RowId){ 0 };
    TRY(log_append(replay->to, &copy, why));
    return copy.id.v == row->id.v ? OK : differs(replay, row, "it gets another number");
}

static Err document_open(Replay *replay, const Row *row, Why *why) {
    own(arena_end) Arena *work = arena_begin(64 * KiB);
    if (replay->documents.count == OPEN_DOCUMENTS_MOST) return fail(why, ERR_LIMIT, "more than %d documents", OPEN_DOCUMENTS_MOST);
    char *folder = text_format(work, "%s/%lld", replay->folder, (long long)row->id.v);
    TRY(folder_make(folder, why));
    OpenDocument document = { .row = row->id };
    Err err = regenerate_begin(replay->from, replay->to, row->id, folder, &document.facts, why);
    if (err == ERR_CORRUPT) return differs(replay, row, why->message);
    TRY(err);
    list_push(&replay->documents, document);
    return OK;
}

static OpenDocument *document_of(Replay *replay, RowId row) {
    for (size_t i = replay->documents.count; i > 0; i--)
        if (replay->documents.at[i - 1].row.v == row.v) return &replay->documents.at[i - 1];
    return NULL;
}

static Err fact_append(Replay *replay, const Row *row, const Fact *fact, FactPlace where, Why *why) {
    FactOutcome outcome;
    RowId made = { 0 };
    TRY(facts_append(replay->to, row->cause, fact, &where, 1, row->by, &outcome, &made, why));
    if (made.v == row->id.v) return OK;
    return differs(replay, row, text_format(replay->work, "taken in again it is %s", fact_outcome_names[outcome]));
}

/* What a person wrote is copied; what a document says is read from the document, and must say the same. */
static Err fact_again(Replay *replay, const Row *row, Why *why) {
    own(arena_end) Arena *work = arena_begin(64 * MiB);
    OpenDocument *document = document_of(replay, row->cause);
    FactPlace where = { 0 };
    Fact fact;
    Text payload;
    if (!document) {
        TRY(fact_read(work, (FactKind)row->sub, row->payload, &fact, why));
        fact.occurred_us = row->occurred_us;
        fact.known_us = row->known_us;
        return fact_append(replay, row, &fact, where, why);
    }
    TRY(fact_where(replay->from, row->id, &where, why));
    Err err = regenerate_find(document->facts, (FactKind)row->sub, text_of(row->key), where, &fact, &payload, why);
    if (err == ERR_NOT_FOUND || err == ERR_CORRUPT) return differs(replay, row, why->message);
    TRY(err);
    if (!text_equal(payload, row->payload))
        return differs(replay, row, text_format(replay->work, "the log says %.*s, line %lld of document %lld says %.*s", TEXT_ARGS(row->payload), (long long)where.line,
                                                (long long)row->cause.v, TEXT_ARGS(payload)));
    fact.occurred_us = row->occurred_us;
    fact.known_us = row->known_us;
    return fact_append(replay, row, &fact, where, why);
}

static Err row_again(Replay *replay, const Row *row, Why *why) {
    replay->clock.now_us = row->recorded_us;
    if (row->kind == ROW_FACT) return fact_again(replay, row, why);
    if (row->kind == ROW_RETRACT) {
        RowId made;
        TRY(document_retract(replay->to, row->cause, row->by, "", &made, why));
        return made.v == row->id.v ? OK : differs(replay, row, "it gets another number");
    }
    TRY(row_copy(replay, row, why));
    if (row->kind != ROW_DOCUMENT) return OK;
    TRY(store_commit(replay->to, why));              /* the document's units are read from what stands before it */
    TRY(document_open(replay, row, why));
    return store_begin(replay->to, why);
}

static Err visit(void *self, const Row *row, Why *why) {
    Replay *replay = self;
    TRY(row_again(replay, row, why));
    replay->answer->rows_compared++;
    app_progress(replay->app, "taking the documents in again", row->id.v, replay->upto.v);
    if (++replay->in_transaction % TRANSACTION_ROWS) return OK;
    TRY(store_commit(replay->to, why));
    return store_begin(replay->to, why);
}

/* ---- the whole ---------------------------------------------------------------------------------------------------------- */

static Err case_row_of(Store *store, Arena *work, RowId row, RowId *out, Why *why) {
    Row at;
    for (int depth = 0; depth < 8; depth++) {
        TRY(log_read(store, work, row, &at, why));
        if (at.kind == ROW_CASE) {
            *out = row;
            return OK;
        }
        row = at.cause;
        if (row.v == 0) break;
    }
    return fail_hint(why, fail(why, ERR_INVALID, "row %lld rests on no case", (long long)at.id.v), "name a case, a decision or a command");
}

static Err rebuild(Replay *replay, RowId case_row, Why *why) {
    own(arena_end) Arena *work = arena_begin(64 * KiB);
    char *directory = path_join(work, replay->folder, "store");
    World world = world_test(&replay->clock);
    replay->clock.now_us = 1;
    TRY(store_init(directory, &world, why));
    TRY(store_open(directory, STORE_WRITE, &world, &replay->to, why));
    replay->upto = case_row;
    LogFilter filter = { .upto = case_row };
    TRY(store_begin(replay->to, why));
    Err err = log_scan(replay->from, &filter, visit, replay, why);
    if (err == OK) err = store_commit(replay->to, why);
    else store_rollback(replay->to);
    if (err == OK) err = plan_recompute(replay->to, app_threads(replay->app), case_row, replay->work, &replay->answer->plan, why);
    return err;
}

Err replay_from_documents(App *app, Store *store, Arena *work, RowId row, ReplayAnswer *out_answer, Why *why) {
    RowId case_row;
    char *folder;
    *out_answer = (ReplayAnswer){ .difference = "" };
    TRY(case_row_of(store, work, row, &case_row, why));
    TRY(folder_temporary(work, "stockwright-replay", &folder, why));
    Replay replay = { .app = app, .from = store, .folder = folder, .answer = out_answer, .work = work };
    Err err = rebuild(&replay, case_row, why);
    for (size_t i = 0; i < replay.documents.count; i++) regenerate_end(&replay.documents.at[i].facts);
    list_end(&replay.documents);
    store_close(&replay.to);
    Why ignored;
    if (folder_remove(folder, &ignored) != OK && err == OK) return fail(why, ERR_IO, "%s", ignored.message);
    if (err == ERR_CORRUPT && out_answer->first_difference.v) return OK;      /* found, not failed: the answer says it */
    if (err == ERR_CORRUPT) {
        out_answer->difference = text_copy(work, why->message);
        return OK;
    }
    TRY(err);
    if (!out_answer->plan.same) out_answer->difference = "the engine gives another case from the same facts";
    return OK;
}

Err replay_now(App *app, Plan *plan, Arena *work, RowId row, ReplayAnswer *out_answer, Why *why) {
    Store *store;
    RowId case_row;
    TRY(app_store(app, STORE_READ, &store, why));
    *out_answer = (ReplayAnswer){ .difference = "", .now = true };
    TRY(case_row_of(store, work, row, &case_row, why));
    return plan_recompute_now(plan, case_row, work, &out_answer->plan, why);
}

void replay_write(Buf *out, const ReplayAnswer *answer) {
    JsonWriter json = json_writer(out);
    json_begin_object(&json);
    json_field_bool(&json, "same", answer->plan.same);
    json_field_int(&json, "case_row", answer->plan.case_row.v);
    json_field_int(&json, "step", answer->plan.step.v);
    json_field_int(&json, "rows_compared", answer->rows_compared);
    json_field_str(&json, "difference", answer->difference);
    if (!answer->plan.same && answer->plan.stored.length) json_field_raw(&json, "stored", answer->plan.stored);
    if (!answer->plan.same && answer->plan.computed.length) json_field_raw(&json, "computed", answer->plan.computed);
    json_end(&json);
}
