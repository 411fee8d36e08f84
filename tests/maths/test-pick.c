/* Choosing among candidates: luck alone changes little, a gain of the whole class is found, and so is one item that differs from its class. */
#include "base/rng.h"
#include "maths/pick.h"
#include "tests/test.h"

enum { ITEMS = 400, CANDIDATES = 4 };

/* Every item costs 10; candidate k truly gains `gain[k]`, and both halves see it with noise of `se`. */
static void world_make(Rng *rng, const double gain[CANDIDATES], double se, PickItem out[ITEMS]) {
    for (int i = 0; i < ITEMS; i++) {
        out[i] = (PickItem){ .told = true, .can = 0xf, .cost = 10 };
        for (int k = 1; k < CANDIDATES; k++) {
            out[i].gain[k] = rng_normal(rng, gain[k], se);
            out[i].check[k] = rng_normal(rng, gain[k], se);
            out[i].gain_se[k] = out[i].check_se[k] = se;
        }
    }
}

TEST(where_nothing_gains_luck_changes_little_and_costs_nothing) {
    Rng rng = rng_of(7);
    PickItem item[ITEMS];
    PickClass class[1];
    Pick pick[ITEMS];
    world_make(&rng, (double[]){ 0, 0, -1, -2 }, 1, item);
    pick_all(item, ITEMS, 1, CANDIDATES, class, pick);
    double lost = 0;
    int changed = 0;
    for (int i = 0; i < ITEMS; i++) {
        lost += pick[i].candidate > 1 ? pick[i].candidate - 1 : 0;
        changed += pick[i].candidate != 0;
    }
    CHECK(changed < ITEMS / 5);
    CHECK(lost < 0.005 * 10 * ITEMS);                 /* truth, not what the halves said */
}

TEST(a_gain_of_the_whole_class_is_taken_also_by_items_too_noisy_or_too_young_to_tell) {
    Rng rng = rng_of(8);
    PickItem item[ITEMS];
    PickClass class[1];
    Pick pick[ITEMS];
    world_make(&rng, (double[]){ 0, 0, 1, 0.2 }, 2, item);
    item[0] = (PickItem){ .can = 0xf };
    item[1] = (PickItem){ .can = 1 << 1 };
    pick_all(item, ITEMS, 1, CANDIDATES, class, pick);
    int right = 0;
    for (int i = 0; i < ITEMS; i++) right += pick[i].candidate == 2;
    CHECK_EQ(class[0].candidate, 2);
    CHECK(right > ITEMS * 8 / 10);
    CHECK(pick[0].candidate == 2 && pick[0].because == PICK_CLASS);
    CHECK(pick[1].candidate == 0 && pick[1].because == PICK_NOW);     /* it has no candidate 2 to take */
}

TEST(an_item_that_differs_surely_is_chosen_for_by_its_own_and_one_that_the_class_would_harm_is_spared) {
    Rng rng = rng_of(9);
    PickItem item[ITEMS];
    PickClass class[1];
    Pick pick[ITEMS];
    world_make(&rng, (double[]){ 0, 0, 1, -1 }, 0.3, item);
    item[5].gain[3] = item[5].check[3] = 6;
    item[6].gain[2] = item[6].check[2] = -6;
    pick_all(item, ITEMS, 1, CANDIDATES, class, pick);
    CHECK(pick[5].candidate == 3 && pick[5].because == PICK_OWN);
    CHECK(pick[6].candidate == 0 && pick[6].because == PICK_NOW);
    CHECK(pick[7].candidate == 2);
}

TEST(what_may_not_be_chosen_is_not_and_a_gain_that_the_later_part_denies_is_not_believed) {
    PickItem item[2] = { { .told = true, .can = 1 << 1, .cost = 10, .gain = { 0, 0, 5 }, .check = { 0, 0, 5 } },
                         { .told = true, .can = 1 << 1, .cost = 10, .gain = { 0, 5 }, .gain_se = { 0, 0.1 }, .check = { 0, -5 }, .check_se = { 0, 0.1 } } };
    PickClass class[1];
    Pick pick[2];
    pick_all(item, 2, 1, 3, class, pick);
    CHECK(pick[0].candidate == 0 && pick[1].candidate == 0);
}
