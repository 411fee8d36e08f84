/* company.c - suppliers, customers and shelves, and the questions asked of them. Items are made in items.c. */
#include "sample/company.h"

#include <stdio.h>

#include "base/decimal.h"
#include "sample/items.h"
#include "sample/names.h"

static int at_least(double value, int least) { return value < least ? least : (int)(value + 0.5); }

enum { NAME_BYTES = sizeof((Supplier *)0)->name };
_Static_assert(NAME_BYTES == sizeof((Customer *)0)->name, "one length of names");
#define SUPPLIER_NAME_LISTS supplier_heads, SUPPLIER_HEADS, supplier_middles, SUPPLIER_MIDDLES, supplier_tails, SUPPLIER_TAILS
#define CUSTOMER_NAME_LISTS customer_heads, CUSTOMER_HEADS, customer_middles, CUSTOMER_MIDDLES, customer_tails, CUSTOMER_TAILS

/* The draws stand in statements of their own: the order in which C evaluates arguments is not fixed. */
static void name_make(Rng *rng, char out[NAME_BYTES], const char *const *heads, int heads_count, const char *const *middles,
                      int middles_count, const char *const *tails, int tails_count) {
    const char *head = heads[rng_below(rng, (uint64_t)heads_count)];
    const char *middle = middles[rng_below(rng, (uint64_t)middles_count)];
    const char *tail = tails[rng_below(rng, (uint64_t)tails_count)];
    snprintf(out, NAME_BYTES, "%s %s %s", head, middle, tail);
}

static void supplier_make(Rng *rng, int number, Supplier *s) {
    snprintf(s->code, sizeof s->code, "S-%d", 1001 + number);
    name_make(rng, s->name, SUPPLIER_NAME_LISTS);
    /* The first fourteen carry one group each, so that every group has somebody. */
    s->groups_count = 1 + (int)rng_below(rng, 3);
    for (int i = 0; i < s->groups_count; i++)
        s->group[i] = i == 0 && number < GROUPS ? number : (int)rng_below(rng, GROUPS);
    s->import = number >= GROUPS && rng_chance(rng, 0.15);
    s->stated_days = s->import ? (int)rng_between(rng, 35, 63) : (int)rng_between(rng, 5, 21);
    /* Most keep what the contract says; one in six quotes what it cannot keep. */
    s->actual_days = s->stated_days * (rng_chance(rng, 0.16) ? 1 + 0.2 * rng_unit(rng) : 0.74 + 0.16 * rng_unit(rng));
    s->drift = rng_normal(rng, 0.02, 0.06);
    s->spread = 0.05 + 0.12 * rng_unit(rng);
    s->late_share = 0.02 + 0.28 * rng_unit(rng);
    s->late_days = 3 + 0.25 * s->stated_days * rng_unit(rng);
    s->ack_share = 0.75 + 0.25 * rng_unit(rng);
    s->honest_share = 0.2 + 0.7 * rng_unit(rng);
    s->short_share = 0.03 * rng_unit(rng);
    s->split_share = 0.15 * rng_unit(rng);
    s->order_weekday = 1 + (int)rng_below(rng, 5);
    s->review_days = s->import ? 14 : 7;
    s->minimum_cents = (int64_t)rng_between(rng, 2, 20) * 10000;
    s->order_cost_cents = rng_between(rng, 15, 60) * 100;
}

static void customers_make(Arena *arena, Rng *rng, Company *company) {
    double shares[PLACES];
    for (int p = 0; p < PLACES; p++) shares[p] = places[p].share;
    for (int i = 0; i < company->customers; i++) {
        Customer *c = &company->customer[i];
        snprintf(c->code, sizeof c->code, "C%05d", 10007 + i * 3);
        name_make(rng, c->name, CUSTOMER_NAME_LISTS);
        c->weight = rng_lognormal(rng, 0, 1.2);
        c->home = (uint8_t)(i < PLACES ? i : (int)rng_weighted(rng, shares, PLACES));
        double roll = rng_unit(rng) / (0.4 + 0.6 * c->weight);
        c->tier = i < PLACES || roll < 0.015 ? TIER_KEY : roll < 0.14 ? TIER_A : roll < 0.45 ? TIER_B : TIER_C;
    }
    for (int p = 0; p < PLACES; p++) {
        company->customer_sum[p] = many_in(arena, double, company->customers);
        company->customer_at[p] = many_in(arena, int, company->customers);
        double sum = 0;
        for (int i = 0; i < company->customers; i++) {
            if (company->customer[i].home != p) continue;
            sum += company->customer[i].weight;
            company->customer_sum[p][company->customers_at[p]] = sum;
            company->customer_at[p][company->customers_at[p]++] = i;
        }
    }
}

