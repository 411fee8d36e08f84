#include "estimate/leadtimes.h"

#include <stdlib.h>
#include <string.h>

enum { GATHER_SLICE = 64, CAPTURE_SPOTS = 2000 };

void lead_stream_begin(LeadStream *stream, int most, Arena *kept) { *stream = (LeadStream){ many_in(kept, LeadObservation, most), many_in(kept, LeadFrom, most), 0 }; }

void lead_stream_add(LeadStream *stream, LeadObservation seen, int32_t supplier) {
    stream->seen[stream->count] = seen;
    stream->from[stream->count++] = (LeadFrom){ supplier, 0 };
}

/* ---- gathering, in spot order whatever thread did it ---- */

typedef struct Gathered { LeadStream stream[LEAD_STREAMS]; YieldStream yield; double out_expected, out_orders; } Gathered;
typedef struct Gather { const PoolsInput *in; Arena **work, **kept; Gathered *of_spot; } Gather;

static void gather_capture(const Fold *fold, Gathered *out) {
    double days_in = fold->capture.days_in, days_out = fold->capture.days_out;
    if (days_in < 60 || days_out < 1) return;
    out->out_expected = fold->capture.orders_in / days_in * days_out;
    out->out_orders = fold->capture.orders_out;
}

static void gather_leads(const Fold *fold, Arena *kept, LeadStream *out) {
    if (fold->seen_count == 0) return;
    lead_stream_begin(out, fold->seen_count, kept);
    memcpy(out->seen, fold->seen, sizeof *fold->seen * (size_t)fold->seen_count);
    memcpy(out->from, fold->seen_from, sizeof *fold->seen_from * (size_t)fold->seen_count);
    out->count = fold->seen_count;
}

static void gather_slice(void *self, int thread, size_t from, size_t to) {
    Gather *g = self;
    for (size_t s = from; s < to; s++) {
        arena_clear(g->work[thread]);
        Fold fold;
        FoldInput in = { .state = g->in->state, .spot = (int32_t)s, .start_day = g->in->start_day, .bucket_days = g->in->bucket_days };
        bool whole = spot_sampled(g->in->state, (int32_t)s, CAPTURE_SPOTS);
        if (whole) fold_spot(&in, g->work[thread], &fold);
        else fold_supply(&in, g->work[thread], &fold);
        Gathered *out = &g->of_spot[s];
        if (whole) gather_capture(&fold, out);
        gather_leads(&fold, g->kept[thread], &out->stream[STREAM_LEAD]);
        promises_gather(&fold, g->in->start_day, g->kept[thread], &out->stream[STREAM_EARLY], &out->stream[STREAM_SLIP]);
        yields_gather(&fold, g->in->start_day, g->kept[thread], &out->yield);
        notices_gather(g->in->state, &fold, g->in->start_day, g->work[thread], g->kept[thread], &out->stream[STREAM_TRANSIT], &out->stream[STREAM_NOTICE]);
    }
}

static int observation_order(const void *left, const void *right) {
    const LeadObservation *a = left, *b = right;
    if (a->cluster != b->cluster) return a->cluster < b->cluster ? -1 : 1;
    if (a->days != b->days) return a->days < b->days ? -1 : 1;
    if (a->outcome != b->outcome) return a->outcome < b->outcome ? -1 : 1;
    return a->weight < b->weight ? -1 : a->weight > b->weight;
}

/* Item-places are numbered by first arrival, so sums over them in that order would carry the order of arrival into the last bit. */
static void group_fit(LeadObservation *seen, int count, const LeadTime *parent, LeadTime *out) {
    qsort(seen, (size_t)count, sizeof *seen, observation_order);
    lead_fit(seen, count, parent && parent->found ? parent : NULL, PARENT_ORDERS, out);
}

static double lines_per_order(const LeadObservation *sorted, int count) {
    int orders = 0;
    for (int i = 0; i < count; i++) orders += i == 0 || sorted[i].cluster != sorted[i - 1].cluster;
    return orders ? (double)count / orders : 1;
}

