#include "tests/test.h"

#include <stdio.h>

#include "base/file.h"
#include "base/time.h"
#include "deliver/match.h"
#include "deliver/outbox.h"
#include "desk/decide.h"
#include "desk/orders.h"
#include "tests/house.h"

#define POLICY(class, more)                                                                                                            \
    "{\"policy\":1,\"name\":\"t\",\"currency\":\"USD\",\"approval\":{\"value_least\":100000000},"                                             \
    "\"limits\":{\"sent_value_day\":10000,\"sent_lines_day\":5},"                                                                      \
    "\"sinks\":[{\"name\":\"erp\",\"kind\":\"http\",\"url\":\"http://127.0.0.1:1/\",\"lookup_url\":\"http://127.0.0.1:1/\",\"class\":" #class more "}]," \
    "\"orders\":{\"sink\":\"erp\"},\"tiers\":[{\"id\":\"R9\",\"when\":{},\"tier\":\"review\"}]}"

static const Person APPROVER = { "ana", ROLE_APPROVER };

/* An outside that answers as told: the n-th send gets answers[n], later ones the last. */
typedef struct Outside {
    House *house;
    SinkOutcome answers[8]; int answers_count;
    SinkPresence presence;
    Err crash_at_send;               /* ERR_INTERRUPTED: dies there */
    int sends, lookups;
    char key[SHA256_HEX];
    bool same_key;
    bool stop_during_lookup;
    RowId cancel_while_waiting;      /* what a person cancels as soon as the writer's lock is given back */
    bool let_go;                     /* it is */
    bool let_go_at_send;
    int state_at_send, attempt_at_send;      /* what the store said, read while the bytes are on their way */
} Outside;

static Err fake_send(void *self, [[maybe_unused]] const PolicySink *sink, const Command *command, SinkOutcome *out_outcome, SinkAnswer *out_answer, Why *why) {
    Outside *outside = self;
    OutboxLine line;
    if (outside->sends > 0 && strcmp(outside->key, command->key) != 0) outside->same_key = false;
    snprintf(outside->key, sizeof outside->key, "%s", command->key);
    TRY(outbox_by_key(outside->house->store, outside->house->work, command->key, &line, why));
    outside->state_at_send = line.state;
    outside->attempt_at_send = line.attempts;
    outside->let_go_at_send = outside->let_go;
    int n = outside->sends < outside->answers_count ? outside->sends : outside->answers_count - 1;
    outside->sends++;
    if (outside->crash_at_send != OK) return outside->crash_at_send;
    *out_outcome = outside->answers[n];
    if (*out_outcome == SINK_ACKED) snprintf(out_answer->external, sizeof out_answer->external, "PO-77");
    else snprintf(out_answer->error, sizeof out_answer->error, "no luck");
    return OK;
}

static Err fake_lookup(void *self, [[maybe_unused]] const PolicySink *sink, [[maybe_unused]] const Command *command, SinkPresence *out_presence, [[maybe_unused]] SinkAnswer *out_answer, Why *why) {
    Outside *outside = self;
    outside->lookups++;
    if (outside->stop_during_lookup) TRY(stop_on(outside->house->directory, "test", "ana", why));
    *out_presence = outside->presence;
    return OK;
}

static Deliver deliver_of(House *house, Outside *outside) {
    outside->house = house;
    outside->same_key = true;
    return (Deliver){ .store = house->store, .world = house->world, .policy = &house->policy, .sender = { outside, fake_send, fake_lookup } };
}

static void give_back(void *self) {
    Outside *outside = self;
    Why why = { 0 };
    Deliver person = { .store = outside->house->store, .world = outside->house->world, .policy = &outside->house->policy };
    outside->let_go = true;
    if (outside->cancel_while_waiting.v) CHECK_OK(deliver_cancel(&person, outside->cancel_while_waiting, "ana", NOT_CHECKED, &why));
    outside->cancel_while_waiting = (RowId){ 0 };
}

static void take_again(void *self) { ((Outside *)self)->let_go = false; }

