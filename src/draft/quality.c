#include "draft/quality.h"

#include <stdlib.h>
#include <string.h>

#include "base/decimal.h"
#include "base/time.h"
#include "draft/draft-parts.h"
#include "estimate/picture.h"
#include "draft/quality-parts.h"

const QualityRow quality_rows[QUALITY_COUNT_] = {
#define X(name, subject, flag) [QUALITY_##name] = { subject, flag },
    QUALITIES(X)
#undef X
};

static double active_value(const Look *look) {      /* what a week of its demand is worth when missed */
    double worth = look->e->short_cost > 0 ? look->e->short_cost : look->p->money.price;
    return look->p->mean_day * 7 * worth;
}

static double owed_value(const Look *look) { return micro_to_double(look->p->owed) * picture_unserved_cost(look->p); }

double cost_of_having(const Look *look, double units) {
    RiskInput in = picture_risk_input(look->p);
    Risk risk, here = { .short1 = look->e->short_wait };
    if (!look->e->carried) risk_by_next(&in, &here);
    in.on_hand = units - (micro_to_double(look->p->fold.on_hand) - look->p->on_hand_risk);
    risk_by_next(&in, &risk);
    double more = risk.short1 - here.short1;
    return more > 0 ? more * look->p->money.short_cost : 0;
}

/* ---- what is missing ---- */

static bool missing(const Look *look, Quality quality, const char *title, const char *note, Finding *out) {
    if (look->p->mean_day <= 0 && look->p->owed <= 0) return false;
    *out = (Finding){ .quality = quality, .title = title, .note = note, .rank = 0.25 * active_value(look) + owed_value(look),
                      .stake = 4 * active_value(look) + owed_value(look) };
    return true;
}
static bool no_lead(const Look *look, Finding *out) {
    return look->p->source != SOURCE_NONE && look->p->lead.count == 0 &&
           missing(look, QUALITY_NO_LEAD, "No lead time is known", "state one in the supplier terms, or import past orders and receipts", out);
}
static bool no_supplier(const Look *look, Finding *out) {
    return look->p->source == SOURCE_NONE && missing(look, QUALITY_NO_SUPPLIER, "Nobody is known to supply it", "name a supplier in the planning row or the terms", out);
}
static bool no_cost(const Look *look, Finding *out) {
    return !look->p->money.cost_known && missing(look, QUALITY_NO_COST, "No cost is known", "give a cost with the item or the supplier terms", out);
}
static bool no_rate(const Look *look, Finding *out) {
    char code[4];
    if (look->p->money.no_rate == 0) return false;
    currency_unpack(look->p->money.no_rate, code);
    *out = (Finding){ .quality = QUALITY_RATE, .title = text_format(look->arena, "A figure is told in %s, and the policy has no rate for it", code),
        .note = text_format(look->arena, "name \"%s\" under \"currencies\" in the policy, or tell the figure in %s", code, look->context->policy->currency),
        .rank = 0.25 * active_value(look), .stake = 4 * active_value(look) };
    return true;
}
static bool no_stock(const Look *look, Finding *out) {
    return !look->p->fold.stock_known && missing(look, QUALITY_NO_STOCK, "No stock level was ever told", "import a stock file that names it", out);
}

/* ---- what contradicts ---- */

static bool negative(const Look *look, Finding *out) {
    const Fold *fold = &look->p->fold;
    if (!fold->stock_known || fold->level_qty >= 0) return false;
    char qty[DECIMAL_TEXT];
    decimal_format(fold->level_qty, qty);
    *out = (Finding){ .quality = QUALITY_NEGATIVE, .title = text_format(look->arena, "The stock told is %s", qty), .rows = { fold->level_row }, .rows_count = 1,
        .note = "count it and import the count", .rank = 0.5 * active_value(look), .stake = 2 * active_value(look) };
    return true;
}

