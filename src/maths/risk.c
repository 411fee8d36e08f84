/* risk.c - chances before an order could arrive, the stock it would meet, and the picture of the days ahead.
 *
 * Without a receipt in the way, out by t is just D(t) > on hand, and the plain mixture is used, exact on the lattice. With
 * receipts the chain of risk_parts.h is carried through them and asked at a few arrival days. */
#include "maths/fn.h"
#include "maths/risk_parts.h"

#include <string.h>

enum { QUERIES_MOST = 24, FINE_POINTS = 6, THIRDS = 3, CHART_POINTS = 13 };

typedef struct Query { double day, share; } Query;               /* asked in order of day */

/* --- before an order could arrive ------------------------------------------------------------------------------------------ */

static LeadPoints order_points(const RiskInput *in, int most) {
    LeadPoints points = { 0 };
    const LeadPoints *all = in->order;
    if (!all || all->count == 0) return points;
    most = all->count < most ? all->count : most;
    for (int k = 0, used = 0; k < most; k++) {
        double share = 0, days = 0;
        for (int upto = (k + 1) * all->count / most; used < upto; used++) {
            share += (double)all->share[used];
            days += (double)(all->share[used] * all->days[used]);
        }
        if (!(share > 0)) continue;
        points.days[points.count] = (float)(days / share);
        points.share[points.count++] = (float)share;
    }
    return points;
}

int risk_receipts_before(const RiskInput *in, double day) {
    for (int i = 0; i < in->receipts; i++)
        if (in->receipt[i].units > 0 && in->receipt[i].when.count > 0 && (double)in->receipt[i].when.days[0] < day) return 1;
    return 0;
}

/* No receipt in the way: out by t is D(t) > on hand. `d`: demand until each point of the order. */
static Answer plain_answer(const RiskInput *in, const LeadPoints *order, const Dist *d) {
    Answer a = { 0 };
    double hand = in->on_hand > 0 ? in->on_hand : 0;
    for (int i = 0; i < order->count; i++) {
        double share = (double)order->share[i], unmet = dist_short(&d[i], hand);
        a.out += share * (in->on_hand < 0 ? 1 : dist_above(&d[i], hand));
        a.unmet += share * unmet;
        a.demand += share * d[i].mean;
        if (in->unmet == RISK_BACKORDERS) a.owed += share * (unmet + hand - in->on_hand);
        a.mean += share * (in->on_hand - d[i].mean + (in->unmet == RISK_LOST_SALES ? unmet + hand - in->on_hand : 0));
    }
    return a;
}

/* What is asked: until an order of now arrives, until one of the next opportunity, or both. */
typedef enum RiskAsk { ASK_NOW = 1, ASK_NEXT = 2, ASK_BOTH = ASK_NOW | ASK_NEXT } RiskAsk;

static void plain_risk(const RiskInput *in, const LeadPoints *order, RiskAsk ask, Risk *out) {
    Dist d[2 * FINE_POINTS], *at[2 * FINE_POINTS];
    DemandStretch stretch[2 * FINE_POINTS];
    double bucket = in->demand->bucket_days > 0 ? in->demand->bucket_days : 1, from = in->from_days / bucket;
    int first = ask & ASK_NOW ? 0 : order->count, end = ask & ASK_NEXT ? 2 * order->count : order->count;
    for (int i = first; i < end; i++) {
        double later = i < order->count ? 0 : in->next_days;
        stretch[i] = (DemandStretch){ in->demand, from, ((double)order->days[i % order->count] + later) / bucket };
        at[i] = &d[i];
    }
    demand_sums(stretch + first, end - first, at + first);
    Answer now = { 0 }, next = { 0 };
    if (ask & ASK_NOW) now = plain_answer(in, order, d);
    if (ask & ASK_NEXT) next = plain_answer(in, order, d + order->count);
    *out = (Risk){ .p0 = now.out, .p1 = next.out, .short0 = now.unmet, .short1 = next.unmet,
                   .demand0 = now.demand, .demand1 = next.demand, .owed0 = now.owed, .arrival_mean = now.mean };
}

