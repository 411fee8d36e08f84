#include "api/caller.h"

#include <string.h>

#include "api/answer.h"
#include "base/json.h"

static const char cookie_name[] = "stockwright";
static const char user_header[] = "X-Stockwright-User";

static Desk desk_of(const ApiOptions *options, Store *store) { return (Desk){ .store = store, .world = options->world }; }

static Err caller_of_session(const ApiOptions *options, Store *store, Arena *work, const char *token, Caller *caller, Why *why) {
    Session session;
    if (session_check(store, work, world_now_us(options->world), token, &session, why) != OK) return OK;   /* an ended session is nobody */
    *caller = (Caller){ .user = session.name, .role = session.role, .csrf = session.csrf, .token = token, .touch_due = session.touch_due };
    return OK;
}

/* Once a minute a session's clock is set forward: a write, so only when nobody else is at it; the next request tries again. */
static void session_seen(const ApiOptions *options, Arena *work, const char *token) {
    Store *store;
    Why ignored;
    void *handle = options->enter(options->app, NEED_APP, THREAD_LOOP);
    if (!handle) return;
    if (options->store(handle, &store, &ignored) == OK) {
        Desk desk = desk_of(options, store);
        (void)session_touch(&desk, work, token, &ignored);       /* it may have ended in between: the next request is told */
    }
    options->leave(options->app, handle, NEED_APP);
}

static Err caller_of_owner(Store *store, Arena *work, Text name, Caller *caller, Why *why) {
    *caller = (Caller){ .user = "", .role = ROLE_ADMIN, .csrf = "", .token = "", .local = true };
    if (name.length == 0) return OK;
    Account account;
    TRY(account_read(store, work, text_keep(work, name), &account, why));
    if (account.disabled) return fail(why, ERR_DENIED, "the account %s is disabled", account.name);
    caller->user = account.name;
    caller->role = account.role;
    return OK;
}

Err caller_read(const ApiOptions *options, const Exchange *exchange, Arena *work, Caller *out_caller, Why *why) {
    const HttpRequest *request = exchange_request(exchange);
    Caller caller = { .user = "", .role = ROLE_NONE, .csrf = "", .token = "" };
    Text token = http_cookie(request, cookie_name);
    Store *store;
    Err err = OK;
    void *handle = options->enter(options->app, NEED_READ, THREAD_LOOP);
    err = options->store(handle, &store, why);
    if (err == OK && exchange_is_local(exchange)) err = caller_of_owner(store, work, http_header(request, user_header), &caller, why);
    else if (err == OK && token.length) err = caller_of_session(options, store, work, text_keep(work, token), &caller, why);
    options->leave(options->app, handle, NEED_READ);
    if (err == OK && caller.touch_due) session_seen(options, work, caller.token);
    if (err == OK) *out_caller = caller;
    return err;
}

static bool origin_is_ours(const HttpRequest *request) {
    Text origin = http_header(request, "Origin"), host = http_header(request, "Host");
    if (origin.length == 0) return true;
    if (text_starts(origin, "http://")) origin = text_part(origin, 7, origin.length);
    else if (text_starts(origin, "https://")) origin = text_part(origin, 8, origin.length);
    return text_equal(origin, host);
}

Err caller_may_post(const Caller *caller, const HttpRequest *request, Why *why) {
    if (caller->local) return OK;
    if (!origin_is_ours(request)) return fail(why, ERR_DENIED, "the request comes from another site");
    Session session = { .csrf = caller->csrf };
    Text given = http_header(request, "X-CSRF-Token");
    char token[128] = "";
    if (given.length < sizeof token) memcpy(token, given.at ? given.at : "", given.length);
    if (csrf_matches(&session, token)) return OK;
    return fail_hint(why, fail(why, ERR_DENIED, "the CSRF token is missing or old"), "read it from GET /api/v1/me and send it as X-CSRF-Token");
}

/* ---- signing in and out ----------------------------------------------------------------------------------------- */

