#include "base/time.h"
#include "desk/decide.h"
#include "store/revise.h"

enum { SNOOZED_MOST = 100000 };

static Err wake_one(const Desk *desk, Arena *work, RowId case_id, Why *why) {
    CaseLine line;
    Case c;
    char day[DAY_TEXT];
    TRY(case_newest(desk->store, work, case_id, &line, &c, why));
    day_format(day_of_us(line.snoozed_until_us), day);
    c.status = CASE_OPEN;
    c.opened_why = text_format(work, "is back: put off until %s", day);
    c.changes_count = 0;
    return case_revise(desk->store, work, &line, &c, line.row, "system", why);
}

static Err wake_in(const Desk *desk, const CaseLine *lines, int count, int *out_count, Why *why) {
    own(arena_end) Arena *scratch = arena_begin(CASE_WORK);
    int64_t now_us = world_now_us(desk->world);
    int woken = 0;
    for (int i = 0; i < count; i++) {
        if (lines[i].snoozed_until_us > now_us) continue;
        arena_clear(scratch);
        TRY(wake_one(desk, scratch, lines[i].case_id, why));
        woken++;
    }
    *out_count = woken;
    return OK;
}

Err desk_wake(const Desk *desk, Arena *work, int *out_count, Why *why) {
    CaseFilter filter = { .statuses = CASE_STATUS_BIT(CASE_SNOOZED), .sort = SORT_RANK };
    CaseLine *lines;
    int count, woken = 0;
    int64_t total;
    TRY(case_list(desk->store, work, &filter, 0, SNOOZED_MOST, &lines, &count, &total, why));
    if (count > 0) {
        TRY(store_begin(desk->store, why));
        Err err = wake_in(desk, lines, count, &woken, why);
        if (err == OK) err = store_commit(desk->store, why);
        if (err != OK) {
            store_rollback(desk->store);
            return err;
        }
    }
    *out_count = woken;
    return OK;
}
