/* json-tree.c - the tree in an arena, and members of it with errors that name their line. */
#include "base/json.h"

#include "base/decimal.h"
#include "base/map.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* ---- building ---- */

/* Outsiders decide how large a document is, so the bound of the arena is a refusal here and not the end of the process. */
static Err room_for(Arena *arena, const JsonToken *token, size_t bytes, Why *why) {
    if (arena_left(arena) >= bytes + 64) return OK;
    return fail(why, ERR_LIMIT, "line %d: the JSON text needs more memory than its bound", token->line);
}

static Err keep_text(Arena *arena, const JsonToken *token, Text *out, Why *why) {
    TRY(room_for(arena, token, token->text.length + 16, why));
    *out = (Text){ text_keep(arena, token->text), token->text.length };
    return OK;
}

enum { COMPARED_NAMES = 16 }; /* up to here comparing is cheaper than a map */

static Err name_is_new(const JsonValue *object, Text name, TextMap **names, Why *why) {
    bool is_new = true;
    if (object->count < COMPARED_NAMES) {
        json_each(member, object) is_new = is_new && !text_is(name, member->name);
    } else {
        if (!*names) {
            *names = text_map_begin(SIZE_MAX);
            json_each(member, object) text_map_set(*names, text_of(member->name), 0);
        }
        (void)text_map_place(*names, name, 0, &is_new); /* only newness matters */
    }
    return is_new ? OK : fail(why, ERR_INVALID, "the member \"%.*s\" occurs twice", TEXT_ARGS(name));
}

static Err build(Arena *arena, JsonReader *reader, const JsonToken *token, JsonValue **out, Why *why);

static Err build_children(Arena *arena, JsonReader *reader, JsonValue *value, Why *why) {
    own(text_map_end) TextMap *names = NULL;
    JsonValue *last = NULL;
    for (;;) {
        JsonToken token;
        TRY(json_next(reader, &token, why));
        value->to = token.to;
        if (token.kind == JSON_ARRAY_END || token.kind == JSON_OBJECT_END) return OK;
        const char *name = NULL;
        if (token.kind == JSON_NAME) {
            if (memchr(token.text.at, 0, token.text.length))
                return fail(why, ERR_INVALID, "line %d: a member name contains a NUL character", token.line);
            TRY_DOING(name_is_new(value, token.text, &names, why), "line %d", token.line);
            Text kept;
            TRY(keep_text(arena, &token, &kept, why));
            name = kept.at;
            TRY(json_next(reader, &token, why));
        }
        JsonValue *child;
        TRY(build(arena, reader, &token, &child, why));
        child->name = name;
        if (last) last->next = child;
        else value->first = child;
        last = child;
        value->count++;
    }
}

static Err build(Arena *arena, JsonReader *reader, const JsonToken *token, JsonValue **out, Why *why) {
    TRY(room_for(arena, token, sizeof(JsonValue), why));
    JsonValue *value = new_in(arena, JsonValue);
    *value = (JsonValue){ .kind = token->kind, .text = { "", 0 }, .from = token->from, .to = token->to, .line = token->line };
    if (token->kind == JSON_STRING || token->kind == JSON_NUMBER) TRY(keep_text(arena, token, &value->text, why));
    if (token->kind == JSON_ARRAY || token->kind == JSON_OBJECT) TRY(build_children(arena, reader, value, why));
    *out = value;
    return OK;
}

Err json_parse(Arena *arena, Text document, const JsonValue **out_value, Why *why) {
    own(json_reader_end) JsonReader reader = json_reader(document);
    JsonToken token;
    JsonValue *value;
    TRY(json_next(&reader, &token, why));
    TRY(build(arena, &reader, &token, &value, why));
    TRY(json_next(&reader, &token, why)); /* nothing may follow */
    *out_value = value;
    return OK;
}

/* ---- looking ---- */

const JsonValue *json_get(const JsonValue *object, const char *name) {
    if (!json_is(object, JSON_OBJECT)) return NULL;
    json_each(member, object) if (strcmp(member->name, name) == 0) return member;
    return NULL;
}

const JsonValue *json_at(const JsonValue *array, size_t index) {
    if (!json_is(array, JSON_ARRAY)) return NULL;
    json_each(value, array) if (index-- == 0) return value;
    return NULL;
}

bool json_is(const JsonValue *value, JsonKind kind) { return value && value->kind == kind; }

static const char *kind_name(JsonKind kind) {
    static const char *const names[] = { "null", "false", "true", "a number", "a string", "an array", "an object" };
    return names[kind];
}

