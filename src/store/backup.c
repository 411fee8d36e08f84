/* backup.c - a copy of one moment, taken while a server runs, and the way back. What is copied is the log; snapshots, lock and
 * socket are not history. A copy has another name until it is whole and on the disk. */
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "base/file.h"
#include "store/room.h"

static void database_end(sqlite3 **db) {
    sqlite3_close(*db);
    *db = NULL;
}

/* One step takes everything under one read transaction: what is committed meanwhile is not in the copy, and does not start it anew. */
static Err copy_pages(const char *from, const char *to, Why *why) {
    own(database_end) sqlite3 *source = NULL, *target = NULL;
    TRY(database_open(from, SQLITE_OPEN_READWRITE, &source, why));
    sqlite3_db_config(source, SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1, NULL);
    TRY(database_open(to, SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE, &target, why));
    if (sqlite3_exec(target, "PRAGMA synchronous=FULL", NULL, NULL, NULL) != SQLITE_OK) return database_fail(target, to, why);
    sqlite3_backup *backup = sqlite3_backup_init(target, "main", source, "main");
    if (!backup) return database_fail(target, to, why);
    int result = sqlite3_backup_step(backup, -1);
    if (sqlite3_backup_finish(backup) != SQLITE_OK || result != SQLITE_DONE) return database_fail(target, "copying the store", why);
    return OK;
}

static Err refuse_present(const char *directory, const char *path, Why *why) {
    return file_exists(path) ? fail_hint(why, fail(why, ERR_CONFLICT, "%s: there is a store already", directory), "name another directory") : OK;
}

static void forget_draft(Arena *work, const char *draft) {
    static const char *const ends[] = { "", "-wal", "-shm", "-journal" };
    for (size_t i = 0; i < sizeof ends / sizeof ends[0]; i++) (void)file_remove(text_format(work, "%s%s", draft, ends[i]), NULL);
}

static Err copy_store(Arena *work, const char *from, const char *to, const char **out_draft, Why *why) {
    const char *source = path_join(work, from, "log.db"), *draft = path_join(work, to, "log.db.part");
    if (!file_exists(source)) return fail(why, ERR_NOT_FOUND, "%s: there is no store here", from);
    TRY(refuse_present(to, path_join(work, to, "log.db"), why));
    TRY(folder_make(to, why));
    forget_draft(work, draft);       /* of a copy that was interrupted */
    *out_draft = draft;
    return copy_pages(source, draft, why);
}

Err store_backup(const char *directory, const char *to_directory, Why *why) {
    own(arena_end) Arena *work = arena_begin(1 * MiB);
    const char *draft = NULL;
    Err err = copy_store(work, directory, to_directory, &draft, why);
    if (err == OK) err = file_rename(draft, path_join(work, to_directory, "log.db"), why);
    if (err != OK && draft) forget_draft(work, draft);
    return err;
}

/* Checked as a copy, so that a damaged backup and a damaged copy are both refused before it becomes a store. */
static Err check_draft(const char *draft, Why *why) {
    Store store = { .use = STORE_WRITE, .lock_fd = -1 };
    int64_t rows;
    TRY(database_open(draft, SQLITE_OPEN_READWRITE, &store.db, why));
    Err err = migrate(store.db, 0, why);
    if (err == OK) err = store_verify(&store, &rows, why);
    statements_end(&store);
    if (sqlite3_close(store.db) != SQLITE_OK && err == OK) err = fail(why, ERR_IO, "%s: cannot be closed", draft);
    return err;
}

Err store_restore(const char *from_directory, const char *directory, Why *why) {
    own(arena_end) Arena *work = arena_begin(1 * MiB);
    const char *draft = NULL;
    Err err = copy_store(work, from_directory, directory, &draft, why);
    if (err == OK) err = check_draft(draft, why);
    if (err == OK) err = file_rename(draft, path_join(work, directory, "log.db"), why);
    if (err != OK && draft) forget_draft(work, draft);
    return err;
}
