#include "ingest/build.h"

#include <stdlib.h>
#include <string.h>

#include "base/hash.h"
#include "ingest/form.h"

const char *const bad_class_names[BAD_CLASS_COUNT_] = {
    [BAD_SHAPE] = "shape", [BAD_CODE] = "code", [BAD_NUMBER] = "number", [BAD_DATE] = "date",
    [BAD_UNIT] = "unit", [BAD_VALUE] = "value", [BAD_CONFLICT] = "conflict",
};

/* What to do where the sentence itself does not say. */
static const char *const remedies[BAD_CLASS_COUNT_] = {
    [BAD_SHAPE] = "look at this line of the file and export it again", [BAD_CODE] = "correct the code in the source, or translate it with a value table in the map",
    [BAD_NUMBER] = "write a number such as 1234.5, without letters, in the form the map says", [BAD_DATE] = "write a day in the form the map says",
    [BAD_UNIT] = "translate the unit with a value table in the map", [BAD_VALUE] = "correct the value in the source and export it again", [BAD_CONFLICT] = "correct one of the two rows",
};

/* Keys remembered for "once"; above it a key told again is found to be a duplicate by the store. */
enum { ONCE_MOST = 4000000 };

struct Builder {
    const Mapping *mapping;
    const WidePlan *wide;
    Units *units;
    int64_t now_us;
    int32_t today;
    IntMap *once;               /* hash of a key -> 1 */
    /* the row at hand */
    const Record *record;
    Arena *work;
    BadClass class;
    const char *label;          /* the field at hand */
};

Builder *builder_begin(const Mapping *mapping, const WidePlan *wide, Units *units, int64_t now_us) {
    Builder *b = calloc(1, sizeof *b);
    if (!b) stop_for("the machine has no memory to read a file");
    *b = (Builder){ .mapping = mapping, .wide = wide, .units = units, .now_us = now_us, .today = day_of_us(now_us), .once = int_map_begin(ONCE_MOST + 1) };
    return b;
}

void builder_end(Builder **builder) {
    if (!*builder) return;
    int_map_end(&(*builder)->once);
    free(*builder);
    *builder = NULL;
}

/* ---- one field ---- */

static Err copy_text(Arena *work, Text text, Text *out, Why *why) {
    for (size_t i = 0; i < text.length; i++)
        if ((unsigned char)text.at[i] >= 0x80) {
            TRY(text_nfc(work, text, &text, why));
            break;
        }
    *out = text_from(text_copy_n(work, text.at, text.length), text.length);
    return OK;
}

static Err set_text(Builder *b, const Setter *setter, Text text, Fact *fact, Why *why) {
    if (setter->field == F_uom) {
        const Uom *uom;
        b->class = BAD_UNIT;
        TRY(uom_find(text, b->mapping->units, &uom, why));
        fact_set_text(fact, F_uom, text_of(uom->code));
        return OK;
    }
    TRY(copy_text(b->work, text, &text, why));
    fact_set_text(fact, setter->field, text);
    return OK;
}

/* The unit of the document, NULL when none is said: then the number is in base units already. */
static Err document_unit(Builder *b, const Setter *setter, const Uom **out, Why *why) {
    Text written;
    *out = setter->default_uom;
    TRY(form_text(setter->uom, b->mapping, b->record, b->work, &written, why));
    if (!written.at) return OK;
    b->class = BAD_UNIT;
    b->label = setter->uom_label;
    return uom_find(written, b->mapping->units, out, why);
}

static Err set_converted(Builder *b, const Setter *setter, int64_t value, Fact *fact, Why *why) {
    const Uom *uom;
    Factor factor;
    TRY(document_unit(b, setter, &uom, why));
    b->class = BAD_UNIT;
    if (!uom) {
        fact_set_number(fact, setter->field, value);
        return OK;
    }
    TRY(units_factor(b->units, fact_text(fact, F_item), uom, &factor, why));
    int64_t converted;
    if (setter->per_uom) TRY(units_price(factor, value, &converted, why));
    else TRY(units_quantity(factor, value, &converted, why));
    fact_set_number(fact, setter->field, converted);
    /* What the document said is kept where it differs from what is planned with. */
    FieldSet may = fact_kinds[fact->kind].may;
    if (setter->field == F_qty && factor.numerator != factor.denominator && (may & FIELD_BIT(qty_document))) {
        fact_set_number(fact, F_qty_document, value);
        fact_set_text(fact, F_uom, text_of(uom->code));
    }
    return OK;
}

static int exponent_of(const Fact *fact) {
    char code[4] = { 0 };
    Text currency = fact_text(fact, F_currency);
    if (currency.length != 3) return 2;
    memcpy(code, currency.at, 3);
    int exponent = currency_exponent(code);
    return exponent < 0 ? 2 : exponent;
}

