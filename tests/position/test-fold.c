/* What the records of one item-place say, checked through State and Fold as planning uses them. */
#include "base/decimal.h"
#include "position/fold.h"
#include "plan/yard.h"
#include "tests/test.h"

static State *built(Yard *yard, int64_t known_us) {
    Why why = { 0 };
    State *now = state_begin(yard->store);
    CHECK_OK(state_build(now, log_last(yard->store).v, known_us, &why));
    state_link(now);
    return now;
}

static Fold folded(Yard *yard, State *now, const char *item, const char *place, const char *start, int bucket_days) {
    FoldInput in = { .state = now, .spot = state_spot(now, yard_item(yard, item), yard_place(yard, place)), .start_day = yard_day(start), .bucket_days = bucket_days };
    Fold fold;
    CHECK(in.spot >= 0);
    fold_spot(&in, yard->work, &fold);
    return fold;
}

TEST(stock_is_the_last_level_plus_what_moved_since) {
    own(yard_end) Yard *yard = yard_begin();
    yard_masters(yard);
    yard_fact(yard, "stock item=A place=P as_of_day=2026-03-01 on_hand=40");
    yard_fact(yard, "shipment-line doc=S1 line=1 item=A place=P qty=7 shipped_day=2026-03-02");
    yard_fact(yard, "shipment-line doc=S0 line=1 item=A place=P qty=100 shipped_day=2026-02-27");
    yard_fact(yard, "receipt-line doc=R1 line=1 supplier=S item=A place=P qty=12 unusable=2 received_day=2026-03-03");
    yard_fact(yard, "transfer-line doc=T1 line=1 from_place=P place=Q item=A qty=5 shipped_day=2026-03-03 promised_day=2026-03-06 status=shipped");
    yard_put(yard);
    own(state_end) State *now = built(yard, INT64_MAX);
    Fold fold = folded(yard, now, "A", "P", "2026-03-05", 1), there = folded(yard, now, "A", "Q", "2026-03-05", 1);
    CHECK(fold.stock_known);
    CHECK_EQ(fold.on_hand, (40 - 7 + 10 - 5) * MICRO);
    CHECK(!there.stock_known);
    CHECK_EQ(there.in_transit, 5 * MICRO);
    CHECK_EQ(there.open[0].promise, yard_day("2026-03-06"));
}

/* Planned in the middle of a day. */
TEST(what_came_today_is_on_the_shelf_as_it_is_no_longer_on_order) {
    own(yard_end) Yard *yard = yard_begin();
    yard_masters(yard);
    yard_fact(yard, "stock item=A place=P as_of_day=2026-03-03 on_hand=40");
    yard_fact(yard, "po-line doc=PO1 line=1 supplier=S item=A place=P qty=60 price=10 order_day=2026-03-01 promised_day=2026-03-10 status=open");
    yard_fact(yard, "receipt-line doc=R1 line=1 ref_doc=PO1 ref_line=1 supplier=S item=A place=P qty=60 received_day=2026-03-05");
    yard_put(yard);
    own(state_end) State *now = built(yard, INT64_MAX);
    Fold fold = folded(yard, now, "A", "P", "2026-03-05", 1);
    CHECK_EQ(fold.on_order, 0);
    CHECK_EQ(fold.on_hand, 100 * MICRO);
}

TEST(a_count_beats_the_book_of_the_same_day) {
    own(yard_end) Yard *yard = yard_begin();
    yard_masters(yard);
    yard_fact(yard, "stock item=A place=P as_of_day=2026-03-01 on_hand=40 allocated=4");
    yard_fact(yard, "count doc=C1 line=1 item=A place=P on_hand=33 as_of_day=2026-03-01");
    yard_put(yard);
    own(state_end) State *now = built(yard, INT64_MAX);
    Fold fold = folded(yard, now, "A", "P", "2026-03-02", 1);
    CHECK_EQ(fold.on_hand, 33 * MICRO);
    CHECK_EQ(fold.allocated, 4 * MICRO);
}

