#include "base/rng.h"
#include "maths/fn.h"
#include "maths/quantity.h"
#include "near.h"

static int64_t micro(double units) { return (int64_t)(units * 1e6 + 0.5); }

TEST(lumps_of_one_size_move_the_undershoot_with_the_gap) { /* domain notes 2.5: lump 20, U = 10, 7, 0 at S - s = 50, 53, 60 */
    static const double notes[3][2] = { { 50, 10 }, { 53, 7 }, { 60, 0 } };
    const double units[2] = { 0, 20 }, share[2] = { 0.7, 0.3 };
    Dist day;
    dist_samples(units, share, 2, &day);
    for (int i = 0; i < 3; i++) {
        Undershoot u;
        undershoot_find(&(UndershootInput){ .review = &day, .gap = notes[i][0] }, &u);
        CHECK_NEAR(u.below.mean, notes[i][1], 1e-9);
        CHECK_NEAR(dist_variance(&u.below), 0, 1e-9);
        CHECK_NEAR(u.order, 60, 1e-9);
    }
}

/* (R,nQ) in whole units: the residual demand P(D > u) / E[D], by <= ; and a large gap of (s,S) tends to the same. */
TEST(whole_units_fall_below_by_the_residual_demand) {
    Dist day;
    dist_counts(6, 20, &day);
    Undershoot lots, gap, huge;
    undershoot_find(&(UndershootInput){ .review = &day, .gap = 1, .lot = 37 }, &lots);
    undershoot_find(&(UndershootInput){ .review = &day, .gap = 500 }, &gap);
    undershoot_find(&(UndershootInput){ .review = &day, .gap = 1, .lot = 100000 }, &huge);
    double mean = (dist_variance(&day) + day.mean * day.mean) / (2 * day.mean) - 0.5;
    CHECK_NEAR(lots.below.mean, mean, 1e-4);
    CHECK_NEAR(gap.below.mean, mean, 1e-4);
    CHECK_NEAR(huge.below.mean, mean, 1e-4);
    for (int u = 0; u < 20; u++) {
        double told = dist_above(&day, u) / day.mean;
        CHECK_NEAR(dist_below(&lots.below, u) - dist_below(&lots.below, u - 1), told, 1e-5);
        CHECK_NEAR(dist_below(&gap.below, u) - dist_below(&gap.below, u - 1), told, 1e-5);
    }
    double seen = 0;
    for (int i = 0; i < UNDERSHOOT_SEEN; i++) seen += lots.seen[i] / UNDERSHOOT_SEEN;
    CHECK_NEAR(seen, 19, 0.01);                              /* a review leaves 1 .. 37 above s, each as often */
    CHECK_NEAR(lots.order, 37, 0.01);
    CHECK_NEAR(huge.order, 100000, 1e-6);
}

TEST(a_way_of_any_length_keeps_its_phase) {                  /* lumps of 6: 6000 less 1 is 5 below the last lump, as 5 is */
    const double units[2] = { 0, 6 };
    Dist day;
    Undershoot far;
    dist_samples(units, NULL, 2, &day);
    undershoot_find(&(UndershootInput){ .review = &day, .gap = 59999 }, &far);
    CHECK_NEAR(far.below.mean, 1, 1e-9);
    undershoot_find(&(UndershootInput){ .review = &day, .gap = 60000 }, &far);
    CHECK_NEAR(far.below.mean, 0, 1e-9);
}

TEST(nothing_sold_falls_nowhere) {
    Dist none;
    Undershoot u;
    dist_point(0, &none);
    undershoot_find(&(UndershootInput){ .review = &none, .gap = 10, .lot = 4 }, &u);
    CHECK_NEAR(u.below.mean, 0, 0);
    CHECK_NEAR(u.order, 10, 0);
}

/* ---- a triggered policy played: review every R days, lead time L, backorders ---- */

enum { LEAD = 10, DAYS = 120000 };
typedef struct Rule { int review; double point, gap, lot; } Rule;
typedef struct Played { double cycle, fill, line, stock, below; } Played;

static double day_of(Rng *rng) { return rng_chance(rng, 0.35) ? (double)rng_below(rng, 3) * 4 + 2 : 0; }   /* lumps of 2, 6 and 10 */

static Played play(Rule rule) {
    static double due[DAYS + LEAD + 1];
    Rng rng = rng_of(31);
    for (int t = 0; t <= DAYS + LEAD; t++) due[t] = 0;
    double stock = rule.point + rule.gap, position = stock, wanted = 0, met = 0, lines = 0, whole = 0, held = 0, below = 0, cycles = 0, quiet = 0;
    for (int t = 0; t < DAYS; t++) {
        if (due[t] > 0) {
            cycles++;
            quiet += stock >= 0;                              /* never short until this arrived */
            stock += due[t];
        }
        if (t % rule.review == 0 && position <= rule.point) {
            double need = rule.point + rule.gap - position;
            double order = rule.lot > 0 ? __builtin_ceil(need / rule.lot - 1e-9) * rule.lot : need;
            below += rule.point - position;
            due[t + LEAD] += order;
            position += order;
        }
        double demand = day_of(&rng), shelf = stock > 0 ? stock : 0;
        if (demand > 0) {
            wanted += demand;
            met += demand < shelf ? demand : shelf;
            lines++;
            whole += demand <= shelf;
        }
        stock -= demand;
        held += 0.5 * (shelf + (stock > 0 ? stock : 0));
        position -= demand;
    }
    return (Played){ quiet / cycles, met / wanted, whole / lines, held / DAYS, below / cycles };
}

