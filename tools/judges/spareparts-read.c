/* The panels and the published curves, by column name. */
#include "tools/judges/spareparts.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/csv.h"

enum { OCCASIONS_LEAST = 2 };
static const double TRAIN_SHARE = 0.7;

static _Noreturn void stop_at(const char *path, const char *sentence) {
    fprintf(stderr, "%s: %s\n", path, sentence);
    exit(1);
}

typedef struct Table { BytesFile file; Csv *csv; CsvRecord record; const char *path; } Table;

static void table_begin(Table *t, const char *path) {
    Why why = { 0 };
    *t = (Table){ .file = { .fd = open(path, O_RDONLY), .path = path }, .path = path };
    if (t->file.fd < 0) stop_at(path, "cannot be read");
    t->csv = csv_begin(bytes_of_file(&t->file), (CsvOptions){ 0 });
    if (csv_next(t->csv, &t->record, &why) != OK) stop_at(path, why.message);
}

static bool table_next(Table *t) {
    Why why = { 0 };
    if (csv_next(t->csv, &t->record, &why) != OK) stop_at(t->path, why.message);
    return !t->record.is_end;
}

static int column_of(const Table *t, const char *name) {
    for (size_t f = 0; f < t->record.fields_count; f++)
        if (text_equal(t->record.fields[f].text, text_of(name))) return (int)f;
    fprintf(stderr, "%s has no column \"%s\"\n", t->path, name);
    exit(1);
}

static double number_at(const Table *t, int column) {             /* empty is no demand, as in the published panels */
    return (size_t)column < t->record.fields_count ? strtod(t->record.fields[column].text.at, NULL) : 0;
}

static int by_price(const void *a, const void *b) {
    const Part *x = *(Part *const *)a, *y = *(Part *const *)b;
    if (x->price != y->price) return x->price < y->price ? -1 : 1;
    return (x > y) - (x < y);
}

static void quintiles_set(Panel *panel) {
    size_t n = panel->parts.count;
    Part **order = many_in(panel->arena, Part *, n + 1);
    for (size_t i = 0; i < n; i++) order[i] = &panel->parts.at[i];
    qsort(order, n, sizeof *order, by_price);
    for (size_t i = 0; i < n; i++) order[i]->quintile = (int)(i * QUINTILES / n);
}

static double rounded_half_even(double x) {
    double whole = (double)(int)x, rest = x - whole;
    return rest > 0.5 || (rest == 0.5 && (int)whole % 2) ? whole + 1 : whole;
}

void panel_read(const char *path, const char *name, const PanelColumns *columns, Panel *out) {
    Table t;
    table_begin(&t, path);
    int price = column_of(&t, columns->price), lead = columns->lead ? column_of(&t, columns->lead) : -1;
    *out = (Panel){ .name = name, .arena = arena_begin((size_t)512 * MiB) };
    out->months = (int)t.record.fields_count - columns->first_month;
    out->train = (int)rounded_half_even(TRAIN_SHARE * out->months);
    while (table_next(&t)) {
        double *demand = many_in(out->arena, double, out->months);
        int occasions = 0;
        for (int m = 0; m < out->months; m++) {
            double units = number_at(&t, columns->first_month + (columns->newest_first ? out->months - 1 - m : m));
            demand[m] = units > 0 ? units : 0;
            occasions += m < out->train && demand[m] > 0;
        }
        double days = lead >= 0 ? number_at(&t, lead) * columns->lead_days : 0;
        if (occasions >= OCCASIONS_LEAST)
            list_push(&out->parts, (Part){ .price = number_at(&t, price), .lead_months = (int)(days / 30.4 + 0.5), .demand = demand });
    }
    csv_end(&t.csv);
    quintiles_set(out);
}

void published_read(const char *path, const char *set, Curves *out) {
    Table t;
    table_begin(&t, path);
    int avg = column_of(&t, "AchievedFillRates_Avg"), total = column_of(&t, "AchievedFillRates_Total"), cost = column_of(&t, "HoldingCosts");
    int method = column_of(&t, "Method"), dataset = column_of(&t, "Dataset");
    while (table_next(&t)) {
        if (!text_equal(t.record.fields[dataset].text, text_of(set))) continue;
        Text name = t.record.fields[method].text;
        if (out->count == 0 || !text_equal(name, text_of(list_last(out)->name))) list_push(out, (Curve){ .name = strndup(name.at, name.length) });
        Curve *curve = list_last(out);
        if (curve->points == RULES_TARGETS_MOST) stop_at(path, "has more targets than expected");
        curve->at[curve->points++] = (CurvePoint){ .fill_avg = number_at(&t, avg), .fill_total = number_at(&t, total), .cost = number_at(&t, cost) };
    }
    csv_end(&t.csv);
}
