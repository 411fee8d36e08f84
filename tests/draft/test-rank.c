/* What rank promises (domain notes 5): never below zero, nothing where waiting is free, more where less can be done later, and not a matter of how
 * things are written down. Its currency is in test-money.c. */
#include "base/decimal.h"
#include "base/time.h"
#include "plan/yard.h"
#include "tests/test.h"

static void steady(Yard *yard, int on_hand) {
    yard_masters(yard);
    yard_history(yard, "A", "P", yard_day("2026-01-01"), yard_day("2026-11-02"), 4);
    yard_orders(yard, "A", "P", yard_day("2026-01-01"), yard_day("2026-10-20"), 14, 10, 56);
    yard_factf(yard, "stock item=A place=P as_of_day=2026-11-01 on_hand=%d", on_hand);
}

/* What planning says of A at P on a day, after taking in what was told so far. */
static Estimate looked(Yard *yard, const char *today) {
    yard_put(yard);
    own(plan_end) Plan *plan = yard_look(yard, today);
    plan->context.fill = NULL;                               /* for itself: what is added to reach a minimum is the order's affair */
    Assessment *a = yard_assess(yard, plan, "A");
    return a->estimate;
}

TEST(rank_is_never_below_zero_and_never_above_what_is_at_stake) {
    static const int stocks[] = { 0, 5, 20, 40, 60, 70, 80, 100, 150, 400 };
    for (size_t i = 0; i < sizeof stocks / sizeof stocks[0]; i++) {
        own(yard_end) Yard *yard = yard_begin();
        steady(yard, stocks[i]);
        Estimate e = looked(yard, "2026-11-02");
        if (e.qty == 0) continue;
        CHECK(e.rank >= 0);
        CHECK(e.stake >= e.rank);
    }
}

TEST(less_stock_is_worth_more_to_act_on_until_it_is_too_late_to_help) {
    double before = -1;
    for (int stock = 90; stock >= 40; stock -= 10) {         /* ten days of four: below forty nothing ordered now comes in time for all */
        own(yard_end) Yard *yard = yard_begin();
        steady(yard, stock);
        Estimate e = looked(yard, "2026-11-02");
        double rank = e.qty > 0 ? e.rank : 0;
        CHECK(rank >= before - 1e-9);
        before = rank;
    }
    CHECK(before > 0);
}

TEST(where_waiting_is_free_rank_is_nothing) {
    int seen = 0;
    for (int stock = 74; stock <= 100; stock++) {
        own(yard_end) Yard *yard = yard_begin();
        steady(yard, stock);
        yard_fact(yard, "item-place item=A place=P supplier=S review_days=7 service_target=0.9999 version=2");
        Estimate e = looked(yard, "2026-11-02");
        if (e.qty == 0 || e.p1 > 0.02) continue;             /* the next order comes in time as well */
        CHECK(e.rank == 0);
        seen++;
    }
    CHECK(seen > 0);
}

/* The supplier takes orders on Mondays only; closed weeks move the next chance away. */
TEST(rank_rises_as_the_next_chance_to_order_moves_away) {
    static const char *const closed_to[] = { NULL, "2026-11-15", "2026-11-22", "2026-11-29" };
    double before = -1;
    for (size_t i = 0; i < 4; i++) {
        own(yard_end) Yard *yard = yard_begin();
        steady(yard, 55);
        yard_fact(yard, "supplier supplier=S description=Smith currency=USD weekdays=1000000 review_days=7 version=2");
        if (closed_to[i]) yard_factf(yard, "calendar supplier=S from_day=2026-11-03 to_day=%s", closed_to[i]);
        Estimate e = looked(yard, "2026-11-02");
        CHECK_EQ(e.order_day, yard_day("2026-11-02"));
        CHECK(e.rank > before);
        before = e.rank;
    }
}

/* Nobody acts, and what is on the shelf sells as expected: the closer the day of the order, the more is lost by missing it. */
TEST(rank_rises_toward_the_cut_off) {
    double before = -1;
    for (int32_t day = yard_day("2026-11-03"); day <= yard_day("2026-11-09"); day += 2) {
        own(yard_end) Yard *yard = yard_begin();
        yard_masters(yard);
        yard_history(yard, "A", "P", yard_day("2026-01-01"), day, 4);
        yard_orders(yard, "A", "P", yard_day("2026-01-01"), yard_day("2026-10-20"), 14, 10, 56);
        yard_fact(yard, "supplier supplier=S description=Smith currency=USD weekdays=1000000 review_days=7 version=2");
        yard_factf(yard, "stock item=A place=P as_of_day=%s on_hand=%d", yard_day_text(yard, day - 1), 80 - 4 * (day - yard_day("2026-11-03")));
        Estimate e = looked(yard, yard_day_text(yard, day));
        CHECK_EQ(e.order_day, yard_day("2026-11-09"));
        CHECK(e.rank >= before * 0.98);                      /* the fit moves with each day of history */
        before = e.rank;
    }
    CHECK(before > 0);
}

/* Asked of two stores that say the same in other rows. */
static void same_rank(Yard *left, Yard *right) {
    Estimate a = looked(left, "2026-11-02"), b = looked(right, "2026-11-02");
    CHECK(a.rank > 0);
    CHECK(__builtin_fabs(a.rank - b.rank) < 1e-9 * a.rank);
    CHECK(__builtin_fabs(a.stake - b.stake) < 1e-9 * a.stake);
    CHECK_EQ(a.qty, b.qty);
}

TEST(splitting_who_waits_into_more_lines_changes_nothing) {
    own(yard_end) Yard *one = yard_begin(), *many = yard_begin();
    steady(one, 15);
    steady(many, 15);
    yard_fact(one, "order-line doc=W line=1 customer=C item=A place=P qty=60 order_day=2026-10-23 requested_day=2026-10-23 status=open");
    for (int i = 0; i < 6; i++) yard_factf(many, "order-line doc=W line=%d customer=C item=A place=P qty=10 order_day=2026-10-23 requested_day=2026-10-23 status=open", i + 1);
    yard_fact(one, "exceptional ref_doc=W ref_line=1 status=marked");    /* a one-off either way: what is forecast is not the question here */
    for (int i = 0; i < 6; i++) yard_factf(many, "exceptional ref_doc=W ref_line=%d status=marked", i + 1);
    same_rank(one, many);
}

TEST(splitting_what_comes_into_more_lines_changes_nothing) {
    own(yard_end) Yard *one = yard_begin(), *many = yard_begin();
    steady(one, 15);
    steady(many, 15);
    yard_fact(one, "po-line doc=PO1 line=1 supplier=S item=A place=P qty=24 price=10 order_day=2026-10-28 promised_day=2026-11-09 status=open");
    for (int i = 0; i < 2; i++) yard_factf(many, "po-line doc=PO1 line=%d supplier=S item=A place=P qty=12 price=10 order_day=2026-10-28 promised_day=2026-11-09 status=open", i + 1);
    same_rank(one, many);
}

/* Two item-places that are alike are each worth what one is: nothing is lost or won by how an exposure is cut. */
TEST(the_rank_of_one_item_does_not_depend_on_another) {
    own(yard_end) Yard *one = yard_begin(), *two = yard_begin();
    steady(one, 30);
    steady(two, 30);
    yard_history(two, "B", "Q", yard_day("2026-01-01"), yard_day("2026-11-02"), 9);
    yard_fact(two, "stock item=B place=Q as_of_day=2026-11-01 on_hand=1");
    same_rank(one, two);
}