/* One stream of all spots. */
typedef struct StreamFit { const Gathered *of_spot; size_t spots; int suppliers; } StreamFit;

static LeadObservation *stream_seen(const StreamFit *in, LeadStreamKind kind, size_t *out_total) {
    *out_total = 0;
    for (size_t s = 0; s < in->spots; s++) *out_total += (size_t)in->of_spot[s].stream[kind].count;
    LeadObservation *seen = calloc(*out_total + 1, sizeof *seen);
    if (!seen) stop_for("no memory for %zu deliveries", *out_total);
    size_t n = 0;
    for (size_t s = 0; s < in->spots; s++)
        for (int i = 0; i < in->of_spot[s].stream[kind].count; i++) seen[n++] = in->of_spot[s].stream[kind].seen[i];
    return seen;
}

static void everybody_fit(const StreamFit *in, LeadStreamKind kind, LeadTime *all, double *out_lines_per_order) {
    size_t total;
    LeadObservation *seen = stream_seen(in, kind, &total);
    if (total) group_fit(seen, (int)total, NULL, all);
    if (total && out_lines_per_order) *out_lines_per_order = lines_per_order(seen, (int)total);
    free(seen);
}

/* Each supplier leans on his own parent. */
static void suppliers_fit(const StreamFit *in, LeadStreamKind kind, const LeadTime *const *parent, LeadTime *of_supplier) {
    size_t total;
    LeadObservation *seen = stream_seen(in, kind, &total);
    int32_t *next = calloc((size_t)in->suppliers + 2, sizeof *next);
    if (!next) stop_for("no memory for %d suppliers", in->suppliers);
    for (size_t s = 0; s < in->spots; s++)
        for (int i = 0; i < in->of_spot[s].stream[kind].count; i++) next[in->of_spot[s].stream[kind].from[i].supplier + 1]++;
    for (int k = 0; k < in->suppliers; k++) next[k + 1] += next[k];
    for (size_t s = 0; s < in->spots; s++)
        for (int i = 0; i < in->of_spot[s].stream[kind].count; i++)
            seen[next[in->of_spot[s].stream[kind].from[i].supplier]++] = in->of_spot[s].stream[kind].seen[i];
    for (int k = 1; k < in->suppliers && total; k++)          /* `next` now holds where each group ends */
        group_fit(seen + next[k - 1], next[k] - next[k - 1], parent[k], &of_supplier[k]);
    free(seen);
    free(next);
}

static void stream_fit(const StreamFit *in, LeadStreamKind kind, const LeadTime **scratch, LeadTime *all, LeadTime *of_supplier) {
    everybody_fit(in, kind, all, NULL);
    for (int k = 0; k < in->suppliers; k++) scratch[k] = all;
    suppliers_fit(in, kind, scratch, of_supplier);
}

/* ---- by mode of transport, where it is told ---- */

typedef struct Sent { LeadFrom from; LeadObservation seen; } Sent;

static int by_mode(const void *left, const void *right) {
    const Sent *a = left, *b = right;
    return (a->from.mode > b->from.mode) - (a->from.mode < b->from.mode);
}

static int by_via(const void *left, const void *right) { return lead_from_compare(((const Sent *)left)->from, ((const Sent *)right)->from); }

/* The run of equals that begins at `from` is fitted; returns where it ends. */
static int run_fit(const Sent *sent, int count, int from, int (*order)(const void *, const void *), const LeadTime *parent, LeadObservation *scratch, LeadTime *out) {
    int to = from;
    for (; to < count && order(&sent[from], &sent[to]) == 0; to++) scratch[to - from] = sent[to].seen;
    group_fit(scratch, to - from, parent, out);
    return to;
}

