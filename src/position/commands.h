/* commands.h - our own orders as supply: approved, sent or unknown, until an ERP line shows them (domain notes 2.4). Read from the log up to
 * the step, not from the outbox's present, so that a replay sees what the step saw. */
#pragma once
#include "position/state.h"

/* Our own orders that the ERP does not show yet, by spot. sender: the spot that sends it, -1 when a supplier does. */
typedef struct CommandSupply { int32_t spot, sender; int64_t row, qty; int32_t supplier, order_day; uint64_t reference; const char *doc; int64_t price; RowId case_id; } CommandSupply;
typedef struct CommandSeen { int64_t row; int32_t state, order_day, supplier; const char *reference; int first, count; } CommandSeen;
typedef struct CommandBook {
    IntMap *by_key;                       /* hash of the command key -> index of its newest version */
    LIST(CommandSeen) commands;           /* newest version of each */
    LIST(CommandSupply) lines;            /* of all versions; a command points at its newest */
    CommandSupply *supply; int count;     /* what counts now, by spot */
    CommandSupply *sends; int sends_count;   /* of it what a place of ours sends, by that place's spot */
    Arena *texts;
    int64_t upto;
} CommandBook;

CommandBook *command_book_begin(void);
void command_book_end(CommandBook **book);
/* Reads commands in (book->upto, upto]; marks spots whose supply changed. */
Err command_book_advance(CommandBook *book, State *state, int64_t upto, Why *why);
