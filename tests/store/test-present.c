/* Cases, commands, values: the present that is written beside the log. */
#include "domain/case.h"
#include "tests/store/shelf.h"

static Why why;

static CaseLine case_at(Shelf *shelf, CaseLine line, const char *subject) {
    Row row = { .kind = ROW_CASE, .sub = line.kind, .item = line.item, .place = line.place, .by = "system", .payload = text_of(text_format(shelf->work, "{\"subject\":\"%s\"}", subject)) };
    CHECK_OK(store_begin(shelf->store, &why));
    CHECK_OK(case_put(shelf->store, &row, &line, &why));
    CHECK_OK(store_commit(shelf->store, &why));
    CHECK_EQ(row.id.v, line.row.v);
    return line;
}

static const char *listed(Shelf *shelf, CaseFilter filter) {
    RowId *ids;
    int count;
    Buf out = buf_begin(64 * KiB);
    CHECK_OK(case_ids(shelf->store, shelf->work, &filter, &ids, &count, &why));
    buf_addf(&out, "%d:", count);
    for (int i = 0; i < count; i++) {
        CaseLine line;
        CHECK_OK(case_line(shelf->store, shelf->work, ids[i], &line, &why));
        buf_addf(&out, " %s", line.title);
    }
    const char *text = text_copy(shelf->work, buf_str(&out));
    buf_end(&out);
    return text;
}

TEST(a_case_is_named_after_its_first_row_and_its_line_is_the_newest) {
    own(shelf_end) Shelf *shelf = shelf_begin();
    (void)shelf_document(shelf, "before");
    CaseLine line = case_at(shelf, (CaseLine){ .kind = CASE_BUY, .title = "first", .item = { 1 }, .place = { 2 }, .rank_minor = 5 }, ""), back;
    CHECK_EQ(2, line.case_id.v);
    CHECK_EQ(2, line.row.v);
    line.title = "second";
    line.rank_minor = 7;
    CaseLine again = case_at(shelf, line, "");
    CHECK_EQ(2, again.case_id.v);
    CHECK_EQ(3, again.row.v);
    CHECK_OK(case_line(shelf->store, shelf->work, again.case_id, &back, &why));
    CHECK_STR("second", back.title);
    CHECK(back.rank_minor == 7 && back.opened_us == line.opened_us && back.changed_us > line.changed_us);
    Row row;
    CHECK_OK(log_read(shelf->store, shelf->work, again.row, &row, &why));
    CHECK_STR("2", row.key);
    CHECK_FAILS(ERR_NOT_FOUND, case_line(shelf->store, shelf->work, (RowId){ 99 }, &back, &why));
}

TEST(the_open_case_of_an_exposure_is_found_until_it_ends) {
    own(shelf_end) Shelf *shelf = shelf_begin();
    RowId found;
    CaseLine buy = case_at(shelf, (CaseLine){ .kind = CASE_BUY, .title = "a", .item = { 1 }, .place = { 2 } }, "");
    CaseLine fix = case_at(shelf, (CaseLine){ .kind = CASE_FIX_DATA, .title = "b", .item = { 1 }, .place = { 2 } }, "no-cost");
    CHECK_OK(case_open_for(shelf->store, (ItemId){ 1 }, (PlaceId){ 2 }, CASE_BUY, "", &found, &why));
    CHECK_EQ(buy.case_id.v, found.v);
    CHECK_OK(case_open_for(shelf->store, (ItemId){ 1 }, (PlaceId){ 2 }, CASE_FIX_DATA, "no-cost", &found, &why));
    CHECK_EQ(fix.case_id.v, found.v);
    CHECK_FAILS(ERR_NOT_FOUND, case_open_for(shelf->store, (ItemId){ 1 }, (PlaceId){ 2 }, CASE_FIX_DATA, "", &found, &why));
    for (int status = CASE_OPEN; status < CASE_STATUS_COUNT_; status++) {
        buy.status = status;
        buy = case_at(shelf, buy, "");
        bool ended = status == CASE_CLOSED || status == CASE_REJECTED;
        CHECK_EQ(ended ? ERR_NOT_FOUND : OK, case_open_for(shelf->store, (ItemId){ 1 }, (PlaceId){ 2 }, CASE_BUY, "", &found, &why));
    }
}

