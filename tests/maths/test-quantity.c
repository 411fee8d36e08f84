#include "base/rng.h"
#include "maths/fn.h"
#include "maths/quantity.h"
#include "maths/risk.h"
#include "near.h"

typedef struct Example { DemandModel model; LeadPoints points; Dist protect, lead; QuantityInput in; } Example;

static int64_t micro(double units) { return (int64_t)(units * 1e6 + (units < 0 ? -0.5 : 0.5)); }

static void begin(Example *e, double daily_mean, double daily_var, double lead_days, double review_days) {
    demand_prior(daily_mean, 0, 1, &e->model);
    e->model.noise_var = daily_var;
    e->model.level_var = daily_mean * daily_mean * 0.01;
    LeadTime t;
    lead_stated(lead_days, 0.25, &t);
    e->points = lead_points(&t, 6);
    ProtectInput p = { .demand = &e->model, .lead = &e->points, .review_days = review_days };
    e->in = (QuantityInput){ .protect_demand = &e->protect, .lead_demand = &e->lead };
    e->in.goal = (Goal){ .kind = GOAL_CYCLE, .target = 0.95, .line_units = 3, .holding_cost = 1, .shortage_cost = 9 };
    e->in.protect = protect_demand(&p, &e->protect);
    p.review_days = 0;
    protect_demand(&p, &e->lead);
}

static void check_arithmetic(const QuantityInput *in, const Quantity *q) {
    int64_t sum = 0;
    for (int k = 0; k < TERM_COUNT_; k++) {
        sum += q->term[k];
        CHECK(q->term[k] == quantity_term(in, (QuantityTermKind)k));
        CHECK(quantity_term_code((QuantityTermKind)k)[0] != 0);
    }
    CHECK(sum == q->micro);
    CHECK(q->micro >= 0);
    int64_t level = 0;
    for (int k = 0; k <= TERM_SKEW; k++) level += q->term[k];
    CHECK(level == micro(q->level) || in->goal.kind == GOAL_COST);
}

TEST(terms_sum_to_the_quantity_whatever_comes_in) {
    Rng rng = rng_of(1);
    for (int round = 0; round < 400; round++) {
        Example e;
        double mean = rng_lognormal(&rng, 0, 1.5);
        begin(&e, mean, mean * (0.5 + 3 * rng_unit(&rng)), 3 + 30 * rng_unit(&rng), 7);
        e.in.goal.kind = (GoalKind)(round % 4);
        e.in.goal.target = 0.5 + 0.5 * rng_unit(&rng);
        double scale = e.protect.mean * 2;
        e.in.position = (Position){ .on_hand = micro(scale * rng_unit(&rng)), .on_order = micro(0.3 * scale * rng_unit(&rng)),
            .backorders = rng_chance(&rng, 0.2) ? micro(5) : 0, .own_commands = rng_chance(&rng, 0.2) ? micro(12) : 0,
            .expected_short = micro(0.125), .firm_demand = rng_chance(&rng, 0.1) ? micro(40) : 0 };
        if (rng_chance(&rng, 0.5)) e.in.limits.minimum = micro((double)rng_between(&rng, 1, 60));
        if (rng_chance(&rng, 0.5)) e.in.limits.multiple = micro((double)rng_between(&rng, 1, 24));
        if (rng_chance(&rng, 0.3)) e.in.limits.order_maximum = micro((double)rng_between(&rng, 10, 200));
        if (rng_chance(&rng, 0.3)) e.in.limits.stock_maximum = micro((double)rng_between(&rng, 10, 300));
        if (rng_chance(&rng, 0.2)) e.in.limits.shelf_maximum = micro((double)rng_between(&rng, 1, 300));
        if (rng_chance(&rng, 0.2)) e.in.limits.lot = micro((double)rng_between(&rng, 1, 300));
        PriceBreaks breaks = { .count = 2, .at = { { micro(20), 9.5 }, { micro((double)rng_between(&rng, 25, 400)), 8 } }, .price = 10, .most = 400,
                               .line = { .rate = mean, .review_days = 7, .hold_day = 0.004, .short_cost = 3, .far = 7 * mean } };
        if (rng_chance(&rng, 0.3)) e.in.breaks = &breaks;
        Quantity q;
        quantity_decide(&e.in, &q);
        check_arithmetic(&e.in, &q);
        const Constraints *c = &e.in.limits;
        if (q.micro > 0) {
            CHECK(q.micro >= c->minimum);
            CHECK(q.micro % (c->multiple ? c->multiple : 1000000) == 0);
            CHECK(c->order_maximum == 0 || q.micro <= c->order_maximum);
            CHECK(c->stock_maximum == 0 || q.position_micro + q.micro <= c->stock_maximum);
            CHECK(c->shelf_maximum == 0 || q.position_micro + q.micro <= c->shelf_maximum);
        }
        if (e.in.goal.kind != GOAL_COST && q.clash == CLASH_NONE && q.need_micro > 0) CHECK(q.micro + 1000 >= q.need_micro);
        if (q.need_micro <= 0) CHECK(q.micro == 0);
    }
}

