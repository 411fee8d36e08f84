/* api.h - HTTP for the verbs, the workbench's files, sign-in, the stream of changes and the probes.
 *
 * Everything below /api/v1 needs a session except login; the default is no. A route is a row of the verb table: a path that is in no
 * row does not exist. Over the store's Unix socket our own user id may name the person it acts for. */
#pragma once
#include "api/server.h"
#include "api/verb.h"
#include "base/world.h"
#include "store/store.h"

typedef struct Asset {               /* a file of the workbench, built into the binary */
    const char *path;                /* "/assets/app.1a2b3c.js"; "/index.html" answers every page */
    const char *content_type;
    const unsigned char *bytes;      /* as built; gzip where `gzipped` */
    size_t length;
    bool gzipped;
    const char *etag;                /* quoted SHA-256 */
} Asset;

typedef struct ApiOptions {
    const Verb *verbs;
    void *app;
    World world;
    /* Whoever touches the store holds the app's lock: the api brackets every verb and every look at sessions with these. */
    void (*enter)(void *app);
    void (*leave)(void *app);
    Err (*store)(void *app, Store **out_store, Why *why);
    void (*metrics)(void *app, Buf *out);            /* Prometheus text; called inside enter/leave */
    Err (*ready)(void *app, Why *why);
    const Asset *assets;
    int assets_count;
    const char *host;                                /* NULL: only the Unix socket */
    int port;
    const char *socket_path;
    const char *version;
} ApiOptions;

typedef struct Api Api;
Err api_begin(const ApiOptions *options, Api **out_api, Why *why);
Server *api_server(Api *api);
void api_end(Api **api);
