/* Supersession: an item that replaces others carries on their demand, their customers and their stock at the place (domain notes 1.9, 7). The factor of
 * the item fact that names the successor says how many of the successor stand for one of the old item; without it, one.
 *
 * Demand is joined bucket by bucket: the family was in stock when either of them was. Of the old item's stock and open orders the successor's
 * need is taken off first, so they are used up before more is bought; the old item itself is not bought again. */
#include <string.h>

#include "base/decimal.h"
#include "position/fold-parts.h"

enum { HOPS_MOST = 4 };

static int64_t scaled(int64_t micro, int64_t factor_micro) {
    int64_t out;
    return micro > 0 && ratio_apply(micro, factor_micro, MICRO, &out, NULL) == OK ? out : 0;
}

/* ---- demand ---- */

/* In stock somewhere is in stock. */
static void family_join(Fold *out, int b, const Fold *from, int k) {
    static const uint8_t order[] = { [DEMAND_EXACT] = 0, [DEMAND_AT_LEAST] = 1, [DEMAND_MISSING] = 2 };
    if (order[from->state[k]] < order[out->state[b]]) out->state[b] = from->state[k];
    if (from->period[k] < out->period[b]) out->period[b] = from->period[k];
}

static void bucket_put(Fold *out, int b, const Fold *from, int k, double factor, BucketJoin *join) {
    out->value[b] += factor * from->value[k];
    if (join) {
        join(out, b, from, k);
        return;
    }
    out->state[b] = from->state[k];
    out->period[b] = from->period[k];
}

/* On our own grid; a bucket of the other belongs where its first day lies. */
void demand_join(Fold *own, const Fold *other, double factor, BucketJoin *join, Arena *arena) {
    if (other->buckets == 0 || other->bucket_days != own->bucket_days) return;
    int days = own->bucket_days;
    int32_t from = own->buckets ? own->from_day : other->from_day, before = 0;
    if (own->buckets && other->from_day < own->from_day) before = (own->from_day - other->from_day + days - 1) / days;
    Fold joined = *own;
    joined.from_day = from - before * days;
    joined.buckets = own->buckets ? own->buckets + before : other->buckets;
    joined.value = many_in(arena, double, joined.buckets + 1);
    joined.state = many_in(arena, uint8_t, joined.buckets + 1);
    joined.period = many_in(arena, uint8_t, joined.buckets + 1);
    uint8_t *seen = many_in(arena, uint8_t, joined.buckets + 1);
    for (int b = 0; b < own->buckets; b++) {
        bucket_put(&joined, b + before, own, b, 1, NULL);
        seen[b + before] = 1;
    }
    for (int k = 0; k < other->buckets; k++) {
        int b = (other->from_day + k * days - joined.from_day) / days;
        if (b < 0 || b >= joined.buckets) continue;
        bucket_put(&joined, b, other, k, factor, seen[b] ? join : NULL);
        seen[b] = 1;
    }
    joined.observed = joined.missing = joined.censored = 0;
    for (int b = 0; b < joined.buckets; b++) {
        if (!seen[b]) joined.state[b] = DEMAND_MISSING;
        joined.missing += joined.state[b] == DEMAND_MISSING;
        joined.censored += joined.state[b] == DEMAND_AT_LEAST;
    }
    joined.observed = joined.buckets - joined.missing;
    if (other->life_day != NO_DAY && (own->life_day == NO_DAY || other->life_day < own->life_day)) joined.life_day = other->life_day;
    *own = joined;
}

static void lines_join(Fold *own, const Fold *kin, int64_t factor) {
    if (kin->lines > own->lines) {       /* few lines say little about what a usual one is */
        own->line_mean = scaled(kin->line_mean, factor);
        own->line_large = kin->line_large == INT64_MAX ? INT64_MAX : scaled(kin->line_large, factor);
    }
    own->lines += kin->lines;
    own->sold += scaled(kin->sold, factor);
    own->sent += scaled(kin->sent, factor);
    int64_t largest = scaled(kin->largest_order, factor);
    if (largest > own->largest_order) own->largest_order = largest;
}

/* ---- customers, stock and what is on its way ---- */

