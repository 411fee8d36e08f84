/* How much of what was ordered with a promise could be used in the end: what came short and what came unusable is not on its way. */
#include "base/decimal.h"
#include "base/time.h"
#include "estimate/leadtimes.h"
#include "maths/fn.h"

/* Of lines that nothing more is awaited of; a closed one of which no receipt was told says nothing. */
static bool story_is_over(const OrderStory *s) { return s->received > 0 && !s->cancelled && !s->left_out_row && (!s->open || s->came_day != NO_DAY); }

void yields_gather(const Fold *fold, int32_t start_day, Arena *kept, YieldStream *out) {
    int over = 0;
    for (int k = 0; k < fold->stories; k++) over += story_is_over(&fold->story[k]) && fold->story[k].promise != NO_DAY;
    if (over == 0) return;
    out->seen = many_in(kept, YieldSeen, over);
    for (int k = 0; k < fold->stories; k++) {
        const OrderStory *s = &fold->story[k];
        if (!story_is_over(s) || s->promise == NO_DAY || s->confirmed <= 0) continue;
        int64_t used = s->accepted < s->confirmed ? s->accepted : s->confirmed;
        double weight = fn_exp(-fn_log(2) * (day_monday(start_day) - s->po->day) / LEAD_HALF_LIFE_DAYS);
        out->seen[out->count++] = (YieldSeen){ .supplier = s->po->who, .weight = (int64_t)(weight * MICRO), .used = (int64_t)((__int128)used * MICRO / s->confirmed) };
    }
}

/* Whole numbers: a sum must not remember in which order item-places arrived. */
void yields_fit(const YieldStream *kept, size_t spots, int suppliers, double lines_per_order, Arena *arena, Promises *out) {
    int64_t *weight = many_in(arena, int64_t, suppliers), *used = many_in(arena, int64_t, suppliers), all_weight = 0, all_used = 0;
    out->yield = many_in(arena, double, suppliers);
    for (size_t s = 0; s < spots; s++)
        for (int i = 0; i < kept[s].count; i++) {
            const YieldSeen *seen = &kept[s].seen[i];
            int64_t part = seen->weight * seen->used / MICRO;
            all_weight += seen->weight;
            all_used += part;
            if (seen->supplier >= suppliers) continue;
            weight[seen->supplier] += seen->weight;
            used[seen->supplier] += part;
        }
    double lean = PARENT_ORDERS * lines_per_order * MICRO, all = all_weight > 0 ? (double)all_used / (double)all_weight : 1;
    for (int k = 0; k < suppliers; k++) out->yield[k] = ((double)used[k] + lean * all) / ((double)weight[k] + lean);
}
