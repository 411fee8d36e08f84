/* server.h - connections: a libevent loop that carries requests to one handler and answers back.
 *
 * One thread owns the loop and every connection. The handler is called on it with a complete request; it answers at once, or
 * hands the work to a side thread with exchange_aside and answers from `done`, which runs on the loop again. Everything that
 * waits is bounded: connections, time for a request to arrive, idle time, bytes waiting to go out, streams. */
#pragma once
#include <stdbool.h>
#include <stdint.h>

#include "api/http.h"
#include "base/err.h"

enum {
    SERVER_CONNECTIONS_MOST = 512,
    SERVER_STREAMS_MOST = 64,
    SERVER_REQUEST_SECONDS = 15,     /* from the first byte of a request to its last */
    SERVER_IDLE_SECONDS = 75,
    SERVER_HEARTBEAT_SECONDS = 15,
    SERVER_OUT_MOST = 64 * MiB,      /* a client that reads slower than this piles up is cut */
};

typedef enum ServerThread {
    THREAD_LOOP,
    THREAD_SHORT,                    /* what may wait for a lock, never for long */
    THREAD_READ,                     /* slow readers */
    THREAD_LONG,                     /* minutes */
    THREAD_COUNT_,
} ServerThread;

typedef struct Server Server;
typedef struct Exchange Exchange;    /* one request and its answer */

typedef void ServerHandle(void *self, Exchange *exchange);

typedef struct ServerOptions {
    const char *host;                /* "127.0.0.1"; NULL: no TCP */
    int port;                        /* 0 picks a free one */
    const char *socket_path;         /* Unix socket, 0600; NULL: none */
    ServerHandle *handle;
    void *self;
    const char *headers;             /* lines sent with every answer, each ended by CRLF */
} ServerOptions;

Err server_begin(const ServerOptions *options, Server **out_server, Why *why);
int server_port(const Server *server);
void server_run(Server *server);                 /* until server_stop */
void server_stop(Server *server);                /* from any thread or a signal handler's pipe */
void server_end(Server **server);
/* Calls `act` on the loop every `seconds`. */
Err server_every(Server *server, double seconds, void (*act)(void *self), void *self, Why *why);
/* Runs `act` once on the loop; from any thread. */
void server_post(Server *server, void (*act)(void *self), void *self);

const HttpRequest *exchange_request(const Exchange *exchange);
Arena *exchange_arena(Exchange *exchange);       /* lives until the answer is sent */
bool exchange_is_local(const Exchange *exchange);    /* came through the Unix socket from our own user id */

/* Answers. `headers` are extra lines each ended by CRLF, or "". Call once; the exchange is gone after it. */
void exchange_answer(Exchange *exchange, int status, const char *content_type, const char *headers, Text body);
/* Turns the exchange into an event stream (text/event-stream) that server_publish feeds. */
void exchange_stream(Exchange *exchange);
void server_publish(Server *server, const char *event, Text data);
int server_streams(const Server *server);
/* `work` runs on that side thread, then `done` on the loop. Each thread keeps the order of what it was given. */
typedef void ExchangeWork(void *self, Exchange *exchange);
void exchange_aside(Exchange *exchange, ServerThread thread, ExchangeWork *work, ExchangeWork *done, void *self);
