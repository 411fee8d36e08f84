#include "base/rng.h"
#include "maths/dist.h"
#include "maths/fn.h"
#include "near.h"

static double sum_of(const Dist *d) {
    double sum = 0;
    for (int i = 0; i < d->count; i++) {
        CHECK(d->cell[i] >= 0);
        sum += d->cell[i];
    }
    return sum;
}

static void check_promises(const Dist *d) {
    CHECK(d->count >= 1 && d->count <= DIST_CELLS && d->step > 0);
    CHECK_NEAR(sum_of(d), 1, 1e-9);
    double mean = 0;
    for (int i = 0; i < d->count; i++) mean += d->cell[i] * (d->origin + i * d->step);
    CHECK(dist_variance(d) >= 0);
    CHECK_NEAR(d->mean, mean, 1e-9 * (1 + (mean < 0 ? -mean : mean) + dist_sd(d)));
}

TEST(poisson_matches_its_tables) {                        /* mean 7: P(X <= 10), E[(X - 10)+], 40 digits */
    Dist d;
    dist_poisson(7, &d);
    CHECK_NEAR(dist_below(&d, 10), 0.9014792058890871, 1e-9);
    CHECK_NEAR(dist_short(&d, 10), 0.20132049822015774, 1e-7);
    CHECK_NEAR(dist_quantile(&d, 0.9), 10, 0);
    CHECK_NEAR(d.mean, 7, 1e-10);
}

TEST(negative_binomial_matches_its_formula) {             /* mean 4, variance 10 */
    Dist d;
    dist_counts(4, 10, &d);
    CHECK_NEAR(d.cell[0], 0.086861363731037, 1e-7);
    CHECK_NEAR(d.cell[5], 0.09702530143908475, 1e-7);
    CHECK_NEAR(d.cell[20], 0.00034627227148633207, 1e-7);
    CHECK_NEAR(dist_below(&d, 5), 0.7397067409274455, 1e-6);
    CHECK_NEAR(dist_short(&d, 6), 0.5952044484043657, 1e-5);
    CHECK_NEAR(dist_variance(&d), 10, 1e-3);
}

TEST(mean_and_variance_are_what_was_asked_for) {
    static const struct { double mean, variance, variance_tolerance; } table[] = {
        { 0.02, 0.02, 1e-4 }, { 0.3, 0.9, 1e-3 }, { 1, 30, 0.05 }, { 12, 12, 1e-3 }, { 50, 300, 1e-3 }, { 200, 1e4, 0.01 },
        { 900, 900, 0.005 }, { 900, 2e5, 0.01 }, { 1e5, 1e6, 0.005 }, { 1e5, 4e9, 0.02 }, { 3e7, 1e13, 0.01 },
        { 0.7, 0.4, 1e-6 }, { 8, 3, 1e-6 }, { 8.4, 0.3, 1e-6 }, { 60, 9, 1e-3 }, { 1000.5, 0.25, 1e-6 }, { 1000, 40, 0.01 },
    };
    for (size_t i = 0; i < sizeof table / sizeof table[0]; i++) {
        Dist d;
        dist_counts(table[i].mean, table[i].variance, &d);
        check_promises(&d);
        CHECK_RELATIVE(d.mean, table[i].mean, 1e-6);
        CHECK_RELATIVE(dist_variance(&d), table[i].variance, table[i].variance_tolerance);
    }
}

TEST(large_means_agree_with_simulated_negative_binomials) {
    Rng rng = rng_of(11);
    Dist d;
    double mean = 700, variance = 60000, p[] = { 0.1, 0.5, 0.9, 0.99 };
    enum { DRAWS = 200000 };
    int below[4] = { 0 };
    double at[4];
    dist_counts(mean, variance, &d);
    for (int k = 0; k < 4; k++) at[k] = dist_quantile(&d, p[k]);
    for (int i = 0; i < DRAWS; i++) {
        double x = (double)rng_negative_binomial(&rng, mean, variance);
        for (int k = 0; k < 4; k++) below[k] += x <= at[k] + d.step / 2;    /* a cell stands for half a step to both sides */
    }
    for (int k = 0; k < 4; k++) CHECK_NEAR((double)below[k] / DRAWS, dist_below(&d, at[k]), 0.012);
}

TEST(normal_newsvendor_matches_the_textbook) {            /* Snyder & Shen, example 4.3: 56.60395592743389 */
    Dist d;
    dist_normal(50, 8, &d);
    CHECK_NEAR(dist_quantile(&d, 0.70 / (0.18 + 0.70)), 56.60395592743389, d.step);
    double z = (56.60395592743389 - 50) / 8;
    CHECK_NEAR(dist_short(&d, 56.60395592743389), 8 * (fn_normal_density(z) - z * fn_normal_cdf(-z)), 0.02);
}

