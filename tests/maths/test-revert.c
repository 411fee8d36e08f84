/* Assortments whose rates are known to stand still or to move: how far levels go back to the long mean is found, and going back brings them nearer to the rates. */
#include "base/err.h"
#include "base/rng.h"
#include "maths/demand_miss.h"
#include "maths/fn.h"
#include "near.h"

enum { ITEMS = 160, DAYS = 420, HORIZON = 30, SPELL = 60 };

static double value[ITEMS][DAYS], rate[ITEMS];

/* Slow daily demand. Each SPELL days an item's rate moves for good by exp(normal(0, `moves`)); everything is `common` times as much in the last 60 days. */
static void made(uint64_t seed, double moves, double common) {
    Rng rng = rng_of(seed);
    for (int i = 0; i < ITEMS; i++) {
        rate[i] = rng_lognormal(&rng, -2, 0.8);
        for (int t = 0; t < DAYS; t++) {
            if (t > 0 && t % SPELL == 0) rate[i] *= rng_lognormal(&rng, -0.5 * moves * moves, moves);
            double mean = rate[i] * (t >= DAYS - 60 ? common : 1);
            value[i][t] = (double)rng_negative_binomial(&rng, mean, 1.5 * mean);
        }
        rate[i] *= common;
    }
}

static DemandSeries series_of(int item) { return (DemandSeries){ .count = DAYS, .value = value[item], .bucket_days = 1, .season_length = 1 }; }

static DemandMisses misses_of(int items, int shorter) {      /* the histories of every second item end so many days earlier */
    own(arena_end) Arena *work = arena_begin(64 * MiB);
    own(arena_end) Arena *kept = arena_begin(64 * MiB);
    DemandMiss *miss = many_in(kept, DemandMiss, ITEMS * MISS_LOOKS_MOST);
    int count = 0;
    for (int i = 0; i < items; i++, arena_clear(work)) {
        DemandSeries series = series_of(i);
        series.count -= i % 2 * shorter;
        count += demand_miss(&(DemandMissInput){ .series = &series, .horizon = HORIZON, .end = series.count }, work, &miss[count]);
    }
    DemandMisses misses;
    demand_misses_fit(miss, count, 1, work, &misses);
    return misses;
}

static DemandRevert learned(int items) { return misses_of(items, 0).revert; }

/* Mean square of level over rate less 1. */
static double off(const DemandRevert *revert) {
    own(arena_end) Arena *work = arena_begin(64 * MiB);
    double sum = 0;
    for (int i = 0; i < ITEMS; i++, arena_clear(work)) {
        DemandSeries series = series_of(i);
        DemandModel m;
        demand_fit(&series, HORIZON, work, &m);
        demand_teach(&(DemandLessons){ .revert = revert }, &m);
        sum += (m.level / rate[i] - 1) * (m.level / rate[i] - 1) / ITEMS;
    }
    return sum;
}

TEST(where_rates_stand_still_levels_go_back_to_the_long_mean) {
    made(1, 0, 1);
    DemandRevert revert = learned(ITEMS);
    CHECK(revert.cases > 3 * ITEMS);
    CHECK(revert.stays < 0.5 || revert.sales_half > 30);
    CHECK_NEAR(revert.common, 1, 0.1);
    CHECK(off(&revert) < 0.75 * off(NULL));
}

TEST(where_rates_move_levels_follow_them) {
    made(2, 1.2, 1);
    DemandRevert revert = learned(ITEMS);
    CHECK(revert.stays > 0.75 && revert.sales_half < 20);
    CHECK(off(&revert) < 1.05 * off(NULL));
}

TEST(what_all_items_do_together_is_followed_all_the_same) {
    double told = 0;
    made(3, 0, 2);
    DemandRevert revert = learned(ITEMS);
    CHECK(revert.common > 1.1);                           /* half of the last 120 days, an eighth of all: long means lag behind */
    own(arena_end) Arena *work = arena_begin(64 * MiB);
    double plain = 0;
    for (int i = 0; i < ITEMS; i++, arena_clear(work)) {
        DemandSeries series = series_of(i);
        DemandModel m;
        demand_fit(&series, HORIZON, work, &m);
        plain += m.level;
        demand_teach(&(DemandLessons){ .revert = &revert }, &m);
        told += m.level;
    }
    CHECK_NEAR(told / plain, 1, 0.06);
}

TEST(items_whose_histories_end_on_other_days_are_of_today_all_the_same) {
    made(1, 0, 1);
    DemandMisses alike = misses_of(ITEMS, 0), apart = misses_of(ITEMS, 56);      /* four origins, at the newest of which others have one */
    CHECK_EQ(apart.origins, MISS_ORIGINS_MOST + 4);
    CHECK(apart.misses > 0.95 * alike.misses && apart.revert.cases > 0.95 * alike.revert.cases);
    CHECK_NEAR(apart.revert.common, alike.revert.common, 0.05);
}

TEST(too_few_items_change_nothing_and_certainty_grows_with_the_long_mean) {
    made(1, 0, 1);
    DemandRevert few = learned(5), all = learned(ITEMS);
    DemandSeries series = series_of(0);
    own(arena_end) Arena *work = arena_begin(64 * MiB);
    DemandModel plain, same, gone;
    demand_fit(&series, HORIZON, work, &plain);
    same = gone = plain;
    demand_teach(&(DemandLessons){ .revert = &few }, &same);
    CHECK(few.cases == 0 && same.level == plain.level && same.level_var == plain.level_var);
    demand_teach(&(DemandLessons){ .revert = &all }, &gone);
    double kept = demand_kept(&all, &plain), lasting = all.common * plain.long_level;
    CHECK_BETWEEN(kept, 0, 0.6);
    CHECK_NEAR(gone.level, lasting + kept * (plain.level - lasting), 1e-12);
    CHECK(gone.level_var <= plain.level_var);
}

TEST(nothing_sold_and_odd_cases_leave_the_grid_alone) {
    DemandRevertCase odd[] = { { 0, 0, 0, 0, 0, 1 }, { 1, 0, 5, 1, 3, 1 }, { 1, 1, 1e12, 1, 3, 1 }, { 1e12, 1e-9, 0, 1e12, 3, 1 } };
    DemandRevert revert;
    demand_revert_fit(odd, 0, &revert);
    CHECK(revert.cases == 0);
    demand_revert_fit(odd, 4, &revert);
    CHECK(revert.cases == 2 && revert.stays >= 0 && revert.stays <= 1 && revert.sales_half >= 0);
    DemandModel none;
    demand_prior(0, 0, 1, &none);
    demand_teach(&(DemandLessons){ .revert = &revert }, &none);
    CHECK(none.level == 0);
}
