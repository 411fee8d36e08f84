#include "estimate/estimate.h"
#include "estimate/shortage.h"

#include <string.h>

#include "base/decimal.h"
#include "estimate/amounts.h"
#include "estimate/picture.h"

/* ---- how much ---- */

static bool can_decide(const Picture *p) {
    return p->fold.stock_known && p->source != SOURCE_NONE && p->lead.count > 0;
}

/* ---- what happens ---- */

RiskInput picture_risk_input(const Picture *p) {
    return (RiskInput){ .demand = &p->demand, .from_days = p->from_days, .on_hand = p->on_hand_risk, .receipt = p->receipt, .receipts = p->receipts,
                        .unmet = p->unmet, .order = p->lead.count ? &p->lead : NULL, .next_days = p->next_day - p->order_day };
}

double picture_horizon(const Context *context, const Picture *p) {
    double own_days = picture_lead_mean(p) + p->review_days;
    double days = context->policy->horizon_days > own_days ? context->policy->horizon_days : own_days;
    return days < RISK_DAYS_MOST - 1 ? days : RISK_DAYS_MOST - 1;
}

double picture_short_by(const Picture *p, const RiskInput *in, double days) {
    (void)p;
    LeadPoints at = { .count = 1, .days = { (float)days }, .share = { 1 } };
    RiskInput by = *in;
    by.order = &at;
    by.next_days = 0;
    Risk risk;
    risk_by_next(&by, &risk);
    return risk.short1;
}

static double lost_share(const Context *context, const Picture *p) { return p->unmet == RISK_LOST_SALES ? 1 : micro_to_double(context->policy->lost_share_micro); }

/* Of an order of `units`: what goes straight to customers. They wait already, or will when it arrives: those whom neither stock nor anything that comes before it
 * serves, less the share that goes elsewhere. Such units are not held, and each of these customers waits one review less. */
double picture_waiting(const Context *context, const Picture *p, const Risk *wait, double units) {
    double owed = p->owed > 0 ? micro_to_double(p->owed) : 0, since = wait->owed0 > owed ? wait->owed0 - owed : 0, waiting = owed + (1 - lost_share(context, p)) * since;
    return waiting < units ? waiting : units;
}

double picture_unserved_cost(const Picture *p) { return p->money.margin > p->money.wait_cost ? p->money.margin : p->money.wait_cost; }

static bool is_priced(const Context *context, const Picture *p) { return p->money.cost_known || context->policy->shortage_per_unit_micro >= 0; }

/* Too little for a case to open or to stay (step.c keeps one for half). */
static bool is_no_case(const Context *context, const Picture *p, const Estimate *e, double rank_most) {
    bool likely = (p->flags & CASE_FLAG_BIT(NO_PRICE)) && context->policy->shortage_per_unit_micro < 0 && e->p1 >= 0.5;
    if (p->source == SOURCE_TRANSFER || e->owed > 0 || !is_priced(context, p) || likely) return false;     /* what a sender can spare may still bound it */
    return minor_of(context->exponent, rank_most > 0 ? rank_most : 0) * 2 < context->policy->queue_least_rank_minor;
}

static double held_cost(const Picture *p, const Estimate *e, double units, double days) { return p->money.hold_day * (units - e->waiting) * days; }

/* The line's own need: what was added for the sake of the whole order, or of a price that the next order can have too, is not the line's rank. */
static double own_units(const Picture *p, const Estimate *e) { return micro_to_double(e->qty - e->bulk - p->fill.to_minimum - p->fill.to_load); }

/* What never ordering would cost. */
void estimate_finish(const Context *context, const Picture *p, Estimate *out, Courses *courses) {
    RiskInput without = picture_risk_input(p);
    double units = own_units(p, out), horizon = picture_horizon(context, p), lead = picture_lead_mean(p);
    courses->never_short = picture_short_by(p, &without, horizon);
    out->whole = true;
    if (!is_priced(context, p)) return;
    double never = courses->never_short - out->short_now;
    double stake = never * p->money.short_cost + out->waiting * picture_unserved_cost(p) - held_cost(p, out, units, (horizon > lead ? horizon - lead : 0)) / 2;
    if (stake > out->stake) out->stake = stake;
}

/* Units short in the window below which an order of `units` is worth less than half of what opens a case even if it prevents all of them, and customers who
 * wait are served by it as far as they can be. */
