/* fold.h - one item at one place, folded from its records: stock now, demand per bucket with its states, what is on its way,
 * how long its deliveries took. Pure: the same records and day give the same fold, whatever order they came in.
 *
 * Stock is a level plus the movements after it; days of the past are reconstructed the same way, so that a day without stock
 * is known to be one. Demand is customer order lines by the day they wanted it, in the quantity they ordered, at the place that
 * should serve; lines cancelled or marked as one-offs are out; period sales stand for themselves where given. */
#pragma once
#include <stdbool.h>
#include <stdint.h>

#include "base/arena.h"
#include "maths/demand.h"
#include "maths/leadtime.h"
#include "position/order-story.h"
#include "position/state.h"

enum { FOLD_DAYS_MOST = 1096 };          /* history looked at */

typedef enum SupplyKind { SUPPLY_PO, SUPPLY_TRANSFER, SUPPLY_TRANSIT, SUPPLY_COMMAND } SupplyKind;
extern const char *const supply_kind_names[4];            /* "po" "transfer" "transit" "command" */

typedef struct OpenSupply {
    int64_t row;                         /* fact, or command row */
    SupplyKind kind;
    int64_t ordered, received, left;     /* micro; left is what may still come: 0 after a rejection */
    int64_t short_told;                  /* micro: ordered but the supplier said it will not come */
    int32_t who;                         /* supplier or sending place */
    int32_t order_day, first_promise, promise;    /* NO_DAY where absent */
    int32_t late_days;                   /* past the first promise, >= 0 */
    int64_t ack_row;
    uint8_t ack;                         /* RecordStatus of the newest acknowledgement; STATUS_OPEN = none */
    uint64_t key, reference;
    const char *doc, *line;
    int64_t price;
    int32_t currency;                    /* of the price, currency_pack */
    int32_t mode;                        /* how it travels, 0 = nobody says */
    bool of_kin;                         /* ordered as an item that this one replaces */
    /* what was told as sent of an order line; NULL: the rest of it */
    const char *shipment;
    int64_t notice_row, carrier_row;
    int32_t shipped, expected;           /* expected: arrival by the sender, or by the carrier since; NO_DAY where nobody says */
    uint8_t carrier;                     /* RecordStatus told last by the carrier; STATUS_OPEN = none */
} OpenSupply;

/* A delivery's supplier and mode (told of the line, else what is usual; 0 = nobody says). */
typedef struct LeadFrom { int32_t supplier, mode; } LeadFrom;
/* What came from this supplier by this mode; mode 0: by whatever. */
static inline bool lead_came(LeadFrom from, int32_t supplier, int32_t mode) { return from.supplier == supplier && (mode == 0 || from.mode == mode); }

typedef struct OneOff { int64_t row; int32_t day; int64_t qty; bool marked; bool taken_out; } OneOff;

/* An order line of a customer that is still to be met. */
typedef struct DueLine { int64_t row, qty; int32_t day, ordered /* NO_DAY */, customer, currency /* of price, currency_pack */; float price; /* 0 = not told */
                         bool project; /* so large that it is no part of the forecast */ bool of_kin; /* ordered as an item that this one replaces */ } DueLine;

