/* verbs-proposal.c - one order as it is proposed: looked at whole, taken with or without what fills it up. */
#include "app/app.h"
#include "app/verbs.h"
#include "desk/proposal.h"

enum { LINES_SHOWN = 1000 };

static Err proposal_of(Call *call, const Desk *desk, Proposal *out, Why *why) {
    const char *supplier = call_text(call, "supplier"), *place = call_text(call, "place");
    SupplierId supplier_id = { ident_find(desk->store, ID_SUPPLIER, text_of(supplier)) };
    PlaceId place_id = { ident_find(desk->store, ID_PLACE, text_of(place)) };
    if (!supplier_id.v || !place_id.v) return fail_hint(why, fail(why, ERR_NOT_FOUND, "there is no supplier \"%.60s\" or no place \"%.60s\"", supplier, place), "\"proposed\" of `orders` tells their codes");
    return proposal_read(desk, call->work, supplier_id, place_id, out, why);
}

static void proposal_line_write(JsonWriter *json, const ProposalLine *line, const char *currency) {
    json_begin_object(json);
    json_field_int(json, "case", line->case_id.v);
    json_field_int(json, "row", line->row.v);
    json_field_str(json, "item", line->item);
    json_field_str(json, "description", line->description);
    json_field_str(json, "uom", line->uom);
    json_field_str(json, "status", case_status_names[line->status]);
    json_field_micro(json, "qty", line->qty);
    json_field_micro(json, "own", line->own_qty);
    json_field_micro(json, "added", line->added_qty);
    case_int_or_null(json, "value", line->value_minor);
    for (int m = MEASURE_WEIGHT; m < MEASURE_COUNT_; m++) case_micro_or_null(json, case_measure_names[m], line->limit[m]);
    case_int_or_null(json, "rank", line->rank_minor);
    case_int_or_null(json, "added_cost", line->added_cost_minor);
    json_field_int(json, "early_days", line->early_days);
    json_field_str(json, "currency", currency);
    json_field_str(json, "title", line->title);
    json_end(json);
}

/* The sums are of all lines; of more than LINES_SHOWN the best are listed. */
Err verb_orders_proposal(Call *call, Why *why) {
    Desk desk;
    Proposal p;
    TRY(app_desk(call, STORE_READ, &desk, why));
    TRY(proposal_of(call, &desk, &p, why));
    JsonWriter json = json_writer(call->out);
    json_begin_object(&json);
    json_field_str(&json, "supplier", p.supplier);
    json_field_str(&json, "place", p.place);
    json_field_str(&json, "currency", p.currency);
    json_field_str(&json, "choice", case_choice_names[p.choice]);
    json_field_bool(&json, "reaches_minimum", limits_met(p.limit));
    json_field_int(&json, "lines", p.count);
    json_field_int(&json, "value", p.value_minor);
    json_field_int(&json, "open", p.open);
    json_field_int(&json, "added_to", p.added_to);
    json_field_int(&json, "trucks", p.trucks);
    case_int_or_null(&json, "fill_cost", p.cost_minor);
    case_int_or_null(&json, "wait_cost", p.wait_minor);
    case_int_or_null(&json, "truck_saving", p.saving_minor);
    limits_write(&json, p.limit, p.currency);
    json_field_array(&json, "rows");
    for (int i = 0; i < p.count && i < LINES_SHOWN; i++) proposal_line_write(&json, &p.lines[i], p.currency);
    json_end(&json);
    json_end(&json);
    return OK;
}

Err verb_orders_accept(Call *call, Why *why) {
    Desk desk;
    Proposal p;
    DecideResult *results;
    int count;
    TRY(app_person(call, why));
    TRY(app_desk(call, STORE_WRITE, &desk, why));
    TRY(proposal_of(call, &desk, &p, why));
    Person person = { .name = call->user, .role = call->role };
    Err err = proposal_take(&desk, call->work, person, &p, call_flag(call, "without-fill") ? TAKE_OWN : TAKE_FILLED, &results, &count, why);
    if (err != OK && err != ERR_PARTIAL) return err;
    call->outcome = err;
    decided_write(call->out, results, count);
    app_publish(app_of(call), "decision", text_of("{\"many\":true}"));
    return OK;
}