static RowId minted(House *house, int supplier, int64_t units) {
    Why why = { 0 };
    DecideOutput out;
    OrderSent sent;
    RowId id = house_case(house, (HouseCase){ .item = supplier, .supplier = supplier, .qty_units = units });
    DecideInput input = { .case_id = id, .seen = house_row(house, id), .verdict = VERDICT_ACCEPT };
    CHECK_OK(desk_decide(&house->desk, house->work, APPROVER, &input, &out, &why));
    CHECK_OK(orders_send(&house->desk, house->work, APPROVER, house_supplier(house, supplier), house_place(house, 1), &sent, &why));
    return sent.command;
}

static OutboxLine line_of(House *house, RowId command) {
    Why why = { 0 };
    OutboxLine line;
    CHECK_OK(outbox_get(house->store, house->work, command, &line, &why));
    return line;
}

static PumpResult pump(const Deliver *deliver) {
    Why why = { 0 };
    PumpResult result;
    CHECK_OK(deliver_pump(deliver, &result, &why));
    return result;
}

TEST(an_acknowledged_order_is_sent_once_and_was_durably_marked_before) {
    own(house_end) House *house = house_begin(POLICY(1, ""));
    Outside outside = { .answers = { SINK_ACKED }, .answers_count = 1 };
    Deliver deliver = deliver_of(house, &outside);
    RowId command = minted(house, 1, 10);
    PumpResult result = pump(&deliver);
    CHECK_EQ(result.acked, 1);
    CHECK_EQ(outside.state_at_send, COMMAND_SENDING);
    CHECK_EQ(outside.attempt_at_send, 1);
    pump(&deliver);
    CHECK_EQ(outside.sends, 1);
    OutboxLine line = line_of(house, command);
    CHECK_EQ(line.state, COMMAND_ACKED);
    CHECK_STR(line.external, "PO-77");
    CHECK_EQ(line.sent_us, house->clock.now_us);
}

/* The other side may take half a minute to answer: others write meanwhile, and what they cancelled does not go. */
TEST(others_may_write_while_a_sink_is_waited_for) {
    own(house_end) House *house = house_begin(POLICY(1, ""));
    Outside outside = { .answers = { SINK_ACKED }, .answers_count = 1 };
    Deliver deliver = deliver_of(house, &outside);
    deliver.turn = (Turn){ &outside, give_back, take_again };
    RowId first = minted(house, 1, 10), second = minted(house, 2, 10);
    outside.cancel_while_waiting = second;
    CHECK_EQ(pump(&deliver).acked, 1);
    CHECK(outside.let_go_at_send);
    CHECK(!outside.let_go);
    CHECK_EQ(outside.sends, 1);
    CHECK_EQ(line_of(house, first).state, COMMAND_ACKED);
    CHECK_EQ(line_of(house, second).state, COMMAND_CANCELLED);
}

TEST(class_1_sends_an_unknown_again_under_the_same_key_and_not_without_end) {
    own(house_end) House *house = house_begin(POLICY(1, ",\"attempts_most\":4"));
    Outside outside = { .answers = { SINK_UNANSWERED }, .answers_count = 1 };
    Deliver deliver = deliver_of(house, &outside);
    RowId command = minted(house, 1, 10);
    CHECK_EQ(pump(&deliver).unknown, 1);
    CHECK_EQ(line_of(house, command).state, COMMAND_UNKNOWN);
    pump(&deliver);
    CHECK_EQ(outside.sends, 1);                                /* not before its time */
    for (int i = 0; i < 20; i++) {
        house->clock.now_us += 10 * MINUTE_US;
        pump(&deliver);
    }
    CHECK_EQ(outside.sends, 4);
    CHECK(outside.same_key);
    CHECK_EQ(outside.lookups, 0);
    CHECK_EQ(line_of(house, command).state, COMMAND_HELD);
}

