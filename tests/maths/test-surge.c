/* Totals of many: what nothing happening gives, what a storm gives, and the arithmetic of one stretch. */
#include "base/rng.h"
#include "maths/surge.h"
#include "tests/maths/near.h"
#include "tests/test.h"

enum { GROUPS = 24, YEAR = 365, STORM_DAYS = 3 };

/* A store of GROUPS groups at one place: a week's rhythm, a season, holidays, a busy day that is busy for all of them, orders of several lines. */
typedef struct Shop { Rng rng; double mean[GROUPS]; double day[GROUPS][SURGE_DAYS_MOST + YEAR], all[SURGE_DAYS_MOST + YEAR]; } Shop;

static double lines_of(Rng *rng, double mean, int t) {
    static const double weekday[7] = { 1.3, 1.2, 1.15, 1.2, 1.25, 0.6, 0.3 };
    double season = 1 + 0.3 * (t % 364 < 182 ? (t % 364) / 91.0 - 1 : 3 - (t % 364) / 91.0), lines = 0;
    for (int64_t orders = rng_poisson(rng, mean * weekday[t % 7] * season / 2); orders > 0; orders--) lines += (double)rng_between(rng, 1, 3);
    return lines;
}

static void shop_open(Shop *shop, uint64_t seed) {
    shop->rng = rng_of(seed);
    for (int g = 0; g < GROUPS; g++) shop->mean[g] = rng_lognormal(&shop->rng, 2, 1);
    for (int t = 0; t < SURGE_DAYS_MOST + YEAR; t++) {
        double busy = rng_lognormal(&shop->rng, -0.005, 0.1);
        if (t % 97 == 0) busy *= 0.2;                                /* a holiday */
        shop->all[t] = 0;
        for (int g = 0; g < GROUPS; g++) shop->all[t] += shop->day[g][t] = lines_of(&shop->rng, shop->mean[g] * busy, t);
    }
}

/* What is called out on the day before `t`. */
static const double nobody[SURGE_DAYS_MOST];

static int called(const Shop *shop, int t, int group) {
    double rest[SURGE_DAYS_MOST];
    SurgeReading r[SURGE_LENGTHS];
    for (int d = 0; d < SURGE_DAYS_MOST; d++) rest[d] = shop->all[t - SURGE_DAYS_MOST + d] - shop->day[group][t - SURGE_DAYS_MOST + d];
    surge_read(&shop->day[group][t - SURGE_DAYS_MOST], rest, SURGE_DAYS_MOST, r);
    for (int k = 0; k < SURGE_LENGTHS; k++)
        if (surge_chance(&r[k], 0, 0) < surge_limit(GROUPS * SURGE_LENGTHS, 1)) return 1;
    return 0;
}

TEST(where_nothing_happens_a_store_is_called_out_at_most_about_once_a_year) {
    enum { STORES = 12 };
    int calls = 0;
    static Shop shop;
    for (uint64_t seed = 1; seed <= STORES; seed++) {
        shop_open(&shop, seed);
        for (int t = SURGE_DAYS_MOST; t < SURGE_DAYS_MOST + YEAR; t++)
            for (int g = 0; g < GROUPS; g++) calls += called(&shop, t, g);
    }
    CHECK(calls <= STORES);
}

TEST(a_storm_that_doubles_a_group_is_called_out_while_it_lasts) {
    int found = 0, storms = 0;
    static Shop shop;
    for (uint64_t seed = 21; seed <= 40; seed++) {
        shop_open(&shop, seed);
        for (int g = 0; g < GROUPS; g++) {
            int from = SURGE_DAYS_MOST + 14 * g, hit = 0;
            if (shop.mean[g] < 30) continue;                        /* lines a day; fewer drown in what is usual */
            for (int t = from; t < from + STORM_DAYS; t++) {
                double more = lines_of(&shop.rng, shop.mean[g], t);
                shop.day[g][t] += more;
                shop.all[t] += more;
                hit |= called(&shop, t + 1, g);
            }
            found += hit;
            storms++;
        }
    }
    CHECK(storms >= 20);
    CHECK(found * 10 >= storms * 8);
}

