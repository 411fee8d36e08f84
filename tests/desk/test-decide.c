#include "tests/test.h"

#include "base/time.h"
#include "desk/decide.h"
#include "desk/orders.h"
#include "desk/spend.h"
#include "tests/house.h"

static const char POLICY[] =
    "{\"policy\":1,\"name\":\"t\",\"currency\":\"USD\",\"approval\":{\"value_least\":100000},"
    "\"tiers\":[{\"id\":\"R9\",\"when\":{},\"tier\":\"review\"}]}";
static const char POLICY_WIDE[] =
    "{\"policy\":1,\"name\":\"wide\",\"currency\":\"USD\",\"approval\":{\"value_least\":900000},"
    "\"tiers\":[{\"id\":\"R9\",\"when\":{},\"tier\":\"review\"}]}";

static const Person PLANNER = { "kim", ROLE_PLANNER }, APPROVER = { "ana", ROLE_APPROVER }, OTHER = { "bo", ROLE_APPROVER }, VIEWER = { "vic", ROLE_VIEWER };

static Err give(House *house, Person person, RowId case_id, Verdict verdict, const char *reason, DecideOutput *out, Why *why) {
    DecideInput input = { .case_id = case_id, .seen = house_row(house, case_id), .verdict = verdict, .reason = reason };
    return desk_decide(&house->desk, house->work, person, &input, out, why);
}
static Err change(House *house, Person person, RowId case_id, int64_t units, Why *why) {
    DecideOutput out;
    DecideInput input = { .case_id = case_id, .seen = house_row(house, case_id), .verdict = VERDICT_CHANGE, .has_qty = true, .qty_micro = units * 1000000, .reason = "less" };
    return desk_decide(&house->desk, house->work, person, &input, &out, why);
}

TEST(an_accepted_case_is_a_decision_and_a_new_version) {
    own(house_end) House *house = house_begin(POLICY);
    Why why = { 0 };
    DecideOutput out;
    RowId id = house_case(house, (HouseCase){ 0 }), before = house_row(house, id);
    CHECK_OK(give(house, PLANNER, id, VERDICT_ACCEPT, NULL, &out, &why));
    CHECK_EQ(out.line.status, CASE_ACCEPTED);
    CHECK_STR(out.approval_why, "");
    CHECK_EQ(house_read(house, id).status, CASE_ACCEPTED);
    CHECK(house_row(house, id).v > out.decision.v && out.decision.v > before.v);
    Row row;
    Decision decision;
    CHECK_OK(log_read(house->store, house->work, out.decision, &row, &why));
    CHECK_OK(decision_read(house->work, row.payload, &decision, &why));
    CHECK_EQ(row.cause.v, before.v);
    CHECK_STR(row.by, "kim");
    CHECK_EQ(decision.seen.v, before.v);
    CHECK_EQ(decision.policy.v, house->desk.policy_row.v);
    CHECK(decision.has_qty);
    CHECK_EQ(decision.qty_micro, 10000000);
}

static Fact flood(void) {
    Fact fact = { .kind = FACT_OVERRIDE, .version = 1, .occurred_us = 1, .known_us = 1 };
    Why why = { 0 };
    fact_set_text(&fact, F_doc, text_of("EV-1"));
    fact_set_text(&fact, F_item, text_of("I1"));
    fact_set_text(&fact, F_reason, text_of("flood"));
    fact_set_text(&fact, F_status, text_of("active"));
    fact_set_number(&fact, F_from_day, 20000);
    fact_set_number(&fact, F_to_day, 20007);
    fact_set_number(&fact, F_factor, 4000000);
    CHECK_OK(fact_check(&fact, &why));
    return fact;
}

TEST(what_a_verdict_says_of_the_world_is_written_with_it_or_not_at_all) {
    own(house_end) House *house = house_begin(POLICY);
    Why why = { 0 };
    DecideOutput out;
    Row written;
    RowId id = house_case(house, (HouseCase){ 0 }), last = log_last(house->store);
    Fact fact = flood();
    DecideInput input = { .case_id = id, .seen = house_row(house, id), .verdict = VERDICT_REJECT, .facts = &fact, .facts_count = 1 };
    CHECK_FAILS(ERR_USAGE, desk_decide(&house->desk, house->work, PLANNER, &input, &out, &why));      /* needs a reason */
    CHECK_EQ(log_last(house->store).v, last.v);
    input.verdict = VERDICT_ACCEPT;
    CHECK_OK(desk_decide(&house->desk, house->work, PLANNER, &input, &out, &why));
    CHECK_OK(log_read(house->store, house->work, (RowId){ out.decision.v + 1 }, &written, &why));
    CHECK(written.kind == ROW_FACT && written.sub == FACT_OVERRIDE && written.cause.v == out.decision.v);
    CHECK_STR(written.by, "kim");
}