TEST(class_2_waits_quiet_and_asks_before_it_sends_again) {
    own(house_end) House *house = house_begin(POLICY(2, ",\"quiet_s\":600"));
    Outside outside = { .answers = { SINK_UNANSWERED, SINK_ACKED }, .answers_count = 2, .presence = SINK_HAS_NOT };
    Deliver deliver = deliver_of(house, &outside);
    RowId command = minted(house, 1, 10);
    pump(&deliver);
    house->clock.now_us += 599 * SECOND_US;
    pump(&deliver);
    CHECK_EQ(outside.lookups, 0);
    CHECK_EQ(outside.sends, 1);
    house->clock.now_us += SECOND_US;
    CHECK_EQ(pump(&deliver).acked, 1);
    CHECK_EQ(outside.lookups, 1);
    CHECK_EQ(outside.sends, 2);
    CHECK(outside.same_key);
    CHECK_EQ(line_of(house, command).state, COMMAND_ACKED);

    outside.sends = 0;
    RowId found = minted(house, 2, 10);
    pump(&deliver);
    outside.presence = SINK_HAS;
    house->clock.now_us += 600 * SECOND_US;
    pump(&deliver);
    CHECK_EQ(outside.sends, 1);                                /* it had it all along */
    CHECK_EQ(line_of(house, found).state, COMMAND_ACKED);
}

TEST(class_2_that_cannot_be_asked_is_held_after_a_day_never_sent_blindly) {
    own(house_end) House *house = house_begin(POLICY(2, ""));
    Outside outside = { .answers = { SINK_UNANSWERED }, .answers_count = 1, .presence = SINK_WILL_NOT_SAY };
    Deliver deliver = deliver_of(house, &outside);
    RowId command = minted(house, 1, 10);
    pump(&deliver);
    for (int i = 0; i < 150; i++) {
        house->clock.now_us += 10 * MINUTE_US;
        pump(&deliver);
    }
    CHECK_EQ(outside.sends, 1);
    CHECK_EQ(line_of(house, command).state, COMMAND_HELD);
}

TEST(class_3_never_sends_twice_by_itself) {
    own(house_end) House *house = house_begin(POLICY(3, ""));
    Why why = { 0 };
    Outside outside = { .answers = { SINK_UNANSWERED }, .answers_count = 1 };
    Deliver deliver = deliver_of(house, &outside);
    RowId command = minted(house, 1, 10);
    CHECK_EQ(pump(&deliver).held, 1);
    house->clock.now_us += HOUR_US;
    pump(&deliver);
    CHECK_EQ(outside.sends, 1);
    CHECK_EQ(line_of(house, command).state, COMMAND_HELD);
    CHECK_FAILS(ERR_CONFLICT, deliver_release(&deliver, command, "ana", NOT_CHECKED, &why));
    CHECK_FAILS(ERR_CONFLICT, deliver_cancel(&deliver, command, "ana", NOT_CHECKED, &why));
    CHECK_FAILS(ERR_DENIED, deliver_release(&deliver, command, "", CHECKED_ABSENT, &why));
    outside.answers[0] = SINK_ACKED;
    CHECK_OK(deliver_release(&deliver, command, "ana", CHECKED_ABSENT, &why));
    CHECK_EQ(pump(&deliver).acked, 1);
    CHECK_EQ(outside.sends, 2);
}

TEST(a_try_that_touched_nothing_is_repeated_for_every_class_and_does_not_count) {
    own(house_end) House *house = house_begin(POLICY(3, ""));
    Outside outside = { .answers = { SINK_UNTOUCHED, SINK_UNTOUCHED, SINK_UNTOUCHED, SINK_UNTOUCHED, SINK_UNTOUCHED, SINK_ACKED }, .answers_count = 6 };
    Deliver deliver = deliver_of(house, &outside);
    RowId command = minted(house, 1, 10);
    for (int i = 0; i < 6; i++) {
        pump(&deliver);
        house->clock.now_us += 10 * MINUTE_US;
    }
    OutboxLine line = line_of(house, command);
    CHECK_EQ(line.state, COMMAND_ACKED);
    CHECK_EQ(line.attempts, 1);
    CHECK_EQ(outside.sends, 6);
}

