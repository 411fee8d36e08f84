#include "deliver/outbox.h"

#include <assert.h>
#include <stdio.h>
#include <string.h>

#include "base/file.h"
#include "base/time.h"
#include "deliver/change.h"
#include "deliver/conserve.h"

#define STATE(name) (1u << COMMAND_##name)
#define RETRY_SOONEST_US (2 * SECOND_US)
#define RETRY_LATEST_US (10 * MINUTE_US)
#define LOOKUP_GIVE_UP_US DAY_US
enum { WORK_BYTES = 64 * MiB };

/* One command being moved on. */
typedef struct Job {
    const Deliver *deliver;
    Arena *work;
    OutboxLine line;
    Command command;
    const PolicySink *sink;
    PumpResult *result;
    int64_t now_us;
} Job;

static Err finish(Store *store, Err err, Why *why) {
    if (err == OK) err = store_commit(store, why);
    if (err != OK) store_rollback(store);
    return err;
}

static Err revise(Job *job, CommandState state, int64_t next_us, const char *error, Why *why) {
    job->command.state = state;
    job->command.error = error;
    job->line.next_us = next_us;
    return command_revise(job->deliver->store, job->work, &job->line, &job->command, "system", why);
}

/* (9): one state, one transaction. */
static Err put(Job *job, CommandState state, int64_t next_us, const char *error, Why *why) {
    TRY(store_begin(job->deliver->store, why));
    return finish(job->deliver->store, revise(job, state, next_us, error, why), why);
}

static Err hold(Job *job, const char *error, Why *why) {
    job->result->held++;
    return put(job, COMMAND_HELD, 0, error, why);
}

/* A quarter of its age: 2 s at first, then ever longer, 10 minutes at most; the approval window ends it, (7). */
static int64_t retry_us(const Job *job) {
    int64_t wait = (job->now_us - job->command.approved_us) / 4;
    return job->now_us + (wait < RETRY_SOONEST_US ? RETRY_SOONEST_US : wait > RETRY_LATEST_US ? RETRY_LATEST_US : wait);
}

static bool stopped(const Deliver *deliver) { return store_stopped(store_directory(deliver->store)); }

/* ---- the mark: (2), (3), (8) in one transaction ---- */
typedef enum Marked { MARKED, MARK_PUT_OFF, MARK_REFUSED } Marked;

static Err check_caps(Job *job, Marked *out_marked, const char **out_error, Why *why) {
    const Policy *policy = job->deliver->policy;
    int64_t day_us = us_of_day(day_of_us(job->now_us)), value, lines;
    bool debited = job->line.sent_us >= day_us;          /* a second try on the same day is in the sum already */
    *out_marked = MARKED;
    if (strcmp(job->command.currency, policy->currency) != 0) {
        *out_marked = MARK_REFUSED;
        *out_error = text_format(job->work, "the order is in %s and the caps are in %s", job->command.currency, policy->currency);
        return OK;
    }
    if (job->command.value_minor > policy->sent_value_day_minor || job->command.lines_count > policy->sent_lines_day) {
        *out_marked = MARK_REFUSED;
        *out_error = "the order alone is larger than a day's cap (limits.sent_value_day, limits.sent_lines_day)";
        return OK;
    }
    if (debited) return OK;
    TRY(outbox_sent_since(job->deliver->store, day_us, "", &value, &lines, why));
    if (value > policy->sent_value_day_minor - job->command.value_minor || lines > policy->sent_lines_day - job->command.lines_count) {
        *out_marked = MARK_PUT_OFF;
        *out_error = "a cap of the day is reached (limits.sent_value_day, limits.sent_lines_day): goes on tomorrow";
    }
    return OK;
}

static Err mark_in(Job *job, Marked *out_marked, Why *why) {
    const char *error = "", *broken;
    TRY(conserve_check(job->deliver->store, job->work, &job->line, &job->command, &broken, why));
    if (broken) {
        *out_marked = MARK_REFUSED;
        (void)stop_on(store_directory(job->deliver->store), broken, "system", NULL);      /* held either way; STOP is the louder half */
        return revise(job, COMMAND_HELD, 0, broken, why);
    }
    TRY(check_caps(job, out_marked, &error, why));
    if (*out_marked == MARK_REFUSED) return revise(job, COMMAND_HELD, 0, error, why);
    if (*out_marked == MARK_PUT_OFF) return revise(job, job->command.state, us_of_day(day_of_us(job->now_us) + 1), error, why);
    job->command.attempt++;
    job->line.sent_us = job->now_us;
    return revise(job, COMMAND_SENDING, 0, "", why);
}

