/* preview.c - the whole way from bytes to facts, and then nothing: `import --dry-run`. */
#include <string.h>

#include "base/file.h"
#include "ingest/job.h"

static const char *fact_line(Arena *keep, const Fact *fact) {
    Buf out = buf_begin(1 * MiB);
    buf_add_text(&out, fact_key(keep, fact));
    buf_add_char(&out, ' ');
    fact_write(&out, fact);
    const char *line = text_copy_n(keep, buf_str(&out), out.length);
    buf_end(&out);
    return line;
}

static const char *bad_line(Arena *keep, const BadRow *bad) {
    return text_format(keep, "%s%s%s%s%s", bad->field, *bad->field ? ": " : "", bad->message, *bad->hint ? "; " : "", bad->hint);
}

static void begin_columns(Preview *preview, Arena *keep, const Source *source) {
    const Text *names;
    const bool *used;
    preview->columns_count = source_columns(source, &names, &used);
    preview->columns = many_in(keep, PreviewColumn, preview->columns_count + 1);
    for (int i = 0; i < preview->columns_count; i++)
        preview->columns[i] = (PreviewColumn){ .name = text_keep(keep, names[i]), .used = used[i], .example = "" };
}

static void count_cells(Preview *preview, Arena *keep, const Record *record) {
    for (size_t i = 0; i < record->cells_count && i < (size_t)preview->columns_count; i++) {
        PreviewColumn *column = &preview->columns[i];
        Text cell = text_trim(record->cells[i].text);
        if (!cell.length) continue;
        if (!column->filled) column->example = text_keep(keep, text_part(cell, 0, 60));
        column->filled++;
        preview->cells_filled++;
        preview->cells_used += column->used;
    }
}

static void take_good(Preview *preview, Arena *keep, int rows_most, const Record *record, const Fact *facts, int count) {
    preview->result.facts += count;
    preview->result.silent_rows += count == 0;
    for (int i = 0; i < count; i++) preview->kinds[facts[i].kind]++;
    if (preview->rows_count >= rows_most) return;
    PreviewRow *row = &preview->rows[preview->rows_count++];
    *row = (PreviewRow){ .line = record->line, .facts = many_in(keep, const char *, count + 1), .facts_count = count };
    for (int i = 0; i < count; i++) row->facts[i] = fact_line(keep, &facts[i]);
}

static void take_bad(Preview *preview, Arena *keep, int rows_most, const BadRow *bad) {
    ImportResult *r = &preview->result;
    r->bad_rows++;
    r->bad_by_class[bad->class]++;
    if (preview->rows_count < rows_most) preview->rows[preview->rows_count++] = (PreviewRow){ .line = bad->line, .error = bad_line(keep, bad) };
    if (r->bad_listed >= IMPORT_BAD_LISTED) return;
    BadRow kept = *bad;
    kept.message = text_copy(keep, bad->message);
    kept.hint = text_copy(keep, bad->hint);
    kept.field = text_copy(keep, bad->field);
    kept.item = text_copy(keep, bad->item);
    kept.place = text_copy(keep, bad->place);
    r->bad[r->bad_listed++] = kept;
}

static Err preview_rows(const Job *job, Pass *pass, int rows_most, Preview *preview, Why *why) {
    own(arena_end) Arena *work = arena_begin(64 * MiB);
    Fact *facts = many_in(job->keep, Fact, job->mapping->emits_count);
    begin_columns(preview, job->keep, pass->source);
    for (;;) {
        Record record;
        BadRow bad;
        Why why_row = { 0 };
        int count = 0;
        arena_clear(work);
        Err err = source_next(pass->source, &record, &why_row);
        if (err == ERR_IO || err == ERR_CORRUPT) {
            if (why) *why = why_row;
            return err;
        }
        if (err == OK && record.is_end) break;
        preview->result.rows++;
        if (err == OK) {
            count_cells(preview, job->keep, &record);
            err = build_row(pass->builder, &record, work, facts, &count, &bad, &why_row);
        } else {
            bad = bad_row_of(work, &record, &why_row);
        }
        if (err == OK) take_good(preview, job->keep, rows_most, &record, facts, count);
        else take_bad(preview, job->keep, rows_most, &bad);
    }
    if (preview->result.rows) return OK;
    return fail_hint(why, fail(why, ERR_INVALID, "%s has a header and no rows", preview->result.name), "empty means unknown, never zero: export it again");
}

Err import_preview(Store *store, Arena *keep, const ImportOptions *options, int rows_most, Preview *out_preview, Why *why) {
    Job job;
    Pass pass = { 0 };
    *out_preview = (Preview){ .rows = many_in(keep, PreviewRow, rows_most + 1) };
    ImportResult *result = &out_preview->result;
    *result = (ImportResult){ .name = text_copy(keep, path_name(options->path)), .bad = many_in(keep, BadRow, IMPORT_BAD_LISTED) };
    Err err = job_begin(&job, store, keep, options, why);
    if (err == OK) {
        result->source = job.source_name;
        result->map = job.mapping->name;
        err = pass_open(&pass, &job, why);
        if (err == OK) err = preview_rows(&job, &pass, rows_most, out_preview, why);
        result->bytes = pass.source ? source_bytes_done(pass.source) : 0;
    }
    pass_end(&pass);
    mapping_end(&job.mapping);
    return err;
}