static Err wrong_kind(const JsonValue *value, const char *name, const char *wanted, Why *why) {
    return fail(why, ERR_INVALID, "line %d: \"%s\" must be %s, not %s", value->line, name, wanted, kind_name(value->kind));
}

static Err as_text(const JsonValue *value, const char *name, const char **out, Why *why) {
    if (value->kind != JSON_STRING) return wrong_kind(value, name, "a string", why);
    if (memchr(value->text.at, 0, value->text.length))
        return fail(why, ERR_INVALID, "line %d: \"%s\" contains a NUL character", value->line, name);
    *out = value->text.at;
    return OK;
}

static Err as_int(const JsonValue *value, const char *name, int64_t *out, Why *why) {
    if (value->kind != JSON_NUMBER) return wrong_kind(value, name, "a whole number", why);
    TRY_DOING(integer_parse(value->text, out, why), "line %d: \"%s\"", value->line, name);
    return OK;
}

static Err as_decimal(const JsonValue *value, const char *name, int64_t *out, Why *why) {
    if (value->kind != JSON_NUMBER && value->kind != JSON_STRING) return wrong_kind(value, name, "a decimal number", why);
    TRY_DOING(decimal_parse(value->text, DECIMAL_POINT, out, why), "line %d: \"%s\"", value->line, name);
    return OK;
}

static Err as_double(const JsonValue *value, const char *name, double *out, Why *why) {
    if (value->kind != JSON_NUMBER) return wrong_kind(value, name, "a number", why);
    double number = strtod(value->text.at, NULL); /* the reader has checked the form; the locale is always "C" */
    if (!isfinite(number)) return fail(why, ERR_LIMIT, "line %d: \"%s\" is too large", value->line, name);
    *out = number;
    return OK;
}

static Err as_bool(const JsonValue *value, const char *name, bool *out, Why *why) {
    if (value->kind != JSON_TRUE && value->kind != JSON_FALSE) return wrong_kind(value, name, "true or false", why);
    *out = value->kind == JSON_TRUE;
    return OK;
}

static Err as_array(const JsonValue *value, const char *name, const JsonValue **out, Why *why) {
    if (value->kind != JSON_ARRAY) return wrong_kind(value, name, "an array", why);
    *out = value;
    return OK;
}

static Err as_object(const JsonValue *value, const char *name, const JsonValue **out, Why *why) {
    if (value->kind != JSON_OBJECT) return wrong_kind(value, name, "an object", why);
    *out = value;
    return OK;
}

static Err missing(const JsonValue *object, const char *name, Why *why) {
    if (!json_is(object, JSON_OBJECT)) return fail(why, ERR_INVALID, "\"%s\" is missing: there is no object to hold it", name);
    return fail(why, ERR_INVALID, "line %d: \"%s\" is missing", object->line, name);
}

/* One pair of functions per type; the type decides only how the value is read. */
#define MEMBER(type, Type)                                                                          \
    Err json_need_##type(const JsonValue *object, const char *name, Type *out, Why *why) {          \
        const JsonValue *value = json_get(object, name);                                            \
        if (!value || value->kind == JSON_NULL) return missing(object, name, why);                  \
        return as_##type(value, name, out, why);                                                    \
    }                                                                                               \
    Err json_may_##type(const JsonValue *object, const char *name, Type *out, Why *why) {           \
        const JsonValue *value = json_get(object, name);                                            \
        return !value || value->kind == JSON_NULL ? OK : as_##type(value, name, out, why);          \
    }

MEMBER(text, const char *)
MEMBER(int, int64_t)
MEMBER(decimal, int64_t)
MEMBER(double, double)
MEMBER(bool, bool)
MEMBER(array, const JsonValue *)
MEMBER(object, const JsonValue *)

static bool is_among(const char *name, const char *const *names, size_t names_count) {
    for (size_t i = 0; i < names_count; i++)
        if (strcmp(names[i], name) == 0) return true;
    return false;
}

Err json_only(const JsonValue *object, const char *const *names, size_t names_count, Why *why) {
    json_each(member, object) {
        if (is_among(member->name, names, names_count)) continue;
        Err code = fail(why, ERR_INVALID, "line %d: \"%s\" is not known here", member->line, member->name);
        const char *near = text_nearest(text_of(member->name), names, names_count);
        return near ? fail_hint(why, code, "did you mean \"%s\"?", near) : code;
    }
    return OK;
}
