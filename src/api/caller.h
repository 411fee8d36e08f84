/* caller.h - who is asking: a session cookie over TCP, a named person over the Unix socket, or nobody. */
#pragma once
#include "api/api.h"
#include "desk/accounts.h"

typedef struct Caller {
    const char *user;            /* "" for nobody; the local owner without a name too */
    Role role;
    const char *csrf;            /* "" over the Unix socket */
    const char *token;           /* the cookie's value, "" */
    bool local;                  /* over the Unix socket, from our own user id */
    bool touch_due;
} Caller;

/* Never fails for "nobody": then role is ROLE_NONE. ERR_DENIED when the Unix socket names a person without an account. */
Err caller_read(const ApiOptions *options, const Exchange *exchange, Arena *work, Caller *out_caller, Why *why);
/* A POST must come from our own page: the session's CSRF token and, where the browser sends one, an Origin that is our Host. */
Err caller_may_post(const Caller *caller, const HttpRequest *request, Why *why);

/* POST /login and /logout: answers the exchange. */
void caller_login(const ApiOptions *options, Exchange *exchange);
void caller_logout(const ApiOptions *options, Exchange *exchange, const Caller *caller);
