/* quantity.h - how much to order, and the arithmetic that says so to the last unit.
 *
 * 1. a goal (service or cost) gives a level over the protection interval: that up to which every review orders (R,S), or the point s at which an order is
 *    triggered, by position <= s, then up to S = s + gap or in whole lots (R,s,S), (s,nQ); a point may also be told, as by an ERP's min-max;
 * 2. the inventory position, term by term, is taken off (domain notes 2.4): that is the need;
 * 3. constraints (minimum, multiple, maxima) are a *set* of allowed quantities {0} and {k * multiple within bounds};
 *    by service the smallest allowed one >= need is taken, by cost the one with least expected cost (2.6); an empty set, or
 *    one whose largest member cannot reach the need, is reported with the clash.
 * The result is int64 micro-units (1e-6 base unit) and so is every term; the terms sum to it exactly. No remainder term. */
#pragma once
#include "maths/fill.h"
#include "maths/protect.h"
#include "maths/undershoot.h"
#include <stdint.h>

typedef enum GoalKind {
    GOAL_CYCLE,      /* target = P(no stock-out in a cycle) */
    GOAL_UNIT_FILL,  /* target = share of units met at once */
    GOAL_LINE_FILL,  /* target = share of lines met whole; needs line_units */
    GOAL_COST,       /* least holding plus shortage cost; lost sales by projection to arrival (2.14) */
} GoalKind;

typedef struct Goal {
    GoalKind kind;
    double target;                 /* 0..1, service goals; brought into .5 .. .9999 */
    double line_units;             /* mean units of an order line */
    double holding_cost;           /* money per unit left over at the end of the protection interval, > 0 */
    double shortage_cost;          /* money per unit short in it, > 0 */
    int lost_sales;                /* 1: unmet demand is lost, 0: backordered */
} Goal;

typedef enum TriggerKind {
    TRIGGER_REVIEW,                /* every review orders up to the level */
    TRIGGER_POINT,                 /* the level is an order point; protects against lead time demand plus undershoot */
    TRIGGER_TOLD,                  /* the order point is `point`, whatever the goal */
} TriggerKind;

typedef struct Trigger {
    TriggerKind kind;
    int64_t point;                 /* micro-units; of TRIGGER_TOLD */
    int64_t gap;                   /* micro-units, > 0: an order brings the position to the order point plus this */
    const Undershoot *undershoot;  /* of TRIGGER_POINT, with this gap and the lots of the limits */
} Trigger;

typedef enum QuantityTermKind {    /* in this order */
    TERM_MEAN_DEMAND,              /* over lead time plus review; where an order is triggered, over the lead time */
    TERM_DEMAND_NOISE, TERM_LEVEL_ERROR, TERM_SURPRISES, TERM_LEAD_SPREAD, TERM_SKEW, /* protect_terms */
    TERM_UNDERSHOOT,               /* mean units below the order point when it is passed; its spread is in TERM_SKEW */
    TERM_ORDER_POINT,              /* the point that was told, instead of all above */
    TERM_LOT,                      /* from the order point up to where an order goes */
    TERM_LOST_BEFORE_ARRIVAL,      /* - expected lost sales before arrival: they do not consume stock */
    TERM_FLOOR,                    /* display minimum, consignment: units that are never available */
    TERM_BACKORDERS, TERM_FIRM_DEMAND, TERM_RESERVED, /* + */
    TERM_FED_LEVELS,               /* + what places that it feeds should have in stock and on its way: echelon stock, see docs/decisions/0013 */
    TERM_ON_HAND, TERM_ON_ORDER, TERM_IN_TRANSIT, TERM_OWN_COMMANDS, /* - */
    TERM_FED_STOCK,                /* - what they have */
    TERM_EXPECTED_SHORT,           /* + what suppliers will probably not deliver of it */
    TERM_NOT_NEEDED,               /* brings a negative need to 0 */
    TERM_WHOLE_UNITS,              /* up to the next whole base unit (or multiple of `unit`) */
    TERM_MINIMUM, TERM_MULTIPLE, TERM_ORDER_MAXIMUM, TERM_STOCK_MAXIMUM, TERM_SHELF_LIFE,
    TERM_PRICE_BREAK,              /* up to a quantity from which all of it is cheaper, where that saves more than it costs to hold */
    TERM_FILL_MINIMUM, TERM_FILL_LOAD, /* added so that the order it is part of reaches its minimum, fills its truck (fill.h) */
    TERM_COUNT_,
} QuantityTermKind;

typedef struct Position {          /* micro-units, all >= 0; see TERM_* for the sign they take */
    int64_t floor, backorders, firm_demand, reserved, fed_levels, on_hand, on_order, in_transit, own_commands, fed_stock, expected_short;
} Position;

