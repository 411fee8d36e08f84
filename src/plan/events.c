/* Many item-places that are odd at once, in one group, region or place or for one customer, are one event and one case, not many.
 *
 * Each item-place is called odd by its own distribution with chance ODD when nothing happened (Estimate.odd); how likely so many of a cell would be by
 * chance is a Poisson tail. The least likely cell comes first and keeps its members; what is left is looked at again. */
#include <stdlib.h>
#include <string.h>

#include "base/decimal.h"
#include "base/map.h"
#include "maths/sense.h"
#include "plan/room.h"

enum { MEMBERS_LEAST = 4, MEMBERS_SHOWN = 40 };
static const double ODD = 0.005, BY_CHANCE = 1e-6, RANK_SHARE = 0.05;

typedef enum CellKind { CELL_GROUP_PLACE, CELL_GROUP, CELL_REGION, CELL_PLACE, CELL_CUSTOMER, CELL_KINDS } CellKind;

typedef struct Cell { CellKind kind; int32_t spot; int all, odd; } Cell;       /* spot: one of its item-places; the counts are of those not taken yet */
typedef struct Cells { const Plan *plan; TextMap *keys; LIST(Cell) list; int32_t (*of)[CELL_KINDS]; uint8_t *taken; } Cells;   /* of, taken: by spot; of -1: in no cell of the kind */

/* "" where the item-place is in no cell of the kind. */
static const char *cell_key(const Plan *plan, CellKind kind, int32_t spot, Arena *arena) {
    const State *state = plan->state;
    const Spot *s = &state->spots.at[spot];
    const char *group = state->items.at[s->item.v].group, *region = state->places.at[s->place.v].group, *place = state->places.at[s->place.v].code;
    int32_t customer = plan->estimates[spot].odd_customer;
    switch (kind) {
    case CELL_GROUP_PLACE: return group[0] ? text_format(arena, "group-place/%s at %s", group, place) : "";
    case CELL_GROUP: return group[0] ? text_format(arena, "group/%s", group) : "";
    case CELL_REGION: return region[0] ? text_format(arena, "region/%s", region) : "";
    case CELL_PLACE: return text_format(arena, "place/%s", place);
    default: return customer > 0 ? text_format(arena, "customer/%d", customer) : "";
    }
}

static bool is_odd(const Cells *cells, int32_t spot) {
    const Estimate *e = &cells->plan->estimates[spot];
    return !cells->taken[spot] && e->odd >= 0 && (double)e->odd < ODD;
}

static void cells_name(Cells *cells) {
    const Plan *plan = cells->plan;
    own(arena_end) Arena *work = arena_begin(MiB);
    for (size_t s = 0; s < plan->state->spots.count; s++)
        for (int kind = 0; kind < CELL_KINDS; kind++) {
            arena_clear(work);
            const char *key = plan->estimates[s].odd < 0 ? "" : cell_key(plan, (CellKind)kind, (int32_t)s, work);
            cells->of[s][kind] = key[0] ? (int32_t)text_map_intern(cells->keys, text_of(key)) : -1;
            if (cells->of[s][kind] == (int32_t)cells->list.count) list_push(&cells->list, ((Cell){ .kind = (CellKind)kind, .spot = (int32_t)s }));
        }
}

static void cells_count(Cells *cells) {
    for (size_t i = 0; i < cells->list.count; i++) cells->list.at[i].all = cells->list.at[i].odd = 0;
    for (size_t s = 0; s < cells->plan->state->spots.count; s++) {
        bool odd = is_odd(cells, (int32_t)s);
        for (int kind = 0; kind < CELL_KINDS && !cells->taken[s]; kind++) {
            if (cells->of[s][kind] < 0) continue;
            Cell *cell = &cells->list.at[cells->of[s][kind]];
            cell->all++;
            cell->odd += odd;
        }
    }
}

/* How many of them would be looked at when nothing happened: all of a group, region or place; of a customer those that he usually buys most of. */
static double chance_of(const Cells *cells, const Cell *cell) {
    if (cell->odd < MEMBERS_LEAST) return 1;
    if (cell->kind != CELL_CUSTOMER) return sense_crowd(cell->all, cell->odd, ODD);
    const Pace *pace = &cells->plan->pace;
    int32_t customer = cells->plan->estimates[cell->spot].odd_customer;
    double share = customer < pace->customers ? (double)pace->customer_share[customer] : 0;
    return sense_crowd((int)cells->plan->state->spots.count, cell->odd, ODD * (share > 0.01 ? share : 0.01));
}

/* Of two as unlikely: by kind, then by name, whichever facts named first. */
static bool goes_before(const Cells *cells, int32_t cell, int32_t other) {
    const Cell *a = &cells->list.at[cell], *b = &cells->list.at[other];
    if (a->kind != b->kind) return a->kind < b->kind;
    return strcmp(text_map_key(cells->keys, (size_t)cell).at, text_map_key(cells->keys, (size_t)other).at) < 0;
}

