/* Filling the present picture from the store: all of it by one pass over the facts that count, or what came since. */
#include <stdlib.h>
#include <string.h>

#include "base/hash.h"
#include "base/time.h"
#include "position/state-parts.h"

static int record_order(const void *left, const void *right) {
    const Record *a = left, *b = right;
    if (a->kind != b->kind) return a->kind < b->kind ? -1 : 1;
    if (a->day != b->day) return a->day < b->day ? -1 : 1;
    if (a->key != b->key) return a->key < b->key ? -1 : 1;
    return a->row < b->row ? -1 : a->row > b->row;
}

/* Groups the loaded records by spot (a counting sort on `next`) and orders each group. */
static void records_group(State *state) {
    size_t count = state->records.count, spots = state->spots.count;
    uint32_t *at = calloc(spots + 1, sizeof *at);
    Record *grouped = malloc(sizeof *grouped * (count ? count : 1));
    if (!at || !grouped) stop_for("no memory for %zu records", count);
    for (size_t i = 0; i < count; i++) at[state->records.at[i].next + 1]++;
    for (size_t s = 0; s < spots; s++) {
        at[s + 1] += at[s];
        state->spots.at[s].from = at[s];
        state->spots.at[s].count = at[s + 1] - at[s];
    }
    for (size_t i = 0; i < count; i++) {
        Record record = state->records.at[i];
        int32_t spot = record.next;
        record.next = -1;
        grouped[at[spot]++] = record;
    }
    for (size_t s = 0; s < spots; s++)
        qsort(grouped + state->spots.at[s].from, state->spots.at[s].count, sizeof *grouped, record_order);
    free(state->records.at);
    state->records.at = grouped;
    state->records.room = count ? count : 1;
    free(at);
}

static Err build_visit(void *self, const Row *row, const Fact *fact, Why *why) {
    (void)why;
    state_apply(self, row, fact, NULL, NULL);
    return OK;
}

/* Replaced versions of order lines do not count any more, but their promise was the first one. */
typedef struct PromiseScan { State *state; Arena *work; int64_t known_us; } PromiseScan;
static Err promise_visit(void *self, const Row *row, Why *why) {
    PromiseScan *scan = self;
    if (row->known_us > scan->known_us) return OK;
    Fact fact;
    arena_clear(scan->work);
    TRY(fact_read(scan->work, FACT_PO_LINE, row->payload, &fact, why));
    fact.known_us = row->known_us;
    promise_note(scan->state, &fact);
    return OK;
}

Err state_build(State *state, int64_t upto, int64_t known_us, Why *why) {
    state->loading = true;
    uint64_t sales = 1ull << FACT_SALES;
    FactFilter facts = { .upto = { upto }, .known_us = known_us, .kinds = ~sales & ((1ull << FACT_KIND_COUNT_) - 2) };
    TRY(facts_scan(state->store, &facts, build_visit, state, why));
    /* A run of periods becomes known period by period: it is read whole and cut. */
    FactFilter runs = { .upto = { upto }, .known_us = INT64_MAX, .kinds = sales };
    TRY(facts_scan(state->store, &runs, build_visit, state, why));
    own(arena_end) Arena *work = arena_begin(64 * MiB);
    PromiseScan scan = { .state = state, .work = work, .known_us = known_us };
    LogFilter lines = { .upto = { upto }, .kinds = 1ull << ROW_FACT, .subs = 1ull << FACT_PO_LINE };
    TRY(log_scan(state->store, &lines, promise_visit, &scan, why));
    state->loading = false;
    records_group(state);
    state->upto = upto;
    state->all_dirty = true;
    return OK;
}

static Err change_visit(void *self, const Row *row, const Fact *fact, const Row *old_row, const Fact *old_fact, Why *why) {
    (void)why;
    state_apply(self, row, fact, old_row, old_fact);
    return OK;
}

Err state_advance(State *state, int64_t upto, Why *why) {
    TRY(facts_changes(state->store, (RowId){ state->upto }, (RowId){ upto }, change_visit, state, why));
    state->upto = upto;
    return OK;
}

/* ---- who told the day's stock ---- */

static void stock_look(State *state, int32_t s) {
    Spot *spot = &state->spots.at[s];
    bool any = false, now = false;
    for (uint32_t i = 0; i < spot->count; i++) {
        const Record *r = &state->records.at[spot->from + i];
        any |= r->kind == REC_STOCK;
        now |= r->kind == REC_STOCK && r->day == state->told_day;
    }
    for (int32_t i = spot->extra; i >= 0; i = state->extras.at[i].next) {
        any |= state->extras.at[i].kind == REC_STOCK;
        now |= state->extras.at[i].kind == REC_STOCK && state->extras.at[i].day == state->told_day;
    }
    state->stocked += any - spot->stocked;
    state->told += now - spot->told;
    spot->stocked = any;
    spot->told = now;
}

int32_t state_last_demand_day(const State *state) {
    int32_t sales = state->last_day[FACT_SALES], orders = state->last_day[FACT_ORDER_LINE], last = sales > orders ? sales : orders;
    return last == NO_DAY ? state->last_day[FACT_SHIPMENT_LINE] : last;
}

