/* Places that others live on: what their customers ask for counts, what was sent there does not. */
#include "base/decimal.h"
#include "plan/yard.h"
#include "tests/test.h"

/* P sends 28 a week to Q, whose customers take 3 a day; P's own take 1. */
static void hub_and_branch(Yard *yard, const char *row, bool sends) {
    int32_t from = yard_day("2026-01-05"), to = yard_day("2026-11-02");
    yard_masters(yard);
    yard_factf(yard, "item-place item=A place=Q %s", row);
    yard_history(yard, "A", "P", from, to, 1);
    yard_history(yard, "A", "Q", from, to, 3);
    for (int32_t day = from; sends && day + 3 < to; day += 7)
        yard_factf(yard, "transfer-line doc=TR-%d line=1 from_place=P place=Q item=A qty=28 shipped_day=%s received_day=%s status=received", day, yard_day_text(yard, day), yard_day_text(yard, day + 3));
    yard_factf(yard, "stock item=A place=P as_of_day=2026-11-01 on_hand=100");
    yard_factf(yard, "stock item=A place=Q as_of_day=2026-11-01 on_hand=40");
    yard_put(yard);
}

static double week_at(Yard *yard, const char *place, Fold *out) {
    own(plan_end) Plan *plan = yard_look(yard, "2026-11-02");
    FoldInput in = { .state = plan->state, .spot = state_spot(plan->state, yard_item(yard, "A"), yard_place(yard, place)), .start_day = yard_day("2026-11-02"), .bucket_days = 7, .requests_captured = true };
    fold_place(&in, yard->work, out);
    return out->value[out->buckets - 2];
}

TEST(what_a_places_customers_ask_for_is_demand_of_the_place_that_feeds_it_and_what_it_sent_is_not) {
    own(yard_end) Yard *yard = yard_begin();
    Fold hub, branch;
    hub_and_branch(yard, "from_place=P", true);
    CHECK(week_at(yard, "P", &hub) == 28);                   /* 7 of its own and 21 of Q's customers; not 7 and 28 sent */
    CHECK(week_at(yard, "Q", &branch) == 21);
    CHECK_EQ(hub.fed_count, 1);
    CHECK_EQ(branch.fed_count, 0);
    CHECK_EQ(hub.sent, branch.sold);
}

TEST(without_any_transfer_yet_a_row_alone_says_who_feeds_it) {
    own(yard_end) Yard *yard = yard_begin();
    Fold hub;
    hub_and_branch(yard, "from_place=P", false);
    CHECK(week_at(yard, "P", &hub) == 28);
}

TEST(without_a_row_transfers_say_it) {
    own(yard_end) Yard *yard = yard_begin();
    Fold hub;
    hub_and_branch(yard, "review_days=7", true);
    CHECK(week_at(yard, "P", &hub) == 28);
}

TEST(of_a_place_with_two_sources_the_last_one_counts) {
    own(yard_end) Yard *yard = yard_begin();
    Fold hub;
    hub_and_branch(yard, "from_place=P supplier=S", true);
    CHECK(week_at(yard, "P", &hub) == 28);
    yard_fact(yard, "po-line doc=PO-1 line=1 supplier=S item=A place=Q qty=30 order_day=2026-10-30 promised_day=2026-11-12 status=open");
    yard_put(yard);
    CHECK(week_at(yard, "P", &hub) == 35);                   /* it buys now: what was sent there is demand like any */
    CHECK_EQ(hub.fed_count, 0);
}

TEST(a_place_that_ends_is_not_planned_for) {
    own(yard_end) Yard *yard = yard_begin();
    Fold hub;
    hub_and_branch(yard, "from_place=P lifecycle=phase-out", true);
    CHECK(week_at(yard, "P", &hub) == 35);
}

