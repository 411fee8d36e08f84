/* Bringing the picture and the estimates up to a log id. What refreshes what:
 *
 *     something arrived about       refreshed are
 *     an item at a place            that item there, and the item that replaces it; what is said about it at its other places, and
 *                                   their numbers too where one of them feeds another (share.c)
 *     an item, its terms or price   that item at all its places, and the item that replaces it
 *     a supplier, place, calendar,  everything
 *       lane, signal, mark
 *     nothing, but a new day,       everything
 *       or another policy
 *
 * What is learned from everything together (the pools) is learned on the first step of a week and under another policy; on a new day also when the log grew by a
 * tenth since, or a model row came. In between a number moves because something happened, never because a law of the whole company moved in its last digits.
 */
#include <stdlib.h>
#include <string.h>

#include "base/decimal.h"
#include "base/time.h"
#include "estimate/misses.h"
#include "estimate/shocks.h"
#include "estimate/sizes.h"
#include "plan/room.h"

enum { SLICE = 16, SLICES_LEAST = 16, ROWS_A_SLICE = 2000 };

Err plan_begin(Store *store, int threads, Plan **out_plan, Why *why) {
    (void)why;
    Plan *plan = calloc(1, sizeof *plan);
    if (!plan) stop_for("no memory for planning");
    plan->store = store;
    plan->threads = pool_begin(threads < 1 ? 1 : threads);
    int n = pool_threads(plan->threads);
    plan->work = calloc((size_t)n, sizeof *plan->work);
    plan->kept = calloc((size_t)n * 2, sizeof *plan->kept);
    if (!plan->work || !plan->kept) stop_for("no memory for planning");
    for (int t = 0; t < n; t++) plan->work[t] = arena_begin(512 * MiB);
    for (int t = 0; t < 2 * n; t++) plan->kept[t] = arena_begin((size_t)1024 * MiB);
    plan->pools_arena = arena_begin((size_t)1024 * MiB);
    plan->book = case_book_begin();
    plan->models = models_begin();
    *out_plan = plan;
    return OK;
}

void plan_end(Plan **plan) {
    if (!*plan) return;
    Plan *p = *plan;
    plan_keeping_end(p);
    int n = pool_threads(p->threads);
    for (int t = 0; t < n; t++) arena_end(&p->work[t]);
    for (int t = 0; t < 2 * n; t++) arena_end(&p->kept[t]);
    free(p->work);
    free(p->kept);
    pool_end(&p->threads);
    state_end(&p->state);
    command_book_end(&p->commands);
    case_book_end(&p->book);
    arena_end(&p->pools_arena);
    models_end(&p->models);
    snapshot_end(&p->resumed);
    plan_courses_drop(p);
    list_end(&p->courses_of);
    list_end(&p->bad_rows);
    free(p->courses);
    free(p->estimates);
    free(p->keys);
    free(p->flips);
    free(p->doubts);
    free(p->allot);
    free(p->fill);
    free(p->buys);
    free(p->group_next);
    free(p->group_before);
    free(p->dirty);
    free(p->stale);
    plan_sums_end(p);
    free(p);
    *plan = NULL;
}

void plan_as_of(PlanOptions *options, int32_t day) {
    options->today = day;
    options->known_us = us_of_day(day + 1) - 1;
}

void plan_say(const PlanOptions *options, const char *stage, int64_t done, int64_t total) {
    if (options->progress) options->progress(options->progress_self, stage, done, total);
}

static Err state_make(Plan *plan, int64_t upto, int64_t known_us, Why *why) {
    state_end(&plan->state);
    command_book_end(&plan->commands);
    plan->state = state_begin(plan->store);
    plan->commands = command_book_begin();
    if (known_us != INT64_MAX) plan->state->cut_day = day_of_us(known_us) + 1;
    plan->known_us = known_us;
    plan->ready = false;
    return state_build(plan->state, upto, known_us, why);
}

/* The plan starts tomorrow when most places have already told their stock for the end of today. */
static int32_t start_day_of(State *state, int32_t today) { return state_told_stock(state, today) ? today + 1 : today; }

