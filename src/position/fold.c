/* Stock and supply of one item-place; its demand is in fold-demand.c. */
#include "position/fold.h"

#include <string.h>

#include "base/decimal.h"
#include "base/time.h"
#include "position/fold-parts.h"

const char *const supply_kind_names[4] = { "po", "transfer", "transit", "command" };

static int64_t usable(const State *state, const Record *receipt) {
    const Detail *detail = &state->details.at[receipt->more];
    return receipt->qty - detail->a;
}

int64_t movement_of(const State *state, const Record *r, int32_t *out_day) {
    switch ((RecordKind)r->kind) {
    case REC_SHIPMENT: *out_day = r->day; return -r->qty;
    case REC_RECEIPT: *out_day = r->day; return usable(state, r);
    case REC_TRANSFER_OUT: *out_day = r->status == STATUS_CANCELLED ? NO_DAY : r->day; return -r->qty;
    case REC_TRANSFER_IN: *out_day = r->status == STATUS_CANCELLED ? NO_DAY : state->details.at[r->more].day_c; return r->qty;
    default: *out_day = NO_DAY; return 0;
    }
}

/* The newest level; a count beats the book's own figure of the same day. */
static const Record *newest_level(const Record *records, int count, int32_t start_day) {
    const Record *best = NULL;
    for (int i = 0; i < count; i++) {
        const Record *r = &records[i];
        if ((r->kind != REC_STOCK && r->kind != REC_COUNT) || r->day >= start_day) continue;
        if (!best || r->day > best->day || (r->day == best->day && (r->kind > best->kind || (r->kind == best->kind && r->row > best->row)))) best = r;
    }
    return best;
}

static void fold_stock(const FoldInput *in, const Record *records, int count, Fold *out) {
    const Record *level = newest_level(records, count, in->start_day);
    out->allocated = out->transit_told = NO_QTY;
    out->level_day = NO_DAY;
    if (!level) return;
    out->stock_known = true;
    out->level_qty = out->on_hand = level->qty;
    out->level_row = level->row;
    out->level_day = level->day;
    out->level_is_negative = level->qty < 0;
    for (int i = 0; i < count; i++) {
        int32_t day;
        int64_t moved = movement_of(in->state, &records[i], &day);
        bool come = records[i].kind == REC_RECEIPT;          /* what came today is no longer on order, so it lies here */
        if (day != NO_DAY && day > level->day && (come || day < in->start_day)) out->on_hand += moved;
    }
    /* A count says what lies there, not what is promised: allocation and transit come from the newest book level. */
    const Record *book = level;
    for (int i = 0; i < count; i++)
        if (records[i].kind == REC_STOCK && records[i].day < in->start_day && records[i].more >= 0 &&
            (book->kind != REC_STOCK || book->more < 0 || records[i].day >= book->day)) book = &records[i];
    if (book->kind == REC_STOCK && book->more >= 0) {
        out->allocated = in->state->details.at[book->more].a;
        out->transit_told = in->state->details.at[book->more].b;
    }
}

void fold_stock_days(const FoldInput *in, const Record *records, int count, int32_t from_day, int64_t *out_end) {
    int32_t days = in->start_day - from_day;
    bool moves_known = in->state->by_kind[FACT_SHIPMENT_LINE] > 0;
    for (int32_t d = 0; d < days; d++) out_end[d] = NO_QTY;
    /* First the movements per day, then from each level forward to the next, and from the first one back. */
    int64_t *moved = in->scratch_days;
    memset(moved, 0, sizeof *moved * (size_t)(days + 1));
    for (int i = 0; i < count; i++) {
        int32_t day;
        int64_t qty = movement_of(in->state, &records[i], &day);
        if (day != NO_DAY && day >= from_day && day < in->start_day) moved[day - from_day] += qty;
    }
    int32_t first = NO_DAY;
    for (int i = 0; i < count; i++) {
        const Record *r = &records[i];
        if ((r->kind != REC_STOCK && r->kind != REC_COUNT) || r->day < from_day || r->day >= in->start_day) continue;
        out_end[r->day - from_day] = r->qty;
        if (first == NO_DAY || r->day < first) first = r->day;
    }
    if (first == NO_DAY || !moves_known) return;
    for (int32_t d = first - from_day; d > 0; d--) out_end[d - 1] = out_end[d] - moved[d];
    for (int32_t d = first - from_day + 1; d < days; d++)
        if (out_end[d] == NO_QTY) out_end[d] = out_end[d - 1] + moved[d];
}

