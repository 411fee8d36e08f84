/* near.h - doubles compared as doubles (cmocka's own comparison is in float). */
#pragma once
#include "tests/test.h"
#include <stdio.h>

static inline int near_value(double left, double right, double tolerance) {
    double gap = left > right ? left - right : right - left;
    if (gap <= tolerance) return 1;
    printf("      %.17g is not within %.3g of %.17g\n", left, tolerance, right);
    return 0;
}
#define CHECK_CLOSE(left, right, tolerance) CHECK(near_value((left), (right), (tolerance)))
#define CHECK_RELATIVE(left, right, tolerance) \
    CHECK(near_value((left), (right), (tolerance) * ((right) < 0 ? -(right) : (right))))
#define CHECK_BETWEEN(value, least, most)                                                  \
    do {                                                                                   \
        double between_ = (value);                                                         \
        if (!(between_ >= (least) && between_ <= (most)))                                  \
            printf("      %s = %.6g is not in %.6g .. %.6g\n", #value, between_, (double)(least), (double)(most)); \
        CHECK(between_ >= (least) && between_ <= (most));                                  \
    } while (0)
