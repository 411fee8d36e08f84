/* Rows 2.1, 2.8, 2.9 and 2.10: demand over a lead time, its history, and lead times themselves. */
#include <stdlib.h>

#include "maths/fn.h"
#include "maths/protect.h"
#include "near.h"
#include "tests/maths/definitions.h"

static double share(double count, int64_t runs) { return count / (double)runs; }

/* Normal buckets, a level by exponential smoothing that began at the truth; the sum over a lead time against two levels. */
static void level_error(Definition *d) {
    double mean = law(d, "mean"), sd = law(d, "sd"), lead = law(d, "lead"), alpha = policy(d, "alpha"), z = fn_normal_quantile(policy(d, "target"));
    double one_step = sd * root(2 / (2 - alpha)), covered[2] = { 0 }, begun = start(d, "level");
    int before = (int)start(d, "buckets");
    DemandModel model;
    Dist sum;
    demand_prior(mean, 0, 1, &model);
    model.noise_var = sd * sd;
    model.level_var = sd * sd * alpha / (2 - alpha);
    demand_sum(&model, 0, lead, &sum);
    double above = dist_quantile(&sum, policy(d, "target")) - sum.mean;
    for (int64_t run = 0; run < d->runs; run++) {
        double level = begun, ahead = 0;
        for (int t = 0; t < before; t++) level += alpha * (rng_normal(&d->rng, mean, sd) - level);
        for (int t = 0; t < (int)lead; t++) ahead += rng_normal(&d->rng, mean, sd);
        covered[0] += ahead <= lead * level + z * one_step * root(lead);
        covered[1] += ahead <= lead * level + above;
    }
    definition_played(d, "one-step error times root of length", share(covered[0], d->runs));
    definition_told(d, "with the error of the level", share(covered[1], d->runs), policy(d, "target"));
}

/* Equally likely points of a gamma. */
static LeadPoints gamma_points(double mean, double sd) {
    LeadPoints points = { .count = LEAD_POINTS };
    double shape = mean * mean / (sd * sd);
    for (int i = 0; i < LEAD_POINTS; i++) {
        double low = 0, high = 10 * mean;
        while (high - low > 1e-6) {
            double middle = (low + high) / 2;
            if (fn_gamma_p(shape, middle * shape / mean) < (i + 0.5) / LEAD_POINTS) low = middle;
            else high = middle;
        }
        points.days[i] = (float)low;
        points.share[i] = 1.0f / LEAD_POINTS;
    }
    return points;
}

static void lead_spread(Definition *d) {
    double mean = law(d, "mean"), sd = law(d, "sd"), lead = law(d, "lead"), spread = law(d, "lead_sd"), target = policy(d, "target"), z = fn_normal_quantile(target);
    DemandModel model;
    Dist sum;
    LeadPoints points = gamma_points(lead, spread);
    demand_prior(mean, 0, 1, &model);
    model.noise_var = sd * sd;
    protect_demand(&(ProtectInput){ .demand = &model, .lead = &points }, &sum);
    double level[3] = { lead * mean + z * root(lead * sd * sd), lead * mean + z * root(lead * sd * sd + mean * mean * spread * spread), dist_quantile(&sum, target) }, covered[3] = { 0 };
    for (int64_t run = 0; run < d->runs; run++) {
        double days = __builtin_floor(rng_gamma(&d->rng, lead * lead / (spread * spread), spread * spread / lead) + 0.5);
        double demand = gamma_sum(&d->rng, days < 1 ? 1 : days, mean, sd);
        for (int k = 0; k < 3; k++) covered[k] += demand <= level[k];
    }
    definition_played(d, "without the spread", share(covered[0], d->runs));
    definition_played(d, "by formula", share(covered[1], d->runs));
    definition_told(d, "by the mixture", share(covered[2], d->runs), target);
}

/* ---- 2.8 ---- */

/* Maximum likelihood of a Poisson rate, by halving on the score; d/dm log P(X >= x) = P(X = x - 1) / P(X >= x). */
static double censored_rate(const double *sold, const int *ran_out, int count) {
    double low = 1e-6, high = 100;
    for (int i = 0; i < 30; i++) {
        double rate = (low + high) / 2, score = 0;
        Dist at;
        dist_poisson(rate, &at);
        for (int t = 0; t < count; t++) {
            double below = dist_below(&at, sold[t] - 1);
            if (!ran_out[t]) score += sold[t] / rate - 1;
            else score += below < 1 - 1e-12 ? (below - dist_below(&at, sold[t] - 2)) / (1 - below) : 1;
        }
        if (score > 0) low = rate;
        else high = rate;
    }
    return low;
}

typedef enum Reading { READ_RAW, READ_IN_STOCK, READ_CENSORED, READINGS } Reading;
typedef struct Loop { double rate, wanted, met; int64_t days; } Loop;       /* rate: sum over days */

enum { WINDOW = 60, PIPE = 256 };

