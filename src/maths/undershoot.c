/* undershoot.c - the chain of positions between one order and the next.
 *
 * Positions count in cells of D's lattice as the way left to the trigger: 1 .. ROOM; a demand of k cells that finds a way of w <= k triggers with k - w
 * below. A way longer than ROOM is cut by whole lumps: so far away, only its phase within a lump is still felt. */
#include "maths/undershoot.h"

#include <stdint.h>
#include <string.h>

enum { ROOM = 2048, LOT_MOST = 1024, DEMAND_MOST = 1024, CYCLES = 24 };

typedef struct Lumps { double cell; int count, lump; double p[DEMAND_MOST]; } Lumps;   /* p[k]: a demand of k cells; all are multiples of `lump` cells */
typedef struct Cycle { double below[DEMAND_MOST], above[LOT_MOST], visits[ROOM + 1]; } Cycle;      /* visits: of reviews, to each way left */

static int divisor(int a, int b) {
    while (b) {
        int rest = a % b;
        a = b;
        b = rest;
    }
    return a;
}

static void lumps_of(const Dist *review, Lumps *out) {
    memset(out, 0, sizeof *out);
    double least = review->origin > 0 ? review->origin : 0, last = review->origin + review->step * (review->count - 1);
    out->cell = review->count > 1 ? review->step : 1;
    if (review->count == 1 && least != __builtin_floor(least)) out->cell = least;
    while (last / out->cell > DEMAND_MOST - 2) out->cell *= 2;
    for (int i = 0; i < review->count; i++) {
        double x = (review->origin + i * review->step) / out->cell;
        int k = x > 0 ? (int)(x + 1e-9) : 0;
        double part = x - k > 1e-9 ? x - k : 0;
        out->p[k] += review->cell[i] * (1 - part);
        out->p[k + 1] += review->cell[i] * part;
    }
    for (int k = 0; k < DEMAND_MOST; k++)
        if (out->p[k] > 0) {
            out->count = k + 1;
            out->lump = divisor(k, out->lump);
        }
}

/* Whole lumps off a way that is longer than the room. */
static int within(const Lumps *d, int64_t way) {
    if (way <= ROOM) return (int)way;
    int64_t off = (way - ROOM + d->lump - 1) / d->lump * d->lump;
    return way - off >= 1 ? (int)(way - off) : 1;
}

static void lots_over(const Lumps *d, int64_t gap, int lot, Cycle *out) {
    for (int u = 0; u < d->count; u++) {
        int64_t rest = (gap + u) % lot;
        out->above[rest ? lot - rest : 0] += out->below[u];
    }
}

/* One cycle: from where the order before it ended (`from`, cells above S) to the trigger. */
static void cycle_run(const Lumps *d, int64_t gap, int lot, const double *from, Cycle *out) {
    double here[ROOM + 1] = { 0 };
    memset(out, 0, sizeof *out);
    for (int r = 0; r < lot; r++)
        if (from[r] > 0) here[within(d, gap + r)] += from[r];
    double moves = 1 - d->p[0];
    for (int way = ROOM; way >= 1; way--) {
        double visits = out->visits[way] = here[way] / moves;
        if (!(visits > 0)) continue;
        for (int k = d->lump; k < d->count; k += d->lump) {
            if (k < way) here[way - k] += visits * d->p[k];
            else out->below[k - way] += visits * d->p[k];
        }
    }
    lots_over(d, gap, lot, out);
}

static void cells_out(const double *p, int count, double cell, Dist *out) {
    Dist d;
    int each = (count + DIST_CELLS - 1) / DIST_CELLS;
    d.origin = 0.5 * (each - 1) * cell;
    d.step = each * cell;
    d.count = (count + each - 1) / each;
    memset(d.cell, 0, sizeof d.cell);
    for (int i = 0; i < count; i++) d.cell[i / each] += p[i];
    const Dist *part = &d;
    const double one = 1;
    dist_mix(&part, &one, 1, out);                        /* settles and computes the mean */
}

