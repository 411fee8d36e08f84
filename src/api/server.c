#include "api/server-room.h"

#include <arpa/inet.h>
#include <assert.h>
#include <errno.h>
#include <event2/buffer.h>
#include <event2/bufferevent.h>
#include <event2/event.h>
#include <event2/listener.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

/* ---- connections ------------------------------------------------------------------------------------------------ */

static void exchange_free(Exchange *exchange) {
    Arena *work = exchange->work;
    arena_end(&work);
}

static void connection_drop(Connection *connection) {
    Server *server = connection->server;
    if (connection->exchange) {     /* its answer is still being worked on: free when that comes back */
        connection->gone = true;
        bufferevent_disable(connection->wire, EV_READ | EV_WRITE);
        return;
    }
    if (connection->previous) connection->previous->next = connection->next;
    else server->connections = connection->next;
    if (connection->next) connection->next->previous = connection->previous;
    server->connections_count--;
    if (connection->streaming) server->streams_count--;
    bufferevent_free(connection->wire);
    free(connection);
}

static void wait_at_most(Connection *connection, int seconds) {
    struct timeval limit = { .tv_sec = seconds };
    bufferevent_set_timeouts(connection->wire, &limit, &limit);
}

static void put_head(struct evbuffer *out, const Server *server, int status, const char *content_type, const char *headers) {
    evbuffer_add_printf(out, "HTTP/1.1 %d %s\r\n%s%s", status, http_status_words(status), server->options.headers, headers);
    if (content_type) evbuffer_add_printf(out, "Content-Type: %s\r\n", content_type);
}

static void connection_answer(Connection *connection, int status, const char *content_type, const char *headers, Text body, bool head_only) {
    struct evbuffer *out = bufferevent_get_output(connection->wire);
    put_head(out, connection->server, status, content_type, headers);
    evbuffer_add_printf(out, "Content-Length: %zu\r\n%s\r\n", body.length, connection->closing ? "Connection: close\r\n" : "");
    if (!head_only && body.length) evbuffer_add(out, body.at, body.length);
}

static void refuse(Connection *connection, HttpRefusal refusal) {
    char body[256];
    int length = snprintf(body, sizeof body, "{\"type\":\"about:blank\",\"title\":\"%s\",\"status\":%d,\"detail\":\"%s\"}",
                          http_status_words(refusal.status), refusal.status, refusal.sentence);
    connection->closing = true;
    connection_answer(connection, refusal.status, "application/problem+json", "", text_from(body, (size_t)length), false);
    bufferevent_disable(connection->wire, EV_READ);
}

static void connection_next_request(Connection *connection) {
    struct evbuffer *in = bufferevent_get_input(connection->wire);
    if (connection->exchange || connection->closing || connection->streaming) return;
    size_t length = evbuffer_get_length(in);
    if (length == 0) {
        wait_at_most(connection, SERVER_IDLE_SECONDS);
        return;
    }
    Arena *work = arena_begin(512 * (size_t)MiB);
    const char *bytes = (const char *)evbuffer_pullup(in, -1);
    Text copy = text_from(memcpy(arena_take(work, length), bytes, length), length);
    HttpRequest request;
    HttpRefusal refusal;
    size_t used;
    HttpState state = http_read(work, copy, &request, &used, &refusal);
    if (state == HTTP_COMPLETE) {
        evbuffer_drain(in, used);
        Exchange *exchange = new_in(work, Exchange);
        *exchange = (Exchange){ .connection = connection, .work = work, .request = request };
        connection->exchange = exchange;
        connection->closing = request.close;
        wait_at_most(connection, SERVER_IDLE_SECONDS * 8);
        connection->server->options.handle(connection->server->options.self, exchange);
        return;
    }
    arena_end(&work);
    if (state == HTTP_REFUSED) refuse(connection, refusal);
}

static void on_read(struct bufferevent *wire, void *self) {
    (void)wire;
    connection_next_request(self);
}

