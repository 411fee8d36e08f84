#include "base/rng.h"
#include "maths/fn.h"
#include "maths/leadtime.h"
#include "near.h"

enum { ORDERS = 60, ROUNDS = 300 };
/* Lognormal with median 36.7 days and P90 66.8 days. */
static double true_lead(Rng *rng) { return rng_lognormal(rng, 3.602776755, 0.46735); }

static double mass_of(const LeadTime *t) {
    double sum = t->p_never;
    for (int d = 0; d < LEAD_DAYS; d++) {
        CHECK(t->arrive[d] >= 0);
        sum += t->arrive[d];
    }
    return sum;
}

TEST(closed_lines_alone_give_the_empirical_distribution) {
    LeadObservation seen[4] = { { .days = 3, .cluster = 1 }, { .days = 5, .cluster = 2 }, { .days = 5, .cluster = 3 }, { .days = 9, .cluster = 4 } };
    LeadTime t;
    lead_fit(seen, 4, NULL, 8, &t);
    CHECK_NEAR(t.arrive[3], 0.25, 1e-12);
    CHECK_NEAR(t.arrive[5], 0.5, 1e-12);
    CHECK_NEAR(t.arrive[9], 0.25, 1e-12);
    CHECK_NEAR(t.mean, 5.5, 1e-12);
    CHECK_EQ(t.p50, 5);
    CHECK_NEAR(t.n, 4, 1e-9);
}

TEST(lines_of_one_order_are_one_observation) {
    LeadObservation seen[40];
    for (int i = 0; i < 40; i++) seen[i] = (LeadObservation){ .days = 10, .cluster = i / 10 };
    LeadTime t;
    lead_fit(seen, 40, NULL, 8, &t);
    CHECK_NEAR(t.n, 4, 1e-9);
}

TEST(a_thin_lane_leans_on_its_parent_and_a_thick_one_does_not) {
    LeadTime parent, lane;
    lead_stated(20, 0.3, &parent);
    LeadObservation seen[80];
    for (int i = 0; i < 80; i++) seen[i] = (LeadObservation){ .days = 40 + i % 3, .cluster = i };
    lead_fit(seen, 2, &parent, 8, &lane);
    CHECK_BETWEEN(lane.mean, 21, 30);
    CHECK_NEAR(lane.parent_share, 0.8, 1e-9);
    lead_fit(seen, 80, &parent, 8, &lane);
    CHECK_BETWEEN(lane.mean, 40, 42);
    lead_fit(NULL, 0, &parent, 8, &lane);
    CHECK_NEAR(lane.mean, parent.mean, 1e-9);
}

TEST(a_failing_supplier_shows_while_his_lines_are_open) {
    LeadTime parent, lane;
    lead_stated(20, 0.2, &parent);
    LeadObservation seen[10];
    for (int i = 0; i < 5; i++) seen[i] = (LeadObservation){ .days = 20, .cluster = i, .age_days = 200 };
    for (int i = 5; i < 10; i++) seen[i] = (LeadObservation){ .days = 45, .cluster = i, .outcome = LEAD_OPEN, .age_days = 45 };
    lead_fit(seen, 10, &parent, 8, &lane);
    CHECK(lane.p90 > 40);
    CHECK(lane.mean > 25);
}

TEST(nothing_known_is_not_a_number) {
    LeadTime t;
    lead_fit(NULL, 0, NULL, 8, &t);
    CHECK_EQ(t.found, 0);
    LeadObservation open = { .days = 12, .outcome = LEAD_OPEN };
    lead_fit(&open, 1, NULL, 8, &t);
    CHECK_EQ(t.found, 0);
    CHECK_EQ(t.n_open, 1);
    CHECK_EQ(lead_points(&t, 6).count, 0);
}

TEST(age_turns_arrivals_into_days_from_today) {
    LeadTime t, left;
    LeadObservation seen[4] = { { .days = 10, .cluster = 1 }, { .days = 20, .cluster = 2 }, { .days = 30, .cluster = 3 }, { .days = 40, .cluster = 4 } };
    lead_fit(seen, 4, NULL, 8, &t);
    lead_given_age(&t, 20, &left);
    CHECK_NEAR(left.arrive[10], 0.5, 1e-9);
    CHECK_NEAR(left.arrive[20], 0.5, 1e-9);
    CHECK_NEAR(left.arrive[0], 0, 0);
    lead_given_age(&t, 90, &left);                        /* later than ever seen: a wait of the order of its spread */
    CHECK_NEAR(mass_of(&left), 1, 1e-9);
    CHECK_BETWEEN(left.mean, 5, 30);
}

