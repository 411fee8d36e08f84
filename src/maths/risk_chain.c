/* risk_chain.c - rates, scenarios of receipts and the chain itself; what it is for stands in risk_parts.h. */
#include "maths/fn.h"
#include "maths/lanes.h"
#include "maths/risk_parts.h"

#include <string.h>

/* --- rates -------------------------------------------------------------------------------------------------------------- */

/* What sums are seen to miss by is of the rate, too: all of it goes into the three. */
void risk_rates(Setup *s, double horizon) {
    const DemandModel *m = s->in->demand;
    static const double root[RATES] = { -1.7320508075688772, 0, 1.7320508075688772 };
    static const double weight[RATES] = { 1.0 / 6, 2.0 / 3, 1.0 / 6 };
    double square = m->level > 0 ? fn_clamp(m->level_var / (m->level * m->level) + demand_miss_var(m, horizon / s->bucket), 0, 4) : 0;
    double width = __builtin_sqrt(fn_log1p(square)), mean = 0, factor[RATES];
    for (int k = 0; k < RATES; k++) {
        factor[k] = fn_exp(width * root[k]);
        mean += weight[k] * factor[k];
    }
    for (int k = 0; k < RATES; k++) {
        s->rate[k] = demand_scaled(m, factor[k] / mean);
        s->rate[k].level_var = s->rate[k].own_miss = 0;
        for (int i = 0; i < DEMAND_SPANS; i++) s->rate[k].shared_miss[i] = 0;
        for (int i = 0; i < DEMAND_LEVELS; i++) s->rate[k].came_below[i] = 0;            /* the shape is of the whole, not of one rate */
        s->rate_share[k] = weight[k];
    }
}

DemandMoments risk_moments(const Setup *s, double from_day, double to_day) {
    return demand_moments(s->in->demand, s->from + from_day / s->bucket, (to_day - from_day) / s->bucket);
}

/* Demand and stock in the same cell: on whole units of which a cell holds `step`, demand is the larger in this share. */
static double tie_out(const Lattice *l) {
    return l->step > 1 ? 0.5 * (1 - 1 / l->step) : 0;
}

static double reach_by(const Setup *s, double day) {     /* hardly any path needs more by then */
    DemandMoments m = risk_moments(s, 0, day);
    return m.mean + 6 * __builtin_sqrt(demand_variance(&m)) + 3;
}

/* --- the chain ------------------------------------------------------------------------------------------------------------ */

static void chain_put(const Lattice *l, double units, double mass, Chain *c) {
    double at = fn_clamp(units / l->step + l->zero, 0, l->count - 1);
    int i = (int)at < l->count - 1 ? (int)at : l->count - 2;
    double upper = (at - i) * mass;
    double *low = i >= l->zero ? c->clear : c->been, *high = i + 1 >= l->zero ? c->clear : c->been;
    low[i] += mass - upper;
    high[i + 1] += upper;
    c->low = i;
    c->high = i + 1;
}

static int at_most(int value, int most) { return value < most ? value : most; }

static void shift_up(const Lattice *l, const Chain *c, double steps, double *cell) {
    double moved[CELLS] = { 0 };
    int whole = (int)steps, last = l->count - 1;
    double rest = steps - whole;
    for (int i = c->low; i <= c->high; i++) {
        if (cell[i] <= 0) continue;
        moved[at_most(i + whole, last)] += cell[i] * (1 - rest);
        moved[at_most(i + whole + 1, last)] += cell[i] * rest;
    }
    memcpy(cell, moved, sizeof moved);
}

static void chain_receive(const Lattice *l, double units, Chain *c) {
    double steps = fn_clamp(units / l->step, 0, CELLS);
    shift_up(l, c, steps, c->clear);
    shift_up(l, c, steps, c->been);
    c->low = at_most(c->low + (int)steps, l->count - 1);
    c->high = at_most(c->high + (int)steps + 1, l->count - 1);
}

