/* verbs-queue.c - the queue, one case, verdicts, why. */
#include <string.h>

#include "app/app.h"
#include "app/verbs.h"
#include "base/time.h"
#include "desk/decide.h"
#include "desk/orders.h"
#include "desk/queue.h"
#include "desk/why.h"
#include "domain/command.h"

Err app_desk(const Call *call, StoreUse use, Desk *out_desk, Why *why) {
    App *app = app_of(call);
    Desk desk = { .world = app->world };
    TRY(app_store(app, use, &desk.store, why));
    TRY(app_policy(app, &desk.policy, &desk.policy_row, why));
    *out_desk = desk;
    return OK;
}

static Person person_of(const Call *call) { return (Person){ .name = call->user, .role = call->role }; }

Err queue_query_read(const Call *call, QueueQuery *out_query, Why *why) {
    const char *direction = call_text(call, "dir");
    int64_t limit, offset, snapshot;
    TRY(call_int(call, "limit", 50, &limit, why));
    TRY(call_int(call, "offset", 0, &offset, why));
    TRY(call_int(call, "snapshot", 0, &snapshot, why));
    if (limit < 1 || limit > QUEUE_ROWS_MOST) return fail(why, ERR_USAGE, "\"limit\" is not between 1 and %d", QUEUE_ROWS_MOST);
    *out_query = (QueueQuery){
        .view = call_text(call, "view"), .sort = call_text(call, "sort"), .kind = call_text(call, "kind"),
        .place = call_text(call, "place"), .supplier = call_text(call, "supplier"), .tier = call_text(call, "tier"),
        .words = call_text(call, "f"), .ascending = direction && strcmp(direction, "asc") == 0,
        .offset = offset, .limit = (int)limit, .snapshot = snapshot,
    };
    return OK;
}

Err verb_queue(Call *call, Why *why) {
    App *app = app_of(call);
    Desk desk;
    QueueQuery query;
    QueuePage page;
    TRY(app_desk(call, STORE_READ, &desk, why));
    TRY(queue_query_read(call, &query, why));
    if (!app->queue) app->queue = queue_begin();
    TRY(queue_page(app->queue, &desk, call->work, &query, &page, why));
    return queue_page_write(call->out, desk.store, call->work, query.offset, &page, why);
}

/* ---- one case -------------------------------------------------------------------------------------------------------- */

static void time_field(JsonWriter *json, const char *name, int64_t us) {
    char text[TIME_TEXT];
    time_format(us, text);
    json_field_str(json, name, text);
}

typedef struct Versions { JsonWriter *json; Arena *scratch; } Versions;

static Err version_visit(void *self, const Row *row, Why *why) {
    Versions *versions = self;
    Case c;
    arena_clear(versions->scratch);
    TRY(case_read(versions->scratch, row->payload, &c, why));
    json_begin_object(versions->json);
    json_field_int(versions->json, "row", row->id.v);
    time_field(versions->json, "recorded", row->recorded_us);
    json_field_str(versions->json, "by", row->by);
    json_field_str(versions->json, "status", case_status_names[c.status]);
    json_field_str(versions->json, "why", c.opened_why);
    json_end(versions->json);
    return OK;
}

static Err versions_write(JsonWriter *json, Store *store, Arena *work, RowId id, Why *why) {
    json_field_array(json, "versions");
    own(arena_end) Arena *scratch = arena_begin(CASE_WORK);        /* a version is many times what is told of it */
    Versions versions = { json, scratch };
    LogFilter filter = { .kinds = 1u << ROW_CASE, .key = text_format(work, "%lld", (long long)id.v) };
    TRY(log_scan(store, &filter, version_visit, &versions, why));
    json_end(json);
    return OK;
}

static Err decisions_write(JsonWriter *json, Store *store, Arena *work, RowId id, Why *why) {
    PastDecision *past;
    int count;
    TRY(case_decisions(store, work, id, &past, &count, why));
    json_field_array(json, "decisions");
    for (int i = 0; i < count; i++) {
        json_begin_object(json);
        json_field_int(json, "row", past[i].row.v);
        time_field(json, "at", past[i].at_us);
        json_field_str(json, "by", past[i].by);
        json_field_str(json, "verdict", verdict_name(past[i].decision.verdict));
        json_field_str(json, "reason", past[i].decision.reason);
        if (past[i].decision.has_qty) json_field_micro(json, "qty", past[i].decision.qty_micro);
        json_field_bool(json, "undone", past[i].undone);
        json_end(json);
    }
    json_end(json);
    return OK;
}