static Err count_fact(void *self, [[maybe_unused]] const Row *row, [[maybe_unused]] const Fact *fact, [[maybe_unused]] Why *why) {
    ++*(int *)self;
    return OK;
}
static int overrides_of(House *house) {
    Why why = { 0 };
    int count = 0;
    CHECK_OK(facts_of_kind(house->store, FACT_OVERRIDE, count_fact, &count, &why));
    return count;
}
static RowId said(House *house, HouseCase like) {
    Why why = { 0 };
    DecideOutput out;
    Fact fact = flood();
    fact.version = house->clock.now_us;
    RowId id = house_case(house, like);
    DecideInput input = { .case_id = id, .seen = house_row(house, id), .verdict = VERDICT_ACCEPT, .reason = "an event", .answers = true, .facts = &fact, .facts_count = 1 };
    CHECK_OK(desk_decide(&house->desk, house->work, PLANNER, &input, &out, &why));
    CHECK_EQ(overrides_of(house), 1);
    return id;
}

TEST(what_an_event_was_said_to_be_is_taken_back_with_the_verdict) {
    static const struct { Verdict verdict; Tier tier; CaseStatus ends; } rows[] = {
        { VERDICT_UNDO, TIER_REVIEW, CASE_OPEN },          { VERDICT_REJECT, TIER_REVIEW, CASE_REJECTED },
        { VERDICT_SEND_BACK, TIER_APPROVAL, CASE_OPEN },   { VERDICT_UNDO, TIER_APPROVAL, CASE_OPEN },
    };
    own(house_end) House *house = house_begin(POLICY);
    Why why = { 0 };
    DecideOutput out;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        house->clock.now_us += HOUR_US;
        RowId id = said(house, (HouseCase){ .kind = CASE_REVIEW, .tier = rows[i].tier });
        CHECK_OK(give(house, APPROVER, id, rows[i].verdict, "no flood", &out, &why));
        CHECK_EQ(out.line.status, rows[i].ends);
        CHECK_EQ(overrides_of(house), 0);
        if (rows[i].ends != CASE_REJECTED) continue;
        CHECK_OK(give(house, APPROVER, id, VERDICT_UNDO, NULL, &out, &why));       /* what was said does not come back by itself: it is asked anew */
        CHECK_EQ(out.line.status, CASE_OPEN);
        CHECK_EQ(overrides_of(house), 0);
    }
    int64_t verified;
    CHECK_OK(store_verify(house->store, &verified, &why));
}

TEST(what_an_event_was_said_to_be_is_taken_back_after_it_is_over) {
    own(house_end) House *house = house_begin(POLICY);
    Why why = { 0 };
    DecideOutput out;
    RowId id = said(house, (HouseCase){ .kind = CASE_REVIEW });
    house_close(house, id);
    CHECK_EQ(overrides_of(house), 1);
    CHECK_OK(give(house, PLANNER, id, VERDICT_UNDO, NULL, &out, &why));
    CHECK_EQ(out.line.status, CASE_CLOSED);
    CHECK_EQ(overrides_of(house), 0);
    CHECK_FAILS(ERR_CONFLICT, give(house, PLANNER, id, VERDICT_UNDO, NULL, &out, &why));
}

TEST(a_verdict_on_an_old_version_names_who_changed_it_and_changes_nothing) {
    own(house_end) House *house = house_begin(POLICY);
    Why why = { 0 };
    DecideOutput out;
    RowId id = house_case(house, (HouseCase){ 0 });
    DecideInput late = { .case_id = id, .seen = house_row(house, id), .verdict = VERDICT_REJECT, .reason = "no" };
    CHECK_OK(give(house, PLANNER, id, VERDICT_ACCEPT, NULL, &out, &why));
    RowId last = log_last(house->store);
    CHECK_FAILS(ERR_CONFLICT, desk_decide(&house->desk, house->work, OTHER, &late, &out, &why));
    CHECK(strstr(why.message, "changed by kim at 2026-11-23T12:00:00Z") != NULL);
    CHECK_EQ(log_last(house->store).v, last.v);
    CHECK_EQ(house_read(house, id).status, CASE_ACCEPTED);
}

