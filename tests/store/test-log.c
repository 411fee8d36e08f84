/* Rows: their order, their causes, finding them again, and noticing that one was changed. */
#include <sqlite3.h>
#include <stdio.h>
#include <string.h>

#include "base/file.h"
#include "base/list.h"
#include "tests/store/shelf.h"

static Why why;

typedef struct Seen { LIST(int64_t) ids; int64_t fail_at; } Seen;

static Err see(void *self, const Row *row, Why *out_why) {
    Seen *seen = self;
    list_push(&seen->ids, row->id.v);
    return row->id.v == seen->fail_at ? fail(out_why, ERR_INVALID, "enough") : OK;
}

/* The ids that a filter finds, as "1 2 3". */
static const char *found(Shelf *shelf, LogFilter filter) {
    Seen seen = { 0 };
    Buf out = buf_begin(64 * KiB);
    CHECK_OK(log_scan(shelf->store, &filter, see, &seen, &why));
    for (size_t i = 0; i < seen.ids.count; i++) buf_addf(&out, "%s%lld", i ? " " : "", (long long)seen.ids.at[i]);
    const char *text = text_copy(shelf->work, buf_str(&out));
    buf_end(&out);
    list_end(&seen.ids);
    return text;
}

/* 1 document, 2 item A, 3 place P, 4 policy, 5 case, 6 decision on 5, 7 order line, 8 corrected by 8, 9 note on item 1 */
static void fill(Shelf *shelf) {
    RowId document = shelf_document(shelf, "erp|abc");
    Fact item = item_fact("A"), place = place_fact("P"), order = order_fact("SO", "1", "A", "P", 5, 1), again = order_fact("SO", "1", "A", "P", 6, 2);
    CHECK_EQ(FACT_NEW, shelf_put(shelf, document, &item));
    CHECK_EQ(FACT_NEW, shelf_put(shelf, document, &place));
    RowId policy = shelf_row(shelf, ROW_POLICY, (RowId){ 0 }, "shipped", "{\"name\":\"shipped\"}");
    RowId first = shelf_row(shelf, ROW_CASE, policy, "5", "{}");
    (void)shelf_row(shelf, ROW_DECISION, first, "5", "{}");
    CHECK_EQ(FACT_NEW, shelf_put(shelf, document, &order));
    CHECK_EQ(FACT_CORRECTED, shelf_put(shelf, document, &again));
    Row note = { .kind = ROW_NOTE, .sub = 3, .item = { 1 }, .place = { 1 }, .by = "test", .payload = text_of("{}") };
    CHECK_OK(store_begin(shelf->store, &why));
    CHECK_OK(log_append(shelf->store, &note, &why));
    CHECK_OK(log_because(shelf->store, note.id, (RowId){ 7 }, "stock", &why));
    CHECK_OK(log_because(shelf->store, note.id, (RowId){ 7 }, "stock", &why));
    CHECK_OK(log_because(shelf->store, note.id, (RowId){ 4 }, "policy", &why));
    CHECK_OK(store_commit(shelf->store, &why));
}

/* KiB of the database that this process holds mapped. */
static int mapped_kib(void) {
    char line[512];
    int kib = 0, here = 0, rss;
    FILE *maps = fopen("/proc/self/smaps", "r");
    while (maps && fgets(line, sizeof line, maps)) {
        if (strstr(line, "/log.db\n")) here = 1;
        if (sscanf(line, "Rss: %d kB", &rss) != 1) continue;
        kib += here ? rss : 0;
        here = 0;
    }
    if (maps) fclose(maps);
    return kib;
}

TEST(a_store_at_rest_holds_no_pages_and_goes_on) {
    own(shelf_end) Shelf *shelf = shelf_begin();
    fill(shelf);
    shelf_reopen(shelf);
    const char *before = found(shelf, (LogFilter){ 0 });
    CHECK(mapped_kib() > 0);
    CHECK_OK(store_rest(shelf->store, &why));
    CHECK_EQ(mapped_kib(), 0);
    CHECK_STR(found(shelf, (LogFilter){ 0 }), before);
    RowId next = shelf_row(shelf, ROW_NOTE, (RowId){ 0 }, "", "{}");
    CHECK_OK(store_rest(shelf->store, &why));
    CHECK_EQ(log_last(shelf->store).v, next.v);
}

