/* policies.h - the policy as rows of the log. A file is an import format: applying validates it, keeps its bytes as a blob
 * and appends a row; the newest row is in force. */
#pragma once
#include "desk/desk.h"

typedef struct PolicyInForce {
    RowId row;
    Policy policy;             /* in the arena */
    Text json;                 /* the file as it was applied */
    const char *by;
    int64_t applied_us;
} PolicyInForce;

/* The newest row, or the newest at or before `upto` (0 = no limit). ERR_NOT_FOUND in a store where none was applied. */
Err policies_current(Store *store, Arena *arena, RowId upto, PolicyInForce *out_policy, Why *why);
/* Which row that is, without reading the policy; 0: none was applied after `after`. */
Err policies_row(Store *store, RowId after, RowId upto, RowId *out_row, Why *why);

/* Checks `json`, compares it with what is in force (all of it is new when nothing is) and, unless `dry_run`, appends it in a
 * transaction of its own. The same bytes again change nothing: out_count 0 and the row in force. */
typedef enum PolicyApply { POLICY_DRY_RUN, POLICY_APPLY } PolicyApply;
Err policies_apply(Store *store, Arena *arena, const char *name, Text json, const char *by, PolicyApply apply,
                   PolicyChange **out_changes, int *out_count, RowId *out_row, Why *why);

/* A store that has none gets the shipped one, by "system". */
Err policies_ensure(Store *store, Arena *arena, Text json, const char *name, Why *why);
