/* breaker.c - judging: limits from a feed's own history, and what is held. */
#include "ingest/breaker.h"

#include <stdlib.h>
#include <string.h>

#include "base/list.h"
#include "base/time.h"
#include "ingest/breaker-room.h"

enum { HISTORY = 13, MILLION = 1000000, ZEROED_MOST_PPM = 600000, FEW_PPM = 500000, FEW_POSITIONS = 100 };

const char *const breaker_check_names[BREAKER_CHECK_COUNT_] = {
    [CHECK_ZEROED] = "zeroed", [CHECK_SCALED] = "scaled", [CHECK_NEGATIVE] = "negative", [CHECK_PRICE] = "price",
    [CHECK_LEAD] = "lead", [CHECK_DEMAND] = "demand", [CHECK_KEYS] = "keys", [CHECK_DAYS] = "days",
};

/* files: earlier ones a judgement needs. of: what a share needs to be remembered. says: "HITS of OF ..." */
typedef struct Rule { int64_t least_ppm; int files; int64_t of; const char *says; } Rule;
static const Rule rules[BREAKER_CHECK_COUNT_] = {
    [CHECK_ZEROED] = { 100000, 0, 100, "positions that were above zero fall to zero" },
    [CHECK_SCALED] = { 50000, 0, 100, "positions are 10 or 100 times what they were, or a tenth or a hundredth: the unit may have changed" },
    [CHECK_NEGATIVE] = { 10000, 0, 100, "levels are below zero" },
    [CHECK_PRICE] = { 50000, 0, 20, "prices are 5 times what they were or more, or a fifth or less: the unit or the currency may have changed" },
    [CHECK_LEAD] = { 50000, 0, 20, "lead times are 0 or more than 3 times what they were" },
    [CHECK_DEMAND] = { 30000, 3, 20, "items are ordered in lines 3.5 times as large as they were: the unit may have changed" },
    [CHECK_KEYS] = { 20000, 2, 20, "items that are known are not in the file: it may be cut off" },
    [CHECK_DAYS] = { 0, 8, 0, NULL },
};

/* ---- the rule ---- */

static int compare(const void *left, const void *right) {
    int64_t a = *(const int64_t *)left, b = *(const int64_t *)right;
    return (a > b) - (a < b);
}

static int64_t median(int64_t *values, int count) {
    qsort(values, (size_t)count, sizeof *values, compare);
    return count % 2 ? values[count / 2] : (values[count / 2 - 1] + values[count / 2]) / 2;
}

int64_t breaker_limit_ppm(const int64_t *shares_ppm, int count, int64_t least_ppm) {
    int64_t values[HISTORY];
    if (count > HISTORY) count = HISTORY;
    if (count < 1) return least_ppm;
    memcpy(values, shares_ppm, sizeof *values * (size_t)count);
    int64_t middle = median(values, count);
    for (int i = 0; i < count; i++) values[i] = llabs(shares_ppm[i] - middle);
    int64_t limit = middle + 6 * median(values, count) * 14826 / 10000;
    return limit > least_ppm ? limit : least_ppm;
}

static int64_t limit_of(const Tally *tally, const int64_t *shares, int known) {
    int64_t least = rules[tally->check].least_ppm, limit = breaker_limit_ppm(shares, known, least);
    if (tally->check == CHECK_KEYS && known) {      /* what was once left out stays left out: only more of it is news */
        int64_t values[HISTORY], usual;
        memcpy(values, shares, sizeof *values * (size_t)known);
        usual = median(values, known);
        limit = limit > usual + least ? limit : usual + least;
    }
    if (tally->check != CHECK_ZEROED) return limit;
    if (tally->of < FEW_POSITIONS) limit = tally->of >= 5 ? FEW_PPM : MILLION - 1;
    if (tally->weeks > 1 && limit < ZEROED_MOST_PPM) limit = limit * tally->weeks < ZEROED_MOST_PPM ? limit * tally->weeks : ZEROED_MOST_PPM;
    return limit;
}

static bool strange(const Finding *f) {
    if (f->of < 3 || f->share_ppm <= f->limit_ppm) return false;
    return f->check == CHECK_ZEROED || f->hits >= 5 || f->hits == f->of;
}

