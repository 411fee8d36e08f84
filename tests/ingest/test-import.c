#include "ingest/import.h"

#include <stdlib.h>
#include <string.h>

#include "base/rng.h"
#include "domain/note.h"
#include "tests/ingest/bench.h"

static const char *many_orders(TestBench *bench, int count) {
    Buf text = buf_begin(64 * MiB);
    buf_add_str(&text, "doc,line,item,place,qty,order_day\n");
    for (int i = 0; i < count; i++) buf_addf(&text, "SO-%d,1,A%d,P%d,%d,2026-10-%02d\n", i, i % 3 + 1, i % 2 + 1, i % 9 + 1, i % 28 + 1);
    const char *copy = text_copy_n(bench->arena, text.at, text.length);
    buf_end(&text);
    return copy;
}

TEST(the_document_keeps_the_bytes_and_every_fact_its_line) {
    TestBench bench;
    Row row;
    Text bytes;
    test_bench_begin(&bench);
    bench_masters(&bench);
    const char *text = many_orders(&bench, 20);
    CHECK_GOOD(&bench, bench_import_text(&bench, "orders.csv", "order-lines", text));
    Why why = { 0 };
    CHECK_OK(log_read(bench.store, bench.arena, bench.result.document, &row, &why));
    CHECK(row.kind == ROW_DOCUMENT);
    CHECK_STR("ann", row.by);
    const JsonValue *payload;
    const char *sha = NULL;
    CHECK_OK(json_parse(bench.arena, row.payload, &payload, &why));
    CHECK_OK(json_need_text(payload, "sha256", &sha, &why));
    Hash hash;
    for (int i = 0; i < 32; i++) {
        char pair[3] = { sha[2 * i], sha[2 * i + 1], 0 };
        hash.bytes[i] = (uint8_t)strtoul(pair, NULL, 16);
    }
    CHECK_OK(blob_read(bench.store, bench.arena, hash, 0, (int64_t)strlen(text), &bytes, &why));
    CHECK(text_is(bytes, text));

    RowId fact = log_last(bench.store);        /* NOTE_IMPORTED comes last */
    CHECK_OK(log_read(bench.store, bench.arena, fact, &row, &why));
    CHECK(row.kind == ROW_NOTE && row.sub == NOTE_IMPORTED);
    fact.v--;
    FactPlace where;
    CHECK_OK(fact_where(bench.store, fact, &where, &why));
    CHECK_EQ(21, where.line);
    CHECK(text_is(text_part(text_of(text), (size_t)where.offset, (size_t)(where.offset + where.length)), "SO-19,1,A2,P2,2,2026-10-20"));
    test_bench_end(&bench);
}

TEST(an_interrupted_import_goes_on_where_it_stopped) {
    TestBench whole, cut;
    test_bench_begin(&whole);
    test_bench_begin(&cut);
    bench_masters(&whole);
    bench_masters(&cut);
    const char *text = text_format(whole.arena, "%sSO-X,1,A1,P1,bad,2026-10-01\n", many_orders(&whole, 50));
    CHECK_FAILS(ERR_PARTIAL, bench_import_text(&whole, "orders.csv", "order-lines", text));

    atomic_bool stop = true;
    ImportOptions options = { .path = bench_file(&cut, "orders.csv", text), .map = "order-lines", .by = "ann", .now_us = cut.test.now_us, .batch_facts = 7, .stop = &stop };
    int stops = 0;
    Err err;
    RowId document = { 0 };
    while ((err = import_file(cut.store, cut.arena, &options, &cut.result, &cut.why)) == ERR_INTERRUPTED) {
        CHECK(!document.v || document.v == cut.result.document.v);
        document = cut.result.document;
        CHECK(++stops < 20);
    }
    CHECK_FAILS(ERR_PARTIAL, err);
    CHECK(stops > 3);
    CHECK(cut.result.resumed);
    CHECK_EQ(51, cut.result.rows);
    CHECK_EQ(50, cut.result.outcomes[FACT_NEW]);
    CHECK_EQ(0, cut.result.outcomes[FACT_DUPLICATE]);
    CHECK_EQ(1, cut.result.bad_rows);
    CHECK_EQ(bench_rows(&whole, ROW_NOTE, NOTE_BAD_ROW), bench_rows(&cut, ROW_NOTE, NOTE_BAD_ROW));
    CHECK_EQ(1, bench_rows(&cut, ROW_DOCUMENT, -1) - bench_rows(&whole, ROW_DOCUMENT, -1) + 1);
    CHECK_STR(bench_facts(&whole, 0), bench_facts(&cut, 0));
    test_bench_end(&whole);
    test_bench_end(&cut);
}

