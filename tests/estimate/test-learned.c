/* The learner in planning: it speaks when policy and log let it, the same for any threads, snapshot or replay, and never from bytes that are not its own. */
#include <stdio.h>

#include "base/hash.h"
#include "base/rng.h"
#include "base/time.h"
#include "learn/train.h"
#include "estimate/learned.h"
#include "maths/near.h"
#include "plan/yard.h"
#include "tests/test.h"

static const char *const speaking_policy =
    "{\"policy\":1,\"name\":\"speaking\",\"currency\":\"USD\",\"bucket\":\"week\",\"learner\":\"champion\",\"service\":{\"default\":0.95},\"review_days\":7,"
    "\"costs\":{\"holding_rate_year\":0.22,\"lost_share\":0.35,\"order_cost\":0},\"queue\":{\"least_rank\":1,\"bands\":[1000,10000,100000]},"
    "\"tiers\":[{\"id\":\"R9\",\"when\":{},\"tier\":\"review\"}]}";

/* A forest that says: half as much again as the local model, whatever is asked. */
static Buf half_again(void) {
    enum { ROWS = 500 };
    static float x[ROWS * LEARN_FEATURES], ratio[ROWS], weight[ROWS];
    static uint8_t at_least[ROWS];
    Rng rng = rng_of(3);
    for (int i = 0; i < ROWS; i++) {
        for (int f = 0; f < LEARN_FEATURES; f++) x[i * LEARN_FEATURES + f] = (float)rng_unit(&rng);
        ratio[i] = 1.5f;
        weight[i] = 1;
    }
    TrainRows rows = { .count = ROWS, .features = LEARN_FEATURES, .x = x, .ratio = ratio, .weight = weight, .at_least = at_least };
    TrainOptions options = { .rounds = 40, .depth = 2, .threads = 1, .step = 0.3, .power = 1.3, .rows_share = 1, .columns_share = 1, .leaf_least = 1, .lambda = 1, .seed = 1 };
    Buf forest = buf_begin(4 * MiB);
    Why why = { 0 };
    CHECK_OK(forest_train(&rows, &options, &forest, &why));
    return forest;
}

static RowId model_log(Yard *yard, Text forest, const char *known_day, bool champion) {
    Why why = { 0 };
    Hash hash;
    CHECK_OK(store_begin(yard->store, &why));
    CHECK_OK(blob_put(yard->store, forest.at, forest.length, &hash, &why));
    Row row = { .kind = ROW_MODEL, .by = "test", .key = "demand", .occurred_us = us_of_day(yard_day(known_day)), .known_us = us_of_day(yard_day(known_day)),
                .payload = text_of(text_format(yard->work, "{\"name\":\"demand\",\"blob\":\"%s\",\"engine\":\"" PLAN_ENGINE "\",\"bucket_days\":7,\"features\":%d,\"champion\":%s,"
                                               "\"weights\":[1000000,1000000,1000000,1000000,1000000,1000000,1000000,1000000],"
                                               "\"spreads\":[1000000,1000000,1000000,1000000,1000000,1000000,1000000,1000000]}",
                                               hash_hex(yard->work, hash), LEARN_FEATURES, champion ? "true" : "false")) };
    CHECK_OK(log_append(yard->store, &row, &why));
    CHECK_OK(store_commit(yard->store, &why));
    return row.id;
}

/* Steady sales of four a day, almost nothing left; a model; a policy that lets it speak. */
static void company(Yard *yard, bool champion) {
    own(buf_end) Buf forest = half_again();
    yard_masters(yard);
    yard_history(yard, "A", "P", yard_day("2026-01-01"), yard_day("2026-11-02"), 4);
    yard_history(yard, "B", "P", yard_day("2026-01-01"), yard_day("2026-11-02"), 2);
    yard_orders(yard, "A", "P", yard_day("2026-01-01"), yard_day("2026-10-20"), 14, 10, 56);
    yard_fact(yard, "stock item=A place=P as_of_day=2026-11-01 on_hand=10");
    yard_fact(yard, "stock item=B place=P as_of_day=2026-11-01 on_hand=5");
    yard_put(yard);
    model_log(yard, buf_text(&forest), "2026-10-30", champion);
}

