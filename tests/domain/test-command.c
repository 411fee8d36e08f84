#include "tests/test.h"

#include "domain/command.h"
#include "domain/decision.h"
#include "domain/role.h"

TEST(a_command_reads_back_to_the_same_bytes) {
    own(arena_end) Arena *work = arena_begin(1 * MiB);
    own(buf_end) Buf first = buf_begin(1 * MiB), second = buf_begin(1 * MiB);
    Why why = { 0 };
    CommandLine lines[] = {
        { .line = 1, .case_id = { 7 }, .decision = { 9 }, .item = "AX-1", .uom = "EA", .qty_micro = 264000000, .purchase_uom = "CS",
          .purchase_qty_micro = 11000000, .unit_cost_micro = 12500000, .value_minor = 330000, .arrival_day = 20800 },
        { .line = 2, .case_id = { 8 }, .decision = { 10 }, .item = "007", .uom = "KGM", .qty_micro = 1, .purchase_uom = "", .unit_cost_micro = 1, .confirmed = true, .received_micro = 1 },
    };
    Command command = { .key = "ab12", .sink = "erp-files", .kind = "purchase-order", .supplier = "S-1", .from_place = "", .place = "DFW", .currency = "USD", .order_day = 20780,
                        .value_minor = 330000, .lines = lines, .lines_count = 2, .approved_us = 5, .approved_by = "kim", .state = COMMAND_UNKNOWN, .attempt = 3,
                        .external = "PO-\"9\"", .error = "timed out" }, read;
    command_write(&first, &command);
    CHECK_OK(command_read(work, buf_text(&first), &read, &why));
    command_write(&second, &read);
    CHECK(text_equal(buf_text(&first), buf_text(&second)));
    CHECK_EQ(read.lines_count, 2);
    CHECK_EQ(read.lines[1].received_micro, 1);
    CHECK_STR(read.lines[1].item, "007");
    CHECK_EQ(read.state, COMMAND_UNKNOWN);
}

TEST(a_decision_reads_back_to_the_same_bytes) {
    own(arena_end) Arena *work = arena_begin(1 * MiB);
    Why why = { 0 };
    for (Verdict verdict = VERDICT_ACCEPT; verdict < VERDICT_COUNT_; verdict++) {
        own(buf_end) Buf first = buf_begin(1 * MiB), second = buf_begin(1 * MiB);
        Decision decision = { .case_id = { 5 }, .seen = { 6 }, .verdict = verdict, .has_qty = verdict % 2 == 0, .qty_micro = verdict % 2 == 0 ? 1500000 : 0,
                              .order_day = verdict % 3 ? 20800 : 0, .until_day = verdict == VERDICT_SNOOZE ? 20900 : 0, .reason = "too much",
                              .by_rule = verdict == VERDICT_ACCEPT ? "R2" : NULL, .policy = { 3 }, .value_minor = 77 }, read;
        decision_write(&first, &decision);
        CHECK_OK(decision_read(work, buf_text(&first), &read, &why));
        decision_write(&second, &read);
        CHECK(text_equal(buf_text(&first), buf_text(&second)));
        CHECK_EQ(read.verdict, verdict);
        CHECK_EQ(read.has_qty, decision.has_qty);
    }
    Decision none;
    CHECK_FAILS(ERR_INVALID, decision_read(work, text_of("{\"v\":1,\"case\":1,\"row\":1,\"verdict\":\"maybe\"}"), &none, &why));
    CHECK_FAILS(ERR_INVALID, decision_read(work, text_of("{\"v\":2}"), &none, &why));
}

TEST(a_command_key_depends_on_the_set_of_decisions_only) {
    char one[SHA256_HEX], two[SHA256_HEX], other[SHA256_HEX];
    RowId forward[] = { { 1 }, { 23 }, { 4 } }, backward[] = { { 4 }, { 23 }, { 1 } }, glued[] = { { 12 }, { 3 }, { 4 } };
    command_key("store", forward, 3, 1, one);
    command_key("store", backward, 3, 1, two);
    CHECK_STR(one, two);
    command_key("store", glued, 3, 1, other);
    CHECK(strcmp(one, other) != 0);
    command_key("store", forward, 2, 1, other);
    CHECK(strcmp(one, other) != 0);
    command_key("store", forward, 3, 2, other);
    CHECK(strcmp(one, other) != 0);
    command_key("stork", forward, 3, 1, other);
    CHECK(strcmp(one, other) != 0);
    char reference[COMMAND_REFERENCE];
    command_reference(one, reference);
    CHECK_EQ(strlen(reference), 15);
    CHECK_EQ(strncmp(reference + 3, one, 12), 0);
}

TEST(names_of_states_verdicts_and_roles_lead_back_to_them) {
    for (CommandState at = 0; at < COMMAND_STATE_COUNT_; at++) CHECK_EQ(command_state_find(text_of(command_state_name(at))), at);
    CHECK_EQ(command_state_find(text_of("sent")), COMMAND_STATE_COUNT_);
    for (Verdict verdict = VERDICT_ACCEPT; verdict < VERDICT_COUNT_; verdict++) CHECK_EQ(verdict_find(text_of(verdict_name(verdict))), verdict);
    for (Role role = ROLE_VIEWER; role < ROLE_COUNT_; role++) CHECK_EQ(role_find(text_of(role_name(role))), role);
    CHECK_EQ(role_find(text_of("none")), ROLE_NONE);
    CHECK_EQ(role_find(text_of("")), ROLE_NONE);
}

TEST(each_role_has_the_rights_of_the_one_before_and_nobody_has_none) {
    static const unsigned expected[ROLE_COUNT_] = { [ROLE_VIEWER] = 0x01, [ROLE_PLANNER] = 0x07, [ROLE_APPROVER] = 0x3f, [ROLE_ADMIN] = 0xff };
    for (Role role = ROLE_NONE; role < ROLE_COUNT_; role++)
        for (Right right = 0; right < RIGHT_COUNT_; right++) CHECK_EQ(role_may(role, right), expected[role] >> right & 1);
    CHECK(!role_may((Role)99, MAY_SEE));
}
