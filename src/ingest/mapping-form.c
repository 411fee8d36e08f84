/* mapping-form.c - compiles what stands in "emit": forms (texts taken from a row), setters (fields), conditions. */
#include <string.h>

#include "ingest/mapping-parse.h"

/* ---- forms ---- */

static Err form_read(MapParser *p, const JsonValue *value, const Form **out, Why *why);

/* "?Qty" may be absent from the file; a name that is once needed is needed. */
static int slot_of(MapParser *p, Text name) {
    bool optional = name.length > 1 && name.at[0] == '?';
    if (optional) name = text_part(name, 1, name.length);
    for (size_t i = 0; i < p->slots.count; i++)
        if (text_is(name, p->slots.at[i])) {
            p->optional.at[i] = p->optional.at[i] && optional;
            return (int)i;
        }
    list_push(&p->slots, text_keep(p->keep, name));
    list_push(&p->optional, optional);
    return (int)p->slots.count - 1;
}

static Err form_slot(MapParser *p, const JsonValue *value, Form *out, Why *why) {
    if (!value->text.length || text_is(value->text, "?")) return map_bad(value, why, "a column name is empty");
    out->kind = FORM_SLOT;
    out->slot = slot_of(p, value->text);
    return OK;
}

static Err form_value(const JsonValue *object, Form *out, Why *why) {
    const JsonValue *value = json_get(object, "value");
    if (value->kind != JSON_STRING && value->kind != JSON_NUMBER) return map_bad(value, why, "\"value\" is a text or a number");
    out->kind = FORM_VALUE;
    out->value = value->text;
    return OK;
}

static Err form_given(MapParser *p, const JsonValue *object, Form *out, Why *why) {
    const char *name, *otherwise = NULL;
    TRY(json_need_text(object, "given", &name, why));
    TRY(json_may_text(object, "or", &otherwise, why));
    out->kind = FORM_VALUE;
    for (int i = 0; i < p->given.count; i++)
        if (strcmp(p->given.at[i].name, name) == 0) {
            out->value = text_of(text_copy(p->keep, p->given.at[i].value));
            return OK;
        }
    if (!otherwise) return fail_hint(why, map_bad(object, why, "this map wants to be told \"%s\"", name), "say --given %s=VALUE", name);
    out->value = text_of(otherwise);
    return OK;
}

static Err form_parts(MapParser *p, const JsonValue *list, FormKind kind, Form *out, Why *why) {
    if (list->kind != JSON_ARRAY || !list->count) return map_bad(list, why, "\"%s\" is a list of columns", list->name);
    if (list->count > FORM_PARTS_MOST) return map_bad(list, why, "\"%s\" has %zu parts, at most %d are taken", list->name, list->count, FORM_PARTS_MOST);
    out->kind = kind;
    out->parts = many_in(p->keep, const Form *, list->count);
    json_each(part, list) TRY(form_read(p, part, &out->parts[out->parts_count++], why));
    return OK;
}

static Err form_join(MapParser *p, const JsonValue *object, Form *out, Why *why) {
    const char *with = "";
    TRY(json_may_text(object, "with", &with, why));
    TRY(form_parts(p, json_get(object, "join"), FORM_JOIN, out, why));
    out->value = text_of(with);
    return OK;
}

static Err form_table(MapParser *p, const JsonValue *object, Form *out, Why *why) {
    const char *name;
    TRY(json_need_text(object, "table", &name, why));
    const JsonValue *of = json_get(object, "of");
    if (!of) return map_bad(object, why, "\"of\" is missing: the column whose values the table \"%s\" translates", name);
    out->kind = FORM_TABLE;
    for (int i = 0; i < p->tables_count; i++)
        if (strcmp(p->tables[i].name, name) == 0) out->table = &p->tables[i];
    if (!out->table) return fail_hint(why, map_bad(object, why, "table \"%s\" does not exist", name), "add it under \"tables\"");
    out->parts = many_in(p->keep, const Form *, 1);
    out->parts_count = 1;
    return form_read(p, of, &out->parts[0], why);
}

