/* The closed loop on a small history whose answer is known. */
#include "base/decimal.h"
#include "base/time.h"
#include "study/backtest.h"
#include "study/shelf.h"
#include "plan/yard.h"
#include "tests/test.h"

#include <stdio.h>

static const char *const weekly_policy =
    "{\"policy\":1,\"name\":\"weekly\",\"currency\":\"USD\",\"bucket\":\"week\",\"quantity\":\"cost\",\"review_days\":7,"
    "\"costs\":{\"holding_per_unit_period\":0.2,\"shortage_per_unit\":1.0,\"lost_share\":1.0,\"order_cost\":0},\"tiers\":[{\"id\":\"R9\",\"when\":{},\"tier\":\"review\"}]}";

/* Items of 60 weeks: A sells ten a week without a doubt, B three or five. */
static void weeks(Yard *yard) {
    yard_policy(yard, weekly_policy);
    yard_fact(yard, "place place=P");
    yard_fact(yard, "supplier supplier=S review_days=7");
    static const char *const items[] = { "A", "B" };
    for (int i = 0; i < 2; i++) {
        yard_factf(yard, "item item=%s", items[i]);
        yard_factf(yard, "item-supplier item=%s supplier=S lead_days=14", items[i]);
        yard_factf(yard, "item-place item=%s place=P supplier=S review_days=7 min_qty=20 max_qty=60", items[i]);
    }
    own(buf_end) Buf a = buf_begin(4 * KiB), b = buf_begin(4 * KiB);
    for (int w = 0; w < 60; w++) {
        buf_addf(&a, "%s10", w ? "," : "");
        buf_addf(&b, "%s%d", w ? "," : "", w % 3 ? 3 : 5);
    }
    yard_factf(yard, "sales item=A place=P from_day=2025-01-06 bucket_days=7 run=%s", buf_str(&a));
    yard_factf(yard, "sales item=B place=P from_day=2025-01-06 bucket_days=7 run=%s", buf_str(&b));
    yard_put(yard);
}

static BacktestOptions options_of(Yard *yard) {
    return (BacktestOptions){ .from_day = yard_day("2025-01-06") + 40 * 7, .periods = 16, .warm_periods = 3, .review_periods = 1, .lead_days = 14, .naive_mean_periods = 13,
        .naive_cover_micro = 4 * MICRO, .start_stock_micro = 1500000, .start_pipeline_micro = MICRO, .lost_share_micro = MICRO, .policy = &yard->policy, .policy_row = yard->policy_row, .threads = 2 };
}

TEST(a_certain_demand_is_met_with_almost_no_stock) {
    own(yard_end) Yard *yard = yard_begin();
    weeks(yard);
    BacktestOptions options = options_of(yard);
    BacktestResult result;
    Why why = { 0 };
    CHECK_OK(backtest_run(yard->store, &options, yard->work, &result, &why));
    CHECK_EQ(result.item_places, 2);
    CHECK_EQ(result.periods, 16);
    const BacktestScore *ours = &result.score[BACKTEST_OURS], *naive = &result.score[BACKTEST_NAIVE];
    CHECK(ours->fill_rate > 0.97);
    CHECK(ours->total_cost < naive->total_cost);             /* four weeks of cover hold a week or two too much */
    CHECK(__builtin_fabs((ours->demand) - (naive->demand)) < 1e-9);
    CHECK(__builtin_fabs((ours->sold + ours->short_units) - (ours->demand)) < 1e-9);
    CHECK(result.erp_known);
}

/* Two weeks until arrival with nothing on the shelf: those twenty sales are lost whatever is ordered, so the order is for the week after them. */
TEST(sales_lost_before_arrival_are_not_ordered_after_the_fact) {
    own(yard_end) Yard *yard = yard_begin();
    weeks(yard);
    yard_fact(yard, "stock item=A place=P as_of_day=2026-03-01 on_hand=0");
    yard_put(yard);
    own(plan_end) Plan *plan = NULL;
    Why why = { 0 };
    PlanResult result;
    PlanOptions options = yard_options(yard, "2026-03-02");
    options.write = PLAN_LOOK;
    CHECK_OK(plan_begin(yard->store, 2, &plan, &why));
    CHECK_OK(plan_step(plan, &options, &result, &why));
    int64_t qty = plan->estimates[state_spot(plan->state, yard_item(yard, "A"), yard_place(yard, "P"))].qty;
    CHECK(qty >= 10 * MICRO);
    CHECK(qty <= 14 * MICRO);
}

