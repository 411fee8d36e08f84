/* spareparts.c - spare parts: service for capital, beside what others published for the same parts under the same rules.
 *
 *     build/tools/judges/judge-spareparts PUBLISHED PANEL NAME [even|odd]
 *     build/tools/judges/judge-spareparts - PANEL raf|oilb [even|odd]
 *
 * (a) forecast: every part has the same target; (b) allocation: targets by value, by maths/targets.h, each price quintile promised .85 of the whole.
 * Without published curves (real lead times) the peers are smoothed rates with a gamma. even/odd: every second part, to develop on one half and
 * confirm on the other; published curves are of all parts, so peers stand in there too. */
#include "tools/judges/spareparts.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/err.h"
#include "maths/demand_miss.h"
#include "maths/protect.h"
#include "maths/quantity.h"
#include "maths/targets.h"

enum { TARGETS = 40, TARGETS_STEPPED = 30, LEVELS_MOST = 96, COMPARED = 7 };
/* What each price quintile is promised, as a share of the whole: .85 is asked of what comes; chosen on every second part (even) of BRAF and OIL. Units of a
 * quintile come in few large lumps, so the total needs more room than the average. */
static const double promised[2] = { [FILL_AVG] = 0.87, [FILL_TOTAL] = 0.95 };

static void targets_fill(double target[TARGETS]) {                      /* .40 .. .98 by .02, then closer */
    for (int k = 0; k < TARGETS; k++) target[k] = k < TARGETS_STEPPED ? 0.4 + 0.02 * k : 0.98 + 0.0018 * (k - TARGETS_STEPPED + 1);
}

/* ---- the product's levels ---- */

/* What each month knows of the assortment, from the months before it: sizes of kin, and what sums told in the past missed by. */
typedef struct Lesson { DemandKin kin; DemandMisses misses; } Lesson;

static double horizon_of(const Part *part) { return part->lead_months + 1; }
static DemandSeries series_until(const Part *part, int month) { return (DemandSeries){ .count = month, .value = part->demand, .bucket_days = 30 }; }

static void misses_learn(const Panel *panel, int month, Lesson *lesson) {
    own(arena_end) Arena *work = arena_begin(16 * MiB);
    own(arena_end) Arena *kept = arena_begin(64 * MiB);
    DemandMiss *miss = many_in(kept, DemandMiss, MISS_SERIES_MOST * MISS_LOOKS_MOST);
    size_t parts = panel->parts.count, some = parts < MISS_SERIES_MOST ? parts : MISS_SERIES_MOST;
    int count = 0;
    for (size_t i = 0; i < some; i++) {
        const Part *part = &panel->parts.at[i * parts / some];
        DemandSeries series = series_until(part, month);
        arena_clear(work);
        count += demand_miss(&(DemandMissInput){ .series = &series, .horizon = horizon_of(part), .end = month, .kin = &lesson->kin, .price = part->price }, work, &miss[count]);
    }
    demand_misses_fit(miss, count, 30, kept, &lesson->misses);
}

static Lesson *lessons_make(const Panel *panel) {
    int tests = panel->months - panel->train, parts = (int)panel->parts.count;
    Lesson *lesson = calloc((size_t)tests, sizeof *lesson);
    DemandSketch *sketch = calloc((size_t)parts, sizeof *sketch);
    for (int g = 0; g < tests; g++) {
        for (int i = 0; i < parts; i++) {
            DemandSeries series = series_until(&panel->parts.at[i], panel->train + g);
            demand_sketch(&series, panel->parts.at[i].price, &sketch[i]);
        }
        demand_kin_fit(sketch, parts, &lesson[g].kin);
        misses_learn(panel, panel->train + g, &lesson[g]);
    }
    free(sketch);
    return lesson;
}

typedef struct Ahead { Dist all, lead; QuantityInput in; DemandModel model; } Ahead;

