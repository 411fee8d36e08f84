/* Orders of the past seen through: what then came decides, nothing of it is known to the plan, and a record fitted to them stands only where it held on other days. */
#include <string.h>

#include "base/rng.h"
#include "base/time.h"
#include "plan/yard.h"
#include "study/refit.h"
#include "tests/test.h"

static const char *const policy_text = "{\"policy\":1,\"name\":\"t\",\"currency\":\"USD\",\"bucket\":\"week\",\"service\":{\"default\":0.95},"
                                       "\"costs\":{\"holding_rate_year\":0.3,\"lost_share\":0.5,\"order_cost\":100,\"wait_cost_share\":0.02},\"queue\":{\"least_rank\":0,\"bands\":[1000]},\"tiers\":[{\"id\":\"R9\",\"when\":{},\"tier\":\"review\"}]}";

/* Items sold every other day from stock counts that let orders be wanted at times; `surge`: from then on an item sells ten times as much. */
static void shop(Yard *yard, const char *surge) {
    yard_policy(yard, policy_text);
    yard_masters(yard);
    for (int i = 0; i < 3; i++) {
        const char *item = (const char *[]){ "A", "B", "D" }[i];
        for (int32_t day = yard_day("2025-01-06"); day < yard_day("2026-11-02"); day += 2) {
            bool more = surge && day >= yard_day(surge);
            yard_factf(yard, "order-line doc=SO-%s-%d line=1 customer=C item=%s place=P qty=%d order_day=%s requested_day=%s status=shipped", item, day, item, (1 + (day * 7 + i) % 9) * (more ? 10 : 1),
                       yard_day_text(yard, day), yard_day_text(yard, day));
        }
        yard_orders(yard, item, "P", yard_day("2025-01-06"), yard_day("2026-10-20"), 14, 10, 24);
        for (int32_t day = yard_day("2026-03-01"); day < yard_day("2026-11-02"); day += 7) yard_factf(yard, "stock item=%s place=P as_of_day=%s on_hand=5", item, yard_day_text(yard, day));
    }
    yard_put(yard);
}

typedef struct Seen { int count, right; double units, better; int32_t newest, oldest; } Seen;
static Err seen_take(void *self, const ShadowLabel *label, Why *why) {
    Seen *seen = self;
    (void)why;
    seen->count++;
    seen->right += label->right;
    seen->units += label->units;
    seen->better += label->better;
    if (seen->count == 1) seen->newest = label->day;
    seen->oldest = label->day;
    CHECK(label->units > 0 && label->said.share > 0 && label->said.share <= 1);
    CHECK(label->right || label->cost > label->reference);
    return OK;
}

static ShadowAsk ask_of(Yard *yard, int days, int threads) { return (ShadowAsk){ .policy = &yard->policy, .policy_row = yard->policy_row, .days = days, .between = 14, .threads = threads }; }

static Seen seen_by(Yard *yard, int days) {
    Seen seen = { 0 };
    Why why = { 0 };
    ShadowAsk ask = ask_of(yard, days, 1);
    CHECK_OK(shadow_replay(yard->store, &ask, seen_take, &seen, &why));
    return seen;
}

TEST(an_order_is_right_by_what_came_after_it) {
    own(yard_end) Yard *yard = yard_begin(), *turned = yard_begin();
    shop(yard, NULL);
    shop(turned, "2026-07-08");                            /* the days looked at end on 2026-07-04; what came after was ten times as much */
    Seen steady = seen_by(yard, 3), surprised = seen_by(turned, 3);
    CHECK(steady.count >= 3);
    CHECK_EQ(steady.count, surprised.count);
    CHECK_NEAR(steady.units, surprised.units, 1e-9);       /* then nobody knew */
    CHECK_EQ(steady.right, steady.count);
    CHECK(surprised.right < surprised.count && surprised.better > 2 * surprised.units);
    CHECK_EQ(steady.newest - steady.oldest, 28);
    CHECK(steady.newest <= yard_day("2026-11-02") - 120);
}

TEST(days_before_history_are_left_out) {
    own(yard_end) Yard *yard = yard_begin();
    shop(yard, NULL);
    CHECK(seen_by(yard, 100).oldest >= yard_day("2025-01-06") + 60);
    own(yard_end) Yard *empty = yard_begin();
    Seen seen = { 0 };
    Why why = { 0 };
    ShadowAsk ask = ask_of(empty, 3, 1);
    CHECK_EQ(shadow_replay(empty->store, &ask, seen_take, &seen, &why), ERR_INVALID);
}

