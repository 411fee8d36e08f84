#include "ingest/import.h"

#include <string.h>

#include "base/file.h"
#include "ingest/document.h"

enum { BATCH_FACTS = 10000 };

typedef struct Import {
    Job job;
    Document document;
    ImportResult *result;
    BreakerReport breaker;
    Arena *keep;
    FactOutcome *outcomes;      /* room for a batch */
    RowId *rows;
    int batch_facts;
    bool again;                 /* the document was here, incomplete: the run says so in its first transaction */
} Import;

/* Work that commits or leaves nothing behind. */
static Err in_transaction(Import *im, Err (*work)(Import *im, Why *why), Why *why) {
    TRY(store_begin(im->job.store, why));
    Err err = work(im, why);
    if (err == OK) err = store_commit(im->job.store, why);
    if (err != OK) store_rollback(im->job.store);
    return err;
}

/* ---- one batch ---- */

static void list_bad(Import *im, BadRow bad) {
    ImportResult *r = im->result;
    r->bad_by_class[bad.class]++;
    r->bad_rows++;
    if (r->bad_listed >= IMPORT_BAD_LISTED) return;
    bad.message = text_copy(im->keep, bad.message);
    bad.hint = text_copy(im->keep, bad.hint);
    bad.field = text_copy(im->keep, bad.field);
    bad.item = text_copy(im->keep, bad.item);
    bad.place = text_copy(im->keep, bad.place);
    r->bad[r->bad_listed++] = bad;
}

/* ---- a key told twice ---- */

typedef struct Told { Arena *work; const Fact *fact; Field differs; } Told;

static bool says_the_same(const Fact *a, const Fact *b, Field field) {
    if (fact_has(a, field) != fact_has(b, field)) return false;
    if (!fact_has(a, field) || fields[field].type == FIELD_RUN) return true;
    if (fields[field].type == FIELD_TEXT || fields[field].type == FIELD_CODE) return text_equal(a->text[field], b->text[field]);
    return a->number[field] == b->number[field];
}

static Err told_before(void *self, const Row *row, Why *why) {
    Told *told = self;
    Fact before;
    if (row->sub != (int32_t)told->fact->kind || told->differs != FIELD_COUNT_) return OK;
    TRY(fact_read(told->work, told->fact->kind, row->payload, &before, why));
    if (before.version != told->fact->version) return OK;
    for (Field field = 0; field < FIELD_COUNT_ && told->differs == FIELD_COUNT_; field++)
        if (!says_the_same(&before, told->fact, field)) told->differs = field;
    return OK;
}

/* The column that gives the field, or the field's own name. */
static const char *column_of(const Mapping *mapping, FactKind kind, Field field) {
    for (int e = 0; e < mapping->emits_count; e++)
        for (int i = 0; mapping->emits[e].kind == kind && i < mapping->emits[e].sets_count; i++)
            if (mapping->emits[e].sets[i].field == field) return mapping->emits[e].sets[i].label;
    return field == FIELD_COUNT_ ? "" : fields[field].name;
}

static Err list_conflict(Import *im, const Batch *batch, int i, Arena *work, Why *why) {
    const Fact *fact = &batch->facts[i];
    FactPlace where = batch->where[i];
    Text key = fact_key(work, fact);
    Told told = { work, fact, FIELD_COUNT_ };
    LogFilter filter = { .kinds = 1u << ROW_FACT, .key = text_keep(work, key) };
    if (im->result->bad_listed < IMPORT_BAD_LISTED) TRY(log_scan(im->job.store, &filter, told_before, &told, why));
    list_bad(im, (BadRow){ .class = BAD_CONFLICT, .line = where.line, .offset = where.offset, .length = where.length, .kind = fact->kind,
        .field = column_of(im->job.mapping, fact->kind, told.differs),
        .message = text_format(work, "%.*s was told before with other content and the same version", TEXT_ARGS(text_part(key, 0, 200))),
        .hint = "give the later row a higher version, or mark it as a correction",
        .item = text_keep(work, fact_text(fact, F_item)), .place = text_keep(work, fact_text(fact, F_place)) });
    return OK;
}

