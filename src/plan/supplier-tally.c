#include "plan/supplier-tally.h"

#include <stdlib.h>

#include "base/decimal.h"
#include "base/time.h"

/* ---- one line ---- */

static void otif_count(const OrderStory *s, int32_t due, int32_t today, Otif *otif) {
    if (due == NO_DAY || s->cancelled || (!s->open && s->received == 0)) return;
    OtifLine line = { .ordered = micro_to_double(s->po->qty), .due = due, .cancelled = OTIF_KEPT, .receipt = s->receipt, .receipts = s->receipts };
    otif_add(otif, &otif_usual, &line, today);
}

static void share_count(const OrderStory *s, Tally *t) {
    double ordered = micro_to_double(s->po->qty), received = micro_to_double(s->received);
    bool over = !s->open && !s->cancelled && s->received > 0;
    if (over || s->received >= s->po->qty) {
        t->closed++;
        t->short_sum += received < ordered ? 1 - received / ordered : 0;
    }
    if (s->received > 0) {
        t->received++;
        t->unusable_sum += 1 - micro_to_double(s->accepted) / received;
    }
}

static void ack_count(const Plan *plan, const OrderStory *s, Tally *t) {
    if (plan->state->by_kind[FACT_PO_ACK] == 0) return;
    if (s->ack_day != NO_DAY) list_push(&t->ack_days, s->ack_day > s->po->day ? s->ack_day - s->po->day : 0);
    if (s->po->day >= plan->context.start_day - ACK_PATIENCE_DAYS) return;
    t->asked_for_ack++;
    t->unacknowledged += s->ack_day == NO_DAY;
}

static void lead_count(const OrderStory *s, Tally *t) {
    if (s->left_out_row || s->full_day == NO_DAY) return;
    list_push(&t->leads, (OrderLead){ .order = s->order, .day = s->po->day, .days = s->full_day - s->po->day, .weight = 1 });
}

/* What a line is worth in the policy's currency; 0 when no price or no rate was told, and for cancelled ones. */
static double money_of(const Plan *plan, const Record *po) {
    const Detail *detail = &plan->state->details.at[po->more];
    int64_t price;
    if (po->status == STATUS_CANCELLED || detail->a == NO_QTY || !policy_price(plan->policy, detail->currency, detail->a, &price)) return 0;
    return micro_to_double(price) * micro_to_double(po->qty);
}

int month_of(const Plan *plan, int32_t day) {
    Civil now = civil_of_day(plan->context.start_day), then = civil_of_day(day);
    int ago = (now.year - then.year) * 12 + now.month - then.month;
    return ago >= 0 && ago < MONTHS ? MONTHS - 1 - ago : -1;
}

static void page_count(const Count *c, const Spot *spot, const OrderStory *s, Tally *t) {
    const State *state = c->plan->state;
    int due_in = s->promise != NO_DAY ? month_of(c->plan, s->promise) : -1;
    if (due_in >= 0 && story_is_due(s, c->plan->context.start_day) && !s->left_out_row) {
        t->months.at[due_in].due++;
        t->months.at[due_in].late += story_is_late(s);
    }
    if (s->left_out_row)
        list_push(&t->left_out, (SupplierLeftOut){ .mark = { s->left_out_row }, .doc = state->details.at[s->po->more].doc, .item = state->items.at[spot->item.v].code,
                                                   .place = state->places.at[spot->place.v].code, .order_day = s->po->day });
}

static void line_count(const Count *c, const Spot *spot, const OrderStory *s, Tally *t) {
    const Plan *plan = c->plan;
    int32_t today = plan->context.start_day;
    lead_count(s, t);
    if (c->only) page_count(c, spot, s, t);
    if (s->open && s->received < s->po->qty) {
        t->open_lines++;
        t->overdue_lines += s->promise != NO_DAY && s->promise < today;
    }
    if (s->po->day < today - WINDOW_DAYS) return;
    t->lines++;
    if (s->left_out_row == 0) {
        otif_count(s, s->promise, today, &t->promised);
        otif_count(s, s->po->day2, today, &t->requested);
    }
    t->receipts += s->receipts;
    share_count(s, t);
    ack_count(plan, s, t);
    t->spend += money_of(plan, s->po);
    if (promises_known(&plan->pools.promises)) {
        t->late_sum += promise_chance(&plan->pools.promises, s->po->who, spot->place.v).p;
        t->late_weight++;
    }
}

