#include "tests/house.h"

#include "tests/test.h"

#include <stdio.h>
#include <stdlib.h>

#include "base/file.h"
#include "base/time.h"
#include "desk/policies.h"
#include "store/revise.h"

static void must(Err err, const Why *why, const char *what) {
    if (err != OK) fail_msg("%s: %s", what, why->message);
}

static Fact blank(House *house, FactKind kind) {
    return (Fact){ .kind = kind, .occurred_us = house->clock.now_us, .known_us = house->clock.now_us };
}

static RowId house_document(House *house, const char *name) {
    Why why = { 0 };
    const char *payload = text_format(house->work, "{\"source\":\"test\",\"name\":\"%s\",\"bytes\":0,\"sha256\":\"\"}", name);
    Row row = { .kind = ROW_DOCUMENT, .by = "import", .key = name, .payload = text_of(payload) };
    must(log_append(house->store, &row, &why), &why, "document");
    return row.id;
}

static void define(House *house, FactKind kind, Field field, const char *prefix, int count) {
    Why why = { 0 };
    Fact *facts = many_in(house->work, Fact, count);
    FactOutcome *outcomes = many_in(house->work, FactOutcome, count);
    RowId *rows = many_in(house->work, RowId, count);
    RowId document = house_document(house, prefix);
    for (int i = 0; i < count; i++) {
        facts[i] = blank(house, kind);
        fact_set_text(&facts[i], field, text_of(text_format(house->work, "%s%d", prefix, i + 1)));
        fact_set_text(&facts[i], F_description, text_of(text_format(house->work, "%s number %d", prefix, i + 1)));
        if (kind == FACT_ITEM) fact_set_text(&facts[i], F_uom, text_of("EA"));
    }
    must(facts_append(house->store, document, facts, NULL, count, "import", outcomes, rows, &why), &why, "codes");
}

RowId house_fact(House *house, const Fact *fact) {
    Why why = { 0 };
    FactOutcome outcome;
    RowId row = { 0 };
    must(store_begin(house->store, &why), &why, "begin");
    RowId document = house_document(house, "fact");
    must(facts_append(house->store, document, fact, NULL, 1, "import", &outcome, &row, &why), &why, "fact");
    must(store_commit(house->store, &why), &why, "commit");
    return row;
}

static void open_store(House *house) {
    Why why = { 0 };
    must(store_open(house->directory, STORE_WRITE, &house->world, &house->store, &why), &why, "open");
    house->desk.store = house->store;
}

void house_policy(House *house, const char *policy_json, const char *by) {
    Why why = { 0 };
    PolicyChange *changes;
    int count;
    PolicyInForce in_force;
    must(policies_apply(house->store, house->work, "test.json", text_of(policy_json), by, POLICY_APPLY, &changes, &count, &house->desk.policy_row, &why), &why, "policy");
    must(policies_current(house->store, house->work, (RowId){ 0 }, &in_force, &why), &why, "policy");
    house->policy = in_force.policy;
    house->desk.policy = &house->policy;
    house->desk.policy_row = in_force.row;
}

void house_step(House *house) {
    Why why = { 0 };
    Row row = { .kind = ROW_STEP, .by = "system", .key = "", .payload = text_of("{\"upto\":1}") };
    must(store_begin(house->store, &why), &why, "begin");
    must(log_append(house->store, &row, &why), &why, "step");
    must(store_commit(house->store, &why), &why, "commit");
    house->step = row.id;
}

void house_days(House *house, int days) {
    house->clock.now_us += days * DAY_US;
    house_step(house);
}

House *house_begin(const char *policy_json) {
    Why why = { 0 };
    char *directory;
    Arena *work = arena_begin(1024 * MiB);
    House *house = new_in(work, House);
    if (folder_exists("/dev/shm")) setenv("TMPDIR", "/dev/shm", 0);      /* thousands of commits: the disk is not what is tested */
    house->work = work;
    house->clock = (WorldTest){ .now_us = us_of_day(day_of_civil((Civil){ 2026, 11, 21 })) + 12 * HOUR_US, .rng = rng_of(1) };
    house->world = world_test(&house->clock);
    must(folder_temporary(work, "house", &directory, &why), &why, "folder");
    house->directory = path_join(work, directory, "store");
    must(store_init(house->directory, &house->world, &why), &why, "init");
    open_store(house);
    house->desk.world = house->world;
    must(store_begin(house->store, &why), &why, "begin");
    define(house, FACT_ITEM, F_item, "I", HOUSE_ITEMS);
    define(house, FACT_PLACE, F_place, "P", HOUSE_PLACES);
    define(house, FACT_SUPPLIER, F_supplier, "S", HOUSE_SUPPLIERS);
    must(store_commit(house->store, &why), &why, "commit");
    house_policy(house, policy_json, "system");
    house_days(house, 2);
    return house;
}

void house_reopen(House *house) {
    store_close(&house->store);
    open_store(house);
}