/* ---- the try ---- */
static Err refused(Job *job, bool may_have_arrived, const SinkAnswer *answer, Why *why) {
    /* A "no" to a second try may mean "I have it": only a first try's no is a no. */
    if (may_have_arrived) return hold(job, text_format(job->work, "refused at a later try, though an earlier one may have arrived: %s", answer->error), why);
    job->result->rejected++;
    TRY(store_begin(job->deliver->store, why));
    Err err = revise(job, COMMAND_REJECTED, 0, text_copy(job->work, answer->error), why);
    if (err == OK)
        err = cases_give_back(job->deliver->store, &job->line, &job->command, 0, text_format(job->work, "is back: the order was refused: %.200s", answer->error), why);
    return finish(job->deliver->store, err, why);
}

static Err unanswered(Job *job, const char *error, Why *why) {
    job->result->unknown++;
    if (job->sink->send_class == 3) return hold(job, text_format(job->work, "no answer, and this sink can neither be asked nor be sent to twice: %s", error), why);
    int64_t next_us = job->sink->send_class == 2 ? job->now_us + job->sink->quiet_s * SECOND_US : retry_us(job);
    return put(job, COMMAND_UNKNOWN, next_us, error, why);
}

static Err acked(Job *job, const SinkAnswer *answer, Why *why) {
    job->result->acked++;
    if (*answer->external) job->command.external = text_copy(job->work, answer->external);
    return put(job, COMMAND_ACKED, 0, "", why);
}

static Err try_once(Job *job, CommandState before, Why *why) {
    SinkOutcome outcome = SINK_UNTOUCHED;
    SinkAnswer answer = { 0 };
    Why trying = { 0 };
    bool may_have_arrived = before == COMMAND_UNKNOWN;
    if (stopped(job->deliver)) {                          /* (4) */
        job->result->stopped = true;
        job->command.attempt--;
        return put(job, may_have_arrived ? COMMAND_UNKNOWN : COMMAND_BUDGETED, job->now_us, "STOP is on", why);
    }
    job->result->sent++;
    turn_let_go(&job->deliver->turn);                     /* the mark is durable; whoever else writes leaves a command in "sending" alone */
    Err err = job->deliver->sender.send(job->deliver->sender.self, job->sink, &job->command, &outcome, &answer, &trying);
    turn_take_back(&job->deliver->turn);
    if (err == ERR_INTERRUPTED) return fail(why, err, "sending was cut off");
    job->now_us = world_now_us(job->deliver->world);      /* a time-out may have taken minutes */
    if (err != OK) {
        outcome = SINK_UNTOUCHED;
        snprintf(answer.error, sizeof answer.error, "%.255s", trying.message);
    }
    switch (outcome) {
    case SINK_ACKED: return acked(job, &answer, why);
    case SINK_REFUSED: return refused(job, may_have_arrived, &answer, why);
    case SINK_UNANSWERED: return unanswered(job, text_copy(job->work, answer.error), why);
    case SINK_UNTOUCHED:
        job->command.attempt--;                           /* nothing can have arrived: it does not count against the attempts */
        return put(job, may_have_arrived ? COMMAND_UNKNOWN : COMMAND_BUDGETED, retry_us(job), text_copy(job->work, answer.error), why);
    }
    assert(!"a sink's outcome is one of the four");
    return ERR_INVALID;
}

static Err send(Job *job, Why *why) {
    CommandState before = job->command.state;
    Marked marked = MARKED;
    if (job->now_us - job->command.approved_us > job->deliver->policy->approval_window_hours * HOUR_US)
        return hold(job, "its approval is older than approval.window_hours: look at it again, then release or cancel it", why);      /* (7) */
    TRY(store_begin(job->deliver->store, why));
    TRY(finish(job->deliver->store, mark_in(job, &marked, why), why));
    if (marked == MARK_REFUSED) job->result->held++;
    if (marked == MARK_PUT_OFF) job->result->waiting_cap++;
    return marked == MARKED ? try_once(job, before, why) : OK;
}

