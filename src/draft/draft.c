/* What all drafts share: numbers at the door of maths, facts, projection, tier, evidence, frozen inputs. */
#include "estimate/choice.h"
#include "estimate/learned.h"
#include "draft/draft.h"

#include <string.h>

#include "base/decimal.h"
#include "base/hash.h"
#include "base/json.h"
#include "draft/draft-parts.h"
#include "estimate/picture.h"
#include "estimate/engine.h"

void evidence_add(Case *c, int64_t row, const char *role) {
    if (row <= 0 || c->evidence_count >= DRAFT_EVIDENCE_MOST) return;
    for (int i = 0; i < c->evidence_count; i++)
        if (c->evidence[i].row.v == row) return;
    c->evidence[c->evidence_count++] = (CaseEvidence){ { row }, role };
}

static int64_t none_or(int64_t micro) { return micro == NO_QTY ? CASE_NONE : micro; }

void draft_facts(const Context *context, const Picture *p, CaseFacts *out) {
    const Spot *spot = &context->state->spots.at[p->spot];
    const Fold *fold = &p->fold;
    bool lead = p->lane.lead.found;
    *out = (CaseFacts){
        .on_hand = fold->stock_known ? fold->on_hand : CASE_NONE, .on_hand_day = fold->level_day == NO_DAY ? CASE_NO_DAY : fold->level_day,
        .allocated = none_or(fold->allocated), .on_order = fold->on_order, .in_transit = fold->in_transit, .open_orders = fold->open_orders,
        .backorders = fold->backorders, .demand_mean_day = p->demand.kind == DEMAND_NONE ? CASE_NONE : micro_of(p->mean_day),
        .lead_p50 = lead ? p->lane.lead.p50 : CASE_NONE, .lead_p90 = lead ? p->lane.lead.p90 : CASE_NONE,
        .lead_n = lead ? (int64_t)(p->lane.lead.n + 0.5) : CASE_NONE, .review_days = p->review_days,
        .moq = p->terms ? none_or(p->terms->moq) : CASE_NONE, .multiple = p->terms ? none_or(p->terms->multiple) : CASE_NONE,
        .erp_min = none_or(spot->min_qty), .erp_max = none_or(spot->max_qty), .service_target_ppm = ppm_of(p->target),
    };
}

/* ---- the picture of the coming days ---- */

static void receipts_list(const Context *context, const Picture *p, Arena *arena, CaseProjection *out) {
    int most = p->fold.open_count + context->commands_count;
    out->receipts = many_in(arena, CaseReceipt, most > 0 ? most : 1);
    for (int i = 0; i < p->fold.open_count; i++) {
        const OpenSupply *line = &p->fold.open[i];
        if (line->left <= 0) continue;
        out->receipts[out->receipts_count++] = (CaseReceipt){ .day = supply_day(context, p, line), .qty = line->left, .doc = line->doc,
            .late_days = line->late_days, .kind = supply_kind_names[line->kind] };
    }
    for (int i = 0; i < context->commands_count; i++) {
        const CommandSupply *command = &context->commands[i];
        if (command->spot != p->spot || command_is_matched(context, p, command)) continue;
        OpenSupply line = { .kind = SUPPLY_COMMAND, .who = command->supplier, .order_day = command->order_day, .promise = NO_DAY, .first_promise = NO_DAY };
        out->receipts[out->receipts_count++] = (CaseReceipt){ .day = supply_day(context, p, &line), .qty = command->qty, .doc = command->doc,
            .kind = supply_kind_names[SUPPLY_COMMAND] };
    }
}

void draft_projection(const Context *context, const Picture *p, double safety_units, int least_days, Arena *arena, CaseProjection *out) {
    RiskInput in = picture_risk_input(p);
    RiskPath *path = new_in(arena, RiskPath);
    double wanted = picture_horizon(context, p);
    int days = wanted > least_days ? (int)wanted : least_days, step = days > 70 && days > least_days ? 7 : 1, points = days / step;
    risk_path(&in, points * step, path);
    *out = (CaseProjection){ .from_day = context->start_day, .step_days = step, .points = points, .safety_stock = micro_of(safety_units) };
    int64_t **into[4] = { &out->p10, &out->p50, &out->p90, &out->p_out_ppm };
    for (int k = 0; k < 4; k++) *into[k] = many_in(arena, int64_t, points);
    for (int i = 0; i < points; i++) {
        int day = (i + 1) * step - 1;
        /* A chart has about two hundred points: a thousandth of a unit is enough and keeps rows short. */
        out->p10[i] = micro_of((double)path->p10[day]) / 1000 * 1000;
        out->p50[i] = micro_of((double)path->p50[day]) / 1000 * 1000;
        out->p90[i] = micro_of((double)path->p90[day]) / 1000 * 1000;
        out->p_out_ppm[i] = ppm_of((double)path->p_out[day]) / 100 * 100;
    }
    receipts_list(context, p, arena, out);
}