/* The same item cannot cost several times what it costs: a decimal point or a price per pack. */
static bool price_doubt(const Look *look, Finding *out) {
    enum { TIMES = 4 };
    const Picture *p = look->p;
    if (p->money.cost_apart < TIMES || (p->mean_day <= 0 && p->owed <= 0)) return false;
    double value = micro_to_double(look->e->qty) * p->money.unit_cost;
    *out = (Finding){ .quality = QUALITY_PRICE, .title = text_format(look->arena, "Its costs are %.0f times apart: item, supplier terms and the newest order", p->money.cost_apart),
        .note = "look at the price and its unit; correct the one that is wrong", .rows = { look->context->state->items.at[p->item.v].row, p->terms ? p->terms->row : 0 },
        .rows_count = p->terms ? 2 : 1, .rank = 0.05 * value, .stake = value };
    return true;
}

static int double_order(const void *left, const void *right) {
    double a = *(const double *)left, b = *(const double *)right;
    return (a > b) - (a < b);
}

/* One delivery of many that took several times as long as they usually take: it may be true, or a date may be wrong. */
static bool lead_doubt(const Look *look, Finding *out) {
    enum { LEAST = 5, TIMES = 4, DAYS = 30, RECENT_DAYS = 180 };
    const Fold *fold = &look->p->fold;
    double *days = many_in(look->arena, double, fold->seen_count + 1), worst = 0;
    int count = 0;
    for (int i = 0; i < fold->seen_count; i++) {
        const LeadObservation *seen = &fold->seen[i];
        if (seen->outcome != LEAD_RECEIVED || !lead_came(fold->seen_from[i], look->p->supplier, look->p->lane.mode)) continue;
        days[count++] = seen->days;
        if (seen->age_days - seen->days <= RECENT_DAYS && seen->days > worst) worst = seen->days;
    }
    if (count < LEAST) return false;
    qsort(days, (size_t)count, sizeof *days, double_order);
    double usual = days[count / 2];
    if (worst < TIMES * usual || worst < usual + DAYS) return false;
    *out = (Finding){ .quality = QUALITY_LEAD, .title = text_format(look->arena, "A delivery took %.0f days, others about %.0f", worst, usual),
        .note = "if a date is wrong, correct the order or the receipt; if it is true, nothing need be done", .rank = 0.02 * active_value(look), .stake = active_value(look) };
    return true;
}

/* A fast mover with stock on the books that suddenly is not sold any more: how likely is such silence by chance? */
static bool phantom(const Look *look, Finding *out) {
    enum { HISTORY_DAYS = 180, SILENCE_LEAST = 5 };
    const Fold *fold = &look->p->fold;
    const State *state = look->context->state;
    if (!fold->stock_known || fold->on_hand <= 0 || state->by_kind[FACT_ORDER_LINE] == 0 || fold->buckets == 0) return false;
    uint8_t seen[HISTORY_DAYS] = { 0 };
    int32_t from = look->context->start_day - HISTORY_DAYS;
    for (int i = 0; i < look->count; i++) {
        const Record *r = &look->records[i];
        bool shipped = state->by_kind[FACT_SHIPMENT_LINE] > 0 ? r->kind == REC_SHIPMENT : r->kind == REC_DEMAND;
        if (shipped && r->day >= from && r->day < look->context->start_day) seen[r->day - from] = 1;
    }
    int32_t feed = state->places.at[look->p->place.v].last_day[state->by_kind[FACT_SHIPMENT_LINE] > 0 ? FACT_SHIPMENT_LINE : FACT_ORDER_LINE];
    int end = feed == NO_DAY ? 0 : feed + 1 - from;      /* silence counts only while the place was heard */
    if (end > HISTORY_DAYS) end = HISTORY_DAYS;
    int silence = 0, busy = 0, busy_on[8] = { 0 }, days_on[8] = { 0 };
    while (silence < end && !seen[end - 1 - silence]) silence++;
    int before = end - silence;
    for (int d = 0; d < before; d++) {
        busy += seen[d];
        busy_on[day_weekday(from + d)] += seen[d];
        days_on[day_weekday(from + d)]++;
    }
    if (silence < SILENCE_LEAST || before < 60 || busy < 20) return false;
    double chance = 1;                                   /* weekday by weekday: a quiet Sunday says nothing */
    for (int d = before; d < end; d++) {
        int day = day_weekday(from + d);
        if (days_on[day]) chance *= 1 - (double)busy_on[day] / days_on[day];
    }
    if (chance > 1e-4) return false;
    double lost = look->e->decided ? cost_of_having(look, 0) : active_value(look);
    double week = active_value(look);
    *out = (Finding){ .quality = QUALITY_PHANTOM, .rows = { fold->level_row }, .rows_count = 1,
        .title = text_format(look->arena, "On the books, but nothing moved for %d days", silence), .note = "count it: the stock may not be there",
        .rank = 0.8 * (lost > week ? lost : week), .stake = lost + 4 * week };
    return true;
}

