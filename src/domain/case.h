/* case.h - something that wants a decision: one exposure (item, place, window) with what we would do about it, why, what
 * else could be done, and what it costs to wait.
 *
 * A case is versions of rows in the log (ROW_CASE); the payload of each is the whole case as JSON, the newest row is the
 * present. planning writes new versions when quantity, date, tier or rank band changes; people's verdicts write versions
 * that differ only in status (and quantity, date). Whoever reads a case and writes it back must not lose a field, so there
 * is one reader and one writer, here, and case_write(case_read(bytes)) gives the same bytes.
 *
 * Units: quantities are base units x 10^-6 ("micro"); unit costs are money per base unit x 10^-6; amounts are minor units of
 * `currency`; probabilities and shares are parts per million (ppm); days are days since 1970-01-01. CASE_NONE stands for
 * "not known" in any int64 and CASE_NO_DAY in any day: both are written as null, never as 0.
 * Texts are never NULL after case_read; case_write takes NULL as "". */
#pragma once
#include <stdbool.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/json.h"
#include "base/text.h"
#include "domain/board.h"
#include "domain/ids.h"

#define CASE_NONE INT64_MIN
#define CASE_NO_DAY INT32_MIN
enum { CASE_WORK = 64 * MiB };       /* room to read one case in, and to write it back */

typedef enum CaseKind {
    CASE_KIND_NONE = 0,
    CASE_BUY,          /* order from the supplier; expedite of an open line is an alternative in its options */
    CASE_EXCESS,       /* more than demand will need within the policy's cover */
    CASE_FIX_DATA,     /* a fact is missing, doubtful or contradicts another: no number is trusted until a person says */
    CASE_MOVE,         /* bring it from another place of ours */
    CASE_REVIEW,       /* something went on at many item-places at once: look, and say what it is */
    CASE_ALLOCATE,     /* customers' open orders for more than there is: who gets how much (board.h) */
    CASE_KIND_COUNT_,  /* expedite ... come before this line, never in between: numbers are stored */
} CaseKind;
extern const char *const case_kind_names[CASE_KIND_COUNT_];        /* "buy", "excess", "fix-data", "move", "review", "allocate" */

typedef enum CaseStatus {
    CASE_OPEN = 0,
    CASE_ACCEPTED,           /* a person or a rule said yes; waits to be sent with its supplier's order */
    CASE_WAITING_APPROVAL,   /* accepted by one person, needs another with the right */
    CASE_APPROVED,
    CASE_SENT,               /* in a command */
    CASE_CONFIRMED,          /* the other system shows the document */
    CASE_CLOSED,             /* received, or the exposure went away */
    CASE_REJECTED,
    CASE_SNOOZED,
    CASE_STATUS_COUNT_,
} CaseStatus;
extern const char *const case_status_names[CASE_STATUS_COUNT_];    /* "open", "accepted", "waiting-approval", ... */
#define CASE_STATUS_BIT(status) (1u << (status))

typedef enum Tier { TIER_REVIEW = 0, TIER_AUTO, TIER_APPROVAL, TIER_COUNT_ } Tier;
extern const char *const tier_names[TIER_COUNT_];                  /* "review", "auto", "approval" */

