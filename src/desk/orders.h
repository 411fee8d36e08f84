/* orders.h - from accepted cases to commands: one order per supplier (or sending place of ours) and receiving place, and one
 * allocation per place whose customers share what is short, at one approving act. Promises:
 * (1) a decision is in at most one command, ever; (2) command, its key and all case versions are one transaction; (3) the total
 * of lines nobody approved stays below the approval limit, or the one who sends did not accept any of them; (4) what a rule sends
 * was decided by rules only and reaches the supplier's minimum; (5) nothing is minted while STOP exists. */
#pragma once
#include "desk/desk.h"
#include "domain/case.h"
#include "domain/command.h"

enum { GROUP_CASES_MOST = 50, ORDER_LINES_MOST = 1000 };      /* an order of more lines holds the store up, and whoever reads it: the next one has the rest */

typedef struct OrderGroup {
    SupplierId supplier; PlaceId place;
    PlaceId from;                   /* the place that sends; then there is no supplier */
    bool customers;                 /* what the place gives to customers: neither */
    const char *supplier_code, *place_code, *from_code, *currency;
    int64_t lines, value_minor;
    CaseLimit limit[MEASURE_COUNT_];   /* what its lines weigh in, and what the supplier asks */
    bool by_rule;                   /* every line was accepted by a rule and waits for nobody */
    int32_t order_day;              /* the earliest of its lines */
    CaseLine *cases;                /* the best of its lines, GROUP_CASES_MOST at most */
} OrderGroup;

/* Accepted and approved cases that buy, move or allocate, by supplier or sender and by place, largest value first. */
Err orders_groups(const Desk *desk, Arena *work, OrderGroup **out_groups, int *out_count, Why *why);

typedef struct OrderSent { RowId command; int64_t left; } OrderSent;      /* `left`: lines for the next order, as this one is full */
/* Mints the command of one group, its best ORDER_LINES_MOST lines; needs MAY_SEND. ERR_NOT_FOUND when nothing is ready for that supplier and place. A total below
 * the supplier's minimum is sent all the same: the person saw it. */
Err orders_send(const Desk *desk, Arena *work, Person person, SupplierId supplier, PlaceId place, OrderSent *out_sent, Why *why);
/* The same for what `from` is to send to `place`. */
Err orders_send_move(const Desk *desk, Arena *work, Person person, PlaceId from, PlaceId place, OrderSent *out_sent, Why *why);
/* What accepted allocations of a place give to its customers; `left` counts cases, which are never cut. */
Err orders_send_allocation(const Desk *desk, Arena *work, Person person, PlaceId place, OrderSent *out_sent, Why *why);
/* All groups; groups that could not be sent leave their sentence in `out_errors` (NULL where sent). */
Err orders_send_all(const Desk *desk, Arena *work, Person person, OrderSent **out_sent, int *out_count, const char ***out_errors, Why *why);
/* The groups that rules alone decided and that reach their minimum. `out_conflicts`: groups that hold a line somebody must look at first (orders_send_all tells
 * which and why); they wait, the others do not wait for them. */
Err orders_automatic(const Desk *desk, Arena *work, OrderSent **out_sent, int *out_count, int *out_conflicts, Why *why);

/* The newest version of a command with its outbox line; by the id of its first row. */
Err order_read(Store *store, Arena *work, RowId command, Command *out_command, OutboxLine *out_line, Why *why);
/* The command a case went into; ERR_NOT_FOUND when none. */
Err order_of_case(Store *store, Arena *work, RowId case_id, RowId *out_command, Why *why);