static Err note_one(Import *im, const BadRow *bad, Why *why) {
    int64_t noted = 0;
    for (int c = 0; c < BAD_CLASS_COUNT_; c++) noted += im->document.noted[c];
    if (noted >= IMPORT_BAD_LISTED) return OK;      /* an earlier, interrupted run has listed the most there may be */
    im->document.noted[bad->class]++;
    return note_bad_row(&im->job, im->document.row, bad, why);
}

/* Who reads the log must know where a run began: what it knew of items and units, and from which row on. */
static Err note_run(Import *im, Why *why) {
    if (!im->again) return OK;
    TRY(note_resumed(&im->job, &im->document, why));
    im->again = false;
    return OK;
}

static Err store_batch(Import *im, const Batch *batch, Why *why) {
    ImportResult *r = im->result;
    TRY(note_run(im, why));
    own(arena_end) Arena *work = arena_begin(64 * MiB);
    int listed = r->bad_listed;
    r->rows += batch->rows;
    r->silent_rows += batch->silent_rows;
    for (int i = 0; i < batch->bad_listed; i++) list_bad(im, batch->bad[i]);
    r->bad_rows += batch->bad_count - batch->bad_listed;
    for (int c = 0; c < BAD_CLASS_COUNT_; c++) {
        int64_t seen = 0;
        for (int i = 0; i < batch->bad_listed; i++) seen += (int)batch->bad[i].class == c;
        r->bad_by_class[c] += batch->bad_by_class[c] - seen;
    }
    r->facts += batch->count;
    if (batch->count) TRY(facts_append_formed(im->job.store, im->document.row, batch->facts, batch->forms, batch->where, batch->count, im->job.options->by, im->outcomes, im->rows, why));
    for (int i = 0; i < batch->count; i++) {
        r->outcomes[im->outcomes[i]]++;
        if (im->outcomes[i] == FACT_CONFLICTING) TRY(list_conflict(im, batch, i, work, why));
    }
    /* An all-or-nothing file writes its notes when it is refused: what is written here would be rolled back. */
    for (int i = listed; i < r->bad_listed && !im->job.atomic_file; i++) TRY(note_one(im, &r->bad[i], why));
    im->document.rows_done = batch->rows_done > im->document.rows_done ? batch->rows_done : im->document.rows_done;
    return OK;
}

/* ---- notes at the end ---- */

static Err note_rest(Import *im, Why *why) {
    for (int c = 0; c < BAD_CLASS_COUNT_; c++) {
        int64_t rest = im->result->bad_by_class[c] - im->document.noted[c];
        if (rest > 0) TRY(note_bad_rest(&im->job, im->document.row, (BadClass)c, rest, why));
    }
    return OK;
}

static Err finish(Import *im, Why *why) {
    TRY(note_rest(im, why));
    if (breaker_watches(im->job.mapping)) TRY(breaker_remember(&im->job, im->document.row, &im->breaker, why));
    TRY(note_imported(&im->job, im->document.row, im->result, why));
    im->document.state = DOCUMENT_COMPLETE;
    return document_save(&im->job, &im->document, im->result, why);
}

/* The facts were rolled back; the document stays, with what was wrong. */
static Err refuse(Import *im, Why *why) {
    im->document.state = DOCUMENT_REFUSED;
    im->document.rows_done = 0;
    for (int i = 0; i < im->result->bad_listed; i++) TRY(note_one(im, &im->result->bad[i], why));
    TRY(note_rest(im, why));
    TRY(note_refused(&im->job, im->document.row, im->result, why));
    return document_save(&im->job, &im->document, &(ImportResult){ 0 }, why);
}

/* ---- all batches ---- */

static bool asked_to_stop(const Import *im) {
    return im->job.options->stop && atomic_load(im->job.options->stop);
}

static void show(const Import *im, const Batch *batch) {
    if (im->job.options->progress) progress_at(im->job.options->progress, batch->bytes_done);
}

