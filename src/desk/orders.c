#include "desk/orders.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/decimal.h"
#include "base/hash.h"
#include "base/list.h"
#include "base/map.h"
#include "base/time.h"
#include "desk/approval.h"
#include "desk/decide.h"
#include "desk/proposal.h"
#include "desk/spend.h"
#include "store/revise.h"

enum { READY_MOST = 100000, LINES_MOST = 5000, REVISION = 1 };
static const int64_t FOREVER = INT64_MAX;

static bool by_a_rule(const char *by) { return text_starts(text_of(by), "rule:"); }

/* ---- what is ready ---- */
/* Who sends: a supplier, or a place of ours. */
typedef struct Source { SupplierId supplier; PlaceId from; } Source;

static Err cases_ready(Store *store, Arena *work, uint32_t kinds, SupplierId supplier, PlaceId place, CaseLine **out_lines, int *out_count, Why *why) {
    CaseFilter filter = { .kinds = kinds, .statuses = CASE_STATUS_BIT(CASE_ACCEPTED) | CASE_STATUS_BIT(CASE_APPROVED), .supplier = supplier, .place = place,
                          .sort = SORT_RANK };
    int64_t total;
    return case_list(store, work, &filter, 0, READY_MOST, out_lines, out_count, &total, why);
}

/* The queue's line does not know who sends a move: its case does. */
static Err source_of(Store *store, Arena *work, const CaseLine *line, Source *out, Why *why) {
    CaseLine fresh;
    Case c;
    *out = (Source){ .supplier = line->supplier };
    if (line->kind != CASE_MOVE) return OK;
    TRY(case_newest(store, work, line->case_id, &fresh, &c, why));
    *out = (Source){ .from = { ident_find(store, ID_PLACE, text_of(c.from_place)) } };
    return OK;
}

static Err ready_cases(Store *store, Arena *work, Source source, PlaceId place, CaseLine **out_lines, int *out_count, Why *why) {
    if (source.from.v == 0) return cases_ready(store, work, 1u << CASE_BUY, source.supplier, place, out_lines, out_count, why);
    int kept = 0;
    TRY(cases_ready(store, work, 1u << CASE_MOVE, (SupplierId){ 0 }, place, out_lines, out_count, why));
    for (int i = 0; i < *out_count; i++) {
        Source own;
        TRY(source_of(store, work, &(*out_lines)[i], &own, why));
        if (own.from.v == source.from.v) (*out_lines)[kept++] = (*out_lines)[i];
    }
    *out_count = kept;
    return OK;
}

static Err add_to_group(Store *store, Arena *work, OrderGroup *group, const CaseLine *line, Source source, Why *why) {
    Row row;
    Case c;
    TRY(log_read(store, work, line->row, &row, why));
    TRY(case_read(work, row.payload, &c, why));
    if (group->lines == 0) {
        *group = (OrderGroup){ .supplier = source.supplier, .place = line->place, .from = source.from, .supplier_code = c.supplier, .place_code = c.place,
                               .from_code = c.from_place, .currency = c.currency,
                               .by_rule = true, .order_day = c.action.order_day, .cases = group->cases };
        limits_none(group->limit);
    }
    group->cases[group->lines++] = *line;
    group->value_minor += line->value_minor;
    limits_add(group->limit, &c);
    if (c.action.order_day != CASE_NO_DAY && (group->order_day == CASE_NO_DAY || c.action.order_day < group->order_day)) group->order_day = c.action.order_day;
    group->by_rule = group->by_rule && line->status == CASE_ACCEPTED && by_a_rule(row.by);
    return OK;
}

static int by_value(const void *left, const void *right) {
    const OrderGroup *l = left, *r = right;
    if (l->value_minor != r->value_minor) return l->value_minor < r->value_minor ? 1 : -1;
    if (l->supplier.v != r->supplier.v) return l->supplier.v < r->supplier.v ? -1 : 1;
    if (l->from.v != r->from.v) return l->from.v < r->from.v ? -1 : 1;
    return (l->place.v > r->place.v) - (l->place.v < r->place.v);
}

