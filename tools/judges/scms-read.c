/* The set's columns by name, and the scores of predicted chances. */
#include "tools/judges/scms.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/csv.h"
#include "base/map.h"
#include "base/time.h"
#include "maths/fn.h"

enum { COLUMNS = 8 };
static const char *const column_names[COLUMNS] = { "PO Sent to Vendor Date", "Scheduled Delivery Date", "Delivered to Client Date", "Delivery Recorded Date",
                                                   "Vendor", "Shipment Mode", "Country", "PO / SO #" };

static _Noreturn void stop_with(const Why *why, const char *path) {
    fprintf(stderr, "%s: %s\n", path, why->message);
    exit(1);
}

static void columns_find(const CsvRecord *head, int at[COLUMNS], const char *path) {
    for (int c = 0; c < COLUMNS; c++) {
        at[c] = -1;
        for (size_t f = 0; f < head->fields_count; f++)
            if (text_equal(head->fields[f].text, text_of(column_names[c]))) at[c] = (int)f;
        if (at[c] >= 0) continue;
        fprintf(stderr, "%s has no column \"%s\"\n", path, column_names[c]);
        exit(1);
    }
}

static int32_t day_or(Text text, int32_t otherwise) {
    Why why;
    int32_t day;
    return day_parse(text, "%Y-%m-%d", &day, &why) == OK ? day : otherwise;
}

void deliveries_read(const char *path, Deliveries *out) {
    Why why = { 0 };
    BytesFile file = { .fd = open(path, O_RDONLY), .path = path };
    *out = (Deliveries){ 0 };
    if (file.fd < 0) {
        fprintf(stderr, "cannot read %s\n", path);
        exit(1);
    }
    own(csv_end) Csv *csv = csv_begin(bytes_of_file(&file), (CsvOptions){ 0 });
    TextMap *names[4];
    for (int n = 0; n < 4; n++) names[n] = text_map_begin(100000);
    IntMap *lanes = int_map_begin(100000);
    int at[COLUMNS];
    CsvRecord record;
    if (csv_next(csv, &record, &why) != OK) stop_with(&why, path);
    columns_find(&record, at, path);
    for (;;) {
        if (csv_next(csv, &record, &why) != OK) stop_with(&why, path);
        if (record.is_end) break;
        int32_t day[4], number[4];
        for (int c = 0; c < 4; c++) day[c] = day_or(record.fields[at[c]].text, NOT_TOLD);
        for (int n = 0; n < 4; n++) number[n] = (int32_t)text_map_intern(names[n], record.fields[at[4 + n]].text);
        if (day[1] == NOT_TOLD || day[2] == NOT_TOLD || day[3] == NOT_TOLD) continue;
        int64_t lane = *int_map_place(lanes, (int64_t)number[0] << 32 | number[2], (int64_t)int_map_count(lanes), NULL);
        list_push(&out->list, (Delivery){ .ordered = day[0], .due = day[1], .came = day[2], .told = day[3], .vendor = number[0], .mode = number[1],
                                          .country = number[2], .order = number[3], .lane = (int32_t)lane });
    }
    out->vendors = (int)text_map_count(names[0]);
    out->modes = (int)text_map_count(names[1]);
    out->countries = (int)text_map_count(names[2]);
    out->orders = (int)text_map_count(names[3]);
    out->lanes = (int)int_map_count(lanes);
    for (int n = 0; n < 4; n++) text_map_end(&names[n]);
    int_map_end(&lanes);
}

/* ---- scores ---- */

static int by_p(const void *a, const void *b) {
    double x = ((const Outcome *)a)->p, y = ((const Outcome *)b)->p;
    return (x > y) - (x < y);
}

static int chosen(const Outcomes *outcomes, int from_year, int to_year, Outcome **out) {
    int n = 0;
    *out = malloc((outcomes->count + 1) * sizeof **out);
    if (!*out) exit(1);
    for (size_t i = 0; i < outcomes->count; i++)
        if (outcomes->at[i].year >= from_year && outcomes->at[i].year <= to_year) (*out)[n++] = outcomes->at[i];
    qsort(*out, (size_t)n, sizeof **out, by_p);
    return n;
}

static double area_under_curve(const Outcome *sorted, int n) {
    double ranks = 0, late = 0;
    for (int i = 0; i < n;) {
        int j = i;
        double here = 0;
        while (j < n && sorted[j].p == sorted[i].p) here += sorted[j++].late;
        ranks += 0.5 * (i + j + 1) * here;
        late += here;
        i = j;
    }
    return (ranks - late * (late + 1) / 2) / (late * (n - late));
}

static double log_loss(const Outcome *o, int n) {
    double sum = 0;
    for (int i = 0; i < n; i++) sum -= fn_log(o[i].late ? o[i].p : 1 - o[i].p);
    return sum / n;
}

/* Slope of a logistic regression of what happened on the logit of what was said: 1 is calibrated, below 1 too sure. */
static double calibration_slope(const Outcome *o, int n) {
    double level = 0, slope = 0;
    for (int round = 0; round < 50; round++) {
        double g0 = 0, g1 = 0, h00 = 0, h01 = 0, h11 = 0;
        for (int i = 0; i < n; i++) {
            double x = fn_log(o[i].p / (1 - o[i].p)), e = 1 / (1 + fn_exp(-level - slope * x)), w = e * (1 - e);
            g0 += o[i].late - e;
            g1 += (o[i].late - e) * x;
            h00 += w;
            h01 += w * x;
            h11 += w * x * x;
        }
        double det = h00 * h11 - h01 * h01;
        level += (h11 * g0 - h01 * g1) / det;
        slope += (h00 * g1 - h01 * g0) / det;
    }
    return slope;
}

double outcomes_log_loss(const Outcomes *outcomes, int from_year, int to_year) {
    Outcome *o;
    int n = chosen(outcomes, from_year, to_year, &o);
    double loss = log_loss(o, n);
    free(o);
    return loss;
}

void outcomes_print(const char *name, const Outcomes *outcomes, int from_year, int to_year) {
    Outcome *o;
    int n = chosen(outcomes, from_year, to_year, &o);
    double said = 0, late = 0;
    for (int i = 0; i < n; i++) {
        said += o[i].p;
        late += o[i].late;
    }
    printf("| %s | %d..%d | %d | %.4f | %.3f | %.2f | %.3f | %.3f |\n", name, from_year, to_year, n, log_loss(o, n), area_under_curve(o, n), calibration_slope(o, n),
           said / n, late / n);
    free(o);
}
