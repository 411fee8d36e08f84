/* Orders to suppliers that ask for a minimum: filled up from what would be bought anyway soon, all or nothing, once. */
#include <stdlib.h>
#include <string.h>

#include "base/decimal.h"
#include "base/time.h"
#include "plan/yard.h"
#include "tests/test.h"

static const char *const names[] = { "A", "B", "D" };

/* A needs about 450 of value for itself; B and D sell alike and have more left. `supplier` is what S tells. */
static Yard *group_yard(const char *supplier, int b_stock, int d_stock) {
    Yard *yard = yard_begin();
    yard_masters(yard);
    yard_factf(yard, "supplier supplier=S description=Smith currency=USD %s version=2", supplier);
    int stock[] = { 20, b_stock, d_stock };
    for (int i = 0; i < 3; i++) {
        yard_history(yard, names[i], "P", yard_day("2026-01-01"), yard_day("2026-11-02"), 4);
        yard_orders(yard, names[i], "P", yard_day("2026-01-01"), yard_day("2026-10-20"), 14, 10, 56);
        yard_factf(yard, "stock item=%s place=P as_of_day=2026-11-01 on_hand=%d", names[i], stock[i]);
        yard_factf(yard, "item item=%s description=Thing-%s price=10 currency=USD tier=A lifecycle=active weight=2 volume=0.01 pallet_qty=48 version=2", names[i], names[i]);
    }
    yard_put(yard);
    return yard;
}

static bool has_buy(Yard *yard, const char *item) { return yard_has_case(yard, item, "P", CASE_BUY, ""); }
static int64_t added(const Case *c) { return c->action.order.to_minimum + c->action.order.to_load; }

static int64_t reached(Yard *yard, CaseMeasure measure) {
    int64_t sum = 0;
    for (int i = 0; i < 3; i++) {
        if (!has_buy(yard, names[i])) continue;
        Case c = yard_case(yard, names[i], "P", CASE_BUY, NULL);
        CHECK_EQ(case_terms_sum(&c), c.action.qty);
        sum += case_measure(&c, measure, c.action.qty);
    }
    return sum;
}

TEST(an_order_below_its_minimum_is_filled_up_from_what_would_be_bought_soon) {
    own(yard_end) Yard *yard = group_yard("minimum_amount=2000", 100, 130);
    own(plan_end) Plan *plan = yard_plan(yard, "2026-11-02");
    Case a = yard_case(yard, "A", "P", CASE_BUY, NULL);
    CHECK_EQ(a.action.order.choice, ORDER_FILLED);
    CHECK_EQ(a.action.minimum_minor, 200000);
    CHECK(a.action.order.limit[MEASURE_VALUE].own < 200000);
    CHECK(a.action.order.limit[MEASURE_VALUE].reached >= 200000);
    CHECK(reached(yard, MEASURE_VALUE) >= 200000);
    CHECK(reached(yard, MEASURE_VALUE) < 200000 + 12 * 1000);        /* and by less than one smallest order more */
    CHECK(!(a.flags & CASE_FLAG_BIT(BELOW_MINIMUM)));
    Case b = yard_case(yard, "B", "P", CASE_BUY, NULL);
    CHECK(b.flags & CASE_FLAG_BIT(PULLED_FORWARD));
    CHECK_EQ(added(&b), b.action.qty);                               /* it needs nothing for itself */
    CHECK_EQ(b.action.qty % (6 * MICRO), 0);
    CHECK(b.action.order.early_days >= 7);
    CHECK(strstr(b.title, "minimum") != NULL);
    int seen = 0;
    for (int i = 0; i < b.terms_count; i++) seen += strcmp(b.terms[i].code, "fill-minimum") == 0 && b.terms[i].qty == b.action.qty;
    CHECK_EQ(seen, 1);
    own(buf_end) Buf once = buf_begin(MiB), twice = buf_begin(MiB);
    Why why = { 0 };
    Case again;
    case_write(&once, &b);
    CHECK_OK(case_read(yard->work, buf_text(&once), &again, &why));
    case_write(&twice, &again);
    CHECK_STR(buf_str(&once), buf_str(&twice));
}

TEST(what_lasts_longer_is_brought_forward_less) {
    own(yard_end) Yard *yard = group_yard("minimum_amount=2400", 80, 140);
    own(plan_end) Plan *plan = yard_plan(yard, "2026-11-02");
    int64_t b = has_buy(yard, "B") ? yard_case(yard, "B", "P", CASE_BUY, NULL).action.qty : 0, d = has_buy(yard, "D") ? yard_case(yard, "D", "P", CASE_BUY, NULL).action.qty : 0;
    CHECK(b > d);
}

