#include "desk/why.h"

#include <stdio.h>
#include <string.h>

#include "base/decimal.h"
#include "base/hash.h"
#include "base/json.h"
#include "base/list.h"
#include "base/map.h"
#include "base/time.h"
#include "domain/case.h"
#include "domain/command.h"
#include "domain/decision.h"

enum { EXCERPT_MOST = 4096 };

/* ---- from an id to a row ---- */
typedef struct Found { RowId row; } Found;
static Err take_first(void *self, const Row *row, [[maybe_unused]] Why *why) {
    ((Found *)self)->row = row->id;
    return OK;
}

static Err newest_of_case(Store *store, Arena *work, RowId case_id, RowId *out_row, Why *why) {
    CaseLine line;
    Err err = case_line(store, work, case_id, &line, why);
    if (err == ERR_NOT_FOUND) return fail(why, err, "there is no case %lld", (long long)case_id.v);
    TRY(err);
    *out_row = line.row;
    return OK;
}

/* item/AX-1@DFW[/anything]: codes may hold '/', so the longest code that is known wins. */
static Err find_item(Store *store, Arena *work, Text path, RowId *out_row, Why *why) {
    Text item, place;
    RowId open;
    Found found = { 0 };
    if (!text_split(path, '@', &item, &place)) return fail_hint(why, fail(why, ERR_USAGE, "\"%.*s\" names no place", TEXT_ARGS(path)), "write item/ITEM@PLACE");
    ItemId item_id = { ident_find(store, ID_ITEM, item) };
    PlaceId place_id = { ident_find(store, ID_PLACE, place) };
    while (place_id.v == 0 && place.length > 0) {
        while (place.length > 0 && place.at[place.length - 1] != '/') place.length--;
        if (place.length > 0) place.length--;
        place_id.v = ident_find(store, ID_PLACE, place);
    }
    if (item_id.v == 0) return fail(why, ERR_NOT_FOUND, "there is no item \"%.*s\"", TEXT_ARGS(item));
    if (place_id.v == 0) return fail(why, ERR_NOT_FOUND, "\"%.*s\" names no place that is known", TEXT_ARGS(path));
    for (int32_t kind = CASE_BUY; kind < CASE_KIND_COUNT_; kind++) {
        Err err = case_open_for(store, item_id, place_id, kind, "", &open, why);
        if (err == OK) return newest_of_case(store, work, open, out_row, why);
        if (err != ERR_NOT_FOUND) return err;
    }
    LogFilter filter = { .kinds = 1ull << ROW_CASE, .item = item_id, .place = place_id, .most = 1, .newest_first = true };
    TRY(log_scan(store, &filter, take_first, &found, why));
    filter.kinds = 1ull << ROW_FACT;
    if (found.row.v == 0) TRY(log_scan(store, &filter, take_first, &found, why));
    if (found.row.v == 0) return fail(why, ERR_NOT_FOUND, "nothing is known about %.*s", TEXT_ARGS(path));
    *out_row = found.row;
    return OK;
}

static Err find_command(Store *store, Arena *work, Text name, RowId *out_row, Why *why) {
    OutboxLine line;
    Text value;
    RowId command;
    if (text_starts(name, "SW-")) {
        Err err = value_get(store, work, "reference", text_keep(work, name), &value, why);
        if (err == ERR_NOT_FOUND) return fail(why, err, "no order carries the reference %.*s", TEXT_ARGS(name));
        TRY(err);
        TRY(integer_parse(value, &command.v, why));
        TRY(outbox_get(store, work, command, &line, why));
    } else {
        Err err = outbox_by_key(store, work, text_keep(work, name), &line, why);
        if (err == ERR_NOT_FOUND) return fail(why, err, "no order has the key %.*s", TEXT_ARGS(name));
        TRY(err);
    }
    *out_row = line.row;
    return OK;
}

/* A plain number is a row; the first row of a case or a command stands for all of it, so its newest version is shown. */
static Err find_number(Store *store, Arena *work, int64_t number, RowId *out_row, Why *why) {
    Row row;
    CaseLine line;
    OutboxLine outbox;
    Err err = log_read(store, work, (RowId){ number }, &row, why);
    if (err == ERR_NOT_FOUND) return fail(why, err, "there is no row %lld", (long long)number);
    TRY(err);
    *out_row = row.id;
    if (row.kind == ROW_CASE && case_line(store, work, row.id, &line, NULL) == OK) *out_row = line.row;
    if (row.kind == ROW_COMMAND && outbox_get(store, work, row.id, &outbox, NULL) == OK) *out_row = outbox.row;
    return OK;
}

