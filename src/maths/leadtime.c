/* leadtime.c - Aalen-Johansen on whole days, partial pooling, and what an order's age says.
 *
 * For each day d: at risk Y(d) = weight of lines with exit day >= d; S(d) = S(d-1) (1 - (arrivals + cancellations)/Y),
 * P(arrives on d) = S(d-1) arrivals / Y. (Aalen & Johansen 1978; Kaplan & Meier 1958 when nothing is cancelled.) An open line of age a leaves
 * after day a. What is left of S beyond the last observed day goes to the parent's own tail, or to a geometric one. */
#include "maths/leadtime.h"
#include "maths/fn.h"

#include <stdint.h>
#include <string.h>

enum { LAST = LEAD_DAYS - 1, CLUSTERS_MOST = 1024 };
static const double DUST = 1e-12;
static const double LEAST_HAZARD = 1.0 / 60;             /* per day, of the geometric tail */

int lead_end(const LeadTime *lead) {
    enum { AT_ONCE = 8 };
    int end = LEAD_DAYS, any = 0;
    for (; end >= AT_ONCE; end -= AT_ONCE) {
        for (int i = end - AT_ONCE; i < end; i++) any |= lead->arrive[i] != 0;
        if (any) break;
    }
    while (end > 0 && lead->arrive[end - 1] == 0) end--;
    return end;
}

static int whole_day(double days) {
    return (int)(fn_clamp(days, 0, LAST) + 0.5);
}

static double observation_weight(const LeadObservation *o) {
    double weight = o->weight > 0 && o->weight < 1e12 ? o->weight : 1;
    double age = fn_clamp(o->age_days, 0, 3650);
    return weight * fn_exp(-0.69314718055994531 * age / LEAD_HALF_LIFE_DAYS);
}

/* --- effective number of orders: Kish's (sum w)^2 / sum w^2 over clusters ------------------------------------------- */

typedef struct Cluster { int id, used; double weight; } Cluster;

static double effective_orders(const LeadObservation *seen, int count, const LeadTime *parent) {
    Cluster table[CLUSTERS_MOST];
    int slots = 16, held = 0;
    while (slots < CLUSTERS_MOST && slots < 2 * count) slots *= 2;
    memset(table, 0, sizeof(Cluster) * (size_t)slots);
    for (int i = 0; i < count; i++) {
        double informs = 1;                               /* an open line tells as much as its age has already excluded */
        if (seen[i].outcome == LEAD_OPEN && parent && parent->found)
            informs = fn_clamp(lead_arrives_by(parent, seen[i].days), 0.02, 1);
        uint32_t at = ((uint32_t)seen[i].cluster * 2654435761u) >> 8 & (uint32_t)(slots - 1);
        while (table[at].used && table[at].id != seen[i].cluster && held < slots - 1) at = (at + 1) & (uint32_t)(slots - 1);
        if (!table[at].used) held++;
        table[at].used = 1;
        table[at].id = seen[i].cluster;
        table[at].weight += informs * observation_weight(&seen[i]);
    }
    double sum = 0, square = 0, top = 0;
    for (int k = 0; k < slots; k++) {
        sum += table[k].weight;
        square += table[k].weight * table[k].weight;
        if (table[k].weight > top) top = table[k].weight;
    }
    if (!(square > 0)) return 0;
    double kish = sum * sum / square, fresh = sum / top; /* all orders old or barely begun: fresh does not see it, kish neither */
    return kish < fresh ? kish : fresh;
}

/* --- the estimator ---------------------------------------------------------------------------------------------------- */

/* Of the three arrays the days up to `last` alone. */
typedef struct Exits { double arrived[LEAD_DAYS], cancelled[LEAD_DAYS], open[LEAD_DAYS]; double arrivals; int last; } Exits;

static int exit_day(const LeadObservation *o) { return o->outcome == LEAD_OPEN ? (int)fn_clamp(o->days, 0, LAST) : whole_day(o->days); }

