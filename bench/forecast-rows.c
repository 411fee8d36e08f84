/* forecast-rows.c - series in, distributions out, through the one way in (demand_fit, demand_sum): what the judges in tools/judges drive.
 *
 *     forecast-rows [-q .5,.9] [-b] [-s FROM:LENGTH]... [-k INDICES] [-p] < rows
 *
 * A row: id, days of a bucket, season length (0: by bucket), phase of the first bucket, horizon, then the values, separated by blanks; "-" is a bucket
 * that was not seen, ">x" one that was at least x; after "=" may follow what then happened, bucket by bucket.
 * Output: id, kind, season, poor; "|" and the mean of each bucket ahead; then for each stretch (-s, usually 0:horizon; -b: and each bucket alone) "|", mean,
 * standard deviation, quantiles (-q), and where it is known what happened, P(Y < y) and P(Y <= y).
 * -k: seasonal indices of the family all rows belong to, with commas, by phase.
 * -p: the rows are one assortment whose histories end on the same day: sums are as wide as those of MISS_SERIES_MOST of them were (maths/demand_miss.h), which
 *     is told on standard error; what they had in common in each bucket is taken out of them first (maths/demand_shock.h), and those of few sales lean on
 *     the sizes of all (maths/demand_kin.h; of no known price). */
#include "maths/demand_miss.h"
#include "maths/demand_shock.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { QUANTILES_MOST = 32, STRETCHES_MOST = 400, VALUES_MOST = 100000 };

typedef struct Stretch { double from, length; } Stretch;
typedef struct Ask { double quantile[QUANTILES_MOST]; int quantiles, buckets; Stretch stretch[STRETCHES_MOST]; int stretches; double kin[DEMAND_SEASON_MOST]; int kin_count; int pool; DemandShocks shocks; DemandKin sizes; DemandMisses misses; } Ask;

typedef struct Row { char id[128]; int bucket_days, season_length, first_phase, horizon, count, actuals; double *value, *actual; uint8_t *state; } Row;
typedef struct Rows { Row *at; size_t count, room; } Rows;

static int row_read(char *line, Row *row) {
    char *at = line, *word = strsep(&at, " \n");
    int *fields[] = { &row->bucket_days, &row->season_length, &row->first_phase, &row->horizon }, after = 0;
    if (!word || !*word) return 0;
    snprintf(row->id, sizeof row->id, "%s", word);
    for (int i = 0; i < 4; i++) {
        word = strsep(&at, " \n");
        if (!word || !*word) return 0;
        *fields[i] = atoi(word);
    }
    row->count = row->actuals = 0;
    while ((word = strsep(&at, " \n")) && row->count < VALUES_MOST && row->actuals < VALUES_MOST) {
        if (*word == '=') after = 1;
        if (!*word || *word == '=') continue;
        if (after) {
            row->actual[row->actuals++] = atof(word);
            continue;
        }
        row->state[row->count] = *word == '-' && !word[1] ? DEMAND_MISSING : *word == '>' ? DEMAND_AT_LEAST : DEMAND_EXACT;
        row->value[row->count++] = atof(*word == '>' ? word + 1 : word);
    }
    return 1;
}

static void stretch_write(const Ask *ask, const Row *row, const DemandModel *m, Stretch s) {
    Dist sum;
    double actual = 0;
    demand_sum(m, s.from, s.length, &sum);
    printf(" | %.6g %.6g", sum.mean, dist_sd(&sum));
    for (int i = 0; i < ask->quantiles; i++) printf(" %.6g", dist_quantile(&sum, ask->quantile[i]));
    if (row->actuals < s.from + s.length) return;
    for (int t = (int)s.from; t < (int)(s.from + s.length); t++) actual += row->actual[t];
    printf(" %.6g %.6g", dist_below(&sum, actual - 1e-6 * (1 + actual)), dist_below(&sum, actual));
}

static DemandSeries series_of(const Ask *ask, const Row *row) {
    return (DemandSeries){ .count = row->count, .value = row->value, .state = row->state, .bucket_days = row->bucket_days, .season_length = row->season_length,
                           .first_phase = row->first_phase, .kin_season = ask->kin_count ? ask->kin : NULL };
}

