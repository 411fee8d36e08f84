/* facts.c - batches of facts: judged against what their keys hold already, then appended in the order given.
 *
 * (1) A key's present stands in `current`, one row per key; keys with several recorded versions have all of them in `sibling`
 *     (family = the key's first row). Both are written in key order, because random order costs many times as much.
 * (2) A duplicate writes no row. When another document repeated it, that is noted in `also`, so that retracting the first
 *     document does not lose what the second one said.
 * (3) A fact that names an undefined code waits in `parked` and is judged when the code is defined (parked.c).
 * (4) `span` holds which rows of the log a document made, as runs of ids. */
#include "store/facts.h"
#include "store/feed.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

enum { BATCH_MOST = 10000, BATCH_BYTES_MOST = 64 * MiB, WORK_MOST = 512 * MiB };
#define IN_BATCH (INT64_C(1) << 62)      /* stands for the row of an entry that has none yet; newer than every row */

const char *const fact_outcome_names[FACT_OUTCOME_COUNT_] = {
    [FACT_NEW] = "new", [FACT_DUPLICATE] = "duplicate", [FACT_CORRECTED] = "corrected",
    [FACT_LATE] = "late", [FACT_CONFLICTING] = "conflicting", [FACT_PARKED] = "parked",
};

static bool recorded(const Entry *entry) { return entry->outcome == FACT_NEW || entry->outcome == FACT_CORRECTED || entry->outcome == FACT_LATE; }

/* ---- filling ---- */

Err batch_begin(Batch *batch, Store *store, Why *why) {
    Batch made = { .store = store, .now_us = world_now_us(store->world) };
    TRY(retractions_load(store, &made.retracted, why));
    made.work = arena_begin((size_t)WORK_MOST);
    *batch = made;
    return OK;
}

void batch_end(Batch *batch) {
    arena_end(&batch->work);
    int_map_end(&batch->retracted);
    list_end(&batch->entries);
    list_end(&batch->defined);
}

void batch_clear(Batch *batch) {
    arena_clear(batch->work);
    list_clear(&batch->entries);
    list_clear(&batch->defined);
}

bool batch_full(const Batch *batch) { return batch->entries.count >= BATCH_MOST || arena_used(batch->work) >= BATCH_BYTES_MOST; }

typedef struct CodeField { Field field; IdKind kind; } CodeField;
/* In this order a missing code is named. A successor may be unknown for long, so nothing waits for it. */
static const CodeField code_fields[] = {
    { F_item, ID_ITEM }, { F_place, ID_PLACE }, { F_from_place, ID_PLACE }, { F_supplier, ID_SUPPLIER }, { F_customer, ID_CUSTOMER },
};

Err batch_resolve(Batch *batch, Entry *entry, Why *why) {
    const Fact *fact = entry->fact;
    int defines = fact_kinds[fact->kind].defines;
    entry->outcome = FACT_NEW;
    for (size_t i = 0; i < sizeof code_fields / sizeof code_fields[0]; i++) {
        Field field = code_fields[i].field;
        IdKind kind = code_fields[i].kind;
        if (!fact_has(fact, field)) continue;
        Text code = fact->text[field];
        int32_t id = ident_find(batch->store, kind, code);
        if (!id && defines == (int)kind && fact->correction != CORRECT_CANCEL) {
            bool is_new;
            TRY(ident_define(batch->store, kind, code, &id, &is_new, why));
            list_push(&batch->defined, (Defined){ kind, text_of(ident_code(batch->store, kind, id)) });
        }
        if (!id) {
            entry->outcome = FACT_PARKED;
            entry->missing_kind = kind;
            entry->missing_code = code;
            return OK;
        }
        if (field == F_item) entry->item.v = id;
        if (field == F_place) entry->place.v = id;
    }
    return OK;
}

/* ---- judging ---- */

/* Entries of one key, in order of arrival, and what `current` says about the key. */
typedef struct Group { size_t from, count; Text key; bool known, several; Member first; } Group;
typedef LIST(Group) GroupList;
static void groups_end(GroupList *groups) { list_end(groups); }
static void members_end(MemberList *members) { list_end(members); }

