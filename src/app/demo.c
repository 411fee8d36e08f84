/* demo.c - the sample distributor: made once from a seed, taken in through the standard maps like anybody's files, planned, served.
 *
 *     DIR/erp/NAME.csv    what its ERP exported          DIR/truth.json   what was planted; the product never reads it
 *     DIR/store/          the store                      DIR/store/outgoing/   orders as files
 *
 * It writes to its own new directory only: a directory that is there and not a demo's is refused. */
#include <stdio.h>
#include <string.h>

#include "app/app.h"
#include "app/serve.h"
#include "app/verbs.h"
#include "base/decimal.h"
#include "base/file.h"
#include "base/hash.h"
#include "base/time.h"
#include "desk/accounts.h"
#include "ingest/import.h"
#include "sample/sample.h"

/* Masters first, so that no line has to wait for its code. Demand and supply before the levels that close them. */
static const char *const files[] = {
    "places", "suppliers", "customers", "items", "uoms", "item-suppliers", "item-places", "calendars", "prices", "lanes",
    "order-lines", "shipments", "po-lines", "po-acks", "ship-notices", "carrier-status", "receipts", "transfers", "counts", "stock", "signals",
};
static const char ready_mark[] = "ready";

typedef struct Demo {
    App *app;
    const char *directory;           /* DIR */
    const char *password;            /* of the first login; NULL when the store was there before */
} Demo;

static Err demo_import(Demo *demo, Why *why) {
    Store *store;
    TRY(app_store(demo->app, STORE_WRITE, &store, why));
    for (size_t i = 0; i < sizeof files / sizeof files[0]; i++) {
        own(arena_end) Arena *work = arena_begin(1024 * (size_t)MiB);
        ImportResult result;
        char *path = text_format(work, "%s/erp/%s.csv", demo->directory, files[i]);
        if (!file_exists(path)) continue;
        ImportOptions options = { .path = path, .map = text_format(work, "standard/%s", files[i]), .by = "demo", .now_us = world_now_us(demo->app->world), .progress = &demo->app->progress };
        Err err = import_file(store, work, &options, &result, why);
        if (err != OK && err != ERR_PARTIAL) return fail_doing(why, err, "taking in %s.csv", files[i]);     /* bad rows become fix-data cases */
    }
    return OK;
}

static Err sample_options(Call *call, const Demo *demo, SampleOptions *out, Why *why) {
    App *app = demo->app;
    int64_t seed, scale;
    SampleOptions options = { .directory = demo->directory, .progress = &app->progress };
    TRY(call_int(call, "seed", 1, &seed, why));
    TRY(call_decimal(call, "scale", MICRO / 4, &scale, why));
    TRY(call_day(call, "end", day_of_us(world_now_us(app->world)) - 1, &options.end_day, why));
    options.seed = (uint64_t)seed;
    options.scale = micro_to_double(scale);
    *out = options;
    return OK;
}

static Err demo_make(Call *call, Demo *demo, Why *why) {
    App *app = demo->app;
    SampleOptions options;
    AppTick tick;
    Store *store;
    TRY(folder_make(demo->directory, why));
    TRY(sample_options(call, demo, &options, why));
    TRY(sample_write(&options, NULL, why));
    TRY(app_init(app, call->work, policy_demo(), "demo.json", why));
    TRY(demo_import(demo, why));
    TRY(app_tick(app, &tick, why));
    TRY(app_keep(app, PLAN_KEEP_WAIT, why));
    TRY(app_store(app, STORE_WRITE, &store, why));
    Desk desk = { .store = store, .world = app->world };
    TRY(account_first(&desk, call->work, "demo", &demo->password, why));
    TRY(store_begin(store, why));
    Err err = value_put(store, "demo", "sample", text_of("yes"), 0, why);
    if (err == OK) return store_commit(store, why);
    store_rollback(store);
    return err;
}

/* One new password per start: the old one was shown once and is likely gone. */
static Err demo_login(Call *call, Demo *demo, Why *why) {
    if (demo->password) return OK;
    Store *store;
    TRY(app_store(demo->app, STORE_WRITE, &store, why));
    Desk desk = { .store = store, .world = demo->app->world };
    unsigned char bytes[12];
    randombytes_buf(bytes, sizeof bytes);
    own(buf_end) Buf secret = buf_begin(64);
    base64url_write(&secret, text_from(bytes, sizeof bytes));
    demo->password = text_copy(call->work, buf_str(&secret));
    return account_password(&desk, call->work, "demo", demo->password, "demo", why);
}

static void say_welcome(void *self, int port) {
    const Demo *demo = self;
    const Config *config = &demo->app->config;
    fprintf(stderr,
            "\nSample distributor: %s (orders go to %s/store/outgoing)\n"
            "Open   http://%s:%d/\n"
            "Login  demo   %s\n"
            "Stop with Ctrl-C; start again with the same command; remove with stockwright demo --rm --directory %s\n",
            demo->directory, demo->directory, config->listen_host, port, demo->password, demo->directory);
}

static Err demo_remove(const Demo *demo, Why *why) {
    own(arena_end) Arena *work = arena_begin(64 * KiB);
    if (!folder_exists(demo->directory)) return OK;
    if (!file_exists(path_join(work, demo->directory, ready_mark)) && !file_exists(path_join(work, demo->directory, "truth.json")))
        return fail_hint(why, fail(why, ERR_CONFLICT, "%s is not a sample distributor", demo->directory), "remove it by hand if you mean it");
    return folder_remove(demo->directory, why);
}

Err verb_demo(Call *call, Why *why) {
    App *app = app_of(call);
    Demo demo = { .app = app, .directory = call_has(call, "directory") ? call_text(call, "directory") : "demo" };
    char *mark = path_join(call->work, demo.directory, ready_mark);
    app->directory = path_join(call->work, demo.directory, "store");
    if (call_has(call, "listen")) TRY(config_listen(call->work, call_text(call, "listen"), &app->config, why));
    if (call_flag(call, "rm")) return demo_remove(&demo, why);
    if (call_flag(call, "reset")) TRY(demo_remove(&demo, why));
    if (!file_exists(mark)) {
        TRY(demo_remove(&demo, why));      /* a demo that was interrupted while it was made is made anew */
        TRY(demo_make(call, &demo, why));
        TRY(file_write(mark, text_of("the sample distributor is complete\n"), why));
    }
    if (call_flag(call, "no-serve")) return OK;
    TRY(demo_login(call, &demo, why));
    return app_serve(app, say_welcome, &demo, why);
}
