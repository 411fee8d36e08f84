/* serve.c - the server: the API on its loop, timers that plan, watch and send, the socket for the command line.
 *
 * Start-up is recovery: what is planned is taken up from the newest snapshot (or made from the log) before the first connection is taken; the tail of the
 * log follows with the first step, while screens are answered. Timers run on the loop and hand their work to the tick thread, one at a time. */
#include "app/serve.h"

#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "api/api.h"
#include "app/assets.h"
#include "app/verbs.h"
#include "base/file.h"
#include "base/time.h"
#include "ingest/watch.h"

typedef struct Serving {
    App *app;
    App readers[THREAD_COUNT_];      /* one per thread of the server: who only reads the store waits for nobody */
    Api *api;
    Watch *watch;
    pthread_t ticker;
    pthread_mutex_t lock;            /* guards what the ticker waits for */
    pthread_cond_t due;
    bool stopping, wanted;
    bool resting;                    /* the ticker's: nothing happened since memory was given back */
} Serving;

/* ---- what happens by itself ------------------------------------------------------------------------------------------------ */

typedef struct Published { Server *server; char event[16]; char data[160]; } Published;

static void publish_now(void *self) {
    Published *published = self;
    server_publish(published->server, published->event, text_of(published->data));
    free(published);
}

/* Streams belong to the loop; whoever else has news posts it there. */
void app_publish(App *app, const char *event, Text data) {
    if (!app->server) return;
    Published *published = calloc(1, sizeof *published);
    if (!published) return;
    published->server = app->server;
    snprintf(published->event, sizeof published->event, "%s", event);
    snprintf(published->data, sizeof published->data, "%.*s", TEXT_ARGS(data));
    server_post(app->server, publish_now, published);
}

static void publish_step(App *app, const AppTick *tick) {
    char data[160];
    snprintf(data, sizeof data, "{\"step\":%lld,\"new\":%lld,\"changed\":%lld,\"closed\":%lld}", (long long)tick->plan.step.v, (long long)tick->plan.cases_new,
             (long long)tick->plan.cases_changed, (long long)tick->plan.cases_closed);
    if (tick->plan.step.v) app_publish(app, "step", text_of(data));
    if (tick->sent) app_publish(app, "command", text_of("{}"));
}

static void report(const char *what, const Why *why) {
    fprintf(stderr, "stockwright: %s: %s\n", what, why->message);
    if (why->hint[0]) fprintf(stderr, "  hint: %s\n", why->hint);
}

static void tell_watched(void *self, const WatchNews *news) {
    (void)self;
    fprintf(stderr, "stockwright: %s: %s\n", news->name, news->err == OK ? "taken in" : news->why.message);
}

static void tick_once(Serving *serving) {
    App *app = serving->app;
    Why why = { 0 };
    AppTick tick = { 0 };
    pthread_mutex_lock(&app->turn);
    app_enter(app);
    if (serving->watch) {
        Store *store;
        Err err = app_store(app, STORE_WRITE, &store, &why);
        if (err == OK) err = watch_poll(serving->watch, store, world_now_us(app->world), tell_watched, NULL, &why);
        if (err != OK) report("watching", &why);
    }
    Err err = app_tick(app, &tick, &why);
    if (err != OK) report("planning", &why);
    else if (app_keep(app, PLAN_KEEP_BESIDE, &why) != OK) report("keeping a snapshot", &why);
    bool quiet = err == OK && tick.plan.refreshed == 0 && tick.sent == 0;
    if (quiet && !serving->resting && app_rest(app, &why) != OK) report("giving memory back", &why);
    serving->resting = quiet;
    app_leave(app);
    pthread_mutex_unlock(&app->turn);
    if (err == OK) publish_step(app, &tick);
}

