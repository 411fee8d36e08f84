/* lanes.h - eight doubles at a time. A lane is a case of its own (a parameter, a series, a distribution): no sum runs across lanes, so each lane has
 * the bits it would have alone, whatever the machine's vectors hold. Not for other rooms. */
#pragma once
#include <stdint.h>

enum { LANES = 8 };
typedef double Lanes __attribute__((vector_size(LANES * sizeof(double))));
typedef int64_t LaneBits __attribute__((vector_size(LANES * sizeof(int64_t))));

/* Loops worth compiling for wider vectors too; which one runs is found when the program is loaded. Contraction is off, so the bits are the same.
 * Sanitizers and other compilers take the plain one. */
#if defined(__x86_64__) && defined(__GLIBC__) && defined(__GNUC__) && !defined(__clang__) && !defined(__SANITIZE_ADDRESS__) && !defined(__SANITIZE_THREAD__)
#define LANES_WIDE __attribute__((target_clones("default", "avx2", "avx512f")))
#else
#define LANES_WIDE
#endif

/* `value` where chosen, else 0. A macro: a function that returns so wide a vector has another ABI on each machine. */
#define LANES_IF(choice, value) ((Lanes)((LaneBits)(value) & (choice)))

/* Eight neighbours in memory, at any address of a double. */
typedef double LanesLoose __attribute__((vector_size(LANES * sizeof(double)), aligned(sizeof(double)), may_alias));
#define lanes_at(at) (*(const LanesLoose *)(at))

/* The one sum that runs across lanes: in their order. */
static inline double lanes_sum(const Lanes *lanes) {
    double sum = 0;
    for (int l = 0; l < LANES; l++) sum += (*lanes)[l];
    return sum;
}
#define LANES_AT_LEAST(x, least) (LANES_IF((x) > (least), x) + LANES_IF((x) <= (least), (Lanes){ 0 } + (least)))
#define LANES_AT_MOST(x, most) (LANES_IF((x) < (most), x) + LANES_IF((x) >= (most), (Lanes){ 0 } + (most)))
