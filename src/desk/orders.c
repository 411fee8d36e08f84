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

enum { GROUPS_MOST = 1 << 24, REVISION = 1 };
static const int64_t FOREVER = INT64_MAX;

static bool by_a_rule(const char *by) { return text_starts(text_of(by), "rule:"); }

/* ---- what is ready ---- */
/* Who sends: a supplier, a place of ours, or the place itself, to its customers. */
typedef struct Source { SupplierId supplier; PlaceId from; bool customers; } Source;

static CaseKind kind_of(Source source) { return source.customers ? CASE_ALLOCATE : source.from.v ? CASE_MOVE : CASE_BUY; }

static CaseFilter ready_filter(uint32_t kinds, SupplierId supplier, PlaceId place) {
    return (CaseFilter){ .kinds = kinds, .statuses = CASE_STATUS_BIT(CASE_ACCEPTED) | CASE_STATUS_BIT(CASE_APPROVED), .supplier = supplier, .place = place, .sort = SORT_RANK };
}

/* The queue's line does not know who sends a move: its case does. */
static Source source_of(Store *store, const CaseLine *line, const Case *c) {
    if (line->kind == CASE_ALLOCATE) return (Source){ .customers = true };
    if (line->kind != CASE_MOVE) return (Source){ .supplier = line->supplier };
    return (Source){ .from = { ident_find(store, ID_PLACE, text_of(c->from_place)) } };
}

/* A case with its projection is many times what is kept of it: each is read into room of its own. */
static Err ready_read(Store *store, Arena *scratch, const CaseLine *line, Row *out_row, Case *out_case, Why *why) {
    arena_clear(scratch);
    TRY(log_read(store, scratch, line->row, out_row, why));
    TRY_DOING(case_read(scratch, out_row->payload, out_case, why), "case %lld", (long long)line->case_id.v);
    return OK;
}

/* ---- groups ---- */
typedef struct Grouping { Store *store; Arena *work, *scratch; IntMap *by_code; LIST(OrderGroup) groups; } Grouping;

static void grouping_end(Grouping *g) {
    arena_end(&g->scratch);
    int_map_end(&g->by_code);
    list_end(&g->groups);
}

static int64_t group_code(Source source, PlaceId place) {
    int64_t who = source.customers ? INT32_MIN : source.from.v ? -(int64_t)source.from.v : source.supplier.v;
    return who * ((int64_t)1 << 32) + place.v;
}

static OrderGroup group_begin(Arena *work, Source source, PlaceId place, const Case *c) {
    OrderGroup group = { .supplier = source.supplier, .place = place, .from = source.from, .customers = source.customers, .supplier_code = text_copy(work, c->supplier), .place_code = text_copy(work, c->place),
                         .from_code = text_copy(work, c->from_place), .currency = text_copy(work, c->currency), .by_rule = true, .order_day = c->action.order_day };
    limits_none(group.limit);
    return group;
}

/* Most groups have a few lines: room is doubled as they come. */
static void group_line_add(OrderGroup *group, Arena *work, const CaseLine *line) {
    if ((group->lines & (group->lines - 1)) == 0) {
        CaseLine *more = many_in(work, CaseLine, group->lines ? 2 * group->lines : 1);
        if (group->lines) memcpy(more, group->cases, (size_t)group->lines * sizeof *more);
        group->cases = more;
    }
    group->cases[group->lines] = case_line_copy(work, line);
}

static Err group_visit(void *self, const CaseLine *line, Why *why) {
    Grouping *g = self;
    Row row;
    Case c;
    bool is_new;
    TRY(ready_read(g->store, g->scratch, line, &row, &c, why));
    Source source = source_of(g->store, line, &c);
    int64_t at = *int_map_place(g->by_code, group_code(source, line->place), (int64_t)g->groups.count, &is_new);
    if (is_new) list_push(&g->groups, group_begin(g->work, source, line->place, &c));
    OrderGroup *group = &g->groups.at[at];
    if (group->lines < GROUP_CASES_MOST) group_line_add(group, g->work, line);
    group->lines++;
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
    if (l->customers != r->customers) return l->customers ? 1 : -1;
    if (l->from.v != r->from.v) return l->from.v < r->from.v ? -1 : 1;
    return (l->place.v > r->place.v) - (l->place.v < r->place.v);
}