/* Of each supplier the mode most of what he sent came by; of equals the first in the alphabet. */
static void modes_usual(const State *state, const LeadPools *pools, const int *lines, int32_t *out_mode) {
    int most = 0;
    for (int i = 0; i < pools->vias; i++) {
        LeadFrom from = pools->via[i].from;
        bool first = i == 0 || pools->via[i - 1].from.supplier != from.supplier;
        bool before = !first && lines[i] == most && strcmp(mode_code(state, from.mode), mode_code(state, out_mode[from.supplier])) < 0;
        if (!first && lines[i] <= most && !before) continue;
        most = lines[i];
        out_mode[from.supplier] = from.mode;
    }
}

/* By mode, by supplier and mode; and on whose each supplier's lean: everybody's by the mode told of him, else by his commonest. */
static void modes_fit(const StreamFit *in, const State *state, Arena *arena, const LeadTime **parent, LeadPools *out) {
    int modes = (int)state->modes.count;
    LIST(Sent) sent = { 0 };
    for (size_t s = 0; s < in->spots; s++) {
        const LeadStream *stream = &in->of_spot[s].stream[STREAM_LEAD];
        for (int i = 0; i < stream->count; i++)
            if (stream->from[i].mode) list_push(&sent, (Sent){ stream->from[i], stream->seen[i] });
    }
    int count = (int)sent.count;
    LeadObservation *scratch = calloc((size_t)count + 1, sizeof *scratch);
    if (!scratch) stop_for("no memory for %d deliveries", count);
    out->modes = modes;
    out->mode = many_in(arena, LeadTime, modes);
    if (count) qsort(sent.at, (size_t)count, sizeof *sent.at, by_mode);
    for (int i = 0; i < count;) i = run_fit(sent.at, count, i, by_mode, &out->all, scratch, &out->mode[sent.at[i].from.mode]);
    if (count) qsort(sent.at, (size_t)count, sizeof *sent.at, by_via);
    int vias = 0;
    for (int i = 0; i < count; i++) vias += i == 0 || by_via(&sent.at[i - 1], &sent.at[i]) != 0;
    out->via = many_in(arena, LeadVia, vias + 1);
    int *lines = calloc((size_t)vias + 1, sizeof *lines);
    int32_t *usual = calloc((size_t)out->suppliers + 1, sizeof *usual);
    if (!lines || !usual) stop_for("no memory for %d suppliers", out->suppliers);
    for (int i = 0, to; i < count; i = to, out->vias++) {
        out->via[out->vias].from = sent.at[i].from;
        to = run_fit(sent.at, count, i, by_via, &out->mode[sent.at[i].from.mode], scratch, &out->via[out->vias].lead);
        lines[out->vias] = to - i;
    }
    modes_usual(state, out, lines, usual);
    for (int k = 1; k < out->suppliers; k++) {
        int32_t told = state->suppliers.at[k].mode;
        if (told || usual[k]) parent[k] = lead_by_mode(out, told ? told : usual[k]);
    }
    free(scratch);
    free(lines);
    free(usual);
    list_end(&sent);
}

static void senders_fit(const PoolsInput *in, LeadPools *out) {
    const State *state = in->state;
    for (int p = 1; p < out->senders; p++) {
        LIST(LeadObservation) seen = { 0 };
        for (size_t i = 0; i < state->records.count + state->extras.count; i++) {
            const Record *r = i < state->records.count ? &state->records.at[i] : &state->extras.at[i - state->records.count];
            if (r->kind != REC_TRANSFER_IN || r->who != p || r->day == NO_DAY || r->status == STATUS_CANCELLED) continue;
            int32_t received = state->details.at[r->more].day_c;
            bool came = received != NO_DAY && received >= r->day && received < in->start_day;
            list_push(&seen, (LeadObservation){ .days = (came ? received : in->start_day - 1) - r->day, .weight = 1,
                .age_days = in->start_day - r->day, .cluster = (int)(r->key & 0x7fffffff), .outcome = came ? LEAD_RECEIVED : LEAD_OPEN });
        }
        if (seen.count) group_fit(seen.at, (int)seen.count, NULL, &out->sender[p]);
        list_end(&seen);
    }
}

