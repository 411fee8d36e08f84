/* The case that orders, from a supplier or from another place of ours: the arithmetic of the quantity, the order it is part of, the words. */
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
    [TERM_FED_LEVELS] = "What the places it feeds should have, there and on its way", [TERM_FED_STOCK] = "What they have",
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
    [TERM_FED_LEVELS] = "network", [TERM_FED_STOCK] = "network",
    [TERM_ON_HAND] = "on_hand", [TERM_ON_ORDER] = "on_order", [TERM_IN_TRANSIT] = "in_transit", [TERM_OWN_COMMANDS] = "commands",
    [TERM_EXPECTED_SHORT] = "on_order", [TERM_MINIMUM] = "terms", [TERM_MULTIPLE] = "terms", [TERM_ORDER_MAXIMUM] = "terms", [TERM_STOCK_MAXIMUM] = "terms",
    [TERM_SHELF_LIFE] = "demand", [TERM_PRICE_BREAK] = "terms",
    [TERM_FILL_MINIMUM] = "terms", [TERM_FILL_LOAD] = "terms",
};

/* Of what is expected here, what the customers of the places it feeds will ask for: by the share they took. */
static void fed_demand_split(const Picture *p, Arena *arena, Case *c) {
    CaseTerm *all = &c->terms[c->terms_count - 1], *fed = &c->terms[c->terms_count];
    if (p->fold.fed_count == 0 || p->fold.sold <= 0) return;
    *fed = *all;
    fed->code = "fed-demand";
    fed->label = text_format(arena, "The same of the customers of the %d place%s it feeds", p->fold.fed_count, p->fold.fed_count == 1 ? "" : "s");
    fed->qty = (int64_t)((double)all->qty * ((double)p->fold.sent / (double)p->fold.sold));
    fed->inputs_count = 1;
    fed->inputs = many_in(arena, const char *, 1);
    fed->inputs[0] = text_format(arena, "item/%s@%s/network", c->item, c->place);
    all->qty -= fed->qty;
    all->label = text_format(arena, "%s, own customers", all->label);
    c->terms_count++;
}

static void terms_fill(const Context *context, const Picture *p, const Quantity *q, Arena *arena, Case *c) {
    bool move = c->kind == CASE_MOVE;
    c->terms = many_in(arena, CaseTerm, TERM_COUNT_ + 1);
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
        if (k == TERM_MEAN_DEMAND) fed_demand_split(p, arena, c);
    }
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
        .cost_minor = asked ? draft_signed_minor(context, fill->cost) : CASE_NONE, .wait_minor = asked ? minor_of(context->exponent, fill->wait_cost) : CASE_NONE,
        .saving_minor = fill->trucks ? minor_of(context->exponent, fill->saving) : CASE_NONE, .to_minimum = p->fill.to_minimum, .to_load = p->fill.to_load,
        .line_cost_minor = p->fill.ordered ? draft_signed_minor(context, (double)p->fill.cost) : CASE_NONE, .early_days = (int64_t)((double)p->fill.days + 0.5),
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
    confidence_make(context->confidence, p, e, context->state->items.at[p->item.v].tier, flips, &confidence);
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
    draft_options(context, p, e, courses, arena, c);
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
