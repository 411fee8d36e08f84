/* Reference values: 40-digit arithmetic (mpmath). */
#include "maths/fn_lanes.h"
#include "base/rng.h"
#include "near.h"

typedef struct Pair { double x, value; } Pair;
typedef struct Triple { double a, x, value; } Triple;
#define EACH(row, table) for (size_t i = 0; i < sizeof table / sizeof table[0]; i++) { row = table[i];

TEST(exp_is_within_1e15) {
    static const Pair table[] = { { -700.5, 5.980196118639791e-305 }, { -20.25, 1.6052280551856116e-09 },
        { -1, 0.36787944117144233 }, { -1e-10, 0.9999999999 }, { 0, 1 }, { 0.3, 1.3498588075760032 }, { 1, 2.718281828459045 },
        { 12.75, 344551.8961378237 }, { 300.125, 2.201057464963801e+130 }, { 709.5, 1.3549863193146328e+308 } };
    EACH(Pair p, table) CHECK_RELATIVE(fn_exp(p.x), p.value, 1e-15); }
}

TEST(log_is_within_1e15) {
    static const Pair table[] = { { 1e-300, -690.7755278982137 }, { 0.001, -6.907755278982137 }, { 0.75, -0.2876820724517809 },
        { 1.0000001, 9.999999505838704e-08 }, { 1.5, 0.4054651081081644 }, { 2, 0.6931471805599453 },
        { 10, 2.302585092994046 }, { 12345.678, 9.421061321291832 }, { 1e300, 690.7755278982137 } };
    EACH(Pair p, table) CHECK_RELATIVE(fn_log(p.x), p.value, 1e-15); }
}

TEST(log1p_and_expm1_keep_tiny_arguments) {
    static const Pair logs[] = { { 1e-15, 9.999999999999995e-16 }, { -1e-05, -1.0000050000333337e-05 },
        { 0.1, 0.09531017980432487 }, { 3, 1.3862943611198906 } };
    static const Pair exps[] = { { 1e-15, 1.0000000000000007e-15 }, { -1e-05, -9.999950000166666e-06 },
        { 0.1, 0.10517091807564763 }, { -0.29, -0.2517364324214348 }, { 0.31, 0.3634251141321778 }, { 3, 19.085536923187668 } };
    EACH(Pair p, logs) CHECK_RELATIVE(fn_log1p(p.x), p.value, 2e-15); }
    EACH(Pair p, exps) CHECK_RELATIVE(fn_expm1(p.x), p.value, 1e-14); }
}

TEST(pow_is_within_1e13) {
    static const Triple table[] = { { 2, 0.5, 1.4142135623730951 }, { 10, -3.3, 0.0005011872336272725 },
        { 0.3, 20, 3.4867844009999975e-11 }, { 1.0001, 1e5, 22015.456048527954 } };
    EACH(Triple t, table) CHECK_RELATIVE(fn_pow(t.a, t.x), t.value, i == 3 ? 2e-12 : 1e-13); }
}

TEST(lgamma_is_within_1e14) {
    static const Pair table[] = { { 0.001, 6.907178885383853 }, { 0.5, 0.5723649429247001 }, { 1.5, -0.12078223763524522 },
        { 3.7, 1.428072326665388 }, { 9.99, 12.779315214350193 }, { 25.5, 56.389167643719944 },
        { 1234.5, 7550.550901077895 }, { 1e6, 12815504.569147611 } };
    EACH(Pair p, table) CHECK_NEAR(fn_lgamma(p.x), p.value, 2e-14 * (p.value > 1 ? p.value : 1)); }
}

TEST(incomplete_gamma_is_within_1e12) {
    static const Triple lower[] = { { 0.1, 0.01, 0.6626212599544798 }, { 0.5, 2, 0.9544997361036416 },
        { 1, 1, 0.6321205588285577 }, { 3.3, 2.2, 0.308579917021256 }, { 10, 14.2, 0.8997364748565643 },
        { 100, 90, 0.15822098918643016 }, { 1000, 1030, 0.828911903882394 }, { 20000, 19800, 0.07830049501217735 } };
    EACH(Triple t, lower) CHECK_RELATIVE(fn_gamma_p(t.a, t.x), t.value, 1e-12); }
}

