#include "api/dispatch.h"

#include <string.h>

#include "api/answer.h"
#include "base/hash.h"
#include "base/time.h"

enum { ANSWER_MOST = 256 * MiB, REPLAYED_MOST = 1 * MiB };
#define REPLAY_KEPT_US (30 * DAY_US)

bool route_matches(const char *pattern, Text path, Call *call) {
    Text left = text_of(pattern);
    for (;;) {
        Text want, have;
        bool more_left = text_split(left, '/', &want, &left), more_path = text_split(path, '/', &have, &path);
        if (want.length && want.at[0] == ':') {
            Why ignored;
            if (have.length == 0) return false;
            if (call && call_set(call, text_keep(call->work, text_part(want, 1, want.length)), http_segment_code(call->work, have), &ignored) != OK) return false;
        } else if (!text_equal(want, have)) {
            return false;
        }
        if (more_left != more_path) return false;
        if (!more_left) return true;
    }
}

static const Verb *route_find(const Verb *verbs, Text method, Text path, bool *out_other_method) {
    *out_other_method = false;
    for (const Verb *verb = verbs; verb->name; verb++) {
        if (!verb->path || !route_matches(verb->path, path, NULL)) continue;
        if (text_is(method, verb->method) || (text_is(method, "HEAD") && strcmp(verb->method, "GET") == 0)) return verb;
        *out_other_method = true;
    }
    return NULL;
}

/* ---- arguments --------------------------------------------------------------------------------------------------- */

static Err query_arguments(Call *call, Text query, Why *why) {
    while (query.length) {
        Text pair, key, value, plain_key, plain_value;
        text_split(query, '&', &pair, &query);
        text_split(pair, '=', &key, &value);
        if (!http_unescape(call->work, key, true, &plain_key) || !http_unescape(call->work, value, true, &plain_value))
            return fail(why, ERR_INVALID, "the query is not decodable");
        if (plain_value.length == 0) continue;      /* "kind=" asks for nothing */
        TRY(call_set(call, text_keep(call->work, plain_key), plain_value, why));
    }
    return OK;
}

/* Plain members of the body are arguments like any other; structured ones stay in call->body. */
static Err body_arguments(Call *call, Text bytes, Why *why) {
    if (bytes.length == 0) return OK;
    TRY_DOING(json_parse(call->work, bytes, &call->body, why), "the body");
    if (!json_is(call->body, JSON_OBJECT)) return fail(why, ERR_INVALID, "the body is not a JSON object");
    json_each(member, call->body) {
        if (member->kind == JSON_NULL || member->kind >= JSON_ARRAY) continue;
        Text value = member->kind == JSON_TRUE ? text_of("true") : member->kind == JSON_FALSE ? text_of("false") : member->text;
        TRY(call_set(call, member->name, value, why));
    }
    return OK;
}

/* ---- one call ------------------------------------------------------------------------------------------------------ */

typedef struct Job {
    const ApiOptions *options;
    const Verb *verb;
    Need need;
    ServerThread thread;
    Call call;
    Buf out;
    Err err;
    Why why;
    const char *replay_name;         /* Idempotency-Key: where the answer is kept, or NULL */
    Sha256 fingerprint;
    bool replayed;
} Job;

/* The same key with the same request gives the stored answer; with another request it is refused (B4). */
static Err replay_find(Job *job, Store *store, Why *why) {
    Text kept;
    Err err = value_get(store, job->call.work, "replay", job->replay_name, &kept, why);
    if (err == ERR_NOT_FOUND) return OK;
    if (err != OK) return err;
    if (kept.length < SHA256_BYTES) return fail(why, ERR_CORRUPT, "a kept answer is damaged");
    if (memcmp(kept.at, job->fingerprint.at, SHA256_BYTES) != 0)
        return fail_hint(why, fail(why, ERR_POLICY, "this Idempotency-Key came before with another request"), "make a new key for every new request");
    buf_add_text(&job->out, text_part(kept, SHA256_BYTES, kept.length));
    job->replayed = true;
    return OK;
}

static Err replay_keep(Job *job, Store *store, Why *why) {
    if (job->out.length > REPLAYED_MOST) return OK;
    own(buf_end) Buf kept = buf_begin(REPLAYED_MOST + 64);
    buf_add(&kept, job->fingerprint.at, SHA256_BYTES);
    buf_add_text(&kept, buf_text(&job->out));
    TRY(store_begin(store, why));
    Err err = value_put(store, "replay", job->replay_name, buf_text(&kept), world_now_us(job->options->world) + REPLAY_KEPT_US, why);
    if (err == OK) return store_commit(store, why);
    store_rollback(store);
    return err;
}