static int64_t group_code(Source source, PlaceId place) {
    int64_t who = source.from.v ? -(int64_t)source.from.v : source.supplier.v;
    return who * ((int64_t)1 << 32) + place.v;
}

Err orders_groups(const Desk *desk, Arena *work, OrderGroup **out_groups, int *out_count, Why *why) {
    CaseLine *lines;
    int count;
    TRY(cases_ready(desk->store, work, 1u << CASE_BUY | 1u << CASE_MOVE, (SupplierId){ 0 }, (PlaceId){ 0 }, &lines, &count, why));
    own(int_map_end) IntMap *sizes = int_map_begin(READY_MOST);
    Source *sources = many_in(work, Source, count + 1);
    for (int i = 0; i < count; i++) {
        TRY(source_of(desk->store, work, &lines[i], &sources[i], why));
        ++*int_map_place(sizes, group_code(sources[i], lines[i].place), 0, NULL);
    }
    int groups_count = (int)int_map_count(sizes);
    OrderGroup *groups = many_in(work, OrderGroup, groups_count + 1);
    for (int g = 0; g < groups_count; g++) {
        groups[g].cases = many_in(work, CaseLine, int_map_value(sizes, (size_t)g));
        int_map_set(sizes, int_map_key(sizes, (size_t)g), g);
    }
    for (int i = 0; i < count; i++)
        TRY(add_to_group(desk->store, work, &groups[int_map_or(sizes, group_code(sources[i], lines[i].place), 0)], &lines[i], sources[i], why));
    qsort(groups, (size_t)groups_count, sizeof *groups, by_value);
    *out_groups = groups;
    *out_count = groups_count;
    return OK;
}

/* ---- minting ---- */
typedef struct Mint {
    const Desk *desk;
    Arena *work;
    Person person;
    bool by_rule;
    Command command;
    CaseLine *cases;
    Case *bodies;
    RowId *decisions;
    int count;
    int64_t unapproved_minor;      /* of lines that only one pair of eyes has seen */
    bool own_line;                 /* the person who sends accepted one of those */
    CaseLimit limit[MEASURE_COUNT_];
} Mint;

/* The verdict that commits the quantity: the newest that stands and has one. */
static const PastDecision *committing(const PastDecision *past, int count) {
    for (int i = count - 1; i >= 0; i--)
        if (!past[i].undone && past[i].decision.has_qty) return &past[i];
    return NULL;
}

/* An order day that has passed moved with today (draft/casebook.c), and the arrival with it. */
static int32_t arrival_day_from(const CaseAction *action, int32_t today) {
    if (action->arrival_day == CASE_NO_DAY) return 0;
    bool passed = action->order_day != CASE_NO_DAY && action->order_day < today;
    return action->arrival_day + (passed ? today - action->order_day : 0);
}