/* Made aside: screens go on with the old ones meanwhile. */
static Err pools_make(Plan *plan, const PlanOptions *options, Why *why) {
    Arena *arena = arena_begin((size_t)1024 * MiB);
    LeadPools pools;
    Seasons seasons;
    Learned learned;
    Pace pace;
    DemandKin sizes;
    DemandShocks shocks;
    DemandMisses misses;
    Err err = learned_find(plan->store, plan->policy, plan->state->upto, plan->known_us, arena, &learned, why);
    Choices choices;
    ConfidenceRecord confidence;
    if (err == OK) err = choices_find(plan->store, plan->policy, plan->state->upto, plan->known_us, arena, &choices, why);
    if (err == OK) err = confidence_find(plan->store, plan->policy, plan->state->upto, plan->known_us, arena, &confidence, why);
    if (err != OK) {
        arena_end(&arena);
        return err;
    }
    PoolsInput in = { .state = plan->state, .start_day = plan->context.start_day, .bucket_days = plan->policy->bucket_days, .threads = plan->threads };
    turn_let_go(&options->turn);
    lead_pools_fit(&in, arena, &pools);
    seasons_fit(&(SeasonsInput){ .state = in.state, .start_day = in.start_day, .bucket_days = in.bucket_days, .threads = in.threads,
                                 .requests_captured = pools.requests_captured }, arena, &seasons);
    Context context = plan->context;
    context.today = context.start_day;
    context.pools = &pools;
    context.seasons = &seasons;
    pace_fit(&(PaceInput){ .context = &context }, arena, &pace);
    context.pace = &pace;
    sizes_fit(&(SizesInput){ &context, plan->threads }, &sizes);
    context.sizes = &sizes;
    shocks_fit(&(ShocksInput){ &context, plan->threads }, &shocks);
    context.shocks = &shocks;
    misses_fit(&(MissesInput){ &context, plan->threads }, &misses);
    context.misses = &misses;
    if (learned.speaks) learned_fill(&(LearnedInput){ &context, plan->threads }, arena, &learned);
    turn_take_back(&options->turn);
    arena_end(&plan->pools_arena);
    plan->pools_arena = arena;
    plan->pools = pools;
    plan->seasons = seasons;
    plan->sizes = sizes;
    plan->shocks = shocks;
    plan->misses = misses;
    plan->learned = learned;
    plan->choices = choices;
    plan->confidence = confidence;
    plan->pace = pace;
    plan->pool_upto = plan->state->upto;
    plan->pool_day = plan->context.start_day;
    return OK;
}

/* has_pools: it looked before, or learned those of the last step anew. */
static Err pools_due(const Plan *plan, bool has_pools, bool new_policy, bool *out_due, Why *why) {
    enum { GREW_BY = 10 };               /* a history that is still being brought in */
    bool grew = plan->state->upto - plan->pool_upto > plan->pool_upto / GREW_BY;
    *out_due = !has_pools || new_policy || grew || day_monday(plan->pool_day) != day_monday(plan->context.start_day);
    if (*out_due) return OK;
    LogFilter models = { .kinds = 1ull << ROW_MODEL, .after = { plan->pool_upto }, .upto = { plan->state->upto } };
    return log_has(plan->store, &models, out_due, why);
}

void plan_context_set(Plan *plan, const PlanOptions *options, int32_t today, int32_t start_day) {
    int exponent = currency_exponent(options->policy->currency);
    plan->policy = options->policy;
    plan->policy_row = options->policy_row;
    plan->context = (Context){ .state = plan->state, .pools = &plan->pools, .seasons = &plan->seasons, .sizes = &plan->sizes, .shocks = &plan->shocks, .misses = &plan->misses, .pace = &plan->pace, .learned = &plan->learned, .choices = &plan->choices, .confidence = &plan->confidence, .models = plan->models, .policy = options->policy, .policy_row = options->policy_row.v,
        .today = today, .start_day = start_day, .allot = plan->allot, .around = plan->estimates, .buys = plan->buys, .exponent = exponent < 0 ? 2 : exponent };
    if (!plan->commands) return;
    plan->context.commands = plan->commands->supply;
    plan->context.commands_count = plan->commands->count;
    plan->context.sends = plan->commands->sends;
    plan->context.sends_count = plan->commands->sends_count;
}

