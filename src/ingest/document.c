#include "ingest/document.h"

#include <string.h>

#include "base/file.h"
#include "base/hash.h"
#include "domain/note.h"

static const char *const states[] = {
    [DOCUMENT_NEW] = "new", [DOCUMENT_RUNNING] = "running", [DOCUMENT_HELD] = "held", [DOCUMENT_REFUSED] = "refused", [DOCUMENT_COMPLETE] = "complete",
};

/* ---- identity ---- */

static Err identify(const Job *job, Identity *out, Why *why) {
    FileFacts facts;
    TRY(file_facts(job->options->path, &facts, why));
    *out = (Identity){ .map = sha256(job->map_json), .bytes = facts.size_bytes };
    TRY(sha256_file(job->options->path, &out->file, why));
    if (job->companion_path) TRY(sha256_file(job->companion_path, &out->companion, why));
    Sha256Run run = sha256_begin();
    sha256_add(&run, text_from(&out->file, sizeof out->file));
    sha256_add(&run, text_from(&out->companion, sizeof out->companion));
    sha256_add(&run, text_from(&out->map, sizeof out->map));
    for (int i = 0; i < job->options->given.count; i++) {
        sha256_add(&run, text_of(job->options->given.at[i].name));
        sha256_add(&run, text_from("=", 1));
        sha256_add(&run, text_from(job->options->given.at[i].value, strlen(job->options->given.at[i].value) + 1));
    }
    Sha256 all = sha256_end(&run);
    memcpy(out->all.bytes, all.at, sizeof all.at);
    return OK;
}

static const char *value_name(Arena *work, RowId document) {
    return text_format(work, "%lld", (long long)document.v);
}

static void list_write(JsonWriter *json, const char *name, const int64_t list[BAD_CLASS_COUNT_]) {
    json_field_array(json, name);
    for (int i = 0; i < BAD_CLASS_COUNT_; i++) json_int(json, list[i]);
    json_end(json);
}

static Err list_read(const JsonValue *object, const char *name, int64_t out[BAD_CLASS_COUNT_], Why *why) {
    const JsonValue *list;
    int i = 0;
    TRY(json_need_array(object, name, &list, why));
    json_each(count, list) if (i < BAD_CLASS_COUNT_) TRY(integer_parse(count->text, &out[i++], why));
    return OK;
}

static Err state_read(Text text, Arena *work, Document *out, Why *why) {
    const JsonValue *root;
    const char *state;
    TRY(json_parse(work, text, &root, why));
    TRY(json_need_text(root, "state", &state, why));
    TRY(json_need_int(root, "rows_done", &out->rows_done, why));
    TRY(json_need_int(root, "held_note", &out->held_note.v, why));
    TRY(list_read(root, "noted", out->noted, why));
    out->state = DOCUMENT_COMPLETE;
    for (int i = 0; i <= DOCUMENT_COMPLETE; i++)
        if (strcmp(states[i], state) == 0) out->state = (DocumentState)i;
    return OK;
}

Err document_find(const Job *job, Arena *work, Document *out_document, Why *why) {
    Text text;
    *out_document = (Document){ .state = DOCUMENT_NEW };
    TRY(identify(job, &out_document->identity, why));
    Err err = document_by_hash(job->store, job->source_name, out_document->identity.all, &out_document->row, why);
    if (err == ERR_NOT_FOUND) return OK;
    TRY(err);
    err = value_get(job->store, work, "import", value_name(work, out_document->row), &text, why);
    if (err == ERR_NOT_FOUND) {
        out_document->state = DOCUMENT_COMPLETE;
        return OK;
    }
    TRY(err);
    return state_read(text, work, out_document, why);
}

static Err document_payload(const Job *job, const Identity *identity, Buf *out, Why *why) {
    char hex[SHA256_HEX];
    JsonWriter json = json_writer(out);
    json_begin_object(&json);
    json_field_str(&json, "source", job->source_name);
    json_field_str(&json, "name", path_name(job->options->path));
    json_field_int(&json, "bytes", identity->bytes);
    sha256_hex(&identity->file, hex);
    json_field_str(&json, "sha256", hex);
    json_field_str(&json, "map", job->mapping->name);
    json_field_int(&json, "map_version", job->mapping->version);
    sha256_hex(&identity->map, hex);
    json_field_str(&json, "map_sha256", hex);
    if (job->companion_path) {
        json_field_object(&json, "companion");
        json_field_str(&json, "name", path_name(job->companion_path));
        sha256_hex(&identity->companion, hex);
        json_field_str(&json, "sha256", hex);
        json_end(&json);
    }
    if (job->options->given.count) {
        json_field_object(&json, "given");
        for (int i = 0; i < job->options->given.count; i++) json_field_str(&json, job->options->given.at[i].name, job->options->given.at[i].value);
        json_end(&json);
    }
    json_field_str(&json, "atomic", job->atomic_file ? "file" : "row");
    json_end(&json);
    return buf_check(out, "the document's description", why);
}

