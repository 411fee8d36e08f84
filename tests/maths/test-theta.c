#include "base/rng.h"
#include "maths/theta.h"
#include "near.h"

enum { BUCKETS = 80 };

static void all_seen(uint8_t *seen) {
    for (int t = 0; t < BUCKETS; t++) seen[t] = 1;
}

/* Hyndman & Billah 2003: Theta is simple smoothing with half the line's slope b as drift: l + b/2 (h - 1 + 1/alpha - (1 - alpha)^n / alpha). */
TEST(plain_theta_is_smoothing_with_half_the_slope) {
    double value[BUCKETS], level[BUCKETS + 1], trend[BUCKETS + 1], n = BUCKETS, x = 0, y = 0, xx = 0, xy = 0;
    uint8_t seen[BUCKETS];
    Rng rng = rng_of(3);
    all_seen(seen);
    for (int t = 0; t < BUCKETS; t++) {
        value[t] = 50 + 0.7 * t + rng_normal(&rng, 0, 5);
        x += t;
        y += value[t];
        xx += (double)t * t;
        xy += t * value[t];
    }
    EtsSeries s = { .count = BUCKETS, .value = value, .seen = seen };
    ThetaModel m = theta_plain(&s);
    double smooth = m.level0, left = 1, slope = (n * xy - x * y) / (n * xx - x * x);
    for (int t = 0; t < BUCKETS; t++) {
        smooth += m.alpha * (value[t] - smooth);
        left *= 1 - m.alpha;
    }
    theta_track(&m, &s, level, trend);
    CHECK_EQ(m.theta, 2);
    for (int h = 1; h <= 6; h++)
        CHECK_NEAR(level[BUCKETS] + h * trend[BUCKETS], smooth + slope / 2 * (h - 1 + (1 - left) / m.alpha), 1e-9);
}

/* On a straight line the more of it is put back, the better; on noise round a level none. */
TEST(theta_is_chosen_by_what_the_series_shows) {
    double line[BUCKETS], noise[BUCKETS];
    uint8_t seen[BUCKETS];
    Rng rng = rng_of(4);
    all_seen(seen);
    int ones = 0;
    for (int t = 0; t < BUCKETS; t++) line[t] = 10 + 3 * t + rng_normal(&rng, 0, 2);
    EtsSeries s = { .count = BUCKETS, .value = line, .seen = seen };
    CHECK(theta_optimised(&s).theta >= 2);
    s.value = noise;
    for (int round = 0; round < 40; round++) {
        for (int t = 0; t < BUCKETS; t++) noise[t] = rng_normal(&rng, 100, 10);
        ones += theta_optimised(&s).theta == 1;
    }
    CHECK(ones >= 24);
}

TEST(theta_knows_only_the_past) {
    double value[BUCKETS], level[2][BUCKETS + 1], trend[2][BUCKETS + 1];
    uint8_t seen[BUCKETS];
    Rng rng = rng_of(5);
    all_seen(seen);
    for (int t = 0; t < BUCKETS; t++) value[t] = rng_normal(&rng, 20, 4);
    EtsSeries s = { .count = BUCKETS, .value = value, .seen = seen };
    ThetaModel m = { .theta = 2, .alpha = 0.3, .level0 = value[0] };
    theta_track(&m, &s, level[0], trend[0]);
    for (int t = 50; t < BUCKETS; t++) value[t] = 1e6;
    theta_track(&m, &s, level[1], trend[1]);
    for (int t = 0; t <= 50; t++) {
        CHECK_EQ(level[0][t], level[1][t]);
        CHECK_EQ(trend[0][t], trend[1][t]);
    }
}
