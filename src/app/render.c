#include "app/render.h"

#include <string.h>

#include "base/csv.h"
#include "base/json.h"

enum { COLUMNS_MOST = 64, CELL_WIDTH_MOST = 44 };

typedef struct Columns { const char *names[COLUMNS_MOST]; int count; } Columns;

static bool is_plain(const JsonValue *value) { return value->kind < JSON_ARRAY; }

static bool has_column(const Columns *columns, const char *name) {
    for (int i = 0; i < columns->count; i++)
        if (strcmp(columns->names[i], name) == 0) return true;
    return false;
}

static Err columns_choose(Arena *work, const JsonValue *rows, const char *fields, Columns *columns, Why *why) {
    json_each(row, rows)
        json_each(member, row)
            if (is_plain(member) && !has_column(columns, member->name) && columns->count < COLUMNS_MOST)
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

static Text cell(const JsonValue *row, const char *name) {
    const JsonValue *value = json_get(row, name);
    if (!value) return text_of("");
    switch (value->kind) {
    case JSON_NULL: return text_of("");
    case JSON_TRUE: return text_of("yes");
    case JSON_FALSE: return text_of("no");
    default: return is_plain(value) ? value->text : text_of("");
    }
}

static int text_columns(Text text) {
    int count = 0;
    for (size_t i = 0; i < text.length; i++) count += ((unsigned char)text.at[i] & 0xc0) != 0x80;
    return count;
}

static Text text_cut(Text text, int columns) {
    size_t i = 0;
    for (int seen = 0; i < text.length; i++) {
        bool starts = ((unsigned char)text.at[i] & 0xc0) != 0x80;
        if (starts && seen++ == columns) break;
    }
    return text_part(text, 0, i);
}

static void put_cell(Buf *out, Text text, int width, bool right, bool last) {
    int have = text_columns(text), pad = width - have;
    if (have > width) {
        buf_add_text(out, text_cut(text, width - 1));
        buf_add_str(out, "…");
        pad = 0;
    } else {
        if (right) buf_addf(out, "%*s", pad, "");
        buf_add_text(out, text);
        if (!right && !last) buf_addf(out, "%*s", pad, "");
    }
    buf_add_str(out, last ? "\n" : "  ");
}

static void table_write(Buf *out, const JsonValue *rows, const Columns *columns, const RenderOptions *options) {
    int widths[COLUMNS_MOST];
    bool numbers[COLUMNS_MOST];
    for (int i = 0; i < columns->count; i++) {
        widths[i] = options->no_header ? 0 : (int)strlen(columns->names[i]);
        numbers[i] = true;
        json_each(row, rows) {
            const JsonValue *value = json_get(row, columns->names[i]);
            int width = text_columns(cell(row, columns->names[i]));
            if (width > widths[i]) widths[i] = width;
            if (value && value->kind != JSON_NUMBER && value->kind != JSON_NULL) numbers[i] = false;
        }
        if (options->width && widths[i] > CELL_WIDTH_MOST) widths[i] = CELL_WIDTH_MOST;
    }
    if (!options->no_header)
        for (int i = 0; i < columns->count; i++) put_cell(out, text_of(columns->names[i]), widths[i], numbers[i], i + 1 == columns->count);
    json_each(row, rows)
        for (int i = 0; i < columns->count; i++) put_cell(out, cell(row, columns->names[i]), widths[i], numbers[i], i + 1 == columns->count);
}

/* CSV by the writer of base; TSV has no quoting: tabs and line ends in a cell become blanks. */
static void separated_write(Arena *work, Buf *out, const JsonValue *rows, const Columns *columns, const RenderOptions *options) {
    CsvWriter csv = { .out = out, .delimiter = options->format == OUTPUT_TSV ? '\t' : ',', .lf = options->format == OUTPUT_TSV };
    if (!options->no_header) {
        for (int i = 0; i < columns->count; i++) csv_write_str(&csv, columns->names[i]);
        csv_write_end(&csv);
    }
    json_each(row, rows) {
        for (int i = 0; i < columns->count; i++) {
            const JsonValue *value = json_get(row, columns->names[i]);
            Text text = cell(row, columns->names[i]);
            char *plain = text_keep(work, text);
            csv.guard = value && value->kind == JSON_STRING && options->format == OUTPUT_CSV;
            for (char *at = plain; options->format == OUTPUT_TSV && *at; at++)
                if (strchr("\t\r\n\"", *at)) *at = *at == '"' ? '\'' : ' ';
            csv_write_str(&csv, plain);
        }
        csv_write_end(&csv);
    }
}

static void pairs_write(Arena *work, Buf *out, const JsonValue *object) {
    int width = 0;
    json_each(member, object)
        if (is_plain(member) && (int)strlen(member->name) > width) width = (int)strlen(member->name);
    json_each(member, object) {
        if (!is_plain(member)) continue;
        put_cell(out, text_of(member->name), width, false, false);
        put_cell(out, text_of(text_keep(work, cell(object, member->name))), 0x7fff, false, true);
    }
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
    if (!rows) {
        if (options->format == OUTPUT_JSONL) buf_addf(out, "%.*s\n", TEXT_ARGS(answer));
        else pairs_write(work, out, value);
        return OK;
    }
    if (options->format == OUTPUT_JSONL) {
        json_each(row, rows) buf_addf(out, "%.*s\n", TEXT_ARGS(text_part(answer, row->from, row->to)));
        return OK;
    }
    Columns columns = { 0 };
    TRY(columns_choose(work, rows, options->fields, &columns, why));
    if (options->format == OUTPUT_TABLE) table_write(out, rows, &columns, options);
    else separated_write(work, out, rows, &columns, options);
    return OK;
}
