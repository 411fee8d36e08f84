#include "ingest/breaker.h"

#include <stdlib.h>
#include <string.h>

#include "base/list.h"
#include "base/time.h"

enum { HISTORY = 13, POSITIONS_MOST = 20000000, MILLION = 1000000 };

/* One item at one place. day 0 in `before`: nothing is known. */
typedef struct Level { int32_t day; int64_t on_hand; } Level;
typedef struct Position { int place; Level now, before; } Position;
typedef struct PlaceDay { int32_t day; bool complete; } PlaceDay;

typedef struct Scan {
    TextMap *places;            /* code -> index */
    TextMap *index;             /* place \n item -> position */
    LIST(Position) positions;
    LIST(PlaceDay) days;        /* per place: the newest day of the file */
    Buf key;
} Scan;

static void scan_end(Scan *scan) {
    text_map_end(&scan->places);
    text_map_end(&scan->index);
    list_end(&scan->positions);
    list_end(&scan->days);
    buf_end(&scan->key);
}

static Position *position_of(Scan *scan, Text place, Text item, bool make) {
    int64_t known;
    bool is_new;
    buf_clear(&scan->key);
    buf_add_text(&scan->key, place);
    buf_add_char(&scan->key, '\n');
    buf_add_text(&scan->key, item);
    if (!make) return text_map_get(scan->index, buf_text(&scan->key), &known) ? &scan->positions.at[known] : NULL;
    int64_t at = *text_map_place(scan->index, buf_text(&scan->key), (int64_t)scan->positions.count, &is_new);
    if (is_new) {
        size_t number = text_map_intern(scan->places, place);
        if (number == scan->days.count) list_push(&scan->days, (PlaceDay){ 0 });
        list_push(&scan->positions, (Position){ .place = (int)number });
    }
    return &scan->positions.at[at];
}

/* The newest two levels of a position, whatever the order of the rows. */
static void take_level(Position *p, Level level) {
    if (level.day >= p->now.day) {
        if (level.day > p->now.day && p->now.day) p->before = p->now;
        p->now = level;
    } else if (level.day > p->before.day) {
        p->before = level;
    }
}

static Err read_file(const Job *job, Scan *scan, Why *why) {
    Pass pass;
    const Batch *batch;
    Err err = pass_begin(&pass, job, 10000, 0, false, why);
    do {
        if (err == OK) err = reader_next(pass.reader, &batch, why);
        for (int i = 0; err == OK && i < batch->count; i++) {
            const Fact *fact = &batch->facts[i];
            if (fact->kind != FACT_STOCK || fact->correction == CORRECT_CANCEL) continue;
            Position *p = position_of(scan, fact_text(fact, F_place), fact_text(fact, F_item), true);
            PlaceDay *place = &scan->days.at[p->place];
            int32_t day = (int32_t)fact->number[F_as_of_day];
            if (day > place->day) *place = (PlaceDay){ .day = day };
            if (day == place->day) place->complete = place->complete || fact_number(fact, F_complete, 0);
            take_level(p, (Level){ day, fact->number[F_on_hand] });
        }
        if (err == OK && scan->positions.count > POSITIONS_MOST) err = fail(why, ERR_LIMIT, "a stock file has more than %d positions", POSITIONS_MOST);
    } while (err == OK && !batch->is_end);
    pass_end(&pass);
    return err;
}

/* What the log knew before the file's day; positions the file does not have matter where it says that it is complete. */
static Err take_known(void *self, const Row *row, const Fact *fact, Why *why) {
    (void)row;
    (void)why;
    Scan *scan = self;
    int64_t number;
    if (!text_map_get(scan->places, fact_text(fact, F_place), &number)) return OK;
    PlaceDay place = scan->days.at[number];
    int32_t day = (int32_t)fact->number[F_as_of_day];
    if (day >= place.day) return OK;
    Position *p = position_of(scan, fact_text(fact, F_place), fact_text(fact, F_item), place.complete);
    if (p && day > p->before.day) p->before = (Level){ day, fact->number[F_on_hand] };
    return OK;
}

