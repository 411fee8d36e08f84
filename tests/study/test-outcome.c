/* A decision that departed from what was proposed is seen through on what came, beside the proposal: who was right shows, and by how much. */
#include <string.h>

#include "base/decimal.h"
#include "plan/yard.h"
#include "study/outcome.h"
#include "tests/test.h"

/* Item A sells 5 a day, 60 days are played after its case; from the case on `after` a day. The order that was really sent took ten days. */
static Plan *lived_through(Yard *yard, int after, const char *until, Case *out_case) {
    int32_t day = yard_day("2026-06-01"), today = yard_day(until);
    yard_masters(yard);
    yard_history(yard, "A", "P", yard_day("2025-06-01"), day, 5);
    yard_orders(yard, "A", "P", yard_day("2025-06-02"), day - 20, 14, 10, 70);
    yard_fact(yard, "stock item=A place=P as_of_day=2026-05-31 on_hand=20");
    yard_put(yard);
    own(plan_end) Plan *then = yard_plan(yard, "2026-06-01");
    *out_case = yard_case(yard, "A", "P", CASE_BUY, NULL);
    plan_end(&then);
    if (today > day) yard_history(yard, "A", "P", day, today, after);
    yard_put(yard);
    return yard_look(yard, until);
}

static Outcome outcome_of(Yard *yard, Plan *plan, const Case *c, Decision decision) {
    Why why = { 0 };
    Outcome out;
    OutcomeAsk ask = { .item = yard_item(yard, "A"), .place = yard_place(yard, "P"), .proposed = c, .decision = &decision, .day = yard_day("2026-06-01") };
    CHECK_OK(plan_outcome(plan, &ask, &out, &why));
    return out;
}

static Decision changed(int64_t qty) { return (Decision){ .verdict = VERDICT_CHANGE, .has_qty = true, .qty_micro = qty, .reason = "x" }; }

TEST(declining_what_was_needed_costs_and_declining_what_nobody_wanted_saves) {
    static const struct { int after; bool helped; } runs[] = { { 5, false }, { 0, true } };
    for (int i = 0; i < 2; i++) {
        own(yard_end) Yard *yard = yard_begin();
        Case c;
        own(plan_end) Plan *plan = lived_through(yard, runs[i].after, "2026-09-01", &c);
        Outcome o = outcome_of(yard, plan, &c, (Decision){ .verdict = VERDICT_REJECT, .reason = "no" });
        CHECK_STR(o.unknown, "");
        CHECK(o.over);
        CHECK_EQ(o.way, OUTCOME_DECLINED);
        CHECK_EQ(o.gain, o.cost_proposed - o.cost_decided);
        CHECK_EQ(o.gain > 0, runs[i].helped);
        CHECK_EQ(o.missed_decided > o.missed_proposed, !runs[i].helped);
    }
}

TEST(the_same_order_costs_the_same) {
    own(yard_end) Yard *yard = yard_begin();
    Case c;
    own(plan_end) Plan *plan = lived_through(yard, 5, "2026-09-01", &c);
    Outcome same = outcome_of(yard, plan, &c, changed(c.action.qty));
    CHECK_EQ(same.way, OUTCOME_MOVED);
    CHECK_EQ(same.gain, 0);
    Outcome more = outcome_of(yard, plan, &c, changed(c.action.qty * 10));
    CHECK_EQ(more.way, OUTCOME_RAISED);
    CHECK_EQ(more.cost_proposed, same.cost_proposed);
    CHECK(more.gain < 0);                                    /* ten times as much lay there for long */
    CHECK_EQ(outcome_of(yard, plan, &c, changed(c.action.qty / 2)).way, OUTCOME_CUT);
    Outcome put_off = outcome_of(yard, plan, &c, (Decision){ .verdict = VERDICT_SNOOZE, .until_day = yard_day("2026-06-15") });
    CHECK_EQ(put_off.way, OUTCOME_DEFERRED);
    CHECK(put_off.missed_decided > put_off.missed_proposed);
    CHECK_EQ(put_off.over_day, same.over_day + yard_day("2026-06-15") - (c.action.order_day > yard_day("2026-06-01") ? c.action.order_day : yard_day("2026-06-01")));
}

