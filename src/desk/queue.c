#include "desk/queue.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/hash.h"
#include "base/map.h"
#include "base/time.h"
#include "desk/roster.h"
#include "domain/case.h"

#define IN(status) CASE_STATUS_BIT(CASE_##status)
enum { FACETS_MOST = 100000, READ_ARENA = 1024 * MiB, NEWER_MOST = 1000 };

static const struct { const char *name; uint32_t statuses, kinds; } views[] = {
    { "open", IN(OPEN), 0 },
    { "approval", IN(WAITING_APPROVAL), 0 },
    { "accepted", IN(ACCEPTED) | IN(APPROVED), 0 },
    { "snoozed", IN(SNOOZED), 0 },
    { "done", IN(SENT) | IN(CONFIRMED) | IN(CLOSED) | IN(REJECTED), 0 },
    { "data", IN(OPEN) | IN(WAITING_APPROVAL) | IN(ACCEPTED) | IN(APPROVED), 1u << CASE_FIX_DATA },
    { "all", UINT32_MAX >> (32 - CASE_STATUS_COUNT_), 0 },
};

static const struct { const char *name; enum CaseSort sort; } sorts[] = {
    { "rank", SORT_RANK },   { "stake", SORT_STAKE }, { "value", SORT_VALUE }, { "p_out", SORT_P_OUT },
    { "due", SORT_DUE },     { "opened", SORT_OPENED }, { "item", SORT_ITEM }, { "place", SORT_PLACE },
};

static bool asked(const char *text) { return text && *text; }

static Err to_filter(const Desk *desk, const QueueQuery *query, CaseFilter *out, Why *why) {
    size_t view = 0, sort = 0;
    CaseFilter filter = { .ascending = query->ascending, .words = asked(query->words) ? query->words : NULL, .now_us = world_now_us(desk->world) };
    while (view < sizeof views / sizeof views[0] && asked(query->view) && strcmp(views[view].name, query->view) != 0) view++;
    while (sort < sizeof sorts / sizeof sorts[0] && asked(query->sort) && strcmp(sorts[sort].name, query->sort) != 0) sort++;
    if (view == sizeof views / sizeof views[0])
        return fail_hint(why, fail(why, ERR_USAGE, "there is no view \"%.60s\"", query->view), "open, approval, accepted, snoozed, done, data or all");
    if (sort == sizeof sorts / sizeof sorts[0])
        return fail_hint(why, fail(why, ERR_USAGE, "cases cannot be sorted by \"%.60s\"", query->sort), "rank, stake, value, p_out, due, opened, item or place");
    filter.statuses = views[view].statuses;
    filter.kinds = views[view].kinds;
    filter.sort = sorts[sort].sort;
    if (asked(query->kind)) {
        CaseKind kind = case_kind_find(query->kind);
        if (kind == CASE_KIND_NONE) return fail(why, ERR_USAGE, "there is no kind of case \"%.60s\"", query->kind);
        filter.kinds = 1u << kind;
    }
    if (asked(query->tier)) {
        Tier tier = tier_find(query->tier);
        if (tier == TIER_COUNT_) return fail(why, ERR_USAGE, "there is no tier \"%.60s\"", query->tier);
        filter.tiers = 1u << tier;
    }
    if (asked(query->place) && (filter.place.v = ident_find(desk->store, ID_PLACE, text_of(query->place))) == 0) return fail(why, ERR_NOT_FOUND, "there is no place \"%.60s\"", query->place);
    if (asked(query->supplier) && (filter.supplier.v = ident_find(desk->store, ID_SUPPLIER, text_of(query->supplier))) == 0)
        return fail(why, ERR_NOT_FOUND, "there is no supplier \"%.60s\"", query->supplier);
    *out = filter;
    return OK;
}

/* ---- snapshots: an order of case ids, with its facets ---- */
typedef struct Snapshot {
    int64_t id, total, used;              /* used: a counter, the smallest is dropped first */
    int64_t case_row;                     /* the newest case row when it was made: another one makes it old */
    uint64_t question;                    /* hash of the query it answers */
    int64_t *cases; int count;
    int64_t kinds[CASE_KIND_COUNT_], tiers[TIER_COUNT_];
    IntMap *places;
} Snapshot;

