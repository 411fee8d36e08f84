/* shadow-play.h - one item-place on days that really came: stock, receipts, demand, and an order that is placed or not. */
#pragma once
#include "estimate/picture.h"

enum { SHADOW_DAYS_MOST = 400 };

typedef struct ShadowDays { int count; double demand[SHADOW_DAYS_MOST], receipt[SHADOW_DAYS_MOST]; } ShadowDays;   /* units a day from the first one played */
typedef struct ShadowCourse { double units; int arrives; } ShadowCourse;                /* day from the first; units 0: nothing */
typedef struct ShadowOutcome { double missed, held, waited, left; } ShadowOutcome;      /* units, unit-days, unit-days, units at the end */

/* From the picture's stock and what it owes, `until` days; a share of what is missed is lost, the rest waits. */
ShadowOutcome shadow_play(const Picture *picture, const ShadowDays *days, ShadowCourse course, int until, double lost_share);
double shadow_money(const Picture *picture, ShadowOutcome outcome);                     /* major units of the policy's currency */
/* What lies at the end is sold at the mean rate: holding until then, at most a year. */
double shadow_end_cost(const Picture *picture, double left);
