/* The learner must win where kin know something, keep silent where nobody does, and never depend on threads. */
#include "base/rng.h"
#include "learn/teach-parts.h"
#include "maths/fn.h"
#include "maths/near.h"
#include "tests/test.h"

enum { SERIES = 360, WEEKS = 120, GROUPS = 40 };
typedef struct Panel { double value[SERIES][WEEKS], horizon[SERIES], worth[SERIES]; LearnSeries series[SERIES]; LearnPanel panel; } Panel;
static Panel panel;

typedef enum World { KIN_MOVE, RULE_BREAKS } World;

/* Levels that move by group; or a rhythm of all that turns round where forests are judged: what was learned is wrong there. */
static const LearnPanel *panel_make(World world) {
    Rng rng = rng_of(21);
    static double group[GROUPS][WEEKS];
    for (int g = 0; g < GROUPS; g++) {
        double log_level = 0;
        for (int t = 0; t < WEEKS; t++) {
            bool turned = t >= WEEKS - 20;
            if (world == KIN_MOVE && (t + g) % 13 == 0) log_level = rng_normal(&rng, 0, 0.8);
            if (world == RULE_BREAKS) log_level = (t / 4 % 2 == 0) == turned ? -0.7 : 0.7;
            group[g][t] = fn_exp(log_level);
        }
    }
    for (int i = 0; i < SERIES; i++) {
        double mean = rng_lognormal(&rng, 0.3, 0.5);
        for (int t = 0; t < WEEKS; t++) panel.value[i][t] = (double)rng_poisson(&rng, mean * group[i % GROUPS][t]);
        panel.horizon[i] = 3;
        panel.worth[i] = 1;
        panel.series[i] = (LearnSeries){ .count = WEEKS, .value = panel.value[i], .kin = { 0, i % GROUPS, i % 7, i } };
    }
    panel.panel = (LearnPanel){ .grid = { .bucket_days = 7, .first_day = 18000, .buckets = WEEKS }, .keys = { 1, GROUPS, 7, SERIES }, .count = SERIES, .series = panel.series,
                                .horizon = panel.horizon, .worth = panel.worth };
    return &panel.panel;
}

static LearnRecipe quick(void) {
    LearnRecipe recipe = learn_recipe();
    recipe.rows_most = 20000;
    recipe.trees = 60;
    recipe.step = 0.1;
    recipe.points_most = 2000;
    return recipe;
}

static Buf taught(const LearnPanel *of, int threads, const LearnProgress *progress, LearnEvidence *evidence) {
    own(pool_end) Pool *pool = pool_begin(threads);
    LearnRecipe recipe = quick();
    Buf forest = buf_begin(64 * MiB);
    Why why;
    recipe.threads = threads;
    CHECK_OK(learn_teach(of, &recipe, pool, progress, &forest, evidence, &why));
    return forest;
}

static const LearnProgress silent = { 0 };

TEST(a_learner_wins_where_kin_move_together) {
    LearnEvidence e;
    own(buf_end) Buf forest = taught(panel_make(KIN_MOVE), 1, &silent, &e);
    if (!e.champion) fail_msg("%s: %.4f of the local loss, z %.2f, t %.2f of %.2f", e.reason, e.all.together / e.all.local, e.gain_z, e.gain_t, e.gain_t_least);
    CHECK(e.all.together < e.all.local);
    for (int stage = 1; stage < LEARN_STAGES; stage++) CHECK(e.cut[stage - 1] < e.cut[stage]);
    CHECK_EQ(WEEKS, e.cut[LEARN_STAGES - 1]);
}

TEST(a_learner_is_no_champion_where_what_it_learned_no_longer_holds) {
    LearnEvidence e;
    own(buf_end) Buf forest = taught(panel_make(RULE_BREAKS), 1, &silent, &e);
    CHECK(!e.champion);
    CHECK(e.reason[0] != 0);
}

TEST(what_is_judged_does_not_depend_on_threads) {
    LearnEvidence one, three;
    const LearnPanel *of = panel_make(KIN_MOVE);
    own(buf_end) Buf a = taught(of, 1, &silent, &one), b = taught(of, 3, &silent, &three);
    CHECK(text_equal(buf_text(&a), buf_text(&b)));
    CHECK(one.all.together == three.all.together);
    CHECK(one.gain_z == three.gain_z);
}

typedef struct Kept { Buf forest[LEARN_STAGES]; int saves, most; } Kept;
static Err save_some(void *self, int stage, Text forest, Why *why) {
    Kept *kept = self;
    buf_clear(&kept->forest[stage]);
    buf_add_text(&kept->forest[stage], forest);
    return ++kept->saves == kept->most ? fail(why, ERR_INTERRUPTED, "stopped") : OK;
}