TEST(a_row_comes_back_as_it_was_put) {
    own(shelf_end) Shelf *shelf = shelf_begin();
    Row row = { .cause = { 0 }, .kind = ROW_STEP, .sub = 2, .item = { 3 }, .place = { 4 }, .recorded_us = 5, .occurred_us = 6, .known_us = 7, .by = "rule:R1",
                .key = "naïve|\\|", .payload = text_of("{\"a\":\"x\"}") }, back;
    CHECK_OK(store_begin(shelf->store, &why));
    CHECK_OK(log_append(shelf->store, &row, &why));
    CHECK_OK(store_commit(shelf->store, &why));
    CHECK_OK(log_read(shelf->store, shelf->work, row.id, &back, &why));
    CHECK_EQ(1, back.id.v);
    CHECK(back.cause.v == 0 && back.kind == ROW_STEP && back.sub == 2 && back.item.v == 3 && back.place.v == 4);
    CHECK(back.recorded_us == 5 && back.occurred_us == 6 && back.known_us == 7);
    CHECK_STR("rule:R1", back.by);
    CHECK_STR("naïve|\\|", back.key);
    CHECK(text_is(back.payload, "{\"a\":\"x\"}"));
    CHECK_FAILS(ERR_NOT_FOUND, log_read(shelf->store, shelf->work, (RowId){ 2 }, &back, &why));
}

TEST(each_filter_finds_its_rows) {
    own(shelf_end) Shelf *shelf = shelf_begin();
    fill(shelf);
    CHECK_STR("1 2 3 4 5 6 7 8 9", found(shelf, (LogFilter){ 0 }));
    CHECK_STR("3 4", found(shelf, (LogFilter){ .after = { 2 }, .upto = { 4 } }));
    CHECK_STR("9 8", found(shelf, (LogFilter){ .newest_first = true, .most = 2 }));
    CHECK_STR("4", found(shelf, (LogFilter){ .kinds = 1ull << ROW_POLICY, .newest_first = true, .most = 1 }));
    CHECK_STR("5 6", found(shelf, (LogFilter){ .key = "5" }));
    CHECK_STR("6", found(shelf, (LogFilter){ .kinds = 1ull << ROW_DECISION, .key = "5" }));
    CHECK_STR("7 8", found(shelf, (LogFilter){ .key = "order-line|SO|1" }));
    CHECK_STR("7 8", found(shelf, (LogFilter){ .kinds = 1ull << ROW_FACT, .key = "order-line|SO|1" }));
    CHECK_STR("2", found(shelf, (LogFilter){ .kinds = 1ull << ROW_FACT, .subs = 1ull << FACT_ITEM }));
    CHECK_STR("9", found(shelf, (LogFilter){ .kinds = 1ull << ROW_NOTE | 1ull << ROW_CASE, .item = { 1 } }));
    CHECK_STR("7 8 9", found(shelf, (LogFilter){ .item = { 1 }, .place = { 1 } }));
    CHECK_STR("", found(shelf, (LogFilter){ .key = "nothing" }));
}

typedef struct Looked { int rows; int64_t wanted, taken; } Looked;
static Err take_wanted(void *self, const Row *row, bool *out_taken, [[maybe_unused]] Why *unused) {
    Looked *looked = self;
    looked->rows++;
    *out_taken = row->id.v == looked->wanted;
    if (*out_taken) looked->taken = row->id.v;
    return OK;
}

TEST(what_is_found_ends_the_search) {
    own(shelf_end) Shelf *shelf = shelf_begin();
    for (int i = 0; i < 9; i++) (void)shelf_document(shelf, text_format(shelf->work, "file-%d", i));
    int64_t last = log_last(shelf->store).v;
    Looked near = { .wanted = last - 1 }, none = { .wanted = last + 1 };
    LogFilter newest = { .newest_first = true };
    CHECK_OK(log_find(shelf->store, &newest, take_wanted, &near, &why));
    CHECK_EQ(near.taken, last - 1);
    CHECK_EQ(near.rows, 2);
    CHECK_OK(log_find(shelf->store, &newest, take_wanted, &none, &why));
    CHECK_EQ(none.rows, last);
}

