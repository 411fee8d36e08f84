/* Master data of the present picture: one slot per item, place, supplier and item-place, small chained tables for terms, units
 * and prices, plain lists for what is few. A version that goes away empties its slot; its successor fills it again. */
#include <string.h>

#include "base/decimal.h"
#include "domain/policy.h"
#include "base/time.h"
#include "position/state-parts.h"

#define GROW(list, index, first)                                           \
    do {                                                                   \
        while ((list)->count <= (size_t)(index)) list_push((list), first); \
    } while (0)

static const ItemInfo no_item = { .code = "", .cost = NO_QTY, .factor = NO_QTY, .holding_rate = NO_QTY, .weight = NO_QTY, .volume = NO_QTY, .pallet_qty = NO_QTY, .description = "", .group = "", .uom = "",
    .currency = "", .lifecycle = "", .tier = "", .successor_code = "", .terms = -1, .units = -1, .prices = -1, .breaks = -1, .spots = -1, .told = { -1, -1 } };

ItemInfo *item_info(State *state, ItemId item) {
    if ((size_t)item.v >= state->items.count) state->links_stale = true;
    GROW(&state->items, item.v, no_item);
    return &state->items.at[item.v];
}

PlaceInfo *place_info(State *state, PlaceId place) {
    while (state->places.count <= (size_t)place.v) {
        PlaceInfo none = { .code = "", .description = "", .group = "", .told = { -1, -1 } };
        for (int k = 0; k < FACT_KIND_COUNT_; k++) none.last_day[k] = NO_DAY;
        list_push(&state->places, none);
    }
    return &state->places.at[place.v];
}

#define NO_LOADS { NO_QTY, NO_QTY, NO_QTY }
static const SupplierInfo no_supplier = { .code = "", .minimum_amount = NO_QTY, .order_cost = NO_QTY, .minimum = NO_LOADS, .truck = NO_LOADS, .description = "", .currency = "", .weekdays = "", .lead_days = -1 };
SupplierInfo *supplier_info(State *state, int32_t supplier) {
    GROW(&state->suppliers, supplier, no_supplier);
    return &state->suppliers.at[supplier];
}

int32_t mode_of(State *state, const Fact *f) {
    Text told = fact_text(f, F_mode);
    if (told.length == 0) return 0;
    GROW(&state->modes, 0, (ModeInfo){ "" });
    for (size_t m = 1; m < state->modes.count; m++)
        if (text_is(told, state->modes.at[m].code)) return (int32_t)m;
    list_push(&state->modes, (ModeInfo){ text_keep(state->texts, told) });
    return (int32_t)state->modes.count - 1;
}

int32_t state_mode(const State *state, ItemId item, int32_t supplier, PlaceId place) {
    if (state->modes.count == 0 || supplier <= 0) return 0;
    const TermsInfo *terms = state_terms(state, item, supplier, place);
    if (terms && terms->mode) return terms->mode;
    return (size_t)supplier < state->suppliers.count ? state->suppliers.at[supplier].mode : 0;
}

static const CustomerInfo no_customer = { .service_target = NO_QTY, .minimum_share = NO_QTY, .tier = "" };
CustomerInfo *customer_info(State *state, int32_t customer) {
    GROW(&state->customers, customer, no_customer);
    return &state->customers.at[customer];
}

void predecessors_touch(State *state, ItemId item) {
    for (int32_t old = item_info(state, item)->predecessor; old > 0; old = item_info(state, (ItemId){ old })->next_predecessor)
        for (int32_t s = item_info(state, (ItemId){ old })->spots; s >= 0; s = state->spots.at[s].next) spot_dirty(state, s);
}

void item_touch(State *state, ItemId item) {
    predecessors_touch(state, item);
    for (int hops = 0; item.v > 0 && hops < 4; hops++) {
        const ItemInfo *info = item_info(state, item);
        for (int32_t s = info->spots; s >= 0; s = state->spots.at[s].next) spot_dirty(state, s);
        item = (ItemId){ info->successor };
    }
}

