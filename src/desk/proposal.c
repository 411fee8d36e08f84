#include "desk/proposal.h"

#include <stdlib.h>

#include "base/decimal.h"
#include "base/map.h"
#include "store/revise.h"

enum { LINES_MOST = 5000, OPEN_MOST = 100000 };

/* ---- sums ---- */

void limits_none(CaseLimit *limit) {
    for (int m = 0; m < MEASURE_COUNT_; m++) limit[m] = (CaseLimit){ .minimum = CASE_NONE, .truck = CASE_NONE };
}

static void raise(int64_t *most, int64_t told) {
    if (told != CASE_NONE && (*most == CASE_NONE || told > *most)) *most = told;
}

/* A line that is only taken along was added whole, also what it would need for itself before long. */
static int64_t added_qty(const Case *c) {
    bool along = c->status == CASE_OPEN && (c->flags & CASE_FLAG_BIT(PULLED_FORWARD));
    return along ? c->action.qty : c->action.order.to_minimum + c->action.order.to_load;
}

/* What a line weighs in; CASE_NONE where it is not known. */
static int64_t line_measure(const Case *c, CaseMeasure measure) {
    if (measure == MEASURE_VALUE) return c->action.value_minor;
    return c->action.order.choice ? case_measure(c, measure, c->action.qty) : CASE_NONE;
}

void limits_add(CaseLimit *limit, const Case *c) {
    int64_t added_to = added_qty(c);
    raise(&limit[MEASURE_VALUE].minimum, c->action.minimum_minor);
    for (int m = 0; m < MEASURE_COUNT_; m++) {
        CaseLimit *l = &limit[m];
        if (c->action.order.choice) {
            raise(&l->minimum, c->action.order.limit[m].minimum);
            raise(&l->truck, c->action.order.limit[m].truck);
        }
        int64_t whole = line_measure(c, m), added = added_to ? case_measure(c, m, added_to) : 0;
        if (whole == CASE_NONE) {
            l->unknown++;
            continue;
        }
        l->reached += whole;
        l->own += whole - (added == CASE_NONE ? 0 : added);
    }
}

bool limits_met(const CaseLimit *limit) {
    for (int m = 0; m < MEASURE_COUNT_; m++)
        if (limit[m].minimum != CASE_NONE && limit[m].reached < limit[m].minimum) return false;
    return true;
}

/* ---- writing ---- */

/* Figures in the unit that is named beside them, money in whole units of its currency; measures that nobody asks about are left out. */
static void figure_write(JsonWriter *json, const char *name, CaseMeasure measure, int64_t figure, int exponent) {
    for (int i = exponent; measure == MEASURE_VALUE && figure != CASE_NONE && i < 6; i++) figure *= 10;
    case_micro_or_null(json, name, figure);
}

void limits_write(JsonWriter *json, const CaseLimit *limit, const char *currency) {
    static const char *const units[MEASURE_COUNT_] = { "", "kg", "m3", "pallets" };
    int exponent = currency_exponent(currency);
    if (exponent < 0) exponent = 2;
    json_field_array(json, "limits");
    for (int m = 0; m < MEASURE_COUNT_; m++) {
        if (limit[m].minimum == CASE_NONE && limit[m].truck == CASE_NONE) continue;
        json_begin_object(json);
        json_field_str(json, "of", case_measure_names[m]);
        json_field_str(json, "unit", m == MEASURE_VALUE ? currency : units[m]);
        figure_write(json, "asked", m, limit[m].minimum, exponent);
        figure_write(json, "own", m, limit[m].own, exponent);
        figure_write(json, "filled", m, limit[m].reached, exponent);
        figure_write(json, "truck", m, limit[m].truck, exponent);
        json_field_int(json, "unknown", limit[m].unknown);
        json_end(json);
    }
    json_end(json);
}

/* ---- reading ---- */

static Err line_read(const Desk *desk, Arena *work, ProposalLine *out, Why *why) {
    CaseLine fresh;
    TRY(case_newest(desk->store, work, out->line.case_id, &fresh, &out->body, why));
    out->line = fresh;
    out->added_qty = added_qty(&out->body);
    out->own_qty = out->body.action.qty - out->added_qty;
    for (int m = 0; m < MEASURE_COUNT_; m++) out->limit[m] = line_measure(&out->body, m);
    return OK;
}

