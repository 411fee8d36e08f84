/* Confidence: signs only take away, doubtful data keep a case below any automation line, and a kind that was hardly ever seen through is not automated. */
#include "base/decimal.h"
#include "base/time.h"
#include "draft/confidence.h"
#include "plan/yard.h"
#include "tests/test.h"

static Assessment assessed(Yard *yard, int on_hand, int per_day, int lead) {
    yard_masters(yard);
    yard_history(yard, "A", "P", yard_day("2026-01-01"), yard_day("2026-11-02"), per_day);
    yard_orders(yard, "A", "P", yard_day("2026-01-01"), yard_day("2026-10-20"), 14, lead, 14 * per_day);
    yard_factf(yard, "stock item=A place=P as_of_day=2026-11-01 on_hand=%d", on_hand);
    yard_put(yard);
    own(plan_end) Plan *plan = yard_look(yard, "2026-11-02");
    Assessment *a = yard_assess(yard, plan, "A");
    a->picture.terms = NULL;               /* it ends with the plan */
    return *a;
}

static Confidence confidence_of(const Picture *p, const Estimate *e) {
    Confidence c;
    confidence_make(NULL, p, e, "A", &(QuantityFlips){ 0 }, &c);
    return c;
}

TEST(more_of_any_sign_is_never_surer) {
    enum { CASES = 6 };
    ConfidenceSigns signs[CASES];
    Confidence said[CASES];
    for (int i = 0; i < CASES; i++) {
        own(yard_end) Yard *yard = yard_begin();
        Assessment a = assessed(yard, 10 + 12 * i, 4 + i % 3, 6 + 5 * (i % 2));
        CHECK(a.estimate.qty > 0);
        confidence_signs(&a.picture, &a.estimate, &(QuantityFlips){ 0 }, &signs[i]);
        said[i] = confidence_of(&a.picture, &a.estimate);
        CHECK(said[i].share > 0 && said[i].share < 1 && said[i].low <= said[i].share);
    }
    for (int i = 0; i < CASES; i++)
        for (int j = 0; j < CASES; j++) {
            bool more = true;
            for (int k = 0; k < SIGN_COUNT_; k++) more &= signs[i].of[k] >= signs[j].of[k];
            if (more) CHECK(said[i].share <= said[j].share + 1e-12 && said[i].low <= said[j].low + 1e-12);
        }
}

TEST(doubtful_data_push_a_sure_case_below_the_line) {
    own(yard_end) Yard *yard = yard_begin();
    Assessment a = assessed(yard, 20, 4, 10);
    CHECK(confidence_of(&a.picture, &a.estimate).low >= 0.9);
    static const uint32_t faults[] = { CASE_FLAG_BIT(STALE_FEED), CASE_FLAG_BIT(NEGATIVE_STOCK), CASE_FLAG_BIT(UNIT_DOUBT), CASE_FLAG_BIT(PHANTOM_STOCK), CASE_FLAG_BIT(DUPLICATE_SUPPLY),
                                       CASE_FLAG_BIT(PRICE_DOUBT), CASE_FLAG_BIT(NO_COST) };
    for (size_t i = 0; i < sizeof faults / sizeof faults[0]; i++) {
        Estimate e = a.estimate;
        e.flags |= faults[i];
        CHECK(confidence_of(&a.picture, &e).low < 0.8);
    }
}

TEST(odd_demand_and_slow_deliveries_are_gates_and_no_less_sure) {
    own(yard_end) Yard *yard = yard_begin();
    Assessment a = assessed(yard, 20, 4, 10);
    Estimate odd = a.estimate;
    odd.flags |= CASE_FLAG_BIT(EXCEPTIONAL_DEMAND) | CASE_FLAG_BIT(LEAD_DOUBT);
    CHECK_NEAR(confidence_of(&a.picture, &odd).low, confidence_of(&a.picture, &a.estimate).low, 1e-12);
}

TEST(a_kind_with_few_labels_says_its_parents_bound_and_is_not_automated) {
    own(yard_end) Yard *yard = yard_begin();
    Assessment a = assessed(yard, 20, 4, 10);
    Estimate move = a.estimate;
    move.source = SOURCE_TRANSFER;
    Confidence buy = confidence_of(&a.picture, &a.estimate), moved = confidence_of(&a.picture, &move);
    CHECK(moved.low < 0);
    CHECK(moved.share < buy.share);
}