/* Two open orders that look like one, entered twice. */
static bool twin(const Look *look, Finding *out) {
    enum { APART_DAYS = 5 };
    const Fold *fold = &look->p->fold;
    for (int a = 0; a < fold->open_count; a++)
        for (int b = a + 1; b < fold->open_count; b++) {
            const OpenSupply *x = &fold->open[a], *y = &fold->open[b];
            bool alike = x->kind == SUPPLY_PO && y->kind == SUPPLY_PO && x->who == y->who && x->ordered == y->ordered && x->key != y->key && !x->of_kin && !y->of_kin;
            if (!alike || x->received || y->received || abs(x->order_day - y->order_day) > APART_DAYS) continue;
            double units = micro_to_double(y->ordered), value = units * look->p->money.unit_cost;
            double cover = look->p->mean_day > 0 ? units / look->p->mean_day : 365;
            if (cover > 365) cover = 365;
            double held = look->p->money.hold_day * units * cover;
            *out = (Finding){ .quality = QUALITY_TWIN, .rows = { x->row, y->row }, .rows_count = 2,
                .title = text_format(look->arena, "%s and %s look like one order entered twice", x->doc, y->doc), .note = "ask the buyer; cancel one",
                .rank = 0.5 * (held > 0.05 * value ? held : 0.05 * value), .stake = held + 0.25 * value };
            return true;
        }
    return false;
}

/* Our order that no ERP line took up in time; its quantity still counts as on its way. */
static bool unmatched(const Look *look, Finding *out) {
    const Context *context = look->context;
    for (int i = 0; i < context->commands_count; i++) {
        const CommandSupply *command = &context->commands[i];
        if (command->spot != look->p->spot || command_is_matched(context, look->p, command)) continue;
        int days = context->start_day - command->order_day;
        if (days <= context->policy->orders_unmatched_days) continue;
        double value = micro_to_double(command->qty) * look->p->money.unit_cost;
        *out = (Finding){ .quality = QUALITY_UNMATCHED, .rows = { command->row }, .rows_count = 1,
            .title = text_format(look->arena, "Our order %s does not show in the ERP after %d days", command->doc, days),
            .note = "look for it in the ERP; if it never arrived there, cancel it here", .rank = 0.1 * value, .stake = value };
        return true;
    }
    return false;
}

/* ---- what would otherwise be met with silence ---- */

/* The limits of the terms leave no quantity that may be ordered. */
static bool limits_clash(const Look *look, Finding *out) {
    if (!look->e->decided || look->e->qty > 0 || look->e->clash == CLASH_NONE || look->p->allot < INT64_MAX) return false;
    const TermsInfo *terms = look->p->terms;
    double week = active_value(look);
    *out = (Finding){ .quality = QUALITY_LIMITS, .title = text_format(look->arena, "It should be ordered, but its terms allow no quantity: %s",
                                                                      quantity_clash_name((QuantityClash)look->e->clash)),
        .note = "correct the minimum, the multiple or the largest order in the supplier terms", .rows = { terms ? terms->row : 0 }, .rows_count = terms ? 1 : 0,
        .rank = week + owed_value(look), .stake = 4 * week + owed_value(look) };
    return true;
}

/* Less than the policy calls worth a look. */
static bool is_little(const Look *look, double money) { return minor_of(look->context->exponent, money) < look->context->policy->queue_least_rank_minor; }

