/* state.h - the present picture: what the facts that count say, grouped by item and place.
 *
 * It stands in position/ and not in store/: only planning writes it and only planning reads it, and store would otherwise have to
 * know what an open order is. (The screens ask plan.h.)
 *
 * The State keeps *records*, not balances: one compact Record per fact, in one array, those of an item-place next to each other
 * and in canonical order. Whatever is derived (stock on hand, open orders, demand per bucket) is folded from the records of one
 * item-place when it is refreshed (fold.h), so that a late fact, a correction or a retraction needs no arithmetic of its own: the old
 * record goes, the new one comes. Hence the promises:
 * (1) any order of arrival of the same facts gives the same folds; (2) applying a fact twice is applying it once;
 * (3) state_apply over the changes gives what state_build gives over everything.
 *
 * Spots are the item-places, numbered densely in the order in which facts first name them. Quantities are micro. */
#pragma once
#include <stdbool.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/list.h"
#include "base/map.h"
#include "domain/fact.h"
#include "domain/ids.h"
#include "store/store.h"

#define NO_DAY INT32_MIN

typedef enum RecordKind {
    REC_NONE = 0,        /* taken back */
    REC_DEMAND,          /* order line: day = requested, day2 = ordered, who = customer, key = doc|line */
    REC_SHIPMENT,        /* day = shipped, key = the order's doc|line, who = customer */
    REC_RECEIPT,         /* day = received, key = the order's doc|line, who = supplier; detail.a = unusable part */
    REC_PO,              /* day = ordered, day2 = requested, who = supplier, key = doc|line; detail: price, promises, reference */
    REC_TRANSFER_IN,     /* day = shipped, day2 = promised, who = sending place; detail.day_c = received */
    REC_TRANSFER_OUT,    /* the same fact at the sender; who = receiving place */
    REC_STOCK,           /* level at the end of `day`; detail.a = allocated, .b = in transit */
    REC_COUNT,           /* level at the end of `day` */
    REC_RUN,             /* day = first day; more = index into runs */
    REC_SALE,            /* one period: day = first day, day2 = length in days, status = PeriodState */
    REC_KIND_COUNT_,
} RecordKind;

typedef enum RecordStatus { STATUS_OPEN, STATUS_DONE, STATUS_CANCELLED, STATUS_SHIPPED, STATUS_ACCEPTED, STATUS_CHANGED, STATUS_BACKORDERED, STATUS_REJECTED, STATUS_DELAYED } RecordStatus;

typedef struct Record {
    int64_t row;             /* the fact's log row */
    int64_t qty;
    uint64_t key;            /* hash of doc|line, what documents match by */
    int32_t day, day2;       /* NO_DAY where absent */
    int32_t who;             /* customer, supplier or place number, see the kind */
    int32_t more;            /* index into details or runs, -1; order lines: currency of the price (currency_pack), 0 = not told */
    int32_t next;            /* spot while loading; next extra record of the spot afterwards, -1 = last */
    uint8_t kind, status;
    float price;             /* order lines: money per base unit, 0 = not told */
} Record;

#define NO_QTY INT64_MIN
typedef struct Detail {
    int64_t a, b;            /* see the kinds; PO: a = price. NO_QTY where absent */
    uint64_t reference;      /* hash of the reference column, 0 = none */
    int32_t day_c;           /* PO: current promise. transfer: received */
    int32_t currency;        /* of a PO's price (currency_pack), 0 = not told */
    int32_t mode;            /* of a PO: in State.modes, 0 = not told */
    const char *doc;         /* "PO-1" and, after its NUL, the line */
    const char *uom;         /* of the document, "" = base */
    const char *reference_text;
} Detail;

typedef struct RunData { int32_t bucket_days, count; const float *value; const uint8_t *state; } RunData;   /* values in units */

typedef struct Spot {
    ItemId item; PlaceId place;
    uint32_t from, count;    /* its records in `records` */
    int32_t extra;           /* first of its records in `extras`, -1 */
    int32_t next;            /* next spot of the item, -1 */
    bool dirty, kin;         /* in State.dirty, in State.kin */
    bool stocked, told;      /* a stock fact counts; one of State.told_day. Kept while told_day is */
    /* the ERP's own row; 0 / NO_QTY where absent */
    int64_t plan_row, min_qty, max_qty, service_target, stock_most, floor;
    int32_t supplier, from_place, review_days, lead_days;   /* lead_days -1 */
    int32_t shelf_days;      /* 0 = not told */
    int8_t replenish;        /* Replenish, -1 = not told */
    const char *lifecycle;   /* of the item here, "" */
} Spot;

/* Heads of the chains of signals and overrides, -1: of an item those that name it, of a place those that name it and no item; item 0 has those of whole groups and of everything. */
typedef struct ToldOf { int32_t signals, overrides; } ToldOf;
enum { TOLD_CHAINS = 3 };       /* that may speak of one item-place */

