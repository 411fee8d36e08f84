#include "maths/excess.h"
#include "near.h"

TEST(excess_is_what_a_good_run_would_still_leave) {
    DemandModel m;
    demand_prior(2, 0, 1, &m);
    m.noise_var = 2;
    ExcessInput in = { .demand = &m, .stock = 500, .on_order = 100, .kept = 10, .cover_days = 90, .quantile = 0.95, .life_days = 365 };
    Excess e;
    excess_find(&in, &e);
    Dist d;
    demand_sum(&m, 0, 90, &d);
    CHECK_NEAR(e.need, dist_quantile(&d, 0.95) + 10, 1e-9);
    CHECK_NEAR(e.units, 600 - e.need, 1e-9);
    CHECK_NEAR(e.stock_units, 500 - e.need, 1e-9);
    CHECK_NEAR(e.cover_days, 300, 0.01);
    CHECK(e.write_off_units < 1);
    in.life_days = 100;
    excess_find(&in, &e);
    CHECK_NEAR(e.write_off_units, 400, 1);
}

TEST(no_demand_means_all_of_it_is_excess) {
    DemandModel m;
    demand_prior(0, 0, 7, &m);
    ExcessInput in = { .demand = &m, .stock = 40, .cover_days = 180, .quantile = 0.95 };
    Excess e;
    excess_find(&in, &e);
    CHECK_NEAR(e.units, 40, 1e-9);
    CHECK_NEAR(e.cover_days, 99999, 0);
    CHECK_NEAR(e.write_off_units, 40, 1e-9);
    in.stock = 0;
    excess_find(&in, &e);
    CHECK_NEAR(e.units, 0, 0);
    CHECK_NEAR(e.cover_days, 0, 0);
}
