/* Whole steps: what opens, what does not open twice, what closes, and that every number can be had again. */
#include "base/decimal.h"
#include "base/time.h"
#include "domain/note.h"
#include "plan/yard.h"
#include "tests/test.h"

/* Steady sales of four a day, delivered in ten days, and almost nothing left. */
static void short_of_a(Yard *yard, int on_hand) {
    yard_masters(yard);
    yard_history(yard, "A", "P", yard_day("2026-01-01"), yard_day("2026-11-02"), 4);
    yard_orders(yard, "A", "P", yard_day("2026-01-01"), yard_day("2026-10-20"), 14, 10, 56);
    yard_factf(yard, "stock item=A place=P as_of_day=2026-11-01 on_hand=%d", on_hand);
    yard_put(yard);
}

TEST(a_shortage_opens_one_buy_case_whose_arithmetic_sums) {
    own(yard_end) Yard *yard = yard_begin();
    short_of_a(yard, 10);
    own(plan_end) Plan *plan = NULL;
    Why why = { 0 };
    CHECK_OK(plan_begin(yard->store, 2, &plan, &why));
    PlanResult result = yard_step(yard, plan, "2026-11-02");
    CHECK(result.step.v > 0);
    Case c = yard_case(yard, "A", "P", CASE_BUY, NULL);
    CHECK(c.action.qty > 0);
    CHECK_EQ(c.action.qty % (6 * MICRO), 0);                 /* whole multiples */
    CHECK_EQ(case_terms_sum(&c), c.action.qty);
    CHECK(c.rank_minor > 0);
    CHECK(c.at_stake_minor >= c.rank_minor);
    CHECK(c.p1_ppm >= c.p0_ppm);
    CHECK(c.p0_ppm > 500000);                                /* ten left, four a day, ten days to wait */
    CHECK_EQ(c.action.value_minor, c.action.qty / MICRO * 1000);
    CHECK_EQ(c.action.minimum_minor, 100000);
    CHECK(c.evidence_count > 3);
    CHECK(c.projection.points >= 28);
    CHECK_STR(c.supplier, "S");
}

TEST(the_same_case_reads_and_writes_to_the_same_bytes) {
    own(yard_end) Yard *yard = yard_begin();
    short_of_a(yard, 10);
    own(plan_end) Plan *plan = NULL;
    Why why = { 0 };
    CHECK_OK(plan_begin(yard->store, 1, &plan, &why));
    yard_step(yard, plan, "2026-11-02");
    RowId id;
    yard_case(yard, "A", "P", CASE_BUY, &id);
    Row row;
    CHECK_OK(log_read(yard->store, yard->work, id, &row, &why));
    Case c;
    CHECK_OK(case_read(yard->work, row.payload, &c, &why));
    own(buf_end) Buf again = buf_begin(MiB);
    case_write(&again, &c);
    CHECK(text_equal(row.payload, buf_text(&again)));
}

/* Days of any facts about a company, each planned by itself: most steps draft a few item-places, in parts of one or a few. */
static Yard *days_planned(int threads) {
    Yard *yard = yard_begin();
    Rng rng = rng_of(7);
    own(plan_end) Plan *plan = NULL;
    Why why = { 0 };
    int number = 0;
    int32_t day = yard_day("2026-03-02");
    yard_masters(yard);
    yard_put(yard);
    CHECK_OK(plan_begin(yard->store, threads, &plan, &why));
    for (int i = 0; i < 40; i++, day++) {
        yard_any_facts(yard, &rng, day - 1, day, &number);
        yard_step(yard, plan, yard_day_text(yard, day));
    }
    return yard;
}

