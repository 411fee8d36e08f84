/* risk.c - the stock carried forward from receipt to receipt, for a few rates of demand, with and without having been out.
 *
 * State: on a lattice of net stock, two masses: paths never out so far, and paths that have been. A stretch of demand moves
 * mass down; what passes below zero has been out, and the units below zero were not met at once. A receipt moves all
 * mass up. With lost sales the stock stops at zero; with backorders it goes below. Level error: three rates by Gauss-Hermite on a lognormal of the
 * model's level variance; within one rate, stretches are independent. Without a receipt in the way no chain is
 * needed: out by t is just D(t) > on hand, and the plain mixture is used, which is exact on the lattice. */
#include "maths/risk.h"
#include "maths/fn.h"

#include <string.h>

enum { CELLS = 96, RATES = 3, SCENARIOS_MOST = 9, QUERIES_MOST = 24, FINE_POINTS = 6, CHART_POINTS = 13 };

typedef struct Chain {            /* of one rate, in one scenario */
    double day;                   /* demand before this day is in */
    double clear[CELLS], been[CELLS];
    double unmet;                 /* expected units not met at once so far */
} Chain;

typedef struct Lattice { double step; int zero, count; } Lattice; /* cell i is (i - zero) * step units */

typedef struct Arrival { double day, units; } Arrival;
typedef struct Scenario { double share; int count; Arrival at[RISK_RECEIPTS_MOST]; } Scenario;

typedef struct Query { double day, share; } Query;               /* asked in order of day */
typedef struct Answer { double out, unmet, mean, demand; } Answer;

typedef struct Setup {
    const RiskInput *in;
    double bucket, from;          /* days per bucket; buckets from the end of history to now */
    DemandModel rate[RATES];
    double rate_share[RATES];
    Lattice lattice;
    Scenario scenario[SCENARIOS_MOST];
    int scenarios;
} Setup;

/* --- rates -------------------------------------------------------------------------------------------------------------- */

static void split_rates(Setup *s) {
    const DemandModel *m = s->in->demand;
    static const double root[RATES] = { -1.7320508075688772, 0, 1.7320508075688772 };
    static const double weight[RATES] = { 1.0 / 6, 2.0 / 3, 1.0 / 6 };
    double square = m->level > 0 ? fn_clamp(m->level_var / (m->level * m->level), 0, 4) : 0;
    double width = __builtin_sqrt(fn_log1p(square)), mean = 0, factor[RATES];
    for (int k = 0; k < RATES; k++) {
        factor[k] = fn_exp(width * root[k]);
        mean += weight[k] * factor[k];
    }
    for (int k = 0; k < RATES; k++) {
        s->rate[k] = demand_scaled(m, factor[k] / mean);
        s->rate[k].level_var = 0;
        s->rate_share[k] = weight[k];
    }
}

static DemandMoments moments_between(const Setup *s, const DemandModel *m, double from_day, double to_day) {
    return demand_moments(m, s->from + from_day / s->bucket, (to_day - from_day) / s->bucket);
}

static double reach_by(const Setup *s, double day) {     /* hardly any path needs more by then */
    DemandMoments m = moments_between(s, s->in->demand, 0, day);
    return m.mean + 6 * __builtin_sqrt(m.noise_var + m.level_var) + 3;
}

/* --- the chain ------------------------------------------------------------------------------------------------------------ */

static void chain_put(const Lattice *l, double units, double mass, Chain *c) {
    double at = fn_clamp(units / l->step + l->zero, 0, l->count - 1);
    int i = (int)at < l->count - 1 ? (int)at : l->count - 2;
    double upper = (at - i) * mass;
    double *low = i >= l->zero ? c->clear : c->been, *high = i + 1 >= l->zero ? c->clear : c->been;
    low[i] += mass - upper;
    high[i + 1] += upper;
}

static void shift_up(const Lattice *l, double *cell, double steps) {
    double moved[CELLS] = { 0 };
    int whole = (int)steps;
    double rest = steps - whole;
    for (int i = 0; i < l->count; i++) {
        if (cell[i] <= 0) continue;
        int to = i + whole, next = to + 1;
        moved[to < l->count ? to : l->count - 1] += cell[i] * (1 - rest);
        moved[next < l->count ? next : l->count - 1] += cell[i] * rest;
    }
    memcpy(cell, moved, sizeof moved);
}

