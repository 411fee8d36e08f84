/* store.c - opening, the one transaction, closing.
 *
 * Promises:
 * (1) store_commit says OK only after the WAL is on the disk (synchronous=FULL): what was acknowledged survives a kill and a
 *     power cut.
 * (2) A transaction is whole or absent; store_close and a failed commit roll back.
 * (3) One writer: the lock is taken before the database is touched.
 * (4) Opening is recovery: what the WAL holds is written into the database and synced before anything is appended, older versions are
 *     migrated, nothing else is needed.
 * (5) After the disk refused to keep a commit or a checkpoint, every later call is ERR_IO until the store is opened anew: a
 *     second fsync may say OK about pages that the first one lost. A full disk is not that: it rolls back and may be tried again. */
#include <assert.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/file.h"
#include "store/feed.h"

enum { CHECKPOINT_PAGES = 8192, BUSY_MS = 5000 };

const char *const row_kind_names[ROW_KIND_COUNT_] = {
    [ROW_DOCUMENT] = "document", [ROW_FACT] = "fact", [ROW_STEP] = "step", [ROW_CASE] = "case", [ROW_DECISION] = "decision", [ROW_COMMAND] = "command",
    [ROW_POLICY] = "policy", [ROW_MODEL] = "model", [ROW_USER] = "user", [ROW_RETRACT] = "retract", [ROW_NOTE] = "note",
};

Err database_open(const char *path, int flags, sqlite3 **out_db, Why *why) {
    sqlite3 *db = NULL;
    if (sqlite3_open_v2(path, &db, flags | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE, NULL) != SQLITE_OK) {
        Err err = database_fail(db, path, why);
        sqlite3_close(db);
        return err;
    }
    sqlite3_busy_timeout(db, BUSY_MS);
    *out_db = db;
    return OK;
}

static int note_wal(void *self, [[maybe_unused]] sqlite3 *db, [[maybe_unused]] const char *name, int pages) {
    ((Store *)self)->wal_pages = pages;
    return SQLITE_OK;
}

#define MAPPED "PRAGMA mmap_size=1073741824;"

Err store_rest(Store *store, Why *why) { return sql_run(store, "PRAGMA mmap_size=0; " MAPPED " PRAGMA shrink_memory;", why); }

/* Checkpoints are ours to run, because SQLite's own hook swallows their errors and (5) must not. */
static Err configure(Store *store, Why *why) {
    static const char *const shared = "PRAGMA synchronous=FULL; PRAGMA temp_store=MEMORY; PRAGMA trusted_schema=OFF; PRAGMA cell_size_check=ON; " MAPPED;
    TRY(sql_run(store, shared, why));
    if (store->use == STORE_READ) {
        sqlite3_db_config(store->db, SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1, NULL);
        return sql_run(store, "PRAGMA query_only=ON; PRAGMA cache_size=-16384", why);
    }
    sqlite3_wal_hook(store->db, note_wal, store);
    TRY(feed_add(store, why));
    return sql_run(store, "PRAGMA cache_size=-131072", why);
}

static Err head_load(Store *store, Why *why) {
    own(query_end) Query query = { 0 };
    bool row;
    TRY(query_begin(store, &query, "SELECT id, chain FROM head", why));
    TRY(query_next(&query, &row, why));
    Text chain = row ? query_text_at(&query, 1) : (Text){ 0 };
    if (chain.length != SHA256_BYTES) return fail(why, ERR_CORRUPT, "the head of the log is missing");
    store->last = store->committed_last = (RowId){ query_int_at(&query, 0) };
    memcpy(store->chain.at, chain.at, SHA256_BYTES);
    store->committed_chain = store->chain;
    return OK;
}

/* Of facts only an upper bound, which is enough: the index has none of them. */
static Err newest_load(Store *store, Why *why) {
    own(query_end) Query query = { 0 };
    if (store->use != STORE_WRITE) return OK;
    TRY(query_begin(store, &query, "SELECT max(id) FROM log WHERE kind = $1 AND kind <> 2", why));
    for (int kind = 0; kind < ROW_KIND_COUNT_; kind++) {
        bool row;
        query_int(&query, 1, kind);
        TRY(query_next(&query, &row, why));
        store->newest[kind] = kind == ROW_FACT ? store->last.v : query_int_at(&query, 0);
        TRY(query_run(&query, why));
    }
    memcpy(store->committed_newest, store->newest, sizeof store->newest);
    return OK;
}

