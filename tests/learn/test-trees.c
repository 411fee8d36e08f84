/* The forest against the library that grew it, and against bytes that are no forest. */
#include <xgboost/c_api.h>

#include "base/rng.h"
#include "learn/train.h"
#include "learn/trees.h"
#include "tests/test.h"

enum { ROWS = 3000, FEATURES = 6 };
typedef struct Sheet { float x[ROWS * FEATURES], ratio[ROWS], weight[ROWS]; uint8_t at_least[ROWS]; } Sheet;
static Sheet sheet;

static TrainRows rows_make(uint64_t seed) {
    Rng rng = rng_of(seed);
    for (int i = 0; i < ROWS; i++) {
        float *x = sheet.x + i * FEATURES;
        for (int f = 0; f < FEATURES; f++) x[f] = rng_chance(&rng, 0.1) ? __builtin_nanf("") : (float)rng_unit(&rng);
        double mean = (x[0] > 0.5f ? 2 : 0.5) * (x[1] < 0.3f ? 1.5 : 1);
        sheet.ratio[i] = (float)rng_poisson(&rng, 4 * mean) / 4;
        sheet.weight[i] = (float)(0.5 + rng_unit(&rng));
        sheet.at_least[i] = 0;
    }
    return (TrainRows){ .count = ROWS, .features = FEATURES, .x = sheet.x, .ratio = sheet.ratio, .weight = sheet.weight, .at_least = sheet.at_least };
}

static const TrainOptions usual = { .rounds = 60, .depth = 4, .threads = 1, .step = 0.1, .power = 1.3, .rows_share = 0.7, .columns_share = 0.7, .leaf_least = 5, .lambda = 2, .seed = 4 };

static Buf forest_of(const TrainRows *rows, const TrainOptions *options) {
    Why why;
    Buf forest = buf_begin(16 * MiB);
    CHECK_OK(forest_train(rows, options, &forest, &why));
    return forest;
}

TEST(a_forest_says_what_xgboost_itself_says_bit_for_bit) {
    own(arena_end) Arena *arena = arena_begin(64 * MiB);
    TrainRows rows = rows_make(1);
    own(buf_end) Buf forest = forest_of(&rows, &usual);
    Trees trees;
    Why why;
    CHECK_OK(trees_read(buf_text(&forest), FEATURES, arena, &trees, &why));
    CHECK_EQ(usual.rounds, trees.count);
    BoosterHandle booster;
    DMatrixHandle matrix;
    const bst_ulong *shape;
    bst_ulong dimensions;
    const float *margins;
    CHECK_EQ(0, XGDMatrixCreateFromMat(rows.x, ROWS, FEATURES, __builtin_nanf(""), &matrix));
    CHECK_EQ(0, XGBoosterCreate(&matrix, 1, &booster));
    CHECK_EQ(0, XGBoosterLoadModelFromBuffer(booster, forest.at, forest.length));
    CHECK_EQ(0, XGBoosterPredictFromDMatrix(booster, matrix, "{\"type\":1,\"training\":false,\"iteration_begin\":0,\"iteration_end\":0,\"strict_shape\":false}", &shape, &dimensions, &margins));
    for (int i = 0; i < ROWS; i++) {
        float ours = trees_margin(&trees, rows.x + i * FEATURES);
        CHECK(memcmp(&ours, &margins[i], sizeof ours) == 0);
    }
    XGBoosterFree(booster);
    XGDMatrixFree(matrix);
}

TEST(a_forest_learns_what_is_in_the_rows) {
    own(arena_end) Arena *arena = arena_begin(64 * MiB);
    TrainRows rows = rows_make(2);
    own(buf_end) Buf forest = forest_of(&rows, &usual);
    Trees trees;
    Why why;
    CHECK_OK(trees_read(buf_text(&forest), FEATURES, arena, &trees, &why));
    const float high[FEATURES] = { 0.9f, 0.9f, 0.5f, 0.5f, 0.5f, 0.5f }, low[FEATURES] = { 0.1f, 0.9f, 0.5f, 0.5f, 0.5f, 0.5f };
    CHECK_NEAR(trees_margin(&trees, high), 0.693, 0.12);
    CHECK_NEAR(trees_margin(&trees, low), -0.693, 0.2);
}

