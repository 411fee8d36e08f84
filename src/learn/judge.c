/* Local models against both together, on windows the forest has not seen. A window whose demand was cut by a stockout has no loss and is left out. */
#include <stdlib.h>

#include "base/list.h"
#include "learn/teach-parts.h"
#include "maths/fn.h"
#include "maths/metrics.h"

enum { WEIGHTS = 5, SLICE = 16, LEAN_SERIES = 500 };     /* a class leans on all classes as if these had so many series more, and on what is usual likewise */
static const double weights[WEIGHTS] = { 0, 0.25, 0.5, 0.75, 1 };
/* Loss by weight over that of the local models alone, as seen on VN2 windows 5 to 12: a few weeks of few series share too many shocks to say more. */
static const double usual[WEIGHTS] = { 1, 0.986, 0.976, 0.969, 0.966 };
static const double quantiles[4] = { 0.5, 0.8, 0.9, 0.95 };

typedef struct Point { int series, at, ahead, class; double loss[WEIGHTS]; } Point;
struct LearnPoints { const Lesson *lesson; Arena **work; LIST(Point) list; size_t from; };

/* Origins a week apart or more, every series alike, so many that about `most` windows are looked at. */
static void points_collect(LearnPoints *points, int from, int to, int most) {
    const LearnPanel *panel = points->lesson->panel;
    int week = points->lesson->week, every = 1;
    double all = (double)panel->count * ((double)(to - from) / week);
    while (all / every > most && every * week < to - from) every++;
    int stride = 1;
    while (all / every / stride > most) stride++;
    for (int i = 0; i < panel->count; i += stride) {
        int ahead = (int)(panel->horizon[i] + 0.5) > 1 ? (int)(panel->horizon[i] + 0.5) : 1;
        const LearnHistory *h = &points->lesson->history[i];
        for (int at = from; at + ahead <= to; at += every * week)
            if (window_seen(h, at, ahead) && !window_censored(h, at, ahead)) list_push(&points->list, (Point){ .series = i, .at = at, .ahead = ahead, .class = -1 });
    }
}

static double loss_of(const DemandModel *model, double ahead, double actual) {
    Dist sum;
    double loss = 0;
    demand_sum(model, 0, ahead, &sum);
    for (int q = 0; q < 4; q++) loss += metric_pinball(dist_quantile(&sum, quantiles[q]), actual, quantiles[q]);
    return loss / 4;
}

static void point_judge(const Lesson *lesson, Point *point, Arena *work) {
    const LearnPanel *panel = lesson->panel;
    const LearnHistory *h = &lesson->history[point->series];
    DemandModel local;
    lesson_local(lesson, point->series, point->at, point->ahead, work, &local);
    double mean = demand_moments(&local, 0, point->ahead).mean, actual = window_units(h, point->at, point->ahead);
    double ratio = learner_ratio(&lesson->trees, &lesson->kin, h, point->at, point->ahead, mean);
    point->class = learn_class(mean, h, point->at);
    for (int w = 0; w < WEIGHTS; w++) {
        DemandModel model = demand_scaled(&local, learn_weighted(ratio, weights[w]));
        point->loss[w] = loss_of(&model, point->ahead, actual) * panel->worth[point->series];
    }
}

static void points_slice(void *self, int thread, size_t from, size_t to) {
    LearnPoints *points = self;
    for (size_t i = from; i < to; i++) {
        arena_clear(points->work[thread]);
        point_judge(points->lesson, &points->list.at[points->from + i], points->work[thread]);
    }
}

LearnPoints *learn_points_begin(const Lesson *lesson) {
    LearnPoints *points = calloc(1, sizeof *points);
    if (!points) stop_for("no memory to judge");
    points->lesson = lesson;
    return points;
}

void learn_points_end(LearnPoints **points) {
    if (!*points) return;
    list_end(&(*points)->list);
    free(*points);
    *points = NULL;
}

void learn_points_judge(LearnPoints *points, int from, int to, int most, Pool *threads, const LearnProgress *progress) {
    enum { STRETCH = 2000 };
    int count = pool_threads(threads);
    points->work = calloc((size_t)count, sizeof *points->work);
    if (!points->work) stop_for("no memory to judge");
    for (int t = 0; t < count; t++) points->work[t] = arena_begin(64 * MiB);
    size_t first = points->list.count;
    points_collect(points, from, to, most);
    for (points->from = first; points->from < points->list.count; points->from += STRETCH) {
        size_t left = points->list.count - points->from;
        if (progress->say) progress->say(progress->self, "judging", (int64_t)(points->from - first), (int64_t)(points->list.count - first));
        pool_run(threads, left < STRETCH ? left : STRETCH, SLICE, points_slice, points);
    }
    for (int t = 0; t < count; t++) arena_end(&points->work[t]);
    free(points->work);
    points->work = NULL;
}

