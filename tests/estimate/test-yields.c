/* What is on order counts as far as a supplier's promised lines could be used in the end. */
#include "base/decimal.h"
#include "plan/yard.h"
#include "tests/test.h"

static int documents;

/* Twenty promised lines of 100 that are over, of each `got` received and `unusable` of these no good; confirmed: what their acknowledgement told, 0 = none. */
static void over(Yard *yard, const char *supplier, int lines, int got, int unusable, int confirmed) {
    for (int i = 0; i < lines; i++) {
        int n = documents++;
        int32_t day = yard_day("2026-01-05") + 5 * i;
        yard_factf(yard, "po-line doc=PY%d line=1 supplier=%s item=A place=P qty=100 price=10 order_day=%s promised_day=%s status=closed", n, supplier, yard_day_text(yard, day), yard_day_text(yard, day + 14));
        if (confirmed) yard_factf(yard, "po-ack doc=AY%d line=1 ref_doc=PY%d ref_line=1 qty=%d promised_day=%s order_day=%s status=changed", n, n, confirmed, yard_day_text(yard, day + 14), yard_day_text(yard, day + 1));
        yard_factf(yard, "receipt-line doc=RY%d line=1 ref_doc=PY%d ref_line=1 supplier=%s item=A place=P qty=%d unusable=%d received_day=%s", n, n, supplier, got, unusable, yard_day_text(yard, day + 14));
    }
}

/* Of 1,000 on order from S, with a promise: how many are not expected. */
static double not_expected(Yard *yard, const char *more) {
    yard_masters(yard);
    yard_factf(yard, "po-line doc=OPEN line=1 supplier=S item=A place=P qty=1000 price=10 order_day=2026-05-28 status=open%s", more);
    yard_put(yard);
    own(plan_end) Plan *plan = yard_look(yard, "2026-06-01");
    return yard_assess(yard, plan, "A")->picture.expected_short;
}

static const char *const promised = " promised_day=2026-06-11";

TEST(what_a_supplier_ships_short_or_unusable_is_not_counted_on) {
    double all_good, tenth_short, tenth_bad, others_short;
    { own(yard_end) Yard *yard = yard_begin(); over(yard, "S", 20, 100, 0, 0); all_good = not_expected(yard, promised); }
    { own(yard_end) Yard *yard = yard_begin(); over(yard, "S", 20, 90, 0, 0); tenth_short = not_expected(yard, promised); }
    { own(yard_end) Yard *yard = yard_begin(); over(yard, "S", 20, 100, 10, 0); tenth_bad = not_expected(yard, promised); }
    { own(yard_end) Yard *yard = yard_begin(); over(yard, "S", 20, 100, 0, 0); over(yard, "T", 20, 80, 0, 0); others_short = not_expected(yard, promised); }
    CHECK_NEAR(all_good, 0, 1e-6);
    CHECK_NEAR(tenth_short, 100, 1e-3);
    CHECK_NEAR(tenth_bad, 100, 1e-3);
    CHECK(others_short > 20 && others_short < 60);           /* he leans on all as if eight orders more were known */
}

TEST(what_was_confirmed_short_is_not_short_twice) {
    own(yard_end) Yard *yard = yard_begin();
    over(yard, "S", 20, 80, 0, 80);
    CHECK_NEAR(not_expected(yard, promised), 0, 1e-6);       /* what comes is what he confirms */
}

TEST(what_was_told_as_sent_is_counted_on_whole) {
    own(yard_end) Yard *yard = yard_begin();
    over(yard, "S", 20, 90, 0, 0);
    yard_fact(yard, "ship-notice doc=SH line=1 ref_doc=OPEN ref_line=1 qty=1000 shipped_day=2026-05-30 promised_day=2026-06-11");
    CHECK_NEAR(not_expected(yard, promised), 0, 1e-6);
}