static CaseFilter ready_all(void) { return ready_filter(1u << CASE_BUY | 1u << CASE_MOVE | 1u << CASE_ALLOCATE, (SupplierId){ 0 }, (PlaceId){ 0 }); }

Err orders_groups(const Desk *desk, Arena *work, OrderGroup **out_groups, int *out_count, Why *why) {
    CaseFilter filter = ready_all();
    own(grouping_end) Grouping g = { .store = desk->store, .work = work, .scratch = arena_begin(CASE_WORK), .by_code = int_map_begin(GROUPS_MOST) };
    TRY(case_each(desk->store, &filter, group_visit, &g, why));
    OrderGroup *groups = many_in(work, OrderGroup, g.groups.count + 1);
    if (g.groups.count) memcpy(groups, g.groups.at, g.groups.count * sizeof *groups);
    qsort(groups, g.groups.count, sizeof *groups, by_value);
    *out_groups = groups;
    *out_count = (int)g.groups.count;
    return OK;
}

/* ---- one of them, to be sent ---- */
typedef struct Picking { Store *store; Arena *work, *scratch; Source source; CaseLine *lines; int count, order_lines; int64_t left; } Picking;

static Err pick_visit(void *self, const CaseLine *line, Why *why) {
    Picking *p = self;
    Row row;
    Case c;
    int order_lines = 1;
    if (p->source.from.v || p->source.customers) {
        TRY(ready_read(p->store, p->scratch, line, &row, &c, why));
        if (source_of(p->store, line, &c).from.v != p->source.from.v) return OK;
        if (p->source.customers) order_lines = c.board.shares_count;
    }
    if (p->left || p->order_lines + order_lines > ORDER_LINES_MOST) {
        p->left++;
        return OK;
    }
    p->order_lines += order_lines;
    p->lines[p->count++] = case_line_copy(p->work, line);
    return OK;
}