static int key_order(const void *left, const void *right) {
    const Entry *const *l = left, *const *r = right;
    int order = text_compare((*l)->key, (*r)->key);
    return order ? order : (*l > *r) - (*l < *r);
}

static Entry **sorted_by_key(Batch *batch, size_t *out_count) {
    Entry **order = many_in(batch->work, Entry *, batch->entries.count + 1);
    size_t count = 0;
    for (size_t i = 0; i < batch->entries.count; i++)
        if (batch->entries.at[i].outcome != FACT_PARKED) order[count++] = &batch->entries.at[i];
    /* Most files come in the order of their keys. */
    size_t sorted = 1;
    while (sorted < count && key_order(&order[sorted - 1], &order[sorted]) <= 0) sorted++;
    if (sorted < count) qsort(order, count, sizeof *order, key_order);
    *out_count = count;
    return order;
}

static Err document_kind(Batch *batch, int64_t document, int64_t *out_kind, Why *why) {
    if (document != batch->document) {
        own(query_end) Query query = { 0 };
        bool found;
        TRY(query_begin(batch->store, &query, "SELECT kind FROM log WHERE id = $1", why));
        query_int(&query, 1, document);
        TRY(query_next(&query, &found, why));
        batch->document = document;
        batch->document_kind = found ? query_int_at(&query, 0) : 0;
    }
    *out_kind = batch->document_kind;
    return OK;
}

static Member member_of(const Batch *batch, const Entry *entry) {
    return (Member){ IN_BATCH + (entry - batch->entries.at), entry->document, entry->fact->version, entry->fact->correction, entry->hash, entry->known_us };
}

static Err judge(Batch *batch, Entry **order, const Group *group, Why *why) {
    own(members_end) MemberList members = { 0 };
    if (group->several) TRY(family_read(batch->store, group->first.row, &members, why));
    else if (group->known) list_push(&members, group->first);
    for (size_t i = 0; i < group->count; i++) {
        Entry *entry = order[group->from + i];
        int64_t kind;
        TRY(document_kind(batch, entry->document, &kind, why));
        Arrival arrival = { member_of(batch, entry), kind == ROW_DOCUMENT, fact_kinds[entry->fact->kind].defines >= 0 };
        entry->outcome = family_judge(members.at, members.count, &arrival, batch->retracted, &entry->twin);
        if (recorded(entry)) list_push(&members, arrival.as);
    }
    return OK;
}

static void groups_find(Entry **order, size_t count, GroupList *groups) {
    for (size_t from = 0, to; from < count; from = to) {
        to = from + 1;
        while (to < count && text_equal(order[from]->key, order[to]->key)) to++;
        list_push(groups, (Group){ .from = from, .count = to - from, .key = order[from]->key });
    }
}

static void key_cell(void *self, int64_t at, int column, FeedOut *out) {
    const Group *group = (const Group *)self + at;
    if (column == 0) feed_int(out, at);
    else feed_text(out, group->key);
}

/* What `current` says of each key. */
static Err groups_look(Batch *batch, GroupList *groups, Why *why) {
    own(query_end) Query look = { 0 };
    feed_from(batch->store, groups->at, (int64_t)groups->count, key_cell);
    TRY(query_begin(batch->store, &look, "SELECT v0, row, document, version, correction, hash, several FROM feed CROSS JOIN current ON current.key = v1", why));
    for (;;) {
        bool found;
        TRY(query_next(&look, &found, why));
        if (!found) return OK;
        Group *group = &groups->at[query_int_at(&look, 0)];
        group->known = true;
        group->first = (Member){ query_int_at(&look, 1), query_int_at(&look, 2), query_int_at(&look, 3), query_int_at(&look, 4), query_int_at(&look, 5), 0 };
        group->several = query_int_at(&look, 6);
    }
}

static Err groups_judge(Batch *batch, Entry **order, const GroupList *groups, Why *why) {
    for (size_t i = 0; i < groups->count; i++) {
        const Group *group = &groups->at[i];
        if (group->known || group->count > 1) TRY(judge(batch, order, group, why));
    }
    return OK;
}

