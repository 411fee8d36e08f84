/* What a group of items says of its year, and how far it is believed against the whole assortment. */
#include "estimate/seasons.h"
#include "plan/yard.h"
#include "tests/test.h"

#include <string.h>

#include "base/rng.h"

enum { ITEMS = 40, FROM_PHASE = 10, LONG = 4, OWN = 30 };

/* From all that was told. */
static Seasons fitted(Yard *yard, int32_t start_day, int bucket_days) {
    Why why = { 0 };
    yard_put(yard);
    own(state_end) State *state = state_begin(yard->store);
    CHECK_OK(state_build(state, log_last(yard->store).v, INT64_MAX, &why));
    state_link(state);
    own(pool_end) Pool *threads = pool_begin(2);
    Seasons out;
    seasons_fit(&(SeasonsInput){ .state = state, .start_day = start_day, .bucket_days = bucket_days, .threads = threads }, yard->work, &out);
    return out;
}

/* 40 items sell 20 a week; two thirds of them twice that in every week of phase 10 to 13, and an odd group in some years thrice that in phases 30 to 33. */
typedef struct History { int years, odd_every; } History;
static Seasons learned(Yard *yard, History world) {
    int32_t from = yard_day("2023-01-02");
    yard_fact(yard, "place place=P description=Shop");
    for (int i = 0; i < ITEMS; i++) {
        own(buf_end) Buf run = buf_begin(4 * KiB);
        int odd = i % 4 == 0;
        for (int w = 0; w < world.years * 52; w++) {
            int phase = demand_phase(from + 7 * w, 7), units = 20;
            if (phase >= FROM_PHASE && phase < FROM_PHASE + LONG) units = 40;
            if (odd && phase >= OWN && phase < OWN + LONG && w / 52 % world.odd_every == 0) units = 60;
            buf_addf(&run, "%s%d", w ? "," : "", units);
        }
        yard_factf(yard, "item item=I%d group=%s", i, odd ? "garden" : i % 4 == 1 ? "bolts" : "");
        yard_factf(yard, "sales item=I%d place=P from_day=2023-01-02 bucket_days=7 run=%s", i, buf_str(&run));
    }
    return fitted(yard, from + 7 * 52 * world.years, 7);
}

static double lift(const Seasons *seasons, Yard *yard, const char *item, int phase) {
    const double *season = season_of(seasons, yard_item(yard, item), 7);
    return (season[phase + 1] + season[phase + 2]) / (season[1] + season[2]);
}

TEST(weeks_that_come_back_belong_to_the_group_that_has_them) {
    own(yard_end) Yard *yard = yard_begin();
    Seasons s = learned(yard, (History){ .years = 2, .odd_every = 1 });
    CHECK(lift(&s, yard, "I0", OWN) > 2);
    CHECK(lift(&s, yard, "I1", OWN) < 1.3);
    CHECK_NEAR(lift(&s, yard, "I1", FROM_PHASE), 2, 0.3);
}

/* What is told too small at the peak looks like a new level of every item after it. */
TEST(a_feast_of_all_is_told_nearly_as_high_as_it_was) {
    own(yard_end) Yard *yard = yard_begin();
    Seasons s = learned(yard, (History){ .years = 1, .odd_every = 1 });
    const double *all = season_of(&s, yard_item(yard, "I2"), 7);
    CHECK_NEAR((all[FROM_PHASE + 1] + all[FROM_PHASE + 2]) / (all[1] + all[2]), 2, 0.15);
}

TEST(what_a_group_did_in_one_year_of_two_is_not_its_season) {
    own(yard_end) Yard *yard = yard_begin();
    Seasons s = learned(yard, (History){ .years = 2, .odd_every = 2 });
    CHECK(lift(&s, yard, "I0", OWN) < 1.35);                 /* the mean of both years is 2 */
    CHECK_NEAR(lift(&s, yard, "I0", FROM_PHASE), 2, 0.3);
}

TEST(one_year_of_a_group_is_believed_by_half) {
    own(yard_end) Yard *yard = yard_begin();
    Seasons s = learned(yard, (History){ .years = 1, .odd_every = 1 });
    double own = lift(&s, yard, "I0", OWN);
    CHECK(own > 1.5);
    CHECK(own < 2.5);
}

/* Two or three years of days: four a day, eight in weeks 10 to 13 of every year. */
static Seasons learned_from_days(Yard *yard, int days) {
    int32_t from = yard_day("2023-01-02");
    yard_fact(yard, "place place=P description=Shop");
    for (int i = 0; i < ITEMS; i++) {
        yard_factf(yard, "item item=I%d group=bolts", i);
        for (int d = 0; d < days; d += 7) {
            int phase = demand_phase(from + d, 7), units = phase >= FROM_PHASE && phase < FROM_PHASE + LONG ? 8 : 4;
            yard_factf(yard, "sales item=I%d place=P from_day=%s bucket_days=1 run=%d,%d,%d,%d,%d,%d,%d", i, yard_day_text(yard, from + d), units, units, units, units, units, units, units);
        }
    }
    return fitted(yard, from + days, 1);
}

