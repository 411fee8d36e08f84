#include "ingest/form.h"

#include <string.h>

/* ---- texts ---- */

static Err table_text(const Form *form, Text written, Text *out, Why *why) {
    const Table *table = form->table;
    Text value = written.at ? written : (Text){ "", 0 };
    int64_t entry = text_map_or(table->index, value, -1);
    if (entry < 0) {
        if (!written.at) return OK;        /* empty stays empty unless the table has a row for "" */
        entry = table->otherwise;
    }
    if (entry < 0)
        return fail_hint(why, fail(why, ERR_INVALID, "\"%.*s\" is not in the table \"%s\"", TEXT_ARGS(text_part(value, 0, 60)), table->name), "add a row for it to the map, or \"*\" for all others");
    *out = table->values[entry];
    return OK;
}

static Err join_text(const Form *form, const Mapping *mapping, const Record *record, Arena *work, Text *out, Why *why) {
    Text parts[FORM_PARTS_MOST];
    size_t length = 0;
    int count = form->parts_count;
    for (int i = 0; i < count; i++) {
        TRY(form_text(form->parts[i], mapping, record, work, &parts[i], why));
        if (!parts[i].at) return OK;
        length += parts[i].length + form->value.length;
    }
    char *joined = arena_take(work, length + 1), *at = joined;
    for (int i = 0; i < count; i++) {
        if (i && form->value.length) at = mempcpy(at, form->value.at, form->value.length);
        at = mempcpy(at, parts[i].at, parts[i].length);
    }
    *out = text_from(joined, (size_t)(at - joined));
    return OK;
}

Err form_text(const Form *form, const Mapping *mapping, const Record *record, Arena *work, Text *out, Why *why) {
    *out = (Text){ 0 };
    switch (form->kind) {
    case FORM_SLOT:
        *out = record->slots[form->slot];
        return OK;
    case FORM_VALUE:
        if (form->value.length) *out = form->value;
        return OK;
    case FORM_FIRST:
        for (int i = 0; i < form->parts_count && !out->at; i++) TRY(form_text(form->parts[i], mapping, record, work, out, why));
        return OK;
    case FORM_JOIN:
        return join_text(form, mapping, record, work, out, why);
    case FORM_TABLE: {
        Text written;
        TRY(form_text(form->parts[0], mapping, record, work, &written, why));
        return table_text(form, written, out, why);
    }
    case FORM_ROW_NUMBER: {
        char *digits = arena_take(work, DECIMAL_TEXT);
        int64_t number = record->number;
        char *at = digits + DECIMAL_TEXT;
        do *--at = (char)('0' + number % 10);
        while (number /= 10);
        *out = text_from(at, (size_t)(digits + DECIMAL_TEXT - at));
        return OK;
    }
    }
    return OK;
}

bool condition_holds(const Condition *condition, const Record *record) {
    Text value = record->slots[condition->of->slot];
    bool holds = condition->test == WHEN_EMPTY && !value.at;
    if (!value.at) value = (Text){ "", 0 };
    for (int i = 0; i < condition->values_count && !holds; i++) {
        Text wanted = condition->values[i];
        if (condition->test == WHEN_IN) holds = text_equal(value, wanted);
        else holds = value.length >= wanted.length && memcmp(value.at, wanted.at, wanted.length) == 0;
    }
    return holds != condition->negated;
}

/* ---- numbers ---- */

Err cell_quantity(Text cell, DecimalStyle style, int64_t *out_micro, Why *why) {
    /* Most cells are a few digits: the general reader is for the others. */
    int64_t value = 0;
    if (cell.length == 0 || cell.length > 12) return decimal_parse(cell, style, out_micro, why);
    for (size_t i = 0; i < cell.length; i++) {
        unsigned digit = (unsigned)(cell.at[i] - '0');
        if (digit > 9) return decimal_parse(cell, style, out_micro, why);
        value = value * 10 + digit;
    }
    *out_micro = value * MICRO;
    return OK;
}

static Err ratio_text(Text text, DecimalStyle style, int64_t *out, Why *why) {
    bool percent = text.length && text.at[text.length - 1] == '%';
    if (percent) text = text_trim(text_part(text, 0, text.length - 1));
    TRY(decimal_parse(text, style, out, why));
    if (percent) *out = divide_half_even(*out, 100);
    return OK;
}

static Err count_text(Text text, DecimalStyle style, int64_t *out, Why *why) {
    int64_t micro;
    if (integer_parse(text, out, NULL) == OK) return OK;
    TRY(decimal_parse(text, style, &micro, why));
    if (micro % MICRO) return fail_hint(why, fail(why, ERR_INVALID, "\"%.*s\" is not a whole number", TEXT_ARGS(text_part(text, 0, 40))), "round it in the export");
    *out = micro / MICRO;
    return OK;
}

static Err flag_text(Text text, int64_t *out, Why *why) {
    static const char *const yes[] = { "1", "true", "yes", "y" }, *const no[] = { "0", "false", "no", "n" };
    for (int i = 0; i < 4; i++)
        if (text_equal_nocase(text, text_of(yes[i])) || text_equal_nocase(text, text_of(no[i]))) {
            *out = text_equal_nocase(text, text_of(yes[i]));
            return OK;
        }
    return fail_hint(why, fail(why, ERR_INVALID, "\"%.*s\" is neither yes nor no", TEXT_ARGS(text_part(text, 0, 40))), "write 1 or 0, or translate it with a value table");
}

/* A date that cannot be read is most often one that is written otherwise than the map says. */
static Err date_failed(const Setter *setter, Err err, Why *why) {
    char where[sizeof why->hint];
    if (err == OK || !why) return err;
    strcpy(where, why->hint);
    return fail_hint(why, err, "%s%sif the file writes its dates otherwise than %s, say so in the map", where, *where ? "; " : "", setter->pattern);
}

Err setter_number(const Setter *setter, const Zone *zone, Text text, int exponent, int64_t *out, Why *why) {
    int32_t day;
    switch (setter->type) {
    case FIELD_QTY:
    case FIELD_PRICE: TRY(cell_quantity(text, setter->decimal, out, why)); break;
    case FIELD_RATIO: TRY(ratio_text(text, setter->decimal, out, why)); break;
    case FIELD_AMOUNT: TRY(money_parse(text, setter->decimal, exponent, out, why)); break;
    case FIELD_COUNT: TRY(count_text(text, setter->decimal, out, why)); break;
    case FIELD_DAY:
        TRY(date_failed(setter, day_parse(text, setter->pattern, &day, why), why));
        *out = day;
        return OK;
    case FIELD_TIME: return date_failed(setter, time_parse(text, setter->pattern, zone, out, why), why);
    case FIELD_FLAG: return flag_text(text, out, why);
    case FIELD_TEXT:
    case FIELD_CODE:
    case FIELD_RUN: return OK;
    }
    return setter->times_micro == MICRO ? OK : ratio_apply(*out, setter->times_micro, MICRO, out, why);
}