/* ---- writing ---- */

static Err rows_write(Batch *batch, Why *why) {
    Link *links = many_in(batch->work, Link, batch->entries.count + 1);
    Entry **written = many_in(batch->work, Entry *, batch->entries.count + 1);
    size_t count = 0;
    for (size_t i = 0; i < batch->entries.count; i++) {
        Entry *entry = &batch->entries.at[i];
        if (!recorded(entry)) continue;
        links[count] = (Link){ .row = { .cause = { entry->document }, .kind = ROW_FACT, .sub = (int32_t)entry->fact->kind, .item = entry->item, .place = entry->place,
            .recorded_us = batch->now_us, .occurred_us = entry->occurred_us, .known_us = entry->known_us, .by = entry->by, .key = entry->key.at, .payload = entry->payload },
            .where = entry->where };
        written[count++] = entry;
    }
    TRY(log_write(batch->store, links, count, why));
    for (size_t i = 0; i < count; i++) written[i]->row = links[i].row.id.v;
    return OK;
}

static Err sibling_write(Batch *batch, int64_t family, const Member *member, Why *why) {
    own(query_end) Query insert = { 0 };
    TRY(query_begin(batch->store, &insert, "INSERT INTO sibling (row, family, document, version, correction, hash, known_us) VALUES ($1, $2, $3, $4, $5, $6, $7)", why));
    query_int(&insert, 1, member->row);
    query_int(&insert, 2, family);
    query_int(&insert, 3, member->document);
    query_int(&insert, 4, member->version);
    query_int(&insert, 5, member->correction);
    query_int(&insert, 6, member->hash);
    query_int(&insert, 7, member->known_us);
    return query_run(&insert, why);
}

/* The key had one version and gets another: from now on the first one stands among its siblings too. */
static Err family_found(Batch *batch, const Group *group, Text key, Why *why) {
    own(query_end) Query read = { 0 }, update = { 0 };
    Member first = group->first;
    bool found;
    TRY(query_begin(batch->store, &read, "SELECT known_us FROM log WHERE id = $1", why));
    query_int(&read, 1, first.row);
    TRY(query_next(&read, &found, why));
    if (!found) return fail(why, ERR_CORRUPT, "fact %lld is missing from the log", (long long)first.row);
    first.known_us = query_int_at(&read, 0);
    TRY(sibling_write(batch, first.row, &first, why));
    TRY(query_begin(batch->store, &update, "UPDATE current SET several = 1 WHERE key = $1", why));
    query_text(&update, 1, key);
    return query_run(&update, why);
}

static Err also_write(Batch *batch, const Entry *entry, Why *why) {
    own(query_end) Query insert = { 0 };
    int64_t twin = entry->twin.row, kind;
    if (entry->twin.document == entry->document) return OK;      /* read twice: nothing that a retraction could lose */
    TRY(document_kind(batch, entry->document, &kind, why));
    if (kind != ROW_DOCUMENT) return OK;
    if (twin >= IN_BATCH) twin = batch->entries.at[twin - IN_BATCH].row;
    TRY(query_begin(batch->store, &insert, "INSERT OR IGNORE INTO also (row, document, occurred_us, known_us, author, line, offset, length) VALUES ($1, $2, $3, $4, $5, $6, $7, $8)", why));
    query_int(&insert, 1, twin);
    query_int(&insert, 2, entry->document);
    query_int(&insert, 3, entry->occurred_us);
    query_int(&insert, 4, entry->known_us);
    query_str(&insert, 5, entry->by);
    query_int(&insert, 6, entry->where.line);
    query_int(&insert, 7, entry->where.offset);
    query_int(&insert, 8, entry->where.length);
    return query_run(&insert, why);
}

/* A row of `current` to come. */
typedef struct Fresh { const Entry *entry; bool several; } Fresh;
typedef LIST(Fresh) FreshList;
static void fresh_end(FreshList *list) { list_end(list); }

