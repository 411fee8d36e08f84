#include "desk/automatic.h"

#include <stdio.h>
#include <string.h>

#include "base/time.h"
#include "desk/approval.h"
#include "desk/decide.h"
#include "desk/spend.h"
#include "store/revise.h"

enum { BATCH_MOST = 500 };

static const char *today_name(int64_t now_us, char out[DAY_TEXT]) {
    day_format(day_of_us(now_us), out);
    return out;
}

Err automatic_today(Store *store, Arena *work, int64_t now_us, int64_t *out_value_minor, int64_t *out_lines, Why *why) {
    char day[DAY_TEXT];
    Text text;
    long long value = 0, lines = 0;
    Err err = value_get(store, work, "automatic", today_name(now_us, day), &text, why);
    if (err != OK && err != ERR_NOT_FOUND) return err;
    if (err == OK && sscanf(text_keep(work, text), "%lld %lld", &value, &lines) != 2) return fail(why, ERR_CORRUPT, "the day's count of automatic decisions is unreadable");
    *out_value_minor = value;
    *out_lines = lines;
    return OK;
}

static Err put_today(const Desk *desk, int64_t value_minor, int64_t lines, Why *why) {
    char day[DAY_TEXT], text[64];
    int64_t now_us = world_now_us(desk->world);
    snprintf(text, sizeof text, "%lld %lld", (long long)value_minor, (long long)lines);
    return value_put(desk->store, "automatic", today_name(now_us, day), text_of(text), now_us + 2 * DAY_US, why);
}

static Err note_time(void *self, const Row *row, [[maybe_unused]] Why *why) {
    *(int64_t *)self = row->recorded_us;
    return OK;
}

/* Has planning looked within the window? */
static Err planned_lately(const Desk *desk, bool *out_lately, Why *why) {
    int64_t step_us = INT64_MIN;
    LogFilter filter = { .kinds = 1ull << ROW_STEP, .most = 1, .newest_first = true };
    TRY(log_scan(desk->store, &filter, note_time, &step_us, why));
    *out_lately = step_us > world_now_us(desk->world) - desk->policy->approval_window_hours * HOUR_US;
    return OK;
}

typedef struct Budget { int64_t value_minor, lines; } Budget;

/* (1) to (4) for one case; *out_hold names the counter that grows instead, NULL when the rule may decide. */
static Err may_decide(const Desk *desk, Arena *work, const CaseLine *line, const Case *c, const Budget *used, AutomaticResult *result, int **out_hold, Why *why) {
    const Policy *policy = desk->policy;
    const char *approval;
    *out_hold = NULL;
    if (c->tier != TIER_AUTO || !case_is_order(c->kind) || c->status != CASE_OPEN || c->policy_row != desk->policy_row.v || (c->flags & (CASE_GATES | CASE_FLAG_BIT(BELOW_MINIMUM)))
        || c->action.value_minor == CASE_NONE || c->action.qty <= 0) {
        *out_hold = &result->held_stale;
        return OK;
    }
    TRY(approval_needed(desk, work, "", line->case_id, c, &approval, why));
    if (approval || used->lines + 1 > policy->auto_lines_day || c->action.value_minor > policy->auto_value_day_minor - used->value_minor) *out_hold = &result->held_limit;
    return OK;
}

static Err decide_one(const Desk *desk, Arena *work, CaseLine *line, Case *c, Why *why) {
    const char *by = text_format(work, "rule:%s", c->rule);
    Decision decision = { .case_id = line->case_id, .seen = line->row, .verdict = VERDICT_ACCEPT, .has_qty = true, .qty_micro = c->action.qty, .reason = c->rule_text,
                          .by_rule = c->rule, .policy = desk->policy_row, .value_minor = c->action.value_minor };
    own(buf_end) Buf payload = buf_begin(64 * KiB);
    decision_write(&payload, &decision);
    Row row = { .cause = line->row, .kind = ROW_DECISION, .sub = VERDICT_ACCEPT, .item = line->item, .place = line->place, .by = by,
                .key = text_format(work, "%lld", (long long)line->case_id.v), .payload = buf_text(&payload) };
    TRY(log_append(desk->store, &row, why));
    TRY(log_because(desk->store, row.id, desk->policy_row, "policy", why));
    c->status = CASE_ACCEPTED;
    c->changes_count = 0;
    TRY(case_revise(desk->store, work, line, c, row.id, by, why));
    if (c->kind != CASE_BUY) return OK;              /* what moves between our places is not spent */
    return spend_set(desk->store, work, c->supplier, line->case_id, c->action.value_minor, world_now_us(desk->world), why);
}

static Err decide_batch(const Desk *desk, Arena *work, const RowId *ids, int count, AutomaticResult *result, Why *why) {
    Budget used;
    TRY(automatic_today(desk->store, work, world_now_us(desk->world), &used.value_minor, &used.lines, why));
    int64_t lines_before = used.lines;
    for (int i = 0; i < count; i++) {
        CaseLine line;
        Case c;
        int *hold;
        TRY(case_newest(desk->store, work, ids[i], &line, &c, why));
        TRY(may_decide(desk, work, &line, &c, &used, result, &hold, why));
        if (hold) {
            ++*hold;
            continue;
        }
        TRY(decide_one(desk, work, &line, &c, why));
        used.value_minor += c.action.value_minor;
        used.lines++;
        result->decided++;
        result->value_minor += c.action.value_minor;
    }
    if (used.lines == lines_before) return OK;                        /* nothing was written: the commit costs nothing */
    return put_today(desk, used.value_minor, used.lines, why);       /* (3): in the same transaction */
}

/* (3): the day has no line left, so nothing more need be looked at. */
static Err day_is_full(const Desk *desk, Arena *work, bool *out_full, Why *why) {
    Budget used;
    TRY(automatic_today(desk->store, work, world_now_us(desk->world), &used.value_minor, &used.lines, why));
    *out_full = used.lines >= desk->policy->auto_lines_day;
    return OK;
}

static Err decide_in_batches(const Desk *desk, const RowId *ids, int count, AutomaticResult *result, Why *why) {
    own(arena_end) Arena *scratch = arena_begin(512 * MiB);
    for (int from = 0; from < count && !store_stopped(store_directory(desk->store)); from += BATCH_MOST) {
        int batch = count - from < BATCH_MOST ? count - from : BATCH_MOST;
        bool full;
        arena_clear(scratch);
        TRY(day_is_full(desk, scratch, &full, why));
        if (full) {
            result->held_limit += count - from;
            return OK;
        }
        TRY(store_begin(desk->store, why));
        Err err = decide_batch(desk, scratch, ids + from, batch, result, why);
        if (err == OK) err = store_commit(desk->store, why);
        if (err != OK) {
            store_rollback(desk->store);
            return err;
        }
    }
    return OK;
}

Err desk_automatic(const Desk *desk, Arena *work, AutomaticResult *out_result, Why *why) {
    CaseFilter filter = { .kinds = 1u << CASE_BUY | 1u << CASE_MOVE, .statuses = CASE_STATUS_BIT(CASE_OPEN), .tiers = 1u << TIER_AUTO, .sort = SORT_RANK };
    AutomaticResult result = { 0 };
    RowId *ids;
    int count, woken;
    bool lately;
    TRY(desk_wake(desk, work, &woken, why));
    TRY(case_ids(desk->store, work, &filter, &ids, &count, why));
    TRY(planned_lately(desk, &lately, why));
    if (lately) TRY(decide_in_batches(desk, ids, count, &result, why));
    else result.held_stale = count;
    *out_result = result;
    return OK;
}
