/* quantity.c - level by goal, position, constraints; each number is a term and the terms are the quantity.
 *
 * Promises: (1) the terms sum to `micro`; (2) level, mean and the four terms after it agree to the micro-unit; (3) micro is 0
 * or an allowed quantity; (4) by service, an allowed quantity below the need is given only with a clash named. */
#include "maths/quantity.h"
#include "maths/fn.h"

static const double MICRO = 1e6;
static const int64_t ONE_UNIT = 1000000;
static const int64_t WHOLE_TOLERANCE = 1000;             /* a thousandth of a unit above a whole one is not another unit */
static const int64_t MICRO_MOST = (int64_t)4e18;

static const char *const term_codes[TERM_COUNT_] = {
    [TERM_MEAN_DEMAND] = "mean-demand", [TERM_DEMAND_NOISE] = "demand-noise", [TERM_LEVEL_ERROR] = "level-error",
    [TERM_SURPRISES] = "surprises", [TERM_LEAD_SPREAD] = "lead-spread", [TERM_SKEW] = "skew", [TERM_UNDERSHOOT] = "undershoot",
    [TERM_ORDER_POINT] = "order-point", [TERM_LOT] = "lot",
    [TERM_LOST_BEFORE_ARRIVAL] = "lost-before-arrival", [TERM_FLOOR] = "floor", [TERM_BACKORDERS] = "backorders",
    [TERM_FIRM_DEMAND] = "firm-demand", [TERM_RESERVED] = "reserved", [TERM_FED_LEVELS] = "fed-levels", [TERM_ON_HAND] = "on-hand",
    [TERM_ON_ORDER] = "on-order", [TERM_IN_TRANSIT] = "in-transit", [TERM_OWN_COMMANDS] = "own-commands", [TERM_FED_STOCK] = "fed-stock",
    [TERM_EXPECTED_SHORT] = "expected-short", [TERM_NOT_NEEDED] = "not-needed", [TERM_WHOLE_UNITS] = "whole-units",
    [TERM_MINIMUM] = "minimum", [TERM_MULTIPLE] = "multiple", [TERM_ORDER_MAXIMUM] = "order-maximum",
    [TERM_STOCK_MAXIMUM] = "stock-maximum", [TERM_SHELF_LIFE] = "shelf-life", [TERM_PRICE_BREAK] = "price-break", [TERM_FILL_MINIMUM] = "fill-minimum", [TERM_FILL_LOAD] = "fill-load",
};
static const char *const clash_names[] = {
    [CLASH_NONE] = "", [CLASH_MINIMUM_OVER_ORDER_MAXIMUM] = "minimum-over-order-maximum",
    [CLASH_MINIMUM_OVER_STOCK_MAXIMUM] = "minimum-over-stock-maximum",
    [CLASH_MULTIPLE_OVER_MAXIMUM] = "multiple-over-maximum", [CLASH_ORDER_MAXIMUM_SHORT] = "order-maximum-short",
    [CLASH_STOCK_MAXIMUM_SHORT] = "stock-maximum-short", [CLASH_MINIMUM_OVER_SHELF_LIFE] = "minimum-over-shelf-life",
    [CLASH_SHELF_LIFE_SHORT] = "shelf-life-short",
};

const char *quantity_term_code(QuantityTermKind kind) {
    return (unsigned)kind < TERM_COUNT_ ? term_codes[kind] : "";
}

const char *quantity_clash_name(QuantityClash clash) {
    return (unsigned)clash < sizeof clash_names / sizeof clash_names[0] ? clash_names[clash] : "";
}

static int64_t to_micro(double units) {                   /* half to even; the only door from doubles to fixed point */
    double micro = units * MICRO;
    if (!(micro < 4e18)) return micro != micro ? 0 : MICRO_MOST;
    if (micro < -4e18) return -MICRO_MOST;
    int64_t whole = (int64_t)micro;                       /* floor by hand: without SSE4 the built-in is a call into libm */
    if ((double)whole > micro) whole--;
    double rest = micro - (double)whole;
    return rest > 0.5 || (rest == 0.5 && (whole & 1)) ? whole + 1 : whole;
}

