/* Places that other places of ours feed: what is asked of the sender, what it keeps for its own customers, what is on its way. */
#include <string.h>

#include "base/decimal.h"
#include "base/time.h"
#include "domain/command.h"
#include "plan/yard.h"
#include "tests/test.h"

static const char *const places[] = { "Q", "R" };

/* P sends to Q and R, which sell four a day each; P sells `own` a day to customers. */
static void network(Yard *yard, int own, int donor_stock, int branch_stock) {
    yard_masters(yard);
    yard_fact(yard, "place place=R description=Rail zone=UTC");
    int32_t from = yard_day("2026-01-01"), to = yard_day("2026-11-02");
    if (own) yard_history(yard, "A", "P", from, to, own);
    for (int i = 0; i < 2; i++) {
        yard_factf(yard, "lane from_place=P place=%s lead_days=3", places[i]);
        yard_factf(yard, "item-place item=A place=%s from_place=P review_days=7", places[i]);
        yard_history(yard, "A", places[i], from, to, 4);
        yard_factf(yard, "stock item=A place=%s as_of_day=2026-11-01 on_hand=%d", places[i], branch_stock);
        for (int32_t day = from; day + 3 < to; day += 7) {
            const char *left = yard_day_text(yard, day), *came = yard_day_text(yard, day + 3);
            yard_factf(yard, "transfer-line doc=TR-%s-%d line=1 from_place=P place=%s item=A qty=28 shipped_day=%s received_day=%s status=received", places[i], day, places[i], left, came);
        }
    }
    yard_orders(yard, "A", "P", from, yard_day("2026-10-20"), 14, 10, 112 + 14 * own);
    yard_factf(yard, "stock item=A place=P as_of_day=2026-11-01 on_hand=%d", donor_stock);
    yard_put(yard);
}

TEST(a_fed_place_gets_a_move_case_that_names_its_sender) {
    own(yard_end) Yard *yard = yard_begin();
    network(yard, 0, 1000, 5);
    own(plan_end) Plan *plan = yard_plan(yard, "2026-11-02");
    Case c = yard_case(yard, "A", "Q", CASE_MOVE, NULL);
    CHECK_STR(c.from_place, "P");
    CHECK_STR(c.supplier, "");
    CHECK_STR(c.action.verb, "transfer");
    CHECK(c.action.qty > 0);
    CHECK_EQ(case_terms_sum(&c), c.action.qty);
    CHECK(!yard_has_case(yard, "A", "Q", CASE_BUY, ""));
    CHECK(!(c.flags & CASE_FLAG_BIT(NO_STOCK_FACT)));
    own(buf_end) Buf once = buf_begin(MiB), twice = buf_begin(MiB);
    Why why = { 0 };
    Case again;
    case_write(&once, &c);
    CHECK_OK(case_read(yard->work, buf_text(&once), &again, &why));
    case_write(&twice, &again);
    CHECK_STR(buf_str(&once), buf_str(&twice));
}

TEST(together_the_places_never_ask_for_more_than_the_sender_has) {
    own(yard_end) Yard *yard = yard_begin();
    network(yard, 0, 50, 5);
    own(plan_end) Plan *plan = yard_plan(yard, "2026-11-02");
    int64_t asked = 0;
    for (int i = 0; i < 2; i++)
        if (yard_has_case(yard, "A", places[i], CASE_MOVE, "")) asked += yard_case(yard, "A", places[i], CASE_MOVE, NULL).action.qty;
    CHECK_EQ(asked, 50 * MICRO);
}

TEST(of_too_little_places_alike_get_alike) {
    own(yard_end) Yard *yard = yard_begin();
    network(yard, 0, 50, 5);
    own(plan_end) Plan *plan = yard_plan(yard, "2026-11-02");
    for (int i = 0; i < 2; i++) CHECK_EQ(yard_case(yard, "A", places[i], CASE_MOVE, NULL).action.qty, 25 * MICRO);
}

TEST(what_a_sender_can_spare_is_still_known_after_a_restart) {
    own(yard_end) Yard *yard = yard_begin();
    Why why = { 0 };
    network(yard, 0, 50, 5);
    own(plan_end) Plan *plan = yard_plan(yard, "2026-11-02");
    CHECK_OK(plan_keep(plan, world_now_us(yard->world), PLAN_KEEP_WAIT, &why));
    own(plan_end) Plan *again = NULL;
    PlanOptions options = yard_options(yard, "2026-11-02");
    CHECK_OK(plan_begin(yard->store, 2, &again, &why));
    CHECK_OK(plan_resume(again, &options, &why));
    int64_t asked = 0;
    for (int i = 0; i < 2; i++) {
        Assessment *a = new_in(yard->work, Assessment);
        spot_assess(&again->context, state_spot(again->state, yard_item(yard, "A"), yard_place(yard, places[i])), NULL, yard->work, a);
        asked += a->estimate.qty;
    }
    CHECK_EQ(asked, 50 * MICRO);
}