/* The rows' histories end with bucket 0. */
static DemandSeries usual_series_of(const Ask *ask, const Row *row, Arena *work) {
    DemandSeries series = series_of(ask, row);
    demand_unshock(&ask->shocks, 0, work, &series);
    return series;
}

static void row_write(const Ask *ask, const Row *row) {
    Arena *work = arena_begin((size_t)64 << 20);
    DemandSeries series = usual_series_of(ask, row, work);
    DemandModel m;
    demand_fit(&series, row->horizon, work, &m);
    demand_teach(&(DemandLessons){ .kin = &ask->sizes, .revert = &ask->misses.revert }, &m);
    demand_widen(&ask->misses, row->horizon, &m);
    printf("%s %s %d %s |", row->id, demand_kind_name((DemandKind)m.kind), m.seasonal, m.poor ? demand_poor_name((DemandPoor)m.poor) : "-");
    for (int k = 0; k < row->horizon; k++) printf(" %.6g", demand_moments(&m, k, 1).mean);
    if (ask->stretches == 0) stretch_write(ask, row, &m, (Stretch){ 0, row->horizon });
    for (int i = 0; i < ask->stretches; i++) stretch_write(ask, row, &m, ask->stretch[i]);
    for (int k = 0; ask->buckets && k < row->horizon; k++) stretch_write(ask, row, &m, (Stretch){ k, 1 });
    printf("\n");
    arena_end(&work);
}

static void shocks_learn(const Rows *rows, Ask *ask) {
    int some = rows->count < SHOCK_SERIES_MOST ? (int)rows->count : SHOCK_SERIES_MOST, longest = 0;
    for (size_t i = 0; i < rows->count; i++)
        if (rows->at[i].count > longest) longest = rows->at[i].count;
    if (longest > SHOCK_BUCKETS_MOST) longest = SHOCK_BUCKETS_MOST;
    float *told = calloc((size_t)some * (size_t)longest + 1, sizeof *told), *gap = calloc((size_t)some * (size_t)longest + 1, sizeof *gap);
    Arena *work = arena_begin((size_t)256 << 20);
    for (int i = 0; i < some; i++, arena_clear(work)) {
        DemandSeries series = series_of(ask, &rows->at[(size_t)i * rows->count / (size_t)some]);
        demand_shock(&series, 0, -longest, longest, work, told + i * longest, gap + i * longest);
    }
    demand_shocks_fit(told, gap, some, -longest, longest, rows->at[0].bucket_days, &ask->shocks);
    arena_end(&work);
    free(told);
    free(gap);
}

/* Sizes of sales, of all rows. */
static void kin_learn(const Rows *rows, Ask *ask) {
    DemandSketch *sketch = malloc(sizeof *sketch * rows->count);
    Arena *work = arena_begin((size_t)64 << 20);
    for (size_t i = 0; i < rows->count; i++, arena_clear(work)) {
        DemandSeries series = usual_series_of(ask, &rows->at[i], work);
        demand_sketch(&series, 0, &sketch[i]);
    }
    demand_kin_fit(sketch, (int)rows->count, &ask->sizes);
    fprintf(stderr, "sizes of %d kin: mean worth %.2f sales, spread %.1f, lift %.2f; ", ask->sizes.series, ask->sizes.size_worth, ask->sizes.spread_worth, ask->sizes.lift);
    arena_end(&work);
    free(sketch);
}