TEST(batches_of_any_size_store_the_same) {
    TestBench a, b;
    test_bench_begin(&a);
    test_bench_begin(&b);
    bench_masters(&a);
    bench_masters(&b);
    const char *text = many_orders(&a, 100);
    CHECK_GOOD(&a, bench_import_text(&a, "orders.csv", "order-lines", text));
    ImportOptions options = { .path = bench_file(&b, "orders.csv", text), .map = "order-lines", .by = "ann", .now_us = b.test.now_us, .batch_facts = 1000 };
    CHECK_GOOD(&b, import_file(b.store, b.arena, &options, &b.result, &b.why));
    CHECK_STR(bench_facts(&a, 0), bench_facts(&b, 0));
    test_bench_end(&a);
    test_bench_end(&b);
}

TEST(retracting_gives_back_what_was_replaced) {
    TestBench bench;
    RowId row;
    test_bench_begin(&bench);
    bench_masters(&bench);
    CHECK_GOOD(&bench, bench_import_text(&bench, "one.csv", "order-lines", "doc,line,item,place,qty,order_day,version\nSO-1,1,A1,P1,5,2026-10-01,1\n"));
    const char *before = bench_facts(&bench, 1ull << FACT_ORDER_LINE);
    CHECK_GOOD(&bench, bench_import_text(&bench, "two.csv", "order-lines", "doc,line,item,place,qty,order_day,version\nSO-1,1,A1,P1,50,2026-10-01,2\n"));
    CHECK(strcmp(before, bench_facts(&bench, 1ull << FACT_ORDER_LINE)) != 0);
    CHECK_GOOD(&bench, import_retract(bench.store, bench.result.document, "ann", "wrong file", &row, &bench.why));
    CHECK_STR(before, bench_facts(&bench, 1ull << FACT_ORDER_LINE));
    CHECK_FAILS(ERR_INVALID, import_retract(bench.store, row, "ann", "not a document", &row, &bench.why));
    test_bench_end(&bench);
}

TEST(parked_rows_come_in_when_their_code_is_defined) {
    TestBench bench;
    test_bench_begin(&bench);
    bench_masters(&bench);
    CHECK_GOOD(&bench, bench_import_text(&bench, "orders.csv", "order-lines", "doc,line,customer,item,place,qty,order_day\nSO-1,1,C7,B1,P1,5,2026-10-01\n"));
    CHECK_EQ(1, bench.result.outcomes[FACT_PARKED]);
    CHECK_STR("", bench_facts(&bench, 1ull << FACT_ORDER_LINE));
    CHECK_GOOD(&bench, bench_import_text(&bench, "b1.csv", "items", "item\nB1\n"));
    CHECK_STR("", bench_facts(&bench, 1ull << FACT_ORDER_LINE));
    CHECK_GOOD(&bench, bench_import_text(&bench, "c7.csv", "customers", "customer\nC7\n"));
    CHECK(strstr(bench_facts(&bench, 1ull << FACT_ORDER_LINE), "order-line|SO-1|1"));
    test_bench_end(&bench);
}