static Finding judge(const Tally *tally, const int64_t *shares, int known, Arena *keep) {
    const Rule *rule = &rules[tally->check];
    Finding f = { .check = tally->check, .place = tally->place ? tally->place : "", .day = tally->day, .of = tally->of, .hits = tally->hits };
    f.share_ppm = f.of ? f.hits * MILLION / f.of : 0;
    f.limit_ppm = limit_of(tally, shares, known);
    if (known < rule->files || !strange(&f)) return f;
    f.held = text_format(keep, "%lld of %lld %s%s%s (%lld.%lld %%, the limit is %lld.%lld %%)", (long long)f.hits, (long long)f.of, rule->says, *f.place ? " at " : "", f.place,
        (long long)(f.share_ppm / 10000), (long long)(f.share_ppm / 1000 % 10), (long long)(f.limit_ppm / 10000), (long long)(f.limit_ppm / 1000 % 10));
    return f;
}

/* How old the newest day of a file is when it comes: a feed keeps to what it did. */
static Finding judge_days(int32_t day, int64_t age, const int64_t *ages, int known, Arena *keep) {
    char shown[DAY_TEXT];
    Finding f = { .check = CHECK_DAYS, .place = "", .day = day, .of = 1, .share_ppm = age };
    if (known < rules[CHECK_DAYS].files) return f;
    int64_t least = ages[0], most = ages[0];
    for (int i = 1; i < known; i++) {
        least = ages[i] < least ? ages[i] : least;
        most = ages[i] > most ? ages[i] : most;
    }
    f.limit_ppm = most + (most - least);
    f.hits = age > f.limit_ppm || age < least - (most - least);
    day_format(day, shown);
    if (f.hits)
        f.held = text_format(keep, "its newest day %s is %lld days old, where the feed's newest day was %lld to %lld days old: dates or clock may have shifted", shown, (long long)age, (long long)least,
            (long long)most);
    return f;
}

/* ---- history: JSON arrays, newest last: shares per feed, check and place, documents per feed ---- */

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

/* A feed is a source with the first kind of fact that its map makes. */
static const char *feed_value(Arena *work, const Job *job, const char *what, const char *place) {
    return text_format(work, "%s|%s|%s|%s", what, job->source_name, fact_kinds[job->mapping->emits[0].kind].name, place);
}

Err breaker_remember(const Job *job, RowId document, const BreakerReport *report, Why *why) {
    own(arena_end) Arena *work = arena_begin(16 * MiB);
    for (int i = 0; i < report->count; i++) {
        const Finding *f = &report->findings[i];
        if (f->of >= rules[f->check].of) TRY(list_add(job, work, feed_value(work, job, breaker_check_names[f->check], f->place), f->share_ppm, HISTORY, why));
    }
    return list_add(job, work, feed_value(work, job, "documents", ""), document.v, DOCUMENTS, why);
}

/* ---- all of it ---- */

static const uint64_t masters = 1ull << FACT_ITEM | 1ull << FACT_ITEM_SUPPLIER | 1ull << FACT_PRICE;

typedef struct Watch {
    Levels *levels;
    Subjects *subjects;
    uint64_t kinds;             /* that the map makes */
    int32_t newest;             /* day of the file */
    int64_t rows, negative;     /* of stock levels */
} Watch;

static void watch_end(Watch *watch) {
    levels_end(&watch->levels);
    subjects_end(&watch->subjects);
}

/* A master row that is made once from the rows of something else says nothing about what is missing. */
static uint64_t kinds_of(const Mapping *mapping) {
    uint64_t kinds = 0;
    for (int i = 0; i < mapping->emits_count; i++)
        if (!mapping->emits[i].once) kinds |= 1ull << mapping->emits[i].kind;
    return kinds & (masters | 1ull << FACT_STOCK | 1ull << FACT_ORDER_LINE);
}

bool breaker_watches(const Mapping *mapping) { return kinds_of(mapping) != 0; }

static void take_fact(Watch *watch, const Fact *fact) {
    Field day = fact_kinds[fact->kind].known_field;
    if (!(watch->kinds >> fact->kind & 1) || fact->correction == CORRECT_CANCEL) return;
    if (day != FIELD_COUNT_ && fact_has(fact, day) && fact->number[day] > watch->newest) watch->newest = (int32_t)fact->number[day];
    if (fact->kind != FACT_STOCK) {
        subjects_take(watch->subjects, fact, true);
        return;
    }
    watch->rows++;
    levels_take(watch->levels, fact);
}

