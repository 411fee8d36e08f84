/* Doubts that belong to a place, a feed or a document rather than to one item-place. */
#include <stdlib.h>
#include <string.h>

#include "base/json.h"
#include "base/time.h"
#include "domain/note.h"
#include "plan/room.h"

enum { PARKED_MOST = 50, NOTES_MOST = 20000 };
static const char BAD_ROWS[] = "bad-rows/";       /* then the document */

const Quality mass_qualities[MASS_QUALITIES] = { QUALITY_NO_LEAD, QUALITY_NO_SUPPLIER, QUALITY_NO_COST, QUALITY_NO_STOCK, QUALITY_RATE };
static const char *const mass_titles[] = { "No lead time is known for %d items", "Nobody is known to supply %d items", "No cost is known for %d items",
                                           "No stock level was ever told for %d items", "Figures of %d items are told in a currency without a rate" };
static const char *const mass_notes[] = { "import supplier terms with lead times, or past orders and receipts", "import supplier terms or planning rows",
                                          "import items or supplier terms with costs", "import a stock file for the place",
                                          "name the currency and its rate under \"currencies\" in the policy" };

typedef struct Finds { Plan *plan; Arena *arena; LIST(PlaceFinding) list; } Finds;

/* Good until the next one is added. */
static PlaceFinding *find_add(Finds *finds, Quality quality, const char *subject, PlaceId place) {
    list_push(&finds->list, (PlaceFinding){ .kind = CASE_FIX_DATA, .finding = { .quality = quality }, .subject = subject, .place = place });
    return &finds->list.at[finds->list.count - 1];
}

/* Every doubt of this kind that has a case is named again, so that one that went away closes. */
static void mass_find(Finds *finds) {
    Plan *plan = finds->plan;
    for (int32_t p = 1; p < (int32_t)plan->state->places.count; p++)
        for (size_t k = 0; k < MASS_QUALITIES; k++) {
            Quality q = mass_qualities[k];
            bool mass = doubt_is_mass(plan, (PlaceId){ p }, q);
            if (!mass && !case_book_find(plan->book, (ItemId){ 0 }, (PlaceId){ p }, CASE_FIX_DATA, quality_rows[q].subject)) continue;
            PlaceFinding *f = find_add(finds, q, quality_rows[q].subject, (PlaceId){ p });
            if (!mass) continue;
            double worth = 0;
            int items = place_doubted(plan, (PlaceId){ p }, q, &worth);
            f->finding.title = text_format(finds->arena, mass_titles[k], items);
            f->finding.note = mass_notes[k];
            f->finding.rank = worth;
            f->finding.stake = worth * 30;
        }
}

/* A place whose feed stopped while others go on (or that is older than the policy allows): what it sells keeps running down unseen. The value of
 * knowing is a share of what its items lose per day of blindness. */
static void feeds_find(Finds *finds) {
    Plan *plan = finds->plan;
    const State *state = plan->state;
    static const FactKind feeds[] = { FACT_STOCK, FACT_ORDER_LINE, FACT_SHIPMENT_LINE, FACT_RECEIPT_LINE };
    for (int32_t p = 1; p < (int32_t)state->places.count; p++) {
        const PlaceInfo *place = &state->places.at[p];
        int32_t worst = 0, since = NO_DAY;
        const char *names = "";
        for (size_t k = 0; k < sizeof feeds / sizeof feeds[0]; k++) {
            int hours_allowed = plan->policy->fresh_hours[feeds[k]];
            if (place->last_day[feeds[k]] == NO_DAY || hours_allowed <= 0) continue;
            int32_t days = plan->context.start_day - 1 - place->last_day[feeds[k]];
            if (days * 24 <= hours_allowed) continue;
            names = text_format(finds->arena, "%s%s%s", names, names[0] ? ", " : "", fact_kinds[feeds[k]].name);
            if (days > worst) {
                worst = days;
                since = place->last_day[feeds[k]];
            }
        }
        if (worst == 0 && !case_book_find(plan->book, (ItemId){ 0 }, (PlaceId){ p }, CASE_FIX_DATA, "dead-feed")) continue;
        PlaceFinding *f = find_add(finds, QUALITY_DEAD_FEED, "dead-feed", (PlaceId){ p });
        if (worst == 0) continue;
        double day_worth = place_worth(plan, (PlaceId){ p });
        char day[DAY_TEXT];
        day_format(since, day);
        f->finding.title = text_format(finds->arena, "Nothing was heard since %s (%s)", day, names);
        f->finding.note = "restart the feed; until then nothing here is decided automatically";
        f->finding.rank = 0.05 * day_worth * worst;
        f->finding.stake = 0.5 * day_worth * (worst + 7);
    }
}

