#include "maths/pick.h"

#include <string.h>

static bool can(const PickItem *item, int k) { return k == 0 || (item->can >> k & 1); }
static bool may(const PickItem *item, int k) { return k == 0 || (item->told && can(item, k)); }

static double square(double x) { return x * x; }

/* m and t of one class and candidate from the gain shares of the earlier part. */
static void class_moments(const PickItem *item, int count, int class, int k, PickClass *out) {
    double gain = 0, cost = 0, spread = 0, noise = 0;
    int n = 0;
    for (int i = 0; i < count; i++) {
        if (item[i].class != class || !may(&item[i], k) || !(item[i].cost > 0)) continue;
        gain += item[i].gain[k];
        cost += item[i].cost;
        n++;
    }
    out->share[k] = cost > 0 ? gain / cost : 0;
    for (int i = 0; i < count; i++) {
        if (item[i].class != class || !may(&item[i], k) || !(item[i].cost > 0)) continue;
        spread += square(item[i].gain[k] / item[i].cost - out->share[k]);
        noise += square(item[i].gain_se[k] / item[i].cost);
    }
    double between = n > 1 ? spread / (n - 1) - noise / n : 0;
    out->between[k] = between > 0 ? between : 0;
}

/* The candidate with the largest share of gain, accepted on the later part. */
static void class_choose(const PickItem *item, int count, int class, int candidates, PickClass *out) {
    int best = 0;
    for (int k = 1; k < candidates; k++)
        if (out->share[k] > out->share[best]) best = k;
    double sum = 0, squares = 0;
    int n = 0;
    for (int i = 0; i < count; i++) {
        if (item[i].class != class || !item[i].told) continue;
        double gain = may(&item[i], best) ? item[i].check[best] : 0;
        sum += gain;
        squares += square(gain);
        n++;
    }
    out->items = n;
    out->check = sum;
    double var = n > 1 ? (squares - square(sum) / n) * n / (n - 1) : 0;
    out->check_se = var > 0 ? __builtin_sqrt(var) : 0;
    out->candidate = best && n > 1 && sum > out->check_se ? best : 0;
}

static double drawn(const PickItem *item, const PickClass *class, int k) {
    if (k == 0) return 0;
    double noise = square(item->gain_se[k] / item->cost), all = class->between[k] + noise;
    double own = all > 0 ? class->between[k] / all : 0;
    return class->share[k] + own * (item->gain[k] / item->cost - class->share[k]);
}

static Pick item_choose(const PickItem *item, const PickClass *class, int candidates) {
    Pick pick = { 0 };
    if (!item->told) return class->candidate && can(item, class->candidate) ? (Pick){ class->candidate, PICK_CLASS, class->share[class->candidate] } : pick;
    for (int k = 1; k < candidates && item->cost > 0; k++) {
        double share = may(item, k) ? drawn(item, class, k) : 0;
        if (share > pick.drawn) pick = (Pick){ k, PICK_OWN, share };
    }
    int k = pick.candidate, of_class = class->candidate;
    if (k && item->check[k] > item->check_se[k]) return pick;
    bool harmless = of_class && may(item, of_class) && item->check[of_class] > -item->check_se[of_class];
    return harmless ? (Pick){ of_class, PICK_CLASS, item->cost > 0 ? drawn(item, class, of_class) : 0 } : (Pick){ 0 };
}

void pick_all(const PickItem *item, int count, int classes, int candidates, PickClass *out_class, Pick *out_pick) {
    for (int c = 0; c < classes; c++) {
        memset(&out_class[c], 0, sizeof out_class[c]);
        for (int k = 1; k < candidates; k++) class_moments(item, count, c, k, &out_class[c]);
        class_choose(item, count, c, candidates, &out_class[c]);
    }
    for (int i = 0; i < count; i++) out_pick[i] = item_choose(&item[i], &out_class[item[i].class], candidates);
}