static const char *text_field(State *state, const Fact *f, Field field) { return text_keep(state->texts, fact_text(f, field)); }
static int64_t number_or_none(const Fact *f, Field field) { return fact_number(f, field, NO_QTY); }
static int32_t code_field(State *state, IdKind kind, const Fact *f, Field field) {
    return fact_has(f, field) ? ident_find(state->store, kind, fact_text(f, field)) : 0;
}

static void item_add(State *state, const Row *row, const Fact *f) {
    ItemInfo *info = item_info(state, row->item);
    info->row = row->id.v;
    info->cost = number_or_none(f, F_price);
    info->factor = number_or_none(f, F_factor);
    info->holding_rate = number_or_none(f, F_holding_rate);
    info->weight = number_or_none(f, F_weight);
    info->volume = number_or_none(f, F_volume);
    info->pallet_qty = number_or_none(f, F_pallet_qty);
    info->shelf_days = (int32_t)fact_number(f, F_shelf_days, 0);
    info->description = text_field(state, f, F_description);
    info->group = text_field(state, f, F_group);
    info->uom = text_field(state, f, F_uom);
    info->currency = text_field(state, f, F_currency);
    info->lifecycle = text_field(state, f, F_lifecycle);
    info->tier = text_field(state, f, F_tier);
    info->successor_code = text_field(state, f, F_successor);
    info->successor = code_field(state, ID_ITEM, f, F_successor);
    state->links_stale = true;
    item_touch(state, row->item);
}

static void place_add(State *state, const Row *row, const Fact *f) {
    PlaceInfo *info = place_info(state, row->place);
    info->row = row->id.v;
    info->description = text_field(state, f, F_description);
    info->group = text_field(state, f, F_group);
    state->all_dirty = true;
}

static void supplier_add(State *state, const Row *row, const Fact *f) {
    SupplierInfo *info = supplier_info(state, code_field(state, ID_SUPPLIER, f, F_supplier));
    *info = (SupplierInfo){ .code = info->code, .row = row->id.v, .minimum_amount = number_or_none(f, F_minimum_amount), .order_cost = number_or_none(f, F_order_cost),
        .minimum = { number_or_none(f, F_minimum_weight), number_or_none(f, F_minimum_volume), number_or_none(f, F_minimum_pallets) },
        .truck = { number_or_none(f, F_weight), number_or_none(f, F_volume), number_or_none(f, F_pallets) },
        .description = text_field(state, f, F_description), .currency = text_field(state, f, F_currency),
        .weekdays = text_field(state, f, F_weekdays), .review_days = (int32_t)fact_number(f, F_review_days, 0), .lead_days = (int32_t)fact_number(f, F_lead_days, -1),
        .mode = mode_of(state, f) };
    state->all_dirty = true;
}

static void customer_add(State *state, const Row *row, const Fact *f) {
    *customer_info(state, code_field(state, ID_CUSTOMER, f, F_customer)) =
        (CustomerInfo){ .row = row->id.v, .service_target = number_or_none(f, F_service_target), .minimum_share = number_or_none(f, F_minimum_share), .tier = text_field(state, f, F_tier) };
}

static void item_place_add(State *state, const Row *row, const Fact *f) {
    int32_t index = spot_place(state, row->item, row->place);
    Spot *spot = &state->spots.at[index];
    spot->plan_row = row->id.v;
    spot->min_qty = number_or_none(f, F_min_qty);
    spot->max_qty = number_or_none(f, F_max_qty);
    spot->service_target = number_or_none(f, F_service_target);
    spot->supplier = code_field(state, ID_SUPPLIER, f, F_supplier);
    spot->from_place = code_field(state, ID_PLACE, f, F_from_place);
    spot->review_days = (int32_t)fact_number(f, F_review_days, 0);
    spot->lead_days = (int32_t)fact_number(f, F_lead_days, -1);
    spot->lifecycle = text_field(state, f, F_lifecycle);
    spot->stock_most = number_or_none(f, F_stock_most);
    spot->floor = number_or_none(f, F_floor_qty);
    spot->shelf_days = (int32_t)fact_number(f, F_shelf_days, 0);
    spot->replenish = fact_has(f, F_replenish) ? (int8_t)replenish_find(fact_text(f, F_replenish)) : -1;
    spot_touch(state, index);
}

