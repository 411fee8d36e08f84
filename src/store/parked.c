/* parked.c - facts that name a code nobody has defined yet. They wait under the first missing code, in order of arrival, and are
 * judged as if they arrived right after the fact that defined it; one that misses another code waits again. */
#include "domain/note.h"
#include "store/facts.h"

Err park(Batch *batch, const Entry *entry, bool *out_was_there, Why *why) {
    own(query_end) Query insert = { 0 };
    static const char *const sql = "INSERT OR IGNORE INTO parked (missing_kind, missing_code, document, kind, key, hash, occurred_us, known_us, parked_us, author, line, offset, length, payload)"
                                   " VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)";
    TRY(query_begin(batch->store, &insert, sql, why));
    query_int(&insert, 1, entry->missing_kind);
    query_text(&insert, 2, entry->missing_code);
    query_int(&insert, 3, entry->document);
    query_int(&insert, 4, entry->fact->kind);
    query_text(&insert, 5, entry->key);
    query_int(&insert, 6, entry->hash);
    query_int(&insert, 7, entry->occurred_us);
    query_int(&insert, 8, entry->known_us);
    query_int(&insert, 9, batch->now_us);
    query_str(&insert, 10, entry->by);
    query_int(&insert, 11, entry->where.line);
    query_int(&insert, 12, entry->where.offset);
    query_int(&insert, 13, entry->where.length);
    query_text(&insert, 14, entry->payload);
    TRY(query_run(&insert, why));
    *out_was_there = sqlite3_changes(batch->store->db) == 0;
    return OK;
}

typedef struct Waiting { int64_t id; Entry entry; } Waiting;
typedef LIST(Waiting) WaitingList;
static void waiting_end(WaitingList *list) { list_end(list); }

enum { RELEASE_MOST = 1000 };

static Err waiting_read(Batch *batch, const Defined *defined, WaitingList *out, Why *why) {
    own(query_end) Query query = { 0 };
    static const char *const sql = "SELECT id, document, kind, key, hash, occurred_us, known_us, author, line, offset, length, payload FROM parked"
                                   " WHERE missing_kind = $1 AND missing_code = $2 ORDER BY id LIMIT 1000";
    Arena *work = batch->work;
    TRY(query_begin(batch->store, &query, sql, why));
    query_int(&query, 1, defined->kind);
    query_text(&query, 2, defined->code);
    for (;;) {
        bool found;
        TRY(query_next(&query, &found, why));
        if (!found) return OK;
        Fact *fact = new_in(work, Fact);
        Text key = query_text_at(&query, 3), payload = query_text_at(&query, 11);
        Entry entry = { .fact = fact, .document = query_int_at(&query, 1), .hash = query_int_at(&query, 4), .occurred_us = query_int_at(&query, 5),
                        .known_us = query_int_at(&query, 6), .by = text_copy(work, query_str_at(&query, 7)),
                        .where = { query_int_at(&query, 8), query_int_at(&query, 9), query_int_at(&query, 10) },
                        .key = text_from(text_copy_n(work, key.at, key.length), key.length),
                        .payload = text_from(text_copy_n(work, payload.at, payload.length), payload.length) };
        TRY(fact_read(work, (FactKind)query_int_at(&query, 2), entry.payload, fact, why));
        list_push(out, (Waiting){ query_int_at(&query, 0), entry });
    }
}

static Err parked_remove(Store *store, int64_t id, Why *why) {
    own(query_end) Query query = { 0 };
    TRY(query_begin(store, &query, "DELETE FROM parked WHERE id = $1", why));
    query_int(&query, 1, id);
    return query_run(&query, why);
}

static Err park_again(Store *store, int64_t id, const Entry *entry, Why *why) {
    own(query_end) Query query = { 0 };
    TRY(query_begin(store, &query, "UPDATE parked SET missing_kind = $1, missing_code = $2 WHERE id = $3", why));
    query_int(&query, 1, entry->missing_kind);
    query_text(&query, 2, entry->missing_code);
    query_int(&query, 3, id);
    return query_run(&query, why);
}

