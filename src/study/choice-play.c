/* The replays. A path is as long as its half of the history and made of blocks of it (four weeks, wrapping round), after a start that is not counted. Both halves are
 * brought to the demand that planning expects now by one factor, so that levels of today meet demand of today and the difference between the halves stays in.
 * All candidates of an item-place meet the same paths and the same lead times. Weeks are the step, unless the policy's bucket is longer. */
#include <string.h>

#include "base/decimal.h"
#include "base/hash.h"
#include "base/rng.h"
#include "study/choice-play.h"
#include "draft/draft.h"
#include "estimate/picture.h"
#include "plan/room.h"
#include "study/shelf.h"

enum { PATHS = 24, SLICE = 8, WEEK = 7, STEPS_MOST = 104, BLOCK_DAYS = 28, HALF_LEAST_DAYS = 112, WARM_MOST = 40, HALF_MOST = STEPS_MOST / 2 };
static const double SCALE_MOST = 4;

typedef struct Track { int count; double value[STEPS_MOST]; double step_days; } Track;       /* one item-place's history, oldest first */
typedef struct Path { int steps, warm; double demand[HALF_MOST + WARM_MOST]; int lead[HALF_MOST + WARM_MOST]; } Path;
typedef struct Way { double trigger, level, minimum, multiple; bool at_or_below; } Way;
typedef struct Played { double cost, missed, demand, stock; } Played;     /* cost a week; the others per step */
typedef struct Costs { double hold, missed, order, lost_share, step_weeks; int review; } Costs;

/* ---- the history ---- */

static double season_index(const DemandModel *m, int back) {
    double index = 1;
    if (m->seasonal && m->seasonal <= DEMAND_SEASON_MOST) index = (double)m->season[((m->next_phase - back) % m->seasonal + m->seasonal) % m->seasonal];
    if (m->year_day) index *= (double)m->year[((m->year_day - 1 - back) % DEMAND_YEAR_DAYS + DEMAND_YEAR_DAYS) % DEMAND_YEAR_DAYS / 7];
    return index > 0.1 ? index : 0.1;
}

/* Whole steps of observed buckets, the season taken out; the newest STEPS_MOST. */
static void track_make(const Picture *p, Track *out) {
    const Fold *fold = &p->fold;
    int group = fold->bucket_days < WEEK ? WEEK / fold->bucket_days : 1, count = 0;
    double backwards[STEPS_MOST];
    out->step_days = (double)group * fold->bucket_days;
    for (int last = fold->buckets; last >= group && count < STEPS_MOST; last -= group) {
        double sum = 0;
        int seen = 0;
        for (int b = last - group; b < last; b++) {
            if (fold->state[b] == DEMAND_MISSING) continue;
            sum += fold->value[b] / season_index(&p->demand, fold->buckets - b);
            seen++;
        }
        if (seen * 2 >= group) backwards[count++] = sum * group / seen;
    }
    out->count = count;
    for (int i = 0; i < count; i++) out->value[i] = backwards[count - 1 - i] > 0 ? backwards[count - 1 - i] : 0;
}

/* Most steps see no demand. */
static bool is_lumpy(const Track *track) {
    int none = 0;
    for (int i = 0; i < track->count; i++) none += track->value[i] <= 0;
    return none * 2 > track->count;
}

static bool track_scale(const Picture *p, Track *track) {
    double sum = 0;
    for (int i = 0; i < track->count; i++) sum += track->value[i];
    if (sum <= 0 || p->mean_day <= 0) return false;
    double factor = p->mean_day * track->step_days * track->count / sum;
    if (factor > SCALE_MOST) factor = SCALE_MOST;
    if (factor < 1 / SCALE_MOST) factor = 1 / SCALE_MOST;
    for (int i = 0; i < track->count; i++) track->value[i] *= factor;
    return true;
}

/* ---- a path ---- */

