/* Local models against both together, on windows the forest has not seen. A window whose demand was cut by a stockout has no loss and is left out. */
#include <stdlib.h>

#include "base/list.h"
#include "learn/teach-parts.h"
#include "maths/fn.h"
#include "maths/metrics.h"

enum { SLICE = 16, LEAN_SERIES = 500, WEEKS_LEAST = 4 };  /* a class leans on all classes as if these had so many series more, and on what is usual likewise */
static const double weights[LEARN_VOICES] = { 0, 0.25, 0.5, 0.75, 1 };
/* Loss by weight over that of the local models alone, as seen on VN2 windows 5 to 12: a few weeks of few series share too many shocks to say more. */
static const double usual_of_weight[LEARN_VOICES] = { 1, 0.986, 0.976, 0.969, 0.966 };
static const double spreads[LEARN_VOICES] = { 1, 0.9, 1.1, 1.2, 1.35 };
static const double usual_of_spread[LEARN_VOICES] = { 1, 1, 1, 1, 1 };   /* the local models have calibrated themselves */
static const double quantiles[4] = { 0.5, 0.8, 0.9, 0.95 };

typedef struct Point { int series, at, ahead, class; double loss[LEARN_VOICES]; } Point;
struct LearnPoints { const Lesson *lesson; const LearnTrial *trial; Arena **work; LIST(Point) list; size_t from; };