TEST(files_in_any_order_end_in_the_same_facts) {
    static const struct { const char *name, *map, *text; } files[] = {
        { "items.csv", "items", "item,uom\nA1,EA\nA2,EA\n" },
        { "places.csv", "places", "place\nP1\n" },
        { "customers.csv", "customers", "customer\nC1\n" },
        { "o1.csv", "order-lines", "doc,line,customer,item,place,qty,order_day,version\nSO-1,1,C1,A1,P1,5,2026-10-01,1\nSO-2,1,C1,A2,P1,5,2026-10-01,1\n" },
        { "o2.csv", "order-lines", "doc,line,customer,item,place,qty,order_day,version\nSO-1,1,C1,A1,P1,7,2026-10-01,2\n" },
        { "o3.csv", "order-lines", "doc,line,customer,item,place,qty,order_day,version,correction\nSO-2,1,,,,,,3,cancel\n" },
    };
    enum { FILES = sizeof files / sizeof files[0] };
    char *first = NULL;
    Rng rng = rng_of(5);
    for (int round = 0; round < 12; round++) {
        TestBench bench;
        uint32_t order[FILES];
        test_bench_begin(&bench);
        for (uint32_t i = 0; i < FILES; i++) order[i] = i;
        if (round) rng_shuffle(&rng, order, FILES);
        for (int pass = 0; pass < 1 + round % 2; pass++)
            for (int i = 0; i < FILES; i++)
                if (bench_import_text(&bench, files[order[i]].name, files[order[i]].map, files[order[i]].text) != OK) fail_msg("%s: %s", files[order[i]].name, bench.why.message);
        const char *facts = bench_facts(&bench, 0);
        if (!first) first = strdup(facts);
        CHECK_STR(first, facts);
        test_bench_end(&bench);
    }
    CHECK(strstr(first, "\"qty\":7") && !strstr(first, "SO-2"));
    free(first);
}

TEST(bad_rows_become_notes_for_the_item_and_place_they_name) {
    TestBench bench;
    Why why = { 0 };
    Row row;
    test_bench_begin(&bench);
    bench_masters(&bench);
    CHECK_FAILS(ERR_PARTIAL, bench_import_text(&bench, "stock.csv", "stock", "item,place,as_of_day,on_hand\nA1,P1,2026-11-20,-4\nA2,P1,2026-11-20,4\n"));
    CHECK_EQ(1, bench_rows(&bench, ROW_NOTE, NOTE_BAD_ROW));
    for (int64_t id = log_last(bench.store).v; id > 0; id--) {
        CHECK_OK(log_read(bench.store, bench.arena, (RowId){ id }, &row, &why));
        if (row.kind == ROW_NOTE && row.sub == NOTE_BAD_ROW) break;
    }
    CHECK_EQ(bench.result.document.v, row.cause.v);
    CHECK_EQ(ident_find(bench.store, ID_ITEM, text_of("A1")), row.item.v);
    CHECK_EQ(ident_find(bench.store, ID_PLACE, text_of("P1")), row.place.v);
    CHECK(text_find(row.payload, "\"class\":\"value\",\"document\":\"stock.csv\",\"line\":2") >= 0);
    Buf csv = buf_begin(MiB);
    import_errors_write(&csv, &bench.result);
    CHECK(text_starts(buf_text(&csv), "line,field,class,message,hint\r\n2,on_hand,value,on_hand is negative,"));
    buf_end(&csv);
    test_bench_end(&bench);
}

TEST(more_bad_rows_than_are_listed_are_counted_in_one_note) {
    TestBench bench;
    test_bench_begin(&bench);
    bench_masters(&bench);
    Buf text = buf_begin(MiB);
    buf_add_str(&text, "item,place,as_of_day,on_hand\n");
    for (int i = 0; i < 1500; i++) buf_addf(&text, "A1,P1,2026-11-20,x%d\n", i);
    CHECK_FAILS(ERR_PARTIAL, bench_import_text(&bench, "stock.csv", "stock", buf_str(&text)));
    buf_end(&text);
    CHECK_EQ(1500, bench.result.bad_rows);
    CHECK_EQ(1000, bench.result.bad_listed);
    CHECK_EQ(1001, bench_rows(&bench, ROW_NOTE, NOTE_BAD_ROW));
    test_bench_end(&bench);
}

