/* outbox.c - the present of each command. What the states mean and which may follow which is deliver's; here a line is kept with
 * its newest row, found by key, by state and by when it is due. */
#include <string.h>

#include "store/room.h"

#define LINE_COLUMNS "command, row, key, sink, state, attempts, next_us, value_minor, lines, sent_us, supplier, place, external, error"

static OutboxLine line_at(const Query *query, Arena *work) {
    return (OutboxLine){
        .command = { query_int_at(query, 0) }, .row = { query_int_at(query, 1) }, .key = text_copy(work, query_str_at(query, 2)), .sink = text_copy(work, query_str_at(query, 3)),
        .state = (int32_t)query_int_at(query, 4), .attempts = (int32_t)query_int_at(query, 5), .next_us = query_int_at(query, 6), .value_minor = query_int_at(query, 7),
        .lines = (int32_t)query_int_at(query, 8), .sent_us = query_int_at(query, 9), .supplier = { (int32_t)query_int_at(query, 10) },
        .place = { (int32_t)query_int_at(query, 11) }, .external = text_copy(work, query_str_at(query, 12)), .error = text_copy(work, query_str_at(query, 13)) };
}

static Err line_write(Store *store, const OutboxLine *line, bool is_new, Why *why) {
    own(query_end) Query put = { 0 };
    /* The key is unique: a second command under the same key is refused by the table, whoever tries. */
    TRY(query_begin(store, &put, is_new ? "INSERT INTO outbox (" LINE_COLUMNS ") VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)"
                                        : "UPDATE outbox SET command = $1, row = $2, key = $3, sink = $4, state = $5, attempts = $6, next_us = $7, value_minor = $8, lines = $9, sent_us = $10,"
                                          " supplier = $11, place = $12, external = $13, error = $14 WHERE command = $1", why));
    query_int(&put, 1, line->command.v);
    query_int(&put, 2, line->row.v);
    query_str(&put, 3, line->key);
    query_str(&put, 4, line->sink);
    query_int(&put, 5, line->state);
    query_int(&put, 6, line->attempts);
    query_int(&put, 7, line->next_us);
    query_int(&put, 8, line->value_minor);
    query_int(&put, 9, line->lines);
    query_int(&put, 10, line->sent_us);
    query_int(&put, 11, line->supplier.v);
    query_int(&put, 12, line->place.v);
    query_str(&put, 13, line->external);
    query_str(&put, 14, line->error);
    return query_run(&put, why);
}

static Err key_free(Store *store, const char *key, Why *why) {
    own(query_end) Query query = { 0 };
    bool found;
    TRY(query_begin(store, &query, "SELECT command FROM outbox WHERE key = $1", why));
    query_str(&query, 1, key);
    TRY(query_next(&query, &found, why));
    return found ? fail(why, ERR_CONFLICT, "command %lld has this key already", (long long)query_int_at(&query, 0)) : OK;
}

Err outbox_put(Store *store, Row *row, OutboxLine *line, Why *why) {
    TRY(store_writing(store, why));
    bool is_new = line->command.v == 0;
    Row appended = *row;
    OutboxLine put = *line;
    if (is_new) TRY(key_free(store, line->key, why));
    TRY(log_append(store, &appended, why));
    put.row = appended.id;
    if (is_new) put.command = appended.id;
    TRY(line_write(store, &put, is_new, why));
    row->id = appended.id;
    row->recorded_us = appended.recorded_us;
    line->row = put.row;
    line->command = put.command;
    return OK;
}

static Err one(Query *query, Arena *work, OutboxLine *out_line, Why *why) {
    bool found;
    TRY(query_next(query, &found, why));
    if (!found) return fail(why, ERR_NOT_FOUND, "there is no such command");
    *out_line = line_at(query, work);
    return OK;
}

Err outbox_get(Store *store, Arena *work, RowId command, OutboxLine *out_line, Why *why) {
    own(query_end) Query query = { 0 };
    TRY(query_begin(store, &query, "SELECT " LINE_COLUMNS " FROM outbox WHERE command = $1", why));
    query_int(&query, 1, command.v);
    return one(&query, work, out_line, why);
}

Err outbox_by_key(Store *store, Arena *work, const char *key, OutboxLine *out_line, Why *why) {
    own(query_end) Query query = { 0 };
    TRY(query_begin(store, &query, "SELECT " LINE_COLUMNS " FROM outbox WHERE key = $1", why));
    query_str(&query, 1, key);
    return one(&query, work, out_line, why);
}

typedef LIST(OutboxLine) OutboxList;
static void outbox_list_end(OutboxList *list) { list_end(list); }

static Err many(Query *query, Arena *work, OutboxLine **out, int *out_count, Why *why) {
    own(outbox_list_end) OutboxList list = { 0 };
    for (;;) {
        bool found;
        TRY(query_next(query, &found, why));
        if (!found) break;
        list_push(&list, line_at(query, work));
    }
    *out = many_in(work, OutboxLine, list.count + 1);
    if (list.count) memcpy(*out, list.at, list.count * sizeof *list.at);
    *out_count = (int)list.count;
    return OK;
}

Err outbox_due(Store *store, Arena *work, uint32_t states, int64_t now_us, int most, OutboxLine **out, int *out_count, Why *why) {
    own(query_end) Query query = { 0 };
    TRY(query_begin(store, &query, "SELECT " LINE_COLUMNS " FROM outbox WHERE next_us <= $1 AND ($2 = 0 OR ($2 >> state) & 1) ORDER BY next_us, command LIMIT $3", why));
    query_int(&query, 1, now_us);
    query_int(&query, 2, states);
    query_int(&query, 3, most);
    return many(&query, work, out, out_count, why);
}

Err outbox_list(Store *store, Arena *work, uint32_t states, int most, OutboxLine **out, int *out_count, Why *why) {
    own(query_end) Query query = { 0 };
    TRY(query_begin(store, &query, "SELECT " LINE_COLUMNS " FROM outbox WHERE $1 = 0 OR ($1 >> state) & 1 ORDER BY command DESC LIMIT $2", why));
    query_int(&query, 1, states);
    query_int(&query, 2, most);
    return many(&query, work, out, out_count, why);
}

Err outbox_count(Store *store, uint32_t states, int64_t *out_count, Why *why) {
    own(query_end) Query query = { 0 };
    bool found;
    TRY(query_begin(store, &query, "SELECT count(*) FROM outbox WHERE $1 = 0 OR ($1 >> state) & 1", why));
    query_int(&query, 1, states);
    TRY(query_next(&query, &found, why));
    *out_count = query_int_at(&query, 0);
    return OK;
}

Err outbox_sent_since(Store *store, int64_t since_us, const char *sink, int64_t *out_value_minor, int64_t *out_lines, Why *why) {
    own(query_end) Query query = { 0 };
    bool found;
    TRY(query_begin(store, &query, "SELECT coalesce(sum(value_minor), 0), coalesce(sum(lines), 0) FROM outbox WHERE sent_us >= $1 AND sent_us > 0 AND ($2 = '' OR sink = $2)", why));
    query_int(&query, 1, since_us);
    query_str(&query, 2, sink);
    TRY(query_next(&query, &found, why));
    *out_value_minor = query_int_at(&query, 0);
    *out_lines = query_int_at(&query, 1);
    return OK;
}
