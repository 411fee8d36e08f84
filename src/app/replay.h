/* replay.h - proving a stored decision: everything it rests on is taken in again from the raw documents into an empty directory, in the
 * order of the log, and planning recomputes the case at the step that wrote it. Equal bytes prove that nothing was changed since. */
#pragma once
#include "app/app.h"

typedef struct ReplayAnswer {
    PlanReplay plan;
    int64_t rows_compared;           /* rows up to the step whose bytes were compared with the log's */
    RowId first_difference;          /* 0 when none */
    const char *difference;          /* a sentence, "" when the same */
    bool now;
} ReplayAnswer;

Err replay_from_documents(App *app, Store *store, Arena *work, RowId row, ReplayAnswer *out_answer, Why *why);
Err replay_now(App *app, Plan *plan, Arena *work, RowId row, ReplayAnswer *out_answer, Why *why);
void replay_write(Buf *out, const ReplayAnswer *answer);