TEST(rows_that_stock_cut_off_pull_only_upward) {
    own(arena_end) Arena *arena = arena_begin(64 * MiB);
    TrainRows rows = rows_make(3);
    double plain = 0, censored = 0;
    Trees trees;
    Why why;
    own(buf_end) Buf first = forest_of(&rows, &usual);
    CHECK_OK(trees_read(buf_text(&first), FEATURES, arena, &trees, &why));
    for (int i = 0; i < ROWS; i++) plain += (double)trees_margin(&trees, rows.x + i * FEATURES);
    for (int i = 0; i < ROWS; i++) sheet.at_least[i] = sheet.ratio[i] < 1;
    own(buf_end) Buf second = forest_of(&rows, &usual);
    CHECK_OK(trees_read(buf_text(&second), FEATURES, arena, &trees, &why));
    for (int i = 0; i < ROWS; i++) censored += (double)trees_margin(&trees, rows.x + i * FEATURES);
    CHECK(censored / ROWS > plain / ROWS + 0.2);
}

typedef struct Halt { int at; Buf kept; } Halt;
static Err halt_at(void *self, int done, int rounds, Text model, Why *why) {
    Halt *halt = self;
    (void)rounds;
    if (model.length) {
        buf_clear(&halt->kept);
        buf_add_text(&halt->kept, model);
    }
    return done == halt->at ? fail(why, ERR_INTERRUPTED, "stopped") : OK;
}

TEST(an_interrupted_training_goes_on_to_the_same_bytes) {
    TrainRows rows = rows_make(5);
    own(buf_end) Buf whole = forest_of(&rows, &usual), lost = buf_begin(16 * MiB);
    Halt halt = { .at = 40, .kept = buf_begin(16 * MiB) };
    TrainOptions first = usual, rest = usual;
    Why why;
    first.self = &halt;
    first.after_round = halt_at;
    CHECK_FAILS(ERR_INTERRUPTED, forest_train(&rows, &first, &lost, &why));
    CHECK(halt.kept.length > 0);                         /* as it was after 25 of 60 */
    rest.resume = buf_text(&halt.kept);
    own(buf_end) Buf resumed = forest_of(&rows, &rest);
    CHECK(text_equal(buf_text(&whole), buf_text(&resumed)));
    buf_end(&halt.kept);
}

TEST(a_forest_cut_off_anywhere_is_refused_with_its_reason) {
    own(arena_end) Arena *arena = arena_begin(64 * MiB);
    TrainRows rows = rows_make(6);
    TrainOptions small = usual;
    small.rounds = 2;
    own(buf_end) Buf forest = forest_of(&rows, &small);
    for (size_t length = 0; length < forest.length; length++) {
        Trees trees;
        Why why = { .message = "" };
        arena_clear(arena);
        CHECK_FAILS(ERR_CORRUPT, trees_read(text_from(forest.at, length), FEATURES, arena, &trees, &why));
        CHECK(why.message[0] != 0);
    }
}

/* The bytes after a name: XGBoost writes 'L' and eight bytes of length before it, "[$l#L" and eight of count before the numbers. */
static char *numbers_of(Buf *forest, const char *name) {
    size_t length = strlen(name);
    for (size_t i = 0; i + length < forest->length; i++)
        if (memcmp(forest->at + i, name, length) == 0) return forest->at + i + length + 13;
    stop_for("no %s in the forest", name);
}

TEST(a_tree_that_would_never_end_or_look_outside_is_refused) {
    own(arena_end) Arena *arena = arena_begin(64 * MiB);
    TrainRows rows = rows_make(7);
    TrainOptions small = usual;
    small.rounds = 1;
    Trees trees;
    Why why;
    own(buf_end) Buf forest = forest_of(&rows, &small);
    CHECK_FAILS(ERR_CORRUPT, trees_read(buf_text(&forest), 1, arena, &trees, &why));
    CHECK(strstr(why.message, "asks for feature"));
    char *left = numbers_of(&forest, "left_children"), before[4];
    memcpy(before, left, sizeof before);
    memset(left, 0, 4);                                  /* the root is its own child */
    CHECK_FAILS(ERR_CORRUPT, trees_read(buf_text(&forest), FEATURES, arena, &trees, &why));
    CHECK(strstr(why.message, "does not end"));
    left[1] = 1;
    CHECK_FAILS(ERR_CORRUPT, trees_read(buf_text(&forest), FEATURES, arena, &trees, &why));
    CHECK(strstr(why.message, "points outside"));
    memcpy(left, before, sizeof before);
    left[-11] = 'd';                                     /* "[$l#L": branches told as floats, which may be no numbers */
    CHECK_FAILS(ERR_CORRUPT, trees_read(buf_text(&forest), FEATURES, arena, &trees, &why));
    CHECK(strstr(why.message, "another type"));
    left[-11] = 'l';
    CHECK_OK(trees_read(buf_text(&forest), FEATURES, arena, &trees, &why));
}
