#include "domain/policy.h"

#include <assert.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "base/decimal.h"
#include "base/embed.h"

extern const EmbeddedFile embedded_policies[];    /* policies/, by tools/embed.py */

static Text embedded(const char *name) {
    const EmbeddedFile *file = embedded_policies;
    while (strcmp(file->name, name) != 0) file++;
    return text_from(file->bytes, file->length);
}
Text policy_shipped(void) { return embedded("shipped.json"); }
Text policy_demo(void) { return embedded("demo.json"); }

const PolicySink *policy_sink(const Policy *policy, const char *name) {
    for (int i = 0; i < policy->sinks_count; i++)
        if (strcmp(policy->sinks[i].name, name) == 0) return &policy->sinks[i];
    return NULL;
}

static bool rate_find(const Policy *policy, int32_t currency, int64_t *out_micro) {
    *out_micro = MICRO;
    if (currency == 0 || currency == currency_pack(text_of(policy->currency))) return true;
    for (int i = 0; i < policy->rates_count; i++) {
        if (policy->rates[i].currency != currency) continue;
        *out_micro = policy->rates[i].micro;
        return true;
    }
    return false;
}

bool policy_price(const Policy *policy, int32_t currency, int64_t price_micro, int64_t *out_micro) {
    int64_t rate;
    return rate_find(policy, currency, &rate) && ratio_apply(price_micro, rate, MICRO, out_micro, NULL) == OK;
}

static int minor_digits(const char *code) {
    int exponent = currency_exponent(code);
    return exponent < 0 ? 2 : exponent;
}

bool policy_amount(const Policy *policy, int32_t currency, int64_t amount_minor, int64_t *out_minor) {
    int64_t rate, per = MICRO;
    char code[4];
    if (!rate_find(policy, currency, &rate)) return false;
    if (rate == MICRO && currency == 0) {
        *out_minor = amount_minor;
        return true;
    }
    currency_unpack(currency, code);
    int from = minor_digits(code), to = minor_digits(policy->currency);
    for (int i = from; i < to; i++) rate *= 10;
    for (int i = to; i < from; i++) per *= 10;
    return ratio_apply(amount_minor, rate, per, out_minor, NULL) == OK;
}

int64_t policy_allocation_minimum(const Policy *policy, Text tier) {
    for (int i = 0; i < policy->allocation_minimum_count; i++)
        if (text_is(tier, policy->allocation_minimum_by_tier[i].name)) return policy->allocation_minimum_by_tier[i].micro;
    return 0;
}

int64_t policy_service_micro(const Policy *policy, Text criticality) {
    for (int i = 0; i < policy->service_by_tier_count; i++)
        if (text_is(criticality, policy->service_by_tier[i].name)) return policy->service_by_tier[i].micro;
    return policy->service_default_micro;
}

const char *const replenish_names[REPLENISH_COUNT_ + 1] = {
    [REPLENISH_REVIEW] = "review", [REPLENISH_BASE_STOCK] = "base-stock", [REPLENISH_ORDER_POINT] = "order-point", [REPLENISH_LOTS] = "lots",
    [REPLENISH_MIN_MAX] = "min-max", NULL,
};

Replenish replenish_find(Text name) {
    int how = 0;
    while (replenish_names[how] && !text_is(name, replenish_names[how])) how++;
    return (Replenish)how;
}

static const NamedReplenish *replenish_among(const NamedReplenish *list, int count, Text name) {
    for (int i = 0; i < count; i++)
        if (text_is(name, list[i].name)) return &list[i];
    return NULL;
}

Replenish policy_replenish(const Policy *policy, Text criticality, Text place) {
    const NamedReplenish *own = replenish_among(policy->replenish_by_place, policy->replenish_by_place_count, place);
    if (!own) own = replenish_among(policy->replenish_by_tier, policy->replenish_by_tier_count, criticality);
    return own ? own->how : policy->replenish_default;
}

static bool among(const Names *names, const char *name) {
    for (int i = 0; i < names->count; i++)
        if (strcmp(names->at[i], name ? name : "") == 0) return true;
    return false;
}
/* An absent list does not ask. */
static bool listed(const Names *names, const char *name) { return names->count == 0 || among(names, name); }

static bool within(int64_t value, int64_t least, int64_t most) {
    if (least < 0 && most < 0) return true;
    if (value == CASE_NONE) return false;
    return (least < 0 || value >= least) && (most < 0 || value <= most);
}

static bool matches(const PolicyRule *rule, const PolicyQuestion *question) {
    return (rule->kinds == 0 || (rule->kinds >> question->kind & 1))
        && within(question->value_minor, rule->value_least_minor, rule->value_most_minor)
        && within(question->confidence_micro, rule->confidence_least_micro, rule->confidence_most_micro)
        && listed(&rule->criticality, question->criticality) && !among(&rule->criticality_not, question->criticality)
        && listed(&rule->suppliers, question->supplier) && !among(&rule->suppliers_not, question->supplier)
        && listed(&rule->places, question->place) && !among(&rule->places_not, question->place)
        && (rule->flags_any == 0 || (rule->flags_any & question->flags)) && !(rule->flags_none & question->flags);
}

/* ---- saying why, within POLICY_TEXT ---- */
static void say(PolicyAnswer *answer, const char *format, ...) __attribute__((format(printf, 2, 3)));
static void say(PolicyAnswer *answer, const char *format, ...) {
    size_t length = strlen(answer->text);
    va_list args;
    va_start(args, format);
    vsnprintf(answer->text + length, sizeof answer->text - length, format, args);
    va_end(args);
}
static const char *comma(const PolicyAnswer *answer) { return *answer->text ? ", " : ""; }