static Err add_line(Mint *mint, int i, Why *why) {
    const CaseLine *line = &mint->cases[i];
    Case *c = &mint->bodies[i];
    CaseLine fresh;
    PastDecision *past;
    int past_count;
    char text[32];
    Text taken;
    TRY(case_newest(mint->desk->store, mint->work, line->case_id, &fresh, c, why));
    TRY(case_decisions(mint->desk->store, mint->work, line->case_id, &past, &past_count, why));
    const PastDecision *decided = committing(past, past_count);
    if (!decided || decided->decision.qty_micro != c->action.qty)
        return fail_hint(why, fail(why, ERR_CONFLICT, "%s at %s: the quantity is no longer the one that was accepted", c->item, c->place), "accept or reject it again");
    snprintf(text, sizeof text, "%lld", (long long)decided->row.v);
    Err err = value_get(mint->desk->store, mint->work, "ordered", text, &taken, why);
    if (err == OK) return fail(why, ERR_CONFLICT, "%s at %s: its decision is in order %.*s already", c->item, c->place, TEXT_ARGS(taken));       /* (1) */
    if (err != ERR_NOT_FOUND) return err;
    if (i > 0 && strcmp(c->currency, mint->bodies[0].currency) != 0)
        return fail(why, ERR_POLICY, "the supplier's lines are in %s and %s: send them apart", mint->bodies[0].currency, c->currency);
    if (c->status == CASE_ACCEPTED && c->kind == CASE_BUY) {
        mint->unapproved_minor += line->value_minor;
        for (int k = 0; k < past_count; k++)
            if (!past[k].undone && text_equal_nocase(text_of(past[k].by), text_of(mint->person.name))) mint->own_line = true;
    }
    limits_add(mint->limit, c);
    mint->decisions[i] = decided->row;
    mint->command.value_minor += line->value_minor;
    mint->command.lines[i] = (CommandLine){
        .line = i + 1, .case_id = line->case_id, .decision = decided->row, .item = c->item, .uom = c->uom, .qty_micro = c->action.qty,
        .purchase_uom = c->action.purchase_uom, .purchase_qty_micro = c->action.purchase_qty == CASE_NONE ? 0 : c->action.purchase_qty,
        .unit_cost_micro = c->action.unit_cost == CASE_NONE ? 0 : c->action.unit_cost, .value_minor = line->value_minor,
        .arrival_day = arrival_day_from(&c->action, mint->command.order_day),
    };
    return OK;
}

/* (3), (4) */
static Err check_limits(Mint *mint, Why *why) {
    int64_t limit, elsewhere;
    bool here;
    if (mint->by_rule) {
        if (!limits_met(mint->limit)) return fail(why, ERR_POLICY, "the order is below the supplier's minimum");
        return OK;
    }
    TRY(approval_limit(mint->desk, mint->work, mint->person.name, &limit, why));
    TRY(spend_sum(mint->desk->store, mint->work, mint->command.supplier, (RowId){ 0 }, world_now_us(mint->desk->world), &elsewhere, why));
    for (int i = 0; i < mint->count; i++) {        /* what was accepted elsewhere today, without the lines of this order */
        TRY(spend_has(mint->desk->store, mint->work, mint->command.supplier, mint->cases[i].case_id, world_now_us(mint->desk->world), &here, why));
        if (here) elsewhere -= mint->cases[i].value_minor;
    }
    if (mint->unapproved_minor == 0 || mint->unapproved_minor + elsewhere < limit || !mint->desk->policy->approval_four_eyes || !mint->own_line) return OK;
    return fail_hint(why, fail(why, ERR_POLICY, "together the lines reach the approval limit and %s accepted some of them", mint->person.name),
                     "another person with the role %s can send the order", mint->desk->policy->approval_role);
}

static Err store_id(Store *store, Arena *work, World world, const char **out_id, Why *why) {
    Text id;
    Err err = value_get(store, work, "store", "id", &id, why);
    if (err == ERR_NOT_FOUND) {
        id = text_of(text_format(work, "%016llx%016llx", (unsigned long long)world_random(world), (unsigned long long)world_random(world)));
        err = value_put(store, "store", "id", id, FOREVER, why);
    }
    if (err == OK) *out_id = text_keep(work, id);
    return err;
}

static Err remember(Mint *mint, RowId command, Why *why) {
    Store *store = mint->desk->store;
    char name[64], value[32], reference[COMMAND_REFERENCE];
    snprintf(value, sizeof value, "%lld", (long long)command.v);
    command_reference(mint->command.key, reference);
    TRY(value_put(store, "reference", reference, text_of(value), FOREVER, why));
    for (int i = 0; i < mint->count; i++) {
        snprintf(name, sizeof name, "%lld", (long long)mint->command.lines[i].decision.v);
        TRY(value_put(store, "ordered", name, text_of(value), FOREVER, why));
        snprintf(name, sizeof name, "%lld", (long long)mint->cases[i].case_id.v);
        TRY(value_put(store, "case-command", name, text_of(value), FOREVER, why));
    }
    return OK;
}