static int lead_draw(const LeadPoints *lead, double step_days, Rng *rng) {
    double at = rng_unit(rng), sum = 0, part = rng_unit(rng);
    int k = 0;
    while (k < lead->count - 1 && (sum += (double)lead->share[k]) <= at) k++;
    double steps = (double)lead->days[k] / step_days;
    int whole = (int)steps;
    return whole + (part < steps - whole);
}

static void path_make(const Picture *p, const double *half, int count, double step_days, int warm, Rng *rng, Path *out) {
    int block = (int)(BLOCK_DAYS / step_days), at = 0;
    if (block < 1) block = 1;
    out->warm = warm;
    out->steps = warm + count;
    for (int t = 0; t < out->steps; t++) {
        if (t % block == 0) at = (int)rng_below(rng, (uint64_t)count);
        out->demand[t] = half[(at + t % block) % count];
        out->lead[t] = lead_draw(&p->lead, step_days, rng);
    }
}

static Played path_play(const Path *path, const Way *way, const Costs *costs) {
    own(shelf_end) Shelf shelf = { .stock = way->level };
    Played sum = { 0 };
    for (int t = 0; t < path->steps; t++) {
        double ordered = 0;
        if (t) shelf_arrive(&shelf);
        if (t % costs->review == 0) {
            double position = shelf_position(&shelf);
            bool due = way->at_or_below ? position <= way->trigger : position < way->trigger - 1e-9;
            if (due) ordered = shelf_lot(__builtin_ceil(way->level - position - 1e-9), way->minimum, way->multiple);
            if (ordered > 0) shelf_order(&shelf, ordered, path->lead[t]);
        }
        ShelfSale sale = shelf_sell(&shelf, path->demand[t], costs->lost_share);
        if (t < path->warm) continue;
        sum.cost += costs->hold * shelf.stock + costs->missed * sale.missed + (ordered > 0 ? costs->order : 0);
        sum.missed += sale.missed;
        sum.demand += path->demand[t];
        sum.stock += shelf.stock;
    }
    int counted = path->steps - path->warm;
    return (Played){ sum.cost / (counted * costs->step_weeks), sum.missed / counted, sum.demand / counted, sum.stock / counted };
}

/* ---- the candidates ---- */

/* False where the candidate is not to be had: a cost or the ERP's figures miss. */
static bool way_of(const Context *context, const Picture *p, int choice, QuantityDists *dists, Way *out) {
    if (choice == CHOICE_COST && !(p->goal.holding_cost > 0 && p->goal.shortage_cost > 0)) return false;
    Picture other = *p;
    other.choice = choice;
    choice_apply(choice, context->policy, &other.goal);
    levels_choose(context, &other);
    if (choice == CHOICE_ERP && other.no_min_max) return false;
    QuantityInput in = picture_quantity_input(&other, dists);
    int64_t minimum = in.limits.minimum > in.limits.lot ? in.limits.minimum : in.limits.lot;
    double level = quantity_level(&in);
    *out = (Way){ .trigger = level, .level = level + micro_to_double(in.trigger.gap), .minimum = micro_to_double(minimum),
                  .multiple = in.limits.multiple > 0 ? micro_to_double(in.limits.multiple) : 1, .at_or_below = in.trigger.kind != TRIGGER_REVIEW };
    return true;
}

static uint32_t ways_make(const Context *context, const Picture *p, Arena *work, Way *out) {
    QuantityDists *dists = new_in(work, QuantityDists);
    uint32_t can = 0;
    for (int k = 0; k < CHOICE_COUNT_; k++)
        if (way_of(context, p, k, dists, &out[k])) can |= 1u << k;
    return can;
}

/* ---- one item-place ---- */

static double root(double x) { return x > 0 ? __builtin_sqrt(x) : 0; }

