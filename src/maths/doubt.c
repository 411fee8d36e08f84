#include "maths/doubt.h"

#include <stdlib.h>
#include <string.h>

#include "maths/fn.h"

enum { BLOCK_LABELS = 200, LEANING_LABELS = 50 /* of a block that leans on an older record, whose shape is kept so */, STEPS = 4000 };
static const double Z90 = 1.2815515655446004;

static double logit(double p) { return fn_log(p) - fn_log(1 - p); }
static double share_of(double odds) { return 1 / (1 + fn_exp(-odds)); }

/* ---- what a record says ---- */

/* On the line between the two steps around it. */
static DoubtSaid steps_read(const DoubtRecord *record, double doubt) {
    int last = record->knots - 1, k = 0;
    while (k < last && doubt > record->knot[k + 1].doubt) k++;
    const DoubtKnot *from = &record->knot[k], *to = &record->knot[k < last ? k + 1 : k];
    double part = to->doubt > from->doubt ? fn_clamp((doubt - from->doubt) / (to->doubt - from->doubt), 0, 1) : 0;
    return (DoubtSaid){ from->share + part * (to->share - from->share), from->low + part * (to->low - from->low) };
}

static const DoubtCell *cell_of(const DoubtRecord *record, const char *kind, const char *cell) {
    for (int i = 0; i < record->cells; i++)
        if (strcmp(record->cell[i].kind, kind) == 0 && strcmp(record->cell[i].cell, cell) == 0) return &record->cell[i];
    return NULL;
}

static DoubtSaid shifted(DoubtSaid said, double shift) {
    return (DoubtSaid){ share_of(logit(fn_clamp(said.share, 0.001, 0.999)) + shift), share_of(logit(fn_clamp(said.low, 0.001, 0.999)) + shift) };
}

static DoubtSaid all_said(const DoubtRecord *record, const double *sign, int signs) {
    double doubt = 0;
    for (int k = 0; k < signs; k++) doubt += record->weight[k] * sign[k];
    return steps_read(record, doubt);
}

/* Global, then its kind, then its cell; see the header for what few labels do. */
DoubtSaid doubt_said(const DoubtRecord *record, const double *sign, int signs, const char *kind, const char *cell) {
    DoubtSaid all = all_said(record, sign, signs);
    const DoubtCell *of_kind = cell_of(record, kind, ""), *own = cell[0] ? cell_of(record, kind, cell) : of_kind;
    if (!of_kind || of_kind->labels < DOUBT_LEAST) return (DoubtSaid){ all.low, -1 };
    if (own && own->labels >= DOUBT_LEAST) return shifted(all, own->shift);
    DoubtSaid parent = shifted(all, of_kind->shift);
    return (DoubtSaid){ parent.low, parent.low };
}

/* ---- weights ---- */

/* By projected gradient on the log likelihood of being wrong, drawn to the prior's weights, to none without one. A prior pulls as DOUBT_LEAST labels would. */
static void weights_fit(const DoubtLabel *label, int count, int signs, uint32_t fitted, const DoubtRecord *prior, double *weight) {
    const double rate = 2, ridge = prior ? 0.002 + 0.02 * DOUBT_LEAST / (count + 1.0) : 0.002;
    double offset = -3, from[DOUBT_SIGNS_MOST] = { 0 };
    for (int k = 0; k < signs; k++) weight[k] = from[k] = prior ? prior->weight[k] : 0;
    for (int step = 0; step < STEPS; step++) {
        double gradient[DOUBT_SIGNS_MOST] = { 0 }, down = 0;
        for (int i = 0; i < count; i++) {
            double odds = offset;
            for (int k = 0; k < signs; k++) odds += weight[k] * (double)label[i].sign[k];
            double gap = share_of(odds) - (label[i].right ? 0 : 1);
            down += gap;
            for (int k = 0; k < signs; k++) gradient[k] += gap * (double)label[i].sign[k];
        }
        offset -= rate * down / count;
        for (int k = 0; k < signs; k++) {
            if (!(fitted >> k & 1)) continue;
            double moved = weight[k] - rate * (gradient[k] / count + ridge * (weight[k] - from[k]));
            weight[k] = moved > 0 ? moved : 0;
        }
    }
}