TEST(the_senders_own_customers_come_first) {
    own(yard_end) Yard *yard = yard_begin();
    network(yard, 4, 60, 5);
    own(plan_end) Plan *plan = yard_plan(yard, "2026-11-02");
    const Estimate *donor = &plan->estimates[state_spot(plan->state, yard_item(yard, "A"), yard_place(yard, "P"))];
    CHECK(donor->can_give < 40 * MICRO);                     /* a third of its sales is its own, and 60 are left */
    int64_t asked = 0;
    for (int i = 0; i < 2; i++)
        if (yard_has_case(yard, "A", places[i], CASE_MOVE, "")) asked += yard_case(yard, "A", places[i], CASE_MOVE, NULL).action.qty;
    CHECK(asked <= donor->can_give);
}

TEST(an_empty_sender_is_said_aloud) {
    own(yard_end) Yard *yard = yard_begin();
    network(yard, 0, 0, 5);
    own(plan_end) Plan *plan = yard_plan(yard, "2026-11-02");
    CHECK(!yard_has_case(yard, "A", "Q", CASE_MOVE, ""));
    CHECK(yard_has_case(yard, "A", "Q", CASE_FIX_DATA, "sender-short"));
}

TEST(a_sender_that_never_told_its_stock_is_a_doubt) {
    own(yard_end) Yard *yard = yard_begin();
    yard_masters(yard);
    yard_fact(yard, "lane from_place=P place=Q lead_days=3");
    yard_fact(yard, "item-place item=B place=Q from_place=P review_days=7");
    yard_history(yard, "B", "Q", yard_day("2026-01-01"), yard_day("2026-11-02"), 4);
    yard_fact(yard, "stock item=B place=Q as_of_day=2026-11-01 on_hand=5");
    yard_put(yard);
    own(plan_end) Plan *plan = yard_plan(yard, "2026-11-02");
    CHECK(yard_case(yard, "B", "Q", CASE_MOVE, NULL).flags & CASE_FLAG_BIT(NO_STOCK_FACT));
}

/* A transfer order of ours from P to Q, as the outbox writes it. */
static const char *command_put(Yard *yard, int qty) {
    CommandLine line = { .line = 1, .case_id = { 1 }, .decision = { 1 }, .item = "A", .uom = "EA", .qty_micro = qty * MICRO, .purchase_uom = "" };
    Command command = { .key = "0123456789abcdef", .sink = "files", .kind = "transfer-order", .supplier = "", .from_place = "P", .place = "Q", .currency = "USD",
                        .order_day = yard_day("2026-11-02"), .lines = &line, .lines_count = 1, .approved_by = "kim", .state = COMMAND_ACKED, .external = "", .error = "" };
    yard_command(yard, &command);
    return "SW-0123456789ab";
}

static Estimate estimate_at(Yard *yard, Plan *plan, const char *place) { return plan->estimates[state_spot(plan->state, yard_item(yard, "A"), yard_place(yard, place))]; }

TEST(our_transfer_counts_at_both_ends_at_once_and_once) {
    own(yard_end) Yard *yard = yard_begin();
    network(yard, 0, 400, 5);
    own(plan_end) Plan *plan = yard_plan(yard, "2026-11-02");
    Estimate sender = estimate_at(yard, plan, "P"), receiver = estimate_at(yard, plan, "Q");
    const char *reference = command_put(yard, 60);
    yard_step(yard, plan, "2026-11-02");
    CHECK_EQ(estimate_at(yard, plan, "Q").position, receiver.position + 60 * MICRO);
    CHECK_EQ(estimate_at(yard, plan, "P").position, sender.position - 60 * MICRO);
    CHECK_EQ(estimate_at(yard, plan, "P").can_give, sender.can_give - 60 * MICRO);
    /* The ERP shows it: still once. */
    yard_factf(yard, "transfer-line doc=T900 line=1 from_place=P place=Q item=A qty=60 status=open reference=%s", reference);
    yard_put(yard);
    yard_step(yard, plan, "2026-11-02");
    CHECK_EQ(estimate_at(yard, plan, "Q").position, receiver.position + 60 * MICRO);
    CHECK_EQ(estimate_at(yard, plan, "P").position, sender.position - 60 * MICRO);
    /* A part comes, told by a receipt. */
    yard_fact(yard, "receipt-line doc=R900 line=1 ref_doc=T900 ref_line=1 item=A place=Q qty=20 received_day=2026-11-02");
    yard_put(yard);
    yard_step(yard, plan, "2026-11-02");
    CHECK_EQ(estimate_at(yard, plan, "Q").in_transit, 40 * MICRO);
}

