/* log.c - rows are appended, chained and read back one at a time.
 *
 * (1) Ids are 1, 2, 3 ... without holes, in the order of the appends.
 * (2) Each row and each further cause (`because`), in the order they were put, is a link: chain = SHA-256(chain before || canonical
 *     bytes). It begins with 32 zero bytes; a row keeps the chain it made, `head` the newest id and chain. So whatever is changed,
 *     swapped, inserted, deleted or cut off is found by whoever recomputes it (verify.c).
 *
 * Canonical bytes of a row, little endian:
 *     OFFSET  SIZE
 *          0     8  id
 *          8     8  cause
 *         16  4x 4  kind, sub, item, place
 *         32  3x 8  recorded_us, occurred_us, known_us
 *         56  3x 8  line, offset, length: where in the document (0 = not from a document)
 *         80  3x 4  bytes of by, key, payload
 *         92        by, key, payload
 * and of a further cause:
 *          0  3x 8  after (the newest row when it was put), row, cause
 *         24        role */
#include <string.h>

#include "store/feed.h"

static uint8_t *put64(uint8_t *at, int64_t value) {
    for (int i = 0; i < 8; i++) at[i] = (uint8_t)((uint64_t)value >> (8 * i));
    return at + 8;
}

static uint8_t *put32(uint8_t *at, int64_t value) {
    for (int i = 0; i < 4; i++) at[i] = (uint8_t)((uint64_t)value >> (8 * i));
    return at + 4;
}

Sha256 log_chain(const Sha256 *before, const Row *row, const FactPlace *where) {
    Text by = text_of(row->by), key = text_of(row->key);
    uint8_t fixed[92], *at = fixed;
    at = put64(at, row->id.v);
    at = put64(at, row->cause.v);
    at = put32(at, row->kind);
    at = put32(at, row->sub);
    at = put32(at, row->item.v);
    at = put32(at, row->place.v);
    at = put64(at, row->recorded_us);
    at = put64(at, row->occurred_us);
    at = put64(at, row->known_us);
    at = put64(at, where->line);
    at = put64(at, where->offset);
    at = put64(at, where->length);
    at = put32(at, (int64_t)by.length);
    at = put32(at, (int64_t)key.length);
    put32(at, (int64_t)row->payload.length);
    Sha256Run run = sha256_begin();
    sha256_add(&run, text_from(before->at, SHA256_BYTES));
    sha256_add(&run, text_from(fixed, sizeof fixed));
    sha256_add(&run, by);
    sha256_add(&run, key);
    sha256_add(&run, row->payload);
    return sha256_end(&run);
}

static void link_cell(void *self, int64_t at, int column, FeedOut *out) {
    const Link *link = (const Link *)self + at;
    const Row *row = &link->row;
    switch (column) {
    case 0: feed_int(out, row->id.v); return;
    case 1: feed_int(out, row->cause.v); return;
    case 2: feed_int(out, row->kind); return;
    case 3: feed_int(out, row->sub); return;
    case 4: feed_int(out, row->item.v); return;
    case 5: feed_int(out, row->place.v); return;
    case 6: feed_int(out, row->recorded_us); return;
    case 7: feed_int(out, row->occurred_us); return;
    case 8: feed_int(out, row->known_us); return;
    case 9: feed_text(out, text_of(row->by)); return;
    case 10: feed_text(out, text_of(row->key)); return;
    case 11: feed_text(out, row->payload); return;
    case 12: feed_int(out, link->where.line); return;
    case 13: feed_int(out, link->where.offset); return;
    case 14: feed_int(out, link->where.length); return;
    default: feed_blob(out, link->chain.at, SHA256_BYTES); return;
    }
}

Err log_write(Store *store, Link *links, size_t count, Why *why) {
    own(query_end) Query insert = { 0 };
    static const char *const sql =
        "INSERT OR FAIL INTO log (id, cause, kind, sub, item, place, recorded_us, occurred_us, known_us, author, key, payload, line, offset, length, chain)"
        " SELECT v0, v1, v2, v3, v4, v5, v6, v7, v8, v9, v10, v11, v12, v13, v14, v15 FROM feed";
    RowId last = store->last;
    Sha256 chain = store->chain;
    for (size_t i = 0; i < count; i++) {
        Row *row = &links[i].row;
        row->id = last = (RowId){ last.v + 1 };
        if (!row->recorded_us) row->recorded_us = world_now_us(store->world);
        if (!row->by) row->by = "";
        if (!row->key) row->key = "";
        links[i].chain = chain = log_chain(&chain, row, &links[i].where);
    }
    feed_from(store, links, (int64_t)count, link_cell);
    TRY(query_begin(store, &insert, sql, why));
    TRY(query_run(&insert, why));
    store->last = last;
    store->chain = chain;
    for (size_t i = 0; i < count; i++) store->newest[links[i].row.kind] = links[i].row.id.v;
    return OK;
}

Err log_append(Store *store, Row *row, Why *why) {
    Link link = { .row = *row };
    TRY(store_writing(store, why));
    TRY(log_write(store, &link, 1, why));
    *row = link.row;
    return OK;
}

