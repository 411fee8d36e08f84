#include "tests/test.h"

#include "base/hash.h"
#include "base/json.h"
#include "desk/decide.h"
#include "desk/orders.h"
#include "desk/policies.h"
#include "desk/queue.h"
#include "desk/why.h"
#include "tests/house.h"

static const char POLICY[] = "{\"policy\":1,\"name\":\"t\",\"currency\":\"USD\",\"tiers\":[{\"id\":\"R9\",\"when\":{},\"tier\":\"review\"}]}";
static const Person APPROVER = { "ana", ROLE_APPROVER };

static void accept(House *house, RowId case_id) {
    Why why = { 0 };
    DecideOutput out;
    DecideInput input = { .case_id = case_id, .seen = house_row(house, case_id), .verdict = VERDICT_ACCEPT };
    CHECK_OK(desk_decide(&house->desk, house->work, APPROVER, &input, &out, &why));
}

static bool has(const WhyNode *nodes, int count, RowKind kind) {
    for (int i = 0; i < count; i++)
        if (nodes[i].row.kind == kind) return true;
    return false;
}

TEST(the_chain_leads_from_an_order_to_the_bytes_of_the_document) {
    own(house_end) House *house = house_begin(POLICY);
    Why why = { 0 };
    static const char csv[] = "item,place,on_hand\nI1,P1,4\n";
    Hash hash;
    Fact fact = { .kind = FACT_STOCK, .occurred_us = house->clock.now_us, .known_us = house->clock.now_us };
    fact_set_text(&fact, F_item, text_of("I1"));
    fact_set_text(&fact, F_place, text_of("P1"));
    fact_set_number(&fact, F_as_of_day, 20780);
    fact_set_number(&fact, F_on_hand, 4000000);
    FactPlace where = { .line = 2, .offset = 19, .length = 7 };
    FactOutcome outcome;
    RowId fact_row;
    OrderSent sent;
    CHECK_OK(store_begin(house->store, &why));
    CHECK_OK(blob_put(house->store, csv, strlen(csv), &hash, &why));
    const char *payload = text_format(house->work, "{\"source\":\"erp\",\"name\":\"stock.csv\",\"bytes\":%zu,\"sha256\":\"%s\"}", strlen(csv), hash_hex(house->work, hash));
    Row document = { .kind = ROW_DOCUMENT, .by = "import", .key = "erp|stock", .payload = text_of(payload) };
    CHECK_OK(log_append(house->store, &document, &why));
    CHECK_OK(facts_append(house->store, document.id, &fact, &where, 1, "import", &outcome, &fact_row, &why));
    CHECK_OK(store_commit(house->store, &why));
    CHECK_EQ(outcome, FACT_NEW);
    RowId id = house_case(house, (HouseCase){ 0 });
    CHECK_OK(store_begin(house->store, &why));
    CHECK_OK(log_because(house->store, id, fact_row, "stock", &why));
    CHECK_OK(store_commit(house->store, &why));
    accept(house, id);
    CHECK_OK(orders_send(&house->desk, house->work, APPROVER, house_supplier(house, 1), house_place(house, 1), &sent, &why));

    RowId root;
    WhyNode *nodes;
    int count;
    bool cut;
    CHECK_OK(why_find(house->store, house->work, text_format(house->work, "case/%lld", (long long)id.v), &root, &why));
    CHECK_OK(why_chain(house->store, house->work, root, &nodes, &count, &cut, &why));
    CHECK(!cut);
    CHECK(has(nodes, count, ROW_COMMAND) && has(nodes, count, ROW_DECISION) && has(nodes, count, ROW_STEP) && has(nodes, count, ROW_POLICY) && has(nodes, count, ROW_DOCUMENT));
    bool shown = false;
    for (int i = 0; i < count; i++)
        if (nodes[i].row.id.v == fact_row.v) {
            shown = true;
            CHECK_STR(nodes[i].role, "stock");
            CHECK_STR(nodes[i].document.name, "stock.csv");
            CHECK_EQ(nodes[i].document.at.line, 2);
            CHECK(text_is(nodes[i].document.text, "I1,P1,4"));
        }
    CHECK(shown);
    own(buf_end) Buf out = buf_begin(4 * MiB);
    const JsonValue *json;
    why_write(&out, nodes, count, cut);
    CHECK_OK(json_parse(house->work, buf_text(&out), &json, &why));
    CHECK_EQ(json_get(json, "chain")->count, count);
    CHECK_EQ(json_get(json_get(json, "root"), "row") != NULL, 1);
}

