/* Which lines make one order: all that one place buys from one supplier. Where the supplier tells a smallest order or what a truck takes, and a line of the
 * group is wanted, the order is filled up (maths/fill.h) from the lines it would buy anyway soon.
 *
 * Promises: (1) what is added rests on the lines' own needs and on the verdicts that stand, never on what was added before, so a second run adds nothing; (2) only
 * lines whose data nobody doubts are added to, and never so far that excess would follow; (3) a group is worked out only when one of its lines or
 * verdicts changed. */
#include <stdlib.h>
#include <string.h>

#include "base/decimal.h"
#include "plan/room.h"

static int64_t group_key(int32_t supplier, PlaceId place) { return (int64_t)supplier << 32 | (uint32_t)place.v; }

static const SupplierInfo *supplier_at(const Plan *plan, int32_t supplier) {
    return supplier > 0 && (size_t)supplier < plan->state->suppliers.count ? &plan->state->suppliers.at[supplier] : NULL;
}

/* ---- who belongs together ---- */

static bool told(int64_t value) { return value != NO_QTY && value > 0; }
static bool loads_told(const Loads *l) { return told(l->weight) || told(l->volume) || told(l->pallets); }
static bool is_limited(const SupplierInfo *s) { return s && (told(s->minimum_amount) || loads_told(&s->minimum) || loads_told(&s->truck)); }

static bool belongs(const Plan *plan, const Estimate *e) { return e->source == SOURCE_SUPPLIER && is_limited(supplier_at(plan, e->supplier)); }

static SupplierGroup *group_at(const Plan *plan, int32_t supplier, PlaceId place) {
    int64_t index = plan->sums.group ? int_map_or(plan->sums.group, group_key(supplier, place), -1) : -1;
    return index < 0 ? NULL : &plan->sums.groups.at[index];
}

static void group_touch(Plan *plan, SupplierGroup *group) {
    if (group->touched) return;
    group->touched = true;
    list_push(&plan->sums.touched, (int32_t)(group - plan->sums.groups.at));
}

void group_join(Plan *plan, int32_t spot) {
    const Estimate *e = &plan->estimates[spot];
    if (!belongs(plan, e)) return;
    PlaceId place = plan->state->spots.at[spot].place;
    bool is_new;
    int64_t *index = int_map_place(plan->sums.group, group_key(e->supplier, place), (int64_t)plan->sums.groups.count, &is_new);
    if (is_new) list_push(&plan->sums.groups, ((SupplierGroup){ .supplier = e->supplier, .place = place, .head = -1 }));
    SupplierGroup *group = &plan->sums.groups.at[*index];
    plan->group_next[spot] = group->head;
    plan->group_before[spot] = -1;
    if (group->head >= 0) plan->group_before[group->head] = spot;
    group->head = spot;
    group->count++;
    group_touch(plan, group);
}

void group_leave(Plan *plan, int32_t spot) {
    const Estimate *e = &plan->estimates[spot];
    SupplierGroup *group = belongs(plan, e) ? group_at(plan, e->supplier, plan->state->spots.at[spot].place) : NULL;
    if (!group) return;
    int32_t next = plan->group_next[spot], before = plan->group_before[spot];
    if (next >= 0) plan->group_before[next] = before;
    if (before >= 0) plan->group_next[before] = next;
    else group->head = next;
    group->count--;
    plan->fill[spot] = (SpotFill){ 0 };
    group_touch(plan, group);
}

/* ---- what the supplier asks ---- */

static double units_of(int64_t micro) { return told(micro) ? micro_to_double(micro) : 0; }

static FillAsk ask_of(const Context *context, const SupplierInfo *s) {
    int32_t currency = currency_pack(text_of(s->currency));
    int64_t minimum = 0;
    int32_t no_rate;
    /* Without a rate it is not known; the doubt is a case of its own. */
    if (!told(s->minimum_amount) || !policy_amount(context->policy, currency, s->minimum_amount, &minimum)) minimum = 0;
    return (FillAsk){ .minimum = { major_of(context->exponent, minimum), units_of(s->minimum.weight), units_of(s->minimum.volume), units_of(s->minimum.pallets) },
                      .truck = { 0, units_of(s->truck.weight), units_of(s->truck.volume), units_of(s->truck.pallets) }, .truck_cost = order_cost(context, s, &no_rate) };
}

/* ---- the lines ---- */

static const uint32_t untrusted = CASE_GATES | CASE_FLAG_BIT(NO_COST) | CASE_FLAG_BIT(NO_STOCK_FACT) | CASE_FLAG_BIT(NEW_ITEM) | CASE_FLAG_BIT(PHASE_OUT);

static double larger(double a, double b) { return a > b ? a : b; }

