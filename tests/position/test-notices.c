/* What suppliers say they have sent, and what carriers say of it. */
#include <string.h>

#include "base/decimal.h"
#include "plan/yard.h"
#include "tests/test.h"

/* Ten orders that arrived `slip` days after the day their notices gave, each five days on the way by the sender's word. */
static void sent_before(Yard *yard, int slip) {
    for (int i = 0; i < 10; i++) {
        int32_t ordered = yard_day("2026-01-05") + 7 * i, sent = ordered + 10;
        const char *order_day = yard_day_text(yard, ordered), *promise = yard_day_text(yard, ordered + 30), *shipped = yard_day_text(yard, sent);
        yard_factf(yard, "po-line doc=OLD%d line=1 supplier=S item=A place=P qty=20 price=10 order_day=%s promised_day=%s status=closed", i, order_day, promise);
        yard_factf(yard, "ship-notice doc=SH%d line=1 ref_doc=OLD%d ref_line=1 qty=20 shipped_day=%s promised_day=%s", i, i, shipped, yard_day_text(yard, sent + 5));
        yard_factf(yard, "receipt-line doc=R%d line=1 ref_doc=OLD%d ref_line=1 supplier=S item=A place=P qty=20 received_day=%s", i, i, yard_day_text(yard, sent + 5 + slip));
    }
}

static Yard *yard_with_order(void) {
    Yard *yard = yard_begin();
    yard_masters(yard);
    yard_history(yard, "A", "P", yard_day("2026-01-05"), yard_day("2026-06-01"), 3);
    yard_fact(yard, "stock item=A place=P as_of_day=2026-05-31 on_hand=60");
    yard_fact(yard, "po-line doc=PO1 line=1 supplier=S item=A place=P qty=100 price=10 order_day=2026-05-10 promised_day=2026-06-20 status=open");
    return yard;
}

typedef struct Look { Plan *plan; ItemView view; } Look;
static void look_end(Look *look) { plan_end(&look->plan); }

/* As a plan begun anew sees A at P; its texts live as long as the plan. */
static Look look_on(Yard *yard, const char *today) {
    Why why = { 0 };
    Look look = { 0 };
    yard_put(yard);
    CHECK_OK(plan_begin(yard->store, 2, &look.plan, &why));
    yard_step(yard, look.plan, today);
    CHECK_OK(plan_item(look.plan, yard->work, yard_item(yard, "A"), yard_place(yard, "P"), &look.view, &why));
    return look;
}

static const ItemSupply *shipment(const ItemView *view, const char *doc) {
    for (int i = 0; i < view->supply_count; i++)
        if (strcmp(view->supply[i].shipment, doc) == 0) return &view->supply[i];
    fail_msg("no shipment %s", doc);
    return NULL;
}

TEST(what_was_sent_is_supply_of_its_own_and_nothing_is_counted_twice) {
    own(yard_end) Yard *yard = yard_with_order();
    yard_fact(yard, "ship-notice doc=SH1 line=1 ref_doc=PO1 ref_line=1 qty=40 shipped_day=2026-05-28 promised_day=2026-06-06");
    own(look_end) Look look = look_on(yard, "2026-06-01");
    CHECK_EQ(look.view.supply_count, 2);
    CHECK_EQ(look.view.facts.on_order, 100 * MICRO);
    CHECK_EQ(shipment(&look.view, "SH1")->qty, 40 * MICRO);
    CHECK_EQ(shipment(&look.view, "SH1")->expected_day, yard_day("2026-06-06"));
    CHECK_EQ(shipment(&look.view, "")->qty, 60 * MICRO);
    CHECK_EQ(shipment(&look.view, "")->expected_day, yard_day("2026-06-20"));
    CHECK(strstr(shipment(&look.view, "SH1")->reason, "sent 4 days ago, due in 5 days by the supplier") != NULL);
}

TEST(receipts_are_of_what_was_sent_first) {
    own(yard_end) Yard *yard = yard_with_order();
    yard_fact(yard, "ship-notice doc=SH1 line=1 ref_doc=PO1 ref_line=1 qty=40 shipped_day=2026-05-20 promised_day=2026-05-26");
    yard_fact(yard, "ship-notice doc=SH2 line=1 ref_doc=PO1 ref_line=1 qty=60 shipped_day=2026-05-28 promised_day=2026-06-06");
    yard_fact(yard, "receipt-line doc=R1 line=1 ref_doc=PO1 ref_line=1 supplier=S item=A place=P qty=50 received_day=2026-05-27");
    own(look_end) Look look = look_on(yard, "2026-06-01");
    CHECK_EQ(look.view.supply_count, 1);
    CHECK_EQ(shipment(&look.view, "SH2")->qty, 50 * MICRO);
    CHECK_EQ(look.view.facts.on_order, 50 * MICRO);
}

TEST(the_carriers_newest_word_beats_the_senders) {
    own(yard_end) Yard *yard = yard_with_order();
    yard_fact(yard, "ship-notice doc=SH1 line=1 ref_doc=PO1 ref_line=1 qty=100 shipped_day=2026-05-28 promised_day=2026-06-06");
    yard_fact(yard, "carrier-status doc=SH1 line=1 status=in-transit as_of_day=2026-05-29 promised_day=2026-06-07");
    yard_fact(yard, "carrier-status doc=SH1 line=2 status=in-transit as_of_day=2026-05-31 promised_day=2026-06-11");
    own(look_end) Look look = look_on(yard, "2026-06-01");
    CHECK_EQ(shipment(&look.view, "SH1")->expected_day, yard_day("2026-06-11"));
    CHECK_EQ(shipment(&look.view, "SH1")->told_day, yard_day("2026-06-11"));
    CHECK(strstr(shipment(&look.view, "SH1")->reason, "by the carrier") != NULL);
    yard_fact(yard, "carrier-status doc=SH1 line=3 status=delayed as_of_day=2026-06-01 reason=snow");
    own(look_end) Look later = look_on(yard, "2026-06-02");
    CHECK_EQ(shipment(&later.view, "SH1")->told_day, NO_DAY);
    CHECK(strstr(shipment(&later.view, "SH1")->reason, "the carrier says delayed") != NULL);
}

