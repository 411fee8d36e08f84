/* commands.h - our own orders as supply: approved, sent or unknown, until an ERP line shows them (domain notes 2.4). Read from the log up to
 * the step, not from the outbox's present, so that a replay sees what the step saw. */
#pragma once
#include "plan/picture.h"
#include "plan/state.h"

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