/* ---- (6) ---- */
static Err look_up(Job *job, Why *why) {
    SinkPresence presence = SINK_WILL_NOT_SAY;
    SinkAnswer answer = { 0 };
    Why asking = { 0 };
    turn_let_go(&job->deliver->turn);
    Err err = job->deliver->sender.lookup(job->deliver->sender.self, job->sink, &job->command, &presence, &answer, &asking);
    turn_take_back(&job->deliver->turn);
    if (err == ERR_INTERRUPTED) return fail(why, err, "looking up was cut off");
    if (err != OK) presence = SINK_WILL_NOT_SAY;
    job->now_us = world_now_us(job->deliver->world);
    if (presence == SINK_HAS) return acked(job, &answer, why);
    if (presence == SINK_HAS_NOT && job->command.attempt >= job->sink->attempts_most) return hold(job, "sent several times, and it still does not have it", why);
    if (presence == SINK_HAS_NOT) return send(job, why);
    if (job->now_us - job->line.sent_us > LOOKUP_GIVE_UP_US) return hold(job, text_format(job->work, "it cannot be asked whether it has the order: %s", answer.error), why);
    return put(job, COMMAND_UNKNOWN, retry_us(job), text_copy(job->work, answer.error), why);
}

static Err resolve(Job *job, Why *why) {
    switch (job->sink->send_class) {
    case 1:
        if (job->command.attempt >= job->sink->attempts_most) return hold(job, "sent several times without an answer", why);
        return send(job, why);
    case 2: return look_up(job, why);
    default: return hold(job, "no answer, and this sink can neither be asked nor be sent to twice", why);
    }
}

/* ---- the pump ---- */
static Err load(Job *job, Why *why) {
    Row row;
    TRY(log_read(job->deliver->store, job->work, job->line.row, &row, why));
    TRY_DOING(command_read(job->work, row.payload, &job->command, why), "order %lld", (long long)job->line.command.v);
    job->sink = policy_sink(job->deliver->policy, job->line.sink);
    return OK;
}

/* As it stands now: while another one was being sent, a person may have cancelled this one. */
static Err step(const Deliver *deliver, RowId command, uint32_t states, PumpResult *result, Why *why) {
    own(arena_end) Arena *work = arena_begin(WORK_BYTES);
    Job job = { .deliver = deliver, .work = work, .result = result, .now_us = world_now_us(deliver->world) };
    TRY(outbox_get(deliver->store, work, command, &job.line, why));
    if (!(states & 1u << job.line.state)) return OK;
    TRY(load(&job, why));
    if (!job.sink) return hold(&job, text_format(work, "the policy has no sink \"%s\" any more", job.line.sink), why);
    switch (job.command.state) {
    case COMMAND_SENDING: return unanswered(&job, "the program ended while it was being sent", why);       /* (5) */
    case COMMAND_APPROVED: case COMMAND_BUDGETED: return send(&job, why);
    case COMMAND_UNKNOWN: return resolve(&job, why);
    default: return OK;
    }
}

static Err each(const Deliver *deliver, Arena *work, uint32_t states, PumpResult *result, Why *why) {
    OutboxLine *lines;
    int count;
    TRY(outbox_due(deliver->store, work, states, world_now_us(deliver->world), PUMP_MOST, &lines, &count, why));
    Err first = OK;
    for (int i = 0; i < count && !stopped(deliver); i++) {
        Why sentence = { 0 };
        Err err = step(deliver, lines[i].command, states, result, &sentence);
        if (err != OK && first == OK) (void)fail_hint(why, fail(why, err, "%s", sentence.message), "%s", sentence.hint);
        if (err == ERR_INTERRUPTED || err == ERR_IO) return err;
        if (first == OK) first = err;             /* one command that cannot be read does not stop its neighbours */
    }
    return first;
}

