#include "tests/fault/work.h"

#include <stdio.h>
#include <stdlib.h>

#include "base/hash.h"
#include "domain/case.h"
#include "tests/test.h"

enum { FACTS = 7 };

static Why why;

static void code_put(Store *store, RowId document, FactKind kind, Field field, const char *code) {
    Fact fact = { .kind = kind };
    fact_set_text(&fact, field, text_of(code));
    CHECK_OK(facts_append(store, document, &fact, NULL, 1, "test", NULL, NULL, &why));
}

void work_prepare(const char *directory) {
    World world = world_real();
    Store *store;
    CHECK_OK(store_init(directory, &world, &why));
    CHECK_OK(store_open(directory, STORE_WRITE, &world, &store, &why));
    CHECK_OK(store_begin(store, &why));
    Row row = { .kind = ROW_DOCUMENT, .by = "test", .key = "test|1", .payload = text_of("{}") };
    CHECK_OK(log_append(store, &row, &why));
    code_put(store, row.id, FACT_ITEM, F_item, "A");
    code_put(store, row.id, FACT_PLACE, F_place, "P");
    CHECK_OK(store_commit(store, &why));
    store_close(&store);
}

static Fact line_of(Arena *work, int64_t number, int line) {
    Fact fact = { .kind = FACT_ORDER_LINE };
    fact_set_text(&fact, F_item, text_of("A"));
    fact_set_text(&fact, F_place, text_of("P"));
    fact_set_text(&fact, F_doc, text_of(text_format(work, "%lld", (long long)number)));
    fact_set_text(&fact, F_line, text_of(text_format(work, "%d", line)));
    fact_set_number(&fact, F_qty, 1000000 * (line + 1));
    fact_set_number(&fact, F_order_day, 20000);
    return fact;
}

static Err batch_fill(Store *store, Arena *work, int64_t number, Why *out_why) {
    Fact facts[FACTS];
    Hash hash;
    const char *name = text_format(work, "%lld", (long long)number);
    for (int i = 0; i < FACTS; i++) facts[i] = line_of(work, number, i);
    TRY(facts_append(store, (RowId){ 1 }, facts, NULL, FACTS, "test", NULL, NULL, out_why));
    Row row = { .kind = ROW_CASE, .sub = CASE_BUY, .by = "test", .payload = text_of("{\"subject\":\"\"}") };
    CaseLine line = { .kind = CASE_BUY, .title = name, .action = "", .search = name, .assigned = "" };
    TRY(case_put(store, &row, &line, out_why));
    TRY(blob_put(store, name, strlen(name), &hash, out_why));
    return value_put(store, "batch", name, text_of(name), 0, out_why);
}

Err work_batch(Store *store, int64_t number, Why *out_why) {
    own(arena_end) Arena *work = arena_begin(16 * MiB);
    TRY(store_begin(store, out_why));
    Err err = batch_fill(store, work, number, out_why);
    if (err != OK) store_rollback(store);
    return err;
}

/* ---- the judge ---- */

typedef struct Count { int64_t *facts; int64_t count; } Count;

static Err count_fact(void *self, [[maybe_unused]] const Row *row, const Fact *fact, [[maybe_unused]] Why *unused) {
    Count *count = self;
    int64_t number = strtoll(fact->text[F_doc].at, NULL, 10);      /* ends at the quote behind it */
    CHECK(number >= 0 && number < count->count);
    count->facts[number]++;
    return OK;
}

/* How many of the batch's parts are there: its facts, its value and its bytes. */
static int64_t parts_of(Store *store, Arena *work, int64_t number, int64_t facts) {
    const char *name = text_format(work, "%lld", (long long)number);
    Text value;
    Hash hash;
    Sha256 sha = sha256(text_of(name));
    memcpy(hash.bytes, sha.at, sizeof hash.bytes);
    return facts + (value_get(store, work, "batch", name, &value, NULL) == OK) + (blob_size(store, hash) >= 0);
}

static Err judge(const char *directory, const bool *acknowledged, int64_t count, Judgement *out) {
    own(store_close) Store *store = NULL;
    own(arena_end) Arena *work = arena_begin(256 * MiB);
    World world = world_real();
    int64_t rows;
    int cases;
    RowId *ids;
    Judgement judgement = { 0 };
    Count counted = { many_in(work, int64_t, count + 1), count };
    FactFilter orders = { .kinds = 1ull << FACT_ORDER_LINE };
    TRY(store_open(directory, STORE_WRITE, &world, &store, &why));
    TRY(store_verify(store, &rows, &why));
    TRY(facts_scan(store, &orders, count_fact, &counted, &why));
    for (int64_t i = 0; i < count; i++) {
        int64_t parts = parts_of(store, work, i, counted.facts[i]);
        judgement.found += parts == FACTS + 2;
        judgement.partial += parts != 0 && parts != FACTS + 2;
        judgement.lost += acknowledged[i] && parts != FACTS + 2;
    }
    TRY(case_ids(store, work, &(CaseFilter){ 0 }, &ids, &cases, &why));
    judgement.partial += cases != judgement.found;
    *out = judgement;
    return OK;
}

Judgement work_judge(const char *directory, const bool *acknowledged, int64_t count) {
    Judgement judgement = { 0 };
    if (judge(directory, acknowledged, count, &judgement) == OK) return judgement;
    judgement = (Judgement){ .lost = 1 };
    strcpy(judgement.damage, why.message);
    for (int64_t i = 0; i < count; i++) judgement.lost += acknowledged[i];
    return judgement;
}
