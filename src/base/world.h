/* world.h - time and chance as arguments, so that a test can own the clock and a seed can replay a bad day. */
#pragma once
#include "base/rng.h"

#include <stdint.h>

typedef struct World {
    void *self;
    int64_t (*now_us)(void *self);                           /* UTC */
    uint64_t (*random)(void *self);                          /* real world: from the kernel, fit for secrets */
} World;

World world_real(void);

typedef struct WorldTest {
    int64_t now_us;                                          /* set it as you like */
    int64_t step_us;                                         /* each look at the clock moves it on by this */
    Rng rng;
} WorldTest;

World world_test(WorldTest *test);                           /* `test` must outlive it */

static inline int64_t world_now_us(World world) { return world.now_us(world.self); }
static inline uint64_t world_random(World world) { return world.random(world.self); }
int64_t monotonic_us(void);                                  /* for measuring and time-outs only: never stored, never decides */
