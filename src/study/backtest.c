/* The closed loop. One walk over the buckets of history; in each: what was ordered arrives, a review plans with what was known that day, demand
 * is what happened. All item-places, three policies, each with its own stock and pipeline.
 *
 * Promises: (1) a review reads the store as of its day, by the same code as `plan --as-of`; (2) only stock and open orders are replaced by the simulated ones
 * (not even those at the first review of a start from real stock); (3) the three policies meet the same demand of customers and the same lead times; (4) what one place
 * of ours sends to another leaves its shelf, and is not its demand besides. */
#include "study/backtest.h"

#include <stdlib.h>
#include <string.h>

#include "base/decimal.h"
#include "base/time.h"
#include "plan/room.h"
#include "study/shelf.h"

const char *const backtest_policy_names[BACKTEST_POLICY_COUNT_] = { "stockwright", "erp-min-max", "naive" };

enum { SLICE = 8, DEFAULT_PERIODS = 26 };

typedef struct Walker {
    const BacktestOptions *options;
    Store *store;
    Plan *plan;                    /* as of the review at hand */
    Arena *arena;
    int32_t from_day, bucket;      /* days */
    int periods, warm, spots;
    int32_t today;                 /* first day of the bucket at hand */
    const double *actual;          /* [spot * periods + t], units */
    int32_t *spot_of;              /* of this review's state by our spot number, -1 unknown yet */
    ItemId *items; PlaceId *places;
    Shelf *shelf[BACKTEST_POLICY_COUNT_];
    double *hold, *short_cost, *unit_cost;   /* per unit: bucket, unit short, unit; as of the last review */
    int *lead_days;
    double *qty[BACKTEST_POLICY_COUNT_];     /* ordered at this review */
    int32_t *sender;               /* our spot number of the place of ours that sends, -1 = a supplier does */
    int32_t *ours_of;              /* our spot number of this review's spots */
    bool *counted;                 /* is an item-place that was planned at some review */
    bool first_review, has_erp;
    BacktestResult *result;
} Walker;

/* ---- what happened ---- */

static void actual_fill(Walker *w, const State *all, int32_t end_day, double *actual) {
    own(arena_end) Arena *work = arena_begin(256 * MiB);
    for (int s = 0; s < w->spots; s++) {
        arena_clear(work);
        FoldInput in = { .state = all, .spot = s, .start_day = end_day, .bucket_days = w->bucket, .requests_captured = true, .customers_only = true };
        Fold fold;
        fold_spot(&in, work, &fold);
        for (int b = 0; b < fold.buckets; b++) {
            int32_t offset = fold.from_day + b * fold.bucket_days - w->from_day;
            if (offset >= 0 && offset / w->bucket < w->periods) actual[s * w->periods + offset / w->bucket] += fold.value[b];
        }
    }
}

/* ---- a review ---- */

static void open_lines(const Walker *w, const Shelf *shelf, int lead_days, Arena *arena, PictureOverride *out) {
    OpenSupply *open = many_in(arena, OpenSupply, shelf->pipe.count + 1);
    for (size_t k = 1; k < shelf->pipe.count; k++) {
        if (shelf->pipe.at[k] <= 0) continue;
        int32_t arrives = w->today + (int32_t)k * w->bucket;
        open[out->open_count++] = (OpenSupply){ .kind = SUPPLY_PO, .ordered = micro_of(shelf->pipe.at[k]), .left = micro_of(shelf->pipe.at[k]), .order_day = arrives - lead_days,
            .first_promise = arrives, .promise = arrives, .doc = "", .line = "", .price = NO_QTY };
    }
    out->open = open;
}

static double rounded_up(const Picture *p, double units) {
    double moq = p->terms && p->terms->moq != NO_QTY ? micro_to_double(p->terms->moq) : 0;
    double multiple = p->terms && p->terms->multiple != NO_QTY && p->terms->multiple > 0 ? micro_to_double(p->terms->multiple) : 1;
    return shelf_lot(units, moq, multiple);
}

