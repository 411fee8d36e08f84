/* scms.c - late deliveries and lead times of the public SCMS set, month by month, with only what was recorded before each month.
 *
 *     build/tools/judges/judge-scms deliveries.csv [LAST_YEAR]
 *
 * Late: of every delivery scheduled in a month of 2010..LAST_YEAR (2011), the chance that it comes after its scheduled day, said on the first of that
 * month. Beside maths/late.h, the same deliveries by the rolling rate of 365 days, vendor within mode within country, each shrunk to the level above with
 * 10, 20 and 50 deliveries. The protocol and what was measured stand in docs/judges.md. */
#include "tools/judges/scms.h"

#include <stdio.h>
#include <stdlib.h>

#include "base/map.h"
#include "base/time.h"
#include "maths/fn.h"
#include "maths/late.h"

enum { FROM_YEAR = 2010, ROLLING_DAYS = 365 };

/* ---- the rate that others publish ---- */

typedef struct Rates { IntMap *lines[4], *late[4]; } Rates;     /* all, vendor, vendor and mode, vendor and mode and country */

static int64_t rate_key(const Delivery *d, int level) {
    int64_t vendor = d->vendor + 1, mode = d->mode + 1, country = d->country + 1;
    return level == 0 ? 0 : level == 1 ? vendor : level == 2 ? vendor << 16 | mode : vendor << 32 | mode << 16 | country;
}

static void rates_make(const Deliveries *all, int32_t today, Rates *out) {
    for (int level = 0; level < 4; level++) {
        out->lines[level] = int_map_begin(100000);
        out->late[level] = int_map_begin(100000);
        for (size_t i = 0; i < all->list.count; i++) {
            const Delivery *d = &all->list.at[i];
            if (d->told >= today || d->told < today - ROLLING_DAYS) continue;
            ++*int_map_place(out->lines[level], rate_key(d, level), 0, NULL);
            *int_map_place(out->late[level], rate_key(d, level), 0, NULL) += d->came > d->due;
        }
    }
}

static double rate_of(const Rates *rates, const Delivery *d, double parent_lines) {
    double p = 0;
    for (int level = 0; level < 4; level++) {
        double lines = (double)int_map_or(rates->lines[level], rate_key(d, level), 0), late = (double)int_map_or(rates->late[level], rate_key(d, level), 0);
        p = level == 0 ? (late + 0.5) / (lines + 1) : (late + parent_lines * p) / (lines + parent_lines);
    }
    return fn_clamp(p, 1e-4, 1 - 1e-4);
}

/* ---- the product's chance ---- */

/* How long late deliveries were, once recorded: says how many of the late ones due of late cannot have been heard of yet. */
static void slip_fit(const Deliveries *all, int32_t today, LeadTime *out) {
    LIST(LeadObservation) seen = { 0 };
    for (size_t i = 0; i < all->list.count; i++) {
        const Delivery *d = &all->list.at[i];
        if (d->told < today && d->came > d->due)
            list_push(&seen, (LeadObservation){ .days = d->came - d->due, .age_days = today - d->due, .cluster = d->order });
    }
    lead_fit(seen.at, (int)seen.count, NULL, 8, out);
    list_end(&seen);
}

typedef enum Known { RECORDED_ONLY, OVERDUE_TOO } Known;          /* overdue lines are known to be late where open orders are told of */

static void chance_fit(const Deliveries *all, int32_t today, Known known, Arena *arena, LateModel *out) {
    LIST(LateCell) cells = { 0 };
    IntMap *orders = int_map_begin(100000);
    LeadTime slip;
    slip_fit(all, today, &slip);
    for (size_t i = 0; i < all->list.count; i++) {
        const Delivery *d = &all->list.at[i];
        if (d->due >= today || (d->told >= today && known == RECORDED_ONLY)) continue;
        int_map_set(orders, d->order, 1);
        double seen = known == OVERDUE_TOO || !slip.found ? 1 : lead_arrives_by(&slip, today - d->due - 1);
        list_push(&cells, (LateCell){ .group = { d->vendor, d->country, d->lane }, .bucket = (today - 1 - d->due) / LATE_BUCKET_DAYS,
                                      .lines = 1, .late = d->came > d->due, .seen = seen });
    }
    LateInput in = { .cell = cells.at, .count = (int)cells.count, .groups = { all->vendors, all->countries, all->lanes },
                     .line_weight = cells.count ? (double)int_map_count(orders) / (double)cells.count : 1 };
    late_fit(&in, arena, out);
    list_end(&cells);
    int_map_end(&orders);
}

