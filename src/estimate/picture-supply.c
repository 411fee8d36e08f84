/* What is on its way to one item-place, when it will come, and the inventory position (domain notes 2.4). */
#include <stdio.h>
#include <string.h>

#include "base/decimal.h"
#include "estimate/amounts.h"
#include "estimate/estimate.h"

void picture_override(const PictureOverride *o, Fold *fold) {
    fold->stock_known = true;
    fold->on_hand = o->on_hand;
    fold->level_is_negative = false;
    fold->open = (OpenSupply *)o->open;
    fold->open_count = o->open_count;
    fold->on_order = fold->in_transit = 0;
    for (int i = 0; i < o->open_count; i++) *(o->open[i].kind == SUPPLY_PO ? &fold->on_order : &fold->in_transit) += o->open[i].left;
    fold->backorders = o->backorders;
    fold->due_count = fold->late_count = 0;
    fold->open_orders = fold->old_open = 0;
    fold->allocated = NO_QTY;
    fold->to_send = fold->to_send_later = 0;
}

/* ---- when it will come ---- */

static const LeadTime *lead_of_supply(const Context *context, const Picture *p, const OpenSupply *line) {
    const LeadPools *pools = context->pools;
    if (line->kind == SUPPLY_TRANSFER) {
        const LeadTime *lane = line->who > 0 && line->who < pools->senders ? &pools->sender[line->who] : NULL;
        return lane && lane->found ? lane : NULL;
    }
    bool as_usual = line->mode == 0 || line->mode == p->lane.mode;
    if (line->who == 0 || (line->who == p->supplier && as_usual)) return p->lane.lead.found ? &p->lane.lead : NULL;
    const LeadTime *other = lead_sent(pools, line->who, line->mode);
    return other && other->found ? other : NULL;
}

static bool promise_counts(const Context *context, const OpenSupply *line) {
    return line->kind == SUPPLY_PO && line->promise != NO_DAY && line->ack != STATUS_BACKORDERED && promises_known(&context->pools->promises);
}

/* A line with a promise comes around it, as early or late as this supplier's lines did, and is late as often as he is at the moment. Each supplier leans on
 * all, so it takes a few lines of anybody. */
static bool arrival_by_promise(const Context *context, const Picture *p, const OpenSupply *line, LeadTime *out) {
    const Promises *promises = &context->pools->promises;
    if (!promise_counts(context, line)) return false;
    bool known = line->who > 0 && line->who < context->pools->suppliers;
    const LeadTime *early = known ? &promises->early[line->who] : NULL, *slip = known ? &promises->slip[line->who] : NULL;
    if (!early || !early->found) early = &promises->all_early;
    if (!slip || !slip->found) slip = &promises->all_slip;
    late_arrival(&(LateLine){ .p = promise_chance(promises, line->who, p->place.v).p, .promise_in = line->promise - context->start_day, .early = early, .slip = slip }, out);
    return true;
}

/* Without: experience with the lane, given the line's age; a promise later than that moves it out (they know something), one earlier does not move it in.
 * A lane of which nothing is known but a statement is taken at its promise. Whether there was any experience. */
static bool arrival_by_age(const Context *context, const Picture *p, const OpenSupply *line, LeadTime *out) {
    const LeadTime *lead = lead_of_supply(context, p, line);
    double promised = line->promise != NO_DAY ? line->promise - context->start_day : -1;
    bool experience = lead && lead->found && (lead != &p->lane.lead || p->lane.basis != LEAD_STATED);
    if (line->kind == SUPPLY_TRANSIT) {
        lead_stated(lead ? lead->mean / 2 : 1, 0, out);
    } else if (!experience && promised >= 0) {
        lead_stated(promised, 0, out);
    } else if (!lead) {
        lead_stated(promised > 1 ? promised : 7, 0, out);
    } else {
        lead_given_age(lead, line->order_day != NO_DAY && line->order_day < context->start_day ? context->start_day - line->order_day : 0, out);
        if (promised > out->mean) lead_shift(out, promised - out->mean);
        return true;
    }
    return false;
}

static bool arrival_make(const Context *context, const Picture *p, const OpenSupply *line, LeadTime *out) {
    return arrival_by_notice(context->pools, line, context->start_day, out) || arrival_by_promise(context, p, line, out) || arrival_by_age(context, p, line, out);
}

static LeadPoints arrival_of(const Context *context, const Picture *p, const OpenSupply *line) {
    LeadTime arrival;
    arrival_make(context, p, line, &arrival);
    return lead_points(&arrival, 3);
}

