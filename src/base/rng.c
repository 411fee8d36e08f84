/* rng.c - xoshiro256** (Blackman & Vigna 2018), seeded by splitmix64, and the distributions. Only + - * / and sqrt touch a
 * double: IEEE 754 fixes their bits, and the build forbids contraction, so a seed means the same everywhere. */
#include "base/rng.h"

#include <assert.h>
#include <stddef.h>
#include <string.h>

static uint64_t splitmix(uint64_t *state) {
    uint64_t z = *state += UINT64_C(0x9e3779b97f4a7c15);
    z = (z ^ (z >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
    z = (z ^ (z >> 27)) * UINT64_C(0x94d049bb133111eb);
    return z ^ (z >> 31);
}

Rng rng_of(uint64_t seed) {
    Rng rng;
    for (int i = 0; i < 4; i++) rng.s[i] = splitmix(&seed);
    return rng;
}

Rng rng_fork(const Rng *rng, uint64_t label) {
    uint64_t mixed = label;
    uint64_t seed = splitmix(&mixed);
    for (int i = 0; i < 4; i++) {
        seed ^= rng->s[i];
        seed = splitmix(&seed);
    }
    return rng_of(seed);
}

static uint64_t rotated(uint64_t x, int by) { return x << by | x >> (64 - by); }

uint64_t rng_next(Rng *rng) {
    uint64_t *s = rng->s, result = rotated(s[1] * 5, 7) * 9, t = s[1] << 17;
    s[2] ^= s[0], s[3] ^= s[1], s[1] ^= s[2], s[0] ^= s[3];
    s[2] ^= t;
    s[3] = rotated(s[3], 45);
    return result;
}

/* Lemire 2019: the high half of a product is uniform once the few low halves that would favour some are rejected. */
uint64_t rng_below(Rng *rng, uint64_t n) {
    assert(n > 0);
    for (;;) {
        unsigned __int128 product = (unsigned __int128)rng_next(rng) * n;
        if ((uint64_t)product >= n || (uint64_t)product >= (0 - n) % n) return (uint64_t)(product >> 64);
    }
}

int64_t rng_between(Rng *rng, int64_t least, int64_t most) {
    assert(least <= most);
    uint64_t width = (uint64_t)most - (uint64_t)least + 1;
    uint64_t offset = width == 0 ? rng_next(rng) : rng_below(rng, width);
    return (int64_t)((uint64_t)least + offset);
}

double rng_unit(Rng *rng) { return (double)(rng_next(rng) >> 11) * 0x1p-53; }
int rng_chance(Rng *rng, double probability) { return rng_unit(rng) < probability; }

/* ---- log and exp ---- */
static const double ln2_high = 0x1.62e42feep-1, ln2_low = 0x1.a39ef35793c76p-33; /* the high part has 20 zero bits at its end */

double rng_log(double x) {
    assert(x > 0 && x < 0x1p1023 * 2);
    int exponent = 0;
    if (x < 0x1p-1022) x *= 0x1p54, exponent = -54;
    uint64_t bits;
    memcpy(&bits, &x, 8);
    exponent += (int)(bits >> 52) - 1023;
    bits = (bits & UINT64_C(0xfffffffffffff)) | UINT64_C(0x3ff) << 52;
    double mantissa;
    memcpy(&mantissa, &bits, 8);
    if (mantissa > 1.4142135623730951) mantissa *= 0.5, exponent++;
    /* log m = 2 atanh f, f = (m - 1) / (m + 1), |f| < 0.172; twelve terms leave less than 1e-19 */
    double f = (mantissa - 1) / (mantissa + 1), square = f * f, series = 0;
    for (int k = 23; k >= 3; k -= 2) series = (series + 1.0 / k) * square;
    return exponent * ln2_high + (2 * f + (2 * f * series + exponent * ln2_low));
}

/* 2^n for n in -1022 .. 1023 */
static double power_of_two(int n) {
    uint64_t bits = (uint64_t)(n + 1023) << 52;
    double value;
    memcpy(&value, &bits, 8);
    return value;
}

double rng_exp(double x) {
    if (x > 709.782712893384) return __builtin_inf();
    if (x < -745.2) return 0;
    int n = (int)(x * 1.4426950408889634 + (x < 0 ? -0.5 : 0.5));
    double r = (x - n * ln2_high) - n * ln2_low; /* |r| <= 0.347; fourteen terms leave less than 1e-18 */
    double series = 1;
    for (int k = 14; k >= 1; k--) series = 1 + series * r / k;
    int half = n / 2; /* in two steps: 2^1024 and the subnormals are out of reach of one */
    return series * power_of_two(half) * power_of_two(n - half);
}

/* ---- distributions ---- */
double rng_normal(Rng *rng, double mean, double sd) { /* Marsaglia's polar method; the twin is not kept: no hidden state */
    for (;;) {
        double u = 2 * rng_unit(rng) - 1, v = 2 * rng_unit(rng) - 1, s = u * u + v * v;
        if (s > 0 && s < 1) return mean + sd * u * __builtin_sqrt(-2 * rng_log(s) / s);
    }
}

double rng_lognormal(Rng *rng, double log_mean, double log_sd) { return rng_exp(rng_normal(rng, log_mean, log_sd)); }
double rng_exponential(Rng *rng, double mean) { return -mean * rng_log(1 - rng_unit(rng)); }

double rng_gamma(Rng *rng, double shape, double scale) { /* Marsaglia & Tsang 2000 */
    assert(shape > 0 && scale > 0);
    if (shape < 1) {
        double lift = rng_exp(rng_log(1 - rng_unit(rng)) / shape);
        return rng_gamma(rng, shape + 1, scale) * lift;
    }
    double d = shape - 1.0 / 3, c = 1 / __builtin_sqrt(9 * d);
    for (;;) {
        double x = rng_normal(rng, 0, 1), v = 1 + c * x;
        if (v <= 0) continue;
        v = v * v * v;
        double u = 1 - rng_unit(rng);
        if (rng_log(u) < 0.5 * x * x + d - d * v + d * rng_log(v)) return d * v * scale;
    }
}

static double log_factorial(int64_t k) {
    if (k < 10) {
        double product = 1;
        for (int64_t i = 2; i <= k; i++) product *= (double)i;
        return rng_log(product);
    }
    double x = (double)k + 1, square = x * x; /* Stirling's series of log gamma(k + 1) */
    return (x - 0.5) * rng_log(x) - x + 0.91893853320467274 + (1.0 / 12 - (1.0 / 360 - 1.0 / (1260 * square)) / square) / x;
}

/* Transformed rejection, PTRS of Hormann 1993, for means from 10 on. */
static int64_t poisson_large(Rng *rng, double mean) {
    double root = __builtin_sqrt(mean), log_mean = rng_log(mean);
    double b = 0.931 + 2.53 * root, a = -0.059 + 0.02483 * b;
    double inverse_alpha = 1.1239 + 1.1328 / (b - 3.4), v_r = 0.9277 - 3.6224 / (b - 2);
    for (;;) {
        double u = rng_unit(rng) - 0.5, v = 1 - rng_unit(rng);
        double us = 0.5 - (u < 0 ? -u : u);
        double candidate = __builtin_floor((2 * a / us + b) * u + mean + 0.43);
        if (us >= 0.07 && v <= v_r) return (int64_t)candidate;
        if (candidate < 0 || (us < 0.013 && v > us)) continue;
        double left = rng_log(v) + rng_log(inverse_alpha) - rng_log(a / (us * us) + b);
        if (left <= -mean + candidate * log_mean - log_factorial((int64_t)candidate)) return (int64_t)candidate;
    }
}

int64_t rng_poisson(Rng *rng, double mean) {
    assert(mean >= 0 && mean <= 1e9);
    if (mean >= 10) return poisson_large(rng, mean);
    double limit = rng_exp(-mean), product = 1; /* Knuth: arrivals within one unit of time */
    int64_t count = -1;
    do {
        product *= 1 - rng_unit(rng);
        count++;
    } while (product >= limit);
    return count;
}

int64_t rng_negative_binomial(Rng *rng, double mean, double variance) {
    if (mean <= 0) return 0;
    if (variance <= mean) return rng_poisson(rng, mean);
    double scale = (variance - mean) / mean;
    double rate = rng_gamma(rng, mean / scale, scale); /* a Poisson whose mean is gamma distributed */
    return rng_poisson(rng, rate < 1e9 ? rate : 1e9);
}

void rng_shuffle(Rng *rng, uint32_t *at, uint64_t count) {
    for (uint64_t i = count; i > 1; i--) {
        uint64_t j = rng_below(rng, i);
        uint32_t kept = at[i - 1];
        at[i - 1] = at[j];
        at[j] = kept;
    }
}

uint64_t rng_weighted(Rng *rng, const double *weights, uint64_t count) {
    double sum = 0;
    for (uint64_t i = 0; i < count; i++) sum += weights[i];
    assert(count > 0 && sum > 0);
    double left = rng_unit(rng) * sum;
    uint64_t last = 0;
    for (uint64_t i = 0; i < count; i++) {
        if (weights[i] <= 0) continue;
        last = i;
        left -= weights[i];
        if (left < 0) break;
    }
    return last;
}