TEST(how_notices_were_kept_is_learned) {
    int64_t expected[2];
    for (int k = 0; k < 2; k++) {
        own(yard_end) Yard *yard = yard_with_order();
        sent_before(yard, k ? 4 : 0);
        yard_fact(yard, "ship-notice doc=SHX line=1 ref_doc=PO1 ref_line=1 qty=100 shipped_day=2026-05-30 promised_day=2026-06-04");
        own(look_end) Look look = look_on(yard, "2026-06-01");
        expected[k] = shipment(&look.view, "SHX")->expected_day;
    }
    CHECK_EQ(expected[0], yard_day("2026-06-04"));
    CHECK_EQ(expected[1], yard_day("2026-06-08"));
}

/* An open line that came whole, some of it unfit, is not still on its way. */
TEST(what_came_unfit_came) {
    own(yard_end) Yard *yard = yard_with_order();
    sent_before(yard, 0);
    yard_fact(yard, "po-line doc=ODD line=1 supplier=S item=A place=P qty=20 price=10 order_day=2025-06-01 promised_day=2025-06-20 status=open");
    yard_fact(yard, "ship-notice doc=SHO line=1 ref_doc=ODD ref_line=1 qty=20 shipped_day=2025-06-10 promised_day=2025-06-15");
    yard_fact(yard, "receipt-line doc=RO line=1 ref_doc=ODD ref_line=1 supplier=S item=A place=P qty=20 unusable=5 received_day=2025-06-15");
    yard_fact(yard, "ship-notice doc=SHX line=1 ref_doc=PO1 ref_line=1 qty=100 shipped_day=2026-05-30 promised_day=2026-06-04");
    own(look_end) Look look = look_on(yard, "2026-06-01");
    CHECK_EQ(shipment(&look.view, "SHX")->expected_day, yard_day("2026-06-04"));
}

TEST(without_a_day_what_was_sent_takes_as_long_as_before) {
    own(yard_end) Yard *yard = yard_with_order();
    sent_before(yard, 2);
    yard_fact(yard, "ship-notice doc=SHX line=1 ref_doc=PO1 ref_line=1 qty=100 shipped_day=2026-05-30");
    own(look_end) Look look = look_on(yard, "2026-06-01");
    CHECK_EQ(shipment(&look.view, "SHX")->expected_day, yard_day("2026-06-06"));
}

TEST(a_notice_may_come_before_its_order_and_be_taken_back) {
    own(yard_end) Yard *yard = yard_begin();
    yard_masters(yard);
    yard_history(yard, "A", "P", yard_day("2026-01-05"), yard_day("2026-06-01"), 3);
    yard_fact(yard, "stock item=A place=P as_of_day=2026-05-31 on_hand=60");
    yard_fact(yard, "carrier-status doc=SH1 line=1 status=in-transit as_of_day=2026-05-29 promised_day=2026-06-09");
    yard_put(yard);
    yard_fact(yard, "ship-notice doc=SH1 line=1 ref_doc=PO1 ref_line=1 qty=40 shipped_day=2026-05-28 promised_day=2026-06-06");
    yard_put(yard);
    yard_fact(yard, "po-line doc=PO1 line=1 supplier=S item=A place=P qty=100 price=10 order_day=2026-05-10 promised_day=2026-06-20 status=open");
    own(look_end) Look look = look_on(yard, "2026-06-01");
    CHECK_EQ(shipment(&look.view, "SH1")->expected_day, yard_day("2026-06-09"));
    yard_fact(yard, "ship-notice doc=SH1 line=1 ref_doc=PO1 ref_line=1 qty=40 shipped_day=2026-05-28 correction=cancel");
    own(look_end) Look later = look_on(yard, "2026-06-01");
    CHECK_EQ(later.view.supply_count, 1);
    CHECK_EQ(later.view.supply[0].qty, 100 * MICRO);
    CHECK(later.view.supply[0].shipment[0] == 0);
}

/* A running plan takes a carrier's word without being begun anew. */
TEST(a_carriers_word_reaches_the_item_it_concerns) {
    Why why = { 0 };
    ItemView view;
    own(yard_end) Yard *yard = yard_with_order();
    yard_fact(yard, "ship-notice doc=SH1 line=1 ref_doc=PO1 ref_line=1 qty=100 shipped_day=2026-05-28 promised_day=2026-06-06");
    yard_put(yard);
    own(plan_end) Plan *plan = yard_plan(yard, "2026-06-01");
    yard_fact(yard, "carrier-status doc=SH1 line=1 status=in-transit as_of_day=2026-05-31 promised_day=2026-06-17");
    yard_put(yard);
    PlanResult result = yard_step(yard, plan, "2026-06-01");
    CHECK_EQ(result.refreshed, 1);
    CHECK_OK(plan_item(plan, yard->work, yard_item(yard, "A"), yard_place(yard, "P"), &view, &why));
    CHECK_EQ(shipment(&view, "SH1")->expected_day, yard_day("2026-06-17"));
}
