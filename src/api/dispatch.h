/* dispatch.h - from a request to the verb of its route, and from the verb's answer to a response. */
#pragma once
#include "api/api.h"
#include "api/caller.h"

/* `path` below /api/v1. False when no row has it; then *out_allow tells whether it exists with another method. */
bool dispatch(const ApiOptions *options, Exchange *exchange, const Caller *caller, Text path, bool *out_other_method);
/* "/cases/:id/decide" against "/cases/17/decide"; parameters are added to `call` (NULL: only compare). */
bool route_matches(const char *pattern, Text path, Call *call);