/* Nobody waits for the outcome of a released fact, so a contradiction is written down where planners look for bad rows. */
static Err note_conflict(Store *store, const Entry *entry, Why *why) {
    own(buf_end) Buf payload = buf_begin(1 * MiB);
    JsonWriter json = json_writer(&payload);
    json_begin_object(&json);
    json_field_str(&json, "class", "conflict");
    json_field_int(&json, "line", entry->where.line);
    json_field_str(&json, "field", "");
    json_field_str(&json, "message", "the same key and version came with other content");
    json_field_str(&json, "hint", "correct one of the two rows in the source and import again");
    json_field_str(&json, "kind", fact_kinds[entry->fact->kind].name);
    json_field_int(&json, "count", 1);
    json_end(&json);
    TRY(buf_check(&payload, "a note", why));
    Row row = { .cause = { entry->document }, .kind = ROW_NOTE, .sub = NOTE_BAD_ROW, .item = entry->item, .place = entry->place, .by = entry->by,
                .key = entry->key.at, .payload = buf_text(&payload) };
    return log_append(store, &row, why);
}

static Err release_some(Batch *batch, const Defined *defined, size_t *out_count, Why *why) {
    own(waiting_end) WaitingList waiting = { 0 };
    TRY(waiting_read(batch, defined, &waiting, why));
    for (size_t i = 0; i < waiting.count; i++) {
        Entry *entry = &waiting.at[i].entry;
        TRY(batch_resolve(batch, entry, why));
        if (entry->outcome == FACT_PARKED) {
            TRY(park_again(batch->store, waiting.at[i].id, entry, why));
            continue;
        }
        TRY(parked_remove(batch->store, waiting.at[i].id, why));
        list_push(&batch->entries, *entry);
    }
    TRY(batch_write(batch, why));
    for (size_t i = 0; i < batch->entries.count; i++)
        if (batch->entries.at[i].outcome == FACT_CONFLICTING) TRY(note_conflict(batch->store, &batch->entries.at[i], why));
    *out_count = waiting.count;
    batch_clear(batch);
    return OK;
}

Err parked_release(Batch *batch, const Defined *defined, Why *why) {
    size_t count = RELEASE_MOST;
    while (count == RELEASE_MOST) TRY(release_some(batch, defined, &count, why));
    return OK;
}

Err parked_forget(Store *store, int64_t document, Why *why) {
    own(query_end) Query query = { 0 };
    TRY(query_begin(store, &query, "DELETE FROM parked WHERE document = $1", why));
    query_int(&query, 1, document);
    return query_run(&query, why);
}

typedef LIST(ParkedFact) ParkedList;
static void parked_end(ParkedList *list) { list_end(list); }

Err facts_parked(Store *store, Arena *work, ParkedFact **out, int *out_count, int most, Why *why) {
    own(query_end) Query query = { 0 };
    own(parked_end) ParkedList list = { 0 };
    TRY(query_begin(store, &query, "SELECT id, document, kind, key, missing_kind, missing_code, parked_us, payload FROM parked ORDER BY id LIMIT $1", why));
    query_int(&query, 1, most);
    for (;;) {
        bool found;
        TRY(query_next(&query, &found, why));
        if (!found) break;
        Text payload = query_text_at(&query, 7);
        list_push(&list, (ParkedFact){
            .id = query_int_at(&query, 0), .document = { query_int_at(&query, 1) }, .kind = (FactKind)query_int_at(&query, 2),
            .key = text_copy(work, query_str_at(&query, 3)), .missing_kind = id_kind_names[query_int_at(&query, 4)],
            .missing_code = text_copy(work, query_str_at(&query, 5)), .parked_us = query_int_at(&query, 6),
            .payload = text_from(text_copy_n(work, payload.at, payload.length), payload.length) });
    }
    *out = many_in(work, ParkedFact, list.count + 1);
    for (size_t i = 0; i < list.count; i++) (*out)[i] = list.at[i];
    *out_count = (int)list.count;
    return OK;
}
