/* Forecasts and proposals as files for an outside judge. Rows come in item-place order; the pool works ahead batch by batch. */
#include <stdlib.h>
#include <string.h>

#include "base/decimal.h"
#include "base/time.h"
#include "plan/room.h"

enum { BATCH = 512, LINES_MOST = 8 * MiB };

typedef struct Sheet { Plan *plan; const ForecastOptions *forecast; /* NULL: proposals */ size_t from; Text *text; } Sheet;

static void cell_text(Buf *out, const char *text) {
    bool quote = strpbrk(text, ",\"\r\n") != NULL;
    if (!quote) {
        buf_add_str(out, text);
        return;
    }
    buf_add_char(out, '"');
    for (const char *c = text; *c; c++) {
        if (*c == '"') buf_add_char(out, '"');
        buf_add_char(out, *c);
    }
    buf_add_char(out, '"');
}

static void cell_micro(Buf *out, int64_t micro) {
    char text[DECIMAL_TEXT];
    decimal_format(micro, text);
    buf_add_str(out, text);
}

static void cell_day(Buf *out, int32_t day) {
    char text[DAY_TEXT];
    if (day == NO_DAY) return;
    day_format(day, text);
    buf_add_str(out, text);
}

static void names_out(const Plan *plan, int32_t s, Buf *out) {
    const Spot *spot = &plan->state->spots.at[s];
    cell_text(out, plan->state->items.at[spot->item.v].code);
    buf_add_char(out, ',');
    cell_text(out, plan->state->places.at[spot->place.v].code);
}

static void forecast_lines(const Sheet *sheet, int32_t s, Arena *work, Buf *out) {
    Picture *p = new_in(work, Picture);
    picture_make(&sheet->plan->context, s, NULL, work, p);
    int days = p->fold.bucket_days;
    int32_t from = p->fold.from_day + p->fold.buckets * days;
    double skipped = (double)(sheet->plan->context.start_day - from) / days;   /* the open bucket, or none */
    for (int32_t h = 0; h < sheet->forecast->horizon; h++) {
        Dist dist;
        demand_sum(&p->demand, skipped + h, 1, &dist);
        names_out(sheet->plan, s, out);
        buf_add_char(out, ',');
        cell_day(out, sheet->plan->context.start_day + h * days);
        buf_addf(out, ",%d,", days);
        cell_micro(out, micro_of(dist.mean));
        for (int q = 0; q < sheet->forecast->quantiles_count; q++) {
            buf_add_char(out, ',');
            cell_micro(out, micro_of(dist_quantile(&dist, micro_to_double(sheet->forecast->quantiles_ppm[q]))));
        }
        buf_add_char(out, '\n');
    }
}

void proposal_line(const Context *context, int32_t s, const Estimate *e, Buf *out) {
    const State *state = context->state;
    const Spot *spot = &state->spots.at[s];
    cell_text(out, state->items.at[spot->item.v].code);
    buf_add_char(out, ',');
    cell_text(out, state->places.at[spot->place.v].code);
    buf_add_char(out, ',');
    cell_text(out, e->supplier && (size_t)e->supplier < state->suppliers.count ? state->suppliers.at[e->supplier].code : "");
    buf_add_char(out, ',');
    cell_micro(out, e->qty);
    buf_add_char(out, ',');
    cell_day(out, e->qty ? e->order_day : NO_DAY);
    buf_add_char(out, ',');
    cell_day(out, e->qty ? e->arrival_day : NO_DAY);
    buf_add_char(out, ',');
    double held = e->hold_day * (double)e->qty / 1e6 * (e->next_day - e->order_day);
    int64_t cost = e->decided ? minor_of(context->exponent, e->short_now * e->short_cost + held) : CASE_NONE;
    char text[DECIMAL_TEXT];
    if (cost != CASE_NONE) {
        money_format(cost, context->exponent, text);
        buf_add_str(out, text);
    }
    buf_add_char(out, ',');
    if (e->decided) cell_micro(out, e->position);
    buf_add_char(out, ',');
    if (e->p0 >= 0) cell_micro(out, ppm_of(e->p0));
    buf_add_char(out, ',');
    if (e->p1 >= 0) cell_micro(out, ppm_of(e->p1));
    buf_add_char(out, '\n');
}

