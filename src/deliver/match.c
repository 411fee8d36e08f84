#include "deliver/match.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/decimal.h"
#include "base/list.h"
#include "base/map.h"
#include "base/time.h"
#include "deliver/change.h"
#include "domain/case.h"

enum { WORK_BYTES = 512 * MiB, DOCUMENTS_MOST = 10000000, UNMATCHED_MOST = 100000, ROWS_A_SLICE = 2000, ROWS_REMEMBERED = 20000 };
#define STATE(name) (1u << COMMAND_##name)
static const int64_t FOREVER = INT64_MAX;

typedef enum EventKind { EVENT_SHOWN, EVENT_CLOSED, EVENT_CANCELLED, EVENT_RECEIVED } EventKind;
typedef struct Event {
    EventKind kind;
    RowId command;
    RowId fact;
    const char *item, *document, *line;      /* line: as the ERP numbers it */
    size_t place;                /* in the order the log tells it */
    int64_t qty_micro;           /* shown: ordered there; received: the difference to before */
} Event;

typedef struct Reading {
    const Deliver *deliver;
    Arena *work;
    TextMap *documents;          /* the ERP's order number -> our command, of this reading; before it: "order-document" in the store */
    LIST(Event) events;
    enum { PASS_ORDERS, PASS_RECEIPTS } pass;
} Reading;

static void reading_end(Reading *reading) {
    text_map_end(&reading->documents);
    list_end(&reading->events);
}

/* ---- reading what is new ---- */
static Err take_order_line(Reading *reading, const Row *row, const Fact *fact, Why *why) {
    Text reference = fact_text(fact, F_reference), value, status = fact_text(fact, F_status), document = fact_text(fact, F_doc);
    RowId command;
    if (!text_starts(reference, "SW-")) return OK;
    Err err = value_get(reading->deliver->store, reading->work, "reference", text_keep(reading->work, reference), &value, NULL);
    if (err == ERR_NOT_FOUND) return OK;              /* looks like ours and is not: data quality shows it as a twin */
    if (err != OK) return fail(why, err, "an order's reference cannot be looked up");
    TRY(integer_parse(value, &command.v, why));
    text_map_set(reading->documents, document, command.v);
    bool over = text_is(status, "closed") || text_is(status, "received") || fact_has(fact, F_received_day);
    EventKind kind = text_is(status, "cancelled") ? EVENT_CANCELLED : over ? EVENT_CLOSED : EVENT_SHOWN;
    list_push(&reading->events, (Event){ .kind = kind, .command = command, .fact = row->id, .item = text_keep(reading->work, fact_text(fact, F_item)),
                                         .document = text_keep(reading->work, document), .line = text_keep(reading->work, fact_text(fact, F_line)), .qty_micro = fact_number(fact, F_qty, 0) });
    return OK;
}

static Err document_command(Reading *reading, Text document, int64_t *out_command, bool *out_known, Why *why) {
    Text value;
    *out_known = text_map_get(reading->documents, document, out_command);
    if (*out_known) return OK;
    Err err = value_get(reading->deliver->store, reading->work, "order-document", text_keep(reading->work, document), &value, NULL);
    if (err == ERR_NOT_FOUND) return OK;
    if (err != OK) return fail(why, err, "an order's document cannot be looked up");
    *out_known = true;
    return integer_parse(value, out_command, why);
}

static Err take_receipt(Reading *reading, const Row *row, const Fact *fact, int sign, Why *why) {
    int64_t command;
    bool known;
    TRY(document_command(reading, fact_text(fact, F_ref_doc), &command, &known, why));
    if (!known) return OK;
    list_push(&reading->events, (Event){ .kind = EVENT_RECEIVED, .command = { command }, .fact = row->id, .item = text_keep(reading->work, fact_text(fact, F_item)),
                                         .document = "", .line = text_keep(reading->work, fact_text(fact, F_ref_line)), .qty_micro = sign * fact_number(fact, F_qty, 0) });
    return OK;
}

static Err take_change(void *self, const Row *row, const Fact *fact, const Row *old_row, const Fact *old_fact, Why *why) {
    Reading *reading = self;
    if (reading->pass == PASS_ORDERS) return fact && (fact->kind == FACT_PO_LINE || fact->kind == FACT_TRANSFER_LINE) ? take_order_line(reading, row, fact, why) : OK;
    if (old_fact && old_fact->kind == FACT_RECEIPT_LINE) TRY(take_receipt(reading, row ? row : old_row, old_fact, -1, why));
    return fact && fact->kind == FACT_RECEIPT_LINE ? take_receipt(reading, row, fact, 1, why) : OK;
}

/* Most facts are of other kinds: they need not be read. */
static Err may_tell(Store *store, RowId after, RowId upto, bool *out_may, Why *why) {
    LogFilter facts = { .kinds = 1ull << ROW_FACT, .subs = 1ull << FACT_PO_LINE | 1ull << FACT_TRANSFER_LINE | 1ull << FACT_RECEIPT_LINE, .after = after, .upto = upto };
    LogFilter retractions = { .kinds = 1ull << ROW_RETRACT, .after = after, .upto = upto };
    TRY(log_has(store, &facts, out_may, why));
    return *out_may ? OK : log_has(store, &retractions, out_may, why);
}