TEST(each_measure_that_is_asked_for_is_met) {
    static const struct { const char *asks; CaseMeasure measure; int64_t least; } rows[] = {
        { "minimum_weight=400", MEASURE_WEIGHT, 400 * MICRO }, { "minimum_volume=2", MEASURE_VOLUME, 2 * MICRO }, { "minimum_pallets=4", MEASURE_PALLETS, 4 * MICRO } };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        own(yard_end) Yard *yard = group_yard(rows[i].asks, 100, 130);
        own(plan_end) Plan *plan = yard_plan(yard, "2026-11-02");
        CHECK_EQ(yard_case(yard, "A", "P", CASE_BUY, NULL).action.order.choice, ORDER_FILLED);
        CHECK(reached(yard, rows[i].measure) >= rows[i].least - 1);
    }
}

TEST(a_second_run_a_restart_and_a_sent_order_add_nothing) {
    own(yard_end) Yard *yard = group_yard("minimum_amount=2000", 100, 130);
    own(plan_end) Plan *plan = yard_plan(yard, "2026-11-02");
    int64_t before = reached(yard, MEASURE_VALUE);
    PlanResult again = yard_step(yard, plan, "2026-11-02");
    CHECK_EQ(again.cases_new + again.cases_changed + again.cases_closed, 0);
    plan_end(&plan);
    Why why = { 0 };
    CHECK_OK(plan_begin(yard->store, 1, &plan, &why));
    again = yard_step(yard, plan, "2026-11-02");
    CHECK_EQ(again.cases_new + again.cases_changed + again.cases_closed, 0);
    CHECK_EQ(reached(yard, MEASURE_VALUE), before);
    /* The order is placed as proposed: it is on its way, and nothing more is wanted. */
    for (int i = 0; i < 3; i++) {
        if (!has_buy(yard, names[i])) continue;
        Case c = yard_case(yard, names[i], "P", CASE_BUY, NULL);
        yard_factf(yard, "po-line doc=PO-NEW line=%d supplier=S item=%s place=P qty=%lld price=10 order_day=2026-11-02 promised_day=2026-11-12 status=open", i + 1, names[i],
                   (long long)(c.action.qty / MICRO));
    }
    yard_put(yard);
    yard_step(yard, plan, "2026-11-02");
    for (int i = 0; i < 3; i++) CHECK(!has_buy(yard, names[i]));
}

TEST(waiting_is_proposed_where_it_is_cheaper_and_then_no_rule_orders) {
    own(yard_end) Yard *yard = group_yard("minimum_amount=60000", 100, 130);
    own(plan_end) Plan *plan = yard_plan(yard, "2026-11-02");
    Case a = yard_case(yard, "A", "P", CASE_BUY, NULL);
    CHECK(a.action.order.choice == ORDER_WAIT || a.action.order.choice == ORDER_CANNOT);
    CHECK(a.flags & CASE_FLAG_BIT(BELOW_MINIMUM));
    CHECK_EQ(added(&a), 0);
    CHECK(!has_buy(yard, "B") && !has_buy(yard, "D"));
}

TEST(nothing_is_filled_up_so_far_that_excess_follows) {
    own(yard_end) Yard *yard = group_yard("minimum_amount=15000", 100, 130);
    yard_policy(yard, "{\"policy\":1,\"name\":\"yard\",\"currency\":\"USD\",\"costs\":{\"holding_rate_year\":0.0001,\"lost_share\":0.35,\"order_cost\":0},\"queue\":{\"least_rank\":1},"
                      "\"excess\":{\"cover_days\":100,\"least_value\":1},\"tiers\":[{\"id\":\"R9\",\"when\":{},\"tier\":\"review\"}]}");
    own(plan_end) Plan *plan = yard_plan(yard, "2026-11-02");
    for (int i = 0; i < 3; i++) {
        if (!has_buy(yard, names[i])) continue;
        Case c = yard_case(yard, names[i], "P", CASE_BUY, NULL);
        CHECK(micro_to_double(c.action.qty + c.facts.on_hand) <= 100 * micro_to_double(c.facts.demand_mean_day) + 1);
        yard_factf(yard, "stock item=%s place=P as_of_day=2026-11-02 on_hand=%lld", names[i], (long long)((c.action.qty + c.facts.on_hand) / MICRO));
    }
    yard_put(yard);
    yard_step(yard, plan, "2026-11-02");
    for (int i = 0; i < 3; i++) CHECK(!yard_has_case(yard, names[i], "P", CASE_EXCESS, ""));
}

TEST(doubted_and_ending_items_are_not_brought_forward) {
    own(yard_end) Yard *yard = group_yard("minimum_amount=1500", 80, 200);
    yard_fact(yard, "item item=B description=Thing-B price=10 currency=USD tier=A lifecycle=phase-out version=3");
    yard_put(yard);
    own(plan_end) Plan *plan = yard_plan(yard, "2026-11-02");
    CHECK(!has_buy(yard, "B"));
    CHECK_EQ(yard_case(yard, "A", "P", CASE_BUY, NULL).action.order.choice, ORDER_FILLED);
}

