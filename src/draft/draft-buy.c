/* The case that orders, from a supplier or from another place of ours: the arithmetic of the quantity, the alternatives with their costs, the words. */
#include <assert.h>
#include <string.h>

#include "base/decimal.h"
#include "base/time.h"
#include "draft/draft-parts.h"
#include "estimate/picture.h"

CaseKind estimate_order_kind(const Estimate *e) { return e->source == SOURCE_TRANSFER ? CASE_MOVE : CASE_BUY; }

bool estimate_wants_order(const Context *context, const Estimate *e) {
    if (!e->decided || e->qty <= 0) return false;
    if (e->owed > 0) return true;                  /* customers wait and nothing comes for them: whatever it is worth */
    if (e->rank < 0) return e->p1 >= 0.5;          /* money unknown: only what is more likely than not */
    if ((e->flags & CASE_FLAG_BIT(NO_PRICE)) && context->policy->shortage_per_unit_micro < 0 && e->p1 >= 0.5) return true;   /* rank is a lower bound */
    return minor_of(context->exponent, e->rank) >= context->policy->queue_least_rank_minor;
}

/* ---- terms ---- */

static const char *const term_labels[TERM_COUNT_] = {
    [TERM_MEAN_DEMAND] = "Expected demand until the order after this one arrives", [TERM_DEMAND_NOISE] = "Room for demand going up and down",
    [TERM_LEVEL_ERROR] = "Room for not knowing the demand rate exactly",
    [TERM_SURPRISES] = "Room for what nobody saw coming, as far as forecasts of others missed before", [TERM_LEAD_SPREAD] = "Room for early and late deliveries",
    [TERM_SKEW] = "Shape: lumpy demand is not a bell curve", [TERM_UNDERSHOOT] = "Sold below the order point before it is seen",
    [TERM_ORDER_POINT] = "The ERP's own order point", [TERM_LOT] = "From the order point up to where an order goes",
    [TERM_LOST_BEFORE_ARRIVAL] = "Sales expected to be lost before arrival", [TERM_FLOOR] = "Stock that is never available",
    [TERM_BACKORDERS] = "Customers already waiting", [TERM_FIRM_DEMAND] = "Project orders outside the forecast", [TERM_RESERVED] = "Reserved outside the forecast",
    [TERM_ON_HAND] = "On hand", [TERM_ON_ORDER] = "On order", [TERM_IN_TRANSIT] = "In transit", [TERM_OWN_COMMANDS] = "Our orders the ERP does not show yet",
    [TERM_EXPECTED_SHORT] = "On order, but probably not coming", [TERM_NOT_NEEDED] = "Nothing needed", [TERM_WHOLE_UNITS] = "Up to whole units",
    [TERM_MINIMUM] = "Up to the smallest sensible order", [TERM_MULTIPLE] = "Up to full packs", [TERM_ORDER_MAXIMUM] = "Down to the largest order allowed",
    [TERM_STOCK_MAXIMUM] = "Down to the largest stock allowed", [TERM_SHELF_LIFE] = "Down to what sells before it is too old",
    [TERM_PRICE_BREAK] = "Up to the quantity from which all of it is cheaper",
    [TERM_FILL_MINIMUM] = "To reach the supplier's minimum", [TERM_FILL_LOAD] = "To fill the truck",
};
static const char *const term_paths[TERM_COUNT_] = {
    [TERM_MEAN_DEMAND] = "demand", [TERM_DEMAND_NOISE] = "demand", [TERM_LEVEL_ERROR] = "demand", [TERM_SURPRISES] = "demand", [TERM_LEAD_SPREAD] = "lead", [TERM_SKEW] = "demand", [TERM_UNDERSHOOT] = "demand",
    [TERM_ORDER_POINT] = "min-max",
    [TERM_LOST_BEFORE_ARRIVAL] = "demand", [TERM_BACKORDERS] = "open_orders", [TERM_FIRM_DEMAND] = "open_orders", [TERM_RESERVED] = "allocated",
    [TERM_ON_HAND] = "on_hand", [TERM_ON_ORDER] = "on_order", [TERM_IN_TRANSIT] = "in_transit", [TERM_OWN_COMMANDS] = "commands",
    [TERM_EXPECTED_SHORT] = "on_order", [TERM_MINIMUM] = "terms", [TERM_MULTIPLE] = "terms", [TERM_ORDER_MAXIMUM] = "terms", [TERM_STOCK_MAXIMUM] = "terms",
    [TERM_SHELF_LIFE] = "demand", [TERM_PRICE_BREAK] = "terms",
    [TERM_FILL_MINIMUM] = "terms", [TERM_FILL_LOAD] = "terms",
};

