/* desk.h - what everybody at the desk shares: the log, the clock, the policy in force, and who is asking. */
#pragma once
#include "domain/policy.h"
#include "domain/role.h"
#include "store/store.h"

/* What orders_automatic saw when there was nothing for it to do. `known` false: it must look. */
typedef struct OrdersLooked { bool known; int64_t ready; RowId newest, policy_row; int32_t day; int conflicts; } OrdersLooked;

typedef struct Desk {
    Store *store;              /* opened for writing where anything is decided */
    World world;
    const Policy *policy;      /* in force; whoever applies another hands a new Desk */
    RowId policy_row;
    OrdersLooked *looked;      /* the caller's, of this store and zeros at first; NULL: orders_automatic looks every time */
} Desk;

typedef struct Person { const char *name; Role role; } Person;

/* ERR_DENIED "kim (planner) may not approve" unless the role has the right. */
Err person_may(Person person, Right right, Why *why);
