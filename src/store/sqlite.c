/* sqlite.c - statements, kept and found again, and SQLite's errors as ours. */
#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "store/room.h"

/* ---- errors ---- */

static Err code_of(int result) {
    switch (result & 0xff) {
    case SQLITE_BUSY:
    case SQLITE_LOCKED: return ERR_BUSY;
    case SQLITE_CORRUPT:
    case SQLITE_NOTADB: return ERR_CORRUPT;
    case SQLITE_CONSTRAINT: return ERR_CONFLICT;
    case SQLITE_TOOBIG: return ERR_LIMIT;
    default: return ERR_IO;
    }
}

Err database_fail(sqlite3 *db, const char *doing, Why *why) {
    int result = db ? sqlite3_extended_errcode(db) : SQLITE_NOMEM;
    Err code = fail(why, code_of(result), "%s: %s (%d)", doing, db ? sqlite3_errmsg(db) : "no memory", result);
    if ((result & 0xff) == SQLITE_FULL) return fail_hint(why, code, "free some space on the disk; nothing of this was kept");
    if (code == ERR_CORRUPT) return fail_hint(why, code, "restore the newest backup: stockwright restore");
    return code;
}

Err sql_fail(Store *store, const char *doing, Why *why) { return database_fail(store->db, doing, why); }

Err store_ready(Store *store, Why *why) {
    if (!store->broken) return OK;
    return fail_hint(why, fail(why, ERR_IO, "the disk failed to keep a change; this store does nothing more"),
                     "look at the disk, then start again: what was acknowledged is in the log");
}

Err store_writing(Store *store, Why *why) {
    TRY(store_ready(store, why));
    assert(store->in_transaction);
    return OK;
}

/* ---- statements ---- */

enum { KEPT_MOST = 128, MADE_MOST = 32 };

/* Binding by number is only right when $1, $2 ... come in that order. */
static void check_parameters(sqlite3_stmt *at) {
    for (int i = 1; i <= sqlite3_bind_parameter_count(at); i++) {
        char name[16];
        sqlite3_snprintf(sizeof name, name, "$%d", i);
        assert(strcmp(sqlite3_bind_parameter_name(at, i), name) == 0);
    }
}

static Err prepare(Store *store, const char *sql, unsigned flags, sqlite3_stmt **out, Why *why) {
    if (sqlite3_prepare_v3(store->db, sql, -1, flags, out, NULL) != SQLITE_OK) return sql_fail(store, "reading the store", why);
    check_parameters(*out);
    return OK;
}

Err query_begin_once(Store *store, Query *out_query, const char *sql, Why *why) {
    TRY(store_ready(store, why));
    Query query = { .store = store, .kept = -1 };
    TRY(prepare(store, sql, 0, &query.at, why));
    *out_query = query;
    return OK;
}

static Err take_kept(Store *store, Query *out_query, size_t index, Why *why) {
    Kept *kept = &store->kept.at[index];
    if (kept->busy) return query_begin_once(store, out_query, kept->sql, why);
    kept->busy = true;
    *out_query = (Query){ .store = store, .at = kept->at, .kept = (int)index };
    return OK;
}

static Err keep_new(Store *store, Query *out_query, Kept kept, Why *why) {
    assert(store->kept.count < KEPT_MOST + MADE_MOST);
    TRY(prepare(store, kept.sql, SQLITE_PREPARE_PERSISTENT, &kept.at, why));
    list_push(&store->kept, kept);
    return take_kept(store, out_query, store->kept.count - 1, why);
}

Err query_begin(Store *store, Query *out_query, const char *sql, Why *why) {
    TRY(store_ready(store, why));
    for (size_t i = 0; i < store->kept.count; i++)
        if (store->kept.at[i].sql == sql) return take_kept(store, out_query, i, why);
    return keep_new(store, out_query, (Kept){ .sql = sql }, why);
}

Err query_begin_made(Store *store, Query *out_query, const char *sql, Why *why) {
    int made = 0;
    TRY(store_ready(store, why));
    for (size_t i = 0; i < store->kept.count; i++) {
        if (!store->kept.at[i].made) continue;
        if (strcmp(store->kept.at[i].made, sql) == 0) return take_kept(store, out_query, i, why);
        made++;
    }
    if (made == MADE_MOST) return query_begin_once(store, out_query, sql, why);
    char *copy = strdup(sql);
    if (!copy) stop_for("no memory for a query");
    Err err = keep_new(store, out_query, (Kept){ .sql = copy, .made = copy }, why);
    if (err != OK) free(copy);
    return err;
}

void statements_end(Store *store) {
    for (size_t i = 0; i < store->kept.count; i++) {
        sqlite3_finalize(store->kept.at[i].at);
        free(store->kept.at[i].made);
    }
    list_end(&store->kept);
}

void query_end(Query *query) {
    if (!query->at) return;
    if (query->kept < 0) {
        sqlite3_finalize(query->at);
    } else {
        sqlite3_reset(query->at);
        query->store->kept.at[query->kept].busy = false;
    }
    query->at = NULL;
}

static void bound(Query *query, int result) {
    if (result != SQLITE_OK) query->failed = result;
}

void query_int(Query *query, int at, int64_t value) { bound(query, sqlite3_bind_int64(query->at, at, value)); }

void query_text(Query *query, int at, Text value) {
    bound(query, sqlite3_bind_text64(query->at, at, value.at ? value.at : "", value.length, SQLITE_STATIC, SQLITE_UTF8));
}

void query_str(Query *query, int at, const char *value) { query_text(query, at, text_of(value)); }

void query_blob(Query *query, int at, const void *bytes, size_t length) {
    bound(query, length ? sqlite3_bind_blob64(query->at, at, bytes, length, SQLITE_STATIC) : sqlite3_bind_zeroblob(query->at, at, 0));
}

Err query_next(Query *query, bool *out_row, Why *why) {
    if (query->failed) return fail(why, ERR_LIMIT, "a value is too large for the store: %s", sqlite3_errstr(query->failed));
    int result = sqlite3_step(query->at);
    if (result != SQLITE_ROW && result != SQLITE_DONE) return sql_fail(query->store, "using the store", why);
    *out_row = result == SQLITE_ROW;
    return OK;
}

Err query_run(Query *query, Why *why) {
    bool row;
    do TRY(query_next(query, &row, why));
    while (row);
    sqlite3_reset(query->at);
    return OK;
}

int64_t query_int_at(const Query *query, int column) { return sqlite3_column_int64(query->at, column); }

/* As a blob, because column_text would first copy it to put a NUL behind it. */
Text query_text_at(const Query *query, int column) {
    const void *at = sqlite3_column_blob(query->at, column);
    return text_from(at ? at : "", (size_t)sqlite3_column_bytes(query->at, column));
}

const char *query_str_at(const Query *query, int column) {
    const char *text = (const char *)sqlite3_column_text(query->at, column);
    return text ? text : "";
}

Err query_one_int(Store *store, const char *sql, int64_t *out_value, Why *why) {
    own(query_end) Query query = { 0 };
    bool row;
    TRY(query_begin(store, &query, sql, why));
    TRY(query_next(&query, &row, why));
    if (!row) return fail(why, ERR_NOT_FOUND, "nothing found");
    *out_value = query_int_at(&query, 0);
    return OK;
}

Err sql_run(Store *store, const char *sql, Why *why) {
    if (sqlite3_exec(store->db, sql, NULL, NULL, NULL) != SQLITE_OK) return sql_fail(store, "using the store", why);
    return OK;
}
