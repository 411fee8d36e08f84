/* outbox.h - sending each command once. The state of a command moves only here (and in match.c, when the ERP itself shows it):
 *
 *   approved --caps debited, mark durable--> sending --> acked | rejected | unknown
 *   budgeted = debited, but STOP came before a byte left; goes on like approved
 *   unknown: class 1 sends again under the same key; class 2 waits quiet_s, looks it up, then acked or sends again; class 3 and
 *            anything that ran out of attempts, or whose approval is older than the window --> held, for a person
 *   held --release--> approved or unknown; --cancel--> cancelled
 *
 * Promises:
 * (1) a command has one key from its minting to its end;
 * (2) "sending", with attempt and time, is durable before the first byte leaves;
 * (3) the day's caps in value and lines are checked and debited in the transaction of that mark; never exceeded;
 * (4) STOP is looked at before the mark and again between mark and send;
 * (5) what is found in "sending" at the start of a pump died there: it is unknown, never assumed sent or unsent;
 * (6) unknown is resolved by key (class 1) or by asking after a quiet time (class 2), never by guessing, and not without end;
 * (7) an approval older than approval.window_hours is not sent: a person looks again;
 * (8) a send is checked against the decisions it rests on just before the mark: a line nobody decided, another quantity, or a decision
 *     in two orders holds the command and writes STOP;
 * (9) every change of state is a ROW_COMMAND and the outbox line, in one transaction; a "no" gives the cases back to the queue. */
#pragma once
#include "base/turn.h"
#include "deliver/sink.h"
#include "domain/role.h"
#include "store/store.h"

typedef struct Deliver {
    Store *store;
    World world;
    const Policy *policy;       /* in force */
    Sender sender;
    Turn turn;                  /* given back while matching reads facts, before it writes anything, and while a sink is waited for; `policy` must stay
                                   in place, and nobody else may pump or match, until it returns. Zeros: nobody else is there */
    int64_t *looked;            /* the caller's, of this store and 0 at first: rows up to here were matched. NULL: every match makes that durable, a commit each */
} Deliver;

typedef struct PumpResult {
    int sent;                   /* tries that began */
    int acked, rejected, unknown, held;
    int waiting_cap;            /* put off until tomorrow: a cap of the day is reached */
    bool stopped;
} PumpResult;

enum { PUMP_MOST = 200 };       /* commands a pump looks at */
/* Moves everything that is due by one step. Called on a timer and after something was minted; one at a time. ERR_INTERRUPTED comes
 * from the sender and leaves all as a crash would. */
Err deliver_pump(const Deliver *deliver, PumpResult *out_result, Why *why);

/* A person looked at a held command: send it after all (the approval is new: theirs), or give it up. Needs a name; the caller has
 * checked MAY_SEND. When a try may have arrived (attempt > 0), CHECKED_ABSENT is the person's word that the other system does not have
 * it: release then starts over, cancel becomes possible. Without it release resolves the doubt first (class 1 and 2), and is refused for
 * class 3. A command that is not held, or whose answer is still out, is ERR_CONFLICT; cancel also takes one that was never sent. */
typedef enum Knowing { NOT_CHECKED, CHECKED_ABSENT } Knowing;
Err deliver_release(const Deliver *deliver, RowId command, const char *by, Knowing knowing, Why *why);
Err deliver_cancel(const Deliver *deliver, RowId command, const char *by, Knowing knowing, Why *why);

/* The kill switch: a file, so that it works with the database down, from any process, and survives a restart. */
Err stop_on(const char *store_directory, const char *reason, const char *by, Why *why);
Err stop_off(const char *store_directory, Why *why);
