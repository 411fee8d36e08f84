/* What was expected of past weeks, beside what came: told again from the history as it stood, and as cases froze it. Nothing is stored for it: a frozen forecast of a
 * million item-places would cost 28 MB a week to answer what a few fits do when somebody asks (docs/decisions/0014). */
#include <stdlib.h>

#include "base/decimal.h"
#include "plan/room.h"

enum { WEEK = 7, PERIODS_LEAST = 4, VERSIONS_READ = 60, FROZEN_DAYS = 28 };
const int told_weeks_ahead[TOLD_AHEADS] = { 1, 4, 8 };

/* An item-place whose history is cut at many days. Periods end where the history ends. */
typedef struct Cut {
    const Context *context;
    Picture picture;
    DemandSeries series;
    int group, periods, ahead[TOLD_AHEADS];       /* buckets a period; periods of the whole history; periods from what was known to the end of the one told */
} Cut;

static int cut_from(const Cut *cut, int period) { return cut->series.count - (cut->periods - period) * cut->group; }

static void cut_make(const Context *context, int32_t spot, Arena *arena, Cut *out) {
    out->context = context;
    picture_frame(context, spot, NULL, arena, &out->picture);
    out->series = picture_series(context, &out->picture, arena);
    int days = out->picture.fold.bucket_days;
    out->group = days < WEEK ? WEEK / days : 1;
    out->periods = out->series.count / out->group;
    for (int k = 0; k < TOLD_AHEADS; k++) {
        int periods = told_weeks_ahead[k] * WEEK / (out->group * days);
        out->ahead[k] = periods > 1 ? periods : 1;
    }
}

/* The model as of the first `known` buckets; false where they were too few. */
static bool cut_fit(Cut *cut, int known, Arena *work, DemandModel *out) {
    Picture *p = &cut->picture;
    DemandSeries then = cut->series;
    if (known < PERIODS_LEAST * cut->group) return false;
    then.count = known;
    demand_fit(&then, picture_fit_horizon(p), work, out);
    if (out->kind == DEMAND_NONE) return false;
    DemandLessons lessons = picture_lessons(cut->context, p);
    demand_teach(&lessons, out);
    if (p->year) demand_year(out, p->year, p->fold.from_day + (int64_t)known * p->fold.bucket_days);
    if (cut->context->misses && p->fold.bucket_days == cut->context->policy->bucket_days) demand_widen(cut->context->misses, picture_horizon_buckets(p), out);
    return true;
}

static ToldAhead told_of(const DemandModel *model, int from, int length) {
    Dist dist;
    demand_sum(model, from, length, &dist);
    return (ToldAhead){ true, micro_of(dist.mean), micro_of(dist_quantile(&dist, 0.1)), micro_of(dist_quantile(&dist, 0.9)) };
}

static void came_read(const Cut *cut, int period, ToldPeriod *out) {
    const Fold *fold = &cut->picture.fold;
    int from = cut_from(cut, period), seen = 0;
    double sum = 0;
    out->from_day = fold->from_day + from * fold->bucket_days;
    for (int b = from; b < from + cut->group; b++) {
        out->at_least |= fold->state[b] != DEMAND_EXACT;
        if (fold->state[b] == DEMAND_MISSING) continue;
        sum += fold->value[b];
        seen++;
    }
    out->came = seen ? micro_of(sum) : CASE_NONE;
}

/* Each day is fitted once and tells of all the periods that lie 1, 4 and 8 weeks ahead of it. */
static void periods_make(Cut *cut, Arena *arena, ItemTold *out) {
    int first = cut->periods > TOLD_PERIODS ? cut->periods - TOLD_PERIODS : 0;
    own(arena_end) Arena *work = arena_begin(64 * MiB);
    out->periods_count = cut->periods - first;
    out->periods = many_in(arena, ToldPeriod, out->periods_count + 1);
    for (int i = 0; i < out->periods_count; i++) came_read(cut, first + i, &out->periods[i]);
    for (int origin = first + 1 - cut->ahead[TOLD_AHEADS - 1]; origin < cut->periods; origin++) {
        DemandModel model;
        arena_clear(work);
        if (origin < 0 || !cut_fit(cut, cut_from(cut, origin), work, &model)) continue;
        for (int k = 0; k < TOLD_AHEADS; k++) {
            int i = origin + cut->ahead[k] - 1 - first;
            if (i >= 0 && i < out->periods_count) out->periods[i].told[k] = told_of(&model, (cut->ahead[k] - 1) * cut->group, cut->group);
        }
    }
}

static ToldScore score_of(const ItemTold *told, int k) {
    double came = 0, off = 0, missed = 0;
    int periods = 0, inside = 0;
    for (int i = 0; i < told->periods_count; i++) {
        const ToldPeriod *p = &told->periods[i];
        if (p->came == CASE_NONE || p->at_least || !p->told[k].told) continue;
        double miss = (double)(p->told[k].mean - p->came);
        came += (double)p->came;
        off += miss;
        missed += miss < 0 ? -miss : miss;
        inside += p->came >= p->told[k].p10 && p->came <= p->told[k].p90;
        periods++;
    }
    bool any = periods > 0 && came > 0;
    return (ToldScore){ periods, any ? micro_of(off / came) : CASE_NONE, any ? micro_of(missed / came) : CASE_NONE, periods ? micro_of((double)inside / periods) : CASE_NONE };
}

/* ---- as it was frozen ---- */

typedef struct FrozenRead { const Plan *plan; int32_t spot; Arena *work; ItemTold *out; } FrozenRead;

