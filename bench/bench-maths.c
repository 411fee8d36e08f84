/* bench-maths.c - how long one item at one place takes, step by step, on one core. A table, not a test.
 *
 *     ninja -C build bench-maths && build/bench/bench-maths
 */
#include "base/rng.h"
#include "maths/excess.h"
#include "maths/quantity.h"
#include "maths/risk.h"

#include <stdio.h>
#include <stdlib.h>
#include <time.h>

enum { ITEMS = 64, LONGEST = 730 };

typedef struct Data { double value[ITEMS][LONGEST]; DemandModel model[ITEMS]; LeadTime lead; LeadPoints points; } Data;
static Data data;

static double now_us(void) {
    struct timespec t;
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t); /* CPU time: what else runs does not count */
    return (double)t.tv_sec * 1e6 + (double)t.tv_nsec * 1e-3;
}

/* A third of the items sell seldom and in lumps, the rest steadily with a season. */
static void make_items(int count, int bucket_days) {
    Rng rng = rng_of(7);
    for (int i = 0; i < ITEMS; i++) {
        double mean = rng_lognormal(&rng, bucket_days == 7 ? 2.5 : 0.6, 1.0);
        for (int t = 0; t < count; t++) {
            int lumpy = i % 3 == 0;
            double rate = lumpy ? mean * 0.2 : mean;
            data.value[i][t] = lumpy && !rng_chance(&rng, 0.2) ? 0
                : (double)rng_negative_binomial(&rng, lumpy ? mean : rate, rate * 2 + 0.1);
        }
    }
}

static void fit_items(int count, int bucket_days, double horizon, const char *what) {
    make_items(count, bucket_days);
    Arena *work = arena_begin(4 * MiB);
    double began = now_us();
    int rounds = 10;
    for (int round = 0; round < rounds; round++)
        for (int i = 0; i < ITEMS; i++) {
            DemandSeries series = { .count = count, .value = data.value[i], .bucket_days = bucket_days };
            demand_fit(&series, horizon, work, &data.model[i]);
            arena_clear(work);
        }
    printf("%-52s %9.1f us\n", what, (now_us() - began) / (rounds * ITEMS));
    arena_end(&work);
}

/* The promise: automatic choice among all local models with nine quantiles of the sum, 156 weeks, 13 ahead. R's ets on the same series beside it, where R is. */
static void choose_items(void) {
    static const double p[9] = { .1, .2, .3, .4, .5, .6, .7, .8, .9 };
    enum { WEEKS = 156, AHEAD = 13, ROUNDS = 20 };
    make_items(WEEKS, 7);
    Arena *work = arena_begin(4 * MiB);
    double began = now_us(), sink = 0;
    for (int round = 0; round < ROUNDS; round++)
        for (int i = 0; i < ITEMS; i++) {
            DemandSeries series = { .count = WEEKS, .value = data.value[i], .bucket_days = 7 };
            Dist sum;
            demand_fit(&series, AHEAD, work, &data.model[i]);
            demand_sum(&data.model[i], 0, AHEAD, &sum);
            for (int q = 0; q < 9; q++) sink += dist_quantile(&sum, p[q]);
            arena_clear(work);
        }
    double each = (now_us() - began) / (ROUNDS * ITEMS);
    printf("%-52s %9.1f us   %.0f series/s on a core\n", "all local models, 156 weeks, 13 ahead, 9 quantiles", each, 1e6 / each);
    if (sink < 0) printf("%f\n", sink);
    arena_end(&work);
}

static void choose_items_in_r(void) {
    if (system("command -v Rscript >/dev/null 2>&1") != 0) {
        printf("%-52s   skipped, Rscript is not there (r-cran-forecast)\n", "R forecast: ets, the same");
        return;
    }
    fflush(stdout);
    FILE *r = popen("Rscript --vanilla -e \"suppressPackageStartupMessages(library(forecast)); x <- as.matrix(read.table(file('stdin')));"
                    "t <- system.time(for (i in 1:nrow(x)) forecast(ets(ts(x[i,])), h = 13, level = c(20, 40, 60, 80)))[['user.self']];"
                    "cat(sprintf('%-52s %9.1f us\\n', 'R forecast: ets, the same', 1e6 * t / nrow(x)))\"", "w");
    if (!r) return;
    for (int i = 0; i < ITEMS / 4; i++)
        for (int t = 0; t < 156; t++) fprintf(r, "%g%c", data.value[i][t], t == 155 ? '\n' : ' ');
    pclose(r);
}

static void make_lead(void) {
    Rng rng = rng_of(9);
    LeadObservation seen[200];
    for (int i = 0; i < 200; i++)
        seen[i] = (LeadObservation){ .days = rng_gamma(&rng, 9, 3), .weight = 1, .age_days = i, .cluster = i };
    LeadTime parent;
    double began = now_us();
    for (int i = 0; i < 200; i++) lead_fit(seen, 200, NULL, 8, &parent);
    printf("%-52s %9.1f us\n", "lead time of 200 lines", (now_us() - began) / 200);
    began = now_us();
    for (int i = 0; i < 1000; i++) lead_fit(seen, 6, &parent, 8, &data.lead);
    printf("%-52s %9.1f us\n", "lead time of a lane with 6 lines and a parent", (now_us() - began) / 1000);
    data.points = lead_points(&data.lead, 6);
}

static void plan_items(int receipts) {
    double step[4] = { 0 }, sink = 0;
    RiskReceipt receipt = { .units = 20, .when = { .count = 3, .days = { 6, 9, 14 }, .share = { .3f, .4f, .3f } } };
    for (int i = 0; i < ITEMS; i++) {
        const DemandModel *m = &data.model[i];
        ProtectInput protect = { .demand = m, .lead = &data.points, .review_days = 7 };
        Dist demand, lead;
        double t0 = now_us();
        QuantityInput q = { .goal = { .kind = GOAL_UNIT_FILL, .target = .97 }, .protect_demand = &demand, .lead_demand = &lead };
        q.protect = protect_demand(&protect, &demand);
        protect.review_days = 0;
        protect_demand(&protect, &lead);
        double t1 = now_us();
        Quantity quantity;
        q.position.on_hand = (int64_t)(demand.mean * 0.8) * 1000000;
        quantity_decide(&q, &quantity);
        double t2 = now_us();
        RiskInput risk = { .demand = m, .on_hand = lead.mean, .receipt = &receipt, .receipts = receipts,
                           .order = &data.points, .next_days = 7 };
        Risk now;
        risk_now(&risk, &now);
        double t3 = now_us();
        RiskPath path;
        risk_path(&risk, 60, &path);
        double t4 = now_us();
        sink += now.p1 + (double)quantity.micro + (double)path.p50[9];
        step[0] += t1 - t0;
        step[1] += t2 - t1;
        step[2] += t3 - t2;
        step[3] += t4 - t3;
    }
    static const char *const names[4] = { "demand over lead time and over protection", "order quantity (unit fill)",
                                          "risk now (P0, P1)", "risk path, 60 days" };
    for (int i = 0; i < 4; i++)
        printf("%-43s %d open %9.1f us\n", names[i], receipts, step[i] / ITEMS);
    if (sink < 0) printf("%f\n", sink);
}

int main(void) {
    fit_items(730, 1, 34, "demand model, 730 days");
    fit_items(156, 7, 5, "demand model, 156 weeks");
    fit_items(104, 7, 5, "demand model, 104 weeks");
    choose_items();
    choose_items_in_r();
    make_lead();
    plan_items(0);
    plan_items(1);
    return 0;
}