TEST(what_is_far_away_arrives_when_it_was_told_and_not_before) {
    static const int far[] = { 1, 63, 64, 200 };
    for (size_t i = 0; i < sizeof far / sizeof far[0]; i++) {
        own(shelf_end) Shelf shelf = { .stock = 2, .owed = 1 };
        shelf_order(&shelf, 5, far[i]);
        shelf_order(&shelf, 3, 0);
        CHECK(shelf_position(&shelf) == 9);
        for (int bucket = 1; bucket < far[i]; bucket++) {
            shelf_arrive(&shelf);
            CHECK(shelf.stock == 5);
        }
        shelf_arrive(&shelf);
        CHECK(shelf.stock == 10 && shelf_position(&shelf) == 9);
        shelf_arrive(&shelf);
        CHECK(shelf.stock == 10);
    }
}

TEST(the_books_of_the_loop_balance) {
    own(yard_end) Yard *yard = yard_begin();
    weeks(yard);
    BacktestOptions options = options_of(yard);
    options.warm_periods = 0;
    BacktestResult result;
    Why why = { 0 };
    CHECK_OK(backtest_run(yard->store, &options, yard->work, &result, &why));
    for (int k = 0; k < BACKTEST_POLICY_COUNT_; k++) {
        const BacktestScore *s = &result.score[k];
        double cost = 0;
        for (int t = 0; t < result.periods; t++) cost += result.period[t].cost[k];
        CHECK(__builtin_fabs((cost) - (s->holding_cost + s->shortage_cost)) < 1e-6);
        CHECK(__builtin_fabs((s->shortage_cost) - (s->short_units * 1.0)) < 1e-6);
    }
}

/* P buys from nobody and feeds Q: what both hold at the start is all that can ever be sold. */
TEST(what_is_moved_leaves_its_sender) {
    own(yard_end) Yard *yard = yard_begin();
    yard_fact(yard, "place place=P zone=UTC");
    yard_fact(yard, "place place=Q zone=UTC");
    yard_fact(yard, "customer customer=C tier=A");
    yard_fact(yard, "item item=Z description=Thing price=10 currency=USD tier=A lifecycle=active");
    yard_fact(yard, "price item=Z from_day=2024-01-01 price=16 currency=USD");
    yard_fact(yard, "lane from_place=P place=Q lead_days=3");
    yard_fact(yard, "item-place item=Z place=Q from_place=P review_days=7 min_qty=20 max_qty=60");
    int32_t from = yard_day("2026-01-05"), start = yard_day("2026-07-06");
    yard_history(yard, "Z", "Q", from, yard_day("2026-10-05"), 4);
    for (int32_t day = from; day < start - 14; day += 7)
        yard_factf(yard, "transfer-line doc=TR-%d line=1 from_place=P place=Q item=Z qty=28 shipped_day=%s received_day=%s status=received", day, yard_day_text(yard, day),
                   yard_day_text(yard, day + 3));
    yard_fact(yard, "stock item=Z place=P as_of_day=2026-07-05 on_hand=40");
    yard_fact(yard, "stock item=Z place=Q as_of_day=2026-07-05 on_hand=10");
    yard_put(yard);
    BacktestOptions options = { .from_day = start, .periods = 8, .review_periods = 1, .naive_mean_periods = 13, .naive_cover_micro = 2 * MICRO, .start_stock_micro = -1,
                                .lost_share_micro = -1, .policy = &yard->policy, .policy_row = yard->policy_row, .threads = 2 };
    BacktestResult result;
    Why why = { 0 };
    CHECK_OK(backtest_run(yard->store, &options, yard->work, &result, &why));
    for (int k = 0; k < BACKTEST_POLICY_COUNT_; k++) {
        CHECK(result.score[k].sold <= 50 + 1e-9);
        CHECK(result.score[k].ordered > 0 && result.score[k].ordered <= 40 + 1e-9);
        CHECK_EQ((int)result.score[k].demand, 8 * 28);       /* of customers alone: what P sent is not asked for twice */
    }
}

