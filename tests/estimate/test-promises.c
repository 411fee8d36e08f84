/* What became of purchase-order lines, and what that says of the open ones. */
#include <string.h>

#include "base/decimal.h"
#include "estimate/leadtimes.h"
#include "position/fold.h"
#include "plan/yard.h"
#include "tests/test.h"

typedef struct Story { State *state; Fold fold; } Story;

static Story told(Yard *yard, const char *start) {
    Why why = { 0 };
    Story out = { .state = state_begin(yard->store) };
    yard_put(yard);
    CHECK_OK(state_build(out.state, log_last(yard->store).v, INT64_MAX, &why));
    state_link(out.state);
    fold_supply(&(FoldInput){ .state = out.state, .spot = state_spot(out.state, yard_item(yard, "A"), yard_place(yard, "P")), .start_day = yard_day(start), .bucket_days = 1 },
                yard->work, &out.fold);
    return out;
}

static void po(Yard *yard, const char *doc, int qty, const char *status) {
    yard_factf(yard, "po-line doc=%s line=1 supplier=S item=A place=P qty=%d price=10 order_day=2026-03-01 promised_day=2026-03-10 status=%s", doc, qty, status);
}
static void receipt(Yard *yard, const char *doc, const char *of, int qty, int unusable, const char *day) {
    yard_factf(yard, "receipt-line doc=%s line=1 ref_doc=%s ref_line=1 supplier=S item=A place=P qty=%d unusable=%d received_day=%s", doc, of, qty, unusable, day);
}

TEST(a_split_delivery_is_in_time_as_far_as_it_came_in_time) {
    own(yard_end) Yard *yard = yard_begin();
    yard_masters(yard);
    po(yard, "PO1", 100, "closed");
    receipt(yard, "R1", "PO1", 60, 10, "2026-03-09");
    receipt(yard, "R2", "PO1", 80, 0, "2026-03-12");       /* forty too many */
    Story s = told(yard, "2026-04-01");
    const OrderStory *line = &s.fold.story[0];
    CHECK_EQ(s.fold.stories, 1);
    CHECK_EQ(line->in_time, 50 * MICRO);
    CHECK_EQ(line->received, 100 * MICRO);
    CHECK_EQ(line->accepted, 90 * MICRO);
    CHECK(story_is_due(line, yard_day("2026-04-01")));
    CHECK(!story_is_due(line, yard_day("2026-03-10")));
    CHECK(story_is_late(line));
    double weight = 0;
    for (int i = 0; i < s.fold.seen_count; i++) weight += s.fold.seen[i].outcome == LEAD_RECEIVED ? s.fold.seen[i].weight : 0;
    CHECK_NEAR(weight, 0.9, 1e-9);                         /* over-receipts teach nothing */
    state_end(&s.state);
}

/* An ERP may leave a line open of which all has come. What could not be used is not on its way: it was neither late nor is it still awaited. */
TEST(a_line_that_came_partly_unusable_is_not_awaited_any_more) {
    own(yard_end) Yard *yard = yard_begin();
    yard_masters(yard);
    po(yard, "PO1", 100, "open");
    receipt(yard, "R1", "PO1", 100, 20, "2026-03-08");
    Story s = told(yard, "2026-09-01");
    CHECK_EQ(s.fold.story[0].full_day, NO_DAY);
    CHECK_EQ(s.fold.story[0].came_day, yard_day("2026-03-08"));
    CHECK_EQ(s.fold.open_count, 0);
    CHECK_EQ(s.fold.seen_count, 2);
    CHECK_EQ(s.fold.seen[1].outcome, LEAD_CANCELLED);
    CHECK_NEAR(s.fold.seen[1].days, 7, 1e-9);
    CHECK_NEAR(s.fold.seen[1].weight, 0.2, 1e-9);
    LeadStream early, slip = { 0 };
    promises_gather(&s.fold, yard_day("2026-09-01"), yard->work, &early, &slip);
    CHECK_EQ(slip.count, 0);
    CHECK_EQ(early.count, 1);
    CHECK_NEAR(early.seen[0].days, 2, 1e-9);
    CHECK_EQ(early.seen[0].outcome, LEAD_RECEIVED);
    state_end(&s.state);
}

