/* fill.c - greedy by marginal cost on coarse pieces (whole steps, about a fortieth of what is missing), then the finest steps taken back. */
#include "maths/fill.h"

#include <stdint.h>

#include "maths/fn.h"

enum { PIECES = 40, ROUNDS_MOST = 4096 };
static const double TINY = 1e-9;

/* ---- what more of one line costs ---- */

static double floor_of(double x) {
    double whole = (double)(int64_t)x;
    return whole > x ? whole - 1 : whole;
}

static double up_to(double x) { return -floor_of(-x); }
static double least(double a, double b) { return a < b ? a : b; }
static double larger(double a, double b) { return a > b ? a : b; }
static double days_at(const FillLine *l, double v) { return larger(l->review_days, v / l->rate + l->review_days / 2); }

/* Units x days over `steps` steps from v on: each would have been ordered whole, when its first unit is wanted. */
static double unit_days(const FillLine *l, double v, double steps) {
    double knee = (l->rate * l->review_days / 2 - v) / l->step, flat = least(larger(up_to(knee), 0), steps), rest = steps - flat;
    double sloped = rest * ((v + flat * l->step) / l->rate + l->review_days / 2) + l->step / l->rate * rest * (rest - 1) / 2;
    return l->step * (flat * l->review_days + sloped);
}

static double above_of(const FillLine *l) { return l->above > 0 ? l->above : 0; }

/* A line that orders nothing yet begins with its smallest order. */
static double first_of(const FillLine *l) { return l->need > 0 ? 0 : larger(l->first, l->step); }

static double unit_days_of(const FillLine *l, double units) {
    double first = first_of(l), v = above_of(l);
    if (!(units > TINY)) return 0;
    double begun = first > 0 ? first * days_at(l, v) : 0;
    return begun + unit_days(l, v + first, floor_of(larger(units - first, 0) / l->step + 0.5));
}

/* What every price of a line's steps rests on, worked out once. */
typedef struct Curve { double p, fall, at_start; } Curve;       /* P(D > level), its fall per unit, e^-fall above */

static Curve curve_of(const FillLine *l) {
    double p = fn_clamp(l->short_p, 0, 1), far = fn_clamp(l->short_far, 0, p);
    double fall = p > 0 && far < p * (1 - 1e-6) ? (fn_log(p) - fn_log(larger(far, 1e-12))) / l->far : 0;
    return (Curve){ p, fall, fall > 0 ? fn_exp(-fall * above_of(l)) : 1 };
}

static double short_avoided(const Curve *c, double units) {
    if (!(c->fall > 0)) return c->p * units;
    return c->p / c->fall * c->at_start * (1 - fn_exp(-c->fall * units));
}

static double cost_on(const FillLine *l, const Curve *c, double units) {
    if (!(units > TINY) || !(l->rate > 0)) return 0;
    return l->hold_day * unit_days_of(l, units) - l->short_cost * short_avoided(c, units);
}

double fill_cost(const FillLine *l, double units) {
    Curve curve = curve_of(l);
    return cost_on(l, &curve, units);
}

/* How much longer one of them lies, on average. */
static double days_of(const FillLine *l, double units) { return units > TINY && l->rate > 0 ? unit_days_of(l, units) / units : 0; }

double fill_loss(const FillLine *l, double units) {
    Curve c = curve_of(l);
    double to = l->above, from = to - units;
    if (!(units > 0) || !(l->rate > 0) || !(c.p > 0)) return 0;
    if (!(c.fall > 0)) return l->short_cost * c.p * units;
    double sure = least(fn_log(c.p) / c.fall, to), begin = larger(from, sure);       /* up to there each of them is missed */
    return l->short_cost * (begin - from + c.p / c.fall * (fn_exp(-c.fall * begin) - fn_exp(-c.fall * to)));
}

/* ---- less than is needed ---- */

/* Logarithm of what a unit is worth with `units` of the need given, a straight line in them. */
typedef struct Worth { double at_none, fall; } Worth;

static Worth worth_of(const FillLine *l) {
    Curve c = curve_of(l);
    double fall = c.fall > 0 ? c.fall : 1 / larger(l->need, 1);
    return (Worth){ fn_log(larger(l->short_cost, 1e-12)) + fn_log(larger(c.p, 1e-12)) - fall * (l->above - l->need), fall };
}

