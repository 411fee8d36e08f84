#include "deliver/change.h"

#include "store/revise.h"

Err command_revise(Store *store, Arena *work, OutboxLine *line, const Command *command, const char *by, Why *why) {
    own(buf_end) Buf payload = buf_begin(8 * MiB);
    command_write(&payload, command);
    TRY(buf_check(&payload, "the order", why));
    Row row = { .cause = line->command, .kind = ROW_COMMAND, .place = line->place, .by = by, .key = text_copy(work, command->key), .payload = buf_text(&payload) };
    line->state = (int32_t)command->state;
    line->attempts = command->attempt;
    line->external = command->external;
    line->error = command->error;
    return outbox_put(store, &row, line, why);
}

/* A case with its projection is large, and an export from the ERP moves thousands: each is read into room of its own. */
Err case_move_on(Store *store, const OutboxLine *line, RowId case_id, int status, Why *why) {
    own(arena_end) Arena *work = arena_begin(CASE_WORK);
    CaseLine queue_line;
    Case c;
    TRY(case_newest(store, work, case_id, &queue_line, &c, why));
    if (c.status != CASE_SENT && c.status != CASE_CONFIRMED) return OK;       /* somebody, or planning, has moved it elsewhere */
    if ((int)c.status >= status) return OK;
    c.status = (CaseStatus)status;
    c.changes_count = 0;
    return case_revise(store, work, &queue_line, &c, line->row, "system", why);
}
_Static_assert(CASE_SENT < CASE_CONFIRMED && CASE_CONFIRMED < CASE_CLOSED, "case_move_on compares them");

/* Planning may have opened a younger case for the same exposure meanwhile: one of them must be the exposure's, so this one ends. */
static Err give_back_as(Store *store, Arena *work, const CaseLine *line, Case *c, const char *reason, Why *why) {
    RowId newest;
    Err err = case_open_for(store, line->item, line->place, line->kind, c->subject, &newest, why);
    if (err != OK && err != ERR_NOT_FOUND) return err;
    bool younger = err == OK && newest.v > line->case_id.v;
    c->status = younger ? CASE_CLOSED : CASE_OPEN;
    c->opened_why = younger ? text_format(work, "%s; goes on as case %lld", reason, (long long)newest.v) : reason;
    return OK;
}

Err cases_give_back(Store *store, const OutboxLine *line, const Command *command, int only_line, const char *reason, Why *why) {
    own(arena_end) Arena *work = arena_begin(CASE_WORK);
    for (int i = 0; i < command->lines_count; i++) {
        CaseLine queue_line;
        Case c;
        if (only_line != 0 && command->lines[i].line != only_line) continue;
        arena_clear(work);
        TRY(case_newest(store, work, command->lines[i].case_id, &queue_line, &c, why));
        if (c.status != CASE_SENT && c.status != CASE_CONFIRMED) continue;
        TRY(give_back_as(store, work, &queue_line, &c, reason, why));
        c.changes_count = 0;
        TRY(case_revise(store, work, &queue_line, &c, line->row, "system", why));
    }
    return OK;
}
