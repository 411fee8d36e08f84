/* A place that another place of ours feeds and that buys from a supplier as well: the cheaper of both is proposed, the other is told with its cost. Compared over the
 * same days, until what was ordered later would be there too:
 *
 *     move   customers not served + those who wait longer + a line's share of the journey + what the sender's own customers lose by it
 *     buy    customers not served + those who wait longer + a line's share of an order + holding, for as long as what the sender can spare goes on lying there
 *
 * The goods' price is paid once either way: what is moved the sender buys again. */
#include "base/decimal.h"
#include "maths/fill.h"
#include "estimate/picture.h"
#include "plan/room.h"

/* What its own customers lose when so many units leave, in money. */
static double sender_loses(const Estimate *sender, double units) {
    double days = sender->next_day - sender->order_day;
    FillLine line = { .above = micro_to_double(sender->position) - sender->level, .rate = sender->mean_day, .short_cost = sender->short_cost, .short_p = sender->past_level,
                      .short_far = sender->past_review, .far = sender->mean_day * (days > 1 ? days : 1) };
    return fill_loss(&line, units);
}

/* Days until the sender's own demand would have used up what it can spare. */
static double spare_lies(const Context *context, const Estimate *sender) {
    double above = micro_to_double(sender->position) - sender->level, most = context->policy->horizon_days;
    double days = sender->mean_day > 0 ? (above > 0 ? above : 0) / sender->mean_day : most;
    return days < most ? days : most;
}

static double journey_cost(const Context *context, const Picture *p) {
    int64_t told = NO_QTY;
    for (size_t i = 0; i < context->state->lanes.count; i++) {
        const LaneInfo *lane = &context->state->lanes.at[i];
        if (lane->row && lane->from_place == p->sender && lane->place == p->place.v && lane->order_cost != NO_QTY) told = lane->order_cost;
    }
    return major_of(context->exponent, told == NO_QTY ? context->policy->order_cost_minor : told);
}

static double mean_days(const LeadPoints *points) {
    double mean = 0;
    for (int i = 0; i < points->count; i++) mean += (double)points->days[i] * (double)points->share[i];
    return mean;
}

/* The risk with `units` more arriving as an order placed now would; `scratch` holds PICTURE_RECEIPTS + 1. */
static RiskInput risk_with(const Picture *p, double units, RiskReceipt *scratch) {
    RiskInput in = picture_risk_input(p);
    RiskReceipt order = { .units = units, .when = p->lead };
    double day = mean_days(&p->lead);
    int n = 0;
    bool put = false;
    for (int i = 0; i < p->receipts; i++) {
        if (!put && mean_days(&p->receipt[i].when) > day) {
            scratch[n++] = order;
            put = true;
        }
        scratch[n++] = p->receipt[i];
    }
    if (!put) scratch[n++] = order;
    in.receipt = scratch;
    in.receipts = n;
    return in;
}

static void cost_make(const Context *context, const Assessment *a, const Estimate *sender, double days, SourceCost *out) {
    const Picture *p = &a->picture;
    RiskReceipt receipts[PICTURE_RECEIPTS + 1];
    double units = micro_to_double(a->estimate.qty), lead = picture_lead_mean(p), lines = context->pools->lines_per_order;
    if (p->source == SOURCE_TRANSFER && sender->can_give < a->estimate.qty) units = micro_to_double(sender->can_give);
    RiskInput with = risk_with(p, units, receipts);
    double owed = micro_to_double(p->owed > 0 ? p->owed : 0), waits = p->money.wait_cost / (p->review_days > 0 ? p->review_days : 1);
    double served = owed < units ? owed : units, lost = p->money.short_cost * picture_short_by(p, &with, days) + waits * (served * lead + (owed - served) * days);
    double own = p->source == SOURCE_TRANSFER ? journey_cost(context, p) / lines + sender_loses(sender, units)
                                              : p->line_cost + p->money.hold_day * units * spare_lies(context, sender);
    *out = (SourceCost){ .kind = p->source, .units = units, .cost = lost + own, .arrival_day = a->estimate.arrival_day, .place = p->sender, .supplier = p->supplier };
}

bool sources_compare(const Plan *plan, int32_t spot, Arena *arena, SourceCost *out_here, SourceCost *out_other) {
    Context here = plan->context, other;
    here.fill = NULL;                    /* each for itself, as far as it would go */
    here.allot = NULL;
    other = here;
    other.other_source = true;
    Assessment *a = new_in(arena, Assessment), *b = new_in(arena, Assessment);
    spot_assess(&here, spot, NULL, arena, a);
    if (!a->estimate.either) return false;
    spot_assess(&other, spot, NULL, arena, b);
    const Assessment *move = a->picture.source == SOURCE_TRANSFER ? a : b;
    int32_t from = state_spot(plan->state, a->picture.item, (PlaceId){ move->picture.sender });
    const Estimate *sender = from >= 0 ? &plan->estimates[from] : NULL;
    if (!sender || sender->can_give == NO_QTY || !a->estimate.decided || !b->estimate.decided || !a->picture.money.cost_known) return false;
    double left = picture_lead_mean(&a->picture), right = picture_lead_mean(&b->picture), days = (left > right ? left : right) + a->picture.review_days;
    if (days > RISK_DAYS_MOST - 1) days = RISK_DAYS_MOST - 1;
    cost_make(&here, a, sender, days, out_here);
    cost_make(&other, b, sender, days, out_other);
    return true;
}

void sources_choose(Plan *plan, ShareBound *bought, void *self) {
    static const double NOTICED = 0.01;                      /* major money: not for less */
    for (int i = 0; i < plan->stale_count; i++) {
        int32_t spot = plan->stale[i];
        const Estimate *e = &plan->estimates[spot];
        SourceCost here, other;
        if (!e->either || !e->decided || e->qty <= 0) continue;
        arena_clear(plan->work[0]);
        if (!sources_compare(plan, spot, plan->work[0], &here, &other) || other.units <= 0 || other.cost + NOTICED >= here.cost) continue;
        plan->buys[spot] = true;
        bought(self, spot);
    }
}
