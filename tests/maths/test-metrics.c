#include "maths/metrics.h"
#include "near.h"

TEST(pinball_weighs_short_and_long_by_p) {
    CHECK_NEAR(metric_pinball(8, 10, 0.9), 1.8, 1e-15);
    CHECK_NEAR(metric_pinball(10, 8, 0.9), 0.2, 1e-15);
    CHECK_NEAR(metric_pinball(5, 5, 0.9), 0, 0);
}

TEST(coverage_counts_actuals_at_or_below) {
    const double f[] = { 1, 2, 3, 4 }, a[] = { 1, 3, 2, 4 };
    CHECK_NEAR(metric_coverage(f, a, 4), 0.75, 1e-15);
    CHECK_NEAR(metric_coverage(f, a, 0), 0, 0);
}

TEST(bias_is_positive_when_too_much_was_forecast) {
    const double f[] = { 6, 6 }, a[] = { 4, 6 }, none[] = { 0, 0 };
    CHECK_NEAR(metric_bias(f, a, 2), 0.2, 1e-15);
    CHECK_NEAR(metric_wape(f, a, 2), 0.2, 1e-15);
    CHECK_NEAR(metric_bias(f, none, 2), 1, 0);
    CHECK_NEAR(metric_bias(none, none, 2), 0, 0);
}