/* A dozen more on the shelf, a dozen of it for no customer: the loop plays what is left, as if neither were there. */
TEST(what_is_for_no_customer_is_no_part_of_the_loop) {
    own(buf_end) Buf without = buf_begin(MiB), with = buf_begin(MiB);
    for (int kept = 0; kept < 2; kept++) {
        own(yard_end) Yard *yard = yard_begin();
        weeks(yard);
        if (kept) yard_fact(yard, "item-place item=A place=P supplier=S review_days=7 min_qty=20 max_qty=60 floor_qty=12 version=2");
        yard_factf(yard, "stock item=A place=P as_of_day=2025-10-12 on_hand=%d", kept ? 42 : 30);
        yard_put(yard);
        BacktestOptions options = options_of(yard);
        options.start_stock_micro = -1;
        BacktestResult result;
        Why why = { 0 };
        CHECK_OK(backtest_run(yard->store, &options, yard->work, &result, &why));
        backtest_json(kept ? &with : &without, &result);
    }
    CHECK_STR(buf_str(&without), buf_str(&with));
}

TEST(the_same_history_gives_the_same_report_on_any_number_of_threads) {
    own(yard_end) Yard *yard = yard_begin();
    weeks(yard);
    BacktestOptions options = options_of(yard);
    BacktestResult one, two;
    Why why = { 0 };
    CHECK_OK(backtest_run(yard->store, &options, yard->work, &one, &why));
    options.threads = 1;
    CHECK_OK(backtest_run(yard->store, &options, yard->work, &two, &why));
    own(buf_end) Buf left = buf_begin(MiB), right = buf_begin(MiB), page = buf_begin(MiB), sheet = buf_begin(MiB);
    backtest_json(&left, &one);
    backtest_json(&right, &two);
    CHECK_STR(buf_str(&left), buf_str(&right));
    backtest_html(&page, &one);
    backtest_csv(&sheet, &one);
    CHECK(strstr(buf_str(&page), "<svg") != NULL);
    CHECK(strstr(buf_str(&page), "http") == NULL);           /* nothing from outside */
    CHECK(strncmp(buf_str(&sheet), "policy,total_cost", 17) == 0);
}

TEST(a_window_outside_history_is_refused) {
    own(yard_end) Yard *yard = yard_begin();
    weeks(yard);
    BacktestOptions options = options_of(yard);
    options.periods = 40;
    BacktestResult result;
    Why why = { 0 };
    CHECK_FAILS(ERR_INVALID, backtest_run(yard->store, &options, yard->work, &result, &why));
}

static Err keep_csv(void *self, Text bytes, Why *why) {
    (void)why;
    buf_add_text(self, bytes);
    return OK;
}
TEST(a_forecast_has_a_row_for_each_item_place_and_period) {
    own(yard_end) Yard *yard = yard_begin();
    weeks(yard);
    PlanOptions options = yard_options(yard, "2026-03-02");
    plan_as_of(&options, yard_day("2026-03-02"));
    options.write = PLAN_LOOK;
    own(plan_end) Plan *plan = NULL;
    PlanResult result;
    Why why = { 0 };
    CHECK_OK(plan_begin(yard->store, 1, &plan, &why));
    CHECK_OK(plan_step(plan, &options, &result, &why));
    own(buf_end) Buf out = buf_begin(MiB);
    int64_t quantiles[] = { 500000, 900000 };
    CHECK_OK(plan_forecast_csv(plan, &(ForecastOptions){ .horizon = 4, .quantiles_ppm = quantiles, .quantiles_count = 2 }, keep_csv, &out, &why));
    int lines = 0;
    for (const char *c = buf_str(&out); *c; c++) lines += *c == '\n';
    CHECK_EQ(lines, 1 + 2 * 4);
    const char *row = strstr(buf_str(&out), "A,P,2026-03-02,7,");
    CHECK(row != NULL);
    double mean, middle, high;
    CHECK_EQ(sscanf(row, "A,P,2026-03-02,7,%lf,%lf,%lf", &mean, &middle, &high), 3);
    CHECK(mean > 9.5 && mean < 10.5);
    CHECK(middle <= high);
}