TEST(the_first_promise_is_the_orders_else_the_first_confirmation) {
    own(yard_end) Yard *yard = yard_begin();
    yard_masters(yard);
    yard_fact(yard, "po-line doc=PO1 line=1 supplier=S item=A place=P qty=60 price=10 order_day=2026-03-01 status=open");
    yard_fact(yard, "po-ack doc=AK1 line=1 ref_doc=PO1 ref_line=1 qty=60 promised_day=2026-03-12 order_day=2026-03-03 status=accepted");
    yard_fact(yard, "po-ack doc=AK2 line=1 ref_doc=PO1 ref_line=1 qty=60 promised_day=2026-03-20 order_day=2026-03-08 status=changed");
    Story s = told(yard, "2026-03-15");
    CHECK_EQ(s.fold.story[0].promise, yard_day("2026-03-12"));
    CHECK_EQ(s.fold.story[0].moved_to, yard_day("2026-03-20"));
    CHECK_EQ(s.fold.story[0].ack_day, yard_day("2026-03-03"));
    CHECK(story_is_late(&s.fold.story[0]));
    state_end(&s.state);
}

TEST(cancelled_lines_were_never_due_and_stop_being_waited_for_at_their_day) {
    own(yard_end) Yard *yard = yard_begin();
    yard_masters(yard);
    po(yard, "PO1", 50, "cancelled");
    Story s = told(yard, "2026-06-01");
    CHECK(!story_is_due(&s.fold.story[0], yard_day("2026-06-01")));
    CHECK_EQ(s.fold.seen_count, 1);
    CHECK_EQ(s.fold.seen[0].outcome, LEAD_CANCELLED);
    CHECK_NEAR(s.fold.seen[0].days, 9, 1e-9);
    state_end(&s.state);
}

/* Planning is in the morning: a line that is due today may still come today, and says only that it took longer than until yesterday. */
TEST(a_line_due_today_is_not_yet_late) {
    own(yard_end) Yard *yard = yard_begin();
    yard_masters(yard);
    po(yard, "PO1", 50, "open");
    Story s = told(yard, "2026-03-10");
    CHECK_EQ(s.fold.seen_count, 1);
    CHECK_EQ(s.fold.seen[0].outcome, LEAD_OPEN);
    CHECK_NEAR(s.fold.seen[0].days, 7, 1e-9);             /* not yet late on Monday */
    state_end(&s.state);
}

/* What an open line says about its lane moves once a week; when that line will come looks at today. */
TEST(an_open_line_teaches_its_lane_from_week_to_week) {
    own(yard_end) Yard *yard = yard_begin();
    yard_masters(yard);
    po(yard, "PO1", 50, "open");
    static const struct { const char *day; double waited; } rows[] = { { "2026-03-02", 0 }, { "2026-03-08", 0 }, { "2026-03-09", 7 }, { "2026-03-15", 7 }, { "2026-03-16", 14 } };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        Story s = told(yard, rows[i].day);
        CHECK_EQ(s.fold.seen[0].outcome, LEAD_OPEN);
        CHECK_NEAR(s.fold.seen[0].days, rows[i].waited, 1e-9);
        state_end(&s.state);
    }
}

/* What came today is on the shelf, and teaches from tomorrow on: the day is not over. */
TEST(a_receipt_of_today_is_no_part_of_a_story_yet) {
    own(yard_end) Yard *yard = yard_begin();
    yard_masters(yard);
    po(yard, "PO1", 50, "open");
    receipt(yard, "R1", "PO1", 50, 0, "2026-03-15");
    Story s = told(yard, "2026-03-15");
    CHECK_EQ(s.fold.open_count, 0);
    CHECK_EQ(s.fold.story[0].received, 0);
    CHECK_EQ(s.fold.story[0].came_day, NO_DAY);
    CHECK_EQ(s.fold.seen_count, 1);
    CHECK_EQ(s.fold.seen[0].outcome, LEAD_OPEN);
    CHECK_NEAR(s.fold.seen[0].days, 7, 1e-9);
    state_end(&s.state);
    s = told(yard, "2026-03-16");
    CHECK_EQ(s.fold.story[0].came_day, yard_day("2026-03-15"));
    CHECK_EQ(s.fold.seen[0].outcome, LEAD_RECEIVED);
    state_end(&s.state);
}

TEST(a_receipt_that_a_person_took_out_teaches_nothing_until_it_is_put_back) {
    own(yard_end) Yard *yard = yard_begin();
    yard_masters(yard);
    po(yard, "PO1", 50, "closed");
    po(yard, "PO2", 50, "closed");
    receipt(yard, "R1", "PO1", 50, 0, "2026-03-09");
    receipt(yard, "R2", "PO2", 50, 0, "2026-05-30");
    yard_fact(yard, "exceptional ref_doc=R2 ref_line=1 supplier=S item=A place=P status=marked reason=strike version=1");
    Story s = told(yard, "2026-06-01");
    CHECK_EQ(s.fold.seen_count, 1);
    CHECK_NEAR(s.fold.seen[0].days, 8, 1e-9);
    CHECK(s.fold.story[1].left_out_row > 0 || s.fold.story[0].left_out_row > 0);
    state_end(&s.state);
    yard_fact(yard, "exceptional ref_doc=R2 ref_line=1 supplier=S item=A place=P status=cleared version=2");
    s = told(yard, "2026-06-01");
    CHECK_EQ(s.fold.seen_count, 2);
    state_end(&s.state);
}

