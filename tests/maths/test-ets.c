#include "base/rng.h"
#include "maths/ets.h"
#include "maths/fn.h"
#include "near.h"

enum { BUCKETS = 120 };

static const uint8_t *all_seen(void) {
    static uint8_t seen[BUCKETS];
    for (int t = 0; t < BUCKETS; t++) seen[t] = 1;
    return seen;
}

TEST(a_level_is_followed_by_its_recursion) {               /* Hyndman & Athanasopoulos, Forecasting, 8.1: l = alpha y + (1 - alpha) l */
    const double value[] = { 10, 12, 9, 14, 11 };
    EtsSeries s = { .count = 5, .value = value, .seen = all_seen() };
    EtsModel m = { .alpha = 0.3, .level0 = 10 };
    double level[6], trend[6], expected = 10;
    ets_track(&m, &s, 0, 0, NULL, level, trend, NULL);
    for (int t = 0; t < 5; t++) {
        CHECK_NEAR(level[t], expected, 1e-12);
        expected = 0.3 * value[t] + 0.7 * expected;
    }
    CHECK_NEAR(level[5], expected, 1e-12);
}

TEST(a_damped_trend_is_followed_by_its_recursion) {        /* same, 8.2: l = l + phi b + alpha e, b = phi b + alpha beta e */
    const double value[] = { 10, 13, 15, 19 };
    EtsSeries s = { .count = 4, .value = value, .seen = all_seen() };
    EtsModel m = { .damped = 1, .alpha = 0.5, .beta = 0.4, .phi = 0.9, .level0 = 9, .trend0 = 1 };
    double level[5], trend[5], l = 9, b = 1;
    ets_track(&m, &s, 0, 0, NULL, level, trend, NULL);
    for (int t = 0; t < 4; t++) {
        double error = value[t] - (l + 0.9 * b);
        l = l + 0.9 * b + 0.5 * error;
        b = 0.9 * b + 0.5 * 0.4 * error;
    }
    CHECK_NEAR(level[4], l, 1e-12);
    CHECK_NEAR(trend[4], b, 1e-12);
}

TEST(a_bucket_not_seen_teaches_nothing) {
    const double with[] = { 5, 6, 1e9, 7, 5 }, without[] = { 5, 6, 7, 5 };
    const uint8_t seen[] = { 1, 1, 0, 1, 1 };
    EtsModel m = { .alpha = 0.4, .level0 = 5 };
    EtsSeries gap = { .count = 5, .value = with, .seen = seen }, plain = { .count = 4, .value = without, .seen = all_seen() };
    double a[6], b[6], trend[6];
    ets_track(&m, &gap, 0, 0, NULL, a, trend, NULL);
    ets_track(&m, &plain, 0, 0, NULL, b, trend, NULL);
    CHECK_NEAR(a[5], b[4], 1e-12);
}

/* The model that made the series wins by AICc, on average over many. */
TEST(the_family_finds_the_kind_of_season_that_is_there) {
    int times = 0, added = 0, none = 0;
    Arena *work = arena_begin(MiB);
    for (int round = 0; round < 30; round++) {
        Rng rng = rng_of(70 + (uint64_t)round);
        double start[12], grows[BUCKETS], stays[BUCKETS], flat[BUCKETS];
        for (int i = 0; i < 12; i++) start[i] = 1 + 0.5 * (i < 6 ? i - 2.5 : 8.5 - i) / 3;
        for (int t = 0; t < BUCKETS; t++) {
            double level = 100 + 2.0 * t, noise = rng_normal(&rng, 0, 1);
            grows[t] = level * start[t % 12] * (1 + 0.03 * noise);
            stays[t] = level + 100 * (start[t % 12] - 1) + 6 * noise;
            flat[t] = 100 + 10 * noise;
        }
        EtsSeries s = { .count = BUCKETS, .seen = all_seen() };
        EtsModel m;
        s.value = grows;
        ets_choose(&s, 12, 0, start, work, &m);
        times += m.season == ETS_SEASON_TIMES && m.damped;
        s.value = stays;
        ets_choose(&s, 12, 0, start, work, &m);
        added += m.season == ETS_SEASON_ADDED;
        s.value = flat;
        ets_choose(&s, 12, 0, start, work, &m);
        none += m.season == ETS_SEASON_NONE;
        arena_clear(work);
    }
    arena_end(&work);
    CHECK(times >= 27);
    CHECK(added >= 24);
    CHECK(none >= 27);
}

/* The criterion of a model by its own pass, one bucket after the other. */
static double aicc_by_hand(const EtsModel *m, const EtsSeries *s, int length, const double *start) {
    double season[12], level[BUCKETS + 1], trend[BUCKETS + 1], index[BUCKETS], square = 0, logs = 0, n = 0, k = 3 + m->damped * 3 + (m->season ? length : 0);
    for (int i = 0; i < length; i++) season[i] = start[i];
    ets_track(m, s, length, 0, season, level, trend, index);
    for (int t = 0; t < s->count; t++) {
        if (!s->seen[t]) continue;
        double forecast = (level[t] + m->phi * trend[t]) * (m->season ? index[t] : 1), error = s->value[t] - forecast;
        if (m->season == ETS_SEASON_TIMES) {
            logs += fn_log(forecast);
            error /= forecast;
        }
        square += error * error;
        n += 1;
    }
    return n * fn_log(square / n) + 2 * logs + 2 * k + 2 * k * (k + 1) / (n - k - 1);
}

