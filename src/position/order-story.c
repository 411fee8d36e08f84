#include "position/order-story.h"

#include "base/decimal.h"

static const int64_t COMPLETE_PERCENT = 98;

static bool is_complete(int64_t got, int64_t wanted) { return got >= wanted - wanted / 100 * (100 - COMPLETE_PERCENT); }

int64_t receipt_left_out(const State *state, int32_t spot, const Record *receipt, int32_t supplier) {
    const MarkInfo *newest = NULL;
    const Spot *at = &state->spots.at[spot];
    uint64_t key = 0;
    for (size_t i = 0; i < state->marks.count; i++) {
        const MarkInfo *mark = &state->marks.at[i];
        if (mark->row == 0 || mark->supplier == 0 || mark->supplier != supplier) continue;
        if (mark->key && !key) {
            const Detail *detail = &state->details.at[receipt->more];
            key = state_key(text_of(detail->doc), text_of(detail_line(detail)));
        }
        bool hit = mark->key ? mark->key == key
                             : mark->item == at->item.v && mark->place == at->place.v && receipt->day >= mark->from_day && receipt->day <= mark->to_day;
        if (hit && (!newest || mark->row > newest->row)) newest = mark;
    }
    return newest && !newest->cleared ? newest->row : 0;
}

static void story_begin(const State *state, const Record *po, int32_t start_day, OrderStory *out) {
    const Detail *detail = &state->details.at[po->more];
    int32_t confirmed = NO_DAY, confirmed_told = NO_DAY, newest_told = NO_DAY, qty_told = NO_DAY;
    *out = (OrderStory){ .po = po, .order = state_key(text_of(detail->doc), text_of("")), .moved_to = detail->day_c, .ack_day = NO_DAY, .first_day = NO_DAY,
        .full_day = NO_DAY, .came_day = NO_DAY, .last_day = NO_DAY, .confirmed = po->qty, .open = po->status == STATUS_OPEN, .cancelled = po->status == STATUS_CANCELLED };
    for (int32_t i = (int32_t)int_map_or(state->ack_of, (int64_t)po->key, -1); i >= 0; i = state->acks.at[i].next) {
        const AckInfo *ack = &state->acks.at[i];
        if (ack->row == 0 || ack->told >= start_day) continue;
        if (out->ack_day == NO_DAY || ack->told < out->ack_day) out->ack_day = ack->told;
        int64_t comes = ack->status == STATUS_REJECTED ? 0 : ack->qty != NO_QTY && ack->qty < po->qty ? ack->qty : po->qty;
        if (qty_told == NO_DAY || ack->told > qty_told || (ack->told == qty_told && comes < out->confirmed)) {
            out->confirmed = comes;
            qty_told = ack->told;
        }
        if (ack->promised == NO_DAY) continue;
        if (confirmed == NO_DAY || ack->told < confirmed_told || (ack->told == confirmed_told && ack->promised < confirmed)) {
            confirmed = ack->promised;
            confirmed_told = ack->told;
        }
        if (newest_told == NO_DAY || ack->told > newest_told || (ack->told == newest_told && ack->promised > out->moved_to)) {
            out->moved_to = ack->promised;
            newest_told = ack->told;
        }
    }
    out->promise = (int32_t)int_map_or(state->first_promise, (int64_t)po->key, detail->day_c);
    if (out->promise == NO_DAY) out->promise = confirmed;
}

/* One delivery's part of one line. */
static void story_receive(const State *state, int32_t spot, const Record *receipt, int64_t qty, OrderStory *s) {
    int64_t unusable = state->details.at[receipt->more].a;
    int64_t accepted = receipt->qty > 0 && unusable > 0 ? qty - (int64_t)((__int128)qty * unusable / receipt->qty) : qty;
    if (accepted < 0) accepted = 0;
    s->received += qty;
    s->accepted += accepted;
    s->last_day = receipt->day;
    s->receipt[s->receipts++] = (OtifReceipt){ .day = receipt->day, .accepted = micro_to_double(accepted) };
    if (s->promise != NO_DAY && receipt->day <= s->promise) s->in_time += accepted;
    if (accepted > 0 && s->first_day == NO_DAY) s->first_day = receipt->day;
    if (s->full_day == NO_DAY && is_complete(s->accepted, s->po->qty)) s->full_day = receipt->day;
    if (s->came_day == NO_DAY && is_complete(s->received, s->po->qty)) s->came_day = receipt->day;
    int64_t mark = state->marks.count ? receipt_left_out(state, spot, receipt, s->po->who) : 0;
    if (mark) s->left_out_row = mark;
}

/* Records of one kind stand together. */
static const Record *records_of(RecordKind kind, const Record *records, int count, int *out_count) {
    int from = 0, n = 0;
    while (from < count && records[from].kind != kind) from++;
    while (from + n < count && records[from + n].kind == kind) n++;
    *out_count = n;
    return records + from;
}

int order_stories(const State *state, int32_t spot, const Record *records, int count, int32_t start_day, Arena *arena, OrderStory **out) {
    int lines, receipts, n = 0;
    const Record *line = records_of(REC_PO, records, count, &lines), *receipt = records_of(REC_RECEIPT, records, count, &receipts);
    OrderStory *story = many_in(arena, OrderStory, lines + 1);
    for (int i = 0; i < lines; i++) {
        if (line[i].day == NO_DAY || line[i].day >= start_day || line[i].qty <= 0) continue;
        story_begin(state, &line[i], start_day, &story[n]);
        int own = 0;
        for (int k = 0; k < receipts; k++) own += receipt[k].key == line[i].key;
        story[n++].receipt = many_in(arena, OtifReceipt, own + 1);
    }
    for (int i = 0; i < receipts && receipt[i].day < start_day; i++) {
        int64_t left = receipt[i].qty;
        for (int k = 0; k < n && left > 0; k++) {
            int64_t room = story[k].po->qty - story[k].received;
            if (story[k].po->key != receipt[i].key || receipt[i].day < story[k].po->day || room <= 0) continue;
            int64_t taken = left < room ? left : room;
            story_receive(state, spot, &receipt[i], taken, &story[k]);
            left -= taken;
        }
    }
    *out = story;
    return n;
}

bool story_is_due(const OrderStory *s, int32_t start_day) {
    bool never_told = !s->open && s->received == 0;
    return s->promise != NO_DAY && s->promise < start_day && !s->cancelled && !never_told;
}

bool story_is_late(const OrderStory *s) {
    int64_t wanted = s->open ? s->po->qty : s->accepted < s->po->qty ? s->accepted : s->po->qty;
    return !is_complete(s->in_time, wanted);
}
