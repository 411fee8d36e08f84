/* What suppliers say they have sent: supply of its own, with the arrival they or the carrier expect. */
#include <stdlib.h>
#include <string.h>

#include "base/decimal.h"
#include "position/fold-parts.h"

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

int notices_of(const State *state, uint64_t key, int32_t start_day, Arena *arena, const NoticeInfo ***out) {
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