/* Demand over lead time plus a month, and before it over the lead time, from the months before `month`. */
static void ahead_make(const Panel *panel, const Lesson *lessons, int part, int month, Arena *work, Ahead *out) {
    const Part *row = &panel->parts.at[part];
    arena_clear(work);
    const Lesson *lesson = &lessons[month - panel->train];
    DemandSeries series = series_until(row, month);
    double months = horizon_of(row);
    demand_fit(&series, months, work, &out->model);
    demand_teach(&(DemandLessons){ &lesson->kin, row->price, &lesson->misses.revert }, &out->model);
    demand_widen(&lesson->misses, months, &out->model);
    out->in = (QuantityInput){ .goal = { .kind = GOAL_UNIT_FILL } };
    demand_sum(&out->model, 0, months, &out->all);
    out->in.protect_demand = &out->all;
    if (row->lead_months == 0) return;
    demand_sum(&out->model, 0, row->lead_months, &out->lead);
    out->in.lead_demand = &out->lead;
}

typedef double *Levels;                                                 /* see curve_play */
static Levels levels_begin(const Panel *panel) {
    return calloc((size_t)TARGETS * (size_t)(panel->months - panel->train) * panel->parts.count, sizeof(double));
}
static double *level_at(Levels levels, const Panel *panel, int k, int g, int part) {
    size_t tests = (size_t)(panel->months - panel->train);
    return &levels[((size_t)k * tests + (size_t)g) * panel->parts.count + (size_t)part];
}

/* The smallest whole level that keeps the target. A goal is not meant to be below a half (quantity.h); there the service itself is asked. */
static double level_for(Ahead *ahead, double target) {
    if (!(ahead->all.mean > 0)) return 0;
    ahead->in.goal.target = target;
    double level = 0;
    if (target >= 0.5) return __builtin_ceil(quantity_level(&ahead->in));
    while (quantity_service(&ahead->in, level) < target) level++;
    return level;
}

static void same_target(const Panel *panel, const Lesson *lessons, const double *target, Levels levels) {
    own(arena_end) Arena *work = arena_begin(16 * MiB);
    for (int g = 0; g < panel->months - panel->train; g++)
        for (int i = 0; i < (int)panel->parts.count; i++) {
            Ahead ahead;
            ahead_make(panel, lessons, i, panel->train + g, work, &ahead);
            for (int k = 0; k < TARGETS; k++) *level_at(levels, panel, k, g, i) = level_for(&ahead, target[k]);
        }
}

/* Every whole level up to nearly always enough: its service, and what lying at it costs under the protocol. */
static int part_curve(const Ahead *ahead, double price, TargetPoint *point) {
    double most = dist_quantile(&ahead->all, 0.9995), step = 1;
    while (most / step > LEVELS_MOST - 1) step++;
    int n = 0;
    for (double level = 0; n < LEVELS_MOST; level += step) {
        double held = ahead->in.lead_demand ? dist_left(&ahead->lead, level) : level;
        point[n++] = (TargetPoint){ .level = level, .service = quantity_service(&ahead->in, level), .capital = price * held };
        if (level >= most) break;
    }
    return n;
}

/* What a part counts: as the average of parts asks, one, if it is wanted at all in the months to come; as the total asks, its units. */
static double part_weight(const Panel *panel, const Ahead *ahead, FillBy fill) {
    if (fill == FILL_TOTAL) return ahead->model.level;
    Dist ever;
    demand_sum(&ahead->model, 0, panel->months - panel->train, &ever);
    return 1 - dist_below(&ever, 0.5 * ever.step);
}

static void by_value(const Panel *panel, const Lesson *lessons, const double *target, FillBy fill, Levels levels) {
    int parts = (int)panel->parts.count;
    TargetPoint *points = calloc((size_t)parts * LEVELS_MOST, sizeof *points);
    TargetItem *item = calloc((size_t)parts, sizeof *item);
    TargetChoice *choice = calloc((size_t)parts, sizeof *choice);
    own(arena_end) Arena *work = arena_begin(16 * MiB);
    own(arena_end) Arena *sorted = arena_begin((size_t)512 * MiB);
    for (int g = 0; g < panel->months - panel->train; g++) {
        for (int i = 0; i < parts; i++) {
            Ahead ahead;
            ahead_make(panel, lessons, i, panel->train + g, work, &ahead);
            item[i] = (TargetItem){ .point = points + (size_t)i * LEVELS_MOST, .points = part_curve(&ahead, panel->parts.at[i].price, points + (size_t)i * LEVELS_MOST),
                                    .weight = part_weight(panel, &ahead, fill), .group = panel->parts.at[i].quintile };
        }
        arena_clear(sorted);
        Targets *targets = targets_begin(item, parts, QUINTILES, sorted);
        for (int k = 0; k < TARGETS; k++) {
            double least[QUINTILES];
            for (int q = 0; q < QUINTILES; q++) least[q] = promised[fill] * target[k];
            TargetSum sum;
            targets_choose(targets, &(TargetAsk){ .service = target[k], .group_least = least }, choice, &sum);
            for (int i = 0; i < parts; i++) *level_at(levels, panel, k, g, i) = item[i].point[choice[i].point].level;
        }
    }
    free(points);
    free(item);
    free(choice);
}

