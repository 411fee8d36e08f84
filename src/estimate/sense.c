#include "estimate/sense.h"

#include <string.h>

#include "base/decimal.h"
#include "base/hash.h"
#include "base/time.h"
#include "maths/fn.h"
#include "estimate/pace.h"
#include "estimate/picture.h"

enum { OWN_LINES_PARENT = 50, CUSTOMER_DAYS = 180, CUSTOMER_ORDERS_LEAST = 8, CUSTOMERS_LEAST = 5, ENDING_HALF_LIFE = 180, SIGNAL_LATE_DAYS = 3 };
static const double SIGNAL_FACTOR_MOST = 5, ODD_ENOUGH = 0.005;

/* ---- what is known of the coming buckets ---- */

/* Its own lines: of the window those known so many days ahead, and the units known of usual size in [from_day, to_day). */
typedef struct OwnLines { int known[PACE_AHEAD], lines; int64_t units; } OwnLines;

static OwnLines own_lines(const Context *context, const Picture *p, int32_t from_day, int32_t to_day) {
    OwnLines own = { 0 };
    const FoldInput in = { .state = context->state, .spot = p->spot, .start_day = context->start_day };
    RecordWalk walk = record_walk(context->state, p->spot);
    for (const Record *r = record_next_line(&walk); r; r = record_next_line(&walk)) {
        bool known = r->day2 != NO_DAY && r->day2 < context->start_day;
        if (known && r->day >= from_day && r->day < to_day && !line_is_apart(&in, r, &p->fold)) own.units += r->qty;
        if (r->day >= context->start_day || r->day < context->start_day - PACE_WINDOW) continue;
        int ahead = r->day2 == NO_DAY ? 0 : r->day - r->day2;
        own.lines++;
        if (ahead > 0) own.known[(ahead < PACE_AHEAD ? ahead : PACE_AHEAD) - 1]++;
    }
    return own;
}

/* How early its lines are known, leaning on its group's. */
static void own_pace(const OwnLines *own, const PaceGroup *group, double out_known[PACE_AHEAD]) {
    int later = 0;
    for (int k = PACE_AHEAD - 1; k >= 0; k--) {
        later += own->known[k];
        out_known[k] = (later + OWN_LINES_PARENT * group->known[k]) / (own->lines + OWN_LINES_PARENT);
    }
}

/* Shares by bucket, and the units known: lines of usual size wanted from the end of the history on that were ordered before the start day. */
typedef struct Ahead { double share[SENSED_AHEAD_MOST], units; int buckets; } Ahead;

static void ahead_make(const Context *context, const Picture *p, Ahead *out) {
    const PaceGroup *group = pace_of(context, p->item);
    const Fold *fold = &p->fold;
    *out = (Ahead){ 0 };
    if (!group || !(group->lines > 0) || fold->buckets == 0 || fold->kin_item || fold->successor_here || context->state->by_kind[FACT_ORDER_LINE] == 0) return;
    double known[PACE_AHEAD], customers = fold->sold > 0 ? 1 - (double)fold->sent / (double)fold->sold : 1;
    int32_t end = fold->from_day + fold->buckets * fold->bucket_days, last = context->start_day + PACE_AHEAD;
    OwnLines own = own_lines(context, p, end, last);
    own_pace(&own, group, known);
    for (int32_t day = end; day < last && (day - end) / fold->bucket_days < SENSED_AHEAD_MOST; day++) {
        int bucket = (day - end) / fold->bucket_days;
        double of_bucket = fold->bucket_days == 7 ? group->weekday[day_weekday(day) - 1] : 1.0 / fold->bucket_days;
        out->share[bucket] += customers * of_bucket * (day < context->start_day ? 1 : known[day - context->start_day]);
        out->buckets = bucket + 1;
    }
    out->units = micro_to_double(own.units);
}

/* ---- kin ---- */

static bool is_new(const Picture *p) {
    return p->fold.observed * p->fold.bucket_days < SENSE_NEW_DAYS && !p->fold.kin_item && !p->fold.successor_here;
}