static int64_t larger(int64_t a, int64_t b) { return a > b ? a : b; }
static int64_t smaller(int64_t a, int64_t b) { return a < b ? a : b; }

/* --- the level ------------------------------------------------------------------------------------------------------- */

/* The level is sought by asking for shortages many times. */
typedef struct Sought { const QuantityInput *in; DistTail protect, lead; } Sought;

static void sought_of(const QuantityInput *in, Sought *out) {
    out->in = in;
    dist_tail(in->protect_demand, &out->protect);
    if (in->lead_demand) dist_tail(in->lead_demand, &out->lead);
}

typedef double Service(const Sought *s, double position);

static double missed_share(const Sought *s, double level, double per_cycle) {
    double missed = dist_tail_short(&s->protect, level) - (s->in->lead_demand ? dist_tail_short(&s->lead, level) : 0);
    return fn_clamp(missed / per_cycle, 0, 1);
}

/* Misses of a cycle, from the arrival of one order to that of the next: what the lead time takes beyond the position that triggers, less what it takes beyond
 * the position after the order (backorders of the cycle before). Lost sales do not wait over from the cycle before. */
static double triggered_fill(const Sought *s, double point) {
    const QuantityInput *in = s->in;
    const Undershoot *u = in->trigger.undershoot;
    double missed = dist_tail_short(&s->protect, point), before = 0, order = u->order;
    for (int i = 0; i < u->above.count && !in->goal.lost_sales; i++)
        before += u->above.cell[i] * dist_tail_short(&s->lead, point + (double)in->trigger.gap / MICRO + u->above.origin + i * u->above.step);
    if (in->goal.lost_sales) order += missed;
    return order > 0 ? 1 - fn_clamp((missed - before) / order, 0, 1) : 1;
}

/* Backorders: 1 - misses per cycle over its demand. Lost sales do not consume the position: over the lead time it falls by what was sold only, so the fill
 * is the one that explains itself, f = 1 - missed(level + (1 - f) lead demand). */
static double unit_fill(const Sought *s, double level) {
    enum { HALVINGS = 12 };
    const QuantityInput *in = s->in;
    if (in->trigger.kind == TRIGGER_POINT) return triggered_fill(s, level);
    double lead = in->lead_demand ? in->lead_demand->mean : 0, per_cycle = in->protect_demand->mean - lead;
    if (!(per_cycle > 0)) return 1;
    if (!in->goal.lost_sales) return 1 - missed_share(s, level, per_cycle);
    double low = 0, high = 1;
    for (int i = 0; i < HALVINGS; i++) {
        double fill = (low + high) / 2;
        if (1 - missed_share(s, level + (1 - fill) * lead, per_cycle) > fill) low = fill;
        else high = fill;
    }
    return high;
}

/* Mean over the positions that reviews leave, at the start and at the end of a review, of what lead time demand makes of each. */
typedef double Outcome(const Dist *demand, double position);

static double over_positions(const QuantityInput *in, Outcome *outcome, double point) {
    const Undershoot *u = in->trigger.undershoot;
    double sum = 0;
    for (int i = 0; i < UNDERSHOOT_SEEN; i++)
        sum += outcome(in->lead_demand, point + u->seen[i]) + outcome(in->lead_demand, point + u->seen[i] - u->review);
    return sum / (2 * UNDERSHOOT_SEEN);
}

/* A line is met whole when stock is at least its size: averaged over the start and the end of the cycle, or over the positions of one. */
static double line_fill(const Sought *s, double level) {
    const QuantityInput *in = s->in;
    double before = level - (in->goal.line_units > 0 ? in->goal.line_units : 1);
    if (in->trigger.kind == TRIGGER_POINT) return over_positions(in, dist_below, before);
    double at_end = dist_below(in->protect_demand, before);
    return in->lead_demand ? 0.5 * (dist_below(in->lead_demand, before) + at_end) : at_end;
}

