#include "draft/flips.h"

#include <stdlib.h>

#include "base/decimal.h"
#include "base/time.h"
#include "draft/draft-parts.h"
#include "estimate/choice.h"
#include "estimate/picture.h"

const char *const flip_input_names[FLIP_INPUT_COUNT_] = { "demand", "lead-time", "stock", "unit-cost", "price", "service-target", "minimum" };
const char *const flip_event_names[FLIP_EVENT_COUNT_] = { "nothing", "quantity", "tier" };

enum { DEMAND_DOWN = 90, DEMAND_UP = 200, MONEY_DOWN = 50, MONEY_UP = 100, LEAD_UP = 180, TARGET_TOP = 999, HALVINGS = 24 };   /* what still is a change of one input */

typedef struct Answer { bool wanted; int64_t qty; Tier tier; } Answer;
typedef struct Search {
    Context context;               /* screening: whether a case is wanted is the same */
    const Picture *base;
    const Estimate *estimate;
    CaseKind kind;
    Answer now;
    Arena *arena;
} Search;

/* ---- one field changed ---- */

static void lead_scale(const Picture *base, double factor, Picture *out) {
    double wait = picture_order_wait(base);
    for (int i = 0; i < out->lead.count; i++) out->lead.days[i] = (float)(wait + ((double)base->lead.days[i] - wait) * factor);
}

static void stock_add(int64_t units, Picture *out) {
    Position *n = &out->position;
    int64_t shelf = n->on_hand - (out->fold.on_hand < 0 ? -out->fold.on_hand : 0) + units * MICRO;
    n->backorders -= out->fold.on_hand < 0 ? -out->fold.on_hand : 0;
    n->backorders += shelf < 0 ? -shelf : 0;
    n->on_hand = shelf > 0 ? shelf : 0;
    out->fold.on_hand += units * MICRO;
    out->on_hand_risk += (double)units;
    out->owed = position_owed(n);
}

static void apply(const Search *s, FlipInput input, int64_t steps, Picture *out, TermsInfo *terms) {
    const Picture *base = s->base;
    double share = 1 + (double)steps / 100;
    *out = *base;
    switch (input) {
    case FLIP_DEMAND:
        out->demand = demand_scaled(&base->demand, share);
        out->mean_day *= share;
        picture_follow(&s->context, out);
        break;
    case FLIP_LEAD: lead_scale(base, ((double)base->lane.lead.p50 + (double)steps) / (double)base->lane.lead.p50, out); break;
    case FLIP_STOCK: stock_add(steps, out); break;
    case FLIP_COST:
        out->money.unit_cost *= share;
        picture_follow(&s->context, out);
        break;
    case FLIP_PRICE:
        out->money.price *= share;
        picture_follow(&s->context, out);
        break;
    case FLIP_TARGET: out->target = out->goal.target = base->goal.target + (double)steps / 1000; break;
    case FLIP_MINIMUM:
        if (base->terms) *terms = *base->terms;
        if (!base->terms || terms->moq == NO_QTY) terms->moq = 0;
        terms->moq += steps * MICRO;
        out->terms = terms;
        break;
    case FLIP_INPUT_COUNT_: break;
    }
}