static Err row_by_row(Import *im, Reader *reader, Why *why) {
    for (;;) {
        const Batch *batch;
        turn_let_go(&im->job.options->turn);
        Err err = reader_next(reader, &batch, why);
        turn_take_back(&im->job.options->turn);
        TRY(err);
        TRY(store_begin(im->job.store, why));
        err = store_batch(im, batch, why);
        if (err == OK) err = batch->is_end ? finish(im, why) : document_save(&im->job, &im->document, im->result, why);
        if (err == OK) err = store_commit(im->job.store, why);
        if (err != OK) {
            store_rollback(im->job.store);
            return err;
        }
        show(im, batch);
        if (batch->is_end) return OK;
        if (asked_to_stop(im))
            return fail_hint(why, fail(why, ERR_INTERRUPTED, "%s: stopped after %lld rows", im->result->name, (long long)im->document.rows_done), "import it again: it goes on from there");
    }
}

static Err all_batches(Import *im, Reader *reader, Why *why) {
    const Batch *batch;
    do {
        TRY(reader_next(reader, &batch, why));
        TRY(store_batch(im, batch, why));
        show(im, batch);
        if (asked_to_stop(im)) return fail(why, ERR_INTERRUPTED, "%s: stopped, nothing of it counts", im->result->name);
    } while (!batch->is_end && !im->result->bad_rows);
    if (im->result->bad_rows) {
        const BadRow *bad = &im->result->bad[0];
        return fail_hint(why, fail(why, ERR_INVALID, "%s: line %lld: %s%s%s; nothing of the file counts", im->result->name, (long long)bad->line, bad->field, *bad->field ? ": " : "", bad->message), "%s", bad->hint);
    }
    return finish(im, why);
}

static Err all_or_nothing(Import *im, Reader *reader, Why *why) {
    Why first = { 0 };
    TRY(store_begin(im->job.store, why));
    Err err = all_batches(im, reader, &first);
    if (err == OK) err = store_commit(im->job.store, &first);
    if (err == OK) return OK;
    store_rollback(im->job.store);
    memset(im->result->outcomes, 0, sizeof im->result->outcomes);
    bool said = im->document.state == DOCUMENT_REFUSED;     /* the same file again: nothing new to write down */
    if (im->result->bad_rows && !said) TRY(in_transaction(im, refuse, why));
    if (why) *why = first;
    return err;
}

/* ---- before the first batch ---- */

static Err create(Import *im, Why *why) {
    own(arena_end) Arena *work = arena_begin(16 * MiB);
    TRY(document_create(&im->job, work, &im->document, why));
    return document_save(&im->job, &im->document, im->result, why);
}

static Err hold(Import *im, Why *why) {
    im->document.state = DOCUMENT_HELD;
    TRY(note_held(&im->job, im->document.row, im->breaker.held, &im->document.held_note, why));
    return document_save(&im->job, &im->document, im->result, why);
}

static Err release(Import *im, Why *why) {
    TRY(note_held_accepted(&im->job, im->document.held_note, why));
    im->document.state = DOCUMENT_RUNNING;
    return document_save(&im->job, &im->document, im->result, why);
}

/* Who loaded a file has an interest in its passing. */
static Err check_acceptor(const Import *im, Why *why) {
    own(arena_end) Arena *work = arena_begin(16 * MiB);
    Row row;
    if (!im->job.options->four_eyes) return OK;
    TRY(log_read(im->job.store, work, im->document.row, &row, why));
    if (!text_equal_nocase(text_of(row.by), text_of(im->job.options->by))) return OK;
    return fail_hint(why, fail(why, ERR_DENIED, "%s is held (%s), and %s loaded it", im->result->name, im->breaker.held->held, row.by), "another person imports it again with --accept-held");
}

static Err check_feed(Import *im, Why *why) {
    TRY(breaker_check(&im->job, im->keep, &im->breaker, why));
    Document *document = &im->document;
    bool accepted = document->state == DOCUMENT_RUNNING && document->held_note.v;    /* and then interrupted */
    if (!im->breaker.held || accepted) {
        if (document->state == DOCUMENT_HELD) document->state = DOCUMENT_RUNNING;
        return OK;
    }
    if (document->state != DOCUMENT_HELD) TRY(in_transaction(im, hold, why));
    if (im->job.options->accept_held) {
        TRY(check_acceptor(im, why));
        return in_transaction(im, release, why);
    }
    return fail_hint(why, fail(why, ERR_POLICY, "%s is held: %s", im->result->name, im->breaker.held->held),
        "nothing of it counts; if the file is right, a named person imports it again with --accept-held");
}

