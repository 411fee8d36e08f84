#include "learn/features.h"

#include "maths/fn.h"

static const float UNKNOWN = __builtin_nanf("");

static int week_buckets(const LearnGrid *grid) { return grid->bucket_days < 7 ? 7 / grid->bucket_days : 1; }

/* ---- one series ---- */

void learn_history(const LearnGrid *grid, const LearnSeries *series, Arena *arena, LearnHistory *out) {
    int n = series->count;
    *out = (LearnHistory){ .grid = grid, .series = series };
    out->week = week_buckets(grid);
    out->year = grid->bucket_days <= 7 ? 52 * out->week : (364 + grid->bucket_days / 2) / grid->bucket_days;
    double **columns[] = { &out->units, &out->squares, &out->seen, &out->sold, &out->censored, &out->level };
    for (size_t c = 0; c < sizeof columns / sizeof columns[0]; c++) *columns[c] = many_in(arena, double, n + 1);
    out->sold_at = many_in(arena, int, n + 1);
    learn_told_history(out, arena);
    double alpha = 0.1 / out->week, level = 0;
    int steps = 0, sold_at = -1;
    for (int i = 0; i <= n; i++) {
        out->level[i] = level;
        out->sold_at[i] = sold_at;
        if (i == n) break;
        DemandState state = series->state ? series->state[i] : DEMAND_EXACT;
        double seen = state != DEMAND_MISSING, y = seen && series->value[i] > 0 ? series->value[i] : 0;
        out->units[i + 1] = out->units[i] + y;
        out->squares[i + 1] = out->squares[i] + y * y;
        out->seen[i + 1] = out->seen[i] + seen;
        out->sold[i + 1] = out->sold[i] + (y > 0);
        out->censored[i + 1] = out->censored[i] + (state == DEMAND_AT_LEAST);
        if (y > 0) sold_at = i;
        if (state == DEMAND_MISSING) continue;
        double gain = alpha * (steps + 1) < 1 ? 1.0 / (steps + 1) : alpha;
        steps++;
        if (state == DEMAND_EXACT || y > level) level += gain * (y - level);
    }
}

typedef struct Window { double units, squares, seen, sold, censored; } Window;

static Window window_of(const LearnHistory *h, int from, int to) {
    if (from < 0) from = 0;
    if (to > h->series->count) to = h->series->count;
    if (to <= from) return (Window){ 0 };
    return (Window){ h->units[to] - h->units[from], h->squares[to] - h->squares[from], h->seen[to] - h->seen[from], h->sold[to] - h->sold[from],
                     h->censored[to] - h->censored[from] };
}

static double mean_of(Window w) { return w.seen > 0 ? w.units / w.seen : -1; }

static float ratio(double above, double below) { return above >= 0 && below > 0 ? (float)(above / below) : UNKNOWN; }

/* ---- kin ---- */

int learn_weeks(const LearnGrid *grid) { return grid->buckets / week_buckets(grid); }

void learn_weeks_of(const LearnHistory *h, LearnWeek *out) {
    int weeks = learn_weeks(h->grid), first = h->grid->buckets - weeks * h->week - h->series->from;
    for (int w = 0; w < weeks; w++) {
        double demand = 0, usual = 0;
        for (int i = first + w * h->week; i < first + (w + 1) * h->week; i++) {
            if (i < 0 || i >= h->series->count || !(h->level[i] > 0) || !(h->seen[i + 1] > h->seen[i])) continue;
            double root = __builtin_sqrt(h->level[i]);
            demand += (h->units[i + 1] - h->units[i]) / root;
            usual += root;
        }
        out[w] = (LearnWeek){ (float)demand, (float)usual };
    }
}

void learn_kin_begin(const LearnGrid *grid, const int32_t keys[LEARN_KIN], Arena *arena, LearnKin *out) {
    *out = (LearnKin){ .weeks = learn_weeks(grid), .week = week_buckets(grid) };
    out->skipped = grid->buckets - out->weeks * out->week;
    for (int k = 0; k < LEARN_KIN; k++) {
        out->keys[k] = keys[k];
        out->of[k] = many_in(arena, LearnWeek, (size_t)keys[k] * (size_t)out->weeks + 1);
    }
}

static bool key_known(const LearnKin *kin, int k, int32_t key) { return key >= 0 && key < kin->keys[k]; }

void learn_kin_add(LearnKin *kin, const int32_t key[LEARN_KIN], const LearnWeek *weeks) {
    for (int k = 0; k < LEARN_KIN; k++) {
        if (!key_known(kin, k, key[k])) continue;
        LearnWeek *of = kin->of[k] + (size_t)key[k] * (size_t)kin->weeks;
        for (int w = 0; w < kin->weeks; w++) {
            of[w].demand += weeks[w].demand;
            of[w].usual += weeks[w].usual;
        }
    }
}

/* Demand of the kin in weeks [from, to) over what their running levels had said, < 0 when not known; two buckets of an average series lean it to 1. */
static double kin_level(const LearnWeek *of, int from, int to) {
    double demand = 0, usual = 0;
    for (int w = from < 0 ? 0 : from; w < to; w++) {
        demand += (double)of[w].demand;
        usual += (double)of[w].usual;
    }
    return usual > 0 ? (demand + 2) / (usual + 2) : -1;
}

/* ---- the row ---- */

