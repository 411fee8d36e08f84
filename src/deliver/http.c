#include <curl/curl.h>
#include <stdio.h>
#include <string.h>

#include "base/json.h"
#include "deliver/sinks.h"

enum { ANSWER_MOST = 64 * KiB, CONNECT_TIMEOUT_S = 10 };

void order_json(Buf *out, const Command *command) {
    char reference[COMMAND_REFERENCE];
    JsonWriter json = json_writer(out);
    command_reference(command->key, reference);
    json_begin_object(&json);
    json_field_str(&json, "reference", reference);
    json_field_str(&json, "key", command->key);
    json_field_str(&json, "kind", command->kind);
    json_field_str(&json, "supplier", command->supplier);
    if (command->from_place[0]) json_field_str(&json, "from_place", command->from_place);
    json_field_str(&json, "place", command->place);
    json_field_str(&json, "currency", command->currency);
    command_day_write(&json, "order_day", command->order_day);
    json_field_array(&json, "lines");
    for (int i = 0; i < command->lines_count; i++) {
        const CommandLine *line = &command->lines[i];
        json_begin_object(&json);
        json_field_int(&json, "line", line->line);
        json_field_str(&json, "item", line->item);
        json_field_micro(&json, "qty", line->qty_micro);
        json_field_str(&json, "uom", line->uom);
        if (line->customer_row) {
            json_field_str(&json, "customer", line->customer);
            json_field_str(&json, "customer_order", line->customer_order);
            json_field_str(&json, "customer_line", line->customer_line);
        } else {
            json_field_micro(&json, "unit_cost", line->unit_cost_micro);
            command_day_write(&json, "requested_day", line->arrival_day);
        }
        json_end(&json);
    }
    json_end(&json);
    json_end(&json);
}

static void curl_end(CURL **curl) { curl_easy_cleanup(*curl); }
static void headers_end(struct curl_slist **headers) { curl_slist_free_all(*headers); }

static size_t take_answer(char *bytes, size_t size, size_t count, void *self) {
    buf_add(self, bytes, size * count);
    return size * count;         /* too much of an answer is forgotten, not an error: the status says what matters */
}

/* The one way out: nothing but http and https, no redirect, no proxy from the environment, bounded time. */
static CURL *request(const char *url, const PolicySink *sink, struct curl_slist *headers, Buf *answer, char *error) {
    CURL *curl = curl_easy_init();
    if (!curl) stop_for("no memory for an HTTP request");
    curl_easy_setopt(curl, CURLOPT_URL, url);
    curl_easy_setopt(curl, CURLOPT_PROTOCOLS_STR, "http,https");
    curl_easy_setopt(curl, CURLOPT_FOLLOWLOCATION, 0L);
    curl_easy_setopt(curl, CURLOPT_PROXY, "");
    curl_easy_setopt(curl, CURLOPT_NOSIGNAL, 1L);
    curl_easy_setopt(curl, CURLOPT_CONNECTTIMEOUT, (long)CONNECT_TIMEOUT_S);
    curl_easy_setopt(curl, CURLOPT_TIMEOUT, (long)sink->timeout_s);
    curl_easy_setopt(curl, CURLOPT_HTTPHEADER, headers);
    curl_easy_setopt(curl, CURLOPT_WRITEFUNCTION, take_answer);
    curl_easy_setopt(curl, CURLOPT_WRITEDATA, answer);
    curl_easy_setopt(curl, CURLOPT_ERRORBUFFER, error);
    curl_easy_setopt(curl, CURLOPT_USERAGENT, "stockwright");
    return curl;
}

/* The document number: "document" or "id" of a JSON object; anything else gives none. */
static void take_document(const Buf *answer, SinkAnswer *out) {
    own(arena_end) Arena *work = arena_begin(1 * MiB);
    const JsonValue *object;
    if (answer->over || json_parse(work, buf_text(answer), &object, NULL) != OK) return;
    const JsonValue *number = json_get(object, "document");
    if (!number) number = json_get(object, "id");
    if (!json_is(number, JSON_STRING) && !json_is(number, JSON_NUMBER)) return;
    if (number->text.length < sizeof out->external && !memchr(number->text.at, 0, number->text.length))
        snprintf(out->external, sizeof out->external, "%.*s", TEXT_ARGS(number->text));
}