static Plan *plan_of(Yard *yard, int threads) {
    Plan *plan = NULL;
    Why why = { 0 };
    CHECK_OK(plan_begin(yard->store, threads, &plan, &why));
    return plan;
}

static const char *last_step(Yard *yard, RowId step) {
    Row row;
    Why why = { 0 };
    CHECK_OK(log_read(yard->store, yard->work, step, &row, &why));
    return text_keep(yard->work, row.payload);
}

static int64_t quantity(const char *policy, bool champion, const char **out_step, const char **out_kind) {
    own(yard_end) Yard *yard = yard_begin();
    company(yard, champion);
    if (policy) yard_policy(yard, policy);
    own(plan_end) Plan *plan = plan_of(yard, 1);
    PlanResult result = yard_step(yard, plan, "2026-11-02");
    static char step[1024], kind[256];
    snprintf(step, sizeof step, "%s", last_step(yard, result.step));
    Case c = yard_case(yard, "A", "P", CASE_BUY, NULL);
    snprintf(kind, sizeof kind, "%s", c.model.kind);
    *out_step = step;
    *out_kind = kind;
    return c.action.qty;
}

TEST(a_champion_speaks_when_the_policy_lets_it) {
    const char *step, *kind;
    int64_t silent = quantity(NULL, true, &step, &kind);
    CHECK(strstr(step, "\"model\"") == NULL);
    CHECK(strstr(kind, "learner") == NULL);
    int64_t spoken = quantity(speaking_policy, true, &step, &kind);
    CHECK(strstr(step, "\"model\":\"") != NULL);
    CHECK(strstr(kind, "learner x1.5") != NULL);
    CHECK(spoken > silent);
}

TEST(a_model_that_did_not_win_keeps_silent) {
    const char *step, *kind;
    int64_t silent = quantity(NULL, true, &step, &kind), lost = quantity(speaking_policy, false, &step, &kind);
    CHECK(strstr(step, "\"model\"") == NULL);
    CHECK_EQ(silent, lost);
}

TEST(a_decision_with_a_learner_recomputes_to_the_same_bytes_on_any_threads) {
    own(yard_end) Yard *yard = yard_begin();
    Why why = { 0 };
    int cases = 0;
    company(yard, true);
    yard_policy(yard, speaking_policy);
    own(plan_end) Plan *plan = plan_of(yard, 1);
    yard_step(yard, plan, "2026-11-02");
    own(buf_end) Buf other = buf_begin(MiB);
    buf_add_str(&other, "later models change nothing of what was decided");
    model_log(yard, buf_text(&other), "2026-11-02", true);
    for (int64_t id = 1; id <= log_last(yard->store).v; id++) {
        Row row;
        PlanReplay replay;
        CHECK_OK(log_read(yard->store, yard->work, (RowId){ id }, &row, &why));
        if (row.kind != ROW_CASE) continue;
        for (int threads = 1; threads <= 3; threads += 2) {
            CHECK_OK(plan_recompute(yard->store, threads, row.id, yard->work, &replay, &why));
            if (!replay.same) fail_msg("row %lld\n%.*s\n%.*s", (long long)id, TEXT_ARGS(replay.stored), TEXT_ARGS(replay.computed));
        }
        cases += strstr(text_keep(yard->work, row.payload), "learner x") != NULL;
    }
    CHECK(cases >= 2);
}

TEST(a_forest_that_is_none_stops_the_step_with_its_reason) {
    own(yard_end) Yard *yard = yard_begin();
    Why why = { 0 };
    PlanResult result;
    company(yard, true);
    RowId bad = model_log(yard, text_of("this is no forest"), "2026-10-31", true);
    yard_policy(yard, speaking_policy);
    own(plan_end) Plan *plan = plan_of(yard, 1);
    PlanOptions options = yard_options(yard, "2026-11-02");
    CHECK_FAILS(ERR_CORRUPT, plan_step(plan, &options, &result, &why));
    CHECK(strstr(why.message, text_format(yard->work, "model row %lld", (long long)bad.v)) != NULL);
    CHECK(strstr(why.message, "not readable") != NULL);
    CHECK(why.hint[0] != 0);
}

