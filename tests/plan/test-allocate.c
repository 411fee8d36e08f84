/* Customers who ordered more than there is: when that is a case, who shares what, and what becomes of the case. */
#include <string.h>

#include "base/decimal.h"
#include "base/time.h"
#include "domain/command.h"
#include "draft/share-rest.h"
#include "plan/yard.h"
#include "store/revise.h"
#include "tests/test.h"

/* A sells two a day; `stock` lie there. Three customers: C ordered first and cheaply, then K, who is key and has a contract of 90 %, then M, who pays most. */
static void customers(Yard *yard, int stock) {
    yard_masters(yard);
    yard_fact(yard, "customer customer=K tier=key service_target=0.9");
    yard_fact(yard, "customer customer=M tier=B");
    yard_history(yard, "A", "P", yard_day("2026-01-01"), yard_day("2026-10-30"), 2);
    yard_factf(yard, "stock item=A place=P as_of_day=2026-11-01 on_hand=%d", stock);
}

static void order(Yard *yard, const char *doc, const char *customer, int qty, const char *ordered, const char *wanted, int price) {
    yard_factf(yard, "order-line doc=%s line=1 customer=%s item=A place=P qty=%d order_day=%s requested_day=%s price=%d currency=USD status=open", doc, customer, qty, ordered, wanted, price);
}

static void three_orders(Yard *yard) {
    order(yard, "SO-1", "C", 40, "2026-10-28", "2026-11-03", 11);
    order(yard, "SO-2", "K", 20, "2026-10-29", "2026-11-03", 16);
    order(yard, "SO-3", "M", 30, "2026-10-30", "2026-11-04", 20);
}

static int64_t sum_of(const CaseBoard *board, int rule) {
    int64_t sum = board->more_lines ? board->more_by_rule[rule == BOARD_PROPOSED ? (int)board->rule : rule] : 0;
    for (int i = 0; i < board->shares_count; i++) sum += board_given(&board->shares[i], rule);
    return sum;
}

TEST(customers_who_ordered_more_than_there_is_are_one_case_that_shares_all_of_it) {
    own(yard_end) Yard *yard = yard_begin();
    customers(yard, 50);
    three_orders(yard);
    yard_put(yard);
    own(plan_end) Plan *plan = yard_plan(yard, "2026-11-02");
    Case c = yard_case(yard, "A", "P", CASE_ALLOCATE, NULL);
    const CaseShare *s = c.board.shares;
    CHECK_EQ(c.board.shares_count, 3);
    CHECK_EQ(c.board.supply, 50 * MICRO);
    CHECK_EQ(c.board.demand, 90 * MICRO);
    for (int r = 0; r <= BOARD_PROPOSED; r++) CHECK_EQ(sum_of(&c.board, r), 50 * MICRO);
    CHECK_STR(s[0].order, "SO-1");
    CHECK_STR(s[1].customer, "K");
    CHECK_STR(s[1].tier, "key");
    CHECK_EQ(s[1].minimum, 18 * MICRO);
    CHECK_EQ(s[0].minimum, CASE_NONE);
    CHECK_EQ(s[2].margin, 10 * MICRO);
    /* By itself the ERP would give C all of his and K the rest. */
    CHECK(s[0].by_rule[BOARD_FIRST_COME] == 40 * MICRO && s[1].by_rule[BOARD_FIRST_COME] == 10 * MICRO && s[2].by_rule[BOARD_FIRST_COME] == 0);
    /* K's contract, a quarter for C and M; then K, for whom a unit counts double, and M with what is left. */
    CHECK(s[0].proposed == 10 * MICRO && s[1].proposed == 20 * MICRO && s[2].proposed == 20 * MICRO);
    CHECK_EQ(c.action.qty, 50 * MICRO);
    CHECK_EQ(case_terms_sum(&c), c.action.qty);
    CHECK_EQ(c.due_day, yard_day("2026-11-03"));
    BoardSum first = board_sum(&c.board, BOARD_FIRST_COME, 2), proposed = board_sum(&c.board, BOARD_PROPOSED, 2);
    CHECK_EQ(c.rank_minor, first.loss_minor - proposed.loss_minor);
    CHECK_EQ(c.at_stake_minor, first.loss_minor);
    CHECK(c.rank_minor > 0 && proposed.margin_minor > first.margin_minor);
    CHECK(first.critical_broken == 1 && proposed.contracts_broken == 0);
    CHECK_STR(share_words(yard->work, &c.board, &s[0], "EA"), "10 of 40 EA: stock is short; no date is known for more");
}