/* Answers at the queries' days (rising), averaged over rates and scenarios; one pass of the chain per pair. Summed scenario by scenario. */
static void chain_answers(const Setup *s, const Query *query, int queries, Answer *answer) {
    Answer of[SCENARIOS_MOST][RATES][2 * LEAD_POINTS];
    Stretches kept[RATES];
    double day[2 * LEAD_POINTS];
    for (int q = 0; q < queries; q++) day[q] = query[q].day;
    stretches_make(s, day, queries, CHAIN_ASKS, kept);
    for (int k = 0; k < RATES; k++)
        for (int n = 0; n < s->scenarios; n++) {
            Chain chain;
            chain_begin(s, &chain);
            for (int q = 0, r = 0; q < queries; q++) {
                chain_to_receipts(s, &s->scenario[n], k, query[q].day, &kept[k], &r, &chain);
                of[n][k][q] = chain_ask(s, &s->rate[k], query[q].day, &kept[k], &chain);
            }
        }
    memset(answer, 0, sizeof *answer * (size_t)queries);
    for (int n = 0; n < s->scenarios; n++)
        for (int k = 0; k < RATES; k++) {
            double share = s->scenario[n].share * s->rate_share[k];
            for (int q = 0; q < queries; q++) {
                answer[q].out += share * of[n][k][q].out;
                answer[q].unmet += share * of[n][k][q].unmet;
                answer[q].mean += share * of[n][k][q].mean;
                answer[q].owed += share * of[n][k][q].owed;
            }
        }
}

static void chain_risk(const RiskInput *in, const LeadPoints *order, RiskAsk ask, Risk *out) {
    Query query[2 * LEAD_POINTS];
    Answer answer[2 * LEAD_POINTS];
    int which[2 * LEAD_POINTS], n = 0;
    for (int later = ask == ASK_NEXT; later <= (ask != ASK_NOW); later++)
        for (int i = 0; i < order->count; i++) {          /* insertion by day */
            Query q = { (double)order->days[i] + (later ? in->next_days : 0), (double)order->share[i] };
            int at = n++;
            for (; at > 0 && query[at - 1].day > q.day; at--) {
                query[at] = query[at - 1];
                which[at] = which[at - 1];
            }
            query[at] = q;
            which[at] = later;
        }
    Setup s;
    risk_prepare(in, (double)order->days[order->count - 1] + in->next_days, CHAIN_QUESTION, &s);
    chain_answers(&s, query, n, answer);
    for (int i = 0; i < n; i++) {
        *(which[i] ? &out->p1 : &out->p0) += query[i].share * answer[i].out;
        *(which[i] ? &out->short1 : &out->short0) += query[i].share * answer[i].unmet;
        *(which[i] ? &out->demand1 : &out->demand0) += query[i].share * risk_moments(&s, 0, query[i].day).mean;
        if (which[i]) continue;
        out->arrival_mean += query[i].share * answer[i].mean;
        out->owed0 += query[i].share * answer[i].owed;
    }
}

/* Most items most days: stock beyond any demand in sight. Six deviations and a gamma's tail on top. */
static int cannot_run_out(const RiskInput *in, const LeadPoints *order, Risk *out) {
    double bucket = in->demand->bucket_days > 0 ? in->demand->bucket_days : 1, mean = 0, next = 0;
    double last = (double)order->days[order->count - 1] + in->next_days;
    DemandMoments most = demand_moments(in->demand, in->from_days / bucket, last / bucket);
    double variance = demand_variance(&most);
    double reach = most.mean + 6 * __builtin_sqrt(variance) + (most.mean > 0 ? 12 * variance / most.mean : 0);
    if (in->on_hand < reach || risk_receipts_before(in, last)) return 0;
    for (int i = 0; i < order->count; i++) {
        double share = (double)order->share[i], days = (double)order->days[i];
        mean += share * demand_moments(in->demand, in->from_days / bucket, days / bucket).mean;
        next += share * demand_moments(in->demand, in->from_days / bucket, (days + in->next_days) / bucket).mean;
    }
    *out = (Risk){ .demand0 = mean, .demand1 = next, .arrival_mean = in->on_hand - mean };
    return 1;
}

