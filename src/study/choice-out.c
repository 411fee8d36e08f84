/* A choice as rows for its blob, and as JSON. */
#include <stdio.h>

#include "base/csv.h"
#include "base/decimal.h"
#include "base/json.h"
#include "base/time.h"
#include "study/choice-play.h"
#include "draft/draft.h"

static const char *const columns[] = { "item", "place", "choice", "because", "class", "cost_now", "cost_then", "gain", "gain_se", "fill_now", "fill_then", "capital_now",
                                       "capital_then", "cost_erp", "fill_erp" };
enum { COLUMNS = sizeof columns / sizeof columns[0], TEXTS = 5 };

static const char *class_name(const ChoiceClass *class, char out[64]) {
    snprintf(out, 64, "%s%s%s", class->tier, class->tier[0] ? " " : "", class->lumpy ? "lumpy" : "steady");
    return out;
}

/* Costs are money a week and services shares, of the later half; an ERP column is empty where no minimum and maximum were told. */
static void line_csv(CsvWriter *csv, const ChoiceResult *r, const ChoiceLine *line) {
    char class[64];
    int k = line->chosen.candidate;
    csv_write_str(csv, line->item_code);
    csv_write_str(csv, line->place_code);
    csv_write_str(csv, choice_names[k]);
    csv_write_str(csv, line->played ? pick_because_names[line->chosen.because] : line->chosen.because == PICK_CLASS ? "its class; too little history of its own" : "not played");
    csv_write_str(csv, class_name(&r->class[line->class], class));
    double figures[] = { line->cost[1][CHOICE_NOW], line->cost[1][k], line->pick.check[k], line->pick.check_se[k], line->fill[CHOICE_NOW], line->fill[k],
                         line->capital[CHOICE_NOW], line->capital[k] };
    for (size_t i = 0; i < sizeof figures / sizeof figures[0]; i++) line->played ? csv_write_micro(csv, micro_of(figures[i]) / 100 * 100) : csv_write_str(csv, "");
    bool erp = line->played && line->erp;
    erp ? csv_write_micro(csv, micro_of(line->cost[1][CHOICE_ERP]) / 100 * 100) : csv_write_str(csv, "");
    erp ? csv_write_micro(csv, micro_of(line->fill[CHOICE_ERP]) / 100 * 100) : csv_write_str(csv, "");
    csv_write_end(csv);
}

void choice_csv(Buf *out, const ChoiceResult *r) {
    CsvWriter csv = { .out = out, .lf = true };
    for (int i = 0; i < COLUMNS; i++) csv_write_str(&csv, columns[i]);
    csv_write_end(&csv);
    for (int i = 0; i < r->lines; i++)
        if (r->line[i].played || r->line[i].chosen.candidate != CHOICE_NOW) line_csv(&csv, r, &r->line[i]);
}

/* ---- sums ---- */

static double cents(double value) { return __builtin_floor(value * 100 + 0.5) / 100; }
static double fine(double value) { return __builtin_floor(value * 10000 + 0.5) / 10000; }

typedef struct Sum { int places; double cost, capital, met; } Sum;

/* All played item-places under one candidate (`k`; -1: each under what was chosen), later half; every item-place's fill counts alike. */
static Sum sum_of(const ChoiceResult *r, int k, bool erp_only) {
    Sum sum = { 0 };
    for (int i = 0; i < r->lines; i++) {
        const ChoiceLine *line = &r->line[i];
        int at = k < 0 ? line->chosen.candidate : k;
        if (!line->played || (erp_only && !line->erp)) continue;
        sum.places++;
        sum.cost += line->cost[1][at];
        sum.capital += line->capital[at];
        sum.met += line->fill[at];
    }
    sum.met = sum.places ? sum.met / sum.places : 1;
    return sum;
}

static void sum_write(JsonWriter *json, const char *name, Sum sum, int chosen) {
    json_begin_object(json);
    json_field_str(json, "policy", name);
    json_field_int(json, "item_places", sum.places);
    json_field_double(json, "cost_week", cents(sum.cost));
    json_field_double(json, "mean_fill", fine(sum.met));
    json_field_double(json, "capital", cents(sum.capital));
    if (chosen >= 0) json_field_int(json, "chosen_for", chosen);
    json_end(json);
}

static void class_write(JsonWriter *json, const ChoiceClass *class) {
    char name[64];
    json_begin_object(json);
    json_field_str(json, "class", class_name(class, name));
    json_field_int(json, "item_places", class->places);
    json_field_int(json, "played", class->pick.items);
    json_field_str(json, "choice", choice_names[class->pick.candidate]);
    json_field_double(json, "gain_share", fine(class->pick.share[class->pick.candidate]));
    json_field_double(json, "later_gain_week", cents(class->pick.check));
    json_field_double(json, "later_gain_se", cents(class->pick.check_se));
    json_end(json);
}

void choice_summary_write(JsonWriter *json, const ChoiceResult *r) {
    char day[DAY_TEXT];
    day_format(r->as_of, day);
    json_field_str(json, "name", "policy-choice");
    json_field_str(json, "as_of", day);
    json_field_str(json, "currency", r->currency);
    json_field_int(json, "item_places", r->lines);
    json_field_int(json, "played", r->played);
    json_field_int(json, "changed", r->changed);
    json_field_array(json, "policies");
    for (int k = 0; k < CHOICE_ERP; k++) sum_write(json, choice_names[k], sum_of(r, k, false), r->chosen[k]);
    sum_write(json, "as chosen", sum_of(r, -1, false), -1);
    json_end(json);
    json_field_array(json, "beside_the_erp");            /* where the ERP told minimum and maximum */
    sum_write(json, choice_names[CHOICE_ERP], sum_of(r, CHOICE_ERP, true), r->chosen[CHOICE_ERP]);
    sum_write(json, choice_names[CHOICE_NOW], sum_of(r, CHOICE_NOW, true), -1);
    sum_write(json, "as chosen", sum_of(r, -1, true), -1);
    json_end(json);
    json_field_array(json, "classes");
    for (int c = 0; c < r->classes; c++) class_write(json, &r->class[c]);
    json_end(json);
}

/* The blob's own rows: what was written is what is told. */
void choice_rows_write(JsonWriter *json, Text blob, int64_t offset, int64_t most, int64_t *out_total) {
    BytesMemory memory = { .text = blob };
    own(csv_end) Csv *csv = csv_begin(bytes_of_memory(&memory), (CsvOptions){ 0 });
    CsvRecord record;
    Why why = { 0 };
    int64_t at = -1;
    json_field_array(json, "rows");
    while (csv_next(csv, &record, &why) == OK && !record.is_end) {
        if (at >= offset && at - offset < most && record.fields_count == COLUMNS) {
            json_begin_object(json);
            for (int i = 0; i < COLUMNS; i++) {
                int64_t micro;
                if (i < TEXTS) json_field_text(json, columns[i], record.fields[i].text);
                else if (decimal_parse(record.fields[i].text, DECIMAL_POINT, &micro, &why) == OK) json_field_micro(json, columns[i], micro);
                else json_field_null(json, columns[i]);
            }
            json_end(json);
        }
        at++;
    }
    json_end(json);
    *out_total = at < 0 ? 0 : at;
}
