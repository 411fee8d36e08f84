#include "tests/test.h"

#include "base/decimal.h"
#include "base/file.h"
#include "base/time.h"
#include "desk/automatic.h"
#include "desk/decide.h"
#include "desk/orders.h"
#include "desk/proposal.h"
#include "store/revise.h"
#include "tests/house.h"

static const char POLICY[] =
    "{\"policy\":1,\"name\":\"t\",\"currency\":\"USD\",\"approval\":{\"value_least\":100000},"
    "\"limits\":{\"auto_value_day\":5000,\"auto_lines_day\":4},"
    "\"tiers\":[{\"id\":\"R2\",\"when\":{\"kind\":[\"buy\"]},\"tier\":\"auto\"},{\"id\":\"R9\",\"when\":{},\"tier\":\"review\"}]}";

static const Person PLANNER = { "kim", ROLE_PLANNER }, APPROVER = { "ana", ROLE_APPROVER }, OTHER = { "bo", ROLE_APPROVER };

static DecideOutput accept(House *house, Person person, RowId case_id) {
    Why why = { 0 };
    DecideOutput out;
    DecideInput input = { .case_id = case_id, .seen = house_row(house, case_id), .verdict = VERDICT_ACCEPT };
    CHECK_OK(desk_decide(&house->desk, house->work, person, &input, &out, &why));
    return out;
}

static Err send(House *house, Person person, int supplier, int place, RowId *out, Why *why) {
    OrderSent sent;
    Err err = orders_send(&house->desk, house->work, person, house_supplier(house, supplier), house_place(house, place), &sent, why);
    if (err == OK) *out = sent.command;
    return err;
}

TEST(accepted_cases_of_one_supplier_and_place_become_one_order_with_lines) {
    own(house_end) House *house = house_begin(POLICY);
    Why why = { 0 };
    RowId first = house_case(house, (HouseCase){ .item = 1, .minimum_minor = 5000 }), second = house_case(house, (HouseCase){ .item = 2, .qty_units = 20 });
    RowId elsewhere = house_case(house, (HouseCase){ .item = 3, .place = 2 }), untouched = house_case(house, (HouseCase){ .item = 4 });
    DecideOutput one = accept(house, PLANNER, first), two = accept(house, PLANNER, second);
    accept(house, PLANNER, elsewhere);
    OrderGroup *groups;
    int count;
    CHECK_OK(orders_groups(&house->desk, house->work, &groups, &count, &why));
    CHECK_EQ(count, 2);
    CHECK_EQ(groups[0].lines, 2);
    CHECK_EQ(groups[0].value_minor, 3000);
    CHECK_EQ(groups[0].limit[MEASURE_VALUE].minimum, 5000);
    CHECK(!groups[0].by_rule);
    RowId id;
    Command command;
    OutboxLine line;
    CHECK_OK(send(house, APPROVER, 1, 1, &id, &why));
    CHECK_OK(order_read(house->store, house->work, id, &command, &line, &why));
    CHECK_EQ(command.lines_count, 2);
    CHECK_EQ(command.value_minor, 3000);
    CHECK_EQ(line.value_minor, 3000);
    CHECK_EQ(command.state, COMMAND_APPROVED);
    CHECK_STR(command.supplier, "S1");
    CHECK_STR(command.approved_by, "ana");
    CHECK_EQ(strlen(command.key), 64);
    CHECK(command.lines[0].decision.v == one.decision.v || command.lines[0].decision.v == two.decision.v);
    CHECK_EQ(house_read(house, first).status, CASE_SENT);
    CHECK_EQ(house_read(house, second).status, CASE_SENT);
    CHECK_EQ(house_read(house, elsewhere).status, CASE_ACCEPTED);
    CHECK_EQ(house_read(house, untouched).status, CASE_OPEN);
    RowId found;
    CHECK_OK(order_of_case(house->store, house->work, second, &found, &why));
    CHECK_EQ(found.v, id.v);
    CHECK_FAILS(ERR_NOT_FOUND, send(house, APPROVER, 1, 1, &id, &why));
    DecideInput late = { .case_id = first, .seen = house_row(house, first), .verdict = VERDICT_UNDO };
    CHECK_FAILS(ERR_CONFLICT, desk_decide(&house->desk, house->work, PLANNER, &late, &one, &why));
}

