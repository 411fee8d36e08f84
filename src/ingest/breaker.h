/* breaker.h - a file that is unlike its feed is held before anything of it counts.
 *
 * Each check counts how many of the things it may compare (`of`) are strange (`hits`). A feed is a source with a kind of fact. Held is the
 * file when a share is above its limit: max(the check's least, median + 6 x 1.4826 x MAD of the feed's last 13 shares), so that a
 * feed that is always a little strange passes. Calibrated on a panel of 599 series over 165 weeks (zeroed): no false trip, 20 % zeroed
 * caught in all of 151 injections. Nothing is compared while nothing is known.
 *
 *     check     of                                             strange when                                          least
 *     zeroed    positions above zero before, per place         zero now, or missing from a complete snapshot         10 %
 *     scaled    positions above zero then and now, per place   10 or 100 times what they were, or a part of it        5 %
 *     negative  rows of stock levels                           refused because the level is below zero                1 %
 *     price     items, terms, prices known with a price        5 times or a fifth of it, or beyond                    5 %
 *     lead      terms known with a lead time                   0 where it was not, or more than 3 times               5 %
 *     demand    items with 3 known and 5 new order lines       lines 3.5 times as large (geometric mean)              3 %
 *     keys      items known                                    not in this file; counted on top of the median         2 %
 *     days      the age of the file's newest day               outside the ages seen, widened by their own range
 *
 * Demand on 45 weeks of a wholesaler's order lines: no false trip in 41 weeks; a factor of 5 on a tenth of the items caught in 38, on 6 % in 35.
 *
 * With fewer than 5 hits only "all of them, and at least 3" trips. Few positions: zeroed allows 50 % where 5 to 99 were above zero. When
 * more than a week lies between two levels the limit of zeroed grows with the weeks, up to 60 %. keys needs 2, demand 3 and days 8 earlier
 * files: a feed that sends only what changed shows that it does. */
#pragma once
#include "ingest/job.h"

typedef enum BreakerCheck { CHECK_ZEROED, CHECK_SCALED, CHECK_NEGATIVE, CHECK_PRICE, CHECK_LEAD, CHECK_DEMAND, CHECK_KEYS, CHECK_DAYS, BREAKER_CHECK_COUNT_ } BreakerCheck;
extern const char *const breaker_check_names[BREAKER_CHECK_COUNT_];

/* What one check saw, at one place or (place "") in the whole file. For CHECK_DAYS share and limit are days. */
typedef struct Finding {
    BreakerCheck check;
    const char *place;
    int32_t day;                /* newest of the place or file; 0: none */
    int64_t of, hits;
    int64_t share_ppm, limit_ppm;
    const char *held;           /* the sentence, NULL when it may pass */
} Finding;

typedef struct BreakerReport {
    Finding *findings;
    int count;
    const Finding *held;        /* the first that is held, or NULL */
} BreakerReport;

/* Whether the map makes anything that is watched. */
bool breaker_watches(const Mapping *mapping);
/* Reads the whole file once, unless nothing is known to compare it with. Memory grows with the number of positions and items, not of rows. */
Err breaker_check(const Job *job, Arena *keep, BreakerReport *out_report, Why *why);
/* Remembers a file that counts, and its shares for the next limits. Inside a transaction. */
Err breaker_remember(const Job *job, RowId document, const BreakerReport *report, Why *why);

/* max(least, median + 6 x 1.4826 x MAD), parts per million; pure. */
int64_t breaker_limit_ppm(const int64_t *shares_ppm, int count, int64_t least_ppm);
