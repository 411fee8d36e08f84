/* plan.h - from facts to cases: what is likely to happen to every item at every place, what to do, and what waiting costs.
 *
 * A Plan owns the present picture (position/state.h) and the estimates of the last step. A step reads the facts that came since
 * the one before (or all of them the first time), refreshes what they touch, and writes one ROW_STEP and the case rows that
 * follow from it. The step's payload names everything its numbers depend on: {"upto","now","today","known","policy",
 * "model","engine"}; the same log prefix and policy give the same case bytes, whatever the threads and batches.
 *
 * Days. `today` is the day the plan is made for; an order placed today leaves today. The bucket that holds today is open and
 * never enters a fit. Demand of today is still to come, unless most places already told their stock for the end of today:
 * then the plan starts tomorrow.
 *
 * A Plan belongs to one thread at a time; inside, a pool computes and the writer collects in item-place order.
 * Quantities micro, money minor, probabilities ppm, as domain/case.h. */
#pragma once
#include <stdbool.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/text.h"
#include "base/turn.h"
#include "domain/case.h"
#include "domain/fact.h"
#include "domain/ids.h"
#include "domain/policy.h"
#include "estimate/engine.h"
#include "learn/teach.h"
#include "store/store.h"


typedef struct Plan Plan;

Err plan_begin(Store *store, int threads, Plan **out_plan, Why *why);   /* empty: the first step or look builds everything */
void plan_end(Plan **plan);

typedef enum PlanWrite {
    PLAN_LOOK,        /* estimates only: nothing is written; the store may be read-only */
    PLAN_CASES,       /* writes the step, new and changed cases; needs STORE_WRITE and no open transaction */
} PlanWrite;

/* A step may stand under a lock of its caller (PlanOptions.turn): it gives it back at the end of every bounded stretch and while it computes. Then
 * others may look at the plan, each item-place either as before the step or as after it, and write to the store; a case that somebody touched
 * meanwhile is left to the next step, so that a replay from this step's log prefix still gives its bytes. */
typedef struct PlanOptions {
    int64_t now_us;               /* stamps; and ages of feeds when `today` is 0 */
    int32_t today;                /* the day planned for; 0 = UTC day of now_us */
    int64_t known_us;             /* only facts known then; 0 = every fact in the log. plan_as_of sets both */
    const Policy *policy;         /* outlives the plan's next step */
    RowId policy_row;
    PlanWrite write;
    Turn turn;                    /* zeros: nobody else is there */
    void *progress_self;
    void (*progress)(void *self, const char *stage, int64_t done, int64_t total);   /* may be NULL */
} PlanOptions;

/* today = day, known = the end of that day: what `plan --as-of` means. */
void plan_as_of(PlanOptions *options, int32_t day);

typedef struct PlanResult {
    RowId step;                   /* 0 when nothing was written (PLAN_LOOK, or nothing new since the last step) */
    int64_t item_places, refreshed;
    int64_t cases_new, cases_changed, cases_closed, cases_open;
    int64_t automatic;            /* open cases whose tier is auto */
    int64_t took_us;
} PlanResult;

/* A step after which nothing would change writes nothing: neither a case row nor a step row. Cases are written in
 * transactions of at most 1,000; a crash between them is mended by the next step. */
Err plan_step(Plan *plan, const PlanOptions *options, PlanResult *out_result, Why *why);

/* ---- fast starts: a snapshot and the tail of the log --------------------------------------------------------------- */

/* Takes up the newest good snapshot: facts, lead times, estimates and cases as they stood at its moment. Screens can then be answered, and the next step
 * reads only what came since; it gives what it would have given without the snapshot. A first step of everything known does this by itself.
 * ERR_NOT_FOUND says why there is none; then the plan is as empty as before. */
Err plan_resume(Plan *plan, const PlanOptions *options, Why *why);

typedef enum PlanKeep {
    PLAN_KEEP_BESIDE,    /* a forked child writes; call again later to hear of it (the next call or plan_end finishes the file) */
    PLAN_KEEP_WAIT,      /* written when it returns */
} PlanKeep;
/* Between steps: writes a snapshot when one is due, after a step that read the whole log, then every 200,000 rows or hourly. Nothing due is OK. */
Err plan_keep(Plan *plan, int64_t now_us, PlanKeep how, Why *why);

