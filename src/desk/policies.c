#include "desk/policies.h"

#include <string.h>

#include "base/hash.h"
#include "base/json.h"

enum { POLICY_BYTES_MOST = 1 * MiB };

Err person_may(Person person, Right right, Why *why) {
    if (role_may(person.role, right)) return OK;
    return fail(why, ERR_DENIED, "%s (%s) may not %s", person.name && *person.name ? person.name : "somebody without a name",
                role_name(person.role), right_name(right));
}

typedef struct Newest { Arena *arena; Row row; bool found; } Newest;

static Err take_newest(void *self, const Row *row, [[maybe_unused]] Why *why) {
    Newest *newest = self;
    newest->row = *row;
    newest->row.by = text_copy(newest->arena, row->by);
    newest->row.payload = text_of(text_keep(newest->arena, row->payload));
    newest->found = true;
    return OK;
}

Err policies_current(Store *store, Arena *arena, RowId upto, PolicyInForce *out_policy, Why *why) {
    Newest newest = { .arena = arena };
    LogFilter filter = { .upto = upto, .kinds = 1ull << ROW_POLICY, .most = 1, .newest_first = true };
    TRY(log_scan(store, &filter, take_newest, &newest, why));
    if (!newest.found) return fail_hint(why, fail(why, ERR_NOT_FOUND, "no policy was applied yet"), "stockwright policy apply FILE");
    const JsonValue *payload;
    const char *hex, *name;
    PolicyInForce in_force = { .row = newest.row.id, .by = newest.row.by, .applied_us = newest.row.recorded_us };
    TRY(json_parse(arena, newest.row.payload, &payload, why));
    TRY(json_need_text(payload, "blob", &hex, why));
    TRY(json_need_text(payload, "name", &name, why));
    TRY(blob_read_named(store, arena, hex, &in_force.json, why));
    TRY(policy_parse(arena, name, in_force.json, &in_force.policy, why));
    *out_policy = in_force;
    return OK;
}

static Err take_id(void *self, const Row *row, [[maybe_unused]] Why *why) {
    *(RowId *)self = row->id;
    return OK;
}

Err policies_row(Store *store, RowId after, RowId upto, RowId *out_row, Why *why) {
    LogFilter filter = { .after = after, .upto = upto, .kinds = 1ull << ROW_POLICY, .most = 1, .newest_first = true };
    *out_row = (RowId){ 0 };
    return log_scan(store, &filter, take_id, out_row, why);
}

static Err append_policy(Store *store, Arena *arena, const char *name, Text json, const char *by, RowId *out_row, Why *why) {
    Hash hash;
    own(buf_end) Buf payload = buf_begin(64 * KiB);
    TRY(store_begin(store, why));
    Err err = blob_put(store, json.at, json.length, &hash, why);
    JsonWriter writer = json_writer(&payload);
    json_begin_object(&writer);
    json_field_int(&writer, "v", 1);
    json_field_str(&writer, "name", name);
    json_field_str(&writer, "blob", err == OK ? hash_hex(arena, hash) : "");
    json_end(&writer);
    Row row = { .kind = ROW_POLICY, .by = by, .key = "policy", .payload = buf_text(&payload) };
    if (err == OK) err = log_append(store, &row, why);
    if (err == OK) err = store_commit(store, why);
    if (err != OK) store_rollback(store);
    else *out_row = row.id;
    return err;
}

Err policies_apply(Store *store, Arena *arena, const char *name, Text json, const char *by, PolicyApply apply,
                   PolicyChange **out_changes, int *out_count, RowId *out_row, Why *why) {
    Policy policy;
    PolicyInForce in_force = { .json = text_of("{}") };
    if (json.length > POLICY_BYTES_MOST) return fail(why, ERR_LIMIT, "%s is larger than a policy can be (1 MiB)", name);
    TRY(policy_parse(arena, name, json, &policy, why));
    Err err = policies_current(store, arena, (RowId){ 0 }, &in_force, why);
    if (err != OK && err != ERR_NOT_FOUND) return err;
    TRY(policy_diff(arena, in_force.json, json, out_changes, out_count, why));
    *out_row = in_force.row;
    if (apply == POLICY_DRY_RUN || text_equal(in_force.json, json)) return OK;
    return append_policy(store, arena, name, json, by, out_row, why);
}

Err policies_ensure(Store *store, Arena *arena, Text json, const char *name, Why *why) {
    PolicyInForce in_force;
    RowId row;
    Err err = policies_current(store, arena, (RowId){ 0 }, &in_force, why);
    return err == ERR_NOT_FOUND ? append_policy(store, arena, name, json, "system", &row, why) : err;
}