TEST(ids_of_every_form_lead_to_a_row_and_others_are_refused) {
    own(house_end) House *house = house_begin(POLICY);
    Why why = { 0 };
    RowId id = house_case(house, (HouseCase){ 0 }), row;
    OrderSent sent;
    CHECK_OK(why_find(house->store, house->work, "item/I1@P1", &row, &why));
    CHECK_EQ(row.v, id.v);
    CHECK_OK(why_find(house->store, house->work, "item/I1@P1/p_out", &row, &why));
    CHECK_EQ(row.v, id.v);
    accept(house, id);
    CHECK_OK(why_find(house->store, house->work, text_format(house->work, "%lld", (long long)id.v), &row, &why));
    CHECK_EQ(row.v, house_row(house, id).v);
    CHECK_OK(orders_send(&house->desk, house->work, APPROVER, house_supplier(house, 1), house_place(house, 1), &sent, &why));
    Command order;
    OutboxLine line;
    char reference[COMMAND_REFERENCE];
    CHECK_OK(order_read(house->store, house->work, sent.command, &order, &line, &why));
    command_reference(order.key, reference);
    CHECK_OK(why_find(house->store, house->work, reference, &row, &why));
    CHECK_EQ(row.v, sent.command.v);
    CHECK_OK(why_find(house->store, house->work, text_format(house->work, "command/%s", order.key), &row, &why));
    CHECK_EQ(row.v, sent.command.v);
    const char *wrong[] = { "", "x", "-3", "case/x", "item/I1", "999999", "case/999999", "item/NONE@P1", "item/I1@NONE", "SW-000000000000", "command/00" };
    for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++) CHECK(why_find(house->store, house->work, wrong[i], &row, &why) != OK);
}

TEST(policies_are_rows_and_the_same_file_twice_is_one) {
    own(house_end) House *house = house_begin(POLICY);
    Why why = { 0 };
    PolicyChange *changes;
    int count;
    RowId row, first = house->desk.policy_row;
    PolicyInForce in_force;
    CHECK_OK(policies_apply(house->store, house->work, "p", text_of(POLICY), "ana", POLICY_APPLY, &changes, &count, &row, &why));
    CHECK_EQ(count, 0);
    CHECK_EQ(row.v, first.v);
    const char *next = "{\"policy\":1,\"name\":\"t\",\"currency\":\"USD\",\"review_days\":14,\"tiers\":[{\"id\":\"R9\",\"when\":{},\"tier\":\"review\"}]}";
    CHECK_OK(policies_apply(house->store, house->work, "p", text_of(next), "ana", POLICY_DRY_RUN, &changes, &count, &row, &why));
    CHECK_EQ(count, 1);
    CHECK_STR(changes[0].path, "review_days");
    CHECK_OK(policies_current(house->store, house->work, (RowId){ 0 }, &in_force, &why));
    CHECK_EQ(in_force.row.v, first.v);
    CHECK_OK(policies_apply(house->store, house->work, "p", text_of(next), "ana", POLICY_APPLY, &changes, &count, &row, &why));
    CHECK_OK(policies_current(house->store, house->work, (RowId){ 0 }, &in_force, &why));
    CHECK_EQ(in_force.row.v, row.v);
    CHECK_EQ(in_force.policy.review_days, 14);
    CHECK_STR(in_force.by, "ana");
    RowId found;
    CHECK_OK(policies_row(house->store, (RowId){ 0 }, (RowId){ 0 }, &found, &why));
    CHECK_EQ(found.v, row.v);
    CHECK_OK(policies_row(house->store, (RowId){ 0 }, (RowId){ row.v - 1 }, &found, &why));
    CHECK_EQ(found.v, first.v);
    CHECK_OK(policies_row(house->store, (RowId){ 0 }, (RowId){ first.v - 1 }, &found, &why));
    CHECK_EQ(found.v, 0);
    CHECK_OK(policies_current(house->store, house->work, first, &in_force, &why));
    CHECK_EQ(in_force.policy.review_days, 7);
    CHECK_FAILS(ERR_INVALID, policies_apply(house->store, house->work, "p", text_of("{}"), "ana", POLICY_APPLY, &changes, &count, &row, &why));
}

