/* remote.h - the same verb through the server that holds the store: HTTP over its Unix socket. One writer, never two. */
#pragma once
#include "api/verb.h"

/* Fills call->out as the verb's own run would, or carries the server's sentence and code. */
Err remote_call(const char *socket_path, const Verb *verb, Call *call, Why *why);
