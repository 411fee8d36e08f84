#include "store/revise.h"

#include "base/json.h"

Err case_newest(Store *store, Arena *work, RowId case_id, CaseLine *out_line, Case *out_case, Why *why) {
    CaseLine line;
    Row row;
    Err err = case_line(store, work, case_id, &line, why);
    if (err == ERR_NOT_FOUND) return fail(why, err, "there is no case %lld", (long long)case_id.v);
    TRY(err);
    TRY(log_read(store, work, line.row, &row, why));
    TRY_DOING(case_read(work, row.payload, out_case, why), "case %lld", (long long)case_id.v);
    *out_line = line;
    return OK;
}

static int64_t or_zero(int64_t value) { return value == CASE_NONE ? 0 : value; }

Err case_revise(Store *store, Arena *work, CaseLine *line, const Case *c, RowId cause, const char *by, Why *why) {
    own(buf_end) Buf payload = buf_begin(4 * MiB);
    case_write(&payload, c);
    TRY(buf_check(&payload, "the case", why));
    Row row = { .cause = cause, .kind = ROW_CASE, .sub = (int32_t)c->kind, .item = line->item, .place = line->place, .by = by,
                .key = text_format(work, "%lld", (long long)line->case_id.v), .payload = buf_text(&payload) };
    line->status = (int32_t)c->status;
    line->tier = (int32_t)c->tier;
    line->value_minor = or_zero(c->action.value_minor);
    line->title = c->title;
    line->action = case_action_text(work, c);
    if (c->status != CASE_SNOOZED) line->snoozed_until_us = 0;
    return case_put(store, &row, line, why);
}
