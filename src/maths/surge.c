#include "maths/surge.h"
#include "maths/fn.h"

const int surge_lengths[SURGE_LENGTHS] = { 1, 3, 7 };

enum { LEVEL_DAYS = 28 };

/* Shares of a week by weekday, day 0 being the first; sum 7. */
static void weekdays_of(const double *seen, int days, double out_share[7]) {
    double sum = 0;
    for (int d = 0; d < 7; d++) out_share[d] = SURGE_WEEKDAY_LEAN / 7.0;
    for (int t = 0; t < days; t++) {
        out_share[t % 7] += seen[t];
        sum += seen[t];
    }
    for (int d = 0; d < 7; d++) out_share[d] *= 7 / (sum + SURGE_WEEKDAY_LEAN);
}

static double sum_of(const double *seen, int from, int to) {
    double sum = 0;
    for (int t = from; t < to; t++) sum += seen[t];
    return sum;
}

/* A total and its weekdays. */
typedef struct Total { const double *seen; double share[7]; } Total;

static Total total_of(const double *seen, int days) {
    Total total = { .seen = seen };
    weekdays_of(seen, days, total.share);
    return total;
}

/* Of the days [from, from + length), by the four weeks before them. */
static double usual_of(const Total *total, int from, int length) {
    double mean = sum_of(total->seen, from - LEVEL_DAYS, from) / LEVEL_DAYS, weight = 0;
    for (int t = from; t < from + length; t++) weight += total->share[t % 7];
    return mean * weight;
}

static double others_of(const Total *rest, int from, int length) {
    return (sum_of(rest->seen, from, from + length) + SURGE_REST_LEAN) / (usual_of(rest, from, length) + SURGE_REST_LEAN);
}

static double spread_of(const Total *total, const Total *rest, int days, int length, int *out_stretches) {
    double sum = 0;
    int n = 0;
    for (int from = days - 2 * length; from >= LEVEL_DAYS; from -= length) {
        double expected = usual_of(total, from, length) * others_of(rest, from, length), gap = sum_of(total->seen, from, from + length) - expected;
        if (!(expected > 0)) continue;
        sum += gap * gap / expected;
        n++;
    }
    *out_stretches = n;
    return n ? (sum > n ? sum / n : 1) : 0;
}

void surge_read(const double *seen, const double *rest, int days, SurgeReading out[SURGE_LENGTHS]) {
    for (int k = 0; k < SURGE_LENGTHS; k++) out[k] = (SurgeReading){ .others = 1 };
    if (days < SURGE_DAYS_LEAST) return;
    int before = days - surge_lengths[SURGE_LENGTHS - 1];
    Total total = total_of(seen, before), others = total_of(rest, before);
    for (int k = 0; k < SURGE_LENGTHS; k++) {
        int length = surge_lengths[k];
        int stretches;
        double factor = others_of(&others, days - length, length), plain = spread_of(&total, &others, days, length, &stretches);
        out[k] = (SurgeReading){ .expected = usual_of(&total, days - length, length) * factor, .seen = sum_of(seen, days - length, days),
                                 .plain = plain, .spread = plain > 0 ? plain * (1 + 2 * __builtin_sqrt(2.0 / stretches)) : 0, .others = factor };
    }
}

double surge_chance(const SurgeReading *r, double gone, double gone_expected) {
    double expected = r->expected - gone_expected, seen = r->seen - gone;
    if (!(r->spread > 0) || !(expected > 0) || !(seen > expected)) return 1;
    return fn_gamma_p(seen / r->spread, expected / r->spread);
}

static const struct { double times, log_times, share; } mixes[SURGE_MIXES] = {
    { 3, 1.0986122886681098, 0.15 }, { 5, 1.6094379124341003, 0.06 }, { 8, 2.0794415416798357, 0.03 },
};
static const double MEMBER_MOST = 3;

SurgeCrowd surge_member(double seen, double expected) {
    SurgeCrowd out;
    for (int i = 0; i < SURGE_MIXES; i++) {
        double times = fn_exp(fn_clamp(seen * mixes[i].log_times - expected * (mixes[i].times - 1), -700, 30));
        double says = fn_log(1 - mixes[i].share + mixes[i].share * times);
        out.sum[i] = says < MEMBER_MOST ? says : MEMBER_MOST;
    }
    return out;
}

void surge_crowd_add(SurgeCrowd *crowd, const SurgeCrowd *member, double sign) {
    for (int i = 0; i < SURGE_MIXES; i++) crowd->sum[i] += sign * member->sum[i];
}

double surge_crowd_chance(const SurgeCrowd *crowd, double plain) {
    double most = crowd->sum[0], sum = 0;
    for (int i = 1; i < SURGE_MIXES; i++) most = crowd->sum[i] > most ? crowd->sum[i] : most;
    for (int i = 0; i < SURGE_MIXES; i++) sum += fn_exp(crowd->sum[i] - most) / SURGE_MIXES;
    double says = most + fn_log(sum);
    return plain > 0 && says > 0 ? fn_exp(-says / plain) : 1;
}

double surge_limit(int looks, double a_year) { return looks > 0 ? a_year / 365 / looks : 0; }
