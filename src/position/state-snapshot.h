/* state-snapshot.h - a State as columns: what state_build would give, taken up again in a fraction of the time.
 *
 * Only a State that knows everything (no cut_day) is packed. Codes are not kept: state_link fills them. */
#pragma once
#include "position/pack.h"
#include "position/state.h"

uint64_t state_layout(void);                     /* of the structs as this program has them; part of a format number */
void state_pack(Pack *pack, const State *state);
/* Into an empty State of the same log; its texts and runs then live in the snapshot. */
Err state_unpack(State *state, const Snapshot *snapshot, Why *why);
