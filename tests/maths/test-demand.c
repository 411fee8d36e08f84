/* Simulated series with fixed seeds; what must hold is stated by each claim. Numbers named "domain notes" are theirs. */
#include "base/rng.h"
#include "maths/demand.h"
#include "maths/fn.h"
#include "maths/metrics.h"
#include "near.h"

enum { WEEKS = 156, ROUNDS = 120 };

static DemandModel fit(const double *value, const uint8_t *state, int count, int bucket_days, double horizon) {
    Arena *work = arena_begin(4 * MiB);
    DemandSeries series = { .count = count, .value = value, .state = state, .bucket_days = bucket_days };
    DemandModel m;
    demand_fit(&series, horizon, work, &m);
    CHECK(arena_used(work) <= 560 * (size_t)count + 24576);
    arena_end(&work);
    return m;
}

/* A slow mover: sells in a bucket with `chance`, then lumps of 1, 2, 5 or 12. */
static double lump(Rng *rng, double chance) {
    static const double size[] = { 1, 2, 5, 12 };
    static const double weight[] = { 4, 3, 2, 1 };
    return rng_chance(rng, chance) ? size[rng_weighted(rng, weight, 4)] : 0;
}

TEST(a_steady_series_is_forecast_at_its_mean) {
    Rng rng = rng_of(1);
    double value[WEEKS], mean = 0, noise = 0;
    for (int round = 0; round < ROUNDS; round++) {
        for (int t = 0; t < WEEKS; t++) value[t] = (double)rng_negative_binomial(&rng, 20, 60);
        DemandModel m = fit(value, NULL, WEEKS, 7, 5);
        mean += demand_moments(&m, 0, 1).mean / ROUNDS;
        noise += (m.noise_var + m.level_var) / ROUNDS;
    }
    CHECK_RELATIVE(mean, 20, 0.02);
    CHECK_RELATIVE(noise, 60, 0.12);
}

TEST(the_sum_is_covered_at_one_four_and_thirteen_weeks) {
    static const int horizons[] = { 1, 4, 13 };
    static const double p[] = { .5, .8, .9, .95 };
    for (int h = 0; h < 3; h++) {
        Rng rng = rng_of(2 + (uint64_t)h);
        int covered[4] = { 0 }, rounds = 600;
        for (int round = 0; round < rounds; round++) {
            double value[WEEKS], actual = 0, rate = rng_lognormal(&rng, 2.5, 0.8);
            for (int t = 0; t < WEEKS; t++) {
                rate *= rng_lognormal(&rng, -0.0008, 0.04);  /* the level wanders */
                value[t] = (double)rng_negative_binomial(&rng, rate, rate * 2);
            }
            for (int k = 0; k < horizons[h]; k++) {
                rate *= rng_lognormal(&rng, -0.0008, 0.04);
                actual += (double)rng_negative_binomial(&rng, rate, rate * 2);
            }
            DemandModel m = fit(value, NULL, WEEKS, 7, horizons[h]);
            Dist d;
            demand_sum(&m, 0, horizons[h], &d);
            for (int k = 0; k < 4; k++) covered[k] += actual <= dist_quantile(&d, p[k]);
        }
        for (int k = 0; k < 4; k++) CHECK_BETWEEN((double)covered[k] / rounds, p[k] - 0.045, p[k] + (k == 0 ? 0.1 : 0.045));
    }
}

TEST(on_slow_movers_it_beats_the_normal_of_the_same_mean_and_spread) {
    static const double p[] = { .5, .8, .9, .95, .98 };
    Rng rng = rng_of(7);
    double ours = 0, normal = 0;
    int covered = 0, normal_covered = 0, rounds = 400;
    for (int round = 0; round < rounds; round++) {
        double value[WEEKS], actual = 0, chance = 0.05 + 0.3 * rng_unit(&rng);
        for (int t = 0; t < WEEKS; t++) value[t] = lump(&rng, chance);
        for (int k = 0; k < 5; k++) actual += lump(&rng, chance);
        DemandModel m = fit(value, NULL, WEEKS, 7, 5);
        Dist d;
        demand_sum(&m, 0, 5, &d);
        for (int k = 0; k < 5; k++) {
            double z = d.mean + dist_sd(&d) * fn_normal_quantile(p[k]);
            ours += metric_pinball(dist_quantile(&d, p[k]), actual, p[k]);
            normal += metric_pinball(z > 0 ? z : 0, actual, p[k]);
            if (k == 3) {
                covered += actual <= dist_quantile(&d, p[k]);
                normal_covered += actual <= z;
            }
        }
    }
    CHECK(ours < 0.97 * normal);
    CHECK_BETWEEN((double)covered / rounds, 0.925, 0.98);
}

