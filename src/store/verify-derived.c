/* verify-derived.c - does what is derived from the log fit it? Every fact stands in `current` or among its siblings with its
 * own document, version and content, every case and command line rests on the newest row of its own. The texts and numbers of
 * those lines are not compared: the newest row's JSON is their truth. */
#include "store/room.h"

static Err misfit(const char *table, int64_t row, Why *why) {
    return fail_hint(why, fail(why, ERR_CORRUPT, "table %s does not fit row %lld of the log", table, (long long)row), "restore the newest backup: stockwright restore");
}

/* Columns: key, row, document, version, correction, hash, then of the log: key, cause, sub, payload; NULL where there is no such fact. */
static Err check_versions(Store *store, const char *table, const char *sql, int64_t *out_count, Why *why) {
    own(query_end) Query query = { 0 };
    own(arena_end) Arena *work = arena_begin((size_t)1024 * MiB);
    Fact *fact = new_in(work, Fact);
    int64_t count = 0;
    TRY(query_begin(store, &query, sql, why));
    for (;; count++) {
        bool found;
        TRY(query_next(&query, &found, why));
        if (!found) break;
        if (arena_used(work) > MiB) {
            arena_clear(work);
            fact = new_in(work, Fact);
        }
        Text payload = query_text_at(&query, 9);
        int64_t row = query_int_at(&query, 1);
        bool fits = text_equal(query_text_at(&query, 0), query_text_at(&query, 6)) && query_int_at(&query, 2) == query_int_at(&query, 7)
                 && query_int_at(&query, 5) == (int64_t)hash64(payload.at, payload.length, 0);
        if (!fits || fact_read(work, (FactKind)query_int_at(&query, 8), payload, fact, NULL) != OK) return misfit(table, row, why);
        if (fact->version != query_int_at(&query, 3) || fact->correction != query_int_at(&query, 4)) return misfit(table, row, why);
    }
    *out_count = count;
    return OK;
}

/* Each finds a row that should not be there; none is good. */
static const struct { const char *table, *sql; } strangers[] = {
    { "current", "SELECT row FROM current WHERE several <> (row IN (SELECT family FROM sibling))" },
    { "sibling", "SELECT s.row FROM sibling s LEFT JOIN log l ON l.id = s.row LEFT JOIN log f ON f.id = s.family WHERE l.key IS NOT f.key OR l.known_us IS NOT s.known_us" },
    { "span", "SELECT first FROM span WHERE last < first OR (SELECT count(*) FROM log WHERE id BETWEEN first AND last AND kind = 2 AND cause = document) <> last - first + 1" },
    { "retracted", "SELECT r.row FROM retracted r LEFT JOIN log l ON l.id = r.row WHERE l.kind IS NOT 10 OR l.cause IS NOT r.document" },
    { "retracted", "SELECT id FROM log WHERE kind = 10 AND kind <> 2 AND cause NOT IN (SELECT document FROM retracted)" },
    { "case_now", "SELECT c.row FROM case_now c WHERE c.row IS NOT (SELECT max(id) FROM log WHERE key = CAST(c.id AS TEXT) AND kind = 4 AND kind <> 2)" },
    { "outbox", "SELECT o.row FROM outbox o LEFT JOIN log l ON l.id = o.row LEFT JOIN log f ON f.id = o.command WHERE l.kind IS NOT 6 OR f.kind IS NOT 6" },
    { "because", "SELECT b.row FROM because b LEFT JOIN log l ON l.id = b.row LEFT JOIN log c ON c.id = b.cause WHERE l.id IS NULL OR c.id IS NULL" },
};

static Err check_strangers(Store *store, Why *why) {
    for (size_t i = 0; i < sizeof strangers / sizeof strangers[0]; i++) {
        int64_t row;
        Err err = query_one_int(store, strangers[i].sql, &row, why);
        if (err == OK) return misfit(strangers[i].table, row, why);
        if (err != ERR_NOT_FOUND) return err;
    }
    return OK;
}

Err derived_check(Store *store, Why *why) {
    static const char *const current =
        "SELECT c.key, c.row, c.document, c.version, c.correction, c.hash, l.key, l.cause, l.sub, l.payload FROM current c LEFT JOIN log l ON l.id = c.row AND l.kind = 2";
    static const char *const sibling =
        "SELECT l.key, s.row, s.document, s.version, s.correction, s.hash, l.key, l.cause, l.sub, l.payload FROM sibling s LEFT JOIN log l ON l.id = s.row AND l.kind = 2";
    int64_t keys, versions, families, facts, spanned;
    TRY(check_versions(store, "current", current, &keys, why));
    TRY(check_versions(store, "sibling", sibling, &versions, why));
    TRY(check_strangers(store, why));
    TRY(query_one_int(store, "SELECT count(*) FROM current WHERE several", &families, why));
    TRY(query_one_int(store, "SELECT count(*) FROM log WHERE kind = 2", &facts, why));
    TRY(query_one_int(store, "SELECT coalesce(sum(last - first + 1), 0) FROM span", &spanned, why));
    /* Each fact once: alone with its key, or among the versions of a key that has several. */
    if (keys - families + versions != facts) return misfit("current", facts, why);
    return spanned == facts ? OK : misfit("span", spanned, why);
}
