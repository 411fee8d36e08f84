/* The written form of the item-place page and the home page. */
#include "base/decimal.h"
#include "base/json.h"
#include <string.h>

#include "plan/room.h"

static void micros(JsonWriter *json, const char *name, const int64_t *at, int count) {
    json_field_array(json, name);
    for (int i = 0; i < count; i++) json_micro(json, at[i]);
    json_end(json);
}

static void demand_write(JsonWriter *json, const ItemDemand *d) {
    static const char *const states[] = { "in-stock", "ran-out", "out", "unknown" };
    json_field_object(json, "demand");
    json_field_int(json, "bucket_days", d->bucket_days);
    case_day_or_null(json, "from", d->from_day);
    micros(json, "values", d->values, d->points);
    json_field_array(json, "states");
    for (int i = 0; i < d->points; i++) json_str(json, states[d->states[i] & 3]);
    json_end(json);
    json_field_array(json, "exceptional");
    for (int i = 0; i < d->exceptional_count; i++) {
        json_begin_object(json);
        json_field_int(json, "row", d->exceptional[i].row.v);
        case_day_or_null(json, "day", d->exceptional[i].day);
        json_field_micro(json, "qty", d->exceptional[i].qty);
        json_field_bool(json, "marked", d->exceptional[i].marked);
        json_field_bool(json, "taken_out", d->exceptional[i].taken_out);
        json_end(json);
    }
    json_end(json);
    json_field_object(json, "fan");
    case_day_or_null(json, "from", d->fan_from_day);
    json_field_int(json, "days", d->fan_days);
    micros(json, "p10", d->fan_p10, d->fan_points);
    micros(json, "p50", d->fan_p50, d->fan_points);
    micros(json, "p90", d->fan_p90, d->fan_points);
    if (d->fan_base) micros(json, "base", d->fan_base, d->fan_points);
    json_end(json);
    json_field_object(json, "ahead");
    case_day_or_null(json, "from", d->ahead_points ? d->ahead_from_day : CASE_NO_DAY);
    micros(json, "mean", d->ahead_mean, d->ahead_points);
    if (d->ahead_base) micros(json, "base", d->ahead_base, d->ahead_points);
    json_end(json);
    json_end(json);
}

static void choice_write(JsonWriter *json, const ItemChoice *choice) {
    json_field_object(json, "choice");
    json_field_str(json, "baseline", choice->baseline);
    json_field_str(json, "poor", choice->poor);
    json_field_int(json, "origins", choice->origins);
    json_field_int(json, "horizon_days", choice->horizon_days);
    json_field_int(json, "season_days", choice->season_days);
    json_field_bool(json, "year", choice->year);
    json_field_array(json, "tried");
    for (int i = 0; i < choice->tried_count; i++) {
        const ItemTried *tried = &choice->tried[i];
        json_begin_object(json);
        json_field_str(json, "kind", tried->kind);
        json_field_bool(json, "seasonal", tried->seasonal);
        json_field_micro(json, "loss", tried->loss);
        json_field_micro(json, "weight", tried->weight_ppm);
        case_micro_or_null(json, "to_baseline", tried->to_baseline_ppm);
        json_end(json);
    }
    json_end(json);
    json_end(json);
}

void lead_write(JsonWriter *json, const ItemLead *lead) {
    json_field_object(json, "lead");
    json_field_str(json, "basis", lead->basis);
    json_field_str(json, "mode", lead->mode);
    case_int_or_null(json, "stated_days", lead->stated_days);
    case_int_or_null(json, "p50", lead->p50);
    case_int_or_null(json, "p90", lead->p90);
    json_field_int(json, "n", lead->n);
    json_field_int(json, "open", lead->n_open);
    json_field_array(json, "histogram");
    for (int i = 0; i < lead->count; i++) {
        json_begin_object(json);
        json_field_int(json, "days", lead->days[i]);
        json_field_micro(json, "share", lead->share_ppm[i]);
        json_end(json);
    }
    json_end(json);
    json_end(json);
}

