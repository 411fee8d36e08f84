#include "tests/test.h"

#include <arpa/inet.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/file.h"
#include "base/json.h"
#include "deliver/sinks.h"

static CommandLine lines[] = {
    { .line = 1, .case_id = { 1 }, .decision = { 2 }, .item = "AX-1", .uom = "EA", .qty_micro = 264000000, .purchase_uom = "", .unit_cost_micro = 12500000, .value_minor = 330000, .arrival_day = 20808 },
    { .line = 2, .case_id = { 3 }, .decision = { 4 }, .item = "=1+1,\"x\"", .uom = "KGM", .qty_micro = 500000, .purchase_uom = "", .unit_cost_micro = 1, .value_minor = 0 },
};
static const Command order = { .key = "00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff", .sink = "erp", .kind = "purchase-order", .supplier = "S-1", .from_place = "", .place = "DFW",
                               .currency = "USD", .order_day = 20780, .value_minor = 330000, .lines = lines, .lines_count = 2, .approved_by = "kim", .external = "", .error = "" };

/* ---- file ---- */
typedef struct Folder { Arena *work; char *base; PolicySink sink; SinkOutcome outcome; SinkPresence presence; SinkAnswer answer; Why why; } Folder;

static Folder folder_begin(void) {
    Folder folder = { .work = arena_begin(16 * MiB), .sink = { .name = "erp", .kind = SINK_FILE, .directory = "outgoing", .send_class = 2 } };
    Why why = { 0 };
    CHECK_OK(folder_temporary(folder.work, "sink", &folder.base, &why));
    return folder;
}
static void folder_end(Folder *folder) {
    (void)folder_remove(folder->base, NULL);       /* a leftover harms nobody */
    arena_end(&folder->work);
}
static const char *in(Folder *folder, const char *name) { return path_join(folder->work, path_join(folder->work, folder->base, "outgoing"), name); }
static SinkOutcome send_file(Folder *folder) {
    Why why = { 0 };
    CHECK_OK(file_send(folder->base, &folder->sink, &order, &folder->outcome, &folder->answer, &why));
    return folder->outcome;
}
static SinkPresence lookup(Folder *folder) {
    Why why = { 0 };
    CHECK_OK(file_lookup(folder->base, &folder->sink, &order, &folder->presence, &folder->answer, &why));
    return folder->presence;
}

TEST(an_order_file_is_one_csv_with_all_lines_and_our_reference) {
    own(folder_end) Folder folder = folder_begin();
    Why why = { 0 };
    Text text;
    CHECK_EQ(lookup(&folder), SINK_HAS_NOT);
    CHECK_EQ(send_file(&folder), SINK_ACKED);
    CHECK_OK(file_read(folder.work, in(&folder, "PO-001122334455.csv"), 64 * KiB, &text, &why));
    CHECK_STR(text.at, "reference,supplier,place,line,item,qty,uom,unit_cost,currency,requested_day\n"
                       "SW-001122334455,S-1,DFW,1,AX-1,264,EA,12.5,USD,2026-12-21\n"
                       "SW-001122334455,S-1,DFW,2,\"=1+1,\"\"x\"\"\",0.5,KGM,0.000001,USD,\n");
    char **names;
    size_t count;
    CHECK_OK(folder_list(folder.work, path_join(folder.work, folder.base, "outgoing"), 100, &names, &count, &why));
    CHECK_EQ(count, 2);                                 /* the hidden folder and the order: nothing half-written beside them */
}

TEST(a_transfer_order_is_a_file_of_its_own_kind) {
    own(folder_end) Folder folder = folder_begin();
    Why why = { 0 };
    Text text;
    Command move = order;
    SinkAnswer answer;
    SinkOutcome outcome;
    move.kind = "transfer-order";
    move.supplier = "";
    move.from_place = "ATL";
    CHECK_OK(file_send(folder.base, &folder.sink, &move, &outcome, &answer, &why));
    CHECK_EQ(outcome, SINK_ACKED);
    CHECK_OK(file_read(folder.work, in(&folder, "TO-001122334455.csv"), 64 * KiB, &text, &why));
    CHECK_STR(text.at, "reference,from_place,place,line,item,qty,uom,requested_day\n"
                       "SW-001122334455,ATL,DFW,1,AX-1,264,EA,2026-12-21\n"
                       "SW-001122334455,ATL,DFW,2,\"=1+1,\"\"x\"\"\",0.5,KGM,\n");
    own(buf_end) Buf json = buf_begin(MiB);
    order_json(&json, &move);
    CHECK(text_find(buf_text(&json), "\"kind\":\"transfer-order\"") >= 0);
    CHECK(text_find(buf_text(&json), "\"from_place\":\"ATL\"") >= 0);
}

TEST(an_order_file_is_sent_once_even_when_its_reader_deletes_it) {
    own(folder_end) Folder folder = folder_begin();
    Why why = { 0 };
    CHECK_EQ(send_file(&folder), SINK_ACKED);
    CHECK_EQ(lookup(&folder), SINK_HAS);
    CHECK_EQ(send_file(&folder), SINK_ACKED);
    CHECK_OK(file_remove(in(&folder, "PO-001122334455.csv"), &why));
    CHECK_EQ(lookup(&folder), SINK_HAS);
    CHECK_EQ(send_file(&folder), SINK_ACKED);
    CHECK(!file_exists(in(&folder, "PO-001122334455.csv")));
}

