#include "learn/teach.h"

#include <stdlib.h>

#include "base/list.h"
#include "base/rng.h"
#include "learn/teach-parts.h"
#include "maths/fn.h"

enum { ROWS_LEAST = 1000, ROWS_A_THREAD = 20000, SEEN_LEAST = 8, WEEKS_LEAST = 13, FOREST_MOST = 64 * MiB };

LearnRecipe learn_recipe(void) {
    return (LearnRecipe){ .rows_most = 200000, .trees = 150, .depth = 5, .threads = 1, .step = 0.06, .power = 1.3, .leaf_least = 60, .lambda = 30,
                          .rows_share = 0.6, .columns_share = 0.5, .base_power = 0.3, .half_life_weeks = 150, .points_most = 20000, .seed = 1 };
}

bool window_seen(const LearnHistory *h, int at, int ahead) {
    int i = at - h->series->from;
    return i >= 0 && i + ahead <= h->series->count && h->seen[i + ahead] - h->seen[i] >= ahead - 0.5;
}

double window_units(const LearnHistory *h, int at, int ahead) {
    int i = at - h->series->from;
    return h->units[i + ahead] - h->units[i];
}

bool window_censored(const LearnHistory *h, int at, int ahead) {
    int i = at - h->series->from;
    return h->censored[i + ahead] > h->censored[i];
}

void lesson_local(const Lesson *lesson, int series, int at, int ahead, Arena *work, DemandModel *out) {
    const LearnPanel *panel = lesson->panel;
    const LearnSeries *s = &panel->series[series];
    int days = panel->grid.bucket_days;
    DemandSeries before = { .count = at - s->from, .value = s->value, .state = s->state, .bucket_days = days, .first_phase = demand_phase(panel->grid.first_day + (int64_t)s->from * days, days),
                            .kin_season = panel->season ? panel->season[series] : NULL };
    demand_fit(&before, ahead, work, out);
}

/* ---- preparing ---- */

/* The usual horizon in whole weeks: windows of the verdict that far apart do not overlap. */
static int step_weeks(const LearnPanel *panel, int week) {
    double sum = 0;
    for (int i = 0; i < panel->count; i++) sum += panel->horizon[i];
    double weeks = panel->count ? fn_clamp(sum / panel->count / week, 1, 52) : 1;
    return (int)weeks + (weeks > (int)weeks);
}

static Err cuts_make(const LearnPanel *panel, const LearnRecipe *recipe, int cut[LEARN_STAGES], Why *why) {
    int week = panel->grid.bucket_days < 7 ? 7 / panel->grid.bucket_days : 1, weeks = panel->grid.buckets / week, step = step_weeks(panel, week);
    int held = recipe->held_weeks ? recipe->held_weeks : (int)fn_clamp(weeks / 12, 6, 13);
    held = (held + step - 1) / step * step;
    for (int stage = 0; stage < LEARN_STAGES; stage++) cut[stage] = panel->grid.buckets - (LEARN_STAGES - 1 - stage) * held * week;
    if (cut[0] >= WEEKS_LEAST * week) return OK;
    return fail_hint(why, fail(why, ERR_INVALID, "%d buckets of %d days are too short a history to learn from and to judge", panel->grid.buckets, panel->grid.bucket_days),
                     "wait until there is about a year");
}

static void lesson_make(const LearnPanel *panel, Arena *arena, Lesson *lesson) {
    lesson->panel = panel;
    lesson->week = panel->grid.bucket_days < 7 ? 7 / panel->grid.bucket_days : 1;
    lesson->history = many_in(arena, LearnHistory, panel->count + 1);
    learn_kin_begin(&panel->grid, panel->keys, arena, &lesson->kin);
    LearnWeek *weeks = many_in(arena, LearnWeek, learn_weeks(&panel->grid) + 1);
    for (int i = 0; i < panel->count; i++) {
        learn_history(&panel->grid, &panel->series[i], arena, &lesson->history[i]);
        learn_weeks_of(&lesson->history[i], weeks);
        learn_kin_add(&lesson->kin, panel->series[i].kin, weeks);
    }
}

/* ---- moments ---- */

/* A row of every lesson that ends after it: what was told before `at`, what came in the buckets after. */
typedef struct Moment { int series, at, ahead; bool told; double local; } Moment;
typedef struct Moments { const Lesson *lesson; LIST(Moment) list; float *x; Arena **work; size_t from; } Moments;