void plan_spots_grow(Plan *plan) {
    size_t count = plan->state->spots.count;
    if (count <= plan->spots_room) return;
    size_t room = count + count / 4 + 64;
    plan->estimates = realloc(plan->estimates, room * sizeof *plan->estimates);
    plan->keys = realloc(plan->keys, room * sizeof *plan->keys);
    plan->flips = realloc(plan->flips, room * sizeof *plan->flips);
    plan->doubts = realloc(plan->doubts, room * sizeof *plan->doubts);
    plan->allot = realloc(plan->allot, room * sizeof *plan->allot);
    plan->courses = realloc(plan->courses, room * sizeof *plan->courses);
    plan->buys = realloc(plan->buys, room * sizeof *plan->buys);
    plan->fill = realloc(plan->fill, room * sizeof *plan->fill);
    plan->group_next = realloc(plan->group_next, room * sizeof *plan->group_next);
    plan->group_before = realloc(plan->group_before, room * sizeof *plan->group_before);
    plan->dirty = realloc(plan->dirty, room * sizeof *plan->dirty);
    plan->stale = realloc(plan->stale, room * sizeof *plan->stale);
    if (!plan->estimates || !plan->keys || !plan->flips || !plan->doubts || !plan->allot || !plan->courses || !plan->fill || !plan->buys || !plan->group_next || !plan->group_before || !plan->dirty || !plan->stale) stop_for("no memory for %zu item-places", room);
    memset(plan->estimates + plan->spots_room, 0, (room - plan->spots_room) * sizeof *plan->estimates);
    memset(plan->flips + plan->spots_room, 0, (room - plan->spots_room) * sizeof *plan->flips);
    memset(plan->keys + plan->spots_room, 0, (room - plan->spots_room) * sizeof *plan->keys);
    memset(plan->doubts + plan->spots_room, 0, (room - plan->spots_room) * sizeof *plan->doubts);
    memset(plan->courses + plan->spots_room, 0, (room - plan->spots_room) * sizeof *plan->courses);
    memset(plan->fill + plan->spots_room, 0, (room - plan->spots_room) * sizeof *plan->fill);
    memset(plan->buys + plan->spots_room, 0, (room - plan->spots_room) * sizeof *plan->buys);
    for (size_t s = plan->spots_room; s < room; s++) plan->allot[s] = INT64_MAX;
    models_grow(plan->models, room);
    plan->context.allot = plan->allot;
    plan->context.around = plan->estimates;
    plan->context.buys = plan->buys;
    plan->spots_room = room;
}

/* In slices, between which screens are answered: so every spot has room for an estimate after each. */
static Err state_follow(Plan *plan, const PlanOptions *options, int64_t upto, Why *why) {
    while (plan->state->upto < upto) {
        int64_t next = upto - plan->state->upto > ROWS_A_SLICE ? plan->state->upto + ROWS_A_SLICE : upto;
        TRY(state_advance(plan->state, next, why));
        plan_spots_grow(plan);
        turn_let_go(&options->turn);
        turn_take_back(&options->turn);
    }
    return OK;
}

static int by_number(const void *left, const void *right) {
    const int32_t *l = left, *r = right;
    return (*l > *r) - (*l < *r);
}

/* Places that one of them feeds share what it has: their numbers are worked out together (share.c). */
static bool is_shared(const Plan *plan, int32_t spot) {
    const State *state = plan->state;
    for (int32_t s = state->items.at[state->spots.at[spot].item.v].spots; s >= 0; s = state->spots.at[s].next)
        if (plan->estimates[s].source == SOURCE_TRANSFER || plan->estimates[s].either || state->spots.at[s].from_place) return true;
    return false;
}

static void dirty_take(Plan *plan, int32_t spot) {
    Spot *s = &plan->state->spots.at[spot];
    plan->stale[plan->stale_count++] = spot;
    plan->allot[spot] = INT64_MAX;
    plan->buys[spot] = false;
    s->dirty = s->kin = false;
}

