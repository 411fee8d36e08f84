#include "ingest/regenerate.h"

#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "base/hash.h"
#include "base/map.h"
#include "ingest/job.h"

enum { REGENERATE_BATCH = 10000, GIVEN_MOST = 64, KEEP_MOST = 1 << 30, MAP_MOST = 4 * MiB };

struct Regenerated {
    Arena *keep;                /* map, options, and the facts passed over */
    Arena *work;                /* of one answer */
    ImportOptions options;
    Job job;
    Pass pass;
    const Batch *batch;
    int at;                     /* next fact of the batch */
    TextMap *passed;            /* "line|key" -> index into payloads */
    Text *payloads;
    FactKind *kinds;
    int64_t (*times)[3];        /* version, occurred, known */
    size_t payloads_count, payloads_room;
};

static Err blob_of_hex(const char *hex, Hash *out, Why *why) {
    Sha256 sha;
    TRY(sha256_of_hex(text_of(hex), &sha, why));
    memcpy(out->bytes, sha.at, sizeof out->bytes);
    return OK;
}

static Err lay_out(Store *from, const char *hex, const char *path, Why *why) {
    Hash hash;
    TRY(blob_of_hex(hex, &hash, why));
    return blob_to_file(from, hash, path, why);
}

static Err given_of(Arena *keep, const JsonValue *payload, GivenList *out, Why *why) {
    const JsonValue *given = NULL;
    TRY(json_may_object(payload, "given", &given, why));
    Given *list = many_in(keep, Given, GIVEN_MOST);
    int count = 0;
    json_each(member, given)
        if (count < GIVEN_MOST) list[count++] = (Given){ member->name, text_keep(keep, member->text) };
    *out = (GivenList){ list, count };
    return OK;
}

static Err read_map(Regenerated *r, Store *from, const JsonValue *payload, Why *why) {
    const char *hex, *name;
    Hash hash;
    Text json;
    TRY(json_need_text(payload, "map_sha256", &hex, why));
    TRY(json_need_text(payload, "map", &name, why));
    TRY(blob_of_hex(hex, &hash, why));
    int64_t bytes = blob_size(from, hash);
    if (bytes < 0 || bytes > MAP_MOST) return fail(why, ERR_CORRUPT, "the map %s is not in the store", name);
    TRY(blob_read(from, r->keep, hash, 0, bytes, &json, why));
    return mapping_read(r->keep, json, name, r->options.given, &r->job.mapping, why);
}

static Err start(Regenerated *r, Store *from, Store *known, RowId document, const char *folder, Why *why) {
    Row row;
    const JsonValue *payload, *companion = NULL;
    const char *hex, *name;
    TRY(log_read(from, r->keep, document, &row, why));
    TRY(json_parse(r->keep, row.payload, &payload, why));
    TRY(json_need_text(payload, "sha256", &hex, why));
    TRY(json_need_text(payload, "name", &name, why));
    char *path = path_join(r->keep, folder, path_name(name));
    TRY(lay_out(from, hex, path, why));
    r->options = (ImportOptions){ .path = path, .now_us = row.recorded_us };
    TRY(given_of(r->keep, payload, &r->options.given, why));
    r->job = (Job){ .store = known, .options = &r->options, .keep = r->keep };
    TRY(read_map(r, from, payload, why));
    TRY(json_may_object(payload, "companion", &companion, why));
    if (companion) {
        TRY(json_need_text(companion, "sha256", &hex, why));
        TRY(json_need_text(companion, "name", &name, why));
        r->job.companion_path = path_join(r->keep, folder, path_name(name));
        TRY(lay_out(from, hex, r->job.companion_path, why));
    }
    return pass_begin(&r->pass, &r->job, REGENERATE_BATCH, 0, why);
}