/* What the level may be wrong by is no reason for a month to sell twice: that shows between months. */
TEST(a_bucket_of_a_rare_item_holds_one_sale_however_unsure_its_rate_is) {
    DemandModel m = { .shape = DEMAND_SHAPE_LUMPY, .bucket_days = 30, .level = 1, .damping = 1, .noise_var = 9, .level_var = 4, .zero_share = 0.9, .sizes = 1, .size = { 10 }, .size_share = { 1 } };
    Dist sum;
    demand_sum(&m, 0, 1, &sum);
    CHECK_NEAR(dist_above(&sum, 0), 0.1, 1e-9);
    CHECK_NEAR(dist_above(&sum, 10), 0, 1e-9);
    demand_sum(&m, 0, 12, &sum);
    CHECK_RELATIVE(dist_variance(&sum), 12 * 9 + 12 * 11 * 4, 1e-4);      /* length p (1 - p) + length (length - 1) Var p, times 10^2; Var p = .04 */
}

TEST(lumpy_sizes_are_noticed) {
    Rng rng = rng_of(9);
    int lumpy = 0;
    for (int round = 0; round < 40; round++) {
        double value[WEEKS];
        for (int t = 0; t < WEEKS; t++) value[t] = rng_chance(&rng, 0.25) ? 20 : 0;
        DemandModel m = fit(value, NULL, WEEKS, 7, 4);
        lumpy += m.shape == DEMAND_SHAPE_LUMPY;
        if (m.shape != DEMAND_SHAPE_LUMPY) continue;
        Dist d;
        demand_sum(&m, 0, 4, &d);
        CHECK_NEAR(dist_below(&d, 19), dist_below(&d, 0), 1e-6); /* nothing between no lot and one lot */
    }
    CHECK(lumpy >= 36);
}

TEST(a_season_of_the_year_is_found_and_used) {
    Rng rng = rng_of(10);
    int found = 0;
    double error = 0, plain = 0;
    for (int round = 0; round < 40; round++) {
        double value[WEEKS], actual = 0;
        for (int t = 0; t < WEEKS + 6; t++) {
            double phase = (t % 52) / 52.0, wave = 1 + 0.7 * (phase < 0.5 ? 4 * phase - 1 : 3 - 4 * phase);
            double x = (double)rng_poisson(&rng, 30 * wave);
            if (t < WEEKS) value[t] = x;
            else actual += x;
        }
        DemandModel m = fit(value, NULL, WEEKS, 7, 6);
        found += m.seasonal == 52;
        double ours = demand_moments(&m, 0, 6).mean - actual, level = 6 * 30 - actual;
        error += ours * ours;
        plain += level * level;
    }
    CHECK(found >= 36);
    CHECK(error < 0.25 * plain);
}

/* Half a year says nothing about a year of one's own; the family's year says it. */
TEST(a_short_history_takes_the_season_of_its_kin) {
    Rng rng = rng_of(12);
    double kin[52], error = 0, alone = 0;
    for (int p = 0; p < 52; p++) kin[p] = 1 + 0.7 * (p < 26 ? p / 13.0 - 1 : 3 - p / 13.0);
    for (int round = 0; round < 40; round++) {
        double value[40], actual = 0;
        for (int t = 0; t < 46; t++) {
            double x = (double)rng_poisson(&rng, 20 * kin[t % 52]);
            if (t < 40) value[t] = x;
            else actual += x;
        }
        DemandSeries series = { .count = 40, .value = value, .bucket_days = 7, .first_phase = 0 };
        Arena *work = arena_begin((size_t)1 << 20);
        DemandModel with, without;
        demand_fit(&series, 6, work, &without);
        series.kin_season = kin;
        demand_fit(&series, 6, work, &with);
        double ours = demand_moments(&with, 0, 6).mean - actual, plain = demand_moments(&without, 0, 6).mean - actual;
        error += ours * ours;
        alone += plain * plain;
        arena_end(&work);
    }
    CHECK(error < 0.5 * alone);
}