static DemandStretch demand_between(const Setup *s, const DemandModel *rate, StretchKey key) {
    return (DemandStretch){ rate, s->from + key.from_day / s->bucket, (key.to_day - key.from_day) / s->bucket };
}

/* Where each cell of the demand comes to lie: `to` and the next, in two parts. Returns how many lie on the lattice. */
typedef struct Landing { double at[DIST_CELLS], lower[DIST_CELLS], upper[DIST_CELLS]; int to[DIST_CELLS]; } Landing;

LANES_WIDE static int stretch_land(const Dist *demand, double step, Landing *l) {
    int within = 0;
    for (int i = 0; i < demand->count; i++) {
        l->at[i] = (demand->origin + i * demand->step) / step;
        within += l->at[i] < CELLS;
    }
    for (int i = 0; i < within; i++) {
        l->to[i] = (int)l->at[i];
        l->upper[i] = (l->at[i] - l->to[i]) * demand->cell[i];
        l->lower[i] = demand->cell[i] - l->upper[i];
    }
    return within;
}

/* Onto the chain's step. Steps rise with the cells, so the two that a cell goes to are written anew until the next goes further. */
static void stretch_of(const Setup *s, const Dist *demand, Stretch *out) {
    Landing l;
    int within = stretch_land(demand, s->lattice.step, &l), most = 0, open = 0;
    double beyond = 0, lower = 0, higher = 0;             /* beyond: mean steps above the last cell, for unmet units; the others: cells `open` and the next */
    memset(out->cell, 0, sizeof out->cell);
    for (int i = 0; i < within; i++) {
        int k = l.to[i], last = l.upper[i] > 0 ? k + 1 : k;
        double same = k == open ? lower : 0, next = k == open ? higher : 0;
        same = k == open + 1 ? higher : same;
        lower = same + l.lower[i];
        higher = next + l.upper[i];
        out->cell[k] = lower;
        out->cell[k + 1] = higher;
        open = k;
        most = last > most ? last : most;
    }
    for (int i = within; i < demand->count; i++) {
        out->cell[CELLS] += demand->cell[i];
        beyond += demand->cell[i] * (l.at[i] - CELLS);
        most = CELLS;
    }
    out->count = most + 1;
    out->mean = demand->mean;
    size_t nothing = sizeof *out->above * (size_t)(CELLS + 1 - most);
    memset(out->above + most + 1, 0, nothing);
    memset(out->short_steps + most + 1, 0, nothing);
    double above = 0, shorts = beyond;
    for (int k = most; k >= 0; k--) {                     /* above[k] = P(steps > k), short_steps[k] = E[(steps - k)+] */
        out->above[k] = above;
        out->short_steps[k] = shorts;
        above += out->cell[k];
        shorts += above;
    }
}

/* The stretch from the shelf, or made. */
static const Stretch *stretch_between(const Setup *s, const DemandModel *rate, double from_day, double to_day, Stretches *kept) {
    for (int i = 0; i < kept->count; i++)
        if (kept->key[i].from_day == from_day && kept->key[i].to_day == to_day) return &kept->at[i];
    Dist d, *out = &d;
    DemandStretch stretch = demand_between(s, rate, (StretchKey){ from_day, to_day });
    demand_sums(&stretch, 1, &out);
    stretch_of(s, &d, &kept->scratch);
    return &kept->scratch;
}

static int key_add(StretchKey *key, int count, StretchKey next) {
    for (int i = 0; i < count; i++)
        if (key[i].from_day == next.from_day && key[i].to_day == next.to_day) return count;
    if (count < STRETCHES_KEPT) key[count++] = next;
    return count;
}