/* Days on which an order may arrive. Lead time unknown: only "by the next opportunity" makes sense. */
static LeadPoints order_days(const RiskInput *in, int most) {
    LeadPoints order = order_points(in, most);
    return order.count ? order : (LeadPoints){ .count = 1, .days = { 0 }, .share = { 1 } };
}

static int receipts_matter(const RiskInput *in, const LeadPoints *order) {
    return risk_receipts_before(in, (double)order->days[order->count - 1] + in->next_days);
}

static void risk_asked(const RiskInput *in, RiskAsk ask, Risk *out) {
    LeadPoints order = order_days(in, FINE_POINTS);
    *out = (Risk){ 0 };
    if (cannot_run_out(in, &order, out)) return;
    if (!receipts_matter(in, &order)) {
        plain_risk(in, &order, ask, out);
    } else {
        order = order_days(in, THIRDS);
        chain_risk(in, &order, ask, out);
    }
    out->p0 = fn_clamp(out->p0, 0, 1);
    out->p1 = fn_clamp(out->p1, out->p0, 1);
    if (out->short1 < out->short0) out->short1 = out->short0;
}

void risk_now(const RiskInput *in, Risk *out) { risk_asked(in, ASK_BOTH, out); }

void risk_by_next(const RiskInput *in, Risk *out) {
    risk_asked(in, ASK_NEXT, out);
    *out = (Risk){ .p1 = out->p1, .short1 = out->short1, .demand1 = out->demand1 };
}

void risk_by_now(const RiskInput *in, Risk *next) {
    Risk now;
    risk_asked(in, ASK_NOW, &now);
    now.demand1 = next->demand1;
    now.p1 = fn_clamp(next->p1, now.p0, 1);
    now.short1 = next->short1 < now.short0 ? now.short0 : next->short1;
    *next = now;
}

/* Receipts with one more that surely comes on a day; soonest first. */
static int receipts_with(const RiskInput *in, double units, double day, RiskReceipt *out) {
    RiskReceipt order = { units, { .count = 1, .days = { (float)day }, .share = { 1 } } };
    int n = 0, put = 0;
    for (int i = 0; i < in->receipts; i++) {
        if (!put && risk_middle_day(&in->receipt[i].when) > day) {
            out[n++] = order;
            put = 1;
        }
        out[n++] = in->receipt[i];
    }
    if (!put) out[n++] = order;
    return n;
}

void risk_ordered(const RiskInput *in, double units, const Risk *wait, Risk *out) {
    LeadPoints order = order_days(in, FINE_POINTS);
    if (receipts_matter(in, &order)) order = order_days(in, THIRDS);
    RiskReceipt with[RISK_RECEIPTS_MOST + 1];
    RiskInput day = *in;
    *out = (Risk){ 0 };
    for (int i = 0; i < order.count; i++) {
        LeadPoints one = { .count = 1, .days = { order.days[i] }, .share = { 1 } };
        Risk then;
        day.receipt = with;
        day.receipts = receipts_with(in, units, (double)order.days[i], with);
        day.order = &one;
        risk_by_next(&day, &then);
        double share = (double)order.share[i];
        out->p1 += share * then.p1;
        out->short1 += share * then.short1;
        out->demand1 += share * then.demand1;
    }
    if (!wait) return;
    out->p1 = fn_clamp(out->p1, wait->p0, wait->p1);
    out->short1 = fn_clamp(out->short1, wait->short0, wait->short1);
}

/* --- distributions and the picture ---------------------------------------------------------------------------------------- */

