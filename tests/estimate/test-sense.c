/* What happens now: new levels, one-offs, signals, orders known ahead, kin, one large customer, items that end, and what planners put. */
#include "base/decimal.h"
#include "base/time.h"
#include "plan/yard.h"
#include "tests/test.h"

static const char *const by_day =
    "{\"policy\":1,\"name\":\"yard\",\"currency\":\"USD\",\"bucket\":\"day\",\"service\":{\"default\":0.95},\"review_days\":7,\"horizon_days\":60,"
    "\"costs\":{\"holding_rate_year\":0.22,\"lost_share\":0.35,\"order_cost\":0},\"queue\":{\"least_rank\":1,\"bands\":[1000,10000,100000]},"
    "\"excess\":{\"cover_days\":180,\"least_value\":50000},\"tiers\":[{\"id\":\"R9\",\"when\":{},\"tier\":\"review\"}]}";
static const int ups_and_downs[7] = { 3, 5, 4, 6, 4, 3, 3 };

/* About four a day of an item from `from` on until `to`, times `times` in the last `days` days. */
static void sold(Yard *yard, const char *item, const char *from, const char *to, int days, double times) {
    int32_t first = yard_day(from), last = yard_day(to);
    for (int32_t d = first; d < last; d++) {
        int qty = (int)(ups_and_downs[d % 7] * (d >= last - days ? times : 1) + 0.5);
        yard_factf(yard, "order-line doc=%s%d line=1 customer=C item=%s place=P qty=%d order_day=%s requested_day=%s status=shipped", item, d, item, qty,
                   yard_day_text(yard, d), yard_day_text(yard, d));
        yard_factf(yard, "shipment-line doc=D%s%d line=1 ref_doc=%s%d ref_line=1 item=%s place=P qty=%d shipped_day=%s", item, d, item, d, item, qty, yard_day_text(yard, d));
    }
}

static Yard *yard_by_day(void) {
    Yard *yard = yard_begin();
    yard_policy(yard, by_day);
    yard_masters(yard);
    yard_fact(yard, "stock item=A place=P as_of_day=2026-11-01 on_hand=20");
    yard_orders(yard, "A", "P", yard_day("2026-03-02"), yard_day("2026-08-20"), 14, 10, 56);
    return yard;
}

static Plan *planned(Yard *yard) {
    yard_put(yard);
    return yard_plan(yard, "2026-11-02");
}

static const char *note_of(const Case *c, const char *code) {
    for (int i = 0; i < c->notes_count; i++)
        if (strcmp(c->notes[i].code, code) == 0) return c->notes[i].text;
    return NULL;
}

static double near_zero(double x) { return x < 0 ? -x : x; }

TEST(a_new_level_is_followed_and_told_on_the_case) {
    own(yard_end) Yard *yard = yard_by_day();
    sold(yard, "A", "2026-03-02", "2026-11-02", 9, 2.2);
    own(plan_end) Plan *plan = planned(yard);
    Assessment *a = yard_assess(yard, plan, "A");
    CHECK_EQ(a->picture.sense.news.reading.kind, SENSE_NEW_LEVEL);
    CHECK(a->picture.sense.news.acted);
    CHECK(near_zero(a->picture.sense.from_day - yard_day("2026-10-24")) <= 1);
    CHECK(a->picture.mean_day > 7);
    Case c = yard_case(yard, "A", "P", CASE_BUY, NULL);
    const char *text = note_of(&c, "level");
    CHECK(text && strstr(text, "new level likely since 2026-10-2"));
    CHECK(strstr(text, "times the level") && strstr(text, "%)"));
}

TEST(one_sale_out_of_all_proportion_teaches_nothing) {
    double mean[2];
    for (int with = 0; with < 2; with++) {
        own(yard_end) Yard *yard = yard_by_day();
        sold(yard, "A", "2026-08-02", "2026-11-02", 0, 1);              /* less than 90 days: no line is a project yet */
        if (with) yard_fact(yard, "order-line doc=BIG line=1 customer=C item=A place=P qty=70 order_day=2026-10-28 requested_day=2026-10-28 status=shipped");
        own(plan_end) Plan *plan = planned(yard);
        Assessment *a = yard_assess(yard, plan, "A");
        mean[with] = a->picture.mean_day;
        CHECK_EQ(a->picture.sense.news.acted, with);
        if (with) CHECK_EQ(a->picture.sense.news.reading.kind, SENSE_ONE_OFF);
    }
    CHECK(near_zero(mean[1] - mean[0]) < 0.06 * mean[0]);
}

