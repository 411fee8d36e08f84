#include "tests/test.h"

#include <sodium.h>

#include "base/hash.h"
#include "base/time.h"
#include "desk/accounts.h"
#include "tests/house.h"

static const char POLICY[] = "{\"policy\":1,\"name\":\"t\",\"currency\":\"USD\",\"tiers\":[{\"id\":\"R9\",\"when\":{},\"tier\":\"review\"}]}";
static const char SECRET[] = "correct horse battery";

TEST(a_session_begins_with_the_right_password_and_its_token_is_kept_as_a_hash_only) {
    own(house_end) House *house = house_begin(POLICY);
    Why why = { 0 };
    Session session, again, checked;
    CHECK_OK(account_add(&house->desk, house->work, "Kim", ROLE_PLANNER, SECRET, "system", &why));
    CHECK_FAILS(ERR_DENIED, session_begin(&house->desk, house->work, "kim", "wrong password", &session, &why));
    CHECK_OK(session_begin(&house->desk, house->work, "KIM", SECRET, &session, &why));
    CHECK_OK(session_begin(&house->desk, house->work, "kim", SECRET, &again, &why));
    CHECK(strcmp(session.token, again.token) != 0);
    CHECK(strcmp(session.token, session.csrf) != 0);
    CHECK(strlen(session.token) >= 43);
    CHECK_OK(session_check(house->store, house->work, house->clock.now_us, session.token, &checked, &why));
    CHECK_STR(checked.name, "kim");
    CHECK_EQ(checked.role, ROLE_PLANNER);
    CHECK(csrf_matches(&checked, session.csrf));
    CHECK(!csrf_matches(&checked, again.csrf));
    CHECK(!csrf_matches(&checked, NULL));
    const char **names;
    Text *values;
    int count;
    CHECK_OK(value_list(house->store, house->work, "session", &names, &values, &count, &why));
    CHECK_EQ(count, 2);
    for (int i = 0; i < count; i++) {
        CHECK(strcmp(names[i], session.token) != 0);
        CHECK(text_find(values[i], session.token) < 0);
    }
    CHECK_OK(value_list(house->store, house->work, "secret", &names, &values, &count, &why));
    CHECK(text_starts(values[0], "$argon2id$v=19$m=19456,t=2,p=1$"));
}

TEST(a_session_ends_unused_old_signed_out_disabled_or_with_a_new_password) {
    own(house_end) House *house = house_begin(POLICY);
    Why why = { 0 };
    Session session, checked;
    int64_t begun = house->clock.now_us;
    CHECK_OK(account_add(&house->desk, house->work, "root", ROLE_ADMIN, SECRET, "system", &why));
    CHECK_OK(account_add(&house->desk, house->work, "kim", ROLE_PLANNER, SECRET, "system", &why));
    CHECK_OK(session_begin(&house->desk, house->work, "kim", SECRET, &session, &why));
    CHECK_OK(session_check(house->store, house->work, begun + 30 * MINUTE_US - 1, session.token, &checked, &why));
    CHECK(checked.touch_due);
    CHECK_FAILS(ERR_DENIED, session_check(house->store, house->work, begun + 30 * MINUTE_US, session.token, &checked, &why));
    while (house->clock.now_us < begun + 12 * HOUR_US - 20 * MINUTE_US) {       /* used all day */
        house->clock.now_us += 20 * MINUTE_US;
        CHECK_OK(session_touch(&house->desk, house->work, session.token, &why));
    }
    CHECK_OK(session_check(house->store, house->work, begun + 12 * HOUR_US - 1, session.token, &checked, &why));
    CHECK_FAILS(ERR_DENIED, session_check(house->store, house->work, begun + 12 * HOUR_US, session.token, &checked, &why));
    house->clock.now_us += HOUR_US;
    CHECK_OK(session_begin(&house->desk, house->work, "kim", SECRET, &session, &why));
    CHECK_OK(session_end(&house->desk, house->work, session.token, &why));
    CHECK_FAILS(ERR_DENIED, session_check(house->store, house->work, house->clock.now_us, session.token, &checked, &why));
    CHECK_OK(session_begin(&house->desk, house->work, "kim", SECRET, &session, &why));
    CHECK_OK(account_password(&house->desk, house->work, "kim", "another password", "kim", &why));
    CHECK_FAILS(ERR_DENIED, session_check(house->store, house->work, house->clock.now_us, session.token, &checked, &why));
    CHECK_OK(session_begin(&house->desk, house->work, "kim", "another password", &session, &why));
    CHECK_OK(account_change(&house->desk, house->work, "kim", ROLE_PLANNER, true, "root", &why));
    CHECK_FAILS(ERR_DENIED, session_check(house->store, house->work, house->clock.now_us, session.token, &checked, &why));
    CHECK_FAILS(ERR_DENIED, session_begin(&house->desk, house->work, "kim", "another password", &session, &why));
    CHECK_FAILS(ERR_POLICY, account_change(&house->desk, house->work, "root", ROLE_VIEWER, false, "root", &why));
}

