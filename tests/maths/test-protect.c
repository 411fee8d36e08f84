#include "maths/fn.h"
#include "maths/protect.h"
#include "near.h"

static DemandModel daily(double mean, double variance) {
    DemandModel m;
    demand_prior(mean, 0, 1, &m);
    m.noise_var = variance;
    return m;
}

static LeadPoints gamma_lead(double mean, double sd, int most) {
    LeadTime t;
    lead_stated(mean, sd / mean, &t);
    return lead_points(&t, most);
}

TEST(the_parts_of_the_variance_make_the_whole) {
    DemandModel m = daily(4, 9);
    m.level_var = 0.3;
    m.own_miss = 0.05;
    LeadPoints lead = gamma_lead(15, 6, 6);
    Dist d;
    Protect p = protect_demand(&(ProtectInput){ .demand = &m, .lead = &lead, .review_days = 7 }, &d);
    CHECK_RELATIVE(d.mean, p.mean, 1e-6);
    CHECK_RELATIVE(dist_variance(&d), p.noise_var + p.level_var + p.miss_var + p.lead_var, 0.01);
    CHECK_NEAR(p.days, 22, 0.1);
    CHECK_NEAR(p.mean, 4 * p.days, 1e-6);
}

TEST(the_told_terms_sum_to_the_level) {
    DemandModel m = daily(4, 9);
    m.level_var = 0.3;
    m.own_miss = 0.05;
    LeadPoints lead = gamma_lead(15, 6, 6);
    Dist d;
    Protect p = protect_demand(&(ProtectInput){ .demand = &m, .lead = &lead, .review_days = 7 }, &d);
    for (double q = 0.3; q < 0.999; q += 0.05) {
        double level = dist_quantile(&d, q);
        ProtectTerms t = protect_terms(&p, level, q);
        CHECK_NEAR(t.mean + t.noise + t.level_error + t.surprises + t.lead_spread + t.skew, level, 1e-9);
        double z = fn_normal_quantile(q);
        CHECK_NEAR(t.noise, z * __builtin_sqrt(p.noise_var), 1e-9);
        CHECK_NEAR(t.level_error, z * (__builtin_sqrt(p.noise_var + p.level_var) - __builtin_sqrt(p.noise_var)), 1e-9);
        CHECK_NEAR(t.surprises, z * (__builtin_sqrt(p.noise_var + p.level_var + p.miss_var) - __builtin_sqrt(p.noise_var + p.level_var)), 1e-9);
        CHECK_NEAR(t.mean, p.mean, 0);
    }
}

TEST(an_unknown_lead_time_gives_nothing) {
    DemandModel m = daily(4, 9);
    LeadPoints none = { 0 };
    Dist d;
    Protect p = protect_demand(&(ProtectInput){ .demand = &m, .lead = &none, .review_days = 7 }, &d);
    CHECK_NEAR(p.mean, 0, 0);
    CHECK_NEAR(d.mean, 0, 0);
}

TEST(demand_over_the_lead_time_beside_the_whole_has_the_bits_it_has_alone) {
    DemandModel model;
    demand_prior(3, 0.4, 7, &model);
    LeadPoints lead = { .count = 3, .days = { 5, 9, 16 }, .share = { 0.25f, 0.5f, 0.25f } }, none = { 0 };
    ProtectInput in = { .demand = &model, .lead = &lead, .from_days = 2, .review_days = 7 }, lead_only = in;
    lead_only.review_days = 0;
    for (int unknown = 0; unknown < 2; unknown++) {
        Dist whole, alone, both[2];
        in.lead = lead_only.lead = unknown ? &none : &lead;
        Protect p = protect_demand(&in, &whole), q = protect_both(&in, &both[0], &both[1]);
        protect_demand(&lead_only, &alone);
        CHECK(p.mean == q.mean && p.lead_var == q.lead_var);
        CHECK(whole.count == both[0].count && memcmp(whole.cell, both[0].cell, sizeof *whole.cell * (size_t)whole.count) == 0);
        CHECK(alone.count == both[1].count && memcmp(alone.cell, both[1].cell, sizeof *alone.cell * (size_t)alone.count) == 0);
        CHECK(unknown || both[1].mean < both[0].mean);
    }
}
