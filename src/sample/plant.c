/* plant.c - where the stories are planted. Every place is drawn at random among those that deserve attention: shelves are
 * ranked by the margin they earn a day, and a story about one shelf goes to one of the very best. */
#include <stdlib.h>
#include <string.h>

#include "sample/stories.h"

/* How a story about one shelf steers it; days count back from the last one. */
typedef struct Plot { int control, freeze; double floor_days; int lump; double lump_days; int open; double open_days; bool low_row; } Plot;
static const Plot plots[STORY_COUNT_] = {
    [STORY_WEATHER]   = { 70, 3, 15, NONE, 0, NONE, 0, true },
    [STORY_CONTAINER] = { 75, 12, 15, NONE, 0, NONE, 45, false },
    [STORY_UNIT]      = { 60, 6, 12, 6, 12, NONE, 0, true },
    [STORY_DRIFT]     = { 75, 9, 13, NONE, 0, NONE, 30, false },
    [STORY_OBSOLETE]  = { 265, 265, 0, 255, 480, NONE, 0, true },
    [STORY_COVER]     = { 75, 11, 10, NONE, 0, 2, 30, true },
    [STORY_PROJECT]   = { -1, -1, 0, 150, 2200, NONE, 0, false },
    [STORY_PHANTOM]   = { 70, 22, 22, NONE, 0, NONE, 0, true },
    [STORY_CONTRACT]  = { 60, 3, 12, 2, 20, NONE, 0, true },
    [STORY_ACK]       = { 65, 8, 10, NONE, 0, 8, 45, false },
    [STORY_TWICE]     = { 60, 6, 22, NONE, 0, 6, 120, false },
};
enum { DONOR_LUMP = 45, DONOR_DAYS = 360, SPREE_SHELVES = 25, SPREE_STEERED = 8, CONTAINER_STEERED = 6, DRIFT_STEERED = 4, UNIT_PACK = 12, BEST_SHARE = 150, SUPPLIER_ROWS = 12, BRISK_TIMES = 4,
       CONTAINER_ITEMS = 3, DRIFT_ITEMS = 2 };

typedef struct Plant {
    Sim *sim;
    Company *company;
    Stories *stories;
    Arena *arena;
    Rng rng;
    int *rank;                 /* shelves, best margin first */
    int best;                  /* how many of them are the very best */
    bool *item_used;
} Plant;

static int back(int days) { return LAST - days; }

/* The working day that many days back, or the one before it. */
static int back_open(const Plant *plant, int days) {
    if (days == NONE) return NONE;
    int index = back(days);
    while (!calendar_open(&plant->company->calendar, index)) index--;
    return index;
}

static void script_add(Plant *plant, StoryKind kind, int shelf, const Plot *plot) {
    Stories *stories = plant->stories;
    if (stories->scripts == SCRIPTS_MOST) return;
    plant->company->shelf[shelf].story = stories->scripts;
    int control = plot->control < 0 ? SAMPLE_DAYS : back(plot->control);
    plant->company->shelf[shelf].control_from = control;
    stories->script[stories->scripts++] = (Script){ .kind = kind, .shelf = shelf, .control_from = control, .freeze_from = plot->freeze < 0 ? SAMPLE_DAYS : back(plot->freeze),
        .floor_days = plot->floor_days, .lump_days = plot->lump_days, .open_days = plot->open_days, .lump_at = back_open(plant, plot->lump),
        .open_at = back_open(plant, plot->open), .low_row = plot->low_row };
}

static void row_add(Plant *plant, StoryKind kind, int shelf) {
    Story *story = &plant->stories->story[kind];
    story->planted = true;
    if (story->shelves < STORY_SHELVES_MOST) story->shelf[story->shelves++] = shelf;
    story->forbidden_to = story->shelves;
    plant->item_used[plant->company->shelf[shelf].item] = true;
}

static bool told(const Plant *plant, const Shelf *shelf) {
    return shelf->place != plant->stories->story[STORY_FEED].place;
}

/* Bought in lots small enough that a buyer can hold the shelf near a floor. */
static bool steerable(const Plant *plant, const Shelf *shelf) {
    const Item *item = &plant->company->item[shelf->item];
    double day = shelf_units_day(plant->company, shelf);
    return item->habit <= HABIT_ERRATIC && item->moq < 20 * day && item->pack < 12 * day;
}

/* Sells steadily, is bought from near by, is nobody else's story. */
static bool plain(const Plant *plant, int at) {
    const Shelf *shelf = &plant->company->shelf[at];
    const Item *item = &plant->company->item[shelf->item];
    const Supplier *supplier = &plant->company->supplier[item->supplier];
    return shelf->story == NONE && told(plant, shelf) && !plant->item_used[shelf->item] && item->life == LIFE_NORMAL && !item->hub_fed
        && item->habit == HABIT_SMOOTH && steerable(plant, shelf) && !supplier->import && supplier->stated_days >= 8
        && item->supplier != plant->stories->story[STORY_DRIFT].supplier;
}