TEST(sending_needs_the_right_and_no_stop) {
    own(house_end) House *house = house_begin(POLICY);
    Why why = { 0 };
    RowId id, case_id = house_case(house, (HouseCase){ 0 });
    accept(house, PLANNER, case_id);
    CHECK_FAILS(ERR_DENIED, send(house, PLANNER, 1, 1, &id, &why));
    CHECK_OK(file_write(path_join(house->work, house->directory, "STOP"), text_of("x"), &why));
    CHECK_FAILS(ERR_POLICY, send(house, APPROVER, 1, 1, &id, &why));
    CHECK_EQ(house_read(house, case_id).status, CASE_ACCEPTED);
}

TEST(what_is_sent_days_later_is_asked_for_as_much_later) {
    own(house_end) House *house = house_begin(POLICY);
    Why why = { 0 };
    RowId id;
    Command command;
    OutboxLine line;
    accept(house, APPROVER, house_case(house, (HouseCase){ .item = 1 }));
    house_days(house, 4);
    accept(house, APPROVER, house_case(house, (HouseCase){ .item = 2 }));
    CHECK_OK(send(house, APPROVER, 1, 1, &id, &why));
    CHECK_OK(order_read(house->store, house->work, id, &command, &line, &why));
    for (int i = 0; i < 2; i++) CHECK_EQ(command.lines[i].arrival_day, day_of_us(house->clock.now_us) + 10);
}

TEST(lines_accepted_on_different_days_meet_the_limit_when_they_are_sent_together) {
    own(house_end) House *house = house_begin(POLICY);
    Why why = { 0 };
    RowId id;
    for (int day = 0; day < 2; day++) {
        CHECK_STR(accept(house, APPROVER, house_case(house, (HouseCase){ .item = day + 1, .qty_units = 600 })).approval_why, "");
        house_days(house, 2);
    }
    CHECK_FAILS(ERR_POLICY, send(house, APPROVER, 1, 1, &id, &why));
    CHECK_OK(send(house, OTHER, 1, 1, &id, &why));            /* a second pair of eyes */
}

TEST(an_order_split_over_places_and_days_meets_the_limit_as_a_whole) {
    own(house_end) House *house = house_begin(POLICY);
    Why why = { 0 };
    RowId id;
    accept(house, APPROVER, house_case(house, (HouseCase){ .item = 1, .place = 1, .qty_units = 600 }));
    house_days(house, 2);
    accept(house, APPROVER, house_case(house, (HouseCase){ .item = 2, .place = 2, .qty_units = 500 }));
    CHECK_OK(send(house, APPROVER, 1, 2, &id, &why));
    CHECK_FAILS(ERR_POLICY, send(house, APPROVER, 1, 1, &id, &why));
    house_days(house, 2);
    CHECK_OK(send(house, APPROVER, 1, 1, &id, &why));
}

/* As nobody may: another quantity than the decision names. */
static void tampered(House *house, RowId case_id, const char *by) {
    Why why = { 0 };
    Case c = house_read(house, case_id);
    CaseLine line;
    own(buf_end) Buf payload = buf_begin(1 * MiB);
    c.action.qty *= 2;
    c.terms[0].qty *= 2;
    case_write(&payload, &c);
    CHECK_OK(case_line(house->store, house->work, case_id, &line, &why));
    Row row = { .cause = house->step, .kind = ROW_CASE, .sub = CASE_BUY, .item = line.item, .place = line.place, .by = by, .key = "", .payload = buf_text(&payload) };
    CHECK_OK(store_begin(house->store, &why));
    CHECK_OK(case_put(house->store, &row, &line, &why));
    CHECK_OK(store_commit(house->store, &why));
}

TEST(a_quantity_that_planning_changed_after_the_verdict_is_not_sent) {
    own(house_end) House *house = house_begin(POLICY);
    Why why = { 0 };
    RowId id, case_id = house_case(house, (HouseCase){ 0 });
    accept(house, PLANNER, case_id);
    tampered(house, case_id, "system");
    CHECK_FAILS(ERR_CONFLICT, send(house, APPROVER, 1, 1, &id, &why));
}