static void chain_receive(const Lattice *l, double units, Chain *c) {
    shift_up(l, c->clear, units / l->step);
    shift_up(l, c->been, units / l->step);
}

/* Demand of one stretch on the chain's step: probability of 0, 1, 2 ... steps, the last holding all above. */
typedef struct Stretch { int count; double cell[CELLS + 1], above[CELLS + 2], short_steps[CELLS + 2]; double mean; } Stretch;

static void stretch_of(const Setup *s, const DemandModel *rate, double from_day, double to_day, Stretch *out) {
    Dist d;
    demand_sum(rate, s->from + from_day / s->bucket, (to_day - from_day) / s->bucket, &d);
    memset(out->cell, 0, sizeof out->cell);
    int most = 0;
    double beyond = 0;                                    /* mean steps above the last cell, for unmet units */
    for (int i = 0; i < d.count; i++) {
        double at = (d.origin + i * d.step) / s->lattice.step;
        int k = at < CELLS ? (int)at : CELLS;
        double upper = k < CELLS ? (at - k) * d.cell[i] : 0;
        if (k == CELLS) beyond += d.cell[i] * (at - CELLS);
        out->cell[k] += d.cell[i] - upper;
        if (upper > 0) out->cell[k + 1] += upper;
        int last = upper > 0 ? k + 1 : k;
        most = last > most ? last : most;
    }
    out->count = most + 1;
    out->mean = d.mean;
    out->above[CELLS + 1] = out->short_steps[CELLS + 1] = 0;
    double above = 0, shorts = beyond;
    for (int k = CELLS; k >= 0; k--) {                    /* above[k] = P(steps > k), short_steps[k] = E[(steps - k)+] */
        out->above[k] = above;
        out->short_steps[k] = shorts;
        above += out->cell[k];
        shorts += above;
    }
}

/* Out by the end of the stretch, and units unmet in it, without moving the chain. */
static Answer chain_ask(const Setup *s, const Chain *c, const Stretch *d) {
    const Lattice *l = &s->lattice;
    Answer a = { .unmet = c->unmet };
    double held = 0;
    for (int i = 0; i < l->count; i++) {
        double both = c->clear[i] + c->been[i];
        int stock = i > l->zero ? i - l->zero : 0;
        a.out += c->been[i] + c->clear[i] * d->above[stock];
        a.unmet += both * d->short_steps[stock] * l->step;
        held += both * (i - l->zero) * l->step;
    }
    a.mean = held - d->mean + (s->in->unmet == RISK_LOST_SALES ? a.unmet - c->unmet : 0);
    return a;
}

static void chain_demand(const Setup *s, const Stretch *d, Chain *c) {
    const Lattice *l = &s->lattice;
    double clear[CELLS] = { 0 }, been[CELLS] = { 0 };
    int floor_cell = s->in->unmet == RISK_LOST_SALES ? l->zero : 0;
    for (int i = 0; i < l->count; i++) {
        double fresh = c->clear[i], marked = c->been[i];
        if (fresh + marked <= 1e-15) continue;
        int stock = i > l->zero ? i - l->zero : 0;
        c->unmet += (fresh + marked) * d->short_steps[stock] * l->step;
        for (int k = 0; k < d->count; k++) {
            int to = i - k > floor_cell ? i - k : floor_cell;
            been[to] += marked * d->cell[k];
            if (i - k >= l->zero) clear[to] += fresh * d->cell[k];
            else been[to] += fresh * d->cell[k];
        }
    }
    memcpy(c->clear, clear, sizeof clear);
    memcpy(c->been, been, sizeof been);
}

static void chain_advance(const Setup *s, const DemandModel *rate, double day, Chain *c) {
    if (day <= c->day) return;
    Stretch d;
    stretch_of(s, rate, c->day, day, &d);
    chain_demand(s, &d, c);
    c->day = day;
}

static void chain_begin(const Setup *s, Chain *c) {
    memset(c, 0, sizeof *c);
    double units = s->in->on_hand;
    if (s->in->unmet == RISK_LOST_SALES && units < 0) units = 0;
    chain_put(&s->lattice, units, 1, c);
}