/* Widths of the assortment, from rows spread evenly over all. */
static void misses_learn(const Rows *rows, Ask *ask) {
    size_t some = rows->count < MISS_SERIES_MOST ? rows->count : MISS_SERIES_MOST;
    int count = 0;
    DemandMiss *miss = malloc(sizeof *miss * MISS_SERIES_MOST * MISS_LOOKS_MOST);
    Arena *work = arena_begin((size_t)256 << 20);
    for (size_t i = 0; i < some; i++, arena_clear(work)) {
        const Row *row = &rows->at[i * rows->count / some];
        DemandSeries series = usual_series_of(ask, row, work);
        count += demand_miss(&(DemandMissInput){ .series = &series, .came = row->value, .horizon = row->horizon, .kin = &ask->sizes }, work, &miss[count]);
    }
    const DemandMisses *m = &ask->misses;
    demand_misses_fit(miss, count, rows->at[0].bucket_days, work, &ask->misses);
    fprintf(stderr, "levels: %.2f of what sets them apart stays, half of it at %.0f sales; ", m->revert.stays, m->revert.sales_half);
    fprintf(stderr, "%d misses of %d origins: own variance %.2f of (told / %.3g)^%.1f (age / %d)^%.1f, shared", m->misses, m->origins, m->own_var, m->usual, m->by_volume, MISS_AGE_FULL, m->by_age);
    for (int k = 0; k < DEMAND_SPANS; k++) fprintf(stderr, " %.4f", m->shared_var[k]);
    fprintf(stderr, "; came at or below");
    for (int k = 0; k < DEMAND_LEVELS; k++) fprintf(stderr, " %.3f", (double)m->came_below[k]);
    fprintf(stderr, "\n");
    free(miss);
    arena_end(&work);
}

static void row_keep(const Row *row, Rows *rows) {
    if (rows->count == rows->room) rows->at = realloc(rows->at, sizeof *rows->at * (rows->room = rows->room ? 2 * rows->room : 1024));
    Row *kept = &rows->at[rows->count++];
    *kept = *row;
    kept->value = memcpy(malloc(sizeof *row->value * (size_t)row->count + 1), row->value, sizeof *row->value * (size_t)row->count);
    kept->actual = memcpy(malloc(sizeof *row->actual * (size_t)row->actuals + 1), row->actual, sizeof *row->actual * (size_t)row->actuals);
    kept->state = memcpy(malloc((size_t)row->count + 1), row->state, (size_t)row->count);
}

static int ask_read(int count, char **words, Ask *ask) {
    static const double usual[] = { .5, .8, .9, .95 };
    memcpy(ask->quantile, usual, sizeof usual);
    ask->quantiles = sizeof usual / sizeof usual[0];
    for (int c; (c = getopt(count, words, "q:bs:k:p")) != -1;) {
        if (c == 'b') {
            ask->buckets = 1;
        } else if (c == 'p') {
            ask->pool = 1;
        } else if (c == 's' && ask->stretches < STRETCHES_MOST) {
            Stretch *s = &ask->stretch[ask->stretches++];
            if (sscanf(optarg, "%lf:%lf", &s->from, &s->length) != 2) return 0;
        } else if (c == 'q') {
            ask->quantiles = 0;
            for (char *word; (word = strsep(&optarg, ",")) && ask->quantiles < QUANTILES_MOST;) ask->quantile[ask->quantiles++] = atof(word);
        } else if (c == 'k') {
            for (char *word; (word = strsep(&optarg, ",")) && ask->kin_count < DEMAND_SEASON_MOST;) ask->kin[ask->kin_count++] = atof(word);
        } else {
            return 0;
        }
    }
    return 1;
}

int main(int count, char **words) {
    Ask ask = { 0 };
    if (!ask_read(count, words, &ask)) {
        fprintf(stderr, "forecast-rows [-q .5,.9] [-b] [-s FROM:LENGTH]... [-k INDICES] [-p] < rows\n");
        return 2;
    }
    Row row = { .value = malloc(sizeof(double) * VALUES_MOST), .actual = malloc(sizeof(double) * VALUES_MOST), .state = malloc(VALUES_MOST) };
    char *line = NULL;
    size_t room = 0;
    Rows rows = { 0 };
    while (getline(&line, &room, stdin) > 0)
        if (row_read(line, &row)) row_keep(&row, &rows);
    if (ask.pool && rows.count) {
        shocks_learn(&rows, &ask);
        kin_learn(&rows, &ask);
        misses_learn(&rows, &ask);
    }
    for (size_t i = 0; i < rows.count; i++) {
        row_write(&ask, &rows.at[i]);
        free(rows.at[i].value);
        free(rows.at[i].actual);
        free(rows.at[i].state);
    }
    free(rows.at);
    free(line);
    free(row.value);
    free(row.actual);
    free(row.state);
    return 0;
}
