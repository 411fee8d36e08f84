/* sessions.c - signing in and staying in; the promises stand in accounts.h. */
#include <stdio.h>
#include <sodium.h>
#include <string.h>

#include "base/decimal.h"
#include "base/hash.h"
#include "base/json.h"
#include "base/time.h"
#include "desk/accounts.h"

enum { ATTEMPTS_MOST = 10 };
#define ATTEMPTS_WINDOW_US (15 * MINUTE_US)
#define IDLE_US (30 * MINUTE_US)
#define WHOLE_US (12 * HOUR_US)

/* argon2id of random bytes nobody kept, with our cost: what an unknown name is checked against, (2). */
static const char NOBODY[] = "$argon2id$v=19$m=19456,t=2,p=1$XQz9whwaMQfnYdsfhts0vA$BOhgnLQgPkqPelicuuuzVlGz6xTzlQhBrFhvlFRV1LA";

/* ---- (3): the moments of the attempts within the window, as text ---- */
static Err attempt(const Desk *desk, Arena *work, const char *name, Why *why) {
    int64_t now_us = world_now_us(desk->world), oldest = now_us;
    Text rest, moment;
    int count = 0;
    own(buf_end) Buf kept = buf_begin(4 * KiB);
    Err err = value_get(desk->store, work, "attempts", name, &rest, NULL);
    if (err != OK && err != ERR_NOT_FOUND) return fail(why, err, "sign-in attempts cannot be counted");
    if (err == ERR_NOT_FOUND) rest = text_of("");
    while (rest.length > 0) {
        int64_t at;
        text_split(rest, ' ', &moment, &rest);
        if (integer_parse(moment, &at, NULL) != OK || at <= now_us - ATTEMPTS_WINDOW_US) continue;
        buf_addf(&kept, "%lld ", (long long)at);
        if (at < oldest) oldest = at;
        count++;
    }
    if (count >= ATTEMPTS_MOST) {
        int minutes = (int)((oldest + ATTEMPTS_WINDOW_US - now_us) / MINUTE_US) + 1;
        return fail_hint(why, fail(why, ERR_LIMIT, "too many attempts for this name"), "try again in %d minutes", minutes);
    }
    buf_addf(&kept, "%lld ", (long long)now_us);
    return value_put(desk->store, "attempts", name, buf_text(&kept), now_us + ATTEMPTS_WINDOW_US, why);
}

static void random_token(World world, char out[TOKEN_TEXT]) {
    uint64_t words[4];
    for (int i = 0; i < 4; i++) words[i] = world_random(world);
    sodium_bin2base64(out, TOKEN_TEXT, (const unsigned char *)words, sizeof words, sodium_base64_VARIANT_URLSAFE_NO_PADDING);
}

static void token_name(const char *token, char out[SHA256_HEX]) {
    Sha256 hash = sha256(text_of(token));
    sha256_hex(&hash, out);
}

static void write_session(Buf *out, const char *name, const char *csrf, int64_t begun_us, int64_t seen_us) {
    JsonWriter json = json_writer(out);
    json_begin_object(&json);
    json_field_str(&json, "name", name);
    json_field_str(&json, "csrf", csrf);
    json_field_int(&json, "begun_us", begun_us);
    json_field_int(&json, "seen_us", seen_us);
    json_end(&json);
}

static int64_t ends_us(int64_t begun_us, int64_t seen_us) {
    return begun_us + WHOLE_US < seen_us + IDLE_US ? begun_us + WHOLE_US : seen_us + IDLE_US;
}

/* Is it the right password of an account that may sign in? The hash is computed whatever the answer, (2). */
static Err verify(const Desk *desk, Arena *work, const char *name, const char *password, Account *out_account, bool *out_right, Why *why) {
    Text hash = text_of(NOBODY);
    if (sodium_init() < 0) return fail(why, ERR_IO, "the random source of this machine does not answer");
    bool known = account_read(desk->store, work, name, out_account, NULL) == OK;
    if (known && value_get(desk->store, work, "secret", out_account->name, &hash, NULL) != OK) known = false;
    bool matches = crypto_pwhash_str_verify(text_keep(work, known ? hash : text_of(NOBODY)), password, strlen(password)) == 0;
    *out_right = known && matches && !out_account->disabled && out_account->role > ROLE_NONE;
    return OK;
}