/* ---- one code path: what a review proposes is what `plan --as-of` of that day proposes ---- */

typedef struct Sheets { Arena *work; int32_t day[8]; const char *text[8]; int count; } Sheets;
static Err sheet_keep(void *self, int32_t day, Text sheet, Why *why) {
    (void)why;
    Sheets *sheets = self;
    sheets->day[sheets->count] = day;
    sheets->text[sheets->count++] = text_keep(sheets->work, sheet);
    return OK;
}

static Err sheet_add(void *self, Text bytes, Why *why) {
    (void)why;
    buf_add_text(self, bytes);
    return OK;
}

static const char *as_of(Yard *yard, int32_t day) {
    own(plan_end) Plan *plan = NULL;
    own(buf_end) Buf sheet = buf_begin(MiB);
    Why why = { 0 };
    PlanResult result;
    PlanOptions options = yard_options(yard, yard_day_text(yard, day));
    options.write = PLAN_LOOK;
    plan_as_of(&options, day);
    CHECK_OK(plan_begin(yard->store, 1, &plan, &why));
    CHECK_OK(plan_step(plan, &options, &result, &why));
    CHECK_OK(plan_proposals_csv(plan, sheet_add, &sheet, &why));
    return text_copy(yard->work, buf_str(&sheet));
}

/* A network whose real stock is what the loop simulates too, as long as nobody orders: B has plenty, A is short at once, Q is fed by P. */
static void real_weeks(Yard *yard) {
    yard_masters(yard);
    int32_t from = yard_day("2026-01-05"), to = yard_day("2026-10-05");
    for (int i = 0; i < 2; i++) {
        const char *item = i ? "B" : "A";
        yard_history(yard, item, "P", from, to, 4);
        yard_orders(yard, item, "P", from, yard_day("2026-08-20"), 14, 10, 56);
    }
    yard_fact(yard, "lane from_place=P place=Q lead_days=3");
    yard_fact(yard, "item-place item=B place=Q from_place=P review_days=7");
    yard_history(yard, "B", "Q", from, to, 2);
    for (int32_t day = yard_day("2026-09-06"); day < to; day += 7) {
        int sold = (day - yard_day("2026-09-06")) * 4;
        yard_factf(yard, "stock item=B place=P as_of_day=%s on_hand=%d", yard_day_text(yard, day), 900 - sold);
        yard_factf(yard, "stock item=B place=Q as_of_day=%s on_hand=%d", yard_day_text(yard, day), 300 - sold / 2);
        yard_factf(yard, "stock item=A place=P as_of_day=%s on_hand=6", yard_day_text(yard, day));
    }
    yard_put(yard);
}

TEST(a_reviews_proposals_are_those_of_plan_as_of_to_the_byte) {
    own(yard_end) Yard *yard = yard_begin();
    real_weeks(yard);
    Sheets sheets = { .work = yard->work };
    Why why = { 0 };
    BacktestResult result;
    BacktestOptions options = { .from_day = yard_day("2026-09-07"), .periods = 3, .warm_periods = 0, .review_periods = 1, .naive_mean_periods = 13, .naive_cover_micro = 4 * MICRO,
        .start_stock_micro = -1, .start_pipeline_micro = -1, .lost_share_micro = -1, .policy = &yard->policy, .policy_row = yard->policy_row, .threads = 2,
        .proposals = sheet_keep, .proposals_self = &sheets };
    CHECK_OK(backtest_run(yard->store, &options, yard->work, &result, &why));
    CHECK_EQ(sheets.count, 3);
    CHECK_STR(sheets.text[0], as_of(yard, sheets.day[0]));
    CHECK(strstr(sheets.text[0], "A,P,S,") != NULL);
    /* Later weeks: the items nobody ordered are where they really were. */
    for (int k = 1; k < 3; k++) {
        const char *told = as_of(yard, sheets.day[k]);
        Text rest = text_of(sheets.text[k]), line;
        int same = 0;
        for (bool more = true; more;) {
            more = text_split(rest, '\n', &line, &rest);
            if (!text_starts(line, "B,")) continue;
            CHECK(strstr(told, text_keep(yard->work, line)) != NULL);
            same++;
        }
        CHECK_EQ(same, 2);
    }
}