/* Whole steps whose last one is worth more than this. */
static double steps_above(const FillLine *l, Worth w, double worth) {
    double units = least(larger((w.at_none - worth) / w.fall, 0), l->need);
    return floor_of(units / l->step + 1e-9) * l->step;
}

static double given_above(const FillLine *line, const Worth *w, int count, double worth) {
    double sum = 0;
    for (int i = 0; i < count; i++) sum += steps_above(&line[i], w[i], worth);
    return sum;
}

void fill_share(const FillLine *line, int count, double supply, Arena *arena, double *out_units) {
    enum { HALVINGS = 60 };
    Worth *w = many_in(arena, Worth, count + 1);
    double low = 0, high = 0, left = supply;
    for (int i = 0; i < count; i++) {
        w[i] = worth_of(&line[i]);
        double end = w[i].at_none - w[i].fall * line[i].need;
        if (i == 0 || w[i].at_none > high) high = w[i].at_none;
        if (i == 0 || end < low) low = end;
    }
    for (int k = 0; k < HALVINGS; k++) {
        double middle = (low + high) / 2;
        *(given_above(line, w, count, middle) > supply ? &low : &high) = middle;
    }
    for (int i = 0; i < count; i++) left -= out_units[i] = steps_above(&line[i], w[i], high);
    for (int best = 0; best >= 0;) {                       /* what whole steps left over, a step at a time */
        double most = 0;
        best = -1;
        for (int i = 0; i < count; i++) {
            double worth = w[i].at_none - w[i].fall * out_units[i];
            if (line[i].step > left + TINY || out_units[i] + line[i].step > line[i].need + TINY || (best >= 0 && worth <= most)) continue;
            best = i;
            most = worth;
        }
        if (best < 0) break;
        out_units[best] += line[best].step;
        left -= line[best].step;
    }
}

/* ---- the order so far ---- */

typedef struct Next { double units, cost; } Next;        /* the piece a line would add next; units 0 = none */
typedef struct Work {
    const FillAsk *ask;
    const FillLine *line;
    int count;
    double *added, *spent;             /* by line: units above the need, and their cost */
    Next *next;
    Curve *curve;
    double sum[FILL_MEASURES];
    bool load;                         /* a truck is being filled, not a minimum met */
    double room[FILL_MEASURES];        /* of the trucks begun */
} Work;

static double known(double measure) { return measure > 0 ? measure : 0; }
static double missing(const Work *w, int m) { return larger(w->ask->minimum[m] - w->sum[m], 0); }

static bool meets(const FillAsk *ask, const double reached[FILL_MEASURES]) {
    for (int m = 0; m < FILL_MEASURES; m++)
        if (ask->minimum[m] > 0 && reached[m] < ask->minimum[m] * (1 - TINY)) return false;
    return true;
}

/* Of a truck, in its fullest measure; 0 when one that bounds it is not known. */
static double truck_share(const FillAsk *ask, const FillLine *l, double units) {
    double share = 0;
    for (int m = 0; m < FILL_MEASURES; m++) {
        if (!(ask->truck[m] > 0)) continue;
        if (l->measure[m] < 0) return 0;
        share = larger(share, units * l->measure[m] / ask->truck[m]);
    }
    return share;
}

/* What a piece brings: of what is missing of the minimum, or of a truck. */
static double gain(const Work *w, int i, double units) {
    const FillLine *l = &w->line[i];
    if (w->load) return truck_share(w->ask, l, units);
    double sum = 0;
    for (int m = 0; m < FILL_MEASURES; m++)
        if (w->ask->minimum[m] > 0) sum += least(units * known(l->measure[m]), missing(w, m)) / w->ask->minimum[m];
    return sum;
}