TEST(a_crash_before_the_rename_is_told_from_one_after_it) {
    own(folder_end) Folder folder = folder_begin();
    Why why = { 0 };
    CHECK_EQ(send_file(&folder), SINK_ACKED);
    CHECK_OK(file_rename(in(&folder, "PO-001122334455.csv"), in(&folder, ".stockwright/PO-001122334455.pending"), &why));     /* as step (2) leaves it */
    CHECK_EQ(lookup(&folder), SINK_HAS_NOT);
    CHECK_OK(file_remove(in(&folder, ".stockwright/PO-001122334455.begun"), &why));                                          /* as step (1) leaves it */
    CHECK_EQ(lookup(&folder), SINK_HAS_NOT);
    CHECK_EQ(send_file(&folder), SINK_ACKED);
    CHECK(file_exists(in(&folder, "PO-001122334455.csv")));
    CHECK(!file_exists(in(&folder, ".stockwright/PO-001122334455.pending")));
}

TEST(a_strange_file_of_our_name_is_never_overwritten_nor_taken_for_ours) {
    own(folder_end) Folder folder = folder_begin();
    Why why = { 0 };
    Text text;
    CHECK_OK(folder_make(in(&folder, ".stockwright"), &why));
    CHECK_OK(file_write(in(&folder, "PO-001122334455.csv"), text_of("mine"), &why));
    CHECK_EQ(send_file(&folder), SINK_UNANSWERED);
    CHECK_EQ(lookup(&folder), SINK_WILL_NOT_SAY);
    CHECK(strstr(folder.answer.error, "is not this order") != NULL);
    CHECK_OK(file_read(folder.work, in(&folder, "PO-001122334455.csv"), 64, &text, &why));
    CHECK_STR(text.at, "mine");
}

TEST(a_folder_without_its_hidden_one_may_be_an_unmounted_share) {
    own(folder_end) Folder folder = folder_begin();
    Why why = { 0 };
    CHECK_OK(folder_make(path_join(folder.work, folder.base, "outgoing"), &why));
    CHECK_EQ(lookup(&folder), SINK_WILL_NOT_SAY);
}

TEST(a_folder_that_cannot_be_made_touches_nothing) {
    own(folder_end) Folder folder = folder_begin();
    Why why = { 0 };
    CHECK_OK(file_write(path_join(folder.work, folder.base, "outgoing"), text_of("a file"), &why));
    CHECK_EQ(send_file(&folder), SINK_UNTOUCHED);
    CHECK(strlen(folder.answer.error) > 0);
}

/* ---- http: a server that gives canned answers, one connection each ---- */
typedef struct Server { int listener; int port; pthread_t thread; const char *answers[4]; int count; char request[8192]; } Server;

static void *serve(void *self) {
    Server *server = self;
    for (int i = 0; i < server->count; i++) {
        int connection = accept(server->listener, NULL, NULL);
        size_t length = 0;
        const char *body = NULL;
        size_t wanted = 0;
        while (length < sizeof server->request - 1 && (!body || length < wanted)) {      /* head, then as much as it announces */
            ssize_t got = read(connection, server->request + length, sizeof server->request - 1 - length);
            if (got <= 0) break;
            length += (size_t)got;
            server->request[length] = 0;
            if (!body && (body = strstr(server->request, "\r\n\r\n"))) {
                const char *announced = strstr(server->request, "Content-Length: ");
                wanted = (size_t)(body - server->request) + 4 + (announced ? (size_t)atol(announced + 16) : 0);
            }
        }
        if (server->answers[i] && write(connection, server->answers[i], strlen(server->answers[i])) < 0) { /* the client went away: part of some tests */ }
        close(connection);
    }
    return NULL;
}

