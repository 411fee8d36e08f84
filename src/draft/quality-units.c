/* Pieces taken for packs, or packs for pieces. */
#include <stdlib.h>

#include "base/decimal.h"
#include "draft/quality-parts.h"

static int int64_order(const void *left, const void *right) {
    int64_t a = *(const int64_t *)left, b = *(const int64_t *)right;
    return a < b ? -1 : a > b;
}

/* Pack factors this item is known in; without any, the usual ones are not guessed. */
static int factors_of(const State *state, ItemId item, const TermsInfo *terms, double out_factors[16]) {
    int count = 0;
    for (int32_t i = state->items.at[item.v].units; i >= 0 && count < 14; i = state->units.at[i].next)
        if (state->units.at[i].row && state->units.at[i].factor >= 4 * MICRO) out_factors[count++] = micro_to_double(state->units.at[i].factor);
    if (terms && terms->multiple != NO_QTY && terms->multiple >= 4 * MICRO) out_factors[count++] = micro_to_double(terms->multiple);
    return count;
}

/* What the order of a receipt says of it. The rest of a part delivery is small too, and no mix-up. */
typedef struct Ordered { bool known; double qty, others; } Ordered;      /* of the line; what its other receipts brought */

static Ordered ordered(const Look *look, const Record *receipt) {
    Ordered o = { 0 };
    for (int i = 0; i < look->count && receipt->kind == REC_RECEIPT; i++) {
        const Record *r = &look->records[i];
        if (r->key != receipt->key) continue;
        if (r->kind == REC_PO) o.known = true, o.qty = (double)r->qty;
        if (r->kind == REC_RECEIPT && r != receipt) o.others += (double)r->qty;
    }
    return o;
}

/* Read so, the receipt makes the order up to the piece. */
static bool completes(const Ordered *o, double qty) { return o->known && o->others + qty - o->qty < 0.5e6 && o->qty - o->others - qty < 0.5e6; }

/* A document of the last weeks whose quantity is out of all proportion to the ones before, and fits when read in packs (or in pieces). */
static bool unit_jump(const Look *look, RecordKind kind, Finding *out) {
    enum { RECENT_DAYS = 45, BEFORE_LEAST = 3 };
    double factors[16];
    int factor_count = factors_of(look->context->state, look->p->item, look->p->terms, factors);
    if (factor_count == 0) return false;
    int64_t *before = many_in(look->arena, int64_t, look->count + 1);
    int before_count = 0;
    int32_t recent = look->context->start_day - RECENT_DAYS;
    for (int i = 0; i < look->count; i++)
        if (look->records[i].kind == kind && look->records[i].day != NO_DAY && look->records[i].day < recent && look->records[i].qty > 0)
            before[before_count++] = look->records[i].qty;
    bool history = before_count >= BEFORE_LEAST;
    qsort(before, (size_t)before_count, sizeof *before, int64_order);
    double least = (double)before[0], middle = (double)before[before_count / 2], most = history ? (double)before[before_count - 1] : 0;
    for (int i = 0; i < look->count; i++) {
        const Record *r = &look->records[i];
        if (r->kind != kind || r->day == NO_DAY || r->day < recent) continue;
        double qty = (double)r->qty;
        Ordered order = ordered(look, r);
        for (int f = 0; f < factor_count; f++) {
            bool large = history && qty > 3 * most && qty / factors[f] >= 0.4 * least && qty / factors[f] <= 2 * most;
            bool small = history && qty * 3 < least && qty > 0 && qty * factors[f] >= 0.4 * middle && qty * factors[f] <= 2 * most;
            /* Where the order is known, too much must be more than was ordered, and too little must complete it when read in packs. */
            if (order.known) large = order.others + qty > order.qty && (large || completes(&order, qty / factors[f]));
            if (order.known) small = small && completes(&order, qty * factors[f]);
            if (!large && !small) continue;
            double read_as = large ? qty / factors[f] : qty * factors[f], gap = (read_as > qty ? read_as - qty : qty - read_as) / 1e6;
            double believed = micro_to_double(look->p->fold.stock_known ? look->p->fold.on_hand : 0);
            double truly = large ? believed - gap : believed + gap;
            double held = look->p->money.unit_cost * gap;
            char text[DECIMAL_TEXT];
            decimal_format(r->qty, text);
            double lost = look->p->fold.stock_known && look->e->decided ? cost_of_having(look, truly > 0 ? truly : 0) : 0;
            *out = (Finding){ .quality = QUALITY_UNIT, .rows = { r->row, look->p->fold.level_row }, .rows_count = 2,
                .title = text_format(look->arena, "%s of %s looks like a unit mix-up by a factor of %.0f", kind == REC_PO ? "An order" : "A receipt", text, factors[f]),
                .note = "check the document's unit; correct it or its conversion", .rank = 0.5 * (lost > 0.02 * held ? lost : 0.02 * held), .stake = lost + 0.25 * held };
            return true;
        }
    }
    return false;
}

/* Stock that changed by far more than its movements explain, by about a pack factor. */
static bool unit_stock(const Look *look, Finding *out) {
    enum { RECENT_DAYS = 30 };
    double factors[16];
    int factor_count = factors_of(look->context->state, look->p->item, look->p->terms, factors);
    const Record *old = NULL, *latest = NULL;
    for (int i = 0; i < look->count; i++) {
        const Record *r = &look->records[i];
        if (r->kind != REC_STOCK || r->day >= look->context->start_day) continue;
        if (latest && latest->day < r->day) {
            int64_t expected = latest->qty;
            for (int k = 0; k < look->count; k++) {
                int32_t day;
                int64_t moved = movement_of(look->context->state, &look->records[k], &day);
                if (day != NO_DAY && day > latest->day && day <= r->day) expected += moved;
            }
            double was = micro_to_double(expected), is = micro_to_double(r->qty);
            for (int f = 0; f < factor_count && was >= 1 && is >= 1 && r->day >= look->context->start_day - RECENT_DAYS; f++) {
                double ratio = is > was ? is / was : was / is;
                if (ratio < 0.9 * factors[f] || ratio > 1.1 * factors[f]) continue;
                old = latest;
                double gap = is > was ? is - was : was - is, held = gap * look->p->money.unit_cost;
                double lost = is > was && look->e->decided ? cost_of_having(look, was) : 0;
                *out = (Finding){ .quality = QUALITY_UNIT, .rows = { r->row, old->row }, .rows_count = 2,
                    .title = text_format(look->arena, "Stock jumped by a factor of %.0f without a movement", factors[f]),
                    .note = "check the unit of the stock file", .rank = 0.5 * (lost > 0.02 * held ? lost : 0.02 * held), .stake = lost + 0.25 * held };
                return true;
            }
        }
        latest = r;
    }
    return false;
}

bool unit_doubt(const Look *look, Finding *out) {
    if (look->context->state->by_kind[FACT_SHIPMENT_LINE] > 0 && unit_stock(look, out)) return true;
    return unit_jump(look, REC_RECEIPT, out) || unit_jump(look, REC_PO, out);
}
