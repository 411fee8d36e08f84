/* Curves of all item-places in parallel, the choice among them in one thread, in item-place order. */
#include "study/assortment.h"

#include <string.h>

#include "base/decimal.h"
#include "draft/draft.h"
#include "estimate/picture.h"
#include "plan/room.h"

enum { SLICE = 64, DAYS_A_MONTH = 30 };
static const double PER_MONEY = 1000;
static const double curve_services[ASSORTMENT_CURVE] = { .50, .60, .70, .80, .85, .88, .90, .92, .94, .95, .96, .97, .98, .99, .995 };

typedef struct Curve { TargetPoint point[TARGET_POINTS_MOST]; int points; double lines_month, level_now, service_now, capital_now; bool planned; } Curve;
typedef struct Making { Plan *plan; Curve *curve; } Making;

struct AssortmentCurves {
    Arena *arena;
    Assortment now;                /* lines, tiers and sums without any choice */
    TargetItem *item;
    int exponent;
};

static int tier_of(Assortment *a, const char *name, Arena *arena) {
    for (int t = 0; t < a->tiers; t++)
        if (strcmp(a->tier[t].name, name) == 0) return t;
    if (a->tiers == ASSORTMENT_TIERS_MOST) return ASSORTMENT_TIERS_MOST - 1;
    a->tier[a->tiers] = (AssortmentTier){ .name = text_copy(arena, name) };
    return a->tiers++;
}

static bool can_plan(const Picture *p) {
    return p->source != SOURCE_NONE && p->lead.count > 0 && p->money.cost_known && p->mean_day > 0;
}

static void curve_of(const Plan *plan, int32_t spot, Arena *work, Curve *out) {
    Picture *p = new_in(work, Picture);
    QuantityDists *dists = new_in(work, QuantityDists);
    picture_make(&plan->context, spot, NULL, work, p);
    if (!can_plan(p)) return;
    if (p->goal.kind == GOAL_COST) p->goal.kind = GOAL_UNIT_FILL;         /* its level of today is told by its service */
    QuantityInput in = picture_quantity_input(p, dists);
    double line = micro_to_double(p->fold.line_mean);
    out->planned = true;
    out->lines_month = p->mean_day * DAYS_A_MONTH / (line > 0 ? line : 1);
    out->points = target_curve(&in, p->money.unit_cost, out->point);
    out->level_now = quantity_level(&in);
    out->service_now = quantity_service(&in, out->level_now);
    out->capital_now = p->money.unit_cost * quantity_mean_stock(&in, out->level_now);
}

static void curves_slice(void *self, int thread, size_t from, size_t to) {
    Making *making = self;
    for (size_t s = from; s < to; s++) {
        arena_clear(making->plan->work[thread]);
        curve_of(making->plan, (int32_t)s, making->plan->work[thread], &making->curve[s]);
    }
}

/* ---- lines and tiers ---- */

static void line_set(const Plan *plan, int32_t spot, const Curve *curve, Arena *arena, Assortment *a) {
    const Spot *row = &plan->state->spots.at[spot];
    const ItemInfo *item = &plan->state->items.at[row->item.v];
    AssortmentLine *line = &a->line[a->lines++];
    *line = (AssortmentLine){ .spot = spot, .item = row->item, .place = row->place, .item_code = text_copy(arena, item->code),
        .place_code = text_copy(arena, plan->state->places.at[row->place.v].code), .tier = tier_of(a, item->tier, arena), .lines_month = curve->lines_month, .level_now = curve->level_now, .service_now = curve->service_now, .capital_now = curve->capital_now };
}

static double share_of(double served, double all) { return all > 0 ? served / all : 1; }

/* Sums by tier and over all; services are averages over expected order lines. */
static void sums_make(Assortment *a) {
    double lines = 0;
    for (int i = 0; i < a->lines; i++) {
        const AssortmentLine *line = &a->line[i];
        AssortmentTier *tier = &a->tier[line->tier];
        tier->item_places++;
        tier->lines_month += line->lines_month;
        tier->service += line->lines_month * line->service;
        tier->service_now += line->lines_month * line->service_now;
        tier->capital += line->capital;
        tier->capital_now += line->capital_now;
    }
    for (int t = 0; t < a->tiers; t++) {
        AssortmentTier *tier = &a->tier[t];
        lines += tier->lines_month;
        a->service_now += tier->service_now;
        a->capital_now += tier->capital_now;
        tier->service = share_of(tier->service, tier->lines_month);
        tier->service_now = share_of(tier->service_now, tier->lines_month);
    }
    a->service_now = share_of(a->service_now, lines);
}

/* ---- the choice ---- */