static Err read_file(const Job *job, Watch *watch, Why *why) {
    Pass pass;
    const Batch *batch;
    Err err = pass_begin(&pass, job, 10000, 0, false, why);
    do {
        if (err == OK) err = reader_next(pass.reader, &batch, why);
        for (int i = 0; err == OK && i < batch->count; i++) take_fact(watch, &batch->facts[i]);
        for (int i = 0; err == OK && i < batch->bad_listed; i++) watch->negative += batch->bad[i].negative_stock;
    } while (err == OK && !batch->is_end);
    pass_end(&pass);
    return err;
}

static Err take_known(void *self, const Row *row, const Fact *fact, Why *why) {
    (void)row;
    (void)why;
    Watch *watch = self;
    if (fact->kind == FACT_STOCK) levels_known(watch->levels, fact);
    else subjects_take(watch->subjects, fact, false);
    return OK;
}

/* Master rows by their keys; levels and order lines from the feed's last documents on. */
static Err read_masters(const Job *job, Watch *watch, Why *why) {
    for (uint64_t left = watch->kinds & masters; left; left &= left - 1) TRY(facts_of_kind(job->store, (FactKind)__builtin_ctzll(left), take_known, watch, why));
    return OK;
}

static Err read_events(const Job *job, Watch *watch, int64_t after, Why *why) {
    FactFilter filter = { .after = { after }, .upto = log_last(job->store), .known_us = INT64_MAX, .kinds = watch->kinds & ~masters };
    return filter.kinds && after ? facts_scan(job->store, &filter, take_known, watch, why) : OK;
}

static Err judge_all(const Job *job, const Watch *watch, const TallyList *tallies, Arena *keep, BreakerReport *out, Why *why) {
    own(arena_end) Arena *work = arena_begin(64 * MiB);
    int64_t known[HISTORY];
    int count;
    *out = (BreakerReport){ .findings = many_in(keep, Finding, tallies->count + 1) };
    for (size_t i = 0; i < tallies->count; i++) {
        const Tally *tally = &tallies->at[i];
        TRY(list_read(job, work, feed_value(work, job, breaker_check_names[tally->check], tally->place ? tally->place : ""), known, &count, why));
        out->findings[out->count++] = judge(tally, known, count, keep);
    }
    if (watch->newest) {
        TRY(list_read(job, work, feed_value(work, job, breaker_check_names[CHECK_DAYS], ""), known, &count, why));
        out->findings[out->count++] = judge_days(watch->newest, day_of_us(job->options->now_us) - watch->newest, known, count, keep);
    }
    for (int i = 0; i < out->count && !out->held; i++)
        if (out->findings[i].held) out->held = &out->findings[i];
    return OK;
}

static void tallies_end(TallyList *list) { list_end(list); }

Err breaker_check(const Job *job, Arena *keep, BreakerReport *out_report, Why *why) {
    own(watch_end) Watch watch = { .levels = levels_begin(), .subjects = subjects_begin(), .kinds = kinds_of(job->mapping) };
    own(tallies_end) TallyList tallies = { 0 };
    own(arena_end) Arena *work = arena_begin(1 * MiB);
    int64_t documents[HISTORY];
    int count;
    *out_report = (BreakerReport){ 0 };
    TRY(list_read(job, work, feed_value(work, job, "documents", ""), documents, &count, why));
    TRY(read_masters(job, &watch, why));
    /* A stock file of several days is compared with itself; any other file with what is known. */
    if (!(watch.kinds >> FACT_STOCK & 1) && !count && !subjects_count(watch.subjects)) return OK;
    TRY(read_file(job, &watch, why));
    TRY(read_events(job, &watch, count ? documents[0] : 0, why));
    levels_tally(watch.levels, keep, &tallies);
    if (watch.rows) list_push(&tallies, (Tally){ .check = CHECK_NEGATIVE, .of = watch.rows + watch.negative, .hits = watch.negative });
    subjects_tally(watch.subjects, &tallies);
    return judge_all(job, &watch, &tallies, keep, out_report, why);
}