/* The way of chain_to_receipts and what follows it, without the stock. */
static int keys_of(const Scenario *way, const double *day, int days, ChainStop stop, StretchKey *key, int count) {
    double at = 0;
    for (int q = 0, r = 0; q < days; q++) {
        for (; r < way->count && way->at[r].day < day[q]; r++) {
            if (way->at[r].day <= at) continue;
            count = key_add(key, count, (StretchKey){ at, way->at[r].day });
            at = way->at[r].day;
        }
        if (stop == CHAIN_ASKS || day[q] > at) count = key_add(key, count, (StretchKey){ at, day[q] });
        if (stop == CHAIN_MOVES && day[q] > at) at = day[q];
    }
    return count;
}

enum { SIDE_BY_SIDE = 24 };
void stretches_make(const Setup *s, const double *day, int days, ChainStop stop, Stretches kept[RATES]) {
    StretchKey key[STRETCHES_KEPT];
    int count = 0;
    for (int n = 0; n < s->scenarios; n++) count = keys_of(&s->scenario[n], day, days, stop, key, count);
    for (int k = 0; k < RATES; k++) {
        kept[k].count = count;
        memcpy(kept[k].key, key, sizeof *key * (size_t)count);
    }
    for (int from = 0, all = RATES * count; from < all; from += SIDE_BY_SIDE) {
        Dist d[SIDE_BY_SIDE], *out[SIDE_BY_SIDE];
        DemandStretch stretch[SIDE_BY_SIDE];
        int some = all - from < SIDE_BY_SIDE ? all - from : SIDE_BY_SIDE;
        for (int i = 0; i < some; i++) {
            stretch[i] = demand_between(s, &s->rate[(from + i) / count], key[(from + i) % count]);
            out[i] = &d[i];
        }
        demand_sums(stretch, some, out);
        for (int i = 0; i < some; i++) stretch_of(s, &d[i], &kept[(from + i) / count].at[(from + i) % count]);
    }
}

Answer chain_ask(const Setup *s, const DemandModel *rate, double day, Stretches *kept, const Chain *c) {
    const Lattice *l = &s->lattice;
    Answer a = { .unmet = c->unmet };
    const Stretch *d = stretch_between(s, rate, c->day, day, kept);
    double held = 0, below = 0, ties = tie_out(l);
    for (int i = c->low; i <= c->high; i++) {
        double both = c->clear[i] + c->been[i];
        int stock = i > l->zero ? i - l->zero : 0;
        a.out += c->been[i] + c->clear[i] * (d->above[stock] + ties * (stock < d->count ? d->cell[stock] : 0));
        a.unmet += both * d->short_steps[stock] * l->step;
        held += both * (i - l->zero) * l->step;
        below += both * (d->short_steps[stock] + (i < l->zero ? l->zero - i : 0)) * l->step;
    }
    a.owed = s->in->unmet == RISK_LOST_SALES ? 0 : below;
    a.mean = held - d->mean + (s->in->unmet == RISK_LOST_SALES ? a.unmet - c->unmet : 0);
    return a;
}

LANES_WIDE static void chain_demand(const Setup *s, const Stretch *d, Chain *c) {
    const Lattice *l = &s->lattice;
    double clear[CELLS] = { 0 }, been[CELLS] = { 0 }, ties = tie_out(l);
    int floor_cell = s->in->unmet == RISK_LOST_SALES ? l->zero : 0;
    for (int i = c->low; i <= c->high; i++) {
        double fresh = c->clear[i], marked = c->been[i];
        if (fresh + marked <= 1e-15) continue;
        int stock = i > l->zero ? i - l->zero : 0;
        c->unmet += (fresh + marked) * d->short_steps[stock] * l->step;
        int stays = i - l->zero + 1 > 0 ? i - l->zero + 1 : 0, room = i - floor_cell;
        if (stays > d->count) stays = d->count;
        if (room > d->count - 1) room = d->count - 1;
        for (int k = 0; k < stays; k++) clear[i - k] += fresh * d->cell[k];
        if (i >= l->zero && i - l->zero < d->count) {
            double out = ties * fresh * d->cell[i - l->zero];
            clear[l->zero] -= out;
            been[l->zero] += out;
        }
        for (int k = stays; k <= room; k++) been[i - k] += fresh * d->cell[k];
        if (marked > 0)
            for (int k = 0; k <= room; k++) been[i - k] += marked * d->cell[k];
        /* What falls below the lattice (or below zero with lost sales) stays at its lowest cell. */
        been[floor_cell] += marked * d->above[room] + fresh * d->above[room > stays - 1 ? room : stays - 1];
    }
    memcpy(c->clear, clear, sizeof clear);
    memcpy(c->been, been, sizeof been);
    c->low = c->low - d->count + 1 > floor_cell ? c->low - d->count + 1 : floor_cell;
}

