/* The excess case: more than a good run of demand will need, what can still be stopped, what it costs to keep. */
#include <string.h>

#include "base/decimal.h"
#include "draft/draft-parts.h"

bool estimate_wants_excess(const Context *context, const Estimate *e) {
    return e->excess_units > 0 && e->excess_rank >= 0 && minor_of(context->exponent, e->excess_stake) >= context->policy->queue_least_rank_minor;
}

static void options_fill(const Context *context, const Picture *p, const Estimate *e, Arena *arena, Case *c) {
    int64_t stake = minor_of(context->exponent, e->excess_stake);
    c->options = many_in(arena, CaseOption, 4);
    const OpenSupply *line = NULL;
    for (int i = 0; i < p->fold.open_count; i++)
        if (p->fold.open[i].left > 0 && (!line || p->fold.open[i].left > line->left)) line = &p->fold.open[i];
    if (e->excess_on_order > 0 && line)
        c->options[c->options_count++] = (CaseOption){ .verb = "cancel", .qty = micro_of(e->excess_on_order), .arrival_day = CASE_NO_DAY,
            .cost_minor = minor_of(context->exponent, (e->excess_units - e->excess_on_order) * e->hold_day * 30), .p_out_ppm = CASE_NONE,
            .loss_minor = CASE_NONE, .capital_minor = 0, .chosen = true, .note = text_format(arena, "cancel or push out %s", line->doc) };
    c->options[c->options_count] = (CaseOption){ .verb = "stop-ordering", .qty = 0, .arrival_day = CASE_NO_DAY, .cost_minor = stake, .p_out_ppm = CASE_NONE,
        .loss_minor = minor_of(context->exponent, e->excess_write_off), .capital_minor = minor_of(context->exponent, e->excess_value), .chosen = c->options_count == 0,
        .note = "let demand use it up, order nothing" };
    c->options_count++;
    int32_t best = -1;                   /* another place of ours that is short of it */
    const State *state = context->state;
    for (int32_t s = state->items.at[p->item.v].spots; s >= 0; s = state->spots.at[s].next)
        if (s != p->spot && (best < 0 || state->spots.at[s].place.v < state->spots.at[best].place.v)) best = s;
    if (best >= 0)
        c->options[c->options_count++] = (CaseOption){ .verb = "transfer", .qty = micro_of(e->excess_units - e->excess_on_order), .arrival_day = CASE_NO_DAY,
            .cost_minor = CASE_NONE, .p_out_ppm = CASE_NONE, .loss_minor = CASE_NONE, .capital_minor = CASE_NONE, .note = "move to a place that needs it" };
}

void draft_excess(const Context *context, const Picture *p, const Estimate *e, Arena *arena, Draft *out) {
    draft_head(context, p, CASE_EXCESS, arena, out);
    Case *c = &out->c;
    c->action = (CaseAction){ .verb = e->excess_on_order > 0 ? "cancel" : "reduce", .qty = micro_of(e->excess_units) / MICRO * MICRO, .order_day = CASE_NO_DAY,
        .arrival_day = CASE_NO_DAY, .unit_cost = micro_of(p->money.unit_cost), .value_minor = minor_of(context->exponent, e->excess_value), .purchase_uom = c->uom,
        .purchase_qty = micro_of(e->excess_units) / MICRO * MICRO, .purchase_factor = MICRO, .minimum_minor = CASE_NONE, .minimum_reached_minor = CASE_NONE };
    c->rank_minor = minor_of(context->exponent, e->excess_rank);
    c->flags = e->flags;
    double years = (double)p->fold.observed * p->fold.bucket_days / 365;
    c->confidence_ppm = ppm_of(0.6 + (years > 1 ? 0.3 : 0.3 * years));
    c->confidence_low_ppm = c->confidence_ppm - 100000;
    if (c->flags & (CASE_FLAG_BIT(UNIT_DOUBT) | CASE_FLAG_BIT(STALE_FEED) | CASE_FLAG_BIT(PRICE_DOUBT))) c->confidence_ppm = c->confidence_low_ppm = 400000;
    draft_tier(context, p, c, arena);
    draft_notes(context, p, arena, c);
    out->rank = e->excess_rank;
}

static void terms_fill(const Context *context, const Picture *p, Arena *arena, Case *c) {
    int64_t all = p->fold.on_hand + p->fold.on_order + p->fold.in_transit;
    c->terms = many_in(arena, CaseTerm, 4);
    c->terms[c->terms_count++] = (CaseTerm){ .code = "on-hand", .label = "On hand", .qty = p->fold.on_hand };
    if (p->fold.on_order) c->terms[c->terms_count++] = (CaseTerm){ .code = "on-order", .label = "On order", .qty = p->fold.on_order };
    if (p->fold.in_transit) c->terms[c->terms_count++] = (CaseTerm){ .code = "in-transit", .label = "In transit", .qty = p->fold.in_transit };
    c->terms[c->terms_count++] = (CaseTerm){ .code = "covered-need",
        .label = p->demand.fade > 0 ? "Worth keeping for what will still be asked for" : text_format(arena, "Needed in %d days, even in a good run", context->policy->excess_cover_days), .qty = c->action.qty - all };
}

void draft_excess_tell(const Context *context, const Picture *p, const Estimate *e, Arena *arena, Draft *out) {
    Case *c = &out->c;
    bool ends = e->flags & CASE_FLAG_BIT(PHASE_OUT);
    terms_fill(context, p, arena, c);
    options_fill(context, p, e, arena, c);
    draft_projection(context, p, e->safety, CASE_PROJECTION_DAYS, arena, &c->projection);
    draft_facts(context, p, &c->facts);
    c->model = draft_model(p, arena);
    c->title = ends ? "The item is ending and there is more than will sell"
               : e->excess_cover > 9999 ? "Stock that nobody asks for" : text_format(arena, "Stock for %.0f days, far beyond what is needed", e->excess_cover);
    c->at_stake_minor = minor_of(context->exponent, e->excess_stake);
    draft_evidence(context, p, c);
    draft_freeze(context, p, NULL, arena, out);
}
