/* surges.h - the order lines that customers gave in the last days: by cell (a group, a place, both, a region, what signals speak of at a place), day by
 * day, and by item-place.
 *
 * A line counts on the day it was ordered, else on the day it was wanted; what was sold in periods has no lines and says nothing here. Of an item-place is expected
 * what it had in the 84 days before, and half a line more, a day, times what its place makes of a usual day in the days looked at.
 *
 * Doubles are added up by item and place: facts that came one by one number the item-places otherwise than those that came at once, and the same facts
 * must give the same bits. */
#pragma once
#include "maths/surge.h"
#include "plan/room.h"

enum { SURGE_KINDS = 5, SURGE_BEFORE_DAYS = 84 };

typedef struct SpotLines { uint16_t lately[SURGE_LENGTHS], before; } SpotLines;     /* in the last 1, 3, 7 days; in the 84 days before the last 7 */
typedef struct CellLines { SurgeReading total[SURGE_LENGTHS]; SurgeCrowd crowd[SURGE_LENGTHS]; double before; } CellLines;

typedef struct Surges {
    const int32_t *order;                /* all spots, by item and place */
    const int32_t *cells_of; int kinds;  /* of each spot `kinds` cells, -1 where none; the first SURGE_KINDS of them are totals, the one at `place` its place */
    int place;
    SpotLines *spot;                     /* by spot */
    CellLines *cell;                     /* by cell */
} Surges;

void surges_make(const Plan *plan, const int32_t *order, const int32_t *cells_of, int kinds, int place, int cells, Surges *out);
void surges_end(Surges *surges);
/* Lines that the item-place should have had in the days of this length, > 0. */
double surges_expected(const Surges *surges, int32_t spot, int length);
/* The least chance of the cell over the lengths when these are taken out, and which length it was. */
typedef struct SurgeGone { double lines[SURGE_LENGTHS], expected[SURGE_LENGTHS]; SurgeCrowd crowd[SURGE_LENGTHS]; } SurgeGone;
double surges_chance(const Surges *surges, int cell, const SurgeGone *gone, int *out_length);
/* The item-place is taken out of what is looked at: `lines` of each length of its own (NULL: all of them). */
void surge_gone_add(const Surges *surges, int32_t spot, const uint16_t *lines, SurgeGone *gone);
/* The day a line was ordered, or wanted. */
static inline int32_t line_day(const Record *line) { return line->day2 != NO_DAY ? line->day2 : line->day; }
