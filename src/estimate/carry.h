/* carry.h - an estimate carried over to another day, where all that it rests on is the same.
 *
 * estimate_make is a function of the picture. Its key holds every bit of the picture that it looks at, with days counted from the start day: two pictures with the
 * same key have the same estimate, but for what estimate_of_day takes from the picture: the days themselves, what was odd of late, customers' lines. So an
 * item-place of which nothing was told, whose demand ahead is read by whole weeks and on whose way nothing is, costs a picture and no chain until the week ends.
 * What is on its way draws nearer every day. How much to order looks at how much it is, not at when it comes, unless what is short before is lost: so there is a
 * key of that as well, and where it alone is the same, the quantity stands and what becomes of the stock is worked out anew. */
#pragma once
#include "estimate/estimate.h"

typedef struct EstimateKey { uint64_t low, high; } EstimateKey;      /* zeros: none */
typedef struct EstimateKeys { EstimateKey order, all; } EstimateKeys; /* order: of the quantity, and of what its confidence compares it with */

EstimateKeys estimate_keys(const Context *context, const Picture *picture);
static inline bool estimate_key_same(EstimateKey a, EstimateKey b) { return a.low == b.low && a.high == b.high && a.low != 0; }
/* What estimate_make would say of `picture`; `before` is what it said of one with the same key of all. The courses of a carried estimate are not known. */
void estimate_carry(const Context *context, const Picture *picture, const Estimate *before, Estimate *out);
