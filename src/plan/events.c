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

enum { EVENTS_MOST = 8, MEMBERS_LEAST = 4, MEMBERS_SHOWN = 40 };
static const double ODD = 0.005, BY_CHANCE = 1e-6, RANK_SHARE = 0.05;

typedef enum CellKind { CELL_GROUP_PLACE, CELL_GROUP, CELL_REGION, CELL_PLACE, CELL_CUSTOMER, CELL_KINDS } CellKind;

typedef struct Cell { int all, odd; } Cell;
typedef struct Cells { const Plan *plan; TextMap *keys; LIST(Cell) list; uint8_t *taken; Arena *arena; } Cells;

/* "" where the item-place is in no cell of the kind. */
static const char *cell_key(const Cells *cells, CellKind kind, int32_t spot) {
    const State *state = cells->plan->state;
    const Spot *s = &state->spots.at[spot];
    const char *group = state->items.at[s->item.v].group, *region = state->places.at[s->place.v].group, *place = state->places.at[s->place.v].code;
    int32_t customer = cells->plan->estimates[spot].odd_customer;
    switch (kind) {
    case CELL_GROUP_PLACE: return group[0] ? text_format(cells->arena, "group-place/%s at %s", group, place) : "";
    case CELL_GROUP: return group[0] ? text_format(cells->arena, "group/%s", group) : "";
    case CELL_REGION: return region[0] ? text_format(cells->arena, "region/%s", region) : "";
    case CELL_PLACE: return text_format(cells->arena, "place/%s", place);
    default: return customer > 0 ? text_format(cells->arena, "customer/%d", customer) : "";
    }
}

static bool is_odd(const Cells *cells, int32_t spot) {
    const Estimate *e = &cells->plan->estimates[spot];
    return !cells->taken[spot] && e->odd >= 0 && (double)e->odd < ODD;
}

static void cells_count(Cells *cells) {
    list_clear(&cells->list);
    text_map_end(&cells->keys);
    cells->keys = text_map_begin(1 << 20);
    for (size_t s = 0; s < cells->plan->state->spots.count; s++) {
        if (cells->plan->estimates[s].odd < 0 || cells->taken[s]) continue;
        bool odd = is_odd(cells, (int32_t)s);
        for (int kind = 0; kind < CELL_KINDS; kind++) {
            arena_clear(cells->arena);
            const char *key = cell_key(cells, (CellKind)kind, (int32_t)s);
            if (!key[0]) continue;
            size_t at = text_map_intern(cells->keys, text_of(key));
            while (cells->list.count <= at) list_push(&cells->list, (Cell){ 0 });
            cells->list.at[at].all++;
            cells->list.at[at].odd += odd;
        }
    }
}

/* How many of them would be looked at when nothing happened: all of a group, region or place; of a customer those that he usually buys most of. */
static double chance_of(const Cells *cells, size_t at) {
    const Cell *cell = &cells->list.at[at];
    Text key = text_map_key(cells->keys, at);
    if (!text_starts(key, "customer/")) return sense_crowd(cell->all, cell->odd, ODD);
    const Pace *pace = &cells->plan->pace;
    int32_t customer = atoi(key.at + strlen("customer/"));
    double share = customer < pace->customers ? (double)pace->customer_share[customer] : 0;
    return sense_crowd((int)cells->plan->state->spots.count, cell->odd, ODD * (share > 0.01 ? share : 0.01));
}

static const char *cell_words(const Cells *cells, Text key, Arena *arena) {
    size_t slash = 0;
    while (slash < key.length && key.at[slash] != '/') slash++;
    Text kind = text_part(key, 0, slash), name = text_part(key, slash + 1, key.length);
    if (text_is(kind, "customer")) return text_format(arena, "of customer %s", ident_code(cells->plan->store, ID_CUSTOMER, atoi(name.at)));
    if (text_is(kind, "group-place") || text_is(kind, "group")) return text_format(arena, "of group %.*s", TEXT_ARGS(name));
    return text_format(arena, "in %.*s %.*s", TEXT_ARGS(kind), TEXT_ARGS(name));
}