TEST(a_stretch_is_measured_against_the_four_weeks_before_it_by_weekday) {
    double seen[SURGE_DAYS_MOST];
    for (int t = 0; t < SURGE_DAYS_MOST; t++) seen[t] = t % 7 == 6 ? 0 : 10;
    seen[SURGE_DAYS_MOST - 1] = 10;                                  /* a Sunday as busy as a Monday */
    SurgeReading r[SURGE_LENGTHS];
    surge_read(seen, nobody, SURGE_DAYS_MOST, r);
    CHECK_EQ(surge_lengths[0], 1);
    CHECK_NEAR(r[0].seen, 10, 1e-12);
    /* 273 days before the last week hold 2340 lines; Sunday's share of seven is 10 of 2410 with the lean */
    CHECK_NEAR(r[0].expected, 60.0 / 7 * (10.0 * 7 / 2410), 1e-12);
    double chance = surge_chance(&r[0], 0, 0);
    CHECK(chance < 1e-4);
    CHECK_NEAR(surge_chance(&r[0], 10, 0), 1, 1e-15);
    CHECK(surge_chance(&r[0], 5, 0) > chance);
    CHECK_NEAR(r[2].seen - r[2].expected, 10, 1e-9);                 /* the week: sixty were expected */
}

TEST(a_busy_day_of_all_is_no_news_of_one) {
    double seen[SURGE_DAYS_MOST], rest[SURGE_DAYS_MOST];
    Rng rng = rng_of(9);
    for (int t = 0; t < SURGE_DAYS_MOST; t++) {
        int rush = t == SURGE_DAYS_MOST - 1 ? 3 : 1;
        seen[t] = (double)rng_poisson(&rng, 30 * rush);
        rest[t] = (double)rng_poisson(&rng, 900 * rush);
    }
    SurgeReading alone[SURGE_LENGTHS], among[SURGE_LENGTHS];
    surge_read(seen, nobody, SURGE_DAYS_MOST, alone);
    surge_read(seen, rest, SURGE_DAYS_MOST, among);
    CHECK(surge_chance(&alone[0], 0, 0) < 1e-9 && surge_chance(&among[0], 0, 0) > 0.01);
    CHECK(among[0].others > 2.5);
}

TEST(totals_that_move_together_spread_more_and_little_history_says_nothing) {
    double calm[SURGE_DAYS_MOST], wild[SURGE_DAYS_MOST];
    Rng rng = rng_of(5);
    for (int t = 0; t < SURGE_DAYS_MOST; t++) {
        calm[t] = (double)rng_poisson(&rng, 50);
        wild[t] = (double)rng_poisson(&rng, 50 * rng_lognormal(&rng, -0.125, 0.5));
    }
    for (int t = SURGE_DAYS_MOST - 3; t < SURGE_DAYS_MOST; t++) calm[t] = wild[t] = 75;
    SurgeReading of_calm[SURGE_LENGTHS], of_wild[SURGE_LENGTHS], of_few[SURGE_LENGTHS];
    surge_read(calm, nobody, SURGE_DAYS_MOST, of_calm);
    surge_read(wild, nobody, SURGE_DAYS_MOST, of_wild);
    surge_read(calm + SURGE_DAYS_MOST - SURGE_DAYS_LEAST + 1, nobody, SURGE_DAYS_LEAST - 1, of_few);
    CHECK(surge_chance(&of_calm[1], 0, 0) < 1e-5);
    CHECK(of_wild[1].spread > 4 * of_calm[1].spread && surge_chance(&of_wild[1], 0, 0) > 1e-4);
    CHECK_NEAR(surge_chance(&of_few[1], 0, 0), 1, 0);
    CHECK_NEAR(surge_limit(300, 1), 1.0 / 365 / 300, 1e-18);
}

/* Many items, each with few lines a stretch. */
enum { MEMBERS = 600 };

