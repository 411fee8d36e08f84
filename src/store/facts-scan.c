/* facts-scan.c - the facts that count, and what changed about them. Only keys with several versions need a decision; everyone
 * else's row counts as soon as it is there. */
#include <stdlib.h>

#include "store/family.h"

enum { SCAN_WORK_MOST = 256 * MiB, SCAN_WORK_KEPT = 1 * MiB };

static void members_end(MemberList *members) { list_end(members); }
typedef LIST(int64_t) RowList;
static void rows_end(RowList *rows) { list_end(rows); }

Err retractions_load(Store *store, IntMap **out_retracted, Why *why) {
    own(query_end) Query query = { 0 };
    own(int_map_end) IntMap *retracted = int_map_begin(100000000);
    TRY(query_begin(store, &query, "SELECT document, row FROM retracted ORDER BY document", why));
    for (;;) {
        bool found;
        TRY(query_next(&query, &found, why));
        if (!found) break;
        int_map_set(retracted, query_int_at(&query, 0), query_int_at(&query, 1));
    }
    *out_retracted = keep(retracted);
    return OK;
}

/* ---- the rows of families that do not count at a moment, ascending ---- */

static int row_order(const void *left, const void *right) {
    const int64_t *l = left, *r = right;
    return (*l > *r) - (*l < *r);
}

static void losers_add(RowList *losers, const MemberList *family, const Moment *moment) {
    const Member *counting = family_counting(family->at, family->count, moment);
    for (size_t i = 0; i < family->count; i++)
        if (&family->at[i] != counting) list_push(losers, family->at[i].row);
}

static Err losers_find(Store *store, const Moment *moment, RowList *losers, Why *why) {
    own(query_end) Query query = { 0 };
    own(members_end) MemberList family = { 0 };
    int64_t last = 0;
    TRY(query_begin(store, &query, "SELECT row, document, version, correction, hash, known_us, family FROM sibling WHERE row <= $1 ORDER BY family, row", why));
    query_int(&query, 1, moment->upto);
    for (;;) {
        bool found;
        TRY(query_next(&query, &found, why));
        if (!found) break;
        if (query_int_at(&query, 6) != last) {
            losers_add(losers, &family, moment);
            list_clear(&family);
            last = query_int_at(&query, 6);
        }
        list_push(&family, (Member){ query_int_at(&query, 0), query_int_at(&query, 1), query_int_at(&query, 2), query_int_at(&query, 3),
                                     query_int_at(&query, 4), query_int_at(&query, 5) });
    }
    losers_add(losers, &family, moment);
    if (losers->count) qsort(losers->at, losers->count, sizeof *losers->at, row_order);
    return OK;
}

/* ---- scan ---- */

static void fact_times(Fact *fact, const Row *row) {
    fact->occurred_us = row->occurred_us;
    fact->known_us = row->known_us;
}

static bool scan_wants(const FactFilter *filter, const Moment *moment, const Query *query) {
    if (filter->item.v && query_int_at(query, 4) != filter->item.v) return false;
    if (filter->place.v && query_int_at(query, 5) != filter->place.v) return false;
    if (query_int_at(query, 8) > moment->known_us) return false;
    return int_map_or(moment->retracted, query_int_at(query, 1), INT64_MAX) > moment->upto;
}

Err facts_scan(Store *store, const FactFilter *filter, FactVisit *visit, void *self, Why *why) {
    own(query_end) Query query = { 0 };
    own(int_map_end) IntMap *retracted = NULL;
    own(rows_end) RowList losers = { 0 };
    own(arena_end) Arena *work = arena_begin((size_t)SCAN_WORK_MOST);
    Fact *fact = new_in(work, Fact);
    TRY(retractions_load(store, &retracted, why));
    Moment moment = { filter->upto.v ? filter->upto.v : log_last(store).v, filter->known_us ? filter->known_us : INT64_MAX, retracted };
    TRY(losers_find(store, &moment, &losers, why));
    TRY(query_begin(store, &query, "SELECT " LOG_COLUMNS " FROM log WHERE id > $1 AND id <= $2 AND kind = 2 AND $3 >> sub & 1 ORDER BY id", why));
    query_int(&query, 1, filter->after.v);
    query_int(&query, 2, moment.upto);
    query_int(&query, 3, filter->kinds ? (int64_t)filter->kinds : -1);      /* here, so that of others no column is read */
    for (size_t loser = 0;;) {
        bool found;
        TRY(query_next(&query, &found, why));
        if (!found) return OK;
        int64_t id = query_int_at(&query, 0);
        while (loser < losers.count && losers.at[loser] < id) loser++;
        if (loser < losers.count && losers.at[loser] == id) continue;
        if (!scan_wants(filter, &moment, &query)) continue;
        Row row = row_at(&query);
        if (arena_used(work) > SCAN_WORK_KEPT) {
            arena_clear(work);
            fact = new_in(work, Fact);
        }
        TRY_DOING(fact_read(work, (FactKind)row.sub, row.payload, fact, why), "fact %lld", (long long)id);
        if (fact->correction == CORRECT_CANCEL) continue;
        fact_times(fact, &row);
        TRY(visit(self, &row, fact, why));
    }
}