TEST(two_promises_of_an_order_line_are_kept_apart) {
    own(yard_end) Yard *yard = yard_begin();
    yard_masters(yard);
    yard_fact(yard, "po-line doc=PO1 line=1 supplier=S item=A place=P qty=60 price=10 order_day=2026-03-01 promised_day=2026-03-10 status=open version=1");
    yard_put(yard);
    yard_fact(yard, "po-line doc=PO1 line=1 supplier=S item=A place=P qty=60 price=10 order_day=2026-03-01 promised_day=2026-03-24 status=open version=2");
    yard_fact(yard, "receipt-line doc=R1 line=1 ref_doc=PO1 ref_line=1 supplier=S item=A place=P qty=20 received_day=2026-03-09");
    yard_put(yard);
    own(state_end) State *now = built(yard, INT64_MAX);
    Fold fold = folded(yard, now, "A", "P", "2026-03-15", 1);
    CHECK_EQ(fold.open_count, 1);
    CHECK_EQ(fold.open[0].first_promise, yard_day("2026-03-10"));
    CHECK_EQ(fold.open[0].promise, yard_day("2026-03-24"));
    CHECK_EQ(fold.open[0].late_days, 5);
    CHECK_EQ(fold.open[0].received, 20 * MICRO);
    CHECK_EQ(fold.on_order, 40 * MICRO);
}

TEST(what_a_supplier_refused_is_not_on_its_way) {
    own(yard_end) Yard *yard = yard_begin();
    yard_masters(yard);
    yard_fact(yard, "po-line doc=PO1 line=1 supplier=S item=A place=P qty=60 price=10 order_day=2026-03-01 promised_day=2026-03-10 status=open");
    yard_fact(yard, "po-ack doc=AK1 line=1 ref_doc=PO1 ref_line=1 qty=25 promised_day=2026-03-12 order_day=2026-03-03 status=changed");
    yard_put(yard);
    own(state_end) State *now = built(yard, INT64_MAX);
    Fold fold = folded(yard, now, "A", "P", "2026-03-05", 1);
    CHECK_EQ(fold.on_order, 25 * MICRO);
    CHECK_EQ(fold.open[0].short_told, 35 * MICRO);
    CHECK_EQ(fold.open[0].promise, yard_day("2026-03-12"));
    yard_fact(yard, "po-ack doc=AK2 line=1 ref_doc=PO1 ref_line=1 order_day=2026-03-04 status=rejected");
    yard_put(yard);
    Why why = { 0 };
    CHECK_OK(state_advance(now, log_last(yard->store).v, &why));
    CHECK_EQ(folded(yard, now, "A", "P", "2026-03-05", 1).on_order, 0);
}

TEST(demand_is_what_was_ordered_for_the_day_it_was_wanted) {
    own(yard_end) Yard *yard = yard_begin();
    yard_masters(yard);
    yard_fact(yard, "order-line doc=O1 line=1 customer=C item=A place=P qty=5 order_day=2026-03-02 requested_day=2026-03-04 status=shipped");
    yard_fact(yard, "order-line doc=O2 line=1 customer=C item=A place=P qty=50 order_day=2026-03-02 requested_day=2026-03-04 status=cancelled reason=mistake");
    yard_fact(yard, "order-line doc=O3 line=1 customer=C item=A place=P qty=3 order_day=2026-03-03 requested_day=2026-03-04 status=cancelled reason=no-stock");
    yard_fact(yard, "order-line doc=O4 line=1 customer=C item=A place=P qty=9 order_day=2026-03-05 requested_day=2026-04-30 status=open");
    yard_put(yard);
    own(state_end) State *now = built(yard, INT64_MAX);
    Fold fold = folded(yard, now, "A", "P", "2026-03-06", 1);
    CHECK_EQ(fold.from_day, yard_day("2026-03-04"));
    CHECK_EQ(fold.buckets, 2);
    CHECK_NEAR(fold.value[0], 8, 1e-12);         /* the mistake is out, what could not be sent is in */
    CHECK_EQ(fold.open_orders, 9 * MICRO);
    CHECK_EQ(fold.backorders, 0);
}

TEST(days_without_stock_are_missing_not_zero) {
    own(yard_end) Yard *yard = yard_begin();
    yard_masters(yard);
    yard_fact(yard, "stock item=A place=P as_of_day=2026-03-01 on_hand=4");
    yard_fact(yard, "order-line doc=O1 line=1 customer=C item=A place=P qty=4 order_day=2026-03-02 requested_day=2026-03-02 status=shipped");
    yard_fact(yard, "shipment-line doc=S1 line=1 ref_doc=O1 ref_line=1 item=A place=P qty=4 shipped_day=2026-03-02");
    yard_fact(yard, "receipt-line doc=R1 line=1 supplier=S item=A place=P qty=10 received_day=2026-03-06");
    yard_fact(yard, "order-line doc=O2 line=1 customer=C item=B place=P qty=4 order_day=2026-03-08 requested_day=2026-03-08 status=open");
    yard_put(yard);
    own(state_end) State *now = built(yard, INT64_MAX);
    Fold fold = folded(yard, now, "A", "P", "2026-03-09", 1);
    CHECK_EQ(fold.from_day, yard_day("2026-03-01"));
    CHECK_EQ(fold.state[0], DEMAND_EXACT);
    CHECK_EQ(fold.state[1], DEMAND_AT_LEAST);    /* sold out that day */
    for (int d = 2; d <= 4; d++) CHECK_EQ(fold.state[d], DEMAND_MISSING);
    CHECK_EQ(fold.state[5], DEMAND_EXACT);
    CHECK_EQ(fold.out_days, 3);
}

