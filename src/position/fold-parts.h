/* fold-parts.h - shared by the files of the fold; nobody else includes it. */
#pragma once
#include "position/fold.h"

/* Takes what was told as sent out of an open order line, into open supply of its own. */
void notices_split(const FoldInput *in, Arena *arena, OpenSupply *line, Fold *out);
bool goes_to_fed(const FoldInput *in, const Record *transfer);      /* of FoldInput.fed */
void fold_demand(const FoldInput *in, Arena *arena, const Record *records, int count, Fold *out);
/* Adds demand of another fold, bucket by bucket, `factor` of ours for one of its; `join` says what is known of a bucket that both have. */
typedef void BucketJoin(Fold *out, int b, const Fold *from, int k);
void demand_join(Fold *own, const Fold *other, double factor, BucketJoin *join, Arena *arena);
void fold_customers(const FoldInput *in, Arena *arena, const Record *records, int count, Fold *out);