static void collect(const LeadObservation *seen, int count, Exits *e) {
    e->arrivals = e->last = 0;
    for (int i = 0; i < count; i++)
        if (exit_day(&seen[i]) > e->last) e->last = exit_day(&seen[i]);
    for (int d = 0; d <= e->last; d++) e->arrived[d] = e->cancelled[d] = e->open[d] = 0;
    for (int i = 0; i < count; i++) {
        int day = exit_day(&seen[i]);
        double weight = observation_weight(&seen[i]);
        if (seen[i].outcome == LEAD_RECEIVED) {
            e->arrived[day] += weight;
            e->arrivals += weight;
        } else if (seen[i].outcome == LEAD_CANCELLED) {
            e->cancelled[day] += weight;
        } else {
            e->open[day] += weight;
        }
    }
}

static void give_tail_geometric(LeadTime *t, int after, double mass, double hazard) {
    double left = mass;
    for (int d = after + 1; d < LAST; d++) {
        t->arrive[d] += left * hazard;
        left -= left * hazard;
    }
    t->arrive[LAST] += left;
}

static void give_tail(LeadTime *t, const LeadTime *parent, int after, double mass, double hazard) {
    double beyond = 0;
    int end = parent ? lead_end(parent) : 0;
    for (int d = after + 1; d < end; d++) beyond += parent->arrive[d];
    double never = parent ? parent->p_never : 0;
    if (beyond + never < 0.005 || beyond <= 0) {
        give_tail_geometric(t, after, mass, hazard);
        return;
    }
    double scale = mass / (beyond + never);
    for (int d = after + 1; d < end; d++) t->arrive[d] += scale * parent->arrive[d];
    t->p_never += scale * never;
}

static void estimate(const Exits *e, const LeadTime *parent, LeadTime *out) {
    double risk = 0, survive = 1, late_arrivals = 0, late_exposure = 0;
    int reached = -1;
    for (int d = 0; d <= e->last; d++) risk += e->arrived[d] + e->cancelled[d] + e->open[d];
    for (int d = 0; d <= e->last; d++) {
        if (!(risk > 1e-12)) break;
        double arrive = survive * e->arrived[d] / risk, cancel = survive * e->cancelled[d] / risk;
        out->arrive[d] += arrive;
        out->p_never += cancel;
        survive -= arrive + cancel;
        if (2 * d >= e->last) {
            late_arrivals += e->arrived[d];
            late_exposure += risk;
        }
        risk -= e->arrived[d] + e->cancelled[d] + e->open[d];
        reached = d;
    }
    if (survive > 1e-9) {
        double hazard = late_exposure > 0 ? late_arrivals / late_exposure : LEAST_HAZARD;
        give_tail(out, parent, reached, survive, fn_clamp(hazard, LEAST_HAZARD, 0.5));
    }
}

/* `found` and `mean`; returns the chance that it arrives at all. */
static double describe_mean(LeadTime *t, int end) {
    double sum = 0, mean = 0;
    for (int d = 0; d < end; d++) {
        sum += t->arrive[d];
        mean += t->arrive[d] * d;
    }
    t->found = sum > 1e-9;
    if (t->found) t->mean = mean / sum;
    return sum;
}

/* The first day from `day` on by which `mass` has arrived, `below` of it before; then `below` is what has arrived with it. */
static int quantile_from(const LeadTime *lead, double mass, int day, double *below) {
    for (int d = day; d < LEAD_DAYS; d++) {
        *below += lead->arrive[d];
        if (*below >= mass - DUST && lead->arrive[d] > 0) return d;
    }
    return LAST;
}

void lead_describe(LeadTime *t) {
    int end = lead_end(t);
    double sum = describe_mean(t, end), square = 0;
    if (!t->found) return;
    for (int d = 0; d < end; d++) square += t->arrive[d] * (d - t->mean) * (d - t->mean);
    t->sd = __builtin_sqrt(square / sum);
    double below = 0;
    t->p50 = quantile_from(t, 0.5 * sum, 0, &below);
    t->p90 = below >= 0.9 * sum - DUST ? t->p50 : quantile_from(t, 0.9 * sum, t->p50 + 1, &below);
}