/* --- scenarios of receipts ------------------------------------------------------------------------------------------------ */

static int by_day_after(const Arrival *a, const Arrival *b) { return a->day > b->day; }

static void add_arrival(Scenario *s, double day, double units) {
    if (s->count == RISK_RECEIPTS_MOST) {
        s->at[s->count - 1].units += units;
        return;
    }
    int i = s->count++;
    Arrival next = { day, units };
    while (i > 0 && by_day_after(&s->at[i - 1], &next)) {
        s->at[i] = s->at[i - 1];
        i--;
    }
    s->at[i] = next;
}

/* A receipt's days in at most three points, the last being "never" when that is likely enough to matter. */
static LeadPoints branches(const LeadPoints *when) {
    LeadPoints few = { 0 };
    int never = when->p_never > 0.02, most = when->count < 3 ? when->count : never ? 2 : 3;
    double left = never ? 1 - when->p_never : 1;
    int used = 0;
    for (int k = 0; k < most; k++) {
        int upto = (k + 1) * when->count / most;
        double share = 0, days = 0;
        for (; used < upto; used++) {
            share += (double)when->share[used];
            days += (double)(when->share[used] * when->days[used]);
        }
        if (!(share > 0)) continue;
        few.days[few.count] = (float)(days / share);
        few.share[few.count++] = (float)(share * left);
    }
    if (never) {
        few.days[few.count] = 1e9f;
        few.share[few.count++] = (float)when->p_never;
    }
    return few;
}

static double middle_day(const LeadPoints *when) {
    double sum = 0;
    for (int i = 0; i < when->count; i++) {
        sum += (double)when->share[i];
        if (sum >= 0.5) return (double)when->days[i];
    }
    return when->count > 0 ? (double)when->days[when->count - 1] : 1e9;
}

static void build_scenarios(Setup *s, double horizon) {
    s->scenarios = 1;
    s->scenario[0] = (Scenario){ .share = 1 };
    for (int r = 0; r < s->in->receipts; r++) {
        const RiskReceipt *receipt = &s->in->receipt[r];
        if (!(receipt->units > 0) || receipt->when.count == 0 || (double)receipt->when.days[0] >= horizon) continue;
        LeadPoints way = branches(&receipt->when);
        if (way.count == 1 || s->scenarios * way.count > SCENARIOS_MOST) {
            double yield = way.count == 1 ? 1 : 1 - receipt->when.p_never;
            for (int i = 0; i < s->scenarios; i++)
                add_arrival(&s->scenario[i], middle_day(&receipt->when), receipt->units * yield);
            continue;
        }
        int before = s->scenarios;
        for (int k = way.count - 1; k >= 0; k--)          /* the first branch overwrites its source last */
            for (int i = 0; i < before; i++) {
                Scenario *to = &s->scenario[k * before + i];
                if (k > 0) *to = s->scenario[i];
                to->share *= (double)way.share[k];
                if ((double)way.days[k] < horizon) add_arrival(to, (double)way.days[k], receipt->units);
            }
        s->scenarios = before * way.count;
    }
}

static double units_coming(const Setup *s) {
    double most = 0;
    for (int i = 0; i < s->scenarios; i++) {
        double sum = 0;
        for (int k = 0; k < s->scenario[i].count; k++) sum += s->scenario[i].at[k].units;
        if (sum > most) most = sum;
    }
    return most;
}

/* `whole_top`: keep all stock on the lattice (a picture wants its mean); else only what demand could reach. */
static void set_lattice(Setup *s, double horizon, int whole_top) {
    double reach = reach_by(s, horizon), hand = s->in->on_hand, top = (hand > 0 ? hand : 0) + units_coming(s);
    double bottom = 0;
    if (!whole_top && top > reach) top = reach;
    if (s->in->unmet == RISK_BACKORDERS) bottom = reach - (hand < reach ? hand : reach);
    double step = (top + bottom) / (CELLS - 3);
    if (step < 1e-6) step = 1e-6;
    if (step < 1 && step > 0.34) step = 1;                /* whole units where they fit */
    s->lattice = (Lattice){ .step = step, .zero = (int)(bottom / step) + 1, .count = CELLS };
    if (s->in->unmet == RISK_LOST_SALES) s->lattice.zero = 0;
}