TEST(each_verdict_needs_its_right_a_name_and_a_reason_where_one_is_due) {
    own(house_end) House *house = house_begin(POLICY);
    Why why = { 0 };
    DecideOutput out;
    RowId id = house_case(house, (HouseCase){ 0 });
    CHECK_FAILS(ERR_DENIED, give(house, VIEWER, id, VERDICT_ACCEPT, NULL, &out, &why));
    CHECK_FAILS(ERR_DENIED, give(house, (Person){ "", ROLE_ADMIN }, id, VERDICT_ACCEPT, NULL, &out, &why));
    CHECK_FAILS(ERR_DENIED, give(house, PLANNER, id, VERDICT_APPROVE, NULL, &out, &why));
    CHECK_FAILS(ERR_USAGE, give(house, PLANNER, id, VERDICT_REJECT, "  ", &out, &why));
    CHECK_FAILS(ERR_USAGE, give(house, PLANNER, id, VERDICT_ESCALATE, NULL, &out, &why));
    CHECK_FAILS(ERR_CONFLICT, give(house, APPROVER, id, VERDICT_APPROVE, NULL, &out, &why));
    CHECK_FAILS(ERR_NOT_FOUND, desk_decide(&house->desk, house->work, PLANNER, &(DecideInput){ .case_id = { 999999 }, .verdict = VERDICT_ACCEPT }, &out, &why));
    CHECK_EQ(house_read(house, id).status, CASE_OPEN);
}

TEST(a_changed_quantity_carries_its_value_and_the_terms_still_sum) {
    own(house_end) House *house = house_begin(POLICY);
    Why why = { 0 };
    RowId id = house_case(house, (HouseCase){ .qty_units = 10, .cost_minor = 150 });
    CHECK_OK(change(house, PLANNER, id, 7, &why));
    Case c = house_read(house, id);
    CHECK_EQ(c.action.qty, 7000000);
    CHECK_EQ(c.action.purchase_qty, 7000000);
    CHECK_EQ(c.action.value_minor, 1050);
    CHECK_EQ(case_terms_sum(&c), c.action.qty);
    CHECK_STR(c.terms[c.terms_count - 1].code, "person");
    CHECK(strstr(c.terms[c.terms_count - 1].label, "kim: less") != NULL);
    CHECK_EQ(c.status, CASE_ACCEPTED);
    CHECK_FAILS(ERR_INVALID, change(house, PLANNER, id, 0, &why));
    CHECK_FAILS(ERR_INVALID, change(house, PLANNER, id, -5, &why));
    RowId dear = house_case(house, (HouseCase){ .item = 2, .cost_minor = 100000000 });
    CHECK_FAILS(ERR_LIMIT, change(house, PLANNER, dear, 9000000000000, &why));      /* more money than there are numbers */
}

TEST(undo_gives_back_what_was_before_verdict_by_verdict) {
    own(house_end) House *house = house_begin(POLICY);
    Why why = { 0 };
    DecideOutput out;
    RowId id = house_case(house, (HouseCase){ 0 });
    CHECK_OK(give(house, PLANNER, id, VERDICT_ACCEPT, NULL, &out, &why));
    CHECK_OK(change(house, PLANNER, id, 4, &why));
    CHECK_OK(give(house, PLANNER, id, VERDICT_UNDO, NULL, &out, &why));
    Case c = house_read(house, id);
    CHECK_EQ(c.action.qty, 10000000);
    CHECK_EQ(c.status, CASE_ACCEPTED);
    CHECK_EQ(case_terms_sum(&c), c.action.qty);
    CHECK_OK(give(house, PLANNER, id, VERDICT_UNDO, NULL, &out, &why));
    CHECK_EQ(house_read(house, id).status, CASE_OPEN);
    CHECK_FAILS(ERR_CONFLICT, give(house, PLANNER, id, VERDICT_UNDO, NULL, &out, &why));
    CHECK_OK(give(house, PLANNER, id, VERDICT_REJECT, "not now", &out, &why));
    CHECK_FAILS(ERR_DENIED, give(house, (Person){ "lee", ROLE_PLANNER }, id, VERDICT_UNDO, NULL, &out, &why));
    CHECK_OK(give(house, OTHER, id, VERDICT_UNDO, NULL, &out, &why));
    CHECK_EQ(house_read(house, id).status, CASE_OPEN);
}

