#include "app/gate.h"

void gate_begin(Gate *gate) {
    *gate = (Gate){ 0 };
    pthread_mutex_init(&gate->lock, NULL);
    pthread_cond_init(&gate->moved, NULL);
}

void gate_end(Gate *gate) {
    pthread_cond_destroy(&gate->moved);
    pthread_mutex_destroy(&gate->lock);
}

void gate_enter(Gate *gate) {
    pthread_mutex_lock(&gate->lock);
    uint64_t mine = gate->next++;
    while (gate->now != mine) pthread_cond_wait(&gate->moved, &gate->lock);
    pthread_mutex_unlock(&gate->lock);
}

bool gate_try(Gate *gate) {
    pthread_mutex_lock(&gate->lock);
    bool free = gate->now == gate->next;
    if (free) gate->next++;
    pthread_mutex_unlock(&gate->lock);
    return free;
}

void gate_leave(Gate *gate) {
    pthread_mutex_lock(&gate->lock);
    gate->now++;
    pthread_cond_broadcast(&gate->moved);
    pthread_mutex_unlock(&gate->lock);
}
