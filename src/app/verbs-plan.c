/* verbs-plan.c - planning steps, looks at other days, files for an outside judge, replay. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "app/app.h"
#include "app/replay.h"
#include "app/verbs.h"
#include "base/decimal.h"
#include "base/file.h"
#include "base/time.h"
#include "desk/policies.h"
#include "desk/why.h"
#include "study/assortment.h"
#include "study/backtest.h"

enum { POLICY_FILE_MOST = 4 * MiB };

/* ---- a look: a plan of its own that writes nothing ------------------------------------------------------------------- */

typedef struct Look {
    Plan *plan;
    Policy policy;
    RowId policy_row;
} Look;

static void look_end(Look *look) { plan_end(&look->plan); }

static Err look_policy(Call *call, App *app, Look *look, Why *why) {
    const char *path = call_text(call, "policy");
    const Policy *in_force;
    if (path) {
        Text json;
        TRY(file_read(call->work, path, POLICY_FILE_MOST, &json, why));
        return policy_parse(call->work, path, json, &look->policy, why);
    }
    TRY(app_policy(app, &in_force, &look->policy_row, why));
    look->policy = *in_force;
    return OK;
}

static Err look_begin(Call *call, Look *look, Why *why) {
    App *app = app_of(call)->reader ? app_of(call)->reader : app_of(call);
    Store *store;
    PlanResult result;
    int32_t as_of;
    TRY(call_day(call, "as-of", 0, &as_of, why));
    TRY(app_store(app, STORE_READ, &store, why));
    TRY(look_policy(call, app, look, why));
    TRY(plan_begin(store, app_threads(app), &look->plan, why));
    PlanOptions options = { .now_us = world_now_us(app->world), .policy = &look->policy, .policy_row = look->policy_row, .write = PLAN_LOOK,
                            .progress = app_progress, .progress_self = app };
    if (as_of) plan_as_of(&options, as_of);
    return plan_step(look->plan, &options, &result, why);
}

static Err write_file(void *self, Text bytes, Why *why) {
    return fwrite(bytes.at, 1, bytes.length, self) == bytes.length ? OK : fail(why, ERR_IO, "cannot write: %m");
}

static Err write_answer(void *self, Text bytes, Why *why) {
    buf_add_text(self, bytes);
    return buf_check(self, "the answer", why);
}

/* All or nothing: written beside and renamed, so that a judge never reads half a file. */
static Err csv_to_file(Plan *plan, const char *path, Err (*csv)(Plan *, void *, PlanOut *, void *, Why *), void *options, Why *why) {
    own(arena_end) Arena *work = arena_begin(64 * KiB);
    char *partial = text_format(work, "%s.partial", path);
    FILE *file = fopen(partial, "w");
    if (!file) return fail(why, ERR_IO, "cannot write %s: %m", path);
    Err err = csv(plan, options, write_file, file, why);
    if (fclose(file) != 0 && err == OK) err = fail(why, ERR_IO, "cannot write %s: %m", path);
    if (err == OK) return file_rename(partial, path, why);
    Why ignored;
    return file_remove(partial, &ignored) == OK ? err : err;
}

static Err proposals_csv(Plan *plan, void *options, PlanOut *out, void *self, Why *why) {
    (void)options;
    return plan_proposals_csv(plan, out, self, why);
}

static Err forecast_csv(Plan *plan, void *options, PlanOut *out, void *self, Why *why) {
    return plan_forecast_csv(plan, options, out, self, why);
}

/* ---- plan --------------------------------------------------------------------------------------------------------------- */

static void result_write(Buf *out, const AppTick *tick) {
    JsonWriter json = json_writer(out);
    json_begin_object(&json);
    json_field_int(&json, "step", tick->plan.step.v);
    json_field_int(&json, "item_places", tick->plan.item_places);
    json_field_int(&json, "refreshed", tick->plan.refreshed);
    json_field_int(&json, "new", tick->plan.cases_new);
    json_field_int(&json, "changed", tick->plan.cases_changed);
    json_field_int(&json, "closed", tick->plan.cases_closed);
    json_field_int(&json, "open", tick->plan.cases_open);
    json_field_int(&json, "automatic", tick->automatic);
    json_field_int(&json, "sent", tick->sent);
    json_field_int(&json, "order_conflicts", tick->order_conflicts);
    json_field_int(&json, "milliseconds", tick->plan.took_us / 1000);
    json_end(&json);
}

