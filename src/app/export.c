/* export.c - the whole filter of the queue as CSV or as a typed workbook: text stays text (leading zeros), numbers are numbers, days are
 * days; a second sheet says what was asked, when, by whom, and on which data. */
#include <string.h>
#include <xlsxwriter.h>

#include "app/app.h"
#include "app/verbs.h"
#include "base/csv.h"
#include "base/decimal.h"
#include "base/file.h"
#include "base/time.h"
#include "domain/case.h"

enum { EXPORT_BYTES_MOST = 256 * MiB };

typedef enum ColumnType { COLUMN_TEXT, COLUMN_COUNT, COLUMN_MONEY, COLUMN_SHARE, COLUMN_DAY } ColumnType;
typedef struct Cell { const char *text; int64_t number; bool empty; } Cell;

/* id and row come back with an edited file: they say which version of which case a change is meant for. */
typedef enum Column { X_ID, X_ROW, X_KIND, X_STATUS, X_TIER, X_ITEM, X_PLACE, X_SUPPLIER, X_TITLE, X_ACTION, X_P_OUT, X_RANK, X_STAKE, X_VALUE, X_CONFIDENCE, X_DUE, X_CURRENCY, X_COUNT_ } Column;
static const struct { const char *name; ColumnType type; double width; } columns[X_COUNT_] = {
    [X_ID] = { "id", COLUMN_COUNT, 9 },           [X_ROW] = { "row", COLUMN_COUNT, 9 },
    [X_KIND] = { "kind", COLUMN_TEXT, 9 },        [X_STATUS] = { "status", COLUMN_TEXT, 10 },
    [X_TIER] = { "tier", COLUMN_TEXT, 9 },        [X_ITEM] = { "item", COLUMN_TEXT, 14 },
    [X_PLACE] = { "place", COLUMN_TEXT, 8 },      [X_SUPPLIER] = { "supplier", COLUMN_TEXT, 10 },
    [X_TITLE] = { "title", COLUMN_TEXT, 60 },     [X_ACTION] = { "action", COLUMN_TEXT, 26 },
    [X_P_OUT] = { "p_out", COLUMN_SHARE, 8 },     [X_RANK] = { "rank", COLUMN_MONEY, 12 },
    [X_STAKE] = { "at_stake", COLUMN_MONEY, 12 }, [X_VALUE] = { "value", COLUMN_MONEY, 12 },
    [X_CONFIDENCE] = { "confidence", COLUMN_SHARE, 8 }, [X_DUE] = { "due_day", COLUMN_DAY, 11 },
    [X_CURRENCY] = { "currency", COLUMN_TEXT, 8 },
};

static Cell text_cell(const char *text) { return (Cell){ .text = text ? text : "", .empty = !text || !text[0] }; }
static Cell number_cell(int64_t number, bool known) { return (Cell){ .number = number, .empty = !known }; }

static Cell cell_of(Store *store, const char *currency, const CaseLine *line, Column column) {
    switch (column) {
    case X_ID: return number_cell(line->case_id.v, true);
    case X_ROW: return number_cell(line->row.v, true);
    case X_KIND: return text_cell(case_kind_names[line->kind]);
    case X_STATUS: return text_cell(case_status_names[line->status]);
    case X_TIER: return text_cell(tier_names[line->tier]);
    case X_ITEM: return text_cell(ident_code(store, ID_ITEM, line->item.v));
    case X_PLACE: return text_cell(ident_code(store, ID_PLACE, line->place.v));
    case X_SUPPLIER: return text_cell(ident_code(store, ID_SUPPLIER, line->supplier.v));
    case X_TITLE: return text_cell(line->title);
    case X_ACTION: return text_cell(line->action);
    case X_P_OUT: return number_cell(line->p_out_ppm, line->p_out_ppm >= 0);
    case X_RANK: return number_cell(line->rank_minor, line->rank_minor != CASE_NONE);
    case X_STAKE: return number_cell(line->at_stake_minor, line->at_stake_minor != CASE_NONE);
    case X_VALUE: return number_cell(line->value_minor, line->value_minor != CASE_NONE);
    case X_CONFIDENCE: return number_cell(line->confidence_ppm, line->confidence_ppm >= 0);
    case X_DUE: return number_cell(line->due_day, line->due_day > 0);
    case X_CURRENCY: return text_cell(currency);
    case X_COUNT_: break;
    }
    return (Cell){ .empty = true };
}

typedef struct Export {
    Store *store;
    const char *currency;
    int exponent;
    CsvWriter *csv;
    lxw_worksheet *sheet;
    lxw_format *formats[COLUMN_DAY + 1];
    uint32_t rows;
} Export;

/* ---- CSV ----------------------------------------------------------------------------------------------------------------- */

static void csv_cell(Export *export, Cell cell, ColumnType type) {
    char text[DAY_TEXT + DECIMAL_TEXT] = "";
    if (type == COLUMN_TEXT) {
        csv_write_str(export->csv, cell.text);
        return;
    }
    if (cell.empty) text[0] = 0;
    else if (type == COLUMN_MONEY) money_format(cell.number, export->exponent, text);
    else if (type == COLUMN_DAY) day_format((int32_t)cell.number, text);
    else if (type == COLUMN_SHARE) decimal_format(cell.number, text);
    else snprintf(text, sizeof text, "%lld", (long long)cell.number);
    csv_write_str(export->csv, text);
}

static Err csv_rows(void *self, const CaseLine *lines, int count, Why *why) {
    Export *export = self;
    for (int i = 0; i < count; i++) {
        for (int c = 0; c < X_COUNT_; c++) csv_cell(export, cell_of(export->store, export->currency, &lines[i], (Column)c), columns[c].type);
        csv_write_end(export->csv);
    }
    return buf_check(export->csv->out, "the export", why);
}

