#include "draft/casebook.h"

#include <stdlib.h>
#include <string.h>

#include "base/decimal.h"
#include "base/hash.h"
#include "base/time.h"

enum { REJECTED_REST_DAYS = 14, SAID_AGAIN_DAYS = 7 };

CaseBook *case_book_begin(void) {
    CaseBook *book = calloc(1, sizeof *book);
    if (!book) stop_for("no memory for the case book");
    book->by_exposure = int_map_begin(1 << 24);
    book->by_case = int_map_begin(1 << 24);
    book->texts = arena_begin((size_t)1024 * MiB);
    return book;
}

void case_book_end(CaseBook **book) {
    if (!*book) return;
    int_map_end(&(*book)->by_exposure);
    int_map_end(&(*book)->by_case);
    arena_end(&(*book)->texts);
    list_end(&(*book)->entries);
    list_end(&(*book)->itemless);
    list_end(&(*book)->heard);
    free(*book);
    *book = NULL;
}

static int64_t exposure_key(ItemId item, PlaceId place, CaseKind kind, const char *subject) {
    struct { int32_t item, place, kind; } exposure = { item.v, place.v, (int32_t)kind };
    return (int64_t)hash64(&exposure, sizeof exposure, hash64(subject, strlen(subject), 7));
}

const BookEntry *case_book_find(const CaseBook *book, ItemId item, PlaceId place, CaseKind kind, const char *subject) {
    int64_t index = int_map_or(book->by_exposure, exposure_key(item, place, kind, subject), -1);
    return index < 0 ? NULL : &book->entries.at[index];
}

static BookEntry *entry_place(CaseBook *book, RowId case_id, ItemId item, PlaceId place, CaseKind kind, const char *subject) {
    bool is_new;
    int64_t *index = int_map_place(book->by_case, case_id.v, (int64_t)book->entries.count, &is_new);
    if (is_new) {
        list_push(&book->entries, (BookEntry){ .case_id = case_id, .item = item, .place = place, .kind = kind, .subject = text_copy(book->texts, subject) });
        int64_t *newest = int_map_place(book->by_exposure, exposure_key(item, place, kind, subject), *index, NULL);
        if (book->entries.at[*newest].case_id.v < case_id.v) *newest = *index;
        if (item.v == 0) list_push(&book->itemless, (int32_t)*index);
    }
    return &book->entries.at[*index];
}

static void entry_count(CaseBook *book, const BookEntry *entry, int sign) {
    if (entry->row.v == 0 || entry->status != CASE_OPEN) return;
    book->open += sign;
    book->automatic += entry->tier == TIER_AUTO ? sign : 0;
}

void case_book_count(CaseBook *book) {
    book->open = book->automatic = 0;
    list_clear(&book->itemless);
    for (size_t i = 0; i < book->entries.count; i++) {
        entry_count(book, &book->entries.at[i], 1);
        if (book->entries.at[i].item.v == 0) list_push(&book->itemless, (int32_t)i);
    }
}

/* Which notes must not change without a version that says so. */
static const char *reasons_text(Arena *arena, const Case *c) {
    const char *text = "";
    for (int i = 0; i < c->notes_count; i++) {
        const CaseNote *note = &c->notes[i];
        bool put = strcmp(note->code, "override") == 0 || strcmp(note->code, "signal") == 0;        /* another one is another reason */
        if (strcmp(note->code, "ahead") == 0 || strcmp(note->code, "lasting") == 0) continue;      /* they come and go with the days */
        text = text_format(arena, put ? "%s%s%s#%lld" : "%s%s%s", text, text[0] ? " " : "", note->code, (long long)note->row);
    }
    return text;
}

static void entry_set(CaseBook *book, BookEntry *entry, RowId row, int64_t at_us, const Case *c) {
    if (entry->opened_us == 0) entry->opened_us = at_us;
    if (!entry->opened_why || strcmp(entry->opened_why, c->opened_why) != 0) entry->opened_why = text_copy(book->texts, c->opened_why);
    own(arena_end) Arena *scratch = arena_begin(64 * KiB);
    const char *reasons = reasons_text(scratch, c);
    if (!entry->reasons || strcmp(entry->reasons, reasons) != 0) entry->reasons = text_copy(book->texts, reasons);
    entry_count(book, entry, -1);
    entry->row = row;
    entry->status = c->status;
    entry->qty = c->action.qty;
    entry->filled = c->action.order.to_minimum + c->action.order.to_load;
    entry->rank_minor = c->rank_minor;
    entry->order_day = c->action.order_day;
    entry->arrival_day = c->action.arrival_day;
    entry->tier = c->tier;
    entry->flags = c->flags;
    entry->board = board_hash(&c->board);
    entry->changed_us = at_us;
    entry_count(book, entry, 1);
}

