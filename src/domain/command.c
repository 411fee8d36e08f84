#include "domain/command.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/json.h"
#include "base/time.h"

static const struct { const char *name; bool supply; } states[COMMAND_STATE_COUNT_] = {
    [COMMAND_APPROVED] = { "approved", true },   [COMMAND_BUDGETED] = { "budgeted", true },
    [COMMAND_SENDING] = { "sending", true },     [COMMAND_ACKED] = { "acked", true },
    [COMMAND_REJECTED] = { "rejected", false },  [COMMAND_UNKNOWN] = { "unknown", true },
    [COMMAND_HELD] = { "held", true },           [COMMAND_CANCELLED] = { "cancelled", false },
};

const char *command_state_name(CommandState state) {
    assert(state < COMMAND_STATE_COUNT_);
    return states[state].name;
}

CommandState command_state_find(Text name) {
    CommandState state = COMMAND_APPROVED;
    while (state < COMMAND_STATE_COUNT_ && !text_is(name, states[state].name)) state++;
    return state;
}

bool command_is_supply(CommandState state) {
    assert(state < COMMAND_STATE_COUNT_);
    return states[state].supply;
}

void command_day_write(JsonWriter *json, const char *name, int32_t day) {
    char text[DAY_TEXT];
    if (day == 0) {
        json_field_null(json, name);
        return;
    }
    day_format(day, text);
    json_field_str(json, name, text);
}

bool command_is_allocation(const Command *command) { return strcmp(command->kind, "allocation") == 0; }

static void write_line(JsonWriter *json, const CommandLine *line) {
    json_begin_object(json);
    json_field_int(json, "line", line->line);
    json_field_int(json, "case", line->case_id.v);
    json_field_int(json, "decision", line->decision.v);
    json_field_str(json, "item", line->item);
    json_field_micro(json, "qty", line->qty_micro);
    json_field_str(json, "uom", line->uom);
    json_field_str(json, "purchase_uom", line->purchase_uom);
    json_field_micro(json, "purchase_qty", line->purchase_qty_micro);
    json_field_micro(json, "unit_cost", line->unit_cost_micro);
    json_field_int(json, "value", line->value_minor);
    command_day_write(json, "arrival_day", line->arrival_day);
    json_field_bool(json, "confirmed", line->confirmed);
    json_field_micro(json, "received", line->received_micro);
    if (line->customer_row) {
        json_field_int(json, "customer_row", line->customer_row);
        json_field_str(json, "customer", line->customer);
        json_field_str(json, "customer_order", line->customer_order);
        json_field_str(json, "customer_line", line->customer_line);
    }
    json_end(json);
}

void command_write(Buf *out, const Command *command) {
    JsonWriter json = json_writer(out);
    json_begin_object(&json);
    json_field_int(&json, "v", 1);
    json_field_str(&json, "key", command->key);
    json_field_str(&json, "sink", command->sink);
    json_field_str(&json, "kind", command->kind);
    json_field_str(&json, "supplier", command->supplier);
    if (command->from_place[0]) json_field_str(&json, "from_place", command->from_place);
    json_field_str(&json, "place", command->place);
    command_day_write(&json, "order_day", command->order_day);
    json_field_str(&json, "currency", command->currency);
    json_field_int(&json, "value", command->value_minor);
    json_field_array(&json, "lines");
    for (int i = 0; i < command->lines_count; i++) write_line(&json, &command->lines[i]);
    json_end(&json);
    json_field_int(&json, "approved_us", command->approved_us);
    json_field_str(&json, "approved_by", command->approved_by);
    json_field_str(&json, "state", command_state_name(command->state));
    json_field_int(&json, "attempt", command->attempt);
    json_field_str(&json, "external", command->external);
    json_field_str(&json, "error", command->error);
    json_end(&json);
}

static Err read_day(const JsonValue *object, const char *name, int32_t *out_day, Why *why) {
    const char *text = NULL;
    *out_day = 0;
    TRY(json_may_text(object, name, &text, why));
    return text ? day_parse(text_of(text), "%Y-%m-%d", out_day, why) : OK;
}

static Err read_small(const JsonValue *object, const char *name, int32_t *out, Why *why) {
    int64_t value;
    TRY(json_need_int(object, name, &value, why));
    if (value < 0 || value > INT32_MAX) return fail(why, ERR_INVALID, "%s: %lld is out of range", name, (long long)value);
    *out = (int32_t)value;
    return OK;
}

