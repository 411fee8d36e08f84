/* Sharing what is not enough: exact, never too much to anybody, contracts before margin, and the best margin that floors leave room for. */
#include "base/rng.h"
#include "maths/allocate.h"
#include "tests/test.h"

enum { FLOOR = 250000 };

static int64_t sum_of(const int64_t *at, int count) {
    int64_t sum = 0;
    for (int i = 0; i < count; i++) sum += at[i];
    return sum;
}

static int lines_random(Rng *rng, int most, AllocateLine *out) {
    int count = 1 + (int)rng_below(rng, (uint64_t)most);
    for (int i = 0; i < count; i++) {
        out[i] = (AllocateLine){ .requested = (int64_t)rng_below(rng, 30), .value = (double)rng_below(rng, 6) - 1 };
        if (rng_below(rng, 3) == 0) out[i].minimum = (int64_t)rng_below(rng, 35);
    }
    return count;
}

TEST(what_is_shared_in_proportion_is_shared_by_largest_remainders) {
    /* The usual example, by hand: quotas 4.70 1.60 1.59 1.20 0.60 0.31 of ten; the whole parts are seven, and .70, .60 and .60 are the largest remainders. */
    AllocateLine line[] = { { 47000, 0, 0 }, { 16000, 0, 0 }, { 15900, 0, 0 }, { 12000, 0, 0 }, { 6000, 0, 0 }, { 3100, 0, 0 } };
    int64_t got[6], want[] = { 5, 2, 1, 1, 1, 0 };
    allocate(ALLOCATE_PRO_RATA, 10, 0, line, 6, got);
    for (int i = 0; i < 6; i++) CHECK_EQ(got[i], want[i]);
}

TEST(of_equal_remainders_the_earlier_line_is_served) {
    AllocateLine line[] = { { 10, 0, 0 }, { 10, 0, 0 }, { 10, 0, 0 } };
    int64_t got[3];
    allocate(ALLOCATE_PRO_RATA, 10, 0, line, 3, got);
    CHECK(got[0] == 4 && got[1] == 3 && got[2] == 3);
}

TEST(whatever_the_rule_all_that_is_there_is_given_and_nobody_gets_more_than_asked) {
    Rng rng = rng_of(3);
    AllocateLine line[40];
    int64_t got[40], claims[40];
    for (int round = 0; round < 4000; round++) {
        int count = lines_random(&rng, 40, line);
        for (int i = 0; i < count; i++) claims[i] = line[i].requested;
        int64_t demand = sum_of(claims, count), supply = (int64_t)rng_below(&rng, 400) - 20;
        int64_t there = supply < 0 ? 0 : supply < demand ? supply : demand;
        for (AllocateRule rule = 0; rule < ALLOCATE_RULES_; rule++) {
            allocate(rule, supply, FLOOR, line, count, got);
            CHECK_EQ(sum_of(got, count), there);
            for (int i = 0; i < count; i++) CHECK(got[i] >= 0 && got[i] <= line[i].requested);
        }
    }
}

TEST(contract_minima_are_met_whenever_they_can_be) {
    Rng rng = rng_of(4);
    AllocateLine line[20];
    int64_t got[20], minima[20];
    for (int round = 0; round < 4000; round++) {
        int count = lines_random(&rng, 20, line);
        for (int i = 0; i < count; i++) minima[i] = line[i].minimum < line[i].requested ? line[i].minimum : line[i].requested;
        int64_t supply = sum_of(minima, count) + (int64_t)rng_below(&rng, 60) - 20;
        bool can = supply >= sum_of(minima, count);
        for (AllocateRule rule = ALLOCATE_CONTRACT_FIRST; rule <= ALLOCATE_MARGIN_AWARE; rule++) {
            allocate(rule, supply, FLOOR, line, count, got);
            for (int i = 0; i < count; i++) CHECK(can ? got[i] >= minima[i] : got[i] <= minima[i]);
        }
    }
}