/* ---- what screens ask, answered from the last step ---------------------------------------------------------------- */

typedef struct ItemOneOff { RowId row; int32_t day; int64_t qty; bool marked, taken_out; } ItemOneOff;
typedef struct ItemDemand {
    int32_t bucket_days, from_day, points;
    int64_t *values;                              /* micro; as counted, exceptional ones taken out */
    uint8_t *states;                              /* PeriodState */
    ItemOneOff *exceptional; int exceptional_count;   /* marked by a person, or so large that planning took them out */
    int32_t fan_from_day, fan_points, fan_days;   /* the predicted demand of coming weeks, each as one sum: quantiles of days do not add up */
    int64_t *fan_p10, *fan_p50, *fan_p90;
    int64_t *fan_base;                            /* the middle without overrides; NULL when there are none */
    int32_t ahead_from_day, ahead_points;         /* the weeks of the projection: */
    int64_t *ahead_mean, *ahead_base;             /* micro expected of each; without overrides, NULL when there are none */
} ItemDemand;
/* What the choice of the demand model rests on: every kind that was tried at rolling origins, heaviest first; of its plain and its
 * seasonal form the heavier one, with the weight of both. Losses are micro units of the item: mean pinball loss (.5 .8 .9 .95) of demand summed over
 * `horizon_days`; to_baseline is loss over that of "the same time last season", CASE_NONE where that was not tried or missed nothing. */
typedef struct ItemTried { const char *kind; bool seasonal; int64_t loss, weight_ppm, to_baseline_ppm; } ItemTried;
typedef struct ItemChoice { ItemTried *tried; int tried_count; const char *baseline, *poor; int64_t origins, horizon_days, season_days; bool year; } ItemChoice;   /* baseline, poor: "" none */
typedef struct ItemLead { int32_t *days; int64_t *share_ppm; int count; int64_t p50, p90, n, n_open; int64_t stated_days; const char *basis, *mode; } ItemLead;   /* mode: how it usually travels, "" = nobody says */
typedef struct ItemSupply { RowId row; const char *doc, *line, *supplier, *kind, *mode; int64_t qty, received; int32_t order_day, first_promise_day, promise_day, expected_day; int32_t late_days; const char *ack; int64_t late_ppm, expected_late_days; const char *reason, *shipment; int32_t shipped_day, told_day; } ItemSupply;   /* late_ppm: P(after the first promise); CASE_NONE without one. shipment: "" where nothing was told as sent; told_day: the arrival its sender or carrier expects */
typedef struct ItemNetwork { const char *place; int64_t on_hand, on_order; int64_t cover_days; bool here; } ItemNetwork;
/* A customer: ordered in the last 365 days (micro, lines, share of all), the day of the newest order, what is still open and of it overdue. customer "": not told. */
typedef struct ItemCustomer { int32_t id; const char *customer, *tier; int64_t qty, share_ppm, lines, open, overdue; int32_t last_day; } ItemCustomer;
typedef struct ItemEvidence { RowId row; const char *kind; int32_t day; int64_t qty; bool markable, left_out; } ItemEvidence;   /* left_out by a person: a receipt of a supplier, of lead times; an order line, of the history */

/* An override or event that speaks of the item-place now. */
typedef struct ItemOverride { RowId row; const char *doc, *reason; int32_t from_day, to_day; int64_t factor_ppm; bool units; } ItemOverride;
/* What the last days say (estimate/sense.h). kind "usual", "one-off" or "new-level"; tails: chance of so much or more in the last 1, 7, 28 days; CASE_NONE not known. */
typedef struct ItemNews { const char *kind; int32_t from_day, to_day; int64_t p_ppm, times_ppm; bool followed; int64_t ahead_seen, ahead_usual; int64_t tail_ppm[3]; } ItemNews;

