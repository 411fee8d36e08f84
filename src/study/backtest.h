/* backtest.h - history again in a closed loop: at each review the plan is made with only what was known then, its orders
 * arrive after the lead time, demand is what happened, and costs and service are counted.
 *
 * Three policies walk the same path side by side from the same start: ours (the code path of plan_proposals_csv, with the
 * simulated stock and open orders standing in for the real ones), the ERP's min-max rows as known then, and a naive base
 * stock (a trailing mean times a fixed cover). Inside a bucket: arrivals, review, demand.
 * The first `warm_periods` are simulated but not counted; the stock and pipeline at the end are valued at cost. */
#pragma once
#include <stdint.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/text.h"
#include "domain/policy.h"
#include "store/store.h"

typedef enum BacktestPolicy { BACKTEST_OURS, BACKTEST_ERP, BACKTEST_NAIVE, BACKTEST_POLICY_COUNT_ } BacktestPolicy;
extern const char *const backtest_policy_names[BACKTEST_POLICY_COUNT_];   /* "stockwright", "erp-min-max", "naive" */

typedef struct BacktestOptions {
    int32_t from_day;             /* first review; 0 = 26 weeks before the end of history */
    int32_t periods;              /* buckets to walk; 0 = to the end of history */
    int32_t warm_periods;         /* walked, not counted */
    int32_t review_periods;       /* buckets between reviews, >= 1 */
    int32_t lead_days;            /* > 0: every order takes this long; 0 = the item-place's own median at that review */
    int32_t naive_mean_periods;   /* 13 */
    int64_t naive_cover_micro;    /* periods of the trailing mean held as base stock; 4000000 */
    /* Start: this many periods of the naive mean on hand and in each period of the pipeline (micro; VN2 games use 1500000 and 1000000);
     * -1 = the real stock and open orders as known at from_day. */
    int64_t start_stock_micro, start_pipeline_micro;
    int64_t lost_share_micro;     /* of unmet demand; the rest waits. -1 = the policy's */
    const Policy *policy;
    RowId policy_row;
    int threads;
    /* What ours proposes at each review, as plan_proposals_csv writes it; may be NULL. */
    void *proposals_self;
    Err (*proposals)(void *self, int32_t day, Text sheet, Why *why);
    void *progress_self;
    void (*progress)(void *self, const char *stage, int64_t done, int64_t total);
} BacktestOptions;

typedef struct BacktestScore {    /* of the counted periods, over all item-places */
    double demand, sold, short_units, ordered;
    double holding_cost, shortage_cost, order_cost, total_cost;  /* major units of the policy's currency */
    double end_stock_value, mean_stock_value;
    double fill_rate, cycle_service, turns;                      /* cycle: share of item-place review cycles without a shortage */
    int64_t orders;
} BacktestScore;
typedef struct BacktestPeriod { int32_t day; double cost[BACKTEST_POLICY_COUNT_], stock[BACKTEST_POLICY_COUNT_], short_units[BACKTEST_POLICY_COUNT_], demand; } BacktestPeriod;
typedef struct BacktestResult {
    int32_t from_day, bucket_days, periods, warm_periods, item_places;
    BacktestScore score[BACKTEST_POLICY_COUNT_];
    bool erp_known;               /* some item-places had ERP rows */
    BacktestPeriod *period;       /* `periods` of them, warm ones included */
    const char *currency;
} BacktestResult;

Err backtest_run(Store *store, const BacktestOptions *options, Arena *arena, BacktestResult *out_result, Why *why);
void backtest_json(Buf *out, const BacktestResult *result);
void backtest_csv(Buf *out, const BacktestResult *result);      /* one row per policy */
void backtest_html(Buf *out, const BacktestResult *result);     /* one self-contained page with charts as inline SVG */
