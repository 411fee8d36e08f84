#include "tests/store/shelf.h"

#include <stdlib.h>

#include "base/file.h"
#include "base/list.h"

static Why why;

Shelf *shelf_begin(void) {
    Shelf *shelf = calloc(1, sizeof *shelf);
    shelf->work = arena_begin((size_t)1024 * MiB);
    shelf->clock = (WorldTest){ .now_us = 1700000000000000, .step_us = 1000, .rng = rng_of(1) };
    shelf->world = world_test(&shelf->clock);
    CHECK_OK(folder_temporary(shelf->work, "store", &shelf->directory, &why));
    CHECK_OK(store_init(shelf->directory, &shelf->world, &why));
    CHECK_OK(store_open(shelf->directory, STORE_WRITE, &shelf->world, &shelf->store, &why));
    return shelf;
}

void shelf_end(Shelf **at) {
    Shelf *shelf = *at;
    store_close(&shelf->store);
    CHECK_OK(folder_remove(shelf->directory, &why));
    arena_end(&shelf->work);
    free(shelf);
    *at = NULL;
}

void shelf_reopen(Shelf *shelf) {
    store_close(&shelf->store);
    CHECK_OK(store_open(shelf->directory, STORE_WRITE, &shelf->world, &shelf->store, &why));
}

RowId shelf_row(Shelf *shelf, RowKind kind, RowId cause, const char *key, const char *payload) {
    Row row = { .kind = kind, .cause = cause, .by = "test", .key = key, .payload = text_of(payload) };
    CHECK_OK(store_begin(shelf->store, &why));
    CHECK_OK(log_append(shelf->store, &row, &why));
    CHECK_OK(store_commit(shelf->store, &why));
    return row.id;
}

RowId shelf_document(Shelf *shelf, const char *name) { return shelf_row(shelf, ROW_DOCUMENT, (RowId){ 0 }, name, "{}"); }

static Fact coded(FactKind kind, Field field, const char *code) {
    Fact fact = { .kind = kind };
    fact_set_text(&fact, field, text_of(code));
    return fact;
}

Fact item_fact(const char *item) { return coded(FACT_ITEM, F_item, item); }
Fact place_fact(const char *place) { return coded(FACT_PLACE, F_place, place); }
Fact customer_fact(const char *customer) { return coded(FACT_CUSTOMER, F_customer, customer); }

Fact order_fact(const char *doc, const char *line, const char *item, const char *place, int64_t qty, int64_t version) {
    Fact fact = coded(FACT_ORDER_LINE, F_item, item);
    fact_set_text(&fact, F_place, text_of(place));
    fact_set_text(&fact, F_doc, text_of(doc));
    fact_set_text(&fact, F_line, text_of(line));
    fact_set_number(&fact, F_qty, qty * 1000000);
    fact_set_number(&fact, F_order_day, 20000);
    fact.version = version;
    fact.known_us = 20000 * 86400000000;
    return fact;
}

FactOutcome shelf_put(Shelf *shelf, RowId document, const Fact *fact) {
    FactOutcome outcome = FACT_OUTCOME_COUNT_;
    CHECK_OK(store_begin(shelf->store, &why));
    CHECK_OK(facts_append(shelf->store, document, fact, NULL, 1, "test", &outcome, NULL, &why));
    CHECK_OK(store_commit(shelf->store, &why));
    return outcome;
}

void shelf_masters(Shelf *shelf) {
    RowId document = shelf_document(shelf, "masters");
    Fact facts[] = { item_fact("A"), item_fact("B"), item_fact("C"), place_fact("P"), place_fact("Q"), customer_fact("K") };
    for (size_t i = 0; i < sizeof facts / sizeof facts[0]; i++) CHECK_EQ(FACT_NEW, shelf_put(shelf, document, &facts[i]));
}

typedef struct Counted { Arena *work; LIST(char *) lines; } Counted;

static Err take(void *self, const Row *row, const Fact *fact, Why *unused) {
    (void)unused;
    Counted *counted = self;
    CHECK_EQ(row->sub, fact->kind);
    list_push(&counted->lines, text_format(counted->work, "%s=%.*s\n", row->key, TEXT_ARGS(row->payload)));
    return OK;
}

static int line_order(const void *left, const void *right) { return strcmp(*(char *const *)left, *(char *const *)right); }

const char *shelf_counted(Shelf *shelf, uint64_t kinds, RowId upto, int64_t known_us) {
    Counted counted = { .work = shelf->work };
    FactFilter filter = { .kinds = kinds, .upto = upto, .known_us = known_us };
    CHECK_OK(facts_scan(shelf->store, &filter, take, &counted, &why));
    if (counted.lines.count) qsort(counted.lines.at, counted.lines.count, sizeof *counted.lines.at, line_order);
    Buf out = buf_begin(64 * MiB);
    for (size_t i = 0; i < counted.lines.count; i++) buf_add_str(&out, counted.lines.at[i]);
    const char *text = text_copy(shelf->work, buf_str(&out));
    buf_end(&out);
    list_end(&counted.lines);
    return text;
}
