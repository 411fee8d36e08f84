/* ident.c - codes and their numbers, all of them in memory: a code is looked up several times per fact. Texts live as long as
 * the store, also those of a transaction that was rolled back; only their numbers are taken back. */
#include "store/room.h"

enum { CODES_MOST = 50000000 };

static void codes_add(Codes *codes, Text code) {
    if (!codes->numbers) codes->numbers = text_map_begin(CODES_MOST);
    int64_t id = (int64_t)codes->codes.count + 1;
    *text_map_place(codes->numbers, code, 0, NULL) = id;
    size_t entry = text_map_intern(codes->numbers, code);
    list_push(&codes->codes, text_map_key(codes->numbers, entry).at);
}

Err idents_load(Store *store, Why *why) {
    for (int kind = 0; kind < ID_KIND_COUNT_; kind++) {
        own(query_end) Query query = { 0 };
        Codes *codes = &store->codes[kind];
        TRY(query_begin(store, &query, "SELECT code FROM ident WHERE kind = $1 AND id > $2 ORDER BY id", why));
        query_int(&query, 1, kind);
        query_int(&query, 2, (int64_t)codes->codes.count);
        for (;;) {
            bool found;
            TRY(query_next(&query, &found, why));
            if (!found) break;
            codes_add(codes, query_text_at(&query, 0));
        }
        codes->committed = codes->codes.count;
    }
    return OK;
}

void idents_keep(Store *store) {
    for (int kind = 0; kind < ID_KIND_COUNT_; kind++) store->codes[kind].committed = store->codes[kind].codes.count;
}

void idents_forget(Store *store) {
    for (int kind = 0; kind < ID_KIND_COUNT_; kind++) {
        Codes *codes = &store->codes[kind];
        for (size_t i = codes->committed; i < codes->codes.count; i++) text_map_set(codes->numbers, text_of(codes->codes.at[i]), 0);
        codes->codes.count = codes->committed;
    }
}

void idents_end(Store *store) {
    for (int kind = 0; kind < ID_KIND_COUNT_; kind++) {
        text_map_end(&store->codes[kind].numbers);
        list_end(&store->codes[kind].codes);
    }
}

static int32_t look(const Codes *codes, Text code) { return codes->numbers ? (int32_t)text_map_or(codes->numbers, code, 0) : 0; }

/* A reader may be behind the writer: it asks the database before it says that there is no such code. */
int32_t ident_find(Store *store, IdKind kind, Text code) {
    int32_t id = look(&store->codes[kind], code);
    if (id || store->use == STORE_WRITE) return id;
    return idents_load(store, NULL) == OK ? look(&store->codes[kind], code) : 0;
}

const char *ident_code(Store *store, IdKind kind, int32_t id) {
    const Codes *codes = &store->codes[kind];
    if (id <= 0) return "";
    if ((size_t)id > codes->codes.count && (store->use == STORE_WRITE || idents_load(store, NULL) != OK)) return "";
    return (size_t)id <= codes->codes.count ? codes->codes.at[id - 1] : "";
}

int32_t ident_count(Store *store, IdKind kind) {
    if (store->use == STORE_READ) (void)idents_load(store, NULL);      /* a failure leaves the older count, which was true */
    return (int32_t)store->codes[kind].codes.count;
}

Err ident_define(Store *store, IdKind kind, Text code, int32_t *out_id, bool *out_is_new, Why *why) {
    own(query_end) Query insert = { 0 };
    int32_t id = look(&store->codes[kind], code);
    *out_is_new = id == 0;
    if (id == 0) {
        id = (int32_t)store->codes[kind].codes.count + 1;
        TRY(query_begin(store, &insert, "INSERT INTO ident (kind, id, code) VALUES ($1, $2, $3)", why));
        query_int(&insert, 1, kind);
        query_int(&insert, 2, id);
        query_text(&insert, 3, code);
        TRY(query_run(&insert, why));
        codes_add(&store->codes[kind], code);
    }
    *out_id = id;
    return OK;
}