/* How far above the level a review leaves the position. Orders no larger than a review's demand: nowhere. Larger ones lift it past the level, by the lot
 * less what it had fallen below (renewal theory: E[D^2] / 2 E[D] on average); there it stays until something is sold, then it is anywhere in between. */
typedef struct Above { double most, share; } Above;      /* units; share of reviews that find it still at `most` */

static Above above_level(const QuantityInput *in) {
    if (!in->lead_demand || in->trigger.kind != TRIGGER_REVIEW) return (Above){ 0 };
    int64_t worth = in->limits.order_maximum > 0 ? smaller(in->limits.lot, in->limits.order_maximum) : in->limits.lot;
    int64_t least = larger(larger(in->limits.minimum, worth), in->limits.multiple);
    double lot = (double)least / MICRO, review = in->protect_demand->mean - in->lead_demand->mean;
    if (!(review > 0) || !(in->protect.mean > 0)) return (Above){ 0 };
    double fallen = 0.5 * (in->protect.noise_var / in->protect.mean + review);
    if (!(lot > fallen)) return (Above){ 0 };
    double none = dist_below(in->lead_demand, 0), quiet = none > 0 ? fn_clamp(dist_below(in->protect_demand, 0) / none, 0, 0.99) : 0;
    return (Above){ .most = lot - fallen, .share = fn_clamp(review * quiet / (lot * (1 - quiet)), 0, 1) };
}

/* Service over many cycles of a policy with this level, while `service` is that of one cycle begun at a position. */
static double over_cycles(const Sought *s, Service *service, double level, Above above) {
    enum { POINTS = 8 };
    const QuantityInput *in = s->in;
    int64_t most = in->limits.stock_maximum > 0 ? in->limits.stock_maximum : MICRO_MOST;
    if (in->limits.shelf_maximum > 0) most = smaller(most, in->limits.shelf_maximum);
    double room = (double)most / MICRO - level;
    if (above.most > room) above.most = room;
    if (!(above.most > 0)) return service(s, level);
    double sum = 0;
    for (int i = 0; i < POINTS; i++) sum += service(s, level + (i + 0.5) / POINTS * above.most);
    return above.share * service(s, level + above.most) + (1 - above.share) * sum / POINTS;
}

static double cycle_service(const Sought *s, double level) { return dist_below(s->in->protect_demand, level); }

static Service *service_of(GoalKind kind) {
    return kind == GOAL_LINE_FILL ? line_fill : kind == GOAL_CYCLE ? cycle_service : unit_fill;
}

static double least_level(const Sought *s, Service *service, double target) {
    const QuantityInput *in = s->in;
    const Dist *d = in->protect_demand;
    double reach = in->goal.kind == GOAL_LINE_FILL ? in->goal.line_units : 0;
    Above above = above_level(in);
    int64_t low = 0, high = d->count - 1 + (int64_t)(reach > 0 ? reach / d->step + 1 : 0);
    while (low < high) {                                  /* smallest lattice level that reaches the target */
        int64_t middle = (low + high) / 2;
        if (over_cycles(s, service, d->origin + (double)middle * d->step, above) >= target - 1e-12) high = middle;
        else low = middle + 1;
    }
    return d->origin + (double)low * d->step;
}

double quantity_service(const QuantityInput *in, double level) {
    Sought s;
    sought_of(in, &s);
    return over_cycles(&s, service_of(in->goal.kind), level, above_level(in));
}

/* On the shelf between one arrival and the next: what the lead time left, and what the review after it left. */
static double shelf(const Sought *s, double position) {
    const QuantityInput *in = s->in;
    if (in->trigger.kind == TRIGGER_POINT) return over_positions(in, dist_left, position);
    double end = dist_left(in->protect_demand, position);
    return 0.5 * ((in->lead_demand ? dist_left(in->lead_demand, position) : position) + end);
}

