/* verbs-admin.c - stores, policies, people, help. */
#include <string.h>

#include "api/openapi.h"
#include "app/app.h"
#include "app/cli.h"
#include "app/verbs.h"
#include "base/file.h"
#include "base/hash.h"
#include "base/time.h"
#include "desk/accounts.h"
#include "desk/policies.h"

enum { POLICY_FILE_MOST = 4 * MiB, PASSWORD_FILE_MOST = 4 * KiB };

/* ---- stores ------------------------------------------------------------------------------------------------------------ */

Err app_init(App *app, Arena *work, Text policy_json, const char *policy_name, Why *why) {
    Store *store;
    TRY(store_init(app->directory, &app->world, why));
    TRY(app_store(app, STORE_WRITE, &store, why));
    return policies_ensure(store, work, policy_json, policy_name, why);
}

Err verb_init(Call *call, Why *why) {
    App *app = app_of(call);
    Text json = policy_shipped();
    const char *path = call_text(call, "policy");
    if (path) TRY(file_read(call->work, path, POLICY_FILE_MOST, &json, why));
    TRY(app_init(app, call->work, json, path ? path_name(path) : "shipped.json", why));
    JsonWriter json_out = json_writer(call->out);
    json_begin_object(&json_out);
    json_field_str(&json_out, "store", app->directory);
    json_end(&json_out);
    return OK;
}

Err verb_backup(Call *call, Why *why) {
    TRY(store_backup(app_of(call)->directory, call_text(call, "directory"), why));
    buf_add_str(call->out, "{\"ok\":true}");
    return OK;
}

Err verb_restore(Call *call, Why *why) {
    TRY(store_restore(call_text(call, "directory"), app_of(call)->directory, why));
    buf_add_str(call->out, "{\"ok\":true}");
    return OK;
}

/* ---- policies ------------------------------------------------------------------------------------------------------------ */

Err verb_policy(Call *call, Why *why) {
    Store *store;
    PolicyInForce in_force;
    call->content_type = "application/json";
    call->file_name = "policy.json";
    if (call_flag(call, "shipped")) {
        buf_add_text(call->out, policy_shipped());
        return OK;
    }
    TRY(app_store(app_of(call), STORE_READ, &store, why));
    TRY(policies_current(store, call->work, (RowId){ 0 }, &in_force, why));
    buf_add_text(call->out, in_force.json);
    return OK;
}

static Err policy_change(Call *call, PolicyApply apply, int *out_count, Why *why) {
    Store *store;
    Text json;
    PolicyChange *changes;
    RowId row;
    const char *path = call_text(call, "file");
    TRY(file_read(call->work, path, POLICY_FILE_MOST, &json, why));
    TRY(app_store(app_of(call), apply == POLICY_APPLY ? STORE_WRITE : STORE_READ, &store, why));
    TRY(policies_apply(store, call->work, path_name(path), json, call->user[0] ? call->user : "owner", apply, &changes, out_count, &row, why));
    JsonWriter out = json_writer(call->out);
    json_begin_object(&out);
    if (apply == POLICY_APPLY) json_field_int(&out, "policy", row.v);
    json_field_array(&out, "rows");
    for (int i = 0; i < *out_count; i++) {
        json_begin_object(&out);
        json_field_str(&out, "path", changes[i].path);
        json_field_str(&out, "old", changes[i].old_text);
        json_field_str(&out, "new", changes[i].new_text);
        json_end(&out);
    }
    json_end(&out);
    json_end(&out);
    return OK;
}

Err verb_policy_apply(Call *call, Why *why) {
    int count;
    return policy_change(call, POLICY_APPLY, &count, why);
}

Err verb_policy_diff(Call *call, Why *why) {
    int count = 0;
    TRY(policy_change(call, POLICY_DRY_RUN, &count, why));
    call->exit_code = count ? 10 : 0;
    return OK;
}

/* ---- people -------------------------------------------------------------------------------------------------------------- */

static Err role_read(const Call *call, Role *out, Why *why) {
    *out = role_find(text_of(call_text(call, "role")));
    if (*out != ROLE_NONE) return OK;
    return fail_hint(why, fail(why, ERR_USAGE, "\"%s\" is not a role", call_text(call, "role")), "use viewer, planner, approver or admin");
}

