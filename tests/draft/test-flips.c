/* What would change the answer: each flip told is where planning itself changes its mind, and one grain before it does not. */
#include <string.h>

#include "base/decimal.h"
#include "base/time.h"
#include "plan/view-flips.h"
#include "plan/yard.h"
#include "tests/test.h"

typedef struct Told { int on_hand, moq; const char *target; } Told;

static void steady(Yard *yard, Told w) {
    yard_masters(yard);
    yard_history(yard, "A", "P", yard_day("2026-01-01"), yard_day("2026-11-02"), 4);
    yard_orders(yard, "A", "P", yard_day("2026-01-01"), yard_day("2026-10-20"), 14, 10, 56);
    yard_factf(yard, "stock item=A place=P as_of_day=2026-11-01 on_hand=%d", w.on_hand);
    yard_factf(yard, "item-supplier item=A supplier=S lead_days=14 moq=%d multiple=1 price=10 currency=USD version=2", w.moq);
    yard_factf(yard, "item-place item=A place=P supplier=S review_days=7 min_qty=20 max_qty=90 service_target=%s version=2", w.target);
    yard_put(yard);
}

static Flips flips_of(Yard *yard) {
    Why why = { 0 };
    Flips flips = { 0 };
    own(plan_end) Plan *plan = yard_look(yard, "2026-11-02");
    CHECK_OK(plan_flips(plan, yard_item(yard, "A"), yard_place(yard, "P"), CASE_BUY, yard->work, &flips, &why));
    return flips;
}

static const Flip *flip_find(const Flips *flips, FlipInput input, FlipEvent event) {
    for (int i = 0; i < flips->count; i++)
        if (flips->flip[i].input == input && flips->flip[i].event == event) return &flips->flip[i];
    return NULL;
}

/* Planning anew from changed facts: what would it order, 0 when no case is wanted? */
static int64_t wanted_with(Told w) {
    own(yard_end) Yard *yard = yard_begin();
    steady(yard, w);
    own(plan_end) Plan *plan = yard_look(yard, "2026-11-02");
    plan->context.fill = NULL;                               /* for itself, as flips are */
    Assessment *a = yard_assess(yard, plan, "A");
    return estimate_wants_order(&plan->context, &a->estimate) ? a->estimate.qty : 0;
}

static const Told start = { .on_hand = 44, .moq = 12, .target = "0.95" };

TEST(so_many_more_in_stock_and_planning_itself_asks_for_nothing_one_less_and_it_asks) {
    own(yard_end) Yard *yard = yard_begin();
    steady(yard, start);
    Flips flips = flips_of(yard);
    CHECK(flips.wanted && flips.qty == wanted_with(start));
    CHECK(strcmp(flips.target_because, "told for this item at this place") == 0);
    const Flip *stock = flip_find(&flips, FLIP_STOCK, FLIP_NONE);
    CHECK(stock && stock->steps > 0);
    CHECK(strncmp(stock->text, "If ", 3) == 0 && strstr(stock->text, " EA more were found in stock, no order would be needed"));
    Told there = start, before = start;
    there.on_hand += (int)stock->steps;
    before.on_hand += (int)stock->steps - 1;
    CHECK_EQ(wanted_with(there), 0);
    CHECK(wanted_with(before) > 0);
}

TEST(another_smallest_order_gives_the_quantity_that_was_told) {
    own(yard_end) Yard *yard = yard_begin();
    steady(yard, start);
    Flips flips = flips_of(yard);
    const Flip *minimum = flip_find(&flips, FLIP_MINIMUM, FLIP_QUANTITY);
    CHECK(minimum && minimum->steps > 0);
    Told there = start;
    there.moq = (int)minimum->to;
    CHECK_EQ(wanted_with(there), minimum->qty);
}

TEST(less_demand_a_shorter_lead_time_and_a_lower_target_each_end_the_need_and_nearest_comes_first) {
    own(yard_end) Yard *yard = yard_begin();
    steady(yard, start);
    Flips flips = flips_of(yard);
    const Flip *demand = flip_find(&flips, FLIP_DEMAND, FLIP_NONE), *lead = flip_find(&flips, FLIP_LEAD, FLIP_NONE);
    CHECK(demand && demand->steps < 0 && demand->to < demand->from);
    CHECK(!lead || lead->steps < 0);
    for (int i = 1; i < flips.count; i++) CHECK(flips.flip[i].size >= flips.flip[i - 1].size);
}

TEST(what_no_case_asks_for_has_no_flips_and_a_doubt_is_refused) {
    own(yard_end) Yard *yard = yard_begin();
    Told full = start;
    full.on_hand = 400;
    steady(yard, full);
    Flips flips = flips_of(yard);
    CHECK(!flips.wanted && flips.count == 0);
    Why why = { 0 };
    own(plan_end) Plan *plan = yard_look(yard, "2026-11-02");
    CHECK_EQ(plan_flips(plan, yard_item(yard, "A"), yard_place(yard, "P"), CASE_FIX_DATA, yard->work, &flips, &why), ERR_INVALID);
}

TEST(another_quantity_is_told_as_the_proposed_one_is) {
    own(yard_end) Yard *yard = yard_begin();
    steady(yard, start);
    own(plan_end) Plan *plan = yard_plan(yard, "2026-11-02");
    Case c = yard_case(yard, "A", "P", CASE_BUY, NULL), tried;
    Why why = { 0 };
    CHECK_OK(plan_try(plan, yard_item(yard, "A"), yard_place(yard, "P"), CASE_BUY, c.action.qty, yard->work, &tried, &why));
    CHECK_EQ(tried.options_count, 2);
    for (int i = 0; i < 2; i++) {                            /* the case's own option, to the cent */
        CHECK_EQ(tried.options[i].qty, c.options[0].qty);
        CHECK_EQ(tried.options[i].p_out_ppm, c.options[0].p_out_ppm);
        CHECK_EQ(tried.options[i].cost_minor, c.options[0].cost_minor);
        CHECK_EQ(tried.options[i].capital_minor, c.options[0].capital_minor);
        CHECK_EQ(tried.options[i].arrival_day, c.options[0].arrival_day);
    }
    int64_t less = CASE_NONE;
    for (int64_t qty = 0; qty <= 2 * c.action.qty; qty += c.action.qty / 2) {
        CHECK_OK(plan_try(plan, yard_item(yard, "A"), yard_place(yard, "P"), CASE_BUY, qty, yard->work, &tried, &why));
        CHECK(less == CASE_NONE || tried.options[1].p_out_ppm <= less + 5000);      /* more never runs out sooner, but for the lattice it is carried on */
        less = tried.options[1].p_out_ppm;
        CHECK_EQ(tried.options[1].capital_minor, qty / MICRO * 1000);
    }
    CHECK_OK(plan_try(plan, yard_item(yard, "A"), yard_place(yard, "P"), CASE_BUY, 0, yard->work, &tried, &why));
    CHECK_EQ(tried.options[1].p_out_ppm, c.options[1].p_out_ppm);           /* none is to wait */
    CHECK_EQ(tried.options[1].cost_minor, c.options[1].cost_minor);
    CHECK_EQ(plan_try(plan, yard_item(yard, "A"), yard_place(yard, "P"), CASE_BUY, -1, yard->work, &tried, &why), ERR_INVALID);
    CHECK_EQ(plan_try(plan, yard_item(yard, "A"), yard_place(yard, "P"), CASE_FIX_DATA, 0, yard->work, &tried, &why), ERR_INVALID);
}