/* Net stock at a day: both masses of all rates and scenarios, moved to that day. */
static void stock_cells(const Setup *s, const double *day, int days, double cells[][CELLS], double *p_out) {
    Stretches kept[RATES];
    stretches_make(s, day, days, CHAIN_MOVES, kept);
    memset(cells, 0, sizeof(double) * CELLS * (size_t)days);
    memset(p_out, 0, sizeof(double) * (size_t)days);
    for (int n = 0; n < s->scenarios; n++)
        for (int k = 0; k < RATES; k++) {
            const Scenario *way = &s->scenario[n];
            double share = way->share * s->rate_share[k];
            Chain chain;
            chain_begin(s, &chain);
            for (int q = 0, r = 0; q < days; q++) {
                chain_to_receipts(s, way, k, day[q], &kept[k], &r, &chain);
                chain_advance(s, &s->rate[k], day[q], &kept[k], &chain);
                for (int i = chain.low; i <= chain.high; i++) {
                    cells[q][i] += share * (chain.clear[i] + chain.been[i]);
                    p_out[q] += share * chain.been[i];
                }
            }
        }
}

static void cells_to_dist(const Lattice *l, const double *cell, Dist *out) {
    Dist d = { .origin = -l->zero * l->step, .step = l->step, .count = l->count };
    memcpy(d.cell, cell, sizeof(double) * (size_t)l->count);
    const Dist *part = &d;
    const double one = 1;
    dist_mix(&part, &one, 1, out);                        /* settles and computes the mean */
}

void risk_stock_at_arrival(const RiskInput *in, Dist *out) {
    LeadPoints order = order_points(in, FINE_POINTS);
    if (order.count == 0) {
        dist_point(in->on_hand, out);
        return;
    }
    double last = (double)order.days[order.count - 1], share[LEAD_POINTS];
    Dist part[LEAD_POINTS];
    const Dist *parts[LEAD_POINTS];
    if (risk_receipts_before(in, last)) {
        double day[LEAD_POINTS] = { 0 }, cells[LEAD_POINTS][CELLS], p_out[LEAD_POINTS];
        Setup s;
        risk_prepare(in, last, CHAIN_PICTURE, &s);
        for (int i = 0; i < order.count; i++) day[i] = (double)order.days[i];
        stock_cells(&s, day, order.count, cells, p_out);
        for (int i = 0; i < order.count; i++) cells_to_dist(&s.lattice, cells[i], &part[i]);
    } else {
        double bucket = in->demand->bucket_days > 0 ? in->demand->bucket_days : 1;
        double hand = in->unmet == RISK_LOST_SALES && in->on_hand < 0 ? 0 : in->on_hand;
        Dist have;
        dist_point(hand, &have);
        for (int i = 0; i < order.count; i++) {
            demand_sum(in->demand, in->from_days / bucket, (double)order.days[i] / bucket, &part[i]);
            dist_difference(&have, &part[i], &part[i]);
            if (in->unmet == RISK_LOST_SALES) dist_floor(&part[i], 0, &part[i]);
        }
    }
    for (int i = 0; i < order.count; i++) {
        parts[i] = &part[i];
        share[i] = (double)order.share[i];
    }
    dist_mix(parts, share, order.count, out);
}

/* Days worth working out: evenly spread, and the days around receipts so that the jump shows. Rising, no repeats. */
static int picture_days(const RiskInput *in, int days, double *day) {
    int wanted[RISK_DAYS_MOST + 1] = { 0 }, n = 0;
    for (int i = 1; i <= CHART_POINTS; i++) wanted[(i * days + CHART_POINTS - 1) / CHART_POINTS] = 1;
    wanted[1] = 1;
    for (int r = 0; r < in->receipts && r < 3; r++) {
        double at = risk_middle_day(&in->receipt[r].when);
        if (!(at < days - 1)) continue;
        wanted[(int)at] |= (int)at > 0;
        wanted[(int)at + 1] = 1;
    }
    for (int d = 1; d <= days && n < QUERIES_MOST; d++)
        if (wanted[d]) day[n++] = d;
    day[n - 1] = days;
    return n;
}

