/* policy-read.c - one value of a policy file, and the sentence that says what is wrong with it. */
#include "domain/policy-read.h"

#include <string.h>

#include "base/decimal.h"

enum { NAMES_MOST = 1000 };

Err policy_bad(PolicyParse *parse, const JsonValue *at, const char *path, const char *what) {
    return fail(parse->why, ERR_INVALID, "%s: line %d: %s: %s", parse->name, at ? at->line : 1, path, what);
}

const char *policy_below(PolicyParse *parse, const char *path, const char *name) {
    return *path ? text_format(parse->arena, "%s.%s", path, name) : name;
}

Err policy_only(PolicyParse *parse, const JsonValue *object, const char *path, const char *const *names, size_t count) {
    if (!json_is(object, JSON_OBJECT)) return policy_bad(parse, object, *path ? path : "the file", "must be an object { ... }");
    json_each(member, object) {
        size_t i = 0;
        while (i < count && strcmp(member->name, names[i]) != 0) i++;
        if (i < count) continue;
        Err err = policy_bad(parse, member, policy_below(parse, path, member->name), "unknown key");
        const char *near = text_nearest(text_of(member->name), names, count);
        return near ? fail_hint(parse->why, err, "did you mean \"%s\"?", near)
                    : fail_hint(parse->why, err, "remove it; the keys are described in docs/policy.md");
    }
    return OK;
}

Err policy_read_text(PolicyParse *parse, const JsonValue *value, const char *path, const char **out) {
    if (!json_is(value, JSON_STRING)) return policy_bad(parse, value, path, "must be a text in quotes");
    if (value->text.length == 0) return policy_bad(parse, value, path, "must not be empty");
    if (memchr(value->text.at, 0, value->text.length)) return policy_bad(parse, value, path, "must not hold a NUL");
    *out = text_keep(parse->arena, value->text);
    return OK;
}

Err policy_read_micro(PolicyParse *parse, const JsonValue *value, const char *path, int64_t least, int64_t most, int64_t *out) {
    int64_t micro;
    char low[DECIMAL_TEXT], high[DECIMAL_TEXT];
    if (!json_is(value, JSON_NUMBER)) return policy_bad(parse, value, path, "must be a number");
    if (decimal_parse(value->text, DECIMAL_POINT, &micro, NULL) != OK)
        return policy_bad(parse, value, path, "must be a plain decimal number with at most six decimals");
    if (micro < least || micro > most) {
        decimal_format(least, low);
        decimal_format(most, high);
        return policy_bad(parse, value, path, text_format(parse->arena, "must be between %s and %s", low, high));
    }
    *out = micro;
    return OK;
}

Err policy_read_whole(PolicyParse *parse, const JsonValue *value, const char *path, int64_t least, int64_t most, int64_t *out) {
    int64_t number;
    if (!json_is(value, JSON_NUMBER) || integer_parse(value->text, &number, NULL) != OK)
        return policy_bad(parse, value, path, "must be a whole number");
    if (number < least || number > most)
        return policy_bad(parse, value, path, text_format(parse->arena, "must be between %lld and %lld", (long long)least, (long long)most));
    *out = number;
    return OK;
}

Err policy_read_word(PolicyParse *parse, const JsonValue *value, const char *path, const char *const *words, int *out) {
    const char *all = "";
    for (int i = 0; words[i]; i++) {
        if (json_is(value, JSON_STRING) && text_is(value->text, words[i])) {
            *out = i;
            return OK;
        }
        all = text_format(parse->arena, "%s%s\"%s\"", all, i ? ", " : "", words[i]);
    }
    return policy_bad(parse, value, path, text_format(parse->arena, "must be one of %s", all));
}

Err policy_read_names(PolicyParse *parse, const JsonValue *value, const char *path, Names *out) {
    if (!json_is(value, JSON_ARRAY)) return policy_bad(parse, value, path, "must be a list [ ... ] of texts");
    if (value->count == 0) return policy_bad(parse, value, path, "an empty list can never match: leave the key out");
    if (value->count > NAMES_MOST) return policy_bad(parse, value, path, "has more than 1,000 entries");
    out->at = many_in(parse->arena, const char *, value->count);
    out->count = 0;
    json_each(element, value) TRY(policy_read_text(parse, element, path, &out->at[out->count++]));
    return OK;
}
