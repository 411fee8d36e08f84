/* server-sides.c - the threads beside the loop, and what others hand to the loop. */
#include "api/server-room.h"

#include <assert.h>
#include <event2/event.h>
#include <stdlib.h>
#include <unistd.h>

void server_wake(Server *server) {
    uint64_t one = 1;
    ssize_t written = write(server->wake_fd, &one, sizeof one);
    (void)written; /* a full counter already wakes */
}

void exchange_aside(Exchange *exchange, ServerThread thread, ExchangeWork *work, ExchangeWork *done, void *self) {
    Server *server = exchange->connection->server;
    Side *side = &server->sides[thread];
    assert(thread > THREAD_LOOP && thread < THREAD_COUNT_);
    exchange->aside_work = work;
    exchange->aside_done = done;
    exchange->aside_self = self;
    pthread_mutex_lock(&server->lock);
    *side->waiting_end = exchange;
    side->waiting_end = &exchange->aside_next;
    pthread_cond_signal(&side->more);
    pthread_mutex_unlock(&server->lock);
}

void *server_side_live(void *self) {
    Side *side = self;
    Server *server = side->server;
    pthread_mutex_lock(&server->lock);
    while (!server->stopping) {
        Exchange *exchange = side->waiting;
        if (!exchange) {
            pthread_cond_wait(&side->more, &server->lock);
            continue;
        }
        side->waiting = exchange->aside_next;
        if (!side->waiting) side->waiting_end = &side->waiting;
        exchange->aside_next = NULL;
        pthread_mutex_unlock(&server->lock);
        exchange->aside_work(exchange->aside_self, exchange);
        pthread_mutex_lock(&server->lock);
        *server->finished_end = exchange;
        server->finished_end = &exchange->aside_next;
        server_wake(server);
    }
    pthread_mutex_unlock(&server->lock);
    return NULL;
}

void server_post(Server *server, void (*act)(void *self), void *self) {
    Posted *posted = malloc(sizeof *posted);
    assert(posted);
    *posted = (Posted){ .act = act, .self = self };
    pthread_mutex_lock(&server->lock);
    *server->posted_end = posted;
    server->posted_end = &posted->next;
    pthread_mutex_unlock(&server->lock);
    server_wake(server);
}

void server_on_wake(evutil_socket_t fd, short what, void *self) {
    (void)what;
    Server *server = self;
    uint64_t count;
    ssize_t got = read((int)fd, &count, sizeof count);
    (void)got;
    pthread_mutex_lock(&server->lock);
    Exchange *finished = server->finished;
    server->finished = NULL;
    server->finished_end = &server->finished;
    Posted *posted = server->posted;
    server->posted = NULL;
    server->posted_end = &server->posted;
    bool stopping = server->stopping;
    pthread_mutex_unlock(&server->lock);
    while (posted) {
        Posted *next = posted->next;
        posted->act(posted->self);
        free(posted);
        posted = next;
    }
    while (finished) {
        Exchange *next = finished->aside_next;
        finished->aside_done(finished->aside_self, finished);
        finished = next;
    }
    if (stopping) event_base_loopbreak(server->base);
}