void case_book_note(CaseBook *book, RowId case_id, RowId row, int64_t at_us, const Draft *draft) {
    entry_set(book, entry_place(book, case_id, draft->item, draft->place, draft->c.kind, draft->c.subject), row, at_us, &draft->c);
}

typedef struct BookReading { CaseBook *book; Arena *work; } BookReading;
static Err book_visit(void *self, const Row *row, Why *why) {
    BookReading *r = self;
    Case c;
    arena_clear(r->work);
    TRY_DOING(case_read(r->work, row->payload, &c, why), "case row %lld", (long long)row->id.v);
    int64_t id = row->id.v;
    if (row->key && row->key[0]) TRY(integer_parse(text_of(row->key), &id, why));
    entry_set(r->book, entry_place(r->book, (RowId){ id }, row->item, row->place, c.kind, c.subject), row->id, row->recorded_us, &c);
    if (c.kind == CASE_BUY) list_push(&r->book->heard, ((Heard){ row->item, row->place }));
    return OK;
}

Err case_book_advance(CaseBook *book, Store *store, int64_t upto, Why *why) {
    if (upto <= book->upto) return OK;
    own(arena_end) Arena *work = arena_begin(256 * MiB);
    BookReading reading = { book, work };
    LogFilter filter = { .after = { book->upto }, .upto = { upto }, .kinds = 1ull << ROW_CASE };
    TRY(log_scan(store, &filter, book_visit, &reading, why));
    book->upto = upto;
    return OK;
}

/* ---- moves ---- */

int case_band(const Policy *policy, int64_t rank_minor) {
    int band = 0;
    while (rank_minor != CASE_NONE && band < policy->queue_bands_count && rank_minor >= policy->queue_bands_minor[band]) band++;
    return band;
}

static void change_add(Case *c, const char *what, const char *from, const char *to) { c->changes[c->changes_count++] = (CaseChange){ what, from, to }; }

/* Doubts that a person must not miss, and must not go on seeing once they are gone. */
static const uint32_t doubts = CASE_GATES | CASE_FLAG_BIT(NO_COST) | CASE_FLAG_BIT(NO_PRICE) | CASE_FLAG_BIT(NO_STOCK_FACT) | CASE_FLAG_BIT(PULLED_FORWARD) | CASE_FLAG_BIT(BELOW_MINIMUM);

static const char *doubts_text(Arena *arena, uint32_t flags) {
    const char *text = "";
    for (int i = 0; i < CASE_FLAG_COUNT_; i++)
        if ((flags & doubts) >> i & 1) text = text_format(arena, "%s%s%s", text, text[0] ? " " : "", case_flags[i].name);
    return text;
}

/* "Order now" stays "order now" while days pass: an order day that moves with today is no news. After a week it is said again, with fresh days and chances. */
static bool order_day_moved(const BookEntry *old, const Case *c, int32_t start_day) {
    int32_t was = old->order_day, is = c->action.order_day;
    if (was == CASE_NO_DAY || was == is) return false;
    if (was < start_day) return is != start_day || start_day - was >= SAID_AGAIN_DAYS;
    return is != CASE_NO_DAY && (is - was > 2 || was - is > 2);
}

/* What moved past the dead-band since the version people see. */
static int changes_find(const BookEntry *old, Case *c, const Context *context, Arena *arena) {
    const Policy *policy = context->policy;
    c->changes = many_in(arena, CaseChange, 8);
    int64_t gap = c->action.qty > old->qty ? c->action.qty - old->qty : old->qty - c->action.qty;
    int64_t band_gap = divide_half_even((__int128)(old->qty > 0 ? old->qty : 0) * policy->queue_dead_band_micro, MICRO);
    /* An order that says it reaches its minimum must: its lines are never left at an older quantity. */
    if (c->action.order.choice == ORDER_FILLED) band_gap = 0;
    if (gap > band_gap) change_add(c, "quantity", case_qty_text(arena, old->qty), case_qty_text(arena, c->action.qty));
    int64_t filled = c->action.order.to_minimum + c->action.order.to_load;
    if (filled != old->filled) change_add(c, "filled-up", case_qty_text(arena, old->filled), case_qty_text(arena, filled));
    if (case_is_order(c->kind) && order_day_moved(old, c, context->start_day))
        change_add(c, "order-day", case_day_text(arena, old->order_day), case_day_text(arena, c->action.order_day));
    if (c->tier != old->tier) change_add(c, "tier", tier_names[old->tier], tier_names[c->tier]);
    if ((c->flags ^ old->flags) & doubts) change_add(c, "doubts", doubts_text(arena, old->flags), doubts_text(arena, c->flags));
    if (board_hash(&c->board) != old->board) change_add(c, "shares", "", text_format(arena, "%d lines", c->board.shares_count));
    const char *reasons = reasons_text(arena, c);
    if (strcmp(old->reasons, reasons) != 0) change_add(c, "reasons", old->reasons, reasons);
    int from = case_band(policy, old->rank_minor), to = case_band(policy, c->rank_minor);
    if (from != to) change_add(c, "rank-band", text_format(arena, "%d", from), text_format(arena, "%d", to));
    return c->changes_count;
}