TEST(a_crash_while_sending_is_unknown_not_sent_and_not_unsent) {
    own(house_end) House *house = house_begin(POLICY(2, ""));
    Why why = { 0 };
    PumpResult result;
    Outside outside = { .answers = { SINK_ACKED }, .answers_count = 1, .presence = SINK_HAS, .crash_at_send = ERR_INTERRUPTED };
    Deliver deliver = deliver_of(house, &outside);
    RowId command = minted(house, 1, 10);
    CHECK_FAILS(ERR_INTERRUPTED, deliver_pump(&deliver, &result, &why));
    house_reopen(house);
    deliver = deliver_of(house, &outside);
    CHECK_EQ(line_of(house, command).state, COMMAND_SENDING);
    outside.crash_at_send = OK;
    pump(&deliver);
    CHECK_EQ(line_of(house, command).state, COMMAND_UNKNOWN);
    CHECK_EQ(outside.sends, 1);
    house->clock.now_us += 600 * SECOND_US;
    pump(&deliver);
    CHECK_EQ(outside.sends, 1);
    CHECK_EQ(line_of(house, command).state, COMMAND_ACKED);
}

TEST(a_refusal_gives_the_case_back_and_a_refusal_of_a_second_try_asks_a_person) {
    own(house_end) House *house = house_begin(POLICY(1, ""));
    Why why = { 0 };
    Outside outside = { .answers = { SINK_REFUSED }, .answers_count = 1 };
    Deliver deliver = deliver_of(house, &outside);
    RowId command = minted(house, 1, 10);
    CHECK_EQ(pump(&deliver).rejected, 1);
    CHECK_EQ(line_of(house, command).state, COMMAND_REJECTED);
    Command order;
    OutboxLine line;
    CHECK_OK(order_read(house->store, house->work, command, &order, &line, &why));
    Case c = house_read(house, order.lines[0].case_id);
    CHECK_EQ(c.status, CASE_OPEN);
    CHECK(strstr(c.opened_why, "no luck") != NULL);

    outside = (Outside){ .answers = { SINK_UNANSWERED, SINK_REFUSED }, .answers_count = 2 };
    deliver = deliver_of(house, &outside);
    RowId doubtful = minted(house, 2, 10);
    pump(&deliver);
    house->clock.now_us += MINUTE_US;
    CHECK_EQ(pump(&deliver).held, 1);
    CHECK_EQ(line_of(house, doubtful).state, COMMAND_HELD);
}

TEST(caps_of_the_day_hold_for_value_and_lines_and_lift_the_next_day) {
    own(house_end) House *house = house_begin(POLICY(1, ""));
    Outside outside = { .answers = { SINK_ACKED }, .answers_count = 1 };
    Deliver deliver = deliver_of(house, &outside);
    RowId a = minted(house, 1, 60), b = minted(house, 2, 41), c = minted(house, 3, 40), alone = minted(house, 4, 101);
    PumpResult result = pump(&deliver);
    CHECK_EQ(result.acked, 2);                                  /* 60.00 + 40.00 fill 100.00 exactly; 41.00 would not */
    CHECK_EQ(result.waiting_cap, 1);
    CHECK_EQ(result.held, 1);
    CHECK_EQ(line_of(house, a).state, COMMAND_ACKED);
    CHECK_EQ(line_of(house, b).state, COMMAND_APPROVED);
    CHECK_EQ(line_of(house, c).state, COMMAND_ACKED);
    CHECK_EQ(line_of(house, alone).state, COMMAND_HELD);
    for (int i = 5; i < 12; i++) minted(house, i, 1);
    house->clock.now_us += 13 * HOUR_US;
    CHECK_EQ(pump(&deliver).acked, 5);                          /* five lines a day, the old one among them */
}

TEST(a_retry_is_debited_once) {
    own(house_end) House *house = house_begin(POLICY(1, ""));
    Outside outside = { .answers = { SINK_UNANSWERED, SINK_UNANSWERED, SINK_ACKED }, .answers_count = 3 };
    Deliver deliver = deliver_of(house, &outside);
    RowId command = minted(house, 1, 80);
    for (int i = 0; i < 3; i++) {
        pump(&deliver);
        house->clock.now_us += 10 * MINUTE_US;
    }
    CHECK_EQ(line_of(house, command).state, COMMAND_ACKED);
    RowId next = minted(house, 2, 20);
    CHECK_EQ(pump(&deliver).acked, 1);
    CHECK_EQ(line_of(house, next).state, COMMAND_ACKED);
}