TEST(a_rule_decides_within_the_caps_of_the_day_and_names_itself) {
    own(house_end) House *house = house_begin(POLICY);
    Why why = { 0 };
    AutomaticResult result;
    RowId cases[7];
    for (int i = 0; i < 7; i++) cases[i] = house_case(house, (HouseCase){ .item = i + 1, .supplier = i + 1, .qty_units = i == 0 ? 45 : 1, .tier = i == 6 ? TIER_REVIEW : TIER_AUTO });
    CHECK_OK(desk_automatic(&house->desk, house->work, &result, &why));
    CHECK_EQ(result.decided, 4);                 /* four lines a day */
    CHECK_EQ(result.held_limit, 2);
    CHECK_EQ(result.value_minor, 4800);
    Case c = house_read(house, cases[0]);
    CHECK_EQ(c.status, CASE_ACCEPTED);
    CHECK_EQ(house_read(house, cases[6]).status, CASE_OPEN);
    PastDecision *past;
    int count, conflicts;
    CHECK_OK(case_decisions(house->store, house->work, cases[0], &past, &count, &why));
    CHECK_EQ(count, 1);
    CHECK_STR(past[0].by, "rule:R2");
    CHECK_STR(past[0].decision.by_rule, "R2");
    CHECK_EQ(past[0].decision.policy.v, house->desk.policy_row.v);
    CHECK_OK(desk_automatic(&house->desk, house->work, &result, &why));
    CHECK_EQ(result.decided, 0);
    house_days(house, 1);
    CHECK_OK(desk_automatic(&house->desk, house->work, &result, &why));
    CHECK_EQ(result.decided, 2);
    OrderSent *sent;
    CHECK_OK(orders_automatic(&house->desk, house->work, &sent, &count, &conflicts, &why));
    CHECK_EQ(count, 6);
}

TEST(the_value_cap_of_the_day_holds_for_rules) {
    own(house_end) House *house = house_begin(POLICY);
    Why why = { 0 };
    AutomaticResult result;
    house_case(house, (HouseCase){ .item = 1, .supplier = 1, .qty_units = 30, .tier = TIER_AUTO });
    house_case(house, (HouseCase){ .item = 2, .supplier = 2, .qty_units = 21, .tier = TIER_AUTO });
    house_case(house, (HouseCase){ .item = 3, .supplier = 3, .qty_units = 20, .tier = TIER_AUTO });
    CHECK_OK(desk_automatic(&house->desk, house->work, &result, &why));
    CHECK_EQ(result.decided, 2);                 /* 30 and 20 fill 50.00 exactly; 21 would not */
    CHECK_EQ(result.value_minor, 5000);
}

TEST(no_rule_decides_on_gates_orders_too_small_old_plans_other_policies_or_under_stop) {
    own(house_end) House *house = house_begin(POLICY);
    Why why = { 0 };
    AutomaticResult result;
    house_case(house, (HouseCase){ .item = 1, .tier = TIER_AUTO, .flags = CASE_FLAG_BIT(STALE_FEED) });
    CHECK_OK(desk_automatic(&house->desk, house->work, &result, &why));
    CHECK_EQ(result.decided + result.held_limit, 0);
    house_case(house, (HouseCase){ .item = 3, .tier = TIER_AUTO, .flags = CASE_FLAG_BIT(BELOW_MINIMUM) });
    CHECK_OK(desk_automatic(&house->desk, house->work, &result, &why));
    CHECK_EQ(result.decided + result.held_limit, 0);
    house_case(house, (HouseCase){ .item = 1, .supplier = 2, .tier = TIER_AUTO, .flags = CASE_FLAG_BIT(EXCEPTIONAL_DEMAND) });
    CHECK_OK(desk_automatic(&house->desk, house->work, &result, &why));
    CHECK_EQ(result.decided + result.held_limit, 0);
    RowId fresh = house_case(house, (HouseCase){ .item = 2, .tier = TIER_AUTO });
    house->clock.now_us += 25 * HOUR_US;
    CHECK_OK(desk_automatic(&house->desk, house->work, &result, &why));
    CHECK_EQ(result.decided, 0);
    CHECK_EQ(result.held_stale, 4);
    house_step(house);
    CHECK_OK(file_write(path_join(house->work, house->directory, "STOP"), text_of("x"), &why));
    CHECK_OK(desk_automatic(&house->desk, house->work, &result, &why));
    CHECK_EQ(result.decided, 0);
    CHECK_OK(file_remove(path_join(house->work, house->directory, "STOP"), &why));
    RowId before = house->desk.policy_row;
    house->desk.policy_row = (RowId){ before.v + 1 };
    CHECK_OK(desk_automatic(&house->desk, house->work, &result, &why));
    CHECK_EQ(result.decided, 0);
    house->desk.policy_row = before;
    CHECK_OK(desk_automatic(&house->desk, house->work, &result, &why));
    CHECK_EQ(result.decided, 1);
    CHECK_EQ(house_read(house, fresh).status, CASE_ACCEPTED);
}