static bool any([[maybe_unused]] const Plant *plant, [[maybe_unused]] int at) { return true; }

static bool movable(const Plant *plant, int at) {           /* pieces enough that a dozen is not a month */
    return shelf_units_day(plant->company, &plant->company->shelf[at]) >= 2.5;
}

static bool slow_to_come(const Plant *plant, int at) {     /* orders stay open long, and a reorder point holds a lot */
    return plant->company->supplier[plant->company->item[plant->company->shelf[at].item].supplier].stated_days >= 14;
}

static bool branch(const Plant *plant, int at) {
    const Item *item = &plant->company->item[plant->company->shelf[at].item];
    return plant->company->shelf[at].place != HUB && item->shelves >= 4 && slow_to_come(plant, at);
}

static bool divisible(const Plant *plant, int at) { return plant->company->item[plant->company->shelf[at].item].size_mean >= BRISK_TIMES; }

/* A random one of the very best; if none of those fits, the best that does; NONE when none does. */
static int pick(Plant *plant, bool (*fits)(const Plant *, int)) {
    int start = (int)rng_below(&plant->rng, (uint64_t)plant->best);
    for (int i = 0; i < plant->best; i++) {
        int at = plant->rank[(start + i) % plant->best];
        if (plain(plant, at) && fits(plant, at)) return at;
    }
    for (int r = plant->best; r < plant->company->shelves; r++)
        if (plain(plant, plant->rank[r]) && fits(plant, plant->rank[r])) return plant->rank[r];
    return NONE;
}

static void plant_one(Plant *plant, StoryKind kind, bool (*fits)(const Plant *, int)) {
    int at = pick(plant, fits);
    if (at == NONE) return;
    script_add(plant, kind, at, &plots[kind]);
    row_add(plant, kind, at);
}

static void plant_feed(Plant *plant) {
    Story *feed = &plant->stories->story[STORY_FEED];
    feed->planted = true;
    feed->place = 1 + (int)rng_below(&plant->rng, PLACES - 1);
    plant->stories->feed_from = LAST - (int)rng_between(&plant->rng, 5, 7) + 1;
}

/* What a shelf that keeps buildings running would lose in a day; 0 for any other. */
static double upkeep_margin(const Plant *plant, int at) {
    const Shelf *shelf = &plant->company->shelf[at];
    const Item *item = &plant->company->item[shelf->item];
    const Supplier *supplier = &plant->company->supplier[item->supplier];
    bool fits = groups[item->group].upkeep && shelf->place != HUB && shelf->story == NONE && told(plant, shelf) && !plant->item_used[shelf->item]
        && item->life == LIFE_NORMAL && !item->hub_fed && !supplier->import && steerable(plant, shelf);
    return fits ? shelf_margin_day(plant->company, shelf) : 0;
}

/* One of the two branches where such parts matter most. */
static int weather_place(Plant *plant) {
    double sum[PLACES] = { 0 };
    for (int s = 0; s < plant->company->shelves; s++) sum[plant->company->shelf[s].place] += upkeep_margin(plant, s);
    int best = 1, second = NONE;
    for (int p = 2; p < PLACES; p++) {
        if (sum[p] > sum[best]) second = best, best = p;
        else if (second == NONE || sum[p] > sum[second]) second = p;
    }
    return sum[second] > 0 && rng_chance(&plant->rng, 0.5) ? second : best;
}

/* Storms in one region: parts that keep buildings running sell several times as much. */
static void plant_weather(Plant *plant) {
    int place = weather_place(plant), taken = 0;
    for (int r = 0; r < plant->company->shelves && taken < SPREE_SHELVES; r++) {
        int at = plant->rank[r];
        if (plant->company->shelf[at].place != place || upkeep_margin(plant, at) <= 0) continue;
        Plot plot = plots[STORY_WEATHER];
        if (taken >= SPREE_STEERED) plot = (Plot){ .control = 4, .freeze = 4, .lump = NONE, .open = NONE };   /* only the review is missed */
        script_add(plant, STORY_WEATHER, at, &plot);
        row_add(plant, STORY_WEATHER, at);
        taken++;
    }
    for (int g = 0; g < GROUPS && taken; g++)
        if (groups[g].upkeep) plant->sim->signal[plant->sim->signals++] = (Signal){ .group = g, .place = place, .from = LAST - 2, .to = LAST + 7, .factor = 1, .told = 5 };
}

static bool steered_well(const Plant *plant, const Shelf *shelf) {
    const Item *item = &plant->company->item[shelf->item];
    return told(plant, shelf) && item->habit == HABIT_SMOOTH && item->life == LIFE_NORMAL && !item->hub_fed && shelf->story == NONE && steerable(plant, shelf);
}

