/* policy-parse.c - from the file to struct Policy. The scalar keys are rows of one table; lists have a reader each. Every
 * sentence reads "FILE: line N: path: what is wrong". */
#include <assert.h>
#include <limits.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include "base/decimal.h"
#include "base/json.h"
#include "domain/policy.h"
#include "domain/role.h"

enum { RULES_MOST = 500, NAMES_MOST = 1000, SINKS_MOST = 20, BANDS_MOST = 20 };

typedef struct Parse {
    Arena *arena;
    const char *name;
    Why *why;
} Parse;

static Err bad(Parse *parse, const JsonValue *at, const char *path, const char *what) {
    return fail(parse->why, ERR_INVALID, "%s: line %d: %s: %s", parse->name, at ? at->line : 1, path, what);
}

static const char *below(Parse *parse, const char *path, const char *name) {
    return *path ? text_format(parse->arena, "%s.%s", path, name) : name;
}

static Err only(Parse *parse, const JsonValue *object, const char *path, const char *const *names, size_t count) {
    if (!json_is(object, JSON_OBJECT)) return bad(parse, object, *path ? path : "the file", "must be an object { ... }");
    json_each(member, object) {
        size_t i = 0;
        while (i < count && strcmp(member->name, names[i]) != 0) i++;
        if (i < count) continue;
        Err err = bad(parse, member, below(parse, path, member->name), "unknown key");
        const char *near = text_nearest(text_of(member->name), names, count);
        return near ? fail_hint(parse->why, err, "did you mean \"%s\"?", near)
                    : fail_hint(parse->why, err, "remove it; the keys are described in docs/policy.md");
    }
    return OK;
}
#define ONLY(parse, object, path, ...)                                                                  \
    only(parse, object, path, (const char *const[]){ __VA_ARGS__ }, sizeof((const char *const[]){ __VA_ARGS__ }) / sizeof(char *))

static Err read_text(Parse *parse, const JsonValue *value, const char *path, const char **out) {
    if (!json_is(value, JSON_STRING)) return bad(parse, value, path, "must be a text in quotes");
    if (value->text.length == 0) return bad(parse, value, path, "must not be empty");
    if (memchr(value->text.at, 0, value->text.length)) return bad(parse, value, path, "must not hold a NUL");
    *out = text_keep(parse->arena, value->text);
    return OK;
}

/* A decimal within [least, most], both in micro. */
static Err read_micro(Parse *parse, const JsonValue *value, const char *path, int64_t least, int64_t most, int64_t *out) {
    int64_t micro;
    char low[DECIMAL_TEXT], high[DECIMAL_TEXT];
    if (!json_is(value, JSON_NUMBER)) return bad(parse, value, path, "must be a number");
    if (decimal_parse(value->text, DECIMAL_POINT, &micro, NULL) != OK)
        return bad(parse, value, path, "must be a plain decimal number with at most six decimals");
    if (micro < least || micro > most) {
        decimal_format(least, low);
        decimal_format(most, high);
        return bad(parse, value, path, text_format(parse->arena, "must be between %s and %s", low, high));
    }
    *out = micro;
    return OK;
}

static Err read_whole(Parse *parse, const JsonValue *value, const char *path, int64_t least, int64_t most, int64_t *out) {
    int64_t number;
    if (!json_is(value, JSON_NUMBER) || integer_parse(value->text, &number, NULL) != OK)
        return bad(parse, value, path, "must be a whole number");
    if (number < least || number > most)
        return bad(parse, value, path, text_format(parse->arena, "must be between %lld and %lld", (long long)least, (long long)most));
    *out = number;
    return OK;
}

/* The number of the word in `words` (NULL-terminated). */
static Err read_word(Parse *parse, const JsonValue *value, const char *path, const char *const *words, int *out) {
    const char *all = "";
    for (int i = 0; words[i]; i++) {
        if (json_is(value, JSON_STRING) && text_is(value->text, words[i])) {
            *out = i;
            return OK;
        }
        all = text_format(parse->arena, "%s%s\"%s\"", all, i ? ", " : "", words[i]);
    }
    return bad(parse, value, path, text_format(parse->arena, "must be one of %s", all));
}

