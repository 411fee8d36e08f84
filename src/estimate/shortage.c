#include "estimate/shortage.h"

#include "base/decimal.h"
#include "estimate/amounts.h"

static int64_t usable_now(const Picture *p) {
    int64_t usable = p->fold.on_hand - picture_kept(p) - p->going_out;
    return usable > 0 ? usable : 0;
}

/* Late lines and those due up to a day. */
static int64_t due_by(const Fold *fold, int32_t day) {
    int64_t sum = fold->backorders;
    for (int i = 0; i < fold->due_count; i++)
        if (fold->due[i].day <= day) sum += fold->due[i].qty;
    return sum;
}

static int64_t coming_by(const Picture *p, int32_t day) {
    double units = 0;
    for (int k = 0; k < p->receipts; k++)
        if (p->receipt_day[k] <= day) units += p->receipt[k].units;
    return micro_of(units);
}

static bool is_short(const Picture *p, int64_t usable, int32_t day) { return due_by(&p->fold, day) > usable + coming_by(p, day); }

static int32_t first_short(const Picture *p, int64_t usable, int32_t from, int32_t to) {
    if (is_short(p, usable, from)) return from;
    int32_t first = NO_DAY;
    for (int i = 0; i < p->fold.due_count; i++) {
        int32_t day = p->fold.due[i].day;
        bool sooner = day > from && day <= to && (first == NO_DAY || day < first);
        if (sooner && is_short(p, usable, day)) first = day;
    }
    return first;
}

bool shortage_find(const Context *context, const Picture *p, Shortage *out) {
    const Fold *fold = &p->fold;
    int32_t end = context->start_day + context->policy->allocation_window_days;
    if (!fold->stock_known || fold->kin_item || fold->successor_here) return false;
    int64_t usable = usable_now(p);
    if (fold->open_orders <= usable || due_by(fold, end) <= usable) return false;
    Shortage s = { .usable = usable, .next_day = NO_DAY };
    s.day = first_short(p, usable, context->start_day, end);
    if (s.day == NO_DAY) return false;
    s.coming = coming_by(p, s.day);
    for (int k = 0; k < p->receipts; k++)
        if (p->receipt_day[k] > s.day && (s.next_day == NO_DAY || p->receipt_day[k] < s.next_day)) s.next_day = p->receipt_day[k];
    if (s.next_day != NO_DAY) s.next_qty = coming_by(p, s.next_day) - s.coming;
    s.until = s.next_day != NO_DAY && s.next_day <= end ? s.next_day - 1 : end;
    s.demand = due_by(fold, s.until);
    *out = s;
    return true;
}
