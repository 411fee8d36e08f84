/* assortment.h - one service for the whole assortment, shared out by value: which item-place should have how much of it.
 *
 * Every planned item-place brings the curve of its own policy (lead time, review, lot, demand as planned); maths/targets.h buys steps in the order of
 * order lines served per money. Service is that of the policy's metric (by cost: unit fill), averaged over expected order lines, so that pallets and
 * screws count alike. Item-places without lead time, demand, cost or source are counted as left out and keep their targets. Looks only: writes nothing. */
#pragma once
#include "maths/targets.h"
#include "plan/plan.h"

typedef struct TierPromise { const char *tier; int64_t least_micro; } TierPromise;   /* share; tier "" is every item without one */

typedef struct AssortmentAsk {
    int64_t service_micro;              /* wanted of the whole, 0..1; 0 with a budget */
    int64_t budget_minor;               /* most mean stock, minor money; 0 = none */
    const TierPromise *promise; int promises;
} AssortmentAsk;

typedef struct AssortmentLine {
    int32_t spot; ItemId item; PlaceId place;
    const char *item_code, *place_code;
    int tier;                           /* into Assortment.tier */
    double lines_month;                 /* expected order lines */
    double level, service, capital;     /* wanted: units, 0..1, major money */
    double level_now, service_now, capital_now;   /* what the policy in force asks for */
    double worth, next;                 /* lines a month served more per 1000 money: of the last step bought, of the one not bought; 0 = none */
    bool promised;                      /* the last step was bought for the tier's promise */
} AssortmentLine;

typedef struct AssortmentTier { const char *name; int item_places; double lines_month, service, capital, service_now, capital_now; } AssortmentTier;
enum { ASSORTMENT_CURVE = 15, ASSORTMENT_TIERS_MOST = 16 };

typedef struct Assortment {
    AssortmentLine *line; int lines;    /* in item-place order */
    AssortmentTier tier[ASSORTMENT_TIERS_MOST]; int tiers;
    double service, capital, service_now, capital_now;
    double worth;                       /* lines a month per 1000 money of the last step bought by worth */
    bool met;
    int left_out;                       /* item-places that cannot be planned or never sell */
    struct { double service, capital; } curve[ASSORTMENT_CURVE]; int curve_points;   /* least capital for a service, the promises kept */
    const char *currency, *metric;
} Assortment;

/* The curves of all item-places are the long part and do not depend on the wish: made once, asked often. Reads the store as the options see it; owes the plan nothing afterwards. */
typedef struct AssortmentCurves AssortmentCurves;
Err assortment_begin(Store *store, int threads, const PlanOptions *options, AssortmentCurves **out, Why *why);
void assortment_end(AssortmentCurves **curves);
/* Texts of *out live as long as the curves. ERR_INVALID names a tier that no item-place has. */
Err assortment_choose(const AssortmentCurves *curves, const AssortmentAsk *ask, Arena *arena, Assortment *out, Why *why);
/* One JSON object; `rows` from `offset` on, at most `most` of them. */
void assortment_json(Buf *out, const Assortment *assortment, int64_t offset, int64_t most);
