/* metrics.c - scores of forecasts. */
#include "maths/metrics.h"

double metric_pinball(double forecast, double actual, double p) {
    double gap = actual - forecast;
    return gap >= 0 ? p * gap : (p - 1) * gap;
}

double metric_coverage(const double *forecast, const double *actual, int count) {
    int covered = 0;
    for (int i = 0; i < count; i++) covered += actual[i] <= forecast[i];
    return count > 0 ? (double)covered / count : 0;
}

static double per_actual(double sum, double forecasts, double actuals) {
    if (actuals > 0) return sum / actuals;
    return forecasts > 0 ? 1 : 0;
}

double metric_bias(const double *forecast, const double *actual, int count) {
    double forecasts = 0, actuals = 0;
    for (int i = 0; i < count; i++) {
        forecasts += forecast[i];
        actuals += actual[i];
    }
    return per_actual(forecasts - actuals, forecasts, actuals);
}

double metric_wape(const double *forecast, const double *actual, int count) {
    double errors = 0, forecasts = 0, actuals = 0;
    for (int i = 0; i < count; i++) {
        errors += __builtin_fabs(forecast[i] - actual[i]);
        forecasts += forecast[i];
        actuals += actual[i];
    }
    return per_actual(errors, forecasts, actuals);
}
