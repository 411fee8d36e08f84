/* The result of a backtest as JSON and CSV. */
#include "base/json.h"
#include "base/time.h"
#include "study/backtest.h"

/* Money and counts are shown to the cent or unit: digits beyond that are noise in a report. */
static double cents(double value) { return __builtin_floor(value * 100 + 0.5) / 100; }
static double fine(double value) { return __builtin_floor(value * 10000 + 0.5) / 10000; }

static void score_write(JsonWriter *json, const char *name, const BacktestScore *s) {
    json_begin_object(json);
    json_field_str(json, "policy", name);
    json_field_double(json, "total_cost", cents(s->total_cost));
    json_field_double(json, "holding_cost", cents(s->holding_cost));
    json_field_double(json, "shortage_cost", cents(s->shortage_cost));
    json_field_double(json, "order_cost", cents(s->order_cost));
    json_field_double(json, "fill_rate", fine(s->fill_rate));
    json_field_double(json, "cycle_service", fine(s->cycle_service));
    json_field_double(json, "turns", cents(s->turns));
    json_field_double(json, "demand", cents(s->demand));
    json_field_double(json, "sold", cents(s->sold));
    json_field_double(json, "short", cents(s->short_units));
    json_field_double(json, "ordered", cents(s->ordered));
    json_field_int(json, "orders", s->orders);
    json_field_double(json, "mean_stock_value", cents(s->mean_stock_value));
    json_field_double(json, "end_stock_value", cents(s->end_stock_value));
    json_end(json);
}

void backtest_json(Buf *out, const BacktestResult *r) {
    char day[DAY_TEXT];
    JsonWriter json = json_writer(out);
    json_begin_object(&json);
    day_format(r->from_day, day);
    json_field_str(&json, "from", day);
    json_field_int(&json, "bucket_days", r->bucket_days);
    json_field_int(&json, "periods", r->periods);
    json_field_int(&json, "warm_periods", r->warm_periods);
    json_field_int(&json, "item_places", r->item_places);
    json_field_bool(&json, "erp_known", r->erp_known);
    json_field_str(&json, "currency", r->currency);
    json_field_array(&json, "rows");
    for (int k = 0; k < BACKTEST_POLICY_COUNT_; k++)
        if (k != BACKTEST_ERP || r->erp_known) score_write(&json, backtest_policy_names[k], &r->score[k]);
    json_end(&json);
    json_field_array(&json, "by_period");
    for (int t = 0; t < r->periods; t++) {
        json_begin_object(&json);
        day_format(r->period[t].day, day);
        json_field_str(&json, "day", day);
        json_field_double(&json, "demand", cents(r->period[t].demand));
        json_field_array(&json, "cost");
        for (int k = 0; k < BACKTEST_POLICY_COUNT_; k++) json_double(&json, cents(r->period[t].cost[k]));
        json_end(&json);
        json_field_array(&json, "stock");
        for (int k = 0; k < BACKTEST_POLICY_COUNT_; k++) json_double(&json, cents(r->period[t].stock[k]));
        json_end(&json);
        json_end(&json);
    }
    json_end(&json);
    json_end(&json);
}

void backtest_csv(Buf *out, const BacktestResult *r) {
    buf_add_str(out, "policy,total_cost,holding_cost,shortage_cost,order_cost,fill_rate,cycle_service,turns,demand,sold,short,ordered,orders,mean_stock_value,end_stock_value\n");
    for (int k = 0; k < BACKTEST_POLICY_COUNT_; k++) {
        const BacktestScore *s = &r->score[k];
        if (k == BACKTEST_ERP && !r->erp_known) continue;
        buf_addf(out, "%s,%.2f,%.2f,%.2f,%.2f,%.4f,%.4f,%.2f,%.2f,%.2f,%.2f,%.2f,%lld,%.2f,%.2f\n", backtest_policy_names[k], s->total_cost, s->holding_cost, s->shortage_cost,
                 s->order_cost, s->fill_rate, s->cycle_service, s->turns, s->demand, s->sold, s->short_units, s->ordered, (long long)s->orders, s->mean_stock_value, s->end_stock_value);
    }
}
