#include "maths/demand_miss.h"

#include <stdlib.h>

#include "maths/demand_came.h"
#include "maths/demand_parts.h"
#include "maths/fn.h"
#include "maths/metrics.h"

enum { HISTORY_LEAST = 4, VOLUMES = 4, AGES = 4, ROUNDS = 2, EFFECT_ITEMS_LEAST = 20 };
static const double widths[MISS_WIDTHS] = { 0, .04, .1, .2, .35, .6, 1, 1.6 };
static const double by_volumes[VOLUMES] = { 0, -.2, -.4, -.6 }, by_ages[AGES] = { 0, -.4, -.8, -1.2 };
static const double quantile[MISS_QUANTILES] = { .1, .25, .5, .8, .9, .95 };
static const double LOSS_TOLD = 0.002;                /* a share of the loss that makes a width e times less likely */
static const double OWN_MOST = 2, SHARED_MOST = 1, VOLUME_LEAST = 0.05, SHORT_HISTORY = 4, OWN_START = 0.3, FACTOR_LEAST = 0.2;

static int step_of(int bucket_days) { return bucket_days == 1 ? 14 : bucket_days <= 7 ? 4 : 2; }

/* ---- one miss ---- */

/* Units that came in [from, from + length), and how many of these buckets were seen. */
static double came_in(const DemandMissInput *in, int from, int length, int *out_seen) {
    const DemandSeries *s = in->series;
    const double *value = in->came ? in->came : s->value;
    double sum = 0;
    *out_seen = 0;
    for (int t = from; t < from + length; t++) {
        if (s->state && s->state[t] == DEMAND_MISSING) continue;
        if (value[t] > 0 && value[t] < 1e12) sum += value[t];
        (*out_seen)++;
    }
    return sum;
}

static void spans_look(const DemandMissInput *in, int known, DemandMiss *out) {
    for (int k = 0, seen; k < DEMAND_SPANS; k++) {
        int span = demand_span(in->series->bucket_days, k);
        if (known + span > in->series->count) return;
        double came = came_in(in, known, span, &seen);
        if (seen < span) continue;
        out->spans |= 1u << k;
        out->came_of[k] = (float)came;
    }
}

/* Quantiles of the sum as it would have been told with each of the widths. */
static void widths_tell(const DemandModel *model, int length, DemandMiss *out) {
    DemandModel wide[MISS_WIDTHS];
    Dist sum[MISS_WIDTHS], *at[MISS_WIDTHS];
    DemandStretch stretch[MISS_WIDTHS];
    for (int k = 0; k < MISS_WIDTHS; k++) {
        wide[k] = *model;
        wide[k].own_miss = widths[k];
        stretch[k] = (DemandStretch){ &wide[k], 0, length };
        at[k] = &sum[k];
    }
    demand_sums(stretch, MISS_WIDTHS, at);
    for (int k = 0; k < MISS_WIDTHS; k++)
        for (int q = 0; q < MISS_QUANTILES; q++) out->quantile[k][q] = (float)dist_quantile(&sum[k], quantile[q]);
}

/* What was known with the first `known` buckets, and what came in the `length` after them; buckets not seen as those that were. */
static int look(const DemandMissInput *in, int known, int length, Arena *work, DemandMiss *out) {
    int ahead = known < in->series->count, seen = length;
    double came = ahead ? came_in(in, known, length, &seen) : -1;
    if (4 * seen < 3 * length) return 0;
    DemandSeries then = *in->series;
    *out = (DemandMiss){ .length = length, .came = came * length / seen, .age = (double)known / length };
    then.count = known;
    demand_fit(&then, in->horizon, work, &out->then);
    demand_teach(&(DemandLessons){ .kin = in->kin, .price = in->price }, &out->then);
    DemandMoments told = demand_moments(&out->then, 0, length);
    if (!(told.mean > 0) || !(told.noise_var > 0)) return 0;
    if (ahead) spans_look(in, known, out);
    return 1;
}