const char *const learn_feature_names[LEARN_FEATURES] = {
    "horizon", "log-local", "log-level", "level-over-local", "age", "lag-1", "lag-2", "lag-4", "lag-8", "lag-13", "lag-26", "lag-52", "same-last-year", "near-last-year",
    "year-on-year", "share-sold-8", "share-sold-26", "share-sold-52", "since-sale", "since-sale-over-interval", "dispersion-26", "variation-26",
    "variation-52", "seen-4", "censored-4", "seen-13", "censored-13", "week-of-year",
    "all-4", "all-13", "all-year", "all-year-before", "group-4", "group-13", "group-year", "group-year-before",
    "place-4", "place-13", "place-year", "place-year-before", "item-4", "item-13", "item-year", "item-year-before", "item-size", "place-size",
    "price-4", "price-13", "list-ahead", "list-step", "event-lately", "event-ahead", "event-share-ahead", "largest-customer", "customers", "largest-silent",
    "largest-silent-over-interval",
};

static const int lag_weeks[] = { 1, 2, 4, 8, 13, 26, 52 };

static float *own_features(const LearnHistory *h, int i, int ahead, double level, float *f) {
    int week = h->week, year = h->year;
    for (size_t l = 0; l < sizeof lag_weeks / sizeof lag_weeks[0]; l++) *f++ = ratio(mean_of(window_of(h, i - lag_weeks[l] * week, i)), level);
    bool has_year = i >= year;
    *f++ = has_year ? ratio(mean_of(window_of(h, i - year, i - year + ahead)), level) : UNKNOWN;
    *f++ = has_year ? ratio(mean_of(window_of(h, i - year - 2 * week, i - year + ahead + 2 * week)), level) : UNKNOWN;
    *f++ = has_year ? ratio(mean_of(window_of(h, i - 8 * week, i)), mean_of(window_of(h, i - year - 8 * week, i - year))) : UNKNOWN;
    Window short_ago = window_of(h, i - 8 * week, i), half = window_of(h, i - 26 * week, i), whole = window_of(h, i - 52 * week, i);
    *f++ = ratio(short_ago.sold, short_ago.seen);
    *f++ = ratio(half.sold, half.seen);
    *f++ = ratio(whole.sold, whole.seen);
    double since = h->sold_at[i] < 0 ? -1 : i - h->sold_at[i];
    *f++ = since < 0 ? UNKNOWN : (float)(since / week);
    *f++ = whole.seen > 0 ? ratio(since < 0 ? -1 : since * whole.sold, whole.seen) : UNKNOWN;
    double mean = mean_of(half), variance = half.seen > 1 ? half.squares / half.seen - mean * mean : -1;
    *f++ = ratio(variance > 0 ? variance : half.seen > 1 ? 0 : -1, mean);
    *f++ = ratio(variance > 0 ? __builtin_sqrt(variance) : half.seen > 1 ? 0 : -1, mean);
    double mean_year = mean_of(whole), variance_year = whole.seen > 1 ? whole.squares / whole.seen - mean_year * mean_year : -1;
    *f++ = ratio(variance_year > 0 ? __builtin_sqrt(variance_year) : -1, mean_year);
    for (int w = 0; w < 2; w++) {                            /* was it in stock, did it run out */
        int buckets = (w ? 13 : 4) * week;
        Window lately = window_of(h, i - buckets, i);
        *f++ = ratio(lately.seen, i < buckets ? i : buckets);
        *f++ = ratio(lately.censored, lately.seen);
    }
    return f;
}

/* `now`: the first week that is not wholly before the moment. */
static float *kin_features(const LearnHistory *h, const LearnKin *kin, int now, int ahead, float *f) {
    int year = h->year / h->week, weeks_ahead = (ahead + h->week - 1) / h->week;
    for (int k = 0; k < LEARN_KIN; k++, f += 4) {
        for (int i = 0; i < 4; i++) f[i] = UNKNOWN;
        if (!key_known(kin, k, h->series->kin[k])) continue;
        const LearnWeek *of = kin->of[k] + (size_t)h->series->kin[k] * (size_t)kin->weeks;
        f[0] = ratio(kin_level(of, now - 4, now), 1);
        f[1] = ratio(kin_level(of, now - 13, now), 1);
        if (now < year + 8) continue;
        int to = now - year + weeks_ahead < now ? now - year + weeks_ahead : now;
        f[2] = ratio(kin_level(of, now - year, to), 1);
        f[3] = ratio(kin_level(of, now - year - 8, now - year), 1);
    }
    return f;
}

static float kin_size(const LearnKin *kin, int k, int32_t key, int now) {
    if (!key_known(kin, k, key) || now <= 0) return UNKNOWN;
    double usual = 0;
    const LearnWeek *of = kin->of[k] + (size_t)key * (size_t)kin->weeks;
    for (int w = now < 26 ? 0 : now - 26; w < now; w++) usual += (double)of[w].usual;
    return (float)fn_log(1 + usual / (now < 26 ? now : 26));
}

bool learn_features(const LearnHistory *h, const LearnKin *kin, int at, double horizon, double local_mean, float out[LEARN_FEATURES]) {
    int i = at - h->series->from, ahead = (int)(horizon + 0.5) > 0 ? (int)(horizon + 0.5) : 1;
    double level = h->level[i];
    if (!(level > 0) || !(local_mean > 0)) return false;
    float *f = out;
    *f++ = (float)(horizon / h->week);
    *f++ = (float)fn_log(local_mean);
    *f++ = (float)fn_log(level * h->week);
    *f++ = ratio(level * horizon, local_mean);
    *f++ = (float)fn_log(1 + (double)i / h->week);
    f = own_features(h, i, ahead, level, f);
    *f++ = (float)demand_phase(h->grid->first_day + (int64_t)(at + ahead / 2) * h->grid->bucket_days, 7);
    int now = at < kin->skipped ? 0 : (at - kin->skipped) / kin->week;
    f = kin_features(h, kin, now, ahead, f);
    *f++ = kin_size(kin, 3, h->series->kin[3], now);
    *f++ = kin_size(kin, 2, h->series->kin[2], now);
    learn_told(h, i, ahead, f);
    return true;
}
