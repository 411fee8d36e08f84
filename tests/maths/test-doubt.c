/* Shares right by doubt: found again where they are known, never rising, with bounds as labels and clusters carry, and leaning on an older record. */
#include <string.h>

#include "base/err.h"
#include "base/rng.h"
#include "maths/doubt.h"
#include "maths/fn.h"
#include "tests/test.h"

enum { SIGNS = 3, ALL = 7, DAYS = 10 };

/* Right with the odds of 4 less twice the first sign; the second says nothing, the third is never there. */
static DoubtLabel *labels_of(Arena *arena, int count, uint64_t seed, const char *kind) {
    DoubtLabel *label = many_in(arena, DoubtLabel, count);
    Rng rng = rng_of(seed);
    for (int i = 0; i < count; i++) {
        float first = (float)rng_unit(&rng), second = (float)rng_unit(&rng);
        double odds = 3 - 3 * (double)first;
        label[i] = (DoubtLabel){ .sign = { first, second }, .right = rng_chance(&rng, 1 / (1 + fn_exp(-odds))), .day = i % DAYS, .cluster = i, .kind = kind, .cell = i % 3 ? "A" : "B" };
    }
    return label;
}

static DoubtFit *fitted(Arena *arena, const DoubtLabel *label, int count, const DoubtRecord *prior) {
    DoubtFit *fit = new_in(arena, DoubtFit);
    doubt_fit(label, count, SIGNS, ALL, prior, arena, fit);
    return fit;
}

static double share_at(const DoubtRecord *record, double first) { return doubt_said(record, (const double[SIGNS]){ first, 0.5 }, SIGNS, "buy", "A").share; }

TEST(shares_right_are_found_again_and_never_rise_with_doubt) {
    own(arena_end) Arena *arena = arena_begin(64 * MiB);
    DoubtFit *fit = fitted(arena, labels_of(arena, 8000, 1, "buy"), 8000, NULL);
    CHECK_EQ(fit->early, 4000);
    CHECK_EQ(fit->late, 4000);
    CHECK(fit->record.weight[0] > 2 && fit->record.weight[1] < 0.3);
    CHECK_EQ(fit->record.weight[2] * 1000, 0);
    CHECK_NEAR(share_at(&fit->record, 0.1), 1 / (1 + fn_exp(-2.7)), 0.03);
    CHECK_NEAR(share_at(&fit->record, 0.9), 1 / (1 + fn_exp(-0.3)), 0.06);
    for (int k = 0; k < fit->record.knots; k++) {
        const DoubtKnot *knot = &fit->record.knot[k];
        CHECK(knot->low < knot->share && knot->labels >= 200);
        if (k) CHECK(knot->share < knot[-1].share && knot->doubt > knot[-1].doubt);
    }
}

TEST(a_lower_bound_is_wilsons_and_counts_clusters_not_labels) {
    own(arena_end) Arena *arena = arena_begin(64 * MiB);
    enum { COUNT = 400 };
    DoubtLabel *label = many_in(arena, DoubtLabel, COUNT);
    for (int i = 0; i < COUNT; i++) label[i] = (DoubtLabel){ .right = i / 2 % 20 != 0, .day = i % 2, .cluster = i, .kind = "buy", .cell = "" };
    DoubtRecord alone = fitted(arena, label, COUNT, NULL)->record;
    CHECK_EQ(alone.knots, 1);
    CHECK_NEAR(alone.knot[0].share, 0.95, 1e-12);          /* 190 of 200 */
    CHECK_NEAR(alone.knot[0].low, 0.926, 5e-4);            /* (p + z2/2n - z sqrt(p(1-p)/n + z2/4n2)) / (1 + z2/n), z 1.2816 */
    for (int i = 0; i < COUNT; i++) label[i].cluster = i / 40;
    for (int i = 0; i < COUNT; i++) label[i].right = i / 40 != 0;   /* ten subjects, one of them always wrong */
    DoubtRecord together = fitted(arena, label, COUNT, NULL)->record;
    CHECK_NEAR(together.knot[0].share, 0.9, 1e-12);
    CHECK(together.knot[0].low < 0.79);                    /* of ten, not of 200: .728 */
}

