/* bench-learn.c - does the learner pay, and what does it cost? Tables, not a test.
 *
 *     ninja -C build bench/bench-learn && build/bench/bench-learn vn2 ../shared/data 5,6,7,8,9,10,11,12
 *     build/bench/bench-learn m5 ../shared/data 4,6,8        weekly sums of the 1,000 series
 *     build/bench/bench-learn retail ../shared/data 2        Online Retail, with what customers paid and who they are
 *     build/bench/bench-learn speed                          100,000 series x 13 horizons, and 300,000 rows learned
 *
 * Window j of a set ends 8 (j - 1) weeks before its end and is 8 weeks long. For each, a learner is taught on the weeks before and judged there as the
 * product does it; then local models and both together forecast the window's sums of 3 weeks from every week, once. "learner" is the learner alone, "together" what
 * it would say if it may, "as used" what planning says: the local models alone unless the lesson's own guard let it speak. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/list.h"
#include "base/map.h"
#include "base/rng.h"
#include "base/time.h"
#include "learn/teach.h"
#include "maths/metrics.h"

enum { AHEAD = 3, WINDOW = 8, SEEN_LEAST = 8, YEAR = 52, LINE = 1 << 17 };

typedef struct Set { LearnPanel panel; LearnSeries *series; double *horizon, *worth; } Set;

static double cpu_s(void) {
    struct timespec t;
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
    return (double)t.tv_sec + (double)t.tv_nsec * 1e-9;
}

/* ---- sets ---- */

static Set set_of(LearnGrid grid, int count) {
    Set set = { .series = calloc((size_t)count, sizeof *set.series), .horizon = calloc((size_t)count, sizeof *set.horizon), .worth = calloc((size_t)count, sizeof *set.worth) };
    if (!set.series || !set.horizon || !set.worth) stop_for("no memory");
    for (int i = 0; i < count; i++) {
        set.horizon[i] = AHEAD;
        set.worth[i] = 1;
        double *value = calloc((size_t)grid.buckets, sizeof *value);
        uint8_t *state = calloc((size_t)grid.buckets, sizeof *state);
        if (!value || !state) stop_for("no memory");
        set.series[i] = (LearnSeries){ .count = grid.buckets, .value = value, .state = state };
    }
    set.panel = (LearnPanel){ .grid = grid, .keys = { 1, 4096, 4096, 65536 }, .count = count, .series = set.series, .horizon = set.horizon, .worth = set.worth };
    return set;
}

static FILE *set_open(const char *data, const char *file) {
    char command[1024];
    snprintf(command, sizeof command, "zcat -f '%s/%s'", data, file);
    FILE *stream = popen(command, "r");
    if (!stream) stop_for("cannot run %s", command);
    return stream;
}

static char *line_of(FILE *file, char *line) {
    if (!fgets(line, LINE, file)) stop_for("the file ends too early: is the folder with the data right?");
    return line;
}

static const char *field(char **at) {
    char *start = *at, *end = start + strcspn(start, ",\r\n");
    *at = *end ? end + 1 : end;
    *end = 0;
    return start;
}

static int32_t key_of(const char *text) { return (int32_t)strtol(text, NULL, 10); }

static int32_t code_of(const char *text) {               /* a code as a key; two that fall together only blur a feature */
    uint32_t hash = 5381;
    for (; *text; text++) hash = hash * 33 + (unsigned char)*text;
    return (int32_t)(hash % 65536);
}

static Set vn2(const char *data) {
    static char sales_line[LINE], flags_line[LINE], master_line[LINE];
    Set set = set_of((LearnGrid){ 7, day_of_civil((Civil){ .year = 2021, .month = 4, .day = 12 }), 157 }, 599);
    FILE *sales = set_open(data, "vn2/sales.csv.gz"), *flags = set_open(data, "vn2/in_stock.csv.gz"), *master = set_open(data, "vn2/master.csv");
    line_of(sales, sales_line);
    line_of(flags, flags_line);
    line_of(master, master_line);
    for (int i = 0; i < 599; i++) {
        char *s = line_of(sales, sales_line), *f = line_of(flags, flags_line), *m = line_of(master, master_line);
        LearnSeries *series = &set.series[i];
        int32_t store = key_of(field(&s)), product = key_of(field(&s));
        for (int skipped = 0; skipped < 2; skipped++) field(&f);
        for (int skipped = 0; skipped < 4; skipped++) field(&m);
        series->kin[1] = key_of(field(&m));              /* department */
        series->kin[2] = store;
        series->kin[3] = product;
        for (int b = 0; b < 157; b++) {
            ((double *)series->value)[b] = strtod(field(&s), NULL);
            const char *flag = field(&f);
            ((uint8_t *)series->state)[b] = flag[0] == '1' || flag[0] == 'T' ? DEMAND_EXACT : DEMAND_MISSING;
        }
    }
    return set;
}

