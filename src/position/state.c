/* The records of the present picture: how a fact becomes one and how it is taken back. Master data is in state-master.c,
 * reading the store in state-load.c. */
#include "position/state.h"

#include <stdlib.h>
#include <string.h>

#include "base/decimal.h"
#include "base/hash.h"
#include "base/time.h"
#include "position/state-parts.h"

enum { SPOTS_MOST = 1 << 24, PROMISES_MOST = 1 << 26 };

State *state_begin(Store *store) {
    State *state = calloc(1, sizeof *state);
    if (!state) stop_for("no memory for the planning state");
    state->store = store;
    state->texts = arena_begin((size_t)4096 * MiB);
    state->spot_of = int_map_begin(SPOTS_MOST);
    state->first_promise = int_map_begin(PROMISES_MOST);
    state->first_promise_known = int_map_begin(PROMISES_MOST);
    state->ack_of = int_map_begin(PROMISES_MOST);
    state->notice_of = int_map_begin(PROMISES_MOST);
    state->shipment_of = int_map_begin(PROMISES_MOST);
    state->carrier_of = int_map_begin(PROMISES_MOST);
    state->order_spot = int_map_begin(PROMISES_MOST);
    state->cut_day = INT32_MAX;
    state->told_day = NO_DAY;
    state->links_stale = true;
    for (int k = 0; k < FACT_KIND_COUNT_; k++) state->last_day[k] = NO_DAY;
    return state;
}

void state_end(State **state) {
    if (!*state) return;
    State *s = *state;
    arena_end(&s->texts);
    int_map_end(&s->spot_of);
    int_map_end(&s->first_promise);
    int_map_end(&s->first_promise_known);
    int_map_end(&s->ack_of);
    int_map_end(&s->notice_of);
    int_map_end(&s->shipment_of);
    int_map_end(&s->carrier_of);
    int_map_end(&s->order_spot);
    list_end(&s->spots); list_end(&s->records); list_end(&s->extras); list_end(&s->details); list_end(&s->runs);
    list_end(&s->items); list_end(&s->places); list_end(&s->suppliers); list_end(&s->customers); list_end(&s->terms); list_end(&s->modes);
    list_end(&s->units); list_end(&s->prices); list_end(&s->breaks); list_end(&s->calendars); list_end(&s->lanes); list_end(&s->signals);
    list_end(&s->marks); list_end(&s->overrides); list_end(&s->acks); list_end(&s->notices); list_end(&s->carriers); list_end(&s->dirty); list_end(&s->kin); list_end(&s->stock_moved);
    free(s);
    *state = NULL;
}

uint64_t state_key(Text doc, Text line) {
    uint64_t key = hash64(line.at, line.length, hash64(doc.at, doc.length, 0x5157));
    return key ? key : 1;
}

const char *detail_line(const Detail *detail) { return detail->doc + strlen(detail->doc) + 1; }

int32_t state_spot(const State *state, ItemId item, PlaceId place) {
    return (int32_t)int_map_or(state->spot_of, (int64_t)item.v << 32 | (uint32_t)place.v, -1);
}

int32_t spot_place(State *state, ItemId item, PlaceId place) {
    bool is_new = false;
    int64_t *slot = int_map_place(state->spot_of, (int64_t)item.v << 32 | (uint32_t)place.v, (int64_t)state->spots.count, &is_new);
    int32_t index = (int32_t)*slot;
    if (is_new) {
        ItemInfo *info = item_info(state, item);
        list_push(&state->spots, (Spot){ .item = item, .place = place, .extra = -1, .next = info->spots, .min_qty = NO_QTY,
                                         .max_qty = NO_QTY, .service_target = NO_QTY, .stock_most = NO_QTY, .floor = NO_QTY, .replenish = -1, .lead_days = -1, .lifecycle = "" });
        spot_dirty(state, index);
        for (int32_t s = info->spots; s >= 0; s = state->spots.at[s].next) spot_dirty(state, s);      /* a case names other places of its item */
        item_info(state, item)->spots = index;
        place_info(state, place);
    }
    return index;
}

