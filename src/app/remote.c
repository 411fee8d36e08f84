#include "app/remote.h"

#include <curl/curl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "api/http.h"
#include "base/file.h"
#include "base/json.h"

enum { REMOTE_SECONDS = 3600, REMOTE_ANSWER_MOST = 512 * MiB };

static size_t take_answer(char *bytes, size_t size, size_t count, void *self) {
    buf_add(self, bytes, size * count);
    return ((Buf *)self)->over ? 0 : size * count;
}

static void escape(Buf *out, Text text) {
    for (size_t i = 0; i < text.length; i++) {
        unsigned char c = (unsigned char)text.at[i];
        bool plain = (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || strchr("-_~.", (char)c);
        if (plain && c) buf_add_char(out, (char)c);
        else buf_addf(out, "%%%02X", c);
    }
}

static const CallValue *value_in_path(const Call *call, const char *name, size_t length) {
    for (int i = 0; i < call->values_count; i++)
        if (strlen(call->values[i].name) == length && strncmp(call->values[i].name, name, length) == 0) return &call->values[i];
    return NULL;
}

/* "/cases/:id/decide" with the call's values; marks the ones it used. */
static void url_write(Buf *out, const Verb *verb, const Call *call, bool *used) {
    buf_add_str(out, "http://localhost/api/v1");
    for (const char *at = verb->path; *at;) {
        if (*at != ':') {
            buf_add_char(out, *at++);
            continue;
        }
        size_t length = strcspn(at + 1, "/");
        const CallValue *value = value_in_path(call, at + 1, length);
        if (value) {
            escape(out, http_segment_of(call->work, value->text));
            used[value - call->values] = true;
        }
        at += 1 + length;
    }
}

static void query_write(Buf *out, const Call *call, const bool *used) {
    char before = '?';
    for (int i = 0; i < call->values_count; i++) {
        if (used[i]) continue;
        buf_addf(out, "%c%s=", before, call->values[i].name);
        escape(out, call->values[i].text);
        before = '&';
    }
}

/* A file is named as this process sees it: the server stands in another folder. A name that is no file (a standard map) stays. */
static Text value_for_server(const Verb *verb, const Call *call, const CallValue *value) {
    for (const Arg *arg = verb->args; arg && arg->name; arg++) {
        bool may_be_file = arg->type == ARG_PATH || strcmp(arg->name, "map") == 0;
        if (strcmp(arg->name, value->name) != 0 || !may_be_file) continue;
        char *path = text_keep(call->work, value->text), *folder = getcwd(NULL, 0);
        Text answer = value->text;
        if (folder && path[0] != '/' && (arg->type == ARG_PATH || file_exists(path))) answer = text_of(path_join(call->work, folder, path));
        free(folder);
        return answer;
    }
    return value->text;
}

static void body_write(Buf *out, const Verb *verb, const Call *call, const bool *used) {
    JsonWriter json = json_writer(out);
    json_begin_object(&json);
    for (int i = 0; i < call->values_count; i++)
        if (!used[i]) json_field_text(&json, call->values[i].name, value_for_server(verb, call, &call->values[i]));
    json_end(&json);
}

static Err problem_read(Arena *work, Text body, long status, Why *why) {
    const JsonValue *problem;
    Why ignored;
    const char *code = "", *detail = "", *hint = "";
    if (json_parse(work, body, &problem, &ignored) != OK || json_may_text(problem, "code", &code, &ignored) != OK ||
        json_may_text(problem, "detail", &detail, &ignored) != OK || json_may_text(problem, "hint", &hint, &ignored) != OK)
        return fail(why, ERR_UNREACHABLE, "the server answered %ld without a sentence", status);
    Err err = ERR_IO;
    for (int i = 1; i < ERR_COUNT_; i++)
        if (strcmp(code, err_name((Err)i)) == 0) err = (Err)i;
    err = fail(why, err, "%s", detail);
    return hint[0] ? fail_hint(why, err, "%s", hint) : err;
}

static Err perform(CURL *curl, const char *socket_path, const char *url, const char *user, const Buf *body, Buf *answer, long *out_status, Why *why) {
    char header[256];
    struct curl_slist *headers = curl_slist_append(NULL, "Content-Type: application/json");
    snprintf(header, sizeof header, "X-Stockwright-User: %s", user);
    headers = curl_slist_append(headers, header);
    headers = curl_slist_append(headers, "Expect:");
    curl_easy_setopt(curl, CURLOPT_UNIX_SOCKET_PATH, socket_path);
    curl_easy_setopt(curl, CURLOPT_URL, url);
    curl_easy_setopt(curl, CURLOPT_HTTPHEADER, headers);
    curl_easy_setopt(curl, CURLOPT_TIMEOUT, (long)REMOTE_SECONDS);
    curl_easy_setopt(curl, CURLOPT_NOSIGNAL, 1L);
    curl_easy_setopt(curl, CURLOPT_WRITEFUNCTION, take_answer);
    curl_easy_setopt(curl, CURLOPT_WRITEDATA, answer);
    if (body) {
        curl_easy_setopt(curl, CURLOPT_POSTFIELDS, buf_str(body));
        curl_easy_setopt(curl, CURLOPT_POSTFIELDSIZE, (long)body->length);
    }
    CURLcode code = curl_easy_perform(curl);
    curl_easy_getinfo(curl, CURLINFO_RESPONSE_CODE, out_status);
    curl_slist_free_all(headers);
    return code == CURLE_OK ? OK : fail(why, ERR_UNREACHABLE, "the server at %s did not answer: %s", socket_path, curl_easy_strerror(code));
}

Err remote_call(const char *socket_path, const Verb *verb, Call *call, Why *why) {
    bool used[CALL_VALUES_MOST] = { 0 };
    bool post = strcmp(verb->method, "POST") == 0;
    own(buf_end) Buf url = buf_begin(64 * KiB);
    own(buf_end) Buf body = buf_begin(HTTP_BODY_MOST);
    own(buf_end) Buf answer = buf_begin(REMOTE_ANSWER_MOST);
    url_write(&url, verb, call, used);
    if (post) body_write(&body, verb, call, used);
    else query_write(&url, call, used);
    CURL *curl = curl_easy_init();
    if (!curl) return fail(why, ERR_LIMIT, "no memory for a connection");
    long status = 0;
    Err err = perform(curl, socket_path, buf_str(&url), call->user, post ? &body : NULL, &answer, &status, why);
    curl_easy_cleanup(curl);
    if (err != OK) return err;
    if (status >= 400) return problem_read(call->work, buf_text(&answer), status, why);
    if (status == 207) call->outcome = ERR_PARTIAL;
    buf_add_text(call->out, buf_text(&answer));
    return buf_check(call->out, "the answer", why);
}