/* ---- peers ---- */

static void peer_levels(const Panel *panel, int smoother, const double *target, Levels levels) {
    for (int g = 0; g < panel->months - panel->train; g++)
        for (int i = 0; i < (int)panel->parts.count; i++) {
            double level[TARGETS];
            if (smoother == SMOOTH_COUNT_) willemain_levels(panel, i, panel->train + g, TARGETS, target, level);
            else smoother_levels(panel, (Smoother)smoother, i, panel->train + g, TARGETS, target, level);
            for (int k = 0; k < TARGETS; k++) *level_at(levels, panel, k, g, i) = level[k];
        }
}

static void peers_play(const Panel *panel, const double *target, Curves *out) {
    Levels levels = levels_begin(panel);
    for (int s = 0; s < SMOOTH_COUNT_; s++) {
        Curve curve = { .name = smoother_names[s] };
        peer_levels(panel, s, target, levels);
        curve_play(panel, levels, TARGETS, &curve);
        list_push(out, curve);
    }
    free(levels);
}

/* Willemain's law under these rules beside his published curve: are they the same rules? */
static void protocol_check(const Panel *panel, const double *target, const Curves *published) {
    Levels levels = levels_begin(panel);
    Curve ours = { 0 };
    peer_levels(panel, SMOOTH_COUNT_, target, levels);
    curve_play(panel, levels, TARGETS, &ours);
    free(levels);
    for (size_t c = 0; c < published->count; c++) {
        const Curve *theirs = &published->at[c];
        if (strcmp(theirs->name, "Willemain") != 0) continue;
        printf("protocol: Willemain's law played here over his published curve, holding cost at equal fill:");
        for (int k = 0; k < theirs->points; k += 8) {
            double cost = curve_cost_at(&ours, FILL_AVG, theirs->at[k].fill_avg), total = curve_cost_at(&ours, FILL_TOTAL, theirs->at[k].fill_total);
            printf("  %.3f/%.3f", cost / theirs->at[k].cost, total / theirs->at[k].cost);
        }
        printf("\n");
    }
}

/* ---- the tables ---- */

static double best_cost(const Curves *peers, FillBy fill, double at, const char **out_name) {
    double best = -1;
    for (size_t c = 0; c < peers->count; c++) {
        double cost = curve_cost_at(&peers->at[c], fill, at);
        if (cost < 0 || (best >= 0 && cost >= best)) continue;
        best = cost;
        *out_name = peers->at[c].name;
    }
    return best;
}

static void range_of(const Curves *peers, FillBy fill, double *low, double *high) {
    *low = 1;
    *high = 0;
    for (size_t c = 0; c < peers->count; c++)
        for (int k = 0; k < peers->at[c].points; k++) {
            double at = point_fill(&peers->at[c].at[k], fill);
            if (at < *low) *low = at;
            if (at > *high) *high = at;
        }
}

/* The lowest quintile's fill over the whole's, where the curve passes this fill. */
static double quintile_share(const Curve *curve, FillBy fill, double at) {
    for (int k = 0; k + 1 < curve->points; k++) {
        const CurvePoint *point = &curve->at[k + 1];
        if (point_fill(point, fill) < at) continue;
        double least = 1e9;
        for (int q = 0; q < QUINTILES; q++) {
            double share = (fill == FILL_AVG ? point->quintile_avg[q] : point->quintile_total[q]) / point_fill(point, fill);
            least = share < least ? share : least;
        }
        return least;
    }
    return 0;
}

