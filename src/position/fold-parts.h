/* fold-parts.h - shared by the files of the fold; nobody else includes it. */
#pragma once
#include "position/fold.h"

/* Takes what was told as sent out of an open order line, into open supply of its own. */
void notices_split(const FoldInput *in, Arena *arena, OpenSupply *line, Fold *out);
void fold_demand(const FoldInput *in, Arena *arena, const Record *records, int count, Fold *out);
void fold_customers(const FoldInput *in, Arena *arena, const Record *records, int count, Fold *out);
