#include "plan/yard.h"

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/decimal.h"
#include "base/file.h"
#include "base/rng.h"
#include "base/time.h"
#include "tests/test.h"

static const char *const yard_policy_text =
    "{\"policy\":1,\"name\":\"yard\",\"currency\":\"USD\",\"bucket\":\"week\",\"service\":{\"default\":0.95},\"review_days\":7,\"horizon_days\":60,"
    "\"costs\":{\"holding_rate_year\":0.22,\"lost_share\":0.35,\"order_cost\":0},\"queue\":{\"least_rank\":1,\"bands\":[1000,10000,100000]},"
    "\"excess\":{\"cover_days\":180,\"least_value\":50000},\"tiers\":[{\"id\":\"R9\",\"when\":{},\"tier\":\"review\"}]}";

Yard *yard_begin(void) {
    Why why = { 0 };
    Yard *yard = calloc(1, sizeof *yard);
    yard->work = arena_begin(512 * MiB);
    yard->clock = (WorldTest){ .now_us = us_of_day(yard_day("2026-11-01")), .step_us = 1, .rng = rng_of(1) };
    yard->world = world_test(&yard->clock);
    snprintf(yard->directory, sizeof yard->directory, "/tmp/stockwright-yard-XXXXXX");
    CHECK(mkdtemp(yard->directory) != NULL);
    char *inner = text_format(yard->work, "%s/store", yard->directory);
    CHECK_OK(store_init(inner, &yard->world, &why));
    CHECK_OK(store_open(inner, STORE_WRITE, &yard->world, &yard->store, &why));
    yard_policy(yard, yard_policy_text);
    return yard;
}

void yard_end(Yard **yard) {
    Why why = { 0 };
    if (!*yard) return;
    store_close(&(*yard)->store);
    CHECK_OK(folder_remove((*yard)->directory, &why));
    list_end(&(*yard)->facts);
    arena_end(&(*yard)->work);
    free(*yard);
    *yard = NULL;
}

void yard_policy(Yard *yard, const char *json) {
    Why why = { 0 };
    Hash hash;
    CHECK_OK(policy_parse(yard->work, "yard", text_of(json), &yard->policy, &why));
    CHECK_OK(store_begin(yard->store, &why));
    CHECK_OK(blob_put(yard->store, json, strlen(json), &hash, &why));
    Row row = { .kind = ROW_POLICY, .by = "test", .key = "policy",
                .payload = text_of(text_format(yard->work, "{\"v\":1,\"name\":\"yard\",\"blob\":\"%s\"}", hash_hex(yard->work, hash))) };
    CHECK_OK(log_append(yard->store, &row, &why));
    CHECK_OK(store_commit(yard->store, &why));
    yard->policy_row = row.id;
}

int32_t yard_day(const char *iso) {
    int32_t day;
    Why why = { 0 };
    CHECK_OK(day_parse(text_of(iso), "iso", &day, &why));
    return day;
}

const char *yard_day_text(Yard *yard, int32_t day) {
    char text[DAY_TEXT];
    day_format(day, text);
    return text_copy(yard->work, text);
}

static void field_put(Fact *fact, Text name, Text value) {
    Why why = { 0 };
    int64_t number = 0;
    int32_t day = 0;
    Field field = field_find(name);
    if (field == FIELD_COUNT_) fail_msg("no field %.*s", TEXT_ARGS(name));
    switch (fields[field].type) {
    case FIELD_TEXT: case FIELD_CODE: fact_set_text(fact, field, value); return;
    case FIELD_DAY:
        CHECK_OK(day_parse(value, "iso", &day, &why));
        number = day;
        break;
    case FIELD_AMOUNT: CHECK_OK(money_parse(value, DECIMAL_POINT, 2, &number, &why)); break;
    case FIELD_COUNT: case FIELD_FLAG: CHECK_OK(integer_parse(value, &number, &why)); break;
    default: CHECK_OK(decimal_parse(value, DECIMAL_POINT, &number, &why)); break;
    }
    fact_set_number(fact, field, number);
}

