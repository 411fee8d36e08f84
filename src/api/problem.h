/* problem.h - an error as RFC 9457 application/problem+json: {"type","title","status","detail","hint","instance"}. */
#pragma once
#include "base/err.h"
#include "base/text.h"

void problem_write(Buf *out, int status, Err code, const Why *why, const char *instance);