void house_end(House **house) {
    Arena *work = (*house)->work;
    store_close(&(*house)->store);
    const char *store_part = strrchr((*house)->directory, '/');
    char *parent = text_copy_n(work, (*house)->directory, (size_t)(store_part - (*house)->directory));
    (void)folder_remove(parent, NULL);        /* a leftover folder in /tmp harms nobody */
    *house = NULL;
    arena_end(&work);
}

static const char *code(House *house, const char *prefix, int number) { return text_format(house->work, "%s%d", prefix, number ? number : 1); }

RowId house_case(House *house, HouseCase like) {
    Why why = { 0 };
    int64_t units = like.qty_units ? like.qty_units : 10, cost = like.cost_minor ? like.cost_minor : 100;
    own(buf_end) Buf payload = buf_begin(1 * MiB);
    CaseTerm term = { .code = "mean-demand", .label = "Demand", .qty = units * 1000000 };
    Case c = case_empty();
    c.kind = like.kind ? like.kind : CASE_BUY;
    c.item = code(house, "I", like.item), c.place = code(house, "P", like.place), c.supplier = code(house, "S", like.supplier);
    c.description = "a part", c.uom = "EA", c.currency = "USD", c.title = "runs out soon", c.opened_why = "new exposure";
    c.action.verb = "buy", c.action.qty = units * 1000000, c.action.unit_cost = cost * 10000, c.action.value_minor = units * cost;
    c.action.order_day = day_of_us(house->clock.now_us), c.action.arrival_day = c.action.order_day + 10;
    c.action.purchase_uom = "EA", c.action.purchase_qty = c.action.qty, c.action.purchase_factor = 1000000;
    if (like.minimum_minor) c.action.minimum_minor = like.minimum_minor, c.action.minimum_reached_minor = c.action.value_minor;
    c.rank_minor = units * cost / 2, c.at_stake_minor = units * cost, c.confidence_ppm = 950000, c.due_day = c.action.order_day;
    c.tier = like.tier, c.rule = "R2", c.rule_text = "test", c.policy_row = house->desk.policy_row.v, c.flags = like.flags;
    c.terms = &term, c.terms_count = 1;
    if (like.board) c.board = *like.board, c.supplier = "", c.action.verb = "allocate", c.action.unit_cost = c.action.value_minor = CASE_NONE;
    int64_t *points = many_in(house->work, int64_t, like.points + 1);
    c.projection = (CaseProjection){ .from_day = c.action.order_day, .step_days = 1, .points = like.points, .p10 = points, .p50 = points, .p90 = points, .p_out_ppm = points };
    case_write(&payload, &c);
    Row row = { .cause = house->step, .kind = ROW_CASE, .sub = (int32_t)c.kind, .item = { ident_find(house->store, ID_ITEM, text_of(c.item)) },
                .place = { ident_find(house->store, ID_PLACE, text_of(c.place)) }, .by = "system", .key = "", .payload = buf_text(&payload) };
    CaseLine line = { .kind = (int32_t)c.kind, .status = CASE_OPEN, .tier = (int32_t)c.tier, .item = row.item, .place = row.place,
                      .supplier = { ident_find(house->store, ID_SUPPLIER, text_of(c.supplier)) }, .rank_minor = c.rank_minor, .at_stake_minor = c.at_stake_minor,
                      .value_minor = c.action.value_minor == CASE_NONE ? 0 : c.action.value_minor, .p_out_ppm = 900000, .confidence_ppm = c.confidence_ppm, .due_day = c.due_day,
                      .opened_us = house->clock.now_us, .changed_us = house->clock.now_us, .assigned = "", .title = c.title,
                      .action = case_action_text(house->work, &c), .search = case_search_text(house->work, &c) };
    must(store_begin(house->store, &why), &why, "begin");
    must(case_put(house->store, &row, &line, &why), &why, "case");
    must(store_commit(house->store, &why), &why, "commit");
    return line.case_id;
}

void house_close(House *house, RowId case_id) {
    Why why = { 0 };
    CaseLine line;
    Case c;
    must(case_newest(house->store, house->work, case_id, &line, &c, &why), &why, "case");
    c.status = CASE_CLOSED;
    must(store_begin(house->store, &why), &why, "begin");
    must(case_revise(house->store, house->work, &line, &c, house->step, "system", &why), &why, "close");
    must(store_commit(house->store, &why), &why, "commit");
}

Case house_read(House *house, RowId case_id) {
    Why why = { 0 };
    CaseLine line;
    Row row;
    Case c;
    must(case_line(house->store, house->work, case_id, &line, &why), &why, "case line");
    must(log_read(house->store, house->work, line.row, &row, &why), &why, "case row");
    must(case_read(house->work, row.payload, &c, &why), &why, "case");
    return c;
}

RowId house_row(House *house, RowId case_id) {
    Why why = { 0 };
    CaseLine line;
    must(case_line(house->store, house->work, case_id, &line, &why), &why, "case line");
    return line.row;
}

SupplierId house_supplier(House *house, int number) { return (SupplierId){ ident_find(house->store, ID_SUPPLIER, text_of(code(house, "S", number))) }; }
PlaceId house_place(House *house, int number) { return (PlaceId){ ident_find(house->store, ID_PLACE, text_of(code(house, "P", number))) }; }
