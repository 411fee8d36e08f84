/* command.h - what we ask another system to do: one order for one supplier (or one sending place) and one receiving place, or what
 * customers of one place get of what is short, with lines, each caused by a decided case, under one key that makes sending it twice harmless. The payload of ROW_COMMAND: every change of state is
 * a new row (key = the command key); the outbox line is the present. What moves a command from state to state is deliver/outbox.h. */
#pragma once
#include <stdbool.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/hash.h"
#include "base/json.h"
#include "base/text.h"
#include "domain/ids.h"

typedef enum CommandState {
    COMMAND_APPROVED,    /* minted; nothing debited yet */
    COMMAND_BUDGETED,    /* the day's caps are debited (and stay so), yet no byte left: STOP came between */
    COMMAND_SENDING,     /* attempt and time are durable; bytes may be on their way */
    COMMAND_ACKED,       /* the other system has it; external = its number where it gave one */
    COMMAND_REJECTED,    /* the other system said no; error = its words */
    COMMAND_UNKNOWN,     /* no answer: it may or may not have it */
    COMMAND_HELD,        /* needs a person: error says why */
    COMMAND_CANCELLED,   /* a person gave it up before it was acknowledged */
    COMMAND_STATE_COUNT_,
} CommandState;
const char *command_state_name(CommandState state);      /* "approved" ... */
CommandState command_state_find(Text name);              /* COMMAND_STATE_COUNT_ when unknown */
/* The quantity counts as on its way until an ERP line carries our reference: approved, budgeted, sending, acked, unknown, held. */
bool command_is_supply(CommandState state);

typedef struct CommandLine {
    int32_t line;                       /* from 1 */
    RowId case_id, decision;
    const char *item, *uom;             /* uom: base unit */
    int64_t qty_micro;                  /* base units */
    const char *purchase_uom;           /* "" = base */
    int64_t purchase_qty_micro;
    int64_t unit_cost_micro;            /* money per base unit */
    int64_t value_minor;
    int32_t arrival_day;                /* requested on; 0 = none */
    bool confirmed;                     /* an ERP line with our reference names this item */
    int64_t received_micro;             /* of it, by receipts against the document */
    int64_t customer_row;               /* allocation: the order line's fact; 0 elsewhere, and the next three are "" */
    const char *customer, *customer_order, *customer_line;
} CommandLine;

typedef struct Command {
    const char *key;                    /* 64 hex */
    const char *sink;                   /* name in the policy's sinks */
    const char *kind;                   /* "purchase-order"; "transfer-order"; "allocation" (its place gives to customers: no supplier, no sender, worth nothing) */
    const char *supplier, *place, *currency;
    const char *from_place;             /* the place that sends (transfer order, whose supplier is ""); "" otherwise */
    int32_t order_day;
    int64_t value_minor;
    CommandLine *lines;
    int32_t lines_count;
    int64_t approved_us;                /* when the approving act was; old approvals are looked at again, not sent blindly */
    const char *approved_by;
    CommandState state;
    int32_t attempt;                    /* sends begun so far */
    const char *external, *error;       /* "" where none */
} Command;

bool command_is_allocation(const Command *command);
void command_day_write(JsonWriter *json, const char *name, int32_t day);      /* 0, not known: null */
void command_write(Buf *out, const Command *command);
Err command_read(Arena *work, Text payload, Command *out_command, Why *why);

/* SHA-256 over "store_id|id,id,...|revision" with the decision ids ascending (sorted in place). A new approving act after a
 * rejection has other decisions or another revision, so another key. */
void command_key(const char *store_id, RowId *decisions, int count, int revision, char out_key[SHA256_HEX]);

/* The reference another system carries and brings back: "SW-" and the first 12 hex of the key. */
enum { COMMAND_REFERENCE = 3 + 12 + 1 };
void command_reference(const char *key, char out_reference[COMMAND_REFERENCE]);