/* The bytes that were stored must be those that were looked up: a file that still grows is not a document yet. */
static Err put_bytes(const Job *job, const Identity *identity, Why *why) {
    Hash hash;
    int64_t bytes;
    TRY(blob_put_file(job->store, job->options->path, &hash, &bytes, why));
    if (memcmp(hash.bytes, identity->file.at, sizeof hash.bytes) != 0)
        return fail_hint(why, fail(why, ERR_CONFLICT, "%s changed while it was read", job->options->path), "import it when its writer has finished");
    if (job->companion_path) TRY(blob_put_file(job->store, job->companion_path, &hash, &bytes, why));
    return blob_put(job->store, job->map_json.at, job->map_json.length, &hash, why);
}

Err document_create(const Job *job, Arena *work, Document *document, Why *why) {
    const Identity *identity = &document->identity;
    TRY(put_bytes(job, identity, why));
    Buf payload = buf_begin(64 * KiB);
    Err err = document_payload(job, identity, &payload, why);
    Row row = { .kind = ROW_DOCUMENT, .occurred_us = job->options->now_us, .known_us = job->options->now_us, .by = job->options->by,
        .key = text_format(work, "%s|%s", job->source_name, hash_hex(work, identity->all)), .payload = buf_text(&payload) };
    if (err == OK) err = log_append(job->store, &row, why);
    buf_end(&payload);
    TRY(err);
    document->row = row.id;
    document->state = DOCUMENT_RUNNING;
    return OK;
}

/* ---- how far it came ---- */

static void counts_write(JsonWriter *json, const ImportResult *r) {
    json_field_int(json, "rows", r->rows);
    json_field_int(json, "facts", r->facts);
    json_field_int(json, "bad_rows", r->bad_rows);
    json_field_int(json, "silent_rows", r->silent_rows);
    for (int i = 0; i < FACT_OUTCOME_COUNT_; i++) json_field_int(json, fact_outcome_names[i], r->outcomes[i]);
}

Err document_save(const Job *job, const Document *document, const ImportResult *counts, Why *why) {
    own(arena_end) Arena *work = arena_begin(1 * MiB);
    if (document->state == DOCUMENT_COMPLETE) return value_remove(job->store, "import", value_name(work, document->row), why);
    Buf text = buf_begin(16 * KiB);
    JsonWriter json = json_writer(&text);
    json_begin_object(&json);
    json_field_str(&json, "state", states[document->state]);
    json_field_int(&json, "rows_done", document->rows_done);
    json_field_int(&json, "held_note", document->held_note.v);
    counts_write(&json, counts);
    list_write(&json, "by_class", counts->bad_by_class);
    list_write(&json, "noted", document->noted);
    json_end(&json);
    Err err = value_put(job->store, "import", value_name(work, document->row), buf_text(&text), 0, why);
    buf_end(&text);
    return err;
}

Err document_restore(const Job *job, Arena *work, const Document *document, ImportResult *counts, Why *why) {
    Text text;
    const JsonValue *root;
    TRY(value_get(job->store, work, "import", value_name(work, document->row), &text, why));
    TRY(json_parse(work, text, &root, why));
    TRY(json_need_int(root, "rows", &counts->rows, why));
    TRY(json_need_int(root, "facts", &counts->facts, why));
    TRY(json_need_int(root, "bad_rows", &counts->bad_rows, why));
    TRY(json_need_int(root, "silent_rows", &counts->silent_rows, why));
    for (int i = 0; i < FACT_OUTCOME_COUNT_; i++) TRY(json_need_int(root, fact_outcome_names[i], &counts->outcomes[i], why));
    return list_read(root, "by_class", counts->bad_by_class, why);
}

/* ---- notes ---- */

typedef struct Note { Buf text; JsonWriter json; } Note;

static void note_open(Note *note) {
    note->text = buf_begin(64 * KiB);
    note->json = json_writer(&note->text);
    json_begin_object(&note->json);
}