static double little_short(const Context *context, const Picture *p, double units) {
    const Money *m = &p->money;
    double days = p->next_day - p->order_day, waits = 1 - lost_share(context, p), half = 0.5 * major_of(context->exponent, context->policy->queue_least_rank_minor);
    double per_unit = m->short_cost + waits * (m->wait_cost + m->hold_day * days);
    return per_unit > 0 ? (half + m->hold_day * units * days) / per_unit : __builtin_inf();
}

/* No case for an order can follow, and more likely than not it does not run out: that is all that anybody asks of it until a screen does. */
static bool is_quiet(const Context *context, const Picture *p, const Estimate *e, const RiskInput *in) {
    if (!context->screening || e->owed > 0 || (e->qty > 0 && p->source == SOURCE_TRANSFER)) return false;
    return risk_is_below(in, 0.5, e->qty > 0 && is_priced(context, p) ? little_short(context, p, own_units(p, e)) : __builtin_inf());
}

/* The same, of one whose stock was carried until an order of the next opportunity could arrive: ordering now prevents no more than what is short by then, and brings no more to
 * customers who wait than wait today or come to wait by then. */
static bool is_quiet_by_next(const Context *context, const Picture *p, const Estimate *e, const Risk *next) {
    static const double SLACK = 0.95;    /* what is short before an order of now arrives cannot be more, but for the lattice */
    if (!context->screening || e->owed > 0 || !(next->p1 < SLACK * 0.5)) return false;
    if (e->qty <= 0) return true;
    Estimate most = *e;
    double units = own_units(p, e), waiting = (1 - lost_share(context, p)) * (next->short1 + (p->on_hand_risk < 0 ? -p->on_hand_risk : 0));
    most.waiting = waiting < units ? waiting : units;
    return is_no_case(context, p, &most, next->short1 * p->money.short_cost + most.waiting * p->money.wait_cost - held_cost(p, &most, units, p->next_day - p->order_day));
}

/* What screening proved that nobody asks for; see estimate.h. */
static void leave_out(const Context *context, const Picture *p, Estimate *out) {
    out->whole = false;
    if (out->qty > 0 && is_priced(context, p)) out->rank = 0;
}

/* What ordering now is worth. */
static void rank_and_stake(const Context *context, const Picture *p, Estimate *out, Courses *courses) {
    double units = own_units(p, out), held = held_cost(p, out, units, p->next_day - p->order_day), waiting = out->waiting * p->money.wait_cost;
    RiskInput in = picture_risk_input(p);
    double saved_most = out->short_wait - courses->wait.short0;                    /* see risk_ordered */
    out->whole = false;
    if (context->screening && is_no_case(context, p, out, saved_most * p->money.short_cost + waiting - held)) {
        out->rank = 0;
        return;
    }
    out->ranked = true;
    if (units > 0) risk_ordered(&in, units, &courses->wait, &courses->now);
    else courses->now = courses->wait;
    out->short_now = courses->now.short1;
    double rank = (out->short_wait - out->short_now) * p->money.short_cost + waiting - held;
    if (is_priced(context, p)) out->rank = out->stake = rank > 0 ? rank : 0;
    if (!context->screening) estimate_finish(context, p, out, courses);
}

/* An order brings the position from its trigger up by a lot; where every review orders, by what was sold since the one before. */
static double middle_of(const Picture *p, const QuantityInput *asked, double level) {
    const Constraints *c = &asked->limits;
    int64_t least = c->lot > c->minimum ? c->lot : c->minimum;
    double lot = micro_to_double(least > c->multiple ? least : c->multiple), gap = micro_to_double(asked->trigger.gap), step = lot > gap ? lot : gap;
    double sold = asked->trigger.kind == TRIGGER_REVIEW ? p->mean_day * (p->next_day - p->order_day) : 0;
    return level + (step > sold ? step - sold : 0) / 2;
}