void lead_pools_fit(const PoolsInput *in, Arena *arena, LeadPools *out) {
    const State *state = in->state;
    int threads = pool_threads(in->threads);
    size_t spots = state->spots.count;
    *out = (LeadPools){ .suppliers = (int)state->suppliers.count, .senders = (int)state->places.count, .lines_per_order = 1 };
    if (out->suppliers < 1) out->suppliers = 1;
    out->supplier = many_in(arena, LeadTime, out->suppliers);
    out->sender = many_in(arena, LeadTime, out->senders + 1);
    out->promises.early = many_in(arena, LeadTime, out->suppliers);
    out->promises.slip = many_in(arena, LeadTime, out->suppliers);
    out->promises.transit = many_in(arena, LeadTime, out->suppliers);
    out->promises.notice = many_in(arena, LeadTime, out->suppliers);
    Gather gather = { .in = in };
    gather.work = calloc((size_t)threads, sizeof *gather.work);
    gather.kept = calloc((size_t)threads, sizeof *gather.kept);
    gather.of_spot = calloc(spots + 1, sizeof *gather.of_spot);
    if (!gather.work || !gather.kept || !gather.of_spot) stop_for("no memory for lead times of %zu item-places", spots);
    for (int t = 0; t < threads; t++) {
        gather.work[t] = arena_begin(256 * MiB);
        gather.kept[t] = arena_begin((size_t)2048 * MiB);
    }
    pool_run(in->threads, spots, GATHER_SLICE, gather_slice, &gather);
    double expected = 0, came = 0;
    for (size_t s = 0; s < spots; s++) {
        for (int kind = 0; kind < LEAD_STREAMS; kind++)
            for (int i = 0; i < gather.of_spot[s].stream[kind].count; i++)
                if (gather.of_spot[s].stream[kind].from[i].supplier >= out->suppliers) gather.of_spot[s].stream[kind].from[i].supplier = 0;
        expected += gather.of_spot[s].out_expected;
        came += gather.of_spot[s].out_orders;
    }
    out->requests_captured = expected >= 20 && came >= 0.5 * expected;
    StreamFit fit = { .of_spot = gather.of_spot, .spots = spots, .suppliers = out->suppliers };
    const LeadTime **parent = calloc((size_t)out->suppliers + 1, sizeof *parent);
    if (!parent) stop_for("no memory for %d suppliers", out->suppliers);
    everybody_fit(&fit, STREAM_LEAD, &out->all, &out->lines_per_order);
    for (int k = 0; k < out->suppliers; k++) parent[k] = &out->all;
    if (state->modes.count) modes_fit(&fit, state, arena, parent, out);
    suppliers_fit(&fit, STREAM_LEAD, parent, out->supplier);
    stream_fit(&fit, STREAM_EARLY, parent, &out->promises.all_early, out->promises.early);
    stream_fit(&fit, STREAM_SLIP, parent, &out->promises.all_slip, out->promises.slip);
    stream_fit(&fit, STREAM_TRANSIT, parent, &out->promises.all_transit, out->promises.transit);
    stream_fit(&fit, STREAM_NOTICE, parent, &out->promises.all_notice, out->promises.notice);
    free(parent);
    LeadStream *late = many_in(arena, LeadStream, 2 * spots + 1);
    for (size_t s = 0; s < spots; s++) memcpy(&late[2 * s], &gather.of_spot[s].stream[STREAM_EARLY], 2 * sizeof *late);
    promises_fit(state, late, arena, &out->promises);
    YieldStream *yields = many_in(arena, YieldStream, spots + 1);
    for (size_t s = 0; s < spots; s++) yields[s] = gather.of_spot[s].yield;
    yields_fit(yields, spots, out->suppliers, out->lines_per_order, arena, &out->promises);
    if (state->by_kind[FACT_TRANSFER_LINE] > 0) senders_fit(in, out);
    for (int t = 0; t < threads; t++) {
        arena_end(&gather.work[t]);
        arena_end(&gather.kept[t]);
    }
    free(gather.work);
    free(gather.kept);
    free(gather.of_spot);
}
