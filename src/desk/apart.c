#include "desk/apart.h"

#include "base/list.h"
#include "base/map.h"
#include "domain/case.h"

enum { CASES_MOST = 1 << 24, ON_TOP_MOST = 16 };

/* Read newest first: an undo takes back the next older verdict on its case that is not taken back yet. */
typedef struct Reading { Store *store; Arena *work, *scratch; int most; IntMap *undone, *covered; LIST(DecisionApart) found; } Reading;

static void reading_end(Reading *reading) {
    arena_end(&reading->scratch);
    int_map_end(&reading->undone);
    int_map_end(&reading->covered);
    list_end(&reading->found);
}

static bool stands(Reading *reading, const Decision *d) {
    int64_t *taken_back = int_map_place(reading->undone, d->case_id.v, 0, NULL);
    if (d->verdict == VERDICT_UNDO) {
        ++*taken_back;
        return false;
    }
    if (*taken_back == 0) return true;
    --*taken_back;
    return false;
}

/* Back over verdicts to what planning wrote; those that were changed again do not count any more. */
static Err planned_find(Reading *reading, const Decision *decision, Row *out, Why *why) {
    RowId seen = decision->seen;
    for (int i = 0; i < ON_TOP_MOST; i++) {
        Row cause;
        Decision before;
        TRY(log_read(reading->store, reading->scratch, seen, out, why));
        if (out->cause.v == 0) return OK;
        TRY(log_read(reading->store, reading->scratch, out->cause, &cause, why));
        if (cause.kind != ROW_DECISION) return OK;
        TRY(decision_read(reading->scratch, cause.payload, &before, why));
        if (before.verdict == VERDICT_CHANGE || before.verdict == VERDICT_REJECT) int_map_set(reading->covered, cause.id.v, 1);
        seen = before.seen;
    }
    return OK;
}

static bool departs(Reading *reading, const Row *row, const Decision *d) {
    bool apart = d->verdict == VERDICT_CHANGE || d->verdict == VERDICT_REJECT || d->verdict == VERDICT_SNOOZE;
    return stands(reading, d) && apart && !d->by_rule && !int_map_or(reading->covered, row->id.v, 0);
}

static Err take(void *self, const Row *row, bool *out_taken, Why *why) {
    Reading *reading = self;
    Decision decision;
    Row planned;
    arena_clear(reading->scratch);
    TRY_DOING(decision_read(reading->scratch, row->payload, &decision, why), "decision %lld", (long long)row->id.v);
    if (!departs(reading, row, &decision)) return OK;
    TRY(planned_find(reading, &decision, &planned, why));
    if (!case_is_order((CaseKind)planned.sub)) return OK;
    DecisionApart apart = { .row = row->id, .case_id = decision.case_id, .planned = planned.id, .item = row->item, .place = row->place, .at_us = row->recorded_us,
                            .by = text_copy(reading->work, row->by) };
    TRY(decision_read(reading->work, text_of(text_keep(reading->work, row->payload)), &apart.decision, why));
    list_push(&reading->found, apart);
    *out_taken = (int)reading->found.count == reading->most;
    return OK;
}

Err decisions_apart(Store *store, Arena *work, int most, DecisionApart **out, int *out_count, Why *why) {
    own(reading_end) Reading reading = { .store = store, .work = work, .scratch = arena_begin(CASE_WORK), .most = most,
                                     .undone = int_map_begin(CASES_MOST), .covered = int_map_begin(CASES_MOST) };
    LogFilter verdicts = { .kinds = 1ull << ROW_DECISION, .newest_first = true };
    TRY(log_find(store, &verdicts, take, &reading, why));
    *out = many_in(work, DecisionApart, reading.found.count + 1);
    for (size_t i = 0; i < reading.found.count; i++) (*out)[i] = reading.found.at[i];
    *out_count = (int)reading.found.count;
    return OK;
}