static Err note_close(Note *note, const Job *job, Row row, RowId *out_id, Why *why) {
    json_end(&note->json);
    row.kind = ROW_NOTE;
    row.by = job->options->by;
    row.occurred_us = row.known_us = job->options->now_us;
    row.key = "";
    row.payload = buf_text(&note->text);
    Err err = log_append(job->store, &row, why);
    buf_end(&note->text);
    if (err == OK && out_id) *out_id = row.id;
    return err;
}

Err note_bad_row(const Job *job, RowId document, const BadRow *bad, Why *why) {
    Note note;
    note_open(&note);
    json_field_str(&note.json, "class", bad_class_names[bad->class]);
    json_field_str(&note.json, "document", path_name(job->options->path));
    json_field_int(&note.json, "line", bad->line);
    json_field_int(&note.json, "offset", bad->offset);
    json_field_int(&note.json, "length", bad->length);
    json_field_str(&note.json, "kind", bad->kind == FACT_NONE ? "" : fact_kinds[bad->kind].name);
    json_field_str(&note.json, "field", bad->field);
    json_field_str(&note.json, "message", bad->message);
    json_field_str(&note.json, "hint", bad->hint);
    json_field_str(&note.json, "item", bad->item);
    json_field_str(&note.json, "place", bad->place);
    json_field_int(&note.json, "count", 1);
    Row row = { .cause = document, .sub = NOTE_BAD_ROW };
    row.item.v = ident_find(job->store, ID_ITEM, text_of(bad->item));
    row.place.v = ident_find(job->store, ID_PLACE, text_of(bad->place));
    return note_close(&note, job, row, NULL, why);
}

Err note_bad_rest(const Job *job, RowId document, BadClass class, int64_t count, Why *why) {
    Note note;
    note_open(&note);
    json_field_str(&note.json, "class", bad_class_names[class]);
    json_field_str(&note.json, "document", path_name(job->options->path));
    json_field_int(&note.json, "line", 0);
    json_field_str(&note.json, "message", "further rows of this kind, not listed one by one");
    json_field_int(&note.json, "count", count);
    return note_close(&note, job, (Row){ .cause = document, .sub = NOTE_BAD_ROW }, NULL, why);
}

Err note_held(const Job *job, RowId document, const Finding *finding, RowId *out_note, Why *why) {
    char day[DAY_TEXT] = "";
    Note note;
    note_open(&note);
    if (finding->day) day_format(finding->day, day);
    json_field_str(&note.json, "reason", finding->held);
    json_field_str(&note.json, "check", breaker_check_names[finding->check]);
    json_field_str(&note.json, "document", path_name(job->options->path));
    json_field_str(&note.json, "place", finding->place);
    json_field_str(&note.json, "day", day);
    json_field_int(&note.json, "of", finding->of);
    json_field_int(&note.json, "hits", finding->hits);
    Row row = { .cause = document, .sub = NOTE_HELD };
    row.place.v = ident_find(job->store, ID_PLACE, text_of(finding->place));
    return note_close(&note, job, row, out_note, why);
}

Err note_held_accepted(const Job *job, RowId held_note, Why *why) {
    Note note;
    note_open(&note);
    json_field_str(&note.json, "document", path_name(job->options->path));
    return note_close(&note, job, (Row){ .cause = held_note, .sub = NOTE_HELD_ACCEPTED }, NULL, why);
}

Err note_imported(const Job *job, RowId document, const ImportResult *result, Why *why) {
    Note note;
    note_open(&note);
    counts_write(&note.json, result);
    return note_close(&note, job, (Row){ .cause = document, .sub = NOTE_IMPORTED }, NULL, why);
}

Err note_resumed(const Job *job, const Document *document, Why *why) {
    Note note;
    note_open(&note);
    json_field_str(&note.json, "document", path_name(job->options->path));
    json_field_int(&note.json, "rows_done", document->rows_done);
    return note_close(&note, job, (Row){ .cause = document->row, .sub = NOTE_RESUMED }, NULL, why);
}

Err note_refused(const Job *job, RowId document, const ImportResult *result, Why *why) {
    Note note;
    note_open(&note);
    json_field_str(&note.json, "document", path_name(job->options->path));
    json_field_int(&note.json, "bad_rows", result->bad_rows);
    return note_close(&note, job, (Row){ .cause = document, .sub = NOTE_REFUSED }, NULL, why);
}