void spot_dirty(State *state, int32_t spot) {
    if (state->spots.at[spot].dirty) return;
    state->spots.at[spot].dirty = true;
    list_push(&state->dirty, spot);
}

/* Its kin (its item elsewhere) may share with it; what replaces its item starts from what it sold. */
void spot_touch(State *state, int32_t spot) {
    const ItemInfo *info = item_info(state, state->spots.at[spot].item);
    spot_dirty(state, spot);
    for (int32_t s = info->spots; s >= 0; s = state->spots.at[s].next) {
        if (s == spot || state->spots.at[s].kin) continue;
        state->spots.at[s].kin = true;
        list_push(&state->kin, s);
    }
    int32_t successor = info->successor;
    predecessors_touch(state, state->spots.at[spot].item);
    if (successor) item_touch(state, (ItemId){ successor });
}

static void stock_moved(State *state, int32_t spot, uint8_t kind) {
    if (kind == REC_STOCK && state->told_day != NO_DAY) list_push(&state->stock_moved, spot);
}

static void extra_add(State *state, int32_t spot, Record record) {
    record.next = state->spots.at[spot].extra;
    state->spots.at[spot].extra = (int32_t)state->extras.count;
    list_push(&state->extras, record);
    stock_moved(state, spot, record.kind);
    spot_touch(state, spot);
}

/* While loading, `next` says whose record it is; afterwards new ones hang from their spot. */
static void record_add(State *state, ItemId item, PlaceId place, Record record) {
    if (item.v == 0 || place.v == 0) return;
    int32_t spot = spot_place(state, item, place);
    if (state->loading) {
        record.next = spot;
        list_push(&state->records, record);
    } else {
        extra_add(state, spot, record);
    }
}

static void record_clear(State *state, int32_t spot, Record *record, int64_t row) {
    if (record->row != row) return;
    stock_moved(state, spot, record->kind);
    record->kind = REC_NONE;
}

static void record_drop(State *state, ItemId item, PlaceId place, int64_t row) {
    int32_t index = state_spot(state, item, place);
    if (index < 0) return;
    Spot *spot = &state->spots.at[index];
    for (uint32_t i = 0; i < spot->count; i++) record_clear(state, index, &state->records.at[spot->from + i], row);
    for (int32_t i = spot->extra; i >= 0; i = state->extras.at[i].next) record_clear(state, index, &state->extras.at[i], row);
    spot_touch(state, index);
}

static int32_t detail_add(State *state, Detail detail) {
    list_push(&state->details, detail);
    return (int32_t)state->details.count - 1;
}

int32_t fact_day(const Fact *fact, Field field) { return fact_has(fact, field) ? (int32_t)fact->number[field] : NO_DAY; }
static int32_t day_or(int32_t day, int32_t otherwise) { return day == NO_DAY ? otherwise : day; }
int64_t qty_or_none(const Fact *fact, Field field) { return fact_number(fact, field, NO_QTY); }
uint64_t own_key(const Fact *fact) { return state_key(fact_text(fact, F_doc), fact_text(fact, F_line)); }
uint64_t ref_key(const Fact *fact) { return state_key(fact_text(fact, F_ref_doc), fact_text(fact, F_ref_line)); }

static const char *doc_text(State *state, const Fact *fact) {
    Text doc = fact_text(fact, F_doc), line = fact_text(fact, F_line);
    char *copy = many_in(state->texts, char, doc.length + line.length + 2);
    if (doc.length) memcpy(copy, doc.at, doc.length);
    if (line.length) memcpy(copy + doc.length + 1, line.at, line.length);
    return copy;
}

