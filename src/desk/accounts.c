/* accounts.c - accounts are ROW_USER rows (who did what, when) and, for the present, values: "account" name -> role and state,
 * "secret" name -> argon2id. Secrets never enter the log: it is exported, backed up and shown. */
#include "desk/accounts.h"

#include <ctype.h>
#include <stdio.h>
#include <sodium.h>
#include <string.h>

#include "base/decimal.h"
#include "base/hash.h"
#include "base/json.h"

static const int64_t FOREVER = INT64_MAX;
enum { ARGON_PASSES = 2, ARGON_BYTES = 19 * MiB };
static const char ALPHABET[] = "ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz23456789";      /* none that look alike */

/* ---- names and passwords ---- */
static Err clean_name(Arena *work, const char *name, const char **out, Why *why) {
    Text text = text_trim(text_of(name));
    if (text.length == 0 || text.length > ACCOUNT_NAME_MOST) return fail(why, ERR_INVALID, "a name has 1 to %d letters", ACCOUNT_NAME_MOST);
    for (size_t i = 0; i < text.length; i++)
        if (!isalnum((unsigned char)text.at[i]) && !memchr("._-@", text.at[i], 4))
            return fail(why, ERR_INVALID, "a name is made of letters, digits and . _ - @");
    *out = text_lower(work, text);
    if (strcmp(*out, "system") == 0 || strcmp(*out, "import") == 0) return fail(why, ERR_INVALID, "\"%s\" is a name the product keeps for itself", *out);
    return OK;
}

static Err check_password(const char *password, Why *why) {
    size_t length = password ? strlen(password) : 0;
    if (length < PASSWORD_LEAST || length > PASSWORD_MOST) return fail(why, ERR_INVALID, "a password has %d to %d bytes", PASSWORD_LEAST, PASSWORD_MOST);
    return OK;
}

static Err hash_password(const char *password, char out[crypto_pwhash_STRBYTES], Why *why) {
    if (sodium_init() < 0) return fail(why, ERR_IO, "the random source of this machine does not answer");
    if (crypto_pwhash_str_alg(out, password, strlen(password), ARGON_PASSES, ARGON_BYTES, crypto_pwhash_ALG_ARGON2ID13) != 0)
        return fail(why, ERR_LIMIT, "no memory to keep a password");
    return OK;
}

/* ---- the account ---- */
static Err put_account(const Desk *desk, Arena *work, const Account *account, const char *what, const char *by, Why *why) {
    own(buf_end) Buf state = buf_begin(4 * KiB), payload = buf_begin(4 * KiB);
    JsonWriter json = json_writer(&state);
    json_begin_object(&json);
    json_field_str(&json, "role", role_name(account->role));
    json_field_bool(&json, "disabled", account->disabled);
    json_field_int(&json, "created_us", account->created_us);
    json_end(&json);
    json = json_writer(&payload);
    json_begin_object(&json);
    json_field_int(&json, "v", 1);
    json_field_str(&json, "name", account->name);
    json_field_str(&json, "what", what);
    json_field_str(&json, "role", role_name(account->role));
    json_field_bool(&json, "disabled", account->disabled);
    json_end(&json);
    Row row = { .kind = ROW_USER, .by = by, .key = text_copy(work, account->name), .payload = buf_text(&payload) };
    TRY(log_append(desk->store, &row, why));
    return value_put(desk->store, "account", account->name, buf_text(&state), FOREVER, why);
}

static Err parse_account(Arena *work, const char *name, Text state, Account *out, Why *why) {
    const JsonValue *object;
    const char *role;
    Account account = { .name = text_copy(work, name) };
    TRY(json_parse(work, state, &object, why));
    TRY(json_need_text(object, "role", &role, why));
    TRY(json_need_bool(object, "disabled", &account.disabled, why));
    TRY(json_need_int(object, "created_us", &account.created_us, why));
    account.role = role_find(text_of(role));       /* an unknown role is none: fails closed */
    *out = account;
    return OK;
}

Err account_read(Store *store, Arena *work, const char *name, Account *out_account, Why *why) {
    const char *clean;
    Text state;
    TRY(clean_name(work, name, &clean, why));
    Err err = value_get(store, work, "account", clean, &state, why);
    if (err == ERR_NOT_FOUND) return fail(why, err, "there is no account \"%s\"", clean);
    TRY(err);
    return parse_account(work, clean, state, out_account, why);
}

Err account_list(Store *store, Arena *work, Account **out_accounts, int *out_count, Why *why) {
    const char **names;
    Text *states;
    int count;
    TRY(value_list(store, work, "account", &names, &states, &count, why));
    Account *accounts = many_in(work, Account, count + 1);
    for (int i = 0; i < count; i++) TRY(parse_account(work, names[i], states[i], &accounts[i], why));
    *out_accounts = accounts;
    *out_count = count;
    return OK;
}

