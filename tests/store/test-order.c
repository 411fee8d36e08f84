/* Any order of arrival, any repetition, any retraction: what counts depends only on what was said and not taken back.
 * The model is a table of statements (document, fact); versions are numbered and each (key, version) has one content. */
#include <stdlib.h>

#include "base/list.h"
#include "base/map.h"
#include "tests/store/shelf.h"

static Why why;

enum { DOCUMENTS = 5, KEYS = 12, VERSIONS = 4, STATEMENTS = 60 };

typedef struct Statement { int document; int key, version; bool cancels; } Statement;
typedef struct Saying { Statement said[STATEMENTS]; bool taken_back[DOCUMENTS]; } Saying;

static Saying saying_of(Rng *rng) {
    Saying saying = { 0 };
    for (int i = 0; i < STATEMENTS; i++) {
        Statement *s = &saying.said[i];
        s->document = (int)rng_below(rng, DOCUMENTS);
        s->key = (int)rng_below(rng, KEYS);
        s->version = 1 + (int)rng_below(rng, VERSIONS);
        s->cancels = (s->key + s->version) % 5 == 0;       /* a function of key and version: one content each */
    }
    for (int d = 0; d < DOCUMENTS; d++) saying.taken_back[d] = rng_chance(rng, 0.3);
    return saying;
}

static Fact fact_of(Arena *work, const Statement *s) {
    static const char *const items[] = { "A", "B", "C" }, *const places[] = { "P", "Q" };
    Fact fact = order_fact("SO", text_format(work, "%02d", s->key), items[s->key % 3], places[s->key % 2], s->key * 10 + s->version, s->version);
    if (s->cancels) fact.correction = CORRECT_CANCEL;
    return fact;
}

static const char *model_counted(Arena *work, const Saying *saying, bool all_count) {
    Buf out = buf_begin(1 * MiB), payload = buf_begin(1 * MiB);
    for (int key = 0; key < KEYS; key++) {
        const Statement *best = NULL;
        for (int i = 0; i < STATEMENTS; i++) {
            const Statement *s = &saying->said[i];
            if (s->key == key && (all_count || !saying->taken_back[s->document]) && (!best || s->version > best->version)) best = s;
        }
        if (!best || best->cancels) continue;
        Fact fact = fact_of(work, best);
        buf_clear(&payload);
        fact_write(&payload, &fact);
        buf_addf(&out, "order-line|SO|%02d=%s\n", key, buf_str(&payload));
    }
    const char *text = text_copy(work, buf_str(&out));
    buf_end(&payload);
    buf_end(&out);
    return text;
}

/* ---- a picture kept up to date by facts_changes, compared with the scan ---- */

typedef struct Picture { Arena *work; TextMap *rows; int64_t upto; } Picture;

static Err fold(void *self, const Row *row, const Fact *fact, const Row *old_row, const Fact *old_fact, Why *unused) {
    (void)unused;
    Picture *picture = self;
    CHECK(fact || old_fact);
    if (old_fact) {
        CHECK_EQ(old_row->id.v, text_map_or(picture->rows, text_of(old_row->key), 0));      /* exactly what was added before is taken away */
        text_map_set(picture->rows, text_of(old_row->key), 0);
    }
    if (fact) {
        CHECK_EQ(0, text_map_or(picture->rows, text_of(row->key), 0));
        text_map_set(picture->rows, text_of(row->key), row->id.v);
    }
    return OK;
}

static Err compare(void *self, const Row *row, const Fact *fact, Why *unused) {
    (void)unused;
    (void)fact;
    Picture *picture = self;
    CHECK_EQ(row->id.v, text_map_or(picture->rows, text_of(row->key), 0));
    text_map_set(picture->rows, text_of(row->key), -1);
    return OK;
}

static void picture_advance(Picture *picture, Shelf *shelf) {
    RowId last = log_last(shelf->store);
    CHECK_OK(facts_changes(shelf->store, (RowId){ picture->upto }, last, fold, picture, &why));
    picture->upto = last.v;
}

