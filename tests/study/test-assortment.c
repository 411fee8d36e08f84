/* One service for the assortment: cheap and dear items share it by value, tiers keep what they are promised, money is the limit when it is given. */
#include "study/assortment.h"
#include "plan/yard.h"
#include "tests/test.h"

enum { ITEMS = 6 };

/* Six items with the same uneven demand; the first half costs 2, the others 200; the last one is a key item, one more never sells. */
static void cheap_and_dear(Yard *yard) {
    yard_fact(yard, "place place=P zone=UTC");
    yard_fact(yard, "supplier supplier=S currency=USD");
    yard_fact(yard, "customer customer=C tier=A");
    int32_t from = yard_day("2025-11-03"), to = yard_day("2026-11-02");
    for (int i = 0; i <= ITEMS; i++) {
        int price = i < ITEMS / 2 ? 2 : 200;
        yard_factf(yard, "item item=I%d price=%d currency=USD tier=%s lifecycle=active", i, price, i == ITEMS - 1 ? "key" : "A");
        yard_factf(yard, "item-supplier item=I%d supplier=S lead_days=10 price=%d currency=USD", i, price);
        yard_factf(yard, "item-place item=I%d place=P supplier=S review_days=7", i);
        yard_factf(yard, "stock item=I%d place=P as_of_day=2026-11-01 on_hand=5", i);
        if (i == ITEMS) continue;
        for (int32_t day = from; day < to; day++) {
            int units = (day * 7 + i * 3) % 11 == 0 ? 4 : (day * 5 + i) % 7 == 0 ? 1 : 0;
            if (units == 0) continue;
            const char *text = yard_day_text(yard, day);
            yard_factf(yard, "order-line doc=SO-%d-%d line=1 customer=C item=I%d place=P qty=%d order_day=%s requested_day=%s status=shipped", i, day, i, units, text, text);
        }
    }
    yard_put(yard);
}

static AssortmentCurves *curves_of(Yard *yard) {
    AssortmentCurves *curves = NULL;
    Why why = { 0 };
    PlanOptions options = yard_options(yard, "2026-11-02");
    options.write = PLAN_LOOK;
    CHECK_OK(assortment_begin(yard->store, 2, &options, &curves, &why));
    return curves;
}

static Assortment assortment_of(Yard *yard, AssortmentAsk ask) {
    own(assortment_end) AssortmentCurves *curves = curves_of(yard);
    Why why = { 0 };
    Assortment out = { 0 };
    CHECK_OK(assortment_choose(curves, &ask, yard->work, &out, &why));
    for (int t = 0; t < out.tiers; t++) out.tier[t].name = text_copy(yard->work, out.tier[t].name);     /* the curves end here */
    return out;
}

static double mean_service(const Assortment *a, int from, int to) {
    double sum = 0;
    for (int i = from; i < to; i++) sum += a->line[i].service;
    return sum / (to - from);
}

TEST(cheap_items_carry_the_service_of_the_assortment) {
    own(yard_end) Yard *yard = yard_begin();
    cheap_and_dear(yard);
    Assortment a = assortment_of(yard, (AssortmentAsk){ .service_micro = 950000 });
    CHECK(a.met);
    CHECK_EQ(a.lines, ITEMS);
    CHECK_EQ(a.left_out, 1);                                 /* what never sells keeps its target */
    CHECK(a.service >= 0.95 && a.service < 0.99);
    CHECK(mean_service(&a, 0, 3) > mean_service(&a, 3, 6) + 0.02);
    for (int i = 0; i < a.lines; i++) CHECK(a.line[i].next <= a.worth + 1e-9);
    for (int k = 1; k < a.curve_points; k++) CHECK(a.curve[k].service > a.curve[k - 1].service && a.curve[k].capital >= a.curve[k - 1].capital);
}

TEST(the_same_service_by_value_needs_less_stock_than_the_targets_in_force) {
    own(yard_end) Yard *yard = yard_begin();
    cheap_and_dear(yard);
    Assortment now = assortment_of(yard, (AssortmentAsk){ .service_micro = 500000 });
    Assortment a = assortment_of(yard, (AssortmentAsk){ .service_micro = (int64_t)(now.service_now * 1e6) });
    CHECK(a.met);
    CHECK(a.capital < now.capital_now);
}

TEST(a_tier_keeps_what_it_is_promised) {
    own(yard_end) Yard *yard = yard_begin();
    cheap_and_dear(yard);
    TierPromise promise = { .tier = "key", .least_micro = 990000 };
    Assortment a = assortment_of(yard, (AssortmentAsk){ .service_micro = 900000, .promise = &promise, .promises = 1 });
    CHECK(a.met);
    CHECK(a.line[ITEMS - 1].service >= 0.99);
    CHECK(a.line[ITEMS - 1].promised);
    CHECK(a.line[ITEMS - 2].service < 0.99);
}

TEST(a_budget_is_kept_and_an_unknown_tier_refused) {
    own(yard_end) Yard *yard = yard_begin();
    cheap_and_dear(yard);
    Assortment a = assortment_of(yard, (AssortmentAsk){ .budget_minor = 150000 });
    CHECK(a.met);
    CHECK(a.capital <= 1500 && a.service > 0.5);
    Why why = { 0 };
    own(assortment_end) AssortmentCurves *curves = curves_of(yard);
    TierPromise promise = { .tier = "gold", .least_micro = 990000 };
    CHECK(assortment_choose(curves, &(AssortmentAsk){ .service_micro = 900000, .promise = &promise, .promises = 1 }, yard->work, &a, &why) == ERR_INVALID);
}

TEST(one_set_of_curves_answers_every_wish_as_if_made_for_it) {
    own(yard_end) Yard *yard = yard_begin();
    cheap_and_dear(yard);
    own(assortment_end) AssortmentCurves *curves = curves_of(yard);
    Why why = { 0 };
    Assortment first, again;
    CHECK_OK(assortment_choose(curves, &(AssortmentAsk){ .budget_minor = 150000 }, yard->work, &first, &why));
    CHECK_OK(assortment_choose(curves, &(AssortmentAsk){ .service_micro = 950000 }, yard->work, &again, &why));
    Assortment alone = assortment_of(yard, (AssortmentAsk){ .service_micro = 950000 });
    CHECK_EQ(again.lines, alone.lines);
    for (int i = 0; i < alone.lines; i++) CHECK_NEAR(again.line[i].level, alone.line[i].level, 1e-12);
}