static Err form_read(MapParser *p, const JsonValue *value, const Form **out, Why *why) {
    static const char *const names[] = { "value", "given", "or", "first", "join", "with", "table", "of", "row_number" };
    Form *form = new_in(p->keep, Form);
    *out = form;
    if (value->kind == JSON_STRING) return form_slot(p, value, form, why);
    if (value->kind != JSON_OBJECT) return map_bad(value, why, "a column name or an object such as {\"value\": ...} is wanted");
    TRY(json_only(value, names, sizeof names / sizeof *names, why));
    if (json_get(value, "value")) return form_value(value, form, why);
    if (json_get(value, "given")) return form_given(p, value, form, why);
    if (json_get(value, "first")) return form_parts(p, json_get(value, "first"), FORM_FIRST, form, why);
    if (json_get(value, "join")) return form_join(p, value, form, why);
    if (json_get(value, "table")) return form_table(p, value, form, why);
    if (json_get(value, "row_number")) {
        form->kind = FORM_ROW_NUMBER;
        return OK;
    }
    return map_bad(value, why, "none of value, given, first, join, table, row_number is there");
}

static const char *form_label(MapParser *p, const Form *form, const char *otherwise) {
    if (form->kind == FORM_SLOT) return p->slots.at[form->slot];
    return form->parts_count ? form_label(p, form->parts[0], otherwise) : otherwise;
}

/* ---- setters ---- */

static bool is_number(FieldType type) {
    return type == FIELD_QTY || type == FIELD_PRICE || type == FIELD_RATIO || type == FIELD_AMOUNT || type == FIELD_COUNT;
}

static Err set_number(MapParser *p, const JsonValue *object, Setter *out, Why *why) {
    static const char *const names[] = { "number", "uom", "per_uom", "default_uom", "times", "decimal", "groups" };
    const char *unit = NULL, *mark = NULL;
    bool groups = false;
    const JsonValue *uom = json_get(object, "uom"), *per = json_get(object, "per_uom");
    TRY(json_only(object, names, sizeof names / sizeof *names, why));
    if (!is_number(out->type)) return map_bad(object, why, "\"%s\" is not a number", fields[out->field].name);
    TRY(form_read(p, json_get(object, "number"), &out->of, why));
    TRY(json_may_decimal(object, "times", &out->times_micro, why));
    TRY(json_may_text(object, "decimal", &mark, why));
    TRY(json_may_bool(object, "groups", &groups, why));
    TRY(json_may_text(object, "default_uom", &unit, why));
    if (mark) {
        if (strcmp(mark, ".") != 0 && strcmp(mark, ",") != 0) return map_bad(object, why, "\"decimal\" is \".\" or \",\"");
        out->decimal = groups ? (*mark == ',' ? DECIMAL_COMMA_GROUPS : DECIMAL_POINT_GROUPS) : *mark == ',' ? DECIMAL_COMMA : DECIMAL_POINT;
    }
    if (unit) TRY_DOING(uom_find(text_of(unit), p->mapping->units, &out->default_uom, why), "line %d: \"default_uom\"", object->line);
    if (uom && out->type != FIELD_QTY) return map_bad(object, why, "\"uom\" goes with a quantity, \"per_uom\" with a price");
    if (per && out->type != FIELD_PRICE) return map_bad(object, why, "\"per_uom\" goes with a price, \"uom\" with a quantity");
    if (uom || per) {
        TRY(form_read(p, uom ? uom : per, &out->uom, why));
        out->uom_label = form_label(p, out->uom, "uom");
    }
    if (unit && !out->uom) return map_bad(object, why, "\"default_uom\" needs \"uom\" or \"per_uom\"");
    out->per_uom = per != NULL;
    return OK;
}

static Err set_date(MapParser *p, const JsonValue *object, Setter *out, Why *why) {
    static const char *const names[] = { "date", "as" };
    TRY(json_only(object, names, sizeof names / sizeof *names, why));
    TRY(form_read(p, json_get(object, "date"), &out->of, why));
    TRY(json_may_text(object, "as", &out->pattern, why));
    TRY_DOING(pattern_check(out->pattern, why), "line %d: \"as\"", object->line);
    return OK;
}

static Err set_wide(MapParser *p, const JsonValue *object, Setter *out, Why *why) {
    static const char *const names[] = { "from", "as", "bucket_days" };
    Mapping *m = p->mapping;
    const JsonValue *wide = json_get(object, "wide");
    const char *from = NULL;
    out->wide = true;
    out->label = "run";
    if (out->type != FIELD_RUN || wide->kind != JSON_OBJECT) return map_bad(object, why, "\"wide\" is an object and belongs to the field run");
    if (m->format != FORMAT_CSV) return map_bad(object, why, "\"wide\" needs a CSV file");
    if (m->wide_pattern) return map_bad(object, why, "only one field can be \"wide\"");
    TRY(json_only(wide, names, 3, why));
    TRY(json_may_text(wide, "as", &out->pattern, why));
    TRY(json_may_text(wide, "from", &from, why));
    TRY(json_need_int(wide, "bucket_days", &m->wide_bucket_days, why));
    TRY_DOING(pattern_check(out->pattern, why), "line %d: \"as\"", wide->line);
    if (m->wide_bucket_days != 1 && m->wide_bucket_days != 7) return map_bad(wide, why, "\"bucket_days\" is 1 or 7");
    if (from) TRY_DOING(day_parse(text_of(from), "%Y-%m-%d", &m->wide_from_day, why), "line %d: \"from\"", wide->line);
    m->wide_pattern = out->pattern;
    return OK;
}

