/* What a step looks at anew, and what is added up, after any events: the same as a plan that begins from nothing. */
#include <string.h>

#include "base/rng.h"
#include "base/time.h"
#include "tests/plan/yard.h"
#include "tests/test.h"

enum { ROUNDS = 12, EVENTS_A_ROUND = 3 };

static Err keep_bytes(void *self, Text bytes, Why *why) {
    (void)why;
    buf_add(self, bytes.at, bytes.length);
    return OK;
}

static Buf picture_of(Plan *plan) {
    own(arena_end) Arena *work = arena_begin(16 * MiB);
    Buf out = buf_begin(16 * MiB);
    Why why = { 0 };
    HomeView home;
    CHECK_OK(plan_home(plan, work, &home, &why));
    home_view_write(&out, &home);
    CHECK_OK(plan_proposals_csv(plan, keep_bytes, &out, &why));
    for (int32_t p = 1; p < (int32_t)plan->state->places.count; p++) {
        buf_addf(&out, "%.6f", place_worth(plan, (PlaceId){ p }));
        for (int q = 0; q < QUALITY_COUNT_; q++) {
            double worth = 0;
            int items = place_doubted(plan, (PlaceId){ p }, (Quality)q, &worth);
            buf_addf(&out, " %d/%.6f", items, worth);
        }
        for (int32_t s = 1; s < (int32_t)plan->state->suppliers.count; s++) buf_addf(&out, " %lld", (long long)(100 * group_total(plan, s, (PlaceId){ p }).fill.reached[FILL_VALUE] + 0.5));
        buf_add_char(&out, '\n');
    }
    return out;
}

static void same_as_from_nothing(Yard *yard, Plan *plan, const char *today) {
    Why why = { 0 };
    Plan *fresh;
    PlanOptions options = yard_options(yard, today);
    options.write = PLAN_LOOK;
    CHECK_OK(plan_begin(yard->store, 2, &fresh, &why));
    CHECK_OK(plan_refresh(fresh, &(RefreshOptions){ .options = &options, .upto = log_last(yard->store).v, .pool_upto = plan->pool_upto, .pool_day = plan->pool_day }, &why));
    CHECK_OK(case_book_advance(fresh->book, yard->store, log_last(yard->store).v, &why));
    fills_make(fresh, &options);
    own(buf_end) Buf ours = picture_of(plan);
    own(buf_end) Buf theirs = picture_of(fresh);
    CHECK_STR(buf_str(&ours), buf_str(&theirs));
    for (size_t s = 0; s < plan->state->spots.count; s++) CHECK(memcmp(&plan->estimates[s], &fresh->estimates[s], sizeof *plan->estimates) == 0);
    plan_end(&fresh);
}

/* What a step only proved small is worked out for the list as for the page. */
static void list_says_what_pages_say(Plan *plan, int *quiet) {
    own(arena_end) Arena *work = arena_begin(256 * MiB);
    Why why = { 0 };
    ItemLine *lines;
    ItemView view;
    int count;
    int64_t total;
    CHECK_OK(plan_items(plan, work, "", 0, 100, &lines, &count, &total, &why));
    CHECK(count > 0 && count == total);
    for (int i = 0; i < count; i++) {
        CHECK_OK(plan_item(plan, work, lines[i].item, lines[i].place, &view, &why));
        CHECK_EQ(lines[i].p0_ppm, view.p0_ppm);
        CHECK_EQ(lines[i].p1_ppm, view.p1_ppm);
        const Estimate *e = &plan->estimates[state_spot(plan->state, lines[i].item, lines[i].place)];
        *quiet += e->decided && !e->carried;
    }
}

