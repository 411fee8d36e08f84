#include "base/world.h"
#include "tests/test.h"

TEST(world_of_a_test_owns_its_clock_and_chance) {
    WorldTest test = { .now_us = 1000, .step_us = 5, .rng = rng_of(9) }, twin = test;
    World world = world_test(&test), other = world_test(&twin);
    CHECK_EQ(world_now_us(world), 1000);
    CHECK_EQ(world_now_us(world), 1005);
    test.now_us = 0;
    CHECK_EQ(world_now_us(world), 0);
    CHECK(world_random(world) == world_random(other));
}

TEST(world_that_is_real_moves_on) {
    World world = world_real();
    CHECK(world_now_us(world) > INT64_C(1600000000000000));
    CHECK(world_random(world) != world_random(world));
    int64_t before = monotonic_us();
    CHECK(monotonic_us() >= before);
}
