/* sim.h - a bad week from a seed: planning, people, rules, the outbox, an ERP, crashes, STOP. Same seed, same week, same hash. */
#pragma once
#include <stdint.h>

#include "base/err.h"
#include "base/hash.h"

/* Faults planted into the harness's configuration, to prove that it would see them. */
typedef enum SimBug {
    SIM_SOUND,
    SIM_NAIVE_RESEND,      /* sends an unanswered order again at once although the ERP does not enforce the key */
    SIM_SHORT_QUIET,       /* asks before the ERP can know */
    SIM_BUG_COUNT_,
} SimBug;
SimBug sim_bug_find(const char *name);      /* "naive-resend", "short-quiet"; "" is sound; SIM_BUG_COUNT_ when unknown */

typedef struct SimReport {
    int orders, duplicates, missing, foreign;      /* in the ERP: all, second ones of a key, acked here and absent there, without command or decision */
    int under_stop, over_cap, unsettled, alone;    /* sends under STOP; days over a cap; commands without an end after healing; approval-tier lines one person let through */
    int sends, crashes, decisions, automatic;
    char hash[SHA256_HEX];                         /* of every row of the log */
    char first[256];                               /* the first broken promise, "" when all held */
} SimReport;

/* Class of the ERP connector is seed % 3 + 1 unless a bug asks for another. */
SimReport sim_run(uint64_t seed, int steps, SimBug bug);