static void prepare(const RiskInput *in, double horizon, int whole_top, Setup *s) {
    s->in = in;
    s->bucket = in->demand->bucket_days > 0 ? in->demand->bucket_days : 1;
    s->from = in->from_days > 0 ? in->from_days / s->bucket : 0;
    split_rates(s);
    build_scenarios(s, horizon);
    set_lattice(s, horizon, whole_top);
}

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

static int receipts_before(const RiskInput *in, double day) {
    for (int i = 0; i < in->receipts; i++)
        if (in->receipt[i].units > 0 && in->receipt[i].when.count > 0 && (double)in->receipt[i].when.days[0] < day) return 1;
    return 0;
}

/* No receipt in the way: out by t is D(t) > on hand. */
static Answer plain_answer(const RiskInput *in, const LeadPoints *order, double later) {
    Answer a = { 0 };
    double bucket = in->demand->bucket_days > 0 ? in->demand->bucket_days : 1, from = in->from_days / bucket;
    double hand = in->on_hand > 0 ? in->on_hand : 0;
    for (int i = 0; i < order->count; i++) {
        Dist d;
        double share = (double)order->share[i];
        demand_sum(in->demand, from, ((double)order->days[i] + later) / bucket, &d);
        double unmet = dist_short(&d, hand);
        a.out += share * (in->on_hand < 0 ? 1 : dist_above(&d, hand));
        a.unmet += share * unmet;
        a.demand += share * d.mean;
        a.mean += share * (in->on_hand - d.mean + (in->unmet == RISK_LOST_SALES ? unmet + hand - in->on_hand : 0));
    }
    return a;
}

/* Answers at the queries' days (rising), averaged over rates and scenarios; one pass of the chain per pair. */
static void chain_answers(const Setup *s, const Query *query, int queries, Answer *answer) {
    memset(answer, 0, sizeof *answer * (size_t)queries);
    for (int n = 0; n < s->scenarios; n++)
        for (int k = 0; k < RATES; k++) {
            const Scenario *way = &s->scenario[n];
            double share = way->share * s->rate_share[k];
            Chain chain;
            chain_begin(s, &chain);
            for (int q = 0, r = 0; q < queries; q++) {
                for (; r < way->count && way->at[r].day < query[q].day; r++) {
                    chain_advance(s, &s->rate[k], way->at[r].day, &chain);
                    chain_receive(&s->lattice, way->at[r].units, &chain);
                }
                Stretch d;
                stretch_of(s, &s->rate[k], chain.day, query[q].day, &d);
                Answer a = chain_ask(s, &chain, &d);
                answer[q].out += share * a.out;
                answer[q].unmet += share * a.unmet;
                answer[q].mean += share * a.mean;
            }
        }
}

static void chain_risk(const RiskInput *in, const LeadPoints *order, Risk *out) {
    Query query[2 * LEAD_POINTS];
    Answer answer[2 * LEAD_POINTS];
    int which[2 * LEAD_POINTS], n = 0;
    for (int later = 0; later < 2; later++)
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
    prepare(in, query[n - 1].day, 0, &s);
    chain_answers(&s, query, n, answer);
    for (int i = 0; i < n; i++) {
        *(which[i] ? &out->p1 : &out->p0) += query[i].share * answer[i].out;
        *(which[i] ? &out->short1 : &out->short0) += query[i].share * answer[i].unmet;
        *(which[i] ? &out->demand1 : &out->demand0) += query[i].share * moments_between(&s, in->demand, 0, query[i].day).mean;
        if (!which[i]) out->arrival_mean += query[i].share * answer[i].mean;
    }
}