/* (2): command row, outbox line, causes, case versions. */
static Err write_command(Mint *mint, RowId *out_command, Why *why) {
    const Desk *desk = mint->desk;
    Command *command = &mint->command;
    const char *id;
    char key[SHA256_HEX];
    TRY(store_id(desk->store, mint->work, desk->world, &id, why));
    RowId *sorted = many_in(mint->work, RowId, mint->count);
    memcpy(sorted, mint->decisions, sizeof *sorted * (size_t)mint->count);
    command_key(id, sorted, mint->count, REVISION, key);
    command->key = key;
    own(buf_end) Buf payload = buf_begin(8 * MiB);
    command_write(&payload, command);
    TRY(buf_check(&payload, "the order", why));
    Row row = { .cause = mint->decisions[0], .kind = ROW_COMMAND, .place = mint->cases[0].place, .by = mint->person.name, .key = key, .payload = buf_text(&payload) };
    OutboxLine outbox = { .key = key, .sink = command->sink, .state = COMMAND_APPROVED, .next_us = command->approved_us, .value_minor = command->value_minor,
                          .lines = command->lines_count, .supplier = mint->cases[0].supplier, .place = mint->cases[0].place, .external = "", .error = "" };
    TRY(outbox_put(desk->store, &row, &outbox, why));
    for (int i = 0; i < mint->count; i++) {
        if (i > 0) TRY(log_because(desk->store, row.id, mint->decisions[i], "decision", why));
        mint->bodies[i].status = CASE_SENT;
        mint->bodies[i].changes_count = 0;
        TRY(case_revise(desk->store, mint->work, &mint->cases[i], &mint->bodies[i], row.id, mint->person.name, why));
    }
    TRY(remember(mint, row.id, why));
    *out_command = row.id;
    return OK;
}

static Err mint_in(Mint *mint, Source source, PlaceId place, RowId *out_command, Why *why) {
    const Desk *desk = mint->desk;
    if (store_stopped(store_directory(desk->store)))
        return fail_hint(why, fail(why, ERR_POLICY, "STOP is on: nothing is sent"), "stockwright stop --release, once the reason is gone");   /* (5) */
    TRY(ready_cases(desk->store, mint->work, source, place, &mint->cases, &mint->count, why));
    if (mint->count == 0) return fail(why, ERR_NOT_FOUND, "nothing is accepted for that supplier and place");
    if (mint->count > LINES_MOST) mint->count = LINES_MOST;       /* the next act sends the rest */
    mint->bodies = many_in(mint->work, Case, mint->count);
    mint->decisions = many_in(mint->work, RowId, mint->count);
    int64_t now_us = world_now_us(desk->world);
    mint->command = (Command){ .sink = desk->policy->orders_sink, .kind = source.from.v ? "transfer-order" : "purchase-order", .lines = many_in(mint->work, CommandLine, mint->count),
                               .lines_count = mint->count, .order_day = day_of_us(now_us), .approved_us = now_us, .approved_by = mint->person.name,
                               .state = COMMAND_APPROVED, .external = "", .error = "",
                               .supplier = source.from.v ? "" : ident_code(desk->store, ID_SUPPLIER, source.supplier.v),
                               .from_place = source.from.v ? ident_code(desk->store, ID_PLACE, source.from.v) : "", .place = ident_code(desk->store, ID_PLACE, place.v) };
    limits_none(mint->limit);
    for (int i = 0; i < mint->count; i++) TRY(add_line(mint, i, why));
    mint->command.currency = mint->bodies[0].currency;
    TRY(check_limits(mint, why));
    return write_command(mint, out_command, why);
}