/* The least likely one, -1: every one may be chance. */
static int32_t cell_pick(const Cells *cells) {
    int32_t best = -1;
    double least = BY_CHANCE;
    for (int32_t i = 0; i < (int32_t)cells->list.count; i++) {
        double chance = chance_of(cells, &cells->list.at[i]);
        if (chance > least || (chance == least && (best < 0 || !goes_before(cells, i, best)))) continue;
        least = chance;
        best = i;
    }
    return best;
}

static const char *cell_words(const Cells *cells, int32_t cell, Arena *arena) {
    const Cell *c = &cells->list.at[cell];
    if (c->kind == CELL_CUSTOMER) return text_format(arena, "of customer %s", ident_code(cells->plan->store, ID_CUSTOMER, cells->plan->estimates[c->spot].odd_customer));
    const char *name = strchr(text_map_key(cells->keys, (size_t)cell).at, '/') + 1;
    return text_format(arena, "%s %s", (const char *const[]){ "of group", "of group", "in region", "in place" }[c->kind], name);
}

typedef struct Member { int32_t spot; ItemId item; PlaceId place; double rank; } Member;

static int by_rank(const void *left, const void *right) {
    const Member *a = left, *b = right;
    if (a->rank != b->rank) return a->rank < b->rank ? 1 : -1;
    return a->item.v != b->item.v ? (a->item.v > b->item.v) - (a->item.v < b->item.v) : (a->place.v > b->place.v) - (a->place.v < b->place.v);
}

static void event_make(Cells *cells, int32_t cell, Arena *arena, PlaceFinding *out) {
    const Plan *plan = cells->plan;
    const Spot *spots = plan->state->spots.at;
    Text key = text_map_key(cells->keys, (size_t)cell);
    Member *members = calloc((size_t)cells->list.at[cell].odd + 1, sizeof *members);
    if (!members) stop_for("no memory for the members of an event");
    int count = 0, explained = 0;
    double rank = 0, times = 0;
    for (size_t s = 0; s < plan->state->spots.count; s++) {
        if (!is_odd(cells, (int32_t)s) || cells->of[s][cells->list.at[cell].kind] != cell) continue;
        const Estimate *e = &plan->estimates[s];
        cells->taken[s] = 1;
        members[count++] = (Member){ (int32_t)s, spots[s].item, spots[s].place, e->rank > 0 ? e->rank : 0 };
        explained += (e->flags & CASE_FLAG_BIT(SIGNAL_ACTIVE)) != 0;
    }
    qsort(members, (size_t)count, sizeof *members, by_rank);
    for (int i = 0; i < count; i++) {
        rank += members[i].rank;
        times += (double)plan->estimates[members[i].spot].odd_times;
    }
    bool known = explained * 2 > count;
    *out = (PlaceFinding){ .kind = CASE_REVIEW, .subject = text_format(arena, "event/%.*s", TEXT_ARGS(key)), .finding = { .quality = QUALITY_EVENT, .rank = RANK_SHARE * rank, .stake = rank } };
    out->finding.title = text_format(arena, "Demand of %d items %s is %.1f times the usual in the last days%s", count, cell_words(cells, cell, arena), count ? times / count : 1,
                                     known ? ": a signal explains it" : "");
    out->finding.note = known ? "nothing need be done: it passes with its event" : "find out what it is; then put an event with its end (override), or mark the sales that were exceptional";
    out->members = many_in(arena, CaseMember, MEMBERS_SHOWN);
    for (int i = 0; i < count && i < MEMBERS_SHOWN; i++) {
        out->members[out->members_count++] = (CaseMember){ .item = plan->state->items.at[members[i].item.v].code, .place = plan->state->places.at[members[i].place.v].code,
                                                           .times_ppm = micro_of((double)plan->estimates[members[i].spot].odd_times) };
    }
    free(members);
}

int events_find(const Plan *plan, Arena *arena, PlaceFinding out[EVENTS_ROOM]) {
    size_t spots = plan->state->spots.count;
    Cells cells = { .plan = plan, .keys = text_map_begin(1 << 20), .of = calloc(spots + 1, sizeof *cells.of), .taken = calloc(spots + 1, 1) };
    if (!cells.of || !cells.taken) stop_for("no memory for events");
    int count = 0;
    cells_name(&cells);
    while (count < EVENTS_ROOM) {
        cells_count(&cells);
        int32_t cell = cell_pick(&cells);
        if (cell < 0) break;
        event_make(&cells, cell, arena, &out[count++]);
    }
    list_end(&cells.list);
    text_map_end(&cells.keys);
    free(cells.of);
    free(cells.taken);
    return count;
}