static Err read_names(Parse *parse, const JsonValue *value, const char *path, Names *out) {
    if (!json_is(value, JSON_ARRAY)) return bad(parse, value, path, "must be a list [ ... ] of texts");
    if (value->count == 0) return bad(parse, value, path, "an empty list can never match: leave the key out");
    if (value->count > NAMES_MOST) return bad(parse, value, path, "has more than 1,000 entries");
    out->at = many_in(parse->arena, const char *, value->count);
    out->count = 0;
    json_each(element, value) TRY(read_text(parse, element, path, &out->at[out->count++]));
    return OK;
}

/* ---- scalars ---- */
typedef enum ScalarType { SCALAR_INT, SCALAR_INT64, SCALAR_MICRO, SCALAR_BUCKET, SCALAR_METRIC, SCALAR_QUANTITY, SCALAR_LEARNER, SCALAR_REPLENISH, SCALAR_CHOICE, SCALAR_BOARD, SCALAR_BOOL, SCALAR_TEXT } ScalarType;
typedef struct Scalar {
    const char *section, *key;       /* section "" = top level */
    ScalarType type;
    size_t offset;
    int64_t least, most;
} Scalar;

#define AT(field) offsetof(Policy, field)
#define MONEY_MOST (INT64_MAX / 4)
static const Scalar scalars[] = {
    { "", "name", SCALAR_TEXT, AT(name), 0, 0 },
    { "", "currency", SCALAR_TEXT, AT(currency), 0, 0 },
    { "", "bucket", SCALAR_BUCKET, AT(bucket_days), 0, 0 },
    { "", "quantity", SCALAR_QUANTITY, AT(quantity_by), 0, 0 },
    { "", "learner", SCALAR_LEARNER, AT(learner), 0, 0 },
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
    { "costs", "order_cost", SCALAR_INT64, AT(order_cost_minor), 0, MONEY_MOST },
    { "costs", "review_minutes", SCALAR_MICRO, AT(review_minutes_micro), 0, 1440 * MICRO },
    { "costs", "minute_rate", SCALAR_INT64, AT(minute_rate_minor), 0, MONEY_MOST },
    { "costs", "wait_cost_share", SCALAR_MICRO, AT(wait_cost_share_micro), 0, MICRO },
    { "costs", "expedite_premium_share", SCALAR_MICRO, AT(expedite_premium_share_micro), 0, 10 * MICRO },
    { "costs", "expedite_days_saved_share", SCALAR_MICRO, AT(expedite_days_saved_share_micro), 0, MICRO },
    { "costs", "holding_per_unit_period", SCALAR_MICRO, AT(holding_per_unit_period_micro), 0, 1000000 * MICRO },
    { "costs", "shortage_per_unit", SCALAR_MICRO, AT(shortage_per_unit_micro), 0, 1000000 * MICRO },
    { "excess", "cover_days", SCALAR_INT, AT(excess_cover_days), 1, 3650 },
    { "excess", "least_value", SCALAR_INT64, AT(excess_least_value_minor), 0, MONEY_MOST },
    { "allocation", "rule", SCALAR_BOARD, AT(allocation_rule), 0, 0 },
    { "allocation", "floor_share", SCALAR_MICRO, AT(allocation_floor_micro), 0, MICRO },
    { "allocation", "key_weight", SCALAR_MICRO, AT(allocation_key_weight_micro), MICRO, 100 * MICRO },
    { "allocation", "window_days", SCALAR_INT, AT(allocation_window_days), 1, 90 },
    { "approval", "value_least", SCALAR_INT64, AT(approval_value_least_minor), 0, MONEY_MOST },
    { "approval", "role", SCALAR_TEXT, AT(approval_role), 0, 0 },
    { "approval", "four_eyes", SCALAR_BOOL, AT(approval_four_eyes), 0, 0 },
    { "approval", "window_hours", SCALAR_INT, AT(approval_window_hours), 1, 720 },
    { "limits", "auto_value_day", SCALAR_INT64, AT(auto_value_day_minor), 0, MONEY_MOST },
    { "limits", "auto_lines_day", SCALAR_INT64, AT(auto_lines_day), 0, 1000000000 },
    { "limits", "sent_value_day", SCALAR_INT64, AT(sent_value_day_minor), 0, MONEY_MOST },
    { "limits", "sent_lines_day", SCALAR_INT64, AT(sent_lines_day), 0, 1000000000 },
    { "limits", "qty_most_times_trailing", SCALAR_MICRO, AT(qty_most_times_trailing_micro), MICRO, 1000 * MICRO },
    { "queue", "least_rank", SCALAR_INT64, AT(queue_least_rank_minor), 0, MONEY_MOST },
    { "queue", "dead_band_share", SCALAR_MICRO, AT(queue_dead_band_micro), 0, MICRO },
    { "queue", "correction_days", SCALAR_INT, AT(queue_correction_days), 1, 366 },
    { "orders", "sink", SCALAR_TEXT, AT(orders_sink), 0, 0 },
    { "orders", "unmatched_days", SCALAR_INT, AT(orders_unmatched_days), 1, 90 },
};
#undef AT