static void on_written(struct bufferevent *wire, void *self) {
    Connection *connection = self;
    if (connection->closing && !connection->exchange && evbuffer_get_length(bufferevent_get_output(wire)) == 0) connection_drop(connection);
}

static void on_event(struct bufferevent *wire, short what, void *self) {
    Connection *connection = self;
    if ((what & BEV_EVENT_TIMEOUT) && connection->streaming) {
        bufferevent_enable(wire, EV_READ | EV_WRITE);
        return;
    }
    connection_drop(connection);
}

static bool same_user(int fd) {
    struct ucred peer;
    socklen_t length = sizeof peer;
    return getsockopt(fd, SOL_SOCKET, SO_PEERCRED, &peer, &length) == 0 && peer.uid == geteuid();
}

static void on_accept(struct evconnlistener *listener, evutil_socket_t fd, struct sockaddr *address, int length, void *self) {
    (void)length;
    Server *server = self;
    bool local = listener == server->local;
    if (server->connections_count >= SERVER_CONNECTIONS_MOST || (local && !same_user(fd))) {
        close(fd);
        return;
    }
    Connection *connection = calloc(1, sizeof *connection);
    if (!connection) {
        close(fd);
        return;
    }
    connection->server = server;
    connection->local = local;
    if (local) strcpy(connection->peer, "local");
    else inet_ntop(AF_INET, &((struct sockaddr_in *)(void *)address)->sin_addr, connection->peer, sizeof connection->peer);
    int one = 1;
    if (!local) setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
    connection->wire = bufferevent_socket_new(server->base, fd, BEV_OPT_CLOSE_ON_FREE);
    connection->next = server->connections;
    if (server->connections) server->connections->previous = connection;
    server->connections = connection;
    server->connections_count++;
    bufferevent_setcb(connection->wire, on_read, on_written, on_event, connection);
    bufferevent_setwatermark(connection->wire, EV_READ, 0, HTTP_HEAD_MOST + HTTP_BODY_MOST + 64 * KiB);
    wait_at_most(connection, SERVER_REQUEST_SECONDS);
    bufferevent_enable(connection->wire, EV_READ | EV_WRITE);
}

/* ---- exchanges ---------------------------------------------------------------------------------------------------- */

const HttpRequest *exchange_request(const Exchange *exchange) { return &exchange->request; }
Arena *exchange_arena(Exchange *exchange) { return exchange->work; }
bool exchange_is_local(const Exchange *exchange) { return exchange->connection->local; }

static Connection *exchange_finish(Exchange *exchange) {
    Connection *connection = exchange->connection;
    connection->exchange = NULL;
    if (!connection->gone) return connection;
    connection_drop(connection);
    exchange_free(exchange);
    return NULL;
}

void exchange_answer(Exchange *exchange, int status, const char *content_type, const char *headers, Text body) {
    Connection *connection = exchange_finish(exchange);
    if (!connection) return;
    connection_answer(connection, status, content_type, headers, body, text_is(exchange->request.method, "HEAD"));
    exchange_free(exchange);
    wait_at_most(connection, SERVER_IDLE_SECONDS);
    /* Deferred: a client that pipelines thousands of requests must not deepen the stack. */
    if (!connection->closing) bufferevent_trigger(connection->wire, EV_READ, BEV_TRIG_IGNORE_WATERMARKS | BEV_TRIG_DEFER_CALLBACKS);
}

void exchange_stream(Exchange *exchange) {
    Server *server = exchange->connection->server;
    if (server->streams_count >= SERVER_STREAMS_MOST) {
        exchange_answer(exchange, 503, "text/plain", "Retry-After: 30\r\n", text_of("too many open streams"));
        return;
    }
    Connection *connection = exchange_finish(exchange);
    if (!connection) return;
    struct evbuffer *out = bufferevent_get_output(connection->wire);
    put_head(out, server, 200, "text/event-stream", "Cache-Control: no-store\r\n");
    evbuffer_add_printf(out, "Connection: close\r\n\r\n: open\n\n");
    connection->streaming = true;
    server->streams_count++;
    bufferevent_set_timeouts(connection->wire, NULL, &(struct timeval){ .tv_sec = 2 * SERVER_HEARTBEAT_SECONDS });
    exchange_free(exchange);
}

