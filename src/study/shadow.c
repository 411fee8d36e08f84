#include "study/shadow.h"

#include <stdlib.h>

#include "base/decimal.h"
#include "base/time.h"
#include "plan/room.h"
#include "study/shadow-days.h"

enum { SEE_DAYS = 120, BETTER_DAYS = 56, LEAD_DAYS_MOST = 120, HISTORY_LEAST = 60 };

typedef struct Lead { int32_t supplier, place, day, days; } Lead;
typedef struct Past { Store *store; const ShadowAsk *ask; State *all; int32_t from, end; LIST(Lead) leads; Arena *work; ShadowDays days; ShadowVisit *visit; void *self; } Past;

/* ---- what happened ---- */

static int by_lane(const void *left, const void *right) {
    const Lead *l = left, *r = right;
    if (l->supplier != r->supplier) return l->supplier < r->supplier ? -1 : 1;
    if (l->place != r->place) return l->place < r->place ? -1 : 1;
    return (l->day > r->day) - (l->day < r->day);
}

/* How long orders took; and when history begins. */
static void histories_read(Past *past) {
    past->from = past->end;
    for (size_t s = 0; s < past->all->spots.count; s++) {
        FoldInput in = { .state = past->all, .spot = (int32_t)s, .start_day = past->end, .bucket_days = 1, .requests_captured = true };
        Fold fold;
        arena_clear(past->work);
        fold_spot(&in, past->work, &fold);
        if (fold.buckets && fold.from_day < past->from) past->from = fold.from_day;
        for (int i = 0; i < fold.stories; i++) {
            const OrderStory *story = &fold.story[i];
            if (story->first_day == NO_DAY) continue;
            list_push(&past->leads, (Lead){ story->po->who, past->all->spots.at[s].place.v, story->po->day, story->first_day - story->po->day });
        }
    }
    qsort(past->leads.at, past->leads.count, sizeof *past->leads.at, by_lane);
}

/* Of the first real order of this supplier to this place on or after `day`. */
static int lead_of(const Past *past, int32_t supplier, int32_t place, int32_t day, int otherwise) {
    size_t low = 0, high = past->leads.count;
    Lead key = { supplier, place, day, 0 };
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (by_lane(&past->leads.at[middle], &key) < 0) low = middle + 1;
        else high = middle;
    }
    const Lead *found = low < past->leads.count ? &past->leads.at[low] : NULL;
    return found && found->supplier == supplier && found->place == place ? found->days : otherwise;
}

/* ---- one order ---- */

static double better_quantity(const Picture *then, const Picture *later) {
    Picture p = *then;
    double factor = then->demand.level > 0 ? later->demand.level / then->demand.level : 1;
    factor = factor < 0.2 ? 0.2 : factor > 5 ? 5 : factor;
    p.demand = demand_scaled(&then->demand, factor);
    if (later->lead.count) p.lead = later->lead;
    Quantity q;
    picture_quantity(&p, &q);
    return micro_to_double(q.micro);
}

typedef struct Morning { const Plan *then, *later; int32_t spot; int lead; } Morning;

static Err label_make(Past *past, const Morning *m, const Assessment *a, const Picture *later, Why *why) {
    const Picture *p = &a->picture;
    const Context *context = &m->then->context;
    const ShadowDays *days = &past->days;
    int from = context->start_day, order = p->order_day - from, until = p->next_day - from + m->lead;
    int see = until + p->review_days < days->count ? until + p->review_days : days->count;
    double lost = micro_to_double(past->ask->policy->lost_share_micro);
    ShadowLabel label = { .day = from, .item = p->item, .item_code = context->state->items.at[p->item.v].code, .place_code = context->state->places.at[p->place.v].code,
                          .tier = context->state->items.at[p->item.v].tier, .kind = confidence_kind(&a->estimate), .units = micro_to_double(a->estimate.qty), .better = better_quantity(p, later),
                          .picture = p, .estimate = &a->estimate };
    ShadowCourse ours = { label.units, order + m->lead }, best = { label.better, order + m->lead };
    label.now = shadow_play(p, days, ours, until, lost);
    label.waited = shadow_play(p, days, (ShadowCourse){ 0, 0 }, until, lost);
    label.replayed = shadow_money(p, label.waited) - shadow_money(p, label.now);
    ShadowOutcome seen = shadow_play(p, days, ours, see, lost), informed = shadow_play(p, days, best, see, lost);
    label.cost = shadow_money(p, seen) + shadow_end_cost(p, seen.left);
    label.reference = shadow_money(p, informed) + shadow_end_cost(p, informed.left);
    label.right = label.cost - label.reference <= confidence_allowed(&a->estimate, label.units);
    QuantityFlips flips = { 0 };
    Estimate fresh = a->estimate;
    fresh.flags &= ~CASE_FLAG_BIT(STALE_FEED);
    confidence_signs(p, &a->estimate, &flips, &label.signs);
    confidence_make(context->confidence, p, &fresh, label.tier, &flips, &label.said);
    return past->visit(past->self, &label, why);
}

