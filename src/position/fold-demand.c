/* Demand of one item-place per bucket, and what its customers still wait for. */
#include <string.h>

#include "base/decimal.h"
#include "base/time.h"
#include "position/fold-parts.h"

/* The span of history: its buckets start at `from` (a Monday for weeks, or where the period sales start) and end before `end`. */
typedef struct Span { int32_t from, end, days; } Span;

static int32_t first_life(const Record *records, int count) {
    int32_t first = NO_DAY;
    for (int i = 0; i < count; i++) {
        const Record *r = &records[i];
        bool life = r->kind == REC_DEMAND || r->kind == REC_SHIPMENT || r->kind == REC_STOCK || r->kind == REC_COUNT ||
                    r->kind == REC_RECEIPT || r->kind == REC_RUN || r->kind == REC_SALE;
        if (life && r->day != NO_DAY && (first == NO_DAY || r->day < first)) first = r->day;
    }
    return first;
}

static int bucket_of(const FoldInput *in, const Record *records, int count, int32_t *out_anchor) {
    int days = in->bucket_days;
    *out_anchor = -3;                    /* day -3 is Monday, 29 December 1969 */
    for (int i = 0; i < count; i++) {
        int period = records[i].kind == REC_RUN ? in->state->runs.at[records[i].more].bucket_days : records[i].kind == REC_SALE ? records[i].day2 : 0;
        if (period > days || (period == days && days > 1)) {
            days = period;
            *out_anchor = records[i].day;
        }
    }
    return days;
}

static int32_t floor_to(int32_t day, int32_t anchor, int days) {
    int32_t past = (day - anchor) % days;
    return day - (past < 0 ? past + days : past);
}

static Span span_of(const FoldInput *in, const Record *records, int count, Fold *out) {
    int32_t anchor;
    out->bucket_days = bucket_of(in, records, count, &anchor);
    out->life_day = first_life(records, count);
    int32_t end = floor_to(in->start_day, anchor, out->bucket_days);
    if (out->life_day == NO_DAY || out->life_day >= end) return (Span){ end, end, 0 };
    int32_t first = out->life_day;
    if (first < end - (FOLD_DAYS_MOST - 7)) first = end - (FOLD_DAYS_MOST - 7);
    int32_t from = floor_to(first, anchor, out->bucket_days);
    if (from < first && from + out->bucket_days < end) from += out->bucket_days;   /* a first bucket cut short says too little */
    return (Span){ from, end, end - from };
}

/* ---- one-off sales ---- */

static bool is_marked(const State *state, const Record *r, const Spot *spot, bool *out_cleared) {
    const MarkInfo *newest = NULL;
    for (size_t i = 0; i < state->marks.count; i++) {
        const MarkInfo *mark = &state->marks.at[i];
        if (mark->row == 0 || mark->supplier) continue;
        bool hit = mark->key ? mark->key == r->key
                             : mark->item == spot->item.v && mark->place == spot->place.v && r->day >= mark->from_day && r->day <= mark->to_day;
        if (hit && (!newest || mark->row > newest->row)) newest = mark;
    }
    *out_cleared = newest && newest->cleared;
    return newest && !newest->cleared;
}

bool sale_left_out(const State *state, int32_t spot, const Record *sale) {
    bool cleared;
    return is_marked(state, sale, &state->spots.at[spot], &cleared);
}

static int64_t order_of_rank(int64_t *at, int count, int rank) {
    int low = 0, high = count - 1;
    while (low < high) {                 /* quickselect, middle pivot: sizes repeat a lot */
        int64_t pivot = at[(low + high) / 2];
        int i = low, j = high;
        while (i <= j) {
            while (at[i] < pivot) i++;
            while (at[j] > pivot) j--;
            if (i <= j) {
                int64_t t = at[i]; at[i] = at[j]; at[j] = t;
                i++; j--;
            }
        }
        if (rank <= j) high = j;
        else if (rank >= i) low = i;
        else break;
    }
    return at[rank];
}

