/* thread.h - the same work for many numbers, on a few threads. The result must not depend on who did what: each call of
 * `work` writes only into its own slots, and the caller collects in order. */
#pragma once
#include <stddef.h>

typedef struct Pool Pool;

Pool *pool_begin(int threads);                               /* 1 .. 64, the calling thread counts as one */
void pool_end(Pool **pool);
int pool_threads(const Pool *pool);
/* Calls work(self, thread, from, to) until [0, count) is covered by slices of at most `slice`; thread is 0 .. threads - 1,
 * for scratch memory per thread. Returns when all is done. One run at a time per pool. */
void pool_run(Pool *pool, size_t count, size_t slice,
              void (*work)(void *self, int thread, size_t from, size_t to), void *self);
/* The same in two halves: the helpers begin, and the caller does something else before it takes its share and waits for theirs. */
void pool_start(Pool *pool, size_t count, size_t slice,
                void (*work)(void *self, int thread, size_t from, size_t to), void *self);
void pool_finish(Pool *pool);
int processors_count(void);                                  /* what this process may use, at least 1 */
