/* forecast-rows.c - series in, distributions out, through the one way in (demand_fit, demand_sum): what the judges in tools/judges drive.
 *
 *     forecast-rows [-q .5,.9] [-b] [-s FROM:LENGTH]... [-k INDICES] < rows
 *
 * A row: id, days of a bucket, season length (0: by bucket), phase of the first bucket, horizon, then the values, separated by blanks; "-" is a bucket
 * that was not seen, ">x" one that was at least x; after "=" may follow what then happened, bucket by bucket.
 * Output: id, kind, season, poor; "|" and the mean of each bucket ahead; then for each stretch (-s, usually 0:horizon; -b: and each bucket alone) "|", mean,
 * standard deviation, quantiles (-q), and where it is known what happened, P(Y < y) and P(Y <= y).
 * -k: seasonal indices of the family all rows belong to, with commas, by phase. */
#include "maths/demand.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { QUANTILES_MOST = 32, STRETCHES_MOST = 400, VALUES_MOST = 100000 };

typedef struct Stretch { double from, length; } Stretch;
typedef struct Ask { double quantile[QUANTILES_MOST]; int quantiles, buckets; Stretch stretch[STRETCHES_MOST]; int stretches; double kin[DEMAND_SEASON_MOST]; int kin_count; } Ask;

typedef struct Row { char id[128]; int bucket_days, season_length, first_phase, horizon, count, actuals; double *value, *actual; uint8_t *state; } Row;

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

static void row_write(const Ask *ask, const Row *row) {
    Arena *work = arena_begin((size_t)64 << 20);
    DemandSeries series = { .count = row->count, .value = row->value, .state = row->state, .bucket_days = row->bucket_days,
                            .season_length = row->season_length, .first_phase = row->first_phase, .kin_season = ask->kin_count ? ask->kin : NULL };
    DemandModel m;
    demand_fit(&series, row->horizon, work, &m);
    printf("%s %s %d %s |", row->id, demand_kind_name((DemandKind)m.kind), m.seasonal, m.poor ? demand_poor_name((DemandPoor)m.poor) : "-");
    for (int k = 0; k < row->horizon; k++) printf(" %.6g", demand_moments(&m, k, 1).mean);
    if (ask->stretches == 0) stretch_write(ask, row, &m, (Stretch){ 0, row->horizon });
    for (int i = 0; i < ask->stretches; i++) stretch_write(ask, row, &m, ask->stretch[i]);
    for (int k = 0; ask->buckets && k < row->horizon; k++) stretch_write(ask, row, &m, (Stretch){ k, 1 });
    printf("\n");
    arena_end(&work);
}

static int ask_read(int count, char **words, Ask *ask) {
    static const double usual[] = { .5, .8, .9, .95 };
    memcpy(ask->quantile, usual, sizeof usual);
    ask->quantiles = sizeof usual / sizeof usual[0];
    for (int c; (c = getopt(count, words, "q:bs:k:")) != -1;) {
        if (c == 'b') {
            ask->buckets = 1;
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
        fprintf(stderr, "forecast-rows [-q .5,.9] [-b] [-s FROM:LENGTH]... [-k INDICES] < rows\n");
        return 2;
    }
    Row row = { .value = malloc(sizeof(double) * VALUES_MOST), .actual = malloc(sizeof(double) * VALUES_MOST), .state = malloc(VALUES_MOST) };
    char *line = NULL;
    size_t room = 0;
    while (getline(&line, &room, stdin) > 0)
        if (row_read(line, &row)) row_write(&ask, &row);
    free(line);
    free(row.value);
    free(row.actual);
    free(row.state);
    return 0;
}