static void terms_add(State *state, const Row *row, const Fact *f) {
    TermsInfo terms = { .row = row->id.v, .moq = number_or_none(f, F_moq), .multiple = number_or_none(f, F_multiple),
        .order_most = number_or_none(f, F_order_most), .price = number_or_none(f, F_price), .minimum_amount = number_or_none(f, F_minimum_amount),
        .currency = text_field(state, f, F_currency), .uom = text_field(state, f, F_uom), .uom_factor = number_or_none(f, F_factor),
        .supplier = code_field(state, ID_SUPPLIER, f, F_supplier), .place = row->place.v,
        .lead_days = (int32_t)fact_number(f, F_lead_days, -1), .next = item_info(state, row->item)->terms, .mode = mode_of(state, f) };
    list_push(&state->terms, terms);
    item_info(state, row->item)->terms = (int32_t)state->terms.count - 1;
    item_touch(state, row->item);
}

static void unit_add(State *state, const Row *row, const Fact *f) {
    UnitInfo unit = { .row = row->id.v, .factor = number_or_none(f, F_factor), .uom = text_field(state, f, F_uom), .next = item_info(state, row->item)->units };
    list_push(&state->units, unit);
    item_info(state, row->item)->units = (int32_t)state->units.count - 1;    /* item 0: units of every item */
    item_touch(state, row->item);
}

/* A price of next month is known when it is recorded, one of last year was known by its day. */
static int32_t told_day(const Row *row) { return day_of_us(row->known_us < row->recorded_us ? row->known_us : row->recorded_us); }

static void price_add(State *state, const Row *row, const Fact *f) {
    PriceInfo price = { .row = row->id.v, .price = number_or_none(f, F_price), .place = row->place.v, .currency = currency_pack(fact_text(f, F_currency)),
        .customer = code_field(state, ID_CUSTOMER, f, F_customer), .from_day = fact_day(f, F_from_day), .next = item_info(state, row->item)->prices,
        .told_day = told_day(row) };
    list_push(&state->prices, price);
    item_info(state, row->item)->prices = (int32_t)state->prices.count - 1;
    item_touch(state, row->item);
}

static void break_add(State *state, const Row *row, const Fact *f) {
    BreakInfo info = { .row = row->id.v, .qty = number_or_none(f, F_qty), .price = number_or_none(f, F_price), .supplier = code_field(state, ID_SUPPLIER, f, F_supplier),
        .place = row->place.v, .from_day = fact_day(f, F_from_day), .currency = currency_pack(fact_text(f, F_currency)), .next = item_info(state, row->item)->breaks };
    list_push(&state->breaks, info);
    item_info(state, row->item)->breaks = (int32_t)state->breaks.count - 1;
    item_touch(state, row->item);
}

static void calendar_add(State *state, const Row *row, const Fact *f) {
    list_push(&state->calendars, (CalendarInfo){ .row = row->id.v, .place = row->place.v, .supplier = code_field(state, ID_SUPPLIER, f, F_supplier),
        .from_day = fact_day(f, F_from_day), .to_day = fact_day(f, F_to_day), .weekdays = text_field(state, f, F_weekdays) });
    state->all_dirty = true;
}

static void lane_add(State *state, const Row *row, const Fact *f) {
    list_push(&state->lanes, (LaneInfo){ .row = row->id.v, .order_cost = number_or_none(f, F_order_cost), .place = row->place.v,
        .from_place = code_field(state, ID_PLACE, f, F_from_place), .lead_days = (int32_t)fact_number(f, F_lead_days, -1) });
    state->all_dirty = true;
}