TEST(a_signal_explains_news_and_ends_with_its_event) {
    own(yard_end) Yard *yard = yard_by_day();
    sold(yard, "A", "2026-03-02", "2026-11-02", 3, 4);
    yard_fact(yard, "signal doc=W1 place=P from_day=2026-10-30 to_day=2026-11-06 factor=5 description=Storm");
    own(plan_end) Plan *plan = planned(yard);
    Assessment *a = yard_assess(yard, plan, "A");
    CHECK(a->picture.sense.signal_row > 0);
    CHECK(a->picture.flags & CASE_FLAG_BIT(SIGNAL_ACTIVE));
    double during = demand_moments(&a->picture.demand, 0, 5).mean / 5, after = demand_moments(&a->picture.demand, 5, 10).mean / 10;
    CHECK(during > 2.5 * after);
    CHECK(after < 4.6);
    Case c = yard_case(yard, "A", "P", CASE_BUY, NULL);
    CHECK(note_of(&c, "signal") && strstr(note_of(&c, "signal"), "Storm") && strstr(note_of(&c, "signal"), "2026-11-06"));
}

TEST(a_signal_that_nothing_bears_out_changes_nothing) {
    double mean[2];
    for (int with = 0; with < 2; with++) {
        own(yard_end) Yard *yard = yard_by_day();
        sold(yard, "A", "2026-03-02", "2026-11-02", 0, 1);
        if (with) yard_fact(yard, "signal doc=W1 place=P from_day=2026-10-30 to_day=2026-11-06 factor=5 description=Storm");
        own(plan_end) Plan *plan = planned(yard);
        mean[with] = yard_assess(yard, plan, "A")->picture.mean_day;
    }
    CHECK(mean[0] == mean[1]);
}

/* Half of the lines are ordered three days before they are wanted. */
static double with_ahead(int coming) {
    own(yard_end) Yard *yard = yard_by_day();
    for (int32_t d = yard_day("2026-05-01"); d < yard_day("2026-11-02"); d++)
        yard_factf(yard, "order-line doc=O%d line=1 customer=C item=A place=P qty=%d order_day=%s requested_day=%s status=shipped", d, ups_and_downs[d % 7],
                   yard_day_text(yard, d - (d % 2 ? 3 : 0)), yard_day_text(yard, d));
    if (coming) yard_factf(yard, "order-line doc=N line=1 customer=C item=A place=P qty=%d order_day=2026-11-01 requested_day=2026-11-04 status=open", coming);
    own(plan_end) Plan *plan = planned(yard);
    Assessment *a = yard_assess(yard, plan, "A");
    CHECK(a->picture.sense.news.ahead_expected > 2);
    return a->picture.mean_day;
}

TEST(orders_already_known_for_the_coming_days_move_the_rate) {
    double few = with_ahead(0), usual = with_ahead(6), many = with_ahead(20);
    CHECK(few < usual && usual < many);
    CHECK(many < 1.5 * usual);
}

TEST(what_a_planner_puts_holds_on_its_days_and_ends_by_itself) {
    own(yard_end) Yard *yard = yard_by_day();
    sold(yard, "A", "2026-03-02", "2026-11-02", 0, 1);
    yard_fact(yard, "override doc=OV-1 item=A place=P from_day=2026-11-10 to_day=2026-11-14 factor=3 reason=Fair status=active");
    yard_fact(yard, "override doc=OV-2 item=A place=P from_day=2026-10-01 to_day=2026-11-01 factor=9 reason=Past status=active");
    own(plan_end) Plan *plan = planned(yard);
    Assessment *a = yard_assess(yard, plan, "A");
    CHECK_EQ(a->picture.sense.overrides, 1);
    DemandModel base = sense_baseline(&a->picture);
    double with = demand_moments(&a->picture.demand, 8, 5).mean, without = demand_moments(&base, 8, 5).mean;
    CHECK(near_zero(with - 3 * without) < 1e-9);
    CHECK(near_zero(demand_moments(&a->picture.demand, 0, 8).mean - demand_moments(&base, 0, 8).mean) < 1e-9);
    CHECK(a->picture.mean_day > a->picture.sense.base_mean_day);
    Case c = yard_case(yard, "A", "P", CASE_BUY, NULL);
    CHECK(note_of(&c, "override") && strstr(note_of(&c, "override"), "Fair") && strstr(note_of(&c, "override"), "2026-11-14"));
    bool evidence = false;
    for (int i = 0; i < c.evidence_count; i++) evidence |= strcmp(c.evidence[i].role, "override") == 0;
    CHECK(evidence);
    yard_fact(yard, "override doc=OV-1 item=A place=P from_day=2026-11-10 to_day=2026-11-14 factor=3 reason=Fair status=cleared version=2");
    yard_put(yard);
    yard_step(yard, plan, "2026-11-02");
    CHECK_EQ(yard_assess(yard, plan, "A")->picture.sense.overrides, 0);
}