TEST(days_have_a_year_once_two_of_them_were_seen) {
    own(yard_end) Yard *one = yard_begin(), *two = yard_begin();
    Seasons early = learned_from_days(one, 700), later = learned_from_days(two, 2 * DEMAND_YEAR_DAYS);
    CHECK(year_of(&early, yard_item(one, "I0"), 1) == NULL);
    const double *year = year_of(&later, yard_item(two, "I0"), 1), *week = season_of(&later, yard_item(two, "I0"), 1);
    CHECK(year != NULL);
    CHECK(year[FROM_PHASE + 1] / year[1] > 1.4);
    CHECK(week[0] / week[3] > 0.95 && week[0] / week[3] < 1.05);
    CHECK(year_of(&later, yard_item(two, "I0"), 7) == NULL);
}

TEST(a_forecast_of_days_rises_into_the_weeks_of_every_year) {
    Why why = { 0 };
    own(yard_end) Yard *yard = yard_begin();
    int32_t from = yard_day("2023-01-02"), days = 2 * DEMAND_YEAR_DAYS;
    while (demand_phase(from + days, 7) != FROM_PHASE - 2) days += 7;     /* two weeks before they come again */
    (void)learned_from_days(yard, days);
    own(plan_end) Plan *plan = yard_plan(yard, yard_day_text(yard, from + days));
    ItemView view;
    CHECK_OK(plan_item(plan, yard->work, yard_item(yard, "I0"), yard_place(yard, "P"), &view, &why));
    CHECK((double)view.demand.fan_p50[3] > 1.4 * (double)view.demand.fan_p50[0]);
    CHECK((double)view.demand.fan_p50[3] > 1.4 * (double)view.demand.fan_p50[8]);
}

/* One plan saw the facts as they came, the other all at once, when sales are read last: item-places have other numbers there, and what is learned from all
 * of them has the same bits. */
TEST(what_is_learned_from_all_does_not_depend_on_who_was_heard_of_first) {
    Why why = { 0 };
    own(yard_end) Yard *yard = yard_begin();
    Rng rng = rng_of(5);
    yard_fact(yard, "place place=P description=Shop");
    for (int i = 0; i < ITEMS * 2; i++) yard_factf(yard, "item item=I%d price=%d currency=USD group=%s", i, 2 + i, i % 3 ? "bolts" : "");
    for (int i = 1; i < ITEMS * 2; i += 2) yard_factf(yard, "sales item=I%d place=P from_day=2024-11-04 bucket_days=7 run=3,4,0,2,5,1,7", i);
    yard_put(yard);
    own(plan_end) Plan *grown = NULL, *whole = NULL;
    CHECK_OK(plan_begin(yard->store, 2, &grown, &why));
    yard_step(yard, grown, "2026-02-02");
    for (int i = 0; i < ITEMS * 2; i++) {
        yard_factf(yard, "stock item=I%d place=P as_of_day=2026-02-01 on_hand=%d", i, 5 + i);
        for (int d = 0; d < 400; d += 8 + (int)rng_below(&rng, 20 + (uint64_t)i % 7)) {
            const char *day = yard_day_text(yard, yard_day("2025-01-01") + d);
            yard_factf(yard, "order-line doc=SO%d-%d line=1 item=I%d place=P qty=%d order_day=%s requested_day=%s price=9 currency=USD status=shipped", i, d, i,
                       1 + (int)rng_below(&rng, 40), day, day);
        }
    }
    yard_put(yard);
    yard_step(yard, grown, "2026-02-03");
    CHECK_OK(plan_begin(yard->store, 2, &whole, &why));
    yard_step(yard, whole, "2026-02-03");
    CHECK(state_spot(grown->state, yard_item(yard, "I1"), yard_place(yard, "P")) != state_spot(whole->state, yard_item(yard, "I1"), yard_place(yard, "P")));
    CHECK_EQ(grown->seasons.groups, whole->seasons.groups);
    for (int g = 0; g < grown->seasons.groups; g++) CHECK(memcmp(grown->seasons.of_group[g], whole->seasons.of_group[g], sizeof(double) * 7) == 0);
    CHECK(memcmp(grown->pace.group, whole->pace.group, sizeof *grown->pace.group * (size_t)grown->pace.groups) == 0);
    CHECK(memcmp(grown->pace.place_shift, whole->pace.place_shift, sizeof(double) * (size_t)grown->pace.places) == 0);
    CHECK(grown->sizes.series > 0 && memcmp(&grown->sizes, &whole->sizes, sizeof grown->sizes) == 0);
    CHECK(grown->misses.misses > 0 && memcmp(&grown->misses, &whole->misses, sizeof grown->misses) == 0);
}