Sha256 link_chain(const Sha256 *before, RowId after, RowId row, Because because) {
    uint8_t fixed[24];
    put64(put64(put64(fixed, after.v), row.v), because.cause.v);
    Sha256Run run = sha256_begin();
    sha256_add(&run, text_from(before->at, SHA256_BYTES));
    sha256_add(&run, text_from(fixed, sizeof fixed));
    sha256_add(&run, text_of(because.role));
    return sha256_end(&run);
}

Err log_because(Store *store, RowId row, RowId cause, const char *role, Why *why) {
    own(query_end) Query insert = { 0 };
    TRY(store_writing(store, why));
    TRY(query_begin(store, &insert, "INSERT OR IGNORE INTO because (after, row, cause, role) VALUES ($1, $2, $3, $4)", why));
    query_int(&insert, 1, store->last.v);
    query_int(&insert, 2, row.v);
    query_int(&insert, 3, cause.v);
    query_str(&insert, 4, role);
    TRY(query_run(&insert, why));
    if (sqlite3_changes(store->db)) store->chain = link_chain(&store->chain, store->last, row, (Because){ cause, role });
    return OK;
}

RowId log_last(Store *store) {
    int64_t last;
    if (store->use == STORE_WRITE) return store->last;
    return query_one_int(store, "SELECT id FROM head", &last, NULL) == OK ? (RowId){ last } : store->last;
}

Row row_at(const Query *query) {
    return (Row){
        .id = { query_int_at(query, 0) },
        .cause = { query_int_at(query, 1) },
        .kind = (RowKind)query_int_at(query, 2),
        .sub = (int32_t)query_int_at(query, 3),
        .item = { (int32_t)query_int_at(query, 4) },
        .place = { (int32_t)query_int_at(query, 5) },
        .recorded_us = query_int_at(query, 6),
        .occurred_us = query_int_at(query, 7),
        .known_us = query_int_at(query, 8),
        .by = query_str_at(query, 9),
        .key = query_str_at(query, 10),
        .payload = query_text_at(query, 11),
    };
}

Row row_keep(Arena *work, const Row *row) {
    Row kept = *row;
    kept.by = text_copy(work, row->by);
    kept.key = text_copy(work, row->key);
    kept.payload = text_from(text_copy_n(work, row->payload.at, row->payload.length), row->payload.length);
    return kept;
}

Err log_read(Store *store, Arena *work, RowId id, Row *out_row, Why *why) {
    own(query_end) Query query = { 0 };
    bool found;
    TRY(query_begin(store, &query, "SELECT " LOG_COLUMNS " FROM log WHERE id = $1", why));
    query_int(&query, 1, id.v);
    TRY(query_next(&query, &found, why));
    if (!found) return fail(why, ERR_NOT_FOUND, "there is no row %lld in the log", (long long)id.v);
    Row row = row_at(&query);
    *out_row = row_keep(work, &row);
    return OK;
}

Err log_causes(Store *store, Arena *work, RowId id, Because **out_causes, int *out_count, Why *why) {
    own(query_end) Query query = { 0 };
    LIST(Because) causes = { 0 };
    Row row;
    TRY(log_read(store, work, id, &row, why));
    if (row.cause.v) list_push(&causes, (Because){ row.cause, "cause" });
    Err err = query_begin(store, &query, "SELECT cause, role FROM because WHERE row = $1 ORDER BY cause, role", why);
    if (err == OK) query_int(&query, 1, id.v);
    for (bool found = true; err == OK && found;) {
        err = query_next(&query, &found, why);
        if (err == OK && found) list_push(&causes, (Because){ { query_int_at(&query, 0) }, text_copy(work, query_str_at(&query, 1)) });
    }
    if (err == OK) {
        *out_causes = many_in(work, Because, causes.count + 1);
        if (causes.count) memcpy(*out_causes, causes.at, causes.count * sizeof *causes.at);
        *out_count = (int)causes.count;
    }
    list_end(&causes);
    return err;
}

enum { EFFECTS_MOST = 1000 };

/* Facts are found through the spans of their document: the log has no index on their causes. */
static const char *const effects_sql =
    "SELECT id FROM (SELECT id FROM log WHERE cause = $1 AND kind <> 2 UNION SELECT row FROM because WHERE cause = $1"
    " UNION SELECT log.id FROM span JOIN log ON log.id BETWEEN span.first AND span.last WHERE span.document = $1) ORDER BY id LIMIT 1000";

Err log_effects(Store *store, Arena *work, RowId id, RowId **out_rows, int *out_count, Why *why) {
    own(query_end) Query query = { 0 };
    TRY(query_begin(store, &query, effects_sql, why));
    query_int(&query, 1, id.v);
    RowId *rows = many_in(work, RowId, EFFECTS_MOST);
    int count = 0;
    for (bool found = true; found && count < EFFECTS_MOST;) {
        TRY(query_next(&query, &found, why));
        if (found) rows[count++] = (RowId){ query_int_at(&query, 0) };
    }
    *out_rows = rows;
    *out_count = count;
    return OK;
}