static Err set_run(Builder *b, const Setter *setter, Fact *fact, Why *why) {
    const WidePlan *wide = b->wide;
    Run run = { wide->periods, many_in(b->work, int64_t, wide->periods), many_in(b->work, uint8_t, wide->periods) };
    b->class = BAD_NUMBER;
    for (int32_t i = 0; i < wide->periods; i++) {
        Text cell = wide->column[i] < 0 ? (Text){ 0 } : b->record->cells[wide->column[i]].text;
        if (cell.length && (cell.at[0] == ' ' || cell.at[cell.length - 1] == ' ')) cell = text_trim(cell);
        if (!cell.length) {
            run.state[i] = PERIOD_UNKNOWN;
            continue;
        }
        Err err = cell_quantity(cell, setter->decimal, &run.qty[i], why);
        if (err != OK) return fail_doing(why, err, "period %d", i + 1);
        run.state[i] = b->record->states ? b->record->states[i] : PERIOD_IN_STOCK;
        /* Something was sold in a period that ended without stock: it says that demand was at least that. */
        if (run.state[i] == PERIOD_OUT && run.qty[i] > 0) run.state[i] = PERIOD_RAN_OUT;
    }
    fact->run = run;
    fact->present |= FIELD_BIT(run);
    fact_set_number(fact, F_from_day, wide->from_day);
    fact_set_number(fact, F_bucket_days, b->mapping->wide_bucket_days);
    return OK;
}

static Err set_field(Builder *b, const Setter *setter, Fact *fact, Why *why) {
    Text text;
    int64_t value;
    b->label = setter->label;
    if (setter->wide) return set_run(b, setter, fact, why);
    b->class = BAD_CODE;
    TRY(form_text(setter->of, b->mapping, b->record, b->work, &text, why));
    if (!text.at) return OK;
    if (setter->type == FIELD_TEXT || setter->type == FIELD_CODE) return set_text(b, setter, text, fact, why);
    b->class = setter->type == FIELD_DAY || setter->type == FIELD_TIME ? BAD_DATE : BAD_NUMBER;
    TRY(setter_number(setter, b->mapping->zone, text, setter->type == FIELD_AMOUNT ? exponent_of(fact) : 0, &value, why));
    if (setter->uom) return set_converted(b, setter, value, fact, why);
    fact_set_number(fact, setter->field, value);
    return OK;
}

/* ---- when it was known ---- */

static int64_t end_of_day_us(int64_t day) {
    return us_of_day((int32_t)day + 1) - 1;
}

static void known_by_kind(const Builder *b, Fact *fact) {
    const FactKindInfo *kind = &fact_kinds[fact->kind];
    if (fact->kind == FACT_SALES) {
        int64_t periods = fact_has(fact, F_run) ? fact->run.count : 1;
        fact->known_us = end_of_day_us(fact->number[F_from_day] + periods * fact->number[F_bucket_days] - 1);
    } else if (kind->known_field != FIELD_COUNT_ && fact_has(fact, kind->known_field)) {
        fact->known_us = end_of_day_us(fact->number[kind->known_field]);
    } else {
        fact->known_us = kind->level && fact->kind != FACT_STOCK && fact->kind != FACT_EXCEPTIONAL ? 0 : b->now_us;
    }
}

/* What has no time of day is known when its day ends. */
static bool is_day_only(const char *pattern, Text text) {
    if (strcmp(pattern, "iso") == 0) return text.length <= strlen("2026-11-23");
    return !strstr(pattern, "%H") && !strstr(pattern, "%I");
}

static Err set_known(Builder *b, const Emit *emit, Fact *fact, Why *why) {
    known_by_kind(b, fact);
    if (emit->known_by == KNOWN_ALWAYS) fact->known_us = 0;
    if (emit->known_by == KNOWN_AT_IMPORT) fact->known_us = b->now_us;
    if (emit->known_by == KNOWN_BY_FIELD && fact_has(fact, emit->known_field)) fact->known_us = end_of_day_us(fact->number[emit->known_field]);
    if (emit->known_by == KNOWN_BY_TIME) {
        Text text;
        b->label = "known_at";
        b->class = BAD_DATE;
        TRY(form_text(emit->known->of, b->mapping, b->record, b->work, &text, why));
        if (text.at) TRY(setter_number(emit->known, b->mapping->zone, text, 0, &fact->known_us, why));
        if (text.at && is_day_only(emit->known->pattern, text)) fact->known_us += DAY_US - 1;
    }
    Field occurred = fact_kinds[fact->kind].occurred_field;
    fact->occurred_us = occurred != FIELD_COUNT_ && fact_has(fact, occurred) ? us_of_day((int32_t)fact->number[occurred]) : fact->known_us;
    return OK;
}