static void quantity_told(const Picture *p, const QuantityInput *asked, const Quantity *quantity, Estimate *out) {
    out->level = quantity->level + micro_to_double(asked->trigger.gap);
    out->past_level = 1 - dist_below(asked->protect_demand, out->level);
    out->past_review = 1 - dist_below(asked->protect_demand, out->level + p->mean_day * (p->next_day - p->order_day));
    out->middle = middle_of(p, asked, quantity->level);
    out->fed = asked->position.fed_stock - asked->position.fed_levels;
    out->position = quantity->position_micro - out->fed;
    out->safety = quantity->safety_stock;
    if (p->flags & CASE_FLAG_BIT(PHASE_OUT)) return;
    out->clash = (int32_t)quantity->clash;
    out->most = quantity->most;
    if (quantity->micro <= 0) return;
    out->qty = quantity->micro;
    out->bulk = quantity->term[TERM_PRICE_BREAK];
    if (quantity->price > 0) out->unit_cost = quantity->price;
    if (asked->limits.round_down > 0 && quantity->term[TERM_MULTIPLE] < 0) out->flags |= CASE_FLAG_BIT(ROUNDED_DOWN);
    out->minimum_bump = micro_to_double(quantity->term[TERM_MINIMUM] + quantity->term[TERM_MULTIPLE]);
}

static void quantity_find(const Picture *p, Estimate *out, Courses *courses) {
    QuantityDists dists;
    QuantityInput asked = picture_quantity_input(p, &dists);
    quantity_decide(&asked, &courses->quantity);
    quantity_told(p, &asked, &courses->quantity, out);
}

/* What quantity_told told. */
static void quantity_carry(const Estimate *before, Estimate *out) {
    out->flags |= before->flags & CASE_FLAG_BIT(ROUNDED_DOWN);
    out->middle = before->middle;
    out->fed = before->fed;
    out->level = before->level;
    out->past_level = before->past_level;
    out->past_review = before->past_review;
    out->position = before->position;
    out->safety = before->safety;
    out->clash = before->clash;
    out->most = before->most;
    out->qty = before->qty;
    out->bulk = before->bulk;
    out->unit_cost = before->unit_cost;
    out->minimum_bump = before->minimum_bump;
}

/* What becomes of the stock, with the quantity and without. */
static void worth_find(const Context *context, const Picture *p, Estimate *out, Courses *courses) {
    RiskInput in = picture_risk_input(p);
    if (is_quiet(context, p, out, &in)) {
        leave_out(context, p, out);
        return;
    }
    risk_by_next(&in, &courses->wait);
    out->short_wait = out->short_now = courses->wait.short1;
    if (is_quiet_by_next(context, p, out, &courses->wait)) {
        leave_out(context, p, out);
        return;
    }
    risk_by_now(&in, &courses->wait);
    out->carried = true;
    out->p0 = courses->wait.p0;
    out->p1 = courses->wait.p1;
    out->short_wait = out->short_now = courses->wait.short1;
    if (out->qty <= 0) return;
    out->waiting = picture_waiting(context, p, &courses->wait, own_units(p, out));
    rank_and_stake(context, p, out, courses);
    if (!out->ranked || (!p->fill.ordered && out->bulk == 0)) return;
    risk_ordered(&in, micro_to_double(out->qty), &courses->wait, &courses->now);      /* the options show the whole quantity */
}

/* ---- too much ---- */

/* Excess costs little by the day and much in the end. Waiting one review costs its holding, the hazard of being written off, and the chance to stop what
 * is still on order and will be here by then. */
static void estimate_excess(const Context *context, const Picture *p, Estimate *out) {
    const Policy *policy = context->policy;
    double shelf = micro_to_double(p->fold.stock_known ? p->fold.on_hand : 0), coming = micro_to_double(p->fold.on_order + p->fold.in_transit);
    double least = major_of(context->exponent, policy->excess_least_value_minor);
    double beyond = shelf + coming - p->mean_day * policy->excess_cover_days;
    if (shelf <= 0 || !p->money.cost_known || beyond * p->money.unit_cost < least || p->demand.poor == DEMAND_POOR_NO_DATA) return;
    bool ends = p->flags & CASE_FLAG_BIT(PHASE_OUT);
    Excess excess;
    ExcessInput in = { .demand = &p->demand, .from_days = p->from_days, .stock = shelf, .on_order = coming, .kept = (out->safety > 0 && !ends ? out->safety : 0) + micro_to_double(picture_kept(p)),
                       .cover_days = policy->excess_cover_days, .quantile = 0.95, .life_days = ends ? 365 : 0 };
    if (p->demand.fade > 0) {            /* it ends: a newsvendor on all that will still be asked for, what is left over is lost */
        in.cover_days = in.life_days;
        in.quantile = p->money.short_cost / (p->money.short_cost + p->money.unit_cost);
    }
    excess_find(&in, &excess);
    double value = excess.units * p->money.unit_cost;
    if (value < least || excess.units < 1) return;
    double review = p->review_days, life = ends ? 365 : 3 * 365, sell = excess.cover_days < life ? excess.cover_days : life;
    out->excess_units = excess.units;
    out->excess_on_order = excess.units - excess.stock_units < coming ? excess.units - excess.stock_units : coming;
    if (excess.units < coming) out->excess_on_order = excess.units;
    out->excess_cover = excess.cover_days;
    out->excess_write_off = excess.write_off_units * p->money.unit_cost;
    out->excess_value = value;
    double stop = 0;                     /* what arrives before the next look can no longer be stopped */
    for (int i = 0; i < p->receipts; i++)
        if (p->receipt_day[i] <= p->next_day) stop += p->receipt[i].units;
    if (stop > out->excess_on_order) stop = out->excess_on_order;
    out->excess_rank = p->money.hold_day * (excess.units * review + stop * sell / 2) + out->excess_write_off * review / life;
    out->excess_stake = p->money.hold_day * excess.units * sell / 2 + out->excess_write_off;
    if (out->excess_stake < out->excess_rank) out->excess_stake = out->excess_rank;
}