/* The place that sends has nothing to spare. */
static bool sender_short(const Look *look, Finding *out) {
    const Picture *p = look->p;
    double lost = look->e->short_wait * p->money.short_cost + owed_value(look);
    if (!look->e->decided || p->allot > 0 || look->e->clash == CLASH_NONE || (p->owed <= 0 && look->e->p1 < 0.5 && is_little(look, lost))) return false;
    const char *sender = look->context->state->places.at[p->sender].code;
    *out = (Finding){ .quality = QUALITY_SENDER, .title = text_format(look->arena, "It is needed here, and %s, which sends it, has nothing to spare", sender),
        .note = text_format(look->arena, "buy more for %s, or name a supplier for this place", sender), .rank = lost, .stake = lost + 4 * active_value(look) };
    return true;
}

static bool replaces_itself(const State *state, int32_t item) {
    int32_t at = item;
    for (int hops = 0; hops < 8 && (at = state->items.at[at].successor) > 0 && (size_t)at < state->items.count; hops++)
        if (at == item) return true;
    return false;
}

/* It is not bought any more, and what replaces it cannot be planned here: the demand of both would be nobody's. */
static bool successor_missing(const Look *look, Finding *out) {
    const ItemInfo *item = &look->context->state->items.at[look->p->item.v];
    if (item->successor_code[0] == 0) return false;
    if (replaces_itself(look->context->state, look->p->item.v)) {
        *out = (Finding){ .quality = QUALITY_SUCCESSOR, .title = text_format(look->arena, "It is replaced by %s, which is replaced by it", item->successor_code),
            .note = "only the older item may name a successor: correct the item file", .rows = { item->row }, .rows_count = 1,
            .rank = active_value(look) + owed_value(look), .stake = 4 * active_value(look) + owed_value(look) };
        return true;
    }
    if (look->p->fold.successor_here || (look->p->mean_day <= 0 && look->p->owed <= 0)) return false;
    *out = (Finding){ .quality = QUALITY_SUCCESSOR, .title = text_format(look->arena, "It is replaced by %s, whose stock is not told here", item->successor_code),
        .note = "import a stock file that names the successor at this place, be it with 0, and who supplies it", .rows = { item->row }, .rows_count = 1,
        .rank = active_value(look) + owed_value(look), .stake = 4 * active_value(look) + owed_value(look) };
    return true;
}

/* An ending item is not proposed to be bought; who waits for it must hear of it all the same. */
static bool ended(const Look *look, Finding *out) {
    if (!(look->e->flags & CASE_FLAG_BIT(PHASE_OUT)) || look->p->owed <= 0 || look->p->fold.successor_here) return false;      /* its successor is bought for them */
    *out = (Finding){ .quality = QUALITY_ENDED, .title = text_format(look->arena, "Customers wait for %.0f more of an ending item than there is or is coming",
                                                                     micro_to_double(look->p->owed)),
        .note = "offer them its successor, buy a last time in the ERP, or cancel their orders", .rank = owed_value(look), .stake = owed_value(look) };
    return true;
}

/* Customers wait, and what is on its way covers them, so that nothing is bought: it can be hurried. */
static bool waiting(const Look *look, Finding *out) {
    const Picture *p = look->p;
    int64_t shelf = p->position.on_hand, left = p->fold.backorders - shelf;
    if (left <= 0 || p->owed > 0 || estimate_wants_order(look->context, look->e)) return false;
    const OpenSupply *line = NULL;
    int32_t day = NO_DAY;
    for (int i = 0; i < p->fold.open_count; i++) {
        int32_t at = p->fold.open[i].left > 0 ? supply_day(look->context, p, &p->fold.open[i]) : NO_DAY;
        if (at == NO_DAY || (line && at >= day)) continue;
        line = &p->fold.open[i];
        day = at;
    }
    double days = line ? day - look->context->start_day : p->next_day - p->order_day, reviews = days / (p->review_days > 0 ? p->review_days : 1);
    double cost = micro_to_double(left) * p->money.wait_cost * (reviews > 1 ? reviews : 1);
    if (line && line->late_days == 0 && is_little(look, cost)) return false;       /* it comes as promised */
    const char *comes = !line ? "" : line->late_days > 0 ? text_format(look->arena, "; %s is %d days late", line->doc, line->late_days)
                                                         : text_format(look->arena, "; %s comes in about %.0f days", line->doc, days);
    *out = (Finding){ .quality = QUALITY_WAITING, .title = text_format(look->arena, "Customers wait for %.0f%s", micro_to_double(left), comes),
        .note = "hurry what is on its way, or tell them the day", .rows = { line ? line->row : 0 }, .rows_count = line ? 1 : 0, .rank = cost,
        .stake = cost + micro_to_double(left) * picture_unserved_cost(p) };
    return true;
}

