/* log-scan.c - many rows, filtered. The SQL is put together from the filter, because each filter wants its own index: rows
 * that are not facts have indexes by kind, key, cause and item; facts are read in id order. */
#include "store/room.h"

enum { SQL_MOST = 4 * KiB };

typedef struct Where { Buf sql; int64_t numbers[16]; int count; const char *key; int key_at; } Where;

static void where_number(Where *where, const char *condition, int64_t value) {
    where->numbers[where->count++] = value;
    buf_addf(&where->sql, " AND %s $%d", condition, where->count);
}

static void where_bits(Where *where, const char *column, uint64_t bits) {
    if (!bits) return;
    buf_addf(&where->sql, " AND %s IN (", column);
    for (int bit = 0; bit < 64; bit++)
        if (bits >> bit & 1) buf_addf(&where->sql, "%d,", bit);
    where->sql.at[where->sql.length - 1] = ')';
}

/* A fact's key is looked up in `current`, everything else in the index log_key. */
static void where_key(Where *where, const char *key, uint64_t kinds) {
    static const char *const facts = "id IN (SELECT row FROM current WHERE key = $%d UNION SELECT s.row FROM current c JOIN sibling s ON s.family = c.row WHERE c.key = $%d)";
    bool only_facts = kinds == 1ull << ROW_FACT, may_be_facts = !kinds || kinds >> ROW_FACT & 1;
    where->key = key;
    where->key_at = ++where->count;
    buf_add_str(&where->sql, " AND (");
    if (may_be_facts) buf_addf(&where->sql, facts, where->key_at, where->key_at);
    if (!only_facts) buf_addf(&where->sql, "%s(key = $%d AND kind <> 2)", may_be_facts ? " OR " : "", where->key_at);
    buf_add_char(&where->sql, ')');
}

static void where_begin(Where *where, Store *store, const LogFilter *filter) {
    *where = (Where){ .sql = buf_begin(SQL_MOST) };
    buf_add_str(&where->sql, "SELECT " LOG_COLUMNS " FROM log WHERE 1");
    if (filter->after.v) where_number(where, "id >", filter->after.v);
    where_number(where, "id <=", filter->upto.v ? filter->upto.v : log_last(store).v);   /* rows that the visitor appends are not visited */
    where_bits(where, "kind", filter->kinds);
    if (filter->kinds && !(filter->kinds >> ROW_FACT & 1)) buf_add_str(&where->sql, " AND kind <> 2");
    where_bits(where, "sub", filter->subs);
    if (filter->item.v) where_number(where, "item <> 0 AND item =", filter->item.v);
    if (filter->place.v) where_number(where, "place =", filter->place.v);
    if (filter->key) where_key(where, filter->key, filter->kinds);
    buf_add_str(&where->sql, filter->newest_first ? " ORDER BY id DESC" : " ORDER BY id");
    if (filter->most > 0) {
        where->numbers[where->count++] = filter->most;
        buf_addf(&where->sql, " LIMIT $%d", where->count);
    }
}

static void where_end(Where *where) { buf_end(&where->sql); }

static void where_bind(const Where *where, Query *query) {
    for (int i = 1; i <= where->count; i++)
        if (i == where->key_at) query_str(query, i, where->key);
        else query_int(query, i, where->numbers[i - 1]);
}

/* Whoever follows the log asks in every step for kinds that seldom come: no need to ask SQLite. */
static bool is_none_of(const Store *store, const LogFilter *filter) {
    if (store->use != STORE_WRITE || !filter->kinds) return false;
    for (uint64_t left = filter->kinds; left; left &= left - 1)
        if (store->newest[__builtin_ctzll(left)] > filter->after.v) return false;
    return true;
}

Err log_find(Store *store, const LogFilter *filter, LogTake *take, void *self, Why *why) {
    own(query_end) Query query = { 0 };
    own(where_end) Where where = { 0 };
    TRY(store_ready(store, why));
    if (is_none_of(store, filter)) return OK;
    where_begin(&where, store, filter);
    TRY(query_begin_made(store, &query, buf_str(&where.sql), why));
    where_bind(&where, &query);
    for (bool found, taken = false; !taken;) {
        TRY(query_next(&query, &found, why));
        if (!found) return OK;
        Row row = row_at(&query);
        TRY(take(self, &row, &taken, why));
    }
    return OK;
}

typedef struct All { LogVisit *visit; void *self; } All;
static Err all_take(void *self, const Row *row, [[maybe_unused]] bool *out_taken, Why *why) {
    const All *all = self;
    return all->visit(all->self, row, why);
}

Err log_scan(Store *store, const LogFilter *filter, LogVisit *visit, void *self, Why *why) {
    return log_find(store, filter, all_take, &(All){ visit, self }, why);
}

static Err first_take(void *self, [[maybe_unused]] const Row *row, bool *out_taken, [[maybe_unused]] Why *why) {
    *(bool *)self = *out_taken = true;
    return OK;
}

Err log_has(Store *store, const LogFilter *filter, bool *out_has, Why *why) {
    LogFilter one = *filter;
    one.most = 1;
    *out_has = false;
    return log_find(store, &one, first_take, out_has, why);
}
