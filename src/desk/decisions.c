/* decisions.c - what was decided about a case so far. An undo takes back the newest verdict that still stands, so the ones
 * that stand are a stack. */
#include "desk/decide.h"

#include "base/list.h"

typedef struct Reading { Arena *work; LIST(PastDecision) past; } Reading;

static void reading_end(Reading *reading) { list_end(&reading->past); }

static Err take(void *self, const Row *row, Why *why) {
    Reading *reading = self;
    PastDecision past = { .row = row->id, .at_us = row->recorded_us, .by = text_copy(reading->work, row->by) };
    TRY_DOING(decision_read(reading->work, row->payload, &past.decision, why), "decision %lld", (long long)row->id.v);
    if (past.decision.verdict == VERDICT_UNDO) {
        size_t i = reading->past.count;
        while (i > 0 && (reading->past.at[i - 1].undone || reading->past.at[i - 1].decision.verdict == VERDICT_UNDO)) i--;
        if (i > 0) reading->past.at[i - 1].undone = true;
    }
    list_push(&reading->past, past);
    return OK;
}

Err case_decisions(Store *store, Arena *work, RowId case_id, PastDecision **out, int *out_count, Why *why) {
    own(reading_end) Reading reading = { .work = work };
    LogFilter filter = { .kinds = 1ull << ROW_DECISION, .key = text_format(work, "%lld", (long long)case_id.v) };
    TRY(log_scan(store, &filter, take, &reading, why));
    *out = many_in(work, PastDecision, reading.past.count + 1);
    for (size_t i = 0; i < reading.past.count; i++) (*out)[i] = reading.past.at[i];
    *out_count = (int)reading.past.count;
    return OK;
}