TEST(gamma_amounts_match_the_incomplete_gamma) {
    Dist d;
    dist_gamma(120, 4800, &d);                            /* shape 3, scale 40 */
    check_promises(&d);
    for (double x = 40; x < 400; x += 60) CHECK_NEAR(dist_below(&d, x + d.step / 2), fn_gamma_p(3, (x + d.step / 2) / 40), 0.012);
    CHECK_RELATIVE(dist_variance(&d), 4800, 0.01);
}

static void compound_alone(double occasions, double variance, const Dist *size, Dist *out) { dist_compounds(&(DistOccasions){ occasions, variance }, 1, size, &out); }

TEST(compound_has_the_moments_of_wald) {
    const double size[] = { 1, 2, 5, 12 }, weight[] = { .4, .3, .2, .1 };
    static const double number[][2] = { { 0.4, 0.4 }, { 3, 5 }, { 3, 2.2 }, { 8, 30 }, { 60, 80 } };
    Dist sizes, d;
    dist_samples(size, weight, 4, &sizes);
    CHECK_NEAR(sizes.mean, 3.2, 1e-9);
    for (size_t i = 0; i < 5; i++) {
        compound_alone(number[i][0], number[i][1], &sizes, &d);
        check_promises(&d);
        double mean = number[i][0] * 3.2, variance = number[i][0] * dist_variance(&sizes) + number[i][1] * 3.2 * 3.2;
        CHECK_RELATIVE(d.mean, mean, 1e-6);
        CHECK_RELATIVE(dist_variance(&d), variance, number[i][1] < number[i][0] ? 0.05 : 0.015);
    }
}

TEST(compound_keeps_the_gaps_between_lumps) {             /* Poisson number of lots of exactly 10 */
    Dist ten, d;
    dist_point(10, &ten);
    compound_alone(1.5, 1.5, &ten, &d);
    CHECK_NEAR(dist_below(&d, 0), 0.22313016014842982, 1e-6);
    CHECK_NEAR(dist_below(&d, 9), 0.22313016014842982, 1e-6);
    CHECK_NEAR(dist_below(&d, 10), 0.5578254003710745, 1e-6);
}

static void same_bits(const Dist *a, const Dist *b) {
    CHECK(a->origin == b->origin && a->step == b->step && a->mean == b->mean && a->count == b->count);
    CHECK(memcmp(a->cell, b->cell, sizeof *a->cell * (size_t)a->count) == 0);
}

TEST(lumpy_sums_side_by_side_have_the_bits_they_have_alone) {
    enum { SUMS = 90 };
    static Dist many[SUMS];
    Rng rng = rng_of(3);
    for (int round = 0; round < 30; round++) {
        double units[6], weight[6];
        Dist size, alone, *out[SUMS];
        DistOccasions number[SUMS];
        for (int i = 0; i < 6; i++) {
            units[i] = (double)rng_below(&rng, 40) * (round % 3 ? 1 : 0.7);
            weight[i] = 1 + (double)rng_below(&rng, 9);
        }
        units[0] += 1;
        dist_samples(units, weight, 6, &size);
        for (int i = 0; i < SUMS; i++) {                  /* none, few, many, other lattices, more and less even than Poisson */
            double mean = i % 17 == 0 ? 0 : (double)rng_below(&rng, 60) * (i % 3 ? 0.05 : 1);
            number[i] = (DistOccasions){ mean, mean * (0.2 + (double)rng_below(&rng, 40) / 10) };
            out[i] = &many[i];
        }
        dist_compounds(number, SUMS, &size, out);
        for (int i = 0; i < SUMS; i++) {
            check_promises(&many[i]);
            compound_alone(number[i].mean, number[i].variance, &size, &alone);
            same_bits(&many[i], &alone);
        }
    }
}

TEST(counts_side_by_side_have_the_bits_they_have_alone) {
    enum { COUNTS = 150 };
    static Dist many[COUNTS];
    Dist alone, *out[COUNTS];
    DistMoments moments[COUNTS];
    Rng rng = rng_of(5);
    for (int round = 0; round < 20; round++) {
        for (int i = 0; i < COUNTS; i++) {                /* none, a few, Poisson, more even than that, and more than have a cell for each unit */
            double mean = i % 13 == 0 ? 0 : (double)(1 + rng_below(&rng, 400)) * (i % 3 == 0 ? 0.01 : i % 3 == 1 ? 0.3 : 40);
            moments[i] = (DistMoments){ mean, mean * (i % 5 == 0 ? 1 : 0.4 + (double)rng_below(&rng, 90) / 10) };
            out[i] = &many[i];
        }
        dist_counts_all(moments, COUNTS, out);
        for (int i = 0; i < COUNTS; i++) {
            check_promises(&many[i]);
            dist_counts(moments[i].mean, moments[i].variance, &alone);
            same_bits(&many[i], &alone);
        }
    }
}