static void tell(const DemandRevert *revert, DemandMiss *miss) {
    DemandModel model = miss->then;
    demand_teach(&(DemandLessons){ .revert = revert }, &model);
    DemandMoments told = demand_moments(&model, 0, miss->length);
    miss->told = told.mean;
    miss->variance = demand_variance(&told);
    widths_tell(&model, miss->length, miss);
    for (int k = 0; k < DEMAND_SPANS; k++)
        if (miss->spans & 1u << k) miss->told_of[k] = (float)demand_moments(&model, 0, demand_span(model.bucket_days, k)).mean;
}

int demand_miss(const DemandMissInput *in, Arena *work, DemandMiss out[MISS_LOOKS_MOST]) {
    int length = (int)(fn_clamp(in->horizon, 1, 1e6) + 0.5), step = step_of(in->series->bucket_days), count = 0;
    int64_t origin = in->end - length;
    origin -= (origin % step + step) % step;
    if (look(in, in->series->count, length, work, &out[0])) out[count++].origin = MISS_TODAY;
    for (int k = 0; k < MISS_ORIGINS_MOST; k++, origin -= step) {
        int64_t known = in->series->count - (in->end - origin);
        if (known < HISTORY_LEAST) break;
        if (look(in, (int)known, length, work, &out[count])) out[count++].origin = origin;
    }
    return count;
}

/* ---- the own part ---- */

typedef struct Case { double loss[MISS_WIDTHS], log_volume, log_age; } Case;     /* loss: pinball of the sum with each of the widths, by the root of its volume */

static double log_age(double age) { return fn_log(fn_clamp(age, 0.25, MISS_AGE_FULL) / MISS_AGE_FULL); }
static double volume(const DemandMisses *m, double told) { return told / m->usual + VOLUME_LEAST; }

static double own_at(const DemandMisses *m, double log_volume, double log_age_full) {
    if (!(m->own_var > 0)) return 0;
    double var = m->own_var;
    if (m->by_volume != 0 || m->by_age != 0) var *= fn_exp(m->by_volume * log_volume + m->by_age * log_age_full);
    return var < OWN_MOST ? var : OWN_MOST;
}

static double own_of(const DemandMisses *m, double told, double age) { return own_at(m, fn_log(volume(m, told)), log_age(age)); }

/* Between two widths on the line between them. */
static double width_loss(const DemandMisses *m, const Case *c, int count) {
    double sum = 0;
    for (int i = 0; i < count; i++) {
        double var = own_at(m, c[i].log_volume, c[i].log_age);
        int k = 1;
        while (k < MISS_WIDTHS - 1 && var > widths[k]) k++;
        double part = fn_clamp((var - widths[k - 1]) / (widths[k] - widths[k - 1]), 0, 1);
        sum += (1 - part) * c[i].loss[k - 1] + part * c[i].loss[k];
    }
    return sum;
}

/* A point of the grid, and how likely it is before anything is seen: half as likely as the next narrower, the next less steep. Where the past says little, little is added. */
typedef struct Width { double var, by_volume, by_age, before; } Width;
enum { POINTS = 1 + (MISS_WIDTHS - 1) * VOLUMES * AGES };

static void grid_make(Width out[POINTS]) {
    int n = 0;
    double lines = (2 - 1.0 / (1 << (VOLUMES - 1))) * (2 - 1.0 / (1 << (AGES - 1)));
    out[n++] = (Width){ .before = 1 };
    for (int k = 1; k < MISS_WIDTHS; k++)
        for (int v = 0; v < VOLUMES; v++)
            for (int a = 0; a < AGES; a++) out[n++] = (Width){ widths[k], by_volumes[v], by_ages[a], 1 / (lines * (1 << (k + v + a))) };
}

