/* Every way from an item-place to no case that would hide something: what is owed to customers is never met with silence. */
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

/* `lines` open lines of `qty` each, wanted on `day`. */
static void owed(Yard *yard, int lines, int qty, const char *day) {
    for (int i = 0; i < lines; i++)
        yard_factf(yard, "order-line doc=OPEN-%s-%d line=1 customer=C item=A place=P qty=%d order_day=%s requested_day=%s status=open", day, i, qty, day, day);
}

static void planned(Yard *yard) {
    yard_put(yard);
    own(plan_end) Plan *plan = yard_plan(yard, "2026-11-02");
}

TEST(a_backlog_of_any_size_gives_a_buy_case) {
    static const struct { int lines, qty; } backlogs[] = { { 1, 20 }, { 1, 100 }, { 1, 600 }, { 1, 2000 }, { 10, 200 }, { 100, 20 }, { 500, 4 }, { 1, 20000 }, { 4, 500000 } };
    for (size_t i = 0; i < sizeof backlogs / sizeof backlogs[0]; i++) {
        own(yard_end) Yard *yard = yard_begin();
        steady(yard, 15);
        owed(yard, backlogs[i].lines, backlogs[i].qty, "2026-10-23");
        planned(yard);
        CHECK(yard_has_case(yard, "A", "P", CASE_BUY, ""));
        Case c = yard_case(yard, "A", "P", CASE_BUY, NULL);
        int64_t all = (int64_t)backlogs[i].lines * backlogs[i].qty;
        CHECK(c.action.qty >= (all - 15) * MICRO);
        CHECK_EQ(c.facts.backorders, all * MICRO);
        CHECK(c.rank_minor > 0);
        if (all > 400) CHECK(c.flags & CASE_FLAG_BIT(EXCEPTIONAL_DEMAND));         /* more than a quarter sells: somebody should look */
    }
}

TEST(a_longer_row_of_waiting_customers_ranks_higher) {
    int64_t before = 0;
    static const int backlogs[] = { 20, 100, 600, 2000, 20000 };
    for (size_t i = 0; i < sizeof backlogs / sizeof backlogs[0]; i++) {
        own(yard_end) Yard *yard = yard_begin();
        steady(yard, 15);
        owed(yard, 1, backlogs[i], "2026-10-23");
        planned(yard);
        Case c = yard_case(yard, "A", "P", CASE_BUY, NULL);
        CHECK(c.rank_minor > before);
        before = c.rank_minor;
    }
}

TEST(waiting_customers_count_even_where_waiting_is_said_to_cost_nothing) {
    own(yard_end) Yard *yard = yard_begin();
    yard_policy(yard, "{\"policy\":1,\"name\":\"free\",\"currency\":\"USD\",\"costs\":{\"lost_share\":0,\"wait_cost_share\":0},\"queue\":{\"least_rank\":500},"
                      "\"tiers\":[{\"id\":\"R9\",\"when\":{},\"tier\":\"review\"}]}");
    steady(yard, 15);
    owed(yard, 1, 2000, "2026-10-23");
    planned(yard);
    CHECK(yard_has_case(yard, "A", "P", CASE_BUY, ""));
}

/* An item that nothing is known of but a customer's overdue order. */
static void newcomer(Yard *yard, const char *masters) {
    yard_masters(yard);
    yard_history(yard, "B", "P", yard_day("2026-09-01"), yard_day("2026-11-02"), 4);
    yard_fact(yard, "item item=N price=10 currency=USD");
    yard_fact(yard, "order-line doc=N1 line=1 customer=C item=N place=P qty=40 order_day=2026-10-20 requested_day=2026-10-23 status=open");
    if (masters) yard_fact(yard, masters);
}

TEST(an_owed_item_that_nobody_supplies_asks_who_does) {
    own(yard_end) Yard *yard = yard_begin();
    newcomer(yard, NULL);
    yard_fact(yard, "stock item=N place=P as_of_day=2026-11-01 on_hand=0");
    planned(yard);
    CHECK(yard_has_case(yard, "N", "P", CASE_FIX_DATA, "no-supplier"));
}

TEST(an_owed_item_without_a_lead_time_asks_for_one) {
    own(yard_end) Yard *yard = yard_begin();
    newcomer(yard, "item-place item=N place=P supplier=T");
    yard_fact(yard, "stock item=N place=P as_of_day=2026-11-01 on_hand=0");
    planned(yard);
    CHECK(yard_has_case(yard, "N", "P", CASE_FIX_DATA, "no-lead-time"));
}

