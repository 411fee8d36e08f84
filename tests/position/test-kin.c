/* Supersession: what replaces an item carries on its demand, its customers and its stock. */
#include <stdlib.h>
#include <string.h>

#include "base/decimal.h"
#include "base/time.h"
#include "plan/yard.h"
#include "tests/test.h"

/* A sold four a day for two years until the first of October; B sells ever since. `link` ties them. */
static void switched(Yard *yard, const char *link, int old_stock, int new_stock) {
    yard_masters(yard);
    yard_factf(yard, "item item=A description=Thing-A price=10 currency=USD tier=A lifecycle=active version=2 %s", link);
    yard_history(yard, "A", "P", yard_day("2025-06-02"), yard_day("2026-10-01"), 4);
    yard_history(yard, "B", "P", yard_day("2026-10-01"), yard_day("2026-11-02"), 4);
    yard_orders(yard, "A", "P", yard_day("2025-06-02"), yard_day("2026-08-20"), 14, 10, 56);
    yard_factf(yard, "stock item=A place=P as_of_day=2026-11-01 on_hand=%d", old_stock);
    yard_factf(yard, "stock item=B place=P as_of_day=2026-11-01 on_hand=%d", new_stock);
    yard_put(yard);
}

TEST(a_successor_inherits_the_demand_of_what_it_replaces) {
    own(yard_end) Yard *yard = yard_begin();
    switched(yard, "successor=B", 0, 10);
    own(plan_end) Plan *plan = yard_plan(yard, "2026-11-02");
    Assessment *a = yard_assess(yard, plan, "B");
    CHECK(a->picture.fold.observed > 70);                    /* weeks of both, not five of its own */
    double sum = 0;
    for (int b = 0; b < a->picture.fold.buckets; b++) sum += a->picture.fold.value[b];
    CHECK(__builtin_fabs(sum / a->picture.fold.buckets - 28) < 0.5);
    CHECK(!(a->estimate.flags & (CASE_FLAG_BIT(NEW_ITEM) | CASE_FLAG_BIT(SHORT_HISTORY))));
    CHECK(yard_has_case(yard, "B", "P", CASE_BUY, ""));
}

TEST(the_quantity_factor_counts_one_old_as_so_many_new) {
    own(yard_end) Yard *yard = yard_begin();
    switched(yard, "successor=B factor=10", 7, 10);
    own(plan_end) Plan *plan = yard_plan(yard, "2026-11-02");
    Assessment *a = yard_assess(yard, plan, "B");
    CHECK(__builtin_fabs(a->picture.fold.value[10] - 280) < 1e-9);
    CHECK_EQ(a->picture.position.on_hand, 80 * MICRO);       /* ten of its own, and seven for ten each */
    Assessment *old = yard_assess(yard, plan, "A");
    CHECK(__builtin_fabs(old->picture.fold.value[old->picture.fold.buckets - 1] - 2.8) < 1e-9);   /* what the new one sold lately, in old ones */
}

/* What the line needs for itself: its supplier's minimum may add to it. */
static int64_t own_qty(const Case *c) { return c->action.qty - c->action.order.to_minimum - c->action.order.to_load; }

/* To the pack of six: a shelf that is told empty also says a little less of demand. */
static bool about(int64_t qty, int64_t units) { return llabs(qty - units * MICRO) <= 6 * MICRO; }

static int64_t term_of(const Case *c, const char *code) {
    for (int i = 0; i < c->terms_count; i++)
        if (strcmp(c->terms[i].code, code) == 0) return c->terms[i].qty;
    return 0;
}

TEST(the_old_items_stock_and_orders_are_used_up_first_and_it_is_not_bought_again) {
    int64_t qty[2];
    for (int with = 0; with < 2; with++) {
        own(yard_end) Yard *yard = yard_begin();
        switched(yard, "successor=B", with ? 24 : 0, 4);
        if (with) {
            yard_fact(yard, "po-line doc=PO-OLD line=1 supplier=S item=A place=P qty=12 price=10 order_day=2026-10-28 promised_day=2026-11-08 status=open");
            yard_put(yard);
        }
        own(plan_end) Plan *plan = yard_plan(yard, "2026-11-02");
        Case c = yard_case(yard, "B", "P", CASE_BUY, NULL);
        CHECK_EQ(case_terms_sum(&c), c.action.qty);
        qty[with] = own_qty(&c);
        CHECK_EQ(term_of(&c, "on-hand"), with ? -28 * MICRO : -4 * MICRO);
        CHECK_EQ(term_of(&c, "on-order"), with ? -12 * MICRO : 0);
        CHECK(!yard_has_case(yard, "A", "P", CASE_BUY, ""));
    }
    CHECK(about(qty[0] - qty[1], 36));                       /* 24 there and 12 coming */
}

