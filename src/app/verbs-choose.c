/* What would change the answer of a case, what another quantity would do; which policy replays of history choose. */
#include "app/app.h"
#include "app/verbs.h"
#include "base/time.h"
#include "study/choice-play.h"
#include "plan/view-flips.h"

Err verb_flips(Call *call, Why *why) {
    Store *store;
    Plan *plan;
    CaseLine line;
    Flips flips;
    int64_t id;
    TRY(call_int(call, "id", 0, &id, why));
    TRY(app_store(app_of(call), STORE_READ, &store, why));
    TRY(case_line(store, call->work, (RowId){ id }, &line, why));
    TRY(app_plan(app_of(call), &plan, why));
    TRY(plan_flips(plan, line.item, line.place, (CaseKind)line.kind, call->work, &flips, why));
    JsonWriter json = json_writer(call->out);
    json_begin_object(&json);
    json_field_int(&json, "id", id);
    json_field_int(&json, "row", line.row.v);
    flips_write(&json, &flips);
    json_end(&json);
    return OK;
}

Err verb_try(Call *call, Why *why) {
    Store *store;
    Plan *plan;
    CaseLine line;
    Case tried;
    int64_t id, qty;
    TRY(call_int(call, "id", 0, &id, why));
    TRY(call_decimal(call, "qty", 0, &qty, why));
    TRY(app_store(app_of(call), STORE_READ, &store, why));
    TRY(case_line(store, call->work, (RowId){ id }, &line, why));
    TRY(app_plan(app_of(call), &plan, why));
    TRY(plan_try(plan, line.item, line.place, (CaseKind)line.kind, qty, call->work, &tried, why));
    JsonWriter json = json_writer(call->out);
    json_begin_object(&json);
    json_field_int(&json, "id", id);
    json_field_int(&json, "row", line.row.v);
    case_options_write(&json, tried.options, tried.options_count);
    json_end(&json);
    return OK;
}

/* ---- policies by replay ------------------------------------------------------------------------------------------------- */

enum { CHOICE_CSV_MOST = 1024 * MiB, CHOICE_ROWS_MOST = 100000 };

static Err choice_answer(Call *call, RowId row, Text payload, Text csv, int64_t offset, int64_t limit, Why *why) {
    JsonWriter json = json_writer(call->out);
    int64_t total;
    json_begin_object(&json);
    if (row.v) json_field_int(&json, "row", row.v);
    json_fields_of(&json, payload);
    choice_rows_write(&json, csv, offset, limit, &total);
    json_field_int(&json, "total", total);
    json_end(&json);
    return buf_check(call->out, "the answer", why);
}

Err page_read(const Call *call, int64_t *out_offset, int64_t *out_limit, Why *why) {
    TRY(call_int(call, "offset", 0, out_offset, why));
    TRY(call_int(call, "limit", 50, out_limit, why));
    bool good = *out_offset >= 0 && *out_limit >= 0 && *out_limit <= CHOICE_ROWS_MOST;
    return good ? OK : fail(why, ERR_USAGE, "\"offset\" is below 0, or \"limit\" not between 0 and %d", CHOICE_ROWS_MOST);
}

/* Store and policy are the reader's: nobody exchanges his while this goes on. */
static Err choice_make(Call *call, ChoiceAsk *ask, Arena *arena, ChoiceResult *out, Why *why) {
    Store *store;
    App *app = app_of(call)->reader ? app_of(call)->reader : app_of(call);
    TRY(app_store(app, STORE_READ, &store, why));
    TRY(app_policy(app, &ask->policy, &ask->policy_row, why));
    return plan_choose(store, ask, arena, out, why);
}

Err verb_policy_choose(Call *call, Why *why) {
    App *app = app_of(call);
    ChoiceResult result;
    int64_t offset, limit;
    ChoiceAsk ask = { .now_us = world_now_us(app->world), .words = call_text(call, "f"), .threads = app_threads(app), .progress_self = app, .progress = app_progress };
    own(arena_end) Arena *arena = arena_begin((size_t)4096 * MiB);
    own(buf_end) Buf csv = buf_begin(CHOICE_CSV_MOST), summary = buf_begin(MiB);
    RowId row = { 0 };
    TRY(page_read(call, &offset, &limit, why));
    TRY(call_day(call, "as-of", 0, &ask.as_of, why));
    Turn turn = app_turn(app);               /* it reads with a store of its own: nobody need wait for it */
    turn_let_go(&turn);
    Err err = choice_make(call, &ask, arena, &result, why);
    turn_take_back(&turn);
    TRY(err);
    choice_csv(&csv, &result);
    TRY(buf_check(&csv, "the choice", why));
    JsonWriter json = json_writer(&summary);
    json_begin_object(&json);
    choice_summary_write(&json, &result);
    json_end(&json);
    Text payload = buf_text(&summary);
    if (!call_flag(call, "dry-run")) TRY(model_keep(call, "policy-choice", buf_text(&summary), buf_text(&csv), ask.as_of ? us_of_day(ask.as_of + 1) - 1 : ask.now_us, &row, &payload, why));
    return choice_answer(call, row, payload, buf_text(&csv), offset, limit, why);
}

typedef struct NewestChoice { Arena *work; Row row; } NewestChoice;
static Err newest_choice(void *self, const Row *row, Why *why) {
    NewestChoice *newest = self;
    (void)why;
    newest->row = *row;
    newest->row.payload = text_of(text_keep(newest->work, row->payload));
    return OK;
}

Err verb_policy_choices(Call *call, Why *why) {
    Store *store;
    NewestChoice newest = { .work = call->work };
    LogFilter filter = { .kinds = 1ull << ROW_MODEL, .key = "policy-choice", .newest_first = true, .most = 1 };
    Text csv;
    int64_t offset, limit;
    TRY(page_read(call, &offset, &limit, why));
    TRY(app_store(app_of(call), STORE_READ, &store, why));
    TRY(log_scan(store, &filter, newest_choice, &newest, why));
    if (!newest.row.id.v) return fail_hint(why, fail(why, ERR_NOT_FOUND, "no policy was chosen by replays yet"), "run: stockwright policy choose");
    own(arena_end) Arena *work = arena_begin(CHOICE_CSV_MOST);
    TRY(choice_blob(store, work, &newest.row, &csv, why));
    return choice_answer(call, newest.row.id, newest.row.payload, csv, offset, limit, why);
}