TEST(a_lesson_that_was_interrupted_goes_on_to_the_same_forest) {
    LearnEvidence whole, rest;
    const LearnPanel *of = panel_make(KIN_MOVE);
    own(pool_end) Pool *pool = pool_begin(1);
    own(buf_end) Buf all = taught(of, 1, &silent, &whole), lost = buf_begin(64 * MiB);
    Kept kept = { .most = 4 };                           /* in the second stage */
    LearnProgress first = { .self = &kept, .save = save_some }, again = { 0 };
    LearnRecipe recipe = quick();
    LearnEvidence ignored;
    Why why;
    for (int s = 0; s < LEARN_STAGES; s++) kept.forest[s] = buf_begin(64 * MiB);
    CHECK_FAILS(ERR_INTERRUPTED, learn_teach(of, &recipe, pool, &first, &lost, &ignored, &why));
    for (int s = 0; s < LEARN_STAGES; s++) again.resume[s] = buf_text(&kept.forest[s]);
    CHECK(again.resume[1].length > 0 && again.resume[2].length == 0);
    own(buf_end) Buf resumed = taught(of, 1, &again, &rest);
    CHECK(text_equal(buf_text(&all), buf_text(&resumed)));
    CHECK(whole.all.together == rest.all.together);
    for (int s = 0; s < LEARN_STAGES; s++) buf_end(&kept.forest[s]);
}

TEST(a_factor_is_the_same_alone_and_among_others) {
    own(arena_end) Arena *arena = arena_begin(256 * MiB), *work = arena_begin(16 * MiB);
    LearnEvidence e;
    const LearnPanel *of = panel_make(KIN_MOVE);
    own(buf_end) Buf forest = taught(of, 1, &silent, &e);
    Learner learner = { .grid = of->grid };
    LearnWeek *weeks = many_in(arena, LearnWeek, learn_weeks(&of->grid));
    LearnHistory history;
    Why why;
    CHECK_OK(trees_read(buf_text(&forest), LEARN_FEATURES, arena, &learner.trees, &why));
    memcpy(learner.voice, e.voice, sizeof learner.voice);
    learn_kin_begin(&of->grid, of->keys, arena, &learner.kin);
    for (int i = 0; i < SERIES; i++) {
        learn_history(&of->grid, &of->series[i], arena, &history);
        learn_weeks_of(&history, weeks);
        learn_kin_add(&learner.kin, of->series[i].kin, weeks);
    }
    double factor[SERIES];
    int moved = 0;
    for (int i = 0; i < SERIES; i++) factor[i] = learner_say(&learner, &of->series[i], 3, 3 * panel.value[i][WEEKS - 1] + 1, work).factor;
    for (int i = SERIES - 1; i >= 0; i--) {
        arena_clear(work);
        CHECK(factor[i] == learner_say(&learner, &of->series[i], 3, 3 * panel.value[i][WEEKS - 1] + 1, work).factor);
        CHECK(factor[i] >= 0.5 && factor[i] <= 2);
        moved += factor[i] != 1;
    }
    CHECK(moved > 0);
    CHECK(learner_say(&learner, &of->series[0], 3, 0, work).factor == 1);     /* without a local mean there is nothing to compare */
}

TEST(too_short_a_history_is_refused) {
    LearnEvidence e;
    const LearnPanel *of = panel_make(KIN_MOVE);
    LearnPanel tiny = *of;
    own(pool_end) Pool *pool = pool_begin(1);
    own(buf_end) Buf forest = buf_begin(MiB);
    LearnRecipe recipe = quick();
    Why why;
    tiny.grid.buckets = 20;
    for (int i = 0; i < SERIES; i++) panel.series[i].count = 20;
    CHECK_FAILS(ERR_INVALID, learn_teach(&tiny, &recipe, pool, &silent, &forest, &e, &why));
    CHECK(strstr(why.message, "too short"));
}

/* Weeks that are lucky or not together prove as little as their number says, however many items there were in each. */
TEST(a_gain_that_a_few_weeks_share_is_no_proof) {
    const double luck[] = { 9, -5, 14, 8, -6, 7 }, steady[] = { 4, 5, 4.5, 5.2, 3.9, 4.6 }, drifting[] = { 1, 2, 3, 8, 9, 8, 7, 2, 1, 0 };
    double shuffled[] = { 1, 8, 2, 7, 3, 9, 0, 8, 2, 1 };
    LearnProof p = learn_proof(luck, 6);
    CHECK_NEAR(p.t, 1.35783, 1e-5);                         /* 27 over the root of 6/5 * 329.5; neighbours differ, so add nothing */
    CHECK_NEAR(p.t_least, 3.36, 1e-9);                       /* Student's .99 of 5 degrees */
    p = learn_proof(steady, 6);
    CHECK(p.t > 20);
    CHECK(learn_proof(drifting, 10).t < 0.8 * learn_proof(shuffled, 10).t);    /* neighbours that go together are fewer than they look */
    CHECK_EQ(0, (int)learn_proof(steady, 3).t);              /* three weeks say nothing */
}

/* A local model whose spread is far too small: the class says so, and says it in units of its own. */
TEST(a_spread_widens_and_narrows_the_sum_and_leaves_its_mean) {
    DemandModel local, wide;
    Dist before, after;
    demand_prior(10, 0.3, 7, &local);
    wide = learn_applied(&local, (LearnSaid){ 1, 1.3 });
    demand_sum(&local, 0, 4, &before);
    demand_sum(&wide, 0, 4, &after);
    CHECK_NEAR(after.mean, before.mean, 0.01 * before.mean);
    CHECK_NEAR(dist_sd(&after), 1.3 * dist_sd(&before), 0.02 * dist_sd(&before));
    LearnSaid said = learn_voiced(1.21, (LearnVoice){ 0.5, 0.85 });
    CHECK_NEAR(said.factor, 1.1, 1e-9);
    CHECK_NEAR(said.spread, 0.85, 1e-12);
    CHECK_NEAR(learn_voiced(1.21, (LearnVoice){ 0, 1 }).factor, 1, 1e-12);
}
