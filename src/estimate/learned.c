#include "estimate/learned.h"

#include <stdlib.h>
#include <string.h>

#include "base/decimal.h"
#include "base/json.h"
#include "estimate/picture.h"
#include "estimate/engine.h"

enum { SLICE = 16, SPOTS_MOST = 20000, ITEMS_MOST = 50000, ENDS_MOST = 400 };

/* ---- one item-place as a series ---- */

/* As long as the longest history, in whole weeks. */
static LearnGrid grid_of(int bucket_days, int32_t end_day, int longest) {
    int week = bucket_days < 7 ? 7 / bucket_days : 1, buckets = longest / week * week;
    return (LearnGrid){ .bucket_days = bucket_days, .first_day = end_day - (int64_t)buckets * bucket_days, .buckets = buckets };
}

static int32_t fold_end(const Fold *fold) { return fold->from_day + fold->buckets * fold->bucket_days; }

/* Demand and kin; what else was told stays. False when its buckets are not those of the grid. */
static bool series_of(const LearnGrid *grid, int32_t end_day, const Seasons *seasons, const Picture *p, LearnSeries *out) {
    const Fold *fold = &p->fold;
    if (fold->bucket_days != grid->bucket_days || fold->buckets == 0 || fold_end(fold) != end_day) return false;
    int beyond = fold->buckets > grid->buckets ? fold->buckets - grid->buckets : 0, count = fold->buckets - beyond;
    int32_t group = p->item.v < seasons->items ? seasons->group_of_item[p->item.v] : 0;
    out->from = grid->buckets - count;
    out->count = count;
    out->value = fold->value + beyond;
    out->state = fold->state + beyond;
    memcpy(out->kin, (const int32_t[LEARN_KIN]){ 0, group, p->place.v, p->item.v }, sizeof out->kin);
    return true;
}

/* ---- all of them ---- */

typedef struct Framed { Fold fold; ItemId item; PlaceId place; double horizon, worth; LearnSeries told; } Framed;
typedef struct Framing { const LearnedInput *in; Arena **work, **kept; Framed *of; SpotSample sample; } Framing;

static void frame_keep(const State *state, const Picture *p, Arena *work, Arena *kept, Framed *out) {
    double worth = p->money.cost_known ? p->money.unit_cost : p->money.price_known ? p->money.price : 1, horizon = picture_horizon_buckets(p);
    size_t count = (size_t)p->fold.buckets;
    *out = (Framed){ .fold = p->fold, .item = p->item, .place = p->place, .horizon = horizon > 1 ? horizon : 1, .worth = worth };
    out->fold.value = memcpy(many_in(kept, double, count + 1), p->fold.value, count * sizeof(double));
    out->fold.state = memcpy(many_in(kept, uint8_t, count + 1), p->fold.state, count);
    told_gather(state, p, work, &out->told);
    out->told.line = memcpy(many_in(kept, LearnLine, out->told.lines + 1), out->told.line, (size_t)out->told.lines * sizeof(LearnLine));
    out->told.notice = memcpy(many_in(kept, LearnNotice, out->told.notices + 1), out->told.notice, (size_t)out->told.notices * sizeof(LearnNotice));
}

static void framing_slice(void *self, int thread, size_t from, size_t to) {
    Framing *f = self;
    for (size_t i = from; i < to; i++) {
        Arena *work = f->work[thread];
        arena_clear(work);
        Picture *p = new_in(work, Picture);
        picture_alone(f->in->context, f->sample.spot[i], work, p);
        frame_keep(f->in->context->state, p, work, f->kept[thread], &f->of[i]);
    }
}

/* Where most histories end, and how long the longest of those is. */
static int32_t end_of_most(const Framed *framed, size_t count, const Context *context, int *out_longest) {
    size_t votes[ENDS_MOST] = { 0 };
    int best = 0;
    for (size_t i = 0; i < count; i++) {
        int back = context->start_day - fold_end(&framed[i].fold);
        if (framed[i].fold.bucket_days != context->policy->bucket_days || framed[i].fold.buckets == 0 || back < 0 || back >= ENDS_MOST) continue;
        if (++votes[back] > votes[best]) best = back;
    }
    *out_longest = 0;
    for (size_t i = 0; i < count; i++)
        if (context->start_day - fold_end(&framed[i].fold) == best && framed[i].fold.buckets > *out_longest) *out_longest = framed[i].fold.buckets;
    return context->start_day - best;
}

