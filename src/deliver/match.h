/* match.h - recognising our orders in what the ERP tells back. Promises:
 * (1) a po-line (or transfer-line) whose reference is ours confirms the line of that item, whatever state we thought the order was in: the ERP's word
 *     settles an unknown; an order we had given up or thought refused is reported in its error text, never ignored;
 * (2) receipts against its document number add up, corrections subtract; when all of a line came, or the ERP closed it or shows the transfer as
 *     received, its case closes;
 * (3) a line the ERP cancelled gives its case back to the queue;
 * (4) each fact is taken once: the cursor moves in the transaction of what it caused. Where there was nothing to take
 *     it may be remembered only (Deliver.looked): who starts anew reads that again, and finds nothing again. */
#pragma once
#include "deliver/outbox.h"

typedef struct MatchResult { int confirmed, received, cancelled; } MatchResult;   /* lines */
/* Reads the facts since the last call that may be about orders. */
Err deliver_match(const Deliver *deliver, MatchResult *out_result, Why *why);

/* Orders the ERP should show by now (acknowledged more than orders.unmatched_days ago) and does not, in part or at all. */
typedef struct Unmatched {
    RowId command;
    const char *reference, *supplier, *place;   /* supplier: or the place that sends */
    int64_t sent_us;
    int lines_missing, lines;
    int64_t value_minor;         /* of the missing lines */
} Unmatched;
Err deliver_unmatched(const Deliver *deliver, Arena *work, Unmatched **out, int *out_count, Why *why);
