#include "plan/seasons.h"

#include <stdlib.h>
#include <string.h>

#include "base/map.h"

enum { SLICE = 32, PARENT_UNITS = 400, SPOTS_MOST = 20000, HALVES = 2, PAIRS_BEFORE = 13 };
static const double COMES_BACK = 0.5;        /* share of a group's own deviation that is believed to come back, before two of its seasons were seen */

/* Sums by phase, every second season apart: what was seen, and what the item-places' means would have been on the same buckets. */
typedef struct Tally { double seen[SEASON_PHASES], expected[SEASON_PHASES]; } Tally;
typedef struct Shape { float seen[HALVES][SEASON_PHASES], expected[HALVES][SEASON_PHASES]; bool any; } Shape;
typedef struct Shapes { const SeasonsInput *in; Arena **work; Shape *of_spot; size_t every; int phases; } Shapes;

static void shape_of(const Fold *fold, int phases, Shape *out) {
    int whole = fold->buckets / phases * phases;
    if (whole == 0) return;
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
        int half = (fold->buckets - 1 - b) / phases % HALVES;
        out->seen[half][phase] += (float)fold->value[b];
        out->expected[half][phase] += (float)mean;
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
        if (fold.bucket_days == s->in->bucket_days) shape_of(&fold, s->phases, &s->of_spot[i / s->every]);
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

/* How far the sums of a phase are from the parent's index, leaning on it as if it had sold PARENT_UNITS in each phase. */
static double deviation(const Tally *t, int phase, double parent) {
    return (t->seen[phase] - parent * t->expected[phase]) / (t->expected[phase] + PARENT_UNITS);
}

static void both(const Tally half[HALVES], int phases, Tally *out) {
    for (int p = 0; p < phases; p++) {
        out->seen[p] = half[0].seen[p] + half[1].seen[p];
        out->expected[p] = half[0].expected[p] + half[1].expected[p];
    }
}

/* Products of the deviations of different seasons, and what they would be if the same came back each time. */
typedef struct Pairs { double common, all; int count; } Pairs;
static Pairs pairs_of(const Tally half[HALVES], const double *parent, int phases) {
    Pairs pairs = { 0 };
    for (int p = 0; p < phases; p++) {
        if (!(half[0].expected[p] > 0) || !(half[1].expected[p] > 0)) continue;
        double one = deviation(&half[0], p, parent[p]), other = deviation(&half[1], p, parent[p]);
        pairs.common += one * other;
        pairs.all += 0.5 * (one * one + other * other);
        pairs.count++;
    }
    return pairs;
}

/* Share that comes back, leaning on `before` as if PAIRS_BEFORE pairs of the size `usual` had shown that. */
static double comes_back(const Pairs *pairs, double before, double usual) {
    double all = pairs->all + PAIRS_BEFORE * usual, share = all > 0 ? (pairs->common + PAIRS_BEFORE * usual * before) / all : before;
    return share < 0 ? 0 : share > 1 ? 1 : share;
}

/* Indices of a group from its parent's: of each deviation as much as will come back (two halves are surer than one: Spearman & Brown), in a year leaning on
 * the neighbours' as far as the group is thin, so that a sharp week of all stays sharp. Mean 1. */
static void indices(const Tally half[HALVES], const double *parent, double share, int phases, double *out) {
    Tally t;
    double own[SEASON_PHASES], sum = 0;
    both(half, phases, &t);
    for (int p = 0; p < phases; p++) {
        int twice = half[0].expected[p] > 0 && half[1].expected[p] > 0;
        own[p] = (twice ? 2 * share / (1 + share) : share) * deviation(&t, p, parent[p]);
    }
    for (int p = 0; p < phases; p++) {
        double beside = 0.5 * (own[(p + phases - 1) % phases] + own[(p + 1) % phases]);
        out[p] = parent[p] + (phases > 7 ? (t.expected[p] * own[p] + PARENT_UNITS * beside) / (t.expected[p] + PARENT_UNITS) : own[p]);
        if (out[p] < 0) out[p] = 0;
        sum += out[p];
    }
    for (int p = 0; p < phases; p++) out[p] = sum > 0 ? out[p] * phases / sum : 1;
}

static void groups_index(Tally (*of_group)[HALVES], Seasons *out) {
    double flat[SEASON_PHASES];
    for (int p = 0; p < out->phases; p++) flat[p] = 1;
    indices(of_group[0], flat, 1, out->phases, out->of_group[0]);
    Pairs all = { 0 };
    for (int g = 1; g < out->groups; g++) {
        Pairs own = pairs_of(of_group[g], out->of_group[0], out->phases);
        all = (Pairs){ all.common + own.common, all.all + own.all, all.count + own.count };
    }
    double usual = all.count ? all.all / all.count : 0, before = comes_back(&all, COMES_BACK, usual);
    for (int g = 1; g < out->groups; g++) {
        Pairs own = pairs_of(of_group[g], out->of_group[0], out->phases);
        indices(of_group[g], out->of_group[0], comes_back(&own, before, usual), out->phases, out->of_group[g]);
    }
}

static void shape_add(const Shape *shape, int phases, Tally to[HALVES]) {
    for (int h = 0; h < HALVES; h++)
        for (int p = 0; p < phases; p++) {
            to[h].seen[p] += (double)shape->seen[h][p];
            to[h].expected[p] += (double)shape->expected[h][p];
        }
}

void seasons_fit(const SeasonsInput *in, Arena *arena, Seasons *out) {
    *out = (Seasons){ .phases = in->bucket_days == 7 ? 52 : in->bucket_days == 1 ? 7 : 0, .bucket_days = in->bucket_days };
    size_t spots = in->state->spots.count;
    if (out->phases == 0 || spots == 0) return;
    int threads = pool_threads(in->threads);
    Shapes shapes = { .in = in, .every = spots / SPOTS_MOST + 1, .phases = out->phases, .of_spot = calloc(spots / (spots / SPOTS_MOST + 1) + 1, sizeof *shapes.of_spot), .work = calloc((size_t)threads, sizeof *shapes.work) };
    if (!shapes.of_spot || !shapes.work) stop_for("no memory for the seasons of %zu item-places", spots);
    for (int t = 0; t < threads; t++) shapes.work[t] = arena_begin(256 * MiB);
    pool_run(in->threads, spots, SLICE, shapes_slice, &shapes);
    groups_name(in->state, arena, out);
    Tally (*of_group)[HALVES] = calloc((size_t)out->groups, sizeof *of_group);
    if (!of_group) stop_for("no memory for seasons");
    for (size_t s = 0; s < spots; s += shapes.every) {
        const Shape *shape = &shapes.of_spot[s / shapes.every];
        if (!shape->any) continue;
        int32_t group = out->group_of_item[in->state->spots.at[s].item.v];
        shape_add(shape, out->phases, of_group[0]);
        if (group) shape_add(shape, out->phases, of_group[group]);
    }
    groups_index(of_group, out);
    free(of_group);
    for (int t = 0; t < threads; t++) arena_end(&shapes.work[t]);
    free(shapes.work);
    free(shapes.of_spot);
}

const double *season_of(const Seasons *seasons, ItemId item, int bucket_days) {
    if (!seasons || seasons->phases == 0 || seasons->groups == 0 || bucket_days != seasons->bucket_days) return NULL;
    int32_t group = item.v < seasons->items ? seasons->group_of_item[item.v] : 0;
    return seasons->of_group[group];
}