TEST(the_list_filters_and_sorts_and_leaves_nothing_out) {
    own(shelf_end) Shelf *shelf = shelf_begin();
    shelf_masters(shelf);
    case_at(shelf, (CaseLine){ .kind = CASE_BUY, .title = "a", .item = { 3 }, .place = { 1 }, .rank_minor = 30, .p_out_ppm = 1, .search = "lamp dallas", .supplier = { 1 } }, "");
    case_at(shelf, (CaseLine){ .kind = CASE_BUY, .title = "b", .item = { 1 }, .place = { 2 }, .rank_minor = 50, .p_out_ppm = 3, .search = "lamp austin", .tier = TIER_AUTO }, "");
    case_at(shelf, (CaseLine){ .kind = CASE_EXCESS, .title = "c", .item = { 2 }, .place = { 1 }, .rank_minor = 10, .p_out_ppm = 2, .search = "cable dallas", .status = CASE_APPROVED }, "");
    case_at(shelf, (CaseLine){ .kind = CASE_BUY, .title = "d", .item = { 2 }, .place = { 2 }, .rank_minor = 70, .search = "x", .status = CASE_SNOOZED, .snoozed_until_us = 1000 }, "");
    CHECK_STR("4: d b a c", listed(shelf, (CaseFilter){ .now_us = 1000 }));
    CHECK_STR("3: b a c", listed(shelf, (CaseFilter){ .now_us = 999 }));
    CHECK_STR("1: d", listed(shelf, (CaseFilter){ .now_us = 999, .statuses = CASE_STATUS_BIT(CASE_SNOOZED) }));
    CHECK_STR("3: b a c", listed(shelf, (CaseFilter){ 0 }));
    CHECK_STR("3: a c b", listed(shelf, (CaseFilter){ .sort = SORT_P_OUT, .ascending = true }));
    CHECK_STR("3: b c a", listed(shelf, (CaseFilter){ .sort = SORT_ITEM, .ascending = true }));
    CHECK_STR("3: b a c", listed(shelf, (CaseFilter){ .sort = SORT_PLACE }));
    CHECK_STR("1: c", listed(shelf, (CaseFilter){ .kinds = 1u << CASE_EXCESS }));
    CHECK_STR("2: b a", listed(shelf, (CaseFilter){ .statuses = CASE_STATUS_BIT(CASE_OPEN) | CASE_STATUS_BIT(CASE_CLOSED) }));
    CHECK_STR("1: b", listed(shelf, (CaseFilter){ .tiers = 1u << TIER_AUTO }));
    CHECK_STR("2: a c", listed(shelf, (CaseFilter){ .place = { 1 } }));
    CHECK_STR("1: a", listed(shelf, (CaseFilter){ .supplier = { 1 } }));
    CHECK_STR("2: b a", listed(shelf, (CaseFilter){ .rank_least_minor = 30 }));
    CHECK_STR("1: a", listed(shelf, (CaseFilter){ .words = " LAMP  dall" }));
    CHECK_STR("0:", listed(shelf, (CaseFilter){ .words = "lamp' OR 1=1 --" }));
}

static Err title_visit(void *self, const CaseLine *line, [[maybe_unused]] Why *ignored) {
    buf_addf(self, "%s ", line->title);
    return OK;
}

TEST(all_of_a_filter_are_visited_in_its_order_and_summed_by_supplier_and_place) {
    own(shelf_end) Shelf *shelf = shelf_begin();
    own(buf_end) Buf seen = buf_begin(1 * KiB);
    CaseSum *sums;
    int count;
    case_at(shelf, (CaseLine){ .kind = CASE_BUY, .title = "a", .supplier = { 1 }, .place = { 1 }, .value_minor = 5, .rank_minor = 30 }, "");
    case_at(shelf, (CaseLine){ .kind = CASE_BUY, .title = "b", .supplier = { 1 }, .place = { 1 }, .value_minor = CASE_NONE, .rank_minor = 50 }, "");
    case_at(shelf, (CaseLine){ .kind = CASE_BUY, .title = "c", .supplier = { 1 }, .place = { 2 }, .value_minor = 9, .rank_minor = CASE_NONE }, "");
    case_at(shelf, (CaseLine){ .kind = CASE_EXCESS, .title = "d", .supplier = { 1 }, .place = { 2 }, .value_minor = 900 }, "");
    CaseFilter filter = { .kinds = 1u << CASE_BUY, .sort = SORT_RANK };
    CHECK_OK(case_each(shelf->store, &filter, title_visit, &seen, &why));
    CHECK_OK(case_each(shelf->store, NULL, title_visit, &seen, &why));
    CHECK_STR("b a c a b c d ", buf_str(&seen));
    CHECK_OK(case_sums(shelf->store, shelf->work, &filter, &sums, &count, &why));
    CHECK_EQ(2, count);
    CHECK(sums[0].place.v == 2 && sums[0].value_minor == 9 && sums[0].rank_minor == 0 && sums[0].lines == 1);
    CHECK(sums[1].place.v == 1 && sums[1].value_minor == 5 && sums[1].rank_minor == 80 && sums[1].lines == 2);
}

static Err command_put(Shelf *shelf, OutboxLine *line) {
    Row row = { .kind = ROW_COMMAND, .by = "system", .payload = text_of("{}") };
    CHECK_OK(store_begin(shelf->store, &why));
    Err err = outbox_put(shelf->store, &row, line, &why);
    if (err == OK) CHECK_OK(store_commit(shelf->store, &why));
    else store_rollback(shelf->store);
    return err;
}

