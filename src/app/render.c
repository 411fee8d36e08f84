#include "app/render.h"

#include <string.h>

#include "app/render-parts.h"
#include "base/csv.h"

bool json_is_plain(const JsonValue *value) { return value->kind < JSON_ARRAY; }

bool json_is_list(const JsonValue *value) {
    json_each(part, value)
        if (!json_is_plain(part)) return false;
    return value->kind == JSON_ARRAY;
}

bool json_fits_cell(const JsonValue *value) { return json_is_plain(value) || json_is_list(value); }

static bool has_column(const Columns *columns, const char *name) {
    for (int i = 0; i < columns->count; i++)
        if (strcmp(columns->names[i], name) == 0) return true;
    return false;
}

Err columns_choose(Arena *work, const JsonValue *rows, const char *fields, Columns *columns, Why *why) {
    json_each(row, rows)
        json_each(member, row)
            if (json_fits_cell(member) && !has_column(columns, member->name) && columns->count < COLUMNS_MOST)
                columns->names[columns->count++] = member->name;
    if (!fields) return OK;
    Columns chosen = { 0 };
    Text rest = text_of(fields);
    while (rest.length && chosen.count < COLUMNS_MOST) {
        Text name;
        text_split(rest, ',', &name, &rest);
        const char *wanted = text_keep(work, text_trim(name));
        if (rows->count && !has_column(columns, wanted)) {
            const char *near = text_nearest(text_of(wanted), columns->names, (size_t)columns->count);
            Err err = fail(why, ERR_USAGE, "there is no column \"%s\"", wanted);
            return near ? fail_hint(why, err, "did you mean \"%s\"?", near) : err;
        }
        chosen.names[chosen.count++] = wanted;
    }
    *columns = chosen;
    return OK;
}

/* Of the columns a verb shows by itself, those that are there. */
static void columns_keep(Arena *work, const char *shown, Columns *columns) {
    Columns kept = { 0 };
    for (Text rest = text_of(shown); rest.length;) {
        Text name;
        text_split(rest, ',', &name, &rest);
        const char *wanted = text_keep(work, name);
        if (has_column(columns, wanted)) kept.names[kept.count++] = wanted;
    }
    *columns = kept;
}

Text json_plain_text(const JsonValue *value) {
    if (!value || value->kind == JSON_NULL || !json_is_plain(value)) return text_of("");
    if (value->kind == JSON_TRUE) return text_of("yes");
    return value->kind == JSON_FALSE ? text_of("no") : value->text;
}

Text json_cell_text(Arena *work, const JsonValue *value) {
    if (!value || !json_is_list(value)) return json_plain_text(value);
    own(buf_end) Buf out = buf_begin(16 * MiB);
    json_each(part, value) {
        buf_add_text(&out, json_plain_text(part));
        if (part->next) buf_add_str(&out, "; ");
    }
    return text_of(text_copy(work, buf_str(&out)));
}

/* ---- CSV and TSV ------------------------------------------------------------------------------------------------------ */

static CsvWriter separated_writer(Buf *out, OutputFormat format) {
    return (CsvWriter){ .out = out, .delimiter = format == OUTPUT_TSV ? '\t' : ',', .lf = format == OUTPUT_TSV };
}

/* CSV by the writer of base; TSV has no quoting: tabs and line ends in a cell become blanks. */
static void separated_cell(Arena *work, CsvWriter *csv, const JsonValue *value) {
    char *plain = text_keep(work, json_cell_text(work, value));
    bool tsv = csv->delimiter == '\t';
    csv->guard = value && (value->kind == JSON_STRING || value->kind == JSON_ARRAY) && !tsv;
    for (char *at = plain; tsv && *at; at++)
        if (strchr("\t\r\n\"", *at)) *at = *at == '"' ? '\'' : ' ';
    csv_write_str(csv, plain);
}

static void separated_rows(Arena *work, CsvWriter *csv, const JsonValue *rows, const Columns *columns, bool no_header) {
    for (int i = 0; !no_header && i < columns->count; i++) csv_write_str(csv, columns->names[i]);
    if (!no_header) csv_write_end(csv);
    json_each(row, rows) {
        for (int i = 0; i < columns->count; i++) separated_cell(work, csv, json_get(row, columns->names[i]));
        csv_write_end(csv);
    }
}

/* One line per value, its name with dots: action.qty, terms.3.label. */
static void separated_pairs(Arena *work, CsvWriter *csv, const char *name, const JsonValue *value) {
    if (json_is_plain(value)) {
        csv->guard = false;
        csv_write_str(csv, name);
        separated_cell(work, csv, value);
        csv_write_end(csv);
        return;
    }
    int index = 0;
    json_each(part, value) {
        const char *own = value->kind == JSON_OBJECT ? part->name : text_format(work, "%d", index++);
        separated_pairs(work, csv, *name ? text_format(work, "%s.%s", name, own) : own, part);
    }
}

/* ---- the answer ------------------------------------------------------------------------------------------------------- */

static void render_object(Arena *work, Text answer, const JsonValue *object, const RenderOptions *options, Buf *out) {
    CsvWriter csv = separated_writer(out, options->format);
    if (options->format == OUTPUT_JSONL) buf_addf(out, "%.*s\n", TEXT_ARGS(answer));
    else if (options->format == OUTPUT_TABLE) people_object(work, out, object, options);
    else separated_pairs(work, &csv, "", object);
}

/* Lists beside the rows tell a person as much as the rows do. */
static bool has_sections(const JsonValue *value, const JsonValue *rows) {
    json_each(member, value)
        if (member != rows && !json_fits_cell(member)) return true;
    return false;
}

Err render(Arena *work, Text answer, const RenderOptions *options, Buf *out, Why *why) {
    const JsonValue *value;
    TRY(json_parse(work, answer, &value, why));
    const JsonValue *rows = json_get(value, "rows");
    if (options->format == OUTPUT_JSON) {
        buf_add_text(out, rows && value->count == 1 ? text_part(answer, rows->from, rows->to) : answer);
        buf_add_char(out, '\n');
        return OK;
    }
    if (!rows || (options->format == OUTPUT_TABLE && !options->fields && !options->columns && has_sections(value, rows))) {
        render_object(work, answer, value, options, out);
        return OK;
    }
    if (options->format == OUTPUT_JSONL) {
        json_each(row, rows) buf_addf(out, "%.*s\n", TEXT_ARGS(text_part(answer, row->from, row->to)));
        return OK;
    }
    Columns columns = { 0 };
    bool table = options->format == OUTPUT_TABLE;
    TRY(columns_choose(work, rows, options->fields, &columns, why));
    if (table && options->columns && !options->fields) columns_keep(work, options->columns, &columns);
    CsvWriter csv = separated_writer(out, options->format);
    if (table) people_table(work, out, value, rows, &columns, options);
    else separated_rows(work, &csv, rows, &columns, options->no_header);
    return OK;
}
