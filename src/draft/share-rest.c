#include "draft/share-rest.h"

#include "domain/case.h"
#include "maths/allocate.h"

static bool is_locked(const DecisionShare *locked, int count, int64_t row) {
    for (int i = 0; i < count; i++)
        if (locked[i].row == row) return true;
    return false;
}

Err board_share_rest(CaseBoard *board, const DecisionShare *locked, int count, Why *why) {
    AllocateLine line[BOARD_SHARES_MOST];
    int64_t got[BOARD_SHARES_MOST], left = board_to_give(board);
    int free = 0, at[BOARD_SHARES_MOST];
    for (int i = 0; i < count; i++) TRY(board_give(board, locked[i].row, locked[i].qty_micro, why));
    for (int i = 0; i < board->shares_count; i++) {
        const CaseShare *s = &board->shares[i];
        if (is_locked(locked, count, s->row)) {
            left -= s->proposed;
            continue;
        }
        line[free] = (AllocateLine){ .requested = s->requested / board->step, .minimum = s->minimum == CASE_NONE ? 0 : s->minimum / board->step, .value = (double)s->loss };
        at[free++] = i;
    }
    if (left < 0) return fail_hint(why, fail(why, ERR_INVALID, "the locked lines get more than can be given"), "unlock some, or give them less");
    allocate((AllocateRule)board->rule, left / board->step, board->floor_micro, line, free, got);
    for (int k = 0; k < free; k++) board->shares[at[k]].proposed = got[k] * board->step;
    return OK;
}
