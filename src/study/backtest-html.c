/* The report: a table and three line charts, one file without scripts or anything from outside. */
#include "base/time.h"
#include "study/backtest.h"

enum { WIDTH = 760, HEIGHT = 240, LEFT = 70, BOTTOM = 30, TOP = 14, RIGHT = 12 };
static const char *const colours[BACKTEST_POLICY_COUNT_] = { "#1f5fd0", "#c2410c", "#6b7280" };
static const char *const dashes[BACKTEST_POLICY_COUNT_] = { "", "6 3", "2 3" };   /* told apart without colour too */

typedef double Series(const BacktestPeriod *period, int policy);
static double cost_of(const BacktestPeriod *p, int k) { return p->cost[k]; }
static double stock_of(const BacktestPeriod *p, int k) { return p->stock[k]; }
static double short_of(const BacktestPeriod *p, int k) { return p->short_units[k]; }

static bool shown(const BacktestResult *r, int k) { return k != BACKTEST_ERP || r->erp_known; }

static void chart(Buf *out, const BacktestResult *r, const char *title, const char *unit, Series *series) {
    double most = 1e-9;
    for (int t = 0; t < r->periods; t++)
        for (int k = 0; k < BACKTEST_POLICY_COUNT_; k++)
            if (shown(r, k) && series(&r->period[t], k) > most) most = series(&r->period[t], k);
    double wide = WIDTH - LEFT - RIGHT, high = HEIGHT - TOP - BOTTOM, step = r->periods > 1 ? wide / (r->periods - 1) : 0;
    buf_addf(out, "<figure><figcaption>%s (%s)</figcaption><svg viewBox=\"0 0 %d %d\" role=\"img\" aria-label=\"%s per period and policy\">", title, unit, WIDTH, HEIGHT, title);
    if (r->warm_periods > 0)
        buf_addf(out, "<rect class=\"warm\" x=\"%d\" y=\"%d\" width=\"%.1f\" height=\"%.1f\"/>", LEFT, TOP, step * r->warm_periods, high);
    for (int g = 0; g <= 4; g++) {
        double y = TOP + high - high * g / 4;
        buf_addf(out, "<line class=\"grid\" x1=\"%d\" x2=\"%d\" y1=\"%.1f\" y2=\"%.1f\"/><text class=\"axis\" text-anchor=\"end\" x=\"%d\" y=\"%.1f\">%.*f</text>", LEFT, WIDTH - RIGHT, y, y,
                 LEFT - 8, y + 4, most < 10 ? 1 : 0, most * g / 4);
    }
    char day[DAY_TEXT];
    for (int g = 0; g <= 3; g++) {
        int t = (r->periods - 1) * g / 3;
        day_format(r->period[t].day, day);
        buf_addf(out, "<text class=\"axis\" text-anchor=\"%s\" x=\"%.1f\" y=\"%d\">%s</text>", g == 0 ? "start" : g == 3 ? "end" : "middle", LEFT + step * t, HEIGHT - 8, day);
    }
    for (int k = BACKTEST_POLICY_COUNT_ - 1; k >= 0; k--) {
        if (!shown(r, k)) continue;
        buf_addf(out, "<polyline fill=\"none\" stroke=\"%s\" stroke-width=\"2\" stroke-dasharray=\"%s\" points=\"", colours[k], dashes[k]);
        for (int t = 0; t < r->periods; t++) buf_addf(out, "%.1f,%.1f ", LEFT + step * t, TOP + high - high * series(&r->period[t], k) / most);
        buf_add_str(out, "\"/>");
    }
    buf_add_str(out, "</svg></figure>");
}

static void table(Buf *out, const BacktestResult *r) {
    buf_addf(out, "<table><thead><tr><th>Policy</th><th>Total cost (%s)</th><th>Holding</th><th>Shortage</th><th>Orders</th><th>Fill rate</th><th>Cycles without shortage</th><th>Turns</th>"
                  "<th>Mean stock</th><th>Stock and pipeline at the end</th></tr></thead><tbody>", r->currency);
    for (int k = 0; k < BACKTEST_POLICY_COUNT_; k++) {
        const BacktestScore *s = &r->score[k];
        if (!shown(r, k)) continue;
        buf_addf(out, "<tr><th scope=\"row\"><span class=\"key\" style=\"background:%s\"></span>%s</th><td>%.2f</td><td>%.2f</td><td>%.2f</td><td>%lld</td><td>%.1f %%</td><td>%.1f %%</td><td>%.1f</td><td>%.2f</td><td>%.2f</td></tr>",
                 colours[k], backtest_policy_names[k], s->total_cost, s->holding_cost, s->shortage_cost, (long long)s->orders, s->fill_rate * 100, s->cycle_service * 100, s->turns,
                 s->mean_stock_value, s->end_stock_value);
    }
    buf_add_str(out, "</tbody></table>");
}

void backtest_html(Buf *out, const BacktestResult *r) {
    char from[DAY_TEXT];
    day_format(r->from_day, from);
    buf_add_str(out, "<!doctype html><html lang=\"en\"><head><meta charset=\"utf-8\"><meta name=\"viewport\" content=\"width=device-width\"><title>Backtest</title><style>"
                     ":root{color-scheme:light dark}body{font:15px/1.45 system-ui,sans-serif;max-width:60rem;margin:2rem auto;padding:0 1rem}"
                     "table{border-collapse:collapse;font-variant-numeric:tabular-nums;display:block;overflow-x:auto}th,td{padding:.35rem .7rem;text-align:right;border-bottom:1px solid #8884}"
                     "th:first-child{text-align:left}figure{margin:2rem 0}svg{width:100%;height:auto}.grid{stroke:#8884}.axis{font-size:11px;fill:currentColor}.warm{fill:#8882}"
                     ".key{display:inline-block;width:.8em;height:.8em;margin-right:.5em;border-radius:2px}</style></head><body><h1>Backtest</h1>");
    buf_addf(out, "<p>%d item-places, %d periods of %d day%s from %s; the first %d are walked but not counted (shaded). Every review saw only what was known that day; orders arrived after "
                  "their lead time; demand is what happened.</p>", r->item_places, r->periods, r->bucket_days, r->bucket_days == 1 ? "" : "s", from, r->warm_periods);
    table(out, r);
    chart(out, r, "Cost", r->currency, cost_of);
    chart(out, r, "Stock at the end of the period", "units", stock_of);
    chart(out, r, "Demand not met at once", "units", short_of);
    buf_add_str(out, "</body></html>\n");
}