/* ---- orders to suppliers and what came of them ---- */

static void acks_apply(const State *state, int32_t start_day, OpenSupply *line) {
    const AckInfo *newest = NULL;
    for (int32_t i = (int32_t)int_map_or(state->ack_of, (int64_t)line->key, -1); i >= 0; i = state->acks.at[i].next) {
        const AckInfo *a = &state->acks.at[i];
        if (a->row == 0 || a->told > start_day) continue;
        if (!newest || a->told > newest->told || (a->told == newest->told && a->row > newest->row)) newest = a;
    }
    if (!newest) return;
    line->ack = newest->status;
    line->ack_row = newest->row;
    if (newest->promised != NO_DAY && (line->promise == line->first_promise || newest->promised != line->first_promise)) line->promise = newest->promised;
    if (newest->status == STATUS_REJECTED) line->short_told = line->ordered - line->received;
    else if (newest->qty != NO_QTY && newest->qty < line->ordered) line->short_told = line->ordered - newest->qty;
}

static int32_t mode_of_order(const State *state, int32_t spot, const Record *po) {
    int32_t told = state->details.at[po->more].mode;
    return told ? told : state_mode(state, state->spots.at[spot].item, po->who, state->spots.at[spot].place);
}

static OpenSupply supply_of_po(const FoldInput *in, const Record *r) {
    const Detail *detail = &in->state->details.at[r->more];
    int64_t first = int_map_or(in->state->first_promise, (int64_t)r->key, detail->day_c);
    return (OpenSupply){ .row = r->row, .kind = SUPPLY_PO, .mode = mode_of_order(in->state, in->spot, r), .ordered = r->qty, .who = r->who, .order_day = r->day,
        .first_promise = (int32_t)first, .promise = detail->day_c, .key = r->key, .reference = detail->reference,
        .doc = detail->doc, .line = detail_line(detail), .price = detail->a, .currency = detail->currency };
}

/* Receipts go to the lines of their key, earliest order first; what is too much stays with the last. */
static void receipts_share(const Record *records, int count, OpenSupply *lines, int lines_count) {
    for (int i = 0; i < count; i++) {
        const Record *r = &records[i];
        if (r->kind != REC_RECEIPT) continue;
        int64_t left = r->qty;
        OpenSupply *last = NULL;
        for (int k = 0; k < lines_count && left > 0; k++) {
            if (lines[k].key != r->key) continue;
            last = &lines[k];
            int64_t room = last->ordered - last->received;
            int64_t taken = left < room ? left : room > 0 ? room : 0;
            last->received += taken;
            left -= taken;
        }
        if (last) last->received += left;
    }
}

static void seen_add(Fold *out, LeadObservation observation, LeadFrom from) {
    out->seen[out->seen_count] = observation;
    out->seen_from[out->seen_count++] = from;
}

/* One observation per receipt, weighted by its usable share of the line; what is still missing is open, or cancelled when the line is closed or all of it has come, part of it
 * unusable. When a closed line was cancelled nobody tells: taken as the day it was due, not as today, or it would have been waited for as long as it is gone. What weighs less with age
 * does so from week to week, and how long an open line has been waited for is counted to the Monday of the week: else a lane's lead time would move every day
 * in its last digits. (When that very line will come looks at today: estimate/picture-supply.c.) */