static Err read_scalar(Parse *parse, const Scalar *scalar, const JsonValue *value, const char *path, Policy *policy) {
    static const char *const buckets[] = { "day", "week", NULL };
    static const char *const metrics[] = { [SERVICE_FILL] = "fill", [SERVICE_CYCLE] = "cycle", [SERVICE_LINE_FILL] = "line-fill", NULL };
    static const char *const choices[] = { [POLICY_CHOICE_OFF] = "off", [POLICY_CHOICE_SIMULATED] = "simulated", NULL };
    static const char *const learners[] = { [LEARNER_OFF] = "off", [LEARNER_CHAMPION] = "champion", NULL };
    static const char *const quantities[] = { [QUANTITY_BY_SERVICE] = "service", [QUANTITY_BY_COST] = "cost", NULL };
    void *field = (char *)policy + scalar->offset;
    int64_t number;
    int word = 0;
    switch (scalar->type) {
    case SCALAR_INT:
        TRY(read_whole(parse, value, path, scalar->least, scalar->most, &number));
        *(int *)field = (int)number;
        return OK;
    case SCALAR_INT64: return read_whole(parse, value, path, scalar->least, scalar->most, field);
    case SCALAR_MICRO: return read_micro(parse, value, path, scalar->least, scalar->most, field);
    case SCALAR_TEXT: return read_text(parse, value, path, field);
    case SCALAR_BUCKET:
        TRY(read_word(parse, value, path, buckets, &word));
        policy->bucket_days = word == 0 ? 1 : 7;
        return OK;
    case SCALAR_METRIC:
        TRY(read_word(parse, value, path, metrics, &word));
        policy->service_metric = (ServiceMetric)word;
        return OK;
    case SCALAR_QUANTITY:
        TRY(read_word(parse, value, path, quantities, &word));
        policy->quantity_by = (QuantityBy)word;
        return OK;
    case SCALAR_CHOICE:
        TRY(read_word(parse, value, path, choices, &word));
        policy->policy_choice = (PolicyChoice)word;
        return OK;
    case SCALAR_LEARNER:
        TRY(read_word(parse, value, path, learners, &word));
        policy->learner = (LearnerUse)word;
        return OK;
    case SCALAR_BOARD:
        TRY(read_word(parse, value, path, board_rule_names, &word));
        policy->allocation_rule = (BoardRule)word;
        return OK;
    case SCALAR_REPLENISH:
        TRY(read_word(parse, value, path, replenish_names, &word));
        policy->replenish_default = (Replenish)word;
        return OK;
    case SCALAR_BOOL:
        if (!json_is(value, JSON_TRUE) && !json_is(value, JSON_FALSE)) return bad(parse, value, path, "must be true or false");
        *(bool *)field = value->kind == JSON_TRUE;
        return OK;
    }
    assert(!"a scalar type without a reader");
    return ERR_INVALID;
}