TEST(never_arriving_grows_with_age) {
    LeadObservation seen[10];
    for (int i = 0; i < 10; i++) seen[i] = (LeadObservation){ .days = 10 + i, .cluster = i };
    seen[4].outcome = LEAD_CANCELLED;
    LeadTime t, left;
    lead_fit(seen, 10, NULL, 8, &t);
    CHECK_NEAR(t.p_never, 0.1, 0.001);
    lead_given_age(&t, 17, &left);
    CHECK(left.p_never > 0.25);
    CHECK_NEAR(mass_of(&left), 1, 1e-9);
}

TEST(points_keep_mean_and_spread) {
    Rng rng = rng_of(3);
    LeadObservation seen[200];
    for (int i = 0; i < 200; i++) seen[i] = (LeadObservation){ .days = true_lead(&rng), .cluster = i };
    LeadTime t;
    lead_fit(seen, 200, NULL, 8, &t);
    for (int most = 4; most <= LEAD_POINTS; most++) {
        LeadPoints p = lead_points(&t, most);
        double mean = 0, square = 0, share = 0;
        for (int i = 0; i < p.count; i++) {
            share += (double)p.share[i];
            mean += (double)(p.share[i] * p.days[i]);
        }
        for (int i = 0; i < p.count; i++) square += (double)p.share[i] * ((double)p.days[i] - mean) * ((double)p.days[i] - mean);
        CHECK_NEAR(share, 1, 1e-5);
        CHECK_RELATIVE(mean, t.mean, 1e-4);
        CHECK_RELATIVE(__builtin_sqrt(square), t.sd, 0.03);
    }
}

TEST(no_observation_breaks_the_estimate) {
    static const double odd[] = { 0, -5, 1e9, 0.0 / 0.0, 1.0 / 0.0, 3.49, 400, 401 };
    for (int i = 0; i < 8; i++)
        for (int j = 0; j < 8; j++)
            for (int outcome = 0; outcome < 3; outcome++) {
                LeadObservation seen[2] = { { .days = odd[i], .weight = odd[j], .outcome = (unsigned)outcome, .age_days = odd[j] },
                                            { .days = odd[j], .weight = odd[i], .age_days = odd[i] } };
                LeadTime t, left;
                lead_fit(seen, 2, NULL, 8, &t);
                if (!t.found) continue;
                CHECK_NEAR(mass_of(&t), 1, 1e-9);
                lead_given_age(&t, odd[i], &left);
                CHECK_NEAR(mass_of(&left), 1, 1e-9);
                CHECK(lead_points(&left, 6).count > 0);
            }
}

TEST(orders_that_may_overtake_each_other_spread_less_and_lone_ones_do_not) {
    LeadTime t;
    lead_stated(25, 0.46, &t);
    LeadPoints points = lead_points(&t, 12), daily = lead_crossing(&points, 1), monthly = lead_crossing(&points, 30);
    double mean[2] = { 0 }, var[2] = { 0 };
    for (int i = 0; i < points.count; i++) {
        mean[0] += (double)points.days[i] * (double)points.share[i];
        mean[1] += (double)daily.days[i] * (double)daily.share[i];
        CHECK_NEAR(monthly.days[i], points.days[i], 0);
    }
    for (int i = 0; i < points.count; i++) {
        var[0] += (double)points.share[i] * ((double)points.days[i] - mean[0]) * ((double)points.days[i] - mean[0]);
        var[1] += (double)daily.share[i] * ((double)daily.days[i] - mean[1]) * ((double)daily.days[i] - mean[1]);
    }
    CHECK_NEAR(mean[1], mean[0], 1e-4);
    CHECK_RELATIVE(var[1], 0.564 * __builtin_sqrt(var[0]), 0.05);     /* near-normal: half the mean difference is .564 sd */
    LeadPoints none = lead_crossing(&(LeadPoints){ 0 }, 7);
    CHECK(none.count == 0);
}
