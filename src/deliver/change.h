/* change.h - a new version of a command, for outbox.c and match.c. */
#pragma once
#include "domain/command.h"
#include "store/store.h"

/* Appends `command` as the newest version and brings `line` up to date from it (state, attempts, external, error); the rest
 * of the line is the caller's. Inside a transaction. */
Err command_revise(Store *store, Arena *work, OutboxLine *line, const Command *command, const char *by, Why *why);

/* Gives the cases that are still sent or confirmed back to the queue: open, with this reason; closed where a younger case of the same
 * exposure exists. Only the line numbered `only_line`
 * when it is not 0. */
Err cases_give_back(Store *store, const OutboxLine *line, const Command *command, int only_line, const char *reason, Why *why);
/* Moves one line's case on to `status` (a CaseStatus) when it stands before it. */
Err case_move_on(Store *store, const OutboxLine *line, RowId case_id, int status, Why *why);
