/* progress.h - how far, how fast, how long still. On a terminal a bar that appears after 500 ms; elsewhere one line each
 * 10 s; quiet says nothing. Writes to standard error only. The one place below app that prints. */
#pragma once
#include <stdbool.h>
#include <stdint.h>

typedef enum ProgressMode { PROGRESS_AUTO, PROGRESS_QUIET } ProgressMode;

typedef struct Progress {
    const char *stage;        /* "reading orders.csv" */
    const char *unit;         /* "rows", "bytes", "items" */
    int64_t done, total;      /* total 0: not known */
    int64_t started_us, shown_us, stage_from_us;
    ProgressMode mode;
    bool terminal, drawn;
} Progress;

Progress progress_begin(ProgressMode mode);
void progress_stage(Progress *progress, const char *stage, const char *unit, int64_t total); /* texts are borrowed */
void progress_at(Progress *progress, int64_t done);          /* cheap: call it per batch */
void progress_end(Progress *progress);                       /* clears the bar */

/* The sentence shown: "planning  45 %  12,000 of 26,667 items  8,100/s  2 s left". Pure, for tests. */
int progress_text(const Progress *progress, int64_t now_us, char *out, int room);
