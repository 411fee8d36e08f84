/* The morning's figures, added up as item-places are estimated (sums.c). Stock value and open orders are computed twice: from the folds, and straight from
 * the newest imported facts, so that the page can show that they tie out, or by how much they do not. */
#include <string.h>

#include "base/decimal.h"
#include "plan/room.h"

static int64_t value_of(const Context *context, int64_t qty, int64_t cost_micro) {
    int64_t minor = 0;
    if (qty <= 0 || cost_micro <= 0 || money_extend(qty, cost_micro, context->exponent, &minor, NULL) != OK) return 0;
    return minor;
}

/* Told in whatever currency; 0 where it is not told or the policy has no rate (which is a case of its own). */
static int64_t item_cost(const Context *context, ItemId item) {
    const ItemInfo *info = &context->state->items.at[item.v];
    int64_t ours;
    return info->cost != NO_QTY && policy_price(context->policy, currency_pack(text_of(info->currency)), info->cost, &ours) ? ours : 0;
}

static int64_t order_price(const Context *context, ItemId item, int64_t price, int32_t currency) {
    int64_t ours;
    return price != NO_QTY && policy_price(context->policy, currency, price, &ours) ? ours : item_cost(context, item);
}

/* Straight from the facts: the newest told level, and what open lines ordered less what receipts of their key brought. */
static void told_values(const Context *context, int32_t spot, Arena *arena, Estimate *out) {
    const State *state = context->state;
    ItemId item = state->spots.at[spot].item;
    Record *records;
    int count = state_records(state, spot, arena, &records);
    const Record *level = NULL;
    for (int i = 0; i < count; i++)
        if (records[i].kind == REC_STOCK && records[i].day < context->start_day && (!level || records[i].day >= level->day)) level = &records[i];
    if (level) out->stock_told_minor = value_of(context, level->qty, item_cost(context, item));
    for (int i = 0; i < count; i++) {
        const Record *r = &records[i];
        if (r->kind != REC_PO || r->status != STATUS_OPEN) continue;
        int64_t left = r->qty;
        for (int k = 0; k < count; k++)
            if (records[k].kind == REC_RECEIPT && records[k].key == r->key) left -= records[k].qty;
        const Detail *detail = &state->details.at[r->more];
        out->order_told_minor += value_of(context, left, order_price(context, item, detail->a, detail->currency));
    }
}

void home_values(const Context *context, const Picture *p, Arena *arena, Estimate *out) {
    const Fold *fold = &p->fold;
    const char *tier = context->state->items.at[p->item.v].tier;
    out->top = strcmp(tier, "A") == 0 || strcmp(tier, "key") == 0;
    out->stock_minor = out->stock_told_minor = out->order_minor = out->order_told_minor = 0;
    if (fold->stock_known) out->stock_minor = value_of(context, fold->on_hand, item_cost(context, p->item));
    for (int i = 0; i < fold->open_count; i++) {
        if (fold->open[i].kind != SUPPLY_PO) continue;
        int64_t price = order_price(context, p->item, fold->open[i].price, fold->open[i].currency);
        out->order_minor += value_of(context, fold->open[i].ordered - fold->open[i].received, price);
    }
    told_values(context, p->spot, arena, out);
}

static void feeds_fill(const Plan *plan, Arena *arena, HomeView *view) {
    const State *state = plan->state;
    view->feeds = many_in(arena, HomeFeed, (int)state->places.count * FACT_KIND_COUNT_ + 1);
    for (int32_t p = 1; p < (int32_t)state->places.count; p++)
        for (int kind = 1; kind < FACT_KIND_COUNT_; kind++) {
            int32_t last = state->places.at[p].last_day[kind];
            if (last == NO_DAY) continue;
            int allowed = plan->policy->fresh_hours[kind] > 0 ? plan->policy->fresh_hours[kind] : 14 * 24;
            int64_t hours = (int64_t)(plan->context.start_day - 1 - last) * 24;
            view->feeds[view->feeds_count++] = (HomeFeed){ .kind = fact_kinds[kind].name, .place = state->places.at[p].code, .last_day = last,
                .age_hours = hours > 0 ? hours : 0, .state = hours <= allowed ? "fresh" : hours <= 3LL * allowed ? "late" : "dead" };
        }
}

Err plan_home(Plan *plan, Arena *arena, HomeView *out_view, Why *why) {
    if (!plan->ready) return fail_hint(why, fail(why, ERR_CONFLICT, "nothing is planned yet"), "run a planning step first");
    HomeView view = { .as_of_day = plan->context.today, .currency = plan->policy->currency, .line_fill_ppm = CASE_NONE };
    const Sums *sums = &plan->sums;
    view.stock_value_minor = sums->stock;
    view.stock_value_imported_minor = sums->stock_told;
    view.on_order_value_minor = sums->order;
    view.on_order_value_imported_minor = sums->order_told;
    view.lines_due = sums->due_lines;
    view.lines_filled = sums->served_lines;
    view.items_a = sums->top;
    view.stockouts_a = sums->top_out;
    view.at_risk = sums->at_risk;
    if (view.lines_due > 0) view.line_fill_ppm = view.lines_filled * 1000000 / view.lines_due;
    view.excess_value_minor = minor_of(plan->context.exponent, (double)sums->excess / 1e6);
    view.item_places = (int64_t)plan->state->spots.count;
    feeds_fill(plan, arena, &view);
    *out_view = view;
    return OK;
}