static Set m5(const char *data) {
    enum { DAYS = 1913, WEEKS = DAYS / 7, SKIP = DAYS - WEEKS * 7 };
    static char line[LINE];
    Set set = set_of((LearnGrid){ 7, day_of_civil((Civil){ .year = 2011, .month = 1, .day = 29 }) + SKIP, WEEKS }, 1000);
    FILE *sales = set_open(data, "m5/sales_1000_series.csv.gz");
    line_of(sales, line);
    for (int i = 0; i < 1000; i++) {
        char *at = line_of(sales, line);
        LearnSeries *series = &set.series[i];
        double *value = (double *)series->value;
        field(&at);
        series->kin[3] = code_of(field(&at));
        series->kin[1] = code_of(field(&at)) % 4096;
        field(&at);
        series->kin[2] = code_of(field(&at)) % 4096;
        field(&at);
        for (int d = 0; d < DAYS; d++) {
            double sold = strtod(field(&at), NULL);
            if (d >= SKIP) value[(d - SKIP) / 7] += sold;
        }
        for (int b = 0; b < WEEKS && !(value[b] > 0); b++) ((uint8_t *)series->state)[b] = DEMAND_MISSING;   /* not listed yet */
    }
    return set;
}

/* Order lines: weeks of what was ordered less what was cancelled, never below zero, from each item's first order on; one place, no groups. */
enum { RETAIL_WEEKS = 45, RETAIL_ITEMS = 4096 };       /* the whole weeks of the first part of the set */
typedef LIST(LearnLine) LineList;

static int by_bucket(const void *a, const void *b) { return ((const LearnLine *)a)->bucket - ((const LearnLine *)b)->bucket; }

static void retail_finish(LearnSeries *series, LineList *lines, int customers) {
    double *value = (double *)series->value;
    qsort(lines->at, lines->count, sizeof *lines->at, by_bucket);
    for (int b = 0; b < RETAIL_WEEKS && !(value[b] > 0); b++) ((uint8_t *)series->state)[b] = DEMAND_MISSING;
    for (int b = 0; b < RETAIL_WEEKS; b++) value[b] = value[b] > 0 ? value[b] : 0;
    series->line = lines->at;
    series->lines = (int)lines->count;
    series->customers = customers;
}

static Set retail(const char *data) {
    enum { QUANTITY, TIME, PRICE, CUSTOMER, COUNTRY, CELLS };
    static char line[LINE];
    int64_t monday = day_of_civil((Civil){ .year = 2010, .month = 11, .day = 29 });
    Set set = set_of((LearnGrid){ 7, monday, RETAIL_WEEKS }, RETAIL_ITEMS);
    own(text_map_end) TextMap *items = text_map_begin(RETAIL_ITEMS), *customers = text_map_begin(1 << 16);
    LineList *lines = calloc(RETAIL_ITEMS, sizeof *lines);
    FILE *orders = set_open(data, "online_retail/order_lines.csv.gz");
    if (!lines) stop_for("no memory");
    line_of(orders, line);
    while (fgets(line, LINE, orders)) {
        char *cell[CELLS], *at = line;
        for (int c = CELLS - 1; c >= 0; c--) {               /* from the end: a description may hold commas */
            cell[c] = strrchr(line, ',');
            if (!cell[c]) stop_for("a line is cut off: %s", line);
            *cell[c]++ = 0;
        }
        field(&at);
        int item = (int)text_map_intern(items, text_of(field(&at)));
        int32_t who = (int32_t)text_map_intern(customers, text_of(cell[CUSTOMER])), day;
        double units = strtod(cell[QUANTITY], NULL);
        Why why;
        if (day_parse(text_of(cell[TIME]), "%Y-%m-%d %H:%M:%S", &day, &why) != OK) stop_for("%s", why.message);
        int32_t bucket = (int32_t)((day - monday) / 7);
        if (bucket >= RETAIL_WEEKS) continue;
        ((double *)set.series[item].value)[bucket] += units;
        if (units > 0) list_push(&lines[item], (LearnLine){ bucket, who, (float)units, (float)strtod(cell[PRICE], NULL) });
    }
    set.panel.count = (int)text_map_count(items);
    for (int i = 0; i < set.panel.count; i++) {
        set.series[i].kin[3] = i;
        retail_finish(&set.series[i], &lines[i], (int)text_map_count(customers));
    }
    return set;
}

