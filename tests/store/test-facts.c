/* What a batch of facts does, one claim each. The properties over any order are in test-order.c. */
#include "tests/store/shelf.h"

static Why why;

TEST(a_fact_counts_once_however_often_it_is_told) {
    own(shelf_end) Shelf *shelf = shelf_begin();
    shelf_masters(shelf);
    RowId first = shelf_document(shelf, "one"), second = shelf_document(shelf, "two");
    Fact order = order_fact("SO-1", "1", "A", "P", 5, 0);
    CHECK_EQ(FACT_NEW, shelf_put(shelf, first, &order));
    CHECK_EQ(FACT_DUPLICATE, shelf_put(shelf, first, &order));
    CHECK_EQ(FACT_DUPLICATE, shelf_put(shelf, second, &order));
    Fact batch[] = { order, order, order_fact("SO-1", "2", "A", "P", 1, 0), order };
    FactOutcome outcomes[4];
    RowId rows[4];
    CHECK_OK(store_begin(shelf->store, &why));
    CHECK_OK(facts_append(shelf->store, second, batch, NULL, 4, "test", outcomes, rows, &why));
    CHECK_OK(store_commit(shelf->store, &why));
    CHECK_EQ(FACT_DUPLICATE, outcomes[0]);
    CHECK_EQ(FACT_NEW, outcomes[2]);
    CHECK_EQ(0, rows[3].v);
    CHECK_EQ(log_last(shelf->store).v, rows[2].v);
    CHECK_STR(shelf_counted(shelf, ORDERS, NOW),
              "order-line|SO-1|1={\"item\":\"A\",\"place\":\"P\",\"doc\":\"SO-1\",\"line\":\"1\",\"qty\":5,\"order_day\":\"2024-10-04\"}\n"
              "order-line|SO-1|2={\"item\":\"A\",\"place\":\"P\",\"doc\":\"SO-1\",\"line\":\"2\",\"qty\":1,\"order_day\":\"2024-10-04\"}\n");
}

TEST(a_newer_version_corrects_and_an_older_one_comes_late) {
    own(shelf_end) Shelf *shelf = shelf_begin();
    shelf_masters(shelf);
    RowId document = shelf_document(shelf, "one");
    Fact second = order_fact("SO-1", "1", "A", "P", 7, 2), third = order_fact("SO-1", "1", "A", "P", 9, 3), first = order_fact("SO-1", "1", "A", "P", 5, 1);
    CHECK_EQ(FACT_NEW, shelf_put(shelf, document, &second));
    RowId before = log_last(shelf->store);
    CHECK_EQ(FACT_CORRECTED, shelf_put(shelf, document, &third));
    CHECK_EQ(FACT_LATE, shelf_put(shelf, document, &first));
    CHECK_EQ(FACT_DUPLICATE, shelf_put(shelf, document, &second));
    CHECK(strstr(shelf_counted(shelf, ORDERS, NOW), "\"qty\":9,"));
    CHECK(strstr(shelf_counted(shelf, ORDERS, before, INT64_MAX), "\"qty\":7,"));
}

TEST(the_same_version_with_other_content_is_a_conflict_and_changes_nothing) {
    own(shelf_end) Shelf *shelf = shelf_begin();
    shelf_masters(shelf);
    RowId document = shelf_document(shelf, "one"), other = shelf_document(shelf, "two");
    Fact five = order_fact("SO-1", "1", "A", "P", 5, 4), six = order_fact("SO-1", "1", "A", "P", 6, 4);
    CHECK_EQ(FACT_NEW, shelf_put(shelf, document, &five));
    CHECK_EQ(FACT_CONFLICTING, shelf_put(shelf, other, &six));
    CHECK(strstr(shelf_counted(shelf, ORDERS, NOW), "\"qty\":5,"));
}

TEST(without_versions_a_later_document_corrects_but_one_document_may_not_contradict_itself) {
    own(shelf_end) Shelf *shelf = shelf_begin();
    shelf_masters(shelf);
    RowId document = shelf_document(shelf, "monday"), other = shelf_document(shelf, "tuesday");
    Fact five = order_fact("SO-1", "1", "A", "P", 5, 0), six = order_fact("SO-1", "1", "A", "P", 6, 0);
    CHECK_EQ(FACT_NEW, shelf_put(shelf, document, &five));
    CHECK_EQ(FACT_CONFLICTING, shelf_put(shelf, document, &six));
    CHECK_EQ(FACT_CORRECTED, shelf_put(shelf, other, &six));
    CHECK_EQ(FACT_DUPLICATE, shelf_put(shelf, document, &five));       /* the first file read again after it was cut off */
    CHECK(strstr(shelf_counted(shelf, ORDERS, NOW), "\"qty\":6,"));
}

TEST(a_name_spelt_twice_in_one_file_takes_the_last_spelling) {
    own(shelf_end) Shelf *shelf = shelf_begin();
    RowId document = shelf_document(shelf, "orders");
    Fact one = item_fact("A"), two = item_fact("A");
    fact_set_text(&one, F_description, text_of("lamp"));
    fact_set_text(&two, F_description, text_of("LAMP"));
    CHECK_EQ(FACT_NEW, shelf_put(shelf, document, &one));
    CHECK_EQ(FACT_CORRECTED, shelf_put(shelf, document, &two));
    CHECK_STR(shelf_counted(shelf, 0, NOW), "item|A={\"item\":\"A\",\"description\":\"LAMP\"}\n");
}

