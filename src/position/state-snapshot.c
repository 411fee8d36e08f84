#include "position/state-snapshot.h"

#include <string.h>

#include "base/hash.h"

static const Table tables[] = {
    TABLE(State, spots, Spot, 1, TEXT_AT(Spot, lifecycle)),
    PLAIN_TABLE(State, records, Record),
    PLAIN_TABLE(State, extras, Record),
    TABLE(State, details, Detail, 3, PAIR_AT(Detail, doc), TEXT_AT(Detail, uom), TEXT_AT(Detail, reference_text)),
    TABLE(State, runs, RunData, 2, NUMBERS_AT(RunData, value, count), NUMBERS_AT(RunData, state, count)),
    TABLE(State, items, ItemInfo, 8, DROPPED_AT(ItemInfo, code), TEXT_AT(ItemInfo, description), TEXT_AT(ItemInfo, group), TEXT_AT(ItemInfo, uom),
          TEXT_AT(ItemInfo, currency), TEXT_AT(ItemInfo, lifecycle), TEXT_AT(ItemInfo, tier), TEXT_AT(ItemInfo, successor_code)),
    TABLE(State, places, PlaceInfo, 3, DROPPED_AT(PlaceInfo, code), TEXT_AT(PlaceInfo, description), TEXT_AT(PlaceInfo, group)),
    TABLE(State, suppliers, SupplierInfo, 4, DROPPED_AT(SupplierInfo, code), TEXT_AT(SupplierInfo, description), TEXT_AT(SupplierInfo, currency),
          TEXT_AT(SupplierInfo, weekdays)),
    TABLE(State, customers, CustomerInfo, 1, TEXT_AT(CustomerInfo, tier)),
    TABLE(State, terms, TermsInfo, 2, TEXT_AT(TermsInfo, currency), TEXT_AT(TermsInfo, uom)),
    TABLE(State, modes, ModeInfo, 1, TEXT_AT(ModeInfo, code)),
    TABLE(State, units, UnitInfo, 1, TEXT_AT(UnitInfo, uom)),
    PLAIN_TABLE(State, prices, PriceInfo),
    PLAIN_TABLE(State, breaks, BreakInfo),
    TABLE(State, calendars, CalendarInfo, 1, TEXT_AT(CalendarInfo, weekdays)),
    PLAIN_TABLE(State, lanes, LaneInfo),
    TABLE(State, signals, SignalInfo, 2, TEXT_AT(SignalInfo, group), TEXT_AT(SignalInfo, description)),
    PLAIN_TABLE(State, marks, MarkInfo),
    TABLE(State, overrides, OverrideInfo, 3, TEXT_AT(OverrideInfo, doc), TEXT_AT(OverrideInfo, group), TEXT_AT(OverrideInfo, reason)),
    PLAIN_TABLE(State, acks, AckInfo),
    TABLE(State, notices, NoticeInfo, 1, TEXT_AT(NoticeInfo, doc)),
    PLAIN_TABLE(State, carriers, CarrierInfo),
};
enum { TABLES = sizeof tables / sizeof tables[0] };

static const struct { const char *name; size_t at; } maps[] = {
    { "ack_of", offsetof(State, ack_of) },
    { "notice_of", offsetof(State, notice_of) },
    { "shipment_of", offsetof(State, shipment_of) },
    { "carrier_of", offsetof(State, carrier_of) },
    { "order_spot", offsetof(State, order_spot) },
    { "spot_of", offsetof(State, spot_of) },
    { "first_promise", offsetof(State, first_promise) },
    { "first_promise_known", offsetof(State, first_promise_known) },
};
enum { MAPS = sizeof maps / sizeof maps[0] };

static IntMap *map_of(const State *state, int index) {
    IntMap *map;
    memcpy(&map, (const char *)state + maps[index].at, sizeof map);
    return map;
}

uint64_t state_layout(void) {
    uint64_t layout = hash64_int(sizeof(State));
    for (int t = 0; t < TABLES; t++)
        for (int p = -1; p < tables[t].pieces_count; p++) layout = hash64_int(layout ^ (p < 0 ? tables[t].row_bytes : tables[t].pieces[p].at));
    return layout;
}

void state_pack(Pack *pack, const State *state) {
    for (int t = 0; t < TABLES; t++) pack_table(pack, &tables[t], state);
    for (int m = 0; m < MAPS; m++) pack_map(pack, maps[m].name, map_of(state, m));
    pack_bytes(pack, "upto", &state->upto, sizeof state->upto);
    pack_bytes(pack, "last_day", state->last_day, sizeof state->last_day);
    pack_bytes(pack, "by_kind", state->by_kind, sizeof state->by_kind);
}

/* What a spot carries of being looked at next stands in a list too. */
static void marks_list(State *state, int32_t s) {
    Spot *spot = &state->spots.at[s];
    if (spot->dirty) list_push(&state->dirty, s);
    if (spot->kin) list_push(&state->kin, s);
}

/* Numbers of records, spots and the like are used as they come: the column's hash vouches for them. */
Err state_unpack(State *state, const Snapshot *snapshot, Why *why) {
    for (int t = 0; t < TABLES; t++) TRY(unpack_table(snapshot, &tables[t], state, why));
    for (int m = 0; m < MAPS; m++) TRY(unpack_map(snapshot, maps[m].name, map_of(state, m), why));
    for (size_t s = 0; s < state->spots.count; s++) marks_list(state, (int32_t)s);
    TRY(unpack_bytes(snapshot, "last_day", state->last_day, sizeof state->last_day, why));
    TRY(unpack_bytes(snapshot, "by_kind", state->by_kind, sizeof state->by_kind, why));
    return unpack_bytes(snapshot, "upto", &state->upto, sizeof state->upto, why);
}
