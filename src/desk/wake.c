#include "base/time.h"
#include "desk/decide.h"
#include "store/revise.h"

enum { BATCH_MOST = 500 };

/* Somebody may have decided since the list was made. */
static Err wake_one(const Desk *desk, Arena *work, RowId case_id, int *out_count, Why *why) {
    CaseLine line;
    Case c;
    char day[DAY_TEXT];
    TRY(case_newest(desk->store, work, case_id, &line, &c, why));
    if (c.status != CASE_SNOOZED || line.snoozed_until_us > world_now_us(desk->world)) return OK;
    day_format(day_of_us(line.snoozed_until_us), day);
    c.status = CASE_OPEN;
    c.opened_why = text_format(work, "is back: put off until %s", day);
    c.changes_count = 0;
    ++*out_count;
    return case_revise(desk->store, work, &line, &c, line.row, "system", why);
}

static Err wake_batch(const Desk *desk, const RowId *ids, int count, int *out_count, Why *why) {
    own(arena_end) Arena *scratch = arena_begin(CASE_WORK);
    TRY(store_begin(desk->store, why));
    for (int i = 0; i < count; i++) {
        arena_clear(scratch);
        Err err = wake_one(desk, scratch, ids[i], out_count, why);
        if (err == OK) continue;
        store_rollback(desk->store);
        return err;
    }
    Err err = store_commit(desk->store, why);
    if (err != OK) store_rollback(desk->store);
    return err;
}

Err desk_wake(const Desk *desk, Arena *work, int *out_count, Why *why) {
    CaseFilter filter = { .statuses = CASE_STATUS_BIT(CASE_SNOOZED), .snooze_ended_us = world_now_us(desk->world), .sort = SORT_RANK };
    RowId *ids;
    int count, woken = 0;
    TRY(case_ids(desk->store, work, &filter, &ids, &count, why));
    for (int from = 0; from < count; from += BATCH_MOST) TRY(wake_batch(desk, ids + from, count - from < BATCH_MOST ? count - from : BATCH_MOST, &woken, why));
    *out_count = woken;
    return OK;
}