TEST(a_case_with_a_board_is_read_back_byte_for_byte) {
    own(yard_end) Yard *yard = yard_begin();
    customers(yard, 50);
    three_orders(yard);
    yard_put(yard);
    own(plan_end) Plan *plan = yard_plan(yard, "2026-11-02");
    Case c = yard_case(yard, "A", "P", CASE_ALLOCATE, NULL), again;
    own(buf_end) Buf once = buf_begin(MiB), twice = buf_begin(MiB);
    Why why = { 0 };
    case_write(&once, &c);
    CHECK_OK(case_read(yard->work, buf_text(&once), &again, &why));
    case_write(&twice, &again);
    CHECK_STR(buf_str(&once), buf_str(&twice));
}

TEST(stock_that_reaches_or_comes_in_time_is_no_allocation) {
    for (int way = 0; way < 3; way++) {
        own(yard_end) Yard *yard = yard_begin();
        customers(yard, way == 0 ? 90 : 50);
        three_orders(yard);
        if (way == 1) yard_fact(yard, "po-line doc=PO-9 line=1 supplier=S item=A place=P qty=60 price=10 order_day=2026-10-20 promised_day=2026-11-03 status=open");
        if (way == 2) yard_fact(yard, "order-line doc=SO-1 line=1 customer=C item=A place=P qty=40 order_day=2026-10-28 requested_day=2026-11-03 status=cancelled version=2");
        yard_put(yard);
        own(plan_end) Plan *plan = yard_plan(yard, "2026-11-02");
        CHECK(!yard_has_case(yard, "A", "P", CASE_ALLOCATE, ""));
    }
}

TEST(orders_wanted_after_the_next_receipt_do_not_compete_for_what_lies_here) {
    own(yard_end) Yard *yard = yard_begin();
    customers(yard, 50);
    three_orders(yard);
    order(yard, "SO-4", "M", 500, "2026-10-30", "2026-11-12", 20);
    yard_fact(yard, "po-line doc=PO-9 line=1 supplier=S item=A place=P qty=100 price=10 order_day=2026-10-20 promised_day=2026-11-09 status=open");
    yard_put(yard);
    own(plan_end) Plan *plan = yard_plan(yard, "2026-11-02");
    Case c = yard_case(yard, "A", "P", CASE_ALLOCATE, NULL);
    CHECK_EQ(c.board.shares_count, 3);
    CHECK_EQ(c.board.demand, 90 * MICRO);
    CHECK_EQ(c.board.next_day, yard_day("2026-11-09"));
    CHECK_EQ(c.board.next_qty, 100 * MICRO);
    CHECK(strstr(share_words(yard->work, &c.board, &c.board.shares[0], "EA"), "more is expected on 2026-11-09") != NULL);
}

TEST(where_first_come_is_what_would_be_proposed_nobody_is_asked) {
    own(yard_end) Yard *yard = yard_begin();
    customers(yard, 50);
    order(yard, "SO-1", "C", 90, "2026-10-28", "2026-11-03", 11);
    yard_put(yard);
    own(plan_end) Plan *plan = yard_plan(yard, "2026-11-02");
    CHECK(!yard_has_case(yard, "A", "P", CASE_ALLOCATE, ""));
}

TEST(parts_of_units_are_shared_as_finely_as_they_were_ordered) {
    own(yard_end) Yard *yard = yard_begin();
    customers(yard, 50);
    three_orders(yard);
    yard_fact(yard, "order-line doc=SO-5 line=1 customer=M item=A place=P qty=2.5 order_day=2026-10-30 requested_day=2026-11-03 price=20 currency=USD status=open");
    yard_put(yard);
    own(plan_end) Plan *plan = yard_plan(yard, "2026-11-02");
    Case c = yard_case(yard, "A", "P", CASE_ALLOCATE, NULL);
    CHECK_EQ(c.board.step, MICRO / 10);
    CHECK_EQ(sum_of(&c.board, BOARD_PRO_RATA), 50 * MICRO);
}

TEST(more_lines_than_a_board_shows_are_one_bundle_whose_share_is_kept) {
    own(yard_end) Yard *yard = yard_begin();
    customers(yard, 300);
    three_orders(yard);
    for (int i = 0; i < BOARD_SHARES_MOST; i++) order(yard, text_format(yard->work, "SO-%d", 100 + i), "C", 1, "2026-10-31", "2026-11-03", 16);
    yard_put(yard);
    own(plan_end) Plan *plan = yard_plan(yard, "2026-11-02");
    Case c = yard_case(yard, "A", "P", CASE_ALLOCATE, NULL);
    CHECK_EQ(c.board.shares_count, BOARD_SHARES_MOST);
    CHECK_EQ(c.board.more_lines, 3);
    CHECK_EQ(c.board.more_requested, 3 * MICRO);
    for (int r = 0; r <= BOARD_PROPOSED; r++) CHECK_EQ(sum_of(&c.board, r), 300 * MICRO);
    CHECK_EQ(case_terms_sum(&c), c.action.qty);
}

