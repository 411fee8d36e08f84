/* fold-parts.h - shared by the files of the fold; nobody else includes it. */
#pragma once
#include "plan/fold.h"

/* What a record moves in or out of stock, micro, and on which day (NO_DAY: it moves nothing). */
int64_t movement_of(const State *state, const Record *record, int32_t *out_day);
int notices_count(const State *state, uint64_t key);
/* Takes what was told as sent out of an open order line, into open supply of its own. */
void notices_split(const FoldInput *in, Arena *arena, OpenSupply *line, Fold *out);
void fold_demand(const FoldInput *in, Arena *arena, const Record *records, int count, Fold *out);
void fold_customers(const FoldInput *in, Arena *arena, const Record *records, int count, Fold *out);
/* A sale that shapes no forecast: marked by a person, or far larger than all others and not taken back. */
bool line_is_apart(const FoldInput *in, const Record *r, const Fold *fold);