static void half_play(const Picture *p, const Track *track, int half, const Way *way, uint32_t can, const Costs *costs, Rng rng, ChoiceLine *out) {
    int count = track->count / CHOICE_HALVES, warm = (int)((picture_lead_mean(p) * 2 + p->review_days) / track->step_days) + 1;
    const double *from = track->value + (half ? track->count - count : 0);
    double gain[CHOICE_COUNT_] = { 0 }, squares[CHOICE_COUNT_] = { 0 }, missed[CHOICE_COUNT_] = { 0 }, demand = 0;
    Path path;
    for (int i = 0; i < PATHS; i++) {
        double now = 0;
        path_make(p, from, count, track->step_days, warm < WARM_MOST ? warm : WARM_MOST, &rng, &path);
        for (int k = 0; k < CHOICE_COUNT_; k++) {
            if (!(can >> k & 1)) continue;
            Played played = path_play(&path, &way[k], costs);
            if (k == CHOICE_NOW) now = played.cost;
            out->cost[half][k] += played.cost / PATHS;
            gain[k] += now - played.cost;
            squares[k] += (now - played.cost) * (now - played.cost);
            missed[k] += played.missed;
            if (k == CHOICE_NOW) demand += played.demand;
            if (half) out->capital[k] += played.stock * p->money.unit_cost / PATHS;
        }
    }
    for (int k = 0; k < CHOICE_COUNT_; k++) {
        double mean = gain[k] / PATHS, se = root((squares[k] / PATHS - mean * mean) * PATHS / (PATHS - 1));
        *(half ? &out->pick.check[k] : &out->pick.gain[k]) = mean;
        *(half ? &out->pick.check_se[k] : &out->pick.gain_se[k]) = se;
        if (half) out->fill[k] = demand > 0 ? 1 - missed[k] / demand : 1;
    }
}

static bool can_play(const Picture *p) {
    return p->source != SOURCE_NONE && p->lead.count > 0 && p->money.cost_known && p->money.hold_day > 0 && !(p->flags & CASE_FLAG_BIT(PHASE_OUT));
}

static void spot_play(const Context *context, int32_t spot, Arena *work, ChoiceLine *out) {
    Picture *p = new_in(work, Picture);
    Track *track = new_in(work, Track);
    Way way[CHOICE_COUNT_] = { 0 };
    picture_make(context, spot, NULL, work, p);
    if (!can_play(p)) return;
    out->pick.can = ways_make(context, p, work, way);
    out->erp = out->pick.can >> CHOICE_ERP & 1;
    track_make(p, track);
    out->lumpy = is_lumpy(track);
    if (!track_scale(p, track)) return;
    if (track->count / CHOICE_HALVES * track->step_days < HALF_LEAST_DAYS) return;
    int review = (int)(p->review_days / track->step_days + 0.5);
    Costs costs = { .hold = p->money.hold_day * track->step_days, .missed = p->money.short_cost, .order = p->line_cost,
                    .lost_share = micro_to_double(context->policy->lost_share_micro), .step_weeks = track->step_days / WEEK, .review = review > 1 ? review : 1 };
    Rng rng = rng_of(hash64(out->item_code, strlen(out->item_code), hash64(out->place_code, strlen(out->place_code), 0)));
    for (int half = 0; half < CHOICE_HALVES; half++) half_play(p, track, half, way, out->pick.can, &costs, rng_fork(&rng, (uint64_t)half), out);
    out->played = out->pick.told = true;
    out->pick.cost = out->cost[0][CHOICE_NOW];
}

/* ---- all of them ---- */

typedef struct Playing { const ChoiceAsk *ask; Plan *plan; ChoiceLine *line; int from; } Playing;

static void play_slice(void *self, int thread, size_t from, size_t to) {
    Playing *playing = self;
    for (size_t i = from; i < to; i++) {
        ChoiceLine *line = &playing->line[playing->from + (int)i];
        arena_clear(playing->plan->work[thread]);
        spot_play(&playing->plan->context, line->spot, playing->plan->work[thread], line);
    }
}

