/* turn.h - how a long piece of work lets short ones in between. The work runs under a lock that its caller took; at the end of a bounded stretch, and
 * while it only computes, it gives the lock back. With the lock back it must leave everything in a state that others may look at and add to.
 * A Turn of zeros is for whoever is alone. */
#pragma once

typedef struct Turn {
    void *self;
    void (*let_go)(void *self);
    void (*take_back)(void *self);       /* waits for those who came first */
} Turn;

static inline void turn_let_go(const Turn *turn) {
    if (turn->let_go) turn->let_go(turn->self);
}
static inline void turn_take_back(const Turn *turn) {
    if (turn->take_back) turn->take_back(turn->self);
}