static Err promises_of(const AssortmentAsk *ask, Assortment *a, double *least, Why *why) {
    for (int i = 0; i < ask->promises; i++) {
        int tier = 0;
        while (tier < a->tiers && strcmp(a->tier[tier].name, ask->promise[i].tier) != 0) tier++;
        if (tier == a->tiers) return fail_hint(why, fail(why, ERR_INVALID, "no item-place that can be planned is of tier \"%s\"", ask->promise[i].tier),
                                               "the tiers are those of the item master");
        least[tier] = micro_to_double(ask->promise[i].least_micro);
    }
    return OK;
}

static void choice_take(Assortment *a, const TargetItem *item, const TargetChoice *choice) {
    for (int i = 0; i < a->lines; i++) {
        const TargetPoint *at = &item[i].point[choice[i].point];
        AssortmentLine *line = &a->line[i];
        line->level = at->level;
        line->service = at->service;
        line->capital = at->capital;
        line->worth = choice[i].worth * PER_MONEY;
        line->next = choice[i].next * PER_MONEY;
        line->promised = choice[i].promised;
    }
}

static void curve_make(const Targets *targets, const double *least, TargetChoice *choice, Assortment *a) {
    for (int k = 0; k < ASSORTMENT_CURVE; k++) {
        TargetSum sum;
        targets_choose(targets, &(TargetAsk){ .service = curve_services[k], .group_least = least }, choice, &sum);
        if (k > 0 && sum.service <= a->curve[a->curve_points - 1].service) continue;      /* the promises alone reach it, or nothing does */
        a->curve[a->curve_points].service = sum.service;
        a->curve[a->curve_points++].capital = sum.capital;
    }
}

static const char *metric_of(const Policy *policy) {
    return policy->service_metric == SERVICE_CYCLE ? "cycle" : policy->service_metric == SERVICE_LINE_FILL ? "line-fill" : "fill";
}

static void curves_make(Plan *plan, AssortmentCurves *out) {
    size_t spots = plan->state->spots.count;
    own(arena_end) Arena *work = arena_begin((size_t)4096 * MiB);
    Making making = { .plan = plan, .curve = many_in(work, Curve, spots + 1) };
    Assortment *a = &out->now;
    pool_run(plan->threads, spots, SLICE, curves_slice, &making);
    *a = (Assortment){ .line = many_in(out->arena, AssortmentLine, spots + 1), .currency = text_copy(out->arena, plan->policy->currency), .metric = metric_of(plan->policy) };
    out->item = many_in(out->arena, TargetItem, spots + 1);
    out->exponent = plan->context.exponent;
    for (size_t s = 0; s < spots; s++) {
        const Curve *curve = &making.curve[s];
        if (!curve->planned) {
            a->left_out++;
            continue;
        }
        TargetPoint *point = many_in(out->arena, TargetPoint, curve->points);
        memcpy(point, curve->point, (size_t)curve->points * sizeof *point);
        line_set(plan, (int32_t)s, curve, out->arena, a);
        out->item[a->lines - 1] = (TargetItem){ .point = point, .points = curve->points, .weight = curve->lines_month, .group = a->line[a->lines - 1].tier };
    }
}

Err assortment_begin(Store *store, int threads, const PlanOptions *options, AssortmentCurves **out, Why *why) {
    own(plan_end) Plan *plan = NULL;
    TRY(plan_begin(store, threads, &plan, why));
    TRY(plan_refresh(plan, &(RefreshOptions){ .options = options, .upto = log_last(store).v, .picture_only = true }, why));
    Arena *arena = arena_begin((size_t)4096 * MiB);
    *out = new_in(arena, AssortmentCurves);
    (*out)->arena = arena;
    curves_make(plan, *out);
    return OK;
}

void assortment_end(AssortmentCurves **curves) {
    if (!*curves) return;
    Arena *arena = (*curves)->arena;
    *curves = NULL;
    arena_end(&arena);
}

Err assortment_choose(const AssortmentCurves *curves, const AssortmentAsk *ask, Arena *arena, Assortment *out, Why *why) {
    *out = curves->now;
    out->line = many_in(arena, AssortmentLine, out->lines + 1);
    memcpy(out->line, curves->now.line, (size_t)out->lines * sizeof *out->line);
    double least[ASSORTMENT_TIERS_MOST] = { 0 };
    TRY(promises_of(ask, out, least, why));
    Targets *targets = targets_begin(curves->item, out->lines, out->tiers, arena);
    TargetChoice *choice = many_in(arena, TargetChoice, out->lines + 1);
    TargetSum sum;
    curve_make(targets, least, choice, out);
    TargetAsk wish = { .service = micro_to_double(ask->service_micro), .budget = major_of(curves->exponent, ask->budget_minor), .group_least = least };
    targets_choose(targets, &wish, choice, &sum);
    choice_take(out, curves->item, choice);
    sums_make(out);
    out->service = sum.service;
    out->capital = sum.capital;
    out->worth = sum.worth * PER_MONEY;
    out->met = sum.met;
    return OK;
}
