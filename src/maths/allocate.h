/* allocate.h - who gets how much when there is less than was ordered.
 *
 * Quantities are whole steps (pieces, or the finest part that any line was ordered in), so every answer is exact: what is given sums to the lesser of supply and
 * demand, no line gets more than it asked for, and the same lines in the same order give the same answer.
 *
 * What is shared in proportion is shared by largest remainders (Hamilton's method: Balinski & Young 1982, Fair Representation, ch. 2): everybody the whole
 * part of his quota, what is left one by one to the largest remainders, the earlier line first. Nobody's share is then off its quota by a whole step.
 *
 *   first-come       one line after the other, in the order they are given: what an ERP does that is told nothing else
 *   pro-rata         in proportion to what was asked (proportional allocation: Cachon & Lariviere 1999, Capacity choice and allocation)
 *   contract-first   contract minima; then the rest in proportion to what is still asked. Where not all contracts can be kept, as many as can be: the smallest first
 *   margin-aware     contract minima; then everybody up to the floor; then the line that a step is worth most to, lines of equal worth in proportion. Between
 *                    the floors and the supply it is a knapsack of unit weights, which greedy solves exactly (Dantzig 1957). Where not all contracts can be kept,
 *                    those worth most are
 *
 * Floors that supply does not reach are met in proportion. */
#pragma once
#include <stdint.h>

enum { ALLOCATE_MOST = 512 };       /* lines */

typedef enum AllocateRule { ALLOCATE_FIRST_COME, ALLOCATE_PRO_RATA, ALLOCATE_CONTRACT_FIRST, ALLOCATE_MARGIN_AWARE, ALLOCATE_RULES_ } AllocateRule;

typedef struct AllocateLine {
    int64_t requested;              /* steps, >= 0; all together below 2^62 */
    int64_t minimum;                /* steps that a contract asks for; what lies beyond `requested` does not count; 0 = none */
    double value;                   /* what one step more is worth; any number, money or not: only the order counts */
} AllocateLine;

/* `floor_micro`: share of its request that margin-aware leaves to every line, x 10^-6, 0 .. 1000000. `supply` below zero is none. `count` 0 .. ALLOCATE_MOST. */
void allocate(AllocateRule rule, int64_t supply, int64_t floor_micro, const AllocateLine *line, int count, int64_t *out_steps);
