/* Which record stands behind confidences, those fitted on this store's past, and fitting another. */
#include "app/app.h"
#include "app/verbs.h"
#include "base/decimal.h"
#include "base/time.h"
#include "study/refit.h"

enum { LABELS_CSV_MOST = 1024 * MiB, DAYS_MOST = 104, BETWEEN_MOST = 366 };

static Err ask_read(const Call *call, ShadowAsk *out, Why *why) {
    int64_t days, between;
    TRY(call_day(call, "as-of", 0, &out->as_of, why));
    TRY(call_int(call, "days", 9, &days, why));
    TRY(call_int(call, "between", 13, &between, why));
    if (days < 1 || days > DAYS_MOST || between < 1 || between > BETWEEN_MOST) return fail(why, ERR_USAGE, "\"days\" is not between 1 and %d, or \"between\" not between 1 and %d", DAYS_MOST, BETWEEN_MOST);
    out->days = (int)days;
    out->between = (int)between;
    return OK;
}

/* Store and policy are the reader's: nobody exchanges his while this goes on. */
static Err refit(Call *call, ShadowAsk *ask, Arena *arena, Buf *labels, Refit *out, Why *why) {
    Store *store;
    App *app = app_of(call)->reader ? app_of(call)->reader : app_of(call);
    TRY(app_store(app, STORE_READ, &store, why));
    TRY(app_policy(app, &ask->policy, &ask->policy_row, why));
    return refit_make(store, ask, arena, labels, out, why);
}

Err verb_confidence_fit(Call *call, Why *why) {
    App *app = app_of(call);
    Refit result;
    ShadowAsk ask = { .threads = app_threads(app), .progress_self = app, .progress = app_progress };
    own(arena_end) Arena *arena = arena_begin((size_t)4096 * MiB);
    own(buf_end) Buf labels = buf_begin(LABELS_CSV_MOST), summary = buf_begin(MiB);
    RowId row = { 0 };
    TRY(ask_read(call, &ask, why));
    Turn turn = app_turn(app);               /* it reads with a store of its own: nobody need wait for it */
    turn_let_go(&turn);
    Err err = refit(call, &ask, arena, &labels, &result, why);
    turn_take_back(&turn);
    TRY(err);
    JsonWriter json = json_writer(&summary);
    json_begin_object(&json);
    refit_write(&json, &result);
    json_end(&json);
    Text payload = buf_text(&summary);
    if (!call_flag(call, "dry-run"))
        TRY(model_keep(call, "confidence", buf_text(&summary), buf_text(&labels), ask.as_of ? us_of_day(ask.as_of + 1) - 1 : world_now_us(app->world), &row, &payload, why));
    json = json_writer(call->out);
    json_begin_object(&json);
    if (row.v) json_field_int(&json, "row", row.v);
    json_fields_of(&json, payload);
    json_end(&json);
    return buf_check(call->out, "the answer", why);
}

static Err fitted_row(void *self, const Row *row, Why *why) {
    JsonWriter *json = self;
    own(arena_end) Arena *work = arena_begin(4 * MiB);
    const JsonValue *payload;
    const char *version, *reason;
    char recorded[TIME_TEXT];
    bool champion;
    int64_t labels, wrong;
    TRY(json_parse(work, row->payload, &payload, why));
    TRY(json_need_bool(payload, "champion", &champion, why));
    TRY(json_need_text(payload, "version", &version, why));
    TRY(json_need_text(payload, "reason", &reason, why));
    TRY(json_need_int(payload, "labels", &labels, why));
    TRY(json_need_int(payload, "wrong", &wrong, why));
    time_format(row->recorded_us, recorded);
    json_begin_object(json);
    json_field_int(json, "row", row->id.v);
    json_field_str(json, "recorded", recorded);
    json_field_bool(json, "champion", champion);
    json_field_int(json, "labels", labels);
    json_field_int(json, "wrong", wrong);
    json_field_str(json, "version", version);
    json_field_str(json, "reason", reason);
    json_field_str(json, "by", row->by);
    json_end(json);
    return OK;
}

Err verb_confidence(Call *call, Why *why) {
    Store *store;
    const Policy *policy;
    RowId policy_row;
    ConfidenceRecord record;
    LogFilter fitted = { .kinds = 1ull << ROW_MODEL, .key = "confidence", .newest_first = true, .most = 1000 };
    TRY(app_store(app_of(call), STORE_READ, &store, why));
    TRY(app_policy(app_of(call), &policy, &policy_row, why));
    TRY(confidence_find(store, policy, log_last(store).v, world_now_us(app_of(call)->world), call->work, &record, why));
    JsonWriter json = json_writer(call->out);
    json_begin_object(&json);
    json_field_str(&json, "policy", policy->confidence == CONFIDENCE_OWN ? "own" : "shipped");
    if (record.row) json_field_int(&json, "row", record.row);
    else json_field_null(&json, "row");
    json_field_bool(&json, "automates", record.doubt.cells > 0);
    confidence_record_write(&json, &record);
    json_field_array(&json, "rows");
    TRY(log_scan(store, &fitted, fitted_row, &json, why));
    json_end(&json);
    json_end(&json);
    return OK;
}