static Err begin_in(const Desk *desk, const Account *account, const char *token, const char *csrf, Why *why) {
    char name[SHA256_HEX];
    int64_t now_us = world_now_us(desk->world);
    own(buf_end) Buf value = buf_begin(4 * KiB);
    token_name(token, name);
    write_session(&value, account->name, csrf, now_us, now_us);
    TRY(value_put(desk->store, "session", name, buf_text(&value), ends_us(now_us, now_us), why));
    return value_remove(desk->store, "attempts", account->name, why);
}

static Err finish(Store *store, Err err, Why *why) {
    if (err == OK) err = store_commit(store, why);
    if (err != OK) store_rollback(store);
    return err;
}

Err session_begin(const Desk *desk, Arena *work, const char *name, const char *password, Session *out_session, Why *why) {
    Account account = { 0 };
    bool right = false;
    char *token = arena_take(work, TOKEN_TEXT), *csrf = arena_take(work, TOKEN_TEXT);
    const char *lower = text_lower(work, text_part(text_trim(text_of(name)), 0, ACCOUNT_NAME_MOST));
    if (strlen(password) > PASSWORD_MOST) password = "";
    TRY(store_begin(desk->store, why));
    TRY(finish(desk->store, attempt(desk, work, lower, why), why));       /* counted durably before it is looked at */
    TRY(verify(desk, work, name, password, &account, &right, why));
    if (!right) return fail(why, ERR_DENIED, "name or password is wrong");
    random_token(desk->world, token);
    random_token(desk->world, csrf);
    TRY(store_begin(desk->store, why));
    TRY(finish(desk->store, begin_in(desk, &account, token, csrf, why), why));
    *out_session = (Session){ .name = account.name, .role = account.role, .csrf = csrf, .token = token };
    return OK;
}

typedef struct Kept { const char *name, *csrf; int64_t begun_us, seen_us; } Kept;

static Err read_session(Store *store, Arena *work, int64_t now_us, const char *token, Kept *out, Why *why) {
    char name[SHA256_HEX];
    Text value;
    const JsonValue *object;
    Kept kept;
    token_name(token, name);
    Err err = value_get(store, work, "session", name, &value, why);
    if (err == ERR_NOT_FOUND) return fail(why, ERR_DENIED, "sign in first");
    TRY(err);
    TRY(json_parse(work, value, &object, why));
    TRY(json_need_text(object, "name", &kept.name, why));
    TRY(json_need_text(object, "csrf", &kept.csrf, why));
    TRY(json_need_int(object, "begun_us", &kept.begun_us, why));
    TRY(json_need_int(object, "seen_us", &kept.seen_us, why));
    if (now_us >= ends_us(kept.begun_us, kept.seen_us)) return fail(why, ERR_DENIED, "the session ended; sign in again");   /* (4) */
    *out = kept;
    return OK;
}

Err session_check(Store *store, Arena *work, int64_t now_us, const char *token, Session *out_session, Why *why) {
    Kept kept;
    Account account;
    if (!token || !*token) return fail(why, ERR_DENIED, "sign in first");
    TRY(read_session(store, work, now_us, token, &kept, why));
    if (account_read(store, work, kept.name, &account, NULL) != OK || account.disabled || account.role == ROLE_NONE)
        return fail(why, ERR_DENIED, "the account is closed");
    *out_session = (Session){ .name = account.name, .role = account.role, .csrf = kept.csrf, .touch_due = now_us - kept.seen_us > MINUTE_US };   /* (6) */
    return OK;
}

static Err touch_in(const Desk *desk, Arena *work, const char *token, Why *why) {
    Kept kept;
    char name[SHA256_HEX];
    int64_t now_us = world_now_us(desk->world);
    own(buf_end) Buf value = buf_begin(4 * KiB);
    TRY(read_session(desk->store, work, now_us, token, &kept, why));
    token_name(token, name);
    write_session(&value, kept.name, kept.csrf, kept.begun_us, now_us);
    return value_put(desk->store, "session", name, buf_text(&value), ends_us(kept.begun_us, now_us), why);
}

Err session_touch(const Desk *desk, Arena *work, const char *token, Why *why) {
    TRY(store_begin(desk->store, why));
    return finish(desk->store, touch_in(desk, work, token, why), why);
}

Err session_end(const Desk *desk, [[maybe_unused]] Arena *work, const char *token, Why *why) {
    char name[SHA256_HEX];
    token_name(token, name);
    TRY(store_begin(desk->store, why));
    return finish(desk->store, value_remove(desk->store, "session", name, why), why);
}

bool csrf_matches(const Session *session, const char *given) {
    size_t length = strlen(session->csrf);
    return given && strlen(given) == length && sodium_memcmp(session->csrf, given, length) == 0;
}
