/* estimate.h - what will probably happen to one item-place, what to order, and what waiting costs. Pure: Picture in, Estimate out.
 *
 * Rank (domain notes 5, first version): both branches are carried over the same window, until an order placed at the *next* opportunity
 * could arrive, with the same demand and the same deliveries; inside V_wait the policy's own order at that opportunity stands for the inner
 * minimum. rank = (units short if we wait - units short if we order now) x cost of a unit short + units that waiting customers get one
 * opportunity earlier x cost of their waiting on - holding, until then, the units that nobody waits for.
 * At stake is the same difference against never ordering within the horizon.
 *
 * Screening. Most item-places could order something and are in no hurry. In a screening context what only a case, a page or a proposals file tells is left out
 * and `whole` is false: `stake`; where even an order that prevented every shortage it can would be worth less than half of what opens a case, `rank` (it is 0) and
 * `short_now`; and where that, and a chance below a half of running out, is proven without carrying the stock through its receipts (risk_is_below), or by carrying
 * it for the next opportunity alone, the chances themselves (`p0`, `p1` are -1: not worked out, and never shown as 0). Everything else is the same to the last bit, and so is the answer of
 * estimate_wants_order. Who shows a chance asks picture_risk_input for it. */
#pragma once
#include <stdbool.h>
#include <stdint.h>

#include "base/arena.h"
#include "maths/excess.h"
#include "estimate/picture.h"

typedef struct Estimate {
    uint32_t flags;
    float odd, odd_times;          /* chance of so much demand in the last days, -1: not known; over what was expected */
    int32_t odd_customer;          /* who took most of it, 0: nobody */
    bool contested;                /* its customers have ordered more than there is in time: see shortage.h */
    bool top;                      /* the item is of tier A or key */
    bool whole;                    /* nothing was left out by screening */
    bool carried;                  /* p0 and p1 were worked out */
    bool ranked;                   /* so was what ordering now is worth */
    bool decided;                  /* stock, source and lead time are known: quantity and risk say something */
    int64_t qty;                   /* micro to order now; 0 */
    int64_t position;              /* micro: its own */
    int64_t fed;                   /* micro: what the places that live on it have beyond what they should, below where it is less; else 0 */
    double level, safety;          /* units: up to where an order goes; what of it is not expected demand */
    double middle;                 /* units: its position halfway between two orders, as its lots make it */
    double p0, p1;                 /* -1 unknown */
    double short_wait, short_now;  /* units short in the common window, waiting and ordering now; 0 where the stock was not carried */
    double mean_day;
    double rank, stake;            /* major money, >= 0; -1 = money inputs miss */
    int32_t order_day, next_day, arrival_day;
    int32_t supplier, sender;      /* sender: place */
    SourceKind source;
    bool either;                   /* it has two sources: see Picture */
    bool feeds;                    /* other places live on it alone: it is planned by echelon stock */
    int64_t can_give;              /* micro whole units it can spare for other places of ours; NO_QTY: its stock is not known */
    double unit_cost;              /* at this quantity */
    int64_t most;                  /* micro: the largest order all bounds allow; huge when there is none */
    int64_t bulk;                  /* micro of qty that are ordered for their price alone */
    double excess_units, excess_on_order, excess_cover, excess_write_off, excess_value, excess_rank, excess_stake;
    int64_t on_hand, on_order, in_transit;     /* micro; on_hand NO_QTY when unknown */
    int64_t due_lines, served_lines;
    double short_cost, hold_day;
    int64_t owed;                  /* micro: what customers wait for and neither stock nor anything on its way covers */
    double waiting;                /* units of the order that would go straight to waiting customers */
    int32_t clash;                 /* QuantityClash: why nothing, or too little, may be ordered */
    int64_t stock_minor, stock_told_minor, order_minor, order_told_minor;   /* worth of stock and open orders: by the fold, as the facts say; see home.c */
    double minimum_bump;           /* units added by minimum, lot and multiple */
    double past_level, past_review;   /* P(demand until the next order arrives > level), and > level and a review's demand more: what more would avoid */
} Estimate;

/* How much, and why; and what becomes of the stock if we wait for the next opportunity, order now, or (units short within the horizon) never order. Filled by a whole estimate
 * that would order something, else zeros: kept so that the options of a case need not carry the same chains again. Of `now`
 * p1 and short1 alone. */
typedef struct Courses { Quantity quantity; Risk wait, now; double never_short; } Courses;

void estimate_make(const Context *context, const Picture *picture, Estimate *out, Courses *out_courses);
/* The same, where the quantity is that of `before` (carry.h). Its courses are not known. */
void estimate_make_from(const Context *context, const Picture *picture, const Estimate *before, Estimate *out);
/* Of those what stands in the picture and no chain is asked for: days, source, what was odd of late, lines of the window of service, whether stock is contested. */
void estimate_of_day(const Context *context, const Picture *picture, Estimate *out);
/* What screening left out of an estimate whose chain with the order was carried; the Courses are those it came with. Then it is whole, to the last bit. */
void estimate_finish(const Context *context, const Picture *picture, Estimate *estimate, Courses *courses);

/* The parts, for options, confidence and tests. */
typedef struct QuantityDists { Dist whole, lead, review, arrival; Undershoot undershoot; } QuantityDists;
QuantityInput picture_quantity_input(const Picture *picture, QuantityDists *dists);   /* refers to `dists`; picture-levels.c */
void picture_quantity(const Picture *picture, Quantity *out);
RiskInput picture_risk_input(const Picture *picture);
double picture_horizon(const Context *context, const Picture *picture);   /* days */
double picture_waiting(const Context *context, const Picture *picture, const Risk *wait, double units);   /* units an order brings to customers who wait */
double picture_unserved_cost(const Picture *picture);   /* money per unit of a customer who waits and is never served */
double picture_short_by(const Picture *picture, const RiskInput *in, double days);   /* units short within `days` */