static Err parked_find(Finds *finds, Why *why) {
    ParkedFact *facts;
    int count;
    TRY(facts_parked(finds->plan->store, finds->arena, &facts, &count, 20000, why));
    TextMap *groups = text_map_begin(1 << 16);
    int *members = many_in(finds->arena, int, count + 1), *first = many_in(finds->arena, int, count + 1);
    for (int i = 0; i < count; i++) {
        const char *code = text_format(finds->arena, "parked/%s/%s", facts[i].missing_kind, facts[i].missing_code);
        size_t entry = text_map_intern(groups, text_of(code));
        if (members[entry]++ == 0) first[entry] = i;
    }
    size_t group_count = text_map_count(groups);
    for (size_t g = 0; g < group_count; g++) {
        if (g == PARKED_MOST) {                          /* a whole file of masters is missing: the rest is one case */
            PlaceFinding *rest = find_add(finds, QUALITY_PARKED, "parked/more", (PlaceId){ 0 });
            rest->finding.title = text_format(finds->arena, "Facts wait for %zu more codes that nobody has defined", group_count - PARKED_MOST);
            rest->finding.note = "import the master data of items, places, suppliers and customers; they then apply by themselves";
            break;
        }
        const ParkedFact *fact = &facts[first[g]];
        PlaceFinding *f = find_add(finds, QUALITY_PARKED, text_keep(finds->arena, text_map_key(groups, g)), (PlaceId){ 0 });
        f->finding.title = text_format(finds->arena, "%d fact%s wait for %s %s, which nobody has defined", members[g], members[g] == 1 ? "" : "s",
                                       fact->missing_kind, fact->missing_code);
        f->finding.note = "import its master data; they then apply by themselves";
        f->finding.rows[0] = fact->document.v;
        f->finding.rows_count = 1;
    }
    text_map_end(&groups);
    return OK;
}

/* Rejected rows, one case per document. They are read again when a note or a retraction came. */
typedef struct Notes { Finds *finds; IntMap *documents; LIST(int64_t) counts; } Notes;
static Err note_visit(void *self, const Row *row, Why *why) {
    Notes *notes = self;
    const JsonValue *payload = NULL;
    int64_t rows = 1;
    TRY(json_parse(notes->finds->arena, row->payload, &payload, why));
    TRY(json_may_int(payload, "count", &rows, why));
    bool is_new;
    int64_t *index = int_map_place(notes->documents, row->cause.v, (int64_t)notes->counts.count, &is_new);
    if (is_new) list_push(&notes->counts, 0);
    notes->counts.at[*index] += rows;
    return OK;
}

static Err is_retracted(const Finds *finds, int64_t document, bool *out, Why *why) {
    RowId row;
    TRY(facts_retraction(finds->plan->store, (RowId){ document }, &row, why));
    *out = row.v > 0 && row.v <= finds->plan->state->upto;
    return OK;
}

static Err bad_rows_read(Finds *finds, Why *why) {
    Plan *plan = finds->plan;
    Notes notes = { .finds = finds, .documents = int_map_begin(1 << 20) };
    LogFilter filter = { .kinds = 1ull << ROW_NOTE, .subs = 1ull << NOTE_BAD_ROW, .upto = { plan->state->upto }, .most = NOTES_MOST, .newest_first = true };
    Err err = log_scan(plan->store, &filter, note_visit, &notes, why);
    list_clear(&plan->bad_rows);
    for (size_t i = 0; err == OK && i < int_map_count(notes.documents); i++) {
        BadRows one = { .document = int_map_key(notes.documents, i), .rows = notes.counts.at[i] };
        bool retracted = false;
        err = is_retracted(finds, one.document, &retracted, why);
        if (err == OK && !retracted) list_push(&plan->bad_rows, one);
    }
    list_end(&notes.counts);
    int_map_end(&notes.documents);
    return err;
}

static Err bad_rows_find(Finds *finds, Why *why) {
    Plan *plan = finds->plan;
    int64_t upto = plan->state->upto;
    bool news = plan->bad_rows_upto == 0 || plan->bad_rows_upto > upto;
    LogFilter filter = { .kinds = 1ull << ROW_NOTE | 1ull << ROW_RETRACT, .after = { plan->bad_rows_upto }, .upto = { upto } };
    if (!news) TRY(log_has(plan->store, &filter, &news, why));
    plan->bad_rows_upto = 0;
    if (news) TRY(bad_rows_read(finds, why));
    plan->bad_rows_upto = upto;
    for (size_t i = 0; i < plan->bad_rows.count; i++) {
        const BadRows *one = &plan->bad_rows.at[i];
        PlaceFinding *f = find_add(finds, QUALITY_BAD_ROWS, text_format(finds->arena, "%s%lld", BAD_ROWS, (long long)one->document), (PlaceId){ 0 });
        f->finding.title = text_format(finds->arena, "%lld row%s of a file could not be used", (long long)one->rows, one->rows == 1 ? "" : "s");
        f->finding.note = "open the document's notes; mend the rows or the mapping and import again";
        f->finding.rows[0] = one->document;
        f->finding.rows_count = 1;
    }
    return OK;
}