static double trailing_mean(const Fold *fold, int periods) {
    double sum = 0;
    int count = 0;
    for (int b = fold->buckets - 1; b >= 0 && b >= fold->buckets - periods; b--) {
        sum += fold->value[b];
        count++;
    }
    return count ? sum / count : 0;
}

/* The start: so many periods of recent mean demand on the shelf and in each bucket of the way (the naive mean, so that no policy's own forecast sets the
 * stock that all of them begin with), or what really was there. */
static void shelves_start(Walker *w, int s, const Picture *p) {
    const BacktestOptions *o = w->options;
    double period = trailing_mean(&p->fold, o->naive_mean_periods);
    int lead = (w->lead_days[s] + w->bucket - 1) / w->bucket;
    for (int k = 0; k < BACKTEST_POLICY_COUNT_; k++) {
        Shelf *shelf = &w->shelf[k][s];
        if (o->start_stock_micro >= 0) {
            shelf->stock = __builtin_floor(micro_to_double(o->start_stock_micro) * period + 0.5);
            double each = __builtin_floor(micro_to_double(o->start_pipeline_micro) * period + 0.5);
            for (int i = 0; i < lead; i++) shelf_order(shelf, each, i);   /* the first transit arrives today */
            continue;
        }
        shelf->stock = p->fold.stock_known && p->fold.on_hand > 0 ? micro_to_double(p->fold.on_hand - picture_kept(p)) : 0;
        shelf->owed = micro_to_double(p->fold.backorders);
        for (int i = 0; i < p->fold.open_count; i++) {
            int32_t day = supply_day(&w->plan->context, p, &p->fold.open[i]);
            int at = day > w->today ? (day - w->today + w->bucket - 1) / w->bucket : 1;
            shelf_order(shelf, micro_to_double(p->fold.open[i].left), at);
        }
    }
}

/* Stock, supply and lead time are told as they were: nothing stands in their place. */
static bool is_real(const Walker *w) { return w->first_review && w->options->start_stock_micro < 0 && !w->options->lead_days; }

/* Looked at once to know what the start is worth in periods. */
static void start_spot(Walker *w, int s, Arena *arena) {
    PictureOverride override = { .lead_days = w->options->lead_days };
    Assessment *a = new_in(arena, Assessment);
    spot_assess(&w->plan->context, w->spot_of[s], is_real(w) ? NULL : &override, arena, a);
    w->lead_days[s] = a->picture.lead.count ? a->picture.lane.lead.p50 : 0;
    shelves_start(w, s, &a->picture);
}

static int32_t sender_of(const Walker *w, const Picture *p) {
    int32_t spot = p->source == SOURCE_TRANSFER ? state_spot(w->plan->state, p->item, (PlaceId){ p->sender }) : -1;
    return spot >= 0 ? w->ours_of[spot] : -1;
}

static void review_spot(Walker *w, int s, Arena *arena) {
    Plan *plan = w->plan;
    int32_t spot = w->spot_of[s];
    Assessment *a = new_in(arena, Assessment);
    const Shelf *ours = &w->shelf[BACKTEST_OURS][s];
    PictureOverride override = { .lead_days = w->options->lead_days, .on_hand = micro_of(ours->stock), .backorders = micro_of(ours->owed) };
    open_lines(w, ours, w->lead_days[s], arena, &override);
    spot_assess(&plan->context, spot, is_real(w) ? NULL : &override, arena, a);
    plan->estimates[spot] = a->estimate;
    const Picture *p = &a->picture;
    const Spot *row = &plan->state->spots.at[spot];
    w->lead_days[s] = p->lead.count ? p->lane.lead.p50 : 0;
    w->hold[s] = p->money.hold_day * w->bucket;
    w->short_cost[s] = p->money.short_cost;
    w->unit_cost[s] = p->money.unit_cost;
    w->sender[s] = sender_of(w, p);
    if (!a->estimate.decided) return;
    w->counted[s] = true;
    w->qty[BACKTEST_OURS][s] = micro_to_double(a->estimate.qty);
    double erp = shelf_position(&w->shelf[BACKTEST_ERP][s]), naive = shelf_position(&w->shelf[BACKTEST_NAIVE][s]);
    if (row->min_qty != NO_QTY && row->max_qty != NO_QTY && erp <= micro_to_double(row->min_qty))
        w->qty[BACKTEST_ERP][s] = rounded_up(p, micro_to_double(row->max_qty) - erp);
    double base = trailing_mean(&p->fold, w->options->naive_mean_periods) * micro_to_double(w->options->naive_cover_micro);
    w->qty[BACKTEST_NAIVE][s] = rounded_up(p, base - naive);
}