struct Queue {
    Roster *roster;
    Snapshot snapshots[QUEUE_SNAPSHOTS_MOST];
    int64_t next_id, clock;
};

static void snapshot_end(Snapshot *snapshot) {
    free(snapshot->cases);
    int_map_end(&snapshot->places);
    *snapshot = (Snapshot){ 0 };
}

Queue *queue_begin(void) {
    Queue *queue = calloc(1, sizeof *queue);
    if (!queue) stop_for("no memory for the queue");
    queue->roster = roster_begin();
    return queue;
}

void queue_end(Queue **queue) {
    if (!*queue) return;
    for (int i = 0; i < QUEUE_SNAPSHOTS_MOST; i++) snapshot_end(&(*queue)->snapshots[i]);
    roster_end(&(*queue)->roster);
    free(*queue);
    *queue = NULL;
}

static uint64_t question_of(const QueueQuery *query) {
    const char *texts[] = { query->view, query->sort, query->kind, query->place, query->supplier, query->tier, query->words };
    uint64_t hash = query->ascending;
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
        const char *text = texts[i] ? texts[i] : "";
        hash = hash64(text, strlen(text) + 1, hash);
    }
    return hash;
}

static Err snapshot_make(const Desk *desk, Roster *roster, const QueueQuery *query, Snapshot *out, Why *why) {
    own(arena_end) Arena *scratch = arena_begin(READ_ARENA);
    CaseFilter filter;
    RosterKey *keys;
    int count;
    Snapshot made = { .question = question_of(query), .case_row = roster_newest(roster).v };
    TRY(to_filter(desk, query, &filter, why));
    roster_order(roster, desk->store, &filter, scratch, QUEUE_CASES_MOST, &keys, &count, &made.total);
    made.cases = malloc(sizeof *made.cases * (size_t)(count + 1));
    if (!made.cases) stop_for("no memory for a snapshot of %d cases", count);
    made.places = int_map_begin(FACETS_MOST);
    for (int i = 0; i < count; i++) {
        made.cases[made.count++] = keys[i].case_id.v;
        if (keys[i].kind > 0 && keys[i].kind < CASE_KIND_COUNT_) made.kinds[keys[i].kind]++;
        if (keys[i].tier >= 0 && keys[i].tier < TIER_COUNT_) made.tiers[keys[i].tier]++;
        if (keys[i].place.v) ++*int_map_place(made.places, keys[i].place.v, 0, NULL);
    }
    *out = made;
    return OK;
}

static Err snapshot_for(Queue *queue, const Desk *desk, const QueueQuery *query, Snapshot **out, Why *why) {
    Snapshot *oldest = &queue->snapshots[0];
    uint64_t question = question_of(query);
    TRY(roster_follow(queue->roster, desk->store, why));
    int64_t newest = roster_newest(queue->roster).v;
    for (int i = 0; i < QUEUE_SNAPSHOTS_MOST; i++) {
        Snapshot *at = &queue->snapshots[i];
        bool wanted = at->id != 0 && at->question == question && (query->snapshot ? at->id == query->snapshot : at->case_row == newest);
        if (wanted) {
            at->used = ++queue->clock;
            *out = at;
            return OK;
        }
        if (at->used < oldest->used) oldest = at;
    }
    Snapshot made;
    TRY(snapshot_make(desk, queue->roster, query, &made, why));
    snapshot_end(oldest);
    *oldest = made;
    oldest->id = ++queue->next_id;
    oldest->used = ++queue->clock;
    *out = oldest;
    return OK;
}

/* ---- a page ---- */
static int by_count(const void *left, const void *right) {
    const QueueFacet *l = left, *r = right;
    if (l->count != r->count) return l->count < r->count ? 1 : -1;
    return strcmp(l->name, r->name);
}