void supply_line_write(JsonWriter *json, const ItemSupply *line) {
    json_field_int(json, "row", line->row.v);
    json_field_str(json, "kind", line->kind);
    json_field_str(json, "doc", line->doc);
    json_field_str(json, "line", line->line);
    json_field_str(json, "supplier", line->supplier);
    json_field_str(json, "mode", line->mode);
    json_field_micro(json, "qty", line->qty);
    json_field_micro(json, "received", line->received);
    case_day_or_null(json, "order_day", line->order_day);
    case_day_or_null(json, "first_promise", line->first_promise_day);
    case_day_or_null(json, "promise", line->promise_day);
    case_day_or_null(json, "expected", line->expected_day);
    json_field_int(json, "late_days", line->late_days);
    json_field_str(json, "ack", line->ack);
    case_micro_or_null(json, "p_late", line->late_ppm);
    case_int_or_null(json, "expected_late_days", line->expected_late_days);
    json_field_str(json, "late_reason", line->reason);
    json_field_str(json, "shipment", line->shipment);
    case_day_or_null(json, "shipped", line->shipped_day);
    case_day_or_null(json, "told_arrival", line->told_day);
}

static void supply_write(JsonWriter *json, const ItemView *view) {
    json_field_array(json, "supply");
    for (int i = 0; i < view->supply_count; i++) {
        json_begin_object(json);
        supply_line_write(json, &view->supply[i]);
        json_end(json);
    }
    json_end(json);
}

static void network_write(JsonWriter *json, const ItemView *view) {
    json_field_array(json, "network");
    for (int i = 0; i < view->network_count; i++) {
        json_begin_object(json);
        json_field_str(json, "place", view->network[i].place);
        case_micro_or_null(json, "on_hand", view->network[i].on_hand);
        json_field_micro(json, "on_order", view->network[i].on_order);
        case_int_or_null(json, "cover_days", view->network[i].cover_days);
        json_field_bool(json, "here", view->network[i].here);
        json_end(json);
    }
    json_end(json);
}

static void customers_write(JsonWriter *json, const ItemView *view) {
    json_field_int(json, "customers_total", view->customers_total);
    json_field_array(json, "customers");
    for (int i = 0; i < view->customers_count; i++) {
        const ItemCustomer *c = &view->customers[i];
        json_begin_object(json);
        json_field_str(json, "customer", c->customer);
        json_field_str(json, "tier", c->tier);
        json_field_micro(json, "qty", c->qty);
        json_field_int(json, "lines", c->lines);
        case_micro_or_null(json, "share", c->share_ppm);
        case_day_or_null(json, "last_order", c->last_day);
        json_field_micro(json, "open", c->open);
        json_field_micro(json, "overdue", c->overdue);
        json_end(json);
    }
    json_end(json);
}

static void news_write(JsonWriter *json, const ItemView *view) {
    const ItemNews *n = &view->news;
    case_notes_write(json, view->notes, view->notes_count);
    json_field_object(json, "news");
    json_field_str(json, "kind", n->kind);
    case_day_or_null(json, "from", n->from_day);
    case_day_or_null(json, "to", n->to_day);
    case_micro_or_null(json, "p", n->p_ppm);
    case_micro_or_null(json, "times", n->times_ppm);
    json_field_bool(json, "followed", n->followed);
    case_micro_or_null(json, "ahead_known", n->ahead_seen);
    case_micro_or_null(json, "ahead_usual", n->ahead_usual);
    case_micro_or_null(json, "tail_1", n->tail_ppm[0]);
    case_micro_or_null(json, "tail_7", n->tail_ppm[1]);
    case_micro_or_null(json, "tail_28", n->tail_ppm[2]);
    json_end(json);
    json_field_array(json, "overrides");
    for (int i = 0; i < view->overrides_count; i++) {
        const ItemOverride *o = &view->overrides[i];
        json_begin_object(json);
        json_field_int(json, "row", o->row.v);
        json_field_str(json, "doc", o->doc);
        case_day_or_null(json, "from", o->from_day);
        case_day_or_null(json, "to", o->to_day);
        json_field_micro(json, "factor", o->factor_ppm);
        json_field_bool(json, "units", o->units);
        json_field_str(json, "reason", o->reason);
        json_end(json);
    }
    json_end(json);
    json_field_micro(json, "base_mean_day", view->base_mean_day);
}

