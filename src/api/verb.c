#include "api/verb.h"

#include <string.h>

#include "base/decimal.h"
#include "base/time.h"

static const CallValue *value_of(const Call *call, const char *name) {
    for (int i = 0; i < call->values_count; i++)
        if (strcmp(call->values[i].name, name) == 0) return &call->values[i];
    return NULL;
}

bool call_has(const Call *call, const char *name) { return value_of(call, name) != NULL; }

const char *call_text(const Call *call, const char *name) {
    const CallValue *value = value_of(call, name);
    return value ? text_keep(call->work, value->text) : NULL;
}

bool call_flag(const Call *call, const char *name) {
    const CallValue *value = value_of(call, name);
    return value && !text_is(value->text, "false") && !text_is(value->text, "0");
}

Err call_set(Call *call, const char *name, Text value, Why *why) {
    if (call_has(call, name)) return fail(why, ERR_USAGE, "\"%s\" is given twice", name);
    if (call->values_count == CALL_VALUES_MOST) return fail(why, ERR_LIMIT, "more than %d arguments", CALL_VALUES_MOST);
    call->values[call->values_count++] = (CallValue){ name, value };
    return OK;
}

/* The argument's own sentence, with its name in front and the code of a wrong call. */
#define TRY_ARGUMENT(call_, name_)                                              \
    do {                                                                        \
        if ((call_) != OK) return fail_doing(why, ERR_USAGE, "\"%s\"", name_);  \
    } while (0)

Err call_int(const Call *call, const char *name, int64_t otherwise, int64_t *out, Why *why) {
    const CallValue *value = value_of(call, name);
    *out = otherwise;
    if (value) TRY_ARGUMENT(integer_parse(value->text, out, why), name);
    return OK;
}

Err call_decimal(const Call *call, const char *name, int64_t otherwise, int64_t *out_micro, Why *why) {
    const CallValue *value = value_of(call, name);
    *out_micro = otherwise;
    if (value) TRY_ARGUMENT(decimal_parse(value->text, DECIMAL_POINT, out_micro, why), name);
    return OK;
}

Err call_day(const Call *call, const char *name, int32_t otherwise, int32_t *out_day, Why *why) {
    const CallValue *value = value_of(call, name);
    *out_day = otherwise;
    if (value) TRY_ARGUMENT(day_parse(value->text, "iso", out_day, why), name);
    return OK;
}

static Err check_type(const Call *call, const Arg *arg, Why *why) {
    int64_t number;
    int32_t day;
    switch (arg->type) {
    case ARG_INT: return call_int(call, arg->name, 0, &number, why);
    case ARG_DECIMAL: return call_decimal(call, arg->name, 0, &number, why);
    case ARG_DAY: return call_day(call, arg->name, 0, &day, why);
    default: return OK;
    }
}

static const Arg *arg_find(const Verb *verb, const char *name) {
    for (const Arg *arg = verb->args; arg && arg->name; arg++)
        if (strcmp(arg->name, name) == 0) return arg;
    return NULL;
}

Err call_check(const Call *call, const Verb *verb, Why *why) {
    for (int i = 0; i < call->values_count; i++) {
        if (arg_find(verb, call->values[i].name)) continue;
        const char *names[CALL_VALUES_MOST];
        size_t count = 0;
        for (const Arg *arg = verb->args; arg && arg->name && count < CALL_VALUES_MOST; arg++) names[count++] = arg->name;
        const char *near = text_nearest(text_of(call->values[i].name), names, count);
        Err err = fail(why, ERR_USAGE, "%s has no argument \"%s\"", verb->name, call->values[i].name);
        return near ? fail_hint(why, err, "did you mean \"%s\"?", near) : err;
    }
    for (const Arg *arg = verb->args; arg && arg->name; arg++) {
        bool given = call_has(call, arg->name) || (arg->place == ARG_BODY && json_get(call->body, arg->name));
        if (arg->required && !given)
            return fail_hint(why, fail(why, ERR_USAGE, "%s needs \"%s\"", verb->name, arg->name), "%s", arg->help);
        if (given && arg->place != ARG_BODY) TRY(check_type(call, arg, why));
    }
    return OK;
}

const Verb *verb_find(const Verb *verbs, const char *name) {
    for (const Verb *verb = verbs; verb->name; verb++)
        if (strcmp(verb->name, name) == 0) return verb;
    return NULL;
}
