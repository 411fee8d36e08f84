#include "ingest/regenerate.h"

#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "base/hash.h"
#include "base/map.h"
#include "ingest/job.h"

/* No batch border of the import shows in its facts, so a small one serves. */
enum { REGENERATE_BATCH = 1000, GIVEN_MOST = 64, KEEP_MOST = 256 * MiB, WORK_MOST = 64 * MiB, MAP_MOST = 4 * MiB, LATE_MOST = 1 << 28 };

struct Regenerated {
    Arena *keep;                /* map and options */
    Arena *work;                /* of one answer */
    Buf payload;                /* of the fact at hand */
    ImportOptions options;
    Job job;
    Pass pass;
    int64_t skip_rows;
    const Batch *batch;
    int at;                     /* next fact of the batch */
    IntMap *late;               /* hash of line, kind and key -> hash of what is said there; NULL until a row comes late */
};

/* ---- laying out -------------------------------------------------------------------------------------------------------- */

static Err lay_out(Store *from, const char *hex, const char *path, Why *why) {
    Hash hash;
    TRY(hash_of_hex(hex, &hash, why));
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
    TRY(hash_of_hex(hex, &hash, why));
    int64_t bytes = blob_size(from, hash);
    if (bytes < 0 || bytes > MAP_MOST) return fail(why, ERR_CORRUPT, "the map %s is not in the store", name);
    TRY(blob_read(from, r->keep, hash, 0, bytes, &json, why));
    return mapping_read(r->keep, json, name, r->options.given, &r->job.mapping, why);
}

static Err start(Regenerated *r, Store *from, Store *known, const RegenerateRun *run, const char *folder, Why *why) {
    Row row;
    const JsonValue *payload, *companion = NULL;
    const char *hex, *name;
    TRY(log_read(from, r->keep, run->document, &row, why));
    TRY(json_parse(r->keep, row.payload, &payload, why));
    TRY(json_need_text(payload, "sha256", &hex, why));
    TRY(json_need_text(payload, "name", &name, why));
    char *path = path_join(r->keep, folder, path_name(name));
    TRY(lay_out(from, hex, path, why));
    r->options = (ImportOptions){ .path = path, .now_us = run->now_us };
    TRY(given_of(r->keep, payload, &r->options.given, why));
    r->job = (Job){ .store = known, .known_upto = run->upto, .options = &r->options, .keep = r->keep };
    r->skip_rows = run->skip_rows;
    TRY(read_map(r, from, payload, why));
    TRY(json_may_object(payload, "companion", &companion, why));
    if (companion) {
        TRY(json_need_text(companion, "sha256", &hex, why));
        TRY(json_need_text(companion, "name", &name, why));
        r->job.companion_path = path_join(r->keep, folder, path_name(name));
        TRY(lay_out(from, hex, r->job.companion_path, why));
    }
    return pass_begin(&r->pass, &r->job, REGENERATE_BATCH, r->skip_rows, false, why);
}

Err regenerate_begin(Store *from, Store *known, const RegenerateRun *run, const char *folder, Regenerated **out, Why *why) {
    own(regenerate_end) Regenerated *r = calloc(1, sizeof *r);
    if (!r) return fail(why, ERR_LIMIT, "no memory to read a document again");
    r->keep = arena_begin(KEEP_MOST);
    r->work = arena_begin(WORK_MOST);
    r->payload = buf_begin(WORK_MOST);
    TRY_DOING(start(r, from, known, run, folder, why), "document %lld", (long long)run->document.v);
    *out = keep(r);
    return OK;
}

void regenerate_end(Regenerated **at) {
    Regenerated *r = *at;
    if (!r) return;
    pass_end(&r->pass);
    mapping_end(&r->job.mapping);
    int_map_end(&r->late);
    buf_end(&r->payload);
    arena_end(&r->work);
    arena_end(&r->keep);
    free(r);
    *at = NULL;
}

/* ---- asking ------------------------------------------------------------------------------------------------------------ */

static Text payload_of(Regenerated *r, const Fact *fact) {
    buf_clear(&r->payload);
    fact_write(&r->payload, fact);
    return buf_text(&r->payload);
}

static bool is_of_row(Regenerated *r, const Fact *fact, int64_t line, const Row *row, int64_t row_line) {
    return line == row_line && (int)fact->kind == row->sub && text_equal(fact_key(r->work, fact), text_of(row->key));
}

