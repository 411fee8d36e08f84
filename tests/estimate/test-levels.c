/* How an item-place is replenished: by its own row, its place, its item's tier, or the policy's default, told term by term, in the plan and in the closed loop. */
#include "base/decimal.h"
#include "study/backtest.h"
#include "plan/yard.h"
#include "tests/test.h"

static const char *const ways_text =
    "{\"policy\":1,\"name\":\"ways\",\"currency\":\"USD\",\"bucket\":\"week\",\"service\":{\"default\":0.95},\"review_days\":7,"
    "\"replenish\":{\"default\":\"%s\"%s},\"costs\":{\"order_cost\":2000},\"queue\":{\"least_rank\":0},\"tiers\":[{\"id\":\"R9\",\"when\":{},\"tier\":\"review\"}]}";

static void told(Yard *yard, int on_hand, const char *by_default, const char *more) {
    yard_policy(yard, text_format(yard->work, ways_text, by_default, more));
    yard_masters(yard);
    yard_fact(yard, "supplier supplier=S description=Smith currency=USD version=2");          /* no minimum of his moves a line */
    yard_history(yard, "A", "P", yard_day("2026-01-01"), yard_day("2026-11-02"), 4);
    yard_orders(yard, "A", "P", yard_day("2026-01-01"), yard_day("2026-10-20"), 14, 10, 56);
    yard_factf(yard, "stock item=A place=P as_of_day=2026-11-01 on_hand=%d", on_hand);
}

static Assessment *looked(Yard *yard) {
    yard_put(yard);
    own(plan_end) Plan *plan = yard_look(yard, "2026-11-02");
    Assessment *a = yard_assess(yard, plan, "A");
    return a;
}

static const char *const own_row = "item-place item=A place=P supplier=S review_days=7 min_qty=20 max_qty=80 replenish=%s version=%d";

TEST(the_nearest_word_says_how_an_item_place_is_replenished) {
    own(yard_end) Yard *yard = yard_begin();
    told(yard, 30, "base-stock", ",\"by_tier\":{\"B\":\"order-point\"},\"by_place\":{\"Q\":\"min-max\"}");
    CHECK_EQ(looked(yard)->picture.replenish, REPLENISH_BASE_STOCK);
    yard_fact(yard, "item item=A description=Apple price=10 currency=USD tier=B version=3");
    CHECK_EQ(looked(yard)->picture.replenish, REPLENISH_ORDER_POINT);
    yard_policy(yard, text_format(yard->work, ways_text, "base-stock", ",\"by_tier\":{\"B\":\"order-point\"},\"by_place\":{\"P\":\"min-max\"}"));
    yard_fact(yard, "item-place item=A place=P supplier=S review_days=7 min_qty=20 max_qty=80 version=3");
    CHECK_EQ(looked(yard)->picture.replenish, REPLENISH_MIN_MAX);
    yard_factf(yard, own_row, "lots", 4);
    CHECK_EQ(looked(yard)->picture.replenish, REPLENISH_LOTS);
}

TEST(min_and_max_of_the_erp_are_kept_and_never_made_up) {
    for (int hand = 18; hand <= 22; hand++) {
        own(yard_end) Yard *yard = yard_begin();
        told(yard, hand, "min-max", "");
        yard_fact(yard, "item-place item=A place=P supplier=S review_days=7 min_qty=20 max_qty=80 version=3");
        CHECK_EQ(looked(yard)->estimate.qty, hand <= 20 ? (80 - hand + 5) / 6 * 6 * MICRO : 0);      /* at the minimum itself it orders; packs of 6 */
        if (hand < 22) continue;
        yard_fact(yard, "item-place item=A place=P supplier=S review_days=7 min_qty=20 version=4");
        Assessment *a = looked(yard);
        CHECK_EQ(a->picture.replenish, REPLENISH_REVIEW);
        CHECK(a->picture.no_min_max);
    }
}