/* Facts of the first of November; told again on a later day they are late ones. */
static void event(Yard *yard, Rng *rng, int number) {
    static const char *const items[] = { "A", "B", "D" }, *const places[] = { "P", "Q" }, *const tiers[] = { "A", "B", "key" };
    const char *item = items[rng_below(rng, 3)], *place = places[rng_below(rng, 2)];
    int qty = (int)rng_below(rng, 400);
    switch (rng_below(rng, 8)) {
    case 0: yard_factf(yard, "count doc=CN%d line=1 item=%s place=%s on_hand=%d as_of_day=2026-11-01", number, item, place, qty); break;
    case 1: yard_factf(yard, "stock item=%s place=%s as_of_day=2026-11-01 on_hand=%d", item, place, qty); break;
    case 2: yard_factf(yard, "po-line doc=PN%d line=1 supplier=S item=%s place=%s qty=%d price=10 order_day=2026-10-30 promised_day=2026-11-13 status=open", number, item, place, qty + 1); break;
    case 3: yard_factf(yard, "order-line doc=SN%d line=1 customer=C item=%s place=%s qty=%d order_day=2026-10-31 requested_day=2026-10-31 status=open", number, item, place, qty / 8 + 1); break;
    case 4: yard_factf(yard, "item item=%s description=Thing price=%d currency=USD tier=%s lifecycle=active", item, qty / 20 + 1, tiers[rng_below(rng, 3)]); break;
    case 5: yard_factf(yard, "item-place item=%s place=Q from_place=P min_qty=%d max_qty=%d", item, qty / 4, qty / 2); break;
    case 6: yard_factf(yard, "item-place item=%s place=Q supplier=%s min_qty=%d max_qty=%d", item, qty % 2 ? "S" : "T", qty / 4, qty / 2); break;
    default: yard_factf(yard, "price item=%s from_day=2026-01-01 price=%d currency=USD", item, qty / 10 + 1); break;
    }
}

static void yard_of_three(Yard *yard) {
    yard_masters(yard);
    for (int i = 0; i < 3; i++) {
        const char *item = i == 0 ? "A" : i == 1 ? "B" : "D";
        yard_history(yard, item, "P", yard_day("2026-06-01"), yard_day("2026-11-01"), 3 + i);
        yard_history(yard, item, "Q", yard_day("2026-07-01"), yard_day("2026-11-01"), 2);
        yard_orders(yard, item, "P", yard_day("2026-06-01"), yard_day("2026-10-20"), 20, 13 + i, 80);
        yard_factf(yard, "stock item=%s place=P as_of_day=2026-10-31 on_hand=%d", item, 30 + 200 * i);
    }
    yard_put(yard);
}

TEST(steps_after_events_know_what_a_plan_from_nothing_knows) {
    for (uint64_t seed = 1; seed <= 4; seed++) {
        Yard *yard = yard_begin();
        Rng rng = rng_of(seed);
        Why why = { 0 };
        Plan *plan;
        yard_of_three(yard);
        CHECK_OK(plan_begin(yard->store, 2, &plan, &why));
        yard_step(yard, plan, "2026-11-02");
        RowId document = { 0 };
        int quiet = 0;
        for (int round = 0; round < ROUNDS; round++) {
            for (int i = 0; i < EVENTS_A_ROUND; i++) event(yard, &rng, round * EVENTS_A_ROUND + i);
            RowId next = yard_put(yard), row;
            if (round % 4 == 3) {
                CHECK_OK(store_begin(yard->store, &why));
                CHECK_OK(facts_retract(yard->store, document, "test", "was wrong", &row, &why));
                CHECK_OK(store_commit(yard->store, &why));
            }
            document = next;
            yard_step(yard, plan, "2026-11-02");
            same_as_from_nothing(yard, plan, "2026-11-02");
            list_says_what_pages_say(plan, &quiet);
        }
        CHECK(quiet > 0);
        plan_end(&plan);
        yard_end(&yard);
    }
}

enum { RUN_ITEMS = 8 };

