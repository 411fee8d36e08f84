/* Assortments with known laws of sizes: what the kin are worth is found, and leaning on them helps where they are. */
#include "base/rng.h"
#include "maths/demand_kin.h"
#include "maths/fn.h"
#include "near.h"

enum { ITEMS = 400, MONTHS = 40 };

typedef struct Made { double price, size, value[MONTHS], next; } Made;

/* Items that sell in one month of six. Sizes are gamma of variance `spread` * mean^2, means by price and `own` of their own (sd of the logarithm). */
static void assortment_make(uint64_t seed, double by_price, double own, double spread, Made *made) {
    Rng rng = rng_of(seed);
    for (int i = 0; i < ITEMS; i++) {
        Made *m = &made[i];
        m->price = rng_lognormal(&rng, 3, 1.2);
        m->size = 60 * fn_exp(by_price * (fn_log(m->price) - 3)) * rng_lognormal(&rng, 0, own);
        for (int t = 0; t < MONTHS; t++) m->value[t] = rng_chance(&rng, 1.0 / 6) ? 1 + (double)(int)rng_gamma(&rng, 1 / spread, m->size * spread) : 0;
        m->next = 1 + (double)(int)rng_gamma(&rng, 1 / spread, m->size * spread);
    }
}

static DemandSeries series_of(const Made *made) { return (DemandSeries){ .count = MONTHS, .value = made->value, .bucket_days = 30 }; }

static DemandKin kin_of(const Made *made) {
    static DemandSketch sketch[ITEMS];
    for (int i = 0; i < ITEMS; i++) {
        DemandSeries series = series_of(&made[i]);
        demand_sketch(&series, made[i].price, &sketch[i]);
    }
    DemandKin kin;
    demand_kin_fit(sketch, ITEMS, &kin);
    return kin;
}

static double next_loss(const DemandModel *m, double next) {           /* CRPS of the next size, as the model has sizes */
    double size[DEMAND_SIZES_MOST], share[DEMAND_SIZES_MOST];
    for (int k = 0; k < m->sizes; k++) {
        size[k] = (double)m->size[k];
        share[k] = (double)m->size_share[k];
    }
    Dist d;
    dist_samples(size, share, m->sizes, &d);
    return dist_crps(&d, next);
}

TEST(a_sketch_knows_the_sizes_before_the_last_and_skips_what_was_not_seen) {
    const double value[] = { 4, 0, 9, 0, 8, 0, 3 };
    const uint8_t seen[] = { DEMAND_EXACT, DEMAND_EXACT, DEMAND_MISSING, DEMAND_EXACT, DEMAND_EXACT, DEMAND_EXACT, DEMAND_EXACT };
    DemandSketch s;
    demand_sketch(&(DemandSeries){ .count = 7, .value = value, .state = seen, .bucket_days = 30 }, 2.5, &s);
    CHECK(s.sales == 2 && s.last == 3 && s.price == 2.5);
    CHECK_NEAR(s.mean, 6, 1e-12);
    CHECK_NEAR(s.spread, 8.0 / 36, 1e-12);
    CHECK_NEAR(s.share, 0.5, 1e-12);
    demand_sketch(&(DemandSeries){ .count = 1, .value = value, .bucket_days = 30 }, 0, &s);
    CHECK(s.sales == 0);
}

TEST(kin_are_worth_much_where_price_tells_the_size_and_little_where_it_does_not) {
    static Made made[ITEMS];
    assortment_make(1, -0.6, 0.05, 0.5, made);
    DemandKin told = kin_of(made);
    CHECK(told.series > 300 && told.size_worth >= 16);
    CHECK_NEAR(told.size_by[1], -0.6, 0.08);
    assortment_make(2, 0, 1.5, 0.1, made);
    DemandKin alone = kin_of(made);
    CHECK(alone.size_worth <= 0.5);
}

TEST(leaning_on_kin_foretells_the_next_size_better) {
    static Made made[ITEMS];
    Arena *work = arena_begin(MiB);
    assortment_make(3, -0.6, 0.2, 0.6, made);
    DemandKin kin = kin_of(made);
    double alone = 0, leaning = 0;
    for (int i = 0; i < ITEMS; i++) {
        DemandSeries series = series_of(&made[i]);
        DemandModel m;
        arena_clear(work);
        demand_fit(&series, 1, work, &m);
        if (m.sizes == 0) continue;
        alone += next_loss(&m, made[i].next) / made[i].size;
        demand_lean(&kin, made[i].price, &m);
        leaning += next_loss(&m, made[i].next) / made[i].size;
    }
    arena_end(&work);
    CHECK(leaning < 0.9 * alone);
}