/* ---- the judge ---- */

typedef struct Tally { double units, local, learner, together, used, crps_local, crps_together, crps_used, bias_local, bias_learner, bias_together; int windows; } Tally;

static void tally_add(Tally *to, const Tally *more) {
    double *a = (double *)to;
    const double *b = (const double *)more;
    for (size_t i = 0; i < offsetof(Tally, windows) / sizeof(double); i++) a[i] += b[i];
    to->windows += more->windows;
}

static void tally_show(const char *what, const Tally *t) {
    printf("%-6s %7d %9.0f   %.4f   %.4f   %.4f    %.4f    %.4f    %.4f   %+.3f  %+.3f   %+.3f\n", what, t->windows, t->units, t->local / t->units, t->learner / t->local,
           t->together / t->local, t->used / t->local, t->crps_together / t->crps_local, t->crps_used / t->crps_local, t->bias_local / t->units, t->bias_learner / t->units,
           t->bias_together / t->units);
    fflush(stdout);
}

static double score(const DemandModel *model, double actual, double *out_crps, double *out_error) {
    static const double quantiles[4] = { 0.5, 0.8, 0.9, 0.95 };
    Dist sum;
    double loss = 0;
    demand_sum(model, 0, AHEAD, &sum);
    for (int q = 0; q < 4; q++) loss += metric_pinball(dist_quantile(&sum, quantiles[q]), actual, quantiles[q]) / 4;
    *out_crps = dist_crps(&sum, actual);
    *out_error = sum.mean - actual;
    return loss;
}

/* The season of all series together from whole years before `end`, leant to none as if 400 units had sold each week: what the product gives a local model
 * as its kin's (estimate/seasons.c, by item group there). */
static void season_before(const Set *set, const LearnHistory *history, int end, double *out) {
    enum { LEAN_UNITS = 400 };
    double seen[YEAR] = { 0 }, expected[YEAR] = { 0 }, raw[YEAR], sum = 0;
    int from = end - end / YEAR * YEAR;
    for (int i = 0; i < set->panel.count; i++) {
        const LearnHistory *h = &history[i];
        double buckets = h->seen[end] - h->seen[from];
        if (buckets < (end - from) / 2.0) continue;
        for (int b = from; b < end; b++) {
            int phase = demand_phase(set->panel.grid.first_day + 7 * b, 7);
            seen[phase] += h->units[b + 1] - h->units[b];
            expected[phase] += (h->seen[b + 1] - h->seen[b]) * (h->units[end] - h->units[from]) / buckets;
        }
    }
    for (int p = 0; p < YEAR; p++) raw[p] = (seen[p] + LEAN_UNITS) / (expected[p] + LEAN_UNITS);
    for (int p = 0; p < YEAR; p++) sum += out[p] = 0.25 * raw[(p + YEAR - 1) % YEAR] + 0.5 * raw[p] + 0.25 * raw[(p + 1) % YEAR];
    for (int p = 0; p < YEAR; p++) out[p] *= YEAR / sum;
}

typedef struct Judge { const LearnHistory *history; const LearnKin *kin; const Trees *trees; const LearnEvidence *evidence; const double *season; } Judge;