TEST(a_season_that_only_the_kin_have_is_not_believed) {
    Rng rng = rng_of(13);
    double kin[52], error = 0;
    for (int p = 0; p < 52; p++) kin[p] = p < 26 ? 1.6 : 0.4;
    for (int round = 0; round < 40; round++) {
        double value[WEEKS];
        for (int t = 0; t < WEEKS; t++) value[t] = (double)rng_poisson(&rng, 20);
        DemandSeries series = { .count = WEEKS, .value = value, .bucket_days = 7, .first_phase = 0, .kin_season = kin };
        Arena *work = arena_begin((size_t)1 << 20);
        DemandModel m;
        demand_fit(&series, 4, work, &m);
        error += __builtin_fabs(demand_moments(&m, 0, 4).mean - 80) / 80 / 40;
        arena_end(&work);
    }
    CHECK(error < 0.1);
}

TEST(a_flat_series_gets_no_season_worth_the_name) {
    Rng rng = rng_of(11);
    double spread = 0;
    for (int round = 0; round < 40; round++) {
        double value[WEEKS];
        for (int t = 0; t < WEEKS; t++) value[t] = (double)rng_poisson(&rng, 12);
        DemandModel m = fit(value, NULL, WEEKS, 7, 4);
        if (m.seasonal)
            for (int i = 0; i < 52; i++) spread += ((double)m.season[i] - 1) * ((double)m.season[i] - 1) / 52 / 40;
    }
    CHECK(spread < 0.004);
}

/* Twelve months, 48 half hours, 168 hours, and more phases than the model has room for. */
TEST(a_season_of_any_length_is_found) {
    static const int lengths[] = { 4, 12, 48, 168, 500 };
    static double value[2500];
    for (int k = 0; k < 5; k++) {
        Rng rng = rng_of(40 + (uint64_t)k);
        int m = lengths[k], half = m / 2, count = 4 * m + half + 24 / m * m;
        double actual = 0;
        for (int t = 0; t < count + half; t++) {             /* up and down again, 6 to 34 */
            double rate = 6 + 28.0 * (t % m < half ? t % m : m - 1 - t % m) / (half - 1);
            if (t < count) value[t] = (double)rng_poisson(&rng, rate);
            else actual += rate;
        }
        DemandSeries series = { .count = count, .value = value, .bucket_days = 30, .season_length = m };
        Arena *work = arena_begin(16 * MiB);
        DemandModel model;
        demand_fit(&series, half, work, &model);
        arena_end(&work);
        CHECK_EQ(model.seasonal, m);
        CHECK_RELATIVE(demand_moments(&model, 0, half).mean, actual, 0.12);
    }
}

TEST(a_weekday_pattern_is_found_in_daily_series) {
    Rng rng = rng_of(12);
    static const double day[] = { 1.6, 1.3, 1.2, 1.2, 1.4, 0.3, 0 };
    double value[364];
    for (int t = 0; t < 364; t++) value[t] = (double)rng_poisson(&rng, 10 * day[(t + 2) % 7]);
    Arena *work = arena_begin(MiB);
    DemandSeries series = { .count = 364, .value = value, .bucket_days = 1, .first_phase = 2 };
    DemandModel m;
    demand_fit(&series, 10, work, &m);
    arena_end(&work);
    CHECK_EQ(m.seasonal, 7);
    for (int i = 0; i < 7; i++) CHECK_NEAR((double)m.season[i], day[i], 0.15);
    CHECK_EQ(m.next_phase, (364 + 2) % 7);
    CHECK_NEAR(demand_moments(&m, 0, 1).mean, 10 * day[(364 + 2) % 7], 1.5);
}

