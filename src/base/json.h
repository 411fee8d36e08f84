/* json.h - strict JSON (RFC 8259): a pull reader, a small tree in an arena, and a writer that needs no commas.
 *
 * Numbers keep their text, so that decimals stay exact; every value knows its bytes and its line. Refused: anything the
 * RFC does not allow, invalid UTF-8, lone surrogates, more than JSON_DEPTH levels, bytes after the value, a byte order mark. */
#pragma once
#include "base/arena.h"
#include "base/err.h"
#include "base/text.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { JSON_DEPTH = 64 };

typedef enum JsonKind {
    JSON_NULL, JSON_FALSE, JSON_TRUE, JSON_NUMBER, JSON_STRING,
    JSON_ARRAY, JSON_OBJECT,          /* for the pull reader: it begins */
    JSON_NAME,                        /* pull reader only: a member's name; its value follows */
    JSON_ARRAY_END, JSON_OBJECT_END,  /* pull reader only */
    JSON_END,                         /* pull reader only: the document is complete */
} JsonKind;

/* ---- pull reader over a whole text in memory ---- */
typedef struct JsonToken {
    JsonKind kind;
    Text text;            /* string, name: decoded, until the next call; number: as written */
    size_t from, to;      /* its bytes in the document (quotes included) */
    int line;             /* from 1 */
} JsonToken;

typedef struct JsonReader {
    Text document;
    size_t next;
    int line;
    int depth;
    int state_;
    uint64_t objects_;    /* bit d: level d is an object */
    Buf decoded_;         /* the last string that had escapes */
} JsonReader;

JsonReader json_reader(Text document);                       /* the document must outlive it; end with json_reader_end */
void json_reader_end(JsonReader *reader);
Err json_next(JsonReader *reader, JsonToken *out_token, Why *why);
/* After an array or object began: moves past its end. */
Err json_skip(JsonReader *reader, Why *why);

/* ---- a small tree ---- */
typedef struct JsonValue JsonValue;
struct JsonValue {
    JsonKind kind;          /* JSON_NULL .. JSON_OBJECT */
    const char *name;       /* as a member of an object, else NULL */
    Text text;              /* string: decoded, NUL follows; number: as written, NUL follows; both in the arena */
    const JsonValue *first; /* array, object: the first element */
    const JsonValue *next;  /* the next sibling */
    size_t count;           /* elements */
    size_t from, to;        /* bytes in the document */
    int line;
};

#define json_each(value, list) for (const JsonValue *value = (list) ? (list)->first : NULL; value; value = value->next)

/* A name that occurs twice in one object is refused here (the pull reader lets it pass). */
Err json_parse(Arena *arena, Text document, const JsonValue **out_value, Why *why);

const JsonValue *json_get(const JsonValue *object, const char *name); /* NULL when absent or not an object; NULL is fine */
const JsonValue *json_at(const JsonValue *array, size_t index);
bool json_is(const JsonValue *value, JsonKind kind);                  /* false for NULL */

/* One member, with errors that name the line: need_ fails when it is absent or null, may_ then leaves *out alone. A wrong
 * type always fails. int: whole and within int64 (1.0 and 1e3 are refused); decimal: micro, at most 6 decimals; a decimal
 * may also be written as a string ("12.50"). */
Err json_need_text(const JsonValue *object, const char *name, const char **out, Why *why);
Err json_need_int(const JsonValue *object, const char *name, int64_t *out, Why *why);
Err json_need_decimal(const JsonValue *object, const char *name, int64_t *out_micro, Why *why);
Err json_need_double(const JsonValue *object, const char *name, double *out, Why *why);
Err json_need_bool(const JsonValue *object, const char *name, bool *out, Why *why);
Err json_need_array(const JsonValue *object, const char *name, const JsonValue **out, Why *why);
Err json_need_object(const JsonValue *object, const char *name, const JsonValue **out, Why *why);
Err json_may_text(const JsonValue *object, const char *name, const char **out, Why *why);
Err json_may_int(const JsonValue *object, const char *name, int64_t *out, Why *why);
Err json_may_decimal(const JsonValue *object, const char *name, int64_t *out_micro, Why *why);
Err json_may_double(const JsonValue *object, const char *name, double *out, Why *why);
Err json_may_bool(const JsonValue *object, const char *name, bool *out, Why *why);
Err json_may_array(const JsonValue *object, const char *name, const JsonValue **out, Why *why);
Err json_may_object(const JsonValue *object, const char *name, const JsonValue **out, Why *why);
/* Fails on the first member whose name is not in the list, with "did you mean". */
Err json_only(const JsonValue *object, const char *const *names, size_t names_count, Why *why);

/* ---- writer ----
 *     JsonWriter json = json_writer(&buf);
 *     json_begin_object(&json);
 *     json_field_text(&json, "sku", text_of("A-1"));
 *     json_field_array(&json, "days"); json_int(&json, 1); json_end(&json);
 *     json_end(&json);                                  {"sku":"A-1","days":[1]}
 * The text is compact and deterministic. Begin and end must pair (asserted). Strings must be UTF-8: an invalid byte is
 * written as U+FFFD, so that the output is always JSON. */
typedef struct JsonWriter {
    Buf *out;
    int depth;
    bool comma_;
    uint64_t objects_;
} JsonWriter;

JsonWriter json_writer(Buf *out);
void json_begin_object(JsonWriter *json);
void json_begin_array(JsonWriter *json);
void json_end(JsonWriter *json);                             /* closes the innermost */
void json_name(JsonWriter *json, const char *name);          /* a value call must follow */
void json_text(JsonWriter *json, Text text);
void json_str(JsonWriter *json, const char *text);           /* NULL writes null */
void json_int(JsonWriter *json, int64_t value);
void json_micro(JsonWriter *json, int64_t micro);            /* 12500000 -> 12.5 */
void json_double(JsonWriter *json, double value);            /* reads back exactly; must be finite (asserted) */
void json_bool(JsonWriter *json, bool value);
void json_null(JsonWriter *json);
void json_raw(JsonWriter *json, Text json_text);             /* one complete value, taken as it is */
void json_field_object(JsonWriter *json, const char *name);  /* begins */
void json_field_array(JsonWriter *json, const char *name);   /* begins */
void json_field_text(JsonWriter *json, const char *name, Text text);
void json_field_str(JsonWriter *json, const char *name, const char *text);
void json_field_int(JsonWriter *json, const char *name, int64_t value);
void json_field_micro(JsonWriter *json, const char *name, int64_t micro);
void json_field_double(JsonWriter *json, const char *name, double value);
void json_field_bool(JsonWriter *json, const char *name, bool value);
void json_field_null(JsonWriter *json, const char *name);
void json_field_raw(JsonWriter *json, const char *name, Text json_text);
void json_fields_of(JsonWriter *json, Text json_object);     /* the members of a complete, compact object, taken as they are */

/* Decimal text that reads back as the same double: 15 digits where they suffice, else 16 or 17. Returns its length;
 * `value` must be finite. */
enum { DOUBLE_TEXT = 32 };
int double_format(double value, char out[DOUBLE_TEXT]);