TEST(the_account_is_asked_at_every_check_whatever_the_session_says) {
    own(house_end) House *house = house_begin(POLICY);
    Why why = { 0 };
    Session session, checked;
    CHECK_OK(account_add(&house->desk, house->work, "kim", ROLE_PLANNER, SECRET, "system", &why));
    CHECK_OK(session_begin(&house->desk, house->work, "kim", SECRET, &session, &why));
    static const struct { const char *state; Err err; Role role; } states[] = {
        { "{\"role\":\"viewer\",\"disabled\":false,\"created_us\":0}", OK, ROLE_VIEWER },
        { "{\"role\":\"planner\",\"disabled\":true,\"created_us\":0}", ERR_DENIED, ROLE_NONE },
        { "{\"role\":\"emperor\",\"disabled\":false,\"created_us\":0}", ERR_DENIED, ROLE_NONE },
    };
    for (size_t i = 0; i < sizeof states / sizeof states[0]; i++) {
        CHECK_OK(store_begin(house->store, &why));
        CHECK_OK(value_put(house->store, "account", "kim", text_of(states[i].state), 0, &why));
        CHECK_OK(store_commit(house->store, &why));
        CHECK_FAILS(states[i].err, session_check(house->store, house->work, house->clock.now_us, session.token, &checked, &why));
        if (states[i].err == OK) CHECK_EQ(checked.role, states[i].role);
    }
}

TEST(ten_attempts_are_looked_at_in_a_quarter_of_an_hour_for_known_and_unknown_names_alike) {
    own(house_end) House *house = house_begin(POLICY);
    Why why = { 0 };
    Session session;
    CHECK_OK(account_add(&house->desk, house->work, "kim", ROLE_PLANNER, SECRET, "system", &why));
    const char *names[] = { "kim", "nobody" };
    for (int n = 0; n < 2; n++) {
        for (int i = 0; i < 10; i++) {
            why = (Why){ 0 };
            CHECK_FAILS(ERR_DENIED, session_begin(&house->desk, house->work, names[n], "wrong password", &session, &why));
            CHECK_STR(why.message, "name or password is wrong");
        }
        CHECK_FAILS(ERR_LIMIT, session_begin(&house->desk, house->work, names[n], SECRET, &session, &why));
    }
    house->clock.now_us += 15 * MINUTE_US;
    CHECK_OK(session_begin(&house->desk, house->work, "kim", SECRET, &session, &why));
    for (int i = 0; i < 9; i++) CHECK_FAILS(ERR_DENIED, session_begin(&house->desk, house->work, "kim", "wrong password", &session, &why));
    CHECK_OK(session_begin(&house->desk, house->work, "kim", SECRET, &session, &why));       /* success starts the count over */
}

TEST(the_first_admin_gets_a_random_password_once) {
    own(house_end) House *house = house_begin(POLICY);
    Why why = { 0 };
    const char *password;
    Session session;
    CHECK_OK(account_first(&house->desk, house->work, "admin", &password, &why));
    CHECK_EQ(strlen(password), 20);
    CHECK_OK(session_begin(&house->desk, house->work, "admin", password, &session, &why));
    CHECK_EQ(session.role, ROLE_ADMIN);
    CHECK_OK(account_first(&house->desk, house->work, "admin", &password, &why));
    CHECK(password == NULL);
}

TEST(names_and_passwords_have_bounds) {
    own(house_end) House *house = house_begin(POLICY);
    Why why = { 0 };
    CHECK_FAILS(ERR_INVALID, account_add(&house->desk, house->work, "", ROLE_VIEWER, SECRET, "system", &why));
    CHECK_FAILS(ERR_INVALID, account_add(&house->desk, house->work, "a b", ROLE_VIEWER, SECRET, "system", &why));
    CHECK_FAILS(ERR_INVALID, account_add(&house->desk, house->work, "rule:R1", ROLE_VIEWER, SECRET, "system", &why));
    CHECK_FAILS(ERR_INVALID, account_add(&house->desk, house->work, "System", ROLE_VIEWER, SECRET, "system", &why));
    CHECK_FAILS(ERR_INVALID, account_add(&house->desk, house->work, "kim", ROLE_VIEWER, "short", "system", &why));
    CHECK_FAILS(ERR_INVALID, account_add(&house->desk, house->work, "kim", ROLE_NONE, SECRET, "system", &why));
    CHECK_OK(account_add(&house->desk, house->work, "kim", ROLE_VIEWER, SECRET, "system", &why));
    CHECK_FAILS(ERR_CONFLICT, account_add(&house->desk, house->work, "KIM", ROLE_VIEWER, SECRET, "system", &why));
    Account *accounts;
    int count;
    CHECK_OK(account_list(house->store, house->work, &accounts, &count, &why));
    CHECK_EQ(count, 1);
}

TEST(no_secret_enters_the_log) {
    own(house_end) House *house = house_begin(POLICY);
    Why why = { 0 };
    CHECK_OK(account_add(&house->desk, house->work, "kim", ROLE_VIEWER, SECRET, "system", &why));
    Row row;
    for (int64_t id = 1; id <= log_last(house->store).v; id++) {
        CHECK_OK(log_read(house->store, house->work, (RowId){ id }, &row, &why));
        CHECK(text_find(row.payload, "argon2") < 0);
        CHECK(text_find(row.payload, SECRET) < 0);
    }
}
