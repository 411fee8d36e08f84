/* What a sending place can spare, among the places of ours that want it: where it is less than all want, by what each would miss of it (maths/fill.h), so that what is proposed
 * together never empties it. All item-places of an item are refreshed together, so a share never rests on half a picture. */
#include "base/decimal.h"
#include "estimate/amounts.h"
#include "maths/fill.h"
#include "plan/room.h"

enum { CLAIMS_MOST = 4096 };

static bool claims(const Estimate *e, int32_t sender) { return e->source == SOURCE_TRANSFER && e->sender == sender && e->decided && e->qty > 0; }

/* By place: never by order of arrival. */
static int claims_collect(const Plan *plan, ItemId item, int32_t sender, int32_t *out) {
    const State *state = plan->state;
    int count = 0;
    for (int32_t s = state->items.at[item.v].spots; s >= 0 && count < CLAIMS_MOST; s = state->spots.at[s].next) {
        if (!claims(&plan->estimates[s], sender)) continue;
        int at = count++;
        for (; at > 0 && state->spots.at[s].place.v < state->spots.at[out[at - 1]].place.v; at--) out[at] = out[at - 1];
        out[at] = s;
    }
    return count;
}

static FillLine line_of(const Estimate *e) {
    double qty = micro_to_double(e->qty), days = e->next_day - e->order_day;
    FillLine line = { .need = qty, .above = micro_to_double(e->position + e->fed) + qty - e->level, .step = 1, .rate = e->mean_day, .short_cost = e->short_cost, .short_p = e->past_level,
                      .short_far = e->past_review, .far = e->mean_day * (days > 1 ? days : 1) };
    if (!(line.far > 0)) line.far = 1;
    return line;
}

/* What each gets of `spare` micro whole units, into plan->allot. */
static void spare_share(Plan *plan, const int32_t *claim, int count, int64_t spare) {
    Arena *arena = plan->work[0];
    arena_clear(arena);
    FillLine *line = many_in(arena, FillLine, count + 1);
    double *units = many_in(arena, double, count + 1);
    for (int k = 0; k < count; k++) line[k] = line_of(&plan->estimates[claim[k]]);
    fill_share(line, count, micro_to_double(spare), arena, units);
    for (int k = 0; k < count; k++) plan->allot[claim[k]] = micro_of(units[k]);
}

void shares_make(Plan *plan, ShareBound *bound, void *self) {
    for (int i = 0; i < plan->dirty_count; i++) {
        int32_t spot = plan->dirty[i], claim[CLAIMS_MOST];
        const Estimate *e = &plan->estimates[spot];
        if (!claims(e, e->sender) || plan->allot[spot] < INT64_MAX) continue;
        ItemId item = plan->state->spots.at[spot].item;
        int32_t donor = state_spot(plan->state, item, (PlaceId){ e->sender });
        if (donor < 0 || plan->estimates[donor].can_give == NO_QTY) continue;       /* nobody can say: a doubt on the case */
        int count = claims_collect(plan, item, e->sender, claim);
        int64_t spare = plan->estimates[donor].can_give, wanted = 0;
        for (int k = 0; k < count; k++) wanted += plan->allot[claim[k]] = plan->estimates[claim[k]].qty;
        if (wanted <= spare) continue;
        spare_share(plan, claim, count, spare);
        for (int k = 0; k < count; k++)
            if (plan->allot[claim[k]] < plan->estimates[claim[k]].qty) bound(self, claim[k]);
    }
}
