/* cases.c - the present of each case, one line per case, written in the transaction of its newest row. */
#include <string.h>

#include "domain/case.h"
#include "store/room.h"

#define LINE_COLUMNS                                                                                                                          \
    "c.id, c.row, c.kind, c.status, c.tier, c.item, c.place, c.supplier, c.rank_minor, c.at_stake_minor, c.value_minor, c.p_out_ppm, "        \
    "c.confidence_ppm, c.due_day, c.opened_us, c.changed_us, c.snoozed_until_us, c.assigned, c.title, c.action, c.search, c.subject"

static CaseLine line_at(const Query *query, Arena *work) {
    return (CaseLine){
        .case_id = { query_int_at(query, 0) }, .row = { query_int_at(query, 1) }, .kind = (int32_t)query_int_at(query, 2), .status = (int32_t)query_int_at(query, 3),
        .tier = (int32_t)query_int_at(query, 4), .item = { (int32_t)query_int_at(query, 5) }, .place = { (int32_t)query_int_at(query, 6) },
        .supplier = { (int32_t)query_int_at(query, 7) }, .rank_minor = query_int_at(query, 8), .at_stake_minor = query_int_at(query, 9),
        .value_minor = query_int_at(query, 10), .p_out_ppm = query_int_at(query, 11), .confidence_ppm = query_int_at(query, 12),
        .due_day = (int32_t)query_int_at(query, 13), .opened_us = query_int_at(query, 14), .changed_us = query_int_at(query, 15),
        .snoozed_until_us = query_int_at(query, 16), .assigned = text_copy(work, query_str_at(query, 17)), .title = text_copy(work, query_str_at(query, 18)),
        .action = text_copy(work, query_str_at(query, 19)), .search = text_copy(work, query_str_at(query, 20)), .subject = text_copy(work, query_str_at(query, 21)) };
}

CaseLine case_line_copy(Arena *work, const CaseLine *line) {
    CaseLine copy = *line;
    copy.assigned = text_copy(work, line->assigned);
    copy.title = text_copy(work, line->title);
    copy.action = text_copy(work, line->action);
    copy.search = text_copy(work, line->search);
    copy.subject = text_copy(work, line->subject);
    return copy;
}

/* ---- writing ---- */

/* What a case is about never changes, and no index on that is written again. */
static Err line_write(Store *store, const CaseLine *line, Why *why) {
    own(query_end) Query put = { 0 };
    static const char *const sql =
        "INSERT INTO case_now (id, row, kind, status, tier, item, place, supplier, rank_minor, at_stake_minor, value_minor, p_out_ppm, confidence_ppm, due_day,"
        " opened_us, changed_us, snoozed_until_us, assigned, title, action, search, subject)"
        " VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21, $22)"
        " ON CONFLICT (id) DO UPDATE SET row = $2, status = $4, tier = $5, supplier = $8, rank_minor = $9, at_stake_minor = $10, value_minor = $11, p_out_ppm = $12,"
        " confidence_ppm = $13, due_day = $14, opened_us = $15, changed_us = $16, snoozed_until_us = $17, assigned = $18, title = $19, action = $20, search = $21";
    const int64_t numbers[] = { line->case_id.v, line->row.v, line->kind, line->status, line->tier, line->item.v, line->place.v, line->supplier.v, line->rank_minor,
                                line->at_stake_minor, line->value_minor, line->p_out_ppm, line->confidence_ppm, line->due_day, line->opened_us, line->changed_us, line->snoozed_until_us };
    const char *texts[] = { line->assigned, line->title, line->action, line->search, line->subject };
    int at = 1;
    TRY(query_begin(store, &put, sql, why));
    for (size_t i = 0; i < sizeof numbers / sizeof numbers[0]; i++) query_int(&put, at++, numbers[i]);
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) query_str(&put, at++, texts[i]);
    return query_run(&put, why);
}

static Err subject_of(Arena *work, Text payload, const char **out, Why *why) {
    const JsonValue *object;
    TRY_DOING(json_parse(work, payload, &object, why), "a case");
    return json_may_text(object, "subject", out, why);
}

Err case_put(Store *store, Row *row, CaseLine *line, Why *why) {
    own(arena_end) Arena *work = arena_begin(64 * MiB);
    const char *subject = "";
    TRY(store_writing(store, why));
    if (!line->subject) TRY(subject_of(work, row->payload, &subject, why));
    bool is_new = line->case_id.v == 0;
    Row appended = *row;
    CaseLine put = *line;
    put.subject = put.subject ? put.subject : subject;
    /* A new case is named after the row that it is about to become. */
    if (is_new) put.case_id = (RowId){ log_last(store).v + 1 };
    appended.key = text_format(work, "%lld", (long long)put.case_id.v);
    TRY(log_append(store, &appended, why));
    put.row = appended.id;
    put.changed_us = appended.recorded_us;
    if (!put.opened_us) put.opened_us = appended.recorded_us;
    TRY(line_write(store, &put, why));
    row->id = appended.id;
    row->recorded_us = appended.recorded_us;
    line->case_id = put.case_id;
    line->row = put.row;
    line->changed_us = put.changed_us;
    line->opened_us = put.opened_us;
    return OK;
}

