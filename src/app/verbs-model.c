/* verbs-model.c - teaching the learner, and what is known of the models in the log.
 *
 * `model train` starts `model teach` as a process of its own: XGBoost's threads must be told to sleep when idle (OMP_WAIT_POLICY, read once when the library
 * is loaded), it is niced, it holds no lock, and what goes wrong in it takes nothing along. The child works in a folder:
 *
 *     job          {"v","upto","today","known","now","policy","engine"}   what the lesson rests on; a later call of the same kind goes on with it
 *     forest-0..4  forests of the stages so far
 *     model        the finished payload, a line feed, the forest
 *
 * The parent puts the forest into the blob store and the payload into the log, and removes the folder. */
#include <errno.h>
#include <fcntl.h>
#include <spawn.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "app/app.h"
#include "app/verbs.h"
#include "base/decimal.h"
#include "base/file.h"
#include "base/hash.h"
#include "base/time.h"

enum { FOREST_MOST = 64 * MiB, PAYLOAD_MOST = 1 * MiB };

/* ---- the child ------------------------------------------------------------------------------------------------------------- */

typedef struct Job { int64_t upto, today, known, now, policy; } Job;
typedef struct Teaching { App *app; Arena *work; const char *folder; } Teaching;

static char *stage_path(const Teaching *t, int stage) { return text_format(t->work, "%s/forest-%d", t->folder, stage); }

static void say(void *self, const char *stage, int64_t done, int64_t total) { app_progress(((Teaching *)self)->app, stage, done, total); }

static Err save(void *self, int stage, Text forest, Why *why) {
    Teaching *t = self;
    char *path = stage_path(t, stage), *partial = text_format(t->work, "%s.partial", path);
    TRY(file_write(partial, forest, why));
    return file_rename(partial, path, why);
}

static Err job_read(Teaching *t, Job *out, Why *why) {
    Text text;
    const JsonValue *root;
    const char *engine;
    TRY(file_read(t->work, path_join(t->work, t->folder, "job"), 64 * KiB, &text, why));
    TRY(json_parse(t->work, text, &root, why));
    TRY(json_need_text(root, "engine", &engine, why));
    TRY(json_need_int(root, "upto", &out->upto, why));
    TRY(json_need_int(root, "today", &out->today, why));
    TRY(json_need_int(root, "known", &out->known, why));
    TRY(json_need_int(root, "now", &out->now, why));
    TRY(json_need_int(root, "policy", &out->policy, why));
    return strcmp(engine, PLAN_ENGINE) == 0 ? OK : fail(why, ERR_CONFLICT, "it was begun by engine %s", engine);
}

static Err job_write(Teaching *t, const Job *job, Why *why) {
    own(buf_end) Buf text = buf_begin(64 * KiB);
    JsonWriter json = json_writer(&text);
    json_begin_object(&json);
    json_field_int(&json, "v", 1);
    json_field_int(&json, "upto", job->upto);
    json_field_int(&json, "today", job->today);
    json_field_int(&json, "known", job->known);
    json_field_int(&json, "now", job->now);
    json_field_int(&json, "policy", job->policy);
    json_field_str(&json, "engine", PLAN_ENGINE);
    json_end(&json);
    TRY(folder_remove(t->folder, why));
    TRY(folder_make(t->folder, why));
    return file_write(path_join(t->work, t->folder, "job"), buf_text(&text), why);
}

/* Goes on with the job in the folder when it asks for the same and is not a day old; else begins one. */
static Err job_take(Teaching *t, const Job *asked, Store *store, Job *out, LearnProgress *progress, Why *why) {
    Job found;
    Why ignored;
    bool same = job_read(t, &found, &ignored) == OK && found.today == asked->today && found.known == asked->known && found.policy == asked->policy &&
                found.upto <= log_last(store).v && asked->now - found.now < DAY_US;
    *out = same ? found : *asked;
    if (!same) return job_write(t, asked, why);
    for (int stage = 0; stage < LEARN_STAGES; stage++)
        if (file_read(t->work, stage_path(t, stage), FOREST_MOST, &progress->resume[stage], &ignored) != OK) progress->resume[stage] = (Text){ 0 };
    return OK;
}

static Err model_write(Teaching *t, Text payload, Text forest, Why *why) {
    own(buf_end) Buf whole = buf_begin(FOREST_MOST + PAYLOAD_MOST);
    char *path = path_join(t->work, t->folder, "model"), *partial = text_format(t->work, "%s.partial", path);
    buf_add_text(&whole, payload);
    buf_add_char(&whole, '\n');
    buf_add_text(&whole, forest);
    TRY(buf_check(&whole, "the model", why));
    TRY(file_write(partial, buf_text(&whole), why));
    return file_rename(partial, path, why);
}