/* ---- two sources ---- */

/* P feeds Q, and Q buys from T as well; `lane` and `supplier` tell what each costs, `lead` how long T takes. */
static void two_sources(Yard *yard, const char *lane, const char *supplier, int lead, int donor_stock) {
    network(yard, 4, donor_stock, 5);
    yard_factf(yard, "supplier supplier=T description=Taylor currency=USD %s version=2", supplier);
    yard_factf(yard, "item-supplier item=A supplier=T lead_days=%d price=10 currency=USD", lead);
    yard_fact(yard, "item-place item=A place=Q from_place=P supplier=T review_days=7 version=2");
    yard_factf(yard, "lane from_place=P place=Q lead_days=3 %s version=2", lane);
    yard_put(yard);
}

static const CaseOption *option_find(const Case *c, const char *verb, bool chosen) {
    for (int i = 0; i < c->options_count; i++)
        if (strcmp(c->options[i].verb, verb) == 0 && c->options[i].chosen == chosen) return &c->options[i];
    return NULL;
}

TEST(of_two_sources_the_cheaper_is_proposed_and_the_other_is_told_with_its_cost) {
    own(yard_end) Yard *near = yard_begin(), *dear = yard_begin();
    two_sources(near, "order_cost=0", "order_cost=500", 40, 1000);           /* plenty lies three days away */
    own(plan_end) Plan *first = yard_plan(near, "2026-11-02");
    Case move = yard_case(near, "A", "Q", CASE_MOVE, NULL);
    const CaseOption *here = option_find(&move, "transfer", true), *there = option_find(&move, "buy", false);
    CHECK(here && there && there->cost_minor > here->cost_minor);
    CHECK(!yard_has_case(near, "A", "Q", CASE_BUY, ""));
    two_sources(dear, "order_cost=5000", "order_cost=0", 1, 300);            /* a dear journey, and a supplier next door */
    own(plan_end) Plan *second = yard_plan(dear, "2026-11-02");
    RowId id;
    Case buy = yard_case(dear, "A", "Q", CASE_BUY, &id);
    CHECK_STR(buy.supplier, "T");
    here = option_find(&buy, "buy", true);
    there = option_find(&buy, "transfer", false);
    CHECK(here && there && there->cost_minor > here->cost_minor);
    CHECK_EQ(case_terms_sum(&buy), buy.action.qty);
    CHECK(!yard_has_case(dear, "A", "Q", CASE_MOVE, ""));
    /* The same again, and from the log. */
    PlanResult again = yard_step(dear, second, "2026-11-02");
    CHECK_EQ(again.cases_new + again.cases_changed + again.cases_closed, 0);
    PlanReplay replay;
    Why why = { 0 };
    CHECK_OK(plan_recompute(dear->store, 1, id, dear->work, &replay, &why));
    CHECK(replay.same);
}

TEST(a_sender_that_can_spare_nothing_is_no_source_where_there_is_another) {
    own(yard_end) Yard *yard = yard_begin();
    two_sources(yard, "order_cost=0", "order_cost=0", 10, 0);
    own(plan_end) Plan *plan = yard_plan(yard, "2026-11-02");
    CHECK(yard_has_case(yard, "A", "Q", CASE_BUY, ""));
    CHECK(!yard_has_case(yard, "A", "Q", CASE_FIX_DATA, "sender-short"));
}

/* An order that could be hurried, bought at another price, or sent by a place of ours: every alternative is told. */
TEST(an_order_with_every_alternative_tells_them_all) {
    own(yard_end) Yard *yard = yard_begin();
    two_sources(yard, "order_cost=5000", "order_cost=0", 10, 300);
    yard_fact(yard, "price-break item=A supplier=T qty=200 price=9 currency=USD");
    yard_fact(yard, "po-line doc=PO9 line=1 supplier=T item=A place=Q qty=8 order_day=2026-10-30 promised_day=2026-11-12 status=open");
    yard_put(yard);
    own(plan_end) Plan *plan = yard_plan(yard, "2026-11-02");
    Case c = yard_case(yard, "A", "Q", CASE_BUY, NULL);
    CHECK_EQ(c.options_count, 6);
    CHECK(option_find(&c, "buy", true) && option_find(&c, "wait", false) && option_find(&c, "expedite", false));
    CHECK(option_find(&c, "buy", false) && option_find(&c, "transfer", false));
}

