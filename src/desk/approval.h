/* approval.h - when one person is not enough, and who the second may be. */
#pragma once
#include "desk/decide.h"

/* The value from which this person's acts need another: the policy's, or the lowest that stood before a policy the person applied
 * in the last 24 hours, so that nobody raises a limit for themselves. */
Err approval_limit(const Desk *desk, Arena *work, const char *person, int64_t *out_minor, Why *why);

/* Why accepting `c` (at its action's quantity and value) by `person` needs approval: a sentence, or NULL when it does not. */
Err approval_needed(const Desk *desk, Arena *work, const char *person, RowId case_id, const Case *c, const char **out_reason, Why *why);

/* ERR_POLICY when four eyes forbid `person` to approve the case, given its past decisions. */
Err approval_allowed(const Desk *desk, Arena *work, Person person, const PastDecision *past, int count, Why *why);
