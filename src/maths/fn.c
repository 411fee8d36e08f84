/* fn.c - own elementary and special functions; see fn.h for accuracy.
 *
 * exp: x = (32 k + j) ln2/32 + r, |r| <= ln2/64; 2^(j/32) from a table, exp(r) by its Taylor polynomial (Tang 1989).
 * log: x = 2^k m, m in [sqrt 1/2, sqrt 2); log m = 2 atanh((m - 1)/(m + 1)), series to s^21.
 * gamma functions: Stirling's series (Abramowitz & Stegun 6.1.41), incomplete gamma by series 6.5.29 and continued
 * fraction 6.5.31 (modified Lentz). Normal quantile: Acklam's rational start, then Halley steps on our own cdf. */
#include "maths/fn_lanes.h"

#include <stdint.h>
#include <string.h>

enum { GAMMA_TERMS_MOST = 4000 };
static const double SQRT_2PI = 2.5066282746310005024, LOG_SQRT_2PI = 0.91893853320467274178;
static const double LARGEST = 0x1.fffffffffffffp+1023;

const double fn_two_to_parts[EXP_PARTS] = {
    0x1.0000000000000p+0, 0x1.059b0d3158574p+0, 0x1.0b5586cf9890fp+0, 0x1.11301d0125b51p+0,
    0x1.172b83c7d517bp+0, 0x1.1d4873168b9aap+0, 0x1.2387a6e756238p+0, 0x1.29e9df51fdee1p+0,
    0x1.306fe0a31b715p+0, 0x1.371a7373aa9cbp+0, 0x1.3dea64c123422p+0, 0x1.44e086061892dp+0,
    0x1.4bfdad5362a27p+0, 0x1.5342b569d4f82p+0, 0x1.5ab07dd485429p+0, 0x1.6247eb03a5585p+0,
    0x1.6a09e667f3bcdp+0, 0x1.71f75e8ec5f74p+0, 0x1.7a11473eb0187p+0, 0x1.82589994cce13p+0,
    0x1.8ace5422aa0dbp+0, 0x1.93737b0cdc5e5p+0, 0x1.9c49182a3f090p+0, 0x1.a5503b23e255dp+0,
    0x1.ae89f995ad3adp+0, 0x1.b7f76f2fb5e47p+0, 0x1.c199bdd85529cp+0, 0x1.cb720dcef9069p+0,
    0x1.d5818dcfba487p+0, 0x1.dfc97337b9b5fp+0, 0x1.ea4afa2a490dap+0, 0x1.f50765b6e4540p+0,
};

static double power_of_two(int k) {                      /* k in -1022 .. 1023 */
    uint64_t bits = (uint64_t)(k + 1023) << 52;
    double value;
    memcpy(&value, &bits, sizeof value);
    return value;
}

double fn_clamp(double x, double least, double most) {
    return x > least ? (x < most ? x : most) : least;   /* NaN gives least */
}

double fn_exp(double x) {
    if (!(x > -745.0)) return 0;
    if (x > 709.78) return LARGEST;
    int n = (int)(x * PARTS_PER_UNIT + (x < 0 ? -0.5 : 0.5));
    double r = (x - n * PART_HI) - n * PART_LO;
    double tail = EXP_TAIL(r);
    int j = n & (EXP_PARTS - 1), k = (n - j) / EXP_PARTS;
    double value = fn_two_to_parts[j] + fn_two_to_parts[j] * tail;
    if (k < -1021) return value * power_of_two(k + 100) * power_of_two(-100);
    if (k > 1022) return value * power_of_two(k - 1) * 2;
    return value * power_of_two(k);
}

double fn_log(double x) {
    if (!(x > 4.9e-324)) return -745;
    if (x > LARGEST) x = LARGEST;
    int k = 0;
    if (x < 0x1p-1000) {
        x *= 0x1p54;
        k = -54;
    }
    uint64_t bits;
    memcpy(&bits, &x, sizeof bits);
    k += (int)(bits >> 52) - 1023;
    bits = (bits & 0xfffffffffffffu) | 0x3ff0000000000000u;
    double m;
    memcpy(&m, &bits, sizeof m);
    if (m > 1.4142135623730951) {
        m *= 0.5;
        k++;
    }
    double f = m - 1, s = f / (2 + f), z = s * s;
    /* 2 s = f - s f keeps the leading part exact; the rest is small. */
    return k * LN2_HI + (f - (s * f - (2 * s * LOG_SERIES(z) + k * LN2_LO)));
}

double fn_log1p(double x) {
    double u = 1 + x;
    if (u == 1) return x;
    return fn_log(u) * (x / (u - 1));                    /* Kahan's correction of the rounding in 1 + x */
}

double fn_expm1(double x) {
    static const double over[] = { 1, 1.0 / 2, 1.0 / 6, 1.0 / 24, 1.0 / 120, 1.0 / 720, 1.0 / 5040, 1.0 / 40320, 1.0 / 362880, 1.0 / 3628800, 1.0 / 39916800, 1.0 / 479001600, 1.0 / 6227020800 };
    if (x > -0.3 && x < 0.3) {                           /* Taylor; terms to x^13 */
        double sum = 0;
        for (int k = 12; k >= 0; k--) sum = sum * x + over[k];
        return sum * x;
    }
    return fn_exp(x) - 1;
}

double fn_pow(double x, double y) {
    if (y == 0) return 1;
    if (!(x > 0)) return y > 0 ? 0 : LARGEST;
    return fn_exp(y * fn_log(x));
}

