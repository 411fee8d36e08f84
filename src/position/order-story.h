/* order-story.h - what became of one purchase-order line: when it was promised, acknowledged and received, how much of it in time.
 *
 * The first promise is the order's first promised day, else the first one that an acknowledgement gave; it never moves. Receipts go to the lines of
 * their order line, earliest order first, up to what was ordered: what is too much makes up for nothing. A receipt that a person took out
 * ("ignore this receipt": an exceptional fact that names the supplier) is there, and marks its line: it teaches nothing. */
#pragma once
#include <stdbool.h>
#include <stdint.h>

#include "base/arena.h"
#include "maths/supplier.h"
#include "position/state.h"

typedef struct OrderStory {
    const Record *po;
    uint64_t order;                  /* hash of the document: lines of one order are late together */
    int32_t promise;                 /* the first one, NO_DAY */
    int32_t moved_to;                /* the newest promise, NO_DAY */
    int32_t ack_day;                 /* of the first acknowledgement, NO_DAY */
    int32_t first_day, full_day;     /* first usable receipt; the day the line was complete (98 %), NO_DAY */
    int32_t came_day;                /* the day as much had come, usable or not: nothing more is on its way, NO_DAY */
    int32_t last_day;                /* newest receipt, NO_DAY */
    int64_t received, accepted;      /* micro, at most ordered; accepted could be used */
    int64_t confirmed;               /* micro: ordered, or what the newest acknowledgement says will come of it */
    int64_t in_time;                 /* micro, accepted by the first promise */
    OtifReceipt *receipt; int receipts;   /* units */
    int64_t left_out_row;            /* the mark that took a receipt of it out, 0 */
    bool open, cancelled;            /* neither: closed */
} OrderStory;

/* The stories of one spot, in the order of its records; today and later has not happened yet. */
int order_stories(const State *state, int32_t spot, const Record *records, int count, int32_t start_day, Arena *arena, OrderStory **out);
/* The newest mark that takes this receipt of this supplier out, or 0. */
int64_t receipt_left_out(const State *state, int32_t spot, const Record *receipt, int32_t supplier);

/* Was it due before start_day, and is it known whether it came in time? Cancelled lines were never due, closed ones without any receipt say nothing. */
bool story_is_due(const OrderStory *story, int32_t start_day);
/* Due, and by its first promise less than 98 % of what was ordered (of what came, when it was closed short) could be used. */
bool story_is_late(const OrderStory *story);
