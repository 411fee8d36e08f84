/* near.h - doubles compared relatively, or with bounds. */
#pragma once
#include "tests/test.h"
#include <stdio.h>

#define CHECK_RELATIVE(left, right, tolerance) \
    CHECK(test_near((left), (right), (tolerance) * ((right) < 0 ? -(right) : (right))))
#define CHECK_BETWEEN(value, least, most)                                                  \
    do {                                                                                   \
        double between_ = (value);                                                         \
        if (!(between_ >= (least) && between_ <= (most)))                                  \
            printf("      %s = %.6g is not in %.6g .. %.6g\n", #value, between_, (double)(least), (double)(most)); \
        CHECK(between_ >= (least) && between_ <= (most));                                  \
    } while (0)
