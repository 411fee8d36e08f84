/* csv-source.c - CSV with a header. */
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/time.h"
#include "ingest/source-room.h"

/* ---- the header ---- */

static Err missing_column(const Source *s, const char *name, Why *why) {
    const char *names[256];
    int count = s->columns_count < 256 ? s->columns_count : 256;
    for (int i = 0; i < count; i++) names[i] = s->columns[i].at;
    Err err = fail(why, ERR_INVALID, "line 1: the column \"%s\" is missing", name);
    const char *near = text_nearest(text_of(name), names, (size_t)count);
    if (near) return fail_hint(why, err, "did you mean \"%s\"? change the map or the export; the first column is \"%.40s\"", near, count ? names[0] : "");
    if (count == 1) return fail_hint(why, err, "there is one column only: check the delimiter in the map, which is \"%c\"", s->mapping->delimiter);
    return fail_hint(why, err, "change the map or the export; a column that may be absent is written \"?%s\" in the map", name);
}

static Err find_columns(Source *s, Why *why) {
    const Mapping *m = s->mapping;
    s->slot_column = many_in(s->keep, int, m->slots_count + 1);
    for (int slot = 0; slot < m->slots_count; slot++) {
        s->slot_column[slot] = -1;
        for (int c = 0; c < s->columns_count; c++) {
            if (!text_is(s->columns[c], m->slots[slot])) continue;
            if (s->slot_column[slot] >= 0)
                return fail_hint(why, fail(why, ERR_INVALID, "line 1: the column \"%s\" is there twice", m->slots[slot]), "give the two columns different names");
            s->slot_column[slot] = c;
            s->used[c] = true;
        }
        if (s->slot_column[slot] < 0 && !m->slot_optional[slot]) return missing_column(s, m->slots[slot], why);
    }
    return OK;
}

/* Every column whose name is a day is a period; days between them that have no column were not observed. */
static Err find_periods(Source *s, Why *why) {
    const Mapping *m = s->mapping;
    int32_t first = INT32_MAX, last = INT32_MIN;
    int32_t *day = many_in(s->keep, int32_t, s->columns_count + 1);
    for (int c = 0; c < s->columns_count; c++) {
        day[c] = INT32_MIN;
        if (day_parse(s->columns[c], m->wide_pattern, &day[c], NULL) != OK) continue;
        s->used[c] = true;
        if (day[c] < m->wide_from_day) day[c] = INT32_MIN;
        if (day[c] == INT32_MIN) continue;
        first = day[c] < first ? day[c] : first;
        last = day[c] > last ? day[c] : last;
    }
    if (last == INT32_MIN)
        return fail_hint(why, fail(why, ERR_INVALID, "line 1: no column is named by a day"), "\"wide\" reads columns whose names match \"%s\"", m->wide_pattern);
    int64_t periods = ((int64_t)last - first) / m->wide_bucket_days + 1;
    if (periods > 20000) return fail(why, ERR_LIMIT, "line 1: the columns span %lld periods, at most 20,000 make a row", (long long)periods);
    s->wide = (WidePlan){ many_in(s->keep, int32_t, periods), (int32_t)periods, first };
    for (int64_t i = 0; i < periods; i++) s->wide.column[i] = -1;
    for (int c = 0; c < s->columns_count; c++) {
        if (day[c] == INT32_MIN) continue;
        int64_t period = (day[c] - first) / m->wide_bucket_days;
        if ((day[c] - first) % m->wide_bucket_days || s->wide.column[period] >= 0)
            return fail_hint(why, fail(why, ERR_INVALID, "line 1: the column \"%.*s\" does not start a period of its own", TEXT_ARGS(s->columns[c])),
                "the map says that a period has %lld days", (long long)m->wide_bucket_days);
        s->wide.column[period] = c;
    }
    return OK;
}

static Err read_header(Source *s, Why *why) {
    CsvRecord record;
    TRY_DOING(csv_next(s->csv, &record, why), "line 1: the header");
    if (record.is_end) return fail_hint(why, fail(why, ERR_INVALID, "the file is empty"), "empty means unknown, never zero: export it again");
    s->columns_count = (int)record.fields_count;
    s->columns = many_in(s->keep, Text, record.fields_count);
    s->used = many_in(s->keep, bool, record.fields_count);
    for (size_t i = 0; i < record.fields_count; i++) s->columns[i] = text_of(text_keep(s->keep, text_trim(record.fields[i].text)));
    return OK;
}

