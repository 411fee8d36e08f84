/* metrics.c - scores of forecasts. */
#include "maths/metrics.h"

double metric_pinball(double forecast, double actual, double p) {
    double gap = actual - forecast;
    return gap >= 0 ? p * gap : (p - 1) * gap;
}