static void terms_fill(const Context *context, const Picture *p, const Quantity *q, Arena *arena, Case *c) {
    bool move = c->kind == CASE_MOVE;
    c->terms = many_in(arena, CaseTerm, TERM_COUNT_);
    for (int k = 0; k < TERM_COUNT_; k++) {
        if (q->term[k] == 0 && k != (p->replenish == REPLENISH_MIN_MAX ? TERM_ORDER_POINT : TERM_MEAN_DEMAND) && k != TERM_ON_HAND) continue;
        CaseTerm *term = &c->terms[c->terms_count++];
        *term = (CaseTerm){ .code = quantity_term_code((QuantityTermKind)k), .label = term_labels[k], .qty = q->term[k], .inputs = many_in(arena, const char *, 1) };
        if (k == TERM_MEAN_DEMAND) {
            double days = picture_lead_mean(p);
            term->label = p->gap > 0 ? text_format(arena, "Expected demand over the lead time (%.0f days)", days)
                        : text_format(arena, "Expected demand over lead time and review (%.0f days)%s", days + (p->next_day - p->order_day),
                                      p->no_min_max ? ", as the ERP tells no min and max" : "");
        }
        if (k == TERM_ON_HAND && p->fold.kin_stock > 0)
            term->label = text_format(arena, "On hand, with %.0f of %s, which it replaces", micro_to_double(p->fold.kin_stock), context->state->items.at[p->fold.kin_item].code);
        if (k == TERM_ORDER_MAXIMUM && p->first_most > 0) term->label = "Down to a first order: little is known of it yet";
        if (k == TERM_ORDER_MAXIMUM && move) term->label = text_format(arena, "Down to what %s can spare", c->from_place);
        if (term_paths[k]) term->inputs[term->inputs_count++] = text_format(arena, "item/%s@%s/%s", c->item, c->place, term_paths[k]);
    }
}

/* ---- options: every one over the same window, until an order at the next opportunity could arrive ---- */

/* units are bought, `held` of them lie for held_days; `waits` is what customers' waiting costs, in money. */
typedef struct Course { Risk risk; double units, held, held_days, waits, premium; } Course;

enum { OPTIONS_MOST = 6 };          /* order, wait, expedite, the quantity of another price, never, and the other source */

static CaseOption option_of(const Context *context, const Picture *p, const Course *course, const char *verb) {
    double loss = course->risk.short1 * p->money.short_cost + course->waits;
    double held = p->money.hold_day * course->held * course->held_days;
    bool priced = p->money.cost_known || context->policy->shortage_per_unit_micro >= 0;
    return (CaseOption){ .verb = verb, .qty = micro_of(course->units), .arrival_day = CASE_NO_DAY, .p_out_ppm = ppm_of(course->risk.p1),
        .cost_minor = priced ? minor_of(context->exponent, loss + held + course->premium) : CASE_NONE, .loss_minor = priced ? minor_of(context->exponent, loss) : CASE_NONE,
        .capital_minor = p->money.cost_known ? minor_of(context->exponent, course->units * p->money.unit_cost) : CASE_NONE, .note = "" };
}