TEST(a_step_writes_the_same_rows_whatever_the_threads_that_drafted_its_parts) {
    own(yard_end) Yard *alone = days_planned(1), *many = days_planned(3);
    Why why = { 0 };
    int cases = 0;
    CHECK_EQ(log_last(alone->store).v, log_last(many->store).v);
    for (int64_t id = 1; id <= log_last(alone->store).v; id++) {
        Row one, other;
        CHECK_OK(log_read(alone->store, alone->work, (RowId){ id }, &one, &why));
        CHECK_OK(log_read(many->store, alone->work, (RowId){ id }, &other, &why));
        CHECK(one.kind == other.kind && one.cause.v == other.cause.v && strcmp(one.key, other.key) == 0);
        CHECK(text_equal(one.payload, other.payload));
        cases += one.kind == ROW_CASE;
    }
    CHECK(cases > 20);
}

/* A row of the document could not be used. */
static void bad_row(Yard *yard, RowId document) {
    Why why = { 0 };
    Row note = { .cause = document, .kind = ROW_NOTE, .sub = NOTE_BAD_ROW, .by = "import", .payload = text_of("{\"count\":3}") };
    CHECK_OK(store_begin(yard->store, &why));
    CHECK_OK(log_append(yard->store, &note, &why));
    CHECK_OK(store_commit(yard->store, &why));
}

static bool has_bad_rows(Yard *yard, RowId document) {
    Why why = { 0 };
    RowId id;
    const char *subject = text_format(yard->work, "bad-rows/%lld", (long long)document.v);
    return case_open_for(yard->store, (ItemId){ 0 }, (PlaceId){ 0 }, CASE_FIX_DATA, subject, &id, &why) == OK;
}

TEST(rows_that_could_not_be_used_are_a_case_until_their_document_is_taken_back) {
    own(yard_end) Yard *yard = yard_begin();
    Why why = { 0 };
    short_of_a(yard, 10);
    own(plan_end) Plan *plan = yard_plan(yard, "2026-11-02");
    RowId documents[2], retraction;
    for (int i = 0; i < 2; i++) {                        /* the second when notes were read before */
        yard_factf(yard, "stock item=A place=P as_of_day=2026-11-01 on_hand=%d", 11 + i);
        documents[i] = yard_put(yard);
        bad_row(yard, documents[i]);
        yard_step(yard, plan, "2026-11-02");
        CHECK(has_bad_rows(yard, documents[i]));
    }
    CHECK(has_bad_rows(yard, documents[0]));
    CHECK_OK(store_begin(yard->store, &why));
    CHECK_OK(facts_retract(yard->store, documents[0], "kim", "the wrong file", &retraction, &why));
    CHECK_OK(store_commit(yard->store, &why));
    yard_step(yard, plan, "2026-11-02");
    CHECK(!has_bad_rows(yard, documents[0]) && has_bad_rows(yard, documents[1]));
}

TEST(a_second_run_changes_nothing_in_the_same_process_or_a_new_one) {
    own(yard_end) Yard *yard = yard_begin();
    short_of_a(yard, 10);
    Why why = { 0 };
    own(plan_end) Plan *plan = yard_plan(yard, "2026-11-02");
    int64_t rows = log_last(yard->store).v;
    PlanResult second = yard_step(yard, plan, "2026-11-02");
    CHECK_EQ(second.step.v, 0);
    CHECK_EQ(second.refreshed, 0);
    own(plan_end) Plan *fresh = NULL;
    CHECK_OK(plan_begin(yard->store, 1, &fresh, &why));
    PlanResult third = yard_step(yard, fresh, "2026-11-02");
    CHECK_EQ(third.step.v, 0);
    CHECK_EQ(third.cases_new + third.cases_changed + third.cases_closed, 0);
    CHECK_EQ(log_last(yard->store).v, rows);
}

TEST(enough_stock_opens_nothing) {
    own(yard_end) Yard *yard = yard_begin();
    short_of_a(yard, 200);
    own(plan_end) Plan *plan = NULL;
    Why why = { 0 };
    CHECK_OK(plan_begin(yard->store, 1, &plan, &why));
    yard_step(yard, plan, "2026-11-02");
    CHECK(!yard_has_case(yard, "A", "P", CASE_BUY, ""));
}