TEST(units_of_an_override_are_what_its_days_sell_together) {
    own(yard_end) Yard *yard = yard_by_day();
    sold(yard, "A", "2026-03-02", "2026-11-02", 0, 1);
    yard_fact(yard, "override doc=OV-1 item=A place=P from_day=2026-11-10 to_day=2026-11-14 qty=100 reason=Contract status=active");
    own(plan_end) Plan *plan = planned(yard);
    CHECK(near_zero(demand_moments(&yard_assess(yard, plan, "A")->picture.demand, 8, 5).mean - 100) < 1e-6);
}

TEST(an_event_of_a_group_holds_for_all_of_it_and_for_no_other) {
    own(yard_end) Yard *yard = yard_by_day();
    yard_fact(yard, "item item=A description=Thing-A price=10 currency=USD tier=A group=pumps version=2");
    sold(yard, "A", "2026-03-02", "2026-11-02", 0, 1);
    sold(yard, "B", "2026-03-02", "2026-11-02", 0, 1);
    yard_fact(yard, "override doc=OV-1 group=pumps from_day=2026-11-10 to_day=2026-11-14 factor=3 reason=Campaign status=active");
    own(plan_end) Plan *plan = planned(yard);
    CHECK_EQ(yard_assess(yard, plan, "A")->picture.sense.overrides, 1);
    CHECK_EQ(yard_assess(yard, plan, "B")->picture.sense.overrides, 0);
}

TEST(bad_overrides_are_refused_with_the_remedy) {
    static const char *const lines[] = { "factor=2 qty=5 item=A place=P", "item=A place=P", "qty=5 item=A", "factor=2" };
    Why why = { 0 };
    for (size_t i = 0; i < sizeof lines / sizeof lines[0]; i++) {
        own(yard_end) Yard *yard = yard_begin();
        yard_factf(yard, "override doc=OV-1 from_day=2026-11-10 to_day=2026-11-14 reason=x status=active %s", lines[i]);
        CHECK_EQ(fact_check(&yard->facts.at[0], &why), ERR_INVALID);
        CHECK(why.message[0] && (i == 3 || why.hint[0]));
        list_clear(&yard->facts);
    }
}

/* Six pumps that sell about four a day for half a year, and a new one. */
static Assessment *new_pump(Yard *yard, Plan **out_plan, const char *first_day) {
    for (int i = 0; i < 6; i++) {
        yard_factf(yard, "item item=K%d description=Kin price=10 currency=USD tier=A group=pumps", i);
        sold(yard, text_format(yard->work, "K%d", i), "2026-05-02", "2026-11-02", 0, 1);
    }
    yard_fact(yard, "item item=N description=New price=10 currency=USD tier=A group=pumps lifecycle=new");
    yard_fact(yard, "item-supplier item=N supplier=S lead_days=10 moq=1 multiple=1 price=10 currency=USD");
    yard_fact(yard, "item-place item=N place=P supplier=S");
    yard_fact(yard, "stock item=N place=P as_of_day=2026-11-01 on_hand=0");
    if (first_day[0]) sold(yard, "N", first_day, "2026-11-02", 30, 0.5);
    *out_plan = planned(yard);
    return yard_assess(yard, *out_plan, "N");
}