/* ---- means of what hangs together ---- */

typedef struct Clustered { int64_t cluster; double value; int order; } Clustered;

static int by_cluster(const void *left, const void *right) {
    const Clustered *l = left, *r = right;
    if (l->cluster != r->cluster) return l->cluster < r->cluster ? -1 : 1;
    return (l->order > r->order) - (l->order < r->order);
}

/* Standard error of the mean, clustered. Sorts. */
static double clustered_se(Clustered *of, int count) {
    double mean = 0, squares = 0;
    for (int i = 0; i < count; i++) mean += of[i].value / count;
    qsort(of, (size_t)count, sizeof *of, by_cluster);
    for (int i = 0; i < count;) {
        double sum = 0;
        int64_t cluster = of[i].cluster;
        for (; i < count && of[i].cluster == cluster; i++) sum += of[i].value - mean;
        squares += sum * sum;
    }
    return __builtin_sqrt(squares) / count;
}

/* ---- steps ---- */

typedef struct Doubted { double doubt, prior; int64_t cluster; int order; bool right; } Doubted;       /* prior: what the older record says of it */
typedef struct Block { int from, to; double share; } Block;

static int by_doubt(const void *left, const void *right) {
    const Doubted *l = left, *r = right;
    if (l->doubt != r->doubt) return l->doubt < r->doubt ? -1 : 1;
    return (l->order > r->order) - (l->order < r->order);
}

static double right_of(const Doubted *of, int from, int to) {
    int right = 0;
    for (int i = from; i < to; i++) right += of[i].right;
    return (double)right / (to - from);
}

/* Its own share, drawn to what the older record says of the same labels. */
static double block_share(const Doubted *of, int from, int to, bool has_prior) {
    double said = 0, n = to - from;
    for (int i = from; i < to; i++) said += of[i].prior;
    double own = right_of(of, from, to);
    return has_prior ? (n * own + DOUBT_LEAST * said / n) / (n + DOUBT_LEAST) : own;
}

/* Of `share`, with the labels that the clusters are worth; an older record is worth as many as it is drawn to it by. */
static double lower_bound(const Doubted *of, int from, int to, double share, bool has_prior, Arena *arena) {
    int count = to - from;
    Clustered *work = many_in(arena, Clustered, count);
    for (int i = 0; i < count; i++) work[i] = (Clustered){ of[from + i].cluster, of[from + i].right, i };
    double own = right_of(of, from, to), se = clustered_se(work, count), worth = se > 0 ? own * (1 - own) / (se * se) : count / 2.0;
    double n = (worth < count ? worth : count) + (has_prior ? DOUBT_LEAST : 0), z2 = Z90 * Z90;
    return (share + z2 / (2 * n) - Z90 * __builtin_sqrt(share * (1 - share) / n + z2 / (4 * n * n))) / (1 + z2 / n);
}

/* Blocks of at least so many labels, equal doubts together; of two that rise with doubt one is made. */
static int blocks_make(const Doubted *of, int count, bool has_prior, Block *block) {
    int blocks = 0, wanted = has_prior ? LEANING_LABELS : BLOCK_LABELS, least = count / (DOUBT_KNOTS_MOST - 1) > wanted ? count / (DOUBT_KNOTS_MOST - 1) : wanted;
    for (int at = 0; at < count;) {
        int end = at + least < count ? at + least : count;
        while (end < count && of[end].doubt == of[end - 1].doubt) end++;
        if (count - end < least) end = count;
        block[blocks++] = (Block){ at, end, block_share(of, at, end, has_prior) };
        while (blocks > 1 && block[blocks - 2].share <= block[blocks - 1].share) {
            Block *into = &block[--blocks - 1];
            *into = (Block){ into->from, end, block_share(of, into->from, end, has_prior) };
        }
        at = end;
    }
    return blocks;
}