typedef struct Member { int32_t spot; double rank; } Member;

static int by_rank(const void *left, const void *right) {
    const Member *a = left, *b = right;
    if (a->rank != b->rank) return a->rank < b->rank ? 1 : -1;
    return (a->spot > b->spot) - (a->spot < b->spot);
}

static void event_make(Cells *cells, Text key, Arena *arena, PlaceFinding *out) {
    const Plan *plan = cells->plan;
    size_t spots = plan->state->spots.count;
    Member *members = calloc(spots + 1, sizeof *members);
    if (!members) stop_for("no memory for the members of an event");
    int count = 0, explained = 0;
    double rank = 0, times = 0;
    for (size_t s = 0; s < spots; s++) {
        if (!is_odd(cells, (int32_t)s)) continue;
        bool inside = false;
        arena_clear(cells->arena);
        for (int kind = 0; kind < CELL_KINDS; kind++) inside |= text_equal(text_of(cell_key(cells, (CellKind)kind, (int32_t)s)), key);
        if (!inside) continue;
        const Estimate *e = &plan->estimates[s];
        cells->taken[s] = 1;
        members[count++] = (Member){ (int32_t)s, e->rank > 0 ? e->rank : 0 };
        explained += (e->flags & CASE_FLAG_BIT(SIGNAL_ACTIVE)) != 0;
        rank += e->rank > 0 ? e->rank : 0;
        times += (double)e->odd_times;
    }
    qsort(members, (size_t)count, sizeof *members, by_rank);
    bool known = explained * 2 > count;
    *out = (PlaceFinding){ .kind = CASE_REVIEW, .subject = text_format(arena, "event/%.*s", TEXT_ARGS(key)), .finding = { .quality = QUALITY_EVENT, .rank = RANK_SHARE * rank, .stake = rank } };
    out->finding.title = text_format(arena, "Demand of %d items %s is %.1f times the usual in the last days%s", count, cell_words(cells, key, arena), count ? times / count : 1,
                                     known ? ": a signal explains it" : "");
    out->finding.note = known ? "nothing need be done: it passes with its event" : "find out what it is; then put an event with its end (override), or mark the sales that were exceptional";
    out->members = many_in(arena, CaseMember, MEMBERS_SHOWN);
    for (int i = 0; i < count && i < MEMBERS_SHOWN; i++) {
        const Spot *spot = &plan->state->spots.at[members[i].spot];
        out->members[out->members_count++] = (CaseMember){ .item = plan->state->items.at[spot->item.v].code, .place = plan->state->places.at[spot->place.v].code,
                                                           .times_ppm = micro_of((double)plan->estimates[members[i].spot].odd_times) };
    }
    free(members);
}

int events_find(const Plan *plan, Arena *arena, PlaceFinding out[EVENTS_ROOM]) {
    Cells cells = { .plan = plan, .keys = text_map_begin(1 << 20), .taken = calloc(plan->state->spots.count + 1, 1), .arena = arena_begin(MiB) };
    if (!cells.taken) stop_for("no memory for events");
    int count = 0;
    while (count < EVENTS_MOST) {
        size_t best = 0;
        double least = BY_CHANCE;
        cells_count(&cells);
        for (size_t i = 0; i < cells.list.count; i++) {
            double chance = cells.list.at[i].odd >= MEMBERS_LEAST ? chance_of(&cells, i) : 1;
            if (chance >= least) continue;
            least = chance;
            best = i + 1;
        }
        if (best == 0) break;
        Text key = text_from(text_keep(arena, text_map_key(cells.keys, best - 1)), text_map_key(cells.keys, best - 1).length);
        event_make(&cells, key, arena, &out[count++]);
    }
    list_end(&cells.list);
    text_map_end(&cells.keys);
    free(cells.taken);
    arena_end(&cells.arena);
    return count;
}
