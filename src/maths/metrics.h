/* metrics.h - scores: how good were the numbers. */
#pragma once

/* (actual - forecast) * p when the actual is above, (forecast - actual) * (1 - p) below: the quantile (pinball) loss, units. Lower is better. */
double metric_pinball(double forecast, double actual, double p);
