/* One pass over the order lines of all item-places gives a tally per supplier; a row of the list and the page of one are read off it. */
#include "plan/supplier-view.h"

#include <stdlib.h>
#include <string.h>

#include "maths/drift.h"
#include "maths/fn.h"
#include "plan/supplier-tally.h"

enum { OPEN_SHOWN = 200 };

/* ---- a row ---- */

static int by_order(const void *left, const void *right) {
    const OrderLead *a = left, *b = right;
    if (a->day != b->day) return a->day < b->day ? -1 : 1;
    if (a->order != b->order) return a->order < b->order ? -1 : 1;
    return (a->days > b->days) - (a->days < b->days);
}

/* Lines of one order are one value: its mean. Oldest first. */
static int orders_join(Tally *t) {
    int n = 0;
    if (t->leads.count == 0) return 0;
    qsort(t->leads.at, t->leads.count, sizeof *t->leads.at, by_order);
    for (size_t i = 0; i < t->leads.count; i++) {
        OrderLead one = t->leads.at[i];
        if (n > 0 && t->leads.at[n - 1].order == one.order) {
            OrderLead *order = &t->leads.at[n - 1];
            order->days = (order->days * order->weight + one.days) / (order->weight + 1);
            order->weight++;
        } else {
            t->leads.at[n++] = one;
        }
    }
    t->leads.count = (size_t)n;
    return n;
}

static Change lead_change(const Tally *t, int orders, Arena *arena) {
    double *days = many_in(arena, double, orders + 1);
    for (int i = 0; i < orders; i++) days[i] = t->leads.at[i].days;
    return change_point(days, orders, arena);
}

static double share_or_none(double part, double whole) { return whole > 0 ? part / whole : -1; }
static int64_t days_or_none(double days) { return days < 0 ? CASE_NONE : (int64_t)(days + 0.5); }

static void score_read(const Tally *t, const Change *change, double ack, SupplierFigures *out) {
    SupplierFacts facts = { .receipts = t->receipts > INT32_MAX ? INT32_MAX : (int)t->receipts };
    facts.value[REASON_LATE] = share_or_none(t->late_sum, t->late_weight);
    facts.value[REASON_SHORT] = share_or_none(t->short_sum, t->closed);
    facts.value[REASON_QUALITY] = share_or_none(t->unusable_sum, t->received);
    facts.value[REASON_ACK] = ack;
    facts.value[REASON_DRIFT] = change->found && change->before > 0 ? change->after / change->before - 1 : -1;
    facts.value[REASON_SOLE] = share_or_none((double)t->sole_items, (double)t->items);
    SupplierScore score;
    supplier_score(&facts, &score);
    out->scored = score.scored;
    out->score = score.scored ? (int64_t)(score.score + 0.5) : CASE_NONE;
    for (int r = 0; r < REASONS_ && score.scored && score.points[score.reason[r]] >= 0.5; r++) {
        out->points_ppm[out->reasons] = micro_of(score.points[score.reason[r]]);
        out->reason[out->reasons++] = supplier_reason_names[score.reason[r]];
    }
    out->late_ppm = ppm_of(facts.value[REASON_LATE]);
    out->short_ppm = ppm_of(facts.value[REASON_SHORT]);
    out->unusable_ppm = ppm_of(facts.value[REASON_QUALITY]);
}