/* Whole steps worth about one piece of the wish, the first order of a line at once. */
static double piece_of(const Work *w, const FillLine *l, double added) {
    double whole = 0;
    for (int m = 0; m < FILL_MEASURES; m++) {
        double wish = w->load ? w->ask->truck[m] : w->ask->minimum[m];
        if (wish > 0 && l->measure[m] > 0) whole = larger(whole, l->step * l->measure[m] * PIECES / wish);
    }
    if (!(whole > 0)) return 0;
    double steps = larger(floor_of(1 / whole), 1), piece = steps * l->step, first = added > 0 ? 0 : first_of(l);
    piece = larger(piece, first > 0 ? first + up_to((piece - first) / l->step) * l->step : piece);
    double left = l->most - added;
    for (int m = 0; w->load && m < FILL_MEASURES; m++)
        if (w->ask->truck[m] > 0 && l->measure[m] > 0) left = least(left, (w->room[m] + TINY) / l->measure[m]);
    if (piece > left) piece = first + floor_of((left - first) / l->step + TINY) * l->step;
    return piece < first || piece < l->step * (1 - TINY) ? 0 : piece;
}

static Work work_of(const FillAsk *ask, const FillLine *line, int count, Arena *arena) {
    Work w = { .ask = ask, .line = line, .count = count, .added = many_in(arena, double, count + 1), .spent = many_in(arena, double, count + 1),
               .next = many_in(arena, Next, count + 1), .curve = many_in(arena, Curve, count + 1) };
    for (int i = 0; i < count; i++) w.curve[i] = curve_of(&line[i]);
    return w;
}

/* Of so many units more than there are, or fewer. */
static double cost_of_more(const Work *w, int i, double units) { return cost_on(&w->line[i], &w->curve[i], w->added[i] + units) - w->spent[i]; }

static void next_set(Work *w, int i) {
    const FillLine *l = &w->line[i];
    double piece = l->rate > 0 && l->step > 0 ? piece_of(w, l, w->added[i]) : 0;
    w->next[i] = (Next){ piece, piece > 0 ? cost_of_more(w, i, piece) : 0 };
}

static void add(Work *w, int i, double units) {
    w->added[i] = larger(w->added[i] + units, 0);
    w->spent[i] = cost_on(&w->line[i], &w->curve[i], w->added[i]);
    for (int m = 0; m < FILL_MEASURES; m++) {
        double more = units * known(w->line[i].measure[m]);
        w->sum[m] += more;
        w->room[m] -= more;
    }
}

/* ---- up to the minimum ---- */

/* The fewest units of line i that meet all that is missing; 0 when it alone cannot. */
static double finishing(const Work *w, int i) {
    const FillLine *l = &w->line[i];
    double units = 0, first = w->added[i] > 0 ? 0 : first_of(l);
    if (!(l->rate > 0) || !(l->step > 0)) return 0;
    for (int m = 0; m < FILL_MEASURES; m++) {
        double lacks = w->ask->minimum[m] > 0 ? missing(w, m) - w->ask->minimum[m] * TINY : 0;
        if (!(lacks > 0)) continue;
        if (!(l->measure[m] > 0)) return 0;
        units = larger(units, lacks / l->measure[m]);
    }
    units = first + up_to(larger(units - first, 0) / l->step - TINY) * l->step;
    return units > TINY && w->added[i] + units <= l->most + TINY ? units : 0;
}

/* The line that finishes at least cost, other than `not`; -1 when none does. */
static int best_finish(const Work *w, int not, double *out_units, double *out_cost) {
    int best = -1;
    for (int i = 0; i < w->count; i++) {
        double units = i == not ? 0 : finishing(w, i), cost = units > 0 ? cost_of_more(w, i, units) : 0;
        if (!(units > 0) || (best >= 0 && cost >= *out_cost)) continue;
        best = i;
        *out_units = units;
        *out_cost = cost;
    }
    return best;
}

static int cheapest(const Work *w, double *out_worth) {
    int best = -1;
    for (int i = 0; i < w->count; i++) {
        double brings = w->next[i].units > 0 ? gain(w, i, w->next[i].units) : 0;
        if (!(brings > 0)) continue;
        double worth = w->next[i].cost / brings;
        if (best < 0 || worth < *out_worth) {
            *out_worth = worth;
            best = i;
        }
    }
    return best;
}

static double cost_of(const Work *w) {
    double sum = 0;
    for (int i = 0; i < w->count; i++) sum += w->spent[i];
    return sum;
}

