/* verbs-orders.c - accepted cases become orders, orders leave, STOP. */
#include <string.h>

#include "app/app.h"
#include "app/verbs.h"
#include "base/time.h"
#include "deliver/match.h"
#include "deliver/outbox.h"
#include "desk/orders.h"
#include "desk/proposal.h"

enum { COMMANDS_SHOWN = 500, PROPOSED_SHOWN = 200, CASES_SHOWN = 2000 };

static Err deliver_of(App *app, HeldPolicy *held, Deliver *out, Why *why) {
    Deliver deliver = { .world = app->world, .sender = sender_real(app->directory), .turn = app_turn(app), .looked = &app->matched };
    TRY(app_store(app, STORE_WRITE, &deliver.store, why));
    TRY(app_policy_for(app, held, &deliver.policy, why));
    *out = deliver;
    return OK;
}

Err app_pump(App *app, PumpResult *out_result, Why *why) {
    Deliver deliver;
    *out_result = (PumpResult){ 0 };
    if (app->delivering) return OK;
    app->delivering = true;
    Err err = deliver_of(app, &app->sent_by, &deliver, why);
    if (err == OK) err = deliver_pump(&deliver, out_result, why);
    app->delivering = false;
    return err;
}

Err app_match(App *app, Why *why) {
    Deliver deliver;
    MatchResult matched;
    if (app->delivering) return OK;
    app->delivering = true;
    Err err = deliver_of(app, &app->sent_by, &deliver, why);
    if (err == OK) err = deliver_match(&deliver, &matched, why);
    app->delivering = false;
    return err;
}

/* `room`: how many more cases are listed, over all groups. */
static Err group_write(JsonWriter *json, Store *store, Arena *work, const OrderGroup *group, int *room, Why *why) {
    char day[DAY_TEXT];
    json_begin_object(json);
    json_field_str(json, "supplier", group->supplier_code);
    json_field_str(json, "from_place", group->from_code);
    json_field_str(json, "place", group->place_code);
    json_field_bool(json, "customers", group->customers);
    json_field_str(json, "currency", group->currency);
    json_field_int(json, "lines", group->lines);
    json_field_int(json, "value", group->value_minor);
    case_int_or_null(json, "minimum", group->limit[MEASURE_VALUE].minimum);
    json_field_bool(json, "reaches_minimum", limits_met(group->limit));
    limits_write(json, group->limit, group->currency);
    json_field_bool(json, "by_rule", group->by_rule);
    day_format(group->order_day, day);
    if (group->order_day > 0) json_field_str(json, "order_day", day);
    json_field_array(json, "cases");
    for (int i = 0; i < group->lines && i < GROUP_CASES_MOST && *room > 0; i++, --*room) TRY(queue_row_write(json, store, work, &group->cases[i], why));
    json_end(json);
    json_end(json);
    return OK;
}

static Err commands_write(JsonWriter *json, Call *call, Store *store, Why *why) {
    const char *state = call_text(call, "state");
    OutboxLine *lines;
    int count;
    int64_t all;
    uint32_t states = 0;
    if (state) {
        CommandState found = command_state_find(text_of(state));
        if (found == COMMAND_STATE_COUNT_) return fail(why, ERR_USAGE, "\"%s\" is not a state of a command", state);
        states = 1u << found;
    }
    TRY(outbox_list(store, call->work, states, COMMANDS_SHOWN, &lines, &count, why));
    TRY(outbox_count(store, states, &all, why));
    json_field_int(json, "commands_total", all);
    json_field_array(json, "commands");
    for (int i = 0; i < count; i++) TRY(command_show(json, store, call->work, lines[i].command, why));
    json_end(json);
    return OK;
}

static Err proposed_write(JsonWriter *json, Call *call, const Desk *desk, Why *why) {
    CaseSum *all;
    int count;
    TRY(proposals_sum(desk, call->work, &all, &count, why));
    json_field_int(json, "proposed_total", count);
    json_field_array(json, "proposed");
    for (int i = 0; i < count && i < PROPOSED_SHOWN; i++) {
        json_begin_object(json);
        json_field_str(json, "supplier", ident_code(desk->store, ID_SUPPLIER, all[i].supplier.v));
        json_field_str(json, "place", ident_code(desk->store, ID_PLACE, all[i].place.v));
        json_field_int(json, "lines", all[i].lines);
        json_field_int(json, "value", all[i].value_minor);
        json_field_str(json, "currency", desk->policy->currency);
        json_end(json);
    }
    json_end(json);
    return OK;
}

/* "groups" are ready to send, "proposed" are open cases by supplier and place, "commands" were sent; on the command line "rows" are the commands.
 * All groups are there, of their lines the best; the largest proposals and the newest commands, with how many there are. */
Err verb_orders(Call *call, Why *why) {
    Desk desk;
    OrderGroup *groups;
    int count, room = CASES_SHOWN;
    TRY(app_desk(call, STORE_READ, &desk, why));
    TRY(orders_groups(&desk, call->work, &groups, &count, why));
    JsonWriter json = json_writer(call->out);
    json_begin_object(&json);
    json_field_bool(&json, "stopped", store_stopped(app_of(call)->directory));
    json_field_array(&json, "groups");
    for (int i = 0; i < count; i++) TRY(group_write(&json, desk.store, call->work, &groups[i], &room, why));
    json_end(&json);
    TRY(proposed_write(&json, call, &desk, why));
    TRY(commands_write(&json, call, desk.store, why));
    json_end(&json);
    return OK;
}