/* How many grains down and up are looked at; 0: the input does not count here. */
static void bounds(const Search *s, FlipInput input, int64_t *out_down, int64_t *out_up) {
    const Picture *p = s->base;
    bool order = case_is_order(s->kind), by_cost = p->goal.kind == GOAL_COST;
    int64_t usual = (int64_t)(p->mean_day * 365) + s->now.qty / MICRO + 1, moq = p->terms && p->terms->moq != NO_QTY ? p->terms->moq / MICRO : 0;
    int64_t thousandths = (int64_t)(p->goal.target * 1000 + 0.5);
    const struct { bool counts; int64_t down, up; } rows[FLIP_INPUT_COUNT_] = {
        [FLIP_DEMAND] = { p->demand.kind != DEMAND_NONE && p->mean_day > 0, DEMAND_DOWN, DEMAND_UP },
        [FLIP_LEAD] = { order && p->lane.lead.found && p->lane.lead.p50 > 0, p->lane.lead.p50 - 1, LEAD_UP },
        [FLIP_STOCK] = { p->fold.stock_known, p->fold.on_hand / MICRO, usual },      /* a count finds nothing or more */
        [FLIP_COST] = { p->money.cost_known, MONEY_DOWN, MONEY_UP },
        [FLIP_PRICE] = { order && p->money.price_known, MONEY_DOWN, MONEY_UP },
        [FLIP_TARGET] = { order && !by_cost, thousandths - 501, TARGET_TOP - thousandths },
        [FLIP_MINIMUM] = { order && p->source == SOURCE_SUPPLIER && p->terms, moq, usual },
    };
    *out_down = rows[input].counts && rows[input].down > 0 ? rows[input].down : 0;
    *out_up = rows[input].counts && rows[input].up > 0 ? rows[input].up : 0;
}

/* ---- the answer there ---- */

static Answer answer_of(const Search *s, const Picture *p) {
    Estimate e;
    Courses courses;
    estimate_make(&s->context, p, &e, &courses);
    e.flags |= s->estimate->flags;
    if (s->kind == CASE_EXCESS) return (Answer){ estimate_wants_excess(&s->context, &e), micro_of(e.excess_units) / MICRO * MICRO, s->now.tier };
    Answer answer = { estimate_wants_order(&s->context, &e), e.qty, s->now.tier };
    if (answer.wanted) answer.tier = draft_order_tier(&s->context, p, &e, s->arena);
    return answer;
}

static Answer answer_at(const Search *s, FlipInput input, int64_t steps) {
    Picture *p = new_in(s->arena, Picture);
    TermsInfo *terms = new_in(s->arena, TermsInfo);
    apply(s, input, steps, p, terms);
    return answer_of(s, p);
}

static bool happens(const Search *s, FlipEvent event, const Answer *there) {
    if (event == FLIP_NONE) return !there->wanted;
    if (!there->wanted) return false;
    if (event == FLIP_TIER) return there->tier != s->now.tier;
    int64_t gap = there->qty > s->now.qty ? there->qty - s->now.qty : s->now.qty - there->qty;
    return gap > divide_half_even((__int128)s->now.qty * s->context.policy->queue_dead_band_micro, MICRO);
}

/* ---- words ---- */

static const char *amount(const Search *s, double value) {
    const char *unit = item_unit(&s->context.state->items.at[s->base->item.v]);
    return text_format(s->arena, value == (double)(int64_t)value ? "%.0f %s" : "%.2f %s", value, unit);
}

static const char *clause(const Search *s, const Flip *f) {
    Arena *a = s->arena;
    long long by = (long long)(f->steps < 0 ? -f->steps : f->steps);
    const char *way = f->steps < 0 ? "lower" : "higher";
    switch (f->input) {
    case FLIP_DEMAND: return text_format(a, "demand were %lld %% %s", by, way);
    case FLIP_LEAD: return text_format(a, "the lead time were %.0f days instead of %.0f", f->to, f->from);
    case FLIP_STOCK: return text_format(a, f->steps < 0 ? "%s fewer were in stock than is told" : "%s more were found in stock", amount(s, (double)by));
    case FLIP_COST: return text_format(a, "the unit cost were %lld %% %s", by, way);
    case FLIP_PRICE: return text_format(a, "the sales price were %lld %% %s", by, way);
    case FLIP_TARGET: return text_format(a, "the service target were %.1f %% instead of %.1f %%", f->to * 100, f->from * 100);
    default: return text_format(a, "the smallest order were %s instead of %s", amount(s, f->to), amount(s, f->from));
    }
}