TEST(stock_never_passes_the_room_there_is) {
    for (int room = 30; room <= 60; room += 6) {
        own(yard_end) Yard *yard = yard_begin();
        told(yard, 20, "review", "");
        yard_factf(yard, "item-place item=A place=P supplier=S review_days=7 stock_most=%d version=3", room);
        Estimate e = looked(yard)->estimate;
        CHECK_EQ(e.qty, room < 32 ? 0 : (room - 20) / 6 * 6 * MICRO);        /* the smallest order is 12 */
        CHECK_EQ(e.clash, room < 32 ? CLASH_MINIMUM_OVER_STOCK_MAXIMUM : CLASH_STOCK_MAXIMUM_SHORT);
    }
}

static int64_t term_of(const Case *c, const char *code) {
    for (int i = 0; i < c->terms_count; i++)
        if (strcmp(c->terms[i].code, code) == 0) return c->terms[i].qty;
    return 0;
}

TEST(each_way_is_told_term_by_term) {
    for (int how = 0; how < REPLENISH_COUNT_; how++) {
        own(yard_end) Yard *yard = yard_begin();
        own(plan_end) Plan *plan = NULL;
        Why why = { 0 };
        RowId id;
        told(yard, 3, replenish_names[how], "");
        yard_fact(yard, "item-place item=A place=P supplier=S review_days=7 min_qty=20 max_qty=80 version=3");
        yard_put(yard);
        CHECK_OK(plan_begin(yard->store, 1, &plan, &why));
        yard_step(yard, plan, "2026-11-02");
        Case c = yard_case(yard, "A", "P", CASE_BUY, &id);
        int64_t sum = 0;
        for (int i = 0; i < c.terms_count; i++) {
            sum += c.terms[i].qty;
            CHECK(c.terms[i].label[0] != 0);
        }
        CHECK_EQ(sum, c.action.qty);
        bool triggered = how >= REPLENISH_ORDER_POINT;
        CHECK_EQ(term_of(&c, "lot") > 0, triggered);
        CHECK_EQ(term_of(&c, "undershoot") > 0, triggered && how != REPLENISH_MIN_MAX);      /* whole weeks of 28 */
        CHECK_EQ(term_of(&c, "order-point"), how == REPLENISH_MIN_MAX ? 20 * MICRO : 0);
        CHECK_EQ(term_of(&c, "mean-demand") > 0, how != REPLENISH_MIN_MAX);
    }
}

/* ---- the closed loop ---- */

static Err sheet_keep(void *self, int32_t day, Text sheet, Why *why) {
    (void)day;
    (void)why;
    buf_clear(self);
    buf_add_text(self, sheet);
    return OK;
}

static BacktestResult walked(Yard *yard, int32_t from, int periods, Buf *sheet) {
    BacktestResult result;
    Why why = { 0 };
    BacktestOptions options = { .from_day = from, .periods = periods, .review_periods = 1, .naive_mean_periods = 13, .naive_cover_micro = 4 * MICRO,
        .start_stock_micro = -1, .start_pipeline_micro = -1, .lost_share_micro = -1, .policy = &yard->policy, .policy_row = yard->policy_row, .threads = 1,
        .proposals = sheet_keep, .proposals_self = sheet };
    CHECK_OK(backtest_run(yard->store, &options, yard->work, &result, &why));
    return result;
}

TEST(by_min_max_the_loop_orders_what_the_erps_min_max_orders) {
    own(yard_end) Yard *yard = yard_begin();
    own(buf_end) Buf sheet = buf_begin(MiB);
    told(yard, 30, "min-max", "");
    yard_fact(yard, "item-place item=A place=P supplier=S review_days=7 min_qty=40 max_qty=110 version=3");
    yard_put(yard);
    BacktestResult result = walked(yard, yard_day("2026-07-06"), 12, &sheet);
    CHECK(result.score[BACKTEST_ERP].orders > 2);
    CHECK_EQ(result.score[BACKTEST_OURS].orders, result.score[BACKTEST_ERP].orders);
    CHECK(result.score[BACKTEST_OURS].ordered == result.score[BACKTEST_ERP].ordered);
    CHECK(result.score[BACKTEST_OURS].sold == result.score[BACKTEST_ERP].sold);
}

