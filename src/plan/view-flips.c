/* The nearest flips of one exposure as the last step sees it. */
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