static Err look_write(Call *call, const char *proposals, Why *why) {
    own(look_end) Look look = { 0 };
    TRY(look_begin(call, &look, why));
    if (!proposals) return plan_proposals_csv(look.plan, write_answer, call->out, why);
    TRY(csv_to_file(look.plan, proposals, proposals_csv, NULL, why));
    buf_addf(call->out, "{\"proposals\":\"%s\"}", path_name(proposals));
    return OK;
}

Err verb_plan(Call *call, Why *why) {
    const char *proposals = call_text(call, "proposals");
    if (!proposals && !call_has(call, "as-of")) {
        AppTick tick;
        TRY(app_tick(app_of(call), &tick, why));
        TRY(app_keep(app_of(call), app_of(call)->serving ? PLAN_KEEP_BESIDE : PLAN_KEEP_WAIT, why));
        result_write(call->out, &tick);
        return OK;
    }
    Turn turn = app_turn(app_of(call));      /* a look reads with a store of its own: nobody need wait for it */
    turn_let_go(&turn);
    Err err = look_write(call, proposals, why);
    turn_take_back(&turn);
    return err;
}

/* ---- forecast -------------------------------------------------------------------------------------------------------------- */

enum { QUANTILES_MOST = 32 };

static Err quantiles_read(const Call *call, int64_t *out, int *out_count, Why *why) {
    const char *given = call_text(call, "quantiles");
    Text rest = text_of(given ? given : "0.1,0.5,0.9");
    *out_count = 0;
    while (rest.length) {
        Text one;
        text_split(rest, ',', &one, &rest);
        if (*out_count == QUANTILES_MOST) return fail(why, ERR_USAGE, "more than %d quantiles", QUANTILES_MOST);
        if (decimal_parse(one, DECIMAL_POINT, &out[*out_count], why) != OK || out[*out_count] <= 0 || out[*out_count] >= MICRO)
            return fail_hint(why, fail(why, ERR_USAGE, "\"%.*s\" is not a share between 0 and 1", TEXT_ARGS(one)), "write --quantiles 0.5,0.9,0.95");
        (*out_count)++;
    }
    return OK;
}

Err verb_forecast(Call *call, Why *why) {
    int64_t horizon, quantiles[QUANTILES_MOST];
    ForecastOptions options = { .quantiles_ppm = quantiles };
    own(look_end) Look look = { 0 };
    const char *to = call_text(call, "to");
    TRY(call_int(call, "horizon", 13, &horizon, why));
    if (horizon < 1 || horizon > 730) return fail(why, ERR_USAGE, "\"horizon\" is not between 1 and 730 periods");
    TRY(quantiles_read(call, quantiles, &options.quantiles_count, why));
    options.horizon = (int32_t)horizon;
    TRY(look_begin(call, &look, why));
    call->content_type = "text/csv; charset=utf-8";
    call->file_name = "forecast.csv";
    if (to) return csv_to_file(look.plan, to, forecast_csv, &options, why);
    return plan_forecast_csv(look.plan, &options, write_answer, call->out, why);
}

/* ---- backtest -------------------------------------------------------------------------------------------------------------- */