/* The latest open line can be hurried: it then comes a share of its remaining wait earlier, for a premium on its value. */
static bool expedite_course(const Context *context, const Picture *p, const Course *buy, Arena *arena, Course *out, CaseOption *option, const OpenSupply **out_line) {
    const Policy *policy = context->policy;
    const OpenSupply *line = NULL;
    for (int i = 0; i < p->fold.open_count; i++) {
        const OpenSupply *open = &p->fold.open[i];
        if (open->kind != SUPPLY_PO || open->left <= 0) continue;
        if (!line || open->late_days > line->late_days || (open->late_days == line->late_days && open->order_day < line->order_day)) line = open;
    }
    if (!line || p->receipts == 0 || policy->expedite_days_saved_share_micro <= 0) return false;
    int32_t day = supply_day(context, p, line);
    double wait = day - context->start_day, saved = wait * micro_to_double(policy->expedite_days_saved_share_micro);
    if (saved < 1) return false;
    RiskReceipt *receipts = many_in(arena, RiskReceipt, PICTURE_RECEIPTS + 1);
    RiskInput in = picture_risk_with(p, buy->units, receipts);
    for (int i = 0; i < in.receipts; i++) {
        double mean = 0;
        for (int k = 0; k < receipts[i].when.count; k++) mean += (double)receipts[i].when.days[k] * (double)receipts[i].when.share[k];
        if (mean + 0.5 < wait || mean > wait + 0.5 || receipts[i].units + 1e-9 < micro_to_double(line->left)) continue;
        for (int k = 0; k < receipts[i].when.count; k++) receipts[i].when.days[k] *= (float)((wait - saved) / wait);
        break;
    }
    for (int i = 1; i < in.receipts; i++)          /* it may overtake others: soonest first again */
        for (int k = i; k > 0 && (double)receipts[k].when.days[0] < (double)receipts[k - 1].when.days[0]; k--) {
            RiskReceipt t = receipts[k]; receipts[k] = receipts[k - 1]; receipts[k - 1] = t;
        }
    *out = (Course){ .units = buy->units, .held = buy->held, .held_days = buy->held_days };
    risk_by_next(&in, &out->risk);
    int64_t told;
    bool priced = line->price != NO_QTY && policy_price(policy, line->currency, line->price, &told);
    double price = priced ? micro_to_double(told) : p->money.unit_cost;
    out->premium = micro_to_double(policy->expedite_premium_share_micro) * price * micro_to_double(line->left);
    *option = option_of(context, p, out, "expedite");
    option->qty = line->left;
    option->arrival_day = (int32_t)((double)day - saved + 0.5);
    option->note = text_format(arena, "hurry %s, about %.0f days earlier, and buy", line->doc, saved);
    *out_line = line;
    return true;
}

/* The quantity of another price: without the break that was taken, or of the best one that was not. Its cost is that of the order proposed and what it loses
 * against it, holding and price together. */
static void break_option(const Context *context, const Picture *p, const Estimate *e, const Courses *courses, const Course *buy, int64_t buy_minor, Arena *arena, CaseOption *out) {
    const Quantity *q = &courses->quantity;
    char price[DECIMAL_TEXT];
    Course other = *buy;
    RiskReceipt receipts[PICTURE_RECEIPTS + 1];
    other.units = micro_to_double(q->other);
    RiskInput in = picture_risk_with(p, other.units, receipts);
    risk_by_next(&in, &other.risk);
    *out = option_of(context, p, &other, "buy");
    out->arrival_day = e->arrival_day;
    int64_t dearer = minor_of(context->exponent, q->other_dearer);
    money_format(dearer, context->exponent, price);
    if (out->cost_minor != CASE_NONE) out->cost_minor = buy_minor + dearer;
    out->capital_minor = minor_of(context->exponent, other.units * q->other_price);
    bool taken = q->term[TERM_PRICE_BREAK] > 0;
    out->note = taken ? text_format(arena, "order only what is needed: %s dearer, price and holding together", price)
                      : text_format(arena, "order up to the next price: %s dearer, holding more than eats the saving", price);
}

