#include "maths/allocate.h"

#include <assert.h>
#include <stdbool.h>

/* What is claimed beyond what was given already. */
static int64_t open_claim(int64_t claim, int64_t given) { return claim > given ? claim - given : 0; }

/* The largest remainder that did not get its step yet, the earlier line first; -1: none. */
static int remainder_largest(const int64_t *remainder, int count) {
    int best = -1;
    for (int i = 0; i < count; i++)
        if (remainder[i] > 0 && (best < 0 || remainder[i] > remainder[best])) best = i;
    return best;
}

/* Raises what is given towards the claims, in proportion to what is missing where there is not enough. Returns what is left. */
static int64_t share_out(int64_t supply, const int64_t *claim, int count, int64_t *given) {
    int64_t remainder[ALLOCATE_MOST], all = 0, left = supply;
    for (int i = 0; i < count; i++) all += open_claim(claim[i], given[i]);
    if (all == 0) return supply;
    bool enough = supply >= all;
    for (int i = 0; i < count; i++) {
        int64_t open = open_claim(claim[i], given[i]);
        __int128 quota = (__int128)supply * open;
        int64_t whole = enough ? open : (int64_t)(quota / all);
        remainder[i] = enough ? 0 : (int64_t)(quota % all);
        given[i] += whole;
        left -= whole;
    }
    for (int i; !enough && left > 0 && (i = remainder_largest(remainder, count)) >= 0; left--) {
        given[i]++;
        remainder[i] = 0;
    }
    return left;
}

static int64_t least(int64_t a, int64_t b) { return a < b ? a : b; }

static void minima_of(const AllocateLine *line, int count, int64_t *out) {
    for (int i = 0; i < count; i++) out[i] = least(line[i].minimum, line[i].requested);
}

/* Smallest first: no other order keeps more contracts. */
static int64_t give_minima(int64_t supply, const AllocateLine *line, int count, int64_t *given) {
    int64_t claim[ALLOCATE_MOST];
    minima_of(line, count, claim);
    while (supply > 0) {
        int best = -1;
        for (int i = 0; i < count; i++)
            if (given[i] < claim[i] && (best < 0 || claim[i] < claim[best])) best = i;
        if (best < 0) break;
        given[best] = least(claim[best], supply);
        supply -= given[best];
    }
    return supply;
}

static int64_t give_floors(int64_t supply, int64_t floor_micro, const AllocateLine *line, int count, int64_t *given) {
    int64_t claim[ALLOCATE_MOST];
    for (int i = 0; i < count; i++) claim[i] = (int64_t)((__int128)line[i].requested * floor_micro / 1000000);
    return share_out(supply, claim, count, given);
}

static int64_t give_in_proportion(int64_t supply, const AllocateLine *line, int count, int64_t *given) {
    int64_t claim[ALLOCATE_MOST];
    for (int i = 0; i < count; i++) claim[i] = line[i].requested;
    return share_out(supply, claim, count, given);
}

static void give_by_order(int64_t supply, const AllocateLine *line, int count, int64_t *given) {
    for (int i = 0; i < count; i++) {
        given[i] = least(line[i].requested, supply);
        supply -= given[i];
    }
}

/* Up to `most`, by the worth of those that have less, largest first: one class of equal worth after the other. Returns what is left. */
static int64_t give_by_value(int64_t supply, const int64_t *most, const AllocateLine *line, int count, int64_t *given) {
    int64_t claim[ALLOCATE_MOST];
    while (supply > 0) {
        int best = -1;
        for (int i = 0; i < count; i++)
            if (given[i] < most[i] && (best < 0 || line[i].value > line[best].value)) best = i;
        if (best < 0) break;
        for (int i = 0; i < count; i++) claim[i] = line[i].value >= line[best].value ? most[i] : given[i];
        supply = share_out(supply, claim, count, given);
    }
    return supply;
}

static void give_by_margin(int64_t supply, int64_t floor_micro, const AllocateLine *line, int count, int64_t *given) {
    int64_t most[ALLOCATE_MOST];
    minima_of(line, count, most);
    int64_t left = give_by_value(supply, most, line, count, given);
    left = give_floors(left, floor_micro, line, count, given);
    for (int i = 0; i < count; i++) most[i] = line[i].requested;
    (void)give_by_value(left, most, line, count, given);          /* nothing is left, or nobody asks */
}

void allocate(AllocateRule rule, int64_t supply, int64_t floor_micro, const AllocateLine *line, int count, int64_t *out_steps) {
    assert(count >= 0 && count <= ALLOCATE_MOST);
    int64_t left = supply > 0 ? supply : 0;
    for (int i = 0; i < count; i++) out_steps[i] = 0;
    switch (rule) {
    case ALLOCATE_FIRST_COME: give_by_order(left, line, count, out_steps); return;
    case ALLOCATE_PRO_RATA: give_in_proportion(left, line, count, out_steps); return;
    case ALLOCATE_CONTRACT_FIRST:
        left = give_minima(left, line, count, out_steps);
        give_in_proportion(left, line, count, out_steps);
        return;
    case ALLOCATE_MARGIN_AWARE: give_by_margin(left, floor_micro, line, count, out_steps); return;
    case ALLOCATE_RULES_: break;
    }
    assert(!"a rule is one of the four");
}