TEST(eight_models_side_by_side_score_as_each_does_alone) {
    Arena *work = arena_begin(MiB);
    int seasons[3] = { 0 };
    for (int round = 0; round < 60; round++) {
        Rng rng = rng_of(700 + (uint64_t)round);
        double value[BUCKETS], start[12];
        uint8_t seen[BUCKETS];
        for (int i = 0; i < 12; i++) start[i] = 1 + (i < 6 ? 0.4 : -0.4);
        for (int t = 0; t < BUCKETS; t++) {
            double level = 60 + (round % 3 == 0) * t, season = round % 2 ? level * start[t % 12] : level + 50 * (start[t % 12] - 1);
            value[t] = (round < 20 ? level : season) * (1 + rng_normal(&rng, 0, 0.02));
            seen[t] = round % 5 != 0 || !rng_chance(&rng, 0.1);
        }
        EtsSeries s = { .count = BUCKETS, .value = value, .seen = seen };
        EtsModel chosen;
        ets_choose(&s, 12, 0, start, work, &chosen);
        CHECK_NEAR(chosen.aicc, aicc_by_hand(&chosen, &s, 12, start), 1e-6);
        seasons[chosen.season]++;
        arena_clear(work);
    }
    arena_end(&work);
    CHECK(seasons[ETS_SEASON_NONE] > 0 && seasons[ETS_SEASON_ADDED] > 0 && seasons[ETS_SEASON_TIMES] > 0);
}

/* Sum of squares of a model's own pass. */
static double square_by_hand(const EtsModel *m, const EtsSeries *s) {
    double level[BUCKETS + 1], trend[BUCKETS + 1], square = 0;
    ets_track(m, s, 0, 0, NULL, level, trend, NULL);
    for (int t = 0; t < s->count; t++) {
        double error = s->value[t] - (level[t] + m->phi * trend[t]);
        if (s->seen[t]) square += (s->weight ? s->weight[t] : 1) * error * error;
    }
    return square;
}

TEST(the_level_and_the_trend_of_least_error_are_least_by_their_own_pass) {
    static const double alphas[] = { .1, .2, .4, .6, .8, .98 }, betas[] = { 0, .05, .2, .35 }, phis[] = { .85, .95 };
    static const double level_alphas[] = { .02, .04, .06, .08, .1, .13, .16, .2, .25, .3, .4, .5, .6, .7, .85, .99 };
    for (int round = 0; round < 60; round++) {
        Rng rng = rng_of(800 + (uint64_t)round);
        double value[BUCKETS], weight[BUCKETS], level = 50, slope = 0, scale = 2 + 10 * rng_unit(&rng), moves = 3 * rng_unit(&rng);
        uint8_t seen[BUCKETS];
        for (int t = 0; t < BUCKETS; t++) {
            level += slope += rng_normal(&rng, 0, 0.2 * moves) - 0.1 * slope;
            value[t] = (level += rng_normal(&rng, 0, moves)) + rng_normal(&rng, 0, scale);
            weight[t] = rng_chance(&rng, 0.5) ? 1 : 0.2 + 2 * rng_unit(&rng);
            seen[t] = !rng_chance(&rng, 0.1);
        }
        EtsSeries s = { .count = BUCKETS, .value = value, .seen = seen, .weight = round % 2 ? weight : NULL };
        EtsModel damped, one, plain = { .alpha = 0 };
        ets_damped(&s, &damped);
        plain.alpha = ets_level(&s, &plain.level0);
        double least = square_by_hand(&damped, &s), least_plain = square_by_hand(&plain, &s);
        one = damped;
        for (int i = 0; i < 6 * 4 * 2; i++) {
            one.alpha = alphas[i / 8], one.beta = betas[i / 2 % 4], one.phi = phis[i % 2];
            CHECK(square_by_hand(&one, &s) >= least * (1 - 1e-12));
        }
        for (int i = 0; i < 16; i++) {
            plain.alpha = level_alphas[i];
            CHECK(square_by_hand(&plain, &s) >= least_plain * (1 - 1e-12));
        }
    }
}

TEST(no_points_and_one_point_are_a_level) {
    double value = 7, level[2], trend[2];
    EtsModel m;
    EtsSeries none = { .count = 0, .value = &value, .seen = all_seen() }, one = { .count = 1, .value = &value, .seen = all_seen() };
    ets_damped(&none, &m);
    ets_track(&m, &none, 0, 0, NULL, level, trend, NULL);
    CHECK_EQ(level[0], 0);
    ets_damped(&one, &m);
    ets_track(&m, &one, 0, 0, NULL, level, trend, NULL);
    CHECK_NEAR(level[1], 7, 1e-12);
    CHECK_EQ(trend[1], 0);
}