TEST(an_owed_item_without_a_stock_level_asks_for_one) {
    own(yard_end) Yard *yard = yard_begin();
    newcomer(yard, "item-supplier item=N supplier=T lead_days=9 price=10 currency=USD");
    planned(yard);
    CHECK(yard_has_case(yard, "N", "P", CASE_FIX_DATA, "no-stock"));
}

TEST(an_owed_item_whose_every_order_was_cancelled_asks_for_a_lead_time) {
    own(yard_end) Yard *yard = yard_begin();
    newcomer(yard, "item-place item=N place=P supplier=T");
    yard_fact(yard, "stock item=N place=P as_of_day=2026-11-01 on_hand=0");
    for (int i = 0; i < 6; i++)
        yard_factf(yard, "po-line doc=PX-%d line=1 supplier=T item=N place=P qty=10 price=10 order_day=2026-0%d-01 promised_day=2026-0%d-20 status=cancelled", i, i + 1, i + 1);
    planned(yard);
    CHECK(yard_has_case(yard, "N", "P", CASE_FIX_DATA, "no-lead-time") || yard_has_case(yard, "N", "P", CASE_BUY, ""));
}

TEST(an_owed_item_whose_terms_allow_nothing_says_so) {
    own(yard_end) Yard *yard = yard_begin();
    newcomer(yard, "item-supplier item=N supplier=T lead_days=9 price=10 currency=USD moq=100 order_most=60");
    yard_fact(yard, "stock item=N place=P as_of_day=2026-11-01 on_hand=0");
    planned(yard);
    CHECK(yard_has_case(yard, "N", "P", CASE_FIX_DATA, "limits-clash"));
    CHECK(!yard_has_case(yard, "N", "P", CASE_BUY, ""));
}

TEST(the_lot_worth_its_cost_never_forbids_an_order) {
    own(yard_end) Yard *yard = yard_begin();
    yard_policy(yard, "{\"policy\":1,\"name\":\"lots\",\"currency\":\"USD\",\"costs\":{\"order_cost\":100000},\"queue\":{\"least_rank\":1},"
                      "\"tiers\":[{\"id\":\"R9\",\"when\":{},\"tier\":\"review\"}]}");
    steady(yard, 5);
    yard_fact(yard, "item-supplier item=A supplier=S lead_days=14 moq=12 multiple=6 order_most=60 price=10 currency=USD version=2");
    planned(yard);
    Case c = yard_case(yard, "A", "P", CASE_BUY, NULL);
    CHECK_EQ(c.action.qty, 60 * MICRO);
}

TEST(who_waits_for_an_ending_item_is_told_of) {
    own(yard_end) Yard *yard = yard_begin();
    steady(yard, 3);
    yard_fact(yard, "item item=A description=Thing-A price=10 currency=USD tier=A lifecycle=phase-out version=2");
    owed(yard, 1, 30, "2026-10-23");
    planned(yard);
    CHECK(yard_has_case(yard, "A", "P", CASE_FIX_DATA, "owed-but-ending"));
    CHECK(!yard_has_case(yard, "A", "P", CASE_BUY, ""));
}

TEST(a_backlog_that_an_open_order_covers_can_be_hurried) {
    own(yard_end) Yard *yard = yard_begin();
    steady(yard, 0);
    owed(yard, 1, 100, "2026-10-23");
    yard_fact(yard, "po-line doc=PO-BIG line=1 supplier=S item=A place=P qty=900 price=10 order_day=2026-10-15 promised_day=2026-10-29 status=open");
    planned(yard);
    CHECK(!yard_has_case(yard, "A", "P", CASE_BUY, ""));
    CHECK(yard_has_case(yard, "A", "P", CASE_FIX_DATA, "customers-waiting"));
}

TEST(stock_that_covers_the_waiting_is_the_pickers_affair) {
    own(yard_end) Yard *yard = yard_begin();
    steady(yard, 400);
    owed(yard, 1, 100, "2026-10-23");
    planned(yard);
    CHECK(!yard_has_case(yard, "A", "P", CASE_FIX_DATA, "customers-waiting"));
}

TEST(orders_open_for_half_a_year_are_doubted) {
    own(yard_end) Yard *yard = yard_begin();
    steady(yard, 200);
    owed(yard, 1, 2000, "2026-03-01");
    planned(yard);
    CHECK(yard_has_case(yard, "A", "P", CASE_FIX_DATA, "old-orders"));
}

TEST(a_feed_that_never_closes_its_lines_says_nothing_about_old_orders) {
    own(yard_end) Yard *yard = yard_begin();
    steady(yard, 200);
    for (int i = 0; i < 60; i++) owed(yard, 1, 10 + i, yard_day_text(yard, yard_day("2026-01-10") + i));
    planned(yard);
    CHECK(!yard_has_case(yard, "A", "P", CASE_FIX_DATA, "old-orders"));
}