RecordStatus status_of(const Fact *fact) {
    static const struct { const char *name; RecordStatus status; } names[] = {
        { "open", STATUS_OPEN }, { "shipped", STATUS_SHIPPED }, { "closed", STATUS_DONE }, { "received", STATUS_DONE },
        { "cancelled", STATUS_CANCELLED }, { "accepted", STATUS_ACCEPTED }, { "changed", STATUS_CHANGED },
        { "backordered", STATUS_BACKORDERED }, { "rejected", STATUS_REJECTED }, { "return", STATUS_CANCELLED },
        { "picked-up", STATUS_SHIPPED }, { "in-transit", STATUS_SHIPPED }, { "delayed", STATUS_DELAYED }, { "exception", STATUS_DELAYED }, { "delivered", STATUS_DONE },
    };
    Text text = fact_text(fact, F_status);
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++)
        if (text_is(text, names[i].name)) return names[i].status;
    return STATUS_OPEN;
}

static int32_t code_of(State *state, IdKind kind, const Fact *fact, Field field) {
    return fact_has(fact, field) ? ident_find(state->store, kind, fact_text(fact, field)) : 0;
}

/* ---- one function per kind ---- */

/* A line cancelled because there was nothing to send was wanted all the same: it is demand, and nothing of it is still open. */
static RecordStatus order_status(const Fact *f) {
    RecordStatus status = status_of(f);
    Text reason = fact_text(f, F_reason);
    bool lost = status == STATUS_CANCELLED && (text_find(reason, "stock") >= 0 || text_find(reason, "short") >= 0);
    return lost ? STATUS_DONE : status;
}

static void order_line_add(State *state, const Row *row, const Fact *f) {
    int32_t ordered = fact_day(f, F_order_day);
    record_add(state, row->item, row->place, (Record){ .row = row->id.v, .qty = fact_number(f, F_qty, 0), .key = own_key(f),
        .day = day_or(fact_day(f, F_requested_day), ordered), .day2 = ordered, .who = code_of(state, ID_CUSTOMER, f, F_customer),
        .more = currency_pack(fact_text(f, F_currency)), .price = (float)micro_to_double(fact_number(f, F_price, 0)), .kind = REC_DEMAND, .status = (uint8_t)order_status(f) });
}

static void shipment_add(State *state, const Row *row, const Fact *f) {
    record_add(state, row->item, row->place, (Record){ .row = row->id.v, .qty = fact_number(f, F_qty, 0), .key = ref_key(f),
        .day = fact_day(f, F_shipped_day), .day2 = NO_DAY, .who = code_of(state, ID_CUSTOMER, f, F_customer), .more = -1,
        .kind = REC_SHIPMENT });
}

static void receipt_add(State *state, const Row *row, const Fact *f) {
    int32_t more = detail_add(state, (Detail){ .a = fact_number(f, F_unusable, 0), .b = NO_QTY, .day_c = NO_DAY,
        .doc = doc_text(state, f), .uom = text_keep(state->texts, fact_text(f, F_uom)), .reference_text = "" });
    record_add(state, row->item, row->place, (Record){ .row = row->id.v, .qty = fact_number(f, F_qty, 0), .key = ref_key(f),
        .day = fact_day(f, F_received_day), .day2 = NO_DAY, .who = code_of(state, ID_SUPPLIER, f, F_supplier), .more = more,
        .kind = REC_RECEIPT });
}

/* The first promise is that of the version known first, whatever the order in which versions arrive. */
void promise_note(State *state, const Fact *f) {
    int32_t promised = fact_day(f, F_promised_day);
    if (promised == NO_DAY) return;
    int64_t key = (int64_t)own_key(f), known = f->known_us;
    bool is_new = false;
    int64_t *first_known = int_map_place(state->first_promise_known, key, known, &is_new);
    bool earlier = is_new || known < *first_known || (known == *first_known && promised < int_map_or(state->first_promise, key, promised));
    if (!earlier) return;
    *first_known = known;
    int_map_set(state->first_promise, key, promised);
}