static Err backtest_options(Call *call, const Look *look, BacktestOptions *out, Why *why) {
    App *app = app_of(call);
    int64_t periods, warm, review, lead;
    BacktestOptions options = { .naive_mean_periods = 13, .naive_cover_micro = 4 * MICRO, .lost_share_micro = -1, .policy = &look->policy,
                                .policy_row = look->policy_row, .threads = app_threads(app), .progress = app_progress, .progress_self = app };
    TRY(call_day(call, "from", 0, &options.from_day, why));
    TRY(call_int(call, "periods", 0, &periods, why));
    TRY(call_int(call, "warm", 2, &warm, why));
    TRY(call_int(call, "review", 1, &review, why));
    TRY(call_int(call, "lead", 0, &lead, why));
    TRY(call_decimal(call, "start-stock", -1, &options.start_stock_micro, why));
    TRY(call_decimal(call, "start-pipeline", -1, &options.start_pipeline_micro, why));
    if (periods < 0 || periods > 5000 || warm < 0 || warm > 5000 || review < 1 || review > 365 || lead < 0 || lead > 730)
        return fail(why, ERR_USAGE, "periods, warm, review or lead is out of range");
    options.periods = (int32_t)periods;
    options.warm_periods = (int32_t)warm;
    options.review_periods = (int32_t)review;
    options.lead_days = (int32_t)lead;
    *out = options;
    return OK;
}

static Err review_to_file(void *self, int32_t day, Text sheet, Why *why) {
    char name[DAY_TEXT];
    own(arena_end) Arena *work = arena_begin(1 * MiB);
    day_format(day, name);
    return file_write(path_join(work, self, text_format(work, "%s.csv", name)), sheet, why);
}

Err verb_backtest(Call *call, Why *why) {
    Store *store;
    own(look_end) Look look = { 0 };
    BacktestOptions options;
    BacktestResult result;
    const char *html = call_text(call, "html");
    TRY(app_store(app_of(call), STORE_READ, &store, why));
    TRY(look_policy(call, app_of(call), &look, why));
    TRY(backtest_options(call, &look, &options, why));
    const char *proposals = call_text(call, "proposals");
    if (proposals) {
        TRY(folder_make(proposals, why));
        options.proposals = review_to_file;
        options.proposals_self = text_copy(call->work, proposals);
    }
    TRY(backtest_run(store, &options, call->work, &result, why));
    if (html) {
        own(buf_end) Buf page = buf_begin(64 * MiB);
        backtest_html(&page, &result);
        TRY(file_write(html, buf_text(&page), why));
    }
    backtest_json(call->out, &result);
    return OK;
}

/* ---- targets -------------------------------------------------------------------------------------------------------------- */

/* "key=0.99,A=0.97": what tiers of items are promised. */
static Err promises_read(const Call *call, TierPromise out[ASSORTMENT_TIERS_MOST], int *out_count, Why *why) {
    Text rest = text_of(call_text(call, "least"));
    *out_count = 0;
    while (rest.length) {
        Text one, tier, share;
        text_split(rest, ',', &one, &rest);
        text_split(one, '=', &tier, &share);
        if (*out_count == ASSORTMENT_TIERS_MOST) return fail(why, ERR_USAGE, "\"least\" has more than %d tiers", ASSORTMENT_TIERS_MOST);
        TierPromise *promise = &out[(*out_count)++];
        promise->tier = text_copy_n(call->work, tier.at, tier.length);
        if (decimal_parse(share, DECIMAL_POINT, &promise->least_micro, why) != OK || promise->least_micro < 0 || promise->least_micro >= MICRO)
            return fail_hint(why, fail(why, ERR_USAGE, "\"least\": \"%.*s\" is not a tier with a share below 1", TEXT_ARGS(one)), "write --least key=0.99,A=0.97");
    }
    return OK;
}

static Err assortment_ask(const Call *call, const Policy *policy, TierPromise *promise, AssortmentAsk *out, Why *why) {
    int64_t fill, budget;
    AssortmentAsk ask = { .promise = promise };
    TRY(promises_read(call, promise, &ask.promises, why));
    TRY(call_decimal(call, "fill", -1, &fill, why));
    TRY(call_decimal(call, "budget", -1, &budget, why));
    if ((fill < 0) == (budget < 0)) return fail_hint(why, fail(why, ERR_USAGE, "either \"fill\" or \"budget\""), "write --fill 0.97, or --budget 400000");
    if (fill == 0 || fill >= MICRO) return fail(why, ERR_USAGE, "\"fill\" is not between 0 and 1");
    if (budget == 0) return fail(why, ERR_USAGE, "\"budget\" is not above 0");
    ask.service_micro = fill > 0 ? fill : 0;
    if (budget > 0) TRY(money_extend(MICRO, budget, currency_exponent(policy->currency), &ask.budget_minor, why));
    *out = ask;
    return OK;
}