static Err job_run_inside(Job *job) {
    Store *store;
    if (job->replay_name) {
        TRY(job->options->store(job->call.app, &store, &job->why));
        TRY(replay_find(job, store, &job->why));
        if (job->replayed) return OK;
    }
    TRY(job->verb->run(&job->call, &job->why));
    TRY(buf_check(&job->out, "the answer", &job->why));
    return job->replay_name ? replay_keep(job, store, &job->why) : OK;
}

static void job_run(void *self, Exchange *exchange) {
    (void)exchange;
    Job *job = self;
    job->call.app = job->options->enter(job->options->app, job->need, job->thread);
    job->err = job_run_inside(job);
    job->options->leave(job->options->app, job->call.app, job->need);
}

static Need need_of(const Verb *verb) {
    if (verb->flags & VERB_LONG) return NEED_TURN;
    return verb->flags & (VERB_WRITES | VERB_PLANNED) ? NEED_APP : NEED_READ;
}

/* Whatever may wait waits beside the loop. */
static ServerThread thread_of(const Verb *verb) {
    switch (need_of(verb)) {
    case NEED_TURN: return THREAD_LONG;
    case NEED_APP: return THREAD_SHORT;
    case NEED_READ: break;
    }
    return verb->flags & VERB_SLOW ? THREAD_READ : THREAD_LOOP;
}

static void job_answer(void *self, Exchange *exchange) {
    Job *job = self;
    own(buf_end) Buf out = job->out;         /* the job lives in the exchange's arena, its buffer does not */
    if (job->err != OK) {
        answer_problem(exchange, 0, job->err, &job->why);
    } else if (job->verb->flags & VERB_FILE) {
        const char *type = job->call.content_type ? job->call.content_type : "application/octet-stream";
        const char *lines = text_format(job->call.work, "Cache-Control: no-store\r\nContent-Disposition: attachment; filename=\"%s\"\r\n",
                                        job->call.file_name ? job->call.file_name : "stockwright");
        exchange_answer(exchange, 200, type, lines, buf_text(&out));
    } else {
        answer_json(exchange, job->call.outcome == ERR_PARTIAL ? 207 : 200, "", &out);
    }
}

static Err job_prepare(Job *job, const HttpRequest *request, const Caller *caller, Text path, Why *why) {
    Call *call = &job->call;
    if (!role_may(caller->role, job->verb->right)) {
        if (caller->role == ROLE_NONE) return fail_hint(why, fail(why, ERR_DENIED, "sign in first"), "POST /api/v1/login");
        return fail(why, ERR_DENIED, "%s (%s) may not %s", caller->user, role_name(caller->role), right_name(job->verb->right));
    }
    if ((job->verb->flags & VERB_OWNER) && !caller->local)
        return fail_hint(why, fail(why, ERR_DENIED, "%s reads this machine's files", job->verb->name), "use the command line on the server");
    bool post = text_is(request->method, "POST");
    if (post) TRY(caller_may_post(caller, request, why));
    route_matches(job->verb->path, path, call);
    TRY(query_arguments(call, request->query, why));
    if (post) TRY(body_arguments(call, request->body, why));
    TRY(call_check(call, job->verb, why));
    Text key = http_header(request, "Idempotency-Key");
    if (post && key.length) {
        job->replay_name = text_format(call->work, "%s|%s|%.*s", caller->user, job->verb->name, TEXT_ARGS(key));
        job->fingerprint = sha256(text_of(text_format(call->work, "%.*s\n%.*s", TEXT_ARGS(path), TEXT_ARGS(request->body))));
    }
    return OK;
}

bool dispatch(const ApiOptions *options, Exchange *exchange, const Caller *caller, Text path, bool *out_other_method) {
    const HttpRequest *request = exchange_request(exchange);
    const Verb *verb = route_find(options->verbs, request->method, path, out_other_method);
    if (!verb) return false;
    Job *job = new_in(exchange_arena(exchange), Job);
    *job = (Job){ .options = options, .verb = verb, .need = need_of(verb), .thread = thread_of(verb), .out = buf_begin(ANSWER_MOST) };
    job->call = (Call){ .work = exchange_arena(exchange), .user = caller->user, .role = caller->role, .csrf = caller->csrf, .out = &job->out };
    job->err = job_prepare(job, request, caller, path, &job->why);
    if (job->err != OK) {
        int status = job->err == ERR_DENIED && caller->role == ROLE_NONE ? 401 : 0;
        answer_problem(exchange, status, job->err, &job->why);
    } else if (job->thread != THREAD_LOOP) {
        exchange_aside(exchange, job->thread, job_run, job_answer, job);
    } else {
        job_run(job, exchange);
        job_answer(job, exchange);
    }
    return true;
}