static void figures_read(const Count *c, int32_t supplier, Arena *arena, SupplierFigures *out) {
    const Plan *plan = c->plan;
    const SupplierInfo *info = &plan->state->suppliers.at[supplier];
    Tally *t = &c->of[supplier];
    int orders = orders_join(t);
    Change change = lead_change(t, orders, arena);
    double ack = t->ack_days.count ? median_of(t->ack_days.at, (int)t->ack_days.count, arena) : -1;
    const LeadTime *lead = supplier < plan->pools.suppliers ? &plan->pools.supplier[supplier] : NULL;
    bool measured = lead && lead->found && lead->n > 0;
    *out = (SupplierFigures){ .code = info->code, .description = info->description, .receipts = t->receipts, .orders = orders, .lines = t->lines,
        .late_all_ppm = promises_known(&plan->pools.promises) ? ppm_of(1 / (1 + fn_exp(-plan->pools.promises.late.common))) : CASE_NONE,
        .lines_due = t->promised.lines_due, .otif_lines_ppm = ppm_of(otif_lines(&t->promised)), .otif_qty_ppm = ppm_of(otif_quantity(&t->promised)),
        .requested_due = t->requested.lines_due, .requested_lines_ppm = ppm_of(otif_lines(&t->requested)), .requested_qty_ppm = ppm_of(otif_quantity(&t->requested)),
        .ack_days = days_or_none(ack), .unacknowledged_ppm = ppm_of(share_or_none((double)t->unacknowledged, (double)t->asked_for_ack)),
        .lead_p50 = measured ? lead->p50 : CASE_NONE, .lead_p90 = measured ? lead->p90 : CASE_NONE,
        .change_day = change.found ? t->leads.at[change.at].day : CASE_NONE, .change_before = change.found ? days_or_none(change.before) : CASE_NONE,
        .change_after = change.found ? days_or_none(change.after) : CASE_NONE, .spend_minor = minor_of(plan->context.exponent, t->spend),
        .spend_share_ppm = c->spend > 0 ? ppm_of(t->spend / c->spend) : CASE_NONE, .items = t->items, .sole_items = t->sole_items,
        .open_lines = t->open_lines, .overdue_lines = t->overdue_lines };
    score_read(t, &change, ack, out);
}

static Err planned(const Plan *plan, Why *why) {
    return plan->ready ? OK : fail_hint(why, fail(why, ERR_CONFLICT, "nothing is planned yet"), "run a planning step first");
}

static int by_spend(const void *left, const void *right) {
    const SupplierFigures *a = left, *b = right;
    if (a->spend_minor != b->spend_minor) return a->spend_minor > b->spend_minor ? -1 : 1;
    return strcmp(a->code, b->code);
}

Err plan_suppliers(Plan *plan, Arena *arena, SupplierFigures **out_rows, int *out_count, Why *why) {
    TRY(planned(plan, why));
    Count c;
    count_begin(plan, 0, &c);
    SupplierFigures *rows = many_in(arena, SupplierFigures, c.suppliers + 1);
    int n = 0;
    for (int k = 1; k < c.suppliers; k++)
        if (c.of[k].leads.count || c.of[k].lines || c.of[k].open_lines) figures_read(&c, k, arena, &rows[n++]);
    count_end(&c);
    qsort(rows, (size_t)n, sizeof *rows, by_spend);
    *out_rows = rows;
    *out_count = n;
    return OK;
}

/* ---- a page ---- */

static void months_read(const Plan *plan, Tally *t, Arena *arena, SupplierView *out) {
    out->month = many_in(arena, SupplierMonth, MONTHS);
    out->months = MONTHS;
    double *days = many_in(arena, double, t->leads.count + 1);
    for (int m = 0; m < MONTHS; m++) {
        int n = 0;
        out->month[m] = t->months.at[m];
        for (size_t i = 0; i < t->leads.count; i++)
            if (month_of(plan, t->leads.at[i].day) == m) days[n++] = t->leads.at[i].days;
        if (n) out->month[m].lead_p50 = days_or_none(median_of(days, n, arena));
    }
}

static int most_late_first(const void *left, const void *right) {
    const SupplierOpen *a = left, *b = right;
    if (a->line.late_ppm != b->line.late_ppm) return a->line.late_ppm > b->line.late_ppm ? -1 : 1;
    return a->line.row.v < b->line.row.v ? -1 : a->line.row.v > b->line.row.v;
}