void risk_now(const RiskInput *in, Risk *out) {
    LeadPoints order = order_points(in, FINE_POINTS);
    *out = (Risk){ 0 };
    if (order.count == 0) {                               /* lead time unknown: only "by the next opportunity" makes sense */
        order = (LeadPoints){ .count = 1, .days = { 0 }, .share = { 1 } };
    }
    double last = (double)order.days[order.count - 1] + in->next_days;
    if (!receipts_before(in, last)) {
        Answer now = plain_answer(in, &order, 0), next = plain_answer(in, &order, in->next_days);
        *out = (Risk){ .p0 = now.out, .p1 = next.out, .short0 = now.unmet, .short1 = next.unmet,
                       .demand0 = now.demand, .demand1 = next.demand, .arrival_mean = now.mean };
    } else {
        LeadPoints few = order_points(in, 3);
        chain_risk(in, few.count ? &few : &order, out);
    }
    out->p0 = fn_clamp(out->p0, 0, 1);
    out->p1 = fn_clamp(out->p1, out->p0, 1);
    if (out->short1 < out->short0) out->short1 = out->short0;
}

/* --- distributions and the picture ---------------------------------------------------------------------------------------- */

/* Net stock at a day: both masses of all rates and scenarios, moved to that day. */
static void stock_cells(const Setup *s, const double *day, int days, double cells[][CELLS], double *p_out) {
    memset(cells, 0, sizeof(double) * CELLS * (size_t)days);
    memset(p_out, 0, sizeof(double) * (size_t)days);
    for (int n = 0; n < s->scenarios; n++)
        for (int k = 0; k < RATES; k++) {
            const Scenario *way = &s->scenario[n];
            double share = way->share * s->rate_share[k];
            Chain chain;
            chain_begin(s, &chain);
            for (int q = 0, r = 0; q < days; q++) {
                for (; r < way->count && way->at[r].day < day[q]; r++) {
                    chain_advance(s, &s->rate[k], way->at[r].day, &chain);
                    chain_receive(&s->lattice, way->at[r].units, &chain);
                }
                chain_advance(s, &s->rate[k], day[q], &chain);
                for (int i = 0; i < CELLS; i++) {
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
    if (receipts_before(in, last)) {
        double day[LEAD_POINTS] = { 0 }, cells[LEAD_POINTS][CELLS], p_out[LEAD_POINTS];
        Setup s;
        prepare(in, last, 1, &s);
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
static int picture_days(const Setup *s, int days, double *day) {
    int wanted[RISK_DAYS_MOST + 1] = { 0 }, n = 0;
    for (int i = 1; i <= CHART_POINTS; i++) wanted[(i * days + CHART_POINTS - 1) / CHART_POINTS] = 1;
    wanted[1] = 1;
    for (int r = 0; r < s->in->receipts && r < 3; r++) {
        double at = middle_day(&s->in->receipt[r].when);
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

void risk_path(const RiskInput *in, int days, RiskPath *out) {
    days = days < 1 ? 1 : days > RISK_DAYS_MOST ? RISK_DAYS_MOST : days;
    Setup s;
    prepare(in, days, 1, &s);
    double day[QUERIES_MOST], cells[QUERIES_MOST][CELLS], p_out[QUERIES_MOST];
    int n = picture_days(&s, days, day);
    stock_cells(&s, day, n, cells, p_out);
    out->days = days;
    double floor_units = in->unmet == RISK_LOST_SALES ? 0 : -1e15;
    double hand = in->on_hand > floor_units ? in->on_hand : floor_units;
    double last[4] = { hand, hand, hand, hand }, last_out = in->on_hand < 0;
    static const double p[3] = { 0.1, 0.5, 0.9 };
    float *const line[4] = { out->p10, out->p50, out->p90, out->mean };
    int from = 0;
    for (int q = 0; q < n; q++) {
        int to = (int)day[q];
        double value[4] = { 0 };
        for (int i = 0; i < 3; i++) value[i] = fn_clamp(smooth_quantile(&s.lattice, cells[q], p[i]), floor_units, 1e15);
        for (int i = 0; i < CELLS; i++) value[3] += cells[q][i] * (i - s.lattice.zero) * s.lattice.step;
        for (int i = 0; i < 4; i++) line_between(line[i], from, last[i], to, value[i]);
        line_between(out->p_out, from, last_out, to, p_out[q] > last_out ? p_out[q] : last_out);
        last_out = p_out[q] > last_out ? p_out[q] : last_out;
        memcpy(last, value, sizeof last);
        from = to;
    }
}