static void fresh_cell(void *self, int64_t at, int column, FeedOut *out) {
    const Fresh *fresh = (const Fresh *)self + at;
    const Entry *entry = fresh->entry;
    switch (column) {
    case 0: feed_text(out, entry->key); return;
    case 1: feed_int(out, entry->row); return;
    case 2: feed_int(out, entry->document); return;
    case 3: feed_int(out, entry->fact->version); return;
    case 4: feed_int(out, entry->fact->correction); return;
    case 5: feed_int(out, entry->hash); return;
    default: feed_int(out, fresh->several); return;
    }
}

static Err current_write(Batch *batch, const FreshList *list, Why *why) {
    own(query_end) Query insert = { 0 };
    feed_from(batch->store, list->at, (int64_t)list->count, fresh_cell);
    TRY(query_begin(batch->store, &insert, "INSERT OR FAIL INTO current (key, row, document, version, correction, hash, several) SELECT v0, v1, v2, v3, v4, v5, v6 FROM feed", why));
    return query_run(&insert, why);
}

static Err group_write(Batch *batch, Entry **order, const Group *group, FreshList *list, Why *why) {
    size_t fresh = 0;
    Entry *first = NULL;
    for (size_t i = 0; i < group->count; i++) {
        Entry *entry = order[group->from + i];
        if (recorded(entry) && fresh++ == 0) first = entry;
        if (entry->outcome == FACT_DUPLICATE) TRY(also_write(batch, entry, why));
    }
    if (fresh == 0) return OK;
    bool several = fresh > 1 || group->known;
    if (!group->known) list_push(list, (Fresh){ first, several });
    else if (!group->several) TRY(family_found(batch, group, first->key, why));
    if (!several) return OK;
    int64_t family = group->known ? group->first.row : first->row;
    for (size_t i = 0; i < group->count; i++) {
        Entry *entry = order[group->from + i];
        if (!recorded(entry)) continue;
        Member member = member_of(batch, entry);
        member.row = entry->row;
        TRY(sibling_write(batch, family, &member, why));
    }
    return OK;
}

static Err groups_write(Batch *batch, Entry **order, const GroupList *groups, Why *why) {
    own(fresh_end) FreshList list = { 0 };
    for (size_t i = 0; i < groups->count; i++) TRY(group_write(batch, order, &groups->at[i], &list, why));
    return current_write(batch, &list, why);
}

static Err span_write(Batch *batch, int64_t document, int64_t first, int64_t last, Why *why) {
    own(query_end) Query grow = { 0 }, insert = { 0 };
    TRY(query_begin(batch->store, &grow, "UPDATE span SET last = $1 WHERE document = $2 AND last = $3 AND first = (SELECT max(first) FROM span WHERE document = $2)", why));
    query_int(&grow, 1, last);
    query_int(&grow, 2, document);
    query_int(&grow, 3, first - 1);
    TRY(query_run(&grow, why));
    if (sqlite3_changes(batch->store->db)) return OK;
    TRY(query_begin(batch->store, &insert, "INSERT INTO span (document, first, last) VALUES ($1, $2, $3)", why));
    query_int(&insert, 1, document);
    query_int(&insert, 2, first);
    query_int(&insert, 3, last);
    return query_run(&insert, why);
}

static Err spans_write(Batch *batch, Why *why) {
    int64_t document = 0, first = 0, last = 0;
    for (size_t i = 0; i < batch->entries.count; i++) {
        const Entry *entry = &batch->entries.at[i];
        if (!recorded(entry)) continue;
        if (first && entry->document != document) TRY(span_write(batch, document, first, last, why));
        if (!first || entry->document != document) first = entry->row;
        document = entry->document;
        last = entry->row;
    }
    return first ? span_write(batch, document, first, last, why) : OK;
}

Err batch_write(Batch *batch, Why *why) {
    own(groups_end) GroupList groups = { 0 };
    size_t count;
    Entry **order = sorted_by_key(batch, &count);
    groups_find(order, count, &groups);
    TRY(groups_look(batch, &groups, why));
    TRY(groups_judge(batch, order, &groups, why));
    TRY(rows_write(batch, why));
    TRY(groups_write(batch, order, &groups, why));
    return spans_write(batch, why);
}