TEST(a_look_at_a_day_knows_only_the_models_of_that_day) {
    own(yard_end) Yard *yard = yard_begin();
    Why why = { 0 };
    company(yard, true);
    yard_policy(yard, speaking_policy);
    for (int later = 0; later < 2; later++) {
        own(plan_end) Plan *plan = plan_of(yard, 1);
        PlanOptions options = yard_options(yard, "2026-11-02");
        PlanResult result;
        options.write = PLAN_LOOK;
        plan_as_of(&options, yard_day(later ? "2026-10-31" : "2026-10-20"));
        CHECK_OK(plan_step(plan, &options, &result, &why));
        CHECK_EQ(later, plan->learned.speaks);
    }
}

TEST(a_snapshot_keeps_what_the_learner_rests_on) {
    own(yard_end) Yard *yard = yard_begin();
    Why why = { 0 };
    company(yard, true);
    yard_policy(yard, speaking_policy);
    own(plan_end) Plan *first = plan_of(yard, 1);
    yard_step(yard, first, "2026-11-02");
    CHECK_OK(plan_keep(first, world_now_us(yard->world), PLAN_KEEP_WAIT, &why));
    own(plan_end) Plan *second = plan_of(yard, 1);
    PlanOptions options = yard_options(yard, "2026-11-02");
    CHECK_OK(plan_resume(second, &options, &why));
    const Learner *a = &first->learned.learner, *b = &second->learned.learner;
    CHECK(second->learned.speaks);
    CHECK_STR(first->learned.hash, second->learned.hash);
    CHECK(memcmp(a->voice, b->voice, sizeof a->voice) == 0);
    CHECK_EQ(a->kin.weeks, b->kin.weeks);
    for (int k = 0; k < LEARN_KIN; k++) {
        CHECK_EQ(a->kin.keys[k], b->kin.keys[k]);
        CHECK(memcmp(a->kin.of[k], b->kin.of[k], (size_t)a->kin.keys[k] * (size_t)a->kin.weeks * sizeof *a->kin.of[k]) == 0);
    }
    ItemView one, two;
    CHECK_OK(plan_item(first, yard->work, yard_item(yard, "A"), yard_place(yard, "P"), &one, &why));
    CHECK_OK(plan_item(second, yard->work, yard_item(yard, "A"), yard_place(yard, "P"), &two, &why));
    CHECK_STR(one.model.version, two.model.version);
}

/* Sixty items that sell alike, over two years. */
TEST(teaching_from_the_log_gives_a_model_row_that_planning_takes_up) {
    own(yard_end) Yard *yard = yard_begin();
    Why why = { 0 };
    Rng rng = rng_of(5);
    yard_masters(yard);
    for (int i = 0; i < 60; i++) {
        yard_factf(yard, "item item=X%d description=Thing price=10 currency=USD tier=A lifecycle=active", i);
        yard_factf(yard, "item-place item=X%d place=P supplier=S review_days=7 min_qty=2 max_qty=9", i);
    }
    yard_put(yard);
    for (int32_t day = yard_day("2024-11-04"); day < yard_day("2026-11-02"); day += 7)
        for (int i = 0; i < 60; i++) yard_factf(yard, "sales item=X%d place=P from_day=%s bucket_days=7 run=%d", i, yard_day_text(yard, day), (int)rng_poisson(&rng, 2 + i % 5));
    yard_put(yard);
    own(plan_end) Plan *plan = plan_of(yard, 2);
    PlanOptions options = yard_options(yard, "2026-11-02");
    LearnProgress silent = { 0 };
    own(buf_end) Buf forest = buf_begin(64 * MiB), payload = buf_begin(MiB);
    options.write = PLAN_LOOK;
    CHECK_OK(plan_teach(plan, &options, log_last(yard->store).v, &silent, &forest, &payload, &why));
    const JsonValue *root, *classes;
    int64_t places, bucket_days;
    const char *blob, *taught_to;
    CHECK_OK(json_parse(yard->work, buf_text(&payload), &root, &why));
    CHECK_OK(json_need_int(root, "item_places", &places, &why));
    CHECK_OK(json_need_int(root, "bucket_days", &bucket_days, &why));
    CHECK_OK(json_need_text(root, "taught_to", &taught_to, &why));
    CHECK_OK(json_need_array(root, "classes", &classes, &why));
    CHECK_OK(json_need_text(root, "blob", &blob, &why));
    CHECK_EQ(60, places);
    CHECK_EQ(7, bucket_days);
    CHECK_STR("2026-11-02", taught_to);
    CHECK_EQ(LEARN_CLASSES, classes->count);
    Sha256 hash = sha256(buf_text(&forest));
    char hex[SHA256_HEX];
    sha256_hex(&hash, hex);
    CHECK_STR(hex, blob);
}

