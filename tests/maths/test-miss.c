/* Assortments whose laws are known: the width of sums that nobody saw coming is found where it is, and nowhere else. */
#include "base/rng.h"
#include "maths/demand_miss.h"
#include "maths/fn.h"
#include "near.h"

#include <string.h>

enum { ITEMS = 150, WEEKS = 48, AHEAD = 8 };

/* Weekly demand with a mean by item; every 8 to 20 weeks an item's rate moves by exp(normal(0, `own`)) around that mean; each four weeks all rates share a factor of
 * sd `shared`. The last AHEAD weeks are what was to come. */
static void made(uint64_t seed, double own, double shared, double value[ITEMS][WEEKS + AHEAD]) {
    Rng rng = rng_of(seed);
    double factor[WEEKS + AHEAD];
    for (int t = 0; t < WEEKS + AHEAD; t++) factor[t] = t % 4 ? factor[t - 1] : rng_lognormal(&rng, -0.5 * shared * shared, shared);
    for (int i = 0; i < ITEMS; i++) {
        double mean = rng_lognormal(&rng, 3, 0.7), rate = mean;
        for (int t = 0, until = 0; t < WEEKS + AHEAD; t++) {
            if (t == until) {
                rate = mean * rng_lognormal(&rng, -0.5 * own * own, own);
                until += 8 + (int)rng_below(&rng, 13);
            }
            value[i][t] = (double)rng_negative_binomial(&rng, rate * factor[t], 2 * rate * factor[t]);
        }
    }
}

static DemandSeries series_of(const double *value) { return (DemandSeries){ .count = WEEKS, .value = value, .bucket_days = 7, .season_length = 1 }; }

static DemandMisses misses_of(double value[ITEMS][WEEKS + AHEAD], double horizon) {
    Arena *work = arena_begin(64 * MiB), *kept = arena_begin(64 * MiB);
    DemandMiss *miss = many_in(kept, DemandMiss, ITEMS * MISS_LOOKS_MOST);
    int count = 0;
    for (int i = 0; i < ITEMS; i++, arena_clear(work)) {
        DemandSeries series = series_of(value[i]);
        count += demand_miss(&(DemandMissInput){ .series = &series, .horizon = horizon, .end = WEEKS }, work, &miss[count]);
    }
    DemandMisses misses;
    demand_misses_fit(miss, count, 7, work, &misses);
    arena_end(&work);
    arena_end(&kept);
    return misses;
}

/* Share of items whose next AHEAD weeks were within the .05 and .95 quantiles. */
static double covered(double value[ITEMS][WEEKS + AHEAD], const DemandMisses *misses) {
    Arena *work = arena_begin(64 * MiB);
    int inside = 0;
    for (int i = 0; i < ITEMS; i++, arena_clear(work)) {
        DemandSeries series = series_of(value[i]);
        DemandModel m;
        Dist sum;
        double came = 0;
        demand_fit(&series, AHEAD, work, &m);
        demand_widen(misses, AHEAD, &m);
        demand_sum(&m, 0, AHEAD, &sum);
        for (int t = WEEKS; t < WEEKS + AHEAD; t++) came += value[i][t];
        inside += came >= dist_quantile(&sum, .05) && came <= dist_quantile(&sum, .95);
    }
    arena_end(&work);
    return (double)inside / ITEMS;
}

static double value[ITEMS][WEEKS + AHEAD];

TEST(rates_that_stand_still_widen_nothing) {
    made(1, 0, 0, value);
    DemandMisses m = misses_of(value, AHEAD);
    CHECK(m.misses > 3 * ITEMS && m.origins == MISS_ORIGINS_MOST);
    CHECK_BETWEEN(m.own_var, 0, 0.02);
    for (int k = 0; k < DEMAND_SPANS; k++) CHECK_BETWEEN(m.shared_var[k], 0, 0.002);
}

TEST(where_rates_move_sums_become_as_wide_as_they_were) {
    double before = 0, after = 0;
    for (uint64_t seed = 1; seed <= 4; seed++) {
        made(seed, 0.8, 0, value);
        DemandMisses m = misses_of(value, AHEAD), nothing = { 0 };
        CHECK_BETWEEN(m.own_var, 0.04, 0.7);
        before += covered(value, &nothing) / 4;
        after += covered(value, &m) / 4;
    }
    CHECK_BETWEEN(before, 0.5, 0.84);
    CHECK_BETWEEN(after, 0.86, 0.95);
}