static void *ticker_main(void *self) {
    Serving *serving = self;
    pthread_mutex_lock(&serving->lock);
    while (!serving->stopping) {
        if (!serving->wanted) {
            pthread_cond_wait(&serving->due, &serving->lock);
            continue;
        }
        serving->wanted = false;
        pthread_mutex_unlock(&serving->lock);
        tick_once(serving);
        pthread_mutex_lock(&serving->lock);
    }
    pthread_mutex_unlock(&serving->lock);
    return NULL;
}

static void want_tick(void *self) {
    Serving *serving = self;
    pthread_mutex_lock(&serving->lock);
    serving->wanted = true;
    pthread_cond_signal(&serving->due);
    pthread_mutex_unlock(&serving->lock);
}

/* ---- the api's view of the app --------------------------------------------------------------------------------------------------- */

static void *enter(void *self, Need need, ServerThread thread) {
    Serving *serving = self;
    App *app = serving->app;
    if (need == NEED_READ) return &serving->readers[thread];
    if (thread == THREAD_LOOP) return gate_try(&app->gate) ? app : NULL;
    if (need == NEED_TURN) pthread_mutex_lock(&app->turn);
    app_enter(app);
    return app;
}

static void leave(void *self, void *handle, Need need) {
    Serving *serving = self;
    if (need == NEED_READ) return;
    app_leave(handle);
    if (need == NEED_TURN) pthread_mutex_unlock(&serving->app->turn);
}

static Err store_of(void *handle, Store **out_store, Why *why) {
    App *app = handle;
    return app_store(app, app->house ? STORE_READ : STORE_WRITE, out_store, why);
}

static Err ready(void *self, Why *why) {
    Serving *serving = self;
    return serving->app->planned ? OK : fail(why, ERR_BUSY, "the first plan is not made yet");
}