static void moments_end(Moments *m) {
    list_end(&m->list);
    free(m->x);
}

/* Horizons from half to one and a half times the series' own, so that what is learned holds when lead times change. */
static int horizon_drawn(Rng *rng, double horizon) {
    int least = (int)(horizon / 2 + 0.5), most = (int)(horizon * 1.5 + 0.5);
    if (least < 1) least = 1;
    return (int)rng_between(rng, least, most > least ? most : least + 1);
}

static void moments_draw(Moments *m, const LearnRecipe *recipe) {
    const LearnPanel *panel = m->lesson->panel;
    Rng all = rng_of(recipe->seed);
    double buckets = 0;
    for (int i = 0; i < panel->count; i++) buckets += panel->series[i].count;
    double each = buckets > 0 ? (double)recipe->rows_most / buckets : 0;     /* rows a bucket */
    for (int i = 0; i < panel->count; i++) {
        Rng rng = rng_fork(&all, (uint64_t)i);
        const LearnHistory *h = &m->lesson->history[i];
        double mine = each * panel->horizon[i] < 2 ? each : 2 / panel->horizon[i];   /* windows that overlap more only feign evidence */
        for (int at = panel->series[i].from; at < panel->grid.buckets; at++)
            for (int k = 0; k < 2; k++) {
                if (!rng_chance(&rng, mine / 2)) continue;
                int ahead = horizon_drawn(&rng, panel->horizon[i]);
                if (m->list.count == recipe->rows_most || h->seen[at - panel->series[i].from] < SEEN_LEAST || !window_seen(h, at, ahead)) continue;
                list_push(&m->list, (Moment){ .series = i, .at = at, .ahead = ahead });
            }
    }
}

static void moments_slice(void *self, int thread, size_t from, size_t to) {
    Moments *m = self;
    for (size_t i = m->from + from; i < m->from + to; i++) {
        Moment *moment = &m->list.at[i];
        DemandModel local;
        arena_clear(m->work[thread]);
        lesson_local(m->lesson, moment->series, moment->at, moment->ahead, m->work[thread], &local);
        moment->local = demand_moments(&local, 0, moment->ahead).mean;
        moment->told = learn_features(&m->lesson->history[moment->series], &m->lesson->kin, moment->at, moment->ahead, moment->local, m->x + i * LEARN_FEATURES);
    }
}

static void moments_tell(Moments *m, Pool *threads, const LearnProgress *progress) {
    enum { STRETCH = 2000, SLICE = 16 };
    int count = pool_threads(threads);
    m->x = malloc((m->list.count + 1) * LEARN_FEATURES * sizeof *m->x);
    m->work = calloc((size_t)count, sizeof *m->work);
    if (!m->x || !m->work) stop_for("no memory to look back at %zu moments", m->list.count);
    for (int t = 0; t < count; t++) m->work[t] = arena_begin(64 * MiB);
    for (m->from = 0; m->from < m->list.count; m->from += STRETCH) {
        size_t left = m->list.count - m->from;
        if (progress->say) progress->say(progress->self, "looking back", (int64_t)m->from, (int64_t)m->list.count);
        pool_run(threads, left < STRETCH ? left : STRETCH, SLICE, moments_slice, m);
    }
    for (int t = 0; t < count; t++) arena_end(&m->work[t]);
    free(m->work);
}

/* ---- rows ---- */

typedef struct Rows { LIST(float) x; LIST(float) ratio; LIST(float) weight; LIST(uint8_t) at_least; } Rows;

static void rows_end(Rows *rows) {
    list_end(&rows->x);
    list_end(&rows->ratio);
    list_end(&rows->weight);
    list_end(&rows->at_least);
}

/* What a lesson given before bucket `to` may know. */
static void rows_before(const Moments *m, const LearnRecipe *recipe, int to, Rows *rows) {
    for (size_t i = 0; i < m->list.count; i++) {
        const Moment *moment = &m->list.at[i];
        const LearnHistory *h = &m->lesson->history[moment->series];
        if (!moment->told || moment->at + moment->ahead > to) continue;
        double age_weeks = (double)(to - moment->at) / m->lesson->week;
        for (int f = 0; f < LEARN_FEATURES; f++) list_push(&rows->x, m->x[i * LEARN_FEATURES + (size_t)f]);
        list_push(&rows->ratio, (float)(window_units(h, moment->at, moment->ahead) / moment->local));
        list_push(&rows->weight, (float)fn_clamp(fn_pow(moment->local, recipe->base_power) * fn_pow(0.5, age_weeks / recipe->half_life_weeks), 1e-6, 1e6));
        list_push(&rows->at_least, (uint8_t)window_censored(h, moment->at, moment->ahead));
    }
}