/* ---- by key ---- */

static Err row_counting(Store *store, const Query *keys, const Moment *now, int64_t *out_row, Why *why) {
    own(members_end) MemberList family = { 0 };
    if (query_int_at(keys, 2)) TRY(family_read(store, query_int_at(keys, 0), &family, why));
    else list_push(&family, (Member){ .row = query_int_at(keys, 0), .document = query_int_at(keys, 1) });
    const Member *counting = family_counting(family.at, family.count, now);
    *out_row = counting ? counting->row : 0;
    return OK;
}

Err facts_of_kind(Store *store, FactKind kind, FactVisit *visit, void *self, Why *why) {
    own(query_end) Query keys = { 0 };
    own(int_map_end) IntMap *retracted = NULL;
    own(arena_end) Arena *names = arena_begin(64 * KiB), *work = arena_begin((size_t)SCAN_WORK_MOST);
    TRY(retractions_load(store, &retracted, why));
    Moment now = { INT64_MAX - 1, INT64_MAX, retracted };
    TRY(query_begin(store, &keys, "SELECT row, document, several FROM current WHERE key >= $1 AND key < $2 ORDER BY key", why));
    query_str(&keys, 1, text_format(names, "%s|", fact_kinds[kind].name));
    query_str(&keys, 2, text_format(names, "%s}", fact_kinds[kind].name));      /* the byte after '|' */
    for (;;) {
        bool found;
        int64_t id;
        Row row;
        Fact fact;
        TRY(query_next(&keys, &found, why));
        if (!found) return OK;
        TRY(row_counting(store, &keys, &now, &id, why));
        if (!id) continue;
        arena_clear(work);
        TRY(log_read(store, work, (RowId){ id }, &row, why));
        TRY_DOING(fact_read(work, kind, row.payload, &fact, why), "fact %lld", (long long)id);
        if (fact.correction == CORRECT_CANCEL) continue;
        fact_times(&fact, &row);
        TRY(visit(self, &row, &fact, why));
    }
}

/* ---- changes ---- */

typedef struct Changes {
    Store *store;
    IntMap *retracted;
    Arena *work;                 /* of one change */
    MemberList family;
    FactChangeVisit *visit;
    void *self;
} Changes;

static void changes_end(Changes *changes) {
    int_map_end(&changes->retracted);
    arena_end(&changes->work);
    list_end(&changes->family);
}

typedef struct Side { Row row; Fact *fact; } Side;       /* fact NULL: nothing counts */

static Err side_read(Changes *changes, const Member *counting, Side *out, Why *why) {
    *out = (Side){ 0 };
    if (!counting || counting->correction == CORRECT_CANCEL) return OK;
    TRY(log_read(changes->store, changes->work, (RowId){ counting->row }, &out->row, why));
    Fact *fact = new_in(changes->work, Fact);
    TRY_DOING(fact_read(changes->work, (FactKind)out->row.sub, out->row.payload, fact, why), "fact %lld", (long long)counting->row);
    fact_times(fact, &out->row);
    out->fact = fact;
    return OK;
}

/* `at` is the row that made the difference; it stands for a missing new side, so that the visitor always has a row to name. */
static Err change_say(Changes *changes, const Row *at, const Member *before, const Member *after, Why *why) {
    Side was, is;
    if (before == after) return OK;
    TRY(side_read(changes, before, &was, why));
    TRY(side_read(changes, after, &is, why));
    if (!was.fact && !is.fact) return OK;
    return changes->visit(changes->self, is.fact ? &is.row : at, is.fact, was.fact ? &was.row : NULL, was.fact, why);
}