int server_streams(const Server *server) { return server->streams_count; }

static void streams_add(Server *server, const char *text, size_t length) {
    for (Connection *c = server->connections, *next; c; c = next) {
        next = c->next;
        if (!c->streaming) continue;
        struct evbuffer *out = bufferevent_get_output(c->wire);
        if (evbuffer_get_length(out) > SERVER_OUT_MOST / SERVER_STREAMS_MOST) connection_drop(c);
        else evbuffer_add(out, text, length);
    }
}

void server_publish(Server *server, const char *event, Text data) {
    own(buf_end) Buf out = buf_begin(1 * MiB);
    buf_addf(&out, "event: %s\ndata: ", event);
    buf_add_text(&out, data);
    buf_add_str(&out, "\n\n");
    if (!out.over) streams_add(server, out.at, out.length);
}

static void on_heartbeat(evutil_socket_t fd, short what, void *self) {
    (void)fd, (void)what;
    streams_add(self, ": beat\n\n", 8);
}

/* ---- life ----------------------------------------------------------------------------------------------------------- */

static Err listen_tcp(Server *server, Why *why) {
    struct sockaddr_in address = { .sin_family = AF_INET, .sin_port = htons((uint16_t)server->options.port) };
    if (inet_pton(AF_INET, server->options.host, &address.sin_addr) != 1)
        return fail_hint(why, fail(why, ERR_INVALID, "\"%s\" is not an IPv4 address to listen on", server->options.host), "use 127.0.0.1 or 0.0.0.0");
    server->tcp = evconnlistener_new_bind(server->base, on_accept, server, LEV_OPT_CLOSE_ON_FREE | LEV_OPT_REUSEABLE | LEV_OPT_CLOSE_ON_EXEC,
                                          128, (struct sockaddr *)&address, sizeof address);
    if (!server->tcp)
        return fail_hint(why, fail(why, ERR_IO, "cannot listen on %s:%d: %s", server->options.host, server->options.port, strerror(errno)),
                         "stop what uses the port or give another with --listen");
    socklen_t length = sizeof address;
    getsockname(evconnlistener_get_fd(server->tcp), (struct sockaddr *)&address, &length);
    server->port = ntohs(address.sin_port);
    return OK;
}

static Err listen_local(Server *server, Why *why) {
    struct sockaddr_un address = { .sun_family = AF_UNIX };
    const char *path = server->options.socket_path;
    if (strlen(path) >= sizeof address.sun_path)
        return fail_hint(why, fail(why, ERR_LIMIT, "the socket path %s is too long", path), "use a store directory with a shorter path");
    strcpy(address.sun_path, path);
    unlink(path);
    mode_t before = umask(0177);
    server->local = evconnlistener_new_bind(server->base, on_accept, server, LEV_OPT_CLOSE_ON_FREE | LEV_OPT_CLOSE_ON_EXEC, 64,
                                            (struct sockaddr *)&address, sizeof address);
    umask(before);
    return server->local ? OK : fail(why, ERR_IO, "cannot listen on %s: %s", path, strerror(errno));
}

