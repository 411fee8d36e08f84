/* policy.h - what is wanted and who or what may decide, as one versioned file. Data, never code: rules are a list of plain
 * conditions, the first that matches wins, the last must match everything.
 *
 * Money is in minor units of `currency`; shares and quantities are x 10^-6 (_micro: 0.95 is 950000). Keys that a file leaves
 * out have the value of the shipped policy; a key nobody knows, a wrong type or a number out of range refuses the file
 * with its line. Required are "policy", "name", "currency" and "tiers". */
#pragma once
#include <stdbool.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/text.h"
#include "domain/case.h"
#include "domain/fact.h"

typedef enum ServiceMetric { SERVICE_FILL, SERVICE_CYCLE, SERVICE_LINE_FILL, SERVICE_METRIC_COUNT_ } ServiceMetric;
typedef enum QuantityBy { QUANTITY_BY_SERVICE, QUANTITY_BY_COST, QUANTITY_BY_COUNT_ } QuantityBy;
typedef enum PolicyChoice { POLICY_CHOICE_OFF, POLICY_CHOICE_SIMULATED, POLICY_CHOICE_COUNT_ } PolicyChoice;
/* When and up to where: every review to its level; the same without a lot that is worth an order's cost; from an order point up by a lot, (R,s,S); from an
 * order point in whole lots, (s,nQ); as the ERP's own min and max say. */
typedef enum Replenish { REPLENISH_REVIEW, REPLENISH_BASE_STOCK, REPLENISH_ORDER_POINT, REPLENISH_LOTS, REPLENISH_MIN_MAX, REPLENISH_COUNT_ } Replenish;
extern const char *const replenish_names[REPLENISH_COUNT_ + 1];                 /* "review" ... NULL */
Replenish replenish_find(Text name);                                            /* REPLENISH_COUNT_ when unknown */
typedef enum ConfidenceUse { CONFIDENCE_SHIPPED, CONFIDENCE_OWN, CONFIDENCE_USE_COUNT_ } ConfidenceUse;
typedef enum LearnerUse { LEARNER_OFF, LEARNER_CHAMPION, LEARNER_USE_COUNT_ } LearnerUse;
typedef enum SinkKind { SINK_FILE, SINK_HTTP, SINK_KIND_COUNT_ } SinkKind;

typedef struct Rate { int32_t currency; int64_t micro; } Rate;                  /* currency_pack; policy's currency per unit of it, x 10^-6 */
typedef struct NamedShare { const char *name; int64_t micro; } NamedShare;      /* {"A", 980000} */
typedef struct NamedReplenish { const char *name; Replenish how; } NamedReplenish;
typedef struct Names { const char **at; int count; } Names;

/* A condition that is absent does not ask. All present ones must hold. */
typedef struct PolicyRule {
    const char *id;                     /* "R2"; unique */
    uint32_t kinds;                     /* bits 1 << CaseKind; 0 = absent */
    int64_t value_least_minor, value_most_minor;              /* -1 = absent; both inclusive */
    int64_t confidence_least_micro, confidence_most_micro;    /* -1 = absent; both inclusive */
    Names criticality, criticality_not; /* the item's tier: "A", "B", "C", "key" */
    uint32_t flags_any, flags_none;     /* bits 1 << CaseFlag; "*" in the file stands for every flag; 0 = absent */
    Names suppliers, suppliers_not, places, places_not;       /* codes */
    Tier tier;
    int line;                           /* in the file */
} PolicyRule;

typedef struct PolicySink {
    const char *name;
    SinkKind kind;
    const char *directory;              /* file: relative to the store's directory unless it starts with '/' */
    const char *url;                    /* http: the only host we speak to is the one written here */
    const char *lookup_url;             /* http: GET lookup_url + key answers 200 with the document or 404; needed for class 2 */
    int send_class;                     /* 1 the other side enforces the key; 2 it can be looked up; 3 neither: never resent. file is 2 */
    int timeout_s;                      /* of one request; default 30 */
    int quiet_s;                        /* class 2: how long after an unanswered send the other side may still be busy with it; default 600; file: 0 */
    int attempts_most;                  /* then a person; default 8 for class 1, 3 for class 2 */
} PolicySink;

