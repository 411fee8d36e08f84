#include "maths/demand_shock.h"

#include <string.h>

#include "maths/demand_parts.h"
#include "maths/fn.h"

static const double INDEX_LEAST = 0.05, FACTOR_LEAST = 0.3, FACTOR_MOST = 3, SPREAD_BEFORE = 4, PLAIN = 3;
static const int LEVEL_WEEKS_LEAST = 6, SERIES_WEEKS_LEAST = 13, YEAR_WEEKS = 52;
static const double STEPS = 128;              /* of a factor: a late correction of one item changes nobody's history */

/* Sums of units and of the season's index over the exact buckets before each. */
typedef struct Past { double *units, *index; } Past;

static int says(const DemandSeries *s, int t) { return (!s->state || s->state[t] == DEMAND_EXACT) && s->value[t] < 1e12; }
static double seen(const DemandSeries *s, int t) { return s->value[t] > 0 ? s->value[t] : 0; }

static double index_of(const DemandSeries *s, int t) {
    if (!s->kin_season) return 1;
    double index = s->kin_season[(s->first_phase + t) % (s->bucket_days == 1 ? SEASON_WEEK : SEASON_YEAR)];
    return index > INDEX_LEAST ? index : INDEX_LEAST;
}

static Past past_of(const DemandSeries *s, Arena *work) {
    Past past = { many_in(work, double, s->count + 1), many_in(work, double, s->count + 1) };
    for (int t = 0; t < s->count; t++) {
        past.units[t + 1] = past.units[t] + (says(s, t) ? seen(s, t) : 0);
        past.index[t + 1] = past.index[t] + (says(s, t) ? index_of(s, t) : 0);
    }
    return past;
}

void demand_shock(const DemandSeries *s, int64_t end, int64_t from, int count, Arena *work, float *out_told, float *out_gap) {
    memset(out_told, 0, sizeof *out_told * (size_t)count);
    memset(out_gap, 0, sizeof *out_gap * (size_t)count);
    if (s->bucket_days != 1 && s->bucket_days != 7) return;
    Past past = past_of(s, work);
    double *told = many_in(work, double, s->count + 1), square = 0, sum = 0;
    int week = 7 / s->bucket_days, reach = SHOCK_REACH_WEEKS * week, n = 0;
    int64_t first = end - s->count;                       /* number of bucket 0 */
    for (int t = 0; t < s->count; t++) {
        int a = t > reach ? t - reach : 0, b = t + reach + 1 < s->count ? t + reach + 1 : s->count;
        double index = past.index[b] - past.index[a];
        if (!says(s, t) || index < LEVEL_WEEKS_LEAST * week) continue;
        told[t] = (past.units[b] - past.units[a]) / index * index_of(s, t);
        double gap = seen(s, t) - told[t];
        square += gap * gap;
        sum += told[t];
        n++;
    }
    if (n < SERIES_WEEKS_LEAST * week || !(sum > 0)) return;
    double mean = sum / n, spread = (square + SPREAD_BEFORE * mean) / (sum + SPREAD_BEFORE * mean);
    for (int t = from > first ? (int)(from - first) : 0; t < s->count && first + t < from + count; t++) {
        if (!(told[t] > 0)) continue;
        out_told[first + t - from] = (float)(told[t] / spread);
        out_gap[first + t - from] = (float)((seen(s, t) - told[t]) / spread);
    }
}

typedef struct Effect { double mean, variance; } Effect;      /* variance 0: too few speak */

static Effect effect_of(const float *told, const float *gap, int series, int count, int at) {
    double expected = 0, sum = 0, square = 0;
    int n = 0;
    for (int i = 0; i < series; i++) {
        double e = (double)told[i * count + at], g = (double)gap[i * count + at];
        if (!(e > 0)) continue;
        expected += e;
        sum += g;
        n++;
    }
    if (n < SHOCK_SERIES_LEAST) return (Effect){ 0 };
    double mean = sum / expected;
    for (int i = 0; i < series; i++) {
        double rest = (double)gap[i * count + at] - mean * (double)told[i * count + at];
        square += rest * rest;
    }
    return (Effect){ mean, 0.5 * (square + expected) / (expected * expected) };
}