static void line_prices(const Record *records, int count, int32_t from_day, Fold *out) {
    double paid = 0, units = 0;
    for (int i = 0; i < count && records[i].kind <= REC_DEMAND; i++)      /* by day: the newest is the last */
        if (records[i].kind == REC_DEMAND && records[i].price > 0 && records[i].qty > 0 && records[i].day >= from_day) out->line_currency = records[i].more;
    for (int i = 0; i < count; i++) {
        const Record *r = &records[i];
        if (r->kind != REC_DEMAND || r->price <= 0 || r->qty <= 0 || r->day < from_day || r->more != out->line_currency) continue;
        paid += (double)r->price * micro_to_double(r->qty);
        units += micro_to_double(r->qty);
    }
    out->line_price = units > 0 ? paid / units : 0;
}

/* A project line: above the P99 of this item-place's lines, above six times the next size class (the P90) and above three months of mean demand
 * (domain notes 7). Few lines say little: below 20 the largest may only be judged by a person. */
static void line_sizes(const Record *records, int count, Span span, Arena *arena, Fold *out) {
    int64_t *size = many_in(arena, int64_t, count + 1), sum = 0;
    for (int i = 0; i < count; i++)
        if (records[i].kind == REC_DEMAND && records[i].status != STATUS_CANCELLED && records[i].qty > 0 && records[i].day >= span.from) {
            size[out->lines++] = records[i].qty;
            sum += records[i].qty;
        }
    out->line_large = INT64_MAX;
    line_prices(records, count, span.end - 180, out);
    if (out->lines == 0) return;
    out->line_mean = sum / out->lines;
    if (out->lines < 20 || span.days < 90) return;
    int64_t p90 = order_of_rank(size, out->lines, out->lines * 9 / 10);
    int64_t p99 = order_of_rank(size, out->lines, (out->lines - 1) * 99 / 100);
    int64_t largest = order_of_rank(size, out->lines, out->lines - 1);
    int64_t quarter = (sum - largest) / span.days * 90;
    int64_t large = 6 * p90;
    if (p99 > large && p99 < largest) large = p99;
    out->line_large = large > quarter ? large : quarter;
}

/* ---- demand by day ---- */

typedef struct Apart { bool marked, cleared, large; } Apart;

static Apart apart_of(const FoldInput *in, const Record *r, const Fold *fold) {
    Apart a = { .large = r->qty >= fold->line_large };
    a.marked = in->state->marks.count > 0 && is_marked(in->state, r, &in->state->spots.at[in->spot], &a.cleared);
    return a;
}

static bool takes_out(Apart a) { return a.marked || (a.large && !a.cleared); }

bool line_is_apart(const FoldInput *in, const Record *r, const Fold *fold) { return r->qty > 0 && takes_out(apart_of(in, r, fold)); }

/* Exceptional ones are listed, whether they are taken out or were put back. */
static bool one_off_note(const FoldInput *in, const Record *r, Fold *out) {
    Apart a = apart_of(in, r, out);
    if ((!a.marked && !a.large) || r->qty <= 0) return false;
    out->one_off[out->one_off_count++] = (OneOff){ .row = r->row, .day = r->day, .qty = r->qty, .marked = a.marked, .taken_out = takes_out(a) };
    return takes_out(a);
}

static void demand_days(const FoldInput *in, Arena *arena, const Record *records, int count, Span span, Fold *out, int64_t *day_qty) {
    bool from_shipments = in->state->by_kind[FACT_ORDER_LINE] == 0;
    out->one_off = many_in(arena, OneOff, out->lines + 1);
    for (int i = 0; i < count; i++) {
        const Record *r = &records[i];
        bool order = r->kind == REC_DEMAND && r->status != STATUS_CANCELLED;
        bool counts = order || (from_shipments && r->kind == REC_SHIPMENT) || (r->kind == REC_TRANSFER_OUT && r->status != STATUS_CANCELLED && !in->customers_only && !goes_to_fed(in, r));
        if (!counts || r->day == NO_DAY || r->day < span.from || r->day >= span.end) continue;
        if (order && one_off_note(in, r, out)) continue;
        day_qty[r->day - span.from] += r->qty;
        out->sold += r->qty;
        if (r->kind == REC_TRANSFER_OUT) out->sent += r->qty;
    }
}