static void picture_check(Picture *picture, Shelf *shelf) {
    FactFilter all = { 0 };
    CHECK_OK(facts_scan(shelf->store, &all, compare, picture, &why));
    for (size_t i = 0; i < text_map_count(picture->rows); i++) CHECK(text_map_value(picture->rows, i) <= 0);
}

/* ---- a run ---- */

/* Statements (some several times) and masters in a random order, in random batches. */
static void say_all(Shelf *shelf, const Saying *saying, const RowId *documents, Picture *picture, Rng *rng) {
    enum { MASTERS = 6, TOTAL = STATEMENTS * 2 + MASTERS };
    RowId masters = shelf_document(shelf, "masters");
    Fact master[MASTERS] = { item_fact("A"), item_fact("B"), item_fact("C"), place_fact("P"), place_fact("Q"), customer_fact("K") };
    uint32_t order[TOTAL];
    for (uint32_t i = 0; i < TOTAL; i++) order[i] = i;
    rng_shuffle(rng, order, TOTAL);
    for (int i = 0; i < TOTAL; i++) {
        uint32_t n = order[i];
        CHECK_OK(store_begin(shelf->store, &why));
        if (n >= STATEMENTS * 2) {
            CHECK_OK(facts_append(shelf->store, masters, &master[n - STATEMENTS * 2], NULL, 1, "test", NULL, NULL, &why));
        } else if (n < STATEMENTS || rng_chance(rng, 0.5)) {
            Fact batch[2] = { fact_of(shelf->work, &saying->said[n % STATEMENTS]), fact_of(shelf->work, &saying->said[n % STATEMENTS]) };
            CHECK_OK(facts_append(shelf->store, documents[saying->said[n % STATEMENTS].document], batch, NULL, 1 + (int)rng_below(rng, 2), "test", NULL, NULL, &why));
        }
        CHECK_OK(store_commit(shelf->store, &why));
        if (rng_chance(rng, 0.2)) picture_advance(picture, shelf);
    }
}

static void run(uint64_t seed) {
    own(shelf_end) Shelf *shelf = shelf_begin();
    Rng rng = rng_of(seed);
    Saying saying = saying_of(&rng);
    RowId documents[DOCUMENTS];
    uint32_t order[DOCUMENTS];
    Picture picture = { .work = shelf->work, .rows = text_map_begin(10000) };
    for (uint32_t d = 0; d < DOCUMENTS; d++) {
        documents[d] = shelf_document(shelf, "document");
        order[d] = d;
    }
    say_all(shelf, &saying, documents, &picture, &rng);
    CHECK_STR(model_counted(shelf->work, &saying, true), shelf_counted(shelf, ORDERS, NOW));
    RowId before = log_last(shelf->store);
    rng_shuffle(&rng, order, DOCUMENTS);
    for (int i = 0; i < DOCUMENTS; i++) {
        RowId row;
        if (!saying.taken_back[order[i]]) continue;
        CHECK_OK(store_begin(shelf->store, &why));
        CHECK_OK(facts_retract(shelf->store, documents[order[i]], "test", "wrong file", &row, &why));
        CHECK_OK(store_commit(shelf->store, &why));
        if (rng_chance(&rng, 0.5)) picture_advance(&picture, shelf);
    }
    CHECK_STR(model_counted(shelf->work, &saying, false), shelf_counted(shelf, ORDERS, NOW));
    CHECK_STR(model_counted(shelf->work, &saying, true), shelf_counted(shelf, ORDERS, before, INT64_MAX));      /* the past stays as it was */
    picture_advance(&picture, shelf);
    picture_check(&picture, shelf);
    int64_t rows;
    CHECK_OK(store_verify(shelf->store, &rows, &why));
    text_map_end(&picture.rows);
}

TEST(what_counts_does_not_depend_on_order_repetition_or_when_a_document_was_taken_back) {
    for (uint64_t seed = 1; seed <= 25; seed++) run(seed);
}