static const char *sentence(const Search *s, const Flip *f) {
    static const char *const who[TIER_COUNT_] = { [TIER_AUTO] = "a rule", [TIER_REVIEW] = "a planner", [TIER_APPROVAL] = "an approver" };
    static const char *const none[CASE_KIND_COUNT_] = { [CASE_BUY] = "no order would be needed", [CASE_MOVE] = "no move would be needed", [CASE_EXCESS] = "there would be no excess" };
    const char *when = clause(s, f);
    if (f->event == FLIP_NONE) return text_format(s->arena, "If %s, %s", when, none[s->kind]);
    if (f->event == FLIP_TIER) return text_format(s->arena, "If %s, %s would decide instead of %s", when, who[f->tier], who[s->now.tier]);
    return text_format(s->arena, "If %s, %s would be right instead of %s", when, amount(s, micro_to_double(f->qty)), amount(s, micro_to_double(s->now.qty)));
}

/* ---- the search ---- */

static double input_value(const Search *s, FlipInput input, int64_t steps, double *out_size) {
    const Picture *p = s->base;
    double n = (double)steps, usual = micro_to_double(s->now.qty);
    double far = n < 0 ? -n : n, moq = p->terms && p->terms->moq != NO_QTY ? micro_to_double(p->terms->moq) : 0;
    switch (input) {
    case FLIP_LEAD: *out_size = far / (double)p->lane.lead.p50; return (double)p->lane.lead.p50 + n;
    case FLIP_STOCK: *out_size = usual > 0 ? far / usual : far; return micro_to_double(p->fold.on_hand) + n;
    case FLIP_TARGET: *out_size = far / 1000 / (n < 0 ? p->goal.target : 1 - p->goal.target); return p->goal.target + n / 1000;
    case FLIP_MINIMUM: *out_size = usual > 0 ? far / usual : far; return moq + n;
    default: break;
    }
    *out_size = far / 100;
    double from = input == FLIP_DEMAND ? p->mean_day : input == FLIP_COST ? p->money.unit_cost : p->money.price;
    return from * (1 + n / 100);
}

/* Doubling steps towards `most` grains; its sign is the direction. */
typedef struct Outward { int64_t steps[HALVINGS]; Answer answer[HALVINGS]; int count; } Outward;

static void outward(const Search *s, FlipInput input, int64_t most, Outward *out) {
    out->count = 0;
    int64_t way = most < 0 ? -1 : 1;
    for (int64_t n = 1; out->count < HALVINGS; n *= 2) {
        bool last = n >= most * way;
        int64_t steps = last ? most : n * way;
        out->steps[out->count] = steps;
        out->answer[out->count++] = answer_at(s, input, steps);
        if (last || !out->answer[out->count - 1].wanted) return;      /* beyond "nothing" lies nothing */
    }
}

/* The first step where `event` happens; 0: nowhere that was looked at. */
static int64_t first_step(const Search *s, FlipInput input, FlipEvent event, const Outward *seen, Answer *out_answer) {
    int k = 0;
    while (k < seen->count && !happens(s, event, &seen->answer[k])) k++;
    if (k == seen->count) return 0;
    int64_t not_yet = k ? seen->steps[k - 1] : 0, there = seen->steps[k];
    *out_answer = seen->answer[k];
    while (there - not_yet > 1 || not_yet - there > 1) {
        int64_t middle = not_yet + (there - not_yet) / 2;
        Answer answer = answer_at(s, input, middle);
        bool yes = happens(s, event, &answer);
        if (yes) *out_answer = answer;
        *(yes ? &there : &not_yet) = middle;
    }
    return there;
}

