/* The nearest flips of one exposure, and what another quantity would do, as the last step sees it. */
#include "plan/view-flips.h"

#include "plan/room.h"

Err plan_flips(Plan *plan, ItemId item, PlaceId place, CaseKind kind, Arena *arena, Flips *out, Why *why) {
    if (!plan->ready) return fail_hint(why, fail(why, ERR_CONFLICT, "nothing is planned yet"), "run a planning step first");
    if (!case_is_order(kind) && kind != CASE_EXCESS)
        return fail_hint(why, fail(why, ERR_INVALID, "a %s case has no quantity that could change", case_kind_names[kind]), "ask of a buy, a move or an excess");
    int32_t spot = state_spot(plan->state, item, place);
    if (spot < 0) return fail(why, ERR_NOT_FOUND, "planning does not know this item at this place");
    Assessment *a = new_in(arena, Assessment);
    Context alone = plan->context;       /* the line's own need: what a whole order is filled up by depends on all its lines */
    alone.fill = NULL;
    spot_assess(&alone, spot, NULL, arena, a);
    flips_find(&alone, &a->picture, &a->estimate, kind, arena, out);
    return OK;
}

Err plan_try(Plan *plan, ItemId item, PlaceId place, CaseKind kind, int64_t qty, Arena *arena, Case *out, Why *why) {
    if (!plan->ready) return fail_hint(why, fail(why, ERR_CONFLICT, "nothing is planned yet"), "run a planning step first");
    if (!case_is_order(kind)) return fail_hint(why, fail(why, ERR_INVALID, "a %s case orders nothing", case_kind_names[kind]), "ask of a buy or a move");
    if (qty < 0) return fail(why, ERR_INVALID, "qty must not be negative");
    int32_t spot = state_spot(plan->state, item, place);
    if (spot < 0) return fail(why, ERR_NOT_FOUND, "planning does not know this item at this place");
    Assessment *a = new_in(arena, Assessment);
    spot_assess(&plan->context, spot, NULL, arena, a);
    if (a->estimate.qty <= 0) return fail_hint(why, fail(why, ERR_CONFLICT, "nothing of this is needed any more"), "the next planning step closes the case");
    *out = case_empty();
    out->kind = estimate_order_kind(&a->estimate);
    out->from_place = out->kind == CASE_MOVE ? plan->state->places.at[a->picture.sender].code : "";
    draft_try(&plan->context, &a->picture, &a->estimate, &a->courses, qty, arena, out);
    return OK;
}
