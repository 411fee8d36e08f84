/* fact.h - the canonical form of what the outside tells us.
 *
 * One dictionary of fields and one table of kinds serve every format: a Fact is a kind plus the fields that are present.
 * Mapping files name these fields, the log stores them as JSON in this order, checks and screens read the same tables.
 * A field that is absent is absent: it never reads as zero or "". */
#pragma once
#include <stdbool.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/json.h"
#include "base/text.h"
#include "domain/ids.h"

/* What a field holds, in Fact.number unless said otherwise. */
typedef enum FieldType {
    FIELD_TEXT,      /* UTF-8, NFC, trimmed; in Fact.text */
    FIELD_CODE,      /* a code of ours or theirs, kept exactly (leading zeros); in Fact.text */
    FIELD_QTY,       /* base units x 10^-6, signed */
    FIELD_PRICE,     /* money per base unit x 10^-6 */
    FIELD_AMOUNT,    /* money, minor units of `currency` */
    FIELD_RATIO,     /* x 10^-6: factors, shares (0.95 is 950000) */
    FIELD_DAY,       /* civil day: days since 1970-01-01 */
    FIELD_TIME,      /* us UTC */
    FIELD_COUNT,     /* whole number */
    FIELD_FLAG,      /* 0 or 1 */
    FIELD_RUN,       /* quantities per bucket: Fact.run (one wide row is one fact) */
} FieldType;

