/* fact-json.c - the one encoding of a fact in the log (docs/decisions/0001), read; fact-write.c writes it.
 *
 *     {"item":"AX-1","doc":"SO-1001","line":"3","qty":12.5,"order_day":"2026-11-23","correction":"replace","version":7}
 *
 * (1) Members stand in dictionary order, then "correction" unless original, then "version" unless 0.
 * (2) No blanks; quantities, prices and ratios are decimal numbers without trailing zeros, amounts and counts whole
 *     numbers, days "YYYY-MM-DD", flags true or false.
 * (3) A run is {"qty":[3,0,2.5],"state":"001"}: one digit (PeriodState) per period; "state" is left out when all are 0.
 * (4) So the same fact always gives the same bytes, and bytes compare as facts do.
 *
 * Reading first takes the fast path that expects exactly this; anything else that is still good JSON (a payload written by
 * hand in a test) goes through the general reader. */
#include <string.h>

#include "base/decimal.h"
#include "base/time.h"
#include "domain/fact.h"

/* ---- reading, fast: a cursor over canonical bytes; false means "not canonical", never "wrong" ---- */

typedef struct Cursor { const char *at, *end; } Cursor;

static bool take(Cursor *c, const char *bytes, size_t length) {
    if ((size_t)(c->end - c->at) < length || memcmp(c->at, bytes, length) != 0) return false;
    c->at += length;
    return true;
}
#define TAKE(cursor, literal) take((cursor), literal, sizeof literal - 1)

static bool take_digits(Cursor *c, uint64_t *out, int *out_count) {
    uint64_t value = 0;
    const char *from = c->at;
    while (c->at < c->end && (unsigned)(*c->at - '0') < 10) {
        if (c->at - from >= 19) return false;
        value = value * 10 + (uint64_t)(*c->at++ - '0');
    }
    *out = value;
    *out_count = (int)(c->at - from);
    return *out_count > 0;
}

static bool take_int(Cursor *c, int64_t *out) {
    uint64_t value;
    int count;
    bool negative = TAKE(c, "-");
    if (!take_digits(c, &value, &count) || value > INT64_MAX) return false;
    *out = negative ? -(int64_t)value : (int64_t)value;
    return true;
}

static bool take_micro(Cursor *c, int64_t *out) {
    uint64_t whole, part = 0;
    int count;
    bool negative = TAKE(c, "-");
    if (!take_digits(c, &whole, &count) || whole > (uint64_t)(INT64_MAX / MICRO) - 1) return false;
    if (TAKE(c, ".")) {
        if (!take_digits(c, &part, &count) || count > 6) return false;
        while (count++ < 6) part *= 10;
    }
    int64_t value = (int64_t)(whole * (uint64_t)MICRO + part);
    *out = negative ? -value : value;
    return true;
}

static bool take_string(Cursor *c, Text *out) {
    if (!TAKE(c, "\"")) return false;
    const char *end = memchr(c->at, '"', (size_t)(c->end - c->at));
    if (!end || memchr(c->at, '\\', (size_t)(end - c->at))) return false;
    *out = text_from(c->at, (size_t)(end - c->at));
    c->at = end + 1;
    return true;
}

/* "2026-11-23" to a day without a detour: Howard Hinnant's days_from_civil, http://howardhinnant.github.io/date_algorithms.html */
static bool take_day(Cursor *c, int64_t *out) {
    const char *s = c->at;
    if (c->end - s < 12 || s[0] != '"' || s[5] != '-' || s[8] != '-' || s[11] != '"') return false;
    static const uint8_t digit_at[8] = { 1, 2, 3, 4, 6, 7, 9, 10 };
    int digits[8];
    for (int i = 0; i < 8; i++) {
        digits[i] = s[digit_at[i]] - '0';
        if ((unsigned)digits[i] > 9) return false;
    }
    Civil civil = { digits[0] * 1000 + digits[1] * 100 + digits[2] * 10 + digits[3], digits[4] * 10 + digits[5], digits[6] * 10 + digits[7] };
    if (!civil_is_real(civil)) return false;
    *out = day_of_civil(civil);
    c->at = s + 12;
    return true;
}

