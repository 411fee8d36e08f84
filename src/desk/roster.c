#include "desk/roster.h"

#include <stdlib.h>
#include <string.h>

#include "base/decimal.h"
#include "base/list.h"
#include "base/map.h"
#include "domain/case.h"

enum { CASES_MOST = 1 << 26, NEWER_KEPT = 1000, WORDS_MOST = 16, FEW = 1000, SEARCH_WASTE_MOST = 64 * MiB };

typedef struct Entry {
    int64_t id, rank, stake, value, p_out, opened_us, snoozed_until_us;
    int32_t kind, status, tier, item, place, supplier, due_day;
    const char *search;
} Entry;

typedef LIST(int32_t) Ranks;             /* by number: its code's place in the order of codes */

struct Roster {
    LIST(Entry) entries;                 /* in the order in which cases were met: by id after a reading of all */
    IntMap *by_id;
    Arena *texts;                        /* `search` of the entries, and of what they were */
    LIST(int64_t) newer;                 /* rows of the newest versions met one by one, ascending, the last NEWER_KEPT or so */
    RowId newest;
    Ranks item_ranks, place_ranks;
};

Roster *roster_begin(void) {
    Roster *roster = calloc(1, sizeof *roster);
    if (!roster) stop_for("no memory for the cases");
    roster->by_id = int_map_begin(CASES_MOST);
    roster->texts = arena_begin((size_t)4096 * MiB);
    return roster;
}

void roster_end(Roster **roster) {
    if (!*roster) return;
    int_map_end(&(*roster)->by_id);
    arena_end(&(*roster)->texts);
    list_end(&(*roster)->entries);
    list_end(&(*roster)->newer);
    list_end(&(*roster)->item_ranks);
    list_end(&(*roster)->place_ranks);
    free(*roster);
    *roster = NULL;
}

RowId roster_newest(const Roster *roster) { return roster->newest; }

int64_t roster_newer(const Roster *roster, RowId row, int64_t most) {
    int64_t count = 0;
    for (size_t i = roster->newer.count; i > 0 && roster->newer.at[i - 1] > row.v && count < most; i--) count++;
    return count;
}

/* ---- following the log ---- */

static Err entry_put(void *self, const CaseLine *line, [[maybe_unused]] Why *why) {
    Roster *roster = self;
    bool is_new;
    int64_t *index = int_map_place(roster->by_id, line->case_id.v, (int64_t)roster->entries.count, &is_new);
    if (is_new) list_push(&roster->entries, (Entry){ .id = line->case_id.v, .search = "" });
    Entry *entry = &roster->entries.at[*index];
    const char *search = strcmp(entry->search, line->search) == 0 ? entry->search : text_copy(roster->texts, line->search);
    *entry = (Entry){ .id = line->case_id.v, .rank = line->rank_minor, .stake = line->at_stake_minor, .value = line->value_minor, .p_out = line->p_out_ppm,
        .opened_us = line->opened_us, .snoozed_until_us = line->snoozed_until_us, .kind = line->kind, .status = line->status, .tier = line->tier,
        .item = line->item.v, .place = line->place.v, .supplier = line->supplier.v, .due_day = line->due_day, .search = search };
    return OK;
}

static Err read_all(Roster *roster, Store *store, Why *why) {
    int_map_clear(roster->by_id);
    arena_clear(roster->texts);
    list_clear(&roster->entries);
    return case_each(store, NULL, entry_put, roster, why);
}

typedef struct Changed { Roster *roster; LIST(int64_t) cases; } Changed;

static Err changed_visit(void *self, const Row *row, Why *why) {
    Changed *changed = self;
    int64_t id = row->id.v;                  /* a first version names no case: it is one */
    if (row->key && row->key[0]) TRY(integer_parse(text_of(row->key), &id, why));
    list_push(&changed->cases, id);
    list_push(&changed->roster->newer, row->id.v);
    return OK;
}

static Err read_changed(Roster *roster, Store *store, const Changed *changed, Why *why) {
    own(arena_end) Arena *work = arena_begin(256 * MiB);
    for (size_t i = 0; i < changed->cases.count; i++) {
        CaseLine line;
        arena_clear(work);
        TRY(case_line(store, work, (RowId){ changed->cases.at[i] }, &line, why));
        TRY(entry_put(roster, &line, why));
    }
    return OK;
}

