/* What the learner is told: nothing of the future, nothing of the unit. */
#include <stdbool.h>

#include "base/err.h"
#include "base/rng.h"
#include "learn/features.h"
#include "maths/near.h"
#include "tests/test.h"

enum { SERIES = 6, WEEKS = 130, NOTICES = 5 };
typedef struct Panel { double value[SERIES][WEEKS]; uint8_t state[SERIES][WEEKS]; LearnLine line[SERIES][WEEKS]; LearnNotice notice[NOTICES]; LearnSeries series[SERIES]; } Panel;

static void panel_make(Panel *p) {
    Rng rng = rng_of(8);
    const LearnNotice notice[NOTICES] = { { LEARN_PRICE, 1, 0, INT32_MAX, 10 }, { LEARN_PRICE, 101, 105, INT32_MAX, 8 }, { LEARN_PRICE, 106, 131, INT32_MAX, 16 },
                                          { LEARN_EVENT, 121, 131, 135, 3 }, { LEARN_EVENT, 41, 40, 44, 2 } };
    memcpy(p->notice, notice, sizeof notice);
    for (int i = 0; i < SERIES; i++) {
        for (int t = 0; t < WEEKS; t++) {
            p->value[i][t] = (double)rng_negative_binomial(&rng, 3 + i, 9 + 2 * i);
            p->state[i][t] = rng_chance(&rng, 0.05) ? DEMAND_MISSING : rng_chance(&rng, 0.05) ? DEMAND_AT_LEAST : DEMAND_EXACT;
        }
        for (int t = 0; t < WEEKS; t++) p->line[i][t] = (LearnLine){ .bucket = t, .who = (int32_t)rng_between(&rng, 0, 4), .units = (float)(1 + p->value[i][t]), .price = 10 };
        p->series[i] = (LearnSeries){ .count = WEEKS, .value = p->value[i], .state = p->state[i], .kin = { 0, i % 2, i % 3, i / 2 },
                                      .line = p->line[i], .lines = WEEKS, .customers = 4, .notice = p->notice, .notices = NOTICES };
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
                    later.line[i][t] = (LearnLine){ .bucket = t, .who = 3, .units = 1000, .price = 99 };
                }
            for (int n = 0; n < NOTICES; n++)
                if (later.notice[n].told > at) later.notice[n].amount = 77;
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

static double told(const char *name, const float *features) {
    for (int f = 0; f < LEARN_FEATURES; f++)
        if (strcmp(learn_feature_names[f], name) == 0) return (double)features[f];
    fail_msg("no feature %s", name);
    return 0;
}

/* A list price of 10, 8 from week 105, 16 from 131; an event of factor 3 in weeks 131 to 134. Sums of three weeks. */
TEST(prices_and_events_are_told_from_the_bucket_after_they_were_told) {
    static Panel p;
    float out[LEARN_FEATURES];
    panel_make(&p);
    CHECK(features_of(&p, 7, 100, 5, 0, out));
    CHECK_NEAR(told("list-step", out), 1, 1e-6);
    CHECK(features_of(&p, 7, 104, 5, 0, out));             /* 8 from the second of three weeks on, told before 101 */
    CHECK_NEAR(told("list-step", out), (10 + 8 + 8) / 30.0, 1e-6);
    CHECK(features_of(&p, 7, 130, 5, 0, out));
    CHECK_NEAR(told("list-step", out), (8 + 16 + 16) / 24.0, 1e-6);
    CHECK_NEAR(told("event-ahead", out), 1 + 2 * 2 / 3.0, 1e-6);
    CHECK_NEAR(told("event-share-ahead", out), 2 / 3.0, 1e-6);
    CHECK(features_of(&p, 7, 45, 5, 0, out));
    CHECK_NEAR(told("event-lately", out), 1.75, 1e-6);     /* weeks 41, 42 and 43 of the last four */
    CHECK_NEAR(told("event-ahead", out), 1, 1e-6);
}

/* Weeks 0 to 79: who buys is 1, then 2; from week 80 on 0 buys all, at half the price. */
TEST(customers_and_prices_paid_are_those_of_the_year_behind) {
    static Panel p;
    float out[LEARN_FEATURES];
    panel_make(&p);
    for (int t = 0; t < WEEKS; t++) p.line[2][t] = (LearnLine){ .bucket = t, .who = t < 80 ? 1 + t % 2 : 0, .units = t < 80 ? 2 : 4, .price = t < 80 ? 10 : 5 };
    CHECK(features_of(&p, 7, 80, 5, 2, out));
    CHECK_NEAR(told("largest-customer", out), 0.5, 1e-6);
    CHECK_NEAR(told("customers", out), 1.0986, 1e-4);      /* log 3 */
    CHECK_NEAR(told("price-4", out), 1, 1e-6);
    CHECK(features_of(&p, 7, 84, 5, 2, out));              /* 48 weeks of the two, four of the new one */
    CHECK_NEAR(told("largest-customer", out), 48 / 112.0, 1e-6);
    CHECK_NEAR(told("customers", out), 1.3863, 1e-4);
    CHECK_NEAR(told("largest-silent", out), 6, 1e-6);     /* the first of two alike, last in week 78 */
    CHECK_NEAR(told("price-4", out), 5 / ((96 * 10 + 16 * 5) / 112.0), 1e-6);
    CHECK(features_of(&p, 7, WEEKS, 5, 2, out));           /* week 78 is 52 behind: two of the old are left */
    CHECK_NEAR(told("largest-customer", out), 200 / 204.0, 1e-6);
    CHECK_NEAR(told("largest-silent", out), 1, 1e-6);
}
