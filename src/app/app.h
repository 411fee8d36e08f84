/* app.h - the one place that knows every room: the open store, the plan over it, the policy in force.
 *
 * Command line: one thread, no server; what a verb needs is opened when it asks. Server: the loop, the side thread and timers share
 * this struct; whoever uses it holds `lock` (app_enter / app_leave), which dispatching does for every verb. */
#pragma once
#include <pthread.h>
#include <stdbool.h>

#include "api/verb.h"
#include "app/config.h"
#include "base/progress.h"
#include "base/world.h"
#include "deliver/outbox.h"
#include "desk/desk.h"
#include "desk/queue.h"
#include "domain/policy.h"
#include "plan/plan.h"
#include "store/store.h"

#define STOCKWRIGHT_VERSION "0.1.0"

typedef struct App {
    World world;
    Config config;
    const char *directory;           /* of the store */
    Store *store;                    /* opened on demand: app_store */
    StoreUse use;
    Plan *plan;                      /* built on demand: app_plan */
    Arena *policy_work;
    Policy policy;
    RowId policy_row, policy_upto;   /* in force; and the log id up to which that is known */
    Progress progress;
    bool quiet, serving;
    pthread_mutex_t lock;
    struct Server *server;           /* while serving */
    Queue *queue;                    /* stable orders of the queue, kept between calls of a server */
    const struct Verb *verbs;
    Arena *keep;                     /* what lives as long as the process */
} App;

void app_end(App *app);
void app_enter(App *app);
void app_leave(App *app);

/* The store, for reading or writing; ERR_BUSY names the server that holds it. */
Err app_store(App *app, StoreUse use, Store **out_store, Why *why);
/* Creates the store with its first policy and opens it for writing. */
Err app_init(App *app, Arena *work, Text policy_json, const char *policy_name, Why *why);
/* The policy in force (read again when a new one was applied). */
Err app_policy(App *app, const Policy **out_policy, RowId *out_row, Why *why);
/* The plan after a look at everything the log holds now; nothing is written. */
Err app_plan(App *app, Plan **out_plan, Why *why);
/* One planning step that writes cases, then what the policy decides by itself, then a pump of the outbox. */
Err app_pump(App *app, PumpResult *out_result, Why *why);
Err app_match(App *app, Why *why);
typedef struct AppTick { PlanResult plan; int64_t automatic, sent, failed; } AppTick;
Err app_tick(App *app, AppTick *out_tick, Why *why);
int app_threads(const App *app);
void app_progress(void *app, const char *stage, int64_t done, int64_t total);   /* PlanOptions.progress */
/* What the desk works with: store, policy in force, clock. */
Err app_desk(const Call *call, StoreUse use, Desk *out_desk, Why *why);
/* The filter words of queue verbs and exports. */
Err queue_query_read(const Call *call, QueueQuery *out_query, Why *why);
/* One JSON object: the newest version of a command with its reference. */
Err command_show(JsonWriter *json, Store *store, Arena *work, RowId command, Why *why);
/* The person behind a call: ERR_DENIED with a remedy when nobody is named. */
Err app_person(const Call *call, Why *why);
static inline App *app_of(const Call *call) { return call->app; }
/* Tells open workbenches; nothing on the command line. */
void app_publish(App *app, const char *event, Text data);