double quantity_mean_stock(const QuantityInput *in, double level) {
    Sought s;
    s.in = in;                                            /* no shortages are asked for */
    return over_cycles(&s, shelf, level, above_level(in));
}

static double critical_ratio(const Goal *goal) {
    double h = goal->holding_cost > 0 ? goal->holding_cost : 0, s = goal->shortage_cost > 0 ? goal->shortage_cost : 0;
    return s + h > 0 ? fn_clamp(s / (s + h), 1e-4, 0.9999) : 0.5;
}

static int projects_to_arrival(const QuantityInput *in) {
    return in->goal.kind == GOAL_COST && in->goal.lost_sales && in->arrival_stock && in->review_demand && in->trigger.kind == TRIGGER_REVIEW;
}

/* What the order must supply after it arrives: review demand less the stock it meets (may be negative). */
static void missing_after_arrival(const QuantityInput *in, Dist *out) {
    dist_difference(in->review_demand, in->arrival_stock, out);
}

static double level_of(const Sought *s) {
    const QuantityInput *in = s->in;
    double target = fn_clamp(in->goal.target, 0.5, 0.9999);
    if (in->trigger.kind == TRIGGER_TOLD) return (double)in->trigger.point / MICRO;
    if (in->goal.kind == GOAL_UNIT_FILL) return least_level(s, unit_fill, target);
    if (in->goal.kind == GOAL_LINE_FILL) return least_level(s, line_fill, target);
    if (in->goal.kind == GOAL_CYCLE) return dist_quantile(in->protect_demand, target);
    if (!projects_to_arrival(in)) return dist_quantile(in->protect_demand, critical_ratio(&in->goal));
    Dist missing;
    missing_after_arrival(in, &missing);
    return in->protect.mean + dist_quantile(&missing, critical_ratio(&in->goal)) - missing.mean;
}

double quantity_level(const QuantityInput *in) {
    Sought s;
    sought_of(in, &s);
    return level_of(&s);
}

/* The probability the safety terms are told at. */
static double level_probability(const QuantityInput *in, double level) {
    return projects_to_arrival(in) ? critical_ratio(&in->goal) : dist_below(in->protect_demand, level);
}

/* --- terms ----------------------------------------------------------------------------------------------------------- */

static int64_t position_of(const Position *p) {
    return p->on_hand + p->on_order + p->in_transit + p->own_commands + p->fed_stock
         - p->floor - p->backorders - p->firm_demand - p->reserved - p->fed_levels - p->expected_short;
}

static double undershot(const QuantityInput *in) { return in->trigger.kind == TRIGGER_POINT ? in->trigger.undershoot->below.mean : 0; }

static void demand_terms(const QuantityInput *in, double level, int64_t *term) {
    if (in->trigger.kind != TRIGGER_REVIEW) term[TERM_LOT] = in->trigger.gap;
    if (in->trigger.kind == TRIGGER_TOLD) {
        term[TERM_ORDER_POINT] = in->trigger.point;
        return;
    }
    ProtectTerms parts = protect_terms(&in->protect, level, level_probability(in, level));
    term[TERM_MEAN_DEMAND] = to_micro(parts.mean);
    term[TERM_DEMAND_NOISE] = to_micro(parts.noise);
    term[TERM_LEVEL_ERROR] = to_micro(parts.level_error);
    term[TERM_SURPRISES] = to_micro(parts.surprises);
    term[TERM_LEAD_SPREAD] = to_micro(parts.lead_spread);
    term[TERM_UNDERSHOOT] = to_micro(undershot(in));
    term[TERM_SKEW] = to_micro(level) - term[TERM_MEAN_DEMAND] - term[TERM_DEMAND_NOISE] - term[TERM_LEVEL_ERROR]
                    - term[TERM_SURPRISES] - term[TERM_LEAD_SPREAD] - term[TERM_UNDERSHOOT];
    term[TERM_LOST_BEFORE_ARRIVAL] = -to_micro(in->goal.lost_sales && in->lost_before_arrival > 0 ? in->lost_before_arrival : 0);
}

