/* What the item-place page shows, folded again from the records: screens ask for one at a time. */
#include <stdlib.h>
#include <string.h>

#include "base/decimal.h"
#include "draft/flips.h"
#include "plan/room.h"

enum { FAN_WEEKS = 13, WEEK = 7, ROWS_SHOWN = 50, LEAD_BARS = 60 };

static Err view_ready(const Plan *plan, Why *why) {
    return plan->ready ? OK : fail_hint(why, fail(why, ERR_CONFLICT, "nothing is planned yet"), "run a planning step first");
}

static void demand_view(const Picture *p, Arena *arena, ItemDemand *out) {
    const Fold *fold = &p->fold;
    *out = (ItemDemand){ .bucket_days = fold->bucket_days, .from_day = fold->from_day, .points = fold->buckets, .states = many_in(arena, uint8_t, fold->buckets + 1),
        .values = many_in(arena, int64_t, fold->buckets + 1), .fan_from_day = fold->from_day + fold->buckets * fold->bucket_days, .fan_points = FAN_WEEKS,
        .fan_days = WEEK };
    for (int b = 0; b < fold->buckets; b++) {
        out->values[b] = micro_of(fold->value[b]);
        out->states[b] = fold->period[b];
    }
    out->exceptional = many_in(arena, ItemOneOff, fold->one_off_count + 1);
    for (int i = 0; i < fold->one_off_count; i++)
        out->exceptional[out->exceptional_count++] = (ItemOneOff){ { fold->one_off[i].row }, fold->one_off[i].day, fold->one_off[i].qty, fold->one_off[i].marked, fold->one_off[i].taken_out };
    int64_t **into[3] = { &out->fan_p10, &out->fan_p50, &out->fan_p90 };
    static const double levels[3] = { 0.1, 0.5, 0.9 };
    for (int k = 0; k < 3; k++) *into[k] = many_in(arena, int64_t, FAN_WEEKS);
    double week = (double)WEEK / fold->bucket_days;
    for (int w = 0; w < FAN_WEEKS; w++) {
        Dist dist;
        demand_sum(&p->demand, w * week, week, &dist);
        for (int k = 0; k < 3; k++) (*into[k])[w] = micro_of(dist_quantile(&dist, levels[k]));
    }
    if (p->sense.overrides == 0) return;
    DemandModel base = sense_baseline(p);
    out->fan_base = many_in(arena, int64_t, FAN_WEEKS);
    for (int w = 0; w < FAN_WEEKS; w++) {
        Dist dist;
        demand_sum(&base, w * week, week, &dist);
        out->fan_base[w] = micro_of(dist_quantile(&dist, 0.5));
    }
}

/* The weeks of the projection: what is expected of each, from its first day on. */
static void ahead_view(const Picture *p, const CaseProjection *projection, Arena *arena, ItemDemand *out) {
    double bucket = p->fold.bucket_days;
    DemandModel base = sense_baseline(p);
    out->ahead_from_day = projection->from_day;
    out->ahead_points = (projection->points * projection->step_days + WEEK - 1) / WEEK;
    out->ahead_mean = many_in(arena, int64_t, out->ahead_points + 1);
    if (p->sense.overrides > 0) out->ahead_base = many_in(arena, int64_t, out->ahead_points + 1);
    for (int w = 0; w < out->ahead_points; w++) {
        double from = (p->from_days + w * WEEK) / bucket;
        out->ahead_mean[w] = micro_of(demand_moments(&p->demand, from, WEEK / bucket).mean);
        if (out->ahead_base) out->ahead_base[w] = micro_of(demand_moments(&base, from, WEEK / bucket).mean);
    }
}

static void news_view(const Plan *plan, const Picture *p, Arena *arena, ItemView *out) {
    static const char *const kinds[SENSE_KINDS] = { "usual", "one-off", "new-level" };
    const SenseTrace *t = &p->sense;
    const SenseReading *r = &t->news.reading;
    bool told = r->kind != SENSE_USUAL;
    double tail[SENSED_TAILS];
    out->notes = many_in(arena, CaseNote, SENSE_NOTES_MOST);
    out->notes_count = sense_notes(&plan->context, p, arena, out->notes);
    out->base_mean_day = micro_of(t->base_mean_day);
    out->news = (ItemNews){ .kind = kinds[r->kind], .from_day = told ? t->from_day : CASE_NO_DAY, .to_day = told ? t->to_day : CASE_NO_DAY, .p_ppm = ppm_of(r->p[r->kind]),
        .times_ppm = told ? micro_of(r->seen_over_expected) : CASE_NONE, .followed = t->news.acted,
        .ahead_seen = t->news.ahead_expected > 0 ? micro_of(t->news.ahead_seen) : CASE_NONE, .ahead_usual = t->news.ahead_expected > 0 ? micro_of(t->news.ahead_expected) : CASE_NONE };
    sense_surprise(&plan->context, p, tail);
    for (int i = 0; i < SENSED_TAILS; i++) out->news.tail_ppm[i] = ppm_of(tail[i]);
    out->overrides = many_in(arena, ItemOverride, SENSE_OVERRIDES_MOST);
    for (int i = 0; i < t->overrides; i++) {
        const OverrideInfo *o = t->override[i];
        out->overrides[out->overrides_count++] = (ItemOverride){ .row = { o->row }, .doc = o->doc, .reason = o->reason, .from_day = o->from_day, .to_day = o->to_day,
            .factor_ppm = micro_of(t->override_factor[i]), .units = o->qty != NO_QTY };
    }
}