/* ---- one order's share of it ---- */
/* By item; where an order has the item twice, by our line number, which an ERP usually keeps. */
static CommandLine *line_of(Command *command, const Event *event) {
    CommandLine *found = NULL;
    int64_t number;
    if (integer_parse(text_of(event->line), &number, NULL) != OK) number = 0;
    for (int i = 0; i < command->lines_count; i++) {
        CommandLine *line = &command->lines[i];
        if (strcmp(line->item, event->item) == 0 && (!found || line->line == number)) found = line;
    }
    return found;
}

static const char *plain(Arena *work, int64_t micro) {
    char text[DECIMAL_TEXT];
    decimal_format(micro, text);
    return text_copy(work, text);
}

/* (1) The ERP shows it: whatever we thought, it has it. */
static void settle_state(Arena *work, Command *command, const Event *event) {
    if (!*command->external) command->external = event->document;
    if (command->state == COMMAND_REJECTED || command->state == COMMAND_CANCELLED)
        command->error = text_format(work, "was %s here, yet the ERP shows it as %s", command_state_name(command->state), event->document);
    command->state = COMMAND_ACKED;
}

/* What the event says about the order itself. */
static void note_event(Arena *work, Command *command, const Event *event, MatchResult *result) {
    CommandLine *line = line_of(command, event);
    if (event->kind != EVENT_RECEIVED) settle_state(work, command, event);
    if (!line) {
        if (event->kind != EVENT_RECEIVED) command->error = text_format(work, "the ERP's order %s has an item we did not ask for: %s", event->document, event->item);
        return;
    }
    switch (event->kind) {
    case EVENT_RECEIVED:
        line->received_micro += event->qty_micro;
        result->received++;
        break;
    case EVENT_CANCELLED:
        line->confirmed = true;                       /* the ERP has spoken: it is no longer ours to count as on its way */
        result->cancelled++;
        break;
    case EVENT_SHOWN:
        if (event->qty_micro != line->qty_micro)
            command->error = text_format(work, "the ERP shows %s of %s, asked for %s", plain(work, event->qty_micro), event->item, plain(work, line->qty_micro));
        [[fallthrough]];
    case EVENT_CLOSED:
        if (!line->confirmed) result->confirmed++;
        line->confirmed = true;
        break;
    }
}

/* What it means for the line's case; the new version of the order stands already, so that causes hang from it. */
static Err follow_event(const Deliver *deliver, Arena *work, const OutboxLine *outbox, Command *command, const Event *event, Why *why) {
    const CommandLine *line = line_of(command, event);
    TRY(log_because(deliver->store, outbox->row, event->fact, event->kind == EVENT_RECEIVED ? "receipt" : command->from_place[0] ? "transfer-line" : "po-line", why));
    if (!line) return OK;
    if (event->kind == EVENT_CANCELLED)
        return cases_give_back(deliver->store, outbox, command, line->line, text_format(work, "is back: the ERP cancelled it in %s", event->document), why);   /* (3) */
    if (line->received_micro >= line->qty_micro || event->kind == EVENT_CLOSED) return case_move_on(deliver->store, outbox, line->case_id, CASE_CLOSED, why);  /* (2) */
    return line->confirmed ? case_move_on(deliver->store, outbox, line->case_id, CASE_CONFIRMED, why) : OK;
}

static Err apply_order(const Deliver *deliver, Arena *work, const Event *events, size_t count, MatchResult *result, Why *why) {
    OutboxLine line;
    Command command;
    Row row;
    TRY(outbox_get(deliver->store, work, events[0].command, &line, why));
    TRY(log_read(deliver->store, work, line.row, &row, why));
    TRY(command_read(work, row.payload, &command, why));
    for (size_t i = 0; i < count; i++) note_event(work, &command, &events[i], result);
    line.next_us = 0;
    TRY(command_revise(deliver->store, work, &line, &command, "system", why));
    for (size_t i = 0; i < count; i++) TRY(follow_event(deliver, work, &line, &command, &events[i], why));
    return OK;
}

/* By order; within one, as the log tells it. */
static int by_command(const void *left, const void *right) {
    const Event *l = left, *r = right;
    if (l->command.v != r->command.v) return l->command.v < r->command.v ? -1 : 1;
    return (l->place > r->place) - (l->place < r->place);
}

