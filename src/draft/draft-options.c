/* What else could be done instead of an order that is proposed, and what another quantity of it would do: alternatives with their cost, chance and capital. */
#include <assert.h>
#include <string.h>

#include "base/decimal.h"
#include "draft/draft-parts.h"
#include "estimate/picture.h"

int64_t draft_signed_minor(const Context *context, double major) { return major < 0 ? -minor_of(context->exponent, -major) : minor_of(context->exponent, major); }

/* ---- every one over the same window, until an order at the next opportunity could arrive ---- */

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
    RiskReceipt receipts[PICTURE_RECEIPTS];
    RiskInput in = picture_risk_input(p);
    memcpy(receipts, p->receipt, sizeof receipts);
    in.receipt = receipts;
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
    risk_ordered(&in, buy->units, NULL, &out->risk);
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
    RiskInput in = picture_risk_input(p);
    other.units = micro_to_double(q->other);
    risk_ordered(&in, other.units, &courses->wait, &other.risk);
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

void draft_options(const Context *context, const Picture *p, const Estimate *e, const Courses *courses, Arena *arena, Case *c) {
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

/* The other of two sources, with what it costs beyond (or below) the one chosen over the same days. */
void draft_other_source(const Context *context, double more, double units, SourceKind kind, int32_t from, int32_t arrival_day, Arena *arena, Case *c) {
    const CaseOption *chosen = &c->options[0];
    bool move = kind == SOURCE_TRANSFER;
    const char *who = move ? context->state->places.at[from].code : context->state->suppliers.at[from].code;
    int64_t gap = draft_signed_minor(context, more);
    assert(c->options_count < OPTIONS_MOST);
    c->options[c->options_count++] = (CaseOption){ .verb = move ? "transfer" : "buy", .qty = micro_of(units), .arrival_day = arrival_day, .p_out_ppm = CASE_NONE, .loss_minor = CASE_NONE,
        .capital_minor = CASE_NONE, .cost_minor = chosen->cost_minor == CASE_NONE ? CASE_NONE : chosen->cost_minor + gap,
        .note = text_format(arena, "%s %s instead", move ? "send it from" : "buy it from", who) };
}

/* ---- another quantity ---- */

static double price_of(const Picture *p, const Estimate *e, int64_t qty) {
    if (p->breaks.count == 0) return e->unit_cost;
    double price = p->breaks.price;
    for (int i = 0; i < p->breaks.count && p->breaks.at[i].from <= qty; i++) price = p->breaks.at[i].price;
    return price;
}

void draft_try(const Context *context, const Picture *p, const Estimate *e, const Courses *courses, int64_t qty, Arena *arena, Case *c) {
    draft_options(context, p, e, courses, arena, c);
    c->options_count = 2;                          /* the order proposed, and beside it the other */
    CaseOption *option = &c->options[1];
    double units = micro_to_double(qty), served = picture_waiting(context, p, &courses->wait, units);
    if (served > e->waiting) served = e->waiting;
    Course other = { .units = units, .held = units - served, .held_days = p->next_day - p->order_day, .waits = (e->waiting - served) * p->money.wait_cost };
    RiskInput in = picture_risk_input(p);
    risk_ordered(&in, units, &courses->wait, &other.risk);
    *option = option_of(context, p, &other, c->options[0].verb);
    option->arrival_day = units > 0 ? e->arrival_day : CASE_NO_DAY;
    if (p->source == SOURCE_TRANSFER) option->capital_minor = 0;
    else if (p->money.cost_known) option->capital_minor = minor_of(context->exponent, units * price_of(p, e, qty));
}