static double points_mean(const LeadPoints *points) {
    double mean = 0;
    for (int i = 0; i < points->count; i++) mean += (double)points->days[i] * (double)points->share[i];
    return mean;
}

/* Kept soonest first; what does not fit joins the last. */
static void receipt_add(Picture *p, double units, LeadPoints when, int32_t day) {
    if (units <= 0) return;
    int at = p->receipts;
    while (at > 0 && points_mean(&p->receipt[at - 1].when) > points_mean(&when)) at--;
    if (p->receipts == PICTURE_RECEIPTS) {
        if (at == PICTURE_RECEIPTS) {
            p->receipt[at - 1].units += units;
            return;
        }
        p->receipt[PICTURE_RECEIPTS - 2].units += p->receipt[PICTURE_RECEIPTS - 1].units;
        p->receipts--;
        if (at > p->receipts) at = p->receipts;
    }
    memmove(&p->receipt[at + 1], &p->receipt[at], sizeof p->receipt[0] * (size_t)(p->receipts - at));
    memmove(&p->receipt_day[at + 1], &p->receipt_day[at], sizeof p->receipt_day[0] * (size_t)(p->receipts - at));
    p->receipt[at] = (RiskReceipt){ .units = units, .when = when };
    p->receipt_day[at] = day;
    p->receipts++;
}

/* Of what was promised and not yet told as sent, as much as of his lines before; what comes by age has it in its chance never to come. */
static double share_used(const Context *context, const OpenSupply *line) {
    bool known = !line->shipment && promise_counts(context, line) && line->who > 0 && line->who < context->pools->suppliers;
    return known ? context->pools->promises.yield[line->who] : 1;
}

static void supply_add(const Context *context, Picture *p, const OpenSupply *line) {
    double left = micro_to_double(line->left), comes = left * share_used(context, line);
    LeadPoints when = arrival_of(context, p, line);
    p->expected_short += left - comes * (1 - when.p_never);
    receipt_add(p, comes, when, context->start_day + (int32_t)(points_mean(&when) + 0.5));
}

/* Lines of one document, ordered and promised for the same days, come together, and so does what one shipment carries: how an order is cut into lines must
 * not look like chances that even out. */
static bool come_together(const OpenSupply *a, const OpenSupply *b) {
    if (a->shipment || b->shipment) return a->shipment && b->shipment && strcmp(a->shipment, b->shipment) == 0 && a->shipped == b->shipped && a->expected == b->expected;
    return a->kind == b->kind && a->who == b->who && a->order_day == b->order_day && a->promise == b->promise && a->doc[0] && strcmp(a->doc, b->doc) == 0;
}

/* The first of such lines stands for all of them. */
static void open_add(const Context *context, Picture *p, int i) {
    OpenSupply line = p->fold.open[i];
    for (int k = 0; k < i; k++)
        if (come_together(&p->fold.open[k], &line)) return;
    for (int k = i + 1; k < p->fold.open_count; k++)
        if (come_together(&p->fold.open[k], &line)) line.left += p->fold.open[k].left;
    supply_add(context, p, &line);
}

int32_t supply_day(const Context *context, const Picture *p, const OpenSupply *line) {
    LeadTime arrival;
    arrival_make(context, p, line, &arrival);
    return context->start_day + (int32_t)(arrival.mean + 0.5);
}

/* ---- what the item page says of a line ---- */

