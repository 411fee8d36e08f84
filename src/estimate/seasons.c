#include "estimate/seasons.h"

#include <stdlib.h>
#include <string.h>

#include "base/map.h"

enum { SLICE = 32, PARENT_UNITS = 400, FLAT_UNITS = 50, SPOTS_MOST = 20000, HALVES = 2, PAIRS_BEFORE = 13 };
static const double COMES_BACK = 0.5;        /* share of a group's own deviation that is believed to come back, before two of its seasons were seen */

/* Sums by phase, every second season apart: what was seen, and what the item-places' means would have been on the same buckets. */
typedef struct Tally { double seen[SEASON_PHASES], expected[SEASON_PHASES]; } Tally;
typedef struct Shape { float seen[HALVES][SEASON_PHASES], expected[HALVES][SEASON_PHASES]; bool any; } Shape;
/* A season: how many buckets it has, and how many of them share an index. */
typedef struct Cycle { int buckets, each, least; } Cycle;      /* least: seasons an item-place must have been seen for */
static const Cycle week_of_days = { 7, 1, 1 }, year_of_days = { DEMAND_YEAR_DAYS, 7, 2 }, year_of_weeks = { 52, 1, 1 };
static int phases_of(const Cycle *cycle) { return cycle->buckets / cycle->each; }

typedef struct Shapes { const SeasonsInput *in; Arena **work; const Cycle *cycle[2]; Shape *of_spot[2]; SpotSample sample; } Shapes;

static void shape_of(const Fold *fold, const Cycle *cycle, Shape *out) {
    int whole = fold->buckets / cycle->buckets * cycle->buckets;
    if (whole < cycle->least * cycle->buckets) return;
    double sum = 0;
    int seen = 0, from = fold->buckets - whole;
    for (int b = from; b < fold->buckets; b++)
        if (fold->state[b] != DEMAND_MISSING) {
            sum += fold->value[b];
            seen++;
        }
    if (seen < whole / 2 || sum <= 0) return;
    double mean = sum / seen;
    int days = cycle->each * fold->bucket_days;
    for (int b = from; b < fold->buckets; b++) {
        if (fold->state[b] == DEMAND_MISSING) continue;
        int half = (fold->buckets - 1 - b) / cycle->buckets % HALVES, phase = demand_phase(fold->from_day + b * fold->bucket_days, days);
        out->seen[half][phase] += (float)fold->value[b];
        out->expected[half][phase] += (float)mean;
    }
    out->any = true;
}