static Err newest_visit(void *self, const Row *row, [[maybe_unused]] Why *why) {
    *(RowId *)self = row->id;
    return OK;
}

static void newer_trim(Roster *roster) {
    if (roster->newer.count <= 2 * NEWER_KEPT) return;
    memmove(roster->newer.at, roster->newer.at + roster->newer.count - NEWER_KEPT, NEWER_KEPT * sizeof *roster->newer.at);
    roster->newer.count = NEWER_KEPT;
}

Err roster_follow(Roster *roster, Store *store, Why *why) {
    RowId newest = { 0 };
    LogFilter last = { .kinds = 1ull << ROW_CASE, .most = 1, .newest_first = true };
    TRY(log_scan(store, &last, newest_visit, &newest, why));
    if (newest.v == roster->newest.v) return OK;
    Changed changed = { .roster = roster };
    bool few = roster->newest.v && newest.v - roster->newest.v <= FEW + (int64_t)roster->entries.count / 4;       /* rows between them, of whatever kind */
    LogFilter since = { .after = roster->newest, .upto = newest, .kinds = 1ull << ROW_CASE, .most = few ? 0 : NEWER_KEPT, .newest_first = !few };
    if (!few) list_clear(&roster->newer);
    Err err = roster->newest.v ? log_scan(store, &since, changed_visit, &changed, why) : OK;
    for (size_t i = 0, k = roster->newer.count; !few && i + 1 < k; i++) {                      /* read from the newest: turned round */
        int64_t row = roster->newer.at[i];
        roster->newer.at[i] = roster->newer.at[--k];
        roster->newer.at[k] = row;
    }
    few = few && arena_used(roster->texts) < SEARCH_WASTE_MOST + 256 * roster->entries.count;
    if (err == OK) err = few ? read_changed(roster, store, &changed, why) : read_all(roster, store, why);
    list_end(&changed.cases);
    newer_trim(roster);
    if (err == OK) roster->newest = newest;
    else roster->newest = (RowId){ 0 };      /* half read: all of it next time */
    return err;
}

/* ---- filter ---- */

static bool in_bits(uint32_t bits, int32_t value) { return bits == 0 || (bits >> value & 1); }

static int words_split(Arena *work, const char *words, const char **out) {
    Text rest = text_of(words ? text_lower(work, text_of(words)) : ""), word;
    int count = 0;
    while (rest.length && count < WORDS_MOST) {
        text_split(rest, ' ', &word, &rest);
        if (word.length) out[count++] = text_keep(work, word);
    }
    return count;
}

static bool wanted(const CaseFilter *filter, const Entry *e, const char *const *words, int words_count) {
    if (!in_bits(filter->statuses, e->status) || !in_bits(filter->kinds, e->kind) || !in_bits(filter->tiers, e->tier)) return false;
    if (filter->item.v && e->item != filter->item.v) return false;
    if (filter->place.v && e->place != filter->place.v) return false;
    if (filter->supplier.v && e->supplier != filter->supplier.v) return false;
    if (filter->rank_least_minor && e->rank < filter->rank_least_minor) return false;
    if (!(filter->statuses & CASE_STATUS_BIT(CASE_SNOOZED)) && e->snoozed_until_us > filter->now_us) return false;
    for (int i = 0; i < words_count; i++)
        if (!strstr(e->search, words[i])) return false;
    return true;
}

/* ---- order ---- */

typedef struct Coded { const char *code; int32_t id; } Coded;

static int by_code(const void *left, const void *right) { return strcmp(((const Coded *)left)->code, ((const Coded *)right)->code); }