Err verb_model_teach(Call *call, Why *why) {
    App *app = app_of(call);
    Store *store;
    const Policy *policy;
    RowId policy_row;
    int32_t as_of;
    Job job;
    Teaching t = { app, call->work, call_text(call, "folder") };
    LearnProgress progress = { .self = &t, .say = say, .save = save };
    own(plan_end) Plan *plan = NULL;
    own(buf_end) Buf forest = buf_begin(FOREST_MOST), payload = buf_begin(PAYLOAD_MOST);
    errno = 0;
    if (nice(10) < 0) errno = 0;             /* politeness only */
    TRY(call_day(call, "as-of", 0, &as_of, why));
    TRY(app_store(app, STORE_READ, &store, why));
    TRY(app_policy(app, &policy, &policy_row, why));
    PlanOptions options = { .now_us = world_now_us(app->world), .policy = policy, .policy_row = policy_row, .write = PLAN_LOOK, .progress = app_progress, .progress_self = app };
    if (as_of) plan_as_of(&options, as_of);
    Job asked = { log_last(store).v, options.today ? options.today : day_of_us(options.now_us), options.known_us, options.now_us, policy_row.v };
    TRY(job_take(&t, &asked, store, &job, &progress, why));
    options.now_us = job.now;
    options.today = (int32_t)job.today;
    TRY(plan_begin(store, app_threads(app), &plan, why));
    TRY(plan_teach(plan, &options, job.upto, &progress, &forest, &payload, why));
    TRY(model_write(&t, buf_text(&payload), buf_text(&forest), why));
    buf_add_text(call->out, buf_text(&payload));
    return OK;
}

/* ---- the parent ------------------------------------------------------------------------------------------------------------ */

static Err teach_apart(Call *call, const char *folder, Why *why) {
    App *app = app_of(call);
    char *words[] = { "stockwright", "--store", (char *)app->directory, "-o", "json", "model", "teach", (char *)folder, NULL, NULL, NULL, NULL };
    int count = 8, status = 0;
    pid_t child;
    if (call_has(call, "as-of")) {
        words[count++] = "--as-of";
        words[count++] = (char *)call_text(call, "as-of");
    }
    if (app->quiet || app->serving) words[count++] = "--quiet";
    char **environment = many_in(call->work, char *, 1024);
    size_t kept = 0;
    for (char **e = environ; *e && kept < 1022; e++)
        if (strncmp(*e, "OMP_WAIT_POLICY=", 16) != 0) environment[kept++] = *e;
    environment[kept] = "OMP_WAIT_POLICY=passive";
    posix_spawn_file_actions_t files;
    posix_spawn_file_actions_init(&files);
    posix_spawn_file_actions_addopen(&files, STDOUT_FILENO, "/dev/null", O_WRONLY, 0);
    int error = posix_spawn(&child, "/proc/self/exe", &files, NULL, words, environment);
    posix_spawn_file_actions_destroy(&files);
    if (error) return fail(why, ERR_IO, "cannot start the teaching process: %s", strerror(error));
    while (waitpid(child, &status, 0) < 0)
        if (errno != EINTR) return fail(why, ERR_IO, "the teaching process was lost: %m");
    if (WIFEXITED(status) && WEXITSTATUS(status) == 0) return OK;
    return fail_hint(why, fail(why, ERR_INTERRUPTED, "the teaching process ended early; what it said stands above"), "run it again: it goes on where it stopped");
}

/* A model row and the blob that its payload names by hash, written together. */
static Err model_append(Call *call, Store *store, const char *key, Text payload, Text bytes, int64_t known_us, RowId *out_row, Why *why) {
    Hash hash;
    const JsonValue *root;
    const char *blob;
    TRY(json_parse(call->work, payload, &root, why));
    TRY(json_need_text(root, "blob", &blob, why));
    TRY(store_begin(store, why));
    Row row = { .kind = ROW_MODEL, .occurred_us = known_us, .known_us = known_us, .by = call->user[0] ? call->user : "system", .key = key, .payload = payload };
    Err err = blob_put(store, bytes.at, bytes.length, &hash, why);
    if (err == OK && strcmp(hash_hex(call->work, hash), blob) != 0) err = fail(why, ERR_CORRUPT, "the bytes are not those that the model names");
    if (err == OK) err = log_append(store, &row, why);
    if (err == OK) err = store_commit(store, why);
    if (err != OK) store_rollback(store);
    *out_row = row.id;
    return err;
}