static Err sheet_add(void *self, Text bytes, Why *why) {
    (void)why;
    buf_add_text(self, bytes);
    return OK;
}

TEST(each_way_is_the_same_in_the_loop_and_in_the_plan_of_that_day) {
    for (int how = 0; how < REPLENISH_COUNT_; how++) {
        own(yard_end) Yard *yard = yard_begin();
        own(buf_end) Buf looped = buf_begin(MiB), planned = buf_begin(MiB);
        own(plan_end) Plan *plan = NULL;
        Why why = { 0 };
        PlanResult step;
        int32_t day = yard_day("2026-10-12");
        told(yard, 30, replenish_names[how], "");
        yard_fact(yard, "item-place item=A place=P supplier=S review_days=7 min_qty=20 max_qty=80 version=3");
        yard_fact(yard, "stock item=A place=P as_of_day=2026-10-11 on_hand=9");
        yard_put(yard);
        walked(yard, day, 1, &looped);
        PlanOptions options = yard_options(yard, "2026-10-12");
        options.write = PLAN_LOOK;
        plan_as_of(&options, day);
        CHECK_OK(plan_begin(yard->store, 1, &plan, &why));
        CHECK_OK(plan_step(plan, &options, &step, &why));
        CHECK_OK(plan_proposals_csv(plan, sheet_add, &planned, &why));
        CHECK_STR(buf_str(&looped), buf_str(&planned));
        CHECK(strstr(buf_str(&planned), "A,P,S,") != NULL);
    }
}

/* ---- what bounds an order, and what makes it larger ---- */

static Case stepped(Yard *yard, RowId *out_id) {
    own(plan_end) Plan *plan = NULL;
    Why why = { 0 };
    yard_put(yard);
    CHECK_OK(plan_begin(yard->store, 1, &plan, &why));
    yard_step(yard, plan, "2026-11-02");
    return yard_case(yard, "A", "P", CASE_BUY, out_id);
}

/* Four a day, held at 22 % of ten a year; packs of six. */
TEST(a_price_break_is_a_term_a_price_and_an_alternative) {
    own(yard_end) Yard *yard = yard_begin();
    RowId id;
    told(yard, 20, "base-stock", "");
    Case plain = stepped(yard, &id);
    CHECK_EQ(term_of(&plain, "price-break"), 0);
    yard_fact(yard, "price-break item=A supplier=S qty=100 price=9.99 currency=USD");
    yard_fact(yard, "price-break item=A supplier=S qty=200 price=9 currency=USD");
    yard_fact(yard, "price-break item=A supplier=S qty=5000 price=1 currency=USD");       /* more than a year: excess */
    yard_fact(yard, "price-break item=A supplier=T qty=50 price=2 currency=USD");         /* of somebody else */
    Case c = stepped(yard, &id);
    CHECK_EQ(c.action.qty, 204 * MICRO);
    CHECK_EQ(term_of(&c, "price-break"), c.action.qty - plain.action.qty);
    CHECK_EQ(c.action.unit_cost, 9 * MICRO);
    CHECK_EQ(c.action.value_minor, 204 * 900);
    CHECK_EQ(c.rank_minor, plain.rank_minor);                /* the next order can have that price too */
    int other = 0;
    for (int i = 0; i < c.options_count; i++)
        if (!c.options[i].chosen && strcmp(c.options[i].verb, "buy") == 0) other = i;
    CHECK(other > 0);
    CHECK_EQ(c.options[other].qty, plain.action.qty);
    CHECK(c.options[other].cost_minor > c.options[0].cost_minor);
    yard_fact(yard, "price-break item=A supplier=S qty=200 price=9.98 currency=USD version=2");
    c = stepped(yard, &id);
    CHECK_EQ(c.action.qty, plain.action.qty);
    CHECK_EQ(c.action.unit_cost, 10 * MICRO);
}