/* A header alone says nothing about anything. */
static Err has_rows(const Import *im, Why *why) {
    own(source_end) Source *source = NULL;
    Record record;
    Why why_row = { 0 };
    TRY(source_begin(im->job.options->path, im->job.mapping, &source, why));
    Err err = source_next(source, &record, &why_row);
    if (err == ERR_IO || err == ERR_CORRUPT) {
        if (why) *why = why_row;
        return err;
    }
    if (err != OK || !record.is_end) return OK;
    return fail_hint(why, fail(why, ERR_INVALID, "%s has a header and no rows", im->result->name), "empty means unknown, never zero: export it again");
}

static Err check_person(const ImportOptions *options, Why *why) {
    if (!options->accept_held || (strcmp(options->by, "import") != 0 && strcmp(options->by, "system") != 0)) return OK;
    return fail_hint(why, fail(why, ERR_DENIED, "a held file is accepted by a named person"), "say --user NAME");
}

static Err run(Import *im, Why *why) {
    Pass pass;
    Err err = pass_begin(&pass, &im->job, im->batch_facts, im->document.rows_done, true, why);
    if (err == OK) err = im->job.atomic_file ? all_or_nothing(im, pass.reader, why) : row_by_row(im, pass.reader, why);
    pass_end(&pass);
    return err;
}

static Err import_start(Import *im, Why *why) {
    own(arena_end) Arena *work = arena_begin(16 * MiB);
    TRY(check_person(im->job.options, why));
    TRY(has_rows(im, why));
    TRY(document_find(&im->job, work, &im->document, why));
    im->result->bytes = im->document.identity.bytes;
    im->result->already = im->document.state == DOCUMENT_COMPLETE;
    im->result->resumed = im->document.state == DOCUMENT_RUNNING && im->document.rows_done > 0;
    im->again = im->document.state != DOCUMENT_NEW;
    if (im->job.options->progress) progress_stage(im->job.options->progress, im->result->name, "bytes", im->result->bytes);
    if (im->document.state == DOCUMENT_NEW) TRY(in_transaction(im, create, why));
    im->result->document = im->document.row;
    return im->result->resumed ? document_restore(&im->job, work, &im->document, im->result, why) : OK;
}

static Err import_all(Import *im, Why *why) {
    TRY(import_start(im, why));
    if (im->result->already) return OK;
    if (breaker_watches(im->job.mapping) && !im->result->resumed) TRY(check_feed(im, why));
    im->outcomes = many_in(im->keep, FactOutcome, im->batch_facts + im->job.mapping->emits_count);
    im->rows = many_in(im->keep, RowId, im->batch_facts + im->job.mapping->emits_count);
    TRY(run(im, why));
    if (!im->result->bad_rows) return OK;
    return fail(why, ERR_PARTIAL, "%s: %lld of %lld rows are bad and were left out", im->result->name, (long long)im->result->bad_rows, (long long)im->result->rows);
}

Err import_file(Store *store, Arena *keep, const ImportOptions *options, ImportResult *out_result, Why *why) {
    Import im = { .result = out_result, .keep = keep, .batch_facts = options->batch_facts ? options->batch_facts : BATCH_FACTS };
    *out_result = (ImportResult){ .name = text_copy(keep, path_name(options->path)), .bad = many_in(keep, BadRow, IMPORT_BAD_LISTED) };
    Err err = job_begin(&im.job, store, keep, options, why);
    if (err == OK) {
        out_result->source = im.job.source_name;
        out_result->map = im.job.mapping->name;
        err = import_all(&im, why);
    }
    mapping_end(&im.job.mapping);
    return err;
}

Err import_retract(Store *store, RowId document, const char *by, const char *reason, RowId *out_row, Why *why) {
    own(arena_end) Arena *work = arena_begin(16 * MiB);
    Row row;
    TRY(log_read(store, work, document, &row, why));
    if (row.kind != ROW_DOCUMENT)
        return fail_hint(why, fail(why, ERR_INVALID, "row %lld is a %s, not a document", (long long)document.v, row_kind_names[row.kind]), "name the row that the import printed");
    TRY(store_begin(store, why));
    Err err = facts_retract(store, document, by, reason, out_row, why);
    if (err == OK) err = store_commit(store, why);
    if (err != OK) store_rollback(store);
    return err;
}