/* "run=3,0,?5,-": whole units; '?' ran out, '-' out, 'x' unknown. */
static void run_put(Yard *yard, Fact *fact, Text value) {
    int count = 1;
    for (size_t i = 0; i < value.length; i++) count += value.at[i] == ',';
    fact->run = (Run){ .qty = many_in(yard->work, int64_t, count), .state = many_in(yard->work, uint8_t, count) };
    fact->present |= FIELD_BIT(run);
    Text rest = value, cell;
    for (bool more = true; more;) {
        more = text_split(rest, ',', &cell, &rest);
        int i = fact->run.count++;
        char first = cell.length ? cell.at[0] : '0';
        fact->run.state[i] = first == '?' ? PERIOD_RAN_OUT : first == '-' ? PERIOD_OUT : first == 'x' ? PERIOD_UNKNOWN : PERIOD_IN_STOCK;
        if (first == '?') cell = text_part(cell, 1, cell.length);
        fact->run.qty[i] = first == '-' || first == 'x' ? 0 : atoll(text_keep(yard->work, cell)) * MICRO;
    }
}

static int64_t known_of(const Fact *fact) {
    Field field = fact_kinds[fact->kind].known_field;
    if (fact->kind == FACT_SALES && fact_has(fact, F_run))
        return us_of_day((int32_t)(fact->number[F_from_day] + fact->run.count * fact_number(fact, F_bucket_days, 7)));
    return field < FIELD_COUNT_ && fact_has(fact, field) ? us_of_day((int32_t)fact->number[field]) : 0;
}

void yard_fact(Yard *yard, const char *line) {
    Text rest = text_of(text_copy(yard->work, line)), word;
    bool more = text_split(rest, ' ', &word, &rest);
    Fact fact = { .kind = fact_kind_find(word) };
    if (fact.kind == FACT_NONE) fail_msg("no kind %.*s", TEXT_ARGS(word));
    while (more) {
        Text name, value;
        more = text_split(rest, ' ', &word, &rest);
        if (!text_split(word, '=', &name, &value)) fail_msg("%.*s has no =", TEXT_ARGS(word));
        if (text_is(name, "version")) fact.version = atoll(text_keep(yard->work, value));
        else if (text_is(name, "correction")) fact.correction = text_is(value, "cancel") ? CORRECT_CANCEL : CORRECT_REPLACE;
        else if (text_is(name, "run")) run_put(yard, &fact, value);
        else field_put(&fact, name, value);
    }
    fact.known_us = known_of(&fact);
    Field occurred = fact_kinds[fact.kind].occurred_field;
    fact.occurred_us = occurred < FIELD_COUNT_ && fact_has(&fact, occurred) ? us_of_day((int32_t)fact.number[occurred]) : fact.known_us;
    list_push(&yard->facts, fact);
}

void yard_factf(Yard *yard, const char *format, ...) {
    char line[512];
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(line, sizeof line, format, arguments);
    va_end(arguments);
    yard_fact(yard, line);
}

RowId yard_put(Yard *yard) {
    Why why = { 0 };
    int count = (int)yard->facts.count;
    FactOutcome *outcomes = many_in(yard->work, FactOutcome, count + 1);
    RowId *rows = many_in(yard->work, RowId, count + 1);
    CHECK_OK(store_begin(yard->store, &why));
    Row document = { .kind = ROW_DOCUMENT, .by = "test", .key = text_format(yard->work, "test|%d", yard->documents++), .payload = text_of("{}") };
    CHECK_OK(log_append(yard->store, &document, &why));
    CHECK_OK(facts_append(yard->store, document.id, yard->facts.at, NULL, count, "test", outcomes, rows, &why));
    CHECK_OK(store_commit(yard->store, &why));
    list_clear(&yard->facts);
    return document.id;
}