Err verb_export_queue_csv(Call *call, Why *why) {
    Desk desk;
    QueueQuery query;
    TRY(app_desk(call, STORE_READ, &desk, why));
    TRY(queue_query_read(call, &query, why));
    CsvWriter csv = { .out = call->out, .guard = true };
    Export export = { .store = desk.store, .currency = desk.policy->currency, .exponent = currency_exponent(desk.policy->currency), .csv = &csv };
    for (int c = 0; c < X_COUNT_; c++) csv_write_str(&csv, columns[c].name);
    csv_write_end(&csv);
    call->content_type = "text/csv; charset=utf-8";
    call->file_name = "queue.csv";
    return queue_each(&desk, &query, csv_rows, &export, why);
}

/* ---- xlsx ------------------------------------------------------------------------------------------------------------------ */

static void sheet_cell(Export *export, Cell cell, ColumnType type, lxw_col_t column) {
    static const double powers[] = { 1, 10, 100, 1000 };
    if (cell.empty) return;
    if (type == COLUMN_TEXT) {
        worksheet_write_string(export->sheet, export->rows, column, cell.text, NULL);
        return;
    }
    double number = (double)cell.number;
    if (type == COLUMN_MONEY) number /= powers[export->exponent >= 0 && export->exponent < 4 ? export->exponent : 2];
    if (type == COLUMN_SHARE) number /= (double)MICRO;
    if (type == COLUMN_DAY) number += 25569;      /* spreadsheets count days from 30 December 1899 */
    worksheet_write_number(export->sheet, export->rows, column, number, export->formats[type]);
}

static Err sheet_rows(void *self, const CaseLine *lines, int count, Why *why) {
    Export *export = self;
    for (int i = 0; i < count; i++) {
        if (++export->rows == LXW_ROW_MAX) return fail(why, ERR_LIMIT, "more rows than a sheet holds; narrow the filter or take CSV");
        for (int c = 0; c < X_COUNT_; c++) sheet_cell(export, cell_of(export->store, export->currency, &lines[i], (Column)c), columns[c].type, (lxw_col_t)c);
    }
    return OK;
}

static void sheet_about(Call *call, const Desk *desk, lxw_workbook *book, const QueueQuery *query) {
    char now[TIME_TEXT], row[32];
    time_format(world_now_us(desk->world), now);
    snprintf(row, sizeof row, "%lld", (long long)log_last(desk->store).v);
    const struct { const char *name, *value; } facts[] = {
        { "made at", now }, { "by", call->user }, { "view", query->view }, { "words", query->words }, { "kind", query->kind }, { "place", query->place },
        { "supplier", query->supplier }, { "tier", query->tier }, { "log row", row }, { "policy", desk->policy->name }, { "engine", PLAN_ENGINE },
    };
    lxw_worksheet *sheet = workbook_add_worksheet(book, "About");
    for (uint32_t i = 0; i < sizeof facts / sizeof facts[0]; i++) {
        worksheet_write_string(sheet, i, 0, facts[i].name, NULL);
        worksheet_write_string(sheet, i, 1, facts[i].value ? facts[i].value : "", NULL);
    }
}

static Err book_write(Call *call, const Desk *desk, const QueueQuery *query, const char *path, Why *why) {
    lxw_workbook_options options = { .constant_memory = LXW_TRUE };
    lxw_workbook *book = workbook_new_opt(path, &options);
    if (!book) return fail(why, ERR_LIMIT, "no memory for the workbook");
    Export export = { .store = desk->store, .currency = desk->policy->currency, .exponent = currency_exponent(desk->policy->currency), .sheet = workbook_add_worksheet(book, "Queue") };
    static const char *const shapes[] = { [COLUMN_TEXT] = "@", [COLUMN_COUNT] = "0", [COLUMN_MONEY] = "#,##0.00", [COLUMN_SHARE] = "0%", [COLUMN_DAY] = "yyyy-mm-dd" };
    for (int type = 0; type <= COLUMN_DAY; type++) {
        export.formats[type] = workbook_add_format(book);
        format_set_num_format(export.formats[type], shapes[type]);
    }
    lxw_format *bold = workbook_add_format(book);
    format_set_bold(bold);
    for (int c = 0; c < X_COUNT_; c++) {
        worksheet_set_column(export.sheet, (lxw_col_t)c, (lxw_col_t)c, columns[c].width, NULL);
        worksheet_write_string(export.sheet, 0, (lxw_col_t)c, columns[c].name, bold);
    }
    worksheet_freeze_panes(export.sheet, 1, 0);
    Err err = queue_each(desk, query, sheet_rows, &export, why);
    sheet_about(call, desk, book, query);
    lxw_error closed = workbook_close(book);
    if (err == OK && closed != LXW_NO_ERROR) return fail(why, ERR_IO, "cannot write the workbook: %s", lxw_strerror(closed));
    return err;
}

Err verb_export_queue_xlsx(Call *call, Why *why) {
    Desk desk;
    QueueQuery query;
    char *folder;
    Text bytes;
    TRY(app_desk(call, STORE_READ, &desk, why));
    TRY(queue_query_read(call, &query, why));
    TRY(folder_temporary(call->work, "stockwright-export", &folder, why));
    char *path = path_join(call->work, folder, "queue.xlsx");
    Err err = book_write(call, &desk, &query, path, why);
    if (err == OK) err = file_read(call->work, path, EXPORT_BYTES_MOST, &bytes, why);
    if (err == OK) buf_add_text(call->out, bytes);
    Why ignored;
    if (folder_remove(folder, &ignored) != OK && err == OK) err = fail(why, ERR_IO, "%s", ignored.message);
    call->content_type = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";
    call->file_name = "queue.xlsx";
    return err;
}