TEST(a_mark_on_a_sale_does_not_touch_a_receipt_of_the_same_number) {
    own(yard_end) Yard *yard = yard_begin();
    yard_masters(yard);
    po(yard, "PO1", 50, "closed");
    receipt(yard, "1001", "PO1", 50, 0, "2026-03-09");
    yard_fact(yard, "exceptional ref_doc=1001 ref_line=1 item=A place=P status=marked version=1");
    Story s = told(yard, "2026-06-01");
    CHECK_EQ(s.fold.seen_count, 1);
    CHECK_EQ(s.fold.story[0].left_out_row, 0);
    state_end(&s.state);
}

/* Two years of orders: S keeps his promise always, T comes ten days late from 2026 on. One open line of each. */
static void two_suppliers_from(Yard *yard, int first) {
    int n = 0;
    for (int32_t day = yard_day("2024-06-01"); day < yard_day("2026-05-20"); day += 7)
        for (int i = 0; i < 2; i++) {
            int k = i ^ first;
            int late = k == 1 && day >= yard_day("2026-01-01") ? 10 : 0;
            if (day + 14 + late >= yard_day("2026-06-01")) continue;
            const char *supplier = k ? "T" : "S", *item = k ? "B" : "A";
            yard_factf(yard, "po-line doc=PX%d line=1 supplier=%s item=%s place=P qty=40 price=10 order_day=%s promised_day=%s status=closed", n, supplier, item,
                       yard_day_text(yard, day), yard_day_text(yard, day + 14));
            yard_factf(yard, "receipt-line doc=RX%d line=1 ref_doc=PX%d ref_line=1 supplier=%s item=%s place=P qty=40 unusable=0 received_day=%s", n, n, supplier, item,
                       yard_day_text(yard, day + 14 + late));
            n++;
        }
    yard_fact(yard, "po-line doc=PO1 line=1 supplier=S item=A place=P qty=40 price=10 order_day=2026-05-25 promised_day=2026-06-08 status=open");
    yard_fact(yard, "po-line doc=PO2 line=1 supplier=T item=B place=P qty=40 price=10 order_day=2026-05-25 promised_day=2026-06-08 status=open");
    yard_put(yard);
}

static void two_suppliers(Yard *yard) { two_suppliers_from(yard, 0); }

static const ItemSupply *open_line(Yard *yard, Plan *plan, const char *item, const char *doc) {
    Why why = { 0 };
    ItemView *view = new_in(yard->work, ItemView);
    CHECK_OK(plan_item(plan, yard->work, yard_item(yard, item), yard_place(yard, "P"), view, &why));
    for (int i = 0; i < view->supply_count; i++)
        if (strcmp(view->supply[i].doc, doc) == 0) return &view->supply[i];
    fail_msg("no open line %s", doc);
    return NULL;
}

TEST(who_has_been_late_lately_is_expected_late_and_named) {
    own(yard_end) Yard *yard = yard_begin();
    yard_masters(yard);
    two_suppliers(yard);
    own(plan_end) Plan *plan = yard_plan(yard, "2026-06-01");
    const ItemSupply *good = open_line(yard, plan, "A", "PO1"), *bad = open_line(yard, plan, "B", "PO2");
    CHECK(good->late_ppm < 200000);
    CHECK(bad->late_ppm > 550000);
    CHECK(bad->expected_day > good->expected_day);
    CHECK(bad->expected_day <= yard_day("2026-06-18"));
    CHECK(strstr(bad->reason, "late") != NULL);
    CHECK(bad->expected_late_days >= 5 && bad->expected_late_days <= 10);
}

TEST(the_order_in_which_facts_came_moves_no_chance) {
    int64_t late[2][2];
    for (int first = 0; first < 2; first++) {
        own(yard_end) Yard *yard = yard_begin();
        if (first) yard_fact(yard, "supplier supplier=T description=Taylor currency=USD");   /* another number, too */
        yard_masters(yard);
        two_suppliers_from(yard, first);
        own(plan_end) Plan *plan = yard_plan(yard, "2026-06-01");
        late[first][0] = (int64_t)(promise_chance(&plan->pools.promises, ident_find(yard->store, ID_SUPPLIER, text_of("S")), yard_place(yard, "P").v).p * 1e15);
        late[first][1] = (int64_t)(promise_chance(&plan->pools.promises, ident_find(yard->store, ID_SUPPLIER, text_of("T")), yard_place(yard, "P").v).p * 1e15);
    }
    CHECK(late[0][0] == late[1][0]);
    CHECK(late[0][1] == late[1][1]);
}

