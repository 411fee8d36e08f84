/* One order of many lines: up to the minimum at least cost, full trucks where that pays, waiting where it is cheaper; against every combination, and
 * against the rule that adds a day of demand to each line until the limit breaks. */
#include <string.h>

#include "base/rng.h"
#include "maths/fill.h"
#include "near.h"

enum { LINES_MOST = 200 };

static FillLine steady(void) {
    return (FillLine){ .need = 10, .step = 1, .most = 1000, .rate = 2, .review_days = 7, .hold_day = 0.01, .short_cost = 1, .far = 14, .wait = 100,
                       .measure = { 5, 2, -1, -1 } };
}

TEST(a_step_costs_its_holding_until_it_would_have_been_ordered_anyway_less_what_it_keeps_from_running_out) {
    FillLine l = steady();
    /* T(v) = max(7, v / 2 + 3.5): 7 units lie 7 days each, the next three 7, 7.5, 8. */
    CHECK_NEAR(fill_cost(&l, 7), 0.01 * 49, 1e-12);
    CHECK_NEAR(fill_cost(&l, 10), 0.01 * (49 + 7 + 7.5 + 8), 1e-12);
    l.need = 0;                                              /* begins with its smallest order, wanted whole when the first unit is */
    l.first = 10;
    l.above = 20;
    CHECK_NEAR(fill_cost(&l, 10), 0.01 * 10 * 13.5, 1e-12);
    l.short_p = 0.1;                                         /* falls to a tenth over 14 units */
    l.short_far = 0.01;
    double fall = 2.302585092994046 / 14;
    CHECK_NEAR(fill_cost(&l, 10), 0.01 * 135 - 0.1 / fall * (rng_exp(-fall * 20) - rng_exp(-fall * 30)), 1e-9);
}

TEST(what_leaves_is_missed_as_often_as_demand_passes_the_level_that_is_left) {
    FillLine l = steady();
    CHECK_NEAR(fill_loss(&l, 10), 0, 0);                     /* nobody passes the level */
    l.short_p = 0.1;
    l.short_far = 0.01;
    for (l.above = -40; l.above <= 40; l.above += 8) {
        double fall = 2.302585092994046 / 14, sum = 0;
        for (int i = 0; i < 20000; i++) {
            double v = l.above - 20 * (i + 0.5) / 20000, p = 0.1 * rng_exp(-fall * v);
            sum += 20.0 / 20000 * (p < 1 ? p : 1);
        }
        CHECK_NEAR(fill_loss(&l, 20), sum, 1e-5);
    }
    l.above = -40;
    CHECK_NEAR(fill_loss(&l, 10), 10, 1e-12);                /* far below its level every unit is missed */
    l.short_far = l.short_p;                                 /* as likely however far */
    CHECK_NEAR(fill_loss(&l, 10), 1, 1e-12);
    l.rate = 0;
    CHECK_NEAR(fill_loss(&l, 10), 0, 0);
}

TEST(scarce_units_go_where_the_next_one_is_missed_most) {
    Rng rng = rng_of(9);
    Arena *work = arena_begin(MiB);
    for (int round = 0; round < 200; round++) {
        FillLine line[5];
        double units[5], all = 0, given = 0;
        for (int i = 0; i < 5; i++) {
            line[i] = steady();
            line[i].step = 1;
            line[i].need = (double)rng_below(&rng, 40);
            line[i].above = (double)rng_below(&rng, 10) - 5;
            line[i].short_p = 0.1;
            line[i].short_far = 0.001 + 0.05 * rng_unit(&rng);
            line[i].short_cost = 1 + (double)rng_below(&rng, 3);
            all += line[i].need;
        }
        double supply = (double)rng_below(&rng, (uint64_t)all + 1);
        fill_share(line, 5, supply, work, units);
        for (int i = 0; i < 5; i++) {
            CHECK(units[i] >= 0 && units[i] <= line[i].need && units[i] == (double)(int64_t)units[i]);
            given += units[i];
        }
        CHECK_NEAR(given, supply, 1e-9);
        for (int i = 0; i < 5; i++)                          /* no unit is missed less where it is than where it might be */
            for (int k = 0; k < 5; k++) {
                FillLine has = line[i], wants = line[k];
                if (i == k || units[i] < 1 || units[k] + 1 > line[k].need) continue;
                has.above += units[i] - line[i].need;
                wants.above += units[k] + 1 - line[k].need;
                if (has.above - 1 < 0 || wants.above - 1 < 0) continue;
                CHECK(fill_loss(&has, 1) >= fill_loss(&wants, 1) - 1e-9);
            }
    }
    arena_end(&work);
}