TEST(where_contracts_cannot_all_be_kept_the_most_or_the_worthiest_are) {
    AllocateLine line[] = { { 50, 49, 1 }, { 94, 30, 1 }, { 65, 62, 2 }, { 20, 10, 1 } };
    int64_t got[4];
    allocate(ALLOCATE_CONTRACT_FIRST, 100, FLOOR, line, 4, got);
    CHECK(got[3] == 10 && got[1] == 30 && got[0] == 49 && got[2] == 11);       /* three of four */
    allocate(ALLOCATE_MARGIN_AWARE, 100, FLOOR, line, 4, got);
    CHECK(got[2] == 62);                                                       /* the one that counts double */
    CHECK(got[0] == 21 && got[1] == 13 && got[3] == 4);                        /* 38 among 49, 30 and 10 of equal worth: 20.9, 12.8, 4.3 */
}

TEST(the_floor_leaves_everybody_his_share_before_margin_is_looked_at) {
    AllocateLine line[] = { { 40, 0, 9 }, { 40, 0, 1 }, { 20, 10, 1 } };
    int64_t got[3];
    allocate(ALLOCATE_MARGIN_AWARE, 60, FLOOR, line, 3, got);
    CHECK(got[0] == 40 && got[1] == 10 && got[2] == 10);       /* floors 10, 10 and 5; the contract of the third stands above its floor */
    allocate(ALLOCATE_MARGIN_AWARE, 60, 0, line, 3, got);
    CHECK(got[0] == 40 && got[1] + got[2] == 20 && got[2] >= 10);
}

/* Every way to share it, one by one. */
static double best_of(const AllocateLine *line, const int64_t *least, int count, int64_t supply) {
    double best = -1e9;
    int64_t give[4] = { 0 };
    for (give[0] = least[0]; give[0] <= line[0].requested; give[0]++)
        for (give[1] = least[1]; give[1] <= (count > 1 ? line[1].requested : 0); give[1]++)
            for (give[2] = least[2]; give[2] <= (count > 2 ? line[2].requested : 0); give[2]++) {
                give[3] = supply - give[0] - give[1] - give[2];
                if (give[3] < least[3] || give[3] > line[3].requested) continue;
                double value = 0;
                for (int i = 0; i < 4; i++) value += (double)give[i] * line[i].value;
                if (value > best) best = value;
            }
    return best;
}

TEST(above_minima_and_floors_no_other_sharing_is_worth_more) {
    Rng rng = rng_of(5);
    for (int round = 0; round < 300; round++) {
        AllocateLine line[4];
        int64_t least[4], got[4];
        int64_t demand = 0;
        for (int i = 0; i < 4; i++) {
            line[i] = (AllocateLine){ .requested = 4 + (int64_t)rng_below(&rng, 9), .minimum = (int64_t)rng_below(&rng, 4), .value = (double)rng_below(&rng, 5) };
            int64_t floor = line[i].requested / 4;
            least[i] = line[i].minimum > floor ? line[i].minimum : floor;
            demand += line[i].requested;
        }
        int64_t supply = sum_of(least, 4) + (int64_t)rng_below(&rng, (uint64_t)(demand - sum_of(least, 4) + 1));
        allocate(ALLOCATE_MARGIN_AWARE, supply, FLOOR, line, 4, got);
        double value = 0;
        for (int i = 0; i < 4; i++) value += (double)got[i] * line[i].value;
        CHECK_NEAR(value, best_of(line, least, 4, supply), 1e-9);
    }
}

TEST(first_come_is_first_served) {
    AllocateLine line[] = { { 5, 0, 0 }, { 5, 4, 9 }, { 5, 0, 9 } };
    int64_t got[3];
    allocate(ALLOCATE_FIRST_COME, 7, FLOOR, line, 3, got);
    CHECK(got[0] == 5 && got[1] == 2 && got[2] == 0);
}

TEST(quantities_at_the_edge_of_what_is_told_are_shared_exactly) {
    int64_t huge = (int64_t)1 << 60, got[3];
    AllocateLine line[] = { { huge, 0, 1 }, { huge, huge / 2, 1 }, { huge, 0, 2 } };
    for (AllocateRule rule = 0; rule < ALLOCATE_RULES_; rule++) {
        allocate(rule, 2 * huge - 1, FLOOR, line, 3, got);
        CHECK_EQ(sum_of(got, 3), 2 * huge - 1);
    }
}