/* A day is unknown when the place's order feed had already stopped: nothing told is not nothing sold. */
static int32_t seen_upto(const FoldInput *in) {
    enum { QUIET_DAYS = 3 };             /* a weekend */
    const State *state = in->state;
    FactKind feed = state->by_kind[FACT_ORDER_LINE] > 0 ? FACT_ORDER_LINE : FACT_SHIPMENT_LINE;
    int32_t all = state->last_day[feed], here = state->places.at[state->spots.at[in->spot].place.v].last_day[feed];
    if (all == NO_DAY || here == NO_DAY) return in->start_day;
    int32_t last = all - here > QUIET_DAYS ? here : all;
    return in->start_day - 1 - last > QUIET_DAYS ? last + 1 : in->start_day;
}

static void capture_count(Fold *out, bool all_out, int64_t qty) {
    if (all_out) {
        out->capture.days_out++;
        out->capture.orders_out += qty > 0;
    } else {
        out->capture.days_in++;
        out->capture.orders_in += qty > 0;
    }
}

static void buckets_fill(const FoldInput *in, Arena *arena, const Record *records, int count, Span span, Fold *out, const int64_t *day_qty) {
    int64_t *end_stock = many_in(arena, int64_t, FOLD_DAYS_MOST + 8);
    fold_stock_days(in, records, count, span.from, end_stock);
    int32_t known_upto = seen_upto(in);
    for (int b = 0; b < out->buckets; b++) {
        int64_t sum = 0;
        int out_all = 0, ran_out = 0, unseen = 0;
        for (int k = 0; k < out->bucket_days; k++) {
            int32_t d = b * out->bucket_days + k;
            sum += day_qty[d];
            if (span.from + d >= known_upto) unseen++;
            if (end_stock[d] == NO_QTY) continue;
            bool stocked_open = d == 0 || end_stock[d - 1] == NO_QTY || end_stock[d - 1] > 0;
            bool all_out = end_stock[d] <= 0 && !stocked_open;
            capture_count(out, all_out, day_qty[d]);
            if (end_stock[d] > 0) continue;
            if (stocked_open) ran_out++;
            else out_all++;
        }
        out->out_days += out_all;
        out->value[b] = micro_to_double(sum > 0 ? sum : 0);
        uint8_t period = PERIOD_IN_STOCK, state = DEMAND_EXACT;
        if (unseen == out->bucket_days) {
            period = PERIOD_UNKNOWN;
            state = DEMAND_MISSING;
        } else if (out_all + ran_out > 0 && !in->requests_captured) {
            bool all_of_it = out_all == out->bucket_days;
            period = all_of_it ? PERIOD_OUT : PERIOD_RAN_OUT;
            state = all_of_it && sum == 0 ? DEMAND_MISSING : DEMAND_AT_LEAST;
        }
        out->period[b] = period;
        out->state[b] = state;
    }
}

/* ---- period sales ---- */

static void period_put(Fold *out, int b, double value, uint8_t period) {
    out->value[b] = value > 0 ? value : 0;
    out->period[b] = period;
    switch (period) {
    case PERIOD_IN_STOCK: out->state[b] = DEMAND_EXACT; break;
    case PERIOD_RAN_OUT: out->state[b] = DEMAND_AT_LEAST; break;
    case PERIOD_OUT: out->state[b] = value > 0 ? DEMAND_AT_LEAST : DEMAND_MISSING; break;
    default: out->state[b] = DEMAND_MISSING; break;
    }
}

