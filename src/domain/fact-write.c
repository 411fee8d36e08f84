/* fact-write.c - the one encoding of a fact in the log, as fact-json.c tells it, written. */
#include <string.h>

#include "base/decimal.h"
#include "base/time.h"
#include "domain/fact.h"

const char *const correction_names[] = { [CORRECT_ORIGINAL] = "original", [CORRECT_REPLACE] = "replace", [CORRECT_CANCEL] = "cancel" };

static char *put_whole(char *at, uint64_t value) {
    char digits[20];
    int count = 0;
    do {
        digits[count++] = (char)('0' + value % 10);
        value /= 10;
    } while (value);
    while (count) *at++ = digits[--count];
    return at;
}

static char *put_int(char *at, int64_t value) {
    if (value < 0) *at++ = '-';
    return put_whole(at, value < 0 ? 0 - (uint64_t)value : (uint64_t)value);
}

static char *put_micro(char *at, int64_t value) {
    uint64_t size = value < 0 ? 0 - (uint64_t)value : (uint64_t)value;
    if (value < 0) *at++ = '-';
    at = put_whole(at, size / (uint64_t)MICRO);
    uint64_t rest = size % (uint64_t)MICRO;
    if (!rest) return at;
    *at++ = '.';
    for (uint64_t unit = (uint64_t)MICRO / 10; rest; unit /= 10) {
        *at++ = (char)('0' + rest / unit);
        rest %= unit;
    }
    return at;
}

static void write_string(Buf *out, Text text) {
    size_t i = 0;
    while (i < text.length && (unsigned char)text.at[i] >= 0x20 && text.at[i] != '"' && text.at[i] != '\\') i++;
    if (i < text.length) {        /* something to escape: the general writer knows how */
        JsonWriter json = json_writer(out);
        json_text(&json, text);
        return;
    }
    char *at = buf_reserve(out, text.length + 2);
    if (!at) return;
    at[0] = '"';
    if (text.length) memcpy(at + 1, text.at, text.length);
    at[text.length + 1] = '"';
    out->length += text.length + 2;
}

static void write_run(Buf *out, const Run *run) {
    enum { NUMBER_MOST = 22 };
    char *start = buf_reserve(out, (size_t)run->count * (NUMBER_MOST + 2) + 32);
    if (!start) return;
    char *at = start;
    memcpy(at, "{\"qty\":[", 8);
    at += 8;
    bool plain = true;
    for (int32_t i = 0; i < run->count; i++) {
        if (i) *at++ = ',';
        at = put_micro(at, run->qty[i]);
        plain = plain && run->state[i] == PERIOD_IN_STOCK;
    }
    *at++ = ']';
    if (!plain) {
        memcpy(at, ",\"state\":\"", 10);
        at += 10;
        for (int32_t i = 0; i < run->count; i++) *at++ = (char)('0' + run->state[i]);
        *at++ = '"';
    }
    *at++ = '}';
    out->length += (size_t)(at - start);
}

static void write_value(Buf *out, const Fact *fact, Field field) {
    char text[TIME_TEXT + 2], *at = text;
    switch (fields[field].type) {
    case FIELD_TEXT:
    case FIELD_CODE:
        write_string(out, fact->text[field]);
        return;
    case FIELD_QTY:
    case FIELD_PRICE:
    case FIELD_RATIO:
        at = put_micro(at, fact->number[field]);
        break;
    case FIELD_AMOUNT:
    case FIELD_COUNT:
        at = put_int(at, fact->number[field]);
        break;
    case FIELD_DAY:
        *at++ = '"';
        at += day_format((int32_t)fact->number[field], at);
        *at++ = '"';
        break;
    case FIELD_TIME:
        *at++ = '"';
        at += time_format(fact->number[field], at);
        *at++ = '"';
        break;
    case FIELD_FLAG:
        buf_add_str(out, fact->number[field] ? "true" : "false");
        return;
    case FIELD_RUN:
        write_run(out, &fact->run);
        return;
    }
    buf_add(out, text, (size_t)(at - text));
}

static void write_name(Buf *out, bool first, const char *name) {
    size_t length = strlen(name);
    char *at = buf_reserve(out, length + 4);
    if (!at) return;
    at[0] = first ? '{' : ',';
    at[1] = '"';
    memcpy(at + 2, name, length);
    at[length + 2] = '"';
    at[length + 3] = ':';
    out->length += length + 4;
}

void fact_write(Buf *out, const Fact *fact) {
    bool first = true;
    for (FieldSet left = fact->present; left; first = false) {
        Field field = fields_take(&left);
        write_name(out, first, fields[field].name);
        write_value(out, fact, field);
    }
    if (first) buf_add_char(out, '{');
    if (fact->correction != CORRECT_ORIGINAL) buf_addf(out, "%s\"correction\":\"%s\"", first ? "" : ",", correction_names[fact->correction]);
    if (fact->version) buf_addf(out, "%s\"version\":%lld", first && fact->correction == CORRECT_ORIGINAL ? "" : ",", (long long)fact->version);
    buf_add_char(out, '}');
}