static void steps_fit(const DoubtLabel *label, int count, int signs, const DoubtRecord *prior, Arena *arena, DoubtRecord *out) {
    Doubted *of = many_in(arena, Doubted, count);
    Block block[DOUBT_KNOTS_MOST + 1];
    for (int i = 0; i < count; i++) {
        double doubt = 0, before = 0;
        for (int k = 0; k < signs; k++) doubt += out->weight[k] * (double)label[i].sign[k];
        for (int k = 0; k < signs && prior; k++) before += prior->weight[k] * (double)label[i].sign[k];
        of[i] = (Doubted){ .doubt = doubt, .prior = prior ? steps_read(prior, before).share : 0, .cluster = label[i].cluster, .order = i, .right = label[i].right };
    }
    qsort(of, (size_t)count, sizeof *of, by_doubt);
    out->knots = blocks_make(of, count, prior, block);
    for (int b = 0; b < out->knots; b++) {
        double doubt = 0;
        for (int i = block[b].from; i < block[b].to; i++) doubt += of[i].doubt;
        out->knot[b] = (DoubtKnot){ doubt / (block[b].to - block[b].from), block[b].share, lower_bound(of, block[b].from, block[b].to, block[b].share, prior, arena), block[b].to - block[b].from };
    }
}

/* ---- kinds and cells ---- */

static DoubtCell *cell_place(DoubtRecord *record, const char *kind, const char *cell) {
    DoubtCell *found = (DoubtCell *)cell_of(record, kind, cell);
    if (found || record->cells == DOUBT_CELLS_MOST) return found;
    record->cell[record->cells] = (DoubtCell){ .kind = kind, .cell = cell };
    return &record->cell[record->cells++];
}

static int by_kind(const void *left, const void *right) {
    const DoubtCell *l = left, *r = right;
    int kind = strcmp(l->kind, r->kind);
    return kind ? kind : strcmp(l->cell, r->cell);
}

static void cells_count(const DoubtLabel *label, int count, DoubtRecord *out) {
    out->cells = 0;
    for (int i = 0; i < count; i++) {
        DoubtCell *kind = cell_place(out, label[i].kind, ""), *cell = label[i].cell[0] ? cell_place(out, label[i].kind, label[i].cell) : NULL;
        if (kind) kind->labels++;
        if (cell) cell->labels++;
    }
    qsort(out->cell, (size_t)out->cells, sizeof *out->cell, by_kind);
}

/* What a cell adds to the log odds of being right, drawn to nothing by n / (n + DOUBT_LEAST). */
static double shift_of(const DoubtRecord *record, const DoubtCell *cell, const DoubtLabel *label, int count, int signs) {
    double said = 0, right = 0, n = cell->labels;
    for (int i = 0; i < count; i++) {
        if (strcmp(label[i].kind, cell->kind) != 0 || (cell->cell[0] && strcmp(label[i].cell, cell->cell) != 0)) continue;
        double doubt = 0;
        for (int k = 0; k < signs; k++) doubt += record->weight[k] * (double)label[i].sign[k];
        said += steps_read(record, doubt).share;
        right += label[i].right;
    }
    double expected = said / n, seen = (right + 10 * expected) / (n + 10);
    return (logit(fn_clamp(seen, 0.001, 0.999)) - logit(fn_clamp(expected, 0.001, 0.999))) * n / (n + DOUBT_LEAST);
}

/* ---- a record ---- */

static int by_day(const void *left, const void *right) {
    const int32_t *l = left, *r = right;
    return (*l > *r) - (*l < *r);
}

/* Distinct days, ascending. */
static int32_t *days_of(const DoubtLabel *label, int count, Arena *arena, int *out_days) {
    int32_t *day = many_in(arena, int32_t, count + 1);
    int days = 0;
    for (int i = 0; i < count; i++) day[i] = label[i].day;
    qsort(day, (size_t)count, sizeof *day, by_day);
    for (int i = 0; i < count; i++)
        if (days == 0 || day[i] != day[days - 1]) day[days++] = day[i];
    *out_days = days;
    return day;
}