double fn_lgamma(double x) {
    if (!(x > 0)) return 709;
    if (x > 1e305) return LARGEST;
    double product = 1;
    while (x < 10) {
        product *= x;
        x += 1;
    }
    double i = 1 / x, i2 = i * i;
    double series = i * (1.0 / 12 - i2 * (1.0 / 360 - i2 * (1.0 / 1260 - i2 * (1.0 / 1680 - i2 * (1.0 / 1188
                  - i2 * (691.0 / 360360 - i2 * (1.0 / 156)))))));
    double base = (x - 0.5) * fn_log(x) - x + LOG_SQRT_2PI + series;
    return product == 1 ? base : base - fn_log(product);
}

/* x^a e^-x / Gamma(a), written so that large a does not cancel. */
static double gamma_front(double a, double x) {
    if (a < 10) return fn_exp(a * fn_log(x) - x - fn_lgamma(a));
    double d = (x - a) / a;                              /* Stirling for Gamma(a) around x = a */
    double i = 1 / a, i2 = i * i;
    double series = i * (1.0 / 12 - i2 * (1.0 / 360 - i2 * (1.0 / 1260 - i2 * (1.0 / 1680 - i2 * (1.0 / 1188)))));
    return fn_exp(a * (fn_log1p(d) - d) - series) * __builtin_sqrt(a) / SQRT_2PI;
}

static double gamma_series(double a, double x) {         /* P, good for x < a + 1 */
    double term = 1 / a, sum = term;
    for (int k = 1; k < GAMMA_TERMS_MOST && term > sum * 1e-17; k++) {
        term *= x / (a + k);
        sum += term;
    }
    return sum * gamma_front(a, x);
}

static double gamma_fraction(double a, double x) {       /* Q, good for x > a + 1 */
    const double tiny = 1e-300;
    double b = x + 1 - a, c = 1 / tiny, d = 1 / b, h = d;
    for (int k = 1; k < GAMMA_TERMS_MOST; k++) {
        double an = -k * (k - a);
        b += 2;
        d = an * d + b;
        if (__builtin_fabs(d) < tiny) d = tiny;
        c = b + an / c;
        if (__builtin_fabs(c) < tiny) c = tiny;
        d = 1 / d;
        double factor = d * c;
        h *= factor;
        if (__builtin_fabs(factor - 1) < 1e-16) break;
    }
    return h * gamma_front(a, x);
}

/* Beyond this shape the sums would be long; Wilson and Hilferty's cube root is within 1e-6 there. */
static const double SHAPE_LARGE = 1e5;

static double wilson_hilferty_z(double a, double x) {
    double ninth = 1 / (9 * a), cube_root = x / a;
    cube_root = fn_exp(fn_log(cube_root) / 3);
    return (cube_root - (1 - ninth)) / __builtin_sqrt(ninth);
}

double fn_gamma_p(double shape, double x) {
    if (!(x > 0) || !(shape > 0)) return !(x > 0) ? 0 : 1;
    if (x > 1e300) return 1;
    if (shape > SHAPE_LARGE) return fn_normal_cdf(wilson_hilferty_z(shape, x));
    double p = x < shape + 1 ? gamma_series(shape, x) : 1 - gamma_fraction(shape, x);
    return fn_clamp(p, 0, 1);
}

/* Q(1/2, x^2): series of erf with positive terms only (A&S 7.1.6), or the continued fraction. */
double fn_erfc(double x) {
    if (x < 0) return 2 - fn_erfc(-x);
    if (x > 27) return 0;
    if (x > 2) return gamma_fraction(0.5, x * x);
    double term = x, sum = x;
    for (int k = 1; k < 80 && term > 1e-18; k++) {
        term *= 2 * x * x / (2 * k + 1);
        sum += term;
    }
    return 1 - 1.1283791670955125739 * fn_exp(-x * x) * sum;
}

double fn_normal_density(double z) {
    return fn_exp(-0.5 * z * z) / SQRT_2PI;
}

double fn_normal_cdf(double z) {
    return 0.5 * fn_erfc(-z * 0.70710678118654752440);
}

static double normal_quantile_start(double p) {          /* P. J. Acklam, relative error 1.15e-9; p <= 0.5 */
    if (p > 0.02425) {
        double q = p - 0.5, r = q * q;
        return q * (((((-3.969683028665376e+01 * r + 2.209460984245205e+02) * r - 2.759285104469687e+02) * r
                     + 1.383577518672690e+02) * r - 3.066479806614716e+01) * r + 2.506628277459239e+00)
             / (((((-5.447609879822406e+01 * r + 1.615858368580409e+02) * r - 1.556989798598866e+02) * r
                  + 6.680131188771972e+01) * r - 1.328068155288572e+01) * r + 1);
    }
    double q = __builtin_sqrt(-2 * fn_log(p));
    return (((((-7.784894002430293e-03 * q - 3.223964580411365e-01) * q - 2.400758277161838e+00) * q
              - 2.549732539343734e+00) * q + 4.374664141464968e+00) * q + 2.938163982698783e+00)
         / ((((7.784695709041462e-03 * q + 3.224671290700398e-01) * q + 2.445134137142996e+00) * q
             + 3.754408661907416e+00) * q + 1);
}

double fn_normal_quantile(double p) {
    p = fn_clamp(p, 1e-300, 1 - 1.2e-16);
    if (p > 0.5) return -fn_normal_quantile(1 - p);
    double z = normal_quantile_start(p);
    for (int step = 0; step < 2; step++) {
        double density = fn_normal_density(z);
        if (!(density > 0)) break;
        double u = (fn_normal_cdf(z) - p) / density;
        z -= u / (1 + 0.5 * z * u);
    }
    return z;
}
