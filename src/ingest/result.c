/* result.c - what an import or a preview says, as JSON and as a CSV of errors. */
#include <string.h>

#include "base/csv.h"
#include "ingest/import.h"

static void bad_write(JsonWriter *json, const ImportResult *r) {
    json_field_object(json, "bad_by_class");
    for (int i = 0; i < BAD_CLASS_COUNT_; i++)
        if (r->bad_by_class[i]) json_field_int(json, bad_class_names[i], r->bad_by_class[i]);
    json_end(json);
    json_field_array(json, "errors");
    for (int i = 0; i < r->bad_listed; i++) {
        const BadRow *bad = &r->bad[i];
        json_begin_object(json);
        json_field_int(json, "line", bad->line);
        json_field_str(json, "field", bad->field);
        json_field_str(json, "class", bad_class_names[bad->class]);
        json_field_str(json, "message", bad->message);
        json_field_str(json, "hint", bad->hint);
        json_end(json);
    }
    json_end(json);
}

static void counts_write(JsonWriter *json, const ImportResult *r) {
    json_field_str(json, "name", r->name);
    json_field_str(json, "source", r->source);
    json_field_str(json, "map", r->map);
    json_field_int(json, "bytes", r->bytes);
    json_field_int(json, "rows_read", r->rows);
    json_field_int(json, "facts", r->facts);
    json_field_int(json, "bad_rows", r->bad_rows);
    json_field_int(json, "silent_rows", r->silent_rows);
}

void import_result_write(JsonWriter *json, const ImportResult *result) {
    json_begin_object(json);
    json_field_int(json, "document", result->document.v);
    json_field_bool(json, "already", result->already);
    json_field_bool(json, "resumed", result->resumed);
    counts_write(json, result);
    for (int i = 0; i < FACT_OUTCOME_COUNT_; i++) json_field_int(json, fact_outcome_names[i], result->outcomes[i]);
    bad_write(json, result);
    json_end(json);
}

void import_errors_write(Buf *out, const ImportResult *result) {
    CsvWriter csv = { .out = out, .guard = true };
    static const char *const header[] = { "line", "field", "class", "message", "hint" };
    for (int i = 0; i < 5; i++) csv_write_str(&csv, header[i]);
    csv_write_end(&csv);
    for (int i = 0; i < result->bad_listed; i++) {
        const BadRow *bad = &result->bad[i];
        csv_write_int(&csv, bad->line);
        csv_write_str(&csv, bad->field);
        csv_write_str(&csv, bad_class_names[bad->class]);
        csv_write_str(&csv, bad->message);
        csv_write_str(&csv, bad->hint);
        csv_write_end(&csv);
    }
}

void preview_write(JsonWriter *json, const Preview *preview) {
    json_begin_object(json);
    counts_write(json, &preview->result);
    json_field_object(json, "kinds");
    for (int i = 1; i < FACT_KIND_COUNT_; i++)
        if (preview->kinds[i]) json_field_int(json, fact_kinds[i].name, preview->kinds[i]);
    json_end(json);
    json_field_double(json, "coverage", preview->cells_filled ? (double)preview->cells_used / (double)preview->cells_filled : 1.0);
    json_field_array(json, "columns");
    for (int i = 0; i < preview->columns_count; i++) {
        json_begin_object(json);
        json_field_str(json, "column", preview->columns[i].name);
        json_field_bool(json, "used", preview->columns[i].used);
        json_field_int(json, "filled", preview->columns[i].filled);
        json_field_str(json, "example", preview->columns[i].example);
        json_end(json);
    }
    json_end(json);
    json_field_array(json, "rows");
    for (int i = 0; i < preview->rows_count; i++) {
        const PreviewRow *row = &preview->rows[i];
        json_begin_object(json);
        json_field_int(json, "line", row->line);
        json_field_array(json, "facts");
        for (int k = 0; k < row->facts_count; k++) json_str(json, row->facts[k]);
        json_end(json);
        json_field_str(json, "error", row->error);
        json_end(json);
    }
    json_end(json);
    bad_write(json, &preview->result);
    json_end(json);
}
