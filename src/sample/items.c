/* items.c - the assortment. */
#include "sample/items.h"

#include <stdio.h>
#include <stdlib.h>

/* Share of the revenue that the top fifth earns when revenue is lognormal: Phi(spread - 0.8416); 0.80 at 1.68. */
#define REVENUE_SPREAD 1.68
#define REVENUE_MEDIAN 3300.0     /* USD a year and item, all places */

int64_t money_step(double usd) {
    int64_t step = usd < 1 ? 100 : 10000, steps = (int64_t)(usd * 1e6 / (double)step + 0.5);
    return (steps < 1 ? 1 : steps) * step;
}

double root(double x) { return x > 0 ? rng_exp(rng_log(x) / 2) : 0; }

/* What an item earns decides how it tends to sell: the best sellers are mostly smooth, the tail mostly intermittent. 60 % sell
 * every week, 30 % now and then in even sizes, 10 % now and then in lumps. `standing` 0 is the poorest item, 1 the best. */
static Habit habit_of(Rng *rng, double standing) {
    double mixed = standing + rng_normal(rng, 0, 0.22);
    if (mixed > 0.40) return rng_chance(rng, 0.65) ? HABIT_SMOOTH : HABIT_ERRATIC;
    return rng_chance(rng, 0.75) ? HABIT_INTERMITTENT : HABIT_LUMPY;
}

static void sales_shape(Rng *rng, Item *item, double standing) {
    const Group *group = &groups[item->group];
    double cost = rng_lognormal(rng, rng_log(group->cost_median), group->cost_spread);
    double markup = 1.28 + 0.35 * rng_unit(rng);
    item->habit = (uint8_t)habit_of(rng, standing);
    switch ((Habit)item->habit) {
    case HABIT_SMOOTH: item->lines_year = 88 + 120 * standing * standing * rng_unit(rng) + 65 * rng_unit(rng) * standing; item->size_spread = 0.35; break;
    case HABIT_ERRATIC: item->lines_year = 88 + 65 * rng_unit(rng); item->size_spread = 1.1; break;
    case HABIT_INTERMITTENT: item->lines_year = 6 + 34 * rng_unit(rng); item->size_spread = 0.3; break;
    case HABIT_LUMPY: item->lines_year = 6 + 24 * rng_unit(rng); item->size_spread = 1.1; break;
    case HABIT_COUNT_: break;
    }
    /* The line size follows from the money; an item too dear for its revenue is cheaper than its group's usual. */
    item->size_mean = item->revenue_year / item->lines_year / (cost * markup);
    double least = item->habit == HABIT_SMOOTH || item->habit == HABIT_INTERMITTENT ? 1 : 2;
    if (item->size_mean < least) {
        item->size_mean = least;
        cost = item->revenue_year / item->lines_year / least / markup;
    }
    item->cost_micro = money_step(cost);
    item->price_micro = money_step(cost * markup);
    if (item->price_micro <= item->cost_micro) item->price_micro = item->cost_micro + 10000;
    item->size_mean = item->revenue_year / item->lines_year / ((double)item->price_micro / 1e6);
    if (item->size_mean < 1) item->size_mean = 1;
}

static int supplier_pick(Rng *rng, const Company *company, int group) {
    /* Somebody at random who carries the group; after sixty misses the one who surely does. */
    for (int tries = 0; tries < 60; tries++) {
        int at = (int)rng_below(rng, (uint64_t)company->suppliers);
        const Supplier *s = &company->supplier[at];
        for (int g = 0; g < s->groups_count; g++)
            if (s->group[g] == group) return at;
    }
    return group;
}

static void terms_shape(Rng *rng, const Company *company, Item *item) {
    item->supplier = supplier_pick(rng, company, item->group);
    item->supplier_second = NONE;
    if (rng_chance(rng, 0.25)) {
        int second = supplier_pick(rng, company, item->group);
        if (second != item->supplier) item->supplier_second = second;
    }
    double units_year = item->lines_year * item->size_mean;
    item->pack = groups[item->group].packs[rng_below(rng, 4)];
    while (item->pack > 1 && item->pack > units_year / 8) item->pack /= 2;
    if (item->pack < 2) item->pack = 1;
    double moq_days = rng_chance(rng, 0.03) ? 40 + 120 * rng_unit(rng) : 4 + 14 * rng_unit(rng);
    int moq = (int)(units_year / PLACES / 365 * moq_days);
    item->moq = (moq / item->pack + 1) * item->pack;
}

