/* Reading the last days: formulas by their own numbers, false alarms and speed of following by simulation with fixed seeds. */
#include "base/rng.h"
#include "maths/sensed.h"
#include "near.h"

enum { DAYS = 240 };

TEST(a_rate_meets_what_was_seen_as_gamma_and_poisson_say) {
    SenseRate r = sense_rate(0.5, 10, 16, 1);                /* shape 4: (4 + 16) / (4 + 10), (4 + 16) / 14^2 */
    CHECK_NEAR(r.mean, 20.0 / 14, 1e-12);
    CHECK_NEAR(r.var, 20.0 / 196, 1e-12);
    r = sense_rate(0.5, 10, 16, 4);                          /* a lumpier item learns a quarter as much */
    CHECK_NEAR(r.mean, 8.0 / 6.5, 1e-12);
    r = sense_rate(0.5, 0, 0, 1);
    CHECK_NEAR(r.mean, 1, 1e-12);
    CHECK_NEAR(r.var, 0.25, 1e-12);
}

TEST(pearsons_statistic_measures_the_spread) {
    double expected[4] = { 10, 10, 10, 0 }, seen[4] = { 4, 16, 10, 99 };
    CHECK_NEAR(sense_spread(expected, seen, 4), (3.6 + 3.6) / 2, 1e-12);
    CHECK_NEAR(sense_spread(expected, seen, 1), 1, 1e-12);
}

TEST(a_crowd_of_odd_ones_is_counted_by_poisson) {
    CHECK_NEAR(sense_crowd(100, 3, 0.02), 1 - __builtin_exp(-2) * (1 + 2 + 2), 1e-12);
    CHECK_NEAR(sense_crowd(100, 0, 0.02), 1, 0);
}

TEST(a_customer_who_is_silent_for_long_has_probably_left) {
    SenseCustomer busy = sense_customer(0.6, 3, 7, 30), gone = sense_customer(0.6, 90, 7, 30);
    double q = 1 - __builtin_exp(-90.0 / 1460);
    CHECK_NEAR(gone.p_left, q / (q + (1 - q) * __builtin_exp(-90.0 / 7)), 1e-9);
    CHECK(busy.p_left < 0.01 && gone.p_left > 0.99);
    CHECK_NEAR(gone.mean, 1 - gone.p_leaves * 0.6, 1e-12);
    CHECK_NEAR(busy.var, busy.p_leaves * (1 - busy.p_leaves) * 0.36, 1e-12);
}

/* Daily counts around `rate`, spread 1.5; from `shift` on times `factor`, `spike` units more on one day. */
static void days_make(Rng *rng, double rate, int shift, double factor, int spike_at, double spike, double value[DAYS]) {
    for (int t = 0; t < DAYS; t++) {
        double mean = t >= shift ? rate * factor : rate;
        value[t] = (double)rng_negative_binomial(rng, mean, 1.5 * mean) + (t == spike_at ? spike : 0);
    }
}

static void sensed_of(const double *value, int count, Arena *work, DemandModel *m, Sensed *out) {
    DemandSeries series = { .count = count, .value = value, .bucket_days = 1 };
    demand_fit(&series, 21, work, m);
    demand_sense(&(SensedInput){ .series = &series, .horizon = 21, .chance = 0.5 }, work, m, out);
}

TEST(a_new_level_is_told_from_one_big_sale) {
    Arena *work = arena_begin(8 * MiB);
    Rng rng = rng_of(11);
    int levels = 0, one_offs = 0, begun = 0;
    for (int round = 0; round < 100; round++) {
        double value[DAYS];
        DemandModel m;
        Sensed s;
        arena_clear(work);
        days_make(&rng, 6, DAYS - 14, 2.1, -1, 0, value);
        sensed_of(value, DAYS, work, &m, &s);
        levels += s.acted && s.reading.kind == SENSE_NEW_LEVEL;
        begun += s.acted && s.from >= DAYS - 17 && s.from <= DAYS - 11;
        days_make(&rng, 6, DAYS, 1, DAYS - 9, 60, value);
        sensed_of(value, DAYS, work, &m, &s);
        one_offs += s.acted && s.reading.kind == SENSE_ONE_OFF && s.from == DAYS - 9;
    }
    printf("      of 100: new levels %d, begun within three days %d, one-offs %d\n", levels, begun, one_offs);
    CHECK(levels >= 78 && begun >= 75 && one_offs >= 92);
    arena_end(&work);
}

