/* roster.h - every case as a row of numbers in memory, so that a filter and a sort are a pass and a sort of numbers: a million item-places have more than a
 * hundred thousand cases, and an order must not cost a query over all of them. It follows the log: cases with new versions are read again, or all of
 * them when that is less. About 150 bytes a case. Belongs to the thread of its Store. */
#pragma once
#include "desk/desk.h"

typedef struct Roster Roster;

Roster *roster_begin(void);
void roster_end(Roster **roster);
Err roster_follow(Roster *roster, Store *store, Why *why);                  /* up to the newest case version */
RowId roster_newest(const Roster *roster);                                  /* that version's row; 0 = none */
int64_t roster_newer(const Roster *roster, RowId row, int64_t most);        /* versions after it, at most `most` (which is at most 1,000) */

typedef struct RosterKey { RowId case_id; int32_t kind, tier; PlaceId place; } RosterKey;
/* The cases of the filter in its order, ties by id; out_total counts all of them, of which `most` are given. */
void roster_order(Roster *roster, Store *store, const CaseFilter *filter, Arena *work, int most, RosterKey **out_keys, int *out_count, int64_t *out_total);
