/* policy-parse.c - from the file to struct Policy. The scalar keys are rows of one table; lists have a reader each (policy-lists.c). Every
 * sentence reads "FILE: line N: path: what is wrong". */
#include <assert.h>
#include <stddef.h>
#include <string.h>

#include "base/decimal.h"
#include "domain/policy-read.h"
#include "domain/role.h"

/* ---- scalars ---- */
typedef enum ScalarType { SCALAR_INT, SCALAR_INT64, SCALAR_MICRO, SCALAR_BUCKET, SCALAR_METRIC, SCALAR_QUANTITY, SCALAR_LEARNER, SCALAR_CONFIDENCE, SCALAR_REPLENISH, SCALAR_CHOICE, SCALAR_BOARD, SCALAR_BOOL, SCALAR_TEXT } ScalarType;
typedef struct Scalar {
    const char *section, *key;       /* section "" = top level */
    ScalarType type;
    size_t offset;
    int64_t least, most;
} Scalar;

#define AT(field) offsetof(Policy, field)
static const Scalar scalars[] = {
    { "", "name", SCALAR_TEXT, AT(name), 0, 0 },
    { "", "currency", SCALAR_TEXT, AT(currency), 0, 0 },
    { "", "bucket", SCALAR_BUCKET, AT(bucket_days), 0, 0 },
    { "", "quantity", SCALAR_QUANTITY, AT(quantity_by), 0, 0 },
    { "", "learner", SCALAR_LEARNER, AT(learner), 0, 0 },
    { "", "confidence", SCALAR_CONFIDENCE, AT(confidence), 0, 0 },
    { "", "policy_choice", SCALAR_CHOICE, AT(policy_choice), 0, 0 },
    { "", "review_days", SCALAR_INT, AT(review_days), 1, 366 },
    { "", "horizon_days", SCALAR_INT, AT(horizon_days), 7, 730 },
    { "replenish", "default", SCALAR_REPLENISH, AT(replenish_default), 0, 0 },
    { "replenish", "orders_cross", SCALAR_BOOL, AT(orders_cross), 0, 0 },
    { "replenish", "round_down_share", SCALAR_MICRO, AT(round_down_share_micro), 0, MICRO / 2 },
    { "replenish", "shelf_risk", SCALAR_MICRO, AT(shelf_risk_micro), 1000, MICRO / 2 },
    { "service", "default", SCALAR_MICRO, AT(service_default_micro), 500000, 999900 },
    { "service", "metric", SCALAR_METRIC, AT(service_metric), 0, 0 },
    { "costs", "holding_rate_year", SCALAR_MICRO, AT(holding_rate_year_micro), 0, 5 * MICRO },
    { "costs", "lost_share", SCALAR_MICRO, AT(lost_share_micro), 0, MICRO },
    { "costs", "order_cost", SCALAR_INT64, AT(order_cost_minor), 0, POLICY_MONEY_MOST },
    { "costs", "review_minutes", SCALAR_MICRO, AT(review_minutes_micro), 0, 1440 * MICRO },
    { "costs", "minute_rate", SCALAR_INT64, AT(minute_rate_minor), 0, POLICY_MONEY_MOST },
    { "costs", "wait_cost_share", SCALAR_MICRO, AT(wait_cost_share_micro), 0, MICRO },
    { "costs", "expedite_premium_share", SCALAR_MICRO, AT(expedite_premium_share_micro), 0, 10 * MICRO },
    { "costs", "expedite_days_saved_share", SCALAR_MICRO, AT(expedite_days_saved_share_micro), 0, MICRO },
    { "costs", "holding_per_unit_period", SCALAR_MICRO, AT(holding_per_unit_period_micro), 0, 1000000 * MICRO },
    { "costs", "shortage_per_unit", SCALAR_MICRO, AT(shortage_per_unit_micro), 0, 1000000 * MICRO },
    { "excess", "cover_days", SCALAR_INT, AT(excess_cover_days), 1, 3650 },
    { "excess", "least_value", SCALAR_INT64, AT(excess_least_value_minor), 0, POLICY_MONEY_MOST },
    { "allocation", "rule", SCALAR_BOARD, AT(allocation_rule), 0, 0 },
    { "allocation", "floor_share", SCALAR_MICRO, AT(allocation_floor_micro), 0, MICRO },
    { "allocation", "key_weight", SCALAR_MICRO, AT(allocation_key_weight_micro), MICRO, 100 * MICRO },
    { "allocation", "window_days", SCALAR_INT, AT(allocation_window_days), 1, 90 },
    { "approval", "value_least", SCALAR_INT64, AT(approval_value_least_minor), 0, POLICY_MONEY_MOST },
    { "approval", "role", SCALAR_TEXT, AT(approval_role), 0, 0 },
    { "approval", "four_eyes", SCALAR_BOOL, AT(approval_four_eyes), 0, 0 },
    { "approval", "window_hours", SCALAR_INT, AT(approval_window_hours), 1, 720 },
    { "limits", "auto_value_day", SCALAR_INT64, AT(auto_value_day_minor), 0, POLICY_MONEY_MOST },
    { "limits", "auto_lines_day", SCALAR_INT64, AT(auto_lines_day), 0, 1000000000 },
    { "limits", "sent_value_day", SCALAR_INT64, AT(sent_value_day_minor), 0, POLICY_MONEY_MOST },
    { "limits", "sent_lines_day", SCALAR_INT64, AT(sent_lines_day), 0, 1000000000 },
    { "limits", "qty_most_times_trailing", SCALAR_MICRO, AT(qty_most_times_trailing_micro), MICRO, 1000 * MICRO },
    { "queue", "least_rank", SCALAR_INT64, AT(queue_least_rank_minor), 0, POLICY_MONEY_MOST },
    { "queue", "dead_band_share", SCALAR_MICRO, AT(queue_dead_band_micro), 0, MICRO },
    { "queue", "correction_days", SCALAR_INT, AT(queue_correction_days), 1, 366 },
    { "orders", "sink", SCALAR_TEXT, AT(orders_sink), 0, 0 },
    { "orders", "unmatched_days", SCALAR_INT, AT(orders_unmatched_days), 1, 90 },
};
#undef AT