static Err set_version(Builder *b, const Emit *emit, Fact *fact, Why *why) {
    Text text;
    if (emit->version) {
        b->label = emit->version->label;
        b->class = BAD_NUMBER;
        TRY(form_text(emit->version->of, b->mapping, b->record, b->work, &text, why));
        if (text.at) TRY(setter_number(emit->version, b->mapping->zone, text, 0, &fact->version, why));
        if (fact->version < 0) return fail_hint(why, fail(why, ERR_INVALID, "the version is negative"), "a version is a change number or a time; higher is newer");
    }
    if (emit->correction) {
        b->label = "correction";
        b->class = BAD_CODE;
        TRY(form_text(emit->correction, b->mapping, b->record, b->work, &text, why));
        if (text_is(text, "cancel")) fact->correction = CORRECT_CANCEL;
        else if (text_is(text, "replace")) fact->correction = CORRECT_REPLACE;
        else if (text.at && !text_is(text, "original"))
            return fail_hint(why, fail(why, ERR_INVALID, "correction \"%.*s\" is not known", TEXT_ARGS(text_part(text, 0, 40))), "use original, replace or cancel, or a value table");
    }
    return OK;
}

/* ---- one fact, one row ---- */

static Err build_fact(Builder *b, const Emit *emit, Fact *fact, Why *why) {
    fact->kind = emit->kind;
    fact->present = 0;
    fact->correction = CORRECT_ORIGINAL;
    fact->version = 0;
    fact->run = (Run){ 0 };
    for (int i = 0; i < emit->sets_count; i++) TRY(set_field(b, &emit->sets[i], fact, why));
    TRY(set_version(b, emit, fact, why));
    b->label = "";
    b->class = BAD_VALUE;
    TRY(fact_check(fact, why));
    TRY(check_horizon(fact, b->today, why));
    return set_known(b, emit, fact, why);
}

static bool emit_wanted(const Emit *emit, const Record *record) {
    for (int i = 0; i < emit->when_count; i++)
        if (!condition_holds(&emit->when[i], record)) return false;
    return true;
}

/* True when this file has already said it. */
static bool said_before(Builder *b, const Fact *fact) {
    if (int_map_count(b->once) >= ONCE_MOST) return false;
    Text key = fact_key(b->work, fact);
    bool is_new;
    int_map_place(b->once, (int64_t)hash64(key.at, key.length, 0), 1, &is_new);
    return !is_new;
}

/* The sentence of fact_check names fields; the label of the column is what the person sees in the file. */
static const char *label_in(const Builder *b, const Emit *emit, const Why *why) {
    if (*b->label) return b->label;
    for (int i = 0; i < emit->sets_count; i++) {
        if (emit->sets[i].field >= FIELD_COUNT_) continue;
        const char *name = fields[emit->sets[i].field].name;
        size_t length = strlen(name);
        if (strncmp(why->message, name, length) == 0 && why->message[length] == ' ') return emit->sets[i].label;
    }
    return "";
}

static const char *remedy(Arena *work, BadClass class, const Why *why) {
    return text_copy(work, *why->hint ? why->hint : remedies[class]);
}

static BadRow bad_of(const Builder *b, const Emit *emit, const Fact *fact, const Why *why) {
    return (BadRow){
        .class = b->class, .line = b->record->line, .offset = b->record->offset, .length = b->record->length, .kind = fact->kind,
        .negative_stock = fact->kind == FACT_STOCK && fact_has(fact, F_on_hand) && fact->number[F_on_hand] < 0,
        .field = label_in(b, emit, why), .message = text_copy(b->work, why->message), .hint = remedy(b->work, b->class, why),
        .item = text_keep(b->work, fact_text(fact, F_item)), .place = text_keep(b->work, fact_text(fact, F_place)),
    };
}

BadRow bad_row_of(Arena *work, const Record *record, const Why *why) {
    return (BadRow){ .class = BAD_SHAPE, .line = record->line, .offset = record->offset, .length = record->length,
        .field = record->bad_column ? record->bad_column : "", .message = text_copy(work, why->message), .hint = remedy(work, BAD_SHAPE, why), .item = "", .place = "" };
}

Err build_row(Builder *b, const Record *record, Arena *work, Fact *into, int *out_count, BadRow *out_bad, Why *why) {
    Why local = { 0 };
    if (!why) why = &local;
    b->record = record;
    b->work = work;
    int count = 0;
    for (int i = 0; i < b->mapping->emits_count; i++) {
        const Emit *emit = &b->mapping->emits[i];
        if (!emit_wanted(emit, record)) continue;
        Err err = build_fact(b, emit, &into[count], why);
        if (err != OK) {
            *out_bad = bad_of(b, emit, &into[count], why);
            return err;
        }
        count++;
    }
    /* Only now, when the whole row is good: what a bad row said is not known. */
    int kept = 0;
    for (int i = 0, fact = 0; i < b->mapping->emits_count; i++) {
        const Emit *emit = &b->mapping->emits[i];
        if (!emit_wanted(emit, record)) continue;
        if (b->units) units_learn(b->units, &into[fact]);
        if (!emit->once || !said_before(b, &into[fact])) {
            if (kept != fact) into[kept] = into[fact];
            kept++;
        }
        fact++;
    }
    *out_count = kept;
    return OK;
}
