/* sense.c - what sensing is worth, on daily series made from seeds: how many days after a level doubled until the forecast covers 90 % of it, with and
 * without, and what it costs where nothing happened (quantile loss of the sum of the next 14 days at .5 .8 .9 .95, over what was sold).
 *
 *     judge-sense [SEED] [SERIES]
 *
 * Every kind of series is looked at from 28 days after its shift back to the day before it; series without a shift on the same days. */
#include <stdio.h>
#include <stdlib.h>

#include "base/rng.h"
#include "maths/sensed.h"

enum { HISTORY = 364, SHIFT_AT = 336, AHEAD = 14, DAYS = HISTORY + AHEAD, LEVELS = 4 };
static const double levels[LEVELS] = { 0.5, 0.8, 0.9, 0.95 };

/* sizes: units of an order line; drift: sd of a day's change of the log rate; weekday: nobody orders on Sundays, half on Saturdays. */
typedef struct Kind { const char *name; double lines, size_mean, drift; int weekday; } Kind;
static const Kind kinds[] = {
    { "fast, steady", 20, 1, 0, 0 }, { "fast, weekdays", 20, 2, 0, 1 }, { "middling", 3, 2, 0, 1 }, { "slow", 0.3, 1, 0, 0 }, { "lumpy", 0.4, 10, 0, 0 }, { "drifting", 6, 2, 0.01, 1 },
};

static void series_make(Rng *rng, const Kind *kind, double factor, double value[DAYS]) {
    static const double weekday[7] = { 1.1, 1.1, 1.1, 1.1, 1.1, 0.5, 0 };
    double log_rate = 0;
    for (int t = 0; t < DAYS; t++) {
        log_rate += kind->drift > 0 ? rng_normal(rng, 0, kind->drift) : 0;
        double mean = kind->lines * rng_exp(log_rate) * (t >= SHIFT_AT ? factor : 1) * (kind->weekday ? weekday[t % 7] : 1);
        int64_t lines = rng_poisson(rng, mean);
        value[t] = 0;
        for (int64_t i = 0; i < lines; i++) value[t] += kind->size_mean > 1 ? 1 + (double)rng_poisson(rng, rng_exponential(rng, kind->size_mean - 1)) : 1;
    }
}

typedef struct Score { double loss, sold; int followed, days, told, looks; } Score;

static void look(const double *value, int count, int sensing, Arena *work, Score *score, double *out_week) {
    DemandSeries series = { .count = count, .value = value, .bucket_days = 1, .first_phase = 0 };
    DemandModel m;
    Sensed sensed;
    Dist d;
    arena_clear(work);
    demand_fit(&series, AHEAD, work, &m);
    if (sensing) demand_sense(&(SensedInput){ .series = &series, .horizon = AHEAD, .chance = 0.5 }, work, &m, &sensed);
    demand_sum(&m, 0, AHEAD, &d);
    double sold = 0;
    for (int k = 0; k < AHEAD; k++) sold += value[count + k];
    for (int l = 0; l < LEVELS; l++) {
        double q = dist_quantile(&d, levels[l]);
        score->loss += sold > q ? levels[l] * (sold - q) : (1 - levels[l]) * (q - sold);
    }
    score->sold += sold;
    score->looks++;
    score->told += sensing && sensed.acted;
    *out_week = demand_moments(&m, 0, AHEAD).mean;
}

/* The first day from which on the mean of 14 days is 90 % of what it is to become; 28 when it never is. */
static void shift_follow(const double *value, double wanted, int sensing, Arena *work, Score *score) {
    int since = 28;
    for (int day = 28; day >= 1; day--) {
        double mean;
        Score ignored = { 0 };
        look(value, SHIFT_AT + day > HISTORY ? HISTORY : SHIFT_AT + day, sensing, work, &ignored, &mean);
        if (mean < 0.9 * wanted) break;
        since = day;
    }
    score->days += since;
    score->followed++;
}

int main(int argc, char **argv) {
    uint64_t seed = argc > 1 ? strtoull(argv[1], NULL, 10) : 1;
    int series = argc > 2 ? atoi(argv[2]) : 100;
    Arena *work = arena_begin(16 * MiB);
    printf("%-16s %22s %22s %10s %12s %12s %8s\n", "series", "days to 90 % without", "days to 90 % with", "told", "loss without", "loss with", "ratio");
    for (size_t k = 0; k < sizeof kinds / sizeof kinds[0]; k++) {
        Score shifted[2] = { 0 }, steady[2] = { 0 };
        for (int i = 0; i < series; i++) {
            Rng rng = rng_of(seed * 1000003 + k * 1009 + (uint64_t)i);
            double value[DAYS], mean, wanted = 0;
            series_make(&rng, &kinds[k], 2, value);
            for (int t = 0; t < SHIFT_AT; t++) wanted += value[t];
            wanted *= 2.0 * AHEAD / SHIFT_AT;
            for (int s = 0; s < 2; s++)
                if (kinds[k].drift == 0) shift_follow(value, wanted, s, work, &shifted[s]);
            series_make(&rng, &kinds[k], 1, value);
            for (int day = SHIFT_AT; day <= HISTORY; day += 7)
                for (int s = 0; s < 2; s++) look(value, day, s, work, &steady[s], &mean);
        }
        double without = steady[0].loss / steady[0].sold, with = steady[1].loss / steady[1].sold;
        int n = shifted[0].followed;
        printf("%-16s %22.1f %22.1f %9.1f%% %12.4f %12.4f %8.4f\n", kinds[k].name, n ? (double)shifted[0].days / n : -1.0, n ? (double)shifted[1].days / n : -1.0,
               100.0 * steady[1].told / steady[1].looks, without, with, with / without);
    }
    arena_end(&work);
    return 0;
}