/* ---- the forest ---- */

typedef struct Watch { const LearnProgress *progress; int stage; } Watch;

static Err after_round(void *self, int done, int rounds, Text forest, Why *why) {
    const Watch *watch = self;
    const LearnProgress *p = watch->progress;
    if (p->say) p->say(p->self, "learning", watch->stage * rounds + done, LEARN_STAGES * rounds);
    return p->save && forest.length ? p->save(p->self, watch->stage, forest, why) : OK;
}

static Err forest_of(const Moments *moments, const LearnRecipe *recipe, int to, int stage, const LearnProgress *progress, Buf *out, size_t *out_rows, Why *why) {
    Rows rows = { 0 };
    Watch watch = { progress, stage };
    rows_before(moments, recipe, to, &rows);
    *out_rows = rows.ratio.count;
    TrainRows train = { .count = rows.ratio.count, .features = LEARN_FEATURES, .x = rows.x.at, .ratio = rows.ratio.at, .weight = rows.weight.at, .at_least = rows.at_least.at };
    TrainOptions options = { .rounds = recipe->trees, .depth = recipe->depth, .threads = rows.ratio.count < ROWS_A_THREAD ? 1 : recipe->threads, .step = recipe->step, .power = recipe->power,
                             .rows_share = recipe->rows_share, .columns_share = recipe->columns_share, .leaf_least = recipe->leaf_least, .lambda = recipe->lambda,
                             .seed = recipe->seed, .resume = progress->resume[stage], .self = &watch, .after_round = after_round };
    Err err = train.count >= ROWS_LEAST ? forest_train(&train, &options, out, why)
            : fail_hint(why, fail(why, ERR_INVALID, "there are %zu moments to learn from; it takes %d", train.count, ROWS_LEAST), "wait for more history");
    rows_end(&rows);
    return err;
}

/* What the forest of a stage is for; that of the last is kept. */
static void stage_judge(const Lesson *lesson, const LearnRecipe *recipe, int stage, LearnPoints *points, Pool *threads, const LearnProgress *progress, LearnEvidence *e) {
    LearnTrial verdict;
    if (stage == LEARN_STAGES - 1) return;
    LearnStretch after = { e->cut[stage], e->cut[stage + 1], lesson->week, recipe->points_most };
    if (stage == 0) {
        learn_voices_choose(lesson, after, threads, progress, e->voice);
        return;
    }
    after.step *= step_weeks(lesson->panel, lesson->week);
    after.windows_most /= LEARN_STAGES - 2;
    learn_verdict_trial(e->voice, &verdict);
    learn_points_judge(points, &verdict, after, threads, progress);
}

Err learn_teach(const LearnPanel *panel, const LearnRecipe *recipe, Pool *threads, const LearnProgress *progress, Buf *out_forest, LearnEvidence *out, Why *why) {
    own(arena_end) Arena *arena = arena_begin((size_t)4096 * MiB);
    Lesson lesson = { 0 };
    LearnEvidence evidence = { 0 };
    TRY(cuts_make(panel, recipe, evidence.cut, why));
    lesson_make(panel, arena, &lesson);
    own(moments_end) Moments moments = { .lesson = &lesson };
    moments_draw(&moments, recipe);
    moments_tell(&moments, threads, progress);
    own(learn_points_end) LearnPoints *points = learn_points_begin(&lesson);
    for (int stage = 0; stage < LEARN_STAGES; stage++) {
        own(buf_end) Buf forest = buf_begin(FOREST_MOST);
        TRY(forest_of(&moments, recipe, evidence.cut[stage], stage, progress, &forest, &evidence.rows, why));
        TRY(trees_read(buf_text(&forest), LEARN_FEATURES, arena, &lesson.trees, why));
        if (stage == LEARN_STAGES - 1) buf_add_text(out_forest, buf_text(&forest));
        stage_judge(&lesson, recipe, stage, points, threads, progress, &evidence);
    }
    learn_verdict(points, &evidence);
    *out = evidence;
    return OK;
}
