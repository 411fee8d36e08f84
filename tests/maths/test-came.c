/* The shape of sums: told as past sums came, where they came otherwise for sure, and with the mean they had. */
#include "base/rng.h"
#include "maths/demand_came.h"
#include "maths/demand_miss.h"
#include "maths/fn.h"
#include "near.h"

#include <string.h>

static const double lower_heavy[] = { .06, .1, .16, .3, .5, .74, .89, .95, .98 };

TEST(chances_become_what_came_and_the_mean_stays) {
    double told[DEMAND_LEVELS];
    for (int k = 0; k < DEMAND_LEVELS; k++) told[k] = demand_level(k);
    Dist before, after;
    dist_gamma(400, 40000, &before);
    after = before;
    dist_recalibrate(told, lower_heavy, DEMAND_LEVELS, &after);
    CHECK_RELATIVE(after.mean, before.mean, 1e-12);
    double sum = 0, mean = 0;
    for (int i = 0; i < after.count; i++) {
        CHECK(after.cell[i] >= 0);
        sum += after.cell[i];
        mean += after.cell[i] * (after.origin + i * after.step);
    }
    CHECK_NEAR(sum, 1, 1e-12);
    CHECK_RELATIVE(mean, before.mean, 1e-12);
    CHECK_BETWEEN(dist_below(&after, dist_quantile(&before, .05)), .085, .11);       /* .1, less what keeping the mean moves up */
    CHECK_BETWEEN(dist_below(&after, dist_quantile(&before, .95)), .935, .952);
    CHECK(dist_variance(&after) > 1.05 * dist_variance(&before));
}

TEST(the_same_chances_change_nothing_and_a_point_stays_a_point) {
    double told[DEMAND_LEVELS];
    for (int k = 0; k < DEMAND_LEVELS; k++) told[k] = demand_level(k);
    Dist before, after;
    dist_counts(3, 7, &before);
    after = before;
    dist_recalibrate(told, told, DEMAND_LEVELS, &after);
    for (int i = 0; i < before.count; i++) CHECK_NEAR(after.cell[i], before.cell[i], 1e-12);
    dist_point(5, &after);
    dist_recalibrate(told, lower_heavy, DEMAND_LEVELS, &after);
    CHECK(after.count == 1 && after.cell[0] == 1 && after.mean == 5);
}

TEST(a_whole_horizon_is_told_as_it_came_and_half_of_it_half_so) {
    DemandModel m;
    demand_prior(50, 0.2, 7, &m);
    m.horizon = 8;
    DemandModel as_came = m;
    for (int k = 0; k < DEMAND_LEVELS; k++) as_came.came_below[k] = (float)lower_heavy[k];
    double moved[2];
    for (int half = 0; half < 2; half++) {
        Dist plain, told;
        double length = half ? 4 : 8;
        demand_sum(&m, 0, length, &plain);
        demand_sum(&as_came, 0, length, &told);
        CHECK_RELATIVE(told.mean, plain.mean, 1e-9);
        double low = dist_quantile(&plain, .02);
        moved[half] = dist_below(&told, low) - dist_below(&plain, low);
    }
    CHECK_BETWEEN(moved[0], .02, .05);
    CHECK_RELATIVE(moved[1], moved[0] / 2, .15);
    CHECK_NEAR(demand_came_most(&m), 1, 0);
    CHECK_NEAR(demand_came_most(&as_came), 3, 1e-6);                    /* up to .02: .06 */
}

/* Levels of six origins: what came, moved by what each had in common, and chance. */
static void origins_make(const double *came, double common, double chance, double share[6][DEMAND_LEVELS]) {
    Rng rng = rng_of(5);
    for (int i = 0; i < 6; i++)
        for (int k = 0; k < DEMAND_LEVELS; k++)
            share[i][k] = fn_normal_cdf(fn_normal_quantile(came[k]) + common * (i - 2.5)) + chance * (rng_unit(&rng) - .5) * (k == DEMAND_LEVELS / 2 ? 0 : 1);
}

