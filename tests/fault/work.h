/* work.h - what a faulty world is given to do: batches that are acknowledged when store_commit says OK, and the judge who
 * afterwards asks whether each batch is there as a whole or not at all, and whether any acknowledged one is lost. */
#pragma once
#include "store/store.h"

typedef struct Judgement { int64_t lost, partial, found; char damage[480]; } Judgement;     /* damage: what store_open or store_verify said, "" */

void work_prepare(const char *directory);                        /* an empty store with its masters */
/* Batch `number`: facts, a case, a value and bytes in one transaction, left open for store_commit; rolled back when it fails. */
Err work_batch(Store *store, int64_t number, Why *why);
/* Opens the store, verifies it and looks for each batch; acknowledged[i] is for batch i of `count`. A store that cannot be opened or is
 * damaged has lost everything that was acknowledged, and one batch more, so that damage is never taken for health. */
Judgement work_judge(const char *directory, const bool *acknowledged, int64_t count);