/* What was told of its item elsewhere is no news of a spot that shares nothing. */
static int kin_take(Plan *plan, int32_t spot, int count) {
    Spot *s = &plan->state->spots.at[spot];
    if (!s->dirty && is_shared(plan, spot)) plan->dirty[count++] = spot;
    s->kin = false;
    return count;
}

static void dirty_collect(Plan *plan) {
    State *state = plan->state;
    int count = 0;
    plan_spots_grow(plan);
    if (state->all_dirty) {
        for (size_t s = 0; s < state->spots.count; s++) plan->dirty[count++] = (int32_t)s;
    } else {
        for (size_t i = 0; i < state->dirty.count; i++) plan->dirty[count++] = state->dirty.at[i];
        for (size_t i = 0; i < state->kin.count; i++) count = kin_take(plan, state->kin.at[i], count);
        qsort(plan->dirty, (size_t)count, sizeof *plan->dirty, by_number);
    }
    plan->dirty_count = count;
    plan->stale_count = 0;
    plan->all_stale = state->all_dirty;
    for (int i = 0; i < count; i++) dirty_take(plan, plan->dirty[i]);
    list_clear(&state->dirty);
    list_clear(&state->kin);
    state->all_dirty = false;
}

/* What is told from the picture and the estimate. */
static void assess_told(const Context *context, Arena *arena, Assessment *a) {
    home_values(context, &a->picture, arena, &a->estimate);
    a->findings_count = quality_find(context, &a->picture, &a->estimate, arena, a->findings);
    a->estimate.flags |= quality_flags(a->findings, a->findings_count);
}

void spot_assess(const Context *context, int32_t spot, const PictureOverride *override, Arena *arena, Assessment *out) {
    picture_make(context, spot, override, arena, &out->picture);
    estimate_make(context, &out->picture, &out->estimate, &out->courses);
    out->findings_count = 0;
    if (!override) assess_told(context, arena, out);
}

/* The same in a step: carried over from the estimate that the plan has of it, or its quantity alone, where that rests on the same. */
static EstimateKeys spot_assess_today(const Plan *plan, const Context *context, int32_t spot, Arena *arena, Assessment *out) {
    picture_make(context, spot, NULL, arena, &out->picture);
    EstimateKeys keys = estimate_keys(context, &out->picture);
    const EstimateKeys *had = &plan->keys[spot];
    const Estimate *before = &plan->estimates[spot];
    out->carried = estimate_key_same(keys.order, had->order);
    if (estimate_key_same(keys.all, had->all)) estimate_carry(context, &out->picture, before, &out->estimate);
    else if (out->carried) estimate_make_from(context, &out->picture, before, &out->estimate);
    else estimate_make(context, &out->picture, &out->estimate, &out->courses);
    assess_told(context, arena, out);
    return keys;
}

uint32_t doubts_of(const Assessment *a) {
    uint32_t doubts = 0;
    for (int k = 0; k < a->findings_count; k++) doubts |= 1u << a->findings[k].quality;
    return doubts;
}

/* Estimates of one stretch of spots, made aside. */
enum { STRETCH = 2048 };
typedef struct Stretch { Plan *plan; Context context; const int32_t *spots; Estimate estimates[STRETCH]; EstimateKeys keys[STRETCH]; uint32_t doubts[STRETCH]; Courses *courses[STRETCH]; } Stretch;

/* Worth keeping for the draft: a case may follow. What a sender shares out, or what fills up an order, is settled only after this. */
static Courses *courses_keep(const Stretch *stretch, const Assessment *a) {
    const Estimate *e = &a->estimate;
    bool alone = e->source == SOURCE_SUPPLIER && !a->picture.fill.ordered;
    if (a->carried || !alone || e->whole || !e->ranked) return NULL;
    if (e->owed <= 0 && e->rank >= 0 && e->p1 < 0.5 && minor_of(stretch->context.exponent, e->rank) * 2 < stretch->context.policy->queue_least_rank_minor) return NULL;
    Courses *courses = malloc(sizeof *courses);
    if (!courses) stop_for("no memory for courses");
    *courses = a->courses;
    return courses;
}

