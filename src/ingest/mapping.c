/* mapping.c - reading and compiling a mapping file. The parts of a row's values are compiled in mapping-form.c. */
#include "ingest/mapping-parse.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "base/list.h"

/* ---- names shared by the parsers ---- */

Err map_bad(const JsonValue *at, Why *why, const char *format, ...) {
    char sentence[300];
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(sentence, sizeof sentence, format, arguments);
    va_end(arguments);
    return fail(why, ERR_INVALID, "line %d: %s", at ? at->line : 1, sentence);
}

static const char *const encodings[] = { "utf-8", "utf-16", "cp1252" };
static const char *const formats[FORMAT_COUNT_] = { [FORMAT_CSV] = "csv", [FORMAT_JSONL] = "jsonl" };

static Err choose(const JsonValue *object, const char *name, const char *const *choices, int count, int *out_choice, Why *why) {
    const char *text = NULL;
    TRY(json_may_text(object, name, &text, why));
    if (!text) return OK;
    for (int i = 0; i < count; i++)
        if (strcmp(text, choices[i]) == 0) {
            *out_choice = i;
            return OK;
        }
    Err err = map_bad(json_get(object, name), why, "\"%s\": \"%s\" is not known", name, text);
    const char *near = text_nearest(text_of(text), choices, (size_t)count);
    return near ? fail_hint(why, err, "did you mean \"%s\"?", near) : fail_hint(why, err, "use \"%s\" or \"%s\"", choices[0], choices[1]);
}

/* ---- source ---- */

static Err read_decimal(MapParser *p, const JsonValue *source, Why *why) {
    const char *mark = NULL;
    bool groups = false;
    TRY(json_may_text(source, "decimal", &mark, why));
    TRY(json_may_bool(source, "groups", &groups, why));
    if (mark && strcmp(mark, ".") != 0 && strcmp(mark, ",") != 0) return map_bad(json_get(source, "decimal"), why, "\"decimal\" is \".\" or \",\"");
    bool comma = mark && *mark == ',';
    p->decimal = groups ? (comma ? DECIMAL_COMMA_GROUPS : DECIMAL_POINT_GROUPS) : comma ? DECIMAL_COMMA : DECIMAL_POINT;
    return OK;
}

static Err read_source(MapParser *p, const JsonValue *source, Why *why) {
    static const char *const names[] = { "format", "delimiter", "quotes", "decimal", "groups", "encoding", "dates", "zone", "units" };
    static const char *const unit_standards[] = { "plain", "x12", "edifact" };
    static const Encoding by_choice[] = { ENCODING_UTF8, ENCODING_UTF16_LE, ENCODING_CP1252 };
    Mapping *m = p->mapping;
    int format = FORMAT_CSV, encoding = 0, units = UOM_PLAIN;
    const char *delimiter = ",", *zone = NULL;
    bool quotes = true;
    TRY(json_only(source, names, sizeof names / sizeof *names, why));
    TRY(choose(source, "format", formats, FORMAT_COUNT_, &format, why));
    TRY(choose(source, "encoding", encodings, 3, &encoding, why));
    TRY(choose(source, "units", unit_standards, 3, &units, why));
    TRY(json_may_text(source, "delimiter", &delimiter, why));
    TRY(json_may_bool(source, "quotes", &quotes, why));
    TRY(json_may_text(source, "dates", &p->dates, why));
    TRY(json_may_text(source, "zone", &zone, why));
    TRY(read_decimal(p, source, why));
    if (strlen(delimiter) != 1 || *delimiter == '"' || (unsigned char)*delimiter > 126) return map_bad(json_get(source, "delimiter"), why, "\"delimiter\" is one character such as \",\" or \";\"");
    TRY_DOING(pattern_check(p->dates, why), "line %d: \"dates\"", source ? source->line : 1);
    if (zone && strcmp(zone, "UTC") != 0) TRY_DOING(zone_begin(zone, &m->zone, why), "line %d: \"zone\"", source->line);
    m->format = (SourceFormat)format;
    m->encoding = by_choice[encoding];
    m->delimiter = *delimiter;
    m->no_quotes = !quotes;
    m->units = (UomStandard)units;
    return OK;
}

/* ---- tables ---- */

static Err read_table(MapParser *p, const JsonValue *object, Table *out, Why *why) {
    Table table = { .name = object->name, .index = text_map_begin(1 << 20), .values = many_in(p->keep, Text, object->count + 1), .otherwise = -1 };
    p->mapping->tables_[p->mapping->tables_count_++] = table.index;
    int64_t entry = 0;
    json_each(row, object) {
        if (row->kind == JSON_STRING) table.values[entry] = row->text;
        else if (row->kind != JSON_NULL) return map_bad(row, why, "table \"%s\": \"%s\" must become a text or null", table.name, row->name);
        if (strcmp(row->name, "*") == 0) table.otherwise = entry;
        else text_map_set(table.index, text_of(row->name), entry);
        entry++;
    }
    *out = table;
    return OK;
}

static Err read_tables(MapParser *p, const JsonValue *root, Why *why) {
    const JsonValue *tables = NULL, *companion = NULL;
    TRY(json_may_object(root, "tables", &tables, why));
    TRY(json_may_object(root, "companion", &companion, why));
    size_t count = tables ? tables->count : 0;
    p->tables = many_in(p->keep, Table, count + 1);
    p->mapping->tables_ = many_in(p->keep, TextMap *, count + 2);
    json_each(table, tables) {
        if (table->kind != JSON_OBJECT) return map_bad(table, why, "table \"%s\" is not an object", table->name);
        TRY(read_table(p, table, &p->tables[p->tables_count], why));
        p->tables_count++;
    }
    return OK;
}