TEST(a_rejected_case_whose_exposure_went_on_as_another_is_not_brought_back) {
    own(house_end) House *house = house_begin(POLICY);
    Why why = { 0 };
    DecideOutput out;
    RowId id = house_case(house, (HouseCase){ 0 });
    CHECK_OK(give(house, PLANNER, id, VERDICT_REJECT, "not now", &out, &why));
    house_case(house, (HouseCase){ 0 });
    CHECK_FAILS(ERR_CONFLICT, give(house, PLANNER, id, VERDICT_UNDO, NULL, &out, &why));
}

TEST(a_snooze_has_an_end_within_a_year) {
    own(house_end) House *house = house_begin(POLICY);
    Why why = { 0 };
    DecideOutput out;
    RowId id = house_case(house, (HouseCase){ 0 });
    int32_t today = day_of_us(house->clock.now_us);
    DecideInput input = { .case_id = id, .seen = house_row(house, id), .verdict = VERDICT_SNOOZE, .until_day = today };
    CHECK_FAILS(ERR_INVALID, desk_decide(&house->desk, house->work, PLANNER, &input, &out, &why));
    input.until_day = today + 367;
    CHECK_FAILS(ERR_INVALID, desk_decide(&house->desk, house->work, PLANNER, &input, &out, &why));
    input.until_day = today + 3;
    CHECK_OK(desk_decide(&house->desk, house->work, PLANNER, &input, &out, &why));
    CHECK_EQ(out.line.status, CASE_SNOOZED);
    CHECK_EQ(out.line.snoozed_until_us, us_of_day(today + 3));
    CHECK_OK(give(house, PLANNER, id, VERDICT_ACCEPT, NULL, &out, &why));
    CHECK_EQ(out.line.snoozed_until_us, 0);
}

TEST(a_snooze_that_ended_is_open_again_and_says_so) {
    own(house_end) House *house = house_begin(POLICY);
    Why why = { 0 };
    DecideOutput out;
    int woken;
    RowId id = house_case(house, (HouseCase){ 0 });
    int32_t until = day_of_us(house->clock.now_us) + 2;
    DecideInput input = { .case_id = id, .seen = house_row(house, id), .verdict = VERDICT_SNOOZE, .until_day = until };
    CHECK_OK(desk_decide(&house->desk, house->work, PLANNER, &input, &out, &why));
    house->clock.now_us = us_of_day(until) - 1;
    CHECK_OK(desk_wake(&house->desk, house->work, &woken, &why));
    CHECK_EQ(woken, 0);
    house->clock.now_us++;
    CHECK_OK(desk_wake(&house->desk, house->work, &woken, &why));
    CHECK_EQ(woken, 1);
    Case c = house_read(house, id);
    CHECK_EQ(c.status, CASE_OPEN);
    CHECK_STR(c.opened_why, "is back: put off until 2026-11-25");
}

/* More than any one reading holds: what is put off and ranks last is not forgotten. */
TEST(a_snooze_that_ended_wakes_however_many_are_put_off) {
    enum { OTHERS = 100000 };
    own(house_end) House *house = house_begin(POLICY);
    Why why = { 0 };
    DecideOutput out;
    int woken;
    RowId id = house_case(house, (HouseCase){ 0 });
    DecideInput input = { .case_id = id, .seen = house_row(house, id), .verdict = VERDICT_SNOOZE, .until_day = day_of_us(house->clock.now_us) + 1 };
    CHECK_OK(desk_decide(&house->desk, house->work, PLANNER, &input, &out, &why));
    CHECK_OK(store_begin(house->store, &why));
    for (int i = 0; i < OTHERS; i++) {
        Row row = { .cause = house->step, .kind = ROW_CASE, .sub = CASE_BUY, .by = "system", .key = "", .payload = text_of("{}") };
        CaseLine line = { .kind = CASE_BUY, .status = CASE_SNOOZED, .rank_minor = 1000000, .snoozed_until_us = INT64_MAX, .assigned = "", .title = "", .action = "", .search = "", .subject = "" };
        CHECK_OK(case_put(house->store, &row, &line, &why));
    }
    CHECK_OK(store_commit(house->store, &why));
    house->clock.now_us += 2 * DAY_US;
    CHECK_OK(desk_wake(&house->desk, house->work, &woken, &why));
    CHECK_EQ(woken, 1);
    CHECK_EQ(house_read(house, id).status, CASE_OPEN);
}