void spot_assess_again(const Plan *plan, int32_t spot, SpotUse use, Arena *arena, Assessment *out) {
    const Courses *courses = plan->courses[spot];
    if (use == SPOT_ORDERS && (!courses || plan->fill[spot].ordered)) {
        spot_assess(&plan->context, spot, NULL, arena, out);
        return;
    }
    picture_make(&plan->context, spot, NULL, arena, &out->picture);
    out->estimate = plan->estimates[spot];       /* with the flags of its doubts */
    out->courses = use == SPOT_ORDERS ? *courses : (Courses){ 0 };
    if (use == SPOT_ORDERS) estimate_finish(&plan->context, &out->picture, &out->estimate, &out->courses);
    out->findings_count = quality_find(&plan->context, &out->picture, &out->estimate, arena, out->findings);
}

Risk spot_chances(const Plan *plan, int32_t spot, Arena *work) {
    const Estimate *e = &plan->estimates[spot];
    Risk risk = { .p0 = e->p0, .p1 = e->p1 };
    if (!e->decided || e->carried) return risk;
    Picture *p = new_in(work, Picture);
    picture_make(&plan->context, spot, NULL, work, p);
    RiskInput in = picture_risk_input(p);
    risk_now(&in, &risk);
    return risk;
}

void plan_courses_drop(Plan *plan) {
    for (size_t i = 0; i < plan->courses_of.count; i++) {
        int32_t spot = plan->courses_of.at[i];
        free(plan->courses[spot]);
        plan->courses[spot] = NULL;
    }
    list_clear(&plan->courses_of);
}

static void estimate_slice(void *self, int thread, size_t from, size_t to) {
    Stretch *stretch = self;
    for (size_t i = from; i < to; i++) {
        Arena *arena = stretch->plan->work[thread];
        arena_clear(arena);
        Assessment *a = new_in(arena, Assessment);
        stretch->keys[i] = spot_assess_today(stretch->plan, &stretch->context, stretch->spots[i], arena, a);
        stretch->estimates[i] = a->estimate;
        stretch->doubts[i] = doubts_of(a);
        stretch->courses[i] = courses_keep(stretch, a);
    }
}

/* So many that nobody waits long for the last one. */
static size_t slice_of(int count) {
    int slice = count / SLICES_LEAST;
    return slice < 1 ? 1 : slice < SLICE ? (size_t)slice : SLICE;
}

/* In stretches, so that a bar can move and each is shown as soon as it is there; the stretches do not change any number. */
static void estimate_spots(Plan *plan, const PlanOptions *options, const int32_t *spots, int spots_count, const Estimate *around) {
    Stretch *stretch = malloc(sizeof *stretch);
    if (!stretch) stop_for("no memory for estimates");
    for (int from = 0; from < spots_count; from += STRETCH) {
        int count = spots_count - from < STRETCH ? spots_count - from : STRETCH;
        stretch->plan = plan;
        stretch->context = plan->context;
        stretch->context.screening = true;
        stretch->context.around = around;
        stretch->spots = spots + from;
        turn_let_go(&options->turn);
        pool_run(plan->threads, (size_t)count, slice_of(count), estimate_slice, stretch);
        turn_take_back(&options->turn);
        for (int i = 0; i < count; i++) {
            spot_put(plan, stretch->spots[i], &stretch->estimates[i], stretch->keys[i], stretch->doubts[i]);
            if (!stretch->courses[i]) continue;
            plan->courses[stretch->spots[i]] = stretch->courses[i];
            list_push(&plan->courses_of, stretch->spots[i]);
        }
        plan_say(options, "planning", from + count, spots_count);
    }
    free(stretch);
}

static void estimate_again(void *self, int32_t spot) {
    Plan *plan = self;
    Arena *arena = plan->work[0];
    arena_clear(arena);
    Assessment *a = new_in(arena, Assessment);
    spot_assess(&plan->context, spot, NULL, arena, a);
    spot_put(plan, spot, &a->estimate, (EstimateKeys){ 0 }, doubts_of(a));
}

