#include "base/err.h"
#include "base/thread.h"
#include "tests/test.h"

#include <stdatomic.h>

enum { COUNT = 10007 };
typedef struct Job { _Atomic int touched[COUNT]; int threads_most, own; } Job;

static void touch(void *self, int thread, size_t from, size_t to) {
    Job *job = self;
    assert_in_range(thread, 0, job->threads_most - 1);
    for (size_t i = from; i < to; i++) job->touched[i]++;
}

TEST(pool_covers_every_number_once_every_time) {
    static Job job;
    for (int threads = 1; threads <= 4; threads++) {
        own(pool_end) Pool *pool = pool_begin(threads);
        job.threads_most = pool_threads(pool);
        for (int run = 1; run <= 20; run++) pool_run(pool, COUNT, (size_t)run * 3, touch, &job);
        for (size_t i = 0; i < COUNT; i++) CHECK_EQ(job.touched[i], 20);
        memset(&job, 0, sizeof job);
    }
}

TEST(pool_of_nothing_does_nothing) {
    own(pool_end) Pool *pool = pool_begin(2);
    pool_run(pool, 0, 1, touch, NULL);
    CHECK_EQ(pool_threads(pool), 2);
    CHECK(processors_count() >= 1);
    Pool *none = NULL;
    pool_end(&none);
}

TEST(pool_starts_and_the_caller_does_something_else_before_it_finishes) {
    static Job job;
    for (int threads = 1; threads <= 4; threads++) {
        own(pool_end) Pool *pool = pool_begin(threads);
        job.threads_most = pool_threads(pool);
        for (int run = 1; run <= 20; run++) {
            size_t count = run == 7 ? 0 : COUNT;
            pool_start(pool, count, (size_t)run * 3, touch, &job);
            job.own += run;
            pool_finish(pool);
        }
        for (size_t i = 0; i < COUNT; i++) CHECK_EQ(job.touched[i], 19);
        CHECK_EQ(job.own, 210);
        memset(&job, 0, sizeof job);
    }
}