static Quantity with_limits(double need, Constraints limits) {   /* a need of exactly this many units */
    Dist d;
    dist_point(need, &d);
    QuantityInput in = { .goal = { .kind = GOAL_CYCLE, .target = 0.95 }, .protect = { .mean = need }, .protect_demand = &d, .limits = limits };
    Quantity q;
    quantity_decide(&in, &q);
    check_arithmetic(&in, &q);
    return q;
}

TEST(minimum_and_multiple_are_a_set_not_steps) {          /* need 3, multiple 6, minimum 10: 12, not 10 (notes 2.6) */
    Quantity q = with_limits(3, (Constraints){ .minimum = micro(10), .multiple = micro(6) });
    CHECK(q.micro == micro(12));
    CHECK(q.term[TERM_MINIMUM] == micro(7));
    CHECK(q.term[TERM_MULTIPLE] == micro(2));
    CHECK(q.clash == CLASH_NONE);
}

TEST(a_clash_is_named_and_nothing_forbidden_is_ordered) {
    Quantity q = with_limits(50, (Constraints){ .minimum = micro(40), .order_maximum = micro(30) });
    CHECK(q.micro == 0 && q.clash == CLASH_MINIMUM_OVER_ORDER_MAXIMUM);
    q = with_limits(50, (Constraints){ .minimum = micro(40), .stock_maximum = micro(30) });
    CHECK(q.micro == 0 && q.clash == CLASH_MINIMUM_OVER_STOCK_MAXIMUM);
    q = with_limits(50, (Constraints){ .multiple = micro(36), .order_maximum = micro(30) });
    CHECK(q.micro == 0 && q.clash == CLASH_MULTIPLE_OVER_MAXIMUM);
    q = with_limits(50, (Constraints){ .multiple = micro(12), .order_maximum = micro(40) });
    CHECK(q.micro == micro(36) && q.clash == CLASH_ORDER_MAXIMUM_SHORT);
    CHECK_STR(quantity_clash_name(q.clash), "order-maximum-short");
    q = with_limits(50, (Constraints){ .minimum = micro(40), .shelf_maximum = micro(30) });
    CHECK(q.micro == 0 && q.clash == CLASH_MINIMUM_OVER_SHELF_LIFE);
    q = with_limits(50, (Constraints){ .multiple = micro(12), .shelf_maximum = micro(40) });
    CHECK(q.micro == micro(36) && q.clash == CLASH_SHELF_LIFE_SHORT && q.term[TERM_SHELF_LIFE] == micro(-24));
    CHECK_STR(quantity_clash_name(q.clash), "shelf-life-short");
    q = with_limits(50, (Constraints){ .lot = micro(90), .stock_maximum = micro(70) });       /* what is only worth while gives way */
    CHECK(q.micro == micro(70) && q.clash == CLASH_NONE);
}

TEST(fractions_round_up_but_dust_does_not) {
    CHECK(with_limits(2.3, (Constraints){ 0 }).micro == micro(3));
    CHECK(with_limits(264.0000004, (Constraints){ 0 }).micro == micro(264));
    CHECK(with_limits(2.3, (Constraints){ .unit = 100000 }).micro == micro(2.3));
}

TEST(by_cost_rounding_may_go_down) {                      /* need 25 by pallets of 24: one pallet, not two */
    Dist d;
    dist_poisson(21, &d);
    QuantityInput in = { .goal = { .kind = GOAL_COST, .holding_cost = 1, .shortage_cost = 4 }, .protect = { .mean = 21, .noise_var = 21 },
                         .protect_demand = &d, .limits = { .multiple = micro(24) } };
    Quantity q;
    quantity_decide(&in, &q);
    CHECK(q.micro == micro(24));
    CHECK(q.term[TERM_MULTIPLE] < 0);
    check_arithmetic(&in, &q);
    in.limits.minimum = micro(240);                       /* and a minimum far too large is not worth it */
    quantity_decide(&in, &q);
    CHECK(q.micro == 0);
    check_arithmetic(&in, &q);
}

