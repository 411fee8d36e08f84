/* openapi.h - the OpenAPI 3.1 description of /api/v1, a loop over the verb table. */
#pragma once
#include "api/verb.h"

void openapi_write(Buf *out, const Verb *verbs, const char *version);