static void lead_observe(const FoldInput *in, const OrderStory *s, Fold *out) {
    if (s->left_out_row) return;
    int cluster = (int)(uint32_t)(s->order & 0x7fffffff);
    LeadFrom from = { s->po->who, mode_of_order(in->state, in->spot, s->po) };
    double age = in->start_day - s->po->day, weight_age = day_monday(in->start_day) - s->po->day, whole = micro_to_double(s->po->qty), got = 0;
    for (int i = 0; i < s->receipts; i++) {
        got += s->receipt[i].accepted;
        if (s->receipt[i].accepted > 0)
            seen_add(out, (LeadObservation){ .days = s->receipt[i].day - s->po->day, .weight = s->receipt[i].accepted / whole, .age_days = weight_age, .cluster = cluster,
                                             .outcome = LEAD_RECEIVED }, from);
    }
    double missing = (whole - got) / whole;
    if (missing < 0.02) return;
    if (!s->open && !s->cancelled && s->received == 0) return;   /* closed, and the receipts were never told: says nothing */
    double waited = !s->open && s->promise != NO_DAY && s->promise >= s->po->day && s->promise < in->start_day ? s->promise - s->po->day : age;
    bool comes = s->open && s->came_day == NO_DAY;
    if (comes) waited = weight_age > 1 ? weight_age - 1 : 0;     /* what comes on that day is not told yet */
    else if (s->came_day != NO_DAY) waited = s->came_day - s->po->day;
    seen_add(out, (LeadObservation){ .days = waited, .weight = missing, .age_days = weight_age, .cluster = cluster, .outcome = comes ? LEAD_OPEN : LEAD_CANCELLED }, from);
}

static void fold_orders(const FoldInput *in, Arena *arena, const Record *records, int count, Fold *out) {
    int lines_count = 0, receipts = 0;
    for (int i = 0; i < count; i++) {
        lines_count += records[i].kind == REC_PO;
        receipts += records[i].kind == REC_RECEIPT;
    }
    OpenSupply *lines = many_in(arena, OpenSupply, lines_count + 1);
    const Record **po = many_in(arena, const Record *, lines_count + 1);
    int n = 0;
    for (int i = 0; i < count; i++)
        if (records[i].kind == REC_PO) {
            po[n] = &records[i];
            lines[n++] = supply_of_po(in, &records[i]);
        }
    receipts_share(records, count, lines, n);
    out->seen = many_in(arena, LeadObservation, lines_count + receipts * 2 + 1);
    out->seen_from = many_in(arena, LeadFrom, lines_count + receipts * 2 + 1);
    out->last_price = NO_QTY;
    out->last_uom = "";
    out->stories = order_stories(in->state, in->spot, records, count, in->start_day, arena, &out->story);
    for (int k = 0; k < out->stories; k++) lead_observe(in, &out->story[k], out);
    for (int k = 0; k < n; k++) {
        if (po[k]->status != STATUS_CANCELLED && po[k]->day != NO_DAY) {
            out->last_supplier = po[k]->who;
            out->last_price = lines[k].price;
            out->last_currency = lines[k].currency;
            out->last_uom = in->state->details.at[po[k]->more].uom;
            if (po[k]->day > in->start_day - 365 && po[k]->qty > out->largest_order) out->largest_order = po[k]->qty;
        }
        if (po[k]->status != STATUS_OPEN) continue;
        acks_apply(in->state, in->start_day, &lines[k]);
        OpenSupply line = lines[k];
        line.left = line.ordered - line.received - line.short_told;
        if (line.left < 0) line.left = 0;
        int32_t due = line.first_promise != NO_DAY ? line.first_promise : line.promise;
        line.late_days = due != NO_DAY && due < in->start_day ? in->start_day - due : 0;
        notices_split(in, arena, &line, out);
        if (line.ordered - line.received <= 0) continue;
        out->open[out->open_count++] = line;
        out->on_order += line.left;
    }
}

static int64_t receipts_of(const Record *records, int count, uint64_t key) {
    int64_t sum = 0;
    for (int i = 0; i < count; i++)
        if (records[i].kind == REC_RECEIPT && records[i].key == key) sum += records[i].qty;
    return sum;
}

bool goes_to_fed(const FoldInput *in, const Record *transfer) {
    for (int i = 0; i < in->fed_count; i++)
        if (in->state->spots.at[in->fed[i]].place.v == transfer->who) return true;
    return false;
}