TEST(an_overdue_line_is_late_and_a_moved_promise_says_so) {
    own(yard_end) Yard *yard = yard_begin();
    yard_masters(yard);
    two_suppliers(yard);
    yard_fact(yard, "po-ack doc=AK1 line=1 ref_doc=PO1 ref_line=1 qty=40 promised_day=2026-06-20 order_day=2026-05-30 status=changed");
    yard_put(yard);
    own(plan_end) Plan *plan = yard_plan(yard, "2026-06-01");
    const ItemSupply *moved = open_line(yard, plan, "A", "PO1");
    CHECK(moved->late_ppm > 950000);
    CHECK(strstr(moved->reason, "moved by +12 days") != NULL);
    yard_step(yard, plan, "2026-06-12");
    const ItemSupply *overdue = open_line(yard, plan, "B", "PO2");
    CHECK_EQ(overdue->late_ppm, 1000000);
    CHECK_EQ(overdue->late_days, 4);
    CHECK(strstr(overdue->reason, "overdue by 4 days") != NULL);
    CHECK(overdue->expected_day > yard_day("2026-06-12"));
}

TEST(the_item_page_says_which_receipt_was_left_out) {
    Why why = { 0 };
    ItemView view;
    own(yard_end) Yard *yard = yard_begin();
    yard_masters(yard);
    po(yard, "PO1", 50, "closed");
    receipt(yard, "R1", "PO1", 20, 0, "2026-03-09");
    receipt(yard, "R2", "PO1", 30, 0, "2026-05-30");
    yard_fact(yard, "exceptional ref_doc=R2 ref_line=1 supplier=S item=A place=P status=marked reason=strike version=1");
    yard_put(yard);
    own(plan_end) Plan *plan = yard_plan(yard, "2026-06-01");
    CHECK_OK(plan_item(plan, yard->work, yard_item(yard, "A"), yard_place(yard, "P"), &view, &why));
    int left_out = 0, receipts = 0;
    for (int i = 0; i < view.rows_count; i++) {
        receipts += view.rows[i].markable;
        left_out += view.rows[i].left_out && view.rows[i].day == yard_day("2026-05-30");
    }
    CHECK_EQ(receipts, 2);
    CHECK_EQ(left_out, 1);
}

TEST(the_item_page_says_that_a_sale_of_today_is_marked_though_it_is_not_history_yet) {
    Why why = { 0 };
    ItemView view;
    own(yard_end) Yard *yard = yard_begin();
    yard_masters(yard);
    yard_history(yard, "A", "P", yard_day("2026-05-01"), yard_day("2026-06-01"), 2);
    yard_fact(yard, "order-line doc=NOW line=1 customer=C item=A place=P qty=3 order_day=2026-06-01 requested_day=2026-06-01 status=open");
    yard_fact(yard, "exceptional ref_doc=NOW ref_line=1 item=A place=P status=marked version=1");
    yard_put(yard);
    own(plan_end) Plan *plan = yard_plan(yard, "2026-06-01");
    CHECK_OK(plan_item(plan, yard->work, yard_item(yard, "A"), yard_place(yard, "P"), &view, &why));
    CHECK_EQ(view.demand.exceptional_count, 0);
    CHECK_STR(view.rows[0].kind, "order-line");
    CHECK_EQ(view.rows[0].day, yard_day("2026-06-01"));
    CHECK(view.rows[0].left_out);
    CHECK_STR(view.rows[1].kind, "shipment");
    CHECK(!view.rows[1].markable);
    CHECK(view.rows[2].markable && !view.rows[2].left_out);
}

TEST(too_few_lines_due_say_nothing_about_lateness) {
    own(yard_end) Yard *yard = yard_begin();
    yard_masters(yard);
    yard_fact(yard, "po-line doc=PO1 line=1 supplier=S item=A place=P qty=40 price=10 order_day=2026-05-25 promised_day=2026-06-08 status=open");
    yard_put(yard);
    own(plan_end) Plan *plan = yard_plan(yard, "2026-06-01");
    const ItemSupply *line = open_line(yard, plan, "A", "PO1");
    CHECK_EQ(line->expected_day, yard_day("2026-06-08"));
    CHECK_EQ(line->late_ppm, CASE_NONE);
    CHECK_STR(line->reason, "");
}
