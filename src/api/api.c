#include "api/api.h"

#include <stdlib.h>
#include <string.h>

#include "api/answer.h"
#include "api/caller.h"
#include "api/dispatch.h"
#include "api/openapi.h"

struct Api {
    ApiOptions options;
    Server *server;
};

/* E12, on every answer. HSTS has effect only where a front proxy speaks TLS; browsers ignore it over plain HTTP. */
static const char security_headers[] =
    "Content-Security-Policy: default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src 'self'; "
    "font-src 'self'; base-uri 'none'; frame-ancestors 'none'; form-action 'self'\r\n"
    "X-Content-Type-Options: nosniff\r\n"
    "Referrer-Policy: no-referrer\r\n"
    "Cross-Origin-Opener-Policy: same-origin\r\n"
    "Cross-Origin-Resource-Policy: same-origin\r\n"
    "Strict-Transport-Security: max-age=31536000\r\n";

/* Pages of the workbench: its own router shows them, the server hands out the same file. */
static const char *const pages[] = { "/", "/q", "/orders", "/login", "/items", "/sup", "/targets", "/outcomes" };
static const char *const page_folders[] = { "/x/", "/il/", "/sup/", "/order/", "/why/" };

static const Asset *asset_find(const ApiOptions *options, Text path) {
    for (int i = 0; i < options->assets_count; i++)
        if (text_is(path, options->assets[i].path)) return &options->assets[i];
    return NULL;
}

static bool is_page(Text path) {
    for (size_t i = 0; i < sizeof pages / sizeof pages[0]; i++)
        if (text_is(path, pages[i])) return true;
    for (size_t i = 0; i < sizeof page_folders / sizeof page_folders[0]; i++)
        if (text_starts(path, page_folders[i])) return true;
    return false;
}

static bool answer_asset(const ApiOptions *options, Exchange *exchange, Text path) {
    const Asset *asset = asset_find(options, is_page(path) ? text_of("/index.html") : path);
    if (!asset) return false;
    const HttpRequest *request = exchange_request(exchange);
    bool named_by_hash = text_starts(path, "/assets/");
    const char *lines = text_format(exchange_arena(exchange), "ETag: %s\r\nCache-Control: %s\r\n%s", asset->etag,
                                    named_by_hash ? "public, max-age=31536000, immutable" : "no-cache", asset->gzipped ? "Content-Encoding: gzip\r\n" : "");
    if (text_is(http_header(request, "If-None-Match"), asset->etag)) exchange_answer(exchange, 304, NULL, lines, (Text){ 0 });
    else exchange_answer(exchange, 200, asset->content_type, lines, text_from(asset->bytes, asset->length));
    return true;
}

static void answer_ready(const ApiOptions *options, Exchange *exchange) {
    Why why = { 0 };
    Err err = options->ready(options->app, &why);
    exchange_answer(exchange, err == OK ? 200 : 503, "text/plain; charset=utf-8", "Cache-Control: no-store\r\n",
                    err == OK ? text_of("ready\n") : text_of(text_format(exchange_arena(exchange), "%s\n", why.message)));
}

static void answer_metrics(const ApiOptions *options, Exchange *exchange, const Caller *caller) {
    if (!role_may(caller->role, MAY_SEE)) {
        Why why = { 0 };
        Err err = fail_hint(&why, fail(&why, ERR_DENIED, "sign in first"), "scrape over the store's Unix socket, or with a viewer's session");
        answer_problem(exchange, 401, err, &why);
        return;
    }
    own(buf_end) Buf out = buf_begin(1 * MiB);
    void *handle = options->enter(options->app, NEED_READ, THREAD_LOOP);
    options->metrics(handle, &out);
    options->leave(options->app, handle, NEED_READ);
    exchange_answer(exchange, 200, "text/plain; version=0.0.4; charset=utf-8", "Cache-Control: no-store\r\n", buf_text(&out));
}

static void answer_openapi(const ApiOptions *options, Exchange *exchange) {
    own(buf_end) Buf out = buf_begin(4 * MiB);
    openapi_write(&out, options->verbs, options->version);
    answer_json(exchange, 200, "", &out);
}

static void answer_nothing(Exchange *exchange, bool other_method) {
    Why why = { 0 };
    Err err = fail(&why, ERR_NOT_FOUND, other_method ? "this path does not take that method" : "there is nothing here");
    answer_problem(exchange, other_method ? 405 : 404, err, &why);
}

/* What has its own door: sign-in, the description, the stream. True when answered. */
static bool answer_own(const ApiOptions *options, Exchange *exchange, const Caller *caller, Text path) {
    const HttpRequest *request = exchange_request(exchange);
    Why why = { 0 };
    bool post = text_is(request->method, "POST");
    if (post && text_is(path, "/login")) {
        caller_login(options, exchange);
        return true;
    }
    if (caller->role == ROLE_NONE) return false;
    if (post && text_is(path, "/logout")) {
        Err err = caller_may_post(caller, request, &why);
        if (err == OK) caller_logout(options, exchange, caller);
        else answer_problem(exchange, 0, err, &why);
        return true;
    }
    if (!post && text_is(path, "/openapi.json")) {
        answer_openapi(options, exchange);
        return true;
    }
    if (!post && text_is(path, "/changes")) {
        exchange_stream(exchange);
        return true;
    }
    return false;
}

static void handle(void *self, Exchange *exchange) {
    const ApiOptions *options = &((Api *)self)->options;
    Text path = exchange_request(exchange)->path;
    bool get = !text_is(exchange_request(exchange)->method, "POST"), other_method = false;
    Caller caller;
    Why why = { 0 };
    if (get && text_is(path, "/healthz")) {
        exchange_answer(exchange, 200, "text/plain; charset=utf-8", "Cache-Control: no-store\r\n", text_of("ok\n"));
        return;
    }
    if (get && text_is(path, "/readyz")) {
        answer_ready(options, exchange);
        return;
    }
    if (get && answer_asset(options, exchange, path)) return;
    Err err = caller_read(options, exchange, exchange_arena(exchange), &caller, &why);
    if (err != OK) {
        answer_problem(exchange, err == ERR_NOT_FOUND ? 403 : 0, err, &why);
        return;
    }
    if (get && text_is(path, "/metrics")) {
        answer_metrics(options, exchange, &caller);
        return;
    }
    if (!text_starts(path, "/api/v1/")) {
        answer_nothing(exchange, false);
        return;
    }
    Text below = text_part(path, strlen("/api/v1"), path.length);
    if (answer_own(options, exchange, &caller, below)) return;
    if (!dispatch(options, exchange, &caller, below, &other_method)) answer_nothing(exchange, other_method);
}

Err api_begin(const ApiOptions *options, Api **out_api, Why *why) {
    own(api_end) Api *api = calloc(1, sizeof *api);
    if (!api) return fail(why, ERR_LIMIT, "no memory for the server");
    api->options = *options;
    ServerOptions server = { .host = options->host, .port = options->port, .socket_path = options->socket_path, .handle = handle, .self = api, .headers = security_headers };
    TRY(server_begin(&server, &api->server, why));
    *out_api = keep(api);
    return OK;
}

Server *api_server(Api *api) { return api->server; }

void api_end(Api **api) {
    if (!*api) return;
    server_end(&(*api)->server);
    free(*api);
    *api = NULL;
}
