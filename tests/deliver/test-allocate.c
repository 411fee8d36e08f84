/* An allocation on its way: decided line by line, sent as one command, once. */
#include "tests/test.h"

#include <stdlib.h>
#include <string.h>

#include "base/decimal.h"
#include "deliver/conserve.h"
#include "deliver/match.h"
#include "deliver/outbox.h"
#include "deliver/sinks.h"
#include "desk/decide.h"
#include "desk/orders.h"
#include "tests/house.h"

static const char POLICY[] = "{\"policy\":1,\"name\":\"t\",\"currency\":\"USD\",\"approval\":{\"value_least\":5000},\"tiers\":[{\"id\":\"R9\",\"when\":{},\"tier\":\"review\"}]}";
static const Person PLANNER = { "kim", ROLE_PLANNER }, APPROVER = { "ana", ROLE_APPROVER };

/* Ten pieces for three orders of six; the first is key and has a contract of four. */
static RowId allocation(House *house) {
    static CaseShare shares[3];
    for (int i = 0; i < 3; i++)
        shares[i] = (CaseShare){ .row = 101 + i, .order = i == 2 ? "SO-2" : "SO-1", .line = i == 1 ? "2" : "1", .customer = i == 2 ? "C2" : "C1", .tier = i == 0 ? "key" : "B",
            .ordered_day = 20000, .need_day = 20010, .requested = 6 * MICRO, .minimum = i == 0 ? 4 * MICRO : CASE_NONE, .margin = (10 - 3 * i) * MICRO, .loss = (10 - 3 * i) * MICRO,
            .by_rule = { (i == 0 ? 6 : i == 1 ? 4 : 0) * MICRO, (i == 0 ? 4 : 3) * MICRO, (i == 0 ? 6 : 2) * MICRO, (i == 0 ? 6 : i == 1 ? 3 : 1) * MICRO }, .proposed = (i == 0 ? 6 : i == 1 ? 3 : 1) * MICRO };
    CaseBoard board = { .rule = BOARD_MARGIN_AWARE, .floor_micro = 250000, .supply = 10 * MICRO, .demand = 18 * MICRO, .step = MICRO, .short_day = 20010, .until_day = 20015,
                        .next_day = 20016, .next_qty = 50 * MICRO, .shares = shares, .shares_count = 3 };
    return house_case(house, (HouseCase){ .kind = CASE_ALLOCATE, .qty_units = 10, .board = &board });
}

static Err decide(House *house, Person person, RowId id, Verdict verdict, const DecisionShare *shares, int count, DecideOutput *out, Why *why) {
    DecideInput input = { .case_id = id, .seen = house_row(house, id), .verdict = verdict, .shares = shares, .shares_count = count, .reason = "agreed with the customer" };
    return desk_decide(&house->desk, house->work, person, &input, out, why);
}

typedef struct Wire { int sends; Buf csv; } Wire;

static Err wire_send(void *self, [[maybe_unused]] const PolicySink *sink, const Command *command, SinkOutcome *out_outcome, SinkAnswer *out_answer, [[maybe_unused]] Why *why) {
    Wire *wire = self;
    wire->sends++;
    order_csv(&wire->csv, command);
    *out_answer = (SinkAnswer){ 0 };
    *out_outcome = SINK_ACKED;
    return OK;
}

TEST(an_accepted_allocation_is_one_command_with_a_line_for_every_order_sent_once) {
    own(house_end) House *house = house_begin(POLICY);
    Why why = { 0 };
    RowId id = allocation(house);
    DecideOutput decided;
    CHECK_OK(decide(house, PLANNER, id, VERDICT_ACCEPT, NULL, 0, &decided, &why));
    CHECK_EQ(decided.line.status, CASE_ACCEPTED);
    OrderGroup *groups;
    int count;
    CHECK_OK(orders_groups(&house->desk, house->work, &groups, &count, &why));
    CHECK_EQ(count, 1);
    CHECK(groups[0].customers && groups[0].value_minor == 0);
    OrderSent sent, again;
    CHECK_FAILS(ERR_DENIED, orders_send_allocation(&house->desk, house->work, PLANNER, house_place(house, 1), &sent, &why));
    CHECK_OK(orders_send_allocation(&house->desk, house->work, APPROVER, house_place(house, 1), &sent, &why));
    CHECK_FAILS(ERR_NOT_FOUND, orders_send_allocation(&house->desk, house->work, APPROVER, house_place(house, 1), &again, &why));
    Wire wire = { .csv = buf_begin(64 * KiB) };
    Deliver deliver = { .store = house->store, .world = house->world, .policy = &house->policy, .sender = { .self = &wire, .send = wire_send } };
    PumpResult pumped;
    for (int i = 0; i < 3; i++) CHECK_OK(deliver_pump(&deliver, &pumped, &why));
    CHECK_EQ(wire.sends, 1);
    Command command;
    OutboxLine line;
    char reference[COMMAND_REFERENCE];
    CHECK_OK(order_read(house->store, house->work, sent.command, &command, &line, &why));
    command_reference(command.key, reference);
    CHECK_EQ(command.state, COMMAND_ACKED);
    CHECK_STR(buf_str(&wire.csv), text_format(house->work, "reference,place,line,customer,customer_order,customer_line,item,qty,uom\n"
        "%s,P1,1,C1,SO-1,1,I1,6,EA\n%s,P1,2,C1,SO-1,2,I1,3,EA\n%s,P1,3,C2,SO-2,1,I1,1,EA\n", reference, reference, reference));
    CHECK_EQ(house_read(house, id).status, CASE_SENT);
    buf_end(&wire.csv);
    house_days(house, 10);                     /* no document of the ERP will ever show it: it is not missed */
    Unmatched *unmatched;
    CHECK_OK(deliver_unmatched(&deliver, house->work, &unmatched, &count, &why));
    CHECK_EQ(count, 0);
}