/* Who is to blame, when somebody is: the one without whose deviation the chance would fall most. */
static void late_reason(const Context *context, const Picture *p, const OpenSupply *line, const SupplyOutlook *outlook, char out[SUPPLY_REASON_BYTES]) {
    static const double WORTH_TELLING = 0.03;
    static const char *const who[LATE_FACTORS] = { "this supplier's lines", "deliveries to this place", "this supplier's lines to this place" };
    out[0] = 0;
    bool moved = line->first_promise != NO_DAY && line->promise != NO_DAY && line->promise != line->first_promise;
    if (line->carrier == STATUS_DELAYED) {
        snprintf(out, SUPPLY_REASON_BYTES, "the carrier says delayed");
    } else if (line->carrier == STATUS_DONE) {
        snprintf(out, SUPPLY_REASON_BYTES, "the carrier says delivered; not received yet");
    } else if (line->shipment) {
        int length = snprintf(out, SUPPLY_REASON_BYTES, "sent %d day%s ago", context->start_day - line->shipped, context->start_day - line->shipped == 1 ? "" : "s");
        if (line->expected != NO_DAY && line->expected >= context->start_day)
            snprintf(out + length, (size_t)(SUPPLY_REASON_BYTES - length), ", due in %d day%s by the %s", line->expected - context->start_day,
                     line->expected - context->start_day == 1 ? "" : "s", line->carrier_row ? "carrier" : "supplier");
    } else if (line->ack == STATUS_REJECTED || line->ack == STATUS_BACKORDERED) {
        snprintf(out, SUPPLY_REASON_BYTES, "the supplier says %s", line->ack == STATUS_REJECTED ? "rejected" : "backordered");
    } else if (moved && line->promise >= context->start_day) {
        snprintf(out, SUPPLY_REASON_BYTES, "promise moved by %+d days", line->promise - line->first_promise);
    } else if (line->late_days > 0) {
        snprintf(out, SUPPLY_REASON_BYTES, "overdue by %d days", line->late_days);
    } else if (line->kind == SUPPLY_PO && promises_known(&context->pools->promises)) {
        LateChance chance = promise_chance(&context->pools->promises, line->who, p->place.v);
        int cause = LATE_SUPPLIER;
        for (int f = 0; f < LATE_FACTORS; f++)
            if (chance.without[f] < chance.without[cause]) cause = f;
        double percent = 100 * chance.p, usual = 100 * chance.common;
        if (chance.p - chance.without[cause] > WORTH_TELLING) snprintf(out, SUPPLY_REASON_BYTES, "%s are late %.0f %% of the time lately, all %.0f %%", who[cause], percent, usual);
        else if (outlook->late_ppm > 100000) snprintf(out, SUPPLY_REASON_BYTES, "late as often as all lines lately, %.0f %%", usual);
    }
}

SupplyOutlook supply_outlook(const Context *context, const Picture *p, const OpenSupply *line) {
    LeadTime arrival;
    bool experience = arrival_make(context, p, line, &arrival);
    SupplyOutlook out = { .day = context->start_day + (int32_t)(arrival.mean + 0.5), .late_ppm = CASE_NONE, .late_days = CASE_NONE };
    int32_t due = line->first_promise != NO_DAY ? line->first_promise : line->promise;
    if (due != NO_DAY && (experience || due < context->start_day)) {
        double days;
        out.late_ppm = ppm_of(late_after(&arrival, due - context->start_day, &days));
        out.late_days = (int64_t)(days + 0.5);
    }
    late_reason(context, p, line, &out, out.reason);
    return out;
}

static int commands_first(const CommandSupply *commands, int count, int32_t spot) {
    int low = 0, high = count;
    while (low < high) {
        int middle = (low + high) / 2;
        if (commands[middle].spot < spot) low = middle + 1;
        else high = middle;
    }
    return low;
}

/* A command counts until an ERP line carries its reference: at the receiving place, and at the sending one. */
static bool shows(const State *state, const Record *r, uint64_t reference) {
    bool order = r->kind == REC_PO || r->kind == REC_TRANSFER_IN || r->kind == REC_TRANSFER_OUT;
    return order && state->details.at[r->more].reference == reference;
}

bool command_is_matched(const Context *context, const Picture *p, const CommandSupply *command) {
    RecordWalk walk = record_walk(context->state, p->spot);
    for (const Record *r = record_next(&walk); r; r = record_next(&walk))
        if (shows(context->state, r, command->reference)) return true;
    return false;
}

static void commands_add(const Context *context, Picture *p) {
    for (int i = commands_first(context->commands, context->commands_count, p->spot); i < context->commands_count && context->commands[i].spot == p->spot; i++) {
        const CommandSupply *command = &context->commands[i];
        if (command_is_matched(context, p, command)) continue;
        OpenSupply line = { .kind = SUPPLY_COMMAND, .left = command->qty, .who = command->supplier, .order_day = command->order_day,
                            .promise = NO_DAY, .first_promise = NO_DAY, .doc = command->doc, .line = "" };
        p->own_commands += micro_to_double(command->qty);
        supply_add(context, p, &line);
    }
}

/* What other places of ours wait for from here. A day still to come is in the forecast, as transfers are part of its history. */
static void sends_add(const Context *context, Picture *p) {
    p->going_out = p->fold.to_send;
    for (int i = commands_first(context->sends, context->sends_count, p->spot); i < context->sends_count && context->sends[i].spot == p->spot; i++)
        if (!command_is_matched(context, p, &context->sends[i])) p->going_out += context->sends[i].qty;
}

static int64_t positive(int64_t micro) { return micro > 0 ? micro : 0; }

