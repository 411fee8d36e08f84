/* Assortments whose laws are known: what all items shared in a bucket is found, and neither a season, a new level nor chance is taken for it. */
#include "base/rng.h"
#include "maths/demand_shock.h"
#include "maths/demand_miss.h"
#include "near.h"

#include <string.h>

enum { ITEMS = 150, BUCKETS = 371 };

static double value[ITEMS][BUCKETS];
static float told[ITEMS * BUCKETS], gap[ITEMS * BUCKETS];

/* Counts with a mean by item, twice as variable as Poisson, times `factor` of the bucket. */
static void made(uint64_t seed, const double factor[BUCKETS]) {
    Rng rng = rng_of(seed);
    for (int i = 0; i < ITEMS; i++) {
        double mean = rng_lognormal(&rng, 1.5, 0.8);
        for (int t = 0; t < BUCKETS; t++) value[i][t] = (double)rng_negative_binomial(&rng, mean * factor[t], 2 * mean * factor[t]);
    }
}

static DemandSeries series_of(int i, int bucket_days) { return (DemandSeries){ .count = BUCKETS, .value = value[i], .bucket_days = bucket_days, .season_length = 1 }; }

static DemandShocks shocks_of(int items, int bucket_days) {
    Arena *work = arena_begin(MiB);
    DemandShocks shocks;
    for (int i = 0; i < items; i++, arena_clear(work)) {
        DemandSeries series = series_of(i, bucket_days);
        demand_shock(&series, 1000, 1000 - BUCKETS, BUCKETS, work, told + i * BUCKETS, gap + i * BUCKETS);
    }
    demand_shocks_fit(told, gap, items, 1000 - BUCKETS, BUCKETS, bucket_days, &shocks);
    arena_end(&work);
    return shocks;
}

static double furthest(const DemandShocks *shocks, int from, int to) {
    double most = 0;
    for (int t = from; t < to; t++) {
        double gone = shocks->count ? (double)shocks->factor[t] - 1 : 0;
        if (gone < 0) gone = -gone;
        if (gone > most) most = gone;
    }
    return most;
}

static double factor[BUCKETS];
static void factors_flat(void) { for (int t = 0; t < BUCKETS; t++) factor[t] = 1; }

TEST(what_all_items_shared_in_a_week_is_found_as_far_as_it_was) {
    factors_flat();
    Rng rng = rng_of(5);
    for (int t = 0; t < BUCKETS; t++) factor[t] = rng_lognormal(&rng, -0.02, 0.2);
    made(1, factor);
    DemandShocks shocks = shocks_of(ITEMS, 7);
    CHECK_EQ(shocks.from, 1000 - BUCKETS);
    CHECK_EQ(shocks.count, BUCKETS);
    double left = 0, was = 0;
    for (int t = 0; t < BUCKETS; t++) {
        double off = (double)shocks.factor[t] - factor[t];
        left += off * off;
        was += (factor[t] - 1) * (factor[t] - 1);
    }
    CHECK_BETWEEN(left / was, 0, 0.12);
}

TEST(chance_is_shared_by_nobody) {
    factors_flat();
    made(2, factor);
    DemandShocks shocks = shocks_of(ITEMS, 7);
    double square = 0;
    for (int t = 0; t < BUCKETS; t++) square += furthest(&shocks, t, t + 1) * furthest(&shocks, t, t + 1);
    CHECK_BETWEEN(square / BUCKETS, 0, 0.012 * 0.012);     /* the effects themselves: .055; of 371 one is beyond three errors by chance */
}

TEST(a_level_that_stays_is_no_shock) {
    factors_flat();
    for (int t = BUCKETS - 12; t < BUCKETS; t++) factor[t] = 1.6;
    made(3, factor);
    DemandShocks shocks = shocks_of(ITEMS, 7);
    CHECK_BETWEEN(furthest(&shocks, BUCKETS - 12, BUCKETS), 0, 0.12);
}

TEST(a_weekday_is_a_season_and_no_shock) {
    factors_flat();
    for (int t = 0; t < BUCKETS; t++) factor[t] = t % 7 == 2 ? 2 : t % 7 == 6 ? 0.2 : 1;
    made(4, factor);
    DemandShocks shocks = shocks_of(ITEMS, 1);
    CHECK_BETWEEN(furthest(&shocks, 0, BUCKETS), 0, 0.05);
    factor[100] = 0;                                       /* a closed day is one */
    made(4, factor);
    shocks = shocks_of(ITEMS, 1);
    CHECK_BETWEEN((double)shocks.factor[100], 0.28, 0.45);
    CHECK_BETWEEN(furthest(&shocks, 0, 100), 0, 0.15);
}

