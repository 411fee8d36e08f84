/* What others say of our orders: suppliers' acknowledgements and ship notices, and what carriers tell of the shipments. They name an order line or a
 * shipment; which item-place that concerns is known once the order line is there, whatever came first. */
#include "base/hash.h"
#include "base/time.h"
#include "position/state-parts.h"

static void order_touch(State *state, uint64_t key) {
    int32_t spot = (int32_t)int_map_or(state->order_spot, (int64_t)key, -1);
    if (spot >= 0) spot_touch(state, spot);
}

static uint64_t shipment_key(const Fact *f) { return state_key(fact_text(f, F_doc), text_of("")); }

/* ---- acknowledgements ---- */

static void ack_add(State *state, const Row *row, const Fact *f) {
    uint64_t key = ref_key(f);
    int64_t *head = int_map_place(state->ack_of, (int64_t)key, -1, NULL);
    int32_t told = fact_day(f, F_order_day);
    list_push(&state->acks, (AckInfo){ .row = row->id.v, .qty = qty_or_none(f, F_qty), .key = key, .promised = fact_day(f, F_promised_day),
        .told = told != NO_DAY ? told : day_of_us(row->occurred_us), .next = (int32_t)*head, .status = (uint8_t)status_of(f) });
    *head = (int64_t)state->acks.count - 1;
    order_touch(state, key);
}

static void ack_drop(State *state, const Row *row, const Fact *f) {
    uint64_t key = ref_key(f);
    FORGET_OF(&state->acks, (int32_t)int_map_or(state->ack_of, (int64_t)key, -1), row->id.v);
    order_touch(state, key);
}

/* ---- ship notices ---- */

static void notice_add(State *state, const Row *row, const Fact *f) {
    uint64_t key = ref_key(f), shipment = shipment_key(f);
    int64_t *of_line = int_map_place(state->notice_of, (int64_t)key, -1, NULL), *of_shipment = int_map_place(state->shipment_of, (int64_t)shipment, -1, NULL);
    list_push(&state->notices, (NoticeInfo){ .row = row->id.v, .qty = fact_number(f, F_qty, 0), .key = key, .shipment = shipment,
        .doc = text_keep(state->texts, fact_text(f, F_doc)), .shipped = fact_day(f, F_shipped_day), .expected = fact_day(f, F_promised_day),
        .next = (int32_t)*of_line, .next_of_shipment = (int32_t)*of_shipment });
    *of_line = *of_shipment = (int64_t)state->notices.count - 1;
    order_touch(state, key);
}

static void notice_drop(State *state, const Row *row, const Fact *f) {
    uint64_t key = ref_key(f);
    FORGET_OF(&state->notices, (int32_t)int_map_or(state->notice_of, (int64_t)key, -1), row->id.v);
    order_touch(state, key);
}

/* ---- carriers ---- */

static void shipment_touch(State *state, uint64_t shipment) {
    for (int32_t i = (int32_t)int_map_or(state->shipment_of, (int64_t)shipment, -1); i >= 0; i = state->notices.at[i].next_of_shipment)
        if (state->notices.at[i].row) order_touch(state, state->notices.at[i].key);
}

static void carrier_add(State *state, const Row *row, const Fact *f) {
    uint64_t shipment = shipment_key(f);
    int64_t *head = int_map_place(state->carrier_of, (int64_t)shipment, -1, NULL);
    list_push(&state->carriers, (CarrierInfo){ .row = row->id.v, .shipment = shipment, .told = fact_day(f, F_as_of_day), .expected = fact_day(f, F_promised_day),
        .next = (int32_t)*head, .status = (uint8_t)status_of(f) });
    *head = (int64_t)state->carriers.count - 1;
    shipment_touch(state, shipment);
}

static void carrier_drop(State *state, const Row *row, const Fact *f) {
    uint64_t shipment = shipment_key(f);
    FORGET_OF(&state->carriers, (int32_t)int_map_or(state->carrier_of, (int64_t)shipment, -1), row->id.v);
    shipment_touch(state, shipment);
}

/* ---- by kind ---- */

typedef void Answer(State *state, const Row *row, const Fact *fact);
static const struct { Answer *add, *drop; } answers[FACT_KIND_COUNT_] = {
    [FACT_PO_ACK] = { ack_add, ack_drop }, [FACT_SHIP_NOTICE] = { notice_add, notice_drop }, [FACT_CARRIER_STATUS] = { carrier_add, carrier_drop },
};

bool is_answer(FactKind kind) { return answers[kind].add != NULL; }
void answer_add(State *state, const Row *row, const Fact *fact) { answers[fact->kind].add(state, row, fact); }
void answer_drop(State *state, const Row *row, const Fact *fact) { answers[fact->kind].drop(state, row, fact); }