/* Order lines with their status, and no shipments at all. */
static void orders_only(Yard *yard, const char *status) {
    yard_masters(yard);
    for (int32_t day = yard_day("2026-01-01"); day < yard_day("2026-11-02"); day++)
        yard_factf(yard, "order-line doc=O-%d line=1 customer=C item=A place=P qty=4 order_day=%s requested_day=%s status=%s", day, yard_day_text(yard, day), yard_day_text(yard, day), status);
    yard_fact(yard, "stock item=A place=P as_of_day=2026-11-01 on_hand=15");
    owed(yard, 1, 2000, "2026-10-23");
}

TEST(without_shipments_a_closing_feed_still_tells_who_waits) {
    own(yard_end) Yard *yard = yard_begin();
    orders_only(yard, "shipped");
    planned(yard);
    CHECK_EQ(yard_case(yard, "A", "P", CASE_BUY, NULL).facts.backorders, 2000 * MICRO);
}

TEST(without_shipments_a_feed_that_never_closes_tells_nothing) {
    own(yard_end) Yard *yard = yard_begin();
    orders_only(yard, "open");
    planned(yard);
    CHECK_EQ(yard_case(yard, "A", "P", CASE_BUY, NULL).facts.backorders, 0);
}

TEST(orders_beyond_the_forecast_are_seen_before_they_are_late) {
    own(yard_end) Yard *yard = yard_begin();
    yard_masters(yard);
    yard_history(yard, "A", "P", yard_day("2026-10-20"), yard_day("2026-11-02"), 4);       /* too few lines to call one a project */
    yard_fact(yard, "stock item=A place=P as_of_day=2026-11-01 on_hand=400");
    yard_fact(yard, "order-line doc=BIG line=1 customer=C item=A place=P qty=2000 order_day=2026-10-30 requested_day=2026-11-06 status=open");
    planned(yard);
    Case c = yard_case(yard, "A", "P", CASE_BUY, NULL);
    CHECK(c.action.qty > 1400 * MICRO);
}

TEST(usual_orders_still_to_come_are_in_the_forecast_already) {
    own(yard_end) Yard *yard = yard_begin();
    steady(yard, 200);
    yard_fact(yard, "order-line doc=SOON line=1 customer=C item=A place=P qty=12 order_day=2026-11-01 requested_day=2026-11-06 status=open");
    planned(yard);
    CHECK(!yard_has_case(yard, "A", "P", CASE_BUY, ""));
}

TEST(an_unknown_price_hides_no_likely_stock_out) {
    own(yard_end) Yard *yard = yard_begin();
    yard_policy(yard, "{\"policy\":1,\"name\":\"cheap\",\"currency\":\"USD\",\"queue\":{\"least_rank\":500000},\"tiers\":[{\"id\":\"R9\",\"when\":{},\"tier\":\"review\"}]}");
    yard_masters(yard);
    yard_fact(yard, "item item=N price=10 currency=USD");
    yard_fact(yard, "item-supplier item=N supplier=S lead_days=14 price=10 currency=USD");
    yard_history(yard, "N", "P", yard_day("2026-01-01"), yard_day("2026-11-02"), 4);
    yard_fact(yard, "stock item=N place=P as_of_day=2026-11-01 on_hand=3");
    planned(yard);
    CHECK(yard_case(yard, "N", "P", CASE_BUY, NULL).flags & CASE_FLAG_BIT(NO_PRICE));
}

TEST(an_order_forgotten_long_ago_hides_no_need) {
    own(yard_end) Yard *yard = yard_begin();
    steady(yard, 10);
    yard_fact(yard, "po-line doc=PO-DEAD line=1 supplier=S item=A place=P qty=240 price=10 order_day=2026-02-01 promised_day=2026-02-15 status=open");
    planned(yard);
    CHECK(yard_has_case(yard, "A", "P", CASE_BUY, "") || yard_has_case(yard, "A", "P", CASE_FIX_DATA, "customers-waiting"));
}

TEST(more_missing_codes_than_a_queue_can_hold_are_still_told_of) {
    own(yard_end) Yard *yard = yard_begin();
    steady(yard, 200);
    for (int i = 0; i < 70; i++) yard_factf(yard, "stock item=ZZ%d place=P as_of_day=2026-11-01 on_hand=3", i);
    planned(yard);
    Why why = { 0 };
    RowId id;
    CHECK_OK(case_open_for(yard->store, (ItemId){ 0 }, (PlaceId){ 0 }, CASE_FIX_DATA, "parked/more", &id, &why));
}