/* (4) */
static Err apply_all(Reading *reading, RowId upto, MatchResult *result, Why *why) {
    Store *store = reading->deliver->store;
    Event *events = reading->events.at;
    size_t count = reading->events.count, next;
    char text[32];
    for (size_t i = 0; i < count; i++) {
        events[i].place = i;
        snprintf(text, sizeof text, "%lld", (long long)events[i].command.v);
        if (events[i].kind != EVENT_RECEIVED) TRY(value_put(store, "order-document", events[i].document, text_of(text), FOREVER, why));
    }
    if (count > 0) qsort(events, count, sizeof *events, by_command);
    for (size_t from = 0; from < count; from = next) {
        for (next = from; next < count && events[next].command.v == events[from].command.v;) next++;
        TRY(apply_order(reading->deliver, reading->work, events + from, next - from, result, why));
    }
    snprintf(text, sizeof text, "%lld", (long long)upto.v);
    return value_put(store, "cursor", "match", text_of(text), FOREVER, why);
}

static Err cursor(Store *store, Arena *work, RowId *out, Why *why) {
    Text text;
    Err err = value_get(store, work, "cursor", "match", &text, NULL);
    *out = (RowId){ 0 };
    if (err == ERR_NOT_FOUND) return OK;
    if (err != OK) return fail(why, err, "the cursor of matching cannot be read");
    return integer_parse(text, &out->v, why);
}

/* In slices: a big import must not keep others out. Facts up to `upto` do not change any more, and nobody else moves the cursor. */
static Err read_changes(Reading *reading, RowId after, RowId upto, Why *why) {
    for (RowId next; after.v < upto.v; after = next) {
        next = (RowId){ upto.v - after.v > ROWS_A_SLICE ? after.v + ROWS_A_SLICE : upto.v };
        bool may;
        TRY(may_tell(reading->deliver->store, after, next, &may, why));
        if (may) TRY(facts_changes(reading->deliver->store, after, next, take_change, reading, why));
        turn_let_go(&reading->deliver->turn);
        turn_take_back(&reading->deliver->turn);
    }
    return OK;
}

/* Nothing was found since the cursor, and reading it again would find nothing again: no commit is made to say so, unless much would be read again. */
static bool is_remembered(const Reading *reading, RowId cursor, RowId upto) {
    if (!reading->deliver->looked || reading->events.count > 0 || upto.v - cursor.v > ROWS_REMEMBERED) return false;
    *reading->deliver->looked = upto.v;
    return true;
}

Err deliver_match(const Deliver *deliver, MatchResult *out_result, Why *why) {
    own(arena_end) Arena *work = arena_begin(WORK_BYTES);
    own(reading_end) Reading reading = { .deliver = deliver, .work = work, .documents = text_map_begin(DOCUMENTS_MOST) };
    MatchResult result = { 0 };
    RowId kept, upto = log_last(deliver->store);
    OutboxLine *any;
    int count;
    TRY(cursor(deliver->store, work, &kept, why));
    RowId after = deliver->looked && *deliver->looked > kept.v ? (RowId){ *deliver->looked } : kept;
    *out_result = result;
    if (upto.v == after.v) return OK;
    TRY(outbox_list(deliver->store, work, 0, 1, &any, &count, why));
    if (count > 0)                                 /* without orders there is nothing to recognise */
        for (reading.pass = PASS_ORDERS; reading.pass <= PASS_RECEIPTS; reading.pass++) TRY(read_changes(&reading, after, upto, why));
    if (is_remembered(&reading, kept, upto)) return OK;
    TRY(store_begin(deliver->store, why));
    Err err = apply_all(&reading, upto, &result, why);
    if (err == OK) err = store_commit(deliver->store, why);
    if (err != OK) store_rollback(deliver->store);
    else *out_result = result;
    if (err == OK && deliver->looked) *deliver->looked = upto.v;
    return err;
}

/* ---- what is missing ---- */
Err deliver_unmatched(const Deliver *deliver, Arena *work, Unmatched **out, int *out_count, Why *why) {
    OutboxLine *lines;
    int count, found = 0;
    int64_t before_us = world_now_us(deliver->world) - deliver->policy->orders_unmatched_days * DAY_US;
    TRY(outbox_list(deliver->store, work, STATE(ACKED), UNMATCHED_MOST, &lines, &count, why));
    Unmatched *unmatched = many_in(work, Unmatched, count + 1);
    for (int i = 0; i < count; i++) {
        Row row;
        Command command;
        char reference[COMMAND_REFERENCE];
        if (lines[i].sent_us >= before_us) continue;
        TRY(log_read(deliver->store, work, lines[i].row, &row, why));
        TRY(command_read(work, row.payload, &command, why));
        if (command_is_allocation(&command)) continue;         /* no document of the ERP shows it: its case ends when stock is no longer contested */
        command_reference(command.key, reference);
        Unmatched one = { .command = lines[i].command, .reference = text_copy(work, reference), .supplier = command.supplier[0] ? command.supplier : command.from_place, .place = command.place,
                          .sent_us = lines[i].sent_us, .lines = command.lines_count };
        for (int k = 0; k < command.lines_count; k++)
            if (!command.lines[k].confirmed && command.lines[k].received_micro == 0) {
                one.lines_missing++;
                one.value_minor += command.lines[k].value_minor;
            }
        if (one.lines_missing > 0) unmatched[found++] = one;
    }
    *out = unmatched;
    *out_count = found;
    return OK;
}