void yard_masters(Yard *yard) {
    yard_fact(yard, "place place=P description=Plant zone=UTC");
    yard_fact(yard, "place place=Q description=Quay zone=UTC");
    yard_fact(yard, "supplier supplier=S description=Smith currency=USD minimum_amount=1000");
    yard_fact(yard, "supplier supplier=T description=Taylor currency=USD");
    yard_fact(yard, "customer customer=C tier=A");
    static const char *const items[] = { "A", "B", "D" };
    for (int i = 0; i < 3; i++) {
        yard_factf(yard, "item item=%s description=Thing-%s price=10 currency=USD tier=A lifecycle=active", items[i], items[i]);
        yard_factf(yard, "item-supplier item=%s supplier=S lead_days=14 moq=12 multiple=6 price=10 currency=USD", items[i]);
        yard_factf(yard, "price item=%s from_day=2024-01-01 price=16 currency=USD", items[i]);
        yard_factf(yard, "item-place item=%s place=P supplier=S review_days=7 min_qty=20 max_qty=90", items[i]);
    }
}

void yard_history(Yard *yard, const char *item, const char *place, int32_t from, int32_t to, int per_day) {
    for (int32_t day = from; day < to; day++) {
        const char *text = yard_day_text(yard, day);
        yard_factf(yard, "order-line doc=SO-%s-%s-%d line=1 customer=C item=%s place=%s qty=%d order_day=%s requested_day=%s status=shipped", item, place, day, item, place, per_day, text, text);
        yard_factf(yard, "shipment-line doc=SH-%s-%s-%d line=1 ref_doc=SO-%s-%s-%d ref_line=1 item=%s place=%s customer=C qty=%d shipped_day=%s", item, place, day, item, place, day, item, place, per_day, text);
    }
}

void yard_orders(Yard *yard, const char *item, const char *place, int32_t from, int32_t to, int every, int lead, int qty) {
    for (int32_t day = from; day + lead < to; day += every) {
        const char *ordered = yard_day_text(yard, day), *came = yard_day_text(yard, day + lead);
        yard_factf(yard, "po-line doc=PO-%s-%s-%d line=1 supplier=S item=%s place=%s qty=%d price=10 order_day=%s requested_day=%s promised_day=%s status=closed", item, place, day, item, place, qty, ordered, came, came);
        yard_factf(yard, "receipt-line doc=RC-%s-%s-%d line=1 ref_doc=PO-%s-%s-%d ref_line=1 supplier=S item=%s place=%s qty=%d unusable=0 received_day=%s", item, place, day, item, place, day, item, place, qty, came);
    }
}

PlanOptions yard_options(Yard *yard, const char *today) {
    int32_t day = yard_day(today);
    return (PlanOptions){ .now_us = us_of_day(day) + 12 * HOUR_US, .today = day, .policy = &yard->policy, .policy_row = yard->policy_row, .write = PLAN_CASES };
}

PlanResult yard_step(Yard *yard, Plan *plan, const char *today) {
    Why why = { 0 };
    PlanResult result;
    PlanOptions options = yard_options(yard, today);
    yard->clock.now_us = options.now_us;
    CHECK_OK(plan_step(plan, &options, &result, &why));
    return result;
}

Plan *yard_plan(Yard *yard, const char *today) {
    Why why = { 0 };
    Plan *plan = NULL;
    CHECK_OK(plan_begin(yard->store, 2, &plan, &why));
    yard_step(yard, plan, today);
    return plan;
}

Plan *yard_look(Yard *yard, const char *today) {
    Why why = { 0 };
    Plan *plan = NULL;
    PlanResult result;
    PlanOptions options = yard_options(yard, today);
    options.write = PLAN_LOOK;
    CHECK_OK(plan_begin(yard->store, 2, &plan, &why));
    CHECK_OK(plan_step(plan, &options, &result, &why));
    return plan;
}

void yard_command(Yard *yard, const Command *command) {
    Why why = { 0 };
    own(buf_end) Buf payload = buf_begin(MiB);
    command_write(&payload, command);
    CHECK_OK(store_begin(yard->store, &why));
    Row row = { .kind = ROW_COMMAND, .by = "kim", .key = command->key, .payload = buf_text(&payload) };
    CHECK_OK(log_append(yard->store, &row, &why));
    CHECK_OK(store_commit(yard->store, &why));
}