static void review_slice(void *self, int thread, size_t from, size_t to) {
    Walker *w = self;
    for (size_t s = from; s < to; s++) {
        Arena *arena = w->plan->work[thread];
        arena_clear(arena);
        for (int k = 0; k < BACKTEST_POLICY_COUNT_; k++) w->qty[k][s] = 0;
        if (w->spot_of[s] < 0) continue;
        if (w->first_review) start_spot(w, (int)s, arena);
        review_spot(w, (int)s, arena);
    }
}

/* The places it feeds are known now; or the place that sends has less to spare than is wanted. */
static void review_again(void *self, int32_t spot) {
    Walker *w = self;
    arena_clear(w->plan->work[0]);
    if (w->ours_of[spot] >= 0) review_spot(w, w->ours_of[spot], w->plan->work[0]);
}

static Err proposals_tell(const Walker *w, Why *why) {
    own(buf_end) Buf sheet = buf_begin((size_t)512 * MiB);
    buf_add_str(&sheet, proposals_head);
    for (size_t s = 0; s < w->plan->state->spots.count; s++) proposal_line(&w->plan->context, (int32_t)s, &w->plan->estimates[s], &sheet);
    TRY(buf_check(&sheet, "the proposals of a review", why));
    return w->options->proposals(w->options->proposals_self, w->today, buf_text(&sheet), why);
}

static Err review(Walker *w, Why *why) {
    PlanOptions options = { .now_us = us_of_day(w->today), .policy = w->options->policy, .policy_row = w->options->policy_row, .write = PLAN_LOOK };
    plan_as_of(&options, w->today);
    own(plan_end) Plan *plan = NULL;
    TRY(plan_begin(w->store, w->options->threads, &plan, why));
    TRY(plan_refresh(plan, &(RefreshOptions){ .options = &options, .upto = log_last(w->store).v, .picture_only = true }, why));
    w->plan = plan;
    own(arena_end) Arena *numbers = arena_begin((size_t)256 * MiB);
    w->ours_of = many_in(numbers, int32_t, plan->state->spots.count + 1);
    for (size_t s = 0; s < plan->state->spots.count; s++) w->ours_of[s] = -1;
    for (int s = 0; s < w->spots; s++) {
        int32_t spot = w->spot_of[s] = state_spot(plan->state, w->items[s], w->places[s]);
        if (spot < 0) continue;
        w->ours_of[spot] = s;
        w->has_erp |= plan->state->spots.at[spot].max_qty != NO_QTY;
    }
    plan->context.around = NULL;         /* not while they are made */
    pool_run(plan->threads, (size_t)w->spots, SLICE, review_slice, w);
    plan->context.around = plan->estimates;
    int32_t *fed = many_in(numbers, int32_t, plan->stale_count + 1);
    for (int at = 1, count; (count = echelon_spots(plan, at, ECHELON_ALL, fed)) > 0; at++)
        for (int i = 0; i < count; i++) review_again(w, fed[i]);
    shares_make(plan, review_again, w);
    Err err = w->options->proposals ? proposals_tell(w, why) : OK;
    w->plan = NULL;
    w->first_review = false;
    return err;
}

/* ---- a bucket ---- */

/* What a place of ours sends leaves its shelf, and it sends no more than lies there. */
static double taken_off_sender(Walker *w, int k, int s, double units) {
    if (w->sender[s] < 0) return units;
    Shelf *sender = &w->shelf[k][w->sender[s]];
    double there = sender->stock > 0 ? sender->stock : 0, sent = units < there ? units : there;
    sender->stock -= sent;
    return sent;
}