static void server_begin(Server *server) {
    struct sockaddr_in address = { .sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
    socklen_t size = sizeof address;
    server->listener = socket(AF_INET, SOCK_STREAM, 0);
    CHECK_EQ(bind(server->listener, (struct sockaddr *)&address, sizeof address), 0);
    CHECK_EQ(listen(server->listener, 4), 0);
    CHECK_EQ(getsockname(server->listener, (struct sockaddr *)&address, &size), 0);
    server->port = ntohs(address.sin_port);
    CHECK_EQ(pthread_create(&server->thread, NULL, serve, server), 0);
}
static void server_end(Server *server) {
    pthread_join(server->thread, NULL);
    close(server->listener);
}

static SinkOutcome post(const char *answer, SinkAnswer *out_answer, char *out_request) {
    Why why = { 0 };
    char url[64];
    SinkOutcome outcome;
    Server server = { .answers = { answer }, .count = 1 };
    server_begin(&server);
    snprintf(url, sizeof url, "http://127.0.0.1:%d/orders", server.port);
    PolicySink sink = { .name = "erp", .kind = SINK_HTTP, .url = url, .send_class = 1, .timeout_s = 5 };
    CHECK_OK(http_send("", &sink, &order, &outcome, out_answer, &why));
    server_end(&server);
    if (out_request) memcpy(out_request, server.request, sizeof server.request);
    return outcome;
}

TEST(an_order_is_posted_as_json_under_its_key) {
    SinkAnswer answer;
    char request[8192];
    own(arena_end) Arena *work = arena_begin(1 * MiB);
    const JsonValue *json;
    Why why = { 0 };
    CHECK_EQ(post("HTTP/1.1 201 Created\r\nContent-Length: 20\r\n\r\n{\"document\":\"PO-77\"}", &answer, request), SINK_ACKED);
    CHECK_STR(answer.external, "PO-77");
    CHECK(strstr(request, "POST /orders HTTP/1.1\r\n") == request);
    CHECK(strstr(request, "Idempotency-Key: 00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff\r\n") != NULL);
    CHECK_OK(json_parse(work, text_of(strstr(request, "\r\n\r\n") + 4), &json, &why));
    CHECK(text_is(json_get(json, "reference")->text, "SW-001122334455"));
    CHECK_EQ(json_get(json, "lines")->count, 2);
}

TEST(every_answer_means_yes_no_or_do_not_know) {
    static const struct { const char *answer; SinkOutcome outcome; } table[] = {
        { "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n", SINK_ACKED },
        { "HTTP/1.1 202 Accepted\r\nContent-Length: 8\r\n\r\nnot json", SINK_ACKED },
        { "HTTP/1.1 400 Bad\r\nContent-Length: 9\r\n\r\nno such \n", SINK_REFUSED },
        { "HTTP/1.1 422 No\r\nContent-Length: 0\r\n\r\n", SINK_REFUSED },
        { "HTTP/1.1 409 Busy\r\nContent-Length: 0\r\n\r\n", SINK_UNANSWERED },
        { "HTTP/1.1 429 Slow\r\nContent-Length: 0\r\n\r\n", SINK_UNANSWERED },
        { "HTTP/1.1 500 Oops\r\nContent-Length: 0\r\n\r\n", SINK_UNANSWERED },
        { "HTTP/1.1 302 There\r\nLocation: http://127.0.0.1:1/\r\nContent-Length: 0\r\n\r\n", SINK_UNANSWERED },
        { "", SINK_UNANSWERED },
        { "rubbish\r\n\r\n", SINK_UNANSWERED },
        { "HTTP/1.1 200 OK\r\nContent-Length: 99\r\n\r\ncut", SINK_UNANSWERED },
    };
    for (size_t i = 0; i < sizeof table / sizeof table[0]; i++) {
        SinkAnswer answer;
        SinkOutcome outcome = post(table[i].answer, &answer, NULL);
        if (outcome != table[i].outcome) fail_msg("%.30s: %d", table[i].answer, outcome);
        if (outcome == SINK_REFUSED) CHECK(strstr(answer.error, "HTTP 4") == answer.error && !strchr(answer.error, '\n'));
    }
}

TEST(no_connection_touches_nothing_and_other_schemes_are_not_spoken) {
    SinkAnswer answer;
    SinkOutcome outcome;
    Why why = { 0 };
    PolicySink sink = { .name = "erp", .kind = SINK_HTTP, .url = "http://127.0.0.1:1/", .timeout_s = 5, .send_class = 1 };
    CHECK_OK(http_send("", &sink, &order, &outcome, &answer, &why));
    CHECK_EQ(outcome, SINK_UNTOUCHED);
    sink.url = "file:///etc/passwd";
    CHECK_OK(http_send("", &sink, &order, &outcome, &answer, &why));
    CHECK_EQ(outcome, SINK_UNTOUCHED);
}

TEST(looking_up_asks_for_the_key) {
    static const struct { const char *answer; SinkPresence presence; } table[] = {
        { "HTTP/1.1 200 OK\r\nContent-Length: 17\r\n\r\n{\"document\":4711}", SINK_HAS },
        { "HTTP/1.1 404 None\r\nContent-Length: 0\r\n\r\n", SINK_HAS_NOT },
        { "HTTP/1.1 500 Oops\r\nContent-Length: 0\r\n\r\n", SINK_WILL_NOT_SAY },
        { "", SINK_WILL_NOT_SAY },
    };
    for (size_t i = 0; i < sizeof table / sizeof table[0]; i++) {
        Why why = { 0 };
        char url[64];
        SinkPresence presence;
        SinkAnswer answer;
        Server server = { .answers = { table[i].answer }, .count = 1 };
        server_begin(&server);
        snprintf(url, sizeof url, "http://127.0.0.1:%d/by-key/", server.port);
        PolicySink sink = { .name = "erp", .kind = SINK_HTTP, .url = url, .lookup_url = url, .send_class = 2, .timeout_s = 5 };
        CHECK_OK(http_lookup("", &sink, &order, &presence, &answer, &why));
        server_end(&server);
        CHECK_EQ(presence, table[i].presence);
        CHECK(strstr(server.request, "GET /by-key/00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff HTTP/1.1") == server.request);
        if (i == 0) CHECK_STR(answer.external, "4711");
    }
}
