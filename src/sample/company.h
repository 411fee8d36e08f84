/* company.h - who and what the distributor is: groups, places, suppliers, customers, items and which place holds what.
 *
 * Built once from the seed and then read by the simulation. Sales are shaped first (revenue per item is lognormal, so that
 * a fifth of the items earns four fifths of the money), then split into how often (lines), how much (size) and what for
 * (price). Quantities are whole base units; money of one unit is micro (10^-6), amounts are cents. */
#pragma once
#include "base/arena.h"
#include "base/rng.h"
#include "sample/calendar.h"

#include <stdbool.h>
#include <stdint.h>

enum { PLACES = 5, HUB = 0, GROUPS = 14, NONE = -1 };

typedef enum Habit { HABIT_SMOOTH, HABIT_ERRATIC, HABIT_INTERMITTENT, HABIT_LUMPY, HABIT_COUNT_ } Habit;
typedef enum Life { LIFE_NORMAL, LIFE_NEW, LIFE_FADING, LIFE_REPLACED, LIFE_REPLACEMENT, LIFE_ENDING } Life;

typedef struct Group {
    const char *name, *prefix;
    const char *nouns[5], *sizes[5], *kinds[4];
    double cost_median, cost_spread;      /* USD per unit; sd of its logarithm */
    int season;                           /* SEASON_* */
    bool upkeep;                          /* bought in a hurry when the weather turns */
    int16_t packs[4];                     /* units per case that occur */
} Group;
extern const Group groups[GROUPS];

typedef struct Place { const char *code, *name, *zone, *region; double share; int lane_days, truck_weekday; } Place;
extern const Place places[PLACES];        /* places[HUB] feeds the others */

typedef struct Supplier {
    char code[16], name[56];
    int group[3], groups_count;
    bool import;
    int stated_days;                      /* what the contract says, calendar days */
    double actual_days, drift, spread;    /* true mean at the start; its change a year as a share; sd of its logarithm */
    double late_share, late_days;         /* extra delays: how often, how long on average */
    double ack_share, honest_share;       /* acknowledges at all; says so when it will be late */
    double short_share, split_share;
    int order_weekday, review_days;       /* 7 or 14 */
    int64_t minimum_cents, order_cost_cents;
} Supplier;

typedef struct Customer { char code[16], name[56]; uint8_t tier, home; double weight; } Customer;
enum { TIER_A, TIER_B, TIER_C, TIER_KEY };
extern const char *const sample_tier_names[4];

typedef struct Item {
    char code[16], description[72];
    uint8_t group, habit, life, tier;     /* TIER_A..C by planned revenue */
    bool hub_fed;                         /* branches get it from the hub */
    int supplier, supplier_second;        /* index or NONE */
    int pack;                             /* units per case it is bought in; 1: single units */
    int moq;                              /* units */
    int64_t cost_micro, price_micro;
    double lines_year, size_mean, size_spread, revenue_year;   /* company-wide, USD for revenue */
    double trend;                         /* change of demand a year, share */
    int turn;                             /* index: launch (new), start of the fade or the end, replacement day */
    int other;                            /* replacement <-> replaced, or NONE */
    int cost_day;                         /* index of its cost and price change, or NONE */
    double cost_factor;
    int shelf_first, shelves;
} Item;

typedef struct Shelf {                    /* an item at a place */
    int item;
    uint8_t place;
    double lines_day;                     /* order lines on an ordinary day at full demand */
    /* the ERP's planning row */
    int min_qty, max_qty, version;
    int64_t sold[4];                      /* units leaving in the running quarter [0] and the three before */
    int quarters;                         /* of them that are whole */
    int control_from;                     /* from this index on buyers steer by hand: no ERP review; SAMPLE_DAYS: never */
    int story;                            /* index into the scripts, or NONE */
    /* what lies and moves */
    int64_t on_hand, unusable, open_qty, on_order, in_transit;
    int backlog_first, backlog_last;      /* unshipped lines whose day has come, or NONE */
    int count_day;                        /* next cycle count, index */
} Shelf;

typedef struct Company {
    Calendar calendar;
    uint64_t seed;
    Supplier *supplier; int suppliers;
    Customer *customer; int customers;
    double *customer_sum[PLACES]; int *customer_at[PLACES], customers_at[PLACES];   /* running weights by home place */
    Item *item; int items;
    Shelf *shelf; int shelves;            /* by item, then place */
    int *supplied, *supplied_first;       /* shelves by supplier and place: [supplier * PLACES + place] */
} Company;

Company *company_build(Arena *arena, uint64_t seed, double scale, int32_t end_day);

/* Lists the shelves by supplier and place; again after an item changed its supplier. */
void company_index(Arena *arena, Company *company);

/* Share of full demand that an item sees on that day of its life. */
double item_life(const Item *item, int index);
/* First day the ERP plans it: earlier than its first sale. */
int item_listed_from(const Item *item);
/* Last day the ERP reorders it. */
int item_bought_until(const Item *item);
int64_t item_cost_micro(const Item *item, int index);
int64_t item_price_micro(const Item *item, int index);
/* Mean units leaving the shelf a day at full demand, and the money they earn and cost. */
static inline double shelf_units_day(const Company *company, const Shelf *shelf) {
    return shelf->lines_day * company->item[shelf->item].size_mean;
}
double shelf_margin_day(const Company *company, const Shelf *shelf);   /* USD */
Shelf *company_shelf(Company *company, int item, int place);           /* NULL when the place does not hold it */