/* ---- the rule ---- */

static int compare(const void *left, const void *right) {
    int64_t a = *(const int64_t *)left, b = *(const int64_t *)right;
    return (a > b) - (a < b);
}

static int64_t median(int64_t *values, int count) {
    qsort(values, (size_t)count, sizeof *values, compare);
    return count % 2 ? values[count / 2] : (values[count / 2 - 1] + values[count / 2]) / 2;
}

int64_t breaker_limit_ppm(const int64_t *shares_ppm, int count) {
    int64_t values[HISTORY], least = 100000;
    if (count > HISTORY) count = HISTORY;
    if (count < 1) return least;
    memcpy(values, shares_ppm, sizeof *values * (size_t)count);
    int64_t middle = median(values, count);
    for (int i = 0; i < count; i++) values[i] = llabs(shares_ppm[i] - middle);
    int64_t limit = middle + 6 * median(values, count) * 14826 / 10000;
    return limit > least ? limit : least;
}

static bool times(int64_t big, int64_t small, int64_t factor) {
    int64_t wanted = small * factor;
    return big >= wanted - wanted / 100 && big <= wanted + wanted / 100;
}

static bool scaled(int64_t a, int64_t b) {
    int64_t big = a > b ? a : b, small = a > b ? b : a;
    if (small > INT64_MAX / 100) return false;
    return times(big, small, 10) || times(big, small, 100);
}

typedef struct Tally { int64_t before, zeroed, both, scaled; int32_t gap_days; } Tally;

static void tally_add(Tally *tally, const Position *p, PlaceDay place) {
    bool here = p->now.day == place.day;
    if (!p->before.day || p->before.on_hand <= 0 || (!here && !place.complete)) return;
    int64_t now = here ? p->now.on_hand : 0;
    /* A position that had left the complete snapshots long ago says nothing about this one. */
    if (!here && place.day - p->before.day > 35) return;
    int32_t gap = place.day - p->before.day;
    tally->gap_days = gap > tally->gap_days ? gap : tally->gap_days;
    tally->before++;
    tally->zeroed += now == 0;
    tally->both += now > 0;
    tally->scaled += now > 0 && scaled(now, p->before.on_hand);
}

static void judge(PlaceCheck *check, const Tally *tally, int64_t usual_ppm, Arena *keep) {
    int64_t n = tally->before;
    int64_t weeks = (tally->gap_days + 6) / 7, most = 600000;
    check->positions = n;
    check->scaled = tally->scaled;
    check->share_ppm = n ? tally->zeroed * MILLION / n : 0;
    check->limit_ppm = n >= 100 ? usual_ppm : n >= 5 ? 500000 : MILLION - 1;
    if (weeks > 1 && check->limit_ppm < most) check->limit_ppm = check->limit_ppm * weeks < most ? check->limit_ppm * weeks : most;
    if (n >= 3 && check->share_ppm > check->limit_ppm)
        check->held = text_format(keep, "%lld of %lld positions of %s that were above zero fall to zero (%lld.%lld %%, the limit is %lld.%lld %%)", (long long)tally->zeroed, (long long)n,
            check->place, (long long)(check->share_ppm / 10000), (long long)(check->share_ppm / 1000 % 10), (long long)(check->limit_ppm / 10000), (long long)(check->limit_ppm / 1000 % 10));
    else if (tally->scaled >= 5 && tally->scaled * 20 >= tally->both)
        check->held = text_format(keep, "%lld of %lld positions of %s are 10 or 100 times what they were, or a tenth or a hundredth: the unit may have changed",
            (long long)tally->scaled, (long long)tally->both, check->place);
}

/* ---- history: JSON arrays, newest last: shares per source and place, documents per source ---- */

enum { DOCUMENTS = 5 };