static Err read_scalars(Parse *parse, const JsonValue *root, Policy *policy) {
    for (size_t i = 0; i < sizeof scalars / sizeof scalars[0]; i++) {
        const Scalar *scalar = &scalars[i];
        const JsonValue *section = *scalar->section ? json_get(root, scalar->section) : root;
        const JsonValue *value = json_get(section, scalar->key);
        if (value) TRY(read_scalar(parse, scalar, value, below(parse, scalar->section, scalar->key), policy));
    }
    return OK;
}

/* ---- rules ---- */
static Err read_bits(Parse *parse, const JsonValue *value, const char *path, uint32_t *out, uint32_t (*bits)(const char *name)) {
    Names names;
    TRY(read_names(parse, value, path, &names));
    for (int i = 0; i < names.count; i++) {
        uint32_t found = bits(names.at[i]);
        if (!found) return bad(parse, value, path, text_format(parse->arena, "\"%.60s\" is not known", names.at[i]));
        *out |= found;
    }
    return OK;
}
static uint32_t kind_bits(const char *name) {
    CaseKind kind = case_kind_find(name);
    return kind == CASE_KIND_NONE ? 0 : 1u << kind;
}
static uint32_t flag_bits(const char *name) {
    if (strcmp(name, "*") == 0) return UINT32_MAX;
    CaseFlag flag = case_flag_find(name);
    return flag == CASE_FLAG_COUNT_ ? 0 : 1u << flag;
}

static Err read_when(Parse *parse, const JsonValue *when, const char *path, PolicyRule *rule) {
    struct { const char *name; Names *names; } lists[] = {
        { "criticality", &rule->criticality }, { "criticality_not", &rule->criticality_not },
        { "supplier", &rule->suppliers },      { "supplier_not", &rule->suppliers_not },
        { "place", &rule->places },            { "place_not", &rule->places_not },
    };
    struct { const char *name; int64_t *number; bool share; } numbers[] = {
        { "value_least", &rule->value_least_minor, false }, { "value_most", &rule->value_most_minor, false },
        { "confidence_least", &rule->confidence_least_micro, true }, { "confidence_most", &rule->confidence_most_micro, true },
    };
    TRY(ONLY(parse, when, path, "kind", "flags_any", "flags_none", "criticality", "criticality_not", "supplier", "supplier_not",
             "place", "place_not", "value_least", "value_most", "confidence_least", "confidence_most"));
    const JsonValue *value;
    if ((value = json_get(when, "kind"))) TRY(read_bits(parse, value, below(parse, path, "kind"), &rule->kinds, kind_bits));
    if ((value = json_get(when, "flags_any"))) TRY(read_bits(parse, value, below(parse, path, "flags_any"), &rule->flags_any, flag_bits));
    if ((value = json_get(when, "flags_none"))) TRY(read_bits(parse, value, below(parse, path, "flags_none"), &rule->flags_none, flag_bits));
    for (size_t i = 0; i < sizeof lists / sizeof lists[0]; i++)
        if ((value = json_get(when, lists[i].name))) TRY(read_names(parse, value, below(parse, path, lists[i].name), lists[i].names));
    for (size_t i = 0; i < sizeof numbers / sizeof numbers[0]; i++) {
        if (!(value = json_get(when, numbers[i].name))) continue;
        const char *at = below(parse, path, numbers[i].name);
        TRY(numbers[i].share ? read_micro(parse, value, at, 0, MICRO, numbers[i].number)
                             : read_whole(parse, value, at, 0, MONEY_MOST, numbers[i].number));
    }
    return OK;
}