/* Nothing where what came cannot be seen through. */
static Err order_look(Past *past, Morning *m, const Assessment *a, Arena *work, Why *why) {
    const Picture *p = &a->picture;
    int32_t from = m->then->context.start_day, spot = state_spot(past->all, p->item, p->place), there = state_spot(m->later->state, p->item, p->place);
    if (spot < 0 || there < 0) return OK;
    Picture *later = new_in(work, Picture);
    arena_clear(past->work);
    shadow_days(past->all, spot, from, past->end, past->work, &past->days);
    picture_make(&m->later->context, there, NULL, work, later);
    int usual = p->lane.lead.p50;
    m->lead = p->source == SOURCE_SUPPLIER ? lead_of(past, p->supplier, p->place.v, p->order_day, usual) : usual;
    if (p->next_day - from + m->lead > past->days.count || m->lead > LEAD_DAYS_MOST) return OK;
    return label_make(past, m, a, later, why);
}

/* ---- days ---- */

/* In the morning: nothing of the day itself is known, all of it is played. */
static Err plan_at(const Past *past, int32_t day, bool pictures, Plan **out, Why *why) {
    PlanOptions options = { .now_us = us_of_day(day), .policy = past->ask->policy, .policy_row = past->ask->policy_row, .write = PLAN_LOOK };
    plan_as_of(&options, day);
    options.known_us = us_of_day(day) - 1;
    TRY(plan_begin(past->store, past->ask->threads, out, why));
    return plan_refresh(*out, &(RefreshOptions){ .options = &options, .upto = log_last(past->store).v, .picture_only = pictures }, why);
}

static Err day_look(Past *past, int32_t day, Why *why) {
    own(plan_end) Plan *then = NULL, *later = NULL;
    own(arena_end) Arena *work = arena_begin(256 * MiB);
    TRY(plan_at(past, day, false, &then, why));
    TRY(plan_at(past, day + BETTER_DAYS, true, &later, why));
    for (size_t s = 0; s < then->state->spots.count; s++) {
        if (!estimate_wants_order(&then->context, &then->estimates[s])) continue;
        arena_clear(work);
        Assessment *a = new_in(work, Assessment);
        spot_assess(&then->context, (int32_t)s, NULL, work, a);
        if (a->estimate.rank < 0 || a->estimate.qty <= 0 || a->picture.lead.count == 0) continue;
        TRY(order_look(past, &(Morning){ .then = then, .later = later, .spot = (int32_t)s }, a, work, why));
    }
    return OK;
}

static void past_end(Past *past) {
    state_end(&past->all);
    list_end(&past->leads);
    arena_end(&past->work);
}

Err shadow_replay(Store *store, const ShadowAsk *ask, ShadowVisit *visit, void *self, Why *why) {
    own(past_end) Past past = { .store = store, .ask = ask, .work = arena_begin(1024 * MiB), .all = state_begin(store), .visit = visit, .self = self };
    TRY(state_build(past.all, log_last(store).v, ask->as_of ? us_of_day(ask->as_of + 1) - 1 : INT64_MAX, why));
    int32_t last = state_last_demand_day(past.all);
    if (last == NO_DAY) return fail_hint(why, fail(why, ERR_INVALID, "there is no demand history to replay"), "import order lines or period sales first");
    past.end = last + 1;
    histories_read(&past);
    for (int k = 0; k < ask->days; k++) {
        int32_t day = past.end - SEE_DAYS - k * ask->between;
        if (day < past.from + HISTORY_LEAST) break;
        if (ask->progress) ask->progress(ask->progress_self, "replaying days", k, ask->days);
        TRY(day_look(&past, day, why));
    }
    return OK;
}