TEST(a_rule_sends_only_what_rules_decided_and_only_above_the_minimum) {
    own(house_end) House *house = house_begin(POLICY);
    Why why = { 0 };
    AutomaticResult result;
    OrderSent *sent;
    int count, conflicts;
    house_case(house, (HouseCase){ .item = 1, .supplier = 1, .tier = TIER_AUTO, .minimum_minor = 1001 });
    house_case(house, (HouseCase){ .item = 2, .supplier = 2, .tier = TIER_AUTO });
    RowId mixed = house_case(house, (HouseCase){ .item = 3, .supplier = 2 });
    house_case(house, (HouseCase){ .item = 4, .supplier = 3, .tier = TIER_AUTO, .minimum_minor = 1000 });
    accept(house, PLANNER, mixed);
    CHECK_OK(desk_automatic(&house->desk, house->work, &result, &why));
    CHECK_EQ(result.decided, 3);
    CHECK_OK(orders_automatic(&house->desk, house->work, &sent, &count, &conflicts, &why));
    CHECK_EQ(count, 1);
    Command command;
    OutboxLine line;
    CHECK_OK(order_read(house->store, house->work, sent[0].command, &command, &line, &why));
    CHECK_STR(command.supplier, "S3");
}

static int sent_by_rule(House *house) {
    Why why = { 0 };
    OrderSent *sent;
    int count, conflicts;
    CHECK_OK(orders_automatic(&house->desk, house->work, &sent, &count, &conflicts, &why));
    return count;
}

TEST(a_rule_that_found_nothing_to_send_looks_again_as_soon_as_anything_of_it_moved) {
    own(house_end) House *house = house_begin(POLICY);
    Why why = { 0 };
    AutomaticResult result;
    OrdersLooked looked = { 0 };
    house->desk.looked = &looked;
    RowId person = house_case(house, (HouseCase){ .item = 1, .supplier = 1 });
    accept(house, PLANNER, person);
    CHECK_EQ(sent_by_rule(house), 0);
    CHECK(looked.known && looked.ready == 1);
    looked.conflicts = 7;                                             /* what is told when it does not look */
    OrderSent *sent;
    int count, conflicts;
    CHECK_OK(orders_automatic(&house->desk, house->work, &sent, &count, &conflicts, &why));
    CHECK_EQ(conflicts, 7);
    house_case(house, (HouseCase){ .item = 2, .supplier = 1, .tier = TIER_AUTO });
    CHECK_OK(desk_automatic(&house->desk, house->work, &result, &why));
    CHECK_EQ(result.decided, 1);
    CHECK_EQ(sent_by_rule(house), 0);                                 /* with the line that a person accepted */
    CHECK(looked.known && looked.ready == 2);
    house_case(house, (HouseCase){ .item = 3, .supplier = 2, .tier = TIER_AUTO });
    CHECK_OK(desk_automatic(&house->desk, house->work, &result, &why));
    CHECK_OK(file_write(path_join(house->work, house->directory, "STOP"), text_of("x"), &why));
    CHECK_EQ(sent_by_rule(house), 0);
    CHECK_OK(file_remove(path_join(house->work, house->directory, "STOP"), &why));
    CHECK_EQ(sent_by_rule(house), 1);                                 /* what STOP held back was not nothing */
    CHECK_EQ(sent_by_rule(house), 0);
}

