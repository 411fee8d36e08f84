/* shelf.h - one item-place in a closed loop, bucket by bucket: what was ordered arrives, a review orders, demand takes. Shared by the walk over all of history
 * (backtest.c) and by the replays that choose between policies (choice-play.c). Units; a bucket's order: arrivals, review, demand. */
#pragma once
#include <stdbool.h>
#include <string.h>

#include "base/list.h"

typedef struct Shelf { double stock, owed; LIST(double) pipe; bool short_cycle; } Shelf;   /* pipe.at[k]: arrives k buckets from now; as long as what is farthest away needs */
typedef struct ShelfSale { double sold, missed; } ShelfSale;

static inline void shelf_end(Shelf *shelf) { list_end(&shelf->pipe); }

/* So many units, and what comes. */
static inline double shelf_and_coming(const Shelf *shelf, double units) {
    for (size_t k = 0; k < shelf->pipe.count; k++) units += shelf->pipe.at[k];
    return units;
}

static inline double shelf_position(const Shelf *shelf) { return shelf_and_coming(shelf, shelf->stock - shelf->owed); }

static inline void shelf_arrive(Shelf *shelf) {
    if (shelf->pipe.count < 2) return;
    memmove(shelf->pipe.at, shelf->pipe.at + 1, sizeof shelf->pipe.at[0] * --shelf->pipe.count);
    shelf->stock += shelf->pipe.at[0];
    shelf->pipe.at[0] = 0;
}

static inline void shelf_order(Shelf *shelf, double units, int buckets) {
    if (buckets <= 0) {
        shelf->stock += units;
        return;
    }
    while (shelf->pipe.count <= (size_t)buckets) list_push(&shelf->pipe, 0);
    shelf->pipe.at[buckets] += units;
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
