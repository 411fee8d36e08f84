/* conserve.h - the last look before money leaves: does every line of this order rest on a decision, for this quantity, that is in no
 * other order? It reads the log, not what the desk believes. */
#pragma once
#include "domain/command.h"
#include "store/store.h"

/* *out_broken = what does not agree, NULL when all does. */
Err conserve_check(Store *store, Arena *work, const OutboxLine *line, const Command *command, const char **out_broken, Why *why);