/* Flags a case may carry; policies name them in `flags_any`. The order is the order they are written in. */
#define CASE_FLAGS(X)                                                                                      \
    X(STALE_FEED,     "stale-feed",     "a feed this case rests on is older than the policy allows")       \
    X(UNIT_DOUBT,     "unit-doubt",     "a quantity jumped by about a pack factor")                        \
    X(NEGATIVE_STOCK, "negative-stock", "the stock we were told is below zero")                            \
    X(PHANTOM_STOCK,  "phantom-stock",  "stock on the books, yet a fast mover stopped selling")            \
    X(NO_LEAD_TIME,   "no-lead-time",   "no lead time is known: nothing can be proposed")                  \
    X(STATED_LEAD,    "stated-lead",    "the lead time is only stated, no receipt has shown it")           \
    X(NO_COST,        "no-cost",        "no unit cost is known: money figures are missing")                \
    X(NO_PRICE,       "no-price",       "no selling price is known: loss rests on cost alone")             \
    X(NO_SUPPLIER,    "no-supplier",    "nobody is known to supply it")                                    \
    X(NO_STOCK_FACT,  "no-stock",       "no stock level was ever told")                                    \
    X(NEW_ITEM,       "new-item",       "less history than eight periods")                                 \
    X(SHORT_HISTORY,  "short-history",  "less history than a year")                                        \
    X(PHASE_OUT,      "phase-out",      "the item is being replaced or discontinued")                      \
    X(KEY_ITEM,       "key-item",       "critical item: tier key")                                         \
    X(MODELS_DISAGREE,"models-disagree","the two best demand models give different orders")                \
    X(RATE_SENSITIVE, "rate-sensitive", "ten per cent more or less demand flips the decision")             \
    X(LEAD_SENSITIVE, "lead-sensitive", "a fast or a slow delivery flips the decision")                    \
    X(LARGE_ORDER,    "large-order",    "several times what is usually bought")                            \
    X(DUPLICATE_SUPPLY,"duplicate-supply","an open order looks like a twin of another")                    \
    X(EXCEPTIONAL_DEMAND,"exceptional-demand","history holds a sale far above all others that nobody marked") \
    X(SIGNAL_ACTIVE,  "signal",         "a signal (weather, event) moves its demand now")                  \
    X(CENSORED,       "censored",       "part of the history was out of stock")                                \
    X(PRICE_DOUBT,    "price-doubt",    "two costs told for it are several times apart")                       \
    X(LEAD_DOUBT,     "lead-doubt",     "a delivery took several times as long as the others")                 \
    X(PULLED_FORWARD, "pulled-forward", "ordered early, so that the whole order reaches its supplier's minimum or fills its truck") \
    X(ROUNDED_DOWN,   "rounded-down",   "a little was left off for full packs; the position still passes its order point") \
    X(BELOW_MINIMUM,  "below-minimum",  "what is proposed to its supplier does not reach the smallest order")
typedef enum CaseFlag {
#define X(name, text, help) CASE_FLAG_##name,
    CASE_FLAGS(X)
#undef X
    CASE_FLAG_COUNT_,
} CaseFlag;
typedef struct CaseFlagInfo { const char *name, *help; } CaseFlagInfo;
extern const CaseFlagInfo case_flags[CASE_FLAG_COUNT_];
#define CASE_FLAG_BIT(name) (1u << CASE_FLAG_##name)
_Static_assert(CASE_FLAG_COUNT_ <= 32, "flags are one 32-bit word");
/* Gates: doubts about the facts themselves. Whatever a policy's rules and a case's confidence say, no rule decides a case that carries one (policy_tier). */
#define CASE_GATES (CASE_FLAG_BIT(STALE_FEED) | CASE_FLAG_BIT(UNIT_DOUBT) | CASE_FLAG_BIT(NEGATIVE_STOCK) | CASE_FLAG_BIT(PHANTOM_STOCK) | CASE_FLAG_BIT(DUPLICATE_SUPPLY) | \
                    CASE_FLAG_BIT(PRICE_DOUBT) | CASE_FLAG_BIT(EXCEPTIONAL_DEMAND) | CASE_FLAG_BIT(LEAD_DOUBT))

/* A step of the arithmetic. Terms are in order and sum exactly to action.qty. */
typedef struct CaseTerm {
    const char *code;           /* "mean-demand" ... */
    const char *label;          /* "Demand over lead time and review (34 days)" */
    int64_t qty;                /* micro, signed */
    const char **inputs;        /* paths such as "item/AX-1@DFW/demand" or "row/1234" */
    int inputs_count;
} CaseTerm;

typedef struct CaseOption {
    const char *verb;           /* "buy", "wait", "expedite", "never", "return" ... */
    int64_t qty;                /* micro */
    int32_t arrival_day;        /* CASE_NO_DAY */
    int64_t cost_minor;         /* expected cost of this course within the horizon; CASE_NONE when money inputs miss */
    int64_t p_out_ppm;          /* chance of running out before its last effect; CASE_NONE */
    int64_t loss_minor;         /* expected lost margin and waiting within it */
    int64_t capital_minor;      /* money bound at its peak */
    bool chosen;
    const char *note;
} CaseOption;

typedef struct CaseReceipt {
    int32_t day;                /* expected: the median of what is left of its lead time */
    int64_t qty;
    const char *doc;            /* "PO-1" */
    int32_t late_days;          /* past its first promise, as of the step */
    const char *kind;           /* "po", "transfer", "command", "transit" */
} CaseReceipt;