TEST(sums_differences_and_mixtures_keep_means) {
    Dist a, b, c;
    dist_counts(30, 90, &a);
    dist_counts(900, 5e4, &b);
    dist_sum(&a, &b, &c);
    check_promises(&c);
    CHECK_RELATIVE(c.mean, 930, 1e-6);
    CHECK_RELATIVE(dist_variance(&c), 50090, 0.01);
    dist_difference(&a, &b, &c);
    check_promises(&c);
    CHECK_RELATIVE(c.mean, -870, 1e-6);
    const Dist *part[] = { &a, &b };
    const double weight[] = { 3, 1 };
    dist_mix(part, weight, 2, &c);
    check_promises(&c);
    CHECK_RELATIVE(c.mean, 0.75 * 30 + 0.25 * 900, 1e-6);
}

TEST(sum_of_two_poissons_is_a_poisson) {
    Dist a, b, c, whole;
    dist_poisson(3, &a);
    dist_poisson(4, &b);
    dist_poisson(7, &whole);
    dist_sum(&a, &b, &c);
    for (int k = 0; k < 20; k++) CHECK_NEAR(dist_below(&c, k), dist_below(&whole, k), 1e-6);
}

TEST(short_less_left_is_mean_less_stock) {
    Dist d;
    dist_counts(20, 70, &d);
    for (double x = -5; x < 80; x += 3.5) CHECK_NEAR(dist_short(&d, x) - dist_left(&d, x), d.mean - x, 1e-9);
}

TEST(floor_collects_what_is_below) {
    Dist have, use, d;
    dist_point(10, &have);
    dist_poisson(8, &use);
    dist_difference(&have, &use, &d);
    double below = dist_below(&d, 0), lost = dist_short(&use, 10);
    dist_floor(&d, 0, &d);
    CHECK_NEAR(dist_below(&d, 0), below, 1e-9);
    CHECK_NEAR(d.mean, 2 + lost, 1e-6);
}

TEST(crps_of_a_point_is_the_absolute_error) {
    Dist d;
    dist_point(5, &d);
    CHECK_NEAR(dist_crps(&d, 8), 3, 1e-12);
    CHECK_NEAR(dist_crps(&d, 1.5), 3.5, 1e-12);
    const double coin[] = { 0, 10 };
    dist_samples(coin, NULL, 2, &d);                      /* integral of .25 over 0..10 */
    CHECK_NEAR(dist_crps(&d, 4), 2.5, 1e-9);
}

TEST(nothing_makes_a_distribution_break) {
    static const double odd[] = { 0, -1, 1e-300, 1e-9, 1, 3.7, 1e5, 1e15, 1e300, 1.0 / 0.0, 0.0 / 0.0, -1.0 / 0.0 };
    enum { ODD = sizeof odd / sizeof odd[0] };
    for (int i = 0; i < ODD; i++)
        for (int j = 0; j < ODD; j++) {
            Dist d, e;
            dist_counts(odd[i], odd[j], &d);
            check_promises(&d);
            dist_gamma(odd[i], odd[j], &e);
            check_promises(&e);
            compound_alone(odd[i], odd[j], &d, &e);
            check_promises(&e);
            dist_normal(odd[i], odd[j], &e);
            check_promises(&e);
            dist_sum(&d, &e, &e);
            check_promises(&e);
            const double few[] = { odd[i], odd[j], 3 };
            dist_samples(few, NULL, 3, &e);
            check_promises(&e);
        }
}

TEST(a_tail_summed_once_says_what_a_loop_says) {
    static const double mean[] = { 0.2, 3, 40, 900 };
    for (int i = 0; i < 4; i++) {
        Dist d;
        DistTail tail;
        dist_counts(mean[i], mean[i] * (1 + mean[i] / 4), &d);
        dist_tail(&d, &tail);
        for (double x = -3; x < 6 * mean[i] + 9; x += 0.37 * (1 + mean[i] / 9)) CHECK_NEAR(dist_tail_short(&tail, x), dist_short(&d, x), 1e-12 * (1 + mean[i]));
        CHECK(dist_tail_short(&tail, d.origin + d.count * d.step) == 0);
    }
}