TEST(nothing_leaves_under_stop_not_even_between_the_mark_and_the_send) {
    own(house_end) House *house = house_begin(POLICY(2, ""));
    Why why = { 0 };
    Outside outside = { .answers = { SINK_UNANSWERED, SINK_ACKED }, .answers_count = 2, .presence = SINK_HAS_NOT };
    Deliver deliver = deliver_of(house, &outside);
    RowId command = minted(house, 1, 10);
    CHECK_OK(stop_on(house->directory, "drill", "ana", &why));
    CHECK(pump(&deliver).stopped);
    CHECK_EQ(outside.sends, 0);
    CHECK_OK(stop_off(house->directory, &why));
    pump(&deliver);
    outside.stop_during_lookup = true;
    house->clock.now_us += HOUR_US;
    CHECK(pump(&deliver).stopped);
    CHECK_EQ(outside.sends, 1);
    CHECK_EQ(line_of(house, command).state, COMMAND_UNKNOWN);
    outside.stop_during_lookup = false;
    CHECK_OK(stop_off(house->directory, &why));
    CHECK_EQ(pump(&deliver).acked, 1);
}

TEST(an_old_approval_is_looked_at_again_not_sent) {
    own(house_end) House *house = house_begin(POLICY(1, ""));
    Why why = { 0 };
    Outside outside = { .answers = { SINK_ACKED }, .answers_count = 1 };
    Deliver deliver = deliver_of(house, &outside);
    RowId command = minted(house, 1, 10);
    house->clock.now_us += 25 * HOUR_US;
    CHECK_EQ(pump(&deliver).held, 1);
    CHECK_EQ(outside.sends, 0);
    CHECK_OK(deliver_release(&deliver, command, "bo", NOT_CHECKED, &why));
    CHECK_EQ(pump(&deliver).acked, 1);
    RowId second = minted(house, 2, 10);
    house->clock.now_us += 25 * HOUR_US;
    pump(&deliver);
    CHECK_OK(deliver_cancel(&deliver, second, "bo", NOT_CHECKED, &why));
    Command order;
    OutboxLine line;
    CHECK_OK(order_read(house->store, house->work, second, &order, &line, &why));
    CHECK_EQ(order.state, COMMAND_CANCELLED);
    CHECK_EQ(house_read(house, order.lines[0].case_id).status, CASE_OPEN);
    CHECK_FAILS(ERR_CONFLICT, deliver_cancel(&deliver, command, "bo", CHECKED_ABSENT, &why));
}

/* Rewrites the newest version of the command as a faulty program would. */
static void tamper(House *house, RowId id, void (*change)(Command *command, OutboxLine *line)) {
    Why why = { 0 };
    Command command;
    OutboxLine line;
    own(buf_end) Buf payload = buf_begin(1 * MiB);
    CHECK_OK(order_read(house->store, house->work, id, &command, &line, &why));
    change(&command, &line);
    command_write(&payload, &command);
    Row row = { .cause = line.command, .kind = ROW_COMMAND, .by = "fault", .key = command.key, .payload = buf_text(&payload) };
    CHECK_OK(store_begin(house->store, &why));
    CHECK_OK(outbox_put(house->store, &row, &line, &why));
    CHECK_OK(store_commit(house->store, &why));
}
static void larger(Command *command, OutboxLine *line) {
    command->lines[0].qty_micro *= 100;
    command->lines[0].value_minor *= 2;
    command->value_minor = line->value_minor = command->lines[0].value_minor;
}
static void undecided(Command *command, [[maybe_unused]] OutboxLine *line) { command->lines[0].decision.v = 1; }
static void other_case(Command *command, [[maybe_unused]] OutboxLine *line) { command->lines[0].case_id.v++; }
static void other_sum(Command *command, OutboxLine *line) { command->value_minor = line->value_minor = 1; }