TEST(a_trend_is_followed_and_damped) {
    Rng rng = rng_of(13);
    double value[WEEKS];
    for (int t = 0; t < WEEKS; t++) value[t] = (double)rng_poisson(&rng, 5 + 0.4 * t);
    DemandModel m = fit(value, NULL, WEEKS, 7, 8);
    double next8 = demand_moments(&m, 0, 8).mean / 8;
    CHECK_BETWEEN(next8, 60, 74);                         /* truth 69 */
}

TEST(a_dying_item_fades) {
    Rng rng = rng_of(14);
    double value[WEEKS];
    for (int t = 0; t < WEEKS; t++) value[t] = t < 116 ? lump(&rng, 0.3) : 0;
    DemandModel m = fit(value, NULL, WEEKS, 7, 6);
    CHECK(demand_moments(&m, 0, 1).mean < 0.35 * 0.3 * 3.2);
}

TEST(missing_buckets_are_not_zero) {
    Rng rng = rng_of(16);
    double value[WEEKS];
    uint8_t flags[WEEKS];
    for (int t = 0; t < WEEKS; t++) {
        flags[t] = t >= 100 && t < 140 ? DEMAND_MISSING : DEMAND_EXACT;
        value[t] = flags[t] == DEMAND_MISSING ? 0 : (double)rng_poisson(&rng, 10);
    }
    DemandModel m = fit(value, flags, WEEKS, 7, 4);
    CHECK_NEAR(m.level, 10, 1.5);
    CHECK_EQ(m.missing, 40);
}

TEST(thin_evidence_keeps_the_simple_model) {
    const double value[] = { 3, 4, 3, 5, 4, 3, 4, 9, 10 };
    DemandModel m = fit(value, NULL, 9, 7, 4);
    CHECK(m.kind == DEMAND_MOVING_MEAN || m.kind == DEMAND_SES);
    DemandModel none = fit(value, NULL, 0, 7, 4), one = fit(value, NULL, 1, 7, 4);
    CHECK_EQ(none.poor, DEMAND_POOR_NO_DATA);
    CHECK_EQ(one.poor, DEMAND_POOR_SHORT);
    CHECK_NEAR(one.level, 3, 1e-9);
}

TEST(moments_add_over_neighbouring_stretches) {
    Rng rng = rng_of(17);
    double value[WEEKS];
    for (int t = 0; t < WEEKS; t++) value[t] = (double)rng_poisson(&rng, 20 + 10 * (t % 52 < 26));
    DemandModel m = fit(value, NULL, WEEKS, 7, 6);
    double whole = demand_moments(&m, 0.4, 9.3).mean;
    CHECK_NEAR(demand_moments(&m, 0.4, 3.1).mean + demand_moments(&m, 3.5, 6.2).mean, whole, 1e-9 * whole);
}

TEST(demand_twice_as_large_is_forecast_twice_as_large) {
    Rng rng = rng_of(18);
    double value[WEEKS], twice[WEEKS];
    for (int t = 0; t < WEEKS; t++) twice[t] = 2 * (value[t] = (double)rng_poisson(&rng, 40));
    DemandModel m = fit(value, NULL, WEEKS, 7, 4), n = fit(twice, NULL, WEEKS, 7, 4);
    CHECK_EQ(m.kind, n.kind);
    CHECK_NEAR(n.level, 2 * m.level, 1e-9 * n.level);
}

TEST(the_same_series_gives_the_same_bits) {
    Rng rng = rng_of(19);
    double value[WEEKS];
    for (int t = 0; t < WEEKS; t++) value[t] = lump(&rng, 0.3);
    DemandModel m = fit(value, NULL, WEEKS, 7, 4), n = fit(value, NULL, WEEKS, 7, 4);
    CHECK(memcmp(&m.level, &n.level, sizeof m.level) == 0);
    CHECK(memcmp(&m.noise_var, &n.noise_var, sizeof m.noise_var) == 0);
    CHECK(memcmp(m.evidence, n.evidence, sizeof m.evidence) == 0);
}

TEST(the_distribution_has_the_mean_of_the_moments) {
    Rng rng = rng_of(20);
    for (int round = 0; round < 60; round++) {
        double value[WEEKS], chance = 0.03 + 0.9 * rng_unit(&rng);
        for (int t = 0; t < WEEKS; t++) value[t] = lump(&rng, chance) * (1 + round % 3 * 40);
        DemandModel m = fit(value, NULL, WEEKS, 7, 4);
        DemandMoments moments = demand_moments(&m, 1, 6.5);
        Dist d;
        demand_sum(&m, 1, 6.5, &d);
        CHECK_NEAR(d.mean, moments.mean, 1e-5 * (1 + moments.mean));
    }
}

