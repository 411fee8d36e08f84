/* What forecasts of an assortment missed by in its past is room in the next order of each of its items, told as a term. */
#include <stdio.h>
#include <string.h>

#include "base/decimal.h"
#include "base/time.h"
#include "estimate/misses.h"
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

/* Slow items: a sale every one or two weeks over a year, most of them small and some large. `told_by_week`: as many again whose sales are told by the week. */
static Plan *slow(Yard *yard, bool told_by_week) {
    Rng rng = rng_of(11);
    int32_t today = yard_day("2026-11-02"), from = today - 52 * 7;
    yard_policy(yard, "{\"policy\":1,\"name\":\"slow\",\"currency\":\"USD\",\"bucket\":\"day\",\"queue\":{\"least_rank\":0},\"tiers\":[{\"id\":\"R9\",\"when\":{},\"tier\":\"review\"}]}");
    yard_masters(yard);
    for (int i = 0; i < OTHERS; i++) {
        yard_factf(yard, "item item=O%d price=%d currency=USD", i, 2 + i % 9);
        for (int32_t day = from, n = 0; day < today; day += 7 + (int)rng_below(&rng, 9), n++) {
            int units = rng_below(&rng, 5) ? 1 + (int)rng_below(&rng, 3) : 20 + (int)rng_below(&rng, 30);
            const char *text = yard_day_text(yard, day);
            yard_factf(yard, "order-line doc=D%d-%d line=1 item=O%d place=P qty=%d order_day=%s requested_day=%s status=shipped", i, n, i, units, text, text);
        }
    }
    for (int i = 0; told_by_week && i < OTHERS; i++) {
        char run[52 * 12], *end = run;
        for (int w = 0; w < 52; w++) end += sprintf(end, "%s%d", w ? "," : "", (int)rng_poisson(&rng, 20));
        yard_factf(yard, "item item=W%d price=5 currency=USD", i);
        yard_factf(yard, "sales item=W%d place=P from_day=%s bucket_days=7 run=%s", i, yard_day_text(yard, day_monday(from)), run);
    }
    yard_put(yard);
    return yard_look(yard, "2026-11-02");
}

/* What they are told with today, they are told with again: slow items lean on the sizes of all. */
TEST(what_slow_items_missed_by_is_told_with_the_sizes_that_are_known) {
    own(yard_end) Yard *yard = yard_begin();
    own(plan_end) Plan *plan = slow(yard, false);
    Context alone = plan->context;
    DemandMisses leaning, own;
    CHECK(alone.sizes != NULL);
    alone.sizes = NULL;
    misses_fit(&(MissesInput){ &plan->context, plan->threads }, &leaning);
    misses_fit(&(MissesInput){ &alone, plan->threads }, &own);
    CHECK(leaning.misses > OTHERS && own.misses > OTHERS);
    CHECK(memcmp(&leaning, &own, sizeof own) != 0);
}

TEST(sums_of_days_and_of_weeks_are_not_held_against_each_other) {
    int misses[2];
    for (int by_week = 0; by_week < 2; by_week++) {
        own(yard_end) Yard *yard = yard_begin();
        own(plan_end) Plan *plan = slow(yard, by_week);
        misses[by_week] = plan->misses.misses;
    }
    CHECK(misses[0] > OTHERS);
    CHECK_EQ(misses[0], misses[1]);
}

/* Among slow items whose rates stand still, one sells four times as often for two months: its level goes back most of the way, and says so. */
TEST(a_level_that_ran_from_its_long_history_goes_back_and_says_so) {
    own(yard_end) Yard *yard = yard_begin();
    own(plan_end) Plan *before = slow(yard, false);
    int32_t today = yard_day("2026-11-02");
    yard_fact(yard, "item item=X price=5 currency=USD");
    for (int32_t day = today - 52 * 7, n = 0; day < today; day += day < today - 60 ? 12 : 3, n++) {
        const char *text = yard_day_text(yard, day);
        yard_factf(yard, "order-line doc=X%d line=1 item=X place=P qty=2 order_day=%s requested_day=%s status=shipped", n, text, text);
    }
    yard_put(yard);
    own(plan_end) Plan *plan = yard_look(yard, "2026-11-02");
    Assessment *a = yard_assess(yard, plan, "X");
    const Picture *p = &a->picture;
    CHECK(plan->misses.revert.cases > OTHERS);
    CHECK(p->kept < 0.8);
    CHECK(p->recent_level > 1.3 * p->demand.long_level);
    CaseNote note[SENSE_NOTES_MOST];
    int said = 0;
    for (int i = sense_notes(&plan->context, p, yard->work, note) - 1; i >= 0; i--) said += strcmp(note[i].code, "lasting") == 0 && strstr(note[i].text, "of the difference is taken to stay");
    CHECK_EQ(said, 1);
    Context alone = plan->context;
    alone.misses = NULL;
    Assessment *own = new_in(yard->work, Assessment);
    spot_assess(&alone, p->spot, NULL, yard->work, own);
    CHECK(own->picture.kept == 1 && own->picture.demand.level > p->demand.level);
}