TEST(of_two_alike_each_gets_half_whatever_each_asked_for) {
    Arena *work = arena_begin(MiB);
    double units[2];
    FillLine line[2] = { steady(), steady() };
    for (int i = 0; i < 2; i++) {
        line[i].short_p = 0.1;
        line[i].short_far = 0.01;
        line[i].step = 1;
        line[i].need = 20 + 60 * i;                          /* the same position; the second asks for a larger lot */
        line[i].above = line[i].need - 30;
    }
    fill_share(line, 2, 30, work, units);
    CHECK(units[0] == 15 && units[1] == 15);
    arena_end(&work);
}

TEST(every_further_step_costs_more_than_the_one_before) {
    Rng rng = rng_of(3);
    for (int round = 0; round < 200; round++) {
        FillLine l = steady();
        l.need = rng_chance(&rng, 0.5) ? 5 : 0;
        l.step = (double)rng_between(&rng, 1, 12);
        l.first = l.step * (double)rng_between(&rng, 1, 4);
        l.above = rng_unit(&rng) * 60;
        l.rate = 0.1 + rng_unit(&rng) * 9;
        l.short_p = rng_unit(&rng) * 0.3;
        l.short_far = l.short_p * rng_unit(&rng);
        double at = l.need > 0 ? 0 : l.first, before = at > 0 ? fill_cost(&l, at) / at : -1e9;
        for (int k = 0; k < 40; k++) {
            double step = (fill_cost(&l, at + l.step) - fill_cost(&l, at)) / l.step;
            CHECK(step >= before - 1e-9);
            before = step;
            at += l.step;
        }
    }
}

/* ---- random assortments ---- */

typedef struct Shop { FillLine line[LINES_MOST]; FillUnits units[LINES_MOST]; int count; FillAsk ask; Fill fill; } Shop;

static double up(double units, double step) {
    double steps = (double)(int64_t)(units / step);
    return (steps * step < units - 1e-9 ? steps + 1 : steps) * step;
}

/* Positions anywhere within two reviews of the level; a third of the lines is below it. */
static void shop_make(Shop *s, Rng *rng, int count, double pack_most) {
    *s = (Shop){ .count = count };
    double own = 0;
    for (int i = 0; i < count; i++) {
        double price = rng_lognormal(rng, 2, 1), rate = rng_lognormal(rng, 0, 1), review = 7;
        double pack = rng_chance(rng, 0.5) ? 1 : (double)rng_between(rng, 2, (int64_t)pack_most), gap = rate * review * (rng_unit(rng) * 3 - 1);
        FillLine *l = &s->line[i];
        *l = (FillLine){ .need = gap < 0 ? up(-gap, pack) : 0, .step = pack, .first = pack * (double)rng_between(rng, 1, 3), .most = 200 * pack, .rate = rate,
                         .review_days = review, .hold_day = price * 0.22 / 365, .short_cost = price * 0.2, .short_p = 0.04, .short_far = 0.004, .far = rate * review,
                         .measure = { price, rng_lognormal(rng, 0, 1), rng_lognormal(rng, -5, 1), -1 } };
        l->above = gap < 0 ? gap + l->need : gap;
        l->wait = l->need > 0 ? price * rate : 0;
        own += l->need * price;
    }
    s->ask.minimum[FILL_VALUE] = (own > 1 ? own : 100) * (1.2 + rng_unit(rng));
}

static void shop_fill(Shop *s) {
    Arena *work = arena_begin(4 * MiB);
    fill_order(&s->ask, s->line, s->count, work, s->units, &s->fill);
    arena_end(&work);
}

static void nobody_waits(Shop *s) {
    for (int i = 0; i < s->count; i++) s->line[i].wait = 1e9;
    s->line[0].need = s->line[0].need > 0 ? s->line[0].need : s->line[0].first;
}