/* Whole steps of line i that what is already beyond the minimum makes needless; all of it where that is possible. */
static double needless(const Work *w, int i) {
    const FillLine *l = &w->line[i];
    double units = w->added[i], first = first_of(l);
    for (int m = 0; m < FILL_MEASURES; m++)
        if (w->ask->minimum[m] > 0 && l->measure[m] > 0) units = least(units, (w->sum[m] - w->ask->minimum[m] * (1 - TINY)) / l->measure[m]);
    if (units >= w->added[i] * (1 - TINY)) return w->added[i];
    return larger(floor_of(least(units, w->added[i] - first) / l->step + TINY), 0) * l->step;
}

/* Dearest first: what costs most per unit of the wish is given up first. */
static void take_back(Work *w) {
    for (int round = 0; round < w->count; round++) {
        int worst = -1;
        double saves = TINY, units = 0;
        for (int i = 0; i < w->count; i++) {
            double back = w->added[i] > 0 ? needless(w, i) : 0;
            double saved = back > 0 ? -cost_of_more(w, i, -back) : 0;
            if (saved <= saves) continue;
            saves = saved;
            worst = i;
            units = back;
        }
        if (worst < 0) return;
        add(w, worst, -units);
    }
}

/* Something of line i is given up and another line finishes instead, where that is cheaper. */
static bool exchange(Work *w, int i, double back) {
    double units, cost, saved = -cost_of_more(w, i, -back);
    add(w, i, -back);
    int other = meets(w->ask, w->sum) ? -1 : best_finish(w, i, &units, &cost);
    if (other < 0 || cost >= saved - TINY) {
        add(w, i, back);
        return false;
    }
    add(w, other, units);
    return true;
}

static void improve(Work *w) {
    enum { PASSES = 6 };
    bool better = true;
    take_back(w);
    for (int pass = 0; pass < PASSES && better; pass++) {
        better = false;
        for (int i = 0; i < w->count; i++) {
            const FillLine *l = &w->line[i];
            if (!(w->added[i] > 0)) continue;
            bool some = w->added[i] - l->step >= first_of(l) - TINY && exchange(w, i, l->step);
            better |= some || exchange(w, i, w->added[i]);
        }
        if (better) take_back(w);
    }
}

/* False when all that may be added does not reach it. The best way found is left in w->added. */
static bool up_to_minimum(Work *w, Arena *arena) {
    double *best = many_in(arena, double, w->count + 1), start[FILL_MEASURES], spent = 0, best_cost = 0, worth = 0, units, cost;
    bool found = false;
    for (int m = 0; m < FILL_MEASURES; m++) start[m] = w->sum[m];
    for (int i = 0; i < w->count; i++) next_set(w, i);
    for (int round = 0; round < ROUNDS_MOST && !meets(w->ask, w->sum); round++) {
        int last = best_finish(w, -1, &units, &cost);
        if (last >= 0 && (!found || spent + cost < best_cost)) {
            found = true;
            best_cost = spent + cost;
            for (int k = 0; k < w->count; k++) best[k] = w->added[k] + (k == last ? units : 0);
        }
        int i = cheapest(w, &worth);
        if (i < 0) break;
        spent += w->next[i].cost;
        add(w, i, w->next[i].units);
        next_set(w, i);
    }
    bool met = meets(w->ask, w->sum);
    if (met) improve(w);
    if (!found || (met && cost_of(w) <= best_cost)) return met;
    for (int m = 0; m < FILL_MEASURES; m++) w->sum[m] = start[m];
    for (int i = 0; i < w->count; i++) {
        w->added[i] = 0;
        add(w, i, best[i]);
    }
    improve(w);
    return true;
}

/* ---- a truck ---- */

static int trucks_of(const FillAsk *ask, const double sum[FILL_MEASURES]) {
    double most = 0;
    for (int m = 0; m < FILL_MEASURES; m++)
        if (ask->truck[m] > 0) most = larger(most, sum[m] / ask->truck[m]);
    return most < 1e6 ? (int)up_to(most - TINY) : 1000000;
}

