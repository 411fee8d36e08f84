/* A week in which everything sold half as much again as usual is hardly news of one item's level; the same week of one item alone is. */
#include <stdio.h>

#include "plan/yard.h"
#include "tests/test.h"

enum { OTHERS = 50, WEEKS = 110, ODD = WEEKS - 2 };     /* two years: half of what one of them did is taken for the season */

/* All sell about 20 a week, and half as much again in the odd one: nobody, A alone, or all of them. */
typedef enum OddFor { NOBODY, A_ALONE, ALL } OddFor;

static double level_of_a(OddFor odd_for, double *out_factor) {
    own(yard_end) Yard *yard = yard_begin();
    int32_t from = yard_day("2026-11-02") - 7 * WEEKS;
    yard_policy(yard, "{\"policy\":1,\"name\":\"shocks\",\"currency\":\"USD\",\"bucket\":\"week\",\"service\":{\"default\":0.95},\"review_days\":7,"
                      "\"costs\":{\"order_cost\":2000},\"queue\":{\"least_rank\":0},\"tiers\":[{\"id\":\"R9\",\"when\":{},\"tier\":\"review\"}]}");
    yard_masters(yard);
    yard_orders(yard, "A", "P", from, yard_day("2026-10-20"), 14, 10, 56);
    yard_fact(yard, "stock item=A place=P as_of_day=2026-11-01 on_hand=3");
    for (int i = 0; i <= OTHERS; i++) {
        Rng rng = rng_of((uint64_t)i + 1);
        char run[WEEKS * 12], item[8] = "A", *end = run;
        if (i > 0) {
            snprintf(item, sizeof item, "O%d", i);
            yard_factf(yard, "item item=%s price=5 currency=USD", item);
        }
        for (int w = 0; w < WEEKS; w++) {
            bool odd = w == ODD && (odd_for == ALL || (odd_for == A_ALONE && i == 0));
            end += sprintf(end, "%s%d", w ? "," : "", (int)rng_poisson(&rng, odd ? 30 : 20));
        }
        yard_factf(yard, "sales item=%s place=P from_day=%s bucket_days=7 run=%s", item, yard_day_text(yard, from), run);
    }
    yard_put(yard);
    own(plan_end) Plan *plan = yard_plan(yard, "2026-11-02");
    Assessment *a = yard_assess(yard, plan, "A");
    int64_t odd = from / 7 + ODD - plan->shocks.from;
    CHECK(plan->shocks.count == 0 || (odd >= 0 && odd < plan->shocks.count));
    *out_factor = plan->shocks.count ? (double)plan->shocks.factor[odd] : 1;
    return a->picture.demand.level;
}

TEST(a_week_that_was_odd_for_everybody_hardly_moves_a_level) {
    double factor[3], level[3];
    for (int k = 0; k < 3; k++) level[k] = level_of_a((OddFor)k, &factor[k]);
    CHECK_NEAR(factor[NOBODY], 1, 0.05);
    CHECK_NEAR(factor[A_ALONE], 1, 0.05);
    CHECK_NEAR(factor[ALL], 1.25, 0.15);
    CHECK(level[A_ALONE] > level[NOBODY] + 0.3);
    CHECK(level[ALL] < level[NOBODY] + 0.6 * (level[A_ALONE] - level[NOBODY]));
}
