/* Places that feed others are planned by what those have and should have (docs/decisions/0013), so after them: those that feed only places which feed none come first. */
#include "plan/room.h"

enum { HEIGHT_MOST = 8 };       /* of places in a circle, or one below the other beyond this, the ones above are estimated together */

/* How many places one after the other live on it; and whether one of all these buys this time. */
static int height(const Plan *plan, int32_t spot, int most, bool *out_buys) {
    const State *state = plan->state;
    int highest = 0;
    if (!plan->estimates[spot].feeds || most == 0) return 0;
    for (int32_t s = state->items.at[state->spots.at[spot].item.v].spots; s >= 0; s = state->spots.at[s].next) {
        const Estimate *e = &plan->estimates[s];
        if (s == spot) continue;
        *out_buys |= plan->buys[s];
        if (e->source != SOURCE_TRANSFER || e->sender != state->spots.at[spot].place.v) continue;
        int under = height(plan, s, most - 1, out_buys);
        if (under > highest) highest = under;
    }
    return 1 + highest;
}

int echelon_spots(const Plan *plan, int at, EchelonWhich which, int32_t *out) {
    int count = 0;
    for (int i = 0; i < plan->stale_count; i++) {
        int32_t spot = plan->stale[i];
        bool buys = false;
        if (!plan->estimates[spot].feeds || height(plan, spot, HEIGHT_MOST, &buys) != at) continue;
        if (which == ECHELON_ALL || buys) out[count++] = spot;
    }
    return count;
}