static bool take_run(Cursor *c, Arena *work, Run *out) {
    if (!TAKE(c, "{\"qty\":[")) return false;
    const char *close = memchr(c->at, ']', (size_t)(c->end - c->at));
    if (!close || close == c->at) return false;
    int32_t count = 1;
    for (const char *p = c->at; p < close; p++) count += *p == ',';
    Run run = { .count = count, .qty = many_in(work, int64_t, count), .state = many_in(work, uint8_t, count) };
    for (int32_t i = 0; i < count; i++)
        if ((i && !TAKE(c, ",")) || !take_micro(c, &run.qty[i])) return false;
    if (!TAKE(c, "]")) return false;
    if (TAKE(c, ",\"state\":\"")) {
        if (c->end - c->at < count) return false;
        for (int32_t i = 0; i < count; i++) {
            run.state[i] = (uint8_t)(c->at[i] - '0');
            if (run.state[i] > PERIOD_UNKNOWN) return false;
        }
        c->at += count;
        if (!TAKE(c, "\"")) return false;
    }
    *out = run;
    return TAKE(c, "}");
}

static bool take_flag(Cursor *c, int64_t *out) {
    *out = TAKE(c, "true");
    return *out || TAKE(c, "false");
}

static bool take_value(Cursor *c, Arena *work, Field field, Fact *fact) {
    switch (fields[field].type) {
    case FIELD_TEXT:
    case FIELD_CODE: return take_string(c, &fact->text[field]);
    case FIELD_QTY:
    case FIELD_PRICE:
    case FIELD_RATIO: return take_micro(c, &fact->number[field]);
    case FIELD_AMOUNT:
    case FIELD_COUNT: return take_int(c, &fact->number[field]);
    case FIELD_DAY: return take_day(c, &fact->number[field]);
    case FIELD_FLAG: return take_flag(c, &fact->number[field]);
    case FIELD_RUN: return take_run(c, work, &fact->run);
    case FIELD_TIME: return false;
    }
    return false;
}

/* The next member's name must be one of `left`, taken from the lowest on: that is dictionary order. */
static bool take_field(Cursor *c, FieldSet *left, Field *out_field) {
    const char *end = memchr(c->at, '"', (size_t)(c->end - c->at));
    if (!end) return false;
    size_t length = (size_t)(end - c->at);
    while (*left) {
        Field field = fields_take(left);
        const char *name = fields[field].name;
        if (strncmp(name, c->at, length) == 0 && name[length] == 0) {
            c->at = end + 1;
            *out_field = field;
            return true;
        }
    }
    return false;
}

static bool read_tail(Cursor *c, Fact *fact) {
    if (TAKE(c, "correction\":\"")) {
        if (TAKE(c, "replace\"")) fact->correction = CORRECT_REPLACE;
        else if (TAKE(c, "cancel\"")) fact->correction = CORRECT_CANCEL;
        else return false;
        if (TAKE(c, "}")) return true;
        if (!TAKE(c, ",\"")) return false;
    }
    return TAKE(c, "version\":") && take_int(c, &fact->version) && TAKE(c, "}");
}

static bool read_canonical(Arena *work, Text payload, Fact *fact) {
    Cursor c = { payload.at, payload.at + payload.length };
    const FactKindInfo *kind = &fact_kinds[fact->kind];
    FieldSet left = kind->key | kind->needs | kind->may;
    if (!TAKE(&c, "{\"")) return false;
    for (;;) {
        Field field;
        const char *name = c.at;
        if (!take_field(&c, &left, &field)) {
            c.at = name;
            return read_tail(&c, fact) && c.at == c.end;
        }
        if (!TAKE(&c, ":") || !take_value(&c, work, field, fact)) return false;
        fact->present |= field_bit(field);
        if (TAKE(&c, "}")) return c.at == c.end;
        if (!TAKE(&c, ",\"")) return false;
    }
}

/* ---- reading, general ---- */