TEST(very_large_shapes_use_a_cube_root_within_1e6) {
    CHECK_NEAR(fn_gamma_p(2e5, 2e5), 0.5 + 1 / (3 * 2.5066282746310002 * 447.21359549995793), 1e-6); /* Stirling */
}

TEST(erfc_and_the_normal_are_within_1e13) {
    static const Pair tails[] = { { -2.5, 1.999593047982555 }, { -0.3, 1.3286267594591274 }, { 0, 1 }, { 0.1, 0.887537083981715 },
        { 0.9, 0.20309178757716786 }, { 1.9, 0.0072095707647425325 }, { 2.1, 0.002979466656332984 },
        { 4, 1.541725790028002e-08 }, { 8, 1.1224297172982926e-29 } };
    static const Pair cdf[] = { { -8, 6.220960574271784e-16 }, { -3, 0.0013498980316300946 }, { -1.6448536269514722, 0.05000000000000005 },
        { 0, 0.5 }, { 0.5, 0.6914624612740131 }, { 2, 0.9772498680518208 } };
    EACH(Pair p, tails) CHECK_RELATIVE(fn_erfc(p.x), p.value, 1e-13); }
    EACH(Pair p, cdf) CHECK_RELATIVE(fn_normal_cdf(p.x), p.value, 1e-13); }
}

TEST(normal_quantile_is_within_1e12) {
    static const Pair table[] = { { 1e-10, -6.361340902404057 }, { 0.001, -3.0902323061678136 }, { 0.025, -1.9599639845400543 },
        { 0.3, -0.5244005127080408 }, { 0.5, 0 }, { 0.8, 0.8416212335729144 }, { 0.975, 1.9599639845400538 }, { 0.99999, 4.264890793923841 } };
    EACH(Pair p, table) CHECK_NEAR(fn_normal_quantile(p.x), p.value, 4e-12); }
}

TEST(no_argument_gives_a_nan) {
    static const double odd[] = { 0, -1, 1e-320, 1e308, -1e308, 1.0 / 0.0, -1.0 / 0.0, 0.0 / 0.0, 1, 710, -746 };
    EACH(double x, odd)
        double y[] = { fn_exp(x), fn_log(x), fn_lgamma(x), fn_gamma_p(x, 2), fn_gamma_p(2, x), fn_gamma_p(x, x),
                       fn_erfc(x > 0 || x <= 0 ? x : 0), fn_normal_quantile(x), fn_clamp(x, 0, 1), fn_pow(x, 2) };
        for (size_t k = 0; k < sizeof y / sizeof y[0]; k++) CHECK(y[k] == y[k]);
    }
}

TEST(exp_and_log_of_eight_have_the_bits_of_each_alone) {
    static const double odd[] = { 0, -0.0, 1, -1, 700, -700, 700.5, -700.5, 800, -800, 1e-300, 5e-324, 0x1p-1000, 0x1p-1001, 1.7976931348623157e308, 1.4142135623730951, 1.4142135623730954, -3 };
    enum { ODD = sizeof odd / sizeof odd[0] };
    Rng rng = rng_of(7);
    for (int round = 0; round < 4000; round++) {
        Lanes x = { 0 }, e, l;
        for (int i = 0; i < LANES; i++) {
            double part = (double)rng_below(&rng, 1 << 30) / (1 << 30) - 0.5;
            x[i] = round % 4 == 0 ? odd[rng_below(&rng, ODD)] : part * (round % 4 == 1 ? 1390 : round % 4 == 2 ? 20 : 1e-3);
        }
        e = l = x;
        exp_lanes(&e);
        log_lanes(&l);
        for (int i = 0; i < LANES; i++) CHECK(e[i] == fn_exp(x[i]) && l[i] == fn_log(x[i]));
        l = e;                                            /* only what is above zero */
        log_lanes(&l);
        for (int i = 0; i < LANES; i++) CHECK(l[i] == fn_log(e[i]));
    }
}