bool state_told_stock(State *state, int32_t day) {
    bool may_be = state->last_day[FACT_STOCK] >= day, counted = state->told_day == day;
    state->told_day = may_be ? day : NO_DAY;
    if (may_be && counted) {
        for (size_t i = 0; i < state->stock_moved.count; i++) stock_look(state, state->stock_moved.at[i]);
    } else if (may_be) {
        state->stocked = state->told = 0;
        for (size_t s = 0; s < state->spots.count; s++) {
            state->spots.at[s].stocked = state->spots.at[s].told = false;
            stock_look(state, (int32_t)s);
        }
    }
    list_clear(&state->stock_moved);
    return may_be && state->told * 2 > state->stocked;
}

void state_link(State *state) {
    Store *store = state->store;
    for (size_t i = 0; i < state->places.count; i++) state->places.at[i].code = ident_code(store, ID_PLACE, (int32_t)i);
    for (size_t i = 0; i < state->suppliers.count; i++) state->suppliers.at[i].code = ident_code(store, ID_SUPPLIER, (int32_t)i);
    if (!state->links_stale) return;
    state->links_stale = false;
    for (size_t i = 0; i < state->items.count; i++) {
        ItemInfo *item = &state->items.at[i];
        item->code = ident_code(store, ID_ITEM, (int32_t)i);
        item->predecessor = item->next_predecessor = 0;
        if (item->successor_code[0] && item->successor == 0) item->successor = ident_find(store, ID_ITEM, text_of(item->successor_code));
    }
    for (size_t i = 0; i < state->items.count; i++) {
        int32_t next = state->items.at[i].successor;
        if (next <= 0 || (size_t)next >= state->items.count || next == (int32_t)i) continue;
        state->items.at[i].next_predecessor = state->items.at[next].predecessor;
        state->items.at[next].predecessor = (int32_t)i;
    }
}

bool spot_sampled(const State *state, int32_t spot, size_t most) {
    const Spot *s = &state->spots.at[spot];
    return hash64_int((uint64_t)(uint32_t)s->item.v << 32 | (uint32_t)s->place.v) % (state->spots.count / most + 1) == 0;
}

typedef struct Placed { int64_t at; int32_t spot; } Placed;

static int by_item_place(const void *left, const void *right) {
    const Placed *a = left, *b = right;
    return (a->at > b->at) - (a->at < b->at);
}

SpotSample state_sample(const State *state, size_t most, Arena *arena) {
    SpotSample sample = { 0 };
    for (size_t s = 0; s < state->spots.count; s++) sample.count += spot_sampled(state, (int32_t)s, most);
    sample.spot = many_in(arena, int32_t, sample.count + 1);
    Placed *placed = malloc(sizeof *placed * (sample.count + 1));
    if (!placed) stop_for("no memory for a sample of %zu item-places", sample.count);
    size_t n = 0;
    for (size_t s = 0; s < state->spots.count; s++)
        if (spot_sampled(state, (int32_t)s, most)) placed[n++] = (Placed){ (int64_t)state->spots.at[s].item.v << 32 | (uint32_t)state->spots.at[s].place.v, (int32_t)s };
    qsort(placed, n, sizeof *placed, by_item_place);
    for (size_t i = 0; i < n; i++) sample.spot[i] = placed[i].spot;
    free(placed);
    return sample;
}

int state_records(const State *state, int32_t spot, Arena *arena, Record **out_records) {
    const Spot *s = &state->spots.at[spot];
    int most = (int)s->count;
    for (int32_t i = s->extra; i >= 0; i = state->extras.at[i].next) most++;
    Record *records = many_in(arena, Record, most ? most : 1);
    int count = 0;
    for (uint32_t i = 0; i < s->count; i++)
        if (state->records.at[s->from + i].kind != REC_NONE) records[count++] = state->records.at[s->from + i];
    int sorted = count;
    for (int32_t i = s->extra; i >= 0; i = state->extras.at[i].next)
        if (state->extras.at[i].kind != REC_NONE) records[count++] = state->extras.at[i];
    if (count > sorted) qsort(records, (size_t)count, sizeof *records, record_order);
    *out_records = records;
    return count;
}

RecordWalk record_walk(const State *state, int32_t spot) {
    const Spot *s = &state->spots.at[spot];
    const Record *from = state->records.at + s->from;
    return (RecordWalk){ .state = state, .at = from, .end = from + s->count, .extra = s->extra };
}

const Record *record_next(RecordWalk *walk) {
    for (;;) {
        const Record *r;
        if (walk->at < walk->end) r = walk->at++;
        else if (walk->extra >= 0) r = &walk->state->extras.at[walk->extra], walk->extra = r->next;
        else return NULL;
        if (r->kind != REC_NONE) return r;
    }
}

const Record *record_next_line(RecordWalk *walk) {
    const Record *r;
    while ((r = record_next(walk)) && (r->kind != REC_DEMAND || r->status == STATUS_CANCELLED || r->qty <= 0 || r->day == NO_DAY)) continue;
    return r;
}