/* The same lines weigh 30 kg; a rule sends them when the supplier asks for no more, and never while a weight is not known. */
TEST(a_rule_waits_for_every_minimum_that_is_told) {
    static const struct { int64_t asked, unit; int sent; } rows[] = { { 30, 1500000, 1 }, { 31, 1500000, 0 }, { 1, CASE_NONE, 0 } };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        own(house_end) House *house = house_begin(POLICY);
        Why why = { 0 };
        AutomaticResult result;
        OrderSent *sent;
        int count, conflicts;
        for (int item = 1; item <= 2; item++) {
            RowId id = house_case(house, (HouseCase){ .item = item, .tier = TIER_AUTO });
            Case c;
            CaseLine line;
            CHECK_OK(case_newest(house->store, house->work, id, &line, &c, &why));
            c.action.order = (CaseOrder){ .choice = ORDER_REACHED, .cost_minor = CASE_NONE, .wait_minor = CASE_NONE, .saving_minor = CASE_NONE, .line_cost_minor = CASE_NONE,
                                          .unit = { CASE_NONE, rows[i].unit, CASE_NONE, CASE_NONE } };
            for (int m = 0; m < MEASURE_COUNT_; m++) c.action.order.limit[m] = (CaseLimit){ .minimum = m == MEASURE_WEIGHT ? rows[i].asked * MICRO : CASE_NONE, .truck = CASE_NONE };
            CHECK_OK(store_begin(house->store, &why));
            CHECK_OK(case_revise(house->store, house->work, &line, &c, house->step, "system", &why));
            CHECK_OK(store_commit(house->store, &why));
        }
        CHECK_OK(desk_automatic(&house->desk, house->work, &result, &why));
        CHECK_EQ(result.decided, 2);
        CHECK_OK(orders_automatic(&house->desk, house->work, &sent, &count, &conflicts, &why));
        CHECK_EQ(count, rows[i].sent);
    }
}

static const char GENEROUS[] = "{\"policy\":1,\"name\":\"t\",\"currency\":\"USD\",\"approval\":{\"value_least\":100000000},\"tiers\":[{\"id\":\"R9\",\"when\":{},\"tier\":\"review\"}]}";

static const char AUTOMATIC[] = "{\"policy\":1,\"name\":\"t\",\"currency\":\"USD\",\"approval\":{\"value_least\":100000000},\"limits\":{\"auto_value_day\":100000000,\"auto_lines_day\":5000},"
                                "\"tiers\":[{\"id\":\"R9\",\"when\":{},\"tier\":\"review\"}]}";

TEST(a_group_whose_first_order_is_below_the_minimum_waits_and_no_other_waits_for_it) {
    enum { LINES = ORDER_LINES_MOST + 2 };
    own(house_end) House *house = house_begin(AUTOMATIC);
    Why why = { 0 };
    AutomaticResult result;
    OrderSent *sent;
    Command command;
    OutboxLine line;
    int count, conflicts;
    for (int i = 0; i < LINES; i++) house_case(house, (HouseCase){ .item = i % HOUSE_ITEMS + 1, .supplier = 1, .tier = TIER_AUTO, .minimum_minor = LINES * 1000 });
    house_case(house, (HouseCase){ .item = 1, .supplier = 2, .tier = TIER_AUTO });
    CHECK_OK(desk_automatic(&house->desk, house->work, &result, &why));
    CHECK_EQ(result.decided, LINES + 1);
    CHECK_OK(orders_automatic(&house->desk, house->work, &sent, &count, &conflicts, &why));
    CHECK_EQ(count, 1);
    CHECK_OK(order_read(house->store, house->work, sent[0].command, &command, &line, &why));
    CHECK_STR(command.supplier, "S2");
}

TEST(a_line_that_somebody_must_look_at_holds_its_own_order_and_no_other) {
    own(house_end) House *house = house_begin(AUTOMATIC);
    Why why = { 0 };
    AutomaticResult result;
    OrderSent *sent;
    Command command;
    OutboxLine line;
    int count, conflicts;
    RowId first = house_case(house, (HouseCase){ .item = 1, .supplier = 1, .qty_units = 50, .tier = TIER_AUTO });
    house_case(house, (HouseCase){ .item = 2, .supplier = 2, .tier = TIER_AUTO });
    CHECK_OK(desk_automatic(&house->desk, house->work, &result, &why));
    tampered(house, first, "rule:R2");
    CHECK_OK(orders_automatic(&house->desk, house->work, &sent, &count, &conflicts, &why));
    CHECK_EQ(count, 1);
    CHECK_EQ(conflicts, 1);
    CHECK_OK(order_read(house->store, house->work, sent[0].command, &command, &line, &why));
    CHECK_STR(command.supplier, "S2");
}