static void orders_place(Walker *w, int t) {
    for (int k = 0; k < BACKTEST_POLICY_COUNT_; k++) {
        BacktestScore *score = &w->result->score[k];
        for (int s = 0; s < w->spots; s++) {
            double units = w->qty[k][s] > 0 ? taken_off_sender(w, k, s, w->qty[k][s]) : 0;
            if (units <= 0) continue;
            int at = (w->lead_days[s] + w->bucket - 1) / w->bucket;
            shelf_order(&w->shelf[k][s], units, at);
            if (t < w->warm) continue;
            score->ordered += units;
            score->orders++;
        }
    }
}

static void bucket_sell(Walker *w, int k, int s, int t, BacktestPeriod *period) {
    Shelf *shelf = &w->shelf[k][s];
    BacktestScore *score = &w->result->score[k];
    double demand = w->actual[s * w->periods + t], lost_share = micro_to_double(w->options->lost_share_micro >= 0 ? w->options->lost_share_micro : w->options->policy->lost_share_micro);
    ShelfSale sale = shelf_sell(shelf, demand, lost_share);
    double held = shelf->stock * w->hold[s], lost = sale.missed * w->short_cost[s];
    period->cost[k] += held + lost;
    period->stock[k] += shelf->stock;
    period->short_units[k] += sale.missed;
    if (k == 0) period->demand += demand;
    if (t < w->warm) return;
    score->demand += demand;
    score->sold += sale.sold;
    score->short_units += sale.missed;
    score->holding_cost += held;
    score->shortage_cost += lost;
    score->mean_stock_value += shelf->stock * w->unit_cost[s];
    shelf->short_cycle |= sale.missed > 0;
}

static void arrivals(Walker *w) {
    for (int k = 0; k < BACKTEST_POLICY_COUNT_; k++)
        for (int s = 0; s < w->spots; s++) shelf_arrive(&w->shelf[k][s]);
}

typedef struct Cycles { int64_t good, all; } Cycles;
static void cycles_close(Walker *w, Cycles cycles[BACKTEST_POLICY_COUNT_]) {
    for (int k = 0; k < BACKTEST_POLICY_COUNT_; k++)
        for (int s = 0; s < w->spots; s++) {
            if (!w->counted[s]) continue;
            cycles[k].all++;
            cycles[k].good += !w->shelf[k][s].short_cycle;
            w->shelf[k][s].short_cycle = false;
        }
}

static Err walk(Walker *w, Why *why) {
    Cycles cycles[BACKTEST_POLICY_COUNT_] = { 0 };
    int every = w->options->review_periods > 0 ? w->options->review_periods : 1;
    w->first_review = true;
    for (int t = 0; t < w->periods; t++) {
        BacktestPeriod *period = &w->result->period[t];
        w->today = w->from_day + t * w->bucket;
        period->day = w->today;
        if (t > 0) arrivals(w);
        if (t % every == 0) {
            if (t > w->warm) cycles_close(w, cycles);
            TRY(review(w, why));
            orders_place(w, t);
        }
        for (int s = 0; s < w->spots; s++)
            for (int k = 0; w->counted[s] && k < BACKTEST_POLICY_COUNT_; k++) bucket_sell(w, k, s, t, period);
        if (w->options->progress) w->options->progress(w->options->progress_self, "replaying history", t + 1, w->periods);
    }
    cycles_close(w, cycles);
    for (int k = 0; k < BACKTEST_POLICY_COUNT_; k++)
        w->result->score[k].cycle_service = cycles[k].all ? (double)cycles[k].good / (double)cycles[k].all : 0;
    return OK;
}