static Err read_scalar(PolicyParse *parse, const Scalar *scalar, const JsonValue *value, const char *path, Policy *policy) {
    static const char *const buckets[] = { "day", "week", NULL };
    static const char *const metrics[] = { [SERVICE_FILL] = "fill", [SERVICE_CYCLE] = "cycle", [SERVICE_LINE_FILL] = "line-fill", NULL };
    static const char *const choices[] = { [POLICY_CHOICE_OFF] = "off", [POLICY_CHOICE_SIMULATED] = "simulated", NULL };
    static const char *const learners[] = { [LEARNER_OFF] = "off", [LEARNER_CHAMPION] = "champion", NULL };
    static const char *const records[] = { [CONFIDENCE_SHIPPED] = "shipped", [CONFIDENCE_OWN] = "own", NULL };
    static const char *const quantities[] = { [QUANTITY_BY_SERVICE] = "service", [QUANTITY_BY_COST] = "cost", NULL };
    void *field = (char *)policy + scalar->offset;
    int64_t number;
    int word = 0;
    switch (scalar->type) {
    case SCALAR_INT:
        TRY(policy_read_whole(parse, value, path, scalar->least, scalar->most, &number));
        *(int *)field = (int)number;
        return OK;
    case SCALAR_INT64: return policy_read_whole(parse, value, path, scalar->least, scalar->most, field);
    case SCALAR_MICRO: return policy_read_micro(parse, value, path, scalar->least, scalar->most, field);
    case SCALAR_TEXT: return policy_read_text(parse, value, path, field);
    case SCALAR_BUCKET:
        TRY(policy_read_word(parse, value, path, buckets, &word));
        policy->bucket_days = word == 0 ? 1 : 7;
        return OK;
    case SCALAR_METRIC:
        TRY(policy_read_word(parse, value, path, metrics, &word));
        policy->service_metric = (ServiceMetric)word;
        return OK;
    case SCALAR_QUANTITY:
        TRY(policy_read_word(parse, value, path, quantities, &word));
        policy->quantity_by = (QuantityBy)word;
        return OK;
    case SCALAR_CHOICE:
        TRY(policy_read_word(parse, value, path, choices, &word));
        policy->policy_choice = (PolicyChoice)word;
        return OK;
    case SCALAR_CONFIDENCE:
        TRY(policy_read_word(parse, value, path, records, &word));
        policy->confidence = (ConfidenceUse)word;
        return OK;
    case SCALAR_LEARNER:
        TRY(policy_read_word(parse, value, path, learners, &word));
        policy->learner = (LearnerUse)word;
        return OK;
    case SCALAR_BOARD:
        TRY(policy_read_word(parse, value, path, board_rule_names, &word));
        policy->allocation_rule = (BoardRule)word;
        return OK;
    case SCALAR_REPLENISH:
        TRY(policy_read_word(parse, value, path, replenish_names, &word));
        policy->replenish_default = (Replenish)word;
        return OK;
    case SCALAR_BOOL:
        if (!json_is(value, JSON_TRUE) && !json_is(value, JSON_FALSE)) return policy_bad(parse, value, path, "must be true or false");
        *(bool *)field = value->kind == JSON_TRUE;
        return OK;
    }
    assert(!"a scalar type without a reader");
    return ERR_INVALID;
}