/* Rank of each code among all of its kind; made again when codes came. Number 0 has none and goes first. */
static void code_ranks(Store *store, IdKind kind, Ranks *ranks) {
    size_t codes = (size_t)ident_count(store, kind) + 1;
    if (ranks->count == codes) return;
    Coded *coded = calloc(codes, sizeof *coded);
    if (!coded) stop_for("no memory for %zu codes", codes);
    list_reserve(ranks, codes);
    for (size_t i = 0; i < codes; i++) coded[i] = (Coded){ ident_code(store, kind, (int32_t)i), (int32_t)i };
    qsort(coded + 1, codes - 1, sizeof *coded, by_code);
    ranks->at[0] = 0;
    for (size_t i = 1; i < codes; i++) ranks->at[coded[i].id] = (int32_t)i;
    free(coded);
    ranks->count = codes;
}

static int64_t rank_of(const Ranks *ranks, int32_t id) { return (size_t)id < ranks->count ? ranks->at[id] : INT32_MAX; }

typedef struct Sorting { uint64_t key; int64_t id; int32_t index; } Sorting;

/* Signed numbers as unsigned ones of the same order. */
static uint64_t ordered(int64_t value, bool ascending) {
    uint64_t key = (uint64_t)value ^ 1ull << 63;
    return ascending ? key : ~key;
}

static int64_t number_of(const Roster *roster, const Entry *e, enum CaseSort sort) {
    switch (sort) {
    case SORT_STAKE: return e->stake;
    case SORT_VALUE: return e->value;
    case SORT_P_OUT: return e->p_out;
    case SORT_DUE: return e->due_day;
    case SORT_OPENED: return e->opened_us;
    case SORT_ITEM: return rank_of(&roster->item_ranks, e->item);
    case SORT_PLACE: return rank_of(&roster->place_ranks, e->place);
    default: return e->rank;
    }
}

/* Byte by byte from the lowest, each pass keeping the order of the one before; bytes that are the same in all are passed over. */
static Sorting *sort_by(Sorting *at, Sorting *other, size_t count, bool by_id) {
    for (int shift = 0; shift < 64; shift += 8) {
        size_t from[257] = { 0 };
        for (size_t i = 0; i < count; i++) from[((by_id ? (uint64_t)at[i].id : at[i].key) >> shift & 255) + 1]++;
        bool same = false;
        for (int b = 1; b <= 256; b++) {
            same |= from[b] == count;
            from[b] += from[b - 1];
        }
        if (same) continue;
        for (size_t i = 0; i < count; i++) other[from[(by_id ? (uint64_t)at[i].id : at[i].key) >> shift & 255]++] = at[i];
        Sorting *swapped = at;
        at = other;
        other = swapped;
    }
    return at;
}

void roster_order(Roster *roster, Store *store, const CaseFilter *filter, Arena *work, int most, RosterKey **out_keys, int *out_count, int64_t *out_total) {
    const char *words[WORDS_MOST];
    int words_count = words_split(work, filter->words, words);
    if (filter->sort == SORT_ITEM) code_ranks(store, ID_ITEM, &roster->item_ranks);
    if (filter->sort == SORT_PLACE) code_ranks(store, ID_PLACE, &roster->place_ranks);
    Sorting *at = malloc(2 * (roster->entries.count + 1) * sizeof *at), *sorted = at;
    if (!at) stop_for("no memory to sort %zu cases", roster->entries.count);
    size_t count = 0;
    bool by_id = true;
    for (size_t i = 0; i < roster->entries.count; i++) {
        const Entry *e = &roster->entries.at[i];
        if (!wanted(filter, e, words, words_count)) continue;
        by_id = by_id && (count == 0 || at[count - 1].id < e->id);
        at[count++] = (Sorting){ ordered(number_of(roster, e, filter->sort), filter->ascending), e->id, (int32_t)i };
    }
    Sorting *other = at + count;
    if (!by_id) sorted = sort_by(sorted, other, count, true);
    sorted = sort_by(sorted, sorted == at ? other : at, count, false);
    int given = count < (size_t)most ? (int)count : most;
    RosterKey *keys = many_in(work, RosterKey, given + 1);
    for (int i = 0; i < given; i++) {
        const Entry *e = &roster->entries.at[sorted[i].index];
        keys[i] = (RosterKey){ { e->id }, e->kind, e->tier, { e->place } };
    }
    free(at);
    *out_keys = keys;
    *out_count = given;
    *out_total = (int64_t)count;
}