static Err read_rules(Parse *parse, const JsonValue *list, Policy *policy) {
    if (!json_is(list, JSON_ARRAY)) return bad(parse, list, "tiers", "must be a list [ ... ] of rules");
    if (list->count == 0) return bad(parse, list, "tiers", "must hold at least the rule that matches everything");
    if (list->count > RULES_MOST) return bad(parse, list, "tiers", "has more than 500 rules");
    policy->rules = many_in(parse->arena, PolicyRule, list->count);
    policy->rules_count = 0;
    json_each(element, list) {
        const char *path = text_format(parse->arena, "tiers[%d]", policy->rules_count);
        PolicyRule *rule = &policy->rules[policy->rules_count];
        *rule = (PolicyRule){ .value_least_minor = -1, .value_most_minor = -1, .confidence_least_micro = -1, .confidence_most_micro = -1, .line = element->line };
        int tier = 0;
        TRY(ONLY(parse, element, path, "id", "when", "tier"));
        const JsonValue *id = json_get(element, "id"), *when = json_get(element, "when");
        TRY(read_text(parse, id ? id : element, below(parse, path, "id"), &rule->id));
        for (int i = 0; i < policy->rules_count; i++)
            if (strcmp(policy->rules[i].id, rule->id) == 0) return bad(parse, id, below(parse, path, "id"), "is used by an earlier rule");
        if (!when) return bad(parse, element, below(parse, path, "when"), "is missing: write \"when\": {} to match everything");
        TRY(read_when(parse, when, below(parse, path, "when"), rule));
        const JsonValue *word = json_get(element, "tier");
        TRY(read_word(parse, word ? word : element, below(parse, path, "tier"), (const char *const[]){ "review", "auto", "approval", NULL }, &tier));
        rule->tier = (Tier)tier;
        bool last = ++policy->rules_count == (int)list->count;
        if (last != (when->count == 0)) {
            Err err = last ? bad(parse, element, path, "the last rule must match everything")
                           : bad(parse, element, path, "matches everything, so the rules after it would never be asked");
            return fail_hint(parse->why, err, "end the list with { \"id\": \"R9\", \"when\": {}, \"tier\": \"review\" }");
        }
        if (last && rule->tier == TIER_AUTO) {
            Err err = bad(parse, element, path, "the rule that matches everything must not be automatic");
            return fail_hint(parse->why, err, "name the conditions under which a rule may decide, and let the rest be \"review\"");
        }
    }
    return OK;
}
_Static_assert(TIER_REVIEW == 0 && TIER_AUTO == 1 && TIER_APPROVAL == 2, "read_rules numbers the words so");

/* ---- lists ---- */
static Err read_by_tier(Parse *parse, const JsonValue *object, Policy *policy) {
    if (!json_is(object, JSON_OBJECT)) return bad(parse, object, "service.by_tier", "must be an object { ... }");
    policy->service_by_tier = many_in(parse->arena, NamedShare, object->count + 1);
    policy->service_by_tier_count = 0;
    json_each(member, object) {
        NamedShare *share = &policy->service_by_tier[policy->service_by_tier_count++];
        share->name = text_copy(parse->arena, member->name);
        TRY(read_micro(parse, member, below(parse, "service.by_tier", member->name), 500000, 999900, &share->micro));
    }
    return OK;
}

static Err read_replenish(Parse *parse, const JsonValue *object, const char *path, NamedReplenish **out, int *out_count) {
    int how = 0;
    if (!json_is(object, JSON_OBJECT)) return bad(parse, object, path, "must be an object { ... }");
    *out = many_in(parse->arena, NamedReplenish, object->count + 1);
    *out_count = 0;
    json_each(member, object) {
        TRY(read_word(parse, member, below(parse, path, member->name), replenish_names, &how));
        (*out)[(*out_count)++] = (NamedReplenish){ text_copy(parse->arena, member->name), (Replenish)how };
    }
    return OK;
}