static bool old_orders(const Look *look, Finding *out) {
    const Fold *fold = &look->p->fold;
    if (fold->old_open <= 0) return false;
    double value = micro_to_double(fold->old_open) * picture_unserved_cost(look->p);
    *out = (Finding){ .quality = QUALITY_OLD_ORDERS, .title = text_format(look->arena, "Orders of customers for %.0f have stood open for more than half a year",
                                                                          micro_to_double(fold->old_open)),
        .note = "close them in the ERP, or give them a new day: nothing is bought for them", .rows = { fold->old_row }, .rows_count = 1,
        .rank = 0.1 * value, .stake = value };
    return true;
}

typedef bool QualityCheck(const Look *look, Finding *out);
static QualityCheck *const checks[] = { no_lead, no_supplier, no_cost, no_rate, no_stock, negative, unit_doubt, price_doubt, lead_doubt, phantom, twin, unmatched, limits_clash, sender_short, successor_missing, ended, waiting, old_orders };
_Static_assert(sizeof checks / sizeof checks[0] <= FINDINGS_MOST + 7, "room for every check that can hold at once");

int quality_find(const Context *context, const Picture *p, const Estimate *e, Arena *arena, Finding out_findings[FINDINGS_MOST]) {
    Look look = { .context = context, .p = p, .e = e, .arena = arena };
    Record *records;
    look.count = state_records(context->state, p->spot, arena, &records);
    look.records = records;
    int count = 0;
    for (size_t i = 0; i < sizeof checks / sizeof checks[0] && count < FINDINGS_MOST; i++)
        count += checks[i](&look, &out_findings[count]);
    return count;
}

uint32_t quality_flags(const Finding *findings, int count) {
    uint32_t flags = 0;
    for (int i = 0; i < count; i++) flags |= quality_rows[findings[i].quality].flag;
    return flags;
}

void draft_quality(const Context *context, const Picture *p, const Finding *finding, const char *subject, Arena *arena, Draft *out) {
    if (p) {
        draft_head(context, p, CASE_FIX_DATA, arena, out);
    } else {
        *out = (Draft){ .wanted = true, .c = case_empty(), .rank = finding->rank };
        out->c.kind = CASE_FIX_DATA;
        out->c.currency = context->policy->currency;
        out->c.policy_row = context->policy_row;
        out->c.opened_why = "new exposure";
        out->c.evidence = many_in(arena, CaseEvidence, DRAFT_EVIDENCE_MOST);
    }
    Case *c = &out->c;
    c->subject = subject;
    c->title = finding->title;
    c->action.verb = "fix";
    c->action.purchase_factor = MICRO;
    c->rank_minor = minor_of(context->exponent, finding->rank);
    c->at_stake_minor = minor_of(context->exponent, finding->stake > finding->rank ? finding->stake : finding->rank);
    c->flags = quality_rows[finding->quality].flag;
    c->options = many_in(arena, CaseOption, 1);
    c->options[c->options_count++] = (CaseOption){ .verb = "fix", .arrival_day = CASE_NO_DAY, .cost_minor = CASE_NONE, .p_out_ppm = CASE_NONE,
        .loss_minor = CASE_NONE, .capital_minor = CASE_NONE, .chosen = true, .note = finding->note };
    if (p) {
        draft_facts(context, p, &c->facts);
        c->due_day = context->start_day;
    }
    for (int i = 0; i < finding->rows_count; i++) evidence_add(c, finding->rows[i], "doubtful");
    draft_tier(context, p, c, arena);
    c->model.engine = "";
    out->rank = finding->rank;
}
