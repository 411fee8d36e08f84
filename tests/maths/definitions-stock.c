/* Rows 2.1 (orders that cross), 2.2, 2.3, 2.5 and 2.14: what a policy serves and costs when it is played. */
#include "maths/fn.h"
#include "maths/quantity.h"
#include "maths/risk.h"
#include "near.h"
#include "tests/maths/definitions.h"

static int64_t micro(double units) { return (int64_t)(units * 1e6 + 0.5); }

/* ---- 2.1: an order a day, lead times that let orders overtake each other ---- */

static void crossing(Definition *d) {
    enum { LONGEST = 128 };
    int least = (int)law(d, "lead_least"), most = (int)law(d, "lead_most"), warm = (int)start(d, "warm");
    double due[LONGEST] = { 0 }, outstanding = 0, mean = 0, square = 0, rate = law(d, "mean");
    for (int64_t t = 0; t < d->runs; t++) {
        double order = (double)rng_poisson(&d->rng, rate);
        due[(t + rng_between(&d->rng, least, most)) % LONGEST] += order;
        outstanding += order - due[t % LONGEST];
        due[t % LONGEST] = 0;
        if (t < warm) continue;
        mean += outstanding / (double)(d->runs - warm);
        square += outstanding * outstanding / (double)(d->runs - warm);
    }
    DemandModel model;
    LeadPoints points = { .count = LEAD_POINTS };
    demand_prior(rate, 0, 1, &model);
    model.noise_var = rate;
    for (int i = 0; i < LEAD_POINTS; i++) {
        points.days[i] = (float)(least + (most - least) * (i + 0.5) / LEAD_POINTS);
        points.share[i] = 1.0f / LEAD_POINTS;
    }
    LeadPoints crossed = lead_crossing(&points, 1);
    Protect ours = protect_moments(&(ProtectInput){ .demand = &model, .lead = &crossed });
    Protect formula = protect_moments(&(ProtectInput){ .demand = &model, .lead = &points });
    definition_told(d, "sd outstanding", root(square - mean * mean), root(ours.noise_var + ours.lead_var));
    definition_played(d, "sd of demand over a lead time", root(formula.noise_var + formula.lead_var));
}

/* ---- 2.2: review and lead time ---- */

static void review(Definition *d) {
    double mean = law(d, "mean"), sd = law(d, "sd"), lead = law(d, "lead"), days = policy(d, "review"), target = policy(d, "target"), z = fn_normal_quantile(target);
    DemandModel model;
    LeadPoints points = { .count = 1, .days = { (float)lead }, .share = { 1 } };
    Dist all;
    demand_prior(mean, 0, 1, &model);
    model.noise_var = sd * sd;
    QuantityInput in = { .goal = { .kind = GOAL_CYCLE, .target = target }, .protect_demand = &all,
                         .protect = protect_demand(&(ProtectInput){ .demand = &model, .lead = &points, .review_days = days }, &all) };
    double level[4] = { lead * mean + z * sd * root(lead), (lead + days) * mean + z * sd * root(lead), (lead + days) * mean + z * sd * root(lead + days), quantity_level(&in) }, quiet[4] = { 0 }, missed = 0;
    for (int64_t run = 0; run < d->runs; run++) {
        double first = gamma_sum(&d->rng, lead, mean, sd), both = first + gamma_sum(&d->rng, days, mean, sd);
        for (int k = 0; k < 4; k++) quiet[k] += both <= level[k];
        missed += (both > level[0] ? both - level[0] : 0) - (first > level[0] ? first - level[0] : 0);
    }
    double runs = (double)d->runs;
    definition_played(d, "over the lead time only: cycle", quiet[0] / runs);
    definition_played(d, "over the lead time only: fill", 1 - missed / (days * mean * runs));
    definition_played(d, "review in the mean only: cycle", quiet[1] / runs);
    definition_played(d, "review in both: cycle", quiet[2] / runs);
    definition_told(d, "review in both, by the quantile: cycle", quiet[3] / runs, target);
}

/* ---- 2.3 ---- */

/* Order up to a level every `days`, Poisson days; share of units met at once. */
static double base_stock_fill(Definition *d, double rate, double level, int lost) {
    enum { PIPE = 64 };
    int days = (int)policy(d, "review"), lead = (int)law(d, "lead");
    double stock = level, pipe[PIPE] = { 0 }, wanted = 0, met = 0;
    for (int64_t t = 0; t < d->runs * days; t++) {
        stock += pipe[t % PIPE];
        pipe[t % PIPE] = 0;
        double position = stock, demand = (double)rng_poisson(&d->rng, rate);
        for (int i = 0; i < PIPE; i++) position += pipe[i];
        if (t % days == 0) pipe[(t + lead) % PIPE] += level - position;
        double sold = stock > 0 ? demand < stock ? demand : stock : 0;
        stock -= lost ? sold : demand;
        wanted += demand;
        met += sold;
    }
    return met / wanted;
}