Err why_find(Store *store, Arena *work, const char *id, RowId *out_row, Why *why) {
    Text text = text_trim(text_of(id));
    int64_t number;
    if (text_starts(text, "row/")) text = text_part(text, 4, text.length);
    if (text_starts(text, "item/")) return find_item(store, work, text_part(text, 5, text.length), out_row, why);
    if (text_starts(text, "command/")) return find_command(store, work, text_part(text, 8, text.length), out_row, why);
    if (text_starts(text, "SW-")) return find_command(store, work, text, out_row, why);
    bool is_case = text_starts(text, "case/");
    if (is_case) text = text_part(text, 5, text.length);
    if (integer_parse(text, &number, NULL) != OK || number <= 0)
        return fail_hint(why, fail(why, ERR_USAGE, "\"%.*s\" is no id", TEXT_ARGS(text)), "a row number, case/N, item/ITEM@PLACE, command/KEY or SW-REFERENCE");
    return is_case ? newest_of_case(store, work, (RowId){ number }, out_row, why) : find_number(store, work, number, out_row, why);
}

/* ---- one line about a row ---- */
static const char *text_member(const JsonValue *object, const char *name) {
    const JsonValue *value = json_get(object, name);
    return json_is(value, JSON_STRING) || json_is(value, JSON_NUMBER) ? value->text.at : "";
}

static const char *summary_of(Arena *work, const Row *row, const JsonValue *payload) {
    switch (row->kind) {
    case ROW_FACT: return row->key;
    case ROW_DOCUMENT: return text_format(work, "%s, %s bytes", text_member(payload, "name"), text_member(payload, "bytes"));
    case ROW_CASE: return text_format(work, "%s: %s", text_member(payload, "status"), text_member(payload, "title"));
    case ROW_DECISION: {
        const char *reason = text_member(payload, "reason");
        return text_format(work, "%s by %s%s%s", text_member(payload, "verdict"), row->by, *reason ? ": " : "", reason);
    }
    case ROW_COMMAND: {
        const JsonValue *lines = json_get(payload, "lines");
        return text_format(work, "order of %zu lines to %s for %s: %s", lines ? lines->count : 0,
                           json_get(payload, "from_place") ? text_member(payload, "from_place") : text_member(payload, "supplier"), text_member(payload, "place"), text_member(payload, "state"));
    }
    case ROW_STEP: return text_format(work, "planning step up to row %s", text_member(payload, "upto"));
    case ROW_POLICY: return text_format(work, "policy %s by %s", text_member(payload, "name"), row->by);
    case ROW_MODEL: {
        const char *version = text_member(payload, "version");
        return text_format(work, "model %s%s%s", text_member(payload, "name"), *version ? " " : "", version);
    }
    default: return text_format(work, "%s %s", row_kind_names[row->kind], row->key);
    }
}

/* ---- the chain ---- */
typedef struct Walk {
    Store *store;
    Arena *work;
    IntMap *seen;
    LIST(WhyNode) nodes;
    bool cut;
} Walk;

static void walk_end(Walk *walk) {
    int_map_end(&walk->seen);
    list_end(&walk->nodes);
}

/* The bytes of the document that a fact came from. Documents that are gone or damaged are named without bytes: the chain is still worth showing. */
static Err find_document(Walk *walk, WhyNode *node, Why *why) {
    Row document;
    const JsonValue *payload;
    Hash hash;
    if (node->row.kind != ROW_FACT || node->row.cause.v == 0) return OK;
    TRY(log_read(walk->store, walk->work, node->row.cause, &document, why));
    if (document.kind != ROW_DOCUMENT) return OK;
    TRY(json_parse(walk->work, document.payload, &payload, why));
    node->has_document = true;
    node->document = (WhyDocument){ .name = text_member(payload, "name"), .sha256 = text_member(payload, "sha256") };
    Err err = fact_where(walk->store, node->row.id, &node->document.at, why);
    if (err == ERR_NOT_FOUND) return OK;
    TRY(err);
    if (node->document.at.length <= 0 || hash_of_hex(node->document.sha256, &hash, NULL) != OK) return OK;
    int64_t length = node->document.at.length < EXCERPT_MOST ? node->document.at.length : EXCERPT_MOST;
    if (blob_size(walk->store, hash) < node->document.at.offset + length) return OK;
    return blob_read(walk->store, walk->work, hash, node->document.at.offset, length, &node->document.text, why);
}

static Err visit(Walk *walk, RowId id, const char *role, int depth, Why *why);