/* The parent's distribution stretched in time by `factor`, each day split between its neighbours. */
static void add_stretched(const LeadTime *parent, double factor, double weight, LeadTime *out) {
    for (int d = 0, end = lead_end(parent); d < end; d++) {
        double mass = weight * parent->arrive[d];
        if (mass <= 0) continue;
        double at = fn_clamp(d * factor, 0, LAST);
        int day = (int)at;
        double upper = (at - day) * mass;
        out->arrive[day] += mass - upper;
        if (day < LAST) out->arrive[day + 1] += upper;
        else out->arrive[day] += upper;
    }
    out->p_never += weight * parent->p_never;
}

void lead_fit(const LeadObservation *seen, int count, const LeadTime *parent, double parent_orders, LeadTime *out) {
    Exits exits;
    LeadTime own = { 0 };
    if (parent && !parent->found) parent = NULL;
    collect(seen, count > 0 ? count : 0, &exits);
    double n = effective_orders(seen, count > 0 ? count : 0, parent);
    int n_open = 0;
    for (int i = 0; i < count; i++) n_open += seen[i].outcome == LEAD_OPEN;
    LeadTime result = { 0 };
    if (!parent && !(exits.arrivals > 0)) {               /* nothing has ever arrived: not an estimate */
        result.n_open = n_open;
        *out = result;
        return;
    }
    double share = parent ? parent_orders / (parent_orders + n) : 0;
    if (count > 0) estimate(&exits, parent, &own);
    else share = 1;
    int end = lead_end(&own);
    describe_mean(&own, end);
    for (int d = 0; d < end; d++) result.arrive[d] = (1 - share) * own.arrive[d];
    result.p_never = (1 - share) * own.p_never;
    if (parent && share > 0) {
        double factor = 1;                                /* own mean and parent's mean meet half way, by evidence */
        if (own.found && own.mean > 0.5 && parent->mean > 0.5)
            factor = fn_exp((1 - share) * fn_log(fn_clamp(own.mean / parent->mean, 0.2, 5)));
        add_stretched(parent, factor, share, &result);
    }
    result.n = n;
    result.n_open = n_open;
    result.parent_share = share;
    lead_describe(&result);
    *out = result;
}

void lead_stated(double days, double cv, LeadTime *out) {
    days = fn_clamp(days, 0, LAST);
    cv = fn_clamp(cv, 0, 2);
    LeadTime result = { .parent_share = 1 };
    if (cv * days < 0.3) {
        result.arrive[whole_day(days)] = 1;
    } else {
        double shape = 1 / (cv * cv), scale = days / shape, below = 0;
        for (int d = 0; d < LAST; d++) {
            double upto = fn_gamma_p(shape, (d + 0.5) / scale);
            result.arrive[d] = upto > below ? upto - below : 0;
            below = upto > below ? upto : below;
        }
        result.arrive[LAST] = 1 - below;
    }
    lead_describe(&result);
    *out = result;
}

void lead_given_age(const LeadTime *lead, double age_days, LeadTime *out) {
    LeadTime left = { .n = lead->n, .n_open = lead->n_open, .parent_share = lead->parent_share };
    if (!lead->found) {
        *out = left;
        return;
    }
    int age = (int)fn_clamp(age_days, 0, LAST);
    double beyond = 0, never = lead->p_never;
    for (int d = age + 1, end = lead_end(lead); d < end; d++) {
        left.arrive[d - age] = lead->arrive[d];
        beyond += lead->arrive[d];
    }
    if (beyond < 0.01) {                                  /* later than nearly all we have seen */
        double wait = lead->sd > 3 ? lead->sd : 3;
        give_tail_geometric(&left, 0, 0.01 - beyond, 1 / wait);
        beyond = 0.01;
    }
    double scale = 1 / (beyond + never);
    for (int d = 0; d < LEAD_DAYS; d++) left.arrive[d] *= scale;
    left.p_never = never * scale;
    lead_describe(&left);
    *out = left;
}

