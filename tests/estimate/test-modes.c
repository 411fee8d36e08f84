/* How things travel: what came another way than usual says nothing about a lane, and what is thin leans on everybody's by the same mode. */
#include "base/decimal.h"
#include "plan/supplier-view.h"
#include "plan/yard.h"
#include "tests/test.h"

static int documents;

/* Ordered every week in [from, to), each there `lead` days and a few later; more: what the line tells besides. */
static void came(Yard *yard, const char *supplier, const char *item, int weeks, int lead, const char *more) {
    for (int w = 0; w < weeks; w++) {
        int n = documents++, days = lead + w % 3;
        int32_t day = yard_day("2026-01-05") + 7 * w;
        yard_factf(yard, "po-line doc=PM%d line=1 supplier=%s item=%s place=P qty=40 price=10 order_day=%s status=closed%s", n, supplier, item, yard_day_text(yard, day), more);
        yard_factf(yard, "receipt-line doc=RM%d line=1 ref_doc=PM%d ref_line=1 supplier=%s item=%s place=P qty=40 received_day=%s", n, n, supplier, item, yard_day_text(yard, day + days));
    }
}

static ItemView page(Yard *yard, Plan *plan, const char *item) {
    Why why = { 0 };
    ItemView view;
    CHECK_OK(plan_item(plan, yard->work, yard_item(yard, item), yard_place(yard, "P"), &view, &why));
    return view;
}

TEST(what_was_flown_in_once_says_nothing_about_a_lane_by_sea) {
    own(yard_end) Yard *yard = yard_begin();
    yard_masters(yard);
    yard_fact(yard, "supplier supplier=S description=Smith currency=USD mode=sea version=2");
    came(yard, "S", "A", 12, 40, "");
    came(yard, "S", "A", 8, 4, " mode=air");
    yard_fact(yard, "po-line doc=PSEA line=1 supplier=S item=A place=P qty=40 price=10 order_day=2026-05-30 status=open");
    yard_fact(yard, "po-line doc=PAIR line=1 supplier=S item=A place=P qty=40 price=10 order_day=2026-05-30 status=open mode=air");
    yard_put(yard);
    own(plan_end) Plan *plan = yard_plan(yard, "2026-06-01");
    ItemView view = page(yard, plan, "A");
    CHECK_STR(view.lead.mode, "sea");
    CHECK(view.lead.p50 >= 40 && view.lead.p50 <= 42);
    CHECK_EQ(view.supply_count, 2);
    for (int i = 0; i < 2; i++) {
        bool flies = strcmp(view.supply[i].doc, "PAIR") == 0;
        int32_t in = view.supply[i].expected_day - yard_day("2026-06-01");
        CHECK_STR(view.supply[i].mode, flies ? "air" : "sea");
        CHECK(flies ? in <= 6 : in >= 36 && in <= 42);
    }
    Why why = { 0 };
    SupplierView supplier;
    CHECK_OK(plan_supplier(plan, yard->work, "S", &supplier, &why));
    CHECK_EQ(supplier.modes, 2);
    CHECK_STR(supplier.mode[0].mode, "sea");                 /* most orders first */
    CHECK(supplier.mode[0].p50 >= 40 && supplier.mode[1].p50 <= 6);
}

/* T has sent once; the terms of the item say how he sends it. */
static int64_t lead_of_one_delivery(const char *mode) {
    own(yard_end) Yard *yard = yard_begin();
    yard_masters(yard);
    came(yard, "S", "A", 12, 40, " mode=sea");
    came(yard, "S", "A", 12, 5, " mode=air");
    yard_factf(yard, "item-supplier item=B supplier=T price=10 currency=USD%s version=9", mode);
    yard_fact(yard, "item-place item=B place=P supplier=T review_days=7 version=9");
    came(yard, "T", "B", 1, 20, "");
    yard_put(yard);
    own(plan_end) Plan *plan = yard_plan(yard, "2026-06-01");
    return page(yard, plan, "B").lead.p50;
}

TEST(one_delivery_leans_on_what_others_took_by_the_same_mode) {
    int64_t air = lead_of_one_delivery(" mode=air"), sea = lead_of_one_delivery(" mode=sea"), untold = lead_of_one_delivery("");
    CHECK(air < untold);
    CHECK(untold < sea);
}

TEST(a_supplier_who_never_sent_by_the_told_mode_is_known_by_his_others) {
    own(yard_end) Yard *yard = yard_begin();
    yard_masters(yard);
    came(yard, "T", "B", 12, 15, " mode=road");
    yard_fact(yard, "supplier supplier=T description=Taylor currency=USD mode=rail version=2");
    yard_fact(yard, "item-place item=B place=P supplier=T review_days=7 version=9");
    yard_put(yard);
    own(plan_end) Plan *plan = yard_plan(yard, "2026-06-01");
    ItemView view = page(yard, plan, "B");
    CHECK_STR(view.lead.basis, "supplier");
    CHECK(view.lead.p50 >= 15 && view.lead.p50 <= 17);
    CHECK_EQ(view.lead.stated_days, CASE_NONE);
}

/* Nobody says how T usually sends: what he sent came by one. */
TEST(a_supplier_of_whom_no_mode_is_told_leans_on_his_commonest) {
    int64_t p50[2];
    for (int by_air = 0; by_air < 2; by_air++) {
        own(yard_end) Yard *yard = yard_begin();
        yard_masters(yard);
        came(yard, "S", "A", 12, 40, " mode=sea");
        came(yard, "S", "A", 12, 5, " mode=air");
        yard_fact(yard, "item-place item=B place=P supplier=T review_days=7 version=9");
        came(yard, "T", "B", 1, 20, by_air ? " mode=air" : " mode=sea");
        yard_put(yard);
        own(plan_end) Plan *plan = yard_plan(yard, "2026-06-01");
        ItemView view = page(yard, plan, "B");
        CHECK_STR(view.lead.mode, "");
        p50[by_air] = view.lead.p50;
    }
    CHECK(p50[1] < p50[0]);
}