/* ---- how far to believe ---- */

static void weights_choose(const LearnPoints *points, int chosen_to, double out[LEARN_CLASSES]) {
    double loss[LEARN_CLASSES + 1][WEIGHTS] = { 0 }, series[LEARN_CLASSES] = { 0 };
    int last[LEARN_CLASSES];
    for (int c = 0; c < LEARN_CLASSES; c++) last[c] = -1;
    for (size_t i = 0; i < points->list.count; i++) {
        const Point *p = &points->list.at[i];
        if (p->at + p->ahead > chosen_to) continue;
        for (int w = 0; w < WEIGHTS; w++) {
            loss[p->class][w] += p->loss[w];
            loss[LEARN_CLASSES][w] += p->loss[w];
        }
        series[p->class] += last[p->class] != p->series;
        last[p->class] = p->series;
    }
    for (int c = 0; c < LEARN_CLASSES; c++) {
        double best = 0.998;             /* two in a thousand are not worth another voice */
        out[c] = 0;
        for (int w = 1; w < WEIGHTS; w++) {
            double own_ratio = loss[c][0] > 0 ? loss[c][w] / loss[c][0] : 1, all = loss[LEARN_CLASSES][0] > 0 ? loss[LEARN_CLASSES][w] / loss[LEARN_CLASSES][0] : 1;
            double leant = (series[c] * own_ratio + LEAN_SERIES * (all + usual[w])) / (series[c] + 2 * LEAN_SERIES);
            if (leant >= best) continue;
            best = leant;
            out[c] = weights[w];
        }
    }
}

/* ---- the verdict ---- */

static int weight_index(double weight) {
    int w = 0;
    while (w + 1 < WEIGHTS && weights[w] < weight) w++;
    return w;
}

/* Gains of the windows of one item belong together, and so do those of its places. */
static double gain_z(const LearnPoints *points, int from, const LearnEvidence *e) {
    const LearnPanel *panel = points->lesson->panel;
    int32_t keys = panel->keys[3];
    double *gain = calloc((size_t)keys + (size_t)panel->count + 1, sizeof *gain), sum = 0, squares = 0, n = 0;
    if (!gain) stop_for("no memory to judge %d series", panel->count);
    for (size_t i = 0; i < points->list.count; i++) {
        const Point *p = &points->list.at[i];
        if (p->at < from) continue;
        int32_t item = panel->series[p->series].kin[3];
        gain[item >= 0 && item < keys ? item : keys + p->series] += p->loss[0] - p->loss[weight_index(e->weight[p->class])];
    }
    for (size_t k = 0; k < (size_t)keys + (size_t)panel->count; k++) {
        if (gain[k] == 0) continue;
        sum += gain[k];
        squares += gain[k] * gain[k];
        n++;
    }
    free(gain);
    double variance = n > 1 ? squares - sum * sum / n : 0;
    return variance > 0 ? sum / __builtin_sqrt(variance * n / (n - 1)) : 0;
}

static void scores_sum(const LearnPoints *points, int from, LearnEvidence *e) {
    for (size_t i = 0; i < points->list.count; i++) {
        const Point *p = &points->list.at[i];
        if (p->at < from) continue;
        LearnScore *scores[2] = { &e->of_class[p->class], &e->all };
        for (int s = 0; s < 2; s++) {
            scores[s]->windows++;
            scores[s]->local += p->loss[0];
            scores[s]->learned += p->loss[WEIGHTS - 1];
            scores[s]->together += p->loss[weight_index(e->weight[p->class])];
        }
    }
}

static const char *reason_of(const LearnEvidence *e, bool speaks) {
    if (e->champion) return "together with it the local models lose less on windows it had not seen";
    if (!speaks) return "no class of series gained from it where it was to be believed";
    return e->all.together < 0.995 * e->all.local ? "its gain on windows it had not seen may be chance" : "it gains less than half a per cent on windows it had not seen";
}

void learn_verdict(const LearnPoints *points, LearnEvidence *e) {
    bool speaks = false;
    weights_choose(points, e->cut[1], e->weight);
    scores_sum(points, e->cut[1], e);
    e->gain_z = gain_z(points, e->cut[1], e);
    for (int c = 0; c < LEARN_CLASSES; c++) speaks |= e->weight[c] > 0;
    e->champion = speaks && e->all.together < 0.995 * e->all.local && e->gain_z > 2;
    e->reason = reason_of(e, speaks);
}
