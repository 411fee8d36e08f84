/* What suppliers say they have sent: supply of its own, with the arrival they or the carrier expect, and how such words were kept before. */
#include <stdlib.h>
#include <string.h>

#include "base/decimal.h"
#include "plan/fold-parts.h"
#include "plan/leadtimes.h"

int notices_count(const State *state, uint64_t key) {
    int count = 0;
    for (int32_t i = (int32_t)int_map_or(state->notice_of, (int64_t)key, -1); i >= 0; i = state->notices.at[i].next) count += state->notices.at[i].row != 0;
    return count;
}

static int sent_first(const void *left, const void *right) {
    const NoticeInfo *a = *(const NoticeInfo *const *)left, *b = *(const NoticeInfo *const *)right;
    if (a->shipped != b->shipped) return a->shipped < b->shipped ? -1 : 1;
    int by_doc = strcmp(a->doc, b->doc);
    return by_doc ? by_doc : (a->row > b->row) - (a->row < b->row);
}

/* Those of one order line sent before start_day, first sent first. */
static int notices_of(const State *state, uint64_t key, int32_t start_day, Arena *arena, const NoticeInfo ***out) {
    const NoticeInfo **at = many_in(arena, const NoticeInfo *, notices_count(state, key) + 1);
    int count = 0;
    for (int32_t i = (int32_t)int_map_or(state->notice_of, (int64_t)key, -1); i >= 0; i = state->notices.at[i].next) {
        const NoticeInfo *n = &state->notices.at[i];
        if (n->row && n->qty > 0 && n->shipped != NO_DAY && n->shipped < start_day) at[count++] = n;
    }
    qsort(at, (size_t)count, sizeof *at, sent_first);
    *out = at;
    return count;
}

static const CarrierInfo *carrier_newest(const State *state, uint64_t shipment, int32_t start_day) {
    const CarrierInfo *newest = NULL;
    for (int32_t i = (int32_t)int_map_or(state->carrier_of, (int64_t)shipment, -1); i >= 0; i = state->carriers.at[i].next) {
        const CarrierInfo *c = &state->carriers.at[i];
        if (c->row == 0 || c->told == NO_DAY || c->told > start_day) continue;
        if (!newest || c->told > newest->told || (c->told == newest->told && c->row > newest->row)) newest = c;
    }
    return newest;
}

/* What the carrier told last beats what the sender expected: a new day; none after a delay without one; his own day once it is delivered. */
static void carrier_apply(const State *state, int32_t start_day, const NoticeInfo *notice, OpenSupply *line) {
    const CarrierInfo *said = carrier_newest(state, notice->shipment, start_day);
    if (!said) return;
    line->carrier = said->status;
    line->carrier_row = said->row;
    if (said->status == STATUS_DONE) line->expected = said->told;
    else if (said->expected != NO_DAY) line->expected = said->expected;
    else if (said->status == STATUS_DELAYED) line->expected = NO_DAY;
}

/* Receipts are of what was sent first. What was sent will come even where an acknowledgement had said that it would not. */
void notices_split(const FoldInput *in, Arena *arena, OpenSupply *line, Fold *out) {
    const NoticeInfo **notice;
    int count = notices_of(in->state, line->key, in->start_day, arena, &notice);
    int64_t came = line->received;
    for (int i = 0; i < count; i++) {
        int64_t arrived = came < notice[i]->qty ? came : notice[i]->qty;
        came -= arrived;
        int64_t room = line->ordered - line->received, qty = notice[i]->qty - arrived < room ? notice[i]->qty - arrived : room;
        if (qty <= 0) continue;
        OpenSupply sent = *line;
        sent.ordered = sent.left = qty;
        sent.received = sent.short_told = 0;
        sent.notice_row = notice[i]->row;
        sent.shipment = notice[i]->doc;
        sent.shipped = notice[i]->shipped;
        sent.expected = notice[i]->expected;
        carrier_apply(in->state, in->start_day, notice[i], &sent);
        out->open[out->open_count++] = sent;
        out->on_order += qty;
        line->ordered -= qty;
        line->left = line->left > qty ? line->left - qty : 0;
    }
}

/* ---- how such words were kept ---- */

/* The day by which this much of the line had come, NO_DAY: it has not. Where part of it could not be used nothing says on which day the whole was there:
 * the last one. */
static int32_t came_by(const OrderStory *s, double units) {
    static const double WHOLE = 0.98;
    double got = 0;
    for (int i = 0; i < s->receipts; i++) {
        got += s->receipt[i].accepted;
        if (got >= units * WHOLE) return s->receipt[i].day;
    }
    return micro_to_double(s->received) >= units * WHOLE ? s->last_day : NO_DAY;
}

/* From `clock` on, or nothing where the line was closed without it. What comes today is not told yet. */
static void word_add(LeadStream *out, int32_t clock, int32_t came, const OrderStory *s, int32_t start_day) {
    if (clock == NO_DAY || (came == NO_DAY && !s->open)) return;
    int32_t days = (came != NO_DAY ? came : start_day - 1) - clock;
    lead_stream_add(out, (LeadObservation){ .days = days > 0 ? days : 0, .weight = 1, .age_days = start_day - clock,
        .cluster = (int)(uint32_t)(s->order & 0x7fffffff), .outcome = came != NO_DAY ? LEAD_RECEIVED : LEAD_OPEN }, s->po->who);
}

void notices_gather(const State *state, const Fold *fold, int32_t start_day, Arena *work, Arena *kept, LeadStream *out_transit, LeadStream *out_notice) {
    if (state->notices.count == 0) return;
    int most = 0;
    for (int k = 0; k < fold->stories; k++) most += notices_count(state, fold->story[k].po->key);
    if (most == 0) return;
    lead_stream_begin(out_transit, most, kept);
    lead_stream_begin(out_notice, most, kept);
    for (int k = 0; k < fold->stories; k++) {
        const OrderStory *s = &fold->story[k];
        if (s->left_out_row || s->cancelled) continue;
        const NoticeInfo **notice;
        double sent = 0;
        int count = notices_of(state, s->po->key, start_day, work, &notice);
        for (int i = 0; i < count; i++) {
            sent += micro_to_double(notice[i]->qty);
            int32_t came = came_by(s, sent);
            word_add(out_transit, notice[i]->shipped, came, s, start_day);
            if (notice[i]->expected != NO_DAY) word_add(out_notice, notice[i]->expected - NOTICE_EARLY_DAYS, came, s, start_day);
        }
    }
}

static const LeadTime *leaning(const LeadTime *supplier, const LeadTime *all) { return supplier && supplier->found ? supplier : all->found ? all : NULL; }

static bool waited_since(const LeadTime *lead, int32_t days, LeadTime *out) {
    if (!lead) return false;
    if (days > 0) lead_given_age(lead, days, out);
    else *out = *lead, lead_shift(out, -days);
    return true;
}

bool arrival_by_notice(const LeadPools *pools, const OpenSupply *line, int32_t start_day, LeadTime *out) {
    if (!line->shipment) return false;
    const Promises *p = &pools->promises;
    bool known = line->who > 0 && line->who < pools->suppliers;
    if (line->expected != NO_DAY && waited_since(leaning(known ? &p->notice[line->who] : NULL, &p->all_notice), start_day - (line->expected - NOTICE_EARLY_DAYS), out)) return true;
    if (line->expected != NO_DAY && line->expected >= start_day) {
        lead_stated(line->expected - start_day, 0, out);
        return true;
    }
    return waited_since(leaning(known ? &p->transit[line->who] : NULL, &p->all_transit), start_day - line->shipped, out);
}