TEST(nobody_approves_what_they_accepted_changed_or_escalated) {
    own(house_end) House *house = house_begin(POLICY);
    Why why = { 0 };
    DecideOutput out;
    RowId id = house_case(house, (HouseCase){ .qty_units = 1000 });          /* 1,000.00: at the limit */
    CHECK_OK(give(house, APPROVER, id, VERDICT_ACCEPT, NULL, &out, &why));
    CHECK_EQ(out.line.status, CASE_WAITING_APPROVAL);
    CHECK(strstr(out.approval_why, "approval limit of 1000.00 USD") != NULL);
    CHECK_FAILS(ERR_POLICY, give(house, APPROVER, id, VERDICT_APPROVE, NULL, &out, &why));
    CHECK_FAILS(ERR_POLICY, give(house, (Person){ "ANA", ROLE_ADMIN }, id, VERDICT_APPROVE, NULL, &out, &why));
    CHECK_OK(change(house, OTHER, id, 999, &why));
    CHECK_EQ(house_read(house, id).status, CASE_WAITING_APPROVAL);           /* below the limit now, and still waits */
    CHECK_FAILS(ERR_POLICY, give(house, OTHER, id, VERDICT_APPROVE, NULL, &out, &why));
    CHECK_OK(give(house, (Person){ "cy", ROLE_APPROVER }, id, VERDICT_APPROVE, NULL, &out, &why));
    CHECK_EQ(out.line.status, CASE_APPROVED);

    RowId small = house_case(house, (HouseCase){ .item = 2 });
    CHECK_OK(give(house, APPROVER, small, VERDICT_ESCALATE, "odd", &out, &why));
    CHECK_FAILS(ERR_POLICY, give(house, APPROVER, small, VERDICT_APPROVE, NULL, &out, &why));
    CHECK_OK(give(house, OTHER, small, VERDICT_SEND_BACK, "no", &out, &why));
    CHECK_EQ(house_read(house, small).status, CASE_OPEN);
    CHECK_OK(give(house, OTHER, small, VERDICT_ESCALATE, "look", &out, &why));
    CHECK_OK(give(house, APPROVER, small, VERDICT_APPROVE, NULL, &out, &why));   /* the send-back started it over */
}

TEST(taking_back_a_send_back_does_not_restore_the_approval) {
    own(house_end) House *house = house_begin(POLICY);
    Why why = { 0 };
    DecideOutput out;
    RowId id = house_case(house, (HouseCase){ .tier = TIER_APPROVAL });
    CHECK_OK(give(house, APPROVER, id, VERDICT_ACCEPT, NULL, &out, &why));
    CHECK_OK(give(house, OTHER, id, VERDICT_APPROVE, NULL, &out, &why));
    CHECK_OK(give(house, OTHER, id, VERDICT_SEND_BACK, "changed my mind", &out, &why));
    CHECK_OK(give(house, APPROVER, id, VERDICT_UNDO, NULL, &out, &why));
    CHECK_EQ(house_read(house, id).status, CASE_WAITING_APPROVAL);
    CHECK_FAILS(ERR_POLICY, give(house, APPROVER, id, VERDICT_APPROVE, NULL, &out, &why));
}

