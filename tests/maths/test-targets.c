/* One wish for many items: marginal analysis is the cheapest way, promises are kept, budgets are kept, curves are what the policy does. */
#include "base/rng.h"
#include "maths/targets.h"
#include "near.h"

enum { ITEMS = 200, POINTS = 32 };

typedef struct Shop { TargetPoint point[ITEMS][POINTS]; TargetItem item[ITEMS]; } Shop;

/* Poisson items at monthly base stock: cheap and dear, slow and fast. Group 0 is the cheaper half. */
static void shop_make(Shop *shop) {
    Rng rng = rng_of(5);
    for (int i = 0; i < ITEMS; i++) {
        double mean = rng_lognormal(&rng, 0, 0.8), price = rng_lognormal(&rng, 3, 1.2);
        Dist d;
        dist_poisson(mean, &d);
        for (int p = 0; p < POINTS; p++)
            shop->point[i][p] = (TargetPoint){ .level = p, .service = 1 - dist_short(&d, p) / mean, .capital = price * dist_left(&d, p) };
        shop->item[i] = (TargetItem){ .point = shop->point[i], .points = POINTS, .weight = mean, .group = price > 20 };
    }
}

static TargetSum choose(const Shop *shop, TargetAsk ask, TargetChoice *choice) {
    Arena *work = arena_begin(4 * MiB);
    TargetSum sum;
    targets_choose(targets_begin(shop->item, ITEMS, 2, work), &ask, choice, &sum);
    arena_end(&work);
    return sum;
}

static double capital_at_same_service(const Shop *shop, double least) {
    double capital = 0;
    for (int i = 0; i < ITEMS; i++) {
        int p = 0;
        while (p < POINTS - 1 && shop->point[i][p].service < least) p++;
        capital += shop->point[i][p].capital;
    }
    return capital;
}

TEST(targets_by_value_bind_less_capital_than_the_same_target_for_all) {
    static Shop shop;
    TargetChoice choice[ITEMS];
    shop_make(&shop);
    TargetSum sum = choose(&shop, (TargetAsk){ .service = 0.95 }, choice);
    CHECK(sum.met);
    CHECK_BETWEEN(sum.service, 0.95, 0.953);
    CHECK(sum.capital < 0.7 * capital_at_same_service(&shop, 0.95));
}

TEST(no_single_exchange_makes_targets_cheaper) {           /* the optimum, but for the last step: every item takes what is worth more, and nothing else */
    static Shop shop;
    TargetChoice choice[ITEMS];
    shop_make(&shop);
    TargetSum sum = choose(&shop, (TargetAsk){ .service = 0.93 }, choice);
    for (int i = 0; i < ITEMS; i++) {
        CHECK(choice[i].point == 0 || choice[i].worth >= sum.worth - 1e-12);
        CHECK(choice[i].next <= sum.worth + 1e-12);
        const TargetPoint *at = &shop.point[i][choice[i].point];
        double here = shop.item[i].weight * at->service - sum.worth * at->capital;      /* Everett: best at the price of money */
        for (int p = 0; p < POINTS; p++)
            CHECK(shop.item[i].weight * shop.point[i][p].service - sum.worth * shop.point[i][p].capital <= here + 1e-9);
    }
}

TEST(a_promise_to_a_group_is_kept_and_costs) {
    static Shop shop;
    TargetChoice choice[ITEMS];
    shop_make(&shop);
    double least[2] = { 0, 0.93 };
    TargetSum free_hand = choose(&shop, (TargetAsk){ .service = 0.95 }, choice), bound = choose(&shop, (TargetAsk){ .service = 0.95, .group_least = least }, choice);
    double served = 0, weight = 0;
    for (int i = 0; i < ITEMS; i++) {
        if (shop.item[i].group != 1) continue;
        served += shop.item[i].weight * shop.point[i][choice[i].point].service;
        weight += shop.item[i].weight;
    }
    CHECK(bound.met);
    CHECK(served / weight >= 0.93);
    CHECK(bound.capital >= free_hand.capital);
    CHECK(bound.service >= 0.95 - 1e-9);
}

TEST(a_budget_is_spent_and_never_passed) {
    static Shop shop;
    TargetChoice choice[ITEMS];
    shop_make(&shop);
    double before = 0;
    for (double budget = 1000; budget <= 20000; budget += 1000) {
        TargetSum sum = choose(&shop, (TargetAsk){ .budget = budget }, choice);
        CHECK(sum.capital <= budget);
        CHECK(sum.service >= before);
        before = sum.service;
    }
    CHECK(before > 0.9);
}

TEST(odd_assortments_have_targets_too) {
    TargetPoint flat[2] = { { 0, 1, 0 }, { 1, 1, 5 } };
    TargetItem item[2] = { { .point = flat, .points = 2, .weight = 0 }, { .point = flat, .points = 1, .weight = 3 } };
    TargetChoice choice[2];
    TargetSum sum;
    Arena *work = arena_begin(MiB);
    targets_choose(targets_begin(item, 2, 1, work), &(TargetAsk){ .service = 0.99 }, choice, &sum);
    CHECK(sum.met && sum.capital == 0 && choice[0].point == 0 && choice[1].point == 0);
    targets_choose(targets_begin(item, 0, 1, work), &(TargetAsk){ .service = 0.99 }, choice, &sum);
    CHECK(sum.met && sum.capital == 0);
    arena_end(&work);
}

TEST(a_curve_is_the_service_and_stock_of_the_policy) {     /* periodic review, lead time 5, review 7, Poisson .9 a day, lot of four reviews: played for 200,000 days */
    enum { LEAD = 5, REVIEW = 7, DAYS = 200000 };
    Dist lead, all;
    double rate = 0.9, lot = 25;
    dist_poisson(rate * LEAD, &lead);
    dist_poisson(rate * (LEAD + REVIEW), &all);
    QuantityInput in = { .goal = { .kind = GOAL_UNIT_FILL }, .protect = { .mean = all.mean, .noise_var = all.mean }, .protect_demand = &all, .lead_demand = &lead,
                         .limits = { .minimum = (int64_t)lot * 1000000 } };
    TargetPoint point[TARGET_POINTS_MOST];
    int n = target_curve(&in, 10, point);
    CHECK(n > 8);
    for (int p = n / 3; p < n; p += n / 4) {
        Rng rng = rng_of(11);
        double stock = point[p].level, pipe[LEAD + 1] = { 0 }, wanted = 0, met = 0, held = 0;
        for (int t = 0; t < DAYS; t++) {
            stock += pipe[t % (LEAD + 1)];
            pipe[t % (LEAD + 1)] = 0;
            double position = stock, demand = (double)rng_poisson(&rng, rate);
            for (int i = 0; i <= LEAD; i++) position += pipe[i];
            if (t % REVIEW == 0 && position < point[p].level) pipe[(t + LEAD) % (LEAD + 1)] += point[p].level - position > lot ? point[p].level - position : lot;
            double shelf = stock > 0 ? stock : 0;
            wanted += demand;
            met += demand < shelf ? demand : shelf;
            stock -= demand;
            held += shelf - (demand < shelf ? demand : shelf);
        }
        CHECK_NEAR(point[p].service, met / wanted, 0.02);
        CHECK_BETWEEN(point[p].capital / (10 * held / DAYS), 0.85, 1.15);
    }
}
