/* Doubts: each opens its fix-data case, and none of them on clean data. */
#include "base/decimal.h"
#include "plan/yard.h"
#include "tests/test.h"

static void steady(Yard *yard) {
    yard_masters(yard);
    yard_fact(yard, "uom item=A uom=CS factor=24");
    yard_history(yard, "A", "P", yard_day("2026-01-01"), yard_day("2026-11-02"), 4);
    yard_orders(yard, "A", "P", yard_day("2026-01-01"), yard_day("2026-10-20"), 14, 10, 56);
    yard_fact(yard, "stock item=A place=P as_of_day=2026-11-01 on_hand=100");
}

static void planned(Yard *yard) {
    own(plan_end) Plan *plan = NULL;
    Why why = { 0 };
    yard_put(yard);
    CHECK_OK(plan_begin(yard->store, 1, &plan, &why));
    yard_step(yard, plan, "2026-11-02");
}

TEST(clean_data_raises_no_doubt) {
    own(yard_end) Yard *yard = yard_begin();
    steady(yard);
    planned(yard);
    for (int q = 0; q < QUALITY_COUNT_; q++) CHECK(!yard_has_case(yard, "A", "P", CASE_FIX_DATA, quality_rows[q].subject));
}

TEST(a_receipt_in_cases_read_as_pieces_is_doubted) {
    own(yard_end) Yard *yard = yard_begin();
    steady(yard);
    yard_fact(yard, "receipt-line doc=RX line=1 supplier=S item=A place=P qty=1344 received_day=2026-10-30");
    planned(yard);
    CHECK(yard_has_case(yard, "A", "P", CASE_FIX_DATA, "unit-doubt"));
}

TEST(the_rest_of_a_part_delivery_is_no_mix_up) {
    own(yard_end) Yard *yard = yard_begin();
    steady(yard);
    yard_fact(yard, "po-line doc=PO80 line=1 supplier=S item=A place=P qty=58 price=10 order_day=2026-10-18 promised_day=2026-10-26 status=open");
    yard_fact(yard, "receipt-line doc=R80a line=1 ref_doc=PO80 ref_line=1 supplier=S item=A place=P qty=54 received_day=2026-10-26");
    yard_fact(yard, "receipt-line doc=R80b line=1 ref_doc=PO80 ref_line=1 supplier=S item=A place=P qty=4 received_day=2026-10-30");
    planned(yard);
    CHECK(!yard_has_case(yard, "A", "P", CASE_FIX_DATA, "unit-doubt"));
}

TEST(a_receipt_in_pieces_that_were_cases_is_doubted) {
    own(yard_end) Yard *yard = yard_begin();
    steady(yard);
    yard_fact(yard, "po-line doc=PO80 line=1 supplier=S item=A place=P qty=96 price=10 order_day=2026-10-18 promised_day=2026-10-26 status=open");
    yard_fact(yard, "receipt-line doc=R80 line=1 ref_doc=PO80 ref_line=1 supplier=S item=A place=P qty=4 received_day=2026-10-30");
    planned(yard);
    CHECK(yard_has_case(yard, "A", "P", CASE_FIX_DATA, "unit-doubt"));
}

TEST(a_receipt_of_many_times_its_order_is_doubted_whatever_came_before) {
    own(yard_end) Yard *yard = yard_begin();
    steady(yard);
    yard_fact(yard, "receipt-line doc=R1 line=1 supplier=S item=A place=P qty=5000 received_day=2026-02-01");
    yard_fact(yard, "po-line doc=PO80 line=1 supplier=S item=A place=P qty=96 price=10 order_day=2026-10-18 promised_day=2026-10-26 status=open");
    yard_fact(yard, "receipt-line doc=R80 line=1 ref_doc=PO80 ref_line=1 supplier=S item=A place=P qty=2304 received_day=2026-10-30");
    planned(yard);
    CHECK(yard_has_case(yard, "A", "P", CASE_FIX_DATA, "unit-doubt"));
}

TEST(an_order_entered_twice_is_doubted) {
    own(yard_end) Yard *yard = yard_begin();
    steady(yard);
    yard_fact(yard, "po-line doc=PO71 line=1 supplier=S item=A place=P qty=48 price=10 order_day=2026-10-28 promised_day=2026-11-09 status=open");
    yard_fact(yard, "po-line doc=PO72 line=1 supplier=S item=A place=P qty=48 price=10 order_day=2026-10-29 promised_day=2026-11-09 status=open");
    planned(yard);
    CHECK(yard_has_case(yard, "A", "P", CASE_FIX_DATA, "duplicate-order"));
}

