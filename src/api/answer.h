/* answer.h - the few ways an exchange ends. */
#pragma once
#include "api/server.h"
#include "base/err.h"

void answer_problem(Exchange *exchange, int status, Err code, const Why *why);    /* status 0: the code's own */
void answer_json(Exchange *exchange, int status, const char *headers, const Buf *body);