Err command_show(JsonWriter *json, Store *store, Arena *work, RowId id, Why *why) {
    Command command;
    OutboxLine line;
    char reference[COMMAND_REFERENCE];
    TRY(order_read(store, work, id, &command, &line, why));
    own(buf_end) Buf payload = buf_begin(16 * MiB);
    command_write(&payload, &command);
    TRY(buf_check(&payload, "a command", why));
    json_begin_object(json);
    json_field_int(json, "command", id.v);
    json_field_int(json, "row", line.row.v);
    command_reference(command.key, reference);
    json_field_str(json, "reference", reference);
    if (line.sent_us) time_field(json, "sent", line.sent_us);
    json_fields_of(json, buf_text(&payload));
    json_end(json);
    return OK;
}

static Err case_command_write(JsonWriter *json, Store *store, Arena *work, RowId id, Why *why) {
    RowId command;
    Why ignored;
    if (order_of_case(store, work, id, &command, &ignored) != OK) {
        json_field_null(json, "command");
        return OK;
    }
    json_name(json, "command");
    return command_show(json, store, work, command, why);
}

static void verdicts_write(JsonWriter *json, const Desk *desk, const Call *call, const CaseLine *line) {
    uint32_t may = desk_may(desk, person_of(call), line);
    json_field_array(json, "may");
    for (int verdict = 1; verdict < VERDICT_COUNT_; verdict++)
        if (may & (1u << verdict)) json_str(json, verdict_name((Verdict)verdict));
    json_end(json);
}

Err verb_case(Call *call, Why *why) {
    Desk desk;
    int64_t id;
    CaseLine line;
    Row row;
    TRY(app_desk(call, STORE_READ, &desk, why));
    TRY(call_int(call, "id", 0, &id, why));
    TRY(case_line(desk.store, call->work, (RowId){ id }, &line, why));
    TRY(log_read(desk.store, call->work, line.row, &row, why));
    JsonWriter json = json_writer(call->out);
    json_begin_object(&json);
    json_field_int(&json, "id", id);
    json_field_int(&json, "row", line.row.v);
    json_field_str(&json, "status", case_status_names[line.status]);
    json_field_raw(&json, "case", row.payload);
    verdicts_write(&json, &desk, call, &line);
    TRY(versions_write(&json, desk.store, call->work, (RowId){ id }, why));
    TRY(decisions_write(&json, desk.store, call->work, (RowId){ id }, why));
    TRY(case_command_write(&json, desk.store, call->work, (RowId){ id }, why));
    json_end(&json);
    return OK;
}

/* ---- verdicts ---------------------------------------------------------------------------------------------------------- */

static Err input_read(const Call *call, Verdict verdict, DecideInput *input, Why *why) {
    int64_t seen;
    int32_t order_day, until;
    TRY(call_int(call, "row", 0, &seen, why));
    TRY(call_day(call, "order_day", 0, &order_day, why));
    TRY(call_day(call, "until", 0, &until, why));
    *input = (DecideInput){ .seen = { seen }, .verdict = verdict, .order_day = order_day, .until_day = until, .reason = call_text(call, "reason") };
    input->has_qty = call_has(call, "qty");
    TRY(shares_of_call(call, &input->shares, &input->shares_count, why));
    return call_decimal(call, "qty", 0, &input->qty_micro, why);
}

/* Without "row" the newest is meant: the command line has just one person before it. */
static Err seen_default(Store *store, Arena *work, DecideInput *input, Why *why) {
    CaseLine line;
    if (input->seen.v) return OK;
    TRY(case_line(store, work, input->case_id, &line, why));
    input->seen = line.row;
    return OK;
}

static void publish_decision(Call *call, const CaseLine *line) {
    own(buf_end) Buf data = buf_begin(1 * KiB);
    buf_addf(&data, "{\"id\":%lld,\"row\":%lld,\"status\":\"%s\"}", (long long)line->case_id.v, (long long)line->row.v, case_status_names[line->status]);
    app_publish(app_of(call), "decision", buf_text(&data));
}

Err verdict_give(Call *call, Verdict verdict, const Said *said, Why *why) {
    Desk desk;
    DecideInput input;
    DecideOutput output;
    int64_t id;
    TRY(app_person(call, why));
    TRY(app_desk(call, STORE_WRITE, &desk, why));
    TRY(input_read(call, verdict, &input, why));
    TRY(call_int(call, "id", 0, &id, why));
    input.case_id = (RowId){ id };
    if (said) input.answers = true, input.reason = said->reason, input.facts = said->facts, input.facts_count = said->facts_count;
    TRY(seen_default(desk.store, call->work, &input, why));
    TRY(desk_decide(&desk, call->work, person_of(call), &input, &output, why));
    JsonWriter json = json_writer(call->out);
    TRY(queue_row_write(&json, desk.store, call->work, &output.line, why));
    publish_decision(call, &output.line);
    return OK;
}