static bool rose(const BookEntry *old, int64_t rank_minor, const Policy *policy) {
    return case_band(policy, rank_minor) > case_band(policy, old->rank_minor) && rank_minor > old->rank_minor + old->rank_minor / 2;
}

bool case_book_rests(const BookEntry *entry, int64_t rank_minor, const Context *context, int64_t now_us) {
    if (!entry || rose(entry, rank_minor, context->policy)) return false;
    return entry->status == CASE_SNOOZED || (entry->status == CASE_REJECTED && (now_us - entry->changed_us) / DAY_US < REJECTED_REST_DAYS);
}

/* What was sent rests while it is about the same order lines. */
static bool allocation_rests(const BookEntry *old, const Case *c, int64_t now_us) {
    return board_newest_row(&c->board) <= old->row.v && (now_us - old->changed_us) / DAY_US < REJECTED_REST_DAYS;
}

static BookMove move_of_decided(const BookEntry *old, Draft *draft, const Context *context, int64_t now_us, Arena *arena) {
    Case *c = &draft->c;
    switch (old->status) {
    case CASE_SENT: case CASE_CONFIRMED:
        if (c->kind == CASE_ALLOCATE && allocation_rests(old, c, now_us)) return BOOK_NOTHING;
        c->opened_why = text_format(arena, c->kind == CASE_ALLOCATE ? "is back: more was ordered since case %lld shared it out" : "is back: what case %lld ordered is not enough", (long long)old->case_id.v);
        return BOOK_NEW;
    case CASE_CLOSED:
        c->opened_why = text_format(arena, "is back: case %lld was closed on %s", (long long)old->case_id.v, case_day_text(arena, day_of_us(old->changed_us)));
        return BOOK_NEW;
    case CASE_REJECTED: {
        int64_t days = (now_us - old->changed_us) / DAY_US;
        if (case_book_rests(old, c->rank_minor, context, now_us)) return BOOK_NOTHING;
        c->opened_why = rose(old, c->rank_minor, context->policy)
                            ? text_format(arena, "is back: more is at risk than when case %lld was rejected", (long long)old->case_id.v)
                            : text_format(arena, "is back: still there %lld days after case %lld was rejected", (long long)days, (long long)old->case_id.v);
        return BOOK_NEW;
    }
    case CASE_SNOOZED:
        if (case_book_rests(old, c->rank_minor, context, now_us)) return BOOK_NOTHING;
        changes_find(old, c, context, arena);
        c->opened_why = "escalated: more is at risk than when it was put off";
        return BOOK_UPDATE;
    case CASE_ACCEPTED: case CASE_APPROVED:
        if (old->kind != CASE_FIX_DATA || (now_us - old->changed_us) / DAY_US < context->policy->queue_correction_days) return BOOK_NOTHING;
        changes_find(old, c, context, arena);
        c->opened_why = text_format(arena, "is back: accepted on %s and not corrected since", case_day_text(arena, day_of_us(old->changed_us)));
        return BOOK_UPDATE;
    default: return BOOK_NOTHING;          /* a person said yes: it waits to be sent */
    }
}

bool case_book_ends(const BookEntry *entry) {
    if (case_is_undecided(entry->status)) return true;
    if (entry->kind == CASE_ALLOCATE && (entry->status == CASE_SENT || entry->status == CASE_CONFIRMED)) return true;
    if (case_is_order(entry->kind) || !case_is_decided_unsent(entry->status)) return false;
    return entry->kind != CASE_REVIEW || entry->status != CASE_WAITING_APPROVAL;
}

BookMove case_book_move(const BookEntry *entry, Draft *draft, const Context *context, int64_t now_us, Arena *arena) {
    bool wanted = draft && draft->wanted;
    if (!wanted) return entry && case_book_ends(entry) ? BOOK_CLOSE : BOOK_NOTHING;
    if (!entry) return BOOK_NEW;
    if (entry->status != CASE_OPEN) return move_of_decided(entry, draft, context, now_us, arena);
    draft->c.opened_why = entry->opened_why;
    return changes_find(entry, &draft->c, context, arena) ? BOOK_UPDATE : BOOK_NOTHING;
}

void case_end(Case *c, Arena *arena) {
    c->changes = many_in(arena, CaseChange, 1);
    c->changes_count = 0;
    change_add(c, "status", case_status_names[c->status], case_status_names[CASE_CLOSED]);
    c->status = CASE_CLOSED;
}