/* A case with its projection is a hundred times the line that is told of it: what is asked about thousands must not hold them all. */
TEST(many_cases_are_grouped_looked_at_decided_and_sent_in_little_memory) {
    enum { LINES = 200 };
    own(house_end) House *house = house_begin(GENEROUS);
    own(arena_end) Arena *little = arena_begin(2 * MiB);
    Why why = { 0 };
    Proposal proposal;
    DecideResult *results;
    OrderGroup *groups;
    OrderSent sent;
    int count;
    for (int i = 0; i < LINES; i++) house_case(house, (HouseCase){ .item = i % HOUSE_ITEMS + 1, .points = 90 });
    CHECK_OK(proposal_read(&house->desk, little, house_supplier(house, 1), house_place(house, 1), &proposal, &why));
    CHECK_EQ(proposal.count, LINES);
    CHECK_EQ(proposal.value_minor, LINES * 1000);
    CHECK_OK(proposal_take(&house->desk, little, PLANNER, &proposal, TAKE_FILLED, &results, &count, &why));
    CHECK_EQ(count, LINES);
    CHECK_OK(orders_groups(&house->desk, little, &groups, &count, &why));
    CHECK_EQ(count, 1);
    CHECK_EQ(groups[0].lines, LINES);
    CHECK_OK(orders_send(&house->desk, little, OTHER, house_supplier(house, 1), house_place(house, 1), &sent, &why));
    CHECK_EQ(sent.left, 0);
}

TEST(many_orders_of_few_lines_are_listed_in_little_memory) {
    own(house_end) House *house = house_begin(GENEROUS);
    own(arena_end) Arena *little = arena_begin(512 * KiB);
    OrderGroup *groups;
    int count;
    Why why = { 0 };
    for (int supplier = 1; supplier <= HOUSE_SUPPLIERS; supplier++)
        for (int i = 0; i < 4 * HOUSE_PLACES; i++) accept(house, PLANNER, house_case(house, (HouseCase){ .item = i % 3 + 1, .supplier = supplier, .place = i % HOUSE_PLACES + 1 }));
    CHECK_OK(orders_groups(&house->desk, little, &groups, &count, &why));
    CHECK_EQ(count, HOUSE_SUPPLIERS * HOUSE_PLACES);
    for (int g = 0; g < count; g++) {
        CHECK_EQ(groups[g].lines, 4);
        for (int i = 1; i < 4; i++) CHECK(groups[g].cases[i].case_id.v > groups[g].cases[i - 1].case_id.v && groups[g].cases[i].supplier.v == groups[g].supplier.v);
    }
}

TEST(an_order_that_is_full_says_how_many_lines_wait_for_the_next) {
    own(house_end) House *house = house_begin(GENEROUS);
    Why why = { 0 };
    Proposal proposal;
    DecideResult *results;
    OrderGroup *groups;
    OrderSent sent;
    Command command;
    OutboxLine line;
    int count;
    for (int i = 0; i < ORDER_LINES_MOST + 2; i++) house_case(house, (HouseCase){ .item = i % HOUSE_ITEMS + 1, .qty_units = i + 1, .cost_minor = 2 });
    CHECK_OK(proposal_read(&house->desk, house->work, house_supplier(house, 1), house_place(house, 1), &proposal, &why));
    CHECK_OK(proposal_take(&house->desk, house->work, PLANNER, &proposal, TAKE_FILLED, &results, &count, &why));
    CHECK_EQ(count, ORDER_LINES_MOST + 2);
    CHECK_OK(orders_groups(&house->desk, house->work, &groups, &count, &why));
    CHECK_EQ(groups[0].lines, ORDER_LINES_MOST + 2);
    CHECK_EQ(groups[0].value_minor, (ORDER_LINES_MOST + 2) * (ORDER_LINES_MOST + 3));
    CHECK_OK(orders_send(&house->desk, house->work, OTHER, house_supplier(house, 1), house_place(house, 1), &sent, &why));
    CHECK_EQ(sent.left, 2);
    CHECK_OK(order_read(house->store, house->work, sent.command, &command, &line, &why));
    CHECK_EQ(command.lines_count, ORDER_LINES_MOST);
    CHECK_OK(orders_groups(&house->desk, house->work, &groups, &count, &why));
    CHECK_EQ(groups[0].lines, 2);
    CHECK_EQ(groups[0].value_minor, 6);                       /* the best went first */
}
