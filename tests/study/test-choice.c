/* Policies by replay: the same whatever the threads, followed by planning only when the policy says so, and told from the log. */
#include <string.h>

#include "base/decimal.h"
#include "base/hash.h"
#include "base/json.h"
#include "base/time.h"
#include "study/choice-play.h"
#include "plan/yard.h"
#include "tests/test.h"

static const char *const policy_text = "{\"policy\":1,\"name\":\"t\",\"currency\":\"USD\",\"bucket\":\"week\",\"service\":{\"default\":0.99},\"policy_choice\":\"%s\","
                                       "\"costs\":{\"holding_rate_year\":0.5,\"lost_share\":0.02,\"order_cost\":100,\"wait_cost_share\":0.001},\"queue\":{\"least_rank\":0,\"bands\":[1000]},\"tiers\":[{\"id\":\"R9\",\"when\":{},\"tier\":\"review\"}]}";

/* Steady items held dear and missed cheaply: 99 % is more than it is worth. */
static void dear(Yard *yard, const char *choice) {
    yard_policy(yard, text_format(yard->work, policy_text, choice));
    yard_masters(yard);
    for (int i = 0; i < 3; i++) {
        const char *item = (const char *[]){ "A", "B", "D" }[i];
        for (int32_t day = yard_day("2025-01-06"); day < yard_day("2026-11-02"); day += 3)
            yard_factf(yard, "order-line doc=SO-%s-%d line=1 customer=C item=%s place=P qty=%d order_day=%s requested_day=%s status=shipped", item, day, item, 1 + (day * 7 + i) % 9,
                       yard_day_text(yard, day), yard_day_text(yard, day));
        yard_orders(yard, item, "P", yard_day("2025-01-06"), yard_day("2026-10-20"), 14, 10, 24);
        yard_factf(yard, "stock item=%s place=P as_of_day=2026-11-01 on_hand=10", item);
    }
    yard_put(yard);
}

static ChoiceResult chosen(Yard *yard, int threads) {
    Why why = { 0 };
    ChoiceResult result = { 0 };
    ChoiceAsk ask = { .policy = &yard->policy, .policy_row = yard->policy_row, .now_us = us_of_day(yard_day("2026-11-02")), .threads = threads };
    CHECK_OK(plan_choose(yard->store, &ask, yard->work, &result, &why));
    return result;
}

static Text csv_of(Yard *yard, const ChoiceResult *result) {
    own(buf_end) Buf out = buf_begin(MiB);
    choice_csv(&out, result);
    return text_of(text_keep(yard->work, buf_text(&out)));
}

static void choice_keep(Yard *yard, Text csv) {
    Why why = { 0 };
    Hash hash;
    CHECK_OK(store_begin(yard->store, &why));
    CHECK_OK(blob_put(yard->store, csv.at, csv.length, &hash, &why));
    Row row = { .kind = ROW_MODEL, .occurred_us = 1, .known_us = 1, .by = "kim", .key = "policy-choice",
                .payload = text_of(text_format(yard->work, "{\"name\":\"policy-choice\",\"blob\":\"%s\"}", hash_hex(yard->work, hash))) };
    CHECK_OK(log_append(yard->store, &row, &why));
    CHECK_OK(store_commit(yard->store, &why));
}

static Picture picture_of(Yard *yard) {
    own(plan_end) Plan *plan = yard_look(yard, "2026-11-02");
    Assessment *a = yard_assess(yard, plan, "A");
    return a->picture;
}

TEST(a_choice_is_the_same_whatever_the_threads_and_asks_for_less_where_missing_is_cheap) {
    own(yard_end) Yard *yard = yard_begin();
    dear(yard, "off");
    ChoiceResult one = chosen(yard, 1), four = chosen(yard, 4);
    CHECK(text_equal(csv_of(yard, &one), csv_of(yard, &four)));
    CHECK_EQ(one.played, 3);
    CHECK(one.changed > 0);
    double now = 0, then = 0, bound_now = 0, bound_then = 0;
    for (int i = 0; i < one.lines; i++) {
        const ChoiceLine *line = &one.line[i];
        if (!line->played) continue;
        int k = line->chosen.candidate;
        now += line->cost[1][CHOICE_NOW];
        then += line->cost[1][k];
        bound_now += line->capital[CHOICE_NOW];
        bound_then += line->capital[k];
        CHECK(line->chosen.because != PICK_OWN || line->cost[1][k] < line->cost[1][CHOICE_NOW]);
        CHECK(line->erp && line->cost[1][CHOICE_ERP] > 0);
    }
    CHECK(then < now && bound_then < bound_now);
}

