/* demand_season.c - ratio-to-mean seasonal indices, smoothed round the year and shrunk towards those of the family, or 1.
 *
 * Classical decomposition (Hyndman & Athanasopoulos, Forecasting 3.4) with the shrinkage of Miller & Williams (2003):
 * the part of the indices' spread that noise alone would give is taken out, so that a flat item stays flat. */
#include "maths/demand_parts.h"

#include <string.h>

enum { KIN_LEAST = 16 };              /* observed buckets before the season of others may be tried on a series */

int demand_season_length(const DemandSeries *series, const Clean *clean) {
    if (series->kin_season && clean->used >= KIN_LEAST) return series->bucket_days == 1 ? SEASON_WEEK : series->bucket_days == 7 ? SEASON_YEAR : 0;
    if (clean->zero_share > 0.6) return 0;                /* too few sales to see a season */
    if (series->bucket_days == 1 && clean->count >= 56 && clean->used >= 42) return SEASON_WEEK;
    if (series->bucket_days == 7 && clean->count >= 2 * SEASON_YEAR && clean->used >= 78) return SEASON_YEAR;
    return 0;
}

static const double INDEX_LEAST = 0.02;
static const double kernel[5] = { 1, 2, 3, 2, 1 };        /* round the year, sum 9 */
static const double KERNEL_SUM = 9, KERNEL_SQUARES = 19;

static void smooth_round(double *index, int length) {
    double smooth[DEMAND_SEASON_MOST];
    for (int i = 0; i < length; i++) {
        double sum = 0;
        for (int k = 0; k < 5; k++) {
            int at = i + k - 2;
            sum += kernel[k] * index[at < 0 ? at + length : at >= length ? at - length : at];
        }
        smooth[i] = sum / KERNEL_SUM;
    }
    memcpy(index, smooth, sizeof(double) * (size_t)length);
}

/* Everything is counted relative to the kin, so that a sharp peak of theirs is not smoothed away; without kin they are 1. */
void demand_season(const Clean *clean, int length, int first_phase, int upto, const double *kin, double *out_index) {
    double sold[DEMAND_SEASON_MOST] = { 0 }, square[DEMAND_SEASON_MOST] = { 0 }, seen[DEMAND_SEASON_MOST] = { 0 }, theirs[DEMAND_SEASON_MOST];
    for (int i = 0; i < length; i++) out_index[i] = theirs[i] = kin && kin[i] > INDEX_LEAST ? kin[i] : kin ? INDEX_LEAST : 1;
    int block = length == SEASON_WEEK ? 4 * SEASON_WEEK : SEASON_YEAR;
    int blocks = upto / block;
    if (blocks < 1) return;
    for (int b = 0; b < blocks; b++) {                    /* whole blocks, counted back from the end */
        int from = upto - (blocks - b) * block, to = from + block;
        double n = clean->sum_seen[to] - clean->sum_seen[from];
        double mean = n > 0 ? (clean->sum_y[to] - clean->sum_y[from]) / n : 0;
        if (!(mean > 0)) continue;
        int phase = (first_phase + from) % length;
        for (int i = from; i < to; i++, phase = phase + 1 == length ? 0 : phase + 1) {
            if (!clean->seen[i]) continue;
            double ratio = clean->y[i] / mean;
            sold[phase] += ratio;
            square[phase] += ratio * ratio;
            seen[phase] += 1;
        }
    }
    double own[DEMAND_SEASON_MOST], raw[DEMAND_SEASON_MOST], noise = 0, freedom = 0, per_index = (double)blocks * block / length;
    for (int i = 0; i < length; i++) {
        own[i] = 1;
        if (!(seen[i] > 0)) continue;
        own[i] = sold[i] / (seen[i] * theirs[i]);
        noise += square[i] - sold[i] * sold[i] / seen[i];
        freedom += seen[i] - 1;
    }
    memcpy(raw, own, sizeof raw);
    if (length == SEASON_YEAR) smooth_round(own, length);
    double mean = 0, spread = 0, rough = 0;
    for (int i = 0; i < length; i++) mean += theirs[i] * own[i] / length;
    for (int i = 0; i < length; i++) {
        spread += theirs[i] * (own[i] - mean) * (own[i] - mean) / (length - 1);
        rough += theirs[i] * (raw[i] - own[i]) * (raw[i] - own[i]) / length;
    }
    /* One year alone has no repeats: what smoothing took away (a share 1 - 2*3/9 + 19/81 of noise) measures the noise. */
    double variance = freedom >= length / 2 ? noise / freedom : rough / (1 - 6 / KERNEL_SUM + KERNEL_SQUARES / (KERNEL_SUM * KERNEL_SUM));
    double by_noise = variance / per_index;
    if (length == SEASON_YEAR) by_noise *= KERNEL_SQUARES / (KERNEL_SUM * KERNEL_SUM);
    double trust = spread > by_noise ? 1 - by_noise / spread : 0;
    for (int i = 0; i < length; i++) {
        double index = mean > 0 ? theirs[i] * (1 + trust * (own[i] / mean - 1)) : theirs[i];
        out_index[i] = index > INDEX_LEAST ? index : INDEX_LEAST;
    }
}