static Text fitted(Yard *yard, int threads, int32_t as_of, Refit *out) {
    own(buf_end) Buf labels = buf_begin(64 * MiB), said = buf_begin(MiB);
    Why why = { 0 };
    ShadowAsk ask = ask_of(yard, 4, threads);
    ask.as_of = as_of;
    CHECK_OK(refit_make(yard->store, &ask, yard->work, &labels, out, &why));
    JsonWriter json = json_writer(&said);
    json_begin_object(&json);
    refit_write(&json, out);
    json_end(&json);
    buf_add_text(&said, buf_text(&labels));
    return text_of(text_keep(yard->work, buf_text(&said)));
}

TEST(a_fit_is_the_same_whatever_the_threads_and_knows_nothing_told_later) {
    own(yard_end) Yard *yard = yard_begin();
    Refit refit;
    shop(yard, NULL);
    Text one = fitted(yard, 1, 0, &refit), two = fitted(yard, 2, 0, &refit), then = fitted(yard, 1, yard_day("2026-11-01"), &refit);
    CHECK(text_equal(one, two));
    yard_factf(yard, "order-line doc=SO-late line=1 customer=C item=A place=P qty=900 order_day=2026-11-05 requested_day=2026-11-05 status=shipped");
    yard_put(yard);
    CHECK(text_equal(fitted(yard, 1, yard_day("2026-11-01"), &refit), then));
    CHECK(!text_equal(fitted(yard, 1, 0, &refit), one));
}

TEST(a_young_store_keeps_the_shipped_steps_and_says_why_it_may_not_automate) {
    own(yard_end) Yard *yard = yard_begin();
    Refit refit;
    shop(yard, NULL);
    fitted(yard, 1, 0, &refit);
    CHECK(refit.labels > 0 && refit.labels < 200);
    CHECK(!refit.champion);
    CHECK(strstr(refit.reason, "fewer than 200 labels") != NULL);
    CHECK_NEAR(refit.record.doubt.knot[0].share, confidence_shipped()->doubt.knot[0].share, 1e-12);
    DoubtSaid said = doubt_said(&refit.record.doubt, (const double[SIGN_COUNT_]){ 0 }, SIGN_COUNT_, "buy", "");
    CHECK_NEAR(said.low, -1, 1e-12);
    CHECK_NEAR(said.share, confidence_shipped()->doubt.knot[0].low, 1e-12);
}

/* Every eight weeks an item sells at another of two rates: orders are wrong far more often than on the samples. */
static void moody(Yard *yard, int items) {
    Rng rng = rng_of(5);
    yard_policy(yard, policy_text);
    yard_masters(yard);
    for (int i = 0; i < items; i++) {
        const char *item = text_format(yard->work, "M%02d", i);
        yard_factf(yard, "item item=%s description=Thing price=10 currency=USD tier=A lifecycle=active", item);
        yard_factf(yard, "item-supplier item=%s supplier=S lead_days=14 moq=12 multiple=6 price=10 currency=USD", item);
        yard_factf(yard, "price item=%s from_day=2024-01-01 price=16 currency=USD", item);
        yard_factf(yard, "item-place item=%s place=P supplier=S review_days=7", item);
        int rate = 3;
        for (int32_t day = yard_day("2025-10-01"), n = 0; day < yard_day("2026-11-02"); day += 4, n++) {
            if ((n + i) % 14 == 0) rate = rng_chance(&rng, 0.5) ? 3 : 40;
            yard_factf(yard, "order-line doc=SO-%s-%d line=1 customer=C item=%s place=P qty=%d order_day=%s requested_day=%s status=shipped", item, day, item, rate, yard_day_text(yard, day), yard_day_text(yard, day));
        }
        yard_orders(yard, item, "P", yard_day("2025-10-01"), yard_day("2026-10-20"), 28, 10, 24);
        for (int32_t day = yard_day("2026-02-01"); day < yard_day("2026-11-02"); day += 28) yard_factf(yard, "stock item=%s place=P as_of_day=%s on_hand=5", item, yard_day_text(yard, day));
    }
    yard_put(yard);
}

TEST(a_store_that_surprises_more_than_the_samples_gets_a_champion_that_says_so) {
    own(yard_end) Yard *yard = yard_begin();
    own(buf_end) Buf labels = buf_begin(64 * MiB);
    Refit refit;
    Why why = { 0 };
    moody(yard, 70);
    ShadowAsk ask = { .policy = &yard->policy, .policy_row = yard->policy_row, .days = 12, .between = 10, .threads = 2 };
    CHECK_OK(refit_make(yard->store, &ask, yard->work, &labels, &refit, &why));
    CHECK(refit.late >= 200 && refit.wrong > refit.labels / 50);
    CHECK(refit.champion);
    CHECK(refit.held.loss < refit.held.loss_prior && refit.held.bounded > 0);
    DoubtSaid ours = doubt_said(&refit.record.doubt, (const double[SIGN_COUNT_]){ 0 }, SIGN_COUNT_, "buy", "A");
    CHECK(ours.low > 0 && ours.low < ours.share);
}
