/* Suppliers as JSON: money in minor units, shares and chances 0..1, null where nothing is known. */
#include "base/json.h"
#include "plan/room.h"
#include "plan/supplier-view.h"

static void change_write(JsonWriter *json, const SupplierFigures *f) {
    if (f->change_day == CASE_NONE) {
        json_field_null(json, "change");
        return;
    }
    json_field_object(json, "change");
    case_day_or_null(json, "day", (int32_t)f->change_day);
    case_int_or_null(json, "before", f->change_before);
    case_int_or_null(json, "after", f->change_after);
    json_end(json);
}

static void figures_write(JsonWriter *json, const SupplierFigures *f) {
    json_field_str(json, "supplier", f->code);
    json_field_str(json, "description", f->description);
    case_int_or_null(json, "score", f->score);
    json_field_str(json, "verdict", f->scored ? "" : "too few receipts");
    json_field_array(json, "reasons");
    for (int i = 0; i < f->reasons; i++) {
        json_begin_object(json);
        json_field_str(json, "reason", f->reason[i]);
        json_field_micro(json, "points", f->points_ppm[i]);
        json_end(json);
    }
    json_end(json);
    json_field_int(json, "receipts", f->receipts);
    json_field_int(json, "lines", f->lines);
    json_field_int(json, "orders", f->orders);
    case_micro_or_null(json, "p_late", f->late_ppm);
    case_micro_or_null(json, "p_late_all", f->late_all_ppm);
    json_field_int(json, "due", f->lines_due);
    case_micro_or_null(json, "otif_lines", f->otif_lines_ppm);
    case_micro_or_null(json, "otif_qty", f->otif_qty_ppm);
    json_field_int(json, "requested_due", f->requested_due);
    case_micro_or_null(json, "otif_requested_lines", f->requested_lines_ppm);
    case_micro_or_null(json, "otif_requested_qty", f->requested_qty_ppm);
    case_micro_or_null(json, "short", f->short_ppm);
    case_micro_or_null(json, "unusable", f->unusable_ppm);
    case_int_or_null(json, "ack_days", f->ack_days);
    case_micro_or_null(json, "unacknowledged", f->unacknowledged_ppm);
    case_int_or_null(json, "lead_p50", f->lead_p50);
    case_int_or_null(json, "lead_p90", f->lead_p90);
    change_write(json, f);
    case_int_or_null(json, "spend", f->spend_minor);
    case_micro_or_null(json, "spend_share", f->spend_share_ppm);
    json_field_int(json, "items", f->items);
    json_field_int(json, "sole_items", f->sole_items);
    json_field_int(json, "open_lines", f->open_lines);
    json_field_int(json, "overdue_lines", f->overdue_lines);
}

void suppliers_write(Buf *out, const SupplierFigures *rows, int count) {
    JsonWriter json = json_writer(out);
    json_begin_object(&json);
    json_field_int(&json, "total", count);
    json_field_array(&json, "rows");
    for (int i = 0; i < count; i++) {
        json_begin_object(&json);
        figures_write(&json, &rows[i]);
        json_end(&json);
    }
    json_end(&json);
    json_end(&json);
}

static void months_write(JsonWriter *json, const SupplierView *view) {
    json_field_array(json, "months");
    for (int i = 0; i < view->months; i++) {
        json_begin_object(json);
        case_day_or_null(json, "from", view->month[i].day);
        json_field_int(json, "due", view->month[i].due);
        json_field_int(json, "late", view->month[i].late);
        case_int_or_null(json, "lead_p50", view->month[i].lead_p50);
        json_end(json);
    }
    json_end(json);
}

static void modes_write(JsonWriter *json, const SupplierView *view) {
    json_field_array(json, "modes");
    for (int i = 0; i < view->modes; i++) {
        json_begin_object(json);
        json_field_str(json, "mode", view->mode[i].mode);
        json_field_int(json, "p50", view->mode[i].p50);
        json_field_int(json, "p90", view->mode[i].p90);
        json_field_int(json, "orders", view->mode[i].orders);
        json_end(json);
    }
    json_end(json);
}

static void lines_write(JsonWriter *json, const SupplierView *view) {
    json_field_array(json, "open");
    for (int i = 0; i < view->open_count; i++) {
        json_begin_object(json);
        json_field_str(json, "item", view->open[i].item);
        json_field_str(json, "place", view->open[i].place);
        json_field_str(json, "uom", view->open[i].uom);
        supply_line_write(json, &view->open[i].line);
        json_end(json);
    }
    json_end(json);
    json_field_array(json, "left_out");
    for (int i = 0; i < view->left_out_count; i++) {
        json_begin_object(json);
        json_field_int(json, "mark", view->left_out[i].mark.v);
        json_field_str(json, "doc", view->left_out[i].doc);
        json_field_str(json, "item", view->left_out[i].item);
        json_field_str(json, "place", view->left_out[i].place);
        case_day_or_null(json, "order_day", view->left_out[i].order_day);
        json_end(json);
    }
    json_end(json);
}

void supplier_view_write(Buf *out, const SupplierView *view) {
    JsonWriter json = json_writer(out);
    json_begin_object(&json);
    figures_write(&json, &view->figures);
    json_field_str(&json, "currency", view->currency);
    lead_write(&json, &view->lead);
    modes_write(&json, view);
    months_write(&json, view);
    lines_write(&json, view);
    json_end(&json);
}