TEST(nothing_is_ordered_that_would_be_too_old_before_it_sells) {
    int64_t before = INT64_MAX;
    for (int days = 60; days >= 5; days /= 2) {
        own(yard_end) Yard *yard = yard_begin();
        told(yard, 20, "review", "");
        yard_factf(yard, "item item=A description=Apple price=10 currency=USD tier=A shelf_days=%d version=3", days);
        Assessment *a = looked(yard);
        CHECK(a->estimate.qty <= before);
        CHECK(a->estimate.qty + a->estimate.position <= (int64_t)(4.2 * (days + 10)) * MICRO);
        before = a->estimate.qty;
        if (days > 10) continue;
        CHECK_EQ(a->estimate.clash, a->estimate.qty ? CLASH_SHELF_LIFE_SHORT : CLASH_MINIMUM_OVER_SHELF_LIFE);
        yard_fact(yard, "item-place item=A place=P supplier=S review_days=7 shelf_days=90 version=3");       /* a cold store */
        CHECK(looked(yard)->estimate.qty > a->estimate.qty);
    }
}

/* Whatever the item row says and however little or much is asked for: never more than without a shelf life, never less for a longer one;
 * ten years of it bound nothing that any item sells. */
TEST(a_shelf_life_bounds_and_never_turns_an_order_into_another_however_absurd) {
    static const int days[] = { 1, 30, 400, 3650 }, per_day[] = { 0, 1, 40, 2000000000 };
    for (size_t r = 0; r < sizeof per_day / sizeof per_day[0]; r++) {
        int64_t before = 0, free = 0;
        for (int d = (int)(sizeof days / sizeof days[0]); d >= 0; d--) {
            own(yard_end) Yard *yard = yard_begin();
            int shelf = d == (int)(sizeof days / sizeof days[0]) ? 0 : days[d];
            yard_masters(yard);
            if (per_day[r]) yard_history(yard, "A", "P", yard_day("2026-01-01"), yard_day("2026-11-02"), per_day[r]);
            else yard_fact(yard, "order-line doc=SO1 line=1 customer=C item=A place=P qty=50 order_day=2026-10-30 requested_day=2026-10-30 price=20 currency=USD status=open");
            yard_orders(yard, "A", "P", yard_day("2026-01-01"), yard_day("2026-10-20"), 14, 10, 56);
            yard_fact(yard, "stock item=A place=P as_of_day=2026-11-01 on_hand=0");
            yard_factf(yard, "item item=A description=Apple price=10 currency=USD tier=A%s version=3", shelf ? text_format(yard->work, " shelf_days=%d", shelf) : "");
            yard_put(yard);
            Assessment *a = looked(yard);
            if (!shelf) free = before = a->estimate.qty;
            CHECK(a->estimate.qty <= before);                /* from no shelf life down to a day */
            if (shelf == 3650) CHECK_EQ(a->estimate.qty, free);
            before = a->estimate.qty;
        }
    }
}

/* The supplier closes for four weeks from tomorrow on: what sells until an order after that could arrive is ordered today. */
TEST(a_shutdown_is_ordered_for_before_it_begins) {
    int64_t qty[2];
    for (int closed = 0; closed < 2; closed++) {
        own(yard_end) Yard *yard = yard_begin();
        told(yard, 72, "base-stock", "");
        if (closed) yard_fact(yard, "calendar supplier=S from_day=2026-11-03 to_day=2026-12-06");
        Estimate e = looked(yard)->estimate;
        CHECK_EQ(e.order_day, yard_day("2026-11-02"));
        CHECK_EQ(e.next_day, yard_day(closed ? "2026-12-07" : "2026-11-09"));
        qty[closed] = e.qty;
    }
    CHECK(qty[1] - qty[0] >= 4 * 26 * MICRO && qty[1] - qty[0] <= 4 * 34 * MICRO);
}