static Err read_scalars(PolicyParse *parse, const JsonValue *root, Policy *policy) {
    for (size_t i = 0; i < sizeof scalars / sizeof scalars[0]; i++) {
        const Scalar *scalar = &scalars[i];
        const JsonValue *section = *scalar->section ? json_get(root, scalar->section) : root;
        const JsonValue *value = json_get(section, scalar->key);
        if (value) TRY(read_scalar(parse, scalar, value, policy_below(parse, scalar->section, scalar->key), policy));
    }
    return OK;
}

/* ---- the whole ---- */
static Err check_keys(PolicyParse *parse, const JsonValue *root) {
    const JsonValue *section;
    TRY(ONLY(parse, root, "", "policy", "name", "currency", "currencies", "bucket", "service", "costs", "quantity", "replenish", "policy_choice", "confidence", "learner", "review_days", "horizon_days",
             "excess", "allocation", "tiers", "approval", "limits", "fresh", "queue", "sinks", "orders"));
    if ((section = json_get(root, "service"))) TRY(ONLY(parse, section, "service", "default", "by_tier", "metric"));
    if ((section = json_get(root, "replenish"))) TRY(ONLY(parse, section, "replenish", "default", "by_tier", "by_place", "round_down_share", "shelf_risk", "orders_cross"));
    if ((section = json_get(root, "costs")))
        TRY(ONLY(parse, section, "costs", "holding_rate_year", "lost_share", "order_cost", "review_minutes", "minute_rate", "wait_cost_share",
                 "expedite_premium_share", "expedite_days_saved_share", "holding_per_unit_period", "shortage_per_unit"));
    if ((section = json_get(root, "excess"))) TRY(ONLY(parse, section, "excess", "cover_days", "least_value"));
    if ((section = json_get(root, "allocation"))) TRY(ONLY(parse, section, "allocation", "rule", "floor_share", "key_weight", "window_days", "minimum_by_tier"));
    if ((section = json_get(root, "approval"))) TRY(ONLY(parse, section, "approval", "value_least", "role", "four_eyes", "window_hours"));
    if ((section = json_get(root, "limits")))
        TRY(ONLY(parse, section, "limits", "auto_value_day", "auto_lines_day", "sent_value_day", "sent_lines_day", "qty_most_times_trailing"));
    if ((section = json_get(root, "queue"))) TRY(ONLY(parse, section, "queue", "least_rank", "dead_band_share", "correction_days", "bands"));
    if ((section = json_get(root, "orders"))) TRY(ONLY(parse, section, "orders", "sink", "unmatched_days"));
    static const char *const required[] = { "policy", "name", "currency", "tiers" };
    for (size_t i = 0; i < sizeof required / sizeof required[0]; i++)
        if (!json_get(root, required[i])) return policy_bad(parse, root, required[i], "is missing");
    return OK;
}

static Err check_whole(PolicyParse *parse, const JsonValue *root, const Policy *policy) {
    if (currency_exponent(policy->currency) < 0) return policy_bad(parse, json_get(root, "currency"), "currency", "must be an ISO 4217 code such as \"USD\"");
    if (!role_may(role_find(text_of(policy->approval_role)), MAY_APPROVE))
        return policy_bad(parse, json_get(json_get(root, "approval"), "role"), "approval.role", "must be \"approver\" or \"admin\"");
    if (!policy_sink(policy, policy->orders_sink)) {
        const JsonValue *orders = json_get(root, "orders");
        return policy_bad(parse, orders ? orders : json_get(root, "sinks"), "orders.sink", text_format(parse->arena, "there is no sink named \"%.60s\"", policy->orders_sink));
    }
    return OK;
}