TEST(an_order_that_does_not_rest_on_its_decisions_is_held_and_stops_everything) {
    static void (*const faults[])(Command *, OutboxLine *) = { larger, undecided, other_case, other_sum };
    for (size_t i = 0; i < sizeof faults / sizeof faults[0]; i++) {
        own(house_end) House *house = house_begin(POLICY(1, ""));
        Outside outside = { .answers = { SINK_ACKED }, .answers_count = 1 };
        Deliver deliver = deliver_of(house, &outside);
        RowId command = minted(house, 1, 10);
        tamper(house, command, faults[i]);
        PumpResult result = pump(&deliver);
        CHECK_EQ(result.held, 1);
        CHECK(result.stopped);
        CHECK_EQ(outside.sends, 0);
        CHECK_EQ(line_of(house, command).state, COMMAND_HELD);
        CHECK(store_stopped(house->directory));
    }
}

TEST(a_decision_that_belongs_to_another_order_is_not_sent_a_second_time) {
    own(house_end) House *house = house_begin(POLICY(1, ""));
    Why why = { 0 };
    Command order;
    OutboxLine line;
    Outside outside = { .answers = { SINK_ACKED }, .answers_count = 1 };
    Deliver deliver = deliver_of(house, &outside);
    RowId command = minted(house, 1, 10);
    CHECK_OK(order_read(house->store, house->work, command, &order, &line, &why));
    CHECK_OK(store_begin(house->store, &why));
    CHECK_OK(value_put(house->store, "ordered", text_format(house->work, "%lld", (long long)order.lines[0].decision.v), text_of("1"), 0, &why));
    CHECK_OK(store_commit(house->store, &why));
    CHECK_EQ(pump(&deliver).held, 1);
    CHECK_EQ(outside.sends, 0);
}

TEST(a_sink_that_left_the_policy_holds_its_orders) {
    own(house_end) House *house = house_begin(POLICY(1, ""));
    Outside outside = { .answers = { SINK_ACKED }, .answers_count = 1 };
    Deliver deliver = deliver_of(house, &outside);
    RowId command = minted(house, 1, 10);
    house->policy.sinks[0].name = "elsewhere";
    CHECK_EQ(pump(&deliver).held, 1);
    CHECK_EQ(line_of(house, command).state, COMMAND_HELD);
}

/* ---- match ---- */
static Fact po_line(House *house, const char *reference, const char *item, int64_t units, const char *status) {
    Fact fact = { .kind = FACT_PO_LINE, .occurred_us = house->clock.now_us, .known_us = house->clock.now_us, .version = house->clock.now_us };
    fact_set_text(&fact, F_doc, text_of("ERP-1"));
    fact_set_text(&fact, F_line, text_of(item));
    fact_set_text(&fact, F_supplier, text_of("S1"));
    fact_set_text(&fact, F_item, text_of(item));
    fact_set_text(&fact, F_place, text_of("P1"));
    fact_set_number(&fact, F_qty, units * 1000000);
    fact_set_number(&fact, F_order_day, day_of_us(house->clock.now_us));
    fact_set_text(&fact, F_status, text_of(status));
    fact_set_text(&fact, F_reference, text_of(reference));
    return fact;
}
static Fact receipt(House *house, const char *doc, const char *item, int64_t units) {
    Fact fact = { .kind = FACT_RECEIPT_LINE, .occurred_us = house->clock.now_us, .known_us = house->clock.now_us, .version = house->clock.now_us };
    fact_set_text(&fact, F_doc, text_of(doc));
    fact_set_text(&fact, F_line, text_of("1"));
    fact_set_text(&fact, F_ref_doc, text_of("ERP-1"));
    fact_set_text(&fact, F_ref_line, text_of(item));
    fact_set_text(&fact, F_supplier, text_of("S1"));
    fact_set_text(&fact, F_item, text_of(item));
    fact_set_text(&fact, F_place, text_of("P1"));
    fact_set_number(&fact, F_qty, units * 1000000);
    fact_set_number(&fact, F_received_day, day_of_us(house->clock.now_us));
    return fact;
}

typedef struct Matched { House *house; Outside outside; Deliver deliver; RowId command; RowId case_id; char reference[COMMAND_REFERENCE]; } Matched;

