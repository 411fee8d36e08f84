#include "estimate/misses.h"

#include <stdlib.h>

enum { SLICE = 4 };

typedef struct Looks { const Context *context; Arena **work; DemandMiss (*miss)[MISS_LOOKS_MOST]; int *count; SpotSample sample; } Looks;

static void looks_slice(void *self, int thread, size_t from, size_t to) {
    Looks *l = self;
    for (size_t i = from; i < to; i++) {
        Picture p;
        Arena *work = l->work[thread];
        arena_clear(work);
        picture_alone(l->context, l->sample.spot[i], work, &p);
        if (p.fold.bucket_days != l->context->policy->bucket_days) continue;
        DemandSeries came = picture_history(l->context, &p, work), series = picture_series(l->context, &p, work);
        DemandMissInput in = { .series = &series, .came = came.value, .horizon = picture_fit_horizon(&p), .end = picture_end(&p), .kin = l->context->sizes, .price = p.money.unit_cost };
        l->count[i] = demand_miss(&in, work, l->miss[i]);
    }
}

void misses_fit(const MissesInput *in, DemandMisses *out) {
    own(arena_end) Arena *arena = arena_begin(64 * MiB);
    SpotSample sample = state_sample(in->context->state, MISS_SERIES_MOST, arena);
    int threads = pool_threads(in->threads), count = 0;
    *out = (DemandMisses){ 0 };
    if (sample.count < MISS_SERIES_LEAST) return;
    Looks looks = { .context = in->context, .sample = sample, .miss = arena_take(arena, sizeof *looks.miss * sample.count), .count = many_in(arena, int, sample.count),
                    .work = many_in(arena, Arena *, threads) };
    for (int t = 0; t < threads; t++) looks.work[t] = arena_begin(256 * MiB);
    pool_run(in->threads, sample.count, SLICE, looks_slice, &looks);
    for (int t = 0; t < threads; t++) arena_end(&looks.work[t]);
    DemandMiss *all = many_in(arena, DemandMiss, sample.count * MISS_LOOKS_MOST);
    for (size_t i = 0; i < sample.count; i++)
        for (int k = 0; k < looks.count[i]; k++) all[count++] = looks.miss[i][k];
    demand_misses_fit(all, count, in->context->policy->bucket_days, arena, out);
}