Err deliver_pump(const Deliver *deliver, PumpResult *out_result, Why *why) {
    own(arena_end) Arena *work = arena_begin(WORK_BYTES);
    PumpResult result = { 0 };
    TRY(each(deliver, work, STATE(SENDING), &result, why));
    TRY(each(deliver, work, STATE(APPROVED) | STATE(BUDGETED) | STATE(UNKNOWN), &result, why));
    result.stopped = result.stopped || stopped(deliver);
    *out_result = result;
    return OK;
}

/* ---- people ---- */
static Err load_for_person(const Deliver *deliver, Arena *work, RowId command, const char *by, Job *out, Why *why) {
    static PumpResult nobody_counts;
    if (!by || !*by) return fail(why, ERR_DENIED, "this needs a named person");
    *out = (Job){ .deliver = deliver, .work = work, .result = &nobody_counts, .now_us = world_now_us(deliver->world) };
    TRY(outbox_get(deliver->store, work, command, &out->line, why));
    return load(out, why);
}

static Err release_in(const Deliver *deliver, Arena *work, RowId command, const char *by, Knowing knowing, Why *why) {
    Job job;
    TRY(load_for_person(deliver, work, command, by, &job, why));
    if (job.command.state != COMMAND_HELD) return fail(why, ERR_CONFLICT, "the order is %s, not held", command_state_name(job.command.state));
    bool doubt = job.command.attempt > 0 && knowing != CHECKED_ABSENT;
    if (doubt && (!job.sink || job.sink->send_class == 3))
        return fail_hint(why, fail(why, ERR_CONFLICT, "a try may have arrived"), "look for its reference in the other system; release it again and say that it is not there");
    job.command.approved_us = job.now_us;
    job.command.approved_by = by;
    job.command.state = doubt ? COMMAND_UNKNOWN : COMMAND_APPROVED;
    job.command.attempt = doubt ? 1 : 0;
    job.command.error = "";
    job.line.next_us = job.now_us;
    return command_revise(deliver->store, work, &job.line, &job.command, by, why);
}

Err deliver_release(const Deliver *deliver, RowId command, const char *by, Knowing knowing, Why *why) {
    own(arena_end) Arena *work = arena_begin(WORK_BYTES);
    TRY(store_begin(deliver->store, why));
    return finish(deliver->store, release_in(deliver, work, command, by, knowing, why), why);
}

static Err cancel_in(const Deliver *deliver, Arena *work, RowId command, const char *by, Knowing knowing, Why *why) {
    Job job;
    TRY(load_for_person(deliver, work, command, by, &job, why));
    CommandState state = job.command.state;
    if (state != COMMAND_APPROVED && state != COMMAND_BUDGETED && state != COMMAND_HELD)
        return fail_hint(why, fail(why, ERR_CONFLICT, "the order is %s and cannot be cancelled here", command_state_name(state)), "cancel it in the ERP");
    if (job.command.attempt > 0 && knowing != CHECKED_ABSENT)
        return fail_hint(why, fail(why, ERR_CONFLICT, "a try may have arrived"), "look into the ERP for its reference; cancel again and say that it is not there");
    job.command.state = COMMAND_CANCELLED;
    job.command.error = text_format(work, "cancelled by %s", by);
    TRY(command_revise(deliver->store, work, &job.line, &job.command, by, why));
    return cases_give_back(deliver->store, &job.line, &job.command, 0, text_format(work, "is back: the order was cancelled by %s", by), why);
}

Err deliver_cancel(const Deliver *deliver, RowId command, const char *by, Knowing knowing, Why *why) {
    own(arena_end) Arena *work = arena_begin(WORK_BYTES);
    TRY(store_begin(deliver->store, why));
    return finish(deliver->store, cancel_in(deliver, work, command, by, knowing, why), why);
}

Err stop_on(const char *store_directory_path, const char *reason, const char *by, Why *why) {
    own(arena_end) Arena *work = arena_begin(64 * KiB);
    return file_write(path_join(work, store_directory_path, "STOP"), text_of(text_format(work, "%s: %s\n", by, reason)), why);
}

Err stop_off(const char *store_directory_path, Why *why) {
    own(arena_end) Arena *work = arena_begin(64 * KiB);
    return file_remove(path_join(work, store_directory_path, "STOP"), why);
}