static Err read_currencies(Parse *parse, const JsonValue *object, Policy *policy) {
    if (!json_is(object, JSON_OBJECT)) return bad(parse, object, "currencies", "must be an object { ... }");
    policy->rates = many_in(parse->arena, Rate, object->count + 1);
    policy->rates_count = 0;
    json_each(member, object) {
        const char *path = below(parse, "currencies", member->name);
        if (currency_exponent(member->name) < 0) return bad(parse, member, path, "is not an ISO 4217 code");
        if (strcmp(member->name, policy->currency) == 0) return bad(parse, member, path, "is the policy's own currency, which is worth 1");
        Rate *rate = &policy->rates[policy->rates_count++];
        rate->currency = currency_pack(text_of(member->name));
        TRY(read_micro(parse, member, path, 1, 1000000 * MICRO, &rate->micro));
    }
    return OK;
}

static Err read_fresh(Parse *parse, const JsonValue *object, Policy *policy) {
    if (!json_is(object, JSON_OBJECT)) return bad(parse, object, "fresh", "must be an object { ... }");
    memset(policy->fresh_hours, 0, sizeof policy->fresh_hours);
    json_each(member, object) {
        const char *path = below(parse, "fresh", member->name);
        FactKind kind = fact_kind_find(text_of(member->name));
        int64_t hours;
        if (kind == FACT_NONE) return bad(parse, member, path, "is not a kind of fact");
        TRY(ONLY(parse, member, path, "hours"));
        const JsonValue *value = json_get(member, "hours");
        TRY(read_whole(parse, value ? value : member, below(parse, path, "hours"), 1, 24 * 366, &hours));
        policy->fresh_hours[kind] = (int32_t)hours;
    }
    return OK;
}

static Err read_bands(Parse *parse, const JsonValue *list, Policy *policy) {
    if (!json_is(list, JSON_ARRAY) || list->count > BANDS_MOST) return bad(parse, list, "queue.bands", "must be a list of at most 20 amounts");
    policy->queue_bands_minor = many_in(parse->arena, int64_t, list->count + 1);
    policy->queue_bands_count = 0;
    json_each(element, list) {
        int64_t *band = &policy->queue_bands_minor[policy->queue_bands_count++];
        TRY(read_whole(parse, element, "queue.bands", 0, MONEY_MOST, band));
        if (policy->queue_bands_count > 1 && band[0] <= band[-1]) return bad(parse, element, "queue.bands", "must be ascending");
    }
    return OK;
}

static Err read_sink_numbers(Parse *parse, const JsonValue *element, const char *path, PolicySink *sink) {
    int64_t send_class = sink->kind == SINK_FILE ? 2 : 3, timeout = 30, quiet, attempts;
    const JsonValue *value;
    if ((value = json_get(element, "class"))) TRY(read_whole(parse, value, below(parse, path, "class"), 1, 3, &send_class));
    if (sink->kind == SINK_FILE && send_class != 2) return bad(parse, value, below(parse, path, "class"), "a folder is looked into by name: class 2");
    if (sink->kind == SINK_HTTP && send_class == 2 && !sink->lookup_url)
        return bad(parse, value, path, "class 2 needs \"lookup_url\", to ask whether an order arrived");
    quiet = sink->kind == SINK_FILE ? 0 : 600;
    attempts = send_class == 1 ? 8 : 3;
    if ((value = json_get(element, "timeout_s"))) TRY(read_whole(parse, value, below(parse, path, "timeout_s"), 1, 300, &timeout));
    if ((value = json_get(element, "quiet_s"))) TRY(read_whole(parse, value, below(parse, path, "quiet_s"), 0, 86400, &quiet));
    if ((value = json_get(element, "attempts_most"))) TRY(read_whole(parse, value, below(parse, path, "attempts_most"), 1, 50, &attempts));
    if (sink->kind == SINK_HTTP && send_class == 2 && quiet <= timeout)
        return bad(parse, value ? value : element, below(parse, path, "quiet_s"), "must be longer than timeout_s: an order may still be on its way");
    sink->send_class = (int)send_class;
    sink->timeout_s = (int)timeout;
    sink->quiet_s = (int)quiet;
    sink->attempts_most = (int)attempts;
    return OK;
}

