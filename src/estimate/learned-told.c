/* What the learner is told of an item-place beside its demand: order lines with customer and price, prices of the list, announced events. In days first, as
 * records have them; on a grid once it is known. */
#include <stdlib.h>

#include "base/decimal.h"
#include "estimate/learned.h"

/* ---- who buys, at what price ---- */

static int by_number(const void *a, const void *b) { return (*(const int32_t *)a > *(const int32_t *)b) - (*(const int32_t *)a < *(const int32_t *)b); }

/* Customer numbers of all items become 0, 1, 2 .. of this one; who is not told stays so. */
static int customers_number(LearnLine *line, int lines, Arena *arena) {
    int32_t *who = many_in(arena, int32_t, lines + 1);
    int told = 0, count = 0;
    for (int i = 0; i < lines; i++)
        if (line[i].who > 0) who[told++] = line[i].who;
    qsort(who, (size_t)told, sizeof *who, by_number);
    for (int i = 0; i < told; i++)
        if (count == 0 || who[count - 1] != who[i]) who[count++] = who[i];
    for (int i = 0; i < lines; i++) {
        const int32_t *found = bsearch(&line[i].who, who, (size_t)count, sizeof *who, by_number);
        line[i].who = found ? (int32_t)(found - who) : -1;
    }
    return count;
}

static void lines_gather(const State *state, const Picture *p, Arena *arena, LearnSeries *out) {
    RecordKind kind = state->by_kind[FACT_ORDER_LINE] ? REC_DEMAND : REC_SHIPMENT;
    Record *records;
    int count = state_records(state, p->spot, arena, &records), lines = 0;
    for (int i = 0; i < count; i++) lines += records[i].kind == kind;
    LearnLine *line = many_in(arena, LearnLine, lines + 1);
    lines = 0;
    for (int i = 0; i < count; i++) {                        /* by day */
        const Record *r = &records[i];
        if (r->kind != kind || r->status == STATUS_CANCELLED || r->qty <= 0 || r->day == NO_DAY) continue;
        bool priced = kind == REC_DEMAND && r->price > 0 && r->more == p->fold.line_currency;
        line[lines++] = (LearnLine){ .bucket = r->day, .who = r->who, .units = (float)micro_to_double(r->qty), .price = priced ? r->price : 0 };
    }
    out->line = line;
    out->lines = lines;
    out->customers = customers_number(line, lines, arena);
}

/* ---- the list, and events ---- */

static bool list_price_counts(const PriceInfo *price, int32_t place) { return price->row && price->customer == 0 && price->price > 0 && price->place == place; }

/* As state_price: the place's own list where there is one. */
static int32_t list_place(const State *state, const Picture *p) {
    for (int32_t i = state->items.at[p->item.v].prices; i >= 0; i = state->prices.at[i].next)
        if (list_price_counts(&state->prices.at[i], p->place.v)) return p->place.v;
    return 0;
}

/* Numbers of the signals that speak of it, as they were heard. */
static int32_t *signals_of(const State *state, const Picture *p, Arena *arena, int *out_count) {
    ToldOf chain[TOLD_CHAINS];
    int most = 0, count = 0;
    state_told(state, p->item, p->place, chain);
    for (int c = 0; c < TOLD_CHAINS; c++)
        for (int32_t i = chain[c].signals; i >= 0; i = state->signals.at[i].next) most++;
    int32_t *signal = many_in(arena, int32_t, most + 1);
    for (int c = 0; c < TOLD_CHAINS; c++)
        for (int32_t i = chain[c].signals; i >= 0; i = state->signals.at[i].next)
            if (state_signal_hits(state, &state->signals.at[i], p->item, p->place)) signal[count++] = i;
    qsort(signal, (size_t)count, sizeof *signal, by_number);
    *out_count = count;
    return signal;
}

static void announced_gather(const State *state, const Picture *p, Arena *arena, LearnSeries *out) {
    int32_t first = state->items.at[p->item.v].prices, place = list_place(state, p), currency = 0;
    int signals, most;
    int32_t *signal = signals_of(state, p, arena, &signals);
    most = signals + 1;
    for (int32_t i = first; i >= 0; i = state->prices.at[i].next) {
        most++;
        if (list_price_counts(&state->prices.at[i], place) && currency == 0) currency = state->prices.at[i].currency;   /* of the one told last */
    }
    LearnNotice *notice = many_in(arena, LearnNotice, most);
    int notices = 0;
    for (int32_t i = first; i >= 0; i = state->prices.at[i].next) {
        const PriceInfo *price = &state->prices.at[i];
        if (!list_price_counts(price, place) || price->currency != currency) continue;
        notice[notices++] = (LearnNotice){ .kind = LEARN_PRICE, .told = price->told_day, .from = price->from_day, .to = INT32_MAX, .amount = micro_to_double(price->price) };
    }
    for (int i = 0; i < signals; i++) {
        const SignalInfo *s = &state->signals.at[signal[i]];
        notice[notices++] = (LearnNotice){ .kind = LEARN_EVENT, .told = s->told_day, .from = s->from_day, .to = s->to_day + 1, .amount = micro_to_double(s->factor) };
    }
    out->notice = notice;
    out->notices = notices;
}

void told_gather(const State *state, const Picture *picture, Arena *arena, LearnSeries *out) {
    lines_gather(state, picture, arena, out);
    announced_gather(state, picture, arena, out);
}

/* ---- on the grid ---- */

static int32_t bucket_of(const LearnGrid *grid, int32_t day) {
    int64_t from = day - grid->first_day, days = grid->bucket_days;
    return day == INT32_MAX ? day : (int32_t)(from >= 0 ? from / days : -((days - 1 - from) / days));
}

void told_on_grid(const LearnGrid *grid, Arena *arena, LearnSeries *series) {
    LearnLine *line = many_in(arena, LearnLine, series->lines + 1);
    LearnNotice *notice = many_in(arena, LearnNotice, series->notices + 1);
    for (int i = 0; i < series->lines; i++) {
        line[i] = series->line[i];
        line[i].bucket = bucket_of(grid, line[i].bucket);
    }
    for (int i = 0; i < series->notices; i++) {
        const LearnNotice *day = &series->notice[i];
        notice[i] = *day;
        notice[i].told = bucket_of(grid, day->told) + 1;     /* what is told in a bucket is known when the next begins */
        notice[i].from = bucket_of(grid, day->from);
        notice[i].to = day->to == INT32_MAX ? INT32_MAX : bucket_of(grid, day->to - 1) + 1;
    }
    series->line = line;
    series->notice = notice;
}