typedef struct ItemView {
    const char *item, *description, *place, *supplier, *uom, *currency, *tier, *lifecycle, *successor;
    int64_t unit_cost, price;                     /* micro money; CASE_NONE */
    CaseFacts facts;
    CaseProjection projection;
    int64_t p0_ppm, p1_ppm, position;             /* inventory position, micro */
    int64_t order_level;                          /* order-up-to level S, micro; CASE_NONE */
    ItemDemand demand;
    ItemLead lead;
    ItemSupply *supply; int supply_count;
    ItemNetwork *network; int network_count;
    ItemCustomer *customers; int customers_count, customers_total;    /* who waits for most first, then who ordered most; at most 8 */
    CaseModel model;
    ItemChoice choice;
    const char *target_because;                   /* who or what set the service target, in words */
    uint32_t flags;
    ItemEvidence *rows; int rows_count;           /* newest facts first, at most 50 */
    RowId *cases; int cases_count;                /* open ones */
    CaseNote *notes; int notes_count;
    ItemOverride *overrides; int overrides_count;
    ItemNews news;
    int64_t base_mean_day;                        /* micro: without overrides */
} ItemView;
Err plan_item(Plan *plan, Arena *arena, ItemId item, PlaceId place, ItemView *out_view, Why *why);   /* ERR_NOT_FOUND */
void item_view_write(Buf *out, const ItemView *view);      /* one JSON object as GET /items/:item/:place; app adds "cases" for "case_ids" and "policy" */

/* ---- forecasts beside what came -------------------------------------------------------------------------------------- */

enum { TOLD_AHEADS = 3, TOLD_PERIODS = 26, TOLD_FROZEN = 12 };
extern const int told_weeks_ahead[TOLD_AHEADS];   /* 1, 4, 8 */

/* What was expected of a period so many weeks ahead, by its own history cut there: nothing later was looked at, but what all items teach (seasons of families, sizes,
 * widths) is as known today, and neither learner, news, signals nor overrides are in it. Micro; told false: there was too little history. */
typedef struct ToldAhead { bool told; int64_t mean, p10, p90; } ToldAhead;
/* A week, or a longer bucket. came: regular demand, one-off sales taken out; CASE_NONE not known; at_least: part of it was out of stock. */
typedef struct ToldPeriod { int32_t from_day; int64_t came; bool at_least; ToldAhead told[TOLD_AHEADS]; } ToldPeriod;
/* Over periods that are known whole: (told - came) / came and |told - came| / came of their sums; the share of them between P10 and P90. CASE_NONE without such periods. */
typedef struct ToldScore { int periods; int64_t bias_ppm, error_ppm, inside_ppm; } ToldScore;
/* What a case froze when planning wrote it: its expectation of [from_day, until_day), lead time and review, with everything that was known then; came: so far, one-off sales too. */
typedef struct ToldFrozen { RowId row, case_id; int32_t from_day, until_day; int64_t told, came; bool over; } ToldFrozen;
typedef struct ItemTold {
    const char *uom;
    int period_days;
    ToldPeriod *periods; int periods_count;       /* oldest first */
    ToldScore score[TOLD_AHEADS];
    ToldFrozen *frozen; int frozen_count;         /* newest first, one a day, those with a projection only */
} ItemTold;
Err plan_told(Plan *plan, Arena *arena, ItemId item, PlaceId place, ItemTold *out, Why *why);   /* ERR_NOT_FOUND */
void item_told_write(Buf *out, const ItemTold *told);      /* {"uom","period_days","scores":[...],"total","rows":[...],"frozen":[...]} */

typedef struct HomeFeed { const char *kind; const char *place; int32_t last_day; int64_t age_hours; const char *state; } HomeFeed; /* state: fresh late dead */
typedef struct HomeView {
    int32_t as_of_day;
    const char *currency;
    int64_t stock_value_minor, stock_value_imported_minor;       /* sum of positions; sum straight from the newest stock facts */
    int64_t on_order_value_minor, on_order_value_imported_minor; /* likewise from open purchase-order lines */
    int64_t line_fill_ppm, lines_due, lines_filled;              /* 90 days: complete by the requested day; CASE_NONE without shipments */
    int64_t stockouts_a, items_a;                                /* item-places of tier A (or key) with nothing usable */
    int64_t excess_value_minor;
    int64_t at_risk, item_places;                                /* P1 of one half or more */
    HomeFeed *feeds; int feeds_count;
} HomeView;
Err plan_home(Plan *plan, Arena *arena, HomeView *out_view, Why *why);
void home_view_write(Buf *out, const HomeView *view);      /* {"as_of","currency","tiles":[...],"feeds":[...]}; app adds "queue" */

