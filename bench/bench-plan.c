/* bench-plan.c - a plan from nothing, the next day's plan, and what they hold in memory.
 *
 *     bench-plan [ITEM_PLACES] [DIRECTORY] [make]      DIRECTORY: made when it is not there, and left; without one a temporary store; make: no more than that
 *
 * Peer: the least that must be computed, a bare loop over the same number of series of 104 weeks in memory that fits simple smoothing on a grid of
 * eight and takes a level and a spread from it. No store, no dates, no lead times, no risk, no case. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/file.h"
#include "base/hash.h"
#include "base/thread.h"
#include "base/time.h"
#include "bench/depot.h"
#include "plan/plan.h"

/* Which stage the step is in, and what each took. */
typedef struct Stages { const char *name[8]; double wall[8], cpu[8]; int count; int64_t wall_from; double cpu_from; } Stages;

static void stage_close(Stages *s) {
    if (s->count == 0) return;
    s->wall[s->count - 1] += (double)(monotonic_us() - s->wall_from) / 1e6;
    s->cpu[s->count - 1] += cpu_seconds() - s->cpu_from;
}

static void stage_say(void *self, const char *stage, int64_t done, int64_t total) {
    Stages *s = self;
    (void)done, (void)total;
    if (s->count && strcmp(s->name[s->count - 1], stage) == 0) return;
    stage_close(s);
    if (s->count == 8) return;
    s->name[s->count++] = stage;
    s->wall_from = monotonic_us();
    s->cpu_from = cpu_seconds();
}

static void line(const char *what, double wall, double cpu, double spots) {
    printf("%-44s %10.2f %10.2f %12.0f\n", what, wall, cpu, wall > 0 ? spots / wall : 0);
    fflush(stdout);
}

static PlanResult step(Plan *plan, const Policy *policy, RowId policy_row, int32_t today, const char *what) {
    Why why;
    PlanResult result;
    Stages stages = { 0 };
    int64_t start = monotonic_us();
    double cpu = cpu_seconds();
    peak_reset();
    PlanOptions options = { .now_us = us_of_day(today) + 6 * HOUR_US, .today = today, .policy = policy, .policy_row = policy_row, .write = PLAN_CASES,
                            .progress = stage_say, .progress_self = &stages };
    must(plan_step(plan, &options, &result, &why), &why);
    stage_close(&stages);
    line(what, (double)(monotonic_us() - start) / 1e6, cpu_seconds() - cpu, (double)result.item_places);
    for (int i = 0; i < stages.count; i++) {
        char name[64];
        snprintf(name, sizeof name, "  %s", stages.name[i]);
        line(name, stages.wall[i], stages.cpu[i], (double)result.item_places);
    }
    printf("%-44s %10lld new, %lld changed, %lld closed, %lld open\n", "  cases", (long long)result.cases_new, (long long)result.cases_changed,
           (long long)result.cases_closed, (long long)result.cases_open);
    printf("%-44s %10.0f peak, %.0f after\n", "  MiB", peak_mib(), now_mib());
    return result;
}

static double bare_loop(int64_t spots) {
    enum { SERIES = 4096 };
    static float value[SERIES][DEPOT_WEEKS];
    Rng rng = rng_of(3);
    for (int s = 0; s < SERIES; s++)
        for (int w = 0; w < DEPOT_WEEKS; w++) value[s][w] = (float)rng_below(&rng, 40);
    double sum = 0, start = cpu_seconds();
    for (int64_t n = 0; n < spots; n++) {
        const float *at = value[n % SERIES];
        float best = 1e30f, level_best = 0;
        for (int a = 1; a <= 8; a++) {
            float alpha = (float)a * 0.06f, level = at[0], error = 0;
            for (int w = 1; w < DEPOT_WEEKS; w++) {
                float gap = at[w] - level;
                error += gap * gap;
                level += alpha * gap;
            }
            if (error < best) best = error, level_best = level;
        }
        sum += (double)level_best + (double)best;
    }
    double took = cpu_seconds() - start;
    return sum > 0 ? took : 0;
}

int main(int count, char **words) {
    own(arena_end) Arena *arena = arena_begin(16 * MiB);
    World world = world_real();
    Policy policy;
    RowId policy_row;
    Why why;
    int64_t spots = count > 1 ? atoll(words[1]) : 100000;
    char *folder = NULL;
    if (sodium_init() < 0) return 1;
    if (count <= 2) must(folder_temporary(arena, "bench-plan", &folder, &why), &why);
    const char *directory = count > 2 ? words[2] : path_join(arena, folder, "store");
    struct stat there;
    printf("%-44s %10s %10s %12s\n", "what", "seconds", "CPU s", "per second");
    if (stat(directory, &there) != 0) {
        DepotResult made;
        depot_make(directory, &world, spots, 1, &made);
        line("facts taken in (of them one run a spot)", made.seconds, made.cpu_seconds, (double)made.facts);
    }
    if (count > 3) return 0;
    Store *store = depot_open(directory, STORE_WRITE, &world, arena, &policy, &policy_row);
    Plan *plan;
    must(plan_begin(store, processors_count(), &plan, &why), &why);
    step(plan, &policy, policy_row, depot_today(), "plan from nothing");
    step(plan, &policy, policy_row, depot_today() + 1, "plan of the next day, from states");
    int64_t start = monotonic_us();
    double cpu = cpu_seconds();
    must(plan_keep(plan, us_of_day(depot_today() + 1) + 7 * HOUR_US, PLAN_KEEP_WAIT, &why), &why);
    line("snapshot written", (double)(monotonic_us() - start) / 1e6, cpu_seconds() - cpu, (double)spots);
    plan_end(&plan);
    store_close(&store);
    double bare = bare_loop(spots);
    line("bare loop: eight smoothings of as many series", bare, bare, (double)spots);
    if (folder) must(folder_remove(folder, &why), &why);
    return 0;
}