static void customers_join(Fold *own, const Fold *kin, int64_t factor, Arena *arena) {
    own->backorders += scaled(kin->backorders, factor);
    own->open_orders += scaled(kin->open_orders, factor);
    DueLine *due = many_in(arena, DueLine, own->due_count + kin->due_count + 1);
    if (own->due_count) memcpy(due, own->due, sizeof *due * (size_t)own->due_count);
    for (int i = 0; i < kin->due_count; i++) {
        due[own->due_count + i] = kin->due[i];
        due[own->due_count + i].qty = scaled(kin->due[i].qty, factor);
        due[own->due_count + i].of_kin = true;
    }
    own->due = due;
    own->due_count += kin->due_count;
}

static void supply_join(Fold *own, const Fold *kin, int64_t factor, Arena *arena) {
    if (kin->stock_known) own->kin_stock += scaled(kin->on_hand, factor);
    if (kin->stock_known && own->kin_row == 0) own->kin_row = kin->level_row;
    OpenSupply *open = many_in(arena, OpenSupply, own->open_count + kin->open_count + 2);
    if (own->open_count) memcpy(open, own->open, sizeof *open * (size_t)own->open_count);
    for (int i = 0; i < kin->open_count; i++) {
        OpenSupply *line = &open[own->open_count + i];
        *line = kin->open[i];
        line->of_kin = true;
        line->ordered = scaled(line->ordered, factor);
        line->received = scaled(line->received, factor);
        line->short_told = scaled(line->short_told, factor);
        line->left = scaled(line->left, factor);
        if (line->price != NO_QTY && ratio_apply(line->price, MICRO, factor, &line->price, NULL) != OK) line->price = NO_QTY;
        *(line->kind == SUPPLY_PO ? &own->on_order : &own->in_transit) += line->left;
    }
    own->open = open;
    own->open_count += kin->open_count;
}

/* ---- the family ---- */

static int64_t factor_of(const State *state, int32_t item) {
    int64_t factor = state->items.at[item].factor;
    return factor == NO_QTY || factor <= 0 ? MICRO : factor;
}

static bool kin_fold(const FoldInput *in, int32_t item, Arena *arena, Fold *out) {
    FoldInput other = *in;
    other.spot = state_spot(in->state, (ItemId){ item }, in->state->spots.at[in->spot].place);
    if (other.spot < 0) return false;
    fold_spot(&other, arena, out);
    return true;
}

static void predecessors_join(const FoldInput *in, int32_t item, int64_t factor, int hops, Arena *arena, Fold *own) {
    const State *state = in->state;
    for (int32_t old = state->items.at[item].predecessor; old > 0 && hops < HOPS_MOST; old = state->items.at[old].next_predecessor) {
        Fold kin;
        int64_t all;
        if (old == state->spots.at[in->spot].item.v || ratio_apply(factor, factor_of(state, old), MICRO, &all, NULL) != OK || all <= 0) continue;
        if (kin_fold(in, old, arena, &kin)) {
            demand_join(own, &kin, micro_to_double(all), family_join, arena);
            lines_join(own, &kin, all);
            customers_join(own, &kin, all, arena);
            supply_join(own, &kin, all, arena);
            own->kin_item = own->kin_item ? own->kin_item : old;
        }
        predecessors_join(in, old, all, hops + 1, arena, own);
    }
}

/* What is left of the old item is used up by the demand of both. */
static void successor_join(const FoldInput *in, int32_t item, Arena *arena, Fold *own) {
    Fold kin;
    int64_t factor = factor_of(in->state, item), back;
    int32_t next = in->state->items.at[item].successor;
    if (next == item || ratio_apply(MICRO, MICRO, factor, &back, NULL) != OK || back <= 0 || !kin_fold(in, next, arena, &kin)) return;
    demand_join(own, &kin, micro_to_double(back), family_join, arena);
    own->successor_here = kin.stock_known;
}

void fold_family(const FoldInput *in, Arena *arena, Fold *out) {
    const ItemInfo *info = &in->state->items.at[in->state->spots.at[in->spot].item.v];
    int32_t item = in->state->spots.at[in->spot].item.v;
    if (info->predecessor > 0) predecessors_join(in, item, MICRO, 0, arena, out);
    if (info->successor > 0 && (size_t)info->successor < in->state->items.count) successor_join(in, item, arena, out);
}