static Err setter_read(MapParser *p, const JsonValue *value, Field field, FieldType type, Setter *out, Why *why) {
    const char *name = field < FIELD_COUNT_ ? fields[field].name : value->name;
    *out = (Setter){ .field = field, .type = type, .label = name, .decimal = p->decimal, .pattern = p->dates, .times_micro = MICRO };
    if (json_get(value, "number")) TRY(set_number(p, value, out, why));
    else if (json_get(value, "date")) TRY(set_date(p, value, out, why));
    else if (json_get(value, "wide")) return set_wide(p, value, out, why);
    else TRY(form_read(p, value, &out->of, why));
    if (type == FIELD_RUN) return map_bad(value, why, "run needs {\"wide\": ...}");
    if (json_get(value, "date") && type != FIELD_DAY && type != FIELD_TIME) return map_bad(value, why, "%s is not a day", name);
    out->label = form_label(p, out->of, name);
    return OK;
}

/* ---- conditions ---- */

static Err texts_read(MapParser *p, const JsonValue *value, Condition *out, Why *why) {
    bool list = value->kind == JSON_ARRAY;
    Text *texts = many_in(p->keep, Text, list ? value->count + 1 : 1);
    if (!list) {
        if (value->kind != JSON_STRING && value->kind != JSON_NUMBER) return map_bad(value, why, "a text or a list of texts is wanted");
        texts[out->values_count++] = value->text;
    }
    if (list) json_each(element, value) {
        if (element->kind != JSON_STRING && element->kind != JSON_NUMBER) return map_bad(element, why, "a text is wanted");
        texts[out->values_count++] = element->text;
    }
    out->values = texts;
    return OK;
}

/* "x" | ["x","y"] | {"starts": "C"} | {"empty": true} | {"not": any of these} */
static Err test_read(MapParser *p, const JsonValue *value, Condition *out, Why *why) {
    static const char *const names[] = { "not", "starts", "empty" };
    if (value->kind != JSON_OBJECT) {
        out->test = WHEN_IN;
        return texts_read(p, value, out, why);
    }
    TRY(json_only(value, names, 3, why));
    if (value->count != 1) return map_bad(value, why, "one of \"not\", \"starts\", \"empty\"");
    if (json_get(value, "not")) {
        if (out->negated) return map_bad(value, why, "\"not\" stands inside \"not\"");
        out->negated = true;
        return test_read(p, json_get(value, "not"), out, why);
    }
    if (json_get(value, "starts")) {
        out->test = WHEN_STARTS;
        return texts_read(p, json_get(value, "starts"), out, why);
    }
    bool empty;
    TRY(json_need_bool(value, "empty", &empty, why));
    out->test = WHEN_EMPTY;
    out->negated ^= !empty;
    return OK;
}

static Err when_read(MapParser *p, const JsonValue *object, Emit *out, Why *why) {
    if (!object) return OK;
    Condition *list = many_in(p->keep, Condition, object->count + 1);
    json_each(member, object) {
        Condition *condition = &list[out->when_count++];
        Form *form = new_in(p->keep, Form);
        *form = (Form){ .kind = FORM_SLOT, .slot = slot_of(p, text_of(member->name)) };
        condition->of = form;
        TRY(test_read(p, member, condition, why));
    }
    out->when = list;
    return OK;
}

/* ---- known_at, version ---- */

static Err known_read(MapParser *p, const JsonValue *value, Emit *out, Why *why) {
    if (!value) return OK;
    if (value->kind == JSON_OBJECT) {
        Setter *setter = new_in(p->keep, Setter);
        TRY(setter_read(p, value, FIELD_COUNT_, FIELD_TIME, setter, why));
        out->known_by = KNOWN_BY_TIME;
        out->known = setter;
        return OK;
    }
    if (value->kind != JSON_STRING) return map_bad(value, why, "\"known_at\" is a field, \"always\", \"import\" or {\"date\": ...}");
    if (text_is(value->text, "always")) out->known_by = KNOWN_ALWAYS;
    else if (text_is(value->text, "import")) out->known_by = KNOWN_AT_IMPORT;
    else {
        Field field = field_find(value->text);
        bool set = false;
        for (int i = 0; i < out->sets_count; i++) set = set || out->sets[i].field == field;
        if (field == FIELD_COUNT_ || fields[field].type != FIELD_DAY || !set)
            return fail_hint(why, map_bad(value, why, "\"known_at\": \"%.*s\" is not a day that this fact sets", TEXT_ARGS(value->text)), "name a day of \"set\", or \"always\", \"import\", or {\"date\": \"Column\"}");
        out->known_by = KNOWN_BY_FIELD;
        out->known_field = field;
    }
    return OK;
}

