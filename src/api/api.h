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

/* What a call needs of the app. */
typedef enum Need {
    NEED_READ,       /* the store, to read: each thread has its own connection and never waits */
    NEED_APP,        /* to write, or the plan: one at a time */
    NEED_TURN,       /* to plan or import: one at a time too, and it lets those with NEED_APP in between */
} Need;

typedef struct ApiOptions {
    const Verb *verbs;
    void *app;
    World world;
    /* The api brackets every verb and every look at sessions with these. enter gives the handle for one call of that thread, which goes into
     * Call.app, `store`, `metrics` and `leave`; on the loop, which never waits, NULL says that somebody else is in. */
    void *(*enter)(void *app, Need need, ServerThread thread);
    void (*leave)(void *app, void *handle, Need need);
    Err (*store)(void *handle, Store **out_store, Why *why);
    void (*metrics)(void *handle, Buf *out);         /* Prometheus text; called inside enter/leave with NEED_READ */
    Err (*ready)(void *app, Why *why);               /* on the loop, outside of them */
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