static ToldOf *told_of(State *state, const Row *row) {
    return row->place.v && !row->item.v ? &place_info(state, row->place)->told : &item_info(state, row->item)->told;
}

static void signal_add(State *state, const Row *row, const Fact *f) {
    int32_t *head = &told_of(state, row)->signals, next = *head;
    *head = (int32_t)state->signals.count;
    list_push(&state->signals, (SignalInfo){ .row = row->id.v, .factor = fact_number(f, F_factor, 1000000), .group = text_field(state, f, F_group),
        .description = text_field(state, f, F_description), .item = row->item.v, .place = row->place.v, .from_day = fact_day(f, F_from_day), .to_day = fact_day(f, F_to_day),
        .told_day = told_day(row), .next = next });
    state->all_dirty = true;
}

static void mark_add(State *state, const Row *row, const Fact *f) {
    list_push(&state->marks, (MarkInfo){ .row = row->id.v, .item = row->item.v, .place = row->place.v, .supplier = code_field(state, ID_SUPPLIER, f, F_supplier),
        .key = fact_has(f, F_ref_doc) ? state_key(fact_text(f, F_ref_doc), fact_text(f, F_ref_line)) : 0,
        .from_day = fact_day(f, F_from_day), .to_day = fact_day(f, F_to_day), .cleared = text_is(fact_text(f, F_status), "cleared") });
    if (row->item.v) item_touch(state, row->item);
    else state->all_dirty = true;
}

/* One item-place is looked at again, or everything that it may speak of. */
static void override_touch(State *state, const Row *row, const Fact *f) {
    int32_t spot = fact_has(f, F_group) || !row->item.v || !row->place.v ? -1 : state_spot(state, row->item, row->place);
    if (spot >= 0) spot_touch(state, spot);
    else if (row->item.v && !fact_has(f, F_group)) item_touch(state, row->item);
    else state->all_dirty = true;
}

static void override_add(State *state, const Row *row, const Fact *f) {
    int32_t *head = &told_of(state, row)->overrides, next = *head;
    *head = (int32_t)state->overrides.count;
    list_push(&state->overrides, (OverrideInfo){ .row = row->id.v, .factor = number_or_none(f, F_factor), .qty = number_or_none(f, F_qty), .expected = number_or_none(f, F_expected),
        .doc = text_field(state, f, F_doc), .group = text_field(state, f, F_group), .reason = text_field(state, f, F_reason), .item = row->item.v, .place = row->place.v,
        .from_day = fact_day(f, F_from_day), .to_day = fact_day(f, F_to_day), .next = next, .cleared = text_is(fact_text(f, F_status), "cleared") });
    override_touch(state, row, f);
}

typedef void AddMaster(State *state, const Row *row, const Fact *fact);
static AddMaster *const adders[FACT_KIND_COUNT_] = {
    [FACT_ITEM] = item_add, [FACT_PLACE] = place_add, [FACT_SUPPLIER] = supplier_add, [FACT_CUSTOMER] = customer_add,
    [FACT_ITEM_PLACE] = item_place_add, [FACT_ITEM_SUPPLIER] = terms_add, [FACT_UOM] = unit_add, [FACT_CALENDAR] = calendar_add,
    [FACT_PRICE] = price_add, [FACT_LANE] = lane_add, [FACT_SIGNAL] = signal_add, [FACT_EXCEPTIONAL] = mark_add, [FACT_OVERRIDE] = override_add, [FACT_PRICE_BREAK] = break_add,
};
void master_add(State *state, const Row *row, const Fact *fact) {
    if (adders[fact->kind]) adders[fact->kind](state, row, fact);
}

/* ---- taking back ---- */

#define FORGET(list, row_id)                                     \
    for (size_t i_ = 0; i_ < (list)->count; i_++)                \
        if ((list)->at[i_].row == (row_id)) (list)->at[i_].row = 0

