/* gate.h - a lock that is passed on in the order of asking. A plain mutex may be taken again by whoever just left it, again and again; a planning
 * step that leaves for a moment must find those who waited served. */
#pragma once
#include <pthread.h>
#include <stdbool.h>
#include <stdint.h>

typedef struct Gate {
    pthread_mutex_t lock;
    pthread_cond_t moved;
    uint64_t next, now;              /* the ticket that comes next, the one that is in; equal: free */
} Gate;

void gate_begin(Gate *gate);
void gate_end(Gate *gate);
void gate_enter(Gate *gate);
bool gate_try(Gate *gate);           /* only when nobody is in */
void gate_leave(Gate *gate);
