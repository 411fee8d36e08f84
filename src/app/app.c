#include "app/app.h"

#include <assert.h>
#include <malloc.h>
#include <string.h>

#include "api/server.h"
#include "base/thread.h"
#include "desk/automatic.h"
#include "desk/orders.h"
#include "desk/policies.h"

enum { POLICY_WORK_MOST = 16 * MiB };

static void policy_drop(HeldPolicy *held) {
    arena_end(&held->work);
    *held = (HeldPolicy){ 0 };
}

void app_begin(App *app) {
    gate_begin(&app->gate);
    pthread_mutex_init(&app->turn, NULL);
}

void app_end(App *app) {
    targets_forget(app);
    queue_end(&app->queue);
    plan_end(&app->plan);
    store_close(&app->store);
    policy_drop(&app->policy);
    policy_drop(&app->planned_by);
    policy_drop(&app->sent_by);
    gate_end(&app->gate);
    pthread_mutex_destroy(&app->turn);
}

void app_enter(App *app) { gate_enter(&app->gate); }
void app_leave(App *app) { gate_leave(&app->gate); }

static void let_go(void *app) { app_leave(app); }
static void take_back(void *app) { app_enter(app); }
Turn app_turn(App *app) { return app->serving ? (Turn){ app, let_go, take_back } : (Turn){ 0 }; }

static Err held_by(App *app, Why *why) {
    own(arena_end) Arena *work = arena_begin(1 * MiB);
    const char *socket_path = NULL;
    Why ignored;
    if (store_holder(work, app->directory, &socket_path, &ignored) == OK && socket_path)
        return fail_hint(why, fail(why, ERR_BUSY, "a server holds the store %s", app->directory), "stop it, or use the commands that go through it");
    return ERR_BUSY;
}

Err app_store(App *app, StoreUse use, Store **out_store, Why *why) {
    assert(!app->house || use == STORE_READ);
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

static Err policy_hold(Store *store, HeldPolicy *held, Why *why) {
    RowId upto = log_last(store);
    if (held->work && upto.v == held->upto.v) return OK;
    RowId row;
    TRY(policies_row(store, held->upto, upto, &row, why));
    if (held->work && row.v == 0) {
        held->upto = upto;
        return OK;
    }
    own(arena_end) Arena *work = arena_begin(POLICY_WORK_MOST);
    PolicyInForce in_force;
    TRY(policies_current(store, work, upto, &in_force, why));
    arena_end(&held->work);
    *held = (HeldPolicy){ .work = keep(work), .policy = in_force.policy, .row = in_force.row, .upto = upto };
    return OK;
}

Err app_policy_for(App *app, HeldPolicy *held, const Policy **out_policy, Why *why) {
    Store *store;
    TRY(app_store(app, STORE_READ, &store, why));
    TRY(policy_hold(store, held, why));
    *out_policy = &held->policy;
    return OK;
}

Err app_policy(App *app, const Policy **out_policy, RowId *out_row, Why *why) {
    TRY(app_policy_for(app, &app->policy, out_policy, why));
    if (out_row) *out_row = app->policy.row;
    return OK;
}

int app_threads(const App *app) { return app->config.threads > 0 ? (int)app->config.threads : processors_count(); }

void app_progress(void *self, const char *stage, int64_t done, int64_t total) {
    App *app = self;
    if (app->serving) return;
    if (!app->progress.stage || strcmp(app->progress.stage, stage) != 0) progress_stage(&app->progress, stage, "items", total);
    progress_at(&app->progress, done);
}

/* Called with the turn, or alone: no step goes on, so the policy it was made by may be exchanged. */
static Err plan_options(App *app, PlanOptions *out_options, Why *why) {
    const Policy *policy;
    TRY(app_policy_for(app, &app->planned_by, &policy, why));
    *out_options = (PlanOptions){ .now_us = world_now_us(app->world), .policy = policy, .policy_row = app->planned_by.row, .turn = app_turn(app),
                                  .progress = app_progress, .progress_self = app };
    return OK;
}

static Err plan_ready(App *app, Why *why) {
    if (app->plan) return OK;
    return plan_begin(app->store, app_threads(app), &app->plan, why);
}

Err app_plan(App *app, Plan **out_plan, Why *why) {
    PlanOptions options;
    PlanResult result;
    if (app->serving && !app->planned) return fail_hint(why, fail(why, ERR_BUSY, "the first plan is not made yet"), "try again in a moment");
    if (!app->serving) {
        TRY(plan_options(app, &options, why));
        TRY(plan_ready(app, why));
        options.write = PLAN_LOOK;
        TRY(plan_step(app->plan, &options, &result, why));
    }
    *out_plan = app->plan;
    return OK;
}

Err app_resume(App *app, Why *why) {
    PlanOptions options;
    if (app->planned) return OK;
    TRY(plan_options(app, &options, why));
    TRY(plan_ready(app, why));
    TRY(plan_resume(app->plan, &options, why));
    app->planned = true;
    return OK;
}

Err app_keep(App *app, PlanKeep how, Why *why) { return app->plan ? plan_keep(app->plan, world_now_us(app->world), how, why) : OK; }

Err app_rest(App *app, Why *why) {
    Store *store;
    TRY(app_store(app, STORE_WRITE, &store, why));
    TRY(store_rest(store, why));
    malloc_trim(0);
    return OK;
}

/* What rules may do by themselves: decide, and send what they alone decided. */
static Err act_by_rule(App *app, Store *store, AppTick *tick, Why *why) {
    own(arena_end) Arena *work = arena_begin(512 * (size_t)MiB);
    Desk desk = { .store = store, .world = app->world, .looked = &app->looked };
    AutomaticResult decided;
    OrderSent *sent;
    int count;
    TRY(app_policy(app, &desk.policy, &desk.policy_row, why));
    TRY(desk_automatic(&desk, work, &decided, why));
    tick->automatic = decided.decided;
    return orders_automatic(&desk, work, &sent, &count, &tick->order_conflicts, why);
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
    app->planned = true;
    TRY(act_by_rule(app, store, &tick, why));
    TRY(app_pump(app, &pumped, why));
    tick.sent = pumped.acked;
    tick.failed = pumped.rejected + pumped.unknown + pumped.held;
    *out_tick = tick;
    return OK;
}

Err app_tick_soon(App *app, AppTick *out_tick, Why *why) {
    *out_tick = (AppTick){ 0 };
    if (!app->serving) return app_tick(app, out_tick, why);
    if (pthread_mutex_trylock(&app->turn) != 0) {
        app->want_step(app->want_step_self);
        return OK;
    }
    Err err = app_tick(app, out_tick, why);
    pthread_mutex_unlock(&app->turn);
    return err;
}

Err app_person(const Call *call, Why *why) {
    if (call->user[0]) return OK;
    return fail_hint(why, fail(why, ERR_DENIED, "a decision needs a name"), "say who decides with --user NAME or STOCKWRIGHT_USER");
}