/* What the grid says together, each point as likely as its loss is near the least: of two that are as good neither is chosen today and the other tomorrow. */
static void own_find(const Case *c, int count, DemandMisses *out) {
    Width grid[POINTS];
    double loss[POINTS], least = 0, sum = 0, var = 0, volumes = 0, ages = 0;
    out->own_var = out->by_volume = out->by_age = 0;
    grid_make(grid);
    for (int k = 0; k < POINTS; k++) {
        DemandMisses tried = { .usual = out->usual, .own_var = grid[k].var, .by_volume = grid[k].by_volume, .by_age = grid[k].by_age };
        loss[k] = width_loss(&tried, c, count);
        if (k == 0 || loss[k] < least) least = loss[k];
    }
    if (!(least > 0)) return;
    for (int k = 0; k < POINTS; k++) {
        double weight = grid[k].before * fn_exp(-(loss[k] / least - 1) / LOSS_TOLD);
        sum += weight;
        var += weight * grid[k].var;
        volumes += weight * grid[k].var * grid[k].by_volume;
        ages += weight * grid[k].var * grid[k].by_age;
    }
    if (!(var > 0)) return;
    out->own_var = var / sum;
    out->by_volume = volumes / var;
    out->by_age = ages / var;
}

/* ---- the shared part ---- */

/* Told and came of a miss over a span; of its own horizon where span is WHOLE. */
enum { WHOLE = -1 };
static double told_of(const DemandMiss *m, int span) { return span == WHOLE ? m->told : (double)m->told_of[span]; }
static double came_of(const DemandMiss *m, int span) { return span == WHOLE ? m->came : (double)m->came_of[span]; }

/* Items weigh by how certain they are: told over variance. */
static double certainty(const DemandMisses *m, const DemandMiss *x) { return x->told / (x->variance + own_of(m, x->told, x->age) * x->told * x->told); }

/* What the items of one origin have in common: came over told less 1, and the variance that their own errors give it. items 0: too few. */
typedef struct Effect { double mean, variance; int items; } Effect;

static Effect effect_of(const DemandMisses *m, const DemandMiss *miss, int count, int span) {
    double told = 0, gap = 0, square = 0;
    Effect e = { 0 };
    for (int i = 0; i < count; i++) {
        double mean = told_of(&miss[i], span), weight = certainty(m, &miss[i]);
        if (!(mean > 0)) continue;
        told += weight * mean;
        gap += weight * (came_of(&miss[i], span) - mean);
        e.items++;
    }
    if (e.items < EFFECT_ITEMS_LEAST) return (Effect){ 0 };
    e.mean = gap / told;
    for (int i = 0; i < count; i++) {
        double mean = told_of(&miss[i], span), rest = certainty(m, &miss[i]) * (came_of(&miss[i], span) - mean * (1 + e.mean));
        if (mean > 0) square += rest * rest;
    }
    e.variance = square / (told * told);
    return e;
}

static int run_of(const DemandMiss *miss, int count, int from) {      /* misses of the same origin from here on */
    int to = from;
    while (to < count && miss[to].origin == miss[from].origin) to++;
    return to - from;
}

/* How many of these origins do not overlap. */
static double apart_of(int origins, int64_t first, int64_t last, double length) {
    double apart = (double)(last - first) / length + 1;
    return apart < origins ? apart : origins;
}

/* DerSimonian & Laird: origins weigh by the certainty of their effect, so that one in which a few rare items sold a lot says little. */
static double shared_of(const DemandMisses *m, const DemandMiss *miss, int count, int span, double length) {
    double sum = 0, weights = 0;
    int origins = 0;
    int64_t first = 0, last = 0;
    for (int from = 0, n; from < count; from += n) {
        n = run_of(miss, count, from);
        Effect e = effect_of(m, miss + from, n, span);
        if (e.items == 0 || !(e.variance > 0)) continue;
        last = miss[from].origin;
        if (origins == 0) first = last;
        sum += e.mean * e.mean / e.variance - 1;
        weights += 1 / e.variance;
        origins++;
    }
    if (!(sum > 0)) return 0;
    double apart = apart_of(origins, first, last, length);
    return fn_clamp(sum / weights * apart / (apart + SHORT_HISTORY), 0, SHARED_MOST);
}