TEST(by_cost_a_fraction_goes_to_the_cheaper_whole_unit) {  /* a need of a tenth above ten is ten, and below one is nothing */
    Dist d;
    dist_normal(10, 0.4, &d);
    QuantityInput in = { .goal = { .kind = GOAL_COST, .holding_cost = 1, .shortage_cost = 1.5 }, .protect = { .mean = 10, .noise_var = 0.16 },
                         .protect_demand = &d };
    Quantity q;
    quantity_decide(&in, &q);
    CHECK(q.need_micro > micro(10));
    CHECK(q.micro == micro(10));
    check_arithmetic(&in, &q);
    in.position.on_hand = micro(10);
    in.limits.minimum = micro(5);
    quantity_decide(&in, &q);
    CHECK(q.micro == 0);
    check_arithmetic(&in, &q);
}

TEST(newsvendor_by_cost_matches_the_textbook) {           /* Snyder & Shen, example 4.3 */
    Dist d;
    dist_normal(50, 8, &d);
    QuantityInput in = { .goal = { .kind = GOAL_COST, .holding_cost = 0.18, .shortage_cost = 0.70 }, .protect_demand = &d };
    CHECK_NEAR(quantity_level(&in), 56.60395592743389, d.step);
    CHECK_NEAR(quantity_cost(&in, micro(56.604)), 1.9976, 0.01);
}

TEST(at_the_mean_a_large_order_still_fills_nine_tenths) { /* notes 2.3: k = 0, Q = 4 sigma gives 90 % */
    Dist lead, all;
    dist_normal(100, 10, &lead);
    dist_shift(&lead, 40, &all);                          /* Q = 40 = 4 sigma of certain demand between */
    QuantityInput in = { .goal = { .kind = GOAL_UNIT_FILL, .target = 0.9 }, .protect = { .mean = 140, .noise_var = 100 },
                         .protect_demand = &all, .lead_demand = &lead };
    CHECK_NEAR(quantity_level(&in), 140, 1);
    in.goal.target = 0.8;
    double backorders = quantity_level(&in);
    in.goal.lost_sales = 1;
    CHECK(quantity_level(&in) < backorders);                   /* lost sales: 1 - ES / (Q + ES) needs less */
}

TEST(a_larger_order_needs_less_safety_for_the_same_fill) { /* notes 2.3: the minimum order changes the safety stock */
    Dist lead, all;
    double last = 1e9;
    dist_normal(100, 30, &lead);
    for (double order = 20; order < 700; order *= 2) {
        dist_shift(&lead, order, &all);
        QuantityInput in = { .goal = { .kind = GOAL_UNIT_FILL, .target = 0.95 }, .protect_demand = &all, .lead_demand = &lead };
        double safety = quantity_level(&in) - order - 100;
        CHECK(safety <= last);
        last = safety;
    }
    CHECK(last < 0);                                      /* k may be negative and is not clamped */
}

TEST(each_service_is_reached_in_simulation) {
    /* Periodic review with backorders: cycle, unit fill and line fill of the levels, R = 7, L = 14 fixed. */
    enum { CYCLES = 6000, LEAD = 14, REVIEW = 7 };
    DemandModel m;
    demand_prior(3, 0, 1, &m);
    m.noise_var = 12;
    LeadPoints fortnight = { .count = 1, .days = { LEAD }, .share = { 1 } };
    Dist all, lead;
    QuantityInput in = { .protect_demand = &all, .lead_demand = &lead };
    in.protect = protect_demand(&(ProtectInput){ .demand = &m, .lead = &fortnight, .review_days = REVIEW }, &all);
    protect_demand(&(ProtectInput){ .demand = &m, .lead = &fortnight }, &lead);
    double levels[3];
    for (int g = 0; g < 3; g++) {
        in.goal = (Goal){ .kind = (GoalKind)g, .target = 0.93, .line_units = 4 };
        levels[g] = quantity_level(&in);
    }
    Rng rng = rng_of(4);
    double met[3] = { 0 }, wanted[3] = { 0 };
    for (int i = 0; i < CYCLES; i++) {
        double before = 0, cycle = 0;
        for (int d = 0; d < LEAD; d++) before += (double)rng_negative_binomial(&rng, 3, 12);
        double unit_left = levels[1] - before;
        double line_left = levels[2] - before;
        for (int d = 0; d < REVIEW; d++) {
            double want = (double)rng_negative_binomial(&rng, 3, 12);
            cycle += want;
            double got = unit_left <= 0 ? 0 : want < unit_left ? want : unit_left;
            met[1] += got;
            wanted[1] += want;
            unit_left -= want;
            for (; want > 0; want -= 4) {                 /* lines of 4 */
                double line = want < 4 ? want : 4;
                met[2] += line_left >= line;
                wanted[2] += 1;
                line_left -= line;
            }
        }
        met[0] += before + cycle <= levels[0];
        wanted[0] += 1;
    }
    CHECK_NEAR(met[0] / wanted[0], 0.93, 0.02);
    CHECK_NEAR(met[1] / wanted[1], 0.93, 0.02);
    CHECK_NEAR(met[2] / wanted[2], 0.93, 0.03);
}

