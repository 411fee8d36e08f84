/* thread.c - helpers sleep until a run begins, take slices by an atomic counter, and the last one wakes the caller. */
#include "base/thread.h"

#include "base/arena.h"

#include <assert.h>
#include <pthread.h>
#include <sched.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>

enum { THREADS_MOST = 64 };

typedef struct Helper {
    struct Pool *pool;
    int number;
    pthread_t thread;
} Helper;

struct Pool {
    int threads;
    Helper helpers[THREADS_MOST]; /* [0] is the caller's place and has no thread */
    pthread_mutex_t lock;
    pthread_cond_t begin, done;
    uint64_t run;                 /* number of the present run; a change wakes the helpers */
    int working;                  /* helpers that have not finished it */
    bool ending;
    size_t count, slice;
    atomic_size_t next;
    void (*work)(void *self, int thread, size_t from, size_t to);
    void *self;
};

static void take_slices(Pool *pool, int number) {
    for (;;) {
        size_t from = atomic_fetch_add(&pool->next, pool->slice);
        if (from >= pool->count) return;
        size_t left = pool->count - from;
        pool->work(pool->self, number, from, from + (left < pool->slice ? left : pool->slice));
    }
}

static void *helper_live(void *argument) {
    Helper *helper = argument;
    Pool *pool = helper->pool;
    uint64_t seen = 0;
    pthread_mutex_lock(&pool->lock);
    for (;;) {
        while (pool->run == seen && !pool->ending) pthread_cond_wait(&pool->begin, &pool->lock);
        if (pool->ending) break;
        seen = pool->run;
        pthread_mutex_unlock(&pool->lock);
        take_slices(pool, helper->number);
        pthread_mutex_lock(&pool->lock);
        if (--pool->working == 0) pthread_cond_signal(&pool->done);
    }
    pthread_mutex_unlock(&pool->lock);
    return NULL;
}

Pool *pool_begin(int threads) {
    assert(threads >= 1 && threads <= THREADS_MOST);
    Pool *pool = calloc(1, sizeof *pool);
    if (!pool) stop_for("the machine has no memory for a pool of threads");
    pthread_mutex_init(&pool->lock, NULL);
    pthread_cond_init(&pool->begin, NULL);
    pthread_cond_init(&pool->done, NULL);
    pool->threads = 1;
    for (int i = 1; i < threads; i++) {
        pool->helpers[i] = (Helper){ .pool = pool, .number = i };
        if (pthread_create(&pool->helpers[i].thread, NULL, helper_live, &pool->helpers[i]) != 0) break; /* fewer is slower, not wrong */
        pool->threads++;
    }
    return pool;
}

void pool_end(Pool **pool_place) {
    Pool *pool = *pool_place;
    if (!pool) return;
    pthread_mutex_lock(&pool->lock);
    pool->ending = true;
    pthread_cond_broadcast(&pool->begin);
    pthread_mutex_unlock(&pool->lock);
    for (int i = 1; i < pool->threads; i++) pthread_join(pool->helpers[i].thread, NULL);
    pthread_cond_destroy(&pool->done);
    pthread_cond_destroy(&pool->begin);
    pthread_mutex_destroy(&pool->lock);
    free(pool);
    *pool_place = NULL;
}

int pool_threads(const Pool *pool) { return pool->threads; }

void pool_start(Pool *pool, size_t count, size_t slice, void (*work)(void *self, int thread, size_t from, size_t to), void *self) {
    assert(slice > 0);
    pthread_mutex_lock(&pool->lock);
    assert(pool->working == 0);
    pool->count = count;
    pool->slice = slice;
    pool->work = work;
    pool->self = self;
    atomic_store(&pool->next, 0);
    pool->working = count > 0 ? pool->threads - 1 : 0;
    if (pool->working > 0) {
        pool->run++;
        pthread_cond_broadcast(&pool->begin);
    }
    pthread_mutex_unlock(&pool->lock);
}

void pool_finish(Pool *pool) {
    take_slices(pool, 0);
    pthread_mutex_lock(&pool->lock);
    while (pool->working > 0) pthread_cond_wait(&pool->done, &pool->lock);
    pthread_mutex_unlock(&pool->lock);
}

void pool_run(Pool *pool, size_t count, size_t slice, void (*work)(void *self, int thread, size_t from, size_t to), void *self) {
    if (count <= slice) {                 /* nobody is woken for what one does */
        if (count > 0) work(self, 0, 0, count);
        return;
    }
    pool_start(pool, count, slice, work, self);
    pool_finish(pool);
}

int processors_count(void) {
    cpu_set_t allowed;
    if (sched_getaffinity(0, sizeof allowed, &allowed) != 0) return 1;
    int count = CPU_COUNT(&allowed);
    return count < 1 ? 1 : count > THREADS_MOST ? THREADS_MOST : count;
}
