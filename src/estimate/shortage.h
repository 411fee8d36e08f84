/* shortage.h - whether all open order lines of an item-place's customers can be met in time, and if not, which of them share what.
 *
 * Lines and receipts are carried forward day by day. On the first day on which what is due by then is more than what is there by then, stock is contested: it has to
 * do until more comes. So all lines wanted before the next receipt (and within the policy's window) share all that is there by the first short day. Lines due
 * before that day could be met whole, so whatever share they get is there in time.
 * What is there: usable stock, less what other places of ours were promised, and expected receipts. Not looked at: an item that replaces another, whose
 * customers' orders are in two books. */
#pragma once
#include "estimate/picture.h"

typedef struct Shortage {
    int32_t day, until;             /* first short day; orders wanted by `until` share */
    int64_t usable, coming;         /* micro: there now; to come by `day` */
    int64_t demand;                 /* micro, of lines due by `until`; more than usable + coming */
    int32_t next_day; int64_t next_qty;     /* the first receipt after `day`; NO_DAY and 0 */
} Shortage;

/* A comparison of sums; lines are only walked where they are more than what lies there. */
bool shortage_find(const Context *context, const Picture *picture, Shortage *out);