TEST(the_same_day_says_nothing_new_and_a_new_order_a_new_version) {
    own(yard_end) Yard *yard = yard_begin();
    customers(yard, 50);
    three_orders(yard);
    yard_put(yard);
    own(plan_end) Plan *plan = yard_plan(yard, "2026-11-02");
    RowId id, again;
    yard_case(yard, "A", "P", CASE_ALLOCATE, &id);
    PlanResult quiet = yard_step(yard, plan, "2026-11-02");
    CHECK_EQ(quiet.cases_new + quiet.cases_changed + quiet.cases_closed, 0);
    order(yard, "SO-6", "M", 5, "2026-11-02", "2026-11-04", 20);
    yard_put(yard);
    yard_step(yard, plan, "2026-11-02");
    Case c = yard_case(yard, "A", "P", CASE_ALLOCATE, &again);
    CHECK_EQ(again.v, id.v);
    CHECK_EQ(c.board.shares_count, 4);
    CHECK(c.changes_count > 0);
    yard_fact(yard, "stock item=A place=P as_of_day=2026-11-01 on_hand=400 version=2");
    yard_put(yard);
    yard_step(yard, plan, "2026-11-02");
    CHECK(!yard_has_case(yard, "A", "P", CASE_ALLOCATE, ""));
}

/* As orders_send leaves it. */
static void sent(Yard *yard, RowId id) {
    Why why = { 0 };
    CaseLine line;
    Case c;
    CHECK_OK(case_newest(yard->store, yard->work, id, &line, &c, &why));
    c.status = CASE_SENT;
    CHECK_OK(store_begin(yard->store, &why));
    CHECK_OK(case_revise(yard->store, yard->work, &line, &c, line.row, "kim", &why));
    CHECK_OK(store_commit(yard->store, &why));
}

TEST(what_was_sent_rests_until_somebody_orders_more_or_nothing_is_short) {
    own(yard_end) Yard *yard = yard_begin();
    customers(yard, 50);
    three_orders(yard);
    yard_put(yard);
    own(plan_end) Plan *plan = yard_plan(yard, "2026-11-02");
    RowId id, next;
    yard_case(yard, "A", "P", CASE_ALLOCATE, &id);
    sent(yard, id);
    PlanResult quiet = yard_step(yard, plan, "2026-11-03");
    yard_case(yard, "A", "P", CASE_ALLOCATE, &next);
    CHECK_EQ(next.v, id.v);
    CHECK_EQ(quiet.cases_closed, 0);
    order(yard, "SO-6", "M", 5, "2026-11-03", "2026-11-04", 20);
    yard_put(yard);
    yard_step(yard, plan, "2026-11-03");
    Case c = yard_case(yard, "A", "P", CASE_ALLOCATE, &next);
    CHECK(next.v > id.v);
    CHECK(strstr(c.opened_why, "is back: more was ordered") != NULL);
}

TEST(an_allocation_is_replayed_byte_for_byte) {
    own(yard_end) Yard *yard = yard_begin();
    Why why = { 0 };
    customers(yard, 50);
    three_orders(yard);
    yard_put(yard);
    own(plan_end) Plan *plan = yard_plan(yard, "2026-11-02");
    RowId id;
    PlanReplay replay;
    yard_case(yard, "A", "P", CASE_ALLOCATE, &id);
    CHECK_OK(plan_recompute(yard->store, 1, id, yard->work, &replay, &why));
    CHECK(replay.same);
}

TEST(what_was_given_to_customers_is_no_supply) {
    own(yard_end) Yard *yard = yard_begin();
    customers(yard, 50);
    three_orders(yard);
    yard_put(yard);
    own(plan_end) Plan *plan = yard_plan(yard, "2026-11-02");
    Estimate before = yard_assess(yard, plan, "A")->estimate;
    CommandLine line = { .line = 1, .case_id = { 1 }, .decision = { 1 }, .item = "A", .uom = "EA", .qty_micro = 30 * MICRO, .purchase_uom = "", .customer_row = 1, .customer = "K",
                         .customer_order = "SO-2", .customer_line = "1" };
    Command command = { .key = "0123456789abcdef", .sink = "files", .kind = "allocation", .supplier = "", .from_place = "", .place = "P", .currency = "USD",
                        .order_day = yard_day("2026-11-02"), .lines = &line, .lines_count = 1, .approved_by = "kim", .state = COMMAND_ACKED, .external = "", .error = "" };
    yard_command(yard, &command);
    yard_step(yard, plan, "2026-11-02");
    CHECK_EQ(yard_assess(yard, plan, "A")->estimate.position, before.position);
}