TEST(a_lumpy_model_that_leans_keeps_its_mean_and_whole_sizes) {
    static Made made[ITEMS];
    Arena *work = arena_begin(MiB);
    assortment_make(4, -0.6, 0.2, 0.6, made);
    DemandKin kin = kin_of(made);
    for (int i = 0; i < 40; i++) {
        DemandSeries series = series_of(&made[i]);
        DemandModel m;
        arena_clear(work);
        demand_fit(&series, 3, work, &m);
        if (!(m.level > 0)) continue;
        double before = demand_moments(&m, 0, 3).mean, shares = 0;
        demand_lean(&kin, made[i].price, &m);
        Dist sum;
        demand_sum(&m, 0, 3, &sum);
        CHECK_RELATIVE(demand_moments(&m, 0, 3).mean, before, 1e-12);
        CHECK_RELATIVE(sum.mean, before, 0.02);
        for (int k = 0; k < m.sizes; k++) shares += (double)m.size_share[k];
        CHECK_NEAR(shares, 1, 1e-6);
    }
    arena_end(&work);
}

/* Where nearly every bucket sells, the kin say how much it scatters and nothing of how much it is. */
TEST(the_level_of_an_item_that_sells_in_every_bucket_is_its_own) {
    static Made made[ITEMS];
    Arena *work = arena_begin(MiB);
    assortment_make(6, -0.6, 0.2, 0.6, made);
    DemandKin kin = kin_of(made);
    double value[MONTHS];
    for (int t = 0; t < MONTHS; t++) value[t] = 5 + t % 3;
    DemandModel fitted, leaning;
    demand_fit(&(DemandSeries){ .count = MONTHS, .value = value, .bucket_days = 30 }, 2, work, &fitted);
    leaning = fitted;
    demand_lean(&kin, 20, &leaning);
    arena_end(&work);
    CHECK(leaning.level == fitted.level && leaning.sizes == 0);
    CHECK(leaning.noise_var > fitted.noise_var);
}

TEST(many_sales_lean_on_nobody_and_few_items_say_nothing) {
    static Made made[ITEMS];
    Arena *work = arena_begin(MiB);
    assortment_make(5, -0.6, 0.2, 0.6, made);
    DemandKin kin = kin_of(made), none;
    double value[120];
    for (int t = 0; t < 120; t++) value[t] = t % 2 ? 5 + t % 3 : 0;
    DemandModel m, same;
    demand_fit(&(DemandSeries){ .count = 120, .value = value, .bucket_days = 7 }, 2, work, &m);
    same = m;
    demand_lean(&kin, 20, &m);
    CHECK(m.noise_var == same.noise_var && m.sizes == same.sizes && m.size[0] == same.size[0]);
    static DemandSketch sketch[KIN_SERIES_LEAST];
    demand_kin_fit(sketch, KIN_SERIES_LEAST, &none);
    CHECK(none.series == 0);
    demand_fit(&(DemandSeries){ .count = 20, .value = value, .bucket_days = 7 }, 2, work, &m);
    same = m;
    demand_lean(&none, 20, &m);
    CHECK(m.noise_var == same.noise_var && m.sizes == same.sizes);
    arena_end(&work);
}

TEST(odd_assortments_give_a_sane_law) {
    static DemandSketch sketch[ITEMS];
    for (int kind = 0; kind < 3; kind++) {
        for (int i = 0; i < ITEMS; i++)
            sketch[i] = (DemandSketch){ .sales = 1 + i % 5, .share = 0.1, .mean = kind == 1 ? 1e9 * (1 + i % 7) : 1, .spread = 0, .last = kind == 2 && i == 7 ? 1e11 : kind == 1 ? 1e-3 : 1, .price = kind ? 0 : -5 };
        DemandKin kin;
        demand_kin_fit(sketch, ITEMS, &kin);
        DemandModel m;
        Arena *work = arena_begin(MiB);
        demand_fit(&(DemandSeries){ .count = 8, .value = (const double[]){ 0, 1, 0, 0, 3, 0, 0, 0 }, .bucket_days = 30 }, 1, work, &m);
        demand_lean(&kin, 0, &m);
        Dist sum;
        demand_sum(&m, 0, 2, &sum);
        CHECK(sum.mean > 0 && sum.mean < 1e12 && m.noise_var >= 0 && m.noise_var < 1e30 && kin.lift > 0);
        arena_end(&work);
    }
}