static int class_of(ChoiceResult *r, const char *tier, bool lumpy) {
    for (int c = 0; c < r->classes; c++)
        if (strcmp(r->class[c].tier, tier) == 0 && r->class[c].lumpy == lumpy) return c;
    if (r->classes == CHOICE_CLASSES_MOST) return CHOICE_CLASSES_MOST - 1;
    r->class[r->classes] = (ChoiceClass){ .tier = tier, .lumpy = lumpy };
    return r->classes++;
}

static void lines_make(const ChoiceAsk *ask, const Plan *plan, Arena *arena, ChoiceResult *out) {
    const State *state = plan->state;
    out->line = many_in(arena, ChoiceLine, state->spots.count + 1);
    for (size_t s = 0; s < state->spots.count; s++) {
        const Spot *spot = &state->spots.at[s];
        ChoiceLine line = { .spot = (int32_t)s, .item = spot->item, .place = spot->place, .item_code = state->items.at[spot->item.v].code, .place_code = state->places.at[spot->place.v].code };
        if (ask->words && !strstr(line.item_code, ask->words) && !strstr(line.place_code, ask->words)) continue;
        out->line[out->lines++] = line;
    }
}

static void choose(const Plan *plan, Arena *arena, ChoiceResult *out) {
    PickItem *item = many_in(arena, PickItem, out->lines + 1);
    Pick *pick = many_in(arena, Pick, out->lines + 1);
    PickClass *class = many_in(arena, PickClass, CHOICE_CLASSES_MOST);
    for (int i = 0; i < out->lines; i++) {
        ChoiceLine *line = &out->line[i];
        line->class = line->pick.class = class_of(out, plan->state->items.at[line->item.v].tier, line->lumpy);
        item[i] = line->pick;
    }
    pick_all(item, out->lines, out->classes, CHOICE_COUNT_, class, pick);
    for (int c = 0; c < out->classes; c++) out->class[c].pick = class[c];
    for (int i = 0; i < out->lines; i++) {
        ChoiceLine *line = &out->line[i];
        line->chosen = pick[i];
        out->played += line->played;
        out->class[line->class].places++;
        out->chosen[pick[i].candidate]++;
        out->changed += pick[i].candidate != CHOICE_NOW;
    }
}

Err plan_choose(Store *store, const ChoiceAsk *ask, Arena *arena, ChoiceResult *out, Why *why) {
    enum { STRETCH = 1024 };
    Policy *now = new_in(arena, Policy);
    *now = *ask->policy;
    now->policy_choice = POLICY_CHOICE_OFF;                /* candidate 0 is the policy itself, not an earlier choice */
    PlanOptions options = { .now_us = ask->now_us, .policy = now, .policy_row = ask->policy_row, .write = PLAN_LOOK, .progress_self = ask->progress_self, .progress = ask->progress };
    if (ask->as_of) plan_as_of(&options, ask->as_of);
    own(plan_end) Plan *plan = NULL;
    TRY(plan_begin(store, ask->threads, &plan, why));
    TRY(plan_refresh(plan, &(RefreshOptions){ .options = &options, .upto = log_last(store).v, .picture_only = true }, why));
    *out = (ChoiceResult){ .as_of = plan->context.start_day, .currency = text_copy(arena, now->currency) };
    lines_make(ask, plan, arena, out);
    Playing playing = { .ask = ask, .plan = plan, .line = out->line };
    for (int done = 0; done < out->lines; done += STRETCH) {
        playing.from = done;
        pool_run(plan->threads, (size_t)(out->lines - done < STRETCH ? out->lines - done : STRETCH), SLICE, play_slice, &playing);
        plan_say(&options, "replaying histories", done, out->lines);
    }
    choose(plan, arena, out);
    for (int i = 0; i < out->lines; i++) {                 /* texts of the plan end with it */
        out->line[i].item_code = text_copy(arena, out->line[i].item_code);
        out->line[i].place_code = text_copy(arena, out->line[i].place_code);
    }
    for (int c = 0; c < out->classes; c++) out->class[c].tier = text_copy(arena, out->class[c].tier);
    return OK;
}
