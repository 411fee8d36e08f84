/* spend.h - what was accepted from a supplier in the last 24 hours without a second pair of eyes, so that an order split over
 * lines, orders or people still meets the approval limit as a whole. Kept beside the log as one value per supplier and
 * written in the same transaction as the verdict. */
#pragma once
#include "desk/desk.h"

/* The sum over cases other than these. */
Err spend_sum(Store *store, Arena *work, const char *supplier, const RowId *except, int except_count, int64_t now_us, int64_t *out_minor, Why *why);
/* value_minor 0 takes the case out. */
Err spend_set(Store *store, Arena *work, const char *supplier, RowId case_id, int64_t value_minor, int64_t now_us, Why *why);