static void slot_clear(State *state, const Row *row, const Fact *f) {
    if (f->kind == FACT_ITEM && item_info(state, row->item)->row == row->id.v) {
        ItemInfo *info = item_info(state, row->item);
        ItemInfo none = no_item;
        none.terms = info->terms; none.units = info->units; none.prices = info->prices; none.breaks = info->breaks; none.spots = info->spots; none.told = info->told; none.code = info->code;
        *info = none;
        state->links_stale = true;
        item_touch(state, row->item);
    } else if (f->kind == FACT_PLACE && place_info(state, row->place)->row == row->id.v) {
        place_info(state, row->place)->row = 0;
    } else if (f->kind == FACT_SUPPLIER) {
        SupplierInfo *info = supplier_info(state, code_field(state, ID_SUPPLIER, f, F_supplier));
        if (info->row == row->id.v) *info = no_supplier;
        state->all_dirty = true;
    } else if (f->kind == FACT_CUSTOMER) {
        CustomerInfo *info = customer_info(state, code_field(state, ID_CUSTOMER, f, F_customer));
        if (info->row == row->id.v) *info = no_customer;
    } else if (f->kind == FACT_ITEM_PLACE) {
        int32_t index = spot_place(state, row->item, row->place);
        Spot *spot = &state->spots.at[index];
        if (spot->plan_row == row->id.v) {
            spot->plan_row = spot->supplier = spot->from_place = spot->review_days = 0;
            spot->lead_days = spot->replenish = -1;
            spot->shelf_days = 0;
            spot->lifecycle = "";
            spot->min_qty = spot->max_qty = spot->service_target = spot->stock_most = spot->floor = NO_QTY;
        }
        spot_touch(state, index);
    }
}

void master_drop(State *state, const Row *row, const Fact *f) {
    switch (f->kind) {
    case FACT_ITEM_SUPPLIER: FORGET_OF(&state->terms, item_info(state, row->item)->terms, row->id.v); item_touch(state, row->item); break;
    case FACT_UOM: FORGET_OF(&state->units, item_info(state, row->item)->units, row->id.v); item_touch(state, row->item); break;
    case FACT_PRICE: FORGET_OF(&state->prices, item_info(state, row->item)->prices, row->id.v); item_touch(state, row->item); break;
    case FACT_PRICE_BREAK: FORGET_OF(&state->breaks, item_info(state, row->item)->breaks, row->id.v); item_touch(state, row->item); break;
    case FACT_CALENDAR: FORGET(&state->calendars, row->id.v); state->all_dirty = true; break;
    case FACT_LANE: FORGET(&state->lanes, row->id.v); state->all_dirty = true; break;
    case FACT_SIGNAL: FORGET_OF(&state->signals, told_of(state, row)->signals, row->id.v); state->all_dirty = true; break;
    case FACT_OVERRIDE: FORGET_OF(&state->overrides, told_of(state, row)->overrides, row->id.v); override_touch(state, row, f); break;
    case FACT_EXCEPTIONAL: FORGET(&state->marks, row->id.v); state->all_dirty = true; break;
    default: slot_clear(state, row, f); break;
    }
}

/* ---- lookups ---- */

const PriceInfo *state_price(const State *state, ItemId item, PlaceId place, int32_t day) {
    if ((size_t)item.v >= state->items.count) return NULL;
    const PriceInfo *best = NULL;
    for (int32_t i = state->items.at[item.v].prices; i >= 0; i = state->prices.at[i].next) {
        const PriceInfo *p = &state->prices.at[i];
        if (p->row == 0 || p->customer != 0 || (p->place != 0 && p->place != place.v) || p->price == NO_QTY) continue;
        if (p->from_day != NO_DAY && p->from_day > day) continue;
        bool closer = !best || (p->place != 0) > (best->place != 0);
        bool newer = best && (p->place != 0) == (best->place != 0) &&
                     (p->from_day > best->from_day || (p->from_day == best->from_day && p->row > best->row));
        if (closer || newer) best = p;
    }
    return best;
}