static void metrics(void *self, Buf *out) {
    App *app = self;
    Store *store;
    StoreCounts counts = { 0 };
    Why why;
    if (app_store(app, STORE_READ, &store, &why) != OK || store_counts(store, &counts, &why) != OK) return;
    const struct { const char *name, *help, *type; int64_t value; } rows[] = {
        { "stockwright_log_rows", "rows in the log", "counter", counts.rows },
        { "stockwright_facts", "facts that count", "gauge", counts.facts },
        { "stockwright_documents", "documents taken in", "counter", counts.documents },
        { "stockwright_cases_open", "cases that want a decision", "gauge", counts.cases_open },
        { "stockwright_commands", "commands ever minted", "counter", counts.commands },
        { "stockwright_parked_facts", "facts that wait for a code", "gauge", counts.parked },
        { "stockwright_store_bytes", "size of the log's file", "gauge", counts.bytes },
        { "stockwright_streams", "open workbenches", "gauge", app->server ? server_streams(app->server) : 0 },
        { "stockwright_stopped", "1 while STOP holds", "gauge", store_stopped(app->directory) },
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
        buf_addf(out, "# HELP %s %s\n# TYPE %s %s\n%s %lld\n", rows[i].name, rows[i].help, rows[i].name, rows[i].type, rows[i].name, (long long)rows[i].value);
}

/* ---- life --------------------------------------------------------------------------------------------------------------------------- */

static int stop_pipe[2];    /* a signal handler may only write; the loop's post needs more than that */

static void on_signal(int number) {
    char byte = (char)number;
    ssize_t written = write(stop_pipe[1], &byte, 1);
    (void)written;
}

static void *stopper_main(void *self) {
    char byte;
    if (read(stop_pipe[0], &byte, 1) == 1) server_stop(self);
    return NULL;
}

static void readers_begin(Serving *serving) {
    App *app = serving->app;
    for (int t = 0; t < THREAD_COUNT_; t++) {
        serving->readers[t] = (App){ .world = app->world, .config = app->config, .directory = app->directory, .quiet = true, .serving = true,
                                     .verbs = app->verbs, .keep = app->keep, .server = app->server, .house = app };
        app_begin(&serving->readers[t]);
    }
    app->reader = &serving->readers[THREAD_LONG];
}

/* As it was when the newest snapshot was written, else from the log. A server that comes from making the sample has it in hand. */
static Err first_plan(App *app, Why *why) {
    AppTick tick;
    Why none;
    if (app_resume(app, &none) == OK) return OK;
    return app_tick(app, &tick, why);
}

static Err serving_start(Serving *serving, Why *why) {
    App *app = serving->app;
    own(arena_end) Arena *work = arena_begin(64 * KiB);
    Store *store;
    TRY(app_store(app, STORE_WRITE, &store, why));
    TRY(store_checkpoints_aside(store, why));
    TRY(first_plan(app, why));
    progress_end(&app->progress);
    app->serving = true;
    if (app->config.watch) TRY_DOING(watch_begin(app->config.watch, &serving->watch, why), "watching %s", app->config.watch);
    if (serving->watch) watch_turn(serving->watch, app_turn(app));
    app->want_step = want_tick;
    app->want_step_self = serving;
    char *socket_path = path_join(work, app->directory, "sock");
    ApiOptions options = { .verbs = app->verbs, .app = serving, .world = app->world, .enter = enter, .leave = leave, .store = store_of, .metrics = metrics, .ready = ready,
                           .host = app->config.listen_host, .port = (int)app->config.listen_port,
                           .socket_path = text_copy(app->keep, socket_path), .version = STOCKWRIGHT_VERSION };
    options.assets_count = assets_read(app->keep, &options.assets);
    TRY(api_begin(&options, &serving->api, why));
    app->server = api_server(serving->api);
    readers_begin(serving);
    TRY(store_publish_socket(store, options.socket_path, why));
    TRY(server_every(app->server, serving->watch ? 2.0 : 15.0, want_tick, serving, why));
    return OK;
}

static void serving_end(Serving *serving) {
    App *app = serving->app;
    app->server = NULL;
    api_end(&serving->api);
    watch_end(&serving->watch);
    app->serving = false;
    app->reader = NULL;
    for (int t = 0; t < THREAD_COUNT_; t++)
        if (serving->readers[t].house) app_end(&serving->readers[t]);
}

Err app_serve(App *app, void (*started)(void *self, int port), void *self, Why *why) {
    Serving serving = { .app = app, .lock = PTHREAD_MUTEX_INITIALIZER, .due = PTHREAD_COND_INITIALIZER };
    pthread_t stopper;
    Err err = serving_start(&serving, why);
    if (err == OK && (pipe(stop_pipe) != 0 || pthread_create(&stopper, NULL, stopper_main, app->server) != 0 || pthread_create(&serving.ticker, NULL, ticker_main, &serving) != 0))
        err = fail(why, ERR_IO, "cannot start a thread");
    if (err == OK) {
        signal(SIGPIPE, SIG_IGN);
        signal(SIGINT, on_signal);
        signal(SIGTERM, on_signal);
        started(self, server_port(app->server));
        want_tick(&serving);
        server_run(app->server);
        pthread_mutex_lock(&serving.lock);
        serving.stopping = true;
        pthread_cond_signal(&serving.due);
        pthread_mutex_unlock(&serving.lock);
        pthread_join(serving.ticker, NULL);
        pthread_join(stopper, NULL);
        close(stop_pipe[0]);
        close(stop_pipe[1]);
    }
    serving_end(&serving);
    return err;
}

static void say_address(void *self, int port) {
    App *app = self;
    fprintf(stderr, "Stockwright serves %s on http://%s:%d/\n", app->directory, app->config.listen_host, port);
}

Err verb_serve(Call *call, Why *why) {
    App *app = app_of(call);
    if (call_has(call, "listen")) TRY(config_listen(call->work, call_text(call, "listen"), &app->config, why));
    if (call_has(call, "watch")) app->config.watch = call_text(call, "watch");
    return app_serve(app, say_address, app, why);
}