#define FACT_FIELDS(X)                                                                                         \
    /* name            type         what it says */                                                            \
    X(item,            FIELD_CODE,  "item code")                                                               \
    X(place,           FIELD_CODE,  "place that holds, sells or receives it")                                  \
    X(from_place,      FIELD_CODE,  "place that sends (transfers, lanes)")                                     \
    X(supplier,        FIELD_CODE,  "supplier code")                                                           \
    X(customer,        FIELD_CODE,  "customer code")                                                           \
    X(doc,             FIELD_CODE,  "document number: order, shipment, receipt, count, transfer")              \
    X(line,            FIELD_CODE,  "line of the document")                                                    \
    X(schedule,        FIELD_CODE,  "schedule or split of the line")                                           \
    X(ref_doc,         FIELD_CODE,  "document it answers: the order of a shipment, receipt or acknowledgement")\
    X(ref_line,        FIELD_CODE,  "line of that document")                                                   \
    X(reference,       FIELD_CODE,  "free reference column; our command key comes back here")                  \
    X(description,     FIELD_TEXT,  "plain name")                                                              \
    X(group,           FIELD_TEXT,  "product group, region or tier name")                                      \
    X(status,          FIELD_CODE,  "canonical status, see the kind")                                          \
    X(reason,          FIELD_TEXT,  "why (short ship, adjustment, rejection)")                                 \
    X(uom,             FIELD_CODE,  "unit of measure of the document (UN/ECE Rec 20 code)")                    \
    X(currency,        FIELD_CODE,  "ISO 4217")                                                                \
    X(qty,             FIELD_QTY,   "quantity in base units")                                                  \
    X(qty_document,    FIELD_QTY,   "quantity as the document wrote it, in `uom`")                             \
    X(price,           FIELD_PRICE, "price or cost per base unit")                                             \
    X(amount,          FIELD_AMOUNT,"money")                                                                   \
    X(factor,          FIELD_RATIO, "conversion; item: of its successor for one")                                      \
    X(order_day,       FIELD_DAY,   "ordered, sent or released on")                                            \
    X(requested_day,   FIELD_DAY,   "wanted on")                                                               \
    X(promised_day,    FIELD_DAY,   "promised for")                                                            \
    X(shipped_day,     FIELD_DAY,   "left on")                                                                 \
    X(received_day,    FIELD_DAY,   "arrived on")                                                              \
    X(as_of_day,       FIELD_DAY,   "level counted at the end of this day")                                    \
    X(from_day,        FIELD_DAY,   "valid from")                                                              \
    X(to_day,          FIELD_DAY,   "valid to, inclusive")                                                     \
    X(on_hand,         FIELD_QTY,   "usable stock")                                                            \
    X(allocated,       FIELD_QTY,   "reserved for customers")                                                  \
    X(in_transit,      FIELD_QTY,   "on its way between places or from the supplier")                          \
    X(unusable,        FIELD_QTY,   "damaged, rejected or held")                                               \
    X(min_qty,         FIELD_QTY,   "ERP's reorder point, base units")                                         \
    X(max_qty,         FIELD_QTY,   "ERP's order-up-to level, base units")                                     \
    X(moq,             FIELD_QTY,   "smallest order of the line, base units")                                  \
    X(multiple,        FIELD_QTY,   "order in whole multiples of, base units")                                 \
    X(order_most,      FIELD_QTY,   "largest order of the line, base units")                                   \
    X(lead_days,       FIELD_COUNT, "stated lead time, calendar days")                                         \
    X(review_days,     FIELD_COUNT, "days between ordering opportunities")                                     \
    X(weekdays,        FIELD_CODE,  "Mon..Sun as 1/0, e.g. 1111100: working or ordering days")                 \
    X(minimum_amount,  FIELD_AMOUNT,"smallest order of the supplier")                                          \
    X(order_cost,      FIELD_AMOUNT,"fixed cost of placing one order, or of one truck of it; lane: of a journey") \
    X(minimum_weight,  FIELD_RATIO, "smallest order of the supplier, kg")                                      \
    X(minimum_volume,  FIELD_RATIO, "the same, cubic metres")                                                  \
    X(minimum_pallets, FIELD_RATIO, "the same, pallets")                                                       \
    X(weight,          FIELD_RATIO, "kg: of one base unit; supplier: one truck or container of it takes")      \
    X(volume,          FIELD_RATIO, "cubic metres, the same")                                                  \
    X(pallets,         FIELD_RATIO, "pallets one truck or container takes")                                    \
    X(pallet_qty,      FIELD_QTY,   "base units one pallet holds")                                             \
    X(service_target,  FIELD_RATIO, "contract or wanted service level, share")                                 \
    X(tier,            FIELD_CODE,  "A, B, C or key")                                                          \
    X(lifecycle,       FIELD_CODE,  "active, phase-out, obsolete, new")                                        \
    X(successor,       FIELD_CODE,  "item that replaces this one")                                             \
    X(replenish,       FIELD_CODE,  "how it is replenished: review, base-stock, order-point, lots, min-max")   \
    X(stock_most,      FIELD_QTY,   "largest stock there is room for, on its way included, base units")        \
    X(shelf_days,      FIELD_COUNT, "days it can be sold after arrival")                                       \
    X(holding_rate,    FIELD_RATIO, "cost of holding a year, share of value")                                  \
    X(zone,            FIELD_CODE,  "IANA time zone")                                                          \
    X(bucket_days,     FIELD_COUNT, "length of a period: 1 or 7")                                              \
    X(run,             FIELD_RUN,   "quantities per period from `from_day` on")                                \
    X(complete,        FIELD_FLAG,  "the snapshot covers every item of its place")   \
    X(expected,        FIELD_QTY,   "demand without it, as planned when it was put") \
    X(mode,            FIELD_CODE,  "how it travels, as the ERP calls it: sea, air, road; supplier and terms: usually") \
    X(floor_qty,       FIELD_QTY,   "stock that is for no customer: display minimum, consignment, van; base units") \
    X(minimum_share,   FIELD_RATIO, "what a contract guarantees of every order when stock is short, share")

typedef enum Field {
#define X(name, type, help) F_##name,
    FACT_FIELDS(X)
#undef X
    FIELD_COUNT_,
} Field;

