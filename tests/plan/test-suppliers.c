/* Suppliers as screens see them: on time in full, score and reasons, change, too few receipts. */
#include <string.h>

#include "base/json.h"
#include "base/time.h"
#include "plan/supplier-view.h"
#include "plan/yard.h"
#include "tests/test.h"

static int documents;

/* One order and what came of it; lead 0: nothing yet. */
static void order(Yard *yard, const char *supplier, const char *item, int32_t day, int promised, int lead, int qty, int got) {
    int n = documents++;
    yard_factf(yard, "po-line doc=PX%d line=1 supplier=%s item=%s place=P qty=%d price=10 currency=USD order_day=%s requested_day=%s promised_day=%s status=%s", n, supplier, item, qty,
               yard_day_text(yard, day), yard_day_text(yard, day + 10), yard_day_text(yard, day + promised), lead ? "closed" : "open");
    if (lead) yard_factf(yard, "receipt-line doc=RX%d line=1 ref_doc=PX%d ref_line=1 supplier=%s item=%s place=P qty=%d unusable=0 received_day=%s", n, n, supplier, item, got,
                         yard_day_text(yard, day + lead));
}

/* S: 14 days as promised, then 24; T: seven good orders. */
static void history(Yard *yard) {
    yard_masters(yard);
    int32_t turn = yard_day("2026-02-01");
    for (int32_t day = yard_day("2025-07-01"); day < yard_day("2026-05-01"); day += 7) order(yard, "S", "A", day, 14, day < turn ? 14 : 24, 40, 40);
    for (int i = 0; i < 7; i++) order(yard, "T", "B", yard_day("2026-01-10") + 14 * i, 14, 12, 10, 10);
    order(yard, "S", "B", yard_day("2026-01-05"), 14, 14, 40, 30);        /* closed a quarter short; B then has two sources */
    order(yard, "S", "A", yard_day("2026-05-25"), 14, 0, 40, 0);
    yard_fact(yard, "po-line doc=PC line=1 supplier=S item=A place=P qty=40 price=10 currency=USD order_day=2026-03-01 promised_day=2026-03-15 status=cancelled");
    yard_fact(yard, "receipt-line doc=RC line=1 ref_doc=PC ref_line=1 supplier=S item=A place=P qty=5 unusable=0 received_day=2026-04-20");
    yard_put(yard);
}

TEST(a_supplier_is_told_with_reasons_change_and_money) {
    Why why = { 0 };
    own(yard_end) Yard *yard = yard_begin();
    history(yard);
    own(plan_end) Plan *plan = yard_plan(yard, "2026-06-01");
    SupplierFigures *rows;
    int count;
    CHECK_OK(plan_suppliers(plan, yard->work, &rows, &count, &why));
    CHECK_EQ(count, 2);
    const SupplierFigures *s = &rows[0];
    CHECK_STR(s->code, "S");                                 /* most money first */
    CHECK(s->scored);
    CHECK_STR(s->reason[0], "late");
    CHECK(s->late_ppm > 450000);
    CHECK(s->change_day >= yard_day("2026-01-26") && s->change_day <= yard_day("2026-02-08"));
    CHECK_EQ(s->change_before, 14);
    CHECK_EQ(s->change_after, 24);
    CHECK_EQ(s->items, 2);
    CHECK_EQ(s->sole_items, 1);
    CHECK_EQ(s->open_lines, 1);
    CHECK_EQ(s->overdue_lines, 0);
    CHECK_EQ(s->lines_due, 45);                              /* not the cancelled one, though a part of it came */
    CHECK(s->otif_lines_ppm > 600000 && s->otif_lines_ppm < 800000);
    CHECK_EQ(s->requested_lines_ppm, 0);                     /* padded promises: nothing came when it was asked for */
    CHECK_EQ(s->ack_days, CASE_NONE);                        /* nobody tells of acknowledgements */
    CHECK_EQ(s->unacknowledged_ppm, CASE_NONE);
    CHECK(s->spend_share_ppm > 900000);
}

TEST(seven_good_orders_are_no_score_and_say_so) {
    Why why = { 0 };
    own(yard_end) Yard *yard = yard_begin();
    history(yard);
    own(plan_end) Plan *plan = yard_plan(yard, "2026-06-01");
    SupplierView view;
    CHECK_OK(plan_supplier(plan, yard->work, "T", &view, &why));
    CHECK(!view.figures.scored);
    CHECK_EQ(view.figures.score, CASE_NONE);
    CHECK_EQ(view.figures.receipts, 7);
    CHECK_EQ(view.figures.otif_lines_ppm, 1000000);
    own(buf_end) Buf out = buf_begin(MiB);
    supplier_view_write(&out, &view);
    CHECK(text_find(buf_text(&out), "\"score\":null") >= 0);
    CHECK(text_find(buf_text(&out), "too few receipts") >= 0);
    CHECK_FAILS(ERR_NOT_FOUND, plan_supplier(plan, yard->work, "NOBODY", &view, &why));
}

TEST(a_page_shows_months_open_lines_and_what_was_left_out) {
    Why why = { 0 };
    own(yard_end) Yard *yard = yard_begin();
    documents = 0;
    history(yard);
    yard_fact(yard, "exceptional ref_doc=RX0 ref_line=1 supplier=S item=A place=P status=marked reason=strike version=1");
    yard_fact(yard, "item-supplier item=B supplier=S lead_days=10 price=10 currency=USD version=2");
    yard_fact(yard, "item-supplier item=B supplier=T lead_days=90 price=10 currency=USD");
    yard_put(yard);
    own(plan_end) Plan *plan = yard_plan(yard, "2026-06-01");
    SupplierView view;
    CHECK_OK(plan_supplier(plan, yard->work, "S", &view, &why));
    CHECK_EQ(view.open_count, 1);
    CHECK_STR(view.open[0].item, "A");
    CHECK(view.open[0].line.late_ppm > 450000);
    CHECK_EQ(view.left_out_count, 1);
    CHECK_STR(view.left_out[0].doc, "PX0");
    CHECK_EQ(view.months, 24);
    CHECK_EQ(view.month[23].day, yard_day("2026-06-01"));
    int64_t due = 0, late = 0;
    for (int i = 0; i < view.months; i++) {
        due += view.month[i].due;
        late += view.month[i].late;
    }
    CHECK_EQ(due, 44);
    CHECK_EQ(late, 13);
    CHECK(view.lead.count > 0);
    CHECK_EQ(view.lead.stated_days, 14);                     /* 10, 14, 14 of his items; nobody else's */
    CHECK_STR(view.open[0].uom, "EA");
}

TEST(no_order_line_is_no_supplier_row) {
    Why why = { 0 };
    own(yard_end) Yard *yard = yard_begin();
    yard_masters(yard);
    yard_put(yard);
    own(plan_end) Plan *plan = yard_plan(yard, "2026-06-01");
    SupplierFigures *rows;
    SupplierView view;
    int count;
    CHECK_OK(plan_suppliers(plan, yard->work, &rows, &count, &why));
    CHECK_EQ(count, 0);
    CHECK_OK(plan_supplier(plan, yard->work, "S", &view, &why));
    CHECK_EQ(view.figures.otif_lines_ppm, CASE_NONE);
    CHECK_EQ(view.figures.spend_minor, 0);
    CHECK_EQ(view.figures.spend_share_ppm, CASE_NONE);
}