/* Sales told by the week, of two years: steady and rare, with and without a season; some with an order on its way. */
static void run_items(Yard *yard, Rng *rng) {
    for (int i = 0; i < RUN_ITEMS; i++) {
        own(buf_end) Buf run = buf_begin(4 * KiB);
        for (int w = 0; w < 104; w++) {
            double level = (1 + (double)i) * (i % 2 ? 1 : 1 + 0.6 * (w % 52 < 26)), often = i < RUN_ITEMS / 2 ? 1 : 0.3;
            buf_addf(&run, "%s%d", w ? "," : "", rng_chance(rng, often) ? (int)(level * (0.5 + rng_unit(rng))) : 0);
        }
        yard_factf(yard, "item item=R%d price=%d currency=USD tier=B lifecycle=active", i, 3 + 5 * i);
        yard_factf(yard, "price item=R%d from_day=2024-01-01 price=%d currency=USD", i, 5 + 7 * i);
        yard_factf(yard, "item-supplier item=R%d supplier=S lead_days=%d moq=%d multiple=2 price=%d currency=USD", i, 7 + 3 * i, 1 + i, 3 + 5 * i);
        yard_factf(yard, "sales item=R%d place=P from_day=2024-11-04 bucket_days=7 run=%s", i, buf_str(&run));
        yard_factf(yard, "stock item=R%d place=P as_of_day=2026-11-01 on_hand=%d", i, (int)rng_below(rng, 60));
        if (i % 3 == 0) yard_factf(yard, "po-line doc=PR%d line=1 supplier=S item=R%d place=P qty=%d order_day=2026-10-28 promised_day=2026-11-11 status=open", i, i, 10 + i);
    }
}

static void run_event(Yard *yard, Rng *rng, int number) {
    int item = (int)rng_below(rng, RUN_ITEMS), qty = (int)rng_below(rng, 60);
    switch (rng_below(rng, 5)) {
    case 0: yard_factf(yard, "count doc=CR%d line=1 item=R%d place=P on_hand=%d as_of_day=2026-11-01", number, item, qty); break;
    case 1: yard_factf(yard, "po-line doc=PR%d line=2 supplier=S item=R%d place=P qty=%d order_day=2026-10-30 promised_day=2026-11-13 status=open", number, item, qty + 1); break;
    case 2: yard_factf(yard, "item-supplier item=R%d supplier=S lead_days=%d moq=%d multiple=3 price=%d currency=USD", item, 7 + qty / 4, 1 + qty / 8, 3 + qty); break;
    case 3: yard_factf(yard, "price item=R%d from_day=2026-01-01 price=%d currency=USD", item, qty + 5); break;
    default: yard_factf(yard, "item-place item=R%d place=P review_days=%d", item, 1 + qty / 4); break;
    }
}

static size_t keys_of(const Plan *plan, EstimateKeys out[32]) {
    size_t spots = plan->state ? plan->state->spots.count : 0;
    CHECK(spots <= 32);
    if (spots) memcpy(out, plan->keys, spots * sizeof *out);
    return spots;
}

/* Days pass, over three weeks, and on some of them something is told. Half of the yards tell order lines: there what is known ahead moves every number by the day. */
TEST(days_that_pass_know_what_a_plan_from_nothing_knows) {
    enum { DAYS = 18 };
    int carried = 0, ordered = 0;                          /* estimates that rest on the same as the day before, or their quantities alone */
    for (uint64_t seed = 1; seed <= 6; seed++) {
        Yard *yard = yard_begin();
        Rng rng = rng_of(seed);
        Why why = { 0 };
        Plan *plan;
        bool lines = seed % 2;
        int learned = 0;                                   /* once a week */
        if (lines) yard_of_three(yard);
        else yard_masters(yard);
        run_items(yard, &rng);
        yard_put(yard);
        CHECK_OK(plan_begin(yard->store, 2, &plan, &why));
        for (int day = 0; day < DAYS; day++) {
            char today[DAY_TEXT];
            day_format(yard_day("2026-11-02") + day, today);
            if (lines && rng_chance(&rng, 0.5)) event(yard, &rng, 100 + day);
            if (rng_chance(&rng, 0.5)) run_event(yard, &rng, day);
            yard_put(yard);
            int64_t pools = plan->pool_upto;
            EstimateKeys before[32] = { 0 };
            size_t spots = keys_of(plan, before);
            yard_step(yard, plan, today);
            for (size_t s = 0; s < spots; s++) {
                carried += estimate_key_same(before[s].all, plan->keys[s].all);
                ordered += estimate_key_same(before[s].order, plan->keys[s].order) && !estimate_key_same(before[s].all, plan->keys[s].all);
            }
            learned += plan->pool_upto != pools;
            same_as_from_nothing(yard, plan, today);
        }
        CHECK(learned >= 3 && learned < DAYS / 2);
        plan_end(&plan);
        yard_end(&yard);
    }
    CHECK(carried >= 3 * DAYS);
    CHECK(ordered >= DAYS);
}