static void options_fill(const Context *context, const Picture *p, const Estimate *e, const Courses *courses, Arena *arena, Case *c) {
    double units = micro_to_double(e->qty);
    Course wait = { .risk = courses->wait, .waits = e->waiting * p->money.wait_cost };
    Course buy = { .risk = courses->now, .units = units, .held = units - e->waiting, .held_days = p->next_day - p->order_day };
    c->options = many_in(arena, CaseOption, OPTIONS_MOST);
    CaseOption *option = &c->options[c->options_count++];
    bool move = c->kind == CASE_MOVE;
    *option = option_of(context, p, &buy, move ? "transfer" : "buy");
    option->arrival_day = e->arrival_day;
    option->chosen = true;
    option->note = move ? text_format(arena, "send it from %s now", c->from_place) : "order now";
    if (move) option->capital_minor = 0;           /* it is ours already */
    else if (p->money.cost_known) option->capital_minor = minor_of(context->exponent, units * e->unit_cost);
    option = &c->options[c->options_count++];
    *option = option_of(context, p, &wait, "wait");
    option->arrival_day = e->arrival_day + (e->next_day - e->order_day);
    option->note = text_format(arena, "look again in %d days and order then", e->next_day - e->order_day);
    Course expedite;
    const OpenSupply *line;
    if (expedite_course(context, p, &buy, arena, &expedite, &c->options[c->options_count], &line)) c->options_count++;
    if (courses->quantity.other > 0) break_option(context, p, e, courses, &buy, c->options[0].cost_minor, arena, &c->options[c->options_count++]);
    double horizon = picture_horizon(context, p);
    Course never = { .waits = e->waiting * picture_unserved_cost(p), .risk = { .short1 = courses->never_short } };
    option = &c->options[c->options_count++];
    *option = option_of(context, p, &never, "never");
    option->p_out_ppm = CASE_NONE;
    option->note = text_format(arena, "order nothing for %.0f days", horizon);
}

static int64_t signed_minor(const Context *context, double major) { return major < 0 ? -minor_of(context->exponent, -major) : minor_of(context->exponent, major); }

/* The other of two sources, with what it costs beyond (or below) the one chosen over the same days. */
void draft_other_source(const Context *context, double more, double units, SourceKind kind, int32_t from, int32_t arrival_day, Arena *arena, Case *c) {
    const CaseOption *chosen = &c->options[0];
    bool move = kind == SOURCE_TRANSFER;
    const char *who = move ? context->state->places.at[from].code : context->state->suppliers.at[from].code;
    int64_t gap = signed_minor(context, more);
    assert(c->options_count < OPTIONS_MOST);
    c->options[c->options_count++] = (CaseOption){ .verb = move ? "transfer" : "buy", .qty = micro_of(units), .arrival_day = arrival_day, .p_out_ppm = CASE_NONE, .loss_minor = CASE_NONE,
        .capital_minor = CASE_NONE, .cost_minor = chosen->cost_minor == CASE_NONE ? CASE_NONE : chosen->cost_minor + gap,
        .note = text_format(arena, "%s %s instead", move ? "send it from" : "buy it from", who) };
}

/* ---- words ---- */

/* Never a certainty: what a model calls 100 % is more than 99 %. */
static const char *percent_text(Arena *arena, double share) {
    int percent = (int)(share * 100 + 0.5);
    return percent > 99 ? "More than 99 %" : text_format(arena, "%d %%", percent);
}

static const char *title_of(const Context *context, const Picture *p, const Estimate *e, Arena *arena) {
    char day[DAY_TEXT];
    int64_t shelf = p->fold.on_hand + p->fold.kin_stock;
    if (shelf <= 0 && p->fold.backorders > 0) return "Out of stock, and customers are waiting";
    if (shelf <= 0) return "Out of stock now";
    if (e->owed > 0 && p->fold.backorders > 0)
        return text_format(arena, "Customers wait for %.0f more than there is or is coming", micro_to_double(e->owed));
    if (p->position.firm_demand > 0) {
        day_format(p->firm_day, day);
        return text_format(arena, "A customer's order for %s needs more than there is", day);
    }
    if (p->fold.open_count > 0 && p->fold.open[0].late_days > 7 && e->p0 > 0.5)
        return text_format(arena, "%s chance of running out: %s is %d days late", percent_text(arena, e->p1), p->fold.open[0].doc, p->fold.open[0].late_days);
    if (e->p0 >= 0.5) return text_format(arena, "%s chance of running out before even an order of today arrives", percent_text(arena, e->p0));
    if (e->p1 >= 0.005) return text_format(arena, "%s chance of running out before the next order could arrive", percent_text(arena, e->p1));
    day_format(context->start_day, day);
    return "Below the level that keeps the service wanted";
}