static Err send_one(Call *call, const Desk *desk, Person person, OrderSent *out_sent, Why *why) {
    const char *supplier = call_text(call, "supplier"), *place = call_text(call, "place");
    const char *from = call_text(call, "from");
    bool customers = call_flag(call, "customers");
    if ((!supplier && !from && !customers) || !place)
        return fail_hint(why, fail(why, ERR_USAGE, "send what?"),
                         "name --supplier and --place, --from and --place for what our own places send, --customers and --place for what customers get, or --all");
    PlaceId place_id = { ident_find(desk->store, ID_PLACE, text_of(place)) };
    if (customers) {
        if (!place_id.v) return fail(why, ERR_NOT_FOUND, "nobody knows place \"%s\"", place);
        return orders_send_allocation(desk, call->work, person, place_id, out_sent, why);
    }
    if (from) {
        PlaceId from_id = { ident_find(desk->store, ID_PLACE, text_of(from)) };
        if (!from_id.v || !place_id.v) return fail(why, ERR_NOT_FOUND, "nobody knows place \"%s\" or place \"%s\"", from, place);
        return orders_send_move(desk, call->work, person, from_id, place_id, out_sent, why);
    }
    SupplierId supplier_id = { ident_find(desk->store, ID_SUPPLIER, text_of(supplier)) };
    if (!supplier_id.v || !place_id.v) return fail(why, ERR_NOT_FOUND, "nobody knows supplier \"%s\" or place \"%s\"", supplier, place);
    return orders_send(desk, call->work, person, supplier_id, place_id, out_sent, why);
}

/* "errors" has a sentence for each order that could not be sent, "left" how many lines wait for the next order. */
static Err sent_answer(Call *call, const Desk *desk, const OrderSent *sent, int count, const char **errors, Why *why) {
    JsonWriter json = json_writer(call->out);
    int64_t left = 0;
    json_begin_object(&json);
    json_field_array(&json, "rows");
    for (int i = 0; i < count; i++) {
        if (sent[i].command.v) TRY(command_show(&json, desk->store, call->work, sent[i].command, why));
        left += sent[i].left;
    }
    json_end(&json);
    json_field_array(&json, "errors");
    for (int i = 0; errors && i < count; i++)
        if (errors[i]) json_str(&json, errors[i]);
    json_end(&json);
    json_field_int(&json, "left", left);
    json_end(&json);
    return OK;
}

Err verb_orders_send(Call *call, Why *why) {
    Desk desk;
    Person person = { .name = call->user, .role = call->role };
    OrderSent one, *sent = &one;
    int count = 1;
    const char **errors = NULL;
    PumpResult pumped;
    TRY(app_person(call, why));
    TRY(app_desk(call, STORE_WRITE, &desk, why));
    Err err = call_flag(call, "all") ? orders_send_all(&desk, call->work, person, &sent, &count, &errors, why) : send_one(call, &desk, person, &one, why);
    if (err != OK && err != ERR_PARTIAL) return err;
    call->outcome = err;
    TRY(app_pump(app_of(call), &pumped, why));
    app_publish(app_of(call), "command", text_of("{}"));
    return sent_answer(call, &desk, sent, count, errors, why);
}

Err verb_orders_pump(Call *call, Why *why) {
    PumpResult pumped;
    TRY(app_pump(app_of(call), &pumped, why));
    buf_addf(call->out, "{\"sent\":%d,\"acked\":%d,\"rejected\":%d,\"unknown\":%d,\"held\":%d,\"waiting_cap\":%d,\"stopped\":%s}", pumped.sent, pumped.acked,
             pumped.rejected, pumped.unknown, pumped.held, pumped.waiting_cap, pumped.stopped ? "true" : "false");
    return OK;
}

typedef Err HeldAct(const Deliver *deliver, RowId command, const char *by, Knowing knowing, Why *why);

static Err held(Call *call, HeldAct *act, Why *why) {
    Deliver deliver;
    int64_t id;
    TRY(app_person(call, why));
    TRY(call_int(call, "command", 0, &id, why));
    TRY(deliver_of(app_of(call), &app_of(call)->policy, &deliver, why));
    TRY(act(&deliver, (RowId){ id }, call->user, call_flag(call, "checked-absent") ? CHECKED_ABSENT : NOT_CHECKED, why));
    JsonWriter json = json_writer(call->out);
    return command_show(&json, deliver.store, call->work, (RowId){ id }, why);
}

Err verb_orders_release(Call *call, Why *why) { return held(call, deliver_release, why); }
Err verb_orders_cancel(Call *call, Why *why) { return held(call, deliver_cancel, why); }

Err verb_stop(Call *call, Why *why) {
    TRY(app_person(call, why));
    TRY(stop_on(app_of(call)->directory, call_text(call, "reason"), call->user, why));
    buf_add_str(call->out, "{\"stopped\":true}");
    return OK;
}

Err verb_release(Call *call, Why *why) {
    TRY(app_person(call, why));
    TRY(stop_off(app_of(call)->directory, why));
    buf_add_str(call->out, "{\"stopped\":false}");
    return OK;
}