static void periods_fill(const FoldInput *in, const Record *records, int count, Span span, Fold *out) {
    for (int b = 0; b < out->buckets; b++) period_put(out, b, 0, PERIOD_UNKNOWN);
    for (int i = 0; i < count; i++) {
        const Record *r = &records[i];
        int days = r->kind == REC_RUN ? in->state->runs.at[r->more].bucket_days : r->day2;
        int32_t periods = r->kind == REC_RUN ? in->state->runs.at[r->more].count : r->kind == REC_SALE ? 1 : 0;
        for (int32_t k = 0; k < periods; k++) {
            int32_t day = r->day + k * days;
            if (day < span.from || day >= span.end) continue;
            int b = (day - span.from) / out->bucket_days;
            const RunData *run = r->kind == REC_RUN ? &in->state->runs.at[r->more] : NULL;
            double value = run ? (double)run->value[k] : micro_to_double(r->qty);
            uint8_t period = run ? run->state[k] : r->status;
            if (days < out->bucket_days && out->period[b] != PERIOD_UNKNOWN) {   /* days into a week: the worst state holds */
                value += out->value[b];
                if (period == PERIOD_IN_STOCK) period = out->period[b];
            }
            period_put(out, b, value, period);
        }
    }
    /* Before its first sale or first day in stock an item was not listed; the bucket after an outage sells less than is wanted (domain notes 2.8). */
    bool listed = false;
    for (int b = 0; b < out->buckets; b++) {
        if (out->value[b] > 0) listed = true;
        if (!listed && out->period[b] != PERIOD_IN_STOCK) period_put(out, b, 0, PERIOD_UNKNOWN);
        if (out->period[b] == PERIOD_IN_STOCK) listed = true;
        bool after_outage = b > 0 && listed && out->period[b] == PERIOD_IN_STOCK && out->period[b - 1] == PERIOD_OUT;
        if (after_outage) out->state[b] = DEMAND_AT_LEAST;
        out->sold += (int64_t)(out->value[b] * 1e6 + 0.5);
    }
}

void fold_demand(const FoldInput *in, Arena *arena, const Record *records, int count, Fold *out) {
    Span span = span_of(in, records, count, out);
    out->from_day = span.from;
    out->buckets = span.days / out->bucket_days;
    out->line_large = INT64_MAX;
    out->value = many_in(arena, double, out->buckets + 1);
    out->state = many_in(arena, uint8_t, out->buckets + 1);
    out->period = many_in(arena, uint8_t, out->buckets + 1);
    if (out->buckets == 0) return;
    bool has_periods = false;
    for (int i = 0; i < count; i++) has_periods |= records[i].kind == REC_RUN || records[i].kind == REC_SALE;
    if (has_periods) {
        periods_fill(in, records, count, span, out);
    } else {
        int64_t *day_qty = many_in(arena, int64_t, span.days + 8);
        line_sizes(records, count, span, arena, out);
        demand_days(in, arena, records, count, span, out, day_qty);
        buckets_fill(in, arena, records, count, span, out, day_qty);
    }
    for (int b = 0; b < out->buckets; b++) {
        out->missing += out->state[b] == DEMAND_MISSING;
        out->censored += out->state[b] == DEMAND_AT_LEAST;
    }
    out->observed = out->buckets - out->missing;
}

/* ---- customers waiting ---- */

static int64_t shipped_of(const Record *records, int count, uint64_t key) {
    int64_t shipped = 0;
    for (int i = 0; i < count; i++)
        if (records[i].kind == REC_SHIPMENT && records[i].key == key) shipped += records[i].qty;
    return shipped;
}

/* A line is served when all of it had left by the day it was wanted. */
static bool served_in_time(const Record *records, int count, const Record *line) {
    int64_t shipped = 0;
    for (int i = 0; i < count; i++)
        if (records[i].kind == REC_SHIPMENT && records[i].key == line->key && records[i].day <= line->day) shipped += records[i].qty;
    return shipped >= line->qty;
}

/* Shipments stand behind demand and in canonical order by day; a line is matched by key within the shipments of the days around it, so a window
 * bounds the search. */