static void series_collect(const LearnedInput *in, const Framed *framed, size_t count, Arena *arena, Panel *out) {
    const Context *context = in->context;
    LearnSeries *series = many_in(arena, LearnSeries, count + 1);
    double *horizon = many_in(arena, double, count + 1), *worth = many_in(arena, double, count + 1);
    const double **season = (const double **)many_in(arena, double *, count + 1);
    int longest;
    out->end_day = end_of_most(framed, count, context, &longest);
    out->learn.grid = grid_of(context->policy->bucket_days, out->end_day, longest);
    int n = 0;
    for (size_t i = 0; i < count; i++) {
        Picture p = { .fold = framed[i].fold, .item = framed[i].item, .place = framed[i].place };
        series[n] = framed[i].told;
        if (!series_of(&out->learn.grid, out->end_day, context->seasons, &p, &series[n])) continue;
        told_on_grid(&out->learn.grid, arena, &series[n]);
        horizon[n] = framed[i].horizon;
        worth[n] = framed[i].worth;
        season[n++] = season_of(context->seasons, framed[i].item, out->learn.grid.bucket_days);
    }
    out->learn.count = n;
    out->learn.series = series;
    out->learn.horizon = horizon;
    out->learn.worth = worth;
    out->learn.season = season;
}

void panel_make(const LearnedInput *in, Arena *arena, Panel *out) {
    const State *state = in->context->state;
    SpotSample sample = state_sample(state, SPOTS_MOST, arena);
    size_t count = sample.count;
    int threads = pool_threads(in->threads), items = (int)state->items.count;
    Framing framing = { .in = in, .sample = sample, .of = many_in(arena, Framed, count + 1), .work = many_in(arena, Arena *, threads), .kept = many_in(arena, Arena *, threads) };
    *out = (Panel){ .kept = framing.kept, .kept_count = threads };
    for (int t = 0; t < threads; t++) {
        framing.work[t] = arena_begin(256 * MiB);
        framing.kept[t] = arena_begin((size_t)1024 * MiB);
    }
    pool_run(in->threads, count, SLICE, framing_slice, &framing);
    for (int t = 0; t < threads; t++) arena_end(&framing.work[t]);
    out->learn.keys[0] = 1;
    out->learn.keys[1] = in->context->seasons->groups;
    out->learn.keys[2] = (int32_t)state->places.count;
    out->learn.keys[3] = items <= ITEMS_MOST ? items : 0;      /* of very many items a sample shows too few places of each */
    series_collect(in, framing.of, count, arena, out);
}

void panel_end(Panel *panel) {
    for (int t = 0; t < panel->kept_count; t++) arena_end(&panel->kept[t]);
}

void learned_grid(int bucket_days, int32_t end_day, int buckets, const int32_t keys[LEARN_KIN], Arena *arena, Learner *out) {
    out->grid = grid_of(bucket_days, end_day, buckets);
    learn_kin_begin(&out->grid, keys, arena, &out->kin);
}

void learned_fill(const LearnedInput *in, Arena *arena, Learned *learned) {
    own(arena_end) Arena *work = arena_begin((size_t)1024 * MiB), *one = arena_begin(64 * MiB);
    own(panel_end) Panel panel = { 0 };
    panel_make(in, work, &panel);
    Learner *learner = &learned->learner;
    learned->end_day = panel.end_day;
    learned_grid(panel.learn.grid.bucket_days, panel.end_day, panel.learn.grid.buckets, panel.learn.keys, arena, learner);
    for (int i = 0; i < panel.learn.count; i++) {
        arena_clear(one);
        LearnHistory history;
        LearnWeek *weeks = many_in(one, LearnWeek, learn_weeks(&learner->grid));
        learn_history(&learner->grid, &panel.learn.series[i], one, &history);
        learn_weeks_of(&history, weeks);
        learn_kin_add(&learner->kin, panel.learn.series[i].kin, weeks);
    }
}

LearnSaid learned_say(const Context *context, const Picture *picture, double horizon, Arena *work) {
    const Learned *learned = context->learned;
    LearnSeries series = { 0 };
    if (!learned || !learned->speaks || !series_of(&learned->learner.grid, learned->end_day, context->seasons, picture, &series)) return (LearnSaid){ 1, 1 };
    told_gather(context->state, picture, work, &series);
    told_on_grid(&learned->learner.grid, work, &series);
    return learner_say(&learned->learner, &series, horizon, demand_moments(&picture->demand, 0, horizon).mean, work);
}