static Err list_read(const Job *job, Arena *work, const char *name, int64_t out[HISTORY], int *out_count, Why *why) {
    Text text;
    const JsonValue *list;
    *out_count = 0;
    Err err = value_get(job->store, work, "breaker", name, &text, why);
    if (err == ERR_NOT_FOUND) return OK;
    TRY(err);
    TRY(json_parse(work, text, &list, why));
    json_each(value, list) if (*out_count < HISTORY) TRY(integer_parse(value->text, &out[(*out_count)++], why));
    return OK;
}

/* Adds a value and keeps the newest `most`. */
static Err list_add(const Job *job, Arena *work, const char *name, int64_t value, int most, Why *why) {
    int64_t values[HISTORY];
    int count;
    TRY(list_read(job, work, name, values, &count, why));
    Buf text = buf_begin(4 * KiB);
    JsonWriter json = json_writer(&text);
    json_begin_array(&json);
    for (int i = count < most ? 0 : count - most + 1; i < count; i++) json_int(&json, values[i]);
    json_int(&json, value);
    json_end(&json);
    Err err = value_put(job->store, "breaker", name, buf_text(&text), 0, why);
    buf_end(&text);
    return err;
}

static const char *shares_name(Arena *work, const Job *job, const char *place) {
    return text_format(work, "shares|%s|%s", job->source_name, place);
}

static const char *documents_name(Arena *work, const Job *job) {
    return text_format(work, "documents|%s", job->source_name);
}

Err breaker_remember(const Job *job, RowId document, const BreakerReport *report, Why *why) {
    own(arena_end) Arena *work = arena_begin(16 * MiB);
    for (int i = 0; i < report->count; i++) {
        const PlaceCheck *check = &report->places[i];
        if (check->positions >= 100) TRY(list_add(job, work, shares_name(work, job, check->place), check->share_ppm, HISTORY, why));
    }
    return list_add(job, work, documents_name(work, job), document.v, DOCUMENTS, why);
}

/* ---- all of it ---- */

static Err check_places(const Job *job, const Scan *scan, Arena *keep, BreakerReport *out, Why *why) {
    size_t count = scan->days.count;
    own(arena_end) Arena *work = arena_begin(64 * MiB);
    Tally *tallies = many_in(work, Tally, count + 1);
    *out = (BreakerReport){ .places = many_in(keep, PlaceCheck, count + 1), .count = (int)count };
    for (size_t i = 0; i < scan->positions.count; i++) {
        const Position *p = &scan->positions.at[i];
        tally_add(&tallies[p->place], p, scan->days.at[p->place]);
    }
    for (size_t i = 0; i < count; i++) {
        PlaceCheck *check = &out->places[i];
        int64_t shares[HISTORY];
        int known;
        *check = (PlaceCheck){ .place = text_keep(keep, text_map_key(scan->places, i)), .day = scan->days.at[i].day };
        TRY(list_read(job, work, shares_name(work, job, check->place), shares, &known, why));
        judge(check, &tallies[i], breaker_limit_ppm(shares, known), keep);
        if (check->held && !out->held) out->held = check;
    }
    return OK;
}

Err breaker_check(const Job *job, Arena *keep, BreakerReport *out_report, Why *why) {
    own(scan_end) Scan scan = { .places = text_map_begin(POSITIONS_MOST), .index = text_map_begin(POSITIONS_MOST + 20000), .key = buf_begin(64 * KiB) };
    TRY(read_file(job, &scan, why));
    own(arena_end) Arena *work = arena_begin(1 * MiB);
    int64_t documents[HISTORY];
    int count;
    TRY(list_read(job, work, documents_name(work, job), documents, &count, why));
    FactFilter filter = { .after = { count ? documents[0] : 0 }, .upto = log_last(job->store), .known_us = INT64_MAX, .kinds = 1ull << FACT_STOCK };
    TRY(facts_scan(job->store, &filter, take_known, &scan, why));
    return check_places(job, &scan, keep, out_report, why);
}