static void window_judge(const Set *set, const Judge *judge, int from, Arena *work, Tally *out) {
    const LearnGrid *grid = &set->panel.grid;
    for (int at = from; at + AHEAD <= from + WINDOW; at++)
        for (int i = 0; i < set->panel.count; i++) {
            const LearnHistory *h = &judge->history[i];
            if (h->seen[at] < SEEN_LEAST || h->seen[at + AHEAD] - h->seen[at] < AHEAD) continue;
            arena_clear(work);
            DemandSeries series = { .count = at, .value = h->series->value, .state = h->series->state, .bucket_days = 7, .first_phase = demand_phase(grid->first_day, 7),
                                    .kin_season = judge->season };
            DemandModel local, both[2];
            demand_fit(&series, AHEAD, work, &local);
            double mean = demand_moments(&local, 0, AHEAD).mean, actual = h->units[at + AHEAD] - h->units[at], crps[3], error[3];
            double ratio = learner_ratio(judge->trees, judge->kin, h, at, AHEAD, mean);
            both[0] = learn_applied(&local, learn_voiced(ratio, (LearnVoice){ 1, 1 }));
            both[1] = learn_applied(&local, learn_voiced(ratio, judge->evidence->voice[learn_class(mean, h, at)]));
            Tally one = { .units = actual, .windows = 1, .local = score(&local, actual, &crps[0], &error[0]), .learner = score(&both[0], actual, &crps[1], &error[1]),
                          .together = score(&both[1], actual, &crps[2], &error[2]) };
            bool speaks = judge->evidence->champion;
            one.used = speaks ? one.together : one.local;
            one.crps_local = crps[0];
            one.crps_together = crps[2];
            one.crps_used = speaks ? crps[2] : crps[0];
            one.bias_local = error[0];
            one.bias_learner = error[1];
            one.bias_together = error[2];
            tally_add(out, &one);
        }
}

/* The set as it was known before bucket `end`. */
static LearnPanel panel_before(const Set *set, int end, const double *season, Arena *arena) {
    LearnPanel panel = set->panel;
    LearnSeries *series = many_in(arena, LearnSeries, panel.count);
    const double **seasons = (const double **)many_in(arena, double *, panel.count);
    for (int i = 0; i < panel.count; i++) {
        series[i] = panel.series[i];
        series[i].count = end;
        while (series[i].lines > 0 && series[i].line[series[i].lines - 1].bucket >= end) series[i].lines--;
        seasons[i] = season;
    }
    panel.series = series;
    panel.season = seasons;
    panel.grid.buckets = end;
    return panel;
}

static void judge(const Set *set, const char *windows, const LearnRecipe *recipe) {
    own(arena_end) Arena *arena = arena_begin((size_t)2048 * MiB), *work = arena_begin(64 * MiB);
    own(pool_end) Pool *threads = pool_begin(1);
    LearnKin kin;
    LearnHistory *history = many_in(arena, LearnHistory, set->panel.count);
    LearnWeek *weeks = many_in(arena, LearnWeek, set->panel.grid.buckets);
    Tally all = { 0 };
    learn_kin_begin(&set->panel.grid, set->panel.keys, arena, &kin);
    for (int i = 0; i < set->panel.count; i++) {
        learn_history(&set->panel.grid, &set->panel.series[i], arena, &history[i]);
        learn_weeks_of(&history[i], weeks);
        learn_kin_add(&kin, set->panel.series[i].kin, weeks);
    }
    printf("                          pinball  over local                    crps, over local    bias of\n"
           "window windows    units  of local   learner  together  as used   together  as used   local   learner  together\n");
    for (const char *at = windows; *at;) {
        char *next;
        int j = (int)strtol(at, &next, 10), from = set->panel.grid.buckets - WINDOW * j;
        double season[52];
        season_before(set, history, from, season);
        LearnPanel panel = panel_before(set, from, season, arena);
        LearnEvidence evidence;
        LearnProgress quiet = { 0 };
        own(buf_end) Buf forest = buf_begin(64 * MiB);
        Trees trees;
        Tally tally = { 0 };
        Why why;
        double began = cpu_s();
        at = *next == ',' ? next + 1 : next;
        if (learn_teach(&panel, recipe, threads, &quiet, &forest, &evidence, &why) != OK) {
            printf("%-6d nothing is taught: %s\n", j, why.message);
            continue;
        }
        if (trees_read(buf_text(&forest), LEARN_FEATURES, arena, &trees, &why) != OK) stop_for("%s", why.message);
        double took = cpu_s() - began;
        window_judge(set, &(Judge){ history, &kin, &trees, &evidence, season }, from, work, &tally);
        char name[16];
        snprintf(name, sizeof name, "%d", j);
        tally_show(name, &tally);
        printf("       taught %zu rows in %.1f s of CPU; held out: together %.4f of local, by items z %.1f, by %d weeks t %.1f of %.1f: %s\n       weights", evidence.rows, took,
               evidence.all.together / evidence.all.local, evidence.gain_z, evidence.weeks, evidence.gain_t, evidence.gain_t_least, evidence.champion ? "champion" : "silent");
        for (int c = 0; c < LEARN_CLASSES; c++) printf(" %.2f", evidence.voice[c].weight);
        printf("  spreads");
        for (int c = 0; c < LEARN_CLASSES; c++) printf(" %.2f", evidence.voice[c].spread);
        printf("\n");
        tally_add(&all, &tally);
    }
    tally_show("all", &all);
}