TEST(a_new_item_leans_on_its_kin_until_it_speaks_itself) {
    double level[3];
    static const char *const first[3] = { "", "2026-10-26", "2026-10-04" };
    for (int i = 0; i < 3; i++) {
        own(yard_end) Yard *yard = yard_by_day();
        Plan *plan;
        Assessment *a = new_pump(yard, &plan, first[i]);
        CHECK_EQ(a->picture.sense.kin, 6);
        level[i] = a->picture.mean_day;
        if (i == 0) {
            double most = a->picture.mean_day * (10 + 7);
            CHECK(a->estimate.qty > 0 && a->estimate.qty <= ((int64_t)most + 1) * MICRO);
            Case c = yard_case(yard, "N", "P", CASE_BUY, NULL);
            CHECK(note_of(&c, "new") && strstr(note_of(&c, "new"), "6 kin of pumps"));
            CHECK_EQ(case_terms_sum(&c), c.action.qty);
        }
        plan_end(&plan);
    }
    CHECK(level[0] > 3.2 && level[0] < 4.8);                /* what the kin sell */
    CHECK(level[2] < level[1] && level[1] < level[0] + 0.2 && level[2] < 2.6);   /* it sells half as much */
}

TEST(one_large_customer_is_told_and_widens_the_spread) {
    double mean[2], sd[2];
    for (int large = 0; large < 2; large++) {
        own(yard_end) Yard *yard = yard_by_day();
        for (int c = 0; c < 8; c++) yard_factf(yard, "customer customer=C%d description=x", c);
        for (int32_t d = yard_day("2026-05-01"); d < yard_day("2026-11-02"); d++)
            yard_factf(yard, "order-line doc=O%d line=1 customer=C%d item=A place=P qty=%d order_day=%s requested_day=%s status=shipped", d,
                       large ? d % 4 ? 0 : 1 + d / 4 % 7 : d % 8, ups_and_downs[d % 7], yard_day_text(yard, d), yard_day_text(yard, d));
        own(plan_end) Plan *plan = planned(yard);
        Assessment *a = yard_assess(yard, plan, "A");
        CHECK((a->picture.sense.customer_share > 0.5) == (large == 1));
        DemandMoments m = demand_moments(&a->picture.demand, 0, 17);
        mean[large] = m.mean;
        sd[large] = m.level_var;
        Case c = yard_case(yard, "A", "P", CASE_BUY, NULL);
        CHECK((note_of(&c, "customer") != NULL) == (large == 1));
    }
    CHECK(mean[1] < mean[0] && mean[1] > 0.95 * mean[0]);
    CHECK(sd[1] > 1.5 * sd[0]);
}

TEST(a_customer_that_takes_more_than_half_is_found_whoever_bought_last) {
    for (int last = 0; last < 2; last++) {
        own(yard_end) Yard *yard = yard_by_day();
        for (int c = 0; c < 8; c++) yard_factf(yard, "customer customer=C%d description=x", c);
        for (int32_t d = yard_day("2026-05-01"); d < yard_day("2026-11-02"); d++) {
            bool his = (yard_day("2026-11-01") - d) % 2 == last;
            yard_factf(yard, "order-line doc=O%d line=1 customer=C%d item=A place=P qty=%d order_day=%s requested_day=%s status=shipped", d, his ? 0 : 1, his ? 8 : 5,
                       yard_day_text(yard, d), yard_day_text(yard, d));
        }
        own(plan_end) Plan *plan = planned(yard);
        CHECK_NEAR(yard_assess(yard, plan, "A")->picture.sense.customer_share, 8.0 / 13, 0.01);
    }
}

TEST(demand_of_an_item_that_ends_fades_and_what_is_too_much_is_what_will_not_sell) {
    own(yard_end) Yard *yard = yard_by_day();
    yard_fact(yard, "item item=A description=Thing-A price=10 currency=USD tier=A lifecycle=phase-out version=2");
    yard_fact(yard, "stock item=A place=P as_of_day=2026-11-01 on_hand=3000 version=2");
    sold(yard, "A", "2026-03-02", "2026-11-02", 0, 1);
    own(plan_end) Plan *plan = planned(yard);
    Assessment *a = yard_assess(yard, plan, "A");
    CHECK(near_zero(demand_moments(&a->picture.demand, 180, 1).mean / demand_moments(&a->picture.demand, 0, 1).mean - 0.5) < 0.01);
    CHECK_EQ(a->estimate.qty, 0);
    double rest = demand_moments(&a->picture.demand, 0, 365).mean;
    CHECK(a->estimate.excess_units > 0 && near_zero(3000 - a->estimate.excess_units - rest) < 0.25 * rest);
    Case c = yard_case(yard, "A", "P", CASE_EXCESS, NULL);
    CHECK(note_of(&c, "ending") != NULL);
}