void lead_shift(LeadTime *lead, double days) {
    LeadTime moved = *lead;
    int whole = (int)fn_clamp(days, 0, LAST);
    double rest = fn_clamp(days, 0, LAST) - whole;
    memset(moved.arrive, 0, sizeof moved.arrive);
    for (int d = 0, end = lead_end(lead); d < end; d++) {
        int to = d + whole < LAST ? d + whole : LAST;
        moved.arrive[to] += (1 - rest) * lead->arrive[d];
        moved.arrive[to < LAST ? to + 1 : LAST] += rest * lead->arrive[d];
    }
    lead_describe(&moved);
    *lead = moved;
}

double lead_arrives_by(const LeadTime *lead, double days) {
    if (!(days >= 0)) return 0;
    int last = (int)fn_clamp(days, 0, LAST);
    double sum = 0;
    for (int d = 0; d <= last; d++) sum += lead->arrive[d];
    return sum < 1 ? sum : 1;
}

int lead_quantile(const LeadTime *lead, double p) {
    double total = 0, below = 0;
    for (int d = 0, end = lead_end(lead); d < end; d++) total += lead->arrive[d];
    return total > 0 ? quantile_from(lead, p * total, 0, &below) : 0;
}

/* Chunks of probability 1/most, a day being split where a chunk ends. */
static int chunks(const LeadTime *lead, int end, double total, int most, double *days, double *share) {
    double room = total / most, held = 0, sum = 0;
    int n = 0;
    for (int d = 0; d < end; d++) {
        double mass = lead->arrive[d];
        while (mass > 1e-15) {
            int last = n == most - 1;
            double take = !last && held + mass > room ? room - held : mass;
            held += take;
            sum += take * d;
            mass -= take;
            if (last || held < room - 1e-12) continue;
            days[n] = sum / held;
            share[n++] = held / total;
            held = sum = 0;
        }
    }
    if (held > 1e-9 * total) {
        days[n] = sum / held;
        share[n++] = held / total;
    }
    return n;
}

LeadPoints lead_points(const LeadTime *lead, int most) {
    LeadPoints points = { .p_never = lead->p_never };
    if (!lead->found) return points;
    most = most < 1 ? 1 : most > LEAD_POINTS ? LEAD_POINTS : most;
    double days[LEAD_POINTS], share[LEAD_POINTS], total = 0, got = 0;
    int end = lead_end(lead);
    for (int d = 0; d < end; d++) total += lead->arrive[d];
    int n = chunks(lead, end, total, most, days, share);
    for (int i = 0; i < n; i++) got += share[i] * (days[i] - lead->mean) * (days[i] - lead->mean);
    /* Chunk means lose the spread inside chunks; widening around the mean brings the variance back. */
    double widen = got > 1e-9 ? lead->sd / __builtin_sqrt(got) : 1, room = 1e9;
    if (n > 0 && days[0] < lead->mean) room = lead->mean / (lead->mean - days[0]); /* no point below day 0 */
    widen = fn_clamp(widen, 1, room < 1.5 ? room : 1.5);
    points.count = n;
    for (int i = 0; i < n; i++) {
        points.days[i] = (float)(lead->mean + widen * (days[i] - lead->mean));
        points.share[i] = (float)share[i];
    }
    return points;
}

LeadPoints lead_crossing(const LeadPoints *points, double interval_days) {
    LeadPoints out = *points;
    double mean = 0, variance = 0, below = 0, between = 0;
    for (int i = 0; i < points->count; i++) mean += (double)points->days[i] * (double)points->share[i];
    for (int i = 0; i < points->count; i++) {
        double gap = (double)points->days[i] - mean;
        variance += (double)points->share[i] * gap * gap;
        below += (double)points->share[i];
        if (i + 1 < points->count) between += ((double)points->days[i + 1] - (double)points->days[i]) * below * (1 - below);
    }
    double wanted = (interval_days > 0 ? interval_days : 0) * between;
    if (!(wanted < variance)) return out;
    double squeeze = __builtin_sqrt(wanted / variance);
    for (int i = 0; i < points->count; i++) out.days[i] = (float)(mean + ((double)points->days[i] - mean) * squeeze);
    return out;
}