/* ---- the champion ---- */

typedef struct Found { const Policy *policy; int64_t known_us; Learned *learned; } Found;

typedef struct Shares { const char *name; int64_t least, most; } Shares;

static Err shares_read(const JsonValue *payload, Shares of, double out[LEARN_CLASSES], Why *why) {
    const JsonValue *list;
    int count = 0;
    TRY(json_need_array(payload, of.name, &list, why));
    json_each(value, list) {
        int64_t micro;
        bool whole = json_is(value, JSON_NUMBER) && integer_parse(value->text, &micro, NULL) == OK;
        if (!whole || count == LEARN_CLASSES || micro < of.least || micro > of.most) return fail(why, ERR_CORRUPT, "its %s are not %d shares", of.name, LEARN_CLASSES);
        out[count++] = (double)micro / 1e6;
    }
    return count == LEARN_CLASSES ? OK : fail(why, ERR_CORRUPT, "its %s are not %d shares", of.name, LEARN_CLASSES);
}

static Err voices_read(const JsonValue *payload, LearnVoice out[LEARN_CLASSES], Why *why) {
    double weight[LEARN_CLASSES], spread[LEARN_CLASSES];
    TRY(shares_read(payload, (Shares){ "weights", 0, 1000000 }, weight, why));
    TRY(shares_read(payload, (Shares){ "spreads", 500000, 2000000 }, spread, why));
    for (int c = 0; c < LEARN_CLASSES; c++) out[c] = (LearnVoice){ weight[c], spread[c] };
    return OK;
}

static Err champion_take(void *self, const Row *row, bool *out_taken, Why *why) {
    Found *found = self;
    own(arena_end) Arena *work = arena_begin(MiB);
    const JsonValue *payload;
    const char *blob, *engine;
    int64_t bucket_days, features;
    bool champion;
    if (row->known_us > found->known_us) return OK;
    TRY(json_parse(work, row->payload, &payload, why));
    TRY(json_need_int(payload, "bucket_days", &bucket_days, why));
    TRY(json_need_int(payload, "features", &features, why));
    TRY(json_need_bool(payload, "champion", &champion, why));
    TRY(json_need_text(payload, "engine", &engine, why));
    if (strcmp(engine, PLAN_ENGINE) != 0) return OK;      /* it corrects the local models of another engine */
    if (!champion || bucket_days != found->policy->bucket_days || features != LEARN_FEATURES) return OK;
    TRY(json_need_text(payload, "blob", &blob, why));
    TRY(voices_read(payload, found->learned->learner.voice, why));
    if (strlen(blob) + 1 != sizeof found->learned->hash) return fail(why, ERR_CORRUPT, "its blob is no hash");
    memcpy(found->learned->hash, blob, sizeof found->learned->hash);
    found->learned->row = row->id.v;
    *out_taken = found->learned->speaks = true;
    return OK;
}

static Err forest_load(Store *store, Arena *arena, Learned *learned, Why *why) {
    Text forest;
    own(arena_end) Arena *work = arena_begin(256 * MiB);
    TRY(blob_read_named(store, work, learned->hash, &forest, why));
    return trees_read(forest, LEARN_FEATURES, arena, &learned->learner.trees, why);
}

static Err champion_load(Store *store, const LogFilter *models, Found *found, Arena *arena, Why *why) {
    TRY(log_find(store, models, champion_take, found, why));
    return found->learned->speaks ? forest_load(store, arena, found->learned, why) : OK;
}

Err learned_find(Store *store, const Policy *policy, int64_t upto, int64_t known_us, Arena *arena, Learned *out, Why *why) {
    *out = (Learned){ 0 };
    if (policy->learner != LEARNER_CHAMPION) return OK;
    LogFilter models = { .kinds = 1ull << ROW_MODEL, .key = "demand", .upto = { upto }, .newest_first = true };
    Found found = { policy, known_us, out };
    Err err = champion_load(store, &models, &found, arena, why);
    if (err == OK) return OK;
    return fail_hint(why, fail_doing(why, err, "model row %lld", (long long)out->row), "set \"learner\" to \"off\" in the policy, or run: stockwright model train");
}