static void position_terms(const Position *p, int64_t *term) {
    term[TERM_FLOOR] = p->floor;
    term[TERM_BACKORDERS] = p->backorders;
    term[TERM_FIRM_DEMAND] = p->firm_demand;
    term[TERM_RESERVED] = p->reserved;
    term[TERM_FED_LEVELS] = p->fed_levels;
    term[TERM_ON_HAND] = -p->on_hand;
    term[TERM_ON_ORDER] = -p->on_order;
    term[TERM_IN_TRANSIT] = -p->in_transit;
    term[TERM_OWN_COMMANDS] = -p->own_commands;
    term[TERM_FED_STOCK] = -p->fed_stock;
    term[TERM_EXPECTED_SHORT] = p->expected_short;
}

/* --- cost ------------------------------------------------------------------------------------------------------------ */

double quantity_cost(const QuantityInput *in, int64_t micro) {
    double q = (double)micro / MICRO, h = in->goal.holding_cost, s = in->goal.shortage_cost;
    if (projects_to_arrival(in)) {
        Dist missing;
        missing_after_arrival(in, &missing);
        /* Brought to the balance the terms state, so that supply beyond the arrival counts too. */
        double lost = in->lost_before_arrival > 0 ? in->lost_before_arrival : 0;
        double balance = in->protect.mean - lost - (double)position_of(&in->position) / MICRO;
        double x = q - (balance - missing.mean);
        return h * dist_left(&missing, x) + s * dist_short(&missing, x);
    }
    double x = q + (double)position_of(&in->position) / MICRO;
    return h * dist_left(in->protect_demand, x) + s * dist_short(in->protect_demand, x);
}

/* --- constraints ------------------------------------------------------------------------------------------------------- */

static int64_t up_to(int64_t value, int64_t step) {      /* smallest multiple >= value; value >= 0 */
    int64_t rest = value % step;
    return rest == 0 ? value : value - rest + step;
}

static int64_t down_to(int64_t value, int64_t step) {
    return value > 0 ? value - value % step : 0;
}

/* {k step: least <= k step <= all three}; minimum: what `least` is for. */
typedef struct Allowed { int64_t unit, step, least, minimum, by_order, by_stock, by_shelf; } Allowed;

static Allowed allowed_of(const QuantityInput *in) {
    const Constraints *c = &in->limits;
    int64_t position = position_of(&in->position);
    Allowed a = { .unit = c->unit > 0 ? c->unit : ONE_UNIT, .by_order = MICRO_MOST, .by_stock = MICRO_MOST, .by_shelf = MICRO_MOST };
    a.step = c->multiple > 0 ? c->multiple : a.unit;
    if (c->order_maximum > 0) a.by_order = down_to(c->order_maximum, a.step);
    if (c->stock_maximum > 0) a.by_stock = down_to(c->stock_maximum - position, a.step);
    if (c->shelf_maximum > 0) a.by_shelf = down_to(c->shelf_maximum - position, a.step);
    a.minimum = larger(c->minimum, smaller(c->lot, smaller(a.by_order, smaller(a.by_stock, a.by_shelf))));
    a.least = up_to(larger(a.minimum, a.step), a.step);
    return a;
}

static QuantityClash empty_set(const QuantityInput *in, const Allowed *a) {
    if (smaller(a->by_order, smaller(a->by_stock, a->by_shelf)) >= a->least) return CLASH_NONE;
    if (in->limits.minimum <= a->step && in->limits.multiple > 0) return CLASH_MULTIPLE_OVER_MAXIMUM;
    return a->by_order < a->least ? CLASH_MINIMUM_OVER_ORDER_MAXIMUM : a->by_stock < a->least ? CLASH_MINIMUM_OVER_STOCK_MAXIMUM : CLASH_MINIMUM_OVER_SHELF_LIFE;
}