/* How much a supplier matters: daily margin of its steady shelves. */
static double supplier_margin(const Plant *plant, int supplier, int *out_shelves) {
    const Company *company = plant->company;
    double sum = 0;
    *out_shelves = 0;
    for (int i = company->supplied_first[supplier * PLACES]; i < company->supplied_first[(supplier + 1) * PLACES]; i++) {
        const Shelf *shelf = &company->shelf[company->supplied[i]];
        if (!steered_well(plant, shelf)) continue;
        sum += shelf_margin_day(company, shelf);
        ++*out_shelves;
    }
    return sum;
}

/* One at random of the three that matter most among those that fit. */
static int supplier_pick(Plant *plant, bool import, int shelves_most) {
    int best[3] = { NONE, NONE, NONE };
    double margin[3] = { 0 };
    for (int s = 0; s < plant->company->suppliers; s++) {
        const Supplier *supplier = &plant->company->supplier[s];
        int shelves;
        double sum = supplier_margin(plant, s, &shelves);
        if (supplier->import != import || shelves < 1 || shelves > shelves_most) continue;
        if (!import && (supplier->stated_days < 10 || supplier->stated_days > 18)) continue;
        for (int b = 0; b < 3; b++) {
            if (sum <= margin[b]) continue;
            memmove(&margin[b + 1], &margin[b], sizeof *margin * (size_t)(2 - b));
            memmove(&best[b + 1], &best[b], sizeof *best * (size_t)(2 - b));
            margin[b] = sum;
            best[b] = s;
            break;
        }
    }
    int found = (best[0] != NONE) + (best[1] != NONE) + (best[2] != NONE);
    return found ? best[rng_below(&plant->rng, (uint64_t)found)] : NONE;
}

/* The supplier's best shelves; the first few are steered so that the open line is what they live on. */
static void plant_supplier(Plant *plant, StoryKind kind, int supplier, int steered, int open_days_ago) {
    Story *story = &plant->stories->story[kind];
    story->supplier = supplier;
    for (int r = 0; r < plant->company->shelves && story->shelves < SUPPLIER_ROWS; r++) {
        int at = plant->rank[r];
        const Shelf *shelf = &plant->company->shelf[at];
        if (plant->company->item[shelf->item].supplier != supplier || !steered_well(plant, shelf)) continue;
        if (story->shelves < steered) {
            Plot plot = plots[kind];
            plot.control = plant->company->supplier[supplier].stated_days + 75;      /* what was on its way has come and gone */
            plot.open = open_days_ago;
            script_add(plant, kind, at, &plot);
        }
        row_add(plant, kind, at);
    }
}

/* Some of the best items come from this supplier, so that what happens to it matters. */
static void adopt(Plant *plant, int supplier, int items) {
    for (int i = 0; i < items; i++) {
        int at = pick(plant, any);
        if (at != NONE) plant->company->item[plant->company->shelf[at].item].supplier = supplier;
    }
    company_index(plant->arena, plant->company);
}

static void plant_container(Plant *plant) {
    int supplier = supplier_pick(plant, true, 60);
    if (supplier == NONE) return;
    adopt(plant, supplier, CONTAINER_ITEMS);
    plant_supplier(plant, STORY_CONTAINER, supplier, CONTAINER_STEERED, plant->company->supplier[supplier].stated_days + 13);
}

static void plant_drift(Plant *plant) {
    int supplier = supplier_pick(plant, false, 60);
    if (supplier == NONE) return;
    plant->company->supplier[supplier].honest_share = 0.1;
    adopt(plant, supplier, DRIFT_ITEMS);
    plant_supplier(plant, STORY_DRIFT, supplier, DRIFT_STEERED, plant->company->supplier[supplier].stated_days + 4);
}

/* Short here, plenty there. The one with plenty must not buy. */
static void plant_cover(Plant *plant) {
    int at = pick(plant, branch);
    if (at == NONE) return;
    int donor = NONE;
    const Item *item = &plant->company->item[plant->company->shelf[at].item];
    for (int s = item->shelf_first; s < item->shelf_first + item->shelves; s++)
        if (s != at && told(plant, &plant->company->shelf[s]) && donor == NONE) donor = s;
    if (donor == NONE) return;
    script_add(plant, STORY_COVER, at, &plots[STORY_COVER]);
    script_add(plant, STORY_COVER, donor, &(Plot){ .control = 75, .freeze = DONOR_LUMP, .floor_days = 8, .lump = DONOR_LUMP, .lump_days = DONOR_DAYS, .open = NONE });
    row_add(plant, STORY_COVER, at);
    row_add(plant, STORY_COVER, donor);
    plant->stories->story[STORY_COVER].forbidden_from = 1;
}