/* A short history leans on kin: when it was sold here, or when somebody says that it is new. */
static void kin_lean(const Context *context, Picture *p, const DemandSeries *series) {
    SenseTrace *trace = &p->sense;
    KinRate kin;
    bool told_new = strcmp(context->state->items.at[p->item.v].lifecycle, "new") == 0 || strcmp(context->state->spots.at[p->spot].lifecycle, "new") == 0;
    if (!is_new(p) || picture_ends(context, p) || (p->fold.sold <= 0 && !told_new) || !pace_kin(context, p->item, p->place, p->money.unit_cost, &kin)) return;
    trace->kin = kin.kin;
    trace->kin_rate = kin.units_day;
    trace->kin_cv = kin.rate_cv;
    trace->own_days = p->fold.observed * p->fold.bucket_days;
    int phases = context->seasons->phases;
    demand_with_kin(kin.units_day * p->fold.bucket_days, kin.rate_cv, series->kin_season, series->kin_season ? phases : 0, series, &p->demand);
}

/* ---- signals ---- */

static const SignalInfo *signal_of(const Context *context, const Picture *p) {
    const State *state = context->state;
    const SignalInfo *best = NULL;
    ToldOf chain[TOLD_CHAINS];
    state_told(state, p->item, p->place, chain);
    for (int c = 0; c < TOLD_CHAINS; c++)
        for (int32_t i = chain[c].signals; i >= 0; i = state->signals.at[i].next) {
            const SignalInfo *s = &state->signals.at[i];
            bool near = s->to_day >= context->start_day && s->from_day <= context->start_day + SIGNAL_LATE_DAYS;
            if (near && state_signal_hits(state, s, p->item, p->place) && (!best || s->row > best->row)) best = s;
        }
    return best;
}

/* The news is the event's: as strong as it was seen, at most what the signal says when it says how much, until its last day. */
static void signal_follow(const Context *context, const SignalInfo *signal, Picture *p) {
    const SenseReading *r = &p->sense.news.reading;
    double told = micro_to_double(signal->factor), factor = r->seen_over_expected;
    if (told > 1 && factor > told) factor = told;
    if (factor > SIGNAL_FACTOR_MOST) factor = SIGNAL_FACTOR_MOST;
    double bucket = p->fold.bucket_days, from = p->from_days / bucket;
    if (!demand_date(&p->demand, from, from + (signal->to_day + 1 - context->start_day) / bucket, factor)) return;
    p->sense.signal_row = signal->row;
    p->sense.signal_to = signal->to_day;
    p->sense.signal_factor = factor;
    p->flags |= CASE_FLAG_BIT(SIGNAL_ACTIVE);
}

/* ---- news ---- */

/* Of what was wanted in the last week: who took most of it. */
typedef struct Majority { int32_t who; int64_t weight; } Majority;

static void majority_hear(Majority *m, int32_t who, int64_t qty) {           /* Boyer & Moore 1981, by quantity */
    m->weight += who == m->who ? qty : -qty;
    if (m->weight < 0) *m = (Majority){ who, -m->weight };                  /* what is left of this one counts on */
}

static int32_t odd_customer(const Context *context, const Picture *p) {
    Majority m = { 0 };
    int64_t all = 0, his = 0;
    for (int pass = 0; pass < 2; pass++) {
        RecordWalk walk = record_walk(context->state, p->spot);
        for (const Record *r = record_next_line(&walk); r; r = record_next_line(&walk)) {
            if (r->day < context->start_day - 7) continue;
            if (pass == 0) majority_hear(&m, r->who, r->qty);
            else all += r->qty, his += r->who == m.who ? r->qty : 0;
        }
    }
    return his * 2 > all ? m.who : 0;
}