/* A need of 30 at 10 each, two units a day, held at .01 a unit and day; no shortage to avoid. */
static Quantity with_breaks(const PriceBreaks *breaks, Constraints limits) {
    Dist d;
    dist_point(30, &d);
    QuantityInput in = { .goal = { .kind = GOAL_CYCLE, .target = 0.95 }, .protect = { .mean = 30 }, .protect_demand = &d, .limits = limits, .breaks = breaks };
    Quantity q;
    quantity_decide(&in, &q);
    check_arithmetic(&in, &q);
    return q;
}

/* What 200 cost more than 30, by hand: unit v of the 170 on top lies max(7, v / 2 + 3.5) days longer. */
static double held_by_hand(int units) {
    double sum = 0;
    for (int v = 0; v < units; v++) sum += 0.01 * (v / 2.0 + 3.5 > 7 ? v / 2.0 + 3.5 : 7);
    return sum;
}

TEST(a_price_break_is_taken_when_it_saves_more_than_holding_costs) {
    PriceBreaks b = { .count = 2, .at = { { micro(100), 9.9 }, { micro(200), 9.5 } }, .price = 10, .most = 1000,
                      .line = { .rate = 2, .review_days = 7, .hold_day = 0.01, .far = 14 } };
    Quantity q = with_breaks(&b, (Constraints){ 0 });
    double second = 0.5 * 200 - held_by_hand(170), first = 0.1 * 100 - held_by_hand(70);
    CHECK(second > 0 && first < 0);
    CHECK(q.micro == micro(200) && q.term[TERM_PRICE_BREAK] == micro(170));
    CHECK_NEAR(q.price, 9.5, 1e-12);
    CHECK(q.other == micro(30));
    CHECK_NEAR(q.other_price, 10, 1e-12);
    CHECK_NEAR(q.other_dearer, second, 1e-6);
    b.at[1].price = 9.8;                                  /* 40 saved, 75 to hold */
    q = with_breaks(&b, (Constraints){ 0 });
    CHECK(q.micro == micro(30) && q.price == 10 && q.term[TERM_PRICE_BREAK] == 0);
    CHECK(q.other == micro(100));                          /* the dearer by least */
    CHECK_NEAR(q.other_dearer, -first, 1e-6);
    b.at[1].price = 9.5;
    q = with_breaks(&b, (Constraints){ .multiple = micro(24) });
    CHECK(q.micro == micro(216));                          /* in full packs */
    q = with_breaks(&b, (Constraints){ .shelf_maximum = micro(150) });
    CHECK(q.micro == micro(30));                           /* never beyond what may be ordered */
    b.most = 199;
    CHECK(with_breaks(&b, (Constraints){ 0 }).micro == micro(30));
}

TEST(a_little_may_be_left_off_for_full_packs_only_above_the_order_point) {
    Dist lead, none;
    Undershoot u;
    dist_point(40, &lead);
    dist_point(1, &none);
    undershoot_find(&(UndershootInput){ .review = &none, .gap = 25, .lot = 12 }, &u);
    QuantityInput in = { .goal = { .kind = GOAL_CYCLE, .target = 0.95 }, .protect = { .mean = 40 }, .protect_demand = &lead, .lead_demand = &lead,
        .trigger = { .kind = TRIGGER_POINT, .gap = micro(25), .undershoot = &u }, .limits = { .multiple = micro(12), .round_down = micro(2) }, .position = { .on_hand = micro(39) } };
    Quantity q;
    quantity_decide(&in, &q);                              /* need 26 */
    CHECK(q.micro == micro(24) && q.term[TERM_MULTIPLE] == micro(-2));
    check_arithmetic(&in, &q);
    in.limits.round_down = micro(1);
    quantity_decide(&in, &q);
    CHECK(q.micro == micro(36));
    in.trigger.gap = micro(1);                             /* need 2: nothing at all would be below the point */
    in.limits.round_down = micro(2);
    quantity_decide(&in, &q);
    CHECK(q.micro == micro(12));
}