/* A buyer stocked up; then customers moved on to another item. */
static void plant_obsolete(Plant *plant) {
    int at = pick(plant, any);
    if (at == NONE) return;
    int number = plant->company->shelf[at].item;
    Item *item = &plant->company->item[number];
    int other = NONE;
    for (int tries = 0; tries < 4000 && other == NONE; tries++) {
        int maybe = (int)rng_below(&plant->rng, (uint64_t)plant->company->items);
        const Item *candidate = &plant->company->item[maybe];
        if (maybe != number && candidate->group == item->group && candidate->life == LIFE_NORMAL && !plant->item_used[maybe]) other = maybe;
    }
    item->life = LIFE_ENDING;
    item->turn = LAST - 260;
    item->other = other;
    if (other != NONE) plant->item_used[other] = true;
    int stocked = 0;
    for (int s = item->shelf_first; s < item->shelf_first + item->shelves; s++) {
        if (!told(plant, &plant->company->shelf[s])) continue;
        if (stocked++ < 2) script_add(plant, STORY_OBSOLETE, s, &plots[STORY_OBSOLETE]);
        row_add(plant, STORY_OBSOLETE, s);
    }
}

static void plant_unit(Plant *plant) {
    int at = pick(plant, movable);
    if (at == NONE) return;
    Item *item = &plant->company->item[plant->company->shelf[at].item];
    if (item->pack < UNIT_PACK) {
        item->pack = UNIT_PACK;
        item->moq = (item->moq / UNIT_PACK + 1) * UNIT_PACK;
    }
    script_add(plant, STORY_UNIT, at, &plots[STORY_UNIT]);
    row_add(plant, STORY_UNIT, at);
}

/* Sold over the counter several times a week; then the shelf is empty and the book does not know. */
static void plant_phantom(Plant *plant) {
    int at = pick(plant, divisible);
    if (at == NONE) return;
    Item *item = &plant->company->item[plant->company->shelf[at].item];
    item->lines_year *= BRISK_TIMES;
    item->size_mean /= BRISK_TIMES;
    for (int s = item->shelf_first; s < item->shelf_first + item->shelves; s++) plant->company->shelf[s].lines_day *= BRISK_TIMES;
    script_add(plant, STORY_PHANTOM, at, &plots[STORY_PHANTOM]);
    row_add(plant, STORY_PHANTOM, at);
}

/* Announcements that changed little, so that not every signal is a story. */
static void ordinary_signals(Plant *plant) {
    for (int i = 0; i < 20; i++) {
        int from = (int)rng_between(&plant->rng, 10, LAST - 40);
        double told_factor = 1.2 + 1.2 * rng_unit(&plant->rng);
        int group = (int)rng_below(&plant->rng, GROUPS), place = (int)rng_below(&plant->rng, PLACES);
        plant->sim->signal[plant->sim->signals++] = (Signal){ .group = group, .place = place, .from = from,
            .to = from + (int)rng_between(&plant->rng, 2, 9), .factor = 1 + (told_factor - 1) * 0.8 * rng_unit(&plant->rng), .told = told_factor };
    }
}

static int by_margin(const void *left, const void *right, void *company_of) {
    const Company *company = company_of;
    int a = *(const int *)left, b = *(const int *)right;
    double first = shelf_margin_day(company, &company->shelf[a]), second = shelf_margin_day(company, &company->shelf[b]);
    return first < second ? 1 : first > second ? -1 : a < b ? -1 : a > b;
}

void stories_choose(Stories *stories, Sim *sim, Arena *arena) {
    Company *company = sim->company;
    *stories = (Stories){ 0 };
    for (int s = 0; s < STORY_COUNT_; s++) stories->story[s].place = stories->story[s].supplier = NONE;
    Rng root = rng_of(company->seed);
    Plant plant = { .sim = sim, .company = company, .stories = stories, .arena = arena, .rng = rng_fork(&root, 7) };
    plant.rank = many_in(arena, int, company->shelves);
    plant.item_used = many_in(arena, bool, company->items);
    for (int i = 0; i < company->shelves; i++) plant.rank[i] = i;
    qsort_r(plant.rank, (size_t)company->shelves, sizeof *plant.rank, by_margin, company);
    plant.best = company->shelves / BEST_SHARE > 30 ? company->shelves / BEST_SHARE : 30;
    ordinary_signals(&plant);
    plant_feed(&plant);
    plant_drift(&plant);
    plant_container(&plant);
    plant_obsolete(&plant);
    plant_cover(&plant);
    plant_unit(&plant);
    plant_phantom(&plant);
    plant_one(&plant, STORY_PROJECT, slow_to_come);
    plant_one(&plant, STORY_CONTRACT, any);
    plant_one(&plant, STORY_ACK, slow_to_come);
    plant_one(&plant, STORY_TWICE, slow_to_come);
    plant_weather(&plant);
}
