/* The library is opened when there is something to train, never before: a server does not carry its threads, and a machine that only plans does not
 * need it. `xgb` stands for its functions. */
#include "learn/train.h"

#include <dlfcn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <xgboost/c_api.h>

#include "maths/fn.h"

enum { KEEP_EVERY = 25 };

#define XGB_FUNCTIONS(X)                                                                                                                              \
    X(GetLastError, XGBGetLastError) X(MatrixFromRows, XGDMatrixCreateFromMat) X(MatrixFree, XGDMatrixFree) X(Create, XGBoosterCreate)                \
    X(Free, XGBoosterFree) X(SetParam, XGBoosterSetParam) X(Load, XGBoosterLoadModelFromBuffer) X(Rounds, XGBoosterBoostedRounds)                     \
    X(Predict, XGBoosterPredictFromDMatrix) X(Boost, XGBoosterBoostOneIter) X(Save, XGBoosterSaveModelToBuffer)

typedef struct Xgb {
    void *library;
#define X(name, symbol) __typeof__(&symbol) name;
    XGB_FUNCTIONS(X)
#undef X
} Xgb;

static Err xgb_open(Xgb *xgb, Why *why) {
    static const char *const names[] = { "libxgboost.so.0", "libxgboost.so" };
    for (size_t i = 0; i < sizeof names / sizeof names[0] && !xgb->library; i++) xgb->library = dlopen(names[i], RTLD_NOW | RTLD_LOCAL);
    if (!xgb->library) return fail_hint(why, fail(why, ERR_NOT_FOUND, "XGBoost is not there: %s", dlerror()), "install Debian's libxgboost0");
#define X(name, symbol)                                                       \
    *(void **)&xgb->name = dlsym(xgb->library, #symbol);                      \
    if (!xgb->name) return fail(why, ERR_NOT_FOUND, "this XGBoost has no " #symbol);
    XGB_FUNCTIONS(X)
#undef X
    return OK;
}

typedef struct Training {
    Xgb xgb;
    const TrainRows *rows;
    const TrainOptions *options;
    DMatrixHandle matrix;
    BoosterHandle booster;
    float *gradient, *hessian;
} Training;

static void training_end(Training *t) {
    if (t->booster) t->xgb.Free(t->booster);
    if (t->matrix) t->xgb.MatrixFree(t->matrix);
    free(t->gradient);
    free(t->hessian);
}

static Err checked(const Training *t, int code, Why *why) { return code == 0 ? OK : fail(why, ERR_INVALID, "XGBoost: %s", t->xgb.GetLastError()); }

static Err matrix_make(Training *t, Why *why) {
    return checked(t, t->xgb.MatrixFromRows(t->rows->x, t->rows->count, (bst_ulong)t->rows->features, __builtin_nanf(""), &t->matrix), why);
}

/* The library draws rows and columns from a stream that a stored forest does not hold. So every so many rounds a new booster takes the bytes up, seeded by
 * how far it is: whether it is the first of them or goes on after an interruption, it draws alike. */
static Err booster_make(Training *t, Text forest, int done, Why *why) {
    const TrainOptions *o = t->options;
    char depth[16], threads[16], step[32], rows[32], columns[32], least[32], lambda[32], seed[32];
    snprintf(depth, sizeof depth, "%d", o->depth);
    snprintf(threads, sizeof threads, "%d", o->threads);
    snprintf(step, sizeof step, "%.6g", o->step);
    snprintf(rows, sizeof rows, "%.6g", o->rows_share);
    snprintf(columns, sizeof columns, "%.6g", o->columns_share);
    snprintf(least, sizeof least, "%.6g", o->leaf_least);
    snprintf(lambda, sizeof lambda, "%.6g", o->lambda);
    snprintf(seed, sizeof seed, "%llu", (unsigned long long)(o->seed % 1000003 * 1000 + (uint64_t)done));
    const char *const settings[][2] = {
        { "booster", "gbtree" }, { "tree_method", "hist" }, { "base_score", "0" }, { "objective", "reg:squarederror" }, { "verbosity", "0" },
        { "max_depth", depth }, { "nthread", threads }, { "eta", step }, { "subsample", rows }, { "colsample_bytree", columns },
        { "min_child_weight", least }, { "lambda", lambda }, { "seed", seed },
    };
    if (t->booster) t->xgb.Free(t->booster);
    t->booster = NULL;
    TRY(checked(t, t->xgb.Create(&t->matrix, 1, &t->booster), why));
    if (forest.length) TRY(checked(t, t->xgb.Load(t->booster, forest.at, forest.length), why));
    for (size_t i = 0; i < sizeof settings / sizeof settings[0]; i++) TRY(checked(t, t->xgb.SetParam(t->booster, settings[i][0], settings[i][1]), why));
    return OK;
}

/* With mean u = exp(m), target y, power p: d/dm of the Tweedie deviance is u^(2-p) - y u^(1-p) (Jorgensen 1997; halved). */
static void derivatives(Training *t, const float *margin) {
    const TrainRows *rows = t->rows;
    double p = t->options->power;
    for (size_t i = 0; i < rows->count; i++) {
        double m = fn_clamp((double)margin[i], -10, 10), y = (double)rows->ratio[i], w = (double)rows->weight[i];
        double above = fn_exp((2 - p) * m), below = y * fn_exp((1 - p) * m);
        double gradient = above - below, hessian = (2 - p) * above + (p - 1) * below;
        if (rows->at_least[i] && gradient > 0) gradient = 0;
        t->gradient[i] = (float)(w * gradient);
        t->hessian[i] = (float)(w * (hessian > 1e-6 ? hessian : 1e-6));
    }
}

static Err model_bytes(Training *t, Text *out, Why *why) {
    const char *bytes;
    bst_ulong length;
    TRY(checked(t, t->xgb.Save(t->booster, "{\"format\":\"ubj\"}", &length, &bytes), why));
    *out = text_from(bytes, length);
    return OK;
}

static Err one_round(Training *t, Why *why) {
    const bst_ulong *shape;
    bst_ulong dimensions;
    const float *margin;
    TRY(checked(t, t->xgb.Predict(t->booster, t->matrix,
        "{\"type\":1,\"training\":true,\"iteration_begin\":0,\"iteration_end\":0,\"strict_shape\":false}", &shape, &dimensions, &margin), why));
    derivatives(t, margin);
    return checked(t, t->xgb.Boost(t->booster, t->matrix, t->gradient, t->hessian, t->rows->count), why);
}

/* `forest` is what the booster was made from; it is copied before the booster goes. */
static Err boost_some(Training *t, Buf *forest, int *done, Why *why) {
    const TrainOptions *o = t->options;
    int until = (*done / KEEP_EVERY + 1) * KEEP_EVERY < o->rounds ? (*done / KEEP_EVERY + 1) * KEEP_EVERY : o->rounds;
    TRY(booster_make(t, buf_text(forest), *done, why));
    while (*done < until) {
        Text model = { 0 };
        TRY(one_round(t, why));
        if (++*done == until) TRY(model_bytes(t, &model, why));
        if (o->after_round) TRY(o->after_round(o->self, *done, o->rounds, model, why));
        if (!model.length) continue;
        buf_clear(forest);
        buf_add_text(forest, model);
    }
    return buf_check(forest, "the forest", why);
}

static Err boost(Training *t, Buf *out_model, Why *why) {
    int done = 0;
    TRY(xgb_open(&t->xgb, why));
    TRY(matrix_make(t, why));
    if (t->options->resume.length) {
        TRY(booster_make(t, t->options->resume, 0, why));
        TRY(checked(t, t->xgb.Rounds(t->booster, &done), why));
        buf_add_text(out_model, t->options->resume);
    }
    while (done < t->options->rounds) TRY(boost_some(t, out_model, &done, why));
    return buf_check(out_model, "the forest", why);
}

Err forest_train(const TrainRows *rows, const TrainOptions *options, Buf *out_model, Why *why) {
    Training t = { .rows = rows, .options = options };
    if (rows->count == 0) return fail(why, ERR_INVALID, "there are no rows to learn from");
    t.gradient = malloc(rows->count * sizeof *t.gradient);
    t.hessian = malloc(rows->count * sizeof *t.hessian);
    if (!t.gradient || !t.hessian) stop_for("no memory to learn from %zu rows", rows->count);
    Err err = boost(&t, out_model, why);
    training_end(&t);
    return err;
}