/* The level of a review weighs each unit; a triggered order has been weighed as a whole. */
static int by_cost(const QuantityInput *in) { return in->goal.kind == GOAL_COST && in->trigger.kind == TRIGGER_REVIEW; }

/* By cost the neighbour below may be cheaper than the one above; from an order point it may do when it still passes the point. */
static int64_t rounded_to_multiple(const QuantityInput *in, const Allowed *a, int64_t need, int64_t wanted) {
    int64_t above = up_to(wanted, a->step), below = above - a->step;
    if (above == wanted || below < a->least) return above;
    if (in->trigger.kind != TRIGGER_REVIEW) return wanted - below <= in->limits.round_down && below > need - in->trigger.gap ? below : above;
    return by_cost(in) && quantity_cost(in, below) < quantity_cost(in, above) ? below : above;
}

/* By service up, so that the target is reached; by cost whichever neighbour is cheaper. */
static int64_t whole_units(const QuantityInput *in, int64_t need, int64_t unit) {
    int64_t below = down_to(need, unit), above = up_to(need, unit);
    if (need - below <= WHOLE_TOLERANCE && below > 0) return below;
    return by_cost(in) && quantity_cost(in, below) <= quantity_cost(in, above) ? below : above;
}

static double price_at(const PriceBreaks *b, int64_t micro) {
    double price = b->price;
    for (int k = 0; k < b->count && b->at[k].from <= micro; k++) price = b->at[k].price;
    return price;
}

/* More than is wanted, because all of it is then cheaper: the price saved on the whole order against the days that what is on top lies longer. */
static double break_gain(const QuantityInput *in, double level, int64_t base, int64_t step, int64_t q) {
    const PriceBreaks *b = in->breaks;
    FillLine line = b->line;
    double top = level + (double)in->trigger.gap / MICRO, saved = (price_at(b, base) - price_at(b, q)) * (double)q / MICRO;
    line.need = (double)base / MICRO;
    line.above = (double)(position_of(&in->position) + base) / MICRO - top;
    line.step = (double)step / MICRO;
    line.short_p = dist_above(in->protect_demand, top);
    line.short_far = dist_above(in->protect_demand, top + line.far);
    return saved - fill_cost(&line, (double)(q - base) / MICRO);
}

static void break_term(const QuantityInput *in, const Allowed *a, double level, int64_t base, int64_t *term, Quantity *out) {
    const PriceBreaks *b = in->breaks;
    int64_t most = out->most, best = 0;
    double gain = 0;
    if (!b || base <= 0 || !(b->line.rate > 0)) return;
    most = smaller(most, to_micro(b->most) - position_of(&in->position));
    for (int k = 0; k < b->count; k++) {
        int64_t q = up_to(b->at[k].from, a->step);
        if (q <= base || q > most) continue;
        double g = break_gain(in, level, base, a->step, q);
        if (best && g <= gain) continue;
        best = q;
        gain = g;
    }
    int64_t taken = best && gain > 0 ? best : base;
    term[TERM_PRICE_BREAK] = taken - base;
    out->price = price_at(b, taken);
    out->other = taken == base ? best : base;
    out->other_price = price_at(b, out->other);
    out->other_dearer = gain > 0 ? gain : -gain;
}

