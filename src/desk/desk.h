/* desk.h - what everybody at the desk shares: the log, the clock, the policy in force, and who is asking. */
#pragma once
#include "domain/policy.h"
#include "domain/role.h"
#include "store/store.h"

typedef struct Desk {
    Store *store;              /* opened for writing where anything is decided */
    World world;
    const Policy *policy;      /* in force; whoever applies another hands a new Desk */
    RowId policy_row;
} Desk;

typedef struct Person { const char *name; Role role; } Person;

/* ERR_DENIED "kim (planner) may not approve" unless the role has the right. */
Err person_may(Person person, Right right, Why *why);
