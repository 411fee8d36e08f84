/* confidence-fit.h - written by judge-rank-fit; do not edit. 4650 labels of sample seeds 21,22,23,24,25,26,27,28,29,30,51,52,53,54: weights on 1941 of the earlier
 * days, shares on 2709 of the later ones. */
#pragma once
static const ConfidenceRecord shipped = { .version = "9b5e03fd7585", .doubt = {
    .weight = {
        [SIGN_RATE] = 0.3597,
        [SIGN_LEAD] = 0.2382,
        [SIGN_LUMPY] = 0.0137,
        [SIGN_EXPOSED] = 0.4297,
    },
    .knots = 5, .knot = {     /* mean doubt, share right, its lower bound, labels */
        { 0.0593, 1.0000, 0.9946, 600 },
        { 0.1093, 0.9950, 0.9834, 200 },
        { 0.1526, 0.9910, 0.9863, 1000 },
        { 0.2197, 0.9883, 0.9812, 600 },
        { 0.3140, 0.9773, 0.9622, 309 },
    },
    .cells = 6, .cell = {     /* labels, and what is added to the log odds */
        { "buy", "", 2678, -0.0105 },
        { "buy", "A", 1802, -0.1549 },
        { "buy", "B", 401, 0.8544 },
        { "buy", "C", 475, 0.2171 },
        { "move", "", 31, 0.0000 },
        { "move", "C", 31, 0.0000 },
    },
} };