/* Every series at the same origins, so many of them, and then so many series, that about `windows_most` are looked at. */
static void points_collect(LearnPoints *points, const LearnStretch *stretch) {
    const LearnPanel *panel = points->lesson->panel;
    int from = stretch->from, to = stretch->to, step = stretch->step, stride = 1;
    double origins = (double)(to - from) / step;
    while ((double)panel->count * origins / stride > stretch->windows_most) stride++;
    for (int i = 0; i < panel->count; i += stride) {
        int ahead = (int)(panel->horizon[i] + 0.5) > 1 ? (int)(panel->horizon[i] + 0.5) : 1;
        const LearnHistory *h = &points->lesson->history[i];
        for (int at = from; at + ahead <= to; at += step)
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

static void point_judge(const LearnPoints *points, Point *point, Arena *work) {
    const Lesson *lesson = points->lesson;
    const LearnTrial *trial = points->trial;
    const LearnHistory *h = &lesson->history[point->series];
    DemandModel local;
    lesson_local(lesson, point->series, point->at, point->ahead, work, &local);
    double mean = demand_moments(&local, 0, point->ahead).mean, actual = window_units(h, point->at, point->ahead);
    double ratio = learner_ratio(&lesson->trees, &lesson->kin, h, point->at, point->ahead, mean);
    point->class = learn_class(mean, h, point->at);
    for (int v = 0; v < trial->count; v++) {
        DemandModel model = learn_applied(&local, learn_voiced(ratio, trial->of[point->class][v]));
        point->loss[v] = loss_of(&model, point->ahead, actual) * lesson->panel->worth[point->series];
    }
}

static void points_slice(void *self, int thread, size_t from, size_t to) {
    LearnPoints *points = self;
    for (size_t i = from; i < to; i++) {
        arena_clear(points->work[thread]);
        point_judge(points, &points->list.at[points->from + i], points->work[thread]);
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

void learn_points_judge(LearnPoints *points, const LearnTrial *trial, LearnStretch stretch, Pool *threads, const LearnProgress *progress) {
    enum { PART = 2000 };
    int count = pool_threads(threads);
    points->trial = trial;
    points->work = calloc((size_t)count, sizeof *points->work);
    if (!points->work) stop_for("no memory to judge");
    for (int t = 0; t < count; t++) points->work[t] = arena_begin(64 * MiB);
    size_t first = points->list.count;
    points_collect(points, &stretch);
    for (points->from = first; points->from < points->list.count; points->from += PART) {
        size_t left = points->list.count - points->from;
        if (progress->say) progress->say(progress->self, "judging", (int64_t)(points->from - first), (int64_t)(points->list.count - first));
        pool_run(threads, left < PART ? left : PART, SLICE, points_slice, points);
    }
    for (int t = 0; t < count; t++) arena_end(&points->work[t]);
    free(points->work);
    points->work = NULL;
}

/* ---- gains week by week ---- */

/* Quantile .99 of Student's law: a company teaches again and again, and each time is another chance to be wrong. */
static double student_99(int degrees) {
    static const double table[] = { 31.82, 6.96, 4.54, 3.75, 3.36, 3.14, 3.00, 2.90, 2.82, 2.76, 2.72, 2.68, 2.65, 2.62 };
    int rows = (int)(sizeof table / sizeof table[0]);
    return degrees <= rows ? table[degrees - 1] : 2.326 + 4.0 / degrees;
}

LearnProof learn_proof(const double *gain, int weeks) {
    double sum = 0, squares = 0, neighbours = 0;
    if (weeks < WEEKS_LEAST) return (LearnProof){ 0, student_99(WEEKS_LEAST - 1) };
    for (int w = 0; w < weeks; w++) sum += gain[w];
    double mean = sum / weeks;
    for (int w = 0; w < weeks; w++) {
        squares += (gain[w] - mean) * (gain[w] - mean);
        if (w) neighbours += (gain[w] - mean) * (gain[w - 1] - mean);
    }
    double variance = (squares + (neighbours > 0 ? 2 * neighbours : 0)) * weeks / (weeks - 1);
    return (LearnProof){ variance > 0 ? sum / __builtin_sqrt(variance) : 0, student_99(weeks - 1) };
}

/* What a class, or all (LEARN_CLASSES), gained by a voice over the first: one gain for each origin from .. to - 1 at which a window was judged, since what
 * all series share in a week counts once. */
static LearnProof weeks_proof(const LearnPoints *points, int from, int to, int class, int voice, int *out_weeks) {
    double *gain = calloc((size_t)(to - from) + 1, sizeof *gain);
    bool *judged = calloc((size_t)(to - from) + 1, sizeof *judged);
    if (!gain || !judged) stop_for("no memory to judge");
    for (size_t i = 0; i < points->list.count; i++) {
        const Point *p = &points->list.at[i];
        if (class != LEARN_CLASSES && p->class != class) continue;
        gain[p->at - from] += p->loss[0] - p->loss[voice];
        judged[p->at - from] = true;
    }
    *out_weeks = 0;
    for (int at = 0; at < to - from; at++)
        if (judged[at]) gain[(*out_weeks)++] = gain[at];
    LearnProof proof = learn_proof(gain, *out_weeks);
    free(gain);
    free(judged);
    return proof;
}

/* ---- how far to believe, how wide ---- */

/* How wide sums came out is what all series of a few weeks share, and unlike the mean nothing was learned of it before: a class is widened or narrowed only
 * where week after week says so. */
static void unproven_drop(const LearnPoints *points, LearnStretch stretch, int chosen[LEARN_CLASSES]) {
    int weeks;
    for (int c = 0; c < LEARN_CLASSES; c++) {
        if (chosen[c] == 0) continue;
        LearnProof proof = weeks_proof(points, stretch.from, stretch.to, c, chosen[c], &weeks);
        if (!(proof.t > proof.t_least)) chosen[c] = 0;
    }
}

/* Of each class the voice that loses least, leaning on all classes and on what is usual. */
static void voice_choose(const LearnPoints *points, const double usual[LEARN_VOICES], int out[LEARN_CLASSES]) {
    double loss[LEARN_CLASSES + 1][LEARN_VOICES] = { 0 }, series[LEARN_CLASSES] = { 0 };
    int last[LEARN_CLASSES];
    for (int c = 0; c < LEARN_CLASSES; c++) last[c] = -1;
    for (size_t i = 0; i < points->list.count; i++) {
        const Point *p = &points->list.at[i];
        for (int v = 0; v < LEARN_VOICES; v++) {
            loss[p->class][v] += p->loss[v];
            loss[LEARN_CLASSES][v] += p->loss[v];
        }
        series[p->class] += last[p->class] != p->series;
        last[p->class] = p->series;
    }
    for (int c = 0; c < LEARN_CLASSES; c++) {
        double best = 0.998;             /* two in a thousand are not worth another voice */
        out[c] = 0;
        for (int v = 1; v < LEARN_VOICES; v++) {
            double own_ratio = loss[c][0] > 0 ? loss[c][v] / loss[c][0] : 1, all = loss[LEARN_CLASSES][0] > 0 ? loss[LEARN_CLASSES][v] / loss[LEARN_CLASSES][0] : 1;
            double leant = (series[c] * own_ratio + LEAN_SERIES * (all + usual[v])) / (series[c] + 2 * LEAN_SERIES);
            if (leant >= best) continue;
            best = leant;
            out[c] = v;
        }
    }
}

void learn_voices_choose(const Lesson *lesson, LearnStretch stretch, Pool *threads, const LearnProgress *progress, LearnVoice out[LEARN_CLASSES]) {
    own(learn_points_end) LearnPoints *believed = learn_points_begin(lesson), *widened = learn_points_begin(lesson);
    LearnTrial trial = { .count = LEARN_VOICES };
    int chosen[LEARN_CLASSES];
    for (int c = 0; c < LEARN_CLASSES; c++)
        for (int v = 0; v < LEARN_VOICES; v++) trial.of[c][v] = (LearnVoice){ weights[v], 1 };
    learn_points_judge(believed, &trial, stretch, threads, progress);
    voice_choose(believed, usual_of_weight, chosen);
    for (int c = 0; c < LEARN_CLASSES; c++)
        for (int v = 0; v < LEARN_VOICES; v++) trial.of[c][v] = (LearnVoice){ weights[chosen[c]], spreads[v] };
    learn_points_judge(widened, &trial, stretch, threads, progress);
    voice_choose(widened, usual_of_spread, chosen);
    unproven_drop(widened, stretch, chosen);
    for (int c = 0; c < LEARN_CLASSES; c++) out[c] = trial.of[c][chosen[c]];
}

/* ---- the verdict ---- */

enum { LOCAL, LEARNED, TOGETHER, VERDICT_VOICES };

void learn_verdict_trial(const LearnVoice chosen[LEARN_CLASSES], LearnTrial *out) {
    *out = (LearnTrial){ .count = VERDICT_VOICES };
    for (int c = 0; c < LEARN_CLASSES; c++) {
        out->of[c][LOCAL] = (LearnVoice){ 0, 1 };
        out->of[c][LEARNED] = (LearnVoice){ 1, 1 };
        out->of[c][TOGETHER] = chosen[c];
    }
}

/* Gains of the windows of one item belong together, and so do those of its places. */
static double items_z(const LearnPoints *points) {
    const LearnPanel *panel = points->lesson->panel;
    int32_t keys = panel->keys[3];
    double *gain = calloc((size_t)keys + (size_t)panel->count + 1, sizeof *gain), sum = 0, squares = 0, n = 0;
    if (!gain) stop_for("no memory to judge %d series", panel->count);
    for (size_t i = 0; i < points->list.count; i++) {
        const Point *p = &points->list.at[i];
        int32_t item = panel->series[p->series].kin[3];
        gain[item >= 0 && item < keys ? item : keys + p->series] += p->loss[LOCAL] - p->loss[TOGETHER];
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

static void scores_sum(const LearnPoints *points, LearnEvidence *e) {
    for (size_t i = 0; i < points->list.count; i++) {
        const Point *p = &points->list.at[i];
        LearnScore *scores[2] = { &e->of_class[p->class], &e->all };
        for (int s = 0; s < 2; s++) {
            scores[s]->windows++;
            scores[s]->local += p->loss[LOCAL];
            scores[s]->learned += p->loss[LEARNED];
            scores[s]->together += p->loss[TOGETHER];
        }
    }
}

static const char *reason_of(const LearnEvidence *e, bool speaks) {
    if (e->champion) return "together with it the local models lose less on weeks it had not seen";
    if (!speaks) return "no class of series gained from it where it was to be believed";
    if (e->weeks < WEEKS_LEAST) return "there are too few weeks to tell its gain from what a few weeks share";
    return e->all.together < 0.995 * e->all.local ? "its gain on weeks it had not seen may be chance" : "it gains less than half a per cent on weeks it had not seen";
}

void learn_verdict(const LearnPoints *points, LearnEvidence *e) {
    bool speaks = false;
    scores_sum(points, e);
    e->gain_z = items_z(points);
    LearnProof proof = weeks_proof(points, e->cut[1], e->cut[LEARN_STAGES - 1], LEARN_CLASSES, TOGETHER, &e->weeks);
    e->gain_t = proof.t;
    e->gain_t_least = proof.t_least;
    for (int c = 0; c < LEARN_CLASSES; c++) speaks |= e->voice[c].weight > 0 || e->voice[c].spread != 1;
    e->champion = speaks && e->all.together < 0.995 * e->all.local && e->gain_z > 2 && e->gain_t > e->gain_t_least;
    e->reason = reason_of(e, speaks);
}
