/* erp.h - a model of somebody else's ERP, with everything that goes wrong between two systems: replies that get lost, orders
 * that are committed long after the caller gave up, refusals, a line that is down, a caller that dies while it speaks. It keeps
 * what it really did, so that the simulation can compare. */
#pragma once
#include "base/list.h"
#include "base/rng.h"
#include "deliver/sink.h"
#include "store/store.h"

typedef struct ErpLine { char item[24]; int64_t qty_micro; int64_t decision; } ErpLine;
typedef struct ErpOrder {
    char key[SHA256_HEX], reference[COMMAND_REFERENCE], document[24];
    char supplier[24], place[24];
    int64_t commit_us;            /* when it becomes real; before that nobody can see it */
    int64_t value_minor;
    ErpLine *lines;               /* in the arena */
    int lines_count;
    bool exported, received;
} ErpOrder;

typedef struct Erp {
    Rng rng;
    World world;
    Arena *work;
    const char *store_directory;
    bool enforces_key;            /* class 1: the same key again is the same order */
    int64_t in_flight_most_us;    /* the longest time between a request and its commit */
    double trouble;               /* 0 = a calm day, 1 = everything happens often */
    LIST(ErpOrder) orders;
    /* what the harness watches */
    int sends, sends_under_stop;
    int64_t day; int64_t day_value_minor, day_lines;       /* orders first or again begun on this UTC day, each once */
    int64_t worst_day_value_minor, worst_day_lines;
    LIST(ErpOrder) begun_today;
} Erp;

Sender erp_sender(Erp *erp);
void erp_end(Erp *erp);
int erp_committed(const Erp *erp, const char *key);      /* how many orders it has under the key, now */
bool erp_may_still_commit(const Erp *erp, const char *key);
