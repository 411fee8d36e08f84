#include "estimate/leadtimes.h"

#include <stdlib.h>
#include <string.h>

const char *const lead_basis_names[4] = { "unknown", "measured", "supplier", "stated" };

enum { PARENT_ORDERS = 8, GATHER_SLICE = 64, CAPTURE_SPOTS = 2000 };

void lead_stream_begin(LeadStream *stream, int most, Arena *kept) { *stream = (LeadStream){ many_in(kept, LeadObservation, most), many_in(kept, LeadFrom, most), 0 }; }

void lead_stream_add(LeadStream *stream, LeadObservation seen, int32_t supplier) {
    stream->seen[stream->count] = seen;
    stream->from[stream->count++] = (LeadFrom){ supplier, 0 };
}

/* ---- gathering, in spot order whatever thread did it ---- */

typedef struct Gathered { LeadStream stream[LEAD_STREAMS]; double out_expected, out_orders; } Gathered;
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

/* One stream of all spots: everybody's, and each supplier's leaning on it. */
typedef struct StreamFit { const Gathered *of_spot; size_t spots; int suppliers; } StreamFit;

static void stream_fit(const StreamFit *in, LeadStreamKind kind, LeadTime *all, LeadTime *of_supplier, double *out_lines_per_order) {
    size_t total = 0, n = 0;
    for (size_t s = 0; s < in->spots; s++) total += (size_t)in->of_spot[s].stream[kind].count;
    if (total == 0) return;
    LeadObservation *seen = calloc(total + 1, sizeof *seen);
    int32_t *next = calloc((size_t)in->suppliers + 2, sizeof *next);
    if (!seen || !next) stop_for("no memory for %zu deliveries", total);
    for (size_t s = 0; s < in->spots; s++)
        for (int i = 0; i < in->of_spot[s].stream[kind].count; i++) seen[n++] = in->of_spot[s].stream[kind].seen[i];
    group_fit(seen, (int)n, NULL, all);
    if (out_lines_per_order) *out_lines_per_order = lines_per_order(seen, (int)n);
    for (size_t s = 0; s < in->spots; s++)
        for (int i = 0; i < in->of_spot[s].stream[kind].count; i++) next[in->of_spot[s].stream[kind].from[i].supplier + 1]++;
    for (int k = 0; k < in->suppliers; k++) next[k + 1] += next[k];
    for (size_t s = 0; s < in->spots; s++)
        for (int i = 0; i < in->of_spot[s].stream[kind].count; i++)
            seen[next[in->of_spot[s].stream[kind].from[i].supplier]++] = in->of_spot[s].stream[kind].seen[i];
    for (int k = 1; k < in->suppliers; k++)          /* `next` now holds where each group ends */
        group_fit(seen + next[k - 1], next[k] - next[k - 1], all, &of_supplier[k]);
    free(seen);
    free(next);
}

/* ---- by mode of transport, where it is told ---- */

typedef struct Sent { LeadFrom from; LeadObservation seen; } Sent;

static int by_mode(const void *left, const void *right) {
    const Sent *a = left, *b = right;
    return (a->from.mode > b->from.mode) - (a->from.mode < b->from.mode);
}

static int via_compare(LeadFrom a, LeadFrom b) {
    if (a.supplier != b.supplier) return a.supplier < b.supplier ? -1 : 1;
    return (a.mode > b.mode) - (a.mode < b.mode);
}

static int by_via(const void *left, const void *right) { return via_compare(((const Sent *)left)->from, ((const Sent *)right)->from); }

/* The run of equals that begins at `from` is fitted; returns where it ends. */
static int run_fit(const Sent *sent, int count, int from, int (*order)(const void *, const void *), const LeadTime *parent, LeadObservation *scratch, LeadTime *out) {
    int to = from;
    for (; to < count && order(&sent[from], &sent[to]) == 0; to++) scratch[to - from] = sent[to].seen;
    group_fit(scratch, to - from, parent, out);
    return to;
}

static void modes_fit(const StreamFit *in, int modes, Arena *arena, LeadPools *out) {
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
    for (int i = 0; i < count; out->vias++) {
        out->via[out->vias].from = sent.at[i].from;
        i = run_fit(sent.at, count, i, by_via, &out->mode[sent.at[i].from.mode], scratch, &out->via[out->vias].lead);
    }
    free(scratch);
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
    stream_fit(&fit, STREAM_LEAD, &out->all, out->supplier, &out->lines_per_order);
    if (state->modes.count) modes_fit(&fit, (int)state->modes.count, arena, out);
    stream_fit(&fit, STREAM_EARLY, &out->promises.all_early, out->promises.early, NULL);
    stream_fit(&fit, STREAM_SLIP, &out->promises.all_slip, out->promises.slip, NULL);
    stream_fit(&fit, STREAM_TRANSIT, &out->promises.all_transit, out->promises.transit, NULL);
    stream_fit(&fit, STREAM_NOTICE, &out->promises.all_notice, out->promises.notice, NULL);
    LeadStream *late = many_in(arena, LeadStream, 2 * spots + 1);
    for (size_t s = 0; s < spots; s++) memcpy(&late[2 * s], &gather.of_spot[s].stream[STREAM_EARLY], 2 * sizeof *late);
    promises_fit(state, late, arena, &out->promises);
    if (state->by_kind[FACT_TRANSFER_LINE] > 0) senders_fit(in, out);
    for (int t = 0; t < threads; t++) {
        arena_end(&gather.work[t]);
        arena_end(&gather.kept[t]);
    }
    free(gather.work);
    free(gather.kept);
    free(gather.of_spot);
}