typedef struct ItemInfo {
    const char *code;                             /* filled by state_link */
    int64_t row, cost, factor, holding_rate;      /* NO_QTY where absent */
    int64_t weight, volume, pallet_qty;           /* kg and cubic metres of a base unit (x 10^-6), base units a pallet (micro); NO_QTY */
    const char *description, *group, *uom, *currency, *lifecycle, *tier, *successor_code;
    int32_t successor;                            /* item number, 0 */
    int32_t shelf_days;                           /* 0 = does not perish, as far as is told */
    int32_t predecessor, next_predecessor;        /* an item that this one replaces; the next one that the same item replaces; 0 */
    int32_t terms, units, prices, breaks, spots;  /* heads of chains, -1 */
    ToldOf told;
} ItemInfo;
typedef struct PlaceInfo { const char *code; int64_t row; const char *description, *group; int32_t last_day[FACT_KIND_COUNT_]; ToldOf told; } PlaceInfo;
/* What an order weighs in: kg, cubic metres, pallets. */
typedef struct Loads { int64_t weight, volume, pallets; } Loads;          /* x 10^-6; NO_QTY where not told */
typedef struct SupplierInfo { const char *code; int64_t row, minimum_amount, order_cost; Loads minimum, truck; const char *description, *currency, *weekdays; int32_t review_days, lead_days, mode; } SupplierInfo;
typedef struct CustomerInfo { int64_t row, service_target, minimum_share; const char *tier; } CustomerInfo;

/* Small tables; row 0 = taken back. */
typedef struct TermsInfo { int64_t row, moq, multiple, order_most, price, minimum_amount; const char *currency; const char *uom; int64_t uom_factor; int32_t supplier, place, lead_days, next, mode; } TermsInfo;
typedef struct ModeInfo { const char *code; } ModeInfo;         /* how things travel; [0] is not told */
typedef struct UnitInfo { int64_t row, factor; const char *uom; int32_t next; } UnitInfo;
typedef struct PriceInfo { int64_t row, price; int32_t place, customer, from_day, next, currency, told_day; } PriceInfo;   /* currency_pack, 0 = not told; told_day: day it was known */
typedef struct BreakInfo { int64_t row, qty, price; int32_t supplier, place, from_day, next, currency; } BreakInfo;   /* from qty micro on */
typedef struct CalendarInfo { int64_t row; int32_t place, supplier, from_day, to_day; const char *weekdays; } CalendarInfo;
typedef struct LaneInfo { int64_t row, order_cost; int32_t from_place, place, lead_days; } LaneInfo;
typedef struct SignalInfo { int64_t row, factor; const char *group; const char *description; int32_t item, place, from_day, to_day, told_day, next; } SignalInfo;
/* factor or qty is NO_QTY; item, place 0 and group "": not bound by it. */
typedef struct OverrideInfo { int64_t row, factor, qty, expected; const char *doc, *group, *reason; int32_t item, place, from_day, to_day, next; bool cleared; } OverrideInfo;
typedef struct AckInfo { int64_t row, qty; uint64_t key; int32_t promised, told, next; uint8_t status; } AckInfo;   /* acknowledgements name an order line, not a place */
typedef struct NoticeInfo { int64_t row, qty; uint64_t key, shipment; const char *doc; int32_t shipped, expected, next, next_of_shipment; } NoticeInfo;   /* sent on an order line */
typedef struct CarrierInfo { int64_t row; uint64_t shipment; int32_t told, expected, next; uint8_t status; } CarrierInfo;   /* STATUS_SHIPPED, STATUS_DELAYED, STATUS_DONE = delivered */
typedef struct MarkInfo { int64_t row; uint64_t key; int32_t item, place, supplier, from_day, to_day; bool cleared; } MarkInfo;   /* supplier: of a receipt, 0: of a sale */

typedef struct State {
    Store *store;
    Arena *texts;
    int64_t upto;                    /* log id it has seen */
    LIST(Spot) spots;
    LIST(Record) records;
    LIST(Record) extras;
    LIST(Detail) details;
    LIST(RunData) runs;
    LIST(ItemInfo) items;            /* by item number; [0] is none, and has what is told of no item */
    LIST(PlaceInfo) places;
    LIST(SupplierInfo) suppliers;
    LIST(CustomerInfo) customers;
    LIST(TermsInfo) terms;
    LIST(ModeInfo) modes;
    LIST(UnitInfo) units;
    LIST(PriceInfo) prices;
    LIST(BreakInfo) breaks;
    LIST(CalendarInfo) calendars;
    LIST(LaneInfo) lanes;
    LIST(SignalInfo) signals;
    LIST(MarkInfo) marks;
    LIST(OverrideInfo) overrides;
    LIST(AckInfo) acks;
    LIST(NoticeInfo) notices;
    LIST(CarrierInfo) carriers;
    IntMap *ack_of;                  /* key of an order line -> its newest-arrived acknowledgement in `acks` */
    IntMap *notice_of;               /* likewise in `notices` */
    IntMap *shipment_of;             /* hash of a shipment -> its newest-arrived notice */
    IntMap *carrier_of;              /* hash of a shipment -> what was told of it last, in `carriers` */
    IntMap *order_spot;              /* key of an order line -> its spot */
    IntMap *spot_of;                 /* item << 32 | place -> spot */
    IntMap *first_promise;           /* key of a PO line -> promise of its earliest version */
    IntMap *first_promise_known;     /* the same key -> when that version was known */
    int32_t last_day[FACT_KIND_COUNT_];  /* newest day any place told of this kind */
    int64_t by_kind[FACT_KIND_COUNT_];   /* facts that count */
    int32_t cut_day;                 /* period sales count up to the periods that end before this day */
    LIST(int32_t) dirty;             /* spots to look at anew, each once */
    LIST(int32_t) kin;               /* spots of whose item another place changed, each once: their numbers stay, what is said about them may not */
    bool all_dirty;                  /* something every spot rests on changed */
    bool links_stale;                /* state_link has something to do */
    int32_t told_day;                /* `stocked` and `told` below are of this day; NO_DAY: not counted */
    int64_t stocked, told;           /* spots of which a stock fact counts, of which one is of told_day */
    LIST(int32_t) stock_moved;       /* whose stock facts changed since they were counted, with repeats */
    bool loading;                    /* state_build is filling `records` */
} State;

