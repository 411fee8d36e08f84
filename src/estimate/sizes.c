#include "estimate/sizes.h"

#include <stdlib.h>

#include "estimate/picture.h"

enum { SLICE = 32 };

typedef struct Sketches { const Context *context; Arena **work; DemandSketch *sketch; SpotSample sample; } Sketches;

static void sketches_slice(void *self, int thread, size_t from, size_t to) {
    Sketches *s = self;
    for (size_t i = from; i < to; i++) {
        Picture p;
        arena_clear(s->work[thread]);
        picture_alone(s->context, s->sample.spot[i], s->work[thread], &p);
        if (p.fold.bucket_days != s->context->policy->bucket_days) continue;
        demand_sketch(&(DemandSeries){ .count = p.fold.buckets, .value = p.fold.value, .state = p.fold.state, .bucket_days = p.fold.bucket_days }, p.money.unit_cost, &s->sketch[i]);
    }
}

void sizes_fit(const SizesInput *in, DemandKin *out) {
    own(arena_end) Arena *arena = arena_begin(64 * MiB);
    SpotSample sample = state_sample(in->context->state, SIZES_SPOTS_MOST, arena);
    size_t count = sample.count;
    int threads = pool_threads(in->threads);
    *out = (DemandKin){ 0 };
    if (count < KIN_SERIES_LEAST) return;
    Sketches sketches = { .context = in->context, .sample = sample, .sketch = calloc(count, sizeof *sketches.sketch), .work = calloc((size_t)threads, sizeof *sketches.work) };
    if (!sketches.sketch || !sketches.work) stop_for("no memory for the sizes of %zu item-places", count);
    for (int t = 0; t < threads; t++) sketches.work[t] = arena_begin(256 * MiB);
    pool_run(in->threads, count, SLICE, sketches_slice, &sketches);
    demand_kin_fit(sketches.sketch, (int)count, out);
    for (int t = 0; t < threads; t++) arena_end(&sketches.work[t]);
    free(sketches.work);
    free(sketches.sketch);
}