/* ---- the order it is part of ---- */

static int64_t measure_of(const Context *context, int measure, double units) { return measure == MEASURE_VALUE ? minor_of(context->exponent, units) : micro_of(units); }
static int64_t told_or_none(int64_t micro) { return micro == NO_QTY || micro <= 0 ? CASE_NONE : micro; }

static const CaseChoice choices[] = { [FILL_NOT_NEEDED] = ORDER_REACHED, [FILL_UP] = ORDER_FILLED, [FILL_WAIT] = ORDER_WAIT, [FILL_CANNOT] = ORDER_CANNOT };

static void order_fill(const Context *context, const Picture *p, const GroupTotal *group, CaseOrder *out) {
    const ItemInfo *item = &context->state->items.at[p->item.v];
    const Fill *fill = &group->fill;
    bool asked = fill->choice != FILL_NOT_NEEDED && fill->choice != FILL_CANNOT;
    *out = (CaseOrder){ .choice = fill->saving > 0 ? ORDER_FILLED : choices[fill->choice], .trucks = fill->trucks,
        .cost_minor = asked ? signed_minor(context, fill->cost) : CASE_NONE, .wait_minor = asked ? minor_of(context->exponent, fill->wait_cost) : CASE_NONE,
        .saving_minor = fill->trucks ? minor_of(context->exponent, fill->saving) : CASE_NONE, .to_minimum = p->fill.to_minimum, .to_load = p->fill.to_load,
        .line_cost_minor = p->fill.ordered ? signed_minor(context, (double)p->fill.cost) : CASE_NONE, .early_days = (int64_t)((double)p->fill.days + 0.5),
        .unit = { CASE_NONE, told_or_none(item->weight), told_or_none(item->volume), told_or_none(item->pallet_qty) } };
    for (int m = 0; m < FILL_MEASURES; m++)
        out->limit[m] = (CaseLimit){ .minimum = group->ask.minimum[m] > 0 ? measure_of(context, m, group->ask.minimum[m]) : CASE_NONE,
            .truck = group->ask.truck[m] > 0 ? measure_of(context, m, group->ask.truck[m]) : CASE_NONE, .own = measure_of(context, m, fill->own[m]),
            .reached = measure_of(context, m, fill->reached[m]), .unknown = fill->unknown[m] };
}
_Static_assert((int)MEASURE_COUNT_ == (int)FILL_MEASURES && (int)MEASURE_PALLETS == (int)FILL_PALLETS, "a case tells the measures that orders are filled by");

static const char *pulled_title(const Context *context, const Picture *p, Arena *arena) {
    const char *supplier = context->state->suppliers.at[p->supplier].code;
    return p->fill.for_load ? text_format(arena, "Brought forward: there is room on the truck from %s", supplier)
                            : text_format(arena, "Brought forward: the order to %s is below its minimum without it", supplier);
}

static void action_fill(const Context *context, const Picture *p, const Estimate *e, const GroupTotal *group, CaseAction *action) {
    bool limited = group && group->limited;
    bool minimum = limited && group->ask.minimum[FILL_VALUE] > 0;
    *action = (CaseAction){ .verb = p->source == SOURCE_TRANSFER ? "transfer" : "buy", .qty = e->qty, .order_day = e->order_day, .arrival_day = e->arrival_day,
        .unit_cost = p->money.cost_known ? micro_of(e->unit_cost) : CASE_NONE, .value_minor = CASE_NONE, .purchase_uom = "",
        .minimum_minor = minimum ? minor_of(context->exponent, group->ask.minimum[FILL_VALUE]) : CASE_NONE,
        .minimum_reached_minor = minimum ? minor_of(context->exponent, group->fill.reached[FILL_VALUE]) : CASE_NONE };
    if (limited) order_fill(context, p, group, &action->order);
    int64_t value;
    if (p->money.cost_known && money_extend(e->qty, action->unit_cost, context->exponent, &value, NULL) == OK) action->value_minor = value;
    bool terms_say = p->terms && p->terms->uom[0] && p->terms->uom_factor != NO_QTY;
    const char *uom = terms_say ? p->terms->uom : p->fold.last_uom;
    int64_t factor = terms_say ? p->terms->uom_factor : uom[0] ? state_unit_factor(context->state, p->item, uom) : 0;
    /* Only whole packs of whole units are ordered as packs. */
    bool packs = factor > MICRO && factor % MICRO == 0 && e->qty % factor == 0;
    action->purchase_factor = packs ? factor : MICRO;
    action->purchase_uom = packs ? uom : "";
    action->purchase_qty = packs ? e->qty / (factor / MICRO) : e->qty;
}