Err proposal_read(const Desk *desk, Arena *work, SupplierId supplier, PlaceId place, Proposal *out, Why *why) {
    CaseFilter filter = { .kinds = 1u << CASE_BUY, .supplier = supplier, .place = place, .sort = SORT_RANK,
        .statuses = CASE_STATUS_BIT(CASE_OPEN) | CASE_STATUS_BIT(CASE_ACCEPTED) | CASE_STATUS_BIT(CASE_WAITING_APPROVAL) | CASE_STATUS_BIT(CASE_APPROVED) };
    CaseLine *lines;
    int64_t total, newest = 0;
    int count;
    TRY(case_list(desk->store, work, &filter, 0, LINES_MOST, &lines, &count, &total, why));
    if (count == 0) return fail_hint(why, fail(why, ERR_NOT_FOUND, "nothing is proposed for that supplier and place"), "\"proposed\" of `orders` tells where something is");
    Proposal p = { .lines = many_in(work, ProposalLine, count), .count = count, .cost_minor = CASE_NONE, .wait_minor = CASE_NONE, .saving_minor = CASE_NONE };
    limits_none(p.limit);
    for (int i = 0; i < count; i++) {
        ProposalLine *line = &p.lines[i];
        line->line = lines[i];
        TRY(line_read(desk, work, line, why));
        const Case *c = &line->body;
        limits_add(p.limit, c);
        p.open += c->status == CASE_OPEN;
        p.added_to += c->status == CASE_OPEN && line->added_qty > 0;
        if (line->line.row.v < newest) continue;
        newest = line->line.row.v;
        p.supplier = c->supplier;
        p.place = c->place;
        p.currency = c->currency;
        if (!c->action.order.choice) continue;
        p.choice = c->action.order.choice;
        p.trucks = c->action.order.trucks;
        p.cost_minor = c->action.order.cost_minor;
        p.wait_minor = c->action.order.wait_minor;
        p.saving_minor = c->action.order.saving_minor;
    }
    *out = p;
    return OK;
}

/* ---- taking it ---- */

Err proposal_take(const Desk *desk, Arena *work, Person person, const Proposal *proposal, ProposalTake take, DecideResult **out_results, int *out_count, Why *why) {
    DecideInput *inputs = many_in(work, DecideInput, proposal->count + 1);
    int count = 0;
    for (int i = 0; i < proposal->count; i++) {
        const ProposalLine *line = &proposal->lines[i];
        if (line->body.status != CASE_OPEN) continue;
        DecideInput *input = &inputs[count++];
        *input = (DecideInput){ .case_id = line->line.case_id, .seen = line->line.row, .verdict = VERDICT_ACCEPT };
        if (take == TAKE_FILLED || line->added_qty == 0) continue;
        input->verdict = line->own_qty > 0 ? VERDICT_CHANGE : VERDICT_REJECT;
        input->reason = "ordered without filling up";
        input->has_qty = line->own_qty > 0;
        input->qty_micro = line->own_qty;
    }
    if (count == 0) return fail_hint(why, fail(why, ERR_NOT_FOUND, "every line of it is decided"), "send it with the orders that are ready");
    *out_results = many_in(work, DecideResult, count + 1);
    *out_count = count;
    return desk_decide_many(desk, work, person, inputs, count, *out_results, why);
}

/* ---- all of them ---- */

static int by_value(const void *left, const void *right) {
    const Proposed *l = left, *r = right;
    if (l->value_minor != r->value_minor) return l->value_minor < r->value_minor ? 1 : -1;
    if (l->supplier.v != r->supplier.v) return l->supplier.v < r->supplier.v ? -1 : 1;
    return (l->place.v > r->place.v) - (l->place.v < r->place.v);
}

Err proposals_sum(const Desk *desk, Arena *work, Proposed **out, int *out_count, Why *why) {
    CaseFilter filter = { .kinds = 1u << CASE_BUY, .statuses = CASE_STATUS_BIT(CASE_OPEN), .sort = SORT_RANK };
    CaseLine *lines;
    int64_t total;
    int count;
    TRY(case_list(desk->store, work, &filter, 0, OPEN_MOST, &lines, &count, &total, why));
    own(int_map_end) IntMap *at = int_map_begin(OPEN_MOST);
    Proposed *all = many_in(work, Proposed, count + 1);
    for (int i = 0; i < count; i++) {
        int64_t key = (int64_t)lines[i].supplier.v << 32 | (uint32_t)lines[i].place.v;
        Proposed *one = &all[*int_map_place(at, key, (int64_t)int_map_count(at), NULL)];
        one->supplier = lines[i].supplier;
        one->place = lines[i].place;
        one->value_minor += lines[i].value_minor;
        one->lines++;
    }
    *out_count = (int)int_map_count(at);
    qsort(all, (size_t)*out_count, sizeof *all, by_value);
    *out = all;
    return OK;
}