static void window_of(const Record *records, int count, int32_t from_day, int *out_first, int *out_count) {
    int first = 0;
    while (first < count && records[first].kind < REC_SHIPMENT) first++;
    while (first < count && records[first].kind == REC_SHIPMENT && records[first].day < from_day) first++;
    int end = first;
    while (end < count && records[end].kind == REC_SHIPMENT) end++;
    *out_first = first;
    *out_count = end - first;
}

/* Lines that stand open longer than this are no backlog but a doubt; many of them say that the feed never closes a line, and so say nothing. */
enum { SERVICE_DAYS = 90, OPEN_DAYS = 180, OLD_LINES_MOST = 16 };

/* Without shipments only the status of a line can say that it still waits; and only where the feed closes its lines. */
static bool statuses_told(const FoldInput *in, const Record *records, int count) {
    int past = 0, closed = 0;
    for (int i = 0; i < count && records[i].kind == REC_DEMAND; i++) {
        if (records[i].day >= in->start_day || records[i].status == STATUS_CANCELLED) continue;
        past++;
        closed += records[i].status != STATUS_OPEN;
    }
    return closed * 2 >= past;
}

static void old_lines(const FoldInput *in, const Record *records, int count, Fold *out) {
    int lines = 0;
    int64_t left = 0, row = 0;
    for (int i = 0; i < count && records[i].kind == REC_DEMAND && lines <= OLD_LINES_MOST; i++) {
        const Record *r = &records[i];
        if (r->status != STATUS_OPEN || r->qty <= 0 || r->day == NO_DAY || r->day >= in->start_day - OPEN_DAYS) continue;
        int64_t rest = r->qty - shipped_of(records, count, r->key);
        lines++;
        if (rest <= 0) continue;
        left += rest;
        row = r->row;
    }
    if (lines > OLD_LINES_MOST) return;
    out->old_open = left;
    out->old_row = row;
}

static DueLine due_line(const Record *r, int64_t left, bool project) {
    return (DueLine){ .row = r->row, .qty = left, .day = r->day, .ordered = r->day2, .customer = r->who, .currency = r->more, .price = r->price, .project = project };
}

static void due_begin(Arena *arena, const Record *records, int demand, Fold *out) {
    int open = 0;
    for (int i = 0; i < demand; i++) open += records[i].status == STATUS_OPEN;
    out->due = many_in(arena, DueLine, open + 1);
    out->late = many_in(arena, DueLine, open + 1);
}

void fold_customers(const FoldInput *in, Arena *arena, const Record *records, int count, Fold *out) {
    int first, ships;
    window_of(records, count, in->start_day - OPEN_DAYS, &first, &ships);
    bool shipments_told = in->state->by_kind[FACT_SHIPMENT_LINE] > 0;
    int demand = 0;
    while (demand < count && records[demand].kind <= REC_DEMAND) demand++;
    due_begin(arena, records, demand, out);
    for (int i = 0; i < demand; i++) {
        const Record *r = &records[i];
        if (r->status == STATUS_CANCELLED || r->qty <= 0) continue;
        if (r->day < in->start_day - OPEN_DAYS) continue;
        bool due = r->day >= in->start_day - SERVICE_DAYS && r->day < in->start_day;
        if (due && shipments_told) {
            out->due_lines++;
            out->served_lines += served_in_time(records + first, ships, r);
        }
        if (r->status != STATUS_OPEN) continue;
        int64_t left = r->qty - (shipments_told ? shipped_of(records + first, ships, r->key) : 0);
        if (left <= 0) continue;
        out->open_orders += left;
        if (r->day >= in->start_day) {
            out->due[out->due_count++] = due_line(r, left, line_is_apart(in, r, out));
            continue;
        }
        out->late[out->late_count++] = due_line(r, left, false);
        out->backorders += left;
    }
    if (!shipments_told && in->state->by_kind[FACT_STOCK] > 0 && !statuses_told(in, records, count)) out->backorders = out->late_count = 0;
    old_lines(in, records, count, out);
}
