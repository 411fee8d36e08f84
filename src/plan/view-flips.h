/* view-flips.h - the nearest flips (draft/flips.h), asked of a plan. */
#pragma once
#include "draft/flips.h"
#include "plan/plan.h"

/* What would change the answer, of the exposure of an order or excess case on the picture of the last step. ERR_INVALID for other kinds. */
Err plan_flips(Plan *plan, ItemId item, PlaceId place, CaseKind kind, Arena *arena, Flips *out, Why *why);