static Err version_read(MapParser *p, const JsonValue *value, Emit *out, Why *why) {
    if (!value) return OK;
    Setter *setter = new_in(p->keep, Setter);
    FieldType type = json_get(value, "date") ? FIELD_TIME : FIELD_COUNT;
    TRY(setter_read(p, value, FIELD_COUNT_, type, setter, why));
    out->version = setter;
    return OK;
}

/* ---- emits ---- */

static Err field_read(const JsonValue *member, FactKind kind, Field *out, Why *why) {
    const FactKindInfo *info = &fact_kinds[kind];
    FieldSet allowed = info->key | info->needs | info->may;
    Field field = field_find(text_of(member->name));
    if (field != FIELD_COUNT_ && (allowed & field_bit(field))) {
        *out = field;
        return OK;
    }
    const char *names[FIELD_COUNT_];
    size_t count = 0;
    for (FieldSet left = allowed; left;) names[count++] = fields[fields_take(&left)].name;
    Err err = map_bad(member, why, "\"%s\" is not a field of %s", member->name, info->name);
    const char *near = text_nearest(text_of(member->name), names, count);
    return near ? fail_hint(why, err, "did you mean \"%s\"?", near) : err;
}

static Err sets_read(MapParser *p, const JsonValue *object, Emit *out, Why *why) {
    Setter *list = many_in(p->keep, Setter, object->count + 1);
    FieldSet set = 0;
    /* Two rounds: a quantity needs its item's unit, an amount its currency. */
    for (int round = 0; round < 2; round++)
        json_each(member, object) {
            Field field = FIELD_COUNT_;
            TRY(field_read(member, out->kind, &field, why));
            bool text = fields[field].type == FIELD_TEXT || fields[field].type == FIELD_CODE;
            if (text != (round == 0)) continue;
            TRY_DOING(setter_read(p, member, field, fields[field].type, &list[out->sets_count], why), "\"%s\"", member->name);
            set |= field_bit(field);
            if (list[out->sets_count].wide) set |= FIELD_BIT(from_day) | FIELD_BIT(bucket_days);
            out->sets_count++;
        }
    out->sets = list;
    FieldSet missing = fact_kinds[out->kind].needs & ~set;
    if (missing) {
        const FieldInfo *field = &fields[fields_take(&missing)];
        return fail_hint(why, map_bad(object, why, "a %s needs \"%s\"", fact_kinds[out->kind].name, field->name), "%s: add it to \"set\"", field->help);
    }
    return OK;
}

Err map_read_emit(MapParser *p, const JsonValue *object, Emit *out, Why *why) {
    static const char *const names[] = { "fact", "when", "set", "known_at", "version", "correction", "once" };
    const char *kind;
    const JsonValue *when = NULL, *set, *correction = json_get(object, "correction");
    if (object->kind != JSON_OBJECT) return map_bad(object, why, "\"emit\" holds objects");
    TRY(json_only(object, names, sizeof names / sizeof *names, why));
    TRY(json_need_text(object, "fact", &kind, why));
    out->kind = fact_kind_find(text_of(kind));
    if (out->kind == FACT_NONE) {
        const char *kinds[FACT_KIND_COUNT_];
        for (int i = 1; i < FACT_KIND_COUNT_; i++) kinds[i - 1] = fact_kinds[i].name;
        const char *near = text_nearest(text_of(kind), kinds, FACT_KIND_COUNT_ - 1);
        Err err = map_bad(object, why, "\"%s\" is not a kind of fact", kind);
        return near ? fail_hint(why, err, "did you mean \"%s\"?", near) : err;
    }
    TRY(json_may_object(object, "when", &when, why));
    TRY(when_read(p, when, out, why));
    TRY(json_need_object(object, "set", &set, why));
    TRY(sets_read(p, set, out, why));
    TRY(known_read(p, json_get(object, "known_at"), out, why));
    TRY(version_read(p, json_get(object, "version"), out, why));
    if (correction) TRY(form_read(p, correction, &out->correction, why));
    return json_may_bool(object, "once", &out->once, why);
}