TEST(a_visitor_stops_the_scan_and_may_read_and_append_meanwhile) {
    own(shelf_end) Shelf *shelf = shelf_begin();
    fill(shelf);
    Seen seen = { .fail_at = 3 };
    CHECK_FAILS(ERR_INVALID, log_scan(shelf->store, &(LogFilter){ 0 }, see, &seen, &why));
    CHECK_EQ(3, seen.ids.count);
    list_end(&seen.ids);
}

TEST(causes_and_effects_are_walked_both_ways) {
    own(shelf_end) Shelf *shelf = shelf_begin();
    fill(shelf);
    Because *causes;
    RowId *effects;
    int count;
    CHECK_OK(log_causes(shelf->store, shelf->work, (RowId){ 9 }, &causes, &count, &why));
    CHECK_EQ(2, count);
    CHECK(causes[0].cause.v == 4 && causes[1].cause.v == 7);
    CHECK_STR("stock", causes[1].role);
    CHECK_OK(log_causes(shelf->store, shelf->work, (RowId){ 6 }, &causes, &count, &why));
    CHECK(count == 1 && causes[0].cause.v == 5);
    CHECK_STR("cause", causes[0].role);
    CHECK_OK(log_effects(shelf->store, shelf->work, (RowId){ 1 }, &effects, &count, &why));
    CHECK(count == 4 && effects[0].v == 2 && effects[1].v == 3 && effects[2].v == 7 && effects[3].v == 8);
    CHECK_OK(log_effects(shelf->store, shelf->work, (RowId){ 4 }, &effects, &count, &why));
    CHECK(count == 2 && effects[0].v == 5 && effects[1].v == 9);
    CHECK_FAILS(ERR_NOT_FOUND, log_causes(shelf->store, shelf->work, (RowId){ 99 }, &causes, &count, &why));
}

/* ---- tampering ---- */

/* Runs SQL on the file as a person with another program would, first without our triggers. */
static void tamper(Shelf *shelf, const char *sql) {
    sqlite3 *db;
    store_close(&shelf->store);
    CHECK(sqlite3_open(path_join(shelf->work, shelf->directory, "log.db"), &db) == SQLITE_OK);
    CHECK(sqlite3_exec(db, "DROP TRIGGER log_no_update; DROP TRIGGER log_no_delete; DROP TRIGGER because_no_update; DROP TRIGGER because_no_delete", NULL, NULL, NULL) == SQLITE_OK);
    if (sqlite3_exec(db, sql, NULL, NULL, NULL) != SQLITE_OK) fail_msg("%s", sqlite3_errmsg(db));
    sqlite3_close(db);
    CHECK_OK(store_open(shelf->directory, STORE_WRITE, &shelf->world, &shelf->store, &why));
}

TEST(every_way_of_changing_the_log_is_found_and_the_row_is_named) {
    static const struct { const char *sql, *names; } ways[] = {
        { "UPDATE log SET payload = '{\"name\":\"shippeD\"}' WHERE id = 4", "row 4 " },
        { "UPDATE log SET author = 'someone' WHERE id = 6", "row 6 " },
        { "UPDATE log SET cause = 2 WHERE id = 5", "row 5 " },
        { "UPDATE log SET known_us = known_us + 1 WHERE id = 7", "row 7 " },
        { "UPDATE log SET line = 3 WHERE id = 7", "row 7 " },
        { "UPDATE log SET key = '55', payload = '' WHERE id = 5", "row 5 " },
        { "DELETE FROM log WHERE id = 3", "row 3 " },
        { "DELETE FROM log WHERE id = 9", "row 9 " },
        { "DELETE FROM log", "row 1 " },
        { "UPDATE log SET id = -1 WHERE id = 5; UPDATE log SET id = 5 WHERE id = 6; UPDATE log SET id = 6 WHERE id = -1", "row 5 " },
        { "INSERT INTO log SELECT 10, cause, kind, sub, item, place, recorded_us, occurred_us, known_us, author, key, payload, line, offset, length, chain FROM log WHERE id = 9", "row 10 " },
        { "UPDATE log SET chain = zeroblob(32) WHERE id = 2", "row 2 " },
        { "UPDATE head SET chain = zeroblob(32)", "row 9 " },
        { "UPDATE because SET role = 'stack' WHERE role = 'stock'", "row 9 " },
        { "UPDATE because SET cause = 3 WHERE role = 'stock'", "row 9 " },
        { "DELETE FROM because WHERE role = 'stock'", "row 9 " },
        { "INSERT INTO because (after, row, cause, role) VALUES (3, 4, 2, 'forged')", "row 3 " },
    };
    for (size_t i = 0; i < sizeof ways / sizeof ways[0]; i++) {
        own(shelf_end) Shelf *shelf = shelf_begin();
        int64_t rows = 0;
        fill(shelf);
        CHECK_OK(store_verify(shelf->store, &rows, &why));
        CHECK_EQ(9, rows);
        tamper(shelf, ways[i].sql);
        CHECK_FAILS(ERR_CORRUPT, store_verify(shelf->store, &rows, &why));
        if (!strstr(why.message, ways[i].names)) fail_msg("%s: %s", ways[i].sql, why.message);
    }
}