static double reached(const Shop *s, int m) {
    double sum = 0;
    for (int i = 0; i < s->count; i++) sum += (s->line[i].need + s->units[i].to_minimum + s->units[i].to_load) * s->line[i].measure[m];
    return sum;
}

static void is_allowed(const Shop *s) {
    for (int i = 0; i < s->count; i++) {
        const FillLine *l = &s->line[i];
        double units = s->units[i].to_minimum + s->units[i].to_load, first = l->need > 0 ? 0 : l->first;
        CHECK(units >= 0 && units <= l->most + 1e-9);
        CHECK_NEAR(units, up(units, l->step), 1e-6);
        CHECK(units < 1e-9 || units >= first - 1e-9);
    }
}

/* ---- the minimum ---- */

/* The least cost of all combinations of the lines from `i` on. */
static double least_of_all(const Shop *s, int i, double missing, double spent, double best) {
    if (missing <= 1e-9) return spent < best ? spent : best;
    if (i == s->count) return best;
    const FillLine *l = &s->line[i];
    best = least_of_all(s, i + 1, missing, spent, best);
    for (double units = l->need > 0 ? l->step : l->first; units <= l->most; units += l->step) {
        double cost = spent + fill_cost(l, units);
        best = least_of_all(s, i + 1, missing - units * l->measure[FILL_VALUE], cost, best);
        if (missing - units * l->measure[FILL_VALUE] <= 1e-9) break;
    }
    return best;
}

TEST(the_minimum_is_met_nearly_as_cheaply_as_by_the_best_of_all_combinations) {
    Rng rng = rng_of(11);
    double ours = 0, best = 0, worst = 0;
    int same = 0, rounds = 300;
    for (int round = 0; round < rounds; round++) {
        Shop s;
        shop_make(&s, &rng, 4, 12);
        nobody_waits(&s);
        double own = 0;
        for (int i = 0; i < s.count; i++) {
            s.line[i].most = (s.line[i].need > 0 ? 0 : s.line[i].first) + 6 * s.line[i].step;
            s.line[i].short_p = 0;                           /* only holding: a cost that a gap can be a share of */
            own += s.line[i].need * s.line[i].measure[FILL_VALUE];
        }
        s.ask.minimum[FILL_VALUE] = own * 1.15;
        shop_fill(&s);
        double least = least_of_all(&s, 0, s.ask.minimum[FILL_VALUE] - own, 0, 1e18);
        CHECK_EQ(s.fill.choice, least < 1e17 ? FILL_UP : FILL_CANNOT);
        if (s.fill.choice != FILL_UP) continue;
        is_allowed(&s);
        CHECK(reached(&s, FILL_VALUE) >= s.ask.minimum[FILL_VALUE] * (1 - 1e-8));
        CHECK(s.fill.cost >= least - 1e-9);
        CHECK(s.fill.cost <= 2 * least + 1e-9);
        ours += s.fill.cost;
        best += least;
        same += s.fill.cost <= least * (1 + 1e-9);
        if (s.fill.cost / least > worst) worst = s.fill.cost / least;
    }
    printf("      least cost met in %d of %d, %.2f %% above it on the whole, %.0f %% at worst\n", same, rounds, 100 * (ours / best - 1), 100 * (worst - 1));
    CHECK(ours <= 1.03 * best);
    CHECK(same >= rounds * 8 / 10);
}

/* What planners do by hand and other systems by rule: a day of demand more for every line, rounded to its steps, until the limit breaks; one day back; then line
 * by line in the order of the days they last. */
