/* verbs-item.c - one item at one place with all that is known of it, and the list of them. */
#include <string.h>

#include "app/app.h"
#include "app/verbs.h"

static Err item_place_find(const Call *call, Store *store, ItemId *out_item, PlaceId *out_place, Why *why) {
    Text item = text_of(call_text(call, "item")), place = text_of(call_text(call, "place"));
    if (place.length == 0) return fail_hint(why, fail(why, ERR_USAGE, "which place?"), "write ITEM@PLACE");
    *out_item = (ItemId){ ident_find(store, ID_ITEM, item) };
    *out_place = (PlaceId){ ident_find(store, ID_PLACE, place) };
    if (!out_item->v) return fail(why, ERR_NOT_FOUND, "there is no item \"%.*s\"", TEXT_ARGS(item));
    if (!out_place->v) return fail(why, ERR_NOT_FOUND, "there is no place \"%.*s\"", TEXT_ARGS(place));
    return OK;
}

static Err item_cases_write(JsonWriter *json, Store *store, Arena *work, const ItemView *view, Why *why) {
    json_field_array(json, "cases");
    for (int i = 0; i < view->cases_count; i++) {
        CaseLine line;
        TRY(case_line(store, work, view->cases[i], &line, why));
        TRY(queue_row_write(json, store, work, &line, why));
    }
    json_end(json);
    return OK;
}

static Err item_policy_write(Call *call, JsonWriter *json, const ItemView *view, Why *why) {
    const Policy *policy;
    RowId row;
    TRY(app_policy(app_of(call), &policy, &row, why));
    json_field_object(json, "policy");
    json_field_str(json, "name", policy->name);
    json_field_int(json, "row", row.v);
    json_field_str(json, "tier", view->tier);
    json_field_micro(json, "service_target", policy_service_micro(policy, text_of(view->tier)));
    json_field_int(json, "review_days", policy->review_days);
    json_field_str(json, "quantity", policy->quantity_by == QUANTITY_BY_COST ? "least cost" : "service target");
    json_end(json);
    return OK;
}

Err verb_item(Call *call, Why *why) {
    Store *store;
    Plan *plan;
    ItemId item;
    PlaceId place;
    ItemView view;
    TRY(app_store(app_of(call), STORE_READ, &store, why));
    TRY(item_place_find(call, store, &item, &place, why));
    TRY(app_plan(app_of(call), &plan, why));
    TRY(plan_item(plan, call->work, item, place, &view, why));
    own(buf_end) Buf page = buf_begin(16 * MiB);
    item_view_write(&page, &view);
    JsonWriter json = json_writer(call->out);
    json_begin_object(&json);
    json_fields_of(&json, buf_text(&page));
    TRY(item_cases_write(&json, store, call->work, &view, why));
    TRY(item_policy_write(call, &json, &view, why));
    json_end(&json);
    return OK;
}

Err verb_item_told(Call *call, Why *why) {
    Store *store;
    Plan *plan;
    ItemId item;
    PlaceId place;
    ItemTold told;
    TRY(app_store(app_of(call), STORE_READ, &store, why));
    TRY(item_place_find(call, store, &item, &place, why));
    TRY(app_plan(app_of(call), &plan, why));
    TRY(plan_told(plan, call->work, item, place, &told, why));
    item_told_write(call->out, &told);
    return OK;
}

Err verb_items(Call *call, Why *why) {
    Plan *plan;
    Store *store;
    ItemLine *lines;
    int count;
    int64_t offset, limit, total;
    TRY(call_int(call, "offset", 0, &offset, why));
    TRY(call_int(call, "limit", 50, &limit, why));
    if (limit < 1 || limit > 1000) return fail(why, ERR_USAGE, "\"limit\" is not between 1 and 1000");
    TRY(app_store(app_of(call), STORE_READ, &store, why));
    TRY(app_plan(app_of(call), &plan, why));
    TRY(plan_items(plan, call->work, call_text(call, "f"), offset, (int)limit, &lines, &count, &total, why));
    JsonWriter json = json_writer(call->out);
    json_begin_object(&json);
    json_field_int(&json, "total", total);
    json_field_array(&json, "rows");
    for (int i = 0; i < count; i++) {
        const ItemLine *line = &lines[i];
        json_begin_object(&json);
        json_field_str(&json, "item", line->item_code);
        json_field_str(&json, "description", line->description);
        json_field_str(&json, "place", line->place_code);
        json_field_str(&json, "tier", line->tier);
        json_field_str(&json, "uom", line->uom);
        json_field_micro(&json, "on_hand", line->on_hand);
        json_field_micro(&json, "on_order", line->on_order);
        json_field_micro(&json, "position", line->position);
        json_field_micro(&json, "mean_day", line->mean_day);
        case_int_or_null(&json, "cover_days", line->cover_days);
        case_micro_or_null(&json, "p_out", line->p1_ppm);
        case_int_or_null(&json, "stock_value", line->stock_value_minor);
        json_end(&json);
    }
    json_end(&json);
    json_end(&json);
    return OK;
}
