/* Many item-places that are odd at once, in one group, region or place or for one customer, are one event and one case, not many.
 *
 * First the order lines of the last days, of all of a group, region or place and of some of them, against their own past (surges.h): that sees what no single
 * item-place sells often enough to show. Members are those with more lines than chance would give one time in twenty; there are several of them, and it is still called out
 * without its largest customer. Then what is left one by one: each item-place is called odd by its own distribution with chance ODD when nothing happened
 * (Estimate.odd), or as often as those outside the cell are today; how likely so many of a cell would be by chance is a Poisson tail.
 * The least likely cell comes first and keeps its members; what is left is looked at again. */
#include <stdlib.h>
#include <string.h>

#include "base/decimal.h"
#include "base/map.h"
#include "maths/fn.h"
#include "maths/sense.h"
#include "plan/surges.h"

enum { MEMBERS_LEAST = 4, MEMBERS_SHOWN = 500, LINES_SHOWN = 2000, LATELY_DAYS = 3, LASTS_DAYS = 7 };
static const double ODD = 0.005, BY_CHANCE = 1e-6, MORE = 0.05;

typedef enum CellKind { CELL_SIGNAL, CELL_GROUP_PLACE, CELL_GROUP, CELL_REGION, CELL_PLACE, CELL_CUSTOMER, CELL_KINDS } CellKind;

_Static_assert((int)CELL_CUSTOMER == (int)SURGE_KINDS, "all but customers are totals");

/* spot: one of its item-places; the counts are of those not taken yet, gone what those had that are; passed: its lines were looked at; made: it has its event. */
typedef struct Cell { CellKind kind; int32_t spot; int all, odd; SurgeGone gone; bool passed, made; } Cell;
typedef struct Cells { const Plan *plan; TextMap *keys; LIST(Cell) list; int32_t (*of)[CELL_KINDS]; uint8_t *taken; int all, odd; Surges surges; double limit[2]; } Cells;   /* of, taken: by spot; of -1: in no cell of the kind */
typedef struct Member { int32_t spot; ItemId item; PlaceId place; double seen, expected /* lines */, times, worth /* money a day */; } Member;
typedef LIST(Member) MemberList;
static void members_end(MemberList *members) { list_end(members); }

/* A signal (weather, an event) speaks of it for these days. */
static bool has_signal(const Plan *plan, const Spot *spot) {
    const State *state = plan->state;
    for (size_t i = 0; i < state->signals.count; i++) {
        const SignalInfo *signal = &state->signals.at[i];
        bool near = signal->to_day >= plan->context.start_day - 1 && signal->from_day <= plan->context.start_day;
        if (near && state_signal_hits(state, signal, spot->item, spot->place)) return true;
    }
    return false;
}

/* "" where the item-place is in no cell of the kind. */
static const char *cell_key(const Plan *plan, CellKind kind, int32_t spot, Arena *arena) {
    const State *state = plan->state;
    const Spot *s = &state->spots.at[spot];
    const char *group = state->items.at[s->item.v].group, *region = state->places.at[s->place.v].group, *place = state->places.at[s->place.v].code;
    int32_t customer = plan->estimates[spot].odd_customer;
    switch (kind) {
    case CELL_SIGNAL: return has_signal(plan, s) ? text_format(arena, "signal/%s", place) : "";
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
            const char *key = cell_key(plan, (CellKind)kind, (int32_t)s, work);
            cells->of[s][kind] = key[0] ? (int32_t)text_map_intern(cells->keys, text_of(key)) : -1;
            if (cells->of[s][kind] == (int32_t)cells->list.count) list_push(&cells->list, ((Cell){ .kind = (CellKind)kind, .spot = (int32_t)s }));
        }
}

static void cells_count(Cells *cells) {
    cells->all = cells->odd = 0;
    for (size_t i = 0; i < cells->list.count; i++) cells->list.at[i].all = cells->list.at[i].odd = 0;
    for (size_t s = 0; s < cells->plan->state->spots.count; s++) {
        bool odd = is_odd(cells, (int32_t)s);
        cells->all += !cells->taken[s] && cells->plan->estimates[s].odd >= 0;
        cells->odd += odd;
        for (int kind = 0; kind < CELL_KINDS && !cells->taken[s]; kind++) {
            if (cells->of[s][kind] < 0) continue;
            Cell *cell = &cells->list.at[cells->of[s][kind]];
            cell->all += cells->plan->estimates[s].odd >= 0;
            cell->odd += odd;
        }
    }
}