/* The best ORDER_LINES_MOST of what is ready, and how many more there are. */
static Err ready_cases(Store *store, Arena *work, Source source, PlaceId place, CaseLine **out_lines, int *out_count, int64_t *out_left, Why *why) {
    CaseFilter filter = ready_filter(1u << kind_of(source), source.supplier, place);
    own(arena_end) Arena *scratch = arena_begin(CASE_WORK);
    Picking picking = { .store = store, .work = work, .scratch = scratch, .source = source, .lines = many_in(work, CaseLine, ORDER_LINES_MOST) };
    TRY(case_each(store, &filter, pick_visit, &picking, why));
    *out_lines = picking.lines;
    *out_count = picking.count;
    *out_left = picking.left;
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
    RowId *decisions;
    int count;
    int64_t left;                  /* lines for the next order */
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

/* (1) */
static Err not_ordered(Mint *mint, Arena *scratch, const Case *c, RowId decision, Why *why) {
    char text[32];
    Text taken;
    snprintf(text, sizeof text, "%lld", (long long)decision.v);
    Err err = value_get(mint->desk->store, scratch, "ordered", text, &taken, why);
    if (err == OK) return fail(why, ERR_CONFLICT, "%s at %s: its decision is in order %.*s already", c->item, c->place, TEXT_ARGS(taken));
    return err == ERR_NOT_FOUND ? OK : err;
}

_Static_assert((int)BOARD_SHARES_MOST <= (int)ORDER_LINES_MOST, "one allocation fits");

/* An allocation's order lines that get something. */
static void add_shares(Mint *mint, const CaseLine *line, const Case *c, RowId decision) {
    Command *command = &mint->command;
    for (int i = 0; i < c->board.shares_count; i++) {
        const CaseShare *share = &c->board.shares[i];
        if (share->proposed == 0) continue;
        command->lines[command->lines_count] = (CommandLine){
            .line = command->lines_count + 1, .case_id = line->case_id, .decision = decision, .item = text_copy(mint->work, c->item), .uom = text_copy(mint->work, c->uom),
            .qty_micro = share->proposed, .purchase_uom = "", .purchase_qty_micro = share->proposed, .customer_row = share->row,
            .customer = text_copy(mint->work, share->customer), .customer_order = text_copy(mint->work, share->order), .customer_line = text_copy(mint->work, share->line),
        };
        command->lines_count++;
    }
}

static Err add_line(Mint *mint, Arena *scratch, int i, Why *why) {
    const CaseLine *line = &mint->cases[i];
    Command *command = &mint->command;
    CaseLine fresh;
    Case c;
    PastDecision *past;
    int past_count;
    TRY(case_newest(mint->desk->store, scratch, line->case_id, &fresh, &c, why));
    TRY(case_decisions(mint->desk->store, scratch, line->case_id, &past, &past_count, why));
    const PastDecision *decided = committing(past, past_count);
    if (!decided || decided->decision.qty_micro != c.action.qty)
        return fail_hint(why, fail(why, ERR_CONFLICT, "%s at %s: the quantity is no longer the one that was accepted", c.item, c.place), "accept or reject it again");
    TRY(not_ordered(mint, scratch, &c, decided->row, why));
    if (i == 0) command->currency = text_copy(mint->work, c.currency);
    if (strcmp(c.currency, command->currency) != 0) return fail(why, ERR_POLICY, "the supplier's lines are in %s and %s: send them apart", command->currency, c.currency);
    if (c.status == CASE_ACCEPTED && c.kind == CASE_BUY) {
        mint->unapproved_minor += line->value_minor;
        for (int k = 0; k < past_count; k++)
            if (!past[k].undone && text_equal_nocase(text_of(past[k].by), text_of(mint->person.name))) mint->own_line = true;
    }
    limits_add(mint->limit, &c);
    mint->decisions[i] = decided->row;
    if (c.kind == CASE_ALLOCATE) {
        add_shares(mint, line, &c, decided->row);
        return OK;
    }
    command->value_minor += line->value_minor;
    command->lines[command->lines_count] = (CommandLine){
        .line = command->lines_count + 1, .case_id = line->case_id, .decision = decided->row, .item = text_copy(mint->work, c.item), .uom = text_copy(mint->work, c.uom), .qty_micro = c.action.qty,
        .purchase_uom = text_copy(mint->work, c.action.purchase_uom), .purchase_qty_micro = c.action.purchase_qty == CASE_NONE ? 0 : c.action.purchase_qty,
        .unit_cost_micro = c.action.unit_cost == CASE_NONE ? 0 : c.action.unit_cost, .value_minor = line->value_minor,
        .arrival_day = arrival_day_from(&c.action, command->order_day), .customer = "", .customer_order = "", .customer_line = "",
    };
    command->lines_count++;
    return OK;
}

/* (3), (4) */
static Err check_limits(Mint *mint, Why *why) {
    int64_t limit, elsewhere;
    if (mint->by_rule) {
        if (!limits_met(mint->limit)) return fail(why, ERR_POLICY, "the order is below the supplier's minimum");
        return OK;
    }
    TRY(approval_limit(mint->desk, mint->work, mint->person.name, &limit, why));
    RowId *here = many_in(mint->work, RowId, mint->count);          /* what was accepted elsewhere today, without the lines of this order */
    for (int i = 0; i < mint->count; i++) here[i] = mint->cases[i].case_id;
    TRY(spend_sum(mint->desk->store, mint->work, mint->command.supplier, here, mint->count, world_now_us(mint->desk->world), &elsewhere, why));
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
        snprintf(name, sizeof name, "%lld", (long long)mint->decisions[i].v);
        TRY(value_put(store, "ordered", name, text_of(value), FOREVER, why));
        snprintf(name, sizeof name, "%lld", (long long)mint->cases[i].case_id.v);
        TRY(value_put(store, "case-command", name, text_of(value), FOREVER, why));
    }
    return OK;
}