static void same_window(House *house, Queue *followed, const QueueQuery *query) {
    Why why = { 0 };
    Queue *fresh = queue_begin();
    QueuePage ours, theirs;
    CHECK_OK(queue_page(followed, &house->desk, house->work, query, &ours, &why));
    CHECK_OK(queue_page(fresh, &house->desk, house->work, query, &theirs, &why));
    CHECK_EQ(ours.total, theirs.total);
    CHECK_EQ(ours.count, theirs.count);
    for (int i = 0; i < ours.count; i++) {
        CHECK_EQ(ours.lines[i].case_id.v, theirs.lines[i].case_id.v);
        if (i == 0 || query->sort || query->ascending) continue;
        bool falls = ours.lines[i - 1].rank_minor > ours.lines[i].rank_minor;
        CHECK(falls || (ours.lines[i - 1].rank_minor == ours.lines[i].rank_minor && ours.lines[i - 1].case_id.v < ours.lines[i].case_id.v));
    }
    queue_end(&fresh);
}

TEST(a_queue_that_follows_shows_what_one_that_reads_all_shows) {
    static const char *const sorts[] = { NULL, "stake", "value", "p_out", "due", "opened", "item", "place" };
    own(house_end) House *house = house_begin(POLICY);
    Queue *followed = queue_begin();
    for (int round = 0; round < 6; round++) {
        for (int i = 0; i < 4; i++) house_case(house, (HouseCase){ .item = 1 + (round * 7 + i * 5) % 20, .place = i % 2 + 1, .qty_units = 10 * ((round * 3 + i) % 5 + 1) });
        for (size_t s = 0; s < sizeof sorts / sizeof sorts[0]; s++) {
            same_window(house, followed, &(QueueQuery){ .view = "open", .sort = sorts[s], .limit = 200 });
            same_window(house, followed, &(QueueQuery){ .view = "all", .sort = sorts[s], .place = "P2", .words = "part", .ascending = true, .limit = 200 });
        }
    }
    queue_end(&followed);
}

TEST(a_snapshot_keeps_its_order_while_the_world_moves) {
    own(house_end) House *house = house_begin(POLICY);
    Why why = { 0 };
    Queue *queue = queue_begin();
    QueuePage page, later, fresh;
    for (int i = 0; i < 10; i++) house_case(house, (HouseCase){ .item = i + 1, .place = i % 2 + 1, .qty_units = 10 * (i + 1) });
    QueueQuery query = { .view = "open", .sort = "rank", .offset = 2, .limit = 3 };
    CHECK_OK(queue_page(queue, &house->desk, house->work, &query, &page, &why));
    CHECK_EQ(page.total, 10);
    CHECK_EQ(page.count, 3);
    CHECK(page.lines[0].rank_minor >= page.lines[1].rank_minor);
    CHECK_EQ(page.places_count, 2);
    CHECK_EQ(page.places[0].count, 5);
    CHECK_EQ(page.kinds[0].count, 10);
    RowId top = house_case(house, (HouseCase){ .item = 20, .qty_units = 10000 });
    query.snapshot = page.snapshot;
    CHECK_OK(queue_page(queue, &house->desk, house->work, &query, &later, &why));
    CHECK_EQ(later.snapshot, page.snapshot);
    CHECK_EQ(later.lines[0].case_id.v, page.lines[0].case_id.v);
    CHECK_EQ(later.newer, 1);
    CHECK_EQ(page.newer, 0);
    query.snapshot = 0;
    query.offset = 0;
    CHECK_OK(queue_page(queue, &house->desk, house->work, &query, &fresh, &why));
    CHECK(fresh.snapshot != page.snapshot);
    CHECK_EQ(fresh.lines[0].case_id.v, top.v);
    own(buf_end) Buf out = buf_begin(1 * MiB);
    const JsonValue *json;
    CHECK_OK(queue_page_write(&out, house->store, house->work, 0, &fresh, &why));
    CHECK_OK(json_parse(house->work, buf_text(&out), &json, &why));
    const JsonValue *row = json_at(json_get(json, "rows"), 0);
    CHECK(text_is(json_get(row, "description")->text, "a part"));
    CHECK(text_is(json_get(row, "currency")->text, "USD"));
    CHECK(text_is(json_get(row, "item")->text, "I20"));
    query.view = "opne";
    CHECK_FAILS(ERR_USAGE, queue_page(queue, &house->desk, house->work, &query, &fresh, &why));
    query = (QueueQuery){ .place = "P2", .limit = 200 };
    CHECK_OK(queue_page(queue, &house->desk, house->work, &query, &fresh, &why));
    CHECK_EQ(fresh.total, 5);
    queue_end(&queue);
    CHECK(queue == NULL);
}