State *state_begin(Store *store);
void state_end(State **state);

/* Everything that counts at log id `upto` and was known at known_us (INT64_MAX: no limit). Into an empty State. */
Err state_build(State *state, int64_t upto, int64_t known_us, Why *why);
/* What came in (state->upto, upto]; marks the spots that changed. */
Err state_advance(State *state, int64_t upto, Why *why);
void state_apply(State *state, const Row *row, const Fact *fact, const Row *old_row, const Fact *old_fact);

/* Whether most item-places that ever told their stock have told it for the end of `day`. */
bool state_told_stock(State *state, int32_t day);
/* The newest day that order lines or sales were told of; of a store without them, shipments. NO_DAY: no demand was told. */
int32_t state_last_demand_day(const State *state);

/* Item-places for what is learned from many of them: about `most`, all where there are no more, in the order of item and place. Numbers of spots tell who was
 * heard of first, which neither a sample nor the last bit of a sum may depend on. */
typedef struct SpotSample { int32_t *spot; size_t count; } SpotSample;
SpotSample state_sample(const State *state, size_t most, Arena *arena);
bool spot_sampled(const State *state, int32_t spot, size_t most);

/* Before estimating: codes of everything named so far, and which item replaces which. */
void state_link(State *state);

int32_t state_spot(const State *state, ItemId item, PlaceId place);        /* -1 when no fact named it */
/* Records of a spot, live ones only, in canonical order (kind, day, key, row); returns how many, in `arena`. */
int state_records(const State *state, int32_t spot, Arena *arena, Record **out_records);
/* The same records one by one as they lie, in no order and without a copy: for sums and counts. NULL at the end. */
typedef struct RecordWalk { const State *state; const Record *at, *end; int32_t extra; } RecordWalk;
RecordWalk record_walk(const State *state, int32_t spot);
const Record *record_next(RecordWalk *walk);
const Record *record_next_line(RecordWalk *walk);                         /* the next order line of a customer that counts */
uint64_t state_key(Text doc, Text line);                                  /* what Record.key holds */
const char *detail_line(const Detail *detail);                            /* the line after doc's NUL */
/* Selling price on a day: of the place, else general; NULL when none. */
const PriceInfo *state_price(const State *state, ItemId item, PlaceId place, int32_t day);
/* Whether a signal is about this item (or its group) here (or in its region); false when it was taken back. */
void state_told(const State *state, ItemId item, PlaceId place, ToldOf out[TOLD_CHAINS]);      /* the chains that may speak of it */
bool state_signal_hits(const State *state, const SignalInfo *signal, ItemId item, PlaceId place);
/* The terms of item and supplier: those for the place before general ones; NULL when none. */
const TermsInfo *state_terms(const State *state, ItemId item, int32_t supplier, PlaceId place);
/* How what is ordered here from this supplier usually travels: by the terms, else by the supplier; in State.modes, 0 = nobody says. */
int32_t state_mode(const State *state, ItemId item, int32_t supplier, PlaceId place);
static inline const char *mode_code(const State *state, int32_t mode) { return mode > 0 ? state->modes.at[mode].code : ""; }
/* Price breaks of item and supplier that hold on a day, ascending in quantity: those told for the place, else general ones; returns how many. */
int state_breaks(const State *state, ItemId item, int32_t supplier, PlaceId place, int32_t day, const BreakInfo **out, int most);
/* Unit that its stock is counted in; pieces where the item tells none. */
static inline const char *item_unit(const ItemInfo *item) { return item->uom[0] ? item->uom : "EA"; }
/* Base units per `uom` (micro), item-specific before general; 0 when not known. */
int64_t state_unit_factor(const State *state, ItemId item, const char *uom);
void spot_touch(State *state, int32_t spot);                 /* it, its kin, and what replaces its item */