TEST(a_person_gives_other_quantities_within_what_is_there) {
    own(house_end) House *house = house_begin(POLICY);
    Why why = { 0 };
    RowId id = allocation(house);
    DecideOutput out;
    CHECK_FAILS(ERR_INVALID, decide(house, PLANNER, id, VERDICT_CHANGE, (DecisionShare[]){ { 103, 2 * MICRO } }, 1, &out, &why));                 /* eleven of ten */
    CHECK_FAILS(ERR_INVALID, decide(house, PLANNER, id, VERDICT_CHANGE, (DecisionShare[]){ { 101, 7 * MICRO } }, 1, &out, &why));                 /* more than asked for */
    CHECK_FAILS(ERR_INVALID, decide(house, PLANNER, id, VERDICT_CHANGE, (DecisionShare[]){ { 101, MICRO / 2 } }, 1, &out, &why));                 /* half a piece */
    CHECK_FAILS(ERR_NOT_FOUND, decide(house, PLANNER, id, VERDICT_CHANGE, (DecisionShare[]){ { 999, MICRO } }, 1, &out, &why));
    CHECK_FAILS(ERR_USAGE, decide(house, PLANNER, id, VERDICT_CHANGE, NULL, 0, &out, &why));
    CHECK_OK(decide(house, PLANNER, id, VERDICT_CHANGE, (DecisionShare[]){ { 102, 0 }, { 103, 3 * MICRO } }, 2, &out, &why));
    Case c = house_read(house, id);
    CHECK_EQ(c.action.qty, 9 * MICRO);
    CHECK_EQ(case_terms_sum(&c), c.action.qty);
    OrderSent sent;
    Command command;
    OutboxLine line;
    CHECK_OK(orders_send_allocation(&house->desk, house->work, APPROVER, house_place(house, 1), &sent, &why));
    CHECK_OK(order_read(house->store, house->work, sent.command, &command, &line, &why));
    CHECK_EQ(command.lines_count, 2);          /* the one that gets nothing is no line */
    CHECK(command.lines[0].qty_micro == 6 * MICRO && command.lines[1].qty_micro == 3 * MICRO);
}

TEST(what_was_changed_can_be_taken_back) {
    own(house_end) House *house = house_begin(POLICY);
    Why why = { 0 };
    RowId id = allocation(house);
    DecideOutput out;
    CHECK_OK(decide(house, PLANNER, id, VERDICT_CHANGE, (DecisionShare[]){ { 102, 0 } }, 1, &out, &why));
    CHECK_OK(decide(house, PLANNER, id, VERDICT_UNDO, NULL, 0, &out, &why));
    Case c = house_read(house, id);
    CHECK_EQ(c.status, CASE_OPEN);
    CHECK_EQ(c.board.shares[1].proposed, 3 * MICRO);
    CHECK_EQ(c.action.qty, 10 * MICRO);
}

TEST(a_broken_contract_of_a_key_customer_and_margin_given_up_need_approval) {
    own(house_end) House *house = house_begin(POLICY);
    Why why = { 0 };
    DecideOutput out;
    CHECK_OK(decide(house, PLANNER, allocation(house), VERDICT_CHANGE, (DecisionShare[]){ { 101, 3 * MICRO }, { 103, 4 * MICRO } }, 2, &out, &why));
    CHECK_EQ(out.line.status, CASE_WAITING_APPROVAL);
    CHECK(strstr(out.approval_why, "key customers") != NULL);
    house_close(house, out.line.case_id);
    CHECK_OK(decide(house, PLANNER, allocation(house), VERDICT_CHANGE, (DecisionShare[]){ { 101, 4 * MICRO }, { 102, 0 }, { 103, 0 } }, 3, &out, &why));
    CHECK(strstr(out.approval_why, "45.00 USD of margin") == NULL);        /* 85 less 40 is below the limit of 50 */
    CHECK_EQ(out.line.status, CASE_ACCEPTED);
}

TEST(a_line_that_nobody_decided_so_stops_the_send) {
    own(house_end) House *house = house_begin(POLICY);
    Why why = { 0 };
    RowId id = allocation(house);
    DecideOutput decided;
    OrderSent sent;
    Command command;
    OutboxLine line;
    const char *broken;
    CHECK_OK(decide(house, PLANNER, id, VERDICT_ACCEPT, NULL, 0, &decided, &why));
    CHECK_OK(orders_send_allocation(&house->desk, house->work, APPROVER, house_place(house, 1), &sent, &why));
    CHECK_OK(order_read(house->store, house->work, sent.command, &command, &line, &why));
    CHECK_OK(conserve_check(house->store, house->work, &line, &command, &broken, &why));
    CHECK(broken == NULL);
    command.lines[2].qty_micro = 2 * MICRO;
    CHECK_OK(conserve_check(house->store, house->work, &line, &command, &broken, &why));
    CHECK(strstr(broken, "another quantity") != NULL);
    command.lines[2] = command.lines[1];
    CHECK_OK(conserve_check(house->store, house->work, &line, &command, &broken, &why));
    CHECK(strstr(broken, "rest on one decision") != NULL);
    command.lines[2].customer_row = 77;
    CHECK_OK(conserve_check(house->store, house->work, &line, &command, &broken, &why));
    CHECK(strstr(broken, "another quantity") != NULL);
}