/* Freight that later trucks need not carry is saved; what they would not have carried for long is not worth it. */
static double fill_trucks(Work *w, int trucks) {
    double saving = 0, worth = 0;
    w->load = true;
    for (int m = 0; m < FILL_MEASURES; m++) w->room[m] = trucks * w->ask->truck[m] - w->sum[m];
    for (int i = 0; i < w->count; i++) next_set(w, i);
    for (int round = 0; round < ROUNDS_MOST; round++) {
        int i = cheapest(w, &worth);
        if (i < 0 || worth >= w->ask->truck_cost) break;
        saving += w->ask->truck_cost * gain(w, i, w->next[i].units) - w->next[i].cost;
        add(w, i, w->next[i].units);
        for (int k = 0; k < w->count; k++) next_set(w, k);          /* there is less room for each */
    }
    return saving;
}

/* ---- waiting ---- */

/* What the needs lose, and what the next order would still have to be filled by: until then demand brings every line nearer to its own need. */
static double wait_cost(const FillAsk *ask, const FillLine *line, int count, const double own[FILL_MEASURES], Arena *arena) {
    FillLine *later = many_in(arena, FillLine, count + 1);
    double sum = 0, then[FILL_MEASURES];
    for (int m = 0; m < FILL_MEASURES; m++) then[m] = own[m];
    for (int i = 0; i < count; i++) {
        const FillLine *l = &line[i];
        if (l->need > 0 && l->wait < 0) return -1;
        sum += l->need > 0 ? l->wait : 0;
        double sold = l->rate * l->review_days, wanted = larger(sold - above_of(l), 0);
        later[i] = *l;
        later[i].above = larger(above_of(l) - sold, 0);
        for (int m = 0; m < FILL_MEASURES; m++) then[m] += wanted * known(l->measure[m]);
    }
    Work w = work_of(ask, later, count, arena);
    for (int m = 0; m < FILL_MEASURES; m++) w.sum[m] = then[m];
    if (!meets(ask, w.sum) && up_to_minimum(&w, arena)) sum += larger(cost_of(&w), 0);
    return sum;
}

/* ---- the whole ---- */

static void sums_finish(const Work *w, Fill *out) {
    for (int m = 0; m < FILL_MEASURES; m++) {
        out->reached[m] = w->sum[m];
        for (int i = 0; i < w->count; i++) out->unknown[m] += w->line[i].need + w->added[i] > 0 && w->line[i].measure[m] < 0;
    }
}

static void to_the_minimum(Work *w, Arena *arena, FillUnits *units, Fill *out) {
    if (meets(w->ask, out->own)) return;
    if (!up_to_minimum(w, arena)) {
        out->choice = FILL_CANNOT;
    } else {
        out->cost = cost_of(w);
        out->wait_cost = wait_cost(w->ask, w->line, w->count, out->own, arena);
        out->choice = out->wait_cost >= 0 && out->wait_cost < out->cost ? FILL_WAIT : FILL_UP;
    }
    for (int i = 0; i < w->count; i++) {
        if (out->choice == FILL_UP) units[i].to_minimum = w->added[i];
        else w->added[i] = w->spent[i] = 0;
    }
    for (int m = 0; out->choice != FILL_UP && m < FILL_MEASURES; m++) w->sum[m] = out->own[m];
}

void fill_order(const FillAsk *ask, const FillLine *line, int count, Arena *arena, FillUnits *out_units, Fill *out) {
    Work w = work_of(ask, line, count, arena);
    *out = (Fill){ .choice = FILL_NOT_NEEDED };
    for (int i = 0; i < count; i++) {
        out_units[i] = (FillUnits){ 0 };
        for (int m = 0; m < FILL_MEASURES; m++) out->own[m] += line[i].need * known(line[i].measure[m]);
    }
    for (int m = 0; m < FILL_MEASURES; m++) w.sum[m] = out->own[m];
    to_the_minimum(&w, arena, out_units, out);
    bool goes = out->choice == FILL_NOT_NEEDED || out->choice == FILL_UP;
    out->trucks = goes ? trucks_of(ask, w.sum) : 0;
    if (out->trucks > 0) out->saving = fill_trucks(&w, out->trucks);
    for (int i = 0; i < count; i++) {
        out_units[i].to_load = w.added[i] - out_units[i].to_minimum;
        out_units[i].cost = w.spent[i];
        out_units[i].days = days_of(&line[i], w.added[i]);
    }
    sums_finish(&w, out);
}
