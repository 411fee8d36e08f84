/* Who buys an item-place: its customers by what they ordered in a year, those who wait for something first. */
#include <stdlib.h>

#include "base/decimal.h"
#include "plan/room.h"

enum { CUSTOMERS_SHOWN = 8, YEAR_DAYS = 365 };

static int by_customer(const void *left, const void *right) {
    const ItemCustomer *a = left, *b = right;
    return a->id < b->id ? -1 : a->id > b->id;
}

static int waiting_first(const void *left, const void *right) {
    const ItemCustomer *a = left, *b = right;
    if (a->overdue != b->overdue) return a->overdue > b->overdue ? -1 : 1;
    if (a->qty != b->qty) return a->qty > b->qty ? -1 : 1;
    return by_customer(left, right);
}

/* One entry per line, sorted by customer, become one entry per customer. */
static int customers_join(ItemCustomer *all, int count) {
    qsort(all, (size_t)count, sizeof *all, by_customer);
    int kept = 0;
    for (int i = 0; i < count; i++) {
        if (kept == 0 || all[kept - 1].id != all[i].id) {
            all[kept++] = all[i];
            continue;
        }
        ItemCustomer *into = &all[kept - 1];
        into->qty += all[i].qty;
        into->lines += all[i].lines;
        into->open += all[i].open;
        into->overdue += all[i].overdue;
        if (into->last_day == CASE_NO_DAY || (all[i].last_day != CASE_NO_DAY && all[i].last_day > into->last_day)) into->last_day = all[i].last_day;
    }
    return kept;
}

void customers_view(const Plan *plan, const Picture *p, Arena *arena, ItemView *out) {
    const Fold *fold = &p->fold;
    int32_t today = plan->context.start_day;
    int lines = 0, count = 0;
    RecordWalk walk = record_walk(plan->state, p->spot);
    while (record_next_line(&walk)) lines++;
    ItemCustomer *all = many_in(arena, ItemCustomer, lines + fold->due_count + fold->late_count + 1);
    walk = record_walk(plan->state, p->spot);
    int64_t year = 0;
    for (const Record *r; (r = record_next_line(&walk));) {
        bool counts = r->day >= today - YEAR_DAYS && r->day < today;
        all[count++] = (ItemCustomer){ .id = r->who, .qty = counts ? r->qty : 0, .lines = counts, .last_day = r->day2 != NO_DAY ? r->day2 : r->day };
        year += counts ? r->qty : 0;
    }
    for (int i = 0; i < fold->due_count; i++) all[count++] = (ItemCustomer){ .id = fold->due[i].customer, .open = fold->due[i].qty, .last_day = CASE_NO_DAY };
    for (int i = 0; i < fold->late_count; i++) all[count++] = (ItemCustomer){ .id = fold->late[i].customer, .open = fold->late[i].qty, .overdue = fold->late[i].qty, .last_day = CASE_NO_DAY };
    count = customers_join(all, count);
    qsort(all, (size_t)count, sizeof *all, waiting_first);
    out->customers = all;
    out->customers_total = count;
    out->customers_count = count < CUSTOMERS_SHOWN ? count : CUSTOMERS_SHOWN;
    for (int i = 0; i < out->customers_count; i++) {
        ItemCustomer *c = &all[i];
        bool known = c->id > 0 && (size_t)c->id < plan->state->customers.count;
        c->customer = c->id > 0 ? ident_code(plan->store, ID_CUSTOMER, c->id) : "";
        c->tier = known && plan->state->customers.at[c->id].tier ? plan->state->customers.at[c->id].tier : "";
        c->share_ppm = year > 0 ? micro_of(micro_to_double(c->qty) / micro_to_double(year)) : CASE_NONE;
    }
}