TEST(a_value_split_over_lines_of_one_supplier_meets_the_limit_as_a_whole) {
    own(house_end) House *house = house_begin(POLICY);
    Why why = { 0 };
    DecideOutput out;
    RowId cases[3];
    for (int i = 0; i < 3; i++) cases[i] = house_case(house, (HouseCase){ .item = i + 1, .place = i + 1, .qty_units = 400 });
    CHECK_OK(give(house, PLANNER, cases[0], VERDICT_ACCEPT, NULL, &out, &why));
    CHECK_OK(give(house, APPROVER, cases[1], VERDICT_ACCEPT, NULL, &out, &why));     /* also when two people split it */
    CHECK_EQ(out.line.status, CASE_ACCEPTED);
    CHECK_OK(give(house, PLANNER, cases[2], VERDICT_ACCEPT, NULL, &out, &why));
    CHECK_EQ(out.line.status, CASE_WAITING_APPROVAL);
    CHECK(strstr(out.approval_why, "with 800.00 USD already accepted from S1 in 24 hours") != NULL);

    CHECK_OK(give(house, PLANNER, cases[0], VERDICT_REJECT, "room", &out, &why));    /* makes room ... */
    CHECK_OK(give(house, PLANNER, cases[2], VERDICT_UNDO, NULL, &out, &why));
    CHECK_OK(give(house, PLANNER, cases[2], VERDICT_ACCEPT, NULL, &out, &why));
    CHECK_EQ(out.line.status, CASE_ACCEPTED);
    CHECK_OK(give(house, PLANNER, cases[0], VERDICT_UNDO, NULL, &out, &why));        /* ... which the undo may not take again */
    CHECK_EQ(house_read(house, cases[0]).status, CASE_WAITING_APPROVAL);
}

TEST(what_was_accepted_a_day_ago_no_longer_counts_against_the_limit) {
    own(house_end) House *house = house_begin(POLICY);
    Why why = { 0 };
    DecideOutput out;
    static const int64_t units[] = { 600, 300, 600 };
    for (int i = 0; i < 3; i++) {
        RowId id = house_case(house, (HouseCase){ .item = i + 1, .qty_units = units[i] });
        CHECK_OK(give(house, PLANNER, id, VERDICT_ACCEPT, NULL, &out, &why));
        CHECK_EQ(out.line.status, CASE_ACCEPTED);          /* the third meets 300 of today, not 900 */
        house->clock.now_us += 12 * HOUR_US;
    }
    RowId last = house_case(house, (HouseCase){ .item = 4, .qty_units = 400 });
    house->clock.now_us -= HOUR_US;
    CHECK_OK(give(house, PLANNER, last, VERDICT_ACCEPT, NULL, &out, &why));
    CHECK_EQ(out.line.status, CASE_WAITING_APPROVAL);      /* 300 of 23 hours ago and 600 of 11 */
}

TEST(who_raises_the_limit_does_not_profit_for_a_day) {
    own(house_end) House *house = house_begin(POLICY);
    Why why = { 0 };
    DecideOutput out;
    house_policy(house, POLICY_WIDE, "ana");
    RowId own_case = house_case(house, (HouseCase){ .qty_units = 2000 }), other_case = house_case(house, (HouseCase){ .item = 2, .supplier = 2, .qty_units = 2000 });
    CHECK_OK(give(house, APPROVER, own_case, VERDICT_ACCEPT, NULL, &out, &why));
    CHECK_EQ(out.line.status, CASE_WAITING_APPROVAL);
    CHECK_OK(give(house, OTHER, other_case, VERDICT_ACCEPT, NULL, &out, &why));
    CHECK_EQ(out.line.status, CASE_ACCEPTED);
    CHECK_OK(give(house, OTHER, other_case, VERDICT_ESCALATE, "look", &out, &why));
    CHECK_FAILS(ERR_POLICY, give(house, APPROVER, other_case, VERDICT_APPROVE, NULL, &out, &why));
    house_days(house, 1);
    house->clock.now_us += SECOND_US;
    CHECK_OK(give(house, APPROVER, other_case, VERDICT_APPROVE, NULL, &out, &why));
}

TEST(an_unknown_value_or_a_foreign_currency_needs_a_second_person) {
    own(house_end) House *house = house_begin(POLICY);
    Why why = { 0 };
    DecideOutput out;
    house_policy(house, "{\"policy\":1,\"name\":\"eu\",\"currency\":\"EUR\",\"tiers\":[{\"id\":\"R9\",\"when\":{},\"tier\":\"review\"}]}", "system");
    RowId id = house_case(house, (HouseCase){ 0 });
    CHECK_OK(give(house, PLANNER, id, VERDICT_ACCEPT, NULL, &out, &why));
    CHECK_EQ(out.line.status, CASE_WAITING_APPROVAL);
    CHECK(strstr(out.approval_why, "EUR") != NULL);
}