TEST(costs_and_gains_are_money_a_week_also_where_history_is_told_by_four_weeks) {
    own(yard_end) Yard *yard = yard_begin();
    dear(yard, "off");
    for (int i = 0; i < 23; i++)
        yard_factf(yard, "sales item=A place=P from_day=%s bucket_days=28 run=%d", yard_day_text(yard, yard_day("2025-01-06") + 28 * i), 30 + i * 7 % 9);
    yard_put(yard);
    ChoiceResult result = chosen(yard, 2);
    for (int i = 0; i < result.lines; i++) {
        const ChoiceLine *line = &result.line[i];
        CHECK(line->played);
        double earlier = line->cost[0][CHOICE_NOW] - line->cost[0][CHOICE_COST], later = line->cost[1][CHOICE_NOW] - line->cost[1][CHOICE_COST];
        CHECK_NEAR(line->pick.cost, line->cost[0][CHOICE_NOW], 1e-4);
        CHECK_NEAR(line->pick.gain[CHOICE_COST], earlier, 1e-4);
        CHECK_NEAR(line->pick.check[CHOICE_COST], later, 1e-4);
    }
}

TEST(planning_follows_the_newest_choice_only_when_the_policy_says_so) {
    static const char *const csv = "item,place,choice\nA,P,target-0.80\n\"never, heard\",P,target-0.99\n";
    for (int on = 0; on < 2; on++) {
        own(yard_end) Yard *yard = yard_begin();
        dear(yard, on ? "simulated" : "off");
        choice_keep(yard, text_of("item,place,choice\nA,P,target-0.99\n"));
        choice_keep(yard, text_of(csv));
        Picture p = picture_of(yard);
        CHECK_EQ(p.choice, on ? CHOICE_TARGET_80 : CHOICE_NOW);
        CHECK_EQ((int)(p.goal.target * 100 + 0.5), on ? 80 : 98);
    }
}

TEST(a_chosen_way_to_replenish_is_the_one_planning_uses) {
    own(yard_end) Yard *yard = yard_begin();
    dear(yard, "simulated");
    CHECK_EQ(picture_of(yard).replenish, REPLENISH_REVIEW);
    choice_keep(yard, text_of("item,place,choice\nA,P,lots\n"));
    CHECK_EQ(picture_of(yard).replenish, REPLENISH_LOTS);
    choice_keep(yard, text_of("item,place,choice\nA,P,erp-min-max\n"));
    Picture p = picture_of(yard);
    CHECK_EQ(p.replenish, REPLENISH_MIN_MAX);
    CHECK(p.erp_min == 20 * MICRO && p.gap == 70 * MICRO);
}

TEST(a_choice_that_cannot_be_read_stops_the_step_and_says_what_to_do) {
    own(yard_end) Yard *yard = yard_begin();
    Why why = { 0 };
    Choices choices;
    dear(yard, "simulated");
    choice_keep(yard, text_of("item,place,choice\nA,P,whatever\n"));
    CHECK_EQ(choices_find(yard->store, &yard->policy, log_last(yard->store).v, INT64_MAX, yard->work, &choices, &why), ERR_CORRUPT);
    CHECK(strstr(why.hint, "policy choose"));
}

TEST(a_case_tells_the_choice_it_rests_on) {
    own(yard_end) Yard *yard = yard_begin();
    Why why = { 0 };
    RowId id;
    dear(yard, "simulated");
    choice_keep(yard, text_of("item,place,choice\nA,P,target-0.98\n"));
    own(plan_end) Plan *plan = NULL;
    CHECK_OK(plan_begin(yard->store, 1, &plan, &why));
    yard_step(yard, plan, "2026-11-02");
    Case c = yard_case(yard, "A", "P", CASE_BUY, &id);
    bool told = false;
    for (int i = 0; i < c.evidence_count; i++) told |= strcmp(c.evidence[i].role, "policy-choice") == 0;
    CHECK(told);
    CHECK_EQ(c.facts.service_target_ppm, 980000);
}