TEST(feeding_goes_on_over_places_and_never_round_in_a_circle) {
    own(yard_end) Yard *yard = yard_begin();
    Fold hub, middle;
    hub_and_branch(yard, "from_place=P", false);
    yard_fact(yard, "place place=R description=Rail zone=UTC");
    yard_fact(yard, "item-place item=A place=R from_place=Q");
    yard_history(yard, "A", "R", yard_day("2026-01-05"), yard_day("2026-11-02"), 2);
    yard_put(yard);
    CHECK(week_at(yard, "Q", &middle) == 35);
    CHECK(week_at(yard, "P", &hub) == 42);
    yard_fact(yard, "item-place item=A place=P from_place=R version=2");
    yard_put(yard);
    CHECK(week_at(yard, "P", &hub) == 42);                   /* not its own once more by way of R */
}

TEST(a_sum_is_only_known_where_all_of_it_is) {
    own(yard_end) Yard *yard = yard_begin();
    yard_masters(yard);
    yard_fact(yard, "item-place item=A place=Q from_place=P");
    static const struct { const char *place, *day; int qty; const char *status; } weeks[] = {
        { "P", "2026-10-05", 4, "in-stock" }, { "P", "2026-10-12", 5, "in-stock" }, { "P", "2026-10-19", 6, "ran-out" }, { "P", "2026-10-26", 0, "unknown" },
        { "Q", "2026-10-05", 1, "in-stock" }, { "Q", "2026-10-12", 0, "unknown" }, { "Q", "2026-10-19", 2, "in-stock" }, { "Q", "2026-10-26", 0, "unknown" },
    };
    for (size_t i = 0; i < sizeof weeks / sizeof weeks[0]; i++)
        yard_factf(yard, "sales item=A place=%s from_day=%s bucket_days=7 qty=%d status=%s", weeks[i].place, weeks[i].day, weeks[i].qty, weeks[i].status);
    yard_put(yard);
    Fold hub;
    week_at(yard, "P", &hub);
    CHECK_EQ(hub.buckets, 4);
    CHECK(hub.value[0] == 5 && hub.state[0] == DEMAND_EXACT);
    CHECK(hub.state[1] == DEMAND_AT_LEAST && hub.value[1] == 5);
    CHECK(hub.state[2] == DEMAND_AT_LEAST && hub.value[2] == 8);
    CHECK(hub.state[3] == DEMAND_MISSING);
}

TEST(a_place_that_feeds_none_folds_as_ever) {
    own(yard_end) Yard *yard = yard_begin();
    Fold place, spot;
    hub_and_branch(yard, "from_place=P", true);
    week_at(yard, "Q", &place);
    own(plan_end) Plan *plan = yard_look(yard, "2026-11-02");
    FoldInput in = { .state = plan->state, .spot = state_spot(plan->state, yard_item(yard, "A"), yard_place(yard, "Q")), .start_day = yard_day("2026-11-02"), .bucket_days = 7, .requests_captured = true };
    fold_spot(&in, yard->work, &spot);
    fold_family(&in, yard->work, &spot);
    CHECK_EQ(place.buckets, spot.buckets);
    CHECK(memcmp(place.value, spot.value, sizeof *spot.value * (size_t)spot.buckets) == 0 && memcmp(place.state, spot.state, (size_t)spot.buckets) == 0);
    CHECK(place.sold == spot.sold && place.sent == spot.sent && place.line_mean == spot.line_mean);
}

TEST(a_place_feeds_as_many_others_as_there_are) {
    enum { BRANCHES = 300 };
    own(yard_end) Yard *yard = yard_begin();
    Fold hub;
    hub_and_branch(yard, "review_days=7 supplier=S", false);
    for (int i = 0; i < BRANCHES; i++) {
        yard_factf(yard, "place place=B%d description=Branch zone=UTC", i);
        yard_factf(yard, "item-place item=A place=B%d from_place=P", i);
        yard_factf(yard, "sales item=A place=B%d from_day=2026-09-28 bucket_days=7 run=1,1,1,1,1", i);
    }
    yard_put(yard);
    CHECK(week_at(yard, "P", &hub) == 7 + BRANCHES);
    CHECK_EQ(hub.fed_count, BRANCHES);
}