static Err family_load(Changes *changes, const Row *row, int64_t correction, Why *why) {
    list_clear(&changes->family);
    TRY(family_of(changes->store, row->id.v, &changes->family, why));
    if (!changes->family.count) list_push(&changes->family, (Member){ .row = row->id.v, .document = row->cause.v, .correction = correction, .known_us = row->known_us });
    return OK;
}

static Err change_around(Changes *changes, const Row *at, Why *why) {
    Moment before = { at->id.v - 1, INT64_MAX, changes->retracted }, after = { at->id.v, INT64_MAX, changes->retracted };
    const MemberList *family = &changes->family;
    return change_say(changes, at, family_counting(family->at, family->count, &before), family_counting(family->at, family->count, &after), why);
}

static Err change_of_fact(Changes *changes, const Row *row, Why *why) {
    list_clear(&changes->family);
    TRY(family_of(changes->store, row->id.v, &changes->family, why));
    if (changes->family.count) return change_around(changes, row, why);
    Fact *fact = new_in(changes->work, Fact);      /* alone with its key: no need to read it again */
    TRY_DOING(fact_read(changes->work, (FactKind)row->sub, row->payload, fact, why), "fact %lld", (long long)row->id.v);
    if (fact->correction == CORRECT_CANCEL) return OK;
    fact_times(fact, row);
    return changes->visit(changes->self, row, fact, NULL, NULL, why);
}

static Err spanned_rows(Store *store, int64_t document, int64_t before, RowList *out_rows, Why *why) {
    own(query_end) Query query = { 0 };
    TRY(query_begin(store, &query, "SELECT first, last FROM span WHERE document = $1 AND first < $2 ORDER BY first", why));
    query_int(&query, 1, document);
    query_int(&query, 2, before);
    for (;;) {
        bool found;
        TRY(query_next(&query, &found, why));
        if (!found) return OK;
        for (int64_t row = query_int_at(&query, 0); row <= query_int_at(&query, 1); row++) list_push(out_rows, row);
    }
}

static Err change_of_retraction(Changes *changes, const Row *retraction, Why *why) {
    own(rows_end) RowList rows = { 0 };
    TRY(spanned_rows(changes->store, retraction->cause.v, retraction->id.v, &rows, why));
    Moment before = { retraction->id.v - 1, INT64_MAX, changes->retracted };
    for (size_t i = 0; i < rows.count; i++) {
        Row row;
        Fact fact;
        arena_clear(changes->work);
        TRY(log_read(changes->store, changes->work, (RowId){ rows.at[i] }, &row, why));
        TRY_DOING(fact_read(changes->work, (FactKind)row.sub, row.payload, &fact, why), "fact %lld", (long long)rows.at[i]);
        TRY(family_load(changes, &row, fact.correction, why));
        const Member *counted = family_counting(changes->family.at, changes->family.count, &before);
        /* Each key is told once: through the row that counted. */
        if (counted && counted->row == rows.at[i]) TRY(change_around(changes, retraction, why));
    }
    return OK;
}

Err facts_changes(Store *store, RowId after, RowId upto, FactChangeVisit *visit, void *self, Why *why) {
    own(query_end) Query query = { 0 };
    own(changes_end) Changes changes = { .store = store, .visit = visit, .self = self };
    TRY(retractions_load(store, &changes.retracted, why));
    changes.work = arena_begin((size_t)SCAN_WORK_MOST);
    TRY(query_begin(store, &query, "SELECT " LOG_COLUMNS " FROM log WHERE id > $1 AND id <= $2 AND kind IN (2, 10) ORDER BY id", why));
    query_int(&query, 1, after.v);
    query_int(&query, 2, upto.v);
    for (;;) {
        bool found;
        TRY(query_next(&query, &found, why));
        if (!found) return OK;
        Row row = row_at(&query);
        arena_clear(changes.work);
        TRY(row.kind == ROW_FACT ? change_of_fact(&changes, &row, why) : change_of_retraction(&changes, &row, why));
    }
}