TEST(a_one_off_does_not_lift_the_level) {
    Arena *work = arena_begin(8 * MiB);
    Rng rng = rng_of(12);
    double with = 0, without = 0;
    for (int round = 0; round < 60; round++) {
        double value[DAYS];
        DemandModel m, plain;
        Sensed s;
        arena_clear(work);
        days_make(&rng, 6, DAYS, 1, DAYS - 3, 80, value);
        DemandSeries series = { .count = DAYS, .value = value, .bucket_days = 1 };
        demand_fit(&series, 21, work, &plain);
        sensed_of(value, DAYS, work, &m, &s);
        with += __builtin_fabs(m.level - 6) / 60;
        without += __builtin_fabs(plain.level - 6) / 60;
    }
    printf("      mean error of the level: %.2f, without sensing %.2f\n", with, without);
    CHECK(with < 0.7 * without);
    arena_end(&work);
}

TEST(false_alarms_are_few_on_steady_and_on_lumpy_series) {
    static const struct { double rate, spread; } kinds[] = { { 0.2, 1 }, { 2, 1.5 }, { 6, 4 }, { 40, 10 }, { 3, 12 } };
    Arena *work = arena_begin(8 * MiB);
    Rng rng = rng_of(13);
    for (int k = 0; k < 5; k++) {
        int alarms = 0, levels = 0, rounds = 400;
        for (int round = 0; round < rounds; round++) {
            double value[DAYS];
            DemandModel m;
            Sensed s;
            arena_clear(work);
            for (int t = 0; t < DAYS; t++) value[t] = (double)rng_negative_binomial(&rng, kinds[k].rate, kinds[k].rate * kinds[k].spread);
            sensed_of(value, DAYS, work, &m, &s);
            alarms += s.acted;
            levels += s.acted && s.reading.kind == SENSE_NEW_LEVEL;
        }
        printf("      rate %.1f spread %.1f: %.2f %% told, of it new levels %.2f %%\n", kinds[k].rate, kinds[k].spread, 100.0 * alarms / rounds, 100.0 * levels / rounds);
        CHECK(levels <= rounds / 50);
        CHECK(alarms <= rounds * 6 / 100);
    }
    arena_end(&work);
}

TEST(tails_are_uniform_when_nothing_happened) {
    Rng rng = rng_of(14);
    int under[10] = { 0 }, rounds = 3000;
    for (int i = 0; i < rounds; i++) {
        double rate = rng_gamma(&rng, 1 / 0.04, 0.04), seen = (double)rng_negative_binomial(&rng, 3 * rate, 3 * rate * 1.5);
        int decile = (int)(10 * sense_pit(0.2, 3, seen, 1.5, rng_unit(&rng)));
        under[decile < 10 ? decile : 9]++;
    }
    for (int d = 0; d < 10; d++) CHECK_BETWEEN(under[d] / (double)rounds, 0.08, 0.12);
}

TEST(orders_known_ahead_move_the_rate_as_far_as_they_deserve) {
    Arena *work = arena_begin(8 * MiB);
    Rng rng = rng_of(15);
    double value[DAYS], share[7] = { .9, .7, .5, .4, .3, .2, .1 };
    days_make(&rng, 6, DAYS, 1, -1, 0, value);
    DemandSeries series = { .count = DAYS, .value = value, .bucket_days = 1 };
    double level[3];
    for (int i = 0; i < 3; i++) {
        DemandModel m, plain;
        Sensed s;
        demand_fit(&series, 21, work, &m);
        plain = m;
        demand_sense(&(SensedInput){ .series = &series, .horizon = 21, .known_share = share, .ahead = 7, .known = 12.0 * i }, work, &m, &s);
        level[i] = m.level / plain.level;
        CHECK(m.level_var < plain.level_var * 1.5);
    }
    CHECK(level[0] < level[1] && level[1] < level[2] && level[0] > 0.5 && level[2] < 1.6);
    arena_end(&work);
}