/* ---- the door ---- */

Err fact_form(Arena *work, Buf *scratch, const Fact *fact, FactForm *out_form, Why *why) {
    buf_clear(scratch);
    fact_write(scratch, fact);
    TRY(buf_check(scratch, "a fact", why));
    Text payload = text_from(text_copy_n(work, scratch->at, scratch->length), scratch->length);
    *out_form = (FactForm){ .key = fact_key(work, fact), .payload = payload, .hash = (int64_t)hash64(payload.at, payload.length, 0) };
    return OK;
}

/* Writes what is in the batch, then parks and releases; hands the outcomes back. */
static Err batch_finish(Batch *batch, FactOutcome *out_outcomes, RowId *out_rows, Why *why) {
    own(batch_end) Batch released = { 0 };
    TRY(batch_write(batch, why));
    for (size_t i = 0; i < batch->entries.count; i++) {
        Entry *entry = &batch->entries.at[i];
        bool was_there = false;
        if (entry->outcome == FACT_PARKED) TRY(park(batch, entry, &was_there, why));
        if (out_outcomes) out_outcomes[i] = was_there ? FACT_DUPLICATE : entry->outcome;
        if (out_rows) out_rows[i] = (RowId){ entry->row };
    }
    if (batch->defined.count) TRY(batch_begin(&released, batch->store, why));
    for (size_t i = 0; i < batch->defined.count; i++) TRY(parked_release(&released, &batch->defined.at[i], why));
    batch_clear(batch);
    return OK;
}

static void scratch_end(Buf *scratch) { buf_end(scratch); }

Err facts_append_formed(Store *store, RowId document, const Fact *facts, const FactForm *forms, const FactPlace *where, int count, const char *by, FactOutcome *out_outcomes, RowId *out_rows, Why *why) {
    own(batch_end) Batch batch = { 0 };
    own(scratch_end) Buf scratch = buf_begin(16 * MiB);
    TRY(store_writing(store, why));
    TRY(batch_begin(&batch, store, why));
    if (int_map_or(batch.retracted, document.v, 0)) return fail(why, ERR_CONFLICT, "document %lld was retracted", (long long)document.v);
    int done = 0;
    for (int i = 0; i < count; i++) {
        FactForm form;
        if (forms) form = forms[i];
        else TRY(fact_form(batch.work, &scratch, &facts[i], &form, why));
        Entry entry = { .fact = &facts[i], .document = document.v, .by = by ? by : "", .where = where ? where[i] : (FactPlace){ 0 }, .occurred_us = facts[i].occurred_us,
            .known_us = facts[i].known_us, .key = form.key, .payload = form.payload, .hash = form.hash };
        TRY(batch_resolve(&batch, &entry, why));
        list_push(&batch.entries, entry);
        if (i + 1 < count && !batch_full(&batch)) continue;
        TRY(batch_finish(&batch, out_outcomes ? out_outcomes + done : NULL, out_rows ? out_rows + done : NULL, why));
        done = i + 1;
    }
    return OK;
}

Err facts_append(Store *store, RowId document, const Fact *facts, const FactPlace *where, int count, const char *by, FactOutcome *out_outcomes, RowId *out_rows, Why *why) {
    return facts_append_formed(store, document, facts, NULL, where, count, by, out_outcomes, out_rows, why);
}

Err fact_where(Store *store, RowId fact, FactPlace *out_where, Why *why) {
    own(query_end) Query query = { 0 };
    bool found;
    TRY(query_begin(store, &query, "SELECT line, offset, length FROM log WHERE id = $1 AND line > 0", why));
    query_int(&query, 1, fact.v);
    TRY(query_next(&query, &found, why));
    if (!found) return fail(why, ERR_NOT_FOUND, "row %lld is not from a line of a document", (long long)fact.v);
    *out_where = (FactPlace){ query_int_at(&query, 0), query_int_at(&query, 1), query_int_at(&query, 2) };
    return OK;
}
