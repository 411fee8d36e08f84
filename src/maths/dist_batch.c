/* dist_batch.c - settling side by side; what it is for stands in dist_batch.h. */
#include "maths/dist_batch.h"

static const double DUST = 1e-13;         /* as in dist.c */

void dist_batch_begin(Batch *b) {
    Lanes zero = { 0 };
    b->lanes = b->count = 0;
    b->step = b->origin = b->mean = zero;
    for (int l = 0; l < LANES; l++) {
        b->first[l] = b->last[l] = 0;
        b->none[l] = false;
    }
}

int dist_batch_add(Batch *b, double origin, double step, int cells) {
    int l = b->lanes++;
    b->origin[l] = origin;
    b->step[l] = step;
    b->last[l] = (cells < BATCH_CELLS ? cells : BATCH_CELLS) - 1;
    if (b->last[l] >= b->count) b->count = b->last[l] + 1;
    return l;
}

void dist_batch_blank(Batch *b) {
    for (int l = 0; l < b->lanes; l++)
        for (int i = b->last[l] + 1; i < b->count; i++) b->cell[i][l] = 0;
}

/* Tilts by 1 + slope (x - mean), where a slope of 0 changes no bit; returns the sums. */
LANES_WIDE static void batch_tilt(Batch *b, const Lanes *slope, const Lanes *from, Lanes *out_sum) {
    Lanes sum = { 0 }, least = sum + 0.05;
    for (int i = 0; i < b->count; i++) {
        Lanes index = (double)i - *from, factor = 1 + *slope * (b->origin + index * b->step - b->mean);
        LaneBits enough = factor > 0.05;
        factor = (Lanes)(((LaneBits)factor & enough) | ((LaneBits)least & ~enough));
        Lanes cell = b->cell[i] * factor;
        cell = LANES_IF(cell > 0, cell);
        b->cell[i] = cell;
        sum += cell;
    }
    *out_sum = sum;
}

LANES_WIDE static void batch_scale(Batch *b, const Lanes *scale, const Lanes *from, Lanes *out_index_sum) {
    Lanes sum = { 0 };
    for (int i = 0; i < b->count; i++) {
        b->cell[i] *= *scale;
        sum += b->cell[i] * ((double)i - *from);
    }
    *out_index_sum = sum;
}

LANES_WIDE static void batch_variance(const Batch *b, const Lanes *from, Lanes *out) {
    Lanes sum = { 0 };
    for (int i = 0; i < b->count; i++) {
        Lanes gap = b->origin + ((double)i - *from) * b->step - b->mean;
        sum += b->cell[i] * gap * gap;
    }
    *out = sum;
}

static void lane_trim(Batch *b, int l, double scale) {
    int first = b->first[l], last = b->last[l];
    while (first < last && b->cell[first][l] * scale < DUST) b->cell[first++][l] = 0;
    while (last > first && b->cell[last][l] * scale < DUST) b->cell[last--][l] = 0;
    b->origin[l] += (first - b->first[l]) * b->step[l];
    b->first[l] = first;
    b->last[l] = last;
}

static void firsts(const Batch *b, Lanes *out) {
    *out = (Lanes){ 0 };
    for (int l = 0; l < b->lanes; l++) (*out)[l] = b->first[l];
}

/* dist_settle of the lanes in `going` after a tilt; the others are multiplied by one. */
static void batch_settle(Batch *b, const Lanes *slope, bool going[LANES]) {
    Lanes from, sum, scale = { 0 }, index_sum;
    firsts(b, &from);
    batch_tilt(b, slope, &from, &sum);
    scale += 1;
    for (int l = 0; l < b->lanes; l++) {
        if (!going[l]) continue;
        if (!(sum[l] > 1e-290) || sum[l] > 1e300) {
            b->none[l] = true;
            going[l] = false;
            continue;
        }
        scale[l] = 1 / sum[l];
        lane_trim(b, l, scale[l]);
    }
    firsts(b, &from);
    batch_scale(b, &scale, &from, &index_sum);
    for (int l = 0; l < b->lanes; l++)
        if (going[l]) b->mean[l] = b->origin[l] + b->step[l] * index_sum[l];
}

/* dist_settle_at of all lanes. */
void dist_batch_settle_at(Batch *b, const double *wanted) {
    Lanes zero = { 0 };
    bool going[LANES] = { false };
    for (int l = 0; l < b->lanes; l++) going[l] = true;
    batch_settle(b, &zero, going);
    for (int round = 0; round < 4; round++) {
        Lanes from, variance, slope = zero;
        bool any = false;
        firsts(b, &from);
        batch_variance(b, &from, &variance);
        for (int l = 0; l < b->lanes; l++) {
            double gap = wanted[l] - b->mean[l];
            going[l] = going[l] && b->last[l] > b->first[l] && !(__builtin_fabs(gap) < 1e-12 * (1 + __builtin_fabs(wanted[l])));
            if (going[l]) slope[l] = gap / variance[l];
            any |= going[l];
        }
        if (!any) return;
        batch_settle(b, &slope, going);
    }
}

void dist_batch_take(const Batch *b, int l, Dist *out) {
    if (b->none[l]) {
        dist_point(b->origin[l], out);
        return;
    }
    out->origin = b->origin[l];
    out->step = b->step[l];
    out->mean = b->mean[l];
    out->count = b->last[l] - b->first[l] + 1;
    for (int i = 0; i < out->count; i++) out->cell[i] = b->cell[b->first[l] + i][l];
}
