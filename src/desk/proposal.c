#include "desk/proposal.h"

#include <string.h>

#include "base/decimal.h"
#include "base/list.h"

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

/* A case with its projection is many times the line that is kept of it: each is read into room of its own. */
typedef struct Reading { Store *store; Arena *work, *scratch; Proposal p; LIST(ProposalLine) lines; int64_t newest; } Reading;

static void reading_end(Reading *r) {
    arena_end(&r->scratch);
    list_end(&r->lines);
}

static ProposalLine line_of(Arena *work, const CaseLine *line, const Case *c) {
    int64_t added = added_qty(c);
    ProposalLine out = { .case_id = line->case_id, .row = line->row, .status = c->status, .qty = c->action.qty, .own_qty = c->action.qty - added, .added_qty = added,
        .item = text_copy(work, c->item), .description = text_copy(work, c->description), .uom = text_copy(work, c->uom), .title = text_copy(work, c->title),
        .value_minor = c->action.value_minor, .rank_minor = c->rank_minor, .added_cost_minor = c->action.order.choice ? c->action.order.line_cost_minor : CASE_NONE,
        .early_days = added > 0 ? c->action.order.early_days : 0 };
    for (int m = 0; m < MEASURE_COUNT_; m++) out.limit[m] = line_measure(c, m);
    return out;
}

/* What is said of the order as a whole comes from the newest version of its cases. */
static void head_of(Reading *r, const CaseLine *line, const Case *c) {
    if (line->row.v < r->newest) return;
    r->newest = line->row.v;
    r->p.supplier = text_copy(r->work, c->supplier);
    r->p.place = text_copy(r->work, c->place);
    r->p.currency = text_copy(r->work, c->currency);
    if (!c->action.order.choice) return;
    r->p.choice = c->action.order.choice;
    r->p.trucks = c->action.order.trucks;
    r->p.cost_minor = c->action.order.cost_minor;
    r->p.wait_minor = c->action.order.wait_minor;
    r->p.saving_minor = c->action.order.saving_minor;
}

static Err line_visit(void *self, const CaseLine *line, Why *why) {
    Reading *r = self;
    Row row;
    Case c;
    arena_clear(r->scratch);
    TRY(log_read(r->store, r->scratch, line->row, &row, why));
    TRY_DOING(case_read(r->scratch, row.payload, &c, why), "case %lld", (long long)line->case_id.v);
    ProposalLine one = line_of(r->work, line, &c);
    limits_add(r->p.limit, &c);
    if (one.value_minor != CASE_NONE) r->p.value_minor += one.value_minor;
    r->p.open += one.status == CASE_OPEN;
    r->p.added_to += one.status == CASE_OPEN && one.added_qty > 0;
    head_of(r, line, &c);
    list_push(&r->lines, one);
    return OK;
}

Err proposal_read(const Desk *desk, Arena *work, SupplierId supplier, PlaceId place, Proposal *out, Why *why) {
    CaseFilter filter = { .kinds = 1u << CASE_BUY, .supplier = supplier, .place = place, .sort = SORT_RANK,
        .statuses = CASE_STATUS_BIT(CASE_OPEN) | CASE_STATUS_BIT(CASE_ACCEPTED) | CASE_STATUS_BIT(CASE_WAITING_APPROVAL) | CASE_STATUS_BIT(CASE_APPROVED) };
    own(reading_end) Reading r = { .store = desk->store, .work = work, .scratch = arena_begin(CASE_WORK), .p = { .cost_minor = CASE_NONE, .wait_minor = CASE_NONE, .saving_minor = CASE_NONE } };
    limits_none(r.p.limit);
    TRY(case_each(desk->store, &filter, line_visit, &r, why));
    if (r.lines.count == 0) return fail_hint(why, fail(why, ERR_NOT_FOUND, "nothing is proposed for that supplier and place"), "\"proposed\" of `orders` tells where something is");
    r.p.count = (int)r.lines.count;
    r.p.lines = many_in(work, ProposalLine, r.lines.count);
    memcpy(r.p.lines, r.lines.at, r.lines.count * sizeof *r.lines.at);
    *out = r.p;
    return OK;
}

/* ---- taking it ---- */

Err proposal_take(const Desk *desk, Arena *work, Person person, const Proposal *proposal, ProposalTake take, DecideResult **out_results, int *out_count, Why *why) {
    DecideInput *inputs = many_in(work, DecideInput, proposal->count + 1);
    int count = 0;
    for (int i = 0; i < proposal->count; i++) {
        const ProposalLine *line = &proposal->lines[i];
        if (line->status != CASE_OPEN) continue;
        DecideInput *input = &inputs[count++];
        *input = (DecideInput){ .case_id = line->case_id, .seen = line->row, .verdict = VERDICT_ACCEPT };
        if (take == TAKE_FILLED || line->added_qty == 0) continue;
        input->verdict = line->own_qty > 0 ? VERDICT_CHANGE : VERDICT_REJECT;
        input->reason = "ordered without filling up";
        input->has_qty = line->own_qty > 0;
        input->qty_micro = line->own_qty;
    }
    if (count == 0) return fail_hint(why, fail(why, ERR_NOT_FOUND, "every line of it is decided"), "send it with the orders that are ready");
    DecideResult *results = many_in(work, DecideResult, count);
    Err worst = OK;
    for (int from = 0; from < count; from += DECIDE_MOST) {
        Err err = desk_decide_many(desk, work, person, inputs + from, count - from < DECIDE_MOST ? count - from : DECIDE_MOST, results + from, why);
        if (err != OK && err != ERR_PARTIAL) return err;
        if (err != OK) worst = err;
    }
    *out_results = results;
    *out_count = count;
    return worst;
}

/* ---- all of them ---- */

Err proposals_sum(const Desk *desk, Arena *work, CaseSum **out, int *out_count, Why *why) {
    CaseFilter filter = { .kinds = 1u << CASE_BUY, .statuses = CASE_STATUS_BIT(CASE_OPEN) };
    return case_sums(desk->store, work, &filter, out, out_count, why);
}