TEST(many_verdicts_happen_each_on_its_own_merits) {
    own(house_end) House *house = house_begin(POLICY);
    Why why = { 0 };
    DecideInput inputs[4];
    DecideResult results[4];
    for (int i = 0; i < 4; i++) {
        RowId id = house_case(house, (HouseCase){ .item = i + 1, .qty_units = 400 });
        inputs[i] = (DecideInput){ .case_id = id, .seen = house_row(house, id), .verdict = VERDICT_ACCEPT };
    }
    inputs[1].seen.v--;
    CHECK_FAILS(ERR_PARTIAL, desk_decide_many(&house->desk, house->work, PLANNER, inputs, 4, results, &why));
    CHECK_EQ(results[0].err, OK);
    CHECK_EQ(results[1].err, ERR_CONFLICT);
    CHECK_EQ(results[2].output.line.status, CASE_ACCEPTED);
    CHECK_EQ(results[3].output.line.status, CASE_WAITING_APPROVAL);        /* the sum grows within the batch */
    CHECK_EQ(house_read(house, inputs[1].case_id).status, CASE_OPEN);
    CHECK_FAILS(ERR_LIMIT, desk_decide_many(&house->desk, house->work, PLANNER, inputs, 0, results, &why));
}

TEST(what_buttons_offer_is_what_the_desk_would_do) {
    own(house_end) House *house = house_begin(POLICY);
    Why why = { 0 };
    DecideOutput out;
    CaseLine line;
    RowId id = house_case(house, (HouseCase){ .tier = TIER_APPROVAL });
    CHECK_OK(case_line(house->store, house->work, id, &line, &why));
    CHECK_EQ(desk_may(&house->desk, PLANNER, &line), 1u << VERDICT_ACCEPT | 1u << VERDICT_CHANGE | 1u << VERDICT_REJECT | 1u << VERDICT_SNOOZE | 1u << VERDICT_ESCALATE);
    CHECK_EQ(desk_may(&house->desk, VIEWER, &line), 0);
    CHECK_OK(give(house, PLANNER, id, VERDICT_ACCEPT, NULL, &out, &why));
    CHECK(desk_may(&house->desk, APPROVER, &out.line) & 1u << VERDICT_APPROVE);
    CHECK(!(desk_may(&house->desk, PLANNER, &out.line) & 1u << VERDICT_APPROVE));
}

TEST(an_event_is_answered_or_rejected_and_never_just_accepted) {
    own(house_end) House *house = house_begin(POLICY);
    Why why = { 0 };
    DecideOutput out;
    CaseLine line;
    DecideResult result;
    RowId id = house_case(house, (HouseCase){ .kind = CASE_REVIEW });
    CHECK_OK(case_line(house->store, house->work, id, &line, &why));
    CHECK_EQ(desk_may(&house->desk, APPROVER, &line), 1u << VERDICT_REJECT | 1u << VERDICT_SNOOZE);
    CHECK_FAILS(ERR_USAGE, give(house, APPROVER, id, VERDICT_ACCEPT, "fine", &out, &why));
    CHECK(strstr(why.message, "event, one-off or new-level") && strstr(why.hint, "/event"));
    CHECK_FAILS(ERR_USAGE, give(house, APPROVER, id, VERDICT_ESCALATE, "who knows", &out, &why));
    DecideInput many = { .case_id = id, .seen = house_row(house, id), .verdict = VERDICT_ACCEPT };
    CHECK_FAILS(ERR_PARTIAL, desk_decide_many(&house->desk, house->work, APPROVER, &many, 1, &result, &why));
    CHECK_EQ(house_read(house, id).status, CASE_OPEN);
    DecideInput answer = { .case_id = id, .seen = house_row(house, id), .verdict = VERDICT_ACCEPT, .answers = true, .reason = "a new level" };
    CHECK_OK(desk_decide(&house->desk, house->work, PLANNER, &answer, &out, &why));
    CHECK_EQ(out.line.status, CASE_ACCEPTED);
}
