/* refit.h - a record of confidence fitted on a store's own past, leaning on the shipped one, and whether it may stand behind numbers.
 *
 * Labels are the store's own orders seen through (shadow.h). The record is fitted to all of them (maths/doubt.h). It is a champion when the shares rest on DOUBT_LEAST
 * labels and, fitted on the first two thirds of days, it foretold the last third no worse than the shipped record by log loss (one clustered standard error), and no fewer were right there than its lower
 * bounds said. What is not stays in the log as evidence: an older champion goes on, and without one the shipped steps say their lower bounds and nothing is automated. */
#pragma once
#include "study/shadow.h"

typedef struct Refit {
    ConfidenceRecord record;
    int labels, wrong, early, late;      /* all; wrong ones; those the weights, those the shares rest on */
    int32_t first_day, last_day;         /* looked at, CASE_NO_DAY without labels */
    DoubtTrial held;
    bool champion;
    const char *reason;
} Refit;

/* `out_labels`: CSV, a row for each label. Texts of the record live in the arena. The same log and policy give the same bytes. */
Err refit_make(Store *store, const ShadowAsk *ask, Arena *arena, Buf *out_labels, Refit *out, Why *why);
/* Fields of an open object: those of the model row. */
void refit_write(JsonWriter *json, const Refit *refit);
