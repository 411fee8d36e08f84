#include "tests/test.h"

#include <stdlib.h>

#include "tests/sim/sim.h"

/* SIM_SEEDS=10000 for a long night. */
static int seeds(void) {
    const char *asked = getenv("SIM_SEEDS");
    return asked ? atoi(asked) : 200;
}

TEST(no_bad_week_duplicates_or_loses_an_order_or_breaks_a_limit) {
    int orders = 0, crashes = 0;
    for (int seed = 1; seed <= seeds(); seed++) {
        SimReport report = sim_run((uint64_t)seed, 120, SIM_SOUND);
        if (*report.first) fail_msg("seed %d: %s (run sim --seed %d --steps 120)", seed, report.first, seed);
        CHECK_EQ(report.duplicates + report.missing + report.foreign + report.under_stop + report.over_cap + report.unsettled + report.alone, 0);
        orders += report.orders;
        crashes += report.crashes;
    }
    CHECK(orders > seeds());            /* the weeks were not idle */
    CHECK(crashes > seeds());
}

TEST(the_same_seed_gives_the_same_log_bit_for_bit) {
    for (uint64_t seed = 1; seed <= 6; seed++) {
        SimReport first = sim_run(seed, 120, SIM_SOUND), second = sim_run(seed, 120, SIM_SOUND);
        CHECK_STR(first.hash, second.hash);
    }
}

static int duplicates_with(SimBug bug) {
    int duplicates = 0;
    for (uint64_t seed = 1; seed <= 30; seed++) duplicates += sim_run(seed, 200, bug).duplicates;
    return duplicates;
}

TEST(a_naive_resend_would_be_seen) { CHECK(duplicates_with(SIM_NAIVE_RESEND) > 0); }
TEST(a_quiet_time_shorter_than_the_flight_would_be_seen) { CHECK(duplicates_with(SIM_SHORT_QUIET) > 0); }
