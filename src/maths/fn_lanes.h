/* fn_lanes.h - exp and log of eight numbers at a time, with the bits that fn_exp and fn_log give each alone. Constants and series stand here for both.
 * For loops marked LANES_WIDE, and for fn.c; not for other rooms. */
#pragma once
#include <stdbool.h>

#include "maths/fn.h"
#include "maths/lanes.h"

enum { EXP_PARTS = 32 };
extern const double fn_two_to_parts[EXP_PARTS];          /* 2^(j/32) */
#define LN2_HI 0x1.62e42f8000000p-1
#define LN2_LO 0x1.be8e7bcd5e4f2p-27
#define PART_HI 0x1.62e42f8000000p-6
#define PART_LO 0x1.be8e7bcd5e4f2p-32
#define PARTS_PER_UNIT 0x1.71547652b82fep+5
#define EXP_TAIL(r) ((r) + (r) * (r) * (1.0 / 2 + (r) * (1.0 / 6 + (r) * (1.0 / 24 + (r) * (1.0 / 120 + (r) * (1.0 / 720))))))
#define LOG_SERIES(z) ((z) * (1.0 / 3 + (z) * (1.0 / 5 + (z) * (1.0 / 7 + (z) * (1.0 / 9 + (z) * (1.0 / 11 + (z) * (1.0 / 13 \
                     + (z) * (1.0 / 15 + (z) * (1.0 / 17 + (z) * (1.0 / 19 + (z) * (1.0 / 21)))))))))))

typedef int32_t LaneInts __attribute__((vector_size(LANES * sizeof(int32_t))));

static inline bool lanes_all(const LaneBits *choice) {
    int64_t all = -1;
    for (int l = 0; l < LANES; l++) all &= (*choice)[l];
    return all != 0;
}

static inline __attribute__((always_inline)) void exp_lanes(Lanes *at) {
    Lanes x = *at;
    LaneBits usual = (x >= -700) & (x <= 700);
    if (!lanes_all(&usual)) {
        for (int l = 0; l < LANES; l++) (*at)[l] = fn_exp(x[l]);
        return;
    }
    Lanes zero = { 0 };
    LaneInts n = __builtin_convertvector(x * PARTS_PER_UNIT + (LANES_IF(x < 0, zero - 0.5) + LANES_IF(x >= 0, zero + 0.5)), LaneInts), j = n & (EXP_PARTS - 1);
    Lanes whole = __builtin_convertvector(n, Lanes), r = (x - whole * PART_HI) - whole * PART_LO, part;
    for (int l = 0; l < LANES; l++) part[l] = fn_two_to_parts[j[l]];
    LaneBits power = (__builtin_convertvector((n - j) >> 5, LaneBits) + 1023) << 52;      /* (n - j) / 32 is whole */
    *at = (part + part * EXP_TAIL(r)) * (Lanes)power;
}

static inline __attribute__((always_inline)) void log_lanes(Lanes *at) {
    Lanes x = *at;
    LaneBits usual = (x >= 0x1p-1000) & (x <= 0x1.fffffffffffffp+1023);
    if (!lanes_all(&usual)) {
        for (int l = 0; l < LANES; l++) (*at)[l] = fn_log(x[l]);
        return;
    }
    LaneBits bits = (LaneBits)x, exponent = (bits >> 52) - 1023, above;
    Lanes m = (Lanes)((bits & 0xfffffffffffff) | 0x3ff0000000000000);
    above = m > 1.4142135623730951;
    m = LANES_IF(above, m * 0.5) + LANES_IF(~above, m);
    Lanes k = __builtin_convertvector(__builtin_convertvector(exponent - above, LaneInts), Lanes);   /* a chosen lane is -1 */
    Lanes f = m - 1, s = f / (2 + f), z = s * s;
    *at = k * LN2_HI + (f - (s * f - (2 * s * LOG_SERIES(z) + k * LN2_LO)));
}