static Err read_sink(Parse *parse, const JsonValue *element, const char *path, PolicySink *sink) {
    int kind = 0;
    TRY(ONLY(parse, element, path, "name", "kind", "directory", "url", "lookup_url", "class", "timeout_s", "quiet_s", "attempts_most"));
    const JsonValue *name = json_get(element, "name"), *word = json_get(element, "kind");
    TRY(read_text(parse, name ? name : element, below(parse, path, "name"), &sink->name));
    TRY(read_word(parse, word ? word : element, below(parse, path, "kind"), (const char *const[]){ [SINK_FILE] = "file", [SINK_HTTP] = "http", NULL }, &kind));
    sink->kind = (SinkKind)kind;
    const JsonValue *directory = json_get(element, "directory"), *url = json_get(element, "url"), *lookup = json_get(element, "lookup_url");
    if (sink->kind == SINK_FILE) {
        if (url || lookup) return bad(parse, url ? url : lookup, path, "a file sink has a \"directory\", no url");
        TRY(read_text(parse, directory ? directory : element, below(parse, path, "directory"), &sink->directory));
    } else {
        if (directory) return bad(parse, directory, path, "an http sink has a \"url\", no directory");
        TRY(read_text(parse, url ? url : element, below(parse, path, "url"), &sink->url));
        if (lookup) TRY(read_text(parse, lookup, below(parse, path, "lookup_url"), &sink->lookup_url));
        if (!text_starts(text_of(sink->url), "http://") && !text_starts(text_of(sink->url), "https://"))
            return bad(parse, url, below(parse, path, "url"), "must begin with http:// or https://");
        if (lookup && !text_starts(text_of(sink->lookup_url), "http://") && !text_starts(text_of(sink->lookup_url), "https://"))
            return bad(parse, lookup, below(parse, path, "lookup_url"), "must begin with http:// or https://");
    }
    return read_sink_numbers(parse, element, path, sink);
}

static Err read_sinks(Parse *parse, const JsonValue *list, Policy *policy) {
    if (!json_is(list, JSON_ARRAY) || list->count == 0 || list->count > SINKS_MOST) return bad(parse, list, "sinks", "must be a list of 1 to 20 sinks");
    policy->sinks = many_in(parse->arena, PolicySink, list->count);
    policy->sinks_count = 0;
    json_each(element, list) {
        PolicySink *sink = &policy->sinks[policy->sinks_count];
        const char *path = text_format(parse->arena, "sinks[%d]", policy->sinks_count);
        TRY(read_sink(parse, element, path, sink));
        if (policy_sink(policy, sink->name)) return bad(parse, element, path, "its name is used by an earlier sink");
        policy->sinks_count++;
    }
    return OK;
}

