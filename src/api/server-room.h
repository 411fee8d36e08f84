/* server-room.h - what the loop (server.c) and the side threads (server-sides.c) share. Inside the server only. */
#pragma once
#include "api/server.h"

#include <event2/util.h>
#include <netinet/in.h>
#include <pthread.h>

typedef struct Connection Connection;
struct Connection {
    Server *server;
    Connection *next, *previous;
    struct bufferevent *wire;
    Exchange *exchange;          /* the request being answered, or NULL */
    bool local, closing, streaming, gone;
    char peer[INET6_ADDRSTRLEN];
};

struct Exchange {
    Connection *connection;
    Arena *work;
    HttpRequest request;
    ExchangeWork *aside_work, *aside_done;
    void *aside_self;
    Exchange *aside_next;
};

typedef struct Posted { struct Posted *next; void (*act)(void *self); void *self; } Posted;
typedef struct Ticker { struct Ticker *next; struct event *event; void (*act)(void *self); void *self; } Ticker;

typedef struct Side {
    Server *server;
    pthread_t thread;
    pthread_cond_t more;
    bool runs;
    Exchange *waiting, **waiting_end;
} Side;

struct Server {
    ServerOptions options;
    struct event_base *base;
    struct evconnlistener *tcp, *local;
    struct event *wake, *heartbeat;
    int wake_fd, port;
    Connection *connections;
    int connections_count, streams_count;
    Ticker *tickers;
    pthread_mutex_t lock;        /* guards the lists below, those of the sides and `stopping` */
    Side sides[THREAD_COUNT_];   /* [THREAD_LOOP] unused */
    bool stopping;
    Posted *posted, **posted_end;
    Exchange *finished, **finished_end;
};

void server_wake(Server *server);                                        /* the loop looks at what finished and was posted */
void server_on_wake(evutil_socket_t fd, short what, void *self);         /* the loop does: self is the Server */
void *server_side_live(void *self);                                      /* a side thread; self is its Side */