/* How many of them would be looked at when nothing happened: all of a group, region or place; of a customer those that he usually buys most of. */
static double chance_of(const Cells *cells, const Cell *cell) {
    if (cell->odd < MEMBERS_LEAST || cell->made) return 1;
    double odd = ODD, others = cells->all - cell->all;
    if (others > 0 && (cells->odd - cell->odd) / others > odd) odd = (cells->odd - cell->odd) / others;
    if (cell->kind != CELL_CUSTOMER) return sense_crowd(cell->all, cell->odd, odd);
    const Pace *pace = &cells->plan->pace;
    int32_t customer = cells->plan->estimates[cell->spot].odd_customer;
    double share = customer < pace->customers ? (double)pace->customer_share[customer] : 0;
    return sense_crowd((int)cells->plan->state->spots.count, cell->odd, odd * (share > 0.01 ? share : 0.01));
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
    return text_format(arena, "%s %s", (const char *const[]){ "of what signals speak of in place", "of group", "of group", "in region", "in place" }[c->kind], name);
}

static int by_worth(const void *left, const void *right) {
    const Member *a = left, *b = right;
    if (a->worth != b->worth) return a->worth < b->worth ? 1 : -1;
    return a->item.v != b->item.v ? (a->item.v > b->item.v) - (a->item.v < b->item.v) : (a->place.v > b->place.v) - (a->place.v < b->place.v);
}

static void member_add(MemberList *members, const Plan *plan, int32_t spot, double seen, double expected) {
    list_push(members, ((Member){ .spot = spot, .item = plan->state->spots.at[spot].item, .place = plan->state->spots.at[spot].place, .seen = seen, .expected = expected }));
}

/* Worth: what a day more of it costs if nobody plans for it: units above the usual, what one short costs, and the chance that the stock does not carry them. */
static void member_weigh(Member *m, const Plan *plan, double times) {
    const Estimate *e = &plan->estimates[m->spot];
    double more = e->mean_day * (times - 1);
    m->times = times;
    m->worth = 0;
    if (more <= 0 || e->short_cost <= 0) return;
    arena_clear(plan->work[0]);
    double out = spot_chances(plan, m->spot, plan->work[0]).p1;
    m->worth = more * e->short_cost * (out >= 0 ? out : 0.5);
}

static int64_t *lines_of(const Plan *plan, const MemberList *members, int32_t from_day, Arena *arena, int *out_count) {
    int64_t *rows = many_in(arena, int64_t, LINES_SHOWN);
    int count = 0;
    for (size_t i = 0; i < members->count; i++) {
        Record *records;
        int n = state_records(plan->state, members->at[i].spot, arena, &records);
        for (int k = 0; k < n && count < LINES_SHOWN; k++) {
            const Record *r = &records[k];
            if (r->kind == REC_DEMAND && r->status != STATUS_CANCELLED && line_day(r) >= from_day && line_day(r) < plan->context.start_day) rows[count++] = r->row;
        }
    }
    *out_count = count;
    return rows;
}

/* Its members are taken. `said`: the first words of its title. */
static void event_make(Cells *cells, int32_t cell, MemberList *members, int32_t from_day, const char *said, Arena *arena, PlaceFinding *out) {
    const Plan *plan = cells->plan;
    Text key = text_map_key(cells->keys, (size_t)cell);
    int explained = 0;
    double rank = 0, stake = 0;
    cells->list.at[cell].made = true;
    if (members->count) qsort(members->at, members->count, sizeof *members->at, by_worth);
    for (size_t i = 0; i < members->count; i++) {
        const Estimate *e = &plan->estimates[members->at[i].spot];
        int days = e->decided && e->arrival_day > plan->context.start_day ? e->arrival_day - plan->context.start_day : LASTS_DAYS;
        cells->taken[members->at[i].spot] = 1;
        explained += (e->flags & CASE_FLAG_BIT(SIGNAL_ACTIVE)) != 0;
        rank += members->at[i].worth;
        stake += members->at[i].worth * days;
    }
    bool known = explained * 2 > (int)members->count;
    *out = (PlaceFinding){ .kind = CASE_REVIEW, .subject = text_format(arena, "event/%.*s", TEXT_ARGS(key)), .finding = { .quality = QUALITY_EVENT, .rank = rank, .stake = stake } };
    out->finding.title = text_format(arena, "%s%s", said, known ? ": a signal explains it" : "");
    out->finding.note = known ? "nothing need be done: it passes with its event" : "find out what it is; then say so here";
    if (members->count > MEMBERS_SHOWN)
        out->finding.note = text_format(arena, "%s; the largest %d of %zu item-places are listed, and what is said goes for them", out->finding.note, MEMBERS_SHOWN, members->count);
    out->lines = lines_of(plan, members, from_day, arena, &out->lines_count);
    out->members = many_in(arena, CaseMember, MEMBERS_SHOWN);
    for (size_t i = 0; i < members->count && i < MEMBERS_SHOWN; i++) {
        const Member *m = &members->at[i];
        out->members[out->members_count++] = (CaseMember){ .item = plan->state->items.at[m->item.v].code, .place = plan->state->places.at[m->place.v].code, .times_ppm = micro_of(m->times) };
    }
}