/* Against what is usual on its weekday; where nearly nothing is, nothing is said. */
static void weekdays_leave(Effect *effect, int count) {
    for (int day = 0; day < SEASON_WEEK; day++) {
        double sum = 0;
        int n = 0;
        for (int t = day; t < count; t += SEASON_WEEK)
            if (effect[t].variance > 0) sum += 1 + effect[t].mean, n++;
        double usual = n ? sum / n : 0;
        for (int t = day; t < count; t += SEASON_WEEK) {
            if (!(effect[t].variance > 0)) continue;
            effect[t] = usual > INDEX_LEAST ? (Effect){ (1 + effect[t].mean) / usual - 1, effect[t].variance / (usual * usual) } : (Effect){ 0 };
        }
    }
}

/* Variance of the effects themselves, buckets weighing by how certain they are. */
static double common_of(const Effect *effect, int count) {
    double sum = 0, weights = 0;
    for (int t = 0; t < count; t++) {
        if (!(effect[t].variance > 0)) continue;
        sum += effect[t].mean * effect[t].mean / effect[t].variance - 1;
        weights += 1 / effect[t].variance;
    }
    return sum > 0 ? sum / weights : 0;
}

/* Share of an effect that the next bucket has too. */
static double lasting_of(const Effect *effect, int count, double common) {
    double sum = 0, weights = 0;
    for (int t = 1; t < count; t++) {
        if (!(effect[t].variance > 0) || !(effect[t - 1].variance > 0)) continue;
        double weight = 1 / __builtin_sqrt(effect[t].variance * effect[t - 1].variance);
        sum += weight * effect[t].mean * effect[t - 1].mean;
        weights += weight;
    }
    return sum > 0 && common > 0 ? fn_clamp(sum / (weights * common), 0, 1) : 0;
}

/* How much of it is believed. */
static double believed(const Effect *e, double common) {
    double beyond = e->mean * e->mean - PLAIN * PLAIN * e->variance, own = common > beyond ? common : beyond;
    return own / (own + e->variance);
}

static int is_year_known(const Effect *effect, int count, int bucket_days) {
    int n = 0;
    for (int t = 0; t < count; t++) n += effect[t].variance > 0;
    return n * bucket_days >= YEAR_WEEKS * 7;
}

void demand_shocks_fit(const float *told, const float *gap, int series, int64_t from, int count, int bucket_days, DemandShocks *out) {
    Effect effect[SHOCK_BUCKETS_MOST];
    *out = (DemandShocks){ 0 };
    for (int t = 0; t < count; t++) effect[t] = effect_of(told, gap, series, count, t);
    if (!is_year_known(effect, count, bucket_days)) return;
    if (bucket_days == 1) weekdays_leave(effect, count);
    double common = common_of(effect, count), passing = 1 - lasting_of(effect, count, common);
    if (!(common > 0)) return;
    out->from = from;
    out->count = count;
    for (int t = 0; t < count; t++) {
        double factor = effect[t].variance > 0 ? 1 + passing * believed(&effect[t], common) * effect[t].mean : 1;
        out->factor[t] = (float)((double)(int)(fn_clamp(factor, FACTOR_LEAST, FACTOR_MOST) * STEPS + 0.5) / STEPS);
    }
}

void demand_unshock(const DemandShocks *shocks, int64_t end, Arena *work, DemandSeries *series) {
    if (shocks->count == 0) return;
    double *value = many_in(work, double, series->count + 1);
    int64_t first = end - series->count - shocks->from;   /* place of bucket 0 among the shocks */
    for (int t = 0; t < series->count; t++) {
        int64_t at = first + t;
        value[t] = at >= 0 && at < shocks->count ? series->value[t] / (double)shocks->factor[at] : series->value[t];
    }
    series->value = value;
}