void lead_bars(const LeadTime *lead, int32_t stated_days, LeadBasis basis, Arena *arena, ItemLead *out) {
    *out = (ItemLead){ .p50 = CASE_NONE, .p90 = CASE_NONE, .stated_days = stated_days >= 0 ? stated_days : CASE_NONE, .basis = lead_basis_names[basis], .mode = "" };
    if (!lead->found) return;
    out->p50 = lead->p50;
    out->p90 = lead->p90;
    out->n = (int64_t)(lead->n + 0.5);
    out->n_open = lead->n_open;
    int last = lead_quantile(lead, 0.99), bar = last / LEAD_BARS + 1;
    out->days = many_in(arena, int32_t, LEAD_BARS + 2);
    out->share_ppm = many_in(arena, int64_t, LEAD_BARS + 2);
    for (int d = 0; d <= last && out->count < LEAD_BARS + 1; d += bar) {
        double share = 0;
        for (int k = d; k < d + bar && k < LEAD_DAYS; k++) share += lead->arrive[k];
        if (share < 1e-4) continue;
        out->days[out->count] = d + bar / 2;
        out->share_ppm[out->count++] = ppm_of(share);
    }
}

ItemSupply supply_line(const Context *context, const Picture *p, const OpenSupply *line, Arena *arena) {
    static const char *const acks[] = { [STATUS_ACCEPTED] = "accepted", [STATUS_CHANGED] = "changed", [STATUS_BACKORDERED] = "backordered", [STATUS_REJECTED] = "rejected" };
    const State *state = context->state;
    const char *who = line->kind == SUPPLY_TRANSFER ? (size_t)line->who < state->places.count ? state->places.at[line->who].code : ""
                      : (size_t)line->who < state->suppliers.count ? state->suppliers.at[line->who].code : "";
    SupplyOutlook outlook = supply_outlook(context, p, line);
    return (ItemSupply){ .row = { line->row }, .doc = line->doc, .line = line->line, .supplier = who, .mode = mode_code(state, line->mode),
        .kind = supply_kind_names[line->kind], .qty = line->ordered, .received = line->received, .order_day = line->order_day,
        .first_promise_day = line->first_promise, .promise_day = line->promise, .expected_day = outlook.day, .late_days = line->late_days,
        .ack = line->ack >= STATUS_ACCEPTED ? acks[line->ack] : "", .late_ppm = outlook.late_ppm, .expected_late_days = outlook.late_days,
        .reason = text_keep(arena, text_of(outlook.reason)), .shipment = line->shipment ? line->shipment : "",
        .shipped_day = line->shipment ? line->shipped : NO_DAY, .told_day = line->shipment ? line->expected : NO_DAY };
}

static void supply_view(const Context *context, const Picture *p, Arena *arena, ItemView *out) {
    const State *state = context->state;
    out->supply = many_in(arena, ItemSupply, p->fold.open_count + context->commands_count + 1);
    for (int i = 0; i < p->fold.open_count; i++) out->supply[out->supply_count++] = supply_line(context, p, &p->fold.open[i], arena);
    for (int i = 0; i < context->commands_count; i++) {
        const CommandSupply *command = &context->commands[i];
        if (command->spot != p->spot || command_is_matched(context, p, command)) continue;
        OpenSupply line = { .kind = SUPPLY_COMMAND, .who = command->supplier, .order_day = command->order_day, .promise = NO_DAY, .first_promise = NO_DAY };
        out->supply[out->supply_count++] = (ItemSupply){ .row = { command->row }, .doc = command->doc, .line = "",
            .supplier = (size_t)command->supplier < state->suppliers.count ? state->suppliers.at[command->supplier].code : "", .kind = "command", .qty = command->qty,
            .order_day = command->order_day, .first_promise_day = NO_DAY, .promise_day = NO_DAY, .expected_day = supply_day(context, p, &line), .ack = "",
            .late_ppm = CASE_NONE, .expected_late_days = CASE_NONE, .reason = "",
            .shipment = "", .shipped_day = NO_DAY, .told_day = NO_DAY };
    }
}

