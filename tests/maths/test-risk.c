/* The chain is compared with simulated paths of the same model; notes are the domain notes. */
#include "base/rng.h"
#include "maths/risk.h"
#include "near.h"

static DemandModel daily(double mean, double noise_var, double level_var) {
    DemandModel m;
    demand_prior(mean, 0, 1, &m);
    m.noise_var = noise_var;
    m.level_var = level_var;
    return m;
}

static LeadPoints fixed(double days) {
    return (LeadPoints){ .count = 1, .days = { (float)days }, .share = { 1 } };
}

typedef struct Simulated { double p0, p1, short0, short1, arrival, owed0; } Simulated;

static double pick_day(Rng *rng, const LeadPoints *when) {
    double u = rng_unit(rng), sum = 0;
    if (rng_chance(rng, when->p_never)) return 1e9;
    for (int i = 0; i < when->count; i++) {
        sum += (double)when->share[i];
        if (u < sum || i == when->count - 1) return (double)when->days[i];
    }
    return 1e9;
}

/* One path: a rate, then day by day arrivals before demand; `ordered` units come when an order of now does. */
static void walk(const RiskInput *in, double ordered, Rng *rng, double mean, double noise, double cv2, Simulated *sum) {
    double rate = cv2 > 0 ? rng_gamma(rng, 1 / cv2, mean * cv2) : mean, stock = in->on_hand, at[RISK_RECEIPTS_MOST];
    double lead = pick_day(rng, in->order), unmet = 0;
    for (int r = 0; r < in->receipts; r++) at[r] = pick_day(rng, &in->receipt[r].when);
    for (int d = 0; d < (int)(lead + in->next_days + 0.5); d++) {
        if (d == (int)(lead + 0.5)) {
            sum->p0 += unmet > 0;
            sum->short0 += unmet;
            sum->arrival += stock;
            sum->owed0 += stock < 0 ? -stock : 0;
            stock += ordered;
        }
        for (int r = 0; r < in->receipts; r++)
            if ((int)(at[r] + 0.5) == d) stock += in->receipt[r].units;
        double want = rate > 0 ? (double)rng_negative_binomial(rng, rate, rate * noise / mean) : 0;
        double have = stock > 0 ? stock : 0;
        if (want > have) unmet += want - have;
        stock = in->unmet == RISK_LOST_SALES && want > have ? 0 : stock - want;
    }
    sum->p1 += unmet > 0;
    sum->short1 += unmet;
}

enum { PATHS = 12000 };

static Simulated simulate_ordered(const RiskInput *in, double ordered, double mean, double noise, double cv2) {
    Rng rng = rng_of(77);
    Simulated s = { 0 };
    for (int i = 0; i < PATHS; i++) walk(in, ordered, &rng, mean, noise, cv2, &s);
    return (Simulated){ s.p0 / PATHS, s.p1 / PATHS, s.short0 / PATHS, s.short1 / PATHS, s.arrival / PATHS, s.owed0 / PATHS };
}

static Simulated simulate(const RiskInput *in, double mean, double noise, double cv2) { return simulate_ordered(in, 0, mean, noise, cv2); }

static void check_against_paths(const RiskInput *in, double mean, double noise, double cv2, double tolerance) {
    Risk r;
    Simulated s = simulate(in, mean, noise, cv2);
    risk_now(in, &r);
    CHECK_NEAR(r.p0, s.p0, tolerance);
    CHECK_NEAR(r.p1, s.p1, tolerance);
    CHECK_NEAR(r.short0, s.short0, 0.05 * mean + 0.08 * s.short0);
    CHECK_NEAR(r.short1, s.short1, 0.05 * mean + 0.08 * s.short1);
    CHECK_NEAR(r.arrival_mean, s.arrival, 0.15 * mean + 0.03 * s.arrival);
    if (in->unmet == RISK_BACKORDERS) CHECK_NEAR(r.owed0, s.owed0, 0.05 * mean + 0.08 * s.owed0);
}

TEST(without_receipts_it_is_demand_against_stock) {
    DemandModel m = daily(5, 12, 0.5);
    LeadPoints lead = { .count = 3, .days = { 8, 12, 20 }, .share = { .3f, .5f, .2f } };
    for (int unmet = 0; unmet < 2; unmet++) {
        RiskInput in = { .demand = &m, .on_hand = 75, .order = &lead, .next_days = 7, .unmet = (unsigned)unmet };
        check_against_paths(&in, 5, 12, 0.02, 0.02);
    }
}