/* ---- echelon stock ---- */

static int64_t term_of(const Case *c, const char *code) {
    for (int i = 0; i < c->terms_count; i++)
        if (strcmp(c->terms[i].code, code) == 0) return c->terms[i].qty;
    return 0;
}

static int64_t hub_order(int branch_stock, Yard **out_yard, Case *out) {
    Yard *yard = yard_begin();
    network(yard, 2, 60, branch_stock);
    own(plan_end) Plan *plan = yard_plan(yard, "2026-11-02");
    *out = yard_case(yard, "A", "P", CASE_BUY, NULL);
    *out_yard = yard;
    return out->action.qty - out->action.order.to_minimum - out->action.order.to_load;
}

TEST(what_the_places_it_feeds_have_a_hub_need_not_buy) {
    own(yard_end) Yard *few = NULL;
    own(yard_end) Yard *many = NULL;
    Case c;
    int64_t without = hub_order(20, &few, &c), with = hub_order(44, &many, &c);
    CHECK(without - with >= 42 * MICRO && without - with <= 54 * MICRO);       /* 24 more at each of two; packs of six */
}

TEST(what_one_place_has_too_much_is_no_stock_of_the_others) {
    int64_t fed[3];
    static const int stock[] = { 20, 200, 900 };
    for (int k = 0; k < 3; k++) {
        own(yard_end) Yard *yard = yard_begin();
        network(yard, 2, 60, 20);
        yard_factf(yard, "stock item=A place=Q as_of_day=2026-11-01 on_hand=%d version=2", stock[k]);
        yard_put(yard);
        own(plan_end) Plan *plan = yard_plan(yard, "2026-11-02");
        fed[k] = estimate_at(yard, plan, "P").fed;
    }
    CHECK(fed[1] > fed[0]);
    CHECK(fed[2] == fed[1]);                                 /* more than it sells until an order from here has come */
}

TEST(a_hubs_case_tells_its_own_demand_that_of_those_it_feeds_and_what_they_have) {
    own(yard_end) Yard *yard = NULL;
    Case c;
    hub_order(20, &yard, &c);
    CHECK_EQ(case_terms_sum(&c), c.action.qty);
    double own = (double)term_of(&c, "mean-demand"), fed = (double)term_of(&c, "fed-demand");
    CHECK(fed > 3.9 * own && fed < 4.1 * own);               /* two a day of its own, eight of theirs */
    CHECK_EQ(term_of(&c, "fed-stock"), -40 * MICRO);
    CHECK(term_of(&c, "fed-levels") > 40 * MICRO);
}

TEST(a_hub_reads_the_same_in_the_step_and_on_a_second_look) {
    own(yard_end) Yard *yard = yard_begin();
    network(yard, 2, 60, 20);
    own(plan_end) Plan *plan = yard_plan(yard, "2026-11-02");
    int32_t spot = state_spot(plan->state, yard_item(yard, "A"), yard_place(yard, "P"));
    Assessment *again = new_in(yard->work, Assessment);
    spot_assess(&plan->context, spot, NULL, yard->work, again);
    CHECK(again->estimate.feeds && again->estimate.fed < 0);
    CHECK(again->estimate.qty == plan->estimates[spot].qty && again->estimate.fed == plan->estimates[spot].fed && again->estimate.p1 == plan->estimates[spot].p1);
}

/* P feeds Q, which feeds R: R's stock counts at P by way of Q. */
TEST(stock_two_places_down_counts_at_the_first) {
    int64_t fed[2];
    for (int more = 0; more < 2; more++) {
        own(yard_end) Yard *yard = yard_begin();
        network(yard, 2, 60, 20);
        yard_fact(yard, "lane from_place=Q place=R lead_days=3");
        yard_fact(yard, "item-place item=A place=R from_place=Q review_days=7 version=2");
        yard_factf(yard, "stock item=A place=R as_of_day=2026-11-01 on_hand=%d version=2", 20 + 10 * more);
        yard_put(yard);
        own(plan_end) Plan *plan = yard_plan(yard, "2026-11-02");
        fed[more] = estimate_at(yard, plan, "P").fed;
        CHECK(estimate_at(yard, plan, "Q").feeds);
    }
    CHECK_EQ(fed[1] - fed[0], 10 * MICRO);
}
