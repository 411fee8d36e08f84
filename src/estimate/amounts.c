/* Rounding at the door of maths. */
#include "estimate/amounts.h"

#include "domain/case.h"

int64_t micro_of(double units) {
    if (!(units > -9e12)) return -9000000000000000000LL;
    if (units > 9e12) return 9000000000000000000LL;
    double micro = units * 1e6;
    return (int64_t)(micro < 0 ? micro - 0.5 : micro + 0.5);
}

int64_t minor_of(int exponent, double major) {
    if (!(major >= 0)) return CASE_NONE;
    double minor = major;
    for (int i = 0; i < exponent; i++) minor *= 10;
    return minor > 9e18 ? INT64_MAX : (int64_t)(minor + 0.5);
}

double major_of(int exponent, int64_t minor) {
    double unit = 1;
    for (int i = 0; i < exponent; i++) unit *= 10;
    return (double)minor / unit;
}

int64_t ppm_of(double share) { return share < 0 ? CASE_NONE : (int64_t)((share > 1 ? 1 : share) * 1e6 + 0.5); }
