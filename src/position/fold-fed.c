/* A place that feeds others of ours (docs/decisions/0013): what counts there is what customers ask for, its own and those of the places that it feeds, not the
 * transfers that carry it. Fed is who has no other source, or, where it may buy from a supplier as well, what came from here last; what is sent elsewhere, or to a place
 * that ends, stays demand of the sender.
 * Feeding may go on over several places; one that would feed itself is left out. */
#include <string.h>

#include "base/decimal.h"
#include "position/fold-parts.h"

int32_t fold_feeder(const State *state, int32_t spot, const Fold *fold, bool *out_buys_too) {
    const Spot *s = &state->spots.at[spot];
    bool fed = s->from_place != 0 || (s->supplier == 0 && fold->by_transfer);
    const TermsInfo *cheapest = fed ? state_terms(state, s->item, 0, s->place) : NULL;
    *out_buys_too = fed && (s->supplier || fold->last_supplier || (cheapest && cheapest->place));    /* its row names one, it has bought, or one has terms for this very place */
    return !fed ? 0 : s->from_place ? s->from_place : fold->last_sender;
}

/* ---- which places ---- */

static bool sends(const FoldInput *in) {
    if (in->state->by_kind[FACT_TRANSFER_LINE] == 0) return false;
    RecordWalk walk = record_walk(in->state, in->spot);
    for (const Record *r = record_next(&walk); r; r = record_next(&walk))
        if (r->kind == REC_TRANSFER_OUT && r->status != STATUS_CANCELLED) return true;
    return false;
}

static bool is_above(const FoldInput *in, int32_t spot) {
    for (; in; in = in->above)
        if (in->spot == spot) return true;
    return false;
}

static bool ends(const char *lifecycle) { return strcmp(lifecycle, "phase-out") == 0 || strcmp(lifecycle, "obsolete") == 0; }

static int places_of(const State *state, int32_t spot) {
    int count = 0;
    for (int32_t s = state->items.at[state->spots.at[spot].item.v].spots; s >= 0; s = state->spots.at[s].next) count++;
    return count;
}

/* Their folds beside each other; both have room for all places of the item. */
static int fed_find(const FoldInput *in, Arena *arena, int32_t *spots, Fold **folds) {
    const State *state = in->state;
    int32_t here = state->spots.at[in->spot].place.v;
    int count = 0, sent = -1;                        /* -1: not looked yet */
    for (int32_t s = state->items.at[state->spots.at[in->spot].item.v].spots; s >= 0; s = state->spots.at[s].next) {
        const Spot *spot = &state->spots.at[s];
        bool silent = spot->from_place == 0 && spot->supplier == 0, buys_too;
        if (is_above(in, s) || ends(spot->lifecycle) || (!silent && spot->from_place != here)) continue;
        if (silent && sent < 0) sent = sends(in);
        if (silent && !sent) continue;
        FoldInput below = *in;
        Fold *fold = new_in(arena, Fold);
        below.spot = s;
        below.above = in;
        below.fed_count = 0;
        fold_place(&below, arena, fold);
        if (fold_feeder(state, s, fold, &buys_too) != here || (buys_too && !fold->sent_last)) continue;
        spots[count] = s;
        folds[count++] = fold;
    }
    return count;
}

/* ---- what their customers ask for ---- */

/* A sum is known where all of it is; of a part that is not, at least the rest was wanted. */
static void places_join(Fold *out, int b, const Fold *from, int k) {
    if (out->state[b] == from->state[k] && out->state[b] != DEMAND_EXACT) return;
    if (out->state[b] == DEMAND_EXACT && from->state[k] == DEMAND_EXACT) return;
    out->state[b] = DEMAND_AT_LEAST;
    out->period[b] = PERIOD_RAN_OUT;
}

/* Where nobody buys, being out of stock hides nothing. */
static void nothing_hidden(Fold *own) {
    for (int b = 0; b < own->buckets; b++) {
        own->state[b] = DEMAND_EXACT;
        own->period[b] = PERIOD_IN_STOCK;
    }
}

static void customers_join(Fold *own, const Fold *fed, Arena *arena) {
    int lines = own->lines + fed->lines;
    demand_join(own, fed, 1, places_join, arena);
    if (lines > 0) own->line_mean = (int64_t)(((__int128)own->line_mean * own->lines + (__int128)fed->line_mean * fed->lines) / lines);
    own->lines = lines;
    own->sold += fed->sold;
    own->sent += fed->sold;
    if (own->line_price > 0 || !(fed->line_price > 0)) return;
    own->line_price = fed->line_price;
    own->line_currency = fed->line_currency;
}

/* Histories of other buckets cannot be joined: what was sent there stays demand. */
static int same_buckets(const Fold *own, int32_t *spots, Fold **folds, int count) {
    int kept = 0;
    for (int i = 0; i < count; i++) {
        if (folds[i]->bucket_days != own->bucket_days) continue;
        spots[kept] = spots[i];
        folds[kept++] = folds[i];
    }
    return kept;
}

void fold_place(const FoldInput *in, Arena *arena, Fold *out) {
    int places = places_of(in->state, in->spot);
    int32_t *spots = many_in(arena, int32_t, places);
    Fold **folds = many_in(arena, Fold *, places);
    FoldInput own = *in;
    int found = fed_find(in, arena, spots, folds);
    own.fed = spots;
    own.fed_count = found;
    fold_spot(&own, arena, out);
    own.fed_count = same_buckets(out, spots, folds, found);
    if (own.fed_count < found) fold_spot(&own, arena, out);
    if (!in->alone) fold_family(&own, arena, out);
    if (own.fed_count == 0) return;
    if (out->sold == 0) nothing_hidden(out);
    for (int i = 0; i < own.fed_count; i++) customers_join(out, folds[i], arena);
    out->fed = memcpy(many_in(arena, int32_t, own.fed_count), spots, sizeof *spots * (size_t)own.fed_count);
    out->fed_count = own.fed_count;
}