void chain_advance(const Setup *s, const DemandModel *rate, double day, Stretches *kept, Chain *c) {
    if (day <= c->day) return;
    chain_demand(s, stretch_between(s, rate, c->day, day, kept), c);
    c->day = day;
}

void chain_to_receipts(const Setup *s, const Scenario *way, int rate, double day, Stretches *kept, int *next, Chain *c) {
    for (; *next < way->count && way->at[*next].day < day; ++*next) {
        chain_advance(s, &s->rate[rate], way->at[*next].day, kept, c);
        chain_receive(&s->lattice, way->at[*next].units, c);
    }
}

void chain_begin(const Setup *s, Chain *c) {
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

double risk_middle_day(const LeadPoints *when) {
    double sum = 0;
    for (int i = 0; i < when->count; i++) {
        sum += (double)when->share[i];
        if (sum >= 0.5) return (double)when->days[i];
    }
    return when->count > 0 ? (double)when->days[when->count - 1] : 1e9;
}

static void build_scenarios(Setup *s, double horizon, int most) {
    s->scenarios = 1;
    s->scenario[0] = (Scenario){ .share = 1 };
    for (int r = 0; r < s->in->receipts; r++) {
        const RiskReceipt *receipt = &s->in->receipt[r];
        if (!(receipt->units > 0) || receipt->when.count == 0 || (double)receipt->when.days[0] >= horizon) continue;
        LeadPoints way = branches(&receipt->when);
        if (way.count == 1 || s->scenarios * way.count > most) {
            double yield = way.count == 1 ? 1 : 1 - receipt->when.p_never;
            for (int i = 0; i < s->scenarios; i++)
                add_arrival(&s->scenario[i], risk_middle_day(&receipt->when), receipt->units * yield);
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

static void set_lattice(Setup *s, double horizon, ChainUse use) {
    int count = use == CHAIN_PICTURE ? CELLS : CELLS_FEW;
    double reach = reach_by(s, horizon), hand = s->in->on_hand, top = (hand > 0 ? hand : 0) + units_coming(s);
    double bottom = 0;
    if (use == CHAIN_QUESTION && top > reach) top = reach;
    if (s->in->unmet == RISK_BACKORDERS) bottom = reach - (hand < reach ? hand : reach);
    double step = (top + bottom) / (count - 3);
    if (step < 1e-6) step = 1e-6;
    if (step < 1 && step > 0.34) step = 1;                /* whole units where they fit */
    s->lattice = (Lattice){ .step = step, .zero = (int)(bottom / step) + 1, .count = count };
    if (s->in->unmet == RISK_LOST_SALES) s->lattice.zero = 0;
}

void risk_prepare(const RiskInput *in, double horizon, ChainUse use, Setup *s) {
    s->in = in;
    s->bucket = in->demand->bucket_days > 0 ? in->demand->bucket_days : 1;
    s->from = in->from_days > 0 ? in->from_days / s->bucket : 0;
    risk_rates(s, horizon);
    build_scenarios(s, horizon, use == CHAIN_PICTURE ? SCENARIOS_FEW : SCENARIOS_MOST);
    set_lattice(s, horizon, use);
}