TEST(a_cancelled_key_does_not_count_until_a_newer_version_comes) {
    own(shelf_end) Shelf *shelf = shelf_begin();
    shelf_masters(shelf);
    RowId document = shelf_document(shelf, "one");
    Fact order = order_fact("SO-1", "1", "A", "P", 5, 1), cancel = order, again = order_fact("SO-1", "1", "A", "P", 8, 3);
    cancel.correction = CORRECT_CANCEL;
    cancel.version = 2;
    CHECK_EQ(FACT_NEW, shelf_put(shelf, document, &order));
    CHECK_EQ(FACT_CORRECTED, shelf_put(shelf, document, &cancel));
    CHECK_STR(shelf_counted(shelf, ORDERS, NOW), "");
    CHECK_EQ(FACT_CORRECTED, shelf_put(shelf, document, &again));
    CHECK(strstr(shelf_counted(shelf, ORDERS, NOW), "\"qty\":8,"));
}

TEST(a_cancellation_of_something_never_seen_keeps_it_away_when_it_comes_late) {
    own(shelf_end) Shelf *shelf = shelf_begin();
    shelf_masters(shelf);
    RowId document = shelf_document(shelf, "one");
    Fact order = order_fact("SO-1", "1", "A", "P", 5, 1), cancel = order;
    cancel.correction = CORRECT_CANCEL;
    cancel.version = 2;
    CHECK_EQ(FACT_NEW, shelf_put(shelf, document, &cancel));
    CHECK_STR(shelf_counted(shelf, ORDERS, NOW), "");
    CHECK_EQ(FACT_LATE, shelf_put(shelf, document, &order));
    CHECK_STR(shelf_counted(shelf, ORDERS, NOW), "");
}

TEST(what_was_not_known_then_does_not_count_then) {
    own(shelf_end) Shelf *shelf = shelf_begin();
    shelf_masters(shelf);
    RowId document = shelf_document(shelf, "one");
    Fact monday = order_fact("SO-1", "1", "A", "P", 5, 1), friday = order_fact("SO-1", "1", "A", "P", 9, 2);
    monday.known_us = 1000;
    friday.known_us = 5000;
    CHECK_EQ(FACT_NEW, shelf_put(shelf, document, &friday));
    CHECK_EQ(FACT_LATE, shelf_put(shelf, document, &monday));
    CHECK_STR(shelf_counted(shelf, ORDERS, (RowId){ 0 }, 999), "");
    CHECK(strstr(shelf_counted(shelf, ORDERS, (RowId){ 0 }, 4999), "\"qty\":5,"));
    CHECK(strstr(shelf_counted(shelf, ORDERS, (RowId){ 0 }, 5000), "\"qty\":9,"));
}

TEST(a_fact_waits_for_its_codes_and_is_released_after_the_last_of_them) {
    own(shelf_end) Shelf *shelf = shelf_begin();
    RowId orders = shelf_document(shelf, "orders"), masters = shelf_document(shelf, "masters");
    Fact order = order_fact("SO-1", "1", "A", "P", 5, 0), item = item_fact("A"), place = place_fact("P"), customer = customer_fact("K");
    fact_set_text(&order, F_customer, text_of("K"));
    CHECK_EQ(FACT_PARKED, shelf_put(shelf, orders, &order));
    CHECK_EQ(FACT_DUPLICATE, shelf_put(shelf, orders, &order));
    ParkedFact *parked;
    int count;
    CHECK_OK(facts_parked(shelf->store, shelf->work, &parked, &count, 10, &why));
    CHECK_EQ(1, count);
    CHECK_STR("item", parked[0].missing_kind);
    CHECK_STR("A", parked[0].missing_code);
    CHECK_EQ(FACT_NEW, shelf_put(shelf, masters, &item));
    CHECK_EQ(FACT_NEW, shelf_put(shelf, masters, &customer));
    CHECK_OK(facts_parked(shelf->store, shelf->work, &parked, &count, 10, &why));
    CHECK_STR("place", parked[0].missing_kind);
    CHECK_EQ(FACT_NEW, shelf_put(shelf, masters, &place));
    CHECK_OK(facts_parked(shelf->store, shelf->work, &parked, &count, 10, &why));
    CHECK_EQ(0, count);
    Row row;
    CHECK_OK(log_read(shelf->store, shelf->work, log_last(shelf->store), &row, &why));
    CHECK_STR("order-line|SO-1|1", row.key);
    CHECK_EQ(orders.v, row.cause.v);
    CHECK_EQ(1, row.item.v);
}

