/* verbs-import.c - files in, imports listed and taken back. */
#include <string.h>

#include "app/app.h"
#include "app/verbs.h"
#include "base/time.h"
#include "domain/note.h"
#include "ingest/import.h"

enum { PREVIEW_ROWS = 20, GIVEN_MOST = 16 };

static Err atomic_read(const Call *call, ImportAtomic *out, Why *why) {
    const char *text = call_text(call, "atomic");
    *out = ATOMIC_AS_MAP;
    if (!text) return OK;
    if (strcmp(text, "row") == 0) *out = ATOMIC_ROW;
    else if (strcmp(text, "file") == 0) *out = ATOMIC_FILE;
    else return fail(why, ERR_USAGE, "\"atomic\" is row or file, not \"%s\"", text);
    return OK;
}

/* --set name=value,name=value for {"given": name} in the map. */
static Err given_read(const Call *call, Given *into, GivenList *out, Why *why) {
    const char *text = call_text(call, "set");
    Text rest = text_of(text);
    int count = 0;
    while (rest.length) {
        Text pair, name, value;
        text_split(rest, ',', &pair, &rest);
        if (!text_split(pair, '=', &name, &value) || count == GIVEN_MOST)
            return fail_hint(why, fail(why, ERR_USAGE, "\"set\" is not name=value"), "write --set as_of=2026-01-31");
        into[count++] = (Given){ text_keep(call->work, text_trim(name)), text_keep(call->work, text_trim(value)) };
    }
    *out = (GivenList){ into, count };
    return OK;
}

static Err import_options(Call *call, Given *given, ImportOptions *out, Why *why) {
    App *app = app_of(call);
    ImportOptions options = { .path = call_text(call, "file"), .map = call_text(call, "map"), .source = call_text(call, "source"),
                              .by = call->user[0] ? call->user : "import", .accept_held = call_flag(call, "accept-held"),
                              .now_us = world_now_us(app->world), .progress = app->serving ? NULL : &app->progress, .turn = app_turn(app) };
    TRY(atomic_read(call, &options.atomic, why));
    TRY(given_read(call, given, &options.given, why));
    *out = options;
    return OK;
}

/* A held file passes by a person who may set rules; under four eyes not by the one who loaded it. */
static Err accept_held(Call *call, ImportOptions *options, Why *why) {
    const Policy *policy;
    RowId row;
    if (!options->accept_held) return OK;
    TRY(app_person(call, why));
    if (!role_may(call->role, MAY_RULE))
        return fail_hint(why, fail(why, ERR_DENIED, "%s (%s) may not let a held file pass", call->user, role_name(call->role)), "a person who may change the policy may");
    TRY(app_policy(app_of(call), &policy, &row, why));
    options->four_eyes = policy->approval_four_eyes;
    return OK;
}

static Err preview(Call *call, const ImportOptions *options, Why *why) {
    Store *store = NULL;
    Preview seen;
    Why ignored;
    if (app_store(app_of(call), STORE_READ, &store, &ignored) != OK) store = NULL;    /* a map can be tried before there is a store */
    TRY(import_preview(store, call->work, options, PREVIEW_ROWS, &seen, why));
    JsonWriter json = json_writer(call->out);
    preview_write(&json, &seen);
    return OK;
}

Err verb_import(Call *call, Why *why) {
    Given given[GIVEN_MOST];
    ImportOptions options;
    ImportResult result = { 0 };
    Store *store;
    TRY(import_options(call, given, &options, why));
    if (call_flag(call, "dry-run")) return preview(call, &options, why);
    TRY(app_store(app_of(call), STORE_WRITE, &store, why));
    TRY(accept_held(call, &options, why));
    Err err = import_file(store, call->work, &options, &result, why);
    if (err != OK && err != ERR_PARTIAL) return err;
    call->outcome = err;
    JsonWriter json = json_writer(call->out);
    import_result_write(&json, &result);
    return OK;
}

typedef struct ImportList { JsonWriter json; Arena *work; } ImportList;

static Err import_row(void *self, const Row *row, Why *why) {
    ImportList *list = self;
    const JsonValue *document;
    const char *name = "", *source = "", *map = "";
    int64_t bytes = 0;
    char recorded[TIME_TEXT];
    TRY(json_parse(list->work, row->payload, &document, why));
    TRY(json_may_text(document, "name", &name, why));
    TRY(json_may_text(document, "source", &source, why));
    TRY(json_may_text(document, "map", &map, why));
    TRY(json_may_int(document, "bytes", &bytes, why));
    time_format(row->recorded_us, recorded);
    json_begin_object(&list->json);
    json_field_int(&list->json, "document", row->id.v);
    json_field_str(&list->json, "recorded", recorded);
    json_field_str(&list->json, "by", row->by);
    json_field_str(&list->json, "source", source);
    json_field_str(&list->json, "name", name);
    json_field_str(&list->json, "map", map);
    json_field_int(&list->json, "bytes", bytes);
    json_end(&list->json);
    return OK;
}

Err verb_imports(Call *call, Why *why) {
    Store *store;
    ImportList list = { json_writer(call->out), call->work };
    LogFilter filter = { .kinds = 1u << ROW_DOCUMENT, .newest_first = true, .most = 1000 };
    TRY(app_store(app_of(call), STORE_READ, &store, why));
    json_begin_object(&list.json);
    json_field_array(&list.json, "rows");
    TRY(log_scan(store, &filter, import_row, &list, why));
    json_end(&list.json);
    json_end(&list.json);
    return OK;
}

Err verb_retract(Call *call, Why *why) {
    Store *store;
    RowId row;
    int64_t document;
    TRY(app_person(call, why));
    TRY(call_int(call, "document", 0, &document, why));
    TRY(app_store(app_of(call), STORE_WRITE, &store, why));
    TRY(import_retract(store, (RowId){ document }, call->user, call_text(call, "reason"), &row, why));
    buf_addf(call->out, "{\"retracted\":%lld,\"row\":%lld}", (long long)document, (long long)row.v);
    return OK;
}
