/* world.c - the real clock and the kernel's randomness, or a test's own. */
#include "base/world.h"

#include "base/arena.h"

#include <stddef.h>
#include <sys/random.h>
#include <time.h>

static int64_t us_of(struct timespec at) { return (int64_t)at.tv_sec * 1000000 + at.tv_nsec / 1000; }

static int64_t real_now_us(void *self) {
    (void)self; /* the real world has no state */
    struct timespec at;
    clock_gettime(CLOCK_REALTIME, &at);
    return us_of(at);
}

static uint64_t real_random(void *self) {
    (void)self; /* the real world has no state */
    uint64_t value;
    if (getentropy(&value, sizeof value) != 0) stop_for("the kernel gives no random numbers");
    return value;
}

World world_real(void) { return (World){ NULL, real_now_us, real_random }; }

static int64_t test_now_us(void *self) {
    WorldTest *test = self;
    int64_t now_us = test->now_us;
    test->now_us += test->step_us;
    return now_us;
}

static uint64_t test_random(void *self) { return rng_next(&((WorldTest *)self)->rng); }

World world_test(WorldTest *test) { return (World){ test, test_now_us, test_random }; }

int64_t monotonic_us(void) {
    struct timespec at;
    clock_gettime(CLOCK_MONOTONIC, &at);
    return us_of(at);
}