/* A set of fields. */
typedef unsigned __int128 FieldSet;
_Static_assert(FIELD_COUNT_ <= 128, "a set of fields has a bit for each");
#define FIELD_BIT(name) field_bit(F_##name)
#define field_bit(field) ((FieldSet)1 << (field))
static inline Field fields_take(FieldSet *left) {        /* the first of a set that is not empty, taken out of it */
    uint64_t low = (uint64_t)*left;
    Field first = (Field)(low ? __builtin_ctzll(low) : 64 + __builtin_ctzll((uint64_t)(*left >> 64)));
    *left &= *left - 1;
    return first;
}

typedef struct FieldInfo { const char *name; FieldType type; const char *help; } FieldInfo;
extern const FieldInfo fields[FIELD_COUNT_];
Field field_find(Text name);                    /* FIELD_COUNT_ when unknown */

/* Values per period. A period that was not observed is absent, not zero. */
typedef enum PeriodState {
    PERIOD_IN_STOCK = 0,    /* value is demand */
    PERIOD_RAN_OUT = 1,     /* demand was at least value */
    PERIOD_OUT = 2,         /* out all of it: value says nothing */
    PERIOD_UNKNOWN = 3,     /* not listed or not observed */
} PeriodState;
typedef struct Run {
    int32_t count;
    int64_t *qty;           /* base units x 10^-6 */
    uint8_t *state;         /* PeriodState */
} Run;

/* Kinds of fact. `key` lists the fields that make the business key; needs = must be present; a master kind defines a
 * code of `defines`. status values are listed where the kind has any. */
typedef enum FactKind {
    FACT_NONE = 0,
    /* master data: levels, latest version counts */
    FACT_ITEM,           /* item: description group uom price(=cost) currency lifecycle successor factor tier holding_rate shelf_days weight volume pallet_qty */
    FACT_PLACE,          /* place: description zone group */
    FACT_SUPPLIER,       /* supplier: description currency minimum_amount|weight|volume|pallets order_cost weekdays(order days) review_days;
                          * weight volume pallets: what one truck takes; mode */
    FACT_CUSTOMER,       /* customer: description tier service_target minimum_share */
    FACT_ITEM_PLACE,     /* item place: min_qty max_qty supplier review_days service_target replenish stock_most shelf_days floor_qty  (the ERP's own planning row) */
    FACT_ITEM_SUPPLIER,  /* item supplier [place]: lead_days moq multiple order_most price currency minimum_amount mode */
    FACT_UOM,            /* [item] uom: factor (base units per uom) */
    FACT_CALENDAR,       /* place|supplier from_day to_day: closed, or weekdays */
    FACT_PRICE,          /* item [place|customer] from_day: price currency (selling price); cost comes with item/item_supplier */
    FACT_LANE,           /* from_place place: lead_days order_cost */
    /* events */
    FACT_ORDER_LINE,     /* doc line: customer item place qty order_day requested_day price status(open shipped cancelled) */
    FACT_SHIPMENT_LINE,  /* doc line: ref_doc ref_line item place customer qty shipped_day reason */
    FACT_RECEIPT_LINE,   /* doc line: ref_doc ref_line supplier|from_place item place qty unusable received_day */
    FACT_PO_LINE,        /* doc line [schedule]: supplier item place qty price order_day requested_day promised_day status(open closed cancelled) reference mode */
    FACT_PO_ACK,         /* doc line ref_doc ref_line: qty promised_day status(accepted changed backordered rejected) */
    FACT_TRANSFER_LINE,  /* doc line: from_place place item qty shipped_day promised_day received_day status(open shipped received cancelled) reference */
    FACT_COUNT,          /* doc line: item place on_hand as_of_day */
    FACT_STOCK,          /* item place as_of_day: on_hand allocated in_transit [complete]  (a level, never added) */
    FACT_SALES,          /* item place from_day bucket_days: run | qty + status(in-stock ran-out out unknown) */
    FACT_SIGNAL,         /* doc: group from_day to_day factor description (weather, event) */
    /* ours, about facts */
    FACT_EXCEPTIONAL,    /* ref_doc ref_line | item place from_day to_day: a one-off sale marked out of the history, by a person; status(marked cleared).
                          * With supplier: a receipt that says nothing about how long he takes. */
    /* numbers of kinds stand in logs: new ones come last */
    FACT_SHIP_NOTICE,    /* doc(shipment) line ref_doc ref_line: qty shipped_day promised_day(arrival the sender expects): sent on an order line */
    FACT_CARRIER_STATUS, /* doc(shipment) line: status as_of_day promised_day(arrival now expected) reason: what became of a shipment on its way */
    FACT_OVERRIDE,       /* doc: from_day to_day, factor or qty, [item] [place] [group], reason expected status(active cleared): what a planner knows better. `expected` is
                          * the demand of its days without it, as planned when it was put. */
    FACT_PRICE_BREAK,    /* item supplier [place] qty: price currency: from this quantity on, every unit of an order costs this */
    FACT_KIND_COUNT_,
} FactKind;