/* `work` has room for all that are stale. What was looked at in this step already is not carried over from that: its courses would be lost. */
static void echelons_make(Plan *plan, const PlanOptions *options, EchelonWhich which, int32_t *work) {
    for (int at = 1, count; (count = echelon_spots(plan, at, which, work)) > 0; at++) {
        for (int i = 0; i < count; i++)
            if (plan->courses[work[i]]) plan->keys[work[i]] = (EstimateKeys){ 0 };
        estimate_spots(plan, options, work, count, plan->estimates);
    }
}

/* What is known to feed others waits for them: its numbers of yesterday stand in nobody's way. */
static void estimate_all(Plan *plan, const PlanOptions *options) {
    int32_t *work = malloc(((size_t)plan->stale_count + 1) * sizeof *work);
    if (!work) stop_for("no memory for estimates");
    int count = 0;
    for (int i = 0; i < plan->stale_count; i++)
        if (!plan->estimates[plan->stale[i]].feeds) work[count++] = plan->stale[i];
    estimate_spots(plan, options, work, count, NULL);
    echelons_make(plan, options, ECHELON_ALL, work);
    sources_choose(plan, estimate_again, plan);
    echelons_make(plan, options, ECHELON_OF_BUYERS, work);
    free(work);
}

Err plan_refresh(Plan *plan, const RefreshOptions *refresh, Why *why) {
    const PlanOptions *options = refresh->options;
    int64_t known_us = options->known_us ? options->known_us : INT64_MAX;
    int64_t pool_upto = refresh->pool_upto;
    int32_t pool_day = refresh->pool_day, today = options->today ? options->today : day_of_us(options->now_us);
    bool same_view = plan->state && plan->known_us == known_us && (known_us == INT64_MAX || plan->state->upto == refresh->upto);
    plan_say(options, "reading facts", 0, 0);
    Why ignored;
    if (refresh->may_resume && !plan->state && known_us == INT64_MAX) {
        same_view = plan_resume(plan, options, &ignored) == OK;
        if (!same_view) TRY(pools_of_last_step(plan, options, refresh->upto, &pool_upto, &pool_day, why));
    }
    int64_t first_upto = pool_upto ? pool_upto : refresh->upto;
    if (!same_view) TRY(state_make(plan, first_upto, known_us, why));
    else TRY(state_follow(plan, options, first_upto, why));
    if (pool_upto) {
        plan_context_set(plan, options, today, pool_day);
        state_link(plan->state);
        TRY(pools_make(plan, options, why));
        TRY(state_follow(plan, options, refresh->upto, why));
    }
    int32_t start_day = start_day_of(plan->state, today);
    bool new_day = !plan->ready || plan->context.start_day != start_day || plan->context.today != today;
    bool new_policy = plan->policy_row.v != options->policy_row.v || plan->policy != options->policy, pools_old = false;
    plan_context_set(plan, options, today, start_day);
    state_link(plan->state);
    if (!refresh->pool_upto && (new_day || new_policy)) TRY(pools_due(plan, plan->ready || pool_upto, new_policy, &pools_old, why));
    if (pools_old) TRY(pools_make(plan, options, why));
    if (new_day || new_policy) plan->state->all_dirty = true;
    if (plan->keys && (!plan->ready || new_policy)) memset(plan->keys, 0, plan->spots_room * sizeof *plan->keys);
    TRY(command_book_advance(plan->commands, plan->state, refresh->upto, why));
    state_link(plan->state);             /* a command may name an item-place first */
    plan->context.commands = plan->commands->supply;
    plan->context.commands_count = plan->commands->count;
    plan->context.sends = plan->commands->sends;
    plan->context.sends_count = plan->commands->sends_count;
    dirty_collect(plan);
    if (refresh->picture_only) return OK;
    if (plan->all_stale) plan->sums.ready = false;
    plan_courses_drop(plan);
    estimate_all(plan, options);
    shares_make(plan, estimate_again, plan);
    plan_sums_make(plan);
    plan->ready = true;
    return OK;
}
