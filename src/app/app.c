#include "app/app.h"

#include <string.h>

#include "api/server.h"
#include "base/thread.h"
#include "desk/automatic.h"
#include "desk/orders.h"
#include "desk/policies.h"

enum { POLICY_WORK_MOST = 16 * MiB };

void app_end(App *app) {
    queue_end(&app->queue);
    plan_end(&app->plan);
    store_close(&app->store);
    arena_end(&app->policy_work);
}

void app_enter(App *app) { pthread_mutex_lock(&app->lock); }
void app_leave(App *app) { pthread_mutex_unlock(&app->lock); }

static Err held_by(App *app, Why *why) {
    own(arena_end) Arena *work = arena_begin(1 * MiB);
    const char *socket_path = NULL;
    Why ignored;
    if (store_holder(work, app->directory, &socket_path, &ignored) == OK && socket_path)
        return fail_hint(why, fail(why, ERR_BUSY, "a server holds the store %s", app->directory), "stop it, or use the commands that go through it");
    return ERR_BUSY;
}

Err app_store(App *app, StoreUse use, Store **out_store, Why *why) {
    if (app->store && use == STORE_WRITE && app->use == STORE_READ) {
        plan_end(&app->plan);
        store_close(&app->store);
    }
    if (!app->store) {
        Err err = store_open(app->directory, use, &app->world, &app->store, why);
        if (err == ERR_BUSY) return held_by(app, why);
        if (err != OK) return err;
        app->use = use;
    }
    *out_store = app->store;
    return OK;
}

Err app_policy(App *app, const Policy **out_policy, RowId *out_row, Why *why) {
    Store *store;
    TRY(app_store(app, STORE_READ, &store, why));
    if (!app->policy_work || log_last(store).v != app->policy_upto.v) {
        own(arena_end) Arena *work = arena_begin(POLICY_WORK_MOST);
        PolicyInForce in_force;
        RowId upto = log_last(store);
        TRY(policies_current(store, work, upto, &in_force, why));
        app->policy_upto = upto;
        if (!app->policy_work || in_force.row.v != app->policy_row.v) {
            arena_end(&app->policy_work);
            app->policy_work = keep(work);
            app->policy = in_force.policy;
            app->policy_row = in_force.row;
        }
    }
    *out_policy = &app->policy;
    if (out_row) *out_row = app->policy_row;
    return OK;
}

int app_threads(const App *app) { return app->config.threads > 0 ? (int)app->config.threads : processors_count(); }

void app_progress(void *self, const char *stage, int64_t done, int64_t total) {
    App *app = self;
    if (app->serving) return;
    if (!app->progress.stage || strcmp(app->progress.stage, stage) != 0) progress_stage(&app->progress, stage, "items", total);
    progress_at(&app->progress, done);
}

static Err plan_options(App *app, PlanOptions *out_options, Why *why) {
    *out_options = (PlanOptions){ .now_us = world_now_us(app->world), .progress = app_progress, .progress_self = app };
    return app_policy(app, &out_options->policy, &out_options->policy_row, why);
}

static Err plan_ready(App *app, Why *why) {
    if (app->plan) return OK;
    return plan_begin(app->store, app_threads(app), &app->plan, why);
}

Err app_plan(App *app, Plan **out_plan, Why *why) {
    PlanOptions options;
    PlanResult result;
    TRY(plan_options(app, &options, why));
    TRY(plan_ready(app, why));
    options.write = PLAN_LOOK;
    TRY(plan_step(app->plan, &options, &result, why));
    *out_plan = app->plan;
    return OK;
}

/* What rules may do by themselves: decide, and send what they alone decided. */
static Err act_by_rule(App *app, Store *store, AppTick *tick, Why *why) {
    own(arena_end) Arena *work = arena_begin(512 * (size_t)MiB);
    Desk desk = { .store = store, .world = app->world };
    AutomaticResult decided;
    RowId *commands;
    int count;
    TRY(app_policy(app, &desk.policy, &desk.policy_row, why));
    TRY(desk_automatic(&desk, work, &decided, why));
    tick->automatic = decided.decided;
    return orders_automatic(&desk, work, &commands, &count, why);
}

Err app_tick(App *app, AppTick *out_tick, Why *why) {
    Store *store;
    PlanOptions options;
    PumpResult pumped;
    AppTick tick = { 0 };
    TRY(app_store(app, STORE_WRITE, &store, why));
    TRY(app_match(app, why));
    TRY(plan_options(app, &options, why));
    TRY(plan_ready(app, why));
    options.write = PLAN_CASES;
    TRY(plan_step(app->plan, &options, &tick.plan, why));
    TRY(act_by_rule(app, store, &tick, why));
    TRY(app_pump(app, &pumped, why));
    tick.sent = pumped.acked;
    tick.failed = pumped.rejected + pumped.unknown + pumped.held;
    *out_tick = tick;
    return OK;
}

Err app_person(const Call *call, Why *why) {
    if (call->user[0]) return OK;
    return fail_hint(why, fail(why, ERR_DENIED, "a decision needs a name"), "say who decides with --user NAME or STOCKWRIGHT_USER");
}