static Err decide(Call *call, Verdict verdict, Why *why) { return verdict_give(call, verdict, NULL, why); }

static Err verdict_read(const Call *call, Verdict *out, Why *why) {
    *out = verdict_find(text_of(call_text(call, "verdict")));
    if (*out != VERDICT_NONE) return OK;
    return fail_hint(why, fail(why, ERR_USAGE, "\"%s\" is not a verdict", call_text(call, "verdict")),
                     "use accept, change, reject, snooze, approve, send-back, undo or escalate");
}

Err verb_decide(Call *call, Why *why) {
    Verdict verdict;
    TRY(verdict_read(call, &verdict, why));
    return decide(call, verdict, why);
}
Err verb_accept(Call *call, Why *why) { return decide(call, VERDICT_ACCEPT, why); }
Err verb_change(Call *call, Why *why) { return decide(call, VERDICT_CHANGE, why); }
Err verb_reject(Call *call, Why *why) { return decide(call, VERDICT_REJECT, why); }
Err verb_snooze(Call *call, Why *why) { return decide(call, VERDICT_SNOOZE, why); }
Err verb_approve(Call *call, Why *why) { return decide(call, VERDICT_APPROVE, why); }
Err verb_send_back(Call *call, Why *why) { return decide(call, VERDICT_SEND_BACK, why); }
Err verb_undo(Call *call, Why *why) { return decide(call, VERDICT_UNDO, why); }
Err verb_escalate(Call *call, Why *why) { return decide(call, VERDICT_ESCALATE, why); }

static Err many_read(const Call *call, Store *store, Verdict verdict, DecideInput **out_inputs, int *out_count, Why *why) {
    const JsonValue *cases;
    DecideInput shared;
    TRY(json_need_array(call->body, "cases", &cases, why));
    if (cases->count > DECIDE_MOST) return fail(why, ERR_LIMIT, "more than %d cases at once", DECIDE_MOST);
    TRY(input_read(call, verdict, &shared, why));
    DecideInput *inputs = many_in(call->work, DecideInput, cases->count + 1);
    int count = 0;
    json_each(one, cases) {
        int64_t seen = 0;
        inputs[count] = shared;
        TRY(json_need_int(one, "id", &inputs[count].case_id.v, why));
        TRY(json_may_int(one, "row", &seen, why));
        inputs[count].seen = (RowId){ seen };
        TRY(seen_default(store, call->work, &inputs[count++], why));
    }
    *out_inputs = inputs;
    *out_count = count;
    return OK;
}

void decided_write(Buf *out, const DecideResult *results, int count) {
    JsonWriter json = json_writer(out);
    json_begin_object(&json);
    json_field_array(&json, "rows");
    for (int i = 0; i < count; i++) {
        json_begin_object(&json);
        json_field_int(&json, "id", results[i].case_id.v);
        json_field_bool(&json, "ok", results[i].err == OK);
        if (results[i].err != OK) json_field_str(&json, "error", results[i].why.message);
        else {
            json_field_int(&json, "row", results[i].output.line.row.v);
            json_field_str(&json, "status", case_status_names[results[i].output.line.status]);
        }
        json_end(&json);
    }
    json_end(&json);
    json_end(&json);
}

Err verb_decide_many(Call *call, Why *why) {
    Desk desk;
    Verdict verdict;
    DecideInput *inputs = NULL;
    int count = 0;
    TRY(app_person(call, why));
    TRY(verdict_read(call, &verdict, why));
    TRY(app_desk(call, STORE_WRITE, &desk, why));
    TRY(many_read(call, desk.store, verdict, &inputs, &count, why));
    DecideResult *results = many_in(call->work, DecideResult, count + 1);
    Err err = desk_decide_many(&desk, call->work, person_of(call), inputs, count, results, why);
    if (err != OK && err != ERR_PARTIAL) return err;
    call->outcome = err;
    decided_write(call->out, results, count);
    app_publish(app_of(call), "decision", text_of("{\"many\":true}"));
    return OK;
}

/* ---- why ------------------------------------------------------------------------------------------------------------------ */

Err verb_why(Call *call, Why *why) {
    Store *store;
    RowId root;
    WhyNode *nodes;
    int count;
    bool cut;
    TRY(app_store(app_of(call), STORE_READ, &store, why));
    TRY(why_find(store, call->work, call_text(call, "id"), &root, why));
    TRY(why_chain(store, call->work, root, &nodes, &count, &cut, why));
    why_write(call->out, nodes, count, cut);
    return OK;
}