/* So many pumps and as many valves at P; the pumps (all of them, or one) sell five times as much in the last three days. */
static Case event_of(Yard *yard, Plan **out_plan, int pumps, int odd) {
    for (int i = 0; i < 2 * pumps; i++) {
        yard_factf(yard, "item item=E%d description=Thing price=10 currency=USD tier=A group=%s", i, i < pumps ? "pumps" : "valves");
        sold(yard, text_format(yard->work, "E%d", i), "2026-06-02", "2026-11-02", i < odd ? 3 : 0, 5);
    }
    *out_plan = planned(yard);
    ItemId none = { 0 };
    PlaceId nowhere = { 0 };
    Case c = case_empty();
    for (size_t i = 0; i < (*out_plan)->book->entries.count; i++) {
        const BookEntry *entry = &(*out_plan)->book->entries.at[i];
        Row row;
        Why why = { 0 };
        if (entry->kind != CASE_REVIEW || entry->status != CASE_OPEN) continue;
        CHECK(entry->item.v == none.v && entry->place.v == nowhere.v);
        CHECK(c.kind == CASE_KIND_NONE);                     /* one, not many */
        CHECK_OK(log_read(yard->store, yard->work, entry->row, &row, &why));
        CHECK_OK(case_read(yard->work, row.payload, &c, &why));
    }
    return c;
}

TEST(a_spike_shared_by_a_group_is_one_case_with_its_item_places) {
    own(yard_end) Yard *yard = yard_by_day();
    own(plan_end) Plan *plan = NULL;
    Case c = event_of(yard, &plan, 6, 6);
    CHECK_EQ(c.kind, CASE_REVIEW);
    CHECK_EQ(c.members_count, 6);
    for (int i = 0; i < c.members_count; i++) CHECK(c.members[i].item[0] == 'E' && c.members[i].item[1] < '6' && c.members[i].times_ppm > 3 * MICRO);
    CHECK(strstr(c.title, "pumps") && strstr(c.title, "6 items"));
    yard_step(yard, plan, "2026-11-12");                     /* ten days on it is over */
    for (size_t i = 0; i < plan->book->entries.count; i++)
        if (plan->book->entries.at[i].kind == CASE_REVIEW) CHECK_EQ(plan->book->entries.at[i].status, CASE_CLOSED);
}

TEST(an_event_over_many_item_places_lists_them_all) {
    own(yard_end) Yard *yard = yard_by_day();
    own(plan_end) Plan *plan = NULL;
    Case c = event_of(yard, &plan, 44, 44);
    CHECK_EQ(c.members_count, 44);
    CHECK_EQ(c.evidence_count, 3 * 44);
}

/* A step proves such item-places quiet and works out no chance: not worked out is not unknown. */
TEST(an_event_that_the_stock_carries_is_worth_next_to_nothing) {
    int64_t rank[2];
    for (int full = 0; full < 2; full++) {
        own(yard_end) Yard *yard = yard_by_day();
        own(plan_end) Plan *plan = NULL;
        for (int i = 0; i < 6; i++) {
            yard_factf(yard, "item-supplier item=E%d supplier=S lead_days=10 price=10 currency=USD", i);
            yard_factf(yard, "item-place item=E%d place=P supplier=S", i);
            yard_factf(yard, "stock item=E%d place=P as_of_day=2026-11-01 on_hand=%d", i, full ? 2000 : 5);
        }
        rank[full] = event_of(yard, &plan, 6, 6).rank_minor;
        CHECK_EQ(plan->estimates[state_spot(plan->state, yard_item(yard, "E0"), yard_place(yard, "P"))].carried, !full);
    }
    CHECK(rank[0] > 0 && rank[1] >= 0 && rank[1] * 1000 < rank[0]);
}

TEST(one_odd_item_is_no_event) {
    own(yard_end) Yard *yard = yard_by_day();
    own(plan_end) Plan *plan = NULL;
    CHECK_EQ(event_of(yard, &plan, 6, 1).kind, CASE_KIND_NONE);
}