/* The curves of the newest step under the policy in force; kept, so that another wish is answered at once. */
struct KeptCurves { AssortmentCurves *curves; RowId step, policy; };

void targets_forget(App *app) {
    if (!app->curves) return;
    assortment_end(&app->curves->curves);
    free(app->curves);
    app->curves = NULL;
}

static Err newest_step(void *self, const Row *row, Why *why) {
    (void)why;
    *(RowId *)self = row->id;
    return OK;
}

static Err curves_make(Call *call, Store *store, const Policy *policy, RowId policy_row, AssortmentCurves **out, Why *why) {
    App *app = app_of(call);
    int32_t as_of;
    TRY(call_day(call, "as-of", 0, &as_of, why));
    PlanOptions options = { .now_us = world_now_us(app->world), .policy = policy, .policy_row = policy_row, .write = PLAN_LOOK, .progress = app_progress, .progress_self = app };
    if (as_of) plan_as_of(&options, as_of);
    return assortment_begin(store, app_threads(app), &options, out, why);
}

static Err curves_kept(Call *call, Store *store, const Look *look, const AssortmentCurves **out, Why *why) {
    App *app = app_of(call);
    LogFilter steps = { .kinds = 1ull << ROW_STEP, .newest_first = true, .most = 1 };
    RowId step = { 0 };
    bool own_view = call_has(call, "as-of") || call_has(call, "policy");
    TRY(log_scan(store, &steps, newest_step, &step, why));
    if (app->curves && !own_view && app->curves->step.v == step.v && app->curves->policy.v == look->policy_row.v) {
        *out = app->curves->curves;
        return OK;
    }
    targets_forget(app);
    AssortmentCurves *curves;
    TRY(curves_make(call, store, &look->policy, look->policy_row, &curves, why));
    app->curves = malloc(sizeof *app->curves);
    if (!app->curves) stop_for("no memory");
    *app->curves = (struct KeptCurves){ curves, own_view ? (RowId){ -1 } : step, look->policy_row };
    *out = curves;
    return OK;
}

Err verb_targets(Call *call, Why *why) {
    own(look_end) Look look = { 0 };
    Store *store;
    TierPromise promise[ASSORTMENT_TIERS_MOST];
    AssortmentAsk ask;
    const AssortmentCurves *curves;
    int64_t offset, limit;
    TRY(call_int(call, "offset", 0, &offset, why));
    TRY(call_int(call, "limit", 50, &limit, why));
    if (offset < 0 || limit < 0) return fail(why, ERR_USAGE, "\"offset\" or \"limit\" is below 0");
    TRY(app_store(app_of(call), STORE_READ, &store, why));
    TRY(look_policy(call, app_of(call), &look, why));
    TRY(assortment_ask(call, &look.policy, promise, &ask, why));
    TRY(curves_kept(call, store, &look, &curves, why));
    own(arena_end) Arena *work = arena_begin((size_t)4096 * MiB);
    Assortment assortment;
    TRY(assortment_choose(curves, &ask, work, &assortment, why));
    assortment_json(call->out, &assortment, offset, limit);
    return OK;
}

/* ---- replay -------------------------------------------------------------------------------------------------------------------- */

Err verb_replay(Call *call, Why *why) {
    App *app = app_of(call);
    Store *store;
    RowId row;
    ReplayAnswer answer;
    TRY(app_store(app, STORE_READ, &store, why));
    TRY(why_find(store, call->work, call_text(call, "id"), &row, why));
    if (call_flag(call, "now")) {
        Plan *plan;
        TRY(app_plan(app, &plan, why));
        TRY(replay_now(app, plan, call->work, row, &answer, why));
    } else {
        TRY(replay_from_documents(app, store, call->work, row, &answer, why));
    }
    replay_write(call->out, &answer);
    bool now = call_flag(call, "now");
    if (!answer.plan.same) call->exit_code = now ? 10 : 1;
    return OK;
}