static void check_sane(const DemandModel *m) {
    CHECK(m->level >= 0 && m->level <= 2e12);
    CHECK(m->noise_var >= 0 && m->level_var >= 0);
    CHECK(m->noise_var - m->noise_var == 0 && m->level_var - m->level_var == 0);
    static const double length[] = { 0, 0.3, 1, 17.5, 90 };
    for (int i = 0; i < 5; i++) {
        Dist d;
        demand_sum(m, 0.5, length[i], &d);
        CHECK(d.mean >= 0 && d.mean - d.mean == 0);
        CHECK(dist_quantile(&d, 0.99) >= 0);
    }
}

/* Noise has no season: last week's days say less than the mean. With a horizon of three weeks a model must not look at the second one to tell the third. */
TEST(rolling_origins_know_only_the_past) {
    Rng rng = rng_of(50);
    double value[730];
    Arena *work = arena_begin(2 * MiB);
    for (int round = 0; round < 10; round++) {
        for (int t = 0; t < 730; t++) value[t] = (double)rng_negative_binomial(&rng, 5, 15);
        DemandSeries series = { .count = 730, .value = value, .bucket_days = 1 };
        DemandModel m;
        demand_fit(&series, 21, work, &m);
        CHECK(m.evidence[0][DEMAND_SEASONAL_NAIVE].loss > 1.1f * m.evidence[0][DEMAND_MOVING_MEAN].loss);
        CHECK(m.evidence[0][DEMAND_SEASONAL_NAIVE].weight < 0.05f);
        arena_clear(work);
    }
    arena_end(&work);
}

TEST(weights_sum_to_one_and_every_loss_has_a_weight) {
    Rng rng = rng_of(51);
    for (int round = 0; round < 20; round++) {
        double value[WEEKS];
        float sum = 0;
        for (int t = 0; t < WEEKS; t++) value[t] = round % 2 ? lump(&rng, 0.3) : (double)rng_poisson(&rng, 30);
        DemandModel m = fit(value, NULL, WEEKS, 7, 4);
        for (int seasonal = 0; seasonal < 2; seasonal++)
            for (int k = 0; k < DEMAND_KIND_COUNT_; k++) {
                CHECK(m.evidence[seasonal][k].weight >= 0);
                CHECK(m.evidence[seasonal][k].weight == 0 || m.evidence[seasonal][k].loss >= 0);
                sum += m.evidence[seasonal][k].weight;
            }
        CHECK_NEAR((double)sum, 1, 1e-5);
    }
}

static void check_sane(const DemandModel *m);

TEST(an_item_that_stopped_a_month_ago_is_not_surely_dead) {
    double value[74];
    for (int t = 0; t < 74; t++) value[t] = t < 70 ? 28 : 0;
    DemandModel m = fit(value, NULL, 74, 7, 3);
    CHECK(demand_moments(&m, 0, 1).mean < 14);
    Dist d;
    demand_sum(&m, 0, 3, &d);
    CHECK(dist_above(&d, 0) > 0.02);
    CHECK(m.evidence[0][DEMAND_MOVING_MEAN].weight > 0.02f);  /* the long means keep a voice */
}