static void recorded_fit(const Deliveries *all, int32_t today, Arena *arena, LateModel *out) { chance_fit(all, today, RECORDED_ONLY, arena, out); }

/* ---- the walk ---- */

enum { ROLLING_KINDS = 3 };
static const double rolling_lines[ROLLING_KINDS] = { 10, 20, 50 };
typedef struct Said { Outcomes product, with_overdue, rolling[ROLLING_KINDS]; } Said;

static void month_judge(const Deliveries *all, int year, int32_t today, int32_t until, Said *said) {
    own(arena_end) Arena *arena = arena_begin(256 * MiB);
    LateModel recorded, overdue;
    Rates rates;
    chance_fit(all, today, RECORDED_ONLY, arena, &recorded);
    chance_fit(all, today, OVERDUE_TOO, arena, &overdue);
    rates_make(all, today, &rates);
    for (size_t i = 0; i < all->list.count; i++) {
        const Delivery *d = &all->list.at[i];
        if (d->due < today || d->due >= until) continue;
        int32_t group[LATE_FACTORS] = { d->vendor, d->country, d->lane };
        int late = d->came > d->due;
        list_push(&said->product, (Outcome){ late_chance(&recorded, group).p, late, year });
        list_push(&said->with_overdue, (Outcome){ late_chance(&overdue, group).p, late, year });
        for (int k = 0; k < ROLLING_KINDS; k++) list_push(&said->rolling[k], (Outcome){ rate_of(&rates, d, rolling_lines[k]), late, year });
    }
    for (int level = 0; level < 4; level++) {
        int_map_end(&rates.lines[level]);
        int_map_end(&rates.late[level]);
    }
}

static void said_print(const Said *said, int last_year) {
    printf("| said by | years | deliveries | log loss | AUC | slope | mean said | late |\n|---|---|---|---|---|---|---|---|\n");
    for (int year = FROM_YEAR; year <= last_year + (last_year > FROM_YEAR); year++) {
        int from = year <= last_year ? year : FROM_YEAR, to = year <= last_year ? year : last_year;
        for (int k = 0; k < ROLLING_KINDS; k++) {
            char name[64];
            snprintf(name, sizeof name, "rolling rate, shrunk by %.0f", rolling_lines[k]);
            outcomes_print(name, &said->rolling[k], from, to);
        }
        outcomes_print("product, recorded deliveries only", &said->product, from, to);
        outcomes_print("product, open overdue lines too", &said->with_overdue, from, to);
    }
    double best = 1e9;
    for (int k = 0; k < ROLLING_KINDS; k++) {
        double loss = outcomes_log_loss(&said->rolling[k], FROM_YEAR, last_year);
        if (loss < best) best = loss;
    }
    printf("log loss of the product over the best rolling rate: %.3f (at most .97)\n\n", outcomes_log_loss(&said->product, FROM_YEAR, last_year) / best);
}

int main(int count, char **arguments) {
    if (count < 2) {
        fprintf(stderr, "usage: judge-scms deliveries.csv [LAST_YEAR]\n");
        return 2;
    }
    int last_year = count > 2 ? atoi(arguments[2]) : 2011;
    Deliveries all;
    Said said = { 0 };
    deliveries_read(arguments[1], &all);
    for (int year = FROM_YEAR; year <= last_year; year++)
        for (int month = 1; month <= 12; month++) {
            Civil next = { .year = month == 12 ? year + 1 : year, .month = month == 12 ? 1 : month + 1, .day = 1 };
            month_judge(&all, year, day_of_civil((Civil){ .year = year, .month = month, .day = 1 }), day_of_civil(next), &said);
        }
    said_print(&said, last_year);
    judge_lead_times(&all, recorded_fit, last_year);
    return 0;
}