static void fold_sends(const FoldInput *in, const Record *records, int count, Fold *out) {
    for (int i = 0; i < count; i++) {
        const Record *r = &records[i];
        if (r->kind != REC_TRANSFER_OUT || r->status != STATUS_OPEN) continue;
        if (r->day == NO_DAY || (r->day >= in->start_day && goes_to_fed(in, r))) out->to_send += r->qty;
        else if (r->day >= in->start_day) out->to_send_later += r->qty;
    }
}

static void fold_transfers(const FoldInput *in, const Record *records, int count, Fold *out) {
    int32_t newest = NO_DAY;
    for (int i = 0; i < count; i++) {
        const Record *r = &records[i];
        if (r->kind != REC_TRANSFER_IN || r->status == STATUS_CANCELLED) continue;
        const Detail *detail = &in->state->details.at[r->more];
        if (r->day != NO_DAY && r->day > newest) {
            newest = r->day;
            out->last_sender = r->who;
        }
        bool arrived = r->status == STATUS_DONE || (detail->day_c != NO_DAY && detail->day_c < in->start_day);
        int64_t received = arrived ? r->qty : receipts_of(records, count, r->key);
        if (received >= r->qty) continue;
        int32_t late = r->day2 != NO_DAY && r->day2 < in->start_day ? in->start_day - r->day2 : 0;
        out->open[out->open_count++] = (OpenSupply){ .row = r->row, .kind = SUPPLY_TRANSFER, .ordered = r->qty, .received = received,
            .left = r->qty - received, .who = r->who,
            .order_day = r->day, .first_promise = r->day2, .promise = r->day2, .late_days = late, .key = r->key, .doc = detail->doc,
            .line = detail_line(detail), .price = NO_QTY };
        out->in_transit += r->qty - received;
    }
    int32_t newest_po = NO_DAY;
    for (int i = 0; i < count; i++)
        if (records[i].kind == REC_PO && records[i].day > newest_po) newest_po = records[i].day;
    out->by_transfer = newest != NO_DAY && newest_po == NO_DAY;
    out->sent_last = newest != NO_DAY && newest > newest_po;
}

/* Goods in transit that only the stock file tells of, where no order or transfer line says which. */
static void fold_transit_told(const FoldInput *in, Fold *out) {
    bool lines_told = in->state->by_kind[FACT_PO_LINE] > 0 || in->state->by_kind[FACT_TRANSFER_LINE] > 0;
    if (lines_told || out->transit_told == NO_QTY || out->transit_told <= 0) return;
    out->open[out->open_count++] = (OpenSupply){ .row = out->level_row, .kind = SUPPLY_TRANSIT, .ordered = out->transit_told,
        .left = out->transit_told, .order_day = NO_DAY, .first_promise = NO_DAY, .promise = NO_DAY, .doc = "", .line = "", .price = NO_QTY };
    out->in_transit += out->transit_told;
}

static int fold_begin(FoldInput *in, Arena *arena, Record **out_records, Fold *out) {
    *out = (Fold){ .life_day = NO_DAY, .last_uom = "", .last_price = NO_QTY, .bucket_days = in->bucket_days, .line_large = INT64_MAX };
    int count = state_records(in->state, in->spot, arena, out_records);
    int supply = 2;
    for (int i = 0; i < count; i++) {
        const Record *r = &(*out_records)[i];
        supply += r->kind == REC_PO ? 1 + notices_count(in->state, r->key) : r->kind == REC_TRANSFER_IN;
    }
    out->open = many_in(arena, OpenSupply, supply);
    in->scratch_days = many_in(arena, int64_t, FOLD_DAYS_MOST + 8);
    fold_stock(in, *out_records, count, out);
    fold_orders(in, arena, *out_records, count, out);
    fold_transfers(in, *out_records, count, out);
    fold_sends(in, *out_records, count, out);
    fold_transit_told(in, out);
    return count;
}

void fold_supply(const FoldInput *in, Arena *arena, Fold *out) {
    FoldInput own_in = *in;
    Record *records;
    fold_begin(&own_in, arena, &records, out);
}

void fold_spot(const FoldInput *in, Arena *arena, Fold *out) {
    FoldInput own_in = *in;
    Record *records;
    int count = fold_begin(&own_in, arena, &records, out);
    fold_demand(&own_in, arena, records, count, out);
    fold_customers(&own_in, arena, records, count, out);
}