TEST(odd_histories_say_why_they_deserve_little_trust) {
    static double spike[60], correction[60], gap[700], zero[60];
    static uint8_t flags[700];
    spike[30] = 1e6;
    for (int t = 0; t < 60; t++) correction[t] = t % 7 == 3 ? -40 : 12;
    for (int t = 0; t < 700; t++) {                       /* ten years of weeks nobody saw, in the middle */
        flags[t] = t >= 90 && t < 610 ? DEMAND_MISSING : DEMAND_EXACT;
        gap[t] = t < 90 ? 40 : 10;
    }
    DemandModel none = fit(zero, NULL, 0, 7, 4), one = fit(correction, NULL, 1, 7, 4), two = fit(correction, NULL, 2, 7, 4), never = fit(zero, NULL, 60, 7, 4);
    DemandModel big = fit(spike, NULL, 60, 7, 4), minus = fit(correction, NULL, 60, 7, 4), held = fit(gap, flags, 700, 7, 4);
    CHECK_EQ(none.poor, DEMAND_POOR_NO_DATA);
    CHECK_EQ(one.poor, DEMAND_POOR_SHORT);
    CHECK_EQ(two.poor, DEMAND_POOR_SHORT);
    CHECK_EQ(never.poor, DEMAND_POOR_NO_SALES);
    CHECK_NEAR(two.level, 12, 1e-9);
    CHECK(demand_moments(&big, 0, 1).mean < 1e5);
    CHECK_BETWEEN(demand_moments(&minus, 0, 1).mean, 8, 12);  /* corrections count as zero, never below */
    CHECK_BETWEEN(demand_moments(&held, 0, 1).mean, 8, 16);
    CHECK_EQ(held.missing, 520);
    const DemandModel *all[] = { &none, &one, &two, &never, &big, &minus, &held };
    for (int i = 0; i < 7; i++) check_sane(all[i]);
}

TEST(no_series_breaks_the_fit) {
    static const double odd[] = { 0, 0, 0, 1, -5, 1e9, 0.0 / 0.0, 1.0 / 0.0, 3, 1e-9, 1e300, 7 };
    Rng rng = rng_of(21);
    for (int round = 0; round < 1500; round++) {
        double value[200];
        uint8_t flags[200];
        int count = round < 60 ? round / 20 : (int)rng_below(&rng, 200), style = round % 6;
        for (int t = 0; t < count; t++) {
            value[t] = style == 0 ? 0 : style == 1 ? (t == count / 2) * 1e6 : style == 2 ? 5 : style == 3 ? (double)rng_poisson(&rng, 3)
                     : odd[rng_below(&rng, 12)];
            flags[t] = (uint8_t)(style == 5 ? rng_below(&rng, 3) : DEMAND_EXACT);
        }
        DemandModel m = fit(value, round % 2 ? flags : NULL, count, round % 4 < 2 ? 7 : 1, (double)(round % 40) / 3);
        check_sane(&m);
    }
}

TEST(phases_repeat_by_week_and_by_year) {
    CHECK_EQ(demand_phase(4, 1), 0);                      /* 1970-01-05 was a Monday */
    CHECK_EQ(demand_phase(10, 1), 6);
    CHECK_EQ(demand_phase(-1, 1), 2);                     /* 1969-12-31, a Wednesday */
    CHECK_EQ(demand_phase(4 + 364, 7), demand_phase(4, 7));
    CHECK_EQ(demand_phase(11, 7), demand_phase(4, 7) + 1);
}

/* A feast of four weeks that is higher in one year and lower in another says little of the weeks without one. */
TEST(errors_of_a_feast_are_no_noise_of_usual_weeks) {
    enum { FEAST = 20 };
    static const double height[] = { 3, 6, 4 };
    Arena *work = arena_begin(8 * MiB);
    Rng rng = rng_of(5);
    double value[WEEKS], kin[52], noise = 0;      /* variance over mean of three usual weeks */
    for (int p = 0; p < 52; p++) kin[p] = p >= FEAST && p < FEAST + 4 ? 4.33 : 1;
    for (int p = 0; p < 52; p++) kin[p] *= 52 / (48 + 4 * 4.33);
    for (int round = 0; round < 20; round++, arena_clear(work)) {
        for (int t = 0; t < WEEKS; t++) value[t] = (double)rng_poisson(&rng, t % 52 >= FEAST && t % 52 < FEAST + 4 ? 20 * height[t / 52] : 20);
        DemandModel m;
        demand_fit(&(DemandSeries){ .count = WEEKS, .value = value, .bucket_days = 7, .kin_season = kin }, 3, work, &m);
        DemandMoments sum = demand_moments(&m, 0, 3);
        noise += demand_variance(&sum) / sum.mean / 20;
    }
    printf("      variance over mean of usual weeks: %.2f\n", noise);
    CHECK(noise < 2.5);
    arena_end(&work);
}