/* ---- the shape ---- */

static int by_size(const void *a, const void *b) {
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

/* The sum of a miss as told with the own part, times `factor`. */
static void sum_told(const DemandMisses *m, const DemandRevert *revert, const DemandMiss *miss, double factor, Dist *out) {
    DemandModel model = miss->then;
    demand_teach(&(DemandLessons){ .revert = revert }, &model);
    model = demand_scaled(&model, factor);
    model.own_miss = own_of(m, miss->told, miss->age);
    demand_sum(&model, 0, miss->length, out);
}

/* Half of what came over the median told is at or below it: unlike the mean's, no factor that a few silent or wild items set. */
static double middle_of(const DemandMisses *m, const DemandRevert *revert, const DemandMiss *miss, int count, double *scratch) {
    int n = 0;
    Dist sum;
    for (int i = 0; i < count; i++) {
        sum_told(m, revert, &miss[i], 1, &sum);
        double median = dist_quantile(&sum, 0.5);
        if (median > 0) scratch[n++] = miss[i].came / median;
    }
    if (n < EFFECT_ITEMS_LEAST) return 1;
    qsort(scratch, (size_t)n, sizeof *scratch, by_size);
    return fn_clamp(scratch[n / 2], FACTOR_LEAST, 1 / FACTOR_LEAST);
}

/* Of one origin, had the middle of what its items have in common been known. */
static void came_of_origin(const DemandMisses *m, const DemandRevert *revert, const DemandMiss *miss, int count, double *scratch, double share[DEMAND_LEVELS]) {
    double factor = middle_of(m, revert, miss, count, scratch);
    Dist sum;
    for (int i = 0; i < count; i++) {
        sum_told(m, revert, &miss[i], factor, &sum);
        demand_came_add(dist_below(&sum, miss[i].came - 1e-6 * (1 + miss[i].came)), dist_below(&sum, miss[i].came), count, share);
    }
}

static void shape_learn(const DemandMiss *miss, int count, const double *common, Arena *work, DemandMisses *m) {
    double (*share)[DEMAND_LEVELS] = arena_take(work, sizeof *share * (m->origins + 1)), *scratch = many_in(work, double, count + 1);
    int origins = 0, first = 0, last = 0;
    for (int from = 0, n; from < count; from += n) {
        DemandRevert then = m->revert;
        n = run_of(miss, count, from);
        if (n < EFFECT_ITEMS_LEAST) continue;
        then.common = common[from];
        for (int k = 0; k < DEMAND_LEVELS; k++) share[origins][k] = 0;
        came_of_origin(m, &then, miss + from, n, scratch, share[origins]);
        if (origins++ == 0) first = from;
        last = from;
    }
    demand_came_fit(share, origins, apart_of(origins, miss[first].origin, miss[last].origin, miss[0].length), m->came_below);
}

/* ---- both ---- */

static int by_origin(const void *a, const void *b) {
    const DemandMiss *x = a, *y = b;
    if (x->origin != y->origin) return x->origin < y->origin ? -1 : 1;
    if (x->told != y->told) return x->told < y->told ? -1 : 1;
    if (x->came != y->came) return x->came < y->came ? -1 : 1;
    return (x->variance > y->variance) - (x->variance < y->variance);
}

static double median_told(const DemandMiss *miss, int count, double *scratch) {
    for (int i = 0; i < count; i++) scratch[i] = miss[i].told;
    qsort(scratch, (size_t)count, sizeof *scratch, by_size);
    return scratch[count / 2];
}

/* ---- how far levels go back ---- */

static DemandRevertCase revert_case(const DemandMiss *miss, int bucket_days) {
    const DemandModel *m = &miss->then;
    DemandMoments told = demand_moments(m, 0, miss->length);
    DemandModel lasting = demand_levelled(m, m->long_level, 0, 0);
    double apart = (double)step_of(bucket_days) / miss->length;
    return (DemandRevertCase){ .told = told.mean, .lasting = demand_moments(&lasting, 0, miss->length).mean, .came = miss->came, .noise_var = told.noise_var,
                               .sales = m->used * (1 - m->zero_share), .weight = apart < 1 ? apart : 1 };
}

/* Misses in order of origins, those of today last. What each origin has in common is no departure of an item: levels are held against long means times the
 * origin's `common`, and what came against its common effect. */
static void revert_learn(DemandMiss *miss, int count, int bucket_days, Arena *work, double *out_common, DemandRevert *out) {
    DemandRevertCase *seen = many_in(work, DemandRevertCase, count + 1);
    int cases = 0;
    for (int from = 0, n; from < count; from += n) {
        n = run_of(miss, count, from);
        for (int i = 0; i < n; i++) seen[cases + i] = revert_case(&miss[from + i], bucket_days);
        out_common[from] = demand_common(seen + cases, n);
        cases += miss[from].came < 0 ? 0 : n;
    }
    demand_revert_fit(seen, cases, out);
}

/* What each miss would have lost had what its origin has in common been known. */
static void cases_make(const DemandMisses *m, const DemandMiss *miss, int count, Case *out) {
    for (int from = 0, n; from < count; from += n) {
        n = run_of(miss, count, from);
        double factor = 1 + effect_of(m, miss + from, n, WHOLE).mean;
        factor = factor > FACTOR_LEAST ? factor : FACTOR_LEAST;
        for (int i = from; i < from + n; i++) {
            double share = volume(m, miss[i].told), weight = 1 / __builtin_sqrt(share);
            out[i] = (Case){ .log_volume = fn_log(share), .log_age = log_age(miss[i].age) };
            for (int k = 0; k < MISS_WIDTHS; k++)
                for (int q = 0; q < MISS_QUANTILES; q++) out[i].loss[k] += weight * metric_pinball((double)miss[i].quantile[k][q], miss[i].came / factor, quantile[q]);
        }
    }
}

void demand_misses_fit(DemandMiss *miss, int count, int bucket_days, Arena *work, DemandMisses *out) {
    *out = (DemandMisses){ 0 };
    if (count < MISS_SERIES_LEAST) return;
    Case *cases = many_in(work, Case, count);
    double *common = many_in(work, double, count);
    DemandMisses m = { 0 };
    qsort(miss, (size_t)count, sizeof *miss, by_origin);
    revert_learn(miss, count, bucket_days, work, common, &m.revert);
    for (int from = 0, n; from < count; from += n) {
        n = run_of(miss, count, from);
        m.revert.common = common[from];
        if (miss[from].came < 0) break;
        for (int i = from; i < from + n; i++) tell(&m.revert, &miss[i]);
        m.misses += n;
        m.origins++;
    }
    count = m.misses;
    m.usual = median_told(miss, count, many_in(work, double, count));
    m.own_var = OWN_START;
    for (int round = 0; round < ROUNDS; round++) {
        cases_make(&m, miss, count, cases);
        own_find(cases, count, &m);
    }
    for (int k = 0; k < DEMAND_SPANS; k++) m.shared_var[k] = shared_of(&m, miss, count, k, demand_span(bucket_days, k));
    shape_learn(miss, count, common, work, &m);
    *out = m;
}

void demand_widen(const DemandMisses *misses, double horizon, DemandModel *model) {
    if (misses->misses == 0 || model->kind == DEMAND_NONE) return;
    double length = horizon > 1 ? horizon : 1, told = demand_moments(model, 0, length).mean;
    model->own_miss = told > 0 ? own_of(misses, told, (model->used + model->missing) / length) : 0;
    for (int k = 0; k < DEMAND_SPANS; k++) model->shared_miss[k] = (float)misses->shared_var[k];
    for (int k = 0; k < DEMAND_LEVELS; k++) model->came_below[k] = misses->came_below[k];
}