/* ---- speed ---- */

/* Teaching as the product does it on at most 300,000 rows, three stages and both judgements; then 100,000 series of three years of weeks, 13 horizons each. */
static void speed(void) {
    enum { SERIES = 3000, WEEKS = 156, ASKED = 100000, HORIZONS = 13 };
    own(arena_end) Arena *arena = arena_begin((size_t)1024 * MiB), *work = arena_begin(64 * MiB);
    own(pool_end) Pool *threads = pool_begin(1);
    own(buf_end) Buf forest = buf_begin(64 * MiB);
    Rng rng = rng_of(1);
    Set set = set_of((LearnGrid){ 7, day_of_civil((Civil){ .year = 2024, .month = 1, .day = 1 }), WEEKS }, SERIES);
    for (int i = 0; i < SERIES; i++) {
        double mean = rng_lognormal(&rng, 1, 1);
        set.series[i].kin[1] = i % 40;
        set.series[i].kin[2] = i % 5;
        set.series[i].kin[3] = i / 5;
        for (int b = 0; b < WEEKS; b++) ((double *)set.series[i].value)[b] = (double)rng_negative_binomial(&rng, mean, 2 * mean);
    }
    LearnRecipe recipe = learn_recipe();
    LearnEvidence evidence;
    LearnProgress quiet = { 0 };
    Learner learner = { .grid = set.panel.grid };
    Why why;
    double began = cpu_s();
    if (learn_teach(&set.panel, &recipe, threads, &quiet, &forest, &evidence, &why) != OK || trees_read(buf_text(&forest), LEARN_FEATURES, arena, &learner.trees, &why) != OK) stop_for("%s", why.message);
    printf("teach and judge, %zu rows in the last of three stages    %7.1f s of CPU, one thread\n", evidence.rows, cpu_s() - began);
    learn_kin_begin(&learner.grid, set.panel.keys, arena, &learner.kin);
    double sum = 0;
    began = cpu_s();
    for (int i = 0; i < ASKED; i++) {
        LearnHistory history;
        arena_clear(work);
        learn_history(&learner.grid, &set.series[i % SERIES], work, &history);
        for (int ahead = 1; ahead <= HORIZONS; ahead++) sum += learner_ratio(&learner.trees, &learner.kin, &history, WEEKS, ahead, ahead);
    }
    printf("100,000 series x 13 horizons, %d trees                  %7.1f s of CPU, one thread (mean ratio %.2f)\n", learner.trees.count, cpu_s() - began, sum / ASKED / HORIZONS);
}

int main(int argc, char **argv) {
    const char *name = argc > 1 ? argv[1] : "", *data = argc > 2 ? argv[2] : "../shared/data", *windows = argc > 3 ? argv[3] : "5,6,7,8,9,10,11,12";
    LearnRecipe recipe = learn_recipe();
    if (argc > 4) recipe.trees = atoi(argv[4]);
    if (strcmp(name, "speed") == 0) {
        speed();
        return 0;
    }
    static const struct { const char *name; Set (*read)(const char *data); } sets[] = { { "vn2", vn2 }, { "m5", m5 }, { "retail", retail } };
    int chosen = 0, count = (int)(sizeof sets / sizeof sets[0]);
    while (chosen < count && strcmp(name, sets[chosen].name) != 0) chosen++;
    if (chosen == count) {
        fprintf(stderr, "usage: bench-learn vn2|m5|retail FOLDER WINDOWS [TREES], or bench-learn speed\n");
        return 2;
    }
    Set set = sets[chosen].read(data);
    judge(&set, windows, &recipe);
    return 0;
}