/* ---- all lines ---- */

/* Who delivers an item, and what all is worth, before anything is counted: a sole source is one without another order line in the window. */
static void sources_find(Count *c) {
    const State *state = c->plan->state;
    int32_t from = c->plan->context.start_day - WINDOW_DAYS;
    for (size_t i = 0; i < state->records.count + state->extras.count; i++) {
        const Record *r = i < state->records.count ? &state->records.at[i] : &state->extras.at[i - state->records.count];
        if (r->kind != REC_PO || r->day == NO_DAY || r->day < from || r->status == STATUS_CANCELLED) continue;
        int32_t spot = (int32_t)int_map_or(state->order_spot, (int64_t)r->key, -1);
        if (spot < 0) continue;
        c->spend += money_of(c->plan, r);
        int64_t *source = int_map_place(c->source, state->spots.at[spot].item.v, r->who, NULL);
        if (*source != r->who) *source = -1;
    }
}

static void items_count(Count *c) {
    const State *state = c->plan->state;
    int32_t from = c->plan->context.start_day - WINDOW_DAYS;
    IntMap *pairs = int_map_begin(50000000);
    for (size_t i = 0; i < state->records.count + state->extras.count; i++) {
        const Record *r = i < state->records.count ? &state->records.at[i] : &state->extras.at[i - state->records.count];
        if (r->kind != REC_PO || r->day == NO_DAY || r->day < from || r->status == STATUS_CANCELLED || r->who <= 0 || r->who >= c->suppliers) continue;
        int32_t spot = (int32_t)int_map_or(state->order_spot, (int64_t)r->key, -1);
        if (spot < 0) continue;
        int32_t item = state->spots.at[spot].item.v;
        bool is_new = false;
        int_map_place(pairs, (int64_t)r->who << 32 | (uint32_t)item, 1, &is_new);
        if (!is_new) continue;
        c->of[r->who].items++;
        c->of[r->who].sole_items += int_map_or(c->source, item, -1) == r->who;
    }
    int_map_end(&pairs);
}

static bool has_order_of(const State *state, int32_t spot, int32_t supplier) {
    RecordWalk walk = record_walk(state, spot);
    for (const Record *r = record_next(&walk); r; r = record_next(&walk))
        if (r->kind == REC_PO && (supplier == 0 || r->who == supplier)) return true;
    return false;
}

void count_begin(Plan *plan, int32_t only, Count *c) {
    const State *state = plan->state;
    *c = (Count){ .plan = plan, .only = only, .suppliers = (int)state->suppliers.count, .source = int_map_begin(20000000) };
    c->of = calloc((size_t)c->suppliers + 1, sizeof *c->of);
    if (!c->of) stop_for("no memory for %d suppliers", c->suppliers);
    if (only)
        for (int m = 0; m < MONTHS; m++) {
            Civil now = civil_of_day(plan->context.start_day);
            int32_t first = day_of_civil((Civil){ .year = now.year, .month = now.month, .day = 1 });
            list_push(&c->of[only].months, (SupplierMonth){ .day = day_add_months(first, m - MONTHS + 1), .lead_p50 = CASE_NONE });
        }
    sources_find(c);
    items_count(c);
    own(arena_end) Arena *work = arena_begin(256 * MiB);
    for (size_t i = 0; i < state->spots.count; i++) {
        const Spot *spot = &state->spots.at[i];
        if (!has_order_of(state, (int32_t)i, only)) continue;
        arena_clear(work);
        Record *records;
        OrderStory *story;
        int count = state_records(state, (int32_t)i, work, &records), open = 0;
        int stories = order_stories(state, (int32_t)i, records, count, plan->context.start_day, work, &story);
        for (int k = 0; k < stories; k++) {
            int32_t who = story[k].po->who;
            if (who <= 0 || who >= c->suppliers || (only && who != only)) continue;
            line_count(c, spot, &story[k], &c->of[who]);
            open += story[k].open;
        }
        if (only && open) list_push(&c->of[only].open_spots, (int32_t)i);
    }
}

void count_end(Count *c) {
    for (int k = 0; k < c->suppliers; k++) {
        list_end(&c->of[k].ack_days);
        list_end(&c->of[k].leads);
        list_end(&c->of[k].months);
        list_end(&c->of[k].open_spots);
        list_end(&c->of[k].left_out);
    }
    free(c->of);
    int_map_end(&c->source);
}