TEST(what_is_for_no_customer_is_not_sold_in_the_replay) {
    double missed[2];
    for (int kept = 0; kept < 2; kept++) {
        own(yard_end) Yard *yard = yard_begin();
        Case c;
        if (kept) yard_fact(yard, "item-place item=A place=P supplier=S review_days=7 min_qty=20 max_qty=90 floor_qty=10 version=3");
        own(plan_end) Plan *plan = lived_through(yard, 5, "2026-09-01", &c);
        missed[kept] = outcome_of(yard, plan, &c, (Decision){ .verdict = VERDICT_REJECT, .reason = "no" }).missed_decided;
    }
    CHECK_NEAR(missed[1] - missed[0], 10, 1e-6);
}

TEST(nothing_is_told_before_it_is_over) {
    own(yard_end) Yard *yard = yard_begin();
    Case c;
    own(plan_end) Plan *plan = lived_through(yard, 5, "2026-06-08", &c);
    Outcome o = outcome_of(yard, plan, &c, (Decision){ .verdict = VERDICT_REJECT });
    CHECK(!o.over);
    CHECK_STR(o.unknown, "");
    CHECK(o.over_day > yard_day("2026-06-08"));
    c.facts.on_hand = CASE_NONE;
    o = outcome_of(yard, plan, &c, (Decision){ .verdict = VERDICT_REJECT });
    CHECK_EQ(o.over_day, CASE_NO_DAY);
    CHECK_STR(o.unknown, "its stock was not known");
}

static OutcomeLine line(const char *by, const char *reason, OutcomeWay way, int64_t gain, bool over) {
    return (OutcomeLine){ .by = by, .reason = reason, .tier = "B", .supplier = "S", .outcome = { .way = way, .over = over, .gain = gain, .unknown = "" } };
}

TEST(what_helps_again_and_again_for_one_reason_is_a_rule_and_luck_is_none) {
    enum { COUNT = 40 };
    own(arena_end) Arena *work = arena_begin(4 * MiB);
    OutcomeLine lines[COUNT];
    int count = 0;
    for (int i = 0; i < 10; i++) lines[count++] = line("kim", i % 2 ? "Truck is full" : "truck is full", OUTCOME_CUT, 900 + 10 * i, true);
    for (int i = 0; i < 10; i++) lines[count++] = line("ana", "feeling", OUTCOME_RAISED, i % 2 ? 5000 : -4800, true);
    for (int i = 0; i < 7; i++) lines[count++] = line("ana", "known event", OUTCOME_RAISED, 4000, true);
    for (int i = 0; i < 3; i++) lines[count++] = line("ana", "known event", OUTCOME_RAISED, 0, false);
    OutcomeRule *rules;
    CHECK_EQ(outcome_rules(lines, count, work, &rules), 1);  /* seven are too few, and chance is no rule */
    CHECK_STR(rules[0].way, "cut");
    CHECK_STR(rules[0].tier, "B");
    CHECK_STR(rules[0].key, "service.by_tier");
    CHECK_EQ(rules[0].group.over, 10);
    CHECK_EQ(rules[0].group.helped, 10);
    CHECK_EQ(rules[0].group.gain, 9450);
    OutcomeGroup *groups;
    CHECK_EQ(outcome_groups(lines, count, OUTCOME_BY_PERSON, work, &groups), 2);
    CHECK_STR(groups[0].name, "ana");
    CHECK_EQ(groups[0].decisions, 20);
    CHECK_EQ(groups[0].over, 17);
    CHECK_EQ(groups[0].helped, 12);
    CHECK_EQ(groups[0].gain, 29000);
    CHECK_EQ(outcome_groups(lines, count, OUTCOME_BY_WAY, work, &groups), 2);
    CHECK_EQ(outcome_groups(lines, count, OUTCOME_BY_REASON, work, &groups), 4);
}
