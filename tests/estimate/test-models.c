/* What is kept from one look to the next changes no bit of what the next look says. */
#include "base/rng.h"
#include "base/time.h"
#include "estimate/models.h"
#include "plan/yard.h"
#include "tests/test.h"

static void series_of(Rng *rng, int count, double *value, uint8_t *states) {
    for (int t = 0; t < count; t++) {
        value[t] = rng_below(rng, 3) ? (double)rng_below(rng, 30) : 0;
        states[t] = rng_below(rng, 9) == 0 ? DEMAND_AT_LEAST : DEMAND_EXACT;
    }
}

static void same_as_fitted(Models *models, int32_t spot, const DemandSeries *series, double horizon, Arena *work) {
    DemandModel kept, fresh;
    memset(&kept, 0x55, sizeof kept);
    memset(&fresh, 0xaa, sizeof fresh);
    models_fit(models, spot, series, horizon, work, &kept);
    demand_fit(series, horizon, work, &fresh);
    CHECK(memcmp(&kept, &fresh, sizeof kept) == 0);
}

TEST(a_kept_model_is_the_fitted_one_to_the_bit) {
    Rng rng = rng_of(7);
    own(arena_end) Arena *work = arena_begin(16 * MiB);
    own(models_end) Models *models = models_begin();
    models_grow(models, 2);
    double value[160], season[52];
    uint8_t states[160];
    for (int p = 0; p < 52; p++) season[p] = p % 2 ? 1.25 : 0.75;
    for (int round = 0; round < 40; round++) {
        arena_clear(work);
        series_of(&rng, 160, value, states);
        DemandSeries series = { .count = 100 + round, .value = value, .state = states, .bucket_days = 7, .kin_season = round % 2 ? season : NULL };
        for (int twice = 0; twice < 2; twice++) same_as_fitted(models, 1, &series, 4, work);
        same_as_fitted(models, 1, &series, 5.5, work);   /* whatever the model rests on is part of what it is kept under */
        series.first_phase = 9;
        same_as_fitted(models, 1, &series, 5.5, work);
        value[50] += 1;
        same_as_fitted(models, 1, &series, 5.5, work);
        states[51] = DEMAND_MISSING;
        same_as_fitted(models, 1, &series, 5.5, work);
        season[3] += 0.01;
        same_as_fitted(models, 1, &series, 5.5, work);
        same_as_fitted(models, 7, &series, 5.5, work);   /* a spot without room is fitted */
    }
    CHECK(models_bytes(models) < 2 * 1500);
}

static void same_estimates(const Plan *plan, const Plan *fresh) {
    CHECK_EQ(plan->state->spots.count, fresh->state->spots.count);
    for (size_t s = 0; s < plan->state->spots.count; s++) {
        const Spot *spot = &plan->state->spots.at[s];
        int32_t other = state_spot(fresh->state, spot->item, spot->place);
        CHECK(other >= 0 && memcmp(&plan->estimates[s], &fresh->estimates[other], sizeof(Estimate)) == 0);
        CHECK_EQ(plan->doubts[s], fresh->doubts[other]);
    }
}

TEST(a_plan_carried_through_days_is_the_plan_from_nothing_of_each) {
    for (uint64_t seed = 1; seed <= 4; seed++) {
        own(yard_end) Yard *yard = yard_begin();
        Rng rng = rng_of(seed);
        int number = 0;
        Why why = { 0 };
        own(plan_end) Plan *running = NULL;
        CHECK_OK(plan_begin(yard->store, 2, &running, &why));
        yard_masters(yard);
        int32_t from = yard_day("2026-01-01"), first = yard_day("2026-03-02");
        yard_any_facts(yard, &rng, from, first, &number);
        for (int32_t day = first; day < first + 16; day++) {
            yard_any_facts(yard, &rng, day, day + 1, &number);
            PlanResult step = yard_step(yard, running, yard_day_text(yard, day));
            own(plan_end) Plan *fresh = NULL;
            CHECK_OK(plan_begin(yard->store, 1, &fresh, &why));
            PlanOptions options = yard_options(yard, yard_day_text(yard, day));
            options.write = PLAN_LOOK;
            CHECK_OK(plan_refresh(fresh, &(RefreshOptions){ .options = &options, .upto = log_last(yard->store).v, .pool_upto = running->pool_upto, .pool_day = running->pool_day }, &why));
            same_estimates(running, fresh);
            CHECK(step.refreshed == (int64_t)running->state->spots.count);
        }
    }
}