TEST(a_field_of_ten_megabytes_is_one_bad_row) {
    TestBench bench;
    test_bench_begin(&bench);
    bench_masters(&bench);
    char *text = malloc(11 * MiB);
    char *at = stpcpy(text, "doc,line,item,place,qty,order_day\nSO-1,1,\"");
    memset(at, 'x', 10 * MiB);
    strcpy(at + 10 * MiB, "\",P1,1,2026-10-01\nSO-2,1,A1,P1,1,2026-10-01\n");
    CHECK_FAILS(ERR_PARTIAL, bench_import_text(&bench, "orders.csv", "order-lines", text));
    free(text);
    CHECK_EQ(1, bench.result.outcomes[FACT_NEW]);
    CHECK_EQ(1, bench.result.bad_rows);
    CHECK_EQ(2, bench.result.bad[0].line);
    CHECK_STR("item", bench.result.bad[0].field);
    CHECK(*bench.result.bad[0].hint);
    test_bench_end(&bench);
}

TEST(an_all_or_nothing_file_that_is_mended_comes_in_whole) {
    TestBench bench;
    test_bench_begin(&bench);
    bench_masters(&bench);
    const char *header = "doc,line,item,place,qty,order_day\nSO-1,1,A1,P1,1,2026-10-01\n";
    ImportOptions options = { .path = bench_file(&bench, "o.csv", text_format(bench.arena, "%sSO-2,1,A1,P1,x,2026-10-01\n", header)), .map = "order-lines", .by = "ann",
        .atomic = ATOMIC_FILE, .now_us = bench.test.now_us, .batch_facts = 1 };
    CHECK_FAILS(ERR_INVALID, import_file(bench.store, bench.arena, &options, &bench.result, &bench.why));
    CHECK(strstr(bench.why.message, "line 3: qty"));
    CHECK_STR("", bench_facts(&bench, 1ull << FACT_ORDER_LINE));
    CHECK_EQ(1, bench_rows(&bench, ROW_NOTE, NOTE_REFUSED));
    int64_t rows = log_last(bench.store).v;
    CHECK_FAILS(ERR_INVALID, import_file(bench.store, bench.arena, &options, &bench.result, &bench.why));
    CHECK_EQ(rows, log_last(bench.store).v);
    options.path = bench_file(&bench, "o.csv", text_format(bench.arena, "%sSO-2,1,A1,P1,2,2026-10-01\n", header));
    CHECK_GOOD(&bench, import_file(bench.store, bench.arena, &options, &bench.result, &bench.why));
    CHECK_EQ(2, bench.result.outcomes[FACT_NEW]);
    test_bench_end(&bench);
}

TEST(a_preview_stores_nothing_and_says_what_each_row_becomes) {
    TestBench bench;
    Preview seen;
    test_bench_begin(&bench);
    bench_masters(&bench);
    int64_t rows = log_last(bench.store).v;
    const char *path = bench_file(&bench, "o.csv", "doc,line,item,place,qty,order_day,colour\nSO-1,1,A1,P1,1,2026-10-01,red\nSO-2,1,A1,P1,x,2026-10-01,\n");
    ImportOptions options = { .path = path, .map = "order-lines", .by = "ann", .now_us = bench.test.now_us };
    CHECK_GOOD(&bench, import_preview(bench.store, bench.arena, &options, 10, &seen, &bench.why));
    CHECK_EQ(rows, log_last(bench.store).v);
    CHECK_EQ(2, seen.rows_count);
    CHECK(strstr(seen.rows[0].facts[0], "order-line|SO-1|1 {\"item\":\"A1\""));
    CHECK(strstr(seen.rows[1].error, "qty"));
    CHECK_EQ(7, seen.columns_count);
    CHECK(!seen.columns[6].used && seen.columns[6].filled == 1);
    CHECK_STR("red", seen.columns[6].example);
    CHECK(seen.columns[0].used);
    CHECK_EQ(13, seen.cells_filled);
    CHECK_EQ(12, seen.cells_used);
    Buf out = buf_begin(MiB);
    JsonWriter json = json_writer(&out);
    preview_write(&json, &seen);
    const JsonValue *value;
    CHECK_GOOD(&bench, json_parse(bench.arena, buf_text(&out), &value, &bench.why));
    buf_end(&out);
    test_bench_end(&bench);
}

