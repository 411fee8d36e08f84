/* dist_batch.h - eight distributions that are settled side by side; for dist_*.c only.
 *
 * cell[i] holds cell i of each. The sums that settle a distribution are serial from cell to cell; side by side they no longer wait for each other. A lane goes
 * through exactly the operations of dist_settle and dist_settle_at (dist.c), in their order: what is cut off at an end is a zero here, and zeros change no sum. */
#pragma once
#include <stdbool.h>

#include "maths/dist_parts.h"
#include "maths/lanes.h"

enum { BATCH_CELLS = 260 };

/* Lane l uses cells first[l] .. last[l]; `count`: of the longest; `none`: nothing was left of it. */
typedef struct Batch {
    int lanes, count;
    Lanes cell[BATCH_CELLS], step, origin, mean;
    int first[LANES], last[LANES];
    bool none[LANES];
} Batch;

void dist_batch_begin(Batch *b);                              /* no lane, and nothing in the cells yet */
int dist_batch_add(Batch *b, double origin, double step, int cells);   /* the next lane, its number */
void dist_batch_blank(Batch *b);                              /* zeros behind the last cell of each lane */
void dist_batch_settle_at(Batch *b, const double *mean);      /* dist_settle_at of all lanes */
void dist_batch_take(const Batch *b, int lane, Dist *out);