TEST(what_origins_have_in_common_is_no_shape_and_chance_is_not_believed) {
    double share[6][DEMAND_LEVELS], level[DEMAND_LEVELS];
    float came[DEMAND_LEVELS];
    origins_make(lower_heavy, .3, 0, share);
    demand_came_fit(share, 6, 6, came);
    for (int k = 0; k < DEMAND_LEVELS; k++) CHECK_NEAR((double)came[k], lower_heavy[k], 1e-6);
    origins_make(lower_heavy, .3, .03, share);
    demand_came_fit(share, 6, 3, came);
    CHECK_BETWEEN((double)came[2], .13, .16);
    for (int k = 0; k < DEMAND_LEVELS; k++) level[k] = demand_level(k);
    origins_make(level, .3, .03, share);
    demand_came_fit(share, 6, 3, came);
    for (int k = 0; k < DEMAND_LEVELS; k++) CHECK(came[k] == 0 || __builtin_fabs((double)came[k] - level[k]) < .004);
    origins_make(lower_heavy, 0, 0, share);
    demand_came_fit(share, 2, 2, came);
    CHECK(came[0] == 0);                                                /* two origins are no law */
}

TEST(a_count_is_at_or_below_a_level_in_part) {
    double share[DEMAND_LEVELS] = { 0 };
    demand_came_add(.2, .6, 2, share);                                  /* .25 lies an eighth into the step */
    demand_came_add(.5, .5, 2, share);
    CHECK_NEAR(share[2], 0, 0);
    CHECK_NEAR(share[3], .0625, 1e-12);
    CHECK_NEAR(share[4], .375 + .5, 1e-12);
    CHECK_NEAR(share[5], 1, 1e-12);
}

/* ---- learned of an assortment ---- */

enum { ITEMS = 200, WEEKS = 60, AHEAD = 4 };
static double value[ITEMS][WEEKS];

/* Counts around steady rates; `gone`: the share of items that sell nothing in a stretch of AHEAD weeks, drawn anew for each. */
static void made(uint64_t seed, double gone) {
    Rng rng = rng_of(seed);
    for (int i = 0; i < ITEMS; i++) {
        double rate = rng_lognormal(&rng, 3, 0.5);
        for (int t = 0, away = 0; t < WEEKS; t++) {
            if (t % AHEAD == 0) away = rng_unit(&rng) < gone;
            value[i][t] = away ? 0 : (double)rng_negative_binomial(&rng, rate, 2 * rate);
        }
    }
}

static DemandMisses misses_of(void) {
    Arena *work = arena_begin(64 * MiB), *kept = arena_begin(64 * MiB);
    DemandMiss *miss = many_in(kept, DemandMiss, ITEMS * MISS_LOOKS_MOST);
    int count = 0;
    for (int i = 0; i < ITEMS; i++, arena_clear(work)) {
        DemandSeries series = { .count = WEEKS, .value = value[i], .bucket_days = 7, .season_length = 1 };
        count += demand_miss(&(DemandMissInput){ .series = &series, .horizon = AHEAD, .end = WEEKS }, work, &miss[count]);
    }
    DemandMisses misses;
    demand_misses_fit(miss, count, 7, work, &misses);
    arena_end(&work);
    arena_end(&kept);
    return misses;
}

TEST(where_items_fall_silent_next_to_nothing_is_told_likelier) {
    made(1, .05);
    DemandMisses m = misses_of();
    CHECK_BETWEEN((double)m.came_below[0], .03, .08);
    CHECK_BETWEEN((double)m.came_below[1], .055, .11);
    CHECK_NEAR((double)m.came_below[DEMAND_LEVELS / 2], .5, 1e-6);
    for (int k = 1; k < DEMAND_LEVELS; k++) CHECK(m.came_below[k] > m.came_below[k - 1]);
    DemandModel model;
    demand_prior(20, 0.2, 7, &model);
    demand_widen(&m, AHEAD, &model);
    CHECK(memcmp(model.came_below, m.came_below, sizeof model.came_below) == 0);
    demand_prior(20, 0.2, 7, &model);
    CHECK(model.came_below[0] == 0);
}
