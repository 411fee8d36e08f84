/* supplier.h - on time and in full, and a supplier's score with its reasons.
 *
 * Two measures, because one hides what the other shows (ISM and VICS leave the choice open; trade usage, see also docs/maths.md):
 *   line OTIF      lines whose accepted quantity by the due day + late_days, not before due day - early_days, is at least
 *                  (1 - short_share) of what was ordered / lines due
 *   quantity OTIF  sum of min(accepted in that window, ordered) / sum of ordered, over the same lines
 * A line is due once its window has closed before today, received or not. What the buyer cancelled or moved on or before the due day was never due.
 * By day, never by time of day. No line due is "no data": neither 0 nor 100. Over-deliveries do not make up for anything. */
#pragma once
#include <stdint.h>

#define OTIF_KEPT INT32_MAX

typedef struct OtifReceipt { int32_t day; double accepted; } OtifReceipt;   /* units that could be used, >= 0 */
typedef struct OtifLine {
    double ordered;                    /* units, > 0; else the line is not looked at */
    int32_t due;                       /* day */
    int32_t cancelled;                 /* day on which the buyer cancelled or moved it, OTIF_KEPT */
    const OtifReceipt *receipt; int receipts;
} OtifLine;
typedef struct OtifRule { int32_t late_days, early_days; double short_share; } OtifRule;   /* days >= 0, 0..1 */
extern const OtifRule otif_usual;      /* by the day itself, however early, the whole quantity */

typedef struct Otif {
    int64_t lines_due, lines_good;
    double ordered, in_time;           /* units of lines due */
} Otif;
void otif_add(Otif *otif, const OtifRule *rule, const OtifLine *line, int32_t today);
/* 0..1, or -1: no data. */
double otif_lines(const Otif *otif);
double otif_quantity(const Otif *otif);

/* ---- score ---- */

typedef enum SupplierReason { REASON_LATE, REASON_SHORT, REASON_QUALITY, REASON_ACK, REASON_DRIFT, REASON_SOLE, REASONS_ } SupplierReason;
extern const char *const supplier_reason_names[REASONS_];   /* "late" "short" "quality" "ack" "drift" "sole-source" */

enum { SUPPLIER_RECEIPTS_LEAST = 8 };

typedef struct SupplierFacts {
    int receipts;                      /* seen */
    double value[REASONS_];            /* late: chance 0..1 of the next lines; short: share of ordered that never came; quality: share of received that could not
                                        * be used; ack: median days to the first acknowledgement; drift: lead time after over before the change, less 1; sole-source: share of
                                        * his items that nobody else delivers. Negative: not known, costs nothing */
} SupplierFacts;

typedef struct SupplierScore {
    int scored;                        /* 0: fewer than SUPPLIER_RECEIPTS_LEAST receipts: no score */
    double score;                      /* 0..100, 100 is without fault */
    SupplierReason reason[REASONS_];   /* most costly first */
    double points[REASONS_];           /* by SupplierReason: what it costs; they sum to 100 - score */
} SupplierScore;
/* Each reason costs its points in proportion to its value, up to the value at which all are lost; see the table in supplier.c. */
void supplier_score(const SupplierFacts *facts, SupplierScore *out);
