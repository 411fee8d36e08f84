#include "plan/surges.h"

#include <stdlib.h>

enum { WEEK = 7 };

/* Lines by cell and day; days before the first line of all are not known. */
typedef struct Counting { const Plan *plan; uint32_t (*day)[SURGE_DAYS_MOST], all[SURGE_DAYS_MOST]; int first; Surges *out; } Counting;

static int32_t cell_of(const Surges *surges, int32_t spot, int kind) { return surges->cells_of[(size_t)spot * (size_t)surges->kinds + (size_t)kind]; }

static void spot_count(Counting *counting, int32_t spot) {
    int32_t start = counting->plan->context.start_day;
    SpotLines *lines = &counting->out->spot[spot];
    RecordWalk walk = record_walk(counting->plan->state, spot);
    for (const Record *r = record_next_line(&walk); r; r = record_next_line(&walk)) {
        int at = line_day(r) - (start - SURGE_DAYS_MOST), ago = SURGE_DAYS_MOST - at;
        if (at < 0 || ago < 1) continue;
        if (at < counting->first) counting->first = at;
        counting->all[at]++;
        for (int k = 0; k < SURGE_LENGTHS; k++) lines->lately[k] = (uint16_t)(lines->lately[k] + (ago <= surge_lengths[k] && lines->lately[k] < UINT16_MAX));
        lines->before = (uint16_t)(lines->before + (ago > WEEK && ago <= WEEK + SURGE_BEFORE_DAYS && lines->before < UINT16_MAX));
        for (int kind = 0; kind < SURGE_KINDS; kind++) {
            int32_t cell = cell_of(counting->out, spot, kind);
            if (cell >= 0) counting->day[cell][at]++;
        }
    }
    for (int kind = 0; kind < SURGE_KINDS; kind++) {
        int32_t cell = cell_of(counting->out, spot, kind);
        if (cell >= 0) counting->out->cell[cell].before += lines->before;
    }
}

/* The totals by cell, oldest day first. */
static void totals_read(const Counting *counting, int cells) {
    int days = SURGE_DAYS_MOST - counting->first;
    for (int c = 0; c < cells; c++) {
        double seen[SURGE_DAYS_MOST], rest[SURGE_DAYS_MOST];
        for (int t = 0; t < days; t++) {
            seen[t] = counting->day[c][counting->first + t];
            rest[t] = counting->all[counting->first + t] - seen[t];
        }
        surge_read(seen, rest, days, counting->out->cell[c].total);
    }
}

double surges_expected(const Surges *surges, int32_t spot, int length) {
    const CellLines *place = &surges->cell[cell_of(surges, spot, surges->place)];
    double usual = place->before * surge_lengths[length] / SURGE_BEFORE_DAYS;
    double own = (surges->spot[spot].before + 0.5) * surge_lengths[length] / SURGE_BEFORE_DAYS;
    return usual > 0 && place->total[length].expected > 0 ? own * place->total[length].expected / usual : own;
}

static void crowds_make(Surges *surges, size_t spots) {
    for (size_t i = 0; i < spots; i++) {
        int32_t s = surges->order[i];
        const SpotLines *lines = &surges->spot[s];
        if (lines->before == 0 && lines->lately[SURGE_LENGTHS - 1] == 0) continue;
        for (int k = 0; k < SURGE_LENGTHS; k++) {
            SurgeCrowd member = surge_member(lines->lately[k], surges_expected(surges, s, k));
            for (int kind = 0; kind < SURGE_KINDS; kind++) {
                int32_t cell = cell_of(surges, s, kind);
                if (cell >= 0) surge_crowd_add(&surges->cell[cell].crowd[k], &member, 1);
            }
        }
    }
}

void surges_make(const Plan *plan, const int32_t *order, const int32_t *cells_of, int kinds, int place, int cells, Surges *out) {
    size_t spots = plan->state->spots.count;
    *out = (Surges){ .order = order, .cells_of = cells_of, .kinds = kinds, .place = place, .spot = calloc(spots + 1, sizeof *out->spot), .cell = calloc((size_t)cells + 1, sizeof *out->cell) };
    Counting counting = { .plan = plan, .day = calloc((size_t)cells + 1, sizeof *counting.day), .first = SURGE_DAYS_MOST, .out = out };
    if (!counting.day || !out->spot || !out->cell) stop_for("no memory for the order lines of %d groups and places", cells);
    for (size_t s = 0; s < spots; s++) spot_count(&counting, (int32_t)s);
    totals_read(&counting, cells);
    crowds_make(out, spots);
    free(counting.day);
}

void surges_end(Surges *surges) {
    free(surges->spot);
    free(surges->cell);
}

double surges_chance(const Surges *surges, int cell, const SurgeGone *gone, int *out_length) {
    const CellLines *lines = &surges->cell[cell];
    double least = 1;
    for (int k = 0; k < SURGE_LENGTHS; k++) {
        SurgeCrowd crowd = lines->crowd[k];
        surge_crowd_add(&crowd, &gone->crowd[k], -1);
        double total = surge_chance(&lines->total[k], gone->lines[k], gone->expected[k]), some = surge_crowd_chance(&crowd, lines->total[k].plain);
        double chance = total < some ? total : some;
        if (chance >= least) continue;
        least = chance;
        *out_length = k;
    }
    return least;
}

void surge_gone_add(const Surges *surges, int32_t spot, const uint16_t *lines, SurgeGone *gone) {
    for (int k = 0; k < SURGE_LENGTHS; k++) {
        uint16_t all = surges->spot[spot].lately[k];
        double expected = surges_expected(surges, spot, k);
        SurgeCrowd was = surge_member(all, expected);
        surge_crowd_add(&gone->crowd[k], &was, 1);
        if (!lines) {
            gone->lines[k] += all;
            gone->expected[k] += expected;
            continue;
        }
        SurgeCrowd stays = surge_member(all - lines[k], expected);
        surge_crowd_add(&gone->crowd[k], &stays, -1);
        gone->lines[k] += lines[k];
    }
}