const TermsInfo *state_terms(const State *state, ItemId item, int32_t supplier, PlaceId place) {
    if ((size_t)item.v >= state->items.count) return NULL;
    const TermsInfo *best = NULL;
    for (int32_t i = state->items.at[item.v].terms; i >= 0; i = state->terms.at[i].next) {
        const TermsInfo *t = &state->terms.at[i];
        if (t->row == 0 || (supplier != 0 && t->supplier != supplier) || (t->place != 0 && t->place != place.v)) continue;
        bool closer = !best || (t->place != 0) > (best->place != 0);
        /* No supplier asked for: the cheapest, then the lower number, so that the choice never depends on arrival. */
        bool better = best && (t->place != 0) == (best->place != 0) &&
                      (t->price != NO_QTY && (best->price == NO_QTY || t->price < best->price ||
                                              (t->price == best->price && t->supplier < best->supplier)));
        if (closer || better) best = t;
    }
    return best;
}

/* Of two that hold from the same quantity on, the later one counts. */
static int break_put(const BreakInfo *b, const BreakInfo **out, int count, int most) {
    int at = count;
    while (at > 0 && out[at - 1]->qty > b->qty) at--;
    if (at > 0 && out[at - 1]->qty == b->qty) {
        const BreakInfo *other = out[at - 1];
        if (b->from_day > other->from_day || (b->from_day == other->from_day && b->row > other->row)) out[at - 1] = b;
        return count;
    }
    if (count == most) return count;
    memmove(&out[at + 1], &out[at], sizeof out[0] * (size_t)(count - at));
    out[at] = b;
    return count + 1;
}

int state_breaks(const State *state, ItemId item, int32_t supplier, PlaceId place, int32_t day, const BreakInfo **out, int most) {
    if ((size_t)item.v >= state->items.count) return 0;
    for (int pass = 0; pass < 2; pass++) {
        int count = 0;
        for (int32_t i = state->items.at[item.v].breaks; i >= 0; i = state->breaks.at[i].next) {
            const BreakInfo *b = &state->breaks.at[i];
            bool here = pass == 0 ? b->place == place.v && b->place != 0 : b->place == 0;
            if (b->row == 0 || b->supplier != supplier || !here || (b->from_day != NO_DAY && b->from_day > day)) continue;
            count = break_put(b, out, count, most);
        }
        if (count) return count;
    }
    return 0;
}

int64_t state_unit_factor(const State *state, ItemId item, const char *uom) {
    for (int pass = 0; pass < 2; pass++) {
        size_t index = pass == 0 ? (size_t)item.v : 0;
        if (index >= state->items.count) continue;
        for (int32_t i = state->items.at[index].units; i >= 0; i = state->units.at[i].next)
            if (state->units.at[i].row && strcmp(state->units.at[i].uom, uom) == 0) return state->units.at[i].factor;
    }
    return 0;
}

void state_told(const State *state, ItemId item, PlaceId place, ToldOf out[TOLD_CHAINS]) {
    static const ToldOf nothing = { -1, -1 };
    out[0] = (size_t)item.v < state->items.count ? state->items.at[item.v].told : nothing;
    out[1] = (size_t)place.v < state->places.count ? state->places.at[place.v].told : nothing;
    out[2] = state->items.count && item.v ? state->items.at[0].told : nothing;
}

bool state_signal_hits(const State *state, const SignalInfo *s, ItemId item, PlaceId place) {
    const char *group = state->items.at[item.v].group, *region = state->places.at[place.v].group;
    bool group_hit = s->group[0] == 0 || strcmp(s->group, group) == 0 || strcmp(s->group, region) == 0;
    return s->row && group_hit && (s->item == 0 || s->item == item.v) && (s->place == 0 || s->place == place.v);
}
