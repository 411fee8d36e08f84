/* What forecasts of an assortment missed by in its past is room in the next order of each of its items, told as a term. */
#include <stdio.h>
#include <string.h>

#include "base/decimal.h"
#include "plan/yard.h"
#include "tests/test.h"

enum { OTHERS = 70, WEEKS = 48 };

/* A sells 28 a week, always. The others sell 20, and where they are moving a quarter to four times that, drawn anew every 8 to 20 weeks: seldom enough to look
 * steady for a while. An order covers eight weeks and more. */
static Plan *planned(Yard *yard, bool moving) {
    Rng rng = rng_of(7);
    int32_t from = yard_day("2026-11-02") - 7 * WEEKS;
    yard_policy(yard, "{\"policy\":1,\"name\":\"misses\",\"currency\":\"USD\",\"bucket\":\"week\",\"service\":{\"default\":0.95},\"review_days\":56,"
                      "\"costs\":{\"order_cost\":2000},\"queue\":{\"least_rank\":0},\"tiers\":[{\"id\":\"R9\",\"when\":{},\"tier\":\"review\"}]}");
    yard_masters(yard);
    yard_history(yard, "A", "P", from, yard_day("2026-11-02"), 4);
    yard_orders(yard, "A", "P", from, yard_day("2026-10-20"), 14, 10, 56);
    yard_fact(yard, "stock item=A place=P as_of_day=2026-11-01 on_hand=3");
    for (int i = 0; i < OTHERS; i++) {
        int rate = 20, until = 0;
        char run[WEEKS * 12], *end = run;
        for (int w = 0; w < WEEKS; w++) {
            if (moving && w == until) {
                rate = 5 << rng_below(&rng, 5);
                until += 8 + (int)rng_below(&rng, 13);
            }
            end += sprintf(end, "%s%d", w ? "," : "", (int)rng_poisson(&rng, rate));
        }
        yard_factf(yard, "item item=O%d price=5 currency=USD", i);
        yard_factf(yard, "sales item=O%d place=P from_day=%s bucket_days=7 run=%s", i, yard_day_text(yard, from), run);
    }
    yard_put(yard);
    return yard_plan(yard, "2026-11-02");
}

static int64_t term_of(const Case *c, const char *code) {
    for (int i = 0; i < c->terms_count; i++)
        if (strcmp(c->terms[i].code, code) == 0) return c->terms[i].qty;
    return 0;
}

TEST(what_forecasts_of_others_missed_by_is_room_that_is_told) {
    double own[2];
    for (int moving = 0; moving < 2; moving++) {
        own(yard_end) Yard *yard = yard_begin();
        own(plan_end) Plan *plan = planned(yard, moving);
        Assessment *a = yard_assess(yard, plan, "A");
        RowId id;
        Case c = yard_case(yard, "A", "P", CASE_BUY, &id);
        CHECK(plan->misses.misses > 3 * OTHERS);
        CHECK_EQ(case_terms_sum(&c), c.action.qty);
        if (moving) CHECK(term_of(&c, "surprises") != 0);
        own[moving] = a->picture.demand.own_miss;
    }
    CHECK(own[0] < 0.01);
    CHECK(own[1] > 0.03);
}
