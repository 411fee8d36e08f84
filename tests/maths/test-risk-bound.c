/* What a bound says without carrying anything must hold of what is carried: random stock, demand, receipts and lead times by seed. */
#include <string.h>

#include "base/rng.h"
#include "maths/risk.h"
#include "near.h"

enum { QUESTIONS = 1500 };

typedef struct Question { DemandModel demand; LeadPoints lead; RiskReceipt receipt[RISK_RECEIPTS_MOST]; RiskInput in; } Question;

static LeadPoints any_lead(Rng *rng, double mean, int most) {
    LeadTime lead;
    lead_stated(mean, rng_chance(rng, 0.3) ? 0 : 0.6 * rng_unit(rng), &lead);
    LeadPoints points = lead_points(&lead, most);
    if (rng_chance(rng, 0.2)) points.p_never = (float)(0.3 * rng_unit(rng));
    return points;
}

static void lumpy(Rng *rng, DemandModel *m) {
    m->shape = DEMAND_SHAPE_LUMPY;
    m->sizes = 2 + (int)rng_below(rng, 6);
    for (int i = 0; i < m->sizes; i++) {
        m->size[i] = (float)((i + 1) * (1 + (int)rng_below(rng, 4)));
        m->size_share[i] = 1 / (float)m->sizes;
    }
}

static void any_question(Rng *rng, Question *q) {
    double rate = rng_lognormal(rng, 0.5, 1.3), days = 1 + 40 * rng_unit(rng), next = 1 + (double)rng_below(rng, 21);
    demand_prior(rate, 0, rng_chance(rng, 0.5) ? 7 : 1, &q->demand);
    q->demand.noise_var = rate * (0.1 + 5 * rng_unit(rng));
    q->demand.level_var = rate * rate * 0.2 * rng_unit(rng);
    if (rng_chance(rng, 0.4)) lumpy(rng, &q->demand);
    q->lead = any_lead(rng, days, 6);
    q->in = (RiskInput){ .demand = &q->demand, .from_days = (double)rng_below(rng, 7), .receipt = q->receipt, .receipts = (int)rng_below(rng, 4), .order = &q->lead,
                         .unmet = rng_chance(rng, 0.5) ? RISK_LOST_SALES : RISK_BACKORDERS, .next_days = next };
    double needed = rate * (days + next) / q->demand.bucket_days;
    q->in.on_hand = rng_chance(rng, 0.05) ? -2 : (double)(int)(needed * 3 * rng_unit(rng));
    for (int i = 0; i < q->in.receipts; i++)
        q->receipt[i] = (RiskReceipt){ .units = 1 + (int)(needed * rng_unit(rng)), .when = any_lead(rng, 1 + (days + next) * rng_unit(rng), 3) };
}

TEST(what_a_bound_says_is_below_is_below) {
    Rng rng = rng_of(31);
    int said = 0, could = 0;
    for (int i = 0; i < QUESTIONS; i++) {
        Question q;
        Risk risk;
        any_question(&rng, &q);
        risk_now(&q.in, &risk);
        double p = rng_chance(&rng, 0.3) ? 0.5 : 2 * rng_unit(&rng) * (risk.p1 + 0.001), units = rng_chance(&rng, 0.2) ? __builtin_inf() : 3 * rng_unit(&rng) * (risk.short1 + 0.001);
        bool below = risk.p1 < p && risk.short1 < units;
        could += below;
        if (!risk_is_below(&q.in, p, units)) continue;
        said++;
        if (!below) printf("      question %d: %g < %g, %g < %g\n", i, risk.p1, p, risk.short1, units);
        CHECK(below);
    }
    CHECK_BETWEEN((double)said / could, 0.2, 1.0);            /* worth asking */
}

TEST(nothing_below_zero_or_without_demand_is_taken_for_safe) {
    Rng rng = rng_of(32);
    Question q;
    any_question(&rng, &q);
    q.in.on_hand = -1;
    CHECK(!risk_is_below(&q.in, 1, __builtin_inf()));
    q.in.on_hand = 0;
    CHECK(!risk_is_below(&q.in, 0.5, __builtin_inf()));
    demand_prior(0, 0, 7, &q.demand);
    CHECK(risk_is_below(&q.in, 0.5, 1));
}

/* Left to its own lattice, an order is told to save more in thin tails alone. */
TEST(an_order_saves_no_more_than_what_is_short_after_it_could_arrive) {
    Rng rng = rng_of(33);
    int some = 0;
    for (int i = 0; i < QUESTIONS; i++) {
        Question q;
        Risk wait, now, alone;
        any_question(&rng, &q);
        q.lead.p_never = 0;
        risk_now(&q.in, &wait);
        double units = 1 + wait.demand1 * 2 * rng_unit(&rng);
        risk_ordered(&q.in, units, &wait, &now);
        risk_ordered(&q.in, units, NULL, &alone);
        CHECK(now.short1 >= wait.short0 && now.short1 <= wait.short1 && now.p1 >= wait.p0 && now.p1 <= wait.p1);
        CHECK(alone.short1 > 0.875 * wait.short0 - 0.005 * wait.demand1);
        some += now.short1 == wait.short0 && wait.short0 > 0;
    }
    CHECK(some < QUESTIONS / 2);
}

TEST(asked_for_the_next_opportunity_alone_and_then_for_now_it_says_the_same) {
    Rng rng = rng_of(34);
    for (int i = 0; i < QUESTIONS / 3; i++) {
        Question q;
        Risk both, next;
        any_question(&rng, &q);
        risk_now(&q.in, &both);
        risk_by_next(&q.in, &next);
        CHECK(next.p1 == both.p1 && next.short1 == both.short1 && next.demand1 == both.demand1);
        CHECK(next.p0 == 0 && next.short0 == 0);
        risk_by_now(&q.in, &next);
        CHECK(memcmp(&next, &both, sizeof both) == 0);
    }
}

TEST(receipts_before_an_order_do_not_add_to_demand) {
    Rng rng = rng_of(35);
    for (int i = 0; i < 50; i++) {
        Question q;
        Risk with, without;
        any_question(&rng, &q);
        q.in.on_hand = 1e6;
        risk_now(&q.in, &with);
        q.in.receipts = 0;
        risk_now(&q.in, &without);
        CHECK_RELATIVE(with.demand0, without.demand0, 0.02);      /* thirds of the lead time, not sixths */
        CHECK_RELATIVE(with.demand1, without.demand1, 0.02);
    }
}