/* Quantile with a straight line inside the cell: a picture should not show the lattice. */
static double smooth_quantile(const Lattice *l, const double *cell, double p) {
    double sum = 0;
    for (int i = 0; i < l->count; i++) {
        if (sum + cell[i] >= p && cell[i] > 0) return (i - l->zero + (p - sum) / cell[i] - 0.5) * l->step;
        sum += cell[i];
    }
    return (l->count - 1 - l->zero) * l->step;
}

static void line_between(float *at, int from, double from_value, int to, double to_value) {
    for (int d = from; d < to; d++) /* day index d is the end of day d; worked out at index from - 1 and to - 1 */
        at[d] = (float)(from_value + (to_value - from_value) * (d + 1 - from) / (to - from));
}

/* Without a receipt in sight net stock is on hand less demand: no chain. */
static void plain_days(const RiskInput *in, const double *day, int n, double value[][4], double *p_out) {
    static const double p[3] = { 0.9, 0.5, 0.1 };
    double bucket = in->demand->bucket_days > 0 ? in->demand->bucket_days : 1, hand = in->on_hand > 0 ? in->on_hand : 0;
    Dist d[QUERIES_MOST], *at[QUERIES_MOST];
    DemandStretch stretch[QUERIES_MOST];
    for (int q = 0; q < n; q++) {
        stretch[q] = (DemandStretch){ in->demand, in->from_days / bucket, day[q] / bucket };
        at[q] = &d[q];
    }
    demand_sums(stretch, n, at);
    for (int q = 0; q < n; q++) {
        for (int i = 0; i < 3; i++) value[q][i] = in->on_hand - dist_quantile(&d[q], p[i]);
        value[q][3] = in->on_hand - d[q].mean + (in->unmet == RISK_LOST_SALES ? dist_short(&d[q], hand) : 0);
        p_out[q] = in->on_hand < 0 ? 1 : dist_above(&d[q], in->on_hand);
    }
}

static void chain_days(const RiskInput *in, const double *day, int n, int days, double value[][4], double *p_out) {
    double cells[QUERIES_MOST][CELLS];
    static const double p[3] = { 0.1, 0.5, 0.9 };
    Setup s;
    risk_prepare(in, days, CHAIN_PICTURE, &s);
    stock_cells(&s, day, n, cells, p_out);
    for (int q = 0; q < n; q++) {
        for (int i = 0; i < 3; i++) value[q][i] = smooth_quantile(&s.lattice, cells[q], p[i]);
        value[q][3] = 0;
        for (int i = 0; i < CELLS; i++) value[q][3] += cells[q][i] * (i - s.lattice.zero) * s.lattice.step;
    }
}

void risk_path(const RiskInput *in, int days, RiskPath *out) {
    days = days < 1 ? 1 : days > RISK_DAYS_MOST ? RISK_DAYS_MOST : days;
    double day[QUERIES_MOST], value[QUERIES_MOST][4], p_out[QUERIES_MOST];
    int n = picture_days(in, days, day);
    if (risk_receipts_before(in, days)) chain_days(in, day, n, days, value, p_out);
    else plain_days(in, day, n, value, p_out);
    double least = in->unmet == RISK_LOST_SALES ? 0 : -1e15;
    double hand = fn_clamp(in->on_hand, least, 1e15), last[4] = { hand, hand, hand, hand }, last_out = in->on_hand < 0;
    float *const line[4] = { out->p10, out->p50, out->p90, out->mean };
    out->days = days;
    for (int q = 0, from = 0; q < n; from = (int)day[q++]) {
        for (int i = 0; i < 4; i++) {
            value[q][i] = fn_clamp(value[q][i], least, 1e15);
            line_between(line[i], from, last[i], (int)day[q], value[q][i]);
            last[i] = value[q][i];
        }
        double p = p_out[q] > last_out ? fn_clamp(p_out[q], 0, 1) : last_out;
        line_between(out->p_out, from, last_out, (int)day[q], p);
        last_out = p;
    }
}