/* Beyond its need: up to what all bounds of an order allow, and to what demand uses up before it would count as excess. */
static double most_of(const Context *context, const Estimate *e, double need) {
    double shelf = e->on_hand != NO_QTY ? micro_to_double(e->on_hand) : 0, here = larger(shelf + micro_to_double(e->on_order + e->in_transit), micro_to_double(e->position));
    double most = e->mean_day * context->policy->excess_cover_days - here - need;
    double bound = micro_to_double(e->most) - need;
    if (bound < most) most = bound;
    return most > 0 ? most : 0;
}

typedef struct Member { int32_t spot, line; ItemId item; bool wanted; } Member;   /* line: its place among the FillLines, -1 = no part of the order now */

static bool is_decided(const BookEntry *entry) { return entry && case_is_decided_unsent(entry->status); }

/* False: nothing of it is ordered or could be. */
static bool line_make(const Plan *plan, int64_t now_us, Member *member, FillLine *out) {
    const Context *context = &plan->context;
    int32_t spot = member->spot;
    const Estimate *e = &plan->estimates[spot];
    const Spot *at = &plan->state->spots.at[spot];
    const BookEntry *entry = case_book_find(plan->book, at->item, at->place, CASE_BUY, "");
    const TermsInfo *terms = state_terms(plan->state, at->item, e->supplier, at->place);
    const ItemInfo *item = &plan->state->items.at[at->item.v];
    bool decided = is_decided(entry), wanted = !decided && spot_wants_order(plan, spot);
    if (!decided && (!e->decided || case_book_rests(entry, minor_of(context->exponent, e->rank), context, now_us))) return false;
    double qty = micro_to_double(e->qty), step = terms && told(terms->multiple) ? micro_to_double(terms->multiple) : 1;
    double moq = terms && told(terms->moq) ? micro_to_double(terms->moq) : 0, need = decided ? micro_to_double(entry->qty) : wanted ? qty : 0;
    double first = qty > 0 ? qty : larger(__builtin_ceil(moq / step - 1e-9), 1) * step;     /* a need too small for a case comes along whole */
    member->wanted = wanted || decided;
    *out = (FillLine){ .need = need, .above = micro_to_double(e->position + e->fed) + (wanted ? qty : 0) - e->level, .first = first, .step = step, .rate = e->mean_day,
        .review_days = larger(e->next_day - e->order_day, 1), .hold_day = e->hold_day, .short_cost = e->short_cost, .short_p = e->past_level,
        .short_far = e->past_review, .wait = e->rank,
        .measure = { e->unit_cost > 0 ? e->unit_cost : -1, told(item->weight) ? micro_to_double(item->weight) : -1,
                     told(item->volume) ? micro_to_double(item->volume) : -1, told(item->pallet_qty) ? 1 / micro_to_double(item->pallet_qty) : -1 } };
    out->far = larger(out->rate * out->review_days, 1e-6);
    if (!decided && !(e->flags & untrusted)) out->most = most_of(context, e, need);
    return need > 0 || out->most >= first;
}

static int by_item(const void *left, const void *right) {
    const Member *l = left, *r = right;
    return (l->item.v > r->item.v) - (l->item.v < r->item.v);
}

/* By item, so that the sums are the same whatever came first. */
static Member *members_of(const Plan *plan, const SupplierGroup *group, Arena *arena, int *out_count) {
    Member *members = many_in(arena, Member, group->count + 1);
    int count = 0;
    for (int32_t s = group->head; s >= 0; s = plan->group_next[s]) members[count++] = (Member){ .spot = s, .line = -1, .item = plan->state->spots.at[s].item };
    qsort(members, (size_t)count, sizeof *members, by_item);
    *out_count = count;
    return members;
}

static bool any_wanted(const Plan *plan, const SupplierGroup *group) {
    for (int32_t s = group->head; s >= 0; s = plan->group_next[s]) {
        const Spot *at = &plan->state->spots.at[s];
        if (spot_wants_order(plan, s) || is_decided(case_book_find(plan->book, at->item, at->place, CASE_BUY, ""))) return true;
    }
    return false;
}

/* ---- filling one ---- */

/* What was added beyond the line's own quantity, which the draft adds to. */
static SpotFill spot_fill(const Estimate *e, const Member *member, const FillUnits *u) {
    int64_t own = member->wanted ? 0 : e->qty;
    SpotFill fill = { .to_minimum = micro_of(u->to_minimum), .to_load = micro_of(u->to_load), .cost = (float)u->cost, .days = (float)u->days };
    *(fill.to_minimum > 0 ? &fill.to_minimum : &fill.to_load) -= own;
    return fill;
}

static bool same_total(const GroupTotal *a, const GroupTotal *b) { return a->limited == b->limited && a->fill.choice == b->fill.choice; }