static void po_line_add(State *state, const Row *row, const Fact *f) {
    int32_t promised = fact_day(f, F_promised_day);
    promise_note(state, f);
    Text reference = fact_text(f, F_reference);
    int32_t more = detail_add(state, (Detail){ .a = qty_or_none(f, F_price), .b = NO_QTY,
        .reference = reference.length ? hash64(reference.at, reference.length, 0) : 0, .day_c = promised, .currency = currency_pack(fact_text(f, F_currency)),
        .mode = mode_of(state, f), .doc = doc_text(state, f), .uom = text_keep(state->texts, fact_text(f, F_uom)), .reference_text = text_keep(state->texts, reference) });
    record_add(state, row->item, row->place, (Record){ .row = row->id.v, .qty = fact_number(f, F_qty, 0), .key = own_key(f),
        .day = fact_day(f, F_order_day), .day2 = fact_day(f, F_requested_day), .who = code_of(state, ID_SUPPLIER, f, F_supplier),
        .more = more, .kind = REC_PO, .status = (uint8_t)status_of(f) });
    if (row->item.v && row->place.v) int_map_set(state->order_spot, (int64_t)own_key(f), state_spot(state, row->item, row->place));
}

static void transfer_add(State *state, const Row *row, const Fact *f) {
    int32_t sender = code_of(state, ID_PLACE, f, F_from_place);
    Text reference = fact_text(f, F_reference);
    int32_t more = detail_add(state, (Detail){ .a = NO_QTY, .b = NO_QTY, .reference = reference.length ? hash64(reference.at, reference.length, 0) : 0,
        .day_c = fact_day(f, F_received_day), .doc = doc_text(state, f), .uom = "", .reference_text = text_keep(state->texts, reference) });
    Record record = { .row = row->id.v, .qty = fact_number(f, F_qty, 0), .key = own_key(f), .day = fact_day(f, F_shipped_day),
        .day2 = fact_day(f, F_promised_day), .who = sender, .more = more, .kind = REC_TRANSFER_IN, .status = (uint8_t)status_of(f) };
    record_add(state, row->item, row->place, record);
    record.kind = REC_TRANSFER_OUT;
    record.who = row->place.v;
    record_add(state, row->item, (PlaceId){ sender }, record);
}

static void stock_add(State *state, const Row *row, const Fact *f) {
    bool has_more = fact_has(f, F_allocated) || fact_has(f, F_in_transit);
    int32_t more = has_more ? detail_add(state, (Detail){ .a = qty_or_none(f, F_allocated), .b = qty_or_none(f, F_in_transit),
        .day_c = NO_DAY, .doc = "\0", .uom = "", .reference_text = "" }) : -1;
    if (!fact_has(f, F_on_hand)) return;
    record_add(state, row->item, row->place, (Record){ .row = row->id.v, .qty = f->number[F_on_hand], .day = fact_day(f, F_as_of_day),
        .day2 = NO_DAY, .more = more, .kind = f->kind == FACT_STOCK ? REC_STOCK : REC_COUNT });
}

static void run_add(State *state, const Row *row, const Fact *f) {
    int32_t days = (int32_t)fact_number(f, F_bucket_days, 7);
    int32_t count = f->run.count, from = fact_day(f, F_from_day);
    if (state->cut_day != INT32_MAX && from + (int64_t)count * days > state->cut_day)
        count = state->cut_day <= from ? 0 : (state->cut_day - from) / days;
    float *value = many_in(state->texts, float, count ? count : 1);
    uint8_t *states = many_in(state->texts, uint8_t, count ? count : 1);
    for (int32_t i = 0; i < count; i++) {
        value[i] = (float)micro_to_double(f->run.qty[i]);
        states[i] = f->run.state ? f->run.state[i] : PERIOD_IN_STOCK;
    }
    list_push(&state->runs, (RunData){ .bucket_days = days, .count = count, .value = value, .state = states });
    record_add(state, row->item, row->place, (Record){ .row = row->id.v, .day = from, .day2 = days,
        .more = (int32_t)state->runs.count - 1, .kind = REC_RUN });
}