TEST(every_case_of_a_plan_carried_through_days_is_recomputed_from_its_log) {
    own(yard_end) Yard *yard = yard_begin();
    Rng rng = rng_of(11);
    int number = 0, versions = 0;
    Why why = { 0 };
    own(plan_end) Plan *plan = NULL;
    CHECK_OK(plan_begin(yard->store, 2, &plan, &why));
    yard_masters(yard);
    int32_t first = yard_day("2026-03-02");
    yard_any_facts(yard, &rng, yard_day("2026-01-01"), first, &number);
    for (int32_t day = first; day < first + 40; day++) {
        yard_any_facts(yard, &rng, day, day + 1, &number);
        yard_step(yard, plan, yard_day_text(yard, day));
    }
    for (int64_t id = 1; id <= log_last(yard->store).v; id++) {
        Row row;
        CHECK_OK(log_read(yard->store, yard->work, (RowId){ id }, &row, &why));
        if (row.kind != ROW_CASE || row.item.v == 0) continue;   /* facts that wait for a master row are counted as they are now */
        PlanReplay replay;
        CHECK_OK(plan_recompute(yard->store, 1, row.id, yard->work, &replay, &why));
        if (!replay.same) fail_msg("row %lld\n%.*s\n%.*s", (long long)id, TEXT_ARGS(replay.stored), TEXT_ARGS(replay.computed));
        versions++;
    }
    CHECK(versions >= 2);
}

/* What excess and doubts are told from. */
static void same_but_for_orders(const Assessment *left, const Assessment *right) {
    const Estimate *a = &left->estimate, *b = &right->estimate;
    CHECK(a->flags == b->flags && a->qty == b->qty && a->safety == b->safety && a->hold_day == b->hold_day);
    CHECK(a->excess_units == b->excess_units && a->excess_on_order == b->excess_on_order && a->excess_cover == b->excess_cover && a->excess_value == b->excess_value);
    CHECK(a->excess_write_off == b->excess_write_off && a->excess_rank == b->excess_rank && a->excess_stake == b->excess_stake);
    CHECK_EQ(left->findings_count, right->findings_count);
    for (int k = 0; k < left->findings_count; k++) {
        CHECK_STR(left->findings[k].title, right->findings[k].title);
        CHECK(left->findings[k].rank == right->findings[k].rank && left->findings[k].stake == right->findings[k].stake);
    }
}

TEST(a_draft_takes_over_from_its_estimate_what_a_second_look_would_find) {
    int taken_over = 0, doubted = 0;
    for (uint64_t seed = 1; seed <= 8; seed++) {
        own(yard_end) Yard *yard = yard_begin();
        own(arena_end) Arena *arena = arena_begin(64 * MiB);
        Rng rng = rng_of(seed);
        int number = 0;
        Why why = { 0 };
        own(plan_end) Plan *plan = NULL;
        CHECK_OK(plan_begin(yard->store, 2, &plan, &why));
        yard_masters(yard);
        yard_any_facts(yard, &rng, yard_day("2026-01-01"), yard_day("2026-03-02"), &number);
        int32_t from = yard_day("2025-03-01"), to = yard_day("2026-03-02");
        yard_history(yard, "A", "P", from, to, 4);
        yard_orders(yard, "A", "P", from, to - 30, 30, 12, 120);
        yard_factf(yard, "stock item=A place=P as_of_day=2026-03-01 on_hand=%d version=9000", 4 + 6 * (int)seed);
        yard_put(yard);
        PlanOptions options = yard_options(yard, "2026-03-02");
        CHECK_OK(plan_refresh(plan, &(RefreshOptions){ .options = &options, .upto = log_last(yard->store).v }, &why));
        for (int32_t s = 0; s < (int32_t)plan->state->spots.count; s++) {
            Assessment *again = new_in(arena, Assessment), *anew = new_in(arena, Assessment);
            taken_over += plan->courses[s] != NULL;
            spot_assess_again(plan, s, SPOT_ORDERS, arena, again);
            spot_assess(&plan->context, s, NULL, arena, anew);
            CHECK(memcmp(&again->estimate, &anew->estimate, sizeof(Estimate)) == 0);
            CHECK(again->courses.never_short == anew->courses.never_short && memcmp(&again->courses.now, &anew->courses.now, sizeof(Risk)) == 0);
            CHECK(memcmp(again->courses.quantity.term, anew->courses.quantity.term, sizeof anew->courses.quantity.term) == 0);
            CHECK_EQ(doubts_of(again), doubts_of(anew));
            spot_assess_again(plan, s, SPOT_ORDERS_NOTHING, arena, again);
            same_but_for_orders(again, anew);
            doubted += again->findings_count;
        }
    }
    CHECK(taken_over >= 3 && doubted >= 3);
}
