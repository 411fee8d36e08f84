#include "maths/metrics.h"
#include "near.h"

TEST(pinball_weighs_short_and_long_by_p) {
    CHECK_NEAR(metric_pinball(8, 10, 0.9), 1.8, 1e-15);
    CHECK_NEAR(metric_pinball(10, 8, 0.9), 0.2, 1e-15);
    CHECK_NEAR(metric_pinball(5, 5, 0.9), 0, 0);
}