static void open_read(Plan *plan, int32_t supplier, const Tally *t, Arena *arena, SupplierView *out) {
    const State *state = plan->state;
    own(arena_end) Arena *work = arena_begin(256 * MiB);
    out->open = many_in(arena, SupplierOpen, OPEN_SHOWN);
    for (size_t i = 0; i < t->open_spots.count && out->open_count < OPEN_SHOWN; i++) {
        const Spot *spot = &state->spots.at[t->open_spots.at[i]];
        Picture *picture = new_in(work, Picture);
        picture_make(&plan->context, t->open_spots.at[i], NULL, work, picture);
        for (int k = 0; k < picture->fold.open_count && out->open_count < OPEN_SHOWN; k++) {
            const OpenSupply *line = &picture->fold.open[k];
            if (line->kind != SUPPLY_PO || line->who != supplier) continue;
            out->open[out->open_count++] = (SupplierOpen){ .item = state->items.at[spot->item.v].code, .place = state->places.at[spot->place.v].code, .uom = item_unit(&state->items.at[spot->item.v]),
                                                           .line = supply_line(&plan->context, picture, line, arena) };
        }
        arena_clear(work);
    }
    qsort(out->open, (size_t)out->open_count, sizeof *out->open, most_late_first);
}

static int most_orders_first(const void *left, const void *right) {
    const SupplierMode *a = left, *b = right;
    if (a->orders != b->orders) return a->orders > b->orders ? -1 : 1;
    return strcmp(a->mode, b->mode);
}

static void modes_read(const Plan *plan, int32_t supplier, Arena *arena, SupplierView *out) {
    out->mode = many_in(arena, SupplierMode, plan->pools.modes + 1);
    for (int i = 0; i < plan->pools.vias; i++) {
        const LeadVia *via = &plan->pools.via[i];
        if (via->from.supplier != supplier || !via->lead.found) continue;
        out->mode[out->modes++] = (SupplierMode){ mode_code(plan->state, via->from.mode), via->lead.p50, via->lead.p90, (int64_t)(via->lead.n + 0.5) };
    }
    qsort(out->mode, (size_t)out->modes, sizeof *out->mode, most_orders_first);
}

/* What the ERP states for what he supplies: the middle of his items' terms, else his own figure; -1 = nothing. */
static int32_t stated_days(const State *state, int32_t supplier, Arena *arena) {
    double *days = many_in(arena, double, state->terms.count + 1);
    int n = 0;
    for (size_t i = 0; i < state->terms.count; i++) {
        const TermsInfo *terms = &state->terms.at[i];
        if (terms->row != 0 && terms->supplier == supplier && terms->lead_days >= 0) days[n++] = terms->lead_days;
    }
    return n ? (int32_t)(median_of(days, n, arena) + 0.5) : state->suppliers.at[supplier].lead_days;
}

static int32_t supplier_number(const State *state, const char *code) {
    for (size_t k = 1; k < state->suppliers.count; k++)
        if (state->suppliers.at[k].code && strcmp(state->suppliers.at[k].code, code) == 0) return (int32_t)k;
    return 0;
}

Err plan_supplier(Plan *plan, Arena *arena, const char *code, SupplierView *out_view, Why *why) {
    TRY(planned(plan, why));
    int32_t supplier = supplier_number(plan->state, code);
    if (!supplier) return fail(why, ERR_NOT_FOUND, "there is no supplier \"%s\"", code);
    SupplierView view = { .currency = plan->policy->currency };
    Count c;
    count_begin(plan, supplier, &c);
    Tally *t = &c.of[supplier];
    figures_read(&c, supplier, arena, &view.figures);
    months_read(plan, t, arena, &view);
    open_read(plan, supplier, t, arena, &view);
    if (supplier < plan->pools.suppliers) lead_bars(&plan->pools.supplier[supplier], stated_days(plan->state, supplier, arena), LEAD_POOLED, arena, &view.lead);
    modes_read(plan, supplier, arena, &view);
    view.left_out = many_in(arena, SupplierLeftOut, t->left_out.count + 1);
    view.left_out_count = (int)t->left_out.count;
    for (int i = 0; i < view.left_out_count; i++) view.left_out[i] = t->left_out.at[i];
    count_end(&c);
    *out_view = view;
    return OK;
}