/* From a file, so that it stands in no process list; else a random one that is shown once. */
static Err password_read(Call *call, const char **out_password, bool *out_random, Why *why) {
    const char *path = call_text(call, "password_file");
    Text text;
    *out_random = path == NULL;
    if (path) {
        TRY(file_read(call->work, path, PASSWORD_FILE_MOST, &text, why));
        *out_password = text_keep(call->work, text_trim(text));
        return OK;
    }
    unsigned char bytes[15];
    randombytes_buf(bytes, sizeof bytes);
    own(buf_end) Buf secret = buf_begin(64);
    base64url_write(&secret, text_from(bytes, sizeof bytes));
    *out_password = text_copy(call->work, buf_str(&secret));
    return OK;
}

static Err write_desk(Call *call, Desk *out_desk, Why *why) {
    *out_desk = (Desk){ .world = app_of(call)->world };
    return app_store(app_of(call), STORE_WRITE, &out_desk->store, why);
}

static const char *actor(const Call *call) { return call->user[0] ? call->user : "owner"; }

static void password_answer(Call *call, const char *name, const char *password, bool random) {
    JsonWriter json = json_writer(call->out);
    json_begin_object(&json);
    json_field_str(&json, "name", name);
    if (random) json_field_str(&json, "password", password);
    json_end(&json);
}

Err verb_user_add(Call *call, Why *why) {
    Desk desk;
    Role role;
    const char *password, *name = call_text(call, "name");
    bool random;
    TRY(role_read(call, &role, why));
    TRY(password_read(call, &password, &random, why));
    TRY(write_desk(call, &desk, why));
    TRY(account_add(&desk, call->work, name, role, password, actor(call), why));
    password_answer(call, name, password, random);
    return OK;
}

Err verb_user_password(Call *call, Why *why) {
    Desk desk;
    const char *password, *name = call_text(call, "name");
    bool random;
    TRY(password_read(call, &password, &random, why));
    TRY(write_desk(call, &desk, why));
    TRY(account_password(&desk, call->work, name, password, actor(call), why));
    password_answer(call, name, password, random);
    return OK;
}

Err verb_user_change(Call *call, Why *why) {
    Desk desk;
    Account account;
    const char *name = call_text(call, "name");
    TRY(write_desk(call, &desk, why));
    TRY(account_read(desk.store, call->work, name, &account, why));
    if (call_has(call, "role")) TRY(role_read(call, &account.role, why));
    if (call_has(call, "disabled")) account.disabled = call_flag(call, "disabled");
    TRY(account_change(&desk, call->work, name, account.role, account.disabled, actor(call), why));
    buf_add_str(call->out, "{\"ok\":true}");
    return OK;
}

Err verb_users(Call *call, Why *why) {
    Store *store;
    Account *accounts;
    int count;
    TRY(app_store(app_of(call), STORE_READ, &store, why));
    TRY(account_list(store, call->work, &accounts, &count, why));
    JsonWriter json = json_writer(call->out);
    json_begin_object(&json);
    json_field_array(&json, "rows");
    for (int i = 0; i < count; i++) {
        char created[TIME_TEXT];
        time_format(accounts[i].created_us, created);
        json_begin_object(&json);
        json_field_str(&json, "name", accounts[i].name);
        json_field_str(&json, "role", role_name(accounts[i].role));
        json_field_bool(&json, "disabled", accounts[i].disabled);
        json_field_str(&json, "created", created);
        json_end(&json);
    }
    json_end(&json);
    json_end(&json);
    return OK;
}

/* ---- help ------------------------------------------------------------------------------------------------------------------ */

Err verb_openapi(Call *call, Why *why) {
    (void)why;
    openapi_write(call->out, app_of(call)->verbs, STOCKWRIGHT_VERSION);
    return OK;
}

Err verb_completion(Call *call, Why *why) {
    const char *shell = call_text(call, "shell");
    if (strcmp(shell, "bash") != 0 && strcmp(shell, "zsh") != 0 && strcmp(shell, "fish") != 0)
        return fail_hint(why, fail(why, ERR_USAGE, "no completion for \"%s\"", shell), "use bash, zsh or fish");
    cli_completion(call->out, app_of(call)->verbs, shell);
    return OK;
}

Err verb_man(Call *call, Why *why) {
    (void)why;
    cli_man(call->out, app_of(call)->verbs, STOCKWRIGHT_VERSION);
    return OK;
}

Err verb_help(Call *call, Why *why) {
    const char *topic = call_text(call, "topic");
    const Verb *verb = topic ? verb_find(app_of(call)->verbs, topic) : NULL;
    if (topic && !verb) return fail_hint(why, fail(why, ERR_NOT_FOUND, "there is no command \"%s\"", topic), "see stockwright --help");
    cli_help(call->out, app_of(call)->verbs, verb, NULL);
    return OK;
}