static double base_stock_told(Definition *d, double rate, double level, int lost) {
    Dist all, lead;
    dist_poisson((law(d, "lead") + policy(d, "review")) * rate, &all);
    dist_poisson(law(d, "lead") * rate, &lead);
    QuantityInput in = { .goal = { .kind = GOAL_UNIT_FILL, .lost_sales = lost }, .protect_demand = &all, .lead_demand = &lead };
    return quantity_service(&in, level);
}

static void lost_sales_fill(Definition *d) {
    double rate = law(d, "mean"), level = policy(d, "level");
    definition_told(d, "fill with backorders", base_stock_fill(d, rate, level, 0), base_stock_told(d, rate, level, 0));
    definition_told(d, "fill with lost sales", base_stock_fill(d, rate, level, 1), base_stock_told(d, rate, level, 1));
}

/* (s,Q) looked at after each unit: no undershoot. Units come as a Poisson process; an order arrives after a fixed time. */
static void lots(Definition *d) {
    enum { OPEN = 4096 };
    static double due[OPEN];
    double rate = law(d, "rate"), lead = law(d, "lead"), point = policy(d, "point");
    for (size_t k = 0; k < definition_count(d, "policy", "lot"); k++) {
        double lot = definition_at(d, "policy", "lot", k), now = 0, position = point + lot, stock = position, missed = 0, quiet = 0, cycles = 0;
        int64_t first = 0, last = 0, units = d->runs * (int64_t)(lot > 100 ? lot / 10 : 10);
        for (int64_t unit = 0; unit < units; unit++) {
            now += rng_exponential(&d->rng, 1 / rate);
            for (; first < last && due[first % OPEN] <= now; first++) {
                quiet += stock >= 0;
                cycles++;
                stock += lot;
            }
            missed += stock <= 0;
            stock--;
            position--;
            if (position > point) continue;
            due[last++ % OPEN] = now + lead;
            position += lot;
        }
        Dist one, demand;
        Undershoot under;
        dist_point(1, &one);
        dist_poisson(rate * lead, &demand);
        undershoot_find(&(UndershootInput){ .review = &one, .gap = lot }, &under);
        QuantityInput in = { .goal = { .kind = GOAL_UNIT_FILL }, .protect_demand = &demand, .lead_demand = &demand,
                             .trigger = { .kind = TRIGGER_POINT, .gap = micro(lot), .undershoot = &under } };
        char figure[64];
        snprintf(figure, sizeof figure, "fill at a lot of %g", lot);
        definition_told(d, figure, 1 - missed / (double)units, quantity_service(&in, point));
        in.goal.kind = GOAL_CYCLE;
        snprintf(figure, sizeof figure, "cycle service at a lot of %g", lot);
        definition_told(d, figure, quiet / cycles, quantity_service(&in, point));
    }
}

/* ---- 2.5 ---- */

typedef struct Lumps { double chance, size; int64_t most; } Lumps;       /* a day sells with chance: 1 .. most lumps of a size, each as often */
static Lumps lumps_of(const Definition *d) { return (Lumps){ law(d, "chance"), law(d, "lump"), (int64_t)law(d, "lumps_most") }; }
static double lump(Rng *rng, const Lumps *l) { return rng_chance(rng, l->chance) ? l->size * (double)rng_between(rng, 1, l->most) : 0; }

static void lump_dist(const Definition *d, Dist *out) {
    enum { MOST = 16 };
    double units[MOST + 1] = { 0 }, chance[MOST + 1] = { 1 - law(d, "chance") };
    int most = (int)law(d, "lumps_most");
    for (int i = 1; i <= most; i++) {
        units[i] = law(d, "lump") * i;
        chance[i] = law(d, "chance") / most;
    }
    dist_samples(units, chance, most + 1, out);
}

static void undershoot_of_lumps(Definition *d) {
    Dist day;
    Lumps lumps = lumps_of(d);
    lump_dist(d, &day);
    for (size_t k = 0; k < definition_count(d, "policy", "gap"); k++) {
        double gap = definition_at(d, "policy", "gap", k), left = gap, below = 0;
        Undershoot under;
        for (int64_t crossed = 0; crossed < d->runs;) {
            left -= lump(&d->rng, &lumps);
            if (left > 0) continue;
            below -= left;
            left = gap;
            crossed++;
        }
        undershoot_find(&(UndershootInput){ .review = &day, .gap = gap }, &under);
        char figure[64];
        snprintf(figure, sizeof figure, "undershoot at a gap of %g", gap);
        definition_told(d, figure, below / (double)d->runs, under.below.mean);
    }
}

/* (s,S) each day with lumps: cycles without a shortage when s protects against lead time demand alone, and against it and the undershoot. */
static double cycle_service(Definition *d, double point, double gap) {
    int lead = (int)law(d, "lead");
    Lumps lumps = lumps_of(d);
    double quiet = 0, left = gap;
    for (int64_t cycle = 0; cycle < d->runs;) {
        left -= lump(&d->rng, &lumps);
        if (left > 0) continue;
        double need = -left;                                  /* below s when it is seen, then the lead time */
        for (int t = 0; t < lead; t++) need += lump(&d->rng, &lumps);
        quiet += need <= point;
        left = gap;
        cycle++;
    }
    return quiet / (double)d->runs;
}