static Err login_read(Arena *work, const HttpRequest *request, const char **name, const char **password, Why *why) {
    const JsonValue *body;
    TRY(json_parse(work, request->body, &body, why));
    TRY(json_need_text(body, "name", name, why));
    return json_need_text(body, "password", password, why);
}

/* Both write, and hashing a password takes its time: beside the loop. */
typedef struct Signing { const ApiOptions *options; const char *token; Session session; Err err; Why why; } Signing;

static Err login(Signing *signing, void *handle, Exchange *exchange) {
    Arena *work = exchange_arena(exchange);
    const char *name, *password;
    Store *store;
    Why *why = &signing->why;
    if (!origin_is_ours(exchange_request(exchange))) return fail(why, ERR_DENIED, "the request comes from another site");
    TRY(login_read(work, exchange_request(exchange), &name, &password, why));
    TRY(signing->options->store(handle, &store, why));
    Desk desk = desk_of(signing->options, store);
    return session_begin(&desk, work, name, password, &signing->session, why);
}

static void login_work(void *self, Exchange *exchange) {
    Signing *signing = self;
    void *handle = signing->options->enter(signing->options->app, NEED_APP, THREAD_SHORT);
    signing->err = login(signing, handle, exchange);
    signing->options->leave(signing->options->app, handle, NEED_APP);
}

static void login_done(void *self, Exchange *exchange) {
    Signing *signing = self;
    const Session *session = &signing->session;
    if (signing->err != OK) {
        answer_problem(exchange, signing->err == ERR_DENIED ? 401 : signing->err == ERR_LIMIT ? 429 : 0, signing->err, &signing->why);
        return;
    }
    own(buf_end) Buf body = buf_begin(4 * KiB);
    JsonWriter json = json_writer(&body);
    json_begin_object(&json);
    json_field_str(&json, "user", session->name);
    json_field_str(&json, "role", role_name(session->role));
    json_field_str(&json, "csrf", session->csrf);
    json_end(&json);
    answer_json(exchange, 200, text_format(exchange_arena(exchange), "Set-Cookie: %s=%s; Path=/; HttpOnly; SameSite=Strict\r\n", cookie_name, session->token), &body);
}

static void logout_work(void *self, Exchange *exchange) {
    Signing *signing = self;
    Store *store;
    void *handle = signing->options->enter(signing->options->app, NEED_APP, THREAD_SHORT);
    signing->err = signing->options->store(handle, &store, &signing->why);
    if (signing->err == OK && signing->token[0]) {
        Desk desk = desk_of(signing->options, store);
        signing->err = session_end(&desk, exchange_arena(exchange), signing->token, &signing->why);
    }
    signing->options->leave(signing->options->app, handle, NEED_APP);
}

static void logout_done(void *self, Exchange *exchange) {
    Signing *signing = self;
    if (signing->err != OK) {
        answer_problem(exchange, 0, signing->err, &signing->why);
        return;
    }
    own(buf_end) Buf body = buf_begin(64);
    buf_add_str(&body, "{\"ok\":true}");
    answer_json(exchange, 200, text_format(exchange_arena(exchange), "Set-Cookie: %s=; Path=/; Max-Age=0; HttpOnly; SameSite=Strict\r\n", cookie_name), &body);
}

static Signing *signing_of(const ApiOptions *options, Exchange *exchange, const char *token) {
    Signing *signing = new_in(exchange_arena(exchange), Signing);
    *signing = (Signing){ .options = options, .token = token };
    return signing;
}

void caller_login(const ApiOptions *options, Exchange *exchange) {
    exchange_aside(exchange, THREAD_SHORT, login_work, login_done, signing_of(options, exchange, ""));
}

void caller_logout(const ApiOptions *options, Exchange *exchange, const Caller *caller) {
    exchange_aside(exchange, THREAD_SHORT, logout_work, logout_done, signing_of(options, exchange, caller->token));
}
