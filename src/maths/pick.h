/* pick.h - which of several ways to run an item, chosen by what each cost in replays, with a guard against believing luck.
 *
 * Every item was replayed twice, on an earlier and on a later part of its history, under each candidate; candidate 0 is how it is run now. A gain is the
 * mean cost of candidate 0 less that of the candidate on the same paths, money a week; its standard error is that of the mean over a history of
 * that length (the spread over bootstrapped paths as long as the part: Kuensch 1989, The jackknife and the bootstrap for general stationary observations).
 *   1. Choosing looks at the earlier part alone. An item's gain share r = gain / cost is drawn to its class's, m, by t / (t + se^2), t being the variance
 *      of true gain shares within the class by moments (Efron & Morris 1975, Data analysis using Stein's estimator).
 *   2. Accepting looks at the later part alone: the item's own choice must gain more than one standard error there. Else the class's choice is taken, if it
 *      gained more than one standard error over all items of the class (items as clusters) and did not lose more than one on this item. Else nothing changes.
 * Nothing is chosen and judged on the same data, so the later gains of what was accepted by class are honest; those accepted by their own are still a
 * little flattered, as acceptance looked at them. Pure; ties go to the lower number. */
#pragma once
#include <stdbool.h>
#include <stdint.h>

enum { PICK_MOST = 12 };

typedef struct PickItem {
    int class;                     /* 0 .. classes - 1 */
    uint32_t can;                  /* bit k: candidate k may be chosen; bit 0 is always taken as set */
    bool told;                     /* enough history: the figures below are known; else only the class's choice comes into question */
    double cost;                   /* of candidate 0 on the earlier part, money a week, >= 0 */
    double gain[PICK_MOST], gain_se[PICK_MOST];      /* earlier part; [0] is 0 */
    double check[PICK_MOST], check_se[PICK_MOST];    /* later part */
} PickItem;

typedef enum PickBecause { PICK_NOW, PICK_CLASS, PICK_OWN, PICK_BECAUSE_COUNT_ } PickBecause;
typedef struct Pick { int candidate; PickBecause because; double drawn; /* its gain share after being drawn to the class's */ } Pick;
typedef struct PickClass {
    int items;                     /* told ones */
    int candidate;                 /* the class's choice; 0 when none gained */
    double share[PICK_MOST], between[PICK_MOST];     /* m, and t of the class */
    double check, check_se;        /* of its choice on the later part, sum over items */
} PickClass;

void pick_all(const PickItem *item, int count, int classes, int candidates, PickClass *out_class, Pick *out_pick);