static void neglect(Definition *d) {
    double gap = policy(d, "gap"), target = policy(d, "target");
    Dist day, lead, whole;
    Undershoot under;
    lump_dist(d, &day);
    lead = day;
    for (int t = 1; t < (int)law(d, "lead"); t++) dist_sum(&lead, &day, &lead);
    undershoot_find(&(UndershootInput){ .review = &day, .gap = gap }, &under);
    dist_sum(&lead, &under.below, &whole);
    QuantityInput in = { .goal = { .kind = GOAL_CYCLE, .target = target }, .protect_demand = &whole, .lead_demand = &lead,
                         .trigger = { .kind = TRIGGER_POINT, .gap = micro(gap), .undershoot = &under } };
    double point = quantity_level(&in);
    definition_played(d, "lead time demand alone", cycle_service(d, dist_quantile(&lead, target), gap));
    definition_told(d, "with the undershoot", cycle_service(d, point, gap), quantity_service(&in, point));
}

/* ---- 2.14: lost sales, an order each period that arrives two later ---- */

typedef struct Ordering { double mean, level, holding, shortage; int lost; DemandModel model; LeadPoints lead; } Ordering;   /* level >= 0: a base stock */

static double order_of(const Ordering *o, double stock, double coming) {
    if (o->level >= 0) return o->level > stock + coming ? o->level - stock - coming : 0;
    Dist all, review, arrival;
    QuantityInput in = { .goal = { .kind = GOAL_COST, .holding_cost = o->holding, .shortage_cost = o->shortage, .lost_sales = o->lost },
                         .protect_demand = &all, .review_demand = &review, .arrival_stock = &arrival, .position = { .on_hand = micro(stock), .on_order = micro(coming) } };
    in.protect = protect_demand(&(ProtectInput){ .demand = &o->model, .lead = &o->lead, .review_days = 1 }, &all);
    demand_sum(&o->model, 2, 1, &review);
    RiskReceipt next = { .units = coming, .when = { .count = 1, .days = { 1 }, .share = { 1 } } };
    RiskInput risk = { .demand = &o->model, .on_hand = stock, .receipt = &next, .receipts = coming > 0, .order = &o->lead, .next_days = 1, .unmet = RISK_LOST_SALES };
    Risk now = { 0 };
    if (o->lost) {
        risk_now(&risk, &now);
        risk_stock_at_arrival(&risk, &arrival);
    }
    in.lost_before_arrival = now.short0;
    Quantity q;
    quantity_decide(&in, &q);
    return (double)q.micro / 1e6;
}

static double cost_of(Definition *d, const Ordering *o, int64_t periods) {
    double stock = 3 * o->mean, coming[2] = { o->mean, o->mean }, cost = 0;
    for (int64_t t = 0; t < periods; t++) {
        stock += coming[0];
        coming[0] = coming[1];
        coming[1] = order_of(o, stock, coming[0]);
        double want = (double)rng_poisson(&d->rng, o->mean);
        cost += want > stock ? o->shortage * (want - stock) : o->holding * (stock - want);
        stock = want > stock ? 0 : stock - want;
    }
    return cost / (double)periods;
}

static void lost_sales_cost(Definition *d) {
    for (size_t k = 0; k < definition_count(d, "law", "mean"); k++) {
        Ordering o = { .mean = definition_at(d, "law", "mean", k), .level = -1, .holding = policy(d, "holding"), .shortage = policy(d, "shortage"),
                       .lead = { .count = 1, .days = { 2 }, .share = { 1 } } };
        char figure[64];
        double least = 1e300;
        demand_prior(o.mean, 0, 1, &o.model);
        o.model.noise_var = o.mean;
        snprintf(figure, sizeof figure, "backorder level at %g", o.mean);
        definition_played(d, figure, cost_of(d, &o, d->runs));
        o.lost = 1;
        snprintf(figure, sizeof figure, "projected at %g", o.mean);
        definition_played(d, figure, cost_of(d, &o, d->runs));
        for (o.level = 1; o.level < 6 * o.mean + 4; o.level++) {          /* cheap to play: ten times as long */
            double cost = cost_of(d, &o, 10 * d->runs);
            if (cost < least) least = cost;
        }
        snprintf(figure, sizeof figure, "best base stock at %g", o.mean);
        definition_played(d, figure, least);
    }
}

const DefinitionRow definition_stock[] = {
    { "crossing", crossing }, { "review", review }, { "lost-sales-fill", lost_sales_fill }, { "lots", lots }, { "undershoot-of-lumps", undershoot_of_lumps },
    { "neglect", neglect }, { "lost-sales-cost", lost_sales_cost }, { NULL, NULL },
};
