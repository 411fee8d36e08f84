/* metrics.h - scores: how good were the numbers. Lower loss is better; coverage should equal its level. */
#pragma once
#include "maths/dist.h"

/* (actual - forecast) * p when the actual is above, (forecast - actual) * (1 - p) below: the quantile (pinball) loss, units. */
double metric_pinball(double forecast, double actual, double p);
double metric_coverage(const double *forecast, const double *actual, int count);  /* share actual <= forecast; 0 points: 0 */
/* Sum of (forecast - actual) over sum of actual: + means too much was forecast. All zero actuals: 0 when forecasts are 0, else 1. */
double metric_bias(const double *forecast, const double *actual, int count);
double metric_wape(const double *forecast, const double *actual, int count);      /* sum |error| / sum actual; as bias when 0 */