TEST(few_items_have_nothing_in_common_and_months_are_left_alone) {
    factors_flat();
    factor[80] = 3;
    made(6, factor);
    DemandShocks few = shocks_of(SHOCK_SERIES_LEAST - 1, 7), months = shocks_of(ITEMS, 30), all = shocks_of(ITEMS, 7);
    CHECK_EQ(few.count, 0);
    CHECK_EQ(months.count, 0);
    CHECK_BETWEEN((double)all.factor[80], 2, 3);
}

TEST(within_the_first_year_a_shock_may_be_a_season) {
    enum { YEAR = 52 };
    factors_flat();
    factor[BUCKETS - 20] = 2;
    made(10, factor);
    for (int newest = YEAR - 1; newest <= YEAR; newest++) {
        DemandShocks shocks;
        Arena *work = arena_begin(MiB);
        for (int i = 0; i < ITEMS; i++, arena_clear(work)) {
            DemandSeries series = series_of(i, 7);
            series.value += BUCKETS - newest;
            series.count = newest;
            demand_shock(&series, 1000, 1000 - newest, newest, work, told + i * newest, gap + i * newest);
        }
        demand_shocks_fit(told, gap, ITEMS, 1000 - newest, newest, 7, &shocks);
        CHECK_EQ(shocks.count, newest < YEAR ? 0 : newest);
        arena_end(&work);
    }
}

TEST(buckets_not_seen_whole_say_nothing) {
    factors_flat();
    made(7, factor);
    Arena *work = arena_begin(MiB);
    uint8_t seen[BUCKETS] = { [50] = DEMAND_MISSING, [51] = DEMAND_AT_LEAST };
    DemandSeries series = series_of(0, 7);
    series.state = seen;
    demand_shock(&series, 1000, 1000 - BUCKETS, BUCKETS, work, told, gap);
    CHECK(told[50] == 0 && gap[50] == 0 && told[51] == 0 && told[52] > 0);
    arena_end(&work);
}

TEST(a_shock_is_taken_out_of_the_bucket_it_was_in) {
    Arena *work = arena_begin(MiB);
    DemandShocks shocks = { .from = 10, .count = 3, .factor = { 2, 1, 0.5f } };
    double history[5] = { 8, 8, 8, 8, 8 };
    DemandSeries series = { .count = 5, .value = history, .bucket_days = 7 };
    demand_unshock(&shocks, 13, work, &series);            /* buckets 8 .. 12 */
    double want[5] = { 8, 8, 4, 8, 16 };
    CHECK(memcmp(series.value, want, sizeof want) == 0);
    CHECK(history[2] == 8);
    arena_end(&work);
}

TEST(what_is_taken_out_of_histories_is_room_in_the_sums_ahead) {
    factors_flat();
    Rng rng = rng_of(9);
    for (int t = 0; t < BUCKETS; t++) factor[t] = rng_lognormal(&rng, -0.045, 0.3);
    made(8, factor);
    DemandShocks shocks = shocks_of(ITEMS, 7);
    Arena *kept = arena_begin(64 * MiB);
    DemandMiss *miss = many_in(kept, DemandMiss, ITEMS * MISS_LOOKS_MOST);
    DemandMisses misses[2];
    for (int raw = 0; raw < 2; raw++) {
        Arena *work = arena_begin(16 * MiB);
        int count = 0;
        for (int i = 0; i < ITEMS; i++, arena_clear(work)) {
            DemandSeries series = series_of(i, 7);
            demand_unshock(&shocks, 1000, work, &series);
            count += demand_miss(&(DemandMissInput){ .series = &series, .came = raw ? value[i] : NULL, .horizon = 1, .end = 1000 }, work, &miss[count]);
        }
        demand_misses_fit(miss, count, 7, work, &misses[raw]);
        arena_end(&work);
    }
    arena_end(&kept);
    CHECK_BETWEEN(misses[0].shared_var[0], 0, 0.01);
    CHECK_BETWEEN(misses[1].shared_var[0], 0.02, 0.2);      /* .09, of which six origins say .6 */
}