typedef struct CaseProjection {
    int32_t from_day;
    int32_t step_days;          /* 1 or 7 */
    int32_t points;             /* arrays below have this many */
    int64_t *p10, *p50, *p90;   /* usable stock, micro */
    int64_t *p_out_ppm;         /* chance that it is out on that day */
    int64_t safety_stock;
    CaseReceipt *receipts;
    int receipts_count;
} CaseProjection;

typedef struct CaseFacts {      /* CASE_NONE where not known; quantities micro */
    int64_t on_hand;
    int32_t on_hand_day;
    int64_t allocated, on_order, in_transit, open_orders;
    int64_t demand_mean_day;    /* micro units per day */
    int64_t lead_p50, lead_p90, lead_n, review_days;   /* days, days, receipts seen, days */
    int64_t moq, multiple, erp_min, erp_max;
    int64_t service_target_ppm;
    int64_t backorders;
} CaseFacts;

/* The order to the supplier that this line would be part of, as planning saw it. Measures: value in minor units, weight in kg, volume in cubic metres,
 * pallets, the last three x 10^-6. */
typedef enum CaseMeasure { MEASURE_VALUE, MEASURE_WEIGHT, MEASURE_VOLUME, MEASURE_PALLETS, MEASURE_COUNT_ } CaseMeasure;
extern const char *const case_measure_names[MEASURE_COUNT_];      /* "value", "weight", "volume", "pallets" */
typedef struct CaseLimit {
    int64_t minimum, truck;     /* smallest order; what one truck takes; CASE_NONE where there is none */
    int64_t own, reached;       /* of what its lines need for themselves; with what was added */
    int64_t unknown;            /* lines whose measure is not known: not in the sums */
} CaseLimit;
typedef enum CaseChoice {
    ORDER_UNLIMITED = 0,            /* no minimum and no truck is told */
    ORDER_REACHED,             /* what the lines need for themselves does */
    ORDER_FILLED,              /* lines were added to */
    ORDER_WAIT,                /* waiting is cheaper: nothing was added, the order stays below its minimum */
    ORDER_CANNOT,              /* nothing that may be added would do */
    ORDER_CHOICES_,
} CaseChoice;
extern const char *const case_choice_names[ORDER_CHOICES_];        /* "", "reached", "filled", "wait", "cannot" */
typedef struct CaseOrder {
    CaseChoice choice;
    CaseLimit limit[MEASURE_COUNT_];
    int64_t trucks;
    int64_t cost_minor, wait_minor, saving_minor;   /* filling up to the minimum (below zero: it saves), waiting instead, filling the last truck; CASE_NONE */
    /* this line */
    int64_t to_minimum, to_load;                    /* micro added, part of action.qty */
    int64_t line_cost_minor, early_days;            /* of what was added; how much longer it lies */
    int64_t unit[MEASURE_COUNT_];                   /* of one base unit, CASE_NONE not known; value: see unit_cost; pallets: base units a pallet holds */
} CaseOrder;

typedef struct CaseAction {
    const char *verb;           /* "buy", "stop-ordering", "fix" */
    int64_t qty;                /* micro */
    int32_t order_day, arrival_day;
    int64_t unit_cost;          /* micro money per base unit; CASE_NONE */
    int64_t value_minor;        /* qty x unit_cost; CASE_NONE */
    const char *purchase_uom;
    int64_t purchase_qty;       /* micro purchase units */
    int64_t purchase_factor;    /* base units per purchase unit, micro */
    int64_t minimum_minor;      /* supplier's smallest order; CASE_NONE when it has none */
    int64_t minimum_reached_minor; /* what is proposed for the supplier and place together */
    CaseOrder order;
} CaseAction;

typedef struct CaseModel { const char *kind, *runner_up, *version, *engine; } CaseModel;
typedef struct CaseEvidence { RowId row; const char *role; } CaseEvidence;
typedef struct CaseChange { const char *what, *from, *to; } CaseChange;   /* against the version before */

typedef struct CaseNote { const char *code, *text; int64_t row; } CaseNote;   /* what the last days or people did to a number, in words; row 0: none */
typedef struct CaseMember { const char *item, *place; int64_t times_ppm; } CaseMember;   /* of an event: demand of the last days over what was expected */