TEST(a_wide_row_is_cut_at_what_was_known) {
    own(yard_end) Yard *yard = yard_begin();
    yard_masters(yard);
    yard_fact(yard, "sales item=A place=P from_day=2026-01-05 bucket_days=7 run=3,4,?5,-,6,7");
    yard_put(yard);
    own(state_end) State *now = state_begin(yard->store);
    Why why = { 0 };
    now->cut_day = yard_day("2026-02-09");     /* five weeks are over */
    CHECK_OK(state_build(now, log_last(yard->store).v, INT64_MAX, &why));
    state_link(now);
    Fold fold = folded(yard, now, "A", "P", "2026-02-09", 7);
    CHECK_EQ(fold.buckets, 5);
    CHECK_NEAR(fold.value[1], 4, 1e-12);
    CHECK_EQ(fold.state[2], DEMAND_AT_LEAST);
    CHECK_EQ(fold.state[3], DEMAND_MISSING);
    CHECK_EQ(fold.state[4], DEMAND_AT_LEAST);    /* the week after an outage sells less than is wanted */
}

TEST(a_marked_sale_leaves_the_history_and_comes_back_when_cleared) {
    own(yard_end) Yard *yard = yard_begin();
    yard_masters(yard);
    yard_history(yard, "A", "P", yard_day("2026-01-01"), yard_day("2026-02-01"), 2);
    yard_fact(yard, "order-line doc=BIG line=1 customer=C item=A place=P qty=500 order_day=2026-01-20 requested_day=2026-01-20 status=shipped");
    yard_put(yard);
    Why why = { 0 };
    own(state_end) State *now = built(yard, INT64_MAX);
    CHECK_EQ(folded(yard, now, "A", "P", "2026-02-01", 1).sold, 562 * MICRO);
    yard_fact(yard, "exceptional ref_doc=BIG ref_line=1 status=marked");
    yard_put(yard);
    CHECK_OK(state_advance(now, log_last(yard->store).v, &why));
    Fold fold = folded(yard, now, "A", "P", "2026-02-01", 1);
    CHECK_EQ(fold.sold, 62 * MICRO);
    CHECK_EQ(fold.one_off_count, 1);
    CHECK(fold.one_off[0].marked);
    yard_fact(yard, "exceptional ref_doc=BIG ref_line=1 status=cleared version=2");
    yard_put(yard);
    CHECK_OK(state_advance(now, log_last(yard->store).v, &why));
    CHECK_EQ(folded(yard, now, "A", "P", "2026-02-01", 1).sold, 562 * MICRO);
}

TEST(a_correction_takes_the_old_contribution_back) {
    own(yard_end) Yard *yard = yard_begin();
    yard_masters(yard);
    yard_fact(yard, "stock item=A place=P as_of_day=2026-03-01 on_hand=40");
    yard_fact(yard, "receipt-line doc=R1 line=1 supplier=S item=A place=P qty=12 received_day=2026-03-03 version=1");
    yard_put(yard);
    Why why = { 0 };
    own(state_end) State *now = built(yard, INT64_MAX);
    CHECK_EQ(folded(yard, now, "A", "P", "2026-03-05", 1).on_hand, 52 * MICRO);
    yard_fact(yard, "receipt-line doc=R1 line=1 supplier=S item=A place=P qty=10 received_day=2026-03-03 version=2");
    RowId second = yard_put(yard);
    CHECK_OK(state_advance(now, log_last(yard->store).v, &why));
    CHECK_EQ(folded(yard, now, "A", "P", "2026-03-05", 1).on_hand, 50 * MICRO);
    RowId retraction;
    CHECK_OK(store_begin(yard->store, &why));
    CHECK_OK(facts_retract(yard->store, second, "test", "wrong file", &retraction, &why));
    CHECK_OK(store_commit(yard->store, &why));
    CHECK_OK(state_advance(now, log_last(yard->store).v, &why));
    CHECK_EQ(folded(yard, now, "A", "P", "2026-03-05", 1).on_hand, 52 * MICRO);
}
