/* A stored decision is replayed by comparing bytes, so no optimiser, CPU or library may move a bit. */
#include "base/rng.h"
#include "maths/quantity.h"
#include "maths/risk.h"
#include "near.h"

static uint64_t mixed(uint64_t hash, const void *bytes, size_t count) { /* FNV-1a */
    for (size_t i = 0; i < count; i++) hash = (hash ^ ((const uint8_t *)bytes)[i]) * 1099511628211u;
    return hash;
}

TEST(results_have_these_bits_in_every_build) {
    Rng rng = rng_of(42);
    Arena *work = arena_begin(MiB);
    uint64_t hash = 14695981039346656037u;
    for (int round = 0; round < 12; round++) {
        double value[120];
        for (int t = 0; t < 120; t++) value[t] = round % 2 ? (double)rng_below(&rng, 40) : (double)(rng_below(&rng, 4) == 0) * (double)rng_below(&rng, 9);
        DemandSeries series = { .count = 120, .value = value, .bucket_days = 7 };
        DemandModel m;
        demand_fit(&series, 4, work, &m);
        m.own_miss = 0.02 * round;
        LeadTime lead;
        lead_stated(20 + round, 0.3, &lead);
        LeadPoints points = lead_points(&lead, 6);
        Dist d;
        QuantityInput in = { .goal = { .kind = GOAL_CYCLE, .target = 0.96 }, .protect_demand = &d };
        in.protect = protect_demand(&(ProtectInput){ .demand = &m, .lead = &points, .review_days = 7 }, &d);
        Quantity q;
        quantity_decide(&in, &q);
        RiskReceipt receipt = { .units = 10, .when = points };
        Risk r;
        risk_now(&(RiskInput){ .demand = &m, .on_hand = 0.7 * d.mean, .receipt = &receipt, .receipts = 1, .order = &points, .next_days = 7 }, &r);
        hash = mixed(hash, &m.level, sizeof m.level);
        hash = mixed(hash, &m.level_var, sizeof m.level_var);
        hash = mixed(hash, d.cell, sizeof(double) * (size_t)d.count);
        hash = mixed(hash, q.term, sizeof q.term);
        hash = mixed(hash, &r.p1, sizeof r.p1);
        hash = mixed(hash, &r.short1, sizeof r.short1);
    }
    arena_end(&work);
    /* Changes only when the maths is meant to change; then say so in the changelog: stored decisions replay by engine version. */
    if (hash != 0x77ac48663cbc5105u) printf("      hash is 0x%llxu\n", (unsigned long long)hash);
    CHECK(hash == 0x77ac48663cbc5105u);
}