static double read_rate(Reading reading, const double *sold, const int *ran_out, double before) {
    double sum = 0, n = 0;
    if (reading == READ_CENSORED) return censored_rate(sold, ran_out, WINDOW);
    for (int i = 0; i < WINDOW; i++)
        if (reading == READ_RAW || !ran_out[i]) {
            sum += sold[i];
            n++;
        }
    return n > 0 ? sum / n : before;
}

/* A base stock in a closed loop: each day an order up to a level from the rate read in the last days, anew each week; some orders are late, what is not met is
 * lost, so what sold says less and less of what was wanted. */
static void loop_run(Definition *d, Reading reading, int days, int warm, Loop *sum) {
    double lead = law(d, "lead"), z = policy(d, "z"), mean = law(d, "mean"), late_share = law(d, "late_share"), rate = start(d, "rate"), stock = rate * (lead + 1);
    double pipe[PIPE] = { 0 }, sold[WINDOW] = { 0 }, coming = 0;
    int ran_out[WINDOW] = { 0 }, late_days = (int)law(d, "late_days");
    for (int t = 0; t < days; t++) {
        stock += pipe[t % PIPE];
        coming -= pipe[t % PIPE];
        pipe[t % PIPE] = 0;
        if (t >= WINDOW && t % 7 == 0) rate = read_rate(reading, sold, ran_out, rate);
        double order = __builtin_ceil(rate * (lead + 1) + z * root(rate * (lead + 1)) - stock - coming);
        if (order > 0) {
            pipe[(t + (int)lead + (rng_chance(&d->rng, late_share) ? late_days : 0)) % PIPE] += order;
            coming += order;
        }
        double demand = (double)rng_poisson(&d->rng, mean), sale = demand < stock ? demand : stock;
        sold[t % WINDOW] = sale;
        ran_out[t % WINDOW] = demand >= stock;
        stock -= sale;
        if (t < warm) continue;
        sum->rate += rate;
        sum->wanted += demand;
        sum->met += sale;
        sum->days++;
    }
}

static void censored(Definition *d) {
    static const char *const names[READINGS][2] = { { "raw: rate", "raw: fill" }, { "drop empty: rate", "drop empty: fill" }, { "likelihood: rate", "likelihood: fill" } };
    for (int reading = 0; reading < READINGS; reading++) {
        Loop sum = { 0 };
        for (int64_t run = 0; run < d->runs; run++) loop_run(d, (Reading)reading, (int)start(d, "days"), (int)start(d, "warm"), &sum);
        definition_played(d, names[reading][0], share(sum.rate, sum.days));
        definition_played(d, names[reading][1], sum.met / sum.wanted);
    }
}

/* The product on buckets that ran out: stock was a random amount in some of them. */
static void censored_fit(Definition *d) {
    enum { WEEKS = 156 };
    double level = 0, raw = 0;
    for (int64_t run = 0; run < d->runs; run++) {
        double value[WEEKS];
        uint8_t flags[WEEKS];
        for (int t = 0; t < WEEKS; t++) {
            double demand = (double)rng_poisson(&d->rng, law(d, "mean"));
            double stock = rng_chance(&d->rng, law(d, "short_share")) ? (double)rng_between(&d->rng, (int64_t)law(d, "stock_least"), (int64_t)law(d, "stock_most")) : 1000;
            value[t] = demand < stock ? demand : stock;
            flags[t] = demand < stock ? DEMAND_EXACT : DEMAND_AT_LEAST;
        }
        own(arena_end) Arena *work = arena_begin(4 * MiB);
        DemandSeries series = { .count = WEEKS, .value = value, .state = flags, .bucket_days = 7 };
        DemandModel m;
        demand_fit(&series, 4, work, &m);
        level += m.level / (double)d->runs;
        for (int t = 0; t < WEEKS; t++) raw += value[t] / WEEKS / (double)d->runs;
    }
    definition_told(d, "level by the product", level, law(d, "mean"));
    definition_played(d, "mean of what sold", raw);
}

/* ---- 2.9 ---- */

enum { ORDERS_MOST = 400 };