TEST(a_level_that_fell_to_nothing_is_not_believed) {
    Arena *work = arena_begin(8 * MiB);
    double value[DAYS];
    DemandModel m, plain;
    Sensed s;
    for (int t = 0; t < DAYS; t++) value[t] = t < DAYS - 14 ? 6 + t % 3 : 0;
    DemandSeries series = { .count = DAYS, .value = value, .bucket_days = 1 };
    demand_fit(&series, 21, work, &plain);
    sensed_of(value, DAYS, work, &m, &s);
    CHECK(s.reading.kind == SENSE_NEW_LEVEL);
    CHECK(!s.acted);
    CHECK_NEAR(m.level, plain.level, 1e-12);
    arena_end(&work);
}

TEST(nothing_odd_in_strange_input) {
    Arena *work = arena_begin(8 * MiB);
    double value[40] = { 0 };
    uint8_t missing[40];
    for (int t = 0; t < 40; t++) missing[t] = DEMAND_MISSING;
    for (int count = 0; count <= 40; count += 5) {
        DemandSeries series = { .count = count, .value = value, .state = missing, .bucket_days = 1 };
        DemandModel m;
        Sensed s;
        double tail[SENSED_TAILS];
        demand_fit(&series, 7, work, &m);
        demand_sense(&(SensedInput){ .series = &series, .horizon = 7, .known = 5 }, work, &m, &s);
        demand_tails(&(SensedInput){ .series = &series, .horizon = 7 }, &m, tail);
        CHECK(!s.acted && s.factor == 1 && tail[0] == -1);
    }
    SenseReading r;
    sense_read(&(SenseInput){ .expected = value, .seen = value, .count = 10, .spread = 0, .rate_cv = 0 }, &r);
    CHECK(r.kind == SENSE_USUAL && r.rate == 1);
    arena_end(&work);
}

TEST(kin_speak_first_and_the_item_itself_more_and_more) {
    Arena *work = arena_begin(8 * MiB);
    double value[400], before = 10, cv = 2;
    for (int t = 0; t < 400; t++) value[t] = 3;
    for (int count = 0; count <= 40; count += 10) {
        DemandSeries series = { .count = count, .value = value, .bucket_days = 1 };
        DemandModel m;
        demand_fit(&series, 14, work, &m);
        demand_with_kin(10, 0.8, NULL, 0, &series, &m);
        CHECK(count == 0 ? m.level == 10 : m.level < before && m.level > 3);
        CHECK(__builtin_sqrt(m.level_var) / m.level < cv);
        before = m.level;
        cv = __builtin_sqrt(m.level_var) / m.level;
    }
    arena_end(&work);
}

TEST(dated_factors_and_fading_are_seasons_that_do_not_come_back) {
    DemandModel m;
    demand_prior(10, 0.3, 1, &m);
    CHECK(demand_date(&m, 2, 4.5, 3));
    CHECK_NEAR(demand_moments(&m, 0, 6).mean, 60 + 2.5 * 20, 1e-9);
    CHECK_NEAR(demand_moments(&m, 4, 1).mean, 20, 1e-9);
    CHECK(demand_date(&m, 3, 4, 0.5));                       /* both hold */
    CHECK_NEAR(demand_moments(&m, 3, 1).mean, 15, 1e-9);
    CHECK_NEAR(demand_moments(&m, 10, 1).mean, 10, 1e-9);
    CHECK(!demand_date(&m, 5, 5, 2) && !demand_date(&m, -4, -1, 2));
    DemandMoments one = demand_moments(&m, 0, 6), two = demand_moments(&m, 0, 3), three = demand_moments(&m, 3, 3);
    CHECK_NEAR(one.mean, two.mean + three.mean, 1e-9);
    demand_prior(10, 0.3, 1, &m);
    m.fade = 0.1;
    CHECK_NEAR(demand_moments(&m, 0, 3).mean, 10 + 9 + 8.1, 1e-9);
    CHECK_NEAR(demand_moments(&m, 0, 5000).mean, 100, 1e-6);
}
