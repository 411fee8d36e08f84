/* Forecasts told again at past days know nothing of what came later, and what a case froze is held against what came. */
#include "base/decimal.h"
#include "plan/yard.h"
#include "tests/test.h"

static ItemTold told_of_a(Yard *yard, Plan *plan) {
    Why why = { 0 };
    ItemTold told;
    CHECK_OK(plan_told(plan, yard->work, yard_item(yard, "A"), yard_place(yard, "P"), &told, &why));
    return told;
}

TEST(a_week_is_told_as_it_was_known_then) {
    own(yard_end) Yard *yard = yard_begin();
    int32_t today = yard_day("2026-11-02"), turn = today - 6 * 7;
    yard_masters(yard);
    yard_history(yard, "A", "P", yard_day("2025-09-01"), turn, 5);
    yard_history(yard, "A", "P", turn, today, 40);
    yard_fact(yard, "stock item=A place=P as_of_day=2026-11-01 on_hand=4000");
    yard_put(yard);
    own(plan_end) Plan *plan = yard_look(yard, "2026-11-02");
    ItemTold told = told_of_a(yard, plan);
    CHECK_EQ(told.period_days, 7);
    CHECK_EQ(told.periods_count, TOLD_PERIODS);
    const ToldPeriod *last = &told.periods[told.periods_count - 1], *first_after = last - 5;
    CHECK_EQ(first_after->from_day, turn);
    CHECK_EQ(first_after->came, 280 * MICRO);
    CHECK_EQ(first_after[-1].came, 35 * MICRO);
    for (int k = 0; k < TOLD_AHEADS; k++) CHECK_NEAR(micro_to_double(first_after->told[k].mean), 35, 6);   /* nobody could know */
    CHECK_NEAR(micro_to_double(last->told[2].mean), 35, 6);  /* eight weeks before it was not known either */
    CHECK(micro_to_double(last->told[0].mean) > 100);        /* a week before it was */
    for (int i = 0; i < told.periods_count; i++)
        for (int k = 0; k < TOLD_AHEADS; k++) CHECK(told.periods[i].told[k].told && told.periods[i].told[k].p10 <= told.periods[i].told[k].p90);
    CHECK_EQ(told.score[0].periods, TOLD_PERIODS);
    CHECK(told.score[2].bias_ppm < -500000);                 /* far too low */
    CHECK(told.score[0].error_ppm < told.score[2].error_ppm);
    double off = 0, came = 0;
    for (int i = 0; i < told.periods_count; i++) {
        off += (double)(told.periods[i].told[1].mean - told.periods[i].came);
        came += (double)told.periods[i].came;
    }
    CHECK_NEAR(micro_to_double(told.score[1].bias_ppm), off / came, 1e-6);
}

TEST(weeks_before_there_was_a_history_are_not_told) {
    own(yard_end) Yard *yard = yard_begin();
    int32_t today = yard_day("2026-11-02");
    yard_masters(yard);
    yard_history(yard, "A", "P", today - 10 * 7, today, 5);
    yard_put(yard);
    own(plan_end) Plan *plan = yard_look(yard, "2026-11-02");
    ItemTold told = told_of_a(yard, plan);
    CHECK(told.periods_count >= 9 && told.periods_count <= 10);
    CHECK(!told.periods[0].told[0].told);
    CHECK(told.periods[told.periods_count - 1].told[0].told);
    CHECK(told.score[2].periods < told.score[0].periods);
    CHECK_EQ(told.frozen_count, 0);
}

TEST(what_a_case_froze_is_held_against_what_came_since) {
    own(yard_end) Yard *yard = yard_begin();
    int32_t day = yard_day("2026-09-07");
    yard_masters(yard);
    yard_history(yard, "A", "P", yard_day("2026-01-01"), day, 4);
    yard_orders(yard, "A", "P", yard_day("2026-01-05"), day - 10, 7, 10, 28);
    yard_fact(yard, "stock item=A place=P as_of_day=2026-09-06 on_hand=10");
    yard_put(yard);
    own(plan_end) Plan *plan = yard_plan(yard, "2026-09-07");
    ItemTold at_once = told_of_a(yard, plan);
    CHECK_EQ(at_once.frozen_count, 1);
    CHECK_EQ(at_once.frozen[0].came, CASE_NONE);             /* its first day is still to come */
    CHECK(!at_once.frozen[0].over);
    yard_history(yard, "A", "P", day, day + 56, 8);
    yard_put(yard);
    CHECK(yard_step(yard, plan, "2026-11-02").step.v != 0);
    ItemTold told = told_of_a(yard, plan);
    CHECK(told.frozen_count >= 1);
    const ToldFrozen *oldest = &told.frozen[told.frozen_count - 1];
    CHECK_EQ(oldest->from_day, day);
    CHECK(oldest->over);
    CHECK_EQ(oldest->told, at_once.frozen[0].told);
    CHECK_NEAR(micro_to_double(oldest->told), 4 * (oldest->until_day - day), 4);
    CHECK_EQ(oldest->came, (int64_t)8 * (oldest->until_day - day) * MICRO);
}