TEST(an_open_order_nets_the_need_also_when_it_is_late) {
    own(yard_end) Yard *yard = yard_begin();
    short_of_a(yard, 10);
    yard_fact(yard, "po-line doc=PO-LATE line=1 supplier=S item=A place=P qty=240 price=10 order_day=2026-10-15 promised_day=2026-10-25 status=open");
    yard_put(yard);
    own(plan_end) Plan *plan = NULL;
    Why why = { 0 };
    CHECK_OK(plan_begin(yard->store, 1, &plan, &why));
    yard_step(yard, plan, "2026-11-02");
    ItemView view;
    CHECK_OK(plan_item(plan, yard->work, yard_item(yard, "A"), yard_place(yard, "P"), &view, &why));
    CHECK_EQ(view.facts.on_order, 240 * MICRO);
    CHECK_EQ(view.supply_count, 1);
    CHECK_EQ(view.supply[0].late_days, 8);
    CHECK(!yard_has_case(yard, "A", "P", CASE_BUY, ""));     /* a second order would double it */
}

TEST(an_item_names_its_customers_who_waits_first) {
    own(yard_end) Yard *yard = yard_begin();
    short_of_a(yard, 0);                                     /* C took four a day until yesterday */
    for (const char *code = "DEF"; *code; code++) yard_factf(yard, "customer customer=%c tier=B", *code);
    yard_put(yard);
    yard_fact(yard, "order-line doc=BIG line=1 customer=D item=A place=P qty=100 order_day=2026-09-01 requested_day=2026-09-03 status=shipped");
    yard_fact(yard, "order-line doc=WAITS line=1 customer=E item=A place=P qty=7 order_day=2026-10-20 requested_day=2026-10-30 status=open");
    yard_fact(yard, "order-line doc=LATER line=1 customer=E item=A place=P qty=5 order_day=2026-10-28 requested_day=2026-11-20 status=open");
    yard_fact(yard, "order-line doc=OLD line=1 customer=F item=A place=P qty=500 order_day=2025-01-02 requested_day=2025-01-03 status=shipped");
    yard_put(yard);
    own(plan_end) Plan *plan = yard_look(yard, "2026-11-02");
    Why why = { 0 };
    ItemView view;
    CHECK_OK(plan_item(plan, yard->work, yard_item(yard, "A"), yard_place(yard, "P"), &view, &why));
    CHECK_EQ(view.customers_total, 4);
    const ItemCustomer *first = &view.customers[0];
    CHECK_STR(first->customer, "E");
    CHECK_STR(first->tier, "B");
    CHECK_EQ(first->overdue, 7 * MICRO);
    CHECK_EQ(first->open, 12 * MICRO);
    CHECK_EQ(first->qty, 7 * MICRO);                         /* what is wanted later is no demand yet */
    CHECK_EQ(first->last_day, yard_day("2026-10-28"));
    CHECK_STR(view.customers[1].customer, "C");
    CHECK_EQ(view.customers[1].qty, 305 * 4 * MICRO);
    CHECK_EQ(view.customers[1].lines, 305);
    CHECK_STR(view.customers[2].customer, "D");
    CHECK_NEAR(micro_to_double(view.customers[2].share_ppm), 100.0 / (305 * 4 + 107), 1e-6);
    CHECK_STR(view.customers[3].customer, "F");
    CHECK_EQ(view.customers[3].qty, 0);                      /* longer ago than a year */
}

TEST(an_item_shows_thirteen_weeks_and_what_is_expected_of_each) {
    own(yard_end) Yard *yard = yard_begin();
    short_of_a(yard, 10);
    yard_fact(yard, "override doc=FAIR item=A place=P from_day=2026-11-09 to_day=2026-11-15 factor=2 reason=fair");
    yard_put(yard);
    own(plan_end) Plan *plan = yard_look(yard, "2026-11-02");
    Why why = { 0 };
    ItemView view;
    CHECK_OK(plan_item(plan, yard->work, yard_item(yard, "A"), yard_place(yard, "P"), &view, &why));
    const ItemDemand *d = &view.demand;
    CHECK_EQ(view.projection.points, 91);                    /* by day, though it would be planned for 60 */
    CHECK_EQ(d->ahead_points, 13);
    CHECK_EQ(d->ahead_from_day, view.projection.from_day);
    for (int w = 0; w < d->ahead_points; w++) {
        int32_t monday = d->ahead_from_day + 7 * w;
        double overridden = monday == yard_day("2026-11-09") ? 2 : 1;
        CHECK_NEAR(micro_to_double(d->ahead_base[w]), 28, 1.5);
        CHECK_NEAR(micro_to_double(d->ahead_mean[w]), overridden * micro_to_double(d->ahead_base[w]), 0.01);
    }
}