static Err mark_sent(Mint *mint, CaseLine *line, RowId command, Arena *scratch, Why *why) {
    CaseLine fresh;
    Case c;
    TRY(case_newest(mint->desk->store, scratch, line->case_id, &fresh, &c, why));
    c.status = CASE_SENT;
    c.changes_count = 0;
    return case_revise(mint->desk->store, scratch, &fresh, &c, command, mint->person.name, why);
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
    own(arena_end) Arena *scratch = arena_begin(CASE_WORK);
    for (int i = 0; i < mint->count; i++) {
        if (i > 0) TRY(log_because(desk->store, row.id, mint->decisions[i], "decision", why));
        arena_clear(scratch);
        TRY(mark_sent(mint, &mint->cases[i], row.id, scratch, why));
    }
    TRY(remember(mint, row.id, why));
    *out_command = row.id;
    return OK;
}

static Err mint_in(Mint *mint, Source source, PlaceId place, RowId *out_command, Why *why) {
    const Desk *desk = mint->desk;
    if (store_stopped(store_directory(desk->store)))
        return fail_hint(why, fail(why, ERR_POLICY, "STOP is on: nothing is sent"), "stockwright stop --release, once the reason is gone");   /* (5) */
    TRY(ready_cases(desk->store, mint->work, source, place, &mint->cases, &mint->count, &mint->left, why));
    if (mint->count == 0) return fail(why, ERR_NOT_FOUND, "nothing is accepted for that supplier and place");
    mint->decisions = many_in(mint->work, RowId, mint->count);
    int64_t now_us = world_now_us(desk->world);
    mint->command = (Command){ .sink = desk->policy->orders_sink, .kind = source.customers ? "allocation" : source.from.v ? "transfer-order" : "purchase-order",
                               .lines = many_in(mint->work, CommandLine, ORDER_LINES_MOST), .order_day = day_of_us(now_us), .approved_us = now_us, .approved_by = mint->person.name,
                               .state = COMMAND_APPROVED, .external = "", .error = "",
                               .supplier = source.from.v || source.customers ? "" : ident_code(desk->store, ID_SUPPLIER, source.supplier.v),
                               .from_place = source.from.v ? ident_code(desk->store, ID_PLACE, source.from.v) : "", .place = ident_code(desk->store, ID_PLACE, place.v) };
    limits_none(mint->limit);
    own(arena_end) Arena *scratch = arena_begin(CASE_WORK);
    for (int i = 0; i < mint->count; i++) {
        arena_clear(scratch);
        TRY(add_line(mint, scratch, i, why));
    }
    TRY(check_limits(mint, why));
    return write_command(mint, out_command, why);
}

static Err mint_order(const Desk *desk, Arena *work, Person person, bool by_rule, Source source, PlaceId place, OrderSent *out_sent, Why *why) {
    Mint mint = { .desk = desk, .work = work, .person = person, .by_rule = by_rule };
    RowId command = { 0 };
    if ((source.supplier.v == 0 && source.from.v == 0 && !source.customers) || place.v == 0)
        return fail(why, ERR_NOT_FOUND, "an order needs a supplier, or a place that sends, and a receiving place that are known");
    TRY(store_begin(desk->store, why));
    Err err = mint_in(&mint, source, place, &command, why);
    if (err == OK) err = store_commit(desk->store, why);
    if (err != OK) store_rollback(desk->store);
    else *out_sent = (OrderSent){ command, mint.left };
    return err;
}

static Err send_as(const Desk *desk, Arena *work, Person person, Source source, PlaceId place, OrderSent *out_sent, Why *why) {
    TRY(person_may(person, MAY_SEND, why));
    if (!person.name || !*person.name) return fail(why, ERR_DENIED, "sending needs a named person");
    return mint_order(desk, work, person, false, source, place, out_sent, why);
}