/* (4) */
static Err end_sessions(Store *store, Arena *work, const char *account, Why *why) {
    const char **names;
    Text *values;
    int count;
    TRY(value_list(store, work, "session", &names, &values, &count, why));
    for (int i = 0; i < count; i++) {
        const JsonValue *object;
        const char *owner;
        TRY(json_parse(work, values[i], &object, why));
        TRY(json_need_text(object, "name", &owner, why));
        if (strcmp(owner, account) == 0) TRY(value_remove(store, "session", names[i], why));
    }
    return OK;
}

static Err finish(Store *store, Err err, Why *why) {
    if (err == OK) err = store_commit(store, why);
    if (err != OK) store_rollback(store);
    return err;
}

static Err add_in(const Desk *desk, Arena *work, const Account *account, const char *hash, const char *by, Why *why) {
    Text state;
    Err err = value_get(desk->store, work, "account", account->name, &state, NULL);
    if (err == OK) return fail(why, ERR_CONFLICT, "there is an account \"%s\" already", account->name);
    if (err != ERR_NOT_FOUND) return err;
    TRY(put_account(desk, work, account, "added", by, why));
    return value_put(desk->store, "secret", account->name, text_of(hash), FOREVER, why);
}

Err account_add(const Desk *desk, Arena *work, const char *name, Role role, const char *password, const char *by, Why *why) {
    char hash[crypto_pwhash_STRBYTES];
    Account account = { .role = role, .created_us = world_now_us(desk->world) };
    TRY(clean_name(work, name, &account.name, why));
    TRY(check_password(password, why));
    if (role <= ROLE_NONE || role >= ROLE_COUNT_) return fail(why, ERR_INVALID, "a role is viewer, planner, approver or admin");
    TRY(hash_password(password, hash, why));
    TRY(store_begin(desk->store, why));
    return finish(desk->store, add_in(desk, work, &account, hash, by, why), why);
}

static Err check_admin_left(Store *store, Arena *work, const char *leaving, Why *why) {
    Account *accounts;
    int count;
    TRY(account_list(store, work, &accounts, &count, why));
    for (int i = 0; i < count; i++)
        if (accounts[i].role == ROLE_ADMIN && !accounts[i].disabled && strcmp(accounts[i].name, leaving) != 0) return OK;
    return fail(why, ERR_POLICY, "%s is the last admin: make somebody else one first", leaving);
}

static Err change_in(const Desk *desk, Arena *work, const char *name, Role role, bool disabled, const char *by, Why *why) {
    Account account;
    TRY(account_read(desk->store, work, name, &account, why));
    if (account.role == ROLE_ADMIN && !account.disabled && (role != ROLE_ADMIN || disabled)) TRY(check_admin_left(desk->store, work, account.name, why));
    account.role = role;
    account.disabled = disabled;
    TRY(put_account(desk, work, &account, disabled ? "disabled" : "changed", by, why));
    return end_sessions(desk->store, work, account.name, why);
}

Err account_change(const Desk *desk, Arena *work, const char *name, Role role, bool disabled, const char *by, Why *why) {
    if (role <= ROLE_NONE || role >= ROLE_COUNT_) return fail(why, ERR_INVALID, "a role is viewer, planner, approver or admin");
    TRY(store_begin(desk->store, why));
    return finish(desk->store, change_in(desk, work, name, role, disabled, by, why), why);
}

static Err password_in(const Desk *desk, Arena *work, const char *name, const char *hash, const char *by, Why *why) {
    Account account;
    TRY(account_read(desk->store, work, name, &account, why));
    TRY(put_account(desk, work, &account, "password changed", by, why));
    TRY(value_put(desk->store, "secret", account.name, text_of(hash), FOREVER, why));
    return end_sessions(desk->store, work, account.name, why);
}

Err account_password(const Desk *desk, Arena *work, const char *name, const char *password, const char *by, Why *why) {
    char hash[crypto_pwhash_STRBYTES];
    TRY(check_password(password, why));
    TRY(hash_password(password, hash, why));
    TRY(store_begin(desk->store, why));
    return finish(desk->store, password_in(desk, work, name, hash, by, why), why);
}

Err account_first(const Desk *desk, Arena *work, const char *name, const char **out_password, Why *why) {
    Account *accounts;
    int count;
    *out_password = NULL;
    TRY(account_list(desk->store, work, &accounts, &count, why));
    if (count > 0) return OK;
    char *password = arena_take(work, 21);
    for (int i = 0; i < 20; i++) password[i] = ALPHABET[world_random(desk->world) % (sizeof ALPHABET - 1)];     /* 56 letters: 116 bits, bias below 1e-17 */
    TRY(account_add(desk, work, name, ROLE_ADMIN, password, "system", why));
    *out_password = password;
    return OK;
}