TEST(an_item_tells_what_its_forecast_was_chosen_from) {
    static const struct { const char *since, *baseline; } runs[] = { { "2026-01-01", "" }, { "2023-01-02", "seasonal-naive" } };
    for (int i = 0; i < 2; i++) {
        own(yard_end) Yard *yard = yard_begin();
        yard_history(yard, "A", "P", yard_day(runs[i].since), yard_day("2026-01-01"), 3);
        short_of_a(yard, 10);
        own(plan_end) Plan *plan = yard_look(yard, "2026-11-02");
        Why why = { 0 };
        ItemView view;
        CHECK_OK(plan_item(plan, yard->work, yard_item(yard, "A"), yard_place(yard, "P"), &view, &why));
        const ItemChoice *choice = &view.choice;
        CHECK(choice->tried_count > 1);
        CHECK(choice->origins >= 4);
        CHECK_EQ(choice->horizon_days, 21);                  /* ten days and a week's review, in whole weeks */
        CHECK_STR(choice->tried[0].kind, view.model.kind);   /* the heaviest is the one that is named */
        CHECK_STR(choice->tried[1].kind, view.model.runner_up);
        CHECK_STR(view.target_because, "tier A in the policy");
        CHECK_STR(choice->baseline, runs[i].baseline);       /* a year ago is no model of a first year */
        int64_t weight = 0;
        bool baseline = false;
        for (int k = 0; k < choice->tried_count; k++) {
            weight += choice->tried[k].weight_ppm;
            baseline |= strcmp(choice->tried[k].kind, "seasonal-naive") == 0;
            CHECK_EQ(choice->tried[k].to_baseline_ppm == CASE_NONE, i == 0);
        }
        CHECK_EQ(baseline, i == 1);
        CHECK(weight > 999990 && weight < 1000010);
    }
}

TEST(new_facts_close_the_case_and_a_relapse_says_that_it_is_back) {
    own(yard_end) Yard *yard = yard_begin();
    short_of_a(yard, 10);
    own(plan_end) Plan *plan = NULL;
    Why why = { 0 };
    CHECK_OK(plan_begin(yard->store, 1, &plan, &why));
    yard_step(yard, plan, "2026-11-02");
    RowId first;
    yard_case(yard, "A", "P", CASE_BUY, &first);
    yard_fact(yard, "count doc=C1 line=1 item=A place=P on_hand=300 as_of_day=2026-11-01");
    yard_put(yard);
    PlanResult closed = yard_step(yard, plan, "2026-11-02");
    CHECK_EQ(closed.cases_closed, 1);
    CHECK(!yard_has_case(yard, "A", "P", CASE_BUY, ""));
    yard_fact(yard, "count doc=C2 line=1 item=A place=P on_hand=12 as_of_day=2026-11-01 version=2");
    yard_fact(yard, "count doc=C1 line=1 item=A place=P on_hand=12 as_of_day=2026-11-01 version=2");
    yard_put(yard);
    PlanResult back = yard_step(yard, plan, "2026-11-02");
    CHECK_EQ(back.cases_new, 1);
    RowId second;
    Case c = yard_case(yard, "A", "P", CASE_BUY, &second);
    CHECK(second.v != first.v);
    CHECK(strncmp(c.opened_why, "is back", 7) == 0);
}