static void life_shape(Rng *rng, Item *item) {
    item->other = NONE;
    item->trend = rng_normal(rng, 0.03, 0.13);
    double roll = rng_unit(rng);
    if (roll < 0.03) { item->life = LIFE_NEW; item->turn = (int)rng_between(rng, 200, SAMPLE_DAYS - 60); }
    else if (roll < 0.05) { item->life = LIFE_FADING; item->turn = (int)rng_between(rng, 120, SAMPLE_DAYS - 120); }
    item->cost_day = rng_chance(rng, 0.3) ? (int)rng_between(rng, 60, SAMPLE_DAYS - 40) : NONE;
    item->cost_factor = 1.02 + 0.07 * rng_unit(rng);
}

static void item_name(Rng *rng, Item *item, uint32_t number) {
    const Group *group = &groups[item->group];
    snprintf(item->code, sizeof item->code, "%s-%u", group->prefix, number);
    const char *noun = group->nouns[rng_below(rng, 5)], *size = group->sizes[rng_below(rng, 5)], *kind = group->kinds[rng_below(rng, 4)];
    snprintf(item->description, sizeof item->description, "%s %s %s", noun, size, kind);
}

static int by_revenue(const void *left, const void *right) {
    const Item *a = *(const Item *const *)left, *b = *(const Item *const *)right;
    return a->revenue_year < b->revenue_year ? 1 : a->revenue_year > b->revenue_year ? -1 : a < b ? -1 : a > b;
}

/* One in seventy of the tail is replaced by a like item of the same revenue during the two years. */
static void replacements_make(Rng *rng, Company *company) {
    int pairs = company->items / 70;
    for (int tries = 0; tries < 40 * pairs && pairs > 0; tries++) {
        int old = (int)rng_below(rng, (uint64_t)company->items), fresh = (int)rng_below(rng, (uint64_t)company->items);
        Item *from = &company->item[old], *to = &company->item[fresh];
        if (old == fresh || from->life != LIFE_NORMAL || to->life != LIFE_NORMAL || from->tier == TIER_A || to->tier != from->tier) continue;
        if (from->group != to->group) continue;
        from->life = LIFE_REPLACED;
        to->life = LIFE_REPLACEMENT;
        from->turn = to->turn = (int)rng_between(rng, 150, SAMPLE_DAYS - 90);
        from->other = fresh;
        to->other = old;
        to->lines_year = from->lines_year;
        to->size_mean = from->size_mean;
        to->habit = from->habit;
        to->size_spread = from->size_spread;
        to->cost_micro = from->cost_micro;
        to->price_micro = from->price_micro;
        to->pack = from->pack;
        to->moq = from->moq;
        pairs--;
    }
}

void items_make(Arena *arena, Rng *rng, Company *company) {
    int count = company->items;
    company->item = many_in(arena, Item, count);
    Item **rank = many_in(arena, Item *, count);
    uint32_t *numbers = many_in(arena, uint32_t, count);
    for (int i = 0; i < count; i++) {
        numbers[i] = (uint32_t)i;
        rank[i] = &company->item[i];
        company->item[i].group = (uint8_t)rng_below(rng, GROUPS);
        company->item[i].revenue_year = rng_lognormal(rng, rng_log(REVENUE_MEDIAN), REVENUE_SPREAD);
    }
    /* Numbers are dealt at random: neither rank nor story shows in a code. */
    rng_shuffle(rng, numbers, (uint64_t)count);
    qsort(rank, (size_t)count, sizeof *rank, by_revenue);
    for (int r = 0; r < count; r++) {
        Item *item = rank[r];
        double standing = 1 - (r + 0.5) / count;
        item->tier = standing > 0.8 ? TIER_A : standing > 0.5 ? TIER_B : TIER_C;
        sales_shape(rng, item, standing);
        terms_shape(rng, company, item);
        life_shape(rng, item);
        item->hub_fed = item->tier == TIER_C && rng_chance(rng, 0.3);
        item_name(rng, item, 100003 + numbers[item - company->item] * 7 + (uint32_t)rng_below(rng, 7));
    }
    replacements_make(rng, company);
}