Err orders_send(const Desk *desk, Arena *work, Person person, SupplierId supplier, PlaceId place, OrderSent *out_sent, Why *why) {
    return send_as(desk, work, person, (Source){ .supplier = supplier }, place, out_sent, why);
}

Err orders_send_move(const Desk *desk, Arena *work, Person person, PlaceId from, PlaceId place, OrderSent *out_sent, Why *why) {
    return send_as(desk, work, person, (Source){ .from = from }, place, out_sent, why);
}

Err orders_send_allocation(const Desk *desk, Arena *work, Person person, PlaceId place, OrderSent *out_sent, Why *why) {
    return send_as(desk, work, person, (Source){ .customers = true }, place, out_sent, why);
}

Err orders_send_all(const Desk *desk, Arena *work, Person person, OrderSent **out_sent, int *out_count, const char ***out_errors, Why *why) {
    OrderGroup *groups;
    int count, failed = 0;
    TRY(person_may(person, MAY_SEND, why));
    TRY(orders_groups(desk, work, &groups, &count, why));
    OrderSent *sent = many_in(work, OrderSent, count + 1);
    const char **errors = many_in(work, const char *, count + 1);
    for (int i = 0; i < count; i++) {
        Why sentence = { 0 };
        Err err = send_as(desk, work, person, (Source){ groups[i].supplier, groups[i].from, groups[i].customers }, groups[i].place, &sent[i], &sentence);
        if (err == OK) continue;
        errors[i] = text_format(work, "%s at %s: %s", groups[i].customers ? "customers" : groups[i].from.v ? groups[i].from_code : groups[i].supplier_code, groups[i].place_code, sentence.message);
        failed++;
    }
    *out_sent = sent;
    *out_errors = errors;
    *out_count = count;
    return failed == 0 ? OK : fail(why, ERR_PARTIAL, "%d of %d orders could not be sent", failed, count);
}

/* As it stands now, with what may come of it taken from the last look at the same. */
static Err ready_look(const Desk *desk, OrdersLooked *out, Why *why) {
    CaseFilter filter = ready_all();
    OrdersLooked now = { .policy_row = desk->policy_row, .day = day_of_us(world_now_us(desk->world)) };
    const OrdersLooked *last = desk->looked;
    TRY(case_mark(desk->store, &filter, &now.ready, &now.newest, why));
    now.known = last && last->known && last->ready == now.ready && last->newest.v == now.newest.v && last->policy_row.v == now.policy_row.v && last->day == now.day;
    if (now.known) now.conflicts = last->conflicts;
    *out = now;
    return OK;
}

/* (4): the rest of a group of more lines than one order has waits for the next time, and then reaches the minimum by itself or not. */
Err orders_automatic(const Desk *desk, Arena *work, OrderSent **out_sent, int *out_count, int *out_conflicts, Why *why) {
    OrderGroup *groups;
    OrdersLooked now;
    int count = 0, minted = 0, conflicts = 0;
    TRY(ready_look(desk, &now, why));
    if (!now.known) TRY(orders_groups(desk, work, &groups, &count, why));
    else conflicts = now.conflicts;
    OrderSent *sent = many_in(work, OrderSent, count + 1);
    for (int i = 0; i < count && !store_stopped(store_directory(desk->store)); i++) {
        if (!groups[i].by_rule || !limits_met(groups[i].limit)) continue;
        Err err = mint_order(desk, work, (Person){ "rule:orders", ROLE_NONE }, true, (Source){ groups[i].supplier, groups[i].from, groups[i].customers }, groups[i].place, &sent[minted], why);
        if (err == ERR_CONFLICT) conflicts++;
        if (err == ERR_CONFLICT || err == ERR_POLICY) continue;       /* or its best lines alone are below the minimum: it waits for a person, others do not wait for it */
        TRY(err);
        minted++;
    }
    *out_sent = sent;
    *out_count = minted;
    *out_conflicts = conflicts;
    now.known = minted == 0 && !store_stopped(store_directory(desk->store));
    now.conflicts = conflicts;
    if (desk->looked) *desk->looked = now;
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