/* ---- reading ---- */

Err case_line(Store *store, Arena *work, RowId case_id, CaseLine *out_line, Why *why) {
    own(query_end) Query query = { 0 };
    bool found;
    TRY(query_begin(store, &query, "SELECT " LINE_COLUMNS " FROM case_now c WHERE c.id = $1", why));
    query_int(&query, 1, case_id.v);
    TRY(query_next(&query, &found, why));
    if (!found) return fail(why, ERR_NOT_FOUND, "there is no case %lld", (long long)case_id.v);
    *out_line = line_at(&query, work);
    return OK;
}

_Static_assert(TIER_AUTO == 1, "the index case_auto of migrations.c is of this tier");
_Static_assert(CASE_CLOSED == 6 && CASE_REJECTED == 7, "the statuses that end a case stand in the SQL below and in store.c");

Err case_open_for(Store *store, ItemId item, PlaceId place, int32_t kind, const char *subject, RowId *out_case, Why *why) {
    own(query_end) Query query = { 0 };
    bool found;
    static const char *const sql = "SELECT id FROM case_now WHERE item = $1 AND place = $2 AND kind = $3 AND subject = $4 AND status NOT IN (6, 7) ORDER BY id DESC LIMIT 1";
    TRY(query_begin(store, &query, sql, why));
    query_int(&query, 1, item.v);
    query_int(&query, 2, place.v);
    query_int(&query, 3, kind);
    query_str(&query, 4, subject);
    TRY(query_next(&query, &found, why));
    if (!found) return fail(why, ERR_NOT_FOUND, "there is no open case");
    *out_case = (RowId){ query_int_at(&query, 0) };
    return OK;
}

/* ---- the list ---- */

enum { WORDS_MOST = 16, NUMBERS_MOST = 16, SQL_MOST = 8 * KiB };

static const struct { const char *column; } sorts[SORT_COUNT_] = {
    [SORT_RANK] = { "c.rank_minor" }, [SORT_STAKE] = { "c.at_stake_minor" }, [SORT_VALUE] = { "c.value_minor" }, [SORT_P_OUT] = { "c.p_out_ppm" },
    [SORT_DUE] = { "c.due_day" }, [SORT_OPENED] = { "c.opened_us" },
    [SORT_ITEM] = { "(SELECT code FROM ident WHERE kind = 0 AND id = c.item)" }, [SORT_PLACE] = { "(SELECT code FROM ident WHERE kind = 1 AND id = c.place)" },
};
_Static_assert(ID_ITEM == 0 && ID_PLACE == 1, "the kinds stand in the SQL above");

typedef struct Listing { Buf where; int64_t numbers[NUMBERS_MOST]; int numbers_count; Text words[WORDS_MOST]; int words_count; } Listing;
static void listing_end(Listing *listing) { buf_end(&listing->where); }

static void listing_number(Listing *listing, const char *condition, int64_t value) {
    listing->numbers[listing->numbers_count++] = value;
    buf_addf(&listing->where, " AND %s $%d", condition, listing->numbers_count);
}

static void listing_bits(Listing *listing, const char *column, uint32_t bits) {
    if (!bits) return;
    if ((bits & (bits - 1)) == 0) {        /* one value: the index that begins with it then gives the order too */
        buf_addf(&listing->where, " AND %s = %d", column, __builtin_ctz(bits));
        return;
    }
    buf_addf(&listing->where, " AND %s IN (-1", column);
    for (int bit = 0; bit < 32; bit++)
        if (bits >> bit & 1) buf_addf(&listing->where, ",%d", bit);
    buf_add_char(&listing->where, ')');
}

/* Words are cut at blanks and compared as small letters, which is how `search` is written. Words past the bound are not asked for. */
static void listing_words(Listing *listing, Arena *work, const char *words) {
    Text rest = text_of(words ? text_lower(work, text_of(words)) : "");
    while (rest.length && listing->words_count < WORDS_MOST) {
        Text word;
        text_split(rest, ' ', &word, &rest);
        if (word.length) listing->words[listing->words_count++] = word;
    }
    for (int i = 0; i < listing->words_count; i++) buf_addf(&listing->where, " AND instr(c.search, $%d) > 0", listing->numbers_count + i + 1);
}

