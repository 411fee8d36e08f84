/* policy-lists.c - what in a policy file is a list or a table by name: rules, tiers, places, currencies, feeds, bands, sinks. */
#include "domain/policy-read.h"

#include <string.h>

#include "base/decimal.h"
#include "domain/role.h"

enum { RULES_MOST = 500, SINKS_MOST = 20, BANDS_MOST = 20 };

/* ---- rules ---- */
static Err read_bits(PolicyParse *parse, const JsonValue *value, const char *path, uint32_t *out, uint32_t (*bits)(const char *name)) {
    Names names;
    TRY(policy_read_names(parse, value, path, &names));
    for (int i = 0; i < names.count; i++) {
        uint32_t found = bits(names.at[i]);
        if (!found) return policy_bad(parse, value, path, text_format(parse->arena, "\"%.60s\" is not known", names.at[i]));
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

static Err read_when(PolicyParse *parse, const JsonValue *when, const char *path, PolicyRule *rule) {
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
    if ((value = json_get(when, "kind"))) TRY(read_bits(parse, value, policy_below(parse, path, "kind"), &rule->kinds, kind_bits));
    if ((value = json_get(when, "flags_any"))) TRY(read_bits(parse, value, policy_below(parse, path, "flags_any"), &rule->flags_any, flag_bits));
    if ((value = json_get(when, "flags_none"))) TRY(read_bits(parse, value, policy_below(parse, path, "flags_none"), &rule->flags_none, flag_bits));
    for (size_t i = 0; i < sizeof lists / sizeof lists[0]; i++)
        if ((value = json_get(when, lists[i].name))) TRY(policy_read_names(parse, value, policy_below(parse, path, lists[i].name), lists[i].names));
    for (size_t i = 0; i < sizeof numbers / sizeof numbers[0]; i++) {
        if (!(value = json_get(when, numbers[i].name))) continue;
        const char *at = policy_below(parse, path, numbers[i].name);
        TRY(numbers[i].share ? policy_read_micro(parse, value, at, 0, MICRO, numbers[i].number)
                             : policy_read_whole(parse, value, at, 0, POLICY_MONEY_MOST, numbers[i].number));
    }
    return OK;
}

Err policy_read_rules(PolicyParse *parse, const JsonValue *list, Policy *policy) {
    if (!json_is(list, JSON_ARRAY)) return policy_bad(parse, list, "tiers", "must be a list [ ... ] of rules");
    if (list->count == 0) return policy_bad(parse, list, "tiers", "must hold at least the rule that matches everything");
    if (list->count > RULES_MOST) return policy_bad(parse, list, "tiers", "has more than 500 rules");
    policy->rules = many_in(parse->arena, PolicyRule, list->count);
    policy->rules_count = 0;
    json_each(element, list) {
        const char *path = text_format(parse->arena, "tiers[%d]", policy->rules_count);
        PolicyRule *rule = &policy->rules[policy->rules_count];
        *rule = (PolicyRule){ .value_least_minor = -1, .value_most_minor = -1, .confidence_least_micro = -1, .confidence_most_micro = -1, .line = element->line };
        int tier = 0;
        TRY(ONLY(parse, element, path, "id", "when", "tier"));
        const JsonValue *id = json_get(element, "id"), *when = json_get(element, "when");
        TRY(policy_read_text(parse, id ? id : element, policy_below(parse, path, "id"), &rule->id));
        for (int i = 0; i < policy->rules_count; i++)
            if (strcmp(policy->rules[i].id, rule->id) == 0) return policy_bad(parse, id, policy_below(parse, path, "id"), "is used by an earlier rule");
        if (!when) return policy_bad(parse, element, policy_below(parse, path, "when"), "is missing: write \"when\": {} to match everything");
        TRY(read_when(parse, when, policy_below(parse, path, "when"), rule));
        const JsonValue *word = json_get(element, "tier");
        TRY(policy_read_word(parse, word ? word : element, policy_below(parse, path, "tier"), (const char *const[]){ "review", "auto", "approval", NULL }, &tier));
        rule->tier = (Tier)tier;
        bool last = ++policy->rules_count == (int)list->count;
        if (last != (when->count == 0)) {
            Err err = last ? policy_bad(parse, element, path, "the last rule must match everything")
                           : policy_bad(parse, element, path, "matches everything, so the rules after it would never be asked");
            return fail_hint(parse->why, err, "end the list with { \"id\": \"R9\", \"when\": {}, \"tier\": \"review\" }");
        }
        if (last && rule->tier == TIER_AUTO) {
            Err err = policy_bad(parse, element, path, "the rule that matches everything must not be automatic");
            return fail_hint(parse->why, err, "name the conditions under which a rule may decide, and let the rest be \"review\"");
        }
    }
    return OK;
}
_Static_assert(TIER_REVIEW == 0 && TIER_AUTO == 1 && TIER_APPROVAL == 2, "read_rules numbers the words so");

/* ---- lists ---- */
Err policy_read_by_tier(PolicyParse *parse, const JsonValue *object, const char *path, int64_t least, int64_t most, NamedShare **out, int *out_count) {
    if (!json_is(object, JSON_OBJECT)) return policy_bad(parse, object, path, "must be an object { ... }");
    *out = many_in(parse->arena, NamedShare, object->count + 1);
    *out_count = 0;
    json_each(member, object) {
        NamedShare *share = &(*out)[(*out_count)++];
        share->name = text_copy(parse->arena, member->name);
        TRY(policy_read_micro(parse, member, policy_below(parse, path, member->name), least, most, &share->micro));
    }
    return OK;
}

Err policy_read_replenish(PolicyParse *parse, const JsonValue *object, const char *path, NamedReplenish **out, int *out_count) {
    int how = 0;
    if (!json_is(object, JSON_OBJECT)) return policy_bad(parse, object, path, "must be an object { ... }");
    *out = many_in(parse->arena, NamedReplenish, object->count + 1);
    *out_count = 0;
    json_each(member, object) {
        TRY(policy_read_word(parse, member, policy_below(parse, path, member->name), replenish_names, &how));
        (*out)[(*out_count)++] = (NamedReplenish){ text_copy(parse->arena, member->name), (Replenish)how };
    }
    return OK;
}

Err policy_read_currencies(PolicyParse *parse, const JsonValue *object, Policy *policy) {
    if (!json_is(object, JSON_OBJECT)) return policy_bad(parse, object, "currencies", "must be an object { ... }");
    policy->rates = many_in(parse->arena, Rate, object->count + 1);
    policy->rates_count = 0;
    json_each(member, object) {
        const char *path = policy_below(parse, "currencies", member->name);
        if (currency_exponent(member->name) < 0) return policy_bad(parse, member, path, "is not an ISO 4217 code");
        if (strcmp(member->name, policy->currency) == 0) return policy_bad(parse, member, path, "is the policy's own currency, which is worth 1");
        Rate *rate = &policy->rates[policy->rates_count++];
        rate->currency = currency_pack(text_of(member->name));
        TRY(policy_read_micro(parse, member, path, 1, 1000000 * MICRO, &rate->micro));
    }
    return OK;
}

Err policy_read_fresh(PolicyParse *parse, const JsonValue *object, Policy *policy) {
    if (!json_is(object, JSON_OBJECT)) return policy_bad(parse, object, "fresh", "must be an object { ... }");
    memset(policy->fresh_hours, 0, sizeof policy->fresh_hours);
    json_each(member, object) {
        const char *path = policy_below(parse, "fresh", member->name);
        FactKind kind = fact_kind_find(text_of(member->name));
        int64_t hours;
        if (kind == FACT_NONE) return policy_bad(parse, member, path, "is not a kind of fact");
        TRY(ONLY(parse, member, path, "hours"));
        const JsonValue *value = json_get(member, "hours");
        TRY(policy_read_whole(parse, value ? value : member, policy_below(parse, path, "hours"), 1, 24 * 366, &hours));
        policy->fresh_hours[kind] = (int32_t)hours;
    }
    return OK;
}

Err policy_read_bands(PolicyParse *parse, const JsonValue *list, Policy *policy) {
    if (!json_is(list, JSON_ARRAY) || list->count > BANDS_MOST) return policy_bad(parse, list, "queue.bands", "must be a list of at most 20 amounts");
    policy->queue_bands_minor = many_in(parse->arena, int64_t, list->count + 1);
    policy->queue_bands_count = 0;
    json_each(element, list) {
        int64_t *band = &policy->queue_bands_minor[policy->queue_bands_count++];
        TRY(policy_read_whole(parse, element, "queue.bands", 0, POLICY_MONEY_MOST, band));
        if (policy->queue_bands_count > 1 && band[0] <= band[-1]) return policy_bad(parse, element, "queue.bands", "must be ascending");
    }
    return OK;
}

static Err read_sink_numbers(PolicyParse *parse, const JsonValue *element, const char *path, PolicySink *sink) {
    int64_t send_class = sink->kind == SINK_FILE ? 2 : 3, timeout = 30, quiet, attempts;
    const JsonValue *value;
    if ((value = json_get(element, "class"))) TRY(policy_read_whole(parse, value, policy_below(parse, path, "class"), 1, 3, &send_class));
    if (sink->kind == SINK_FILE && send_class != 2) return policy_bad(parse, value, policy_below(parse, path, "class"), "a folder is looked into by name: class 2");
    if (sink->kind == SINK_HTTP && send_class == 2 && !sink->lookup_url)
        return policy_bad(parse, value, path, "class 2 needs \"lookup_url\", to ask whether an order arrived");
    quiet = sink->kind == SINK_FILE ? 0 : 600;
    attempts = send_class == 1 ? 8 : 3;
    if ((value = json_get(element, "timeout_s"))) TRY(policy_read_whole(parse, value, policy_below(parse, path, "timeout_s"), 1, 300, &timeout));
    if ((value = json_get(element, "quiet_s"))) TRY(policy_read_whole(parse, value, policy_below(parse, path, "quiet_s"), 0, 86400, &quiet));
    if ((value = json_get(element, "attempts_most"))) TRY(policy_read_whole(parse, value, policy_below(parse, path, "attempts_most"), 1, 50, &attempts));
    if (sink->kind == SINK_HTTP && send_class == 2 && quiet <= timeout)
        return policy_bad(parse, value ? value : element, policy_below(parse, path, "quiet_s"), "must be longer than timeout_s: an order may still be on its way");
    sink->send_class = (int)send_class;
    sink->timeout_s = (int)timeout;
    sink->quiet_s = (int)quiet;
    sink->attempts_most = (int)attempts;
    return OK;
}

static Err read_sink(PolicyParse *parse, const JsonValue *element, const char *path, PolicySink *sink) {
    int kind = 0;
    TRY(ONLY(parse, element, path, "name", "kind", "directory", "url", "lookup_url", "class", "timeout_s", "quiet_s", "attempts_most"));
    const JsonValue *name = json_get(element, "name"), *word = json_get(element, "kind");
    TRY(policy_read_text(parse, name ? name : element, policy_below(parse, path, "name"), &sink->name));
    TRY(policy_read_word(parse, word ? word : element, policy_below(parse, path, "kind"), (const char *const[]){ [SINK_FILE] = "file", [SINK_HTTP] = "http", NULL }, &kind));
    sink->kind = (SinkKind)kind;
    const JsonValue *directory = json_get(element, "directory"), *url = json_get(element, "url"), *lookup = json_get(element, "lookup_url");
    if (sink->kind == SINK_FILE) {
        if (url || lookup) return policy_bad(parse, url ? url : lookup, path, "a file sink has a \"directory\", no url");
        TRY(policy_read_text(parse, directory ? directory : element, policy_below(parse, path, "directory"), &sink->directory));
    } else {
        if (directory) return policy_bad(parse, directory, path, "an http sink has a \"url\", no directory");
        TRY(policy_read_text(parse, url ? url : element, policy_below(parse, path, "url"), &sink->url));
        if (lookup) TRY(policy_read_text(parse, lookup, policy_below(parse, path, "lookup_url"), &sink->lookup_url));
        if (!text_starts(text_of(sink->url), "http://") && !text_starts(text_of(sink->url), "https://"))
            return policy_bad(parse, url, policy_below(parse, path, "url"), "must begin with http:// or https://");
        if (lookup && !text_starts(text_of(sink->lookup_url), "http://") && !text_starts(text_of(sink->lookup_url), "https://"))
            return policy_bad(parse, lookup, policy_below(parse, path, "lookup_url"), "must begin with http:// or https://");
    }
    return read_sink_numbers(parse, element, path, sink);
}

Err policy_read_sinks(PolicyParse *parse, const JsonValue *list, Policy *policy) {
    if (!json_is(list, JSON_ARRAY) || list->count == 0 || list->count > SINKS_MOST) return policy_bad(parse, list, "sinks", "must be a list of 1 to 20 sinks");
    policy->sinks = many_in(parse->arena, PolicySink, list->count);
    policy->sinks_count = 0;
    json_each(element, list) {
        PolicySink *sink = &policy->sinks[policy->sinks_count];
        const char *path = text_format(parse->arena, "sinks[%d]", policy->sinks_count);
        TRY(read_sink(parse, element, path, sink));
        if (policy_sink(policy, sink->name)) return policy_bad(parse, element, path, "its name is used by an earlier sink");
        policy->sinks_count++;
    }
    return OK;
}