TEST(with_few_labels_the_older_record_says_its_lower_bound_and_nothing_is_automated) {
    own(arena_end) Arena *arena = arena_begin(64 * MiB);
    DoubtRecord prior = fitted(arena, labels_of(arena, 8000, 1, "buy"), 8000, NULL)->record;
    DoubtFit *few = fitted(arena, labels_of(arena, 398, 2, "buy"), 398, &prior), *enough = fitted(arena, labels_of(arena, 2400, 2, "buy"), 2400, &prior);
    const double sign[SIGNS] = { 0.2, 0.5 };
    DoubtSaid said = doubt_said(&few->record, sign, SIGNS, "buy", "A"), more = doubt_said(&enough->record, sign, SIGNS, "buy", "A");
    CHECK_NEAR(said.low, -1, 1e-12);
    CHECK_NEAR(said.share, doubt_said(&prior, sign, SIGNS, "move", "A").share, 1e-12);
    CHECK(more.low > 0.5 && more.low < more.share);
    CHECK_NEAR(doubt_said(&enough->record, sign, SIGNS, "move", "").low, -1, 1e-12);
    DoubtSaid rare = doubt_said(&enough->record, sign, SIGNS, "buy", "never seen");
    DoubtSaid kind = doubt_said(&enough->record, sign, SIGNS, "buy", "");
    CHECK_NEAR(rare.share, kind.low, 1e-12);
    CHECK_NEAR(rare.low, kind.low, 1e-12);
}

/* 300 late labels that are all wrong against a record that says .95: drawn to it as if that had been seen 200 times. */
TEST(own_labels_are_drawn_to_the_older_record) {
    own(arena_end) Arena *arena = arena_begin(64 * MiB);
    enum { COUNT = 600 };
    DoubtRecord prior = { .knots = 1, .knot = { { 0, 0.95, 0.9, 1000 } } };
    DoubtLabel *label = many_in(arena, DoubtLabel, COUNT);
    for (int i = 0; i < COUNT; i++) label[i] = (DoubtLabel){ .right = false, .day = i % 2, .cluster = i, .kind = "buy", .cell = "" };
    DoubtRecord record = fitted(arena, label, COUNT, &prior)->record;
    CHECK_NEAR(record.knot[0].share, 200 * 0.95 / 500, 1e-12);
}

TEST(a_record_is_held_against_the_older_one_on_days_it_was_not_fitted_on) {
    own(arena_end) Arena *arena = arena_begin(64 * MiB);
    DoubtRecord wrong = { .knots = 1, .knot = { { 0, 0.999, 0.998, 1000 } }, .cells = 1, .cell = { { "buy", "", 1000, 0 } } };
    DoubtLabel *label = labels_of(arena, 6000, 3, "buy");
    DoubtTrial trial = doubt_trial(label, 6000, SIGNS, ALL, &wrong, arena);
    CHECK_EQ(trial.labels, 1800);
    CHECK(trial.loss < 0.7 * trial.loss_prior && trial.loss_se > 0 && trial.loss_se < 0.1);
    CHECK(trial.right > trial.low);
    for (int i = 0; i < 6000; i++)
        if (label[i].day >= 7) label[i].right = false;     /* the world turned */
    trial = doubt_trial(label, 6000, SIGNS, ALL, &wrong, arena);
    CHECK(trial.right < trial.low);
    for (int i = 0; i < 6000; i++) label[i].day = i % 2;
    CHECK_EQ(doubt_trial(label, 6000, SIGNS, ALL, &wrong, arena).labels, 0);
}

/* Where nothing differs from the older record, a fit on few labels of each cell foretells hardly worse than it. */
TEST(few_labels_of_a_cell_cost_a_record_next_to_nothing_in_its_trial) {
    own(arena_end) Arena *arena = arena_begin(64 * MiB);
    DoubtRecord prior = fitted(arena, labels_of(arena, 20000, 1, "buy"), 20000, NULL)->record;
    double worse = 0;
    int within = 0;
    for (uint64_t seed = 10; seed < 40; seed++) {
        DoubtTrial trial = doubt_trial(labels_of(arena, 660, seed, "buy"), 660, SIGNS, ALL, &prior, arena);
        CHECK(trial.bounded > 0);
        worse += (trial.loss - trial.loss_prior) / 30;
        within += trial.loss <= trial.loss_prior + trial.loss_se;
    }
    CHECK(worse < 0.004);
    CHECK(within >= 20);
}