static void shapes_slice(void *self, int thread, size_t from, size_t to) {
    Shapes *s = self;
    for (size_t i = from; i < to; i++) {
        arena_clear(s->work[thread]);
        FoldInput in = { .state = s->in->state, .spot = s->sample.spot[i], .start_day = s->in->start_day, .bucket_days = s->in->bucket_days, .requests_captured = s->in->requests_captured };
        Fold fold;
        fold_spot(&in, s->work[thread], &fold);
        for (int c = 0; c < 2 && fold.bucket_days == s->in->bucket_days; c++)
            if (s->cycle[c]) shape_of(&fold, s->cycle[c], &s->of_spot[c][i]);
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
    text_map_end(&names);
}

/* What a season leans on: indices by phase, as if so many units had been sold in each. A group leans on all, PARENT_UNITS; all lean on nothing but a flat year,
 * which deserves less: a feast that is told smaller than it was is taken for a new level of every item afterwards. */
typedef struct Parent { const double *index; double units; } Parent;

static double deviation(const Tally *t, int phase, const Parent *parent) {
    return (t->seen[phase] - parent->index[phase] * t->expected[phase]) / (t->expected[phase] + parent->units);
}

static void both(const Tally half[HALVES], int phases, Tally *out) {
    for (int p = 0; p < phases; p++) {
        out->seen[p] = half[0].seen[p] + half[1].seen[p];
        out->expected[p] = half[0].expected[p] + half[1].expected[p];
    }
}

/* Products of the deviations of different seasons, and what they would be if the same came back each time. */
typedef struct Pairs { double common, all; int count; } Pairs;
static Pairs pairs_of(const Tally half[HALVES], const Parent *parent, int phases) {
    Pairs pairs = { 0 };
    for (int p = 0; p < phases; p++) {
        if (!(half[0].expected[p] > 0) || !(half[1].expected[p] > 0)) continue;
        double one = deviation(&half[0], p, parent), other = deviation(&half[1], p, parent);
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
static void indices(const Tally half[HALVES], const Parent *parent, double share, int phases, double *out) {
    Tally t;
    double own[SEASON_PHASES], sum = 0;
    both(half, phases, &t);
    for (int p = 0; p < phases; p++) {
        int twice = half[0].expected[p] > 0 && half[1].expected[p] > 0;
        own[p] = (twice ? 2 * share / (1 + share) : share) * deviation(&t, p, parent);
    }
    for (int p = 0; p < phases; p++) {
        double beside = 0.5 * (own[(p + phases - 1) % phases] + own[(p + 1) % phases]);
        out[p] = parent->index[p] + (phases > 7 ? (t.expected[p] * own[p] + parent->units * beside) / (t.expected[p] + parent->units) : own[p]);
        if (out[p] < 0) out[p] = 0;
        sum += out[p];
    }
    for (int p = 0; p < phases; p++) out[p] = sum > 0 ? out[p] * phases / sum : 1;
}

/* of_group[0] is everybody, believed whole; where two seasons are asked for, as far as they come back. */
static void groups_index(Tally (*tally)[HALVES], int groups, const Cycle *cycle, double (*of_group)[SEASON_PHASES]) {
    int phases = phases_of(cycle);
    double flat[SEASON_PHASES];
    for (int p = 0; p < phases; p++) flat[p] = 1;
    Parent year = { flat, FLAT_UNITS }, all_of_them = { of_group[0], PARENT_UNITS };
    Pairs everybody = pairs_of(tally[0], &year, phases);
    bool seen_again = cycle->least > 1 && everybody.count > 0;
    indices(tally[0], &year, seen_again ? comes_back(&everybody, COMES_BACK, everybody.all / everybody.count) : 1, phases, of_group[0]);
    Pairs all = { 0 };
    for (int g = 1; g < groups; g++) {
        Pairs own = pairs_of(tally[g], &all_of_them, phases);
        all = (Pairs){ all.common + own.common, all.all + own.all, all.count + own.count };
    }
    double usual = all.count ? all.all / all.count : 0, before = comes_back(&all, COMES_BACK, usual);
    for (int g = 1; g < groups; g++) {
        Pairs own = pairs_of(tally[g], &all_of_them, phases);
        indices(tally[g], &all_of_them, comes_back(&own, before, usual), phases, of_group[g]);
    }
}

static void shape_add(const Shape *shape, int phases, Tally to[HALVES]) {
    for (int h = 0; h < HALVES; h++)
        for (int p = 0; p < phases; p++) {
            to[h].seen[p] += (double)shape->seen[h][p];
            to[h].expected[p] += (double)shape->expected[h][p];
        }
}

static bool any_differs(double (*of_group)[SEASON_PHASES], int groups, int phases) {
    static const double WORTH = 0.03;
    for (int g = 0; g < groups; g++)
        for (int p = 0; p < phases; p++)
            if (of_group[g][p] > 1 + WORTH || of_group[g][p] < 1 - WORTH) return true;
    return false;
}

/* The indices of every group, from the shapes of its item-places; of a year NULL where nobody was seen long enough. */
static double (*cycle_fit(const Shapes *shapes, int c, const Seasons *groups, Arena *arena))[SEASON_PHASES] {
    const State *state = shapes->in->state;
    int phases = phases_of(shapes->cycle[c]);
    bool any = false;
    Tally (*tally)[HALVES] = calloc((size_t)groups->groups, sizeof *tally);
    if (!tally) stop_for("no memory for seasons");
    for (size_t i = 0; i < shapes->sample.count; i++) {
        const Shape *shape = &shapes->of_spot[c][i];
        if (!shape->any) continue;
        any = true;
        int32_t group = groups->group_of_item[state->spots.at[shapes->sample.spot[i]].item.v];
        shape_add(shape, phases, tally[0]);
        if (group) shape_add(shape, phases, tally[group]);
    }
    double (*of_group)[SEASON_PHASES] = (double (*)[SEASON_PHASES])arena_take(arena, sizeof *of_group * (size_t)groups->groups);
    groups_index(tally, groups->groups, shapes->cycle[c], of_group);
    free(tally);
    return any || c == 0 ? of_group : NULL;
}

void seasons_fit(const SeasonsInput *in, Arena *arena, Seasons *out) {
    Shapes shapes = { .in = in, .cycle = { in->bucket_days == 7 ? &year_of_weeks : in->bucket_days == 1 ? &week_of_days : NULL, in->bucket_days == 1 ? &year_of_days : NULL } };
    *out = (Seasons){ .phases = shapes.cycle[0] ? phases_of(shapes.cycle[0]) : 0, .bucket_days = in->bucket_days };
    if (out->phases == 0 || in->state->spots.count == 0) return;
    own(arena_end) Arena *own_work = arena_begin(64 * MiB);
    shapes.sample = state_sample(in->state, SPOTS_MOST, own_work);
    int threads = pool_threads(in->threads);
    shapes.work = calloc((size_t)threads, sizeof *shapes.work);
    for (int c = 0; c < 2; c++) shapes.of_spot[c] = calloc(shapes.sample.count + 1, sizeof *shapes.of_spot[c]);
    if (!shapes.of_spot[0] || !shapes.of_spot[1] || !shapes.work) stop_for("no memory for the seasons of %zu item-places", shapes.sample.count);
    for (int t = 0; t < threads; t++) shapes.work[t] = arena_begin(256 * MiB);
    pool_run(in->threads, shapes.sample.count, SLICE, shapes_slice, &shapes);
    groups_name(in->state, arena, out);
    out->of_group = cycle_fit(&shapes, 0, out, arena);
    if (shapes.cycle[1]) out->year_of_group = cycle_fit(&shapes, 1, out, arena);
    if (out->year_of_group && !any_differs(out->year_of_group, out->groups, phases_of(shapes.cycle[1]))) out->year_of_group = NULL;
    for (int t = 0; t < threads; t++) arena_end(&shapes.work[t]);
    free(shapes.work);
    for (int c = 0; c < 2; c++) free(shapes.of_spot[c]);
}

static const double *of_item(const Seasons *seasons, double (*of_group)[SEASON_PHASES], ItemId item, int bucket_days) {
    if (!seasons || !of_group || bucket_days != seasons->bucket_days) return NULL;
    return of_group[item.v < seasons->items ? seasons->group_of_item[item.v] : 0];
}

const double *season_of(const Seasons *seasons, ItemId item, int bucket_days) { return seasons ? of_item(seasons, seasons->of_group, item, bucket_days) : NULL; }
const double *year_of(const Seasons *seasons, ItemId item, int bucket_days) { return seasons ? of_item(seasons, seasons->year_of_group, item, bucket_days) : NULL; }
