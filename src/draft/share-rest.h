/* share-rest.h - sharing again around what a person keeps: lines whose quantity is locked get it, the others share what is left by the board's rule. */
#pragma once
#include "domain/board.h"
#include "domain/decision.h"

/* Sets what the board proposes. What is kept for lines beyond the board stays kept. ERR_INVALID where locked lines cannot get theirs, alone or together. */
Err board_share_rest(CaseBoard *board, const DecisionShare *locked, int count, Why *why);