typedef struct ItemLine {
    ItemId item; PlaceId place;
    const char *item_code, *description, *place_code, *tier, *uom;
    int64_t on_hand, on_order, position, mean_day;
    int64_t cover_days;                           /* CASE_NONE when nothing is used */
    int64_t p0_ppm, p1_ppm, stock_value_minor;
    uint32_t flags;
} ItemLine;
/* Item-places whose codes or description hold every word; in item-place order. */
Err plan_items(Plan *plan, Arena *arena, const char *words, int64_t offset, int most, ItemLine **out_lines, int *out_count, int64_t *out_total, Why *why);

/* ---- what planners put --------------------------------------------------------------------------------------------- */

/* item, place 0 and group "": not bound by it; at least one is. */
typedef struct OverrideScope { ItemId item; PlaceId place; const char *group; int32_t from_day, to_day; } OverrideScope;
/* Demand of its days that are still to come without any override, micro units, and of how many item-places. */
Err plan_override_expect(Plan *plan, Arena *arena, const OverrideScope *scope, int64_t *out_expected, int64_t *out_item_places, Why *why);

/* factor, qty: NO_QTY (INT64_MIN) where it is the other. without: as expected when it was put; happened: so far, CASE_NONE before its first day is over. */
typedef struct OverrideLine {
    RowId row;
    const char *doc, *item, *place, *group, *reason, *state;      /* state: coming, on, ended, cleared */
    int32_t from_day, to_day, days, days_gone;
    int64_t factor, qty, without, with, happened;
    const char *better;                           /* "with" or "without" lies nearer to what happened; NULL until it ended */
} OverrideLine;
Err plan_overrides(Plan *plan, Arena *arena, OverrideLine **out_lines, int *out_count, Why *why);   /* newest first, ended and cleared ones too */

/* ---- files for an outside judge ------------------------------------------------------------------------------------- */

/* Called with complete lines; the whole never stands in memory. */
typedef Err PlanOut(void *self, Text bytes, Why *why);
typedef struct ForecastOptions { int32_t horizon; /* buckets */ const int64_t *quantiles_ppm; int quantiles_count; } ForecastOptions;
/* item,place,from_day,bucket_days,mean,q0.5,... one row per item-place and bucket. */
Err plan_forecast_csv(Plan *plan, const ForecastOptions *options, PlanOut *out, void *self, Why *why);
/* item,place,supplier,quantity,order_day,arrival_day,expected_cost,position,p0,p1: one row per item-place, zero where nothing is
 * to be ordered. Undecided cases do not count as supply. */
Err plan_proposals_csv(Plan *plan, PlanOut *out, void *self, Why *why);

/* ---- the learner ------------------------------------------------------------------------------------------------------ */

/* Teaches on the log up to `upto` as the options see it (now, today, known, policy) and judges: the forest's bytes, and the payload of the model row that names
 * them. Writes nothing to the store. Opens XGBoost: meant for a process of its own. ERR_INVALID when there is too little history. */
Err plan_teach(Plan *plan, const PlanOptions *options, int64_t upto, const LearnProgress *progress, Buf *out_forest, Buf *out_payload, Why *why);

/* ---- replay ------------------------------------------------------------------------------------------------------- */

/* Recomputes the case row `case_row` of `store` (an empty directory into which the caller has re-imported the same documents,
 * policy and decisions in order, or the original itself) from the log prefix at its step; *out_bytes is the payload that the
 * engine gives now. Equal bytes prove the decision; `out_stored` is what the log holds. A version that a verdict wrote is followed
 * back to the version that planning wrote. */
typedef struct PlanReplay { Text stored, computed; bool same; RowId step, case_row; } PlanReplay;
Err plan_recompute(Store *store, int threads, RowId case_row, Arena *arena, PlanReplay *out_replay, Why *why);
/* The same exposure as today's engine, facts and policy see it. */
Err plan_recompute_now(Plan *plan, RowId case_row, Arena *arena, PlanReplay *out_replay, Why *why);