static double cost_by_days(const Shop *s) {
    double added[LINES_MOST] = { 0 }, before[LINES_MOST] = { 0 }, sum = 0, minimum = s->ask.minimum[FILL_VALUE], cost = 0;
    for (int day = 1; day < 2000; day++) {
        memcpy(before, added, sizeof added);
        sum = 0;
        for (int i = 0; i < s->count; i++) {
            const FillLine *l = &s->line[i];
            double wants = day * l->rate - l->above, first = l->need > 0 ? 0 : l->first;
            added[i] = wants > 1e-9 ? up(wants > first ? wants : first, l->step) : 0;
            if (added[i] > l->most) added[i] = l->most;
            sum += (l->need + added[i]) * l->measure[FILL_VALUE];
        }
        if (sum >= minimum) break;
    }
    double back = 0;
    for (int i = 0; i < s->count; i++) back += (s->line[i].need + before[i]) * s->line[i].measure[FILL_VALUE];
    for (;;) {                                               /* one more step of whatever lasts shortest */
        int next = -1;
        double days = 0;
        for (int i = 0; i < s->count && back < minimum; i++) {
            if (before[i] >= added[i]) continue;
            double lasts = (s->line[i].above + before[i]) / s->line[i].rate;
            if (next < 0 || lasts < days) next = i, days = lasts;
        }
        if (next < 0) break;
        back += (added[next] - before[next]) * s->line[next].measure[FILL_VALUE];
        before[next] = added[next];
    }
    for (int i = 0; i < s->count; i++) cost += fill_cost(&s->line[i], before[i]);
    return back >= minimum * (1 - 1e-9) ? cost : -1;
}

TEST(filling_costs_less_than_a_day_of_demand_for_every_line_until_the_limit_breaks) {
    Rng rng = rng_of(17);
    double ours = 0, peer = 0;
    int rounds = 0, dearer = 0;
    for (int round = 0; round < 300; round++) {
        Shop s;
        shop_make(&s, &rng, (int)rng_between(&rng, 5, 80), 24);
        nobody_waits(&s);
        shop_fill(&s);
        for (int i = 0; i < s.count; i++) s.line[i].wait = 1e9;
        double theirs = cost_by_days(&s);
        if (s.fill.choice != FILL_UP || theirs < 0) continue;
        is_allowed(&s);
        rounds++;
        ours += s.fill.cost;
        peer += theirs;
        dearer += s.fill.cost > theirs + 1e-6;
    }
    printf("      %d orders: %.2f against %.2f of the rule by days, dearer in %d\n", rounds, ours, peer, dearer);
    CHECK(rounds > 200);
    CHECK(ours < 0.75 * peer);
    CHECK(dearer <= rounds / 8);
}

TEST(every_minimum_that_is_told_is_met_and_what_is_not_known_is_not_counted) {
    Rng rng = rng_of(23);
    Shop s;
    shop_make(&s, &rng, 40, 12);
    nobody_waits(&s);
    s.line[1].measure[FILL_WEIGHT] = -1;
    s.line[1].need = 30;
    s.ask.minimum[FILL_WEIGHT] = 500;
    s.ask.minimum[FILL_VOLUME] = 2;
    shop_fill(&s);
    CHECK_EQ(s.fill.choice, FILL_UP);
    CHECK(s.fill.reached[FILL_WEIGHT] >= 500 && s.fill.reached[FILL_VOLUME] >= 2);
    CHECK_EQ(s.fill.unknown[FILL_WEIGHT], 1);
    CHECK_EQ(s.fill.unknown[FILL_VOLUME], 0);
    s.ask.minimum[FILL_PALLETS] = 1;                         /* nobody knows how much a pallet holds */
    shop_fill(&s);
    CHECK_EQ(s.fill.choice, FILL_CANNOT);
    for (int i = 0; i < s.count; i++) CHECK(s.units[i].to_minimum == 0 && s.units[i].to_load == 0);
    CHECK_NEAR(s.fill.reached[FILL_WEIGHT], s.fill.own[FILL_WEIGHT], 1e-9);
}

TEST(waiting_is_chosen_when_it_costs_less_and_then_nothing_is_added) {
    Rng rng = rng_of(29);
    Shop s;
    shop_make(&s, &rng, 30, 12);
    nobody_waits(&s);
    s.ask.minimum[FILL_VALUE] *= 3;
    shop_fill(&s);
    CHECK_EQ(s.fill.choice, FILL_UP);
    CHECK(s.fill.cost > 0);
    double cost = s.fill.cost;
    for (int i = 0; i < s.count; i++) s.line[i].wait = 0;
    shop_fill(&s);
    CHECK_EQ(s.fill.choice, FILL_WAIT);
    CHECK_NEAR(s.fill.cost, cost, 1e-9);                     /* still told */
    CHECK(s.fill.wait_cost < cost);                           /* until then demand does a part of the filling */
    CHECK(s.fill.wait_cost > 0);
    for (int i = 0; i < s.count; i++) CHECK(s.units[i].to_minimum == 0);
    for (int i = 0; i < s.count; i++) s.line[i].wait = -1;   /* nobody knows what waiting costs: then nobody is made to wait */
    shop_fill(&s);
    CHECK_EQ(s.fill.choice, FILL_UP);
    CHECK(s.fill.wait_cost < 0);
}