/* Weeks from Monday 5 January 2026; two customers, one price list told ahead, one word of an event, one customer's own price that is nobody else's business. */
TEST(the_learner_hears_who_bought_at_what_price_and_what_was_announced) {
    own(yard_end) Yard *yard = yard_begin();
    own(arena_end) Arena *arena = arena_begin(256 * MiB);
    own(panel_end) Panel panel = { 0 };
    yard_masters(yard);
    yard_fact(yard, "customer customer=E tier=B");
    for (int i = 0; i < 40; i++) {
        const char *day = yard_day_text(yard, yard_day("2026-01-05") + 7 * i);
        yard_factf(yard, "order-line doc=SO-%d line=1 customer=%s item=A place=P qty=%d price=%d currency=USD order_day=%s requested_day=%s status=%s", i, i % 4 ? "C" : "E",
                   i % 4 ? 6 : 2, i < 20 ? 16 : 12, day, day, i == 39 ? "cancelled" : "open");
    }
    yard_fact(yard, "price item=A from_day=2026-12-01 price=20 currency=USD");
    yard_fact(yard, "price item=A customer=E from_day=2026-02-01 price=3 currency=USD");
    yard_fact(yard, "signal doc=W1 item=A from_day=2026-11-09 to_day=2026-11-22 factor=2.5");
    yard_fact(yard, "signal doc=W2 item=B from_day=2026-11-09 to_day=2026-11-22 factor=9");
    yard_policy(yard, speaking_policy);
    yard_put(yard);
    own(plan_end) Plan *plan = plan_of(yard, 1);
    yard_step(yard, plan, "2026-11-02");
    panel_make(&(LearnedInput){ &plan->context, plan->threads }, arena, &panel);
    const LearnSeries *s = NULL;
    for (int i = 0; i < panel.learn.count; i++)
        if (panel.learn.series[i].lines > 0) s = &panel.learn.series[i];
    CHECK(s != NULL);
    CHECK_EQ(39, s->lines);
    CHECK_EQ(2, s->customers);
    CHECK_EQ(s->from, s->line[0].bucket);
    CHECK_EQ(s->line[0].bucket + 38, s->line[38].bucket);
    CHECK(s->line[0].who != s->line[1].who && s->line[1].who == s->line[2].who);
    CHECK_NEAR((double)s->line[0].price, 16, 1e-6);
    CHECK_NEAR((double)s->line[38].price, 12, 1e-6);
    int end = panel.learn.grid.buckets;                      /* its first day is 2 November */
    CHECK_EQ(3, s->notices);
    for (int n = 0; n < s->notices; n++) {
        const LearnNotice *notice = &s->notice[n];
        if (notice->kind == LEARN_EVENT) CHECK(notice->from == end + 1 && notice->to == end + 3 && notice->told <= end + 1);
        if (notice->kind == LEARN_EVENT) CHECK_NEAR(notice->amount, 2.5, 1e-9);
        if (notice->kind == LEARN_PRICE && notice->from > end) CHECK(notice->from == end + 4 && notice->amount == 20 && notice->told < notice->from);
    }
}