static void put_facets(const Desk *desk, Arena *work, const Snapshot *snapshot, QueuePage *page) {
    size_t places = int_map_count(snapshot->places);
    page->kinds = many_in(work, QueueFacet, CASE_KIND_COUNT_);
    page->tiers = many_in(work, QueueFacet, TIER_COUNT_);
    page->places = many_in(work, QueueFacet, places + 1);
    for (int kind = 1; kind < CASE_KIND_COUNT_; kind++)
        if (snapshot->kinds[kind]) page->kinds[page->kinds_count++] = (QueueFacet){ case_kind_names[kind], snapshot->kinds[kind] };
    for (int tier = 0; tier < TIER_COUNT_; tier++)
        if (snapshot->tiers[tier]) page->tiers[page->tiers_count++] = (QueueFacet){ tier_names[tier], snapshot->tiers[tier] };
    for (size_t i = 0; i < places; i++)
        page->places[page->places_count++] = (QueueFacet){ ident_code(desk->store, ID_PLACE, (int32_t)int_map_key(snapshot->places, i)), int_map_value(snapshot->places, i) };
    qsort(page->places, places, sizeof *page->places, by_count);
}

static Err page_read(Queue *queue, const Desk *desk, Arena *work, const QueueQuery *query, QueuePage *out_page, Why *why) {
    Snapshot *snapshot;
    TRY(snapshot_for(queue, desk, query, &snapshot, why));
    QueuePage page = { .snapshot = snapshot->id, .total = snapshot->total, .newer = roster_newer(queue->roster, (RowId){ snapshot->case_row }, NEWER_MOST) };
    page.lines = many_in(work, CaseLine, query->limit);
    for (int64_t i = query->offset; i < snapshot->count && page.count < query->limit; i++)
        TRY(case_line(desk->store, work, (RowId){ snapshot->cases[i] }, &page.lines[page.count++], why));
    put_facets(desk, work, snapshot, &page);
    *out_page = page;
    return OK;
}

Err queue_page(Queue *queue, const Desk *desk, Arena *work, const QueueQuery *query, QueuePage *out_page, Why *why) {
    if (query->limit < 1 || query->limit > QUEUE_ROWS_MOST) return fail(why, ERR_USAGE, "limit must be between 1 and %d", QUEUE_ROWS_MOST);
    if (query->offset < 0) return fail(why, ERR_USAGE, "offset must not be negative");
    TRY(store_look(desk->store, why));
    Err err = page_read(queue, desk, work, query, out_page, why);
    store_look_end(desk->store);
    return err;
}

static Err pages_visit(const Desk *desk, const Snapshot *snapshot, QueueVisit *visit, void *self, Why *why) {
    enum { PAGE = 1000 };
    for (int from = 0; from < snapshot->count; from += PAGE) {
        own(arena_end) Arena *scratch = arena_begin(64 * MiB);
        CaseLine *lines = many_in(scratch, CaseLine, PAGE);
        int count = 0;
        while (count < PAGE && from + count < snapshot->count) {
            TRY(case_line(desk->store, scratch, (RowId){ snapshot->cases[from + count] }, &lines[count], why));
            count++;
        }
        TRY(visit(self, lines, count, why));
    }
    return OK;
}

Err queue_each(const Desk *desk, const QueueQuery *query, QueueVisit *visit, void *self, Why *why) {
    own(roster_end) Roster *roster = roster_begin();
    Snapshot snapshot;
    TRY(roster_follow(roster, desk->store, why));
    TRY(snapshot_make(desk, roster, query, &snapshot, why));
    Err err = pages_visit(desk, &snapshot, visit, self, why);
    snapshot_end(&snapshot);
    return err;
}

/* ---- JSON ---- */
static void field_day(JsonWriter *json, const char *name, int32_t day) {
    char text[DAY_TEXT];
    if (day == 0 || day == CASE_NO_DAY) {
        json_field_null(json, name);
        return;
    }
    day_format(day, text);
    json_field_str(json, name, text);
}
static void field_time(JsonWriter *json, const char *name, int64_t us) {
    char text[TIME_TEXT];
    time_format(us, text);
    json_field_str(json, name, text);
}
static void field_share(JsonWriter *json, const char *name, int64_t ppm) {
    if (ppm < 0) json_field_null(json, name);
    else json_field_micro(json, name, ppm);
}

/* Description, unit and currency stand near the front of a case's JSON: reading stops there, a projection is never parsed. */
typedef struct CaseNames { const char *description, *uom, *currency; } CaseNames;