/* The last step only screened the item-places that need no case. */
static void proposal_of(const Plan *plan, int32_t spot, Arena *work, Buf *out) {
    const Estimate *screened = &plan->estimates[spot];
    if (screened->whole) {
        proposal_line(&plan->context, spot, screened, out);
        return;
    }
    Assessment *a = new_in(work, Assessment);
    Context alone = plan->context;       /* as the estimates are: before orders are filled up */
    alone.fill = NULL;
    spot_assess(&alone, spot, NULL, work, a);
    proposal_line(&plan->context, spot, &a->estimate, out);
}

static void sheet_slice(void *self, int thread, size_t from, size_t to) {
    Sheet *sheet = self;
    Plan *plan = sheet->plan;
    for (size_t i = from; i < to; i++) {
        own(buf_end) Buf out = buf_begin(LINES_MOST);
        arena_clear(plan->work[thread]);
        int32_t spot = (int32_t)(sheet->from + i);
        if (sheet->forecast) forecast_lines(sheet, spot, plan->work[thread], &out);
        else proposal_of(plan, spot, plan->work[thread], &out);
        sheet->text[i] = text_from(text_copy_n(plan->kept[thread], buf_str(&out), out.length), out.length);
    }
}

static Err sheet_write(Plan *plan, const ForecastOptions *forecast, PlanOut *out, void *self, Why *why) {
    Sheet sheet = { .plan = plan, .forecast = forecast, .text = calloc(BATCH, sizeof(Text)) };
    if (!sheet.text) stop_for("no memory for a sheet");
    Err err = OK;
    for (; sheet.from < plan->state->spots.count && err == OK; sheet.from += BATCH) {
        size_t count = plan->state->spots.count - sheet.from < BATCH ? plan->state->spots.count - sheet.from : BATCH;
        for (int t = 0; t < pool_threads(plan->threads); t++) arena_clear(plan->kept[t]);
        pool_run(plan->threads, count, 8, sheet_slice, &sheet);
        for (size_t i = 0; i < count && err == OK; i++) err = out(self, sheet.text[i], why);
    }
    free(sheet.text);
    return err;
}

static Err ready(const Plan *plan, Why *why) {
    return plan->ready ? OK : fail_hint(why, fail(why, ERR_CONFLICT, "nothing is planned yet"), "run a planning step first");
}

Err plan_forecast_csv(Plan *plan, const ForecastOptions *options, PlanOut *out, void *self, Why *why) {
    TRY(ready(plan, why));
    if (options->horizon < 1 || options->horizon > 366) return fail(why, ERR_INVALID, "a horizon of %d periods is not between 1 and 366", options->horizon);
    own(buf_end) Buf head = buf_begin(64 * KiB);
    buf_add_str(&head, "item,place,from_day,bucket_days,mean");
    for (int q = 0; q < options->quantiles_count; q++) {
        if (options->quantiles_ppm[q] <= 0 || options->quantiles_ppm[q] >= 1000000) return fail(why, ERR_INVALID, "a quantile must lie between 0 and 1");
        buf_add_str(&head, ",q");
        cell_micro(&head, options->quantiles_ppm[q]);
    }
    buf_add_char(&head, '\n');
    TRY(out(self, buf_text(&head), why));
    return sheet_write(plan, options, out, self, why);
}

const char *const proposals_head = "item,place,supplier,quantity,order_day,arrival_day,expected_cost,position,p0,p1\n";

Err plan_proposals_csv(Plan *plan, PlanOut *out, void *self, Why *why) {
    TRY(ready(plan, why));
    TRY(out(self, text_of(proposals_head), why));
    return sheet_write(plan, NULL, out, self, why);
}