typedef struct Fold {
    /* stock; not known when no level was ever told */
    bool stock_known;
    int64_t on_hand, allocated, transit_told;    /* micro; at the start of the plan's first day */
    int64_t level_qty, level_row;
    int32_t level_day;
    bool level_is_negative;
    /* demand */
    int32_t bucket_days, from_day, buckets;      /* closed buckets only */
    double *value;                               /* units */
    uint8_t *state;                              /* DemandState */
    uint8_t *period;                             /* PeriodState, for screens */
    int32_t life_day;                            /* first sign of life, NO_DAY */
    int observed, missing, censored, out_days;   /* buckets, buckets, buckets, days */
    int64_t sold, sent;                          /* micro, over the history looked at; of it to other places of ours, or to the customers of those it feeds */
    OneOff *one_off; int one_off_count;
    int64_t line_mean, line_large;               /* micro: mean order line; from here on a line is a project */
    int lines;
    double line_price;                           /* money per unit that customers paid of late (180 days), 0 = not told */
    int32_t line_currency;                       /* its currency (that of the newest such line), currency_pack */
    /* customers waiting */
    int64_t open_orders, backorders;             /* micro: not yet shipped; of it overdue */
    DueLine *due; int due_count;                 /* the rest of it, in the order of records: wanted today or later */
    DueLine *late; int late_count;               /* what `backorders` sums, without kin's */
    int64_t old_open, old_row;                   /* micro: open on paper for so long that nobody can mean it; its newest line */
    /* of what it replaces (fold_family), in its own units */
    int64_t kin_stock, kin_row; int32_t kin_item;    /* usable there now, micro; the level that says so; the item, 0 = replaces nothing */
    bool successor_here;                         /* it is replaced, and the stock of what replaces it is told here */
    /* on its way */
    OpenSupply *open; int open_count;
    int64_t on_order, in_transit;                /* micro, sums of `left` */
    int64_t to_send, to_send_later;              /* micro that other places of ours wait for from here: no day told; a day still to come */
    /* lead times of what was ordered here, and from whom and how each came */
    LeadObservation *seen; LeadFrom *seen_from; int seen_count;
    OrderStory *story; int stories;              /* what became of each line ordered here */
    int32_t last_supplier;                       /* of the newest order line, 0 */
    int64_t largest_order;                       /* micro, trailing year */
    int64_t last_price;                          /* micro money of the newest order line, NO_QTY */
    int32_t last_currency;                       /* its currency, currency_pack */
    const char *last_uom;                        /* document unit of the newest order line, "" */
    int64_t served_lines, due_lines;             /* 90 days: complete by the requested day; due */
    struct { int days_in, days_out, orders_in, orders_out; } capture;   /* days with and without stock, and how many of them saw an order */
    bool by_transfer;                            /* replenishment came from another place, and none from a supplier */
    bool sent_last;                              /* the newest one did */
    int32_t last_sender;
    int32_t *fed; int fed_count;                 /* spots of the places that live on it: `value` holds what their customers asked for (fold_place) */
} Fold;

typedef struct FoldInput {
    const State *state;
    int32_t spot;
    int32_t start_day;        /* first day still to come */
    int32_t bucket_days;      /* the policy's; period sales of longer periods win */
    bool requests_captured;   /* orders are booked also when nothing is there, so days without stock say what was wanted */
    bool customers_only;      /* demand without what was sent to other places of ours */
    bool alone;               /* fold_place: without what it replaces */
    const int32_t *fed; int fed_count;   /* filled in by fold_place: spots to which what was sent is no demand, as that of their customers is */
    const struct FoldInput *above;       /* likewise: the place that feeds this one, whose fold this one is for */
    int64_t *scratch_days;    /* FOLD_DAYS_MOST + 8, filled in by fold_spot */
} FoldInput;

void fold_spot(const FoldInput *in, Arena *arena, Fold *out);
/* fold_spot and fold_family, and the demand of the customers of the places that it feeds instead of what it sent there: what echelon stock is planned for
 * (docs/decisions/0013). Where it feeds none, they alone to the last byte. */
void fold_place(const FoldInput *in, Arena *arena, Fold *out);
/* The place of ours that feeds this one, 0 = none; and whether it buys from a supplier as well. */
int32_t fold_feeder(const State *state, int32_t spot, const Fold *fold, bool *out_buys_too);
/* Joins what an item replaces to it, and the demand of its successor to an item that is replaced; on a fold just made by fold_spot. */
void fold_family(const FoldInput *in, Arena *arena, Fold *out);
void fold_supply(const FoldInput *in, Arena *arena, Fold *out);    /* stock, supply and lead times only: the cheap part */
/* Stock at the end of each day of [from_day, start_day), NO_QTY where not known. */
void fold_stock_days(const FoldInput *in, const Record *records, int count, int32_t from_day, int64_t *out_end);
/* What was told as sent of one order line: how often; and what was sent before start_day, first sent first. */
int notices_count(const State *state, uint64_t key);
int notices_of(const State *state, uint64_t key, int32_t start_day, Arena *arena, const NoticeInfo ***out);
/* What a record moves in or out of stock, micro, and on which day (NO_DAY: it moves nothing). */
int64_t movement_of(const State *state, const Record *record, int32_t *out_day);
/* A sale that shapes no forecast: marked by a person, or far larger than all others and not taken back. */
bool line_is_apart(const FoldInput *in, const Record *r, const Fold *fold);
/* Does a person's newest mark take this sale out of the history? Of sales of any day, also those that are not history yet; all others are told by Fold.one_off. */
bool sale_left_out(const State *state, int32_t spot, const Record *sale);