TEST(a_receipt_before_the_gap_is_carried_through) {
    DemandModel m = daily(5, 12, 0.5);
    LeadPoints lead = fixed(14);
    RiskReceipt sure = { .units = 40, .when = fixed(6) };
    for (int unmet = 0; unmet < 2; unmet++) {
        RiskInput in = { .demand = &m, .on_hand = 32, .receipt = &sure, .receipts = 1, .order = &lead, .next_days = 7, .unmet = (unsigned)unmet };
        check_against_paths(&in, 5, 12, 0.02, 0.03);
    }
}

TEST(a_late_receipt_leaves_a_gap_first) {
    /* Enough in total, but it comes after the shelf is empty: the time-phased view says so (notes 2.4). */
    DemandModel m = daily(5, 8, 0);
    LeadPoints lead = fixed(20);
    RiskReceipt far = { .units = 500, .when = fixed(15) };
    RiskInput in = { .demand = &m, .on_hand = 40, .receipt = &far, .receipts = 1, .order = &lead, .next_days = 7 };
    Risk r;
    risk_now(&in, &r);
    CHECK(r.p0 > 0.99);
    CHECK_BETWEEN(r.short0, 30, 40);
    CHECK_NEAR(r.short1, r.short0, 0.5);                 /* ordering now would save nothing: expedite */
    CHECK_NEAR(r.owed0, 0, 0.01);                        /* and nobody waits for such an order: all are served by then */
}

TEST(uncertain_receipts_are_scenarios) {
    DemandModel m = daily(3, 7, 0.2);
    LeadPoints lead = { .count = 2, .days = { 15, 21 }, .share = { .5f, .5f } };
    RiskReceipt two[2] = { { .units = 30, .when = { .count = 3, .days = { 4, 8, 14 }, .share = { .3f, .4f, .3f } } },
                           { .units = 25, .when = { .count = 2, .days = { 9, 12 }, .share = { .5f, .5f }, .p_never = 0.1 } } };
    for (int unmet = 0; unmet < 2; unmet++) {
        RiskInput in = { .demand = &m, .on_hand = 24, .receipt = two, .receipts = 2, .order = &lead, .next_days = 5, .unmet = (unsigned)unmet };
        check_against_paths(&in, 3, 7, 0.2 / 9, 0.035);
    }
}

TEST(customers_whom_nothing_serves_wait_for_the_order) {
    DemandModel m = daily(5, 8, 0);
    LeadPoints lead = fixed(20);
    RiskInput in = { .demand = &m, .on_hand = -10, .order = &lead, .next_days = 7 };
    Risk r;
    risk_now(&in, &r);
    CHECK_NEAR(r.owed0, 110, 0.5);
    in.unmet = RISK_LOST_SALES;
    risk_now(&in, &r);
    CHECK_NEAR(r.owed0, 0, 0);
}

TEST(an_order_of_now_gains_one_opportunity_by_the_very_law_that_is_told) {
    /* Drawn situations, played on paths of the same law, on which an order of now and one of the next opportunity take as long as each other. */
    Rng rng = rng_of(5);
    double told = 0, played = 0, told_played = 0, told_told = 0;
    for (int i = 0; i < 24; i++) {
        double mean = rng_lognormal(&rng, 0.7, 0.7), noise = mean * (1.2 + 4 * rng_unit(&rng)), cv2 = 0.15 * rng_unit(&rng);
        DemandModel m = daily(mean, noise, cv2 * mean * mean);
        LeadPoints lead = { .count = 3, .days = { 8, 12, 20 }, .share = { .3f, .5f, .2f } };
        RiskReceipt two[2] = { { .units = mean * (2 + 8 * rng_unit(&rng)), .when = { .count = 3, .days = { 3, 7, 13 }, .share = { .3f, .4f, .3f } } },
                               { .units = mean * 6, .when = { .count = 2, .days = { 10, 15 }, .share = { .5f, .5f } } } };
        RiskInput in = { .demand = &m, .on_hand = mean * (14 * rng_unit(&rng) - 2), .receipt = two, .receipts = i % 3, .order = &lead, .next_days = 7 };
        double units = mean * (4 + 20 * rng_unit(&rng));
        Risk wait, now;
        risk_now(&in, &wait);
        risk_ordered(&in, units, &wait, &now);
        double gain = (wait.short1 - now.short1) / mean, seen = (simulate(&in, mean, noise, cv2).short1 - simulate_ordered(&in, units, mean, noise, cv2).short1) / mean;
        told += gain;
        played += seen;
        told_played += gain * seen;
        told_told += gain * gain;
    }
    CHECK_NEAR(played / told, 1, 0.04);
    CHECK_NEAR(told_played / told_told, 1, 0.04);        /* the slope */
}

