/* supplier-view.h - what suppliers are worth relying on: on time and in full, lead times and their changes, a score with its reasons, what is open.
 *
 * Figures of service, shortage, quality, acknowledgement and money are of the lines ordered in the last 365 days; lead times and their change are of all
 * history, weighed as leadtime.h does; the chance of being late is that of the next lines. Nothing known is CASE_NONE, never 0. */
#pragma once
#include "maths/supplier.h"
#include "plan/plan.h"

typedef struct SupplierFigures {
    const char *code, *description;
    int64_t receipts, lines;                   /* of the window; receipts decide whether there is a score */
    int64_t orders;                            /* with a complete line, in all history: what the change rests on */
    bool scored;
    int64_t score;                             /* 0..100, of 100; CASE_NONE with too few receipts */
    const char *reason[REASONS_];              /* most costly first; only those that cost at least half a point */
    int64_t points_ppm[REASONS_];              /* what each costs, x 10^-6 points */
    int reasons;
    int64_t late_ppm, late_all_ppm;            /* chance of the next lines; of everybody's */
    int64_t lines_due, otif_lines_ppm, otif_qty_ppm;                 /* against the first promise */
    int64_t requested_due, requested_lines_ppm, requested_qty_ppm;   /* against the day that was asked for */
    int64_t short_ppm, unusable_ppm;
    int64_t ack_days, unacknowledged_ppm;      /* median days; lines never acknowledged, of those ordered more than a week ago */
    int64_t lead_p50, lead_p90;
    int64_t change_day;                        /* CASE_NONE: none; first order of the new level */
    int64_t change_before, change_after;       /* median days */
    int64_t spend_minor, spend_share_ppm;
    int64_t items, sole_items;                 /* ordered from him in the window; of them from nobody else */
    int64_t open_lines, overdue_lines;
} SupplierFigures;
/* Every supplier with an order line, most money first. */
Err plan_suppliers(Plan *plan, Arena *arena, SupplierFigures **out_rows, int *out_count, Why *why);
void suppliers_write(Buf *out, const SupplierFigures *rows, int count);      /* {"rows":[...]} */

typedef struct SupplierMonth { int32_t day; int64_t due, late; int64_t lead_p50; } SupplierMonth;    /* first day; lines due and late then; median days of orders sent then */
/* How long what he sends one way takes: days, and the orders behind it (as leadtime.h weighs them). */
typedef struct SupplierMode { const char *mode; int64_t p50, p90, orders; } SupplierMode;
typedef struct SupplierOpen { const char *item, *place, *uom; ItemSupply line; } SupplierOpen;
typedef struct SupplierLeftOut { RowId mark; const char *doc, *item, *place; int32_t order_day; } SupplierLeftOut;
typedef struct SupplierView {
    SupplierFigures figures;
    const char *currency;
    ItemLead lead;
    SupplierMode *mode; int modes;             /* where the ERP tells how things travel; most orders first */
    SupplierMonth *month; int months;          /* 24, oldest first */
    SupplierOpen *open; int open_count;        /* most likely late first, at most 200 */
    SupplierLeftOut *left_out; int left_out_count;
} SupplierView;
Err plan_supplier(Plan *plan, Arena *arena, const char *code, SupplierView *out_view, Why *why);     /* ERR_NOT_FOUND */
void supplier_view_write(Buf *out, const SupplierView *view);
