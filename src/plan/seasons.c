#include "plan/seasons.h"

#include <stdlib.h>
#include <string.h>

#include "base/map.h"

enum { SLICE = 32, PARENT_UNITS = 400, SPOTS_MOST = 20000 };

/* Sums of one item-place by phase: what was seen, and what its mean would have been on the same buckets. */
typedef struct Shape { float seen[SEASON_PHASES], expected[SEASON_PHASES]; bool any; } Shape;
typedef struct Shapes { const SeasonsInput *in; Arena **work; Shape *of_spot; size_t every; int phases; } Shapes;

static void shape_of(const Fold *fold, int phases, Shape *out) {
    int whole = fold->buckets / phases * phases;
    if (whole == 0 || fold->bucket_days * phases < 7) return;
    double sum = 0;
    int seen = 0, from = fold->buckets - whole;
    for (int b = from; b < fold->buckets; b++)
        if (fold->state[b] != DEMAND_MISSING) {
            sum += fold->value[b];
            seen++;
        }
    if (seen < whole / 2 || sum <= 0) return;
    double mean = sum / seen;
    int phase = demand_phase(fold->from_day + from * fold->bucket_days, fold->bucket_days);
    for (int b = from; b < fold->buckets; b++, phase = (phase + 1) % phases) {
        if (fold->state[b] == DEMAND_MISSING) continue;
        out->seen[phase] += (float)fold->value[b];
        out->expected[phase] += (float)mean;
    }
    out->any = true;
}

static void shapes_slice(void *self, int thread, size_t from, size_t to) {
    Shapes *s = self;
    for (size_t i = from; i < to; i++) {
        if (i % s->every) continue;
        arena_clear(s->work[thread]);
        FoldInput in = { .state = s->in->state, .spot = (int32_t)i, .start_day = s->in->start_day, .bucket_days = s->in->bucket_days, .requests_captured = s->in->requests_captured };
        Fold fold;
        fold_spot(&in, s->work[thread], &fold);
        if (fold.bucket_days == s->in->bucket_days) shape_of(&fold, s->phases, &s->of_spot[i]);
    }
}

static void groups_name(const State *state, Arena *arena, Seasons *out) {
    TextMap *names = text_map_begin(1 << 20);
    out->items = (int)state->items.count;
    out->group_of_item = many_in(arena, int32_t, out->items + 1);
    for (int i = 0; i < out->items; i++) {
        const char *group = state->items.at[i].group;
        if (group[0]) out->group_of_item[i] = (int32_t)text_map_intern(names, text_of(group)) + 1;
    }
    out->groups = (int)text_map_count(names) + 1;
    out->of_group = (double (*)[SEASON_PHASES])arena_take(arena, sizeof *out->of_group * (size_t)out->groups);
    text_map_end(&names);
}

/* Indices that lean on the parent's as if it had sold PARENT_UNITS in each phase, and in a year on their neighbours as much: a group that sells thousands
 * keeps its sharp weeks, a thin one is smoothed. Mean 1. */
static void indices(const double *seen, const double *expected, const double *parent, int phases, double *out) {
    double raw[SEASON_PHASES], sum = 0;
    for (int p = 0; p < phases; p++) raw[p] = (seen[p] + PARENT_UNITS * (parent ? parent[p] : 1)) / (expected[p] + PARENT_UNITS);
    for (int p = 0; p < phases; p++) {
        int before = (p + phases - 1) % phases, after = (p + 1) % phases;
        out[p] = phases > 7 ? (expected[p] * raw[p] + PARENT_UNITS * 0.5 * (raw[before] + raw[after])) / (expected[p] + PARENT_UNITS) : raw[p];
        sum += out[p];
    }
    for (int p = 0; p < phases; p++) out[p] = sum > 0 ? out[p] * phases / sum : 1;
}

void seasons_fit(const SeasonsInput *in, Arena *arena, Seasons *out) {
    *out = (Seasons){ .phases = in->bucket_days == 7 ? 52 : in->bucket_days == 1 ? 7 : 0, .bucket_days = in->bucket_days };
    size_t spots = in->state->spots.count;
    if (out->phases == 0 || spots == 0) return;
    int threads = pool_threads(in->threads);
    Shapes shapes = { .in = in, .every = spots / SPOTS_MOST + 1, .phases = out->phases, .of_spot = calloc(spots, sizeof *shapes.of_spot), .work = calloc((size_t)threads, sizeof *shapes.work) };
    if (!shapes.of_spot || !shapes.work) stop_for("no memory for the seasons of %zu item-places", spots);
    for (int t = 0; t < threads; t++) shapes.work[t] = arena_begin(256 * MiB);
    pool_run(in->threads, spots, SLICE, shapes_slice, &shapes);
    groups_name(in->state, arena, out);
    double (*seen)[SEASON_PHASES] = calloc((size_t)out->groups, sizeof *seen), (*expected)[SEASON_PHASES] = calloc((size_t)out->groups, sizeof *expected);
    if (!seen || !expected) stop_for("no memory for seasons");
    for (size_t s = 0; s < spots; s++) {
        if (!shapes.of_spot[s].any) continue;
        int32_t group = out->group_of_item[in->state->spots.at[s].item.v];
        for (int p = 0; p < out->phases; p++) {
            seen[0][p] += (double)shapes.of_spot[s].seen[p];
            expected[0][p] += (double)shapes.of_spot[s].expected[p];
            if (group == 0) continue;
            seen[group][p] += (double)shapes.of_spot[s].seen[p];
            expected[group][p] += (double)shapes.of_spot[s].expected[p];
        }
    }
    for (int g = 0; g < out->groups; g++) indices(seen[g], expected[g], g ? out->of_group[0] : NULL, out->phases, out->of_group[g]);
    free(seen);
    free(expected);
    for (int t = 0; t < threads; t++) arena_end(&shapes.work[t]);
    free(shapes.work);
    free(shapes.of_spot);
}

const double *season_of(const Seasons *seasons, ItemId item, int bucket_days) {
    if (!seasons || seasons->phases == 0 || seasons->groups == 0 || bucket_days != seasons->bucket_days) return NULL;
    int32_t group = item.v < seasons->items ? seasons->group_of_item[item.v] : 0;
    return seasons->of_group[group];
}