static Err read_run(Arena *work, const JsonValue *value, Run *out, Why *why) {
    const JsonValue *list;
    const char *states = NULL;
    TRY(json_need_array(value, "qty", &list, why));
    TRY(json_may_text(value, "state", &states, why));
    if (states && strlen(states) != list->count) return fail(why, ERR_INVALID, "run: qty has %zu periods and state %zu", list->count, strlen(states));
    Run run = { .count = (int32_t)list->count, .qty = many_in(work, int64_t, list->count), .state = many_in(work, uint8_t, list->count) };
    int32_t i = 0;
    json_each(element, list) {
        if (element->kind != JSON_NUMBER) return fail(why, ERR_INVALID, "run: period %d is not a number", i + 1);
        TRY_DOING(decimal_parse(element->text, DECIMAL_POINT, &run.qty[i], why), "run: period %d", i + 1);
        if (states) run.state[i] = (uint8_t)(states[i] - '0');
        if (run.state[i] > PERIOD_UNKNOWN) return fail(why, ERR_INVALID, "run: period %d has the state \"%c\"", i + 1, states[i]);
        i++;
    }
    *out = run;
    return OK;
}

static Err read_value(Arena *work, const JsonValue *object, const JsonValue *member, Field field, Fact *fact, Why *why) {
    const char *name = fields[field].name, *text;
    bool flag;
    switch (fields[field].type) {
    case FIELD_TEXT:
    case FIELD_CODE:
        if (member->kind != JSON_STRING) return fail(why, ERR_INVALID, "%s is not a text", name);
        fact->text[field] = member->text;
        return OK;
    case FIELD_QTY:
    case FIELD_PRICE:
    case FIELD_RATIO:
        return json_need_decimal(object, name, &fact->number[field], why);
    case FIELD_AMOUNT:
    case FIELD_COUNT:
        return json_need_int(object, name, &fact->number[field], why);
    case FIELD_DAY: {
        int32_t day;
        TRY(json_need_text(object, name, &text, why));
        TRY_DOING(day_parse(text_of(text), "%Y-%m-%d", &day, why), "%s", name);
        fact->number[field] = day;
        return OK;
    }
    case FIELD_TIME:
        TRY(json_need_text(object, name, &text, why));
        return time_parse(text_of(text), "iso", NULL, &fact->number[field], why);
    case FIELD_FLAG:
        TRY(json_need_bool(object, name, &flag, why));
        fact->number[field] = flag;
        return OK;
    case FIELD_RUN:
        return read_run(work, member, &fact->run, why);
    }
    return OK;
}

static Err read_correction(Text text, Correction *out, Why *why) {
    for (int i = 0; i < 3; i++)
        if (text_is(text, correction_names[i])) {
            *out = (Correction)i;
            return OK;
        }
    return fail(why, ERR_INVALID, "correction \"%.*s\" is not original, replace or cancel", TEXT_ARGS(text));
}

static Err read_general(Arena *work, Text payload, Fact *fact, Why *why) {
    const JsonValue *object;
    TRY(json_parse(work, payload, &object, why));
    if (object->kind != JSON_OBJECT) return fail(why, ERR_INVALID, "a fact is a JSON object");
    json_each(member, object) {
        Field field = field_find(text_of(member->name));
        if (field != FIELD_COUNT_) {
            TRY(read_value(work, object, member, field, fact, why));
            fact->present |= field_bit(field);
        } else if (strcmp(member->name, "correction") == 0) {
            TRY(read_correction(member->text, &fact->correction, why));
        } else if (strcmp(member->name, "version") == 0) {
            TRY(json_need_int(object, "version", &fact->version, why));
        } else {
            return fail(why, ERR_INVALID, "\"%s\" is not a field of facts", member->name);
        }
    }
    return OK;
}

/* number[] and text[] stay as they are where nothing is present: clearing them would cost more than reading. */
static void fact_start(Fact *fact, FactKind kind) {
    fact->kind = kind;
    fact->present = 0;
    fact->run = (Run){ 0 };
    fact->correction = CORRECT_ORIGINAL;
    fact->version = fact->occurred_us = fact->known_us = 0;
}

Err fact_read(Arena *work, FactKind kind, Text payload, Fact *out_fact, Why *why) {
    if (kind <= FACT_NONE || kind >= FACT_KIND_COUNT_) return fail(why, ERR_CORRUPT, "kind %d is not a kind of fact", (int)kind);
    fact_start(out_fact, kind);
    if (read_canonical(work, payload, out_fact)) return OK;
    fact_start(out_fact, kind);
    return read_general(work, payload, out_fact, why);
}