/* A place that sends protects its own customers: what it has, less what is promised already, less their share of what it needs until more arrives (its
 * next delivery, or one ordered now) and of its safety stock. What it usually sends on is in its history too, and is there to be sent. */
static int64_t can_give(const Context *context, const Picture *p, const Estimate *e) {
    if (!p->fold.stock_known) return NO_QTY;
    double own = p->fold.sold > 0 ? 1 - (double)p->fold.sent / (double)p->fold.sold : 1;
    double days = p->receipts ? p->receipt_day[0] - context->start_day : e->decided ? picture_lead_mean(p) : picture_horizon(context, p);
    double need = p->mean_day * (days > 1 ? days : 1) + (e->safety > 0 ? e->safety : 0);
    double spare = micro_to_double(p->fold.on_hand - picture_kept(p) - p->fold.backorders - p->going_out - p->fold.to_send_later) - own * need;
    return spare >= 1 ? (int64_t)spare * MICRO : 0;
}

void estimate_of_day(const Context *context, const Picture *p, Estimate *out) {
    const Sensed *news = &p->sense.news;
    out->order_day = p->order_day;
    out->next_day = p->next_day;
    out->arrival_day = p->lead.count ? context->start_day + (int32_t)(picture_lead_mean(p) + 0.5) : NO_DAY;
    out->supplier = p->supplier;
    out->sender = p->sender;
    out->source = p->source;
    out->either = p->either;
    out->feeds = p->fold.fed_count > 0;
    out->odd = news->base > 0 ? (float)news->odd : -1;
    out->odd_times = (float)news->odd_times;
    out->odd_customer = p->sense.odd_customer;
    out->due_lines = p->fold.due_lines;
    out->served_lines = p->fold.served_lines;
    out->contested = shortage_find(context, p, &(Shortage){ 0 });
}

static void estimate_begin(const Context *context, const Picture *p, Estimate *out, Courses *courses) {
    *courses = (Courses){ 0 };
    *out = (Estimate){ .whole = true, .flags = p->flags, .p0 = -1, .p1 = -1, .rank = -1, .stake = -1, .excess_rank = -1, .unit_cost = p->money.unit_cost, .mean_day = p->mean_day,
        .on_hand = p->fold.stock_known ? p->fold.on_hand : NO_QTY, .on_order = p->fold.on_order, .in_transit = p->fold.in_transit,
        .short_cost = p->money.short_cost, .hold_day = p->money.hold_day, .owed = p->owed };
    estimate_of_day(context, p, out);
    out->decided = can_decide(p);
}

static void estimate_end(const Context *context, const Picture *p, Estimate *out, Courses *courses) {
    if (out->decided) worth_find(context, p, out, courses);
    out->can_give = can_give(context, p, out);
    if (p->fold.stock_known) estimate_excess(context, p, out);
}

void estimate_make(const Context *context, const Picture *p, Estimate *out, Courses *courses) {
    estimate_begin(context, p, out, courses);
    if (out->decided) quantity_find(p, out, courses);
    estimate_end(context, p, out, courses);
}

void estimate_make_from(const Context *context, const Picture *p, const Estimate *before, Estimate *out) {
    Courses courses;
    estimate_begin(context, p, out, &courses);
    if (out->decided) quantity_carry(before, out);
    estimate_end(context, p, out, &courses);
}
