#include "estimate/shocks.h"

#include <stdlib.h>

enum { SLICE = 32 };

/* A row of SHOCK_BUCKETS_MOST for each item-place looked at. */
typedef struct Rows { const Context *context; Arena **work; SpotSample sample; int64_t from; float *told, *gap; } Rows;

static void rows_slice(void *self, int thread, size_t begin, size_t end) {
    Rows *r = self;
    for (size_t i = begin; i < end; i++) {
        Picture p;
        Arena *work = r->work[thread];
        arena_clear(work);
        picture_alone(r->context, r->sample.spot[i], work, &p);
        if (p.fold.bucket_days != r->context->policy->bucket_days) continue;
        DemandSeries series = picture_history(r->context, &p, work);
        demand_shock(&series, picture_end(&p), r->from, SHOCK_BUCKETS_MOST, work, r->told + i * SHOCK_BUCKETS_MOST, r->gap + i * SHOCK_BUCKETS_MOST);
    }
}

void shocks_fit(const ShocksInput *in, DemandShocks *out) {
    own(arena_end) Arena *arena = arena_begin(64 * MiB);
    int bucket_days = in->context->policy->bucket_days, threads = pool_threads(in->threads);
    *out = (DemandShocks){ 0 };
    Rows rows = { .context = in->context, .sample = state_sample(in->context->state, SHOCK_SERIES_MOST, arena), .from = in->context->start_day / bucket_days + 1 - SHOCK_BUCKETS_MOST,
                  .work = many_in(arena, Arena *, threads) };
    size_t count = rows.sample.count;
    if (count < SHOCK_SERIES_LEAST) return;
    rows.told = calloc(count * SHOCK_BUCKETS_MOST, sizeof *rows.told);
    rows.gap = calloc(count * SHOCK_BUCKETS_MOST, sizeof *rows.gap);
    if (!rows.told || !rows.gap) stop_for("no memory for the shocks of %zu item-places", count);
    for (int t = 0; t < threads; t++) rows.work[t] = arena_begin(256 * MiB);
    pool_run(in->threads, count, SLICE, rows_slice, &rows);
    for (int t = 0; t < threads; t++) arena_end(&rows.work[t]);
    demand_shocks_fit(rows.told, rows.gap, (int)count, rows.from, SHOCK_BUCKETS_MOST, bucket_days, out);
    free(rows.told);
    free(rows.gap);
}
