/* documents.c - finding a document again, and taking back what one said, or a decision.
 *
 * Retracting appends one row; the facts stop being visible from that row on (family.h), which by itself gives back what they
 * had replaced. What other documents had repeated word for word, and so was never written twice, is written now in
 * their name: it was said more than once, and only one of those who said it was wrong. */
#include <string.h>

#include "store/facts.h"

Err document_by_hash(Store *store, const char *source, Hash hash, RowId *out_row, Why *why) {
    own(query_end) Query query = { 0 };
    own(arena_end) Arena *work = arena_begin(1 * MiB);
    bool found;
    const char *hex = hash_hex(work, hash);
    TRY(query_begin(store, &query, "SELECT id FROM log WHERE key = $1 AND kind = 1 AND kind <> 2 AND id NOT IN (SELECT document FROM retracted) ORDER BY id DESC LIMIT 1", why));
    query_str(&query, 1, text_format(work, "%s|%s", source, hex));
    TRY(query_next(&query, &found, why));
    if (!found) return fail(why, ERR_NOT_FOUND, "no document of %s has the hash %s", source, hex);
    *out_row = (RowId){ query_int_at(&query, 0) };
    return OK;
}

static Err retraction_append(Store *store, RowId document, const char *by, const char *reason, RowId *out_row, Why *why) {
    own(buf_end) Buf payload = buf_begin(64 * KiB);
    JsonWriter json = json_writer(&payload);
    json_begin_object(&json);
    json_field_int(&json, "document", document.v);
    json_field_str(&json, "reason", reason ? reason : "");
    json_end(&json);
    TRY(buf_check(&payload, "the reason", why));
    Row row = { .cause = document, .kind = ROW_RETRACT, .by = by, .payload = buf_text(&payload) };
    TRY(log_append(store, &row, why));
    own(query_end) Query insert = { 0 };
    TRY(query_begin(store, &insert, "INSERT INTO retracted (document, row) VALUES ($1, $2)", why));
    query_int(&insert, 1, document.v);
    query_int(&insert, 2, row.id.v);
    TRY(query_run(&insert, why));
    *out_row = row.id;
    return OK;
}

/* ---- what others repeated ---- */

typedef struct Said { int64_t row; Entry entry; } Said;       /* entry without fact, key and payload: those are the row's */
typedef LIST(Said) SaidList;
static void said_end(SaidList *list) { list_end(list); }

enum { SAID_MOST = 5000 };

/* Repetitions of the document's rows by live documents, after `last`. */
static Err said_read(Batch *batch, int64_t document, const Said *last, SaidList *out, Why *why) {
    own(query_end) Query query = { 0 };
    static const char *const sql =
        "SELECT a.row, a.document, a.occurred_us, a.known_us, a.author, a.line, a.offset, a.length FROM span JOIN also a ON a.row BETWEEN span.first AND span.last"
        " WHERE span.document = $1 AND (a.row, a.document) > ($2, $3) AND a.document NOT IN (SELECT document FROM retracted) ORDER BY a.row, a.document LIMIT 5000";
    TRY(query_begin(batch->store, &query, sql, why));
    query_int(&query, 1, document);
    query_int(&query, 2, last->row);
    query_int(&query, 3, last->entry.document);
    for (;;) {
        bool found;
        TRY(query_next(&query, &found, why));
        if (!found) return OK;
        Entry entry = { .document = query_int_at(&query, 1), .occurred_us = query_int_at(&query, 2), .known_us = query_int_at(&query, 3),
                        .by = text_copy(batch->work, query_str_at(&query, 4)),
                        .where = { query_int_at(&query, 5), query_int_at(&query, 6), query_int_at(&query, 7) } };
        list_push(out, (Said){ query_int_at(&query, 0), entry });
    }
}

static void members_end(MemberList *members) { list_end(members); }

/* Where arrival decides, the repetition was said before whatever replaced the row since, and must not come after it now. */
static Err was_replaced(Batch *batch, const Said *said, const Fact *fact, bool *out_was, Why *why) {
    own(members_end) MemberList family = { 0 };
    Moment now = { INT64_MAX - 1, INT64_MAX, batch->retracted };
    TRY(family_of(batch->store, said->row, &family, why));
    const Member *counting = family_counting(family.at, family.count, &now);
    *out_was = fact->version == 0 && counting && counting->row > said->row;
    return OK;
}

static Err said_put(Batch *batch, Said *said, Why *why) {
    Row row;
    bool replaced;
    Fact *fact = new_in(batch->work, Fact);
    TRY(log_read(batch->store, batch->work, (RowId){ said->row }, &row, why));
    TRY(fact_read(batch->work, (FactKind)row.sub, row.payload, fact, why));
    TRY(was_replaced(batch, said, fact, &replaced, why));
    if (replaced) return OK;
    said->entry.fact = fact;
    said->entry.key = text_of(row.key);
    said->entry.payload = row.payload;
    said->entry.hash = (int64_t)hash64(row.payload.at, row.payload.length, 0);
    TRY(batch_resolve(batch, &said->entry, why));
    list_push(&batch->entries, said->entry);
    return OK;
}

static Err say_again(Store *store, int64_t document, Why *why) {
    own(batch_end) Batch batch = { 0 };
    TRY(batch_begin(&batch, store, why));
    size_t count = SAID_MOST;
    for (Said last = { 0 }; count == SAID_MOST;) {
        own(said_end) SaidList said = { 0 };
        TRY(said_read(&batch, document, &last, &said, why));
        count = said.count;
        /* Several documents may have repeated one row: the second becomes a repetition of the first again, and is kept as one. */
        for (size_t i = 0; i < said.count; i++) TRY(said_put(&batch, &said.at[i], why));
        TRY(batch_write(&batch, why));
        if (count) last = said.at[count - 1];
        batch_clear(&batch);
    }
    return OK;
}

Err facts_retraction(Store *store, RowId cause, RowId *out_row, Why *why) {
    own(query_end) Query query = { 0 };
    bool found;
    TRY(query_begin(store, &query, "SELECT row FROM retracted WHERE document = $1", why));
    query_int(&query, 1, cause.v);
    TRY(query_next(&query, &found, why));
    *out_row = (RowId){ found ? query_int_at(&query, 0) : 0 };
    return OK;
}

Err facts_counting_of(Store *store, RowId cause, bool *out_any, Why *why) {
    own(query_end) Query query = { 0 };
    TRY(query_begin(store, &query, "SELECT first FROM span WHERE document = $1 AND document NOT IN (SELECT document FROM retracted) LIMIT 1", why));
    query_int(&query, 1, cause.v);
    return query_next(&query, out_any, why);
}

Err facts_retract(Store *store, RowId cause, const char *by, const char *reason, RowId *out_row, Why *why) {
    own(arena_end) Arena *work = arena_begin(16 * MiB);
    Row row;
    RowId before;
    TRY(store_writing(store, why));
    TRY(log_read(store, work, cause, &row, why));
    if (row.kind != ROW_DOCUMENT && row.kind != ROW_DECISION) return fail(why, ERR_INVALID, "row %lld is a %s, neither a document nor a decision", (long long)cause.v, row_kind_names[row.kind]);
    TRY(facts_retraction(store, cause, &before, why));
    if (before.v) return fail(why, ERR_CONFLICT, "%s %lld was retracted already by row %lld", row_kind_names[row.kind], (long long)cause.v, (long long)before.v);
    RowId retraction;
    TRY(parked_forget(store, cause.v, why));
    TRY(retraction_append(store, cause, by, reason, &retraction, why));
    TRY(say_again(store, cause.v, why));
    *out_row = retraction;
    return OK;
}