/* ---- one lane ---- */

/* What somebody wrote down: for the item here, in the supplier's terms for the item, of the supplier in general; for transfers of the lane. */
static int32_t stated_days(const State *state, ItemId item, PlaceId place, int32_t supplier, int32_t sender) {
    int32_t spot = state_spot(state, item, place);
    if (supplier) {
        const TermsInfo *terms = state_terms(state, item, supplier, place);
        if (terms && terms->supplier == supplier && terms->lead_days >= 0) return terms->lead_days;
        if (spot >= 0 && state->spots.at[spot].lead_days >= 0) return state->spots.at[spot].lead_days;
        return (size_t)supplier < state->suppliers.count ? state->suppliers.at[supplier].lead_days : -1;
    }
    for (size_t i = 0; i < state->lanes.count; i++) {
        const LaneInfo *lane = &state->lanes.at[i];
        if (lane->row && lane->from_place == sender && lane->place == place.v) return lane->lead_days;
    }
    return spot >= 0 ? state->spots.at[spot].lead_days : -1;
}

static const LeadTime *via_lead(const LeadPools *pools, LeadFrom from) {
    int low = 0, high = pools->vias;
    while (low < high) {
        int middle = (low + high) / 2;
        if (via_compare(pools->via[middle].from, from) < 0) low = middle + 1;
        else high = middle;
    }
    return low < pools->vias && via_compare(pools->via[low].from, from) == 0 ? &pools->via[low].lead : NULL;
}

static const LeadTime *supplier_lead(const LeadPools *pools, int32_t supplier) { return supplier > 0 && supplier < pools->suppliers ? &pools->supplier[supplier] : NULL; }

/* Everybody's by this mode, else everybody's. */
static const LeadTime *mode_lead(const LeadPools *pools, int32_t mode) { return mode > 0 && mode < pools->modes && pools->mode[mode].found ? &pools->mode[mode] : &pools->all; }

const LeadTime *lead_sent(const LeadPools *pools, int32_t supplier, int32_t mode) {
    const LeadTime *via = mode ? via_lead(pools, (LeadFrom){ supplier, mode }) : NULL;
    if (via && via->found) return via;
    return mode_lead(pools, mode) != &pools->all ? mode_lead(pools, mode) : supplier_lead(pools, supplier);
}

void lane_lead(const LeadPools *pools, const State *state, const Fold *fold, ItemId item, PlaceId place, int32_t supplier, int32_t sender, LaneLead *out) {
    memset(out, 0, sizeof *out);
    out->stated_days = stated_days(state, item, place, supplier, sender);
    out->mode = state_mode(state, item, supplier, place);
    const LeadTime *everybody = mode_lead(pools, out->mode);
    const LeadTime *parent = supplier > 0 ? out->mode ? via_lead(pools, (LeadFrom){ supplier, out->mode }) : supplier_lead(pools, supplier)
                             : supplier == 0 && sender > 0 && sender < pools->senders ? &pools->sender[sender] : NULL;
    LeadObservation own_seen[256];
    int own_count = 0;
    for (int i = fold->seen_count - 1; supplier && i >= 0 && own_count < 256; i--)     /* newest first */
        if (lead_came(fold->seen_from[i], supplier, out->mode)) own_seen[own_count++] = fold->seen[i];
    bool parent_own = parent && parent->found && parent->n > 0;
    if (own_count > 0 || parent_own) {
        lead_fit(own_seen, own_count, parent_own ? parent : everybody->found && supplier ? everybody : NULL, PARENT_ORDERS, &out->lead);
        if (out->lead.found) {
            out->basis = out->lead.n >= 1 ? LEAD_MEASURED : LEAD_POOLED;
            return;
        }
    }
    if (out->stated_days < 0) {                    /* the supplier is known by other modes alone */
        const LeadTime *other = out->mode ? supplier_lead(pools, supplier) : NULL;
        if (other && other->found && other->n > 0) out->lead = *other, out->basis = LEAD_POOLED;
        return;
    }
    /* Nobody has seen this lane deliver: what is stated, as uncertain as other lanes turned out to be; exact where nothing was ever received. */
    double cv = everybody->found && everybody->mean > 0 ? everybody->sd / everybody->mean : 0;
    lead_stated(out->stated_days, cv, &out->lead);
    out->basis = out->lead.found ? LEAD_STATED : LEAD_UNKNOWN;
}