/* A sync that failed when the store was last closed may have left a hole in the WAL that only the page cache hides: rows put behind it would be
 * acknowledged and gone after a power cut. So nothing is put behind it: the WAL goes into the database, which is synced, and starts
 * over. A reader that holds on to the WAL may keep it from starting over; the database is synced all the same. */
static Err recover(Store *store, Why *why) {
    int result = sqlite3_wal_checkpoint_v2(store->db, NULL, SQLITE_CHECKPOINT_TRUNCATE, NULL, NULL) & 0xff;
    return result == SQLITE_OK || result == SQLITE_BUSY ? OK : sql_fail(store, "recovering the store", why);
}

static Err open_to_write(Store *store, const char *path, Why *why) {
    TRY(lock_take(store, why));
    TRY(database_open(path, SQLITE_OPEN_READWRITE, &store->db, why));
    /* Already so, unless store_init was killed early: that store is finished here. */
    TRY(sql_run(store, "PRAGMA journal_mode=WAL", why));
    TRY(configure(store, why));
    TRY(recover(store, why));
    return migrate(store->db, 0, why);
}

static Err open_to_read(Store *store, const char *path, Why *why) {
    int version;
    TRY(database_open(path, SQLITE_OPEN_READWRITE, &store->db, why));
    TRY(configure(store, why));
    TRY(version_of(store->db, &version, why));
    if (version == migrations_newest()) return OK;
    return fail_hint(why, fail(why, ERR_CONFLICT, "the store is of version %d, this program reads version %d", version, migrations_newest()),
                     version < migrations_newest() ? "run any command that writes: it brings the store to this version" : "use a newer program");
}

Err store_open(const char *directory, StoreUse use, const World *world, Store **out_store, Why *why) {
    own(arena_end) Arena *work = arena_begin(1 * MiB);
    own(store_close) Store *store = calloc(1, sizeof *store);
    if (!store) return fail(why, ERR_LIMIT, "no memory for a store");
    *store = (Store){ .world = *world, .use = use, .lock_fd = -1, .directory = strdup(directory), .checkpoint_pages = CHECKPOINT_PAGES };
    const char *path = path_join(work, directory, "log.db");
    if (!file_exists(path)) return fail_hint(why, fail(why, ERR_NOT_FOUND, "%s: there is no store here", directory), "stockwright init, or name another directory");
    TRY(use == STORE_WRITE ? open_to_write(store, path, why) : open_to_read(store, path, why));
    TRY(head_load(store, why));
    TRY(newest_load(store, why));
    TRY(idents_load(store, why));
    *out_store = keep(store);
    return OK;
}

/* A file of ours whose first migration was never finished is not a store yet: init takes it over. */
static Err refuse_existing(const char *path, const char *directory, Why *why) {
    sqlite3 *db = NULL;
    int version = 0;
    if (!file_exists(path)) return OK;
    Err err = database_open(path, SQLITE_OPEN_READWRITE, &db, why);
    if (err == OK) err = version_of(db, &version, why);
    sqlite3_close(db);
    TRY(err);
    return version ? fail_hint(why, fail(why, ERR_CONFLICT, "%s: there is a store already", directory), "open it, or name another directory") : OK;
}

Err store_init(const char *directory, const World *world, Why *why) {
    own(arena_end) Arena *work = arena_begin(1 * MiB);
    const char *path = path_join(work, directory, "log.db");
    sqlite3 *db = NULL;
    TRY(folder_make(directory, why));
    TRY(refuse_existing(path, directory, why));
    mode_t mask = umask(0077);
    Err err = database_open(path, SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE, &db, why);
    if (err == OK && sqlite3_exec(db, "PRAGMA page_size=8192; PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL", NULL, NULL, NULL) != SQLITE_OK)
        err = database_fail(db, "making the store", why);
    if (err == OK) err = migrate(db, 0, why);
    sqlite3_close(db);
    umask(mask);
    TRY(err);
    /* Opened once as everyone will: a store that cannot be opened was not made. */
    own(store_close) Store *store = NULL;
    return store_open(directory, STORE_WRITE, world, &store, why);
}

void store_close(Store **store_at) {
    Store *store = *store_at;
    if (!store) return;
    store_rollback(store);
    aside_end(store);
    statements_end(store);
    packer_end(store);
    idents_end(store);
    int result = sqlite3_close(store->db);
    assert(result == SQLITE_OK);          /* a Query outlived its store */
    lock_leave(store);
    free(store->directory);
    free(store);
    *store_at = NULL;
}

const char *store_directory(const Store *store) { return store->directory; }

