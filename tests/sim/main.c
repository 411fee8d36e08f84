/* sim - one bad week from a seed: sim --seed N [--steps M] [--bug naive-resend|short-quiet] [--quiet]. Exit 0 when every promise held. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tests/sim/sim.h"

int main(int argc, char **argv) {
    uint64_t seed = 1;
    int steps = 300, quiet = 0;
    SimBug bug = SIM_SOUND;
    for (int i = 1; i < argc; i++) {
        const char *value = i + 1 < argc ? argv[i + 1] : "";
        if (strcmp(argv[i], "--quiet") == 0) quiet = 1;
        else if (strcmp(argv[i], "--seed") == 0) seed = strtoull(value, NULL, 10), i++;
        else if (strcmp(argv[i], "--steps") == 0) steps = atoi(value), i++;
        else if (strcmp(argv[i], "--bug") == 0) bug = sim_bug_find(value), i++;
        else return fprintf(stderr, "sim: %s is not known: --seed N, --steps M, --bug NAME, --quiet\n", argv[i]), 2;
    }
    if (bug == SIM_BUG_COUNT_) return fprintf(stderr, "sim: the bugs are naive-resend and short-quiet\n"), 2;
    SimReport report = sim_run(seed, steps, bug);
    if (!quiet || *report.first)
        printf("seed %llu: %d orders in the ERP from %d sends, %d decisions by people, %d by rule, %d crashes, %d duplicates, %d missing; log %s%s%s\n",
               (unsigned long long)seed, report.orders, report.sends, report.decisions, report.automatic, report.crashes, report.duplicates, report.missing,
               report.hash, *report.first ? "\n  " : "", report.first);
    return *report.first != 0;
}