/* ---- model and frozen inputs ---- */

static void model_write(JsonWriter *json, const Picture *p) {
    const DemandModel *m = &p->demand;
    json_field_str(json, "kind", demand_kind_name(m->kind));
    json_field_str(json, "runner_up", demand_kind_name(m->runner_up));
    json_field_int(json, "season", m->seasonal);
    json_field_int(json, "shape", m->shape);
    json_field_double(json, "param", m->param);
    json_field_double(json, "level", m->level);
    json_field_double(json, "trend", m->trend);
    json_field_double(json, "noise_var", m->noise_var);
    json_field_double(json, "level_var", m->level_var);
    json_field_double(json, "calibration", m->calibration);
    json_field_int(json, "used", m->used);
    json_field_int(json, "censored", m->censored);
    json_field_int(json, "missing", m->missing);
    json_field_int(json, "origins", m->origins);
    if (!learned_spoke(p->learned)) return;
    json_field_double(json, "learned", p->learned.factor);
    json_field_double(json, "learned_spread", p->learned.spread);
}

CaseModel draft_model(const Picture *p, Arena *arena) {
    own(buf_end) Buf text = buf_begin(64 * KiB);
    JsonWriter json = json_writer(&text);
    json_begin_object(&json);
    model_write(&json, p);
    json_end(&json);
    Sha256 hash = sha256(buf_text(&text));
    char hex[SHA256_HEX];
    sha256_hex(&hash, hex);
    const char *kind = demand_kind_name(p->demand.kind);
    if (learned_spoke(p->learned)) kind = text_format(arena, "%s, learner x%.2f", kind, p->learned.factor);
    return (CaseModel){ .kind = kind, .runner_up = demand_kind_name(p->demand.runner_up),
                        .version = text_copy_n(arena, hex, 12), .engine = PLAN_ENGINE };
}

static void doubles_write(JsonWriter *json, const char *name, const float *at, int count) {
    json_field_array(json, name);
    for (int i = 0; i < count; i++) json_double(json, (double)at[i]);
    json_end(json);
}

/* What the numbers of the case were computed from, small enough to keep with every version: a reader can redo the arithmetic without the history. */
void draft_freeze(const Context *context, const Picture *p, const Quantity *quantity, Arena *arena, Draft *out) {
    own(buf_end) Buf text = buf_begin(MiB);
    JsonWriter json = json_writer(&text);
    json_begin_object(&json);
    json_field_int(&json, "v", 1);
    json_field_str(&json, "item", out->c.item);
    json_field_str(&json, "place", out->c.place);
    json_field_int(&json, "start_day", context->start_day);
    json_field_int(&json, "policy", context->policy_row);
    json_field_object(&json, "demand");
    model_write(&json, p);
    if (learned_spoke(p->learned)) json_field_str(&json, "forest", context->learned->hash);
    json_field_double(&json, "own_miss", p->demand.own_miss);
    doubles_write(&json, "shared_miss", p->demand.shared_miss, DEMAND_SPANS);
    doubles_write(&json, "came_below", p->demand.came_below, DEMAND_LEVELS);
    json_field_int(&json, "bucket_days", p->fold.bucket_days);
    json_field_int(&json, "from_day", p->fold.from_day);
    json_field_int(&json, "buckets", p->fold.buckets);
    json_field_double(&json, "signal", p->sense.signal_factor);
    json_field_double(&json, "news", p->sense.news.factor);
    json_field_double(&json, "without_overrides", p->sense.base_mean_day);
    json_end(&json);
    json_field_object(&json, "lead");
    json_field_str(&json, "basis", lead_basis_names[p->lane.basis]);
    doubles_write(&json, "days", p->lead.days, p->lead.count);
    doubles_write(&json, "share", p->lead.share, p->lead.count);
    json_field_double(&json, "never", p->lead.p_never);
    json_field_int(&json, "order_day", p->order_day);
    json_field_int(&json, "next_day", p->next_day);
    json_end(&json);
    json_field_object(&json, "money");
    json_field_double(&json, "unit_cost", p->money.unit_cost);
    json_field_double(&json, "price", p->money.price);
    json_field_double(&json, "short_cost", p->money.short_cost);
    json_field_double(&json, "hold_day", p->money.hold_day);
    json_end(&json);
    json_field_str(&json, "confidence", (context->confidence ? context->confidence : confidence_shipped())->version);
    json_field_object(&json, "goal");
    json_field_int(&json, "kind", p->goal.kind);
    json_field_double(&json, "target", p->goal.target);
    if (p->choice) json_field_str(&json, "choice", choice_names[p->choice]);
    json_end(&json);
    if (quantity) {
        json_field_object(&json, "quantity");
        json_field_double(&json, "level", quantity->level);
        json_field_double(&json, "level_p", quantity->level_p);
        json_field_micro(&json, "need", quantity->need_micro);
        json_field_micro(&json, "position", quantity->position_micro);
        json_field_array(&json, "terms");
        for (int i = 0; i < TERM_COUNT_; i++)
            if (p->fold.fed_count > 0 || (i != TERM_FED_LEVELS && i != TERM_FED_STOCK)) json_micro(&json, quantity->term[i]);
        json_end(&json);
        json_end(&json);
    }
    json_end(&json);
    out->input = text_from(text_copy_n(arena, buf_str(&text), text.length), text.length);
    Sha256 hash = sha256(out->input);
    char *hex = many_in(arena, char, SHA256_HEX);
    sha256_hex(&hash, hex);
    out->c.input = hex;
}