static const char **name_wanted(CaseNames *names, Text member) {
    if (text_is(member, "description")) return &names->description;
    if (text_is(member, "uom")) return &names->uom;
    return text_is(member, "currency") ? &names->currency : NULL;
}

static Err read_names(Arena *work, Text payload, CaseNames *names, Why *why) {
    own(json_reader_end) JsonReader reader = json_reader(payload);
    JsonToken token;
    const char **wanted = NULL;
    *names = (CaseNames){ 0 };
    TRY(json_next(&reader, &token, why));
    while (token.kind != JSON_END && !(names->description && names->uom && names->currency)) {
        TRY(json_next(&reader, &token, why));
        if (token.kind == JSON_ARRAY || token.kind == JSON_OBJECT) TRY(json_skip(&reader, why));
        if (wanted && token.kind == JSON_STRING) *wanted = text_keep(work, token.text);
        wanted = token.kind == JSON_NAME ? name_wanted(names, token.text) : NULL;
    }
    return OK;
}

static void field_money(JsonWriter *json, const char *name, int64_t minor) {
    if (minor == CASE_NONE) json_field_null(json, name);
    else json_field_int(json, name, minor);
}

Err queue_row_write(JsonWriter *json, Store *store, Arena *work, const CaseLine *line, Why *why) {
    Row row;
    CaseNames names;
    assert(line->kind > 0 && line->kind < CASE_KIND_COUNT_);
    TRY(log_read(store, work, line->row, &row, why));
    TRY_DOING(read_names(work, row.payload, &names, why), "case %lld", (long long)line->case_id.v);
    json_begin_object(json);
    json_field_int(json, "id", line->case_id.v);
    json_field_int(json, "row", line->row.v);
    json_field_str(json, "kind", case_kind_names[line->kind]);
    json_field_str(json, "status", case_status_names[line->status]);
    json_field_str(json, "tier", tier_names[line->tier]);
    json_field_str(json, "item", ident_code(store, ID_ITEM, line->item.v));
    json_field_str(json, "description", names.description);
    json_field_str(json, "uom", names.uom);
    json_field_str(json, "place", ident_code(store, ID_PLACE, line->place.v));
    json_field_str(json, "supplier", ident_code(store, ID_SUPPLIER, line->supplier.v));
    json_field_str(json, "title", line->title);
    json_field_str(json, "action", line->action);
    field_share(json, "p_out", line->p_out_ppm);
    field_money(json, "rank", line->rank_minor);
    field_money(json, "at_stake", line->at_stake_minor);
    field_money(json, "value", line->value_minor);
    field_share(json, "confidence", line->confidence_ppm);
    field_day(json, "due_day", line->due_day);
    field_time(json, "opened", line->opened_us);
    field_time(json, "changed", line->changed_us);
    json_field_str(json, "currency", names.currency);
    json_end(json);
    return OK;
}

static void write_facets(JsonWriter *json, const char *name, const QueueFacet *facets, int count) {
    json_field_object(json, name);
    for (int i = 0; i < count; i++) json_field_int(json, facets[i].name, facets[i].count);
    json_end(json);
}

static Err rows_write(JsonWriter *json, Store *store, Arena *work, const QueuePage *page, Why *why) {
    json_field_array(json, "rows");
    for (int i = 0; i < page->count; i++) TRY(queue_row_write(json, store, work, &page->lines[i], why));
    json_end(json);
    return OK;
}

Err queue_page_write(Buf *out, Store *store, Arena *work, int64_t offset, const QueuePage *page, Why *why) {
    JsonWriter json = json_writer(out);
    json_begin_object(&json);
    json_field_int(&json, "snapshot", page->snapshot);
    json_field_int(&json, "total", page->total);
    json_field_int(&json, "offset", offset);
    json_field_int(&json, "newer", page->newer);
    TRY(store_look(store, why));
    Err err = rows_write(&json, store, work, page, why);
    store_look_end(store);
    TRY(err);
    json_field_object(&json, "facets");
    write_facets(&json, "kind", page->kinds, page->kinds_count);
    write_facets(&json, "place", page->places, page->places_count);
    write_facets(&json, "tier", page->tiers, page->tiers_count);
    json_end(&json);
    json_end(&json);
    return OK;
}
