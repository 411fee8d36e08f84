/* confidence-fit.h - written by tools/judges/rank.py --fit; do not edit. 4171 labels of sample seeds 21,22,23,24,25: weights on 1872 of the earlier days,
 * shares on 2299 of the later ones. */
#pragma once
#define CONFIDENCE_FIT "c9c43c968da2"
#define CONFIDENCE_FIT_SEEDS "21,22,23,24,25"
static const double fit_weights[SIGN_COUNT_] = {
    [SIGN_RATE] = 0.6305,
    [SIGN_LEAD] = 2.2855,
    [SIGN_MODEL] = 0.3918,
    [SIGN_THIN] = 0.0052,
    [SIGN_LUMPY] = 0.0098,
    [SIGN_LONG] = 1.1018,
    [SIGN_ROUNDED] = 0.0899,
    [SIGN_ODD] = 0.0270,
};
static const FitKnot fit_knots[] = {     /* mean doubt, share right, its lower bound, labels */
    { 0.4519, 0.9944, 0.9912, 1800 },
    { 1.2909, 0.9700, 0.9473, 200 },
    { 2.1059, 0.9197, 0.8935, 299 },
};
static const FitCell fit_cells[] = {     /* labels, and what is added to the log odds */
    { "buy", "", 2267, -0.0386 },
    { "buy", "A", 1636, 0.0351 },
    { "buy", "B", 459, -0.1637 },
    { "buy", "C", 172, -0.1018 },
    { "move", "", 32, 0.1990 },
    { "move", "C", 32, 0.1990 },
};
