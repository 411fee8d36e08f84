/* What the learner is told: nothing of the future, nothing of the unit. */
#include <stdbool.h>

#include "base/err.h"
#include "base/rng.h"
#include "learn/features.h"
#include "tests/test.h"

enum { SERIES = 6, WEEKS = 130 };
typedef struct Panel { double value[SERIES][WEEKS]; uint8_t state[SERIES][WEEKS]; LearnSeries series[SERIES]; } Panel;

static void panel_make(Panel *p) {
    Rng rng = rng_of(8);
    for (int i = 0; i < SERIES; i++) {
        for (int t = 0; t < WEEKS; t++) {
            p->value[i][t] = (double)rng_negative_binomial(&rng, 3 + i, 9 + 2 * i);
            p->state[i][t] = rng_chance(&rng, 0.05) ? DEMAND_MISSING : rng_chance(&rng, 0.05) ? DEMAND_AT_LEAST : DEMAND_EXACT;
        }
        p->series[i] = (LearnSeries){ .count = WEEKS, .value = p->value[i], .state = p->state[i], .kin = { 0, i % 2, i % 3, i / 2 } };
    }
}

static bool features_of(const Panel *p, int bucket_days, int at, double local_mean, int series, float out[LEARN_FEATURES]) {
    static const int32_t keys[LEARN_KIN] = { 1, 2, 3, 3 };
    own(arena_end) Arena *arena = arena_begin(16 * MiB);
    LearnGrid grid = { .bucket_days = bucket_days, .first_day = 18000, .buckets = WEEKS };
    LearnKin kin;
    LearnHistory history[SERIES];
    LearnWeek *weeks = many_in(arena, LearnWeek, WEEKS + 1);
    learn_kin_begin(&grid, keys, arena, &kin);
    for (int i = 0; i < SERIES; i++) {
        learn_history(&grid, &p->series[i], arena, &history[i]);
        learn_weeks_of(&history[i], weeks);
        learn_kin_add(&kin, p->series[i].kin, weeks);
    }
    return learn_features(&history[series], &kin, at, 3, local_mean, out);
}

TEST(features_know_nothing_of_the_future) {
    static const int bucket_days[] = { 1, 7, 30 };
    static Panel now, later;
    for (int b = 0; b < 3; b++)
        for (int at = 40; at < WEEKS - 4; at += 7) {
            float before[LEARN_FEATURES], after[LEARN_FEATURES];
            panel_make(&now);
            panel_make(&later);
            for (int i = 0; i < SERIES; i++)
                for (int t = at; t < WEEKS; t++) {
                    later.value[i][t] = 1000;
                    later.state[i][t] = DEMAND_EXACT;
                }
            CHECK(features_of(&now, bucket_days[b], at, 5, 2, before));
            CHECK(features_of(&later, bucket_days[b], at, 5, 2, after));
            CHECK(memcmp(before, after, sizeof before) == 0);
        }
}

TEST(features_are_free_of_the_unit) {
    static Panel each, thousands;
    float small[LEARN_FEATURES], large[LEARN_FEATURES];
    panel_make(&each);
    panel_make(&thousands);
    for (int t = 0; t < WEEKS; t++) thousands.value[1][t] *= 1000;
    CHECK(features_of(&each, 7, WEEKS, 10, 1, small));
    CHECK(features_of(&thousands, 7, WEEKS, 10000, 1, large));
    for (int f = 0; f < LEARN_FEATURES; f++) {
        const char *name = learn_feature_names[f];
        bool own_level = strncmp(name, "lag-", 4) == 0 || strncmp(name, "share-", 6) == 0 || strncmp(name, "variation", 9) == 0 || strstr(name, "last-year") || strcmp(name, "level-over-local") == 0;
        if (own_level && small[f] == small[f]) CHECK_NEAR(large[f], small[f], 1e-4f * (1 + small[f]));
    }
}

TEST(a_series_without_demand_has_no_features) {
    static Panel p;
    float out[LEARN_FEATURES];
    panel_make(&p);
    for (int t = 0; t < WEEKS; t++) p.value[3][t] = 0;
    CHECK(!features_of(&p, 7, WEEKS, 5, 3, out));
}

TEST(every_feature_is_named_and_filled) {
    static Panel p;
    float out[LEARN_FEATURES];
    panel_make(&p);
    CHECK(features_of(&p, 7, WEEKS, 5, 0, out));
    for (int f = 0; f < LEARN_FEATURES; f++) {
        CHECK(learn_feature_names[f] != NULL);
        CHECK(out[f] == out[f]);                         /* two and a half years of history leave nothing unknown */
    }
}
