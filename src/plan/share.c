/* What a sending place can spare, among the places of ours that want it: most worth first, so that what is proposed together never empties it. All
 * item-places of an item are refreshed together, so a share never rests on half a picture. */
#include "base/decimal.h"
#include "plan/room.h"

enum { CLAIMS_MOST = 4096 };

static bool claims(const Estimate *e, int32_t sender) { return e->source == SOURCE_TRANSFER && e->sender == sender && e->decided && e->qty > 0; }

/* By rank, then by place: never by order of arrival. */
static bool goes_first(const Plan *plan, int32_t a, int32_t b) {
    double left = plan->estimates[a].rank, right = plan->estimates[b].rank;
    if (left != right) return left > right;
    return plan->state->spots.at[a].place.v < plan->state->spots.at[b].place.v;
}

static int claims_collect(const Plan *plan, ItemId item, int32_t sender, int32_t *out) {
    int count = 0;
    for (int32_t s = plan->state->items.at[item.v].spots; s >= 0 && count < CLAIMS_MOST; s = plan->state->spots.at[s].next) {
        if (!claims(&plan->estimates[s], sender)) continue;
        int at = count++;
        for (; at > 0 && goes_first(plan, s, out[at - 1]); at--) out[at] = out[at - 1];
        out[at] = s;
    }
    return count;
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
        int64_t left = plan->estimates[donor].can_give;
        for (int k = 0; k < count; k++) {
            int64_t wants = plan->estimates[claim[k]].qty;
            plan->allot[claim[k]] = wants < left ? wants : left;
            if (wants > left) bound(self, claim[k]);
            left -= wants < left ? wants : left;
        }
    }
}