typedef struct Case {
    CaseKind kind;
    CaseStatus status;
    const char *subject;        /* separates several cases of one kind for one item and place; "" usually */
    const char *item, *description, *place, *supplier, *uom, *currency;   /* codes */
    const char *from_place;     /* the place that sends (move); "" otherwise */
    const char *title;
    const char *opened_why;     /* "new exposure", "is back: ...", "escalated: ..." */
    CaseAction action;
    int64_t rank_minor, at_stake_minor;                 /* >= 0; CASE_NONE when money inputs miss */
    int64_t p0_ppm, p1_ppm;     /* out before an order placed now / at the next opportunity could arrive; CASE_NONE */
    int64_t expected_short;     /* micro units, between the two; CASE_NONE */
    int64_t margin_per_unit;    /* micro money; CASE_NONE */
    int64_t confidence_ppm, confidence_low_ppm;         /* CASE_NONE for fix-data */
    int32_t due_day;            /* decide by */
    Tier tier;
    const char *rule, *rule_text;                       /* which policy rule set the tier */
    int64_t policy_row;
    CaseTerm *terms;            int terms_count;
    CaseOption *options;        int options_count;
    CaseProjection projection;  /* points 0: none (fix-data) */
    CaseFacts facts;
    CaseModel model;
    CaseEvidence *evidence;     int evidence_count;
    const char *input;          /* hex SHA-256 of the frozen input record's blob, "" */
    uint32_t flags;             /* CASE_FLAG_BIT */
    CaseChange *changes;        int changes_count;
    CaseNote *notes;            int notes_count;        /* written only where there are any */
    CaseMember *members;        int members_count;      /* likewise: item-places of an event, by rank */
    CaseBoard board;            /* of an allocation; shares_count 0 elsewhere, and then not written */
} Case;

Case case_empty(void);                                  /* everything not known, nothing counted */
void case_write(Buf *out, const Case *c);               /* canonical: the same case gives the same bytes */
Err case_read(Arena *arena, Text payload, Case *out_case, Why *why);   /* texts and arrays live in the arena */

/* Parts that other screens show too; each writes one member of the object begun. */
void case_projection_write(JsonWriter *json, const CaseProjection *projection);
void case_options_write(JsonWriter *json, const CaseOption *options, int count);
void case_facts_write(JsonWriter *json, const CaseFacts *facts);
void case_model_write(JsonWriter *json, const CaseModel *model);
void case_flags_write(JsonWriter *json, uint32_t flags);
void case_notes_write(JsonWriter *json, const CaseNote *notes, int count);
void case_micro_or_null(JsonWriter *json, const char *name, int64_t micro);   /* CASE_NONE, CASE_NO_DAY: null */
void case_int_or_null(JsonWriter *json, const char *name, int64_t value);
void case_day_or_null(JsonWriter *json, const char *name, int32_t day);

/* What a change says it was and is: a quantity in base units; a day, "" for CASE_NO_DAY. */
const char *case_qty_text(Arena *arena, int64_t micro);
const char *case_day_text(Arena *arena, int32_t day);
CaseKind case_kind_find(const char *name);              /* CASE_KIND_NONE when unknown */
Tier tier_find(const char *name);                       /* TIER_COUNT_ when unknown */
CaseFlag case_flag_find(const char *name);              /* CASE_FLAG_COUNT_ when unknown */

/* Sum of the terms; equals action.qty for every buy case (asserted when planning writes one). */
int64_t case_terms_sum(const Case *c);
/* "buy 264" as queues show it, in `arena`. */
const char *case_action_text(Arena *arena, const Case *c);
/* Lower-case words the queue's filter looks in: item, description, place, supplier, kind, flags. */
const char *case_search_text(Arena *arena, const Case *c);
/* What the line counts in a measure at this quantity; CASE_NONE when not known. */
int64_t case_measure(const Case *c, CaseMeasure measure, int64_t qty_micro);
/* Its quantity becomes a line of an order: to a supplier, or to another place of ours. */
static inline bool case_is_order(CaseKind kind) { return kind == CASE_BUY || kind == CASE_MOVE; }
/* It ends in a command to another system. */
static inline bool case_is_sent(CaseKind kind) { return case_is_order(kind) || kind == CASE_ALLOCATE; }
/* Still wants somebody: open, snoozed, accepted, waiting or approved (not yet in a command). */
static inline bool case_is_undecided(CaseStatus status) { return status == CASE_OPEN || status == CASE_SNOOZED; }
static inline bool case_is_decided_unsent(CaseStatus status) {
    return status == CASE_ACCEPTED || status == CASE_WAITING_APPROVAL || status == CASE_APPROVED;
}