static Err mint_order(const Desk *desk, Arena *work, Person person, bool by_rule, Source source, PlaceId place, RowId *out_command, Why *why) {
    Mint mint = { .desk = desk, .work = work, .person = person, .by_rule = by_rule };
    RowId command = { 0 };
    if ((source.supplier.v == 0 && source.from.v == 0) || place.v == 0)
        return fail(why, ERR_NOT_FOUND, "an order needs a supplier, or a place that sends, and a receiving place that are known");
    TRY(store_begin(desk->store, why));
    Err err = mint_in(&mint, source, place, &command, why);
    if (err == OK) err = store_commit(desk->store, why);
    if (err != OK) store_rollback(desk->store);
    else *out_command = command;
    return err;
}

static Err send_as(const Desk *desk, Arena *work, Person person, Source source, PlaceId place, RowId *out_command, Why *why) {
    TRY(person_may(person, MAY_SEND, why));
    if (!person.name || !*person.name) return fail(why, ERR_DENIED, "sending needs a named person");
    return mint_order(desk, work, person, false, source, place, out_command, why);
}

Err orders_send(const Desk *desk, Arena *work, Person person, SupplierId supplier, PlaceId place, RowId *out_command, Why *why) {
    return send_as(desk, work, person, (Source){ .supplier = supplier }, place, out_command, why);
}

Err orders_send_move(const Desk *desk, Arena *work, Person person, PlaceId from, PlaceId place, RowId *out_command, Why *why) {
    return send_as(desk, work, person, (Source){ .from = from }, place, out_command, why);
}

Err orders_send_all(const Desk *desk, Arena *work, Person person, RowId **out_commands, int *out_count, const char ***out_errors, Why *why) {
    OrderGroup *groups;
    int count, failed = 0;
    TRY(person_may(person, MAY_SEND, why));
    TRY(orders_groups(desk, work, &groups, &count, why));
    RowId *commands = many_in(work, RowId, count + 1);
    const char **errors = many_in(work, const char *, count + 1);
    for (int i = 0; i < count; i++) {
        Why sentence = { 0 };
        Err err = send_as(desk, work, person, (Source){ groups[i].supplier, groups[i].from }, groups[i].place, &commands[i], &sentence);
        if (err == OK) continue;
        errors[i] = text_format(work, "%s at %s: %s", groups[i].from.v ? groups[i].from_code : groups[i].supplier_code, groups[i].place_code, sentence.message);
        failed++;
    }
    *out_commands = commands;
    *out_errors = errors;
    *out_count = count;
    return failed == 0 ? OK : fail(why, ERR_PARTIAL, "%d of %d orders could not be sent", failed, count);
}

Err orders_automatic(const Desk *desk, Arena *work, RowId **out_commands, int *out_count, Why *why) {
    OrderGroup *groups;
    int count, minted = 0;
    TRY(orders_groups(desk, work, &groups, &count, why));
    RowId *commands = many_in(work, RowId, count + 1);
    for (int i = 0; i < count && !store_stopped(store_directory(desk->store)); i++) {
        if (!groups[i].by_rule || !limits_met(groups[i].limit)) continue;     /* (4) */
        TRY(mint_order(desk, work, (Person){ "rule:orders", ROLE_NONE }, true, (Source){ groups[i].supplier, groups[i].from }, groups[i].place, &commands[minted], why));
        minted++;
    }
    *out_commands = commands;
    *out_count = minted;
    return OK;
}

/* ---- reading ---- */
Err order_read(Store *store, Arena *work, RowId command, Command *out_command, OutboxLine *out_line, Why *why) {
    OutboxLine line;
    Row row;
    TRY(outbox_get(store, work, command, &line, why));
    TRY(log_read(store, work, line.row, &row, why));
    TRY(command_read(work, row.payload, out_command, why));
    *out_line = line;
    return OK;
}

Err order_of_case(Store *store, Arena *work, RowId case_id, RowId *out_command, Why *why) {
    char name[32];
    Text value;
    snprintf(name, sizeof name, "%lld", (long long)case_id.v);
    TRY(value_get(store, work, "case-command", name, &value, why));
    return integer_parse(value, &out_command->v, why);
}
