/* companion.c - the second wide file: one row per row of the first, in the same order, with the state of each period. */
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/file.h"
#include "base/time.h"
#include "ingest/source-room.h"

struct CompanionFile {
    const Companion *map;
    BytesFile file;
    Csv *csv;
    int columns_count;
    int *key_column, *key_slot;     /* here and in the first file */
    int *period_column;             /* per period of the first file; -1: not in the companion */
    uint8_t *states;
    int32_t periods;
    bool is_end;
};

static int find_name(const Text *names, int count, const char *name) {
    for (int i = 0; i < count; i++)
        if (text_is(text_trim(names[i]), name)) return i;
    return -1;
}

static Err match_columns(CompanionFile *c, const Source *s, const Text *names, Why *why) {
    for (int i = 0; i < c->map->keys_count; i++) {
        c->key_column[i] = find_name(names, c->columns_count, c->map->keys[i]);
        c->key_slot[i] = find_name(s->columns, s->columns_count, c->map->keys[i]);
        if (c->key_column[i] < 0 || c->key_slot[i] < 0)
            return fail(why, ERR_INVALID, "%s: line 1: the key column \"%s\" is not in both files", c->map->file, c->map->keys[i]);
    }
    for (int i = 0; i < c->columns_count; i++) {
        int32_t day;
        if (day_parse(text_trim(names[i]), s->mapping->wide_pattern, &day, NULL) != OK || day < s->wide.from_day) continue;
        int64_t period = (day - s->wide.from_day) / s->mapping->wide_bucket_days;
        if (period < c->periods && (day - s->wide.from_day) % s->mapping->wide_bucket_days == 0) c->period_column[period] = i;
    }
    for (int32_t i = 0; i < c->periods; i++)
        if (s->wide.column[i] >= 0 && c->period_column[i] < 0)
            return fail_hint(why, fail(why, ERR_INVALID, "%s: line 1: the period \"%.*s\" is missing", c->map->file, TEXT_ARGS(s->columns[s->wide.column[i]])), "both files need the same periods");
    return OK;
}

Err companion_begin(const Source *s, CompanionFile **out, Why *why) {
    const Companion *map = s->mapping->companion;
    own(companion_end) CompanionFile *c = calloc(1, sizeof *c);
    if (!c) return fail(why, ERR_LIMIT, "no memory to read %s", map->file);
    Text folder = text_from(s->path, (size_t)(s->name - s->path));
    char *path = text_format(s->keep, "%.*s%s", TEXT_ARGS(folder), map->file);
    c->map = map;
    c->file = (BytesFile){ open(path, O_RDONLY | O_CLOEXEC), path };
    if (c->file.fd < 0) return fail_hint(why, fail(why, ERR_NOT_FOUND, "%s cannot be opened", path), "the map reads it beside %s", s->name);
    c->csv = csv_begin(bytes_of_file(&c->file), (CsvOptions){ .delimiter = s->mapping->delimiter, .no_quotes = s->mapping->no_quotes });
    CsvRecord header;
    TRY_DOING(csv_next(c->csv, &header, why), "%s: the header", map->file);
    c->columns_count = (int)header.fields_count;
    c->periods = s->wide.periods;
    c->key_column = many_in(s->keep, int, map->keys_count);
    c->key_slot = many_in(s->keep, int, map->keys_count);
    c->period_column = many_in(s->keep, int, c->periods);
    c->states = many_in(s->keep, uint8_t, c->periods);
    for (int32_t i = 0; i < c->periods; i++) c->period_column[i] = -1;
    Text *names = many_in(s->keep, Text, header.fields_count + 1);
    for (size_t i = 0; i < header.fields_count; i++) names[i] = header.fields[i].text;
    TRY(match_columns(c, s, names, why));
    *out = keep(c);
    return OK;
}

void companion_end(CompanionFile **companion) {
    CompanionFile *c = *companion;
    if (!c) return;
    csv_end(&c->csv);
    if (c->file.path && c->file.fd >= 0) close(c->file.fd);
    free(c);
    *companion = NULL;
}

static Err read_state(const CompanionFile *c, Text cell, int column, uint8_t *out, Why *why) {
    const Table *table = c->map->table;
    int64_t entry = text_map_or(table->index, text_trim(cell), table->otherwise);
    if (entry < 0)
        return fail_hint(why, fail(why, ERR_INVALID, "%s: column %d: \"%.*s\" is not in the companion's table", c->map->file, column + 1, TEXT_ARGS(text_part(cell, 0, 40))), "add it to \"table\"");
    Text state = table->values[entry];
    *out = state.at[0] == 'i' ? PERIOD_IN_STOCK : state.at[0] == 'r' ? PERIOD_RAN_OUT : state.at[0] == 'o' ? PERIOD_OUT : PERIOD_UNKNOWN;
    return OK;
}

Err companion_next(CompanionFile *c, const Record *record, const uint8_t **out_states, Why *why) {
    CsvRecord row;
    TRY_DOING(csv_next(c->csv, &row, why), "%s: line %lld", c->map->file, (long long)row.line);
    if (row.is_end) return fail_hint(why, fail(why, ERR_INVALID, "%s has no row for this one", c->map->file), "both files need the same rows in the same order");
    if (!record) return OK;     /* the first file's row is bad already; the two stay in step */
    if ((int)row.fields_count != c->columns_count)
        return fail(why, ERR_INVALID, "%s: line %lld: the row has %zu fields, the header has %d", c->map->file, (long long)row.line, row.fields_count, c->columns_count);
    for (int i = 0; i < c->map->keys_count; i++)
        if (!text_equal(text_trim(row.fields[c->key_column[i]].text), text_trim(record->cells[c->key_slot[i]].text)))
            return fail_hint(why, fail(why, ERR_INVALID, "%s: line %lld is about another %s", c->map->file, (long long)row.line, c->map->keys[i]), "both files need the same rows in the same order");
    bool listed = !c->map->unknown_before_first;
    for (int32_t i = 0; i < c->periods; i++) {
        c->states[i] = PERIOD_UNKNOWN;
        if (c->period_column[i] < 0) continue;
        TRY(read_state(c, row.fields[c->period_column[i]].text, c->period_column[i], &c->states[i], why));
        listed = listed || c->states[i] == PERIOD_IN_STOCK;
        if (!listed) c->states[i] = PERIOD_UNKNOWN;
    }
    *out_states = c->states;
    return OK;
}
