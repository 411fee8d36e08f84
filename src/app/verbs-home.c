/* verbs-home.c - who is asking, the morning page, and whether all is well. */
#include <string.h>

#include "app/app.h"
#include "app/verbs.h"
#include "base/time.h"
#include "desk/automatic.h"

enum { CHECK_OK, CHECK_WARNING, CHECK_CRITICAL, CHECK_UNKNOWN };

static bool is_sample(Store *store, Arena *work) {
    Text ignored_text;
    Why ignored;
    return value_get(store, work, "demo", "sample", &ignored_text, &ignored) == OK;
}

Err verb_me(Call *call, Why *why) {
    App *app = app_of(call);
    Desk desk;
    TRY(app_desk(call, STORE_READ, &desk, why));
    JsonWriter json = json_writer(call->out);
    json_begin_object(&json);
    json_field_str(&json, "user", call->user);
    json_field_str(&json, "role", role_name(call->role));
    json_field_str(&json, "csrf", call->csrf ? call->csrf : "");
    json_field_object(&json, "policy");
    json_field_int(&json, "row", desk.policy_row.v);
    json_field_str(&json, "name", desk.policy->name);
    json_field_str(&json, "currency", desk.policy->currency);
    json_end(&json);
    json_field_array(&json, "rights");
    for (int right = 0; right < RIGHT_COUNT_; right++)
        if (role_may(call->role, (Right)right)) json_str(&json, right_name((Right)right));
    json_end(&json);
    json_field_bool(&json, "sample", is_sample(desk.store, call->work));
    json_field_bool(&json, "stopped", store_stopped(app->directory));
    json_field_str(&json, "version", STOCKWRIGHT_VERSION);
    json_end(&json);
    return OK;
}

static Err queue_summary(Call *call, const Desk *desk, JsonWriter *json, Why *why) {
    CaseFilter filter = { .statuses = CASE_STATUS_BIT(CASE_OPEN), .now_us = world_now_us(desk->world) };
    CaseSum *sums;
    int count;
    int64_t open = 0, at_risk = 0, value, done;
    TRY(case_sums(desk->store, call->work, &filter, &sums, &count, why));
    for (int i = 0; i < count; i++) {
        open += sums[i].lines;
        at_risk += sums[i].rank_minor;
    }
    TRY(automatic_today(desk->store, call->work, filter.now_us, &value, &done, why));
    json_field_object(json, "queue");
    json_field_int(json, "open", open);
    json_field_int(json, "at_risk", at_risk);
    json_field_int(json, "automatic", done);
    json_end(json);
    return OK;
}

Err verb_home(Call *call, Why *why) {
    Desk desk;
    Plan *plan;
    HomeView view;
    TRY(app_desk(call, STORE_READ, &desk, why));
    TRY(app_plan(app_of(call), &plan, why));
    TRY(plan_home(plan, call->work, &view, why));
    own(buf_end) Buf page = buf_begin(1 * MiB);
    home_view_write(&page, &view);
    JsonWriter json = json_writer(call->out);
    json_begin_object(&json);
    json_fields_of(&json, buf_text(&page));
    char today[DAY_TEXT];
    day_format(day_of_us(world_now_us(desk.world)), today);
    json_field_str(&json, "today", today);
    TRY(queue_summary(call, &desk, &json, why));
    json_end(&json);
    return OK;
}

/* ---- check, in the manner of monitoring plug-ins: one line each, the worst decides the exit code ------------------------------------- */

typedef struct Checks { JsonWriter json; int worst; } Checks;

static void verdict(Checks *checks, const char *what, int state, const char *says) {
    static const char *const names[] = { "ok", "warning", "critical", "unknown" };
    json_begin_object(&checks->json);
    json_field_str(&checks->json, "check", what);
    json_field_str(&checks->json, "state", names[state]);
    json_field_str(&checks->json, "says", says);
    json_end(&checks->json);
    if (state > checks->worst) checks->worst = state;
}

static void check_store(Call *call, Store *store, Checks *checks) {
    Why why = { 0 };
    int64_t rows = 0;
    if (store_verify(store, &rows, &why) == OK) verdict(checks, "store", CHECK_OK, text_format(call->work, "%lld rows, every one as it was written", (long long)rows));
    else verdict(checks, "store", CHECK_CRITICAL, text_copy(call->work, why.message));
}

static Err check_freshness(Call *call, Checks *checks, Why *why) {
    Plan *plan;
    HomeView view;
    TRY(app_plan(app_of(call), &plan, why));
    TRY(plan_home(plan, call->work, &view, why));
    if (view.feeds_count == 0) verdict(checks, "freshness", CHECK_UNKNOWN, "no feed has told anything yet");
    for (int i = 0; i < view.feeds_count; i++) {
        const HomeFeed *feed = &view.feeds[i];
        int state = strcmp(feed->state, "fresh") == 0 ? CHECK_OK : strcmp(feed->state, "late") == 0 ? CHECK_WARNING : CHECK_CRITICAL;
        verdict(checks, "freshness", state, text_format(call->work, "%s %s: %s, %lld h old", feed->kind, feed->place ? feed->place : "", feed->state, (long long)feed->age_hours));
    }
    return OK;
}

static Err check_queue(Call *call, Store *store, Checks *checks, Why *why) {
    StoreCounts counts;
    int64_t held;
    TRY(store_counts(store, &counts, why));
    TRY(outbox_count(store, (1u << COMMAND_HELD) | (1u << COMMAND_UNKNOWN), &held, why));
    verdict(checks, "queue", CHECK_OK, text_format(call->work, "%lld open cases", (long long)counts.cases_open));
    verdict(checks, "orders", held ? CHECK_WARNING : CHECK_OK, text_format(call->work, "%lld orders are held or unknown", (long long)held));
    verdict(checks, "parked", counts.parked ? CHECK_WARNING : CHECK_OK, text_format(call->work, "%lld facts wait for a code", (long long)counts.parked));
    if (store_stopped(app_of(call)->directory)) verdict(checks, "stop", CHECK_CRITICAL, "STOP holds: nothing is sent");
    return OK;
}

Err verb_check(Call *call, Why *why) {
    const char *what = call_text(call, "what");
    Store *store;
    Checks checks = { .json = json_writer(call->out) };
    bool all = !what, known = all || strcmp(what, "store") == 0 || strcmp(what, "freshness") == 0 || strcmp(what, "queue") == 0;
    if (!known) return fail_hint(why, fail(why, ERR_USAGE, "there is no check \"%s\"", what), "use store, freshness or queue");
    TRY(app_store(app_of(call), STORE_READ, &store, why));
    json_begin_object(&checks.json);
    json_field_array(&checks.json, "rows");
    if (all || strcmp(what, "store") == 0) check_store(call, store, &checks);
    if (all || strcmp(what, "freshness") == 0) TRY(check_freshness(call, &checks, why));
    if (all || strcmp(what, "queue") == 0) TRY(check_queue(call, store, &checks, why));
    json_end(&checks.json);
    json_end(&checks.json);
    call->exit_code = checks.worst;
    return OK;
}