/* ---- head, tier, evidence ---- */

void draft_head(const Context *context, const Picture *p, CaseKind kind, Arena *arena, Draft *out) {
    const State *state = context->state;
    const ItemInfo *item = &state->items.at[p->item.v];
    *out = (Draft){ .wanted = true, .c = case_empty(), .item = p->item, .place = p->place, .supplier = { p->supplier }, .rank = -1 };
    Case *c = &out->c;
    c->kind = kind;
    c->item = item->code;
    c->description = item->description;
    c->place = state->places.at[p->place.v].code;
    c->supplier = p->supplier && (size_t)p->supplier < state->suppliers.count ? state->suppliers.at[p->supplier].code : "";
    c->uom = item_unit(item);
    c->currency = context->policy->currency;
    c->policy_row = context->policy_row;
    c->evidence = many_in(arena, CaseEvidence, DRAFT_EVIDENCE_MOST);
    c->opened_why = "new exposure";
}

void draft_tier(const Context *context, const Picture *p, Case *c, Arena *arena) {
    int64_t most_times = context->policy->qty_most_times_trailing_micro;
    if (case_is_order(c->kind) && p && p->fold.largest_order > 0 && most_times > 0 &&
        (double)c->action.qty > (double)p->fold.largest_order * micro_to_double(most_times)) c->flags |= CASE_FLAG_BIT(LARGE_ORDER);
    PolicyQuestion question = { .kind = c->kind, .value_minor = c->action.value_minor, .confidence_micro = c->confidence_low_ppm,
        .criticality = p ? context->state->items.at[p->item.v].tier : "", .supplier = c->supplier, .place = c->place, .flags = c->flags,
        .qty_micro = c->action.qty, .qty_trailing_most_micro = p ? p->fold.largest_order : 0 };
    PolicyAnswer answer;
    c->tier = policy_tier(context->policy, &question, &answer);
    c->rule = text_copy(arena, answer.rule);
    c->rule_text = text_copy(arena, answer.text);
}

void draft_notes(const Context *context, const Picture *p, Arena *arena, Case *c) {
    c->notes = many_in(arena, CaseNote, SENSE_NOTES_MOST);
    c->notes_count = sense_notes(context, p, arena, c->notes);
}

void draft_evidence(const Context *context, const Picture *p, Case *c) {
    const State *state = context->state;
    evidence_add(c, p->fold.level_row, "stock");
    for (int i = 0; i < p->fold.open_count && i < 24; i++) {
        evidence_add(c, p->fold.open[i].row, supply_kind_names[p->fold.open[i].kind]);
        evidence_add(c, p->fold.open[i].ack_row, "acknowledgement");
        evidence_add(c, p->fold.open[i].notice_row, "ship-notice");
        evidence_add(c, p->fold.open[i].carrier_row, "carrier-status");
    }
    evidence_add(c, p->firm_row, "customer-order");
    if (p->choice) evidence_add(c, context->choices->row, "policy-choice");
    if (case_is_order(c->kind) && context->confidence) evidence_add(c, context->confidence->row, "confidence");
    evidence_add(c, p->sense.signal_row, "signal");
    for (int i = 0; i < p->sense.overrides; i++) evidence_add(c, p->sense.override[i]->row, "override");
    for (int i = 0; i < p->fold.one_off_count && i < 8; i++) evidence_add(c, p->fold.one_off[i].row, "one-off");
    evidence_add(c, state->items.at[p->item.v].row, "item");
    if (p->fold.kin_item) evidence_add(c, state->items.at[p->fold.kin_item].row, "predecessor");
    evidence_add(c, p->fold.kin_row, "predecessor-stock");
    evidence_add(c, state->spots.at[p->spot].plan_row, "planning-row");
    if (p->terms) evidence_add(c, p->terms->row, "terms");
    const Spot *spot = &state->spots.at[p->spot];
    int newest = 0;                      /* the newest orders stand for the history: the whole is found by item and place */
    for (uint32_t i = spot->count; i > 0 && newest < 5; i--) {
        const Record *r = &state->records.at[spot->from + i - 1];
        if (r->kind != REC_DEMAND && r->kind != REC_RUN && r->kind != REC_SALE) continue;
        evidence_add(c, r->row, "demand");
        newest++;
    }
}
