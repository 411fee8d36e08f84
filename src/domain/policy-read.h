/* policy-read.h - from JSON to parts of struct Policy. Inside policy-parse.c's family only: policy-read.c reads one value and says what is wrong with it,
 * policy-lists.c what is a list, policy-parse.c the scalars and the whole. */
#pragma once
#include "base/json.h"
#include "domain/policy.h"

typedef struct PolicyParse {
    Arena *arena;
    const char *name;
    Why *why;
} PolicyParse;

/* "FILE: line N: path: what is wrong". */
Err policy_bad(PolicyParse *parse, const JsonValue *at, const char *path, const char *what);
const char *policy_below(PolicyParse *parse, const char *path, const char *name);       /* "path.name" */
#define POLICY_MONEY_MOST (INT64_MAX / 4)

/* No keys but these. */
Err policy_only(PolicyParse *parse, const JsonValue *object, const char *path, const char *const *names, size_t count);
#define ONLY(parse, object, path, ...)                                                                  \
    policy_only(parse, object, path, (const char *const[]){ __VA_ARGS__ }, sizeof((const char *const[]){ __VA_ARGS__ }) / sizeof(char *))

Err policy_read_text(PolicyParse *parse, const JsonValue *value, const char *path, const char **out);
Err policy_read_micro(PolicyParse *parse, const JsonValue *value, const char *path, int64_t least, int64_t most, int64_t *out);    /* a decimal within [least, most], both in micro */
Err policy_read_whole(PolicyParse *parse, const JsonValue *value, const char *path, int64_t least, int64_t most, int64_t *out);
Err policy_read_word(PolicyParse *parse, const JsonValue *value, const char *path, const char *const *words, int *out);            /* its number in `words` (NULL-terminated) */
Err policy_read_names(PolicyParse *parse, const JsonValue *value, const char *path, Names *out);

Err policy_read_rules(PolicyParse *parse, const JsonValue *list, Policy *policy);
Err policy_read_by_tier(PolicyParse *parse, const JsonValue *object, const char *path, int64_t least, int64_t most, NamedShare **out, int *out_count);
Err policy_read_replenish(PolicyParse *parse, const JsonValue *object, const char *path, NamedReplenish **out, int *out_count);
Err policy_read_currencies(PolicyParse *parse, const JsonValue *object, Policy *policy);
Err policy_read_fresh(PolicyParse *parse, const JsonValue *object, Policy *policy);
Err policy_read_bands(PolicyParse *parse, const JsonValue *list, Policy *policy);
Err policy_read_sinks(PolicyParse *parse, const JsonValue *list, Policy *policy);