TEST(a_board_is_not_to_be_decided_before_today) {
    own(yard_end) Yard *yard = yard_begin();
    customers(yard, 50);
    order(yard, "SO-1", "C", 40, "2026-10-20", "2026-10-27", 11);       /* late for days */
    order(yard, "SO-2", "K", 20, "2026-10-29", "2026-11-03", 16);
    order(yard, "SO-3", "M", 30, "2026-10-30", "2026-11-04", 20);
    yard_put(yard);
    own(plan_end) Plan *plan = yard_plan(yard, "2026-11-02");
    Case c = yard_case(yard, "A", "P", CASE_ALLOCATE, NULL);
    CHECK_EQ(c.board.shares[0].need_day, yard_day("2026-10-27"));
    CHECK_EQ(c.due_day, yard_day("2026-11-02"));
}

TEST(what_a_person_locked_stays_and_the_others_share_the_rest_by_the_boards_rule) {
    own(yard_end) Yard *yard = yard_begin();
    Why why = { 0 };
    customers(yard, 50);
    three_orders(yard);
    yard_put(yard);
    own(plan_end) Plan *plan = yard_plan(yard, "2026-11-02");
    Case c = yard_case(yard, "A", "P", CASE_ALLOCATE, NULL);
    const CaseShare *s = c.board.shares;
    CHECK_OK(board_share_rest(&c.board, &(DecisionShare){ s[0].row, 25 * MICRO }, 1, &why));
    CHECK_EQ(s[0].proposed, 25 * MICRO);
    CHECK_EQ(sum_of(&c.board, BOARD_PROPOSED), 50 * MICRO);
    CHECK(s[1].proposed >= s[1].minimum);                    /* the contract is still kept */
    CHECK_EQ(s[2].proposed, 50 * MICRO - 25 * MICRO - s[1].proposed);
    DecisionShare both[] = { { s[1].row, 0 }, { s[2].row, 30 * MICRO } };
    CHECK_OK(board_share_rest(&c.board, both, 2, &why));
    CHECK(s[0].proposed == 20 * MICRO && s[1].proposed == 0 && s[2].proposed == 30 * MICRO);
    DecisionShare too_much[] = { { s[0].row, 40 * MICRO }, { s[2].row, 30 * MICRO } };
    CHECK_FAILS(ERR_INVALID, board_share_rest(&c.board, too_much, 2, &why));
    CHECK_FAILS(ERR_INVALID, board_share_rest(&c.board, &(DecisionShare){ s[0].row, 41 * MICRO }, 1, &why));
    CHECK_FAILS(ERR_NOT_FOUND, board_share_rest(&c.board, &(DecisionShare){ 1, MICRO }, 1, &why));
}

TEST(a_contract_minimum_is_told_by_the_customer_before_his_service_level_and_by_the_policy_for_the_rest) {
    own(yard_end) Yard *yard = yard_begin();
    yard_policy(yard, "{\"policy\":1,\"name\":\"t\",\"currency\":\"USD\",\"queue\":{\"least_rank\":0,\"bands\":[1000]},\"allocation\":{\"minimum_by_tier\":{\"B\":0.25}},"
                      "\"tiers\":[{\"id\":\"R9\",\"when\":{},\"tier\":\"review\"}]}");
    customers(yard, 50);
    yard_fact(yard, "customer customer=K tier=key service_target=0.9 minimum_share=0.5 version=2");
    three_orders(yard);
    yard_put(yard);
    own(plan_end) Plan *plan = yard_plan(yard, "2026-11-02");
    Case c = yard_case(yard, "A", "P", CASE_ALLOCATE, NULL);
    CHECK_EQ(c.board.shares[0].minimum, CASE_NONE);          /* C is of no tier */
    CHECK_EQ(c.board.shares[1].minimum, 10 * MICRO);         /* half of 20, though its service level is 90 % */
    CHECK_EQ(c.board.shares[2].minimum, 8 * MICRO);          /* a quarter of 30, in whole pieces */
}