TEST(stock_at_arrival_is_what_an_order_meets) {
    DemandModel m = daily(2, 2, 0);
    LeadPoints lead = fixed(10);
    Dist d;
    RiskInput in = { .demand = &m, .on_hand = 22, .order = &lead, .next_days = 1, .unmet = RISK_LOST_SALES };
    risk_stock_at_arrival(&in, &d);
    Dist need;
    demand_sum(&m, 0, 10, &need);
    CHECK_NEAR(d.mean, 2 + dist_short(&need, 22), 1e-3);
    CHECK_NEAR(dist_below(&d, 0), 1 - dist_below(&need, 21), 1e-6);
    RiskReceipt sure = { .units = 20, .when = fixed(5) };
    in.receipt = &sure;
    in.receipts = 1;
    in.on_hand = 8;
    risk_stock_at_arrival(&in, &d);
    CHECK_NEAR(d.mean, simulate(&in, 2, 2.0000001, 0).arrival, 0.25);
}

TEST(the_picture_agrees_with_the_chances) {
    DemandModel m = daily(5, 12, 0.5);
    LeadPoints lead = fixed(14);
    RiskReceipt sure = { .units = 60, .when = fixed(9) };
    RiskInput in = { .demand = &m, .on_hand = 50, .receipt = &sure, .receipts = 1, .order = &lead, .next_days = 7 };
    RiskPath path;
    Risk r;
    risk_now(&in, &r);
    risk_path(&in, 60, &path);
    CHECK_EQ(path.days, 60);
    CHECK_NEAR((double)path.p_out[13], r.p0, 0.045);
    CHECK_NEAR((double)path.p_out[20], r.p1, 0.045);
    CHECK_NEAR((double)path.mean[59], 50 + 60 - 300, 3);
    for (int d = 0; d < 60; d++) {
        CHECK(path.p10[d] <= path.p50[d] && path.p50[d] <= path.p90[d]);
        CHECK(d == 0 || path.p_out[d] >= path.p_out[d - 1]);
    }
    CHECK(path.p50[9] > path.p50[8] + 40);                /* the receipt shows as a step */
    in.unmet = RISK_LOST_SALES;
    risk_path(&in, 60, &path);
    for (int d = 0; d < 60; d++) CHECK(path.p10[d] >= 0);
}

TEST(more_stock_is_never_more_risk) {
    DemandModel m = daily(1, 3, 0.1);
    LeadPoints lead = { .count = 3, .days = { 8, 12, 20 }, .share = { .3f, .5f, .2f } };
    RiskReceipt receipt = { .units = 10, .when = { .count = 2, .days = { 5, 9 }, .share = { .5f, .5f } } };
    for (int receipts = 0; receipts < 2; receipts++) {
        double last = 1;
        for (double hand = 0; hand < 60; hand += 3) {
            RiskInput in = { .demand = &m, .on_hand = hand, .receipt = &receipt, .receipts = receipts, .order = &lead, .next_days = 7 };
            Risk r;
            risk_now(&in, &r);
            CHECK(r.p1 <= last + 0.004);
            CHECK(r.p0 <= r.p1 && r.p0 >= 0 && r.short1 >= r.short0);
            last = r.p1;
        }
    }
}

TEST(odd_inputs_stay_numbers) {
    static const double odd[] = { 0, -40, 1e9, 3, 0.001 };
    LeadPoints none = { 0 }, lead = fixed(10);
    for (int i = 0; i < 5; i++)
        for (int j = 0; j < 5; j++)
            for (int k = 0; k < 8; k++) {
                DemandModel m = daily(odd[i] > 0 ? odd[i] : 0, odd[i] > 0 ? odd[i] * 3 : 0, odd[i] > 0 ? odd[i] : 0);
                RiskReceipt receipt = { .units = odd[(i + j) % 5], .when = fixed(k) };
                RiskInput in = { .demand = &m, .on_hand = odd[j], .receipt = &receipt, .receipts = k & 1, .next_days = k,
                                 .order = k & 2 ? &lead : &none, .unmet = k & 4 ? RISK_LOST_SALES : RISK_BACKORDERS };
                Risk r;
                RiskPath path;
                Dist d;
                risk_now(&in, &r);
                CHECK(r.p0 >= 0 && r.p1 <= 1 && r.short0 >= 0 && r.short0 - r.short0 == 0);
                risk_path(&in, 30, &path);
                CHECK(path.p50[29] - path.p50[29] == 0 && path.p_out[29] <= 1.0001f);
                risk_stock_at_arrival(&in, &d);
                CHECK(d.mean - d.mean == 0);
            }
}