static void sales_add(State *state, const Row *row, const Fact *f) {
    if (fact_has(f, F_run)) {
        run_add(state, row, f);
        return;
    }
    static const char *const names[] = { "in-stock", "ran-out", "out", "unknown" };
    uint8_t period = PERIOD_IN_STOCK;
    for (uint8_t i = 0; i < 4; i++)
        if (text_is(fact_text(f, F_status), names[i])) period = i;
    int32_t from = fact_day(f, F_from_day), days = (int32_t)fact_number(f, F_bucket_days, 7);
    if (from + (int64_t)days > state->cut_day) return;
    record_add(state, row->item, row->place, (Record){ .row = row->id.v, .qty = fact_number(f, F_qty, 0), .day = from, .day2 = days,
        .more = -1, .kind = REC_SALE, .status = period });
}

typedef void AddFact(State *state, const Row *row, const Fact *fact);
static AddFact *const adders[FACT_KIND_COUNT_] = {
    [FACT_ORDER_LINE] = order_line_add, [FACT_SHIPMENT_LINE] = shipment_add, [FACT_RECEIPT_LINE] = receipt_add,
    [FACT_PO_LINE] = po_line_add, [FACT_PO_ACK] = answer_add, [FACT_SHIP_NOTICE] = answer_add, [FACT_CARRIER_STATUS] = answer_add, [FACT_TRANSFER_LINE] = transfer_add, [FACT_COUNT] = stock_add,
    [FACT_STOCK] = stock_add, [FACT_SALES] = sales_add,
};

/* The newest day of a feed: what it told about, not when it was sent. Orders by the day they were placed, since they may be for far ahead. */
static int32_t feed_day(const Fact *f) {
    switch (f->kind) {
    case FACT_ORDER_LINE: case FACT_PO_LINE: return fact_day(f, F_order_day);
    case FACT_SHIPMENT_LINE: case FACT_SHIP_NOTICE: return fact_day(f, F_shipped_day);
    case FACT_RECEIPT_LINE: return fact_day(f, F_received_day);
    case FACT_STOCK: case FACT_COUNT: case FACT_CARRIER_STATUS: return fact_day(f, F_as_of_day);
    case FACT_SALES: {
        int32_t periods = fact_has(f, F_run) ? f->run.count : 1;
        return fact_day(f, F_from_day) + periods * (int32_t)fact_number(f, F_bucket_days, 7) - 1;
    }
    default: return NO_DAY;
    }
}

static void feed_note(State *state, const Row *row, const Fact *f) {
    int32_t day = feed_day(f);
    if (day == NO_DAY) return;
    if (day > state->cut_day - 1) day = state->cut_day - 1;
    if (day > state->last_day[f->kind]) state->last_day[f->kind] = day;
    if (row->place.v == 0) return;
    PlaceInfo *place = place_info(state, row->place);
    if (day > place->last_day[f->kind]) place->last_day[f->kind] = day;
}

void state_apply(State *state, const Row *row, const Fact *fact, const Row *old_row, const Fact *old_fact) {
    if (old_fact) {
        state->by_kind[old_fact->kind]--;
        if (is_answer(old_fact->kind)) {
            answer_drop(state, old_row, old_fact);
        } else if (adders[old_fact->kind]) {
            record_drop(state, old_row->item, old_row->place, old_row->id.v);
            if (old_fact->kind == FACT_TRANSFER_LINE)
                record_drop(state, old_row->item, (PlaceId){ code_of(state, ID_PLACE, old_fact, F_from_place) }, old_row->id.v);
        } else {
            master_drop(state, old_row, old_fact);
        }
    }
    if (!fact) return;
    state->by_kind[fact->kind]++;
    if (adders[fact->kind]) {
        adders[fact->kind](state, row, fact);
        feed_note(state, row, fact);
    } else {
        master_add(state, row, fact);
    }
}