TEST(a_truck_is_filled_where_its_freight_is_worth_it_and_not_beyond) {
    own(yard_end) Yard *yard = group_yard("weight=500 order_cost=900", 100, 130);
    own(plan_end) Plan *plan = yard_plan(yard, "2026-11-02");
    Case a = yard_case(yard, "A", "P", CASE_BUY, NULL);
    CHECK_EQ(a.action.order.choice, ORDER_FILLED);
    CHECK_EQ(a.action.order.trucks, 1);
    CHECK(a.action.order.saving_minor > 0);
    CHECK(reached(yard, MEASURE_WEIGHT) <= 500 * MICRO);
    CHECK(reached(yard, MEASURE_WEIGHT) > 470 * MICRO);
    own(yard_end) Yard *free_freight = group_yard("weight=500 order_cost=0", 100, 130);
    own(plan_end) Plan *other = yard_plan(free_freight, "2026-11-02");
    CHECK(!has_buy(free_freight, "D"));
}

TEST(an_order_that_is_told_to_cost_nothing_fills_no_truck_whatever_orders_cost_by_the_policy) {
    own(yard_end) Yard *yard = group_yard("weight=500 order_cost=0", 100, 130);
    yard_policy(yard, "{\"policy\":1,\"name\":\"yard\",\"currency\":\"USD\",\"costs\":{\"holding_rate_year\":0.22,\"lost_share\":0.35,\"order_cost\":90000},\"queue\":{\"least_rank\":1},"
                      "\"tiers\":[{\"id\":\"R9\",\"when\":{},\"tier\":\"review\"}]}");
    own(plan_end) Plan *plan = yard_plan(yard, "2026-11-02");
    Case a = yard_case(yard, "A", "P", CASE_BUY, NULL);
    CHECK_EQ(a.action.order.trucks, 1);
    CHECK(a.action.order.saving_minor < 1000);                /* what its own lines gain by a step more; with freight of 900 it is 68060 */
}

/* What a person decided stands: a rejected line is not brought forward again, and the others make up for it. */
TEST(a_rejected_line_is_not_filled_from_and_a_decision_is_seen_at_once) {
    own(yard_end) Yard *yard = group_yard("minimum_amount=2000", 100, 110);
    own(plan_end) Plan *plan = yard_plan(yard, "2026-11-02");
    Why why = { 0 };
    RowId id;
    CaseLine line;
    Case b = yard_case(yard, "B", "P", CASE_BUY, &id);
    CHECK(added(&b) > 0);
    CHECK_OK(case_line(yard->store, yard->work, id, &line, &why));
    b.status = CASE_REJECTED;
    b.changes_count = 0;
    own(buf_end) Buf payload = buf_begin(MiB);
    case_write(&payload, &b);
    CHECK_OK(store_begin(yard->store, &why));
    Row row = { .kind = ROW_CASE, .sub = CASE_BUY, .item = line.item, .place = line.place, .by = "kim", .key = text_format(yard->work, "%lld", (long long)id.v), .payload = buf_text(&payload) };
    line.status = CASE_REJECTED;
    CHECK_OK(case_put(yard->store, &row, &line, &why));
    CHECK_OK(store_commit(yard->store, &why));
    yard_step(yard, plan, "2026-11-02");
    CHECK(!has_buy(yard, "B"));
    CHECK(reached(yard, MEASURE_VALUE) >= 200000);
}

TEST(a_filled_order_is_recomputed_byte_for_byte) {
    own(yard_end) Yard *yard = group_yard("minimum_amount=2000", 100, 130);
    own(plan_end) Plan *plan = yard_plan(yard, "2026-11-02");
    Why why = { 0 };
    for (int i = 0; i < 2; i++) {
        RowId id;
        PlanReplay replay;
        yard_case(yard, names[i], "P", CASE_BUY, &id);
        CHECK_OK(plan_recompute(yard->store, 1, id, yard->work, &replay, &why));
        CHECK(replay.same);
    }
}

static const char *shown(Yard *yard, Plan *plan, const char *item) {
    Why why = { 0 };
    ItemView view;
    own(buf_end) Buf page = buf_begin(4 * MiB);
    CHECK_OK(plan_item(plan, yard->work, (ItemId){ ident_find(yard->store, ID_ITEM, text_of(item)) }, (PlaceId){ ident_find(yard->store, ID_PLACE, text_of("P")) }, &view, &why));
    item_view_write(&page, &view);
    return text_copy(yard->work, buf_str(&page));
}

TEST(what_was_added_is_shown_after_a_restart_before_anything_is_planned) {
    own(yard_end) Yard *yard = group_yard("minimum_amount=2000", 100, 130);
    own(plan_end) Plan *plan = yard_plan(yard, "2026-11-02");
    own(plan_end) Plan *again = NULL;
    Why why = { 0 };
    PlanOptions options = yard_options(yard, "2026-11-02");
    CHECK_OK(plan_keep(plan, world_now_us(yard->world), PLAN_KEEP_WAIT, &why));
    CHECK_OK(plan_begin(yard->store, 1, &again, &why));
    CHECK_OK(plan_resume(again, &options, &why));
    for (int i = 0; i < 3; i++) CHECK_STR(shown(yard, again, names[i]), shown(yard, plan, names[i]));
}