TEST(the_log_refuses_to_be_changed_through_its_own_door) {
    own(shelf_end) Shelf *shelf = shelf_begin();
    sqlite3 *db;
    fill(shelf);
    CHECK(sqlite3_open(path_join(shelf->work, shelf->directory, "log.db"), &db) == SQLITE_OK);
    CHECK(sqlite3_exec(db, "UPDATE log SET author = 'x' WHERE id = 1", NULL, NULL, NULL) != SQLITE_OK);
    CHECK(strstr(sqlite3_errmsg(db), "append-only"));
    CHECK(sqlite3_exec(db, "DELETE FROM log WHERE id = 1", NULL, NULL, NULL) != SQLITE_OK);
    sqlite3_close(db);
}

/* ---- documents ---- */

TEST(a_document_is_found_by_its_bytes_until_it_is_retracted) {
    own(shelf_end) Shelf *shelf = shelf_begin();
    Hash hash = { { 0xab, 0xcd } };
    RowId found_row, retraction;
    RowId document = shelf_document(shelf, text_format(shelf->work, "erp|%s", hash_hex(shelf->work, hash)));
    CHECK_OK(document_by_hash(shelf->store, "erp", hash, &found_row, &why));
    CHECK_EQ(document.v, found_row.v);
    CHECK_FAILS(ERR_NOT_FOUND, document_by_hash(shelf->store, "other", hash, &found_row, &why));
    CHECK_OK(store_begin(shelf->store, &why));
    CHECK_OK(facts_retract(shelf->store, document, "test", "wrong month", &retraction, &why));
    CHECK_FAILS(ERR_CONFLICT, facts_retract(shelf->store, document, "test", "again", &retraction, &why));
    CHECK_FAILS(ERR_INVALID, facts_retract(shelf->store, retraction, "test", "a retraction", &retraction, &why));
    Fact item = item_fact("A");
    CHECK_FAILS(ERR_CONFLICT, facts_append(shelf->store, document, &item, NULL, 1, "test", NULL, NULL, &why));
    CHECK_OK(store_commit(shelf->store, &why));
    CHECK_FAILS(ERR_NOT_FOUND, document_by_hash(shelf->store, "erp", hash, &found_row, &why));
}

TEST(whether_there_is_a_row_of_a_kind_is_known_without_reading_it) {
    own(shelf_end) Shelf *shelf = shelf_begin();
    RowId note = shelf_row(shelf, ROW_NOTE, (RowId){ 0 }, "n", "{}");
    const struct { LogFilter filter; bool has; } asked[] = {
        { { .kinds = 1ull << ROW_NOTE }, true },
        { { .kinds = 1ull << ROW_NOTE, .after = note }, false },
        { { .kinds = 1ull << ROW_POLICY }, false },
        { { .kinds = 1ull << ROW_NOTE | 1ull << ROW_POLICY, .key = "n" }, true },
        { { .kinds = 1ull << ROW_NOTE, .key = "m" }, false },
    };
    for (size_t i = 0; i < sizeof asked / sizeof asked[0]; i++) {
        bool has = !asked[i].has;
        CHECK_OK(log_has(shelf->store, &asked[i].filter, &has, &why));
        CHECK_EQ(has, asked[i].has);
    }
}
