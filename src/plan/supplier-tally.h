/* supplier-tally.h - order lines of all item-places counted by supplier; what supplier-view.c reads its rows and its page off. */
#pragma once
#include "base/list.h"
#include "base/map.h"
#include "maths/supplier.h"
#include "plan/room.h"
#include "plan/supplier-view.h"

enum { WINDOW_DAYS = 365, ACK_PATIENCE_DAYS = 7, MONTHS = 24 };

typedef struct OrderLead { uint64_t order; int32_t day; double days, weight; } OrderLead;     /* one order: mean lead time of its lines */
typedef struct Tally {
    int64_t receipts, lines, open_lines, overdue_lines, unacknowledged, asked_for_ack;
    Otif promised, requested;
    double short_sum, closed, unusable_sum, received;      /* shares of lines, so that units do not mix */
    double late_sum, late_weight, spend;
    int64_t items, sole_items;
    LIST(double) ack_days;
    LIST(OrderLead) leads;
    LIST(SupplierMonth) months;                            /* only of the one that is looked at */
    LIST(int32_t) open_spots;
    LIST(SupplierLeftOut) left_out;
} Tally;

typedef struct Count {
    Plan *plan;
    int32_t only;                                          /* one supplier's page; 0 = the list */
    Tally *of;                                             /* by supplier number */
    int suppliers;
    IntMap *source;                                        /* item -> his supplier in the window, -1 when several */
    double spend;                                          /* of everybody in the window */
} Count;

/* `only` one supplier (his page) or 0: all. */
void count_begin(Plan *plan, int32_t only, Count *out);
void count_end(Count *count);
int month_of(const Plan *plan, int32_t day);       /* 0 .. MONTHS-1, this month last; -1 when longer ago or to come */