static double crowd_of(Rng *rng, const double *mean, int moved, double times) {
    SurgeCrowd crowd = { { 0 } };
    double seen[MEMBERS] = { 0 };
    for (int i = 0; i < MEMBERS; i++)
        for (int64_t lines = rng_poisson(rng, mean[i] * (i < moved ? times : 1)); lines > 0; lines--) seen[i]++;
    for (int i = 0; i < MEMBERS; i++) {
        SurgeCrowd member = surge_member(seen[i], mean[i]);
        surge_crowd_add(&crowd, &member, 1);
    }
    return surge_crowd_chance(&crowd, 1);
}

TEST(some_of_many_members_are_heard_and_none_where_nothing_moves) {
    enum { DAYS = 4000, STORMS = 100, MOVED = 30 };
    double mean[MEMBERS];
    Rng rng = rng_of(11);
    int called_hundredth = 0, heard = 0, of_total = 0;
    for (int i = 0; i < MEMBERS; i++) mean[i] = i < MOVED ? 0.35 : rng_lognormal(&rng, -2, 1);
    for (int d = 0; d < DAYS; d++) called_hundredth += crowd_of(&rng, mean, 0, 1) < 0.01;
    for (int d = 0; d < STORMS; d++) heard += crowd_of(&rng, mean, MOVED, 6) < surge_limit(600, 1);
    double all = 0, more = 0;
    for (int i = 0; i < MEMBERS; i++) all += mean[i];
    for (int i = 0; i < MOVED; i++) more += 5 * mean[i];
    SurgeReading total = { .expected = all, .seen = all + more, .spread = 1 };
    of_total = surge_chance(&total, 0, 0) < surge_limit(600, 1);
    CHECK(called_hundredth <= DAYS / 100);
    CHECK(heard >= 75);
    CHECK(!of_total);                                               /* their total drowns it */
}

TEST(one_member_alone_is_no_storm_and_what_is_taken_out_is_gone) {
    SurgeCrowd crowd = { { 0 } }, loud = surge_member(1000, 0.5), quiet = surge_member(0, 0.5);
    surge_crowd_add(&crowd, &loud, 1);
    CHECK_NEAR(surge_crowd_chance(&crowd, 1), 0.049787068367863944, 1e-12);      /* exp(-3) */
    CHECK(surge_crowd_chance(&crowd, 2) > surge_crowd_chance(&crowd, 1));
    surge_crowd_add(&crowd, &quiet, 1);
    surge_crowd_add(&crowd, &loud, -1);
    for (int i = 0; i < SURGE_MIXES; i++) CHECK_NEAR(crowd.sum[i], quiet.sum[i], 1e-12);
    CHECK_NEAR(surge_crowd_chance(&crowd, 1), 1, 0);
}

TEST(absurd_totals_give_no_reading_and_never_a_number_that_is_none) {
    double none[SURGE_DAYS_MOST] = { 0 }, spike[SURGE_DAYS_MOST] = { 0 };
    spike[SURGE_DAYS_MOST - 1] = 1e9;
    SurgeReading r[SURGE_LENGTHS];
    surge_read(none, nobody, SURGE_DAYS_MOST, r);
    CHECK_NEAR(surge_chance(&r[0], 0, 0), 1, 0);
    surge_read(spike, nobody, SURGE_DAYS_MOST, r);                   /* nothing was expected: there is nothing to hold it against */
    CHECK_NEAR(surge_chance(&r[0], 0, 0), 1, 0);
    for (int t = 0; t < SURGE_DAYS_MOST - 1; t++) spike[t] = 1;
    surge_read(spike, nobody, SURGE_DAYS_MOST, r);
    double chance = surge_chance(&r[0], 0, 0);
    CHECK(chance >= 0 && chance < 1e-12 && r[0].seen > 1e8);
    surge_read(none, nobody, 0, r);
    CHECK_NEAR(surge_chance(&r[2], 0, 0), 1, 0);
    SurgeCrowd member = surge_member(1e9, 1e-300);
    CHECK(member.sum[0] <= 3 && surge_member(0, 1e9).sum[0] > -1);
}
