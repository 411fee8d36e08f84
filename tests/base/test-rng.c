#include "base/rng.h"
#include "tests/test.h"

#include <math.h>

TEST(rng_repeats_from_its_seed_for_ever) { /* xoshiro256** from splitmix64(0); stored simulations depend on it */
    Rng rng = rng_of(0);
    CHECK(rng_next(&rng) == UINT64_C(11091344671253066420));
    CHECK(rng_next(&rng) == UINT64_C(13793997310169335082));
    CHECK(rng_next(&rng) == UINT64_C(1900383378846508768));
}

TEST(rng_forks_are_streams_of_their_own) {
    Rng rng = rng_of(7), before = rng;
    Rng a = rng_fork(&rng, 1), b = rng_fork(&rng, 2), again = rng_fork(&rng, 1);
    CHECK(memcmp(&rng, &before, sizeof rng) == 0);
    CHECK(memcmp(&a, &again, sizeof a) == 0);
    CHECK(rng_next(&a) != rng_next(&b));
}

TEST(rng_below_is_unbiased) {
    Rng rng = rng_of(1);
    int bins[7] = { 0 };
    for (int i = 0; i < 70000; i++) bins[rng_below(&rng, 7)]++;
    for (int i = 0; i < 7; i++) CHECK(bins[i] > 9600 && bins[i] < 10400);
    uint64_t big = UINT64_C(3) << 62; /* a modulus would favour the lower third twice */
    int low = 0;
    for (int i = 0; i < 30000; i++) low += rng_below(&rng, big) < big / 3;
    CHECK(low > 9600 && low < 10400);
    CHECK_EQ(rng_below(&rng, 1), 0);
    for (int i = 0; i < 1000; i++) {
        int64_t value = rng_between(&rng, -2, 2);
        CHECK(value >= -2 && value <= 2);
    }
    (void)rng_between(&rng, INT64_MIN, INT64_MAX);
}

TEST(rng_log_and_exp_are_right_to_the_last_bits) {
    Rng rng = rng_of(3);
    for (int i = 0; i < 200000; i++) {
        double x = ldexp(1 + rng_unit(&rng), (int)rng_between(&rng, -1074, 1000));
        CHECK(fabs(rng_log(x) - log(x)) <= 1e-15 * fabs(log(x)));
        double near = 1 + (rng_unit(&rng) - 0.5) * 0.01;
        CHECK(fabs(rng_log(near) - log(near)) <= 1e-15 * fabs(log(near)));
        double power = (rng_unit(&rng) - 0.5) * 1400;
        CHECK(fabs(rng_exp(power) - exp(power)) <= 1e-15 * exp(power));
    }
    CHECK(rng_log(1) == 0 && rng_exp(0) == 1);
    CHECK(rng_exp(710) == INFINITY && rng_exp(-800) == 0);
    CHECK(isfinite(rng_exp(709.7)) && rng_exp(-740) > 0);
}

typedef struct Moments { double mean, variance; } Moments;

static Moments moments_of(double (*draw)(Rng *, double, double), double a, double b) {
    enum { DRAWS = 200000 };
    Rng rng = rng_of(11);
    double sum = 0, squares = 0;
    for (int i = 0; i < DRAWS; i++) {
        double x = draw(&rng, a, b);
        sum += x;
        squares += x * x;
    }
    double mean = sum / DRAWS;
    return (Moments){ mean, squares / DRAWS - mean * mean };
}

static double draw_poisson(Rng *rng, double mean, double unused) { return (double)rng_poisson(rng, mean) + 0 * unused; }
static double draw_nb(Rng *rng, double mean, double variance) { return (double)rng_negative_binomial(rng, mean, variance); }
static double draw_exponential(Rng *rng, double mean, double unused) { return rng_exponential(rng, mean) + 0 * unused; }

TEST(rng_distributions_have_their_means_and_variances) {
    const struct { double (*draw)(Rng *, double, double); double a, b, mean, variance; } rows[] = {
        { rng_normal, 5, 2, 5, 4 }, { rng_gamma, 0.5, 3, 1.5, 4.5 }, { rng_gamma, 7, 2, 14, 28 },
        { draw_poisson, 0.3, 0, 0.3, 0.3 }, { draw_poisson, 9.5, 0, 9.5, 9.5 }, { draw_poisson, 10.5, 0, 10.5, 10.5 },
        { draw_poisson, 400, 0, 400, 400 }, { draw_nb, 3, 12, 3, 12 }, { draw_nb, 3, 2, 3, 3 }, { draw_exponential, 4, 0, 4, 16 },
        { rng_lognormal, 0, 0.5, 1.1331484530668263, 0.364695844 },
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        Moments m = moments_of(rows[i].draw, rows[i].a, rows[i].b);
        if (fabs(m.mean - rows[i].mean) > 0.02 * sqrt(rows[i].variance) || fabs(m.variance / rows[i].variance - 1) > 0.05)
            fail_msg("row %zu: mean %g variance %g", i, m.mean, m.variance);
    }
}

TEST(rng_poisson_has_the_right_shape) { /* chi-squared of the counts against the probabilities, both algorithms */
    static const double means[] = { 3, 12 };
    for (size_t i = 0; i < 2; i++) {
        enum { DRAWS = 100000, BINS = 40 };
        Rng rng = rng_of(4);
        int counts[BINS] = { 0 };
        for (int d = 0; d < DRAWS; d++) {
            int64_t k = rng_poisson(&rng, means[i]);
            counts[k < BINS ? k : BINS - 1]++;
        }
        double chi = 0;
        for (int k = 0; k < BINS - 1; k++) {
            double expected = DRAWS * exp(k * log(means[i]) - means[i] - lgamma(k + 1.0));
            if (expected > 5) chi += (counts[k] - expected) * (counts[k] - expected) / expected;
        }
        CHECK(chi < 55);
    }
}

TEST(rng_shuffles_and_weighs) {
    Rng rng = rng_of(2);
    uint32_t order[10], seen = 0;
    for (uint32_t i = 0; i < 10; i++) order[i] = i;
    rng_shuffle(&rng, order, 10);
    for (int i = 0; i < 10; i++) seen |= 1u << order[i];
    CHECK_EQ(seen, 1023);
    static const double weights[] = { 0, 1, 3, 0 };
    int counts[4] = { 0 };
    for (int i = 0; i < 40000; i++) counts[rng_weighted(&rng, weights, 4)]++;
    CHECK(counts[0] == 0 && counts[3] == 0);
    CHECK(counts[1] > 9600 && counts[1] < 10400);
    CHECK(rng_chance(&rng, 1) && !rng_chance(&rng, 0));
}