static void news_read(const Context *context, Picture *p, const DemandSeries *series, double horizon, Arena *arena) {
    SenseTrace *trace = &p->sense;
    Ahead ahead;
    const SignalInfo *signal = signal_of(context, p);
    ahead_make(context, p, &ahead);
    double year = p->year ? p->year[demand_phase(context->start_day, 7)] : 1;      /* what is known of the days ahead, too, as without it */
    SensedInput in = { .series = series, .horizon = horizon, .known_share = ahead.share, .ahead = ahead.buckets, .known = year > 0 ? ahead.units / year : ahead.units, .chance = trace->chance,
                       .lessons = picture_lessons(context, p), .learned = p->learned.factor, .passing = signal ? (context->start_day - signal->from_day + SIGNAL_LATE_DAYS) / p->fold.bucket_days + 1 : 0 };
    demand_sense(&in, arena, &p->demand, &trace->news);
    const Sensed *news = &trace->news;
    int32_t bucket = p->fold.bucket_days, first = p->fold.from_day + news->from * bucket;
    trace->from_day = first;
    trace->to_day = news->from + news->buckets > series->count ? context->start_day - 1 : first + news->buckets * bucket - 1;
    if (news->odd < ODD_ENOUGH) trace->odd_customer = odd_customer(context, p);
    if (news->event) signal_follow(context, signal, p);
}

/* ---- one large customer ---- */

static void customer_weigh(const Context *context, Picture *p) {
    if (context->state->customers.count < CUSTOMERS_LEAST || p->demand.kind == DEMAND_NONE || !(p->demand.level > 0)) return;
    SenseTrace *trace = &p->sense;
    Majority m = { 0 };
    int64_t all = 0, his = 0;
    int32_t first = NO_DAY, last = NO_DAY;
    int orders = 0;
    for (int pass = 0; pass < 2; pass++) {
        RecordWalk walk = record_walk(context->state, p->spot);
        for (const Record *r = record_next_line(&walk); r; r = record_next_line(&walk)) {
            if (r->day >= context->start_day || r->day < context->start_day - CUSTOMER_DAYS || r->qty >= p->fold.line_large) continue;
            if (pass == 0) majority_hear(&m, r->who, r->qty);
            else all += r->qty;
            if (pass == 0 || r->who != m.who) continue;
            his += r->qty;
            orders++;
            if (first == NO_DAY || r->day < first) first = r->day;
            if (r->day > last || (r->day == last && r->row > trace->customer_row)) trace->customer_row = r->row;
            if (r->day > last) last = r->day;
        }
        if (pass == 0 && m.who <= 0) return;
    }
    if (his * 2 <= all || orders < CUSTOMER_ORDERS_LEAST) return;
    double gap = orders > 1 ? (double)(last - first) / (orders - 1) : CUSTOMER_DAYS;
    trace->customer_share = (double)his / (double)all;
    trace->customer_silent = context->start_day - 1 - last;
    trace->customer = sense_customer(trace->customer_share, trace->customer_silent, gap > 1 ? gap : 1, picture_horizon_buckets(p) * p->fold.bucket_days);
    double level = p->demand.level, mean = trace->customer.mean;
    p->demand = demand_levelled(&p->demand, level * mean, p->demand.level_var * mean * mean + trace->customer.var * level * level, 1);
}

/* ---- what planners put ---- */

bool override_hits(const State *state, const OverrideInfo *o, ItemId item, PlaceId place) {
    if (o->row == 0 || o->cleared || (o->item && o->item != item.v) || (o->place && o->place != place.v)) return false;
    return o->group[0] == 0 || strcmp(o->group, state->items.at[item.v].group) == 0 || strcmp(o->group, state->places.at[place.v].group) == 0;
}

/* A number of units for all its days says what one day of it is: the same share of the baseline on each. */
static double override_factor(const Context *context, const Picture *p, const OverrideInfo *o) {
    if (o->qty == NO_QTY) return micro_to_double(o->factor);
    double bucket = p->fold.bucket_days, from = (p->from_days + (o->from_day > context->start_day ? o->from_day - context->start_day : 0)) / bucket;
    double length = (o->to_day + 1 - (o->from_day > context->start_day ? o->from_day : context->start_day)) / bucket;
    double baseline = demand_moments(&p->demand, from, length).mean, whole = (o->to_day + 1 - o->from_day) / bucket;
    return baseline > 0 ? micro_to_double(o->qty) * length / whole / baseline : 1;
}