TEST(customers_of_the_old_item_are_served_by_the_new_one) {
    own(yard_end) Yard *yard = yard_begin();
    switched(yard, "successor=B", 0, 4);
    yard_fact(yard, "order-line doc=W1 line=1 customer=C item=A place=P qty=300 order_day=2026-10-20 requested_day=2026-10-22 status=open");
    yard_put(yard);
    own(plan_end) Plan *plan = yard_plan(yard, "2026-11-02");
    CHECK(yard_case(yard, "B", "P", CASE_BUY, NULL).action.qty >= 296 * MICRO);
    CHECK(!yard_has_case(yard, "A", "P", CASE_FIX_DATA, "owed-but-ending"));
}

TEST(without_the_link_each_stands_alone) {
    own(yard_end) Yard *yard = yard_begin();
    switched(yard, "group=bearings", 24, 4);
    own(plan_end) Plan *plan = yard_plan(yard, "2026-11-02");
    Assessment *a = yard_assess(yard, plan, "B");
    CHECK(a->picture.fold.observed < 6);
    CHECK_EQ(a->picture.position.on_hand, 4 * MICRO);
}

TEST(a_successor_that_is_not_stocked_here_is_asked_for) {
    own(yard_end) Yard *yard = yard_begin();
    switched(yard, "successor=NEW", 3, 4);
    own(plan_end) Plan *plan = yard_plan(yard, "2026-11-02");
    CHECK(yard_has_case(yard, "A", "P", CASE_FIX_DATA, "no-successor-stock"));
}

TEST(two_items_that_replace_each_other_are_a_doubt) {
    own(yard_end) Yard *yard = yard_begin();
    yard_fact(yard, "item item=B description=Thing-B price=10 currency=USD tier=A successor=A version=3");
    switched(yard, "successor=B", 3, 4);
    own(plan_end) Plan *plan = yard_plan(yard, "2026-11-02");
    CHECK(yard_has_case(yard, "A", "P", CASE_FIX_DATA, "no-successor-stock"));
}

TEST(three_generations_and_two_old_items_for_one_new_are_one_family) {
    own(yard_end) Yard *yard = yard_begin();
    yard_masters(yard);
    yard_fact(yard, "item item=Z price=10 currency=USD successor=A factor=2");
    yard_fact(yard, "item item=A price=10 currency=USD successor=B factor=3 version=2");
    yard_fact(yard, "item item=D price=10 currency=USD successor=B version=2");
    yard_history(yard, "B", "P", yard_day("2026-06-01"), yard_day("2026-11-02"), 1);
    static const struct { const char *item; int stock; } told[] = { { "Z", 1 }, { "A", 1 }, { "D", 1 }, { "B", 1 } };
    for (int i = 0; i < 4; i++) yard_factf(yard, "stock item=%s place=P as_of_day=2026-11-01 on_hand=%d", told[i].item, told[i].stock);
    yard_put(yard);
    own(plan_end) Plan *plan = yard_plan(yard, "2026-11-02");
    CHECK_EQ(yard_assess(yard, plan, "B")->picture.position.on_hand, (1 + 1 + 3 + 6) * MICRO);
}

TEST(a_change_at_the_old_item_refreshes_the_new_one) {
    own(yard_end) Yard *yard = yard_begin();
    switched(yard, "successor=B", 24, 4);
    own(plan_end) Plan *plan = yard_plan(yard, "2026-11-02");
    Case c = yard_case(yard, "B", "P", CASE_BUY, NULL);
    int64_t before = own_qty(&c);
    yard_fact(yard, "count doc=C1 line=1 item=A place=P on_hand=0 as_of_day=2026-11-01");
    yard_put(yard);
    yard_step(yard, plan, "2026-11-02");
    c = yard_case(yard, "B", "P", CASE_BUY, NULL);
    CHECK_EQ(term_of(&c, "on-hand"), -4 * MICRO);
    CHECK(about(own_qty(&c) - before, 24));
}