static Err compare(const Row *row, Text says, int64_t occurred_us, int64_t known_us, Text *out_says, Why *why) {
    *out_says = says;
    if (!text_equal(says, row->payload)) return fail(why, ERR_CORRUPT, "the document says something else");
    if (occurred_us != row->occurred_us || known_us != row->known_us) return fail(why, ERR_CORRUPT, "the document says it of another time");
    return OK;
}

static Err silent(const Row *row, FactPlace where, Why *why) {
    return fail(why, ERR_NOT_FOUND, "line %lld of the document says nothing of %s", (long long)where.line, row->key);
}

typedef Err FactSeen(void *self, const Fact *fact, int64_t line);     /* ERR_INTERRUPTED: enough */

/* All of the run's facts again, beside the pass that follows the log. */
static Err each_fact(Regenerated *r, FactSeen *seen, void *self, Why *why) {
    Pass pass;
    const Batch *batch;
    Err err = pass_begin(&pass, &r->job, REGENERATE_BATCH, r->skip_rows, false, why);
    for (bool more = true; err == OK && more;) {
        err = reader_next(pass.reader, &batch, why);
        for (int i = 0; err == OK && i < batch->count; i++) err = seen(self, &batch->facts[i], batch->where[i].line);
        more = err == OK && !batch->is_end;
        arena_clear(r->work);
    }
    pass_end(&pass);
    return err == ERR_INTERRUPTED ? OK : err;
}

static int64_t late_key(int64_t line, int32_t kind, Text key) {
    return (int64_t)hash64(key.at, key.length, hash64_int((uint64_t)line << 8 | (uint64_t)kind));
}

static int64_t late_value(Text payload, int64_t occurred_us, int64_t known_us) {
    return (int64_t)hash64(payload.at, payload.length, hash64_int((uint64_t)occurred_us) ^ (uint64_t)known_us);
}

static Err index_late(void *self, const Fact *fact, int64_t line) {
    Regenerated *r = self;
    int_map_set(r->late, late_key(line, (int32_t)fact->kind, fact_key(r->work, fact)), late_value(payload_of(r, fact), fact->occurred_us, fact->known_us));
    return OK;
}

typedef struct Wanted { Regenerated *r; const Row *row; int64_t line, occurred_us, known_us; bool found; } Wanted;
static Err find_wanted(void *self, const Fact *fact, int64_t line) {
    Wanted *w = self;
    if (!is_of_row(w->r, fact, line, w->row, w->line)) return OK;
    (void)payload_of(w->r, fact);
    w->occurred_us = fact->occurred_us;
    w->known_us = fact->known_us;
    w->found = true;
    return ERR_INTERRUPTED;
}

static Err check_late(Regenerated *r, const Row *row, FactPlace where, Text *out_says, Why *why) {
    int64_t value;
    if (!r->late) {
        r->late = int_map_begin(LATE_MOST);
        TRY(each_fact(r, index_late, r, why));
    }
    if (!int_map_get(r->late, late_key(where.line, row->sub, text_of(row->key)), &value)) return silent(row, where, why);
    if (value == late_value(row->payload, row->occurred_us, row->known_us)) return OK;
    Wanted wanted = { .r = r, .row = row, .line = where.line };       /* the index knows that it differs, the file knows how */
    TRY(each_fact(r, find_wanted, &wanted, why));
    if (!wanted.found) return silent(row, where, why);
    return compare(row, buf_text(&r->payload), wanted.occurred_us, wanted.known_us, out_says, why);
}

Err regenerate_check(Regenerated *r, const Row *row, FactPlace where, Text *out_says, Why *why) {
    arena_clear(r->work);
    for (;;) {
        if (!r->batch || r->at == r->batch->count) {
            if (r->batch && r->batch->is_end) return check_late(r, row, where, out_says, why);
            TRY(reader_next(r->pass.reader, &r->batch, why));
            r->at = 0;
            continue;
        }
        const Fact *fact = &r->batch->facts[r->at];
        int64_t line = r->batch->where[r->at].line;
        if (line > where.line) return check_late(r, row, where, out_says, why);
        r->at++;                /* what is passed over was a repeat, waits for a code, or comes late */
        if (is_of_row(r, fact, line, row, where.line)) return compare(row, payload_of(r, fact), fact->occurred_us, fact->known_us, out_says, why);
    }
}