/* What the places it feeds should hold on average and what they do, both with all that is on its way there (docs/decisions/0013). What one has beyond that spares this place
 * its next transfers there and is of no use elsewhere: it counts up to what is sold there until an order from here has come. */
static void fed_add(const Context *context, Picture *p) {
    double days = picture_lead_mean(p) + p->review_days;
    for (int i = 0; i < p->fold.fed_count && context->around; i++) {
        const Estimate *e = &context->around[p->fold.fed[i]];
        if (!e->decided || e->source != SOURCE_TRANSFER || e->sender != p->place.v) continue;
        int64_t should = micro_of(e->middle), has = e->position + e->fed, most = micro_of(e->middle + e->mean_day * days);
        p->position.fed_levels += positive(should) + positive(-has);
        p->position.fed_stock += positive(has < most ? has : most);
    }
}

/* Customers' orders still to come inside the protection interval that the forecast does not hold: project-sized lines, and of the usual ones what goes
 * beyond everything the forecast expects until then. Later ones must not trigger today. */
static int64_t firm_demand(const Context *context, Picture *p) {
    double protect = picture_lead_mean(p) + p->review_days;
    int64_t project = 0, usual = 0, largest = 0;
    for (int i = 0; i < p->fold.due_count; i++) {
        const DueLine *line = &p->fold.due[i];
        if (line->day - context->start_day > protect) continue;
        *(line->project ? &project : &usual) += line->qty;
        if (line->qty < largest || (line->qty == largest && line->row > p->firm_row)) continue;
        largest = line->qty;
        p->firm_row = line->row;
        p->firm_day = line->day;
    }
    double beyond = micro_to_double(usual) - p->mean_day * protect;
    int64_t firm = project + (beyond > 0 ? (int64_t)(beyond + 0.5) * MICRO : 0);
    if (firm == 0) p->firm_row = 0;
    return firm;
}

int64_t position_owed(const Position *n) {
    return positive(n->backorders + n->firm_demand + n->reserved + n->expected_short - n->on_hand - n->on_order - n->in_transit - n->own_commands);
}

int64_t picture_kept(const Picture *p) {
    int64_t there = p->fold.stock_known ? positive(p->fold.on_hand) : 0;
    return p->floor < there ? p->floor : there;
}

void picture_supply(const Context *context, const PictureOverride *override, Picture *p) {
    const Fold *fold = &p->fold;
    for (int i = 0; i < fold->open_count; i++) open_add(context, p, i);
    if (!override) commands_add(context, p);
    if (!override) sends_add(context, p);
    int64_t on_hand = fold->stock_known ? fold->on_hand : 0;
    /* Reservations only where no order lines say what they are for: else they would count twice. */
    int64_t reserved = context->state->by_kind[FACT_ORDER_LINE] == 0 && fold->allocated != NO_QTY ? positive(fold->allocated) : 0;
    reserved += p->going_out;
    int64_t firm = firm_demand(context, p);
    int64_t short_micro = p->expected_short > 0 && p->expected_short < 9e12 ? (int64_t)(p->expected_short * 1e6 + 0.5) : 0;
    p->position = (Position){ .floor = p->floor, .backorders = fold->backorders + positive(-on_hand), .firm_demand = firm, .reserved = reserved,
        .on_hand = positive(on_hand) + fold->kin_stock, .on_order = fold->on_order, .in_transit = fold->in_transit,
        .own_commands = (int64_t)(p->own_commands * 1e6 + 0.5), .expected_short = short_micro };
    p->owed = position_owed(&p->position);
    fed_add(context, p);
    p->on_hand_risk = micro_to_double(on_hand - picture_kept(p) + fold->kin_stock - fold->backorders - firm - reserved + p->position.fed_stock - p->position.fed_levels);
}

/* Feeds are looked at by day: a plan made twice on one day must not differ by the hour. */
void picture_feeds(const Context *context, Picture *p) {
    const Policy *policy = context->policy;
    const PlaceInfo *place = &context->state->places.at[p->place.v];
    for (int kind = 1; kind < FACT_KIND_COUNT_; kind++) {
        if (policy->fresh_hours[kind] <= 0 || context->state->by_kind[kind] == 0) continue;
        int32_t last = place->last_day[kind];
        if (last == NO_DAY) last = context->state->last_day[kind];
        if (last == NO_DAY) continue;
        int64_t hours = (int64_t)(context->start_day - 1 - last) * 24;
        if (hours > policy->fresh_hours[kind]) p->flags |= CASE_FLAG_BIT(STALE_FEED);
    }
}