static void say_money(PolicyAnswer *answer, const char *words, int64_t minor, const char *currency) {
    char text[DECIMAL_TEXT];
    char grouped[2 * DECIMAL_TEXT];
    int exponent = currency_exponent(currency);
    money_format(minor, exponent < 0 ? 2 : exponent, text);
    size_t whole = strcspn(text, "."), at = 0;
    for (size_t i = 0; text[i]; i++) {
        if (i > 0 && i < whole && (whole - i) % 3 == 0 && text[i - 1] != '-') grouped[at++] = ',';
        grouped[at++] = text[i];
    }
    grouped[at] = 0;
    say(answer, "%s%s %s %s", comma(answer), words, grouped, currency);
}

static void say_share(PolicyAnswer *answer, const char *words, int64_t micro) {
    char text[DECIMAL_TEXT];
    decimal_format(micro * 100, text);
    say(answer, "%s%s %s %%", comma(answer), words, text);
}

static void say_names(PolicyAnswer *answer, const char *words, const Names *names) {
    if (names->count == 0) return;
    say(answer, "%s%s", comma(answer), words);
    for (int i = 0; i < names->count && i < 4; i++) say(answer, "%s%s", i ? "/" : " ", names->at[i]);
    if (names->count > 4) say(answer, " and %d more", names->count - 4);
}

static void say_flags(PolicyAnswer *answer, const char *words, uint32_t flags) {
    if (flags == 0) return;
    say(answer, "%s%s", comma(answer), words);
    const char *separator = " ";
    for (int flag = 0; flag < CASE_FLAG_COUNT_; flag++)
        if (flags >> flag & 1) {
            say(answer, "%s%s", separator, case_flags[flag].name);
            separator = "/";
        }
}

static void say_rule(PolicyAnswer *answer, const Policy *policy, const PolicyRule *rule, const PolicyQuestion *question) {
    if (rule->kinds) say(answer, "%s", case_kind_names[question->kind]);
    if (rule->value_least_minor >= 0) say_money(answer, "value at least", rule->value_least_minor, policy->currency);
    if (rule->value_most_minor >= 0) say_money(answer, "value at most", rule->value_most_minor, policy->currency);
    if (rule->confidence_least_micro >= 0) say_share(answer, "confidence at least", rule->confidence_least_micro);
    if (rule->confidence_most_micro >= 0) say_share(answer, "confidence at most", rule->confidence_most_micro);
    say_names(answer, "criticality", &rule->criticality);
    say_names(answer, "criticality not", &rule->criticality_not);
    say_names(answer, "supplier", &rule->suppliers);
    say_names(answer, "supplier not", &rule->suppliers_not);
    say_names(answer, "place", &rule->places);
    say_names(answer, "place not", &rule->places_not);
    say_flags(answer, "flagged", rule->flags_any & question->flags);
    if (rule->flags_none == UINT32_MAX) say(answer, "%sno flag", comma(answer));
    else say_flags(answer, "not flagged", rule->flags_none);
    if (!*answer->text) say(answer, "no other rule matches");
}

/* Said whichever rule matched: a person who wonders why an order waits for one must not have to guess. */
static void say_gates(PolicyAnswer *answer, uint32_t gates) {
    const char *separator = "; no rule may decide: ";
    for (int flag = 0; flag < CASE_FLAG_COUNT_; flag++)
        if (gates >> flag & 1) {
            say(answer, "%s%s (%s)", separator, case_flags[flag].name, case_flags[flag].help);
            separator = ", ";
        }
}

/* Above the multiple of the largest past order? In 128 bits: quantities times shares overflow 64. */
static bool far_above_trailing(const Policy *policy, const PolicyQuestion *question) {
    return question->qty_trailing_most_micro > 0
        && (__int128)question->qty_micro * MICRO > (__int128)question->qty_trailing_most_micro * policy->qty_most_times_trailing_micro;
}

Tier policy_tier(const Policy *policy, const PolicyQuestion *question, PolicyAnswer *out_answer) {
    PolicyAnswer answer = { 0 };
    const PolicyRule *rule = policy->rules;
    while (!matches(rule, question)) {
        rule++;
        assert(rule < policy->rules + policy->rules_count);      /* policy_parse saw a last rule that matches everything */
    }
    answer.tier = rule->tier;
    answer.rule = rule->id;
    say_rule(&answer, policy, rule, question);
    uint32_t gates = question->flags & CASE_GATES;
    if (gates && (answer.tier == TIER_AUTO || case_is_order(question->kind))) say_gates(&answer, gates);
    if (gates && answer.tier == TIER_AUTO) answer.tier = TIER_REVIEW;
    if (answer.tier == TIER_AUTO && far_above_trailing(policy, question)) {
        answer.tier = TIER_REVIEW;
        say(&answer, "; not automatic: far above the largest order of the last year");
    }
    if (question->value_minor != CASE_NONE && question->value_minor >= policy->approval_value_least_minor && answer.tier != TIER_APPROVAL
        && question->kind != CASE_EXCESS && question->kind != CASE_FIX_DATA && question->kind != CASE_REVIEW && question->kind != CASE_ALLOCATE) {
        answer.tier = TIER_APPROVAL;
        say_money(&answer, "and approval from", policy->approval_value_least_minor, policy->currency);
    }
    *out_answer = answer;
    return answer.tier;
}