TEST(any_order_of_arrival_gives_the_same_proposals) {
    char *sheets[2];
    for (int turn = 0; turn < 2; turn++) {
        own(yard_end) Yard *yard = yard_begin();
        yard_masters(yard);
        yard_put(yard);
        short_of_a(yard, 10);                                /* masters again: duplicates without effect */
        own(yard_end) Yard *other = yard_begin();
        yard_masters(other);
        yard_put(other);
        yard_history(other, "A", "P", yard_day("2026-01-01"), yard_day("2026-11-02"), 4);
        yard_orders(other, "A", "P", yard_day("2026-01-01"), yard_day("2026-10-20"), 14, 10, 56);
        yard_fact(other, "stock item=A place=P as_of_day=2026-11-01 on_hand=10");
        Rng rng = rng_of(77);
        for (size_t i = other->facts.count; i > 1; i--) {
            size_t k = (size_t)rng_below(&rng, i);
            Fact swap = other->facts.at[i - 1];
            other->facts.at[i - 1] = other->facts.at[k];
            other->facts.at[k] = swap;
        }
        yard_put(other);
        Yard *used = turn ? other : yard;
        Why why = { 0 };
        own(plan_end) Plan *plan = NULL;
        CHECK_OK(plan_begin(used->store, 2, &plan, &why));
        yard_step(used, plan, "2026-11-02");
        Case c = yard_case(used, "A", "P", CASE_BUY, NULL);
        c.evidence_count = 0;                                /* row numbers are the order of arrival, by design */
        c.policy_row = 0;
        own(buf_end) Buf text = buf_begin(MiB);
        case_write(&text, &c);
        sheets[turn] = strdup(buf_str(&text));
    }
    CHECK_STR(sheets[0], sheets[1]);
    free(sheets[0]);
    free(sheets[1]);
}

static Err keep_csv(void *self, Text bytes, Why *why) {
    (void)why;
    buf_add_text(self, bytes);
    return OK;
}

TEST(one_at_a_time_and_all_at_once_plan_the_same) {
    own(yard_end) Yard *yard = yard_begin();
    short_of_a(yard, 60);
    Why why = { 0 };
    own(plan_end) Plan *stepwise = NULL;
    CHECK_OK(plan_begin(yard->store, 2, &stepwise, &why));
    yard_step(yard, stepwise, "2026-11-02");
    static const char *const lines[] = {
        "order-line doc=X1 line=1 customer=C item=A place=P qty=9 order_day=2026-11-01 requested_day=2026-11-01 status=open",
        "po-line doc=PO9 line=1 supplier=S item=A place=P qty=36 price=10 order_day=2026-10-28 promised_day=2026-11-09 status=open",
        "shipment-line doc=X2 line=1 ref_doc=X1 ref_line=1 item=A place=P qty=4 shipped_day=2026-11-01",
        "count doc=K1 line=1 item=A place=P on_hand=31 as_of_day=2026-10-31",
        "item item=A description=Thing-A price=11 currency=USD tier=B lifecycle=active version=2",
    };
    for (size_t i = 0; i < sizeof lines / sizeof lines[0]; i++) {
        yard_fact(yard, lines[i]);
        yard_put(yard);
        yard_step(yard, stepwise, "2026-11-02");
    }
    own(plan_end) Plan *fresh = NULL;
    CHECK_OK(plan_begin(yard->store, 1, &fresh, &why));
    yard_step(yard, fresh, "2026-11-02");
    own(buf_end) Buf one = buf_begin(MiB), all = buf_begin(MiB);
    CHECK_OK(plan_proposals_csv(stepwise, keep_csv, &one, &why));
    CHECK_OK(plan_proposals_csv(fresh, keep_csv, &all, &why));
    CHECK_STR(buf_str(&one), buf_str(&all));
}