TEST(stock_that_stopped_selling_is_doubted) {
    own(yard_end) Yard *yard = yard_begin();
    yard_masters(yard);
    yard_history(yard, "A", "P", yard_day("2026-01-01"), yard_day("2026-10-12"), 4);
    yard_history(yard, "B", "P", yard_day("2026-01-01"), yard_day("2026-11-02"), 4);     /* the place is heard */
    yard_orders(yard, "A", "P", yard_day("2026-01-01"), yard_day("2026-10-20"), 14, 10, 56);
    yard_fact(yard, "stock item=A place=P as_of_day=2026-11-01 on_hand=80");
    planned(yard);
    CHECK(yard_has_case(yard, "A", "P", CASE_FIX_DATA, "phantom-stock"));
}

TEST(negative_stock_is_doubted) {
    own(yard_end) Yard *yard = yard_begin();
    steady(yard);
    yard_fact(yard, "stock item=A place=P as_of_day=2026-11-01 on_hand=-3 version=2");
    planned(yard);
    CHECK(yard_has_case(yard, "A", "P", CASE_FIX_DATA, "negative-stock"));
}

TEST(without_a_lead_time_nothing_is_proposed_and_somebody_is_asked) {
    own(yard_end) Yard *yard = yard_begin();
    yard_fact(yard, "place place=P");
    yard_fact(yard, "supplier supplier=S");
    yard_fact(yard, "customer customer=C");
    yard_fact(yard, "item item=A price=10 currency=USD");
    yard_fact(yard, "item-place item=A place=P supplier=S");
    yard_history(yard, "A", "P", yard_day("2026-01-01"), yard_day("2026-11-02"), 4);
    yard_fact(yard, "stock item=A place=P as_of_day=2026-11-01 on_hand=1");
    planned(yard);
    CHECK(yard_has_case(yard, "A", "P", CASE_FIX_DATA, "no-lead-time"));
    CHECK(!yard_has_case(yard, "A", "P", CASE_BUY, ""));
}

TEST(facts_that_wait_for_a_code_are_one_case_per_code) {
    own(yard_end) Yard *yard = yard_begin();
    steady(yard);
    yard_fact(yard, "stock item=ZZ place=P as_of_day=2026-11-01 on_hand=3");
    yard_fact(yard, "stock item=ZZ place=Q as_of_day=2026-11-01 on_hand=3");
    planned(yard);
    Why why = { 0 };
    RowId id;
    CHECK_OK(case_open_for(yard->store, (ItemId){ 0 }, (PlaceId){ 0 }, CASE_FIX_DATA, "parked/item/ZZ", &id, &why));
}

TEST(more_than_a_good_run_needs_is_an_excess_case_that_sums) {
    own(yard_end) Yard *yard = yard_begin();
    yard_masters(yard);
    yard_history(yard, "A", "P", yard_day("2026-01-01"), yard_day("2026-11-02"), 4);
    yard_orders(yard, "A", "P", yard_day("2026-01-01"), yard_day("2026-10-20"), 14, 10, 56);
    yard_fact(yard, "stock item=A place=P as_of_day=2026-11-01 on_hand=2500");
    planned(yard);
    Case c = yard_case(yard, "A", "P", CASE_EXCESS, NULL);
    CHECK(c.action.qty > 1000 * MICRO);
    CHECK(c.action.qty < 2500 * MICRO - 180 * 4 * MICRO);
    CHECK_EQ(case_terms_sum(&c), c.action.qty);
    CHECK(!yard_has_case(yard, "A", "P", CASE_BUY, ""));
}

/* A region that nets excess against shortage hides both (domain notes 2.12). */
TEST(excess_is_summed_per_place_and_never_netted_against_a_shortage_elsewhere) {
    int64_t excess[2];
    for (int with = 0; with < 2; with++) {
        own(yard_end) Yard *yard = yard_begin();
        own(plan_end) Plan *plan = NULL;
        Why why = { 0 };
        HomeView view;
        yard_masters(yard);
        yard_history(yard, "A", "P", yard_day("2026-01-01"), yard_day("2026-11-02"), 4);
        yard_orders(yard, "A", "P", yard_day("2026-01-01"), yard_day("2026-10-20"), 14, 10, 56);
        yard_fact(yard, "stock item=A place=P as_of_day=2026-11-01 on_hand=2500");
        if (with) {
            yard_fact(yard, "item-place item=A place=Q supplier=S review_days=7");
            yard_history(yard, "A", "Q", yard_day("2026-01-01"), yard_day("2026-11-02"), 20);
            yard_fact(yard, "stock item=A place=Q as_of_day=2026-11-01 on_hand=1");
        }
        yard_put(yard);
        CHECK_OK(plan_begin(yard->store, 2, &plan, &why));
        yard_step(yard, plan, "2026-11-02");
        CHECK(yard_has_case(yard, "A", "P", CASE_EXCESS, ""));
        CHECK_EQ(yard_has_case(yard, "A", "Q", CASE_BUY, ""), with);
        CHECK_OK(plan_home(plan, yard->work, &view, &why));
        excess[with] = view.excess_value_minor;
    }
    CHECK(excess[0] > 0);
    CHECK_EQ(excess[0], excess[1]);
}
