/* view-flips.h - the nearest flips (draft/flips.h), and what another quantity would do, asked of a plan. */
#pragma once
#include "draft/flips.h"
#include "plan/plan.h"

/* What would change the answer, of the exposure of an order or excess case on the picture of the last step. ERR_INVALID for other kinds. */
Err plan_flips(Plan *plan, ItemId item, PlaceId place, CaseKind kind, Arena *arena, Flips *out, Why *why);
/* The order of this exposure as the last step sees it, and the same with `qty` (micro) instead, as the two options of `out`. ERR_INVALID for other kinds and a
 * negative quantity, ERR_CONFLICT when nothing is to be ordered any more. */
Err plan_try(Plan *plan, ItemId item, PlaceId place, CaseKind kind, int64_t qty, Arena *arena, Case *out, Why *why);
