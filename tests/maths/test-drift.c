#include "base/rng.h"
#include "maths/drift.h"
#include "near.h"

TEST(pettitt_finds_the_change_and_its_formula_holds) {
    Arena *work = arena_begin(MiB);
    double value[16];
    for (int i = 0; i < 16; i++) value[i] = i < 8 ? 10 + i % 3 : 20 + i % 3;
    Change c = change_point(value, 16, work);
    CHECK(c.found);
    CHECK_EQ(c.at, 8);
    CHECK_NEAR(c.p, 0.0070557553, 1e-9);                 /* U = 64: 2 exp(-6 64^2 / (16^3 + 16^2)) */
    CHECK_NEAR(c.before, 11, 1e-12);
    CHECK_NEAR(c.after, 21, 1e-12);
    arena_end(&work);
}

TEST(a_steady_series_is_called_changed_seldom) {
    /* 5 % by the approximation, which is on the safe side for small n; 2,000 series, Monte Carlo error .005. */
    Arena *work = arena_begin(MiB);
    Rng rng = rng_of(5);
    int called = 0;
    for (int round = 0; round < 2000; round++) {
        double value[30];
        arena_clear(work);
        for (int i = 0; i < 30; i++) value[i] = rng_lognormal(&rng, 3, 0.4);
        called += change_point(value, 30, work).found;
    }
    CHECK_BETWEEN(called / 2000.0, 0.01, 0.06);
    arena_end(&work);
}

TEST(a_lead_time_half_as_long_again_is_noticed_and_one_outlier_is_not) {
    Arena *work = arena_begin(MiB);
    Rng rng = rng_of(6);
    int noticed = 0, fooled = 0;
    for (int round = 0; round < 500; round++) {
        double value[40];
        arena_clear(work);
        for (int i = 0; i < 40; i++) value[i] = rng_lognormal(&rng, i < 25 ? 3.0 : 3.4, 0.3);
        noticed += change_point(value, 40, work).found;
        for (int i = 0; i < 40; i++) value[i] = i == 30 ? 900 : 20 + (double)rng_below(&rng, 5);
        fooled += change_point(value, 40, work).found;
    }
    CHECK_BETWEEN(noticed, 400, 500);
    CHECK_BETWEEN(fooled, 0, 35);
    arena_end(&work);
}

TEST(too_few_values_have_not_changed) {
    Arena *work = arena_begin(MiB);
    double value[7] = { 1, 1, 1, 1, 90, 90, 90 };
    for (int n = 0; n <= 7; n++) CHECK(!change_point(value, n, work).found);
    CHECK_NEAR(median_of(NULL, 0, work), 0, 0);
    CHECK_NEAR(median_of(value, 5, work), 1, 0);
    arena_end(&work);
}