/* Which places hold an item and how demand splits over them. */
static void shelves_make(Arena *arena, Rng *rng, Company *company) {
    company->shelf = many_in(arena, Shelf, (size_t)company->items * PLACES);
    for (int i = 0; i < company->items; i++) {
        Item *item = &company->item[i];
        double share[PLACES] = { 0 }, sum = 0;
        for (int p = 0; p < PLACES; p++) {
            bool held = p == HUB || item->tier != TIER_C || item->life == LIFE_REPLACEMENT || rng_chance(rng, 0.72);
            share[p] = held ? places[p].share * rng_lognormal(rng, 0, 0.35) : 0;
            sum += share[p];
        }
        item->shelf_first = company->shelves;
        for (int p = 0; p < PLACES; p++) {
            if (share[p] <= 0) continue;
            company->shelf[company->shelves++] = (Shelf){ .item = i, .place = (uint8_t)p, .lines_day = item->lines_year / 365 * share[p] / sum,
                .control_from = SAMPLE_DAYS, .story = NONE, .backlog_first = NONE, .backlog_last = NONE,
                .count_day = (int)rng_below(rng, item->tier == TIER_A ? 120 : 360) };
            item->shelves++;
        }
    }
}

void company_index(Arena *arena, Company *company) {
    int slots = company->suppliers * PLACES;
    company->supplied = many_in(arena, int, company->shelves);
    company->supplied_first = many_in(arena, int, slots + 1);
    for (int i = 0; i < company->shelves; i++)
        company->supplied_first[company->item[company->shelf[i].item].supplier * PLACES + company->shelf[i].place + 1]++;
    for (int i = 0; i < slots; i++) company->supplied_first[i + 1] += company->supplied_first[i];
    int *next = many_in(arena, int, slots);
    for (int i = 0; i < company->shelves; i++) {
        int slot = company->item[company->shelf[i].item].supplier * PLACES + company->shelf[i].place;
        company->supplied[company->supplied_first[slot] + next[slot]++] = i;
    }
}

Company *company_build(Arena *arena, uint64_t seed, double scale, int32_t end_day) {
    Company *company = arena_take(arena, sizeof *company);
    Rng root = rng_of(seed), rng = rng_fork(&root, 1);
    company->seed = seed;
    calendar_fill(&company->calendar, end_day);
    company->suppliers = at_least(400 * scale, 60);
    company->supplier = many_in(arena, Supplier, company->suppliers);
    for (int i = 0; i < company->suppliers; i++) supplier_make(&rng, i, &company->supplier[i]);
    company->customers = at_least(1500 * scale, 200);
    company->customer = many_in(arena, Customer, company->customers);
    customers_make(arena, &rng, company);
    company->items = at_least(12000 * scale, 120);
    items_make(arena, &rng, company);
    shelves_make(arena, &rng, company);
    company_index(arena, company);
    return company;
}

double item_life(const Item *item, int index) {
    double since = index - item->turn;
    switch ((Life)item->life) {
    case LIFE_NEW: return since < 0 ? 0 : since < 60 ? 0.25 + 0.75 * since / 60 : 1;
    case LIFE_REPLACEMENT: return since < 0 ? 0 : since < 40 ? since / 40 : 1;
    case LIFE_REPLACED: return since < 0 ? 1 : since < 40 ? 1 - since / 40 : 0;
    case LIFE_FADING: return since < 0 ? 1 : since < 150 ? 1 - since / 150 : 0;
    case LIFE_ENDING: return since < 0 ? 1 : since < 240 ? 1 - 0.92 * since / 240 : 0.08;
    case LIFE_NORMAL: break;
    }
    double life = 1 + item->trend * (index - SAMPLE_DAYS / 2) / 365.0;
    return life < 0.3 ? 0.3 : life;
}

int item_listed_from(const Item *item) {
    return item->life == LIFE_NEW || item->life == LIFE_REPLACEMENT ? item->turn - 35 : -CALENDAR_BEFORE;
}

int item_bought_until(const Item *item) {
    if (item->life == LIFE_REPLACED) return item->turn - 20;
    if (item->life == LIFE_ENDING) return SAMPLE_DAYS - 20;
    return item->life == LIFE_FADING ? item->turn + 45 : SAMPLE_DAYS + CALENDAR_AFTER;
}

/* Money per unit changes once at most, to a whole cent (a hundredth of it below one dollar). */
static int64_t changed(const Item *item, int64_t micro, int index) {
    if (item->cost_day == NONE || index < item->cost_day) return micro;
    return money_step((double)micro / 1e6 * item->cost_factor);
}

int64_t item_cost_micro(const Item *item, int index) { return changed(item, item->cost_micro, index); }
int64_t item_price_micro(const Item *item, int index) { return changed(item, item->price_micro, index); }

double shelf_margin_day(const Company *company, const Shelf *shelf) {
    const Item *item = &company->item[shelf->item];
    return shelf_units_day(company, shelf) * micro_to_double(item->price_micro - item->cost_micro);
}

Shelf *company_shelf(Company *company, int item, int place) {
    Shelf *shelf = &company->shelf[company->item[item].shelf_first];
    for (int i = 0; i < company->item[item].shelves; i++)
        if (shelf[i].place == place) return &shelf[i];
    return NULL;
}
