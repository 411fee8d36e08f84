/* app.h - the one place that knows every room: the open store, the plan over it, the policy in force.
 *
 * Command line: one thread, no server; what a verb needs is opened when it asks.
 *
 * Server: this struct is shared by the threads that write or plan; whoever uses it is inside `gate` (app_enter / app_leave). Long work (planning,
 * imports) also holds `turn` from beginning to end, so that there is one at a time, and leaves the gate for the others between bounded stretches
 * (app_turn). Order: turn, then gate. Threads that only read the store have a reader each, an App with `house` set and a read-only store of its
 * own: no gate. docs/decisions/0003 tells why. */
#pragma once
#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>

#include "api/verb.h"
#include "app/config.h"
#include "app/gate.h"
#include "base/progress.h"
#include "base/world.h"
#include "deliver/outbox.h"
#include "desk/desk.h"
#include "desk/queue.h"
#include "domain/policy.h"
#include "plan/plan.h"
#include "store/store.h"

#define STOCKWRIGHT_VERSION "0.1.0"

/* A policy as parsed, and what is known of it: in force at log id `upto`. */
typedef struct HeldPolicy { Arena *work; Policy policy; RowId row, upto; } HeldPolicy;

typedef struct App {
    World world;
    Config config;
    const char *directory;           /* of the store */
    Store *store;                    /* opened on demand: app_store */
    StoreUse use;
    Plan *plan;                      /* built on demand: app_plan */
    HeldPolicy policy;               /* what verbs see */
    HeldPolicy planned_by;           /* of the newest step: stays as it is while a step goes on */
    HeldPolicy sent_by;              /* of the newest pump or match, likewise */
    OrdersLooked looked;             /* Desk.looked of ticks */
    int64_t matched;                 /* rows up to here were matched with our orders: Deliver.looked */
    bool delivering;                 /* a pump or a match goes on; it leaves the gate while it waits for the other side or reads facts */
    Progress progress;
    bool quiet, serving;
    Gate gate;
    pthread_mutex_t turn;
    atomic_bool planned;             /* the plan can be asked */
    struct App *house;               /* a reader's: whose it is; NULL elsewhere */
    struct App *reader;              /* for long work that only reads: the reader of its thread; NULL on the command line */
    void (*want_step)(void *self);   /* asks the server for a planning step soon */
    void *want_step_self;
    struct KeptCurves *curves;       /* a reader's: what `targets` asked last; see verbs-plan.c */
    struct Server *server;           /* while serving */
    Queue *queue;                    /* stable orders of the queue, kept between calls of a server */
    const struct Verb *verbs;
    Arena *keep;                     /* what lives as long as the process */
} App;

void app_begin(App *app);
void app_end(App *app);
void app_enter(App *app);
void app_leave(App *app);
Turn app_turn(App *app);                 /* leaves and enters; zeros on the command line */

/* The store, for reading or writing; ERR_BUSY names the server that holds it. */
Err app_store(App *app, StoreUse use, Store **out_store, Why *why);
/* Creates the store with its first policy and opens it for writing. */
Err app_init(App *app, Arena *work, Text policy_json, const char *policy_name, Why *why);
/* The policy in force (read again when a new one was applied). */
Err app_policy(App *app, const Policy **out_policy, RowId *out_row, Why *why);
/* The plan after a look at everything the log holds now; nothing is written. In a server: as the newest step left it, without waiting for another. */
Err app_plan(App *app, Plan **out_plan, Why *why);
/* Takes up the newest snapshot, so that screens can be answered before the first step; ERR_NOT_FOUND when there is none. */
Err app_resume(App *app, Why *why);
/* Writes a snapshot when one is due. */
Err app_keep(App *app, PlanKeep how, Why *why);
/* Gives what building and planning left behind back to the system. */
Err app_rest(App *app, Why *why);
/* Like the policy in force, but exchanged only when this is called again. */
Err app_policy_for(App *app, HeldPolicy *held, const Policy **out_policy, Why *why);
/* While one of the two goes on, another does nothing: what it would have done is left to the next tick. */
Err app_pump(App *app, PumpResult *out_result, Why *why);
Err app_match(App *app, Why *why);
typedef struct AppTick { PlanResult plan; int64_t automatic, sent, failed; int order_conflicts; } AppTick;
/* One planning step that writes cases, then what the policy decides by itself, then a pump of the outbox. */
Err app_tick(App *app, AppTick *out_tick, Why *why);
/* The same after one small change: in a server that is at long work, that follows by itself and *out_tick is empty. */
Err app_tick_soon(App *app, AppTick *out_tick, Why *why);
void targets_forget(App *app);           /* what curves keeps */
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