static void listing_begin(Listing *listing, Arena *work, const CaseFilter *filter) {
    *listing = (Listing){ .where = buf_begin(SQL_MOST) };
    buf_add_str(&listing->where, " FROM case_now c WHERE 1");
    if (filter->item.v) listing_number(listing, "c.item =", filter->item.v);
    if (filter->place.v) listing_number(listing, "c.place =", filter->place.v);
    if (filter->supplier.v) listing_number(listing, "c.supplier =", filter->supplier.v);
    if (filter->rank_least_minor) listing_number(listing, "c.rank_minor >=", filter->rank_least_minor);
    if (filter->snooze_ended_us) listing_number(listing, "c.snoozed_until_us <=", filter->snooze_ended_us);
    if (!(filter->statuses & CASE_STATUS_BIT(CASE_SNOOZED))) listing_number(listing, "c.snoozed_until_us <=", filter->now_us);
    listing_bits(listing, "c.kind", filter->kinds);
    listing_bits(listing, "c.status", filter->statuses);
    listing_bits(listing, "c.tier", filter->tiers);
    listing_words(listing, work, filter->words);
}

static void listing_bind(const Listing *listing, Query *query) {
    int at = 1;
    for (int i = 0; i < listing->numbers_count; i++) query_int(query, at++, listing->numbers[i]);
    for (int i = 0; i < listing->words_count; i++) query_text(query, at++, listing->words[i]);
}

Err case_each(Store *store, const CaseFilter *filter, CaseVisit *visit, void *self, Why *why) {
    own(query_end) Query query = { 0 };
    own(listing_end) Listing listing = { 0 };
    own(arena_end) Arena *work = arena_begin(64 * MiB), *asked = arena_begin(1 * MiB);
    const char *sql = "SELECT " LINE_COLUMNS " FROM case_now c ORDER BY c.id";
    if (filter) {
        listing_begin(&listing, asked, filter);
        sql = text_format(asked, "SELECT " LINE_COLUMNS "%s ORDER BY %s %s, c.id", buf_str(&listing.where), sorts[filter->sort].column, filter->ascending ? "ASC" : "DESC");
    }
    TRY(query_begin_made(store, &query, sql, why));
    listing_bind(&listing, &query);
    for (;;) {
        bool found;
        TRY(query_next(&query, &found, why));
        if (!found) return OK;
        arena_clear(work);
        CaseLine line = line_at(&query, work);
        TRY(visit(self, &line, why));
    }
}

typedef LIST(RowId) RowIds;
static void row_ids_end(RowIds *ids) { list_end(ids); }

static Err id_visit(void *self, const CaseLine *line, [[maybe_unused]] Why *why) {
    list_push((RowIds *)self, line->case_id);
    return OK;
}

Err case_ids(Store *store, Arena *work, const CaseFilter *filter, RowId **out, int *out_count, Why *why) {
    own(row_ids_end) RowIds ids = { 0 };
    TRY(case_each(store, filter, id_visit, &ids, why));
    *out = many_in(work, RowId, ids.count + 1);
    if (ids.count) memcpy(*out, ids.at, ids.count * sizeof *ids.at);
    *out_count = (int)ids.count;
    return OK;
}

Err case_mark(Store *store, const CaseFilter *filter, int64_t *out_count, RowId *out_newest, Why *why) {
    own(query_end) Query query = { 0 };
    own(listing_end) Listing listing = { 0 };
    own(arena_end) Arena *work = arena_begin(1 * MiB);
    bool found;
    listing_begin(&listing, work, filter);
    TRY(query_begin_made(store, &query, text_format(work, "SELECT count(*), coalesce(max(c.row), 0)%s", buf_str(&listing.where)), why));
    listing_bind(&listing, &query);
    TRY(query_next(&query, &found, why));
    *out_count = query_int_at(&query, 0);
    *out_newest = (RowId){ query_int_at(&query, 1) };
    return OK;
}

typedef LIST(CaseSum) CaseSums;
static void case_sums_end(CaseSums *sums) { list_end(sums); }

Err case_sums(Store *store, Arena *work, const CaseFilter *filter, CaseSum **out, int *out_count, Why *why) {
    own(query_end) Query query = { 0 };
    own(listing_end) Listing listing;
    own(case_sums_end) CaseSums sums = { 0 };
    listing_begin(&listing, work, filter);
    const char *sql = text_format(work, "SELECT c.supplier, c.place, sum(max(c.value_minor, 0)), sum(max(c.rank_minor, 0)), count(*)%s GROUP BY 1, 2 ORDER BY 3 DESC, 1, 2", buf_str(&listing.where));
    TRY(query_begin_made(store, &query, sql, why));
    listing_bind(&listing, &query);
    for (;;) {
        bool found;
        TRY(query_next(&query, &found, why));
        if (!found) break;
        list_push(&sums, ((CaseSum){ .supplier = { (int32_t)query_int_at(&query, 0) }, .place = { (int32_t)query_int_at(&query, 1) }, .value_minor = query_int_at(&query, 2),
                                     .rank_minor = query_int_at(&query, 3), .lines = query_int_at(&query, 4) }));
    }
    *out = many_in(work, CaseSum, sums.count + 1);
    if (sums.count) memcpy(*out, sums.at, sums.count * sizeof *sums.at);
    *out_count = (int)sums.count;
    return OK;
}