static void network_view(const Plan *plan, const Picture *p, Arena *arena, ItemView *out) {
    const State *state = plan->state;
    int count = 0;
    for (int32_t s = state->items.at[p->item.v].spots; s >= 0; s = state->spots.at[s].next) count++;
    out->network = many_in(arena, ItemNetwork, count + 1);
    for (int32_t s = state->items.at[p->item.v].spots; s >= 0; s = state->spots.at[s].next) {
        const Estimate *e = &plan->estimates[s];
        int64_t on_hand = e->on_hand == NO_QTY ? CASE_NONE : e->on_hand;
        double cover = e->mean_day > 0 && e->on_hand != NO_QTY ? micro_to_double(e->on_hand) / e->mean_day : -1;
        out->network[out->network_count++] = (ItemNetwork){ .place = state->places.at[state->spots.at[s].place.v].code, .on_hand = on_hand,
            .on_order = e->on_order + e->in_transit, .cover_days = cover < 0 ? CASE_NONE : cover > 9999 ? 9999 : (int64_t)cover, .here = s == p->spot };
    }
    for (int i = 1; i < out->network_count; i++)
        for (int k = i; k > 0 && strcmp(out->network[k].place, out->network[k - 1].place) < 0; k--) {
            ItemNetwork t = out->network[k];
            out->network[k] = out->network[k - 1];
            out->network[k - 1] = t;
        }
}

static int newest_first(const void *left, const void *right) {
    const ItemEvidence *a = left, *b = right;
    if (a->day != b->day) return a->day > b->day ? -1 : 1;
    return a->row.v > b->row.v ? -1 : a->row.v < b->row.v;
}

static void rows_view(const Plan *plan, int32_t spot, Arena *arena, ItemView *out) {
    static const char *const names[REC_KIND_COUNT_] = { [REC_DEMAND] = "order-line", [REC_SHIPMENT] = "shipment", [REC_RECEIPT] = "receipt", [REC_PO] = "po-line",
        [REC_TRANSFER_IN] = "transfer", [REC_TRANSFER_OUT] = "transfer", [REC_STOCK] = "stock", [REC_COUNT] = "count", [REC_RUN] = "sales", [REC_SALE] = "sales" };
    Record *records;
    int count = state_records(plan->state, spot, arena, &records);
    ItemEvidence *all = many_in(arena, ItemEvidence, count + 1);
    for (int i = 0; i < count; i++) {
        bool receipt = records[i].kind == REC_RECEIPT && records[i].who > 0, sale = records[i].kind == REC_DEMAND;
        all[i] = (ItemEvidence){ .row = { records[i].row }, .kind = names[records[i].kind], .day = records[i].day, .qty = records[i].qty, .markable = receipt || sale,
                                 .left_out = receipt ? receipt_left_out(plan->state, spot, &records[i], records[i].who) != 0 : sale && sale_left_out(plan->state, spot, &records[i]) };
    }
    qsort(all, (size_t)count, sizeof *all, newest_first);
    out->rows = all;
    out->rows_count = count < ROWS_SHOWN ? count : ROWS_SHOWN;
}

static void cases_view(const Plan *plan, ItemId item, PlaceId place, Arena *arena, ItemView *out) {
    out->cases = many_in(arena, RowId, SPOT_DRAFTS_MOST);
    for (int kind = CASE_BUY; kind < CASE_KIND_COUNT_; kind++)
        for (int q = -1; q < QUALITY_COUNT_; q++) {
            const BookEntry *entry = case_book_find(plan->book, item, place, (CaseKind)kind, q < 0 ? "" : quality_rows[q].subject);
            if (entry && entry->status != CASE_CLOSED && entry->status != CASE_REJECTED && out->cases_count < SPOT_DRAFTS_MOST) out->cases[out->cases_count++] = entry->case_id;
        }
}