/* The published range in equal steps from its lowest to its highest fill. */
static void compare(const char *title, const Curve *ours, const Curves *peers, FillBy fill) {
    double low, high, sum = 0;
    int compared = 0, missing = 0;
    range_of(peers, fill, &low, &high);
    printf("\n%s, at equal %s fill\n| fill | holding here | best peer | | ratio | lowest quintile / whole |\n|---|---|---|---|---|---|\n", title, fill == FILL_AVG ? "average" : "total");
    for (int i = 0; i < COMPARED; i++) {
        double at = low + (high - low) * (i + 0.5) / COMPARED;
        const char *name = "";
        double theirs = best_cost(peers, fill, at, &name), here = curve_cost_at(ours, fill, at);
        if (here < 0 || theirs < 0) {
            missing++;
            printf("| %.4f | %s | %s | | missing | |\n", at, here < 0 ? "not reached" : "", theirs < 0 ? "not reached" : "");
            continue;
        }
        printf("| %.4f | %.0f | %.0f | %s | %.3f | %.3f |\n", at, here, theirs, name, here / theirs, quintile_share(ours, fill, at));
        sum += here / theirs;
        compared++;
    }
    printf("mean ratio %.3f over %d points, %d missing\n", compared ? sum / compared : 0, compared, missing);
}

static void keep_half(Panel *panel, const char *half) {
    size_t from = strcmp(half, "odd") == 0, n = 0;
    for (size_t i = from; i < panel->parts.count; i += 2) panel->parts.at[n++] = panel->parts.at[i];
    panel->parts.count = n;
}

int main(int argc, char **argv) {
    if (argc < 4) {
        fprintf(stderr, "usage: %s PUBLISHED|- PANEL auto|braf|oil|raf|oilb [even|odd]\n", argv[0]);
        return 2;
    }
    const char *name = argv[3], *half = argc > 4 ? argv[4] : NULL;
    const PanelColumns clean = { .price = "price", .first_month = 2 }, raf = { .price = "price_gbp", .lead = "lead_time_months", .lead_days = 30.4, .first_month = 4 },
                       oilb = { .price = "price", .lead = "delivery_days", .lead_days = 1, .first_month = 10, .newest_first = 1 };
    Panel panel;
    panel_read(argv[2], name, strcmp(name, "raf") == 0 ? &raf : strcmp(name, "oilb") == 0 ? &oilb : &clean, &panel);
    if (half) keep_half(&panel, half);
    double target[TARGETS];
    targets_fill(target);
    Curves peers = { 0 };
    bool published = strcmp(argv[1], "-") != 0 && !half;
    if (published) published_read(argv[1], strcmp(name, "auto") == 0 ? "AUTO" : strcmp(name, "braf") == 0 ? "BRAF" : "OIL", &peers);
    else peers_play(&panel, target, &peers);
    printf("### %s: %zu parts, levels for months %d..%d%s%s\n", name, panel.parts.count, panel.train + 1, panel.months, half ? ", half " : "", half ? half : "");
    if (published) protocol_check(&panel, target, &peers);
    Lesson *lessons = lessons_make(&panel);
    printf("sizes of kin in month %d: a mean is worth %.1f sales, a spread %.0f; sizes to come are %.2f of those expected\n", panel.train, lessons->kin.size_worth, lessons->kin.spread_worth, lessons->kin.lift);
    printf("what sums missed by: own variance %.2f of (told / %.2g)^%.1f (age / %d)^%.1f, shared %.3f over a month\n", lessons->misses.own_var, lessons->misses.usual, lessons->misses.by_volume,
           MISS_AGE_FULL, lessons->misses.by_age, lessons->misses.shared_var[0]);
    Levels levels = levels_begin(&panel);
    Curve curve = { 0 };
    same_target(&panel, lessons, target, levels);
    curve_play(&panel, levels, TARGETS, &curve);
    for (FillBy fill = FILL_AVG; fill <= FILL_TOTAL; fill++) compare("(a) the same target for every part", &curve, &peers, fill);
    for (FillBy fill = FILL_AVG; fill <= FILL_TOTAL; fill++) {
        by_value(&panel, lessons, target, fill, levels);
        curve_play(&panel, levels, TARGETS, &curve);
        compare("(b) targets by value", &curve, &peers, fill);
    }
    free(levels);
    free(lessons);
    arena_end(&panel.arena);
    return 0;
}
