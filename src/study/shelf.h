/* shelf.h - one item-place in a closed loop, bucket by bucket: what was ordered arrives, a review orders, demand takes. Shared by the walk over all of history
 * (backtest.c) and by the replays that choose between policies (choice-play.c). Units; a bucket's order: arrivals, review, demand. */
#pragma once
#include <stdbool.h>
#include <string.h>

enum { SHELF_PIPE = 64 };

typedef struct Shelf { double stock, owed, pipe[SHELF_PIPE]; bool short_cycle; } Shelf;   /* pipe[k]: arrives k buckets from now */
typedef struct ShelfSale { double sold, missed; } ShelfSale;

static inline double shelf_position(const Shelf *shelf) {
    double position = shelf->stock - shelf->owed;
    for (int k = 0; k < SHELF_PIPE; k++) position += shelf->pipe[k];
    return position;
}

static inline void shelf_arrive(Shelf *shelf) {
    memmove(shelf->pipe, shelf->pipe + 1, sizeof shelf->pipe[0] * (SHELF_PIPE - 1));
    shelf->pipe[SHELF_PIPE - 1] = 0;
    shelf->stock += shelf->pipe[0];
    shelf->pipe[0] = 0;
}

static inline void shelf_order(Shelf *shelf, double units, int buckets) {
    if (buckets <= 0) shelf->stock += units;
    else shelf->pipe[buckets < SHELF_PIPE ? buckets : SHELF_PIPE - 1] += units;
}

/* Who waits is served first. Of what is missed a share goes elsewhere, the rest waits. */
static inline ShelfSale shelf_sell(Shelf *shelf, double demand, double lost_share) {
    double repaid = shelf->owed < shelf->stock ? shelf->owed : shelf->stock;
    shelf->stock -= repaid;
    shelf->owed -= repaid;
    double sold = demand < shelf->stock ? demand : shelf->stock, missed = demand - sold;
    shelf->stock -= sold;
    shelf->owed += missed * (1 - lost_share);
    return (ShelfSale){ sold, missed };
}

/* What may be ordered for a need: at least the minimum, in multiples; 0 for no need. */
static inline double shelf_lot(double need, double minimum, double multiple) {
    if (need <= 0) return 0;
    if (need < minimum) need = minimum;
    return multiple > 0 ? __builtin_ceil(need / multiple - 1e-9) * multiple : need;
}