static void input_search(const Search *s, FlipInput input, Flips *out) {
    int64_t down, up;
    bounds(s, input, &down, &up);
    Outward seen[2] = { 0 };
    if (down) outward(s, input, -down, &seen[0]);
    if (up) outward(s, input, up, &seen[1]);
    for (int event = 0; event < FLIP_EVENT_COUNT_; event++) {
        Flip nearest = { 0 };
        for (int side = 0; side < 2; side++) {
            Answer answer;
            int64_t steps = first_step(s, input, (FlipEvent)event, &seen[side], &answer);
            if (steps == 0) continue;
            Flip flip = { .input = input, .event = (FlipEvent)event, .steps = steps, .qty = answer.wanted ? answer.qty : 0, .tier = answer.tier };
            double ignored;
            flip.from = input_value(s, input, 0, &ignored);
            flip.to = input_value(s, input, steps, &flip.size);
            if (nearest.steps == 0 || flip.size < nearest.size) nearest = flip;
        }
        if (nearest.steps == 0) continue;
        nearest.text = sentence(s, &nearest);
        out->flip[out->count++] = nearest;
    }
}

static int nearer(const void *left, const void *right) {
    const Flip *a = left, *b = right;
    if (a->size != b->size) return a->size < b->size ? -1 : 1;
    if (a->input != b->input) return a->input < b->input ? -1 : 1;
    return a->event < b->event ? -1 : a->event > b->event;
}

const char *target_because(const Context *context, const Picture *p, Arena *arena) {
    const Spot *spot = &context->state->spots.at[p->spot];
    const char *tier = context->state->items.at[p->item.v].tier;
    if (p->choice) return text_format(arena, "replays of its own history chose it (%s, row %lld)", choice_names[p->choice], (long long)context->choices->row);
    if (p->goal.kind == GOAL_COST) return "the policy asks for least cost: holding and missing decide, no target";
    if (spot->service_target != NO_QTY) return "told for this item at this place";
    return tier[0] ? text_format(arena, "tier %s in the policy", tier) : "the policy's default";
}

void flips_find(const Context *context, const Picture *p, const Estimate *e, CaseKind kind, Arena *arena, Flips *out) {
    Search s = { .context = *context, .base = p, .estimate = e, .kind = kind, .arena = arena };
    s.context.screening = true;
    s.now.tier = TIER_REVIEW;
    s.now = answer_of(&s, p);
    *out = (Flips){ .kind = kind, .wanted = s.now.wanted, .qty = s.now.qty, .tier = s.now.tier, .as_of = context->start_day,
                    .target = p->goal.kind == GOAL_COST ? 0 : p->goal.target, .target_because = target_because(context, p, arena) };
    if (!s.now.wanted) return;
    for (int input = 0; input < FLIP_INPUT_COUNT_; input++) input_search(&s, (FlipInput)input, out);
    qsort(out->flip, (size_t)out->count, sizeof out->flip[0], nearer);
}

static double fine(double value) { return __builtin_floor(value * 1e6 + 0.5) / 1e6; }

void flips_write(JsonWriter *json, const Flips *flips) {
    char day[DAY_TEXT];
    day_format(flips->as_of, day);
    json_field_str(json, "as_of", day);
    json_field_bool(json, "wanted", flips->wanted);
    json_field_micro(json, "qty", flips->qty);
    if (flips->target > 0) json_field_double(json, "target", fine(flips->target));
    else json_field_null(json, "target");
    json_field_str(json, "target_because", flips->target_because);
    json_field_array(json, "rows");
    for (int i = 0; i < flips->count; i++) {
        const Flip *f = &flips->flip[i];
        json_begin_object(json);
        json_field_str(json, "input", flip_input_names[f->input]);
        json_field_str(json, "becomes", flip_event_names[f->event]);
        json_field_double(json, "from", fine(f->from));
        json_field_double(json, "to", fine(f->to));
        json_field_double(json, "change", fine(f->steps < 0 ? -f->size : f->size));
        json_field_micro(json, "qty", f->qty);
        json_field_str(json, "tier", tier_names[f->tier]);
        json_field_str(json, "text", f->text);
        json_end(json);
    }
    json_end(json);
}