/* `out`: clash and prices. */
static void constraint_terms(const QuantityInput *in, double level, int64_t need, int64_t *term, Quantity *out) {
    Allowed a = allowed_of(in);
    out->most = smaller(a.by_order, smaller(a.by_stock, a.by_shelf));
    term[TERM_FILL_MINIMUM] = in->fill_minimum;
    term[TERM_FILL_LOAD] = in->fill_load;
    if (need <= 0 || need < in->trigger.gap) {            /* position <= s triggers: need = s + gap - position >= gap */
        term[TERM_NOT_NEEDED] = -need;
        return;
    }
    int64_t whole = whole_units(in, need, a.unit);
    int64_t minimum = whole > a.minimum || whole == 0 ? whole : a.minimum;
    int64_t multiple = rounded_to_multiple(in, &a, need, minimum), enough = smaller(whole, multiple);
    int64_t ordered = smaller(multiple, a.by_order), stocked = smaller(ordered, a.by_stock), kept = smaller(stocked, a.by_shelf);
    out->clash = empty_set(in, &a);
    if (out->clash == CLASH_NONE && kept < enough && !by_cost(in))
        out->clash = ordered < enough ? CLASH_ORDER_MAXIMUM_SHORT : stocked < enough ? CLASH_STOCK_MAXIMUM_SHORT : CLASH_SHELF_LIFE_SHORT;
    if (kept < a.least) {                                 /* nothing is allowed: the bound that forbids it takes all */
        if (ordered < a.least) ordered = 0;
        if (ordered < a.least || stocked < a.least) stocked = 0;
        kept = 0;
    }
    term[TERM_WHOLE_UNITS] = whole - need;
    term[TERM_MINIMUM] = minimum - whole;
    term[TERM_MULTIPLE] = multiple - minimum;
    term[TERM_ORDER_MAXIMUM] = ordered - multiple;
    term[TERM_STOCK_MAXIMUM] = stocked - ordered;
    term[TERM_SHELF_LIFE] = kept - stocked;
    /* By cost, ordering nothing may beat the least one may order. */
    if (by_cost(in) && kept > 0 && quantity_cost(in, 0) <= quantity_cost(in, kept)) {
        term[TERM_MINIMUM] -= kept;
        kept = 0;
    }
    break_term(in, &a, level, kept, term, out);
}

/* --- the whole --------------------------------------------------------------------------------------------------------- */

static int64_t sum_of(const int64_t *term, int first, int last) {
    int64_t sum = 0;
    for (int i = first; i <= last; i++) sum += term[i];
    return sum;
}

void quantity_decide(const QuantityInput *in, Quantity *out) {
    Sought s;
    *out = (Quantity){ 0 };
    sought_of(in, &s);
    out->level = level_of(&s);
    demand_terms(in, out->level, out->term);
    position_terms(&in->position, out->term);
    out->position_micro = position_of(&in->position);
    out->need_micro = sum_of(out->term, 0, TERM_EXPECTED_SHORT);
    constraint_terms(in, out->level, out->need_micro, out->term, out);
    out->micro = sum_of(out->term, 0, TERM_COUNT_ - 1);
    double available = (double)(out->position_micro + out->micro) / MICRO;
    out->level_p = dist_below(in->protect_demand, out->level);
    const Dist *taken = in->trigger.kind == TRIGGER_POINT ? in->lead_demand : in->protect_demand;
    out->unit_fill = unit_fill(&s, in->trigger.kind == TRIGGER_POINT ? out->level : available);
    out->expected_short = dist_short(taken, available);
    out->expected_left = dist_left(taken, available);
    out->safety_stock = out->level - in->protect.mean - undershot(in);
}

int64_t quantity_term(const QuantityInput *in, QuantityTermKind kind) {
    int64_t term[TERM_COUNT_] = { 0 };
    bool demand = kind < TERM_FLOOR || kind > TERM_EXPECTED_SHORT;
    double level = demand ? quantity_level(in) : 0;
    if (demand) demand_terms(in, level, term);
    position_terms(&in->position, term);
    if (kind > TERM_EXPECTED_SHORT) {
        Quantity scratch = { 0 };
        constraint_terms(in, level, sum_of(term, 0, TERM_EXPECTED_SHORT), term, &scratch);
    }
    return (unsigned)kind < TERM_COUNT_ ? term[kind] : 0;
}
