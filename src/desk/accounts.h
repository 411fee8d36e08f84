/* accounts.h - people, passwords, sessions. Promises, as tests name them:
 * (1) a password is kept as argon2id (19 MiB, 2 passes) only; a session token as SHA-256 only;
 * (2) an unknown name costs the same time and gives the same answer as a wrong password;
 * (3) at most 10 attempts per name and 15 minutes are looked at; further ones are refused unseen, for known and unknown names alike;
 * (4) a session ends after 30 minutes unused, 12 hours in all, by logout, when its person is disabled or changed, at once;
 * (5) every login makes a new token: one that was planted before it is worth nothing;
 * (6) the role is read from the account at each check, never from the session. */
#pragma once
#include "desk/desk.h"

enum { PASSWORD_LEAST = 10, PASSWORD_MOST = 256, ACCOUNT_NAME_MOST = 64, TOKEN_TEXT = 48 };

typedef struct Account { const char *name; Role role; bool disabled; int64_t created_us; } Account;

/* Names: 1 .. 64 letters, digits and . _ - @, kept in lower case. Each writes ROW_USER without secrets. */
Err account_add(const Desk *desk, Arena *work, const char *name, Role role, const char *password, const char *by, Why *why); /* ERR_CONFLICT when it exists */
Err account_change(const Desk *desk, Arena *work, const char *name, Role role, bool disabled, const char *by, Why *why);     /* ends its sessions; the last admin stays */
Err account_password(const Desk *desk, Arena *work, const char *name, const char *password, const char *by, Why *why);       /* ends its sessions */
Err account_read(Store *store, Arena *work, const char *name, Account *out_account, Why *why);
Err account_list(Store *store, Arena *work, Account **out_accounts, int *out_count, Why *why);
/* In a store without accounts: makes `name` an admin with a random password, handed out once (NULL where accounts exist). */
Err account_first(const Desk *desk, Arena *work, const char *name, const char **out_password, Why *why);

typedef struct Session {
    const char *name;
    Role role;
    const char *csrf;           /* a second secret: a POST must carry it */
    const char *token;          /* the cookie's value; from session_begin only */
    bool touch_due;             /* session_touch should be called: more than a minute since the last */
} Session;
/* ERR_DENIED "name or password is wrong", or ERR_LIMIT "too many attempts" with minutes to wait in the hint. */
Err session_begin(const Desk *desk, Arena *work, const char *name, const char *password, Session *out_session, Why *why);
Err session_check(Store *store, Arena *work, int64_t now_us, const char *token, Session *out_session, Why *why);  /* reads only */
Err session_touch(const Desk *desk, Arena *work, const char *token, Why *why);
Err session_end(const Desk *desk, Arena *work, const char *token, Why *why);
bool csrf_matches(const Session *session, const char *given);      /* in constant time */