/* ---- trucks ---- */

TEST(a_truck_is_filled_as_far_as_its_freight_is_worth_more_than_holding_and_never_beyond_what_it_takes) {
    Rng rng = rng_of(31);
    for (int round = 0; round < 100; round++) {
        Shop s;
        shop_make(&s, &rng, 40, 12);
        nobody_waits(&s);
        s.ask.minimum[FILL_VALUE] = 0;
        double weight = reached(&s, FILL_WEIGHT);
        s.ask.truck[FILL_WEIGHT] = weight * 1.7;
        s.ask.truck[FILL_VOLUME] = reached(&s, FILL_VOLUME) * 3;
        shop_fill(&s);                                        /* freight costs nothing: nothing is saved by filling */
        for (int i = 0; i < s.count; i++) CHECK(s.units[i].to_load <= 0 || fill_cost(&s.line[i], s.units[i].to_load) < 1e-9);
        s.ask.truck_cost = 1e6;
        shop_fill(&s);
        CHECK_EQ(s.fill.trucks, 1);
        is_allowed(&s);
        CHECK(s.fill.saving > 0);
        CHECK(s.fill.reached[FILL_WEIGHT] <= s.ask.truck[FILL_WEIGHT] * (1 + 1e-6));
        CHECK(s.fill.reached[FILL_VOLUME] <= s.ask.truck[FILL_VOLUME] * (1 + 1e-6));
        CHECK(s.fill.reached[FILL_WEIGHT] > weight);
    }
}

TEST(a_line_whose_measure_is_not_known_is_not_put_on_a_truck_that_is_bounded_by_it) {
    Rng rng = rng_of(37);
    Shop s;
    shop_make(&s, &rng, 10, 6);
    s.ask = (FillAsk){ .truck = { [FILL_WEIGHT] = 1000, [FILL_PALLETS] = 33 }, .truck_cost = 1e6 };
    nobody_waits(&s);
    shop_fill(&s);
    for (int i = 0; i < s.count; i++) CHECK(s.units[i].to_load == 0);
    CHECK(s.fill.unknown[FILL_PALLETS] > 0);
}

TEST(an_order_is_filled_the_same_every_time_and_nothing_strange_breaks_it) {
    Rng rng = rng_of(41);
    for (int round = 0; round < 300; round++) {
        Shop s, again;
        shop_make(&s, &rng, (int)rng_between(&rng, 0, 30), 12);
        for (int i = 0; i < s.count; i++) {
            if (rng_chance(&rng, 0.2)) s.line[i].rate = 0;
            if (rng_chance(&rng, 0.2)) s.line[i].most = 0;
            if (rng_chance(&rng, 0.2)) s.line[i].measure[FILL_VALUE] = rng_chance(&rng, 0.5) ? 0 : -1;
            if (rng_chance(&rng, 0.2)) s.line[i].hold_day = s.line[i].short_cost = 0;
            if (rng_chance(&rng, 0.1)) s.line[i].above = -1e12;
        }
        s.ask.truck[FILL_VALUE] = rng_chance(&rng, 0.5) ? 1e-6 : 1e3;
        s.ask.truck_cost = rng_unit(&rng) * 100;
        again = s;
        shop_fill(&s);
        shop_fill(&again);
        CHECK(memcmp(s.units, again.units, sizeof s.units[0] * (size_t)s.count) == 0);
        CHECK(s.fill.cost == s.fill.cost && s.fill.wait_cost == s.fill.wait_cost && s.fill.saving >= 0);
        for (int i = 0; i < s.count; i++) CHECK(s.units[i].to_minimum >= 0 && s.units[i].to_load >= -1e-9 && s.units[i].cost == s.units[i].cost);
    }
}
