#include "maths/drift.h"
#include "maths/fn.h"

#include <stdlib.h>
#include <string.h>

enum { SIDE_LEAST = 4 };
static const double BY_CHANCE = 0.05;

static int by_value(const void *a, const void *b) {
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

static double *sorted_of(const double *value, int count, Arena *work) {
    double *sorted = many_in(work, double, count + 1);
    if (count > 0) memcpy(sorted, value, sizeof *sorted * (size_t)count);
    qsort(sorted, (size_t)count, sizeof *sorted, by_value);
    return sorted;
}

double median_of(const double *value, int count, Arena *work) {
    if (count <= 0) return 0;
    const double *sorted = sorted_of(value, count, work);
    return 0.5 * (sorted[(count - 1) / 2] + sorted[count / 2]);
}

/* Mid-rank of a value among the sorted ones. */
static double rank_of(const double *sorted, int count, double value) {
    int below = 0, upto = 0, low = 0, high = count;
    while (low < high) {
        int middle = (low + high) / 2;
        if (sorted[middle] < value) low = middle + 1;
        else high = middle;
    }
    below = low;
    high = count;
    while (low < high) {
        int middle = (low + high) / 2;
        if (sorted[middle] <= value) low = middle + 1;
        else high = middle;
    }
    upto = low;
    return 0.5 * (below + upto + 1);
}

Change change_point(const double *value, int count, Arena *work) {
    Change out = { .p = 1 };
    if (count < 2 * SIDE_LEAST) return out;
    const double *sorted = sorted_of(value, count, work);
    double sum = 0, largest = 0, n = count;
    for (int t = 1; t < count; t++) {
        sum += rank_of(sorted, count, value[t - 1]);
        double u = 2 * sum - t * (n + 1), size = u < 0 ? -u : u;
        if (size <= largest || t < SIDE_LEAST || count - t < SIDE_LEAST) continue;
        largest = size;
        out.at = t;
    }
    if (out.at == 0) return out;
    out.p = fn_clamp(2 * fn_exp(-6 * largest * largest / (n * n * n + n * n)), 0, 1);
    out.before = median_of(value, out.at, work);
    out.after = median_of(value + out.at, count - out.at, work);
    out.found = out.p <= BY_CHANCE;
    return out;
}