/* ---- lines ---- */

/* Half of the false calls a year that may be are left to what signals speak of, however few: there one looks in any case. */
static void limits_set(Cells *cells) {
    int looks[2] = { 0, 0 };
    for (size_t i = 0; i < cells->list.count; i++)
        if (cells->list.at[i].kind != CELL_CUSTOMER && cells->surges.cell[i].before > 0) looks[cells->list.at[i].kind == CELL_SIGNAL] += 2 * SURGE_LENGTHS;
    for (int k = 0; k < 2; k++) cells->limit[k] = surge_limit(looks[k], 0.5);
}

/* How far below its limit: its chance over it. */
static double call_of(const Cells *cells, int32_t cell, const SurgeGone *gone, int *out_length) {
    double limit = cells->limit[cells->list.at[cell].kind == CELL_SIGNAL];
    return limit > 0 ? surges_chance(&cells->surges, cell, gone, out_length) / limit : 1;
}

/* The least likely that is called out, -1: none. */
static int32_t called_pick(const Cells *cells) {
    int32_t best = -1;
    double least = 1;
    int length = 0;
    for (int32_t i = 0; i < (int32_t)cells->list.count; i++) {
        const Cell *cell = &cells->list.at[i];
        if (cell->kind == CELL_CUSTOMER || cell->passed) continue;
        double call = call_of(cells, i, &cell->gone, &length);
        if (call >= 1 || call > least || (call >= least && best >= 0 && !goes_before(cells, i, best))) continue;
        least = call;
        best = i;
    }
    return best;
}

static bool is_of(const Cells *cells, int32_t spot, int32_t cell) { return cells->of[spot][cells->list.at[cell].kind] == cell && !cells->taken[spot]; }

/* The customer who gave most lines in the last days. */
static int32_t largest_customer(const Cells *cells, int32_t cell, int32_t from_day) {
    const Plan *plan = cells->plan;
    int32_t customers = (int32_t)plan->state->customers.count, best = 0;
    int32_t *lines = calloc((size_t)customers + 1, sizeof *lines);
    if (!lines) stop_for("no memory for the order lines of %d customers", customers);
    for (size_t s = 0; s < plan->state->spots.count; s++) {
        if (!is_of(cells, (int32_t)s, cell)) continue;
        RecordWalk walk = record_walk(plan->state, (int32_t)s);
        for (const Record *r = record_next_line(&walk); r; r = record_next_line(&walk))
            if (line_day(r) >= from_day && line_day(r) < plan->context.start_day && r->who > 0 && r->who < customers) lines[r->who]++;
    }
    for (int32_t c = 1; c < customers; c++)
        if (lines[c] > lines[best]) best = c;
    free(lines);
    return best;
}

/* It is still called out when that customer had ordered nothing. */
static bool stands_without(const Cells *cells, int32_t cell, int32_t customer) {
    const Plan *plan = cells->plan;
    SurgeGone gone = cells->list.at[cell].gone;
    int length;
    for (size_t i = 0; i < plan->state->spots.count; i++) {
        int32_t s = cells->surges.order[i];
        if (!is_of(cells, s, cell)) continue;
        uint16_t his[SURGE_LENGTHS] = { 0 };
        RecordWalk walk = record_walk(plan->state, s);
        for (const Record *r = record_next_line(&walk); r; r = record_next_line(&walk)) {
            int ago = plan->context.start_day - line_day(r);
            for (int k = 0; k < SURGE_LENGTHS; k++) his[k] = (uint16_t)(his[k] + (r->who == customer && ago > 0 && ago <= surge_lengths[k]));
        }
        if (his[SURGE_LENGTHS - 1]) surge_gone_add(&cells->surges, s, his, &gone);
    }
    return call_of(cells, cell, &gone, &length) < 1;
}