static DoubtLabel *between(const DoubtLabel *label, int count, int32_t from, int32_t to, Arena *arena, int *out_count) {
    DoubtLabel *of = many_in(arena, DoubtLabel, count + 1);
    *out_count = 0;
    for (int i = 0; i < count; i++)
        if (label[i].day >= from && label[i].day < to) of[(*out_count)++] = label[i];
    return of;
}

void doubt_fit(const DoubtLabel *label, int count, int signs, uint32_t fitted, const DoubtRecord *prior, Arena *arena, DoubtFit *out) {
    int days;
    *out = (DoubtFit){ 0 };
    int32_t *day = days_of(label, count, arena, &days), middle = days ? day[days / 2] : 0;
    DoubtLabel *early = between(label, count, INT32_MIN, middle, arena, &out->early), *late = between(label, count, middle, INT32_MAX, arena, &out->late);
    DoubtRecord *record = &out->record;
    if (prior) *record = *prior;
    else *record = (DoubtRecord){ .knots = 1, .knot = { { 0, 0, 0, 0 } } };
    cells_count(late, out->late, record);
    if (out->late < DOUBT_LEAST || out->early == 0) {
        for (int c = 0; c < record->cells; c++) record->cell[c].labels = record->cell[c].labels < DOUBT_LEAST ? record->cell[c].labels : DOUBT_LEAST - 1;
        return;
    }
    weights_fit(early, out->early, signs, fitted, prior, record->weight);
    steps_fit(late, out->late, signs, prior, arena, record);
    for (int c = 0; c < record->cells; c++) record->cell[c].shift = shift_of(record, &record->cell[c], late, out->late, signs);
}

/* ---- against the older one ---- */

static double share_foretold(const DoubtRecord *record, const double *sign, int signs, const char *kind, const char *cell) {
    const DoubtCell *of_kind = cell_of(record, kind, ""), *own = cell_of(record, kind, cell);
    return shifted(all_said(record, sign, signs), own ? own->shift : of_kind ? of_kind->shift : 0).share;
}

static double log_loss(double share, bool right) {
    double p = fn_clamp(share, 0.001, 0.999);
    return -fn_log(right ? p : 1 - p);
}

DoubtTrial doubt_trial(const DoubtLabel *label, int count, int signs, uint32_t fitted, const DoubtRecord *prior, Arena *arena) {
    enum { DAYS_LEAST = 3 };
    int days, seen, left;
    DoubtTrial trial = { 0 };
    int32_t *day = days_of(label, count, arena, &days);
    if (days < DAYS_LEAST) return trial;
    int32_t cut = day[days - days / 3];
    DoubtLabel *before = between(label, count, INT32_MIN, cut, arena, &seen), *after = between(label, count, cut, INT32_MAX, arena, &left);
    DoubtFit *fit = new_in(arena, DoubtFit);
    Clustered *gap = many_in(arena, Clustered, left);
    doubt_fit(before, seen, signs, fitted, prior, arena, fit);
    for (int i = 0; i < left; i++) {
        double sign[DOUBT_SIGNS_MOST];
        for (int k = 0; k < signs; k++) sign[k] = (double)after[i].sign[k];
        double loss = log_loss(share_foretold(&fit->record, sign, signs, after[i].kind, after[i].cell), after[i].right);
        double loss_prior = log_loss(share_foretold(prior, sign, signs, after[i].kind, after[i].cell), after[i].right);
        gap[i] = (Clustered){ after[i].cluster, loss - loss_prior, i };
        trial.loss += loss / left;
        trial.loss_prior += loss_prior / left;
        DoubtSaid said = doubt_said(&fit->record, sign, signs, after[i].kind, after[i].cell);
        if (said.low < 0) continue;
        trial.low += said.low;
        trial.right += after[i].right;
        trial.bounded++;
    }
    trial.labels = left;
    trial.loss_se = clustered_se(gap, left);
    trial.low /= trial.bounded ? trial.bounded : 1;
    trial.right /= trial.bounded ? trial.bounded : 1;
    return trial;
}
