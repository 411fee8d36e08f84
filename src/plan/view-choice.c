/* What the choice of an item-place's demand model rests on. */
#include <stdlib.h>

#include "base/decimal.h"
#include "plan/room.h"

static int heaviest_first(const void *left, const void *right) {
    const ItemTried *a = left, *b = right;
    if (a->weight_ppm != b->weight_ppm) return a->weight_ppm > b->weight_ppm ? -1 : 1;
    return a->loss < b->loss ? -1 : a->loss > b->loss;
}

void choice_view(const Picture *p, Arena *arena, ItemChoice *out) {
    const DemandModel *m = &p->demand;
    float baseline = m->evidence[0][DEMAND_SEASONAL_NAIVE].loss;
    *out = (ItemChoice){ .tried = many_in(arena, ItemTried, 2 * DEMAND_KIND_COUNT_), .baseline = baseline >= 0 ? demand_kind_name(DEMAND_SEASONAL_NAIVE) : "",
        .poor = demand_poor_name((DemandPoor)m->poor), .origins = m->origins, .horizon_days = (int64_t)(m->horizon * m->bucket_days + 0.5),
        .season_days = (int64_t)m->seasonal * m->bucket_days, .year = p->year != NULL };
    for (int kind = DEMAND_MOVING_MEAN; kind < DEMAND_KIND_COUNT_; kind++) {
        const DemandEvidence *plain = &m->evidence[0][kind], *in_season = &m->evidence[1][kind];
        bool seasonal = plain->loss < 0 || (in_season->loss >= 0 && in_season->weight > plain->weight);
        float loss = seasonal ? in_season->loss : plain->loss;
        if (loss < 0) continue;
        out->tried[out->tried_count++] = (ItemTried){ .kind = demand_kind_name((DemandKind)kind), .seasonal = seasonal, .loss = micro_of((double)loss),
            .weight_ppm = micro_of((double)plain->weight + (double)in_season->weight), .to_baseline_ppm = baseline > 0 ? micro_of((double)loss / (double)baseline) : CASE_NONE };
    }
    qsort(out->tried, (size_t)out->tried_count, sizeof out->tried[0], heaviest_first);
}
