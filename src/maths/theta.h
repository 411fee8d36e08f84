/* theta.h - the Theta method: half of a trend line and a level that follows the series.
 *
 * Assimakopoulos & Nikolopoulos (2000); as Hyndman & Billah (2003) showed, simple smoothing with a drift of (1 - 1/theta) of the line's slope.
 * Plain Theta is theta 2. The optimised one chooses theta and alpha by one-step squared error with the line fitted to what is known at each step
 * (the dynamic optimised Theta model of Fiorucci, Pellegrini, Louzada, Petropoulos & Koehler 2016). In logarithms the drift is a growth rate. */
#pragma once
#include "maths/ets.h"

typedef struct ThetaModel {
    double theta, alpha;
    double level0;             /* before the first bucket */
} ThetaModel;

/* Theta 1, 2 or 4 and one of eight alphas. */
ThetaModel theta_optimised(const EtsSeries *series);
/* What is known before bucket t, t = 0 .. count: bucket t + k - 1 is forecast by level[t] + k trend[t]. */
void theta_track(const ThetaModel *model, const EtsSeries *series, double *level, double *trend);
/* The plain method: theta 2, alpha of the level alone. */
ThetaModel theta_plain(const EtsSeries *series);
