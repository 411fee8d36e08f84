#include "study/outcome.h"

#include "base/decimal.h"
#include "estimate/amounts.h"
#include "plan/room.h"
#include "study/shadow-days.h"

enum { LEAD_MOST = 180 };
const char *const outcome_way_names[OUTCOME_WAYS] = { "raised", "cut", "another-day", "declined", "deferred" };

/* One order on the days that are played, both counted from the first of them. */
typedef struct Course { double units; int placed; } Course;
typedef struct Pair { int32_t from; Course proposed, decided; int review, lead; } Pair;

static OutcomeWay way_of(const OutcomeAsk *ask) {
    const Decision *d = ask->decision;
    if (d->verdict == VERDICT_REJECT) return OUTCOME_DECLINED;
    if (d->verdict == VERDICT_SNOOZE) return OUTCOME_DEFERRED;
    int64_t proposed = ask->proposed->action.qty;
    return d->qty_micro > proposed ? OUTCOME_RAISED : d->qty_micro < proposed ? OUTCOME_CUT : OUTCOME_MOVED;
}

static int32_t later(int32_t a, int32_t b) { return a > b ? a : b; }

/* Nothing is ordered before it was decided, nor before the day it is for. */
static Pair pair_of(const OutcomeAsk *ask) {
    const Case *c = ask->proposed;
    const Decision *d = ask->decision;
    Pair pair = { .from = c->projection.from_day, .review = c->facts.review_days > 0 ? (int)c->facts.review_days : 1 };
    int32_t proposed = later(c->action.order_day, ask->day), decided = proposed;
    if (d->verdict == VERDICT_CHANGE && d->order_day) decided = later(d->order_day, ask->day);
    if (d->verdict == VERDICT_SNOOZE) decided = later(d->until_day, proposed);
    pair.proposed = (Course){ micro_to_double(c->action.qty), proposed - pair.from };
    pair.decided = (Course){ d->verdict == VERDICT_REJECT ? 0 : d->verdict == VERDICT_CHANGE ? micro_to_double(d->qty_micro) : pair.proposed.units, decided - pair.from };
    return pair;
}

static int pair_end(const Pair *pair) { return later(pair->proposed.placed, pair->decided.placed) + pair->lead + pair->review; }

/* Why it can never be seen through; "" where it can. */
static const char *hindrance(const OutcomeAsk *ask, int32_t spot) {
    const Case *c = ask->proposed;
    if (spot < 0) return "the item-place is no longer known";
    if (c->projection.points == 0 || c->facts.on_hand == CASE_NONE) return "its stock was not known";
    if (c->action.order_day == CASE_NO_DAY || c->action.arrival_day == CASE_NO_DAY) return "it had no day";
    return "";
}

/* Money and reviews as today's, stock and rate as the case had them. */
static void picture_then(const Plan *plan, const Case *c, int32_t spot, Arena *work, Picture *out) {
    picture_frame(&plan->context, spot, NULL, work, out);
    out->fold.on_hand = c->facts.on_hand;
    out->fold.kin_stock = 0;
    out->fold.backorders = c->facts.backorders == CASE_NONE ? 0 : c->facts.backorders;
    out->mean_day = c->facts.demand_mean_day == CASE_NONE ? 0 : micro_to_double(c->facts.demand_mean_day);
}

static double course_cost(const Picture *p, const ShadowDays *days, const Pair *pair, Course course, double lost, double *out_missed) {
    ShadowCourse played = { course.units, course.placed + pair->lead };
    ShadowOutcome o = shadow_play(p, days, played, pair_end(pair), lost);
    *out_missed = o.missed;
    return shadow_money(p, o) + shadow_end_cost(p, o.left);
}

Err plan_outcome(Plan *plan, const OutcomeAsk *ask, Outcome *out, Why *why) {
    if (!plan->ready) return fail_hint(why, fail(why, ERR_CONFLICT, "nothing is planned yet"), "run a planning step first");
    int32_t spot = state_spot(plan->state, ask->item, ask->place), end = plan->context.start_day;
    *out = (Outcome){ .way = way_of(ask), .over_day = CASE_NO_DAY, .unknown = hindrance(ask, spot), .tier = spot < 0 ? "" : plan->state->items.at[ask->item.v].tier };
    if (out->unknown[0]) return OK;
    own(arena_end) Arena *work = arena_begin(256 * MiB);
    Picture *p = new_in(work, Picture);
    ShadowDays *days = new_in(work, ShadowDays);
    Pair pair = pair_of(ask);
    picture_then(plan, ask->proposed, spot, work, p);
    int planned = ask->proposed->action.arrival_day - ask->proposed->action.order_day;
    pair.lead = ask->proposed->kind == CASE_BUY ? shadow_lead(plan->state, spot, p->supplier, pair.from + pair.proposed.placed, end, planned, work) : planned;
    if (!p->money.cost_known) out->unknown = "its cost is not known";
    else if (pair.lead > LEAD_MOST || pair_end(&pair) > SHADOW_DAYS_MOST) out->unknown = "its delivery takes too long to see through";
    if (out->unknown[0]) return OK;
    out->over_day = pair.from + pair_end(&pair);
    out->over = out->over_day <= end;
    if (!out->over) return OK;
    double lost = micro_to_double(plan->policy->lost_share_micro);
    shadow_days(plan->state, spot, pair.from, end, work, days);
    out->cost_proposed = minor_of(plan->context.exponent, course_cost(p, days, &pair, pair.proposed, lost, &out->missed_proposed));
    out->cost_decided = minor_of(plan->context.exponent, course_cost(p, days, &pair, pair.decided, lost, &out->missed_decided));
    out->gain = out->cost_proposed - out->cost_decided;
    return OK;
}
