/* demand_revert.h - how much of what sets an item's level apart from the mean of its own long history is there to stay, by what came in the past of its assortment.
 *
 * The last months of a slow item are few sales, and chance alone makes its level wander. Whether rates really wander is a question to the whole assortment: at days past,
 * did what came then lie at the level told, or at the long mean? The level becomes
 *     long + kept (level - long),     long = common long_level,     kept = stays n / (n + sales_half),     n: buckets with a sale in all its history
 * (Buehlmann's credibility of the recent beside the long experience, 1967). `stays` and `sales_half` are the mean over a grid, each point as likely as what came makes it under a
 * negative binomial quasi-likelihood (McCullagh & Nelder, Generalized Linear Models, 2nd ed., ch. 9), windows that overlap counting once, and beforehand
 * half as likely as the next that changes less: where the past says little, little is changed. */
#pragma once
#include "maths/demand_kin.h"

typedef struct DemandRevertCase {
    double told, lasting;      /* units over a window: by the level then, and by the long mean */
    double came;               /* units */
    double noise_var;          /* of the window's sum, as told: units^2, level errors not counted */
    double sales;              /* buckets with a sale before the window */
    double weight;             /* 0 < .. <= 1: of the window that it does not share with the next one */
} DemandRevertCase;

typedef struct DemandRevert { int cases; double stays, sales_half, common; } DemandRevert;    /* cases 0: nothing is changed; common: see above */

/* What cases of one origin have in common: their levels over their long means, items weighing by certainty. Takes it into their long means, and what came's into
 * what came. 1 and nothing taken where they are fewer than 20. */
double demand_common(DemandRevertCase *seen, int count);
/* Sets all but `common`. */
void demand_revert_fit(const DemandRevertCase *seen, int count, DemandRevert *out);
/* The long mean that this model's level goes back to, units per bucket, and the share kept of what sets them apart; 1: all of it. */
double demand_lasting(const DemandRevert *revert, const DemandModel *model);
double demand_kept(const DemandRevert *revert, const DemandModel *model);

/* What an assortment teaches every fit: to lean on the sizes of kin, and to go back to the long mean. NULL where nothing was learned. */
typedef struct DemandLessons { const DemandKin *kin; double price; const DemandRevert *revert; } DemandLessons;
void demand_teach(const DemandLessons *lessons, DemandModel *model);