typedef struct Told { Dist day, review, lead, whole; Undershoot undershoot; QuantityInput in; } Told;

static void days_of(const Dist *day, int days, Dist *out) {
    *out = *day;
    for (int d = 1; d < days; d++) dist_sum(out, day, out);
}

static void tell(Told *t, GoalKind kind, double target, Rule rule) {
    const double units[4] = { 0, 2, 6, 10 }, share[4] = { 0.65, 0.35 / 3, 0.35 / 3, 0.35 / 3 };
    *t = (Told){ 0 };
    dist_samples(units, share, 4, &t->day);
    days_of(&t->day, rule.review, &t->review);
    days_of(&t->day, LEAD, &t->lead);
    undershoot_find(&(UndershootInput){ .review = &t->review, .gap = rule.gap, .lot = rule.lot }, &t->undershoot);
    dist_sum(&t->lead, &t->undershoot.below, &t->whole);
    t->in = (QuantityInput){ .goal = { .kind = kind, .target = target, .line_units = 6 }, .protect = { .mean = t->lead.mean, .noise_var = dist_variance(&t->lead) },
        .protect_demand = &t->whole, .lead_demand = &t->lead, .trigger = { .kind = TRIGGER_POINT, .gap = micro(rule.gap), .undershoot = &t->undershoot },
        .limits = { .multiple = micro(rule.lot) } };
}

/* 120,000 days, error of a share about .004 */
TEST(what_an_order_point_serves_is_what_is_played) {
    static const Rule rules[] = { { 1, 0, 40, 0 }, { 7, 0, 40, 0 }, { 7, 0, 25, 8 }, { 1, 0, 1, 30 }, { 7, 0, 1, 30 }, { 7, 0, 53, 0 } };
    for (size_t i = 0; i < sizeof rules / sizeof rules[0]; i++)
        for (int kind = GOAL_CYCLE; kind <= GOAL_LINE_FILL; kind++) {
            Told t;
            Rule rule = rules[i];
            tell(&t, (GoalKind)kind, 0.94, rule);
            rule.point = quantity_level(&t.in);
            Played played = play(rule);
            const double served[] = { played.cycle, played.fill, played.line };
            CHECK_NEAR(played.below, t.undershoot.below.mean, 0.2);
            CHECK_NEAR(served[kind], quantity_service(&t.in, rule.point), kind == GOAL_LINE_FILL ? 0.02 : 0.01);
            CHECK(quantity_service(&t.in, rule.point) >= 0.94 - 1e-9);
            CHECK(quantity_service(&t.in, rule.point - 1) < 0.94);
            CHECK_RELATIVE(quantity_mean_stock(&t.in, rule.point), played.stock, 0.03);
        }
}

TEST(the_terms_of_an_order_point_sum_to_what_is_ordered) {
    static const Rule rules[] = { { 7, 0, 40, 0 }, { 7, 0, 1, 30 } };
    for (int i = 0; i < 2; i++)
        for (int hand = 0; hand < 120; hand++) {
            Told t;
            Quantity q;
            tell(&t, GOAL_UNIT_FILL, 0.96, rules[i]);
            t.in.position = (Position){ .on_hand = micro(hand), .backorders = micro(3) };
            quantity_decide(&t.in, &q);
            int64_t sum = 0, point = 0;
            for (int k = 0; k < TERM_COUNT_; k++) {
                sum += q.term[k];
                point += k <= TERM_UNDERSHOOT ? q.term[k] : 0;
                CHECK(q.term[k] == quantity_term(&t.in, (QuantityTermKind)k));
            }
            CHECK(sum == q.micro);
            CHECK(point == micro(q.level));
            CHECK(q.term[TERM_UNDERSHOOT] == micro(t.undershoot.below.mean));
            CHECK((q.micro > 0) == (q.position_micro <= micro(q.level)));    /* at the point itself it orders */
            if (q.micro > 0 && i == 0) CHECK(q.micro == micro(q.level + 40) - q.position_micro);
            if (q.micro > 0 && i == 1) CHECK(q.micro % micro(30) == 0 && q.position_micro + q.micro > micro(q.level) && q.position_micro + q.micro <= micro(q.level + 30));
        }
}

TEST(the_erps_own_point_and_level_are_kept_to_the_unit) {
    Dist lead;
    dist_poisson(30, &lead);
    for (int hand = 30; hand < 50; hand++) {
        Quantity q;
        QuantityInput in = { .goal = { .kind = GOAL_UNIT_FILL, .target = 0.95 }, .protect_demand = &lead, .lead_demand = &lead,
            .trigger = { .kind = TRIGGER_TOLD, .point = micro(40), .gap = micro(60) }, .position = { .on_hand = micro(hand) } };
        quantity_decide(&in, &q);
        CHECK(q.micro == (hand <= 40 ? micro(100 - hand) : 0));
        CHECK(q.term[TERM_ORDER_POINT] == micro(40) && q.term[TERM_LOT] == micro(60) && q.term[TERM_MEAN_DEMAND] == 0);
    }
}