/* ---- the companion of a wide file ---- */

static Err read_companion(MapParser *p, const JsonValue *object, Why *why) {
    static const char *const names[] = { "file", "as", "table", "keys", "before_first" };
    if (!object) return OK;
    if (p->mapping->format != FORMAT_CSV) return map_bad(object, why, "a companion goes with a CSV file");
    Companion *companion = new_in(p->keep, Companion);
    Table *table = new_in(p->keep, Table);
    const char *as = NULL, *before = NULL;
    const JsonValue *states, *keys;
    TRY(json_only(object, names, sizeof names / sizeof *names, why));
    TRY(json_need_text(object, "file", &companion->file, why));
    TRY(json_need_text(object, "as", &as, why));
    TRY(json_need_object(object, "table", &states, why));
    TRY(json_need_array(object, "keys", &keys, why));
    TRY(json_may_text(object, "before_first", &before, why));
    if (strcmp(as, "state") != 0) return map_bad(json_get(object, "as"), why, "\"as\" is \"state\"");
    if (before && strcmp(before, "unknown") != 0) return map_bad(json_get(object, "before_first"), why, "\"before_first\" is \"unknown\"");
    if (strchr(companion->file, '/') || strcmp(companion->file, "..") == 0) return map_bad(json_get(object, "file"), why, "\"file\" is a name beside the imported file, without folders");
    TRY(read_table(p, states, table, why));
    for (size_t i = 0; i < states->count; i++)
        if (!table->values[i].at || map_state_find(table->values[i]) < 0)
            return fail_hint(why, map_bad(states, why, "table: a state is missing or not known"), "use in-stock, ran-out, out or unknown");
    companion->keys = many_in(p->keep, const char *, keys->count);
    json_each(key, keys) {
        if (key->kind != JSON_STRING) return map_bad(key, why, "\"keys\" are column names");
        companion->keys[companion->keys_count++] = key->text.at;
    }
    if (!companion->keys_count) return map_bad(keys, why, "\"keys\" is empty: rows are matched by them");
    companion->table = table;
    companion->unknown_before_first = before != NULL;
    p->mapping->companion = companion;
    return OK;
}

int map_state_find(Text state) {
    static const char *const states[] = { [PERIOD_IN_STOCK] = "in-stock", [PERIOD_RAN_OUT] = "ran-out", [PERIOD_OUT] = "out", [PERIOD_UNKNOWN] = "unknown" };
    for (int i = 0; i < 4; i++)
        if (text_is(state, states[i])) return i;
    return -1;
}

/* ---- the whole ---- */

static Err read_root(MapParser *p, const JsonValue *root, Why *why) {
    static const char *const names[] = { "map", "version", "source", "name", "atomic", "columns", "about", "tables", "companion", "emit" };
    static const char *const atomics[] = { "row", "file" };
    Mapping *m = p->mapping;
    const JsonValue *source = NULL, *emits, *companion = NULL;
    int atomic = 0;
    if (root->kind != JSON_OBJECT) return map_bad(root, why, "a map is a JSON object");
    TRY(json_only(root, names, sizeof names / sizeof *names, why));
    TRY(json_need_text(root, "map", &m->name, why));
    TRY(json_need_int(root, "version", &m->version, why));
    TRY(json_need_text(root, "name", &m->source, why));
    if (!*m->source || strchr(m->source, '|')) return map_bad(json_get(root, "name"), why, "\"name\" is the name of a system, without \"|\"");
    TRY(json_may_object(root, "source", &source, why));
    TRY(choose(root, "atomic", atomics, 2, &atomic, why));
    m->atomic_file = atomic == 1;
    TRY(read_source(p, source, why));
    TRY(read_tables(p, root, why));
    TRY(json_need_array(root, "emit", &emits, why));
    if (!emits->count) return map_bad(emits, why, "\"emit\" is empty: the map makes nothing");
    Emit *list = many_in(p->keep, Emit, emits->count);
    json_each(emit, emits) TRY(map_read_emit(p, emit, &list[m->emits_count++], why));
    m->emits = list;
    TRY(json_may_object(root, "companion", &companion, why));
    TRY(read_companion(p, companion, why));
    if (companion && !m->wide_pattern) return map_bad(companion, why, "a companion needs a field that is \"wide\"");
    return OK;
}

Err mapping_read(Arena *keep, Text json, const char *name, GivenList given, Mapping **out_mapping, Why *why) {
    own(mapping_end) Mapping *mapping = new_in(keep, Mapping);
    mapping->wide_from_day = INT32_MIN;
    MapParser p = { .keep = keep, .mapping = mapping, .given = given, .decimal = DECIMAL_POINT, .dates = "iso" };
    const JsonValue *root;
    TRY_DOING(json_parse(keep, json, &root, why), "%s", name);
    Err err = read_root(&p, root, why);
    mapping->slots = p.slots.at ? memcpy(arena_take(keep, p.slots.count * sizeof *p.slots.at), p.slots.at, p.slots.count * sizeof *p.slots.at) : NULL;
    mapping->slot_optional = p.optional.at ? memcpy(arena_take(keep, p.optional.count), p.optional.at, p.optional.count) : NULL;
    mapping->slots_count = (int)p.slots.count;
    list_end(&p.slots);
    list_end(&p.optional);
    if (err != OK) return fail_doing(why, err, "%s", name);
    *out_mapping = keep(mapping);
    return OK;
}

void mapping_end(Mapping **mapping) {
    Mapping *m = *mapping;
    if (!m) return;
    for (int i = 0; i < m->tables_count_; i++) text_map_end(&m->tables_[i]);
    zone_end(&m->zone);
    *mapping = NULL;
}