typedef struct Policy {
    const char *name, *currency;
    Rate *rates; int rates_count;                             /* "currencies": what others are worth */
    int bucket_days;                                          /* "bucket": day = 1, week = 7 */
    int64_t service_default_micro;
    NamedShare *service_by_tier; int service_by_tier_count;
    ServiceMetric service_metric;
    int64_t holding_rate_year_micro, lost_share_micro;        /* share of value a year; share of unmet demand that is lost */
    int64_t order_cost_minor;                                 /* of placing one order */
    int64_t review_minutes_micro, minute_rate_minor;          /* attention: minutes a case costs, minor units a minute */
    int64_t wait_cost_share_micro, expedite_premium_share_micro, expedite_days_saved_share_micro;
    int64_t holding_per_unit_period_micro;                    /* money x 10^-6 per unit and bucket; -1 = use the rate on cost */
    int64_t shortage_per_unit_micro;                          /* money x 10^-6 per unit short; -1 = margin and lost_share */
    QuantityBy quantity_by;
    PolicyChoice policy_choice;                               /* whether the newest choice by replays holds, item-place by item-place */
    Replenish replenish_default;                              /* "replenish": an item-place's own row, its place, its item's tier, the default */
    NamedReplenish *replenish_by_tier; int replenish_by_tier_count;
    NamedReplenish *replenish_by_place; int replenish_by_place_count;
    bool orders_cross;                                        /* orders of an item open at once may overtake each other: their lead times are independent */
    int64_t round_down_share_micro;                           /* of a full multiple that an order from a point may leave off; 0 = never */
    int64_t shelf_risk_micro;                                 /* chance that something is left at the end of its shelf life, at most */
    ConfidenceUse confidence;                                 /* which record stands behind it: the shipped one, or one fitted on the store's own past */
    LearnerUse learner;                                       /* whether the newest champion speaks beside the local demand models */
    int review_days, horizon_days;
    int excess_cover_days; int64_t excess_least_value_minor;
    BoardRule allocation_rule; int64_t allocation_floor_micro, allocation_key_weight_micro; int allocation_window_days; NamedShare *allocation_minimum_by_tier; int allocation_minimum_count;     /* of scarce stock between customers */
    PolicyRule *rules; int rules_count;                       /* "tiers" */
    int64_t approval_value_least_minor;                       /* from here on the tier is approval, whatever the rule says */
    const char *approval_role; bool approval_four_eyes; int approval_window_hours;
    int64_t auto_value_day_minor, auto_lines_day;             /* caps of what rules decide in a UTC day */
    int64_t sent_value_day_minor, sent_lines_day;             /* caps of what leaves in a UTC day, whoever decided */
    int64_t qty_most_times_trailing_micro;                    /* above this multiple of the largest past order: never automatic */
    int32_t fresh_hours[FACT_KIND_COUNT_];                    /* older = the feed is stale; 0 = not watched */
    int64_t queue_least_rank_minor; int64_t queue_dead_band_micro;
    int queue_correction_days;                                /* an accepted doubt that is still there after so long is asked again */
    int64_t *queue_bands_minor; int queue_bands_count;        /* ascending */
    PolicySink *sinks; int sinks_count;
    const char *orders_sink; int orders_unmatched_days;
} Policy;

/* Reads and checks a policy file; everything lands in the arena. `name` is for sentences ("policy.json"):
 * "policy.json: line 12: tiers[2].when.value_moost: unknown key", hint "did you mean value_most". */
Err policy_parse(Arena *arena, const char *name, Text json, Policy *out_policy, Why *why);
Text policy_shipped(void);                     /* the file a new store begins with: no automatic tier */
Text policy_demo(void);                        /* the sample distributor's: one automatic tier */
const PolicySink *policy_sink(const Policy *policy, const char *name);         /* NULL when there is none of that name */
int64_t policy_service_micro(const Policy *policy, Text criticality);          /* by_tier, else default */
int64_t policy_allocation_minimum(const Policy *policy, Text tier);             /* of a customer of this tier whose row tells no contract; 0 = none */
Replenish policy_replenish(const Policy *policy, Text criticality, Text place); /* by_place, else by_tier, else default */

/* Money told in another currency, in the policy's, exact to the last half-even digit; `currency` by currency_pack, 0 = the policy's own. false: the
 * policy has no rate for it, or the answer does not fit: then the figure is not known, which is neither 0 nor the same number. */
bool policy_price(const Policy *policy, int32_t currency, int64_t price_micro, int64_t *out_micro);
bool policy_amount(const Policy *policy, int32_t currency, int64_t amount_minor, int64_t *out_minor);

/* What a rule may ask about a case. */
typedef struct PolicyQuestion {
    CaseKind kind;
    int64_t value_minor, confidence_micro;         /* CASE_NONE = not known: no rule that asks for it matches */
    const char *criticality;           /* "A" "B" "C" "key" or "" */
    const char *supplier, *place;      /* codes or "" */
    uint32_t flags;                    /* CASE_FLAG_BIT */
    int64_t qty_micro;                 /* proposed, base units */
    int64_t qty_trailing_most_micro;   /* the largest order of this item-place in the trailing year; 0 = never ordered: not compared */
} PolicyQuestion;

enum { POLICY_TEXT = 1024 };
typedef struct PolicyAnswer {
    Tier tier;
    const char *rule;                  /* id of the rule that matched; lives as long as the policy */
    char text[POLICY_TEXT];            /* "value at most 5,000.00 USD, confidence at least 90 %"; then the gates it carries, in words; then what held automatic back, if anything */
} PolicyAnswer;

/* Pure: same policy and question, same answer, forever. After the first matching rule three brakes may only make the tier
 * stricter: a gate (CASE_GATES) or a quantity far above the trailing largest takes automatic away; a value of approval_value_least or more needs approval. */
Tier policy_tier(const Policy *policy, const PolicyQuestion *question, PolicyAnswer *out_answer);

/* What changed between two policy files, by path ("tiers[1].when.value_most"), in document order of the new one, removed ones last. */
typedef struct PolicyChange { const char *path, *old_text, *new_text; } PolicyChange;   /* JSON texts; NULL = absent */
Err policy_diff(Arena *arena, Text old_json, Text new_json, PolicyChange **out_changes, int *out_count, Why *why);