TEST(as_of_looks_at_nothing_that_was_told_later) {
    own(yard_end) Yard *yard = yard_begin();
    short_of_a(yard, 10);
    Why why = { 0 };
    PlanResult result;
    PlanOptions options = yard_options(yard, "2026-09-30");
    options.write = PLAN_LOOK;
    plan_as_of(&options, yard_day("2026-09-30"));
    own(buf_end) Buf before = buf_begin(MiB), after = buf_begin(MiB);
    own(plan_end) Plan *plan = NULL;
    CHECK_OK(plan_begin(yard->store, 1, &plan, &why));
    yard_fact(yard, "stock item=A place=P as_of_day=2026-09-29 on_hand=25");
    yard_put(yard);
    CHECK_OK(plan_step(plan, &options, &result, &why));
    CHECK_OK(plan_proposals_csv(plan, keep_csv, &before, &why));
    yard_fact(yard, "order-line doc=F1 line=1 customer=C item=A place=P qty=400 order_day=2026-10-01 requested_day=2026-10-01 status=shipped");
    yard_fact(yard, "stock item=A place=P as_of_day=2026-10-05 on_hand=999");
    yard_put(yard);
    CHECK_OK(plan_step(plan, &options, &result, &why));
    CHECK_OK(plan_proposals_csv(plan, keep_csv, &after, &why));
    CHECK_STR(buf_str(&before), buf_str(&after));
}

TEST(every_version_is_recomputed_byte_for_byte) {
    own(yard_end) Yard *yard = yard_begin();
    short_of_a(yard, 10);
    own(plan_end) Plan *plan = NULL;
    Why why = { 0 };
    CHECK_OK(plan_begin(yard->store, 2, &plan, &why));
    yard_step(yard, plan, "2026-11-02");
    yard_fact(yard, "order-line doc=X1 line=1 customer=C item=A place=P qty=40 order_day=2026-11-01 requested_day=2026-11-01 status=open");
    yard_put(yard);
    yard_step(yard, plan, "2026-11-02");
    yard_fact(yard, "count doc=C1 line=1 item=A place=P on_hand=400 as_of_day=2026-11-01");
    yard_put(yard);
    yard_step(yard, plan, "2026-11-03");
    int versions = 0;
    for (int64_t id = 1; id <= log_last(yard->store).v; id++) {
        Row row;
        CHECK_OK(log_read(yard->store, yard->work, (RowId){ id }, &row, &why));
        if (row.kind != ROW_CASE) continue;
        PlanReplay replay;
        CHECK_OK(plan_recompute(yard->store, 1, row.id, yard->work, &replay, &why));
        if (!replay.same) fail_msg("row %lld\n%.*s\n%.*s", (long long)id, TEXT_ARGS(replay.stored), TEXT_ARGS(replay.computed));
        versions++;
    }
    CHECK(versions >= 3);
}

TEST(a_fact_at_one_place_is_no_news_of_the_item_elsewhere_but_another_place_is) {
    own(yard_end) Yard *yard = yard_begin();
    short_of_a(yard, 10);
    yard_fact(yard, "place place=R description=Rear zone=UTC");
    yard_history(yard, "A", "Q", yard_day("2026-06-01"), yard_day("2026-11-02"), 2);
    yard_fact(yard, "item-place item=A place=Q supplier=S review_days=7");
    yard_fact(yard, "stock item=A place=Q as_of_day=2026-11-01 on_hand=30");
    yard_put(yard);
    own(plan_end) Plan *plan = yard_plan(yard, "2026-11-02");
    yard_fact(yard, "stock item=A place=Q as_of_day=2026-11-01 on_hand=900 version=2");
    yard_put(yard);
    CHECK_EQ(yard_step(yard, plan, "2026-11-02").refreshed, 1);
    yard_fact(yard, "stock item=A place=R as_of_day=2026-11-01 on_hand=5");
    yard_put(yard);
    CHECK_EQ(yard_step(yard, plan, "2026-11-02").refreshed, 3);
    yard_fact(yard, "item-place item=A place=Q from_place=P review_days=7");      /* now they share */
    yard_put(yard);
    yard_step(yard, plan, "2026-11-02");
    yard_fact(yard, "stock item=A place=R as_of_day=2026-11-01 on_hand=6 version=2");
    yard_put(yard);
    CHECK_EQ(yard_step(yard, plan, "2026-11-02").refreshed, 3);
}
