/* verify.c - is the log what was written? SQLite's own check of its pages, then the chain of every row (log.c), its head, and the
 * hash of every blob, and whether the derived tables fit. The first thing that is wrong is named. */
#include <string.h>

#include "base/thread.h"
#include "store/room.h"

static Err check_pages(Store *store, Why *why) {
    own(query_end) Query query = { 0 };
    bool found;
    TRY(query_begin(store, &query, "PRAGMA integrity_check(1)", why));
    TRY(query_next(&query, &found, why));
    if (found && strcmp(query_str_at(&query, 0), "ok") == 0) return OK;
    return fail_hint(why, fail(why, ERR_CORRUPT, "log.db is damaged: %.300s", found ? query_str_at(&query, 0) : "no answer"), "restore the newest backup: stockwright restore");
}

static Err wrong_row(int64_t id, const char *what, Why *why) {
    return fail_hint(why, fail(why, ERR_CORRUPT, "row %lld of the log %s", (long long)id, what), "somebody or something changed the log: restore a backup and compare");
}

/* Further causes, one ahead: each belongs into the chain behind the row it was put after. */
typedef struct Links { Query query; bool is_there; int64_t after; } Links;

static void links_end(Links *links) { query_end(&links->query); }

static Err links_next(Links *links, Why *why) {
    TRY(query_next(&links->query, &links->is_there, why));
    if (links->is_there) links->after = query_int_at(&links->query, 0);
    return OK;
}

static Err links_add(Links *links, int64_t after, Sha256 *chain, Why *why) {
    while (links->is_there && links->after == after) {
        Because because = { { query_int_at(&links->query, 2) }, query_str_at(&links->query, 3) };
        *chain = link_chain(chain, (RowId){ after }, (RowId){ query_int_at(&links->query, 1) }, because);
        TRY(links_next(links, why));
    }
    return OK;
}

static Err check_chain(Store *store, Sha256 *out_chain, int64_t *out_rows, Why *why) {
    own(query_end) Query query = { 0 };
    own(links_end) Links links = { 0 };
    Sha256 chain = { { 0 } };
    int64_t rows = 0;
    TRY(query_begin(store, &links.query, "SELECT after, row, cause, role FROM because ORDER BY id", why));
    TRY(links_next(&links, why));
    TRY(query_begin(store, &query, "SELECT " LOG_COLUMNS ", line, offset, length, chain FROM log ORDER BY id", why));
    for (;;) {
        bool found;
        TRY(query_next(&query, &found, why));
        if (!found) break;
        Row row = row_at(&query);
        FactPlace where = { query_int_at(&query, 12), query_int_at(&query, 13), query_int_at(&query, 14) };
        Text kept = query_text_at(&query, 15);
        rows++;
        if (row.id.v != rows) return wrong_row(rows, "is missing", why);
        TRY(links_add(&links, rows - 1, &chain, why));
        chain = log_chain(&chain, &row, &where);
        if (kept.length != SHA256_BYTES || memcmp(kept.at, chain.at, SHA256_BYTES) != 0) return wrong_row(row.id.v, "is not what was written", why);
    }
    TRY(links_add(&links, rows, &chain, why));
    if (links.is_there && links.after > rows) return wrong_row(rows + 1, "is missing", why);
    if (links.is_there) return wrong_row(links.after, "has a cause that does not belong to it", why);
    *out_chain = chain;
    *out_rows = rows;
    return OK;
}

static Err check_head(Store *store, const Sha256 *chain, int64_t rows, Why *why) {
    own(query_end) Query query = { 0 };
    bool found;
    TRY(query_begin(store, &query, "SELECT id, chain FROM head", why));
    TRY(query_next(&query, &found, why));
    if (found && query_int_at(&query, 0) != rows)
        return query_int_at(&query, 0) > rows ? wrong_row(rows + 1, "is missing", why) : wrong_row(rows, "was added by another program", why);
    Text kept = found ? query_text_at(&query, 1) : (Text){ 0 };
    if (kept.length != SHA256_BYTES || memcmp(kept.at, chain->at, SHA256_BYTES) != 0) return wrong_row(rows, "does not fit the head of the log", why);
    return OK;
}

static Err check_blobs(Store *store, Why *why) {
    own(query_end) Query query = { 0 };
    TRY(query_begin(store, &query, "SELECT hash FROM blob ORDER BY id", why));
    for (;;) {
        bool found;
        TRY(query_next(&query, &found, why));
        if (!found) return OK;
        Text kept = query_text_at(&query, 0);
        Hash hash;
        if (kept.length != sizeof hash.bytes) return fail(why, ERR_CORRUPT, "a document has no hash");
        memcpy(hash.bytes, kept.at, sizeof hash.bytes);
        TRY(blob_check(store, hash, why));
    }
}

/* Side by side: the chain and the documents here, the pages and the derived tables through a reader of its own. What is wrong is told in a fixed order. */
typedef struct Checking {
    Store *here, *beside;
    int64_t rows;
    Err pages, derived, log, blobs;
    Why pages_why, derived_why, log_why, blobs_why;
} Checking;

static Err check_log(Checking *c) {
    Sha256 chain;
    TRY(check_chain(c->here, &chain, &c->rows, &c->log_why));
    return check_head(c->here, &chain, c->rows, &c->log_why);
}

static void check_part(void *self, int thread, size_t from, size_t to) {
    Checking *c = self;
    (void)thread;
    for (size_t part = from; part < to; part++) {
        if (part == 0) {
            c->log = check_log(c);
            c->blobs = check_blobs(c->here, &c->blobs_why);
        } else {
            c->pages = check_pages(c->beside, &c->pages_why);
            c->derived = derived_check(c->beside, &c->derived_why);
        }
    }
}

static Err told(Err err, const Why *from, Why *why) {
    if (err != OK && why) *why = *from;
    return err;
}

/* Readers look at one moment of a log that may be growing. */
static Err check_all(Checking *c, Why *why) {
    Pool *threads = pool_begin(2);
    pool_run(threads, 2, 1, check_part, c);
    pool_end(&threads);
    TRY(told(c->pages, &c->pages_why, why));
    TRY(told(c->log, &c->log_why, why));
    TRY(told(c->derived, &c->derived_why, why));
    return told(c->blobs, &c->blobs_why, why);
}

static void beside_end(Store *beside) {
    statements_end(beside);
    sqlite3_close(beside->db);
}

static Err check_with(Checking *c, Why *why) {
    own(beside_end) Store beside = { .use = STORE_READ, .lock_fd = -1, .world = c->here->world };      /* no more of a store than its checks need */
    TRY(database_open(sqlite3_db_filename(c->here->db, "main"), SQLITE_OPEN_READONLY, &beside.db, why));
    TRY(store_look(&beside, why));
    c->beside = &beside;
    Err err = check_all(c, why);
    store_look_end(&beside);
    return err;
}

Err store_verify(Store *store, int64_t *out_rows, Why *why) {
    Checking c = { .here = store };
    TRY(store_look(store, why));
    Err err = check_with(&c, why);
    store_look_end(store);
    if (err == OK) *out_rows = c.rows;
    return err;
}