static Err frozen_visit(void *self, const Row *row, Why *why) {
    FrozenRead *read = self;
    ItemTold *out = read->out;
    int32_t today = read->plan->context.start_day;
    int64_t id = row->id.v;
    Case c;
    arena_clear(read->work);
    TRY_DOING(case_read(read->work, row->payload, &c, why), "case row %lld", (long long)row->id.v);
    int32_t from = c.projection.from_day;
    bool again = out->frozen_count > 0 && out->frozen[out->frozen_count - 1].from_day <= from;     /* another case of the day, or a verdict that repeats its figures */
    if (c.projection.points == 0 || c.facts.demand_mean_day == CASE_NONE || again || out->frozen_count == TOLD_FROZEN) return OK;
    if (row->key[0]) TRY(integer_parse(text_of(row->key), &id, why));
    int32_t days = c.facts.lead_p50 == CASE_NONE || c.facts.review_days == CASE_NONE ? FROZEN_DAYS : (int32_t)(c.facts.lead_p50 + c.facts.review_days);
    ToldFrozen one = { .row = row->id, .case_id = { id }, .from_day = from, .until_day = from + (days > WEEK ? days : WEEK), .came = CASE_NONE };
    one.told = micro_of(micro_to_double(c.facts.demand_mean_day) * (one.until_day - from));
    one.over = one.until_day <= today;
    if (from < today) one.came = spot_sold(read->plan->state, read->spot, from, one.over ? one.until_day : today);
    out->frozen[out->frozen_count++] = one;
    return OK;
}

static Err frozen_make(const Plan *plan, int32_t spot, Arena *arena, ItemTold *out, Why *why) {
    const Spot *at = &plan->state->spots.at[spot];
    own(arena_end) Arena *work = arena_begin(CASE_WORK);
    FrozenRead read = { plan, spot, work, out };
    LogFilter versions = { .kinds = 1ull << ROW_CASE, .item = at->item, .place = at->place, .most = VERSIONS_READ, .newest_first = true };
    out->frozen = many_in(arena, ToldFrozen, TOLD_FROZEN + 1);
    return log_scan(plan->store, &versions, frozen_visit, &read, why);
}

Err plan_told(Plan *plan, Arena *arena, ItemId item, PlaceId place, ItemTold *out, Why *why) {
    if (!plan->ready) return fail_hint(why, fail(why, ERR_CONFLICT, "nothing is planned yet"), "run a planning step first");
    int32_t spot = state_spot(plan->state, item, place);
    if (spot < 0) return fail(why, ERR_NOT_FOUND, "no fact names this item at this place");
    Cut *cut = new_in(arena, Cut);
    cut_make(&plan->context, spot, arena, cut);
    *out = (ItemTold){ .uom = item_unit(&plan->state->items.at[item.v]), .period_days = cut->group * cut->picture.fold.bucket_days };
    periods_make(cut, arena, out);
    for (int k = 0; k < TOLD_AHEADS; k++) out->score[k] = score_of(out, k);
    return frozen_make(plan, spot, arena, out, why);
}

/* ---- written ---- */

static void period_write(JsonWriter *json, const ToldPeriod *p) {
    static const char *const names[TOLD_AHEADS][3] = { { "told_1", "told_1_p10", "told_1_p90" }, { "told_4", "told_4_p10", "told_4_p90" }, { "told_8", "told_8_p10", "told_8_p90" } };
    json_begin_object(json);
    case_day_or_null(json, "from", p->from_day);
    case_micro_or_null(json, "came", p->came);
    json_field_bool(json, "at_least", p->at_least);
    for (int k = 0; k < TOLD_AHEADS; k++) {
        const ToldAhead *told = &p->told[k];
        case_micro_or_null(json, names[k][0], told->told ? told->mean : CASE_NONE);
        case_micro_or_null(json, names[k][1], told->told ? told->p10 : CASE_NONE);
        case_micro_or_null(json, names[k][2], told->told ? told->p90 : CASE_NONE);
    }
    json_end(json);
}

static void frozen_write(JsonWriter *json, const ToldFrozen *f) {
    json_begin_object(json);
    json_field_int(json, "case", f->case_id.v);
    json_field_int(json, "row", f->row.v);
    case_day_or_null(json, "from", f->from_day);
    case_day_or_null(json, "until", f->until_day);
    json_field_micro(json, "told", f->told);
    case_micro_or_null(json, "came", f->came);
    json_field_bool(json, "over", f->over);
    json_end(json);
}

void item_told_write(Buf *out, const ItemTold *told) {
    JsonWriter json = json_writer(out);
    json_begin_object(&json);
    json_field_str(&json, "uom", told->uom);
    json_field_int(&json, "period_days", told->period_days);
    json_field_array(&json, "scores");
    for (int k = 0; k < TOLD_AHEADS; k++) {
        json_begin_object(&json);
        json_field_int(&json, "weeks_ahead", told_weeks_ahead[k]);
        json_field_int(&json, "periods", told->score[k].periods);
        case_micro_or_null(&json, "bias", told->score[k].bias_ppm);
        case_micro_or_null(&json, "error", told->score[k].error_ppm);
        case_micro_or_null(&json, "inside", told->score[k].inside_ppm);
        json_end(&json);
    }
    json_end(&json);
    json_field_int(&json, "total", told->periods_count);
    json_field_array(&json, "rows");
    for (int i = 0; i < told->periods_count; i++) period_write(&json, &told->periods[i]);
    json_end(&json);
    json_field_array(&json, "frozen");
    for (int i = 0; i < told->frozen_count; i++) frozen_write(&json, &told->frozen[i]);
    json_end(&json);
    json_end(&json);
}
