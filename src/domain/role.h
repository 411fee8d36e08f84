/* role.h - what a person may do. Four roles, each with all the rights of the one before it; rights are rows of one table,
 * so that a route or a verb names a right and never compares roles. Nobody (ROLE_NONE) has no right: the default is no. */
#pragma once
#include <stdbool.h>

#include "base/text.h"

typedef enum Role { ROLE_NONE, ROLE_VIEWER, ROLE_PLANNER, ROLE_APPROVER, ROLE_ADMIN, ROLE_COUNT_ } Role;

typedef enum Right {
    MAY_SEE,        /* queue, cases, why, exports */
    MAY_DECIDE,     /* accept, change, reject, snooze, undo; mark a one-off sale */
    MAY_IMPORT,     /* bring files in, plan */
    MAY_APPROVE,    /* say yes to what another person accepted; send it back */
    MAY_SEND,       /* turn accepted and approved cases into orders */
    MAY_STOP,       /* pull the STOP brake. Anyone who may send may stop; releasing it is MAY_RULE */
    MAY_RULE,       /* apply a policy, accept a held snapshot, release STOP */
    MAY_ADMIT,      /* accounts */
    RIGHT_COUNT_,
} Right;

const char *role_name(Role role);              /* "viewer" ...; "none" */
Role role_find(Text name);                     /* ROLE_NONE when unknown */
const char *right_name(Right right);           /* "see", "decide" ... */
bool role_may(Role role, Right right);