typedef struct FactKindInfo {
    const char *name;              /* "order-line" */
    FieldSet key, needs, may;      /* key fields that are absent stand as "" in the key */
    int defines;                   /* IdKind a master row defines, or -1 */
    bool level;                    /* a level or master row: the newest version is the truth */
    const char *statuses;          /* "open|closed|cancelled" or NULL */
    Field known_field;             /* the day it became known when the map says nothing (order_day, as_of_day ...) or FIELD_COUNT_ */
    Field occurred_field;          /* the day it happened */
} FactKindInfo;
extern const FactKindInfo fact_kinds[FACT_KIND_COUNT_];
FactKind fact_kind_find(Text name);             /* FACT_NONE when unknown */

typedef enum Correction { CORRECT_ORIGINAL, CORRECT_REPLACE, CORRECT_CANCEL } Correction;
extern const char *const correction_names[];    /* "original", "replace", "cancel" */

typedef struct Fact {
    FactKind kind;
    FieldSet present;
    int64_t number[FIELD_COUNT_];       /* by FieldType; valid where present */
    Text text[FIELD_COUNT_];            /* codes and texts; borrowed from the work's arena */
    Run run;
    Correction correction;              /* CORRECT_CANCEL: the key no longer counts from this version on */
    int64_t version;                    /* change sequence or issuer time; higher is newer; 0 = take arrival order */
    int64_t occurred_us, known_us;      /* see architecture.md "Known at"; recorded is the log row's own time */
} Fact;

static inline bool fact_has(const Fact *fact, Field field) { return fact->present & field_bit(field); }
void fact_set_number(Fact *fact, Field field, int64_t value);
void fact_set_text(Fact *fact, Field field, Text value);
int64_t fact_number(const Fact *fact, Field field, int64_t otherwise);
Text fact_text(const Fact *fact, Field field);                        /* empty Text when absent */

/* The readable business key: "order-line|SO-1001|3"; '|' inside a code is written "\|". */
Text fact_key(Arena *work, const Fact *fact);

/* Required fields present, statuses known, quantities finite and of a sane sign, dates between 1970 and 2200. The sentence
 * names the field and the remedy. */
Err fact_check(const Fact *fact, Why *why);

/* The one documented encoding: a JSON object, fields in dictionary order, quantities as decimal numbers, days as
 * "2026-11-23"; then "correction" when not original and "version" when not 0. The same fact always gives the same bytes.
 * Times are the log row's own columns: occurred_us and known_us are 0 after fact_read. Texts that need no decoding borrow
 * from `payload`, the others and the run from `work`; number[] and text[] are set only where present. */
void fact_write(Buf *out, const Fact *fact);
Err fact_read(Arena *work, FactKind kind, Text payload, Fact *out_fact, Why *why);