/* How sure, and therefore who decides. */
static void sureness_fill(const Context *context, const Picture *p, const Estimate *e, QuantityFlips *flips, Arena *arena, Case *c) {
    Confidence confidence;
    confidence_make(p, e, context->state->items.at[p->item.v].tier, flips, &confidence);
    c->flags = e->flags | confidence.flags | (p->fill.pulled ? CASE_FLAG_BIT(PULLED_FORWARD) : 0);
    if (c->action.order.choice == ORDER_WAIT || c->action.order.choice == ORDER_CANNOT) c->flags |= CASE_FLAG_BIT(BELOW_MINIMUM);
    if (c->kind == CASE_MOVE && p->allot == INT64_MAX) c->flags |= CASE_FLAG_BIT(NO_STOCK_FACT);      /* nobody can say what its sender has */
    c->confidence_ppm = ppm_of(confidence.share);
    c->confidence_low_ppm = ppm_of(confidence.low);
    draft_tier(context, p, c, arena);
}

Tier draft_order_tier(const Context *context, const Picture *p, const Estimate *e, Arena *arena) {
    Draft draft;
    QuantityFlips flips = { 0 };
    draft_head(context, p, estimate_order_kind(e), arena, &draft);
    action_fill(context, p, e, NULL, &draft.c.action);
    sureness_fill(context, p, e, &flips, arena, &draft.c);
    return draft.c.tier;
}

void draft_order(const Context *context, const Picture *p, const Estimate *e, const GroupTotal *group, QuantityFlips *flips, Arena *arena, Draft *out) {
    draft_head(context, p, estimate_order_kind(e), arena, out);
    Case *c = &out->c;
    if (c->kind == CASE_MOVE) group = NULL;
    if (c->kind == CASE_MOVE) c->from_place = p->sender > 0 && (size_t)p->sender < context->state->places.count ? context->state->places.at[p->sender].code : "";
    action_fill(context, p, e, group, &c->action);
    if (c->action.purchase_uom[0] == 0) c->action.purchase_uom = c->uom;
    c->rank_minor = minor_of(context->exponent, e->rank);
    c->due_day = e->order_day;
    sureness_fill(context, p, e, flips, arena, c);
    draft_notes(context, p, arena, c);
    out->rank = e->rank;
}

void draft_order_tell(const Context *context, const Picture *p, const Estimate *e, const Courses *courses, Arena *arena, Draft *out) {
    Case *c = &out->c;
    terms_fill(context, p, &courses->quantity, arena, c);
    options_fill(context, p, e, courses, arena, c);
    draft_projection(context, p, e->safety, CASE_PROJECTION_DAYS, arena, &c->projection);
    draft_facts(context, p, &c->facts);
    c->model = draft_model(p, arena);
    c->title = p->fill.pulled ? pulled_title(context, p, arena) : title_of(context, p, e, arena);
    c->at_stake_minor = minor_of(context->exponent, e->stake);
    c->p0_ppm = ppm_of(e->p0);
    c->p1_ppm = ppm_of(e->p1);
    c->expected_short = micro_of(e->short_wait);
    c->margin_per_unit = p->money.price_known && p->money.cost_known ? micro_of(p->money.margin) : CASE_NONE;
    draft_evidence(context, p, c);
    draft_freeze(context, p, &courses->quantity, arena, out);
}