TEST(what_all_items_share_is_told_from_what_each_does_alone) {
    double shared = 0, own = 0;
    for (uint64_t seed = 1; seed <= 4; seed++) {
        made(seed, 0, 0.3, value);
        DemandMisses m = misses_of(value, 4);
        shared += m.shared_var[2] / 4;                    /* over four weeks */
        own += m.own_var / 4;
    }
    CHECK_BETWEEN(shared, 0.04, 0.25);                    /* .09, and as much again where the level had followed the last factor; six origins count by .6 */
    CHECK_BETWEEN(own, 0, 0.04);
}

TEST(what_was_told_in_the_past_knows_nothing_of_what_came) {
    Arena *work = arena_begin(64 * MiB);
    made(3, 0.8, 0, value);
    static DemandMiss before[MISS_LOOKS_MOST], after[MISS_LOOKS_MOST];
    DemandSeries series = series_of(value[0]);
    DemandMissInput in = { .series = &series, .horizon = 4, .end = WEEKS + 1 };                 /* origins are multiples of four: 44, 40, .. of which the first bucket is number 1 */
    int count = demand_miss(&in, work, before);
    CHECK(count == MISS_LOOKS_MOST && before[0].origin == MISS_TODAY && before[0].came < 0 && before[1].origin == 44 && before[2].origin == 40);
    double came = 0;
    for (int t = 43; t < 47; t++) came += value[0][t];
    CHECK_NEAR(before[1].came, came, 1e-9);
    for (int t = 43; t < WEEKS; t++) value[0][t] *= 5;
    demand_miss(&in, work, after);
    CHECK(memcmp(&after[1].then, &before[1].then, sizeof after[1].then) == 0);
    CHECK(memcmp(&after[0].then, &before[0].then, sizeof after[0].then) != 0);
    CHECK_NEAR(after[1].came, 5 * came, 1e-6);
    arena_end(&work);
}

TEST(few_items_widen_nothing_and_buckets_not_seen_teach_nothing) {
    Arena *work = arena_begin(64 * MiB);
    made(5, 0.8, 0.3, value);
    uint8_t seen[WEEKS] = { 0 };
    for (int t = WEEKS - 6; t < WEEKS; t++) seen[t] = DEMAND_MISSING;
    DemandSeries series = series_of(value[0]);
    series.state = seen;
    static DemandMiss miss[MISS_LOOKS_MOST];
    int count = demand_miss(&(DemandMissInput){ .series = &series, .horizon = 4, .end = WEEKS }, work, miss);
    CHECK(count == MISS_LOOKS_MOST - 2 && miss[1].origin == WEEKS - 12);          /* of the newest nothing was seen, of the next half */
    DemandMisses m;
    demand_misses_fit(miss, count, 7, work, &m);
    CHECK(m.misses == 0);
    DemandModel model;
    demand_fit(&series, 4, work, &model);
    demand_widen(&m, 4, &model);
    CHECK(model.own_miss == 0 && model.shared_miss[0] == 0);
    arena_end(&work);
}

TEST(a_widened_sum_keeps_its_mean_and_has_the_variance_it_tells) {
    for (int lumpy = 0; lumpy < 2; lumpy++) {
        DemandModel m;
        demand_prior(5, 0.1, 7, &m);
        m.own_miss = 0.2;
        for (int k = 0; k < DEMAND_SPANS; k++) m.shared_miss[k] = (float)(0.01 * (k + 1));
        m.shape = lumpy ? DEMAND_SHAPE_LUMPY : DEMAND_SHAPE_COUNTS;
        if (lumpy) {
            m.sizes = 2;
            m.size[0] = 3, m.size_share[0] = 0.5f;
            m.size[1] = 9, m.size_share[1] = 0.5f;
            m.noise_var = 60;
        }
        DemandMoments sum = demand_moments(&m, 0, 6);                /* between four weeks, .03, and eight, .04 */
        CHECK_RELATIVE(sum.miss_var, 0.235 * 30 * 30, 1e-6);
        Dist d;
        demand_sum(&m, 0, 6, &d);
        CHECK_RELATIVE(d.mean, 30, 1e-3);
        double told = demand_variance(&sum), by_chance = 75;          /* five of six buckets sell, 6 units with variance 9: 5 * 9 + 5 / 6 * 36 */
        CHECK_RELATIVE(dist_variance(&d), lumpy ? by_chance + (told - by_chance) * 5 / 6 : told, 0.02);
    }
}
