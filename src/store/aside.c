/* aside.c - a thread that writes the WAL into the database, so that no commit waits for it.
 *
 *     idle -> wanted      a commit left more frames than checkpoint_pages
 *     wanted -> running   the thread took it; commits go on appending to the WAL meanwhile
 *     running -> done     all that was there when it began is in the database and synced
 *     done -> idle        the next commit writes the few frames that came since, so that the WAL can start over
 *
 * The thread has a connection of its own and touches nothing else of the store. What it fails to keep breaks the store as a failed commit does ((5) of
 * store.c), before the next transaction. */
#include <pthread.h>
#include <stdlib.h>

#include "base/arena.h"
#include "base/file.h"
#include "store/room.h"

typedef enum AsideState { ASIDE_IDLE, ASIDE_WANTED, ASIDE_RUNNING, ASIDE_DONE } AsideState;
struct Aside { sqlite3 *db; pthread_t thread; pthread_mutex_t lock; pthread_cond_t wake; AsideState state; bool ending, failed; };

bool checkpoint_kept(int result) { return result == SQLITE_OK || result == SQLITE_BUSY || result == SQLITE_FULL; }

static void *aside_live(void *self) {
    Aside *aside = self;
    pthread_mutex_lock(&aside->lock);
    while (!aside->ending) {
        if (aside->state != ASIDE_WANTED) {
            pthread_cond_wait(&aside->wake, &aside->lock);
            continue;
        }
        aside->state = ASIDE_RUNNING;
        pthread_mutex_unlock(&aside->lock);
        int result = sqlite3_wal_checkpoint_v2(aside->db, NULL, SQLITE_CHECKPOINT_PASSIVE, NULL, NULL) & 0xff;
        pthread_mutex_lock(&aside->lock);
        aside->failed |= !checkpoint_kept(result);
        aside->state = ASIDE_DONE;
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
    bool much = store->wal_pages >= store->checkpoint_pages, taken = true;
    pthread_mutex_lock(&aside->lock);
    if (aside->state == ASIDE_IDLE && much) {
        aside->state = ASIDE_WANTED;
        pthread_cond_signal(&aside->wake);
    } else if (aside->state == ASIDE_DONE) {
        aside->state = ASIDE_IDLE;
        taken = false;
    }
    pthread_mutex_unlock(&aside->lock);
    return taken && store->wal_pages < CHECKPOINT_MUST * store->checkpoint_pages;
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
