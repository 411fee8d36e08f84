#include "store/feed.h"

#include <string.h>

typedef struct Table { sqlite3_vtab base; const Feed *feed; } Table;
typedef struct Cursor { sqlite3_vtab_cursor base; int64_t row; } Cursor;

static const Feed *feed_of(sqlite3_vtab_cursor *cursor) { return ((Table *)cursor->pVtab)->feed; }

void feed_int(FeedOut *out, int64_t value) { sqlite3_result_int64((sqlite3_context *)out, value); }

void feed_text(FeedOut *out, Text value) {
    sqlite3_result_text64((sqlite3_context *)out, value.at ? value.at : "", value.length, SQLITE_STATIC, SQLITE_UTF8);
}

void feed_blob(FeedOut *out, const void *bytes, size_t length) { sqlite3_result_blob64((sqlite3_context *)out, bytes, length, SQLITE_STATIC); }

void feed_from(Store *store, void *self, int64_t count, FeedCell *cell) { store->feed = (Feed){ self, count, cell }; }

/* ---- what SQLite asks of a table ---- */

static int connect(sqlite3 *db, void *self, [[maybe_unused]] int count, [[maybe_unused]] const char *const *words, sqlite3_vtab **out_table, [[maybe_unused]] char **out_error) {
    int result = sqlite3_declare_vtab(db, "CREATE TABLE feed (v0, v1, v2, v3, v4, v5, v6, v7, v8, v9, v10, v11, v12, v13, v14, v15)");
    if (result != SQLITE_OK) return result;
    Table *table = sqlite3_malloc(sizeof *table);
    if (!table) return SQLITE_NOMEM;
    *table = (Table){ .feed = self };
    *out_table = &table->base;
    return SQLITE_OK;
}

static int disconnect(sqlite3_vtab *table) {
    sqlite3_free(table);
    return SQLITE_OK;
}

static int best_index([[maybe_unused]] sqlite3_vtab *table, sqlite3_index_info *plan) {
    plan->estimatedCost = 10000;
    plan->estimatedRows = 10000;
    return SQLITE_OK;
}

static int open_cursor([[maybe_unused]] sqlite3_vtab *table, sqlite3_vtab_cursor **out_cursor) {
    Cursor *cursor = sqlite3_malloc(sizeof *cursor);
    if (!cursor) return SQLITE_NOMEM;
    *cursor = (Cursor){ 0 };
    *out_cursor = &cursor->base;
    return SQLITE_OK;
}

static int close_cursor(sqlite3_vtab_cursor *cursor) {
    sqlite3_free(cursor);
    return SQLITE_OK;
}

static int filter(sqlite3_vtab_cursor *cursor, [[maybe_unused]] int plan, [[maybe_unused]] const char *text, [[maybe_unused]] int count, [[maybe_unused]] sqlite3_value **values) {
    ((Cursor *)cursor)->row = 0;
    return SQLITE_OK;
}

static int next(sqlite3_vtab_cursor *cursor) {
    ((Cursor *)cursor)->row++;
    return SQLITE_OK;
}

static int at_end(sqlite3_vtab_cursor *cursor) { return ((Cursor *)cursor)->row >= feed_of(cursor)->count; }

static int column(sqlite3_vtab_cursor *cursor, sqlite3_context *out, int number) {
    const Feed *feed = feed_of(cursor);
    feed->cell(feed->self, ((Cursor *)cursor)->row, number, (FeedOut *)out);
    return SQLITE_OK;
}

static int row_id(sqlite3_vtab_cursor *cursor, sqlite3_int64 *out_row) {
    *out_row = ((Cursor *)cursor)->row;
    return SQLITE_OK;
}

/* Without xCreate: it is there by its name and in no schema. */
static const sqlite3_module module = {
    .xConnect = connect, .xDisconnect = disconnect, .xBestIndex = best_index, .xOpen = open_cursor, .xClose = close_cursor,
    .xFilter = filter, .xNext = next, .xEof = at_end, .xColumn = column, .xRowid = row_id,
};

Err feed_add(Store *store, Why *why) {
    return sqlite3_create_module_v2(store->db, "feed", &module, &store->feed, NULL) == SQLITE_OK ? OK : sql_fail(store, "opening the store", why);
}