TEST(one_key_is_one_command) {
    own(shelf_end) Shelf *shelf = shelf_begin();
    OutboxLine first = { .key = "k1", .sink = "files", .state = 0, .next_us = 10, .value_minor = 500, .lines = 2 }, twin = { .key = "k1", .sink = "files" }, back;
    CHECK_OK(command_put(shelf, &first));
    CHECK_FAILS(ERR_CONFLICT, command_put(shelf, &twin));
    CHECK_EQ(1, log_last(shelf->store).v);
    first.state = 3;
    first.sent_us = 100;
    CHECK_OK(command_put(shelf, &first));
    CHECK_EQ(1, first.command.v);
    CHECK_EQ(2, first.row.v);
    CHECK_OK(outbox_by_key(shelf->store, shelf->work, "k1", &back, &why));
    CHECK(back.command.v == 1 && back.row.v == 2 && back.state == 3 && back.lines == 2);
    CHECK_STR("", back.external);
    CHECK_FAILS(ERR_NOT_FOUND, outbox_by_key(shelf->store, shelf->work, "k2", &back, &why));
    CHECK_FAILS(ERR_NOT_FOUND, outbox_get(shelf->store, shelf->work, (RowId){ 2 }, &back, &why));
}

TEST(commands_are_due_by_state_and_time_and_counted_since) {
    own(shelf_end) Shelf *shelf = shelf_begin();
    OutboxLine one = { .key = "1", .sink = "files", .state = 1, .next_us = 20, .value_minor = 500, .lines = 2, .sent_us = 1000 };
    OutboxLine two = { .key = "2", .sink = "http", .state = 2, .next_us = 10, .value_minor = 70, .lines = 1, .sent_us = 2000 };
    OutboxLine three = { .key = "3", .sink = "http", .state = 1, .next_us = 30, .value_minor = 9, .lines = 1 };
    OutboxLine *lines;
    int count;
    int64_t value, sent_lines;
    CHECK_OK(command_put(shelf, &one));
    CHECK_OK(command_put(shelf, &two));
    CHECK_OK(command_put(shelf, &three));
    CHECK_OK(outbox_due(shelf->store, shelf->work, 1u << 1 | 1u << 2, 25, 10, &lines, &count, &why));
    CHECK(count == 2 && lines[0].command.v == 2 && lines[1].command.v == 1);
    CHECK_OK(outbox_due(shelf->store, shelf->work, 1u << 1, 30, 10, &lines, &count, &why));
    CHECK(count == 2 && lines[0].command.v == 1 && lines[1].command.v == 3);
    CHECK_OK(outbox_list(shelf->store, shelf->work, 0, 2, &lines, &count, &why));
    CHECK(count == 2 && lines[0].command.v == 3);
    CHECK_OK(outbox_sent_since(shelf->store, 1000, NULL, &value, &sent_lines, &why));
    CHECK(value == 570 && sent_lines == 3);
    CHECK_OK(outbox_sent_since(shelf->store, 1001, "", &value, &sent_lines, &why));
    CHECK(value == 70 && sent_lines == 1);
    CHECK_OK(outbox_sent_since(shelf->store, 0, "files", &value, &sent_lines, &why));
    CHECK(value == 500 && sent_lines == 2);
}

TEST(values_expire_and_are_replaced) {
    own(shelf_end) Shelf *shelf = shelf_begin();
    Text value, *values;
    const char **names;
    int count;
    shelf->clock.step_us = 0;
    int64_t now = shelf->clock.now_us;
    CHECK_OK(store_begin(shelf->store, &why));
    CHECK_OK(value_put(shelf->store, "s", "b", text_of("old"), 0, &why));
    CHECK_OK(value_put(shelf->store, "s", "b", text_from("n\0w", 3), 0, &why));
    CHECK_OK(value_put(shelf->store, "s", "a", text_of("brief"), now + 5, &why));
    CHECK_OK(value_put(shelf->store, "t", "a", text_of("other"), INT64_MAX, &why));
    CHECK_OK(store_commit(shelf->store, &why));
    CHECK_OK(value_get(shelf->store, shelf->work, "s", "b", &value, &why));
    CHECK(value.length == 3 && value.at[1] == 0);
    CHECK_OK(value_list(shelf->store, shelf->work, "s", &names, &values, &count, &why));
    CHECK(count == 2);
    CHECK_STR("a", names[0]);
    shelf->clock.now_us = now + 5;
    CHECK_FAILS(ERR_NOT_FOUND, value_get(shelf->store, shelf->work, "s", "a", &value, &why));
    CHECK_OK(store_begin(shelf->store, &why));
    CHECK_OK(value_expire(shelf->store, now + 5, &why));
    CHECK_OK(value_remove(shelf->store, "s", "b", &why));
    CHECK_OK(store_commit(shelf->store, &why));
    CHECK_OK(value_list(shelf->store, shelf->work, "s", &names, &values, &count, &why));
    CHECK_EQ(0, count);
    CHECK_OK(value_get(shelf->store, shelf->work, "t", "a", &value, &why));
}