/* Lots so large that a cycle says nothing about the next: the residual demand P(U = u) = P(D > u) / E[D]. */
static void far_apart(const Lumps *d, Cycle *out) {
    double more = 1, mean = 0;
    memset(out, 0, sizeof *out);
    for (int u = 0; u < d->count; u++) mean += u * d->p[u];
    for (int u = 0; u < d->count; u++) out->below[u] = (more -= d->p[u]) / mean;
}

/* What reviews leave, in equal shares: as the chain visited it, or, of a way too long for it, anywhere. */
static void seen_out(const Cycle *cycle, int followed, double cell, Undershoot *out) {
    double all = 0, upto = 0, share = 0;
    for (int i = 0; i < UNDERSHOOT_SEEN; i++) out->seen[i] = followed ? 0 : (i + 0.5) / UNDERSHOOT_SEEN * (out->order - out->below.mean);
    if (!followed) return;
    for (int way = 1; way <= ROOM; way++) all += cycle->visits[way];
    share = all / UNDERSHOOT_SEEN;
    for (int way = 1, i = 0; way <= ROOM; way++)
        for (double left = cycle->visits[way]; left > 0;) {
            double room = share * (i + 1) - upto, take = left < room || i == UNDERSHOOT_SEEN - 1 ? left : room;
            out->seen[i] += take / share * way * cell;
            upto += take;
            left -= take;
            if (left > 0) i++;
        }
}

/* A cycle after the other until the next begins like the last; lumps and lots that keep step never settle, then the mean of them counts. */
static void settle(const Lumps *d, int64_t gap, int lot, Cycle *out) {
    Cycle sum, now;
    double from[LOT_MOST] = { 1 };
    memset(&sum, 0, sizeof sum);
    for (int n = 0; n < CYCLES; n++) {
        double moved = 0;
        cycle_run(d, gap, lot, from, &now);
        for (int r = 0; r < lot; r++) moved += __builtin_fabs(now.above[r] - from[r]);
        if (moved < 1e-9) {
            *out = now;
            return;
        }
        memcpy(from, now.above, sizeof from);
        if (n == 0) continue;                             /* the first begins at S, wherever it would end up */
        for (int u = 0; u < d->count; u++) sum.below[u] += now.below[u];
        for (int r = 0; r < lot; r++) sum.above[r] += now.above[r];
        for (int way = 1; way <= ROOM; way++) sum.visits[way] += now.visits[way];
    }
    *out = sum;
}

static double up_to_lot(double units, double lot) { return __builtin_ceil(units / lot - 1e-9) * lot; }

void undershoot_find(const UndershootInput *in, Undershoot *out) {
    Lumps d;
    Cycle cycle;
    double gap_units = in->gap > 0 ? in->gap : 0;
    *out = (Undershoot){ 0 };
    dist_point(0, &out->below);
    dist_point(0, &out->above);
    out->order = gap_units > in->lot ? gap_units : in->lot;
    out->review = in->review->mean > 0 ? in->review->mean : 0;
    if (!(in->review->mean > 0)) return;
    lumps_of(in->review, &d);
    if (d.count < 2 || d.lump == 0 || !(d.p[0] < 1 - 1e-12)) return;
    double cells = gap_units / d.cell, lot_cells = in->lot / d.cell;
    int64_t gap = cells < 1 ? 1 : cells < 1e12 ? (int64_t)(cells + 0.5) : (int64_t)1e12;
    int lot = lot_cells < 1.5 ? 1 : lot_cells < LOT_MOST ? (int)(lot_cells + 0.5) : LOT_MOST;
    if (lot < LOT_MOST) settle(&d, gap, lot, &cycle);
    else far_apart(&d, &cycle);
    cells_out(cycle.below, d.count, d.cell, &out->below);
    if (lot < LOT_MOST) cells_out(cycle.above, lot, d.cell, &out->above);
    else dist_point(up_to_lot(gap_units + out->below.mean, in->lot) - gap_units - out->below.mean, &out->above);
    out->order = gap_units + out->below.mean + out->above.mean;
    seen_out(&cycle, lot < LOT_MOST && gap + lot <= ROOM, d.cell, out);
}