Assessment *yard_assess(Yard *yard, Plan *plan, const char *item) {
    Assessment *a = new_in(yard->work, Assessment);
    spot_assess(&plan->context, state_spot(plan->state, yard_item(yard, item), yard_place(yard, "P")), NULL, yard->work, a);
    return a;
}

ItemId yard_item(Yard *yard, const char *code) { return (ItemId){ ident_find(yard->store, ID_ITEM, text_of(code)) }; }
PlaceId yard_place(Yard *yard, const char *code) { return (PlaceId){ ident_find(yard->store, ID_PLACE, text_of(code)) }; }

bool yard_has_case(Yard *yard, const char *item, const char *place, CaseKind kind, const char *subject) {
    Why why = { 0 };
    RowId id;
    Err err = case_open_for(yard->store, yard_item(yard, item), yard_place(yard, place), (int32_t)kind, subject, &id, &why);
    CHECK(err == OK || err == ERR_NOT_FOUND);
    return err == OK;
}

Case yard_case(Yard *yard, const char *item, const char *place, CaseKind kind, RowId *out_case) {
    Why why = { 0 };
    RowId id;
    CaseLine line;
    Row row;
    Case c;
    CHECK_OK(case_open_for(yard->store, yard_item(yard, item), yard_place(yard, place), (int32_t)kind, "", &id, &why));
    CHECK_OK(case_line(yard->store, yard->work, id, &line, &why));
    CHECK_OK(log_read(yard->store, yard->work, line.row, &row, &why));
    CHECK_OK(case_read(yard->work, row.payload, &c, &why));
    if (out_case) *out_case = id;
    return c;
}

void yard_any_facts(Yard *yard, Rng *rng, int32_t from, int32_t to, int *number) {
    static const char *const items[] = { "A", "B", "C" };
    static const char *const status[] = { "open", "shipped", "cancelled" }, *const modes[] = { "", " mode=sea", " mode=air" };
    for (int32_t day = from; day < to; day++) {
        const char *on = yard_day_text(yard, day), *item = items[rng_below(rng, 3)];
        int kind = (int)rng_below(rng, 8), n = ++*number, qty = 1 + (int)rng_below(rng, 9);
        int old = 1 + (int)rng_below(rng, (uint64_t)n);        /* some correct what was told before */
        if (kind <= 2) yard_factf(yard, "order-line doc=O%d line=1 customer=C item=%s place=P qty=%d order_day=%s requested_day=%s status=%s version=%d", kind == 2 ? old : n, item, qty, on, on, status[rng_below(rng, 3)], n);
        else if (kind == 3) yard_factf(yard, "stock item=%s place=P as_of_day=%s on_hand=%d allocated=%d version=%d", item, on, qty * 10, qty, n);
        else if (kind == 4) yard_factf(yard, "po-line doc=PO%d line=1 supplier=S item=%s place=P qty=%d price=10 order_day=%s promised_day=%s status=open reference=R%d version=%d%s", n, item, qty * 5, on, yard_day_text(yard, day + 9), n, n, modes[n % 3]);
        else if (kind == 5) yard_factf(yard, "receipt-line doc=RC%d line=1 ref_doc=PO%d ref_line=1 supplier=S item=%s place=P qty=%d received_day=%s version=%d", n, old, item, qty, on, n);
        else if (kind == 6) yard_factf(yard, "transfer-line doc=T%d line=1 from_place=P place=Q item=%s qty=%d shipped_day=%s promised_day=%s status=shipped version=%d", n, item, qty, on, yard_day_text(yard, day + 3), n);
        else yard_factf(yard, "sales item=%s place=Q from_day=%s bucket_days=7 run=3,%d,?5,- version=%d", item, on, qty, n);
    }
    yard_put(yard);
}
