/* sample.h - a distributor that does not exist, down to its last order line, from a seed.
 *
 * Two years of a company with five warehouses are simulated day by day: customers order, shelves serve them or run short,
 * the ERP reorders under its stale min-max rows, suppliers promise, confirm, deliver late, partly or not at all. What the
 * ERP would export is written as <directory>/erp/NAME.csv, one file per standard map; a dozen situations that a planner
 * should find are planted in the last weeks, and what they are is told only in <directory>/truth.json.
 *
 * The same seed, scale and end_day give the same bytes. Memory grows with the number of item-places and open documents,
 * not with the days. Rows carry the day they were known: in their own date columns, or in `known_at` where a later version
 * of a row (closed short, promise moved, transfer arrived) has no date column of its own.
 *
 * truth.json: an array of
 *   { "id":"late-container", "kind":"buy",                  what a good planner would do first
 *     "rows":[{"item":"..","place":".."}],                  item-places touched; an empty item means the whole place
 *     "suppliers":["S-1012"],
 *     "expect":{ "any_case_on":[["item","place"],..],       a case on any of these counts as found
 *                "kinds":["buy"],                           of one of these kinds
 *                "forbidden_automatic":["excess"],          kinds that must not be decided by a rule ..
 *                "forbidden_on":[["item","place"],..] } }   .. on these item-places (an empty item: the whole place) */
#pragma once
#include "base/err.h"
#include "base/progress.h"

#include <stdint.h>

enum { SAMPLE_DAYS = 730 };              /* the last of them is end_day */
#define SAMPLE_SCALE_LEAST 0.01
#define SAMPLE_SCALE_MOST 40.0

typedef struct SampleOptions {
    uint64_t seed;
    double scale;                        /* 1 is 12,000 items, 400 suppliers, 1,500 customers */
    int32_t end_day;                     /* last simulated day, days since 1970-01-01 */
    const char *directory;               /* made when absent; erp/ and truth.json in it are written anew */
    Progress *progress;                  /* may be NULL */
} SampleOptions;

typedef struct SampleCounts {
    int64_t items, item_places, suppliers, customers, stories;
    int64_t rows, bytes;                 /* of all CSV files, headers not counted as rows */
} SampleCounts;

/* `out_counts` may be NULL. ERR_USAGE for a scale outside its bounds, ERR_IO when the disk says no. */
Err sample_write(const SampleOptions *options, SampleCounts *out_counts, Why *why);