static void called_members(const Cells *cells, int32_t cell, int length, MemberList *out) {
    double all_seen = 0, all_expected = 0;
    for (size_t i = 0; i < cells->plan->state->spots.count; i++) {
        int32_t s = cells->surges.order[i];
        if (!is_of(cells, s, cell)) continue;
        double seen = cells->surges.spot[s].lately[length], expected = surges_expected(&cells->surges, s, length);
        if (seen <= expected || fn_gamma_p(seen, expected) >= MORE) continue;
        all_seen += seen;
        all_expected += expected;
        member_add(out, cells->plan, s, seen, expected);
    }
    /* A few lines of its own lean on what they all do, as if a line more had been expected and come as often. */
    for (size_t i = 0; i < out->count; i++) member_weigh(&out->at[i], cells->plan, (out->at[i].seen + all_seen / all_expected) / (out->at[i].expected + 1));
}

/* False: it is no event after all. */
static bool called_take(Cells *cells, int32_t cell, Arena *arena, PlaceFinding *out) {
    own(members_end) MemberList members = { 0 };
    int k = 0;
    cells->list.at[cell].passed = true;
    (void)call_of(cells, cell, &cells->list.at[cell].gone, &k);                  /* for its length */
    int days = surge_lengths[k];
    int32_t from_day = cells->plan->context.start_day - days, customer = largest_customer(cells, cell, from_day);
    if (customer && !stands_without(cells, cell, customer)) return false;
    called_members(cells, cell, k, &members);
    if (members.count < MEMBERS_LEAST) return false;
    double seen = 0, expected = 0;
    for (size_t i = 0; i < members.count; i++) {
        seen += members.at[i].seen;
        expected += members.at[i].expected;
        for (int kind = 0; kind < SURGE_KINDS; kind++) {
            int32_t at = cells->of[members.at[i].spot][kind];
            if (at >= 0) surge_gone_add(&cells->surges, members.at[i].spot, NULL, &cells->list.at[at].gone);
        }
    }
    event_make(cells, cell, &members, from_day, text_format(arena, "Customers order %zu items %s more than usual: %.0f lines in %d day%s where %.0f were expected", members.count,
        cell_words(cells, cell, arena), seen, days, days == 1 ? "" : "s", expected), arena, out);
    return true;
}

/* ---- one by one ---- */

static void odd_take(Cells *cells, int32_t cell, Arena *arena, PlaceFinding *out) {
    const Plan *plan = cells->plan;
    own(members_end) MemberList members = { 0 };
    double times = 0;
    for (size_t i = 0; i < plan->state->spots.count; i++) {
        int32_t s = cells->surges.order[i];
        if (!is_odd(cells, s) || cells->of[s][cells->list.at[cell].kind] != cell) continue;
        member_add(&members, plan, s, 0, 0);
        member_weigh(&members.at[members.count - 1], plan, (double)plan->estimates[s].odd_times);
        times += (double)plan->estimates[s].odd_times;
    }
    event_make(cells, cell, &members, plan->context.start_day - LATELY_DAYS, text_format(arena, "Demand of %zu items %s is %.1f times the usual in the last days", members.count,
        cell_words(cells, cell, arena), members.count ? times / (double)members.count : 1), arena, out);
}

int events_find(const Plan *plan, Arena *arena, PlaceFinding out[EVENTS_ROOM]) {
    size_t spots = plan->state->spots.count;
    Cells cells = { .plan = plan, .keys = text_map_begin(spots * CELL_KINDS + 1), .of = calloc(spots + 1, sizeof *cells.of), .taken = calloc(spots + 1, 1) };
    if (!cells.of || !cells.taken) stop_for("no memory for events");
    int count = 0;
    cells_name(&cells);
    surges_make(plan, state_sample(plan->state, SIZE_MAX, arena).spot, cells.of[0], CELL_KINDS, CELL_PLACE, (int)cells.list.count, &cells.surges);
    limits_set(&cells);
    for (int32_t cell = called_pick(&cells); cell >= 0 && count < EVENTS_ROOM; cell = called_pick(&cells)) count += called_take(&cells, cell, arena, &out[count]);
    while (count < EVENTS_ROOM) {
        cells_count(&cells);
        int32_t cell = cell_pick(&cells);
        if (cell < 0) break;
        odd_take(&cells, cell, arena, &out[count++]);
    }
    surges_end(&cells.surges);
    list_end(&cells.list);
    text_map_end(&cells.keys);
    free(cells.of);
    free(cells.taken);
    return count;
}