static Err server_start(Server *server, Why *why) {
    server->base = event_base_new();
    server->wake_fd = eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC);
    if (!server->base || server->wake_fd < 0) return fail(why, ERR_IO, "cannot start the event loop: %s", strerror(errno));
    server->wake = event_new(server->base, server->wake_fd, EV_READ | EV_PERSIST, server_on_wake, server);
    server->heartbeat = event_new(server->base, -1, EV_PERSIST, on_heartbeat, server);
    event_add(server->wake, NULL);
    event_add(server->heartbeat, &(struct timeval){ .tv_sec = SERVER_HEARTBEAT_SECONDS });
    if (server->options.host) TRY(listen_tcp(server, why));
    if (server->options.socket_path) TRY(listen_local(server, why));
    for (int t = THREAD_LOOP + 1; t < THREAD_COUNT_; t++) {
        if (pthread_create(&server->sides[t].thread, NULL, server_side_live, &server->sides[t]) != 0) return fail(why, ERR_IO, "cannot start a thread: %s", strerror(errno));
        server->sides[t].runs = true;
    }
    return OK;
}

Err server_begin(const ServerOptions *options, Server **out_server, Why *why) {
    own(server_end) Server *server = calloc(1, sizeof *server);
    if (!server) return fail(why, ERR_LIMIT, "no memory for the server");
    server->options = *options;
    server->wake_fd = -1;
    pthread_mutex_init(&server->lock, NULL);
    for (int t = 0; t < THREAD_COUNT_; t++) {
        server->sides[t].server = server;
        server->sides[t].waiting_end = &server->sides[t].waiting;
        pthread_cond_init(&server->sides[t].more, NULL);
    }
    server->posted_end = &server->posted;
    server->finished_end = &server->finished;
    TRY(server_start(server, why));
    *out_server = keep(server);
    return OK;
}

int server_port(const Server *server) { return server->port; }

static void on_tick(evutil_socket_t fd, short what, void *self) {
    (void)fd, (void)what;
    Ticker *ticker = self;
    ticker->act(ticker->self);
}

Err server_every(Server *server, double seconds, void (*act)(void *self), void *self, Why *why) {
    Ticker *ticker = malloc(sizeof *ticker);
    if (!ticker) return fail(why, ERR_LIMIT, "no memory for a timer");
    *ticker = (Ticker){ .next = server->tickers, .act = act, .self = self };
    ticker->event = event_new(server->base, -1, EV_PERSIST, on_tick, ticker);
    server->tickers = ticker;
    event_add(ticker->event, &(struct timeval){ .tv_sec = (time_t)seconds, .tv_usec = (suseconds_t)((seconds - (double)(time_t)seconds) * 1e6) });
    return OK;
}

void server_run(Server *server) { event_base_dispatch(server->base); }

void server_stop(Server *server) {
    pthread_mutex_lock(&server->lock);
    server->stopping = true;
    for (int t = 0; t < THREAD_COUNT_; t++) pthread_cond_signal(&server->sides[t].more);
    pthread_mutex_unlock(&server->lock);
    server_wake(server);
}

void server_end(Server **server_at) {
    Server *server = *server_at;
    if (!server) return;
    server_stop(server);
    for (int t = 0; t < THREAD_COUNT_; t++)
        if (server->sides[t].runs) pthread_join(server->sides[t].thread, NULL);
    while (server->connections) {
        Connection *connection = server->connections;
        if (connection->exchange) exchange_free(connection->exchange);
        connection->exchange = NULL;
        connection_drop(connection);
    }
    for (Ticker *ticker = server->tickers, *next; ticker; ticker = next) {
        next = ticker->next;
        event_free(ticker->event);
        free(ticker);
    }
    for (Posted *posted = server->posted, *next; posted; posted = next) {
        next = posted->next;
        free(posted);
    }
    if (server->tcp) evconnlistener_free(server->tcp);
    if (server->local) {
        evconnlistener_free(server->local);
        unlink(server->options.socket_path);
    }
    if (server->wake) event_free(server->wake);
    if (server->heartbeat) event_free(server->heartbeat);
    if (server->wake_fd >= 0) close(server->wake_fd);
    if (server->base) event_base_free(server->base);
    for (int t = 0; t < THREAD_COUNT_; t++) pthread_cond_destroy(&server->sides[t].more);
    pthread_mutex_destroy(&server->lock);
    free(server);
    *server_at = NULL;
}