TEST(what_is_left_off_for_full_packs_is_flagged) {
    own(yard_end) Yard *yard = yard_begin();
    told(yard, 15, "order-point", ",\"round_down_share\":0.5");
    int flagged = 0;
    for (int hand = 10; hand < 16; hand++) {
        yard_factf(yard, "stock item=A place=P as_of_day=2026-11-01 on_hand=%d version=%d", hand, hand);
        Assessment *a = looked(yard);
        Quantity q = a->courses.quantity;
        bool down = q.term[TERM_MULTIPLE] < 0;
        CHECK_EQ((a->estimate.flags & CASE_FLAG_BIT(ROUNDED_DOWN)) != 0, down);
        CHECK(a->estimate.qty + a->estimate.position > (int64_t)(q.level * 1e6));
        flagged += down;
    }
    CHECK(flagged > 0 && flagged < 6);
}

/* Lead times of 2 to 26 days; where orders may overtake each other, weekly ones leave less outstanding, and packs that last for two months leave as much. */
TEST(orders_that_cross_by_the_policys_word_need_less) {
    int64_t qty[2][2];
    for (int cross = 0; cross < 2; cross++)
        for (int packs = 0; packs < 2; packs++) {
            own(yard_end) Yard *yard = yard_begin();
            told(yard, 20, "base-stock", cross ? ",\"orders_cross\":true" : "");
            for (int i = 0; i < 24; i++) {
                int32_t day = yard_day("2026-01-05") + 11 * i;
                yard_factf(yard, "po-line doc=X%d line=1 supplier=S item=A place=P qty=44 price=10 order_day=%s status=closed", i, yard_day_text(yard, day));
                yard_factf(yard, "receipt-line doc=R%d line=1 ref_doc=X%d ref_line=1 supplier=S item=A place=P qty=44 received_day=%s", i, i, yard_day_text(yard, day + 2 + i % 5 * 6));
            }
            if (packs) yard_fact(yard, "item-supplier item=A supplier=S lead_days=14 moq=240 multiple=6 price=10 currency=USD version=2");
            Assessment *a = looked(yard);
            qty[cross][packs] = a->courses.quantity.need_micro;
        }
    CHECK(qty[1][0] < qty[0][0]);
    CHECK_EQ(qty[1][1], qty[0][1]);
}

/* What is for no customer is there beside what customers are planned for, whatever there is, and is owed to nobody when it was sold. */
TEST(stock_that_is_for_no_customer_is_kept_beside_what_is) {
    for (int hand = 0; hand <= 60; hand += 20) {
        double risk[2];
        int64_t need[2], owed[2], gives[2];
        for (int kept = 0; kept < 2; kept++) {
            own(yard_end) Yard *yard = yard_begin();
            told(yard, hand, "base-stock", "");
            yard_factf(yard, "item-place item=A place=P supplier=S review_days=7%s version=3", kept ? " floor_qty=12" : "");
            Assessment *a = looked(yard);
            risk[kept] = a->picture.on_hand_risk;
            owed[kept] = a->picture.owed;
            need[kept] = a->estimate.qty;
            gives[kept] = a->estimate.can_give;
            CHECK_EQ(a->picture.fold.on_hand, hand * MICRO);
        }
        CHECK_EQ(need[1] - need[0], 12 * MICRO);             /* packs of 6 */
        CHECK_EQ(owed[1], owed[0]);
        CHECK_NEAR(risk[0] - risk[1], hand ? 12 : 0, 1e-9);
        CHECK(gives[1] == (gives[0] > 12 * MICRO ? gives[0] - 12 * MICRO : 0));
    }
}
