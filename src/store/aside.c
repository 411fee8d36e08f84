/* aside.c - a thread that writes the WAL into the database, so that no commit waits for it.
 *
 *     a commit leaves a piece of new frames  ->  the thread writes them into the database and syncs it; commits go on appending meanwhile
 *     the WAL is full, and few frames are left  ->  the commit writes those itself, so that the WAL can start over
 *
 * In pieces, because the disk serves a commit's sync after what the thread has given it: one sync of a whole WAL held commits up for tens of milliseconds.
 * The thread has a connection of its own and touches nothing else of the store. What it fails to keep breaks the store as a failed commit does ((5) of
 * store.c), before the next transaction. */
#include <pthread.h>
#include <stdlib.h>

#include "base/arena.h"
#include "base/file.h"
#include "store/room.h"

enum { PIECE = 512, FEW = 128 };     /* frames */

struct Aside {
    sqlite3 *db;
    pthread_t thread;
    pthread_mutex_t lock;
    pthread_cond_t wake;
    bool wanted, running, ending, failed;
    int done;                        /* frames of the WAL that are in the database and synced */
    int finished;                    /* frames in the WAL when a commit wrote the rest */
};

bool checkpoint_kept(int result) { return result == SQLITE_OK || result == SQLITE_BUSY || result == SQLITE_FULL; }

/* SQLite syncs the database only when no frame came meanwhile. */
static int piece_write(sqlite3 *db, int *out_done) {
    sqlite3_file *file;
    int frames = 0, done = 0, result = sqlite3_wal_checkpoint_v2(db, NULL, SQLITE_CHECKPOINT_PASSIVE, &frames, &done);
    if (result == SQLITE_OK && done < frames) result = sqlite3_file_control(db, "main", SQLITE_FCNTL_FILE_POINTER, &file);
    if (result == SQLITE_OK && done < frames) result = file->pMethods->xSync(file, SQLITE_SYNC_NORMAL);
    *out_done = done;
    return result & 0xff;
}

static void *aside_live(void *self) {
    Aside *aside = self;
    pthread_mutex_lock(&aside->lock);
    while (!aside->ending) {
        if (!aside->wanted) {
            pthread_cond_wait(&aside->wake, &aside->lock);
            continue;
        }
        int done;
        aside->wanted = false;
        aside->running = true;
        pthread_mutex_unlock(&aside->lock);
        int result = piece_write(aside->db, &done);
        pthread_mutex_lock(&aside->lock);
        aside->running = false;
        aside->failed |= !checkpoint_kept(result);
        if (result == SQLITE_OK) aside->done = done;
    }
    pthread_mutex_unlock(&aside->lock);
    return NULL;
}

Err store_checkpoints_aside(Store *store, Why *why) {
    own(arena_end) Arena *work = arena_begin(1 * MiB);
    sqlite3 *db;
    if (store->aside) return OK;
    TRY(database_open(path_join(work, store->directory, "log.db"), SQLITE_OPEN_READWRITE, &db, why));
    Aside *aside = calloc(1, sizeof *aside);
    /* Never at closing: the last connection, which is the store's, does that. */
    if (!aside || sqlite3_exec(db, "PRAGMA synchronous=FULL", NULL, NULL, NULL) != SQLITE_OK || sqlite3_db_config(db, SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1, NULL) != SQLITE_OK) {
        sqlite3_close(db);
        free(aside);
        return fail(why, ERR_LIMIT, "no second connection to the store");
    }
    *aside = (Aside){ .db = db };
    pthread_mutex_init(&aside->lock, NULL);
    pthread_cond_init(&aside->wake, NULL);
    if (pthread_create(&aside->thread, NULL, aside_live, aside) != 0) stop_for("no thread for checkpoints");
    store->aside = aside;
    return OK;
}

void aside_look(Store *store) {
    if (!store->aside) return;
    pthread_mutex_lock(&store->aside->lock);
    if (store->aside->failed) store->broken = true;
    pthread_mutex_unlock(&store->aside->lock);
}

bool aside_takes(Store *store) {
    Aside *aside = store->aside;
    int frames = store->wal_pages, most = store->checkpoint_pages, piece = most < PIECE ? most : PIECE;
    pthread_mutex_lock(&aside->lock);
    if (frames < aside->done) aside->done = 0;             /* the WAL started over */
    if (frames < aside->finished) aside->finished = 0;
    bool full = frames >= most, idle = !aside->wanted && !aside->running;
    int enough = !full ? piece : aside->done > 0 ? FEW + 1 : 1;
    bool finish = full && idle && aside->done > 0 && frames - aside->done <= FEW && frames - aside->finished >= piece;
    if (finish) aside->finished = frames;
    if (idle && !finish && frames - aside->done >= enough) {
        aside->wanted = true;
        pthread_cond_signal(&aside->wake);
    }
    pthread_mutex_unlock(&aside->lock);
    return !finish && frames < CHECKPOINT_MUST * most;
}

void aside_end(Store *store) {
    Aside *aside = store->aside;
    if (!aside) return;
    pthread_mutex_lock(&aside->lock);
    aside->ending = true;
    pthread_cond_signal(&aside->wake);
    pthread_mutex_unlock(&aside->lock);
    pthread_join(aside->thread, NULL);
    pthread_cond_destroy(&aside->wake);
    pthread_mutex_destroy(&aside->lock);
    sqlite3_close(aside->db);
    free(aside);
    store->aside = NULL;
}