TEST(many_parked_facts_are_released_in_order_of_arrival) {
    own(shelf_end) Shelf *shelf = shelf_begin();
    enum { MANY = 2500 };
    RowId orders = shelf_document(shelf, "orders");
    Fact place = place_fact("P"), item = item_fact("A");
    CHECK_EQ(FACT_NEW, shelf_put(shelf, orders, &place));
    Fact *facts = many_in(shelf->work, Fact, MANY);
    for (int i = 0; i < MANY; i++) facts[i] = order_fact("SO-1", text_format(shelf->work, "%d", i), "A", "P", i + 1, 0);
    CHECK_OK(store_begin(shelf->store, &why));
    CHECK_OK(facts_append(shelf->store, orders, facts, NULL, MANY, "test", NULL, NULL, &why));
    CHECK_OK(facts_append(shelf->store, orders, &item, NULL, 1, "test", NULL, NULL, &why));
    CHECK_OK(store_commit(shelf->store, &why));
    StoreCounts counts;
    CHECK_OK(store_counts(shelf->store, &counts, &why));
    CHECK_EQ(0, counts.parked);
    CHECK_EQ(MANY + 2, counts.facts);
    Row row;
    CHECK_OK(log_read(shelf->store, shelf->work, log_last(shelf->store), &row, &why));
    CHECK_STR("order-line|SO-1|2499", row.key);
}

TEST(a_contradiction_found_on_release_is_noted_for_planners) {
    own(shelf_end) Shelf *shelf = shelf_begin();
    RowId orders = shelf_document(shelf, "orders");
    Fact place = place_fact("P"), item = item_fact("A"), five = order_fact("SO-1", "1", "A", "P", 5, 0), six = order_fact("SO-1", "1", "A", "P", 6, 0);
    CHECK_EQ(FACT_NEW, shelf_put(shelf, orders, &place));
    CHECK_EQ(FACT_PARKED, shelf_put(shelf, orders, &five));
    CHECK_EQ(FACT_PARKED, shelf_put(shelf, orders, &six));
    CHECK_EQ(FACT_NEW, shelf_put(shelf, orders, &item));
    CHECK(strstr(shelf_counted(shelf, ORDERS, NOW), "\"qty\":5,"));
    Row row;
    CHECK_OK(log_read(shelf->store, shelf->work, log_last(shelf->store), &row, &why));
    CHECK_EQ(ROW_NOTE, row.kind);
    CHECK_STR("order-line|SO-1|1", row.key);
}

TEST(a_successor_may_be_unknown) {
    own(shelf_end) Shelf *shelf = shelf_begin();
    RowId document = shelf_document(shelf, "items");
    Fact item = item_fact("A");
    fact_set_text(&item, F_successor, text_of("A2"));
    CHECK_EQ(FACT_NEW, shelf_put(shelf, document, &item));
}

TEST(codes_are_numbered_in_the_order_of_their_definition_and_a_rollback_takes_them_back) {
    own(shelf_end) Shelf *shelf = shelf_begin();
    RowId document = shelf_document(shelf, "items");
    Fact first = item_fact("0007"), second = item_fact("7"), lost = item_fact("LOST");
    CHECK_EQ(FACT_NEW, shelf_put(shelf, document, &first));
    CHECK_OK(store_begin(shelf->store, &why));
    CHECK_OK(facts_append(shelf->store, document, &lost, NULL, 1, "test", NULL, NULL, &why));
    CHECK_EQ(2, ident_find(shelf->store, ID_ITEM, text_of("LOST")));
    store_rollback(shelf->store);
    CHECK_EQ(0, ident_find(shelf->store, ID_ITEM, text_of("LOST")));
    CHECK_EQ(FACT_NEW, shelf_put(shelf, document, &second));
    CHECK_EQ(2, ident_find(shelf->store, ID_ITEM, text_of("7")));
    CHECK_EQ(1, ident_find(shelf->store, ID_ITEM, text_of("0007")));
    CHECK_EQ(FACT_NEW, shelf_put(shelf, document, &lost));
    CHECK_EQ(3, ident_find(shelf->store, ID_ITEM, text_of("LOST")));
    shelf_reopen(shelf);
    CHECK_EQ(3, ident_count(shelf->store, ID_ITEM));
    CHECK_STR("LOST", ident_code(shelf->store, ID_ITEM, 3));
    CHECK_STR("", ident_code(shelf->store, ID_ITEM, 4));
    CHECK_STR("", ident_code(shelf->store, ID_ITEM, 0));
}

TEST(a_fact_remembers_its_line_and_bytes) {
    own(shelf_end) Shelf *shelf = shelf_begin();
    RowId document = shelf_document(shelf, "items"), row;
    Fact item = item_fact("A");
    FactPlace where = { 12, 345, 67 }, found;
    CHECK_OK(store_begin(shelf->store, &why));
    CHECK_OK(facts_append(shelf->store, document, &item, &where, 1, "test", NULL, &row, &why));
    CHECK_OK(store_commit(shelf->store, &why));
    CHECK_OK(fact_where(shelf->store, row, &found, &why));
    CHECK_EQ(12, found.line);
    CHECK_EQ(345, found.offset);
    CHECK_EQ(67, found.length);
    CHECK_FAILS(ERR_NOT_FOUND, fact_where(shelf->store, document, &found, &why));
}