/* A line whose share is not the one people see is drafted anew; all of them are when the verdict on the whole changed. */
static void spot_fill_put(Plan *plan, int32_t spot, bool drafted, const SpotFill *fill) {
    const Spot *at = &plan->state->spots.at[spot];
    const BookEntry *entry = case_book_find(plan->book, at->item, at->place, CASE_BUY, "");
    bool open = entry && case_is_undecided(entry->status), pulled = open && (entry->flags & CASE_FLAG_BIT(PULLED_FORWARD));
    bool moved = fill->to_minimum + fill->to_load != (open ? entry->filled : 0) || (pulled && !fill->ordered);
    plan->fill[spot] = *fill;
    if (moved || drafted) list_push(&plan->sums.refilled, spot);
}

static void group_fill(Plan *plan, SupplierGroup *group, int64_t now_us, Arena *arena) {
    int count, lines = 0;
    GroupTotal total = { 0 };
    Member *members = members_of(plan, group, arena, &count);
    FillLine *line = many_in(arena, FillLine, count + 1);
    FillUnits *units = many_in(arena, FillUnits, count + 1);
    if (any_wanted(plan, group)) {
        total = (GroupTotal){ .limited = true, .ask = ask_of(&plan->context, supplier_at(plan, group->supplier)) };
        for (int i = 0; i < count; i++)
            if (line_make(plan, now_us, &members[i], &line[lines])) members[i].line = lines++;
        fill_order(&total.ask, line, lines, arena, units, &total.fill);
    }
    bool other = !same_total(&total, &group->total);
    for (int i = 0; i < count; i++) {
        const Member *m = &members[i];
        SpotFill fill = { 0 };
        if (m->line >= 0 && units[m->line].to_minimum + units[m->line].to_load > 0) {
            fill = spot_fill(&plan->estimates[m->spot], m, &units[m->line]);
            fill.ordered = true;
            fill.pulled = !m->wanted;
            fill.for_load = !(units[m->line].to_minimum > 0);
        }
        spot_fill_put(plan, m->spot, other && m->wanted, &fill);
    }
    group->total = total;
}

/* ---- the whole ---- */

/* Who was heard of: verdicts change what an order may be filled from. */
static void heard_touch(Plan *plan) {
    for (size_t i = 0; i < plan->book->heard.count; i++) {
        int32_t spot = plan->book->heard.at[i].item.v ? state_spot(plan->state, plan->book->heard.at[i].item, plan->book->heard.at[i].place) : -1;
        const Estimate *e = spot >= 0 ? &plan->estimates[spot] : NULL;
        SupplierGroup *group = e ? group_at(plan, e->supplier, plan->book->heard.at[i].place) : NULL;
        if (group) group_touch(plan, group);
    }
    list_clear(&plan->book->heard);
}

static int by_number(const void *left, const void *right) {
    const int32_t *l = left, *r = right;
    return (*l > *r) - (*l < *r);
}

/* Among what this step drafts, ascending, each once. */
static void dirty_join(Plan *plan) {
    size_t added = plan->sums.refilled.count, n = (size_t)plan->dirty_count, kept = 0;
    if (added == 0 || n == plan->state->spots.count) return;
    int32_t *all = malloc((n + added) * sizeof *all);
    if (!all) stop_for("no memory for %zu item-places", n + added);
    memcpy(all, plan->dirty, n * sizeof *all);
    memcpy(all + n, plan->sums.refilled.at, added * sizeof *all);
    qsort(all, n + added, sizeof *all, by_number);
    for (size_t i = 0; i < n + added; i++)
        if (kept == 0 || plan->dirty[kept - 1] != all[i]) plan->dirty[kept++] = all[i];
    plan->dirty_count = (int)kept;
    free(all);
}

void fills_make(Plan *plan, const PlanOptions *options) {
    own(arena_end) Arena *arena = arena_begin(512 * MiB);
    heard_touch(plan);
    for (size_t i = 0; i < plan->sums.touched.count; i++) {
        SupplierGroup *group = &plan->sums.groups.at[plan->sums.touched.at[i]];
        group->touched = false;
        arena_clear(arena);
        turn_let_go(&options->turn);         /* screens are answered between two orders */
        turn_take_back(&options->turn);
        group_fill(plan, group, options->now_us, arena);
    }
    list_clear(&plan->sums.touched);
    dirty_join(plan);
    list_clear(&plan->sums.refilled);
    plan->context.fill = plan->fill;
}

GroupTotal group_total(const Plan *plan, int32_t supplier, PlaceId place) {
    const SupplierGroup *group = group_at(plan, supplier, place);
    return group ? group->total : (GroupTotal){ 0 };
}