static void sent(Matched *m, SinkOutcome outcome) {
    Why why = { 0 };
    Command order;
    OutboxLine line;
    m->outside = (Outside){ .answers = { outcome }, .answers_count = 1, .presence = SINK_WILL_NOT_SAY };
    m->deliver = deliver_of(m->house, &m->outside);
    m->command = minted(m->house, 1, 10);
    pump(&m->deliver);
    CHECK_OK(order_read(m->house->store, m->house->work, m->command, &order, &line, &why));
    command_reference(order.key, m->reference);
    m->case_id = order.lines[0].case_id;
}

TEST(our_reference_in_the_erp_confirms_and_receipts_close_the_chain) {
    own(house_end) House *house = house_begin(POLICY(2, ""));
    Why why = { 0 };
    MatchResult result;
    Matched m = { .house = house };
    Command order;
    OutboxLine line;
    sent(&m, SINK_UNANSWERED);
    CHECK_EQ(line_of(house, m.command).state, COMMAND_UNKNOWN);
    Fact fact = po_line(house, m.reference, "I1", 10, "open");
    house_fact(house, &fact);
    CHECK_OK(deliver_match(&m.deliver, &result, &why));
    CHECK_EQ(result.confirmed, 1);
    CHECK_OK(order_read(house->store, house->work, m.command, &order, &line, &why));
    CHECK_EQ(order.state, COMMAND_ACKED);                       /* the ERP's word settles the unknown */
    CHECK_STR(order.external, "ERP-1");
    CHECK(order.lines[0].confirmed);
    CHECK_EQ(house_read(house, m.case_id).status, CASE_CONFIRMED);
    CHECK_OK(deliver_match(&m.deliver, &result, &why));
    CHECK_EQ(result.confirmed, 0);                              /* each fact once */
    fact = receipt(house, "GR-1", "I1", 4);
    house_fact(house, &fact);
    CHECK_OK(deliver_match(&m.deliver, &result, &why));
    CHECK_EQ(result.received, 1);
    CHECK_EQ(house_read(house, m.case_id).status, CASE_CONFIRMED);
    house->clock.now_us += HOUR_US;
    fact = receipt(house, "GR-1", "I1", 5);                     /* a correction of the same receipt: 5, not 4 + 5 */
    house_fact(house, &fact);
    CHECK_OK(deliver_match(&m.deliver, &result, &why));
    CHECK_OK(order_read(house->store, house->work, m.command, &order, &line, &why));
    CHECK_EQ(order.lines[0].received_micro, 5000000);
    fact = receipt(house, "GR-2", "I1", 5);
    house_fact(house, &fact);
    CHECK_OK(deliver_match(&m.deliver, &result, &why));
    CHECK_EQ(house_read(house, m.case_id).status, CASE_CLOSED);
}

/* What the store says was matched. */
static int64_t matched_durably(House *house) {
    Why why = { 0 };
    Text text;
    if (value_get(house->store, house->work, "cursor", "match", &text, &why) == ERR_NOT_FOUND) return 0;
    return atoll(text_keep(house->work, text));
}

TEST(facts_about_no_order_are_remembered_without_a_commit_and_a_new_start_takes_nothing_twice) {
    own(house_end) House *house = house_begin(POLICY(1, ""));
    Why why = { 0 };
    MatchResult result;
    Matched m = { .house = house };
    int64_t looked = 0;
    Command order;
    OutboxLine line;
    sent(&m, SINK_ACKED);
    m.deliver.looked = &looked;
    CHECK_OK(deliver_match(&m.deliver, &result, &why));
    int64_t durable = matched_durably(house);
    Fact fact = receipt(house, "GR-1", "I1", 4);                    /* before its order is shown: nobody's */
    house_fact(house, &fact);
    CHECK_OK(deliver_match(&m.deliver, &result, &why));
    CHECK_EQ(result.received, 0);
    CHECK_EQ(looked, log_last(house->store).v);
    CHECK_EQ(matched_durably(house), durable);
    fact = po_line(house, m.reference, "I1", 10, "open");
    house_fact(house, &fact);
    CHECK_OK(deliver_match(&m.deliver, &result, &why));
    CHECK_EQ(result.confirmed, 1);
    CHECK_EQ(result.received, 0);
    CHECK(matched_durably(house) > durable);
    fact = receipt(house, "GR-2", "I1", 5);
    house_fact(house, &fact);
    CHECK_OK(deliver_match(&m.deliver, &result, &why));
    CHECK_EQ(result.received, 1);
    looked = 0;                                                      /* another process */
    CHECK_OK(deliver_match(&m.deliver, &result, &why));
    CHECK_EQ(result.confirmed + result.received, 0);
    CHECK_OK(order_read(house->store, house->work, m.command, &order, &line, &why));
    CHECK_EQ(order.lines[0].received_micro, 5000000);
}