typedef struct Constraints {       /* micro-units; 0 means none */
    int64_t unit;                  /* least divisible amount; 0 means one base unit (1000000) */
    int64_t minimum, multiple, order_maximum, stock_maximum; /* stock maximum bounds position + quantity */
    int64_t shelf_maximum;         /* bounds position + quantity: what will probably be sold before it is too old */
    int64_t round_down;            /* where an order is triggered: up to this much may be left off for full multiples, if the position still passes the order point */
    int64_t lot;                   /* the smallest order worth its cost: like a minimum, but it gives way to the maxima */
} Constraints;

/* From `from` micro-units on, every unit of an order costs `price`; ascending, prices falling. */
enum { PRICE_BREAKS_MOST = 8 };
typedef struct PriceBreak { int64_t from; double price; } PriceBreak;
typedef struct PriceBreaks {
    int count;
    PriceBreak at[PRICE_BREAKS_MOST];
    double price;                  /* money per unit below the first */
    double most;                   /* units the position may reach for their sake */
    FillLine line;                 /* what holding more costs: rate, review_days, hold_day, short_cost, far; the rest follows from the level */
} PriceBreaks;

typedef struct QuantityInput {
    Goal goal;
    Protect protect;               /* moments, from protect_demand */
    Trigger trigger;
    const Dist *protect_demand;    /* demand over lead time plus review; with TRIGGER_POINT over the lead time plus undershoot */
    const Dist *lead_demand;       /* demand over the lead time; needed by fill goals and TRIGGER_POINT, else NULL */
    const Dist *review_demand;     /* demand over the review interval; needed by cost with lost sales, else NULL */
    const Dist *arrival_stock;     /* risk_stock_at_arrival; needed by cost with lost sales, else NULL */
    double lost_before_arrival;    /* units, >= 0: Risk.short0 under lost sales, else 0 */
    Position position;
    Constraints limits;
    const PriceBreaks *breaks;     /* NULL without */
    int64_t fill_minimum, fill_load;   /* micro-units, >= 0, whole steps: added to whatever is needed */
} QuantityInput;

typedef enum QuantityClash {       /* why no allowed quantity serves the need */
    CLASH_NONE = 0, CLASH_MINIMUM_OVER_ORDER_MAXIMUM, CLASH_MINIMUM_OVER_STOCK_MAXIMUM, CLASH_MULTIPLE_OVER_MAXIMUM,
    CLASH_ORDER_MAXIMUM_SHORT,     /* a quantity is given, but it does not reach the need */
    CLASH_STOCK_MAXIMUM_SHORT,
    CLASH_MINIMUM_OVER_SHELF_LIFE, CLASH_SHELF_LIFE_SHORT,
} QuantityClash;

typedef struct Quantity {
    int64_t micro;                 /* to order; 0 when nothing is needed or nothing is allowed */
    int64_t term[TERM_COUNT_];     /* micro-units; sum is `micro` exactly */
    int64_t need_micro;            /* level - position before constraints; may be negative */
    int64_t position_micro;        /* inventory position as netted */
    double level;                  /* order-up-to level; where an order is triggered, the order point; units */
    double level_p;                /* P(demand <= level): the cycle service it implies */
    double unit_fill;              /* expected share of units met, with `micro` ordered; where an order is triggered, over many cycles; 1 when demand is 0 */
    double expected_short;         /* units short in the protection interval, with `micro` ordered */
    double expected_left;          /* units left at its end */
    double safety_stock;           /* level - mean demand - mean undershoot, units */
    QuantityClash clash;
    int64_t most;                  /* the largest quantity all bounds allow; huge when there is none */
    double price;                  /* of a unit at this quantity; 0 without breaks */
    int64_t other;                 /* the quantity of another price that comes closest: without the break taken, or the best not taken; 0 without */
    double other_price;            /* of a unit of it */
    double other_dearer;           /* money it costs more than this, price and holding together, >= 0 */
} Quantity;

void quantity_decide(const QuantityInput *in, Quantity *out);

/* The parts, for who wants to recompute: the level by goal, one term by itself, and how the constraints move a need. */
double quantity_level(const QuantityInput *in);
int64_t quantity_term(const QuantityInput *in, QuantityTermKind kind);
double quantity_cost(const QuantityInput *in, int64_t micro);   /* expected cost of ordering this much, goal's money */
/* What keeping to a level gives over many cycles, the lot included: the goal's service (by cost: unit fill), 0..1, and the mean stock on the shelf, units.
 * Both rise with the level. */
double quantity_service(const QuantityInput *in, double level);
double quantity_mean_stock(const QuantityInput *in, double level);
const char *quantity_term_code(QuantityTermKind kind);          /* "mean-demand" ... */
const char *quantity_clash_name(QuantityClash clash);