/* A file whose last line has no end and too few fields was cut off on its way; what is gone is unknown, so nothing of it counts. */
static Err check_tail(const Source *s, Why *why) {
    enum { TAIL = 64 * KiB };
    struct stat facts;
    if (s->decoded || fstat(s->file.fd, &facts) != 0 || facts.st_size <= 0) return OK;
    off_t size = facts.st_size;
    size_t length = size > TAIL ? TAIL : (size_t)size;
    char *tail = arena_take(s->row, TAIL);
    if (pread(s->file.fd, tail, length, size - (off_t)length) != (ssize_t)length) return OK;
    if (tail[length - 1] == '\n' || tail[length - 1] == '\r') return OK;
    size_t from = length;
    while (from > 0 && tail[from - 1] != '\n' && tail[from - 1] != '\r') from--;
    if (from == 0) return OK;      /* one very long line, or the header alone: judged when it is read */
    int fields_seen = 1;
    bool quoted = false;
    for (size_t i = from; i < length; i++) {
        if (tail[i] == '"' && !s->mapping->no_quotes) quoted = !quoted;
        fields_seen += tail[i] == s->mapping->delimiter && !quoted;
    }
    if (!quoted && fields_seen >= s->columns_count) return OK;
    return fail_hint(why, fail(why, ERR_INVALID, "the last line is cut off: it has %d of %d fields and no end", fields_seen, s->columns_count),
        "what is missing is unknown, not zero: export the file again");
}

static Err csv_source_begin(Source *s, Bytes bytes, Why *why) {
    s->csv = csv_begin(bytes, (CsvOptions){ .delimiter = s->mapping->delimiter, .no_quotes = s->mapping->no_quotes });
    TRY(read_header(s, why));
    TRY(check_tail(s, why));
    TRY(find_columns(s, why));
    if (s->mapping->wide_pattern) TRY(find_periods(s, why));
    if (s->mapping->companion) TRY(companion_begin(s, &s->companion, why));
    return OK;
}

static void csv_source_end(Source *s) {
    companion_end(&s->companion);
    csv_end(&s->csv);
}

/* ---- rows ---- */

static Err check_width(const Source *s, const CsvRecord *record, Why *why) {
    if ((int)record->fields_count == s->columns_count) return OK;
    return fail_hint(why, fail(why, ERR_INVALID, "the row has %zu fields, the header has %d", record->fields_count, s->columns_count),
        (int)record->fields_count < s->columns_count ? "look for a line break inside a text without quotes" : "look for a \"%c\" inside a text without quotes", s->mapping->delimiter);
}

static Err csv_source_next(Source *s, Record *out, Why *why) {
    CsvRecord record;
    Err err = csv_next(s->csv, &record, why);
    *out = (Record){ .line = record.line, .offset = record.offset, .length = record.length, .is_end = err == OK && record.is_end };
    if (err != OK && record.bad_field && record.bad_field <= (size_t)s->columns_count) out->bad_column = s->columns[record.bad_field - 1].at;
    if (err == ERR_IO || err == ERR_CORRUPT || out->is_end) return err;
    if (err == OK) err = check_width(s, &record, why);
    if (err == OK) {
        for (int i = 0; i < s->mapping->slots_count; i++) {
            Text cell = s->slot_column[i] < 0 ? (Text){ 0 } : text_trim(record.fields[s->slot_column[i]].text);
            s->slots[i] = cell.length ? cell : (Text){ 0 };
        }
        out->slots = s->slots;
        out->cells = record.fields;
        out->cells_count = record.fields_count;
    }
    if (s->companion) {
        Err other = companion_next(s->companion, err == OK ? out : NULL, &out->states, err == OK ? why : NULL);
        if (err == OK) err = other;
    }
    return err;
}

static int64_t csv_source_done(const Source *s) {
    return csv_bytes_done(s->csv);
}

const SourceKind csv_source = { "csv", csv_source_begin, csv_source_next, csv_source_end, csv_source_done };