/* What a file that leaves a key out gets: the numbers of policies/shipped.json (a test compares the two). */
static Policy policy_defaults(Arena *arena) {
    static const NamedShare by_tier[] = { { "key", 990000 }, { "A", 980000 }, { "B", 960000 }, { "C", 920000 } };
    static const int64_t bands[] = { 1000, 10000, 100000, 1000000 };
    Policy policy = {
        .bucket_days = 1, .service_default_micro = 950000, .service_metric = SERVICE_FILL,
        .holding_rate_year_micro = 220000, .lost_share_micro = 350000, .order_cost_minor = 2500, .review_minutes_micro = 4 * MICRO,
        .minute_rate_minor = 80, .wait_cost_share_micro = 20000, .expedite_premium_share_micro = 150000, .expedite_days_saved_share_micro = 500000,
        .holding_per_unit_period_micro = -1, .shortage_per_unit_micro = -1,
        .quantity_by = QUANTITY_BY_SERVICE, .shelf_risk_micro = 100000, .review_days = 7, .horizon_days = 60,
        .excess_cover_days = 180, .excess_least_value_minor = 50000,
        .allocation_rule = BOARD_MARGIN_AWARE, .allocation_floor_micro = 250000, .allocation_key_weight_micro = 2 * MICRO, .allocation_window_days = 14,
        .approval_value_least_minor = 2500000, .approval_role = "approver", .approval_four_eyes = true, .approval_window_hours = 24,
        .sent_value_day_minor = 50000000, .sent_lines_day = 2000, .qty_most_times_trailing_micro = 4 * MICRO,
        .queue_least_rank_minor = 500, .queue_dead_band_micro = 150000, .queue_correction_days = 14,
        .orders_sink = "erp-files", .orders_unmatched_days = 3,
    };
    policy.fresh_hours[FACT_STOCK] = 48;
    policy.fresh_hours[FACT_ORDER_LINE] = 72;
    policy.service_by_tier = many_in(arena, NamedShare, sizeof by_tier / sizeof by_tier[0]);
    memcpy(policy.service_by_tier, by_tier, sizeof by_tier);
    policy.service_by_tier_count = sizeof by_tier / sizeof by_tier[0];
    policy.queue_bands_minor = many_in(arena, int64_t, sizeof bands / sizeof bands[0]);
    memcpy(policy.queue_bands_minor, bands, sizeof bands);
    policy.queue_bands_count = sizeof bands / sizeof bands[0];
    policy.sinks = many_in(arena, PolicySink, 1);
    policy.sinks[0] = (PolicySink){ .name = "erp-files", .kind = SINK_FILE, .directory = "outgoing", .send_class = 2, .timeout_s = 30, .attempts_most = 3 };
    policy.sinks_count = 1;
    return policy;
}

Err policy_parse(Arena *arena, const char *name, Text json, Policy *out_policy, Why *why) {
    PolicyParse parse = { .arena = arena, .name = name, .why = why };
    const JsonValue *root, *value;
    int64_t format;
    TRY_DOING(json_parse(arena, json, &root, why), "%s", name);
    Policy policy = policy_defaults(arena);
    TRY(check_keys(&parse, root));
    TRY(policy_read_whole(&parse, json_get(root, "policy"), "policy", 1, 1, &format));
    TRY(read_scalars(&parse, root, &policy));
    TRY(policy_read_rules(&parse, json_get(root, "tiers"), &policy));
    if ((value = json_get(json_get(root, "service"), "by_tier"))) TRY(policy_read_by_tier(&parse, value, "service.by_tier", 500000, 999900, &policy.service_by_tier, &policy.service_by_tier_count));
    if ((value = json_get(json_get(root, "allocation"), "minimum_by_tier")))
        TRY(policy_read_by_tier(&parse, value, "allocation.minimum_by_tier", 0, MICRO, &policy.allocation_minimum_by_tier, &policy.allocation_minimum_count));
    if ((value = json_get(json_get(root, "replenish"), "by_tier")))
        TRY(policy_read_replenish(&parse, value, "replenish.by_tier", &policy.replenish_by_tier, &policy.replenish_by_tier_count));
    if ((value = json_get(json_get(root, "replenish"), "by_place")))
        TRY(policy_read_replenish(&parse, value, "replenish.by_place", &policy.replenish_by_place, &policy.replenish_by_place_count));
    if ((value = json_get(root, "currencies"))) TRY(policy_read_currencies(&parse, value, &policy));
    if ((value = json_get(root, "fresh"))) TRY(policy_read_fresh(&parse, value, &policy));
    if ((value = json_get(json_get(root, "queue"), "bands"))) TRY(policy_read_bands(&parse, value, &policy));
    if ((value = json_get(root, "sinks"))) TRY(policy_read_sinks(&parse, value, &policy));
    TRY(check_whole(&parse, root, &policy));
    *out_policy = policy;
    return OK;
}