static Err read_line(const JsonValue *object, CommandLine *line, Why *why) {
    *line = (CommandLine){ .purchase_uom = "", .customer = "", .customer_order = "", .customer_line = "" };
    TRY(read_small(object, "line", &line->line, why));
    TRY(json_need_int(object, "case", &line->case_id.v, why));
    TRY(json_need_int(object, "decision", &line->decision.v, why));
    TRY(json_need_text(object, "item", &line->item, why));
    TRY(json_need_decimal(object, "qty", &line->qty_micro, why));
    TRY(json_need_text(object, "uom", &line->uom, why));
    TRY(json_may_text(object, "purchase_uom", &line->purchase_uom, why));
    TRY(json_may_decimal(object, "purchase_qty", &line->purchase_qty_micro, why));
    TRY(json_need_decimal(object, "unit_cost", &line->unit_cost_micro, why));
    TRY(json_may_int(object, "value", &line->value_minor, why));
    TRY(read_day(object, "arrival_day", &line->arrival_day, why));
    TRY(json_may_bool(object, "confirmed", &line->confirmed, why));
    TRY(json_may_int(object, "customer_row", &line->customer_row, why));
    TRY(json_may_text(object, "customer", &line->customer, why));
    TRY(json_may_text(object, "customer_order", &line->customer_order, why));
    TRY(json_may_text(object, "customer_line", &line->customer_line, why));
    return json_may_decimal(object, "received", &line->received_micro, why);
}

static Err read_head(const JsonValue *object, Command *command, Why *why) {
    const char *state;
    TRY(json_need_text(object, "key", &command->key, why));
    TRY(json_need_text(object, "sink", &command->sink, why));
    TRY(json_need_text(object, "kind", &command->kind, why));
    TRY(json_need_text(object, "supplier", &command->supplier, why));
    TRY(json_may_text(object, "from_place", &command->from_place, why));
    TRY(json_need_text(object, "place", &command->place, why));
    TRY(read_day(object, "order_day", &command->order_day, why));
    TRY(json_need_text(object, "currency", &command->currency, why));
    TRY(json_need_int(object, "value", &command->value_minor, why));
    TRY(json_need_int(object, "approved_us", &command->approved_us, why));
    TRY(json_need_text(object, "approved_by", &command->approved_by, why));
    TRY(json_need_text(object, "state", &state, why));
    command->state = command_state_find(text_of(state));
    if (command->state == COMMAND_STATE_COUNT_) return fail(why, ERR_INVALID, "command state \"%s\" is not known", state);
    TRY(read_small(object, "attempt", &command->attempt, why));
    TRY(json_may_text(object, "external", &command->external, why));
    return json_may_text(object, "error", &command->error, why);
}

Err command_read(Arena *work, Text payload, Command *out_command, Why *why) {
    const JsonValue *object, *lines;
    Command command = { .from_place = "", .external = "", .error = "" };
    int64_t version;
    TRY(json_parse(work, payload, &object, why));
    TRY(json_need_int(object, "v", &version, why));
    if (version != 1) return fail(why, ERR_INVALID, "command has format %lld, this version reads 1", (long long)version);
    TRY(read_head(object, &command, why));
    TRY(json_need_array(object, "lines", &lines, why));
    command.lines = many_in(work, CommandLine, lines->count + 1);
    json_each(line, lines) TRY(read_line(line, &command.lines[command.lines_count++], why));
    *out_command = command;
    return OK;
}

static int by_id(const void *left, const void *right) {
    int64_t l = ((const RowId *)left)->v, r = ((const RowId *)right)->v;
    return (l > r) - (l < r);
}

void command_key(const char *store_id, RowId *decisions, int count, int revision, char out_key[SHA256_HEX]) {
    char number[32];
    Sha256Run run = sha256_begin();
    assert(count > 0);
    qsort(decisions, (size_t)count, sizeof *decisions, by_id);
    sha256_add(&run, text_of(store_id));
    for (int i = 0; i < count; i++) {
        snprintf(number, sizeof number, "%c%lld", i == 0 ? '|' : ',', (long long)decisions[i].v);
        sha256_add(&run, text_of(number));
    }
    snprintf(number, sizeof number, "|%d", revision);
    sha256_add(&run, text_of(number));
    Sha256 hash = sha256_end(&run);
    sha256_hex(&hash, out_key);
}

void command_reference(const char *key, char out_reference[COMMAND_REFERENCE]) {
    assert(strlen(key) >= 12);
    snprintf(out_reference, COMMAND_REFERENCE, "SW-%.12s", key);
}