/* The first of what they said, in one line of plain letters. */
static void take_words(long status, const Buf *answer, SinkAnswer *out) {
    int length = snprintf(out->error, sizeof out->error, "HTTP %ld: ", status);
    for (size_t i = 0; i < answer->length && (size_t)length < sizeof out->error - 1; i++) {
        unsigned char c = (unsigned char)answer->at[i];
        out->error[length++] = (char)(c < 32 || c > 126 ? ' ' : c);
    }
    out->error[length] = 0;
}

/* No byte of the request can have reached anybody. The code alone does not tell: an answer that is no HTTP is "unsupported protocol" too. */
static bool before_sending(CURL *curl, CURLcode code) {
    long bytes = 1;
    if (curl_easy_getinfo(curl, CURLINFO_REQUEST_SIZE, &bytes) != CURLE_OK || bytes > 0) return false;
    return code == CURLE_COULDNT_RESOLVE_HOST || code == CURLE_COULDNT_CONNECT || code == CURLE_URL_MALFORMAT || code == CURLE_UNSUPPORTED_PROTOCOL
        || code == CURLE_SSL_CONNECT_ERROR || code == CURLE_PEER_FAILED_VERIFICATION;
}

/* 408, 409, 425 and 429 say "not now" or "busy with that very key": neither yes nor no. */
static bool refused(long status) {
    return status >= 400 && status < 500 && status != 408 && status != 409 && status != 425 && status != 429;
}

Err http_send([[maybe_unused]] const char *base_directory, const PolicySink *sink, const Command *command, SinkOutcome *out_outcome, SinkAnswer *out_answer, Why *why) {
    own(buf_end) Buf body = buf_begin(16 * MiB), answer = buf_begin(ANSWER_MOST);
    own(headers_end) struct curl_slist *headers = NULL;
    char error[CURL_ERROR_SIZE] = "", key[128];
    long status = 0;
    order_json(&body, command);
    TRY(buf_check(&body, "the order", why));
    snprintf(key, sizeof key, "Idempotency-Key: %s", command->key);
    headers = curl_slist_append(headers, "Content-Type: application/json");
    headers = curl_slist_append(headers, "Expect:");
    headers = curl_slist_append(headers, key);
    own(curl_end) CURL *curl = request(sink->url, sink, headers, &answer, error);
    curl_easy_setopt(curl, CURLOPT_POSTFIELDS, buf_str(&body));
    curl_easy_setopt(curl, CURLOPT_POSTFIELDSIZE_LARGE, (curl_off_t)body.length);
    CURLcode code = curl_easy_perform(curl);
    *out_answer = (SinkAnswer){ 0 };
    if (code != CURLE_OK) {
        *out_outcome = before_sending(curl, code) ? SINK_UNTOUCHED : SINK_UNANSWERED;
        snprintf(out_answer->error, sizeof out_answer->error, "%s", *error ? error : curl_easy_strerror(code));
        return OK;
    }
    curl_easy_getinfo(curl, CURLINFO_RESPONSE_CODE, &status);
    if (status >= 200 && status < 300) {
        *out_outcome = SINK_ACKED;
        take_document(&answer, out_answer);
        return OK;
    }
    *out_outcome = refused(status) ? SINK_REFUSED : SINK_UNANSWERED;
    take_words(status, &answer, out_answer);
    return OK;
}

Err http_lookup([[maybe_unused]] const char *base_directory, const PolicySink *sink, const Command *command, SinkPresence *out_presence, SinkAnswer *out_answer, [[maybe_unused]] Why *why) {
    own(buf_end) Buf answer = buf_begin(ANSWER_MOST), url = buf_begin(8 * KiB);
    char error[CURL_ERROR_SIZE] = "";
    long status = 0;
    *out_answer = (SinkAnswer){ 0 };
    *out_presence = SINK_WILL_NOT_SAY;
    if (!sink->lookup_url) return OK;
    buf_addf(&url, "%s%s", sink->lookup_url, command->key);
    own(curl_end) CURL *curl = request(buf_str(&url), sink, NULL, &answer, error);
    CURLcode code = curl_easy_perform(curl);
    if (code != CURLE_OK) {
        snprintf(out_answer->error, sizeof out_answer->error, "%s", *error ? error : curl_easy_strerror(code));
        return OK;
    }
    curl_easy_getinfo(curl, CURLINFO_RESPONSE_CODE, &status);
    if (status == 200) {
        *out_presence = SINK_HAS;
        take_document(&answer, out_answer);
    } else if (status == 404) {
        *out_presence = SINK_HAS_NOT;
    } else {
        take_words(status, &answer, out_answer);
    }
    return OK;
}