TEST(a_line_the_erp_cancelled_comes_back_to_the_queue) {
    own(house_end) House *house = house_begin(POLICY(1, ""));
    Why why = { 0 };
    MatchResult result;
    Matched m = { .house = house };
    sent(&m, SINK_ACKED);
    Fact fact = po_line(house, m.reference, "I1", 10, "cancelled");
    house_fact(house, &fact);
    CHECK_OK(deliver_match(&m.deliver, &result, &why));
    CHECK_EQ(result.cancelled, 1);
    Case c = house_read(house, m.case_id);
    CHECK_EQ(c.status, CASE_OPEN);
    CHECK(strstr(c.opened_why, "ERP-1") != NULL);
}

TEST(a_case_given_back_ends_when_a_younger_one_holds_its_exposure) {
    own(house_end) House *house = house_begin(POLICY(1, ""));
    Why why = { 0 };
    Command order;
    OutboxLine line;
    Outside outside = { .answers = { SINK_REFUSED }, .answers_count = 1 };
    Deliver deliver = deliver_of(house, &outside);
    RowId command = minted(house, 1, 10), younger = house_case(house, (HouseCase){ .item = 1 });
    CHECK_EQ(pump(&deliver).rejected, 1);
    CHECK_OK(order_read(house->store, house->work, command, &order, &line, &why));
    CHECK_EQ(house_read(house, order.lines[0].case_id).status, CASE_CLOSED);
    CHECK_EQ(house_read(house, younger).status, CASE_OPEN);
}

TEST(an_order_the_erp_does_not_show_after_days_is_reported) {
    own(house_end) House *house = house_begin(POLICY(1, ""));
    Why why = { 0 };
    MatchResult result;
    Unmatched *unmatched;
    int count;
    Matched m = { .house = house };
    sent(&m, SINK_ACKED);
    house_days(house, 3);
    CHECK_OK(deliver_unmatched(&m.deliver, house->work, &unmatched, &count, &why));
    CHECK_EQ(count, 0);
    house->clock.now_us += SECOND_US;
    CHECK_OK(deliver_unmatched(&m.deliver, house->work, &unmatched, &count, &why));
    CHECK_EQ(count, 1);
    CHECK_STR(unmatched[0].reference, m.reference);
    CHECK_EQ(unmatched[0].value_minor, 1000);
    Fact fact = po_line(house, m.reference, "I1", 10, "open");
    house_fact(house, &fact);
    CHECK_OK(deliver_match(&m.deliver, &result, &why));
    CHECK_OK(deliver_unmatched(&m.deliver, house->work, &unmatched, &count, &why));
    CHECK_EQ(count, 0);
}

TEST(another_quantity_or_a_foreign_reference_is_told_not_swallowed) {
    own(house_end) House *house = house_begin(POLICY(1, ""));
    Why why = { 0 };
    MatchResult result;
    Matched m = { .house = house };
    sent(&m, SINK_ACKED);
    Fact fact = po_line(house, "SW-000000000000", "I1", 10, "open");
    house_fact(house, &fact);
    CHECK_OK(deliver_match(&m.deliver, &result, &why));
    CHECK_EQ(result.confirmed, 0);
    house->clock.now_us += HOUR_US;
    fact = po_line(house, m.reference, "I1", 8, "open");
    house_fact(house, &fact);
    CHECK_OK(deliver_match(&m.deliver, &result, &why));
    CHECK_EQ(result.confirmed, 1);
    CHECK(strstr(line_of(house, m.command).error, "the ERP shows 8 of I1, asked for 10") != NULL);
}