Err model_keep(Call *call, const char *key, Text said, Text blob, int64_t known_us, RowId *out_row, Text *out_payload, Why *why) {
    Store *store;
    Sha256 hash = sha256(blob);
    char hex[SHA256_HEX];
    own(buf_end) Buf text = buf_begin(MiB);
    JsonWriter json = json_writer(&text);
    sha256_hex(&hash, hex);
    json_begin_object(&json);
    json_field_str(&json, "blob", hex);
    json_field_str(&json, "engine", PLAN_ENGINE);
    json_fields_of(&json, said);
    json_end(&json);
    *out_payload = text_of(text_keep(call->work, buf_text(&text)));
    TRY(app_store(app_of(call), STORE_WRITE, &store, why));
    return model_append(call, store, key, *out_payload, blob, known_us, out_row, why);
}

static void model_line(JsonWriter *json, RowId row, int64_t recorded_us, const char *by, Text payload) {
    char recorded[TIME_TEXT];
    time_format(recorded_us, recorded);
    json_begin_object(json);
    json_field_int(json, "row", row.v);
    json_field_str(json, "recorded", recorded);
    json_field_str(json, "by", by);
    json_field_raw(json, "model", payload);
    json_end(json);
}

Err verb_model_train(Call *call, Why *why) {
    App *app = app_of(call);
    Store *store;
    Text whole, payload, forest;
    RowId row;
    int32_t as_of;
    Why ignored;
    char *folder = path_join(call->work, app->directory, "learning");
    TRY(call_day(call, "as-of", 0, &as_of, why));
    Turn turn = app_turn(app);               /* the child reads with a store of its own: nobody need wait for it */
    turn_let_go(&turn);
    Err err = teach_apart(call, folder, why);
    turn_take_back(&turn);
    if (err != OK) return err;
    TRY(file_read(call->work, path_join(call->work, folder, "model"), FOREST_MOST + PAYLOAD_MOST, &whole, why));
    text_split(whole, '\n', &payload, &forest);
    int64_t now_us = world_now_us(app->world), known_us = as_of ? us_of_day(as_of + 1) - 1 : now_us;
    TRY(app_store(app, STORE_WRITE, &store, why));
    TRY(model_append(call, store, "demand", payload, forest, known_us, &row, why));
    err = folder_remove(folder, &ignored);   /* a new lesson clears it as well */
    JsonWriter json = json_writer(call->out);
    model_line(&json, row, now_us, call->user, payload);
    return OK;
}

/* ---- what is known ---------------------------------------------------------------------------------------------------------- */

static Err model_row(void *self, const Row *row, Why *why) {
    JsonWriter *json = self;
    own(arena_end) Arena *work = arena_begin(4 * MiB);
    const JsonValue *model;
    const char *taught_to, *reason, *blob;
    char recorded[TIME_TEXT];
    bool champion;
    int64_t rows, together;
    TRY(json_parse(work, row->payload, &model, why));
    TRY(json_need_bool(model, "champion", &champion, why));
    TRY(json_need_text(model, "taught_to", &taught_to, why));
    TRY(json_need_text(model, "reason", &reason, why));
    TRY(json_need_text(model, "blob", &blob, why));
    TRY(json_need_int(model, "rows", &rows, why));
    TRY(json_need_int(model, "together_over_local_micro", &together, why));
    time_format(row->recorded_us, recorded);
    json_begin_object(json);
    json_field_int(json, "row", row->id.v);
    json_field_str(json, "recorded", recorded);
    json_field_str(json, "by", row->by);
    json_field_str(json, "taught_to", taught_to);
    json_field_int(json, "rows", rows);
    json_field_int(json, "together_over_local_micro", together);
    json_field_bool(json, "champion", champion);
    json_field_str(json, "reason", reason);
    json_field_str(json, "forest", text_format(work, "%.12s", blob));
    json_end(json);
    return OK;
}

Err verb_models(Call *call, Why *why) {
    Store *store;
    JsonWriter json = json_writer(call->out);
    LogFilter models = { .kinds = 1ull << ROW_MODEL, .key = "demand", .newest_first = true, .most = 1000 };
    TRY(app_store(app_of(call), STORE_READ, &store, why));
    json_begin_object(&json);
    json_field_array(&json, "rows");
    TRY(log_scan(store, &models, model_row, &json, why));
    json_end(&json);
    json_end(&json);
    return OK;
}

Err verb_model(Call *call, Why *why) {
    Store *store;
    Row row;
    int64_t id;
    TRY(call_int(call, "row", 0, &id, why));
    TRY(app_store(app_of(call), STORE_READ, &store, why));
    TRY(log_read(store, call->work, (RowId){ id }, &row, why));
    if (row.kind != ROW_MODEL) return fail_hint(why, fail(why, ERR_NOT_FOUND, "row %lld is not a model", (long long)id), "stockwright model ls names them");
    JsonWriter json = json_writer(call->out);
    model_line(&json, row.id, row.recorded_us, row.by, row.payload);
    return OK;
}