static Err visit_causes(Walk *walk, const WhyNode *node, const JsonValue *payload, Why *why) {
    Because *causes;
    int count;
    int depth = node->depth + 1;
    int64_t policy = 0;
    RowId id = node->row.id;
    RowKind kind = node->row.kind;
    TRY(log_causes(walk->store, walk->work, id, &causes, &count, why));
    for (int i = 0; i < count; i++) TRY(visit(walk, causes[i].cause, causes[i].role, depth, why));
    if (kind != ROW_CASE && kind != ROW_STEP) return OK;
    TRY(json_may_int(payload, "policy", &policy, why));                       /* the payload is their own record of it */
    if (policy > 0) TRY(visit(walk, (RowId){ policy }, "policy", depth, why));
    const JsonValue *evidence = kind == ROW_CASE ? json_get(payload, "evidence") : NULL;
    json_each(element, evidence) {
        int64_t row;
        const char *role = "evidence";
        TRY(json_need_int(element, "row", &row, why));
        TRY(json_may_text(element, "role", &role, why));
        TRY(visit(walk, (RowId){ row }, role, depth, why));
    }
    return OK;
}

static Err visit(Walk *walk, RowId id, const char *role, int depth, Why *why) {
    bool is_new;
    if (id.v <= 0) return OK;
    if (walk->nodes.count == WHY_NODES_MOST || depth > WHY_DEPTH_MOST) {
        walk->cut = true;
        return OK;
    }
    int_map_place(walk->seen, id.v, 1, &is_new);
    if (!is_new) return OK;
    const JsonValue *payload = NULL;
    WhyNode node = { .role = text_copy(walk->work, role), .depth = depth };
    Err err = log_read(walk->store, walk->work, id, &node.row, why);
    if (err == ERR_NOT_FOUND) return OK;         /* a row another store's backup does not hold: nothing to show */
    TRY(err);
    if (node.row.payload.length > 0) TRY_DOING(json_parse(walk->work, node.row.payload, &payload, why), "row %lld", (long long)id.v);
    node.summary = summary_of(walk->work, &node.row, payload);
    TRY(find_document(walk, &node, why));
    list_push(&walk->nodes, node);
    return visit_causes(walk, &node, payload, why);
}

Err why_chain(Store *store, Arena *work, RowId root, WhyNode **out_nodes, int *out_count, bool *out_cut, Why *why) {
    own(walk_end) Walk walk = { .store = store, .work = work, .seen = int_map_begin(WHY_NODES_MOST + 1) };
    TRY(visit(&walk, root, "", 0, why));
    if (walk.nodes.count == 0) return fail(why, ERR_NOT_FOUND, "there is no row %lld", (long long)root.v);
    *out_nodes = many_in(work, WhyNode, walk.nodes.count);
    memcpy(*out_nodes, walk.nodes.at, walk.nodes.count * sizeof(WhyNode));
    *out_count = (int)walk.nodes.count;
    *out_cut = walk.cut;
    return OK;
}

/* ---- JSON ---- */
static void write_head(JsonWriter *json, const WhyNode *node) {
    char at[TIME_TEXT];
    time_format(node->row.recorded_us, at);
    json_field_int(json, "row", node->row.id.v);
    json_field_str(json, "kind", row_kind_names[node->row.kind]);
    json_field_str(json, "at", at);
    json_field_str(json, "by", node->row.by);
    json_field_str(json, "key", node->row.key);
    json_field_str(json, "summary", node->summary);
}

static void write_node(JsonWriter *json, const WhyNode *node) {
    json_begin_object(json);
    write_head(json, node);
    json_field_str(json, "role", node->role);
    json_field_int(json, "depth", node->depth);
    if (node->row.payload.length > 0) json_field_raw(json, "payload", node->row.payload);
    else json_field_null(json, "payload");
    if (node->has_document) {
        json_field_object(json, "document");
        json_field_str(json, "name", node->document.name);
        json_field_str(json, "sha256", node->document.sha256);
        json_field_int(json, "line", node->document.at.line);
        json_field_int(json, "offset", node->document.at.offset);
        json_field_int(json, "length", node->document.at.length);
        json_field_text(json, "text", node->document.text);
        json_end(json);
    }
    json_end(json);
}

void why_write(Buf *out, const WhyNode *nodes, int count, bool cut) {
    JsonWriter json = json_writer(out);
    json_begin_object(&json);
    json_field_object(&json, "root");
    if (count > 0) write_head(&json, &nodes[0]);
    json_end(&json);
    json_field_array(&json, "chain");
    for (int i = 0; i < count; i++) write_node(&json, &nodes[i]);
    json_end(&json);
    json_field_bool(&json, "cut", cut);
    json_end(&json);
}
