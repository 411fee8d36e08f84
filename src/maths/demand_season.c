/* demand_season.c - ratio-to-moving-mean seasonal indices, smoothed round the year and shrunk towards those of the family, or 1.
 *
 * Classical decomposition (Hyndman & Athanasopoulos, Forecasting 3.4) with the shrinkage of Miller & Williams (2003):
 * the part of the indices' spread that noise alone would give is taken out, so that a flat item stays flat. */
#include "maths/demand_parts.h"

#include <string.h>

enum { KIN_LEAST = 16,                /* observed buckets before the season of others may be tried on a series */
       SMOOTHED_FROM = 24 };          /* phases; neighbours of a longer season are alike */

static int season_by_bucket(int bucket_days) {
    if (bucket_days == 1) return SEASON_WEEK;
    if (bucket_days == 7) return SEASON_YEAR;
    if (bucket_days >= 28 && bucket_days <= 31) return 12;
    return bucket_days >= 84 && bucket_days <= 92 ? 4 : 0;
}

int demand_season_length(const DemandSeries *series, const Clean *clean) {
    int m = series->season_length > 0 ? series->season_length : season_by_bucket(series->bucket_days);
    if (m < 2) return 0;
    if (series->kin_season && clean->used >= KIN_LEAST) return m;
    if (clean->zero_share > 0.6) return 0;                /* too few sales to see a season */
    int seasons = m == SEASON_WEEK && series->bucket_days == 1 ? 8 : 2;
    return clean->count >= seasons * m && 4 * clean->used >= 3 * seasons * m ? m : 0;
}

static const double INDEX_LEAST = 0.02;
static const double kernel[5] = { 1, 2, 3, 2, 1 };        /* round the year, sum 9 */
static const double KERNEL_SUM = 9;

static void smooth_round(const double *from, int length, double *to) {
    for (int i = 0; i < length; i++) {
        double sum = 0;
        for (int k = 0; k < 5; k++) {
            int at = i + k - 2;
            sum += kernel[k] * from[at < 0 ? at + length : at >= length ? at - length : at];
        }
        to[i] = sum / KERNEL_SUM;
    }
}

/* Mean of the `window` buckets round the middle of bucket t; an even window takes half of both ends. */
static double centred_mean(const Clean *c, int t, int window) {
    int half = window / 2, even = window % 2 == 0;
    double sum = c->sum_y[t + half + 1] - c->sum_y[t - half], n = c->sum_seen[t + half + 1] - c->sum_seen[t - half];
    if (even) {
        sum -= 0.5 * (c->y[t - half] + c->y[t + half]);
        n -= 0.5 * (c->seen[t - half] + c->seen[t + half]);
    }
    return n > 0 ? sum / n : 0;
}

/* What bucket t would have sold without its season: the centred mean, carried on beyond both ends along the slope between them. */
typedef struct Base { int window, first, last; double at_first, at_last, slope; } Base;

static Base base_of(const Clean *c, int length, int upto) {
    int window = length == SEASON_WEEK ? 4 * SEASON_WEEK : length, half = window / 2;
    Base b = { .window = window, .first = half, .last = upto - half - 1 };
    if (b.last < b.first) return b;
    b.at_first = centred_mean(c, b.first, window);
    b.at_last = centred_mean(c, b.last, window);
    if (b.last - b.first >= length / 2) b.slope = (b.at_last - b.at_first) / (b.last - b.first);
    return b;
}

static double base_at(const Clean *c, const Base *b, int t) {
    if (t < b->first) return b->at_first + b->slope * (t - b->first);
    if (t > b->last) return b->at_last + b->slope * (t - b->last);
    return centred_mean(c, t, b->window);
}

/* Ratios to the base by phase, over all buckets; and of whole seasons counted back from the end a row each, less 1 and relative to the kin. */
typedef struct Tally { double *sum, *seen, *row; int rows; } Tally;

static void tally(const Clean *c, int length, int first_phase, int upto, const double *kin, Tally *out) {
    Base base = base_of(c, length, upto);
    if (base.last < base.first) return;
    int spare = upto % length, phase = first_phase % length;
    out->rows = upto / length;
    for (int t = 0; t < upto; t++, phase = phase + 1 == length ? 0 : phase + 1) {
        if (!c->seen[t]) continue;
        double expected = base_at(c, &base, t);
        if (!(expected > 0)) continue;
        double ratio = c->y[t] / expected;
        out->sum[phase] += ratio;
        out->seen[phase] += 1;
        if (t >= spare) out->row[(t - spare) / length * length + phase] = ratio / kin[phase] - 1;
    }
}

static double square_of(const double *x, const double *weight, int length) {
    double sum = 0;
    for (int i = 0; i < length; i++) sum += weight[i] * x[i] * x[i];
    return sum;
}

/* The part of the indices' spread that comes back: what different seasons have in common (their mean product), over the spread of their mean.
 * Level wandering within a season, which smoothing would not take for noise, does not come back. */
static double repeated(const Tally *of, const double *kin, int length, int smoothed, double *room) {
    double *total = room, *smooth = room + length, each = 0;
    for (int r = 0; r < of->rows; r++) {
        const double *row = of->row + r * length;
        if (smoothed) smooth_round(row, length, smooth);
        const double *used = smoothed ? smooth : row;
        each += square_of(used, kin, length);
        for (int i = 0; i < length; i++) total[i] += used[i];
    }
    double all = square_of(total, kin, length), common = all - each;
    return common > 0 ? common / all * of->rows / (of->rows - 1) : 0;
}

/* Everything is counted relative to the kin, so that a sharp peak of theirs is not smoothed away; without kin they are 1. */
void demand_season(const Clean *clean, int length, int first_phase, int upto, const double *kin, Arena *work, double *out_index) {
    int rows = upto / length;
    double *room = many_in(work, double, (size_t)(6 + rows) * (size_t)length), *theirs = room, *own = room + length, *raw = room + 2 * length;
    Tally of = { .sum = room + 3 * length, .seen = room + 4 * length, .row = room + 6 * length };
    for (int i = 0; i < length; i++) out_index[i] = theirs[i] = kin && kin[i] > INDEX_LEAST ? kin[i] : kin ? INDEX_LEAST : 1;
    if (rows < 2) return;
    tally(clean, length, first_phase, upto, theirs, &of);
    for (int i = 0; i < length; i++) raw[i] = of.seen[i] > 0 ? of.sum[i] / (of.seen[i] * theirs[i]) : 1;
    int smoothed = length >= SMOOTHED_FROM;
    if (smoothed) smooth_round(raw, length, own);
    else memcpy(own, raw, sizeof(double) * (size_t)length);
    double mean = 0, trust = of.rows > 1 ? repeated(&of, theirs, length, smoothed, many_in(work, double, 2 * length)) : 0;
    if (trust > 1) trust = 1;
    for (int i = 0; i < length; i++) mean += theirs[i] * own[i] / length;
    for (int i = 0; i < length; i++) {
        double index = mean > 0 ? theirs[i] * (1 + trust * (own[i] / mean - 1)) : theirs[i];
        out_index[i] = index > INDEX_LEAST ? index : INDEX_LEAST;
    }
}
