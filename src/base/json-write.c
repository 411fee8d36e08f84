/* json-write.c - the writer. The comma before a value is owed after every value but a name's. */
#include "base/json.h"

#include "base/decimal.h"

#include <assert.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

JsonWriter json_writer(Buf *out) { return (JsonWriter){ .out = out }; }

static void before_value(JsonWriter *json) {
    if (json->comma_) buf_add_char(json->out, ',');
    json->comma_ = true;
}

static void json_begin(JsonWriter *json, bool object) {
    assert(json->depth < JSON_DEPTH);
    before_value(json);
    buf_add_char(json->out, object ? '{' : '[');
    uint64_t bit = UINT64_C(1) << json->depth++;
    json->objects_ = object ? json->objects_ | bit : json->objects_ & ~bit;
    json->comma_ = false;
}

void json_begin_object(JsonWriter *json) { json_begin(json, true); }
void json_begin_array(JsonWriter *json) { json_begin(json, false); }

void json_end(JsonWriter *json) {
    assert(json->depth > 0);
    json->depth--;
    buf_add_char(json->out, json->objects_ >> json->depth & 1 ? '}' : ']');
    json->comma_ = true;
}

static void add_escaped(Buf *out, unsigned char c) {
    switch (c) {
    case '"': buf_add_str(out, "\\\""); break;
    case '\\': buf_add_str(out, "\\\\"); break;
    case '\n': buf_add_str(out, "\\n"); break;
    case '\r': buf_add_str(out, "\\r"); break;
    case '\t': buf_add_str(out, "\\t"); break;
    default: buf_addf(out, "\\u%04x", c);
    }
}

static void add_valid(Buf *out, Text text) {
    size_t from = 0;
    for (size_t i = 0; i < text.length; i++) {
        unsigned char c = (unsigned char)text.at[i];
        if (c >= 0x20 && c != '"' && c != '\\' && c != 0x7f) continue;
        buf_add_text(out, text_part(text, from, i));
        add_escaped(out, c);
        from = i + 1;
    }
    buf_add_text(out, text_part(text, from, text.length));
}

static bool is_plain(Text text) {
    for (size_t i = 0; i < text.length; i++) {
        unsigned char c = (unsigned char)text.at[i];
        if (c < 0x20 || c >= 0x7f || c == '"' || c == '\\') return false;
    }
    return true;
}

/* Nearly all strings need no escape: these are copied at once. */
static void add_string(Buf *out, Text text) {
    char *into = is_plain(text) ? buf_reserve(out, text.length + 2) : NULL;
    if (into) {
        into[0] = '"';
        if (text.length) memcpy(into + 1, text.at, text.length);
        memcpy(into + 1 + text.length, "\"", 2);
        out->length += text.length + 2;
        return;
    }
    buf_add_char(out, '"');
    ptrdiff_t bad;
    while ((bad = text_bad_utf8(text)) >= 0) {
        add_valid(out, text_part(text, 0, (size_t)bad));
        buf_add_str(out, "\xEF\xBF\xBD");
        text = text_part(text, (size_t)bad + 1, text.length);
    }
    add_valid(out, text);
    buf_add_char(out, '"');
}

void json_name(JsonWriter *json, const char *name) {
    assert(json->depth > 0);
    before_value(json);
    add_string(json->out, text_of(name));
    buf_add_char(json->out, ':');
    json->comma_ = false;
}

void json_text(JsonWriter *json, Text text) {
    before_value(json);
    add_string(json->out, text);
}

void json_str(JsonWriter *json, const char *text) {
    if (text) json_text(json, text_of(text));
    else json_null(json);
}

void json_raw(JsonWriter *json, Text json_text) {
    before_value(json);
    buf_add_text(json->out, json_text);
}

void json_null(JsonWriter *json) { json_raw(json, text_of("null")); }
void json_bool(JsonWriter *json, bool value) { json_raw(json, text_of(value ? "true" : "false")); }

void json_int(JsonWriter *json, int64_t value) {
    char text[DECIMAL_TEXT];
    json_raw(json, text_from(text, (size_t)integer_format(value, text)));
}

void json_micro(JsonWriter *json, int64_t micro) {
    char text[DECIMAL_TEXT];
    json_raw(json, text_from(text, (size_t)decimal_format(micro, text)));
}

int double_format(double value, char out[DOUBLE_TEXT]) {
    assert(isfinite(value));
    /* A count of millionths below 2^53 divides to the double nearest to that decimal, so its text reads back; it is quick. */
    double micro = __builtin_rint(value * 1e6);
    if (fabs(micro) < 1e15 && micro / 1e6 == value && (micro != 0 || !signbit(value))) return decimal_format((int64_t)micro, out);
    for (int digits = 15; digits < 17; digits++) {
        int length = snprintf(out, DOUBLE_TEXT, "%.*g", digits, value);
        if (strtod(out, NULL) == value) return length;
    }
    return snprintf(out, DOUBLE_TEXT, "%.17g", value);
}

void json_double(JsonWriter *json, double value) {
    char text[DOUBLE_TEXT];
    double_format(value, text);
    json_raw(json, text_of(text));
}

void json_field_object(JsonWriter *json, const char *name) { json_name(json, name), json_begin_object(json); }
void json_field_array(JsonWriter *json, const char *name) { json_name(json, name), json_begin_array(json); }
void json_field_text(JsonWriter *json, const char *name, Text text) { json_name(json, name), json_text(json, text); }
void json_field_str(JsonWriter *json, const char *name, const char *text) { json_name(json, name), json_str(json, text); }
void json_field_int(JsonWriter *json, const char *name, int64_t value) { json_name(json, name), json_int(json, value); }
void json_field_micro(JsonWriter *json, const char *name, int64_t micro) { json_name(json, name), json_micro(json, micro); }
void json_field_double(JsonWriter *json, const char *name, double value) { json_name(json, name), json_double(json, value); }
void json_field_bool(JsonWriter *json, const char *name, bool value) { json_name(json, name), json_bool(json, value); }
void json_field_null(JsonWriter *json, const char *name) { json_name(json, name), json_null(json); }
void json_field_raw(JsonWriter *json, const char *name, Text json_text) { json_name(json, name), json_raw(json, json_text); }

void json_fields_of(JsonWriter *json, Text json_object) {
    assert(json_object.length >= 2 && json_object.at[0] == '{' && json_object.at[json_object.length - 1] == '}');
    if (json_object.length == 2) return;
    if (json->comma_) buf_add_char(json->out, ',');
    buf_add_text(json->out, text_part(json_object, 1, json_object.length - 1));
    json->comma_ = true;
}
