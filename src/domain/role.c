#include "domain/role.h"

#include <assert.h>

#define BIT(right) (1u << (right))

enum {
    VIEWER = BIT(MAY_SEE),
    PLANNER = VIEWER | BIT(MAY_DECIDE) | BIT(MAY_IMPORT),
    APPROVER = PLANNER | BIT(MAY_APPROVE) | BIT(MAY_SEND) | BIT(MAY_STOP),
    ADMIN = APPROVER | BIT(MAY_RULE) | BIT(MAY_ADMIT),
};

static const struct { const char *name; unsigned rights; } roles[ROLE_COUNT_] = {
    [ROLE_NONE] = { "none", 0 },
    [ROLE_VIEWER] = { "viewer", VIEWER },
    [ROLE_PLANNER] = { "planner", PLANNER },
    [ROLE_APPROVER] = { "approver", APPROVER },
    [ROLE_ADMIN] = { "admin", ADMIN },
};

static const char *const right_names[] = {
    [MAY_SEE] = "see", [MAY_DECIDE] = "decide", [MAY_IMPORT] = "import", [MAY_APPROVE] = "approve",
    [MAY_SEND] = "send", [MAY_STOP] = "stop", [MAY_RULE] = "rule", [MAY_ADMIT] = "admit",
};
_Static_assert(sizeof right_names / sizeof right_names[0] == RIGHT_COUNT_, "every right has a name");

const char *role_name(Role role) {
    assert(role < ROLE_COUNT_);
    return roles[role].name;
}

Role role_find(Text name) {
    for (Role role = ROLE_VIEWER; role < ROLE_COUNT_; role++)
        if (text_is(name, roles[role].name)) return role;
    return ROLE_NONE;
}

const char *right_name(Right right) {
    assert(right < RIGHT_COUNT_);
    return right_names[right];
}

bool role_may(Role role, Right right) {
    assert(right < RIGHT_COUNT_);
    return role < ROLE_COUNT_ && (roles[role].rights & BIT(right)) != 0;
}