static bool is_about(const BookEntry *entry, const char *what) { return strncmp(entry->subject, what, strlen(what)) == 0; }

/* Cases about parked facts that were not named again, and about rows of a document that was taken back. */
static Err gone_find(Finds *finds, Why *why) {
    size_t named = finds->list.count;
    const CaseBook *book = finds->plan->book;
    for (size_t i = 0; i < book->itemless.count; i++) {
        const BookEntry *entry = &book->entries.at[book->itemless.at[i]];
        bool parked = is_about(entry, "parked/"), gone = parked;
        if (!case_book_ends(entry) || (!parked && !is_about(entry, BAD_ROWS))) continue;
        if (!parked) TRY(is_retracted(finds, strtoll(entry->subject + strlen(BAD_ROWS), NULL, 10), &gone, why));
        for (size_t k = 0; k < named; k++) gone &= strcmp(finds->list.at[k].subject, entry->subject) != 0;
        if (gone) find_add(finds, parked ? QUALITY_PARKED : QUALITY_BAD_ROWS, entry->subject, entry->place);
    }
    return OK;
}

/* Events of today, and the cases of those that are over. Between two days they stand as they are. */
static void events_of_today(Finds *finds) {
    const CaseBook *book = finds->plan->book;
    PlaceFinding events[EVENTS_ROOM];
    if (!finds->plan->all_stale) return;
    int count = events_find(finds->plan, finds->arena, events);
    for (size_t i = 0; i < book->itemless.count; i++) {
        const BookEntry *entry = &book->entries.at[book->itemless.at[i]];
        if (entry->kind != CASE_REVIEW || !case_book_ends(entry)) continue;
        bool again = false;
        for (int k = 0; k < count; k++) again |= strcmp(events[k].subject, entry->subject) == 0;
        if (!again) list_push(&finds->list, (PlaceFinding){ .kind = CASE_REVIEW, .finding = { .quality = QUALITY_EVENT }, .subject = entry->subject, .place = entry->place });
    }
    for (int k = 0; k < count; k++) list_push(&finds->list, events[k]);
}

/* What a person may say it is: an event with its end, sales that teach nothing, or a level that stays. */
static void event_draft(const PlaceFinding *f, Arena *arena, Case *c) {
    static const struct { const char *verb, *note; } answers[] = {
        { "event", "it lasts until a day you know: until then its items sell so many times the usual" },
        { "one-off", "it will not come again: its order lines teach nothing" },
        { "new-level", "it stays: the forecasts follow by themselves" },
    };
    enum { ANSWERS = sizeof answers / sizeof answers[0] };
    CaseOption first = c->options[0];
    c->kind = CASE_REVIEW;
    c->action.verb = "review";
    c->options = many_in(arena, CaseOption, ANSWERS + 1);
    c->options[0] = first;
    c->options[0].verb = "review";
    c->options_count = 1;
    for (size_t i = 0; i < ANSWERS; i++) {
        first.verb = answers[i].verb;
        first.note = answers[i].note;
        first.chosen = false;
        c->options[c->options_count++] = first;
    }
    c->members = f->members;
    c->members_count = f->members_count;
    c->evidence = many_in(arena, CaseEvidence, f->lines_count + 1);
    for (int i = 0; i < f->lines_count; i++) c->evidence[c->evidence_count++] = (CaseEvidence){ { f->lines[i] }, "demand" };
}

void place_draft(const Plan *plan, const PlaceFinding *f, Arena *arena, Draft *out) {
    *out = (Draft){ 0 };
    if (!f->finding.title) return;
    draft_quality(&plan->context, NULL, &f->finding, f->subject, arena, out);
    out->item = f->item;
    out->place = f->place;
    out->c.place = f->place.v ? plan->state->places.at[f->place.v].code : "";
    if (f->kind != CASE_REVIEW) return;
    event_draft(f, arena, &out->c);
    draft_tier(&plan->context, NULL, &out->c, arena);
}

static Err all_find(Finds *finds, Why *why) {
    mass_find(finds);
    feeds_find(finds);
    TRY(parked_find(finds, why));
    TRY(bad_rows_find(finds, why));
    TRY(gone_find(finds, why));
    events_of_today(finds);
    return OK;
}

Err places_find(Plan *plan, Arena *arena, PlaceFinding **out_findings, int *out_count, Why *why) {
    Finds finds = { .plan = plan, .arena = arena };
    Err err = all_find(&finds, why);
    *out_count = (int)finds.list.count;
    *out_findings = many_in(arena, PlaceFinding, finds.list.count + 1);
    if (finds.list.count) memcpy(*out_findings, finds.list.at, finds.list.count * sizeof *finds.list.at);
    list_end(&finds.list);
    return err;
}