Err regenerate_begin(Store *from, Store *known, RowId document, const char *folder, Regenerated **out, Why *why) {
    own(regenerate_end) Regenerated *r = calloc(1, sizeof *r);
    if (!r) return fail(why, ERR_LIMIT, "no memory to read a document again");
    r->keep = arena_begin(KEEP_MOST);
    r->work = arena_begin(64 * MiB);
    r->passed = text_map_begin(1 << 28);
    TRY_DOING(start(r, from, known, document, folder, why), "document %lld", (long long)document.v);
    *out = keep(r);
    return OK;
}

void regenerate_end(Regenerated **at) {
    Regenerated *r = *at;
    if (!r) return;
    pass_end(&r->pass);
    mapping_end(&r->job.mapping);
    text_map_end(&r->passed);
    free(r->payloads);
    free(r->kinds);
    free(r->times);
    arena_end(&r->work);
    arena_end(&r->keep);
    free(r);
    *at = NULL;
}

static Text label_of(Arena *work, int64_t line, Text key) { return text_of(text_format(work, "%lld|%.*s", (long long)line, TEXT_ARGS(key))); }

/* A fact that made no row where it stands: a repeat, or one that waited for a code and comes later. */
static void pass_over(Regenerated *r, const Fact *fact, int64_t line) {
    own(buf_end) Buf payload = buf_begin(64 * MiB);
    if (r->payloads_count == r->payloads_room) {
        r->payloads_room = r->payloads_room ? r->payloads_room * 2 : 64;
        r->payloads = realloc(r->payloads, r->payloads_room * sizeof *r->payloads);
        r->kinds = realloc(r->kinds, r->payloads_room * sizeof *r->kinds);
        r->times = realloc(r->times, r->payloads_room * sizeof *r->times);
        if (!r->payloads || !r->kinds || !r->times) stop_for("no memory to read a document again");
    }
    fact_write(&payload, fact);
    r->payloads[r->payloads_count] = text_from(text_keep(r->keep, buf_text(&payload)), payload.length);
    r->kinds[r->payloads_count] = fact->kind;
    r->times[r->payloads_count][0] = fact->version;
    r->times[r->payloads_count][1] = fact->occurred_us;
    r->times[r->payloads_count][2] = fact->known_us;
    text_map_set(r->passed, label_of(r->work, line, fact_key(r->work, fact)), (int64_t)r->payloads_count++);
}

static Err found_among_passed(Regenerated *r, int64_t index, Fact *out_fact, Text *out_payload, Why *why) {
    TRY(fact_read(r->work, r->kinds[index], r->payloads[index], out_fact, why));
    out_fact->version = r->times[index][0];
    out_fact->occurred_us = r->times[index][1];
    out_fact->known_us = r->times[index][2];
    *out_payload = r->payloads[index];
    return OK;
}

Err regenerate_find(Regenerated *r, FactKind kind, Text key, FactPlace where, Fact *out_fact, Text *out_payload, Why *why) {
    int64_t index;
    arena_clear(r->work);
    if (text_map_get(r->passed, label_of(r->work, where.line, key), &index)) return found_among_passed(r, index, out_fact, out_payload, why);
    for (;;) {
        if (!r->batch || r->at == r->batch->count) {
            if (r->batch && r->batch->is_end) return fail(why, ERR_NOT_FOUND, "line %lld of the document says nothing of %.*s", (long long)where.line, TEXT_ARGS(key));
            TRY(reader_next(r->pass.reader, &r->batch, why));
            r->at = 0;
            continue;
        }
        const Fact *fact = &r->batch->facts[r->at];
        int64_t line = r->batch->where[r->at].line;
        if (line > where.line) return fail(why, ERR_NOT_FOUND, "line %lld of the document says nothing of %.*s", (long long)where.line, TEXT_ARGS(key));
        r->at++;
        if (line == where.line && fact->kind == kind && text_equal(fact_key(r->work, fact), key)) {
            own(buf_end) Buf payload = buf_begin(64 * MiB);
            fact_write(&payload, fact);
            *out_fact = *fact;
            *out_payload = text_from(text_keep(r->work, buf_text(&payload)), payload.length);
            return OK;
        }
        pass_over(r, fact, line);
    }
}
