/* quality.h - doubtful, missing or contradicting facts. A fix-data case is worth what a wrong number would cost (the value of knowing), counted
 * once at its cause: when most item-places of a place lack the same thing, the place gets one case, not each of them.
 *
 * To add a doubt: a row in quality_rows and, if it shows in one item-place, a function in quality.c's table of checks. */
#pragma once
#include "draft/draft.h"
#include "store/store.h"

#define QUALITIES(X)                                                                                     \
    /* name             subject             flag            */                                           \
    X(NO_LEAD,          "no-lead-time",     CASE_FLAG_BIT(NO_LEAD_TIME))                                 \
    X(NO_SUPPLIER,      "no-supplier",      CASE_FLAG_BIT(NO_SUPPLIER))                                  \
    X(NO_COST,          "no-cost",          CASE_FLAG_BIT(NO_COST))                                      \
    X(NO_STOCK,         "no-stock",         CASE_FLAG_BIT(NO_STOCK_FACT))                                \
    X(NEGATIVE,         "negative-stock",   CASE_FLAG_BIT(NEGATIVE_STOCK))                               \
    X(UNIT,             "unit-doubt",       CASE_FLAG_BIT(UNIT_DOUBT))                                   \
    X(PHANTOM,          "phantom-stock",    CASE_FLAG_BIT(PHANTOM_STOCK))                                \
    X(TWIN,             "duplicate-order",  CASE_FLAG_BIT(DUPLICATE_SUPPLY))                             \
    X(UNMATCHED,        "unmatched-order",  0)                                                           \
    X(LIMITS,           "limits-clash",     0)                                                           \
    X(SENDER,           "sender-short",     0)                                                           \
    X(RATE,             "no-rate",          0)                                                           \
    X(SUCCESSOR,        "no-successor-stock", 0)                                                       \
    X(PRICE,            "price-doubt",      CASE_FLAG_BIT(PRICE_DOUBT))                                   \
    X(LEAD,             "lead-doubt",       CASE_FLAG_BIT(LEAD_DOUBT))                                    \
    X(ENDED,            "owed-but-ending",  CASE_FLAG_BIT(PHASE_OUT))                                    \
    X(WAITING,          "customers-waiting", 0)                                                          \
    X(OLD_ORDERS,       "old-orders",       0)                                                           \
    X(EVENT,            "event",            0)                                                           \
    X(DEAD_FEED,        "dead-feed",        CASE_FLAG_BIT(STALE_FEED))                                   \
    X(PARKED,           "parked",           0)                                                           \
    X(BAD_ROWS,         "bad-rows",         0)
typedef enum Quality {
#define X(name, subject, flag) QUALITY_##name,
    QUALITIES(X)
#undef X
    QUALITY_COUNT_,
} Quality;
typedef struct QualityRow { const char *subject; uint32_t flag; } QualityRow;
extern const QualityRow quality_rows[QUALITY_COUNT_];
#define QUALITY_BIT(name) (1u << QUALITY_##name)

typedef struct Finding {
    Quality quality;
    const char *title;
    double rank, stake;             /* major money; 0 when only a nuisance */
    int64_t rows[6]; int rows_count;
    const char *note;               /* what would mend it */
} Finding;

enum { FINDINGS_MOST = 12 };
/* Doubts that one item-place shows by itself. */
int quality_find(const Context *context, const Picture *picture, const Estimate *estimate, Arena *arena, Finding out_findings[FINDINGS_MOST]);
/* The flags those doubts put on every other case of the item-place. */
uint32_t quality_flags(const Finding *findings, int count);
/* One fix-data case; `picture` NULL for a doubt about a whole place or document. */
void draft_quality(const Context *context, const Picture *picture, const Finding *finding, const char *subject, Arena *arena, Draft *out);