bool store_stopped(const char *directory) {
    own(arena_end) Arena *work = arena_begin(64 * KiB);
    struct stat facts;
    /* Only a clear "there is none" lets anything be sent. */
    return stat(path_join(work, directory, "STOP"), &facts) == 0 || errno != ENOENT;
}

/* ---- the transaction ---- */

Err store_begin(Store *store, Why *why) {
    aside_look(store);
    TRY(store_ready(store, why));
    assert(store->use == STORE_WRITE);
    assert(!store->in_transaction);
    own(query_end) Query query = { 0 };
    TRY(query_begin(store, &query, "BEGIN IMMEDIATE", why));
    TRY(query_run(&query, why));
    store->in_transaction = true;
    return OK;
}

static Err head_save(Store *store, Why *why) {
    if (sha256_equal(&store->chain, &store->committed_chain)) return OK;
    own(query_end) Query query = { 0 };
    TRY(query_begin(store, &query, "UPDATE head SET id = $1, chain = $2", why));
    query_int(&query, 1, store->last.v);
    query_blob(&query, 2, store->chain.at, SHA256_BYTES);
    return query_run(&query, why);
}

static Err commit(Store *store, Why *why) {
    own(query_end) Query query = { 0 };
    TRY(head_save(store, why));
    TRY(query_begin(store, &query, "COMMIT", why));
    return query_run(&query, why);
}

static void checkpoint(Store *store) {
    if (store->aside ? aside_takes(store) : store->wal_pages < store->checkpoint_pages) return;
    /* Passive does not wait for readers; when they have kept the WAL from starting over for long, wait for them. */
    int mode = store->wal_pages < CHECKPOINT_MUST * store->checkpoint_pages ? SQLITE_CHECKPOINT_PASSIVE : SQLITE_CHECKPOINT_RESTART;
    int result = sqlite3_wal_checkpoint_v2(store->db, NULL, mode, NULL, NULL) & 0xff;
    if (!checkpoint_kept(result)) store->broken = true;       /* (5) */
}

Err store_commit(Store *store, Why *why) {
    TRY(store_writing(store, why));
    Err err = commit(store, why);
    if (err != OK) {
        int result = sqlite3_errcode(store->db) & 0xff;
        store_rollback(store);
        store->broken = result != SQLITE_FULL && result != SQLITE_BUSY;      /* (5) */
        return err;
    }
    store->in_transaction = false;
    store->committed_last = store->last;
    store->committed_chain = store->chain;
    memcpy(store->committed_newest, store->newest, sizeof store->newest);
    idents_keep(store);
    checkpoint(store);
    return OK;
}

void store_rollback(Store *store) {
    if (!store->in_transaction) return;
    /* Some failures (a full disk) have rolled back already. */
    if (!sqlite3_get_autocommit(store->db)) sqlite3_exec(store->db, "ROLLBACK", NULL, NULL, NULL);
    store->in_transaction = false;
    store->last = store->committed_last;
    store->chain = store->committed_chain;
    memcpy(store->newest, store->committed_newest, sizeof store->newest);
    idents_forget(store);
}

Err store_counts(Store *store, StoreCounts *out_counts, Why *why) {
    static const char *const sql[] = {
        "SELECT id FROM head",
        "SELECT coalesce(sum(last - first + 1), 0) FROM span",
        "SELECT count(*) FROM log WHERE kind = 1 AND kind <> 2",
        "SELECT count(*) FROM case_now WHERE status NOT IN (6, 7)",
        "SELECT count(*) FROM outbox",
        "SELECT count(*) FROM parked",
        "SELECT (SELECT page_count FROM pragma_page_count) * (SELECT page_size FROM pragma_page_size)",
    };
    int64_t counts[sizeof sql / sizeof sql[0]];
    for (size_t i = 0; i < sizeof sql / sizeof sql[0]; i++) TRY(query_one_int(store, sql[i], &counts[i], why));
    *out_counts = (StoreCounts){ counts[0], counts[1], counts[2], counts[3], counts[4], counts[5], counts[6] };
    return OK;
}

/* ---- looking ---- */

Err store_look(Store *store, Why *why) {
    if (store->use == STORE_READ && store->looks == 0) TRY(sql_run(store, "BEGIN", why));
    store->looks++;
    return OK;
}

void store_look_end(Store *store) {
    store->looks--;
    if (store->use == STORE_READ && store->looks == 0) (void)sql_run(store, "COMMIT", NULL);   /* it only read: there is nothing to lose */
}