Err plan_item(Plan *plan, Arena *arena, ItemId item, PlaceId place, ItemView *out_view, Why *why) {
    TRY(view_ready(plan, why));
    int32_t spot = state_spot(plan->state, item, place);
    if (spot < 0) return fail(why, ERR_NOT_FOUND, "no fact names this item at this place");
    Assessment *a = new_in(arena, Assessment);
    spot_assess(&plan->context, spot, NULL, arena, a);
    const Picture *p = &a->picture;
    const State *state = plan->state;
    const ItemInfo *info = &state->items.at[item.v];
    ItemView view = { .item = info->code, .description = info->description, .place = state->places.at[place.v].code, .uom = item_unit(info),
        .supplier = p->supplier && (size_t)p->supplier < state->suppliers.count ? state->suppliers.at[p->supplier].code : "", .currency = plan->policy->currency,
        .tier = info->tier, .lifecycle = info->lifecycle, .successor = info->successor_code, .unit_cost = p->money.cost_known ? micro_of(p->money.unit_cost) : CASE_NONE,
        .price = p->money.price_known ? micro_of(p->money.price) : CASE_NONE, .p0_ppm = ppm_of(a->estimate.p0), .p1_ppm = ppm_of(a->estimate.p1),
        .position = a->estimate.decided ? a->estimate.position : CASE_NONE, .order_level = a->estimate.decided ? micro_of(a->estimate.level) : CASE_NONE,
        .flags = a->estimate.flags };
    draft_facts(&plan->context, p, &view.facts);
    if (a->estimate.decided) draft_projection(&plan->context, p, a->estimate.safety, FAN_WEEKS * WEEK, arena, &view.projection);
    demand_view(p, arena, &view.demand);
    ahead_view(p, &view.projection, arena, &view.demand);
    lead_bars(&p->lane.lead, p->lane.stated_days, p->lane.basis, arena, &view.lead);
    view.lead.mode = mode_code(plan->state, p->lane.mode);
    supply_view(&plan->context, p, arena, &view);
    network_view(plan, p, arena, &view);
    customers_view(plan, p, arena, &view);
    view.model = draft_model(p, arena);
    choice_view(p, arena, &view.choice);
    view.target_because = target_because(&plan->context, p, arena);
    news_view(plan, p, arena, &view);
    rows_view(plan, spot, arena, &view);
    cases_view(plan, item, place, arena, &view);
    *out_view = view;
    return OK;
}

/* ---- the list ---- */

static bool words_hold(const char *text, const char *words, Arena *arena) {
    Text rest = text_of(words), word;
    for (;;) {
        bool more = text_split(rest, ' ', &word, &rest);
        if (word.length && !strstr(text, text_lower(arena, word))) return false;
        if (!more) return true;
    }
}

static ItemLine line_of(const Plan *plan, int32_t s, Arena *work) {
    const State *state = plan->state;
    const Spot *spot = &state->spots.at[s];
    const ItemInfo *info = &state->items.at[spot->item.v];
    const Estimate *e = &plan->estimates[s];
    Risk chances = spot_chances(plan, s, work);
    double cover = e->mean_day > 0 && e->on_hand != NO_QTY ? micro_to_double(e->on_hand) / e->mean_day : -1;
    return (ItemLine){ .item = spot->item, .place = spot->place, .item_code = info->code, .description = info->description, .tier = info->tier, .uom = item_unit(info),
        .place_code = state->places.at[spot->place.v].code, .on_hand = e->on_hand == NO_QTY ? CASE_NONE : e->on_hand, .on_order = e->on_order + e->in_transit,
        .position = e->decided ? e->position : CASE_NONE, .mean_day = micro_of(e->mean_day), .cover_days = cover < 0 ? CASE_NONE : cover > 9999 ? 9999 : (int64_t)cover,
        .p0_ppm = ppm_of(chances.p0), .p1_ppm = ppm_of(chances.p1),
        .stock_value_minor = e->on_hand == NO_QTY || e->on_hand < 0 ? 0 : minor_of(plan->context.exponent, micro_to_double(e->on_hand) * e->unit_cost), .flags = e->flags };
}

Err plan_items(Plan *plan, Arena *arena, const char *words, int64_t offset, int most, ItemLine **out_lines, int *out_count, int64_t *out_total, Why *why) {
    TRY(view_ready(plan, why));
    if (most < 0 || offset < 0) return fail(why, ERR_INVALID, "offset and limit must not be negative");
    ItemLine *lines = many_in(arena, ItemLine, most + 1);
    own(arena_end) Arena *work = arena_begin(512 * MiB);
    int64_t total = 0;
    int count = 0;
    bool all = !words || words[0] == 0;
    for (size_t s = 0; s < plan->state->spots.count; s++) {
        const Spot *spot = &plan->state->spots.at[s];
        if (!all) {
            arena_clear(work);
            const ItemInfo *info = &plan->state->items.at[spot->item.v];
            const char *text = text_format(work, "%s %s %s", info->code, info->description, plan->state->places.at[spot->place.v].code);
            if (!words_hold(text_lower(work, text_of(text)), words, work)) continue;
        }
        if (total++ < offset || count >= most) continue;
        arena_clear(work);
        lines[count++] = line_of(plan, (int32_t)s, work);
    }
    *out_lines = lines;
    *out_count = count;
    *out_total = total;
    return OK;
}
