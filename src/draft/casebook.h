/* casebook.h - which exposures already have a case, and what becomes of them when planning looks again.
 *
 * One open case per exposure (item, place, kind, subject). What a fresh draft does to the newest case of its exposure:
 *
 *     newest case is            draft wanted                                   no longer wanted
 *     none                      new case                                       -
 *     open                      new version when quantity, date, tier or       closed
 *                               rank band moved past the dead-band, or a
 *                               doubt or a reason (below) came or went
 *     snoozed                   comes back when its rank band rose             closed
 *     accepted, waiting,        left alone: a person decided; a doubt about    an order is left alone;
 *       approved                data that is still there after               what orders nothing
 *                               queue.correction_days is open again          is over: closed
 *     sent, confirmed           new case: what was ordered is not enough;      -; an allocation
 *                               an allocation: see below                       is closed
 *     rejected                  comes back when its rank band rose, or after   -
 *                               14 days
 *     closed                    new case that says it is back                  -
 *
 * An allocation that was sent stays until stock is no longer contested, and comes back as a new case when an order line came since, or after 14 days. Other
 * lines or another answer for them are a new version.
 *
 * A reason is a note that says which way demand is read: an override or event, a signal, news taken for a level or for one sale, a customer who may
 * be gone, a new or an ending item. What only counts on (days, chances, orders ahead of their pace) is said anew with the next version, not by one of its own.
 *
 * The book is read from case rows of the log, whoever wrote them, so it is the same after a restart and in a replay. */
#pragma once
#include "base/map.h"
#include "draft/draft.h"
#include "store/store.h"

typedef struct BookEntry {
    RowId case_id, row;
    CaseKind kind;
    CaseStatus status;
    ItemId item; PlaceId place;
    const char *subject, *opened_why, *reasons;      /* reasons: codes of the notes, an override's and a signal's with its row */
    int64_t qty, filled, rank_minor,    /* filled: of qty, what was added for the whole order's sake */
            opened_us, changed_us;
    int32_t order_day, arrival_day;
    Tier tier;
    uint32_t flags;
    uint64_t board;               /* board_hash; 0 without */
} BookEntry;

typedef struct Heard { ItemId item; PlaceId place; } Heard;
typedef struct CaseBook {
    LIST(BookEntry) entries;
    IntMap *by_exposure;          /* hash -> index of the newest case */
    IntMap *by_case;              /* case id -> index */
    LIST(int32_t) itemless;       /* entries about places and documents */
    LIST(Heard) heard;            /* item-places whose cases others wrote, since fills_make last looked (groups.c) */
    int64_t open, automatic;      /* entries with status open; of them, with tier auto */
    Arena *texts;
    int64_t upto;
} CaseBook;

CaseBook *case_book_begin(void);
void case_book_end(CaseBook **book);
void case_book_count(CaseBook *book);          /* `itemless`, `open` and `automatic` anew, after the entries were put in place */
Err case_book_advance(CaseBook *book, Store *store, int64_t upto, Why *why);   /* reads case rows in (book->upto, upto] */
const BookEntry *case_book_find(const CaseBook *book, ItemId item, PlaceId place, CaseKind kind, const char *subject);  /* NULL */
void case_book_note(CaseBook *book, RowId case_id, RowId row, int64_t at_us, const Draft *draft);   /* a version this step wrote */

typedef enum BookMove { BOOK_NOTHING, BOOK_NEW, BOOK_UPDATE, BOOK_CLOSE } BookMove;
/* Completes the draft (status, why it is here, what changed) and says what to write. `draft` NULL or not wanted: no such exposure now. */
BookMove case_book_move(const BookEntry *entry, Draft *draft, const Context *context, int64_t now_us, Arena *arena);
/* Rejected of late or put off, and not more at risk since: nothing would be written about it. */
bool case_book_rests(const BookEntry *entry, int64_t rank_minor, const Context *context, int64_t now_us);
/* Closes when its exposure is gone: nobody decided yet, or what was decided (what an event is, to correct a fact) ends with it. What an event was said to
 * be is not over before the second pair of eyes has seen it. */
bool case_book_ends(const BookEntry *entry);
int case_band(const Policy *policy, int64_t rank_minor);     /* index of the rank band */
/* A case that ends: the newest version with its status and the reason. */
void case_end(Case *c, Arena *arena);