static int by_size(const void *a, const void *b) {
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

static double lognormal_lead(Definition *d) { return rng_lognormal(&d->rng, fn_log(law(d, "median")), fn_log(law(d, "p90") / law(d, "median")) / fn_normal_quantile(0.9)); }

static void open_lines(Definition *d) {
    int orders = (int)start(d, "orders");
    double sum[4] = { 0 };
    for (int64_t run = 0; run < d->runs; run++) {
        LeadObservation seen[ORDERS_MOST];
        double closed[ORDERS_MOST];
        int n = 0;
        for (int i = 0; i < orders; i++) {
            double age = rng_unit(&d->rng) * start(d, "days"), lead = lognormal_lead(d);
            seen[i] = (LeadObservation){ .days = lead < age ? lead : age, .outcome = lead < age ? LEAD_RECEIVED : LEAD_OPEN, .cluster = i };
            if (lead < age) closed[n++] = lead;
        }
        LeadTime t;
        lead_fit(seen, orders, NULL, 8, &t);
        qsort(closed, (size_t)n, sizeof closed[0], by_size);
        sum[0] += closed[n / 2];
        sum[1] += closed[n * 9 / 10];
        sum[2] += t.p50;
        sum[3] += t.p90;
    }
    definition_played(d, "closed lines: median", share(sum[0], d->runs));
    definition_played(d, "closed lines: P90", share(sum[1], d->runs));
    definition_told(d, "with open lines: median", share(sum[2], d->runs), law(d, "median"));
    definition_told(d, "with open lines: P90", share(sum[3], d->runs), law(d, "p90"));
}

static void cancelled_lines(Definition *d) {
    int orders = (int)start(d, "orders");
    double by = policy(d, "by_days"), truth = 0, aj = 0, km = 0;
    for (int64_t run = 0; run < d->runs; run++) {
        LeadObservation seen[ORDERS_MOST], as_open[ORDERS_MOST];
        for (int i = 0; i < orders; i++) {
            double age = start(d, "youngest") + rng_unit(&d->rng) * (start(d, "oldest") - start(d, "youngest"));
            double lead = lognormal_lead(d), cancel = rng_exponential(&d->rng, law(d, "cancel_mean")), first = lead < cancel ? lead : cancel;
            truth += lead < by + 0.5 && lead < cancel;
            seen[i] = (LeadObservation){ .days = first < age ? first : age, .cluster = i, .outcome = first >= age ? LEAD_OPEN : lead < cancel ? LEAD_RECEIVED : LEAD_CANCELLED };
            as_open[i] = seen[i];
            if (as_open[i].outcome == LEAD_CANCELLED) as_open[i].outcome = LEAD_OPEN;
        }
        LeadTime t;
        lead_fit(seen, orders, NULL, 8, &t);
        aj += lead_arrives_by(&t, by);
        lead_fit(as_open, orders, NULL, 8, &t);
        km += lead_arrives_by(&t, by);
    }
    double arrives = share(truth, d->runs * orders);
    definition_played(d, "truth", arrives);
    definition_told(d, "cancelled as competing", share(aj, d->runs), arrives);
    definition_played(d, "cancelled as open", share(km, d->runs));
}

/* ---- 2.10 ---- */

/* One long series that sells with chance 1/p; biases of the four readings, averaged over all buckets (SES: right after a sale). */
static void intermittent(Definition *d) {
    double p = law(d, "interval"), size = law(d, "size"), truth = size / p;
    int64_t warm = (int64_t)start(d, "warm");
    for (size_t k = 0; k < definition_count(d, "policy", "alpha"); k++) {
        double alpha = definition_at(d, "policy", "alpha", k), z = size, interval = p, since = 1, chance = 1 / p, ses = truth, sum[4] = { 0 }, sales = 0, n = 0;
        for (int64_t t = 0; t < d->runs; t++) {
            double sold = rng_chance(&d->rng, 1 / p) ? size : 0;
            ses += alpha * (sold - ses);
            chance += alpha * ((sold > 0) - chance);
            if (sold > 0) {
                z += alpha * (sold - z);
                interval += alpha * (since - interval);
                since = 0;
                sum[3] += ses;
                sales++;
            }
            since++;
            if (t < warm) continue;
            n++;
            sum[0] += z / interval;
            sum[1] += (1 - alpha / 2) * z / interval;
            sum[2] += chance * z;
        }
        static const char *const names[4] = { "Croston", "SBA", "TSB", "SES right after a sale" };
        char figure[64];
        for (int m = 0; m < 4; m++) {
            snprintf(figure, sizeof figure, "%s at %g", names[m], alpha);
            if (m < 3 || k == 2) definition_played(d, figure, 100 * (sum[m] / (m == 3 ? sales : n) / truth - 1));
        }
    }
}

static void intermittent_fit(Definition *d) {
    enum { WEEKS = 156 };
    double mean = 0, truth = law(d, "size") / law(d, "interval");
    for (int64_t run = 0; run < d->runs; run++) {
        double value[WEEKS];
        for (int t = 0; t < WEEKS; t++) value[t] = rng_chance(&d->rng, 1 / law(d, "interval")) ? law(d, "size") : 0;
        own(arena_end) Arena *work = arena_begin(4 * MiB);
        DemandSeries series = { .count = WEEKS, .value = value, .bucket_days = 7 };
        DemandModel m;
        demand_fit(&series, 5, work, &m);
        mean += demand_moments(&m, 0, 1).mean / (double)d->runs;
    }
    definition_told(d, "bias of the product", 100 * (mean / truth - 1), 0);
}

const DefinitionRow definition_demand[] = {
    { "level-error", level_error }, { "lead-spread", lead_spread }, { "censored", censored }, { "censored-fit", censored_fit }, { "open-lines", open_lines },
    { "cancelled-lines", cancelled_lines }, { "intermittent", intermittent }, { "intermittent-fit", intermittent_fit }, { NULL, NULL },
};
