/* excess.h - what is too much: units beyond what demand over a coverage horizon needs even in a good run.
 *
 * Per item and place, never netted between places (domain notes 2.12). */
#pragma once
#include "maths/demand.h"

typedef struct ExcessInput {
    const DemandModel *demand;
    double from_days;            /* days from the end of history to now */
    double stock;                /* usable on hand, units */
    double on_order;             /* units that can no longer be stopped */
    double kept;                 /* floor stock that is wanted anyway (safety, display), units */
    double cover_days;           /* horizon whose demand justifies stock, e.g. 180 */
    double quantile;             /* how good a run of demand to allow for, e.g. .95 */
    double life_days;            /* after this it is written off (shelf life, obsolescence); 0: three years */
} ExcessInput;

typedef struct Excess {
    double units;                /* stock + on_order beyond the need, >= 0, the exact sum of shelf and orders */
    double stock_units;          /* of it on the shelf even if nothing more came; the rest is orders one could stop */
    double need;                 /* units: quantile of demand over the horizon, plus kept */
    double cover_days;           /* stock + on_order divided by mean demand; 99999 when there is none */
    double write_off_units;      /* expected units unsold at the end of life */
} Excess;

void excess_find(const ExcessInput *in, Excess *out);