static void scores_finish(Walker *w) {
    int counted = w->periods - w->warm;
    int exponent = currency_exponent(w->options->policy->currency);
    double order_cost = major_of(exponent < 0 ? 2 : exponent, w->options->policy->order_cost_minor);
    for (int s = 0; s < w->spots; s++) w->result->item_places += w->counted[s];
    for (int k = 0; k < BACKTEST_POLICY_COUNT_; k++) {
        BacktestScore *score = &w->result->score[k];
        for (int s = 0; s < w->spots; s++) {
            const Shelf *shelf = &w->shelf[k][s];
            double left = shelf_and_coming(shelf, shelf->stock);
            score->end_stock_value += w->counted[s] ? left * w->unit_cost[s] : 0;
        }
        double sold_value = 0;
        score->mean_stock_value /= counted > 0 ? counted : 1;
        score->order_cost = (double)score->orders * order_cost;
        score->total_cost = score->holding_cost + score->shortage_cost + score->order_cost;
        score->fill_rate = score->demand > 0 ? score->sold / score->demand : 1;
        double mean_units = 0;
        for (int t = w->warm; t < w->periods; t++) mean_units += w->result->period[t].stock[k];
        mean_units /= counted > 0 ? counted : 1;
        (void)sold_value;
        score->turns = mean_units > 0 ? score->sold / mean_units * 365 / ((double)counted * w->bucket) : 0;
    }
    w->result->erp_known = w->has_erp;
}

/* ---- from the store to the result ---- */

static int32_t history_end(const State *all, int bucket) {
    int32_t last = state_last_demand_day(all);
    if (last == NO_DAY) return NO_DAY;
    return bucket == 7 ? day_monday(last + 1) : last + 1;
}

static Err walker_begin(Walker *w, const State *all, Why *why) {
    int32_t end = history_end(all, w->bucket);
    if (end == NO_DAY) return fail_hint(why, fail(why, ERR_INVALID, "there is no demand history to replay"), "import order lines or period sales first");
    w->from_day = w->options->from_day ? w->options->from_day : end - DEFAULT_PERIODS * w->bucket;
    w->periods = w->options->periods ? w->options->periods : (end - w->from_day) / w->bucket;
    if (w->periods < 1 || w->from_day + w->periods * w->bucket > end)
        return fail(why, ERR_INVALID, "history ends before the last of %d periods", w->periods);
    w->warm = w->options->warm_periods;
    if (w->warm < 0 || w->warm >= w->periods) return fail(why, ERR_INVALID, "%d warm-up periods leave nothing of %d to count", w->warm, w->periods);
    size_t n = all->spots.count;
    double *actual = many_in(w->arena, double, n * (size_t)w->periods + 1);
    w->spot_of = many_in(w->arena, int32_t, n + 1);
    w->items = many_in(w->arena, ItemId, n + 1);
    w->places = many_in(w->arena, PlaceId, n + 1);
    w->hold = many_in(w->arena, double, n + 1);
    w->short_cost = many_in(w->arena, double, n + 1);
    w->unit_cost = many_in(w->arena, double, n + 1);
    w->lead_days = many_in(w->arena, int, n + 1);
    w->counted = many_in(w->arena, bool, n + 1);
    w->sender = many_in(w->arena, int32_t, n + 1);
    for (int k = 0; k < BACKTEST_POLICY_COUNT_; k++) {
        w->shelf[k] = many_in(w->arena, Shelf, n + 1);
        w->qty[k] = many_in(w->arena, double, n + 1);
    }
    w->spots = (int)n;
    for (size_t s = 0; s < n; s++) {
        w->items[s] = all->spots.at[s].item;
        w->places[s] = all->spots.at[s].place;
    }
    actual_fill(w, all, end, actual);
    w->actual = actual;
    *w->result = (BacktestResult){ .from_day = w->from_day, .bucket_days = w->bucket, .periods = w->periods, .warm_periods = w->warm, .currency = w->options->policy->currency,
                                   .period = many_in(w->arena, BacktestPeriod, w->periods) };
    return OK;
}

static void walker_end(Walker *w) {
    for (int k = 0; k < BACKTEST_POLICY_COUNT_; k++)
        for (int s = 0; s < w->spots; s++) shelf_end(&w->shelf[k][s]);
}

Err backtest_run(Store *store, const BacktestOptions *options, Arena *arena, BacktestResult *out_result, Why *why) {
    own(walker_end) Walker walker = { .options = options, .store = store, .arena = arena, .bucket = options->policy->bucket_days, .result = out_result };
    own(state_end) State *all = state_begin(store);
    TRY(state_build(all, log_last(store).v, INT64_MAX, why));
    TRY(walker_begin(&walker, all, why));
    TRY(walk(&walker, why));
    scores_finish(&walker);
    return OK;
}