/* ---- the whole ---- */
static Err check_keys(Parse *parse, const JsonValue *root) {
    const JsonValue *section;
    TRY(ONLY(parse, root, "", "policy", "name", "currency", "currencies", "bucket", "service", "costs", "quantity", "replenish", "policy_choice", "learner", "review_days", "horizon_days",
             "excess", "allocation", "tiers", "approval", "limits", "fresh", "queue", "sinks", "orders"));
    if ((section = json_get(root, "service"))) TRY(ONLY(parse, section, "service", "default", "by_tier", "metric"));
    if ((section = json_get(root, "replenish"))) TRY(ONLY(parse, section, "replenish", "default", "by_tier", "by_place", "round_down_share", "shelf_risk", "orders_cross"));
    if ((section = json_get(root, "costs")))
        TRY(ONLY(parse, section, "costs", "holding_rate_year", "lost_share", "order_cost", "review_minutes", "minute_rate", "wait_cost_share",
                 "expedite_premium_share", "expedite_days_saved_share", "holding_per_unit_period", "shortage_per_unit"));
    if ((section = json_get(root, "excess"))) TRY(ONLY(parse, section, "excess", "cover_days", "least_value"));
    if ((section = json_get(root, "allocation"))) TRY(ONLY(parse, section, "allocation", "rule", "floor_share", "key_weight", "window_days"));
    if ((section = json_get(root, "approval"))) TRY(ONLY(parse, section, "approval", "value_least", "role", "four_eyes", "window_hours"));
    if ((section = json_get(root, "limits")))
        TRY(ONLY(parse, section, "limits", "auto_value_day", "auto_lines_day", "sent_value_day", "sent_lines_day", "qty_most_times_trailing"));
    if ((section = json_get(root, "queue"))) TRY(ONLY(parse, section, "queue", "least_rank", "dead_band_share", "correction_days", "bands"));
    if ((section = json_get(root, "orders"))) TRY(ONLY(parse, section, "orders", "sink", "unmatched_days"));
    static const char *const required[] = { "policy", "name", "currency", "tiers" };
    for (size_t i = 0; i < sizeof required / sizeof required[0]; i++)
        if (!json_get(root, required[i])) return bad(parse, root, required[i], "is missing");
    return OK;
}

static Err check_whole(Parse *parse, const JsonValue *root, const Policy *policy) {
    if (currency_exponent(policy->currency) < 0) return bad(parse, json_get(root, "currency"), "currency", "must be an ISO 4217 code such as \"USD\"");
    if (!role_may(role_find(text_of(policy->approval_role)), MAY_APPROVE))
        return bad(parse, json_get(json_get(root, "approval"), "role"), "approval.role", "must be \"approver\" or \"admin\"");
    if (!policy_sink(policy, policy->orders_sink)) {
        const JsonValue *orders = json_get(root, "orders");
        return bad(parse, orders ? orders : json_get(root, "sinks"), "orders.sink", text_format(parse->arena, "there is no sink named \"%.60s\"", policy->orders_sink));
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
    Parse parse = { .arena = arena, .name = name, .why = why };
    const JsonValue *root, *value;
    int64_t format;
    TRY_DOING(json_parse(arena, json, &root, why), "%s", name);
    Policy policy = policy_defaults(arena);
    TRY(check_keys(&parse, root));
    TRY(read_whole(&parse, json_get(root, "policy"), "policy", 1, 1, &format));
    TRY(read_scalars(&parse, root, &policy));
    TRY(read_rules(&parse, json_get(root, "tiers"), &policy));
    if ((value = json_get(json_get(root, "service"), "by_tier"))) TRY(read_by_tier(&parse, value, &policy));
    if ((value = json_get(json_get(root, "replenish"), "by_tier")))
        TRY(read_replenish(&parse, value, "replenish.by_tier", &policy.replenish_by_tier, &policy.replenish_by_tier_count));
    if ((value = json_get(json_get(root, "replenish"), "by_place")))
        TRY(read_replenish(&parse, value, "replenish.by_place", &policy.replenish_by_place, &policy.replenish_by_place_count));
    if ((value = json_get(root, "currencies"))) TRY(read_currencies(&parse, value, &policy));
    if ((value = json_get(root, "fresh"))) TRY(read_fresh(&parse, value, &policy));
    if ((value = json_get(json_get(root, "queue"), "bands"))) TRY(read_bands(&parse, value, &policy));
    if ((value = json_get(root, "sinks"))) TRY(read_sinks(&parse, value, &policy));
    TRY(check_whole(&parse, root, &policy));
    *out_policy = policy;
    return OK;
}