/* Among the newest ones, in the order in which they were put: facts may come in any order. */
static void newest_insert(const OverrideInfo *o, const OverrideInfo *out[SENSE_OVERRIDES_MOST], int *count) {
    int at = *count;
    while (at > 0 && out[at - 1]->row > o->row) at--;
    if (*count == SENSE_OVERRIDES_MOST) {
        if (at == 0) return;
        memmove(&out[0], &out[1], sizeof out[0] * (size_t)(--at));
    } else {
        memmove(&out[at + 1], &out[at], sizeof out[0] * (size_t)((*count)++ - at));
    }
    out[at] = o;
}

static int overrides_of(const Context *context, const Picture *p, const OverrideInfo *out[SENSE_OVERRIDES_MOST]) {
    const State *state = context->state;
    ToldOf chain[TOLD_CHAINS];
    int count = 0;
    state_told(state, p->item, p->place, chain);
    for (int c = 0; c < TOLD_CHAINS; c++)
        for (int32_t i = chain[c].overrides; i >= 0; i = state->overrides.at[i].next) {
            const OverrideInfo *o = &state->overrides.at[i];
            if (o->to_day >= context->start_day && override_hits(state, o, p->item, p->place)) newest_insert(o, out, &count);
        }
    return count;
}

static void overrides_put(const Context *context, Picture *p) {
    SenseTrace *trace = &p->sense;
    const OverrideInfo *put[SENSE_OVERRIDES_MOST];
    int count = context->state->overrides.count ? overrides_of(context, p, put) : 0;
    for (int i = 0; i < count; i++) {
        double bucket = p->fold.bucket_days, at = p->from_days, factor = override_factor(context, p, put[i]);
        if (!demand_date(&p->demand, (at + put[i]->from_day - context->start_day) / bucket, (at + put[i]->to_day + 1 - context->start_day) / bucket, factor)) continue;
        trace->override[trace->overrides] = put[i];
        trace->override_factor[trace->overrides++] = factor;
    }
}

DemandModel sense_baseline(const Picture *p) {
    DemandModel base = p->demand;
    base.dated -= p->sense.overrides;
    return base;
}

void sense_surprise(const Context *context, const Picture *p, double out_tail[SENSED_TAILS]) {
    const Fold *fold = &p->fold;
    DemandSeries series = { .count = fold->buckets, .value = fold->value, .state = fold->state, .bucket_days = fold->bucket_days,
                            .first_phase = demand_phase(fold->from_day, fold->bucket_days), .kin_season = season_of(context->seasons, p->item, fold->bucket_days) };
    demand_tails(&(SensedInput){ .series = &series, .chance = p->sense.chance }, &p->demand, out_tail);
}

/* ---- all of it ---- */

void sense_demand(const Context *context, Picture *p, const DemandSeries *series, double horizon, Arena *arena) {
    SenseTrace *trace = &p->sense;
    uint64_t mixed = hash64_int(hash64_int(((uint64_t)p->item.v << 32) | (uint32_t)p->place.v) ^ (uint64_t)(uint32_t)context->start_day);
    *trace = (SenseTrace){ .chance = (double)(mixed >> 11) * 0x1p-53, .news = { .odd = 1, .factor = 1 } };
    kin_lean(context, p, series);
    if (trace->kin == 0) news_read(context, p, series, horizon, arena);
    if (p->year) demand_year(&p->demand, p->year, p->fold.from_day + (int64_t)p->fold.buckets * p->fold.bucket_days);
    customer_weigh(context, p);
    if (picture_ends(context, p) && context->state->items.at[p->item.v].successor == 0) p->demand.fade = -fn_expm1(-0.6931471805599453 * p->fold.bucket_days / ENDING_HALF_LIFE);
    double base = p->from_days / p->fold.bucket_days, days = horizon * p->fold.bucket_days;
    trace->base_mean_day = demand_moments(&p->demand, base, horizon).mean / days;
    overrides_put(context, p);
}