TEST(what_the_caller_gives_is_part_of_what_a_file_says) {
    TestBench bench;
    static const char map[] = "{\"map\":\"m\",\"version\":1,\"name\":\"erp\",\"emit\":[{\"fact\":\"stock\",\"set\":{\"item\":\"item\",\"place\":{\"value\":\"P1\"},\"on_hand\":\"n\",\"as_of_day\":{\"given\":\"as_of\"}}}]}";
    test_bench_begin(&bench);
    bench_masters(&bench);
    const char *map_path = bench_file(&bench, "map.json", map), *path = bench_file(&bench, "s.csv", "item,n\nA1,5\n");
    CHECK_FAILS(ERR_INVALID, bench_import(&bench, path, map_path));
    CHECK(strstr(bench.why.hint, "--given as_of="));
    Given given = { "as_of", "2026-11-20" };
    ImportOptions options = { .path = path, .map = map_path, .by = "ann", .now_us = bench.test.now_us, .given = { &given, 1 } };
    CHECK_GOOD(&bench, import_file(bench.store, bench.arena, &options, &bench.result, &bench.why));
    given.value = "2026-11-21";
    CHECK_GOOD(&bench, import_file(bench.store, bench.arena, &options, &bench.result, &bench.why));
    CHECK(!bench.result.already);
    CHECK(strstr(bench_facts(&bench, 1ull << FACT_STOCK), "stock|A1|P1|2026-11-20"));
    CHECK(strstr(bench_facts(&bench, 1ull << FACT_STOCK), "stock|A1|P1|2026-11-21"));
    test_bench_end(&bench);
}

typedef struct KnownCheck { FactKind kind; int64_t known_us; } KnownCheck;

static Err find_known(void *self, const Row *row, const Fact *fact, Why *why) {
    (void)why;
    KnownCheck *check = self;
    if (fact->kind == check->kind) check->known_us = row->known_us;
    return OK;
}

static int64_t known_of(TestBench *bench, FactKind kind) {
    KnownCheck check = { kind, -1 };
    FactFilter filter = { .upto = log_last(bench->store), .known_us = INT64_MAX };
    CHECK_GOOD(bench, facts_scan(bench->store, &filter, find_known, &check, &bench->why));
    return check.known_us;
}

TEST(facts_are_known_from_the_end_of_their_day_and_periods_from_their_end) {
    TestBench bench;
    test_bench_begin(&bench);
    bench_masters(&bench);
    CHECK_EQ(0, known_of(&bench, FACT_ITEM));
    CHECK_GOOD(&bench, bench_import_text(&bench, "o.csv", "order-lines", "doc,line,item,place,qty,order_day\nSO-1,1,A1,P1,1,2026-10-01\n"));
    CHECK_EQ(us_of_day(day_of_civil((Civil){ 2026, 10, 2 })) - 1, known_of(&bench, FACT_ORDER_LINE));
    CHECK_GOOD(&bench, bench_import_text(&bench, "s.csv", "sales", "item,place,qty,from_day,bucket_days,status\nA1,P1,1,2026-10-05,7,in-stock\n"));
    CHECK_EQ(us_of_day(day_of_civil((Civil){ 2026, 10, 12 })) - 1, known_of(&bench, FACT_SALES));
    CHECK_GOOD(&bench, bench_import_text(&bench, "p.csv", "po-lines", "doc,line,supplier,item,place,qty,order_day,known_at\nPO-1,1,S1,A1,P1,1,2026-10-05,2026-10-09\n"));
    CHECK_EQ(us_of_day(day_of_civil((Civil){ 2026, 10, 10 })) - 1, known_of(&bench, FACT_PO_LINE));
    CHECK_GOOD(&bench, bench_import_text(&bench, "i.csv", "item-places", "item,place,min_qty,from_day\nA1,P1,3,2026-09-01\n"));
    CHECK_EQ(us_of_day(day_of_civil((Civil){ 2026, 9, 2 })) - 1, known_of(&bench, FACT_ITEM_PLACE));
    test_bench_end(&bench);
}