void item_view_write(Buf *out, const ItemView *view) {
    JsonWriter json = json_writer(out);
    json_begin_object(&json);
    const struct { const char *name, *text; } texts[] = {
        { "item", view->item }, { "description", view->description }, { "place", view->place }, { "supplier", view->supplier }, { "uom", view->uom },
        { "currency", view->currency }, { "tier", view->tier }, { "lifecycle", view->lifecycle }, { "successor", view->successor },
    };
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) json_field_str(&json, texts[i].name, texts[i].text);
    case_micro_or_null(&json, "unit_cost", view->unit_cost);
    case_micro_or_null(&json, "price", view->price);
    case_facts_write(&json, &view->facts);
    case_micro_or_null(&json, "p0", view->p0_ppm);
    case_micro_or_null(&json, "p1", view->p1_ppm);
    case_micro_or_null(&json, "position", view->position);
    case_micro_or_null(&json, "order_level", view->order_level);
    case_projection_write(&json, &view->projection);
    demand_write(&json, &view->demand);
    lead_write(&json, &view->lead);
    supply_write(&json, view);
    network_write(&json, view);
    customers_write(&json, view);
    case_model_write(&json, &view->model);
    choice_write(&json, &view->choice);
    json_field_str(&json, "target_because", view->target_because);
    case_flags_write(&json, view->flags);
    news_write(&json, view);
    json_field_array(&json, "case_ids");
    for (int i = 0; i < view->cases_count; i++) json_int(&json, view->cases[i].v);
    json_end(&json);
    json_field_array(&json, "rows");
    for (int i = 0; i < view->rows_count; i++) {
        json_begin_object(&json);
        json_field_int(&json, "row", view->rows[i].row.v);
        json_field_str(&json, "kind", view->rows[i].kind);
        case_day_or_null(&json, "day", view->rows[i].day);
        json_field_micro(&json, "qty", view->rows[i].qty == NO_QTY ? 0 : view->rows[i].qty);
        if (view->rows[i].markable) json_field_bool(&json, "left_out", view->rows[i].left_out);
        json_end(&json);
    }
    json_end(&json);
    json_end(&json);
}

static void tile(JsonWriter *json, const char *code, const char *label, const char *unit, int64_t value, const char *link) {
    json_begin_object(json);
    json_field_str(json, "code", code);
    json_field_str(json, "label", label);
    json_field_str(json, "unit", unit);
    json_field_str(json, "link", link);
    if (strcmp(unit, "share") == 0) case_micro_or_null(json, "value", value);
    else case_int_or_null(json, "value", value);
}

static void tie(JsonWriter *json, const char *label, int64_t value, int64_t ours) {
    json_field_object(json, "ties_to");
    json_field_str(json, "label", label);
    json_field_int(json, "value", value);
    json_field_int(json, "difference", ours - value);
    json_end(json);
}

void home_view_write(Buf *out, const HomeView *view) {
    JsonWriter json = json_writer(out);
    json_begin_object(&json);
    case_day_or_null(&json, "as_of", view->as_of_day);
    json_field_str(&json, "currency", view->currency);
    json_field_array(&json, "tiles");
    tile(&json, "stock-value", "Stock value", "money", view->stock_value_minor, "/items");
    tie(&json, "ERP stock file", view->stock_value_imported_minor, view->stock_value_minor);
    json_end(&json);
    tile(&json, "open-orders", "Open purchase orders", "money", view->on_order_value_minor, "/items");
    tie(&json, "ERP order file", view->on_order_value_imported_minor, view->on_order_value_minor);
    json_end(&json);
    tile(&json, "line-fill", "Line fill rate, 90 days", "share", view->line_fill_ppm, "/items");
    json_field_int(&json, "lines_due", view->lines_due);
    json_field_int(&json, "lines_filled", view->lines_filled);
    json_end(&json);
    tile(&json, "stockouts-a", "Stock-outs on A items", "count", view->stockouts_a, "/q?f=out");
    json_field_int(&json, "of", view->items_a);
    json_end(&json);
    tile(&json, "excess", "Excess stock", "money", view->excess_value_minor, "/q?kind=excess");
    json_end(&json);
    json_end(&json);
    json_field_int(&json, "item_places", view->item_places);
    json_field_int(&json, "at_risk", view->at_risk);
    json_field_array(&json, "feeds");
    for (int i = 0; i < view->feeds_count; i++) {
        json_begin_object(&json);
        json_field_str(&json, "kind", view->feeds[i].kind);
        json_field_str(&json, "place", view->feeds[i].place);
        case_day_or_null(&json, "last", view->feeds[i].last_day);
        json_field_int(&json, "age_hours", view->feeds[i].age_hours);
        json_field_str(&json, "state", view->feeds[i].state);
        json_end(&json);
    }
    json_end(&json);
    json_end(&json);
}
